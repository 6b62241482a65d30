"""Command context: which store a command asks, and how it answers - people, or with one JSON document."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeVar

import typer

from api.cli.wrong_usage import WrongUsageError, wrong_usage
from graph.messages import Language, writable
from graph.messages.reader_language import say

if TYPE_CHECKING:  # these take longer to load than `--help` does, which needs none of them
    from collections.abc import Callable

    from pydantic import BaseModel

    from api.answers.answer_columns import Columns
    from api.cli.table_options import TableOptions
    from api.cli.terminal import Terminal
    from api.settings.settings import Settings
    from graph.snapshot.snapshot import Snapshot
    from graph.stores import Store

# ruff: noqa: PLC0415

M = TypeVar("M", bound="BaseModel")


class Common(NamedTuple):
    """The options that every command takes, before its name or after it."""

    store: str | None = None
    as_json: bool = False
    lang: Language | None = None

    def over(self, before: Common | None) -> Common:
        """Return these options, and those given before the command's name where these are silent."""
        before = before or Common()
        return Common(self.store or before.store, self.as_json or before.as_json, self.lang or before.lang)


class CommandRun:
    """One run of one command."""

    def __init__(self, common: Common, name: str = "") -> None:
        """Keep the options, and what the command is called; nothing is opened yet."""
        self.name = name
        self.as_json = common.as_json
        self.revision: int | None = None
        """The earlier revision that is asked for; None for the present one."""
        self._store_url = common.store
        self._opened: list[Store] = []

    @cached_property
    def settings(self) -> Settings:
        """Where things are kept, by the options and the environment."""
        from api.settings.settings import load_settings

        return load_settings(os.environ, self._store_url)

    @cached_property
    def out(self) -> Terminal:
        """Standard output, for answers to people."""
        from api.cli.terminal import Terminal

        return Terminal(sys.stdout)

    @cached_property
    def err(self) -> Terminal:
        """Standard error, for everything that is no answer."""
        from api.cli.terminal import Terminal

        return Terminal(sys.stderr)

    @cached_property
    def store(self) -> Store:
        """The store to write to, or to ask about itself; it may not exist."""
        return self._open(self.settings, "--store", for_reading=False)

    @cached_property
    def store_for_reading(self) -> Store:
        """The store to read; where nobody named one and there is none yet, an empty one, and a hint.

        Raises:
            StoreUnavailableError: a store was named, and does not exist.
        """
        store = self._open(self.settings, "--store", for_reading=True)
        if not store.exists():
            self.hint(
                say("command.empty_store"),
                say("command.empty_store_workbook"),
            )
        if self.revision is None:
            return store
        from graph.stores.past_view import past_of

        return past_of(store, self.revision)

    def store_at(self, url: str, word: str, *, for_reading: bool = False) -> Store:
        """Return another store than the one that is asked; `word` is what the usage calls it.

        Raises:
            StoreUnavailableError: it is to be read, and does not exist.
        """
        from dataclasses import replace

        return self._open(
            replace(self.settings, store_url=url, store_may_be_missing=False), word, for_reading=for_reading
        )

    def snapshot(self, language: str = "en") -> Snapshot:
        """Return the whole graph as it is now, or at the revision that is asked for; nodes named in the language."""
        from graph.snapshot.files import load_snapshot
        from graph.snapshot.institution_views import with_views
        from graph.snapshot.past import snapshot_at
        from graph.stores.past_view import PastStore

        store = self.store_for_reading
        if isinstance(store, PastStore):
            present = load_snapshot(store.whole, self.settings.cache_path)
            then = store.revision()
            snapshot = snapshot_at(store.whole, then.number, present)[0].with_token(then.token)
        else:
            snapshot = load_snapshot(store, self.settings.cache_path)
        return with_views(snapshot, store).in_language(language)

    def answer(self, document: BaseModel, show: Callable[[Terminal], None], table: TableOptions | None = None) -> None:
        """Print the document, write it as a table where that is asked, or show it to people."""
        if table is not None and table.chosen:
            from api.answers.answer_columns import answer_columns

            self.write_table(table, answer_columns(document) or {}, getattr(document, "revision", None))
        elif self.as_json:
            print_json(document)
        else:
            show(self.out)

    def write_table(self, table: TableOptions, columns: Columns, revision: int | None = None) -> None:
        """Write the table into its file, else as CSV to standard output.

        Raises:
            InputError: the file cannot be written; or the format cannot hold the table.
        """
        from api.answers.stamps import rolepath_version
        from api.answers.table_files import table_csv, write_table_file
        from ingest.formats.native.write import replacing

        if table.out is None or table.chosen is None:
            typer.echo(table_csv(columns).encode(), nl=False)
            return
        about = {"version": rolepath_version(), "command": self.name, **self._stamp(revision)}
        with replacing(table.out, overwrite=table.overwrite) as draft:
            write_table_file(columns, draft, table.chosen, about)
        rows = len(next(iter(columns.values()), ()))
        self.hint(say("command.table_written", rows=rows, out=table.out))

    def _stamp(self, revision: int | None) -> dict[str, str]:
        """Return what a table is of: the revision, and where the store is at it, its content hash and date."""
        from api.answers.stamps import stamp_of

        if revision is None:
            return {}
        store = self.store_for_reading
        with store.reading() as reading:
            stamp = stamp_of(store, reading)
        known = {"content": stamp.content, "date": stamp.date} if stamp.revision == revision else {}
        return {"revision": str(revision), **{name: told for name, told in known.items() if told}}

    def hint(self, *lines: str) -> None:
        """Tell people something beside the answer."""
        from api.cli.terminal import line

        self.err.say(*(line((words, "dim")) for words in lines))

    def command(self, words: str) -> str:
        """Return the command line that asks the same store, for people to copy."""
        shown = re.sub("://[^/@]*@", "://", self._store_url or "")  # without user and password
        return f"rolepath --store {shlex.quote(shown)} {words}" if shown else f"rolepath {words}"

    def stop(self, status: int) -> NoReturn:
        """End the command with an exit status."""
        raise typer.Exit(status)

    def close(self) -> None:
        """Let go of the store, so that its file is whole by itself."""
        for store in self._opened:
            store.close()

    def _open(self, settings: Settings, word: str, *, for_reading: bool) -> Store:
        from api.settings.settings import store_for_reading, store_of
        from graph.errors import InputError

        try:
            store = store_for_reading(settings) if for_reading else store_of(settings)
        except InputError as error:
            raise WrongUsageError(error.message, word) from error
        self._opened.append(store)
        return store


