"""Cosine similarity of TF-IDF over the characters of texts: how alike they are, and which are most alike.

Texts become vectors of character n-grams weighted by TF-IDF (Salton and Buckley 1988: 1 + ln tf, smoothed idf, length
1), which forgive endings and joined words and need no dictionary, so that Chinese works as English does. A second
vector holds the whole names of a thing: to share one of them says more than to share letters.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graph.cancellation import cancellable_rows, check_cancelled
from graph.model import fold

SIZES = (3, 4)
"""The lengths of n-grams; of Chinese, whose words have two characters mostly, also two."""

_HAN = re.compile("([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)")
_NO_WORD = re.compile(r"[\W_]+")
_TEXTS_AT_ONCE, _CELLS_AT_ONCE = 2_000, 4_000_000
_SPACE, _END = 32, 10
_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no character's place is lost: 2 to the 64 over the golden ratio

Ints = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]


class NodeText(NamedTuple):
    """What is said of one thing: its names, of which the first `main` are no aliases, and further text."""

    names: list[str]
    more: list[str]
    main: int = 1


class SimilarPairs(NamedTuple):
    """Pairs of likely partners: row of the one side, row of the other, likeness 0 to 1; by row, most alike first."""

    left: Ints
    right: Ints
    likeness: Weights


def is_chinese(text: str) -> bool:
    """Say whether the text has Chinese characters."""
    return not text.isascii() and _HAN.search(text) is not None


def words(text: str) -> list[str]:
    """Return the folded words; a run of Chinese characters stands as one.

    >>> words("PLC编程, Basic_level")
    ['plc', '编程', 'basic', 'level']
    """
    apart = text.lower() if text.isascii() else _HAN.sub(r" \1 ", fold(text))
    return _NO_WORD.sub(" ", apart).split()


def whole_name(name: str) -> str:
    """Return the name as equal names are told: its words without the plural's s, in alphabetical order.

    >>> whole_name("Operators, Crane"), whole_name("crane operator")
    ('crane operator', 'crane operator')
    """
    return " ".join(sorted(stem(word) for word in words(name)))


def stem(word: str) -> str:
    """Return the word without the s of an English plural."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def likeliest(left: Sequence[NodeText], right: Sequence[NodeText], most: int) -> SimilarPairs:
    """Return for each on the left its `most` likeliest partners on the right, of likeness above 0; ties by row.

    Likeness is 1 - (1 - t)(1 - sqrt(w)): t the cosine of the n-grams of all texts, w that of the whole names. What is
    said in Chinese is compared with what is said in Chinese, the rest with the rest, and the better of both counts.
    """
    tongues = [pair for pair in (_vectors(left, right, chinese=c) for c in (False, True)) if pair is not None]

    def likeness(start: int, stop: int) -> Weights:
        block = np.zeros((stop - start, len(right)), np.float32)
        for texts, names in tongues:
            apart = 1 - _product(texts, start, stop)
            apart *= 1 - np.sqrt(_product(names, start, stop))
            np.maximum(block, 1 - apart, out=block)
        return np.clip(block, 0, 1, out=block)

    return best_pairs(len(left), len(right), likeness, most)


