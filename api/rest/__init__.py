"""The REST service: one router per question, each answering with the query's own result as JSON."""
