"""A compiled snapshot: one revision of the graph as arrays, how it is compiled, patched, saved and opened."""
