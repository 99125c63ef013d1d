"""Fold the many ways of writing a space, a dash or a digit into one, and remember where each character came from."""

from __future__ import annotations

import bisect
import re
import unicodedata
from dataclasses import dataclass, field

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_BREAKS = "\u2028\u2029\u0085\v\f"
# Soft hyphen, zero-width characters, direction marks and isolates, byte order mark, combining marks. People do not see
# them (or see an accent); a copied number may be full of them.
_REMOVED = re.compile(
    "[\u00ad\u0300-\u036f\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]+"
)


def _table() -> dict[int, str]:
    table = dict.fromkeys(map(ord, _SPACES), " ")
    table.update(dict.fromkeys(map(ord, _DASHES), "-"))
    table.update(dict.fromkeys(map(ord, _BREAKS), "\n"))
    table.update({ord("\u2018"): "'", ord("\u2019"): "'", ord("\u02bc"): "'", ord("\uff07"): "'"})
    table[ord("\r")] = " "  # one for one: "\r\n" becomes " \n"
    for code in range(0xFF01, 0xFF5F):  # full-width forms of ASCII
        table.setdefault(code, chr(code - 0xFEE0))
    for code in range(0x80, 0x20000):
        if unicodedata.category(chr(code)) == "Nd":
            table[code] = str(unicodedata.decimal(chr(code)))
    for code in range(0x1D7CE, 0x1D800):
        table[code] = str(unicodedata.decimal(chr(code)))
    return table


_TABLE = _table()


@dataclass(frozen=True, slots=True)
class Normalised:
    """Text that recognizers can read, and the way back to the original.

    ``starts`` holds, per kept stretch, its offset in ``text``; ``shifts`` what to add there to reach the original.
    Both are empty while the offsets are the same.
    """

    text: str = field(repr=False)
    starts: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text for a non-empty span of ``text``."""
        return self._at(start), self._at(end - 1) + 1

    def _at(self, offset: int) -> int:
        if not self.starts:
            return offset
        return offset + self.shifts[bisect.bisect_right(self.starts, offset) - 1]


def normalise(text: str) -> Normalised:
    """Fold ``text``. Replacements are one for one; what nobody sees is removed and mapped."""
    if text.isascii():
        return Normalised(text.translate(_ASCII) if "\r" in text or "\v" in text or "\f" in text else text)
    starts, shifts, kept = [0], [0], []
    position = length = 0
    for match in _REMOVED.finditer(text):
        kept.append(text[position : match.start()])
        length += match.start() - position
        position = match.end()
        if starts[-1] == length:
            shifts[-1] = position - length
        else:
            starts.append(length)
            shifts.append(position - length)
    if position == 0:
        return Normalised(text.translate(_TABLE))
    kept.append(text[position:])
    return Normalised("".join(kept).translate(_TABLE), tuple(starts), tuple(shifts))


#: All quotation marks of code as one: an apostrophe may be part of an address, and stands around every other one.
QUOTES = {ord("'"): '"', ord("`"): '"'}
_ASCII = {ord("\r"): " ", ord("\v"): "\n", ord("\f"): "\n"}


def fold(text: str) -> str:
    """Lower case without accents, of the same length, for comparing words; "né" stays apart from the negation "ne"."""
    if text.isascii():
        return text.lower()
    folded = text.translate(_FOLD).lower()
    if "é" not in text and "É" not in text:
        return folded
    for match in _BORN.finditer(text):
        folded = f"{folded[: match.start(1)]}é{folded[match.end(1) :]}"
    return folded


_BORN = re.compile(r"(?<![^\W_])[nN]([éÉ])(?=[eE]?[sS]?(?:\([eE]\))?(?![^\W_]))")


def _fold_table() -> dict[int, str]:
    table = {}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base
    return table


_FOLD = _fold_table()
