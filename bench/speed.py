"""Handrail beside its peers on the same real pages: ``python bench/speed.py [--pages 40] [--rounds 3]``.

Every tool runs in turn in each round, so that a noisy minute hurts all of them, and is compared with the floor of that
round. What a tool finds is read from its own report.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import results
from measure import Cost, measure
from peers import Found, Setting, Slow, Subject, fresh, installed, subjects
from sites import WORK, build, choose, chromedriver, served, versions

from crawler.browser.find import find_browser
from handrail.wiring import axe_source, axe_version

LIMIT = 3600.0


@dataclass(slots=True, kw_only=True)
class Tally:
    """One tool's rounds."""

    subject: Subject
    costs: list[Cost] = field(default_factory=list)
    #: Of the last round, by URL.
    seen: dict[str, Found] = field(default_factory=dict)
    evidence: str = ""


def main() -> None:
    """Measure, print, and renew the results page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="names as the table has them")
    told = parser.parse_args()
    known = subjects()
    if unknown := [name for name in told.only if name not in known]:
        parser.error(f"no tool {unknown[0]!r}; there are: {', '.join(known)}")
    if installed("axe-core") != axe_version(axe_source()):
        raise SystemExit(f"bench/package.json has axe-core {installed('axe-core')}, Handrail another: make them one")
    sites = build()
    tallies = {
        name: Tally(subject=subject)
        for name, subject in known.items()
        if name in {"floor", *told.only} or not told.only
    }
    with served() as origins:
        urls = choose(sites, origins, count=told.pages, seed=told.seed)
        shown = {url: _shown(url, origins) for url in urls}
        print(f"{len(urls)} pages:", *sorted(shown.values()), sep="\n  ")
        setting = Setting(
            folder=WORK,
            urls=urls,
            browser=find_browser(),
            chromedriver=chromedriver(),
            rules_server=origins["ibm-rules"],
        )
        truth = Tally(subject=Slow())
        _round(truth, setting, 0)
        for number in range(told.rounds):
            turn = number % len(tallies)
            order = [*tallies.values()][turn:] + [*tallies.values()][:turn]
            for tally in order:
                if not tally.evidence:
                    _round(tally, setting, number)
    data = _data(tallies, truth, urls, shown)
    data |= {"rounds": told.rounds, "seed": told.seed, "sources": _sources(), "browser": _version(setting.browser)}
    results.put("speed", data, command=" ".join(["python", "bench/speed.py", *sys.argv[1:]]))
    print("\n" + results.RESULTS.read_text("utf-8"))


def _round(tally: Tally, setting: Setting, number: int) -> None:
    subject = tally.subject
    folder = fresh(WORK / "runs" / subject.name.replace(" ", "-").replace("/", "-"))
    here = Setting(**{**{name: getattr(setting, name) for name in Setting.__slots__}, "folder": folder})
    (folder / "urls.txt").write_text("\n".join(here.urls))
    cost = measure(subject.commands(here), folder, at_once=subject.at_once, env=subject.env(here), limit=LIMIT)
    try:
        tally.seen = dict(subject.read(here))
    except (OSError, ValueError, LookupError) as exc:
        tally.seen = {}
        print(f"{subject.name}: its report cannot be read: {type(exc).__name__}: {exc}")
    failed = len(here.urls) - len(tally.seen)
    if not tally.seen:
        said = (folder / "output.log").read_text("utf-8", "replace").strip()[-1500:]
        tally.evidence = f"exit codes {sorted(set(cost.exits))}{', out of time' * cost.timed_out}\n{said}"
    tally.costs.append(cost)
    places = sum(map(len, tally.seen.values()))
    print(
        f"round {number + 1}  {subject.name:26} {cost.wall:7.1f} s  {cost.cpu:7.1f} cpu-s  {cost.peak / 1e6:6.0f} MB  "
        f"{failed} failed  {places} places  {cost.others:4.0%} of the CPU to others",
        flush=True,
    )


def _data(tallies: Mapping[str, Tally], truth: Tally, urls: Sequence[str], shown: Mapping[str, str]) -> dict[str, Any]:
    # target-size is off in axe unless asked for; Handrail asks, the others are not blamed.
    pairs = {(url, rule) for url, found in truth.seen.items() for rule, _ in found if rule != "target-size"}
    floor = tallies.get("floor")
    tools = []
    for tally in tallies.values():
        subject, costs = tally.subject, tally.costs
        told: dict[str, Any] = {"name": subject.name, "version": subject.version(), "does": subject.does}
        if tally.evidence:
            tools.append({**told, "evidence": tally.evidence})
            continue
        against = floor.costs if floor else costs
        own = {(url, rule) for url, found in tally.seen.items() for rule, _ in found}
        tools.append(
            {
                **told,
                "cpu_ratio": [cost.cpu / base.cpu for cost, base in zip(costs, against, strict=True)],
                "wall_ratio": [cost.wall / base.wall for cost, base in zip(costs, against, strict=True)],
                "cpu": median(cost.cpu for cost in costs) / len(urls),
                "wall": median(cost.wall for cost in costs) / len(urls),
                "peak": max(cost.peak for cost in costs),
                "ok": len(tally.seen),
                "failed": len(urls) - len(tally.seen),
                "found": sum(map(len, tally.seen.values())),
                "pairs": str(len(own & pairs)) if subject.axe else "",
            }
        )
    return {
        "pages": list(shown.values()),
        "axe": installed("axe-core"),
        "tools": tools,
        "pairs": len(pairs),
        "differences": {
            name: list(_differences(tally.seen, truth.seen, shown))
            for name, tally in tallies.items()
            if tally.subject.every_frame
        },
        "others": max(cost.others for tally in tallies.values() for cost in tally.costs),
    }


def _differences(seen: Mapping[str, Found], truth: Mapping[str, Found], shown: Mapping[str, str]) -> Any:
    """(page, rules missing, rules extra) of every page on which the violations are not the same."""
    for url, name in shown.items():
        here, there = seen.get(url), truth.get(url)
        if here is None or there is None:
            yield name, ["the page was not audited"], []
        elif set(here) != set(there):
            missing = {rule for rule, _ in set(there) - set(here)}
            yield name, sorted(missing), sorted({rule for rule, _ in set(here) - set(there)})


def _shown(url: str, origins: Mapping[str, str]) -> str:
    """The page without its port, which is another in every run."""
    name, origin = next((name, origin) for name, origin in origins.items() if url.startswith(origin + "/"))
    return name + url.removeprefix(origin)


def _sources() -> dict[str, str]:
    return {**versions(), "govuk-frontend": installed("govuk-frontend")}


def _version(browser: str) -> str:
    """As the browser itself says; by its file's name where it does not."""
    try:
        said = subprocess.run([browser, "--version"], capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    return f"{Path(browser).name} {said}".strip()


if __name__ == "__main__":
    main()
