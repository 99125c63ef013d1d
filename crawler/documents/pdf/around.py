"""What a PDF says beside its pages: remarks, filled-in fields, links, bookmarks, properties. Read from its objects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from lxml import etree
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from crawler.documents import Piece, words_of
from crawler.documents.pdf.glyphs import Box
from crawler.documents.pdf.unpack import filters_of, unpacked

MOST_ANNOTATIONS = 20_000
MOST_FIELDS = 20_000
MOST_BOOKMARKS = 5_000
MOST_ELEMENTS = 100_000
MOST_PACKET = 2_000_000
#: Of one text.
LONGEST = 100_000
DEEPEST = 40
_TAG = re.compile(r"<[^<>]{0,2000}>")
#: Of properties: numbers that tell versions of a file apart, dates, and what tools write of themselves.
_OF_FILES = re.compile(
    r"(?:uuid|xmp\.\w+|adobe|urn):|[0-9A-Fa-f-]{32,36}$|\d{4}-\d\d-\d\dT|\d+(?:\.\d+)*$|true$|false$", re.I
)
_OF_TOOLS = frozenset({"Producer", "CreationDate", "ModDate", "Trapped", "PTEX.Fullbanner"})
_TOOLS = re.compile(
    r"word|excel|powerpoint|office|adobe|acrobat|indesign|illustrator|photoshop|distiller|pdf|quartz|skia|chrom|"
    r"mozilla|latex|tex\b|ghostscript|itext|crystal|reportlab|wkhtml|cairo|qt |prince|scan|canon|xerox|ricoh|konica|"
    r"kyocera|hp |epson|autocad|arcgis|microsoft|apple|oracle|sap |foxit|nitro|docusign|canva|abbyy|fpdf|pages|"
    r"google|writer|publisher|visio|fop|weasyprint|jasper|openhtmlto|tesseract|omnipage",
    re.I,
)
_FIRST = ("/Author", "/Title", "/Subject", "/Keywords")
_AUTHORS = {"Author": "Author", "creator": "Author"}


@dataclass(slots=True)
class Page:
    """What the objects of one page hold."""

    pieces: list[tuple[Piece, Box | None]] = field(default_factory=list, repr=False)
    #: Places that were to be blacked out, and were not.
    redacted: list[Box] = field(default_factory=list)
    #: Files hung on it.
    files: list[Object] = field(default_factory=list, repr=False)


def page_objects(page: Object, number: int) -> Page:
    """Remarks and links of a page. One that is broken is passed over."""
    found = Page()
    annotations = page.get("/Annots")
    if not isinstance(annotations, Array):
        return found
    for index, annotation in enumerate(_some(annotations, MOST_ANNOTATIONS), start=1):
        if isinstance(annotation, Dictionary):
            _annotation(annotation, f"p{number} annotation {index}", number, found)
    return found


def _annotation(annotation: Object, at: str, number: int, found: Page) -> None:
    kind = str(annotation.get("/Subtype", ""))
    box = box_of(annotation.get("/Rect"))
    if kind == "/Widget":
        return
    if kind == "/Link":
        if address := _address(annotation):
            label = "tel" if address[0] in ("tel", "sms") else "link"
            found.pieces.append((Piece(at=f"p{number} link", text=address[1], label=label), box))
        return
    if kind == "/Redact":
        found.redacted += _quads(annotation) or ([box] if box else [])
    if kind == "/FileAttachment" and isinstance(annotation.get("/FS"), Dictionary):
        found.files.append(annotation["/FS"])
    said: set[str] = set()
    before = "\n\n"
    for key, label in (("/T", "Author"), ("/Subj", "Subject"), ("/Contents", ""), ("/RC", ""), ("/OverlayText", "")):
        if kind == "/Popup" and key == "/T":
            continue
        text = words(annotation.get(key))
        text = _TAG.sub(" ", text).strip() if key == "/RC" else text
        plain = " ".join(text.split())
        if plain and plain not in said:
            said.add(plain)
            found.pieces.append((Piece(at=at, text=text, label=label, before=before, where="note"), box))
            before = "\n"


def _address(link: Object) -> tuple[str, str] | None:
    """The scheme of a link that may name somebody, and what it says."""
    action = link.get("/A")
    address = words(action.get("/URI")) if isinstance(action, Dictionary) else ""
    scheme = address.partition(":")[0].lower()
    if scheme not in ("mailto", "tel", "sms") and not re.search(r"@|%40|\?", address):
        return None
    from audits.privacy.masking import url_text  # not before it is needed: it loads all that finds values

    return scheme, url_text(address)[1]


def fields(pdf: Any, pages: dict[tuple[int, int], int]) -> Iterator[tuple[Piece, tuple[int, Box] | None]]:
    """What was filled in, by the names of fields. ``pages``: the number of the page of each object that fills one."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return
    said: set[str] = set()
    for one in _leaves(form.get("/Fields")):
        number, box = _widget(one.node, pages)
        at = f"p{number} field" if number else "field"
        for text, label in _values(one):
            said.add(text)
            name = one.name[:80]
            piece = Piece(at=f"{at} {name}".strip(), text=text, label=label, where="value")
            yield piece, (number, box) if number and box else None
    for name, text in _xfa(form.get("/XFA")):
        if text not in said:
            yield Piece(at=f"form data {name}"[:120], text=text, label=words_of(name), where="value"), None


