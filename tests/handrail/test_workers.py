"""Workers on any number of machines share runs: nothing is lost, nothing is done twice, and hosts notice none of it."""

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from buckets import BUCKET, bucket, keys
from databases import PostgreSQL

from handrail import runs
from handrail.config import Policy
from handrail.queue import Queue
from reports.store.sharing import KILLS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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


@pytest.fixture(scope="module")
def postgresql():
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture
def sites():
    made = []

    def make(number, **options):
        made.extend(Site(**options) for _ in range(number))
        return made[-number:]

    yield make
    for site in made:
        site.shutdown()
        site.server_close()


class Machines:
    """Workers with one store, each in a folder that they share."""

    def __init__(self, url, out, key_file, handrail):
        self.url, self.out, self.handrail, self.workers = url, out, handrail, []
        out.mkdir()
        (out / "tmp").mkdir()
        self.environ = os.environ | {
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


@pytest.fixture
def machines(postgresql, key_file, tmp_path, request, handrail):
    url = postgresql.create(f"workers_{abs(hash(request.node.name))}")
    made = Machines(url, tmp_path / "out", key_file, handrail)
    yield made
    made.close()


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


def of_many(one, hosts):
    """What must be told of so many hosts that are all like the one that ``one`` tells of."""

    def everywhere(counted):
        return Counter(
            {
                tuple(word.replace("host0", f"host{n}") for word in key): number
                for key, number in counted.items()
                for n in range(hosts)
            }
        )

    ((_, *site),) = one["sites"]
    return {
        **{name: everywhere(one[name]) for name in ("pages", "findings", "verdicts")},
        "issues": one["issues"] * hosts,
        "sites": sorted((f"host{n}", *site) for n in range(hosts)),
    }


def findings(store, run):
    return list(runs.finding_lines(store, run, runs.parts_for(Policy())))


def steady(site, delay, seconds=5.0):
    """Whether a host was never asked more often than it wanted, over any such stretch of time."""
    times = [moment for moment, _ in site.asked]
    most = max(sum(1 for other in times[n:] if other - begin < seconds) for n, begin in enumerate(times))
    return most <= seconds / delay + 5  # as many as are on their way at once


def test_workers_share_a_large_site_and_end_every_site_once(sites, machines, audit, tmp_path):
    servers = sites(1, pages=14, files=1) + sites(1, pages=2, files=0)
    run = machines.add(servers)
    with machines.store() as store:
        machines.work("--join", 4)
        machines.work("--join", 4)
        machines.until_over(store, run, 240)
        ours = told(findings(store, run), machines.report, servers)
        owners = store.runs()[-1]
    machines.until(lambda: listed(machines)[1] == ["done"], 30)
    shown = listed(machines)
    for worker in machines.workers:
        worker.terminate()
    ends = [worker.wait(60) for worker in machines.workers]

    alone = audit(tmp_path / "alone", "--config", machines.out / "handrail.toml", "--no-pictures")

    assert ours == told(alone.lines, alone.report, servers)
    assert owners.state == "complete"
    assert shown == ({"s0": "done", "s1": "done"}, ["done"])
    assert ends == [130, 130]
    assert (
        max(Counter(path for _, path in servers[0].asked if path.startswith("/page")).values()) <= 4
    )  # ours, and alone


def test_a_worker_that_must_go_ends_its_pages_and_another_goes_on(sites, machines):
    (server,) = sites(1, pages=10, files=0)
    run = machines.add([server])
    with machines.store() as store:
        first = machines.work("--join", 0)
        machines.until(lambda: machines.ended(store, run) >= 3, 120)
        first.terminate()
        code = first.wait(100)
        left = store.owners(run)
        machines.work("--join", 0)
        machines.until_over(store, run, 180)
        ends = store.outcomes(run, "s0")

    assert code == 130
    assert left == ()
    assert {how.value: number for how, number in ends.items()} == {"audited": 11}
    asked = Counter(path for _, path in server.asked if path.startswith("/page"))
    assert set(asked.values()) <= {2, 3}  # by Scrapy and by the browser; what was fetched, not begun, again


def test_a_page_that_kills_is_given_up_the_second_time_and_costs_no_other(sites, machines):
    (server,) = sites(1, pages=8, files=0)
    deaths = []

    def kill():
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                command = path.read_bytes()
                if b"handrail.working" in command and str(machines.out).encode() in command:
                    deaths.append(path.parent.name)
                    os.kill(int(path.parent.name), signal.SIGKILL)

    server.on["/page-3"] = kill
    run = machines.add([server])
    with machines.store() as store:
        worker = machines.work("--join", 0)
        machines.until_over(store, run, 240)
        pages = {page.url.rpartition("/")[2]: page for page in store.page_outcomes(run, "s0")}

    assert len(set(deaths)) == 2
    assert worker.poll() is None
    assert (pages["page-3"].outcome.value, pages["page-3"].reason) == ("crashed", KILLS)
    assert {page.outcome.value for name, page in pages.items() if name != "page-3"} == {"audited"}


def test_what_a_lost_worker_had_is_taken_up_in_less_than_a_minute(sites, machines):
    (server,) = sites(1, pages=8, files=0)
    run = machines.add([server])
    with machines.store() as store:
        first = machines.work("--join", 0)
        machines.until(lambda: machines.ended(store, run) >= 2, 180)
        machines.work("--join", 0)
        first.kill()
        killed, done = time.monotonic(), machines.ended(store, run)
        with Queue(runs.Place(out=machines.out, store=machines.url)) as queue:
            machines.until(lambda: [job.attempts for job in queue.jobs() if job.site] == [1], 60)
        taken_up = time.monotonic() - killed
        machines.until_over(store, run, 240)
        ends = store.outcomes(run, "s0")

    assert done < 9
    assert taken_up < 60
    assert {how.value: number for how, number in ends.items()} == {"audited": 9}


def test_a_machine_that_slept_begins_anew_and_nothing_is_done_twice(sites, machines):
    (server,) = sites(1, pages=8, files=0)
    run = machines.add([server])

    def signalled(worker, sign):
        """The worker and the process that does its job."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, IndexError):
                pid, parent = path.parent.name, path.read_text().rpartition(")")[2].split()[1]
                if int(parent) == worker.pid or int(pid) == worker.pid:
                    os.kill(int(pid), sign)

    with machines.store() as store:
        first = machines.work("--join", 0)
        machines.until(lambda: machines.ended(store, run) >= 2, 180)
        signalled(first, signal.SIGSTOP)
        machines.work("--join", 0)
        with Queue(runs.Place(out=machines.out, store=machines.url)) as queue:
            machines.until(lambda: [job.attempts for job in queue.jobs() if job.site] != [0], 60)
        signalled(first, signal.SIGCONT)
        code = first.wait(60)
        machines.until_over(store, run, 240)
        ends = store.outcomes(run, "s0")

    assert code == 4
    assert {how.value: number for how, number in ends.items()} == {"audited": 9}


def test_one_machine_writes_the_reports_with_pictures_that_another_took(sites, machines, tmp_path):
    (server,) = sites(1, pages=1, files=0)
    run = machines.add([server], pictures=True)
    with machines.store() as store:
        first = machines.work("--no-reports", out=tmp_path / "elsewhere")
        machines.until(lambda: all(site.state == "complete" for site in store.sites(run)), 180)
        first.terminate()
        first.wait(60)
        told_before, kept = store.sharing.plan(run), [name for name, _ in store.sharing.pictures(run)]
        machines.work()
        machines.until_over(store, run, 120)
        left = list(store.sharing.pictures(run))

    assert told_before is not None
    assert kept
    assert left == []
    assert sorted(path.name for path in (machines.out / "evidence").iterdir()) == sorted(kept)
    assert list((machines.out / "report").glob("sites/*/evidence/*.png"))
    assert not [path for name in ("evidence", "report") for path in (tmp_path / "elsewhere").glob(name)]


def test_in_a_bucket_pictures_need_no_database_and_come_near_for_the_reports(sites, machines, tmp_path):
    (server,) = sites(1, pages=1, files=0)
    with bucket() as s3, machines.store() as store:
        machines.environ |= {**s3.environ, "HANDRAIL_EVIDENCE": f"s3://{BUCKET}/city"}
        run = machines.add([server], pictures=True)
        first = machines.work("--no-reports", out=tmp_path / "elsewhere")
        machines.until(lambda: all(site.state == "complete" for site in store.sites(run)), 180)
        first.terminate()
        first.wait(60)
        waiting = list(store.sharing.pictures(run))
        machines.work()
        machines.until_over(store, run, 120)
        kept = {key.rpartition("/")[2] for key in keys(s3)}

    assert waiting == []
    shown = {path.name for path in (machines.out / "report").glob("sites/*/evidence/*.png")}
    assert shown
    assert shown <= kept
    assert not (machines.out / "evidence").exists()


def test_people_and_programs_are_told_once_when_the_last_site_has_ended(sites, machines, serve):
    servers, hook = sites(2, pages=2, files=0), serve({"/hook": "heard", "/programs": "heard"})
    machines.environ["HANDRAIL_NOTIFY_WEB"] = f"json://127.0.0.1:{hook.server_port}/hook"
    machines.environ["HANDRAIL_WEBHOOK_DESK"] = f"http://127.0.0.1:{hook.server_port}/programs"
    machines.environ["HANDRAIL_WEBHOOK_DESK_SECRET"] = "x" * 32
    targets = '[notify.targets.web]\nevents = ["critical-issue"]\n[webhooks.targets.desk]\n'
    run = machines.add(servers, more=f"\n{targets}")
    heard = []
    with machines.store() as store:

        def over():
            states = [site.state for site in store.sites(run)]
            heard.append((states.count("running"), len(hook.asked)))
            return store.sharing.plan(run) is None

        machines.work()
        machines.work()
        machines.until(over, 240)
        time.sleep(3)  # who is told twice is told soon

    assert sorted(hook.asked) == [("POST", "/hook"), ("POST", "/programs")]
    assert all(told == 0 for running, told in heard if running)


def test_what_is_cancelled_is_told_as_incomplete_and_lets_the_run_end(sites, machines):
    servers = sites(2, pages=2, files=0)
    run = machines.add(servers)
    again = machines.queue("add", "--config", machines.out / "handrail.toml")
    gone = machines.queue("cancel", "s1")
    with machines.store() as store:
        machines.work()
        machines.until_over(store, run, 180)
        states = {site.key: (site.state, "no-page-audited" in site.reasons) for site in store.sites(run)}

    assert "s0: is in the queue already" in again
    assert f"s1: cancelled (run {run})" in gone
    assert states == {"s0": ("complete", False), "s1": ("incomplete", True)}
    assert machines.report["run"]["state"] == "incomplete"


def listed(machines):
    told = json.loads(machines.queue("list", "--all", "--json"))
    return {job["site"]: job["state"] for job in told["jobs"]}, [job["state"] for job in told["reports"]]


def test_the_queue_is_shown_and_repaired(sites, machines):
    servers = sites(2, pages=0, files=0)
    run = machines.add(servers)
    nothing = machines.queue("retry")
    machines.queue("cancel", "s1")
    cancelled = listed(machines)
    again = machines.queue("retry", "s1")
    waiting = listed(machines)
    machines.queue("cancel", run)
    ended = listed(machines)

    assert "There is nothing to do again." in nothing
    assert cancelled == ({"s0": "waiting", "s1": "cancelled"}, [])
    assert f"s1: waits again (run {run})" in again
    assert waiting == ({"s0": "waiting", "s1": "waiting"}, [])
    assert ended == ({"s0": "cancelled", "s1": "cancelled"}, ["waiting"])


def test_what_is_due_is_put_in_the_queue_once(sites, machines):
    servers = sites(2, pages=0, files=0)
    config = machines.out / "handrail.toml"
    text = [f'[sites.s{n}]\nstart = ["{one.url}"]\nschedule = "{when}"' for n, (one, when) in enumerate(zip(
        servers, ("daily 03:30", "never"), strict=True
    ))]  # fmt: skip
    config.write_text("\n".join(text), "utf-8")

    told = [machines.queue("add", "--due", "--config", config) for _ in range(2)]

    assert "1 site in the queue" in told[0]
    assert "s0: is in the queue already" in told[1]
    assert "Nothing was put in the queue." in told[1]
    assert listed(machines)[0] == {"s0": "waiting"}


def test_without_a_server_there_is_no_queue(handrail, tmp_path):
    for command in (("worker",), ("queue", "list"), ("queue", "add", "http://a.example/")):
        done = handrail(*command, "--out", tmp_path)

        assert done.code == 2
        assert "workers share a store in PostgreSQL: name it with --store or HANDRAIL_STORE" in done.told
    assert not any(tmp_path.iterdir())


@pytest.mark.timeout(1800)
def test_a_thousand_addresses_survive_kills_and_restarts_of_the_database(postgresql, sites, machines, audit, tmp_path):
    """Ten hosts, a hundred pages in Chromium and nine hundred files; three workers, of which one is killed every few
    seconds while the database breaks down twice."""
    delay, chance = 0.2, random.Random(7)
    servers = sites(10, pages=9, files=10)
    run = machines.add(servers, options=f"delay = {delay}")
    kills, restarts = 0, 0
    with machines.store() as store:
        for _ in range(3):
            machines.work("--join", 20)
        next_kill, next_restart, known = 25, 300, 0
        ends = time.monotonic() + 1500
        while store.sharing.plan(run) is not None:
            assert time.monotonic() < ends, machines.said()
            time.sleep(1)
            done = machines.ended(store, run)
            # Whoever only starts while the database is away says so and ends: that is not the matter here.
            if done >= next_restart and restarts < 2 and machines.newest() > known:
                postgresql.stop()
                time.sleep(2)
                postgresql.start()
                restarts, next_restart = restarts + 1, done + 300
            if done >= next_kill and done < 960:
                victim = chance.choice([one for one in machines.workers if one.poll() is None])
                victim.kill()
                victim.wait()
                known = machines.newest()
                kills, next_kill = kills + 1, done + chance.randrange(40, 90)
                machines.work("--join", 20)
            for worker in machines.workers[-3:]:
                assert worker.poll() in (None, -signal.SIGKILL), machines.said()
        ours = told(findings(store, run), machines.report, servers)
    asked = [list(server.asked) for server in servers]

    # The hosts are alike: an audit of one, with nobody in its way, says what must be told of each.
    config = tmp_path / "alone.toml"
    config.write_text(f'[sites.s0]\nstart = ["{servers[0].url}"]\n', "utf-8")
    alone = audit(tmp_path / "alone", "--config", config, "--no-pictures")

    assert kills >= 10
    assert restarts == 2
    assert sum(ours["pages"].values()) >= 1000
    assert ours == of_many(told(alone.lines, alone.report, servers[:1]), len(servers))
    for server, before in zip(servers, asked, strict=True):
        server.asked = before
        assert steady(server, delay)
