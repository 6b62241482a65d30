"""Exports over HTTP: the files that the command line writes, each as one download."""

import io
import json
import zipfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import networkx as nx
import pytest

from api.answers.downloads import EXPORTS
from api.settings.settings import Settings
from graph.stores import Store, open_store
from tests.support.commanding import Commands
from tests.support.factory import SMALL, says
from tests.support.serving import Asker, assert_problem, serving, settings_in, without_places

FORMS = [(name, form) for name, forms in EXPORTS.items() for form in forms]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    found = open_store(settings.store_url)
    found.apply(SMALL)
    yield found
    found.close()


@pytest.fixture
def asker(settings: Settings, store: Store) -> Iterator[Asker]:
    assert store.exists()
    with serving(settings) as found:
        yield found


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files_in(target: Path) -> dict[str, bytes]:
    """Return the files below a folder by name; of a file, its content under an empty name."""
    if target.is_file():
        return {"": target.read_bytes()}
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_download_is_what_the_command_writes(
    asker: Asker, settings: Settings, cli: Commands, name: str, form: str | None
) -> None:
    """Each format in each form, byte by byte, but for workbooks, which hold the time that they were made."""
    if form == "parquet":
        pytest.importorskip("pyarrow")
    kind = EXPORTS[name][form]  # type: ignore[index]
    response = asker.get(f"/v1/export/{name}" + (f"?as={form}" if form else ""))
    assert response.status_code == HTTPStatus.OK, response.text
    assert response.headers["content-type"].partition(";")[0] == kind.media_type
    assert response.headers["Content-Disposition"] == f'attachment; filename="rolepath-{name}{kind.ending}"'
    assert response.headers["Rolepath-Revision"] == "1"
    bytes_wanted = {"Accept": "application/octet-stream, */*;q=0.1"}
    as_bytes = asker.get(f"/v1/export/{name}" + (f"?as={form}" if form else ""), headers=bytes_wanted)
    assert as_bytes.headers["content-type"] == "application/octet-stream"
    target = settings.state_path.parent / ("written" if kind.ending == ".zip" else f"written{kind.ending}")
    more = ["--as", form] if name == "edges" and form else []
    written = cli("export", name, str(target), *more, "--store", settings.store_url)
    assert written.status == 0, written.err
    found = unpacked(response.content) if kind.ending == ".zip" else {"": response.content}
    expected = files_in(target)
    assert found.keys() == expected.keys() != set()
    if form not in {"xlsx", "parquet"}:
        assert found == expected


def test_sources_are_told_apart(asker: Asker, store: Store) -> None:
    """One file holds one source, a zip has a folder for each; a slip is answered with the name that was meant."""
    store.apply(says("k3 DEVELOPS c3", by="more"))
    for path in ("case", "native?as=json", "native?as=xlsx"):
        told = assert_problem(asker.get(f"/v1/export/{path}"), 422, "invalid-input")
        assert told["errors"][0]["field"] == "query.source"  # type: ignore[index]
        assert "one of " in str(told["detail"])
    folders = {name.partition("/")[0] for name in unpacked(asker.get("/v1/export/native").content)}
    assert folders == {"more", "small"}
    one = asker.get("/v1/export/native?as=json&source=more").json()
    assert [node["id"] for node in one["competencies"]] == ["c3"]
    assert "more" in assert_problem(asker.get("/v1/export/graphml?source=mor"), 404, "not-found")["near"]  # type: ignore[operator]


@pytest.mark.parametrize("path", ["case?as=csv", "edges?as=xlsx", "graphml?as=json", "native?as=parquet"])
def test_form_that_there_is_not_is_refused(asker: Asker, path: str) -> None:
    """The forms that there are are named."""
    told = assert_problem(asker.get(f"/v1/export/{path}"), 422, "invalid-input")
    assert "comes as" in str(told["detail"])


def test_unknown_format_is_refused(asker: Asker) -> None:
    """The formats that there are are named."""
    told = assert_problem(asker.get("/v1/export/pdf"), 422, "invalid-parameters")
    assert "graphml" in str(told["detail"])


@pytest.mark.slow
def test_download_waits_for_its_revision_and_its_place(asker: Asker) -> None:
    """It is heavy work, and of a revision as every answer is."""
    assert_problem(asker.get("/v1/export/graphml?min_revision=9"), 409, "revision-not-reached")
    with without_places(asker):
        assert_problem(asker.get("/v1/export/graphml"), 503, "busy")


def test_graph_can_be_read(asker: Asker) -> None:
    """The live graph opens in NetworkX, and the statements as JSON."""
    graph = nx.read_graphml(io.BytesIO(asker.get("/v1/export/graphml").content))
    assert set(graph) == {"k1", "c1", "t1", "r1", "k2", "c2"}
    assert json.loads(asker.get("/v1/export/jsonld").content)["@graph"]


def test_nothing_is_left_behind(asker: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the file that was sent nor its folder stays."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert asker.get("/v1/export/edges").status_code == HTTPStatus.OK
    assert list(folder.iterdir()) == []
