"""Every hostile page has its one outcome, and the pages around it are audited as if it were not there."""

import gzip
import time
import tomllib
from pathlib import Path

import pytest

from audits.model import PageOutcome

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text("utf-8"))
PLAIN = [f"/plain-{number}" for number in range(1, 26)]
#: Lower than in use, so that what must end by a limit ends soon.
LIMITS = {
    "slots": 3,  # pages that wait cost nothing
    "navigation_limit": 2.0,
    "quiet_limit": 1.2,
    "collect_limit": 4.0,
    "page_limit": 6.0,
    "acting_limit": 1.5,
    "grace": 1.0,
    "tries": 2,
    "arguments": ("--js-flags=--max-old-space-size=128",),
}
#: What the whole audit may take on two cores, and this process's memory at its highest.
MOST_SECONDS, MOST_MEGABYTES = 150, 400


# Answers below HTML: (outcome, function of the socket and of what was asked; or bytes for the wire; or an answer)


def wire(*head, body=b""):
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + (body.encode() if isinstance(body, str) else body)


def drips_headers(connection, asked):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        connection.sendall(b"X-%d: y\r\n" % number)
        time.sleep(0.3)


def drips_body(connection, asked):
    connection.sendall(
        wire("HTTP/1.1 200 OK", "Content-Type: text/html", "Content-Length: 9999", body="<!doctype html>")
    )
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.3)


def endless_headers(connection, asked):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Filler: " + b"y" * 8000 + b"\r\n")


def endless_statuses(connection, asked):
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def endless_chunks(connection, asked):
    connection.sendall(wire("HTTP/1.1 200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked"))
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def two_hundred_megabytes(connection, asked):
    connection.sendall(wire("HTTP/1.1 200 OK", "Content-Type: text/html", "Content-Length: 209715200"))
    for _ in range(200):
        connection.sendall(b"x" * 1048576)


def two_hundred_megabytes_unannounced(connection, asked):
    connection.sendall(wire("HTTP/1.0 200 OK", "Content-Type: text/html"))
    for _ in range(200):
        connection.sendall(b"x" * 1048576)


def never_answers(connection, asked):
    time.sleep(15)


def grows(connection, asked):
    return (302, {"Location": asked.path + ("&" if "?" in asked.path else "?") + "x=1"}, "")


def counts(connection, asked):
    number = int(asked.path.partition("?n=")[2] or 0)
    return (302, {"Location": f"/ten-thousand-redirects?n={number + 1}"}, "")


def held_in_the_browser(connection, asked):
    """What the browser gets is not what was fetched before."""
    if "Mozilla" not in asked.headers["user-agent"]:
        return asked.web.page
    return never_answers(connection, asked)


def refused_in_the_browser(connection, asked):
    return (403, {}, "no") if "Mozilla" in asked.headers["user-agent"] else asked.web.page


def breaks_on_large_cookies(connection, asked):
    return (431, {}, "too large") if len(asked.headers.get("cookie", "")) > 4000 else asked.web.page


def reloaded_into_a_refusal(connection, asked):
    """A page that loads itself again, and is refused then: the browser's first answer was a good one."""
    visits = sum("Mozilla" in headers["user-agent"] for headers in asked.web.seen[asked.path])
    again = asked.web.page.replace(
        "</body>", "<script>if (!performance.getEntriesByName('x').length) location.reload()</script></body>"
    )
    return (429, {}, asked.web.page) if visits and visits % 2 == 0 else again


def stream(connection, asked):
    connection.sendall(wire("HTTP/1.1 200 OK", "Content-Type: text/event-stream"))
    for _ in range(100):
        connection.sendall(b"data: x\n\n")
        time.sleep(0.1)


def silent(connection, asked):
    connection.sendall(wire("HTTP/1.1 200 OK", "Content-Type: text/plain", "Transfer-Encoding: chunked"))
    time.sleep(15)


def endless_picture(connection, asked):
    connection.sendall(wire("HTTP/1.1 200 OK", "Content-Type: image/png"))
    while True:
        connection.sendall(b"\x89PNG\r\n\x1a\n" + b"x" * 65536)
        time.sleep(0.01)


def nested(connection, asked):
    left = int(asked.path.partition("?n=")[2])
    inner = f'<iframe title="f" src="/nest?n={left - 1}"></iframe>' if left > 1 else ""
    return asked.web.page.replace("</main>", inner + "</main>")


