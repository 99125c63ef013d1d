"""Residents' reports at the desk: what is late, what people do about one, and words only where they are needed."""

import json
from datetime import timedelta

import pytest

from handrail.work import today
from reports.feedback import ACKNOWLEDGED, ANSWERED, CLOSED, LINKED, RECEIVED, RECHECKED, REOPENED, REPAIRED

TARGETS = "[feedback]\nacknowledge_days = 5\nanswer_days = 30\n"


@pytest.fixture
def lead(desk):
    return desk.browser("lea")


def facts(desk, kind):
    return dict([entry for entry in desk.office.store.log_entries() if entry.kind == kind][-1].facts)


def state(desk, report):
    ledger = desk.replies().ledger()
    return ledger.state(ledger.reports[report])


def do(browser, report, act, answer=None, **told):
    path = f"/feedback/{report}"
    return browser.submit(path, f"{path}/{act}", answer, **told)


def test_a_barrier_that_no_tool_found_goes_all_the_way(desk, lead):
    report = desk.reported(ticket="T-77", channel="phone", technology="NVDA, Firefox", language="en")
    text = lead.get(f"/feedback/{report}").text
    done = [do(lead, report, "acknowledge", note="By telephone.", on="2026-03-03")]
    done += [do(lead, report, "own", criterion="2.1.1")]
    done += [do(lead, report, "repaired")]
    same = do(lead, report, "rechecked", again="0")
    other = desk.browser("cora")
    done += [do(other, report, "rechecked", again="0")]
    done += [do(lead, report, "reply", note="It works with the keyboard now.")]
    after = lead.get(done[-1].headers["location"]).text

    assert "The menu stays shut when I press Enter" in text
    assert "T-77" in text
    assert [one.status_code for one in done] == [303] * 5
    assert same.status_code == 422
    assert "Whoever repaired it cannot be who looks again" in same.text
    assert state(desk, report) == "answered"
    kept = facts(desk, ANSWERED)
    assert (kept["by"], kept["account"], kept["note"]) == (
        "Lea, web lead", "desk:lea", "It works with the keyboard now.",
    )  # fmt: skip
    assert facts(desk, ACKNOWLEDGED)["on"] == "2026-03-03"
    assert facts(desk, LINKED)["made"] == {"criterion": "2.1.1"}
    assert facts(desk, RECHECKED)["again"] is False
    assert facts(desk, REPAIRED)["by"] == "Lea, web lead"
    assert "Recorded that the person was answered" in after


def test_it_is_linked_to_an_issue_that_an_audit_found(desk, lead):
    report = desk.reported()
    issue = desk.issue()
    done = do(lead, report, "link", issue=issue)
    shown = lead.get(f"/feedback/{report}").text

    assert done.status_code == 303
    assert state(desk, report) == "linked"
    assert f'href="/issues/{issue}"' in shown
    assert "Audits say whether it is fixed" in shown
    assert f"/feedback/{report}/repaired" not in shown  # an audit says so, and nobody else


