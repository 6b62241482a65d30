"""Background jobs: imports over HTTP, queued, run in a process of their own, kept with their history."""
