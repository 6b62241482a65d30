"""What is said of what was written out."""

from api.answers.exports import ExportedGraph, ExportedPackage, ExportList
from api.answers.words import count
from api.cli.terminal import Terminal, line
from graph.messages import text


def show_package(written: ExportedPackage, out: Terminal) -> None:
    """Say what was written, and where, and what CASE has no place for."""
    what = f"{count(written.items, 'item')} and {count(written.associations, 'association')}"
    out.show(line(("✓ ", "green"), text("show.source_in", source=written.source, what=what), (written.path, "cyan")))
    if written.left_out:
        names = ", ".join(f"{name} ({number:,})" for name, number in written.left_out.items())
        out.show(line(text("show.case_left_out", names=names)))


def show_exported(written: ExportList, out: Terminal) -> None:
    """Say what was written, and where."""
    if not written.items:
        out.show(line(text("show.nothing_written")))
    for one in written.items:
        what = f"{count(one.nodes, 'node')} and {count(one.links, 'link')}"
        out.show(line(("✓ ", "green"), text("show.source_in", source=one.source, what=what), (one.path, "cyan")))


def show_exported_graph(written: ExportedGraph, out: Terminal) -> None:
    """Say what was written, where, and whose it is."""
    what = text(
        "show.written",
        nodes=count(written.nodes, "node"),
        links=count(written.links, "link"),
        revision=written.revision,
    )
    out.show(line(("✓ ", "green"), what, (written.path, "cyan")))
    if written.sources:
        out.show(line((text("show.licence_inside", sources=", ".join(written.sources)), "dim")))
