"""A second audit of an unchanged site asks and does not look again; whatever changed is audited anew."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from types import SimpleNamespace

import pytest
from kept import bytes_of
from patience import inherited

from handrail.cli import run as handrail
from handrail.wiring import axe_source

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEY = "ab" * 32
OLD = "Mon, 05 Jan 2026 08:00:00 GMT"
#: An invented person's: the address is kept sealed, and shown masked.
SECRET, MASKED = "/tax?email=pat.example%40gmail.com", "/tax?email=[EMAIL%20p…@gmail.com]"


def kind(name):
    known = {"css": "text/css", "js": "text/javascript", "json": "application/json", "png": "image/png"}
    return (known | {"txt": "text/plain"}).get(name.rpartition(".")[2], "text/html; charset=utf-8")


def tagged(body, etag, of="html"):
    """Says "not modified" to who knows the tag."""

    def answer(handler):
        headers = {"Content-Type": kind(of), "ETag": etag}
        known = etag in (handler.headers.get("If-None-Match") or "")
        return (304, headers, "") if known else (200, headers, body)

    return answer


def dated(body, modified=OLD, of="html"):
    """Says "not modified" to who knows the date."""

    def answer(handler):
        headers = {"Content-Type": kind(of), "Last-Modified": modified}
        known = handler.headers.get("If-Modified-Since") == modified
        return (304, headers, "") if known else (200, headers, body)

    return answer


def plain(body, of="html"):
    return (200, {"Content-Type": kind(of)}, body)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDRAIL_KEY", KEY)
        yield


@pytest.fixture(scope="module")
def auditor(tmp_path_factory, key):
    """``audit = auditor(server)``; ``audit("--fresh").pages["/a"]`` is the page's line."""

    def of(server, toml=""):
        folder = tmp_path_factory.mktemp("carry")
        config, out = folder / "handrail.toml", folder / "out"

        def audit(*arguments, toml=toml, code=0):
            config.write_text(f'[sites.city]\nstart = ["{server.url()}"]\nmin_coverage = 0.5\n{toml}', "utf-8")
            server.seen.clear()
            server.agents.clear()
            lines = folder / "lines.jsonl"
            command = ["audit", "-c", f"{config}", "-o", f"{out}", "-q", "--findings", f"{lines}", *arguments]
            assert handrail(command) == code
            return told(server, lines, out)

        audit.out = out
        return audit

    return of


def told(server, lines, out):
    records = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    origin = server.url().rstrip("/")
    by_page = {}
    for line in records:
        by_page.setdefault(line["url"].removeprefix(origin), []).append(line)
    pages = {path: line for path, found in by_page.items() for line in found if line["record"] == "page"}
    return SimpleNamespace(
        pages=pages,
        lines=by_page,
        carried={path for path, line in pages.items() if line["carried_from"]},
        browsed={path for path, agent in zip(server.seen, server.agents, strict=True) if "Chrome/" in agent},
        asked=Counter(server.seen),
        report=json.loads((out / "report" / "report.json").read_text("utf-8")),
        html=(out / "report" / "sites" / "city" / "index.html").read_text("utf-8"),
        french=(out / "report" / "sites" / "city" / "index.fr.html").read_text("utf-8"),
    )


def store(audit):
    return sqlite3.connect(audit.out / "handrail.sqlite", isolation_level=None)


BROKEN = '<img src="/logo.png">'


