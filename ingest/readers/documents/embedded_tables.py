"""Tables of HTML inside Markdown, as converters of PDF and Word write them: rows with cells that span others."""

from collections.abc import Sequence
from html.parser import HTMLParser

from ingest.readers.documents.passage import Passage

BEGIN, END = "<table", "</table>"
_MOST_COLUMNS = 100


def embedded_rows(lines: Sequence[Passage]) -> list[Passage]:
    """Return the rows of a table whose lines these are, each at the line that it begins in."""
    parser = _RowParser()
    parser.feed("\n".join(line.text for line in lines))
    parser.close()
    parser.end_row()
    return [
        Passage(lines[at].row, " ".join(filter(None, dict.fromkeys(cells))), cells=cells, spanned=spanned)
        for at, cells, spanned in parser.rows
        if any(cells)
    ]


class _RowParser(HTMLParser):
    """Gathers rows: the line that each begins in, its cells, and the columns in which a cell above goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[int, tuple[str, ...], tuple[int, ...]]] = []
        self._cells: list[str] | None = None
        self._spanned: list[int] = []
        self._open: dict[int, int] = {}
        self._spans: dict[int, int] = {}
        self._text: list[str] = []
        self._begun, self._width, self._height = 0, 0, 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.end_row()
            self._cells, self._begun = [], self.getpos()[0] - 1
        elif tag in {"td", "th"} and self._cells is not None:
            self._end_cell()
            told = dict(attrs)
            self._width, self._height = _span(told.get("colspan")), _span(told.get("rowspan"))
        elif tag in {"br", "p", "li", "div"}:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self.end_row()

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def end_row(self) -> None:
        """Take the row that is over."""
        if self._cells is None:
            return
        self._end_cell()
        self._go_on()
        self.rows.append((self._begun, tuple(self._cells), tuple(self._spanned)))
        self._open = {column: left - 1 for column, left in self._open.items() if left > 1} | self._spans
        self._cells, self._spanned, self._spans = None, [], {}

    def _end_cell(self) -> None:
        """Take the cell that is over, behind those that go on from above."""
        text = "\n".join(filter(None, (" ".join(line.split()) for line in "".join(self._text).split("\n"))))
        self._text = []
        if self._cells is None or not self._width:
            return
        self._go_on()
        for _ in range(min(self._width, _MOST_COLUMNS - len(self._cells))):
            if self._height > 1:
                self._spans[len(self._cells)] = self._height - 1
            self._cells.append(text)
        self._width = 0

    def _go_on(self) -> None:
        while self._cells is not None and len(self._cells) in self._open and len(self._cells) not in self._spanned:
            self._spanned.append(len(self._cells))
            self._cells.append("")


def _span(told: str | None) -> int:
    return min(int(told), _MOST_COLUMNS) if told and told.isdecimal() and int(told) else 1
