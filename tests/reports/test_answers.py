"""What people are asked, and what they answered: only people say that a criterion is met, while it is as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from audits.model import PageOutcome, Verdict
from reports.answers import MOST_PLACES, TAKEN_BACK, Answer, Asked, told_of
from reports.formats import earl, openacr, rows
from reports.formats import html as pages
from reports.formats.json import to_data
from reports.model import CriterionResult, Report
from reports.store.records import SiteRunData, SuspectRecord
from reports.text import Language, Words

Make = Callable[..., Any]
QUIET = "1.3.3"  # no tool of the city says anything of it
PATHS = ("/", "/news", "/parks", "/taxes")


def site(make: Make, seen: str = "1234", **changes: Any) -> SiteRunData:
    """Four pages, each of a kind of its own; ``seen`` tells their contents."""
    some = tuple(
        make("audited_page", path, seen=one, spoke=frozenset({f"axe/r{n}"}), title=f"Page {n}")
        for n, (path, one) in enumerate(zip(PATHS, seen, strict=False))
    )
    return make("site", **{"audited_pages": some, **changes})  # type: ignore[no-any-return]


def about(make: Make, data: SiteRunData, number: str = QUIET) -> list[Asked]:
    return [one for one in make("questions", data) if number in one.criteria]


def result(make: Make, data: SiteRunData, answers: Any, number: str = QUIET) -> CriterionResult:
    report = make("report_of", data, answers=answers)
    return next(one for one in report.sites[0].criteria if one.number == number)


def test_a_site_that_is_the_same_is_asked_the_same(make: Make) -> None:
    once, again = make("questions", site(make), "run-1"), make("questions", site(make), "run-2")

    assert once == again
    assert len({one.id for one in once}) == len(once) > 100


def test_each_page_of_the_sample_is_asked_about(make: Make) -> None:
    assert [one.page for one in about(make, site(make))] == [f"https://www.alder.example{path}" for path in PATHS]


@pytest.mark.parametrize("number", ["4.1.1"])
def test_what_is_removed_or_not_asked_for_is_not_asked(make: Make, number: str) -> None:
    assert about(make, site(make), number) == []


@pytest.mark.parametrize(
    ("results", "stands"),
    [
        (["supports"] * 4, "supports"),
        (["supports", "not-applicable", "supports", "supports"], "supports"),
        (["not-applicable"] * 4, "not-applicable"),
        (["supports", "supports", "supports", "cannot-tell"], "not-covered"),
        (["supports"] * 3, "not-covered"),
        ([], "not-covered"),
        (["supports", "supports", "supports", "does-not-support"], "fails"),
        (["partially-supports"], "fails"),
        (["cannot-tell"] * 4, "not-covered"),
    ],
)
def test_people_settle_a_criterion_once_all_is_answered(make: Make, results: list[str], stands: str) -> None:
    data = site(make)
    answers = [make("answer", one, said) for one, said in zip(about(make, data), results, strict=False)]

    told = result(make, data, answers)

    assert told.result == stands
    assert told.method == ("person" if stands in ("supports", "not-applicable", "fails") else "")
    assert (told.asked.asked, told.asked.answered) == (4, len(results))


def test_a_failure_of_a_tool_goes_before_any_answer(make: Make) -> None:
    data = site(make)
    answers = [make("answer", one) for one in about(make, data, "4.1.2")]

    before = result(make, data, answers, "4.1.2")
    failing = replace(data, issues=(make("issue", "axe/button-name", 1),))
    after = result(make, failing, [make("answer", one) for one in about(make, failing, "4.1.2")], "4.1.2")

    assert (before.result, before.method) == ("supports", "person")
    assert (after.result, after.method, after.asked.answered) == ("fails", "tool", after.asked.asked)
    assert all(one.moot for one in about(make, failing, "4.1.2"))


@pytest.mark.parametrize(
    "changes",
    [
        {"site": {"state": "incomplete", "reasons": ("pages-waiting",)}},
        {"pending": 900},
        {"issues": ("axe/button-name", "not-checked")},
    ],
)
def test_nobody_says_of_what_was_not_seen_that_it_is_met(make: Make, changes: dict[str, Any]) -> None:
    values = dict(changes)
    if "site" in values:
        values["site"] = make("site_record", **values["site"])
    if "issues" in values:
        rule, state = values["issues"]
        values["issues"] = (make("issue", rule, 9, state=state),)
    data = site(make, **values)
    answers = [make("answer", one) for one in about(make, data, "4.1.2")]

    assert result(make, data, answers, "4.1.2").result not in ("supports", "not-applicable")


def test_nor_of_a_sample(make: Make) -> None:
    data = site(make)
    answers = [make("answer", one) for one in about(make, data)]

    report = make("report_of", data, answers=answers, run_record=make("run", sample="10 pages"))

    assert next(one for one in report.sites[0].criteria if one.number == QUIET).result == "not-covered"


@pytest.mark.parametrize(
    ("seen", "answered", "changed", "stands"),
    [
        ("1234", 4, 0, "supports"),
        ("1x34", 3, 1, "not-covered"),
        ("xxxx", 0, 4, "not-covered"),
        ("123", 3, 0, "supports"),  # a page less: the others are as they were
    ],
)
def test_an_answer_ends_with_the_page_as_it_was(
    make: Make, seen: str, answered: int, changed: int, stands: str
) -> None:
    answers = [make("answer", one) for one in about(make, site(make))]

    told = result(make, site(make, seen), answers)

    assert (told.asked.answered, told.asked.changed, told.result) == (answered, changed, stands)


def test_an_answer_to_a_question_in_other_words_ends(make: Make) -> None:
    data = site(make)
    answers = [make("answer", one, about=["0" * 16]) for one in about(make, data)]

    assert result(make, data, answers).asked.changed == 4


def test_a_barrier_stays_where_nobody_looked_and_goes_with_its_page(make: Make) -> None:
    questions = about(make, site(make))
    answers = [make("answer", one) for one in questions[:3]] + [make("answer", questions[3], "does-not-support")]

    away = result(make, site(make, "123"), answers)
    mended = result(make, site(make, "123x"), answers)

    assert away.result == "not-covered"  # its page was not there to be looked at
    assert [one.state for one in away.answers].count("not-looked") == 1
    assert (mended.result, mended.against) == ("not-covered", 0)


def test_content_that_is_not_known_is_another_in_each_run(make: Make) -> None:
    data = site(make, ["", "2", "3", "4"])  # type: ignore[arg-type]

    first, second = make("questions", data, "run-1"), make("questions", data, "run-2")

    assert sum(a.about != b.about for a, b in zip(first, second, strict=True)) > 0


def suspect(make: Make, *spots: str, shared: bool = True, seen: str = "1", path: str = "/") -> SuspectRecord:
    return SuspectRecord(
        issue=make("issue", "axe/image-alt", 3).fingerprint, shared=shared, url=f"https://www.alder.example{path}",
        title="", seen=seen, spots=frozenset(spots),
    )  # fmt: skip


def suspected(make: Make, *suspects: SuspectRecord, verdict: Verdict = Verdict.REVIEW) -> SiteRunData:
    issue = make("issue", "axe/image-alt", 3, verdict=verdict, part_key="banner", part_name="Header")
    return site(make, issues=(issue,), suspects=suspects)


def of_issue(make: Make, data: SiteRunData) -> list[Asked]:
    return [one for one in make("questions", data) if one.key == "A-000003"]


def test_what_a_tool_suspects_is_asked_once_in_a_part_and_page_by_page_elsewhere(make: Make) -> None:
    shared = of_issue(make, suspected(make, suspect(make, "a", "b")))
    apart = [suspect(make, "a", shared=False, path=path) for path in PATHS]

    assert len(shared) == 1
    assert shared[0].ask.en == "A tool suspects this: Image has no text alternative. Is the place free of it?"
    assert [one.page for one in of_issue(make, suspected(make, *apart))] == [
        f"https://www.alder.example{path}" for path in PATHS
    ]
    assert of_issue(make, suspected(make, suspect(make, "a"), verdict=Verdict.FAIL)) == []


def test_a_suspicion_that_is_answered_does_not_keep_a_criterion_open(make: Make) -> None:
    data = suspected(make, suspect(make, "a", "b"))
    questions = about(make, data, "1.1.1")
    rest = [make("answer", one) for one in questions if one.key != "A-000003"]
    (doubt,) = of_issue(make, data)

    assert result(make, data, rest, "1.1.1").result == "needs-person"
    assert result(make, data, [*rest, make("answer", doubt)], "1.1.1").result == "supports"
    assert result(make, data, [*rest, make("answer", doubt, "does-not-support")], "1.1.1").result == "fails"


@pytest.mark.parametrize(("spots", "holds"), [("ab", True), ("a", True), ("abc", False), ("c", False)])
def test_an_answer_about_places_ends_with_another_place(make: Make, spots: str, holds: bool) -> None:
    (before,) = of_issue(make, suspected(make, suspect(make, "a", "b")))
    (after,) = of_issue(make, suspected(make, suspect(make, *spots)))

    given = told_of([make("answer", before)])["main"][before.id]

    assert before.id == after.id
    assert given.holds(after.about) is holds


def test_an_answer_about_very_many_places_keeps_one_hash(make: Make) -> None:
    many = [f"{n}" for n in range(MOST_PLACES + 1)]
    (before,) = of_issue(make, suspected(make, suspect(make, *many)))
    (after,) = of_issue(make, suspected(make, suspect(make, *many[1:], "x")))

    given = told_of([make("answer", before)])["main"][before.id]

    assert len(before.kept) == 1
    assert (given.holds(before.about), given.holds(after.about)) == (True, False)


def test_the_last_answer_counts_until_it_is_taken_back(make: Make) -> None:
    (one, *_) = about(make, site(make))
    first, second = make("answer", one, "supports", 1), make("answer", one, "cannot-tell", 2)
    back = make("entry", 3, TAKEN_BACK, site="main", question=one.id, entry=2)

    def last(*entries: Any) -> Answer | None:
        return told_of(entries)["main"].get(one.id)

    assert last(first, second).result == "cannot-tell"  # type: ignore[union-attr]
    assert last(first, second, back) is None
    assert last(first, second, back, make("answer", one, "supports", 4)).entry == 4  # type: ignore[union-attr]


def everything(make: Make) -> Report:
    data = replace(site(make, issues=()), outcomes={PageOutcome.AUDITED: 4})
    return make("report_of", data, answers=[make("answer", one) for one in make("questions", data)])  # type: ignore[no-any-return]


def told(report: Report, language: Language) -> str:
    data = json.loads(json.dumps(to_data(report)))
    page = pages.render_pages(data)[f"sites/main/{pages.page_name('index', language)}"]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").replace("\u202f", " "))


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "No failure found; people answered every question about the required criteria",
                "Supports: people checked",
                "People looked and answered all 4 questions. The tools found no failure.",
                "last on 20 November 2026, by A. Osei, tester",
            ],
        ),
        ("fr", ["des personnes ont répondu à toutes les questions", "Respecté : vérifié par des personnes"]),
    ],
)
def test_a_site_of_which_all_is_answered(make: Make, language: Language, sentences: list[str]) -> None:
    report = everything(make)
    site = report.sites[0]

    assert site.verdict == "no-failure-found"
    assert (site.required.person, site.required.supports, site.required.removed) == (0, 35, 1)
    assert site.asked.answered == site.asked.asked
    assert [one for one in sentences if one not in told(report, language)] == []


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Ended: it has changed since"), ("fr", "Échue : cela a changé")]
)
def test_a_report_says_what_ended(make: Make, language: Language, sentence: str) -> None:
    answers = [make("answer", one) for one in about(make, site(make))]

    page = told(make("report_of", site(make, "x234"), answers=answers), language)

    assert sentence in page
    assert ("1 answer has ended" if language == "en" else "1 réponse est échue") in page


def test_evidence_is_shown_as_text(make: Make) -> None:
    data = site(make)
    answers = [make("answer", one, evidence="<b>bold</b>\u202e") for one in about(make, data)]
    made = json.loads(json.dumps(to_data(make("report_of", data, answers=answers))))

    page = pages.render_pages(made)["sites/main/index.html"]

    assert "&lt;b&gt;bold" in page
    assert "\u202e" not in page


@pytest.mark.parametrize(
    ("said", "extent", "level", "words"),
    [
        (["partially-supports"], "partially-supports", "partially-supports", "Partially supports: some of it fails"),
        (["does-not-support"], "does-not-support", "does-not-support", "Does not support: most of it fails"),
        (["partially-supports", "does-not-support"], "does-not-support", "does-not-support", "Does not support"),
        (["supports", "partially-supports"], "partially-supports", "partially-supports", "Partially supports"),
    ],
)
def test_how_much_fails_is_told_as_people_say_it(
    make: Make, said: list[str], extent: str, level: str, words: str
) -> None:
    data = site(make)
    answers = [make("answer", one, how) for one, how in zip(about(make, data), said, strict=False)]
    report = make("report_of", data, answers=answers)
    told = to_data(report)
    main = told["sites"][0]

    (criterion,) = (one for one in report.sites[0].criteria if one.number == QUIET)
    page = pages.render_pages(told)["sites/main/index.html"]
    row = page.split(f'id="sc-{QUIET}"')[1].split("</tr>")[0]
    listed = next(row for row in rows.criteria(main, Words("en")) if row[0] == QUIET)
    earl_of = next(
        one
        for one in json.loads(earl.render(main, told, Words("en")))["auditSample"]
        if one["test"]["title"].startswith(QUIET)
    )
    chapters = yaml.safe_load(openacr.render(main, told))["chapters"].values()
    acr = next(one for chapter in chapters for one in chapter.get("criteria", ()) if one["num"] == QUIET)

    assert (criterion.result, criterion.method, criterion.extent) == ("fails", "person", extent)
    assert words in row
    assert ('class="tag c-partial"' in row) is (extent == "partially-supports")
    assert listed[5].startswith(words)
    assert earl_of["result"]["outcome"]["id"] == "earl:failed"
    assert earl_of["result"]["description"].startswith(words)
    assert {part["adherence"]["level"] for part in acr["components"]} == {level}


def test_what_a_tool_proves_says_nothing_of_how_much(make: Make, whole_city: Report) -> None:
    main = next(site for site in whole_city.sites if site.key == "main")

    assert {one.extent for one in main.criteria} == {""}
    assert "fails, people say" not in pages.render_pages(to_data(whole_city))["sites/main/index.html"]
