"""The SQLite store: one file, the default."""
