"""What a browser's PDF needs before it can be handed out: names for what it tags, for its links, its title and dates.

Chromium tags what it prints. It leaves out that page heads are decoration, what its newer tags mean in the PDF of
today, that an item of a list has a body, and what a link is called; and it says the head of a table once for each page
that the table runs over. All of it is put right here. So the file says that it is PDF/UA-1: tests hold every kind of
report, in both languages, to all rules of that standard which a machine can test.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Operator, String

from reports import clean

SUFFIX = ".pdf"
#: Tags of PDF 2.0 that Chromium writes, and what they are in the PDF that readers know.
_ROLES: Mapping[str, str] = {
    "Em": "Span",
    "Strong": "Span",
    "Sub": "Span",
    "Title": "P",
    "Aside": "Div",
    "FENote": "Note",
}
_BEGINS = frozenset({"BDC", "BMC"})
_BUILDS_PATH = frozenset(["m", "l", "c", "v", "y", "h", "re", "W", "W*"])
_PAINTS = frozenset({*["f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do"], "INLINE IMAGE"})
_LEADS_OUT = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_IN_ITEM = ("/Lbl", "/LBody")
_PAGINATION = Dictionary(Type=Name.Pagination)


def finish(raw: bytes, *, title: str, lang: str, at: datetime, creator: str) -> bytes:
    """The file, ready to be handed out: the same bytes for the same print. ``at``: the audit's time, its only date."""
    names = _link_names(raw)
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        parents = _ParentTree(pdf)
        _number_elements(pdf)
        roles = set()
        for element in _elements(pdf):
            roles.add(str(element.get("/S", "/Span"))[1:])
            if element.get("/S") == Name.LI:
                _give_body(pdf, element, parents)
        _map_roles(pdf, roles)
        repeated = _repeated_heads(pdf, parents)
        for number, page in enumerate(pdf.pages):
            _mark_decoration(pdf, page, repeated.get(page.obj.objgen, frozenset()))
            for position, annotation in enumerate(page.get("/Annots", ())):
                _name_link(annotation, names.get((number, position), ""))
        _describe(pdf, title, lang, at, creator)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            recompress_flate=True,
        )
    return out.getvalue()


def _describe(pdf: pikepdf.Pdf, title: str, lang: str, at: datetime, creator: str) -> None:
    pdf.Root.Lang = String(lang)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    producer = str(pdf.docinfo.get("/Producer", ""))
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        told["dc:title"] = title
        told["dc:language"] = {lang}
        told["xmp:CreatorTool"] = creator
        told["xmp:CreateDate"] = told["xmp:ModifyDate"] = told["xmp:MetadataDate"] = at.isoformat(timespec="seconds")
        told["pdf:Producer"] = producer
        told["pdfuaid:part"] = "1"
    zone = f"{at:%z}" or "+0000"
    stamp = f"D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:]}'"
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo.Title = String(title)
    pdf.docinfo.Creator = String(creator)
    pdf.docinfo.Producer = String(producer)
    pdf.docinfo.CreationDate = pdf.docinfo.ModDate = String(stamp)


# Tags


