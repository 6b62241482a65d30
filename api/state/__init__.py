"""The service's own SQLite file: keys, sessions, jobs, audit log."""
