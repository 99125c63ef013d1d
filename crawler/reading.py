"""What is no page: fetched, opened where it may hang or die, and judged. No browser shows it."""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import re
import time
import zlib
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from audits.check import FILE
from audits.model import DocumentFacts, PageLease, PageOutcome, PageResult, Snapshot
from crawler.carry import Candidate, Carrier
from crawler.classify import content_type
from crawler.documents import LIMIT, UNTOLD
from crawler.job import JudgeFailed, Runtime, SiteJob
from crawler.opening import LOCKED, DocumentFailed, IsNone, measured, put
from crawler.pictured import pictured
from crawler.scope import canonical

#: Where a script says that its source map is (ECMA-426): on a line of its own, not in a text that it writes.
_SOURCE_MAP = re.compile(rb"^[ \t]*(?://|/\*)[#@][ \t]*sourceMappingURL=(data:|[^\s'\"*]{1,2000})", re.MULTILINE)
#: Of a file that takes too long, the beginning is read.
BEGINNING = LIMIT // 8
#: Bytes, packed, of what was read of documents: the same document at another address is not opened again.
MOST_KEPT = 32 * 1024 * 1024


class Reading:
    """For one site of one run."""

    def __init__(
        self,
        job: SiteJob,
        runtime: Runtime,
        carrier: Carrier,
    ) -> None:
        self._job = job
        self._runtime = runtime
        self._carrier = carrier
        self._opened = _Opened()
        self._begun = self._ended = self._by_others = 0

    # Documents

    def may_begin(self) -> bool:
        """Whether the plan has room for one more document."""
        most = self._job.budget.documents
        return self._runtime.documents is not None and (not most or self._by_others + self._begun < most)

    def ended(self) -> None:
        """One was read here, and is about to be stored."""
        self._ended += 1

    def counted(self, stored: int) -> None:
        """So many were read by all who work on the site, in this run. What others have in work is not known."""
        self._by_others = max(0, stored - self._ended)

    def begin(self) -> Path:
        """Where the next document goes as it comes."""
        assert self._runtime.documents is not None
        self._begun += 1
        return self._runtime.documents.place()

    def give_back(self) -> None:
        """What was begun is no document."""
        self._begun -= 1

    def not_taken(self, response: Response, kind: str) -> PageResult:
        """A document that nobody here reads, or that the plan leaves out."""
        if not kind:
            reason = "there is no reader for this format"
        elif self._runtime.documents is None:
            reason = "documents are not read here"
        else:
            reason = f"the plan was {self._job.budget.documents} documents"
        suffix = PurePosixPath(urlsplit(response.url).path).suffix.lower()[1:9]
        return PageResult(
            outcome=PageOutcome.DOCUMENT_UNREAD,
            reason=reason,
            status=response.status,
            content_type=content_type(response),
            document=DocumentFacts(kind=_told(kind) or suffix),
        )

    async def document(
        self,
        lease: PageLease,
        response: Response,
        kind: str,
        timings: dict[str, float],
        candidate: Candidate | None = None,
    ) -> PageResult | None:
        """Open a document apart, the same bytes once in a run, and judge what is in it; or as a run before found it.

        None where its bytes are no document's after all.
        """
        assert self._runtime.documents is not None
        path: Path | None = response.meta.get("to_disk")
        if path is None or not path.is_file():
            path = self.begin()
            await asyncio.to_thread(put, path, response.body)
        size, sha256 = await asyncio.to_thread(measured, path)
        facts = DocumentFacts(kind=_told(kind), size=size, sha256=sha256)
        told = PageResult(
            outcome=PageOutcome.DOCUMENT,
            status=response.status,
            content_type=content_type(response),
            content_sha256=sha256,
            timings=timings,
            document=facts,
        )
        try:
            if not size:
                return _unread(told, "it is empty")
            if "dataloss" in response.flags or "partial" in response.flags:
                return _unread(told, "it broke off")
            if candidate is not None and self._carrier.is_same_document(candidate, sha256):
                return replace(told, carried=candidate.earlier)
            artifact = self._opened.get(kind, sha256)
            if artifact is None:
                try:
                    artifact = await self._runtime.documents.read(path, kind)
                except DocumentFailed as exc:
                    artifact = str(exc)
                except IsNone:
                    self.give_back()
                    return None
                self._opened.put(kind, sha256, artifact)
            if isinstance(artifact, str):
                locked = "password" if artifact == LOCKED else ""
                return _unread(replace(told, document=replace(facts, locked=locked)), artifact)
            return await self._judged(lease, response, path, artifact, told)
        finally:
            path.unlink(missing_ok=True)

    async def _judged(
        self, lease: PageLease, response: Response, path: Path, artifact: dict[str, Any], told: PageResult
    ) -> PageResult:
        """What the checks say of a document, with pictures of what is exposed in it while its file is there."""
        snapshot = Snapshot(
            site=self._job.site,
            url=lease.url,
            status=response.status,
            content_type=told.content_type,
            artifacts={FILE: artifact},
        )
        try:
            judged = await self._runtime.judge.judge(snapshot)
        except JudgeFailed as exc:
            return _unread(told, str(exc))
        timings = {**told.timings, "judge": judged.seconds}
        outcomes = judged.outcomes
        if self._runtime.camera is not None and self._runtime.documents is not None:
            began = time.perf_counter()
            outcomes = await pictured(self._runtime.camera, self._runtime.documents, path, artifact, judged)
            timings["evidence"] = time.perf_counter() - began
        assert told.document is not None
        known = judged.document or DocumentFacts(kind=artifact["kind"])
        facts = replace(known, size=told.document.size, sha256=told.document.sha256)
        told = replace(told, outcomes=outcomes, document=facts, timings=timings)
        if facts.left_out or any(one.not_seen for one in outcomes):
            return _unread(told, facts.left_out or "not read to its end")
        secret = any(found.exposure for outcome in outcomes for found in outcome.findings)
        return replace(told, basis=self._carrier.of_document(response, facts.sha256, secret=secret))

    # Files

    async def file(
        self,
        lease: PageLease,
        response: Response,
        kind: str,
        timings: dict[str, float],
        candidate: Candidate | None = None,
    ) -> PageResult:
        """Read a file of text for personal information, where the checks run; or as a run before found it."""
        cut = len(response.body) > LIMIT or "download_stopped" in response.flags
        file: dict[str, Any] = {
            "kind": kind,
            "content_type": (response.headers.get("Content-Type") or b"").decode("latin-1"),
        }
        told = PageResult(
            outcome=PageOutcome.FILE,
            status=response.status,
            content_type=content_type(response),
            content_sha256=hashlib.sha256(response.body).hexdigest(),
            timings=timings,
        )
        if candidate is not None and not cut and await self._carrier.is_same_file(candidate, response, kind):
            return replace(told, carried=candidate.earlier)
        how, url = _names_map(response) if kind == "script" else ("", "")
        there = await self._carrier.has_map(url) if url and self._holds(url) else None
        if how and (there or not url):
            file["map"] = how
        for most in (LIMIT, BEGINNING):
            body = response.body[:most]
            cut = cut or len(body) < len(response.body)
            snapshot = Snapshot(
                site=self._job.site,
                url=lease.url,
                status=response.status,
                content_type=told.content_type,
                artifacts={FILE: file | {"body": body, "cut": cut}},
            )
            try:
                judged = await self._runtime.judge.judge(snapshot)
            except JudgeFailed as exc:
                told = replace(told, outcome=PageOutcome.FILE_UNREAD, reason=str(exc))
                continue  # what it begins with may be told all the same
            timings["judge"] = judged.seconds
            told = replace(told, outcomes=judged.outcomes)
            if cut:
                return replace(told, outcome=PageOutcome.FILE_UNREAD, reason=f"read up to {most // 1024} kB")
            if any(one.not_seen for one in judged.outcomes):
                return replace(told, outcome=PageOutcome.FILE_UNREAD, reason="not read to its end")
            secret = any(found.exposure for outcome in told.outcomes for found in outcome.findings)
            maps = [] if there is None else [self._carrier.map_asset(url, there=there)]
            return replace(told, basis=self._carrier.of_file(response, kind, maps, secret=secret))
        return told

    def _holds(self, url: str) -> bool:
        try:
            return self._job.scope.holds(url)
        except ValueError:  # no address at all
            return False


