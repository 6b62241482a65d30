"""What is said of what was written out."""

from api.answers.exports import ExportedGraph, ExportedPackage, ExportList
from api.answers.words import count, listed
from api.cli.terminal import Terminal, line
from graph.messages.reader_language import say


def show_package(written: ExportedPackage, out: Terminal) -> None:
    """Say what was written, and where, and what CASE has no place for."""
    what = say("spoken.and", one=count(written.items, "item"), other=count(written.associations, "association"))
    out.show(line(("✓ ", "green"), say("show.source_in", source=written.source, what=what), (written.path, "cyan")))
    if written.left_out:
        names = listed(f"{name} ({number:,})" for name, number in written.left_out.items())
        out.show(line(say("show.case_left_out", names=names)))


def show_exported(written: ExportList, out: Terminal) -> None:
    """Say what was written, and where."""
    if not written.items:
        out.show(line(say("show.nothing_written")))
    for one in written.items:
        what = say("spoken.and", one=count(one.nodes, "node"), other=count(one.links, "link"))
        out.show(line(("✓ ", "green"), say("show.source_in", source=one.source, what=what), (one.path, "cyan")))


def show_exported_graph(written: ExportedGraph, out: Terminal) -> None:
    """Say what was written, where, and whose it is."""
    what = say(
        "show.written",
        nodes=count(written.nodes, "node"),
        links=count(written.links, "link"),
        revision=written.revision,
    )
    out.show(line(("✓ ", "green"), what, (written.path, "cyan")))
    if written.sources:
        out.show(line((say("show.licence_inside", sources=listed(written.sources)), "dim")))