O = PageOutcome  # noqa: E741
BELOW = {
    "two-hundred-megabytes": (O.TOO_LARGE, two_hundred_megabytes),
    "two-hundred-megabytes-unannounced": (O.TOO_LARGE, two_hundred_megabytes_unannounced),
    "endless-chunks": (O.TOO_LARGE, endless_chunks),
    "gzip-bomb": (O.TOO_LARGE, (200, {"Content-Encoding": "gzip"}, gzip.compress(b"<p>x" * 15_000_000, 6))),
    "ten-thousand-redirects": (O.REDIRECT_LOOP, counts),
    "redirects-to-itself": (O.REDIRECT_LOOP, (302, {"Location": "/redirects-to-itself"}, "")),
    "redirect-that-grows": (O.REDIRECT_LOOP, grows),
    "redirect-nowhere": (O.HTTP_ERROR, (302, {}, "")),
    "redirect-to-a-script": (O.REDIRECT_OFF_SCOPE, (302, {"Location": "javascript:alert(1)"}, "")),
    "redirect-to-a-file": (O.REDIRECT_OFF_SCOPE, (302, {"Location": "file:///etc/passwd"}, "")),
    "redirect-to-nonsense": (O.FAILED, (302, {"Location": "http://[::1"}, "")),
    "held-in-the-browser": (O.HUNG, held_in_the_browser),
    "refused-in-the-browser": (O.REFUSED_US, refused_in_the_browser),
    "reloaded-into-a-refusal": ({O.REFUSED_US, O.NAVIGATED_AWAY}, reloaded_into_a_refusal),
    "breaks-on-large-cookies": (O.AUDITED, breaks_on_large_cookies),
    "unpacks-to-nothing": (O.NETWORK_ERROR, (200, {"Content-Encoding": "gzip"}, "<!doctype html><p>x")),
}
#: On a host of their own: a host that does not answer is asked more slowly.
SLOW = {
    "drips-headers": (O.TIMEOUT, drips_headers),
    "drips-body": (O.TIMEOUT, drips_body),
    "never-answers": (O.TIMEOUT, never_answers),
    "endless-headers": ({O.TIMEOUT, O.NETWORK_ERROR}, endless_headers),
    "endless-statuses": ({O.TIMEOUT, O.NETWORK_ERROR}, endless_statuses),
    "http-zero-nine": (O.NETWORK_ERROR, b"<!doctype html><title>x</title><p>x"),
    "no-http-at-all": (O.NETWORK_ERROR, b"\x00\x01\x02\xff" * 1000),
    "hangs-up": (O.NETWORK_ERROR, b""),
    "breaks-off": (
        O.NETWORK_ERROR,
        wire("HTTP/1.1 200 OK", "Content-Type: text/html", "Content-Length: 9999", body="<p>x"),
    ),
    "breaks-off-in-chunks": (
        O.NETWORK_ERROR,
        wire("HTTP/1.1 200 OK", "Content-Type: text/html", "Transfer-Encoding: chunked", body="5000\r\n<p>x"),
    ),
}
LOADED = {"/stream": stream, "/silent": silent, "/endless-picture": endless_picture, "/nest": nested}
#: Addresses of pages that are well: how they are written is what is hostile.
WRITTEN = {
    "two slashes": "/two//slashes//x",
    "very long": "/very/long/" + "x" * 1900,
    "other letters": "/caf%C3%A9/%E6%96%87",
    "a space and brackets": "/a%20b(c)",
    "a percent sign alone": "/100%25",
    "dots": "/...",
}
#: Links that are no new page: the same page in other words, or nothing at all.
REPEATED = [
    "/x/../plain-1",
    "/./plain-1",
    "/%70lain-1",
    "/plain-1#part",
    "/plain-1?utm_source=x",
    "http://%",
    "http://[::1",
    "https://:x/",
    "http://",
    "//",
    "javascript:void(0)",
]
TRAPPED = "/trap/" + "x" * 2000


def answer(case, planted):
    """What the server says for a case of the table."""
    if "source" in case:
        body = case["source"].replace("PLANTED", planted)
    else:
        early = f"<script>{case['early']}</script>" if "early" in case else ""
        script = f"<script>{case['script']}</script>" if "script" in case else ""
        text, times = case.get("repeat", ("", 0))
        head = f'{early}<meta charset="utf-8"><title>A page</title>{case.get("head", "")}'
        main = f"<main><h1>A page</h1>{planted}{case.get('body', '')}{text * times}</main>"
        body = f'<!doctype html><html lang="en"><head>{head}</head><body>{main}{script}</body></html>'
    if "body" in case and "type" in case:
        body = case["body"]
    headers = dict(case.get("headers", {}))
    headers["Content-Type"] = case.get("type", "text/html; charset=utf-8") or None
    status = case.get("status", 200)
    if status in (204, 304):
        body = ""
    if status == 204:
        headers["Content-Length"] = None
    return status, headers, body.encode(case.get("encoding", "utf-8"))


def served(web, tls, planted):
    """Servers by name, their first page linking to every case, with plain pages between them."""
    servers = {name: web(LOADED) for name in ("well", "unwell", "slow")}
    certificates = {"self-signed": {}, "expired": {"days": (-30, -1)}, "of-another": {"names": ("other.example",)}}
    servers |= {name: web({"*": answer({}, planted)}, tls=tls(**options)) for name, options in certificates.items()}
    links = []
    for server in servers.values():
        server.page = answer({}, planted)[2].decode()
    for name, case in CASES.items():
        server = servers[case.get("host", "well")]
        server.routes[f"/{name}"] = answer(case, planted)
        for path, more in case.get("more", {}).items():
            servers["well"].routes[path] = answer(more, planted)
        links.append(server.url(f"/{name}"))
    for host, table in (("well", BELOW), ("slow", SLOW)):
        for name, (_, told) in table.items():
            servers[host].routes[f"/{name}"] = told
            links.append(servers[host].url(f"/{name}"))
    for path in (*PLAIN, *WRITTEN.values()):
        servers["well"].routes[path] = answer({}, planted)
    links += [*(servers[name].url(f"/{name}") for name in certificates), *WRITTEN.values(), *REPEATED, TRAPPED]
    # What ends by a time limit only waits: it waits while the others are looked at.
    slow = [link for link in links if link.startswith(servers["slow"].origin)]
    links = [link for link in links if link not in slow]
    for number, link in enumerate(slow):
        links.insert(20 + number * 9, link)
    for number, path in enumerate(PLAIN):
        links.insert(number * 5, path)
    listed = "".join(f'<a href="{link}">Page {number}</a> ' for number, link in enumerate(links))
    servers["well"].routes["/"] = answer({"body": f"<nav>{listed}</nav>"}, planted)
    return servers


