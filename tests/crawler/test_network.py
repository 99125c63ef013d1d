"""Which way an address is asked for, whom the browser believes, and what stays between us and the site."""

import asyncio
import os

import httpcore
import httpx
import pytest
from pools import PATIENT
from servers import Authority, WebServer, needs_certutil

from crawler.browser.find import BrowserMissing
from crawler.browser.page import PageFailed, PageUnreachable
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.browser.trust import browser_environment, driver_environment, give_authorities
from crawler.collectors import collectors
from crawler.network import ClientCertificate, Network, Proxy, cookie_header, origin, own_origins, tls_context
from crawler.through import _Guarded

GOOD = '<!doctype html><html lang="en"><title>Good</title><main><h1>Good</h1></main></html>'


@pytest.fixture(scope="module")
def inner(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("inner"), "inner")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


@pytest.fixture
def start():
    opened = []

    def add(*arguments, **options):
        opened.append(WebServer(*arguments, **options))
        return opened[-1]

    yield add
    for server in opened:
        server.shutdown()
        server.server_close()


# Addresses


@pytest.mark.parametrize(
    ("entry", "url", "direct"),
    [
        ("city.example", "https://city.example/", True),
        ("city.example", "https://www.city.example/x", True),
        (".city.example", "https://city.example/", True),
        ("*.city.example", "http://a.b.city.example:8080/", True),
        ("CITY.example", "https://City.Example/", True),
        ("city.example", "https://notcity.example/", False),
        ("city.example", "https://city.example.evil.example/", False),
        ("city.example", "https://other.example/?city.example", False),
        ("city.example:8443", "https://city.example:8443/", True),
        ("city.example:8443", "https://city.example/", False),
        ("city.example:443", "https://city.example/", True),
        ("city.example:443", "http://city.example/", False),
        ("10.0.0.0/8", "http://10.1.2.3/", True),
        ("10.0.0.0/8", "http://11.1.2.3/", False),
        ("10.0.0.0/8", "http://10.example/", False),
        ("192.0.2.7", "https://192.0.2.7:8443/", True),
        ("192.0.2.7", "https://192.0.2.70/", False),
        ("::1", "http://[::1]:8080/", True),
        ("[::1]:8080", "http://[::1]:8080/", True),
        ("[::1]:8080", "http://[::1]/", False),
        ("fd00::/8", "http://[fd12::1]/", True),
        ("fd00::/8", "http://10.0.0.1/", False),
        ("*", "https://anything.example/", True),
    ],
)
def test_an_entry_of_no_proxy_matches_what_it_names_and_nothing_like_it(entry, url, direct):
    proxy = Proxy(server="http://proxy:3128", direct=(entry,))

    assert proxy.serves(url) is not direct
    assert Network(proxy=proxy).proxy_for(url) is (None if direct else proxy)


@pytest.mark.parametrize(
    ("direct", "bypass"),
    [
        ((), "<-loopback>"),
        (("city.example",), "<-loopback>,city.example,*.city.example"),
        ((".city.example:8443",), "<-loopback>,city.example:8443,*.city.example:8443"),
        (("10.0.0.0/8", "127.0.0.1", "fd00::/8", "::1"), "<-loopback>,10.0.0.0/8,127.0.0.1,fd00::/8,[::1]"),
        (("*",), "<-loopback>,*"),
    ],
)
def test_chromium_is_told_the_same(direct, bypass):
    assert Proxy(server="http://proxy:3128", direct=direct).bypass == bypass


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://www.city.example/a?b", True),
        ("https://city.example/", True),
        ("https://www.city.example:443/", True),
        ("https://news.city.example/", True),
        ("https://www.news.city.example/", True),
        ("http://www.city.example/", False),  # anybody on the way could read it
        ("https://www.city.example:8443/", False),
        ("https://other.city.example/", False),
        ("https://www.city.example.evil.example/", False),
        ("https://www.city.example@evil.example/", False),
        ("https://evil.example/https://www.city.example/", False),
        ("data:text/html,x", False),
    ],
)
def test_a_sites_own_origins_are_its_hosts_over_the_scheme_it_starts_with(url, own):
    network = Network(own=own_origins(["https://www.city.example/"], ["news.city.example"]))

    assert network.is_own(url) is own


