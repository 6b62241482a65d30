"""Calibration, measured: how many of ten proposals are right by their score, and the lessons in two languages.

`python -m benchmarks.calibration` prints the tables of docs/proposals.md; `--write` fits the curves that stand in
queries/proposals/calibration.toml anew. It needs the extra `meaning`, the labelled sentences with ESCO 1.1.1, and the
security lessons with their judged links. A pair is a sentence with one of its first ten candidates, as proposals have
them. Of a sentence in an advertisement a candidate is right if the labels name it (a role REQUIRES it); of one in a
lesson, if a reader of the English lesson judged that it develops it (DEVELOPS): of the lesson, whichever of its
sentences says so.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.meaning import DATA, SETS, rows_of, shown, skills
from graph.embeddings.sentence_encoder import SentenceEncoder, installed_version
from graph.embeddings.text_vectors import TextVectors
from graph.messages import Language
from ingest.readers.documents.document_files import read_document
from ingest.readers.documents.passage import Passage
from queries.likeness.matcher import TextMatcher
from queries.likeness.standard_scores import Scores, standard_scores
from queries.proposals import calibration
from queries.proposals.calibration import LEAST_JUDGED, Calibration, CurveKey, model_key
from queries.proposals.engine import LEAST_MEANING, LEAST_WORDS
from queries.proposals.proposal import SentenceKind
from queries.proposals.sentences import cut_sentences
from queries.proposals.share_curve import MOST_RANK, JudgedPair, held_back_errors

LESSONS = DATA / "security-101-microsoft"
JUDGED = DATA / "native" / "cyber"
CURVES = Path(calibration.__file__).parent / calibration.CURVES
CUTS = (1, 5, 10)
FOLDERS: dict[Language, Path] = {"en": LESSONS, "zh": LESSONS / "translations" / "zh"}


class JudgedText(NamedTuple):
    """A sentence, what is right for it as columns of the vocabulary, and what it must not be parted from."""

    text: str
    kind: SentenceKind
    right: frozenset[int]
    group: str


class JudgedSet(NamedTuple):
    """Sentences of one language that lead to a vocabulary by one relation."""

    relation: str
    language: Language
    told: str
    texts: list[JudgedText]
    by: dict[str, Scores]
    """The scores of each text with each name, by words and by the model; -inf of what is too unlike to be proposed."""


def advertisements(labels: Sequence[str]) -> list[JudgedText]:
    """Return all sentences of the labelled sets, those that no skill of ESCO fits among them."""
    column = {label.lower(): at for at, label in reversed(list(enumerate(labels)))}
    right: dict[str, set[int]] = {}
    for name in SETS:
        for row in rows_of(DATA / "skill-sentences" / f"{name}_validation_annotations.csv"):
            found = column.get(row["label"].lower())
            right.setdefault(row["sentence"], set()).update(() if found is None else (found,))
    return [
        JudgedText(text, cut_sentences([Passage(row=1, text=text)], "")[0].kind, frozenset(columns), text)
        for text, columns in right.items()
    ]


@cache
def statements() -> dict[str, str]:
    """Return the statements that the lessons were judged against, by id."""
    return {row["id"]: row["name"] for row in rows_of(JUDGED / "competencies.csv")}


def lessons(language: Language) -> list[JudgedText]:
    """Return the sentences of the lessons that are proposed from, quizzes left out."""
    column = {name: at for at, name in enumerate(statements())}
    right: dict[str, set[int]] = {}
    for row in rows_of(JUDGED / "links.csv"):
        if row["relation"] == "DEVELOPS":
            right.setdefault(row["from_id"].partition(":")[2], set()).add(column[row["to_id"]])
    found = []
    for path in sorted(FOLDERS[language].glob("[0-9].[0-9] *.md")):
        lesson = path.name.partition(" ")[0]
        if "quiz" not in path.name:
            said = [one for one in cut_sentences(read_document(path), path.name) if one.kind != SentenceKind.OTHER]
            found += [JudgedText(one.text, one.kind, frozenset(right.get(lesson, ())), lesson) for one in said]
    return found


def judged_sets(vectors: TextVectors | None) -> Iterator[JudgedSet]:
    """Yield the sets, the lessons first, with their scores by words and, with vectors, by the model."""
    nice = TextMatcher(list(statements().values()), vectors)
    yield _scored(("DEVELOPS", "en", "security lessons, NICE"), lessons("en"), nice, vectors)
    yield _scored(("DEVELOPS", "zh", "security lessons in Chinese, NICE"), lessons("zh"), nice, vectors)
    labels = skills()
    esco = TextMatcher(labels, vectors)
    yield _scored(("REQUIRES", "en", "sentences of advertisements, ESCO"), advertisements(labels), esco, vectors)


def _scored(
    told: tuple[str, Language, str], texts: list[JudgedText], matcher: TextMatcher, vectors: TextVectors | None
) -> JudgedSet:
    found = matcher.scores([one.text for one in texts])
    is_like = found.words >= LEAST_WORDS
    by = {calibration.BY_WORDS: np.where(is_like, standard_scores(found.words), -np.inf)}
    if vectors is not None and found.whole is not None and found.passage is not None:
        is_like |= np.maximum(found.whole, found.passage) >= LEAST_MEANING
        by[model_key(*vectors.embedder.model())] = np.where(is_like, found.combined, -np.inf)
    return JudgedSet(*told, texts, by)


def pairs(judged: JudgedSet, scores: Scores) -> list[JudgedPair]:
    """Return each sentence with its first candidates."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :MOST_RANK].tolist()
    return [
        JudgedPair(float(scores[row, column]), rank, column in text.right, text.group)
        for row, (text, columns) in enumerate(zip(judged.texts, order, strict=True))
        for rank, column in enumerate(columns, 1)
        if np.isfinite(scores[row, column])
    ]


