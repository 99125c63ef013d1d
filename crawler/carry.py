"""Pages that need no new audit: unchanged themselves, with everything of their site that they use, judged alike.

What is asked: the page, and each of its files once in a run, by conditional requests through Scrapy's own downloader.
"Not modified" is believed; else the bytes decide. Files of other hosts are never asked.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request
from scrapy.http import Response, TextResponse

from audits.model import Asset, Basis, Earlier, PageLease
from crawler.browser.traffic import NotProvable, Traffic
from crawler.classify import HTML_TYPES, content_type, is_html
from crawler.job import SiteJob
from crawler.proof import bare, conditions, sha256_of, validators

logger = logging.getLogger(__name__)

#: Of a keyed hash, as many hexadecimal digits are kept.
DIGITS = 32
#: The kind of an asset that browsers do not load.
SOURCE_MAP = "source map"
#: What browsers say they accept: a server that chooses by it must choose alike.
_ACCEPT = {
    "document": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
    "image": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "stylesheet": "text/css,*/*;q=0.1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An earlier audit of a page; ``obstacle`` says why it cannot be carried whatever the page is like now."""

    earlier: Earlier
    obstacle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """How a file answers in this run."""

    etag: str = ""
    modified: str = ""
    contents: frozenset[str] = frozenset()
    same_as: Asset | None = field(default=None, repr=False)


