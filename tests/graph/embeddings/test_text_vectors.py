"""Vectors of texts: worked out once for each text and model, kept in a file that is mapped, and noticed if damaged."""

from pathlib import Path

import numpy as np
import pytest

from graph.embeddings import text_vectors
from graph.embeddings.sentence_encoder import PACKAGE, SentenceEncoder, installed_version
from graph.embeddings.text_vectors import TextVectors
from graph.snapshot.array_file import ArrayFile
from graph.snapshot.files import load_snapshot
from graph.stores.sqlite.store import SqliteStore
from tests.support.factory import says
from tests.support.tiny_embedder import TinyEmbedder

NAMES = ["Weld pipes", "焊接管道", "Maintain pumps", "", "Weld pipes"]


def test_a_text_is_embedded_once(tmp_path: Path) -> None:
    """Neither a second time, nor by another process, nor when more texts come, nor where nothing can be written."""
    embedder = TinyEmbedder()
    told: list[tuple[int, int]] = []
    vectors = TextVectors(embedder, tmp_path / "store")
    vectors.prepare(NAMES, lambda done, of: told.append((done, of)))
    assert (embedder.asked, told) == (4, [(4, 4)])
    np.testing.assert_array_equal(vectors.rows(NAMES), TinyEmbedder().embed(NAMES))
    assert isinstance(vectors.rows(NAMES[:1]), np.ndarray)
    other = TextVectors(second := TinyEmbedder(), tmp_path / "store")
    assert other.lacking(NAMES) == []
    other.prepare([*NAMES, "Teach"])
    assert second.asked == 1
    assert vectors.lacking(["Teach"]) == []
    assert embedder.asked == 4
    (tmp_path / "file").write_text("in the way")
    nowhere = TextVectors(third := TinyEmbedder(), tmp_path / "file")
    nowhere.prepare(NAMES)
    nowhere.rows(NAMES)
    assert third.asked == 4


def test_work_that_is_broken_off_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was embedded before the end of a process is kept, and progress goes on from there."""
    monkeypatch.setattr(text_vectors, "_AT_ONCE", 2)
    monkeypatch.setattr(text_vectors, "_KEPT_AT_ONCE", 4)
    names = [f"weld {number}" for number in range(10)]

    def end(done: int, _: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TextVectors(TinyEmbedder(), tmp_path).prepare(names, end)
    told: list[tuple[int, int]] = []
    TextVectors(later := TinyEmbedder(), tmp_path).prepare(names, lambda done, of: told.append((done, of)))
    assert (later.asked, told) == (6, [(2, 6), (4, 6), (6, 6)])


def test_another_version_is_worked_out_anew(tmp_path: Path) -> None:
    """Vectors of two versions are never mixed, and the folder holds one file a model."""
    TextVectors(TinyEmbedder("1"), tmp_path).prepare(NAMES)
    later = TextVectors(TinyEmbedder("2"), tmp_path)
    assert len(later.lacking(NAMES)) == 4
    later.prepare(NAMES)
    assert len(list(tmp_path.iterdir())) == 1
    assert len(TextVectors(TinyEmbedder("1"), tmp_path).lacking(NAMES)) == 4


def test_damage_is_noticed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whichever byte is wrong, the file is named in the log, removed, and made again; a cut one too."""
    TextVectors(TinyEmbedder(), tmp_path).prepare(NAMES)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for at in (0, 30, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        caplog.clear()
        vectors = TextVectors(TinyEmbedder(), tmp_path)
        assert len(vectors.lacking(NAMES)) == 4, at
        assert str(file) in caplog.text, at
        assert not file.exists(), at
        vectors.prepare(NAMES)
        assert file.read_bytes() == whole, at
    file.write_bytes(whole[:-5])
    assert len(TextVectors(TinyEmbedder(), tmp_path).lacking(NAMES)) == 4


def test_rows_are_mapped_and_aligned(tmp_path: Path) -> None:
    """Workers share the pages; numbers stand where a processor reads them at once."""
    TextVectors(TinyEmbedder(), tmp_path).prepare(NAMES)
    (file,) = tmp_path.iterdir()
    with ArrayFile(file) as saved:
        rows = saved.mapped("rows")
    assert isinstance(rows, np.memmap)
    assert rows.flags.aligned
    assert not rows.flags.writeable
    assert rows.sum() == pytest.approx(TinyEmbedder().embed(NAMES[:4]).sum())


def test_many_vectors_drop_what_nobody_asks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file does not grow without end."""
    monkeypatch.setattr(text_vectors, "MOST_KEPT", 6)
    vectors = TextVectors(TinyEmbedder(), tmp_path)
    vectors.prepare([f"weld {number}" for number in range(5)])
    vectors.prepare(["weld 1", "pump 1", "pump 2"])
    assert vectors.lacking(["weld 1", "weld 2", "pump 1"]) == ["weld 2"]


def test_a_new_revision_keeps_them(tmp_path: Path) -> None:
    """What is of no revision stays when the cache is tidied."""
    store = SqliteStore(tmp_path / "graph.db")
    store.apply(says("k.weld DEVELOPS k.x"))
    folder = tmp_path / store.store_id
    TextVectors(TinyEmbedder(), folder).prepare(NAMES)
    load_snapshot(store, tmp_path)
    assert list(folder.glob("*.snapshot"))
    assert TextVectors(TinyEmbedder(), folder).lacking(NAMES) == []
    store.close()


@pytest.mark.skipif(installed_version() is None, reason="the extra meaning is not installed")
def test_the_encoder_of_this_machine_knows_both_languages() -> None:
    """A Chinese phrase is nearest to what says the same in English; an empty text means nothing."""
    encoder = SentenceEncoder()
    assert encoder.model().name == PACKAGE
    names = ["Maintain pumps", "Write tender documents", "Program industrial robots", ""]
    likeness = encoder.embed(["工业机器人编程", "编制投标文件", "维护水泵"]) @ encoder.embed(names).T
    assert likeness.argmax(axis=1).tolist() == [2, 1, 0]
    assert not likeness[:, 3].any()
