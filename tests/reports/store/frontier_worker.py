"""A worker that a test may kill at any moment: ``frontier_worker.py WHERE OWNER PAGES``."""

from __future__ import annotations

import sys
import time

from store_helpers import PlainGuard, audited, fails, finding, passes, url

from audits.model import Link
from reports.store.store import Store


def links_of(page: int, pages: int) -> tuple[Link, ...]:
    """A tree, and links that everybody has, in an order of each page's own."""
    common = [(page * 7 + n) % 10 for n in range(10)]
    children = [child for child in (2 * page + 1, 2 * page + 2) if child < pages]
    depth = (page + 1).bit_length()
    return tuple(Link(url=url(n), depth=depth) for n in [*children, *common])


def main(where: str, owner: str, pages: int) -> None:
    with Store.open(where, guard=PlainGuard()) as store:
        while store.pending("r1", "main"):
            leases = store.lease("r1", "main", owner=owner, limit=4, seconds=1.5)
            for lease in leases:
                page = int(lease.url.rpartition("/")[2])
                time.sleep(0.003)
                found = fails(finding(selector=f"img.{page % 7}"), finding(selector="img.logo", part="header"))
                store.finish(lease, audited(found, passes("axe/label"), links=links_of(page, pages)))
            if not leases:
                time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
