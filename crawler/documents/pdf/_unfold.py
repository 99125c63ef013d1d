"""The bytes of a stream of a PDF, never more than was asked for: a small file may unfold to gigabytes."""

from __future__ import annotations

import base64
import binascii
import zlib

import pikepdf

#: What only the library can unpack is unpacked up to this size: it grows a thousandfold at most.
SMALL = 64 * 1024
_SHORT = {"/Fl": "/FlateDecode", "/A85": "/ASCII85Decode", "/AHx": "/ASCIIHexDecode"}
_STEP = 16 * 1024


class TooLong(Exception):
    """It is longer than may be read. ``begins``: as much of it as may, where that can be had."""

    def __init__(self, begins: bytes = b"") -> None:
        super().__init__()
        self.begins = begins


class Unreadable(Exception):
    """Its bytes cannot be had."""


def unfold(stream: pikepdf.Object, most: int) -> bytes:
    """The decoded bytes. Raises TooLong or Unreadable."""
    try:
        data = stream.read_raw_bytes()
        names = _filters(stream)
        predicted = "/Predictor" in str(stream.get("/DecodeParms", ""))[:2000]
    except (pikepdf.PdfError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise Unreadable(type(error).__name__) from None
    for at, name in enumerate(names, start=1):
        if name == "/FlateDecode":
            data = _inflate(data, most)
            if len(data) > most:
                raise TooLong(data[:most] if at == len(names) and not predicted else b"")
        elif name == "/ASCII85Decode":
            data = _ascii85(data)
        elif name == "/ASCIIHexDecode":
            data = _hex(data)
        elif name != "/Crypt":
            return _by_library(stream, most)
    if len(data) > most:
        raise TooLong(b"" if predicted else bytes(data[:most]))
    # Its size is known to be harmless by now.
    return _by_library(stream, most, SMALL + most) if predicted else data


def _filters(stream: pikepdf.Object) -> list[str]:
    found = stream.get("/Filter")
    if found is None:
        return []
    names = [str(one) for one in found][:10] if isinstance(found, pikepdf.Array) else [str(found)]
    return [_SHORT.get(name, name) for name in names]


def _by_library(stream: pikepdf.Object, most: int, small: int = SMALL) -> bytes:
    try:
        if len(stream.read_raw_bytes()) > small:
            raise TooLong
        data = stream.read_bytes()
    except (pikepdf.PdfError, RuntimeError, NotImplementedError) as error:
        raise Unreadable(type(error).__name__) from None
    if len(data) > most:
        raise TooLong
    return data


def _inflate(data: bytes, most: int) -> bytes:
    """What comes out before the first fault, as viewers show it."""
    unpacker = zlib.decompressobj()
    try:
        return unpacker.decompress(data, most + 1)
    except zlib.error:
        return _salvage(data, most)


def _salvage(data: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj()
    found = bytearray()
    for start in range(0, len(data), _STEP):
        try:
            found += unpacker.decompress(data[start : start + _STEP], most + 1 - len(found))
        except zlib.error:
            break
        if len(found) > most:
            break
    if not found:
        raise Unreadable("zlib")
    return bytes(found)


def _ascii85(data: bytes) -> bytes:
    try:
        return base64.a85decode(data.partition(b"~>")[0].strip().removeprefix(b"<~"), ignorechars=b" \t\n\r\v\f\0")
    except (ValueError, binascii.Error):
        raise Unreadable("ASCII85") from None


def _hex(data: bytes) -> bytes:
    digits = b"".join(data.partition(b">")[0].split())
    try:
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    except (ValueError, binascii.Error):
        raise Unreadable("hex") from None
