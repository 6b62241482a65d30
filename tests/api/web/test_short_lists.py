"""Lists that a page cuts short: what says that there is more leads to all of it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import urljoin

import pytest

from graph.messages import catalogue
from graph.stores import open_store
from tests.support.factory import says
from tests.support.markup import Page
from tests.support.paths import ROOT
from tests.support.serving import Asker, serving, settings_in

TEMPLATES = ROOT / "api" / "web" / "templates"
MANY = 55
_SAYS_MORE = (
    re.compile(r"^and \{\w+\} more|\{n\} further ones|^There are more|^The \{n\} lowest of"),
    re.compile(r"^另有 \{n\} 项|^还有更多|其余 \{"),
)
_ON_PAPER = {"print_head.py", "programme_document.py", "gaps.py"}
"""Where no link can lead on: the head of a print, a Word document, a spreadsheet."""
_LINES = [
    line
    for n in range(MANY)
    for line in (
        *(f"d1 OFFERS co{n}", f"co{n} COVERS k{n}", f"k{n} DEVELOPS c{n}", f"t0 PRACTISES c{n}", f"d{n} TARGETS r{n}"),
        *(
            f"r{n} REQUIRES c{n}",
            f"e1 EMPLOYS r{n}",
            f"i{n} QUALIFIED_FOR c{n}",
            f"r{n} REQUIRES c0",
            f"t{n} APPLIES k0",
        ),
        f"r{n} REQUIRES c{MANY + n}",
    )
]
_ALLOCATED = r"/nodes/c(\d+)\?"


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve a graph of which every list of a page is longer than what it shows."""
    settings = settings_in(tmp_path_factory.mktemp("short"))
    store = open_store(settings.store_url)
    nodes: dict[str, dict[str, str | int | float]] = {"t0": {"capacity": 20}}
    nodes |= {f"k{n}": {"kind": "disciplinary", "hours": 4.0} for n in range(MANY)}
    store.apply(says(*_LINES, "t0 APPLIES k1", "e1 HOSTS t0", nodes=nodes))
    store.close()
    with serving(settings) as found:
        yield found


class _Unled(HTMLParser):
    """Gathers what says that there is more and leads nowhere: neither it nor its paragraph, item or cell has a link."""

    _BLOCKS = frozenset({"p", "li", "td", "summary", "h2", "h3", "dd", "div"})
    _VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, text: str, says_more: re.Pattern[str]) -> None:
        super().__init__()
        self.unled: list[str] = []
        self._says_more, self._open, self._told = says_more, list[str](), list[str]()
        self._has_link = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self._close()
        self._has_link |= tag == "a"
        if tag not in self._VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self._close()
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "a" not in self._open and self._says_more.search(data):
            self._told.append(data.strip())

    def _close(self) -> None:
        if not self._has_link:
            self.unled += self._told
        self._told, self._has_link = [], False


def _keys() -> set[str]:
    """Return the texts of pages that say that there is more than is shown."""
    return {
        key
        for key, texts in catalogue().items()
        if any(said.search(text) for said, text in zip(_SAYS_MORE, texts, strict=True))
    }


def test_no_template_says_that_there_is_more_without_a_link() -> None:
    """In every template such a text stands in a link, or over what it folds, or a link follows within its paragraph."""
    keys, bare = _keys(), []
    assert {"site.more", "trace.others", "feedback.cut", "visit.cut"} <= keys
    for file in sorted(TEMPLATES.iterdir()):
        text = file.read_text(encoding="utf-8")
        for found in re.finditer(r'\bt\("([a-z_]+\.[a-z_]+)"', text):
            if found[1] not in keys:
                continue
            before, after = text[: found.start()], re.split("</(?:p|li|td)>", text[found.end() :], maxsplit=1)[0]
            is_within = any(before.rfind(f"<{tag}") > before.rfind(f"</{tag.strip()}>") for tag in ("a ", "summary"))
            if not is_within and "<a " not in after and "parts.more(" not in after:
                bare.append((file.name, found[1]))
    assert bare == []
    modules = (ROOT / "api" / "web").rglob("*.py")
    assert {file.name for file in modules if '"site.more"' in file.read_text(encoding="utf-8")} <= _ON_PAPER


def test_no_page_says_that_there_is_more_without_a_link(asker: Asker) -> None:
    """Looked at as they are made, in one language or the other, where every list is longer than what is shown of it."""
    pages = ("/what-if?remove=t0", "/allocation", "/integration", "/enterprises/e1/brief", "/nodes/c0", "/nodes/d1",
             "/nodes/t0", "/nodes/r1", "/nodes/k0", "/plan", "/gaps", "/lists/enterprises", "/lists/roles", "/scope",
             "/coverage?role_q=r", "/feedback", "/", "/search?q=r1")  # fmt: skip
    said = 0
    patterns = {"en": r"and [\d,]+ more|further ones|There are more", "zh": r"另有 [\d,]+ 项|还有更多|其余 \d"}
    for page, (lang, pattern) in zip(pages, cycle(patterns.items()), strict=False):
        text = asker.get(f"{page}{'&' if '?' in page else '?'}lang={lang}").text
        assert _Unled(text, re.compile(pattern)).unled == [], (page, lang)
        said += len(re.findall(pattern, text))
    assert said > 10


def test_what_is_cut_short_is_opened_whole(asker: Asker) -> None:
    """From a page's own link on, page after page, every item of the list is shown once."""
    lists = (
        ("/what-if?remove=t0&lang=en", "competencies", r"/nodes/c(\d+)\"", MANY),
        ("/what-if?remove=t0&lang=en", "roles", r"/nodes/r(\d+)\"", MANY),
        ("/allocation?lang=en", "seats", None, MANY),
        ("/integration?lang=en", "courses-into_innovation", None, 0),
        ("/integration?lang=en", "courses-into_discipline", r"/nodes/co(\d+)\"", MANY - 1),
        ("/enterprises/e1/brief?lang=en", "mentors", r"/nodes/i(\d+)\"", MANY),
    )
    for path, part, wanted, total in lists:
        first = asker.get(path)
        led = [link for link in Page(first.text).links if f"part={part}" in link]
        if not total:
            assert led == [], part
            continue
        assert led, (path, part)
        seen, link = list[str](), led[0]
        while link:
            page = asker.get(urljoin(path, link.partition("#")[0]))
            assert page.status_code == 200
            if wanted:
                seen += re.findall(wanted, page.text)
            onward = [one for one in Page(page.text).links if f"part={part}&page=" in one]
            link = next((one for one in onward if "Next page" in _text_of(page.text, one)), "")
        if wanted:
            assert len(set(seen)) >= total, (path, part, len(set(seen)))


def _text_of(page: str, link: str) -> str:
    after = page.partition(f'href="{link.replace("&", "&amp;")}"')[2]
    return after[: after.find("</a>")]
