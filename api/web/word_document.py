"""Word document (.docx) of a report on one sheet of A4: a line of origin, headings, sentences and tables."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from fastapi import Response

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FACE, _FACE_ZH = "Calibri", "Microsoft YaHei"
_MARGIN_MM, _WIDTH_MM, _HEIGHT_MM = 16, 210, 297
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold. Source: Extensible Markup Language (XML) 1.0, production 2."""


class WordDocument:
    """A document that is filled from top to bottom."""

    def __init__(self, title: str, origin: str, language: str) -> None:
        """Begin with the title; the origin - whose, what, of which revision, when - stands above every page."""
        from docx import Document  # noqa: PLC0415 - it takes 0.2 s to load, and few start-ups ever write one
        from docx.shared import Mm, Pt  # noqa: PLC0415 - see above

        self._document = Document()
        self._document.core_properties.title = _text(title)
        self._document.core_properties.author = ""
        self._document.core_properties.comments = ""
        self._document.core_properties.language = "zh-CN" if language == "zh" else "en"
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(_WIDTH_MM), Mm(_HEIGHT_MM)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
        section.header.paragraphs[0].text = _text(origin)
        for name, size in (("Normal", 9.5), ("Title", 18), ("Heading 1", 12)):
            style: Any = self._document.styles[name]
            style.font.name, style.font.size = _FACE, Pt(size)
            style.element.get_or_add_rPr().get_or_add_rFonts().set(_EAST_ASIA, _FACE_ZH)
        self._document.styles["Normal"].paragraph_format.space_after = Pt(3)
        self._document.add_heading(_text(title), level=0)

    def heading(self, text: str) -> None:
        """Go on with a heading."""
        self._document.add_heading(_text(text), level=1)

    def line(self, text: str, *, strong: str = "") -> None:
        """Go on with a sentence, which `strong` begins in bold."""
        paragraph = self._document.add_paragraph()
        if strong:
            paragraph.add_run(_text(strong)).bold = True
        paragraph.add_run(_text(text))

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Go on with a table, whose heads stand again on each page."""
        table = self._document.add_table(rows=1, cols=len(heads), style="Table Grid")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            cell.paragraphs[0].add_run(_text(head)).bold = True
        properties: Any = table.rows[0]._tr.get_or_add_trPr()
        properties.append(properties.makeelement(_REPEATED, {}))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = _text(text)

    def answer(self, name: str) -> Response:
        """Return the document as a file of this name, without its ending."""
        written = BytesIO()
        self._document.save(written)
        headers = {"Content-Disposition": f'attachment; filename="{name}.docx"'}
        return Response(written.getvalue(), media_type=MEDIA_TYPE, headers=headers)


_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EAST_ASIA, _REPEATED = f"{_WORDS}eastAsia", f"{_WORDS}tblHeader"


def _text(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
