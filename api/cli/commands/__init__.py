"""The commands, by question: what each may be given, and what it asks."""
