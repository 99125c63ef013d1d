"""Audit whole sites of real documentation, as a City would: ``python bench/whole.py [SITE ...] [--max-pages 300]``.

Every end of a page that the site does not explain is told: it is ours until shown otherwise.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import results
from measure import Cost, measure
from peers import PYTHON, Command, fresh
from sites import WORK, build, served

from audits.model import SETTLED, PageOutcome
from crawler.browser.find import find_browser
from handrail.runs import Place, open_store
from handrail.wiring import Parts

NAMES = ("handbook", "python")
#: The plan's own ends, not the site's and not ours.
PLANNED = SETTLED | {PageOutcome.BUDGET_PAGES, PageOutcome.BUDGET_DEPTH}


def main() -> None:
    """Audit, print, and renew the results page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", nargs="*", default=NAMES, metavar="SITE", help=f"default: {' '.join(NAMES)}")
    parser.add_argument("--max-pages", type=int, default=300)
    told = parser.parse_args()
    if unknown := set(told.sites) - set(NAMES):
        parser.error(f"no site {min(unknown)!r}; there are: {', '.join(NAMES)}")
    done: dict[str, dict[str, Any]] = results.kept("audits").get("sites", {})
    with served() as origins:
        for site in build():
            if site.name not in told.sites:
                continue
            url = origins[site.name] + site.start
            cost, seen = audit(url, WORK / "runs" / f"whole-{site.name}", "--max-pages", str(told.max_pages))
            command = " ".join(["python", "bench/whole.py", *sys.argv[1:]])
            done[site.name] = {"exit": cost.exits[0], "on": results.now(), "command": command, **costs(cost), **seen}
            print(json.dumps(done[site.name], indent=1), flush=True)
            others = max(each["others"] for each in done.values())
            results.put("audits", {"sites": done, "others": others}, command=command)


def audit(
    url: str, folder: Path, *options: str, every: float = 0.2, limit: float = 7200
) -> tuple[Cost, dict[str, Any]]:
    """``handrail audit URL`` and what its own store and findings say."""
    fresh(folder)
    command: Command = [
        PYTHON.parent / "handrail",
        "audit",
        url,
        "--out",
        "out",
        "--findings",
        "found.jsonl",
        "--quiet",
        *options,
    ]
    key = secrets.token_bytes(32)
    env = {"HANDRAIL_BROWSER": find_browser(), "HANDRAIL_KEY": key.hex()}
    cost = measure([command], folder, env=env, limit=limit, every=every)
    if not (folder / "found.jsonl").is_file():
        raise SystemExit(f"handrail ended with {cost.exits}: {(folder / 'output.log').read_text()[-1500:]}")
    ends: Counter[str] = Counter()
    unexplained = []
    for line in _lines(folder / "found.jsonl"):
        if line["record"] == "page":
            ends[line["outcome"] or "waiting"] += 1
            if line["outcome"] not in PLANNED:
                unexplained.append(f"{line['url'].removeprefix(url)}: {line['outcome']}, {line['reason']}")
        elif line["record"] == "outcome" and line["verdict"] == "error":
            unexplained.append(f"{line['url'].removeprefix(url)}: {line['rule']}: {line['reason']}")
    return cost, {
        "audited": ends[PageOutcome.AUDITED],
        "outcomes": dict(ends.most_common()),
        "ours": unexplained,
        "steps": steps(folder / "out", key),
    }


def costs(cost: Cost) -> dict[str, float]:
    """What the results page keeps of a cost."""
    return {"wall": cost.wall, "cpu": cost.cpu, "peak": cost.peak, "others": cost.others}


def steps(out: Path, key: bytes) -> dict[str, float]:
    """Mean seconds of every step of a page in the last run."""
    with open_store(Place(out=out), Parts(secret=key)) as store:
        run = store.latest_run()
        assert run is not None
        return {name: step["mean"] for name, step in store.timings(run.id).items()}


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
