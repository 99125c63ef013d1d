"""Who comes in, how long they stay, and what is refused at the door."""

import re

import httpx
import pytest

from handrail.desk.app import make_app, routes
from handrail.desk.door import check_routes, is_local_path
from handrail.desk.office import PROXY_SECRET, REFUSED, SIGNED_IN, SIGNED_OUT
from handrail.desk.people import BadPerson, People
from handrail.desk.roles import Person, Role
from handrail.desk.sessions import Limit, Sessions

PASSWORD = "four words and a lamp"
SECRET = "s" * 40


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_signing_in_and_out(desk):
    browser = desk.browser()
    away = browser.get("/issues?site=main")
    back = browser.submit(away.headers["location"], "/sign-in", name="vera", password=PASSWORD)
    number = browser.client.cookies["handrail-desk"]
    inside = browser.get(back.headers["location"])
    out = browser.submit("/issues", "/sign-out")
    browser.client.cookies.set("handrail-desk", number, domain="127.0.0.1")

    assert (away.status_code, away.headers["location"]) == (303, "/sign-in?next=%2Fissues%3Fsite%3Dmain")
    assert back.headers["location"] == "/issues?site=main"
    assert inside.status_code == 200
    assert "Vera, viewer" in inside.text
    assert out.headers["location"] == "/sign-in?out=1"
    assert browser.get("/issues").status_code == 303  # whoever kept the number has nothing
    assert desk.kinds() == [SIGNED_IN, SIGNED_OUT]
    assert {entry.facts["account"] for entry in desk.office.store.log_entries()} == {"desk:vera"}


def test_a_session_number_is_new_with_every_sign_in(desk):
    first, second = desk.browser("vera"), desk.browser("vera")
    planted = desk.browser()
    planted.client.cookies.set("handrail-desk", "x" * 43, domain="127.0.0.1")
    planted.submit("/sign-in", "/sign-in", name="vera", password=PASSWORD)

    numbers = {one.client.cookies["handrail-desk"] for one in (first, second)}
    assert len(numbers) == 2
    assert all(len(one) >= 43 for one in numbers)
    assert planted.client.get("/issues", headers={"cookie": "handrail-desk=" + "x" * 43}).status_code == 303


def test_cookies_are_out_of_reach(desk):
    answer = desk.browser().submit("/sign-in", "/sign-in", name="vera", password=PASSWORD)
    told = answer.headers["set-cookie"].lower()

    assert "httponly" in told
    assert "samesite=lax" in told
    assert "path=/" in told
    assert "max-age" not in told  # until the browser is closed


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("vera", "four words and a lamq"),
        ("vera", ""),
        ("nobody", PASSWORD),
        ("VERA ", "x"),
        ("", ""),
        ("otto", "x" * 500),
    ],
)
def test_a_wrong_sign_in_says_the_same_whatever_is_wrong(desk, name, password):
    answer = desk.browser().submit("/sign-in", "/sign-in", name=name, password=password)

    assert answer.status_code == 403
    assert "Account and password do not fit" in answer.text
    assert "handrail-desk=" not in answer.headers.get("set-cookie", "")


def test_the_log_names_accounts_and_nothing_that_was_typed(desk):
    for name in ("vera", "my secret typed in the wrong field"):
        desk.browser().submit("/sign-in", "/sign-in", name=name, password="wrong horse battery")

    told = [(entry.kind, dict(entry.facts)) for entry in desk.office.store.log_entries()]
    assert told == [
        (REFUSED, {"account": "desk:vera", "how": "password"}),
        (REFUSED, {"account": "", "how": "password"}),
    ]


def test_whoever_tries_too_often_waits_and_others_do_not(desk):
    for _ in range(5):
        assert desk.browser().submit("/sign-in", "/sign-in", name="vera", password="x").status_code == 403
    locked = desk.browser().submit("/sign-in", "/sign-in", name="vera", password=PASSWORD)
    unlogged = desk.kinds()

    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= 900
    assert "15 minutes" in locked.text
    assert unlogged.count(REFUSED) == 5
    assert desk.browser("lea").get("/issues").status_code == 200