def test_origins_of_addresses_and_of_sites_without_tls():
    assert own_origins(["http://127.0.0.1:8080/"], []) == {"http://127.0.0.1:8080"}
    assert own_origins(["http://[::1]:8080/"], []) == {"http://[::1]:8080"}
    assert own_origins(["http://a.example/", "https://a.example/"], ["b.example"]) == {
        f"{scheme}{name}a.example" for scheme in ("http://", "https://") for name in ("", "www.")
    } | {"https://b.example", "https://www.b.example"}
    assert origin("HTTPS://A.example:443/x") == "https://a.example"


def test_the_sites_own_value_of_a_cookie_stays():
    ours = (("door", "ours"), ("other", "1"))

    assert cookie_header("", ours) == "door=ours; other=1"
    assert cookie_header("a=b; door=theirs", ours) == "a=b; door=theirs; other=1"


# Environment


def test_browser_and_driver_get_no_proxy_that_nobody_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    monkeypatch.setenv("no_proxy", "x")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "mine.pem")
    before = dict(os.environ)

    environment = browser_environment(tmp_path)
    with driver_environment(tmp_path):
        within = dict(os.environ)

    assert not {"HTTPS_PROXY", "no_proxy"} & (environment.keys() | within.keys())
    assert environment["HOME"] == str(tmp_path)
    assert within["NODE_EXTRA_CA_CERTS"] == str(tmp_path / "authorities.pem")
    assert dict(os.environ) == before


def test_without_certutil_the_remedy_is_told(monkeypatch, tmp_path, inner):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(BrowserMissing, match="apt-get install libnss3-tools"):
        give_authorities(tmp_path / "home", [str(inner.file)])


# Names that turn


async def test_a_name_is_not_followed_to_an_address_that_the_wall_refuses(monkeypatch, start):
    port = start({"/": GOOD}).server_port
    asked = []

    def strange(host, address):
        asked.append((host, address))
        return True

    stream = await _Guarded().connect_tcp("localhost", port, timeout=60)
    await stream.aclose()
    monkeypatch.setattr("crawler.through.is_strange", strange)
    with pytest.raises(httpcore.ConnectError):
        await _Guarded().connect_tcp("localhost", port, timeout=60)

    assert ("localhost", "127.0.0.1") in asked


# The browser

CONFIG = {"slots": 1, **PATIENT}


def pool_with(**config):
    only = tuple(one for one in collectors() if one.name == "document")
    return BrowserPool(BrowserConfig(**CONFIG, **config), only)


async def status_of(pool, url, key="site", network=None):
    """The status of a page, or Chromium's word for why there is none."""
    options = {} if network is None else {"network": network}
    try:
        async with pool.visit(url, key=key, **options) as (_, collected):
            return collected.status
    except PageUnreachable as exc:
        return exc.code


@needs_certutil
@pytest.mark.browser
async def test_the_browser_checks_names_dates_and_chains_with_and_without_an_authority_of_the_citys(
    start, inner, stranger, tmp_path
):
    def serve(authority, label, **options):
        names = options.pop("names", ["127.0.0.1"])
        return start({"/": GOOD}, authority.issue(label, names, **options)).url()

    urls = {
        "good": serve(inner, "good"),
        "expired": serve(inner, "expired", days=(-9, -1)),
        "wrong": serve(inner, "wrong", names=["elsewhere.example"]),
        "foreign": serve(stranger, "foreign"),
        "alone": serve(inner, "alone", itself=True),
        "pinned": serve(inner, "pinned", itself=True),
    }
    files = (str(inner.file), str(inner.folder / "pinned.pem"))

    async with pool_with() as pool:
        without = {name: await status_of(pool, url) for name, url in urls.items()}
    async with pool_with(ca_files=files) as pool:
        home = pool._home
        with_authority = {name: await status_of(pool, url) for name, url in urls.items()}

    assert set(without.values()) == {"ERR_CERT_AUTHORITY_INVALID"}
    assert with_authority == {
        "good": 200,
        "expired": "ERR_CERT_DATE_INVALID",
        "wrong": "ERR_CERT_COMMON_NAME_INVALID",
        "foreign": "ERR_CERT_AUTHORITY_INVALID",
        "alone": "ERR_CERT_AUTHORITY_INVALID",
        "pinned": 200,
    }
    assert not home.exists()


