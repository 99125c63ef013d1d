"""Who is let in at the API: every route, every role and scope; tokens that hold, that ended, that nobody gave."""

import json
import re
import stat
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from handrail.desk.api.app import routes, scopes
from handrail.desk.api.tokens import FILE, BadToken, Bearer, Tokens
from handrail.desk.door import needed_by
from handrail.desk.office import DENIED, REFUSED
from handrail.desk.roles import MAY, Access, Action, Role
from handrail.desk.standing import Standing

DAY = date(2026, 3, 1)
THINGS = {"own": ("axe/image-alt", "parks"), "other": ("axe/image-alt", "main"), "exposure": ("pii/ca-sin", "main")}


def bearer(name="ticket", roles=(Role.VIEWER,), scopes=(Action.SEE_ISSUES,), **told):
    return Bearer(name=name, called="Ticket system", roles=roles, scopes=frozenset(scopes), **told)


def expected(needed, issue, role, thing, scopes):
    """By the one table alone."""
    if needed is Access.EVERYBODY:
        return "in"
    if needed not in MAY[role] or needed not in scopes:
        return 403
    if not issue:
        return "in"
    sees = Action.SEE_ISSUES in MAY[role] & scopes
    if thing == "exposure" and Action.SEE_REGISTER not in MAY[role] & scopes:
        sees = False
    if role is Role.OWNER and thing != "own":
        sees = False
    return "in" if sees else 404


def acts(programs):
    """What the log holds besides what was denied."""
    return [one for one in programs.desk.office.store.log_entries() if one.kind != DENIED]


def cases():
    for route in routes():
        for method in sorted(route.methods - {"HEAD"}):
            declared = needed_by(route)
            for thing in THINGS if declared.issue else ("",):
                yield pytest.param(route.path, method, declared, thing, id=f"{method} {route.path} {thing}")


@pytest.fixture(scope="module")
def named(module_programs, looked_again):
    """What addresses name besides issues: a look at what is the owner's, too; a resident's report."""
    return {"{recheck}": str(looked_again(module_programs)), "{report}": module_programs.desk.reported()}


@pytest.mark.parametrize(("path", "method", "declared", "thing"), [*cases()])
def test_matrix(module_programs, named, path, method, declared, thing):
    programs = module_programs
    address = path.replace("{issue}", programs.desk.issue(*THINGS[thing]) if thing else "")
    run = programs.desk.office.store.latest_run().id
    for name, value in {"{run}": run, **named}.items():
        address = address.replace(name, value)
    before = acts(programs)
    found, wanted = {}, {}
    for role in Role:
        for name, given in ((role, MAY[role]), (f"{role}-sees", {Action.SEE_ISSUES}), (f"{role}-works", {Action.WORK})):
            given = MAY[role] & given
            if not given:  # no token at all
                continue
            client = programs.client(role, name, given)
            answer = client.request(method, address)  # without what an act needs: who is let in is told so
            found[name] = "in" if answer.status_code in (200, 422, 428) else answer.status_code
            wanted[name] = expected(declared.needed, declared.issue, role, thing, given)
    nobody = programs.client().request(method, address)

    assert found == wanted
    assert acts(programs) == before
    if declared.needed is not Access.EVERYBODY:
        assert nobody.status_code == 401
        assert nobody.headers["www-authenticate"] == 'Bearer realm="handrail"'


def test_hidden_and_missing_say_the_same(module_programs):
    client = module_programs.client(Role.OWNER)
    hidden, missing = client.get(f"/issues/{module_programs.desk.issue()}"), client.get("/issues/A-000000")

    assert (hidden.status_code, hidden.text) == (404, missing.text)


def test_what_a_token_was_denied_is_logged(programs):
    client, issue = programs.client(Role.OWNER), programs.desk.issue()
    client.get("/exposures")
    client.get(f"/issues/{issue}")

    assert [dict(one.facts) for one in programs.desk.office.store.log_entries(DENIED)] == [
        {"account": "desk:token:owner", "action": "see-register", "issue": ""},
        {"account": "desk:token:owner", "action": "see-issues", "issue": issue},
    ]


def test_a_session_of_the_desk_opens_nothing_here(module_programs):
    browser = module_programs.desk.browser("lea")

    assert browser.get("/issues").status_code == 200
    assert browser.get("/api/v1/issues").status_code == 401


def test_a_token_opens_no_page_of_the_desk(module_programs):
    client = module_programs.client(Role.VIEWER)
    answer = client.get(f"{module_programs.desk.address}/issues")

    assert answer.status_code == 303


@pytest.mark.parametrize("scheme", ["Basic {}", "{}", "Bearer", "Bearer  ", "Token {}"])
def test_another_way_to_say_it_is_none(programs, scheme):
    token = programs.token(Role.VIEWER)
    answer = httpx.get(
        f"{programs.desk.address}/api/v1/issues", headers={"Authorization": scheme.format(token).strip()}
    )

    assert answer.status_code == 401


def test_a_removed_token_is_over_with_the_next_request(programs):
    client = programs.client(Role.VIEWER)
    before = client.get("/issues").status_code
    programs.tokens.remove("viewer")
    after = client.get("/issues")

    assert (before, after.status_code) == (200, 401)
    assert 'error="invalid_token"' in after.headers["www-authenticate"]


