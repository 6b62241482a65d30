"""Origins of the web (RFC 6454), as settings list them and browsers send them."""

from urllib.parse import urlsplit

from graph.messages import text


def read_origins(listed: str) -> frozenset[str]:
    """Return the origins that are listed by commas, each as browsers send it.

    Raises:
        ValueError: one of them is no origin; the message says how it is written.

    >>> sorted(read_origins("https://jobs.example, http://127.0.0.1:3000"))
    ['http://127.0.0.1:3000', 'https://jobs.example']
    """
    origins = frozenset(part.strip() for part in listed.split(",") if part.strip())
    for origin in sorted(origins):
        if origin != _as_sent(origin):
            raise ValueError(text("setting.no_origin", origin=origin))
    return origins


def _as_sent(origin: str) -> str:
    """Return an origin as browsers write it: in lower case, without a path, and without the port that goes unsaid."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return ""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.hostname or ""
    if usual is None or not host.isascii() or not host or "*" in host:
        return ""
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}{'' if port in {None, usual} else f':{port}'}"
