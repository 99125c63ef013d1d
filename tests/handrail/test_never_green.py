"""Who did not see a site never calls it clean: not in the store, not in a report, not by an exit code."""

import datetime
import importlib
import ipaddress
import json
import socket
import ssl
import textwrap
import time
from dataclasses import dataclass, field

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from audits.model import PageOutcome, Verdict
from crawler.collectors import collectors
from crawler.collectors.axe import Axe
from handrail.wiring import Parts

pytestmark = pytest.mark.browser

PASSWORD = '<form><p><label>Password <input type="password"></label></p><p><button>Go</button></p></form>'
BARRIER = '<p><img src="x.png"></p>'
ROBOTS = "User-agent: *\nDisallow: /\n"
BROKEN_SITEMAP = (200, {"Content-Type": "application/xml"}, "Sorry, the sitemap is being made.")
EMPTY_SITEMAP = (200, {"Content-Type": "application/xml"}, "")


def page(body="<p>Hello there.</p>", title="A page"):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def to(target, status=302):
    return (status, {"Location": target}, "")


def links(*targets):
    return page("".join(f'<p><a href="{target}">The page {target}</a></p>' for target in targets))


def sitemap(*urls):
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    return (200, {"Content-Type": "application/xml"}, body)


def plain(body):
    return (200, {"Content-Type": "text/plain"}, body)


def hangs(handler):
    time.sleep(8)


