"""Language negotiation: names, problems and what is kept of answers are in the language that the reader asks for."""

from collections.abc import Iterator

import pytest

from api.settings.settings import Settings
from tests.support.serving import PROBLEM, Asker, serving

CHINESE, BRITISH = "zh-CN,zh;q=0.9,en;q=0.5", "en-GB,zh;q=0.3"
TRACE = "/v1/competencies/poly:k.plc-programming/trace?fields=competency.name"


@pytest.fixture(scope="module")
def college(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve the bundled college."""
    folder = tmp_path_factory.mktemp("languages")
    with serving(Settings(store_url, False, folder / "state.db", folder / "cache")) as asker:
        yield asker


def test_names_are_in_the_language_that_is_ranked_first(college: Asker) -> None:
    """`lang` is heard before `Accept-Language`; each answer says which language it is in, cached or not."""
    english, chinese = "Programme a PLC", "PLC 程序编写"
    asked_chinese, asked_british = {"Accept-Language": CHINESE}, {"Accept-Language": BRITISH}
    cases: tuple[tuple[str, dict[str, str], str, str], ...] = (
        (TRACE, {}, english, "en"),
        (TRACE, asked_chinese, chinese, "zh"),
        (TRACE, asked_british, english, "en"),
        (f"{TRACE}&lang=en", asked_chinese, english, "en"),
        (f"{TRACE}&lang=zh", {}, chinese, "zh"),
    )
    tags = {}
    for address, headers, name, language in (*cases, *cases):
        found = college.get(address, headers=headers)
        assert found.json()["competency"]["name"] == name, (address, headers, found.text)
        assert found.headers["Content-Language"] == language, (address, headers)
        assert "Accept-Language" in found.headers["Vary"]
        tags[address, language] = found.headers["ETag"]
    assert len({*tags.values()}) == len(tags)
    stale = {"Accept-Language": CHINESE, "If-None-Match": tags[TRACE, "en"]}
    assert college.get(TRACE, headers=stale).status_code == 200
    assert college.get(TRACE, headers={**stale, "If-None-Match": tags[TRACE, "zh"]}).status_code == 304


def test_next_page_stays_in_its_language(college: Asker) -> None:
    """Whoever follows `Link` without the header gets the list that was begun."""
    first = college.get("/v1/gaps?limit=1", headers={"Accept-Language": "zh"})
    assert "lang=zh" in first.headers["Link"]
    plain = college.get("/v1/ingest/runs", headers={"Accept-Language": "zh"})
    assert plain.status_code == 200
    assert "Content-Language" not in plain.headers


def test_answers_to_bodies_are_in_the_language(college: Asker) -> None:
    """A what-if and edits, whose `lang` stands in the address, are asked with the header as well."""
    link = {"from_id": "poly:t.plc-line-upgrade", "relation": "PRACTISES", "to_id": "poly:k.robot-programming"}
    cases = [
        ("/v1/what-if", {"remove": {"nodes": ["poly:t.ad-sandbox"]}}),
        ("/v1/edits?dry_run=true", {"reason": "Agreed", "edits": [{"op": "set_link", **link, "weight": 0.5}]}),
    ]
    for path, body in cases:
        found = college.ask("POST", path, json=body, headers={"Accept-Language": "zh"})
        assert found.headers.get("Content-Language") == "zh", (path, found.text)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in found.text), path


def test_problems_are_worded_in_the_language(college: Asker) -> None:
    """Title, detail and each reason are Chinese; type, code and parameters are what they were."""
    cases = ["/v1/nodes/none", "/v1/gaps?limit=0", "/v1/gaps?disciplin=x", "/v1/nothing", "/v1/gaps?min_revision=99999"]
    cases += ["/v1/gaps?cursor=1.0000000000000000.1", "/v1/diff?since=99", "/v1/export/native?as=parquet"]
    for path in cases:
        english, chinese = (college.get(path, headers={"Accept-Language": asked}) for asked in ("en", "zh"))
        assert english.headers["Content-Type"] == chinese.headers["Content-Type"] == PROBLEM, path
        assert (english.headers["Content-Language"], chinese.headers["Content-Language"]) == ("en", "zh"), path
        assert "Accept-Language" in chinese.headers["Vary"]
        told, said = english.json(), chinese.json()
        for name in ("title", "detail"):
            assert told[name].isascii(), path
            assert not said[name].isascii(), (path, said[name])
        for one, other in zip(told.get("errors", ()), said.get("errors", ()), strict=True):
            assert one["reason"] != other["reason"], path
        assert {told[name] for name in ("type", "status", "code")} == {
            said[name] for name in ("type", "status", "code")
        }
