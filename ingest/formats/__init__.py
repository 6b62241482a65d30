"""One module for each format, reading and writing it: pure functions from rows to statements and back."""
