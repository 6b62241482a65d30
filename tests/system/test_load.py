"""The load of benchmarks/load.py at a small size: reads, imports, undo and keys that come and go, on two workers."""

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.load import broken, load, told_figures
from benchmarks.load_keys import Hearing, KeyLife, late
from benchmarks.load_processes import Holding, growth
from benchmarks.load_writers import Writer, Written, lost
from benchmarks.throughput import import_example
from graph.stores import open_store
from tests.support.factory import SMALL
from tests.support.soak import record, rounds

WARM_UP = 4
"""By how many times the bounds may be passed in a run of seconds: a service fills as it is first asked."""


@pytest.mark.soak
@pytest.mark.slow
def test_answers_are_right_under_mixed_load(tmp_path: Path) -> None:
    """No answer is wrong, no update lost, no key let in late; memory, descriptors and threads stay bounded."""
    import_example(tmp_path)
    seen = load(tmp_path, rounds(6, 1800), copies=rounds(1, 10))
    record("load", **told_figures(seen))
    with closing(open_store(f"sqlite:///{tmp_path / 'graph.db'}")) as store:
        assert broken(seen, store, times=rounds(WARM_UP, 1)) == {}
    assert seen.lives
    assert any(writer.written for writer in seen.writers)
    assert seen.whole.answers
    assert seen.restricted.answers


def test_what_the_load_looks_for_it_finds(tmp_path: Path) -> None:
    """Late keys, wrong scopes, growth and lost updates are each told."""
    soon = Hearing(0.9, 0.0)
    right = KeyLife("read", soon, soon, ())
    assert late([right, right._replace(made=Hearing(1.9, 1.0))]) == []
    wrong = [{"revoked": Hearing(1.3, 0.2)}, {"made": Hearing(1.1, 0.0)}, {"wrong": ("/v1/audit: 200",)}]
    assert len(late([right._replace(**told) for told in wrong])) == 3  # type: ignore[arg-type]
    even = Holding(100, 50, 20, 3)
    assert growth([even] * 9) == []
    assert len(growth([*[even] * 6, *[Holding(200, 90, 40, 3)] * 3])) == 3
    with closing(open_store(f"sqlite:///{tmp_path / 'graph.db'}")) as store:
        store.apply(SMALL)
        writer = Writer(0, "", 0)
        assert len(list(lost([writer], store, 0))) == 1
        writer.written.append(Written("load 0", 1, frozenset({"load0:k1"})))
        assert [line.partition(" states")[0] for line in lost([writer], store, 0)] == ["load 0"]
