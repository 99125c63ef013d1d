"""The demo City's files, written byte by byte when the demo starts: pictures, sounds, PDF and Office documents."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from xml.sax.saxutils import escape

ZIP_DATE = (2026, 11, 24, 0, 0, 0)  # fixed, so that the same seed gives the same bytes
OPC = "http://schemas.openxmlformats.org"


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour with a lighter band."""
    light = tuple(min(255, part + 60) for part in colour)
    rows = b"".join(b"\0" + bytes(light if y * 3 // height == 1 else colour) * width for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wav(seconds: int) -> bytes:
    """Silence: 8,000 samples a second of 8 bits."""
    data = b"\x80" * (8000 * seconds)
    form = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    body = b"WAVEfmt " + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf(
    lines: list[str],
    *,
    title: str = "",
    tagged: bool = False,
    author: str = "",
    banner: str = "",
    covered: tuple[int, ...] = (),
) -> bytes:
    """A one-page PDF. Untitled and untagged unless asked otherwise: what most exported agendas are.

    A ``banner`` is white on a dark shape; over the lines that are ``covered`` lies a black one, and the text is there.
    """
    shown = " T* ".join(f"({_pdf_text(line)}) Tj" for line in lines)
    begin, end = ("/P <</MCID 0>> BDC ", " EMC") if tagged else ("", "")
    head = ""
    if banner:
        head = f".1 .2 .3 rg 0 750 612 42 re f 1 g BT /F1 16 Tf 60 764 Td ({_pdf_text(banner)}) Tj ET 0 g "
    boxes = "".join(f" 0 g 56 {727 - 14 * line} 460 13 re f" for line in covered)
    content = f"{head}{begin}BT /F1 11 Tf 14 TL 60 730 Td {shown} ET{end}{boxes}".encode("latin-1")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R"
    told = "".join(f"/{name}({_pdf_text(text)})" for name, text in (("Title", title), ("Author", author)) if text)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R"
        + (
            b"/Lang(en-CA)/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R/Metadata 10 0 R"
            b"/ViewerPreferences<</DisplayDocTitle true>>"
        )
        * tagged
        + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page + (b"/StructParents 0/Tabs/S" * tagged) + b">>",
        _pdf_stream("", content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<<" + told.encode("latin-1") + b"/Producer(Larkspur Bay)>>",
    ]
    if tagged:
        objects += [
            b"<</Type/StructTreeRoot/K 8 0 R/ParentTree<</Nums[0[9 0 R]]>>>>",
            b"<</Type/StructElem/S/Document/P 7 0 R/K 9 0 R>>",
            b"<</Type/StructElem/S/P/P 8 0 R/Pg 3 0 R/K 0>>",
            _pdf_stream("/Type/Metadata/Subtype/XML", _xmp(title)),
        ]
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _pdf_stream(entries: str, data: bytes) -> bytes:
    return f"<<{entries}/Length {len(data)}>>".encode() + b"\nstream\n" + data + b"\nendstream"


def _xmp(title: str) -> bytes:
    """What PDF/UA-1 asks for: the title, and that the file means to conform."""
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        "<pdfuaid:part>1</pdfuaid:part></rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def xlsx(rows: list[list[str]], *, hidden: list[list[str]] | None = None) -> bytes:
    """A workbook of one sheet of texts, and maybe of a second one that nobody is shown."""
    main = f"{OPC}/spreadsheetml/2006/main"
    sheets = [("Sheet1", "", rows), *([("Applicants", ' state="hidden"', hidden)] if hidden else [])]
    named = "".join(
        f'<sheet name="{name}"{state} sheetId="{n}" r:id="rId{n}"/>'
        for n, (name, state, _) in enumerate(sheets, start=1)
    )
    parts = {
        "xl/workbook.xml": (
            "spreadsheetml.sheet.main",
            f'<workbook xmlns="{main}" xmlns:r="{OPC}/officeDocument/2006/relationships">'
            f"<sheets>{named}</sheets></workbook>",
        )
    }
    for n, (_, _, texts) in enumerate(sheets, start=1):
        sheet = f'<worksheet xmlns="{main}"><sheetData>{_cells(texts)}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{n}.xml"] = ("spreadsheetml.worksheet", sheet)
    to_sheets = [(f"{OPC}/officeDocument/2006/relationships/worksheet", f"worksheets/sheet{n + 1}.xml")
                 for n in range(len(sheets))]  # fmt: skip
    return _package(
        "xl/workbook.xml",
        f"{OPC}/officeDocument/2006/relationships/officeDocument",
        parts,
        ("xl/_rels/workbook.xml.rels", to_sheets),
    )


def _cells(rows: list[list[str]]) -> str:
    return "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{chr(64 + c)}{r}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for c, text in enumerate(row, start=1)
        )
        + "</row>"
        for r, row in enumerate(rows, start=1)
    )


def docx(paragraphs: list[str], *, comment: str = "", deleted: str = "") -> bytes:
    """A letter of plain paragraphs, without headings or language; with a comment, and with text that was deleted."""
    main = f"{OPC}/wordprocessingml/2006/main"
    office = f"{OPC}/officeDocument/2006/relationships"
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    tracked = 'w:id="1" w:author="Clerk" w:date="2026-11-02T09:00:00Z"'
    if deleted:
        body += f"<w:p><w:del {tracked}><w:r><w:delText>{escape(deleted)}</w:delText></w:r></w:del></w:p>"
    if comment:
        body += '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>Signature:</w:t></w:r><w:commentRangeEnd w:id="0"/>'
        body += '<w:r><w:commentReference w:id="0"/></w:r></w:p>'
    parts = {
        "word/document.xml": (
            "wordprocessingml.document.main",
            f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
        )
    }
    if comment:
        said = f'<w:comment w:id="0" w:author="Clerk"><w:p><w:r><w:t>{escape(comment)}</w:t></w:r></w:p></w:comment>'
        parts["word/comments.xml"] = ("wordprocessingml.comments", f'<w:comments xmlns:w="{main}">{said}</w:comments>')
    return _package(
        "word/document.xml",
        f"{office}/officeDocument",
        parts,
        ("word/_rels/document.xml.rels", [(f"{office}/comments", "comments.xml")]) if comment else None,
    )


def gzipped(text: str) -> bytes:
    """``text`` compressed, without the hour."""
    return gzip.compress(text.encode(), mtime=0)


def _pdf_text(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _package(
    root: str,
    kind: str,
    parts: dict[str, tuple[str, str]],
    relations: tuple[str, list[tuple[str, str]]] | None = None,
) -> bytes:
    """An Office Open XML package: content types, relationships, parts."""
    office = "application/vnd.openxmlformats-officedocument"
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{office}.{t}+xml"/>' for name, (t, _) in parts.items()
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{OPC}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": _relationships([(kind, root)]),
        **{name: text for name, (_, text) in parts.items()},
    }
    if relations:
        files[relations[0]] = _relationships(relations[1])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(
                zipfile.ZipInfo(name, ZIP_DATE), '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text
            )
    return out.getvalue()


def _relationships(targets: list[tuple[str, str]]) -> str:
    """Relationships rId1, rId2, ... of (kind, target)."""
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{OPC}/package/2006/relationships">{each}</Relationships>'