def best_pairs(rows: int, columns: int, likeness: Callable[[int, int], Weights], most: int) -> SimilarPairs:
    """Return the `most` likeliest pairs of each row, above 0; `likeness` gives those of some rows with all columns."""
    found = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))]
    step = max(1, _CELLS_AT_ONCE // max(1, columns))
    for start in range(0, rows if columns else 0, step):
        check_cancelled()
        row, column, value = _best(likeness(start, min(start + step, rows)), most)
        found.append((row + start, column, value))
    return SimilarPairs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _best(block: Weights, most: int) -> tuple[Ints, Ints, Weights]:
    """Return row, column and value of the `most` largest of each row above 0, the smaller column first among equals."""
    n = block.shape[1]
    # Rounded, since sums of the same numbers in another order differ in the last place.
    keys = np.rint(block * 1e6).astype(np.int64) * n + np.arange(n - 1, -1, -1)
    # r rows by `width` columns: the largest keys of each row, then in order
    width = min(most, n)
    columns = (
        np.argpartition(-keys, width - 1, axis=1)[:, :width] if width < n else np.tile(np.arange(n), (len(block), 1))
    )
    order = np.argsort(-np.take_along_axis(keys, columns, 1), axis=1)
    columns = np.take_along_axis(columns, order, 1)
    rows = np.repeat(np.arange(len(block)), width)
    values = np.take_along_axis(keys, columns, 1).ravel() // n
    return rows[values > 0], columns.ravel()[values > 0], (values[values > 0] / 1e6).astype(np.float32)


Sides = tuple[sparse.csr_array, sparse.csr_array]
"""The rows of the left side, and the right side's as columns."""


def _product(sides: Sides, start: int, stop: int) -> Weights:
    left, right = sides
    dense: Weights = (left[start:stop] @ right).toarray()
    return np.clip(dense, 0, 1, out=dense)


def _vectors(left: Sequence[NodeText], right: Sequence[NodeText], *, chinese: bool) -> tuple[Sides, Sides] | None:
    """Return the n-grams and the whole names of what is said in one tongue; None where a side says nothing in it."""
    both = [*left, *right]
    names = [[name for name in thing.names if is_chinese(name) is chinese] for thing in cancellable_rows(both)]
    texts = [
        "\n".join([*own, *(more for more in thing.more if is_chinese(more) is chinese)])
        for own, thing in zip(names, both, strict=True)
    ]
    if not any(texts[: len(left)]) or not any(texts[len(left) :]):
        return None
    seen: dict[str, int] = {}
    rows, keys = [], []
    for row, own in enumerate(cancellable_rows(names)):
        for name in own:
            rows.append(row)
            keys.append(seen.setdefault(whole_name(name), len(seen)))
    entire = _tf_idf(np.array(rows, np.int64), np.array(keys, np.uint64), len(both))
    return _sides(_tf_idf(*character_n_grams(texts), len(both)), len(left)), _sides(entire, len(left))


def _sides(matrix: sparse.csr_array, split: int) -> Sides:
    """Return both sides of the matrix, with the columns alone that both have: the others add nothing to a product."""
    left, right = matrix[:split], matrix[split:]
    shared = np.flatnonzero(_held(left) & _held(right))
    return left[:, shared], right[:, shared].T.tocsr()


def _held(matrix: sparse.csr_array) -> npt.NDArray[np.bool_]:
    return np.bincount(matrix.indices, minlength=matrix.shape[1]) > 0


def _tf_idf(rows: Ints, keys: npt.NDArray[np.uint64], n: int) -> sparse.csr_array:
    """Return n rows of length 1 (or 0), from the row and the key of each occurrence."""
    known, columns = np.unique(keys, return_inverse=True)
    matrix = sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(n, len(known)))
    matrix.sum_duplicates()
    # of each key its idf; of each cell (1 + ln tf) * idf; then rows of length 1
    rarity = np.log((1 + n) / (1 + np.bincount(matrix.indices, minlength=len(known)))) + 1
    return weighted_rows(matrix, rarity)


def weighted_rows(counts: sparse.csr_array, rarity: npt.NDArray[np.floating]) -> sparse.csr_array:
    """Turn counts of n-grams into rows of length 1 (or 0), by the inverse document frequency of each column."""
    counts.data = ((1 + np.log(counts.data)) * rarity[counts.indices]).astype(np.float32)
    length = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data /= np.repeat(np.where(length > 0, length, 1), np.diff(counts.indptr)).astype(np.float32)
    return counts


def character_n_grams(texts: Sequence[str]) -> tuple[Ints, npt.NDArray[np.uint64]]:
    """Return the row and the key of every n-gram within a word and the spaces around it, in no certain order."""
    rows, keys = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        check_cancelled()
        for row, key in _n_grams_of(texts[start : start + _TEXTS_AT_ONCE]):
            rows.append(row + start)
            keys.append(key)
    return np.concatenate(rows), np.concatenate(keys)


def _n_grams_of(texts: Sequence[str]) -> Iterator[tuple[Ints, npt.NDArray[np.uint64]]]:
    lines = "\n".join(f" {' '.join(words(text))} " for text in texts) + "\n"
    # over the s signs of all texts: the code point of each, and the row of its text
    signs = np.frombuffer(lines.encode("utf-32-le"), np.uint32)
    row_of = np.cumsum(signs == _END)
    is_han = signs >= 0x3400  # and Korean, which is written in syllables
    for size in (size for size in (2, *SIZES) if size <= len(signs)):
        # s - size + 1 windows by `size` signs: those within one text, with spaces at their ends alone
        windows = np.lib.stride_tricks.sliding_window_view(signs, size)
        within = (windows != _END).all(axis=1) & (windows[:, 1:-1] != _SPACE).all(axis=1)
        if size == 2:
            within &= is_han[:-1] & is_han[1:]
        within &= (windows != _SPACE).any(axis=1)
        key = np.full(int(within.sum()), size, np.uint64)
        for place in range(size):
            key = (key ^ windows[within, place]) * _STEP
            key ^= key >> np.uint64(29)
        yield row_of[: len(windows)][within], key
