"""Loopback check: which hosts can only be this machine; light, since the settings ask it before any command."""

from ipaddress import ip_address

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
"""What this machine is nearly always called: told without reading an address."""


def is_loopback(host: str) -> bool:
    """Say whether a host's name or address can only mean this machine.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "10.0.0.1", "localhost.example.org")]
    [True, True, True, False, False]
    """
    if host in _THIS_MACHINE or host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
