"""Workers as processes, a site that notes what it is asked for, and what must be the same whoever audited."""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from patience import inherited

from handrail import runs
from handrail.config import Policy
from handrail.queue import Queue

HANDRAIL = Path(sys.executable).with_name("handrail")
#: None of them is asked for by itself: what a server sees are pages.
FAULTS = ("<p><button></button></p>", '<p><a href="/"></a></p>', '<p><input type="text"></p>', "<p>Fine.</p>")


class Site(ThreadingHTTPServer):
    """Pages that lead to pages and to text files; notes when it was asked for what."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, pages, files):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = []
        self.open = self.most_open = 0
        self.counting = threading.Lock()
        self.on = {}
        self.bodies = {"/": _page("Start", "".join(f'<p><a href="/page-{n}">Page {n}</a></p>' for n in range(pages)))}
        for n in range(pages):
            links = "".join(f'<p><a href="/page-{n}-{f}.txt">File {f}</a></p>' for f in range(files))
            self.bodies[f"/page-{n}"] = _page(f"Page {n}", FAULTS[n % len(FAULTS)] + links)
            for f in range(files):
                mail = f"Write to resident{n}.{f}@mail.example about it." if not f % 10 else "Nothing here."
                self.bodies[f"/page-{n}-{f}.txt"] = f"File {f} of page {n}. {mail}\n"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site = self.server
        with site.counting:
            site.asked.append((time.monotonic(), self.path))
            site.open += 1
            site.most_open = max(site.most_open, site.open)
        try:
            if self.path in site.on:
                site.on[self.path]()
            body = site.bodies.get(self.path)
            kind = "text/plain" if self.path.endswith(".txt") else "text/html"
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len((body or "").encode())))
            self.end_headers()
            self.wfile.write((body or "").encode())
        finally:
            with site.counting:
                site.open -= 1

    def log_message(self, *args):
        """Quiet."""


def _page(title, body):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body><header><a href="/"></a></header><main><h1>{title}</h1>{body}</main></body></html>'
    )


class Machines:
    """Workers with one store, each in a folder that they share."""

    def __init__(self, url, out, key_file, handrail):
        self.url, self.out, self.handrail, self.workers = url, out, handrail, []
        out.mkdir()
        (out / "tmp").mkdir()
        self.environ = os.environ | inherited() | {
            "HANDRAIL_STORE": url, "HANDRAIL_KEY_FILE": str(key_file), "TMPDIR": str(out / "tmp")
        }  # fmt: skip

    def queue(self, *arguments):
        done = self.handrail("queue", *arguments, "--out", self.out, "--store", self.url)
        assert done.code == 0, done
        return done.said

    def add(self, sites, *, options="", pictures=False, more=""):
        config = self.out / "handrail.toml"
        config.write_text(
            "\n".join(f'[sites.s{n}]\nstart = ["{one.url}"]\n{options}' for n, one in enumerate(sites)) + more, "utf-8"
        )
        pictures = "--pictures" if pictures else "--no-pictures"
        return self.queue("add", "--config", config, pictures).split()[1].rstrip(":")

    def work(self, *options, out=None):
        log = (self.out / f"worker-{len(self.workers)}.log").open("w")
        command = [HANDRAIL, "worker", "--out", out or self.out, *map(str, options)]
        process = subprocess.Popen(command, env=self.environ, stderr=log, start_new_session=True)
        self.workers.append(process)
        return process

    @contextlib.contextmanager
    def store(self):
        with runs.open_store(runs.Place(out=self.out, store=self.url), runs.parts_for(Policy())) as opened:
            yield opened

    def newest(self):
        """The number of the last worker that reached the queue."""
        with Queue(runs.Place(out=self.out, store=self.url)) as queue:
            return max(queue.workers(), default=0)

    def ended(self, store, run):
        """Addresses of a run that have ended."""
        return sum(number for site in store.sites(run) for how, number in store.outcomes(run, site.key).items() if how)

    def until(self, condition, seconds):
        ends = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < ends, self.said()
            time.sleep(0.3)

    def until_over(self, store, run, seconds):
        self.until(lambda: store.sharing.plan(run) is None, seconds)

    def said(self):
        return "\n".join(path.read_text("utf-8")[-2000:] for path in sorted(self.out.glob("worker-*.log")))

    def close(self):
        for process in self.workers:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()

    @property
    def report(self):
        return json.loads((self.out / "report" / "report.json").read_text("utf-8"))


def listed(machines):
    told = json.loads(machines.queue("list", "--all", "--json"))
    return {job["site"]: job["state"] for job in told["jobs"]}, [job["state"] for job in told["reports"]]


def told(lines, report, servers):
    """Everything that must be the same, hosts by their number. Counted."""
    names = {f"127.0.0.1:{one.server_port}": f"host{n}" for n, one in enumerate(servers)}

    def at(url):
        host, _, path = url.removeprefix("http://").partition("/")
        return f"{names[host]}/{path}"

    def plain(message):
        """Without the host, wherever a message names it."""
        return re.sub(r"127\.0\.0\.1:\d+", lambda found: names[found[0]], message)

    return {
        "pages": Counter((at(line["url"]), line["outcome"]) for line in lines if line["record"] == "page"),
        "findings": Counter(
            (line["rule"], at(line["url"]), line["selector"], plain(line["message"]))
            for line in lines
            if line["record"] == "finding"
        ),
        "verdicts": Counter(
            (line["rule"], at(line["url"]), line["verdict"])
            for line in lines
            if line["record"] == "outcome" and line["url"]
        ),
        "issues": [
            sorted(
                (issue["rule"], issue["part"], issue["places"], issue["pages"], issue["state"])
                for issue in site["issues"]
            )
            for site in sorted(report["sites"], key=lambda one: names[one["host"]])
        ],
        "sites": sorted(
            (names[one["host"]], one["verdict"], one["state"], one["coverage"]["audited"], one["coverage"]["found"])
            for one in report["sites"]
        ),
    }


def findings(store, run):
    return list(runs.finding_lines(store, run, runs.parts_for(Policy())))
