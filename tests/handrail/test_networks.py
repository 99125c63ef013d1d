"""Sites behind proxies, authorities, certificates, firewalls and sign-ins, through the front door."""

import base64
import io
import json
import logging
from urllib.parse import quote

import pytest
from kept import bytes_of
from servers import Authority, Relay, WebServer, needs_certutil

from audits.privacy.keys import Keyring
from handrail.cli import run as handrail

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_certutil]

SECRET = bytes(range(32))
USER, PASSWORD = "preview-user", "pass/w:rd @1"
TOKEN, WAF, PHRASE = "tok-5f1d9c", "waf-77ab31", "open sesame"
PROXY_USER, PROXY_PASSWORD = "svc-audit", "pr/xy p@ss:1"
SECRETS = (PASSWORD, TOKEN, WAF, PHRASE, PROXY_PASSWORD)
VARIABLES = {
    "HANDRAIL_KEY": SECRET.hex(),
    "HANDRAIL_AUTH_PREVIEW_USER": USER,
    "HANDRAIL_AUTH_PREVIEW_PASSWORD": PASSWORD,
    "HANDRAIL_AUTH_API_TOKEN": TOKEN,
    "HANDRAIL_AUTH_DOOR_TOKEN": TOKEN,
    "HANDRAIL_WAF_TOKEN": WAF,
    "HANDRAIL_CERTIFICATE_AUDIT_PASSPHRASE": PHRASE,
    "HANDRAIL_PROXY_CITY_USER": PROXY_USER,
    "HANDRAIL_PROXY_CITY_PASSWORD": PROXY_PASSWORD,
}
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
AUTH = '[auth.preview]\nkind = "basic"\n[auth.api]\nkind = "bearer"\n[auth.door]\nkind = "cookie"\ncookie = "door"\n'


def html(body="", title="Page"):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><main><h1>{title}</h1><p>Text to see.</p>{body}</main></body></html>"
    )


def toml(text):
    """A path or word as TOML writes it."""
    return json.dumps(str(text))


def site(key, *starts, network="", **options):
    lines = [f"[sites.{key}]", f"start = {json.dumps(list(starts))}", "sitemaps = false"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in options.items()]
    return "\n".join([*lines, network and f"[sites.{key}.network]\n{network}", ""])


class Told(io.StringIO):
    """Everything that was logged, at the lowest level, on the root."""

    def __enter__(self):
        self._handler = logging.StreamHandler(self)
        self._root = logging.getLogger()
        self._before = self._root.level
        self._root.addHandler(self._handler)
        self._root.setLevel(logging.DEBUG)
        return self

    def __exit__(self, *exc_info):
        self._root.removeHandler(self._handler)
        self._root.setLevel(self._before)


def audit(folder, config, *options, out="out"):
    """(exit code, {site: {path: line}}, everything logged)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "handrail.toml").write_text(config, "utf-8")
    findings = folder / "findings.jsonl"
    arguments = ["audit", "-q", "-o", f"{folder / out}", "--findings", f"{findings}", *options]
    if "--resume" not in options:
        arguments += ["--no-pictures", "-c", f"{folder / 'handrail.toml'}"]
    with Told() as told:
        code = handrail(arguments)
    ended = {}
    for line in findings.read_text("utf-8").splitlines() if findings.exists() else ():
        row = json.loads(line)
        if row["record"] == "page":
            ended.setdefault(row["site"], {})["/" + row["url"].partition("://")[2].partition("/")[2]] = row
    return code, ended, told.getvalue()


@pytest.fixture(scope="module")
def variables():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in VARIABLES.items():
            patch.setenv(name, value)
        for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        yield patch


@pytest.fixture(scope="module")
def inner(tmp_path_factory):
    """The City's own certificate authority."""
    return Authority(tmp_path_factory.mktemp("authority"), "inner")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture(scope="module")
