"""The parameters of ranked training."""

from typing import Literal

TrainingOrder = Literal["rank", "hours", "term"]
"""What the tasks are listed by; their ranks stay."""
