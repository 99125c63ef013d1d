"""The command line: what it takes, what it says, and how it ends."""

import io
import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from kept import text_of
from patience import inherited
from PIL import Image, ImageDraw
from servers import needs_tesseract
from stdnum import luhn

from handrail import runs
from handrail.cli import doctor
from handrail.cli.scan import _named as named
from handrail.config import Policy
from handrail.demo.policy import demo_policy

HANDRAIL = Path(sys.executable).with_name("handrail")

NAMELESS = '<p><img src="x.png"></p>'


def page(body, title="A page"):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def invented_sin():
    """Nine digits that pass the check of a Social Insurance Number, made anew each time."""
    digits = random.choice("1234567") + "".join(random.choices("0123456789", k=7))
    return digits + luhn.calc_check_digit(digits)


def invented_email():
    return f"zq{''.join(random.choices('bcdfghjklmnp', k=9))}{random.randint(100, 999)}@gmail.com"


# Audit by address


@pytest.fixture(scope="module")
def site(serve_module):
    """Two pages with a frame, a shadow tree and one value that should not be there."""
    server = serve_module({})
    server.sin = invented_sin()
    server.routes |= {
        "/": page(
            f'{NAMELESS}<nav aria-label="Main"><a href="/two"></a></nav>'
            '<iframe id="map" title="Map" src="/frame"></iframe><x-card></x-card>'
            "<script>document.querySelector('x-card').attachShadow({mode: 'open'}).innerHTML = "
            "'<button></button>'</script>"
            '<p><a href="/dead">A dead link</a> <a href="http://other.invalid/elsewhere">Elsewhere</a></p>'
        ),
        "/two": page(f"<p>Her social insurance number is {server.sin}.</p>", "Two"),
        "/frame": '<!doctype html><html lang="en"><title>F</title><p>In <img src="y.png"><iframe id="deep" title="Deep"'
        ' src="/deep"></iframe></p></html>',
        "/deep": '<!doctype html><html lang="en"><title>D</title><p>Deep <input></p></html>',
    }
    return server


@pytest.fixture(scope="module")
def audited(site, audit, tmp_path_factory):
    """An audit by address, from a folder without a configuration."""
    folder = tmp_path_factory.mktemp("audited")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return audit(folder / "out", site.url())


@pytest.mark.browser
def test_an_address_is_enough(audited, site):
    (told,) = audited.report["sites"]

    assert audited.code == 0
    assert (told["key"], told["host"]) == (f"127-0-0-1-{site.server_port}", f"127.0.0.1:{site.server_port}")
    assert audited.ends(told["key"]) == {
        "/": "audited",
        "/two": "audited",
        "/dead": "not-found",
        "/elsewhere": "out-of-scope",
    }
    assert audited.report["run"]["trigger"] == "person"


@pytest.mark.browser
def test_progress_goes_to_standard_error_and_the_summary_to_standard_output(audited):
    run = audited.report["run"]["id"]

    assert audited.told.startswith(f"Run {run}: ")
    assert "Browser: Chromium " in audited.told
    assert f"Run {run}: complete" in audited.said
    assert re.search(r"^  Pages audited +2", audited.said, re.M)
    assert re.search(r"^  Barriers +\d", audited.said, re.M)
    assert re.search(r"^  Exposures +1 +1 place; 1 ", audited.said, re.M)
    assert f"Report: {audited.out / 'report' / 'index.html'}" in audited.said


@pytest.mark.browser
def test_lines_of_outcomes_findings_and_pages(audited, site):
    kinds = {line["record"]: line for line in audited.lines}
    findings = [line for line in audited.lines if line["record"] == "finding"]
    outcomes = {(line["url"], line["rule"]): line for line in audited.lines if line["record"] == "outcome"}

    assert kinds.keys() == {"outcome", "finding", "page"}
    assert outcomes[site.url(), "axe/image-alt"] == {
        "record": "outcome",
        "site": f"127-0-0-1-{site.server_port}",
        "url": site.url(),
        "rule": "axe/image-alt",
        "verdict": "fail",
        "engine": "axe-core",
        "reason": "",
        "criteria": ["1.1.1"],
        "carried_from": "",
    }
    assert outcomes[site.url("/two"), "axe/image-alt"]["verdict"] == "inapplicable"
    assert {line["rule"] for line in findings} >= {"axe/image-alt", "axe/link-name", "axe/button-name", "pii/ca-sin"}
    keys = ("site", "url", "rule", "verdict", "criteria", "selector", "frame", "part", "engine", "impact", "issue")
    for line in findings:
        assert set(keys) <= line.keys()
        assert line["verdict"] in ("fail", "review")
        assert re.fullmatch(r"\d+:[0-9a-f]{32}", line["fingerprint"])
    assert [line for line in audited.lines if line["record"] == "page" and line["url"] == site.url("/dead")] == [
        {
            "record": "page",
            "site": f"127-0-0-1-{site.server_port}",
            "url": site.url("/dead"),
            "outcome": "not-found",
            "reason": "HTTP 404",
            "status": 404,
            "carried_from": "",
        }
    ]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "rule", "selector", "frame", "part"),
    [
        ("/", "axe/image-alt", "img", [], "content"),
        ("/", "axe/image-alt", "#map >> img", ["#map"], "content"),
        ("/", "axe/label", "#map >> #deep >> input", ["#map", "#deep"], "content"),
        ("/", "axe/button-name", "x-card >>> button", [], "content"),
        ("/", "axe/link-name", 'a[href$="two"]', [], "navigation"),
        ("/two", "pii/ca-sin", "html > body > main > p", [], "content"),
    ],
)
def test_a_finding_says_where_it_is(audited, site, path, rule, selector, frame, part):
    places = [
        (line["selector"], line["frame"], line["part"])
        for line in audited.lines
        if line["record"] == "finding" and (line["rule"], line["url"]) == (rule, site.url(path))
    ]

    assert (selector, frame, part) in places


