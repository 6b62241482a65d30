"""The pages as the server makes them: well-formed, complete in both languages, inert whatever the graph holds."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import numpy as np
import pytest

from api.settings.settings import Settings
from api.web.format import as_percents, as_share
from api.web.pages.coverage import _step
from api.web.pages.plan import LINE_WIDTH, practised_so_far, stretches
from api.web.routes import ROUTERS
from api.web.view import PageRoute
from graph.model import NodeId, Value
from graph.schema import KINDS
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from queries.coverage import role_coverage
from queries.coverage_matrix import coverage_matrix
from queries.gaps import find_gaps
from queries.parameters.gaps import GapFilter
from queries.parameters.plan import PlanWish
from queries.plan import plan_training
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from tests.support.cases import each
from tests.support.college import BROKEN, COMPETENCY, ROLE
from tests.support.factory import says
from tests.support.markup import Page
from tests.support.paths import EXAMPLE
from tests.support.serving import HERE, PROBLEM, Asker, serving, settings_in

PAGES = (
    "/",
    "/gaps",
    "/gaps?status=unserved&sort=demand",
    "/coverage",
    "/coverage?by=course",
    "/matrix?row=poly:c.plc",
    f"/coverage?role={ROLE}",
    "/plan",
    f"/plan?role={ROLE}&max_hours=60",
    f"/training?role={ROLE}",
    "/search",
    "/scope",
    "/scope?q=nobody&next=/gaps",
    "/search?q=plc",
    "/lists/training-tasks",
    "/lists/assessments",
    "/lists/competencies?status=unserved&sort=-demand&q=a&vocabulary=poly&discipline=poly:d.robotics",
    "/lists/nowhere",
    "/import",
    "/integration",
    "/integration?discipline=poly:d.robotics&role=poly:r.line-leader",
    "/allocation",
    "/allocation?discipline=poly:d.logistics&balance=starved&resource=seats&hours=60",
    "/benchmark?discipline=poly:d.robotics&against=poly:d.logistics",
    "/compare",
    "/compare?by=discipline&discipline=poly:d.robotics&second_discipline=poly:d.logistics",
    "/compare?by=revision",
    "/feedback",
    "/feedback?cohort=poly:co.nev-2023",
    "/enterprises",
    "/enterprises?q=nobody",
    "/enterprises/poly:e.qihang/brief",
    "/enterprises/poly:e.tianlu/brief",
    f"/nodes/{COMPETENCY}",
    f"/nodes/{BROKEN}",
    f"/nodes/{ROLE}",
    f"/nodes/{COMPETENCY}?card=poly:t.plc-sorting-line",
    "/nodes/poly:d.ecommerce",
    "/nodes/poly:d.intelligent-manufacturing?part=partners&page=1",
    "/nodes/poly:c.plc",
    "/nodes/school:poly",
    "/nodes/poly:e.qihang",
    "/nodes/poly:t.plc-sorting-line",
    "/nodes/poly:nowhere",
    "/what-if",
    f"/what-if?add=poly:t.enterprise-challenge+PRACTISES+{BROKEN}+0.6&remove=poly:t.plc-sorting-line",
    f"/what-if?add=poly:x+PRACTISES+{BROKEN}&relation=PRACTISES&start=robot&end={BROKEN}",
)
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title></text></svg><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eevil\u202c \u2066x",
    "👩‍🔧🏭 智能制造" * 8,
    "W" * 200,
    "'\" onmouseover=alert(1) x='",
)
HOSTILE_PAGES = (
    "/",
    "/gaps?severity=0",
    "/coverage",
    "/coverage?role=r{0}",
    "/matrix",
    "/matrix?row=co{0}",
    "/plan?role=r{0}",
    "/training?role=r{0}",
    "/nodes/c{0}",
    "/nodes/k{0}",
    "/nodes/r{0}",
    "/nodes/c{0}?card=t{0}",
    "/nodes/t{0}",
    "/nodes/d{0}",
    "/nodes/co{0}",
    "/nodes/e{0}",
    "/what-if?remove=k{0}&of=c{0}",
    "/search?q={1}",
    "/lists/roles?q={1}",
    "/lists/courses?discipline=d{0}",
    "/lists/training-tasks?sort={1}",
    "/gaps?role_q={1}",
    "/what-if?add={1}&remove={1}&start={1}&relation=DEVELOPS",
    "/what-if?add=Course+new:x+{1}&start=zz{1}&relation=DEVELOPS",
    "/integration?discipline=d{0}",
    "/allocation?discipline=d{0}",
    "/feedback?discipline=d{0}",
    "/compare?by=discipline&discipline=d{0}&second_q={1}",
    "/enterprises?q={1}",
    "/enterprises/e{0}/brief",
)
ASSESSED: dict[str, Value] = {"date": "2025-01-01", "learners": 9, "mean_score": 0.5, "stage": "final"}
_STAGES = ("k{0} DEVELOPS c{0}", "t{0} PRACTISES c{0}", "t{0} APPLIES k{0}", "r{0} REQUIRES c{0}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("college")
    store = open_store(settings_in(found).store_url)
    ingest(lambda: native.read(EXAMPLE), store)
    store.close()
    return found


@pytest.fixture(scope="module")
def snapshot(folder: Path) -> Snapshot:
    store = open_store(settings_in(folder).store_url)
    compiled = compile_snapshot(store)
    store.close()
    return compiled


@pytest.fixture(scope="module")
def college(folder: Path) -> Iterator[Asker]:
    with serving(settings_in(folder)) as asker:
        yield asker


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve a graph in which everything has a hostile name."""
    settings = settings_in(tmp_path_factory.mktemp("hostile"))
    lines = [line.format(n) for n in range(len(HOSTILE)) for line in _STAGES]
    lines += [f"d{n} OFFERS co{n}" for n in range(len(HOSTILE))]
    lines += [f"co{n} COVERS k{n}" for n in range(len(HOSTILE))]
    lines += [
        line for n in range(len(HOSTILE)) for line in (f"e{n} EMPLOYS r{n}", f"e{n} HOSTS t{n}", f"i{n}", f"g{n}")
    ]
    nodes: dict[str, dict[str, Value]] = {
        f"{letter}{n}": {"name": name, "name_zh": name}
        for n, name in enumerate(HOSTILE)
        for letter in ("k", "c", "t", "r", "d", "co", "e", "i", "g")
    }
    for n in range(len(HOSTILE)):
        nodes[f"g{n}"]["discipline_id"] = f"d{n}"
        nodes[f"i{n}"]["employer_id"] = f"e{n}"
        nodes[f"a{n}"] = ASSESSED | {
            "task_id": f"t{n}",
            "competency_id": f"c{n}",
            "cohort_id": f"g{n}",
            "issue": HOSTILE[n],
        }
    store = open_store(settings.store_url)
    store.apply(says(*lines, nodes=nodes, by=HOSTILE[0]))
    store.close()
    with serving(settings) as asker:
        yield asker