@dataclass(slots=True)
class _Field:
    node: Object
    name: str
    kind: str
    value: Any
    default: Any


def _leaves(roots: Any) -> Iterator[_Field]:
    """Fields with what they have from their parents; none twice, however they are tied."""
    stack = [(node, _Field(node, "", "", None, None), 0) for node in reversed(list(_some(roots, MOST_FIELDS)))]
    seen: set[tuple[int, int]] = set()
    count = 0
    while stack and count < MOST_FIELDS:
        node, above, depth = stack.pop()
        if not isinstance(node, Dictionary) or depth > DEEPEST or node.objgen in seen:
            continue
        if node.objgen != (0, 0):
            seen.add(node.objgen)
        count += 1
        part = words(node.get("/T"))
        name = ".".join(filter(None, (above.name, part)))
        kind = str(node.get("/FT", above.kind))
        value, default = node.get("/V", above.value), node.get("/DV", above.default)
        here = _Field(node, name, kind, value, default)
        kids = [kid for kid in _some(node.get("/Kids"), MOST_FIELDS) if isinstance(kid, Dictionary)]
        inner = [kid for kid in kids if "/T" in kid]
        if inner:
            stack.extend((kid, here, depth + 1) for kid in reversed(inner))
        else:
            yield here


def _values(one: _Field) -> Iterator[tuple[str, str]]:
    """What a person filled in, and what it is called."""
    label = words(one.node.get("/TU")).strip()[:80] or words_of(one.name.rpartition(".")[2] or one.name)
    if one.kind == "/Sig":
        if isinstance(one.value, Dictionary):
            for key in ("/Name", "/Location", "/Reason", "/ContactInfo"):
                if text := words(one.value.get(key)).strip():
                    yield text, f"Signature {key[1:]}" if key != "/Name" else "Signed by"
        return
    if one.kind == "/Btn" or one.value is None:
        return
    chosen = list(one.value) if isinstance(one.value, Array) else [one.value]
    default = [words(item) for item in (list(one.default) if isinstance(one.default, Array) else [one.default])]
    names = _choices(one.node.get("/Opt")) if one.kind == "/Ch" else {}
    for item in chosen[:200]:
        text = words(item).strip()
        if not text or text in default:
            continue
        yield names.get(text, text), label
        rich = " ".join(_TAG.sub(" ", words(one.node.get("/RV"))).split())
        if rich and rich != " ".join(text.split()):
            yield rich, label


def _choices(options: Any) -> dict[str, str]:
    pairs = (item for item in _some(options, 5_000) if isinstance(item, Array) and len(item) == 2)
    return {words(item[0]): words(item[1]) for item in pairs}


def _widget(node: Object, pages: dict[tuple[int, int], int]) -> tuple[int, Box | None]:
    for one in (node, *_some(node.get("/Kids"), 20)):
        if isinstance(one, Dictionary) and one.objgen in pages:
            return pages[one.objgen], box_of(one.get("/Rect"))
    return 0, None


def widgets(page: Object) -> Iterator[tuple[int, int]]:
    """The objects that fill fields of a page."""
    for annotation in _some(page.get("/Annots"), MOST_ANNOTATIONS):
        if isinstance(annotation, Dictionary) and annotation.get("/Subtype") == Name.Widget:
            yield annotation.objgen


