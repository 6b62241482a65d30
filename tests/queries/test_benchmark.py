"""Benchmark: what differs between two programmes is what sets say, and its effects are those of the changed graph."""

import random
from itertools import product

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.errors import ExpiredError, InputError
from graph.snapshot.snapshot import Snapshot
from queries.benchmark import Benchmark, benchmark_programme
from queries.benchmark_items import BenchmarkItem
from queries.parameters.benchmark import BENCHMARK_DIFFERENCES, BENCHMARK_KINDS, BenchmarkFilter
from queries.semantics.scope import EVERYTHING, Scope
from tests.support.examples import examples
from tests.support.factory import graph_of, says, snapshot_of
from tests.support.oracle import STATUS, View, World
from tests.support.soak import record, rounds
from tests.support.worlds import spoken, worlds

ALL = 10_000
Moves = list[tuple[str, str, str]]


class Expectation:
    """What sets say of two disciplines in a world."""

    def __init__(self, world: World, mine: str, other: str, scope: Scope) -> None:
        self.world = world.of_institution(scope.institution) if scope.institution else world
        self.ours = View(world, scope.model_copy(update={"discipline": mine}), focused=True)
        self.theirs = View(self.world, Scope(discipline=other, infer_aims=scope.infer_aims), focused=True)
        self.world = self.ours.world
        self.here, self.there = self._parts(self.ours), self._parts(self.theirs)

    def _parts(self, view: View) -> dict[str, set[str]]:
        courses, disciplines = view.courses or set(), view.disciplines or set()
        return {
            "Course": courses,
            "Competency": {c for c in self.world.of_kind("Competency") if view.aimed(c)}
            | self._led_to("DEVELOPS", view.kept_units)
            | self._led_to("PRACTISES", view.kept_tasks),
            "TrainingTask": view.kept_tasks,
            "Certificate": {x for a in courses | disciplines for x in self.world.out("ALIGNS_WITH", a)},
        }

    def matches(self, kind: str, node: str) -> dict[str, str]:
        """Return what of ours matches the node, and by what."""
        close = {**self.world.out("CLOSE_TO", node), **self.world.into("CLOSE_TO", node)}
        found = {one: "close" for one in self.here[kind] if one in close}
        return found | ({node: "same"} if node in self.here[kind] else {})

    def rows(self) -> set[tuple[str, str, str, tuple[tuple[str, str], ...]]]:
        """Return every row: kind, difference, node and matches."""
        found = set[tuple[str, str, str, tuple[tuple[str, str], ...]]]()
        for kind in BENCHMARK_KINDS:
            matches = {node: self.matches(kind, node) for node in self.there[kind]}
            for node, ways in matches.items():
                found.add((kind, "shared" if ways else "lacking", node, tuple(sorted(ways.items()))))
            matched = {one for ways in matches.values() for one in ways}
            found |= {(kind, "extra", node, ()) for node in self.here[kind] - matched}
        return found

    def adopting(self, courses: set[str], tasks: set[str]) -> tuple[set[str], set[str]]:
        """Return the units and tasks that count with these besides."""
        units = self.ours.kept_units | self._led_to("COVERS", courses)
        sent = self.ours.kept_tasks | tasks | self._led_to("SCHEDULES", courses)
        return units, sent | (self._applying(units) if self.ours.unrecorded else set())

    def dropping(self, courses: set[str], tasks: set[str]) -> tuple[set[str], set[str]]:
        """Return the units and tasks that count without these."""
        left = (self.ours.courses or set()) - courses
        units = self.ours.kept_units & self._led_to("COVERS", left)
        sent = self._led_to("SCHEDULES", left | (self.ours.disciplines or set()))
        return units, self.ours.kept_tasks & (self._applying(units) if self.ours.unrecorded else sent) - tasks

    def moves(self, then: tuple[set[str], set[str]], among: set[str] | None = None) -> Moves:
        """Return which competencies stand otherwise where these units and tasks count."""
        now, everything = (self.ours.kept_units, self.ours.kept_tasks), self.world.of_kind("Competency")
        stands = [(c, self.status(c, *now), self.status(c, *then)) for c in everything if among is None or c in among]
        return [move for move in stands if move[1] != move[2]]

    def status(self, c: str, units: set[str], tasks: set[str]) -> str:
        """Return how a competency stands by what leads to it."""
        taught, practised = (
            self.world.into("DEVELOPS", c).keys() & units,
            self.world.into("PRACTISES", c).keys() & tasks,
        )
        required = self.required(c)
        return STATUS["".join("y" if some else "-" for some in (taught, practised, required))]

    def required(self, c: str) -> bool:
        """Say whether a role in scope requires it."""
        roles = self.world.of_kind("Role") if self.ours.kept_roles is None else self.ours.kept_roles
        return any(self.ours.need(r, c) for r in roles)

    def effects(self, kind: str, difference: str, node: str) -> Moves:
        """Return what the row does to chains."""
        if difference == "shared" or kind == "Certificate":
            return []
        change = self.adopting if difference == "lacking" else self.dropping
        if kind == "Competency":
            rows = self.rows()
            changed = [{n for k, d, n, _ in rows if (k, d) == (of, difference)} for of in ("Course", "TrainingTask")]
            return self.moves(change(*changed), {node})
        return self.moves(change({node}, set()) if kind == "Course" else change(set(), {node}))

    def _led_to(self, relation: str, nodes: set[str]) -> set[str]:
        return {b for a in nodes for b in self.world.out(relation, a)}

    def _applying(self, units: set[str]) -> set[str]:
        return {t for k in units for t in self.world.into("APPLIES", k)}


