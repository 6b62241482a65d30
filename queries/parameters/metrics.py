"""The parameters of research metrics."""

from typing import Literal

What = Literal["linkage", "disciplines", "prerequisites", "bottlenecks", "structure", "betweenness"]


WHATS: tuple[What, ...] = ("linkage", "disciplines", "prerequisites", "bottlenecks", "structure", "betweenness")
