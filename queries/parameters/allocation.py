"""The parameters of allocation."""

from typing import Literal

AllocationOrder = Literal["balance", "demand", "name"]
"""What competencies are listed by: those out of proportion first, then demand; demand alone; or the name."""
