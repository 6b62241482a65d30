"""The MCP server: tools, resources and prompts over one service. Source: Model Context Protocol, "Server features"."""

from importlib.metadata import PackageNotFoundError, version

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.types import ToolAnnotations

from api.mcp.documents import document
from api.mcp.tools import Tools
from rolepath import AsyncRolepath, NotFoundError, RolepathError

_INSTRUCTIONS = """\
Rolepath holds a graph of vocational education: disciplines, courses, knowledge units, training tasks, competencies, \
job responsibilities, roles and enterprises, each stated by a named source. It tells whether each competency is \
connected from classroom, through practical training, to a position, and where the chain breaks.

Ids look like poly:k.plc-programming: find them with `search`, never invent them. Answers name the sources that state \
what they rest on, and what is not recorded: pass both on. What is not recorded may well be done. Weights and shares \
are 0 to 1. The words (connected, unpractised, severity, coverage ...) are defined in rolepath://glossary and \
rolepath://definitions.
"""
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def build_server(client: AsyncRolepath) -> MCPServer:
    """Return the server, which puts every question to the client's service; nothing is opened yet."""
    server = MCPServer(
        "rolepath",
        title="Rolepath",
        version=_version(),
        description="Is each competency connected from classroom, through training, to a position?",
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
    )
    for title, tool in Tools(client).all():
        server.add_tool(tool, title=title, description=_text_of(tool), annotations=_READS)
    _add_resources(server, client)
    _add_prompts(server)
    return server


def _add_resources(server: MCPServer, client: AsyncRolepath) -> None:
    for name, about in (
        ("glossary", "Every word that answers use, in English and Chinese."),
        ("definitions", "How statuses, links, flaws, coverage, demand and plans are computed."),
    ):
        read = _DocumentPage(f"{name}.md")
        server.resource(f"rolepath://{name}", name=name, description=about, mime_type="text/markdown")(read.text)

    @server.resource(
        "rolepath://sources",
        name="sources",
        description="Who states what is in the graph: name, version, licence, address, last import.",
        mime_type="application/json",
    )
    async def sources() -> str:
        try:
            return (await client.sources()).model_dump_json()
        except RolepathError as error:
            raise ResourceError(str(error)) from error

    @server.resource(
        "rolepath://nodes/{id}",
        name="node",
        description="A node of the graph: what each source states of it, where they disagree, and its links.",
        mime_type="application/json",
    )
    async def node(id: str) -> str:  # noqa: A002 - the name of the template's part
        try:
            return (await client.node(id)).model_dump_json()
        except NotFoundError as error:
            raise ResourceNotFoundError(str(error)) from error
        except RolepathError as error:
            raise ResourceError(str(error)) from error


class _DocumentPage:
    """A page of the documentation, read when it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def text(self) -> str:
        """Return the page."""
        return document(self._name)


def _add_prompts(server: MCPServer) -> None:
    @server.prompt(title="Where does training for this role break?")
    def where_training_breaks(role: str) -> str:
        """Find where the chains to a role break, and who could close them; `role` is a name or an id."""
        return (
            f"Where does the training for the role {role!r} break? Find its id with `search` (kind Role) unless that "
            "is one. Ask `coverage` for it, then `gaps` with that role, and `trace` for the two gravest gaps. Then "
            "say: which share of what the role requires is taught and practised; where the chain breaks, the gravest "
            "first; which course, task or enterprise could close each gap. Name the sources, and say what is not "
            "recorded: not recorded is not the same as not done."
        )

    @server.prompt(title="Plan the training of a learner")
    def plan_for_learner(role: str, held: str = "nothing yet", hours: str = "as many as it takes") -> str:
        """Plan the training that leads a learner to a role, from what the learner holds, within hours."""
        return (
            f"A learner wants to become {role!r}, holds: {held}, and has hours: {hours}. Find the ids of the role "
            "and of what is held with `search`. Ask `training_plan`; where not everything is reachable, say what and "
            "why, and ask `trace` where the chain breaks. Tell the steps in order with the reason for each, what has "
            "to be learnt first, the hours, and the coverage before and after. Name the sources, and what is not "
            "recorded."
        )


def _text_of(tool: object) -> str:
    """Return a tool's text, its lines joined to paragraphs, as an assistant reads it."""
    paragraphs = (tool.__doc__ or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _version() -> str:
    try:
        return version("rolepath")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0"
