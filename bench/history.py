"""The run history at size: ``python bench/history.py [--pages 100000]``.

Two audits of a site with ten findings a page, written as an audit writes them. Six findings stand in parts that all
pages share and four in the page's own content: of real violations about 63% repeat the same rule and element. In the
second audit one issue is repaired everywhere, one is new in the header of every page, one is new on a hundredth of the
pages, and one has a place more on the last page. Then: the room it takes, new and fixed, and the gate. PostgreSQL gets
the same store by ``handrail db copy``; that it can be written page by page is measured on fewer pages.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import results
from measure import measure
from sqlalchemy import create_engine, text

from audits.fingerprint import fingerprint
from audits.model import Asset, Basis, Finding, Link, Outcome, PageOutcome, PageResult, Part, Verdict
from handrail.config import Policy
from handrail.runs import Place, open_store, parts_for
from reports.store import copying
from reports.store.database import Database
from reports.store.records import RunRecord, SiteRecord
from reports.store.store import Store

SITE = "main"
RUNS = ("first", "second")
SHARED, OWN, KINDS = 6, 4, 20
#: Rules by number: those of the shared parts, those of the content, the two that are new in the second audit.
FIRST_OWN, IN_HEADER, ON_SOME = SHARED, 100, 101
RULES = 110
REPAIRED, ONE_MORE = FIRST_OWN, FIRST_OWN + 1
SOME = 100
STEPS = ("fetch", "navigate", "settle", "judge", *(f"collect.{name}" for name in "abcdef"))
LINKS = 10
FILES = ("css", "js", "woff2", "svg")
LETTERS = "abcdefghijklmnop"


def slug(n: int) -> str:
    """A page's number in letters: digits would be looked at for personal values."""
    return "".join(LETTERS[n >> shift & 15] for shift in (16, 12, 8, 4, 0))


def address(n: int) -> str:
    return f"https://www.city.example/en/council-and-administration/meeting-{slug(n)}.html"


class Pages:
    """What an audit finds on each page; ``rules`` are real ones, so that a gate counts them."""

    def __init__(self, number: int, rules: list[str], *, second: bool) -> None:
        self.number = number
        self.rules = rules
        self.second = second

    def of(self, url: str, n: int) -> PageResult:
        found = [*self._shared(), *self._own(n)]
        failing = {one.rule for one in found}
        by_rule: dict[str, list[Finding]] = {}
        for one in found:
            by_rule.setdefault(one.rule, []).append(one)
        loud = [
            Outcome(rule=rule, verdict=Verdict.FAIL, findings=tuple(some), engine="axe-core")
            for rule, some in by_rule.items()
        ]
        digest = sha256(url.encode()).hexdigest()
        return PageResult(
            outcome=PageOutcome.AUDITED,
            status=200,
            final_url=url,
            title=f"Council meeting {slug(n)}: agenda and minutes",
            lang="en",
            content_type="text/html",
            content_sha256=digest,
            outcomes=(*loud, *(one for one in self._quiet(n % KINDS) if one.rule not in failing)),
            links=tuple(Link(url=address((n * 7 + k * 131) % self.number), depth=1) for k in range(LINKS)),
            timings={step: (n % 97 + k) / 100 for k, step in enumerate(STEPS)},
            basis=Basis(judged_by=digest[:0].ljust(64, "0"), content=digest[:32], etag=f'W/"{n:x}"', assets=ASSETS),
        )

    @cache  # noqa: B019
    def _quiet(self, kind: int) -> tuple[Outcome, ...]:
        """Pages of one kind are built alike."""
        verdicts = (Verdict.PASS, Verdict.INAPPLICABLE)
        return tuple(
            Outcome(rule=rule, verdict=verdicts[(n + kind) % 3 == 0], engine="axe-core")
            for n, rule in enumerate(self.rules)
        )

    @cache  # noqa: B019
    def _shared(self) -> tuple[Finding, ...]:
        numbers = [*range(SHARED - 1), IN_HEADER if self.second else SHARED - 1]
        parts = (Part(key="banner", name="Header"), Part(key="contentinfo", name="Footer"))
        return tuple(self._finding(n, parts[n % 2], f"nav > a:nth-child({n + 1})", "shared") for n in numbers)

    def _own(self, n: int) -> Iterator[Finding]:
        numbers = [FIRST_OWN + (n % KINDS * OWN + k) % 60 for k in range(OWN)]
        if self.second:
            numbers = [one for one in numbers if one != REPAIRED]
            numbers += [ON_SOME] * (n % SOME == 0)
            numbers += [ONE_MORE] * (n == self.number - KINDS)
        for k, number in enumerate(numbers):
            words = sha256(f"{n} {number} {k}".encode()).hexdigest()[:12]
            yield self._finding(number, Part(), f"main > p:nth-child({n % 60 + k}) > a.item-{k}", words)

    def _finding(self, number: int, part: Part, selector: str, words: str) -> Finding:
        rule = self.rules[number]
        found = Finding(
            rule=rule,
            verdict=Verdict.FAIL,
            message=f"Fix any of the following: the element of {rule} has no accessible name; its role is not allowed",
            selector=selector,
            snippet=f'<a class="link" href="/en/services/{words}"><img src="/photos/{words}.jpg" width="120"></a>',
            part=part,
            engine="axe-core",
        )
        return replace(found, fingerprint=fingerprint(found, SITE))


