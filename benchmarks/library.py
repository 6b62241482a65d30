"""All gaps of a graph as a data frame, against one pass over the arrays that they are made from.

`python -m benchmarks.library` measures it on ESCO beside the bundled college.
"""

import csv
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import rolepath
from benchmarks.measure import cpu_ratio, median_s, report
from graph.stores import open_store
from ingest.formats import esco
from ingest.formats.native import read as native
from ingest.job import Leniency, ingest
from rolepath.library import Graph

HERE = Path(__file__).parents[1]
ESCO = HERE.parent / "shared" / "data" / "esco-1.1.1" / "csv"
USED = ("DEVELOPS", "PRACTISES", "REQUIRES", "HAS_RESPONSIBILITY", "APPLIES", "PREPARES_FOR", "COVERS", "HOSTS")


def measure_library(url: str) -> Iterator[bool]:
    """Report how long the data frame takes where the graph was asked before, and its ratio to that pass."""
    with rolepath.open(url) as graph:
        frame = graph.gaps(focus="all").to_pandas()
        sys.stdout.write(f"{len(frame)} rows\n")
        seconds = median_s(lambda: graph.gaps(focus="all").to_pandas(), repeats=7)
        yield report("all gaps of ESCO and the college as a data frame, s", seconds, 1)
        ratio = cpu_ratio(lambda: graph.gaps(focus="all").to_pandas(), lambda: _one_pass(graph))
        yield report("all gaps as a data frame / one pass over the arrays they are made from", ratio, 150)


def _one_pass(graph: Graph) -> None:
    snapshot = graph.asked.snapshot
    links = [links for relation in USED for links in (snapshot.out(relation), snapshot.into(relation))]
    arrays = [array for one in links for array in (one.indptr, one.indices, one.weight)]
    texts = [array for name in ("id", "name") for array in snapshot.text(name).packed()]
    for array in (*arrays, *texts, snapshot.kind, snapshot.class_of, snapshot.number("hours")):
        array.sum()


def main() -> int:
    """Print the lines; return 0 when the targets are met, else 1."""
    csv.field_size_limit(10_000_000)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ROLEPATH_CACHE"] = folder
        url = f"sqlite:///{folder}/both.db"
        with closing(open_store(url)) as store:
            ingest(lambda: native.read(HERE / "examples" / "polytechnic"), store)
            ingest(lambda: esco.read(ESCO), store, leniency=Leniency(skip_invalid=True))
        return 0 if all([*measure_library(url)]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
