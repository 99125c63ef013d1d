"""A million addresses that wait: ``python bench/frontier.py [--urls 1000000]``.

They come as sitemaps bring them, 1,000 at a time. Then 16 are leased and ended as one worker does it, again and again,
while a hundredth of them waits, and while all do. What is measured: CPU and wall time of both, bytes on disk, and the
most memory of the process.
"""

from __future__ import annotations

import argparse
import os
import resource
import secrets
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import results
from history import SITE, address, begun, created, postgresql, size, timed

from audits.model import Link, PageOutcome, PageResult
from handrail.config import Policy
from handrail.runs import Place, open_store, parts_for
from reports.store.store import Store

AT_ONCE, LEASED, ROUNDS = 1_000, 16, 200
RUN = "run"


def queued(store: Store, urls: range) -> None:
    """Add addresses, as a sitemap names them."""
    for start in range(urls.start, urls.stop, AT_ONCE):
        some = range(start, min(start + AT_ONCE, urls.stop))
        store.add_links(RUN, SITE, [Link(url=address(n), via="sitemap") for n in some])


def ended(store: Store, waiting: int) -> tuple[float, float]:
    """Milliseconds to lease some pages, and to end one, at the median; half of what waits is left."""
    lease, finish = [], []
    found = PageResult(outcome=PageOutcome.NOT_FOUND, status=404)
    for _ in range(min(ROUNDS, waiting // (2 * LEASED))):
        leases: list[Any] = []
        lease.append(
            timed(lambda: leases.extend(store.lease(RUN, SITE, owner="bench", limit=LEASED, seconds=600)))[0]  # noqa: B023
        )
        for one in leases:
            finish.append(timed(lambda: store.finish(one, found))[0])  # noqa: B023
    return 1000 * median(lease), 1000 * median(finish)


def measured(name: str, number: int, where: str, folder: Path) -> dict[str, Any]:
    """One store."""
    os.environ.setdefault("HANDRAIL_KEY", secrets.token_hex(32))
    place = Place(out=folder, store=where)
    with open_store(place, parts_for(Policy())) as store:
        before = size(place.database)
        begun(store, RUN)
        few = number // 100
        queued(store, range(few))
        at_first = ended(store, few)
        rest = range(few, number)
        wall, cpu = timed(lambda: queued(store, rest))
        with_all = ended(store, len(rest))
        told = {
            "name": name,
            "urls": number,
            "few": few,
            "add": {"wall": 1e6 * wall / len(rest), "cpu": 1e6 * cpu / len(rest)},
            "first": at_first,
            "all": with_all,
            "room": (size(place.database) - before) / number,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    print(told, flush=True)
    return told


def main() -> None:
    """Measure, print, keep. Each store has a process of its own: the most memory is never given back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=1_000_000)
    told = parser.parse_args()
    if told.urls < (least := 200 * LEASED):
        parser.error(f"--urls: {least} at the least, or nothing waits when a hundredth of them does")
    done = []
    with postgresql() as server, tempfile.TemporaryDirectory() as folder:
        for name, where in (("SQLite", ""), ("PostgreSQL", created(server, "frontier"))):
            (own := Path(folder) / name).mkdir()
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                done.append(process.submit(measured, name, told.urls, where, own).result())
    results.put("frontier", {"stores": done}, command=f"python bench/frontier.py --urls {told.urls}")


if __name__ == "__main__":
    main()
