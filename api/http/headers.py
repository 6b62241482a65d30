"""Response headers of our own that answers carry."""

REVISION_HEADER = "Rolepath-Revision"
"""The header that says of which revision an answer is."""


STALE_HEADER = "Rolepath-Stale"
"""The header that says for how many seconds nobody could see whether an answer still holds."""
