"""What can be asked along with a question: the parameters that routes share. A parameter that is unknown is refused."""

import unicodedata
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, ConfigDict, Field

from graph.messages import Language
from graph.model import Frozen, NodeId
from graph.schema import KINDS
from queries.parameters.search import NodeOrder
from queries.semantics.scope import EVERYTHING, Scope

MOST_ITEMS = 1000
"""The longest page."""
MOST_FIELDS_LENGTH = 2000
"""How long the text of `fields` may be."""
MOST_REVISION = 2**53
"""The highest revision that may be asked for; JSON holds no higher number exactly."""
WAIT_S = 2.0
"""How long an answer waits for the revision that is asked for at least."""


def composed(text: str) -> NodeId:
    """Return the id in Unicode's NFC form, as ids are kept."""
    return NodeId(text if text.isascii() else unicodedata.normalize("NFC", text))


Id = Annotated[NodeId, Field(min_length=1, max_length=200), AfterValidator(composed)]
"""An id as it is asked for, in Unicode's NFC form, as ids are kept."""

NodeIdInPath = Annotated[str, Path(alias="id", description="The node's id.", max_length=200), AfterValidator(composed)]
RoleIdInPath = Annotated[
    str,
    Path(
        alias="id",
        description="The role's id.",
        max_length=200,
    ),
    AfterValidator(composed),
]
CompetencyIdInPath = Annotated[
    str,
    Path(
        alias="id",
        description="The competency's id, or any other id of its class.",
        max_length=200,
    ),
    AfterValidator(composed),
]


EnterpriseIdInPath = Annotated[
    str,
    Path(
        alias="id",
        description="The enterprise's id.",
        max_length=200,
    ),
    AfterValidator(composed),
]


class Shaped(Frozen):
    """Which part of an answer is wanted."""

    fields: str | None = Field(
        None,
        min_length=1,
        max_length=MOST_FIELDS_LENGTH,
        pattern=r"^\w+(\.\w+)*(,\w+(\.\w+)*)*$",
        description="Only these fields of the answer, by commas, with dots for what is within: "
        "`items.competency.name,items.status`. `revision` and `next` always stay.",
    )


class Fresh(Frozen):
    """From which revision of the graph on an answer is wanted."""

    min_revision: int | None = Field(
        None,
        ge=0,
        le=MOST_REVISION,
        description=f"Answer from this revision of the graph or a later one: waits up to {WAIT_S:g} s for it, "
        "then it is 409.",
    )


class Asked(Fresh, Shaped):
    """What every question may ask."""

    lang: Language = Field("en", description="The language of names: `zh` for Chinese where there is a Chinese name.")


class Tabled(Frozen):
    """As what the answer comes."""

    format: Literal["json", "csv"] | None = Field(
        None,
        description="`csv` is a table for spreadsheets, one row for each item, in UTF-8; goes before the header "
        "`Accept`, which can say `text/csv` too.",
    )


class AskedTable(Tabled, Asked):
    """What a question may ask whose answer is a table too."""


class AskedPage(AskedTable):
    """Which part of a list is wanted."""

    limit: int = Field(20, ge=1, le=MOST_ITEMS, description="How many items a page has at most.")
    cursor: str | None = Field(
        None,
        max_length=200,
        description="Where the page begins: `next` of the page before. None begins the list.",
        json_schema_extra={"pattern": "^[0-9]+\\.[0-9a-f]+\\.[0-9]+$"},
    )


class AskedNodes(AskedPage):
    """Which nodes of a kind are listed."""

    title: str | None = Field(
        None, min_length=1, max_length=200, description="Part of a name, a code or an alias, in any case and language."
    )
    code: str | None = Field(None, min_length=1, max_length=200, description="The exact code.")
    vocabulary: str | None = Field(
        None, max_length=200, description="Only of this vocabulary: the prefix of ids, such as `esco`."
    )
    sort: NodeOrder = Field("id", description="What the list is by: `id` or `name`.")


class AskedNode(Asked):
    """How much of a node is shown."""

    limit: int = Field(
        50, ge=1, le=MOST_ITEMS, description="How many neighbours of each relation and direction are listed at most."
    )


class Surroundings(Frozen):
    """What a question about one role is narrowed to."""

    discipline: Id | None = Field(None, description="Only what this discipline teaches, and the training it schedules.")
    course: Id | None = Field(None, description="Only what this course teaches, and the training it schedules.")
    employer: Id | None = Field(None, description="Only the roles that this enterprise employs.")
    host: Id | None = Field(None, description="Only the training that this enterprise, campus or incubator hosts.")
    term: int | None = Field(None, ge=1, le=1000, description="Only what is due by this term; what is undated counts.")
    min_weight: float = Field(0.0, ge=0, le=1, description="Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.")

    def scope(self) -> Scope:
        """Return the scope that was asked for."""
        asked = self.model_dump(include=Scope.model_fields.keys() & self.model_fields_set)
        return Scope.model_validate(asked) if asked else EVERYTHING


class AskedSurroundings(Surroundings, Asked):
    """What a question about one role may ask."""


class Widened(Frozen):
    """What else may count besides what is stated of a competency itself; answers mark it."""

    infer: bool = Field(
        False, description="Count a task as practising what the responsibilities that it prepares for require."
    )
    close: bool = Field(False, description="Let what is close to a competency (CLOSE_TO) count for it.")
    roll_up: bool = Field(False, description="Let narrower competencies, taught and practised, count for the broader.")
    roll_up_share: float = Field(
        0.5, gt=0, le=1, description="With `roll_up`: which share of the narrower ones must be taught and practised."
    )


class AskedScope(AskedSurroundings):
    """What a question is narrowed to."""

    role: Id | None = Field(None, description="Only this role.")
    roles: Literal["targeted", "all"] = Field(
        "targeted", description="In the gaps of a discipline: the roles that it targets, or `all`."
    )


class AskedTrace(Widened, AskedScope):
    """What a trace is narrowed to, what counts in it, and how many chains it lists."""

    limit: int = Field(
        20, ge=1, le=MOST_ITEMS, description="How many chains are listed at most, best first; all are counted."
    )


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"there is no kind {kind!r}; the kinds are {', '.join(KINDS)}")
    return kind


KindName = Annotated[str, Field(json_schema_extra={"enum": list(KINDS)}), AfterValidator(_known)]


class ScopeWanted(Surroundings):
    """What a question about one role is narrowed to, within a body: there, a number is no text and no truth value."""

    model_config = ConfigDict(strict=True)
