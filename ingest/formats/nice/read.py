"""Reader of NIST's NICE Workforce Framework for Cybersecurity: which of two editions the files hold, and its source.

Source: NIST SP 800-181 (August 2017), and the components of SP 800-181 Revision 1 as of 2024.
"""

from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Source
from ingest.draft import Draft
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


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what an edition says: work roles, tasks, statements, and what each role does and requires.

    `path` is a folder, looked through with all below it. The edition of 2024 is recognised by its JSON clusters, that
    of 2017 by its lists of statements. Files that are not needed are named in the notes.

    Raises:
        InputError: there is no whole edition, or there are both; or a file of it cannot be read.
    """
    if not path.is_dir():
        reason = message("nice.no_folder" if path.exists() else "framework.not_there")
        raise InputError(Problem(reason, path.name))
    files = sorted(file for file in path.rglob("*") if file.is_file())
    lists, pages = nice_2017.find_lists(files)
    clusters = nice_2024.find_clusters(files)
    if lists and clusters:
        raise InputError(Problem(message("nice.both_editions"), path.name))
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
    used = {file.path for file in [*lists.values(), *pages]} | {cluster.path for cluster in clusters.values()}
    others = [str(file.relative_to(path)) for file in files if file not in used]
    if others:
        draft.note(message("framework.unneeded", files=others))
    return draft
