"""A run that is killed or told to stop loses nothing: taken up again, it ends as if nothing had happened."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from patience import inherited

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HANDRAIL = Path(sys.executable).with_name("handrail")
FAULTS = (
    '<p><img src="x.png"></p>',
    '<p><a href="/"></a></p>',
    "<p><button></button></p>",
    '<p><input type="text"></p>',
    '<iframe title="Inside" src="/inside"></iframe>',
)


def page(body, title):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body><header><a href="/"></a></header><main><h1>{title}</h1>{body}</main></body></html>'
    )


@pytest.fixture(scope="module")
def site(serve_module):
    """Thirteen pages, four links deep, with a fault on each, a dead link and a page that needs a password."""
    routes = {"/": page('<p><a href="/a0">A</a> <a href="/b0">B</a> <a href="/account">Account</a></p>', "Start")}
    for row in "ab":
        for number in range(6):
            onward = "".join(f'<p><a href="/{row}{after}">Page {after}</a></p>' for after in (number + 1, number + 2))
            routes[f"/{row}{number}"] = page(FAULTS[number % len(FAULTS)] + onward, f"Page {row}{number}")
    routes["/account"] = (401, {}, "who are you")
    routes["/inside"] = '<!doctype html><html lang="en"><title>Inside</title><p>In <img src="y.png"></p></html>'
    return serve_module(routes)


@pytest.fixture(scope="module")
def undisturbed(site, audit, tmp_path_factory):
    """What an audit says of the site when nobody disturbs it."""
    done = audit(tmp_path_factory.mktemp("undisturbed"), site.url())
    assert (done.code, done.report["run"]["state"]) == (0, "complete")
    return done


def told(done):
    """Everything that must be the same: pages with their outcomes, findings, verdicts, the report's issues. Counted."""
    lines = done.lines
    (told_of,) = done.report["sites"]
    return {
        "pages": Counter((line["url"], line["outcome"]) for line in lines if line["record"] == "page"),
        "findings": Counter(
            (line["rule"], line["url"], line["selector"], line["fingerprint"])
            for line in lines
            if line["record"] == "finding"
        ),
        "verdicts": Counter(
            (line["rule"], line["url"], line["verdict"]) for line in lines if line["record"] == "outcome"
        ),
        "issues": {issue["id"]: (issue["places"], issue["pages"], issue["state"]) for issue in told_of["issues"]},
        "site": (told_of["verdict"], told_of["state"], told_of["coverage"]["audited"], told_of["coverage"]["found"]),
    }


