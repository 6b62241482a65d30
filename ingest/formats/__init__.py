"""Import and export formats, a file or folder for each: pure functions from rows to statements and back."""
