"""Reports of residents folded from the log: states, days, the chain, and the numbers of a site."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from audits.model import Impact, Kind, Rule
from reports.feedback import (
    ACKNOWLEDGED,
    ANSWERED,
    CLOSED,
    LINKED,
    RECEIVED,
    RECHECKED,
    REOPENED,
    REPAIRED,
    TEXT,
    Ledger,
    Target,
    chain,
    fold,
    of_site,
)
from reports.formats.feedback import chain_data, chain_text, list_text, rows
from reports.store.log import Entry
from reports.store.records import IssueLife, RunMoment, Span
from reports.text import Words

ZONE = ZoneInfo("America/Toronto")
TARGET = Target(acknowledge=5, answer=30)
RULES = {
    "axe/image-alt": Rule(
        id="axe/image-alt", title="Image has no text alternative", title_fr="Image sans texte", why="", fix="",
        impact=Impact.SERIOUS, criteria=("1.1.1",),
    )
}  # fmt: skip


def log(*told: tuple[str, dict[str, Any]]) -> list[Entry]:
    """Entries, numbered from 1, each an hour after the one before."""
    return [
        Entry(seq=n, at=datetime(2027, 3, 10 + n // 24, n % 24, tzinfo=UTC), kind=kind, facts=facts, hash="")
        for n, (kind, facts) in enumerate(told, start=1)
    ]


def received(day: str = "2027-03-01", site: str = "main", **changes: Any) -> tuple[str, dict[str, Any]]:
    facts = {"site": site, "day": day, "language": "fr", "channel": "form", "ticket": "T-1", "digest": day}
    return RECEIVED, facts | {"words": False} | changes


def act(kind: str, report: str = "F-1", on: str = "2027-03-04", **changes: Any) -> tuple[str, dict[str, Any]]:
    return kind, {"report": report, "on": on, "by": "R. Clerk", "note": "", **changes}


def made(report: str = "F-1", number: int = 2) -> tuple[str, dict[str, Any]]:
    return act(LINKED, report, issue=f"M-{number}", made={"criterion": "2.1.1"})


def moment(run: int) -> RunMoment:
    return RunMoment(run=f"r{run}", on=datetime(2027, 3, run, 15, tzinfo=UTC))


def life(*spans: tuple[int, ...]) -> dict[str, IssueLife]:
    """An issue by the numbers of its runs: first, last, fixed, confirmed."""
    names = ("first", "last", "fixed", "confirmed")
    return {
        "A-1": IssueLife(
            id="A-1", site="main", rule="axe/image-alt", kind=Kind.ACCESSIBILITY, part_key="banner", part_name="Header",
            spans=tuple(Span(**dict(zip(names, map(moment, span), strict=False))) for span in spans),
        )
    }  # fmt: skip


def folded(*told: tuple[str, dict[str, Any]], day: str = "2027-03-20", lives: Any = None) -> Ledger:
    return fold(log(*told), lives or {}, day, ZONE, TARGET)


def state(ledger: Ledger) -> str:
    return ledger.state(ledger.reports["F-1"])


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([], "received"),
        ([act(ACKNOWLEDGED)], "acknowledged"),
        ([made()], "linked"),
        ([act(LINKED, issue="A-9")], "linked"),  # an issue whose record is gone
        ([made(), act(REPAIRED, issue="M-2")], "fixed"),
        ([made(), act(RECHECKED, issue="M-2", again=False)], "linked"),  # nothing was repaired
        ([made(), act(REPAIRED, issue="M-2"), act(RECHECKED, issue="M-2", again=False)], "rechecked"),
        ([made(), act(REPAIRED, issue="M-2"), act(RECHECKED, issue="M-2", again=True)], "linked"),
        ([made(), act(REPAIRED, issue="M-7")], "linked"),  # another issue
        ([act(ANSWERED)], "answered"),
        ([act(ANSWERED), act(CLOSED, reason="duplicate")], "closed"),
        ([act(CLOSED, reason="duplicate"), act(REOPENED)], "received"),
        ([act(ACKNOWLEDGED), act(ANSWERED), act(REOPENED)], "acknowledged"),
        ([act(ANSWERED, "F-7")], "received"),  # a report that is not there
        ([(TEXT, {"report": "F-7", "page": "", "barrier": "x", "technology": ""})], "received"),
    ],
)
def test_a_report_has_come_so_far(after: list[Any], expected: str) -> None:
    assert state(folded(received(), *after)) == expected


def test_a_second_repair_must_be_checked_again() -> None:
    repaired, checked = act(REPAIRED, issue="M-2"), act(RECHECKED, issue="M-2", again=False)
    back = act(RECHECKED, issue="M-2", again=True)

    assert state(folded(received(), made(), repaired, back, repaired)) == "fixed"
    assert state(folded(received(), made(), repaired, back, checked)) == "linked"
    assert state(folded(received(), made(), repaired, back, repaired, checked)) == "rechecked"


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(1, 1)], "linked"),
        ([(1, 1, 3)], "fixed"),
        ([(1, 1, 3, 4)], "rechecked"),
        ([(1, 1, 3, 4), (5, 5)], "linked"),  # it is back
        ([(1, 1, 3), (5, 5, 6)], "fixed"),
    ],
)
def test_an_audit_says_what_became_of_its_issue(spans: list[Any], expected: str) -> None:
    assert state(folded(received(), act(LINKED, issue="A-1"), lives=life(*spans))) == expected


@pytest.mark.parametrize(
    ("day", "after", "late"),
    [
        ("2027-03-06", [], ()),  # the last day of the target
        ("2027-03-07", [], ("acknowledge",)),
        ("2027-03-07", [act(ACKNOWLEDGED)], ()),
        ("2027-03-07", [act(ANSWERED)], ()),  # who is answered was heard
        ("2027-03-31", [act(ACKNOWLEDGED)], ()),
        ("2027-04-01", [act(ACKNOWLEDGED)], ("answer",)),
        ("2027-04-01", [], ("acknowledge", "answer")),
        ("2027-04-01", [act(CLOSED, reason="withdrawn")], ()),
        ("2027-04-01", [act(ACKNOWLEDGED), act(ANSWERED)], ()),
    ],
)
def test_what_is_late(day: str, after: list[Any], late: tuple[str, ...]) -> None:
    ledger = folded(received(), *after, day=day)

    assert ledger.overdue(ledger.reports["F-1"]) == late


def test_without_targets_nothing_is_late() -> None:
    ledger = fold(log(received("2020-01-01")), {}, "2027-03-20", ZONE)

    assert ledger.overdue(ledger.reports["F-1"]) == ()


def test_the_numbers_of_a_site() -> None:
    ledger = folded(
        received("2027-03-01"),
        received("2027-03-02"),
        received("2027-03-03"),
        received("2027-03-04", site="other"),
        received("2027-03-18"),
        act(ACKNOWLEDGED, "F-1", "2027-03-04"),
        act(ACKNOWLEDGED, "F-2", "2027-03-12"),
        act(LINKED, "F-1", issue="A-1"),
        act(LINKED, "F-2", issue="A-1"),
        act(ANSWERED, "F-2", "2027-03-13"),
        lives=life((1, 1)),
    )

    told = of_site(ledger, "main", RULES)

    counts = (told.reports, told.received, told.acknowledged, told.linked, told.answered, told.closed)
    assert counts == (4, 2, 0, 1, 1, 0)
    assert (told.answered_before_fixed, told.overdue) == (1, 1)  # F-3
    days = told.to_acknowledge
    assert (days.done, days.in_time, days.median_days, days.longest_days, days.target_days) == (2, 1, 6, 10, 5)
    assert (told.to_answer.done, told.to_answer.median_days) == (1, 11)
    assert [(one.id, one.reports, one.barrier) for one in told.issues] == [("A-1", 2, "open")]


def test_the_chain_goes_from_the_report_to_the_reply() -> None:
    ledger = folded(
        received("2027-03-02"),
        act(ACKNOWLEDGED, on="2027-03-03"),
        act(LINKED, on="2027-03-04", issue="A-1"),
        act(REPAIRED, on="2027-03-05", issue="A-1", by="J. Roy"),
        act(ANSWERED, on="2027-03-09", note="It works now."),
        lives=life((1, 3, 6, 8)),
    )

    found = chain(ledger, "F-1", RULES, ZONE)

    assert found is not None
    steps = [(step.on[-2:], step.kind, step.who, step.entry) for step in found.steps]
    assert steps == [
        ("01", "seen", "r1", 0),
        ("02", "received", "", 1),
        ("03", "acknowledged", "R. Clerk", 2),
        ("04", "linked", "R. Clerk", 3),
        ("05", "repaired", "J. Roy", 4),
        ("06", "gone", "r6", 0),
        ("08", "gone-again", "r8", 0),
        ("09", "answered", "R. Clerk", 5),
    ]
    assert (found.criteria, found.title[0]) == (("1.1.1",), "Image has no text alternative")


def test_the_chain_of_an_issue_holds_all_that_was_reported_of_it() -> None:
    ledger = folded(received("2027-03-01"), received("2027-03-02"), made("F-1", 3), act(LINKED, "F-2", issue="M-3"))

    found = chain(ledger, "M-3", RULES, ZONE)

    assert found is not None
    assert [one.id for one in found.reports] == ["F-1", "F-2"]
    assert [(step.kind, step.report) for step in found.steps] == [
        ("received", "F-1"),
        ("received", "F-2"),
        ("linked", "F-2"),
        ("made", "F-1"),
    ]
    assert chain(ledger, "M-4", RULES, ZONE) is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_step_and_state_has_its_words(language: Any) -> None:
    words = Words(language)
    ledger = folded(
        received("2027-03-02"),
        received("2027-03-03", site="", language="", channel="311"),
        made("F-1", 3),
        act(REPAIRED, issue="M-3"),
        act(RECHECKED, issue="M-3", again=True),
        act(REPAIRED, issue="M-3"),
        act(RECHECKED, issue="M-3", again=False),
        act(CLOSED, reason="duplicate"),
        act(REOPENED),
        act(CLOSED, reason="no-barrier"),
        act(LINKED, "F-2", issue="A-1"),
        lives=life((1, 1, 3, 4), (5, 5)),
    )

    for name in ("F-1", "F-2", "M-3", "A-1"):
        found = chain(ledger, name, RULES, ZONE)
        assert found is not None
        said = "\n".join(chain_text(chain_data(found, ledger), words))
        assert "F-1" in said or "F-2" in said
    listed = "\n".join(list_text(rows(ledger, ledger.reports.values()), words))
    assert len(listed.splitlines()) == 5
    assert ("LATE" if language == "en" else "RETARD") in listed
