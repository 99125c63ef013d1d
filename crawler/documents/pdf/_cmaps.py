"""CMaps: how strings of a composite font fall into codes, and what each code selects or means."""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Bytes of one CMap that are read, and entries of one.
LONGEST = 4 * 1024 * 1024
MOST_ENTRIES = 400_000
#: Ranges that overlap are looked through this far.
_BACK = 32
_MOST_OPERANDS = 300_000
_TWO_BYTES = (b"\0\0", b"\xff\xff")
_TOKEN = re.compile(
    rb"%[^\r\n]*+|<<|>>|<([0-9A-Fa-f\s]*+)>|/([^\s<>\[\](){}/%]*+)|(-?\d++)(?![^\s<>\[\](){}/%])|([\[\]])"
    rb"|\([^()\\]*+(?:\\[\s\S][^()\\]*+)*+\)|([^\s<>\[\](){}/%]++)"
)

_COLLECTIONS = {
    "GB1": ("GB-EUC:0 GBpc-EUC:0 GBK-EUC:2 GBKp-EUC:2 GBK2K:6 UniGB-UCS2:6 UniGB-UTF16:6"),
    "CNS1": ("B5pc:0 HKscs-B5:3 ETen-B5:0 ETenms-B5:0 CNS-EUC:0 UniCNS-UCS2:7 UniCNS-UTF16:7"),
    "Japan1": (
        "83pv-RKSJ:1 90ms-RKSJ:2 90msp-RKSJ:2 90pv-RKSJ:1 Add-RKSJ:1 EUC:1 Ext-RKSJ:2 :1 UniJIS-UCS2:7 "
        "UniJIS-UCS2-HW:7 UniJIS-UTF16:7"
    ),
    "Korea1": ("KSC-EUC:0 KSCms-UHC:1 KSCms-UHC-HW:1 KSCpc-EUC:0 UniKS-UCS2:2 UniKS-UTF16:2"),
}
IDENTITY = frozenset({"Identity-H", "Identity-V"})
#: ISO 32000-1 Table 118: by name, ordering and supplement of what it selects from. Where CMaps grew with later
#: supplements, the last one.
PREDEFINED: dict[str, tuple[str, int]] = {
    (f"{stem}-{way}" if stem else way): (ordering, int(supplement))
    for ordering, stems in _COLLECTIONS.items()
    for stem, _, supplement in (one.partition(":") for one in stems.split())
    for way in "HV"
    if (stem, way) not in {("83pv-RKSJ", "V"), ("90pv-RKSJ", "V"), ("KSCpc-EUC", "V")}
}


class TooMany(Exception):
    """It holds more than may be read."""


