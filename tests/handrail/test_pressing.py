"""Through the front door: without an authorization nothing is pressed, and the report does not call that a pass."""

import pytest

from crawler.safety import NAMED
from handrail import runs
from handrail.config import City, Policy, Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = ("check/key-not-answered", "check/value-changes-context")
OPENED = (
    "check/dialog-focus", "check/dialog-focus-lost", "check/dialog-not-closed", "check/expanded-not-told",
    "check/status-not-announced",
)  # fmt: skip
ALLOWED = '[sites.main.authorization]\nby = "The clerk"\non = 2026-11-02\nscope = "All pages"\n'
USED = "fetch('/used?by=' + event.type)"
PAGE = f"""<!doctype html><html lang="en"><head><title>T</title></head><body><main><h1>H</h1>
<div role="button" tabindex="0" id="map" onclick="document.getElementById('shown').hidden = false">Map</div>
<p id="shown" hidden>A map.</p>
<label>Go to <select id="go" onchange="location = this.value"><option value="#">Choose</option>
<option value="/parks">Parks</option></select></label>
</main><script>
for (const kind of ['click', 'change', 'mousedown']) addEventListener(kind, (event) => {USED}, true);</script>
</body></html>"""


@pytest.fixture
def judged(serve, audit, tmp_path):
    """``judged(toml)`` -> ({rule: (verdict, reason)}, {rule: [selector]}, what the server was asked, the call)."""

    def start(more):
        server = serve({"/": PAGE})
        path = tmp_path / "handrail.toml"
        path.write_text(f'[sites.main]\nstart = ["{server.url()}"]\n{more}', "utf-8")
        done = audit(tmp_path / "out", "-c", path, "main", "--quiet")
        outcomes = {
            line["rule"]: (line["verdict"], line.get("reason", ""))
            for line in done.lines
            if line["record"] == "outcome" and line["rule"] in (*RULES, *OPENED)
        }
        found = {
            rule: [one["selector"] for one in done.lines if one["record"] == "finding" and one["rule"] == rule]
            for rule in RULES
        }
        return outcomes, found, server.seen, done

    return start


def test_without_an_authorization_nothing_is_pressed(judged):
    outcomes, found, seen, done = judged("")

    assert {verdict for verdict, _ in outcomes.values()} == {"not-run"}
    assert all("no authorization is recorded for this site" in reason for _, reason in outcomes.values())
    assert set(outcomes) == {*RULES, *OPENED}
    assert not any(found.values())
    assert not [path for path in seen if path.startswith("/used")]
    assert "held-back" not in {row["state"] for row in done.site("main")["states"]}


@pytest.mark.parametrize("more", [ALLOWED, "staging = true\n"], ids=["allowed", "copy"])
def test_where_it_is_allowed_controls_are_judged_and_nothing_is_asked(judged, more):
    outcomes, found, seen, _ = judged(more)

    assert {outcomes[rule][0] for rule in RULES} == {"fail"}
    assert not [outcomes[rule] for rule in OPENED if outcomes[rule][0] not in ("pass", "inapplicable")]
    assert {outcomes[rule][0] for rule in OPENED} == {"pass", "inapplicable"}
    assert found == {RULES[0]: ["#map"], RULES[1]: ["#go"]}
    assert not [path for path in seen if path.startswith(("/used", "/parks"))]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (f"interact = false\n{ALLOWED}", "switched off for this site"),
        (f"{ALLOWED}[sites.main.budget]\npage_seconds = 0\n", "page budget"),
    ],
    ids=["switched off", "no seconds"],
)
def test_what_is_not_pressed_says_why(judged, more, why):
    outcomes, found, _, _ = judged(more)

    assert {verdict for verdict, _ in outcomes.values()} == {"not-run"}
    assert all(why in reason for _, reason in outcomes.values())
    assert not any(found.values())


def test_a_site_has_words_of_its_own_for_what_is_left_alone(judged):
    outcomes, found, _, done = judged(f'never_press = ["map"]\n{ALLOWED}')

    assert outcomes[RULES[0]] == ("not-run", f"not run: {NAMED}")
    assert found == {RULES[0]: [], RULES[1]: ["#go"]}
    assert {row["state"]: row["left_out"] for row in done.site("main")["states"]}["held-back"] == 1
    assert "1 page has a control that was not pressed" in done.html("main")


