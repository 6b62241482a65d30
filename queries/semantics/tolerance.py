"""Tolerance of floating-point numbers: what is equal on paper is equal in every order and at every threshold.

0.35 + 0.7 and 0.05 + 1.0 are both 1.05, and differ in their last bit. Orders compare numbers that are settled: rounded
to DIGITS significant digits, of which no weight, sum or product of weights is written with more. Thresholds give way by
half a unit of the last of these digits.
"""

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Floats, Ints

DIGITS = 12
"""Numbers that agree in so many significant digits are equal."""
_HALF = 0.5 * 10.0 ** (1 - DIGITS)
_LEAST = -290  # below 10 to this power, scales are beyond what a float holds: such numbers stand as they are
_SCALES = [10.0**power for power in range(_LEAST - 2 * DIGITS, 1 - _LEAST + DIGITS)]
_SCALE_ARRAY = np.array(_SCALES)
_ZERO = -(_LEAST - 2 * DIGITS)  # where the scale of 10 to the power 0 stands


def settle(value: float) -> float:
    """Return the number rounded to DIGITS significant digits, to be compared with others that are.

    >>> 0.35 + 0.7 < 0.05 + 1.0, settle(0.35 + 0.7) < settle(0.05 + 1.0)
    (True, False)
    """
    size = abs(value)
    if not 10.0**_LEAST < size < math.inf:
        return value
    scale = _SCALES[_ZERO + DIGITS - 1 - math.floor(math.log10(size))]
    return round(value * scale) / scale


def settled(values: Floats | npt.NDArray[np.integer]) -> Floats:
    """Return the numbers, each rounded to DIGITS significant digits."""
    sizes = np.abs(values)
    there = np.isfinite(sizes) & (sizes > 10.0**_LEAST)
    power = np.zeros(len(values), np.int64)
    power[there] = DIGITS - 1 - np.floor(np.log10(sizes[there])).astype(np.int64)
    scale = _SCALE_ARRAY[_ZERO + power]
    return np.where(there, np.round(values * scale) / scale, values)


def total_of(values: Floats | Ints) -> float:
    """Return the sum, to the last digit the same however many zeros stand between."""
    return float(values[values != 0].sum())


Amount = TypeVar("Amount", float, Floats)


def lowest(least: Amount) -> Amount:
    """Return the threshold of each: all numbers that are at least this reach it on paper."""
    return least - abs(least) * _HALF


def at_least(value: float, least: float) -> bool:
    """Say whether the number reaches the other.

    >>> 0.7 * 0.1 >= 0.07, at_least(0.7 * 0.1, 0.07)
    (False, True)
    """
    return value >= lowest(least)


def exceeds(value: float, most: float) -> bool:
    """Say whether the number is more than the other."""
    return not at_least(most, value)