def _xfa(packets: Any) -> Iterator[tuple[str, str]]:
    """What is filled in in a form of forms: its data, by the names of its elements."""
    parts = list(_some(packets, 100)) if isinstance(packets, Array) else []
    data = [b for a, b in zip(parts[::2], parts[1::2], strict=False) if words(a) == "datasets"]
    if isinstance(packets, Stream):
        data = [packets]
    for stream in data:
        root = parsed(unpacked(stream, MOST_PACKET)) if isinstance(stream, Stream) else None
        if root is None:
            continue
        top = next((node for node in root.iter("{*}data")), root)
        for node in top.iter():
            text = (node.text or "").strip() if isinstance(node.tag, str) and not len(node) else ""
            if text:
                yield etree.QName(node).localname, text[:LONGEST]


def properties(pdf: Any) -> tuple[list[Piece], dict[str, str]]:
    """Who made it, and what it is called: pieces, and what is told of it as a whole."""
    pieces: list[Piece] = []
    about = {"title": "", "made_with": "", "created": "", "modified": ""}
    said: set[str] = set()

    def keep(label: str, text: str) -> None:
        plain = " ".join(text.split())
        if plain and plain not in said and not _OF_FILES.match(plain):
            said.add(plain)
            pieces.append(
                Piece(at="properties", text=text, label=_AUTHORS.get(label, words_of(label)), where="metadata")
            )

    info = pdf.trailer.get("/Info")
    keys = sorted(info.keys(), key=lambda key: (key not in _FIRST, key))[:200] if isinstance(info, Dictionary) else []
    told = {key[1:]: words(info[key]) for key in keys}
    for key, text in told.items():
        if key not in _OF_TOOLS and not (key == "Creator" and _TOOLS.search(text)):
            keep(key, text)
    root = parsed(_packet(pdf.Root.get("/Metadata")))
    xmp: dict[str, str] = {}
    if root is not None:
        for name, text in _leaves_of(root):
            xmp.setdefault(name, text)
            if name not in ("Producer", "CreatorTool", "softwareAgent", "format", "conformance", "toolkit") or not (
                _TOOLS.search(text) or "/" in text
            ):
                keep(name, text)
    about["title"] = " ".join((xmp.get("title") or told.get("Title", "")).split())[:300]
    tools = (told.get("Creator", ""), told.get("Producer", ""), xmp.get("CreatorTool", ""), xmp.get("Producer", ""))
    about["made_with"] = next((" ".join(tool.split())[:100] for tool in tools if _TOOLS.search(tool)), "")
    about["created"] = _date(told.get("CreationDate", "")) or _date(xmp.get("CreateDate", ""))
    about["modified"] = _date(told.get("ModDate", "")) or _date(xmp.get("ModifyDate", ""))
    return pieces, about


def _packet(stream: Any) -> bytes:
    return unpacked(stream, MOST_PACKET) if isinstance(stream, Stream) else b""


def _leaves_of(root: Any) -> Iterator[tuple[str, str]]:
    """Texts of a packet by the names of their properties: a list's items by the name of the list."""
    for index, node in enumerate(root.iter()):
        if index > MOST_ELEMENTS:
            return
        if not isinstance(node.tag, str) or node.tag.startswith(_OF_SCHEMAS):
            continue
        name = node
        while name.getparent() is not None and etree.QName(name).namespace == _RDF:
            name = name.getparent()
        label = etree.QName(name).localname
        if not len(node) and (text := (node.text or "").strip()):
            yield label, text[:LONGEST]
        for key, value in node.attrib.items():
            space, _, local = key.rpartition("}")
            if (
                not space.startswith(_OF_SCHEMAS)
                and space.strip("{") not in ("", _RDF, "adobe:ns:meta/", _XML)
                and value.strip()
            ):
                yield local, value.strip()[:LONGEST]


#: Properties that describe properties.
_OF_SCHEMAS = "{http://www.aiim.org/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"