def told(item: BenchmarkItem) -> Moves:
    return [(one.competency.id, one.before, one.after) for one in item.effects]


@examples(80, few=12)
@given(worlds(), st.sampled_from(({}, {"infer_aims": True}, {"institution": "u1"})))
def test_rows_and_effects_are_what_sets_say(said: list[ChangeSet], asked: dict[str, object]) -> None:
    """Each thing of two disciplines is listed once, with what matches it and what it does to chains."""
    note(spoken(said))
    world = World(said)
    scope = Scope.model_validate({k: v for k, v in asked.items() if k == "infer_aims" or v in world.kind})
    if not {"d1", "d2"} <= (world.of_institution("u1") if scope.institution else world).kind.keys():
        return
    expected, found = Expectation(world, "d1", "d2", scope), found_in(snapshot_of(*said), "d1", "d2", scope)
    rows = {(i.kind, i.difference, i.node.id, tuple((m.id, m.by) for m in i.matches)) for i in found.items}
    assert rows == expected.rows()
    assert len(rows) == len(found.items) == found.total
    for item in found.items:
        assert told(item) == expected.effects(item.kind, item.difference, item.node.id), item
        if item.kind == "Competency":
            assert item.node.status == expected.ours.answer(item.node.id).status
    among = {c for c in expected.world.of_kind("Competency") if expected.required(c)}
    among |= expected.here["Competency"] | expected.there["Competency"]
    assert sum(found.now.counts.values()) == len(among)


@examples(40, few=8)
@given(worlds())
def test_effects_are_those_of_the_changed_graph(said: list[ChangeSet]) -> None:
    """What adopting a course does is what the graph says in which the programme offers it."""
    note(spoken(said))
    world = World(said)
    if not {"d1", "d2"} <= world.kind.keys():
        return
    scope = Scope(discipline="d1")
    view = View(world, scope, focused=True)
    if view.unrecorded or not any(world.out("TARGETS", d) for d in view.disciplines or ()):
        return  # there, the change would also turn the rule which tasks, or roles, count
    for item in found_in(snapshot_of(*said), "d1", "d2", EVERYTHING, "Course").items:
        if item.difference == "lacking":
            then = World([*said, says(f"d1 OFFERS {item.node.id}", by="third", merges=True, ends=False)])
            stands = [(view.answer(c).status, View(then, scope, focused=True).answer(c).status, c)
                      for c in world.of_kind("Competency")]  # fmt: skip
            assert told(item) == [(c, before, after) for before, after, c in stands if before != after]


