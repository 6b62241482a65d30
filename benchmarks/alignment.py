"""How good and how quick the proposals of `rolepath align` are: `python -m benchmarks.alignment` prints the figures.

Two published judgements are taken as right: the crosswalk of ESCO and O*NET occupations by Nesta, its codes brought to
O*NET-SOC 2019, and the links of the cyber security set. What the rules were tuned on and what is reported are two
halves: the crosswalk's even and odd ids; every second unit and task by id, from the first and from the second.
"""

import csv
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook

from graph.changes import ChangeSet
from graph.model import NodeId, NodeValues, Source, Value, canonical
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats import esco
from ingest.formats.native import read as native
from ingest.job import Leniency, ingest
from queries.align import align
from queries.align_scores import AlignmentCandidate
from queries.parameters.align import AlignmentRelation

DATA = Path(__file__).parents[2] / "shared" / "data"
SAME = (AlignmentRelation.SAME_AS, AlignmentRelation.CLOSE_TO)
SCORES = {"occupations": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8), "cyber": (0.15, 0.2, 0.25, 0.3, 0.35, 0.4)}
Right = dict[str, set[str]]
"""What is right by the judges: the partners of each node."""


class Figures(NamedTuple):
    """How the proposals for some nodes compare with what is right."""

    nodes: int
    pairs: int
    precision_at_1: float
    recall: dict[int, float]
    at_scores: dict[float, tuple[int, float, float]]


Measured = tuple[str, Figures, tuple[int, int] | None]
"""A half of a judged set, its figures, and of roles how many SAME_AS were proposed and were right."""


def occupations(data: Path, folder: Path) -> Snapshot:
    """Return ESCO with the occupations and work activities of O*NET, without a crosswalk."""
    store = open_store(f"sqlite:///{folder / 'occupations.db'}")
    ingest(lambda: esco.read(data / "esco-1.1.1" / "csv"), store, leniency=Leniency(skip_invalid=True))
    store.apply(_onet(data / "onet-29.3"))
    snapshot = compile_snapshot(store)
    store.close()
    return snapshot


def cyber(data: Path, folder: Path) -> tuple[Snapshot, Right, Right]:
    """Return the set without its judged links, and those that DEVELOP and those that PRACTISE."""
    store = open_store(f"sqlite:///{folder / 'cyber.db'}")
    ingest(lambda: native.read(data / "native" / "cyber"), store)
    with store.reading() as reading:
        rows = list(reading.links())
        nodes = {NodeId(row[1]): (row[2], row[3]) for row in reading.nodes()}
    judged: dict[str, Right] = {"DEVELOPS": defaultdict(set), "PRACTISES": defaultdict(set)}
    links = {}
    for _, from_id, relation, to_id, *values in rows:
        if relation in judged:
            judged[relation][from_id].add(to_id)
        elif relation != "APPLIES":  # judged too
            links[from_id, relation, to_id] = tuple(values)
    store.close()
    bare = open_store(f"sqlite:///{folder / 'bare.db'}")
    bare.apply(ChangeSet(Source(name="cyber"), nodes, links, frozenset()))  # type: ignore[arg-type]
    snapshot = compile_snapshot(bare)
    bare.close()
    return snapshot, judged["DEVELOPS"], judged["PRACTISES"]


