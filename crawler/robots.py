"""robots.txt by RFC 9309: redirects are followed, a server in trouble means "keep out", a missing file "come in"."""

from __future__ import annotations

from urllib.parse import urljoin

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

#: Section 2.3.1.2: "at least five consecutive redirects, even across authorities".
MOST_REDIRECTS = 5
NOBODY = b"User-agent: *\nDisallow: /\n"


class Robots(RobotsTxtMiddleware):
    """Scrapy's own reads whatever answer comes as if it were the file."""

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
            response = response.replace(body=NOBODY)
        elif response.status != 200:  # 2.3.1.3
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)

    async def _at(self, url: str) -> Response:
        meta = {"dont_obey_robotstxt": True}
        asked = Request(url, priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK)
        assert self.crawler.engine is not None
        return await self.crawler.engine.download_async(asked)
