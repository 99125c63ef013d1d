"""Sitemaps: from robots.txt or the usual place, indexes and gzip included (sitemaps.org protocol 0.9)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

from scrapy.http import Response
from scrapy.utils.sitemap import Sitemap

#: The protocol's own limits: 50 MB unpacked, 50,000 URLs a file.
MAX_BYTES = 50 * 1024 * 1024
MAX_FILES = 200


class BrokenSitemap(ValueError):
    """The file is there and is not a sitemap."""


def unpack(response: Response) -> bytes:
    """The XML; gzip is told by its first bytes, whatever the name says."""
    body = response.body
    if body[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        try:
            body = unpacker.decompress(body, MAX_BYTES)
        except (zlib.error, gzip.BadGzipFile):
            raise BrokenSitemap("broken gzip") from None
        if unpacker.unconsumed_tail:
            raise BrokenSitemap(f"more than {MAX_BYTES} bytes")
    return body


def entries(response: Response) -> tuple[str, Iterator[str]]:
    """("sitemapindex" or "urlset", the locations in it)."""
    body = unpack(response)
    try:
        sitemap = Sitemap(body)
    except (ValueError, TypeError, AttributeError, SyntaxError, StopIteration):
        raise BrokenSitemap("not XML") from None
    if sitemap.type not in ("sitemapindex", "urlset"):
        raise BrokenSitemap("neither a sitemap nor a sitemap index")
    return sitemap.type, (entry["loc"].strip() for entry in sitemap if entry.get("loc"))
