"""Integrity check of the embedded store: its pages, every seal, and the content hash of every revision."""

import json
import sqlite3
from collections.abc import Iterable

from graph.messages import message
from graph.model import canonical
from graph.schema import KINDS, RELATIONS
from graph.stores.base import LinkRow, NodeRow
from graph.stores.content_hash import DamageError, check_history
from graph.stores.sqlite.log import check_spans, read_log
from graph.stores.sqlite.read import SqliteReader, check_pages

_MEANS_DAMAGE = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_RUNS = "SELECT id, source, applied_at, revision, report, content_hash, seal FROM run"


def is_damage(error: sqlite3.Error) -> bool:
    """Say whether the error means that something in the file has been overwritten.

    Our own texts are right: what SQLite finds wrong with one stands in the file's catalogue. Of a text that it cannot
    decode, the driver gives no number.
    """
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _MEANS_DAMAGE


def check_store(reading: SqliteReader) -> str:
    """Return the content hash of what is read; empty for a store of an earlier format, which keeps none.

    Raises:
        DamageError: something is not as it was written.
        sqlite3.Error: it cannot be read at all.
    """
    check_pages(reading)
    for _ in reading.checked(_RUNS, "run"):
        pass
    check_spans(reading)
    content = reading.content()
    log = read_log(reading, 0, reading.revision.number)
    nodes, links = reading.nodes(), reading.links()
    if content is None:
        _check_words(nodes, links)
        return ""
    check_history(content, log, reading.content_hashes(), reading.revision.number)
    return content.hash


def _check_words(nodes: Iterable[NodeRow], links: Iterable[LinkRow]) -> None:
    """Check what can be told of statements without a hash: that they are such as are written."""
    for source, node_id, kind, values in nodes:
        try:
            is_sound = kind in KINDS and canonical(json.loads(values)) == values
        except ValueError:
            is_sound = False
        if not is_sound:
            raise DamageError(message("damage.node", row=f"{source} {node_id}"))
    for source, from_id, relation, to_id, *_ in links:
        if relation not in RELATIONS:
            raise DamageError(message("damage.link", row=f"{source} {from_id} {relation} {to_id}"))
