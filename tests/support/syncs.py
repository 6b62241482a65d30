"""What is synced and renamed, in its order."""

import os
import stat
from pathlib import Path

import pytest


def note_syncs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each file synced, each renaming and each folder synced is added from now on."""
    steps: list[str] = []
    sync, replace, rename = os.fsync, os.replace, os.rename

    def note_sync(descriptor: int) -> None:
        steps.append("folder synced" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file synced")
        sync(descriptor)

    def note_replace(source: Path, target: Path) -> None:
        steps.append("renamed")
        replace(source, target)

    def note_rename(source: Path, target: Path) -> None:
        steps.append("renamed")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_replace)
    monkeypatch.setattr(os, "rename", note_rename)
    return steps
