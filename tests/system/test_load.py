"""The load of benchmarks/load.py at a small size: reads, imports, undo and keys that come and go, on two workers."""

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.load import broken, load, told_figures
from benchmarks.load_keys import KeyLife, late
from benchmarks.load_processes import Holding, growth
from benchmarks.load_writers import Writer, Written, lost
from benchmarks.throughput import import_example
from graph.stores import open_store
from tests.support.factory import SMALL
from tests.support.soak import IS_SOAK, record, rounds

BUSY_S = 3.0
"""How much later than it is promised a key may be heard of in CI, whose machines do other work, too."""
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
        assert broken(seen, store, margin_s=1.0 if IS_SOAK else BUSY_S, times=rounds(WARM_UP, 1)) == {}
    assert seen.lives
    assert any(writer.written for writer in seen.writers)
    assert seen.whole.answers
    assert seen.restricted.answers


def test_what_the_load_looks_for_it_finds(tmp_path: Path) -> None:
    """Late keys, wrong scopes, growth and lost updates are each told."""
    right = KeyLife("read", 0.5, 0.9, ())
    assert late([right], 0.5) == []
    assert (
        len(late([right._replace(last_in_s=2.0), right._replace(let_in_s=2.0), right._replace(wrong=("x",))], 0.5)) == 3
    )
    even = Holding(100, 50, 20, 3)
    assert growth([even] * 9) == []
    assert len(growth([*[even] * 6, *[Holding(200, 90, 40, 3)] * 3])) == 3
    with closing(open_store(f"sqlite:///{tmp_path / 'graph.db'}")) as store:
        store.apply(SMALL)
        writer = Writer(0, "", 0)
        assert len(list(lost([writer], store, 0))) == 1
        writer.written.append(Written("load 0", 1, frozenset({"load0:k1"})))
        assert [line.partition(" states")[0] for line in lost([writer], store, 0)] == ["load 0"]
