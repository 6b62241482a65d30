"""Lists of a kind against brute force: who is listed, what each column says, in which order."""

from collections.abc import Iterator

import pytest

from graph.model import fold
from graph.schema import KINDS
from graph.snapshot.snapshot import Snapshot
from queries.coverage import role_coverage
from queries.gaps import find_gaps
from queries.list_columns import COLUMNS, Cell, NamesCell
from queries.lists import ListedNode, iterate_kind, list_choices, list_kind, list_totals
from queries.parameters.lists import ListFilter
from queries.semantics.scope import EVERYTHING, Scope
from tests.support.cases import each
from tests.support.factory import graph_of

ROBOTICS = Scope(discipline="poly:d.robotics")
SCOPES = (EVERYTHING, Scope(focus="all"), ROBOTICS)


def _cells(snapshot: Snapshot, kind: str, scope: Scope = EVERYTHING) -> dict[str, dict[str, Cell]]:
    """Return the cells of each node by the name of their column."""
    names = [column.name for column in COLUMNS[kind]]
    rows = iterate_kind(snapshot, kind, scope)
    return {row.node.id: dict(zip(names, row.cells, strict=True)) for row in rows}


def _reached(snapshot: Snapshot, node_id: str, *relations: str) -> set[int]:
    """Return what a walk along the relations leads to."""
    found = {snapshot.require(node_id)}
    for relation in relations:
        found = {end for node in found for end in snapshot.out(relation).row(node)}
    return found


def _below(snapshot: Snapshot, discipline: str) -> Iterator[str]:
    yield discipline
    for child in snapshot.of_kind("Discipline").tolist():
        if snapshot.reference("parent_id")[child] == snapshot.require(discipline):
            yield from _below(snapshot, snapshot.ids[child])


def test_counts_of_columns_are_those_of_walks(example: Snapshot) -> None:
    """What a course develops, what a discipline and those below it offer, what an institution runs: each once."""
    found = {
        (kind, name, node): cells[name]
        for kind, name in (("Course", "developed"), ("Discipline", "courses"), ("Discipline", "targeted_roles"))
        for node, cells in _cells(example, kind, Scope(focus="all")).items()
    }
    for (_, name, node), value in found.items():
        if name == "developed":
            walked = _reached(example, node, "COVERS", "DEVELOPS")
        else:
            relation = "OFFERS" if name == "courses" else "TARGETS"
            walked = {end for one in _below(example, node) for end in _reached(example, one, relation)}
        assert (node, value) == (node, len(walked))
    assert {name for _, name, _ in found} == {"developed", "courses", "targeted_roles"}
    [institution] = _cells(example, "Institution").items()
    assert institution[1]["courses"] == len(_reached(example, institution[0], "RUNS", "OFFERS"))


@each("scope", SCOPES)
def test_columns_agree_with_the_questions(example: Snapshot, scope: Scope) -> None:
    """Status and demand are those of gaps, the share of a role that of its coverage, in the same scope."""
    gaps = find_gaps(example, scope, limit=1000)
    competencies = _cells(example, "Competency", scope)
    for gap in gaps.items:
        cells = competencies[gap.competency.id]
        assert (cells["status"], cells["demand"]) == (gap.status.value, gap.demand)
    stated = [cells["status"] for cells in competencies.values()]
    assert {status: stated.count(status.value) for status in gaps.counts} == gaps.counts
    for role, cells in _cells(example, "Role", scope).items():
        coverage = role_coverage(example, role, scope)
        assert cells["required"] == len(coverage.competencies)
        assert isinstance(cells["covered"], float)
        assert cells["covered"] == pytest.approx(coverage.coverage)


@each("scope", SCOPES)
def test_totals_are_the_lengths_of_the_lists(example: Snapshot, scope: Scope) -> None:
    """What a page counts is what its list holds; roles and competencies are those that gaps are about."""
    totals, focus = list_totals(example, scope), find_gaps(example, scope).focus
    assert totals == {kind: list_kind(example, kind, scope).total for kind in KINDS}
    assert (totals["Role"], totals["Competency"]) == (focus.roles, focus.competencies)