def drops(handler):
    """Close the connection without an answer."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def refuses_browsers(handler):
    return (403, {}, "no robots please") if "Mozilla" in handler.headers["User-Agent"] else page()


def config(sites):
    """handrail.toml of {key: (start, {setting: value})}."""
    lines = []
    for key, (start, settings) in sites.items():
        lines += [f"[sites.{key}]", f"start = [{json.dumps(start)}]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    return "\n".join(lines) + "\n"


@dataclass
class Case:
    """A site that cannot be audited as a whole: its answers, how its pages end, and why it is incomplete."""

    routes: dict
    ends: dict
    reasons: list
    settings: dict = field(default_factory=dict)
    verdict: str = "not-audited"
    scheme: str = "http"

    @classmethod
    def of(cls, answer, outcome, **more):
        """One start page that ends in an outcome that is no audit."""
        return cls({"/": answer}, {"/": outcome}, [f"start-page-{outcome}", "no-page-audited"], **more)


#: A host that does not answer is asked more and more slowly: for its start page only, to save the time.
ALONE = {"sitemaps": False}

CASES = {
    "not-found": Case.of((404, {}, "gone"), "not-found"),
    "gone": Case.of((410, {}, "gone"), "not-found"),
    "client-error": Case.of((418, {}, "a teapot"), "http-error"),
    "server-error": Case.of((500, {}, "broken"), "server-error"),
    "unauthorized": Case.of((401, {}, "who are you"), "sign-in"),
    "wall": Case.of((403, {}, "no robots please"), "refused-us"),
    "wall-for-browsers": Case.of(refuses_browsers, "refused-us"),
    "too-many": Case.of((429, {}, "slow down"), "refused-us"),
    "times-out": Case.of(hangs, "timeout", settings=ALONE | {"timeout": 0.4}),
    "hangs-up": Case.of(drops, "network-error", settings=ALONE),
    "empty": Case.of("", "empty"),
    "blank": Case.of('<!doctype html><html lang="en"><title>x</title><body> <script>1</script></body></html>', "empty"),
    "no-content": Case.of((204, {}, ""), "empty"),
    "text-file": Case.of(plain("hello"), "file"),
    "loop": Case(
        {"/": to("/a"), "/a": to("/")}, {"/": "redirect-loop"}, ["start-page-redirect-loop", "no-page-audited"]
    ),
    "endless": Case(
        {"*": lambda handler: to(f"/{len(handler.server.seen)}")},
        {"/": "redirect-loop"},
        ["start-page-redirect-loop", "no-page-audited"],
    ),
    "leads-to-a-dead-page": Case({"/": to("/moved")}, {"/": "not-found"}, ["start-page-not-found", "no-page-audited"]),
    "robots": Case(
        {"/": page(), "/robots.txt": plain(ROBOTS)},
        {"/": "robots", "/robots.txt": "file"},
        ["start-page-robots", "no-page-audited"],
    ),
    "sign-in": Case(
        {"/": to("/login"), "/login": page(PASSWORD)},
        {"/": "sign-in", "/login": "audited"},
        ["start-page-sign-in", "coverage-below-minimum"],
        verdict="incomplete",
    ),
    # No page at all: nothing is wrong with these addresses, and nothing was audited.
    "pdf": Case(
        {"/": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7")},
        {"/": "document-unread"},
        ["start-page-document-unread", "no-page-audited"],
    ),
    "download": Case(
        {"/": (200, {"Content-Disposition": 'attachment; filename="x.html"'}, page())},
        {"/": "document-unread"},
        ["start-page-document-unread", "no-page-audited"],
    ),
    # What scripts do.
    "reloads": Case.of(page("<script>setInterval(() => location.reload(), 100)</script>"), "navigated-away"),
    "leaves-for-nowhere": Case.of(page('<script>location.href = "about:blank"</script>'), "navigated-away"),
    "leaves-for-a-dead-page": Case(
        {"/": page('<script>location.href = "/dead"</script>'), "/dead": drops},
        {"/": "redirected", "/dead": "network-error"},
        ["no-page-audited"],
    ),
    "takes-itself-away": Case.of(page("<script>document.documentElement.remove()</script>"), "empty"),
    # A part of a site is not the site.
    "low-coverage": Case(
        {"/": links("/a"), "/a": (500, {}, "broken")},
        {"/": "audited", "/a": "server-error"},
        ["coverage-below-minimum"],
        verdict="incomplete",
    ),
    "every-page-errs": Case(
        {
            "*": (500, {}, "broken"),
            "/robots.txt": plain("Sitemap: /map.xml"),
            "/map.xml": sitemap("/a", "/b"),
        },
        {"/": "server-error", "/a": "server-error", "/b": "server-error", "/robots.txt": "file"},
        ["start-page-server-error", "no-page-audited"],
    ),
    # A sitemap is no excuse.
    "sitemap-only": Case(
        {"*": (404, {}, ""), "/sitemap.xml": sitemap("/a"), "/a": page()},
        {"/": "not-found", "/a": "audited"},
        ["start-page-not-found"],
        verdict="incomplete",
    ),
    "broken-sitemap": Case(
        {"*": (404, {}, ""), "/sitemap.xml": BROKEN_SITEMAP},
        {"/": "not-found"},
        ["start-page-not-found", "no-page-audited"],
    ),
    # Half an engine is no engine.
    "too-large-to-read": Case(
        {"/": page(BARRIER + '<p hidden id="p"></p><script>p.textContent = "word ".repeat(4200000)</script>')},
        {"/": "audited"},
        ["checks-could-not-run"],
        verdict="incomplete",
    ),
}


@pytest.fixture(scope="module")
def elsewhere(serve_module):
    """Another site, that no audit here asks for."""
    return serve_module({"*": page(title="Elsewhere")})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody vouches for: the path of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture(scope="module")
def failing(serve_module, elsewhere, certificate, tmp_path_factory, audit):
    """One audit of every site that cannot be audited."""
    sites = {}
    for key, case in CASES.items():
        sites[key] = (serve_module(case.routes).url(), case.settings)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        sites["connection-refused"] = (f"http://127.0.0.1:{closed.getsockname()[1]}/", ALONE)
    sites["dns-failure"] = ("http://nowhere.invalid/", ALONE)
    sites["redirect-off-scope"] = (serve_module({"/": to(elsewhere.url())}).url(), {})
    server = serve_module({"/": page()})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    sites["bad-certificate"] = (server.url().replace("http:", "https:"), {})
    sites["no-certificate"] = (serve_module({"/": page()}).url().replace("http:", "https:"), ALONE)
    folder = tmp_path_factory.mktemp("failing")
    (folder / "handrail.toml").write_text(config(sites), "utf-8")
    return audit(folder / "out", "-c", folder / "handrail.toml")


def made(outcome):
    return Case({}, {"/": outcome}, [f"start-page-{outcome}", "no-page-audited"])


EXPECTED = CASES | {
    "connection-refused": made("connection-refused"),
    "dns-failure": made("dns-failure"),
    "redirect-off-scope": made("redirect-off-scope"),
    "bad-certificate": made("tls-error"),
    "no-certificate": made("tls-error"),
}


@pytest.mark.slow
@pytest.mark.parametrize("key", EXPECTED)
def test_a_site_that_was_not_seen_is_incomplete_by_name(failing, key):
    case = EXPECTED[key]

    record, told = failing.record(key), failing.site(key)

    assert failing.code == 3
    assert failing.ends(key) == case.ends
    assert (record.state, list(record.reasons)) == ("incomplete", case.reasons)
    assert (told["verdict"], told["state"], told["reasons"]) == (case.verdict, "incomplete", case.reasons)


@pytest.mark.slow
@pytest.mark.parametrize("key", EXPECTED)
def test_a_site_that_was_not_seen_is_nowhere_called_clean(failing, key):
    told = failing.site(key)
    results = {criterion["result"] for criterion in told["criteria"]}
    row = failing.html().partition(f'href="sites/{told["path"]}/index.html">')[2].partition("</tr>")[0]
    screen = failing.said.partition(f"\n{told['host']}\n")[2].partition("\n\n")[0]

    assert "AUDIT INCOMPLETE" in screen
    if told["verdict"] == "not-audited":
        assert results <= {"not-checked", "removed", "not-required"}
        assert (told["places"], told["issues"], told["places_per_100_pages"]) == (0, [], None)
        assert "none found" not in screen
        assert "Not audited" in row
        assert "None found" not in row
    else:
        assert "Audit incomplete" in row
    assert "No failure found" not in row


@pytest.mark.slow
def test_a_run_of_such_sites_says_so_as_a_whole(failing):
    report = failing.report
    totals = report["totals"]

    assert report["run"]["state"] == "incomplete"
    assert (totals["sites"], totals["sites_no_failure"]) == (len(EXPECTED), 0)
    assert totals["sites_incomplete"] == len(EXPECTED)
    assert totals["sites_not_audited"] == sum(case.verdict == "not-audited" for case in EXPECTED.values())


@pytest.mark.slow
def test_another_site_was_not_looked_at(failing, elsewhere):
    assert elsewhere.seen == []


@pytest.mark.slow
def test_a_page_that_cannot_be_read_has_errors_for_what_was_not_read_and_no_picture(failing):
    told = failing.site("too-large-to-read")
    outcomes = {
        line["rule"]: (line["verdict"], line["reason"])
        for line in failing.lines
        if line["record"] == "outcome" and line["site"] == "too-large-to-read"
    }
    speakers = Parts(secret=bytes(32)).speakers
    readers = {rule for rule in outcomes if rule in speakers and "document" in speakers[rule].needs}
    errors = {rule for rule, (verdict, _) in outcomes.items() if verdict == Verdict.ERROR}

    assert errors == readers
    assert readers >= {"pii/ca-sin", "pii/person", "privacy/tracker", "check/page-language", "check/letter-shortcut"}
    assert {outcomes[rule] for rule in readers} == {("error", "document: PageTooLarge")}
    assert outcomes["axe/image-alt"][0] == Verdict.FAIL
    assert told["check_errors"]["total"] == len(readers)
    # Whoever does not know where personal information stands cannot cover it.
    assert [issue["evidence"] for issue in told["issues"]] == [""] * len(told["issues"])
    assert not list(failing.out.rglob("*.png"))


@pytest.fixture(scope="module")
def healthy(serve_module, elsewhere, tmp_path_factory, audit):
    """One audit of sites with blemishes that are nobody's reason to doubt it."""
    usual = [f"/page-{number}" for number in range(9)]
    foreign = sitemap(elsewhere.url("/one"), elsewhere.url("/two"))
    sites = {
        "usual": {
            "/": links(*usual, "/dead", "/account", "/away", "/moved", "/leaflet.pdf", "/logo.png"),
            "/account": to("/login"),
            "/login": page(PASSWORD, "Sign in"),
            "/away": to(elsewhere.url()),
            "/moved": to("/page-1", 301),
            "/leaflet.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7"),
            **{path: page(BARRIER if path == "/page-3" else "<p>Fine.</p>", f"Page {path}") for path in usual},
        },
        "sign-in-asked-for": {"/login": page(PASSWORD, "Sign in")},
        "empty-sitemap": {"/": page(), "/sitemap.xml": EMPTY_SITEMAP},
        "broken-sitemap": {"/": page(), "/sitemap.xml": BROKEN_SITEMAP},
        "foreign-entries": {"/": page(), "/sitemap.xml": foreign},
        "foreign-sitemap": {"/": page(), "/robots.txt": plain(f"Sitemap: {elsewhere.url('/sitemap.xml')}")},
        "moved": {"/": to("/en/"), "/en/": page()},
        "moved-by-script": {"/": page('<script>location.href = "/en/"</script>'), "/en/": page()},
        "shadow": {
            "/": '<!doctype html><html lang="en"><title>Shade</title><body><x-page></x-page><script>'
            "document.querySelector('x-page').attachShadow({mode: 'open'}).innerHTML = "
            "'<main><h1>In the shade</h1></main>'</script></body></html>"
        },
        "elsewhere-by-name-only": {"/": page('<script>history.pushState({}, "", "/new-name")</script>')},
    }
    starts = {"sign-in-asked-for": "/login"}
    servers = {key: serve_module(routes) for key, routes in sites.items()}
    folder = tmp_path_factory.mktemp("healthy")
    toml = config({key: (server.url(starts.get(key, "/")), {}) for key, server in servers.items()})
    (folder / "handrail.toml").write_text(toml, "utf-8")
    return audit(folder / "out", "-c", folder / "handrail.toml")