@pytest.mark.browser
def test_what_says_where_somebody_is_exposed_is_for_its_owner_alone(audited):
    private = [audited.out / "findings.jsonl", audited.out / "handrail.sqlite", audited.out / "evidence"]
    private += [audited.out / "report" / "restricted", *(audited.out / "report" / "restricted").iterdir()]
    private += list((audited.out / "evidence").iterdir())

    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in private} == {
        path.name: 0 for path in private
    }


@pytest.mark.browser
def test_the_report_is_told_again_from_the_store_byte_by_byte(audited, handrail):
    folder, run = audited.out / "report", audited.run_id
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path in before:
        (folder / path).unlink()

    done = handrail("report", "--out", audited.out, "--run", run)

    after = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert (done.code, done.said) == (0, f"Report: {folder / 'index.html'}\n")
    assert after == before


@pytest.mark.browser
def test_files_are_written_beside_the_pages_and_hold_what_the_store_holds(audited, handrail):
    key = audited.report["sites"][0]["key"]
    folder = audited.out / "report" / "sites" / audited.report["sites"][0]["path"]

    done = handrail("report", "--out", audited.out, "-f", "csv", "-f", "pdf", "--lang", "en", "--site", key)

    written = {path.name for path in folder.iterdir()}
    places = (folder / "places.csv").read_text("utf-8-sig").splitlines()
    assert done.code == 0, done.told
    assert written >= {"issues.csv", "criteria.csv", "places.csv", "report.pdf"}
    assert not [name for name in written if ".fr." in name and not name.endswith(".html")]
    assert len(places) > 3
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert 'href="report.pdf"' in (folder / "index.html").read_text("utf-8")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "docx"), "--format docx: not known; known: pdf, xlsx"),
        (("--lang", "de"), "--lang de: not known; known: en, fr"),
        (("--format", "pdf", "--site", "nowhere"), "--site nowhere: the report has no such site; it has: "),
        (("--format", "pdf", "--final"), "--final is for --format openacr"),
        (("--format", "openacr", "--final"), "--final: "),
    ],
)
def test_what_cannot_be_written_is_told(audited, handrail, arguments, told):
    done = handrail("report", "--out", audited.out, *arguments)

    assert done.code == 2
    assert told in " ".join(done.told.replace("│", " ").split())


@pytest.mark.browser
def test_a_run_that_is_not_there_is_named_with_those_that_are(audited, handrail):
    done = handrail("report", "--out", audited.out, "--run", "20200101T000000Z-dead")

    assert done.code == 2
    assert f"no run '20200101T000000Z-dead'; the store holds: {audited.run_id}" in done.told


def test_a_report_needs_a_store(handrail, tmp_path):
    done = handrail("report", "--out", tmp_path / "none")

    assert done.code == 2
    assert f"no store in {tmp_path / 'none'}" in done.told
    assert not (tmp_path / "none").exists()


# A list of addresses


@pytest.mark.browser
def test_a_list_is_a_sample_and_no_link_is_followed(serve, audit, tmp_path):
    moved = (302, {"Location": "/d"}, "")
    first = serve({"/a": page('<a href="/b">B</a>'), "/b": page(""), "/c": moved, "/d": page("")})
    second = serve({"/": page('<a href="/more">More</a>'), "/more": page(""), "/sitemap.xml": (200, {}, "")})
    listed = tmp_path / "urls.txt"
    rows = [f"\ufeff{first.url('/a')}", "", "# a note", f"  {first.url('/c')}  ", second.url(), first.url("/a")]
    listed.write_bytes("\r\n".join(rows).encode())

    done = audit(tmp_path / "out", "--urls-from", listed)

    ends = {site["host"]: done.ends(site["key"]) for site in done.report["sites"]}
    assert done.code == 0
    assert ends == {
        f"127.0.0.1:{first.server_port}": {"/a": "audited", "/c": "redirected", "/d": "audited"},
        f"127.0.0.1:{second.server_port}": {"/": "audited"},
    }
    assert "/b" not in first.seen
    assert not {"/more", "/sitemap.xml"} & set(second.seen)
    assert done.report["run"]["sample"] == "a list of 3 addresses"
    assert "(sample: a list of 3 addresses)" in done.said
    assert "a list of 3 addresses" in done.html(done.report["sites"][0]["key"])


@pytest.mark.browser
def test_a_list_may_come_by_standard_input(serve, audit, tmp_path, monkeypatch):
    server = serve({"/": page("")})
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{server.url()}\n"))

    done = audit(tmp_path / "out", "--urls-from", "-")

    assert (done.code, done.report["totals"]["pages_audited"]) == (0, 1)


