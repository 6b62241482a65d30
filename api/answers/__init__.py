"""The same answer for every face: documents, parameters, tables, exports and words."""
