"""What the service is told: each setting with its default, its range and what it is for. The one table of them."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationError

from graph.errors import InputError
from graph.model import Frozen


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
    upload_bytes: int = Field(200_000_000, ge=1000, description="The largest upload of an import, in bytes.")
    unpacked_bytes: int = Field(2_000_000_000, ge=1000, description="The most that an uploaded zip may unpack to.")
    answer_cache_bytes: int = Field(
        64_000_000, ge=0, description="Memory for prepared answers in each worker, in bytes; 0 keeps none."
    )
    trusted_proxies: str = Field(
        "", description="Addresses of proxies, by commas, whose X-Forwarded-For is believed; none by default."
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


def read_service_settings(told: Mapping[str, object], said_by: Mapping[str, str]) -> ServiceSettings:
    """Return the settings of these values; `said_by` names where each came from, for the message.

    Raises:
        InputError: a value is of a wrong kind, or out of range.
    """
    try:
        return ServiceSettings.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        reason = str(first["msg"]).removeprefix("Input should be ")
        raise InputError(
            f"{said_by.get(name, name)}: {first['input']!r} cannot be used, it should be {reason}"
        ) from None
