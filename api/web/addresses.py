"""Addresses of pages: ids within a path, and parameters as a query."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlencode


@lru_cache(10_000)
def in_path(node_id: str) -> str:
    """Return an id as it stands in the path of an address."""
    return quote(node_id, safe=":@!$'()*,;=+~")


def query_of(query: Mapping[str, object]) -> str:
    """Return the query of an address, with its question mark; parameters that are None or empty are left out."""
    parameters = [(name, value) for name, value in query.items() if value not in (None, "", False)]
    return "?" + urlencode(parameters, doseq=True) if parameters else ""
