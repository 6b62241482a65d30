"""URI mapping: ids made of web identifiers and of bare names, for formats that identify things by them."""

import hashlib
import re

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import NodeId, curie, fold, parse_id

URN = "urn:rolepath:"
"""What stands before an id of ours where a format wants a web identifier."""

_BASES = (
    ("https://credentialengineregistry.org/resources/", "ctdl:"),
    ("https://sandbox.credentialengineregistry.org/resources/", "ctdl:"),
    ("https://credentialengineregistry.org/graph/", "ctdl:"),
    ("https://skills.emsidata.com/skills/", "lightcast:"),
)
_OSMT = re.compile(r"https?://[^/]+/(?:.*/)?api/(?:v\d/)?skills/([0-9a-fA-F]{8}-[0-9a-fA-F-]{27})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_NOT_IN_ID = re.compile(r'[\s\x00-\x1f\x7f-\x9f/?#%\\"<>\ud800-\udfff]+')
_LONGEST = 180


def id_of_uri(uri: str) -> NodeId:
    """Return the id that a web identifier stands for: the short form of a known one, else one made from its parts.

    Two identifiers that differ only in marks that no id may hold would give the same id; formats tell them apart by the
    `uri` that they state.

    Raises:
        InvalidValueError: it is empty, or nothing that an id can be made of.

    >>> id_of_uri("http://data.europa.eu/esco/skill/ccd0"), id_of_uri("urn:rolepath:poly:k.plc")
    ('esco:ccd0', 'poly:k.plc')
    >>> id_of_uri("https://example.org/courses/101?v=2#top"), id_of_uri("urn:uuid:2f1a")
    ('example.org:courses:101:v=2:top', 'urn:uuid:2f1a')
    """
    text = uri.strip()
    if text.startswith(URN):
        return parse_id(text.removeprefix(URN))
    known = curie(text)
    if known == text:
        known = next((prefix + text.removeprefix(base) for base, prefix in _BASES if text.startswith(base)), text)
    if skill := _OSMT.fullmatch(text):
        known = osmt_id(skill[1])
    if known == text:
        known = _SCHEME.sub("", text)
    return parse_id(_shortened(_NOT_IN_ID.sub(":", known).strip(":")))


def osmt_id(uuid: str) -> str:
    """Return the id of a rich skill descriptor."""
    return f"osmt:{uuid.lower()}"


def id_of_name(prefix: str, name: str) -> NodeId:
    """Return the id of a thing that has nothing but a name: things of one name, whatever its case, are one.

    Raises:
        InvalidValueError: the name is empty, or only of marks that no id may hold.

    >>> id_of_name("named:skill.", "PLC  Programming"), id_of_name("named:skill.", "编程")
    ('named:skill.plc-programming', 'named:skill.编程')
    """
    slug = _NOT_IN_ID.sub("-", fold(name)).strip("-")
    if not slug:
        raise InvalidValueError(message("id.no_name", name=name))
    return parse_id(_shortened(prefix + slug))


def id_of_key(prefix: str, *parts: str) -> NodeId:
    """Return the id of a thing that its platform knows by a key, in parts: the case of letters tells keys apart.

    Raises:
        InvalidValueError: a part is empty, or only of marks that no id may hold.

    >>> id_of_key("moodle:", "SENS", "S 1.1"), id_of_key("canvas:", "canvas_outcome:7")
    ('moodle:SENS:S-1.1', 'canvas:canvas_outcome:7')
    """
    slugs = [_NOT_IN_ID.sub("-", part).strip("-") for part in parts]
    if not all(slugs):
        raise InvalidValueError(message("id.no_name", name=":".join(parts)))
    return parse_id(_shortened(prefix + ":".join(slugs)))


def id_of_parts(first: str, second: str) -> NodeId:
    """Return the id of what ties the two together, such as the unit of a course that develops a competency."""
    return parse_id(_shortened(f"{first}~{second}"))


def _shortened(text: str) -> str:
    """Return the text, its end replaced by a fingerprint where it is too long for an id."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST - 17]}.{hashlib.sha256(text.encode()).hexdigest()[:16]}"
