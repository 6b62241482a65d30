"""OIDC issuer: the provider that the settings name, ready to check tokens; nothing where they name none."""

from typing import TYPE_CHECKING

from api.auth.oidc.settings import provider_of
from api.settings.service import ServiceSettings
from graph.errors import InputError
from graph.messages import message

if TYPE_CHECKING:  # it needs the extra `oidc`
    from api.auth.oidc.tokens import Issuer


def issuer_of(settings: ServiceSettings) -> "Issuer | None":
    """Return who vouches for people beside our own keys; None where nobody does. Nothing is asked yet.

    Raises:
        InputError: the settings do not go together, or the extra `oidc` is not installed.
    """
    provider = provider_of(settings)
    if provider is None:
        return None
    try:
        from api.auth.oidc.tokens import Issuer  # noqa: PLC0415 - only where it is wanted need it be installed
    except ImportError as error:
        raise InputError(message("oidc.needs_package", name=error.name)) from error
    return Issuer(provider)