@pytest.mark.slow
def test_blemishes_that_every_site_has_leave_an_audit_complete(healthy):
    assert healthy.code == 0
    assert healthy.report["run"]["state"] == "complete"
    assert {site["state"] for site in healthy.report["sites"]} == {"complete"}
    assert healthy.ends("usual") == {
        "/": "audited",
        **{f"/page-{number}": "audited" for number in range(9)},
        "/dead": "not-found",
        "/account": "sign-in",
        "/login": "audited",
        "/away": "redirect-off-scope",
        "/moved": "redirected",
        "/leaflet.pdf": "document-unread",
        "/logo.png": "not-html",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "ends"),
    [
        ("sign-in-asked-for", {"/login": "audited"}),
        ("empty-sitemap", {"/": "audited"}),
        ("broken-sitemap", {"/": "audited"}),
        ("foreign-entries", {"/": "audited", "/one": "out-of-scope", "/two": "out-of-scope"}),
        ("foreign-sitemap", {"/": "audited", "/robots.txt": "file"}),
        ("moved", {"/": "redirected", "/en/": "audited"}),
        ("moved-by-script", {"/": "redirected", "/en/": "audited"}),
        ("shadow", {"/": "audited"}),
        ("elsewhere-by-name-only", {"/": "audited"}),
    ],
)
def test_what_looks_like_a_failure_and_is_none(healthy, key, ends):
    told = healthy.site(key)

    assert healthy.ends(key) == ends
    assert (told["verdict"], told["reasons"], told["coverage"]["percent"]) == ("no-failure-found", [], 100)


