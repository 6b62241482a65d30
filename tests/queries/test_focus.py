"""Focus: what somebody teaches or hires for, in the smallest graphs that show each rule, and beside frameworks."""

import pytest

from graph.snapshot.snapshot import Snapshot
from queries.allocation import allocate
from queries.coverage_matrix import coverage_matrix
from queries.gaps import find_gaps
from queries.integration import integrate
from queries.metrics import measure
from queries.search import search
from queries.semantics.chain_status import ChainStatus
from queries.semantics.hour_shares import shares_of
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, FocusWish, Scope
from queries.signals import read_signals
from queries.trace import trace_competency
from tests.support.factory import graph_of

COLLEGE = (
    *("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "t1 PRACTISES c1", "d1 TARGETS r1", "r1 REQUIRES c1"),
    *("e1 EMPLOYS r2", "r2 REQUIRES c2", "s1 CALLS_FOR c1"),
)
FRAMEWORK = ("f:r3 REQUIRES f:c3", "f:r3 HAS_RESPONSIBILITY f:j3", "f:j3 REQUIRES f:c4", "f:c5 BROADER f:c3", "f:c6")
STANDARD = ("z:d9 OFFERS z:co9", "z:co9 COVERS z:k9", "z:k9 DEVELOPS z:c9", "z:d9 SCHEDULES z:t9", "z:t9 PRACTISES c2")
IS_STANDARD = {"z:d9": {"standing": "standard"}}
ALL = Scope(focus="all")


def beside(*lines: str) -> Snapshot:
    return graph_of(*COLLEGE, *lines, nodes=IS_STANDARD if any("z:d9" in line for line in lines) else {})


def statuses(snapshot: Snapshot, scope: Scope = EVERYTHING) -> dict[str, str]:
    found = find_gaps(snapshot, scope, limit=100).items
    return {gap.competency.id: gap.status.value for gap in found if gap.status is not ChainStatus.CONNECTED}


@pytest.mark.parametrize(
    ("lines", "mode"),
    [
        (("r1 REQUIRES c1",), "all"),
        (("d1 TARGETS r1", "r1 REQUIRES c1"), "all"),
        (("d1 TARGETS r1", "d1 OFFERS co1"), "ours"),
        (("d1 TARGETS r1", "d1 SCHEDULES t1"), "ours"),
        (("e1 EMPLOYS r1",), "ours"),
        (("k1 DEVELOPS c1",), "all"),
    ],
    ids=["nobody", "teaches nothing", "offers", "schedules", "employs", "no role"],
)
def test_automatic_focus_needs_a_role_in_focus(lines: tuple[str, ...], mode: str) -> None:
    """It is ours as soon as a discipline that teaches targets a role, or somebody employs one."""
    assert find_gaps(graph_of(*lines)).focus.mode == mode


def test_a_discipline_teaches_what_those_below_it_do() -> None:
    """A faculty targets a role, and a programme two below it offers a course."""
    nodes = {"d2": {"parent_id": "d1"}, "d3": {"parent_id": "d2"}}
    lines = ("d1 TARGETS r1", "d3 OFFERS co1", "d2", "r1 REQUIRES c1", "r9 REQUIRES c9")
    assert statuses(graph_of(*lines, nodes=nodes)) == {"c1": "unserved"}


def test_a_standard_teaches_nothing() -> None:
    """What it targets comes into no focus, whatever it offers."""
    lines = ("d1 TARGETS r1", "d1 OFFERS co1", "r1 REQUIRES c1")
    assert find_gaps(graph_of(*lines, nodes={"d1": {"standing": "standard"}})).focus.mode == "all"


def test_a_framework_beside_changes_nothing() -> None:
    """Gaps, coverage, allocation, integration, metrics and signals of the college are what they were without it."""
    alone, both = beside(), beside(*FRAMEWORK)
    for snapshot, left_out in ((alone, (0, 0)), (both, (1, 4))):
        focus = find_gaps(snapshot).focus
        assert (focus.mode, focus.roles, focus.competencies) == ("ours", 2, 2)
        assert (focus.left_out.roles, focus.left_out.competencies) == left_out
    apart = {"focus", "completeness", "revision"}
    for scope in (Scope(), Scope(discipline="d1"), Scope(employer="e1"), Scope(discipline="d1", roles="all")):
        assert find_gaps(both, scope).model_dump(exclude=apart) == find_gaps(alone, scope).model_dump(exclude=apart)
        assert allocate(both, scope).model_dump(exclude=apart) == allocate(alone, scope).model_dump(exclude=apart)
    assert coverage_matrix(both, "course").model_dump(exclude=apart) == coverage_matrix(alone, "course").model_dump(
        exclude=apart
    )
    assert integrate(both).model_dump(exclude=apart) == integrate(alone).model_dump(exclude=apart)
    assert measure(both).model_dump(exclude=apart) == measure(alone).model_dump(exclude=apart)
    assert read_signals(both).model_dump(exclude=apart) == read_signals(alone).model_dump(exclude=apart)


def test_everything_can_be_asked_for() -> None:
    """With `all`, the framework's own are there, isolated ones too."""
    found = statuses(beside(*FRAMEWORK), ALL)
    assert found == {
        "c2": "unserved",
        "f:c3": "unserved",
        "f:c4": "unserved",
        "f:c5": "isolated",
        "f:c6": "isolated",
    }


def test_a_standard_beside_teaches_and_practises_for_nobody() -> None:
    """Its course and task leave `c2` unserved, and what it alone develops out of focus."""
    snapshot = beside(*STANDARD)
    assert statuses(snapshot) == {"c2": "unserved"}
    assert statuses(snapshot, ALL) == {"c2": "untaught", "z:c9": "taught_only"}
    assert [row.id for row in coverage_matrix(snapshot, "discipline").rows] == ["d1"]
    assert [row.discipline.id for row in integrate(snapshot).by_discipline] == ["d1"]


def test_a_scope_that_names_a_standard_is_about_it() -> None:
    """It targets no role, so that those in focus count."""
    found = find_gaps(beside(*STANDARD), Scope(discipline="z:d9"))
    assert found.scope.targets_unrecorded
    assert {gap.competency.id: gap.status.value for gap in found.items} == {
        "c1": "unserved",
        "c2": "untaught",
        "z:c9": "taught_only",
    }


def test_what_programmes_share_with_a_standard_counts() -> None:
    """A course that both offer, and a unit or task of nobody, are no standard's alone."""
    nodes = {"z:d9": {"standing": "standard"}}
    lines = ("d1 OFFERS z:co9", "k5 DEVELOPS c5", "t5 PRACTISES c6")
    found = statuses(graph_of(*COLLEGE, *STANDARD, *lines, nodes=nodes))
    assert found == {"c2": "unserved", "z:c9": "taught_only", "c5": "taught_only", "c6": "practised_only"}


def test_an_aim_brings_a_competency_into_focus() -> None:
    """That of a course in scope does; not that of a standard, of another course, or a weaker one than asked for."""
    lines = ("co1 AIMS_AT c7 0.5", "d1 AIMS_AT c8", "z:d9 AIMS_AT c9")
    snapshot = beside(*STANDARD, *lines)
    assert {c for c, status in statuses(snapshot).items() if status == "isolated"} == {"c7", "c8"}
    weighty = statuses(snapshot, Scope(min_weight=0.6))
    assert {c for c, status in weighty.items() if status == "isolated"} == {"c8"}
    in_course = statuses(snapshot, Scope(course="co1"))
    assert {c for c, status in in_course.items() if status == "isolated"} == {"c7"}


@pytest.mark.parametrize(
    ("lines", "severity"),
    [
        (("d1 AIMS_AT c1",), 2),
        (("d1 AIMS_AT c1", "t1 PRACTISES c1"), 2),
        (("d1 AIMS_AT c1", "r1 REQUIRES c1"), 5),
        (("d1 AIMS_AT c1", "r1 REQUIRES c1", "t1 PRACTISES c1"), 4),
    ],
    ids=["isolated", "practised only", "unserved", "untaught"],
)
def test_what_is_aimed_at_and_not_taught_is_a_flaw(lines: tuple[str, ...], severity: int) -> None:
    """It needs no chain; the severity is the larger of the status's and the flaw's, and trace and gaps agree."""
    snapshot = graph_of(*lines, "d1 TARGETS r1", "d1 OFFERS co1")
    (gap,) = find_gaps(snapshot).items
    assert ([flaw.flaw.value for flaw in gap.flaws], gap.severity) == (["aimed_not_taught"], severity)
    assert trace_competency(snapshot, "c1").flaws == gap.flaws


def test_an_aim_that_is_taught_is_no_flaw() -> None:
    """A unit in scope develops it; in the scope of a discipline whose courses do not, it is a flaw again."""
    snapshot = graph_of(
        "d1 AIMS_AT c1", "d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "d2 AIMS_AT c1", "d2 TARGETS r1"
    )
    assert [gap.flaws for gap in find_gaps(snapshot).items] == [[]]
    (gap,) = find_gaps(snapshot, Scope(discipline="d2")).items
    assert [str(flaw.reason) for flaw in gap.flaws] == ["a stated outcome of name of d2, and no unit develops it"]


def test_broken_chains_come_by_demand() -> None:
    """Those broken once and twice stand together, by demand; `severity` puts them apart."""
    lines = (
        "e1 EMPLOYS r1 openings=9",
        "e1 EMPLOYS r2 openings=1",
        "r1 REQUIRES c1",
        "k1 DEVELOPS c1",
        "r2 REQUIRES c2",
    )
    snapshot = graph_of(*lines)
    assert [(gap.competency.id, gap.severity) for gap in find_gaps(snapshot).items] == [("c1", 4), ("c2", 5)]
    assert [gap.competency.id for gap in find_gaps(snapshot, order="severity").items] == ["c2", "c1"]


@pytest.mark.parametrize("focus", ["ours", "all", "auto"])
def test_one_node_is_never_narrowed(focus: FocusWish) -> None:
    """A trace tells of every role that requires a competency, in focus or not."""
    snapshot = beside("f:r3 REQUIRES c1")
    assert [role.id for role in trace_competency(snapshot, "c1", Scope(focus=focus)).roles] == ["f:r3", "r1"]


def test_overlap_weighs_what_is_in_focus() -> None:
    """In a trace too, which no focus narrows; what was asked before of another focus changes nothing."""
    snapshot = beside(*FRAMEWORK)
    c = snapshot.require("c1")
    for focus, share in (("auto", 1 / 2), ("all", 1 / 4), ("ours", 1 / 2), ("all", 1 / 4)):
        scope = Scope.model_validate({"focus": focus})
        for resolved in (resolve(snapshot, scope), resolve(snapshot, scope, focused=True)):
            assert shares_of(snapshot, resolved).demand[c] == share


def test_search_puts_focus_first() -> None:
    """Of what is found alike, what is in focus comes first; nothing is left out."""
    nodes = {name: {"name": "Weld a seam"} for name in ("a:r3", "r1", "b:r4")}
    found = search(graph_of(*COLLEGE, "a:r3 REQUIRES c1", "b:r4 REQUIRES c1", nodes=nodes), "weld")
    assert [item.id for item in found.items] == ["r1", "a:r3", "b:r4"]


def test_a_signal_tells_of_what_is_in_no_focus() -> None:
    """What it calls for stays in the list: nobody teaches it or hires for it, so it is isolated."""
    (signal,) = read_signals(beside(*FRAMEWORK, "s1 CALLS_FOR f:c3 0.5")).signals
    assert [(one.id, one.status.value) for one in signal.competencies] == [("c1", "connected"), ("f:c3", "isolated")]
