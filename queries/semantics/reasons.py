"""Reasons: why something is said, as a message of the catalogue under `reason`, worded in English and Chinese."""

from collections.abc import Iterable
from typing import Self

from pydantic import PrivateAttr

from graph.messages import Language, Message, message
from graph.model import Frozen

_MOST_NAMED = 3


class ExplainedResult(Frozen):
    """Something that is said with a `reason` in English; `told` says it in either language.

    What is kept for that is in no document.
    """

    _why: Message | None = PrivateAttr(None)

    def told(self, language: Language) -> str:
        """Return the reason in the language; in English where it was read from a document."""
        # Each kind has its own field for it, at its own place in documents.
        in_english: str = vars(self)["reason"]
        return in_english if self._why is None else self._why.text(language)

    def explain(self, why: Message) -> Self:
        """Keep why, and return itself."""
        self._why = why
        return self


def naming(key: str, names: Iterable[str]) -> Message:
    """Return the message that names the first few of these.

    >>> naming("reason.nobody_employs", ["A", "B", "C", "D"]).text("zh")
    '没有记录到企业设有这些岗位：A、B、C 等 4 项'
    """
    every = tuple(names)
    few, left = every[:_MOST_NAMED], len(every) - _MOST_NAMED
    return message(key, names=message("list.and_more", names=few, left=left, total=len(every)) if left > 0 else few)
