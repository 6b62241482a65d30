"""Sentence embeddings: texts as vectors, near where the texts mean the like, in whatever language they are said."""
