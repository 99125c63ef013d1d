"""Work on issues at the desk: every act by a plain form, into the log, with somebody's name."""

import re
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from handrail import runs
from handrail.issues import Accepting, BadAct
from handrail.said import Who
from reports.work import ACCEPTED, ASKED, ASSIGNED, DUE, FALSE_ALARM, MARKED, NOTE, REFUSED, WITHDRAWN

PASSWORD = "four words and a lamp"
LATER = (date.today() + timedelta(days=90)).isoformat()
WAIVER = {
    "ground": "Not practicable before the new site.",
    "reason": "The map is replaced in spring.",
    "owner": "Web team",
    "until": LATER,
    "alternative": "By telephone: 311",
    "url": "/maps/* /old/*",
}


def facts(desk, kind):
    """What the last entry of a kind tells."""
    return dict([entry for entry in desk.office.store.log_entries() if entry.kind == kind][-1].facts)


def act(desk, browser, name, issue=None, **told):
    issue = issue or desk.issue()
    return browser.submit(f"/issues/{issue}", f"/issues/{issue}/{name}", **told)


@pytest.mark.parametrize(
    ("name", "told", "kind", "kept"),
    [
        ("assign", {"to": "Content desk", "note": "ticket 48"}, ASSIGNED, {"to": "Content desk", "note": "ticket 48"}),
        ("assign", {"to": "", "note": ""}, ASSIGNED, {"to": "", "note": ""}),
        ("due", {"on": "2027-01-31", "note": ""}, DUE, {"due": "2027-01-31", "note": ""}),
        ("due", {"on": "", "note": ""}, DUE, {"due": "", "note": ""}),
        ("mark", {"stage": "ready", "note": ""}, MARKED, {"stage": "ready", "note": ""}),
        ("note", {"note": " The  vendor\nknows. "}, NOTE, {"note": "The vendor knows."}),
        ("false-alarm", {"reason": "It is for show.", "until": LATER}, FALSE_ALARM, {"reason": "It is for show."}),
    ],
)  # fmt: skip
def test_an_act_is_recorded_and_shown(desk, name, told, kind, kept):
    browser = desk.browser("lea")
    answer = act(desk, browser, name, **told)
    after = browser.get(answer.headers["location"])
    found = facts(desk, kind)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/issues/{desk.issue()}?told={name}")
    assert found | kept == found
    assert (found["by"], found["account"]) == ("Lea, web lead", "desk:lea")
    assert (found["issue"], found["site"]) == (desk.issue(), "main")
    assert 'role="status"' in after.text
    assert "Lea, web lead:" in after.text


