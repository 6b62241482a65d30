"""Evidence beside a trace: the sentence of a link, its place, who accepted it when; nothing where there is none."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from api.answers.evidence import LinkEvidence, ReviewBook, evidence_of
from api.answers.noted_links import noted_links
from api.auth.keys import KeyStore
from api.principal import Principal
from api.state.applied_links import AppliedLink, AppliedLinkStore
from api.state.database import State
from api.state.judgements import JudgementOrder, JudgementStore
from api.state.link_reviews import link_reviews
from api.state.proposal_rows import add_rows
from api.state.table_register import StoreName
from api.web.print_head import as_date
from api.web.texts import words_in
from graph.changes import ChangeSet
from graph.model import LinkKey, NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from queries.proposals.evidence import evidence_note
from queries.proposals.judgement import JudgementContent, ProposalTarget
from queries.trace import trace_competency
from queries.trace_links import find_ties
from tests.support.access import bearing, with_service
from tests.support.commanding import Commands
from tests.support.factory import says
from tests.support.markup import Page
from tests.support.proposing import sentence
from tests.support.serving import serving, settings_in

ANNA = Principal("Anna Berg", "", frozenset({"read", "ingest"}), subject="sub-1")
WELDS: LinkKey = (NodeId("k1"), "DEVELOPS", NodeId("c1"))
OUTLINE = ("能焊接管道。", "焊接大纲.docx", "table:2", "教学目标")
BY_HAND = ("k1 DEVELOPS c1 0.5 note=because", "t1 PRACTISES c1", "t1 APPLIES k1", "co1 COVERS k1", "r1 REQUIRES c1")


class Reviewed(NamedTuple):
    """A store in which one link was made of a sentence, and the state that says by whom."""

    store: Store
    state: State
    named: StoreName

    def evidence(self, *, shows_names: bool = True) -> list[LinkEvidence]:
        """Return the evidence of the competency's trace."""
        snapshot = compile_snapshot(self.store)
        trace = trace_competency(snapshot, "c1")
        book = ReviewBook(self.state, self.named, shows_names)
        return evidence_of(noted_links(self.store, snapshot, trace, find_ties(snapshot, trace)), book)


@pytest.fixture
def reviewed(tmp_path: Path) -> Iterator[Reviewed]:
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(*BY_HAND, by="College"))
    text, document, part, heading = OUTLINE
    quoted = sentence(text, 3, document)
    place = quoted.place.model_copy(update={"part": part, "heading": heading})
    note = evidence_note(quoted.model_copy(update={"place": place}))
    made = says("k1 DEVELOPS c1 0.5", by="Reviewers")
    links = {key: (*values[:4], note) for key, values in made.links.items()}
    store.apply(ChangeSet(made.source, made.nodes, links, made.replaces))
    state, named = State(settings.state_path), StoreName(compile_snapshot(store).store_id, store.url)
    order = JudgementOrder(ProposalTarget("s1", "c1", "DEVELOPS"), JudgementContent(status="accepted"), {"en": "Weld"})
    (judged,) = JudgementStore(state, named).judge([order], ANNA, may_apply=True)
    keep_link(state, named, WELDS, judged.id)
    yield Reviewed(store, state, named)
    store.close()
    state.close()


def keep_link(state: State, named: StoreName, key: LinkKey, judgement: str) -> None:
    """Keep that a run made a link of a judgement."""
    target = ProposalTarget("s1", key[2], key[1])
    kept = AppliedLinkStore(state, named)
    kept.note([AppliedLink("run1", judgement, target, key, "", "Reviewers")])
    kept.settle(["run1"])


def test_links_tell_their_notes(reviewed: Reviewed) -> None:
    """A note by hand stands as it is, a quoted sentence with its place, reviewer and day; no other link is told."""
    (welds,) = reviewed.evidence()
    assert welds.link.key == WELDS
    by_hand, quoted = welds.notes
    assert (by_hand.source, by_hand.note, by_hand.quoted, by_hand.reviewer) == ("College", "because", None, None)
    assert quoted.quoted is not None
    assert (quoted.quoted.text, quoted.quoted.document, quoted.quoted.part, quoted.quoted.heading) == OUTLINE
    assert quoted.reviewer == "Anna Berg (sub-1)"
    assert quoted.at is not None
    ((other,),) = [one.notes[1:] for one in reviewed.evidence(shows_names=False)]
    assert (other.reviewer, other.at) == (None, quoted.at)


