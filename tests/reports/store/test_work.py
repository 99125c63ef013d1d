"""Who repairs what by when, and what people decided: the log beside handrail.toml, in both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from store_helpers import audit, audited, fails, finding, passes

from audits.fingerprint import fingerprint
from audits.model import Exposure, Impact, Kind, Rule, Tier, Waiver
from reports import worklist
from reports.owners import AreaEntry, Owners, PartEntry
from reports.waivers import Waivers
from reports.work import ACCEPTED, ASSIGNED, DUE, FALSE_ALARM, KINDS, MARKED, NOTE, WITHDRAWN, Days, Works, told_of

DAY = date(2027, 3, 20)
RULES = {
    rule.id: rule
    for rule in (
        Rule(id="axe/image-alt", title="Image", why="", fix="Alt.", impact=Impact.CRITICAL, criteria=("1.1.1",)),
        Rule(id="axe/link-name", title="Link", why="", fix="Name.", impact=Impact.SERIOUS, criteria=("2.4.4",)),
        Rule(id="pii/ca-sin", title="SIN", why="", fix="Contain.", impact=Impact.CRITICAL, kind=Kind.EXPOSURE),
    )
}
GOOD = audited(*(passes(rule) for rule in RULES))
FOOTER = finding("axe/link-name", part="contentinfo", selector="footer a")


def bad(*findings):
    """An audited page with these; all other rules passed."""
    known = [replace(one, impact=RULES[one.rule].impact) for one in findings]
    outcomes = [fails(replace(one, fingerprint=fingerprint(one, "main"))) for one in known]
    return audited(*outcomes, *(passes(rule) for rule in RULES if rule not in {one.rule for one in findings}))


def sin():
    exposed = Exposure(entity="CA_SIN", tier=Tier.REPORT, where="text", mask="•••", value_hmac="1" * 64, score=1.0)
    return finding("pii/ca-sin", exposure=exposed)


class Desk:
    """A store, and what is told of the work on its last run."""

    def __init__(self, store, **policy):
        self.store = store
        self.policy = policy

    def items(self, run_id="r1", *, waivers=(), day=DAY):
        told = told_of(self.store.log_entries(*KINDS))
        self.waivers = Waivers((*waivers, *(one for some in told.values() for one in some.waivers)), day)
        works = Works(
            owners=Owners(site="Web team", parts=self.policy.get("parts", ()), areas=self.policy.get("areas", ())),
            days=self.policy.get("days", Days()),
            told=told,
            waivers=self.waivers,
            day=day,
            zone=ZoneInfo("America/Toronto"),
        )
        data = self.store.site_data(run_id, "main")
        return worklist.items(data.issues, self.store.standings(run_id, "main"), RULES, works)

    def one(self, rule="axe/image-alt", run_id="r1", **more):
        (item,) = (one for one in self.items(run_id, **more) if one.rule == rule)
        return item

    def say(self, kind, rule="axe/image-alt", run_id="r1", **facts):
        item = self.one(rule, run_id)
        known = self.store.issue_named(item.id)
        of = {"issue": known.id, "fingerprint": known.fingerprint, "site": known.site, "by": "Ann, web", "account": "a"}
        if kind in (ACCEPTED, FALSE_ALARM):
            told = {"rule": known.rule, "part": known.part_key, "on": "2027-03-01", "until": "2027-12-31", "urls": []}
            of |= {**told, "ground": "g", "reason": "r", "owner": "o", "alternative": ""}
        return self.store.record(kind, {**of, **facts})


def waiver(name="w", **changes):
    told = {"rules": ("axe/image-alt",), "ground": "g", "reason": "r", "owner": "o", "by": "b"}
    return Waiver(**{"name": name, "on": DAY, "until": date(2027, 12, 31), **told, **changes})


# Owners


def part(*globs, **told):
    return {"parts": [PartEntry(parts=globs, **told)]}


def area(glob, owner="", file=""):
    return AreaEntry(urls=(glob,), owner=owner, file=file)


BUILDING = area("/permits/*", "Building", "p.html")


@pytest.mark.parametrize(
    ("told", "part", "pages", "owner", "others", "file"),
    [
        ({}, "content", {"/a": 1}, "Web team", (), ""),
        (part("contentinfo*", owner="Design", file="f.html"), "contentinfo", {}, "Design", (), "f.html"),
        (part("Content*", owner="Design"), "content", {"/a": 1}, "Design", (), ""),  # by its name
        (part("banner", owner="Design"), "contentinfo", {}, "Web team", (), ""),
        (part("contentinfo*", file="f.html"), "contentinfo", {}, "Web team", (), "f.html"),
        ({"areas": [BUILDING]}, "content", {"/permits/1": 9}, "Building", (), "p.html"),
        ({"areas": [BUILDING]}, "content", {"/parks/1": 9}, "Web team", (), ""),
        ({"areas": [BUILDING]}, "content", {"/permits/1": 9, "/x": 1, "/y": 1}, "Web team", ("Building",), ""),
        ({"areas": [BUILDING, area("/*", "Clerk")]}, "content", {"/permits/1": 1}, "Building", (), "p.html"),
        ({"areas": [area("/*", "Clerk"), BUILDING]}, "content", {"/permits/1": 1}, "Clerk", (), ""),
        ({"areas": [area("/permits/*", file="p.html")]}, "content", {"/permits/1": 1}, "Web team", (), "p.html"),
        ({"areas": [BUILDING]}, "contentinfo", {}, "Web team", (), ""),  # a part that pages share
        ({**part("content", owner="Design"), "areas": [BUILDING]}, "content", {"/permits/1": 1}, "Design", (), ""),
    ],
)
def test_the_part_the_addresses_or_the_site_say_who_repairs_it(told, part, pages, owner, others, file):
    owned = Owners(site="Web team", **told).of(part, part.title(), pages)

    assert (owned.owner, owned.others, owned.file) == (owner, others, file)


def test_an_assignment_stands_and_can_be_taken_back(store):
    audit(store, "r1", {"a": bad(finding())})
    desk = Desk(store)
    assert (desk.one().owners, desk.one().work.assigned, desk.one().work.stage) == (("Web team",), "", "unassigned")

    desk.say(ASSIGNED, to="Templates")
    assert (desk.one().work.assigned, desk.one().work.stage) == ("Templates", "in-progress")

    desk.say(ASSIGNED, to="")
    assert (desk.one().work.assigned, desk.one().work.stage) == ("", "unassigned")
    assert [entry.kind for entry in desk.one().work.told.entries] == [ASSIGNED, ASSIGNED]


@pytest.mark.parametrize(
    ("owner", "assigned", "clash"),
    [("Design", "", "Templates"), ("Templates", "Templates", ""), ("", "Templates", "")],
)
def test_what_handrail_toml_says_of_a_part_goes_before_the_log(file_store, owner, assigned, clash):
    audit(file_store, "r1", {"a": bad(FOOTER)})
    desk = Desk(file_store, parts=[PartEntry(parts=("contentinfo*",), owner=owner)])

    desk.say(ASSIGNED, "axe/link-name", to="Templates")

    work = desk.one("axe/link-name").work
    assert (work.assigned, work.clash) == (assigned, clash)


# Dates


def test_days_are_counted_in_the_city_from_when_it_was_first_seen(file_store):
    audit(file_store, "r1", {"a": bad(finding(), FOOTER, sin())})  # began on 1 March, 8:00 UTC
    desk = Desk(file_store, days=Days(critical=14, serious=19, exposure=5))

    due = {one.rule: (one.work.due, one.work.overdue) for one in desk.items()}

    assert due == {
        "axe/image-alt": (date(2027, 3, 15), True),
        "axe/link-name": (date(2027, 3, 20), False),  # until today: its last day
        "pii/ca-sin": (date(2027, 3, 6), True),
    }
    assert [one.rule for one in desk.items()] == ["pii/ca-sin", "axe/image-alt", "axe/link-name"]  # the latest first


@pytest.mark.parametrize("days", [Days(), Days(minor=1, exposure=1)])
def test_without_days_there_is_no_date(file_store, days):
    audit(file_store, "r1", {"a": bad(finding())})

    work = Desk(file_store, days=days).one().work

    assert (work.due, work.overdue) == (None, False)


def test_a_date_of_its_own_goes_before_the_days_and_can_be_taken_away(file_store):
    audit(file_store, "r1", {"a": bad(finding())})
    desk = Desk(file_store, days=Days(critical=14))

    desk.say(DUE, due="2027-06-01")
    assert (desk.one().work.due, desk.one().work.overdue) == (date(2027, 6, 1), False)

    desk.say(DUE, due="")
    assert desk.one().work.due == date(2027, 3, 15)


def test_what_is_accepted_is_not_overdue_and_what_is_left_of_it_is(file_store):
    audit(file_store, "r1", {"a": bad(finding()), "b": bad(finding())})
    desk = Desk(file_store, days=Days(critical=1))

    assert desk.one(waivers=[waiver()]).work.overdue is False
    assert desk.one(waivers=[waiver(urls=("/a",))]).work.overdue is True
    assert desk.one(waivers=[waiver(until=date(2027, 3, 19))]).work.overdue is True  # ended yesterday


def test_after_a_return_everything_begins_anew(store, clock):
    audit(store, "r1", {"a": bad(finding())})
    desk = Desk(store, days=Days(critical=14))
    desk.say(MARKED, stage="ready")
    desk.say(DUE, due="2027-03-02")
    audit(store, "r2", {"a": GOOD})
    (gone,) = desk.items("r2")
    assert (gone.state, gone.work.overdue, gone.open) == ("fixed", False, False)

    again = datetime(2027, 4, 1, 8, tzinfo=UTC)
    clock.moment = again
    audit(store, "r3", {"a": bad(finding())}, started=again)

    back = desk.one(run_id="r3", day=date(2027, 4, 16))
    assert (back.state, back.first_seen, back.since) == ("returned", "2027-03-01", "2027-04-01")
    assert (back.work.stage, back.work.due, back.work.overdue) == ("unassigned", date(2027, 4, 15), True)


def test_marked_ready_and_found_again_is_told(file_store):
    audit(file_store, "r1", {"a": bad(finding())})
    desk = Desk(file_store)
    desk.say(MARKED, stage="ready")  # at 9:00, after that audit began
    before = desk.one().work

    audit(file_store, "r2", {"a": bad(finding())}, started=datetime(2027, 3, 2, tzinfo=UTC))
    after = desk.one(run_id="r2").work

    assert (before.stage, before.still_there) == ("ready", False)
    assert (after.stage, after.still_there) == ("ready", True)


# Decisions


@pytest.mark.parametrize(("kind", "decided"), [(ACCEPTED, "accepted"), (FALSE_ALARM, "false-alarm")])
def test_a_decision_of_the_log_speaks_for_one_issue_until_its_day(store, kind, decided):
    footer = replace(FOOTER, rule="axe/image-alt", selector="footer img")
    audit(store, "r1", {"a": bad(finding(), sin()), "b": bad(footer)})
    desk = Desk(store)
    (content,) = (one for one in desk.items() if one.part_key == "content" and one.rule == "axe/image-alt")
    known = store.issue_named(content.id)
    of = {"issue": known.id, "fingerprint": known.fingerprint, "site": "main", "by": "Clerk", "account": "a"}
    told = {"rule": known.rule, "part": known.part_key, "on": "2027-03-01", "until": "2027-03-20", "urls": []}
    store.record(kind, {**of, **told, "ground": "g", "reason": "r", "owner": "o", "alternative": ""})

    by_part = {(one.rule, one.part_key): one.work.decided for one in desk.items()}
    assert by_part["axe/image-alt", "content"] == decided
    assert by_part["axe/image-alt", "contentinfo"] == by_part["pii/ca-sin", "content"] == ""
    after = {one.part_key: one.work.decided for one in desk.items(day=date(2027, 3, 21)) if one.rule == known.rule}
    assert set(after.values()) == {""}
    assert [one.name for one in desk.waivers.ended] == ["log-1"]


def test_a_decision_may_speak_for_some_pages_alone(file_store):
    audit(file_store, "r1", {"a": bad(finding()), "b": bad(finding())})
    desk = Desk(file_store)

    desk.say(ACCEPTED, urls=["/b"])

    work = desk.one().work
    assert (work.decided, work.open_pages, [one.name for one in work.waivers]) == ("partly-accepted", 1, ["log-1"])
    assert desk.one().open


def test_what_is_withdrawn_speaks_no_more(store):
    audit(store, "r1", {"a": bad(finding())})
    desk = Desk(store)
    entry = desk.say(ACCEPTED)
    assert desk.one().work.decided == "accepted"

    desk.say(WITHDRAWN, entry=entry.seq, reason="repaired")

    assert desk.one().work.decided == ""
    assert len(desk.one().work.told.entries) == 2
    assert store.verify_log({}).faults == ()


@pytest.mark.parametrize(
    ("policy", "decided", "conflict"),
    [
        (waiver(), "accepted", False),  # until the same day
        (waiver(until=date(2027, 6, 1)), "accepted", True),
        (waiver(until=date(2027, 3, 19)), "", True),  # ended: the log does not step in
        (waiver(false_alarm=True), "false-alarm", True),
        (waiver(rules=("axe/link-name",)), "accepted", False),  # of another rule
        (waiver(site="other"), "accepted", False),
        (waiver(urls=("/z",)), "accepted", False),  # of another page
    ],
)
def test_handrail_toml_goes_before_the_log_and_a_conflict_is_told(file_store, policy, decided, conflict):
    audit(file_store, "r1", {"a": bad(finding())})
    desk = Desk(file_store)
    desk.say(ACCEPTED)

    assert desk.one(waivers=[policy]).work.decided == decided
    assert [(one.policy.name, one.log.name) for one in desk.waivers.conflicts] == [("w", "log-1")] * conflict


def test_names_of_rules_and_parts_in_the_log_are_no_patterns(file_store):
    odd = finding(part="content[a-z]*")
    audit(file_store, "r1", {"a": bad(odd), "b": bad(finding(part="contentx"))})
    desk = Desk(file_store)
    item = next(one for one in desk.items() if one.part_key == "content[a-z]*")
    known = file_store.issue_named(item.id)
    told = {"rule": known.rule, "part": known.part_key, "on": "2027-03-01", "until": "2027-12-31", "urls": []}
    of = {"issue": known.id, "fingerprint": known.fingerprint, "site": "main", "by": "Clerk", "account": "a"}
    file_store.record(ACCEPTED, {**of, **told, "ground": "g", "reason": "r", "owner": "o", "alternative": ""})

    assert {one.part_key: one.work.decided for one in desk.items()} == {"content[a-z]*": "accepted", "contentx": ""}


def test_a_note_changes_nothing(file_store):
    audit(file_store, "r1", {"a": bad(finding())})
    desk = Desk(file_store)
    before = desk.one().work

    desk.say(NOTE, note="asked the vendor")

    assert replace(desk.one().work, told=before.told) == before


def test_what_was_not_checked_is_neither_fixed_nor_decided(file_store):
    audit(file_store, "r1", {"a": bad(finding()), "b": GOOD})
    desk = Desk(file_store, days=Days(critical=1))
    desk.say(ACCEPTED)
    audit(file_store, "r2", {"b": GOOD})

    item = desk.one(run_id="r2")

    assert (item.state, item.work.decided, item.work.overdue, item.open) == ("not-checked", "", True, True)
