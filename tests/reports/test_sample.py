"""Which pages of a site a person is asked to look at."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reports import sample
from reports.formats.html import render_pages
from reports.formats.json import to_data
from reports.sample import draw, language, matter_for, shape, topics
from reports.store.records import AuditedPage

Make = Callable[..., Any]
SITE = "https://www.alder.example"


def page(path: str, *rules: str, failed: tuple[str, ...] = (), **changes: Any) -> AuditedPage:
    values = {"id": 1, "title": "", "lang": "en", "depth": path.count("/"), "start": path == "/"}
    spoke = frozenset(rules or ("axe/document-title",))
    return AuditedPage(url=SITE + path, spoke=spoke | set(failed), failed=frozenset(failed), **values | changes)


def news(count: int) -> list[AuditedPage]:
    """Pages all built alike."""
    return [page(f"/news/{n}") for n in range(1, count + 1)]


def paths(chosen: tuple[sample.Chosen, ...]) -> list[str]:
    return [one.page.url.removeprefix(SITE) for one in chosen]


@pytest.mark.parametrize(
    ("path", "title", "named"),
    [
        ("/contact-us", "", {"contact"}),
        ("/city/Contact.aspx", "", {"contact"}),
        ("/x", "Contact the City | City of Alder", {"contact"}),
        ("/fr/nous-joindre", "", {"contact"}),
        ("/x", "Communiquez avec nous – Ville d’Alder", {"contact"}),
        ("/faq", "", {"help"}),
        ("/x", "Centre d’aide", {"help"}),
        ("/search?q=tree", "Search results", {"search"}),
        ("/fr/recherche", "", {"search"}),
        ("/permits/apply-for-a-building-permit", "", {"form"}),
        ("/x", "Dog licence application form", {"form"}),
        ("/fr/demande-de-permis", "", {"form"}),
        ("/x", "Formulaire d’inscription", {"form"}),
        ("/sitemap.html", "", {"sitemap"}),
        ("/fr/plan-du-site", "", {"sitemap"}),
        ("/accessibility-statement", "", {"accessibility"}),
        ("/x", "Déclaration sur l’accessibilité", {"accessibility"}),
        ("/account/sign-in", "", {"login"}),
        ("/fr/ouvrir-une-session", "", {"login"}),
    ],
)
def test_a_page_says_what_it_is_for(path: str, title: str, named: set[str]) -> None:
    assert topics(page(path, title=title)) == named


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/contact-lenses-for-seniors", ""),
        ("/health/contact-tracing", ""),
        ("/contact/mayor/speeches/2025", ""),
        ("/contractors", "Contractors"),
        ("/jobs/help-wanted", "Help wanted"),
        ("/news/city-helps-flood-victims", ""),
        ("/support-ukraine", "Support Ukraine"),
        ("/aide-memoire", "Aide-mémoire du conseil"),
        ("/fire/search-and-rescue", "Search and rescue"),
        ("/research", "Research"),
        ("/fr/recherche-et-sauvetage", "Recherche et sauvetage"),
        ("/information", "Information"),
        ("/planning/form-based-code", ""),
        ("/arts/performances", "Performances at the platform"),
        ("/reform", "Council reform"),
        ("/news/registered-charities", "Registered charities"),
        ("/report-of-the-auditor", ""),
        ("/budget/supply-and-demand", "Supply and demand"),
        ("/heritage/site-plan-control", "Site plan control"),
        ("/council/accessibility-advisory-committee", ""),
        ("/parks/blogging-in-the-woods", "Logins of the year"),
        ("/forestry/logging", "Logging"),
        ("/", "City of Alder"),
        ("/tools?contact=1&help=2", ""),
    ],
)
def test_a_page_that_only_sounds_alike_is_none(path: str, title: str) -> None:
    assert topics(page(path, title=title)) == set()


@pytest.mark.parametrize(
    ("path", "lang", "spoken"),
    [
        ("/x", "en-CA", "en"),
        ("/x", "FR_ca", "fr"),
        ("/fr/accueil", "", "fr"),
        ("/en/accueil", "fr", "fr"),  # the page's own word counts
        ("/x", "zh-Hans", ""),
        ("/fr/accueil", "es", ""),
        ("/french-immersion", "", ""),
        ("/frozen/free", "", ""),
    ],
)
def test_the_language_of_a_page(path: str, lang: str, spoken: str) -> None:
    assert language(page(path, lang=lang)) == spoken


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("/news/2026/12/storm", "/news/2025/3/parade", True),
        ("/events?id=4&day=2", "/events?day=9&id=1", True),
        ("/a", "/b", True),
        ("/news/storm", "/parks/storm", False),
        ("/news/storm", "/news/2026", False),
        ("/news/storm", "/news/storm/pictures", False),
        ("/events?id=4", "/events?page=4", False),
        ("/news/storm", "/news/storm.aspx", False),
    ],
)
def test_addresses_of_one_shape(one: str, other: str, alike: bool) -> None:
    assert (shape(SITE + one) == shape(SITE + other)) == alike


def test_a_sample_holds_what_a_site_must_not_lack() -> None:
    alike = news(300)
    wanted = [
        page("/", start=True),
        page("/about/city/hall/contact-us"),
        page("/help"),
        page("/fr/accueil", lang="fr"),
        page("/council/video", "axe/video-caption"),
    ]

    drawn = draw([*alike, *wanted], "s")

    why = {one.page.url.removeprefix(SITE): one.why for one in drawn.structured}
    assert why == {
        "/": "start",
        "/about/city/hall/contact-us": "contact",
        "/help": "help",
        "/fr/accueil": "language",
        "/council/video": "kind",
        "/news/1": "kind",
    }
    assert [one.why for one in drawn.random] == ["random"]


def test_what_adds_most_that_is_new_comes_first() -> None:
    poor = [page(f"/poor{n}/x", "axe/label") for n in range(30)]
    rich = page("/rich/x", "axe/label", "axe/video-caption", "axe/td-headers-attr")
    drawn = draw([page("/"), *poor, rich], "s")

    assert paths(drawn.structured)[:2] == ["/", "/rich/x"]


def test_what_a_page_adds_is_counted_anew_after_each_choice() -> None:
    most = page("/a/x", "axe/label", "axe/list", "axe/region", "axe/tabindex")
    much_the_same = page("/b/x", "axe/label", "axe/list", "axe/region")
    less_but_new = page("/c/x", "axe/video-caption", "axe/td-headers-attr")

    drawn = draw([page("/"), most, much_the_same, less_but_new], "s")

    assert paths(drawn.structured) == ["/", "/a/x", "/c/x", "/b/x"]


def test_it_is_never_more_than_25_and_a_tenth_is_by_lot() -> None:
    every = [page(f"/section{n}/x", f"axe/rule-{n}", start=n < 9) for n in range(200)]

    drawn = draw(every, "s")

    assert (len(drawn.structured), len(drawn.random)) == (22, 3)
    assert [one.why for one in drawn.structured].count("start") == 5
    assert len({one.page.url for one in drawn.pages}) == 25


def test_a_small_site_is_its_own_sample_and_an_empty_one_has_none() -> None:
    assert paths(draw([page("/"), page("/a/b")], "s").pages) == ["/", "/a/b"]
    assert draw([], "s").pages == ()


def test_pages_whose_masked_addresses_are_the_same_are_one() -> None:
    masked = [replace(page("/mail?to=[EMAIL]"), id=n) for n in range(50)]

    assert len(draw(masked, "s").pages) == 1


def test_the_same_run_draws_the_same_pages_in_whatever_order_they_come() -> None:
    pages = [page("/"), *news(400)]
    shuffled = random.Random(7).sample(pages, len(pages))

    assert draw(pages, "s") == draw(shuffled, "s")


def test_another_run_or_site_draws_others() -> None:
    every = [page("/"), *news(400), *(page(f"/s{n}/x") for n in range(30))]
    seeds = [sample.seed_of(run, site) for run, site in [("r1", "main"), ("r2", "main"), ("r1", "rec")]]

    drawn = [draw(every, seed) for seed in seeds]

    assert len(set(seeds)) == 3
    assert len({frozenset(paths(one.random)) for one in drawn}) == 3
    assert len({frozenset(paths(one.structured)) for one in drawn}) == 1


def test_every_page_that_is_left_has_its_chance() -> None:
    pages = [page("/"), *news(20)]
    seen = {path for n in range(400) for path in paths(draw(pages, str(n)).random)}

    assert len(seen) == 19


@pytest.mark.parametrize(
    ("structured", "by_lot", "missed"),
    [
        ((), ("axe/image-alt",), {"axe/image-alt"}),
        (("axe/image-alt",), ("axe/image-alt",), set()),
        (("axe/image-alt",), (), set()),
        (("axe/label",), ("axe/image-alt", "axe/label"), {"axe/image-alt"}),
        ((), (), set()),
    ],
)
def test_what_only_the_lot_found(structured: tuple[str, ...], by_lot: tuple[str, ...], missed: set[str]) -> None:
    rules = ("axe/image-alt", "axe/label")
    first = page("/news/1", *rules, failed=structured)
    others = [page(f"/news/{n}", *rules, failed=by_lot) for n in range(2, 50)]

    assert draw([first, *others], "s").failed_only_in_random() == missed


@pytest.mark.parametrize(
    ("kind", "rules", "asked"),
    [
        ("forms", (), ["/contact", "/pay/dues"]),
        ("media", (), ["/council/video"]),
        ("tables", (), ["/budget/table"]),
        ("languages", (), ["/", "/fr/accueil", "/contact", "/pay/dues", "/council/video"]),
        ("any", ("axe/image-alt",), ["/fr/accueil", "/", "/contact", "/pay/dues", "/council/video"]),
        ("whole", ("axe/image-alt",), ["/", "/contact", "/fr/accueil", "/pay/dues", "/council/video"]),
    ],
)
def test_a_question_is_asked_where_there_is_something_to_see(
    kind: str, rules: tuple[str, ...], asked: list[str]
) -> None:
    pages = [
        page("/"),
        page("/contact", "axe/label"),
        page("/pay/dues", "axe/label", "axe/select-name", "axe/autocomplete-valid"),
        page("/council/video", "axe/video-caption", "axe/no-autoplay-audio"),
        page("/budget/table", "axe/td-headers-attr"),
        page("/fr/accueil", "axe/image-alt", lang="fr"),
    ]

    assert paths(matter_for(draw(pages, "s"), kind, frozenset(rules))) == asked


def test_a_site_without_media_names_no_page_for_it() -> None:
    assert matter_for(draw([page("/"), *news(30)], "s"), "media", frozenset()) == ()


def test_ten_thousand_pages_are_cheap() -> None:
    dice = random.Random(1)
    rules = [f"axe/rule-{n}" for n in range(90)]
    many = [page(f"/s{n % 40}/{n % 7}/p{n}", *dice.sample(rules, 60)) for n in range(10_000)]

    begun = time.process_time()
    drawn = draw(many, "s")

    assert len(drawn.pages) == 25
    assert time.process_time() - begun < 5


def test_the_report_holds_the_sample_and_where_to_look(make: Make) -> None:
    report = make("report_of", make("failing_site"))

    site = report.sites[0]
    told = site.sample
    assert told.seed == sample.seed_of("run-1", "main")
    assert [(one.url.removeprefix("https://www.alder.example"), one.why) for one in told.structured] == [
        ("/", "start"),
        ("/contact", "contact"),
        ("/fr/accueil", "language"),
        ("/news/1", "kind"),
    ]
    assert len(told.random) == 1
    assert (told.grow, told.rules_only_in_random) == (False, ())
    forms = [q.look_at for c in site.criteria for q in c.questions if q.pages == "forms"]
    assert set(forms) == {("https://www.alder.example/contact",)}
    assert all(len(q.look_at) <= 5 for c in site.criteria for q in c.questions)


@pytest.mark.parametrize(
    ("rule", "grows"),
    [("axe/image-alt", True), ("axe/region", False)],  # a best practice fails no criterion
)
def test_the_report_says_that_the_sample_must_grow(make: Make, rule: str, grows: bool) -> None:
    spoke = frozenset({rule})
    failing = tuple(make("audited_page", f"/news/{n}", spoke=spoke, failed=spoke) for n in range(2, 50))
    site = make("site", audited_pages=(make("audited_page", "/news/1", spoke=spoke), *failing))

    report = make("report_of", site)

    told = report.sites[0].sample
    assert (told.grow, told.rules_only_in_random) == (grows, (rule,) if grows else ())
    written = render_pages(to_data(report))
    assert ("structured sample must grow" in written["sites/main/index.html"]) == grows
    assert ("L’échantillon structuré doit grandir" in written["sites/main/index.fr.html"]) == grows


def test_a_site_without_an_audited_page_shows_no_sample(make: Make) -> None:
    report = make("report_of", make("unreachable_site"))

    assert report.sites[0].sample.structured == ()
    assert 'id="sample"' not in render_pages(to_data(report))["sites/museum/index.html"]
