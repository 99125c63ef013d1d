"""Whether an answer is still the one that was got before: validators, conditional requests, hashes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime

#: What servers add to the tag of one content when they compress it.
_ENCODED = re.compile(r"(--|-|;|:)(gzip|br|zstd|deflate)$", re.IGNORECASE)
#: Seconds between a change and an answer within which a second change would go unnoticed (RFC 9110, 8.8.2.2).
TOO_FRESH = 60
#: What a server makes anew for each visit and nobody sees: state and proof of origin of forms, nonces.
_ANEW = re.compile(
    r"""(?P<hidden><input\b(?=[^<>]*\btype=["']?hidden\b)[^<>]*>)
    |(?P<meta><meta\b(?=[^<>]*\bname=["']?[\w-]*(?:csrf|token|nonce))[^<>]*>)
    |(?P<before>\bnonce=["']?|(?:nonce|csrf|token)\w{0,20}["']?\s*[:=]\s*["'])[\w+/=.:~-]*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def validators(etag: str, modified: str, date: str) -> tuple[str, str]:
    """ETag and Last-Modified of an answer; "" for what cannot be relied on to change with the content."""
    if modified:
        try:
            age = parsedate_to_datetime(date) - parsedate_to_datetime(modified)
        except (ValueError, TypeError):
            return etag.strip(), ""
        if age.total_seconds() < TOO_FRESH:
            return etag.strip(), ""
    return etag.strip(), modified.strip()


def bare(etag: str) -> str:
    """The tag of the content, however it was compressed on its way, strong or weak."""
    return _ENCODED.sub("", etag.strip().removeprefix("W/").strip('"'))


def conditions(etag: str, modified: str) -> dict[str, str]:
    """Headers that ask for an answer only if it changed."""
    headers = {}
    if etag:
        # Apache compares a compressed answer's tag with the plain one, and would never say "not modified".
        headers["If-None-Match"] = etag if etag == f'"{bare(etag)}"' else f'{etag}, "{bare(etag)}"'
    if modified:
        headers["If-Modified-Since"] = modified
    return headers


def sha256_of(status: int, location: str, body: bytes) -> str:
    """The hash of an answer: where a redirect leads to, and that something is missing, count too.

    It is keyed before it is kept: whoever knew the rest of a page could try out the nine digits in it.
    """
    return hashlib.sha256(f"{status} {location}\n".encode() + body).hexdigest()


def seen_sha256(frames: Iterable[str]) -> str:
    """The hash of a page as it stands, in all its frames, without what differs at each visit."""
    whole = "\0".join(_ANEW.sub(lambda match: match["before"] or "", html) for html in frames)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