@pytest.mark.parametrize(
    ("act", "told", "said", "field"),
    [
        ("acknowledge", {"on": "2099-01-01"}, "This day is not yet", "on"),
        ("acknowledge", {"on": "2020-01-01"}, "before the day of the report", "on"),
        ("acknowledge", {"on": "soon"}, "This is no day", "on"),
        ("acknowledge", {"note": "Called Jane at 416-555-0142"}, "personal information", "note"),
        ("reply", {"note": "Wrote to jane.orchard@gmail.com"}, "personal information", "note"),
        ("link", {"issue": ""}, "This is empty", "issue"),
        ("link", {"issue": "A-ffffff"}, "no such issue", "issue"),
        ("link", {"issue": "M-1"}, "no such issue", "issue"),
        ("own", {"criterion": "9.9.9"}, "no such criterion", "criterion"),
        ("close", {"reason": ""}, "Choose why", "reason"),
        ("close", {"reason": "bored"}, "Choose why", "reason"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_nothing_is_written(desk, lead, act, told, said, field):
    report = desk.reported()
    before = desk.kinds()
    answer = do(lead, report, act, **{"note": "Said so.", **told})

    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{act}-{field}"' in answer.text
    assert told.get("note", "Said so.") in answer.text
    assert desk.kinds() == before


def test_an_exposure_and_another_sites_issue_are_no_barrier_of_it(desk, lead):
    report = desk.reported()
    exposed = do(lead, report, "link", issue=desk.issue("pii/ca-sin"))
    other = do(lead, report, "link", issue=desk.issue(site="parks"))

    assert (exposed.status_code, other.status_code) == (422, 422)
    assert "no barrier" in exposed.text
    assert "on another site" in other.text
    assert LINKED not in desk.kinds()


def test_who_comes_second_is_told_and_what_was_typed_stays(desk, lead):
    report = desk.reported()
    open_page = lead.get(f"/feedback/{report}")
    assert do(desk.browser("cora"), report, "acknowledge", note="Written today.").status_code == 303
    late = do(lead, report, "close", open_page, reason="duplicate", note="As the one before.")
    again = do(lead, report, "close", late)

    assert late.status_code == 409
    assert "Cora, compliance: acknowledged" in late.text
    assert "As the one before." in late.text
    assert again.status_code == 303
    assert (desk.kinds().count(CLOSED), facts(desk, CLOSED)["reason"]) == (1, "duplicate")


def test_what_is_done_about_the_issue_moves_every_report_of_it_and_no_other(desk, lead):
    first, second, third = (desk.reported(technology=name) for name in ("NVDA", "JAWS", "Orca"))
    assert do(lead, first, "own").status_code == 303
    issue = facts(desk, LINKED)["issue"]
    assert do(lead, second, "link", issue=issue).status_code == 303
    pages = {name: lead.get(f"/feedback/{name}") for name in (second, third)}
    assert do(lead, first, "repaired").status_code == 303

    assert do(lead, second, "reply", pages[second]).status_code == 409
    assert do(lead, third, "reply", pages[third]).status_code == 303


def test_closed_is_opened_again(desk, lead):
    report = desk.reported()
    assert do(lead, report, "close", reason="elsewhere").status_code == 303
    shown = lead.get(f"/feedback/{report}").text
    assert do(lead, report, "reopen", note="Ours after all.").status_code == 303

    assert f"/feedback/{report}/reply" not in shown
    assert facts(desk, REOPENED)["note"] == "Ours after all."
    assert state(desk, report) == "received"


def test_a_form_for_what_cannot_be_done_now_is_refused(desk, lead):
    """Its button is not on the page; somebody sends it all the same."""
    report = desk.reported()
    csrf = desk.office.sessions.get(lead.client.cookies["handrail-desk"]).csrf
    before = desk.kinds()
    told = {
        act: lead.client.post(f"/feedback/{report}/{act}", data={"csrf": csrf, "seen": "0", "again": "0"})
        for act in ("repaired", "rechecked", "reopen")
    }

    assert {answer.status_code for answer in told.values()} == {422}
    assert "linked to no issue yet" in told["repaired"].text
    assert desk.kinds() == before


@pytest.mark.parametrize(
    "path", ["/feedback/F-9999", "/feedback/M-1", "/feedback/F-0?told=x", "/feedback?site=nowhere"]
)
def test_what_is_not_there(lead, path):
    assert lead.get(path).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("pia", 200), ("vera", 403), ("otto", 403), ("ada", 403)])
def test_who_only_looks_and_who_does_not(desk, name, status):
    report = desk.reported()
    browser = desk.browser(name)
    csrf = desk.office.sessions.get(browser.client.cookies["handrail-desk"]).csrf
    posted = browser.client.post(f"/feedback/{report}/reply", data={"csrf": csrf, "seen": "0"})
    shown = browser.get(f"/feedback/{report}")

    assert (shown.status_code, posted.status_code) == (status, 403)
    assert f"/feedback/{report}/" not in shown.text
    assert ANSWERED not in desk.kinds()


def test_the_list_tells_what_is_late_first_and_no_words(office_of, serve_desk):
    desk = serve_desk(office_of(TARGETS))
    now = today(desk.office.policy)
    young = desk.reported(date=now.isoformat(), technology="NVDA")
    old = desk.reported(date=(now - timedelta(days=40)).isoformat())
    gone = desk.reported(date=(now - timedelta(days=50)).isoformat(), technology="Orca")
    lead = desk.browser("lea")
    assert do(lead, gone, "close", reason="withdrawn").status_code == 303
    text = lead.get("/feedback").text

    def shown(query):
        told = lead.get(f"/feedback?{query}").text
        return [name for name in (young, old, gone) if f'href="/feedback/{name}"' in told]

    assert text.index(f"/feedback/{old}") < text.index(f"/feedback/{young}")
    assert text.count("Overdue</strong>") == 2
    assert "2 reports, 1 late" in text
    assert "stays shut" not in text
    assert shown("") == [young, old]
    assert shown("state=all") == [young, old, gone]
    assert shown("state=closed") == [gone]
    assert shown("overdue=1") == [old]
    assert shown("site=main") == [young, old]
    assert shown("state=nonsense&page=zzz") == [young, old]


def test_what_the_desk_records_the_command_tells(desk, lead, handrail):
    report = desk.reported()
    assert do(lead, report, "reply", note="Read aloud over the telephone.").status_code == 303
    out = ("--out", desk.office.place.out)
    (row,) = json.loads(handrail("feedback", "list", "--json", *out).said)["reports"]
    shown = handrail("feedback", "show", report, *out).said

    assert (row["id"], row["state"]) == (report, "answered")
    assert "Lea, web lead" in shown
    assert handrail("log", "verify", *out).code == 0


NEW = {"date": "2026-03-02", "page": "http://127.0.0.1/parking?id=12&who=jo", "barrier": "The map cannot be read aloud"}


def test_what_somebody_told_by_telephone_is_kept_without_saying_who(desk, lead):
    where = ("/feedback/new", "/feedback/new")
    done = lead.submit(*where, **NEW, technology="NVDA", channel="phone", ticket="T-78", name="Jane Orchard")
    again = lead.submit(*where, **NEW, technology="NVDA", channel="phone", ticket="T-78")
    (one,) = desk.replies().ledger().reports.values()
    shown = lead.get(done.headers["location"]).text

    assert (done.status_code, done.headers["location"]) == (303, f"/feedback/{one.id}?told=added")
    assert "The report is kept." in shown
    assert (one.page, one.site, one.channel, one.ticket) == ("http://127.0.0.1/parking?id=12", "main", "phone", "T-78")
    assert again.status_code == 422
    assert "there already" in again.text
    kept = facts(desk, RECEIVED)
    assert (kept["by"], kept["account"], kept["how"]) == ("Lea, web lead", "desk:lea", "add")
    assert "Orchard" not in str([entry.facts for entry in desk.office.store.log_entries()])


@pytest.mark.parametrize(
    ("told", "said", "field"),
    [
        ({"barrier": "My name is Ginette Quevillon"}, "personal information", "barrier"),
        ({"barrier": "Call me: 416-555-0142"}, "personal information", "barrier"),
        ({"technology": "jane.orchard@gmail.com"}, "personal information", "barrier"),
        ({"barrier": " "}, "This is empty", "barrier"),
        ({"barrier": "x" * 5_001}, "more than 500", "barrier"),
        ({"page": ""}, "Write the address of the page", "page"),
        ({"page": "the parking page"}, "no web address", "page"),
        ({"date": ""}, "This is no day", "date"),
        ({"date": "2099-01-01"}, "This day is not yet", "date"),
        ({"ticket": "130 692 544"}, "no number of the City", "ticket"),
        ({"ticket": "416-555-0142"}, "no number of the City", "ticket"),
        ({"channel": "pigeon"}, "Choose one of the list", "channel"),
        ({"language": "elvish"}, "Choose one of the list", "language"),
        ({"site": "nowhere"}, "Choose one of the list", "site"),
    ],
)
def test_a_wrong_report_is_told_beside_the_field_and_nothing_is_kept(desk, lead, told, said, field):
    answer = lead.submit("/feedback/new", "/feedback/new", **{**NEW, **told})

    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#new-{field}"' in answer.text
    assert RECEIVED not in desk.kinds()
    assert {**NEW, **told}["page"].replace("&", "&amp;") in answer.text


@pytest.mark.parametrize("name", ["pia", "vera"])
def test_who_may_not_add_a_report(desk, name):
    browser = desk.browser(name)
    csrf = desk.office.sessions.get(browser.client.cookies["handrail-desk"]).csrf

    assert browser.get("/feedback/new").status_code == 403
    assert browser.client.post("/feedback/new", data={"csrf": csrf, **NEW}).status_code == 403
    assert RECEIVED not in desk.kinds()
