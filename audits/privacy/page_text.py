"""One text per page that recognizers can read, and for every stretch of it the element that it came from.

Inline text stays together (a number split over ``<b>`` is one number), blocks stand on lines of their own, a table cell
reads "Header: cell", a form field "Label: value", a definition "term: definition". What people cannot see comes last.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from bs4.element import TemplateString

from audits.model import FRAME_STEP, LEFT_OUT, SHADOW_STEP, Part, Stretch
from audits.privacy.masking import url_text
from audits.privacy.recognizer import phrases
from audits.privacy.text import QUOTES

HIDDEN = "data-hr-hidden"
PART = "data-hr-part"
_BLOCKS = frozenset(
    phrases(
        """
        address, article, aside, blockquote, body, caption, dd, details, dialog, div, dl, dt, fieldset, figcaption,
        figure, footer, form, h1, h2, h3, h4, h5, h6, header, hgroup, hr, html, legend, li, main, menu, nav, ol,
        option, optgroup, p, pre, search, section, select, summary, table, tbody, td, tfoot, th, thead, tr, ul, br,
        textarea, template, iframe
        """
    )
)
_SKIPPED = frozenset(["script", "style", "noscript", "template", "iframe", "object"])
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TEXT_FIELDS = frozenset(
    ("", "text", "email", "tel", "number", "date", "search", "url", "hidden", "month", "datetime-local")
)
_ATTRIBUTES = {
    "alt": "alt",
    "title": "attribute",
    "aria-label": "attribute",
    "aria-description": "attribute",
    "aria-valuetext": "attribute",
    "placeholder": "attribute",
    "label": "attribute",
    "summary": "attribute",
}
#: Attributes that hold an address, besides a link's.
_ADDRESSES = frozenset({"src", "action", "formaction", "data", "poster", "cite", "longdesc", "background"})
#: Elements whose value is not what people read.
_VALUED = frozenset({"option", "data", "button", "li", "param"})
_TELLING_VALUE = re.compile(r"@|(?:\d\D?){6}")

_MAX_ATTRIBUTE = 20_000
#: Of one script or comment.
_MAX_SOURCE = 200_000
#: What was not found may stand behind what was read.
CUT = f"{LEFT_OUT}a script, a comment or the like is too long to be read to its end"
#: XHTML says that it is XML; the parser would warn of it.
_XML = re.compile(r"\A\s*<\?xml[^>]*\?>")
_PLAIN_ID = re.compile(r"[A-Za-z][\w-]*")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the page text. ``where``: "text", "title", "alt", "link", "field", "attribute", "hidden", "comment",
    "script".

    ``synthetic`` text repeats a label for context and is reported where it really stands. What the tree leaves out has
    no element: the collector named its place (``path``, ``landmark``).
    """

    start: int
    end: int
    element: Tag | None = field(repr=False)
    where: str
    visible: bool = True
    synthetic: bool = False
    frame: int = 0
    path: str = ""
    landmark: Part = field(default_factory=Part)
    #: Of a file: the number of its piece.
    piece: int = -1


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page with its segments, in order."""

    text: str = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    frames: tuple[tuple[str, ...], ...] = ()
    #: Whether a script, a comment or the like is too long to be read to its end.
    cut: bool = False
    _starts: tuple[int, ...] = field(default=(), repr=False)
    _paths: Paths = field(default_factory=lambda: Paths(), repr=False, compare=False)

    def covering(self, start: int, end: int) -> list[Segment]:
        """The segments that a span touches."""
        index = max(0, bisect.bisect_right(self._starts, start) - 1)
        found = []
        while index < len(self.segments) and self.segments[index].start < end:
            if self.segments[index].end > start:
                found.append(self.segments[index])
            index += 1
        return found

    def real(self, start: int, end: int) -> tuple[Segment, ...]:
        """Those segments that are not a label repeated for context."""
        return tuple(segment for segment in self.covering(start, end) if not segment.synthetic)

    def stretches(self, start: int, end: int) -> Iterator[Stretch]:
        """The stretches of a file's pieces that a span touches."""
        for one in self.real(start, end):
            if one.piece >= 0:
                yield Stretch(one.piece, max(start, one.start) - one.start, min(end, one.end) - one.start)

    @staticmethod
    def where(segments: Sequence[Segment]) -> str:
        """The kind of place: "hidden" when any of it is, unless all of it is in a comment or a script."""
        if not segments:
            return "text"
        places = {segment.where for segment in segments}
        if all(segment.visible for segment in segments) or places in ({"comment"}, {"script"}):
            return segments[0].where
        return "hidden"

    def selector(self, segments: Sequence[Segment]) -> str:
        """A CSS selector for the element that holds all of ``segments``, with its frame and shadow path."""
        elements = [segment.element for segment in segments if segment.element is not None]
        if not elements:
            return FRAME_STEP.join([*self.frames[s.frame], *filter(None, [s.path])]) if (s := _first(segments)) else ""
        element = _common(elements)
        return FRAME_STEP.join([*self.frames[segments[0].frame], self._paths.of(element)])

    @property
    def title(self) -> str:
        """The title of the page."""
        return next((self.text[s.start : s.end] for s in self.segments if s.where == "title"), "").strip()

    @property
    def heading(self) -> str:
        """Its first heading."""
        for segment in self.segments:
            if segment.visible and segment.element is not None:
                inside = segment.element if segment.element.name == "h1" else segment.element.find_parent("h1")
                if inside is not None:
                    return _words(inside)
        return ""

    def part(self, segment: Segment) -> Part:
        """The landmark that the segment stands in, as the collector named it."""
        element: Any = segment.element
        if element is None:
            return segment.landmark
        while element is not None:
            if isinstance(element, Tag) and (named := element.get(PART)):
                key, _, name = str(named).partition("|")
                return Part(key=key, name=name or key)
            element = element.parent
        return Part()


