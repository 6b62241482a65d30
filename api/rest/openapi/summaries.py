"""The summary of an operation: the first clause of its description."""

import re

_END = re.compile(r"[.:;](\s|$)|, (with|by|each|the|and|within|first)\b")


def summary_of(description: str) -> str:
    """Return what the operation does, in a few words.

    >>> summary_of("List the imports, the latest first. `/v1/runs` lists every import that was tried.")
    'List the imports'
    >>> summary_of("Show a role: what each source states of it, where they disagree, and its links.")
    'Show a role'
    """
    line = " ".join(description.split())
    end = _END.search(line)
    return line[: end.start()] if end else line
