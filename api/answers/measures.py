"""Metrics, looking back over earlier revisions, and as a tidy table."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from api.answers.tables import columns_of, csv_lines, write_rows
from graph.errors import InputError
from graph.messages import message
from graph.snapshot.institution_views import part_of
from graph.snapshot.past import snapshot_at
from graph.snapshot.snapshot import Snapshot
from graph.stamp import GraphStamp
from graph.stores import Store
from queries.metrics import Metrics, measure
from queries.parameters.metrics import MAX_ERROR, What
from queries.semantics.scope import EVERYTHING, Scope

_ROWS = ("items",)
COLUMNS = ("metric", "id", "name", "kind", "value")


def ask_metrics(
    store: Store,
    snapshot: Snapshot,
    what: Sequence[What],
    scope: Scope = EVERYTHING,
    *,
    revisions: int = 1,
    max_error: float = MAX_ERROR,
    limit: int | None = 20,
) -> Metrics:
    """Return the metrics; the linkage index of the latest revisions, so many at most, the present one with them."""
    store, snapshot = part_of(store, snapshot, scope.institution)
    past = _past(store, snapshot, revisions - 1) if "linkage" in what else ()
    return measure(snapshot, what, scope, past=past, max_error=max_error, limit=limit)


def _past(store: Store, snapshot: Snapshot, how_many: int) -> Iterator[Snapshot]:
    last = snapshot.revision.number
    for number in range(max(1, last - how_many), last):
        yield snapshot_at(store, number, snapshot)[0]


def as_csv(metrics: Metrics, stamp: GraphStamp) -> str:
    """Return a comment line with what it is cited by and the parameters, a header, and one row for each measure."""
    about = f"# rolepath metrics {json.dumps(_about(metrics, stamp), ensure_ascii=False)}\n"
    rows = write_rows(metrics, _ROWS, columns_of((Metrics,), _ROWS))
    return about + "".join(csv_lines(rows, "\n"))


def write_parquet(metrics: Metrics, stamp: GraphStamp, file: Path) -> None:
    """Write the same rows as a Parquet table, whose metadata tell what it is cited by and the parameters.

    Raises:
        InputError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - 170 MB that most installations do without
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise InputError(message("export.needs_pyarrow")) from None
    types = {name: pa.float64() if name == "value" else pa.string() for name in COLUMNS}
    about = {"rolepath.metrics": json.dumps(_about(metrics, stamp), ensure_ascii=False)}
    schema = pa.schema([pa.field(name, kind) for name, kind in types.items()], metadata=about)
    rows = [one.model_dump(include={*COLUMNS}) for one in metrics.items]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), file)


def _about(metrics: Metrics, stamp: GraphStamp) -> dict[str, object]:
    scope = metrics.scope.model_dump(exclude_defaults=True)
    return {**stamp.told(), "revision": metrics.revision, "scope": scope, **metrics.parameters}