def city(page):
    """Routes of a site in which every page has its own reason to be carried, or not."""
    bodies = {
        "/etag": BROKEN,
        "/date": BROKEN,
        "/neither": BROKEN,
        "/html": "<p>Before</p>",
        "/style": '<link rel="stylesheet" href="/own.css"><p>S</p>',
        "/import": '<style>@import "/imported.css";</style><p>I</p>',
        "/script": '<script src="/own.js"></script><p>S</p>',
        "/latin": '<script src="/latin.js"></script><p>L</p>',
        "/frame": '<iframe title="f" src="/inner"></iframe>',
        "/frame-in-frame": '<iframe title="f" src="/outer"></iframe>',
        "/same-frame": '<iframe title="f" src="/steady"></iframe>',
        "/picture": '<img alt="" src="/photo.png">',
        "/no-picture": '<img alt="" src="/none.png">',
        "/redirected-picture": '<img alt="" src="/moved.png">',
        "/data": "<script>fetch('/data.json').then((r) => r.json());</script><p>D</p>",
        "/worker": "<script>new Worker('/worker.js');</script><p>W</p>",
        "/post": "<script>fetch('/save', {method: 'POST', body: 'x'});</script><p>P</p>",
        "/stream": "<script>new EventSource('/events');</script><p>E</p>",
        "/liar": "<p>Before</p>",
        "/adds-link": '<script src="/links.js"></script><p>A</p>',
        "/gone": BROKEN,
        "/third": "",
        "/broken-check": BROKEN,
        SECRET: "<p>T</p>",
    }
    routes = {path: plain(page(body, f"Page {path[1:8]}")) for path, body in bodies.items()}
    routes["/etag"] = tagged(page(BROKEN, "Tag"), 'W/"e1"')
    routes["/date"] = dated(page(BROKEN, "Date"))
    routes["/liar"] = tagged(page("<p>Before</p>", "Liar"), '"l1"')
    links = "".join(f'<p><a href="{path}">Page {path[1:8]}</a></p>' for path in bodies)
    routes["/"] = plain(page(links, "Home"))
    routes |= {
        "/hidden": plain(page("<p>H</p>", "Hidden")),
        "/logo.png": plain("", "x.png"),
        "/own.css": tagged("p { margin: 1px }", '"c1"', "x.css"),
        "/imported.css": dated("p { margin: 1px }", of="x.css"),
        "/own.js": tagged("1;", '"j1"', "x.js"),
        "/robots.txt": tagged("User-agent: *\nDisallow: /none/\n", '"r1"', "x.txt"),
        "/latin.js": (200, {"Content-Type": "text/javascript; charset=iso-8859-1"}, "'caf\xe9';".encode("latin-1")),
        "/links.js": plain(
            "document.body.append(Object.assign(document.createElement('a'), {href: '/hidden', textContent: 'h'}));"
            "\n//# sourceMappingURL=links.map",
            "x.js",
        ),
        "/links.map": plain("{}", "x.json"),
        "/inner": plain(page("<p>inner</p>", "Inner")),
        "/outer": plain('<html lang="en"><title>O</title><iframe title="i" src="/innermost"></iframe></html>'),
        "/innermost": tagged(page("<p>innermost</p>", "Innermost"), '"i1"'),
        "/steady": tagged(page("<p>steady</p>", "Steady"), '"s1"'),
        "/photo.png": plain("one", "x.png"),
        "/moved.png": (302, {"Location": "/photo-2.png"}, ""),
        "/photo-2.png": tagged("two", '"p2"', "x.png"),
        "/data.json": plain("[1]", "x.json"),
        "/worker.js": plain("fetch('/from-worker.json');", "x.js"),
        "/from-worker.json": plain("[1]", "x.json"),
        "/events": (200, {"Content-Type": "text/event-stream"}, ""),
        "/favicon.ico": (204, {}, ""),
    }
    return routes


def change(routes, page):
    """Everything that changes between the two audits."""
    routes["/html"] = plain(page("<p>After</p>", "Page html"))
    routes["/own.css"] = tagged("p { margin: 2px }", '"c2"', "x.css")
    routes["/imported.css"] = dated("p { margin: 2px }", "Tue, 06 Jan 2026 08:00:00 GMT", "x.css")
    routes["/own.js"] = tagged("2;", '"j2"', "x.js")
    routes["/links.map"] = (404, {}, "gone")
    routes["/inner"] = plain(page("<p>inner, changed</p>", "Inner"))
    routes["/innermost"] = tagged(page("<p>innermost, changed</p>", "Innermost"), '"i2"')
    routes["/photo.png"] = plain("two", "x.png")
    routes["/none.png"] = plain("there", "x.png")
    routes["/moved.png"] = (302, {"Location": "/photo-3.png"}, "")
    routes["/data.json"] = plain("[2]", "x.json")
    routes["/from-worker.json"] = plain("[2]", "x.json")
    routes["/liar"] = tagged(page("<p>After</p>", "Liar"), '"l1"')
    routes["/gone"] = (404, {}, "gone")


