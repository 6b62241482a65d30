"""xAPI: statements of learning records, read as assessments."""
