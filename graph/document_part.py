"""Parts of a document that rows count in, in words: the pages of a PDF, the tables of a Word document, sheets."""

from graph.messages import Message, message


def spoken_part(part: str) -> Message:
    """Return a part in words: a sheet, or the page (`page:3`) or table (`table:2`) of a document.

    No sheet's name holds a colon.

    >>> str(spoken_part("page:3")), str(spoken_part("roles"))
    ('page 3', 'sheet roles')
    """
    kind, _, number = part.partition(":")
    if kind == "page" and number:
        return message("document.page", number=number)
    if kind == "table" and number:
        return message("document.table", number=number)
    return message("place.sheet", sheet=part)
