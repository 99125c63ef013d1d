"""Accounts at the desk: given, changed and taken away in the open, and everybody's own password."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handrail.desk.office import CHANGED, REFUSED, REMOVED
from handrail.desk.people import BadPerson
from handrail.desk.roles import Person, Role
from handrail.desk.staff import ONCE

PASSWORD = "four words and a lamp"
OWN = "another lamp and four words"
NEW = {"name": "nora", "called": "Nora, web lead", "roles": ["web-lead"], "units": ""}


@pytest.fixture
def ada(desk):
    return desk.browser("ada")


def shown(answer):
    """The password that a page shows."""
    return re.search(r'<code id="value">([^<]+)</code>', answer.text)[1]


def told(desk, kind=CHANGED):
    return [dict(entry.facts) for entry in desk.office.store.log_entries(kind)]


def signs_in(desk, name, password):
    browser = desk.browser()
    return browser, browser.submit("/sign-in", "/sign-in", name=name, password=password)


def change(browser, **said):
    return browser.submit("/account", "/account/password", **{"again": said.get("password", ""), **said})


def test_a_new_person_gets_a_password_that_must_be_changed_first(desk, ada):
    added = ada.submit("/people", "/people/add", **NEW)
    password = shown(added)
    nora, inside = signs_in(desk, "nora", password)
    away = [nora.get(path) for path in ("/", "/issues", "/checks/main/x")]
    wrong = change(nora, current=password, password="nora is a lamp here")
    changed = change(nora, current=password, password=OWN)
    open_now = nora.get("/issues")
    facts = told(desk)

    assert (added.status_code, added.headers["cache-control"]) == (200, "no-store")
    assert inside.status_code == 303
    assert {(one.status_code, one.headers["location"]) for one in away} == {(303, "/account")}
    assert "Change it first" in nora.get("/account").text or changed.status_code == 303
    assert (wrong.status_code, "easily guessed" in wrong.text) == (422, True)
    assert changed.headers["location"] == "/account?told=password"
    assert open_now.status_code == 200
    assert signs_in(desk, "nora", password)[1].status_code == 403
    assert facts[0] == {
        **{"person": "desk:nora", "called": "Nora, web lead", "roles": ["web-lead"], "units": []},
        **{"account": "desk:ada", "by": "Ada, administrator"},
    }
    assert [(one["account"], one.get("once", "") != "") for one in facts[1:]] == [
        ("desk:ada", True),
        ("desk:nora", False),
    ]
    assert password not in str(facts)
    assert password not in (desk.office.place.out / "desk.json").read_text()


def test_a_password_that_somebody_gave_ends(desk, ada):
    password = shown(ada.submit("/people", "/people/add", **NEW))
    known = desk.office.people.get("nora")
    left = datetime.fromisoformat(known.once) - datetime.now(UTC)
    over = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    desk.office.people.change("nora", lambda account, _all: replace(account, once=over))

    assert timedelta(0) < left <= ONCE
    assert signs_in(desk, "nora", password)[1].status_code == 403
    assert told(desk, REFUSED)[-1] == {"account": "desk:nora", "how": "password-ended"}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "vera"}, "an account of this name already"),
        ({"name": "N o"}, "small letters"),
        ({"called": ""}, "Say what to call"),
        ({"called": "jane.orchard@gmail.com"}, "personal information"),
        ({"roles": []}, "Choose a role"),
        ({"roles": ["king"]}, "Choose a role"),
        ({"roles": ["owner"]}, "An owner has a unit"),
    ],
)
def test_a_wrong_person_is_told_and_nothing_is_done(desk, ada, said, why):
    before = desk.office.people.all()
    answer = ada.submit("/people", "/people/add", **{**NEW, **said})

    assert answer.status_code == 422
    assert why in answer.text
    assert desk.office.people.all() == before
    assert told(desk) == []


def test_other_roles_hold_at_the_next_request_and_the_log_says_what_was_before(desk, ada):
    vera = desk.browser("vera")
    before = vera.get("/register").status_code
    answer = ada.submit("/people/vera", "/people/vera/roles", roles=["viewer", "privacy-officer"])
    after = vera.get("/register")

    assert (before, answer.status_code, after.status_code) == (403, 303, 200)
    assert "Vera, viewer" in after.text.partition("Who may read this")[2]
    assert "Ada, administrator" in after.text.partition("Who may read this")[2]
    (facts,) = told(desk)
    assert facts["before"] == {"called": "Vera, viewer", "roles": ["viewer"], "units": []}
    assert facts["roles"] == ["viewer", "privacy-officer"]


def test_another_password_ends_the_sessions_of_the_old_one(desk, ada):
    vera = desk.browser("vera")
    password = shown(ada.submit("/people/vera", "/people/vera/password"))

    assert vera.get("/issues").status_code == 303
    assert signs_in(desk, "vera", PASSWORD)[1].status_code == 403
    assert signs_in(desk, "vera", password)[1].status_code == 303


def test_an_account_is_taken_away(desk, ada):
    vera = desk.browser("vera")
    answer = ada.submit("/people/vera", "/people/vera/remove")

    assert answer.headers["location"] == "/people?told=person-removed"
    assert vera.get("/issues").status_code == 303
    assert ada.get("/people/vera").status_code == 404
    assert told(desk, REMOVED)[0]["before"]["roles"] == ["viewer"]


def test_nobody_gives_themselves_roles_or_goes(desk, ada):
    roles = ada.submit("/people/ada", "/people/ada/roles", roles=["administrator", "privacy-officer"])
    text = ada.get("/people/ada").text
    csrf = dict(ada.form("/people", "/sign-out")[1])["csrf"]
    mark = desk.office.people.get("ada").mark
    gone = ada.client.post("/people/ada/remove", data={"csrf": csrf, "seen": mark})
    name = ada.submit("/people/ada", "/people/ada/roles", called="Ada Bell, administrator")

    assert (roles.status_code, gone.status_code, name.status_code) == (422, 422, 303)
    assert "Nobody gives themselves roles" in roles.text
    assert "/people/ada/remove" not in text
    assert desk.office.people.get("ada").person.roles == (Role.ADMINISTRATOR,)


def test_two_who_take_each_other_away_leave_one(office):
    first = office.people.get("ada").person
    second = Person(name="abe", called="Abe, administrator", roles=(Role.ADMINISTRATOR,))
    office.people.put(second, PASSWORD)
    office.staff(first).remove("abe")

    with pytest.raises(BadPerson, match="last administrator"):  # let in before the account was taken away
        office.staff(second).remove("ada")
    with pytest.raises(BadPerson, match="last administrator"):
        office.staff(second).put(Person(name="ada", called="Ada", roles=(Role.VIEWER,)))
    assert [entry.facts["person"] for entry in office.store.log_entries(REMOVED)] == ["desk:abe"]


def test_who_changes_second_is_told_and_keeps_what_was_typed(desk, ada):
    open_page = ada.get("/people/vera")
    other = desk.browser("ada")
    assert other.submit("/people/vera", "/people/vera/roles", roles=["web-lead"]).status_code == 303
    late = ada.submit(
        "/people/vera", "/people/vera/roles", open_page, called="Vera Lund, viewer", roles=["owner"], units="Parks"
    )

    assert late.status_code == 409
    assert "changed this meanwhile" in late.text
    assert "Vera Lund, viewer" in late.text
    assert "Web lead" in late.text.partition("It now stands")[2].partition("</p>")[0]
    assert desk.office.people.get("vera").person.roles == (Role.WEB_LEAD,)
    for action in ("password", "remove"):
        assert ada.submit("/people/vera", f"/people/vera/{action}", open_page).status_code == 409


def test_what_cannot_be_logged_is_not_done(desk, ada, monkeypatch):
    def fail(*_args):
        raise OSError

    monkeypatch.setattr(type(desk.office.store), "record", fail)
    answer = ada.submit("/people/vera", "/people/vera/roles", roles=["privacy-officer"])

    assert answer.status_code == 500
    assert desk.office.people.get("vera").person.roles == (Role.VIEWER,)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"current": "not this one", "password": OWN}, "not your password"),
        ({"current": PASSWORD, "password": OWN, "again": "x"}, "not the same"),
        ({"current": PASSWORD, "password": "short"}, "12 to 128"),
        ({"current": PASSWORD, "password": PASSWORD}, "the password that you have"),
    ],
)
def test_ones_own_password_is_changed_by_who_knows_it(desk, said, why):
    vera = desk.browser("vera")
    answer = change(vera, **said)

    assert answer.status_code == 422
    assert why in answer.text
    assert OWN not in answer.text
    assert signs_in(desk, "vera", PASSWORD)[1].status_code == 303


def test_ones_own_password_ends_all_other_sessions(desk):
    here, there = desk.browser("vera"), desk.browser("vera")
    number = here.client.cookies["handrail-desk"]
    done = change(here, current=PASSWORD, password=OWN)

    assert done.status_code == 303
    assert here.get(done.headers["location"]).status_code == 200
    assert here.client.cookies["handrail-desk"] != number
    assert there.get("/issues").status_code == 303
    assert signs_in(desk, "vera", OWN)[1].status_code == 303


def test_guessing_the_current_password_is_slowed(desk):
    vera = desk.browser("vera")
    answers = [change(vera, current=f"wrong {n}", password=OWN).status_code for n in range(6)]

    assert answers == [422] * 5 + [429]


def test_the_own_account_tells_what_was_done_with_it(desk, ada):
    vera = desk.browser("vera")
    ada.submit("/people/vera", "/people/vera/roles", roles=["owner"], units="Parks")
    text = vera.get("/account").text

    assert "Ada, administrator: Changed an account" in text
    assert "Signed in" in text
    assert "ada" not in re.sub(r"(?i)ada, administrator", "", text)  # nothing of other accounts
