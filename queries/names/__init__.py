"""Names of nodes as an inverted index: words, stems, spellings, and characters of Chinese."""
