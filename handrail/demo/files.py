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


def pdf(lines: list[str], *, title: str = "", tagged: bool = False) -> bytes:
    """A one-page PDF. Untitled and untagged unless asked otherwise: what most exported agendas are."""
    shown = " T* ".join(f"({_pdf_text(line)}) Tj" for line in lines)
    begin, end = ("/P <</MCID 0>> BDC ", " EMC") if tagged else ("", "")
    content = f"{begin}BT /F1 11 Tf 14 TL 60 730 Td {shown} ET{end}".encode("latin-1")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R"
        + (b"/Lang(en-CA)/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R" * tagged)
        + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page + (b"/StructParents 0/Tabs/S" * tagged) + b">>",
        b"<</Length " + str(len(content)).encode() + b">>\nstream\n" + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<<" + (f"/Title({_pdf_text(title)})".encode("latin-1") if title else b"") + b"/Producer(Larkspur Bay)>>",
    ]
    if tagged:
        objects += [
            b"<</Type/StructTreeRoot/K 8 0 R/ParentTree<</Nums[0[9 0 R]]>>>>",
            b"<</Type/StructElem/S/Document/P 7 0 R/K 9 0 R>>",
            b"<</Type/StructElem/S/P/P 8 0 R/Pg 3 0 R/K 0>>",
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


def xlsx(rows: list[list[str]]) -> bytes:
    """A workbook of one sheet of texts."""
    cells = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{chr(64 + c)}{r}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for c, text in enumerate(row, start=1)
        )
        + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    main = f"{OPC}/spreadsheetml/2006/main"
    return _package(
        "xl/workbook.xml",
        f"{OPC}/officeDocument/2006/relationships/officeDocument",
        {
            "xl/workbook.xml": (
                "spreadsheetml.sheet.main",
                f'<workbook xmlns="{main}" xmlns:r="{OPC}/officeDocument/2006/relationships">'
                '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            ),
            "xl/worksheets/sheet1.xml": (
                "spreadsheetml.worksheet",
                f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
            ),
        },
        ("xl/_rels/workbook.xml.rels", f"{OPC}/officeDocument/2006/relationships/worksheet", "worksheets/sheet1.xml"),
    )


def docx(paragraphs: list[str]) -> bytes:
    """A letter of plain paragraphs, without headings or language."""
    main = f"{OPC}/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    return _package(
        "word/document.xml",
        f"{OPC}/officeDocument/2006/relationships/officeDocument",
        {
            "word/document.xml": (
                "wordprocessingml.document.main",
                f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
            )
        },
    )


def gzipped(text: str) -> bytes:
    """``text`` compressed, without the hour."""
    return gzip.compress(text.encode(), mtime=0)


def _pdf_text(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _package(
    root: str, kind: str, parts: dict[str, tuple[str, str]], relation: tuple[str, str, str] | None = None
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
        "_rels/.rels": _relationship(kind, root),
        **{name: text for name, (_, text) in parts.items()},
    }
    if relation:
        files[relation[0]] = _relationship(relation[1], relation[2])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(
                zipfile.ZipInfo(name, ZIP_DATE), '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text
            )
    return out.getvalue()


def _relationship(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{OPC}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
    )
