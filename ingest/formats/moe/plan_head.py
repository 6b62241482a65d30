"""Head of a college's plan: programme, code, years, college, edition, from its title, first chapters and file name."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.formats.moe.identity import PROGRAMME_CODE
from ingest.formats.moe.plan_chapters import PlanChapter
from ingest.formats.moe.plan_form import PlanTable, PlanText
from ingest.formats.moe.study_years import study_years
from ingest.formats.moe.text_repair import full_width, repaired
from ingest.readers.documents.passage import Passage

_HAN = "[\u4e00-\u9fff·]"
_COLLEGES = (
    re.compile(rf"^《?({_HAN}{{2,24}}?(?:职业技术大学|职业大学|职业技术学院|职业学院|高等专科学校|技师学院))"),
    re.compile(
        rf"^《?({_HAN}{{2,24}}?(?:职业技术学校|职业学校|中等专业学校|职业高级?中学|职业教育中心|技工学校|高级技工学校))"
    ),
    re.compile(rf"^《?({_HAN}{{2,16}}?(?:大学|学院))(?=.*(?:培养方案|教学计划))"),
)
_EDITION = re.compile(r"(20[0-9]{2})\s*(?:[-—~]20[0-9]{2})?\s*(?:级|版|年|学年)")
_TITLE = re.compile(
    r"(?:20[0-9]{2}\s*[级版年]*)?(?P<name>[^级版《》\s]{2,30}?)(?:专业)?(?:[（(][^（）()]*[)）])?"
    r"(?:专业)?(?:人才培养方案|人才培养计划|实施性教学计划|培养方案|教学计划)"
)
_NAMED = re.compile(r"专业名称(?:[（(][^（）()]*[)）])?(?:及[^：:]{0,6})?\s*[：:]\s*(?P<name>[^：:；;，,。\s]{2,40})")
_CODED = re.compile(rf"专业代码\s*[：:]?\s*(?P<code>{PROGRAMME_CODE.pattern})(?![0-9])")
_WITH_CODE = re.compile(
    rf"(?P<name>[^\s：:；;，,。、（(]{{2,40}}(?:（[^（）0-9]+方向）)?)\s*[（(]\s*(?:专业代码\s*[：:]?\s*)?(?P<code>{PROGRAMME_CODE.pattern})\s*[)）]"
)
_YEARS = re.compile(r"(?P<years>[一二三四五六]|[1-9](?:\.5)?)\s*年")
_FRONT = 60


class PlanHead(NamedTuple):
    """What the plan is of; empty where it does not say so, `passage` where the programme is named."""

    passage: Passage
    name: str
    code: str
    years: float | None
    college: str
    edition: str


def plan_head(parts: Sequence[PlanText | PlanTable], stem: str) -> PlanHead | None:
    """Return the head; None where no programme is named."""
    lines = list(_lines(parts))
    name = code = ""
    where = parts[0].table.rows[0] if isinstance(parts[0], PlanTable) else parts[0].passage
    for chapter, passage, text in lines:
        if chapter not in {PlanChapter.NAME, PlanChapter.FRONT}:
            continue
        both = _WITH_CODE.search(text) if chapter is PlanChapter.NAME or "专业" in text else None
        named = both or _NAMED.search(text)
        if named and not name:
            name, where = named["name"], passage
        if found := both or _CODED.search(text):
            code = code or found["code"]
        if chapter is PlanChapter.NAME and not name and PROGRAMME_CODE.fullmatch(text) is None:
            name, where = text.split("：")[-1].strip(), passage
        elif chapter is PlanChapter.NAME and PROGRAMME_CODE.fullmatch(text):
            code = code or text
    titles = [*(text for chapter, _, text in lines[:_FRONT] if chapter is PlanChapter.FRONT), stem]
    college = next(filter(None, map(_college, titles)), "")
    if not name:
        name = next((title["name"] for one in titles if (title := _TITLE.search(one.removeprefix(college)))), "")
    name = re.sub(r"专业$", "", re.sub(rf"^{re.escape(college)}", "", name)) if name else ""
    if not name:
        return None
    edition = next((dated[1] for one in titles if (dated := _EDITION.search(one))), "")
    return PlanHead(where, name, code, _years(lines), college, edition)


def _lines(parts: Sequence[PlanText | PlanTable]) -> Iterator[tuple[PlanChapter, Passage, str]]:
    """Yield paragraphs, and rows of tables that say one thing a row, as one line each."""
    for part in parts:
        if isinstance(part, PlanText):
            yield part.chapter, part.passage, full_width(repaired(part.text))
        elif part.chapter in {PlanChapter.NAME, PlanChapter.FRONT, PlanChapter.YEARS}:
            for row in part.table.rows:
                cells = list(dict.fromkeys(filter(None, ("".join(cell.split()) for cell in row.cells))))
                for label, value in zip(cells[::2], cells[1::2], strict=False):
                    yield part.chapter, row, full_width(f"{label}：{value}")


def _college(text: str) -> str:
    return next((found[1] for pattern in _COLLEGES if (found := pattern.search(text.strip()))), "")


def _years(lines: Sequence[tuple[PlanChapter, Passage, str]]) -> float | None:
    for chapter, _, text in lines:
        if chapter is PlanChapter.YEARS:
            behind = re.split("[：:]", text)[-1].rstrip("。")
            if (years := study_years(behind)[0]) is not None:
                return years
            if found := _YEARS.search(behind):
                return study_years(f"{found['years']}年")[0]
    return None
