"""Ids of nodes that the forms state: by code, and by hashes of normalised texts, so that a new edition keeps them."""

import hashlib
import re

from graph.model import NodeId
from ingest.formats.moe.text_repair import normalised

PROGRAMMES, OCCUPATIONS = "moe", "csco"
"""Vocabularies: programmes of the Ministry of Education; the Chinese Standard Classification of Occupations."""

PROGRAMME_CODE = re.compile("[0-9]{6,7}T?K?")
"""Six digits; seven where a class of the universities' catalogue has more than 99 programmes."""
OCCUPATION_CODE = re.compile(r"[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}")
_LEVELS = {"2": "bachelor", "3": "bachelor", "4": "higher", "5": "higher", "6": "secondary", "7": "secondary"}
_HASH_DIGITS = 12


def programme_id(code: str) -> NodeId:
    """Return the id of a programme, or of a class of programmes.

    The letters behind the code (K: admission controlled by the state, T: special) come and go with editions, and some
    lists leave them out: they are no part of the id.

    >>> programme_id("520101K"), programme_id("5201")
    ('moe:520101', 'moe:5201')
    """
    return NodeId(f"{PROGRAMMES}:{code.rstrip('TK')}")


def occupation_id(code: str) -> NodeId:
    """Return the id of an occupation, or of a class of occupations."""
    return NodeId(f"{OCCUPATIONS}:{code}")


def level_of(code: str) -> str:
    """Return the level of a programme by its code: vocational codes begin with 2 to 7, those of universities below.

    >>> level_of("610101"), level_of("510201"), level_of("310202"), level_of("080901")
    ('secondary', 'higher', 'bachelor', 'bachelor')
    """
    return _LEVELS.get(code[:1], "bachelor")


def is_university_code(code: str) -> bool:
    """Say whether the code is one of the catalogue of ordinary universities."""
    return code[:1] not in _LEVELS


def text_hash(*texts: str) -> str:
    """Return a hash of texts, the same however they are set."""
    digest = hashlib.sha256("\n".join(map(normalised, texts)).encode()).hexdigest()
    return digest[:_HASH_DIGITS]
