"""What PDF/UA-1 asks of a PDF, as plain facts; fonts are read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from crawler.documents.pdf import annotated as on_page
from crawler.documents.pdf import xmp
from crawler.documents.pdf.content import Content
from crawler.documents.pdf.elements import Tree
from crawler.documents.pdf.objects import BROKEN, LONGEST, entry, items, key, name, text, whole

#: Of one document.
MOST_PAGES = 10_000
MOST_OUTLINES = 5_000
MOST_OBJECTS = 200_000
MOST_FILES = 2_000
MOST_CONFIGS = 500
#: Bytes of the packets of an XFA form that are looked through.
MOST_XFA = 4 * 1024 * 1024
_HEADER = re.compile(rb"%PDF-[^\r\n]{0,40}")
_RENDER = re.compile(rb"<(?:[\w.-]+:)?dynamicRender\b[^>]*>\s*(\w{1,20})\s*<")


def structure(pdf: pikepdf.Pdf, body: bytes) -> dict[str, Any]:
    """The facts that checks of PDF/UA-1 judge.

    ``header``       the first line that says what it is
    ``marked``, ``suspects``, ``display_title``   as said, or None
    ``lang``         of the document, or None
    ``tagged``       whether there is a tree of tags
    ``metadata``     None, or ``{"title", "ua", "default"}``: see ``xmp.facts``
    ``elements``     ``[{"type", "is": standard type, "parent": index or -1, "page": number or 0}]``, in reading order;
                     besides ``role``: "unmapped", "remapped", "circular"; ``orphan``: it names no parent; ``alt``,
                     ``actual``, ``expanded``: whether such a text, which is there, is not empty; ``lang``; ``id``, a
                     number that tells ids apart, 0 = empty; of cells ``rows``, ``columns``, ``scope``, ``headers``;
                     of forms ``kids``, ``widgets``, ``named``: it has a role
    ``pages``        ``[{"page", "tabs", "annotations", "content": {what: times}}]``, what is "loose text", "loose
                     line", "loose image", "loose shading" (neither tagged nor decoration), "artifact in tagged",
                     "tagged in artifact", "unspoken" (text whose language nothing says but perhaps the document),
                     "span ActualText", "span Alt", "span E" (the same), "reference"
    ``languages``    ``[[language, page]]`` that marked content says
    ``shared``       ``[[page, times]]`` of forms with tags of their own that are painted more than once
    ``annotations``  ``[{"page", "n", "kind"}]``; besides ``hidden``, ``outside`` the page, ``contents`` that is there:
                     is not empty, ``held`` by an element of this standard type, whose ``alt`` is not empty,
                     ``spoken``, and of form fields ``called``: has a name for people
    ``fields``       ``[{"spoken"}]`` of fields with a name for people
    ``outlines``     how many bookmarks
    ``layers``       ``[{"named", "automatic"}]``, sets of optional content
    ``files``        ``[{"named", "attached": page or 0}]`` that are held in the document
    ``clips``        ``[{"page", "typed", "described"}]``, sound and film
    ``xfa``          when its form is built anew: "required", ... or ""
    ``encryption``   None, or ``{"allowed": assistive technology may read it}``
    ``left_out``     why a part of it was not read; "" = all was read
    """
    return _Document(pdf, body).facts()


class _Document:
    def __init__(self, pdf: pikepdf.Pdf, body: bytes) -> None:
        self._pdf = pdf
        self._body = body
        self._root = entry(pdf.trailer, "/Root")
        self._left_out: list[str] = []
        self._held: dict[tuple[int, int], int] = {}
        self._files: list[dict[str, Any]] = []

    def facts(self) -> dict[str, Any]:
        root = self._root
        pages = list(self._page_objects())
        numbers = {number: at for at, page in enumerate(pages, start=1) if (number := key(page)) is not None}
        tree = Tree(entry(root, "/StructTreeRoot"), numbers)
        marks, form = entry(root, "/MarkInfo"), entry(root, "/AcroForm")
        found = _HEADER.search(self._body[:2048])
        elements = self._safe("its tags cannot be read to the last", tree.elements, [])
        named, more = self._safe("its form cannot be read", lambda: on_page.fields(form, tree), ([], False))
        if more:
            self._left_out.append("it has too many form fields")
        told = {
            "header": found.group().decode("latin-1") if found else "",
            "marked": _bool(entry(marks, "/Marked")),
            "suspects": _bool(entry(marks, "/Suspects")),
            "display_title": _bool(entry(entry(root, "/ViewerPreferences"), "/DisplayDocTitle")),
            "lang": _cut(text(entry(root, "/Lang"))),
            "tagged": tree.root is not None,
            "metadata": self._metadata(),
            "elements": elements,
            **self._painted(pages, tree),
            "fields": named,
            "outlines": self._outlines(),
            "layers": self._layers(),
            "files": self._all_files(),
            "xfa": self._xfa(entry(form, "/XFA")),
            "encryption": self._encryption(),
        }
        if tree.left_out:
            self._left_out.append(tree.left_out)
        return {**told, "left_out": "; ".join(dict.fromkeys(self._left_out))}

    def _safe(self, why: str, read: Any, otherwise: Any) -> Any:
        """What is broken costs itself, and is told."""
        try:
            return read()
        except BROKEN:
            self._left_out.append(why)
            return otherwise

    def _page_objects(self) -> Iterator[Any]:
        try:
            pages = list(self._pdf.pages)
        except BROKEN:
            self._left_out.append("its pages cannot be found")
            return
        if len(pages) > MOST_PAGES:
            self._left_out.append(f"only {MOST_PAGES} of its pages were read")
        for page in pages[:MOST_PAGES]:
            yield page.obj

    def _metadata(self) -> dict[str, Any] | None:
        stream = entry(self._root, "/Metadata")
        if not isinstance(stream, pikepdf.Stream):
            return None
        if name(entry(stream, "/Type")) != "Metadata" or name(entry(stream, "/Subtype")) != "XML":
            return None
        return xmp.facts(self._bytes(stream))

    def _bytes(self, stream: Any) -> bytes:
        try:
            found: bytes = stream.read_bytes()
        except BROKEN:
            return b""
        return found

    def _painted(self, pages: list[Any], tree: Tree) -> dict[str, Any]:
        """Page by page: what is painted, and what lies on top."""
        content = Content(tree)
        read: list[dict[str, Any]] = []
        found: list[dict[str, Any]] = []
        clips: list[dict[str, Any]] = [*_clips(self._root, 0)]
        for number, page in enumerate(pages, start=1):
            counted = self._safe(f"page {number} cannot be read", lambda at=number, one=page: content.page(at, one), {})
            here: list[dict[str, Any]] = []
            if len(found) < on_page.MOST:
                here = self._safe(
                    f"what lies on page {number} cannot be read",
                    lambda at=number, one=page: list(on_page.lying_on(one, at, tree)),
                    [],
                )
            elif entry(page, "/Annots") is not None:
                self._left_out.append("it has too many annotations")
            found += here
            clips += _clips(page, number)
            for one in items(entry(page, "/Annots")) if here else ():
                clips += _clips(one, number)
                if times := on_page.references(one):
                    counted["reference"] = counted.get("reference", 0) + times
                if name(entry(one, "/Subtype")) == "FileAttachment":
                    self._file(entry(one, "/FS"), number)
            tabs = name(entry(page, "/Tabs"))
            read.append({"page": number, "tabs": tabs, "annotations": len(here), "content": counted})
        if content.left_out:
            self._left_out.append(content.left_out)
        shared = [[content.first[one], times] for one, times in content.painted.items() if times > 1]
        return {
            "pages": read,
            "languages": [[lang, page] for lang, page in content.languages.items()],
            "shared": shared,
            "annotations": found,
            "clips": clips,
        }

    def _outlines(self) -> int:
        seen: set[tuple[int, int]] = set()
        count = 0
        waiting = [entry(entry(self._root, "/Outlines"), "/First")]
        while waiting and count < MOST_OUTLINES:
            one = waiting.pop()
            number = key(one) if isinstance(one, pikepdf.Dictionary) else None
            if number is None or number in seen:
                continue
            seen.add(number)
            count += 1
            waiting += [entry(one, "/Next"), entry(one, "/First")]
        return count

    def _layers(self) -> list[dict[str, bool]]:
        optional = entry(self._root, "/OCProperties")
        configs = [entry(optional, "/D"), *list(items(entry(optional, "/Configs")))[:MOST_CONFIGS]]
        return [
            {"named": bool(text(entry(one, "/Name"))), "automatic": entry(one, "/AS") is not None}
            for one in configs
            if isinstance(one, pikepdf.Dictionary)
        ]

    def _all_files(self) -> list[dict[str, Any]]:
        """Files in the names of the document, at its parts, and wherever else an object of its own holds one."""
        waiting = [entry(entry(self._root, "/Names"), "/EmbeddedFiles")]
        seen: set[tuple[int, int]] = set()
        for _ in range(MOST_FILES):
            if not waiting:
                break
            node = waiting.pop()
            if not isinstance(node, pikepdf.Dictionary):
                continue
            if (number := key(node)) is not None:
                if number in seen:
                    continue
                seen.add(number)
            waiting.extend(items(entry(node, "/Kids")))
            for one in list(items(entry(node, "/Names")))[1::2]:
                self._file(one, 0)
        for one in items(entry(self._root, "/AF")):
            self._file(one, 0)
        if b"/EF" in self._body or b"/ObjStm" in self._body:
            self._safe("files in it cannot be found", self._scattered, None)
        return self._files

    def _scattered(self) -> None:
        for at, one in enumerate(self._pdf.objects):
            if at >= MOST_OBJECTS:
                self._left_out.append("it has too many objects to find every file in it")
                return
            if isinstance(one, pikepdf.Dictionary) and "/EF" in one:
                self._file(one, 0)

    def _file(self, told: Any, page: int) -> None:
        if not isinstance(entry(told, "/EF"), pikepdf.Dictionary):
            return
        number = key(told)
        if number is not None and number in self._held:
            if page:
                self._files[self._held[number]]["attached"] = page
            return
        if len(self._files) >= MOST_FILES:
            self._left_out.append("it holds too many files")
            return
        if number is not None:
            self._held[number] = len(self._files)
        named = all(text(entry(told, one)) for one in ("/F", "/UF"))
        self._files.append({"named": named, "attached": page})

    def _xfa(self, packets: Any) -> str:
        left = MOST_XFA
        for one in items(packets):
            if not isinstance(one, pikepdf.Stream):
                continue
            read = self._bytes(one)[:left]
            left -= len(read)
            if found := _RENDER.search(read):
                return found[1].decode("ascii", "replace")
            if left <= 0:
                self._left_out.append("its form is too large")
                break
        return ""

    def _encryption(self) -> dict[str, bool] | None:
        lock = entry(self._pdf.trailer, "/Encrypt")
        if lock is None and not self._pdf.is_encrypted:
            return None
        allowed = whole(entry(lock, "/P"))
        return {"allowed": allowed is not None and bool(allowed & 512)}


def _clips(holder: Any, page: int) -> list[dict[str, Any]]:
    return [
        {"page": page, "typed": text(entry(clip, "/CT")) is not None, "described": on_page.is_described(clip)}
        for clip in on_page.clips(holder)
    ]


def _bool(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _cut(value: str | None) -> str | None:
    return value if value is None else value[:LONGEST]
