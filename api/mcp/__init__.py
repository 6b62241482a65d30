"""The MCP server, `rolepath mcp`: by it, assistants ask what people and programs ask, and are told who says so.

`tools.py` begins; the protocol is the official SDK's, and the questions go through the Python client (rolepath).
"""
