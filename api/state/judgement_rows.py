"""Rows of judgements: what a reviewer said, as it is kept."""

import json
import sqlite3
from datetime import datetime

from queries.proposals.judgement import Judgement, JudgementContent, ProposalTarget


def judgement_row(one: Judgement) -> dict[str, object]:
    """Return the row of a judgement."""
    body = one.content.model_dump(mode="json", exclude={"status", "reason"}) | {"named": one.named}
    return {
        "id": one.id,
        "number": one.number,
        "batch": one.batch,
        **one.target._asdict(),
        "status": one.status,
        "body": json.dumps(body, ensure_ascii=False),
        "reason": one.content.reason,
        "who": one.reviewer,
        "may_apply": int(one.may_apply),
        "undoes": one.undoes,
        "at": one.at.isoformat(),
    }


def judgement_of(row: sqlite3.Row) -> Judgement:
    """Return the judgement that a row holds."""
    body = json.loads(row["body"])
    named = body.pop("named")
    return Judgement(
        id=row["id"],
        number=row["number"],
        batch=row["batch"],
        target=ProposalTarget(row["sentence"], row["candidate"], row["relation"]),
        content=JudgementContent.model_validate({**body, "status": row["status"], "reason": row["reason"]}),
        named=named,
        reviewer=row["who"],
        may_apply=bool(row["may_apply"]),
        undoes=row["undoes"],
        at=datetime.fromisoformat(row["at"]),
    )
