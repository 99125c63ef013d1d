"""One page, looked at now by all rules or by a few. Nothing of it is kept: its frontier is in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audits.check import FILE
from audits.model import Earlier, Link, PageLease, PageOutcome, PageResult
from audits.told_once import told_with
from handrail import __version__
from handrail.runs import Plan, browser_config, job_for, judge_config, ocr_of
from handrail.wiring import Parts
from reports.store.records import PageRecord, RunRecord

if TYPE_CHECKING:
    from audits.registry import Speaker

#: Always judged: it says that there was a page to look at, and needs no more than its document.
LOOKED = "check/page-language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How the page ended; None: it did not."""

    result: PageResult | None
    interrupted: bool


def look(plan: Plan, parts: Parts, rules: Collection[str]) -> Seen:
    """Visit the one page of a plan as an audit would. ``rules``: the ids of those that are wanted; () = all.

    What other rules have to say of the same places is asked for too: it may be they who tell it. Raises BrowserMissing
    and ConfigError.
    """
    from crawler.process import run_sites

    only = _speakers(parts, rules)
    plan = replace(plan, collectors=tuple(sorted({name for one in only for name in one.needs} - {FILE})))
    (key,) = plan.sites
    page = OnePage(plan.policy.sites[key].start[0])
    job = job_for(_run(), key, plan, parts, page)
    with tempfile.TemporaryDirectory(prefix="handrail-check-") as folder:
        ended = run_sites(
            [job],
            browser=browser_config(plan),
            judge=judge_config(plan.policy, parts.trackers, only),
            documents_dir=Path(folder),
            ocr=ocr_of(plan.policy),
        )
    return Seen(result=page.result, interrupted=ended.interrupted)


def _speakers(parts: Parts, rules: Collection[str]) -> tuple[Speaker, ...]:
    if not rules:
        return ()
    asked = told_with(rules, parts.rules) | {LOOKED}
    return tuple(dict.fromkeys(parts.speakers[rule] for rule in sorted(asked & parts.speakers.keys())))


def _run() -> RunRecord:
    return RunRecord(
        id="check",
        started=datetime.now(UTC),
        finished=None,
        state="running",
        trigger="person",
        tool_version=__version__,
        engines={},
        browser="",
        config_sha256="",
        rules_sha256="",
    )


class OnePage:
    """A frontier of one page. Implements ``audits.model.RunStore``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._left = True
        self._busy = False
        self.result: PageResult | None = None

    def add_links(self, run_id: str, site: str, links: Iterable[Link], *, parent_id: int | None = None) -> int:
        """The page in its one spelling; no other is wanted."""
        for link in links:
            if link.via == "start":
                self._url = link.url
        return 0

    def lease(
        self, run_id: str, site: str, *, owner: str, limit: int, seconds: float, **plan: Any
    ) -> Sequence[PageLease]:
        """The page, once."""
        if not self._left or not limit:
            return ()
        self._left, self._busy = False, True
        return (
            PageLease(
                page_id=1,
                run_id=run_id,
                site=site,
                url=self._url,
                depth=0,
                via="start",
                attempts=1,
                owner=owner,
                expires=datetime.now(UTC) + timedelta(seconds=seconds),
            ),
        )

    def finish(self, lease: PageLease, result: PageResult) -> bool:
        """How it ended."""
        self.result, self._busy = result, False
        return True

    def finish_listed(self, results: Sequence[tuple[PageLease, PageResult]]) -> int:
        """Nothing is only listed."""
        return sum(self.finish(lease, result) for lease, result in results)

    def release(self, lease: PageLease) -> None:
        """It was stopped, or comes again."""
        self._left, self._busy = True, False

    def pending(self, run_id: str, site: str) -> int:
        """Whether it has not ended."""
        return int(self._left or self._busy)

    def counted(self, run_id: str, site: str, outcomes: Collection[PageOutcome] = ()) -> int:
        """Nobody asks: there is no plan of so many pages."""
        return 0

    def close_pending(self, run_id: str, site: str, outcome: PageOutcome, reason: str = "") -> int:
        """A budget is spent."""
        number, self._left = int(self._left), False
        if number:
            self.result = PageResult(outcome=outcome, reason=reason)
        return number

    def earlier(self, leases: Sequence[PageLease], *, days: float) -> Mapping[int, Earlier]:
        """Nothing is carried."""
        return {}

    def was_audited(self, run_id: str, site: str, *, days: float) -> bool:
        """There is no earlier run."""
        return False

    def page_outcomes(self, run_id: str, site: str) -> Iterable[PageRecord]:
        """Nothing was begun."""
        return ()

    def renew(self, leases: Sequence[PageLease], *, seconds: float) -> None:
        """Nobody else wants it."""
