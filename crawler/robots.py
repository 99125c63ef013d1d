"""robots.txt by RFC 9309: redirects are followed, a server in trouble means "keep out", a missing file "come in"."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.pacing import LONGEST_HOLD, Pacer

#: Section 2.3.1.2: "at least five consecutive redirects, even across authorities".
MOST_REDIRECTS = 5
NOBODY = b"User-agent: *\nDisallow: /\n"


def heed(said: Protego, agent: str, url: str, pacer: Pacer) -> None:
    """Keep the ``Crawl-delay`` of a host's file."""
    if delay := said.crawl_delay(agent):
        pacer.slow_down(url, min(delay, LONGEST_HOLD))


class RobotsUnreachable(IgnoreRequest):
    """The server cannot say what may be asked of it: so nothing is."""


class Robots(RobotsTxtMiddleware):
    """Scrapy's own reads whatever answer comes as if it were the file."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._in_trouble: set[str] = set()

    def process_request_2(self, rp: Any, request: Request) -> None:
        """Tell a site that is closed from one that is broken."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest:
            if urlparse_cached(request).netloc in self._in_trouble:
                raise RobotsUnreachable("robots.txt: the server is in trouble") from None
            raise

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        for _ in range(MOST_REDIRECTS):
            target = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or not target:
                break
            url = urljoin(response.url, target.decode("latin-1"))
            if not self.crawler.spider.job.scope.has_host(url):  # type: ignore[union-attr]
                break
            response = await self._at(url)
        if response.status >= 500:  # 2.3.1.4
            self._in_trouble.add(netloc)
            response = response.replace(body=NOBODY)
        elif response.status != 200:  # 2.3.1.3
            response = response.replace(body=b"")
        else:
            said = Protego.parse(response.body.decode("utf-8", "replace"))
            heed(said, self._robotstxt_useragent or "", request.url, self.crawler.spider.runtime.pacer)  # type: ignore[union-attr]
        await super()._parse_robots(response, netloc, request)

    async def _at(self, url: str) -> Response:
        meta = {"dont_obey_robotstxt": True}
        asked = Request(url, priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK)
        assert self.crawler.engine is not None
        return await self.crawler.engine.download_async(asked)
