"""Content hash: a sum modulo 2^256 of digests, one of each statement, independent of their order and of the store.

A statement's digest is BLAKE2b of what it says, times an odd factor made of its source: name, version, licence,
address, rank, and the institution that it belongs to. Neither run nor clock has a part in it. So a change costs what it
changes: what went is subtracted, what came is added, and of a source that speaks as a new version, or for another
institution, the sum of its statements gets another factor.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from typing import Any

from graph.changes import Change, Delta, Difference
from graph.messages import Message, message
from graph.model import Source

MODULUS = 1 << 256
NOTHING = "0" * 64
"""The content hash of a graph in which nothing is stated."""
NODE_STATE, LINK_STATE, _SOURCE = (blake2b(digest_size=32, person=what) for what in (b"node", b"link", b"source"))
"""What every digest of a node's, a link's and a source's statement begins with."""


class DamageError(Exception):
    """What a store holds is not what was written; `fault` says where. Stores make a StoreDamagedError of it."""

    def __init__(self, fault: Message) -> None:
        """Keep the fault."""
        self.fault = fault
        super().__init__(str(fault))


def node_digest(node_id: str, kind: str, values: str) -> int:
    """Return the digest of what a source states of a node, 0 to 2^256."""
    state = NODE_STATE.copy()
    state.update(f"{node_id}\n{kind}\n{values}".encode(errors="surrogatepass"))
    return int.from_bytes(state.digest(), "little")


def link_digest(from_id: str, relation: str, to_id: str, values: Sequence[object]) -> int:
    """Return the digest of what a source states of a link, 0 to 2^256."""
    state = LINK_STATE.copy()
    state.update(f"{from_id}\n{relation}\n{to_id}\n{values_text(values)}".encode(errors="surrogatepass"))
    return int.from_bytes(state.digest(), "little")


def values_text(values: Sequence[object]) -> str:
    """Return a link's values as text: a weight is a real number in every store, whatever its driver makes of 1."""
    weight, *others = values
    stated = float(weight) if isinstance(weight, int) else weight
    return "\n".join(map(ascii, (stated, *others)))  # `repr` depends on the version of Python


def source_factor(source: Source) -> int:
    """Return the odd factor of the source's statements, 1 to 2^256."""
    state = _SOURCE.copy()
    stated: tuple[object, ...] = (source.name, source.version, source.licence, source.url, source.rank)
    if source.institution_id:  # one that belongs to none has the factor of before there were institutions
        stated += (source.institution_id,)
    state.update(ascii(stated).encode())
    return int.from_bytes(state.digest(), "little") | 1


@dataclass(frozen=True, slots=True)
class Content:
    """What sources state, as sums of digests: of nodes and of links, by the source's name."""

    sources: Mapping[str, Source]
    nodes: Mapping[str, int]
    links: Mapping[str, int]

    @property
    def hash(self) -> str:
        """The content hash: 64 hexadecimal digits, zeros where nothing is stated."""
        total = sum(
            source_factor(source) * (self.nodes.get(name, 0) + self.links.get(name, 0))
            for name, source in self.sources.items()
        )
        return f"{total % MODULUS:064x}"

    def after(self, difference: Difference) -> "Content":
        """Return the content when the difference has been applied."""
        source = difference.source_after
        return Content(
            {**self.sources, source.name: source},
            _moved(self.nodes, source.name, difference.nodes, _of_node),
            _moved(self.links, source.name, difference.links, _of_link),
        )

    def before(self, log: Sequence[Change]) -> "Content":
        """Return the content as it was before the changes were made, of which the latest comes last."""
        sources, nodes, links = dict(self.sources), dict(self.nodes), dict(self.links)
        for change in reversed(log):
            name, subject = change.source, change.subject
            if isinstance(change.before, Source):
                sources[name] = change.before
            elif subject is None:
                sources.pop(name, None)
            else:
                sums, digest = (links, _of_link) if isinstance(subject, tuple) else (nodes, _of_node)
                was, now = (0 if said is None else digest(subject, said) for said in (change.before, change.after))
                sums[name] = (sums.get(name, 0) + was - now) % MODULUS
        return Content(sources, nodes, links)


def check_sums(kept: Mapping[str, int], found: Mapping[str, int], what: str) -> None:
    """Do nothing where both are the same; `what` is "nodes" or "links".

    Raises:
        DamageError: what a source states is not what it was written as.
    """
    for name in sorted({*kept, *found}, key=str):
        if kept.get(name, 0) != found.get(name, 0):
            raise DamageError(message(f"damage.{what}", source=str(name)))


def to_text(total: int) -> str:
    """Return a sum of digests as it is kept."""
    return f"{total:064x}"


def from_text(kept: object) -> int:
    """Return a sum of digests that was kept, 0 where none was. Raises DamageError where it cannot be one."""
    try:
        return int(str(kept or "0"), 16)
    except ValueError:
        raise DamageError(message("damage.sums")) from None


def of_source(sums: Mapping[str, int], source: str | None) -> Mapping[str, int]:
    """Return the sum of one source, or of all."""
    return sums if source is None else {source: sums.get(source, 0)}


def check_kept(content: Content, kept: Mapping[int, str], revision: int) -> None:
    """Check that the sums make the content hash that is kept with the revision.

    Raises:
        DamageError: they do not, or the revision has none.
    """
    if content.hash != kept.get(revision, "" if revision else NOTHING):
        raise DamageError(message("damage.revision", number=revision))


def past_hashes(content: Content, log: Iterable[Change], last: int) -> dict[int, str]:
    """Return the content hash of every revision, from the content at the last one and the log of all."""
    hashes: dict[int, str] = {}
    changes = {number: list(some) for number, some in groupby(log, key=attrgetter("revision"))}
    for number in range(last, -1, -1):
        hashes[number] = content.hash
        content = content.before(changes.get(number, []))
    return hashes


def check_past(content: Content, log: Sequence[Change], kept: Mapping[int, str], revision: int) -> None:
    """Check that taking back the log, whatever came after the revision, gives what was written at that revision.

    Raises:
        DamageError: it does not: the history is damaged.
    """
    check_kept(content.before(log), kept, revision)


def check_history(content: Content, log: Iterable[Change], kept: Mapping[int, str], last: int) -> None:
    """Check that the log leads from the present content back to nothing, by way of what is kept of each revision.

    Raises:
        DamageError: it does not.
    """
    for number, there in past_hashes(content, log, last).items():
        if there != (kept.get(number) if number else NOTHING):
            raise DamageError(message("damage.revision", number=number))


def _moved(sums: Mapping[str, int], name: str, delta: Delta[Any, Any], digest: Callable[..., int]) -> dict[str, int]:
    total = sums.get(name, 0)
    total += sum(digest(key, said) for key, said in delta.added.items())
    total += sum(digest(key, now) - digest(key, was) for key, (was, now) in delta.changed.items())
    total -= sum(digest(key, said) for key, said in delta.removed.items())
    return {**sums, name: total % MODULUS}


def _of_node(node_id: Any, values: Any) -> int:  # noqa: ANN401 - a change says which of two it is by its subject
    return node_digest(node_id, *values)


def _of_link(key: Any, values: Any) -> int:  # noqa: ANN401 - as above
    return link_digest(key[0], key[1], key[2], values)
