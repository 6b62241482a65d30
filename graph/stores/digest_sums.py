"""Sums of digests over many statements at once: what a content hash is made of, found anew from what was read.

A digest costs less than the statement that calls for it, so the loops here make as few calls a row as can be.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

from graph.stores.content_hash import LINK_STATE, MODULUS, NODE_STATE, values_text

BATCH_ROWS = 1000
"""How many rows that are not all held are held at once for their digests."""
_GAP = bytes(8)
"""What stands between two digests in one long number, for what is carried over: room for 2^64 of them."""
_LANE_BITS = 8 * (32 + len(_GAP))

T = TypeVar("T")


class _Lines(dict[Hashable, bytes]):
    """The line of a message that holds a text, by the text, or by the number that stands for it in a store."""

    def __missing__(self, text: Hashable) -> bytes:
        if isinstance(text, int):  # a number that stands for nothing must not pass for a text of digits
            raise KeyError(text)
        return self.setdefault(text, _encoded(f"{text}\n"))


class _Endings(dict[tuple[object, ...], bytes]):
    """How a message ends, by the values of its link: few combinations stand at very many links."""

    def __missing__(self, values: tuple[object, ...]) -> bytes:
        return self.setdefault(values, _encoded(values_text(values)))


class LinkSums:
    """The sum of the digests of each source's link statements, by whatever names the source in the rows."""

    def __init__(self, ids: Mapping[int, str] | None = None) -> None:
        """Begin with nothing; `ids` are those that rows name by numbers."""
        self._lines = _Lines((number, _encoded(f"{text}\n")) for number, text in (ids or {}).items())
        self._endings = _Endings()
        self._sums: dict[Any, int] = {}

    def add(
        self,
        sources: Sequence[Hashable],
        from_ids: Iterable[Hashable],
        relations: Iterable[Hashable],
        to_ids: Iterable[Hashable],
        *values: Iterable[object],
    ) -> None:
        """Add statements, a column each; `values` are the last five.

        Raises:
            KeyError: a number stands for no id.
        """
        line, ending = self._lines.__getitem__, self._endings.__getitem__
        parts = (map(line, from_ids), map(line, relations), map(line, to_ids), map(ending, zip(*values, strict=True)))
        _add(self._sums, sources, _digests(LINK_STATE, map(b"".join, zip(*parts, strict=True))))

    def of_all(self) -> dict[Any, int]:
        """Return the sums, modulo 2^256."""
        return dict(self._sums)


def link_sums(rows: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    """Return the sum of the digests of each source's link statements, modulo 2^256."""
    sums = LinkSums()
    for batch in batches(rows):
        sums.add(*zip(*batch, strict=True))
    return sums.of_all()


def node_sums(rows: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    """Return the sum of the digests of each source's node statements, modulo 2^256."""
    sums: dict[str, int] = {}
    for batch in batches(rows):
        texts = (_encoded(f"{node_id}\n{kind}\n{values}") for _, node_id, kind, values in batch)
        _add(sums, [row[0] for row in batch], _digests(NODE_STATE, texts))
    return sums


def summed(
    rows: Iterable[tuple[Any, ...]],
    sums_of: Callable[[Iterable[tuple[Any, ...]]], dict[str, int]],
    sums: dict[str, int],
) -> Iterator[Any]:
    """Yield the rows, adding their digests to `sums`, which hold those of all when the last has been yielded."""
    for batch in batches(rows):
        for name, total in sums_of(batch).items():
            sums[name] = (sums.get(name, 0) + total) % MODULUS
        yield from batch


def batches(rows: Iterable[T], most: int | None = None) -> Iterator[list[T]]:
    """Yield the rows in lists, of which none is empty; `most` says how many rows are held at once."""
    each, held = iter(rows), most or BATCH_ROWS
    return iter(lambda: list(islice(each, held)), [])


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _digests(begun: "blake2b", texts: Iterable[bytes]) -> list[bytes]:
    """Return the digest of each text, by a hash that knows what comes before all of them."""
    digests, fresh = [], begun.copy
    for text in texts:
        state = fresh()
        state.update(text)
        digests.append(state.digest())
    return digests


def _add(sums: dict[Any, int], sources: Sequence[Hashable], digests: list[bytes]) -> None:
    by_source = {sources[0]: digests}
    if sources.count(sources[0]) < len(sources):
        by_source = {}
        for source, digest in zip(sources, digests, strict=True):
            by_source.setdefault(source, []).append(digest)
    for source, some in by_source.items():
        sums[source] = (sums.get(source, 0) + total_of(some)) % MODULUS


def total_of(digests: Sequence[bytes]) -> int:
    """Return the sum of digests of 32 bytes, little-endian: as lanes of one long number, its halves added to the end.

    >>> total_of([bytes([255] * 32), bytes([2] + [0] * 31), bytes([3] + [0] * 31)]) == 2**256 + 4
    True
    """
    lanes, count = int.from_bytes(_GAP.join(digests), "little"), len(digests)
    while count > 1:
        count = (count + 1) // 2
        bits = count * _LANE_BITS
        lanes = (lanes & ((1 << bits) - 1)) + (lanes >> bits)
    return lanes
