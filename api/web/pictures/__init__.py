"""Pictures and charts, drawn by the server."""
