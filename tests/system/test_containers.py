"""The container files without a container engine: what they promise, and the image's own commands, run here."""

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.paths import DOCS, ROOT
from tests.support.serving import Document

UID = "10001"
PASSWORD = "ROLEPATH_NEO4J_PASSWORD"
KNOWN = {"FROM", "WORKDIR", "ENV", "COPY", "RUN", "VOLUME", "USER", "HEALTHCHECK", "ENTRYPOINT", "CMD"}

Stage = list[tuple[str, str]]
"""Instructions and what follows each, of one `FROM` up to the next."""


class Line(NamedTuple):
    """A line of YAML that is neither empty nor a comment."""

    number: int
    indent: int
    text: str


def _has_compose() -> bool:
    docker = shutil.which("docker")
    return (
        docker is not None
        and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    )


# ---- what the files promise ----


def test_image_runs_as_a_user_of_a_fixed_number_that_is_not_root() -> None:
    """The number that runs the service is the one that is created, and that owns the volumes."""
    _, runtime = stages()
    (made,) = values(runtime, "RUN")
    assert values(runtime, "USER") == [f"{UID}:{UID}"]
    assert re.findall(r"--(\w+) (\d+)\b", made) == [
        (option, UID) for option in ("gid", "uid", "gid", "owner", "group")
    ] + [("mode", "0750")]


def test_image_writes_on_its_volumes_only() -> None:
    """Store, state and cache stand on volumes that are made with the image, for the user who runs it."""
    _, runtime = stages()
    (volumes,) = (json.loads(value) for value in values(runtime, "VOLUME"))
    written = [value.removeprefix("sqlite:///") for name, value in settings(runtime).items() if name[:9] == "ROLEPATH_"]
    assert len(written) == 3
    assert {str(volume) for path in written for volume in volumes if path.startswith(f"{volume}/")} == set(volumes)
    assert values(runtime, "RUN")[0].endswith(" ".join(volumes))


def test_image_needs_no_shell() -> None:
    """What the engine starts is a list of words, which no shell takes apart."""
    _, runtime = stages()
    assert words(runtime, "ENTRYPOINT") == ["rolepath"]
    assert words(runtime, "CMD") == ["serve"]
    assert words(runtime, "HEALTHCHECK")[:2] == ["python", "-c"]


def test_image_is_built_of_pinned_packages() -> None:
    """Both stages have the Python that is tested, and every pip of the build sees the pins."""
    build, runtime = stages()
    assert build[0][1] == f"{runtime[0][1]} AS build"
    assert runtime[0][1] == "python:3.11-slim"
    assert settings(build)["PIP_CONSTRAINT"] == settings(build)["PIP_BUILD_CONSTRAINT"] == "/src/constraints.txt"


def test_image_holds_the_extras() -> None:
    """What settings and commands need beyond the core is there: the lock of the service has it all, by its hashes."""
    (installed,) = (run for run in values(stages()[0], "RUN") if "venv" in run)
    assert "--require-hashes -r locks/service.txt" in installed
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "locks/service.txt").read_text(encoding="utf-8"), re.MULTILINE))
    extras = [extra for extra in project["optional-dependencies"] if extra not in {"test", "dev", "pandas", "polars"}]
    assert {"oidc", "mcp", "otel", "parquet"} <= set(extras)
    for extra in extras:
        named = {re.split(r"[\[><=;~!]", one)[0].lower() for one in project["optional-dependencies"][extra]}
        assert named <= locked, extra