def test_hosts_whose_names_differ_by_a_sign_are_two_sites():
    hosts = ("a.b.example", "a-b.example", "A.B.example:80", f"{'x' * 80}.example", f"{'x' * 80}.y.example")

    plan = runs.plan_for_urls(Policy(), [f"https://{host}/{path}" for host in hosts for path in ("", "page", "")])

    starts = [site.start for site in plan.policy.sites.values()]
    assert starts == [(f"https://{host}/", f"https://{host}/page") for host in hosts]
    assert plan.sites == tuple(plan.policy.sites)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", key) for key in plan.sites)


# What is refused before anything begins


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["htp://www.city.example/"], "'htp://www.city.example/': must be a web address such as"),
        (["https://"], "'https://': must be a web address such as"),
        (["https://clerk:hunter2@www.city.example/"], "the address: must not hold a user name or password"),
        (["www.city.example"], "'www.city.example' is no web address yet; write https://www.city.example"),
        (["city.example/page"], "'city.example/page' is no web address yet; write https://city.example/page"),
        (["-c", "{config}", "portal"], "no site 'portal' in the configuration; it has: main, booking"),
        (["-c", "{config}", "main", "https://www.city.example/"], "give either site keys or addresses, not both"),
        ([], "nothing to audit: give an address, or name sites in handrail.toml"),
        (["main"], "nothing to audit: give an address, or name sites in handrail.toml"),
        (["-c", "{none}"], "none.txt: cannot be read (No such file or directory)"),
        (["--urls-from", "{none}"], "--urls-from {none}: No such file or directory"),
        (["--urls-from", "{empty}"], "--urls-from {empty}: holds no address"),
        (["--urls-from", "{notes}"], "--urls-from {notes}: holds no address"),
        (["--urls-from", "{bad}"], "{bad}:3: must be a web address such as"),
        (["--urls-from", "{credentials}"], "{credentials}:1: must not hold a user name or password"),
        (["--urls-from", "{latin}"], "--urls-from {latin}: is not UTF-8 text; save it as UTF-8"),
        (["--urls-from", "{bad}", "main"], "--urls-from already says what to audit; leave out sites and addresses"),
        (["https://www.city.example/", "--findings", "{none}/x"], "{none}/x: there is no folder {none}; make it first"),
        (["https://www.city.example/", "--findings", "{folder}"], "--findings {folder}: is a folder; name a file"),
        (["https://www.city.example/", "--max-pages", "-1"], "Invalid value for '--max-pages'"),
        (["https://www.city.example/", "--max-pages", "many"], "Invalid value for '--max-pages'"),
        (["https://www.city.example/", "--sauce"], "No such option: --sauce"),
        (["https://www.city.example/", "--out", "{empty}"], "Invalid value for '--out'"),
    ],
)  # fmt: skip
def test_a_wrong_command_is_told_with_its_remedy_and_nothing_begins(arguments, told, handrail, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = {
        "config": '[sites.main]\nstart = ["https://www.city.example/"]\n[sites.booking]\nstart = ["https://b.example/"]\n',
        "empty": "",
        "notes": "# only\n\n# notes\n",
        "bad": "https://www.city.example/\n\nwww.city.example/page\n",
        "credentials": "https://clerk:hunter2@www.city.example/\n",
    }
    places = {name: tmp_path / f"{name}.txt" for name in (*files, "none", "latin")} | {"folder": tmp_path}
    for name, text in files.items():
        places[name].write_text(text, "utf-8")
    places["latin"].write_bytes("https://www.city.example/accès\n".encode("latin-1"))

    done = handrail("audit", *(argument.format_map(places) for argument in arguments))

    assert done.code == 2
    assert told.format_map(places) in re.sub(r"\s+", " ", done.told)
    assert "hunter2" not in done.told
    assert done.said == ""
    assert not (tmp_path / "handrail-out").exists()


def test_an_audit_that_lacks_what_reads_pictures_does_not_begin(handrail, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.ocr.shutil.which", lambda name: None)
    config = tmp_path / "handrail.toml"
    config.write_text('[sites.main]\nstart = ["https://www.city.example/"]\n[ocr]\nlanguages = ["eng", "fra"]\n')

    done = handrail("audit", "-c", config, "--out", tmp_path / "out")

    assert done.code == 2
    told = "ocr.languages: tesseract is not installed; run: sudo apt-get install tesseract-ocr tesseract-ocr-eng"
    assert told in re.sub(r"[\s│]+", " ", done.told)


@pytest.mark.browser
def test_a_browser_that_is_not_there_is_our_failure_and_the_run_can_be_taken_up(serve, handrail, tmp_path, monkeypatch):
    server = serve({"/": page("")})
    monkeypatch.setenv("HANDRAIL_BROWSER", "/nowhere/chromium")

    broken = handrail("audit", server.url(), "--out", tmp_path / "out")
    monkeypatch.delenv("HANDRAIL_BROWSER")
    mended = handrail("audit", "--resume", "--out", tmp_path / "out")

    assert broken.code == 4
    assert broken.told.endswith(
        "Error: HANDRAIL_BROWSER names the browser '/nowhere/chromium', which is not there or cannot be run\n"
    )
    assert mended.code == 0


# Quiet, and nothing leaks


@pytest.fixture(scope="module")
def leaky(serve_module, key_file, tmp_path_factory):
    """A site that shows values everywhere, audited quietly and not: (values, what each call said, the folder)."""
    sin, email = invented_sin(), invented_email()
    spaced = f"{sin[:3]} {sin[3:6]} {sin[6:]}"
    query = f"?email={quote(email)}&sin={sin}"
    robots = "User-agent: *\nDisallow: /forbidden\n"
    server = serve_module({"/robots.txt": (200, {"Content-Type": "text/plain"}, robots)})

    def loops(handler):
        return (302, {"Location": f"/loop?sin={sin}&n={len(server.seen)}"}, "")

    server.routes |= {
        f"/{query}": page(
            f"<p>SIN {spaced}, {email}</p>"
            f'<p><a href="/two{query}">Her file, SIN {sin}</a> <a href="mailto:{email}">Write</a></p>'
            f'<p><img src="x.png" alt="SIN {spaced}"><img src="/pictures/{sin}.png"></p>'
            f'<p><a href="/dead{query}">Dead</a> <a href="/broken{query}">Broken</a> <a href="/moved">Moved</a></p>'
            f'<p><a href="/hangup{query}">Hang-up</a> <a href="/forbidden{query}">Forbidden</a></p>'
            f'<p><a href="http://elsewhere.invalid/{query}">Elsewhere</a> <a href="/crash{query}">Crash</a></p>'
            '<p><a href="/loop">Loop</a></p>'
            f'<iframe src="/frame{query}" title="SIN {sin}"></iframe>'
            f'<div id="sin-{sin}" class="{email}"><button></button></div>'
            f'<form action="/send{query}"><input name="sin" value="{sin}">'
            f'<input type="hidden" name="e" value="{email}"></form>'
            f"<script>console.error('{sin}'); fetch('/data{query}'); throw new Error('SIN {sin}')</script>",
            title=f"SIN {spaced} {email}",
        ),
        f"/two{query}": page(f"<p hidden>SIN {spaced} {email}</p>", title="Two"),
        f"/frame{query}": f'<!doctype html><html lang="en"><title>{sin}</title><p>{email}<img src="y"></p></html>',
        f"/broken{query}": (500, {}, f"SIN {sin} {email}"),
        "/moved": (302, {"Location": f"/two{query}"}, ""),
        f"/hangup{query}": hangs_up,
        "*": lambda handler: loops(handler) if handler.path.startswith("/loop") else (404, {}, f"no {sin} {email}"),
        f"/crash{query}": page(f"<script>location.href = '/nowhere{query}'</script>"),
    }
    folder = tmp_path_factory.mktemp("leaky")
    environ = os.environ | inherited() | {"HANDRAIL_KEY_FILE": str(key_file)}
    said = {}
    for way in ("loud", "quiet"):
        out = folder / way
        out.mkdir()
        command = [HANDRAIL, "audit", server.url(f"/{query}"), "--out", out, "--findings", out / "findings.jsonl"]
        done = subprocess.run(
            [*command, *(["--quiet", "--max-pages", "1"] if way == "quiet" else [])],
            capture_output=True,
            text=True,
            env=environ,
            cwd=folder,
            timeout=600,
            check=False,
        )
        said[way] = (done.returncode, done.stdout, done.stderr)
    return (sin, email), said, folder


def hangs_up(handler):
    handler.close_connection = True
    handler.connection.shutdown(2)


@pytest.mark.browser
@pytest.mark.slow
def test_quiet_is_quiet_until_the_summary(leaky):
    _, said, _ = leaky
    (loud, quiet) = (said["loud"], said["quiet"])

    assert (loud[0], quiet[0]) == (3, 0)
    assert "Browser: Chromium" in loud[2]
    assert "Run 2" not in quiet[2]
    assert "Browser:" not in quiet[2]
    assert "waiting" not in quiet[2]
    assert "complete (sample: at most 1 pages a site)" in quiet[1]


@pytest.mark.browser
@pytest.mark.slow
def test_no_value_leaves_the_page_where_it_was_found(leaky):
    (sin, email), said, folder = leaky
    files = [path for path in folder.rglob("*") if path.is_file()]
    texts = {f"{way}: what it said": out for way, (_, out, _) in said.items()}
    texts |= {f"{way}: what it complained of": err for way, (_, _, err) in said.items()}
    texts |= {str(path.relative_to(folder)): text_of(path) for path in files}

    leaks = sorted(name for name, text in texts.items() if holds(text, sin, email))

    assert leaks == []
    assert {"handrail.sqlite", "report.json", "privacy.json", "findings.jsonl", "index.html"} <= {p.name for p in files}
    assert not any(holds(path.name, sin, email) for path in files)


def holds(text, sin, email):
    """Whether a value is there, as it is, in groups, or written for an address."""
    local = email.partition("@")[0]
    grouped = re.compile(r"[\s\-_.+\xa0]?".join(sin))
    return any(local in form or grouped.search(form) for form in (text, unquote(text)))


def test_the_search_for_values_can_fail():
    sin, email = invented_sin(), invented_email()

    assert holds(f"x {sin[:3]}-{sin[3:6]}-{sin[6:]}", sin, email)
    assert holds(f"x {sin[:3]}%20{sin[3:6]}%20{sin[6:]}", sin, email)
    assert holds(quote(email), sin, email)
    assert not holds(f"{sin[:8]} {email[1:]}", sin, email)


@pytest.mark.browser
@pytest.mark.slow
def test_what_leaks_is_found_all_the_same(leaky):
    _, _, folder = leaky
    lines = [json.loads(line) for line in (folder / "loud" / "findings.jsonl").read_text("utf-8").splitlines()]
    found = {(line["rule"], line["exposure"]["where"]) for line in lines if line.get("exposure")}
    ends = sorted(line["outcome"] for line in lines if line["record"] == "page")

    assert {("pii/ca-sin", where) for where in ("text", "title", "alt", "link", "url")} <= found
    assert {("pii/email-address", where) for where in ("text", "link", "hidden")} <= found
    assert {"audited", "server-error", "network-error", "not-found", "redirect-loop", "robots"} <= set(ends)


# Scanning files


@pytest.fixture(scope="module")
def scanned(handrail):
    """``scanned(path, …)`` -> (exit code, results by ``--json``)."""

    def scan(*paths):
        done = handrail("scan", "--json", *paths)
        return done.code, json.loads(done.said)

    return scan


def test_a_file_without_anything_is_zero(handrail, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text(
        "The pool opens at 9:30. By-law 2019-112, lot 12, 1,234,567 litres, ISBN 978-0-306-40615-7.\n", "utf-8"
    )

    done = handrail("scan", path)

    assert done.code == 0
    assert done.said == (f"{path}: nothing found (names, organizations and places are mostly unseen without a model)\n")


def test_a_value_is_told_by_line_and_masked(handrail, tmp_path):
    sin = invented_sin()
    path = tmp_path / "notes.txt"
    path.write_text(f"Minutes\n\nHer social insurance number is {sin}.\n", "utf-8")

    done = handrail("scan", path)

    assert (done.code, done.said) == (1, f"{path}:3: [SIN]\n")


def test_html_is_read_as_people_see_it(scanned, tmp_path):
    sin, email = invented_sin(), invented_email()
    path = tmp_path / "page.html"
    path.write_text(
        page(f"<p id='a'>Social insurance number: {sin[:3]}<b>&nbsp;{sin[3:6]}</b> {sin[6:]}</p><p hidden>{email}</p>"),
        "utf-8",
    )

    code, (result,) = scanned(path)

    assert (code, result["error"]) == (1, "")
    assert [(span["entity"], span["mask"]) for span in result["spans"]] == [
        ("CA_SIN", "[SIN]"),
        ("EMAIL_ADDRESS", f"[EMAIL z…@{email.partition('@')[2]}]"),
    ]
    assert result["spans"][0]["selector"] == "#a"
    assert sin not in json.dumps(result)


def test_html_that_holds_more_than_is_read_is_not_fully_scanned(scanned, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page(f"<script>{'x' * 200_001}</script><p>Email {(email := invented_email())}</p>"), "utf-8")

    code, (result,) = scanned(path)

    assert (code, result["error"]) == (3, "not fully scanned")
    assert [span["mask"] for span in result["spans"]] == [f"[EMAIL z…@{email.partition('@')[2]}]"]


@pytest.mark.parametrize(
    "before", ["", "é" * 7, "😀 ", "\N{NO-BREAK SPACE}\u2011", "\r\nline\r\n\t", "e\N{COMBINING ACUTE ACCENT}"]
)
def test_offsets_count_characters_of_the_text_as_given(before, scanned, tmp_path):
    sin = invented_sin()
    text = f"{before} SIN {sin[:3]}\N{NO-BREAK SPACE}{sin[3:6]}-{sin[6:]}, bonne journée 😀"
    path = tmp_path / "notes.txt"
    path.write_bytes(text.encode())

    _, (result,) = scanned(path)

    (span,) = result["spans"]
    assert text[span["start"] : span["end"]] == f"{sin[:3]}\N{NO-BREAK SPACE}{sin[3:6]}-{sin[6:]}"
    assert (span["entity"], span["tier"]) == ("CA_SIN", "report")
    assert span.keys() == {"entity", "start", "end", "score", "tier", "line", "mask"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])
def test_text_is_read_in_the_encoding_it_has(encoding, scanned, tmp_path):
    path = tmp_path / "lettre.csv"
    path.write_bytes(f"Numéro d'assurance sociale;{invented_sin()}\n".encode(encoding))

    code, (result,) = scanned(path)

    assert (code, [span["entity"] for span in result["spans"]]) == (1, ["CA_SIN"])


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("plan.vsdx", b"PK\x03\x04", ".vsdx files cannot be scanned; documents, text and HTML can"),
        ("photo.JPG", b"\xff\xd8", ".jpg files cannot be scanned; documents, text and HTML can"),
        ("data.txt", b"a\x00b\x00\x01", "is not text; save it as UTF-8 text"),
        ("half.txt", b"\xff\xfea", "is not text; save it as UTF-8 text"),
        ("none.txt", None, "No such file or directory"),
    ],
)
def test_a_file_that_was_not_scanned_is_never_clean(name, content, told, handrail, tmp_path):
    good, path = tmp_path / "good.txt", tmp_path / name
    good.write_text(f"SIN {invented_sin()}\n", "utf-8")
    if content is not None:
        path.write_bytes(content)

    done = handrail("scan", path, good)

    assert done.code == 3
    assert done.told == f"{path}: NOT SCANNED: {told}\n"
    assert done.said == f"{good}:1: [SIN]\n"


