"""The questions as methods, once for both clients: one returns answers, the other awaits them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, overload

from rolepath.client import plans as planning
from rolepath.client import questions, review, transfers
from rolepath.client.calls import Askable, Listing, Page

A = ParamSpec("A")
R = TypeVar("R")
P = TypeVar("P", bound=Page[Any])
T = TypeVar("T")


class SyncClient(Protocol):
    """A client that returns answers."""

    def ask(self, asking: Askable[R], /) -> R:
        """Return the answer."""
        ...

    def listed(self, listing: Listing[P, T], /) -> "Pages[P, T]":
        """Return the list."""
        ...


class AsyncClient(Protocol):
    """A client whose answers are awaited."""

    async def ask(self, asking: Askable[R], /) -> R:
        """Return the answer."""
        ...

    def listed(self, listing: Listing[P, T], /) -> "AsyncPages[P, T]":
        """Return the list."""
        ...


class Pages(Generic[P, T]):
    """A list: iterate over it for every item of every page; each page is asked for when it is come to.

    All pages are of one revision. Where the graph moves on in between, ExpiredError says so: begin again.
    """

    def __init__(self, client: SyncClient, listing: Listing[P, T]) -> None:
        """Ask nothing yet."""
        self._client, self._listing = client, listing

    def page(self, cursor: str | None = None) -> P:
        """Return one page: the first, or the one that begins at the cursor, which is `next` of the page before."""
        return self._client.ask(self._listing.page(cursor))

    def pages(self) -> Iterator[P]:
        """Yield page after page."""
        page = self.page()
        yield page
        while page.next is not None:
            page = self.page(page.next)
            yield page

    def __iter__(self) -> Iterator[T]:
        """Yield every item."""
        for page in self.pages():
            yield from page.items


class AsyncPages(Generic[P, T]):
    """As Pages, for `async for`."""

    def __init__(self, client: AsyncClient, listing: Listing[P, T]) -> None:
        """Ask nothing yet."""
        self._client, self._listing = client, listing

    async def page(self, cursor: str | None = None) -> P:
        """Return one page: the first, or the one that begins at the cursor, which is `next` of the page before."""
        return await self._client.ask(self._listing.page(cursor))

    async def pages(self) -> AsyncIterator[P]:
        """Yield page after page."""
        page = await self.page()
        yield page
        while page.next is not None:
            page = await self.page(page.next)
            yield page

    async def __aiter__(self) -> AsyncIterator[T]:
        """Yield every item."""
        async for page in self.pages():
            for item in page.items:
                yield item


class Question(Generic[A, R]):
    """A question as a method: of a SyncClient it returns the answer, of an AsyncClient an awaitable."""

    def __init__(self, put: Callable[A, Askable[R]]) -> None:
        """Take the function that puts the question; its signature and its text are the method's."""
        self._put = put
        self.__doc__ = put.__doc__

    @overload
    def __get__(self, client: None, owner: type[object]) -> Callable[A, Askable[R]]: ...
    @overload
    def __get__(self, client: SyncClient, owner: type[object]) -> Callable[A, R]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: type[object]) -> Callable[A, Awaitable[R]]: ...
    def __get__(self, client: Any, owner: type[object]) -> Callable[A, Any]:
        """Return the method."""
        if client is None:
            return self._put

        def ask(*args: A.args, **asked: A.kwargs) -> Any:  # noqa: ANN401 - as the overloads say
            return client.ask(self._put(*args, **asked))

        return update_wrapper(ask, self._put)


class ListQuestion(Generic[A, P, T]):
    """A list as a method."""

    def __init__(self, put: Callable[A, Listing[P, T]]) -> None:
        """Take the function that puts the question; its signature and its text are the method's."""
        self._put = put
        self.__doc__ = put.__doc__

    @overload
    def __get__(self, client: None, owner: type[object]) -> Callable[A, Listing[P, T]]: ...
    @overload
    def __get__(self, client: SyncClient, owner: type[object]) -> Callable[A, Pages[P, T]]: ...
    @overload
    def __get__(self, client: AsyncClient, owner: type[object]) -> Callable[A, AsyncPages[P, T]]: ...
    def __get__(self, client: Any, owner: type[object]) -> Callable[A, Any]:
        """Return the method."""
        if client is None:
            return self._put

        def ask(*args: A.args, **asked: A.kwargs) -> Any:  # noqa: ANN401 - as the overloads say
            return client.listed(self._put(*args, **asked))

        return update_wrapper(ask, self._put)


class Questions:
    """Everything that can be asked, by the names that REST has for it."""

    trace = Question(questions.trace)
    trace_node = Question(questions.trace_node)
    competencies = ListQuestion(questions.competencies)
    competency = Question(questions.competency)
    node = Question(questions.node)
    nodes = ListQuestion(questions.nodes)
    search = ListQuestion(questions.search)
    roles = ListQuestion(questions.roles)
    role = Question(questions.role)
    coverage = Question(questions.coverage)
    coverage_matrix = Question(questions.coverage_matrix)
    training = ListQuestion(questions.training)
    unreachable = ListQuestion(questions.unreachable)
    plan = Question(planning.plan)
    plans = Question(planning.plans)
    match = Question(planning.match)
    rotation = Question(questions.rotation)
    gaps = ListQuestion(questions.gaps)
    follow_ups = ListQuestion(questions.follow_ups)
    proposals = ListQuestion(questions.proposals)
    integration = Question(questions.integration)
    allocation = Question(questions.allocation)
    feedback = Question(questions.feedback)
    benchmark = ListQuestion(questions.benchmark)
    leadership = Question(questions.leadership)
    brief = Question(questions.brief)
    signals = Question(questions.signals)
    what_if = Question(planning.what_if)
    diff = Question(questions.diff)
    metrics = Question(questions.metrics)
    align = Question(questions.align)
    sources = Question(questions.sources)
    changes = ListQuestion(questions.changes)
    runs = ListQuestion(questions.runs)
    ingest = Question(transfers.ingest)
    propose = Question(transfers.propose)
    run = Question(transfers.run)
    cancel = Question(transfers.cancel)
    undo = Question(transfers.undo)
    edit = Question(transfers.edit)
    change_follow_up = Question(transfers.change_follow_up)
    judge_proposals = Question(review.judge_proposals)
    apply_proposals = Question(review.apply_proposals)
    export = Question(transfers.export)
