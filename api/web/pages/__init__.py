"""The pages: one module a question."""
