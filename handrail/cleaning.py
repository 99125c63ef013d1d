"""A file that somebody hands in, as it may be kept: told by its content, without what it says of who made it and where.

It is taken apart in a process of its own (``cleaned``): what hangs there, swells or dies costs the file alone.
"""

from __future__ import annotations

import asyncio
import codecs
import io
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.apart import Apart, Failed, most_memory
from reports.terms import Searched

if TYPE_CHECKING:
    from crawler.ocr import Ocr

#: What is kept: media type, and how the name of its file ends.
SUFFIXES: Mapping[str, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/plain": "txt",
}
#: A picture of a phone has 12 to 50 million pixels.
MOST_PIXELS = 60_000_000
#: Characters of a text.
MOST_TEXT = 200_000
#: Seconds and bytes for one file.
SECONDS, MEMORY = 90.0, 2 * 1024**3
#: Seconds that a file waits for the one before it.
MOST_WAIT = 120.0
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
_OPTIONS: Mapping[str, dict[str, Any]] = {
    "PNG": {},
    "JPEG": {"quality": 90, "subsampling": 0},
    "WEBP": {"quality": 90},
}
#: Control characters that no text needs. A tab, line breaks and a new page it may hold.
_BINARY = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
#: First characters of files that are text and yet something else.
_OTHER = ("<", "GIF8", "%!", "{\\rtf")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: One after the other: each may take a process and its memory.
_turn = threading.Lock()


