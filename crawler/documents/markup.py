"""XML: feeds, maps, exports. Elements and attributes as they come; nothing is fetched, no entity is believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.parsers import expat

from crawler.documents import MOST_PIECES, Piece, Reader, Unreadable, words_of

_FEEDS = frozenset({"rss", "feed", "RDF"})
_DEEP = 500
#: In attributes of every document: names of names.
_NAMES = ("xmlns", "xsi:", "xml:")


class Markup(Reader):
    """XML."""

    kind = "xml"
    types = frozenset({"application/xml", "text/xml", "application/rss+xml", "application/atom+xml"})
    suffixes = frozenset({"xml", "rss", "atom", "kml", "gpx"})
    where = "data"

    def takes(self, media_type: str) -> bool:
        """All that is built on it, but pages and drawings."""
        return media_type in self.types or (
            media_type.endswith("+xml") and media_type not in ("application/xhtml+xml", "image/svg+xml")
        )

    def read(self, text: str, *, cut: bool) -> Iterator[Piece]:
        """Texts by their path: "/rss/channel/item[3]/author"."""
        reading = _Reading()
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = reading.start
        parser.EndElementHandler = reading.end
        parser.CharacterDataHandler = reading.words
        parser.CommentHandler = reading.comment
        parser.EntityDeclHandler = reading.entity
        try:
            parser.Parse(text.encode("utf-8", "replace"), not cut)
        except (expat.ExpatError, _Refused):
            raise Unreadable from None
        return iter(reading.pieces)


class _Refused(Exception):
    """An entity of its own, nested to hurt, or too much of everything."""


class _Reading:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._path: list[str] = []
        self._counts: list[Counter[str]] = [Counter()]
        self._text: list[str] = []
        self._inside = ""
        self._where = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens: what was said before it is its parent's."""
        self._told()
        if len(self._path) >= _DEEP:
            raise _Refused
        if not self._path and name.rpartition(":")[2] in _FEEDS:
            self._where = "file"
        self._counts[-1][name] += 1
        number = self._counts[-1][name]
        self._path.append(name if number == 1 else f"{name}[{number}]")
        self._counts.append(Counter())
        for key, value in attributes.items():
            if not key.startswith(_NAMES) and value.strip():
                self._keep(f"{self._at()}/@{key}", value, f"{_bare(name)} {_bare(key)}", self._at())

    def end(self, name: str) -> None:
        """An element closes."""
        self._told()
        self._path.pop()
        self._counts.pop()

    def words(self, text: str) -> None:
        """A stretch of text."""
        self._text.append(text)

    def comment(self, text: str) -> None:
        """What only people with the source see."""
        self._told()
        if text.strip():
            self._keep(f"{self._at()}/comment()", text, "", self._at())

    def entity(self, *_: object) -> None:
        """A billion laughs begin with one."""
        raise _Refused

    def _told(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if not text or not self._path:
            return
        if "<" in text and ">" in text:  # HTML in a feed
            from audits.privacy.page_text import html_text

            text = html_text(text).text.strip()
        named = _bare(self._path[-1])
        if self._where:  # a feed's "title" and "description" say nothing of what is in them
            named = ""
        self._keep(self._at(), text, named, "/".join(self._path[:-1]))

    def _at(self) -> str:
        return f"/{'/'.join(self._path)}"

    def _keep(self, at: str, text: str, label: str, inside: str) -> None:
        before = "\n" if inside == self._inside else "\n\n"
        self._inside = inside
        if text and len(self.pieces) <= MOST_PIECES:
            self.pieces.append(Piece(at=at, text=text, label=words_of(label), before=before, where=self._where))


def _bare(name: str) -> str:
    return name.partition("[")[0].rpartition(":")[2]
