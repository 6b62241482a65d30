"""Course or training task of a college's plan, gathered from the rows of several tables that name it."""

import re
import unicodedata
from dataclasses import dataclass, field

from ingest.draft import Place
from ingest.formats.moe.text_repair import normalised, repaired

_MARKS = r"[*＊※★☆▲△◆◇●■#§†‡①-⑳\s]"
_AROUND = re.compile(rf"^{_MARKS}+|{_MARKS}+$|^[0-9]{{1,2}}[.、．]\s*(?=\D)|\[[0-9]{{1,2}}\]$")
_FIGURE = re.compile(r"(?P<figure>[0-9]+(?:\.[0-9]+)?)(?P<unit>学分|学时|课时|节|分|周|[Ww])?(?:/[^0-9]*)?\*?")
_NOTHING = re.compile(r"[-—–/\\*·√●○☆★△▲无\s]*")
_TASK = re.compile(
    r"(?:实训|实习|见习|课程设计|毕业设计|毕业论文|毕业综合实践|综合实践|综合训练|技能训练|大作业)(?:(?:[（(].*[）)])|[IVⅠ-Ⅵ0-9一二三四五六])*"
    r"|.*(?:岗位|顶岗|跟岗|认识|毕业)实习.*|.*毕业(?:设计|论文).*"
)
_SCHOOLING = re.compile("军训|军事|入学教育|毕业教育|劳动|安全教育|社会实践|志愿|毕业鉴定|国防|入学")
_PRACTICE = re.compile(
    "实践性?教学|集中实践|集中性实践|实践性环节|实践环节|实习实训|实训实习|实训课|综合实训|实训环节|实习环节"
)
_KINDS = (
    (re.compile("岗位实习|顶岗|跟岗|实习|见习"), "position_practice"),
    (re.compile("毕业"), "graduation_project"),
    (re.compile("课程设计|大作业"), "course_project"),
    (re.compile("竞赛|大赛"), "competition"),
    (re.compile("创业"), "entrepreneurship_training"),
    (re.compile("创新"), "innovation_training"),
)


@dataclass
class PlanCourse:
    """What the tables say of a course, or of a training task; hours and credits are None where none is stated."""

    place: Place
    name: str
    code: str = ""
    label: str = ""
    is_task: bool = False
    credits: float | None = None
    total: float | None = None
    theory: float | None = None
    practice: float | None = None
    weeks: float | None = None
    terms: set[int] = field(default_factory=set)
    description: list[str] = field(default_factory=list)
    goals: list[tuple[Place, str]] = field(default_factory=list)
    units: list[tuple[Place, str]] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The name as it is however it is set."""
        return normalised(self.name)

    @property
    def kind(self) -> str:
        """Which sort of training task it is, by its name."""
        return next((kind for pattern, kind in _KINDS if pattern.search(self.name)), "lab")


FIGURES = ("credits", "total", "theory", "practice", "weeks")
"""The fields that are numbers."""


def course_name(text: str) -> str:
    r"""Return the name without marks of footnotes and a number before it.

    >>> course_name("1.灯器\n原理*"), course_name("★ PLC 编程（一）")
    ('灯器原理', 'PLC 编程（一）')
    """
    name = repaired(" ".join(text.split()))
    while (shorter := _AROUND.sub("", name)) != name:
        name = shorter
    return name


def figure(text: str) -> tuple[float | None, bool]:
    """Return the number in a cell, and whether the cell is plain: nothing, a number, or one with its unit.

    >>> figure("６４"), figure("2.5学分"), figure("—"), figure("见表3")
    ((64.0, True), (2.5, True), (None, True), (None, False))
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if _NOTHING.fullmatch(plain):
        return None, True
    found = _FIGURE.fullmatch(plain)
    return (float(found["figure"]), True) if found else (None, False)


def in_weeks(text: str) -> bool:
    """Say whether the number in a cell counts weeks."""
    return re.search("[0-9](?:周|[wW])", unicodedata.normalize("NFKC", text)) is not None


def is_training(name: str, label: str) -> bool:
    """Say whether a row is training at work or for it: by its name, or by the part of the plan that it stands in.

    >>> is_training("PLC 实训", ""), is_training("军事技能训练", "实践教学环节"), is_training("灯器原理", "专业课")
    (True, False, False)
    """
    if _SCHOOLING.search(name):
        return False
    return (_TASK.search(name) is not None and _ends_as_task(name)) or _PRACTICE.search(label) is not None


def _ends_as_task(name: str) -> bool:
    return any(found.end() == len(name) for found in _TASK.finditer(name))