SHARED = """<!doctype html><html lang="en"><head><title>T</title></head><body>
<header><a href="/">Home</a> <a href="/b">Parks</a> <a href="/c">Pools</a>
<button type="button" id="menu" aria-expanded="false" onclick="list.hidden = !list.hidden">Menu</button>
<ul id="list" hidden><li>Waste</li></ul></header><main><h1>H</h1></main></body></html>"""


def test_a_button_of_the_header_is_pressed_once_and_found_on_each_page(serve, audit, tmp_path):
    server = serve(dict.fromkeys(("/", "/b", "/c"), SHARED))
    path = tmp_path / "handrail.toml"
    path.write_text(f'[sites.main]\nstart = ["{server.url()}"]\n{ALLOWED}', "utf-8")

    done = audit(tmp_path / "out", "-c", path, "main", "--quiet")

    found = [line for line in done.lines if line["record"] == "finding" and line["rule"] == "check/expanded-not-told"]
    assert [line["selector"] for line in found] == ["#menu"] * 3
    # Asked for by Scrapy and by the browser; where it is used, loaded again to be audited open, to be pressed, and to
    # see twice what came of it.
    assert sorted(server.seen.count(path) for path in ("/", "/b", "/c")) == [2, 2, 5]


TRIED = ("check/error-not-said", "check/error-without-remedy", "privacy/typed-text-sent")
FORM = """<!doctype html><html lang="en"><head><title>T</title></head><body><main><h1>H</h1>
<form method="post" action="/sent" novalidate onsubmit="const it = document.getElementById('name');
it.style.border = it.value ? '' : '2px solid red'; return Boolean(it.value)">
<p><label for="name">Name *</label> <input id="name" name="name" required></p><button>Send</button></form>
<form method="post" action="/written" novalidate><p><label for="mail">E-mail</label> <input id="mail" type="email"
onchange="navigator.sendBeacon('https://www.google-analytics.com/g/collect', value)"></p>
<button>Subscribe</button></form></main></body></html>"""


@pytest.mark.parametrize(
    ("more", "verdicts", "reasons", "places"),
    [
        ("", {"not-run"}, {"not run: forms are tried on a copy of the site only (staging = true)"}, []),
        (ALLOWED, {"not-run"}, {"not run: forms are tried on a copy of the site only (staging = true)"}, []),
        ("staging = true\ninteract = false\n", {"not-run"}, {"not run: switched off for this site"}, []),
        ("staging = true\n", {"fail", "pass"}, {""}, [(TRIED[0], "#name"), (TRIED[2], "#mail")]),
    ],
    ids=["site", "allowed", "switched off", "copy"],
)
def test_forms_are_tried_on_a_copy_alone_and_nothing_is_sent(serve, audit, tmp_path, more, verdicts, reasons, places):
    server = serve({"/": FORM, "*": "x"})
    path = tmp_path / "handrail.toml"
    path.write_text(f'[sites.main]\nstart = ["{server.url()}"]\n{more}', "utf-8")

    done = audit(tmp_path / "out", "-c", path, "main", "--quiet")

    lines = [line for line in done.lines if line.get("rule") in TRIED]
    outcomes = [line for line in lines if line["record"] == "outcome"]
    assert {line["rule"] for line in outcomes} == set(TRIED)
    assert {line["verdict"] for line in outcomes} == verdicts
    assert {line.get("reason", "") for line in outcomes} == reasons
    assert [(line["rule"], line["selector"]) for line in lines if line["record"] == "finding"] == places
    assert {method for method, _ in server.asked} == {"GET"}
    assert not [asked for asked in server.seen if asked.startswith(("/sent", "/written"))]


def test_a_copy_says_that_it_is_one_and_not_that_nothing_was_done():
    sites = {"copy": Site(start=("http://127.0.0.1/",), staging=True), "site": Site(start=("http://127.0.0.1/",))}
    copied, plain = (runs.site_record("r1", key, Policy(sites=sites)) for key in sites)

    assert copied.authorization == {"staging": "true"}
    assert plain.authorization == {}


def test_a_site_without_a_contact_of_its_own_has_the_citys():
    own = Site(start=("http://127.0.0.1/",), contact="library@city.example")
    city = City(contact="web@city.example")
    policy = Policy(city=city, sites={"library": own, "main": Site(start=("http://127.0.0.1/",))})

    assert runs.site_record("r1", "main", policy).contact == "web@city.example"
    assert runs.site_record("r1", "library", policy).contact == "library@city.example"