def _elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the tree of tags, before what stands in it."""
    if "/StructTreeRoot" not in pdf.Root:
        raise ValueError("the browser printed a PDF without tags")
    todo = [*reversed(_kids(pdf.Root.StructTreeRoot))]
    while todo:
        node = todo.pop()
        if not isinstance(node, Dictionary) or "/S" not in node:
            continue
        yield node
        todo.extend(reversed(_kids(node)))


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _number_elements(pdf: pikepdf.Pdf) -> None:
    """The browser numbers elements as it likes, and differently now and then: number them in the order of the text."""
    elements = list(_elements(pdf))
    named = [element for element in elements if "/ID" in element]
    names = {bytes(element.ID): f"n{number:06d}".encode() for number, element in enumerate(named)}
    pairs: list[Any] = []
    for element in named:
        element.ID = String(names[bytes(element.ID)])
        pairs += [element.ID, element]
    for element in elements:
        attributes = element.get("/A", ())
        for one in attributes if isinstance(attributes, Array) else (attributes,):
            if isinstance(one, Dictionary) and "/Headers" in one:
                one.Headers = Array([String(names[head]) for head in map(bytes, one.Headers) if head in names])
    if pairs:
        leaf = _indirect(pdf, Names=Array(pairs), Limits=Array([pairs[0], pairs[-2]]))
        pdf.Root.StructTreeRoot.IDTree = Dictionary(Kids=Array([leaf]))


def _indirect(pdf: pikepdf.Pdf, **entries: Any) -> Any:
    return pdf.make_indirect(Dictionary(**entries))


class _ParentTree:
    """From pieces of pages to the elements that hold them."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._lists: dict[int, Any] = {}
        todo = [pdf.Root.StructTreeRoot.get("/ParentTree")] if "/StructTreeRoot" in pdf.Root else []
        while todo:
            node = todo.pop()
            if node is None:
                continue
            todo += list(node.get("/Kids", ()))
            numbers = list(node.get("/Nums", ()))
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            self._lists |= {int(key): value for key, value in pairs if isinstance(value, Array)}

    def move(self, page: Any, mcid: int, to: Any) -> None:
        """A piece of a page stands in another element now; in none where that is None."""
        pieces = self._lists.get(int(page.get("/StructParents", -1)))
        if pieces is not None and mcid < len(pieces):
            pieces[mcid] = to


def _give_body(pdf: pikepdf.Pdf, item: Any, parents: _ParentTree) -> None:
    """An item of a list holds a label and a body, and nothing else (ISO 32000-1, 14.8.4.3.3)."""
    kids = _kids(item)
    loose = [kid for kid in kids if not (isinstance(kid, Dictionary) and kid.get("/S") in _IN_ITEM)]
    if not loose:
        return
    body = _indirect(pdf, Type=Name.StructElem, S=Name.LBody, P=item)
    if "/Pg" in item:
        body.Pg = item.Pg
    body.K = Array(loose)
    for kid in loose:
        if isinstance(kid, Dictionary) and "/S" in kid:
            kid.P = body
        elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
            parents.move(kid.get("/Pg", item.get("/Pg")), int(kid.MCID), body)
        elif isinstance(kid, int):
            parents.move(item.Pg, kid, body)
    kept = [kid for kid in kids if isinstance(kid, Dictionary) and kid.get("/S") in _IN_ITEM]
    item.K = Array([*kept, body])


def _map_roles(pdf: pikepdf.Pdf, used: set[str]) -> None:
    known = pdf.Root.StructTreeRoot.get("/RoleMap", Dictionary())
    for role in sorted(used & _ROLES.keys()):
        known[f"/{role}"] = Name(f"/{_ROLES[role]}")
    if len(known):
        pdf.Root.StructTreeRoot.RoleMap = known


def _repeated_heads(pdf: pikepdf.Pdf, parents: _ParentTree) -> Mapping[Any, frozenset[int]]:
    """By page, the pieces that say the head of a table again: out of the tags, or it would be read once for each page.

    No row of a report is broken over pages: what stands on a later page is painted again.
    """
    repeated: dict[Any, set[int]] = defaultdict(set)
    for head in filter(None, map(_head_of, _elements(pdf))):
        first: Any = None
        for element in _under(head):
            kept = []
            for kid in _kids(element):
                mcid = _mcid(kid)
                page = None if mcid is None else _page_of(kid, element)
                first = first or page
                if mcid is None or page is None or page.objgen == first.objgen:
                    kept.append(kid)
                else:
                    repeated[page.objgen].add(mcid)
                    parents.move(page, mcid, None)
            element.K = Array(kept)
    return {page: frozenset(pieces) for page, pieces in repeated.items()}


def _head_of(table: Any) -> Any:
    """The first row of a table, where it is one of headers."""
    if table.get("/S") != Name.Table:
        return None
    row = next((kid for kid in _under(table) if kid.get("/S") == Name.TR), None)
    return row if row is not None and all(cell.get("/S") == Name.TH for cell in _kids(row)) else None


