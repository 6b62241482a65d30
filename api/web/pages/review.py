"""The page of review: a sentence in its document, what it may lead to, and how far review is."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request, Response

from api.answers.review import ReviewItem, review_item, review_items, review_queue
from api.answers.review_judgements import bulk_preview
from api.answers.review_summary import ReviewSummary, document_text, find_sentences, review_summary
from api.state.review_queue import ReviewQueue
from api.web.forms import with_token
from api.web.review_cards import candidate_cards, of_ten, question, relations_of, start_note
from api.web.review_document import document_pane
from api.web.review_form import STATES, ReviewForm, neighbours
from api.web.view import PageRoute, View
from graph.support_levels import LEVELS
from queries.parameters.search import SearchQuery
from queries.proposals.judgement import CompetencyKind, Judgement
from queries.proposals.possible_links import possible_links
from queries.search import SearchHit, search

router = APIRouter(route_class=PageRoute, include_in_schema=False)

COMPETENCY = "Competency"
LISTED = 8
"""How many competencies a search shows."""
USUAL_SCORE = 3.0
"""The standard score from which on many are offered: three deviations above the other candidates."""


@router.get("/review")
def show_review(request: Request, asked: Annotated[ReviewForm, Query()]) -> Response:
    """Show a sentence that passes the filters, by default the first, with its candidates."""
    view = View(request)
    if not may_judge(view):  # names of reviewers are told to whoever is known, as on other pages
        asked = asked.model_copy(update={"reviewer": None})
    queue = queue_of(view)
    item = _item(view, queue, asked)
    summary = review_summary(queue, view.snapshot, view.service.require_store(), asked.wanted)
    context: dict[str, Any] = {
        "asked": asked,
        "kept": asked.kept,
        "is_narrowed": bool({"relation", "reviewer", "least"} & asked.kept.keys()),
        "said": asked.told(view),
        "may_judge": may_judge(view),
        **_progress(view, summary, asked),
        **({"one": None} if item is None else _sentence(view, queue, item, asked)),
    }
    return with_token(view, "review.html", **context)


def may_judge(view: View) -> bool:
    """Say whether the viewer may judge proposals: whoever is known, and may read."""
    return view.may("read") and (view.who.is_known or view.who.is_here)


def queue_of(view: View) -> ReviewQueue:
    """Return the proposals of the graph that the page is of, and what was said of them."""
    return review_queue(view.service.state, view.snapshot, view.service.store.url)


def _item(view: View, queue: ReviewQueue, asked: ReviewForm) -> ReviewItem | None:
    key = asked.sentence
    if key is None:
        first = find_sentences(queue, view.snapshot, asked.wanted, limit=1)
        key = first[0].key if first else None
    return None if key is None else review_item(queue, view.snapshot, key)


def _progress(view: View, found: ReviewSummary, asked: ReviewForm) -> dict[str, Any]:
    """Return how far review is, and what the filters offer."""
    extra = {"disputed": len(found.disputed), "again": len(found.again), "all": found.total}
    states = {**dict[str, int](found.counts.items()), **extra}
    agreement = next(iter(found.agreements), None)
    counts = {
        **states,
        "total": found.total,
        "judged": found.total - found.counts["open"],
        "today": found.judged_today,
        "ready": found.ready,
        "kappa": None if agreement is None or agreement.kappa is None else f"{agreement.kappa:.2f}",
        "kappa_n": agreement.items if agreement else 0,
    }
    return {
        "counts": counts,
        "is_empty": not found.documents,
        "chips": [(state, states[state]) for state in STATES if states[state] or state in {"open", asked.state}],
        "bar": _bar(states, found.total),
        "documents": [(one.id, one.name) for one in found.documents],
        "called": next((one.name for one in found.documents if one.id == asked.document), None),
        "relations": [(one, view.words.known("relation", one)) for one in found.relations],
        "reviewers": [(one, one) for one in found.reviewers] if may_judge(view) else [],
    }


def _bar(counts: dict[str, int], total: int) -> list[tuple[str, float, float]]:
    """Return the parts of the bar: state, where it begins, and how wide it is, in hundredths."""
    parts, start = [], 0.0
    for state in ("accepted", "rejected", "deferred"):
        width = 100 * counts[state] / total if total else 0.0
        parts.append((state, round(start, 2), round(width, 2)))
        start += width
    return parts


def _sentence(view: View, queue: ReviewQueue, item: ReviewItem, asked: ReviewForm) -> dict[str, Any]:
    """Return a sentence, its document, its candidates, and what was said of them."""
    words, snapshot, sentence = view.words, view.snapshot, item.sentence
    document, text = document_text(queue, item.document.id)
    beside = neighbours(queue, snapshot, asked.wanted, sentence)
    found = _searched(view, asked.find)
    forms = possible_links(document.for_node.kind, COMPETENCY, sentence.sentence.kind)
    at = partial(_address, view, asked)
    one = {
        "key": sentence.key,
        "number": sum(one.status is not None and one.position <= sentence.position for one in text),
        "question": question(item, snapshot, words),
        "start_note": start_note(item, words),
        "new_name": sentence.sentence.text.strip(" 。.;；")[:200],
        "relations": relations_of(forms),
        "relation": forms[0].relation if forms else None,
        "previous": at(beside.previous) if beside.previous else None,
        "next": at(beside.next) if beside.next else None,
    }
    return {
        "one": one,
        "doc": document_pane(document.name, text, sentence.key, at, view.language),
        "cards": candidate_cards(item, found, snapshot, words),
        "query": asked.find,
        "has_found": bool(found),
        "history": [_row(view, said) for said in reversed(item.judgements)],
        "kinds": get_args(CompetencyKind),
        "levels": [(level, f"{weight:.1f}") for level, weight in LEVELS.items()],
        "above": f"{USUAL_SCORE if asked.above is None else asked.above:g}",
        "sample": _sample(view, queue, asked),
    }


def _address(view: View, asked: ReviewForm, key: str) -> str:
    return asked.address(view, sentence=key)


def _searched(view: View, text: str | None) -> Sequence[SearchHit]:
    """Return the competencies that are called so, or, where none is, that mean the like."""
    if not text:
        return []
    found = search(view.snapshot, text, COMPETENCY, limit=LISTED)
    query = SearchQuery(q=text, kind=COMPETENCY, limit=LISTED)
    near, _ = view.service.name_vectors.or_near(found, view.snapshot, query, view.language)
    return near.items


def _sample(view: View, queue: ReviewQueue, asked: ReviewForm) -> dict[str, Any] | None:
    """Return what would be accepted at once, and a sample of it; None where no sample was asked for."""
    if asked.above is None:
        return None
    found = bulk_preview(queue, view.snapshot, asked.above, asked.wanted)
    items = review_items(queue, view.snapshot, [line for line, _ in found.sample])
    pairs = [_pair(item, one.id) for item, (_, one) in zip(items, found.sample, strict=True)]
    return {"total": found.total, "seen": found.seen, "pairs": pairs}


def _pair(item: ReviewItem, node_id: str) -> tuple[str, str, str, int | None]:
    """Return a sentence and its best candidate: the text, the name, the score, and of ten such how many were right."""
    best = next(one for one in item.candidates if one.target.candidate == node_id)
    score = "" if best.proposed is None else f"{best.proposed.score:.2f}"
    return item.sentence.sentence.text, best.name, score, of_ten(best.share)


def _name(view: View, node_id: str, otherwise: str) -> str:
    node = view.snapshot.find(node_id)
    return otherwise if node is None else view.snapshot.name(node)


def _row(view: View, said: Judgement) -> dict[str, Any]:
    """Return what somebody said, in words."""
    content, candidate = said.content, said.target.candidate
    told = [view.words.known("relation", said.relation)] if said.status == "accepted" and said.relation else []
    told += [f"{content.weight:g}"] if content.weight is not None else []
    named = said.named.get(view.language, candidate)
    name = _name(view, candidate, named) if candidate else None
    who = said.reviewer if may_judge(view) else None
    return {"who": who, "status": said.status, "name": name, "how": " ".join(told), "at": said.at}
