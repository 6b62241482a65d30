"""Search by meaning, where words find nothing: across languages, of one kind, nothing that is not near."""

from pathlib import Path

from graph.embeddings.text_vectors import TextVectors
from graph.model import Value
from queries.names.near_names import EmbeddedNames, main_names
from queries.search import search, with_near_names
from tests.support.factory import graph_of
from tests.support.tiny_embedder import TinyEmbedder

NODES: dict[str, dict[str, Value]] = {
    "c1": {"name": "Maintain pumps"},
    "r1": {"name": "Pump maintainer"},
    "r2": {"name": "Welding robot operator"},
    "c2": {"name": "Teach"},
}


def test_what_means_the_like_is_found_where_words_find_nothing(tmp_path: Path) -> None:
    """In whichever language, the nearest first; the match says so; what words find stays as it is."""
    snapshot, vectors = graph_of(nodes=NODES), TextVectors(TinyEmbedder(), tmp_path)
    vectors.prepare(main_names(snapshot))
    names = EmbeddedNames.of(snapshot, vectors)

    def found(text: str, kind: str | None = None) -> list[tuple[str, str, str]]:
        by_words = search(snapshot, text, kind)
        both = with_near_names(by_words, snapshot, text, kind, names=names)
        assert both.total == len(both.items)
        return [(hit.id, hit.match.how, hit.match.text) for hit in both.items]

    assert found("机器人焊接") == [("r2", "meaning", "Welding robot operator")]
    assert found("泵的维护") == [("c1", "meaning", "Maintain pumps"), ("r1", "meaning", "Pump maintainer")]
    assert found("泵的维护", "Role") == [("r1", "meaning", "Pump maintainer")]
    assert found("nothing of the kind") == []
    assert {how for _, how, _ in found("pump")} == {"prefix", "words"}
    counts = with_near_names(search(snapshot, "泵的维护"), snapshot, "泵的维护", names=names).counts
    assert counts == {"Competency": 1, "Role": 1}
    assert EmbeddedNames.of(snapshot, TextVectors(TinyEmbedder(), None)).nearest(snapshot, "泵") == []