@pytest.mark.parametrize("arguments", [(), ("x.txt", "--jsonl", "-"), ("--jsonl", "-", "--json")])
def test_scan_wants_one_thing(arguments, handrail):
    done = handrail("scan", *arguments)

    assert done.code == 2
    assert "--jsonl" in done.told


@needs_tesseract
def test_scan_reads_pictures_of_text_where_it_is_asked_to(handrail, tmp_path):
    image = Image.new("L", (1275, 1650), "white")
    ImageDraw.Draw(image).text((140, 200), "The applicant's SIN is 518 302 740.", fill="black", font_size=30)
    path = tmp_path / "form.pdf"
    image.save(path, resolution=150)
    asked = ("scan", "--only", "personal-information", path)

    unread, read = handrail(*asked), handrail(*asked, "--ocr", "eng")

    assert unread.code == 0
    assert read.code == 1
    assert f"{path}: p1 (scan): [SIN] " in read.said


@pytest.mark.parametrize(
    ("languages", "told"),
    [
        ("eng+fra", "--ocr: tesseract is not installed; run: sudo apt-get install tesseract-ocr tesseract-ocr-eng"),
        ("eng,fra", "--ocr: 'eng,fra' is no language of Tesseract"),
        ("../eng", "--ocr: '../eng' is no language of Tesseract"),
        ("eng+", "--ocr: '' is no language of Tesseract"),
    ],
)
def test_scan_says_what_it_lacks_to_read_pictures(languages, told, handrail, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.ocr.shutil.which", lambda name: None)

    done = handrail("scan", tmp_path, "--ocr", languages)

    assert (done.code, done.said) == (2, "")
    assert told in re.sub(r"[\s│]+", " ", done.told)


def lines_of(done):
    return [json.loads(line) for line in done.said.splitlines()]


@pytest.fixture
def standard_input(monkeypatch):
    def give(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))

    return give


