"""Entries of the classification of occupations: the lines of one class or occupation gathered, tasks joined again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.draft import Place
from ingest.formats.moe.occupation_form import ClassifiedLine, EntryLine
from ingest.formats.moe.text_repair import joined

_TASK_ENDS = re.compile(r"[;；。]")
_JOB_ENDS = re.compile("[工员师者人手机长]$")
_NUMBER = re.compile(r"^[0-9]{1,2}\s*[.．、]\s*")


@dataclass
class MainTask:
    """A main work task (主要工作任务), and the line that it begins in."""

    place: Place
    text: str


@dataclass
class OccupationEntry:
    """A class of occupations or an occupation; `is_class` tells which."""

    place: Place
    code: str
    name: str
    marks: str = ""
    gbm: str = ""
    is_class: bool = False
    definition: str = ""
    tasks: list[MainTask] = field(default_factory=list)
    job_lines: list[str] = field(default_factory=list)

    @property
    def jobs(self) -> list[str]:
        """The jobs (工种) of an occupation; one that a line end cut is whole again."""
        found: list[str] = []
        for line in self.job_lines:
            names = line.split()
            if found and not _JOB_ENDS.search(found[-1]):
                found[-1] += names.pop(0)
            found += names
        return found


@dataclass
class DocumentEntries:
    """What a document holds; `listed` are the codes of tables of contents, with line and text; `above` are titles."""

    entries: list[OccupationEntry] = field(default_factory=list)
    listed: dict[str, tuple[Place, str]] = field(default_factory=dict)
    above: list[Place] = field(default_factory=list)


class EntryReader:
    """Gathers the lines of one document."""

    def __init__(self, file: str) -> None:
        """Begin."""
        self._file = file
        self._now: OccupationEntry | None = None
        self._into = EntryLine.TEXT
        self._task: MainTask | None = None
        self.found = DocumentEntries()

    def read(self, lines: Iterable[ClassifiedLine]) -> DocumentEntries:
        """Return what the lines say."""
        for line in lines:
            match line.kind:
                case EntryLine.CLASS | EntryLine.OCCUPATION:
                    self._begin(line)
                case EntryLine.TASKS | EntryLine.JOBS:
                    self._into, self._task = line.kind, None
                    self._text(line)
                case EntryLine.LISTING:
                    self._listing(line)
                case EntryLine.TITLE:
                    self._now = None
                case EntryLine.TEXT:
                    self._text(line)
        return self.found

    def _place(self, line: ClassifiedLine) -> Place:
        return Place(self._file, line.passage.part, line.passage.row)

    def _begin(self, line: ClassifiedLine) -> None:
        is_class = line.kind is EntryLine.CLASS
        self._now = OccupationEntry(self._place(line), line.code, line.text, line.marks, line.gbm, is_class)
        self.found.entries.append(self._now)
        self._into, self._task = EntryLine.TEXT, None

    def _text(self, line: ClassifiedLine) -> None:
        now = self._now
        if now is None:
            self.found.above.append(self._place(line))
        elif self._into is EntryLine.TASKS:
            self._tasks(now, line)
        elif self._into is EntryLine.JOBS:
            now.job_lines += [line.text] if line.text else []
        elif not now.name and not line.text.endswith("。"):
            now.name = line.text
        elif line.passage.is_heading and not now.definition:
            now.name = joined(now.name, line.text)
        else:
            now.definition = joined(now.definition, line.text)

    def _tasks(self, now: OccupationEntry, line: ClassifiedLine) -> None:
        begin = 0
        text = line.text
        ends = [found.end() for found in _TASK_ENDS.finditer(text)]
        for end in [*ends, len(text)]:
            part = text[begin:end].strip()
            if part.strip("；;。 "):
                if self._task is None:
                    self._task = MainTask(self._place(line), _NUMBER.sub("", part))
                    now.tasks.append(self._task)
                else:
                    self._task.text = joined(self._task.text, part)
            if end in ends:
                self._task = None
            begin = end

    def _listing(self, line: ClassifiedLine) -> None:
        """Keep the code of a table of contents; where that began without a word, its first lines were taken as jobs."""
        if line.code:
            self.found.listed.setdefault(line.code, (self._place(line), line.text))
        if self._now is not None and self._into is EntryLine.JOBS:
            del self._now.job_lines[1:]
            self._into = EntryLine.LISTING
