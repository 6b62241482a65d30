"""Review of proposals over HTTP: the queue, judging, and applying what was accepted."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field, model_validator
from starlette.exceptions import HTTPException

from api.answers.review import review_queue
from api.answers.review_apply import ApplyRequest
from api.answers.review_judgements import MOST_AT_ONCE, bulk_accept, bulk_preview, judge_all, undo
from api.answers.review_views import (
    CURSOR,
    AppliedProposals,
    ReviewedSentences,
    applied_proposals,
    page_of_judgements,
    page_of_sample,
    review_page,
    without_reviewers,
)
from api.jobs.proposals import Proposals
from api.principal import Principal, principal_of
from api.rest.respond import NOT_KEPT, answer_page, declared
from api.service.gated_route import GatedRoute
from api.service.service import Service, service_of
from api.state.review_queue import ReviewQueue
from graph.messages import Language, message
from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.proposals.judgement import JudgementContent
from queries.proposals.review_filter import BulkFilter, ReviewFilter

router = APIRouter(prefix="/v1/proposals", tags=["align"], route_class=GatedRoute)


class ReviewParameters(ReviewFilter):
    """Which sentences of the queue are listed."""

    limit: int = Field(20, ge=1, le=1000, description=describe("limit"))
    cursor: str | None = Field(
        None, max_length=80, description=describe("cursor"), json_schema_extra={"pattern": CURSOR}
    )
    lang: Language = Field("en", description=describe("lang"))


class SentenceJudgement(JudgementContent):
    """What is said of a candidate of a sentence: proposed, any other node, or `new`; without one, of the sentence."""

    model_config = ConfigDict(strict=True)

    sentence: str = Field(min_length=1, max_length=64)
    candidate: Id | None = None


class BulkOrder(Frozen):
    """The best candidates of open sentences, of this score at least; accepted where `seen` is what a sample told."""

    model_config = ConfigDict(strict=True)

    least: float
    document: str | None = Field(None, max_length=300)
    seen: str | None = Field(None, max_length=64)


class JudgementsOrder(Frozen):
    """One of three: judgements, a bulk, or `undo` of what one said last."""

    model_config = ConfigDict(strict=True)

    judgements: list[SentenceJudgement] = Field([], max_length=MOST_AT_ONCE)
    bulk: BulkOrder | None = None
    undo: bool = False

    @model_validator(mode="after")
    def _of_one_kind(self) -> "JudgementsOrder":
        if bool(self.judgements) + (self.bulk is not None) + self.undo != 1:
            raise ValueError(str(message("review.one_of")))
        return self


class ApplyParameters(Frozen):
    """As whose statements, why, and whether it is meant."""

    source: str | None = Field(None, min_length=1, max_length=200, description=describe("review_source"))
    institution: Id | None = Field(None, description=describe("review_institution"))
    reason: str = Field("", max_length=2000, description=describe("review_reason"))
    dry_run: bool = Field(False, description=describe("edit_dry_run"))
    lang: Language = Field("en", description=describe("lang"))


@router.get("", response_model=ReviewedSentences, responses=declared(paged=True))
def list_proposals(request: Request, query: Annotated[ReviewParameters, Query()]) -> Response:
    """List the sentences that wait for review, with candidates and judgements."""
    queue, snapshot, service = _queue(request, query.lang)
    wanted = ReviewFilter(**query.model_dump(include=set(ReviewFilter.model_fields)))
    is_known = _is_known(principal_of(request.scope))
    if not is_known:  # nor do they learn a name by asking for it
        wanted = wanted.model_copy(update={"reviewer": None})
    found = review_page(queue, snapshot, service.store, wanted, limit=query.limit, cursor=query.cursor)
    return answer_page(found if is_known else without_reviewers(found), request, NOT_KEPT)


@router.post("/judgements", response_model=ReviewedSentences, responses=declared(404, 409, 507))
def judge_proposals(request: Request, order: JudgementsOrder) -> Response:
    """Judge proposals, alone or at once, or take back what one said last; the sentences as they stand then."""
    queue, snapshot, service = _queue(request, "en")
    who = _reviewer(request)
    may_apply = "ingest" in who.scopes
    bulk = order.bulk
    if bulk is not None and bulk.seen is None:
        wanted = BulkFilter(document=bulk.document)
        sample = bulk_preview(queue, snapshot, bulk.least, wanted)
        return answer_page(page_of_sample(queue, snapshot, service.store, sample), request, NOT_KEPT)
    if bulk is not None and bulk.seen is not None:
        wanted = BulkFilter(document=bulk.document)
        done = bulk_accept(queue, snapshot, bulk.least, wanted, who=who, seen=bulk.seen, may_apply=may_apply)
    elif order.undo:
        done = undo(queue, who, may_apply=may_apply)
    else:
        told = [(one.sentence, one.candidate, _content(one)) for one in order.judgements]
        done = judge_all(queue, snapshot, told, who=who, may_apply=may_apply)
    return answer_page(page_of_judgements(queue, snapshot, service.store, done), request, NOT_KEPT)


@router.post("/apply", response_model=AppliedProposals, responses=declared(409, 507))
def apply_proposals(request: Request, query: Annotated[ApplyParameters, Query()]) -> Response:
    """Bring the graph in step with what was accepted, as one run; what is undone since goes. `dry_run`: the effect."""
    wanted = ApplyRequest(query.source, query.institution, query.reason)
    proposals = Proposals(service_of(request))
    if query.dry_run:
        found = proposals.preview(wanted, language=query.lang)
    else:
        found = proposals.apply(wanted, principal_of(request.scope), language=query.lang)
    told = applied_proposals(found.plan, found.answer, query.lang)
    return Response(told.model_dump_json(), headers=NOT_KEPT, media_type="application/json")


def _queue(request: Request, language: Language) -> tuple[ReviewQueue, Snapshot, Service]:
    service = service_of(request)
    snapshot = service.snapshot(language)
    return review_queue(service.state, snapshot, service.store.url), snapshot, service


def _reviewer(request: Request) -> Principal:
    """Return who judges. Raises HTTPException: nobody knows them, so that it could not be said who it was."""
    who = principal_of(request.scope)
    if not _is_known(who):
        raise HTTPException(HTTPStatus.FORBIDDEN, str(message("review.unknown")))
    return who


def _is_known(who: Principal) -> bool:
    return who.is_known or who.is_here


def _content(one: SentenceJudgement) -> JudgementContent:
    return JudgementContent(**one.model_dump(include=set(JudgementContent.model_fields)))
