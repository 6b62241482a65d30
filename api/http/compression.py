"""Content encoding: which compression a client takes, and a body in it."""

import gzip
import sys
from typing import Literal

from api.http.accept import ranks_in

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["Encoding", "compressed", "encoding_for", "zstd"]

Encoding = Literal["identity", "gzip", "zstd"]

WORTHWHILE_BYTES = 860
"""Below this size compressing takes longer than it saves: all fits into one packet anyway."""
_BEST_FIRST: tuple[Encoding, ...] = ("zstd", "gzip")


def encoding_for(accepted: str) -> Encoding:
    """Return the encoding to answer with, by the header `Accept-Encoding`: of those that it ranks highest, the best.

    Source: RFC 9110, section 12.5.3.

    >>> [encoding_for(text) for text in ("", "gzip, deflate", "gzip, zstd", "zstd;q=0.1, gzip", "gzip;q=0", "*")]
    ['identity', 'gzip', 'zstd', 'gzip', 'identity', 'zstd']
    >>> [encoding_for(text) for text in ("gzip;q=nan", "zstd;q=inf, gzip", "gzip;q=-1")]
    ['identity', 'gzip', 'identity']
    """
    if not accepted:
        return "identity"
    ranks = ranks_in(accepted)
    anything = ranks.get("*", 0.0)
    best = max(_BEST_FIRST, key=lambda name: ranks.get(name, anything))  # the first of equals
    return best if ranks.get(best, anything) > 0 else "identity"


def compressed(body: bytes, encoding: Encoding) -> bytes:
    """Return the body in the encoding; the body itself where that is not smaller.

    >>> compressed(b"short", "gzip")
    b'short'
    """
    if encoding == "identity" or len(body) < WORTHWHILE_BYTES:
        return body
    smaller = zstd.compress(body, 3) if encoding == "zstd" else gzip.compress(body, 6, mtime=0)
    return smaller if len(smaller) < len(body) else body
