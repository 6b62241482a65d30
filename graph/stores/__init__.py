"""Storage backends: where a graph is kept durably, and how to open such a place by its URL."""

from graph.stores.base import Store
from graph.stores.open import open_store

__all__ = ["Store", "open_store"]
