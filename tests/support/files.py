"""What SQLite keeps of a database on the disk: the file and those beside it, which come and go while it is open."""

from contextlib import suppress
from pathlib import Path


def bytes_of_database(path: Path) -> bytes:
    """Return all that is in the file and in those beside it; one that goes away meanwhile holds nothing any more."""
    parts = []
    for file in sorted(path.parent.glob(f"{path.name}*")):
        with suppress(FileNotFoundError):
            parts.append(file.read_bytes())
    return b"".join(parts)
