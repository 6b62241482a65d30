"""The texts of the catalogue: each is there in both languages, each is used, and every word of the field has one."""

import re
from pathlib import Path

import pytest

from api.web.texts import words_in
from graph.messages import catalogue
from graph.properties import Choice
from graph.schema import KINDS, RELATIONS
from queries.semantics.chain_status import LINKS, STATUSES
from queries.semantics.weakness import Weakness
from tests.support.paths import ROOT

PACKAGES = ("graph", "ingest", "queries", "api", "rolepath")
WEB = ROOT / "api" / "web"
SOUGHT = ("library_words", "usage_fault")
"""Sections whose English texts are sought in what libraries say."""
_KEY = re.compile(r"""["']([a-z]+\.[a-z_0-9]+)["']""")
_NAME = re.compile(r"""["']([a-z_]+)["']""")
_CHINESE, _PLACE = re.compile("[\u4e00-\u9fff]"), re.compile(r"\{[^}]*\}")
_BUILT = re.compile(
    r"""["']([a-z_]+\.[a-z_]*)["'](?: ~| if .*? else)|f["']([a-z_]+\.[a-z_]*)\{|known\(["']([a-z]+)["']"""
)


def sources(*folders: Path) -> str:
    files = [file for folder in folders for pattern in ("*.py", "*.html", "*.svg") for file in folder.rglob(pattern)]
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(files))


def test_each_text_is_there_in_both_languages() -> None:
    """English texts are not Chinese; Chinese texts are, but for names and what only joins what is filled in."""
    for key, (english, chinese) in catalogue().items():
        assert not _CHINESE.search(english) or key.startswith(("moe.", "moe_field.", "curriculum.", "analysis.")), key
        assert _CHINESE.search(chinese) or not re.search("[a-z]{2,} +[a-z]", _PLACE.sub("", chinese)), key


def test_every_text_that_a_page_names_is_there() -> None:
    """A key in a page or a template is in the catalogue."""
    named = {key for key in _KEY.findall(sources(WEB)) if key.split(".")[0] in {k.split(".")[0] for k in catalogue()}}
    assert len(named) > 150
    whole = {key for key in named if not key.endswith(("_", ".html", ".csv", ".xlsx", ".svg", ".png", ".css", ".js"))}
    assert whole <= catalogue().keys()


def test_no_text_is_left_over() -> None:
    """A text that nothing uses any more is taken out."""
    text = sources(*(ROOT / package for package in PACKAGES))
    built = {part for parts in _BUILT.findall(text) for part in parts if part}
    named = {f"{section}.{noun}" for noun in _NAME.findall(text) for section in ("count", "counts", "parameter")}
    quoted = set(re.findall(r"""(?<=["'])[\w-]+\.[\w-]+(?=["'])""", text))
    unused = [
        key
        for key in catalogue().keys() - named
        if key not in quoted and not any(key.startswith(part) for part in built) and key.partition(".")[0] not in SOUGHT
    ]
    assert unused == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_spoken_of(kind: str) -> None:
    """A kind, its properties and the words that these choose from have a text."""
    known = catalogue()
    assert {f"kind.{kind}", f"kinds.{kind}"} <= known.keys()
    for wanted in KINDS[kind].properties:
        assert f"property.{wanted.name}" in known
        if isinstance(wanted.type, Choice):
            assert {f"word.{word}" for word in wanted.type.words} <= known.keys()


def test_every_relation_and_finding_is_spoken_of() -> None:
    """Relations in both directions, statuses, links and flaws have a text, and the latter three an explanation."""
    wanted = {f"{way}.{relation}" for relation in RELATIONS for way in ("relation", "relation_inverse")}
    wanted |= {f"{part}.{status}" for status in STATUSES for part in ("status", "status_meaning")}
    wanted |= {f"{part}.{link}" for link in LINKS for part in ("link", "link_meaning")}
    wanted |= {f"{part}.{flaw}" for flaw in Weakness for part in ("flaw", "flaw_meaning")}
    assert wanted <= catalogue().keys()


def test_unknown_text_is_an_error() -> None:
    """A key that is not there is a defect, and no empty place on a page."""
    with pytest.raises(KeyError):
        words_in("en")("gaps.nothing_of_the_kind")


@pytest.mark.parametrize("section", ["status", "link", "flaw"])
def test_glossary_has_the_words_of_the_catalogue(section: str) -> None:
    """What a status, link or flaw is called in Chinese is the same on pages and in the glossary."""
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    texts = {
        key.partition(".")[2]: chinese for key, (_, chinese) in catalogue().items() if key.startswith(f"{section}.")
    }
    for name, chinese in texts.items():
        assert re.search(rf"^\| (?:{section} )?`{name}` \| {chinese} \|", glossary, re.MULTILINE), name


def test_counts_are_written_with_their_thousands_apart() -> None:
    """As other numbers of a page; the number of a revision stays as it is."""
    assert words_in("en")("site.more", n=3777) == "and 3,777 more"
    assert words_in("en")("import.applied", revision=3777).count("3777") == 1
