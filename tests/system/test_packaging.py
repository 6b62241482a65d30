"""The checkout as others get it: the wheel, the recipes, the commands that the README promises."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.support.paths import DOCS, ROOT

README = ROOT / "README.md"
RECIPE = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)

# One letter of each in brackets, so that this file does not hold what it looks for.


def _runs(python: str) -> bool:
    """Tell whether it can make environments; a version manager's name for a Python that is not chosen cannot."""
    return subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode == 0


PYTHONS = [
    path
    for minor in range(11, 20)
    if (path := sys.executable if minor == sys.version_info.minor else shutil.which(f"python3.{minor}")) and _runs(path)
]
"""Those of the machine, from the oldest that is supported to the newest to be had."""

NOT_FOR_OTHERS = {
    "a package registry's host": r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|anacond[a]\.org|crate[s]\.io",
    "a path of one machine": r"(?<![\w.])/(?:wor[k]/(?:main|shared)|tm[p]/probe|hom[e]/\w|roo[t]/)",
}

MOST_MODULES = 300
HEAVY = {
    *("numpy", "scipy", "networkx", "sqlite3", "starlette", "fastapi", "httpx"),
    *("api", "graph", "ingest", "queries"),
}
"""What the client does without before its first request."""
ASKING = """
import json
import httpx
from rolepath import NotFoundError, Rolepath

def answer(request):
    if request.url.path.endswith("/trace"):
        told = {"type": "/docs/problems#not-found", "title": "Not found", "status": 404, "detail": "none"}
        problem = told | {"near": ["poly:k.near"]}
        return httpx.Response(404, json=problem, headers={"Content-Type": "application/problem+json"})
    counts = {"connected": 1}
    empty = {"items": [], "total": 0, "counts": counts, "links": {}, "next": None, "revision": 1}
    return httpx.Response(200, json=empty | {"scope": SCOPE, "focus": FOCUS, "completeness": COMPLETENESS})

SCOPE = {"asked": {}, "training_unrecorded": False, "undated": 0}
FOCUS = {"mode": "all", "roles": 0, "competencies": 1, "left_out": {"roles": 0, "competencies": 0}}
COMPLETENESS = dict.fromkeys(
    [
        *("courses_without_units", "units_without_develops", "tasks_without_practises", "tasks_without_guide"),
        *("roles_without_requires", "weights_not_stated", "dormant_links", "same_as_not_merged"),
    ],
    0,
)
with Rolepath(transport=httpx.MockTransport(answer)) as client:
    print(*client.gaps().page().counts)
    try:
        client.trace("poly:k.nearly")
    except NotFoundError as error:
        print(*error.near)
"""
"""A program of somebody's project; the service is played."""

PROGRAMS = re.findall(r"```python\n(.*?)```", (DOCS / "notebooks.md").read_text(encoding="utf-8"), re.DOTALL)
PRINTS = (
    r"untaught|unpractised|unserved[\s\S]*1 gaps",
    r"\{'.*untaught': \d+.*\}",
    r"bottleneck_demand[\s\S]*Entrepreneurship Basics[\s\S]*poly:\S+ leaves 0 more pieces",
    r"\d\.\d competencies lose their chain, \d+ at worst, at revision 1",
)
"""What each program prints, among other things."""
RULE = "-- next --"
RUN_EACH = """
import runpy
for at in range({count}):
    print("-- next --" * (at > 0))
    runpy.run_path(f"{{at}}.py")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "pip", "wheel", ".", "--quiet", "--no-deps", "--wheel-dir", str(folder), cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_wheel_carries_the_packages_their_data_and_the_example(wheel: Path) -> None:
    """What git keeps of the five packages, the example and two pages is in the wheel, and nothing else is."""
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
    pages = ("docs/glossary.md", "docs/definitions.md")
    kept = _kept_by_git("graph", "ingest", "queries", "api", "rolepath", "examples/polytechnic", *pages)
    assert carried == {f"api/{name}" if name.startswith(("examples/", "docs/")) else name for name in kept}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source distribution, built from the checkout."""
    folder = tmp_path_factory.mktemp("sdist")
    _run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(folder), cwd=ROOT)
    (built,) = folder.glob("*.tar.gz")
    return built


