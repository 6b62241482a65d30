"""The catalogue of messages: both languages, the same places in each, and how parameters fill them."""

import tomllib
from string import Formatter

import pytest

from graph.messages import catalogue, message, text
from tests.support.paths import ROOT


def places(template: str) -> set[tuple[str, str]]:
    """Return the places of a text: their names, and how they are formatted."""
    return {(name, form or "") for _, name, form, _ in Formatter().parse(template) if name}


# English counts what is left out, Chinese all that there are; in Chinese, a choice is between Chinese words.
COUNTED_OTHERWISE = {"list.and_more", "expected.choice", "invalid.literal_error", "invalid.enum"}


def test_both_languages_have_the_same_places() -> None:
    """A text in one language says of the same things as in the other, in the same precision."""
    differing = {key for key, (english, chinese) in catalogue().items() if places(english) != places(chinese)}
    assert differing == COUNTED_OTHERWISE


def test_the_catalogue_is_what_its_files_hold() -> None:
    """Sections are parsed apart from their files, and lose nothing by it."""
    keys = [
        f"{section}.{name}"
        for file in (ROOT / "graph" / "messages" / "texts").glob("*.toml")
        for section, texts in tomllib.loads(file.read_text(encoding="utf-8")).items()
        for name in texts
    ]
    assert len(keys) > 1000
    assert sorted(keys) == sorted(catalogue())


def test_no_text_is_empty() -> None:
    """Each key says something in each language."""
    assert not {key for key, texts in catalogue().items() if not all(one.strip() for one in texts)}


def test_missing_parameter_is_an_error() -> None:
    """A place is never left open, an unknown key never passed over."""
    with pytest.raises(KeyError):
        text("no.such_key")


def test_doubled_braces_are_braces() -> None:
    """Braces that are no place are doubled, with parameters or without, as `str.format` has it."""
    assert text("json.one_object") == "the file is one object, as {...}"


def test_message_is_data_until_it_is_worded() -> None:
    """A message within a message is worded in the same language, and is an object in JSON."""
    told = message("education.innovation", within=message("education.disciplinary"), names=["a", "b"])
    assert (str(told), told.text("zh")) == ("innovation", "创新教育")
    assert told.as_params() == {"within": {"code": "education.disciplinary", "params": {}}, "names": ["a", "b"]}
