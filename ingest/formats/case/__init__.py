"""CASE of 1EdTech: competency frameworks, read and written."""
