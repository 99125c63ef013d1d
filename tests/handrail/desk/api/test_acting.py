"""What programs do about issues: into the same log, under If-Match, and never more than their role."""

from datetime import date, timedelta

import pytest

from handrail.desk.roles import Role
from reports.work import ACCEPTED, ASKED, ASSIGNED, DUE, FALSE_ALARM, MARKED, NOTE, REFUSED, WITHDRAWN

LATER = (date.today() + timedelta(days=90)).isoformat()
WAIVER = {"ground": "Not practicable.", "reason": "The map is replaced.", "owner": "Web team", "until": LATER}


def act(client, issue, name, seen=None, **told):
    """As a program does: read the issue, then act on what was read."""
    seen = seen or client.get(f"/issues/{issue}").headers["etag"]
    return client.post(f"/issues/{issue}/{name}", json=told, headers={"If-Match": seen})


@pytest.mark.parametrize(
    ("name", "told", "kind", "kept"),
    [
        ("assign", {"to": "Content desk", "note": "ticket 48"}, ASSIGNED, {"to": "Content desk", "note": "ticket 48"}),
        ("assign", {"to": ""}, ASSIGNED, {"to": ""}),
        ("due", {"on": "2027-01-31"}, DUE, {"due": "2027-01-31"}),
        ("due", {"on": None}, DUE, {"due": ""}),
        ("mark", {"stage": "ready"}, MARKED, {"stage": "ready"}),
        ("note", {"note": " The  vendor\nknows. "}, NOTE, {"note": "The vendor knows."}),
        ("false-alarm", {"reason": "It is for show.", "until": LATER}, FALSE_ALARM, {"reason": "It is for show."}),
        ("ask", {**WAIVER, "urls": ["/maps/*"]}, ASKED, {"urls": ["/maps/*"], "ground": "Not practicable."}),
    ],
)
def test_an_act_is_recorded_and_answered_with_the_issue(programs, name, told, kind, kept):
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue()
    answer = act(client, issue, name, **told)
    entry = programs.desk.office.store.log_entries(kind)[-1]
    history = client.get(f"/issues/{issue}/history").json()["items"]

    assert answer.status_code == 200, answer.text
    assert dict(entry.facts) | kept == dict(entry.facts)
    assert (entry.facts["by"], entry.facts["account"]) == ("Program web-lead", "desk:token:web-lead")
    assert answer.json()["version"] == entry.seq
    assert answer.headers["etag"] == client.get(f"/issues/{issue}").headers["etag"]
    assert [(one["entry"], one["kind"], one["by"]) for one in history] == [(entry.seq, kind, "Program web-lead")]