def start():
    """Web servers and proxies that end with the module."""
    opened = []

    def add(one):
        opened.append(one)
        return one

    yield add
    for one in opened:
        if isinstance(one, WebServer):
            one.shutdown()
            one.server_close()
        else:
            one.close()


def wants(header, value, then, otherwise):
    """A route that lets in only who brings the header."""
    return lambda headers: then if value in headers.get(header, "").split("; ") else otherwise


class City:
    """Sites that can be reached in one way each, and who was asked what on the way."""


@pytest.fixture(scope="module")
def reached(variables, inner, start, tmp_path_factory):
    """One audit of sites that are reached as their tables say. Every proxy variable points at a trap."""
    folder = tmp_path_factory.mktemp("reached")
    city = City()
    city.trap = start(Relay("http"))
    city.http, city.account = start(Relay("http")), start(Relay("http", account=(PROXY_USER, PROXY_PASSWORD)))
    city.tls = start(Relay("https", certificate=inner.issue("proxy", ["127.0.0.1"])))
    city.socks = start(Relay("socks5"))
    names = ["127.0.0.1", "secure.city.example", "tls.city.example"]
    plain = start(WebServer({"/": html(), "/plain": html()}))
    secure = start(WebServer({"/": html('<img src="/i.png" alt="i">')}, inner.issue("secure", names)))
    itself = start(WebServer({"/": html()}, inner.issue("itself", ["127.0.0.1"], itself=True)))
    mutual = city.mutual = start(WebServer({"/": html()}, inner.issue("mutual", ["127.0.0.1"]), clients=inner.file))
    badge, key = inner.issue("badge", client=True, passphrase=PHRASE)
    city.third = start(WebServer({"/p.png": "x", "/q.png": "x", "/r": html(title="Elsewhere")}))
    door = (401, {"WWW-Authenticate": 'Basic realm="preview"'}, html())
    foreign = (
        f'<img src="{city.third.url("/p.png")}" alt="p"><img src="/away.png" alt="q"><img src="/near.png" alt="n">'
        '<a href="/leave">leave</a><script>fetch("/data", {headers: {"X-Own": "1"}})</script>'
    )

    def guarded(header, value, otherwise=door):
        return {
            "/": wants(header, value, (200, {"Set-Cookie": "own=1"}, html(foreign)), otherwise),
            "/away.png": (302, {"Location": city.third.url("/q.png")}, ""),
            "/near.png": (302, {"Location": "/i.png"}, ""),
            "/i.png": wants(header, value, "x", otherwise),
            "/data": wants(header, value, "{}", otherwise),
            "/leave": (302, {"Location": city.third.url("/r")}, ""),
        }

    city.basic = start(WebServer(guarded("authorization", BASIC)))
    city.bearer = start(WebServer(guarded("authorization", f"Bearer {TOKEN}")))
    city.cookie = start(WebServer(guarded("cookie", f"door={TOKEN}", (403, {}, html()))))
    city.waf = start(WebServer(guarded("x-audit", WAF, (403, {}, html()))))
    city.open = start(WebServer({"/open": html(), "/moved": html()}))
    city.mixed = start(
        WebServer(
            {
                "/": wants("x-audit", WAF, html(f'<a href="{city.open.url("/open")}">open</a>'), (403, {}, html())),
                "/moved": (302, {"Location": city.open.url("/moved")}, ""),
            },
            inner.issue("mixed", ["127.0.0.1"]),
        )
    )
    ca = f"ca_file = {toml(inner.file)}"
    config = AUTH + "\n".join(
        [
            site("direct", plain.url()),
            site(
                "mixed",
                city.mixed.url(),
                city.mixed.url("/moved"),
                hosts=[f"127.0.0.1:{city.open.server_port}"],
                network=f'{ca}\nheaders = {{"X-Audit" = "env:HANDRAIL_WAF_TOKEN"}}',
            ),
            site("http", plain.url(host="www.city.example"), network=f"proxy = {toml(city.http.server)}"),
            site(
                "account",
                secure.url(host="secure.city.example"),
                plain.url("/plain", host="secure.city.example"),
                network=f'proxy = {toml(city.account.server)}\nproxy_auth = "city"\n{ca}',
            ),
            site("tls", secure.url(host="tls.city.example"), network=f"proxy = {toml(city.tls.server)}\n{ca}"),
            site("socks", plain.url(host="socks.city.example"), network=f"proxy = {toml(city.socks.server)}"),
            site(
                "past", plain.url(), network='proxy = "http://127.0.0.1:1"\nno_proxy = ["127.0.0.0/8", "city.example"]'
            ),
            site("authority", secure.url(), network=ca),
            site("itself", itself.url(), network=f"ca_file = {toml(itself_file(inner))}"),
            site(
                "badge",
                mutual.url(),
                network=f"{ca}\n[sites.badge.network.client_certificates.audit]\norigin = {toml(mutual.url(''))}\n"
                f"certificate = {toml(badge)}\nkey = {toml(key)}",
            ),
            site(
                "badge-and-proxy",
                mutual.url(),
                network=f'{ca}\nproxy = {toml(city.account.server)}\nproxy_auth = "city"\n'
                f"[sites.badge-and-proxy.network.client_certificates.audit]\norigin = {toml(mutual.url(''))}\n"
                f"certificate = {toml(badge)}\nkey = {toml(key)}",
            ),
            site(
                "waf-and-proxy",
                city.waf.url(),
                network=f'proxy = {toml(city.account.server)}\nproxy_auth = "city"\n'
                'headers = {"X-Audit" = "env:HANDRAIL_WAF_TOKEN"}',
            ),
            site("basic", city.basic.url(), auth="preview"),
            site("bearer", city.bearer.url(), auth="api"),
            site("cookie", city.cookie.url(), auth="door"),
            site("waf", city.waf.url(), network='headers = {"X-Audit" = "env:HANDRAIL_WAF_TOKEN"}'),
        ]
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            patch.setenv(name, city.trap.server)
        city.code, city.ended, city.told = audit(folder, config)
    city.out = folder / "out"
    return city


def itself_file(authority):
    return authority.folder / "itself.pem"


WAYS = (
    "direct",
    "mixed",
    "http",
    "account",
    "tls",
    "socks",
    "past",
    "authority",
    "itself",
    "badge",
    "badge-and-proxy",
    "waf-and-proxy",
)
DOORS = ("basic", "bearer", "cookie", "waf")


def test_every_site_is_audited_by_its_own_way(reached):
    ended = {key: pages["/"]["outcome"] for key, pages in reached.ended.items()}

    assert ended == dict.fromkeys(WAYS + DOORS, "audited")
    assert reached.code == 0


def test_scrapy_and_the_browser_take_the_same_proxy_and_only_where_one_is_named(reached):
    chrome = [any("Chrome/" in agent for agent in proxy.agents) for proxy in (reached.http, reached.account)]
    scrapy = [any(agent.startswith("Handrail/") for agent in proxy.agents) for proxy in (reached.http, reached.account)]

    assert chrome == scrapy == [True, True]
    assert {asked.split()[0] for asked in reached.account.asked} == {"CONNECT", "GET"}
    assert reached.ended["account"]["/plain"]["outcome"] == "audited"
    assert all("city.example" in asked for asked in reached.http.asked + reached.socks.asked)
    assert {asked.split()[0] for asked in reached.tls.asked} == {"CONNECT"}
    assert len(reached.tls.asked) >= 2  # Scrapy's and the browser's
    assert len(reached.socks.asked) >= 2
    assert reached.account.asked.count(f"CONNECT 127.0.0.1:{reached.mutual.server_port}") >= 2
    assert reached.trap.asked == []  # the environment's proxy: nobody asked for it


@pytest.mark.parametrize(
    ("key", "header", "value"),
    [
        ("basic", "authorization", BASIC),
        ("bearer", "authorization", f"Bearer {TOKEN}"),
        ("cookie", "cookie", f"door={TOKEN}"),
        ("waf", "x-audit", WAF),
    ],
)
def test_the_sites_own_host_is_told_by_scrapy_and_by_everything_in_the_browser(reached, key, header, value):
    server = getattr(reached, key)

    agents = {headers["user-agent"].partition("/")[0] for headers in server.asked("/")}
    told = {path for path, headers in server.seen if value in headers.get(header, "").split("; ")}

    assert agents == {"Handrail", "Mozilla"}
    assert told >= {"/", "/away.png", "/near.png", "/i.png", "/data", "/leave"}


def test_nobody_else_is_told_not_even_after_a_redirect(reached):
    asked = {path for path, _ in reached.third.seen}
    leaked = [
        (path, name, value)
        for path, headers in reached.third.seen
        for name, value in headers.items()
        if name in ("authorization", "x-audit") or any(secret in value for secret in SECRETS)
    ]

    assert {"/p.png", "/q.png"} <= asked
    assert leaked == []


def test_over_plain_http_a_site_that_starts_with_https_is_told_nothing(reached):
    ended = {path: line["outcome"] for path, line in reached.ended["mixed"].items()}
    agents = {headers["user-agent"].partition("/")[0] for headers in reached.open.asked("/open")}

    assert ended == {"/": "audited", "/open": "audited", "/moved": "audited"}
    assert agents == {"Handrail", "Mozilla"}
    assert {headers.get("x-audit") for headers in reached.mixed.asked("/") + reached.mixed.asked("/moved")} == {WAF}
    assert [headers for _, headers in reached.open.seen if "x-audit" in headers] == []


def test_a_page_keeps_what_it_sends_by_itself(reached):
    for server in (reached.basic, reached.cookie):
        sent = [(headers.get("x-own"), "own=1" in headers.get("cookie", "")) for headers in server.asked("/data")]

        assert sent == [("1", True)]


def test_no_secret_is_in_a_log_or_in_anything_written(reached):
    encoded = [*SECRETS, BASIC.removeprefix("Basic ")]
    files = [path for path in reached.out.parent.rglob("*") if path.is_file()]

    in_log = [secret for secret in encoded if secret in reached.told]
    in_files = [(path.name, secret) for path in files for secret in encoded if secret.encode() in bytes_of(path)]

    assert "127.0.0.1" in reached.told
    assert {"handrail.sqlite", "report.json", "findings.jsonl"} <= {path.name for path in files}
    assert in_log == []
    assert in_files == []


@pytest.fixture(scope="module")
def failed(variables, inner, stranger, start, tmp_path_factory):
    """One audit of sites that must not be reached, each for its own reason."""
    folder = tmp_path_factory.mktemp("failed")
    pages = {
        "/": html(),
        "/by-law.pdf": (200, {"Content-Type": "application/pdf"}, "%PDF-1.7"),
        "/moved": (302, {"Location": "/"}, ""),
    }
    local = ["127.0.0.1"]
    expired = start(WebServer(pages, inner.issue("expired", local, days=(-9, -1))))
    wrong = start(WebServer(pages, inner.issue("wrong", ["elsewhere.example"])))
    foreign = start(WebServer(pages, stranger.issue("foreign", local)))
    alone = start(WebServer(pages, inner.issue("alone", local, itself=True)))
    good = start(WebServer(pages, inner.issue("good", local)))
    mutual = start(WebServer(pages, inner.issue("door", local), clients=inner.file))
    badge, key = stranger.issue("false-badge", client=True)
    plain = start(WebServer(pages))
    account = start(Relay("http", account=(PROXY_USER, "another")))
    refusing = start(Relay("http", refuse=403))
    lost = start(Relay("http", refuse=502))
    socks = start(Relay("socks5"))
    strict = start(Relay("socks5", account=("u", "p")))
    tls = start(Relay("https", certificate=stranger.issue("tls-proxy", local)))
    city = City()
    city.guarded = start(
        WebServer({"/": wants("authorization", BASIC.swapcase(), html(), (401, {}, html()))}),
    )
    city.waf = start(WebServer({"/": wants("x-audit", WAF + "x", html(), (403, {}, html()))}))
    ca = f"ca_file = {toml(inner.file)}"

    def through(proxy, more=""):
        server = proxy if isinstance(proxy, str) else proxy.server
        return f"proxy = {toml(server)}\n{more}"

    def all_of(server):
        return [server.url(path) for path in pages]

    false_badge = (
        f"{ca}\n[sites.false-badge.network.client_certificates.any]\norigin = {toml(mutual.url(''))}\n"
        f"certificate = {toml(badge)}\nkey = {toml(key)}"
    )
    config = AUTH + "\n".join(
        [
            site("expired", *all_of(expired), network=ca),
            site("wrong", *all_of(wrong), network=ca),
            site("foreign", *all_of(foreign), network=ca),
            site("alone", *all_of(alone), network=ca),
            site("system-expired", *all_of(expired)),
            site("system-wrong", *all_of(wrong)),
            site("system-good", *all_of(good)),
            site("no-badge", mutual.url(), network=ca),
            site("false-badge", mutual.url(), network=false_badge),
            site("proxy-down", plain.url(), good.url("/moved"), network=through("http://127.0.0.1:1", ca)),
            site("proxy-unknown", plain.url(), network=through("http://proxy.city.invalid:3128")),
            site("proxy-account", plain.url(), network=through(account, 'proxy_auth = "city"')),
            site("proxy-account-tls", good.url(), network=through(account, f'{ca}\nproxy_auth = "city"')),
            site("proxy-no-account", good.url(), network=through(account, ca)),
            site("proxy-refuses", good.url(), network=through(refusing, ca)),
            site("proxy-lost", good.url(), network=through(lost, ca)),
            site("proxy-foreign", plain.url(), network=through(tls, ca)),
            site("behind-foreign", foreign.url(), network=through(socks, ca)),
            site("behind-down", "http://down.city.example:1/", network=through(socks)),
            site("socks-account", plain.url(), network=through(strict)),
            site("socks-down", plain.url(), network=through("socks5://127.0.0.1:1")),
            site("password", city.guarded.url(), auth="preview"),
            site("no-password", city.guarded.url()),
            site("waf", city.waf.url(), network='headers = {"X-Audit" = "env:HANDRAIL_WAF_TOKEN"}'),
            site("no-waf", city.waf.url()),
        ]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.pacing.LONGEST_GAP_UNANSWERED", 0.05)  # how long it waits is not the matter here
        city.code, city.ended, city.told = audit(folder, config, "--no-report", "--max-minutes", "1")
    city.out = folder / "out"
    city.locked_out = account
    return city


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("expired", "CertificateExpired"),
        ("wrong", "CertificateForAnotherHost"),
        ("foreign", "CertificateRefused"),
        ("alone", "CertificateRefused"),
        # Without an authority of the City's, by the system's own.
        ("system-expired", "CertificateRefused"),
        ("system-wrong", "CertificateForAnotherHost"),
        ("system-good", "CertificateRefused"),
    ],
)
def test_nothing_is_taken_from_a_server_that_nobody_vouches_for(failed, key, reason):
    """Not a page, and neither a document nor a redirect, which need no browser."""
    ended = {path: (line["outcome"], line["reason"]) for path, line in failed.ended[key].items()}

    assert ended == dict.fromkeys(["/", "/by-law.pdf", "/moved"], ("tls-error", reason))


