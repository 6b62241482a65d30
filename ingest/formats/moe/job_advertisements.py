"""Reader of tables of job advertisements, as job boards and those who gather them write them: a row an advertisement.

The columns are those that public collections of such tables share: post, city, company, pay, education, description,
day (岗位名称, 城市, 公司名称, 薪资, 学历要求, 岗位描述, 发布时间).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import NOTHING_STATED, NodeId, Source, Value
from ingest.draft import Draft, Place
from ingest.formats.framework import FrameworkReader, data_files, named_column, one_line
from ingest.formats.moe.form_table import TABLE_ENDINGS, form_tables
from ingest.formats.moe.identity import text_hash
from ingest.formats.moe.requirement_table import unnumbered
from ingest.progress import OnProgress
from ingest.readers import Table

SOURCE = Source(
    name="招聘信息",
    licence="As stated by the job board, or by whoever gathered the advertisements.",
    rank=300,
)
REPLACES = ("Role", "Enterprise", "JobResponsibility", "EMPLOYS", "HAS_RESPONSIBILITY")
PREFIX = "ad"
POST = ("岗位名称", "职位名称", "招聘岗位", "岗位", "职位", "job title", "title")
COMPANY = ("公司名称", "企业名称", "单位名称", "招聘单位", "公司", "company")
CITY = ("城市", "工作城市", "工作地点", "工作地区", "地区", "city", "location")
PAY = ("薪资", "薪酬", "薪资范围", "工资", "月薪", "salary")
EDUCATION = ("学历要求", "学历", "education")
TEXT = ("岗位描述", "职位描述", "岗位职责", "工作内容", "描述", "description")
DAY = ("发布时间", "发布日期", "更新时间", "日期", "date")
OPENINGS = ("招聘人数", "人数", "openings")
_DUTIES = re.compile(r"(?:岗位职责|工作职责|职责描述|主要职责|工作内容|职位描述|岗位描述)\s*[】\]]?\s*[:：]?")
_DEMANDS = re.compile(r"(?:任职要求|任职资格|岗位要求|职位要求|招聘要求|任职条件|资格要求)")
_BEFORE_ITEM = re.compile(r"[\n；;]|(?<=[。；;\s])(?=[（(]?[0-9]{1,2}[)）、.．]\s*\D)")
_CONTACTS = re.compile(r"1[3-9][0-9]{9}|[0-9]{3,4}-[0-9]{7,8}|[\w.+-]+@[\w-]+\.[\w.]+")
_COUNT = re.compile(r"[0-9]{1,6}")
_SHORTEST_DUTY = 4


@dataclass
class AdvertisedPost:
    """What the advertisements of one post say together."""

    place: Place
    name: str
    advertisements: int = 0
    cities: Counter[str] = field(default_factory=Counter)
    education: Counter[str] = field(default_factory=Counter)
    pay: Counter[str] = field(default_factory=Counter)
    days: list[str] = field(default_factory=list)
    text: str = ""


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the advertisements say: posts as roles, who employs for them, with openings, and their duties.

    `path` is a table (.xlsx, .ods, .xls, .csv), or a folder of such. The tables are all that the source states.
    Requirements in the text stay text. Phone numbers and mail addresses are left out.

    Raises:
        InputError: no table has posts and companies, or a file cannot be read.
    """
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), path.name or str(path)))
    draft = Draft(SOURCE)
    draft.replaces = set(REPLACES)
    reader = AdvertisementReader(draft, on_progress)
    others = []
    for file in data_files(path, TABLE_ENDINGS) if path.is_dir() else [path]:
        tables = form_tables(file, draft.note, *POST, *COMPANY, *CITY, *PAY, *EDUCATION, *TEXT, *DAY, *OPENINGS)
        found = [table for table in tables if _has(table, POST) and _has(table, COMPANY)]
        for table in found:
            reader.advertisements(table)
        if not found:
            others.append(file.name)
    if not draft.read:
        raise InputError(Problem(message("moe.no_advertisements"), path.name))
    reader.state()
    if others:
        draft.note(message("framework.unneeded", files=others))
    return draft


def _has(table: Table, names: Sequence[str]) -> bool:
    return named_column(table, *names) is not None


