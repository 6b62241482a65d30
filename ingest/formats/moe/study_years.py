"""Years of study as programme descriptions word them: 三年, or several by what learners bring."""

import re

_NUMBERS = {number: years for years, number in enumerate("一二三四五六七八九", 1)}
_YEARS = re.compile(
    r"(?P<number>[一二三四五六七八九]|[1-9](?:\.5)?)(?P<half>年半)?(?:至[一二三四五六七八九])?年?(?P<whom>（[^）]*）)?"
)


def study_years(text: str) -> tuple[float | None, bool]:
    """Return the years, and whether one figure stands there; of several, the one without a condition behind it.

    >>> study_years("四年"), study_years("六年（小学毕业起点）、三年"), study_years("不定")
    ((4.0, True), (3.0, False), (None, False))
    """
    found = [one for part in re.split("[、，；]", text) if (one := _YEARS.fullmatch(part.strip()))]
    if not found:
        return None, False
    chosen = next((one for one in found if not one["whom"]), found[0])
    number = chosen["number"]
    years = float(_NUMBERS.get(number) or number) + (0.5 if chosen["half"] else 0)
    return years, len(found) == 1 and not chosen["whom"] and chosen[0] == text.strip()
