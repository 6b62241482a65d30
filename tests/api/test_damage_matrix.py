"""Commands and a service over damaged files: the same answers, or words that name the file; nobody gets in."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from graph.stores import open_store
from tests.support.bit_flips import compact
from tests.support.factory import says
from tests.support.forked import ForkedCommands, forked_commands
from tests.support.random_damage import damages
from tests.support.serving import serving, settings_in
from tests.support.soak import record, rounds


class Case(NamedTuple):
    """The file that is damaged, the command that meets it, with which status it may fail, and what is asked then."""

    file: str
    words: tuple[str, ...]
    status: int
    then: tuple[str, ...] = ("doctor",)


CASES = {
    "store": Case("graph.db", ("gaps",), 3),
    "state": Case("state.db", ("key", "list"), 3),
    "backup": Case("backup.db", ("restore", "backup.db", "--overwrite"), 3, ("gaps",)),
    "export": Case("out/competencies.csv", ("ingest", "native", "out", "--dry-run"), 1, ("gaps",)),
}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[ForkedCommands]:
    """Run commands on a store, a state, a backup and an export, all in one folder."""
    store = open_store(f"sqlite:///{tmp_path / 'whole.db'}")
    store.apply(says(*(f"k{n} DEVELOPS c{n % 7}" for n in range(30)), "r1 REQUIRES c1", "t1 PRACTISES c1"))
    store.close()
    compact(tmp_path / "whole.db", tmp_path / "graph.db")
    KeyStore(state := State(tmp_path / "state.db")).create("one", "admin")
    state.close()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROLEPATH_")},
        "ROLEPATH_STORE": f"sqlite:///{tmp_path / 'graph.db'}",
        "ROLEPATH_STATE": str(tmp_path / "state.db"),
        "ROLEPATH_CACHE": str(tmp_path / "cache"),
        "ROLEPATH_PORT": "0",
    }
    with forked_commands(tmp_path, environ) as commands:
        for words in (("backup", "backup.db"), ("export", "native", "out")):
            assert commands(*words).status == 0
        yield commands


@pytest.mark.soak
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="commands are forked")
@pytest.mark.parametrize("what", CASES)
def test_commands_name_the_file_or_answer_the_same(run: ForkedCommands, tmp_path: Path, what: str) -> None:
    """No other exit status, and no traceback; whatever the command comes upon, the next one ends, too."""
    case = CASES[what]
    expected = run(*case.words, "--json")
    assert expected.status == 0, expected.err
    graph, named, number = (tmp_path / "graph.db").read_bytes(), 0, rounds(2, 25)
    for damage in damages(tmp_path / case.file, number, 11):
        found = run(*case.words, "--json")
        assert found.status in {0, case.status}, (damage, found.err)
        assert "Traceback" not in found.err
        is_named = Path(case.file).name in found.err + found.out if found.status else "SHA256SUMS" in found.out
        assert is_named or found == expected, (damage, found)
        named += is_named
        then = run(*case.then, "--json")
        assert then.status in ({0} if case.then == ("gaps",) else {0, 3}), (damage, then.err)
        for left in tmp_path.glob("*.db-*"):
            left.unlink()
        (tmp_path / "graph.db").write_bytes(graph)
    record("damage", of=f"{what}, by command", commands=2 * number, named=named, wrong_answers=0)


@pytest.mark.soak
def test_service_lets_nobody_in_by_a_damaged_state(tmp_path: Path) -> None:
    """Without a key, or with one that was revoked or has expired; and no answer is a defect of the service."""
    settings = settings_in(tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    store.apply(says("k1 DEVELOPS c1", "r1 REQUIRES c1"))
    store.note_keys(needed=True)
    store.close()
    keys = KeyStore(state := State(settings.state_path))
    holds, revoked, expired = (keys.create(name, "admin", timedelta(hours=1)) for name in ("a", "b", "c"))
    keys.revoke(revoked.key.id)
    expired = keys.create("expired", "admin", timedelta(seconds=-9))
    state.close()
    refused, told = 0, {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    number = rounds(6, 60)
    for number_, damage in enumerate(damages(settings.state_path, number, 12)):
        damaged = tmp_path / f"damaged{number_}.db"  # a file of its own: a process shares what it knows of one
        shutil.copy2(settings.state_path, damaged)
        with serving(replace(settings, state_path=damaged)) as asker:
            for headers in ({}, *({"Authorization": f"Bearer {one.token}"} for one in (revoked, expired))):
                status = asker.get("/v1/gaps", headers=headers).status_code
                assert status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE}, (damage, status)
            admin = {"Authorization": f"Bearer {holds.token}"}
            found = [
                asker.get(path, headers=admin).status_code for path in ("/v1/gaps", "/v1/audit", "/v1/ingest/runs")
            ]
            assert set(found) <= told | {HTTPStatus.UNAUTHORIZED}, (damage, found)
            assert found[0] != HTTPStatus.UNAUTHORIZED, damage
            assert asker.get("/readyz").status_code in told, damage
            refused += found[0] != HTTPStatus.OK
    record("damage", of="state file under a service", damages=number, refused=refused, let_in=0, errors=0)