def test_a_name_that_nobody_has_waits_as_long(desk):
    """Else the wait tells which names there are."""
    tried = [desk.browser().submit("/sign-in", "/sign-in", name="Nobody", password="x") for _ in range(6)]

    assert [one.status_code for one in tried] == [403] * 5 + [429]
    assert desk.kinds() == [REFUSED] * 5
    assert desk.browser().submit("/sign-in", "/sign-in", name="nobody2", password="x").status_code == 403


def test_an_address_that_tries_many_names_waits(desk):
    answers = [
        desk.browser().submit("/sign-in", "/sign-in", name=f"nobody{n}", password="x").status_code for n in range(31)
    ]

    assert answers == [403] * 30 + [429]


def test_sessions_end():
    clock = Clock()
    sessions = Sessions(idle=100, most=250, clock=clock)
    idle, used = sessions.begin("a", "password"), sessions.begin("b", "password")
    found = []
    for clock.now in (90, 180, 240, 251):
        found.append((bool(sessions.get(used)), bool(sessions.get(idle)) if clock.now == 251 else None))

    assert found == [(True, None), (True, None), (True, None), (False, False)]


def test_an_idle_session_ends():
    clock = Clock()
    sessions = Sessions(idle=100, most=1000, clock=clock)
    number = sessions.begin("a", "password")
    clock.now = 99.0
    assert sessions.get(number)
    clock.now = 199.0

    assert sessions.get(number) is None


def test_a_limit_forgets():
    clock = Clock()
    limit = Limit(2, 60, clock)
    for _ in range(2):
        limit.take("a")

    assert (limit.wait("a"), limit.wait("b")) == (60, 0)
    clock.now = 61.0
    assert limit.wait("a") == 0


def test_a_changed_or_removed_account_is_out_at_once(desk):
    gone, changed, other = desk.browser("vera"), desk.browser("otto"), desk.browser("lea")
    desk.office.people.change("vera", lambda _known, _all: None)
    desk.office.people.put(desk.office.people.get("otto").person, "another four words")
    desk.office.people.put(Person(name="lea", called="Lea", roles=(Role.ADMINISTRATOR,)))

    assert gone.get("/issues").status_code == 303
    assert changed.get("/issues").status_code == 303
    assert other.get("/issues").status_code == 403  # signed in, with another role now


# Forms


def test_a_form_of_another_site_does_nothing(desk):
    browser = desk.browser("lea")
    issue = desk.issue()
    where, fields = browser.form(f"/issues/{issue}", f"/issues/{issue}/note")
    good = dict(fields) | {"note": "A remark."}
    before = desk.kinds()
    refused = [
        browser.client.post(where, data=good | {"csrf": ""}),
        browser.client.post(where, data=good | {"csrf": "x" * 43}),
        browser.client.post(where, data={name: value for name, value in good.items() if name != "csrf"}),
        browser.client.post(where, data=good, headers={"origin": "https://evil.example"}),
        browser.client.post(where, data=good, headers={"origin": "null"}),
        browser.client.post(where, data=good, headers={"sec-fetch-site": "cross-site"}),
        browser.client.post(where, data=good | {"csrf": desk.browser("vera").form("/issues", "/sign-out")[1][0][1]}),
        browser.client.post(where, json=good),
    ]
    after = desk.kinds()

    assert [one.status_code for one in refused] == [403] * 8
    assert after[: len(before)] == before
    assert set(after[len(before) :]) <= {SIGNED_IN}
    assert browser.client.post(where, data=good, headers={"origin": desk.address}).status_code == 303


@pytest.mark.parametrize("field", ["csrf", "note"])
def test_a_form_that_is_no_text_is_not_understood(desk, field):
    browser = desk.browser("lea")
    path = f"/issues/{desk.issue()}"
    where, fields = browser.form(path, f"{path}/note")
    told = {**dict(fields), field: "\\ud800"}
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{one}\r\n' for name, one in told.items()
    )
    kind = "multipart/form-data; boundary=b; charset=unicode_escape"
    answer = browser.client.post(where, content=f"{parts}--b--\r\n".encode(), headers={"content-type": kind})

    assert answer.status_code == 400
    assert desk.kinds() == [SIGNED_IN]


