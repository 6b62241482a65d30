"""Clients that the generators of others make of the OpenAPI document: none leaves anything out, all are typed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli.main import main
from tests.support.listening import served
from tests.support.openapi import Document, operations, resolved
from tests.support.paths import ROOT
from tests.support.serving import settings_in

ROLE = "poly:r.integration-assistant"
TOOLS = ROOT / ".cache" / "generators"
"""Where `make generators` puts openapi-python-client, which wants other packages than the service."""
PROGRAMS = ROOT / "tests" / "support" / "generators"
OPENAPI_GENERATOR = "org.openapitools:openapi-generator-cli:7.25.0"
OPENAPI_TYPESCRIPT = ("openapi-typescript@7.13.0", "typescript@5.9.3")
TYPES = {"tell_metrics": ["str"], "watch_import": ["str"], "export_graph": ["File"]}
"""What no JSON answers are, as openapi-python-client has them."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the bundled college."""
    settings = settings_in(tmp_path_factory.mktemp("generators"))
    assert main(["ingest", "example", "--store", settings.store_url]) == 0
    with served(settings) as found:
        yield found


@pytest.fixture(scope="module")
def document(address: str) -> Document:
    """Give the document of the service."""
    found: Document = httpx.get(f"{address}/openapi.json").raise_for_status().json()
    return found


@pytest.fixture
def file(document: Document, tmp_path: Path) -> Path:
    """Give the document as a file, as generators read it."""
    found = tmp_path / "openapi.json"
    found.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def answered(address: str) -> Mapping[str, Any]:
    """Give what a client must have been answered."""
    gaps = httpx.get(f"{address}/v1/gaps", params={"limit": 3}).json()
    training = httpx.get(f"{address}/v1/roles/{ROLE}/training").json()
    plan = httpx.post(f"{address}/v1/roles/{ROLE}/plan").json()
    return {
        "gaps": [gaps["total"], gaps["items"][0]["competency"]["name"], gaps["items"][0]["status"]],
        "training": [training["total"], training["items"][0]["task"]["id"]],
        "plan": [plan["hours"], [step["task"]["id"] for step in plan["steps"]]],
    }


def ran(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """Run a command in a folder, and return what it printed; it must end well."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-5000:]}\n{done.stderr[-5000:]}"
    return done.stdout + done.stderr


def wants(*programs: str) -> None:
    """Skip the test where a program is missing."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} cannot be found")


def python_client(file: Path) -> str:
    """Make a client in the folder of the document; return what the generator said."""
    config = file.with_name("config.yml")
    config.write_text("post_hooks: []\n", encoding="utf-8")
    making: list[str | Path] = [
        sys.executable,
        "-m",
        "openapi_python_client",
        "generate",
        "--path",
        file,
        "--meta",
        "none",
    ]
    return ran([*making, "--output-path", "generated", "--config", config], file.parent, PYTHONPATH=str(TOOLS))


@pytest.mark.slow
@pytest.mark.skipif(not TOOLS.is_dir(), reason="openapi-python-client is not there: `make generators` fetches it")
def test_openapi_python_client(document: Document, file: Path, address: str, answered: Mapping[str, Any]) -> None:
    """It warns of nothing, each operation is typed by the schema that it declares, and the three questions answer."""
    assert "arning" not in python_client(file)
    asking: list[str | Path] = [sys.executable, PROGRAMS / "openapi_python_client.py", address, ROLE]
    found = json.loads(ran(asking, file.parent, PYTHONPATH=str(file.parent)))
    named = {told["operationId"]: told for _, told in operations(resolved(document))}
    types = {name: TYPES.get(name) or _declared(told) for name, told in named.items()}
    assert {name: [one for one in told if one != "HttpProblem"] for name, told in found.pop("types").items()} == types
    assert found == answered


def _declared(operation: Document) -> list[str]:
    good = operation["responses"][min(operation["responses"])]["content"]["application/json"]["schema"]["$ref"]
    schema = good.rpartition("/")[2]
    return ["NodeTrace", "Trace"] if schema == "AnyTrace" else [schema]


@pytest.mark.slow
@pytest.mark.generators
@pytest.mark.skipif(not TOOLS.is_dir(), reason="openapi-python-client is not there: `make generators` fetches it")
def test_openapi_python_client_holds_to_its_types(file: Path) -> None:
    """Every module passes mypy."""
    python_client(file)
    ran([sys.executable, "-m", "mypy", "--no-incremental", "--config-file=", "generated"], file.parent)


