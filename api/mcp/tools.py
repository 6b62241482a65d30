"""MCP tools: each asks one question, and answers with the document that REST gives, a summary, and who says so."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent
from pydantic import Field, TypeAdapter

from api.mcp import summaries as telling
from api.mcp.sources import Answer, SourcedAnswer, caveats_of, grounds_of
from graph.schema import KINDS
from queries.coverage import RoleCoverage
from queries.coverage_matrix import CoverageMatrix
from queries.gaps import Gaps
from queries.match import RoleMatch
from queries.parameters.coverage import By
from queries.plan import Plan
from queries.search import FoundNodes
from queries.semantics.chain_status import ChainStatus
from queries.semantics.weakness import Weakness
from queries.trace import Trace
from queries.trace_node import NodeTrace
from queries.training import RoleTraining
from rolepath import AsyncRolepath, NotFoundError, RolepathError
from rolepath.client import plans, questions
from rolepath.client.calls import Call, reading, reading_either

T = TypeVar("T")

AnyTrace = Trace | NodeTrace
Lang = Annotated[Literal["en", "zh"], Field(description="The language of names: zh where there is a Chinese name.")]
RoleId = Annotated[str, Field(description="The role's id, such as poly:r.integration-assistant; `search` finds ids.")]
Have = Annotated[
    Sequence[str], Field(description="Ids of competencies, knowledge units and training tasks that are held already.")
]
Discipline = Annotated[
    str | None, Field(description="Id of a discipline: only what it teaches, and the training it schedules.")
]
Employer = Annotated[str | None, Field(description="Id of an enterprise: only the roles that it employs.")]
Host = Annotated[str | None, Field(description="Id of a host: only the training that it gives.")]
Term = Annotated[int | None, Field(ge=1, le=1000, description="Only what is due by this term; undated counts.")]
Infer = Annotated[
    bool,
    Field(description="Count a task as practising what the responsibilities that it prepares for require."),
]
Cursor = Annotated[str | None, Field(description="Where the page begins: `next` of the page before.")]
KindName = Annotated[
    str | None, Field(description="Only nodes of this kind.", json_schema_extra={"enum": [*KINDS, None]})
]


class Tools:
    """The questions of an assistant, put to one service. Each method is a tool; its text is what an assistant reads."""

    def __init__(self, client: AsyncRolepath) -> None:
        """Ask this service."""
        self._client = client

    async def trace(
        self,
        id: Annotated[str, Field(description="The id of a competency, or of any other node; `search` finds ids.")],  # noqa: A002
        discipline: Discipline = None,
        employer: Employer = None,
        host: Host = None,
        term: Term = None,
        *,
        infer: Infer = False,
        chains: Annotated[int, Field(ge=1, le=50, description="How many chains are listed at most.")] = 5,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[AnyTrace]]:
        """Is this competency connected from classroom, through practical training, to a job - and where is it broken?

        Returns its status (connected, unpractised, untaught, unserved, undemanded ...), the knowledge units that
        develop it, the training tasks that practise it, the responsibilities and roles that require it, the best chains
        and the weaknesses with reasons. Of a course, task, role or enterprise: which competencies it passes through,
        and what they lead to or come from.
        """
        asked = questions.trace_node(
            id, discipline=discipline, employer=employer, host=host, term=term, infer=infer, limit=chains, lang=lang
        )
        found: AnyTrace = await self._ask(asked, reading_either(TypeAdapter(AnyTrace)))
        tell = telling.tell_trace(found) if isinstance(found, Trace) else telling.tell_node_trace(found)
        return await self._told(found, tell)

    async def gaps(
        self,
        status: Annotated[ChainStatus | None, Field(description="Only gaps of this status.")] = None,
        *,
        flaw: Annotated[Weakness | None, Field(description="Only connected competencies with this weakness.")] = None,
        severity: Annotated[int, Field(ge=0, le=5, description="At least so severe; 5 is the gravest.")] = 0,
        discipline: Discipline = None,
        role: Annotated[str | None, Field(description="Id of a role: only what it requires.")] = None,
        term: Term = None,
        limit: Annotated[int, Field(ge=1, le=50, description="How many gaps a page has.")] = 10,
        cursor: Cursor = None,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[Gaps]]:
        """Where do the chains from classroom to position break, the gravest first, and who could close them?

        Severity: 5 neither taught nor practised though a position requires it, 4 never taught or never practised, 3
        practised on campus only, out of order or only indirectly tied, 2 another weakness, 1 not required, 0 isolated.
        Each gap names the nearest courses and tasks that could close it, and the enterprises that should lead. `counts`
        are over all competencies, whatever the filters.
        """
        pages = questions.gaps(
            status=status,
            flaw=flaw,
            severity=severity,
            discipline=discipline,
            role=role,
            term=term,
            limit=limit,
            lang=lang,
        )
        found = await self._ask(pages.page(cursor), reading(Gaps))
        return await self._told(found, telling.tell_gaps(found))

    async def coverage(
        self, role: RoleId, discipline: Discipline = None, term: Term = None, *, infer: Infer = False, lang: Lang = "en"
    ) -> Annotated[CallToolResult, SourcedAnswer[RoleCoverage]]:
        """How much of what a role requires is taught and practised, by weight, and how does each competency stand?

        `coverage` is the share taught and practised; beside it what is taught, practised, directly connected, and
        proven by assessments. `null` means that it is not recorded what the role requires.
        """
        asked = questions.coverage(role, discipline=discipline, term=term, infer=infer, lang=lang)
        found = await self._ask(asked, reading(RoleCoverage))
        return await self._told(found, telling.tell_coverage(found))

    async def coverage_matrix(
        self,
        by: Annotated[By, Field(description="What the rows are.")] = "discipline",
        role: Annotated[str | None, Field(description="Id of a role: the columns are what it requires.")] = None,
        *,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[CoverageMatrix]]:
        """Which disciplines (or courses) serve which roles? With `role`: which of the competencies that it requires."""
        found = await self._ask(questions.coverage_matrix(by=by, role=role, lang=lang), reading(CoverageMatrix))
        return await self._told(found, telling.tell_matrix(found))

    async def training_plan(
        self,
        role: RoleId,
        *,
        max_hours: Annotated[float | None, Field(gt=0, le=100_000, description="No more hours than this.")] = None,
        max_tasks: Annotated[
            int | None, Field(ge=1, le=10_000, description="No more training tasks than this.")
        ] = None,
        have: Have = (),
        discipline: Discipline = None,
        term: Term = None,
        alternatives: Annotated[int, Field(ge=0, le=3, description="How many of the next best plans, too.")] = 0,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[Plan]]:
        """Which training tasks lead to a role, in which order, within hours and number of tasks, and why each of them?

        The choice is optimised: first as much as possible of what the role requires is both taught and practised, then
        practised, then the fewest hours. Each step says what it newly covers and what has to be learnt first;
        `unreachable` is what no task can practise. For a quick ranking instead of a plan, ask `training`.
        """
        asked = plans.plan(
            role,
            max_hours=max_hours,
            max_tasks=max_tasks,
            have=have,
            discipline=discipline,
            term=term,
            alternatives=alternatives,
            lang=lang,
        )
        found = await self._ask(asked, reading(Plan))
        return await self._told(found, telling.tell_plan(found))

    async def training(
        self,
        role: RoleId,
        have: Have = (),
        *,
        limit: Annotated[int, Field(ge=1, le=50, description="How many tasks a page has.")] = 10,
        cursor: Cursor = None,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[RoleTraining]]:
        """Which training tasks serve a role, ranked by what each newly covers? The quick answer beside the plan."""
        pages = questions.training(role, have=have, limit=limit, lang=lang)
        found = await self._ask(pages.page(cursor), reading(RoleTraining))
        return await self._told(found, telling.tell_training(found))

    async def match_roles(
        self,
        have: Annotated[
            list[str], Field(min_length=1, description="Ids of competencies, knowledge units, tasks held.")
        ],
        *,
        limit: Annotated[int, Field(ge=1, le=50, description="How many roles are listed.")] = 5,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[RoleMatch]]:
        """Which roles come closest to what somebody holds, and what does each still ask for?"""
        found = await self._ask(plans.match(have, limit=limit, lang=lang), reading(RoleMatch))
        return await self._told(found, telling.tell_match(found))

    async def search(
        self,
        text: Annotated[
            str,
            Field(min_length=1, max_length=200, description="Part of an id, name, code or alias, in any language."),
        ],
        kind: KindName = None,
        *,
        limit: Annotated[int, Field(ge=1, le=50, description="How many are listed.")] = 10,
        cursor: Cursor = None,
        lang: Lang = "en",
    ) -> Annotated[CallToolResult, SourcedAnswer[FoundNodes]]:
        """Find the id of a competency, course, task, role or enterprise by a part of its name. Begin here.

        Names in English and Chinese, codes and aliases are looked through; what is called exactly so comes first.
        """
        pages = questions.search(text, kind=kind, limit=limit, lang=lang)
        found = await self._ask(pages.page(cursor), reading(FoundNodes))
        return await self._told(found, telling.tell_search(found))

    def all(self) -> list[tuple[str, Callable[..., Any]]]:
        """Return every tool by its title, in the order in which an assistant reads them."""
        return [
            ("Find ids", self.search),
            ("Trace a chain", self.trace),
            ("Gaps", self.gaps),
            ("Coverage of a role", self.coverage),
            ("Coverage matrix", self.coverage_matrix),
            ("Training plan", self.training_plan),
            ("Ranked training", self.training),
            ("Roles that fit", self.match_roles),
        ]

    async def _ask(self, call: Call[Any], read: Callable[[bytes], T]) -> T:
        """Return the answer to a question of the client, as the query's own model: summaries and schemas know these.

        Raises:
            ToolError: there is none.
        """
        own: Call[T] = replace(call, read=read)
        return await _answered(self._client.ask(own))

    async def _told(self, answer: Answer, summary: list[str]) -> CallToolResult:
        """Return the answer, and before it in words what it says, who says so, and what to bear in mind."""
        grounds = await _answered(grounds_of(self._client, answer))
        caveats = caveats_of(answer)
        text = "\n".join([*summary, "", *telling.tell_grounds(grounds, caveats, answer.revision)])
        structured = {
            "answer": answer.model_dump(mode="json"),
            "grounds": grounds.model_dump(mode="json"),
            "caveats": caveats,
            "revision": answer.revision,
        }
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structured)


async def _answered(asked: Awaitable[T]) -> T:
    """Return the answer.

    Raises:
        ToolError: there is none; it says why, and what to do about it, in the words of the problem.
    """
    try:
        return await asked
    except NotFoundError as error:
        hint = "" if error.near else " Find ids by a part of the name with the tool `search`."
        raise ToolError(f"{error}{hint}") from error
    except RolepathError as error:
        raise ToolError(str(error)) from error