def usual_kinds(judged: JudgedSet) -> list[SentenceKind]:
    """Return the kinds of sentences that the set is of: each at least a tenth of it, with enough judged pairs."""
    counts = Counter(text.kind for text in judged.texts)
    least = max(LEAST_JUDGED / MOST_RANK, len(judged.texts) / 10)
    return [kind for kind in SentenceKind if counts[kind] >= least and kind is not SentenceKind.OTHER]


def fitted(judged: Sequence[JudgedSet]) -> list[Calibration]:
    """Return a curve for each set and model that words and languages allow: Chinese has no words in common."""
    found = []
    for one in judged:
        for model, scores in one.by.items():
            said = pairs(one, scores)
            if len(said) >= LEAST_JUDGED and not (model == calibration.BY_WORDS and one.language == "zh"):
                key = CurveKey(one.relation, one.language, model)
                found.append(calibration.fitted(key, said, "judged_data", usual_kinds(one)))
    return found


def calibration_table(judged: Sequence[JudgedSet]) -> Iterator[str]:
    """Yield how well a curve that was fitted on one half tells the share that is right in the other."""
    heads = ("relation, language", "judged", "kinds", "by", "pairs", "right", "right of first")
    yield f"| {' | '.join((*heads, 'error', 'error, first five', 'error, first'))} |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    curves = {one.key for one in fitted(judged)}
    for one in judged:
        for model, scores in one.by.items():
            if CurveKey(one.relation, one.language, model) in curves:
                by = "words" if model == calibration.BY_WORDS else "both"
                told = (f"{one.relation}, {one.language}", one.told, ", ".join(usual_kinds(one)), by)
                yield f"| {' | '.join((*told, *_calibration_figures(pairs(one, scores))))} |"


def _calibration_figures(said: Sequence[JudgedPair]) -> list[str]:
    first = [pair.is_right for pair in said if pair.rank == 1]
    shares = [sum(pair.is_right for pair in said) / len(said), sum(first) / len(first)]
    errors = [" / ".join(f"{error:.3f}" for error in held_back_errors(said, most)) for most in (MOST_RANK, 5, 1)]
    return [f"{len(said):,}", *(f"{share:.3f}" for share in shares), *errors]


