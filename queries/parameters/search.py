"""The parameters of search, and of lists of nodes."""

from typing import Literal

NodeOrder = Literal["id", "name"]
"""What a list of a kind is by."""
