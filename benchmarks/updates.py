"""From applied to answerable: a thousand links beside a million, patched in or compiled anew, and at another worker."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from api.service.compiler import load_beside
from api.service.current import CurrentGraph, prepared
from api.settings.settings import Settings
from benchmarks.generated import generated_changes
from benchmarks.measure import report
from graph.changes import ChangeSet
from graph.model import NOTHING_STATED, LinkKey, LinkValues, NodeId, Source
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.files import load_compiled
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store

ROUNDS = 3
SHARE = 2.0
"""Twice the generated graph: 956,000 links."""
ANSWERABLE_S = 0.3


def measure_updates(folder: Path, share: float = SHARE) -> Iterator[bool]:
    """Report the seconds of a processor from the commit of 1,000 links to a graph that is judged and saved."""
    url = f"sqlite:///{folder}/updates.db"
    settings = Settings(url, store_may_be_missing=False, state_path=folder / "state.db", cache_path=folder / "updates")
    store = open_store(settings.store_url)
    store.apply(generated_changes(share=share))
    first, second = (
        CurrentGraph(store, lambda known: load_beside(store, settings, known), settings.cache_path) for _ in range(2)
    )
    load_compiled(store, settings.cache_path)
    known = first.snapshot()
    second.snapshot()
    patched, opened, compiled = [], [], []
    for number in range(ROUNDS):
        _apply(store, known, number)
        patched.append(_seconds(first.snapshot))
        opened.append(_seconds(second.snapshot))
        anew = folder / f"anew-{number}"
        compiled.append(_seconds(lambda anew=anew: prepared(load_compiled(store, anew), anew)))  # type: ignore[misc]
    if not first.snapshot().same_arrays(compile_snapshot(store)):
        raise AssertionError("what was patched is not what is compiled")
    store.close()
    yield report("applied to answerable, 1,000 links at 1M, s", min(patched), ANSWERABLE_S)
    yield report("the same at the next worker, s", min(opened), ANSWERABLE_S)
    yield report("the same / compiled anew", min(patched) / min(compiled), 0.2)


def _apply(store: Store, snapshot: Snapshot, number: int) -> None:
    chance = random.Random(number)
    tasks, competencies = (
        [NodeId(snapshot.ids[i]) for i in snapshot.of_kind(kind).tolist()] for kind in ("TrainingTask", "Competency")
    )
    links: dict[LinkKey, LinkValues] = {}
    while len(links) < 1000:
        links[chance.choice(tasks), "PRACTISES", chance.choice(competencies)] = NOTHING_STATED
    store.apply(ChangeSet(Source(name=f"update {number}"), {}, links, frozenset({"PRACTISES"})))


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start
