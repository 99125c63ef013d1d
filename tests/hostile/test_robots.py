"""What may be asked of a site is what its robots.txt says by RFC 9309, whatever way it comes."""

import pytest

from audits.model import PageOutcome

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAIN = {"Content-Type": "text/plain"}
KEEP_OUT = "User-agent: *\nDisallow: /closed\n"
BOTH = {"/open": PageOutcome.AUDITED, "/closed": PageOutcome.AUDITED}
ONE = BOTH | {"/closed": PageOutcome.ROBOTS}
NONE = dict.fromkeys(BOTH, PageOutcome.SERVER_ERROR)


ANSWERS = {
    "a file": ((200, PLAIN, KEEP_OUT), ONE),
    "moved": ((301, {"Location": "/elsewhere.txt"}, "moved"), ONE),
    "moved twice, and a body that counts for nothing": ((302, {"Location": "/step"}, "Disallow: /"), ONE),
    "in trouble": ((500, PLAIN, "broken"), NONE),
    "down for a while": ((503, PLAIN, ""), NONE),
    "missing": ((404, PLAIN, KEEP_OUT), BOTH),
    "forbidden": ((403, PLAIN, KEEP_OUT), BOTH),
    "moved out of the site": ((301, {"Location": "OUTSIDE/robots.txt"}, KEEP_OUT), BOTH),
    "moved in a circle": ((301, {"Location": "/robots.txt"}, KEEP_OUT), BOTH),
    "moved nowhere": ((301, {}, KEEP_OUT), BOTH),
    "empty": ((200, PLAIN, ""), BOTH),
}


@pytest.fixture(scope="module")
def audited(web, audit, planted):
    """One audit of a site for each answer: (audit, {answer: server}, what lies outside)."""
    outside = web({"*": (200, PLAIN, KEEP_OUT)})
    page = f'<!doctype html><html lang="en"><title>A</title><main><h1>A</h1>{planted}</main></html>'
    servers = {}
    for name, ((status, headers, body), _) in ANSWERS.items():
        headers = {key: value.replace("OUTSIDE", outside.origin) for key, value in headers.items()}
        servers[name] = web(
            {
                "/open": page,
                "/closed": page,
                "/robots.txt": (status, headers, body),
                "/step": (301, {"Location": "/elsewhere.txt"}, ""),
                "/elsewhere.txt": (200, PLAIN, KEEP_OUT),
            }
        )
    sites = {f"site{n}": (server.url("/open"), server.url("/closed")) for n, server in enumerate(servers.values())}
    return audit(sites), servers, outside


@pytest.mark.parametrize("name", ANSWERS)
def test_robots(audited, name):
    told, servers, _ = audited
    ends = ANSWERS[name][1]

    assert {path: told.pages[servers[name].url(path)].outcome for path in ends} == ends


def test_nobody_outside_is_asked(audited):
    assert not audited[2].seen
