"""Whether an answer is still the one that was got before: validators, conditional requests, hashes."""

from __future__ import annotations

import hashlib
import re
from email.utils import parsedate_to_datetime

#: What servers add to the tag of one content when they compress it.
_ENCODED = re.compile(r"(--|-|;|:)(gzip|br|zstd|deflate)$", re.IGNORECASE)
#: Seconds between a change and an answer within which a second change would go unnoticed (RFC 9110, 8.8.2.2).
TOO_FRESH = 60


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
