"""Tools as an assistant reads them at the beginning of each conversation: short, and closed against other arguments."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, Tool

from api.mcp.plain_text import plain
from graph.messages import text

SHORT_ANSWER: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "answer": {"type": "object"},
        "grounds": {"type": "object"},
        "caveats": {"type": "array", "items": {"type": "string"}},
        "revision": {"type": "integer"},
    },
    "required": ["answer", "grounds", "caveats", "revision"],
}
"""What every answer has in common; the whole schema of one stands in a resource, since all would be 80 kB."""


class ShortListServer(MCPServer):
    """An MCP server whose tools take no argument that they do not name, and whose list has no schema of answers."""

    async def list_tools(self) -> list[Tool]:
        """Return the tools, with what is needed to ask them."""
        return [
            tool.model_copy(
                update={
                    "input_schema": {**_untitled(tool.input_schema), "additionalProperties": False},
                    "output_schema": dict(SHORT_ANSWER),
                }
            )
            for tool in await super().list_tools()
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool.

        Raises:
            ToolError: it has no such argument, or as the tool says.
        """
        tool = self._tool_manager.get_tool(name)
        if tool is not None:
            _require_known(arguments, list(tool.parameters["properties"]))
        return await super().call_tool(name, arguments, context)

    async def answer_schemas(self) -> dict[str, dict[str, Any]]:
        """Return the whole schema of each tool's answer, by the name of the tool."""
        return {tool.name: tool.output_schema or {} for tool in await super().list_tools()}


def _require_known(arguments: Mapping[str, Any], known: list[str]) -> None:
    for name in arguments:
        if name in known:
            continue
        near = get_close_matches(name[:200], known, 1, 0.6)
        if near:
            raise ToolError(text("assistant.unknown_argument_near", name=plain(name[:200]), near=near[0]))
        raise ToolError(text("assistant.unknown_argument", name=plain(name[:200]), names=known))


def _untitled(schema: Any) -> Any:  # noqa: ANN401 - any part of a JSON schema
    """Return a JSON schema without its titles, which repeat the names of the fields."""
    if isinstance(schema, dict):
        return {
            name: {field: _untitled(within) for field, within in part.items()}
            if name in {"properties", "$defs"}
            else _untitled(part)
            for name, part in schema.items()
            if name != "title" or not isinstance(part, str)
        }
    return [_untitled(part) for part in schema] if isinstance(schema, list) else schema
