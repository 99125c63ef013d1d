"""How much room and time the store takes: ``python bench/store.py [PAGES] [POSTGRESQL_URL]``.

A site of alike pages: ten findings each, half of them in the header and footer that all pages share, 110 rules, ten
timed steps, thirty links, twelve files that all pages use and a picture of its own. Then the same site again, once more
with one issue repaired everywhere, and once more carried: nothing changed, so that nothing is audited.
"""

from __future__ import annotations

import hmac
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text

from audits.model import Asset, Basis, Finding, Link, Outcome, PageOutcome, PageResult, Part, Verdict
from reports.store.database import Database
from reports.store.records import RunRecord, SiteRecord
from reports.store.store import Store

RULES = [f"axe/rule-{n:03}" for n in range(110)]
STEPS = ("queue", "fetch", "navigate", "settle", "judge", "evidence", *(f"collect.{n}" for n in "abcd"))


class NoSecrets:
    """No URL of this site holds a personal value."""

    def holds_value(self, url: str) -> bool:
        return False

    def mask(self, url: str) -> str:
        return url

    def seal(self, text: str) -> bytes:
        raise NotImplementedError

    def open(self, sealed: bytes) -> str:
        raise NotImplementedError

    def digest(self, text: str) -> str:
        return hmac.new(b"bench", text.encode(), "sha256").hexdigest()

    def digests(self, text: str) -> tuple[str, ...]:
        return (self.digest(text),)

    @property
    def key_ids(self) -> tuple[str, ...]:
        return ("k-bench",)


def address(n: int) -> str:
    return f"https://www.city.example/en/council-and-administration/meeting-{n:06}.html"


def basis(n: int) -> Basis:
    files = [f"/assets/site-{name}.css" for name in "abcdef"] + [f"/assets/site-{name}.js" for name in "abcdef"]
    tagged = {name: f'"{sha256(name.encode()).hexdigest()[:16]}"' for name in [*files, f"/photos/{n}.jpg"]}
    return Basis(
        judged_by=json.dumps(dict.fromkeys(("rules", "code", "packages", "site", "view"), "0" * 64)),
        content=sha256(f"html {n}".encode()).hexdigest()[:32],
        etag=f'W/"{n:x}-18c2a4f0b3a"',
        assets=tuple(
            Asset(url=f"https://www.city.example{name}", kind="image", etag=tag) for name, tag in tagged.items()
        ),
    )


def result(n: int, pages: int, *, repaired: bool) -> PageResult:
    failing = RULES[1:10] if repaired else RULES[:10]
    outcomes = []
    for index, rule in enumerate(RULES):
        if rule not in failing:
            here = index % 3 or random.Random(f"{n % 200} {rule}").random() < 0.02
            verdict = Verdict.PASS if here else Verdict.INAPPLICABLE
            outcomes.append(Outcome(rule=rule, verdict=verdict, engine="axe-core"))
            continue
        shared = index < 5
        dice = random.Random(f"{n} {rule}")
        selector = f"header > nav > a:nth-child({index})" if shared else f"main > p:nth-child({dice.randrange(60)}) > a"
        words = "shared" if shared else f"item {dice.randrange(10**6)}"
        found = Finding(
            rule=rule,
            verdict=Verdict.FAIL,
            message=f"Fix any of the following: the element of {rule} has no accessible name; its role is not allowed",
            selector=selector,
            snippet=f'<a class="link" href="/en/services/{words}">' + "<img src=" + "x" * 40 + "></a>",
            part=Part(key="header" if shared else "content", name="Header" if shared else "Page content"),
            engine="axe-core",
            fingerprint=f"1:{sha256(f'{rule}{words}'.encode()).hexdigest()[:32]}",
        )
        outcomes.append(Outcome(rule=rule, verdict=Verdict.FAIL, findings=(found,), engine="axe-core"))
    dice = random.Random(n)
    return PageResult(
        outcome=PageOutcome.AUDITED,
        status=200,
        final_url=address(n),
        title=f"Council meeting {n}: agenda and minutes",
        lang="en",
        content_type="text/html",
        content_sha256=sha256(str(n).encode()).hexdigest(),
        outcomes=tuple(outcomes),
        links=tuple(Link(url=address(dice.randrange(pages)), depth=1) for _ in range(30)),
        timings={step: dice.random() for step in STEPS},
        basis=basis(n),
    )


def timed(what: str, pages: int, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    print(f"  {what:<28} {seconds:8.2f} s {1000 * seconds / pages:8.2f} ms/page")


def crawl(store: Store, run_id: str, pages: int, *, repaired: bool, carried: bool) -> None:
    while leases := store.lease(run_id, "main", owner="bench", limit=8, seconds=300):
        earlier = store.earlier(leases, days=7) if carried else {}
        for lease in leases:
            found = result(int(lease.url[-11:-5]), pages, repaired=repaired)
            if carried:
                known = earlier[lease.page_id]
                links = tuple(Link(url=url, depth=1) for url in known.links)
                steps = {"fetch": 0.01, "compare": 0.01}
                found = PageResult(outcome=found.outcome, status=304, links=links, timings=steps, carried=known)
            store.finish(lease, found)


def size(where: str | Path) -> int:
    if isinstance(where, Path):
        with Database(where).engine.connect() as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return where.stat().st_size
    with Database(where).engine.connect() as conn:
        return int(conn.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def main(pages: int, where: str | Path) -> None:
    with Store.open(where, guard=NoSecrets()) as store:
        before = size(where)
        for run_id in ("first", "second", "repaired", "carried"):
            how = {"repaired": run_id in ("repaired", "carried"), "carried": run_id == "carried"}
            print(f"{run_id} run, {pages} pages")
            run = RunRecord(
                id=run_id,
                started=datetime.now(UTC),
                finished=None,
                state="running",
                trigger="person",
                tool_version="bench",
                engines={},
                browser="",
                config_sha256="",
                rules_sha256="",
            )
            store.begin_run(run)
            names = dict.fromkeys(("host", "name_en", "name_fr", "owner", "contact", "vendor", "robots_override"), "")
            site = SiteRecord(run_id=run_id, key="main", profile="aoda", authorization={}, state="running", **names)
            store.begin_site(site)
            links = [Link(url=address(n)) for n in range(pages)]
            timed("add_links", pages, lambda links=links, at=run_id: store.add_links(at, "main", links))
            timed("lease and finish", pages, lambda at=run_id, how=how: crawl(store, at, pages, **how))
            timed("finish_site", pages, lambda at=run_id: store.finish_site(at, "main", "complete"))
            store.finish_run(run_id, "complete")
            timed("site_data", pages, lambda at=run_id: store.site_data(at, "main"))
            timed("findings", pages, lambda at=run_id: [None for _ in store.findings(at)])
            after = size(where)
            print(f"  {'room':<28} {(after - before) / pages:8.0f} bytes/page")
            before = after
        carried = store.site_data("carried", "main").carried
        assert sum(row.pages for row in carried) == pages
        states = [issue.state for issue in store.site_data("repaired", "main").issues]
        print(f"states: {states.count('open')} open, {states.count('fixed')} fixed")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    if len(sys.argv) > 2:
        main(count, sys.argv[2])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(count, Path(folder) / "store.db")