def page_of(asker: Asker, path: str) -> Page:
    """Return the page at a path, parsed."""
    response = asker.get(path)
    if response.status_code == HTTPStatus.SEE_OTHER:  # a picker was given a name that is one thing's
        response = asker.get(urljoin(HERE + path, response.headers["location"]))
    assert response.headers["content-type"] == "text/html; charset=utf-8", response.text
    return Page(response.text)


def with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", ["en", "zh"])
@each("path", PAGES)
def test_page_is_well_formed(college: Asker, path: str, language: str) -> None:
    """A page closes what it opens, has one heading of the first order, names its fields, and says its language."""
    page = page_of(college, with_language(path, language))
    assert page.faults == []
    assert page.unlabelled == []
    assert len(page.all("h1")) == 1
    assert page.all("html")[0]["lang"].startswith(language)
    ids = [element.has["id"] for element in page.elements if "id" in element.has]
    assert len(ids) == len(set(ids))


@each("path", PAGES)
def test_page_holds_no_script_and_no_style(college: Asker, path: str) -> None:
    """All that a page runs and is dressed in comes in files of its own, as its policy demands."""
    response = college.get(path)
    assert Page(response.text).inline == []
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


SLOW_TO_WALK = "/compare?by=revision"
"""A page of which each link is answered from two past revisions."""


