"""Chinese to the last word: every text of the catalogue, in the words of the field; English without Chinese."""

import pytest

from graph.messages import catalogue
from tests.support.foreign_words import ALLOWED, NEVER, chinese_words, latin_words, mispunctuated

READ_BY_PROGRAMS = ("native_words", "openapi", "openapi_answer", "openapi_tag", "openapi_header", "openapi_link",
                    "openapi_example", "openapi_page", "figure", "assistant")  # fmt: skip
"""Sections that no page or command shows in Chinese: words that are read, the OpenAPI document, what assistants get."""


OF_CHINESE_FILES = ("moe", "moe_field", "curriculum", "analysis")
"""Sections that name headings of documents which are Chinese, as they stand there."""


def own_texts() -> dict[str, tuple[str, str]]:
    return {key: texts for key, texts in catalogue().items() if key.partition(".")[0] not in READ_BY_PROGRAMS}


def test_no_chinese_text_has_a_latin_word() -> None:
    """But for names, units and codes; another one is allowed by a line in tests/support/latin_words.txt."""
    found = {key: words for key, (_, chinese) in own_texts().items() if (words := latin_words(chinese))}
    assert not found


def test_no_english_text_has_a_chinese_word() -> None:
    """In English, not even a sign of punctuation is Chinese."""
    found = {key: words for key, (english, _) in catalogue().items() if (words := chinese_words(english))}
    assert {key for key in found if key.partition(".")[0] not in OF_CHINESE_FILES} == set()


def test_chinese_is_punctuated_as_chinese() -> None:
    """Between Chinese characters stand full-width signs, and no blanks."""
    assert not {key: places for key, (_, chinese) in own_texts().items() if (places := mispunctuated(chinese))}


@pytest.mark.parametrize("word", NEVER)
def test_words_that_are_not_those_of_the_field(word: str) -> None:
    """One thing has one word, that of the vocational texts: such as 岗位实习, never 顶岗实习."""
    assert not {key for key, (_, chinese) in own_texts().items() if word in chinese}


def test_the_allowed_words_are_few() -> None:
    """Who adds one takes away from what keeps the interface whole."""
    assert len(ALLOWED.read_text(encoding="utf-8").splitlines()) < 60
