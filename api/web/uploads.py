"""Files between the preview of an import and its application: kept for an hour, each by a random name."""

import re
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from starlette.datastructures import UploadFile

MOST_UPLOAD_BYTES = 20_000_000
"""The largest upload; what is larger comes by the command line."""
KEPT_S = 3600.0
SUFFIXES = (".xlsx", ".csv", ".json")
_NAME = re.compile(r"[0-9a-f]{32}")


class Uploads:
    """The folder of kept files."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made when something is kept."""
        self._folder = folder

    async def keep(self, files: Sequence[UploadFile]) -> str:
        """Keep the files, and return the name that they are found by; what was kept for too long goes."""
        self._forget_old()
        name = secrets.token_hex(16)
        folder = self._folder / name
        folder.mkdir(parents=True, mode=0o700)
        for file in files:
            (folder / own_name(file.filename or "")).write_bytes(await file.read())
        return name

    def path(self, name: str) -> Path | None:
        """Return the only file that was kept by this name, else the folder of files; None where it is gone."""
        folder = self._folder / name
        if not _NAME.fullmatch(name) or not folder.is_dir():
            return None
        files = list(folder.iterdir())
        return files[0] if len(files) == 1 else folder

    def forget(self, name: str) -> None:
        """Remove what was kept by this name."""
        if _NAME.fullmatch(name):
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def _forget_old(self) -> None:
        if not self._folder.is_dir():
            return
        for folder in self._folder.iterdir():
            if time.time() - folder.stat().st_mtime > KEPT_S:
                shutil.rmtree(folder, ignore_errors=True)


def own_name(filename: str) -> str:
    r"""Return the last part of a file's name as a browser sends it, without what a file system may take amiss.

    >>> own_name("C:\\Users\\li\\人才.xlsx"), own_name("../../etc/passwd.csv")
    ('人才.xlsx', 'passwd.csv')
    """
    last = PureWindowsPath(PurePosixPath(filename).name).name
    return re.sub(r"[^\w.\- ]", "_", last)[-100:].lstrip(".") or "file"
