"""Readers of documents (.md, .txt, .docx, .pdf with a text layer) as passages that know their place."""
