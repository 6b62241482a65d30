"""Whether pairs make a circle, told beside NetworkX."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from graph.cycle_check import has_circle


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_a_circle_is_found_where_there_is_one(pairs: list[tuple[int, int]]) -> None:
    """A node that leads to itself makes none."""
    g: nx.DiGraph[int] = nx.DiGraph((a, b) for a, b in pairs if a != b)
    assert has_circle(pairs) is not nx.is_directed_acyclic_graph(g)
