"""What more workers bring to one large site: ``python bench/workers.py [--pages 400] [--workers 1 2 4]``.

The same generated site of one host (see ``flat.py``), audited from a queue in PostgreSQL by one worker, then by two,
then by four, each time from the beginning and into a database of its own. All run on this machine: where its cores are
busy with one worker already, more can bring nothing, and what is seen is what sharing costs.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import results
from flat import FIRST, Series, generate
from history import created, postgresql
from measure import CORES, measure
from peers import PYTHON, fresh
from sites import WORK, Site, build, served
from sqlalchemy import create_engine, text

from audits.model import PageOutcome
from crawler.browser.find import find_browser

HANDRAIL = PYTHON.parent / "handrail"
#: Others are called to the site from so few waiting pages on, and it is looked so often how far they are.
JOIN, EVERY = 10, 0.5
#: Four workers and their jobs hold more than PostgreSQL's usual hundred.
CONNECTIONS = "-c max_connections=300"
#: The rate is that of the pages between these shares: neither the start of browsers nor the last pages count.
FROM, TO = 0.1, 0.9


def main() -> None:
    """Generate, audit with more and more workers, and renew the results page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--limit", type=float, default=4 * 3600, help="seconds for each number of workers")
    told = parser.parse_args()
    model = next(site for site in build() if site.name == "bootstrap")
    site = Site(name="flat", root=fresh(WORK / "workers"), speed=False)
    generate(site.root, model, told.pages, told.seed)
    done = []
    with served(site) as origins, postgresql(CONNECTIONS) as server:
        for number in told.workers:
            done.append(audited(origins["flat"] + FIRST, number, created(server, f"workers{number}"), told.limit))
            print(json.dumps(done[-1], indent=1), flush=True)
    command = " ".join(["python", "bench/workers.py", *sys.argv[1:]])
    results.put("workers", {"runs": done, "others": max(one["others"] for one in done)}, command=command)


def audited(url: str, number: int, store: str, limit: float) -> dict[str, Any]:
    """What so many workers took for the site."""
    folder = fresh(WORK / f"runs/workers-{number}")
    (folder / "handrail.toml").write_text(f'[sites.flat]\nstart = ["{url}"]\n', "utf-8")
    env = {"HANDRAIL_BROWSER": find_browser(), "HANDRAIL_KEY": secrets.token_hex(32), "HANDRAIL_STORE": store}
    cost = measure([[PYTHON, __file__, "worked", str(number)]], folder, env=env, limit=limit, every=1.0)
    if cost.exits != (0,) or cost.timed_out:
        raise SystemExit(f"{number} workers ended with {cost.exits}: {(folder / 'output.log').read_text()[-1500:]}")
    told = json.loads((folder / "told.json").read_text())
    pages = told["ends"].get(PageOutcome.AUDITED, 0)
    return {
        "workers": number,
        "cores": CORES,
        "pages": pages,
        "ends": told["ends"],
        "wall": told["wall"],
        "pictures": told["pictures"],
        "picture_bytes": told["picture_bytes"],
        "rate": rate(told["series"]),
        "cpu": cost.cpu / pages,
        "peak": cost.peak,
        "others": cost.others,
    }


def rate(series: Series) -> float:
    """Pages a second, without the first and the last tenth of them."""
    most = series[-1][1]
    begun = next((at, count) for at, count in series if count >= FROM * most)
    over = next((at, count) for at, count in series if count >= TO * most)
    return (over[1] - begun[1]) / (over[0] - begun[0]) if over[0] > begun[0] else 0.0


def worked(number: int) -> None:
    """Put the site in the queue, let so many workers do it, stop them; in a process tree that is measured."""
    store = os.environ["HANDRAIL_STORE"]
    subprocess.run([HANDRAIL, "queue", "add", "--config", "handrail.toml", "--out", "out"], check=True)
    began = time.monotonic()
    command = [HANDRAIL, "worker", "--out", "out", "--no-reports", "--join", str(JOIN)]
    workers = [subprocess.Popen(command) for _ in range(number)]
    engine = create_engine(store.replace(":", "+psycopg:", 1))
    series: list[tuple[float, int]] = []
    try:
        with engine.connect() as conn:
            conn = conn.execution_options(isolation_level="AUTOCOMMIT")
            while any(state == "running" for state in conn.scalars(text("SELECT state FROM site"))):
                if any(worker.poll() is not None for worker in workers):
                    raise SystemExit("a worker ended before the site did")
                count = conn.scalar(text("SELECT count(*) FROM page WHERE outcome = 'audited'"))
                series.append((time.monotonic() - began, count))
                time.sleep(EVERY)
            pictures, size = conn.execute(text("SELECT count(*), coalesce(sum(length(body)), 0) FROM picture")).one()
            ends = {row[0]: row[1] for row in conn.execute(text("SELECT outcome, count(*) FROM page GROUP BY 1"))}
        wall = time.monotonic() - began
    finally:
        engine.dispose()
        for worker in workers:
            with suppress(ProcessLookupError):
                worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait(150)
    told = {"wall": wall, "series": series, "ends": ends, "pictures": pictures, "picture_bytes": int(size)}
    Path("told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    if sys.argv[1:2] == ["worked"]:
        worked(int(sys.argv[2]))
    else:
        main()
