"""JSON-LD context processing: the active context of a document's parts, without fetching anything.

Source: https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm. Protected terms may be defined anew.
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urljoin

from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.formats.jsonld.definitions import TermDefinitions, wrong_definition
from ingest.formats.jsonld.iris import Context, full_term
from ingest.formats.jsonld.vocabularies import known_context
from ingest.readers.table import shown

MOST_WORK = 50_000_000
"""Terms that the contexts of one file may carry over, and a tenth of those that they may define: some ten seconds."""
_WORK_OF_DEFINITION = 10
_MOST_KEPT = 64


class ContextReader:
    """Extends the active context by what a file states; every problem names the file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._work = 0
        self._last: tuple[object, Context, bool, Context] | None = None
        # By identity, with what the identities belong to: contexts of types and properties come again and again.
        self._scoped: dict[tuple[int, int, bool], tuple[object, Context, Context]] = {}

    def scoped(self, stated: object, before: Context, *, propagates: bool = True) -> Context:
        """Return the active context by the context of a term. Raises InputError."""
        key = (id(stated), id(before), propagates)
        if key not in self._scoped:
            if len(self._scoped) >= _MOST_KEPT:
                self._scoped.clear()
            self._scoped[key] = (stated, before, self.extend(stated, before, propagates=propagates))
        return self._scoped[key][2]

    def extend(self, stated: object, before: Context, *, propagates: bool = True) -> Context:
        """Return the active context after a stated one. One that does not propagate ends at the next node inside.

        Raises:
            InputError: it is none, is too large, or would have to be fetched.
        """
        last = self._last
        if last is not None and last[1] is before and last[2] is propagates and last[0] == stated:
            return last[3]
        if isinstance(stated, dict) and isinstance(stated.get("@propagate"), bool):
            propagates = stated["@propagate"]
        after = before
        for one in stated if isinstance(stated, list) else [stated]:
            after = Context() if one is None else self._extended(one, after)
        if not propagates:
            after = replace(after, previous=before.previous or before)
        self._last = (stated, before, propagates, after)
        return after

    def _extended(self, stated: object, before: Context) -> Context:
        if isinstance(stated, str):
            definitions: Mapping[str, object] = self._known(stated)
        elif isinstance(stated, dict):
            definitions = stated
        else:
            raise self._error(message("jsonld.context"))
        if "@import" in definitions:
            imported = definitions["@import"]
            if not isinstance(imported, str):
                raise self._error(wrong_definition("@import", imported))
            own = {key: value for key, value in definitions.items() if key != "@import"}
            definitions = {**self._known(imported), **own}
        self._work += len(before.terms) + _WORK_OF_DEFINITION * len(definitions)
        if self._work > MOST_WORK:
            raise self._error(message("jsonld.large_contexts"))
        return self._defined(definitions, before)

    def _defined(self, definitions: Mapping[str, object], before: Context) -> Context:
        base, vocabulary, language = (self._text(definitions, key) for key in ("@base", "@vocab", "@language"))
        after = before
        if base is not None:
            after = replace(after, base=base and self._joined(before.base, base))
        if vocabulary is not None:
            full = full_term(vocabulary, after, canonical=False) if vocabulary else None
            is_none = definitions["@vocab"] is None
            after = replace(after, vocabulary="" if is_none else full or self._joined(after.base, vocabulary))
        if language is not None:
            after = replace(after, language=language.lower())
        defined = TermDefinitions(definitions, after, self._file)
        return replace(after, terms=defined.all())

    def _joined(self, base: str, text: str) -> str:
        try:
            return urljoin(base, text)
        except ValueError:
            raise self._error(message("jsonld.no_reference", text=shown(text, 60))) from None

    def _text(self, definitions: Mapping[str, object], key: str) -> str | None:
        """Return the text that a keyword stands for, empty where it is null; None where it is not stated."""
        if key not in definitions:
            return None
        stated = definitions[key]
        if stated is not None and not isinstance(stated, str):
            raise self._error(wrong_definition(key, stated))
        return stated or ""

    def _known(self, address: str) -> Mapping[str, object]:
        known = known_context(address)
        if known is None:
            reason = message("jsonld.unknown_context", context=shown(address, 100), way_out=message("jsonld.way_out"))
            raise self._error(reason, shown(address))
        return known

    def _error(self, reason: Message, value: str | None = None) -> InputError:
        return InputError(Problem(reason, self._file, column="@context", value=value))
