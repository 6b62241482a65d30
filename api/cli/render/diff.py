"""How the difference between two states is shown: what changed in the graph, then what that did."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import (
    STATUS_STYLE,
    count,
    kind_name,
    labelled,
    listed,
    property_name,
    spoken,
    spoken_focus,
    spoken_scope,
    spoken_value,
    standing,
    told,
)
from api.cli.terminal import Terminal, indented, line, number, padded, percent
from graph.messages.reader_language import say
from queries.compare.answer_changes import Consequences
from queries.compare.graph_changes import GraphChanges, LinkChange, LinkValues, NodeChange
from queries.compare.snapshot_pair import ChainState, CompetencyChange, RoleChange
from queries.diff import Diff
from queries.semantics.chain_status import ChainStatus
from queries.semantics.focus_note import Focus
from queries.semantics.scope import Scope, ScopeNote

_SIGN = {"added": ("+", "green"), "changed": ("~", "yellow"), "removed": ("-", "red")}


def show_diff(found: Diff, out: Terminal) -> None:
    """Show what changed from the one state to the other."""
    out.show(line((say("show.from_to", since=found.since, until=found.until), "bold")))
    show_scope(found.scope, found.focus, out)
    show_changes(found.changes, out)
    show_consequences(found.consequences, out)


def show_scope(scope: Scope, focus: Focus, out: Terminal) -> None:
    """Show what the comparison was narrowed to."""
    out.show(*(line((said, "yellow")) for said in spoken_scope(ScopeNote(asked=scope))))
    out.show(*(line((said, "yellow")) for said in spoken_focus(focus, scope)))


def show_changes(changes: GraphChanges, out: Terminal) -> None:
    """Show the nodes and links that are new, changed or gone."""
    out.show(Text(), line((say("show.in_graph"), "bold")))
    if not (changes.nodes or changes.links):
        out.show(line(say("show.nothing_changes")))
        return
    for one in changes.nodes:
        out.show(*_node(one, out.width))
    for link in changes.links:
        out.show(*_link(link, out.width))
    for what, shown, tally in (
        ("node", changes.nodes, changes.node_tally),
        ("link", changes.links, changes.link_tally),
    ):
        rest = tally.added + tally.changed + tally.removed - len(shown)
        if rest:
            out.show(line((say("show.rest", rest=count(rest, what)), "dim")))


def _node(change: NodeChange, width: int) -> Iterator[Text]:
    sign, style = _SIGN[change.change]
    row = line(
        (f"{sign} ", f"bold {style}"), f"{kind_name(change.kind)} ", (change.name, "bold"), (f"  {change.id}", "cyan")
    )
    yield from indented(row, 4, width)
    for one in change.properties:
        before, after = (
            say("site.not_stated") if value is None else spoken_value(value) for value in (one.before, one.after)
        )
        yield from indented(line("    ", labelled(property_name(one.property), f"{before} → {after}")), 6, width)


def _link(change: LinkChange, width: int) -> list[Text]:
    sign, style = _SIGN[change.change]
    said = _stated(change.after or change.before)
    if change.change == "changed":
        said = f"{_stated(change.before) or say('show.nothing_stated')} → {said or say('show.nothing_stated')}"
    ends = (change.from_name, f" {change.relation} ", change.to_name)
    return indented(line((f"{sign} ", f"bold {style}"), *ends, (f"  {said}" if said else "", "dim")), 4, width)


def _stated(link: LinkValues | None) -> str:
    stated = {} if link is None else link.model_dump(exclude_none=True)
    return listed(f"{property_name(name)} {number(value)}" for name, value in stated.items())


def show_consequences(found: Consequences, out: Terminal) -> None:
    """Show which competencies and roles stand otherwise, and the count of each status before and after."""
    out.show(
        Text(),
        line((say("show.stand_otherwise", competencies=count(found.competencies_total, "competency_stands")), "bold")),
    )
    for change in found.competencies:
        out.show(*_competency(change, out.width))
    _show_rest(found.competencies_total - len(found.competencies), out)
    out.show(Text(), line((say("show.covered_otherwise", roles_total=count(found.roles_total, "role")), "bold")))
    for role in found.roles:
        out.show(*_role(role, out.width))
    _show_rest(found.roles_total - len(found.roles), out)
    out.show(Text(), line((say("effect.statuses"), "bold")))
    for status in ChainStatus:
        before, after = found.counts_before[status], found.counts_after[status]
        if before or after:
            more = f"  {after - before:+,}" if after != before else ""
            out.show(line(f"{before:>8,} → {after:>6,}  {padded(spoken(status), 16)}", (more, "bold")))


def _show_rest(rest: int, out: Terminal) -> None:
    if rest > 0:
        out.show(line((say("show.rest_count", rest=rest), "dim")))


def _competency(change: CompetencyChange, width: int) -> Iterator[Text]:
    about = change.competency
    yield from indented(line("  ", (about.name, "bold"), (f"  {about.id}", "cyan")), 4, width)
    row = line("    ").append_text(_standing(change.before)).append(" → ").append_text(_standing(change.after))
    yield from indented(row, 6, width)
    known = set() if change.before is None else {flaw.flaw for flaw in change.before.flaws}
    for flaw in [] if change.after is None else change.after.flaws:
        if flaw.flaw not in known:
            yield from indented(line("    ", (spoken(flaw.flaw), "yellow"), f" - {told(flaw)}"), 6, width)


def _standing(stand: ChainState | None) -> Text:
    if stand is None:
        return line((say("what_if.not_there"), "dim"))
    words = standing(stand.status, stand.link)
    flaws = say("print.aside", said=listed(spoken(flaw.flaw) for flaw in stand.flaws)) if stand.flaws else ""
    return line((words, STATUS_STYLE[stand.status]), flaws)


def _role(change: RoleChange, width: int) -> list[Text]:
    moved = f"{percent(change.before):>5} → {percent(change.after):>5}"
    points = f"{100 * change.change:+.1f}"
    row = line(f"  {moved}  ", (f"{points:>6}", "bold"), f"  {change.role.name}", (f"  {change.role.id}", "cyan"))
    return indented(row, 26, width)
