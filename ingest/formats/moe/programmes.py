"""Reader of programme descriptions of China's vocational education (职业教育专业简介): a programme, field by field.

Source: Ministry of Education of the PRC, descriptions of vocational programmes, revised 2022, https://www.moe.gov.cn.
"""

from collections.abc import Sequence
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Source
from ingest.draft import Draft, Place
from ingest.formats.moe.document_draft import document_draft, passages_or_problem, reject_document
from ingest.formats.moe.lost_codes import LostCodes
from ingest.formats.moe.programme_catalogue import Catalogue, catalogue_table
from ingest.formats.moe.programme_form import class_of_file, told_apart
from ingest.formats.moe.programme_section import DocumentSections, ProgrammeSection, SectionReader
from ingest.formats.moe.programme_statements import ProgrammeStatements
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers.documents.document_files import find_documents
from ingest.readers.workbooks import ENDINGS

SOURCE = Source(
    name="职业教育专业简介",
    licence="Document of a state organ: no copyright (Copyright Law of the PRC, article 5).",
    url="https://www.moe.gov.cn",
    rank=200,
)
REPLACES = (
    *("Discipline", "Competency", "Course", "TrainingTask", "Role", "Certificate"),
    *("AIMS_AT", "OFFERS", "SCHEDULES", "TARGETS", "ALIGNS_WITH", "LEADS_ON_TO"),
)


def read(path: Path, on_progress: OnProgress | None = None, catalogue: Path | None = None) -> Draft:
    """Return what the descriptions say: programmes with their abilities, courses, training, certificates and roles.

    `path` is a document (.md, .txt, .docx, .pdf), or a folder that is looked through with all below it. A folder is all
    that the source states; a single document adds to what it stated. `catalogue` is the list of programmes, which names
    those that lost their heading. What cannot be read is a problem with its file and line, and does not refuse the job:
    files made by machine from printed pages hold such places by nature.

    Raises:
        InputError: nothing that could be read is there, or no programme is in it.
    """
    tell = on_progress or ignore
    documents, others = find_documents(path)
    draft = document_draft(path, SOURCE, REPLACES)
    found: list[DocumentSections] = []
    for file in documents:
        sections = _sections(draft, path, file, tell)
        if sections is not None and sections.programmes:
            found.append(sections)
        elif sections is not None:
            others.append(file)
    if not found and not draft.problems:
        raise InputError(Problem(message("moe.no_programme"), path.name))
    catalogue = catalogue or _catalogue_among(draft, others)
    LostCodes(draft, found, Catalogue.of(catalogue) if catalogue else None).restore()
    statements = ProgrammeStatements(draft)
    for one in found:
        statements.classes(one)
    for section in _in_order(found):
        statements.programme(section)
    statements.links_onward()
    _account_for(draft, found)
    statements.tell(found)
    if unneeded := [str(file.relative_to(path)) for file in sorted(others) if file != catalogue]:
        draft.note(message("framework.unneeded", files=unneeded))
    return draft


def _sections(draft: Draft, path: Path, file: Path, tell: OnProgress) -> DocumentSections | None:
    """Return what a document holds; one of several that cannot be read at all is told, and left out."""
    passages = passages_or_problem(path, file)
    if isinstance(passages, Problem):
        reject_document(draft, file, passages)
        return None
    of_file = class_of_file(file.stem)
    sections = SectionReader(file.name, of_file[0] if of_file else "").read(told_apart(passages))
    if of_file and sections.programmes:
        sections.classes.setdefault(of_file[0], (of_file[1], sections.programmes[0].place))
    tell(rows_read(file.name, len(passages)))
    return sections


def _catalogue_among(draft: Draft, files: Sequence[Path]) -> Path | None:
    """Return the catalogue of programmes where it lies beside the documents, and note that it is used."""
    for file in files:
        if file.suffix.lower() in {".csv", *ENDINGS}:
            try:
                found = catalogue_table(file)
            except InputError:
                continue
            if found is not None:
                draft.note(message("moe.catalogue_used", file=file.name))
                return file
    return None


def _in_order(found: Sequence[DocumentSections]) -> list[ProgrammeSection]:
    return [section for one in found for section in one.programmes]


def _account_for(draft: Draft, found: Sequence[DocumentSections]) -> None:
    """Count the records: headings of classes, heads and paragraphs of programmes, and lines that belong to nothing."""
    places: set[Place] = set()
    for one in found:
        places.update(place for _, place in one.classes.values())
        places.update(one.repeated_classes)
        for section in one.programmes:
            places.add(section.place)
            places.update(paragraph.place for paragraph in section.paragraphs)
        for place, text in one.stray:
            places.add(place)
            draft.reject(place, message("moe.stray"), value=text[:200])
    draft.read += len(places)
