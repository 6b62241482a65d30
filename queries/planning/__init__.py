"""Training plans as an integer programme, and the assignment of rotations to terms."""