def test_page_shows_evidence_in_both_languages(reviewed: Reviewed, tmp_path: Path) -> None:
    """Folded below the chain, and in the panel of the card; who is not known is told no reviewer."""
    settings, at = settings_in(tmp_path), reviewed.evidence()[0].notes[1].at
    assert at is not None
    en, zh = (as_date(words_in(language), at.date()) for language in ("en", "zh"))
    with serving(settings) as asker:
        for address in ("/nodes/c1?lang={}", "/nodes/c1?card=k1&lang={}"):
            english, chinese = (Page(asker.get(address.format(language)).text) for language in ("en", "zh"))
            place = "焊接大纲.docx · table 2 · row 3 · 教学目标"
            assert f"能焊接管道。 {place} – accepted by Anna Berg (sub-1), {en}" in english.text("blockquote")
            assert f"Anna Berg (sub-1) 于{zh}接受" in chinese.text("blockquote")
            assert "焊接大纲.docx · 表 2 · 第 3 行 · 教学目标" in chinese.text("blockquote")
            assert "because" in english.text("main")
    token = KeyStore(reviewed.state).create("reader", "read").token
    with serving(with_service(settings, anonymous_read=True)) as asker:
        for address in ("/nodes/c1?lang=en", "/nodes/c1?card=k1&lang=en"):
            reader, nobody = (
                Page(asker.get(address, headers=headers).text).text("blockquote") for headers in (bearing(token), {})
            )
            assert f"教学目标 – accepted on {en}" in nobody
            assert "Anna" not in nobody
            assert "accepted by Anna Berg" in reader


def test_command_tells_evidence_after_the_chain(
    reviewed: Reviewed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the language of the reader; the document of --json is the answer over HTTP, without it."""
    cli = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_STORE", reviewed.store.url)
    monkeypatch.setenv("ROLEPATH_STATE", str(reviewed.state.path))
    at = reviewed.evidence()[0].notes[1].at
    assert at is not None
    for language, told in (("en", "table 2 · row 3"), ("zh", "表 2 · 第 3 行")):
        said = "".join(cli("--lang", language, "trace", "c1").out.split())
        day = as_date(words_in(language), at.date())
        assert "“能焊接管道。”" in said
        assert all("".join(part.split()) in said for part in (told, day, "Anna Berg (sub-1)", "“because”College"))
    assert "because" not in cli("trace", "c1", "--json").out


def test_link_without_evidence_shows_nothing_more(tmp_path: Path) -> None:
    """No section, no sheet of styles."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says("k1 DEVELOPS c1 0.5", by="College"))
    store.close()
    with serving(settings) as asker:
        answer = asker.get("/nodes/c1?lang=en").text
    assert "evidence" not in answer
    assert "<blockquote" not in answer


def test_pages_lead_to_proposals(tmp_path: Path) -> None:
    """Where units are not recorded, where something would close a gap, and beside what documents describe."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says("d1 OFFERS co1", "d1 AIMS_AT c1", "co1 AIMS_AT c1", "r1 REQUIRES c1", by="College"))
    store.close()
    leads = "../proposals?for_node={}".format
    with serving(settings) as asker:
        pages = {
            address: Page(asker.get(f"/nodes/{address}").text).links
            for address in ("d1", "c1?course=co1", "co1?part=led", "r1?part=led", "c1")
        }
    assert leads("d1") in pages["d1"]
    assert leads("co1") in pages["c1?course=co1"]
    assert leads("co1") in pages["co1?part=led"]
    assert leads("r1") in pages["r1?part=led"]
    assert "../proposals" in pages["c1"]


def test_cost_does_not_grow_with_the_queue(reviewed: Reviewed) -> None:
    """Links are found by an index: as many steps of SQLite with two thousand other links as with one."""

    def steps() -> int:
        counted = [0]

        def step() -> int:
            counted[0] += 1
            return 0

        with reviewed.state.reading() as connection:
            assert connection is not None
            connection.set_progress_handler(step, 10)
        assert len(link_reviews(reviewed.state, reviewed.named, [WELDS])[WELDS]) == 1
        with reviewed.state.reading() as connection:
            assert connection is not None
            connection.set_progress_handler(None, 0)
        return counted[0]

    before = steps()
    with reviewed.state.writing() as connection:
        (row,) = [dict(zip(row.keys(), row, strict=True)) for row in links_in(connection)]
        others = [{**row, "id": f"o{n}", "from_id": f"k{n + 2}"} for n in range(2000)]
        add_rows(connection, "proposal_link", reviewed.named, others)
    assert before > 0
    assert steps() <= 2 * before


def links_in(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return what is kept of links."""
    return connection.execute("SELECT * FROM proposal_link").fetchall()