def test_signing_in_needs_our_form_too(desk):
    browser = desk.browser()

    assert browser.client.post("/sign-in", data={"name": "vera", "password": PASSWORD}).status_code == 403
    other = dict(desk.browser().form("/sign-in", "/sign-in")[1])
    assert browser.client.post("/sign-in", data=other | {"name": "vera", "password": PASSWORD}).status_code == 403


@pytest.mark.parametrize(
    ("path", "local"),
    [
        ("/", True), ("/issues?site=main&x=http://a", True), ("/issues/A-1#x", True),
        ("//evil.example", False), ("/\\evil.example", False), ("https://evil.example", False), ("", False),
        ("javascript:alert(1)", False), ("issues", False), ("/a\r\nx", False), ("\\\\evil", False), ("/a\\b", False),
        ("//[", False), ("http://[", False), ("//\u2100.example", False),
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(path, local):
    assert is_local_path(path) is local


@pytest.mark.parametrize("path", ["/sign-in?next=//[", "/language/fr?back=//["])
def test_an_address_that_is_none_leads_to_the_beginning(desk, path):
    answer = desk.browser("lea").get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_after_signing_in_nobody_is_led_elsewhere(desk):
    browser = desk.browser()
    answer = browser.submit("/sign-in", "/sign-in", name="vera", password=PASSWORD, next="https://evil.example/")

    assert answer.headers["location"] == "/"


# What every answer carries


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/issues", "/nowhere", "/static/desk.css", "/static/../app.py", "/language/fr"]
)
def test_headers(desk, path):
    for browser in (desk.browser(), desk.browser("lea")):
        answer = browser.get(path)
        policy = answer.headers["content-security-policy"]

        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "server" not in answer.headers
        if not (path.startswith("/static/desk") and answer.status_code == 200):
            assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/issues", "/nowhere", "/static/desk.css", "/healthz", "/api/v1/openapi.json"]
)
def test_who_asks_for_the_head_gets_the_head_of_the_answer(desk, path):
    for browser in (desk.browser(), desk.browser("lea")):
        whole, head = browser.get(path), browser.client.head(path)

        assert (head.status_code, head.content) == (whole.status_code, b"")
        for name in ("content-type", "content-length", "cache-control", "location"):
            assert head.headers.get(name) == whole.headers.get(name)


def test_pages_hold_no_inline_style_or_script(desk):
    browser = desk.browser("cora")
    for path in ("/sign-in", "/issues", f"/issues/{desk.issue()}"):
        text = browser.get(path).text
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", text)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "169.254.169.254", ""])
def test_another_name_for_this_machine_is_refused(desk, host):
    assert httpx.get(f"{desk.address}/sign-in", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_too_large_is_refused_on_a_page(desk, chunked):
    browser = desk.browser("lea")
    body = [b"a=" + b"x" * 6_100 + b"&"] * 1_990
    headers = {"Accept-Language": "fr-CA", "Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.client.post("/issues/several", content=iter(body) if chunked else b"".join(body), headers=headers)

    assert answer.status_code == 413
    assert 'lang="fr-CA"' in answer.text
    assert "Trop gros" in answer.text
    assert browser.get("/issues").status_code == 200


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr-CA"), ("en;q=0.5, fr;q=0.9", "fr-CA"), ("de, fr;q=0.3", "fr-CA"),
        ("fr;q=0, en;q=0.1", "en-CA"), ("fr;q=0.2,en-GB", "en-CA"), ("fr;q=x", "fr-CA"), ("", "en-CA"), ("*", "en-CA"),
    ],
)  # fmt: skip
def test_the_browser_asks_for_a_language_by_weight(desk, header, language):
    answer = desk.browser().get("/sign-in", headers={"Accept-Language": header})

    assert f'<html lang="{language}">' in answer.text


