"""What monitoring is told, as Prometheus reads it: keys of sites, kinds and numbers. Needs no key, and writes nothing.

From the store alone: so it is true of every process and machine that works on it, and of those that have died.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from audits.model import PageOutcome
from handrail import __version__
from handrail.config import Policy
from handrail.runs import Place, restarts
from handrail.status import SiteStatus, Statuses
from reports.store.monitoring import Look, Monitor
from reports.whole import write_whole

#: Who asks more often is told the same again: each answer counts pages.
KEPT_SECONDS = 10.0
STATES = ("running", "interrupted", "incomplete", "complete")


class NotReady(Exception):
    """The store cannot be read; the message names no address and no password."""


class Metrics:
    """The sites of a configuration, and the store as a whole. A collector of prometheus-client."""

    def __init__(self, place: Place, policy: Policy, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._place = place
        self._policy = policy
        self._now = now

    def text(self) -> bytes:
        """In the text exposition format. Raises NotReady."""
        registry = CollectorRegistry()
        registry.register(self)
        try:
            return generate_latest(registry)
        except Exception as exc:  # noqa: BLE001  # a database answers in many ways; its message may hold a password
            raise NotReady(type(exc).__name__) from None

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing: else prometheus-client collects once more when it is registered."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Before the first audit there is no store: no site is in time, and nothing else is known."""
        now = self._now()
        yield _one("handrail_build_info", "The Handrail that tells this.", {"version": __version__}, 1)
        if not self._place.exists():
            yield from _of_sites(Statuses(self._policy, None, now).all())
            return
        with Monitor(self._place.database) as monitor:
            monitor.check()
            with monitor.look() as look:
                found = Statuses(self._policy, look, now).all()
                yield from _of_sites(found, lambda one: _goes_on(one, look, now))
                yield from _of_pages(found, look)
                yield from _of_runs(look, now)


def _of_sites(
    found: Iterable[SiteStatus], goes_on: Callable[[SiteStatus], bool] = lambda one: False
) -> Iterator[GaugeMetricFamily]:
    complete = _family("handrail_site_last_complete_timestamp_seconds", "When the last complete audit began.")
    age = _family("handrail_site_last_complete_age_seconds", "Since then, when this was told.")
    max_age = _family("handrail_site_max_age_seconds", "The age that handrail.toml allows.")
    in_time = _family("handrail_site_in_time", "1: audited completely, and lately enough ('handrail status').")
    due = _family("handrail_site_due", "1: an audit should have begun, and none has.")
    state = _family("handrail_site_last_audit_state", "1 for the state of the last audit.", "state")
    coverage = _family("handrail_site_coverage_ratio", "Pages that the last complete audit reached, of all.")
    for one in found:
        if one.complete is not None:
            complete.add_metric([one.key], one.complete.started.timestamp())
            if one.age is not None:
                age.add_metric([one.key], one.age.total_seconds())
            if one.complete.percent is not None:
                coverage.add_metric([one.key], one.complete.percent / 100)
        if one.max_age is not None:
            max_age.add_metric([one.key], one.max_age.total_seconds())
        in_time.add_metric([one.key], int(one.met))
        due.add_metric([one.key], int(one.due and not goes_on(one)))
        for name in STATES if one.attempt else ():
            state.add_metric([one.key, name], int(one.attempt is not None and one.attempt.state == name))
    yield from (complete, age, max_age, in_time, due, state, coverage)


def _goes_on(one: SiteStatus, look: Look, now: datetime) -> bool:
    begun = one.attempt
    return begun is not None and begun.state == "running" and look.goes_on(begun.run, one.key, now)


def _of_pages(found: Iterable[SiteStatus], look: Look) -> Iterator[GaugeMetricFamily]:
    pages = _family("handrail_site_pages", "Addresses of the last audit by how they ended.", "outcome")
    queue = _family("handrail_site_queue_pages", "Addresses of the last audit that wait or are worked on.")
    errors = _family(
        "handrail_site_check_errors", "How often a rule could not be judged in the last audit, by its kind.", "kind"
    )
    for one in found:
        if one.attempt is None:
            continue
        counts = look.outcomes(one.attempt.run, one.key)
        for outcome in PageOutcome:
            if counts.get(outcome):
                pages.add_metric([one.key, outcome.value], counts[outcome])
        queue.add_metric([one.key], counts.get(None, 0))
        for kind, number in sorted(look.check_errors(one.attempt.run, one.key).items()):
            errors.add_metric([one.key, kind], number)
    yield from (pages, queue, errors)


def _of_runs(look: Look, now: datetime) -> Iterator[GaugeMetricFamily]:
    known = look.runs()
    runs = GaugeMetricFamily("handrail_runs", "Runs in the store, of whatever kind.", labels=["state"])
    for state in STATES:
        runs.add_metric([state], sum(run.state == state for run in known))
    yield runs
    if found := look.jobs():
        jobs = GaugeMetricFamily("handrail_queue_jobs", "Jobs in the queue of workers.", labels=["status"])
        for status, number in sorted(found.items()):
            jobs.add_metric([status], number)
        yield jobs
    yield _one("handrail_workers", "Processes that hold pages now.", {}, look.at_work(now))
    ended = [run for run in known if run.finished is not None]
    if ended:
        last = max(ended, key=lambda run: run.started)
        number = restarts(last.notes)
        yield _one("handrail_last_run_browser_restarts", "Restarts of the last run's browser.", {}, number)


def _family(name: str, help_text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, labels=["site", *labels])


def _one(name: str, help_text: str, labels: Mapping[str, str], value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family


def ready(place: Place) -> None:
    """Whether audits have a store to work with. Raises NotReady; a SQLite file comes with the first audit."""
    if not place.exists():
        return
    try:
        with Monitor(place.database) as monitor:
            monitor.check()
    except Exception as exc:  # noqa: BLE001  # as above
        raise NotReady(type(exc).__name__) from None


def write(path: Path, text: bytes) -> None:
    """For node_exporter to read, which is another account."""
    write_whole(path, text, 0o644)


_PLAIN = "text/plain; charset=utf-8"
_STATUS = {200: "200 OK", 404: "404 Not Found", 405: "405 Method Not Allowed", 503: "503 Service Unavailable"}


class Endpoint:
    """A WSGI application: /metrics, /healthz (this process answers), /readyz (the store does)."""

    def __init__(self, metrics: Metrics, place: Place, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._place = place
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._kept: tuple[float, bytes] | None = None

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, kind, body = self._answer(environ)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(_STATUS[status], headers)
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]

    def _answer(self, environ: Mapping[str, Any]) -> tuple[int, str, bytes]:
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return 405, _PLAIN, b"GET alone\n"
        try:
            match environ.get("PATH_INFO"):
                case "/metrics":
                    return 200, CONTENT_TYPE_PLAIN_0_0_4, self._text()
                case "/healthz":
                    return 200, _PLAIN, b"ok\n"
                case "/readyz":
                    ready(self._place)
                    return 200, _PLAIN, b"ready\n"
        except NotReady as exc:
            return 503, _PLAIN, f"the store cannot be read: {exc}\n".encode()
        return 404, _PLAIN, b"/metrics, /healthz, /readyz\n"

    def _text(self) -> bytes:
        with self._one_at_a_time:
            now = self._clock()
            if self._kept is None or now - self._kept[0] >= KEPT_SECONDS:
                self._kept = (now, self._metrics.text())
            return self._kept[1]