@needs_certutil
@pytest.mark.browser
async def test_a_link_that_a_server_forgets_to_send_can_be_given(start, inner, tmp_path):
    issuing = Authority(tmp_path, "issuing", below=inner)
    server = start({"/": GOOD}, issuing.issue("leaf", ["127.0.0.1"]))
    chain = tmp_path / "chain.pem"
    chain.write_bytes(inner.file.read_bytes() + issuing.file.read_bytes())

    async def seen(file):
        async with pool_with(ca_files=(str(file),)) as pool, httpx.AsyncClient(verify=tls_context(str(file))) as client:
            browser = await status_of(pool, server.url())
            try:
                return browser, (await client.get(server.url())).status_code
            except httpx.ConnectError:
                return browser, "refused"

    assert await seen(inner.file) == ("ERR_CERT_AUTHORITY_INVALID", "refused")
    assert await seen(issuing.file) == ("ERR_CERT_AUTHORITY_INVALID", "refused")  # a link is no authority
    assert await seen(chain) == (200, 200)


@needs_certutil
@pytest.mark.browser
async def test_a_client_certificate_makes_the_browser_believe_nobody_else(start, inner, stranger):
    """Playwright has Chromium believe every certificate of a context with a client certificate."""
    foreign = start({"/": GOOD, "/x.png": "x"}, stranger.issue("cc-foreign", ["127.0.0.1"]))
    good = start({"/": GOOD, "/x.png": "x"}, inner.issue("cc-good", ["127.0.0.1"]))
    clean = f'{GOOD}<img src="{good.url("/x.png")}" alt="x">'
    mixed = f'{GOOD}<img src="{foreign.url("/x.png")}" alt="x">'
    door = start(
        {"/": GOOD, "/clean": clean, "/mixed": mixed}, inner.issue("cc-door", ["127.0.0.1"]), clients=inner.file
    )
    impostor = start({"/": GOOD}, stranger.issue("cc-impostor", ["127.0.0.1"]))
    badge, key = inner.issue("cc-badge", client=True, passphrase="open")
    shown = tuple(
        ClientCertificate(origin=one.url("")[:], certificate=str(badge), key=str(key), passphrase="open")
        for one in (door, impostor)
    )
    secret = Network(
        ca_file=str(inner.file),
        client_certificates=shown,
        own=frozenset({door.url(""), foreign.url("")}),
        headers=(("X-Audit", "waf"),),
    )

    async with pool_with(ca_files=(str(inner.file),)) as pool:
        nobody = await status_of(pool, door.url(), key="nobody")
        seen = {
            name: await status_of(pool, url, network=secret)
            for name, url in {
                "door": door.url(),
                "clean": door.url("/clean"),
                "other": good.url(),
                "mixed": door.url("/mixed"),
                "foreign": foreign.url(),
                "impostor": impostor.url(),
                "door again": door.url(),
            }.items()
        }

    assert nobody in ("ERR_BAD_SSL_CLIENT_AUTH_CERT", "ERR_SOCKET_NOT_CONNECTED", "ERR_CONNECTION_RESET")
    assert seen == {
        "door": 200,
        "clean": 200,
        "other": 200,
        "mixed": "ERR_CERT_INVALID",
        "foreign": "ERR_CERT_INVALID",
        "impostor": "ERR_CERT_INVALID",
        "door again": 200,
    }
    assert {headers.get("x-audit") for headers in door.asked("/")} == {"waf"}
    # An own host, but not one whose certificate is checked: it is told nothing.
    assert [headers for _, headers in foreign.seen if "x-audit" in headers] == []


@pytest.mark.browser
async def test_a_proxy_that_is_down_has_its_name_in_the_browser_too(start):
    server = start({"/": GOOD})
    down = Network(proxy=Proxy(server="http://127.0.0.1:1"))
    past = Network(proxy=Proxy(server="http://127.0.0.1:1", direct=("127.0.0.0/8",)))

    async with pool_with() as pool:
        seen = [await status_of(pool, server.url(), key=key, network=one) for key, one in (("a", down), ("b", past))]

    assert seen == ["ERR_PROXY_CONNECTION_FAILED", 200]


@pytest.mark.browser
async def test_headers_do_not_hold_a_page_that_goes_away(start):
    """Requests that are held back when the page closes are nobody's any more."""
    slow = GOOD + "<script>for (let i = 0; i < 40; i++) fetch('/x' + i); location.href = '/next'</script>"
    server = start({"/": slow, "/next": GOOD})
    network = Network(own=frozenset({server.url("")}), headers=(("X-Audit", "waf"),))

    async with pool_with() as pool:
        for _ in range(3):
            try:
                await status_of(pool, server.url(), network=network)
            except PageFailed:
                await asyncio.sleep(0)
        after = await status_of(pool, server.url("/next"), network=network)

    assert after == 200
    assert all(headers.get("x-audit") == "waf" for _, headers in server.seen)
