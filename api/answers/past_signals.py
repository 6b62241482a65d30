"""Signals of the labour market, looking back over earlier revisions."""

from datetime import date

from graph.snapshot.institution_views import part_of
from graph.snapshot.past import snapshot_at
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.semantics.scope import FocusWish
from queries.signals import Signals, read_signals


def ask_signals(
    store: Store,
    snapshot: Snapshot,
    *,
    region: str | None = None,
    kind: str | None = None,
    on: date | None = None,
    institution: str | None = None,
    focus: FocusWish = "auto",
    revisions: int = 1,
) -> Signals:
    """Return the signals; since when what they call for is connected, looking back over so many revisions at most.

    Raises:
        NotFoundError: there is no such institution.
    """
    store, snapshot = part_of(store, snapshot, institution)
    first = max(1, snapshot.revision.number - revisions + 1)
    past = (snapshot_at(store, number, snapshot)[0] for number in range(snapshot.revision.number - 1, first - 1, -1))
    return read_signals(
        snapshot,
        region=region,
        kind=kind,
        on=on,
        institution=institution,
        focus=focus,
        past=past if revisions > 1 else None,
    )
