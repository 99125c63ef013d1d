"""Writes into a store as an audit does, without a pause, until its standard input ends: ``audit_writer.py OUT STORE``.

Says "ready" once it has begun, and at its end how many pages it ended and how many entries it added to the log.
"""

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "reports" / "store"))

from store_helpers import audited, begin, fails, finding, passes, url

from audits.model import Link
from handrail import runs
from handrail.config import Policy


def main(out: str, where: str) -> None:
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    pages = entries = number = 0
    with runs.open_store(runs.Place(out=Path(out), store=where), runs.parts_for(Policy())) as store:
        while not over.is_set():
            run = f"w{number}"
            begin(store, run, "parks", started=datetime(2026, 5, 1, 8, tzinfo=UTC) + timedelta(hours=number))
            store.add_links(run, "parks", [Link(url=url(f"parks/{n}")) for n in range(8)])
            while not over.is_set() and (leases := store.lease(run, "parks", owner="w", limit=4, seconds=60)):
                for lease in leases:
                    one = fails(finding(selector=f"img.n{pages % 5}"))
                    pages += store.finish(lease, audited(one, passes("axe/link-name")))
                    store.record("notified", {"to": "a test", "n": entries})
                    entries += 1
            store.finish_site(run, "parks", "complete")
            store.finish_run(run, "complete")
            if not number:
                print("ready", flush=True)
            number += 1
    print(pages, entries, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