def found_in(
    snapshot: Snapshot, mine: str, other: str, scope: Scope = EVERYTHING, kind: str | None = None
) -> Benchmark:
    wanted = BenchmarkFilter.model_validate({"kind": kind})
    return benchmark_programme(snapshot, mine, other, scope, wanted, limit=ALL)


@pytest.mark.parametrize("own_ids", [True, False], ids=["own ids", "shared nodes"])
@pytest.mark.soak
def test_deletions_from_a_copy_are_what_is_lacking(own_ids: bool) -> None:
    """From a copy of a programme courses and abilities are deleted: exactly these are lacking, and nothing is extra."""
    total = rounds(3, 100)
    deleted = 0
    for seed in range(total):
        dice = random.Random(seed)
        courses, abilities = dice.randint(1, 40), dice.randint(1, 40)
        whole = {f"co{n}": f"课程 {n}" for n in range(courses)} | {
            f"c{n}": f"能够做第 {n} 件事" for n in range(abilities)
        }
        gone = set(dice.sample(sorted(whole), dice.randint(1, len(whole))))
        lines, names = ["t9 PRACTISES c99"], {one: {"name": name} for one, name in whole.items()}
        for one, name in whole.items():
            copied = f"mine:{one}" if own_ids else one
            names[copied] = {"name": name if dice.random() < 0.5 else f" {name}。"}
            relation = "OFFERS" if one.startswith("co") else "AIMS_AT"
            lines += [f"std:d1 {relation} {one}"] + ([] if one in gone else [f"mine:d1 {relation} {copied}"])
        found = found_in(graph_of("std:d1", "mine:d1", *lines, nodes=names), "mine:d1", "std:d1")
        assert {i.node.id for i in found.items if i.difference == "lacking"} == gone, seed
        assert {i.node.id for i in found.items if i.difference == "shared"} == whole.keys() - gone, seed
        assert not any(i.difference == "extra" for i in found.items), seed
        back = found_in(graph_of("std:d1", "mine:d1", *lines, nodes=names), "std:d1", "mine:d1")
        assert {i.node.id for i in back.items if i.difference == "extra"} == gone, seed
        deleted += len(gone)
    record("benchmark", own_ids=own_ids, copies=total, deleted=deleted)


MATCHES = graph_of(
    *("d1 OFFERS co1", "d1 AIMS_AT a:c1", "d1 AIMS_AT a:c2", "d1 AIMS_AT a:c3", "d1 AIMS_AT a:c5"),
    *("d2 OFFERS co2", "d2 AIMS_AT b:c1", "d2 AIMS_AT b:c2", "d2 AIMS_AT b:c3", "d2 AIMS_AT b:c4", "d2 AIMS_AT b:c5"),
    *("a:c1 SAME_AS b:c1 1.0", "b:c2 CLOSE_TO a:c2 0.7", "d1 OFFERS co3", "d2 OFFERS co4", "co3 CLOSE_TO co4"),
    *(
        "d1 SCHEDULES t1",
        "d2 SCHEDULES t2",
        "t2 CLOSE_TO t1",
        "d1 ALIGNS_WITH x1",
        "d2 ALIGNS_WITH x2",
        "x1 CLOSE_TO x2",
    ),
    nodes={
        "co1": {"name": "Fluid Power", "name_zh": "液压与气动技术"},
        "co2": {"name": "《液压与 气动技术》"},
        "a:c3": {"name": "one", "framework": "F", "code": "1.1"},
        "b:c3": {"name": "three", "framework": "f", "code": "1.1"},
        "a:c5": {"name": "five", "code": "5"},
        "b:c5": {"name": "fifth", "code": "5"},
    },
)


