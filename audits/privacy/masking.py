"""Show that a value is there without showing it. What may stay visible differs by kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus

from audits.model import Tier

if TYPE_CHECKING:
    from audits.privacy.engine import Detector, Span

_NAMES = {
    "CA_SIN": "SIN",
    "CA_ON_HEALTH_CARD": "HEALTH CARD",
    "CA_ON_DRIVER_LICENCE": "DRIVER'S LICENCE",
    "CA_PASSPORT": "PASSPORT",
    "CREDIT_CARD": "CARD",
    "CA_BANK_ACCOUNT": "BANK ACCOUNT",
    "CA_POSTAL_CODE": "POSTAL CODE",
    "CIVIC_ADDRESS": "STREET ADDRESS",
    "DATE_OF_BIRTH": "DATE OF BIRTH",
    "CA_ON_LICENCE_PLATE": "LICENCE PLATE",
    "CA_ON_PROPERTY_ROLL": "PROPERTY ROLL",
    "CA_BUSINESS_NUMBER": "BUSINESS NUMBER",
    "IP_ADDRESS": "IP ADDRESS",
    "MAC_ADDRESS": "MAC ADDRESS",
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "PERSON": "NAME",
}


def mask(entity: str, value: str) -> str:
    """What may be shown of a value: "[SIN]", "[CARD ending 1111]", "[PHONE 905]", "[EMAIL j…@example.ca]"."""
    shown = _shown(entity, unquote(unquote(value)))
    name = _NAMES.get(entity, entity.replace("_", " "))
    return f"[{name} {shown}]" if shown else f"[{name}]"


def domain_of(masked: str) -> str:
    """The domain that the mask of an e-mail address shows; "" where it shows none."""
    found = re.fullmatch(r"\[EMAIL [^@]*@([^@\]]+)\]", masked)
    return found[1] if found else ""


def _shown(entity: str, value: str) -> str:
    digits = "".join(str(int(char)) for char in value if char.isdecimal())
    if entity == "CREDIT_CARD" and len(digits) >= 12:
        return f"ending {digits[-4:]}"
    if entity == "PHONE_NUMBER" and len(digits) in (10, 11) and not (len(digits) == 11 and digits[0] != "1"):
        return digits[-10:-7]
    if entity == "EMAIL_ADDRESS" and "@" in value:
        local, _, domain = value.rpartition("@")
        return f"{local[:1]}…@{domain.lower()}"
    if entity == "CA_POSTAL_CODE":
        return "".join(filter(str.isalnum, value))[:3].upper()
    if entity == "CA_ON_PROPERTY_ROLL":
        return digits[:4]
    return ""


#: A date, a name or a street by itself says nothing of anybody: unsure, these are left readable in URLs and titles.
_HARMLESS_ALONE = frozenset({"DATE_OF_BIRTH", "PERSON", "CIVIC_ADDRESS"})


#: What a name that stands alone, in what a person types, is believed at the least.
NAME_ALONE = 0.3


def telling(spans: Iterable[Span]) -> list[Span]:
    """The hits that must not be shown even where nothing stands beside them."""
    return [span for span in spans if span.tier is not Tier.COUNT or span.entity not in _HARMLESS_ALONE]


def mask_text(text: str, spans: Iterable[Span]) -> str:
    """``text`` with every hit masked, whatever its score: what only counts for us may be true."""
    parts = []
    position = 0
    for span in sorted(spans):
        if span.start < position:
            position = max(position, span.end)
            continue
        parts.append(text[position : span.start])
        parts.append(mask(span.entity, text[span.start : span.end]))
        position = span.end
    parts.append(text[position:])
    return "".join(parts)


def mask_url(url: str, detector: Detector) -> str:
    """``url`` with every hit masked, also where it is percent-encoded. Without a hit the URL comes back unchanged."""
    head, pieces = _pieces(url)
    masked = [_masked_piece(piece, mark, detector) for mark, piece in pieces]
    if not any(changed for _, changed in masked):
        return url
    return head + "".join(mark + text for (mark, _), (text, _) in zip(pieces, masked, strict=True))


def url_text(url: str) -> tuple[str, str]:
    """Scheme and host, then what a person may have put a value into, one a line: path segments and fields, decoded."""
    head, pieces = _pieces(url)
    return head, "\n".join(_spaced(_decoded(piece, mark)) for mark, piece in pieces)


def _pieces(url: str) -> tuple[str, list[tuple[str, str]]]:
    """The scheme and host, then (delimiter, piece): path segments, query fields, fragment."""
    start = url.find("://")
    start = start + 3 if start >= 0 else 0
    end = next((index for index in range(start, len(url)) if url[index] in "/?#"), len(url))
    if start == 0 and not url.startswith("/"):  # mailto:, tel:
        colon = url.find(":")
        end = colon + 1 if 0 <= colon < 12 else 0
    pieces: list[tuple[str, str]] = []
    mark, piece_start, where = "", end, "/"
    for index in range(end, len(url) + 1):
        char = url[index] if index < len(url) else ""
        delimiter = char == "" or (char in "/?#" and where == "/") or (char in "&;#" and where == "?")
        if not delimiter:
            continue
        if index > piece_start or mark:
            pieces.append((mark, url[piece_start:index]))
        mark, piece_start = char, index + 1
        if char in ("?", "#"):
            where = "?"
    return url[:end], pieces


def _decoded(piece: str, mark: str) -> str:
    decoded = unquote_plus(piece) if mark in "?&;#" and mark else unquote(piece)
    return unquote(decoded)  # encoded twice is not rare


#: What a piece of an address must have for any hit that is masked in it: years, versions and page numbers have not.
_TELLING_PIECE = re.compile(
    r"@|(?:\d\D{0,3}){6}|[A-Z]\d[A-Z]\W?_?\d[A-Z]\d|(?:\d{1,3}\.){3}\d|(?:[0-9A-F]{2}[:-]){5}"
    r"|\d[A-Z]?[\s,+_-]{1,3}\d*[^\W\d_]|(?<![A-Z])[A-Z]{2,4}\W?_?\d{3}(?!\d)|[\[({](?:at|arobase|à)[\])}]",
    re.IGNORECASE,
)


def _masked_piece(piece: str, mark: str, detector: Detector) -> tuple[str, bool]:
    text = _decoded(piece, mark)
    if len(text) < 5 or not _TELLING_PIECE.search(text):
        return piece, False
    spans = telling(span for form in readings(text) for span in detector.scan(form, count_tier=True)[0])
    if not spans:
        return piece, False
    masked = quote(mask_text(text, spans), safe="=[]@'(),.:-_~")
    return masked.replace("%E2%80%A6", "…"), True


_NUMBER_THEN_SUFFIX = re.compile(r"(?<=\d)\.(?=[A-Za-z])")


def readings(text: str) -> tuple[str, ...]:
    """Ways to read addresses and markup, where a value may stand against a sign: the same length, so that offsets hold.

    "_" is part of a word in "jane_doe@example.ca", and parts two in "sin_123456789".
    """
    whole = _NUMBER_THEN_SUFFIX.sub(" ", text.replace("=", ":"))
    return tuple(dict.fromkeys((whole, _spaced(text))))


#: An ASCII sign, percent-encoded (RFC 3986, 2.1), once or more often.
_ESCAPE = re.compile(r"%(?:25)*([2-7][0-9A-F])", re.IGNORECASE)


def hidden_in_escapes(text: str, detect: Callable[[str], Iterable[Span]]) -> list[Span]:
    """Hits that only show when percent-encoding is undone: "jane%40example.ca". Their offsets are those of ``text``."""
    plain, offsets, position = "", [], 0
    for escape in _ESCAPE.finditer(text):
        plain += text[position : escape.start()] + chr(int(escape[1], 16))
        offsets += [*range(position, escape.start()), escape.start()]
        position = escape.end()
    if not position:
        return []
    plain += text[position:]
    offsets += range(position, len(text) + 1)
    return [
        replace(span, start=offsets[span.start], end=offsets[span.end])
        for form in readings(plain)
        for span in detect(form)
    ]


def _spaced(text: str) -> str:
    """ "jane_doe" and "sin=123456789" read as words; the same length, so that offsets hold."""
    return _NUMBER_THEN_SUFFIX.sub(" ", text.replace("_", " ").replace("=", ":"))
