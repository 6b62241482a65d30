"""MCP tools: each asks one question, and answers with the document that REST gives, a summary, and who says so."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent
from pydantic import Field, TypeAdapter

from api.mcp import summaries as telling
from api.mcp.plain_text import plain, plain_values
from api.mcp.query_inputs import MOST_LISTED, Short, takes
from api.mcp.sources import Answer, SourcedAnswer, caveats_of, grounds_of
from graph.messages import text
from queries.benchmark import Benchmark
from queries.coverage import RoleCoverage
from queries.coverage_matrix import CoverageMatrix
from queries.gaps import Gaps
from queries.match import RoleMatch
from queries.parameters.benchmark import BenchmarkQuery
from queries.parameters.coverage import CoverageMatrixQuery, CoverageQuery
from queries.parameters.description import describe
from queries.parameters.gaps import GapsQuery
from queries.parameters.match import MatchQuery
from queries.parameters.plan import PlanQuery
from queries.parameters.search import SearchQuery
from queries.parameters.trace import TraceQuery
from queries.parameters.training import TrainingQuery
from queries.plan import Plan
from queries.search import SearchResult
from queries.trace import Trace
from queries.trace_node import NodeTrace
from queries.training import RoleTraining
from rolepath.client import AsyncRolepath, plans, questions
from rolepath.client.calls import Call, reader_of, reader_of_either
from rolepath.errors import NotFoundError, RolepathError

T = TypeVar("T")

AnyTrace = Trace | NodeTrace
Lang = Annotated[Literal["en", "zh"], Field(description=describe("lang"))]
RoleId = Annotated[str, Field(description=describe("tool_role"))]
_PAGE = Short(10, MOST_LISTED)
_FEW = Short(5, MOST_LISTED)


class Tools:
    """The questions of an assistant, put to one service. Each method is a tool; its text is what an assistant reads."""

    def __init__(self, client: AsyncRolepath) -> None:
        """Ask this service."""
        self._client = client

    @takes(
        TraceQuery,
        *("institution", "discipline", "employer", "host", "term", "infer", "limit"),
        limit=_FEW._replace(name="chains"),
    )
    async def trace(
        self,
        id: Annotated[str, Field(description=describe("tool_id"))],  # noqa: A002
        *,
        asked: dict[str, Any],
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[AnyTrace]]:
        """Is this competency connected from classroom, through practical training, to a job - and where is it broken?

        Returns its status (connected, unpractised, untaught, unserved, undemanded ...), the knowledge units that
        develop it, the training tasks that practise it, the responsibilities and roles that require it, the best chains
        and the weaknesses with reasons. Of a course, task, role or enterprise: which competencies it passes through,
        and what they lead to or come from.
        """
        found: AnyTrace = await self._ask(
            questions.trace_node(id, lang=lang, **asked), reader_of_either(TypeAdapter(AnyTrace))
        )
        tell = telling.tell_trace(found) if isinstance(found, Trace) else telling.tell_node_trace(found)
        return await self._told(found, tell, asked["revision"])

    @takes(
        GapsQuery,
        *("status", "flaw", "severity", "institution", "discipline", "role", "term", "focus", "limit", "cursor"),
        limit=_PAGE,
    )
    async def gaps(self, *, asked: dict[str, Any], lang: Lang = "en") -> Annotated[CallToolResult, SourcedAnswer[Gaps]]:
        """Where do the chains from classroom to position break, the gravest first, and who could close them?

        Severity: 5 neither taught nor practised though a position requires it, 4 never taught or never practised, 3
        practised on campus only, out of order or only indirectly tied, 2 another weakness, 1 not required, 0 isolated.
        Each gap names the nearest courses and tasks that could close it, and the enterprises that should lead. `counts`
        are over all competencies in focus, whatever the filters.
        """
        cursor = asked.pop("cursor", None)
        found = await self._ask(questions.gaps(lang=lang, **asked).page(cursor), reader_of(Gaps))
        return await self._told(found, telling.tell_gaps(found), asked["revision"])

    @takes(CoverageQuery, "institution", "discipline", "term", "infer")
    async def coverage(
        self, role: RoleId, *, asked: dict[str, Any], lang: Lang = "en"
    ) -> Annotated[CallToolResult, SourcedAnswer[RoleCoverage]]:
        """How much of what a role requires is taught and practised, by weight, and how does each competency stand?

        `coverage` is the share taught and practised; beside it what is taught, practised, directly connected, and
        proven by assessments. `null` means that it is not recorded what the role requires.
        """
        found = await self._ask(questions.coverage(role, lang=lang, **asked), reader_of(RoleCoverage))
        return await self._told(found, telling.tell_coverage(found), asked["revision"])

    @takes(CoverageMatrixQuery, "by", "role", "institution", "focus")
    async def coverage_matrix(
        self, *, asked: dict[str, Any], lang: Lang = "en"
    ) -> Annotated[CallToolResult, SourcedAnswer[CoverageMatrix]]:
        """Which disciplines (or courses) serve which roles? With `role`: which of the competencies that it requires."""
        found = await self._ask(questions.coverage_matrix(lang=lang, **asked), reader_of(CoverageMatrix))
        return await self._told(found, telling.tell_matrix(found), asked["revision"])

    @takes(
        PlanQuery,
        *("max_hours", "max_tasks", "have", "institution", "discipline", "term", "alternatives"),
        alternatives=Short(most=3),
    )
    async def training_plan(
        self, role: RoleId, *, asked: dict[str, Any], lang: Lang = "en"
    ) -> Annotated[CallToolResult, SourcedAnswer[Plan]]:
        """Which training tasks lead to a role, in which order, within hours and number of tasks, and why each of them?

        The choice is optimised: first as much as possible of what the role requires is both taught and practised, then
        practised, then the fewest hours. Each step says what it newly covers and what has to be learnt first;
        `unreachable` is what no task can practise. For a quick ranking instead of a plan, ask `training`.
        """
        found = await self._ask(plans.plan(role, lang=lang, **asked), reader_of(Plan))
        return await self._told(found, telling.tell_plan(found), asked["revision"])

    @takes(TrainingQuery, "have", "order", "adds_nothing", "inactive", "limit", "cursor", limit=_PAGE)
    async def training(
        self, role: RoleId, *, asked: dict[str, Any], lang: Lang = "en"
    ) -> Annotated[CallToolResult, SourcedAnswer[RoleTraining]]:
        """Which training tasks serve a role, ranked by what each practises of it? The quick answer beside the plan.

        `practised_share` is what each adds to those before. Where a role has none, `nearby` is what near roles use.
        """
        cursor = asked.pop("cursor", None)
        found = await self._ask(questions.training(role, lang=lang, **asked).page(cursor), reader_of(RoleTraining))
        return await self._told(found, telling.tell_training(found), asked["revision"])

    @takes(MatchQuery, "have", "limit", limit=_FEW)
    async def match_roles(
        self, *, asked: dict[str, Any], lang: Lang = "en"
    ) -> Annotated[CallToolResult, SourcedAnswer[RoleMatch]]:
        """Which roles come closest to what somebody holds, and what does each still ask for?"""
        found = await self._ask(plans.match(asked.pop("have"), lang=lang, **asked), reader_of(RoleMatch))
        return await self._told(found, telling.tell_match(found), asked["revision"])

    @takes(
        BenchmarkQuery,
        *("against", "kind", "difference", "limit", "cursor"),
        limit=_PAGE,
    )
    async def benchmark(
        self,
        discipline: Annotated[str, Field(description=describe("tool_discipline"))],
        *,
        asked: dict[str, Any],
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[Benchmark]]:
        """What does a national standard, or another discipline, have that a programme lacks - and the reverse?

        By courses, competencies, tasks and certificates, with what adopting or dropping each does to chains. `offered`
        lists likely standards.
        """
        cursor = asked.pop("cursor", None)
        found = await self._ask(questions.benchmark(discipline, lang=lang, **asked).page(cursor), reader_of(Benchmark))
        return await self._told(found, telling.tell_benchmark(found), asked["revision"])

    @takes(SearchQuery, "q", "kind", "limit", "cursor", q=Short(name="text"), limit=_PAGE)
    async def search(
        self, *, asked: dict[str, Any], lang: Lang = "en"
    ) -> Annotated[CallToolResult, SourcedAnswer[SearchResult]]:
        """Find the id of a competency, course, task, role or enterprise by words of its name. Begin here.

        Names in English and Chinese, aliases, codes and URIs are looked through, slips forgiven; best first.
        """
        text, cursor = asked.pop("q"), asked.pop("cursor", None)
        found = await self._ask(questions.search(text, lang=lang, **asked).page(cursor), reader_of(SearchResult))
        return await self._told(found, telling.tell_search(found), asked["revision"])

    def all(self) -> list[tuple[str, Callable[..., Any]]]:
        """Return every tool by its title, in the order in which an assistant reads them."""
        return [
            (text("assistant.tool_search"), self.search),
            (text("assistant.tool_trace"), self.trace),
            ("Gaps", self.gaps),
            (text("assistant.tool_coverage"), self.coverage),
            (text("assistant.tool_coverage_matrix"), self.coverage_matrix),
            (text("assistant.tool_training_plan"), self.training_plan),
            (text("assistant.tool_training"), self.training),
            (text("assistant.tool_match_roles"), self.match_roles),
            (text("benchmark.title"), self.benchmark),
        ]

    async def _ask(self, call: Call[Any], read: Callable[[bytes], T]) -> T:
        """Return the answer to a question of the client, as the query's own model: summaries and schemas know these.

        Raises:
            ToolError: there is none.
        """
        own: Call[T] = replace(call, read=read)
        return await _answered(self._client.ask(own))

    async def _told(self, answer: Answer, summary: list[str], revision: int | None) -> CallToolResult:
        """Return the answer, and before it in words what it says, who says so, and what to bear in mind."""
        grounds = await _answered(grounds_of(self._client, answer, revision))
        caveats = caveats_of(answer)
        lines = "\n".join([*summary, "", *telling.tell_grounds(grounds, caveats, answer.revision)])
        structured = {
            "answer": answer.model_dump(mode="json"),
            "grounds": grounds.model_dump(mode="json"),
            "caveats": caveats,
            "revision": answer.revision,
        }
        told = TextContent(type="text", text=lines)
        return CallToolResult(content=[told], structured_content=plain_values(structured))


async def _answered(asked: Awaitable[T]) -> T:
    """Return the answer.

    Raises:
        ToolError: there is none; it says why, and what to do about it, in the words of the problem.
    """
    try:
        return await asked
    except NotFoundError as error:
        hint = "" if error.near else text("assistant.how_to_find")
        raise ToolError(plain(f"{error}{hint}")) from error
    except RolepathError as error:
        raise ToolError(plain(str(error))) from error
