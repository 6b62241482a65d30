"""How the outside reaches the graph: the command line, the REST service, MCP, and pages for people."""
