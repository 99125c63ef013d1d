"""Which glyph name a byte stands for, and what the name means."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pikepdf
from fontTools.agl import LEGACY_AGL2UV, UV2AGL, toUnicode
from fontTools.encodings.StandardEncoding import StandardEncoding

from crawler.documents.pdf._programs import NOTDEF
from crawler.documents.pdf._shown import get, integer, text

#: Codes of names: None where nobody here can tell.
Names = list[str | None]
#: Those that ISO 32000-1 Annex D spells out.
PREDEFINED = frozenset({"WinAnsiEncoding", "MacRomanEncoding", "MacExpertEncoding"})
_MOST = 2_000
_DINGBATS = "Dingbats"
_TWINS = {0x2206: (0x394,), 0x2126: (0x3A9,), 0xB5: (0x3BC,), 0xA0: (0x20,), 0xAD: (0x2D,)}


def base(encoding: Any) -> str:
    """The encoding that a font names, itself or as what it differs from."""
    return text(encoding) or text(get(encoding, "/BaseEncoding"))


def differences(encoding: Any) -> dict[int, str]:
    """Names by code, as the font's own dictionary puts them."""
    found: dict[int, str] = {}
    code = 0
    listed = get(encoding, "/Differences")
    for one in list(listed)[:_MOST] if isinstance(listed, pikepdf.Array) else ():
        if isinstance(one, pikepdf.Name):
            found[code] = text(one)
            code += 1
        else:
            code = integer(one)
    return found


def names(encoding: Any, start: Mapping[int, str] | None) -> Names:
    """Of all 256 bytes. ``start``: what holds where the font names no encoding; None = not known."""
    named = base(encoding)
    if named == "MacExpertEncoding":
        found: Names = [None] * 256
    elif table := _tables().get(named):
        found = list(table)
    else:
        found = [None if start is None else start.get(code, NOTDEF) for code in range(256)]
    for code, name in differences(encoding).items():
        if 0 <= code < 256:
            found[code] = name
    return found


def standard() -> dict[int, str]:
    """Adobe's, where a text font says nothing else."""
    return dict(enumerate(StandardEncoding))


def listed(name: str) -> bool:
    """Whether the Adobe Glyph List holds it. The names of the Symbol font are all there."""
    return name in LEGACY_AGL2UV


def means(name: str, font: str) -> bool:
    """Whether a reader can tell what a glyph of this name is."""
    return name in LEGACY_AGL2UV or bool(toUnicode(name, isZapfDingbats=_DINGBATS in font))


def unicodes(name: str) -> list[int]:
    """What to look for in a cmap; some names have stood for two characters."""
    found = toUnicode(name)
    if len(found) != 1:
        return [ord(found[0])] if found else []
    return [
        ord(found),
        *({0x2206: [0x394], 0x2126: [0x3A9], 0xB5: [0x3BC], 0xA0: [0x20], 0xAD: [0x2D]}.get(ord(found), [])),
    ]


@cache
def mac_codes() -> Mapping[str, int]:
    """The bytes of names in the Macintosh's own encoding."""
    return {name: code for code, name in enumerate(_tables()["MacRomanEncoding"]) if name and name != NOTDEF}


@cache
def _tables() -> Mapping[str, tuple[str | None, ...]]:
    windows = _by_codec("cp1252")
    # Annex D: codes that stand for nothing show a bullet.
    windows[127:160] = [name if name != NOTDEF else "bullet" for name in windows[127:160]]
    windows[0xA0], windows[0xAD] = "space", "hyphen"
    windows[0xB2], windows[0xB3], windows[0xB9] = "twosuperior", "threesuperior", "onesuperior"
    mac = _by_codec("mac_roman")
    mac[0xCA], mac[0xDB], mac[0xBD], mac[0xF0] = "space", "currency", "Omega", "apple"
    mac[0xDE], mac[0xDF] = "fi", "fl"
    return {
        "WinAnsiEncoding": tuple(windows),
        "MacRomanEncoding": tuple(mac),
        "StandardEncoding": tuple(StandardEncoding),
    }


def _by_codec(codec: str) -> list[str | None]:
    found: list[str | None] = [NOTDEF] * 256
    for code in (*range(32, 127), *range(128, 256)):
        try:
            found[code] = UV2AGL.get(ord(bytes([code]).decode(codec)), NOTDEF)
        except UnicodeDecodeError:
            continue
    return found
