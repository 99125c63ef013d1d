"""List what a site has, without rendering or judging anything: addresses, documents, titles, languages, links.

Walks like an audit, from the same page table and at the same pace per host, but many pages at a time, and stores them
in batches. A page that was listed was not audited, and nothing calls it clean.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response, TextResponse
from selectolax.lexbor import LexborHTMLParser

from audits.model import Link, PageLease, PageOutcome, PageResult
from crawler.scope import shape
from crawler.spiders.site import SiteSpider

logger = logging.getLogger(__name__)

#: Pages leased and not yet stored.
AT_ONCE = 48
#: Seconds between two writes.
EVERY = 0.1
#: Links known to be in the page table, so that a menu is not looked up once per page.
REMEMBERED = 200_000


class InventorySpider(SiteSpider):
    """Needs no browser and no judge."""

    name = "inventory"
    reads = False
    at_once = AT_ONCE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._done: list[tuple[PageLease, PageResult]] = []
        self._added: set[str] = set()

    async def _requests(self) -> AsyncIterator[Request]:
        storing = asyncio.create_task(self._flush_often())
        try:
            async for request in super()._requests():
                yield request
        finally:
            storing.cancel()
            with suppress(asyncio.CancelledError):
                await storing
            await self._flush()

    async def _flush_often(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self._flush()

    async def _flush(self) -> None:
        done, self._done = self._done, []
        if not done:
            return
        try:
            await asyncio.shield(asyncio.to_thread(self.job.store.finish_listed, done))
        except Exception as exc:  # noqa: BLE001  # around the store: one that holds nothing ends the site
            logger.error("site %s: pages could not be stored: %s", self.job.site, type(exc).__name__)
            self._broken = exc
        finally:
            for lease, result in done:
                self._leases.pop(lease.page_id, None)
                self._told(result)
            self._wake.set()

    async def _finish(self, lease: PageLease, result: PageResult | None) -> None:
        if result is None:
            await super()._finish(lease, None)
        else:
            self._done.append((lease, result))

    async def _render(self, lease: PageLease, response: Response, timings: dict[str, float]) -> PageResult:
        """Read the page as it was sent."""
        assert isinstance(response, TextResponse)
        page = LexborHTMLParser(response.text)
        html = page.root.attributes if page.root is not None else {}
        title = page.css_first("title")
        return PageResult(
            outcome=PageOutcome.LISTED,
            status=response.status,
            title=self.job.redact(" ".join(title.text().split()))[:300] if title is not None else "",
            lang=(html.get("lang") or "")[:35],
            content_type="text/html",
            content_sha256=hashlib.sha256(response.body).hexdigest(),
            links=tuple(self._new(lease, _addresses(page, response.url))),
        )

    def _new(self, lease: PageLease, addresses: Iterable[str]) -> Iterator[Link]:
        """Links that the page table does not hold yet; a way that was too long may still be a better one elsewhere."""
        if not self.job.follow:
            return
        if len(self._added) > REMEMBERED:
            self._added.clear()
        parent = (shape(lease.url), lease.chain)
        for address in addresses:
            if address in self._added:
                continue
            link = self._link(address, via="link", depth=lease.depth + 1, parent=parent)
            if link is None or link.outcome not in (PageOutcome.TRAP, PageOutcome.BUDGET_DEPTH):
                self._added.add(address)
            if link is not None and link.url != lease.url:
                yield link


def _addresses(page: LexborHTMLParser, url: str) -> Iterator[str]:
    base = page.css_first("base[href]")
    base_url = urljoin(url, base.attributes.get("href") or "") if base is not None else url
    folder = urljoin(base_url, ".")
    told: set[str] = set()
    for node in page.css("a[href], area[href]"):
        href = (node.attrs.get("href") or "").strip()
        place, mark, within = href.partition("#")
        if mark and not within.startswith(("/", "!")):  # a place on a page is no page of its own
            href = place
        if not href or href in told or href.startswith(("mailto:", "tel:", "javascript:", "data:")):
            continue
        told.add(href)
        with suppress(ValueError):
            yield urljoin(base_url, href) if href.startswith(("?", "#")) else _joined(folder, href)


@lru_cache(maxsize=50_000)
def _joined(folder: str, href: str) -> str:
    """Menus stand on every page of a folder."""
    return urljoin(folder, href)