ASSETS = tuple(
    Asset(url=f"https://www.city.example/assets/{name}.{kind}", kind="image", etag=f'"{name}{kind}"')
    for kind in FILES
    for name in "abc"
)


def crawl(store: Store, run_id: str, pages: Pages, numbers: dict[str, int]) -> None:
    while leases := store.lease(run_id, SITE, owner="bench", limit=16, seconds=600):
        for lease in leases:
            assert store.finish(lease, pages.of(lease.url, numbers[lease.url]))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def begun(store: Store, run_id: str) -> None:
    about = dict.fromkeys(("host", "name_en", "name_fr", "owner", "contact", "vendor", "robots_override"), "")
    store.begin_run(
        RunRecord(
            id=run_id,
            started=datetime.now(UTC),
            finished=None,
            state="running",
            trigger="schedule",
            tool_version="bench",
            engines={"axe-core": "0"},
            browser="",
            config_sha256="",
            rules_sha256="",
        )
    )
    store.begin_site(
        SiteRecord(run_id=run_id, key=SITE, profile="wcag22-aa", authorization={}, state="running", **about)
    )


def size(where: str | Path) -> int:
    """Bytes on disk, indexes included. What PostgreSQL keeps of rows that were changed since is taken back first."""
    database = Database(where)
    try:
        if isinstance(where, Path):
            with database.engine.connect() as conn:
                conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return where.stat().st_size
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")
            return int(conn.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    finally:
        database.close()


def measured(name: str, number: int, where: str, folder: Path, turn_ended: Callable[[Path], None]) -> dict[str, Any]:
    """Write two audits into a store, and ask of it what people ask. After each, ``turn_ended`` sees a SQLite file."""
    os.environ.setdefault("HANDRAIL_KEY", secrets.token_hex(32))
    place, parts = Place(out=folder, store=where), parts_for(Policy())
    rules = sorted(rule.id for rule in parts.rules.values() if rule.criteria and not rule.best_practice)[:RULES]
    numbers = {address(n): n for n in range(number)}
    told: dict[str, Any] = {"name": name, "write": [], "settle": [], "room": []}
    print(f"{name}, {number} pages", flush=True)
    with open_store(place, parts) as store:
        before = size(place.database)
        for turn, run_id in enumerate(RUNS):
            begun(store, run_id)
            store.add_links(run_id, SITE, [Link(url=url, via="sitemap") for url in numbers])
            pages = Pages(number, rules, second=turn == 1)
            told["write"].append(timed(lambda at=run_id, of=pages: crawl(store, at, of, numbers)))
            told["settle"].append(timed(lambda at=run_id: store.finish_site(at, SITE, "complete"))[0])
            store.finish_run(run_id, "complete")
            after = size(place.database)
            told["room"].append((after - before) / number)
            before = after
            print(f"  {run_id}: {told['write'][-1]}, {told['settle'][-1]:.2f} s, {told['room'][-1]:.0f} B", flush=True)
            if isinstance(place.database, Path):
                turn_ended(place.database)
    return told | asked(place)


def asked(place: Place) -> dict[str, Any]:
    """What two audits that are in a store are asked: what is new and fixed, a report's data, the gate."""
    told: dict[str, Any] = {}
    with open_store(place, parts_for(Policy())) as store:
        states = Counter(issue.state for issue in store.issues(RUNS[1], SITE))
        told["states"] = dict(states)
        told["compare"] = min(timed(lambda: store.issues(RUNS[1], SITE))[0] for _ in range(5))
        told["report"] = timed(lambda: store.site_data(RUNS[1], SITE))[0]
    command = [Path(sys.executable).parent / "handrail", "gate", "--out", place.out, "--report", "json=gate.json"]
    cost = measure([[*command, *(["--store", place.store] if place.store else [])]], place.out, every=0.05)
    if cost.exits != (1,):
        raise SystemExit(f"the gate ended with {cost.exits}: {(place.out / 'output.log').read_text()[-1500:]}")
    told["gate"] = {"wall": cost.wall, "cpu": cost.cpu, "peak": cost.peak}
    told["others"] = cost.others
    print(f"  {told}", flush=True)
    return told


class Copies:
    """A SQLite store copied into PostgreSQL after each audit, as ``handrail db copy`` does it."""

    def __init__(self, server: str, number: int, folder: Path) -> None:
        self._server, self._number, self._folder = server, number, folder
        self.told: dict[str, Any] = {"name": "PostgreSQL, copied", "room": [], "copy": []}
        self._taken = 0.0

    def take(self, path: Path) -> None:
        """Copy it into a database of its own, and see what room that takes."""
        where = created(self._server, f"copy{len(self.told['copy'])}")
        source, target = Database(path), Database(where)
        target.upgrade()
        empty = size(where)
        self.told["copy"].append(timed(lambda: copying.copy(source, target))[0])
        taken = size(where) - empty
        source.close()
        target.close()
        self.told["room"].append((taken - self._taken) / self._number)
        self._taken = taken
        print(f"  copied in {self.told['copy'][-1]:.0f} s, {self.told['room'][-1]:.0f} B", flush=True)
        if len(self.told["copy"]) == len(RUNS):
            (out := self._folder / "copied").mkdir()
            self.told |= asked(Place(out=out, store=where))


@contextmanager
def postgresql(options: str = "") -> Iterator[str]:
    """A server of our own, with its usual settings and these ``options``, in a folder that goes with it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise SystemExit("PostgreSQL is not installed: apt-get install postgresql, or --only sqlite")
    place = Path(tempfile.mkdtemp(prefix="handrail-pg-", dir=os.environ.get("TMPDIR", "/tmp")))
    as_whom: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        person = pwd.getpwnam("nobody")
        os.chown(place, person.pw_uid, person.pw_gid)
        as_whom = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}

    def call(name: str, *arguments: str) -> None:
        command = [programs[-1] / name, "-D", place / "data", *arguments]
        subprocess.run(command, check=True, cwd=place, stdout=subprocess.DEVNULL, **as_whom)

    call("initdb", "--auth=trust", "--username=handrail", "--encoding=UTF8", "--locale=C")
    call("pg_ctl", "-w", "-l", str(place / "log"), "-o", f"-k {place} -c listen_addresses= {options}", "start")
    try:
        yield f"postgresql://handrail@/{{}}?host={place}"
    finally:
        call("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(place)


def created(server: str, name: str) -> str:
    """The URL of a new database."""
    admin = create_engine(server.format("postgres").replace(":", "+psycopg:", 1), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return server.format(name)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--written", type=int, default=10_000, help="pages that are written into PostgreSQL one by one")
    told = parser.parse_args()
    command = " ".join(["python", "bench/history.py", *sys.argv[1:]])
    with postgresql() as server, tempfile.TemporaryDirectory() as folder:
        copies = Copies(server, told.pages, Path(folder))
        (in_file := Path(folder) / "file").mkdir()
        (in_server := Path(folder) / "server").mkdir()
        done = {"sqlite": measured("SQLite", told.pages, "", in_file, copies.take)}
        done["copied"] = {"write": [], "settle": [], **copies.told}
        where = created(server, "written")
        done["postgresql"] = measured("PostgreSQL", told.written, where, in_server, lambda path: None)
    for name, one in done.items():
        one["pages"] = told.written if name == "postgresql" else told.pages
    results.put("history", {"stores": done, "others": max(one["others"] for one in done.values())}, command=command)


if __name__ == "__main__":
    main()