CARRIED = {
    "/",
    "/etag",
    "/date",
    "/neither",
    "/latin",
    "/same-frame",
    "/liar",
    "/adds-link",
    "/hidden",
    "/third",
    MASKED,
}
FILES = {"/own.js", "/latin.js", "/links.js", "/robots.txt"}
AGAIN = {
    "/html": "audited again: its HTML changed",
    "/style": "audited again: of its site's files changed: stylesheet",
    "/import": "audited again: of its site's files changed: stylesheet",
    "/script": "audited again: of its site's files changed: script",
    "/frame": "audited again: of its site's files changed: document",
    "/frame-in-frame": "audited again: of its site's files changed: document",
    "/picture": "audited again: of its site's files changed: image",
    "/no-picture": "audited again: of its site's files changed: image",
    "/redirected-picture": "audited again: of its site's files changed: image",
    "/data": "audited again: of its site's files changed: fetch",
    "/worker": "audited again: of its site's files changed: fetch",
    "/post": "cannot be carried: fetch: sent by POST",
    "/stream": "cannot be carried: a stream of events",
    "/broken-check": "",
}


@pytest.fixture(scope="module")
def runs(serve_module, auditor, clean_page):
    """A first audit, one after many changes, and one after none."""
    server = serve_module(city(clean_page))
    third = serve_module({"/third.js": plain("3;", "x.js")})
    server.routes["/third"] = plain(clean_page(f'<script src="{third.url("/third.js", "localhost")}"></script>', "T"))
    audit = auditor(server)
    first = audit()
    with store(audit) as db:
        db.execute(
            "UPDATE outcome SET reason = 'TimeoutError' WHERE page_id IN (SELECT id FROM page WHERE url LIKE ?)",
            ("%/broken-check",),
        )
    change(server.routes, clean_page)
    second = audit()
    third_run = audit()
    return SimpleNamespace(first=first, second=second, third=third_run, server=server, out=audit.out)


def test_the_first_audit_audits_everything(runs):
    assert runs.first.carried == set()
    assert {path: line["outcome"] for path, line in runs.first.pages.items()} == {
        **dict.fromkeys(CARRIED | AGAIN.keys() | {"/gone"}, "audited"),
        **dict.fromkeys(FILES, "file"),
    }


def test_what_did_not_change_is_carried(runs):
    assert runs.second.carried == CARRIED | {"/latin.js", "/robots.txt"}


def test_a_file_is_carried_too_and_read_again_when_it_or_its_source_map_changed(runs):
    def maps(run):
        return [line["verdict"] for line in run.lines["/links.js"] if line.get("rule") == "privacy/source-map"]

    assert {path: runs.second.pages[path]["carried_from"] != "" for path in FILES} == {
        "/own.js": False,
        "/latin.js": True,
        "/links.js": False,
        "/robots.txt": True,
    }
    assert "review" in maps(runs.first)
    assert maps(runs.second) == maps(runs.third) == ["pass"]
    assert {path: runs.third.pages[path]["status"] for path in FILES} == {
        "/own.js": 304,
        "/latin.js": 200,
        "/links.js": 200,
        "/robots.txt": 304,
    }


@pytest.mark.parametrize(("path", "why"), AGAIN.items())
def test_what_changed_is_audited_again(runs, path, why):
    line = runs.second.pages[path]

    assert (line["outcome"], line["carried_from"], line["reason"]) == ("audited", "", why)
    assert path in runs.second.browsed


def test_a_server_that_says_not_modified_is_believed(runs):
    assert runs.second.pages["/liar"]["status"] == 304
    assert "/liar" in runs.second.carried


def test_the_browser_sees_nothing_of_a_carried_page(runs):
    assert runs.second.browsed & CARRIED == set()


def test_a_page_that_is_gone_is_not_carried(runs):
    assert runs.second.pages["/gone"]["outcome"] == "not-found"
    assert runs.second.pages["/gone"]["carried_from"] == ""


def test_links_of_a_carried_page_are_followed_also_those_that_scripts_added(runs):
    assert runs.third.pages.keys() == runs.second.pages.keys() == runs.first.pages.keys()
    assert "/hidden" in runs.third.carried


def test_a_file_is_asked_for_once_in_a_run(runs):
    """The logo is on four pages and has no validators."""
    assert runs.third.asked["/logo.png"] == 1


def test_findings_are_those_of_the_audit(runs):
    def bare(line):
        return {name: value for name, value in line.items() if name not in ("carried_from", "status")}

    def of_the_page(lines):
        return [line for line in lines if not line.get("rule", "").startswith("site/")]  # judged anew in each run

    for path in CARRIED:
        lines = of_the_page(runs.third.lines[path])
        assert [bare(line) for line in lines] == [bare(line) for line in of_the_page(runs.first.lines[path])]
        assert {line["carried_from"] for line in lines} == {runs.third.pages[path]["carried_from"]} != {""}


