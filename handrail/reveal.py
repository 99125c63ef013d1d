"""Look at a page again for one value, as an audit would: in scope, by robots.txt, at the site's pace."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from audits.check import FILE
from audits.model import IN_PICTURE, READ, Earlier, Link, Outcome, PageLease, PageOutcome, PageResult, Snapshot, Verdict
from crawler.job import Budget, Interaction, Judged, JudgeFailed, SiteJob
from crawler.scope import Scope
from handrail.config import Policy
from handrail.network import networks
from handrail.runs import Plan, browser_config, ocr_of, plan_for_urls, user_agent

if TYPE_CHECKING:
    from audits.privacy.again import Again
    from handrail.wiring import Parts
    from reports.store.records import ExposedOn

#: Pages that are looked at, one after the other, until one shows the value.
MOST_PAGES = 5
#: Where one address leads to the next.
MOST_HOPS = 5

FOUND, VALUE_GONE, PAGE_GONE = "found", "value-gone", "page-gone"
NOT_REACHED, NOT_SEARCHED, KEY_MISSING = "page-not-reached", "page-not-searched", "key-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How it ended. ``why``: what stood in the way, in a word of ``PageOutcome`` or our own."""

    ended: str
    found: Again | None = field(default=None, repr=False)
    page: ExposedOn | None = None
    why: str = ""
    #: Whether the page is another than the one that was audited; None where that cannot be said.
    changed: bool | None = None
    pages: int = 0


def look(seen_on: Sequence[ExposedOn], policy: Policy, parts: Parts) -> Looked:
    """Visit the pages on which a run saw a value, until it is found. Raises BrowserMissing, ConfigError."""
    first = seen_on[0]
    if first.key not in parts.keyring.ids:
        return Looked(ended=KEY_MISSING, why=first.key)
    asked = [one for one in seen_on if one.via != "journey"][:MOST_PAGES]
    if not asked:
        return Looked(ended=NOT_REACHED, why="journey")
    if first.selector.endswith(IN_PICTURE) and not policy.ocr.languages:
        return Looked(ended=NOT_REACHED, why="picture")
    if first.site in policy.sites:
        plan = Plan(policy=policy, sites=(first.site,))
        asked = [one for one in asked if _scope(plan).holds(one.url)]
    else:
        plan = plan_for_urls(policy, [asked[0].url])
    if not asked:
        return Looked(ended=NOT_REACHED, why="out-of-scope")
    if plan.policy.quiet_for(plan.sites[0]):
        return Looked(ended=NOT_REACHED, why="quiet-hours")
    return _looked(asked, plan, parts)


def _scope(plan: Plan) -> Scope:
    site = plan.policy.sites[plan.sites[0]]
    return Scope.of(site.start, hosts=site.hosts, include=site.include, exclude=site.exclude)


def _looked(asked: Sequence[ExposedOn], plan: Plan, parts: Parts) -> Looked:
    from crawler.process import look_again

    pages = _Pages(asked)
    eyes = _Eyes(asked[0], parts, pages)
    look_again(_job(asked, plan, pages, parts), browser=browser_config(plan), judge=eyes, ocr=ocr_of(plan.policy))
    results = [result for result in pages.results if result.outcome is not PageOutcome.REDIRECTED]
    if eyes.found is not None:
        return Looked(ended=FOUND, found=eyes.found, page=pages.now, pages=len(pages.results))
    readable = READ - {PageOutcome.DOCUMENT_UNREAD} | {PageOutcome.NOT_FOUND}
    missed = [one for one in results if one.outcome not in readable]
    if missed or not results:
        why = missed[0].outcome.value if missed else "failed"
        return Looked(ended=NOT_REACHED, why=why, pages=len(pages.results))
    if not eyes.whole:
        return Looked(ended=NOT_SEARCHED, why="timeout", pages=len(pages.results))
    if all(one.outcome is PageOutcome.NOT_FOUND for one in results):
        return Looked(ended=PAGE_GONE, pages=len(pages.results))
    kept = {one.content for one in asked} - {""}
    now = {digest for one in results if one.content_sha256 for digest in _digests(one, parts)}
    changed = not kept & now if kept else None
    return Looked(ended=VALUE_GONE, changed=changed, pages=len(pages.results))


def _digests(result: PageResult, parts: Parts) -> Iterable[str]:
    from reports.store.opened import kept_digest

    return (kept_digest(one).hex() for one in parts.digests(result.content_sha256))


def _job(asked: Sequence[ExposedOn], plan: Plan, pages: _Pages, parts: Parts) -> SiteJob:
    key = plan.sites[0]
    site = plan.policy.sites[key]
    return SiteJob(
        run_id="reveal",
        site=key,
        start=(asked[0].url,),
        scope=_scope(plan),
        store=pages,
        budget=Budget(pages=MOST_PAGES + MOST_HOPS),
        follow=False,
        sitemaps=False,
        robots_override=site.robots.override,
        user_agent=user_agent(plan.policy),
        delay=site.delay,
        zone=ZoneInfo(plan.policy.city.timezone),
        consent="" if site.consent == "leave" else site.consent,
        interaction=Interaction(refused="nothing is pressed to look at a value"),
        timeout=site.timeout,
        network=networks(plan.policy, (key,))[key],
        fresh=True,
        redact=parts.redact,
        digest=parts.digest,
    )


