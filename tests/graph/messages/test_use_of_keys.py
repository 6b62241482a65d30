"""The catalogue against the code: each message that the code makes has its key, and fills every place of it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from graph.messages import catalogue
from tests.support.paths import ROOT

PACKAGES = ("graph", "ingest", "queries", "api", "rolepath")


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield each call of `message` with a key that is written out: where it stands, the key, the call."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                    yield from ((_place(file, node), key, node) for key in _keys(node.args[0] if node.args else None))


def _place(file: Path, node: ast.Call) -> str:
    return f"{file.relative_to(ROOT)}:{node.lineno}"


def _keys(key: ast.expr | None) -> Iterator[str]:
    """Yield the keys that an expression can be: one that is written out, or either side of a choice."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield key.value
    elif isinstance(key, ast.IfExp):
        yield from _keys(key.body)
        yield from _keys(key.orelse)


def places(template: str) -> set[str]:
    """Return the names of the places of a text."""
    return {name.partition(".")[0].partition("[")[0] for _, name, _, _ in Formatter().parse(template) if name}


def test_each_message_has_its_text() -> None:
    """No key is made up, and no place of a text stays open."""
    texts = catalogue()
    unknown, open_places = set(), set()
    made = list(calls())
    for where, key, call in made:
        if key not in texts:
            unknown.add(f"{where}: {key}")
        elif all(keyword.arg for keyword in call.keywords):
            filled = {keyword.arg for keyword in call.keywords if keyword.arg}
            if missing := places(texts[key][0]) - filled:
                open_places.add(f"{where}: {key} leaves {', '.join(sorted(missing))} open")
    assert len(made) > 100
    assert not unknown
    assert not open_places


def test_each_text_of_a_format_is_said() -> None:
    """What no reader or writer says any more is no text either."""
    code = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "ingest" / "formats").rglob("*.py")))
    frameworks = ("case", "osmt", "onet", "nice", "esco", "cip_soc", "moe", "moodle", "canvas")
    sections = (*frameworks, "jsonld", "crosswalk", "xapi", "graph_exports")
    put_together = ("jsonld.fault_of_", "osmt.left_out_", "osmt.archived", "osmt.deleted", "canvas.left_out_")
    chosen = ("esco.without_", "nice.form_of_", "nice.list_of_")
    unsaid = {
        key
        for key in catalogue()
        if key.startswith(tuple(f"{name}." for name in sections))
        and f'"{key}"' not in code
        and f"'{key}'" not in code
        and not key.startswith((*put_together, *chosen))
    }
    assert not unsaid
