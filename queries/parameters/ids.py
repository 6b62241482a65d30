"""Ids as they are asked for."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from graph.model import NodeId


def composed(text: str) -> NodeId:
    """Return the id in Unicode's NFC form, as ids are kept."""
    return NodeId(text if text.isascii() else unicodedata.normalize("NFC", text))


Id = Annotated[NodeId, Field(min_length=1, max_length=200), AfterValidator(composed)]
"""An id as it is asked for, in Unicode's NFC form, as ids are kept."""
