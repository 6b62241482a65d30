"""Text reader: whole files, UTF-8, of a size that fits."""

from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.file_kinds import refuse_other_kinds

MAX_FILE_BYTES = 200_000_000


def read_text(path: Path) -> str:
    """Return the file's text, without a BOM.

    Raises:
        InputError: it cannot be read, has more than 200 MB, is not UTF-8, looks like a file of another
            format, or holds nothing but white space.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(Problem(message("file.large", megabytes=MAX_FILE_BYTES // 1_000_000), path.name))
        refuse_other_kinds(path, text=True)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(Problem(message("file.unreadable", error=error.strerror or str(error)), path.name)) from None
    except UnicodeDecodeError as error:
        raise InputError(Problem(message("file.not_utf8", byte=error.start + 1), path.name)) from None
    if not text.strip():
        raise InputError(Problem(message("file.empty"), path.name))
    return text
