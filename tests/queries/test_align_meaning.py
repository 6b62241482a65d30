"""Alignment by meaning: across languages, and by words where there is no model."""

from pathlib import Path

import pytest

from graph.embeddings.sentence_encoder import SentenceEncoder, installed_version
from graph.embeddings.text_vectors import TextVectors
from graph.model import Value
from graph.snapshot.snapshot import Snapshot
from queries.align import align, compared_names
from queries.parameters.align import AlignmentRelation, LikenessKind
from tests.support.factory import graph_of
from tests.support.paths import DOCS
from tests.support.tiny_embedder import TinyEmbedder

NODES: dict[str, dict[str, Value]] = {
    "a:c1": {"name": "焊接机器人编程"},
    "a:c2": {"name": "库存管理"},
    "a:c3": {"name": "Maintain pumps", "name_zh": "维护水泵"},
    "b:c1": {"name": "Program welding robots"},
    "b:c2": {"name": "Control stock"},
    "b:c3": {"name": "Maintain pumps weekly"},
    "b:c4": {"name": "Teach"},
}


def pairs(by: LikenessKind, snapshot: Snapshot | None = None) -> dict[str, str]:
    """Return the best partner of each node."""
    found = align(
        snapshot or graph_of(nodes=NODES), "a", "b", limit=1, by=by, meaning=TextVectors(TinyEmbedder(), None)
    )
    assert found.by is by
    return {item.from_id: item.to_id for item in found.items}


def test_chinese_names_meet_english_ones() -> None:
    """By meaning and by both they find each other; by words only those of one language do. It is CLOSE_TO."""
    assert pairs(LikenessKind.WORDS) == {"a:c3": "b:c3"}
    for by in (LikenessKind.MEANING, LikenessKind.BOTH):
        assert pairs(by) == {"a:c1": "b:c1", "a:c2": "b:c2", "a:c3": "b:c3"}, by
    found = align(graph_of(nodes=NODES), "a", "b", by=LikenessKind.BOTH, meaning=TextVectors(TinyEmbedder(), None))
    (first,) = [item for item in found.items if item.from_id == "a:c1"]
    assert first.relation is AlignmentRelation.CLOSE_TO
    assert first.score == pytest.approx(1, abs=1e-4)
    assert first.reason == "their names mean the like (1.00)"


def test_without_a_model_it_is_by_words() -> None:
    """The answer is the same as by words, and says by what it was made."""
    snapshot = graph_of(nodes=NODES)
    plain = align(snapshot, "a", "b")
    assert align(snapshot, "a", "b", by=LikenessKind.BOTH) == plain
    assert plain.by is LikenessKind.WORDS


def test_names_to_embed_are_those_of_both_sides() -> None:
    """Main names in both languages, each once; those of other vocabularies are not asked for."""
    nodes: dict[str, dict[str, Value]] = {**NODES, "c:c9": {"name": "Elsewhere"}}
    named = {str(value) for values in NODES.values() for value in values.values()}
    assert sorted(compared_names(graph_of(nodes=nodes), "a", "b")) == sorted(named)


@pytest.mark.slow
@pytest.mark.skipif(installed_version() is None, reason="the extra meaning is not installed")
def test_documented_figures_are_reproduced(shared_data: Path) -> None:
    """The tables of docs/meaning.md are what the measurement prints."""
    from benchmarks.meaning import skills, tables

    assert (shared_data / "skill-sentences").is_dir()
    page = (DOCS / "meaning.md").read_text(encoding="utf-8")
    lines = tables(skills(), TextVectors(SentenceEncoder(), None))
    assert [line for line in lines if line not in page] == []
