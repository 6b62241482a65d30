"""What is said of what was written out."""

from api.answers.exports import ExportedGraph, ExportedPackage, ExportList
from api.answers.words import count
from api.cli.terminal import Terminal, line


def show_package(written: ExportedPackage, out: Terminal) -> None:
    """Say what was written, and where, and what CASE has no place for."""
    what = f"{count(written.items, 'item')} and {count(written.associations, 'association')}"
    out.show(line(("✓ ", "green"), f"{written.source}: {what} in ", (written.path, "cyan")))
    if written.left_out:
        names = ", ".join(f"{name} ({number:,})" for name, number in written.left_out.items())
        out.show(line(f"left out, since CASE has no place for it: {names}"))


def show_exported(written: ExportList, out: Terminal) -> None:
    """Say what was written, and where."""
    if not written.items:
        out.show(line("Nothing was written: the store holds nothing."))
    for one in written.items:
        what = f"{count(one.nodes, 'node')} and {count(one.links, 'link')}"
        out.show(line(("✓ ", "green"), f"{one.source}: {what} in ", (one.path, "cyan")))


def show_exported_graph(written: ExportedGraph, out: Terminal) -> None:
    """Say what was written, where, and whose it is."""
    what = f"{count(written.nodes, 'node')} and {count(written.links, 'link')} of revision {written.revision} in "
    out.show(line(("✓ ", "green"), what, (written.path, "cyan")))
    if written.sources:
        out.show(line((f"  Who states it, and under which licence, is in it: {', '.join(written.sources)}", "dim")))