def test_lines_from_standard_input_are_answered_one_by_one(handrail, standard_input):
    sin = invented_sin()
    texts = {"1": "nothing here", "é": f"😀 numéro d'assurance sociale {sin}", "3": "", "4": f"NAS\n\n{sin}"}
    standard_input("\n\n".join(json.dumps({"id": key, "text": text}) for key, text in texts.items()).encode() + b"\n\n")

    done = handrail("scan", "--jsonl", "-")

    answers = lines_of(done)
    assert done.code == 0
    assert [answer["id"] for answer in answers] == ["1", "é", "3", "4"]
    for answer in answers:
        shown = [texts[answer["id"]][span["start"] : span["end"]] for span in answer["spans"]]
        assert shown == ([sin] if sin in texts[answer["id"]] else [])
        assert all(span.keys() == {"entity", "start", "end", "score", "tier"} for span in answer["spans"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"not json", 'not a line like {"id": "1", "text": "'),
        (b"[1, 2]", 'not a line like {"id": "1", "text": "'),
        (b'"text"', 'not a line like {"id": "1", "text": "'),
        (b'{"text": "x"}', 'not a line like {"id": "1", "text": "'),
        (b'{"id": "2"}', 'not a line like {"id": "1", "text": "'),
        (b'{"id": "2", "text": 5}', '"text" must be a string'),
        (b'{"id": "2", "text": null}', '"text" must be a string'),
    ],
)
def test_a_bad_line_ends_the_scan_and_is_told_by_number(line, told, handrail, standard_input):
    standard_input(b'{"id": "1", "text": "fine"}\n' + line + b'\n{"id": "3", "text": "fine"}\n')

    done = handrail("scan", "--jsonl", "-")

    assert done.code == 2
    assert f"--jsonl -:2: {told}" in done.told
    assert [answer["id"] for answer in lines_of(done)] == ["1"]


