"""The Neo4j store: a server, which several services may share."""
