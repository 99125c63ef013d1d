"""Where a page leads is what it does by itself: a page that was shown before it may still be going somewhere."""

import pytest

from audits.model import PageOutcome

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def leading(planted, *targets):
    """A page that leads to each target in turn, a time each, and then stays."""
    left = list(targets)

    def answer(connection, asked):
        if "Mozilla" in asked.headers["user-agent"] and left:
            return f"<!doctype html><title>A</title><script>location.replace('{left.pop(0)}')</script>"
        return f'<!doctype html><html lang="en"><title>A</title><main><h1>A</h1>{planted}</main></html>'

    return answer


#: When a page may go: while it is loaded, while it is waited for, or when what reads it has begun.
MOMENTS = (0, 1, 5, 20, 60, 120, 200)
WAYS = {f"/after-{ms}": f"setTimeout(() => location.replace('/target'), {ms})" for ms in MOMENTS} | {
    f"/loaded-{ms}": f"onload = () => setTimeout(() => location.replace('/target'), {ms})" for ms in MOMENTS
}


def going(planted, script):
    return f'<!doctype html><html lang="en"><title>A</title><main><h1>A</h1>{planted}</main><script>{script}</script>'


@pytest.fixture(scope="module")
def seen(web, audit, planted):
    page = f'<!doctype html><html lang="en"><title>B</title><main><h1>B</h1>{planted}</main></html>'
    elsewhere = web({"/": page})
    away = elsewhere.url()
    cases = {
        "/stays": leading(planted),
        "/once": leading(planted, "/target"),
        "/once-away": leading(planted, away),
        "/leads": leading(planted, *["/target"] * 9),
        "/leads-away": leading(planted, *[away] * 9),
    }
    cases |= {path: going(planted, script) for path, script in WAYS.items()}
    again = "if (!sessionStorage.seen) { sessionStorage.seen = 1; setTimeout(() => location.reload(), 60); }"
    cases |= {
        "/again": going(planted, again),
        "/for-ever": going(planted, "setInterval(() => location.reload(), 100)"),
        "/header": (200, {"Refresh": "0; url=/target"}, page),
        "/header-late": (200, {"Refresh": "600; url=/target"}, page),
    }
    links = "".join(f"<a href='{path}'>{path}</a> " for path in cases)
    server = web(
        {"/": f'<!doctype html><html lang="en"><title>A</title><h1>A</h1>{links}</html>', "/target": page} | cases
    )
    return audit({"site": (server.url(),)}), server


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/stays", PageOutcome.AUDITED),
        ("/once", PageOutcome.AUDITED),
        ("/once-away", PageOutcome.AUDITED),
        ("/leads", PageOutcome.REDIRECTED),
        ("/leads-away", PageOutcome.REDIRECT_OFF_SCOPE),
        ("/target", PageOutcome.AUDITED),
        ("/again", PageOutcome.AUDITED),
        ("/for-ever", PageOutcome.NAVIGATED_AWAY),
        ("/header", PageOutcome.REDIRECTED),
        ("/header-late", PageOutcome.AUDITED),
        *((path, PageOutcome.REDIRECTED) for path in WAYS),
    ],
)
def test_a_page_leads_away_when_it_does_so_by_itself(seen, path, outcome):
    told, server = seen

    assert told.pages[server.url(path)].outcome is outcome
    assert bool(told.found[server.url(path)]) is (outcome is PageOutcome.AUDITED)
