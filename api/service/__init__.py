"""The graph as it is served: the current snapshot, compiled beside the workers."""
