"""Text reader: whole files, UTF-8, of a size that fits."""

from pathlib import Path

from graph.errors import InputError, Problem

MAX_FILE_BYTES = 200_000_000


def read_text(path: Path) -> str:
    """Return the file's text, without a BOM.

    Raises:
        InputError: it cannot be read, has more than 200 MB, is not UTF-8, or holds nothing but white space.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(Problem(f"the file has more than {MAX_FILE_BYTES // 1_000_000} MB; use CSV", path.name))
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror or error}", path.name)) from None
    except UnicodeDecodeError as error:
        raise InputError(Problem(f"is not UTF-8 (byte {error.start + 1}); save it as UTF-8", path.name)) from None
    if not text.strip():
        raise InputError(Problem("the file is empty", path.name))
    return text
