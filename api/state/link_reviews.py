"""Reviews behind links in the state file: who accepted the proposal that a link was made of, and when."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from api.state.database import State
from api.state.proposal_rows import is_one_of, select
from api.state.table_register import StoreName
from graph.model import LinkKey, NodeId

_KEY = ", ".join(f"json_extract(value, '$[{at}]')" for at in range(3))
_NAMED = f"(from_id, link_relation, to_id) IN (SELECT {_KEY} FROM json_each(?)) AND done ORDER BY rowid"  # noqa: S608


class LinkReview(NamedTuple):
    """By which run and as whose statement a link was made, and who accepted it when (UTC)."""

    run: str
    source: str
    reviewer: str
    at: datetime


def link_reviews(state: State, store: StoreName, keys: Collection[LinkKey]) -> Mapping[LinkKey, list[LinkReview]]:
    """Return the reviews behind links of a store, of each link in the order of runs; found by an index.

    What was undone in the graph since is among them: the caller knows which links stand, and by which source.
    """
    with state.reading() as connection:
        if connection is None or not keys:
            return {}
        made = select(connection, "proposal_link", store, _NAMED, json.dumps(list(keys)), counts=False)
        where, values = is_one_of("id", {row["judgement"] for row in made})
        judged = {
            row["id"]: row for row in select(connection, "proposal_judgement", store, where, values, counts=False)
        }
    found: dict[LinkKey, list[LinkReview]] = {}
    with state.decoding():
        for row in made:
            judgement = judged.get(row["judgement"])
            if judgement is not None:
                key = (NodeId(row["from_id"]), row["link_relation"], NodeId(row["to_id"]))
                at = datetime.fromisoformat(judgement["at"])
                found.setdefault(key, []).append(LinkReview(row["run"], row["source"], judgement["who"], at))
    return found
