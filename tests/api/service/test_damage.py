"""A running service goes on whatever becomes of the file of its snapshot, and `doctor` finds it."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from graph.snapshot.files import SUFFIX
from graph.stores import open_store
from tests.support.commanding import Commands
from tests.support.conforming import checked
from tests.support.factory import says
from tests.support.processes import served
from tests.support.random_damage import damages
from tests.support.serving import serving, settings_in
from tests.support.soak import record, rounds

QUESTIONS = ("/v1/gaps", "/v1/competencies/c1/trace", "/v1/roles", "/v1/metrics", "/v1/search?q=name", "/v1/nodes/k3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    store.apply(says(*(f"k{n} DEVELOPS c{n % 50}" for n in range(500)), "r1 REQUIRES c1", "t1 PRACTISES c1"))
    store.close()
    return tmp_path


def snapshot_files(folder: Path) -> list[Path]:
    return [file for file in (folder / "cache").glob("*/**/*") if file.is_file()]


@pytest.mark.soak
@pytest.mark.slow
def test_commands_answer_the_same_whatever_the_damage(folder: Path) -> None:
    """A process each: a question and the doctor, of whom one at least comes upon the damage; no other exit status."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROLEPATH_")},
        "ROLEPATH_STORE": f"sqlite:///{folder / 'graph.db'}",
        "ROLEPATH_STATE": str(folder / "state.db"),
        "ROLEPATH_CACHE": str(folder / "cache"),
        "ROLEPATH_PORT": "0",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from api.cli.main import main; raise SystemExit(main())", *words, "--json"]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)

    expected = run("gaps")
    assert expected.returncode == 0, expected.stderr
    (file,) = snapshot_files(folder)
    saved = file.read_bytes()
    number, found = rounds(3, 100), 0
    for damage in damages(file, number, 3):
        is_harmless = file.read_bytes() == saved
        answer = run("gaps")
        assert (answer.returncode, answer.stdout) == (0, expected.stdout), damage
        is_named = "cannot be used" in answer.stderr
        told = run("doctor")
        is_named |= "was damaged" in told.stdout
        assert told.returncode in {0, 3}, damage
        assert is_named is not is_harmless, damage
        assert file.read_bytes() == saved, damage
        found += not is_harmless
    record("damage", of="snapshot, by command", commands=2 * number, found=found, wrong_answers=0)


@pytest.mark.slow
def test_truncation_while_serving_changes_no_answer(folder: Path) -> None:
    """The file is cut off before anything was asked: every question is answered, by the process that ran before.

    It has no descriptor of the file and no mapping: what happens to that cannot reach what was read.
    """
    with served(folder) as (process, url):
        if sys.platform == "linux":  # which alone tells what a process has open
            opened = [str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir() if link.is_symlink()]
            assert [name for name in opened if name.startswith(str(folder / "cache"))] == []
            assert str(folder / "cache") not in Path(f"/proc/{process.pid}/maps").read_text()
        for file in snapshot_files(folder):
            os.truncate(file, 0)
        cut = [checked(httpx.get(url + question, timeout=60)) for question in QUESTIONS]
        assert process.poll() is None
    with serving(settings_in(folder)) as asker:
        whole = [asker.get(question) for question in QUESTIONS]
    assert [answer.text for answer in cut] == [answer.text for answer in whole]
    assert {answer.status_code for answer in cut} == {200}


@pytest.mark.slow
def test_damage_is_named_once_by_several_workers(folder: Path) -> None:
    """Both come upon it at their start; who removes the file says so."""
    with serving(settings_in(folder)):
        pass
    (file,) = (file for file in snapshot_files(folder) if file.suffix == SUFFIX)
    os.truncate(file, 100)
    with served(folder, "--workers", "2") as (process, url):
        assert checked(httpx.get(f"{url}/v1/gaps", timeout=60)).is_success
        process.terminate()
        process.wait(60)
        assert process.stderr is not None
        said = process.stderr.read()
    assert said.count("cannot be used, and is compiled anew") == 1, said
    assert file.name in said


def test_doctor_names_a_damaged_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A flipped bit, wherever it is: named by the first run, which leaves the snapshot whole."""
    command = Commands(tmp_path, monkeypatch, capsys)
    command.filled()
    monkeypatch.setenv("ROLEPATH_PORT", "0")
    assert command("gaps").status == 0
    kept = [file for file in tmp_path.rglob("*") if "snapshots" in file.parts and file.is_file()]
    file = max(kept, key=lambda file: file.stat().st_size)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    found = {item["check"]: item for item in command("doctor", "--json").document["items"]}
    assert found["snapshots"]["ok"] is False
    assert file.name in found["snapshots"]["detail"]
    found = {item["check"]: item for item in command("doctor", "--json").document["items"]}
    assert found["snapshots"]["ok"] is True