@pytest.mark.parametrize(
    ("name", "told", "field", "code"),
    [
        ("note", {"note": ""}, "body.note", "bad-value"),
        ("note", {"note": "  "}, "body.note", "words-empty"),
        ("note", {"note": "Call Margaret Smythe at 416-555-0142."}, "body.note", "words-personal"),
        ("note", {"note": "x" * 501}, "body.note", "words-long"),
        ("note", {"note": "a\x00b"}, "body.note", "bad-value"),
        ("note", {}, "body.note", "missing"),
        ("note", {"note": "Fine.", "colour": "red"}, "body.colour", "bad-value"),
        ("assign", {"to": "jane.orchard@gmail.com"}, "body.to", "words-personal"),
        ("due", {"on": "soon"}, "body.on", "bad-value"),
        ("due", {"on": 0}, "body.on", "bad-value"),
        ("due", {"on": "2027-01-31T00:00:00"}, "body.on", "bad-value"),
        ("due", {"on": "2027-02-30"}, "body.on", "bad-value"),
        ("mark", {"stage": "fixed"}, "body.stage", "bad-value"),
        ("false-alarm", {"reason": "It is none.", "until": "2020-01-31"}, "body.until", "until-over"),
        ("ask", {**WAIVER, "urls": ["maps"]}, "body.urls", "no-path"),
        ("ask", {**WAIVER, "ground": " "}, "body.ground", "words-empty"),
        ("ask", {**WAIVER, "reason": "\u200b"}, "body.reason", "words-empty"),
        ("ask", {**WAIVER, "urls": ["/files/1234-567-897.pdf"]}, "body.urls", "words-personal"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_never_quoted(programs, name, told, field, code):
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue()
    answer = act(client, issue, name, **told)

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert all(str(value) not in answer.text for value in told.values() if len(str(value)) > 3)
    assert programs.desk.office.item(issue)[1].work.told.entries == ()


def test_a_value_that_is_no_text_at_all_is_refused(programs):
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue()
    seen = client.get(f"/issues/{issue}").headers["etag"]
    headers = {"If-Match": seen, "Content-Type": "application/json"}
    told = [b'{"note": "\\ud800"}', b'{"note": "\\u0000"}', b"{", b"\xff", b"[]", b"", b'{"note": NaN}', b"[" * 100_000]

    answers = [client.post(f"/issues/{issue}/note", content=one, headers=headers) for one in told]

    assert {one.status_code for one in answers} <= {400, 422}


@pytest.mark.parametrize("entry", [True, "1", None, 1.5])
def test_what_is_no_number_names_no_entry(programs, entry):
    client, issue = programs.client(Role.COMPLIANCE), programs.desk.issue()

    assert act(client, issue, "approve", entry=entry).status_code == 422


def test_without_the_version_nothing_is_done(programs):
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue()
    answer = client.post(f"/issues/{issue}/note", json={"note": "Hello."})

    assert (answer.status_code, answer.json()["code"]) == (428, "no-version")


def test_who_acts_on_what_is_over_is_told(programs):
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue()
    seen = client.get(f"/issues/{issue}").headers["etag"]
    person = programs.desk.browser("lea")
    person.submit(f"/issues/{issue}", f"/issues/{issue}/note", note="I am at it.")
    answer = act(client, issue, "assign", seen, to="Content desk")
    other = act(client, issue, "assign", '"1-0"', to="Content desk")

    assert (answer.status_code, answer.json()["code"]) == (412, "moved")
    assert other.status_code == 412
    assert not programs.desk.office.store.log_entries(ASSIGNED)
    assert act(client, issue, "assign", "*", to="Content desk").status_code == 200


def test_the_same_again_is_not_done_twice(programs):
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue()
    seen = client.get(f"/issues/{issue}").headers["etag"]
    answers = [act(client, issue, "note", seen, note="Once.").status_code for _ in range(2)]

    assert answers == [200, 412]
    assert len(programs.desk.office.store.log_entries(NOTE)) == 1


def test_an_exception_takes_two(programs):
    asking = programs.client(Role.COMPLIANCE)
    other = programs.client(Role.COMPLIANCE, "other")
    issue = programs.desk.issue()
    act(asking, issue, "ask", **WAIVER)
    (asked,) = asking.get(f"/issues/{issue}").json()["asked"]
    own = act(asking, issue, "approve", entry=asked["entry"])
    approved = act(other, issue, "approve", entry=asked["entry"])
    again = act(other, issue, "approve", entry=asked["entry"])
    back = act(other, issue, "withdraw", entry=approved.json()["version"], reason="It is repaired.")
    nothing = act(other, issue, "withdraw", entry=approved.json()["version"], reason="It is repaired.")

    assert (own.status_code, own.json()["code"]) == (409, "same-person")
    assert approved.json()["decided"] == "accepted"
    assert approved.json()["decisions"][0]["reason"] == "The map is replaced."
    assert (again.status_code, again.json()["code"]) == (409, "not-asked")
    assert back.json()["decided"] == ""
    assert (nothing.status_code, nothing.json()["code"]) == (409, "no-decision")
    assert programs.desk.office.store.log_entries(ACCEPTED)[0].facts["asked_account"] == "desk:token:compliance-officer"
    assert programs.desk.office.store.log_entries(WITHDRAWN)


def test_who_asked_under_the_same_name_elsewhere_does_not_approve(programs):
    """A person's own program is no second person."""
    issue = programs.desk.issue()
    person = programs.desk.browser("cora")
    fields = {"ground": "Not practicable.", "reason": "Replaced.", "owner": "Web team", "until": LATER}
    person.submit(f"/issues/{issue}", f"/issues/{issue}/ask", alternative="", url="", **fields)
    client = programs.client(Role.COMPLIANCE, "coras", called="Cora, compliance")
    (asked,) = client.get(f"/issues/{issue}").json()["asked"]

    answer = act(client, issue, "approve", entry=asked["entry"])

    assert (answer.status_code, answer.json()["code"]) == (409, "same-person")


def test_what_was_asked_is_refused(programs):
    asking, answering = programs.client(Role.WEB_LEAD), programs.client(Role.COMPLIANCE)
    issue = programs.desk.issue()
    act(asking, issue, "ask", **WAIVER)
    (asked,) = answering.get(f"/issues/{issue}").json()["asked"]
    answer = act(answering, issue, "refuse", entry=asked["entry"], reason="It can be repaired.")

    assert answer.json()["asked"] == []
    assert programs.desk.office.store.log_entries(REFUSED)


def test_what_people_did_shows_at_once(programs):
    client, issue = programs.client(Role.VIEWER), programs.desk.issue()
    before = client.get("/issues")
    programs.desk.browser("lea").submit(f"/issues/{issue}", f"/issues/{issue}/mark", stage="ready", note="")
    after = client.get("/issues", headers={"If-None-Match": before.headers["etag"]})

    assert after.status_code == 200
    assert next(one["stage"] for one in after.json()["items"] if one["id"] == issue) == "ready"
