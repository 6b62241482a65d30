"""Searches judged by hand: how many have a right answer among the first five, and how many find nothing.

`python -m benchmarks.searches` prints them as a table: of published frameworks beside the bundled college,
and of the college alone where the text is Chinese; then the same of other engines, with their times.
"""

import csv
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

from benchmarks.engines import Arrays, Engine, Fts5, engines, lines_of, split_chinese
from benchmarks.measure import report
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats import esco
from ingest.formats.native import read as native
from ingest.formats.onet import read as onet
from ingest.job import Leniency, ingest

HERE = Path(__file__).parents[1]
COLLEGE = HERE / "examples" / "polytechnic"
JUDGED = {
    "judged before": HERE / "tests" / "queries" / "judged_searches.csv",
    "judged afterwards": HERE / "tests" / "queries" / "judged_searches_added.csv",
}
LOOKED_AT = 5
SUGGESTED = 8
HEADINGS = (
    "right of 120",
    "nothing",
    "right of 30",
    "nothing",
    "query, median",
    "slowest",
    "typing, median",
    "slowest",
    "built in s",
)


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


def judge(engine: Engine, asked: Iterable[JudgedSearch], *, of_kind: bool) -> tuple[Tally, list[str]]:
    """Return how the searches fare, and what was typed where none of the first five is right.

    With `of_kind` only nodes of the kind that is meant are looked for.
    """
    right, nothing, wrong, count = 0, 0, list[str](), 0
    for one in asked:
        found = engine.ask(one.text, one.kind if of_kind else None, LOOKED_AT)
        count += 1
        nothing += not found
        if any(node in one.right for node in found):
            right += 1
        else:
            wrong.append(one.text)
    return Tally(count, right, nothing), wrong


def table(graphs: Mapping[str, Engine], files: Mapping[str, Path]) -> Iterable[str]:
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


def compared(graphs: Mapping[str, Snapshot]) -> Iterator[str]:
    """Yield the lines of the table that weighs the engines, in Markdown: quality, then milliseconds of processor."""
    files = [judged_searches(file) for file in JUDGED.values()]
    built = {name: dict(engines(snapshot)) for name, snapshot in graphs.items()}
    yield f"Nodes: {len(graphs['frameworks'])}; names: {sum(1 for _ in lines_of(graphs['frameworks']))}"
    yield f"| engine | {' | '.join(HEADINGS)} |"
    yield f"|---{'|---' * len(HEADINGS)}|"
    for name in built["frameworks"]:
        begin = process_time()
        large = built["frameworks"][name]()
        built_s = process_time() - begin
        small = built["college"][name]()
        cells = [name]
        for asked in files:
            halves = [
                judge(engine, [one for one in asked if one.graph == graph], of_kind=True)[0]
                for graph, engine in (("college", small), ("frameworks", large))
            ]
            cells += [str(sum(half.right for half in halves)), str(sum(half.nothing for half in halves))]
        texts = [one.text for asked in files for one in asked]
        for some in (texts, beginnings_of(texts)):
            times = sorted(times_ms(large, some))
            cells += [f"{median(times):.1f}", f"{times[-1]:.1f}"]
        yield f"| {' | '.join([*cells, f'{built_s:.1f}'])} |"


def beginnings_of(texts: Iterable[str]) -> list[str]:
    """Return what stands in the field after each letter that is typed of the texts, each once."""
    return list(dict.fromkeys(text[:at].strip() for text in texts for at in range(1, len(text) + 1)))


def times_ms(engine: Engine, texts: Iterable[str], *, repeats: int = 3) -> list[float]:
    """Return the least processor time of each text, in ms, for the first eight of all kinds."""
    times = []
    for text in texts:
        least = float("inf")
        for _ in range(repeats):
            begin = process_time()
            engine.ask(text, None, SUGGESTED)
            least = min(least, process_time() - begin)
        times.append(1000 * least)
    return times


def measure_searches(snapshot: Snapshot) -> Iterator[bool]:
    """Report how long the judged texts and their beginnings take in a graph, and the ratio to FTS5 in the same run."""
    ours, full_text = Arrays(snapshot), Fts5(lines_of(snapshot), "porter unicode61", split_chinese)
    texts = [one.text for file in JUDGED.values() for one in judged_searches(file)]
    times = times_ms(ours, texts)
    yield report("slowest of 150 judged searches, ms", max(times), 20)
    yield report("judged searches / the same by FTS5", sum(times) / sum(times_ms(full_text, texts)), 3)
    yield report("slowest suggestions while one of them is typed, ms", max(times_ms(ours, beginnings_of(texts))), 30)


def main(data: Path) -> None:
    """Print the table, what was typed where no answer was right, and the table that weighs the engines."""
    with tempfile.TemporaryDirectory() as folder:
        graphs = judged_graphs(data, Path(folder))
    ours = {name: Arrays(snapshot) for name, snapshot in graphs.items()}
    sys.stdout.write("\n".join(table(ours, JUDGED)) + "\n")
    for name, file in JUDGED.items():
        asked = judged_searches(file)
        wrong = [
            text for g, s in ours.items() for text in judge(s, (a for a in asked if a.graph == g), of_kind=True)[1]
        ]
        sys.stdout.write(f"\n{name}, no right answer of the kind among the first five: {'; '.join(wrong)}\n")
    for line in compared(graphs):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(HERE.parent / "shared" / "data")
