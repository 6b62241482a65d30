"""Account of JSON-LD records: each is accepted, or skipped by its own type; what stands inside does not save it."""

from collections import Counter
from collections.abc import Collection

from graph.messages import Message, message
from ingest.draft import Draft, Place
from ingest.formats.framework import together
from ingest.formats.jsonld import terms
from ingest.formats.jsonld.linked_data import LdNode
from ingest.formats.jsonld.vocabularies import compact
from ingest.readers.table import shown

_MOST_TYPES = 30


class RecordAccounts:
    """The top node of each record by its place, and the keys of nodes of which something is stated."""

    def __init__(self) -> None:
        """Begin without records."""
        self._tops: dict[Place, tuple[str, frozenset[str]]] = {}
        self.used: set[str] = set()

    def open(self, top: LdNode) -> None:
        """Take the top node of a record."""
        self._tops[top.place] = (top.key, frozenset(top.types))

    def settle(self, draft: Draft, badges: Collection[Place]) -> None:
        """Skip the records of which nothing is read, by their types; `badges` are the places of badges that are."""
        skipped: Counter[Message] = Counter()
        places: set[Place] = set()
        for place, (key, types) in self._tops.items():
            is_award = bool(types & terms.AWARDS) and place in badges
            if place not in draft.rejected and key not in self.used and not is_award:
                skipped[_reason(types)] += 1
                places.add(place)
        for number, (reason, records) in enumerate(sorted(skipped.items(), key=lambda one: (-one[1], str(one[0])))):
            draft.skip(reason if number < _MOST_TYPES else message("jsonld.other_types"), records)
        inside = sum(place in places for subject, place in draft.places.items() if not isinstance(subject, tuple))
        if inside:
            draft.note(message("jsonld.inside", n=inside))


def _reason(types: Collection[str]) -> Message:
    if not types:
        return message("jsonld.no_type")
    if any(one in terms.KIND_OF_TYPE or one in terms.GENERIC_TYPES for one in types):
        return message("jsonld.says_nothing")
    return message("jsonld.other_type", types=together(sorted(shown(compact(one), 80) for one in types)[:3]))