@pytest.mark.slow
def test_a_page_that_was_found_and_not_audited_is_named(healthy):
    told = healthy.site("usual")
    (row,) = told["coverage"]["skipped"]

    assert (told["coverage"]["found"], told["coverage"]["audited"], told["coverage"]["not_audited"]) == (12, 11, 1)
    assert (row["outcome"], [example["url"].rpartition("/")[2] for example in row["examples"]]) == (
        "sign-in",
        ["account"],
    )
    assert told["verdict"] == "fails"


@pytest.mark.slow
def test_a_barrier_gets_its_picture(healthy):
    (issue,) = [issue for issue in healthy.site("usual")["issues"] if issue["rule"] == "axe/image-alt"]

    assert (healthy.out / "evidence" / issue["evidence"]).is_file()


@pytest.mark.slow
def test_no_page_of_another_host_is_looked_at_for_a_sitemap(healthy, elsewhere):
    assert set(elsewhere.seen) <= {"/"}  # where the healthy site's own link leads is not fetched either


FAULTS = {
    "/image": '<p><img src="x.png"></p>',
    "/link": '<p><a href="/image"></a></p>',
    "/button": "<p><button></button></p>",
    "/field": '<p><input type="text"></p>',
    "/frame": '<p><iframe src="/clean"></iframe></p>',
    "/list": "<ul><div>x</div></ul>",
}
RULES = {
    "/image": "axe/image-alt",
    "/link": "axe/link-name",
    "/button": "axe/button-name",
    "/field": "axe/label",
    "/frame": "axe/frame-title",
    "/list": "axe/list",
}


