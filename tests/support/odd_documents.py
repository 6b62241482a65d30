"""Documents of an OpenID provider that are odd: what it should publish, changed at random by what JSON can be."""

import copy
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, float("nan"), float("inf"), 10**400, "", "a", "none", "HS256", "RS256", "ES512", "P-521",
    "oct", "RSA", "EC", "OKP", "!", "AA", "A" * 5000, "\u0000", "\u202e", "\ud800",
    [], ["a"], [[]], {}, {"a": ["b"]}, [None] * 50,
)  # fmt: skip
"""What may stand where something else should."""
NESTED = b"[" * 900_000
WRITTEN: Mapping[str, bytes] = {
    "nothing": b"",
    "nested lists": NESTED,
    "nested objects": b'{"a":' * 150_000,
    "nested in a key": b'{"keys":[{"kid":' + b"[" * 50_000 + b"]" * 50_000 + b"}]}",
    "no JSON": b"<html>503</html>",
    "no text": b"\xff\xfe\x00\xd8",
    "UTF-16": '{"keys": []}'.encode("utf-16"),
    "a long number": b'{"keys": [' + b"9" * 100_000 + b"]}",
    "cut off": b'{"keys": [{"kty": "RSA", "n": "',
    "a list": b"[1]",
    "a word": b"null",
    "too large": b" " * 1_100_000,
    "a thousand keys": json.dumps(
        {"keys": [{"kty": "RSA", "kid": str(n), "n": "AQAB", "e": "AQAB"} for n in range(9000)]}
    )[:999_990].encode(),
}
"""Whole documents, by what is odd about them."""
KEYS: Mapping[str, Mapping[str, Any]] = {
    "id is a list": {"kid": ["a"]},
    "id is an object": {"kid": {"a": 1}},
    "no algorithm": {"alg": "none"},
    "algorithm is a list": {"alg": ["RS256"]},
    "algorithm of another sort": {"alg": "ES256"},
    "sort is a list": {"kty": ["RSA"]},
    "sort is an object": {"kty": {}},
    "use is a list": {"use": ["sig"]},
    "modulus is a number": {"n": 7},
    "modulus is a list": {"n": ["a"]},
    "modulus is huge": {"n": "_" * 700_000},
    "modulus is even": {"n": "AA" * 300},
    "exponent is zero": {"e": "AA"},
    "exponent is huge": {"e": "_" * 3000},
    "secret part is odd": {"d": ["a"], "p": 1, "oth": {}},
    "curve is a list": {"kty": "EC", "alg": "ES256", "crv": ["P-256"], "x": "AA", "y": "AA"},
    "point is not on the curve": {"kty": "EC", "alg": "ES256", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},
    "curve that is not text": {"kty": "OKP", "alg": "EdDSA", "crv": 7, "x": "AA"},
}
"""What is changed in a good key, by what is odd about it."""


def odd_documents(good: Mapping[str, Any], seed: int) -> Iterator[bytes]:
    """Return without end: a document with one to three places changed; now and then its bytes, too."""
    draw = random.Random(seed)
    while True:
        document = copy.deepcopy(dict(good))
        for _ in range(draw.randint(1, 3)):
            _change(document, draw)
        text = json.dumps(document).encode()
        if draw.random() < 0.2:
            text = _damaged(text, draw)
        yield draw.choice(list(WRITTEN.values())) if draw.random() < 0.05 else text


def _change(document: dict[str, Any], draw: random.Random) -> None:
    at: Any = document
    while True:
        places = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not places:
            return
        place = draw.choice(places)
        if isinstance(at[place], dict | list) and at[place] and draw.random() < 0.85:
            at = at[place]
            continue
        if isinstance(at, dict) and draw.random() < 0.2:
            del at[place]
        else:
            at[place] = copy.deepcopy(draw.choice(ODD))
        return


def _damaged(text: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(text))
    return (
        text[:start]
        + draw.choice((b"", b"\x00", b"\xff", b"[" * 2000, b'"', b"}"))
        + text[start + draw.randint(0, 9) :]
    )