def _names_map(response: Response) -> tuple[str, str]:
    """How a script names its source map, and its address; "" for one that stands in the script, or for none."""
    named = response.headers.get("SourceMap") or response.headers.get("X-SourceMap")
    how = "header" if named else "comment"
    if not named:
        told = _SOURCE_MAP.findall(response.body)
        if not told:
            return "", ""
        named = told[-1]
    if named.startswith(b"data:"):
        return "inside", ""
    try:
        return how, canonical(named.decode("utf-8"), response.url)
    except ValueError:  # no address at all
        return "", ""


def _told(kind: str) -> str:
    return "" if kind == UNTOLD else kind


def _unread(told: PageResult, reason: str) -> PageResult:
    return replace(told, outcome=PageOutcome.DOCUMENT_UNREAD, reason=reason)


class _Opened:
    """What was read of documents, or why they were not; those asked for last. Judged anew at each address: an address
    may hold something personal, and says what kind of document it is."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._size = 0

    def get(self, kind: str, sha256: str) -> dict[str, Any] | str | None:
        """None where it is not held."""
        packed = self._held.get((kind, sha256))
        if packed is None:
            return None
        self._held.move_to_end((kind, sha256))
        found: dict[str, Any] | str = pickle.loads(zlib.decompress(packed))  # noqa: S301  # packed here
        return found

    def put(self, kind: str, sha256: str, read: dict[str, Any] | str) -> None:
        """Keep it, and let go of others where there is no room."""
        packed = zlib.compress(pickle.dumps(read), 1)
        self._held[kind, sha256] = packed
        self._size += len(packed)
        while self._size > MOST_KEPT:
            self._size -= len(self._held.popitem(last=False)[1])