def test_the_run_that_audited_is_named_not_the_one_that_carried(runs):
    origins = {runs.third.pages[path]["carried_from"] for path in CARRIED}

    assert origins == {runs.first.report["run"]["id"]}
    assert runs.third.pages["/html"]["carried_from"] == runs.second.report["run"]["id"]


def test_an_unchanged_site_costs_no_visit(runs):
    """But for the pages that nothing can prove unchanged."""
    changing = {"/post", "/stream"}

    assert runs.third.carried == set(runs.third.pages) - changing - {"/gone"}
    assert {runs.third.pages[path]["outcome"] for path in FILES} == {"file"}
    assert {path for path in runs.third.browsed if path in runs.third.pages} == changing


def test_an_issue_on_carried_pages_is_open_and_one_on_a_page_that_is_gone_is_not_fixed(runs):
    site = runs.third.report["sites"][0]

    states = {(issue["rule"], issue["state"]): issue for issue in site["issues"]}
    assert states["axe/image-alt", "open"]["pages"] == 4
    assert states["axe/image-alt", "open"]["pages_carried"] == 4
    assert site["changes"]["fixed"] == 0


def test_reports_say_what_was_carried(runs):
    coverage = runs.third.report["sites"][0]["coverage"]
    audits = [runs.first.report["run"], runs.second.report["run"]]

    assert coverage["audited"] == coverage["audited_now"] + coverage["carried"]
    assert [row["run"] for row in coverage["carried_from"]] == [run["id"] for run in audits]
    assert [row["audited"] for row in coverage["carried_from"]] == [run["started"] for run in audits]
    assert coverage["oldest_audit"] == audits[0]["started"]
    assert coverage["carried_elsewhere"] == 1
    assert runs.third.report["totals"]["pages_carried"] == coverage["carried"] == len(runs.third.carried - FILES)
    assert f"{coverage['carried']} of them carried from 2 audits, the oldest of" in runs.third.html
    assert f"dont {coverage['carried']} reprises de 2 audits" in runs.third.french
    assert "1 of the carried pages uses scripts, styles or frames of other sites too." in runs.third.html
    assert "unchanged since the audit of" in runs.third.html


def test_a_report_of_one_run_says_nothing_of_carrying(runs):
    coverage = runs.first.report["sites"][0]["coverage"]

    assert (coverage["carried"], coverage["carried_from"], coverage["carried_elsewhere"]) == (0, [], 0)
    assert coverage["oldest_audit"] == runs.first.report["run"]["started"]
    assert "carried" not in re.sub(r"<style.*?</style>", "", runs.first.html, flags=re.DOTALL)


def test_pictures_of_carried_findings_are_kept(runs):
    names = [
        {issue["evidence"] for issue in run.report["sites"][0]["issues"] if issue["rule"] == "axe/image-alt"}
        for run in (runs.first, runs.third)
    ]

    assert names[0] == names[1] != {""}
    assert (runs.out / "report" / "sites" / "city" / "evidence" / next(iter(names[1]))).is_file()


def test_no_sealed_address_is_readable_anywhere(runs, capfd):
    value = b"pat.example"
    files = [path for path in runs.out.rglob("*") if path.is_file()]

    assert [path.name for path in files if value in bytes_of(path)] == []
    assert any(value.decode() in path for path in runs.server.seen)


# One small site, audited before each of these


@pytest.fixture
def small(serve, auditor, clean_page):
    """(server, audit): three pages, audited once."""
    server = serve(
        {
            "/": plain(clean_page(f'{BROKEN}<p><a href="/a">A</a> <a href="/b">B</a></p>', "Home")),
            "/a": tagged(clean_page("<p>A</p>", "A"), '"a"'),
            "/b": dated(clean_page("<p>B</p>", "B")),
            "/logo.png": tagged("x", '"x"', "x.png"),
            "/favicon.ico": (204, {}, ""),
        }
    )
    audit = auditor(server)
    assert audit().carried == set()
    return server, audit


def test_options_of_carrying(small):
    """One audit after the other, each as the options ask."""
    _, audit = small
    everything = {"/", "/a", "/b"}

    assert audit().carried == everything
    fresh = audit("--fresh")
    assert fresh.carried == set()
    assert everything <= fresh.browsed
    again = audit()
    assert {line["carried_from"] for line in again.pages.values()} == {fresh.report["run"]["id"]}
    some = audit("--max-pages", "2")
    assert len(some.carried) == 2
    assert Counter(line["outcome"] for line in some.pages.values()) == {"audited": 2, "budget-pages": 1}
    assert audit(toml="carry_days = 0\n").carried == set()


