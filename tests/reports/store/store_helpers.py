"""Records to fill a store with, and a guard that needs no recognizers."""

from __future__ import annotations

import hmac
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from audits.fingerprint import fingerprint
from audits.model import Exposure, Finding, Link, Outcome, PageOutcome, PageResult, Part, Tier, Verdict
from reports.store.records import RunRecord, SiteRecord
from reports.store.store import Store

_NINE_DIGITS = re.compile(r"\d{9}")


class PlainGuard:
    """Takes nine digits for a personal value. Seals by flipping bits: enough to keep the value out of the file."""

    def __init__(self, key: bytes = b"a key for tests", *earlier: bytes) -> None:
        self.key = key
        self.keys = (key, *earlier)
        self.asked: list[str] = []

    def holds_value(self, url: str) -> bool:
        self.asked.append(url)
        return _NINE_DIGITS.search(url) is not None

    def mask(self, url: str) -> str:
        return _NINE_DIGITS.sub("[SIN]", url)

    def seal(self, text: str) -> bytes:
        return self.key + b"|" + bytes(byte ^ 0xA5 for byte in text.encode())

    def open(self, sealed: bytes) -> str:
        key, _, text = sealed.partition(b"|")
        if key not in self.keys:
            raise ValueError("sealed with another key")
        return bytes(byte ^ 0xA5 for byte in text).decode()

    def digest(self, text: str) -> str:
        return self.digests(text)[0]

    def digests(self, text: str) -> list[str]:
        return [hmac.new(key, text.encode(), "sha256").hexdigest() for key in self.keys]

    @property
    def key_ids(self) -> list[str]:
        return [f"k-{key.hex()[:12]}" for key in self.keys]


@dataclass
class Clock:
    """Time passes when told."""

    moment: datetime = field(default_factory=lambda: datetime(2027, 3, 1, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def nine_digits(seed: int) -> str:
    return "".join(random.Random(seed).choices("123456789", k=9))


def run_record(run_id: str = "r1", **changes) -> RunRecord:
    values = {
        "started": datetime(2027, 3, 1, 8, 0, tzinfo=UTC),
        "finished": None,
        "state": "running",
        "trigger": "person",
        "tool_version": "0.1.0",
        "engines": {"axe-core": "4.14.1"},
        "browser": "Chromium 140",
        "config_sha256": "c" * 64,
        "rules_sha256": "d" * 64,
    }
    return RunRecord(id=run_id, **values | changes)


def site_record(run_id: str = "r1", key: str = "main", **changes) -> SiteRecord:
    values = {
        "host": "127.0.0.1",
        "name_en": "City of Example",
        "name_fr": "Ville d’Exemple",
        "owner": "Web team",
        "contact": "web@city.example",
        "vendor": "",
        "profile": "wcag22-aa",
        "authorization": {},
        "robots_override": "",
        "state": "running",
    }
    return SiteRecord(run_id=run_id, key=key, **values | changes)


def begin(store: Store, run_id: str = "r1", *keys: str, **changes) -> None:
    store.begin_run(run_record(run_id, **changes))
    for key in keys or ("main",):
        store.begin_site(site_record(run_id, key))


def url(path: object) -> str:
    return f"http://127.0.0.1/{path}"


def finding(rule: str = "axe/image-alt", *, part: str = "content", selector: str = "img", **changes) -> Finding:
    values = {"verdict": Verdict.FAIL, "message": "Image has no text alternative.", "engine": "axe-core"}
    return Finding(rule=rule, part=Part(key=part, name=part.title()), selector=selector, **values | changes)


def fails(*findings: Finding) -> Outcome:
    return Outcome(rule=findings[0].rule, verdict=Verdict.FAIL, findings=findings, engine="axe-core")


def passes(rule: str = "axe/image-alt", verdict: Verdict = Verdict.PASS, reason: str = "") -> Outcome:
    return Outcome(rule=rule, verdict=verdict, engine="axe-core", reason=reason)


def audited(*outcomes: Outcome, links: tuple[Link, ...] = (), **more) -> PageResult:
    return PageResult(outcome=PageOutcome.AUDITED, status=200, outcomes=outcomes, links=links, **more)


def audit(store: Store, run_id: str, pages: dict[str, PageResult], site: str = "main", **changes) -> None:
    """A whole run: each path ends as told. ``changes`` are of its record."""
    begin(store, run_id, site, **changes)
    store.add_links(run_id, site, [Link(url=url(path)) for path in pages])
    by_url = {url(path): result for path, result in pages.items()}
    for lease in store.lease(run_id, site, owner="w", limit=len(pages), seconds=60):
        assert store.finish(lease, by_url[lease.url])
    store.finish_site(run_id, site, "complete")
    store.finish_run(run_id, "complete")


def exposed(value: str, *keys: bytes, selector: str = "p", **changes):
    """A finding of a value as the checks make it when they have these keys."""
    value_hmac, *earlier = (hmac.new(key, value.encode(), "sha256").hexdigest() for key in keys)
    exposure = Exposure(
        entity="CA_SIN",
        tier=Tier.REPORT,
        score=0.9,
        mask="*** *** ***",
        value_hmac=value_hmac,
        where="text",
        earlier=tuple(earlier),
    )
    found = finding("pii/ca-sin", exposure=exposure, selector=selector, **changes)
    return finding(
        "pii/ca-sin", exposure=exposure, selector=selector, fingerprint=fingerprint(found, "main"), **changes
    )
