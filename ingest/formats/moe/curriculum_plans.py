"""Reader of colleges' talent training plans (人才培养方案): a programme as a college runs it, with its courses.

Sources: Ministry of Education of the PRC, guidance on talent training plans of colleges (教职成〔2019〕13号), and the
call to draw them up (教职成司函〔2019〕61号), https://www.moe.gov.cn; colleges lay them out alike, not the same.
"""

from collections.abc import Sequence
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import NodeId, Source
from ingest.draft import Draft, Place
from ingest.formats.moe.course_columns import course_header
from ingest.formats.moe.document_draft import document_draft, passages_or_problem, reject_document
from ingest.formats.moe.identity import text_hash
from ingest.formats.moe.plan_chapters import PlanChapter
from ingest.formats.moe.plan_form import PlanTable, PlanText, plan_parts
from ingest.formats.moe.plan_head import PlanHead, plan_head
from ingest.formats.moe.plan_statements import PlanStatements
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers.documents.document_files import find_documents

NAME = "人才培养方案"
LICENCE = "As stated by the college."
PREFIX = "plan"
REPLACES = (
    *("Institution", "Discipline", "Competency", "Course", "KnowledgeUnit", "TrainingTask", "Role", "Certificate"),
    *("RUNS", "AIMS_AT", "OFFERS", "COVERS", "SCHEDULES", "TARGETS", "ALIGNS_WITH"),
    *("JobResponsibility", "HAS_RESPONSIBILITY", "REQUIRES"),
)
_TITLE_ROWS = 6
_WRAPPED = (".pdf", ".txt")
_SAYING = frozenset(PlanChapter) - {PlanChapter.FRONT, PlanChapter.OTHER, PlanChapter.NAME, PlanChapter.YEARS}


def read(
    path: Path, on_progress: OnProgress | None = None, institution: str | None = None, source: str | None = None
) -> Draft:
    """Return what the plans say: programmes that the college runs, with outcomes, courses, units, training and roles.

    `path` is a plan (.docx with its tables, .md, .pdf, .txt), or a folder that is looked through with all below it. A
    folder is all that the source states; a single plan adds to what it stated. `institution` is the id of the college;
    without it the college is the one that a plan's title names, and without that the source stands for it.

    Raises:
        InputError: nothing that could be read is there, or no document is such a plan.
    """
    tell = on_progress or ignore
    documents, others = find_documents(path)
    plans: list[tuple[Path, PlanHead, Sequence[PlanText | PlanTable]]] = []
    unread: list[tuple[Path, Problem]] = []
    for file in documents:
        passages = passages_or_problem(path, file)
        if isinstance(passages, Problem):
            unread.append((file, passages))
            continue
        parts = plan_parts(passages, is_wrapped=file.suffix.lower() in _WRAPPED)
        head = plan_head(parts, file.stem) if any(map(_says, parts)) else None
        if head is None:
            others.append(file)
        else:
            plans.append((file, head, parts))
        tell(rows_read(file.name, len(passages)))
    if not plans:
        raise InputError(Problem(message("curriculum.no_plan"), path.name))
    draft = document_draft(path, _source([head for _, head, _ in plans], institution), REPLACES)
    draft.keeps_dangling = True
    for file, problem in unread:
        reject_document(draft, file, problem)
    for file, head, said in plans:
        college = NodeId(institution) if institution else _college(draft, file.name, head, source)
        known = bool(institution or head.college)
        PlanStatements(draft, file.name, head, college, is_known=known).state(said)
    if others and path.is_dir():
        draft.note(message("framework.unneeded", files=[str(file.relative_to(path)) for file in sorted(others)]))
    return draft


def _says(part: PlanText | PlanTable) -> bool:
    """Say whether a part is one of a plan: it stands in a chapter of the form, or is a table of courses."""
    rows = part.table.rows if isinstance(part, PlanTable) else []
    return part.chapter in _SAYING or any(course_header(rows[at:]) for at in range(min(len(rows), _TITLE_ROWS)))


def _source(heads: Sequence[PlanHead], institution: str | None) -> Source:
    """Return the source: it is called after the college, and belongs to it, where there is one."""
    colleges = {head.college for head in heads} - {""}
    editions = {head.edition for head in heads} - {""}
    only = colleges.pop() if len(colleges) == 1 else ""
    name = f"{only}{NAME}" if only else f"{NAME} {institution}" if institution else NAME
    belongs = institution or (college_id(only) if only else "")
    return Source(name=name[:200], version="/".join(sorted(editions)), licence=LICENCE, institution_id=belongs)


def college_id(name: str) -> NodeId:
    """Return the id of a college that is known by its name."""
    return NodeId(f"{PREFIX}:i{text_hash(name)}")


def _college(draft: Draft, file: str, head: PlanHead, source: str | None) -> NodeId:
    """Return the college of a plan, stated as an institution where the plan names it."""
    if not head.college:
        draft.note(message("curriculum.no_college", file=file))
        return NodeId(f"{PREFIX}:s{text_hash(source or NAME)}")
    college = college_id(head.college)
    if college not in draft.nodes:
        sort = "university" if head.college.endswith("大学") else "higher_vocational"
        sort = "secondary_vocational" if head.college.endswith(("学校", "中学", "中心")) else sort
        values = {"name": head.college, "name_zh": head.college, "kind": sort}
        draft.state_node(Place(file, head.passage.part, head.passage.row), college, "Institution", values)
    return college
