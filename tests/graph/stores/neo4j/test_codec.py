"""Packed changes of the Neo4j store, without a server."""

import json

import pytest

from graph.changes import Change
from graph.model import NodeId
from graph.stores.neo4j.codec import pack_changes, unpack_changes

KEY = (NodeId("k1"), "DEVELOPS", NodeId("c1"))
LINKS = [Change(3, "a", KEY, None, (0.5, None, None, None, "no Assessment"))]
NODES = [*LINKS, Change(3, "a", NodeId("a1"), None, ("Assessment", "{}"))]


def test_changes_are_unpacked_as_they_were() -> None:
    """All of them, or where a kind is asked for, all that stand beside one of it."""
    packed = pack_changes(NODES)
    assert list(unpack_changes(packed, 3)) == list(unpack_changes(packed, 3, "Assessment")) == NODES


def test_changes_without_the_kind_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each start asks for assessments of all revisions: parsing the whole log would take seconds."""
    packed = pack_changes(LINKS)
    monkeypatch.setattr(json, "loads", None)
    assert list(unpack_changes(packed, 3, "Assessment")) == []
