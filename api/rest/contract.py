"""The OpenAPI document: FastAPI's, with what FastAPI cannot be told in a route's declaration."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.errors import PROBLEM_MEDIA_TYPE

TAGS = {
    "trace": "Is this competency connected, from classroom knowledge, through practical training, to a position?",
    "roles": "How much of what a role requires is taught and practised, and which training leads to it?",
    "coverage": "Which disciplines or courses serve which roles?",
    "gaps": "Where do the chains break, the gravest first?",
    "align": "What may be the same in two vocabularies, or serve one another?",
    "integration": "How far do innovation and the disciplines meet in training?",
    "allocation": "Do hours and seats go where the demand is, and where would more bring most?",
    "feedback": "What did learners not attain, and did the follow-up help?",
    "enterprises": "How far does an enterprise lead, and what can it do next?",
    "signals": "What do policies, trends and demand call for, and is it connected?",
    "states": "What would change if, and what has changed since?",
    "metrics": "How does the graph hang together, and what depends on what?",
    "nodes": "What does the graph hold?",
    "sources": "Who states it, and what was imported when?",
    "health": "Does the service work?",
}
"""The questions that the routes are sorted by."""


class DocumentedApp(FastAPI):
    """An application whose OpenAPI document says that problems are `application/problem+json`."""

    def openapi(self) -> dict[str, Any]:
        """Return the document; it is made once."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        for path in document["paths"].values():
            for operation in path.values():
                _mark_problems(operation["responses"])
        return document


def operation_id(route: APIRoute) -> str:
    """Return the route's operation id: the name of its function."""
    return route.name


def _mark_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status == "default" or status >= "400":
            response["content"] = {PROBLEM_MEDIA_TYPE: response["content"].pop("application/json")}
