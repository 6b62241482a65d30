"""The parameters of a what-if."""

from typing import Literal

Ask = Literal["gaps", "coverage", "trace", "plan"]
