"""Multi-language content of Moodle: the texts of the filters `multilang` and `multilang2`, each with its language.

Source: https://docs.moodle.org/en/Multi-language_content_filter.
"""

import re
from collections.abc import Iterator

from ingest.formats.html_text import text_of_html
from ingest.formats.languages import ChosenText, choose

_SPAN, _END_OF_SPAN = re.compile(r"<span\s", re.IGNORECASE), re.compile(r"</span\s*>", re.IGNORECASE)
_MLANG, _END_OF_MLANG = re.compile(r"\{mlang\s", re.IGNORECASE), re.compile(r"\{mlang\}", re.IGNORECASE)
_LANGUAGE = re.compile(r"""\blang\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_EVERY = {"other", "all"}


def chosen_text(content: str, *, is_html: bool) -> ChosenText:
    """Return the content as text, by its languages; content without any is one text without a language.

    >>> chosen_text("{mlang en}Sensors{mlang}{mlang zh_cn}传感器{mlang}", is_html=False).chinese
    '传感器'
    >>> chosen_text('<span lang="es" class="multilang">Sensores</span>', is_html=True).text
    'Sensores'
    """
    said = [*_by_mlang(content), *_by_spans(content)]
    stated = [(text, "" if language.lower() in _EVERY else language) for text, language in said] or [(content, "")]
    return choose((text_of_html(text) if is_html else text.strip(), language) for text, language in stated)


def _by_mlang(content: str) -> Iterator[tuple[str, str]]:
    for head, text in _sections(content, _MLANG, _END_OF_MLANG, "}"):
        yield from ((text, language) for language in head.replace(" ", "").split(","))


def _by_spans(content: str) -> Iterator[tuple[str, str]]:
    for head, text in _sections(content, _SPAN, _END_OF_SPAN, ">"):
        language = _LANGUAGE.search(head)
        if "multilang" in head and language:
            yield text, language[1]


def _sections(content: str, begin: re.Pattern[str], end: re.Pattern[str], close: str) -> Iterator[tuple[str, str]]:
    """Yield what stands in each opening mark, and the text up to its end mark; in time of the length."""
    for piece in end.split(content)[:-1]:
        starts = [found.end() for found in begin.finditer(piece)]
        if starts:
            head, closed, text = piece[starts[-1] :].partition(close)
            if closed:
                yield head, text
