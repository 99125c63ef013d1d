"""Progress: one living line on a terminal, plain lines elsewhere, nothing when quiet. JSON where logs are JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Self

from audits.model import PageOutcome
from crawler.logs import as_json, event

if TYPE_CHECKING:
    from handrail.runs import Ending
    from reports.store.store import Store

#: Seconds between plain lines.
EVERY = 10.0


class Progress:
    """Counts pages as they end; asks the store how many wait."""

    def __init__(self, store: Store, run_id: str, sites: Sequence[str], *, quiet: bool = False) -> None:
        self._store = store
        self._run_id = run_id
        self._sites = tuple(sites)
        self._quiet = quiet
        self._living = sys.stderr.isatty() and not as_json()
        self._started = time.monotonic()
        self._shown = 0.0
        self._done = 0
        self._audited = 0

    def __enter__(self) -> Self:
        self._say(f"Run {self._run_id}: {', '.join(self._sites)}")
        event("run-begun", run=self._run_id, sites=self._sites)
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._living and not self._quiet:
            sys.stderr.write("\r\x1b[K")

    def ready(self, browser: str) -> None:
        """The browser is up."""
        self._say(f"Browser: Chromium {browser}")
        event("browser-ready", run=self._run_id, browser=f"Chromium {browser}")

    def page(self, site: str, outcome: PageOutcome, seconds: float) -> None:
        """One page ended."""
        self._done += 1
        self._audited += outcome in (PageOutcome.AUDITED, PageOutcome.LISTED)
        now = time.monotonic()
        if self._quiet or now - self._shown < (0.5 if self._living else EVERY):
            return
        self._shown = now
        waiting = sum(self._store.pending(self._run_id, key) for key in self._sites)
        event("progress", run=self._run_id, audited=self._audited, done=self._done, waiting=waiting)
        rate = self._done / max(now - self._started, 0.1)
        left = f", about {_duration(waiting / rate)} left" if waiting and rate else ""
        line = f"{self._audited} pages audited, {self._done} URLs done, {waiting} waiting, {rate:.1f}/s{left}"
        if self._living:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
        else:
            self._say(line)

    def ended(self, ending: Ending) -> None:
        """The run ended, or was interrupted."""
        tell_end(self._store, self._run_id, self._sites)
        event("run-ended", run=self._run_id, state=ending.state)

    def _say(self, line: str) -> None:
        if not self._quiet and not as_json():
            sys.stderr.write(line + "\n")
            sys.stderr.flush()


def tell_end(store: Store, run_id: str, sites: Collection[str]) -> None:
    """To programs: how these sites of a run ended."""
    for site in store.sites(run_id):
        if site.key in sites:
            counts = store.outcomes(run_id, site.key)
            pages = {outcome.value if outcome else "waiting": number for outcome, number in counts.items()}
            event("site-ended", run=run_id, site=site.key, state=site.state, reasons=site.reasons, pages=pages)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