def test_an_old_audit_is_done_again(small):
    _, audit = small

    carried = []
    for days in (6, 2):
        with store(audit) as db:
            db.execute("UPDATE run SET started = datetime(started, ?) || '.000000'", (f"-{days} days",))
        carried.append(audit().carried)

    assert carried == [{"/", "/a", "/b"}, set()]


def test_what_judges_changed(small, tmp_path):
    """Another browser, another axe; what only names or paces the site is nothing."""
    _, audit = small
    with store(audit) as db:
        body = db.execute("SELECT DISTINCT body FROM basis JOIN phrase ON phrase.id = judged_id").fetchone()[0]
        older = json.dumps(json.loads(body) | {"browser": "100.0.1.2"}, sort_keys=True)
        db.execute("UPDATE phrase SET body = ?, digest = randomblob(16) WHERE body = ?", (older, body))
    other = tmp_path / "axe.min.js"
    other.write_text(axe_source() + "\n// changed", "utf-8")
    named = 'owner = "Somebody else"\ndelay = 0.01\n'

    reasons = []
    for toml in ("", named, f'{named}[axe]\nscript = "{other}"\n'):
        pages = audit(toml=toml).pages.values()
        reasons.append({line["reason"] or ("carried" if line["carried_from"] else "") for line in pages})

    assert reasons == [{"audited again: other browser"}, {"carried"}, {"audited again: other rules"}]


def test_a_list_of_addresses_is_carried_from_the_same_list(serve, auditor, clean_page, tmp_path):
    server = serve({"/a": plain(clean_page('<p><a href="/b">B</a></p>', "A")), "/b": plain(clean_page("<p>B</p>"))})
    addresses = tmp_path / "urls"
    addresses.write_text(server.url("/a"))
    audit = auditor(server)
    command = ["audit", "--urls-from", f"{addresses}", "-o", f"{audit.out}", "-q", "--findings"]

    pages = []
    for name in "12":
        assert handrail([*command, f"{tmp_path / name}"]) == 0
        lines = [json.loads(line) for line in (tmp_path / name).read_text("utf-8").splitlines()]
        pages.append({line["url"]: bool(line["carried_from"]) for line in lines if line["record"] == "page"})

    assert pages == [{server.url("/a"): False}, {server.url("/a"): True}]


def test_a_run_killed_while_it_carries_goes_on(serve, auditor, clean_page, tmp_path):
    """kill -9 in the middle: nothing is lost, nothing is there twice, nothing is audited that need not be."""
    links = "".join(f'<p><a href="/{n}">Page {n}</a></p>' for n in range(12))
    slow = []

    def page(n):
        def answer(handler):
            if slow and "Chrome/" not in handler.headers["User-Agent"]:
                time.sleep(0.4)
            return plain(clean_page(f"{BROKEN}<p>{n}</p>", f"Page {n}"))

        return answer

    server = serve({f"/{n}": page(n) for n in range(12)} | {"/": plain(clean_page(links, "Home"))})
    audit = auditor(server)
    first = audit()
    slow.append(True)
    command = [sys.executable, "-c", "import sys; from handrail.cli import run; sys.exit(run(sys.argv[1:]))"]
    arguments = ["audit", "-c", f"{audit.out.parent / 'handrail.toml'}", "-o", f"{audit.out}", "-q"]
    with subprocess.Popen(
        [*command, *arguments], stderr=subprocess.DEVNULL, start_new_session=True, env=os.environ | inherited()
    ) as running:
        deadline = time.monotonic() + 300
        while carried_so_far(audit) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGKILL)
    before = carried_so_far(audit)
    slow.clear()
    server.seen.clear()
    server.agents.clear()

    lines = tmp_path / "lines"
    code = handrail(["audit", "--resume", "-o", f"{audit.out}", "-q", "--findings", f"{lines}"])

    after = told(server, lines, audit.out)
    assert code == 0
    assert 4 <= before < 13
    assert after.carried == set(after.pages) == set(first.pages)
    assert not any("Chrome/" in agent for agent in server.agents)
    assert Counter(line["record"] for found in after.lines.values() for line in found) == Counter(
        line["record"] for found in first.lines.values() for line in found
    )


def carried_so_far(audit):
    with store(audit) as db:
        return db.execute("SELECT count(*) FROM page WHERE origin_id IS NOT NULL").fetchone()[0]