def test_lines_that_are_no_text_are_told(handrail, standard_input, tmp_path):
    standard_input(b'{"id": "1", "text": "\xe9"}\n')
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"id": "1", "text": "\xe9"}\n')

    for source in ("-", path):
        done = handrail("scan", "--jsonl", source)

        assert done.code == 2
        assert f"--jsonl {source}: is not UTF-8 text; save it as UTF-8" in done.told
    assert handrail("scan", "--jsonl", tmp_path / "none").code == 2


# Rules


def test_every_rule_is_listed_with_its_basis(handrail):
    done = handrail("checks")
    rows = json.loads(handrail("checks", "--json").said)

    assert done.code == 0
    assert re.search(r"^axe/image-alt +1\.1\.1 +\S", done.said, re.M)
    assert re.search(r"^pii/ca-sin +exposure +\S", done.said, re.M)
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert [line.partition(" ")[0] for line in done.said.splitlines()] == [row["id"] for row in rows]
    assert all(row["title"] and row["title_fr"] for row in rows)
    ours = [row for row in rows if not row["criteria"] and not row["best_practice"]]
    assert {row["kind"] for row in ours if not row["id"].startswith("check/")} == {"exposure", "privacy"}


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "en",
            [
                "Why: ",
                "Fix: ",
                "Criteria: WCAG 1.1.1 Non-text Content (A, 2.0) AODA",
                "/Understanding/non-text-content",
            ],
        ),
        ("fr", ["Pourquoi: ", "Réparer: ", "Critères: WCAG 1.1.1 Contenu non textuel (A, 2.0) AODA"]),
    ],
)
def test_a_rule_is_explained_in_both_languages(lang, told, handrail):
    done = handrail("explain", "axe/image-alt", "--lang", lang)

    assert done.code == 0
    assert done.said.startswith("axe/image-alt\n")
    assert all(text in done.said for text in told)


