"""Response headers of our own that answers carry."""

REVISION_HEADER = "Rolepath-Revision"
"""The header that says of which revision an answer is."""


WITHHELD_HEADER = "Rolepath-Withheld"
"""The header that says how many assessments of small groups an export leaves out."""
STALE_HEADER = "Rolepath-Stale"
"""The header that says for how many seconds nobody could see whether an answer still holds."""
