"""Reader of competency analyses (职业能力分析表): what the work of a post requires, as colleges with enterprises say.

The form is PGSD: professional, general, social, development competencies (职业能力, 通用能力, 社会能力, 发展能力),
coded by task and content of work, P-1.1.1, G-1.1. Sources: a public design of records for such tables, in
https://github.com/RayLiu09/nexus, docs/pipeline_b_pgsd_major_group_template_design.md (2026); field, task and
competency as three columns are those of skill level certificates (1+X).
"""

from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Source
from ingest.draft import Draft
from ingest.formats.moe.ability_statements import AbilityStatements
from ingest.formats.moe.document_draft import document_draft, passages_or_problem, reject_document
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers.documents.document_files import FORMS, find_documents
from ingest.readers.workbooks import ENDINGS

SOURCE = Source(name="职业能力分析表", licence="As stated by whoever made the analysis.", rank=150)
REPLACES = ("Role", "JobResponsibility", "Competency", "HAS_RESPONSIBILITY", "REQUIRES")
_ENDINGS = FORMS | set(ENDINGS)


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the analyses say: posts as roles, their work as responsibilities, and what it requires.

    `path` is an analysis (.docx with its tables, .xlsx, .ods, .xls, .md), or a folder that is looked through with all
    below it. A folder is all that the source states; a single analysis adds to what it stated.

    Raises:
        InputError: nothing that could be read is there, or no table is one of an analysis.
    """
    tell = on_progress or ignore
    documents, others = find_documents(path, _ENDINGS)
    draft = document_draft(path, SOURCE, REPLACES)
    for file in documents:
        passages = passages_or_problem(path, file, _ENDINGS)
        if isinstance(passages, Problem):
            reject_document(draft, file, passages)
        elif not AbilityStatements(draft, file.name).state(passages, file.stem):
            others.append(file)
        else:
            tell(rows_read(file.name, len(passages)))
    if not draft.read:
        raise InputError(Problem(message("analysis.no_analysis"), path.name))
    if others and path.is_dir():
        draft.note(message("framework.unneeded", files=[str(file.relative_to(path)) for file in sorted(others)]))
    return draft
