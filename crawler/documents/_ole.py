"""Containers of Office 97-2003: enough to say what is in one, and to take a packed file out of it."""

from __future__ import annotations

import io
import struct
from typing import Any

from crawler.documents import Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Bytes of a stream that are taken.
STREAM = 64 * 1024 * 1024
_PROPERTIES = {2: "Title", 3: "Subject", 4: "Author", 5: "Keywords", 6: "Comments", 8: "Last modified by"}
_COMPANY = {14: "Manager", 15: "Company"}


def kind(body: bytes) -> str:
    """ "xls", "doc", "ppt"; "ole" for another; "locked" where it asks for a password."""
    if is_encrypted(body):
        return "locked"
    names = _names(body)
    if names & {"Workbook", "Book"}:
        return "xls"
    if "WordDocument" in names:
        return "doc"
    return "ppt" if "PowerPoint Document" in names else "ole"


def is_encrypted(body: bytes) -> bool:
    """Whether it is a newer Office file behind a password."""
    return body.startswith(SIGNATURE[:4]) and "EncryptedPackage" in _names(body)


def packed(body: bytes) -> tuple[str, bytes] | None:
    """The file that an object holds, and its name; None where it is none."""
    if data := stream(body, "Package"):
        return "", data
    if data := stream(body, "CONTENTS"):
        return "", data
    if data := stream(body, "\x01Ole10Native"):
        return _native(data)
    return None


def properties(body: bytes) -> dict[str, str]:
    """What a file says of itself, by label."""
    found: dict[str, str] = {}
    for name, labels in (("\x05SummaryInformation", _PROPERTIES), ("\x05DocumentSummaryInformation", _COMPANY)):
        try:
            found |= _properties(stream(body, name), labels)
        except (struct.error, IndexError, UnicodeError, LookupError):
            continue
    return found


def stream(body: bytes, name: str) -> bytes:
    """A stream by its name, at the root; b"" where there is none."""
    container = _container(body)
    if container is None:
        return b""
    try:
        data = container.get_named_stream(name)
    except Exception:  # noqa: BLE001 - xlrd's reader of broken files breaks in many ways
        return b""
    return bytes(data[:STREAM]) if data else b""


def _container(body: bytes) -> Any:
    from xlrd import compdoc

    try:
        return compdoc.CompDoc(body, logfile=io.StringIO())
    except Exception:  # noqa: BLE001 - the same
        return None


def _names(body: bytes) -> set[str]:
    container = _container(body)
    if container is None:
        # Cut short: its directory may still be there.
        known = ("EncryptedPackage", "Workbook", "WordDocument", "PowerPoint Document")
        return {name for name in known if name.encode("utf-16-le") in body}
    return {entry.name for entry in container.dirlist[:10_000]}


def _native(data: bytes) -> tuple[str, bytes] | None:
    """ "Ole10Native": size, two bytes, a name, a path, eight bytes, another path with its length, the file."""
    try:
        at = 6
        end = data.index(b"\0", at, at + 1024)
        name = data[at:end].decode("cp1252", "replace")
        at = data.index(b"\0", end + 1, end + 2048) + 1 + 4
        (length,) = struct.unpack_from("<I", data, at)
        at += 4 + length
        (size,) = struct.unpack_from("<I", data, at)
    except (ValueError, struct.error):
        return None
    return name, data[at + 4 : at + 4 + size]


def _properties(data: bytes, labels: dict[int, str]) -> dict[str, str]:
    if len(data) < 48:
        return {}
    (start,) = struct.unpack_from("<I", data, 44)
    _, count = struct.unpack_from("<II", data, start)
    found: dict[str, str] = {}
    page = 1252
    for number in range(min(count, 200)):
        key, offset = struct.unpack_from("<II", data, start + 8 + 8 * number)
        (of_type,) = struct.unpack_from("<I", data, start + offset)
        if key == 1 and of_type == 2:
            (page,) = struct.unpack_from("<H", data, start + offset + 4)
        if key not in labels or of_type not in (30, 31):
            continue
        (size,) = struct.unpack_from("<I", data, start + offset + 4)
        size = min(size * (2 if of_type == 31 else 1), 4000)
        raw = data[start + offset + 8 : start + offset + 8 + size]
        letters = "utf-16-le" if of_type == 31 or page == 1200 else {65001: "utf-8"}.get(page, f"cp{page}")
        if text := raw.decode(letters, "replace").partition("\0")[0].strip():
            found[labels[key]] = text
    return found


def unreadable(what: str) -> Unreadable:
    """A file of an old format that nobody here reads."""
    return Unreadable(f"it is a file of {what}: saved in today's format it could be read")
