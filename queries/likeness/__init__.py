"""Likeness of texts: by words (character n-grams) and by meaning (sentence embeddings), and of both together."""
