"""Office files that no library writes: parts by hand, packed as programs pack them. Personal data is invented."""

from __future__ import annotations

import io
import struct
import zipfile

from PIL import Image

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:x="{X}" xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{REL}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative"'
)
_TYPES = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODF = " ".join(
    f'xmlns:{short}="{_OFFICE}:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style", "meta": "meta",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "presentation": "presentation",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip


def packed(parts: dict[str, str | bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        for name, held in parts.items():
            archive.writestr(name, held)
    return file.getvalue()


def leads(*relations: tuple[str, str, str]) -> str:
    """A part of relations: (id, kind, target); a target with ":" is outside."""
    inside = ""
    for key, kind, target in relations:
        named = kind if ":" in kind else f"{REL}/{kind}"
        mode = 'TargetMode="External"' if ":" in target else ""
        inside += f'<Relationship Id="{key}" Type="{named}" Target="{target}" {mode}/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def office(kind: str, main: str, relations: tuple[tuple[str, str, str], ...] = (), **parts: str | bytes) -> bytes:
    """A file of this kind: ``parts`` by name, "__" for "/" and "_dot_" for ".xml"."""
    name, named = _TYPES[kind]
    folder, _, file = name.partition("/")
    more = {key.replace("__", "/") + ("" if "." in key else ".xml"): held for key, held in parts.items()}
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/{name}" '
            f'ContentType="application/vnd.openxmlformats-officedocument.{named}.main+xml"/></Types>',
            "_rels/.rels": leads(
                ("r1", "officeDocument", name),
                ("r2", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                ("r3", "extended-properties", "docProps/app.xml"),
                ("r4", "custom-properties", "docProps/custom.xml"),
            ),
            name: main,
            f"{folder}/_rels/{file}.rels": leads(*relations),
            **more,
        }
    )


def word(body: str, relations: tuple[tuple[str, str, str], ...] = (), **parts: str | bytes) -> bytes:
    """A Word document with this body."""
    return office("docx", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>", relations, **parts)


def p(text: str, look: str = "", of: str = "") -> str:
    """A paragraph of Word of one run; ``look`` of the run, ``of`` the paragraph."""
    return f"<w:p><w:pPr>{of}</w:pPr>{r(text, look)}</w:p>"


def r(text: str, look: str = "") -> str:
    """A run of Word."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def show(*slides: str, relations: tuple[tuple[str, str, str], ...] = (), **parts: str | bytes) -> bytes:
    """A presentation: the shapes of each slide; one that begins with "hidden:" is not shown."""
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="s{n}"/>' for n in range(1, len(slides) + 1))
    main = (
        f'<p:presentation {SPACES}><p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/></p:presentation>'
    )
    made = {}
    for n, shapes in enumerate(slides, start=1):
        hidden = ' show="0"' if shapes.startswith("hidden:") else ""
        tree = f"<p:cSld><p:spTree>{shapes.removeprefix('hidden:')}</p:spTree></p:cSld>"
        made[f"ppt/slides/slide{n}.xml"] = f"<p:sld {SPACES}{hidden}>{tree}</p:sld>"
    own = tuple((f"s{n}", "slide", f"slides/slide{n}.xml") for n in range(1, len(slides) + 1))
    return office("pptx", main, own + relations, **{key: made[key] for key in made}, **parts)


def shape(text: str, role: str = "", look: str = 'lang="en-CA"', place: str = "", about: str = "") -> str:
    """A shape of a slide with text."""
    holder = f'<p:nvPr><p:ph type="{role}"/></p:nvPr>' if role else "<p:nvPr/>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="a" {about}/>{holder}</p:nvSpPr><p:spPr>{place}</p:spPr><p:txBody>'
        f"<a:p><a:r><a:rPr {look}/><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def odf(kind: str, body: str, looks: str = "", meta: str = "", **parts: str | bytes) -> bytes:
    """An OpenDocument file: "text", "spreadsheet", "presentation"."""
    tag = {"text": "text", "spreadsheet": "spreadsheet", "presentation": "presentation"}[kind]
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{looks}</office:automatic-styles><office:body>"
        f"<office:{tag}>{body}</office:{tag}></office:body></office:document-content>"
    )
    more = {key.replace("__", "/") + ("" if "." in key else ".xml"): held for key, held in parts.items()}
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": content,
            "meta.xml": f"<office:document-meta {ODF}><office:meta>{meta}</office:meta></office:document-meta>",
            **more,
        }
    )


def container(**streams: bytes) -> bytes:
    """An OLE container. Streams by name; "_1" begins a name with the sign 1."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    chains: list[tuple[str, int, int]] = []
    table: list[int] = []
    data = b""

    def add(held: bytes) -> int:
        nonlocal data
        first, many = len(table), max(1, -(-len(held) // sector))
        table.extend([*range(first + 1, first + many), end])
        data += held.ljust(many * sector, b"\0")
        return first

    for name, held in streams.items():
        chains.append((name.replace("_1", "\x01").replace("_5", "\x05"), add(held), len(held)))
    entries = [_entry("Root Entry", 5, end, 0, 1 if chains else free)]
    for n, (name, first, size) in enumerate(chains, start=1):
        entries.append(_entry(name, 2, first, size, free, n + 1 if n < len(chains) else free))
    start = add(b"".join(entries))
    at = len(table)
    table.append(0xFFFFFFFD)
    data += struct.pack("<128I", *table, *[free] * (128 - len(table)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    # Its limit for small streams is 0: all of them are kept as large ones.
    header += b"\0" * 6 + struct.pack("<IIIIIIIIII", 0, 1, start, 0, 0, end, 0, end, 0, at)[: 4 * 10]
    return (header + struct.pack("<108I", *[free] * 108))[:sector].ljust(sector, b"\xff") + data


def _entry(name: str, kind: int, first: int, size: int, child: int, right: int = 0xFFFFFFFF) -> bytes:
    letters = (name + "\0").encode("utf-16-le")
    head = letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters), kind, 1, 0xFFFFFFFF, right, child)
    return head + b"\0" * 36 + struct.pack("<III", first, size, 0)


def native(name: str, data: bytes) -> bytes:
    """What Windows keeps of a file that was put into a document."""
    path = name.encode() + b"\0"
    inner = b"\x02\0" + path + path + b"\0\0\x03\0" + struct.pack("<I", len(path)) + path
    inner += struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(inner)) + inner


def old_book(*sheets: tuple[str, int, list[list[str | float]]]) -> bytes:
    """A workbook of Excel 97-2003: (name, 0 shown / 1 hidden / 2 very hidden, rows)."""

    def record(kind: int, held: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(held)) + held

    begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    bodies = []
    for _, _, rows in sheets:
        body = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                    body += record(0x204, struct.pack("<HHH", row, column, 0) + text)
                else:
                    body += record(0x203, struct.pack("<HHHd", row, column, 0, cell))
        bodies.append(body + record(0x0A))
    xf = record(0xE0, struct.pack("<HHHBBBBIIH", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)[:20])
    font = record(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0, 1, 0) + b"A")
    size = len(begin + font * 4 + xf + record(0x0A)) + sum(12 + len(name) for name, _, _ in sheets)
    bounds, at = b"", size
    for (name, state, _), body in zip(sheets, bodies, strict=True):
        bounds += record(0x85, struct.pack("<IBBBB", at, state, 0, len(name), 0) + name.encode("latin-1"))
        at += len(body)
    return container(Workbook=begin + font * 4 + xf + bounds + record(0x0A) + b"".join(bodies))


def picture(
    kind: str = "JPEG",
    *,
    gps: tuple[float, float] | None = None,
    size: tuple[int, int] = (160, 120),
    preview=(),
    **told,
) -> bytes:
    """A picture; ``told`` by names of EXIF ("Artist", "ImageDescription"), ``preview`` the size of a small version."""
    tags = {"Artist": 0x013B, "ImageDescription": 0x010E, "Copyright": 0x8298, "XPComment": 0x9C9C}
    exif = Image.Exif()
    for name, text in told.items():
        exif[tags[name]] = text.encode("utf-16-le") if name.startswith("XP") else text
    if gps:
        held = exif.get_ifd(0x8825)
        held[1], held[2] = "N" if gps[0] >= 0 else "S", (abs(gps[0]), 0.0, 0.0)
        held[3], held[4] = "E" if gps[1] >= 0 else "W", (abs(gps[1]), 0.0, 0.0)
    file = io.BytesIO()
    whole = _exif_with(exif, preview) if preview else exif
    Image.new("RGB", size, (90, 120, 150)).save(file, kind, exif=whole)
    return file.getvalue()


def _exif_with(exif: Image.Exif, preview: tuple[int, int]) -> bytes:
    """Pillow writes no small versions: the second list is put behind the first by hand."""
    small = io.BytesIO()
    Image.new("RGB", preview, (150, 120, 90)).save(small, "JPEG")
    data = small.getvalue()
    exif[0x013B] = exif.get(0x013B, "x")
    first = 8
    text = b"camera\0\0"
    entries = struct.pack("<HHII", 0x010F, 2, 7, first + 2 + 12 + 4)
    second = first + 2 + 12 + 4 + len(text)
    at = second + 2 + 24 + 4
    head = b"II*\0" + struct.pack("<I", first) + struct.pack("<H", 1) + entries + struct.pack("<I", second) + text
    tail = struct.pack("<H", 2) + struct.pack("<HHII", 0x0201, 4, 1, at) + struct.pack("<HHII", 0x0202, 4, 1, len(data))
    return b"Exif\0\0" + head + tail + struct.pack("<I", 0) + data
