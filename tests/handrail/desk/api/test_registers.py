"""Documents, residents' reports and re-checks, as programs read them; and a re-check that a program begins."""

import sys
from pathlib import Path

import pytest

from handrail.desk.rechecks import MOST_AT_ONCE, NotBegun, Rechecks, _Going
from handrail.desk.roles import Action, Role
from handrail.desk.sessions import Limit
from handrail.replies import Doing
from handrail.said import Who
from reports.work import RECHECKING

sys.path.append(str(Path(__file__).parents[1]))

from desk_documents import audit_documents


@pytest.fixture
def with_documents(programs):
    audit_documents(programs.desk.office.store)
    return programs


def begin(client, issue, seen=None, **told):
    seen = seen or client.get(f"/issues/{issue}").headers["etag"]
    return client.post(f"/issues/{issue}/recheck", json=told, headers={"If-Match": seen})


@pytest.fixture
def begun(monkeypatch):
    """What would be looked at, where no browser is started."""
    found = []

    def instead(rechecks, who, site, urls, **of):
        found.append((who.account, site, urls))
        told = {name: of.get(name, "") for name in ("issue", "fingerprint", "question", "before")}
        facts = {"by": who.by, "account": who.account, "site": site, "pages": len(urls), **told}
        return rechecks._office.store.record(RECHECKING, facts).seq

    monkeypatch.setattr(Rechecks, "begin", instead)
    return found


# Documents


def test_documents_are_those_of_the_register(with_documents):
    client = with_documents.client(Role.VIEWER)
    told = client.get("/documents?kind=pdf").json()
    one = next(row for row in told["items"] if row["url"].endswith("budget.pdf"))
    listed = client.get(f"/issues/{one['faults'][0]['issues'][0]}").json()

    assert (one["site"], one["size"], one["pages"], one["tags"]) == ("main", 1_234_567, 40, "untagged")
    assert (one["linked_from"], one["failing"]) == (2, 1)
    assert listed["rule"] == one["faults"][0]["rule"] == "pdfua/6.2-1"
    assert "pii/" not in str(told)  # what is exposed stands in the register of exposures alone
    assert told["items"][0]["failing"]  # the worst first


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("fault=failing", {"budget.pdf"}),
        ("fault=unread", {"locked.pdf"}),
        ("kind=xlsx&fault=failing", set()),
        ("site=parks", set()),
    ],
)
def test_documents_by_site_kind_and_fault(with_documents, query, names):
    told = with_documents.client(Role.VIEWER).get(f"/documents?{query}").json()

    assert {row["url"].rpartition("/")[2] for row in told["items"]} == names


def test_documents_come_in_stretches_and_once(with_documents):
    client = with_documents.client(Role.VIEWER)
    first = client.get("/documents?limit=50")
    rest = client.get(f"/documents?limit=50&cursor={first.json()['next']}")
    again = client.get("/documents?limit=50", headers={"If-None-Match": first.headers["etag"]})
    urls = [row["url"] for answer in (first, rest) for row in answer.json()["items"]]

    assert 'rel="next"' in first.headers["link"]
    assert len(urls) == len({*urls}) == first.json()["total"] > 50
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/documents?site=nowhere").status_code == 404


# Residents' reports


def test_a_list_of_reports_holds_no_word_and_one_report_does(programs):
    number = programs.desk.reported("The menu stays shut when I press Enter")
    client = programs.client(Role.WEB_LEAD)
    listed, whole = client.get("/feedback"), client.get(f"/feedback/{number}").json()
    (row,) = listed.json()["items"]

    assert (row["id"], row["state"], row["barrier"], row["site"]) == (number, "received", "none", "main")
    assert "menu" not in listed.text
    assert whole["words"] == "The menu stays shut when I press Enter"
    assert (whole["barrier_issue"], [step["kind"] for step in whole["steps"]]) == (None, ["received"])


def test_what_was_done_about_a_report_shows_at_once(programs):
    number, issue = programs.desk.reported(), programs.desk.issue()
    client = programs.client(Role.WEB_LEAD)
    before = client.get("/feedback").headers["etag"]
    programs.desk.replies().link([number], issue, Doing(who=Who(by="Lea", account="desk:lea")))
    after = client.get("/feedback", headers={"If-None-Match": before})
    same = client.get("/feedback", headers={"If-None-Match": after.headers["etag"]})
    whole = client.get(f"/feedback/{number}").json()

    assert (after.status_code, same.status_code) == (200, 304)
    assert (whole["issue"], whole["barrier_issue"]["rule"], whole["barrier"]) == (issue, "axe/image-alt", "open")


