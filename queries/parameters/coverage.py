"""The parameters of coverage."""

from typing import Literal

By = Literal["discipline", "course"]