@pytest.mark.parametrize(
    ("name", "told", "field", "said"),
    [
        ("note", {"note": "  "}, "note", "This is empty."),
        ("note", {"note": "Call Margaret Smythe at 416-555-0142."}, "note", "personal information"),
        ("note", {"note": "x" * 501}, "note", "more than 500"),
        ("assign", {"to": "jane.orchard@gmail.com"}, "to", "personal information"),
        ("due", {"on": "soon"}, "on", "This is no day"),
        ("mark", {"stage": "fixed"}, "stage", "Choose where"),
        ("false-alarm", {"reason": "It is none.", "until": "2020-01-31"}, "until", "This day is over"),
        ("false-alarm", {"reason": "", "until": LATER}, "reason", "This is empty."),
        ("ask", {**WAIVER, "url": "maps"}, "url", "begins with"),
        ("ask", {**WAIVER, "url": "/maps/* /files/1234-567-897.pdf"}, "url", "personal information"),
        ("ask", {**WAIVER, "url": "/people/jane.orchard%40gmail.com"}, "url", "personal information"),
        ("ask", {**WAIVER, "url": "/a " * 300}, "url", "more than 500"),
        ("ask", {**WAIVER, "ground": " "}, "ground", "This is empty."),
        ("ask", {**WAIVER, "until": ""}, "until", "This is no day"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_lost(desk, name, told, field, said):
    browser = desk.browser("lea")
    answer = act(desk, browser, name, **told)
    ids = re.findall(rf'id="{name}-{field}"[^>]*aria-invalid="true"|id="{name}-{field}-wrong"', answer.text)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'<a href="#{name}-{field}">' in answer.text  # the list of faults leads there
    assert ids
    assert "<title>Not done:" in answer.text
    assert all(value.strip() in answer.text for name, value in told.items() if name != "stage")
    assert set(desk.kinds()) == {"desk-signed-in"}


@pytest.mark.parametrize("name", ["ground", "reason", "owner"])
def test_what_nobody_sees_is_empty(desk, name):
    answer = act(desk, desk.browser("lea"), "ask", **{**WAIVER, name: "\u200b\u2060"})

    assert (answer.status_code, "This is empty." in answer.text) == (422, True)
    assert ASKED not in desk.kinds()


def test_who_edits_second_is_told_and_keeps_what_was_typed(desk):
    first, second = desk.browser("lea"), desk.browser("cora")
    issue = desk.issue()
    path, note = f"/issues/{issue}", f"/issues/{issue}/note"
    open_page = second.get(path)
    assert act(desk, first, "assign", to="Content desk").status_code == 303
    late = second.submit(path, note, open_page, note="I typed this for an hour.")
    again = second.submit(path, note, late)

    assert late.status_code == 409
    assert "Somebody changed this meanwhile" in late.text
    assert "Lea, web lead: assigned to Content desk" in late.text
    assert "I typed this for an hour." in late.text
    assert again.status_code == 303
    assert [entry.kind for entry in desk.item().work.told.entries] == [ASSIGNED, NOTE]
    assert facts(desk, NOTE)["note"] == "I typed this for an hour."


# Exceptions: whoever asks is not who approves


def test_a_waiver_takes_two_people(desk):
    lead, officer = desk.browser("lea"), desk.browser("cora")
    asked = act(desk, lead, "ask", **WAIVER)
    waiting = desk.item()
    own = lead.get(f"/issues/{waiting.id}").text
    given = act(desk, officer, "approve")
    after = desk.item()
    told = facts(desk, ACCEPTED)

    assert (asked.status_code, given.status_code) == (303, 303)
    assert waiting.work.decided == ""
    assert f"/issues/{waiting.id}/approve" not in own
    assert told["by"] == "Cora, compliance"
    assert (told["asked_by"], told["asked_account"]) == ("Lea, web lead", "desk:lea")
    assert {name: told[name] for name in WAIVER if name != "url"} == {k: v for k, v in WAIVER.items() if k != "url"}
    assert told["urls"] == ["/maps/*", "/old/*"]
    assert (after.work.told.asked, len(after.work.told.waivers)) == ((), 1)


def test_nobody_approves_what_they_asked_for(desk):
    officer, other = desk.browser("cora"), desk.browser("cleo")
    act(desk, officer, "ask", **WAIVER)
    page = officer.get(f"/issues/{desk.issue()}").text
    (entry,) = desk.item().work.told.asked
    session = desk.office.sessions.get(officer.client.cookies["handrail-desk"])
    forged = officer.client.post(
        f"/issues/{desk.issue()}/approve",
        data={"csrf": session.csrf, "seen": entry.seq, "entry": entry.seq},
    )

    assert "You asked for it" in page
    assert forged.status_code == 422
    assert ACCEPTED not in desk.kinds()
    assert act(desk, other, "approve").status_code == 303


def test_the_same_name_written_otherwise_is_no_second_person(desk):
    people = desk.office.people
    people.put(replace(people.get("cleo").person, called="CORA (Compliance)"))
    act(desk, desk.browser("cora"), "ask", **WAIVER)
    answer = act(desk, desk.browser("cleo"), "approve")

    assert answer.status_code == 422
    assert ACCEPTED not in desk.kinds()


def test_a_waiver_is_refused_with_a_reason(desk):
    act(desk, desk.browser("lea"), "ask", **WAIVER)
    officer = desk.browser("cora")
    silent = act(desk, officer, "refuse", reason="")
    act(desk, officer, "refuse", reason="It can be repaired.")
    (seq,) = [entry.seq for entry in desk.office.store.log_entries(ASKED)]
    session = desk.office.sessions.get(officer.client.cookies["handrail-desk"])
    late = officer.client.post(
        f"/issues/{desk.issue()}/approve",
        data={"csrf": session.csrf, "seen": desk.item().work.told.version, "entry": seq},
    )

    assert silent.status_code == 422
    assert facts(desk, REFUSED)["reason"] == "It can be repaired."
    assert desk.item().work.told.asked == ()
    assert late.status_code == 422
    assert ACCEPTED not in desk.kinds()


def test_a_decision_is_taken_back(desk):
    lead, officer = desk.browser("lea"), desk.browser("cora")
    act(desk, lead, "false-alarm", reason="For show.", until=LATER)
    held = desk.item().work.decided
    forbidden = lead.get(f"/issues/{desk.issue()}").text
    act(desk, officer, "withdraw", reason="It is none.")

    assert held == "false-alarm"
    assert "/withdraw" not in forbidden
    assert desk.item().work.decided == ""
    assert facts(desk, WITHDRAWN)["reason"] == "It is none."


def test_nobody_accepts_an_exposure(desk):
    issue = desk.issue("pii/ca-sin")
    how = Accepting(ground="g", reason="r", owner="o", until=date.today())

    assert "/ask" not in desk.browser("pia").get(f"/issues/{issue}").text
    with pytest.raises(BadAct, match="nobody accepts"):
        desk.office.issues().ask(issue, Who(by="Lea", account="a"), how)


# Several at once


def test_several_are_assigned_at_once(desk):
    browser = desk.browser("lea")
    chosen = [f"{one.id}:{one.work.told.version}" for one in desk.office.issues().items() if one.rule != "pii/ca-sin"]
    answer = browser.submit("/issues?site=main", "/issues/several", issue=chosen, act="assign", to="Vendor", note="")

    assert (answer.status_code, answer.headers["location"]) == (303, "/issues?site=main&told=several")
    assert {one.work.assigned for one in desk.office.issues().items()} == {"Vendor", ""}
    assert desk.kinds().count(ASSIGNED) == 3


def test_of_several_what_was_changed_meanwhile_is_left(desk):
    browser = desk.browser("lea")
    main, parks = desk.issue(), desk.issue(site="parks")
    open_page = browser.get("/issues")
    act(desk, desk.browser("cora"), "note", note="Wait.")
    answer = browser.submit(
        "/issues", "/issues/several", open_page, issue=[f"{main}:0", f"{parks}:0"], act="mark", stage="ready", note=""
    )

    assert answer.status_code == 409
    assert "Recorded for 1 issue" in answer.text
    assert (desk.item().work.stage, desk.item(site="parks").work.stage) == ("unassigned", "ready")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"issue": [], "act": "note"}, "Choose an issue"),
        ({"act": ""}, "Choose what to do"),
        ({"act": "accept"}, "Choose what to do"),
        ({"act": "note", "note": "call 416-555-0142"}, "personal information"),
        ({"act": "note", "note": ""}, "This is empty"),
    ],
)
def test_several_tell_what_is_missing(desk, told, said):
    browser = desk.browser("lea")
    answer = browser.submit("/issues", "/issues/several", **{"issue": [f"{desk.issue()}:0"], "note": "", **told})

    assert answer.status_code == 422
    assert said in answer.text
    assert set(desk.kinds()) == {"desk-signed-in"}


