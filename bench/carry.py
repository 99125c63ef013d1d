"""What a second audit of an unchanged site costs: ``python bench/carry.py [--only tags]``.

Some sixty pages of Python's documentation, twice: from a server that gives ETag and Last-Modified, and from one that
gives neither, so that every byte is compared. Between the two audits nothing changes but the time.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import results
from measure import Cost, measure
from peers import PYTHON, fresh
from sites import WORK, build, served
from whole import costs as costs_of

from crawler.browser.find import find_browser

#: Of the size and kind of a City's pages: menus, headings, long texts, tables, search.
CONFIG = """[sites.docs]
start = ["{origin}/"]
include = ["/", "/tutorial/*", "/howto/*", "/faq/*", "/using/*", "/reference/*"]
"""


class Plain(SimpleHTTPRequestHandler):
    """Serves files and says nothing about their age."""

    protocol_version = "HTTP/1.1"

    def send_header(self, keyword: str, value: str) -> None:
        """Without the validator that the standard library adds."""
        if keyword != "Last-Modified":
            super().send_header(keyword, value)

    def log_message(self, *args: object) -> None:
        """Quiet."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("tags", "none"), help="a server with validators, or without")
    parser.add_argument("--plain", metavar="FOLDER", help="only serve the folder, without validators")
    told = parser.parse_args()
    if told.plain:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Plain, directory=told.plain))
        print(server.server_port, flush=True)
        server.serve_forever()
    site = next(site for site in build() if site.name == "python")
    done = []
    with served() as origins, _plain(site.root) as plain:
        servers = {"tags": ("ETag and Last-Modified", origins[site.name]), "none": ("no validators", plain)}
        for key, (name, origin) in servers.items():
            if told.only in (None, key):
                done.append(twice(name, origin))
    others = max(one["others"] for one in done)
    command = " ".join(["python", "bench/carry.py", *sys.argv[1:]])
    results.put("carry", {"servers": done, "others": others}, command=command)


@contextmanager
def _plain(root: Path) -> Iterator[str]:
    """A server in a process of its own: its work is not the audit's."""
    command = [sys.executable, __file__, "--plain", root]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.terminate()


def twice(name: str, origin: str) -> dict[str, Any]:
    """Audit, and audit again: both costs."""
    folder = WORK / "runs" / "carry"
    fresh(folder)
    (folder / "handrail.toml").write_text(CONFIG.format(origin=origin), "utf-8")
    env = {"HANDRAIL_BROWSER": find_browser(), "HANDRAIL_KEY": secrets.token_hex(32)}
    costs: list[Cost] = []
    print(name)
    for found in ("first.jsonl", "second.jsonl"):
        command = [PYTHON.parent / "handrail", "audit", "--out", "out", "--findings", found, "--quiet"]
        cost = measure([command], folder, env=env)
        if cost.exits != (0,):
            raise SystemExit(f"handrail ended with {cost.exits}: {(folder / 'output.log').read_text()[-1500:]}")
        ends: Counter[str] = Counter()
        with (folder / found).open(encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                if line["record"] == "page" and line["outcome"] == "audited":
                    ends["carried" if line["carried_from"] else line["reason"] or "audited"] += 1
        costs.append(cost)
        print(f"  {cost.wall:7.1f} s wall {cost.cpu:7.1f} s CPU  {cost.others:4.0%} others  {dict(ends.most_common())}")
    first, second = costs
    print(f"  second / first: {second.wall / first.wall:.1%} wall, {second.cpu / first.cpu:.1%} CPU", flush=True)
    told = {"first": costs_of(first), "second": costs_of(second), "others": max(first.others, second.others)}
    return {"name": name, "pages": ends.total(), "carried": ends["carried"], **told}


if __name__ == "__main__":
    main()
