"""The restricted register: what it says of each exposure, what to do, and what never stands in the IPC's form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from audits.model import Disposition, Exposure, Kind, Tier, exposure_id
from audits.standards import load
from reports.facts import LeftOut
from reports.formats import html
from reports.formats.json import register_data, render, to_data
from reports.model import Report
from reports.register import FORM_KNOWN, build_register
from reports.register_model import Register

Make = Callable[..., Any]
BEFORE = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


def seen(make: Make, n: int = 1, **changes: Any) -> Any:
    """A place with a value: ``where``, ``people`` and so on change the exposure, the rest the place."""
    names = set(Exposure.__dataclass_fields__)
    mine = {name: value for name, value in changes.items() if name in names}
    place = make("exposure", "CA_SIN", n, **{k: v for k, v in changes.items() if k not in names})
    return replace(place, exposure=replace(place.exposure, **mine))


def register_of(make: Make, *places: Any, **city: Any) -> Register:
    issue = make("issue", "pii/ca-sin", 16, places=len(places), examples=places)
    built: Report = make("report_of", make("site", issues=(issue,)), **city)
    return built.register


def page_of(report: Report, language: str = "en") -> str:
    pages = html.render_register(json.loads(render(register_data(report))))
    return pages["privacy.html" if language == "en" else f"privacy.{language}.html"]


def plain(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup)).replace("\u00a0", " ")


def section(page: str, name: str) -> str:
    found = re.search(rf'<section class="sec" id="{name}".*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("where", "steps"),
    [
        (["text"], ["take-down"]),
        (["alt", "title", "field", "link"], ["take-down"]),
        (["comment"], ["take-out-of-source"]),
        (["script", "hidden", "attribute"], ["take-out-of-source"]),
        (["url"], ["change-address"]),
        (["text", "url"], ["take-down", "change-address"]),
        (["elsewhere"], []),
    ],
)
def test_how_it_is_contained_depends_on_where_it_stands(make: Make, where: list[str], steps: list[str]) -> None:
    register = register_of(make, *(seen(make, n, where=place) for n, place in enumerate(where)))

    special = {step.id for step in register.steps if not step.everywhere}
    (entry,) = register.entries
    assert [step for step in entry.steps if step in special] == steps
    assert [step for step in entry.steps if step not in special] == [s.id for s in register.steps if s.everywhere]
    assert {step.id: step.exposures for step in register.steps if step.id in special} == {
        step: int(step in steps) for step in special
    }


def test_steps_are_in_the_order_of_the_data(make: Make) -> None:
    register = register_of(make, seen(make))

    assert [step.id for step in register.steps] == [step.id for step in load().breach.steps]
    assert register.entries[0].steps[0] == "report"


def test_what_the_form_may_say_of_an_exposure(make: Make) -> None:
    places = (
        seen(make, 1, url="https://www.alder.example/a", beside=("PERSON",), people=3, child=False),
        seen(make, 2, url="https://www.alder.example/a", beside=("DATE_OF_BIRTH", "PERSON"), people=5, child=False),
        seen(make, 3, url="https://www.alder.example/b?mail=[EMAIL]", beside=(), people=2, child=True),
    )

    (entry,) = register_of(make, *places).entries

    assert entry.kinds == ("CA_SIN", "PERSON", "DATE_OF_BIRTH")
    assert (entry.people, entry.child) == (7, True)
    assert entry.addresses == ("https://www.alder.example/a", "https://www.alder.example/b?mail=[EMAIL]")


def test_who_hosts_a_site_is_a_hint_for_the_form(make: Make) -> None:
    data = make(
        "site",
        site=make("site_record", vendor="Northern Ticketing"),
        issues=(make("issue", "pii/ca-sin", 16, examples=(seen(make),)),),
    )
    report = make("report_of", data)

    assert report.register.entries[0].vendor == "Northern Ticketing"
    assert "Vendor of the site: Northern Ticketing." in plain(page_of(report))


def test_the_form_holds_no_excerpt_mask_title_or_hash(make: Make) -> None:
    place = seen(make, url="https://www.alder.example/m", mask="MASKED", value_hmac="beefbeef", page_title="TITLED",
                 snippet="EXCERPT", selector="SELECTED")  # fmt: skip
    report = make("report_of", make("site", issues=(make("issue", "pii/ca-sin", 16, examples=(place,)),)))

    page = page_of(report)
    (entry,) = re.findall(r'<details class="more flush">.*?</details>', page, re.DOTALL)
    told = entry + section(page, "form")
    words = ("MASKED", "EXCERPT", "TITLED", "SELECTED", "beefbeef", exposure_id(place.fingerprint))

    assert [word for word in words if word in told] == []
    assert "https://www.alder.example/m" in told
    assert all(word in page for word in words[:4])  # or the test would prove nothing


def test_what_only_people_know_is_left_to_them(make: Make) -> None:
    register = register_of(make, seen(make))

    ids = [field.id for field in register.form.fields]
    assert set(ids) >= FORM_KNOWN
    assert [field.id for field in register.form.fields if not field.known] == [
        "organization", "how", "notified", "investigated", "contact",
    ]  # fmt: skip
    assert all(field.text.en and field.text.fr for field in register.form.fields)


@pytest.mark.parametrize(
    ("language", "words", "person"),
    [
        ("en", "Check the wording with the IPC.", "A person. The audit knows nothing of it."),
        ("fr", "Vérifiez le texte auprès du CIPVP.", "Une personne. L’audit n’en sait rien."),
    ],
)
def test_the_form_says_that_its_words_must_be_checked(make: Make, language: str, words: str, person: str) -> None:
    report = make("report_of", make("site", issues=(make("issue", "pii/ca-sin", 16, examples=(seen(make),)),)))

    told = plain(section(page_of(report, language), "form"))
    assert words in told
    assert told.count(person) == 5


def test_an_exposure_that_a_person_must_confirm_is_none_yet(make: Make) -> None:
    unsure = "a person must first say that it is an exposure"
    sure = make("issue", "pii/ca-sin", 16, examples=(seen(make),))
    both = (sure, replace(sure, id="E-2", fingerprint="1:2", verdict="review"))

    assert unsure not in plain(page_of(make("report_of", make("site", issues=(sure,)))))
    assert plain(page_of(make("report_of", make("site", issues=both)))).count(unsure) == 1


# What is known of its life


def test_a_new_exposure_was_found_and_no_more(make: Make) -> None:
    (entry,) = register_of(make, seen(make)).entries

    assert [(event.kind, event.on) for event in entry.history] == [("found", "2026-11-23T01:00:00-05:00")]


def test_what_happened_is_told_oldest_first(make: Make) -> None:
    place = seen(make)
    told = Disposition(
        finding=exposure_id(place.fingerprint), ground="exposure", reason="It is one.", by="Clerk",
        on=date(2026, 11, 12), until=date(2027, 5, 1),
    )  # fmt: skip
    issue = make("issue", "pii/ca-sin", 16, state="open", first_run="run-0", first_seen=BEFORE, examples=(place,))

    report = make("report_of", make("site", issues=(issue,)), dispositions=(told,))

    (entry,) = report.register.entries
    assert [(event.kind, event.on[:10], event.by, event.outcome) for event in entry.history] == [
        ("found", "2026-11-02", "", ""),
        ("decided", "2026-11-12", "Clerk", "exposure"),
        ("seen", "2026-11-23", "", ""),
    ]
    assert "12 Nov 2026: decision of Clerk on" in plain(page_of(report))
    assert report.register.oldest[:10] == "2026-11-02"


def test_steps_that_people_recorded_stand_with_their_exposure(make: Make) -> None:
    place = seen(make)
    there = make("issue", "pii/ca-sin", 16, examples=(place,))
    gone = make("issue", "pii/ca-sin", 17, state="fixed", part_key="footer")
    done = {"by": "W. Lead, Web", "site": "main", "on": "2026-11-24"}
    of = {"exposure": there.id, "finding": "", "note": "Ticket 4821."}
    one = {**of, "finding": exposure_id(place.fingerprint)}
    entries = (
        make("entry", 1, "step-done", **of | done, step="take-down"),
        make("entry", 2, "step-done", **one | done, step="caches"),
        make("entry", 3, "step-done", **of | done, step="prevent"),
        make("entry", 4, "step-undone", **of | done, step="prevent"),
        make("entry", 5, "step-undone", **of | done, step="caches"),  # of all values, which nobody had recorded
        make("entry", 6, "step-done", **of | done | {"exposure": gone.id}, step="archives"),
        make("entry", 7, "step-done", **of | done | {"exposure": "E-elsewhere"}, step="report"),
    )
    report = make("report_of", make("site", issues=(there, gone)), kept=make("custody", entries=entries))

    register = report.register
    (entry,) = register.entries
    assert [(it.step, it.place, it.by, it.on, it.note, it.entry) for it in entry.done] == [
        ("take-down", "", "W. Lead, Web", "2026-11-24", "Ticket 4821.", 1),
        ("caches", one["finding"], "W. Lead, Web", "2026-11-24", "Ticket 4821.", 2),
    ]
    assert [it.step for it in register.earlier[0].done] == ["archives"]
    assert {step.id: step.done for step in register.steps if step.done} == {"take-down": 1, "caches": 1}
    assert [event.outcome for event in entry.history if event.kind == "undone"] == ["prevent", "caches"]
    page = plain(page_of(report))
    for words in (
        *("Done 24 Nov 2026 by W. Lead, Web. Ticket 4821.", "Done 24 Nov 2026 by W. Lead, Web. x-"),
        *("24 Nov 2026: W. Lead, Web did a step: Take it down or replace it", "24 November 2026: Take it down"),
        *("took back that a step was done: Clear caches", "Ask web archives to exclude it: done 24 Nov 2026"),
    ):
        assert words in page, words
    assert "Faite le 24 nov. 2026 par W. Lead, Web. Ticket 4821." in plain(page_of(report, "fr"))


def test_decisions_are_listed_and_those_that_ended_say_so(make: Make) -> None:
    place = seen(make)
    told = {"ground": "consent", "reason": "Signed form.", "by": "Clerk", "on": date(2026, 1, 5)}
    decisions = (
        Disposition(finding=exposure_id(place.fingerprint), until=date(2026, 11, 23), **told),  # the day of the run
        Disposition(finding="x-00000000dead", until=date(2026, 11, 22), **told),
    )
    lists = LeftOut(own_domains=("alder.example",), pages=("/staff/*#aside",))

    register = register_of(make, place, dispositions=decisions, left_out=lists)

    assert [(one.id, one.ended, one.listed) for one in register.decisions] == [
        ("x-00000000dead", True, False),
        (exposure_id(place.fingerprint), False, True),
    ]
    issue = make("issue", "pii/ca-sin", 16, examples=(place,))
    report = make("report_of", make("site", issues=(issue,)), dispositions=decisions, left_out=lists)
    page = plain(section(page_of(report), "decisions"))
    for words in ("x-00000000dead No value listed above", "consent, by Clerk on 5 Jan 2026 Signed form.",
                  "22 Nov 2026 Ended", "alder.example", "/staff/*#aside"):  # fmt: skip
        assert words in page, words
    assert page.count("Ended") == 1
    assert "Terminée : la valeur" in plain(section(page_of(report, "fr"), "decisions"))


def test_a_decision_about_many_stands_with_each_of_them_and_hides_none(make: Make) -> None:
    told = {"ground": "business-contact", "reason": "Staff.", "by": "Clerk", "on": date(2026, 1, 5)}
    here, gone = {**told, "until": date(2026, 12, 31)}, {**told, "until": date(2026, 11, 1)}
    mail = [seen(make, n, entity="EMAIL_ADDRESS", mask=f"[EMAIL j…@{host}]") for n, host in ((1, "a.ex"), (2, "b.ex"))]
    phone, sin = seen(make, 3, entity="PHONE_NUMBER", value_hmac="f00d"), seen(make, 4)
    decisions = (
        Disposition(finding="firm-a", domains=("a.ex",), **here),
        Disposition(finding="firm-b", domains=("b.ex",), site="main", **gone),
        Disposition(finding="desk", numbers=("[PHONE 905]",), hmacs=frozenset({"f00d"}), **here),
        Disposition(finding="nobody", pages=("/none#footer",), **here),
        Disposition(finding="all", pages=("/page-4",), **here),  # on which there is an identifier alone
    )
    issue = make("issue", "pii/phone-number", 16, places=4, examples=(*mail, phone, sin))
    report: Report = make("report_of", make("site", issues=(issue,)), dispositions=decisions)

    register = report.register
    (entry,) = register.entries
    assert [place.decision and place.decision.name for place in entry.places] == ["firm-a", "firm-b", "desk", None]
    assert (entry.decided, register.decided, register.open) == (2, 2, 1)
    assert [(one.id, one.ended, one.listed, one.values) for one in register.decisions] == [
        ("firm-b", True, True, 1), ("all", False, False, 0), ("desk", False, True, 1), ("firm-a", False, True, 1),
        ("nobody", False, False, 0),
    ]  # fmt: skip
    assert [event.place for event in entry.history if event.kind == "decided"] == ["firm-a", "firm-b", "desk"]
    page = page_of(report)
    rows = plain(section(page, "decisions"))
    for words in ("firm-b Site: main b.ex 1 place listed above", "Ended", "desk [PHONE 905] 1 place",
                  "nobody /none#footer It speaks of no value listed above"):  # fmt: skip
        assert words in rows, words
    assert "Decision “firm-a”: business contact, by Clerk on 5 January 2026" in plain(page)
    assert "Decision “firm-b” ended on 1 November 2026" in plain(page)
    french = page_of(report, "fr")
    assert "Décision « firm-a » : " in plain(french)
    assert "Ne porte sur aucune valeur de la liste" in plain(section(french, "decisions"))


def test_what_is_gone_or_was_not_looked_at_is_listed_apart(make: Make) -> None:
    issues = (
        make("issue", "pii/ca-sin", 16, state="fixed", first_seen=BEFORE, last_seen=BEFORE),
        make("issue", "pii/phone-number", 17, state="not-checked", last_seen=BEFORE),
        make("issue", "axe/button-name", 18, state="fixed"),
    )
    report = make("report_of", make("site", issues=issues))

    register = report.register
    assert (register.open, register.gone, register.oldest) == (0, 1, "")
    assert [(one.id, one.state, one.last_seen[:10]) for one in register.earlier] == [
        ("E-000010", "fixed", "2026-11-02"),
        ("E-000011", "not-checked", "2026-11-02"),
    ]
    told = plain(section(page_of(report), "earlier"))
    assert "No longer on the pages that showed it (23 Nov 2026)" in told
    assert "Not looked at: it may still be there" in told


# Law, and who sees what


@pytest.mark.parametrize("status", ["guidance", "read by somebody", ""])
def test_what_is_not_marked_as_read_prints_as_guidance(make: Make, whole_city: Report, status: str) -> None:
    breach = load().breach
    duty = replace(breach.duties[0], status=status)
    verified = replace(duty, id="other", status="verified")

    register = build_register(
        make("run"), [], [], {}, UTC, {}, replace(breach, steps=(), duties=(duty, verified)), None
    )
    page = page_of(replace(whole_city, register=register))

    assert [one.status for one in register.duties] == ["guidance", "verified"]
    said = plain(section(page, "steps"))
    assert said.count("Guidance, not law") == 1
    assert said.count("in a stored copy") == 1


def test_words_of_sources_are_marked_as_english_on_the_french_page(whole_city: Report) -> None:
    told = section(page_of(whole_city, "fr"), "steps")

    sources = re.findall(r"<p class=\"small muted\">.*?</p>", told)
    assert len(sources) == len(whole_city.register.steps) + len(whole_city.register.duties)
    assert all('<span lang="en-CA">' in source for source in sources)


def test_the_register_shows_how_to_look_at_a_value_of_its_own(make: Make) -> None:
    place = seen(make)
    report = make("report_of", make("site", issues=(make("issue", "pii/ca-sin", 16, examples=(place,)),)))
    empty = make("report_of", make("site"))

    assert f"handrail reveal {exposure_id(place.fingerprint)} --by" in plain(section(page_of(report), "who"))
    assert "handrail reveal FINDING --by" in plain(section(page_of(empty), "who"))


def test_a_store_that_was_not_asked_is_no_store_without_holds(make: Make) -> None:
    report = make("report_of", make("site"))
    page = page_of(report)

    assert report.register.custody is None
    for name in ("keep", "log"):
        told = plain(section(page, name))
        assert "The store was not asked" in told
        assert "No hold is in force" not in told
        assert "all hashes fit" not in told


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "h-1 Legal hold (main), by City Clerk, since 23 November 2026: file 12",
                "Set by: By-law 2026-7.",
                "24 Nov 2027",  # a day longer than a year
                "Run run-0, 23 November 2026, entry 3 of the log, by A. Officer: file 12",
                "4 entries, 1 look at values",
                "Entry 3 is kept: e-mail to the Clerk",
                "1 hold is in force.",
                "A. Officer looked for the value x-000000000001: shown",
            ],
        ),
        (
            "fr",
            [
                "h-1 Retenue juridique (main), par City Clerk, depuis le 23 novembre 2026 : file 12",
                "24 nov. 2027",
                "1 retenue est en vigueur.",
                "A. Officer a cherché la valeur x-000000000001 : montrée",
            ],
        ),
    ],
)
def test_how_the_evidence_is_kept_is_told_in_both_languages(
    whole_city: Report, language: str, words: list[str]
) -> None:
    told = plain(page_of(whole_city, language))

    assert [said for said in words if said not in told] == []


def test_what_people_wrote_into_the_log_stays_text(make: Make) -> None:
    evil = "</style><script>alert(1)</script>\u202e{by}"
    kept = make("custody")
    holds = (replace(kept.holds[0], by=evil, reason=evil, site=evil),)
    entries = tuple(replace(one, facts={**one.facts, "by": evil, "reason": evil}) for one in kept.entries[:3])
    anchor = replace(kept.entries[3], facts={**kept.entries[3].facts, "by": evil, "where": evil})
    issue = make("issue", "pii/ca-sin", 16, examples=(make("exposure", "CA_SIN", 1),))
    hostile = make("custody", holds=holds, entries=(*entries, anchor), by_law=evil)
    report = make("report_of", make("site", issues=(issue,)), kept=hostile)

    for language in ("en", "fr"):
        page = page_of(report, language)
        assert page.count("&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;{by}") >= 7
        assert "<script" not in page
        assert "\u202e" not in page


def test_the_compliance_report_counts_and_tells_no_more(make: Make) -> None:
    """Kinds and numbers: whatever the register learns, the public data stays the same."""
    few = make("issue", "pii/ca-sin", 16, places=2, examples=(seen(make, 1), seen(make, 2)))
    other = replace(
        few, examples=tuple(seen(make, n, where="url", url=f"https://www.alder.example/{n}") for n in (7, 8))
    )

    def public(issue: Any) -> str:
        return render(to_data(make("report_of", make("site", issues=(issue,)))))

    assert public(few) == public(other)
    assert '"exposures": 1' in public(few)


def test_an_entry_names_its_kind_and_tier_as_ever(make: Make) -> None:
    issue = make("issue", "pii/ca-sin", 16, kind=Kind.EXPOSURE, examples=(seen(make, tier=Tier.REVIEW),))

    (entry,) = make("report_of", make("site", issues=(issue,))).register.entries

    assert [(place.entity, place.tier) for place in entry.places] == [("CA_SIN", "review")]