def score_table(curves: Sequence[Calibration]) -> Iterator[str]:
    """Yield what the curves of the model say of some scores."""
    yield "| of a hundred such proposals | rank | score 2 | score 4 | score 6 | score 8 |"
    yield "|---|---|---|---|---|---|"
    for one in curves:
        if one.model != calibration.BY_WORDS:
            for rank in (1, 3):
                shares = [f"{100 * one.curve.share(score, rank):.0f}" for score in (2, 4, 6, 8)]
                yield f"| {one.relation}, {one.language} | {rank} | {' | '.join(shares)} |"


def lesson_table(judged: Sequence[JudgedSet]) -> Iterator[str]:
    """Yield how well lessons find the statements that they were judged to develop, in both languages."""
    yield "| lessons, by | sentences | RP@1 / 5 / 10 of the lesson | judged links in a sentence's first 1 / 5 / 10 |"
    yield "|---|---|---|---|"
    for one in judged[:2]:
        for model, scores in one.by.items():
            by = "words alone" if model == calibration.BY_WORDS else "both"
            of_lesson, of_sentence = _lesson_figures(one, scores)
            yield f"| {one.language}, {by} | {len(one.texts):,} | {shown(of_lesson)} | {shown(of_sentence)} |"


def _lesson_figures(judged: JudgedSet, scores: Scores) -> tuple[list[float], list[float]]:
    """Return RP@k of lessons by the best score of a sentence, and the share of links that any sentence finds."""
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(judged.texts):
        if text.right:
            rows.setdefault(text.group, []).append(row)
    precision, found, links = [0.0] * len(CUTS), [0] * len(CUTS), 0
    for own in rows.values():
        right = judged.texts[own[0]].right
        links += len(right)
        best = _first(scores[own].max(axis=0))
        firsts = [_first(scores[row]) for row in own]
        for at, cut in enumerate(CUTS):
            precision[at] += len(right & set(best[:cut])) / min(cut, len(right)) / len(rows)
            found[at] += len(right & {column for one in firsts for column in one[:cut]})
    return precision, [one / links for one in found]


def _first(scores: Scores) -> list[int]:
    """Return the columns of the best scores, the best first, as far as they are proposed."""
    order = np.argsort(-scores, kind="stable")[:MOST_RANK]
    found: list[int] = order[np.isfinite(scores[order])].tolist()
    return found


def tables(judged: Sequence[JudgedSet]) -> Iterator[str]:
    """Yield the tables of docs/proposals.md, line by line: nothing in them depends on the machine."""
    yield from calibration_table(judged)
    yield from score_table(fitted(judged))
    yield from lesson_table(judged)


def written(curves: Sequence[Calibration]) -> str:
    """Return the curves as the house keeps them."""
    head = "# How many proposals are right, by score and rank: written by `python -m benchmarks.calibration --write`.\n"
    lines = [
        f'\n[[curve]]\nrelation = "{one.relation}"\nlanguage = "{one.language}"\nmodel = "{one.model}"\n'
        f"kinds = {[kind.value for kind in one.kinds or ()]}\npairs = {one.pairs}\nright = {one.right}\n"
        f"curve = {{ base = {one.curve.base}, by_score = {one.curve.by_score}, by_rank = {one.curve.by_rank} }}\n"
        for one in curves
    ]
    return head + "".join(lines)


def main() -> int:
    """Print the tables, and write the curves with `--write`; 1 without the extra or the data."""
    if installed_version() is None or not LESSONS.is_dir():
        print("This needs the extra `meaning`, the labelled sentences and the security lessons.", file=sys.stderr)
        return 1
    judged = list(judged_sets(TextVectors(SentenceEncoder(), None)))
    for line in tables(judged):
        print(line)
    if "--write" in sys.argv:
        CURVES.write_text(written(fitted(judged)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