@pytest.mark.parametrize(
    ("rule", "lang", "law"),
    [
        ("axe/image-alt", "en", "AODA: O. Reg. 191/11 s. 14 (2) (verified, "),
        ("axe/image-alt", "fr", "AODA: O. Reg. 191/11 s. 14 (2) (vérifié, "),
        ("axe/target-size", "en", None),  # WCAG 2.2 only
        ("axe/region", "en", None),  # best practice
    ],
)
def test_the_law_is_named_where_it_asks(rule, lang, law, handrail):
    said = handrail("explain", rule, "--lang", lang).said

    assert ("s. 14" in said) is (law is not None)
    assert law is None or law in said


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("axe/image-alts", "no rule 'axe/image-alts'; did you mean axe/image-alt"),
        ("pii/ca-si", "no rule 'pii/ca-si'; did you mean pii/ca-sin"),
        ("zzzzzz", "no rule 'zzzzzz'; see 'handrail checks'"),
    ],
)
def test_a_rule_that_is_not_there_gets_a_hint(rule, hint, handrail):
    done = handrail("explain", rule)

    assert done.code == 2
    assert hint in done.told


def test_a_language_that_is_not_there_is_told(handrail):
    done = handrail("explain", "axe/image-alt", "--lang", "de")

    assert (done.code, "--lang takes en or fr" in done.told) == (2, True)


# The rest


def test_doctor_is_content_where_all_is_there(handrail, key_file):
    done = handrail("doctor")

    assert done.code == 0, done.said
    assert "missing " not in done.said
    assert done.said.endswith("Ready.\n")
    assert re.search(r"^ok +browser +Chromium \d", done.said, re.M) or "HeadlessChrome" in done.said
    assert str(key_file) in done.said


@pytest.mark.parametrize("broken", ["/no.where/chromium", "{file}", "{false}"])
def test_doctor_names_what_mends_a_browser(broken, handrail, tmp_path, monkeypatch):
    (tmp_path / "chromium").write_text("not a program")
    (tmp_path / "false").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "false").chmod(0o755)
    named = broken.format(file=tmp_path / "chromium", false=tmp_path / "false")
    monkeypatch.setenv("HANDRAIL_BROWSER", named)

    done = handrail("doctor")

    assert done.code == 4
    assert re.search(rf"^missing +browser +.*{re.escape(named)}", done.said, re.M)
    assert "mend it with:    unset HANDRAIL_BROWSER" in done.said
    assert done.said.endswith("Not ready: 1 missing.\n")


@pytest.mark.parametrize(
    ("settings", "mend"),
    [
        ({"apparmor_restrict_unprivileged_userns": "1"}, "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
        ({"unprivileged_userns_clone": "0"}, "sudo sysctl kernel.unprivileged_userns_clone=1"),
        ({"apparmor_restrict_unprivileged_userns": "0", "unprivileged_userns_clone": "1"}, "in a container: "),
        ({}, "in a container: "),
    ],
)
def test_doctor_names_what_lets_a_browser_make_its_sandbox(settings, mend, tmp_path):
    folder = tmp_path / "kernel"
    folder.mkdir()
    for name, value in settings.items():
        (folder / name).write_text(f"{value}\n")

    assert doctor._namespaces(tmp_path).startswith(mend)


@pytest.mark.parametrize(
    ("account", "script", "found", "mends"),
    [
        (1000, "exit 0", "on", False),
        (1000, 'case "$*" in *--no-sandbox*) exit 0;; esac; exit 134', "the browser cannot make it", True),
        (0, "exit 134", "off: running as root; prefer an account of its own", False),
    ],
)
def test_doctor_starts_the_browser_with_its_sandbox(account, script, found, mends, tmp_path, monkeypatch):
    browser = tmp_path / "chromium"
    browser.write_text(f"#!/bin/sh\n{script}\n")
    browser.chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: account)

    sign = doctor._sandbox(str(browser))

    assert (sign.found, bool(sign.mend)) == (found, mends)


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [
        ("", 0, None),
        ("{}/elsewhere", 0, "ok       pictures         go to {}/elsewhere"),
        ("nosuch://bucket", 4, "mend it with:    write s3://BUCKET/PREFIX"),
    ],
)
def test_doctor_says_where_pictures_go(handrail, key_file, tmp_path, monkeypatch, where, code, said):
    monkeypatch.setenv("HANDRAIL_EVIDENCE", where.format(tmp_path))

    done = handrail("doctor")

    assert done.code == code, done
    assert said.format(tmp_path) in done.said if said else "pictures " not in done.said.replace("pictures of", "")


def test_doctor_names_what_mends_a_key(handrail, key_file, tmp_path, monkeypatch):
    path = tmp_path / "key"
    path.write_text("ab" * 32)
    path.chmod(0o644)
    monkeypatch.setenv("HANDRAIL_KEY_FILE", str(path))

    done = handrail("doctor")

    assert done.code == 4
    assert f"mend it with:    chmod 600 {path}" in done.said