# The list


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"main image-alt", "parks image-alt", "main link-name"}),
        ("site=parks", {"parks image-alt"}),
        ("state=fixed", set()),
        ("severity=critical", {"main image-alt", "parks image-alt"}),
        ("owner=Design", {"main link-name"}),
        ("rule=link", {"main link-name"}),
        ("rule=axe/image*", {"main image-alt", "parks image-alt"}),
        ("stage=ready", set()),
        ("overdue=1", {"main image-alt", "parks image-alt"}),
        ("asked=1", set()),
        ("mine=1", set()),
        ("state=gone&severity=x&stage=y", {"main image-alt", "parks image-alt", "main link-name"}),
    ],
)
def test_filters(desk, query, found):
    text = desk.browser("lea").get(f"/issues?{query}").text
    shown = {
        f"{one.site} {one.rule.removeprefix('axe/')}"
        for one in desk.office.issues().items()
        if f'href="/issues/{one.id}"' in text
    }

    assert shown == found


def test_a_site_that_is_not_there_is_told(desk):
    assert desk.browser("lea").get("/issues?site=nowhere").status_code == 404


@pytest.mark.parametrize("area", ["issues", "checks", "documents", "feedback"])
@pytest.mark.parametrize("number", ["x", "-1", "0", "9999999", "²"])
def test_a_page_that_no_list_has_is_one_that_it_has(desk, area, number):
    browser = desk.browser("lea")

    assert browser.get(f"/{area}?page={number}").text == browser.get(f"/{area}").text


def test_french(desk):
    browser = desk.browser("lea")
    switched = browser.get("/language/fr?back=/issues")
    text = browser.get("/issues").text

    assert switched.headers["location"] == "/issues"
    assert '<html lang="fr-CA">' in text
    assert "Problèmes" in text
    assert "Ville d’Alder" in text
    assert browser.get("/language/de").status_code == 404


# Who else writes


def test_while_an_audit_writes_nobody_is_told_that_the_database_is_locked(desk, parts):
    stop, failed = threading.Event(), []

    def one_page(conn):
        conn.exec_driver_sql("UPDATE meta SET value = value")
        stop.wait(0.3)

    def audit():
        with runs.open_store(desk.office.place, parts) as other:
            while not stop.wait(0.05):
                try:
                    other._db.write(one_page)
                except Exception as exc:  # noqa: BLE001
                    failed.append(exc)

    thread = threading.Thread(target=audit, daemon=True)
    browser = desk.browser("lea")
    thread.start()
    try:
        answers = [act(desk, browser, "note", note=f"Remark {n}.").status_code for n in range(4)]
    finally:
        stop.set()
        thread.join(30)

    assert answers == [303] * 4
    assert failed == []
    assert desk.kinds().count(NOTE) == 4
    assert desk.office.store.verify_log({}).faults == ()
