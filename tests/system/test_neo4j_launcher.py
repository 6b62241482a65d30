"""What the launcher of the Neo4j server promises without starting one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("neo4j", reason="the Neo4j driver is not installed")

from tests.support.neo4j_server import POM, MissingError, Server, fetch, java, java_version, pid_file


def folder_of(pid: int, folder: Path) -> Path:
    """Return the folder, as if a server had been started on it as that process."""
    known = {"pid": pid, "port": 20000, "classpath": "none/*", "heap": "512m"}
    pid_file(folder).write_text(json.dumps(known), encoding="utf-8")
    return folder


def stub_java(folder: Path, told: str) -> Path:
    """Return a Java home whose `java -version` tells just that."""
    command = folder / "bin" / "java"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\necho '{told}' >&2\n", encoding="utf-8")
    command.chmod(0o755)
    return folder


def test_a_process_that_took_over_the_number_is_left_alone(tmp_path: Path) -> None:
    """Stopping and killing touch only a process whose command line is the server's on this folder."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        server = Server.attach(folder_of(other.pid, tmp_path))
        server.stop()
        server.kill()
        assert (server.is_running(), other.poll()) == (False, None)


def test_jars_that_are_there_are_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second fetch needs neither Maven nor a network."""
    monkeypatch.setattr("tests.support.neo4j_server.fetch_into", lambda jars: jars.mkdir())
    first = fetch(tmp_path)
    monkeypatch.setattr("tests.support.neo4j_server.fetch_into", lambda jars: pytest.fail(f"asked for {jars}"))
    assert fetch(tmp_path) == first


def test_a_machine_without_java_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Java at all is an error that names a package."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingError, match="openjdk-17"):
        java()


def test_a_java_that_is_too_old_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An old Java is an error that names it and the version that is needed."""
    monkeypatch.setenv("JAVA_HOME", str(stub_java(tmp_path, 'openjdk version "11.0.2" 2019-01-15')))
    with pytest.raises(MissingError, match=r'11\.0\.2".* needs Java 17'):
        java()


@pytest.mark.parametrize(("told", "version"), [('version "1.8.0_202"', 8), ('version "21" 2023-09-19', 21), ("", 0)])
def test_the_feature_release_of_java_is_read(told: str, version: int) -> None:
    """Both ways in which Java has written its version are understood."""
    assert java_version(told) == version


def test_the_pom_names_no_registry() -> None:
    """Where jars come from is the machine's own Maven setting."""
    assert "repository" not in POM.read_text(encoding="utf-8").lower()
