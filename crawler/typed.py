"""What is typed into a page to see where it goes: invented values, and how a request may carry them.

Found are the values as typed, encoded, and as the hash of one, with nothing added to it. What is encrypted, salted or
sent letter by letter is not.
"""

from __future__ import annotations

import base64
import hashlib
import re
import string
import zlib
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from crawler.credentials import base64_of, unescaped, unreadable

#: How often a value may have been encoded for a URL, one time in the other.
MOST_ENCODED = 3
#: Characters of one text that are read, and of what is unpacked.
MOST_READ = 1_000_000
#: What is shorter could stand anywhere by chance; of a word that nobody uses so much is enough.
SHORTEST = 7
HASHES = ("md5", "sha1", "sha256")
_LETTERS = "bcdfghjklmnpqrstvwxz"
_PACKED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
#: Telephone numbers that belong to nobody (555-0100 to 555-0199), and how many there are.
_AREAS = ("226", "249", "289", "343", "365", "437", "519", "548", "613", "647", "705", "807", "905")


def invented(kind: str, chance: Random) -> str:
    """A value for a field of this kind: nobody's, and found nowhere by chance."""
    word = "".join(chance.choices(_LETTERS, k=10))
    if kind == "email":
        return f"{word}@example.com"
    if kind == "tel":
        return f"{chance.choice(_AREAS)}55501{chance.randrange(100):02}"
    if kind == "number":
        return "".join(chance.choices("3479", k=9))
    if kind == "url":
        return f"https://{word}.example.com"
    if kind == "password":
        return f"{word}-A1{chance.choice(string.digits)}"
    return word


class Typed:
    """Values by the number of their field, and which requests carried them. Never tells a value."""

    def __init__(self) -> None:
        self._needles: dict[str, set[tuple[int, str]]] = {}
        #: (field, host, where in the request, how), each once.
        self.seen: dict[tuple[int, str, str, str], None] = {}
        #: Whether something was to be sent that could not be read.
        self.unread = False

    def add(self, number: int, value: str, held: str = "") -> bool:
        """Look for a field's value from now on, as the field holds it too; False where it holds too little of it."""
        if held and not _is_of(held, value):
            return False
        value = held or value
        for needle, how in _needles(value.strip()):
            self._needles.setdefault(needle.lower(), set()).add((number, how))
        return True

    def saw(self, request: Mapping[str, Any]) -> bool:
        """Whether a request, as Chromium tells it, carries a value; it is noted."""
        if not self._needles or not request["url"].startswith(("http:", "https:", "ws:", "wss:")):
            return False
        self.unread = self.unread or unreadable(request)
        carries = False
        for where, text in _texts(request):
            for number, how in self._carried(text):
                carries = True
                self.seen[(number, urlsplit(request["url"]).hostname or "", where, how)] = None
        return carries

    def _carried(self, text: str) -> set[tuple[int, str]]:
        found: set[tuple[int, str]] = set()
        self.unread = self.unread or len(text) > MOST_READ
        for reading in _readings(text[:MOST_READ].lower()):
            # One by one: in a long text Python finds hundreds of words sooner so than by one expression.
            for needle, whose in self._needles.items():
                if needle in reading:
                    found |= whose
        return found


def _needles(value: str) -> Iterator[tuple[str, str]]:
    """The value as it may be written, and how that is called."""
    forms = {value, value.lower()}
    digits = re.sub(r"\D", "", value)
    if not re.search(r"[^\W\d_]", value) and len(digits) >= SHORTEST:
        forms |= {digits, f"1{digits}", f"+1{digits}"}
        yield from ((form, "plain") for form in forms)
    elif len(word := max(re.findall(r"[a-z0-9]+", value.lower()), key=len)) >= SHORTEST:
        yield word[:SHORTEST], "plain"
    for form in forms:
        data = form.encode("utf-8")
        yield data.hex(), "hex"
        yield from ((coded, "base64") for coded in base64_of(form))
        for name in HASHES:
            digest = hashlib.new(name, data, usedforsecurity=False).digest()
            coded = base64.b64encode(digest).decode().rstrip("=")
            yield digest.hex(), name
            yield from ((one, name) for one in {coded, coded.translate(str.maketrans("+/", "-_"))})


def _is_of(held: str, value: str) -> bool:
    """Whether a field kept enough of what was typed into it: some cut it, or write it their own way."""
    had, was = (re.sub(r"[\W_]", "", text).lower() for text in (held, value))
    return len(had) >= SHORTEST and (had in was or was in had)


def _texts(request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "address", request["url"]
    for name, value in request.get("headers", {}).items():
        yield "referrer" if name.lower() == "referer" else "header", value
    body = b"".join(base64.b64decode(one.get("bytes", "")) for one in request.get("postDataEntries", ()))
    yield "body", body.decode("utf-8", "replace") or request.get("postData", "")
    if body.startswith(_PACKED):
        try:
            yield "body", zlib.decompressobj(47).decompress(body, MOST_READ).decode("utf-8", "replace")
        except zlib.error:
            return


def _readings(text: str) -> Iterator[str]:
    plain, spaced = text, text
    for _ in range(MOST_ENCODED + 1):
        yield from {plain, spaced, unescaped(plain)}
        if "%" not in plain and "+" not in spaced:
            return
        plain, spaced = unquote(plain), unquote_plus(spaced)