@pytest.mark.parametrize(
    ("languages", "code", "told"),
    [
        ('["eng"]', 4, r"^missing +\[ocr\] +tesseract is not installed\n +mend it with: +sudo apt-get install tess"),
        ("[]", 0, r"^ok +Tesseract +not installed"),
    ],
)
def test_doctor_asks_for_what_reads_pictures_where_it_is_wanted(
    languages, code, told, handrail, key_file, tmp_path, monkeypatch
):
    which = shutil.which
    monkeypatch.setattr("shutil.which", lambda name, *more, **named: (name != "tesseract" and which(name)) or None)
    config = tmp_path / "handrail.toml"
    config.write_text(f"[ocr]\nlanguages = {languages}\n")

    done = handrail("doctor", "-c", config)

    assert done.code == code
    assert re.search(told, done.said, re.M), done.said


def test_the_version_is_that_of_the_package(handrail):
    done = handrail("--version")

    assert (done.code, done.said) == (0, f"handrail {version('handrail')}\n")


def test_the_program_is_installed_and_says_how_it_is_used():
    done = subprocess.run([HANDRAIL, "--help"], capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0
    for command in ("audit", "checks", "demo", "doctor", "explain", "report", "scan"):
        assert command in done.stdout


@pytest.mark.parametrize("arguments", [("audit", "--help"), ("scan", "-h"), ("report", "--help")])
def test_help_is_zero(arguments, handrail):
    assert handrail(*arguments).code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("gate",), "[gate]"), (("notify",), "[notify]"), (("issues", "due"), "[due]"), (("schedule", "run"), "[notify]")],
)
def test_help_keeps_the_names_of_tables_of_the_configuration(arguments, told, handrail):
    assert told in handrail(*arguments, "--help").said


def test_the_demo_can_be_served_with_its_catalogue(tmp_path):
    path = tmp_path / "catalogue.json"
    process = subprocess.Popen(
        [HANDRAIL, "demo", "--serve", "--catalogue", path], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    try:
        shown = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()

    catalogue = json.loads(path.read_text("utf-8"))
    assert process.returncode == 0
    assert shown[0].startswith("main: http://127.0.0.1:")
    assert shown[2] == "Ctrl-C ends it.\n"
    assert {page["site"] for page in catalogue["pages"]} == {"main", "booking"}
    assert catalogue["defects"]
    assert [file.name for file in tmp_path.iterdir()] == ["catalogue.json"]


def test_a_report_of_the_demo_says_so_whenever_it_is_told(handrail, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handrail.toml").write_text('[city]\nname_en = "A real City"\n', "utf-8")
    policy = demo_policy()
    place = runs.Place(out=tmp_path / "out")
    parts = runs.parts_for(policy)
    with runs.open_store(place, parts) as store:
        runs.start(place, runs.Plan(policy=policy, sites=tuple(policy.sites), trigger="demo"), parts, store)

    done = handrail("report", "--out", tmp_path / "out")

    done.out = tmp_path / "out"
    assert done.code == 0
    assert (done.report["city"]["name"]["en"], done.report["city"]["demo"]) == ("City of Larkspur Bay", True)
    assert "This City, its sites and its people do not exist." in done.html()
    assert {site["verdict"] for site in done.report["sites"]} == {"not-audited"}


def test_a_catalogue_needs_a_folder(handrail, tmp_path):
    done = handrail("demo", "--serve", "--catalogue", tmp_path / "none" / "catalogue.json")

    assert done.code == 2
    assert f"--catalogue {tmp_path / 'none' / 'catalogue.json'}: there is no folder" in done.told


def test_sarif_names_files_from_the_working_folder_on_and_tells_of_none_above_it(tmp_path, monkeypatch):
    here, there = tmp_path / "jo.roe" / "work", tmp_path / "jo.roe" / "shared" / "minutes"
    (here / "drafts").mkdir(parents=True)
    monkeypatch.chdir(here)
    cases = {
        "a.pdf": "a.pdf",
        "./drafts/../drafts/b.pdf": "drafts/b.pdf",
        str(here / "drafts" / "c.pdf"): "drafts/c.pdf",
        "../../jo.roe/work/d.pdf": "d.pdf",
        str(there / "2025" / "e.pdf"): "minutes/2025/e.pdf",
        "../shared/minutes/2026/e.pdf": "minutes/2026/e.pdf",
    }

    assert named(list(cases)) == cases
    assert named([str(there / "e.pdf")]) == {str(there / "e.pdf"): "minutes/e.pdf"}


@pytest.mark.browser
def test_a_report_is_published_for_everybody(audited, handrail, tmp_path):
    out = tmp_path / "www"

    done = handrail("report", "--out", audited.out, "--publish", out, "-f", "open-data")

    assert done.code == 0, done.told
    assert done.said == f"Report: {out / audited.run_id.lower() / 'index.html'}\n"
    assert {path.name for path in out.iterdir()} == {
        *(".audits", "latest", "robots.txt", "index.html", "index.fr.html", audited.run_id.lower()),
    }
    assert not list(out.rglob("*privacy*"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    refused = handrail("report", "--out", audited.out, "--publish", tmp_path / "full")
    assert refused.code == 2
    assert "name an empty folder" in " ".join(refused.told.replace("│", " ").split())


def test_there_must_be_something_to_show(handrail, tmp_path):
    done = handrail("serve", tmp_path)

    assert done.code == 2
    assert "holds no index.html" in " ".join(done.told.replace("│", " ").split())
