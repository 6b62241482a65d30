"""Settings: where things are kept, and how the service runs."""
