"""Sign-off at the desk: what a page showed is signed and nothing else, as the command does it, and taken back."""

import contextlib
import json
import shutil
import sqlite3

import pytest
from store_helpers import begin

from handrail import runs
from handrail.config import parse_policy
from handrail.desk.office import Office
from handrail.desk.people import FILE
from handrail.signing import told_run
from reports.signing import SIGNED, UNSIGNED, signatures_of, verified

pytestmark = pytest.mark.slow

SAID = {"role": "Accessibility lead", "statement": "I stand by what people answered."}


@pytest.fixture
def officer(desk):
    return desk.browser("cora")


def report_of(desk):
    return desk.office.place.report() / "report.json"


def facts(desk, kind):
    return dict([entry for entry in desk.office.store.log_entries() if entry.kind == kind][-1].facts)


def state(desk, site="main"):
    """As ``handrail verify`` tells it of the report that lies in its folder."""
    signatures = signatures_of(desk.office.store.log_entries(), desk.office.zone)
    found = verified(report_of(desk).read_bytes(), signatures).sites
    return next(one.state for one in found if one.site == site)


def answered(desk, name="lea", site="main"):
    """Somebody answers a check: the report of the site is another."""
    asked = desk.question(site).asked
    path = f"/checks/{site}/{asked.id}"
    told = {"result": "supports", "evidence": "Read the page with NVDA; all was said.", "on": ""}
    assert desk.browser(name).submit(path, f"{path}/answer", **told).status_code == 303


def test_a_signature_is_of_what_the_page_showed(desk, officer):
    shown = officer.get("/sign/main").text
    content = desk.office.telling.now().sites["main"].content
    done = officer.submit("/sign/main", "/sign/main", **SAID)
    after = officer.get(done.headers["location"]).text
    kept = facts(desk, SIGNED)
    site = json.loads(report_of(desk).read_bytes())["sites"][0]
    page = (report_of(desk).parent / "sites" / site["path"] / "index.html").read_text("utf-8")

    assert content.sha256 in shown
    assert (done.status_code, done.headers["location"]) == (303, "/sign/main?told=signed")
    assert "Signed. The report is written anew" in after
    assert {name: kept[name] for name in ("name", "account", "role", "statement", "site", "run", "sites")} == {
        "name": "Cora, compliance",
        "account": "desk:cora",
        **SAID,
        "site": "main",
        "run": "r1",
        "sites": {"main": {"run": "r1", "sha256": content.sha256}},
    }
    assert site["content_sha256"] == content.sha256
    assert "Signed by 1 person" in page
    assert "Cora, compliance" in page
    assert (state(desk), state(desk, "parks")) == ("valid", "unsigned")
    assert f"sites/{site['path']}/index.html" in after


def test_the_list_tells_each_site_as_verify_does(desk, officer):
    assert officer.submit("/sign/main", "/sign/main", **SAID).status_code == 303
    assert officer.submit("/sign/parks", "/sign/parks", **SAID).status_code == 303
    answered(desk, site="parks")
    rows = officer.get("/sign").text.split("<tr ")[2:]
    told = {site: next(row for row in rows if f'href="/sign/{site}"' in row) for site in ("main", "parks")}

    assert ">Valid<" in told["main"]
    assert ">Changed since<" in told["parks"]
    assert "signed as of this audit" in told["parks"]
    assert ">Not signed<" not in "".join(rows)


def test_what_has_changed_since_the_page_was_opened_is_not_signed(desk, officer):
    open_page = officer.get("/sign/main")
    answered(desk)
    late = officer.submit("/sign/main", "/sign/main", open_page, **SAID)
    again = officer.submit("/sign/main", "/sign/main", late, **SAID)

    assert late.status_code == 409
    assert "The report says something else now" in late.text
    assert "Checks unanswered: 56 before, 55 now" in late.text
    assert SAID["statement"] in late.text
    assert desk.kinds().count(SIGNED) == 1
    assert again.status_code == 303
    assert state(desk) == "valid"


def test_what_changes_while_the_form_is_under_way_is_not_signed_either(desk, officer, monkeypatch):
    """Whoever signs is shown what is known; the report itself is written and compared all the same."""
    open_page = officer.get("/sign/main")
    before = desk.office.telling.now().sites["main"].content
    with monkeypatch.context() as patch:
        patch.setattr(desk.office.standing, "mark", lambda: "as it was")
        assert desk.office.telling.now().sites["main"].content == before
        answered(desk)
        assert desk.office.telling.now().sites["main"].content == before
        late = officer.submit("/sign/main", "/sign/main", open_page, **SAID)

    assert late.status_code == 409
    assert "Checks unanswered: 56 before, 55 now" in late.text
    assert SIGNED not in desk.kinds()


