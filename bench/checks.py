"""What each of our own checks finds, misses and costs: ``python bench/checks.py [--rules check/…] [--show]``.

Found and missed are counted on the pages of ``tests/audits/rendered``, whose elements say by their ids what must be
found. What is found on real pages that nobody here wrote is counted too, and shown with ``--show``: there each finding
is looked at by a person, who writes into ``bench/false_alarms.toml`` whether it is true, and why.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import threading
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

import results
from sites import BENCH, build

from audits.check import Check
from audits.model import Finding, Snapshot, Verdict
from audits.registry import check_classes
from audits.runner import run_checks
from crawler.browser.page import PageFailed
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.collectors import collectors
from crawler.safety import USUAL
from handrail.wiring import axe_source

RENDERED = BENCH.parent / "tests/audits/rendered"
JUDGED = BENCH / "false_alarms.toml"
NAMED = re.compile(r"""\sid=["']((?:fail|review)[\w-]*)["']""")
SAID = re.compile(r"<!-- (fail|review): (.*?) -->")


@dataclass(slots=True, kw_only=True)
class Seen:
    """One page as all checks saw it."""

    page: str
    findings: list[Finding] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    timings: Mapping[str, float] = field(default_factory=dict)
    judged: Mapping[str, float] = field(default_factory=dict)


class Quiet(SimpleHTTPRequestHandler):
    """Files, without a word."""

    def log_message(self, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """A folder on a port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def main() -> None:
    """Measure, print, and renew the results page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", nargs="*", default=[], help="only these; else all of our own")
    parser.add_argument("--pages", type=int, default=40, help="real pages, the same number of each site")
    parser.add_argument("--sites", nargs="*", default=["govuk", "bootstrap", "dsfr", "jquery-ui", "django", "apache"])
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="every finding on the real pages")
    told = parser.parse_args()
    checks = [check for check in own_checks() if not told.rules or set(told.rules) & set(check.rules)]
    rules = sorted(rule for check in checks for rule in check.rules if rule.startswith("check/"))
    if told.rules:
        rules = [rule for rule in rules if rule in told.rules]
    cases = [path for rule in rules for path in sorted((RENDERED / rule).glob("*.html")) if path.name[0] != "_"]
    with serving(RENDERED) as origin:
        urls = {f"{origin}/{case.relative_to(RENDERED)}": case for case in cases}
        of_rule = {rule: [check for check in checks if rule in check.rules] for rule in rules}
        asked = {url: of_rule[str(case.parent.relative_to(RENDERED))] for url, case in urls.items()}
        of_cases = {urls[url]: seen for url, seen in asyncio.run(look(asked, told.slots)).items()}
    real = asyncio.run(real_pages(told.sites, told.pages, told.seed, checks, told.slots))
    if told.show:
        show(real, rules)
    rows = list(table(rules, checks, of_cases, real))
    command = " ".join(["python", "bench/checks.py", *sys.argv[1:]])
    if told.rules:
        print(*results.table(HEAD, rows), sep="\n")
    else:
        costs = {name: median(seen.timings.get(name, 0) for seen in real) for name in _steps(real)}
        results.put(
            "checks",
            {"head": HEAD, "rows": rows, "pages": len(real), "sites": told.sites, "costs": costs},
            command=command,
        )
        print(*results.table(HEAD, rows), sep="\n")


def own_checks() -> list[Check]:
    """The checks of accessibility, with nothing to mask."""
    made = check_classes(["audits.accessibility"], group="none.at.all")
    return [kind(redact=str) if "redact" in kind.__init__.__annotations__ else kind() for kind in made]  # type: ignore[call-arg]


async def look(asked: Mapping[str, Sequence[Check]], slots: int) -> dict[str, Seen]:
    """Every page in a real browser, through its checks."""
    told: dict[str, Seen] = {}

    async def one(pool: BrowserPool, url: str, checks: Sequence[Check]) -> None:
        seen = told.setdefault(url, Seen(page=url))
        needs = {name for check in checks for name in check.needs}
        wanted = [collector for collector in collectors() if collector.name in needs]
        reading = [collector for collector in wanted if not collector.presses]
        try:
            async with pool.visit(url, key="bench", collectors=reading) as (page, collected):
                if len(reading) < len(wanted):
                    await pool.press(page, collected, seconds=60, safety=USUAL, copy=True)
                snapshot = Snapshot(site="bench", url=url, artifacts=collected.artifacts, errors=collected.errors)
                seen.timings = collected.timings
        except PageFailed as exc:
            seen.errors[type(exc).__name__] += 1
            return
        spent = {}
        for check in checks:
            began = time.perf_counter()
            for outcome in run_checks(snapshot, [check], site_key="bench"):
                seen.findings += outcome.findings
                if outcome.verdict in (Verdict.ERROR, Verdict.NOT_RUN):
                    seen.errors[f"{outcome.rule}: {outcome.reason}"] += 1
            spent[type(check).__name__] = time.perf_counter() - began
        seen.judged = spent

    async with BrowserPool(BrowserConfig(axe_source=axe_source(), slots=slots), ()) as pool:
        await asyncio.gather(*(one(pool, url, checks) for url, checks in asked.items()))
    return told


async def real_pages(names: Sequence[str], count: int, seed: int, checks: Sequence[Check], slots: int) -> list[Seen]:
    """Pages of the sites that the other benchmarks audit."""
    chance, found = random.Random(seed), []
    sites = [site for site in build() if site.name in names]
    for site in sites:
        paths = site.pages()
        chance.shuffle(paths)
        with serving(site.root) as origin:
            chosen = [origin + path for path in paths[: max(1, count // len(sites))]]
            for url, seen in (await look(dict.fromkeys(chosen, checks), slots)).items():
                seen.page = site.name + url.removeprefix(origin)
                found.append(seen)
    return found


HEAD = (
    "Rule",
    "places to find",
    "found",
    "missed",
    "false on our pages",
    "on real pages: fail",
    "review",
    "false there",
    "not judged",
    "ms",
)


def judgement(rule: str, page: str, selector: str) -> bool | None:
    """Whether a person found it true; None where nobody looked."""
    for one in _judged().get(rule, ()):
        if all(_like(said, one[key]) for key, said in (("page", page), ("selector", selector))):
            return bool(one["true"])
    return None


def _like(said: str, pattern: str) -> bool:
    return fnmatchcase(said, pattern.replace("[", "[[]"))


@cache
def _judged() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return tomllib.loads(JUDGED.read_text("utf-8"))


def table(
    rules: Sequence[str], checks: Sequence[Check], cases: Mapping[Path, Seen], real: Sequence[Seen]
) -> Iterator[list[str]]:
    """A row for each rule."""
    for rule in rules:
        wanted, found = set(), set()
        for case, seen in cases.items():
            if str(case.parent.relative_to(RENDERED)) != rule:
                continue
            source = case.read_text("utf-8")
            wanted |= {
                (case.name, name.partition("-")[0].rstrip("0123456789"), f"#{name}") for name in NAMED.findall(source)
            }
            wanted |= {(case.name, kind, selector) for kind, selector in SAID.findall(source)}
            found |= {(case.name, one.verdict.value, one.selector) for one in seen.findings if one.rule == rule}
        there = [(seen.page, one) for seen in real for one in seen.findings if one.rule == rule]
        judged = [judgement(rule, page, one.selector) for page, one in there]
        check = next(check for check in checks if rule in check.rules)
        spent = [seen.judged.get(type(check).__name__, 0) for seen in real]
        yield [
            f"`{rule}`",
            str(len(wanted)),
            str(len(wanted & found)),
            str(len(wanted - found)),
            str(len(found - wanted)),
            str(sum(one.verdict is Verdict.FAIL for _, one in there)),
            str(sum(one.verdict is Verdict.REVIEW for _, one in there)),
            str(judged.count(False)),
            str(judged.count(None)),
            f"{1000 * (median(spent) if spent else 0):.1f}",
        ]


def _steps(real: Sequence[Seen]) -> list[str]:
    return sorted({name for seen in real for name in seen.timings})


def show(real: Sequence[Seen], rules: Sequence[str]) -> None:
    """Every finding, for a person to look at."""
    by_rule: dict[str, list[str]] = defaultdict(list)
    for seen in real:
        for one in seen.findings:
            if one.rule in rules:
                told = {True: " ", False: "!", None: "?"}[judgement(one.rule, seen.page, one.selector)]
                by_rule[one.rule] += [f"{told} {one.verdict:6} {seen.page}  {one.selector}", f"         {one.message}"]
                by_rule[one.rule].append(f"         {one.snippet[:160]}")
    for rule, lines in sorted(by_rule.items()):
        print(rule, *lines, sep="\n")
    for seen in real:
        for reason, number in seen.errors.items():
            print(f"! {seen.page}: {reason} ({number})")
    for name in _steps(real):
        spent = sorted(1000 * seen.timings.get(name, 0) for seen in real)
        print(
            f"{name:22} ms: median {median(spent):7.1f}  90% {spent[int(0.9 * len(spent))]:7.1f}  most {spent[-1]:7.1f}"
        )


if __name__ == "__main__":
    main()
