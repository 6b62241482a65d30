"""Proposals, measured: sentences a second of one core against ESCO, skills and occupations, and what that takes.

`python -m benchmarks.proposals` prints the figures of docs/proposals.md. Texts are the labelled sentences of
advertisements; with the extra `meaning` by words and meaning, without it by words alone.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time, sleep
from urllib.parse import quote

from benchmarks.meaning import DATA, SETS, rows_of
from benchmarks.measure import peak_mb, report
from benchmarks.servers import our_service
from graph.embeddings.sentence_encoder import SentenceEncoder, installed_version
from graph.embeddings.text_vectors import TextVectors
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats import esco
from ingest.job import Leniency, ingest
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.engine import ReadDocument, propose
from queries.proposals.proposal import DocumentSentence, SentenceKind, SentencePlace
from queries.proposals.vocabulary import KINDS, ProposalVocabulary, candidate_names

LEAST_A_SECOND, MOST_SECONDS = 20.0, 300.0
"""Sentences a second of one core with the vectors ready; seconds of one core to embed the vocabulary, once."""
MOST_TRACES = 10.0
"""How many times a trace one call of one sentence may take over HTTP, by the 95th percentile."""
_CALLS = 100


def advertisement() -> ReadDocument:
    """Return the labelled sentences as one document."""
    texts = {
        row["sentence"]: None
        for name in SETS
        for row in rows_of(DATA / "skill-sentences" / f"{name}_validation_annotations.csv")
    }
    sentences = [
        DocumentSentence(
            text=text,
            kind=SentenceKind.REQUIREMENT,
            language="en",
            place=SentencePlace(document="advertisements.csv", row=row, start=0, end=len(text)),
        )
        for row, text in enumerate(texts, 1)
    ]
    return ReadDocument("advertisements.csv", "", sentences)


def measure_proposals(snapshot: Snapshot) -> Iterator[bool]:
    """Yield whether each target is met, and print the figures."""
    document, said = advertisement(), candidate_names(snapshot, KINDS)
    role = NodeId(snapshot.ids[int(snapshot.of_kind("Role")[0])])
    query = ProposalsQuery(for_node=role)
    words = ProposalVocabulary(said, None)
    pace = _pace(snapshot, document, words, query)
    yield report("proposals.words.sentences_a_second", pace, LEAST_A_SECOND, at_least=True)
    if installed_version() is not None:
        vectors = TextVectors(SentenceEncoder(), None)
        begun = process_time()
        vectors.prepare(said.names)
        yield report("proposals.embedding_s", process_time() - begun, MOST_SECONDS)
        both = ProposalVocabulary(said, vectors)
        pace = _pace(snapshot, document, both, query)
        yield report("proposals.meaning.sentences_a_second", pace, LEAST_A_SECOND, at_least=True)
    print(f"{len(said.nodes):,} candidates, {peak_mb():.0f} MB", file=sys.stderr)


def _pace(snapshot: Snapshot, document: ReadDocument, vocabulary: ProposalVocabulary, query: ProposalsQuery) -> float:
    few = document._replace(sentences=document.sentences[:2])
    propose(snapshot, few, vocabulary, query)  # what is loaded and worked out once
    begun = process_time()
    propose(snapshot, document, vocabulary, query)
    return len(document.sentences) / (process_time() - begun)


def measure_call(folder: Path) -> Iterator[bool]:
    """Yield whether a call of one sentence over HTTP takes less than ten traces, by the 95th of a hundred of each.

    The store in the folder is asked, its vocabulary being ready: both in turns, on one service.
    """
    with (
        our_service(folder, ROLEPATH_LOG_LEVEL="error") as served,
        closing(HTTPConnection("127.0.0.1", served.port)) as ask,
    ):
        skill = json.loads(_asked(ask, "GET", "/v1/competencies?limit=1"))["items"][0]["id"]
        _await_vectors(ask)
        texts = [one.text for one in advertisement().sentences[: _CALLS + 5]]
        times: dict[str, list[float]] = {"trace": [], "proposal": []}
        for at, text in enumerate(texts):
            for name, method, path, body in (
                ("trace", "GET", f"/v1/competencies/{quote(skill)}/trace?limit={at + 1}", None),
                ("proposal", "POST", "/v1/proposals?keep=false", {"text": text}),
            ):
                begun = perf_counter()
                _asked(ask, method, path, body)
                times[name].append(perf_counter() - begun)
    trace, call = (quantiles(times[name][5:], n=20)[-1] for name in ("trace", "proposal"))
    print(f"a trace {1000 * trace:.1f} ms, one sentence {1000 * call:.1f} ms", file=sys.stderr)
    yield report("proposals.call_over_trace", call / trace, MOST_TRACES)


def _await_vectors(ask: HTTPConnection) -> None:
    """Wait until the service compares by meaning, where it can: it embeds the vocabulary beside its answers."""
    wanted = "words" if installed_version() is None else "both"
    for _ in range(600):
        found = json.loads(_asked(ask, "POST", "/v1/proposals?keep=false", {"text": "Weld pipes and test the seams."}))
        if found["items"][0]["by"] == wanted:
            return
        sleep(1)
    raise AssertionError("the vectors are not ready")


def _asked(ask: HTTPConnection, method: str, path: str, body: object = None) -> bytes:
    told = {} if body is None else {"Content-Type": "application/json"}
    ask.request(method, path, None if body is None else json.dumps(body), told)
    answer = ask.getresponse()
    content = answer.read()
    if answer.status != HTTPStatus.OK:
        raise AssertionError(content.decode())
    return content


def main() -> int:
    """Print the figures; 1 where a target is missed, or the data are not here."""
    if not (DATA / "skill-sentences").is_dir():
        print("This needs the labelled sentences, and ESCO.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(open_store(f"sqlite:///{folder / 'graph.db'}")) as store:
            ingest(lambda: esco.read(DATA / "esco-1.1.1" / "csv"), store, leniency=Leniency(skip_invalid=True))
            snapshot = compile_snapshot(store)
        return 0 if all([*measure_proposals(snapshot), *measure_call(folder)]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
