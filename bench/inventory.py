"""How fast an inventory lists many hosts: ``python bench/inventory.py [--hosts 24] [--pages 250]``.

Real documentation, the same on many hosts, each with a pace of its own: no host is asked more often than its delay
allows, and all together are as fast as one process can read, remember and store. The frontier is the store's, as ever.
"""

from __future__ import annotations

import argparse
import secrets
import sqlite3
import sys
from collections import Counter
from contextlib import closing

import results
from measure import measure
from peers import PYTHON, fresh
from sites import WORK, Site, build, served

MODELS = ("apache", "django", "handbook", "python")
SITE = """[sites.host{number}]
start = ["{origin}{start}"]
delay = {delay}
sitemaps = false
[sites.host{number}.budget]
pages = {pages}
"""


def main() -> None:
    """Measure, print, and renew the results page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=24)
    parser.add_argument("--pages", type=int, default=250, help="of each host")
    parser.add_argument("--delay", type=float, default=0.1, help="seconds between two requests to one host")
    told = parser.parse_args()
    models = [site for site in build() if site.name in MODELS]
    hosts = [
        Site(name=f"host{number}", root=models[number % len(models)].root, speed=False) for number in range(told.hosts)
    ]
    folder = fresh(WORK / "runs" / "inventory")
    with served(*hosts) as origins:
        tables = (
            SITE.format(
                number=number,
                origin=origins[f"host{number}"],
                start=models[number % len(models)].start,
                delay=told.delay,
                pages=told.pages,
            )
            for number in range(told.hosts)
        )
        (folder / "handrail.toml").write_text("\n".join(tables))
        command = [PYTHON.parent / "handrail", "audit", "--no-render", "--out", "out", "--quiet"]
        cost = measure([command], folder, env={"HANDRAIL_KEY": secrets.token_hex(32)})
    with closing(sqlite3.connect(folder / "out/handrail.sqlite")) as store:
        ends = Counter(dict(store.execute("select outcome, count(*) from page group by outcome")))
        began, ended = store.execute("select started, finished from run").fetchone()
        seconds = store.execute("select (julianday(?) - julianday(?)) * 86400", (ended, began)).fetchone()[0]
    data = {
        "hosts": told.hosts,
        "delay": told.delay,
        "listed": ends["listed"],
        "outcomes": dict(ends.most_common()),
        "seconds": seconds,
        "wall": cost.wall,
        "cpu": cost.cpu,
        "peak": cost.peak,
        "others": cost.others,
        "exit": cost.exits[0],
    }
    results.put("inventory", data, command=" ".join(["python", "bench/inventory.py", *sys.argv[1:]]))
    print(data)


if __name__ == "__main__":
    main()