def test_after_a_restart_it_is_told_that_it_changed_if_not_what(desk, officer):
    open_page = officer.get("/sign/main")
    answered(desk)
    desk.office.telling._read.clear()
    late = officer.submit("/sign/main", "/sign/main", open_page, **SAID)

    assert late.status_code == 409
    assert "The report says something else now" in late.text
    assert "before," not in late.text
    assert SIGNED not in desk.kinds()


def test_a_change_of_words_alone_is_told_too(desk, officer):
    open_page = officer.get("/sign/main")
    issue = desk.issue()
    assert (
        desk.browser("lea").submit(f"/issues/{issue}", f"/issues/{issue}/assign", to="GIS", note="").status_code == 303
    )
    late = officer.submit("/sign/main", "/sign/main", open_page, **SAID)

    assert late.status_code == 409
    assert "something else of the report is different" in late.text
    assert SIGNED not in desk.kinds()


def test_what_happens_to_another_site_leaves_it_as_it_was(desk, officer):
    open_page = officer.get("/sign/main")
    answered(desk, site="parks")

    assert officer.submit("/sign/main", "/sign/main", open_page, **SAID).status_code == 303


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"statement": " "}, "This is empty"),
        ({"role": ""}, "This is empty"),
        ({"statement": "Ask jane.orchard@gmail.com"}, "personal information"),
        ({"role": "Call 416-555-0142"}, "personal information"),
        ({"statement": "x" * 501}, "more than 500"),
    ],
)
def test_a_wrong_form_is_told_and_nothing_is_lost(desk, officer, told, said):
    answer = officer.submit("/sign/main", "/sign/main", **{**SAID, **told})

    assert answer.status_code == 422
    assert said in answer.text
    assert {**SAID, **told}["statement"].strip() in answer.text
    assert SIGNED not in desk.kinds()


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"content": "0" * 64}, 409),
        ({"run": "r0"}, 409),
        ({"content": "x"}, 400),
        ({"content": ""}, 400),
        ({"seen": "-1"}, 400),
        ({"name": "Somebody Else"}, 303),  # a field that nobody reads: the account says who signs
    ],
)
def test_a_form_that_somebody_made(desk, officer, told, status):
    answer = officer.submit("/sign/main", "/sign/main", **{**SAID, **told})

    assert answer.status_code == status
    assert [entry.facts["name"] for entry in desk.office.store.log_entries(SIGNED)] == (
        ["Cora, compliance"] if status == 303 else []
    )


@pytest.mark.parametrize("name", ["vera", "lea", "pia"])
def test_who_may_only_look_sees_no_form_and_cannot_post(desk, officer, name):
    assert officer.submit("/sign/main", "/sign/main", **SAID).status_code == 303
    other = desk.browser(name)
    text = other.get("/sign/main").text
    content = desk.office.telling.now().sites["main"].content.sha256
    csrf = desk.office.sessions.get(other.client.cookies["handrail-desk"]).csrf
    fields = {"csrf": csrf, "seen": "9", "run": "r1", "content": content, "entry": "9", **SAID}
    tried = [
        other.client.post(path, data=fields).status_code
        for path in ("/sign/main", "/sign/main/withdraw", "/sign/main/report")
    ]

    assert "Cora, compliance" in text
    assert 'action="/sign/' not in text
    assert tried == [403, 403, 403]
    assert desk.kinds().count(SIGNED) == 1


def test_who_comes_second_is_told_and_what_was_typed_stays(desk, officer):
    open_page = officer.get("/sign/main")
    other = desk.browser("cleo")
    assert other.submit("/sign/main", "/sign/main", role="Director", statement="Read and agreed.").status_code == 303
    late = officer.submit("/sign/main", "/sign/main", open_page, **SAID)
    again = officer.submit("/sign/main", "/sign/main", late, **SAID)

    assert late.status_code == 409
    assert "Cleo, compliance: signed" in late.text
    assert SAID["statement"] in late.text
    assert again.status_code == 303
    assert desk.kinds().count(SIGNED) == 2


def test_a_signature_is_taken_back_by_whoever_may_sign_with_a_reason(desk, officer):
    assert officer.submit("/sign/main", "/sign/main", **SAID).status_code == 303
    entry = desk.office.store.log_entries(SIGNED)[-1].seq
    other = desk.browser("cleo")
    where = ("/sign/main", "/sign/main/withdraw")
    open_page = officer.get("/sign/main")
    silent = other.submit(*where, role="Director", statement="")
    back = other.submit(*where, role="Director", statement="One answer was wrong.")
    late = officer.submit(*where, open_page, role="Lead", statement="Mine after all.")
    shown = other.get("/sign/main").text

    assert (silent.status_code, back.status_code, late.status_code) == (422, 303, 409)
    assert desk.kinds().count(UNSIGNED) == 1
    kept = facts(desk, UNSIGNED)
    assert (kept["entry"], kept["name"], kept["account"]) == (entry, "Cleo, compliance", "desk:cleo")
    assert state(desk) == "unsigned"
    assert "signature taken back" in shown
    assert ">Not signed<" in shown


