"""A client that is made from an OpenAPI document and knows nothing else: no path, no parameter, no field by heart."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx
import pytest

from tests.support.openapi import Document, resolved


class Operation(NamedTuple):
    """One operation as the document declares it."""

    method: str
    path: str
    told: Document

    @property
    def name(self) -> str:
        """Its id."""
        return str(self.told["operationId"])


class Generated:
    """Asks the service that the document describes; every question and answer is held against it."""

    def __init__(self, address: str, key: str | None = None) -> None:
        self._http = httpx.Client(base_url=address, timeout=60)
        self._document: Document = resolved(self._http.get("/openapi.json").raise_for_status().json())
        self._key = key
        self.operations = {
            told["operationId"]: Operation(method.upper(), path, told)
            for path, operations in self._document["paths"].items()
            for method, told in operations.items()
        }

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def find(self, tag: str, *words: str, takes: set[str], answers: str) -> Operation:
        """Return the one operation of the tag whose id and summary have the words, by what it takes and answers."""
        found = [
            operation
            for operation in self.operations.values()
            if tag in operation.told["tags"]
            and all(word in f"{operation.name} {operation.told['summary']}".lower() for word in words)
            and takes <= {*self.parameters(operation), *self.fields(operation)}
            and self._schema_name(operation) == answers
        ]
        assert len(found) == 1, [operation.name for operation in found]
        return found[0]

    def parameters(self, operation: Operation) -> Mapping[str, Document]:
        """Return the parameters of the path and of the query, by name."""
        return {parameter["name"]: parameter for parameter in operation.told.get("parameters", ())}

    def fields(self, operation: Operation) -> Mapping[str, Document]:
        """Return the fields of the body, by name; none where there is no body."""
        content = operation.told.get("requestBody", {}).get("content", {}).get("application/json")
        return {} if content is None else self._properties(content["schema"])

    def call(self, operation: Operation, **given: object) -> Any:  # noqa: ANN401 - of any JSON
        """Return the answer; what is given is valid by the document, and so must the answer be."""
        parameters, fields = self.parameters(operation), self.fields(operation)
        assert given.keys() <= {*parameters, *fields}
        for name, value in given.items():
            self._check(parameters[name]["schema"] if name in parameters else fields[name], value)
        assert {name for name, one in parameters.items() if one.get("required")} <= given.keys()
        path = operation.path
        for name in [name for name, one in parameters.items() if one["in"] == "path"]:
            path = path.replace("{" + name + "}", str(given[name]))
        query = {name: str(given[name]) for name, one in parameters.items() if one["in"] == "query" and name in given}
        body = {name: given[name] for name in fields if name in given} or None
        response = self._http.request(operation.method, path, params=query, json=body, headers=self._headers(operation))
        declared = operation.told["responses"][str(response.status_code)]
        ((media_type, content),) = [
            (kind, one)
            for kind, one in declared["content"].items()
            if kind == response.headers["content-type"].partition(";")[0]
        ]
        assert media_type.endswith("json")
        self._check(content["schema"], response.json())
        assert set(declared.get("headers", {})) & {"Rolepath-Revision"} <= {name.title() for name in response.headers}
        return response.json()

    def _headers(self, operation: Operation) -> dict[str, str]:
        told = operation.told if "security" in operation.told else self._document
        schemes = [name for needed in told["security"] for name in needed]
        if self._key is None or not schemes:
            return {}
        scheme = self._document["components"]["securitySchemes"][schemes[0]]
        assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
        return {"Authorization": f"Bearer {self._key}"}

    def _schema_name(self, operation: Operation) -> str | None:
        content = operation.told["responses"].get("200", {}).get("content", {}).get("application/json", {})
        reference: str | None = content.get("schema", {}).get("$ref")
        return reference.rpartition("/")[2] if reference else None

    def _properties(self, schema: Document) -> Mapping[str, Document]:
        if "$ref" in schema:
            return self._properties(self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        found = dict(schema.get("properties", {}))
        for option in schema.get("anyOf", ()):
            found |= self._properties(option)
        return found

    def _check(self, schema: Document, value: object) -> None:
        """Assert that a value is as the schema says, whose references lead into the document."""
        jsonschema = pytest.importorskip("jsonschema")
        jsonschema.Draft202012Validator({**schema, "components": self._document["components"]}).validate(value)