def test_reports_by_state_and_site(programs):
    first, second = programs.desk.reported(), programs.desk.reported("The map cannot be read aloud")
    programs.desk.replies().answer([first], Doing(who=Who(by="Lea", account="desk:lea")))
    client = programs.client(Role.WEB_LEAD)
    found = {
        query: [row["id"] for row in client.get(f"/feedback?{query}").json()["items"]]
        for query in ("", "state=answered", "site=main", "site=parks")
    }

    assert found == {"": [second], "state=answered": [first], "site=main": [second], "site=parks": []}
    assert client.get("/feedback?site=nowhere").status_code == 404
    assert client.get("/feedback/R-999").json()["code"] == "no-report"
    assert client.get("/feedback?state=lost").status_code == 422


# Looking again


def test_a_program_begins_a_look_and_asks_how_far_it_is(programs, begun):
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue("axe/link-name")
    seen = client.get(f"/issues/{issue}").headers["etag"]
    answer = begin(client, issue, seen, pages="one")
    asked = client.get(answer.headers["location"].removeprefix("/api/v1"))
    again = client.get(f"/rechecks/{answer.json()['entry']}", headers={"If-None-Match": asked.headers["etag"]})
    second = begin(client, issue, seen)

    assert answer.status_code == 202, answer.text
    assert begun == [("desk:token:web-lead", "main", ["http://127.0.0.1/a"])]
    assert (answer.json()["issue"], answer.json()["before"], answer.json()["pages"]) == (issue, "new", 1)
    assert asked.json()["entry"] == answer.json()["entry"]
    assert again.status_code == 304
    assert second.status_code == 412  # the same sent twice is done once


def test_how_it_ended(programs, looked_again):
    entry = looked_again(programs)
    told = programs.client(Role.WEB_LEAD).get(f"/rechecks/{entry}").json()

    assert (told["phase"], told["ended"], told["looked"], told["places"]) == ("over", "done", 2, 1)
    assert (told["before"], told["after"], told["run"], told["by"]) == ("new", "open", "r9", "Lea, web lead")


def test_an_owner_is_told_of_what_is_his(programs, looked_again):
    own, other = looked_again(programs), looked_again(programs, site="main")
    hidden = looked_again(programs, "pii/ca-sin", "main")
    seen = {
        role: [row["entry"] for row in programs.client(role).get("/rechecks").json()["items"]]
        for role in (Role.OWNER, Role.WEB_LEAD, Role.PRIVACY)
    }
    client = programs.client(Role.OWNER)

    assert seen == {Role.OWNER: [own], Role.WEB_LEAD: [other, own], Role.PRIVACY: [hidden, other, own]}
    assert client.get(f"/rechecks/{other}").text == client.get("/rechecks/999999").text
    assert client.get(f"/rechecks/{other}").status_code == 404


def test_looks_come_in_stretches(programs, looked_again):
    entries = [looked_again(programs) for _ in range(3)]
    client = programs.client(Role.WEB_LEAD)
    first = client.get("/rechecks?limit=2").json()
    looked_again(programs)
    rest = client.get(f"/rechecks?limit=2&cursor={first['next']}").json()

    assert [row["entry"] for row in (*first["items"], *rest["items"])] == entries[::-1]


@pytest.mark.parametrize("why", ["busy", "going-on", "full", "quiet"])
def test_what_cannot_be_begun_now_is_told(programs, monkeypatch, why):
    def never(*_, **__):
        raise NotBegun(why)

    monkeypatch.setattr(Rechecks, "begin", never)
    answer = begin(programs.client(Role.WEB_LEAD), programs.desk.issue())

    assert (answer.status_code, answer.json()["code"]) == (409, f"recheck-{why}")
    assert answer.json()["detail"]
    assert programs.desk.office.by_recheck.wait("desk:token:web-lead") == 0


def test_a_token_begins_so_many_in_an_hour(programs, begun):
    programs.desk.office.by_recheck = Limit(1, 3600)
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue()
    answers = [begin(client, issue) for _ in range(2)]

    assert [one.status_code for one in answers] == [202, 429]
    assert 0 < int(answers[1].headers["retry-after"]) <= 3600
    assert len(begun) == 1


def test_no_address_that_a_program_sends_is_asked_for(programs, begun):
    client, issue = programs.client(Role.WEB_LEAD), programs.desk.issue()
    answers = [begin(client, issue, pages="http://127.0.0.1/"), begin(client, issue, urls=["http://127.0.0.1/x"])]

    assert [one.status_code for one in answers] == [422, 422]
    assert begun == []


def test_without_the_scope_nothing_is_begun(programs, begun):
    client = programs.client(Role.WEB_LEAD, "reads", {Action.SEE_ISSUES})

    assert begin(client, programs.desk.issue()).status_code == 403
    assert begun == []


def test_of_two_desks_full_of_looks_the_limit_is_the_desks(programs):
    rechecks = programs.desk.office.rechecks
    process = type("Process", (), {"stdin": None})
    for number in range(MOST_AT_ONCE):
        look = type("Look", (), {"over": False, "site": f"s{number}"})()
        rechecks._going[number] = _Going(look=look, facts={}, account="", process=process)
    answer = begin(programs.client(Role.WEB_LEAD), programs.desk.issue())

    assert answer.json()["code"] == "recheck-full"
