"""Parser of OSMT's JSON answers: records, each field checked for its type."""

from collections.abc import Iterator
from typing import NamedTuple

from graph.messages import Message, message
from ingest.draft import Draft, Place
from ingest.formats.osmt.occupation_codes import occupation_code

GONE = frozenset({"archived", "deleted"})
"""The states of a descriptor that its server shows no more."""


class Occupation(NamedTuple):
    """An occupation as a descriptor, or a list of occupations, names it; empty text where it does not say.

    `written` is the code as it stands, where that is otherwise; `column` the column of a table that holds it.
    """

    code: str
    name: str = ""
    description: str = ""
    is_listed: bool = False
    written: str = ""
    column: str = ""


class Descriptor(NamedTuple):
    """A rich skill descriptor; `standards` and `keywords` count those that it names."""

    uuid: str
    uri: str
    name: str
    statement: str
    status: str
    occupations: list[Occupation]
    alignments: list[str]
    standards: int
    keywords: int


Record = Descriptor | Occupation | None
"""None stands for a record that was rejected."""
Records = Iterator[tuple[Place, Record]]


def is_descriptor(item: object) -> bool:
    """Say whether a JSON value looks like a descriptor."""
    return isinstance(item, dict) and ("skillStatement" in item or "skillName" in item)


def records_of_json(name: str, items: list[object], draft: Draft) -> Records:
    """Yield each descriptor of a list with its place, None where it is rejected."""
    for row, item in enumerate(items, 2):
        place = Place(name, None, row)
        yield place, _Fields(draft, place, item).descriptor()


class _Fields:
    """The fields of one JSON record, each checked for its type; a wrong one rejects the record."""

    def __init__(self, draft: Draft, place: Place, item: object) -> None:
        self._draft, self._place, self._item = draft, place, item if isinstance(item, dict) else {}
        self._is_object = isinstance(item, dict)

    def descriptor(self) -> Descriptor | None:
        """Return the descriptor, None where the record is rejected."""
        if not self._is_object:
            self._reject(message("osmt.descriptor_object"), "")
            return None
        if not self._item.get("uuid") and not self._item.get("id"):
            self._reject(message("osmt.no_id"), "uuid")
        status = self._text("status").lower()
        if status not in GONE:
            for field in ("skillName", "skillStatement"):
                if not self._text(field).strip():
                    self._reject(message("osmt.missing", field=field), field)
        descriptor = Descriptor(
            self._text("uuid").strip(),
            self._text("id").strip(),
            self._text("skillName").strip(),
            self._text("skillStatement").strip(),
            status,
            [one for item in self._list("occupations") if (one := self._occupation(item))],
            [self._alignment(item) for item in self._list("alignments")],
            len(self._list("standards")),
            len(self._list("keywords")),
        )
        return None if self._place in self._draft.rejected else descriptor

    def _occupation(self, item: object) -> Occupation | None:
        if not isinstance(item, dict) or not isinstance(item.get("code"), str) or not item["code"].strip():
            self._reject(message("osmt.occupation"), "occupations")
            return None
        name = self._inner(item, "targetNodeName") or self._inner(item, "name")
        written = item["code"].strip()
        code = occupation_code(written)
        return Occupation(code, name, self._inner(item, "description"), written=written if code != written else "")

    def _alignment(self, item: object) -> str:
        if isinstance(item, dict):
            return self._inner(item, "id")
        self._reject(message("osmt.alignment"), "alignments")
        return ""

    def _inner(self, item: dict[str, object], key: str) -> str:
        value = item.get(key)
        if value is not None and not isinstance(value, str):
            self._reject(message("osmt.text", field=key), key)
        return value.strip() if isinstance(value, str) else ""

    def _text(self, key: str) -> str:
        value = self._item.get(key)
        if value is not None and not isinstance(value, str):
            self._reject(message("osmt.text", field=key), key)
        return value if isinstance(value, str) else ""

    def _list(self, key: str) -> list[object]:
        value = self._item.get(key)
        if value is not None and not isinstance(value, list):
            self._reject(message("osmt.list", field=key), key)
        return value if isinstance(value, list) else []

    def _reject(self, reason: Message, column: str) -> None:
        self._draft.reject(self._place, reason, column=column or None)