def openapi_generator(file: Path, generator: str, *options: str) -> str:
    """Make a client by openapi-generator in the folder of the document; return what it said."""
    wants("java", "mvn")
    fetching = ["mvn", "--quiet", "--batch-mode", "dependency:copy", f"-Dartifact={OPENAPI_GENERATOR}"]
    ran([*fetching, f"-DoutputDirectory={file.parent}"], file.parent)
    jar = next(file.parent.glob("openapi-generator-cli-*.jar"))
    making: list[str | Path] = ["java", "-jar", jar, "generate", "--input-spec", file, "--generator-name", generator]
    return ran([*making, "--output", "generated", *options], file.parent)


@pytest.mark.slow
@pytest.mark.generators
def test_openapi_generator_for_python(file: Path, address: str, answered: Mapping[str, Any]) -> None:
    """The client is made, every module is imported, and the three questions answer in models."""
    openapi_generator(file, "python")
    asking: list[str | Path] = [sys.executable, PROGRAMS / "openapi_generator.py", address, ROLE]
    said = ran(asking, file.parent, PYTHONPATH=str(file.parent / "generated"), PYTHONWARNINGS="ignore")
    assert json.loads(said) == answered


@pytest.mark.slow
@pytest.mark.generators
def test_openapi_generator_for_java(file: Path, address: str, answered: Mapping[str, Any]) -> None:
    """The client compiles, and the three questions answer in classes."""
    wants("javac")
    openapi_generator(file, "java", "--additional-properties=useSingleRequestParameter=true")
    folder = file.parent / "generated"
    shutil.copy(PROGRAMS / "Asking.java", folder / "src" / "main" / "java")
    listing = "dependency:build-classpath", "-Dmdep.outputFile=classpath.txt"
    ran(["mvn", "--quiet", "--batch-mode", "-Dmaven.test.skip=true", "compile", *listing], folder)
    classes = f"target/classes{os.pathsep}{(folder / 'classpath.txt').read_text(encoding='utf-8').strip()}"
    assert json.loads(ran(["java", "-cp", classes, "Asking", address, ROLE], folder)) == answered


@pytest.mark.slow
@pytest.mark.generators
def test_openapi_generator_for_go(file: Path, address: str, answered: Mapping[str, Any]) -> None:
    """The client compiles, whole, and the three questions answer in structs."""
    wants("go")
    openapi_generator(file, "go", "--additional-properties=packageName=rolepath,enumClassPrefix=true")
    folder = file.parent / "generated"
    asking = folder / "asking"
    asking.mkdir()
    shutil.copy(PROGRAMS / "asking.go", asking / "main.go")
    ran(["go", "mod", "edit", "-module=example.test/rolepath"], folder)
    shutil.rmtree(folder / "test")  # examples of tests, in the name of a repository that is not there
    ran(["go", "mod", "tidy"], folder)
    ran(["go", "build", "./..."], folder)
    assert json.loads(ran(["go", "run", "./asking", address, ROLE], folder)) == answered


def compiled_and_run(folder: Path, program: str, address: str) -> Any:  # noqa: ANN401 - of JSON
    """Compile a program strictly with all that it imports, run it, and return what it printed."""
    shutil.copy(PROGRAMS / program, folder / "asking.ts")
    compiler = folder / "node_modules" / ".bin" / "tsc"
    target = ["--target", "es2022", "--lib", "es2022,dom", "--module", "commonjs", "--outDir", "compiled"]
    ran([compiler, "--strict", *target, "asking.ts"], folder)
    return json.loads(ran(["node", "compiled/asking.js", address, ROLE], folder))


@pytest.mark.slow
@pytest.mark.generators
def test_openapi_generator_for_typescript(file: Path, address: str, answered: Mapping[str, Any]) -> None:
    """The client for `fetch` compiles strictly, and the three questions answer in its types."""
    wants("node", "npm")
    openapi_generator(file, "typescript-fetch")
    ran(["npm", "install", "--silent", "--no-audit", OPENAPI_TYPESCRIPT[1]], file.parent)
    assert compiled_and_run(file.parent, "asking_fetch.ts", address) == answered


@pytest.mark.slow
@pytest.mark.generators
def test_openapi_typescript(file: Path, address: str, answered: Mapping[str, Any]) -> None:
    """The types compile strictly, and the three questions answer as they say."""
    wants("node", "npm")
    ran(["npm", "install", "--silent", "--no-audit", *OPENAPI_TYPESCRIPT], file.parent)
    ran([file.parent / "node_modules" / ".bin" / "openapi-typescript", file, "--output", "schema.ts"], file.parent)
    assert compiled_and_run(file.parent, "asking_types.ts", address) == answered
