"""Pagination of JSON answers: whether a file is one page of an answer, with a link to the next."""

from collections.abc import Mapping

from graph.messages import message
from ingest.draft import Draft
from ingest.formats.framework import some

# Source: IEEE 9274.1.1 (`more`), JSON:API and HAL (`links`, `_links`), OData 4, Hydra and ActivityStreams (`next`).
_LINKS = (
    *("more", "next", "nextPage", "nextLink", "next_page", "next_url", "nextUrl", "nextPageUrl", "next_page_url"),
    *("nextPageToken", "next_cursor", "nextCursor", "@odata.nextLink", "@nextLink", "hydra:next", "hydra:nextPage"),
    *("http://www.w3.org/ns/hydra/core#next", "as:next"),
)
_FOLDERS = (
    *("links", "_links", "paging", "pagination", "meta", "page", "hydra:view", "view"),
    "http://www.w3.org/ns/hydra/core#view",
)


class AnswerPages:
    """The files of an import that are pages of an answer; `last` are those that name no further page."""

    def __init__(self) -> None:
        """Begin without files."""
        self._with_more: list[str] = []
        self._with_last = False

    def take(self, file: str, document: object) -> None:
        """Look whether a file is a page."""
        if has_more(document):
            self._with_more.append(file)
        elif isinstance(document, Mapping) and any(name in document for name in (*_LINKS, *_FOLDERS)):
            self._with_last = True

    def tell(self, draft: Draft) -> None:
        """Note that there are more pages, unless the last one is among the files."""
        if self._with_more and not self._with_last:
            draft.note(message("framework.more_pages", files=some(self._with_more)))


def has_more(document: object) -> bool:
    """Say whether an answer names a page after it.

    >>> has_more({"statements": [], "more": "/more?1"}), has_more({"statements": [], "more": ""}), has_more([])
    (True, False, False)
    >>> has_more({"data": [], "links": {"self": "/1", "next": {"href": "/2"}}})
    True
    """
    if not isinstance(document, Mapping):
        return False
    inner = [document.get(name) for name in _FOLDERS]
    listed = [one for value in inner for one in (value if isinstance(value, list) else [value])]
    if any(isinstance(one, Mapping) and one.get("rel") == "next" for one in listed):
        return True
    return any(_leads_on(one.get(name)) for one in (document, *listed) if isinstance(one, Mapping) for name in _LINKS)


def _leads_on(link: object) -> bool:
    if isinstance(link, Mapping):
        return any(_leads_on(link.get(name)) for name in ("href", "url", "@id", "id"))
    return bool(link) and isinstance(link, str | int) and not isinstance(link, bool)