def page_text(document: Mapping[str, Any]) -> PageText:
    """Read the ``document`` artifact: its title, then every frame."""
    builder = _Builder()
    frames: list[tuple[str, ...]] = []
    title = str(document.get("title") or "")
    builder.line(builder.shown, title, None, "title")
    for index, frame in enumerate(document.get("frames") or ()):
        frames.append(tuple(frame.get("frame") or ()))
        builder.frame = index
        builder.cut |= bool(frame.get("cut"))
        _read_frame(builder, str(frame.get("html") or ""), with_title=not title)
        for source in frame.get("sources") or ():
            _read_source(builder, source)
    return builder.finished(tuple(frames) or ((),))


def html_text(html: str) -> PageText:
    """Read one HTML document, as from a file."""
    return page_text({"title": "", "frames": [{"frame": [], "url": "", "html": html}]})


class _Buffer:
    """Text that grows, with its segments."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.segments: list[Segment] = []
        self.last = "\n"

    def write(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += len(text)
            self.last = text[-1]


class _Builder:
    def __init__(self) -> None:
        self.shown, self.beside, self.hidden = _Buffer(), _Buffer(), _Buffer()
        self.frame = 0
        self.cut = False
        #: Where what has no element stands.
        self.path, self.landmark = "", Part()

    def add(
        self,
        buffer: _Buffer,
        text: str,
        element: Tag | None,
        where: str,
        *,
        synthetic: bool = False,
        keep: bool = False,
    ) -> None:
        """Append inline text; runs of white space become one space unless kept."""
        if not keep:
            text = _SPACE.sub(" ", text)
            if buffer.last in " \n" and text.startswith(" "):
                text = text[1:]
        if not text:
            return
        start = buffer.length
        buffer.write(text)
        visible = buffer is not self.hidden
        buffer.segments.append(
            Segment(start, buffer.length, element, where, visible, synthetic, self.frame, self.path, self.landmark)
        )

    def break_line(self, buffer: _Buffer, mark: str = "\n") -> None:
        """End the line, once."""
        if buffer.last == "\n":
            return
        if mark == " | ":
            buffer.write("| " if buffer.last == " " else mark)
        elif mark == "\n" or buffer.last != " ":
            buffer.write(mark)

    def line(
        self,
        buffer: _Buffer,
        text: str,
        element: Tag | None,
        where: str,
        label: str = "",
        *,
        most: int = _MAX_ATTRIBUTE,
    ) -> None:
        """A line of its own, after its label."""
        if not text.strip():
            return
        self.cut |= len(text) > most == _MAX_SOURCE
        self.break_line(buffer)
        if label:
            self.add(buffer, f"{label.rstrip(' :')}: ", element, where, synthetic=True)
        self.add(buffer, text[:most], element, where, keep="\n" in text)
        self.break_line(buffer)

    def finished(self, frames: tuple[tuple[str, ...], ...]) -> PageText:
        parts: list[str] = []
        segments: list[Segment] = []
        offset = 0
        for buffer in (self.shown, self.beside, self.hidden):
            if offset:
                parts.append("\n\n")
                offset += 2
            parts += buffer.parts
            segments += [replace(one, start=one.start + offset, end=one.end + offset) for one in buffer.segments]
            offset += buffer.length
        starts = tuple(segment.start for segment in segments)
        return PageText("".join(parts), tuple(segments), frames, self.cut, starts)


def _read_frame(builder: _Builder, html: str, *, with_title: bool) -> None:
    soup = BeautifulSoup(_XML.sub("", html, count=1), "lxml")
    if with_title and soup.title is not None:
        builder.line(builder.shown, soup.title.get_text(), soup.title, "title")
    for meta in soup.find_all("meta", attrs={"content": True}):
        if any(map(meta.get, ("name", "property", "itemprop", "http-equiv"))):
            builder.line(builder.hidden, str(meta["content"]), meta, "attribute")
    _Walk(builder, soup).read(soup)
    builder.break_line(builder.shown)
    builder.break_line(builder.hidden)


def _first(segments: Sequence[Segment]) -> Segment | None:
    return segments[0] if segments else None


def _read_source(builder: _Builder, source: Mapping[str, Any]) -> None:
    """What the page sends and its tree leaves out, as the collector found it."""
    kind, text = str(source.get("kind")), str(source.get("text") or "")
    builder.path = str(source.get("selector") or "")
    builder.landmark = Part(**(source.get("part") or {}))
    if kind == "drawing":
        builder.line(builder.shown, text, None, "text", most=_MAX_SOURCE)
    else:
        if kind in ("template", "noscript"):
            text = _markup_text(text)
        elif kind == "script":
            text = text.translate(QUOTES)
        builder.line(builder.hidden, text, None, kind if kind in ("comment", "script") else "hidden", most=_MAX_SOURCE)
    builder.path, builder.landmark = "", Part()


def _markup_text(html: str) -> str:
    """The words of a piece of HTML and what its attributes hold, a line each."""
    page = html_text(html)
    return page.text.strip()


class _Walk:
    """Reads one frame without recursion: pages nest deeper than Python's stack."""

    def __init__(self, builder: _Builder, soup: BeautifulSoup) -> None:
        self.builder = builder
        self.labels = _field_labels(soup)
        self.headers: dict[int, str] = {}
        for table in soup.find_all("table"):
            self.headers.update(_cell_headers(table))

    def read(self, root: Tag) -> None:
        # Entries: (node, hidden, leaving)
        stack: list[tuple[Any, bool, bool]] = [(root, False, False)]
        builder = self.builder
        while stack:
            node, hidden, leaving = stack.pop()
            buffer = builder.hidden if hidden else builder.shown
            if isinstance(node, Comment):
                builder.line(builder.hidden, str(node), node.parent, "comment", most=_MAX_SOURCE)
            elif isinstance(node, Tag):
                if leaving:
                    self._leave(node, buffer)
                    continue
                hidden = hidden or node.has_attr(HIDDEN)
                if not self._enter(node, builder.hidden if hidden else builder.shown, hidden):
                    continue
                stack.append((node, hidden, True))
                stack.extend((child, hidden, False) for child in reversed(node.contents))
            elif type(node) in (NavigableString, TemplateString):
                parent = node.parent
                keep = parent is not None and parent.name == "pre"
                builder.add(buffer, str(node), parent, "hidden" if hidden else "text", keep=keep)

    def _enter(self, node: Tag, buffer: _Buffer, hidden: bool) -> bool:
        """Open an element; False when its children are not text of the page."""
        builder = self.builder
        name = node.name
        self._attributes(node, hidden)
        if name == "title" and node.parent is not None and node.parent.name == "head":
            return False  # read on its own
        if name == "script":
            if not node.get("src"):
                builder.line(builder.hidden, node.get_text().translate(QUOTES), node, "script", most=_MAX_SOURCE)
            return False
        if name in _SKIPPED and not node.get("shadowrootmode"):
            if name in ("template", "noscript", "object"):
                builder.line(builder.hidden, node.get_text(" "), node, "hidden", most=_MAX_SOURCE)
            return False
        if name in ("td", "th"):
            builder.break_line(buffer, " | " if node.find_previous_sibling(["td", "th"]) is not None else "\n")
            if header := self.headers.get(id(node), ""):
                builder.add(buffer, f"{header}: ", node, "text", synthetic=True)
        elif name in _BLOCKS:
            builder.break_line(buffer, "; " if name != "table" and _in_cell(node) else "\n")
            if name == "dd":
                term = node.find_previous_sibling("dt")
                if isinstance(term, Tag) and (text := _words(term)):
                    builder.add(buffer, f"{text.rstrip(' :')}: ", node, "text", synthetic=True)
        if name == "input":
            kind = str(node.get("type") or "").lower()
            if kind in _TEXT_FIELDS and (value := str(node.get("value") or "")):
                builder.line(
                    builder.hidden if hidden or kind == "hidden" else buffer, value, node, "field", self._label(node)
                )
        elif name in ("textarea", "select"):
            selected = node.find("option", selected=True) if name == "select" else None
            value = node.get_text() if name == "textarea" else (selected.get_text() if selected else "")
            if value.strip():
                builder.line(buffer, value, node, "field", self._label(node))
            for option in node.find_all("option") if name == "select" else ():
                self._attributes(option, hidden)
            return False
        return True

    def _leave(self, node: Tag, buffer: _Buffer) -> None:
        if node.name in _BLOCKS and node.name not in ("td", "th"):
            self.builder.break_line(buffer, "; " if node.name != "table" and _in_cell(node) else "\n")

    def _label(self, node: Tag) -> str:
        return self.labels.get(id(node), "") or _spoken(str(node.get("name") or node.get("id") or ""))

    def _attributes(self, node: Tag, hidden: bool) -> None:
        builder = self.builder
        buffer = builder.hidden if hidden else builder.beside
        for name, value in node.attrs.items():
            if name in _ATTRIBUTES:
                builder.line(buffer, str(value), node, _ATTRIBUTES[name])
            elif name == "href" and node.name in ("a", "area"):
                self._link(node, str(value), buffer)
            elif name in _ADDRESSES and ("?" in (address := str(value)) or "@" in address):
                if not address.lower().startswith(("data:", "blob:")):
                    builder.line(builder.hidden, url_text(address)[1], node, "attribute")
            elif name == "value" and node.name in _VALUED and _TELLING_VALUE.search(str(value)):
                builder.line(builder.hidden, str(value), node, "attribute", self._label(node))
            elif name.startswith("data-") and not name.startswith("data-hr-"):
                builder.line(builder.hidden, str(value), node, "attribute", _spoken(name[5:]))

    def _link(self, node: Tag, href: str, buffer: _Buffer) -> None:
        scheme = href[:8].lower()
        if scheme.startswith("tel:") or scheme.startswith("sms:"):
            # Whose telephone it is stands before the link: "home telephone <a href=tel:…>on file</a>".
            before = node.previous_sibling
            whose = _SPACE.sub(" ", before).strip()[-60:] if isinstance(before, NavigableString) else ""
            self.builder.line(buffer, url_text(href)[1], node, "link", f"{whose} tel".strip())
        elif scheme.startswith("mailto:") or "?" in href or "@" in href or "%40" in href:
            self.builder.line(buffer, url_text(href)[1], node, "link")