class BadFile(ValueError):
    """What is wrong with a file that was handed in, by a word. Holds none of it."""

    def __init__(self, why: str, kinds: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why = why
        #: Of personal information in it.
        self.kinds = kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What is kept of a file. ``text``: what could be read in it, and so is to be searched."""

    media_type: str
    body: bytes = field(repr=False)
    text: str = field(repr=False)
    searched: Searched


def told_by(body: bytes) -> str:
    """The media type of a file by its first bytes; "" for what is not taken."""
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body.startswith(b"%PDF-"):
        return "application/pdf"
    return "text/plain" if _text_of(body) is not None else ""


def cleaned(body: bytes, ocr: Ocr | None = None) -> Cleaned:
    """Raises BadFile. ``ocr``: what reads pictures here."""
    if not body:
        raise BadFile("file-empty")
    if not told_by(body):
        raise BadFile("file-kind")
    if not _turn.acquire(timeout=MOST_WAIT):
        raise BadFile("file-away")
    try:
        found = asyncio.run(_apart(body, ocr))
    finally:
        _turn.release()
    if isinstance(found, str):
        raise BadFile(found)
    return found


async def _apart(body: bytes, ocr: Ocr | None) -> Cleaned | str:
    apart = Apart(_work, what="its readers", start=most_memory, arguments=(MEMORY,), limit=SECONDS + _ocr_time(ocr))
    async with apart:
        try:
            found: Cleaned | str = await apart.run((body, ocr))
        except Failed:
            return "file-broken"
        return found


def _ocr_time(ocr: Ocr | None) -> float:
    if ocr is None:
        return 0.0
    from crawler.ocr import SECONDS as OCR_SECONDS

    return OCR_SECONDS


def _work(item: tuple[bytes, Ocr | None]) -> Cleaned | str:
    """What is kept, or why nothing is. In a process of its own."""
    body, ocr = item
    media_type = told_by(body)
    clean: Callable[[bytes, str, Ocr | None], Cleaned] = {"application/pdf": _pdf, "text/plain": _text}.get(
        media_type, _picture
    )
    try:
        return clean(body, media_type, ocr)
    except BadFile as exc:
        return exc.why
    except Exception:  # noqa: BLE001  # whatever a library makes of a file is an outcome; it may quote the file
        return "file-broken"


def _text(body: bytes, media_type: str, ocr: Ocr | None) -> Cleaned:
    text = _text_of(body)
    assert text is not None
    if len(text) > MOST_TEXT:
        raise BadFile("file-long")
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
    if not text.strip():
        raise BadFile("file-empty")
    return Cleaned(media_type=media_type, body=f"{text}\n".encode(), text=text, searched="all")


def _text_of(body: bytes) -> str | None:
    """None for what is no text, and for markup: a browser might take that for a page."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            try:
                text = body.decode(name)
            except UnicodeDecodeError:
                return None
            break
    else:
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            text = body.decode("cp1252", "replace")
            if "\ufffd" in text:
                return None
    return None if _BINARY.search(text) or text.lstrip().startswith(_OTHER) else text


# Pictures


def _picture(body: bytes, media_type: str, ocr: Ocr | None) -> Cleaned:
    """Drawn anew from its pixels: nothing else of it is left, neither where it was taken nor what hung behind it."""
    from PIL import Image, ImageOps

    kind = _FORMATS[media_type]
    with Image.open(io.BytesIO(body), formats=[kind]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise BadFile("file-pixels")
        upright = _as_seen(ImageOps.exif_transpose(opened))
    drawn = Image.new(upright.mode, upright.size)
    drawn.paste(upright)
    out = io.BytesIO()
    drawn.save(out, kind, **_OPTIONS[kind])
    text = _recognized(drawn, ocr) if ocr else ""
    return Cleaned(media_type=media_type, body=out.getvalue(), text=text, searched="text" if ocr else "none")


def _as_seen(picture: Any) -> Any:
    """In grey or in sRGB: a profile of colours may name the device."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # 16 bits
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    clear = picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info
    wanted = "RGBA" if clear else "L" if picture.mode in ("1", "L") else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            told = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(
                picture, told, ImageCms.createProfile("sRGB"), outputMode="RGB" if wanted == "L" else wanted
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture.convert(wanted)


def _recognized(picture: Any, ocr: Ocr) -> str:
    """The words in a picture, line by line. Raises SubprocessError: what could not be read is not kept unread."""
    from crawler.ocr import PAGE_SECONDS, recognized

    out = io.BytesIO()
    picture.convert("RGB").save(out, "PPM")
    lines: dict[tuple[str, ...], list[str]] = {}
    for row in recognized(out.getvalue(), 96, ocr, PAGE_SECONDS).splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[11].strip():
            lines.setdefault(tuple(cells[1:5]), []).append(cells[11])
    return "\n".join(" ".join(words) for words in lines.values())


# PDF


def _pdf(body: bytes, media_type: str, ocr: Ocr | None) -> Cleaned:
    """Written anew: no author, no earlier versions, nothing attached, nothing that acts."""
    from crawler.documents import Locked, Unreadable, opened, readers

    kept = _pdf_alone(body)
    try:
        found = opened(readers()["pdf"], kept)
    except Locked:
        raise BadFile("file-locked") from None
    except Unreadable:
        raise BadFile("file-broken") from None
    if ocr:
        from crawler.documents.pdf.scans import with_scans

        found = with_scans(found, kept, ocr)
    if found["cut"]:
        raise BadFile("file-unread")
    text = "".join(f"{before}{label}{': ' if label else ''}{said}" for _, before, label, said, *_ in found["pieces"])
    return Cleaned(media_type=media_type, body=kept, text=text, searched="text")


#: What a PDF need not hold to be read: who made it and when, what acts, what hangs on it.
_TELLING = ("/Metadata", "/PieceInfo", "/AA", "/AF", "/LastModified", "/OpenAction", "/XFA")
_OF_NAMES = ("/EmbeddedFiles", "/JavaScript")
#: Actions that stay: a link, and a place in the document.
_HARMLESS = ("/URI", "/GoTo")


def _pdf_alone(body: bytes) -> bytes:
    import pikepdf

    try:
        pdf = pikepdf.open(io.BytesIO(body))
    except pikepdf.PasswordError:
        raise BadFile("file-locked") from None
    with pdf:
        if pdf.is_encrypted:
            raise BadFile("file-locked")
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        for one in list(pdf.objects):
            for inner in _dictionaries(one, pikepdf):
                _strip(inner, pikepdf)
            if isinstance(one, pikepdf.Stream):
                _strip_photograph(pdf, one, pikepdf)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def _dictionaries(one: Any, pikepdf: Any) -> Iterator[Any]:
    """An object, and those that stand in it without a number of their own."""
    todo = [one]
    while todo:
        found = todo.pop()
        if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
            yield found
            values = [found.get(key) for key in list(found.keys())]
        elif isinstance(found, pikepdf.Array):
            values = list(found)
        else:
            continue
        todo += [value for value in values if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _strip(held: Any, pikepdf: Any) -> None:
    for name in _TELLING:
        if name in held:
            del held[name]
    if "/Names" in held and isinstance(held["/Names"], pikepdf.Dictionary):
        for name in _OF_NAMES:
            if name in held["/Names"]:
                del held["/Names"][name]
    subtype = held.get("/Subtype")
    if subtype == "/FileAttachment":
        for name in ("/FS", "/Contents"):
            if name in held:
                del held[name]
    if "/Rect" in held and "/T" in held and subtype != "/Widget":  # who wrote a comment
        del held["/T"]
    if "/S" in held and "/Next" in held:  # what follows an action
        del held["/Next"]
    for name in ("/A", "/PA"):
        action = held.get(name)
        if isinstance(action, pikepdf.Dictionary) and "/S" in action and str(action["/S"]) not in _HARMLESS:
            del held[name]


def _strip_photograph(pdf: Any, held: Any, pikepdf: Any) -> None:
    """A photograph in a PDF is a JPEG with all that the camera wrote into it."""
    filters, parms = _listed(held, "/Filter", pikepdf), _listed(held, "/DecodeParms", pikepdf)
    if not filters or filters[-1] != "/DCTDecode":
        return
    data = bytes(held.read_raw_bytes())
    if len(filters) > 1:  # packed once more
        packed = pikepdf.Stream(pdf, data, Filter=pikepdf.Array(filters[:-1]))
        if parms:
            packed.DecodeParms = pikepdf.Array(parms[: len(filters) - 1])
        data = bytes(packed.read_bytes())
    own = parms[-1] if len(parms) == len(filters) else None
    held.write(
        without_telling(data),
        filter=pikepdf.Name.DCTDecode,
        decode_parms=own if isinstance(own, pikepdf.Dictionary) else None,
    )


def _listed(held: Any, name: str, pikepdf: Any) -> list[Any]:
    found = held.get(name)
    return [] if found is None else list(found) if isinstance(found, pikepdf.Array) else [found]


def without_telling(photograph: bytes) -> bytes:
    """A JPEG without its segments APP1 to APP13, APP15 and comments; APP14 says how colours are to be read."""
    if not photograph.startswith(b"\xff\xd8"):
        raise BadFile("file-broken")
    kept, position = bytearray(b"\xff\xd8"), 2
    while position + 4 <= len(photograph) and photograph[position] == 0xFF:
        marker = photograph[position + 1]
        if marker == 0xFF:  # filling
            position += 1
            continue
        if marker == 0xDA:  # from here on it is the picture
            break
        length = int.from_bytes(photograph[position + 2 : position + 4])
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            kept += photograph[position : position + 2 + length]
        position += 2 + length
    return bytes(kept + photograph[position:])
