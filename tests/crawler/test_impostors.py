import tomllib
from pathlib import Path

import pytest

from audits.model import PageOutcome
from crawler.impostors import Impostors, Looks, is_bot_wall, says_not_found

NAV = "<nav>" + "".join(f'<a href="/{n}">Service {n}</a> ' for n in range(12)) + "</nav>"
TEXT = "<p>" + "Council meets on the second Tuesday of the month in the chamber. " * 30 + "</p>"


def html(body, title="City of Example"):
    body = body.replace("NAV", NAV).replace("TEXT", TEXT)
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


PAGES = tomllib.loads(Path(__file__).with_name("walls.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", PAGES["walls"])
def test_a_bot_wall_is_told(name):
    assert is_bot_wall(html(**PAGES["walls"][name]))


@pytest.mark.parametrize("name", PAGES["pages"])
def test_a_page_is_no_bot_wall(name):
    assert not is_bot_wall(html(**PAGES["pages"][name]))


@pytest.mark.parametrize(
    ("headers", "wall"),
    [
        ({"cf-mitigated": "challenge"}, True),
        ({"x-amzn-waf-action": "captcha"}, True),
        ({"server": "cloudflare", "cf-ray": "1"}, False),
        ({"x-amzn-waf-action": "count"}, False),
    ],
)
def test_a_wall_may_say_so_in_its_head(headers, wall):
    assert is_bot_wall("<p>x", headers) is wall


@pytest.mark.parametrize(
    ("title", "heading", "body", "missing"),
    [
        ("Page not found | City of Example", "Page not found", NAV + TEXT, True),
        ("404 - City of Example", "Sorry, we can't find that page", NAV, True),
        ("City of Example", "Page not found", "<p>Try the search.</p>", True),
        ("Error 404: Page Not Found", "", "<p>Try the search.</p>", True),
        ("Page introuvable – Ville d'Exemple", "Page introuvable", NAV + TEXT, True),
        ("Ville d'Exemple", "Oups! La page demandée n'existe pas", "<p>Retour</p>", True),
        ("Ville d'Exemple", "Erreur 404", "<p>La page n'est pas là.</p>", True),
        ("Not Found", "Not Found", "<p>The requested URL was not found on this server.</p>", True),
        ("The page you are looking for is no longer available - City", "This page does not exist", "", True),
        ('Why you see "Page not found" | City', "How we fixed 404 errors", NAV + TEXT, False),
        ("Page not found: why links break | City", "Page not found: why links break", NAV + TEXT, False),
        ("Lost and found | City", "Lost and found", "<p>Nothing was found today.</p>", False),
        ("Not Found: an exhibition | City", "Not Found: an exhibition", TEXT, False),
        ("Found dogs | City", "Dog not found? Call us", "<p>Pages of dogs.</p>", False),
        ("Search results | City", "Search results", "<p>Nothing found. No page matches your words.</p>", False),
        ("Errors in the roll | City", "Error", "<p>Correct the assessment roll.</p>", False),
        ("Room 404 | City", "Room 404", "<p>Fourth floor. Link to the map.</p>", False),
        ("City of Example", "This page is not available in French", "<p>Call us.</p>", False),
        ("Document not available in an accessible format | City", "Ask for a document", TEXT, False),
        ("City of Example", "Welcome", TEXT + "<p>404</p>", False),
        ("404", "Route 404 bus", "<p>The bus.</p>", False),
        ("", "", "", False),
    ],
)
def test_a_page_says_that_it_is_not_there(title, heading, body, missing):
    looks = Looks.of(html((f"<h1>{heading}</h1>" if heading else "") + body, title))

    assert says_not_found(looks) is missing


def judged(impostors, url, body, *, title="City of Example", asked_for=False):
    ended = impostors.judge(url, html(body, title), title=title, asked_for=asked_for)
    return ended and ended[0]


def test_the_answer_to_a_made_up_address_is_known_again():
    impostors = Impostors()
    impostors.learn("city.example", html(NAV + "<h1>Oops</h1><p>We could not find /0a1b2c. Call 311.</p>"))

    same = judged(
        impostors, "https://city.example/old", NAV + "<h1>Oops</h1><p>We could not find /old-page. Call 311.</p>"
    )

    assert same is PageOutcome.NOT_FOUND


@pytest.mark.parametrize(
    ("url", "body", "asked_for"),
    [
        ("https://city.example/pools", NAV + "<h1>Pools</h1><p>Closed on Monday.</p>", False),
        ("https://city.example/oops", NAV + "<h1>Oops</h1>" + TEXT, False),
        ("https://city.example/", NAV + "<h1>Oops</h1><p>We could not find /0a1b2c. Call 311.</p>", True),
        ("https://other.example/old", NAV + "<h1>Oops</h1><p>We could not find /0a1b2c. Call 311.</p>", False),
    ],
)
def test_a_page_beside_the_made_up_one_is_a_page(url, body, asked_for):
    impostors = Impostors()
    impostors.learn("city.example", html(NAV + "<h1>Oops</h1><p>We could not find /0a1b2c. Call 311.</p>"))

    assert judged(impostors, url, body, asked_for=asked_for) is None


def test_a_site_that_answers_everything_with_its_first_page_is_audited():
    """A one-page application may have one page for all addresses: that page says nothing of missing pages."""
    impostors = Impostors()
    impostors.learn("city.example", html("<h1>City map</h1><p>Choose a layer.</p>"))

    assert judged(impostors, "https://city.example/roads", "<h1>City map</h1><p>Choose a layer.</p>") is None


SIGN_IN = '<h1>Sign in</h1><form><input name="u"><input type="password"><button>Sign in</button></form>'


def test_one_sign_in_page_at_many_addresses_is_none_of_them():
    impostors = Impostors()

    first = judged(impostors, "https://city.example/my/bills", SIGN_IN)
    second = judged(impostors, "https://city.example/my/permits", SIGN_IN)
    third = judged(impostors, "https://city.example/my/dogs?id=3", SIGN_IN)

    assert (first, second, third) == (None, PageOutcome.SIGN_IN, PageOutcome.SIGN_IN)


@pytest.mark.parametrize(
    ("url", "body", "asked_for"),
    [
        ("https://city.example/", SIGN_IN, True),  # a person named this address
        ("https://city.example/login", SIGN_IN, False),
        ("https://city.example/my/bills?page=2", SIGN_IN, False),  # the same place
        ("https://city.example/my/bills/index.html", SIGN_IN, False),
        ("https://city.example/pools", NAV + "<h1>Pools</h1>" + TEXT + SIGN_IN.replace("h1", "h2"), False),
        ("https://city.example/register", SIGN_IN.replace("Sign in", "Make an account"), False),
        ("https://city.example/staff", SIGN_IN.replace("<h1>Sign in</h1>", "<h1>Staff sign in</h1>"), False),
        ("https://city.example/hidden", SIGN_IN.replace("<form>", "<form data-hr-hidden>"), False),
    ],
)
def test_a_page_that_also_asks_who_you_are_is_a_page(url, body, asked_for):
    impostors = Impostors()
    judged(impostors, "https://city.example/my/bills", SIGN_IN)

    assert judged(impostors, url, body, asked_for=asked_for) is None


def test_a_wall_in_the_browser_only_is_told_too():
    assert judged(Impostors(), "https://city.example/x", PAGES["walls"]["hcaptcha"]["body"]) is PageOutcome.REFUSED_US