@pytest.mark.parametrize(
    ("key", "outcome", "reason"),
    [
        ("proxy-down", "network-error", "ProxyUnreachable"),
        ("proxy-unknown", "network-error", "ProxyUnreachable"),
        ("proxy-account", "sign-in", "HTTP 407"),
        ("proxy-account-tls", "sign-in", "ProxySignIn"),
        ("proxy-no-account", "sign-in", "ProxySignIn"),
        ("proxy-refuses", "refused-us", "ProxyRefusedUs"),
        ("proxy-lost", "network-error", "ProxyFailed"),
        ("proxy-foreign", "tls-error", "CertificateRefused"),
        ("behind-foreign", "tls-error", "CertificateRefused"),
        ("behind-down", "connection-refused", "DownloadConnectionRefusedError"),
        ("socks-account", "sign-in", "ProxySignIn"),
        ("socks-down", "network-error", "ProxyUnreachable"),
        ("password", "sign-in", "HTTP 401"),
        ("no-password", "sign-in", "HTTP 401"),
        ("waf", "refused-us", "HTTP 403"),
        ("no-waf", "refused-us", "HTTP 403"),
    ],
)
def test_a_closed_door_has_its_name(failed, key, outcome, reason):
    lines = failed.ended[key].values()

    assert {(line["outcome"], line["reason"]) for line in lines} == {(outcome, reason)}