def test_who_was_signed_out_meanwhile_is_led_back_to_the_page_of_the_form(desk):
    browser = desk.browser("lea")
    path = f"/issues/{desk.issue()}"
    where, fields = browser.form(path, f"{path}/note")
    desk.office.sessions.end_all("lea")
    came = {name: browser.client.post(where, data=dict(fields), headers={"referer": name}) for name in (
        f"{desk.address}{path}?told=note", f"{desk.address}{path}/note", f"https://evil.example{path}", "http://[",
    )}  # fmt: skip
    led = [re.search(r'href="/sign-in\?next=([^"]+)"', one.text)[1] for one in came.values()]

    assert {one.status_code for one in came.values()} == {403}
    assert led == [f"{path}%3Ftold%3Dnote", "/", "/", "/"]
    assert desk.kinds() == [SIGNED_IN]


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/redoc", "/static/", "/static/en.toml", "/desk.json"])
def test_nothing_else_is_there(desk, path):
    assert desk.browser("ada").get(path).status_code == 404


def test_a_failure_tells_nothing_of_what_was_said(desk, monkeypatch, caplog):
    def broken(*_args, **_options):
        raise RuntimeError("call 905-555-0142")

    monkeypatch.setattr(type(desk.office.standing), "now", broken)
    answer = desk.browser("lea").get("/issues")

    assert answer.status_code == 500
    assert "The desk failed" in answer.text
    assert "0142" not in answer.text
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == ["GET /issues: RuntimeError"]
    assert "0142" not in caplog.text


# Routes


def test_a_route_that_declares_nothing_stops_the_start(office, monkeypatch):
    from handrail.desk.views import issues

    before = list(issues.router.routes)
    issues.router.get("/forgotten")(lambda: {})
    try:
        with pytest.raises(TypeError, match="/forgotten says not what it needs"):
            make_app(office)
    finally:
        issues.router.routes[:] = before


def test_every_route_declares_what_it_needs():
    check_routes(routes())


# The list of people


@pytest.mark.parametrize(
    ("person", "password", "why"),
    [
        (Person(name="Ann", called="Ann, web", roles=(Role.VIEWER,)), "short", "12 to 128"),
        (Person(name="ann", called="Ann, web", roles=(Role.VIEWER,)), "x" * 200, "12 to 128"),
        (Person(name="ann", called="Ann, web", roles=(Role.VIEWER,)), "aaaaaaaaaaaaaa", "easily guessed"),
        (Person(name="ann", called="Ann, web", roles=(Role.VIEWER,)), "Ann-is-here-now", "easily guessed"),
        (Person(name="a n", called="Ann, web", roles=(Role.VIEWER,)), None, "small letters"),
        (Person(name="../etc", called="Ann, web", roles=(Role.VIEWER,)), None, "small letters"),
        (Person(name="ann", called=" ", roles=(Role.VIEWER,)), None, "what to call"),
        (Person(name="ann", called="Ann, web", roles=()), None, "give a role"),
        (Person(name="ann", called="Ann, web", roles=(Role.OWNER,)), None, "an owner has a unit"),
    ],
)
def test_a_bad_account_is_refused(tmp_path, person, password, why):
    people = People(tmp_path / "desk.json")

    with pytest.raises(BadPerson, match=why):
        people.put(person, password)
    assert people.all() == ()


def test_the_list_is_for_its_owner_alone_and_holds_no_password(tmp_path):
    people = People(tmp_path / "desk.json")
    people.put(Person(name="Ann", called="Ann, web", roles=(Role.VIEWER,)), PASSWORD)
    text = people.path.read_text("utf-8")

    assert people.path.stat().st_mode & 0o777 == 0o600
    assert "$argon2id$" in text
    assert PASSWORD not in text
    assert people.signs_in("ANN", PASSWORD).person.called == "Ann, web"
    people.path.chmod(0o644)
    people.path.touch()
    with pytest.raises(BadPerson, match="can be read by others"):
        People(people.path).all()


# A proxy in front