@pytest.mark.parametrize("path", [pytest.param(p, marks=[pytest.mark.slow] * (p == SLOW_TO_WALK)) for p in PAGES])
def test_every_link_of_a_page_leads_somewhere(college: Asker, path: str) -> None:
    """No link of a page is dead, and none leads to another machine."""
    seen = set()
    for link in page_of(college, path).links:
        url = urljoin(HERE + path, link).partition("#")[0]
        assert url.startswith(HERE), link
        # Of many links of one form, a few are enough.
        form = (urlsplit(url).path.split("/")[1], tuple(sorted(parse_qs(urlsplit(url).query))))
        if form not in seen:
            seen.add(form)
            missing = HTTPStatus.NOT_FOUND if "nowhere" in urlsplit(url).path else HTTPStatus.OK
            assert college.get(url).status_code == missing, url


WITHOUT_DATA = (
    *("/", "/gaps", "/coverage", "/plan", "/training", "/what-if", "/search", "/import", "/import/runs", "/sign-in"),
    "/matrix",
    *("/integration", "/allocation", "/feedback", "/enterprises"),
)


def test_page_is_light(tmp_path: Path, college: Asker) -> None:
    """Without data, a first visit loads less than 50 kB in at most five requests; so does a trace but for its data."""
    with serving(settings_in(tmp_path)) as empty:
        for path in WITHOUT_DATA:
            assert_light(empty, path, empty.get(path).text)
    text = college.get(f"/nodes/{COMPETENCY}").text
    assert_light(
        college, f"/nodes/{COMPETENCY}", re.sub(r"<(tbody|option|figure)\b.*?</\1>", "", text, flags=re.DOTALL)
    )


def assert_light(asker: Asker, path: str, text: str) -> None:
    files = [has["href"] for has in Page(text).all("link") if has["rel"] == "stylesheet"]
    files += [has["src"] for has in Page(text).all("script")]
    sizes = [len(asker.get(urljoin(f"{HERE}{path}", file)).content) for file in files]
    assert len(files) <= 4, path
    assert len(text.encode()) + sum(sizes) < 50_000, path


def test_headline_counts_what_traces_say(college: Asker, snapshot: Snapshot) -> None:
    """The share of the first page is that of the competencies whose own traces say connected, of those required."""
    traces = [trace_competency(snapshot, snapshot.ids[c], limit=1) for c in snapshot.of_kind("Competency").tolist()]
    required = [trace for trace in traces if trace.roles]
    connected = [trace for trace in required if trace.status is ChainStatus.CONNECTED]
    text = page_of(college, "/?lang=en").text()
    assert f"{as_share(len(connected) / len(required))} of the required competencies are connected" in text
    assert f"{len(connected)} of {len(required)} competencies" in text


def test_documented_headline_is_the_colleges(college: Asker) -> None:
    """The figure that docs/pages.md gives is the one that the page shows."""
    told = (EXAMPLE.parent.parent / "docs" / "pages.md").read_text(encoding="utf-8")
    found = re.search(r"these are (\d+) of (\d+): ([\d.]+ %)", told)
    assert found is not None
    text = page_of(college, "/?lang=en").text()
    assert f"{found[3]} of the required" in text
    assert f"{found[1]} of {found[2]} competencies" in text


def test_every_page_is_documented(college: Asker) -> None:
    """Each page stands in docs/pages.md, but for the steps of a form."""
    told = (EXAMPLE.parent.parent / "docs" / "pages.md").read_text(encoding="utf-8")
    paths = {route.path for module in ROUTERS for route in module.router.routes if isinstance(route, PageRoute)}
    assert {path for path in paths if f"`{path}`" not in told and not path.startswith("/import/")} == set()