@pytest.mark.parametrize("key", ["no-badge", "false-badge"])
def test_a_server_that_does_not_take_our_certificate_is_not_reached(failed, key):
    """With TLS 1.3 it says so after the handshake, and the reset may overtake what it says."""
    (line,) = failed.ended[key].values()

    assert (line["outcome"], line["reason"]) in {("tls-error", "TlsFailed"), ("network-error", "DownloadFailedError")}


def test_an_audit_before_closed_doors_is_incomplete_and_tells_no_secret(failed):
    files = [path for path in failed.out.rglob("*") if path.is_file()]

    assert failed.code == 3
    assert [secret for secret in SECRETS if secret in failed.told] == []
    assert [path for path in files for secret in SECRETS if secret.encode() in bytes_of(path)] == []


def test_a_wrong_password_is_tried_no_more_often_than_it_must(failed):
    """Accounts are locked for that."""
    tried = [headers for path, headers in failed.guarded.seen if path == "/" and "authorization" in headers]

    assert len(tried) == 1


def test_a_run_that_is_taken_up_again_reads_its_secrets_anew_and_asks_the_environments_proxy(
    variables, start, tmp_path, monkeypatch, capsys
):
    door = start(WebServer({"/": wants("authorization", f"Bearer {TOKEN}", html(), (401, {}, html()))}))
    proxy = start(Relay("http", account=(PROXY_USER, PROXY_PASSWORD)))
    host = "door.city.example"
    config = AUTH + site("door", door.url(host=host), auth="api", network='proxy = "environment"')
    account = f"{quote(PROXY_USER, safe='')}:{quote(PROXY_PASSWORD, safe='')}"
    monkeypatch.setenv("HTTP_PROXY", proxy.server.replace("://", f"://{account}@"))
    monkeypatch.setenv("NO_PROXY", "elsewhere.example")

    monkeypatch.setenv("HANDRAIL_BROWSER", "/nowhere")
    broken, _, _ = audit(tmp_path, config)
    (plan,) = (tmp_path / "out").glob("*.plan")
    kept = Keyring(SECRET).open(plan.read_bytes()).decode()
    monkeypatch.delenv("HANDRAIL_BROWSER")
    monkeypatch.delenv("HANDRAIL_AUTH_API_TOKEN")
    locked, _, _ = audit(tmp_path, config, "--resume")
    told = capsys.readouterr().err
    monkeypatch.setenv("HANDRAIL_AUTH_API_TOKEN", TOKEN)
    done, ended, _ = audit(tmp_path, config, "--resume")

    assert (broken, locked, done) == (4, 2, 0)
    assert "HANDRAIL_AUTH_API_TOKEN is not set" in told
    assert "environment" in kept
    assert [secret for secret in (*SECRETS, quote(PROXY_PASSWORD, safe="")) if secret in kept + told] == []
    assert ended["door"]["/"]["outcome"] == "audited"
    assert {agent.partition("/")[0] for agent in proxy.agents} == {"Handrail", "Mozilla"}
    assert {asked.split()[1].partition("://")[2].partition(":")[0] for asked in proxy.asked} == {host}
