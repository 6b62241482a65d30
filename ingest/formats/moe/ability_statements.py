"""Statements of a competency analysis: posts as roles, their work as responsibilities, what it requires."""

import re
import unicodedata
from collections.abc import Sequence

from graph.messages import message
from graph.model import NOTHING_STATED, NodeId, Value
from ingest.draft import Draft, Place
from ingest.formats.framework import one_line
from ingest.formats.moe.ability_rows import Ability, AbilityRow, AbilityRows, OtherRow
from ingest.formats.moe.identity import PROGRAMMES, text_hash
from ingest.readers.documents.document_tables import DocumentTable, blocks
from ingest.readers.documents.passage import Passage

PREFIX = "pgsd"
_KINDS = {"P": "skill", "G": "ability", "S": "attitude", "D": "ability", "K": "knowledge"}
_NUMBERING = re.compile(
    r"^(?:[（(][一二三四五六七八九十0-9]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[.、]|第[一二三四五六七八九十]+部分)\s*"
)
_TITLE = re.compile(
    r"(?P<name>[^，。：:]{2,40}?)(?P<group>专业群?)?(?:岗位)?(?:\(群\)|群)?(?:典型)?(?:工作任务[与和及])?(?:职业)?(?:岗位)?(?:核心)?能力(?:[与和及](?:职业)?素[养质])?"
    r"分析(?:表|报告)?"
)
_POST = re.compile(r"(?:适用|面向|对应|职业)?岗位(?:名称)?(?:\(群\))?\s*[:：]\s*(?P<name>.{2,60})")
_SECTION = re.compile(r"(?P<name>.{2,30}?)(?P<of>专业|岗位(?:\(群\)|群)?)")
_GROUP = "岗位群"


class AbilityStatements:
    """States what one analysis says; its title, or a heading, names the post of tables that name none."""

    def __init__(self, draft: Draft, file: str) -> None:
        """State into the draft."""
        self._draft, self._file = draft, file
        self._posts: list[str] = []

    def state(self, passages: Sequence[Passage], stem: str) -> bool:
        """State the rows of all tables; False where none is one of an analysis."""
        parts = list(blocks(passages))
        tables = [part for part in parts if isinstance(part, DocumentTable)]
        rows = AbilityRows(tables)
        self._posts = _titled(stem) or [stem]
        self._titles(tables)
        stated = False
        for part in parts:
            if isinstance(part, Passage):
                if not rows.task_of(part.text):
                    self._posts = _titled(part.text) or _headed(part.text) or self._posts
            elif found := rows.read(part):
                stated = stated or any(isinstance(row, AbilityRow) for row in found)
                self.rows(found)
        return stated

    def _titles(self, tables: Sequence[DocumentTable]) -> None:
        """Take the title that stands in the first rows of sheets."""
        for table in tables:
            for row in table.rows[:2]:
                texts = set(filter(None, (cell.strip() for cell in row.cells)))
                if len(texts) == 1 and (named := _titled(texts.pop())):
                    self._posts = named

    def rows(self, found: Sequence[AbilityRow | OtherRow]) -> None:
        """State the rows, and count them."""
        self._draft.read += len(found)
        for row in found:
            if isinstance(row, OtherRow):
                self._draft.skip(message("analysis.overview" if row.is_overview else "moe.prose"))
            else:
                self._row(Place(self._file, row.passage.part, row.passage.row), row)

    def _row(self, place: Place, row: AbilityRow) -> None:
        if not row.tasks or not row.abilities:
            reason = "analysis.no_task" if row.abilities else "analysis.no_ability"
            self._draft.reject(place, message(reason), value=row.passage.text[:200])
            return
        competencies = [self._competency(place, one) for one in row.abilities]
        for post in row.posts or self._posts:
            role = NodeId(f"{PROGRAMMES}:p{text_hash(post)}")
            self._node(place, role, "Role", post, {"framework": self._draft.source.name})
            duties = [self._duty(place, role, post, row.field, task) for task in row.tasks]
            # Of several tasks in a row it is not said which of them requires what: the post does.
            for competency in competencies:
                self._link(place, duties[0] if len(duties) == 1 else role, "REQUIRES", competency)

    def _duty(self, place: Place, role: NodeId, post: str, field: str, task: str) -> NodeId:
        field = field if field != task else ""
        duty = NodeId(f"{PREFIX}:d{text_hash(post, field, task)}")
        self._node(place, duty, "JobResponsibility", task, {"description": field} if field else {})
        self._link(place, role, "HAS_RESPONSIBILITY", duty)
        return duty

    def _competency(self, place: Place, ability: Ability) -> NodeId:
        competency = NodeId(f"{PREFIX}:a{text_hash(ability.text)}")
        values: dict[str, Value] = {"kind": _KINDS[ability.sort], "framework": self._draft.source.name}
        self._node(
            place, competency, "Competency", ability.text, values | ({"code": ability.code} if ability.code else {})
        )
        return competency

    def _node(self, place: Place, node: NodeId, kind: str, name: str, values: dict[str, Value]) -> None:
        if node not in self._draft.nodes:
            name = one_line(name)[:2000]
            self._draft.state_node(place, node, kind, {"name": name, "name_zh": name, **values})

    def _link(self, place: Place, from_id: NodeId, relation: str, to_id: NodeId) -> None:
        if (from_id, relation, to_id) not in self._draft.links:
            self._draft.state_link(place, (from_id, relation, to_id), NOTHING_STATED)


def _titled(text: str) -> list[str]:
    """Return the posts that a title or a line names: those of a programme are a group of posts.

    >>> _titled("2.（职业能力分析）灯塔技术专业职业能力分析表"), _titled("适用岗位：灯塔管理员、雾号员")
    (['灯塔技术岗位群'], ['灯塔管理员', '雾号员'])
    """
    plain = unicodedata.normalize("NFKC", "".join(text.split()))
    plain = re.sub(r"^[0-9]{4,8}|^[0-9]{1,2}[.、]|\([^()]*分析\)", "", plain)
    if found := _POST.fullmatch(plain):
        return [name for name in re.split("[、,;]", found["name"]) if name]
    if (found := _TITLE.fullmatch(plain)) is None:
        return []
    return [found["name"] + _GROUP if found["group"] or "群" in plain else found["name"]]


def _headed(text: str) -> list[str]:
    """Return the post, or the group of posts of a programme, that a numbered heading names."""
    plain = unicodedata.normalize("NFKC", "".join(text.split()))
    named = _NUMBERING.sub("", plain)
    found = _SECTION.fullmatch(named) if named != plain else None
    return [] if found is None else [found["name"] + (_GROUP if found["of"] != "岗位" else "")]
