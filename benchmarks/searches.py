"""Searches judged by hand: how many have a right answer among the first five, and how many find nothing.

`python -m benchmarks.searches` prints them as a table: of published frameworks beside the bundled college,
and of the college alone where the text is Chinese.
"""

import csv
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats import esco
from ingest.formats.native import read as native
from ingest.formats.onet import read as onet
from ingest.job import Leniency, ingest
from queries.search import search

HERE = Path(__file__).parents[1]
COLLEGE = HERE / "examples" / "polytechnic"
JUDGED = {
    "judged before": HERE / "tests" / "queries" / "judged_searches.csv",
    "judged afterwards": HERE / "tests" / "queries" / "judged_searches_added.csv",
}
LOOKED_AT = 5


class JudgedSearch(NamedTuple):
    """What somebody types, the kind that they mean, the graph that they ask, and the ids that would be right."""

    text: str
    kind: str
    graph: str
    right: frozenset[str]


class Tally(NamedTuple):
    """How many of so many searches have a right answer among the first five, and how many find nothing."""

    asked: int
    right: int
    nothing: int


def judged_searches(file: Path) -> list[JudgedSearch]:
    """Return the searches of a file, in its order."""
    with file.open(encoding="utf-8", newline="") as opened:
        return [
            JudgedSearch(row["query"], row["kind"], row["graph"], frozenset(row["right"].split()))
            for row in csv.DictReader(opened)
        ]


def judge(snapshot: Snapshot, asked: Iterable[JudgedSearch], *, of_kind: bool) -> tuple[Tally, list[str]]:
    """Return how the searches fare, and what was typed where none of the first five is right.

    With `of_kind` only nodes of the kind that is meant are looked for.
    """
    right, nothing, wrong, count = 0, 0, list[str](), 0
    for one in asked:
        found = search(snapshot, one.text, one.kind if of_kind else None, limit=LOOKED_AT)
        count += 1
        nothing += not found.total
        if any(item.id in one.right for item in found.items):
            right += 1
        else:
            wrong.append(one.text)
    return Tally(count, right, nothing), wrong


def table(graphs: Mapping[str, Snapshot], files: Mapping[str, Path]) -> Iterable[str]:
    """Yield the lines of the table in Markdown."""
    yield "| searches | kind | graph | asked | right, of all kinds | nothing | right, of the kind meant | nothing |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, file in files.items():
        asked = judged_searches(file)
        for graph, kind in sorted({(one.graph, one.kind) for one in asked}, reverse=True):
            these = [one for one in asked if (one.graph, one.kind) == (graph, kind)]
            (everything, _), (meant, _) = (judge(graphs[graph], these, of_kind=x) for x in (False, True))
            yield (
                f"| {name} | {kind} | {graph} | {everything.asked} | {everything.right} | {everything.nothing} "
                f"| {meant.right} | {meant.nothing} |"
            )


def judged_graphs(data: Path, folder: Path) -> dict[str, Snapshot]:
    """Return the college alone, and beside ESCO and O*NET, of stores in the folder."""
    csv.field_size_limit(10_000_000)
    reads = (
        lambda: native.read(COLLEGE),
        lambda: esco.read(data / "esco-1.1.1" / "csv"),
        lambda: onet.read(data / "onet-29.3"),
    )
    with closing(open_store(f"sqlite:///{folder}/judged.db")) as store:
        ingest(reads[0], store)
        college = compile_snapshot(store)
        for read in reads[1:]:
            ingest(read, store, leniency=Leniency(skip_invalid=True))
        return {"college": college, "frameworks": compile_snapshot(store)}


def main(data: Path) -> None:
    """Print the table, and what was typed where no answer was right."""
    with tempfile.TemporaryDirectory() as folder:
        graphs = judged_graphs(data, Path(folder))
    files = {name: file for name, file in JUDGED.items() if file.exists()}
    sys.stdout.write("\n".join(table(graphs, files)) + "\n")
    for name, file in files.items():
        asked = judged_searches(file)
        wrong = [
            text for g, s in graphs.items() for text in judge(s, (a for a in asked if a.graph == g), of_kind=True)[1]
        ]
        sys.stdout.write(f"\n{name}, no right answer of the kind among the first five: {'; '.join(wrong)}\n")


if __name__ == "__main__":
    main(HERE.parent / "shared" / "data")
