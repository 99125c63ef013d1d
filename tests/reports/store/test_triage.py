"""What clears most comes first, the law before advice; a first baseline is no amnesty for what is exposed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from store_helpers import audit, audited, fails, finding, passes, run_record, site_record, url

from audits.model import Exposure, Impact, Kind, Link, PageOutcome, PageResult, Rule, Tier, Verdict, Waiver, exposure_id
from audits.standards import load
from reports import baseline, gate_model
from reports.formats import triage as formats
from reports.gate import decide
from reports.gate_model import GatePolicy
from reports.owners import Owners, PartEntry
from reports.text import Words
from reports.triage import Case, Triage, effort_of, plan_of, without_amnesty
from reports.waivers import Waivers

DAY = date(2027, 3, 2)
ZONE = ZoneInfo("America/Toronto")
RULES = {
    rule.id: rule
    for rule in (
        Rule(id="axe/image-alt", title="Image", why="", fix="Alt.", impact=Impact.CRITICAL, criteria=("1.1.1",)),
        Rule(id="axe/link-name", title="Link", why="", fix="Name.", impact=Impact.SERIOUS, criteria=("2.4.4",)),
        Rule(id="axe/target-size", title="Small", why="", fix="Grow.", impact=Impact.CRITICAL, criteria=("2.5.8",)),
        Rule(id="axe/region", title="Region", why="", fix="Put.", impact=Impact.MODERATE, best_practice=True),
        Rule(id="privacy/tracker", title="Tracker", why="", fix="Stop.", impact=Impact.SERIOUS, kind=Kind.PRIVACY),
        Rule(id="pii/ca-sin", title="SIN", why="", fix="Contain.", impact=Impact.CRITICAL, kind=Kind.EXPOSURE),
    )
}
IMAGE = finding()
LINK = finding("axe/link-name", part="contentinfo", selector="footer a")
SMALL, REGION, TRACKER = finding("axe/target-size"), finding("axe/region"), finding("privacy/tracker")
CONTAIN = "Contain it; which and where: the privacy register."
FOOTER = PartEntry(
    parts=("contentinfo*",), name_en="Site footer", name_fr="Pied de page", owner="Design", file="templates/footer.html"
)


def page(*findings):
    found = {}
    for one in findings:
        found.setdefault(one.rule, []).append(replace(one, impact=RULES[one.rule].impact))
    return audited(*(fails(*some) for some in found.values()), *(passes(rule) for rule in RULES if rule not in found))


GOOD = page()


def sin(value):
    exposed = Exposure(
        entity="CA_SIN", tier=Tier.REPORT, where="text", mask="••• ••• •••", value_hmac=value * 64, score=1.0
    )
    return finding("pii/ca-sin", exposure=exposed, fingerprint=f"1:{value * 32}")


def planned(store, run_id="r1", *, waivers=(), entries=()):
    run = next(one for one in store.runs() if one.id == run_id)
    case = Case(
        run=run,
        data=store.site_data(run_id, "main"),
        standing=store.standing(run_id, "main"),
        owners=Owners(site="Web team", parts=tuple(entries)),
    )
    return plan_of(case, RULES, load(), Waivers(waivers, DAY), ZONE)


def waiver(**changes):
    told = {"rules": ("axe/image-alt",), "ground": "g", "reason": "r", "owner": "o", "by": "b"}
    return Waiver(**{"name": "w", "on": DAY, "until": DAY, **told, **changes})


# The order


def test_what_the_law_requires_comes_first_then_what_clears_most(store):
    footer = [replace(LINK, selector=f"a:nth-child({n})", snippet=f"<a class=x{n * 'y'}>") for n in range(3)]
    advice, tracker = (replace(one, part=LINK.part) for one in (REGION, TRACKER))
    pages = {f"p{n}": page(*footer, tracker, advice, SMALL) for n in range(4)}
    audit(store, "r1", pages | {"a": page(IMAGE, replace(IMAGE, selector="p img")), "b": page(sin("1"))})

    plan = planned(store)

    # By worth alone: the footer's links 12 x 3, its tracker 4 x 3, its advice 4 x 2, images 2 x 4, targets 4 x 4 / 3.
    assert [(one.rule, one.tier, one.places) for one in plan.repairs] == [
        ("axe/link-name", "required", 12),
        ("axe/image-alt", "required", 2),
        ("axe/target-size", "goal", 4),
        ("privacy/tracker", "privacy", 4),
        ("axe/region", "advice", 4),
    ]
    assert [one.running for one in plan.repairs] == [12, 14, 18, 22, 26]
    assert [one.running_percent for one in plan.repairs] == [46, 53, 69, 84, 100]
    assert (plan.places, plan.first, plan.first_percent) == (26, 5, 100)
    assert [(one.tier, one.repairs, one.places) for one in plan.tiers] == [
        ("required", 2, 14),
        ("goal", 1, 4),
        ("privacy", 1, 4),
        ("advice", 1, 4),
    ]


def test_places_are_weighted_by_harm_and_by_effort(file_store):
    """Four pages to open cost three times one part: 4 x 4 / 3 is less than 2 x 3 / 1."""
    twice = [LINK, replace(LINK, selector="footer p a")]
    pages = {"a": page(IMAGE), "b": page(IMAGE), "c": page(IMAGE), "d": page(IMAGE), "e": page(*twice)}
    audit(file_store, "r1", pages)

    plan = planned(file_store)

    assert [(one.rule, one.places, one.effort) for one in plan.repairs] == [
        ("axe/link-name", 2, "small"),
        ("axe/image-alt", 4, "medium"),
    ]


def test_five_of_many_repairs_are_said_to_clear_so_much(file_store):
    parts = [replace(LINK, part=replace(LINK.part, key=f"navigation-{n}"), selector=f"#n{n} a") for n in range(8)]
    more = [replace(one, selector=f"{one.selector} b") for one in parts[:4]]
    audit(file_store, "r1", {"a": page(*parts, *more)})

    plan = planned(file_store)

    assert [one.places for one in plan.repairs] == [2, 2, 2, 2, 1, 1, 1, 1]
    assert (plan.places, plan.first, plan.first_percent) == (12, 5, 75)


def test_what_is_no_repair_is_counted_and_not_in_the_plan(store):
    asks = replace(IMAGE, verdict=Verdict.REVIEW)
    audit(store, "r0", {"a": page(), "b": page(LINK)})
    pages = {
        "a": page(asks, replace(asks, selector="p img"), sin("1"), sin("2")),
        "b": PageResult(outcome=PageOutcome.HUNG),
    }
    audit(store, "r1", pages)

    plan = planned(store)

    assert (plan.repairs, plan.places, plan.first_percent) == ((), 0, 0)
    assert (plan.exposures, plan.values) == (1, 2)
    assert (plan.review_issues, plan.review_places, plan.not_checked) == (1, 2, 1)


@pytest.mark.parametrize(
    ("changes", "places", "accepted"),
    [
        ({}, [], 1),
        ({"urls": ("/a",)}, [1], 0),
        ({"urls": ("/*",)}, [], 1),
        ({"rules": ("axe/link-name",)}, [2], 0),
        ({"site": "other"}, [2], 0),
        ({"on": date(2027, 1, 1), "until": date(2027, 3, 1)}, [2], 0),  # ended yesterday
    ],
)
def test_what_is_accepted_for_a_time_is_not_in_the_plan(file_store, changes, places, accepted):
    audit(file_store, "r1", {"a": page(IMAGE), "b": page(IMAGE)})

    plan = planned(file_store, waivers=[waiver(**changes)])

    assert ([one.places for one in plan.repairs], plan.accepted) == (places, accepted)


# Effort


@pytest.mark.parametrize(
    ("touches", "sizes"),
    [
        ("part", {1: "small", 10: "small", 11: "medium", 50: "medium", 51: "large"}),
        ("pages", {1: "small", 3: "small", 4: "medium", 20: "medium", 21: "large"}),
        ("documents", {1: "small", 2: "medium", 5: "medium", 6: "large"}),
        ("both", {2: "medium", 6: "large"}),
        ("template", {10: "medium", 10_000: "medium"}),
    ],
)
def test_effort_follows_from_what_is_touched(touches, sizes):
    assert {count: effort_of(touches, count) for count in sizes} == sizes


@pytest.mark.parametrize(
    ("bad", "good", "told"),
    [
        (10, 2, ("template", 10)),
        (10, 3, ("pages", 10)),  # 10 of 13 pages are not nearly all
        (9, 0, ("pages", 9)),  # all, and few
    ],
)
def test_the_same_once_on_nearly_every_page_is_one_template_probably(file_store, bad, good, told):
    pages = {f"bad{n}": page(IMAGE) for n in range(bad)} | {f"good{n}": GOOD for n in range(good)}
    audit(file_store, "r1", pages)

    (repair,) = planned(file_store).repairs

    assert (repair.touches, repair.count) == told


def test_twice_on_a_page_is_no_template(file_store):
    pages = {f"p{n}": page(IMAGE) for n in range(11)} | {"q": page(IMAGE, replace(IMAGE, selector="p img"))}
    audit(file_store, "r1", pages)

    (repair,) = planned(file_store).repairs

    assert (repair.touches, repair.count, repair.effort) == ("pages", 12, "medium")


def test_a_file_is_repaired_as_a_whole(file_store):
    """40 places in one file are worth as much as one."""
    many = [replace(IMAGE, selector=f"page {n}", part=replace(IMAGE.part, key="file", name="File")) for n in range(40)]
    audit(file_store, "r1", {"x.pdf": replace(page(*many), outcome=PageOutcome.DOCUMENT), "a": page(*[LINK] * 2)})

    plan = planned(file_store)

    by_rule = {one.rule: (one.touches, one.count, one.places, one.documents, one.pages) for one in plan.repairs}
    assert by_rule["axe/image-alt"] == ("documents", 1, 40, 1, 0)
    assert [one.rule for one in plan.repairs] == ["axe/link-name", "axe/image-alt"]


# Parts and owners


def test_parts_have_owners_and_shares(store):
    second = replace(LINK, rule="axe/target-size")
    audit(store, "r1", {"a": page(LINK, second, IMAGE), "b": page(LINK, second), "c": page(REGION)})

    plan = planned(store, entries=[FOOTER])

    assert [
        (one.called.en or one.part, one.owner, one.repairs, one.places, one.required, one.percent) for one in plan.parts
    ] == [
        ("Site footer", "Design", 2, 4, 2, 66),
        ("Content", "Web team", 2, 2, 1, 33),
    ]
    assert {one.file for one in plan.repairs if one.owner == "Design"} == {"templates/footer.html"}


# The first baseline


def gate(store, base, run_id):
    case = gate_model.Case(
        data=store.site_data(run_id, "main"),
        now=store.standing(run_id, "main"),
        base=base,
        policy=GatePolicy(),
    )
    return decide([case], RULES, load(), (), DAY, lambda *_: ())


@pytest.mark.parametrize(
    ("keep", "new"),
    [
        ("", {"pii/ca-sin"}),
        ("critical", {"pii/ca-sin", "axe/image-alt"}),
        ("serious", {"pii/ca-sin", "axe/image-alt", "axe/link-name"}),
    ],
)
def test_a_first_baseline_is_no_amnesty_for_what_is_exposed(file_store, keep, new):
    asks = replace(SMALL, verdict=Verdict.REVIEW)  # critical, and does not fail
    pages = {"a": page(IMAGE, LINK, REGION, asks, sin("1"), sin("2")), "b": GOOD}
    for run_id in ("r1", "r2"):
        audit(file_store, run_id, pages)

    taken = baseline.dump([without_amnesty(file_store.standing("r1", "main"), keep)])
    decision = gate(file_store, baseline.load(taken)["main"], "r2")

    (site,) = decision.sites
    assert {one.rule for one in site.issues if one.change == "new"} == new
    assert {one.rule for one in site.broken} == new
    assert decision.code == 1
    assert gate(file_store, file_store.standing("r1", "main"), "r2").code == 0  # what an amnesty would be
    assert "1" * 32 not in taken


@pytest.mark.parametrize(("decided", "shut", "told"), [("", True, 2), ("1", True, 1), ("12", False, 0)])
def test_what_a_person_calls_no_exposure_may_be_in_a_first_baseline(file_store, decided, shut, told):
    for run_id in ("r1", "r2"):
        audit(file_store, run_id, {"a": page(sin("1"), sin("2"))})
    names = frozenset(exposure_id(f"1:{value * 32}") for value in decided)
    standing = file_store.standing("r1", "main")

    taken = without_amnesty(standing, decided=names)
    case = Case(run=file_store.runs()[0], data=file_store.site_data("r1", "main"), standing=standing, decided=names)
    plan = plan_of(case, RULES, load(), Waivers((), DAY), ZONE)

    assert gate(file_store, taken, "r2").code == shut
    assert (plan.exposures, plan.values) == (shut, told)


def test_with_nothing_exposed_a_first_baseline_is_met(file_store):
    for run_id in ("r1", "r2"):
        audit(file_store, run_id, {"a": page(IMAGE, LINK)})

    taken = without_amnesty(file_store.standing("r1", "main"))

    assert gate(file_store, taken, "r2").code == 0


# As it is shown


@pytest.fixture
def shown(file_store):
    hostile = replace(LINK, part=replace(LINK.part, key="navigation-x", name="Navigation: <b>@x</b> | `y`"))
    pages = {"a": page(LINK, IMAGE, sin("1"), hostile), "b": page(LINK, REGION)}
    audit(file_store, "r1", pages)
    return Triage(sites=(planned(file_store, entries=[FOOTER]),))


def test_text_tells_what_to_do_in_order(shown):
    lines = formats.as_text(shown, Words("en")).replace("\xa0", " ").splitlines()

    assert lines[:5] == [
        "main: 127.0.0.1",
        "  Run r1 of 1 March 2027",
        "  2 pages audited, 100% of those asked for",
        f"  First of all: 1 exposure of personal information, 1 value. {CONTAIN}",
        "  The first 4 repairs clear 100% of 5 places.",
    ]
    assert "  What the law requires: 3 repairs, 4 places" in lines
    first = lines.index("    1. Serious · Link (axe/link-name) " + shown.sites[0].repairs[0].id)
    assert lines[first + 1 : first + 6] == [
        "       In Site footer (templates/footer.html): 2 places on 2 pages",
        "       Effort: small (one part that pages share; 1 kind of element in it)",
        "       40% cleared with all before",
        "       To repair: Name.",
        "       Owner: Design",
    ]


def test_text_is_said_in_french(shown):
    text = formats.as_text(shown, Words("fr"))

    assert "Les 4 premières réparations règlent 100\u202f% de 5 endroits." in text
    assert "Dans Pied de page (templates/footer.html)" in text
    assert "Effort\xa0: petit (une partie que des pages partagent; 1 sorte d’élément)" in text


def test_a_tracker_of_issues_gets_tasks_and_no_markup_of_a_page(shown):
    text = formats.as_markdown(shown, Words("en"))

    tasks = [line for line in text.splitlines() if line.startswith("- [ ] ")]
    assert len(tasks) == 4
    assert tasks[0].startswith("- [ ] **Link** · Serious · `axe/link-name` `A-")
    assert "<b>" not in text
    assert "@x" not in text


def test_tasks_end_where_an_issue_is_full_and_say_so(shown):
    (site,) = shown.sites
    many = tuple(replace(one, n=n) for n, one in enumerate(site.repairs * 200, start=1))
    text = formats.as_markdown(Triage(sites=(replace(site, repairs=many),)), Words("en"))

    tasks = text.count("- [ ] ")
    assert len(text) < 65_536
    assert 100 < tasks < 800
    assert f"\n- {800 - tasks} repairs more: with \\-\\-json or \\-\\-csv." in text


def test_every_form_has_every_repair_and_no_exposure(shown):
    told = json.loads(formats.as_json(shown, Words("en")))
    rows = list(csv.DictReader(io.StringIO(formats.as_csv(shown, Words("en")).removeprefix("\ufeff"))))

    of_json = told["sites"][0]["repairs"]
    assert [one["id"] for one in of_json] == [row["id"] for row in rows]
    assert [str(one["running_percent"]) for one in of_json] == [row["running_percent"] for row in rows]
    assert len(rows) == 4
    for form in (formats.as_text, formats.as_json, formats.as_csv, formats.as_markdown):
        text = form(shown, Words("en"))
        assert "pii/" not in text
        assert "•••" not in text


def test_an_incomplete_audit_says_that_its_plan_is_too(file_store):
    file_store.begin_run(run_record())
    file_store.begin_site(site_record())
    file_store.add_links("r1", "main", [Link(url=url("a"))])
    file_store.finish_site("r1", "main", "incomplete", ["deadline"])

    plan = planned(file_store)

    assert plan.reasons == ("deadline", "pages-waiting", "no-page-audited")
    text = formats.as_text(Triage(sites=(plan,)), Words("en"))
    assert "The audit is incomplete, so the plan is too" in text
    assert "Nothing to repair was found. That is not a pass." in text
