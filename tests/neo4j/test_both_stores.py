"""The same commands on the embedded store and on a Neo4j server print the same documents."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.commanding import Commands
from tests.support.stores import empty_neo4j

ASKED = (
    ("gaps", "--limit", "200"),
    ("trace", "poly:k.plc-programming"),
    ("trace", "poly:k.robot-fault-diagnosis", "--discipline", "poly:d.robotics", "--lang", "zh"),
    ("coverage", "poly:r.integration-assistant"),
    ("coverage", "--by", "discipline"),
    ("plan", "poly:r.integration-assistant", "--max-hours", "200"),
    ("search", "机器人"),
    ("search", "robots programing", "--limit", "50"),
    ("search", "poly:r."),
    ("search", "zzqx robotz"),
    ("show", "poly:k.plc-programming"),
    ("sources",),
    ("trace", "poly:nothing"),
)
OF_ONE_STORE = {"run", "next", "store", "last_import", "at", "applied_at"}


def alike(document: Any) -> Any:  # noqa: ANN401 - a document of any form
    """Return a document without what is of one run, or of one store."""
    if isinstance(document, dict):
        return {name: alike(value) for name, value in document.items() if name not in OF_ONE_STORE}
    return [alike(value) for value in document] if isinstance(document, list) else document


def test_both_stores_print_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], neo4j_url: str
) -> None:
    """An import, the same import again, and every question have equal documents and exit statuses."""
    commands = Commands(tmp_path, monkeypatch, capsys)
    empty_neo4j(neo4j_url)
    jobs = [("ingest", "example")] * 2
    told = []
    for url in (f"sqlite:///{tmp_path / 'graph.db'}", neo4j_url):
        ran = [commands("--store", url, *words, "--json") for words in (*jobs, *ASKED)]
        told.append([(one.status, alike(one.document)) for one in ran])
    assert told[0] == told[1]
    assert [status for status, _ in told[0]] == [0] * (len(told[0]) - 1) + [4]
