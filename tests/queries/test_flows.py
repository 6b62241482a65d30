"""Flows of demand: in any small world they are what brute force finds of each programme in its own scope."""

import pytest
from hypothesis import given

from graph.changes import ChangeSet
from graph.snapshot.snapshot import Snapshot
from queries.flows import Flow, find_flows
from queries.gaps import find_gaps
from queries.lists import list_kind
from queries.parameters.gaps import GapFilter
from queries.parameters.lists import ListFilter
from queries.programme import describe_programme
from queries.role_shares import REQUIRED
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from tests.support.examples import examples
from tests.support.factory import graph_of, snapshot_of
from tests.support.oracle import View, World
from tests.support.worlds import worlds


@given(said=worlds())
@examples(60)
def test_flows_are_those_of_brute_force(said: list[ChangeSet]) -> None:
    """Which programmes flow, by what demand, and of each status how many and how much; of an institution, too."""
    snapshot = snapshot_of(*said)
    for institution in (None, *World(said).of_kind("Institution")):
        world = World(said) if institution is None else World(said).of_institution(institution)
        found = find_flows(snapshot, institution=institution, focus="all")
        told = {one.programme.id: one for one in found.programmes}
        for discipline, one in told.items():
            view = View(world, Scope(discipline=discipline, institution=institution), focused=True)
            required = [one for one in map(view.answer, world.of_kind("Competency")) if one.roles]
            for band in one.bands:
                alike = [one for one in required if one.status == band.status]
                assert band.count == len(alike)
                assert band.demand == pytest.approx(sum(float(one.demand) for one in alike))
            assert one.roles == len(view.kept_roles or ())
        order = [(-one.demand, one.programme.id) for one in found.programmes]
        assert order == sorted(order)
        if institution is None:
            below = {d: _with_those_below(world, d) for d in world.of_kind("Discipline")}
            teaching = {d for d in below if world.out("OFFERS", d) or world.out("SCHEDULES", d)}
            targeting = {d for d, all_below in below.items() if world.out("TARGETS", d) and all_below & teaching}
            gathering = {
                d for d in targeting - teaching if any(d not in below[other] for other in below[d] & targeting - {d})
            }
            assert (set(told), found.gathering) == (targeting - gathering, len(gathering))


def _with_those_below(world: World, discipline: str) -> set[str]:
    """Return the discipline and all below it."""
    found = {discipline}
    while True:
        more = {d for d in world.of_kind("Discipline") if world.values.get(d, {}).get("parent_id") in found} - found
        if not more:
            return found
        found |= more


def test_bands_count_what_they_lead_to(example: Snapshot) -> None:
    """Each count of the college is the length of the list behind it, each share that of the programme's page."""
    found = find_flows(example)
    assert len(found.programmes) > 5
    for one in found.programmes:
        scope = Scope(discipline=one.programme.id)
        for band in one.bands[1:]:
            assert band.count == find_gaps(example, scope, GapFilter(status=(band.status,), severity=1)).total
        connected = list_kind(example, "Competency", scope, ListFilter(status=ChainStatus.CONNECTED))
        assert one.bands[0].count == connected.total
        page = describe_programme(example, one.programme.id)
        assert one.share == pytest.approx(page.share.of_demand)
        assert one.demand == pytest.approx(page.share.demand)
        assert (one.courses, one.roles) == (page.courses, page.roles.total)
    robotics = find_flows(example, discipline="poly:d.robotics")
    assert robotics.programmes == [one for one in found.programmes if one.programme.id == "poly:d.robotics"]


def test_many_programmes_are_summed_beyond_the_largest() -> None:
    """Of 30 programmes 11 flow, the rest is one sum, nothing is lost; 12 all flow. What targets nobody is counted."""
    lines = [
        f"d{n} {rest}"
        for n in range(30)
        for rest in (f"OFFERS co{n}", f"TARGETS r{n}", *(["TARGETS r0"] if n < 3 else []))
    ]
    lines += [f"r{n} REQUIRES c{n % 7}" for n in range(30)] + [f"e1 EMPLOYS r{n}" for n in range(30)]
    snapshot = graph_of(*lines, "d90 OFFERS co1")
    found = find_flows(snapshot)
    assert (len(found.programmes), found.untargeted) == (11, 1)
    assert found.others is not None
    assert found.others.programmes == 19
    assert found.others.demand + sum(one.demand for one in found.programmes) == found.every.demand == 32
    assert _counts(found.programmes) + sum(band.count for band in found.others.bands) == 32
    few = find_flows(snapshot, most=29)
    assert (len(few.programmes), few.others) == (30, None)
    assert find_flows(graph_of("r1 REQUIRES c1")).programmes == []


def _counts(flows: list[Flow]) -> int:
    return sum(band.count for flow in flows for band in flow.bands)


def test_what_only_gathers_has_no_flow() -> None:
    """A faculty that targets roles and teaches by its programmes alone is counted, and not drawn beside these."""
    lines = ("d1 TARGETS r1", "d2 TARGETS r1", "d2 OFFERS co1", "r1 REQUIRES c1", "d3 TARGETS r1", "d4 OFFERS co1")
    found = find_flows(graph_of(*lines, nodes={"d2": {"parent_id": "d1"}, "d4": {"parent_id": "d3"}}))
    assert [one.programme.id for one in found.programmes] == ["d2", "d3"]
    assert (found.gathering, found.untargeted) == (1, 0)


def test_what_another_programme_closes_is_told() -> None:
    """What is not practised in one programme and is in another counts as closed elsewhere, not in its own flow."""
    snapshot = graph_of(
        *("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "d1 TARGETS r1", "r1 REQUIRES c1", "r1 REQUIRES c2"),
        *("d2 SCHEDULES t1", "t1 PRACTISES c1", "d2 TARGETS r2", "r2 REQUIRES c2", "d1 SCHEDULES t2"),
    )
    first = find_flows(snapshot, discipline="d1").programmes[0]
    assert [band.count for band in first.bands] == [0, 1, 0, 1]
    assert (first.elsewhere, first.bands[1].status, REQUIRED[0]) == (1, "unpractised", "connected")
