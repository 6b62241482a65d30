"""A real Neo4j Community server out of Maven's jars, for tests and for people without Docker."""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

import neo4j
from neo4j.exceptions import ServiceUnavailable, SessionExpired, TransientError

POM = Path(__file__).with_name("pom.xml")
MAIN_CLASS = "org.neo4j.server.CommunityEntryPoint"
USER = "neo4j"
FIRST_PASSWORD = "neo4j"
OLDEST_JAVA = 17
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0

JAVA_OPTIONS = (
    # What Neo4j's own launcher opens and allows.
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.tryReflectionSetAccessible=true",
    # 230 MB less resident memory than G1 on a heap of 512 MB, at the same speed.
    "-XX:+UseSerialGC",
    # A server that is out of memory ends, instead of answering by halves.
    "-XX:+ExitOnOutOfMemoryError",
)

# Every folder of the server (server.directories.*) is, by default, below --home-dir.
SETTINGS = """\
server.default_listen_address=127.0.0.1
server.default_advertised_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=64m
db.tx_log.preallocate=false
dbms.usage_report.enabled=false
server.bolt.telemetry.enabled=false
dbms.security.auth_enabled={auth_enabled}
# A stop takes about one second instead of eleven: no waiting for more connections to come.
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
internal.dbms.bolt.netty_server_shutdown_timeout=2s
internal.server.bolt.thread_pool_shutdown_wait_time=1s
internal.server.bolt.connection_shutdown_wait_time=1s
"""

HOW_TO_INSTALL = """\
  Debian, Ubuntu:  sudo apt install openjdk-17-jre-headless maven
  Fedora, RHEL:    sudo dnf install java-17-openjdk-headless maven
  macOS:           brew install openjdk@17 maven"""


class MissingError(RuntimeError):
    """Something that a server needs is not on this machine: Java, Maven or the jars."""


class StartError(RuntimeError):
    """A server did not come up; the message ends with what it wrote."""


def default_cache() -> Path:
    """Return the folder that keeps the jars: ROLEPATH_NEO4J_CACHE, else `.cache/neo4j` of the checkout."""
    named = os.environ.get("ROLEPATH_NEO4J_CACHE")
    return Path(named).resolve() if named else POM.parents[2] / ".cache" / "neo4j"


def fetch(cache: Path) -> str:
    """Return the server's class path, below the cache; Maven is asked only for jars that are not there yet.

    Raises:
        MissingError: Maven or Java is missing or too old, or the jars cannot be had.
    """
    version = hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    jars = cache / f"jars-{version}"
    if not jars.is_dir():
        with locked(cache / "fetch.lock"):
            if not jars.is_dir():
                fetch_into(jars)
    return f"{jars}/*"


