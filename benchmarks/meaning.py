"""Likeness of meaning, measured: sentences to skills of ESCO, Chinese names to English ones, and how fast that is.

`python -m benchmarks.meaning` prints the tables of docs/meaning.md. It needs the extra `meaning`, the labelled
sentences and ESCO 1.1.1 in English. RP@k is the share of hits among the first k, of min(k, how many labels there are),
as a mean over the sentences that have a label (Decorte et al. 2022).
"""

import csv
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np

from benchmarks.measure import peak_mb
from graph.embeddings.sentence_encoder import SentenceEncoder, installed_version
from graph.embeddings.text_vectors import TextVectors
from queries.likeness.matcher import TextMatcher, TextScores, Weights
from queries.likeness.standard_scores import Scores, combine

HERE = Path(__file__).parents[1]
DATA = HERE.parent / "shared" / "data"
COMPETENCIES = HERE / "examples" / "polytechnic" / "competencies.csv"
SETS = ("tech", "house")
CUTS = (1, 5, 10)
GRID = tuple(
    Weights(1, passage, words) for passage, words in itertools.product((0, 0.5, 1, 1.5, 2), (0, 0.25, 0.5, 1, 1.5))
)
"""What is tried on the one half, to be measured on the other."""

NAMED = {
    "words alone": Weights(0, 0, 1),
    "meaning of the whole sentence alone": Weights(1, 0, 0),
    "meaning alone, with passages": Weights(1, 1.5, 0),
    "both, without passages": Weights(1, 0, 0.5),
    "**both**": Weights(),
}


class Labelled(NamedTuple):
    """Texts, and of each the columns that are right."""

    texts: list[str]
    right: list[set[int]]


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file."""
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig", newline="") as opened:
        yield from csv.DictReader(opened)


def skills() -> list[str]:
    """Return the preferred labels of ESCO's skills."""
    return [row["preferredLabel"] for row in rows_of(DATA / "esco-1.1.1" / "csv" / "skills_en.csv")]


def sentences(name: str, labels: Sequence[str]) -> Labelled:
    """Return the sentences of a set that have a label, in the order of the file."""
    column = {label.lower(): at for at, label in reversed(list(enumerate(labels)))}
    right: dict[str, set[int]] = {}
    for row in rows_of(DATA / "skill-sentences" / f"{name}_validation_annotations.csv"):
        if row["label"].lower() in column:
            right.setdefault(row["sentence"], set()).add(column[row["label"].lower()])
    return Labelled(list(right), list(right.values()))