@pytest.fixture(scope="module", params=PYTHONS)
def locked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that has what the service's lock file names, each file by its hash."""
    folder = tmp_path_factory.mktemp("locked")
    _run(request.param, "-m", "venv", str(folder), cwd=folder)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    _install(str(python), "-m", "pip")("--require-hashes", "-r", str(ROOT / "locks" / "service.txt"))
    return python


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_distribution_works_in_an_empty_environment(
    kind: str, locked: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Installed after its lock and without dependencies, the command imports, traces and knows its extras."""
    built = request.getfixturevalue(kind)
    _install(str(locked), "-m", "pip")("--no-deps", "--force-reinstall", str(built))
    _run(str(locked), "-m", "pip", "check", cwd=tmp_path)
    command, store = str(locked.parent / "rolepath"), ("--store", "sqlite:///example.db")
    told = _run(command, "ingest", "example", *store, "--json", cwd=tmp_path)
    assert json.loads(told)["added"]["nodes"] > 0
    assert json.loads(_run(command, "gaps", *store, "--json", cwd=tmp_path))["total"] > 0
    _run(command, "export", "edges", "tables", "--as", "parquet", *store, cwd=tmp_path)
    assert (tmp_path / "tables" / "edges.parquet").stat().st_size > 0


@pytest.fixture(scope="module")
def notebook(locked: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that has the wheel, what its lock file names, pandas and altair."""
    folder = tmp_path_factory.mktemp("notebook")
    _run(str(locked), "-m", "venv", str(folder), cwd=folder)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    place = "import sysconfig; print(sysconfig.get_path('purelib'))"
    here, there = (Path(_run(str(one), "-c", place, cwd=folder).strip()) for one in (python, locked))
    (here / "locked.pth").write_text(f"{there}\n", encoding="utf-8")  # spares installing all of it twice
    _run(str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", str(wheel), cwd=ROOT)
    _run(str(python), "-m", "pip", "install", "--quiet", "-c", "constraints.txt", "pandas", "altair", cwd=ROOT)
    return python


@pytest.mark.slow
@pytest.mark.parametrize("locked", PYTHONS[:1], indirect=True)
def test_notebooks_run_from_the_wheel(notebook: Path, tmp_path: Path) -> None:
    """The programs of docs/notebooks.md open the user's own store, and print what they are there for."""
    _run(str(notebook.parent / "rolepath"), "ingest", "example", cwd=tmp_path)
    assert len(PROGRAMS) == len(PRINTS)
    for at, program in enumerate(PROGRAMS):
        (tmp_path / f"{at}.py").write_text(program, encoding="utf-8")
    (tmp_path / "all.py").write_text(RUN_EACH.format(count=len(PROGRAMS)), encoding="utf-8")
    printed = _run(str(notebook), "all.py", cwd=tmp_path).split(RULE)
    wrong = {at: text for at, text in enumerate(printed) if not re.search(PRINTS[at], text)}
    assert not wrong
    assert (tmp_path / "gaps.html").stat().st_size > 0


@pytest.fixture(scope="module")
def light(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that has the wheel, httpx and pydantic, and nothing else."""
    folder = tmp_path_factory.mktemp("light")
    venv.create(folder)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = _install(sys.executable, "-m", "pip", "--python", str(python))
    install("--no-deps", str(wheel))
    install("-c", "constraints.txt", "httpx", "pydantic")
    return python


@pytest.mark.slow
def test_client_is_light(light: Path, tmp_path: Path) -> None:
    """Before its first request it has loaded few modules: none of the graph, the service or what they need."""
    code = (
        "import sys, rolepath\nrolepath.Rolepath('http://127.0.0.1:9', lang='zh')\nrolepath.AsyncRolepath()\n"
        "print(*sys.modules)"
    )
    loaded = _run(str(light), "-c", code, cwd=tmp_path).split()
    assert len(loaded) < MOST_MODULES
    assert HEAVY.isdisjoint(name.partition(".")[0] for name in loaded)


@pytest.mark.slow
def test_client_works_beside_folders_that_are_called_as_ours(light: Path, tmp_path: Path) -> None:
    """A project may have an `api`, a `graph` and a `queries` of its own: the client asks, and reads the answer."""
    for name in ("api", "graph", "ingest", "queries"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise AssertionError\n")
    (tmp_path / "ask.py").write_text(ASKING, encoding="utf-8")
    assert _run(str(light), "ask.py", cwd=tmp_path).split() == ["connected", "poly:k.near"]


@pytest.mark.slow
def test_client_without_httpx_says_what_to_install(light: Path, tmp_path: Path) -> None:
    """Not when it is imported, but when a client is made."""
    code = "import sys; sys.modules['httpx'] = None; import rolepath; print('imported')\ntry: rolepath.Rolepath()\n"
    told = _run(str(light), "-c", f"{code}except ModuleNotFoundError as error: print(error)", cwd=tmp_path)
    assert told.startswith("imported\n")
    assert "pip install 'rolepath[client]'" in told


def test_ci_runs_the_recipes_that_users_run() -> None:
    """CI runs every test, then those that kill servers, the checks, the audit, and the quick tests at another date."""
    script = ROOT / ".ci" / "run"
    run = [line for line in script.read_text(encoding="utf-8").splitlines() if not line.startswith(("echo", "#"))]
    called = re.findall(r"\bmake [a-z-]+(?: CLOCK=\S+)?", "\n".join(run))
    assert called == [
        "make test-all",
        "make check",
        "make audit",
        "make faults",
        "make test CLOCK=2028-02-29T12:00:00",
    ]
    assert os.access(script, os.X_OK)


def test_make_alone_lists_every_recipe() -> None:
    """Whoever types `make` sees each recipe with a line on what it does."""
    listed = re.findall(r"^  ([a-z0-9-]+) +\S", _run("make", "--no-print-directory", cwd=ROOT), re.MULTILINE)
    assert sorted(listed) == sorted(_recipes())


def test_readme_names_recipes_that_exist() -> None:
    """Every `make ...` of the README is a recipe."""
    named = {word for words in _readme_commands("make") for word in words if "=" not in word}
    assert named
    assert named <= _recipes()


def test_readme_commands_exist_with_their_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every `rolepath ...` of the README is understood: with `--help` behind it, nothing else of it happens."""
    commands = list(_readme_commands("rolepath"))
    assert commands
    (command,) = entry_points(group="console_scripts", name="rolepath")
    main = command.load()
    for words in commands:
        monkeypatch.setattr(sys, "argv", ["rolepath", *words, "--help"])
        with pytest.raises(SystemExit) as ended:
            sys.exit(main())
        assert not ended.value.code, f"rolepath {shlex.join(words)}: {capsys.readouterr().err}"


@pytest.mark.parametrize("what", NOT_FOR_OTHERS)
def test_no_file_names(what: str) -> None:
    """Nothing that git keeps, or is about to keep, holds for one machine or one registry only."""
    wanted = re.compile(NOT_FOR_OTHERS[what])
    kept = _kept_by_git()
    assert kept
    found = [name for name in kept if wanted.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))]
    assert not found, f"{what}: {found}"


def _run(*command: str, cwd: Path) -> str:
    """Return what the command prints; it sees none of the settings that tests or users made."""
    ours = ("ROLEPATH_", "PYTHON", "MAKE", "MFLAGS")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    if cwd == ROOT:  # a relative path, since pip splits these at white space
        clean |= {"PIP_CONSTRAINT": "constraints.txt", "PIP_BUILD_CONSTRAINT": "constraints.txt"}
    else:
        clean |= {name: str(cwd / "own") for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{shlex.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def _install(*pip: str) -> Callable[..., str]:
    """Return what installs by that pip; a module is compiled when it is first imported: few of them ever are."""
    return partial(_run, *pip, "install", "--quiet", "--no-compile", cwd=ROOT)


def _kept_by_git(*folders: str) -> list[str]:
    """Return the files that git keeps, or would add; so that a file is looked at before it is committed, too."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = _run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders, cwd=ROOT)
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()})


def _recipes() -> set[str]:
    return set(RECIPE.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


def _readme_commands(program: str) -> Iterator[list[str]]:
    """Yield the words behind `program` of each of its lines in the README's shell blocks, up to a pipe or redirect."""
    assert README.is_file(), "README.md is missing"
    for block in SHELL_BLOCK.findall(README.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words and words[0].rpartition("/")[2] == program:
                ends = (at for at, word in enumerate(words) if word in {"|", ">", "<", "&&", ";", "&"})
                yield words[1 : next(ends, len(words))]
