"""Service settings: each with its default, its range and what it is for. The one table of them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from api.http.connection_limits import ConnectionLimits
from api.http.https_url import checked_https_url
from api.http.origins import read_origins
from graph.errors import InputError
from graph.messages import message, text
from graph.model import Frozen


def _origins(text: str) -> str:
    return ",".join(sorted(read_origins(text)))


def _embeddings_url(url: str) -> str:
    return checked_https_url(url)


def _webhooks(urls: str) -> str:
    return ",".join(dict.fromkeys(checked_https_url(url.strip()) for url in urls.split(",") if url.strip()))


class ServiceSettings(Frozen):
    """How the service runs. A field `rate_key` is `ROLEPATH_RATE_KEY` in the environment, `rate_key` in the file."""

    host: str = Field("127.0.0.1", description=text("setting_help.host"))
    port: int = Field(8000, ge=0, le=65535, description=text("setting_help.port"))
    workers: int = Field(1, ge=1, le=64, description=text("setting_help.workers"))
    anonymous_read: bool = Field(False, description=text("setting_help.open_read"))
    rate_key: int = Field(6000, ge=0, description=text("setting_help.rate_of_key"))
    rate_address: int = Field(600, ge=0, description=text("setting_help.rate_of_address"))
    rate_wrong_keys: int = Field(20, ge=1, description=text("setting_help.wrong_keys"))
    session_hours: int = Field(12, ge=1, le=720, description=text("setting_help.session_hours"))
    oidc_issuer: str = Field("", description=text("setting_help.oidc_issuer"))
    oidc_audience: str = Field("", description=text("setting_help.oidc_audience"))
    oidc_scope_claim: str = Field("", description=text("setting_help.oidc_claim"))
    oidc_scopes: str = Field(
        "rolepath:read=read,rolepath:ingest=ingest,rolepath:admin=admin",
        description=text("setting_help.oidc_scopes"),
    )
    upload_bytes: int = Field(200_000_000, ge=1000, description=text("setting_help.upload_bytes"))
    unpacked_bytes: int = Field(2_000_000_000, ge=1000, description=text("setting_help.unpacked_bytes"))
    answer_cache_bytes: int = Field(64_000_000, ge=0, description=text("setting_help.answer_cache_bytes"))
    past_bytes: int = Field(256_000_000, ge=0, description=text("setting_help.past_bytes"))
    trusted_proxies: str = Field("", description=text("setting_help.proxies"))
    cors_origins: Annotated[str, AfterValidator(_origins)] = Field(
        "",
        description=text("setting_help.origins"),
    )
    log_format: Literal["text", "json"] = Field("text", description=text("setting_help.log_format"))
    log_level: Literal["error", "warning", "info", "debug"] = Field(
        "warning", description=text("setting_help.log_level")
    )
    telemetry: bool = Field(
        False,
        description=text("setting_help.telemetry"),
    )
    connections: int = Field(1000, ge=10, le=1_000_000, description=text("setting_help.connections"))
    header_s: int = Field(10, ge=1, le=3600, description=text("setting_help.header_s"))
    idle_s: int = Field(20, ge=1, le=3600, description=text("setting_help.idle_s"))
    stall_s: int = Field(20, ge=1, le=3600, description=text("setting_help.stall_s"))
    question_s: int = Field(30, ge=1, le=86_400, description=text("setting_help.question_s"))
    heavy_s: int = Field(60, ge=1, le=86_400, description=text("setting_help.heavy_s"))
    export_s: int = Field(300, ge=1, le=86_400, description=text("setting_help.export_s"))
    heavy_places: int = Field(4, ge=1, le=64, description=text("setting_help.heavy_places"))
    heavy_wait_s: int = Field(5, ge=0, le=600, description=text("setting_help.heavy_wait_s"))
    meaning: bool = Field(True, description=text("setting_help.meaning"))
    embeddings_url: Annotated[str, AfterValidator(_embeddings_url)] = Field(
        "", description=text("setting_help.embeddings_url")
    )
    embeddings_model: str = Field("", max_length=200, description=text("setting_help.embeddings_model"))
    embeddings_key_file: str = Field("", description=text("setting_help.embeddings_key_file"))
    webhooks: Annotated[str, AfterValidator(_webhooks)] = Field("", description=text("setting_help.webhooks"))
    webhook_secret_file: str = Field("", description=text("setting_help.webhook_secret_file"))
    shutdown_s: int = Field(20, ge=0, le=3600, description=text("setting_help.grace_s"))

    @property
    def webhook_addresses(self) -> list[str]:
        """The addresses of webhooks, each by itself."""
        return self.webhooks.split(",") if self.webhooks else []

    @property
    def connection_limits(self) -> ConnectionLimits:
        """The limits and times of connections, together."""
        return ConnectionLimits(self.connections, self.header_s, self.idle_s, self.stall_s)


def read_service_settings(values: Mapping[str, object], said_by: Mapping[str, str]) -> ServiceSettings:
    """Return the settings of these values; `said_by` names where each came from, for the message.

    Raises:
        InputError: a value is of a wrong kind, or out of range.
    """
    try:
        return ServiceSettings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        reason = str(first["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")
        raise InputError(
            message("setting.bad_value", name=said_by.get(name, name), value=first["input"], reason=reason)
        ) from None