def _under(element: Any) -> Iterator[Any]:
    yield element
    for kid in _kids(element):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield from _under(kid)


def _mcid(kid: Any) -> int | None:
    """The number of a piece of a page; None of all else."""
    if isinstance(kid, Dictionary):
        return int(kid.MCID) if kid.get("/Type") == Name.MCR else None
    return int(kid)


def _page_of(kid: Any, element: Any) -> Any:
    return (kid.get("/Pg") if isinstance(kid, Dictionary) else None) or element.get("/Pg")


# Pages


def _mark_decoration(pdf: pikepdf.Pdf, page: pikepdf.Page, repeated: Collection[int]) -> None:
    """What is painted outside of all tags is decoration: grounds and lines; as text, the page's head and number. So is
    what says a table's head again."""
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(list(_marked(page, repeated))))


def _instructions(page: pikepdf.Page, repeated: Collection[int]) -> Iterator[Any]:
    for one in pikepdf.parse_content_stream(page):
        about = one.operands[1] if str(one.operator) == "BDC" else None
        if isinstance(about, Dictionary) and about.get("/MCID") in repeated:
            yield pikepdf.ContentStreamInstruction([Name.Artifact, _PAGINATION], one.operator)
        else:
            yield one


def _marked(page: pikepdf.Page, repeated: Collection[int]) -> Iterator[Any]:
    """The page's instructions. A path is marked with what paints it, since no mark may begin between the two; a text
    as a whole."""
    depth = 0
    held: list[Any] = []
    for instruction in _instructions(page, repeated):
        name = str(instruction.operator)
        depth += (name in _BEGINS) - (name == "EMC")
        if held and str(held[0].operator) == "BT":
            held.append(instruction)
            if name == "ET":
                tagged = any(str(one.operator) in _BEGINS for one in held)
                yield from held if tagged else _as_decoration(held, text=True)
                held = []
        elif depth:
            yield instruction
        elif name == "BT" or name in _BUILDS_PATH:
            held.append(instruction)
        elif name in _PAINTS:
            yield from _as_decoration([*held, instruction])
            held = []
        else:
            yield from held
            yield instruction
            held = []
    yield from held


def _as_decoration(some: list[Any], *, text: bool = False) -> Iterator[Any]:
    kind = _PAGINATION if text else Dictionary(Type=Name.Layout)
    yield pikepdf.ContentStreamInstruction([Name.Artifact, kind], Operator("BDC"))
    yield from some
    yield pikepdf.ContentStreamInstruction([], Operator("EMC"))


# Links


def _name_link(annotation: Any, words: str) -> None:
    """A link is called what it reads. One that leads to a file of this machine leads nowhere."""
    if annotation.get("/Subtype") != Name.Link:
        return
    action = annotation.get("/A", Dictionary())
    address = str(action.get("/URI", ""))
    if "/URI" in action and not _LEADS_OUT.match(address):
        del annotation["/A"]
        address = ""
    if "/Contents" not in annotation:
        annotation.Contents = String(clean.line(words) or clean.line(address) or "→")


def _link_names(raw: bytes) -> Mapping[tuple[int, int], str]:
    """By page and annotation, the words of the link: those of all its lines, where it runs over several."""
    lines: dict[Any, list[str]] = {}
    links: dict[tuple[int, int], Any] = {}
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        words = pypdfium2.PdfDocument(raw)
        try:
            for number, page in enumerate(pdf.pages):
                annotations = list(page.get("/Annots", ()))
                if not annotations:
                    continue
                text = words[number].get_textpage()
                for position, annotation in enumerate(annotations):
                    if annotation.get("/Subtype") != Name.Link:
                        continue
                    link = annotation.get("/StructParent", f"{number} {position}")
                    links[number, position] = link
                    left, bottom, right, top = (float(edge) for edge in annotation.Rect)
                    said = text.get_text_bounded(left, bottom, right, top)
                    lines.setdefault(link, []).append(" ".join(said.split()))
        finally:
            words.close()
    return {where: " ".join(filter(None, lines[link])) for where, link in links.items()}
