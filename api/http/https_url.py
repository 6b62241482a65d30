"""Address of a server that a setting names: https, or http to this machine alone."""

from urllib.parse import urlsplit

from api.http.loopback import is_loopback
from graph.errors import InvalidValueError
from graph.messages import message


def checked_https_url(url: str) -> str:
    """Return the address without a slash at its end, or nothing for nothing.

    Raises:
        InvalidValueError: it is not https, nor http to this machine, or has parts that it should not have.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise InvalidValueError(message("setting.not_https", url=url)) from error
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if url and not (is_safe and host and parts.username is None and not parts.query and not parts.fragment):
        raise InvalidValueError(message("setting.not_https", url=url))
    return url.rstrip("/")
