"""Leadership, briefs and signals: against brute force on random graphs, in the smallest ones, and on the example."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.answers.past_signals import ask_signals
from graph.changes import ChangeSet
from graph.errors import NotFoundError
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.brief import write_brief
from queries.leadership import count_leading, measure_leadership
from queries.semantics.scope import Scope
from queries.signals import FirstRevision, read_signals
from tests.support.examples import examples
from tests.support.factory import graph_of, says, snapshot_of
from tests.support.field_worlds import ENTERPRISES, field_worlds, institution_worlds, near
from tests.support.oracle import View, World

SHARES = ("hosted", "led", "co_led", "mentored", "taught_teachers")
WHOLE = 1000


class _Brute:
    """An enterprise by the book."""

    def __init__(self, world: World, enterprise: str, institution: str | None = None) -> None:
        view = View(world, Scope(institution=institution, roles="all"))
        self.world, self.enterprise = view.world, enterprise
        world = view.world
        self.roles = sorted(world.out("EMPLOYS", enterprise))
        self.answers = {c: view.answer(c) for c in world.of_kind("Competency")}
        self.demand = {
            c: sum(self.openings(r) * answer.roles[r] for r in self.roles if r in answer.roles)
            for c, answer in self.answers.items()
        }
        self.total = sum(self.demand.values())
        self.hosts = view.kept_tasks & world.out("HOSTS", enterprise).keys()
        self.things = view.kept_tasks | (set(world.of_kind("Course")) if view.courses is None else view.courses)
        self.people = {i for i in world.of_kind("Instructor") if world.values[i].get("employer_id") == enterprise}

    def openings(self, role: str) -> float:
        stated = sorted(v.openings for v in self.world.links.get("EMPLOYS", {}).values() if v.openings is not None)
        own = self.world.links["EMPLOYS"][self.enterprise, role].openings
        if own is not None:
            return own
        if not stated:
            return 1
        middle = len(stated) // 2
        return stated[middle] if len(stated) % 2 else (stated[middle - 1] + stated[middle]) / 2

    def serves(self, things: set[str]) -> set[str]:
        """Return what tasks among the things practise, and units of courses among them develop."""
        units = {k for one in things for k in self.world.out("COVERS", one)}
        practised = {c for one in things for c in self.world.out("PRACTISES", one)}
        return practised | {c for k in units for c in self.world.out("DEVELOPS", k)}

    def deeds(self) -> dict[str, set[str]]:
        world = self.world
        led = {t: world.values[t].get("led_by") for t in self.hosts}
        guided = {thing for i in self.people for thing in world.out("GUIDES", i)} & self.things
        teachers = {i for i in world.of_kind("Instructor") if world.values[i]["kind"] == "teacher"} - self.people
        beside = {thing for i in teachers for thing in world.out("GUIDES", i)}
        return {
            "hosted": self.serves(self.hosts),
            "led": self.serves({t for t in self.hosts if led[t] == "enterprise"}),
            "co_led": self.serves({t for t in self.hosts if led[t] in {"enterprise", "joint"}}),
            "mentored": self.serves(guided),
            "taught_teachers": self.serves(beside & (guided | self.hosts)),
        }

    def share(self, competencies: set[str]) -> float | None:
        return sum(self.demand[c] for c in competencies if c in self.demand) / self.total if self.total else None


INSTITUTIONS = st.sampled_from((None, "u1", "u2"))


def enterprise_in(said: list[ChangeSet], wanted: str, institution: str | None = None) -> tuple[World, str, str | None]:
    """Return the world, the enterprise or, where it is not seen, another one, and the institution if it is there."""
    world = World(said)
    institution = institution if institution in world.kind else None
    seen = world if institution is None else world.of_institution(institution)
    enterprises = seen.of_kind("Enterprise")
    assume(enterprises)
    return world, wanted if wanted in enterprises else enterprises[0], institution


@examples(100)
@given(said=institution_worlds(), wanted=st.sampled_from(ENTERPRISES), asked=INSTITUTIONS)
def test_leadership_is_that_of_brute_force(said: list[ChangeSet], wanted: str, asked: str | None) -> None:
    """Each share, and what is done for each competency, are what following the definitions finds."""
    world, enterprise, institution = enterprise_in(said, wanted, asked)
    brute = _Brute(world, enterprise, institution)
    found = measure_leadership(snapshot_of(*said), enterprise, institution=institution)
    deeds = brute.deeds()
    assert near({name: getattr(found, name) for name in SHARES}, {name: brute.share(deeds[name]) for name in SHARES})
    assert [one.role.id for one in found.roles] == brute.roles
    assert near([one.openings for one in found.roles], [float(brute.openings(r)) for r in brute.roles])
    assert {one.id for one in found.tasks} == brute.hosts
    assert {one.id for one in found.mentors} == brute.people
    assert {one.id for one in found.competencies} == {c for c, demand in brute.demand.items() if demand}
    for one in found.competencies:
        assert near(one.demand, float(brute.demand[one.id]))
        assert {name for name in SHARES if getattr(one, name)} == {name for name in SHARES if one.id in deeds[name]}
        # It is required, here at least: so the status over the whole graph is one of a demanded competency.
        assert one.status == brute.answers[one.id].status


@examples(60)
@given(said=field_worlds())
def test_leading_sums_over_enterprises(said: list[ChangeSet]) -> None:
    """Who employs and who hosts are counted one by one, and the share is that of all their demand together."""
    world = World(said)
    every = [_Brute(world, enterprise) for enterprise in world.of_kind("Enterprise")]
    hosted = [sum(one.demand[c] for c in one.deeds()["hosted"] if c in one.demand) for one in every]
    found, total = count_leading(snapshot_of(*said)), sum(one.total for one in every)
    assert found.employing == sum(one.total > 0 for one in every)
    assert found.hosting == sum(amount > 0 for amount in hosted)
    assert near(found.hosted, float(sum(hosted)) / float(total) if total else None)


@examples(100)
@given(said=institution_worlds(), wanted=st.sampled_from(ENTERPRISES), asked=INSTITUTIONS)
def test_briefs_are_those_of_brute_force(said: list[ChangeSet], wanted: str, asked: str | None) -> None:
    """Gaps, tasks to host, training to make and possible mentors are what following the definitions finds."""
    world, enterprise, institution = enterprise_in(said, wanted, asked)
    brute = _Brute(world, enterprise, institution)
    found = write_brief(snapshot_of(*said), enterprise, institution=institution, limit=WHOLE)
    view = View(world, Scope(employer=enterprise, institution=institution, roles="all"))
    world, deeds = view.world, brute.deeds()
    answers = {c: view.answer(c) for c in world.of_kind("Competency")}
    gaps = {c: answer for c, answer in answers.items() if answer.roles and answer.severity > 0}
    assert [gap.severity for gap in found.gaps] == sorted((answer.severity for answer in gaps.values()), reverse=True)
    assert {gap.competency.id: (gap.status, set(gap.flaws), {r.id for r in gap.roles}) for gap in found.gaps} == {
        c: (answer.status, set(answer.flaws), set(answer.roles)) for c, answer in gaps.items()
    }
    assert near(_hostings(found.model_dump()["host_next"]), _host_next(brute, deeds["hosted"]))
    missing = {c for c, answer in answers.items() if answer.status in {"unpractised", "unserved"} and brute.demand[c]}
    assert {new.competency.id for new in found.new_training} == missing
    for new in found.new_training:
        held = {j for r in brute.roles for j in world.out("HAS_RESPONSIBILITY", r)}
        assert {j.id for j in new.responsibilities} == held & world.into("REQUIRES", new.competency.id).keys()
        assert {i.id for i in new.qualified} == world.into("QUALIFIED_FOR", new.competency.id).keys()
    open_ = {c for c, demand in brute.demand.items() if demand and c not in deeds["mentored"]}
    able = {i: open_ & world.out("QUALIFIED_FOR", i).keys() for i in world.of_kind("Instructor")}
    assert {mentor.instructor.id: {c.id for c in mentor.competencies} for mentor in found.mentors} == {
        i: known for i, known in able.items() if known
    }
    order = [(not mentor.own, -round(mentor.adds, 9), mentor.instructor.id) for mentor in found.mentors]
    assert order == sorted(order)


def _hostings(found: list[dict[str, Any]]) -> list[tuple[float, set[str]]]:
    return [(one["adds"], {c["id"] for c in one["covers"]}) for one in found]


def _host_next(brute: _Brute, hosted: set[str]) -> list[tuple[float, set[str]]]:
    """Return what each of the tasks chosen one by one adds; of equals, the one with the smallest id."""
    world, found = brute.world, list[tuple[float, set[str]]]()
    free = [
        t
        for t in sorted(brute.things & set(world.of_kind("TrainingTask")))
        if t not in brute.hosts and all(world.values[e]["kind"] != "enterprise" for e in world.into("HOSTS", t))
    ]
    left = {c: demand for c, demand in brute.demand.items() if demand and c not in hosted}
    while True:
        new = {t: {c for c in world.out("PRACTISES", t) if c in left} for t in free}
        best = max(free, key=lambda t: round(sum(left[c] for c in new[t]), 9), default=None)
        if best is None or not new[best]:
            return found
        found.append((sum(left[c] for c in new[best]) / brute.total, new[best]))
        left = {c: demand for c, demand in left.items() if c not in new[best]}


@examples(60)
@given(
    said=institution_worlds(),
    region=st.sampled_from((None, "north", " South")),
    kind=st.sampled_from((None, "policy", "trend")),
    on=st.sampled_from((None, date(2024, 3, 1), date(2025, 3, 1))),
    asked=INSTITUTIONS,
)
def test_signals_are_those_of_brute_force(
    said: list[ChangeSet], region: str | None, kind: str | None, on: date | None, asked: str | None
) -> None:
    """Which signals pass, and how all that they call for stands, are what following the definitions finds."""
    institution = asked if asked in World(said).kind else None
    view = View(World(said), Scope(institution=institution), focused=True)
    world = view.world
    everyone = View(world, Scope())
    found = read_signals(snapshot_of(*said), region=region, kind=kind, on=on, institution=institution)

    def passes(values: dict[str, object]) -> bool:
        holds = on is None or str(values.get("valid_from", "")) <= str(on) <= str(values.get("valid_to", "9999"))
        there = region is None or str(values.get("region", "")).lower() == region.strip().lower()
        return holds and there and kind in {None, values["kind"]}

    wanted = [s for s in world.of_kind("Signal") if passes(world.values[s])]
    wanted.sort(key=lambda s: str(world.values[s].get("valid_from", "")), reverse=True)
    assert [one.id for one in found.signals] == wanted
    answers = {c: view.answer(c) for c in world.of_kind("Competency")}
    for signal in found.signals:
        calls = world.out("CALLS_FOR", signal.id)
        told = {one.id: one.weight for one in signal.competencies} | {one.id: one.weight for one in signal.roles}
        assert told == calls
        for one in signal.competencies:
            answer = answers[one.id]
            link = answer.link if answer.status == "connected" else None
            assert (one.status, one.link, one.severity) == (answer.status, link, answer.severity)
        for role in signal.roles:
            weights = {c: everyone.need(role.id, c) for c in answers}
            served = sum(w for c, w in weights.items() if answers[c].units and answers[c].tasks)
            assert near(role.coverage, served / sum(weights.values()) if any(weights.values()) else None)
    called = {one.id for signal in found.signals for one in signal.competencies}
    assert (found.called, found.connected) == (len(called), sum(answers[c].status == "connected" for c in called))


# The smallest graphs

LEADS = ("e1 EMPLOYS r1", "r1 REQUIRES c1", "t1 PRACTISES c1")
OWN = {"i1": {"employer_id": "e1", "kind": "enterprise_mentor"}}


@pytest.mark.parametrize(
    ("lines", "led_by", "does"),
    [
        ([], "college", set()),
        (["e1 HOSTS t1"], "college", {"hosted"}),
        (["e1 HOSTS t1"], "joint", {"hosted", "co_led"}),
        (["e1 HOSTS t1"], "enterprise", {"hosted", "co_led", "led"}),
        (["e2 HOSTS t1"], "enterprise", set()),
        (["i1 GUIDES t1"], "college", {"mentored"}),
        (["i2 GUIDES t1"], "college", set()),
        (["i1 GUIDES t1", "i2 GUIDES t1"], "college", {"mentored", "taught_teachers"}),
        (["e1 HOSTS t1", "i2 GUIDES t1"], "college", {"hosted", "taught_teachers"}),
        (
            ["i1 GUIDES co1", "i2 GUIDES co1", "co1 COVERS k1", "k1 DEVELOPS c1"],
            "college",
            {"mentored", "taught_teachers"},
        ),
    ],
)
def test_what_an_enterprise_does(lines: list[str], led_by: str, does: set[str]) -> None:
    """Hosting, leading, mentoring and teaching the teachers are told apart."""
    found = measure_leadership(graph_of(*LEADS, *lines, "i1", nodes={"t1": {"led_by": led_by}, **OWN}), "e1")
    assert {name for name in SHARES if getattr(found, name)} == does


def test_shares_are_by_its_own_openings() -> None:
    """What a role with three of four openings requires is three quarters of its demand, whoever else employs it."""
    lines = ("e1 EMPLOYS r1 openings=3", "e1 EMPLOYS r2 openings=1", "e2 EMPLOYS r2 openings=50", "r1 REQUIRES c1")
    found = measure_leadership(graph_of(*lines, "r2 REQUIRES c2", "t1 PRACTISES c1", "e1 HOSTS t1"), "e1")
    assert found.hosted == 0.75


def test_the_next_task_is_chosen_for_what_is_left() -> None:
    """As the docs work it out: the first task adds two quarters, the second the one that is left of its two."""
    needs = [f"r1 REQUIRES c{n}" for n in (1, 2, 3, 4)]
    tasks = (
        "e1 HOSTS t1",
        "t1 PRACTISES c1",
        "t2 PRACTISES c2",
        "t2 PRACTISES c3",
        "t3 PRACTISES c3",
        "t3 PRACTISES c4",
    )
    found = write_brief(graph_of("e1 EMPLOYS r1", *needs, *tasks), "e1")
    assert [(one.task.id, one.adds) for one in found.host_next] == [("t2", 0.5), ("t3", 0.25)]


def test_the_worked_example_of_leadership() -> None:
    """As the docs work it out: hosted and taught to a teacher for three quarters, neither led nor mentored."""
    lines = ("e1 EMPLOYS r1 openings=3", "e1 EMPLOYS r2 openings=1", "r1 REQUIRES c1", "r2 REQUIRES c2", "e1 HOSTS t1")
    found = measure_leadership(
        graph_of(*lines, "t1 PRACTISES c1", "i2 GUIDES t1", nodes={"t1": {"led_by": "college"}}), "e1"
    )
    assert [getattr(found, name) for name in SHARES] == [0.75, 0.0, 0.0, 0.0, 0.75]


def test_what_other_enterprises_host_stays_there() -> None:
    """A task that any enterprise hosts is not proposed; one of a campus base is."""
    lines = ("e2 HOSTS t1", "e3 HOSTS t2", "t2 PRACTISES c1")
    found = write_brief(graph_of(*LEADS, *lines, nodes={"e3": {"kind": "campus_base"}}), "e1")
    assert [one.task.id for one in found.host_next] == ["t2"]


def test_without_roles_there_is_nothing_to_lead() -> None:
    """A host that employs nobody has no shares, and an empty brief; a role is no enterprise."""
    snapshot = graph_of("e1 HOSTS t1", "t1 PRACTISES c1", "r1 REQUIRES c1")
    assert measure_leadership(snapshot, "e1").hosted is None
    brief = write_brief(snapshot, "e1")
    assert (brief.gaps, brief.host_next, brief.new_training, brief.mentors) == ([], [], [], [])
    with pytest.raises(NotFoundError, match="it is a role"):
        write_brief(snapshot, "r1")


# The bundled college


def test_qihang_hosts_half_of_what_it_needs(example: Snapshot) -> None:
    """It hosts 55 %, its people guide 67 %, and teachers learn there for 22 %."""
    found = measure_leadership(example, "poly:e.qihang")
    assert {name: round(getattr(found, name), 2) for name in SHARES} == {
        "hosted": 0.55, "led": 0.53, "co_led": 0.55, "mentored": 0.67, "taught_teachers": 0.22,
    }  # fmt: skip


def test_qihangs_brief(example: Snapshot) -> None:
    """What nobody teaches or practises comes first; palletising is to be hosted next; Gao could guide."""
    found = write_brief(example, "poly:e.qihang")
    assert [gap.competency.name for gap in found.gaps][:2] == [
        "Hand a cell over to a customer",
        "Support customers remotely",
    ]
    assert (found.connected, found.required) == (21, 32)
    assert found.host_next[0].task.name == "Palletising programme"
    assert found.new_training[0].competency.name == "Assess the risks of a robot cell"
    assert [one.name for one in found.new_training[0].qualified] == ["Project leader Gao (invented)"]
    assert found.mentors[0].instructor.name == "Teacher Lin (invented)"


def test_since_when_a_competency_is_connected(tmp_path: Path) -> None:
    """The first revision since which it has been so without a break; or earlier, where nobody looked further back."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    chain = ("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1", "s1 CALLS_FOR c1", "s1 CALLS_FOR c2")
    for lines in (chain, (*chain[:1], *chain[2:]), chain, (*chain, "r2 REQUIRES c1"), (*chain, "r3 REQUIRES c1")):
        store.apply(says(*lines))
    snapshot = compile_snapshot(store)

    def since(revisions: int) -> tuple[object, object]:
        (signal,) = ask_signals(store, snapshot, revisions=revisions).signals
        first, second = sorted(signal.competencies, key=lambda one: one.id)
        return first.connected_since, second.connected_since

    assert since(1) == (None, None)
    assert since(2) == (FirstRevision(revision=4, or_earlier=True), None)
    assert since(3) == (FirstRevision(revision=3, or_earlier=True), None)
    assert since(5) == since(99) == (FirstRevision(revision=3, or_earlier=False), None)
    store.close()


def test_what_signals_call_for_at_the_college(example: Snapshot) -> None:
    """Half of what is called for is connected; the fusion notice calls for two that are taught and never practised."""
    found = read_signals(example)
    assert (found.total, found.called, found.connected) == (8, 16, 8)
    (notice,) = [one for one in found.signals if one.kind == "policy" and one.region == "River delta"]
    assert [one.id.removeprefix("poly:k.") for one in notice.competencies if one.status == "unpractised"] == [
        "ip-protection", "problem-framing",
    ]  # fmt: skip
