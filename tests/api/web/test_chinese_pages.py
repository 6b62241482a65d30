"""Pages to the last word in their language: every page and every error, as shown and as read out; data aside."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from fastapi.routing import APIRoute

from tests.support.college import COHORT, COMPETENCY, DISCIPLINE, ENTERPRISE, INSTITUTION, ROLE, TASK
from tests.support.foreign_words import chinese_words, latin_words, mispunctuated, texts_of, texts_of_example
from tests.support.import_pages import posted, token, upload
from tests.support.routes import questions_of
from tests.support.serving import Asker, serving, settings_in

COURSE, UNIT, BROKEN = "poly:c.plc", "poly:u.plc-ladder", "poly:k.ip-protection"
SOURCE = "Illustrative polytechnic"
DATA = texts_of_example() | {SOURCE, "College", "Weld", "Measure", "skil", "poly", "qihang", "nonsense"}
"""What others wrote: names and texts of the college, its vocabularies, and what is sent here."""
WRONG = b"id,name,kind\nk:a,Weld,skil\nk b,Measure,skill\nk:c,,skill\n"
ADDRESSES = f"""
/ /?focus=all /scope /scope?q=robot /search /search?q=robot /search?q=zzzz
/nodes/{COMPETENCY} /nodes/{COMPETENCY}?term=3&discipline={DISCIPLINE} /nodes/{COMPETENCY}?card={UNIT} /nodes/{BROKEN}
/nodes/{ROLE} /nodes/{INSTITUTION} /nodes/{COURSE} /nodes/{UNIT} /nodes/{TASK} /nodes/{ENTERPRISE} /nodes/{DISCIPLINE}
/nodes/{COHORT} /nodes/poly:i.zhou /nodes/poly:cert.plc-control /nodes/poly:j.control-programme
/nodes/{COMPETENCY}/trace.svg /proposals /proposals?for_node={COURSE} /proposals?what=robot
/what-if?add={UNIT}+DEVELOPS+{BROKEN}+0.5&remove={ENTERPRISE} /what-if?add=nonsense&add=x+DEVELOPS+y&remove=z
/gaps /gaps?status=connected&flaw=overlap /gaps?discipline={DISCIPLINE}&severity=4 /gaps?flaw=aimed_not_taught /gaps.csv
/coverage /coverage?by=course&empty=1 /coverage?role={ROLE} /coverage?page=99
/matrix?discipline={DISCIPLINE} /matrix?row=poly:c.plc /matrix?of=units&row=nothing /edit
/matrix.csv?discipline={DISCIPLINE}
/compare /compare?by=revision&since=0 /compare?by=term&term=2&second_term=4 /compare.csv?by=term&term=2&second_term=4
/compare?by=discipline&discipline={DISCIPLINE}&second_discipline=poly:d.iot
/benchmark /benchmark?discipline={DISCIPLINE} /benchmark.csv?discipline={DISCIPLINE}&against=poly:d.iot
/benchmark?discipline={DISCIPLINE}&against=poly:d.iot&difference=all
/plan /plan?role={ROLE}&max_hours=100 /training /training?role={ROLE}
/integration /integration?role={ROLE} /integration.csv?part=candidates
/allocation /allocation?hours=50&seats=20 /allocation.csv
/feedback /feedback?cohort={COHORT} /feedback.csv /enterprises /enterprises.csv /enterprises/{ENTERPRISE}/brief
/import /import?format=crosswalk /import?format=xapi /import?format=onet /import/runs
/import/undo?source={SOURCE.replace(" ", "+")}
/sign-in /lists/institutions /lists/disciplines /lists/courses /lists/knowledge-units /lists/competencies
/lists/training-tasks /lists/job-responsibilities /lists/roles /lists/enterprises /lists/instructors
/lists/certificates /lists/signals /lists/cohorts /lists/assessments /lists/roles.csv
/lists/competencies?status=unserved&q=x
/nodes/poly:k.plc-programing /lists/nothing /nothing /gaps?severity=9 /gaps?limit=x /gaps?statu=x /gaps?flaw=fragil
/gaps?term=x /gaps?role={ROLE}&employer={ENTERPRISE} /nodes/{COMPETENCY}?min_weight=2 /lists/roles?sort=nothing
/compare?by=revision&since=99 /import/undo?source=nobody /import/runs/nothing
/follow-ups /follow-ups/gap?competency={BROKEN} /review /review/apply
/matrix /matrix?of=units /matrix?discipline={DISCIPLINE} /edit /edit?node={COURSE}&do=values /edit?node={UNIT}&do=link
/edit?node={UNIT}&do=new /plan?role={COMPETENCY} /plan?role={ROLE}&max_hours=0
""".split()
"""Pages and their errors; of each route of a page one at least, which a test sees to."""
SEEN_ELSEWHERE = {
    "/nodes/{id}/trace.png": "a picture; its words are those of trace.svg",
    "/nodes/{id}/programme.docx": "read as a document, below",
    "/what-if/what-if.json": "a file for the command",
    "/what-if/links.csv": "rows of the native format, whose columns are English by its definition",
    "/import/template.xlsx": "the template, which tests of the native format read",
    "/graph.xlsx": "a workbook to fill in, whose sheets and columns tests of downloads read",
    "/lists/{kind}.xlsx": "likewise",
    **dict.fromkeys(
        (
            f"/{page}.xlsx"
            for page in ("gaps", "compare", "benchmark", "integration", "allocation", "feedback", "enterprises")
        ),
        "the cells of the table in CSV",
    ),
    "/import/runs/{id}/problems.csv": "the pages of imports, below",
    "/import/runs/{id}/changes": "the pages of imports, below",
    "/import/runs/{id}/effect": "the pages of imports, below",
    "/import/runs/{id}/events": "what a page of an import shows while it runs",
}


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory, store_url: str) -> Iterator[Asker]:
    folder = tmp_path_factory.mktemp("languages")
    copy = folder / "graph.db"
    copy.write_bytes(Path(store_url.removeprefix("sqlite:///")).read_bytes())
    with serving(replace(settings_in(folder), store_url=f"sqlite:///{copy}")) as found:
        yield found


@pytest.fixture(scope="module")
def imports(asker: Asker) -> list[str]:
    """Give the pages of an import with problems, of a preview, and of one that was applied and undone."""
    refused, preview = upload(asker, WRONG), upload(asker)
    ran = posted(asker, f"{preview}/apply")
    asker.get(ran)
    return [
        refused, f"{refused}/problems.csv", preview, f"{preview}/changes?change=added&of=nodes", ran, f"{ran}/effect",
        "/import/runs", "/import/undo?source=College",
    ]  # fmt: skip


def said(asker: Asker, address: str, language: str) -> Iterator[str]:
    """Yield the texts of an address: of a page, or of all cells of a table."""
    joined = "&" if "?" in address else "?"
    answer = asker.get(f"{address}{joined}lang={language}", headers={"Accept": "text/html,*/*;q=0.8"})
    if answer.is_redirect:
        return
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in {"text/html", "text/csv", "image/svg+xml"}, f"{address}: {kind}"
    if kind == "text/csv":
        yield from answer.text.removeprefix("\ufeff").replace('"', " ").replace("\r\n", ",").split(",")
    else:
        yield from texts_of(answer.text)


@pytest.mark.slow
def test_pages_are_chinese_to_the_last_word(asker: Asker, imports: list[str]) -> None:
    """No Latin word on a Chinese page but names, units, codes and data; no half-width signs between characters."""
    found = {}
    for address in (*ADDRESSES, *imports):
        texts = list(said(asker, address, "zh"))
        wrong = {f"{word} ({text[:60]})" for text in texts for word in latin_words(text, DATA)}
        if ".csv" not in address:  # there, semicolons part what spreadsheets take apart again
            wrong |= {f"{place!r} in {text[:60]}" for text in texts for place in mispunctuated(text, in_columns=True)}
        if wrong:
            found[address] = sorted(wrong)
    assert not found, "\n".join(f"{address}: {words}" for address, words in found.items())


def test_pages_are_english_to_the_last_word(asker: Asker, imports: list[str]) -> None:
    """No Chinese character on an English page but in data, and in the name of the other language."""
    found = {}
    for address in (*(one for one in ADDRESSES if "?" not in one), *imports):
        wrong = {word for text in said(asker, address, "en") for word in chinese_words(text, DATA)}
        if wrong:
            found[address] = sorted(wrong)
    assert not found, "\n".join(f"{address}: {words}" for address, words in found.items())


def test_documents_are_in_the_language_of_the_page(asker: Asker) -> None:
    """The report on a programme as a Word document."""
    for language, foreign in (("zh", latin_words), ("en", chinese_words)):
        answer = asker.get(f"/nodes/{DISCIPLINE}/programme.docx?lang={language}")
        with ZipFile(BytesIO(answer.content)) as document:
            xml = document.read("word/document.xml").decode()
        texts = re.findall(r"<w:t[^>]*>([^<]*)</w:t>", xml)
        assert len(texts) > 50
        assert [word for text in texts for word in foreign(text, DATA)] == []


def test_refusals_are_in_the_language_of_the_page(asker: Asker) -> None:
    """What a form of another site, one without a token, and one without a file are told."""
    sent = [
        asker.post("/import?lang=zh", data={"token": "x"}, headers={"Origin": "https://elsewhere.example"}),
        asker.post("/import?lang=zh", data={"token": "x"}),
        asker.post("/import?lang=zh", data={"token": token(asker), "source": "College"}),
        asker.post("/sign-in?lang=zh", data={"key": "rolepath_wrong"}),
    ]
    for answer in sent:
        assert answer.status_code >= 400
        assert [word for text in texts_of(answer.text) for word in latin_words(text, DATA)] == []


def test_every_page_is_read(asker: Asker) -> None:
    """A new page has an address here, or says where it is read instead."""
    pages = [route for route in questions_of(asker.app) if "GET" in (route.methods or ()) and _is_page(route)]
    paths = {route.path: route.path_regex for route in pages}
    asked = [address.partition("?")[0] for address in ADDRESSES]
    unread = {path for path, shape in paths.items() if not any(shape.match(address) for address in asked)}
    assert unread == set(SEEN_ELSEWHERE)


def _is_page(route: APIRoute) -> bool:
    return route.endpoint.__module__.startswith("api.web.")


def test_times_say_their_zone(asker: Asker, imports: list[str]) -> None:
    """Every time is one that a browser can tell in its own zone, and says UTC where nothing does so."""
    for address in ("/", "/import/runs", imports[0]):
        page = asker.get(f"{address}?lang=zh").text
        times = re.findall(r'<time datetime="([^"]+)" data-moment>([^<]+)</time>', page)
        assert times, address
        assert all(at.endswith("+00:00") and told.endswith(" UTC") for at, told in times)
        shown = re.sub(r"<time[^>]*>[^<]*</time>", "", page)
        assert not re.search(r"\d\d:\d\d", shown), address
