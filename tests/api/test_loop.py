"""The event loop: nothing holds it for long, since all wait that one process answers."""

from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from threading import get_ident

import pytest

from api.service.service import Service
from api.settings.service import ServiceSettings
from benchmarks.generated import generated_changes
from graph.changes import ChangeSet
from graph.errors import TimeLimitError
from graph.messages import message
from graph.model import Source
from graph.stores import open_store
from tests.support.loop_holds import MeasuredService, Question, measured_service
from tests.support.paths import ROOT
from tests.support.routes import routes_of
from tests.support.serving import settings_in
from tests.support.soak import record, rounds

MOST_MS = 10.0
"""The longest that the loop may be held, whatever is asked."""
LINKS = rounds(10_000, 1_000_000)

C, R, E, D = "competency:000007", "role:000003", "enterprise:000001", "discipline:000001"
OF_A_ROUTE: Mapping[str, tuple[str, ...]] = {
    "/v1/competencies": ("?sort=name&limit=1000", "?title=1&limit=1000", "?vocabulary=competency&code=1"),
    "/v1/competencies/{id}/trace": ("?limit=1000&infer=true&roll_up=true&close=true", f"?discipline={D}&term=3"),
    "/v1/nodes/{id}": ("?limit=1000",),
    "/v1/nodes/{id}/trace": (f"?limit=1000&discipline={D}",),
    "/v1/nodes": ("?limit=1000&expand=values", "?source=beside", "?changed_since=0"),
    "/v1/roles": ("?sort=name&limit=1000",),
    "/v1/roles/{id}/training": ("?limit=1000",),
    "/v1/gaps": ("?limit=1000", f"?discipline={D}"),
    "/v1/search": ("?q=a", "?q=task&limit=1000", "?q=1&kind=Role"),
    "/v1/metrics": ("?what=linkage",),
    "/v1/diff": ("?since=0",),
    "/v1/align": ("?a=competency&b=role",),
    "/search": ("?q=a", "?q=task"),
    "/nodes/{id}": ("?chains=100&lang=zh",),
    "/plan": (f"?role={R}", "?role_q=1"),
    "/training": (f"?role={R}",),
    "/coverage": (f"?role={R}",),
    "/what-if": ("?gone=competency", f"?remove={C}"),
    "/import/undo": ("?source=beside",),
    "/v1/export/{format}": ("?as=json",),
}
"""What is asked of a route beside nothing, a wrong parameter and many of them."""
DEAR = (
    *("/v1/metrics", "/v1/diff", "/v1/export/{format}", "/import/undo", "/v1/undo/{source}"),
    *("/gaps.csv", "/allocation.csv", "/enterprises.csv", "/integration.csv", "/compare.csv", "/feedback.csv"),
)
"""What takes long, in threads, and is asked once."""
LIMIT_S = rounds(600, 2)
"""How long a question may take; of a million links it is broken off, which must not hold the loop either."""
SUSPECT_MS = MOST_MS / 2
"""What holds the loop for longer is asked again: the first time may do what is done once."""
BODIES: Mapping[str, tuple[bytes, ...]] = {
    "/v1/roles/match": (f'{{"have":["{C}"]}}'.encode(), b'{"have":[' + b'"c:1",' * 50_000 + b'"c"]}'),
    "/v1/roles/plan": (f'{{"roles":["{R}"]}}'.encode(), b'{"roles":["role:9x"]}'),
    "/v1/what-if": (
        f'{{"remove":{{"nodes":["{C}"]}}}}'.encode(),
        b'{"remove":{"nodes":["c:9x"]}}',
        b"{" + b",".join(b'"z%d":1' % at for at in range(20_000)) + b"}",
    ),
}
IDS = {
    "/v1/roles": R, "/v1/enterprises": E, "/enterprises": E, "/import/runs": "none", "/v1/ingest/runs": "none",
    "/v1/rotation": "cohort:1",
}  # fmt: skip


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredService]:
    """Serve a generated graph; every question may take as long as it does."""
    told = ServiceSettings(rate_address=0, rate_key=0, question_s=LIMIT_S, heavy_s=LIMIT_S, export_s=LIMIT_S)
    settings = replace(settings_in(tmp_path_factory.mktemp("large")), service=told)
    with closing(open_store(settings.store_url)) as store:
        store.apply(generated_changes(share=LINKS / 500_000))
        store.apply(_thousand())
    with measured_service(settings) as service:
        yield service


def _thousand(weight: float = 0.5) -> ChangeSet:
    """Return a source beside it, of some 1,000 links between competencies and units that there are."""
    whole = generated_changes(share=0.02)
    kept = dict.fromkeys(list(whole.links)[:1000], (weight, None, None, None, None))
    ends = {end for from_id, _, to_id in kept for end in (from_id, to_id)}
    nodes = {node: values for node, values in whole.nodes.items() if node in ends}
    return ChangeSet(Source(name="beside"), nodes, kept, whole.replaces)