def _in_cell(node: Tag) -> bool:
    return any(parent.name in ("td", "th") for _, parent in zip(range(6), node.parents, strict=False))


def _words(node: Tag) -> str:
    return _SPACE.sub(" ", node.get_text(" ")).strip()[:80]


def _spoken(name: str) -> str:
    """ "applicantBirth_date" as words."""
    return _SPACE.sub(" ", re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-\[\].]", " ", name)).strip()[:80]


def _field_labels(soup: BeautifulSoup) -> dict[int, str]:
    by_id = {str(node["id"]): node for node in soup.find_all(id=True)}
    labels: dict[int, str] = {}
    for label in soup.find_all("label"):
        field_ = by_id.get(str(label.get("for") or "")) or label.find(["input", "textarea", "select"])
        if isinstance(field_, Tag) and isinstance(label, Tag):
            labels.setdefault(id(field_), _words(label))
    for node in soup.find_all(["input", "textarea", "select"]):
        if id(node) in labels:
            continue
        named = [by_id[name] for name in str(node.get("aria-labelledby") or "").split() if name in by_id]
        text = " ".join(map(_words, named)) or str(node.get("aria-label") or node.get("placeholder") or "")
        if text:
            labels[id(node)] = text[:80]
    return labels


def _cell_headers(table: Tag) -> dict[int, str]:
    """Per data cell, its column header and row header."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    grid = [row.find_all(["td", "th"], recursive=False) for row in rows]
    if len(grid) < 2 and not any(cell.name == "th" for row in grid for cell in row):
        return {}
    columns: dict[int, str] = {}
    headers: dict[int, str] = {}
    for index, row in enumerate(grid):
        heading = bool(row) and all(cell.name == "th" for cell in row)
        if not heading and index == 0 and len(row) > 2 and all(cell.name == "td" for cell in row):
            texts = [_words(cell) for cell in row]
            heading = all(text and not any(map(str.isdigit, text)) for text in texts)
        column = 0
        row_header = ""
        for cell in row:
            if heading:
                text = _words(cell)
                for step in range(_span(cell)):
                    columns[column + step] = text
            elif cell.name == "th":
                row_header = row_header or _words(cell)
            else:
                headers[id(cell)] = columns.get(column) or row_header
            column += _span(cell)
    return {cell: header for cell, header in headers.items() if header}


def _span(cell: Tag) -> int:
    value = str(cell.get("colspan") or "1")
    return min(int(value), 50) if value.isdecimal() and value != "0" else 1


def _common(elements: Sequence[Tag]) -> Tag:
    first = elements[0]
    if all(element is first for element in elements):
        return first
    chains = [[element, *element.parents][::-1] for element in elements]
    common: Any = first
    for level in zip(*chains, strict=False):
        if any(node is not level[0] for node in level):
            break
        common = level[0]
    return cast(Tag, common)


class Paths:
    """Selectors of one page's elements: short, unique in their document or shadow root. Remembers what it counted."""

    def __init__(self) -> None:
        self._ids: dict[int, Counter[str]] = {}
        self._steps: dict[int, dict[int, str]] = {}

    def of(self, element: Tag) -> str:
        """The path; ``SHADOW_STEP`` joins steps into shadow roots."""
        return SHADOW_STEP.join(reversed([self._path(root, inner) for root, inner in _roots(element)]))

    def _path(self, root: Tag, element: Tag) -> str:
        steps: list[str] = []
        node: Any = element
        while isinstance(node, Tag) and node is not root and not isinstance(node, BeautifulSoup):
            identifier = str(node.get("id") or "")
            if _PLAIN_ID.fullmatch(identifier) and _tells_nobody(identifier) and self._count(root)[identifier] == 1:
                steps.append(f"#{identifier}")
                break
            steps.append(self._step(node))
            node = node.parent
        return " > ".join(reversed(steps))

    def _count(self, root: Tag) -> Counter[str]:
        if id(root) not in self._ids:
            self._ids[id(root)] = Counter(str(node["id"]) for node in root.find_all(id=True))
        return self._ids[id(root)]

    def _step(self, node: Tag) -> str:
        if node.name in ("html", "body") or node.parent is None:
            return node.name
        if id(node.parent) not in self._steps:
            children = [child for child in node.parent.contents if isinstance(child, Tag)]
            total, seen = Counter(child.name for child in children), Counter[str]()
            steps = self._steps[id(node.parent)] = {}
            for child in children:
                seen[child.name] += 1
                alone = total[child.name] == 1
                steps[id(child)] = child.name if alone else f"{child.name}:nth-of-type({seen[child.name]})"
        return self._steps[id(node.parent)][id(node)]


def _roots(element: Tag) -> Iterator[tuple[Tag, Tag]]:
    """(root, element in it), from the inside out."""
    inner = element
    node: Any = element
    while node is not None:
        if isinstance(node, Tag) and node.name == "template" and node.get("shadowrootmode"):
            if node is not inner:
                yield node, inner
            inner = cast(Tag, node.parent)  # the host
        elif isinstance(node, BeautifulSoup) or node.parent is None:
            yield node, inner
            return
        node = node.parent


def _tells_nobody(identifier: str) -> bool:
    """An id may be made of a personal value; five digits and more are not quoted."""
    return sum(map(str.isdigit, identifier)) < 5