def test_language_is_remembered(folder: Path) -> None:
    """Chosen once, a language stays; the browser's own is taken before that."""
    with serving(settings_in(folder)) as asker:
        assert page_of(asker, "/gaps").all("html")[0]["lang"] == "en"
        chinese = asker.get("/gaps", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
        assert Page(chinese.text).all("html")[0]["lang"] == "zh-Hans"
        assert "Set-Cookie" not in chinese.headers
        asker.get("/gaps?lang=zh")
        assert page_of(asker, "/coverage").all("html")[0]["lang"] == "zh-Hans"


def test_colours_are_remembered(folder: Path) -> None:
    """Chosen once, light or dark stays."""
    with serving(settings_in(folder)) as asker:
        assert "data-theme" not in page_of(asker, "/").all("html")[0]
        asker.get("/?theme=dark")
        assert page_of(asker, "/gaps").all("html")[0]["data-theme"] == "dark"


@pytest.mark.parametrize("path", HOSTILE_PAGES)
@each("number", range(len(HOSTILE)))
def test_hostile_name_is_text(hostile: Asker, path: str, number: int) -> None:
    """Whatever something is called, it is shown, and becomes no element."""
    page = page_of(hostile, path.format(number, quote(HOSTILE[number], safe="")))
    assert page.faults == []
    assert page.inline == []
    assert page.all("img") == []
    assert all("assets/" in has["src"] for has in page.all("script"))
    if "{0}" in path:
        assert " ".join(HOSTILE[number].split()) in page.text()


@each("number", range(len(HOSTILE)))
def test_hostile_name_is_text_in_the_picture(hostile: Asker, number: int) -> None:
    """The picture as a file holds no script either, and is well-formed."""
    drawn = hostile.get(f"/nodes/c{number}/trace.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    page = Page(drawn.text)
    assert page.faults == []
    assert [name for name in page.inline if name != "style"] == []
    assert len(page.all("svg")) == 1


def test_missing_node_is_told_on_a_page(college: Asker) -> None:
    """What is not there is answered with a page that names what comes near."""
    response = college.get("/nodes/poly:k.plc-programing?lang=en")
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert f"./../nodes/{COMPETENCY}".removeprefix("./") in Page(response.text).links


@each("path", ["/nowhere", "/no/where", "/nodes/a/b/c", "/assets/none.css", "/%ff"])
def test_browser_at_no_page_gets_one(college: Asker, path: str) -> None:
    """A mistyped address leads back to the first page; a program still gets a problem document."""
    response = college.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert urljoin(HERE + path, Page(response.text).all("a")[1]["href"]) == HERE + "/"
    assert college.get(path).headers["content-type"] == PROBLEM


@each("path", ["/gaps?status=nonsense", "/plan?role=r&max_hours=-1", "/gaps?page=0"])
def test_wrong_parameter_is_told_on_a_page(college: Asker, path: str) -> None:
    """A wrong parameter is answered with a page too."""
    response = college.get(path)
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert len(Page(response.text).all("h1")) == 1


def test_empty_fields_are_not_asked(college: Asker) -> None:
    """A form sends its empty fields; they narrow nothing."""
    path = "/gaps?status=&flaw=&severity=1&sort=broken&discipline=&role_q=&lang=en"
    assert page_of(college, path).text("table") == page_of(college, "/gaps?lang=en").text("table")


def test_pages_of_gaps_hold_each_gap_once(college: Asker, snapshot: Snapshot) -> None:
    """Page after page lists what the question answers, in its order."""
    found: list[str] = []
    competencies = {snapshot.ids[i] for i in snapshot.of_kind("Competency")}
    path: str | None = "/gaps?severity=2&lang=en"
    while path:
        page = page_of(college, path)
        nodes = [link.removeprefix("./nodes/") for link in page.links if link.startswith("./nodes/")]
        found += [node for node in nodes if node in competencies]
        following = [has["href"] for has in page.all("a") if has.get("rel") == "next"]
        path = urljoin(path, following[0]) if following else None
    gaps = find_gaps(snapshot, wanted=GapFilter(severity=2), limit=1000)
    assert found == [gap.competency.id for gap in gaps.items]


def test_time_line_of_a_plan_tells_its_hours_and_what_is_practised(snapshot: Snapshot) -> None:
    """Steps stand side by side, as wide as their hours; after the last one, as much is practised as the plan says."""
    plan = plan_training(snapshot, NodeId("poly:r.integration-assistant"), wish=PlanWish(max_hours=200))
    found = stretches(plan.steps)
    assert len(found) == len(plan.steps) > 3
    assert [round(at.width) for at in found] == [round(LINE_WIDTH * s.hours / plan.hours) for s in plan.steps]
    assert found[-1].x + found[-1].width == pytest.approx(LINE_WIDTH, abs=0.2)
    assert all(after.x == pytest.approx(at.x + at.width, abs=0.2) for at, after in pairwise(found))
    terms = [at.step.term for at in found if at.term_width is not None]
    assert terms == sorted(set(terms), key=terms.index)
    weight = sum(item.weight for item in role_coverage(snapshot, plan.role.id).competencies)
    assert practised_so_far(plan, weight)[-1] == pytest.approx(plan.practised_after)


@each("order", ["severity", "demand", "name"])
def test_gaps_as_a_spreadsheet(college: Asker, snapshot: Snapshot, order: str) -> None:
    """The spreadsheet holds every gap that passes, in the order asked for."""
    answer = college.get(f"/gaps.csv?severity=3&sort={order}&lang=en")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    gaps = find_gaps(snapshot, wanted=GapFilter(severity=3), limit=1000).items
    assert len(rows) > 20
    named = [tuple(filter(None, row["Training tasks"].split("; "))) for row in rows if row["Training tasks"]]
    assert set(named) == {tuple(near.task.name for near in gap.closed_by.tasks) for gap in gaps} - {()}
    told = [(row["Id"], float(row["Demand"]), int(row["Severity"])) for row in rows]
    assert sorted(told) == sorted((g.competency.id, float(f"{g.demand:g}"), g.severity) for g in gaps)
    keys = {"severity": -np.array([t[2] for t in told]), "demand": -np.array([t[1] for t in told])}
    ordered = keys.get(order, np.array([row["Competency"].casefold() for row in rows]))
    assert ordered.tolist() == sorted(ordered.tolist())


def test_spreadsheet_of_gaps_holds_no_formula(tmp_path: Path) -> None:
    """A name that a spreadsheet would take for a formula is written as text."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says("r1 REQUIRES c1", nodes={"c1": {"name": "=HYPERLINK(1)"}}))
    store.close()
    with serving(settings) as asker:
        assert "c1,'=HYPERLINK(1)," in asker.get("/gaps.csv").text


def test_role_is_looked_for(college: Asker) -> None:
    """A text that several roles hold offers them; what none holds is said so."""
    offered = page_of(college, "/gaps?role_q=technician&severity=3&lang=en")
    choices = [link for link in offered.links if "role=" in link]
    assert len(choices) > 1
    assert all("severity=3" in link and "role_q" not in link for link in choices)
    assert "No Role is called “nobody”" in page_of(college, "/gaps?role_q=nobody&lang=en").text()


def test_cells_say_how_each_competency_stands(college: Asker, snapshot: Snapshot) -> None:
    """In the table of a role, a cell has the status that the role's own coverage in that discipline tells."""
    page = page_of(college, f"/coverage?role={ROLE}&lang=en")
    cells = [has for has in page.all("a") if "discipline=" in has["href"] and "/nodes/" in has["href"]]
    assert len(cells) == 20
    for cell in cells:
        url = urlsplit(cell["href"])
        (discipline,) = parse_qs(url.query)["discipline"]
        covered = role_coverage(snapshot, ROLE, Scope(discipline=discipline))
        status = next(item.status for item in covered.competencies if item.id == url.path.rpartition("/")[2])
        named = {"connected": "Connected", "unpractised": "Theory only", "untaught": "Never taught"}
        assert cell["title"].endswith(named.get(status.value, "Neither taught nor practised"))


def test_shares_of_all_roles_are_shown(college: Asker, snapshot: Snapshot) -> None:
    """In the table of all roles, each cell is the share of its discipline; only what a discipline targets shows a 0."""
    matrix = coverage_matrix(snapshot, "discipline")
    faculties = {row.id for row in matrix.rows} & {snapshot.ids[i] for i in snapshot.reference("parent_id") if i >= 0}
    wanted = {
        f"{role.name} · {row.name}": as_percents(share)
        for row, shares in zip(matrix.rows, matrix.shares, strict=True)
        for role, share in zip(matrix.columns, shares, strict=True)
        if row.id not in faculties and share
    }
    cell = re.compile(r'<td class="v\d(?: tg)?"[^>]*><a href="./nodes/[^"]*discipline=[^"]*" title="([^"]*)">([^<]*)<')
    found = [(unescape(name), unescape(share)) for name, share in cell.findall(college.get("/coverage?lang=en").text)]
    assert len(dict(found)) == len(found) > 50
    assert {name: share for name, share in found if name in wanted} == wanted
    assert {share for name, share in found if name not in wanted} <= {as_percents(0.0)}


def test_darkest_cell_is_the_fullest() -> None:
    """The more is covered, the darker the cell; only nothing has no colour."""
    steps = [_step(share / 100) for share in range(101)]
    assert steps == sorted(steps)
    assert (steps[0], steps[1], steps[100]) == (0, 1, 4)


def test_plan_is_kept_in_the_address(college: Asker, snapshot: Snapshot) -> None:
    """The address alone makes the plan again: role, limits and what is held."""
    held = role_coverage(snapshot, ROLE).competencies[0].id
    page = page_of(college, f"/plan?role={ROLE}&max_hours=60&have={held}&have=poly:k.plc-programming&lang=en")
    plan = plan_training(snapshot, ROLE, wish=PlanWish(max_hours=60, have=(held, NodeId("poly:k.plc-programming"))))
    text = page.text("main")
    assert f"{len(plan.steps)} steps, {plan.hours:.0f} hours" in text
    assert all(f"{n}. {step.task.name}" in text for n, step in enumerate(plan.steps, 1))
    ticked = [has["value"] for has in page.all("input") if "checked" in has]
    kept = [has["value"] for has in page.all("input") if has.get("type") == "hidden" and has["name"] == "have"]
    assert (ticked, kept) == ([held], ["poly:k.plc-programming"])


def test_trace_page_follows_its_scope(college: Asker, snapshot: Snapshot) -> None:
    """Narrowed to a discipline, the page tells the trace of that discipline, and says so."""
    discipline = "poly:d.ecommerce"
    trace = trace_competency(snapshot, COMPETENCY, Scope(discipline=discipline, roles="all"))
    text = page_of(college, f"/nodes/{COMPETENCY}?discipline={discipline}&roles=all&lang=en").text("main")
    assert trace.status is ChainStatus.UNSERVED
    assert "Neither taught nor practised" in text
    assert "No knowledge unit develops it" in " ".join(text.split())
    assert "Only:" in text
    targeted = page_of(college, f"/nodes/{COMPETENCY}?discipline={discipline}&lang=en").text("main")
    assert "Roles outside this scope that require it, too: 3." in targeted


@each("kind", KINDS)
def test_every_kind_has_a_page(college: Asker, snapshot: Snapshot, kind: str) -> None:
    """A node of any kind is shown, with its source."""
    nodes = snapshot.of_kind(kind)
    page = page_of(college, f"/nodes/{quote(snapshot.ids[int(nodes[0])])}?lang=zh")
    assert "Illustrative polytechnic" in page.text("main")


def test_empty_graph_offers_a_beginning(tmp_path: Path) -> None:
    """Where nothing is in the graph, every page works, and the first one says how to begin."""
    with serving(settings_in(tmp_path)) as asker:
        assert {has["action"] for has in page_of(asker, "/").all("form")} >= {"./import", "./import/example"}
        asked = ("/gaps", "/coverage", "/plan", "/search", "/search?q=a")
        for path in (*asked, "/integration", "/allocation", "/feedback", "/enterprises"):
            assert page_of(asker, path).faults == []


def test_store_that_cannot_be_read_is_told_on_a_page(tmp_path: Path) -> None:
    """While there is no graph to answer from, a page says so, and when to come again."""
    settings = Settings(f"sqlite:///{tmp_path / 'none.db'}", False, tmp_path / "state.db", tmp_path / "cache")
    with serving(settings) as asker:
        response = asker.get("/")
        assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Retry-After" in response.headers
        assert len(Page(response.text).all("h1")) == 1


def test_plan_names_the_courses_of_what_tasks_apply(college: Asker, example: Snapshot) -> None:
    """Beside each unit that a step applies stand the courses that teach it, in the discipline that is asked for."""
    scope = Scope(discipline="poly:d.robotics")
    plan = plan_training(example, ROLE, scope)
    covers, offered = example.into("COVERS"), set(example.out("OFFERS").row(example.require("poly:d.robotics")))
    page = college.get(f"/plan?role={ROLE}&discipline=poly:d.robotics&lang=en").text
    applied = [unit for step in plan.steps for unit in step.applies]
    assert applied
    for unit in applied:
        told = re.search(rf"nodes/{re.escape(unit.id)}[\"?].*?</a> <span class=\"quiet\">(.*?)</span>", page)
        assert told is not None, unit.id
        courses = [example.ids[c] for c in covers.row(example.require(unit.id)) if c in offered]
        assert re.findall(r"nodes/([^\"?]+)[\"?]", told[1]) == courses
        assert courses or "in no course" in told[1]
