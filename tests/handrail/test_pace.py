"""An audit keeps the pace that configuration, robots.txt and the site itself ask for, browser included."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from audits.model import PageOutcome
from handrail import runs
from handrail.cli import run as handrail
from handrail.config import ConfigError, Policy, parse_policy, quiet_spans

KEY = "ab" * 32


@pytest.fixture
def audit(tmp_path, monkeypatch):
    """``code, outcomes = audit(toml)``: outcomes by path."""
    monkeypatch.setenv("HANDRAIL_KEY", KEY)

    def go(toml, *arguments):
        config = tmp_path / "handrail.toml"
        config.write_text(toml, "utf-8")
        out = tmp_path / "out"
        code = handrail(["audit", "-c", str(config), "-o", str(out), "-q", "--no-report", "--no-pictures", *arguments])
        place = runs.Place(out=out)
        with runs.open_store(place, runs.parts_for(Policy())) as store:
            run = store.latest_run()
            pages = store.page_outcomes(run.id, "city")
            return code, {page.url.partition("//")[2].partition("/")[2]: page.outcome for page in pages}

    return go


def timed(answer, times):
    def say(handler):
        times.append((handler.path, time.monotonic()))
        return answer(handler) if callable(answer) else answer

    return say


def gaps(times):
    moments = sorted(moment for _, moment in times)
    return [later - earlier for earlier, later in pairwise(moments)]


@pytest.mark.browser
@pytest.mark.alone
@pytest.mark.parametrize("way", ["configured", "robots"])
def test_scrapy_and_the_browser_share_one_delay(serve, clean_page, audit, way):
    times = []
    routes = {
        "/": timed(clean_page('<p><a href="/a">A</a></p>'), times),
        "/a": timed(clean_page("<p>A</p>", "Page A"), times),
        "/favicon.ico": (204, {}, ""),
    }
    files = {}
    if way == "robots":
        files = {"robots.txt": PageOutcome.FILE}
        routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, "User-agent: *\nCrawl-delay: 1.5\n")
    server = serve(routes)
    delay = "delay = 1.5\n" if way == "configured" else ""

    code, outcomes = audit(f'[sites.city]\nstart = ["{server.url()}"]\n{delay}')

    assert code == 0
    assert outcomes == {"": PageOutcome.AUDITED, "a": PageOutcome.AUDITED, **files}
    assert [path for path, _ in times] == ["/", "/", "/a", "/a"]  # once by Scrapy, once by the browser
    # Turns are kept when requests are let go; a browser may take a moment until one arrives. Two paces would be no gap.
    assert min(gaps(times)) >= 1.0


@pytest.mark.browser
@pytest.mark.alone
@pytest.mark.parametrize("way", ["configured", "robots"])
def test_a_delay_holds_for_every_host_of_a_site(serve, clean_page, audit, way):
    times = []
    other = serve(
        {
            "/a": timed(clean_page("<p>A</p>", "Page A"), times),
            "/b": timed(clean_page("<p>B</p>", "Page B"), times),
            "/favicon.ico": (204, {}, ""),
        }
    )
    if way == "robots":
        other.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, "User-agent: *\nCrawl-delay: 1.5\n")
    links = "".join(f'<p><a href="{other.url(path)}">{path}</a></p>' for path in ("/a", "/b"))
    server = serve({"/": clean_page(links)})
    delay = "delay = 1.5\n" if way == "configured" else ""

    code, outcomes = audit(
        f'[sites.city]\nstart = ["{server.url()}"]\nhosts = ["127.0.0.1:{other.server_port}"]\n{delay}'
    )

    assert code == 0
    assert outcomes == dict.fromkeys(("", "a", "b"), PageOutcome.AUDITED)
    assert len(times) == 4
    assert min(gaps(times)) >= 1.0


@pytest.mark.browser
def test_the_browser_hears_retry_after_too(serve, clean_page, audit):
    times = []

    def busy_second(handler):
        times.append(time.monotonic())
        if len(times) == 2:  # the first one was Scrapy's
            return 503, {"Retry-After": "3"}, "slow down"
        return clean_page("<p>Well.</p>")

    server = serve({"/": busy_second})

    code, outcomes = audit(f'[sites.city]\nstart = ["{server.url()}"]\n')

    assert code == 0
    assert outcomes == {"": PageOutcome.AUDITED}
    assert times[2] - times[1] >= 2.9


@pytest.mark.browser
def test_a_retry_after_that_says_nothing_stops_nobody(serve, clean_page, audit):
    asked = []

    def strange(handler):
        asked.append(handler.path)
        return (503, {"Retry-After": "\u00b2"}, "no") if len(asked) < 6 else clean_page("<p>Well.</p>")

    routes = {f"/{name}": strange for name in "abcdef"}
    server = serve({"/": clean_page("".join(f'<p><a href="/{name}">{name}</a></p>' for name in "abcdef")), **routes})

    code, outcomes = audit(f'[sites.city]\nstart = ["{server.url()}"]\nmin_coverage = 0\n', "--max-minutes", "1.5")

    assert code == 0
    assert set(outcomes.values()) <= {PageOutcome.AUDITED, PageOutcome.REFUSED_US, PageOutcome.SERVER_ERROR}


@pytest.mark.browser
def test_retry_after_is_waited_for(serve, clean_page, audit):
    times = []

    def busy_first(handler):
        times.append(time.monotonic())
        if len(times) == 1:
            return 429, {"Retry-After": "2"}, "slow down"
        return clean_page("<p>Well.</p>")

    server = serve({"/": busy_first})

    code, outcomes = audit(f'[sites.city]\nstart = ["{server.url()}"]\n')

    assert code == 0
    assert outcomes == {"": PageOutcome.AUDITED}
    assert times[1] - times[0] >= 1.9


def test_a_host_that_stays_busy_has_refused_us(serve, audit):
    server = serve({"/": (429, {"Retry-After": "0"}, "no")})

    code, outcomes = audit(f'[sites.city]\nstart = ["{server.url()}"]\n')

    assert code == 3
    assert outcomes == {"": PageOutcome.REFUSED_US}
    assert server.seen.count("/") == 3


def test_nothing_is_asked_in_quiet_hours(serve, clean_page, audit):
    server = serve({"/": clean_page("<p>Well.</p>")})
    now = datetime.now(UTC)
    span = f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=2):%H:%M}"

    code, outcomes = audit(
        f'[city]\ntimezone = "Etc/UTC"\n[sites.city]\nstart = ["{server.url()}"]\nquiet_hours = ["{span}"]\n',
        "--max-minutes",
        "0.05",
    )

    assert code == 3
    assert outcomes == {"": PageOutcome.BUDGET_TIME}
    assert server.seen == []


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ((), ()),
        (("08:00-18:00",), ((480, 1080),)),
        (("22:00-6:30", "12:00-24:00"), ((1320, 390), (720, 1440))),
    ],
)
def test_reads_quiet_hours(spans, minutes):
    assert quiet_spans(spans) == minutes


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('quiet_hours = ["8-18"]', "'8-18' is no span of hours"),
        ('quiet_hours = ["08:00-25:00"]', "is no span of hours"),
        ('quiet_hours = ["08:00-08:00"]', "begins when it ends"),
    ],
)
def test_wrong_quiet_hours_are_told(line, said):
    with pytest.raises(ConfigError, match=r"handrail\.toml:3") as caught:
        parse_policy(f'[sites.city]\nstart = ["https://a.example/"]\n{line}\n')

    assert said in str(caught.value)


def test_a_wrong_time_zone_is_told():
    with pytest.raises(ConfigError, match=r"handrail\.toml:2: city\.timezone: 'Ontario' is no time zone"):
        parse_policy('[city]\ntimezone = "Ontario"\n')
