"""Proposals: which things of the graph the sentences of a document may be linked to, for a person to judge."""
