"""Levels of skill as Chinese standards word them: five of an occupation (五级 to 一级), three of a certificate."""

import re

OCCUPATIONAL = (
    ("五级", "初级工"),
    ("四级", "中级工"),
    ("三级", "高级工"),
    ("二级", "技师"),
    ("一级", "高级技师"),
)
GRADES = ("初级", "中级", "高级")
_NUMBERING = r"[0-9０-９.．\s]*"
_FIVE = re.compile(rf"{_NUMBERING}(五级|四级|三级|二级|一级)(?:\s*/\s*(?:初级工|中级工|高级工|技师|高级技师))?")
_FIVE_BY_NAME = re.compile(rf"{_NUMBERING}(初级工|中级工|高级工|高级技师|技师)")
_THREE = re.compile(rf"(?:{_NUMBERING}|.{{0,40}}[（(])(初级|中级|高级)[）)]?")


def proficiency(text: str) -> tuple[int, str] | None:
    """Return the level that a heading or caption names, from 1, the lowest, and its name; None where it names none.

    >>> proficiency("3.1 五级/初级工"), proficiency("表 2 示范职业技能等级要求（中级）"), proficiency("职业概况")
    ((1, '五级/初级工'), (2, '中级'), None)
    """
    text = text.strip()
    if found := _FIVE.fullmatch(text):
        number = next(n for n, (grade, _) in enumerate(OCCUPATIONAL, 1) if grade == found[1])
        return number, "/".join(OCCUPATIONAL[number - 1])
    if found := _FIVE_BY_NAME.fullmatch(text):
        number = next(n for n, (_, name) in enumerate(OCCUPATIONAL, 1) if name == found[1])
        return number, "/".join(OCCUPATIONAL[number - 1])
    found = _THREE.fullmatch(text)
    return (GRADES.index(found[1]) + 1, found[1]) if found else None