def parsed(data: bytes) -> Any:
    """XML, or None: nothing is fetched, no entity is believed."""
    if not data:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        return etree.fromstring(data.strip().rstrip(b"\0"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _date(text: str) -> str:
    """An ISO date of "D:20260305101112Z" or of one that is."""
    found = re.match(r"\s*(?:D:)?(\d{4})-?(\d\d)-?(\d\d)", text)
    return "-".join(found.groups()) if found else ""


def bookmarks(pdf: Any) -> Iterator[Piece]:
    """Their titles."""
    outlines = pdf.Root.get("/Outlines")
    stack = [outlines.get("/First")] if isinstance(outlines, Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while stack and len(seen) < MOST_BOOKMARKS:
        node = stack.pop()
        if not isinstance(node, Dictionary) or node.objgen in seen:
            continue
        seen.add(node.objgen)
        if title := words(node.get("/Title")).strip():
            yield Piece(at=f"bookmark {len(seen)}", text=title, before="\n\n" if len(seen) == 1 else "\n")
        stack += [node.get("/Next"), node.get("/First")]


def alternatives(pdf: Any, pages: dict[tuple[int, int], int]) -> Iterator[Piece]:
    """What is read aloud in place of pictures and of signs."""
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return
    stack: list[tuple[Any, int]] = [(root.get("/K"), 0)]
    seen: set[tuple[int, int]] = set()
    count = 0
    while stack and count < MOST_ELEMENTS:
        node, number = stack.pop()
        count += 1
        if isinstance(node, Array):
            stack.extend((kid, number) for kid in reversed(list(_some(node, MOST_ELEMENTS))))
            continue
        if not isinstance(node, Dictionary) or node.objgen in seen:
            continue
        if node.objgen != (0, 0):
            seen.add(node.objgen)
        page = node.get("/Pg")
        number = pages.get(page.objgen, number) if isinstance(page, Dictionary) else number
        at = f"p{number}" if number else "structure"
        for key, label in (("/Alt", "alternative text"), ("/ActualText", "actual text"), ("/E", "expansion")):
            text = words(node.get(key)).strip()
            if len(text) > 3:
                yield Piece(at=at, text=text, label=label)
        if "/K" in node:
            stack.append((node["/K"], number))


def specifications(pdf: Any) -> Iterator[Object]:
    """The files in a PDF, by its tree of names, and those that go with it."""
    names = pdf.Root.get("/Names")
    stack = [names.get("/EmbeddedFiles")] if isinstance(names, Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while stack and len(seen) < 2_000:
        node = stack.pop()
        if not isinstance(node, Dictionary) or node.objgen in seen:
            continue
        if node.objgen != (0, 0):
            seen.add(node.objgen)
        pairs = list(_some(node.get("/Names"), 4_000))
        yield from (item for item in pairs[1::2] if isinstance(item, Dictionary))
        stack += reversed(list(_some(node.get("/Kids"), 2_000)))
    yield from (item for item in _some(pdf.Root.get("/AF"), 200) if isinstance(item, Dictionary))


def photographs(pdf: Any) -> Iterator[tuple[int, bytes]]:
    """JPEG files that stand in it as they are, with the page on which each is first used."""
    seen: set[tuple[int, int]] = set()
    for number, page in enumerate(pdf.pages, start=1):
        resources = page.obj.get("/Resources")
        some = resources.get("/XObject") if isinstance(resources, Dictionary) else None
        for key in sorted(some.keys())[:500] if isinstance(some, Dictionary) else ():
            picture = some[key]  # type: ignore[index]
            if not isinstance(picture, Stream) or picture.objgen in seen:
                continue
            seen.add(picture.objgen)
            if picture.get("/Subtype") == Name.Image and filters_of(picture) == ["/DCTDecode"]:
                yield number, bytes(picture.read_raw_bytes())


def layers_off(pdf: Any) -> bool:
    """Whether some of its layers are not shown when it is opened."""
    told = pdf.Root.get("/OCProperties")
    usual = told.get("/D") if isinstance(told, Dictionary) else None
    if not isinstance(usual, Dictionary):
        return False
    return usual.get("/BaseState") == Name.OFF or any(True for _ in _some(usual.get("/OFF"), 1))


def words(value: Any) -> str:
    """A text of an object; "" for anything else."""
    if isinstance(value, String):
        return str(value)[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, Stream):
        data = unpacked(value, LONGEST)
        return data.decode("utf-16" if data[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8", "replace")
    return str(value)[1:] if isinstance(value, Name) else ""


def box_of(value: Any) -> Box | None:
    """A rectangle, its corners in order."""
    try:
        x0, y0, x1, y1 = (float(edge) for edge in value)
    except (TypeError, ValueError):
        return None
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _quads(annotation: Object) -> list[Box]:
    try:
        edges = [float(edge) for edge in _some(annotation.get("/QuadPoints"), 8_000)]
    except (TypeError, ValueError):
        return []
    found = []
    for start in range(0, len(edges) - 7, 8):
        xs, ys = edges[start : start + 8 : 2], edges[start + 1 : start + 8 : 2]
        found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def _some(value: Any, most: int) -> Iterable[Any]:
    """The items of an array, as far as it is one."""
    if not isinstance(value, Array):
        return
    for index in range(min(len(value), most)):
        try:
            yield value[index]
        except (pikepdf.PdfError, ValueError):
            continue
