"""Review of proposals, as calls of a client: judging, and applying what was accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from rolepath.client.calls import Call, body_of, path_to, query_of, reader_of
from rolepath.client.models import AppliedProposals, ReviewedSentences


def judge_proposals(
    judgements: Sequence[Mapping[str, object]] = (), *, bulk: Mapping[str, object] | None = None, undo: bool = False
) -> Call[ReviewedSentences]:
    """Judge proposals, and return the sentences as they stand then: one of judgements, a bulk, or `undo`.

    Each judgement has a `sentence`, a `status` (`accepted`, `rejected`, `deferred`), a `candidate` unless it is of the
    sentence as a whole, and may have `relation`, `weight`, `level`, `reason`, or a `new` competency. A bulk has the
    score that is the `least`, and may have a `document`: without `seen` it answers with a sample, whose `seen` accepts
    just what the sample is of. `undo` takes back what one said last.

    Raises:
        ConflictError: what a sample stood for has changed.
        NotFoundError: there is no such sentence or node; or nothing to take back.
    """
    body = body_of({"judgements": list(judgements), "bulk": bulk, "undo": undo})
    path = path_to("v1", "proposals", "judgements")
    return Call("POST", path, reader_of(ReviewedSentences), body=body, is_question=False, is_safe=False)


def apply_proposals(
    *,
    source: str | None = None,
    institution: str | None = None,
    reason: str = "",
    dry_run: bool = False,
    lang: Literal["en", "zh"] | None = None,
    idempotency_key: str | None = None,
) -> Call[AppliedProposals]:
    """Bring the graph in step with what was accepted, as one run; with `dry_run` tell what it would do.

    Raises:
        ConflictError: the graph was changed since.
    """
    asked = {"source": source, "institution": institution, "reason": reason or None, "dry_run": dry_run, "lang": lang}
    path = path_to("v1", "proposals", "apply")
    call = Call("POST", path, reader_of(AppliedProposals), query_of(asked), is_question=False)
    return replace(call, is_safe=dry_run, idempotency_key=idempotency_key)
