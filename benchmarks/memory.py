"""The memory that a large import takes: a native folder of a million links, imported in a process of its own."""

import random
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import peak_mb

NODES, LINKS = 50_000, 1_000_000


def write_native(folder: Path, nodes: int = NODES, links: int = LINKS, seed: int = 7) -> None:
    """Write a native folder of so many nodes, half units and half competencies, and so many links between them."""
    chance = random.Random(seed)
    half = nodes // 2
    folder.mkdir()
    (folder / "source.csv").write_text("name,version\nGenerated,1\n", encoding="utf-8")
    for name, kind in (("knowledge_units", "disciplinary"), ("competencies", "skill")):
        with (folder / f"{name}.csv").open("w", encoding="utf-8") as file:
            file.write("id,name,kind,description\n")
            file.writelines(
                f"gen:{name[0]}{i:06d},{name} number {i},{kind},{'what it is ' * 10}\n" for i in range(half)
            )
    with (folder / "links.csv").open("w", encoding="utf-8") as file:
        file.write("from_id,relation,to_id,weight\n")
        for number in range(links):
            # Each unit develops others at a distance that grows: no pair comes twice.
            start, step = number % half, number // half
            weight = chance.randint(1, 100) / 100
            file.write(f"gen:k{start:06d},DEVELOPS,gen:c{(start * 7 + step * 31) % half:06d},{weight}\n")


def peak_mb_of_import(folder: Path, url: str) -> float:
    """Return the peak memory, in MB, of a process that imports the folder into a store."""
    child = subprocess.run(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-m", "benchmarks.memory", str(folder), url], check=True, capture_output=True, text=True
    )
    return float(child.stdout)


def _import(folder: Path, url: str) -> None:
    from graph.stores import open_store  # noqa: PLC0415 - only the child loads them
    from ingest.formats.native import read as native  # noqa: PLC0415
    from ingest.job import ingest  # noqa: PLC0415

    store = open_store(url)
    report = ingest(lambda: native.read(folder), store)
    store.close()
    if report.refused:
        raise AssertionError(report.problems[:3])
    sys.stdout.write(str(peak_mb()))


if __name__ == "__main__":
    _import(Path(sys.argv[1]), sys.argv[2])
