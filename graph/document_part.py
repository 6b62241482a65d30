"""Parts of a document that rows count in, in words: the pages of a PDF, the tables of a Word document, sheets."""

from graph.messages import Message, message


def spoken_part(part: str) -> Message:
    """Return a part in words: a sheet, or the page (`page:3`) or table (`table:2`) of a document.

    No sheet's name holds a colon.

    >>> str(spoken_part("page:3")), str(spoken_part("roles"))
    ('page 3', 'sheet roles')
    """
    kind, _, number = part.partition(":")
    if is_of_document(part):
        return message("document.page" if kind == "page" else "document.table", number=number)
    return message("place.sheet", sheet=part)


def is_of_document(part: str) -> bool:
    """Say whether it is a page or a table of a document.

    >>> is_of_document("table:2"), is_of_document("roles")
    (True, False)
    """
    kind, _, number = part.partition(":")
    return kind in {"page", "table"} and number.isdigit()
