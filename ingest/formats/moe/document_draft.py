"""Documents of a form: what is looked through, and the draft that all readers of such documents begin with."""

from pathlib import Path

from graph.messages import message
from graph.model import Source
from ingest.draft import Draft


def document_draft(path: Path, source: Source, replaces: tuple[str, ...]) -> Draft:
    """Return the draft of a folder, which is all that the source states, or of a document, which adds to what it did.

    What cannot be read is a problem, and does not refuse the job.
    """
    draft = Draft(source)
    draft.leaves_out_faulty = True
    if path.is_dir():
        draft.replaces = set(replaces)
    else:
        draft.note(message("moe.adds_only"))
    return draft