class Carrier:
    """Decides for one site of one run which pages are carried."""

    def __init__(
        self, job: SiteJob, download: Callable[[Request], Awaitable[Response]], *, browser: Callable[[], str]
    ) -> None:
        self._job = job
        self._download = download
        self._browser = browser
        self._files: dict[str, asyncio.Task[_Now | None]] = {}

    @property
    def judged_by(self) -> str:
        """Everything but the page that an audit's result depends on."""
        return json.dumps({**self._job.judged_by, "browser": self._browser()}, sort_keys=True)

    async def candidates(self, leases: Sequence[PageLease]) -> Mapping[int, Candidate]:
        """By page id, what might be carried."""
        job = self._job
        if not leases or not job.carry_days or job.fresh:
            return {}
        found = await asyncio.to_thread(job.store.earlier, leases, days=job.carry_days)
        return {
            page_id: Candidate(earlier=earlier, obstacle=_judged_otherwise(earlier.basis.judged_by, self.judged_by))
            for page_id, earlier in found.items()
        }

    @staticmethod
    def conditions(candidate: Candidate | None) -> dict[str, str]:
        """Headers for the request of a page."""
        if candidate is None or candidate.obstacle:
            return {}
        return conditions(candidate.earlier.basis.etag, candidate.earlier.basis.modified)

    async def changed(self, candidate: Candidate, response: Response) -> str:
        """What speaks against carrying the earlier audit; "" when nothing does."""
        if candidate.obstacle:
            return candidate.obstacle
        basis = candidate.earlier.basis
        same = response.status == 200 and is_html(response) and self._content(response) == basis.content
        if response.status != 304 and not same:
            return "its HTML changed"
        answers = await asyncio.gather(*(self._is_same(asset) for asset in basis.assets))
        kinds = {asset.kind for asset, same in zip(basis.assets, answers, strict=True) if not same}
        return f"of its site's files changed: {', '.join(sorted(kinds))}" if kinds else ""

    async def basis(self, response: Response, traffic: Traffic, *, secret: bool) -> tuple[Basis | None, str]:
        """What a later run compares with, or why nothing can be compared. ``secret``: something personal is shown."""
        if not self._job.carry_days:
            return None, ""
        try:
            assets = await traffic.assets(self._own, self._digest, secret=secret)
        except NotProvable as exc:
            return None, f"cannot be carried: {exc}"
        etag, modified = _validators(response)
        basis = Basis(
            judged_by=self.judged_by,
            content=self._content(response),
            etag="" if secret else etag,  # often a hash without a key
            modified=modified,
            assets=assets,
            elsewhere=traffic.elsewhere(self._own),
        )
        return basis, ""

    def of_document(self, response: Response, sha256: str, *, secret: bool) -> Basis | None:
        """The same for a document: nothing but itself is part of it."""
        if not self._job.carry_days:
            return None
        etag, modified = _validators(response)
        content = self._digest(f"document {sha256}")
        return Basis(judged_by=self.judged_by, content=content, etag="" if secret else etag, modified=modified)

    def of_file(self, response: Response, kind: str, maps: Sequence[Asset], *, secret: bool) -> Basis | None:
        """The same for a file of text; of a script, whether the source map that it names can be had is part of it."""
        if not self._job.carry_days:
            return None
        etag, modified = _validators(response)
        return Basis(
            judged_by=self.judged_by,
            content=self._of_file(response, kind),
            etag="" if secret else etag,
            modified=modified,
            assets=tuple(maps),
        )

    async def is_same_file(self, candidate: Candidate, response: Response, kind: str) -> bool:
        """Whether a file that was sent again is the one that was read."""
        basis = candidate.earlier.basis
        if candidate.obstacle or basis.content != self._of_file(response, kind):
            return False
        return all(await asyncio.gather(*(self._is_same(asset) for asset in basis.assets)))

    def _of_file(self, response: Response, kind: str) -> str:
        told = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return self._digest(f"file {kind} {told} {sha256_of(200, '', response.body)}")

    def map_asset(self, url: str, *, there: bool) -> Asset:
        """That a source map could be had, or not."""
        return Asset(url=url, kind=SOURCE_MAP, content=self._digest(f"map {there}"))

    async def has_map(self, url: str) -> bool | None:
        """Whether a source map can be had; None where nobody knows: robots.txt is obeyed."""
        meta = {"handle_httpstatus_all": True, "headers_only": True}
        try:
            answer = await self._download(Request(url, meta=meta, dont_filter=True))
        except Exception as exc:  # noqa: BLE001  # around one question: closed to robots, or no answer
            logger.info("source map: %s", type(exc).__name__)
            return None
        return answer.status == 200 and content_type(answer) not in HTML_TYPES

    def is_same_document(self, candidate: Candidate, sha256: str) -> bool:
        """Whether a document that was sent again consists of the same bytes."""
        return not candidate.obstacle and candidate.earlier.basis.content == self._digest(f"document {sha256}")

    def _content(self, response: Response) -> str:
        return self._digest(sha256_of(200, "", response.body))

    def _digest(self, text: str) -> str:
        return self._job.digest(text)[:DIGITS]

    def _own(self, url: str) -> bool:
        try:
            return self._job.scope.has_host(url)
        except ValueError:  # no address at all
            return False

    async def _is_same(self, asset: Asset) -> bool:
        if asset.url not in self._files:
            self._files[asset.url] = asyncio.create_task(self._ask(asset))
        now = await self._files[asset.url]
        if now is None:
            return False
        if now.same_as is not None:
            known = now.same_as
            return asset == known or _alike(asset, known.etag, known.modified, frozenset({known.content}))
        return _alike(asset, now.etag, now.modified, now.contents)

    async def _ask(self, asset: Asset) -> _Now | None:
        """One request for a file in a run; None when there is no answer to compare."""
        if asset.kind == SOURCE_MAP:
            there = await self.has_map(asset.url)
            return None if there is None else _Now(contents=frozenset({self.map_asset(asset.url, there=there).content}))
        meta: dict[str, Any] = {
            "handle_httpstatus_all": True,
            # It is part of a page that may be visited, and browsers load it whatever robots.txt says.
            "dont_obey_robotstxt": True,
            "headers_only": not asset.content,
        }
        headers = {"Accept": _ACCEPT.get(asset.kind, "*/*"), **conditions(asset.etag, asset.modified)}
        try:
            response = await self._download(Request(asset.url, headers=headers, meta=meta, dont_filter=True))
        except Exception as exc:  # noqa: BLE001  # around one file: its pages are audited again, and that will tell
            logger.info("%s: %s", asset.kind, type(exc).__name__)
            return None
        if response.status == 304:
            return _Now(same_as=asset)
        if asset.content:
            return _Now(contents=frozenset(self._digest(one) for one in _hashes(response, asset.kind)))
        etag, modified = _validators(response) if 200 <= response.status < 300 else ("", "")
        return _Now(etag=etag, modified=modified)


def _alike(asset: Asset, etag: str, modified: str, contents: frozenset[str]) -> bool:
    if asset.content:
        return asset.content in contents
    if asset.etag:
        return bool(etag) and bare(asset.etag) == bare(etag)
    return bool(asset.modified) and asset.modified == modified


def _hashes(response: Response, kind: str) -> list[str]:
    location = (response.headers.get("Location") or b"").decode("latin-1")
    ok = 200 <= response.status < 300
    if not ok and kind != "document":
        return [sha256_of(response.status, location, b"")]
    found = [sha256_of(response.status, location, response.body)]
    if isinstance(response, TextResponse):
        # Browsers hand out the text of a text file, whatever its encoding was.
        found.append(sha256_of(response.status, location, response.text.encode("utf-8", "surrogatepass")))
    return found


def _validators(response: Response) -> tuple[str, str]:
    etag, modified, date = (
        (response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified", "Date")
    )
    return validators(etag, modified, date)


def _judged_otherwise(before: str, now: str) -> str:
    if before == now:
        return ""
    old, new = json.loads(before), json.loads(now)
    differ = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return f"other {', '.join(differ)}"
