"""Occupation codes in rich skill descriptors: their forms, and the role that each stands for."""

import re
import unicodedata

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import NodeId, parse_id

_SOC = re.compile(r"([0-9]{2})-?([0-9]{4})(?:\.([0-9]{2}))?")
_OTHER = re.compile(r"[A-Z]?[0-9]{1,4}(?:\.[0-9]{1,3})*")
"""Codes of other classifications, such as 2512.4 of ESCO, which are ISCO's with one place more."""
_SIGNS = str.maketrans({"_": "-", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "−": "-"})


def occupation_code(text: str) -> str:
    """Return the code as its classification writes it; the text itself where that is not known.

    >>> occupation_code("15_1252"), occupation_code("15-1252.00"), occupation_code("151252"), occupation_code("2512.4")
    ('15-1252', '15-1252.00', '15-1252', '2512.4')
    >>> occupation_code("29_2072_01"), occupation_code("29–2072"), occupation_code("programmer")
    ('29-2072.01', '29-2072', 'programmer')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).split())
    plain = re.sub(r"(?<=[0-9]{4})-(?=[0-9]{2}$)", ".", plain)
    if soc := _SOC.fullmatch(plain):
        return f"{soc[1]}-{soc[2]}" + (f".{soc[3]}" if soc[3] else "")
    return text


def role_of(code: str) -> NodeId:
    """Return the role that an occupation's code stands for.

    A code of O*NET is itself; a detailed occupation of the SOC is O*NET's first one of it, as O*NET has it; a group of
    the SOC (its code ends in 0) has an id of its own, which nobody need assert.

    Raises:
        InvalidValueError: the code has the form of no classification.

    >>> role_of("29-2072.01"), role_of("29-2072"), role_of("11-3000"), role_of("2512.4")
    ('onet:29-2072.01', 'onet:29-2072.00', 'soc:11-3000', 'occupation:2512.4')
    """
    soc = _SOC.fullmatch(code)
    if soc is None or "-" not in code:
        if not _OTHER.fullmatch(code):
            raise InvalidValueError(message("osmt.no_code", code=code))
        return parse_id(f"occupation:{code}")
    if soc[3]:
        return parse_id(f"onet:{code}")
    return parse_id(f"soc:{code}" if code.endswith("0") else f"onet:{code}.00")