def _questions(route: str) -> Iterator[Question]:
    """Yield what is asked of a route: what it is for, an id that there is not, parameters that there are not."""
    method, template = route.split()
    path = template.replace("*", "none").replace("{format}", "native").replace("{source}", "nobody")
    right = path.replace("{id}", next((one for at, one in IDS.items() if path.startswith(at)), C))
    accept = "*/*" if template.startswith("/v1/") else "text/html"
    if method == "POST":
        for body in BODIES.get(template, (b"{}",)):
            yield Question(method, right, body, accept=accept)
        return
    yield Question(method, right, accept=accept)
    if template in DEAR:
        yield from (Question(method, right + more, accept=accept) for more in OF_A_ROUTE.get(template, ()))
        return
    many = "?" + "&".join(f"x{at}=1" for at in range(2_000))
    for more in (*OF_A_ROUTE.get(template, ()), "?limt=1", many, "?fields=" + ",".join(["competncy"] * 150)):
        yield Question(method, right + more, accept=accept)
    if "{id}" in path:
        yield Question(method, path.replace("{id}", "competency:9x0003"), accept=accept)


@pytest.mark.slow
@pytest.mark.soak
def test_nothing_holds_the_loop(large: MeasuredService) -> None:
    """No answer of any route, and no refusal, holds the loop for longer than it may, at a million links either."""
    held = {}
    for route in routes_of(large.app):
        for question in _questions(route):
            first = large.ask(question)
            again = large.ask(question) if first.longest_ms > SUSPECT_MS else first
            held[f"{question.method} {question.path[:100]}"] = min(first, again, key=lambda one: one.longest_ms)
    longest = sorted(held.items(), key=lambda item: -item[1].longest_ms)[:5]
    record(
        "longest hold of the loop", links=LINKS, longest_ms={where: round(one.longest_ms, 1) for where, one in longest}
    )
    assert {one.status for one in held.values()} >= {200, 303, 404, 422}
    assert [one for one in longest if one[1].longest_ms > MOST_MS] == []


def _moved_on(service: Service, before: int | None) -> bool:
    return service.revision() != before


@pytest.mark.slow
@pytest.mark.soak
def test_import_holds_the_loop_for_no_longer(large: MeasuredService) -> None:
    """A thousand links are applied, and as many changed again, while the loop goes on."""
    service: Service = large.app.state.service
    held = {}
    with closing(open_store(service.store.url)) as store:
        for name, weight in (("import", 0.6), ("back", 0.5)):
            before = service.revision()
            is_over = partial(_moved_on, service, before)
            held[name] = large.hold_during(partial(store.apply, _thousand(weight)), is_over, 60)
    record(
        "longest hold beside an import",
        links=LINKS,
        longest_ms={at: round(one.longest_ms, 1) for at, one in held.items()},
    )
    assert {one.status for one in held.values()} == {200}
    assert max(one.longest_ms for one in held.values()) <= MOST_MS


@pytest.mark.slow
def test_what_is_broken_off_is_freed_beside_the_loop(large: MeasuredService) -> None:
    """What a question held when its time was over goes in its thread: the loop would free it for 30 ms."""
    freed_in = []

    class Held:
        def __del__(self) -> None:
            freed_in.append(get_ident())

    def broken_off() -> None:
        held = Held()
        raise TimeLimitError(message("cancellation.time_limit", seconds=id(held) and 1))

    async def ask() -> None:
        with suppress(TimeLimitError):
            await large.app.state.service.with_store(broken_off)
        freed_in.append(get_ident())

    large.run(ask)
    assert len(freed_in) == 2
    assert freed_in[0] != freed_in[1]


_SHORT, _PARTS = 90, 4
_APART = ("queries/", "graph/snapshot/near_ids.py", "graph/snapshot/folded_text.py", "graph/snapshot/scenario.py")
_LIGHT = ("queries/parameters/", "queries/semantics/scope.py", "queries/semantics/cursors.py", "queries/__init__.py")


@pytest.mark.parametrize("part", range(_PARTS))
def test_questions_are_answered_beside_the_loop(large: MeasuredService, part: int) -> None:
    """No function of a question, of near ids or of a template runs in the loop's thread, however small the graph."""
    found = {}
    for route in routes_of(large.app)[part::_PARTS]:
        if route.split()[1] in DEAR:
            continue
        for question in _questions(route):
            if len(question.path) + len(question.body) > _SHORT:
                continue
            files = {file.removeprefix(f"{ROOT}/") for file in large.files_run_for(question)}
            within = {file for file in files if file.startswith(_APART) and not file.startswith(_LIGHT)}
            within |= {file for file in files if "/web/templates/" in file}
            if within:
                found[question.path[:80]] = within
    assert found == {}
