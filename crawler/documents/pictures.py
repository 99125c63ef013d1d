"""What a picture says besides what it shows: where and by whom it was taken, what was written about it.

Only headers are read. Of a position no more is kept than a hundredth of a degree, about a kilometre.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"RIFF")
SUFFIXES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp")
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
#: Pixels of a picture that is opened at all: its header is read, never its pixels.
MOST_PIXELS = 1_000_000_000
#: Texts of one picture, and the length of one.
TEXTS, LONGEST = 40, 2_000
#: Of a small version: bytes, and pixels on its longer side.
_THUMBNAIL, _SIDE = 256 * 1024, 512
#: So much off in its proportions, a small version shows something else than the picture.
_OFF = 0.08
#: A stripe as dark as this at the edge was put there to fill the frame.
_DARK = 16
_CHUNKS = 20_000

_EXIF = {
    0x010E: "Description", 0x013B: "Artist", 0x8298: "Copyright", 0x013C: "Computer",
    0x9C9B: "Title", 0x9C9C: "Comment", 0x9C9D: "Author", 0x9C9E: "Keywords", 0x9C9F: "Subject",
}  # fmt: skip
_MORE = {0x9286: "Comment", 0xA430: "Camera owner", 0xA431: "Camera serial number", 0xA435: "Lens serial number"}
_IPTC = {(2, 80): "Author", (2, 120): "Description", (2, 118): "Contact", (2, 116): "Copyright", (2, 105): "Title"}
_XMP = {
    "PersonInImage": "Person shown", "PersonDisplayName": "Person shown", "creator": "Author", "description":
    "Description", "title": "Title", "OwnerName": "Camera owner", "SerialNumber": "Camera serial number",
    "CreatorContactInfo": "Contact", "CiEmailWork": "Contact", "CiTelWork": "Contact", "CiAdrExtadr": "Contact",
    "UserComment": "Comment", "Headline": "Title", "Caption": "Description",
}  # fmt: skip
_REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"


@dataclass(frozen=True, slots=True)
class Seen:
    """Labels with texts, the position to a hundredth of a degree, whether a small version shows more."""

    told: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    gps: tuple[float, float] | None = field(default=None, repr=False)
    thumbnail: bool = False


def told(data: bytes) -> list[tuple[str, str]]:
    """The texts in a JPEG, PNG, TIFF or WebP, each with what it is called."""
    return list(seen(data).told)


def seen(data: bytes) -> Seen:
    """All that is in a picture besides the picture. Of one that cannot be read: nothing."""
    if not data.startswith(SIGNATURES):
        return Seen()
    # Its readers are known to it once they are imported, and those alone.
    from PIL import (  # noqa: F401
        Image,
        JpegImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        UnidentifiedImageError,
        WebPImagePlugin,
    )

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return Seen()
                return _seen(picture, data)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return Seen()
    except Exception:  # noqa: BLE001 - a broken header breaks its reader in many ways
        return Seen()


def _seen(picture: Any, data: bytes) -> Seen:
    texts: dict[tuple[str, str], None] = {}
    exif = _guarded(lambda: _png_exif(picture, data) if picture.format == "PNG" else picture.getexif(), {})
    gps = _guarded(lambda: _position(exif.get_ifd(0x8825)), None)
    xmp = _xmp(picture, exif)
    gps = gps or _guarded(lambda: _xmp_position(xmp), None)
    if gps:
        texts[("GPS position", f"{gps[0]:.2f}, {gps[1]:.2f}")] = None
    for label, text in (*_of_exif(exif), *_of_iptc(picture), *_of_text(picture), *_of_xmp(xmp)):
        if len(texts) < TEXTS and any(map(str.isalnum, text)):
            texts.setdefault((label, text[:LONGEST]))
    return Seen(tuple(texts), gps, _guarded(lambda: _shows_more(picture, exif), False))


def _png_exif(picture: Any, data: bytes) -> Any:
    """Asked for it, Pillow would unfold the whole picture to see whether it comes behind it."""
    from PIL import Image

    exif = Image.Exif()
    held, at = picture.info.get("exif"), len(SIGNATURES[1])
    for _ in range(_CHUNKS):
        if held or at + 12 > len(data):
            break
        size = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"eXIf":
            held = data[at + 8 : at + 8 + size]
        at += 12 + size
    if held:
        exif.load(held)
    return exif


def _guarded(read: Any, otherwise: Any) -> Any:
    """A part of a header; a broken one leaves the others."""
    try:
        return read()
    except Exception:  # noqa: BLE001 - the same
        return otherwise


def _of_exif(exif: Any) -> Iterator[tuple[str, str]]:
    more = _guarded(lambda: exif.get_ifd(0x8769), {})
    for held, labels in ((exif, _EXIF), (more, _MORE)):
        for key, label in labels.items():
            if (value := _guarded(lambda held=held, key=key: held.get(key), None)) is not None:
                yield label, _text(key, value)


def _text(key: int, value: Any) -> str:
    if isinstance(value, tuple) and all(isinstance(one, int) for one in value):
        value = bytes(one & 0xFF for one in value)
    if not isinstance(value, bytes):
        return _plain(str(value))
    if 0x9C9B <= key <= 0x9C9F:
        return _plain(value.decode("utf-16-le", "ignore"))
    if key == 0x9286:
        head, value = value[:8], value[8:]
        if head.startswith(b"UNICODE"):
            return _plain(value.decode("utf-16-le" if value[1:2] == b"\0" else "utf-16-be", "ignore"))
    return _plain(_letters(value))


def _letters(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", text).split())


def _of_iptc(picture: Any) -> Iterator[tuple[str, str]]:
    from PIL import IptcImagePlugin

    held: Mapping[Any, Any] = _guarded(lambda: IptcImagePlugin.getiptcinfo(picture), None) or {}
    for key, label in _IPTC.items():
        values = held.get(key, ())
        for value in values if isinstance(values, list) else (values,):
            if isinstance(value, bytes):
                yield label, _plain(_letters(value))


def _of_text(picture: Any) -> Iterator[tuple[str, str]]:
    comment = picture.info.get("comment")
    if isinstance(comment, bytes):
        yield "Comment", _plain(_letters(comment))
    if picture.format == "PNG":
        for key, value in list(picture.info.items())[:TEXTS]:
            if isinstance(value, str) and key != "XML:com.adobe.xmp":
                yield _plain(str(key))[:40], _plain(str(value)[: 2 * LONGEST])


def _xmp(picture: Any, exif: Any) -> Any:
    """The root of what is written about a picture in XML; None without."""
    from crawler.documents._package import Damaged, parsed

    held = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or _guarded(lambda: exif.get(700), None)
    if isinstance(held, tuple):
        held = bytes(held)
    if isinstance(held, str):
        held = held.encode()
    if not isinstance(held, bytes) or len(held) > 4 * 1024 * 1024:
        return None
    start, end = held.find(b"<x:xmpmeta"), held.rfind(b"</x:xmpmeta>")
    held = held[start : end + 12] if 0 <= start < end else held
    try:
        return parsed(held.strip(b"\0 \n\r\t"), 200_000)
    except Damaged:
        return None


def _of_xmp(root: Any) -> Iterator[tuple[str, str]]:
    if root is None:
        return
    for one in root.iter("*"):
        space, _, name = one.tag[1:].partition("}")
        if label := _label(space, name):
            yield label, _plain(" ".join(one.itertext()))
        for key, value in one.attrib.items():
            space, _, name = key[1:].partition("}") if key.startswith("{") else ("", "", key)
            if label := _label(space, name):
                yield label, _plain(value)


def _label(space: str, name: str) -> str:
    return "Person shown" if name == "Name" and space == _REGIONS else _XMP.get(name, "")


def _xmp_position(root: Any) -> tuple[float, float] | None:
    found = {}
    for one in root.iter("*") if root is not None else ():
        for key, value in (*one.attrib.items(), (one.tag, one.text or "")):
            name = key.rpartition("}")[2]
            if name in ("GPSLatitude", "GPSLongitude") and (
                held := re.fullmatch(r"\s*(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])\s*", value)
            ):
                degrees = int(held[1]) + float(held[2]) / 60 + float(held[3] or 0) / 3600
                found[name] = -degrees if held[4] in "SW" else degrees
    return _checked(found["GPSLatitude"], found["GPSLongitude"]) if len(found) == 2 else None


def _position(held: Mapping[int, Any]) -> tuple[float, float] | None:
    if 2 not in held or 4 not in held:
        return None
    latitude, longitude = (sum(float(part) / 60**n for n, part in enumerate(held[key][:3])) for key in (2, 4))
    latitude = -latitude if str(held.get(1, "N")).strip("\0 ").upper() == "S" else latitude
    longitude = -longitude if str(held.get(3, "E")).strip("\0 ").upper() == "W" else longitude
    return _checked(latitude, longitude)


def _checked(latitude: float, longitude: float) -> tuple[float, float] | None:
    """A place on earth; cameras without reception write noughts."""
    if not (math.isfinite(latitude) and math.isfinite(longitude)) or (latitude == 0 and longitude == 0):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return round(latitude, 2), round(longitude, 2)


def _shows_more(picture: Any, exif: Any) -> bool:
    """Whether the small version has other proportions: the picture was cut to size, and it was not."""
    from PIL import ExifTags, Image

    small = exif.get_ifd(ExifTags.IFD.IFD1)
    raw = picture.info.get("exif") or b""
    start, length = small.get(0x0201), small.get(0x0202)
    if not isinstance(start, int) or not isinstance(length, int) or not 0 < length <= _THUMBNAIL:
        return False
    base = 6 if raw.startswith(b"Exif\0\0") else 0
    data = raw[base + start : base + start + length]
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as thumbnail:
        if not 0 < max(thumbnail.size) <= _SIDE or min(thumbnail.size) < 16 or min(picture.size) < 16:
            return False
        if max(thumbnail.size) >= max(picture.size):
            return False
        wide, high = _filled(thumbnail)
    ratio, whole = wide / high, picture.width / picture.height
    # Turned upright since, or before: that is no cut.
    return min(abs(ratio / whole - 1), abs(ratio * whole - 1)) > _OFF  # type: ignore[no-any-return]


def _filled(thumbnail: Any) -> tuple[int, int]:
    """Its size without the dark stripes that cameras fill a frame with."""
    grey = thumbnail.convert("L")
    box = grey.point(lambda value: 255 if value > _DARK else 0).getbbox()
    return (box[2] - box[0], box[3] - box[1]) if box else thumbnail.size
