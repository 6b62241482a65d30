"""Full-text engines on the names of a snapshot: what the search is weighed against, SQLite FTS5 and tantivy.

Each is asked as well as its own means allow: all words first, the last as a beginning, then any of them; tantivy also
with one slip in each word. A line is a document, and a node is as good as its best line.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol

from graph.model import fold
from graph.snapshot.snapshot import Snapshot
from queries.names.index import ID
from queries.names.index_build import name_index
from queries.names.ranks import name_texts
from queries.names.words import words_of
from queries.search import search

_MOST_LINES = 100
_OF_ALL = "SELECT node FROM names WHERE names MATCH ?1 ORDER BY rank LIMIT ?3"
_OF_KIND = "SELECT node FROM names WHERE names MATCH ?1 AND kind = ?2 ORDER BY rank LIMIT ?3"


class Line(NamedTuple):
    """A name, alias or code of a node, folded."""

    node: str
    kind: str
    text: str


class Engine(Protocol):
    """What finds nodes by a text: `ask` returns their ids, best first, each once."""

    def ask(self, text: str, kind: str | None, limit: int) -> list[str]:
        """Return the ids of the nodes that the text finds, of that kind alone where one is named."""
        ...


def lines_of(snapshot: Snapshot) -> Iterator[Line]:
    """Yield what each node is called, its code among it; a member of a class counts as the class."""
    texts = name_texts(snapshot)
    lines = texts.index.text
    for at, role in enumerate(texts.roles.tolist()):
        if role != ID:
            node = int(snapshot.class_of[lines.nodes[at]])
            text = texts.index.blob[lines.begins[at] : lines.ends[at]].tobytes().decode()
            yield Line(snapshot.ids[node], snapshot.kind_of(node), text)


def split_chinese(text: str) -> str:
    """Return the text with its words apart, each two characters of Chinese as one word beside the single ones."""
    return " ".join(words_of(text))


class Arrays:
    """The search of the product."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Search the snapshot."""
        self._snapshot = snapshot

    def ask(self, text: str, kind: str | None, limit: int) -> list[str]:
        """Return the ids of the nodes that the text finds."""
        return [hit.id for hit in search(self._snapshot, text, kind, limit=limit).items]


class Fts5:
    """A table of SQLite FTS5, ranked by BM25, with indexes of beginnings."""

    def __init__(self, lines: Iterable[Line], tokenizer: str, split: Callable[[str], str] = str) -> None:
        """Index the lines; `split` puts blanks where the tokenizer finds none."""
        self._split, self._is_trigram = split, tokenizer == "trigram"
        self._db = sqlite3.connect(":memory:")
        beginnings = "" if self._is_trigram else ", prefix='1 2 3'"
        columns = f"text, node UNINDEXED, kind UNINDEXED, tokenize='{tokenizer}'{beginnings}"
        self._db.execute(f"CREATE VIRTUAL TABLE names USING fts5({columns})")
        rows = ((split(line.text), line.node, line.kind) for line in lines)
        self._db.executemany("INSERT INTO names VALUES (?, ?, ?)", rows)
        self._db.execute("INSERT INTO names(names) VALUES ('optimize')")

    def ask(self, text: str, kind: str | None, limit: int) -> list[str]:
        """Return the ids of the nodes that the text finds."""
        found: dict[str, None] = {}
        for query in self._queries(" ".join(fold(text).split())):
            rows = self._db.execute(_OF_ALL if kind is None else _OF_KIND, (query, kind, _MOST_LINES))
            found.update(dict.fromkeys(node for (node,) in rows))
            if len(found) >= limit:
                break
        return list(found)[:limit]

    def _queries(self, folded: str) -> Iterator[str]:
        words = [_quoted(word) for word in self._split(folded).split()]
        if self._is_trigram:
            words = [word for word in words if len(word) >= 5]  # of fewer than three characters it finds nothing
            parts = [_quoted(folded[at : at + 3]) for at in range(len(folded) - 2)]
            yield from (query for query in (" AND ".join(words), " OR ".join(parts)) if query)
        elif words:
            begun = [*words[:-1], f"{words[-1]}*"]
            yield " AND ".join(begun)
            yield " OR ".join(begun)


class Tantivy:
    """An index of tantivy, ranked by BM25: English stems, and pairs of Chinese characters in a field of their own."""

    def __init__(self, lines: Iterable[Line]) -> None:
        """Index the lines in memory."""
        self._api: Any = import_module("tantivy")
        builder = self._api.SchemaBuilder()
        for name, tokenizer in (("stems", "en_stem"), ("words", "whitespace"), ("kind", "raw")):
            builder.add_text_field(name, tokenizer_name=tokenizer)
        self._schema = builder.add_text_field("node", stored=True, tokenizer_name="raw").build()
        self._index = self._api.Index(self._schema)
        writer = self._index.writer(num_threads=1)
        for line in lines:
            split = split_chinese(line.text)
            writer.add_document(self._api.Document(stems=split, words=split, kind=line.kind, node=line.node))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def ask(self, text: str, kind: str | None, limit: int) -> list[str]:
        """Return the ids of the nodes that the text finds."""
        found: dict[str, None] = {}
        for query in self._queries(split_chinese(" ".join(fold(text).split())).split()):
            asked = [(self._api.Occur.Must, query)]
            if kind is not None:
                of_kind = self._api.Query.term_query(self._schema, "kind", kind)
                asked.append((self._api.Occur.Must, self._api.Query.const_score_query(of_kind, 0.0)))
            hits = self._searcher.search(self._api.Query.boolean_query(asked), _MOST_LINES).hits
            found.update(dict.fromkeys(self._searcher.doc(at)["node"][0] for _, at in hits))
            if len(found) >= limit:
                break
        return list(found)[:limit]

    def _queries(self, words: list[str]) -> Iterator[Any]:
        if not words:
            return
        query, must, should = self._api.Query, self._api.Occur.Must, self._api.Occur.Should
        quoted = [_quoted(word) for word in words]
        each = [self._index.parse_query(word, ["stems", "words"]) for word in quoted]
        begun = query.fuzzy_term_query(self._schema, "words", words[-1], distance=0, prefix=True)
        last = query.boolean_query([(should, each[-1]), (should, begun)])
        near = [query.fuzzy_term_query(self._schema, "words", word, distance=min(1, len(word) // 4)) for word in words]
        yield query.boolean_query([(must, one) for one in [*each[:-1], last]])
        yield query.boolean_query([(must, one) for one in near])
        yield query.boolean_query([(should, one) for one in [*each, *near]])


def engines(snapshot: Snapshot) -> Iterator[tuple[str, Callable[[], Engine]]]:
    """Yield what each engine is called, and what builds it; tantivy only where it is installed."""
    lines = list(lines_of(snapshot))
    yield "arrays", lambda: _indexed(snapshot)
    yield "FTS5 unicode61", lambda: Fts5(lines, "unicode61")
    yield "FTS5 trigram", lambda: Fts5(lines, "trigram")
    yield "FTS5 porter, Chinese pairs", lambda: Fts5(lines, "porter unicode61", split_chinese)
    if find_spec("tantivy"):
        yield "tantivy, Chinese pairs", lambda: Tantivy(lines)


def _indexed(snapshot: Snapshot) -> Arrays:
    """Index the names anew, as the others do, and search."""
    name_index(snapshot, None)
    return Arrays(snapshot)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