@dataclass(slots=True)
class Ranges:
    """From ranges of codes to what stands for their first."""

    singles: dict[int, object] = field(default_factory=dict)
    ranges: list[tuple[int, int, object]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def sort(self) -> None:
        """After the last entry."""
        self.ranges.sort(key=lambda one: (one[0], one[1]))
        self.starts = [start for start, _, _ in self.ranges]

    def find(self, code: int) -> tuple[object, int] | None:
        """What it maps to, and how far the code is from the first of its range."""
        if code in self.singles:
            return self.singles[code], 0
        at = bisect_right(self.starts, code)
        for start, end, value in reversed(self.ranges[max(0, at - _BACK) : at]):
            if start <= code <= end:
                return value, code - start
        return None


@dataclass(slots=True)
class CMap:
    """One CMap as its file says it. ``uses``: names of those that it refers to."""

    name: str = ""
    wmode: int = 0
    uses: list[str] = field(default_factory=list)
    spaces: list[tuple[bytes, bytes]] = field(default_factory=list)
    selected: Ranges = field(default_factory=Ranges)
    undefined: Ranges = field(default_factory=Ranges)
    meant: Ranges = field(default_factory=Ranges)
    base: CMap | None = None
    #: It goes on in one that is not here: what it does not say is not known.
    partial: bool = False

    def cid(self, code: int) -> int | None:
        """What a code selects; None where it selects nothing."""
        for ranges, steps in ((self.selected, 1), (self.undefined, 0)):
            if found := ranges.find(code):
                value, offset = found
                return value + steps * offset if isinstance(value, int) else None
        return self.base.cid(code) if self.base else None

    def text(self, code: int) -> str | None:
        """What a code means."""
        found = self.meant.find(code)
        if found is None:
            return self.base.text(code) if self.base else None
        value, offset = found
        return _text(value, offset) if isinstance(value, bytes) else str(value)

    def codes(self, string: bytes) -> Iterator[int]:
        """The codes of a string, in order."""
        spaces = self.spaces + (self.base.spaces if self.base else [])
        if not spaces:
            return
        if spaces[0] == _TWO_BYTES:
            whole = array("H", string[: len(string) // 2 * 2])
            if sys.byteorder == "little":
                whole.byteswap()
            yield from whole
            return
        shortest = min(len(low) for low, _ in spaces)
        at = 0
        while at < len(string):
            for size in range(1, 5):
                piece = string[at : at + size]
                if len(piece) == size and any(_within(piece, low, high) for low, high in spaces):
                    break
            else:
                piece = string[at : at + shortest]
            yield int.from_bytes(piece, "big")
            at += len(piece)


def identity(wmode: int = 0) -> CMap:
    """Two bytes that select themselves."""
    found = CMap(wmode=wmode, spaces=[_TWO_BYTES])
    found.selected.ranges.append((0, 0xFFFF, 0))
    found.selected.sort()
    return found


def parse(data: bytes) -> CMap:
    """Read one. Raises TooMany."""
    found = CMap()
    stack: list[object] = []
    inner: list[object] | None = None
    left = MOST_ENTRIES
    for token in _TOKEN.finditer(data, 0, LONGEST):
        digits, name, number, bracket, word = token.groups()
        value: object = None
        if digits is not None:
            value = _bytes(digits)
        elif name is not None:
            value = name.decode("latin-1")
        elif number is not None:
            value = int(number[:12])
        elif bracket == b"[":
            inner = []
            continue
        elif bracket == b"]":
            value, inner = inner or [], None
        elif word is not None:
            left -= len(stack)
            _obey(found, word, stack)
            stack.clear()
            if left < 0:
                raise TooMany
            continue
        else:
            continue
        target = stack if inner is None else inner
        target.append(value)
        if len(target) > _MOST_OPERANDS:
            raise TooMany
    for ranges in (found.selected, found.undefined, found.meant):
        ranges.sort()
    return found


def _obey(found: CMap, word: bytes, stack: list[object]) -> None:
    if word == b"def" and len(stack) >= 2:
        if stack[-2] == "WMode" and isinstance(stack[-1], int):
            found.wmode = stack[-1]
        elif stack[-2] == "CMapName" and isinstance(stack[-1], str):
            found.name = stack[-1]
    elif word == b"usecmap" and stack and isinstance(stack[-1], str):
        found.uses.append(stack[-1])
    elif word == b"endcodespacerange":
        for low, high in zip(stack[::2], stack[1::2], strict=False):
            if isinstance(low, bytes) and isinstance(high, bytes) and len(low) == len(high) and 0 < len(low) <= 4:
                found.spaces.append((low, high))
        del found.spaces[256:]
    elif word in (b"endbfchar", b"endcidchar", b"endnotdefchar"):
        for code, value in zip(stack[::2], stack[1::2], strict=False):
            if isinstance(code, bytes):
                _of(found, word).singles[int.from_bytes(code, "big")] = value
    elif word in (b"endbfrange", b"endcidrange", b"endnotdefrange"):
        ranges = _of(found, word)
        for low, high, value in zip(stack[::3], stack[1::3], stack[2::3], strict=False):
            if not (isinstance(low, bytes) and isinstance(high, bytes)):
                continue
            first, last = int.from_bytes(low, "big"), int.from_bytes(high, "big")
            if isinstance(value, list):
                ranges.singles.update(zip(range(first, last + 1), value, strict=False))
            else:
                ranges.ranges.append((first, last, value))


def _of(found: CMap, word: bytes) -> Ranges:
    if word.startswith(b"endbf"):
        return found.meant
    return found.selected if word.startswith(b"endcid") else found.undefined


def _bytes(digits: bytes) -> bytes:
    digits = b"".join(digits.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _text(value: bytes, offset: int) -> str:
    if len(value) == 1:
        return chr(value[0] + offset)
    if offset:
        last = int.from_bytes(value[-2:], "big") + offset
        value = value[:-2] + (last & 0xFFFF).to_bytes(2, "big")
    return value.decode("utf-16-be", "replace")


def _within(piece: bytes, low: bytes, high: bytes) -> bool:
    return len(low) == len(piece) and all(a <= b <= c for a, b, c in zip(low, piece, high, strict=True))