@pytest.fixture
def begin(tmp_path, key_file):
    """``begin("audit", …)``: the front door in a process group of its own, as a terminal or a service starts it."""
    begun = []

    def start(*arguments):
        # Browser and judge keep their files there, and can be found by it.
        (tmp_path / "tmp").mkdir(exist_ok=True)
        environ = os.environ | inherited() | {"TMPDIR": str(tmp_path / "tmp"), "HANDRAIL_KEY_FILE": str(key_file)}
        process = subprocess.Popen(
            [HANDRAIL, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def stored(out):
    """Pages that have an outcome, by the store's file; -1 before a run is recorded."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{out / 'handrail.sqlite'}?mode=ro", uri=True)) as store:
            begun, ended = store.execute("SELECT count(*), (SELECT count(outcome) FROM page) FROM run").fetchone()
            return ended if begun else -1
    except sqlite3.OperationalError:
        return -1


def until_stored(process, out, pages):
    ends_at = time.monotonic() + 240
    while stored(out) < pages:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends_at, "nothing is stored"
        time.sleep(0.01)


def outlive(folder):
    """Processes that were started for an audit and are still there."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


def resume(out, handrail):
    done = handrail("audit", "--resume", "--out", out, "--findings", out / "findings.jsonl")
    done.out = out
    return done


def test_a_run_killed_again_and_again_ends_as_if_nothing_had_happened(site, undisturbed, begin, handrail, tmp_path):
    out = tmp_path / "out"
    arguments = ("audit", site.url(), "--out", out)
    seen = []
    for pages, kill in ((0, os.killpg), (3, os.kill), (8, os.killpg)):
        process = begin(*arguments)
        until_stored(process, out, pages)
        kill(process.pid, signal.SIGKILL)
        process.wait()
        seen.append(stored(out))
        arguments = ("audit", "--resume", "--out", out)

    done = resume(out, handrail)

    assert 3 <= seen[1] < seen[2] < len(told(undisturbed)["pages"])
    assert done.code == 0
    assert told(done) == told(undisturbed)
    with done.store() as store:
        assert [run.state for run in store.runs()] == ["complete"]
    ends_at = time.monotonic() + 60
    while outlive(tmp_path / "tmp"):
        assert time.monotonic() < ends_at, "a browser outlives its audit"
        time.sleep(0.1)


@pytest.mark.timeout(900)
def test_twenty_kills_at_random_moments_lose_nothing(serve_module, audit, begin, handrail, tmp_path):
    """From the first line of Python to the middle of a transaction: only chance knows what a kill meets."""
    links = "".join(f'<p><a href="/page-{number}">Page {number}</a></p>' for number in range(45))
    routes = {f"/page-{number}": page(FAULTS[number % 4], f"Page {number}") for number in range(45)}
    site = serve_module({"/": page(links, "Start"), **routes})
    out, chance, ended = tmp_path / "out", random.Random(20), []
    arguments = ("audit", site.url(), "--out", out)
    for number in range(20):
        process = begin(*arguments)
        if number % 2:  # after some pages more
            until_stored(process, out, max(0, *ended) + chance.randrange(3))
        time.sleep(chance.uniform(0, 0.8))
        assert process.poll() is None, "the site is too small for so many kills"
        chance.choice((os.kill, os.killpg))(process.pid, signal.SIGKILL)
        process.wait()
        ended.append(stored(out))
        if ended[-1] >= 0:
            arguments = ("audit", "--resume", "--out", out)

    done = resume(out, handrail)

    assert ended == sorted(ended)
    assert len(set(ended)) > 5, "the kills met no work"
    assert done.code == 0
    assert told(done) == told(audit(tmp_path / "undisturbed", site.url()))


def test_an_interrupted_run_says_so_and_can_be_taken_up(site, undisturbed, begin, handrail, tmp_path):
    out = tmp_path / "out"
    arguments = ("audit", site.url(), "--out", out)
    for sign in (signal.SIGINT, signal.SIGTERM):
        before = stored(out)  # the pages in work when it was told to stop are among them
        process = begin(*arguments)
        until_stored(process, out, before + 2)

        os.killpg(process.pid, sign)  # a terminal and a service tell every process of the group
        said, complained = process.communicate(timeout=240)

        partial = handrail("report", "--out", out)
        partial.out = out
        (told_of,) = partial.report["sites"]
        assert process.returncode == 130, complained
        assert "Traceback" not in complained
        assert f"Go on with: handrail audit --resume --out {out}" in said
        assert (partial.code, partial.report["run"]["state"]) == (0, "interrupted")
        assert (told_of["verdict"], told_of["state"]) == ("incomplete", "incomplete")
        assert {"pages-waiting", "interrupted"} <= set(told_of["reasons"])
        assert "The audit was interrupted." in partial.html(told_of["key"])
        assert set(partial.ends(told_of["key"]).values()) <= {"audited", "sign-in", "not-found", None}
        arguments = ("audit", "--resume", "--out", out)

    done = resume(out, handrail)

    assert done.code == 0
    assert told(done) == told(undisturbed)


def test_a_complete_run_is_not_resumed(undisturbed, handrail):
    done = handrail("audit", "--resume", "--out", undisturbed.out)

    assert done.code == 2
    assert f"no unfinished run in {undisturbed.out}; start one without --resume" in done.told


def test_where_no_run_was_there_is_nothing_to_resume_and_nothing_is_made(handrail, tmp_path):
    done = handrail("audit", "--resume", "--out", tmp_path / "out")

    assert done.code == 2
    assert f"nothing to resume: there is no store in {tmp_path / 'out'}; name its folder with --out" in done.told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "also", [("https://www.city.example/",), ("--urls-from", "x"), ("--max-pages", "3"), ("--ignore-robots", "x")]
)
def test_a_resumed_run_is_the_one_that_was_asked_for(also, handrail, tmp_path):
    done = handrail("audit", "--resume", *also, "--out", tmp_path)

    assert done.code == 2
    assert "--resume takes up the run as it was asked for" in done.told