@pytest.mark.slow
def test_issues_of_pages_that_cannot_be_seen_any_more_are_not_checked_and_never_fixed(serve, tmp_path, audit):
    routes = {"/": links(*FAULTS), "/clean": page()} | {
        path: page(body, f"Page {path}") for path, body in FAULTS.items()
    }
    server = serve(routes)
    first = audit(tmp_path / "out", server.url())
    before = states(first)
    server.routes |= {
        "/image": (500, {}, "broken"),
        "/link": drops,
        "/button": "",
        "/field": page("<p>Repaired.</p>"),
        "/": links(*(path for path in FAULTS if path != "/list")),
    }

    second = audit(tmp_path / "out", server.url())

    after = states(second)
    assert (first.code, second.code) == (0, 3)
    assert {before[rule] for rule in RULES.values()} == {"new"}
    assert {path: after[rule] for path, rule in RULES.items()} == {
        "/image": "not-checked",
        "/link": "not-checked",
        "/button": "not-checked",
        "/field": "fixed",
        "/frame": "open",
        "/list": "not-checked",
    }
    (told,) = second.report["sites"]
    unseen = sum(state == "not-checked" for state in after.values())
    assert (told["verdict"], told["changes"]["fixed"], told["changes"]["not_checked"]) == ("incomplete", 1, unseen)
    assert f"Not checked again       {unseen}" in second.said
    results = {criterion["number"]: criterion["result"] for criterion in told["criteria"]}
    assert results["1.1.1"] == "needs-person"  # the picture without a text alternative may still be there


def states(run):
    """Rule -> state of the only site's issues as the store derives them, fixed ones too."""
    with run.store() as store:
        last = store.latest_run().id
        (site,) = store.sites(last)
        return {issue.rule: issue.state for issue in store.site_data(last, site.key).issues}


CHECKS = '''
"""Checks of another package, with the faults that checks have."""

import os

from audits.check import Check
from audits.model import Impact, Rule


def rule(name):
    return Rule(id=f"city/{name}", title=f"The {name} rule", why="Test.", fix="Test.", impact=Impact.MINOR)


class Raises(Check):
    rule = rule("raises")

    def run(self, snapshot):
        if "/raises" in snapshot.url:
            raise ValueError("quotes the page")
        return iter(())


class Dies(Check):
    rule = rule("dies")

    def run(self, snapshot):
        if "/dies" in snapshot.url:
            os._exit(1)
        return iter(())
'''


@pytest.fixture
def other_package(tmp_path, monkeypatch):
    """Another distribution that offers checks, as pip would install it: the worker that judges finds it by itself."""
    place = tmp_path / "packages"
    about = place / "city_checks-1.0.dist-info"
    about.mkdir(parents=True)
    (place / "city_checks.py").write_text(CHECKS, "utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: city-checks\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text(
        textwrap.dedent("""\
        [handrail.checks]
        raises = city_checks:Raises
        dies = city_checks:Dies
        """),
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(place))
    importlib.invalidate_caches()


@pytest.mark.slow
def test_a_check_that_raises_is_an_error_and_counted_where_everybody_looks(other_package, serve, tmp_path, audit):
    many = [f"/page-{number}" for number in range(10)]
    sites = {
        "always": serve({"/raises": page()}).url("/raises"),
        "seldom": serve({"/": links("/raises", *many), "/raises": page(), **{path: page() for path in many}}).url(),
        "kills": serve({"/dies": page()}).url("/dies"),
    }
    (tmp_path / "handrail.toml").write_text(config({key: (url, {}) for key, url in sites.items()}), "utf-8")

    done = audit(tmp_path / "out", "-c", tmp_path / "handrail.toml")

    outcomes = {
        (line["site"], line["url"].rpartition("/")[2]): (line["verdict"], line["reason"])
        for line in done.lines
        if line["record"] == "outcome" and line["rule"] == "city/raises"
    }
    assert done.code == 3
    assert outcomes["always", "raises"] == outcomes["seldom", "raises"] == ("error", "check: ValueError")
    assert {outcome for (_, path), outcome in outcomes.items() if path != "raises"} == {("pass", "")}

    assert done.ends("always") == {"/raises": "audited"}
    assert (done.site("always")["verdict"], done.site("always")["reasons"]) == ("incomplete", ["checks-could-not-run"])
    # One page of twelve is told and does not undo the audit.
    assert (done.site("seldom")["state"], done.site("seldom")["check_errors"]["total"]) == ("complete", 1)
    assert done.site("seldom")["check_errors"]["listed"][0]["reasons"] == {"check: ValueError": 1}

    assert done.ends("kills") == {"/dies": "failed"}
    assert done.site("kills")["reasons"] == ["start-page-failed", "no-page-audited"]

    assert done.report["totals"]["check_errors"] == 2
    assert "2 checks could not run" in done.html()
    assert "1 check" in done.html("always").partition("Checks that could not run")[2].partition("</div>")[0]
    assert "quotes the page" not in done.said + done.told + json.dumps(done.report)


