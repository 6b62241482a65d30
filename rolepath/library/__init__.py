"""Library for notebooks: questions of a store as methods, in this process, whose answers come as data frames."""

from rolepath.library.answer_table import Answer
from rolepath.library.graph import Graph

__all__ = ["Answer", "Graph"]
