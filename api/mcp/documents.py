"""Documentation pages: inside the package where it is installed, beside it in a checkout."""

from importlib.resources import files
from pathlib import Path

from graph.errors import NotFoundError
from graph.messages import message


def document(name: str) -> str:
    """Return a page of the documentation, as Markdown.

    Raises:
        NotFoundError: this installation carries no such page.
    """
    carried = files("api") / "docs" / name
    if carried.is_file():
        return carried.read_text(encoding="utf-8")
    beside = Path(__file__).resolve().parents[2] / "docs" / name
    if not beside.is_file():
        raise NotFoundError(message("thing.page"), name)
    return beside.read_text(encoding="utf-8")
