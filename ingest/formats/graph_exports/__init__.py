"""Exports for graph tools: GraphML, GEXF, tables of nodes and links, Cypher."""
