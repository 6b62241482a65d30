"""Measurements of Rolepath against plain code for the same question: ratios within one run, printed as JSON lines."""
