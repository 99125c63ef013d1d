"""The log at the desk: all that a role may see of it, none of what it may not, and whether the chain holds."""

import contextlib
import re
import sqlite3
from datetime import date, timedelta
from html import unescape

import pytest

import handrail.desk
from handrail.desk.logbook import AREAS, ON_A_PAGE
from reports.answers import GIVEN
from reports.decisions import DECIDED
from reports.store import log
from reports.text import Words
from reports.work import ASSIGNED, DUE, MARKED

LATER = (date.today() + timedelta(days=90)).isoformat()


@pytest.fixture
def busy(desk):
    """Something of everything was done."""
    lead, officer = desk.browser("lea"), desk.browser("pia")
    issue, entry = desk.issue(), desk.office.exposures().entries()[0]
    lead.submit(f"/issues/{issue}", f"/issues/{issue}/note", note="With the next release.")
    path = f"/checks/main/{desk.question().asked.id}"
    lead.submit(path, f"{path}/answer", result="supports", evidence="Looked at it with NVDA.", on="")
    place = entry.places[0].id
    officer.submit(f"/register/{entry.id}", f"/register/{entry.id}/step", step="take-down", note="With the vendor.")
    officer.submit(
        f"/register/{entry.id}",
        f"/register/{entry.id}/{place}/decide",
        **{"ground": "false-alarm", "reason": "An order number.", "until": LATER},
    )
    officer.submit(f"/issues/{entry.id}", f"/issues/{entry.id}/note", note="Called the vendor.")
    desk.browser("ada").submit("/people/vera", "/people/vera/roles", roles=["web-lead"])
    return desk


def numbers(answer):
    return [int(one) for one in re.findall(r'id="e-(\d+)"', answer.text)]


def test_each_role_reads_what_it_may_see_and_nothing_else(busy):
    entry = busy.office.exposures().entries()[0]
    seen = {name: busy.browser(name).get("/log") for name in ("cora", "pia", "ada")}
    entries = {one.seq: one for one in busy.office.store.log_entries()}
    kinds = {name: {entries[n].kind for n in numbers(answer)} for name, answer in seen.items()}
    of_exposures = {n for n, one in entries.items() if entry.id in str(one.facts)}

    assert len(of_exposures) == 3
    assert of_exposures <= {*numbers(seen["pia"])}
    for name in ("cora", "ada"):
        assert of_exposures.isdisjoint(numbers(seen[name]))
        assert entry.id not in seen[name].text
        assert "vendor" not in seen[name].text
        assert "left out" in seen[name].text
    assert {"issue-note", "answer-given", "desk-person-changed"} <= kinds["cora"]
    assert {kind.partition("-")[0] for kind in kinds["ada"]} == {"desk"}
    assert "With the next release." in seen["cora"].text
    assert "With the next release." not in seen["ada"].text


def test_what_was_denied_names_no_exposure_to_others(busy):
    entry = busy.office.exposures().entries()[0]
    busy.browser("lea").get(f"/issues/{entry.id}")

    assert entry.id not in busy.browser("ada").get("/log").text
    assert busy.browser("pia").get("/log?area=people").text.count(entry.id) == 1


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("area=issues", {"issue-note"}),
        ("area=checks", {"answer-given"}),
        ("area=people&person=vera", {"desk-person-changed"}),
        ("person=LEA", {"desk-signed-in", "issue-note", "answer-given"}),
        ("since=2099-01-01", set()),
        ("until=2001-01-01", set()),
        (f"since={date.today() - timedelta(days=1)}&area=issues", {"issue-note"}),
    ],
)
def test_filters(busy, query, kinds):
    known = {one.seq: one.kind for one in busy.office.store.log_entries()}
    answer = busy.browser("cora").get(f"/log?{query}")

    assert {known[n] for n in numbers(answer)} == kinds


def test_an_area_that_is_not_for_the_role_shows_nothing_of_it(busy):
    answer = busy.browser("cora").get("/log?area=register")

    assert busy.office.exposures().entries()[0].id not in answer.text
    assert numbers(answer) == []


def test_a_kind_that_is_new_stands_where_its_facts_say(desk):
    for about in (
        {"issue": "A-1a2b3c"},
        {"issue": "E-1a2b3c"},
        {"question": "q"},
        {"finding": "x-1"},
        {"site": "main"},
    ):
        desk.office.store.record("brand-new", {**about, "by": "Lea", "secret": "not for pages"})
    seen = {
        (name, area): desk.browser(name).get(f"/log?area={area}").text
        for name in ("cora", "pia", "ada")
        for area in ("issues", "checks", "register", "store")
    }

    found = {key: text.count("brand-new") for key, text in seen.items() if "brand-new" in text}
    assert found == {
        **{("cora", area): 1 for area in ("issues", "checks", "store")},
        **{("pia", "issues"): 1, ("pia", "checks"): 1, ("pia", "register"): 2, ("pia", "store"): 1},
        ("ada", "store"): 1,
    }
    assert not any("not for pages" in text for text in seen.values())


