"""Signing in with the City's accounts: against a provider that speaks OpenID Connect, on this machine."""

import secrets
import socket
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey, RSAKey

from handrail.desk.office import OIDC_SECRET, REFUSED, SIGNED_IN
from handrail.desk.oidc import BadSignIn, Oidc


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def issuer():
    people = [
        oidc_provider_mock.User(sub=sub, claims={"preferred_username": name, "email": f"{name}@city.example"})
        for sub, name in (("1", "vera"), ("2", "stranger"))
    ]
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def desk_with(office_of, serve_desk, issuer):
    def make(more="", issuer=issuer):
        port = free_port()
        told = (
            f'[desk]\nurl = "http://127.0.0.1:{port}"\n[desk.oidc]\nissuer = "{issuer}"\nclient_id = "handrail"\n{more}'
        )
        return serve_desk(office_of(told, secrets={OIDC_SECRET: "shared with the provider"}), port)

    return make


def at_provider(browser, sub, path="/sign-in/oidc?next=/issues"):
    """Where the provider leads back to, after somebody said there who they are."""
    away = browser.get(path)
    assert away.status_code == 303
    return away.headers["location"], httpx.post(away.headers["location"], data={"sub": sub}).headers["location"]


def test_somebody_with_an_account_here_comes_in(desk_with):
    desk = desk_with()
    browser = desk.browser()
    offered = browser.get("/sign-in").text
    asked, back = at_provider(browser, "1")
    answer = browser.get(back)
    inside = browser.get("/issues")
    query = parse_qs(urlsplit(asked).query)

    assert "/sign-in/oidc?next=" in offered
    assert query["code_challenge_method"] == ["S256"]
    assert all(len(query[name][0]) >= 43 for name in ("state", "nonce"))
    assert answer.headers["location"] == "/issues"
    assert "Vera, viewer" in inside.text
    assert [dict(one.facts) for one in desk.office.store.log_entries(SIGNED_IN)] == [
        {"account": "desk:vera", "how": "oidc"}
    ]
    assert browser.get(back).status_code == 403  # once


def test_somebody_without_does_not(desk_with):
    desk = desk_with()
    browser = desk.browser()
    answer = browser.get(at_provider(browser, "2")[1])

    assert answer.status_code == 403
    assert "No account here" in answer.text
    assert desk.kinds() == [REFUSED]
    assert browser.get("/issues").status_code == 303


@pytest.mark.parametrize(
    "spoil",
    [
        lambda back, browser: back.replace("state=", "state=x"),
        lambda back, browser: back.replace("code=", "code=x"),
        lambda back, browser: back.split("?")[0],
        lambda back, browser: back.split("?")[0] + "?error=access_denied",
        lambda back, browser: (browser.client.cookies.clear(), back)[1],
    ],
    ids=["state", "code", "nothing", "denied", "another browser"],
)
def test_what_does_not_fit_is_refused(desk_with, spoil):
    desk = desk_with()
    browser = desk.browser()
    answer = browser.get(spoil(at_provider(browser, "1")[1], browser))

    assert answer.status_code == 403
    assert [dict(one.facts) for one in desk.office.store.log_entries()] == [{"account": "", "how": "oidc"}]
    assert desk.kinds() == [REFUSED]
    assert browser.get("/issues").status_code == 303


def test_what_does_not_fit_fills_no_log(desk_with):
    desk = desk_with()
    browser = desk.browser()
    for _ in range(25):
        assert browser.get("/sign-in/oidc/back?code=x&state=y").status_code == 403

    assert desk.kinds() == [REFUSED] * 20


def test_nobody_is_led_elsewhere(desk_with):
    browser = desk_with().browser()
    back = at_provider(browser, "1", "/sign-in/oidc?next=//evil.example")[1]

    assert browser.get(back).headers["location"] == "/"


def test_a_provider_that_calls_itself_otherwise_is_not_believed(desk_with, issuer):
    browser = desk_with(issuer=f"{issuer}/").browser()
    other = desk_with(issuer="http://127.0.0.1:1").browser()

    assert browser.get("/sign-in/oidc").status_code == 303
    assert other.get("/sign-in/oidc").status_code == 403


def test_without_a_provider_there_is_no_such_way(desk):
    assert desk.browser().get("/sign-in/oidc").status_code == 404
    assert desk.browser().get("/sign-in/oidc/back?code=x&state=y").status_code == 404


# What a token must say

KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
NONCE = secrets.token_urlsafe(16)
ISSUER = "https://sign-in.city.example"
GOOD = {"iss": ISSUER, "aud": "handrail", "sub": "1", "nonce": NONCE, "preferred_username": "vera"}


def told(changes, key=KEY, algorithm="RS256", claim="preferred_username"):
    now = int(time.time())
    claims = {**GOOD, "iat": now, "exp": now + 300, **changes}
    token = jwt.encode({"alg": algorithm}, {name: value for name, value in claims.items() if value is not None}, key)
    oidc = Oidc(issuer=GOOD["iss"], client_id="handrail", secret="", claim=claim, back="")
    return oidc._told(token, KeySet([KEY]), NONCE)


@pytest.mark.parametrize(
    "changes",
    [{}, {"aud": ["handrail"]}, {"aud": ["handrail", "x"], "azp": "handrail"}, {"iss": f"{ISSUER}/"}],
)
def test_a_good_token(changes):
    assert told(changes) == "vera"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": ["handrail", "x"]}, {"aud": None},
        {"nonce": "another"}, {"nonce": None}, {"exp": 1_000_000_000}, {"exp": None}, {"iat": None},
        {"preferred_username": None}, {"preferred_username": ""}, {"preferred_username": ["vera"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_bad_token(changes):
    with pytest.raises((BadSignIn, JoseError)):
        told(changes)


def test_a_token_of_another_key_or_without_one():
    with pytest.raises((JoseError, ValueError)):
        told({}, key=OTHER)
    with pytest.raises((JoseError, ValueError)):
        told({}, key=OctKey.import_key("x" * 32), algorithm="HS256")


def test_an_address_that_is_not_verified_is_nobodys():
    with pytest.raises(BadSignIn):
        told({"email": "vera"}, claim="email")
    assert told({"email": "vera", "email_verified": True}, claim="email") == "vera"
