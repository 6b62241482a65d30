"""Structure-aware mutation of files: valid small inputs, changed at the level of their format."""
