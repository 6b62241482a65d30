"""Likeness of meaning as it is set up: by a model of this machine, by a server that a setting names, or not at all."""
