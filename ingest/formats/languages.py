"""Language choice: which of the texts that say one thing in several languages is taken, and which in Chinese.

Language tags are those of RFC 5646, whatever their case and sign: `zh-Hans-CN`, `en_US`.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ingest.formats.framework import is_chinese, reads_chinese

_ENGLISH, _CHINESE, _OTHERS = 1, 2, 3
_SIMPLIFIED, _TRADITIONAL = ("hans", "cn", "sg", "my"), ("hant", "tw", "hk", "mo")


class ChosenText(NamedTuple):
    """The text that is taken, the Chinese one, each empty for none; and the language of each that was left.

    `rival` is another text in the very language of the one that is taken, or of the Chinese one; empty for none.
    """

    text: str = ""
    chinese: str = ""
    left: tuple[str, ...] = ()
    rival: tuple[str, str] | None = None


def subtags(language: str) -> list[str]:
    """Return the parts of a language tag, in lower case; of one Chinese language, `zh` comes first.

    >>> subtags("cmn_Hans"), subtags("")
    (['zh', 'hans'], [''])
    """
    first, *rest = language.strip().lower().replace("_", "-").split("-")
    return ["zh" if is_chinese(first) else first, *rest]


@lru_cache(maxsize=1024)
def preference(language: str) -> tuple[int, int, str]:
    """Return where a text of the language stands: without a language, English, Chinese, others.

    Of one language, the text without a region or script comes first; of English that of the United States next, where
    most vocabularies are published; of Chinese, simplified before traditional.

    >>> sorted(["zh-Hant", "es", "zh-TW", "en-GB", "en-US", "zh-Hans", "zh", "en"], key=preference)
    ['en', 'en-US', 'en-GB', 'zh', 'zh-Hans', 'zh-Hant', 'zh-TW', 'es']
    """
    first, *rest = subtags(language)
    place = {"": 0, "en": _ENGLISH, "zh": _CHINESE}.get(first, _OTHERS)
    if not rest:
        variant = 0
    elif first == "zh":
        simplified, traditional = (any(one in rest for one in words) for words in (_SIMPLIFIED, _TRADITIONAL))
        variant = 1 if simplified and "hant" not in rest else 2 if traditional else 3
    else:
        variant = 1 if rest == ["us"] else 2
    return (place, variant, "-".join([first, *rest]))


def choose(texts: Iterable[tuple[str, str]]) -> ChosenText:
    """Return what is taken of texts, each with its language; empty texts are none.

    A text without a language is taken for Chinese where it reads so and there is an English one. Of several in one
    language the first in their order is taken.

    >>> choose([("Sensores", "es"), ("传感器", "zh-Hans"), ("Sensors", "en-us"), ("傳感器", "zh-Hant")])
    ChosenText(text='Sensors', chinese='传感器', left=('zh-hant', 'es'), rival=None)
    """
    stated = {(text, language) for text, language in texts if text}
    if len(stated) == 1:
        ((text, language),) = stated
        return ChosenText(text, text if language and preference(language)[0] == _CHINESE else "")
    if any(preference(language)[0] == _ENGLISH for _, language in stated):
        stated = {(text, "zh" if not language and reads_chinese(text, "") else language) for text, language in stated}
    ordered = sorted(stated, key=lambda one: (preference(one[1]), one[0]))
    if not ordered:
        return ChosenText()
    chinese = next((one for one in ordered if preference(one[1])[0] == _CHINESE), ("", ""))
    taken = {ordered[0], chinese} - {("", "")}
    others = [one for one in ordered if one[0] not in {text for text, _ in taken}]
    tags = {preference(language): text for text, language in taken}
    rival = next(((tags[tag], one[0]) for one in others if (tag := preference(one[1])) in tags), None)
    return ChosenText(ordered[0][0], chinese[0], tuple(preference(language)[2] for _, language in others), rival)
