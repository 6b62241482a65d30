"""Institutions: their programmes stand as these say themselves, and their partners are those of all of them."""

from graph.snapshot.snapshot import Snapshot
from queries.institution import describe_institution
from queries.programme import describe_programme
from tests.support.factory import graph_of


def test_programmes_stand_as_they_say_themselves(example: Snapshot) -> None:
    """Each share and the aims are those of the programme's own answer."""
    found = describe_institution(example, "school:poly")
    assert found.programmes.total == 9
    for one in found.programmes.items:
        own = describe_programme(example, one.discipline.id)
        assert (one.share, one.roles) == (own.share, own.roles.total)
        assert (one.aims, one.aims_not_taught) == (own.aims, own.aims_not_taught.total)
    assert {one.enterprise.id for one in found.partners.items} == {
        one.enterprise.id
        for programme in found.programmes.items
        for one in describe_programme(example, programme.discipline.id).partners.items
    }


def test_what_is_below_a_discipline_is_run_with_it() -> None:
    """A programme of a faculty is the institution's; another institution's is not."""
    lines = ("u1 RUNS d1", "u2 RUNS d3", "d2 OFFERS co1", "d2 TARGETS r1", "r1 REQUIRES c1", "d3 TARGETS r2")
    found = describe_institution(graph_of(*lines, nodes={"d2": {"parent_id": "d1"}}), "u1")
    assert [one.discipline.id for one in found.programmes.items] == ["d1", "d2"]
    assert (found.courses, found.roles) == (1, 1)