def test_a_discipline_keeps_what_is_joined_to_it() -> None:
    """Its courses, units, tasks, aims and roles, and whom these lead to; nothing of the other discipline."""
    lines = (
        *("d{0} OFFERS co{0}", "co{0} COVERS k{0}", "k{0} DEVELOPS c{0}", "d{0} SCHEDULES t{0}", "t{0} PRACTISES c{0}"),
        *("d{0} TARGETS r{0}", "r{0} HAS_RESPONSIBILITY j{0}", "e{0} EMPLOYS r{0}", "e{0}{0} HOSTS t{0}"),
        *("i{0} GUIDES co{0}", "co{0} ALIGNS_WITH x{0}", "s{0} CALLS_FOR c{0}", "u{0} RUNS d{0}"),
    )
    graph = graph_of(*(line.format(n) for n in (1, 2) for line in lines), nodes={"g1": {"discipline_id": "d1"}})
    own = {kind: set(_cells(graph, kind, Scope(discipline="d1"))) for kind in KINDS}
    assert own.pop("Enterprise") == {"e1", "e11"}
    assert own.pop("Assessment") == set()
    assert {len(ids) for ids in own.values()} == {1}
    assert all("2" not in node for ids in own.values() for node in ids)


def test_every_column_sorts_both_ways_and_pages_hold_all(example: Snapshot) -> None:
    """What has no value is last, equals are by name, and pages put together are the list, each node once."""
    for kind, columns in COLUMNS.items():
        everyone = _ids(iterate_kind(example, kind))
        for sort in ("name", *(column.name for column in columns)):
            for order in (sort, f"-{sort}"):
                rows = list(iterate_kind(example, kind, sort=order))
                offsets = range(0, len(rows), 40)
                pages = [list_kind(example, kind, sort=order, offset=n, limit=40).items for n in offsets]
                assert [row for page in pages for row in _ids(page)] == _ids(rows), (kind, order)
                assert sorted(_ids(rows)) == sorted(everyone)
                _check_order(kind, order, rows)


def _check_order(kind: str, order: str, rows: list[ListedNode]) -> None:
    by = order.removeprefix("-")
    names = [fold(row.node.name) for row in rows]
    if by == "name":
        # the bundled college has nothing out of focus, but for disciplines that teach nothing
        assert kind == "Discipline" or names == sorted(names, reverse=order.startswith("-")), (kind, order)
        return
    at = [column.name for column in COLUMNS[kind]].index(by)
    values = [row.cells[at] for row in rows]
    stated = [value for value in values if value is not None]
    numbers = [value for value in stated if isinstance(value, float)]
    if numbers:
        assert values[: len(stated)] == stated, (kind, order)
        assert numbers == sorted(numbers, reverse=order.startswith("-")), (kind, order)


def _ids(rows: Iterator[ListedNode] | list[ListedNode]) -> list[str]:
    return [row.node.id for row in rows]


def test_focus_comes_first_and_cells_name_few() -> None:
    """What nobody teaches or hires for is listed last, whatever its name; a cell counts those it does not name."""
    graph = graph_of(
        "r2 REQUIRES c2", "e1 EMPLOYS r2", "e2 EMPLOYS r2", "e3 EMPLOYS r2", "e4 EMPLOYS r2", "r1 REQUIRES c1"
    )
    rows = list_kind(graph, "Role", Scope(focus="all"), most_names=3).items
    assert _ids(rows) == ["r2", "r1"]
    assert _ids(list_kind(graph, "Role").items) == ["r2"]
    employers = rows[0].cells[0]
    assert isinstance(employers, NamesCell)
    assert (len(employers.items), employers.total) == (3, 4)


def test_filters(example: Snapshot) -> None:
    """By text in either language, status, kind and vocabulary; each keeps exactly those that have it."""
    courses = _cells(example, "Course")
    found = list_kind(example, "Course", wanted=ListFilter(q="机器人"), limit=1000)
    chinese = example.text("name_zh")
    assert set(_ids(found.items)) == {node for node in courses if "机器人" in chinese[example.require(node)]} != set()
    assert found.in_scope == len(courses)
    for word in list_choices(example, "TrainingTask").words:
        rows = list_kind(example, "TrainingTask", wanted=ListFilter(word=word), limit=1000).items
        tasks = _cells(example, "TrainingTask").items()
        assert set(_ids(rows)) == {node for node, cells in tasks if cells["kind"] == word} != set()
    mixed = graph_of("a:c1", "b:c1", "c2")
    assert list_choices(mixed, "Competency").vocabularies == ["local", "a", "b"]
    for prefix, ids in (("a", ["a:c1"]), ("local", ["c2"]), ("nowhere", [])):
        assert _ids(list_kind(mixed, "Competency", wanted=ListFilter(vocabulary=prefix)).items) == ids
