"""What may be asked of a site is what its robots.txt says by RFC 9309, whatever way it comes."""

import pytest

from audits.model import PageOutcome

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAIN = {"Content-Type": "text/plain"}
KEEP_OUT = "User-agent: *\nDisallow: /closed\n"
BOTH = {"/open": PageOutcome.AUDITED, "/closed": PageOutcome.AUDITED}
ONE = BOTH | {"/closed": PageOutcome.ROBOTS}
NONE = dict.fromkeys(BOTH, PageOutcome.ROBOTS)


@pytest.mark.parametrize(
    ("answer", "ends"),
    [
        ((200, PLAIN, KEEP_OUT), ONE),
        ((301, {"Location": "/elsewhere.txt"}, "moved"), ONE),
        ((302, {"Location": "/step"}, "Disallow: /"), ONE),
        ((500, PLAIN, "broken"), NONE),
        ((503, PLAIN, ""), NONE),
        ((404, PLAIN, KEEP_OUT), BOTH),
        ((403, PLAIN, KEEP_OUT), BOTH),
        ((301, {"Location": "OUTSIDE/robots.txt"}, KEEP_OUT), BOTH),
        ((301, {"Location": "/robots.txt"}, KEEP_OUT), BOTH),
        ((301, {}, KEEP_OUT), BOTH),
        ((200, PLAIN, ""), BOTH),
    ],
)
def test_robots(web, audit, planted, answer, ends):
    outside = web({"*": (200, PLAIN, KEEP_OUT)})
    page = f'<!doctype html><html lang="en"><title>A</title><main><h1>A</h1>{planted}</main></html>'
    status, headers, body = answer
    headers = {name: value.replace("OUTSIDE", outside.origin) for name, value in headers.items()}
    server = web(
        {
            "/open": page,
            "/closed": page,
            "/robots.txt": (status, headers, body),
            "/step": (301, {"Location": "/elsewhere.txt"}, ""),
            "/elsewhere.txt": (200, PLAIN, KEEP_OUT),
        }
    )

    told = audit({"site": (server.url("/open"), server.url("/closed"))})

    assert {path: told.pages[server.url(path)].outcome for path in ends} == ends
    assert not outside.seen
