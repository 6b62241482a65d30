"""Reader of China's classification of occupations (职业分类大典): occupations, their main work tasks, their classes.

Source: Occupational Classification of the PRC, 2022 edition, by the Ministry of Human Resources and others.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import Message, message
from graph.model import NOTHING_STATED, NodeId, Source, Value
from ingest.draft import Draft, Place
from ingest.formats.framework import one_line
from ingest.formats.moe.document_draft import document_draft, passages_or_problem, reject_document
from ingest.formats.moe.identity import occupation_id, text_hash
from ingest.formats.moe.occupation_entry import DocumentEntries, EntryReader, OccupationEntry
from ingest.formats.moe.occupation_form import classified, named
from ingest.formats.moe.text_repair import full_width, repaired
from ingest.progress import OnProgress, ignore, rows_read
from ingest.readers.documents.document_files import find_documents

SOURCE = Source(
    name="职业分类大典",
    licence="Document of a state organ: no copyright (Copyright Law of the PRC, article 5).",
    url="https://www.mohrss.gov.cn",
    rank=200,
)
REPLACES = ("Role", "JobResponsibility", "BROADER", "HAS_RESPONSIBILITY")
_GREEN, _DIGITAL = "L", "S"
_END = "；;。，, "


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return what the classification says: classes and occupations as roles, each below its class, and their tasks.

    `path` is a document (.md, .txt, .docx, .pdf), or a folder that is looked through with all below it. A folder is all
    that the source states; a single document adds to what it stated. What cannot be read is a problem with its file and
    line, and does not refuse the job.

    Raises:
        InputError: nothing that could be read is there, or no occupation is in it.
    """
    tell = on_progress or ignore
    documents, others = find_documents(path)
    draft = document_draft(path, SOURCE, REPLACES)
    found: list[DocumentEntries] = []
    for file in documents:
        passages = passages_or_problem(path, file)
        if isinstance(passages, Problem):
            reject_document(draft, file, passages)
            continue
        entries = EntryReader(file.name).read(classified(passages))
        if entries.entries:
            found.append(entries)
        else:
            others.append(file)
        tell(rows_read(file.name, len(passages)))
    if not found:
        raise InputError(Problem(message("moe.no_occupation"), path.name))
    OccupationStatements(draft).state(found)
    if others:
        draft.note(message("framework.unneeded", files=[str(file.relative_to(path)) for file in sorted(others)]))
    return draft


class OccupationStatements:
    """States classes, occupations and tasks, and counts the records: headings, and the lines that tasks begin in."""

    def __init__(self, draft: Draft) -> None:
        """State into the draft."""
        self._draft = draft
        self._records: set[Place] = set()

    def state(self, found: Sequence[DocumentEntries]) -> None:
        """State what the documents hold."""
        for one in found:
            for entry in one.entries:
                self._entry(entry)
        self._listed(found)
        self._classes_above()
        self._draft.read += len(self._records)

    def _entry(self, entry: OccupationEntry) -> None:
        draft, node = self._draft, occupation_id(entry.code)
        self._records.add(entry.place)
        self._records.update(task.place for task in entry.tasks)
        if not entry.name.strip():
            draft.reject(entry.place, message("moe.no_occupation_name", code=entry.code))
        elif draft.state_node(entry.place, node, "Role", _values(entry, draft.source.name)):
            for task in entry.tasks:
                self._task(node, task.place, _text(task.text))
            return
        for task in entry.tasks:
            draft.reject_with(task.place, entry.place)

    def _task(self, node: NodeId, place: Place, text: str) -> None:
        duty = NodeId(f"{node}.r{text_hash(text)}")
        if duty not in self._draft.nodes:
            name = one_line(text)[:2000]
            self._draft.state_node(place, duty, "JobResponsibility", {"name": name, "name_zh": name})
            self._draft.state_link(place, (node, "HAS_RESPONSIBILITY", duty), NOTHING_STATED)

    def _listed(self, found: Sequence[DocumentEntries]) -> None:
        """State the occupations that only a table of contents names, and note them."""
        alone: list[Message] = []
        for one in found:
            for code, (place, text) in sorted(one.listed.items()):
                node, (name, marks) = occupation_id(code), named(text)
                if node in self._draft.nodes or not name or "-" not in code:
                    continue
                self._records.add(place)
                entry = OccupationEntry(place, code, name, marks)
                if self._draft.state_node(place, node, "Role", _values(entry, self._draft.source.name)):
                    where = message("place.file_row", file=place.file, row=place.row)
                    alone.append(message("moe.detail", place=where, detail=f"{code} {name}"))
        if alone:
            self._draft.note(message("moe.doubt", doubt=message("moe.listed_only"), n=len(alone), places=alone))

    def _classes_above(self) -> None:
        """State what each is below: the nearest class above that is there."""
        for node in [one for one, (kind, _) in self._draft.nodes.items() if kind == "Role"]:
            parts = node.partition(":")[2].split("-")
            above = (occupation_id("-".join(parts[:length])) for length in range(len(parts) - 1, 0, -1))
            broader = next((one for one in above if one in self._draft.nodes), None)
            if broader is not None:
                self._draft.state_link(self._draft.places[node], (node, "BROADER", broader), NOTHING_STATED)


def _values(entry: OccupationEntry, framework: str) -> dict[str, Value]:
    name = one_line(_text(entry.name))[:2000]
    values: dict[str, Value] = {"name": name, "name_zh": name, "framework": framework, "code": entry.code}
    if definition := repaired(entry.definition).strip():
        values["description"] = full_width(definition)[:20_000]
    if aliases := list(dict.fromkeys(one for job in entry.jobs if (one := one_line(_text(job))) and one != name)):
        values["aliases"] = aliases
    marks = {"green": _GREEN in entry.marks, "digital": _DIGITAL in entry.marks}
    extra: dict[str, object] = {key: True for key, stands in marks.items() if stands}
    if entry.gbm:
        extra["gbm"] = entry.gbm
    if extra:
        values["extra"] = json.dumps(extra, sort_keys=True, separators=(",", ":"))
    return values


def _text(text: str) -> str:
    return full_width(repaired(text)).strip(_END)