def fetch_into(jars: Path) -> None:
    """Have Maven copy the jars into the folder, which appears only when it is complete."""
    java()
    mvn = shutil.which("mvn")
    if mvn is None:
        raise MissingError(
            f'There is no "mvn" (Maven) here, which fetches the jars of Neo4j. Install it:\n{HOW_TO_INSTALL}'
        )
    say("Fetching the jars of Neo4j (once, about 125 MB) ...")
    with tempfile.TemporaryDirectory(dir=jars.parent, prefix="jars-") as partial:
        command = [mvn, "-B", "-q", "-f", str(POM), "dependency:copy-dependencies", f"-Djars={partial}/jars"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            raise MissingError(f"Maven cannot fetch the jars of Neo4j:\n{last_lines(done.stdout)}")
        Path(partial, "jars").rename(jars)


def java() -> str:
    """Return the command that runs Java: JAVA_HOME's, else the first on the path.

    Raises:
        MissingError: there is none, or one older than Neo4j needs.
    """
    home = os.environ.get("JAVA_HOME")
    command = shutil.which("java", path=f"{home}/bin" if home else None)
    if command is None:
        where = f"in JAVA_HOME={home}" if home else "here"
        raise MissingError(f'There is no "java" {where}; Neo4j needs Java {OLDEST_JAVA} or newer:\n{HOW_TO_INSTALL}')
    told = subprocess.run([command, "-version"], capture_output=True, text=True, check=False).stderr
    if java_version(told) < OLDEST_JAVA:
        said = told.strip().partition("\n")[0]
        raise MissingError(f"{command} says: {said}. Neo4j needs Java {OLDEST_JAVA} or newer:\n{HOW_TO_INSTALL}")
    return command


def java_version(told: str) -> int:
    """Return the feature release in what `java -version` told, 0 if there is none.

    >>> java_version('openjdk version "17.0.15" 2025-04-15'), java_version('java version "1.8.0_202"')
    (17, 8)
    """
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else 0


@dataclass
class Server:
    """One server process with a folder of its own; the folder stays when the process ends."""

    options: ClassVar[Sequence[str]] = JAVA_OPTIONS
    """What its Java gets, beside the heap."""
    folder: Path
    port: int
    classpath: str
    heap: str
    password: str | None = field(default=None, repr=False)
    pid: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def start(cls, folder: Path, *, auth: str | None = None, heap: str = "512m", cache: Path | None = None) -> Self:
        """Return a server that answers, detached from this process, at a free port of the loopback interface.

        Its data are those that the folder holds, none in a new one. With `auth`, the user "neo4j" has that password
        (at least 8 characters; in a folder with data, the one that was set first); without, nobody needs one.

        Raises:
            MissingError: no server can be started on this machine.
            StartError: it did not come up.
        """
        server = cls(folder.resolve(), free_port(), fetch(cache or default_cache()), heap, auth)
        server._launch()
        return server

    @classmethod
    def attach(cls, folder: Path) -> Self:
        """Return the server that was started on the folder, by any process; it may have ended.

        Raises:
            FileNotFoundError: none was.
        """
        known = json.loads(pid_file(folder).read_text(encoding="utf-8"))
        return cls(folder.resolve(), known["port"], known["classpath"], known["heap"], None, known["pid"])

    @property
    def url(self) -> str:
        """The address for drivers, without user and password."""
        return f"neo4j://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The file that has what the process printed; Neo4j's own log files are in `folder / "logs"`."""
        return self.folder / "output.log"

    def is_running(self) -> bool:
        """Say whether the process is there; a process that took over its number is not it."""
        if self._process is not None:
            # The number of a child is its own until it is asked here. Its command line is empty for a moment at first.
            return self._process.poll() is None
        command = command_line(self.pid)
        return MAIN_CLASS in command and f" --home-dir={self.folder} " in command

    def stop(self) -> None:
        """End the process: asked first, killed when it takes too long; nothing happens when it has ended."""
        if not self._end(signal.SIGTERM):
            self.kill()

    def kill(self) -> None:
        """End the process with SIGKILL, as a crash would; nothing happens when it has ended."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop the process if it runs, then start it again on the same data and port.

        Raises:
            StartError: it did not come up.
        """
        self.stop()
        self._launch()

    def _end(self, how: signal.Signals) -> bool:
        """Send the signal and say whether the process has ended within the time for it."""
        if self.is_running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, how)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _launch(self) -> None:
        """Start the process on the folder and wait until it answers; one that does not is killed."""
        is_new = not (self.folder / "data").exists()
        self._configure()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self.pid = self._process.pid
        known = {"pid": self.pid, "port": self.port, "classpath": self.classpath, "heap": self.heap}
        pid_file(self.folder).write_text(json.dumps(known), encoding="utf-8")
        try:
            if is_new and self.password is not None:
                self._wait_for(self._set_password)
            self._wait_for(self._verify)
        except BaseException:
            self.kill()
            raise

    def _configure(self) -> None:
        conf = self.folder / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        text = SETTINGS.format(port=self.port, auth_enabled="false" if self.password is None else "true")
        (conf / "neo4j.conf").write_text(text, encoding="utf-8")

    def _command(self) -> list[str]:
        heap = [f"-Xms{self.heap}", f"-Xmx{self.heap}"]
        home = [f"--home-dir={self.folder}", f"--config-dir={self.folder}/conf", "--console-mode"]
        return [java(), *heap, *self.options, "-cp", self.classpath, MAIN_CLASS, *home]

    def _wait_for(self, step: Callable[[], None]) -> None:
        """Try the step until the server is far enough up for it."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if not self.is_running():
                raise StartError(self._obituary("ended while starting"))
            # The driver logs each failed attempt, a bare connection does not.
            if accepts(self.port):
                with contextlib.suppress(ServiceUnavailable, SessionExpired, TransientError):
                    return step()
            time.sleep(0.1)
        raise StartError(self._obituary(f"did not answer within {START_TIMEOUT_S:.0f} s"))

    def _set_password(self) -> None:
        # Not by neo4j://, since a first password opens nothing but this one statement.
        first = neo4j.GraphDatabase.driver(f"bolt://127.0.0.1:{self.port}", auth=(USER, FIRST_PASSWORD))
        change = "ALTER CURRENT USER SET PASSWORD FROM $first TO $password"
        with first as driver:
            driver.execute_query(change, first=FIRST_PASSWORD, password=self.password, database_="system")

    def _verify(self) -> None:
        auth = None if self.password is None else (USER, self.password)
        with neo4j.GraphDatabase.driver(self.url, auth=auth) as driver:
            driver.verify_connectivity()

    def _obituary(self, what: str) -> str:
        logs = [path for path in (self.folder / "logs" / "debug.log", self.log) if path.is_file()]
        ends = [f"-- the end of {path}:\n{last_lines(path.read_text(errors='replace'))}" for path in logs]
        return "\n".join([f"The Neo4j server in {self.folder} {what}.", *ends])


class ShortLivedServer(Server):
    """A server of some minutes: its code is compiled once, and not then again to be faster, which takes longer."""

    options = (*JAVA_OPTIONS, "-XX:TieredStopAtLevel=1")


def pid_file(folder: Path) -> Path:
    """Return the file that says which process was started on the folder."""
    return folder / "server.json"


def command_line(pid: int) -> str:
    """Return the arguments of a process with a space around each, empty if there is no such process."""
    if pid <= 0:
        return ""
    proc = Path("/proc")
    if (proc / "self" / "cmdline").exists():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            return f" {(proc / str(pid) / 'cmdline').read_text(errors='replace')} ".replace("\0", " ")
        return ""
    told = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return f" {told.stdout.strip()} "


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens at, and that the system gives to nobody else."""
    # A port that the system hands out (from 32768 on) can be lost while its server is down: a client that keeps trying
    # to reach it gets it, one day, as its own end, and is connected to itself.
    for port in random.sample(range(20000, 30000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise StartError("A hundred ports of the loopback interface, from 20000 to 29999, are all taken.")


def accepts(port: int) -> bool:
    """Say whether somebody listens at the port of the loopback interface."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes out of the same lock, as long as the block runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def last_lines(text: str, count: int = 40) -> str:
    """Return the end of a text."""
    return "\n".join(text.splitlines()[-count:])


def say(message: str) -> None:
    """Tell a person, without touching standard output."""
    sys.stderr.write(f"{message}\n")


def running_in(folder: Path) -> Server | None:
    """Return the server that runs on the folder, None if none does."""
    with contextlib.suppress(FileNotFoundError):
        server = Server.attach(folder)
        return server if server.is_running() else None
    return None


def start_detached(cache: Path) -> str:
    """Return the URL of the server in the cache folder; one is started with no data unless it runs already."""
    folder = cache / "server"
    with locked(cache / "server.lock"):
        server = running_in(folder)
        if server is None:
            shutil.rmtree(folder, ignore_errors=True)
            server = Server.start(folder, cache=cache)
        say(f"Neo4j runs as process {server.pid}, output in {server.log}. Stop it: make neo4j-stop")
    return server.url


def stop_detached(cache: Path) -> None:
    """Stop the server in the cache folder; its data stay until the next start."""
    with locked(cache / "server.lock"):
        server = running_in(cache / "server")
        if server is None:
            say("No Neo4j server runs that was started here.")
        else:
            server.stop()
            say(f"Neo4j, process {server.pid}, is stopped.")


def main() -> int:
    """Do what the command line says and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "fetch"])
    action = parser.parse_args().action
    cache = default_cache()
    try:
        if action == "stop":
            stop_detached(cache)
        else:
            sys.stdout.write(f"{start_detached(cache) if action == 'start' else fetch(cache)}\n")
    except (MissingError, StartError) as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
