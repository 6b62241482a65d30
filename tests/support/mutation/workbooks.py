"""Mutation of workbooks: cells and attributes in the XML of parts, parts of the archive, and its central directory."""

import io
import random
import re
import struct
import warnings
import zipfile
from xml.sax.saxutils import escape

from tests.support.mutation.texts import BYTES
from tests.support.mutation.values import TEXTS

Parts = list[tuple[str, bytes]]

_TYPES = ("s", "n", "b", "e", "d", "str", "inlineStr", "zzz", "")
_PLACES = (
    "A1",
    "B2",
    "A0",
    "ZZZZ9",
    "XFD1048576",
    "A1048577",
    "AAAA1",
    "1A",
    "a1",
    "",
    "A-1",
    "A99999999999",
    "$A$1",
    "C3",
)
_ATTRIBUTES = (
    "",
    "0",
    "-1",
    "1",
    "999999999999999999999",
    "1.5",
    "NaN",
    "a",
    "A1:XFD1048576",
    "rId1",
    "rId99",
    "/",
    "../x",
)
_CELL = re.compile(rb"<c [^>]*?(?:/>|>.*?</c>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb'(\s[\w:]+=")([^"]*)(")')
_SNIPPETS = (
    b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    b'<row r="3"/>',
    b"<row/>",
    b'<row r="0"></row>',
    b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
    b'<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c></row>',
    b"<c><v>1</v></c>",
    b"<!-- x -->",
    b"<?x y?>",
    b"<![CDATA[x]]>",
    b"&#0;",
    b"&#xD800;",
    b"&boo;",
    b"<a:b/>",
    b"<",
    b'<dimension ref="A1:XFD1048576"/>',
    b"<sheetData/>",
    b"<si/>",
    b"<si><r><t>x</t></r><rPh sb='0' eb='1'><t>y</t></rPh></si>",
)


def of_workbook(data: bytes, draw: random.Random) -> bytes:
    """Return the workbook with one to three changes of its parts, and now and then one of its bytes."""
    parts = unpacked(data)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        _change(parts, draw)
    changed = _packed(parts, draw)
    kind = draw.random()
    if kind < 0.1:
        return draw.choice(BYTES)(changed, draw)
    return _directory(changed, draw) if kind < 0.25 else changed


def unpacked(data: bytes) -> Parts:
    """Return the parts of an archive in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(part.filename, archive.read(part)) for part in archive.infolist()]


def _packed(parts: Parts, draw: random.Random) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that stands twice
        for name, data in parts:
            info = zipfile.ZipInfo(name or "x")
            info.compress_type = draw.choice((zipfile.ZIP_DEFLATED,) * 8 + (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2))
            archive.writestr(info, data)
    return into.getvalue()


def _change(parts: Parts, draw: random.Random) -> None:
    if not parts:
        return
    sheets = [at for at, (name, _) in enumerate(parts) if "sheet" in name and name.endswith(".xml")]
    at = draw.choice(sheets) if sheets and draw.random() < 0.65 else draw.randrange(len(parts))
    name, data = parts[at]
    kind = draw.randrange(12)
    if kind < 5 and (met := _drawn(_CELL, data, draw)):
        parts[at] = (name, data[: met.start()] + _cell(met.group(), draw) + data[met.end() :])
    elif kind < 8 and (met := _drawn(_ATTRIBUTE, data, draw)):
        value = escape(draw.choice((*_ATTRIBUTES, *_PLACES, *TEXTS[:30])), {'"': "&quot;"}).encode("utf-8", "replace")
        parts[at] = (name, data[: met.start(2)] + value + data[met.end(2) :])
    elif kind == 8 and (met := _drawn(re.compile(rb">(?=<)"), data, draw)):
        parts[at] = (name, data[: met.end()] + draw.choice(_SNIPPETS) + data[met.end() :])
    elif kind == 9:
        parts[at] = (name, draw.choice(BYTES)(data, draw))
    elif kind == 10:
        _change_members(parts, at, draw)
    elif met := _drawn(re.compile(rb">([^<>]+)<"), data, draw):
        text = escape(draw.choice(TEXTS)).encode("utf-8", "replace")
        parts[at] = (name, data[: met.start(1)] + text + data[met.end(1) :])


def _drawn(pattern: re.Pattern[bytes], data: bytes, draw: random.Random) -> re.Match[bytes] | None:
    found = list(pattern.finditer(data))
    return draw.choice(found) if found else None


def _change_members(parts: Parts, at: int, draw: random.Random) -> None:
    name, data = parts[at]
    match draw.randrange(5):
        case 0:
            del parts[at]
        case 1:
            parts.append((draw.choice(parts)[0], data))
        case 2:
            parts[at] = (
                draw.choice((name.upper(), f"/{name}", f"../{name}", name.replace("/", "\\"), "x.xml", "xl/")),
                data,
            )
        case 3:
            other = draw.randrange(len(parts))
            parts[at], parts[other] = (name, parts[other][1]), (parts[other][0], data)
        case _:
            parts.insert(0, parts.pop(at))


def _cell(cell: bytes, draw: random.Random) -> bytes:
    """Return another cell at the same place, or at an odd one, or none, or it twice."""
    place = (re.search(rb'r="([^"]*)"', cell) or [b"", b""])[1].decode()
    if draw.random() < 0.15:
        place = draw.choice(_PLACES)
    value = escape(draw.choice((*TEXTS, "0", "1", "99", "-1", "45000.5", "1E+300", "60", "2958466", "-5")))
    value = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\uffff]", "", value)
    kind = draw.choice(_TYPES)
    style = draw.choice(("", "", ' s="0"', ' s="1"', ' s="99"', ' s="-1"'))
    at = f' r="{place}"' if draw.random() < 0.95 else ""
    inner = draw.choice(
        (f"<v>{value}</v>", f"<v>{value}</v>", f"<is><t>{value}</t></is>", f"<f>A1</f><v>{value}</v>", "<v/>", "")
    )
    made = f'<c{at}{style} t="{kind}">{inner}</c>'.replace(' t=""', "").encode("utf-8", "replace")
    return draw.choice((made, made, made, made, b"", cell + made, made + cell))


def _directory(data: bytes, draw: random.Random) -> bytes:
    """Return the archive with a field of its central directory, of a local header or of its end record changed."""
    starts = [
        (met.start(), width)
        for mark, width in ((b"PK\x01\x02", 46), (b"PK\x03\x04", 30), (b"PK\x05\x06", 22))
        for met in re.finditer(re.escape(mark), data)
    ]
    if not starts:
        return data
    start, width = draw.choice(starts)
    field = start + 4 + 2 * draw.randrange((width - 4) // 2)
    number = struct.pack("<H", draw.choice((0, 1, 2, 8, 9, 12, 14, 99, 0x7FFF, 0xFFFF, draw.randrange(0x10000))))
    return data[:field] + number + data[field + 2 :]
