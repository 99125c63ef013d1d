"""Rich text: its groups are walked once, without a stack of our own calls, and each is kept, set aside or left out."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field, replace

from crawler.documents import Opened, Reader, Unreadable, _found
from crawler.documents._found import Found

#: Groups in groups; words of control in all; bytes of a picture or an object that are taken.
DEEPEST, WORDS, BINARY = 2_000, 3_000_000, 16 * 1024 * 1024
#: Characters of notes, headers and properties.
ASIDE = 2_000_000
#: Half points: what is smaller, nobody reads.
TINY = 3
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
#: Groups that hold no text of the document.
_ASIDE = frozenset(
    b"""
    fonttbl colortbl stylesheet listtable listoverridetable rsidtbl generator themedata colorschememapping
    latentstyles datastore xmlnstbl filetbl revtbl pgptbl mmathpr fontemb template bkmkstart bkmkend
    objclass objname blipuid panose falt listname listlevel leveltext levelnumbers background sp nonshppict
    atnid atnref atrfstart atrfend passwordhash formfield ffname fldtype datafield wgrffmtfilter
    """.split()
)
_INFO = {
    b"author": "Author", b"operator": "Last modified by", b"title": "Title", b"subject": "Subject",
    b"company": "Company", b"manager": "Manager", b"keywords": "Keywords", b"doccomm": "Comments",
    b"comment": "Comments", b"category": "Category", b"hlinkbase": "Link base",
}  # fmt: skip
_STORIES = {
    b"header": "header", b"headerl": "header", b"headerr": "header", b"headerf": "header",
    b"footer": "footer", b"footerl": "footer", b"footerr": "footer", b"footerf": "footer", b"footnote": "footnote",
}  # fmt: skip
_SIGNS = {
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"tab": "\t", b"line": "\n", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
_LANGS = {1033: "en-US", 2057: "en-GB", 4105: "en-CA", 1036: "fr-FR", 3084: "fr-CA"}
_LINK = re.compile(r'HYPERLINK\s+"?(?:mailto|tel):([^"?\s]{3,200})', re.IGNORECASE)


class Rtf(Reader):
    """Rich Text Format, as Word and WordPad write it."""

    kind = "rtf"
    binary = True
    types = frozenset({"application/rtf", "text/rtf", "application/x-rtf", "text/richtext"})
    suffixes = frozenset({"rtf"})

    def open(self, body: bytes) -> Opened:
        """Paragraph by paragraph; notes and properties where they stand."""
        if not body.lstrip()[:6].startswith(b"{\\rtf"):
            raise Unreadable("it is another kind of file than its name says")
        return _found.gathered("rtf", lambda found: _Walk(found).read(body))


@dataclass(slots=True)
class _State:
    """What holds within a group."""

    to: str = ""  # "" the text; else where its words go: "aside", "info", "picture", "object", "field", a story
    label: str = ""
    hidden: bool = False
    tiny: bool = False
    struck: bool = False
    new: bool = False
    skip: int = 1  # signs that stand for one that old programs do not know
    fresh: bool = True  # nothing in it yet


@dataclass(slots=True)
class _Line:
    """A paragraph in the making."""

    seen: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    any_hidden: bool = False
    any_struck: bool = False


class _Walk:
    def __init__(self, found: Found) -> None:
        self.found = found
        self.page = "cp1252"
        self.count = 0
        self.line = _Line()
        self.held: dict[str, list[str]] = {}
        self.hex: list[bytes] = []
        self.digits = self.aside = 0  # so many were taken
        self.raw = bytearray()  # bytes of letters in the code page, not decoded yet
        self.state = _State()
        self.stack: list[_State] = []
        self.comments = 0
        self.files = 0
        self.lang = ""
        self.pending: list[tuple[str, str, str]] = []

    def read(self, body: bytes) -> None:
        words = skip = position = 0
        while (found := _TOKEN.match(body, position)) or position < len(body):
            if found is None:
                position += 1
                continue
            position = found.end()
            words += 1
            if words > WORDS:
                self.found.miss("it is too long to be read to its end")
                break
            word, number, code, sign, brace, text = found.groups()
            if skip and (code or sign or text):
                if text:
                    text, skip = text[skip:], max(0, skip - len(text))
                    if text:
                        self._letters(text)
                else:
                    skip -= 1
                continue
            if brace:
                skip = 0
                self._flush()
                if brace == b"{":
                    if len(self.stack) >= DEEPEST:
                        self.found.miss("its parts are packed in each other too deep")
                        break
                    self.stack.append(self.state)
                    self.state = replace(self.state, fresh=True)
                elif self.stack:
                    self._end(self.stack.pop())
            elif word:
                word = word.lower()
                value = int(number) if number else None
                if word == b"bin":
                    size = min(max(0, value or 0), len(body) - position)
                    if self.state.to in ("picture", "object") and size <= BINARY:
                        self._letters(binascii.hexlify(body[position : position + size]))
                    position += size
                elif word == b"u":
                    self._flush()
                    self._add(chr((value or 0) % 65536))
                    skip = self.state.skip
                else:
                    self._word(word, value)
            elif code:
                self.raw.append(int(code, 16))
            elif sign:
                self._sign(sign)
            elif text:
                self._letters(text)
        self._paragraph()
        for place, label, said in self.pending:
            self.found.say(place, said, where="metadata", label=label)
        self.found.office["comments"] = self.comments
        if self.lang:
            self.found.about["lang"] = self.lang

    # Words of control

    def _word(self, word: bytes, value: int | None) -> None:
        state, on = self.state, value != 0
        first, state.fresh = state.fresh, False
        if word == b"ansicpg" and value:
            self.page = _page(value)
        elif word == b"uc":
            state.skip = max(0, min(8, value if value is not None else 1))
        elif word in (b"par", b"sect", b"page", b"row", b"nestrow"):
            self._flush()
            self._break()
        elif word in (b"cell", b"nestcell"):
            self._add(" | ")
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word == b"v":
            self._flush()
            state.hidden = on
        elif word == b"fs" and value is not None:
            self._flush()
            state.tiny = 0 < value <= TINY
        elif word == b"plain":
            self._flush()
            state.hidden = state.tiny = state.struck = state.new = False
        elif word == b"deleted":
            self._flush()
            state.struck = on
        elif word == b"revised":
            self._flush()
            state.new = on
        elif word == b"deflang" and value in _LANGS:
            self.lang = _LANGS[value]
        elif word in (b"fromhtml", b"mac", b"pc", b"pca"):
            self.page = {b"mac": "mac-roman", b"pc": "cp437", b"pca": "cp850"}.get(word, self.page)
        elif first or state.to == "":
            self._destination(word)

    def _destination(self, word: bytes) -> None:
        state = self.state
        if state.to == "aside":
            return
        if word in _STORIES:
            self.held.setdefault(_STORIES[word], []).append("")
            state.to = _STORIES[word]
        elif word == b"info":
            state.to = "aside-info"
        elif word in _INFO and state.to == "aside-info":
            state.to, state.label = "info", _INFO[word]
        elif word == b"annotation":
            state.to = "note"
        elif word == b"atnauthor":
            state.to = "who"
        elif word == b"fldinst":
            state.to = "field"
        elif word == b"pict":
            state.to = "picture"
        elif word == b"objdata":
            state.to = "object"
        elif word in _ASIDE:
            state.to = "aside"

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            # Whatever follows is known here, or is left out.
            self.state.fresh = True
            if self.state.to == "":
                self.state.to = "starred"
            return
        self._flush()
        self._add({b"~": "\u00a0", b"_": "-", b"-": "", b"\\": "\\", b"{": "{", b"}": "}"}.get(sign, ""))
        if sign in (b"\n", b"\r"):
            self._break()

    # Text

    def _letters(self, text: bytes) -> None:
        self.state.fresh = False
        if self.state.to in ("picture", "object"):
            self.digits += len(text)
            if self.digits < 2 * BINARY:
                self.hex.append(text)
            return
        self.raw += text

    def _flush(self) -> None:
        if self.raw:
            raw, self.raw = bytes(self.raw), bytearray()
            try:
                self._add(raw.decode(self.page, "replace"))
            except LookupError:
                self._add(raw.decode("cp1252", "replace"))

    def _add(self, words: str) -> None:
        if self.raw:
            self._flush()
        state = self.state
        if state.to.startswith(("aside", "starred")) or state.to in ("picture", "object"):
            return
        if state.to:
            self.aside += len(words)
            if self.aside < ASIDE:
                self.held.setdefault(state.to, []).append(words)
            return
        line = self.line
        if state.struck:
            line.before.append(words)
            line.any_struck = line.any_struck or bool(words.strip())
            return
        if not state.new:
            line.before.append(words)
        line.hidden.append(words)
        if (state.hidden or state.tiny) and words.strip():
            line.any_hidden = True
        else:
            line.seen.append(words)

    def _break(self) -> None:
        if self.state.to:
            self.held.setdefault(self.state.to, []).append("\n")
        else:
            self._paragraph()

    def _paragraph(self) -> None:
        self._flush()
        line, self.line = self.line, _Line()
        seen = "".join(line.seen)
        if not seen.strip() and not line.any_hidden and not line.any_struck:
            return
        self.count += 1
        at = f"¶{self.count}"
        if self.found.say(at, seen.removesuffix(" | ")):
            self.found.spoken(self.lang, seen)
        if line.any_hidden:
            self.found.say(at, "".join(line.hidden), where="unseen")
            self.found.office["hidden_text"] = self.found.office.get("hidden_text", 0) + 1
        if line.any_struck:
            self.found.say(at, "".join(line.before), where="revision")
            self.found.office["tracked"] = self.found.office.get("tracked", 0) + 1

    def _end(self, outer: _State) -> None:
        """A group has ended: what it held is said where that is not the text."""
        inner, self.state = self.state, outer
        if inner.to == outer.to or inner.to in ("", "aside", "aside-info", "starred"):
            return
        if inner.to in ("picture", "object"):
            data = _bytes(self.hex)
            self.hex, self.digits = [], 0
            if inner.to == "picture":
                self.found.picture(data, f"¶{self.count + 1} picture")
            else:
                self.files += 1
                _packed(self.found, data, f"file {self.files}")
            return
        text = "".join(self.held.pop(inner.to, [])).strip()
        if inner.to == "field":
            if found := _LINK.search(text):
                self._add(f" {found[1]} ")
        elif inner.to == "info":
            if inner.label == "Title":
                self.found.about["title"] = text[:300]
            self.pending.append((f"property {inner.label}", inner.label, text[:2000]))
        elif inner.to == "who":
            self.held["author"] = [text[:80]]
        elif inner.to == "note":
            self.comments += 1
            label = "".join(self.held.pop("author", []))
            self.found.say(f"comment {self.comments}", text, where="note", label=label, before="\n\n")
        else:
            self.found.say(inner.to, text)


def _page(number: int) -> str:
    name = {65001: "utf-8", 10000: "mac-roman", 42: "cp1252"}.get(number, f"cp{number}")
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name


def _bytes(parts: list[bytes]) -> bytes:
    digits = re.sub(rb"[^0-9a-fA-F]", b"", b"".join(parts))
    return binascii.unhexlify(digits[: len(digits) // 2 * 2])


def _packed(found: Found, data: bytes, at: str) -> None:
    """An object: its header names it, then comes what Windows keeps, or the file itself."""
    for start in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF-"):
        place = data.find(start, 0, 4096)
        if place >= 0:
            found.inside(data[place:], "", at)
            return
