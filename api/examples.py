"""Shipped examples: inside the package where it is installed, beside it in a checkout."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from graph.errors import NotFoundError
from graph.messages import message


@contextmanager
def example(name: str) -> Iterator[Path]:
    """Give the folder of an example, in the native format.

    Raises:
        NotFoundError: this installation carries no such example.
    """
    carried = files("api") / "examples" / name
    if carried.is_dir():
        with as_file(carried) as folder:
            yield folder
        return
    beside = Path(__file__).resolve().parent.parent / "examples" / name
    if not beside.is_dir():
        raise NotFoundError(message("thing.example"), name)
    yield beside