def r_precision(scores: Scores, right: Sequence[set[int]], cut: int) -> float:
    """Return RP@cut; of equal scores the first column comes first."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :cut].tolist()
    return float(
        np.mean([len(true.intersection(row)) / min(cut, len(true)) for row, true in zip(order, right, strict=True)])
    )


def weighted(scores: TextScores, weights: Weights) -> Scores:
    """Return the scores as they would be with other weights."""
    parts = zip((scores.whole, scores.passage, scores.words), weights, strict=True)
    return combine([(part, weight) for part, weight in parts if part is not None and weight])


def of_rows(scores: TextScores, rows: Sequence[int]) -> TextScores:
    """Return the scores of some of the texts."""
    return TextScores(*(None if part is None else part[rows] for part in scores))  # type: ignore[arg-type]


def held_back(
    found: dict[str, tuple[TextScores, Labelled]],
) -> Iterator[tuple[str, Weights, dict[str, tuple[float, float, float]]]]:
    """Yield both ways: the weights that are best for RP@5 on one half of both sets, and what they do on the other."""
    for tuned, other in ((0, 1), (1, 0)):

        def rp5(weights: Weights, half: int = tuned) -> float:
            return float(np.mean([measured(*found[name], weights, half)[1] for name in SETS]))

        best = max(GRID, key=rp5)
        yield ("even" if tuned == 0 else "odd"), best, {name: measured(*found[name], best, other) for name in SETS}


def measured(scores: TextScores, labelled: Labelled, weights: Weights, half: int | None) -> tuple[float, float, float]:
    """Return RP@1, RP@5 and RP@10 with these weights, of every other sentence or of all."""
    rows = list(range(len(labelled.texts)))[half or 0 :: 1 if half is None else 2]
    mixed = weighted(of_rows(scores, rows), weights)
    right = [labelled.right[row] for row in rows]
    return (r_precision(mixed, right, 1), r_precision(mixed, right, 5), r_precision(mixed, right, 10))


def shown(values: Sequence[float]) -> str:
    """Return figures as a table has them."""
    return " / ".join(f"{value:.3f}" for value in values)


def sentence_table(matcher: TextMatcher, labels: Sequence[str]) -> Iterator[str]:
    """Yield how well sentences find their skills, as a table."""
    labelled = {name: sentences(name, labels) for name in SETS}
    found = {name: (matcher.scores(one.texts), one) for name, one in labelled.items()}
    yield "| RP@1 / 5 / 10 | whole, passages, words | TECH | HOUSE |"
    yield "|---|---|---|---|"
    for told, weights in NAMED.items():
        yield _row(told, weights, [measured(*found[name], weights, None) for name in SETS])
    for half, weights, figures in held_back(found):
        other = "odd" if half == "even" else "even"
        told = f"both, tuned on the {half} sentences, of the **{other} ones**"
        yield _row(told, weights, [figures[name] for name in SETS])


def _row(told: str, weights: Weights, figures: Sequence[Sequence[float]]) -> str:
    return f"| {told} | {', '.join(f'{weight:g}' for weight in weights)} | {' | '.join(map(shown, figures))} |"


def name_tables(vectors: TextVectors, labels: Sequence[str]) -> Iterator[str]:
    """Yield how many Chinese names of competencies find their English name, and how many are right by likeness."""
    own = list(rows_of(COMPETENCIES))
    names = [*(row["name"] for row in own), *labels]
    scores = TextMatcher(names, vectors).scores([row["name_zh"] for row in own])
    right = [{at} for at in range(len(own))]
    yield f"| Chinese name to English name among {len(names):,} | first | in five | in ten |"
    yield "|---|---|---|---|"
    named = {"words alone": scores.words, "meaning alone": scores.whole, "both": scores.combined}
    for told, mixed in named.items():
        if mixed is not None:
            yield f"| {told} | {' | '.join(f'{100 * r_precision(mixed, right, cut):.1f} %' for cut in CUTS)} |"
    if scores.whole is not None:
        yield "| likeness of meaning at least | first proposals | right |"
        yield "|---|---|---|"
        best, first = scores.whole.max(axis=1), scores.whole.argmax(axis=1) == np.arange(len(own))
        for least in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            offered = best >= least
            yield f"| {least:.2f} | {offered.sum()} | {(first & offered).sum()} |"


def tables(labels: Sequence[str], vectors: TextVectors) -> Iterator[str]:
    """Yield the tables of docs/meaning.md, line by line: nothing in them depends on the machine."""
    yield from sentence_table(TextMatcher(labels, vectors), labels)
    yield from name_tables(vectors, labels)


def main() -> int:
    """Print the tables, and how fast it is here; 1 without the extra or the data."""
    if installed_version() is None or not (DATA / "skill-sentences").is_dir():
        print("This needs the extra `meaning`, and the labelled sentences.", file=sys.stderr)
        return 1
    labels, vectors = skills(), TextVectors(SentenceEncoder(), None)
    vectors.embedder.embed(["ready"])
    begun = process_time()
    vectors.prepare(labels)
    print(f"{len(labels)} names embedded in {process_time() - begun:.1f} s of one core")
    for line in tables(labels, vectors):
        print(line)
    matcher, texts = TextMatcher(labels, vectors), [text for name in SETS for text in sentences(name, labels).texts]
    begun = process_time()
    matcher.scores(texts)
    print(f"{len(texts) / (process_time() - begun):.0f} sentences a second of one core, {peak_mb():.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