def made(model: type[M], **values: object) -> M:
    """Return the model of these values.

    Raises:
        BadParameter: one of them is out of range, and Typer could not know.
    """
    from pydantic import ValidationError

    from api.http.validation_words import words_of_fault
    from graph.errors import verbatim

    try:
        return model(**values)
    except ValidationError as error:
        first = error.errors()[0]
        option = "--" + str(first["loc"][0]).replace("_", "-").removesuffix("-s")
        reason = words_of_fault(first) or verbatim(first["msg"])
        raise wrong_usage("usage.value_is", option, value=str(first["input"]), reason=reason) from error


def print_json(document: BaseModel) -> None:
    """Print the document on one line; where the output's encoding cannot carry a letter, all are written as escapes."""
    try:
        text = document.model_dump_json()
    except ValueError:  # the path of a file is bytes, and need not be text
        text = writable(json.dumps(document.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), separators=(",", ":"))
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def wanted(word: str | None, words: list[str], option: str) -> str | None:
    """Return the word, which must be one of these, or None for None.

    Raises:
        BadParameter: it is none of them; the nearest is named.
    """
    if word is None or word in words:
        return word
    from difflib import get_close_matches

    near = get_close_matches(word.replace("-", "_").lower(), [w.lower() for w in words], 1, 0.5)
    found = next((w for w in words if near and w.lower() == near[0]), None)
    known = list(words)
    if found:
        raise wrong_usage("command.unknown_word_near", option, word=word, near=found, known=known)
    raise wrong_usage("command.unknown_word", option, word=word, known=known)
