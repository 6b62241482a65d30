"""Ranks of nodes for a text: by how one of their names matches it, what is in focus first among equals."""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.model import curie, fold, last_part
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.names.index import ALIAS, CHINESE_NAME, CODE, ID, NAME, URI, NameIndex, line_roles
from queries.names.index_build import name_index
from queries.names.matches import LineMatches, NameQuery
from queries.semantics.focus_note import nodes_in_focus

How = Literal["exact", "prefix", "words", "spelling", "part"]
Mask = npt.NDArray[np.bool_]
_EXACT_NAME, _EXACT, _SAME, _PREFIX, _WORDS, _PART, _INITIALS = range(7)
_FEW = 5
"""Where fewer nodes of a kind have all words, those follow that have most of them."""
_INITIALS_FROM, _INITIALS_TO = 3, 5
_OTHER_NAME = np.float32(0.95)
"""What a match of an alias counts beside one of a name."""
_SCORE_STEPS = 20
_COLON = ord(":")
"""What parts an id's own part from its prefix."""


class NodeMatches(NamedTuple):
    """The nodes that are found, representatives of their classes, best first; and why each is."""

    nodes: Ints
    lines: Ints
    ranks: Ints
    is_spelt: bool
    texts: "NameTexts"

    def why(self, at: int) -> tuple[int, int, How]:
        """Return of the node at this place the line that matches, what it is to its node, and how it matches."""
        line = int(self.lines[at])
        role = int(self.texts.roles[line])
        words: How = "spelling" if self.is_spelt and role not in (ID, CODE) else "words"
        how: tuple[How, ...] = ("exact", "exact", words, "prefix", words, "part", "words")
        return line, role, how[int(self.ranks[at])]


class NameTexts:
    """The lines of a snapshot's names, and what each is to its node."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Take over the lines of the index."""
        self.index: NameIndex = snapshot.carried(name_index)
        self.roles = line_roles(snapshot, self.index.text)

    def text(self, snapshot: Snapshot, line: int) -> str:
        """Return the line as it was stated, with its capitals."""
        role, node = int(self.roles[line]), int(self.index.text.nodes[line])
        if role == ALIAS:
            first = int(self.index.text.first[node])
            before = int((self.roles[first:line] != ALIAS).sum())
            stated, at = snapshot.text("aliases")[node].split("\n"), line - first - before
            # A name may itself have line ends: then its parts count as aliases, and are told as they are folded.
            return (
                stated[at]
                if at < len(stated) and fold(stated[at]) == _text(self.index, line)
                else _text(self.index, line)
            )
        if role == ID:
            return snapshot.ids[node]
        if role == URI:
            return _text(self.index, line)
        return snapshot.text({NAME: "name", CHINESE_NAME: "name_zh", CODE: "code"}[role])[node]


def name_texts(snapshot: Snapshot) -> NameTexts:
    """Return the lines of the snapshot's names."""
    return snapshot.derived(NameTexts)


def match_nodes(snapshot: Snapshot, text: str) -> NodeMatches:
    """Return the nodes that the text finds, best first."""
    texts = name_texts(snapshot)
    folded = " ".join(fold(text).split())
    wanted = NameQuery(texts.index, folded)
    found = wanted.match()
    if not found.whole.any() and wanted.words:
        found = wanted.match(loosely=True)
    lines, ranks = _ranked_lines(texts, found, wanted)
    scores = found.score[lines]
    more, more_ranks = _by_code(snapshot, texts, folded, lines)
    begun, shares = _by_initials(texts, folded)
    lines = np.concatenate([lines, more, begun])
    ranks = np.concatenate([ranks, more_ranks, np.full(len(begun), _INITIALS, np.int8)])
    scores = np.concatenate([scores, np.ones(len(more), np.float32), shares])
    scores[texts.roles[lines] == ALIAS] *= _OTHER_NAME
    return _nodes(snapshot, texts, _LineRanks(lines, ranks, scores), is_spelt=found.spelt)


def _ranked_lines(texts: NameTexts, found: LineMatches, wanted: NameQuery) -> tuple[Ints, Ints]:
    """Return the lines that match, and the rank of each."""
    whole, partly = np.flatnonzero(found.whole), np.flatnonzero(wanted.partly(found))
    ranks = np.full(len(whole) + len(partly), _PART, np.int8)
    ranks[: len(whole)] = _WORDS
    begins, is_all = _beginning(texts.index, whole, wanted.folded)
    is_name = (texts.roles[whole] == NAME) | (texts.roles[whole] == CHINESE_NAME)
    at = ranks[: len(whole)]
    at[begins] = _PREFIX
    at[found.same[whole]] = _SAME
    at[is_all], at[is_all & is_name] = _EXACT, _EXACT_NAME
    return np.concatenate([whole, partly]), ranks


def _beginning(index: NameIndex, lines: Ints, folded: str) -> tuple[Mask, Mask]:
    """Return which of the lines begin with the text, and which are it."""
    needle = np.frombuffer(folded.encode("utf-8", "replace"), np.uint8)
    begins, ends = index.text.begins[lines], index.text.ends[lines]
    fits = ends - begins >= len(needle)
    for at, byte in enumerate(needle.tolist()):
        still = np.flatnonzero(fits)
        fits[still] = index.blob[begins[still] + at] == byte
    return fits, fits & (ends - begins == len(needle))


