"""The native format: folders of CSV, workbooks and JSON of Rolepath's own vocabulary; read and written."""