class _Eyes:
    """Instead of the checks: looks for the one value, and keeps it in memory alone."""

    def __init__(self, wanted: ExposedOn, parts: Parts, pages: _Pages) -> None:
        self._wanted = wanted
        self._parts = parts
        self._pages = pages
        self.found: Again | None = None
        self.whole = True

    async def judge(self, snapshot: Snapshot) -> Judged:
        """Never hands out more than that the page was seen."""
        if not {"document", FILE} & snapshot.artifacts.keys():
            raise JudgeFailed("the page could not be read")
        found, whole = await asyncio.to_thread(self._look, snapshot)
        self.whole = self.whole and whole
        if found is not None:
            self.found = found
            self._pages.close()
        seen = Outcome(rule="pii/reveal", verdict=Verdict.PASS)
        return Judged(outcomes=(seen,), title="", seconds=0)

    def _look(self, snapshot: Snapshot) -> tuple[Again | None, bool]:
        from audits.privacy.again import find_again
        from crawler.documents import as_read

        entity, keyring = self._wanted.entity, self._parts.keyring
        held = snapshot.artifacts
        return find_again(
            as_read(held[FILE]) if FILE in held else held["document"],
            snapshot.url,
            entity=entity,
            detector=self._parts.detector,
            is_it=lambda value: self._wanted.value_hmac in keyring.hmacs(entity, value),
        )


class _Pages:
    """A frontier in memory: a few pages, one after the other. Implements ``audits.model.RunStore``."""

    def __init__(self, asked: Sequence[ExposedOn]) -> None:
        self._pages = list(asked)
        self._waiting = [(one.url, n) for n, one in enumerate(asked)]
        self._busy: dict[int, int] = {}
        self._leased = 0
        self.results: list[PageResult] = []
        self.now = asked[0]

    def close(self) -> None:
        """No page more."""
        self._waiting.clear()

    def add_links(self, run_id: str, site: str, links: Iterable[Link], *, parent_id: int | None = None) -> int:
        """What is asked for is known already."""
        return 0

    def lease(
        self, run_id: str, site: str, *, owner: str, limit: int, seconds: float, **plan: Any
    ) -> Sequence[PageLease]:
        """The next page, when the one before has ended."""
        if self._busy or not self._waiting or not limit:
            return ()
        url, number = self._waiting.pop(0)
        self.now = self._pages[number]
        self._leased += 1
        self._busy[self._leased] = number
        return (
            PageLease(
                page_id=self._leased,
                run_id=run_id,
                site=site,
                url=url,
                depth=0,
                via="start",
                attempts=1,
                owner=owner,
                expires=datetime.now(UTC) + timedelta(seconds=seconds),
            ),
        )

    def earlier(self, leases: Sequence[PageLease], *, days: float) -> Mapping[int, Earlier]:
        """Nothing is carried."""
        return {}

    def renew(self, leases: Sequence[PageLease], *, seconds: float) -> None:
        """Nobody else wants them."""

    def finish(self, lease: PageLease, result: PageResult) -> bool:
        """Keep how it ended, and go where it leads."""
        number = self._busy.pop(lease.page_id, None)
        if number is None:
            return False
        hops = sum(1 for one in self.results if one.outcome is PageOutcome.REDIRECTED)
        ahead = [link.url for link in result.links if link.via == "redirect" and link.outcome is None]
        if result.outcome is PageOutcome.REDIRECTED and (not ahead or hops >= MOST_HOPS):
            result = replace(result, outcome=PageOutcome.REDIRECT_LOOP)
        self.results.append(replace(result, links=()))
        self._waiting[:0] = [(url, number) for url in ahead[:1]]
        return True

    def finish_listed(self, results: Sequence[tuple[PageLease, PageResult]]) -> int:
        """Nothing is only listed."""
        return sum(self.finish(lease, result) for lease, result in results)

    def release(self, lease: PageLease) -> None:
        """It was stopped."""
        self._busy.pop(lease.page_id, None)

    def pending(self, run_id: str, site: str) -> int:
        """Pages without an end."""
        return len(self._waiting) + len(self._busy)

    def counted(self, run_id: str, site: str, outcomes: Collection[PageOutcome] = ()) -> int:
        """Nobody asks: there is no plan of so many pages."""
        return 0

    def close_pending(self, run_id: str, site: str, outcome: PageOutcome, reason: str = "") -> int:
        """A budget is spent."""
        number = len(self._waiting)
        self._waiting.clear()
        return number