def test_compose_takes_every_setting_from_env() -> None:
    """What docs/settings.md names can be written into .env: each is passed on, and where it is not there left alone."""
    environment = compose()["services"]["rolepath"]["environment"]
    documented = re.findall(
        r"^\| `(ROLEPATH_\w+)` \|", (DOCS / "settings.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(documented) > 25
    assert {name for name in environment if name.startswith("ROLEPATH_")} == {*documented, "ROLEPATH_SETTINGS"}
    given = {name for name, value in environment.items() if value is not None}
    assert given == {"ROLEPATH_STORE", "ROLEPATH_NEO4J_PASSWORD"}


@pytest.mark.parametrize("name", ["neo4j", "rolepath"])
def test_compose_bounds_logs_and_memory(name: str) -> None:
    """No service fills the disk with its log, or takes the memory of the others; how much is in .env."""
    service = compose()["services"][name]
    assert service["logging"]["driver"] == "json-file"
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert re.fullmatch(r"\$\{ROLEPATH_\w*MEMORY:-\d+G\}", service["mem_limit"])
    assert int(service["pids_limit"]) > 0


@pytest.mark.skipif(not _has_compose(), reason="there is no docker with the plugin compose here")
def test_compose_is_read_by_compose(tmp_path: Path) -> None:
    """The file is one that compose understands, with nothing set but the password."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), PASSWORD: "secret-of-a-test"}
    command = ["docker", "compose", "-f", str(ROOT / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_build_gets_what_the_wheel_is_made_of_and_nothing_else() -> None:
    """All is kept out of the build, but for what pyproject.toml puts into the wheel or reads."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    read = [project["project"]["readme"], *project["project"]["license-files"], "constraints.txt", "pyproject.toml"]
    read.append("locks/service.txt")
    assert ignored()[0] == "*"
    assert sorted(let_through()) == sorted([*packed, *read])


def test_compose_publishes_on_this_machine_only() -> None:
    """Every published port is of 127.0.0.1; the service, which publishes none, is on the host's own loopback."""
    services = compose()["services"]
    assert services["neo4j"]["ports"] == ["127.0.0.1:7687:7687", "127.0.0.1:7474:7474"]
    assert services["rolepath"]["network_mode"] == "host"
    assert "ports" not in services["rolepath"]
    assert services["rolepath"]["command"] == ["serve", "--port", "${ROLEPATH_PORT:-8000}"]


def test_compose_gives_the_service_no_more_than_it_needs() -> None:
    """Its root file system is read-only, and it has no capabilities nor a way to get some."""
    service = compose()["services"]["rolepath"]
    assert service["read_only"] == "true"
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "pid", "user"} & service.keys()


def test_compose_builds_the_service_from_the_checkout() -> None:
    """The image has no name under which a registry could have another one, which compose would take first."""
    service = compose()["services"]["rolepath"]
    assert service["build"] == "."
    assert "image" not in service


def test_compose_keeps_everything_on_named_volumes() -> None:
    """Every folder that a service writes to is a volume with a name, those of the image among them."""
    document = compose()
    mounted = [mount.split(":") for service in document["services"].values() for mount in service["volumes"]]
    (volumes,) = (json.loads(value) for value in values(stages()[1], "VOLUME"))
    assert {name for name, _ in mounted} == document["volumes"].keys()
    assert {folder for _, folder in mounted} == {"/data", "/logs", *volumes}


def test_compose_has_no_password_of_its_own() -> None:
    """Both services refuse to start without the password, and the file holds none."""
    services = compose()["services"]
    for text in (services["neo4j"]["environment"]["NEO4J_AUTH"], services["rolepath"]["environment"][PASSWORD]):
        assert re.fullmatch(rf"(?:neo4j/)?\$\{{{PASSWORD}:\?[^}}]+\}}", text)
    assert "@127.0.0.1" in services["rolepath"]["environment"]["ROLEPATH_STORE"]
    assert ":" not in services["rolepath"]["environment"]["ROLEPATH_STORE"].split("//")[1].split("@")[0]


def test_compose_starts_the_service_when_neo4j_answers() -> None:
    """Neo4j is healthy when it answers a query of the user that has the password, and the service waits for that."""
    services = compose()["services"]
    assert services["rolepath"]["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
    kind, command = services["neo4j"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    assert shlex.split(command) == [
        "NEO4J_USERNAME=neo4j",
        "NEO4J_PASSWORD=$${NEO4J_AUTH#neo4j/}",
        *("cypher-shell", "--address", "bolt://127.0.0.1:7687", "RETURN 1"),
    ]


def test_compose_asks_the_service_as_the_image_does() -> None:
    """Its health check is the image's own, at the port that the command was given."""
    service = compose()["services"]["rolepath"]
    image = ["CMD", *words(stages()[1], "HEALTHCHECK")]
    assert service["healthcheck"]["test"] == [word.replace(":8000/", ":${ROLEPATH_PORT:-8000}/") for word in image]


@pytest.mark.parametrize("text", ["a:\n\tb: c", "a: b\na: c", "a:\n    b: c", "- a\nb: c", "a: &b c", "a: 'b'", "a: |"])
def test_what_is_read_of_yaml_is_strict(text: str) -> None:
    """Doubled keys, odd indents and all of YAML that compose.yaml does without are refused, not guessed."""
    with pytest.raises(ValueError, match="line"):
        read_yaml(text)


# ---- the image's own commands, in a scratch folder ----


@dataclass(frozen=True)
class Image:
    """A folder that holds what the image would hold, below it."""

    root: Path

    def here(self, text: str) -> str:
        """Return the text with every absolute folder of the image moved below the root."""
        return re.sub(r"(?<![\w.])(/(?:src|dist|opt|var|data|tmp)\b)", rf"{self.root}\1", text)

    def environ(self, stage: Stage) -> dict[str, str]:
        """Return the environment of a stage, with a proxy that leads nowhere for all but the build."""
        ours = ("ROLEPATH_", "PIP_", "PYTHON")
        outside = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        made = {name: self.here(value) for name, value in settings(stage).items()}
        path = made.get("PATH", "$PATH").replace("$PATH", os.environ["PATH"])
        if stage == stages()[1]:
            outside["http_proxy"] = "http://127.0.0.1:1"
        return outside | made | {"PATH": path, "HOME": self.here("/var/lib/rolepath"), "TMPDIR": self.here("/tmp")}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as in a container of the image."""
        found = shutil.which(command[0], path=str(self.root / "opt/rolepath/bin"))
        assert found, f"{command[0]} is not in the image"
        return subprocess.run(
            [found, *command[1:]],
            cwd=self.root / "data",
            env=self.environ(stages()[1]),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def files(self) -> dict[str, int]:
        """Return all that is not on a volume, with the time of its last change."""
        kept = [path for path in self.root.rglob("*") if path.relative_to(self.root).parts[0] not in {"var", "tmp"}]
        return {str(path): path.lstat().st_mtime_ns for path in kept}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Give the image that the commands of the build stage make; its user, which needs root, is left out."""
    build, runtime = stages()
    made = Image(tmp_path_factory.mktemp("image").resolve())
    for folder in ("src", "data", "tmp", *(volume[1:] for volume in json.loads(values(runtime, "VOLUME")[0]))):
        (made.root / folder).mkdir(parents=True)
    for name in let_through():
        source, target = ROOT / name, made.root / "src" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
        else:
            shutil.copy(source, target)
    environ = made.environ(build) | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command in values(build, "RUN"):
        subprocess.run(["/bin/sh", "-ec", made.here(command)], cwd=made.root / "src", env=environ, check=True)
    shutil.rmtree(made.root / "src")
    shutil.rmtree(made.root / "dist")
    return made


@pytest.fixture
def start(image: Image) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Give a starter of the image's entry point; what it started is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        (program,) = words(stages()[1], "ENTRYPOINT")
        command = [str(image.root / "opt/rolepath/bin" / program), *arguments]
        environ = image.environ(stages()[1])
        started.append(
            subprocess.Popen(command, cwd=image.root / "data", env=environ, stdout=subprocess.PIPE, encoding="utf-8")
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_image_imports_serves_and_is_healthy(image: Image, start: Callable[..., subprocess.Popen[str]]) -> None:
    """The entry point fills a volume and serves it, the health check says so, and no other file changes."""
    before = image.files()
    _, runtime = stages()
    imported = image.run(*words(runtime, "ENTRYPOINT"), "ingest", "example", "--json")
    assert imported.returncode == 0, imported.stderr
    # The command of the image, at a free port.
    service = start(*words(runtime, "CMD"), "--port", "0", "--json")
    url = read_document(service)["url"]
    check = [word.replace("http://127.0.0.1:8000", url) for word in words(runtime, "HEALTHCHECK")]
    # As an engine does: what fails while it starts does not count.
    deadline = time.monotonic() + 60
    while image.run(*check).returncode != 0:
        assert service.poll() is None
        assert time.monotonic() < deadline
    service.send_signal(signal.SIGTERM)
    service.wait(timeout=60)
    assert image.run(*check).returncode == 1
    assert image.files() == before
    assert (image.root / "var/lib/rolepath/graph.db").is_file()


@pytest.mark.slow
def test_image_serves_no_address_but_this_machine(image: Image) -> None:
    """The service is not made to listen to others by being in a container."""
    refused = image.run(*words(stages()[1], "ENTRYPOINT"), "serve", "--host", "0.0.0.0")
    assert refused.returncode == 2
    assert "access keys" in " ".join(refused.stderr.split())


# ---- reading the files ----


def stages() -> list[Stage]:
    """Return the two stages of the Dockerfile."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line:
            instruction, _, value = line.partition(" ")
            assert instruction in KNOWN, line
            if instruction == "FROM":
                found.append([])
            found[-1].append((instruction, value))
    assert len(found) == 2
    return found


def values(stage: Stage, instruction: str) -> list[str]:
    """Return what follows each such instruction of a stage."""
    return [value for name, value in stage if name == instruction]


def words(stage: Stage, instruction: str) -> list[str]:
    """Return the words of a stage's one such instruction, which must be in the form that needs no shell."""
    (value,) = values(stage, instruction)
    listed: list[str] = json.loads(value.partition("CMD ")[2] if instruction == "HEALTHCHECK" else value)
    return listed


def settings(stage: Stage) -> dict[str, str]:
    """Return the environment that a stage sets."""
    pairs = [word.partition("=") for value in values(stage, "ENV") for word in shlex.split(value)]
    return {name: value for name, _, value in pairs}


def ignored() -> list[str]:
    """Return the patterns of .dockerignore."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def let_through() -> list[str]:
    """Return what .dockerignore lets into the build."""
    return [pattern[1:] for pattern in ignored() if pattern.startswith("!")]


def read_document(process: subprocess.Popen[str]) -> Document:
    """Return the first JSON document that a process prints; it goes on afterwards."""
    text = ""
    for line in process.stdout or ():
        text += line
        with contextlib.suppress(json.JSONDecodeError):
            found: Document = json.loads(text)
            return found
    raise AssertionError(f"it ended with {process.wait()} and printed no document: {text}")


def compose() -> Document:
    """Return compose.yaml."""
    return read_yaml((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def read_yaml(text: str) -> Document:
    """Return a YAML mapping of the few forms that compose.yaml uses, all of which mean the same to YAML.

    Indents of two; keys; lists of `- scalar`; in one line plain scalars (given as text), quoted ones as in JSON, and
    JSON lists.

    Raises:
        ValueError: there is something else.
    """
    told = ((number, line) for number, line in enumerate(text.splitlines(), 1) if not re.match(r" *(#|$)", line))
    lines = deque(Line(number, len(line) - len(line.lstrip(" ")), line.strip(" ")) for number, line in told)
    found = read_block(lines, 0)
    if lines or not isinstance(found, dict):
        raise ValueError(f"line {lines[0].number if lines else 1} is not part of a mapping")
    return found


def read_block(lines: deque[Line], indent: int) -> Document | list[Any]:
    """Take the lines of one mapping or list, and return it."""
    listed: list[Any] = []
    mapping: Document = {}
    is_list = lines[0].text.startswith("- ")
    while lines and lines[0].indent == indent and lines[0].text.startswith("- ") == is_list:
        line = lines.popleft()
        if is_list:
            listed.append(read_scalar(line.number, line.text[2:]))
            continue
        parts = re.fullmatch(r"([A-Za-z][\w-]*):(?: (\S.*))?", line.text)
        if parts is None or parts[1] in mapping:
            raise ValueError(f"line {line.number} is no key, or one that is there already: {line.text}")
        if parts[2] is None and lines and lines[0].indent == indent + 2:
            mapping[parts[1]] = read_block(lines, indent + 2)
        else:
            mapping[parts[1]] = None if parts[2] is None else read_scalar(line.number, parts[2])
    if lines and (lines[0].indent > indent or indent == 0):
        raise ValueError(f"line {lines[0].number} stands at an indent where nothing is expected: {lines[0].text}")
    return listed if is_list else mapping


def read_scalar(number: int, text: str) -> str | list[str]:
    """Return what stands in one line behind a key or a dash."""
    if text.startswith(('"', "[")):
        found: str | list[str] = json.loads(text)
        return found
    if not re.match(r"[\w./]", text) or re.search(r": |:$| #|\t", text):
        raise ValueError(f"line {number} has a value of a form that is not read: {text}")
    return text
