"""Nodes that accepted proposals make: of a sentence, or of a competency's name; always the same ids."""

import hashlib
import re

from graph.model import NodeId, fold

_LETTERS = {"KnowledgeUnit": "u", "TrainingTask": "t", "JobResponsibility": "j"}
_PREFIX = "entered:"
_SIGNS = 24
_MADE = re.compile(rf"{_PREFIX}[utjk]-[0-9a-f]{{{_SIGNS}}}")


def made_node(kind: str, sentence: str) -> NodeId:
    """Return the id of the node of a kind that is made of a sentence, by its key.

    >>> made_node("KnowledgeUnit", "0f" * 16)
    'entered:u-0f0f0f0f0f0f0f0f0f0f0f0f'
    """
    return NodeId(f"{_PREFIX}{_LETTERS[kind]}-{sentence[:_SIGNS]}")


def new_competency(name: str) -> NodeId:
    """Return the id of a competency that somebody asks for by name; case and width make no difference.

    >>> new_competency("Weld pipes") == new_competency("weld  PIPES")
    True
    """
    words = " ".join(fold(name).split())
    return NodeId(f"{_PREFIX}k-{hashlib.sha256(words.encode()).hexdigest()[:_SIGNS]}")


def is_made_node(node_id: str) -> bool:
    """Say whether an id is one of those above."""
    return _MADE.fullmatch(node_id) is not None
