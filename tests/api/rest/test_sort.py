"""Lists in the order, and through the filters, that are asked for: on the bundled college, page by page."""

from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import pytest

from api.settings.settings import Settings
from graph.model import fold, vocabulary
from tests.support.commanding import Commands
from tests.support.serving import Asker, assert_problem, serving

ROLE = "poly:r.integration-assistant"


@pytest.fixture(scope="module")
def college(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve the bundled college."""
    folder = tmp_path_factory.mktemp("sorted")
    with serving(Settings(store_url, False, folder / "state.db", folder / "cache")) as asker:
        yield asker


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def listed(asker: Asker, url: str) -> list[dict[str, Any]]:
    """Return all items of a list, page by page."""
    found, page = [], asker.get(url)
    while True:
        assert page.is_success, page.text
        found += page.json()["items"]
        if "next" not in page.links:
            return found
        page = asker.get(page.links["next"]["url"])


def name_of(item: dict[str, Any]) -> tuple[str, str]:
    named = item.get("competency", item)
    return fold(named["name"]), named["id"]


@pytest.mark.parametrize("path", ["competencies", "roles", "gaps"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lists_by_name(college: Asker, path: str, lang: str) -> None:
    """By the name in the language that is asked for, then by id; nothing is lost."""
    found = listed(college, f"/v1/{path}?sort=name&limit=40&lang={lang}")
    assert found == sorted(found, key=name_of)
    usual = listed(college, f"/v1/{path}?limit=1000&lang={lang}")
    assert found != usual
    assert sorted(map(name_of, found)) == sorted(map(name_of, usual))


def test_gaps_by_demand(college: Asker) -> None:
    """The largest demand first, whatever the severity."""
    demands = [gap["demand"] for gap in listed(college, "/v1/gaps?sort=demand&limit=30")]
    assert demands == sorted(demands, reverse=True)
    severities = [gap["severity"] for gap in listed(college, "/v1/gaps?sort=severity&limit=30")]
    assert severities == sorted(severities, reverse=True)


def test_command_lists_as_the_service_does(college: Asker, cli: Commands, store_url: str) -> None:
    """`--sort` gives the same document."""
    ran = cli("gaps", "--sort", "name", "--limit", "3", "--json", "--store", store_url)
    assert ran.document == college.get("/v1/gaps?sort=name&limit=3").json()


def test_training_by_hours_and_term(college: Asker) -> None:
    """Ranks stay; what states no hours or term comes last."""
    usual = listed(college, f"/v1/roles/{ROLE}/training?limit=5")
    for order in ("hours", "term"):
        found = listed(college, f"/v1/roles/{ROLE}/training?sort={order}&limit=5")

        def place(task: dict[str, Any], by: str = order) -> tuple[float, int]:
            return inf if task[by] is None else task[by], task["rank"]

        assert found == sorted(usual, key=place)
        assert len(found) > 5


def test_allocation_by_demand_and_name(college: Asker) -> None:
    """The same competencies in another order."""

    def asked(order: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = college.get(f"/v1/allocation?limit=1000&sort={order}").json()["competencies"]
        return found

    by_demand, by_name = asked("demand"), asked("name")
    assert by_demand == sorted(by_demand, key=lambda one: (-one["demand"], one["competency"]["id"]))
    assert by_name == sorted(by_name, key=name_of)
    assert asked("balance") not in (by_demand, by_name)


def test_competencies_of_a_kind_and_vocabulary(college: Asker) -> None:
    """Filters narrow, each by what it says; together they narrow more."""
    everything = listed(college, "/v1/competencies?limit=1000")
    skills = listed(college, "/v1/competencies?limit=1000&kind=skill")
    qihang = listed(college, "/v1/competencies?limit=1000&vocabulary=qihang")
    both = listed(college, "/v1/competencies?limit=1000&kind=skill&vocabulary=qihang")
    assert 0 < len(skills) < len(everything)
    for node in (skills[0], skills[-1]):
        assert college.get(f"/v1/nodes/{node['id']}").json()["values"]["kind"] == "skill"
    for node in qihang:
        ids = college.get(f"/v1/nodes/{node['id']}").json()["ids"]
        assert "qihang" in {vocabulary(one) for one in ids}
    assert both == [node for node in skills if node in qihang]
    assert listed(college, "/v1/roles?vocabulary=none") == []


def test_runs_of_a_source(college: Asker) -> None:
    """Only its imports; a slip is answered with the name that was meant."""
    source = college.get("/v1/sources").json()["items"][0]["name"]
    assert {run["source"] for run in listed(college, f"/v1/runs?source={source}")} == {source}
    told = assert_problem(college.get(f"/v1/runs?source={source[:-1]}"), 404, "not-found")
    assert source in told["near"]  # type: ignore[operator]


@pytest.mark.parametrize("url", ["gaps?sort=weight", "roles?sort=demand", f"roles/{ROLE}/training?sort=x"])
def test_unknown_order_is_refused(college: Asker, url: str) -> None:
    """The orders that there are are named."""
    told = assert_problem(college.get(f"/v1/{url}"), 422, "invalid-parameters")
    assert "'name'" in str(told["detail"]) or "'hours'" in str(told["detail"])
