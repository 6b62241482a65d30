"""Files as a request carries them."""

import io
import zipfile
from collections.abc import Mapping

from tests.support.commanding import CHAIN

Upload = tuple[str, tuple[str, bytes]]


def uploads(files: Mapping[str, str | bytes] = CHAIN) -> list[Upload]:
    return [("file", (name, text.encode() if isinstance(text, str) else text)) for name, text in files.items()]


def packed(files: Mapping[str, str | bytes], below: str = "") -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(below + name, text)
    return into.getvalue()