@pytest.mark.slow
def test_a_collector_that_raises_makes_its_checks_errors(serve, tmp_path, audit, monkeypatch):
    async def broken(self, page):
        raise ValueError("quotes the page")

    monkeypatch.setattr(Axe, "collect", broken)

    done = audit(tmp_path / "out", serve({"/": page(BARRIER)}).url())

    (told,) = done.report["sites"]
    verdicts = {line["rule"]: line["verdict"] for line in done.lines if line["record"] == "outcome"}
    reasons = {line["reason"] for line in done.lines if line["record"] == "outcome" and line["verdict"] == "error"}
    assert done.code == 3
    assert done.ends(told["key"]) == {"/": "audited"}
    assert (told["verdict"], told["reasons"]) == ("incomplete", ["checks-could-not-run"])
    assert verdicts["axe/image-alt"] == "error"
    assert verdicts["pii/ca-sin"] == "pass"
    assert reasons == {"axe: ValueError"}
    assert told["check_errors"]["total"] == done.report["totals"]["check_errors"] > 90
    assert f"{told['check_errors']['total']} checks could not run" in done.html()
    assert not {"no-failure-found", "fails"} & {
        criterion["result"] for criterion in told["criteria"] if criterion["number"] in ("1.1.1", "4.1.2", "1.4.3")
    }


def test_a_page_on_which_no_check_could_run_was_not_audited(serve, tmp_path, audit, monkeypatch):
    async def broken(self, page):
        raise ValueError("quotes the page")

    for collector in collectors():
        monkeypatch.setattr(type(collector), "collect", broken)

    done = audit(tmp_path / "out", serve({"/": page(BARRIER)}).url())

    (told,) = done.report["sites"]
    assert done.code == 3
    assert done.ends(told["key"]) == {"/": "failed"}
    assert (told["verdict"], told["reasons"]) == ("not-audited", ["start-page-failed", "no-page-audited"])
    others = [line for line in done.lines if line["record"] != "page"]
    assert {(line["rule"].partition("/")[0], line["verdict"]) for line in others} == {("site", "not-run")}


def test_a_time_budget_that_is_spent_leaves_pages_unseen(serve, tmp_path, audit):
    server = serve({"/": page()})

    done = audit(tmp_path / "out", server.url(), "--max-minutes", "0.00001")

    (told,) = done.report["sites"]
    assert done.code == 3
    assert done.ends(told["key"]) == {"/": PageOutcome.BUDGET_TIME}
    assert told["verdict"] == "not-audited"
    assert told["reasons"] == ["start-page-budget-time", "time-budget-spent", "no-page-audited"]


def test_a_budget_of_pages_is_a_sample_and_complete(serve, tmp_path, audit):
    server = serve({"/": to("/en/"), "/en/": links("/a", "/b"), "/a": page(), "/b": page()})

    done = audit(tmp_path / "out", server.url(), "--max-pages", "1")

    (told,) = done.report["sites"]
    assert done.code == 0
    assert done.ends(told["key"]) == {
        "/": "redirected",
        "/en/": "audited",
        "/a": "budget-pages",
        "/b": "budget-pages",
    }
    assert (told["state"], done.report["run"]["sample"]) == ("complete", "at most 1 pages a site")
    assert (told["coverage"]["found"], told["coverage"]["not_audited"]) == (3, 2)
