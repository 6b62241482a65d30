"""Service settings: each with its default, its range and what it is for. The one table of them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from api.http.cors import read_origins
from graph.errors import InputError
from graph.messages import message
from graph.model import Frozen


def _origins(text: str) -> str:
    return ",".join(sorted(read_origins(text)))


class ServiceSettings(Frozen):
    """How the service runs. A field `rate_key` is `ROLEPATH_RATE_KEY` in the environment, `rate_key` in the file."""

    host: str = Field("127.0.0.1", description="The address to listen on; others than 127.0.0.1 and ::1 need a key.")
    port: int = Field(8000, ge=0, le=65535, description="The port; 0 takes any free one.")
    workers: int = Field(1, ge=1, le=64, description="How many processes answer.")
    anonymous_read: bool = Field(
        False, description="Whether questions are answered without a key, once there are keys."
    )
    rate_key: int = Field(6000, ge=0, description="Requests a minute with one key; 0 is without limit.")
    rate_address: int = Field(
        600, ge=0, description="Requests a minute without a key from one address; 0 is without limit."
    )
    rate_wrong_keys: int = Field(20, ge=1, description="Wrong keys a minute from one address before 429.")
    session_hours: int = Field(
        12, ge=1, le=720, description="How long somebody who signed in to the pages stays signed in, in hours."
    )
    oidc_issuer: str = Field(
        "", description="The OpenID provider whose access tokens open the service, as its tokens name it: an https URL."
    )
    oidc_audience: str = Field("", description="How the provider's tokens name this service; they are for no other.")
    oidc_scope_claim: str = Field(
        "", description="The claim that says what a token is for; else the first of scope, scp and roles that it has."
    )
    oidc_scopes: str = Field(
        "rolepath:read=read,rolepath:ingest=ingest,rolepath:admin=admin",
        description="Which value of that claim opens which scope, by commas.",
    )
    upload_bytes: int = Field(200_000_000, ge=1000, description="The largest upload of an import, in bytes.")
    unpacked_bytes: int = Field(2_000_000_000, ge=1000, description="The most that an uploaded zip may unpack to.")
    answer_cache_bytes: int = Field(
        64_000_000, ge=0, description="Memory for prepared answers in each worker, in bytes; 0 keeps none."
    )
    trusted_proxies: str = Field(
        "", description="Addresses of proxies, by commas, whose X-Forwarded-For is believed; none by default."
    )
    cors_origins: Annotated[str, AfterValidator(_origins)] = Field(
        "",
        description="Origins of pages, by commas, that may ask /v1 from a browser, as https://jobs.example; none by "
        "default.",
    )
    log_format: Literal["text", "json"] = Field("text", description="Lines for people, or a JSON object a line.")
    log_level: Literal["error", "warning", "info", "debug"] = Field(
        "warning", description="What is logged at least; `info` has a line for every request."
    )
    telemetry: bool = Field(
        False,
        description="Whether traces go to OpenTelemetry, by its `OTEL_` variables; needs `rolepath[otel]`.",
    )
    shutdown_s: int = Field(
        20, ge=0, le=3600, description="How many seconds requests may take to end when the service is ended."
    )


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