@pytest.fixture(scope="module")
def seen(web, tls, audit, planted):
    """The audit of all cases, and the servers by name."""
    servers = served(web, tls, planted)
    hosts = [server.origin.partition("://")[2] for server in servers.values()]
    return audit({"hostile": (servers["well"].url(),)}, hosts=hosts, browser=LIMITS, timeout=2.0), servers


def outcomes(expected):
    if isinstance(expected, PageOutcome):
        return {expected}
    return {PageOutcome(one) for one in ([expected] if isinstance(expected, str) else expected)}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_page_ends_as_it_must(seen, name):
    case, (told, servers) = CASES[name], seen

    url = servers[case.get("host", "well")].url(f"/{name}")
    ended = told.pages[url]

    assert ended.outcome in outcomes(case.get("outcome", "audited")), ended.reason
    if ended.outcome is not PageOutcome.AUDITED:
        assert not told.found[url]
        assert not told.exposed[url]
        return
    found = {selector for rule, selector in told.found[url] if rule == "axe/image-alt"}
    finds = case.get("finds", ["#planted"])
    assert "#planted" in found if finds == "any" else found == set(finds)
    assert bool(told.exposed[url]) is case.get("number", True)
    assert bool(told.broken[url]) is case.get("broken", False)
    assert set(ended.frames_not_entered) == set(case.get("unseen", ()))
    assert case.get("reason", "") in ("any", ended.reason)


@pytest.mark.parametrize("name", BELOW | SLOW)
def test_an_answer_that_is_no_page_ends_as_it_must(seen, name):
    told, servers = seen
    host = "slow" if name in SLOW else "well"

    url = servers[host].url(f"/{name}")

    assert told.pages[url].outcome in outcomes((BELOW | SLOW)[name][0]), told.pages[url].reason
    assert bool(told.found[url]) is (told.pages[url].outcome is PageOutcome.AUDITED)


@pytest.mark.parametrize("name", ["self-signed", "expired", "of-another"])
def test_a_certificate_that_proves_nothing_is_no_page(seen, name):
    told, servers = seen

    assert told.pages[servers[name].url(f"/{name}")].outcome is PageOutcome.TLS_ERROR


@pytest.mark.parametrize("path", WRITTEN.values(), ids=WRITTEN)
def test_an_address_is_asked_for_as_it_is_written(seen, path):
    told, servers = seen

    assert told.pages[servers["well"].url(path)].outcome is PageOutcome.AUDITED
    assert servers["well"].seen[path]


def test_other_words_for_a_page_are_no_other_page(seen):
    told, servers = seen
    origin = servers["well"].origin

    known = {"/", *PLAIN, *WRITTEN.values(), TRAPPED, *(f"/{name}" for name in CASES | BELOW)}
    found = {url.removeprefix(origin) for url in told.pages if url.startswith(origin)}

    assert told.pages[origin + TRAPPED].outcome is PageOutcome.TRAP
    assert not servers["well"].seen[TRAPPED]
    # "/x/../plain-1" is resolved by every browser before it asks; the rest by us.
    assert {path for path in found - known if "plain-1" in path} == set()


def test_plain_pages_are_audited_as_ever(seen):
    told, servers = seen

    urls = [servers["well"].url(path) for path in PLAIN]

    assert {told.pages[url].outcome for url in urls} == {PageOutcome.AUDITED}
    assert {told.pages[url].reason for url in urls} == {""}
    assert {frozenset(told.found[url]) for url in urls} == {frozenset({("axe/image-alt", "#planted")})}
    assert all(told.exposed[url] for url in urls)
    assert not any(told.broken[url] for url in urls)


def test_no_popup_was_opened_and_nothing_was_left_waiting(seen):
    told, servers = seen

    assert not servers["well"].seen["/popup-storm-opened"]
    assert None not in {page.outcome for page in told.pages.values()}
    assert not told.ended.failed


def test_it_all_stays_within_time_and_memory(seen):
    told, _ = seen
    longest = LIMITS["tries"] * (LIMITS["page_limit"] + LIMITS["grace"])

    assert told.seconds < MOST_SECONDS
    assert told.megabytes < MOST_MEGABYTES
    assert max(told.worked.values()) < longest + 20  # a turn to wait for, and a judge to hear
