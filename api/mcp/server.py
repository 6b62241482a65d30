"""The MCP server: tools, resources and prompts over one service. Source: Model Context Protocol, "Server features"."""

import json
from importlib.metadata import PackageNotFoundError, version

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.types import ToolAnnotations

from api.mcp.documents import document
from api.mcp.plain_text import plain, plain_json, quoted
from api.mcp.tool_list import ShortListServer
from api.mcp.tools import Tools
from graph.messages import text
from rolepath.client import AsyncRolepath
from rolepath.errors import NotFoundError, RolepathError

_INSTRUCTIONS = text("assistant.instructions")
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def build_server(client: AsyncRolepath) -> MCPServer:
    """Return the server, which puts every question to the client's service; nothing is opened yet."""
    server = ShortListServer(
        "rolepath",
        title="Rolepath",
        version=_version(),
        description=text("assistant.title"),
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
    )
    for title, tool in Tools(client).all():
        server.add_tool(tool, title=title, description=_text_of(tool), annotations=_READS)
    _add_resources(server, client)
    _add_prompts(server)
    return server


def _add_resources(server: ShortListServer, client: AsyncRolepath) -> None:
    for name, about in (
        ("glossary", text("assistant.glossary")),
        ("definitions", text("assistant.definitions")),
    ):
        read = _DocumentPage(f"{name}.md")
        server.resource(f"rolepath://{name}", name=name, description=about, mime_type="text/markdown")(read.text)

    @server.resource(
        "rolepath://answers/{tool}",
        name="answer",
        description=text("assistant.answer"),
        mime_type="application/json",
    )
    async def answer(tool: str) -> str:
        schemas = await server.answer_schemas()
        if tool not in schemas:
            raise ResourceNotFoundError(text("assistant.no_tool", name=plain(tool), names=list(schemas)))
        return json.dumps(schemas[tool], ensure_ascii=False)

    @server.resource(
        "rolepath://sources",
        name="sources",
        description=text("assistant.sources"),
        mime_type="application/json",
    )
    async def sources() -> str:
        try:
            return plain_json((await client.sources()).model_dump(mode="json"))
        except RolepathError as error:
            raise ResourceError(plain(str(error))) from error

    @server.resource(
        "rolepath://nodes/{id}",
        name="node",
        description=text("assistant.node"),
        mime_type="application/json",
    )
    async def node(id: str) -> str:  # noqa: A002 - the name of the template's part
        try:
            return plain_json((await client.node(id)).model_dump(mode="json"))
        except NotFoundError as error:
            raise ResourceNotFoundError(plain(str(error))) from error
        except RolepathError as error:
            raise ResourceError(plain(str(error))) from error


class _DocumentPage:
    """A page of the documentation, read when it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def text(self) -> str:
        """Return the page."""
        return document(self._name)


def _add_prompts(server: MCPServer) -> None:
    @server.prompt(title=text("assistant.where_break"))
    def where_training_breaks(role: str) -> str:
        """Find where the chains to a role break, and who could close them; `role` is a name or an id."""
        return text("assistant.where_break_prompt", role=quoted(role))

    @server.prompt(title=text("assistant.plan"))
    def plan_for_learner(
        role: str, held: str = text("assistant.nothing_yet"), hours: str = text("assistant.any_hours")
    ) -> str:
        """Plan the training that leads a learner to a role, from what the learner holds, within hours."""
        return text("assistant.plan_prompt", role=quoted(role), held=quoted(held), hours=quoted(hours))


def _text_of(tool: object) -> str:
    """Return a tool's text, its lines joined to paragraphs, as an assistant reads it."""
    paragraphs = (tool.__doc__ or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _version() -> str:
    try:
        return version("rolepath")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"
