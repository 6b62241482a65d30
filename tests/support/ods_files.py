"""OpenDocument spreadsheets put together by hand: what other programs write, and what nobody should."""

import zipfile
from pathlib import Path

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_NAMES = " ".join(f'xmlns:{name}="{_URN}{name}:1.0"' for name in ("office", "table", "text", "style"))
_HIDDEN = (
    '<office:automatic-styles><style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
)


def cell(shown: str = "", **attributes: str) -> str:
    """Return a cell that shows a text; attributes as `value_type="float"`, of tables if they begin with `t_`."""
    stated = "".join(
        f' {"table" if name.startswith("t_") else "office"}:{name.removeprefix("t_").replace("_", "-")}="{value}"'
        for name, value in attributes.items()
    )
    kind = ' office:value-type="string"' if shown and not attributes else ""
    inner = "".join(f"<text:p>{line}</text:p>" for line in shown.split("\n")) if shown else ""
    return f"<table:table-cell{kind}{stated}>{inner}</table:table-cell>"


def number(value: float, shown: str | None = None) -> str:
    """Return a cell with a number, and what it shows."""
    return cell(str(value) if shown is None else shown, value_type="float", value=str(value))


def row(*cells: str, times: int = 1) -> str:
    """Return a row of cells, or of texts."""
    inner = "".join(one if one.startswith("<") else cell(one) for one in cells)
    repeated = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    return f"<table:table-row{repeated}>{inner}</table:table-row>"


def sheet(name: str, *rows: str, is_hidden: bool = False) -> str:
    """Return a sheet of rows."""
    style = ' table:style-name="ta2"' if is_hidden else ""
    return f'<table:table table:name="{name}"{style}>{"".join(rows)}</table:table>'


def content(*sheets: str, before: str = "") -> str:
    """Return the content of a document of sheets."""
    body = f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
    return f'<?xml version="1.0"?>{before}<office:document-content {_NAMES}>{_HIDDEN}{body}</office:document-content>'


def ods(path: Path, text: str, manifest: str = "<m/>") -> Path:
    """Write a workbook with this content."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", text)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path
