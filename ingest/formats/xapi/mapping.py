"""Activity mapping: which activity of a learning platform is which training task, and which competencies it shows."""

from pathlib import Path

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import message
from graph.model import NodeId, parse_id
from ingest.formats.framework import as_shown, columns, only_table, tolerance
from ingest.formats.uris import id_of_uri
from ingest.formats.xapi.statements import ScoredAttempt
from ingest.readers import Table
from ingest.readers.tolerance import OnNote

_COLUMNS = ("activity", "task_id", "competency_id")


class ActivityMapping:
    """The rows of a mapping: by activity, its task and competencies; an empty one trusts the statements themselves."""

    def __init__(self, by_activity: dict[str, tuple[NodeId, set[NodeId]]]) -> None:
        """Keep the rows."""
        self._by_activity = by_activity

    def of(self, one: ScoredAttempt) -> tuple[NodeId, set[NodeId]]:
        """Return the task and the competencies of an attempt.

        Raises:
            InvalidValueError: nothing says which; the message names the way out, and never the learner.
        """
        row = self._by_activity.get(one.activity)
        task = row[0] if row else None
        competencies = set(row[1]) if row else set()
        if self._by_activity and task is None:
            raise InvalidValueError(message("xapi.no_row"))
        if task is None:
            if one.shown_activity is None:
                raise InvalidValueError(message("xapi.learner_in_id"))
            task = id_of_uri(one.activity)
        if not competencies:
            competencies = {id_of_uri(uri) for uri in one.competencies}
        if not competencies:
            raise InvalidValueError(message("xapi.no_competency", columns=_COLUMNS))
        return task, competencies


def read_mapping(path: Path, on_note: OnNote) -> ActivityMapping:
    """Return the rows of a table: activity, task_id, competency_id; one row for each competency of an activity.

    It is read as a spreadsheet leaves it; what was bent is told to `on_note`.

    Raises:
        InputError: it cannot be read, a column or cell is missing, or one activity is two tasks.
    """
    table = only_table(path, tolerance(on_note, *_COLUMNS))
    at = columns(table, *_COLUMNS[:2])
    competency_at = table.header.index(_COLUMNS[2]) if _COLUMNS[2] in table.header else None
    by_activity: dict[str, tuple[NodeId, set[NodeId]]] = {}
    for row, cells in table.records():
        activity, task = (as_shown(cells[one]) or cells[one] for one in at)
        competency = as_shown(cells[competency_at]) or "" if competency_at is not None else ""
        if not activity:
            raise InputError(Problem(message("xapi.no_activity"), table.file, table.sheet, row, "activity"))
        task_id = _parsed(table, row, "task_id", task)
        competencies = {_parsed(table, row, "competency_id", competency)} if competency else set()
        standing = by_activity.setdefault(activity, (task_id, set()))
        if standing[0] != task_id:
            reason = message("xapi.second_task", task=standing[0])
            raise InputError(Problem(reason, table.file, table.sheet, row, "task_id", task))
        standing[1].update(competencies)
    if not by_activity:
        raise InputError(Problem(message("xapi.no_rows"), table.file))
    return ActivityMapping(by_activity)


def _parsed(table: Table, row: int, column: str, text: str) -> NodeId:
    try:
        return parse_id(text)
    except InvalidValueError as error:
        raise InputError(Problem(error.message, table.file, table.sheet, row, column, text)) from None
