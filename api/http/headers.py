"""Response headers of our own that answers carry."""

REVISION_HEADER = "Rolepath-Revision"
"""The header that says of which revision an answer is."""
CONTENT_HEADER = "Rolepath-Content"
"""The header that says which content hash the graph has at that revision, as whoever asks is shown it."""
VERSION_HEADER = "Rolepath-Version"
"""The header that says which version of Rolepath answers."""

IDEMPOTENCY_KEY = "Idempotency-Key"
"""The header by which a request that writes is done once, however often it is sent."""
REPLAYED_HEADER = "Idempotency-Replayed"
"""The header that says that an answer was given before: nothing was done anew."""

WITHHELD_HEADER = "Rolepath-Withheld"
"""The header that says how many assessments of small groups an export leaves out."""
STALE_HEADER = "Rolepath-Stale"
"""The header that says for how many seconds nobody could see whether an answer still holds."""