class AdvertisementReader(FrameworkReader):
    """Gathers advertisements by post and company first: what many say of one is one node."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None) -> None:
        """Read into the draft."""
        super().__init__(draft, on_progress)
        self._posts: dict[NodeId, AdvertisedPost] = {}
        self._employers: dict[NodeId, tuple[Place, str, Counter[str]]] = {}
        self._openings: Counter[tuple[NodeId, NodeId]] = Counter()
        self._places: dict[tuple[NodeId, NodeId], Place] = {}
        self._seen: set[tuple[str, ...]] = set()
        self._contacts = 0

    def advertisements(self, table: Table) -> None:
        """Gather the rows of a table; one that stands once more, word by word, counts once."""
        at = [named_column(table, *names) for names in (POST, COMPANY, CITY, PAY, EDUCATION, TEXT, DAY, OPENINGS)]
        for place, cells in self.rows(table):
            values = [cells[one] if one is not None else "" for one in at]
            post = self.name(place, table.header[at[0] or 0], values[0])
            company = self.name(place, table.header[at[1] or 0], values[1])
            if post is None or company is None:
                continue
            if tuple(values) in self._seen:
                self.draft.skip(message("moe.advertised_twice"))
                continue
            self._seen.add(tuple(values))
            self._gather(place, post, company, values[2:])

    def _gather(self, place: Place, post: str, company: str, values: Sequence[str]) -> None:
        city, pay, education, text, day, openings = values
        role, employer = NodeId(f"{PREFIX}:r{text_hash(post)}"), NodeId(f"{PREFIX}:e{text_hash(company)}")
        found = self._posts.setdefault(role, AdvertisedPost(place, post))
        found.advertisements += 1
        for counter, value in ((found.cities, city), (found.education, education), (found.pay, pay)):
            if value:
                counter[one_line(value)] += 1
        if day:
            found.days.append(one_line(day))
        text, contacts = _CONTACTS.subn("…", text)
        self._contacts += contacts
        found.text = max(found.text, text, key=lambda one: (len(one), one))
        at = self._employers.setdefault(employer, (place, company, Counter()))
        if city:
            at[2][one_line(city)] += 1
        number = _COUNT.search(openings)
        self._openings[employer, role] += int(number[0]) if number else 1
        self._places.setdefault((employer, role), place)
        for duty in duties(text):
            self._duty(place, role, duty)

    def _duty(self, place: Place, role: NodeId, name: str) -> None:
        duty = NodeId(f"{role}.d{text_hash(name)}")
        if duty not in self.draft.nodes:
            self.draft.state_node(place, duty, "JobResponsibility", {"name": name, "name_zh": name})
            self.draft.state_link(place, (role, "HAS_RESPONSIBILITY", duty), NOTHING_STATED)

    def state(self) -> None:
        """State posts, employers, and who employs for what."""
        for role, post in self._posts.items():
            values: dict[str, Value] = {"name": post.name, "name_zh": post.name, "kind": "employed"}
            values["framework"] = self.draft.source.name
            values["extra"] = json.dumps(_figures(post), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            if post.text:
                values["description"] = post.text[:20_000]
            self.draft.state_node(post.place, role, "Role", values)
        for employer, (place, name, cities) in self._employers.items():
            values = {"name": name, "name_zh": name, "kind": "enterprise"}
            if cities:
                values |= dict.fromkeys(("region", "region_zh"), min(cities, key=lambda city: (-cities[city], city)))
            self.draft.state_node(place, employer, "Enterprise", values)
        for (employer, role), openings in self._openings.items():
            place = self._places[employer, role]
            self.draft.state_link(place, (employer, "EMPLOYS", role), (None, None, None, openings, None))
        if self._contacts:
            self.draft.note(message("moe.contacts", n=self._contacts))


def duties(text: str) -> Iterator[str]:
    """Yield the duties that a text lists: what stands behind their heading, up to that of the requirements.

    >>> list(duties("岗位职责：1、巡检灯塔；2、更换灯器。任职要求：大专以上"))
    ['巡检灯塔', '更换灯器']
    >>> list(duties("大专以上，吃苦耐劳"))
    []
    """
    found = _DUTIES.search(text)
    if found is None:
        return
    body = text[found.end() :]
    end = _DEMANDS.search(body)
    seen = set()
    for part in _BEFORE_ITEM.split(body[: end.start()] if end else body):
        name = one_line(unnumbered(part.strip("【】[] ")))[:2000]
        if len(name) >= _SHORTEST_DUTY and name not in seen:
            seen.add(name)
            yield name


def _figures(post: AdvertisedPost) -> dict[str, object]:
    """Return what is counted of a post, each value with how often it stands."""
    figures: dict[str, object] = {"advertisements": post.advertisements}
    for name, counter in (("cities", post.cities), ("education", post.education), ("pay", post.pay)):
        if counter:
            figures[name] = dict(sorted(counter.items()))
    if post.days:
        figures["days"] = [min(post.days), max(post.days)]
    return figures
