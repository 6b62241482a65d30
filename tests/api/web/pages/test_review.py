"""The page of review: each candidate is a form, what is said leads on to the next sentence, many need a sample."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from api.auth.keys import KeyStore
from api.settings.settings import Settings
from api.state.database import State
from api.state.judgements import JudgementStore
from api.state.table_register import StoreName
from queries.proposals.judgement import ProposalTarget, verdict
from tests.support.access import FORM_TOKEN, bearing
from tests.support.foreign_words import chinese_words, latin_words, texts_of
from tests.support.import_pages import token
from tests.support.markup import Page
from tests.support.reviewed_college import KEYS, NAMES, OTHER, SAID, put_proposals
from tests.support.serving import Asker, service, serving, settings_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = settings_in(tmp_path)
    put_proposals(found)
    return found


@pytest.fixture
def asker(settings: Settings) -> Iterator[Asker]:
    with serving(settings) as served:
        yield served


def standing(asker: Asker, key: str, node: str, relation: str = "DEVELOPS") -> str:
    """Return what is decided of a candidate."""
    kept = service(asker)
    said = JudgementStore(kept.state, StoreName(kept.snapshot().store_id, kept.store.url)).of([key])
    return verdict(ProposalTarget(key, node, relation), said).status


def send(asker: Asker, path: str = "judge", **data: str) -> dict[str, str]:
    """Send a form, and return what the address says that it leads to."""
    answer = asker.post(f"/review/{path}", data={"token": token(asker, "/review?state=all"), "state": "open", **data})
    assert answer.status_code == HTTPStatus.SEE_OTHER, Page(answer.text).text("main")
    found = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in found.items()}


def seen_in(asker: Asker) -> str:
    """Return what the form that accepts many says of the sample that was seen."""
    page = Page(asker.get("/review?above=2.6").text)
    return next(has["value"] for has in page.all("input") if has.get("name") == "seen")


def test_sentences_are_judged_by_forms_one_after_the_other(asker: Asker) -> None:
    """Without scripts: each candidate has a form of its own; accepted, rejected, deferred, made, none, taken back."""
    page = Page(asker.get("/review?lang=en").text)
    assert (page.faults, page.unlabelled) == ([], [])
    shown = page.text("main")
    assert all(one in shown for one in ("Weld a seam.", OTHER, "0 of 3 judged")), shown
    assert shown.count("of 10 such were right") + shown.count("not calibrated") == 2
    assert "if accepted: Never taught → Connected" in shown
    assert [has["value"] for has in page.all("input") if has.get("name") == "candidate"] == ["c1", "c2"]
    accepted = send(asker, sentence=KEYS[0], candidate="c1", do="accepted", weight="0.6", level="3", relation="AIMS_AT")
    assert (accepted["sentence"], accepted["said"], accepted["about"]) == (KEYS[1], "accepted", "c1")
    assert standing(asker, KEYS[0], "c1", "AIMS_AT") == "accepted"
    assert "Accepted: name of c1." in Page(asker.get("/review?lang=en&said=accepted&about=c1").text).text("main")
    assert send(asker, sentence=KEYS[1], candidate="c2", do="rejected")["sentence"] == KEYS[1]
    assert send(asker, sentence=KEYS[1], candidate="c3", do="deferred")["sentence"] == KEYS[2]
    assert send(asker, sentence=KEYS[2], do="nothing").get("sentence") is None
    assert "Every sentence here is judged." in Page(asker.get("/review?lang=en").text).text("main")
    assert send(asker, "undo", sentence=KEYS[1])["sentence"] == KEYS[2]
    assert send(asker, sentence=KEYS[2], do="new", name="Grind by hand", relation="DEVELOPS")["said"] == "new"
    history = Page(asker.get(f"/review?lang=en&state=accepted&sentence={KEYS[2]}").text).text("main")
    assert "Grind by hand" in history
    counts = Page(asker.get("/review?lang=en&state=all").text).text("main")
    assert all(one in counts for one in ("3 of 3 judged", "Accepted 2", "Deferred 1", "Preview and apply 2")), counts


def test_another_competency_is_found_and_accepted(asker: Asker) -> None:
    """One that was not proposed; the field of the search stays filled, and nothing found is said."""
    found = Page(asker.get(f"/review?lang=en&sentence={KEYS[0]}&find=name+of+c3").text)
    assert [has["value"] for has in found.all("input") if has.get("name") == "candidate"] == ["c1", "c2", "c3"]
    assert "Nothing is called so." in asker.get(f"/review?lang=en&sentence={KEYS[0]}&find=zzqx").text
    send(asker, sentence=KEYS[0], candidate="c3", do="accepted", relation="DEVELOPS", weight="1.0")
    assert standing(asker, KEYS[0], "c3") == "accepted"


def test_many_are_accepted_once_a_sample_was_seen(asker: Asker) -> None:
    """As many as it was of: where that changed meanwhile, nothing is accepted and the sample is shown anew."""
    assert "Accept these" not in asker.get("/review?lang=en").text
    assert "2 open sentences" in Page(asker.get("/review?lang=en&above=2.6").text).text("main")
    seen = seen_in(asker)
    send(asker, sentence=KEYS[0], candidate="c1", do="accepted")
    assert send(asker, "bulk", above="2.6", seen=seen)["said"] == "moved"
    assert standing(asker, KEYS[1], "c2") == "open"
    told = send(asker, "bulk", above="2.6", seen=seen_in(asker))
    assert (told["said"], told["n"], standing(asker, KEYS[1], "c2"), standing(asker, KEYS[2], "c3")) == (
        *("bulk", "1"),
        *("accepted", "open"),
    )
    send(asker, "undo")
    assert standing(asker, KEYS[1], "c2") == "open"


def test_what_cannot_be_said_is_refused(asker: Asker) -> None:
    """With a reason and without a trace; a form of another page is none of ours."""
    given = {"token": token(asker, "/review"), "sentence": KEYS[0], "candidate": "c1", "do": "accepted"}
    wrong = (
        {"weight": "2"},
        {"level": "9"},
        {"relation": "OFFERS"},
        {"do": "later"},
        {"sentence": "0" * 32},
        {"candidate": "c77"},
    )
    for one in wrong:
        answer = asker.post("/review/judge", data=given | one)
        assert answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}, (
            one
        )
    assert asker.post("/review/judge", data=given | {"token": "0" * 32}).status_code == HTTPStatus.FORBIDDEN
    assert standing(asker, KEYS[0], "c1") == "open"
    assert asker.get("/review?sentence=nothing").status_code == HTTPStatus.NOT_FOUND
    for none in (
        "document=nothing",
        "relation=NOTHING",
        "reviewer=nobody",
        "least=900",
        "state=disputed",
        "state=again",
    ):
        assert "No sentence passes these filters." in asker.get(f"/review?lang=en&{none}").text, none


def test_review_is_in_the_language_of_the_page(asker: Asker) -> None:
    """To the last word but those of the document."""
    send(asker, sentence=KEYS[0], candidate="c1", do="accepted", weight="0.6")
    data = [*SAID, OTHER, "name of co1", "outline.docx", "local", *NAMES.values()]
    for language, foreign in (("zh", latin_words), ("en", chinese_words)):
        for address in (
            "/review?document=outline.docx&",
            "/review?state=all&above=1&find=c3&",
            f"/review?state=accepted&sentence={KEYS[0]}&",
        ):
            texts = list(texts_of(asker.get(f"{address}lang={language}").text))
            assert {word: text for text in texts for word in foreign(text, data)} == {}, address


def test_two_reviewers_judge_and_one_applies_what_was_previewed(settings: Settings) -> None:
    """Who may only read judges, too, and cannot apply; disagreement stands first, then effects; then the run."""
    keys, cookie = KeyStore(State(settings.state_path)), {"Cookie": f"rolepath_form={FORM_TOKEN}"}
    second = {**bearing(keys.create("second", "read").token), **cookie}
    first = {**bearing(keys.create("first", "ingest").token), **cookie}
    told = {"sentence": KEYS[0], "candidate": "c1", "token": FORM_TOKEN}
    with serving(settings) as asker:
        page = Page(asker.get("/review?lang=en", headers=second).text)
        offered = [has["value"] for has in page.all("button") if has.get("name") == "do"]
        assert offered[:3] == ["accepted", "rejected", "deferred"]
        assert asker.get("/review/apply", headers=second).status_code == HTTPStatus.FORBIDDEN
        for who, done in ((second, "rejected"), (first, "accepted")):
            answer = asker.post("/review/judge", data=told | {"do": done}, headers=who)
            assert answer.status_code == HTTPStatus.SEE_OTHER
        page = Page(asker.get("/review?lang=en", headers=second).text)
        assert "Reviewers disagree about 1." in page.text("main")
        assert "review/apply" not in "".join(page.links)
        page = Page(asker.get("/review/apply?lang=en", headers=first).text)
        shown = page.text("main")
        assert (page.faults, page.unlabelled) == ([], [])
        places = [
            shown.find(one) for one in ("Reviewers disagree", "What it does", "Links to state: 1", "Weld a seam.")
        ]
        assert -1 not in places, shown
        assert places[:3] == sorted(places[:3]), shown
        sent = {name: has["value"] for has in page.all("input") if (name := has.get("name")) in {"source", "seen"}}
        before = service(asker).snapshot().revision.number
        data = {**sent, "token": FORM_TOKEN, "reason": "tried"}
        applied = asker.post("/review/apply", data=data, headers=first)
        assert applied.status_code == HTTPStatus.SEE_OTHER, Page(applied.text).text("main")
        assert "import/runs/" in applied.headers["location"]
        assert service(asker).snapshot().revision.number == before + 1
        assert "Connected" in Page(asker.get("/nodes/c1?lang=en", headers=first).text).text("main")
        assert "Nothing is accepted" in asker.get("/review/apply?lang=en", headers=first).text
        assert asker.post("/review/apply", data=data, headers=first).status_code == HTTPStatus.CONFLICT
