"""The page that proposes links from documents: drop or paste them, and go on to the review, or see what was found."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from api.answers.proposals import ProposalAnswer
from api.jobs.proposal_documents import MOST_DOCUMENTS, DocumentProposals, PastedText
from api.principal import principal_of
from api.web.forms import require_own_form, text_of, with_token
from api.web.pages.import_new import most_megabytes
from api.web.pages.what_if_form import LinkEnd, NodeFinder
from api.web.parameters import FormParameters, Text
from api.web.view import PageRoute, View
from graph.errors import InputError, NotFoundError
from graph.messages.template_match import reworded
from graph.schema import KINDS
from ingest.readers.documents.free_text import ENDINGS
from queries.align_vocabularies import alignable_vocabularies
from queries.parameters.ids import Id
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.possible_links import possible_links
from queries.proposals.vocabulary import KINDS as CANDIDATE_KINDS

router = APIRouter(route_class=PageRoute, include_in_schema=False)

DESCRIBED_KINDS = frozenset(kind for kind in KINDS if any(possible_links(kind, end) for end in CANDIDATE_KINDS))
"""The kinds of nodes that documents describe: links lead from them to candidates."""
_MOST_FIELDS, _MOST_PASTED = 20, 2_000_000
_SHOWN = 50


class ProposalsForm(FormParameters):
    """What the documents describe: the node, or a text that looks for it."""

    for_node: Id | None = None
    what: Text | None = None
    limit: int = Field(5, ge=1, le=50)


@router.get("/proposals")
def show_form(request: Request, asked: Annotated[ProposalsForm, Query()]) -> Response:
    """Show the form: what the documents describe first, then the documents."""
    view = View(request)
    end = None if asked.what is None else NodeFinder(view.snapshot, {}).find("what", asked.what, DESCRIBED_KINDS)
    if end is not None and end.picked is not None:
        return RedirectResponse(view.url("proposals", for_node=end.picked), HTTPStatus.SEE_OTHER)
    return _form(view, asked.for_node, end=end)


@router.post("/proposals/documents")
async def propose_documents(request: Request) -> Response:
    """Propose from what was sent; what is kept is seen in the review, else it is shown."""
    view = View(request)
    node: str | None = None
    try:
        async with request.form(
            max_files=MOST_DOCUMENTS, max_fields=_MOST_FIELDS, max_part_size=4 * _MOST_PASTED
        ) as form:
            require_own_form(view, form)
            node = text_of(form, "for_node", 200) or None
            query = _query(form)
            proposals = DocumentProposals(view.service, view.language)
            files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
            documents = await proposals.read(files, [PastedText(text_of(form, "text", _MOST_PASTED))])
            found = await proposals.answer(documents, query, principal_of(request.scope), is_kept=True)
    except (InputError, NotFoundError) as error:
        return await run_in_threadpool(_form, view, node, complaint=error.text(view.language))
    except MultiPartException as error:
        said = view.words("upload.bad_form", fault=reworded(error.message, view.language))
        return await run_in_threadpool(_form, view, node, complaint=said)
    except HTTPException as error:
        if error.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise
        said = view.words("import.too_large", megabytes=most_megabytes(view))
        return await run_in_threadpool(_form, view, node, complaint=said, status=413)
    if len(found.kept) == 1 and found.items[0].proposed:
        return RedirectResponse(view.url("review", document=found.kept[0].id), HTTPStatus.SEE_OTHER)
    return await run_in_threadpool(_form, view, node, found=found)


def _query(form: FormData) -> ProposalsQuery:
    """Return what a form asks for; what cannot be counts as not asked."""
    told: dict[str, Any] = {"for_node": text_of(form, "for_node", 200) or None}
    told["against"] = [one for one in form.getlist("against") if isinstance(one, str) and one][:20]
    try:
        return ProposalsQuery(**told, limit=int(text_of(form, "limit", 3) or 5))
    except (ValueError, ValidationError):
        return ProposalsQuery(**told)


def _form(
    view: View,
    for_node: str | None,
    *,
    end: LinkEnd | None = None,
    complaint: str = "",
    found: ProposalAnswer | None = None,
    status: int = 200,
) -> Response:
    snapshot = view.snapshot
    node = None if for_node is None else snapshot.find(for_node)
    described = node if node is not None and snapshot.kind_of(node) in DESCRIBED_KINDS else None
    return with_token(
        view,
        "proposals.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if complaint and status == HTTPStatus.OK else status,
        node=described,
        node_id=None if described is None else snapshot.ids[described],
        end=end,
        complaint=complaint,
        found=found,
        shown=_SHOWN,
        vocabularies=sorted(name for name in snapshot.derived(alignable_vocabularies) if name),
        endings=",".join(ENDINGS),
        megabytes=most_megabytes(view),
        most_bytes=view.service.settings.service.upload_bytes,
    )