@pytest.mark.parametrize("site", ["parks", "main"])
def test_only_a_signature_of_the_site_is_taken_back(desk, officer, site):
    assert officer.submit("/sign/main", "/sign/main", **SAID).status_code == 303
    entry = desk.office.store.log_entries(SIGNED)[-1].seq
    csrf = desk.office.sessions.get(officer.client.cookies["handrail-desk"]).csrf
    tried = {"csrf": csrf, "seen": "99", "entry": str(entry if site == "parks" else entry - 1), **SAID}
    answer = officer.client.post(f"/sign/{site}/withdraw", data=tried)

    assert answer.status_code == 422
    assert "does not hold any more" in answer.text
    assert UNSIGNED not in desk.kinds()


def test_what_was_never_audited_cannot_be_signed(office_of, serve_desk):
    desk = serve_desk(office_of('[sites.transit]\nstart = ["http://127.0.0.1/transit/"]\n'))
    officer = desk.browser("cora")
    csrf = desk.office.sessions.get(officer.client.cookies["handrail-desk"]).csrf
    told = {"csrf": csrf, "seen": "0", "run": "r1", "content": "0" * 64, **SAID}
    tried = [officer.client.post(f"/sign/{site}", data=told).status_code for site in ("transit", "nowhere")]

    assert "Never audited: there is nothing to sign" in officer.get("/sign").text
    assert officer.get("/sign/transit").status_code == 404
    assert tried == [404, 404]
    assert SIGNED not in desk.kinds()


def test_where_nothing_was_audited_there_is_nothing_to_sign(parts, filled, tmp_path, serve_desk):
    shutil.copy(filled / FILE, tmp_path / FILE)
    with runs.open_store(runs.Place(out=tmp_path), parts) as store:
        policy, place = parse_policy('[sites.main]\nstart = ["http://127.0.0.1/"]\n'), runs.Place(out=tmp_path)
        desk = serve_desk(Office(store=store, policy=policy, parts=parts, place=place))
        officer = desk.browser("cora")
        csrf = desk.office.sessions.get(officer.client.cookies["handrail-desk"]).csrf
        told = {"csrf": csrf, "seen": "0", "run": "r1", "content": "0" * 64, **SAID}
        shown, tried = officer.get("/sign"), officer.client.post("/sign/main", data=told)
        reports = officer.get("/feedback")

    assert (shown.status_code, tried.status_code, reports.status_code) == (404, 404, 200)
    assert "Nothing was audited yet" in shown.text
    assert "No report fits." in reports.text
    assert not place.report().exists()


def test_an_incomplete_audit_is_told_and_can_be_signed_as_what_it_is(desk, officer):
    """As on the command line: the report says that it is incomplete, and that is what is signed."""
    store = desk.office.store
    begin(store, "r2", "main")
    store.finish_site("r2", "main", "incomplete", ("interrupted",))
    store.finish_run("r2", "incomplete")
    page = officer.get("/sign/main").text
    done = officer.submit("/sign/main", "/sign/main", **SAID)

    assert "The audit is incomplete: the report cannot speak for the whole site" in page
    assert "The audit was interrupted." in page
    assert done.status_code == 303
    assert facts(desk, SIGNED)["sites"]["main"]["run"] == "r2"
    assert state(desk) == "valid"


def test_a_run_that_goes_on_is_not_told_yet(desk, officer):
    begin(desk.office.store, "r2", "main")

    assert told_run(desk.office.store).id == "r1"
    assert officer.submit("/sign/main", "/sign/main", **SAID).status_code == 303
    assert facts(desk, SIGNED)["run"] == "r1"


def test_the_report_is_written_to_be_read_first(desk, officer):
    before = officer.get("/sign/main").text
    done = officer.submit("/sign/main", "/sign/main/report")
    after = officer.get(done.headers["location"]).text
    answered(desk)
    stale = officer.get("/sign/main").text

    assert "is another one, or there is none" in before
    assert (done.status_code, SIGNED in desk.kinds()) == (303, False)
    assert "says this, and prints the same fingerprint" in after
    assert "is another one, or there is none" in stale


def test_a_log_that_was_changed_proves_nothing(desk, officer):
    assert officer.submit("/sign/main", "/sign/main", **SAID).status_code == 303
    whole = officer.get("/sign").text
    with contextlib.closing(sqlite3.connect(desk.office.place.database)) as file, file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        file.execute("UPDATE log SET facts = replace(facts, 'Cora', 'Clara') WHERE kind = ?", (SIGNED,))
    changed = officer.get("/sign").text

    assert "THE LOG WAS CHANGED" not in whole
    assert "THE LOG WAS CHANGED" in changed
