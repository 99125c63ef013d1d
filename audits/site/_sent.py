"""What servers send with every page is told once for each server, not once for each page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from audits.model import Finding, Impact, Transport, Verdict
from audits.site_check import NAMED, Site, SiteCheck, SiteFinding, SitePage, named, pages


class Fault(NamedTuple):
    """``said`` follows the words "All 12 pages of www.city.example"; ``ask`` is what a person should look at."""

    said: str
    ask: str = ""
    verdict: Verdict = Verdict.REVIEW
    impact: Impact | None = None


@dataclass(slots=True)
class _Seen:
    ids: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


class SentCheck(SiteCheck):
    """Subclasses say what is wrong with one page. Without encryption anybody on the way writes headers: not judged."""

    def fault(self, page: SitePage, transport: Transport) -> Fault | None:
        """What is wrong with it."""
        raise NotImplementedError

    def faults(self, page: SitePage, transport: Transport) -> Iterator[Fault]:
        """The same, where it can be more than one thing."""
        if (fault := self.fault(page, transport)) is not None:
            yield fault

    def judged(self, site: Site) -> Iterator[tuple[SitePage, Transport]]:
        """Pages whose answer was seen."""
        for page in site.pages():
            if page.transport is not None and page.url.startswith("https:"):
                yield page, page.transport

    def applies_to(self, site: Site) -> bool:
        """One page is enough."""
        return next(self.judged(site), None) is not None

    def looked_at(self, site: Site) -> Iterator[int]:
        """Those whose answer was seen."""
        return (page.id for page, _ in self.judged(site))

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding for each server and fault, the worst first, then the most frequent."""
        totals: Counter[str] = Counter()
        faults: dict[tuple[str, Fault], _Seen] = {}
        for page, transport in self.judged(site):
            host = urlsplit(page.url).netloc
            totals[host] += 1
            for fault in self.faults(page, transport):
                seen = faults.setdefault((host, fault), _Seen())
                seen.ids.append(page.id)
                if len(seen.urls) < NAMED:
                    seen.urls.append(page.url)
        order = sorted(faults.items(), key=lambda one: (one[0][1].verdict is not Verdict.FAIL, -len(one[1].ids)))
        for (host, fault), seen in order:
            yield SiteFinding(
                page=seen.ids[0],
                finding=Finding(
                    rule=self.rule.id,
                    verdict=fault.verdict,
                    message=f"{_of(host, seen, totals[host])} {fault.said} {fault.ask}".strip(),
                    selector="html",
                    impact=fault.impact,
                ),
                seen_on=tuple(seen.ids),
            )


def _of(host: str, seen: _Seen, total: int) -> str:
    """ "All 12 pages of www.city.example", or some of them, by name."""
    if len(seen.ids) == total:
        return f"All {pages(total)} of {host}" if total > 1 else f"The page of {host} that was seen"
    return f"{len(seen.ids)} of {pages(total)} of {host} ({named(seen.urls, len(seen.ids))})"
