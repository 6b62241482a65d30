"""Terms of study as Chinese plans word them: 第三学期, 1-4, 第二学年上, Ⅳ, counted from 1 through all years."""

import re
import unicodedata
from collections.abc import Sequence

MOST_TERMS = 12
_ORDINALS = {name: number for number, name in enumerate("一二三四五六七八九十", 1)}
_ORDINALS |= {name: number for number, name in enumerate(("I", "II", "III", "IV", "V", "VI", "VII", "VIII"), 1)}
_ORDINALS |= {"十一": 11, "十二": 12, "上": 1, "下": 2, "秋": 1, "春": 2}
_NUMBER = "(?:[0-9]{1,2}|十[一二]?|[一二三四五六七八九]|VI{0,3}|I{1,3}V?|[上下秋春])"
_TERM = re.compile(rf"第?({_NUMBER})(?:学?期(?:[0-9]{{1,2}}周)?)?|学期({_NUMBER})")
_YEAR = re.compile(rf"(?:第?({_NUMBER})(?:学年|年级|年)|大([一二三四五]))")
_ENDS = re.compile(rf"({_NUMBER})(?:-({_NUMBER}))?")


def term_of(headings: Sequence[str]) -> int | None:
    """Return the term of a column by the headings above it, topmost first; one of a year counts on from years before.

    >>> term_of(["周学时", "第二学年", "1"]), term_of(["第三学年", "五"]), term_of(["学时", "理论"])
    (3, 5, None)
    """
    for depth, text in enumerate(reversed(headings)):
        found = _TERM.fullmatch(text)
        if found and (number := _number(found[1] or found[2])) <= MOST_TERMS:
            years = [year for above in headings[: len(headings) - depth - 1] if (year := _YEAR.fullmatch(above))]
            before = _number(years[-1][1] or years[-1][2]) - 1 if years else 0
            return number if number > 2 else 2 * before + number
    return None


def terms_of(text: str) -> list[int]:
    """Return the terms that a cell names, ascending; a range means each of it.

    >>> terms_of("1-3"), terms_of("第二、四学期"), terms_of("3/5"), terms_of("考查")
    ([1, 2, 3], [2, 4], [3, 5], [])
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = re.sub("第|学期|期", "", re.sub("[~—–－至]", "-", plain))
    found: set[int] = set()
    for part in re.split("[,、/;和及.]", plain):
        if ends := _ENDS.fullmatch(part):
            found.update(range(_number(ends[1]), _number(ends[2] or ends[1]) + 1))
    return sorted(term for term in found if 1 <= term <= MOST_TERMS)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _ORDINALS[text]