def test_no_day(desk):
    answer = desk.browser("cora").get("/log?since=yesterday")

    assert answer.status_code == 422
    assert "This is no day" in answer.text


@pytest.mark.parametrize(("query", "some"), [("until=9999-12-31", True), ("since=0001-01-01", True),
    ("since=9999-12-31", False), ("until=0001-01-01", False)])  # fmt: skip
def test_the_last_day_of_all_is_a_day(desk, query, some):
    answer = desk.browser("cora").get(f"/log?{query}")

    assert (answer.status_code, bool(numbers(answer))) == (200, some)


def test_pages_follow_each_other_without_gap_or_double(desk):
    for n in range(ON_A_PAGE + 5):
        desk.office.store.record("notified", {"target": f"t{n}"})
    cora = desk.browser("cora")
    first = cora.get("/log")
    (older,) = re.findall(r'href="/log\?(before=\d+)"', first.text)
    second = cora.get(f"/log?{older}")

    assert numbers(first) + numbers(second) == list(range(ON_A_PAGE + 6, 0, -1))
    assert "Older entries" not in second.text


def test_a_chain_that_holds_and_one_that_does_not(busy):
    cora = busy.browser("cora")
    whole = cora.get("/log/verify").text
    with contextlib.closing(sqlite3.connect(busy.office.place.out / "handrail.sqlite")) as behind, behind:
        for (name,) in behind.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            behind.execute(f"DROP TRIGGER {name}")
        behind.execute("UPDATE log SET facts = replace(facts, 'release', 'RELEASE') WHERE seq = 3")
    broken = cora.get("/log/verify").text

    assert "The chain is whole" in whole
    assert "The chain is broken" in broken
    assert "Entry 3 was changed: what it tells is not what was written." in broken


def test_what_is_one_of_a_few_is_told_in_words(busy):
    lead, issue = busy.browser("lea"), busy.issue()
    for stage in ("ready", "in-progress"):
        lead.submit(f"/issues/{issue}", f"/issues/{issue}/mark", stage=stage)
    pages = {name: busy.browser(name).get("/log", headers={"Accept-Language": "fr"}) for name in ("cora", "pia")}
    text = {name: unescape(one.text).replace("\u00a0", " ") for name, one in pages.items()}

    told = ["Rôles : Responsable du Web", "Avant, Rôles : Lecture", "Avant, Nom : Vera, viewer", "Comment : à la pièce"]
    for said in (*told, "État du travail : En cours", "Avant : Prêt à revérifier", "Résultat : Respecté"):
        assert said in text["cora"]
    assert "Motif : fausse alerte" in text["pia"]
    assert not re.search(r"take-down|web-lead|in-progress|false-alarm|supports", text["pia"] + text["cora"])


def test_every_kind_has_words_and_an_area():
    told = {kind for kinds, _ in AREAS.values() for kind in kinds}
    told |= {log.HOLD, log.LIFTED, log.PURGE, log.ANCHOR, log.NOTIFIED, log.ROTATED, log.RETIRED}

    for language in ("en", "fr"):
        words = Words(language, handrail.desk.__name__)
        assert [kind for kind in told if not words.has(f"desk.log.kind.{kind}")] == []


def test_what_an_act_puts_something_else_in_the_place_of_is_told_with_it(busy):
    lead, officer, issue = busy.browser("lea"), busy.browser("pia"), busy.issue()
    entry, path = busy.office.exposures().entries()[0], f"/issues/{issue}"
    for to, due, stage in (("Trees", LATER, "ready"), ("Maps", "", "in-progress")):
        lead.submit(path, f"{path}/assign", to=to)
        lead.submit(path, f"{path}/due", on=due)
        lead.submit(path, f"{path}/mark", stage=stage)
    asked = f"/checks/main/{answered(busy)}"
    lead.submit(asked, f"{asked}/answer", result="does-not-support", evidence="Looked again.", on="")
    decide = f"/register/{entry.id}/{entry.places[0].id}/decide"
    officer.submit(f"/register/{entry.id}", decide, ground="consent", reason="By-law 12.", until=LATER)

    def before(kind):
        return [one.facts.get("before") for one in busy.office.store.log_entries(kind)]

    assert before(ASSIGNED) == ["", "Trees"]
    assert before(DUE) == ["", LATER]
    assert before(MARKED) == ["in-progress", "in-progress"]
    assert before(GIVEN) == [None, "supports"]
    assert before(DECIDED) == [None, "false-alarm"]


def answered(desk):
    return next(one.facts["question"] for one in desk.office.store.log_entries(GIVEN))