def _by_initials(texts: NameTexts, folded: str) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Return the names whose words begin with these letters, one after the other; and how well each is met.

    So SEO finds search engine optimisation. Only three to five letters of one word are taken for initials.
    """
    if not (_INITIALS_FROM <= len(folded) <= _INITIALS_TO and folded.isascii() and folded.isalpha()):
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    letters, of_line = texts.index.initials
    last = len(folded) - 1
    at = np.arange(max(0, len(letters) - last))
    for offset, byte in enumerate(folded.encode()):
        at = at[letters[at + offset] == byte]
    at = at[of_line[at] == of_line[at + last]]
    at = at[np.isin(texts.roles[of_line[at]], (NAME, CHINESE_NAME, ALIAS))]
    lines = np.unique(of_line[at])
    counts = of_line.searchsorted(lines, "right") - of_line.searchsorted(lines)
    lines = lines[counts == len(folded)].astype(np.int64)
    return lines, np.ones(len(lines), np.float32)


def _by_code(snapshot: Snapshot, texts: NameTexts, folded: str, lines: Ints) -> tuple[Ints, Ints]:
    """Return the lines of ids and codes that are the text, or begin so; of a URI, that are it, else its last part.

    A text that names have, `lines`, and that looks like no code, is none.
    """
    nothing = np.zeros(0, np.int64), np.zeros(0, np.int8)
    is_uri = "://" in folded
    looks_so = not len(lines) or any(character.isdigit() or character in ":-._" for character in folded)
    if not folded or " " in folded or not looks_so:
        return nothing
    if is_uri and len(stated := _addresses(snapshot, texts, folded)):
        return stated, np.full(len(stated), _EXACT, np.int8)
    needle = last_part(folded) if is_uri else folded
    if not needle:
        return nothing
    lines, places, ends = _code_places(snapshot, texts, needle)
    closes = ends == texts.index.text.ends[lines]
    begins = places == texts.index.text.begins[lines]
    is_all = closes & (begins | (texts.index.blob[places - 1] == _COLON))
    ranks = np.where(is_all, _EXACT, np.where(begins, _PREFIX, _WORDS)).astype(np.int8)
    if is_uri:
        lines, ranks = lines[is_all], ranks[is_all]
    # A code may hold the text twice.
    best = np.lexsort((ranks, lines))
    best = best[np.diff(lines[best], prepend=-1) > 0]
    return lines[best], ranks[best]


def _addresses(snapshot: Snapshot, texts: NameTexts, folded: str) -> Ints:
    """Return the lines that are this URI, with or without a slash at its end; else the id that is its short form."""
    wanted = {folded, folded.rstrip("/"), f"{folded}/"}
    places = snapshot.folded.places(folded.rstrip("/"))
    lines = texts.index.text.begins.searchsorted(places, "right") - 1
    lines = lines[texts.roles[lines] == URI]
    found = np.array([line for line in lines.tolist() if _text(texts.index, line) in wanted], np.int64)
    i = snapshot.find(curie(folded))
    return found if len(found) or i is None else texts.index.text.first[[i]].astype(np.int64)


def _code_places(snapshot: Snapshot, texts: NameTexts, needle: str) -> tuple[Ints, Ints, Ints]:
    """Return the lines of ids and codes at each place where the text stands in one, the places, and where these end."""
    places = snapshot.folded.places(needle)
    lines = texts.index.text.begins.searchsorted(places, "right") - 1
    ends = places + len(needle.encode("utf-8", "replace"))
    is_code = (texts.roles[lines] == ID) | (texts.roles[lines] == CODE)
    chosen = is_code & (ends <= texts.index.text.ends[lines])
    return lines[chosen], places[chosen], ends[chosen]


def _text(index: NameIndex, line: int) -> str:
    return index.blob[index.text.begins[line] : index.text.ends[line]].tobytes().decode("utf-8", "replace")


class _LineRanks(NamedTuple):
    """Lines that match, the rank of each, and how well it does."""

    lines: Ints
    ranks: Ints
    scores: npt.NDArray[np.float32]


def _nodes(snapshot: Snapshot, texts: NameTexts, matched: _LineRanks, *, is_spelt: bool) -> NodeMatches:
    """Return the nodes by their best lines; of a kind of which few have all words, also those with some."""
    lines, ranks, scores = matched
    nodes = snapshot.class_of[texts.index.text.nodes[lines]]
    best = np.lexsort((lines, -scores, ranks, nodes))
    first = np.concatenate([[True], nodes[best][1:] != nodes[best][:-1]])[: len(best)]
    best = best[first]
    nodes, lines, ranks, scores = nodes[best], lines[best], ranks[best], scores[best]
    stays = ranks < _PART
    few = np.bincount(snapshot.kind[nodes[stays]], minlength=256) < _FEW
    stays |= few[snapshot.kind[nodes]]
    nodes, lines, ranks, scores = nodes[stays], lines[stays], ranks[stays], scores[stays]
    steps = np.round(scores * _SCORE_STEPS).astype(np.int64)
    steps[ranks < _PREFIX] = 0
    out_of_focus = ~nodes_in_focus(snapshot)[nodes]
    order = np.lexsort((nodes, -scores, out_of_focus, -steps, ranks))
    return NodeMatches(nodes[order], lines[order], ranks[order], is_spelt, texts)