@pytest.fixture
def proxied(office_of, serve_desk):
    return serve_desk(office_of('[desk.proxy]\nheader = "X-Remote-User"\n', secrets={PROXY_SECRET: SECRET}))


def through(browser, path, user, secret=SECRET, **headers):
    return browser.get(path, headers={"X-Remote-User": user, "X-Handrail-Proxy": secret, **headers})


def test_whom_the_proxy_names_is_signed_in(proxied):
    browser = proxied.browser()
    begun = through(browser, "/sign-in?next=/issues", "vera")
    inside = through(browser, "/issues", "vera")
    other = through(browser, "/issues", "lea")
    alone = browser.get("/issues")

    assert begun.headers["location"] == "/issues"
    assert "Vera, viewer" in inside.text
    assert (other.status_code, alone.status_code) == (303, 303)  # whom it no longer names is out
    assert proxied.kinds() == [SIGNED_IN, SIGNED_OUT]


def test_who_signs_out_stays_out_until_they_ask_to_come_in(proxied):
    browser = proxied.browser()
    browser.client.headers.update({"X-Remote-User": "vera", "X-Handrail-Proxy": SECRET})
    browser.get("/sign-in")
    out = browser.submit("/issues", "/sign-out")
    page = browser.get(out.headers["location"])
    kinds = proxied.kinds()
    again = browser.get("/sign-in?next=/")

    assert "You are signed out" in page.text
    assert 'href="/sign-in?next=/"' in page.text
    assert kinds == [SIGNED_IN, SIGNED_OUT]
    assert again.status_code == 303


@pytest.mark.parametrize(
    ("user", "secret"),
    [("vera", "wrong" * 10), ("vera", ""), ("nobody", SECRET), ("", SECRET), ("vera", SECRET[:-1])],
)
def test_anybody_else_is_not(proxied, user, secret):
    answer = through(proxied.browser(), "/sign-in", user, secret)

    assert answer.status_code == 200
    assert 'name="password"' in answer.text


def test_without_a_proxy_its_header_says_nothing(desk):
    assert through(desk.browser(), "/sign-in", "vera").status_code == 200


def test_behind_the_proxy_limits_are_of_whom_it_names(proxied):
    names = (f"nobody{n}" for n in range(100))

    def tries(address, secret=SECRET):
        browser = proxied.browser()
        browser.client.headers.update({"X-Forwarded-For": f"1.2.3.4, {address}", "X-Handrail-Proxy": secret})
        return browser.submit("/sign-in", "/sign-in", name=next(names), password="x").status_code

    first = [tries("192.0.2.1") for _ in range(31)]

    assert first[-2:] == [403, 429]
    assert tries("192.0.2.2") == 403
    assert [tries(f"192.0.2.{n}", "forged") for n in range(31)][-1] == 429


def test_with_tls_cookies_go_no_other_way(office_of, serve_desk):
    address = serve_desk(office_of('[desk]\nurl = "https://desk.city.example"\n')).address
    answer = httpx.get(f"{address}/sign-in", headers={"host": "desk.city.example"})
    elsewhere = httpx.get(f"{address}/sign-in")

    slash = httpx.get(f"{address}/issues/", headers={"host": "desk.city.example"})

    assert slash.headers["location"] == "https://desk.city.example/issues"
    assert "__Host-handrail-guest=" in answer.headers["set-cookie"]
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert elsewhere.status_code == 421


def test_health_says_yes_or_no_and_nothing_else(desk, monkeypatch):
    browser = desk.browser()
    well = browser.get("/healthz", headers={"host": "10.0.0.7:8080"})
    elsewhere = browser.get("/sign-in", headers={"host": "10.0.0.7:8080"})
    (desk.office.place.out / "desk.json").chmod(0o644)
    desk.office.people._read = (None, {})
    ill = browser.get("/healthz")

    assert (well.status_code, well.text) == (200, "yes\n")
    assert "set-cookie" not in well.headers
    assert elsewhere.status_code == 421
    assert (ill.status_code, ill.text) == (503, "no\n")
