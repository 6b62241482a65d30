"""Reader of NIST's NICE Workforce Framework for Cybersecurity: which of two editions the files hold, and its source.

Source: NIST SP 800-181 (August 2017), and the components of SP 800-181 Revision 1 as of 2024.
"""

from collections.abc import Mapping
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Source
from ingest.draft import Draft
from ingest.formats.framework import data_files
from ingest.formats.nice import components as nice_components
from ingest.formats.nice import v2017 as nice_2017
from ingest.formats.nice import v2024 as nice_2024
from ingest.progress import OnProgress

SOURCE_2017 = Source(
    name="NICE 2017",
    version="SP 800-181, August 2017",
    licence="Work of the US Government, public domain in the United States (17 USC 105). "
    "NIST SP 800-181 (2017), NICE Cybersecurity Workforce Framework.",
    url="https://csrc.nist.gov/pubs/sp/800/181/final",
    rank=200,
)
SOURCE_2024 = Source(
    name="NICE 2024",
    version="SP 800-181r1 components, 2024",
    licence="CC0 1.0. NICE Workforce Framework for Cybersecurity (NIST SP 800-181r1 components), via MISP galaxy.",
    url="https://csrc.nist.gov/pubs/sp/800/181/r1/final",
    rank=200,
)

LICENCE_OF_NIST = (
    "Work of the US Government, public domain in the United States (17 USC 105). "
    "NICE Workforce Framework for Cybersecurity (NIST SP 800-181r1), components."
)


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what an edition says: work roles, tasks, statements, and what each role does and requires.

    `path` is a folder, looked through with all below it, or a file. The edition of 2024 is recognised by its JSON
    clusters, or is NIST's workbook of the components; that of 2017 is recognised by its lists of statements. Files
    that are not needed are named in the notes.

    Raises:
        InputError: there is no whole edition, or there are several; or a file of it cannot be read.
    """
    if not path.exists():
        raise InputError(Problem(message("framework.not_there"), path.name))
    files = data_files(path, below=True) if path.is_dir() else [path]
    lists, pages = nice_2017.find_lists(files)
    clusters = nice_2024.find_clusters(files)
    components = nice_components.find_components(files)
    if bool(lists) + bool(clusters) + len(components) > 1:
        raise InputError(Problem(message("nice.both_editions"), path.name))
    if components:
        draft, used = _of_workbook(components[0], on_progress), {components[0].path}
    else:
        draft = _of_files(path, lists, pages, clusters, on_progress)
        used = {file.path for file in [*lists.values(), *pages]} | {cluster.path for cluster in clusters.values()}
    others = [str(file.relative_to(path)) for file in files if file not in used]
    if others:
        draft.note(message("framework.unneeded", files=others))
    return draft


def _of_workbook(components: nice_components.Components, on_progress: OnProgress | None) -> Draft:
    version = f"SP 800-181r1 components, {components.version or '2024'}"
    draft = Draft(SOURCE_2024.model_copy(update={"version": version, "licence": LICENCE_OF_NIST}))
    nice_components.read(draft, components, on_progress)
    return draft


def _of_files(
    path: Path,
    lists: Mapping[str, nice_2017.TextFile],
    pages: list[nice_2017.TextFile],
    clusters: Mapping[str, nice_2024.Cluster],
    on_progress: OnProgress | None,
) -> Draft:
    """Return what lists or clusters say. Raises InputError where parts of them are missing."""
    wanted, there = (nice_2017.PARTS, lists.keys()) if lists else (nice_2024.PARTS, clusters.keys())
    missing = [part for part in wanted if part not in there]
    if missing:
        reason = message("nice.only_a_part", missing=missing) if there else message("nice.no_file")
        raise InputError(Problem(reason, path.name))
    draft = Draft(SOURCE_2017 if lists else SOURCE_2024)
    if lists:
        nice_2017.read(draft, lists, pages, on_progress)
    else:
        nice_2024.read(draft, clusters, on_progress)
    return draft