def test_matches_are_by_class_closeness_code_of_one_framework_and_name() -> None:
    """A code alone, without a framework, matches nothing; a name does in either language, whatever its marks."""
    found = found_in(MATCHES, "d1", "d2")
    assert {i.node.id: [(m.id, m.by) for m in i.matches] for i in found.items if i.difference != "extra"} == {
        "co2": [("co1", "name")],
        "co4": [("co3", "close")],
        "t2": [("t1", "close")],
        "x2": [("x1", "close")],
        "a:c1": [("a:c1", "same")],
        "b:c2": [("a:c2", "close")],
        "b:c3": [("a:c3", "code")],
        "b:c4": [],
        "b:c5": [],
    }


def test_what_is_lacking_names_what_is_called_most_like_it() -> None:
    """The unmatched thing of ours with the likest name, in either language; none where none is alike."""
    names = {
        "co1": "传感器与检测技术",
        "co2": "电工技术",
        "co3": "传感器应用技术",
        "co4": "传感器应用",
        "co5": "Baking",
    }
    nodes = {one: {"name": name} for one, name in names.items()} | {"co2": {"name": "Drawing", "name_zh": "电工技术"}}
    lines = ("d1 OFFERS co1", "d1 OFFERS co2", "d1 OFFERS co4", "d2 OFFERS co3", "d2 OFFERS co4", "d2 OFFERS co5")
    found = found_in(graph_of(*lines, nodes=nodes), "d1", "d2")
    likely = {one.node.id: one.likely and one.likely.id for one in found.items}
    assert likely == {"co3": "co1", "co5": None, "co1": None, "co2": None, "co4": None}


def test_pages_hold_everything_once_in_order(example: Snapshot) -> None:
    """Page by page is the whole, each filter its part; a cursor of another revision is refused."""
    asked = example, "poly:d.mechatronics", "poly:d.robotics"
    whole = found_in(*asked)
    items, cursor = list[BenchmarkItem](), None
    while cursor is not None or not items:
        page = benchmark_programme(*asked, limit=9, cursor=cursor)
        items, cursor = items + page.items, page.next
    assert items == whole.items
    for kind, difference in product(BENCHMARK_KINDS, BENCHMARK_DIFFERENCES):
        part = benchmark_programme(*asked, wanted=BenchmarkFilter(kind=kind, difference=difference), limit=ALL)
        assert part.items == [i for i in whole.items if (i.kind, i.difference) == (kind, difference)]
        assert part.total == whole.totals[kind][difference]
    assert [(m.id, m.by) for i in whole.items if i.difference == "shared" for m in i.matches] == [
        (i.node.id, "same") for i in whole.items if i.difference == "shared"
    ]
    with pytest.raises(ExpiredError):
        benchmark_programme(*asked, cursor="1.ab.9")


STANDARDS = graph_of(
    *("s1:d1 OFFERS co1", "s2:d2 OFFERS co1", "s3:d3 OFFERS co1", "s5:d5 OFFERS co1", "d1", "s4:d4", "d2"),
    nodes={
        "d1": {"name": "Mechatronics", "code": "460301", "level": "higher"},
        "d2": {"name": "Bakery", "name_zh": "机电技术 应用"},
        "s1:d1": {"name": "机电技术应用", "standing": "standard", "level": "secondary"},
        "s2:d2": {"name": "mechatronics", "standing": "standard", "level": "bachelor"},
        "s3:d3": {"name": "Machines", "standing": "standard", "code": "460301"},
        "s4:d4": {"name": "Mechatronics", "standing": "standard"},
        "s5:d5": {"name": "Mechatronic", "standing": "standard"},
    },
)


def test_standards_are_offered_by_code_then_name_then_likeness() -> None:
    """What is offered first is taken where nothing is named; a standard of which only the name is known is not."""
    found = benchmark_programme(STANDARDS, "d1")
    assert [(one.id, one.by) for one in found.offered] == [("s3:d3", "code"), ("s2:d2", "name"), ("s5:d5", "alike")]
    assert found.against.id == "s3:d3"
    assert benchmark_programme(STANDARDS, "d2").against.id == "s1:d1"
    with pytest.raises(InputError, match="name what to hold it against"):
        benchmark_programme(STANDARDS, "s1:d1", None)
