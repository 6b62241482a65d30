"""The OpenAPI document: its shapes, examples and links, and the pages that show it."""
