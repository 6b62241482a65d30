"""Documents in the forms of China's vocational education, damaged at random: read or refused, each record counted."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.errors import InputError
from graph.model import parse_id
from graph.schema import KINDS
from ingest.draft import Draft
from ingest.formats.moe import (
    competency_analyses,
    curriculum_plans,
    occupations,
    programmes,
    skill_standards,
    teaching_standards,
)
from tests.support.samples.college_forms import (
    CHAPTERS,
    CORE,
    END,
    FIELDS,
    FRONT,
    ORIENTATION,
    OUTCOMES,
    POSTS,
    SCHEDULE,
    TASK,
)
from tests.support.samples.moe import OCCUPATIONS, PROGRAMMES, STANDARD
from tests.support.soak import record, rounds
from tests.support.word_tables import Rows

WIDE = str.maketrans("0123456789.|()", "０１２３４５６７８９．|（）")
STRAY = ("\x00", "\ufeff", "|", "\n", "（", "-1", "1e309", "９９９９９", "\u202e", "第", "P-1.1.1", "9" * 30, "十三")


def table(rows: Rows) -> str:
    """Return the rows as a table of Markdown, cells that others span left empty."""
    lines = [
        "| " + " | ".join("" if cell in "^<" else cell.replace("\n", "<br>") for cell in row) + " |" for row in rows
    ]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


DOCUMENTS: dict[str, tuple[str, Callable[[Path], Draft]]] = {
    "plan": (
        "\n".join([FRONT, table(ORIENTATION), OUTCOMES, table(CORE), "七、教学进程总体安排", table(SCHEDULE), END]),
        curriculum_plans.read,
    ),
    "analysis": (
        "\n\n".join(["# 灯塔技术专业职业能力分析表", table(FIELDS), "工作任务1：灯器装配", table(TASK), table(POSTS)]),
        competency_analyses.read,
    ),
    "teaching standard": (CHAPTERS, teaching_standards.read),
    "skill standard": (STANDARD, skill_standards.read),
    "programme": (PROGRAMMES, programmes.read),
    "occupation": (OCCUPATIONS, occupations.read),
}


def damaged(text: str, chance: random.Random) -> str:
    """Return the text cut, with lines lost, moved, repeated, columns in another order, other widths, stray text."""
    lines = text.splitlines() or [""]
    at, other, cut = chance.randrange(len(lines)), chance.randrange(len(lines)), chance.randrange(len(text) + 1)
    match chance.randrange(8):
        case 0:
            return text[:cut]
        case 1:
            return text[:cut] + text[cut + chance.randrange(60) :]
        case 2:
            return text[:cut] + chance.choice(STRAY) + text[cut:]
        case 3:
            return text.translate(WIDE)
        case 4:
            lines[at], lines[other] = lines[other], lines[at]
        case 5:
            lines[at] *= chance.randrange(40)
        case 6:
            order = list(range(30))
            chance.shuffle(order)
            lines = [moved(line, order) if line.startswith("|") else line for line in lines]
        case 7:
            lines.insert(at, lines[other])
    return "\n".join(lines)


def moved(line: str, order: list[int]) -> str:
    """Return a row of a table with its columns in another order."""
    cells = line.strip("|").split("|")
    return "|" + "|".join(cells[at] for at in order if at < len(cells)) + "|"


def faults(draft: Draft) -> Iterator[str]:
    """Yield what no reading may come to: records that are not counted, values that the schema does not take."""
    if draft.read != draft.accepted + len(draft.rejected) + draft.skipped.total() or draft.accepted < 0:
        yield f"{draft.read} read, {draft.accepted} accepted"
    for node, (kind, values) in draft.nodes.items():
        for name, value in json.loads(values).items():
            KINDS[kind].property(name).type.parse(str(value))
        parse_id(node)
    yield from (str(one) for one in draft.problems if not (one.file and one.row))


@pytest.mark.soak
def test_damaged_documents_are_read_or_refused(tmp_path: Path) -> None:
    """Nothing ends in a defect: values are those of the schema, every problem has file and row, the counts add up."""
    chance, wrong, refused = random.Random(18), list[str](), 0
    many = rounds(20, 5000)
    for name, (text, read) in DOCUMENTS.items():
        for number in range(many):
            broken = text
            for _ in range(chance.randrange(4)):
                broken = damaged(broken, chance)
            (tmp_path / "a.md").write_text(broken, encoding="utf-8")
            try:
                wrong += [f"{name} {number}: {fault}" for fault in faults(read(tmp_path / "a.md"))]
            except InputError:
                refused += 1
    record("damaged forms", documents=many * len(DOCUMENTS), refused=refused, wrong=len(wrong))
    assert wrong == []
