"""Addresses of lists: the last part of the address of each kind's list."""

from collections.abc import Mapping

from graph.schema import KINDS

SLUGS: Mapping[str, str] = {kind.file.replace("_", "-"): kind.name for kind in KINDS.values()}
"""The kind that each list is of, by the last part of its address; in the order of the schema."""
SLUG_OF: Mapping[str, str] = {kind: slug for slug, kind in SLUGS.items()}
"""The last part of the address of each kind's list."""
