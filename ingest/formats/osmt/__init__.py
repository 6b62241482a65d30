"""OSMT, the Open Skills Management Tool: rich skill descriptors, read."""
