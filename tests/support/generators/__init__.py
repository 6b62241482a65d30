"""Programs that ask with generated clients, each in the language of its own; each prints what it was answered."""
