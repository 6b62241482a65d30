"""Text of the value of a spreadsheet cell: spelled plainly, and as the cell shows it."""

from datetime import datetime, time

from ingest.readers.number_format import shown_number
from ingest.readers.table import NumberText


def text_of(value: object) -> str:
    """Return a cell's value as text: NumberText for all that is neither text nor empty.

    >>> text_of(3.0), text_of(0.5), text_of(datetime(2026, 3, 1)), text_of(True)
    ('3', '0.5', '2026-03-01', 'TRUE')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return NumberText(text := str(value).upper(), text)
    if isinstance(value, datetime):
        return NumberText(value.date() if value.time() == time() else value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return _number(int(value))
    return _number(value) if isinstance(value, int | float) else NumberText(value)


def _number(value: float) -> NumberText:
    return NumberText(value, shown_number(value, "General"))