def test_a_wrong_token_is_logged_without_it_and_many_wait(programs):
    address = f"{programs.desk.address}/api/v1/issues"
    with httpx.Client(headers={"Authorization": "Bearer handrail_invented"}) as client:
        answers = [client.get(address) for _ in range(31)]
    entries = programs.desk.office.store.log_entries(REFUSED)

    assert [one.status_code for one in answers] == [401] * 30 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    assert [dict(one.facts) for one in entries] == [{"account": "", "how": "token"}] * 30


def test_a_token_has_so_many_requests_in_a_minute(office_of, serve_desk):
    desk = serve_desk(office_of("\n[desk]\napi_per_minute = 3\n"))
    tokens = Tokens(desk.office.place.out / FILE)
    day = date.today()
    clients = [
        httpx.Client(headers={"Authorization": f"Bearer {tokens.add(bearer(name), day, day)}"}) for name in ("a", "b")
    ]
    answers = [clients[0].get(f"{desk.address}/api/v1/sites") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["code"] == "too-often"
    assert clients[1].get(f"{desk.address}/api/v1/sites").status_code == 200


def test_a_failure_tells_nothing(programs, monkeypatch, caplog):
    monkeypatch.setattr(Standing, "mark", lambda _standing: 1 / 0)
    answer = programs.client(Role.VIEWER).get("/issues")

    assert (answer.status_code, answer.json()["code"]) == (500, "failed")
    assert "ZeroDivision" not in answer.text
    errors = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert errors == ["GET /issues: ZeroDivisionError"]


# The list of tokens


@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_too_large_is_a_problem_document(programs, chunked):
    client = programs.client(Role.WEB_LEAD)
    body = [b'{"note": "', b"x" * 12_100_000, b'"}']
    answer = client.post(
        f"/issues/{programs.desk.issue()}/note",
        content=iter(body) if chunked else b"".join(body),
        headers={"If-Match": "*", "Content-Type": "application/json", "Accept-Language": "en;q=0.1, fr"},
    )

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["title"]) == ("too-large", "Trop volumineux")


def test_only_a_hash_is_kept_for_the_owner_alone(tmp_path):
    tokens = Tokens(tmp_path / FILE)
    number = tokens.add(bearer(), DAY, DAY)
    text = (tmp_path / FILE).read_text()

    assert re.fullmatch(r"handrail_[\w-]{43}", number)
    assert number not in text
    assert number[9:] not in text
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert number not in repr(tokens.all())
    assert json.loads(text)["tokens"][0]["sha256"] not in repr(tokens.all())


def test_a_token_holds_until_its_last_day(tmp_path):
    tokens = Tokens(tmp_path / FILE)
    number = tokens.add(bearer(), DAY + timedelta(days=1), DAY)

    assert tokens.of(number, DAY + timedelta(days=1)).bearer == bearer()
    assert tokens.of(number, DAY + timedelta(days=2)) is None
    assert tokens.of(number[:-1], DAY) is None
    assert tokens.of("", DAY) is None


def test_its_last_use_is_kept_by_minutes(tmp_path):
    path = tmp_path / FILE
    tokens = Tokens(path)
    tokens.add(bearer(), DAY, DAY)
    first = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
    used = []
    for minutes in (0, 4, 6):
        tokens.use(tokens.all()[0], first + timedelta(minutes=minutes))
        used.append(Tokens(path).all()[0].used)

    assert used == [first, first, first + timedelta(minutes=6)]


@pytest.mark.parametrize(
    ("given", "days", "said"),
    [
        ({"name": "Ticket"}, 1, "small letters"),
        ({"scopes": ()}, 1, "without a scope"),
        ({"scopes": (Action.WORK,)}, 1, "more than the role may"),
        ({"roles": (Role.OWNER,)}, 1, "has a unit"),
        ({}, 367, "within 366 days"),
        ({}, -1, "not before today"),
    ],
)
def test_what_no_token_can_be(tmp_path, given, days, said):
    tokens = Tokens(tmp_path / FILE)

    with pytest.raises(BadToken, match=said):
        tokens.add(bearer(**given), DAY + timedelta(days=days), DAY)
    assert tokens.all() == ()


def test_a_name_is_given_once(tmp_path):
    tokens = Tokens(tmp_path / FILE)
    tokens.add(bearer(), DAY, DAY)

    with pytest.raises(BadToken, match="there is a token"):
        tokens.add(bearer(), DAY, DAY)


@pytest.mark.parametrize("text", ["", "{}", '{"tokens": [{"name": "a"}]}', "[]"])
def test_a_list_that_is_none_lets_nobody_in(tmp_path, text):
    path = tmp_path / FILE
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(BadToken):
        Tokens(path).of("handrail_invented", DAY)


def test_a_list_that_others_can_read_lets_nobody_in(tmp_path):
    tokens = Tokens(tmp_path / FILE)
    number = tokens.add(bearer(), DAY, DAY)
    tokens.path.chmod(0o644)

    with pytest.raises(BadToken, match="chmod 600"):
        Tokens(tokens.path).of(number, DAY)


def test_no_token_is_for_people_values_or_signatures():
    assert not {Action.MANAGE_PEOPLE, Action.REVEAL, Action.SIGN} & {*scopes()}