def crosswalk(data: Path) -> tuple[Right, Right]:
    """Return the published pairs of even ids, and those of odd ids."""
    codes = defaultdict(set)
    with (data / "onet-soc-2010-2019" / "2010_to_2019_Crosswalk.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            codes[row["O*NET-SOC 2010 Code"]].add(f"onet:{row['O*NET-SOC 2019 Code']}")
    halves: tuple[Right, Right] = ({}, {})
    name = data / "esco-onet-crosswalk-nesta" / "esco_onet_crosswalk_Nov2020.csv"
    with name.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            occupation = "esco:" + row["concept_uri"].rsplit("/", 1)[1]
            halves[int(row["id"]) % 2][occupation] = {f"onet:{row['onet_code']}"} | codes[row["onet_code"]]
    return halves


def halves_of(right: Right) -> tuple[Right, Right]:
    """Return every second node by id, from the first and from the second."""
    ids = sorted(right)
    return {i: right[i] for i in ids[::2]}, {i: right[i] for i in ids[1::2]}


def figures(
    items: Iterable[AlignmentCandidate],
    right: Right,
    scores: Sequence[float],
    *,
    most: int,
    one_is_enough: bool = False,
) -> Figures:
    """Return the figures for the nodes of `right`; at a score, for the `most` best proposals of each node.

    With `one_is_enough`, the partners of a node are one, that a new edition split into several.
    """
    ranked: dict[str, list[AlignmentCandidate]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (-item.score, item.to_id)):
        if item.from_id in right:
            ranked[item.from_id].append(item)

    def share(cut: int, score: float = 0) -> tuple[int, float, float]:
        proposed = [[i for i in ranked[node][:cut] if i.score >= score] for node in right]
        hits = [len({i.to_id for i in found} & right[node]) for node, found in zip(right, proposed, strict=True)]
        found = sum(min(hit, 1) for hit in hits) if one_is_enough else sum(hits)
        offered = sum(map(len, proposed))
        return offered, sum(hits) / max(offered, 1), found / pairs

    pairs = len(right) if one_is_enough else sum(map(len, right.values()))
    firsts = sum(bool(ranked[node]) and ranked[node][0].to_id in right[node] for node in right)
    return Figures(
        len(right),
        pairs,
        firsts / len(right),
        {k: share(k)[2] for k in (1, 5, 10)},
        {score: share(most, score) for score in scores},
    )


def measured(data: Path) -> Iterator[str]:
    """Yield the tables of docs/align.md, line by line: nothing in them depends on the machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        snapshot = occupations(data, folder)
        items = align(snapshot, "esco", "onet", relations=SAME, limit=20, min_score=0).items
        kept = [item for item in items if snapshot.kind_of(snapshot.require(item.from_id)) == "Role"]
        sets: list[Measured] = [
            ("ESCO - O*NET, tuned on", *_occupation_figures(kept, crosswalk(data)[0])),
            ("ESCO - O*NET, **the other half**", *_occupation_figures(kept, crosswalk(data)[1])),
        ]
        bare, develops, practises = cyber(data, folder)
    for told, right, relation in (("DEVELOPS", develops, "sec101"), ("PRACTISES", practises, "prescup")):
        proposed = align(bare, relation, "nice", relations=[AlignmentRelation(told)], limit=20, min_score=0).items
        for half, part in zip(("tuned on", "**the other half**"), halves_of(right), strict=True):
            sets.append((f"{told}, {half}", figures(proposed, part, SCORES["cyber"], most=5), None))
    yield "| judged set | nodes | pairs | precision@1 | recall@1 | recall@5 | recall@10 |"
    yield "|---|---|---|---|---|---|---|"
    for told, found, _ in sets:
        recall = " | ".join(f"{value:.2f}" for value in found.recall.values())
        yield f"| {told} | {found.nodes} | {found.pairs} | {found.precision_at_1:.2f} | {recall} |"
    yield from _by_score(sets)
    yield "| SAME_AS | proposed | right |"
    yield "|---|---|---|"
    for told, _, same in sets:
        if same is not None:
            yield f"| {told} | {same[0]} | {same[1]} |"


def _by_score(sets: Sequence[Measured]) -> Iterator[str]:
    yield "| judged set | score at least | proposed | precision | recall |"
    yield "|---|---|---|---|---|"
    for told, found, _ in sets:
        if "other half" in told:
            for score, (offered, precision, recall) in found.at_scores.items():
                right = f"{precision:.2f}" if offered else "-"
                yield f"| {told.partition(',')[0]} | {score:.2f} | {offered} | {right} | {recall:.2f} |"


def _occupation_figures(items: list[AlignmentCandidate], right: Right) -> tuple[Figures, tuple[int, int]]:
    same = [item for item in items if item.relation is AlignmentRelation.SAME_AS and item.from_id in right]
    hits = sum(item.to_id in right[item.from_id] for item in same)
    return figures(items, right, SCORES["occupations"], most=3, one_is_enough=True), (len(same), hits)


def _onet(folder: Path) -> ChangeSet:
    """Return occupations as roles and detailed work activities as competencies."""
    titles = defaultdict(list)
    for row in _rows(folder / "Alternate Titles.xlsx"):
        titles[row["O*NET-SOC Code"]].append(row["Alternate Title"])
    nodes: dict[NodeId, NodeValues] = {}
    for row in _rows(folder / "Occupation Data.xlsx"):
        code, name = row["O*NET-SOC Code"], row["Title"]
        aliases = [title for title in dict.fromkeys(titles[code]) if title != name]
        values: dict[str, Value] = {"name": name, "code": code, "aliases": aliases, "description": row["Description"]}
        nodes[NodeId(f"onet:{code}")] = ("Role", canonical({k: v for k, v in values.items() if v}))
    for row in _rows(folder / "DWA Reference.xlsx"):
        activity = canonical({"name": row["DWA Title"], "kind": "ability"})
        nodes[NodeId(f"onet:{row['DWA ID']}")] = ("Competency", activity)
    return ChangeSet(Source(name="O*NET"), nodes, {}, frozenset())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with closing(load_workbook(path, read_only=True)) as workbook:
        rows = workbook.worksheets[0].iter_rows(values_only=True)
        header = [str(cell) for cell in next(rows)]
        for row in rows:
            yield {name: "" if cell is None else str(cell) for name, cell in zip(header, row, strict=True)}


def _times(data: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        snapshot = occupations(data, Path(name))
    kinds = [snapshot.kind_of(i) for i in range(len(snapshot))]
    start = time.perf_counter()
    found = align(snapshot, "esco", "onet")
    seconds = time.perf_counter() - start
    yield f"ESCO to O*NET, roles ({kinds.count('Role')}) and competencies ({kinds.count('Competency')} on both sides):"
    yield f"{len(found.items)} proposals in {seconds:.1f} s"


if __name__ == "__main__":
    csv.field_size_limit(10_000_000)
    if not DATA.is_dir():
        sys.exit(f"the measurements need the real data, which is not at {DATA}")
    for line in chain(measured(DATA), _times(DATA)):
        print(line)
