"""Checks across pages: on each small site only what is meant is found, and most sites have nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from audits.model import Kind, PageOutcome, Verdict
from audits.registry import discover_site
from audits.site_check import (
    MOST,
    Site,
    SiteAnchor,
    SiteCheck,
    SiteFinding,
    SiteForm,
    SiteLink,
    SitePage,
    SitePart,
    run_site_checks,
)

CHECKS = {check.rule.id: check for check in discover_site()}
AUDITED, NOT_FOUND = PageOutcome.AUDITED, PageOutcome.NOT_FOUND


@dataclass
class Builder:
    """A site in words: addresses are numbered as they come up."""

    numbers: dict[str, int] = field(default_factory=dict)
    ends: dict[int, PageOutcome | None] = field(default_factory=dict)
    lands: dict[int, int] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)
    pages: list[SitePage] = field(default_factory=list)
    known: dict[object, SitePart] = field(default_factory=dict)

    def number(self, path: str) -> int:
        return self.numbers.setdefault(path, len(self.numbers) + 1)

    def part(self, role, links=(), *, key="", name="", helps=(), hidden=(), ids=(), anchors=(), order=""):
        """``links``: paths, or (path, name); ``order`` as in ``PartFacts``."""
        made = tuple(
            SiteLink(target=self.number(path), name=called, hidden=path in hidden)
            for path, called in (link if isinstance(link, tuple) else (link, link.strip("/").title()) for link in links)
        )
        marks = (role, key, made, tuple(helps), tuple(ids), tuple(anchors), order)
        if marks not in self.known:
            self.known[marks] = SitePart(
                id=len(self.known) + 1,
                key=key or role,
                name=name or role.title(),
                role=role,
                links=made,
                helps=tuple(helps),
                ids=frozenset(one.encode() for one in ids),
                anchors=self.anchors(anchors),
                order=order,
            )
        return self.known[marks]

    def anchors(self, named):
        made = []
        for one in named:
            path, _, place = one.partition("#")
            made.append(SiteAnchor(target=self.number(path), digest=place.encode(), shown=place))
        return tuple(made)

    def page(self, path, *, title=None, heading=None, text="", links=(), anchors=(), ids=(), listed=False, **more):
        number = self.number(path)
        title = path if title is None else title
        heading = path if heading is None else heading
        self.ends[number] = AUDITED
        if listed:
            self.listed.add(number)
        canonical = self.number(more.pop("canonical")) if "canonical" in more else 0
        self.pages.append(
            SitePage(
                **{
                    "id": number,
                    "url": f"https://city.example{path}",
                    "title": title,
                    "title_key": title.encode(),
                    "heading": heading,
                    "heading_key": heading.encode(),
                    "text_key": (text or path).encode(),
                    "lang": "en",
                    "links": tuple(self.number(one) for one in links),
                    "anchors": self.anchors(anchors),
                    "ids": frozenset(one.encode() for one in ids),
                    "canonical": canonical,
                    **more,
                }
            )
        )

    def end(self, path, outcome, lands=""):
        self.ends[self.number(path)] = outcome
        if lands:
            self.lands[self.number(path)] = self.number(lands)

    def site(self, **more) -> Site:
        paths = {number: f"https://city.example{path}" for path, number in self.numbers.items()}
        return Site(
            **{
                "pages": lambda: iter(self.pages),
                "ends": self.ends,
                "lands": self.lands,
                "address": lambda number: paths[number],
                "audited": len(self.pages),
                "starts": frozenset({self.numbers["/"]}) if "/" in self.numbers else frozenset(),
                "listed": frozenset(self.listed),
                **more,
            }
        )

    def found(self, rule, **more) -> list[SiteFinding]:
        (outcome,) = run_site_checks(self.site(**more), [CHECKS[rule]], site_key="main")
        assert outcome.outcome.verdict is not Verdict.ERROR, outcome.outcome.reason
        return list(outcome.found)

    def told(self, rule, **more) -> list[tuple[str, str]]:
        """(verdict, path of the page) of each finding."""
        paths = {number: path for path, number in self.numbers.items()}
        return [(str(one.finding.verdict), paths[one.page]) for one in self.found(rule, **more)]


@pytest.fixture
def city():
    return Builder()


# Titles


def test_one_title_for_different_pages_is_told_once_with_a_few_of_them(city):
    for number in range(9):
        city.page(f"/service-{chr(97 + number)}", title="City of Larkspur Bay", heading=f"Service {number}")
    city.page("/other")

    (one,) = city.found("site/duplicate-title")

    assert one.finding.verdict is Verdict.REVIEW
    assert "9 pages have the title “City of Larkspur Bay”" in one.finding.message
    assert "and 5 more" in one.finding.message
    assert len(one.seen_on) == 9


def test_one_title_everywhere_is_told_although_the_heading_is_everywhere_too(city):
    for path in ("/", "/parks", "/taxes", "/roads", "/water", "/dogs"):
        city.page(path, title="City of Larkspur Bay", heading="City of Larkspur Bay")

    assert city.told("site/duplicate-title") == [("review", "/")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Pages of one list.
        ({"path": "/news", "heading": "News"}, {"path": "/news?page=2", "heading": "News, page 2"}),
        ({"path": "/news/", "heading": "News"}, {"path": "/news/page/2/", "heading": "More news"}),
        ({"path": "/news", "heading": "News"}, {"path": "/news/p2", "heading": "More news"}),
        ({"path": "/find?q=a", "heading": "a"}, {"path": "/find?q=b", "heading": "b"}),
        # Copies and views of one page.
        ({"path": "/tax", "heading": "Tax"}, {"path": "/old/tax", "heading": "Tax bill", "canonical": "/tax"}),
        (
            {"path": "/a1", "heading": "x", "canonical": "/tax"},
            {"path": "/b1", "heading": "y", "canonical": "/tax"},
        ),
        ({"path": "/tax", "heading": "Tax"}, {"path": "/tax/print", "heading": "Print: Tax"}),
        ({"path": "/tax", "heading": "Tax", "text": "same"}, {"path": "/t", "heading": "Taxes", "text": "same"}),
        ({"path": "/tax/", "heading": "Tax"}, {"path": "/tax/index.html", "heading": "Taxes"}),
        # Another language.
        (
            {"path": "/contact", "heading": "Contact"},
            {"path": "/fr/contact", "heading": "Nous joindre", "lang": "fr-CA"},
        ),
        (
            {"path": "/en/contact", "heading": "Contact", "lang": ""},
            {"path": "/fr/contact", "heading": "Nous joindre", "lang": ""},
        ),
        # Two things of one name: title and heading agree.
        ({"path": "/agenda/may", "heading": "Council meeting"}, {"path": "/agenda/june", "heading": "Council meeting"}),
        # A page without a title is another rule's.
        ({"path": "/a", "title": "", "heading": "A"}, {"path": "/b", "title": "", "heading": "B"}),
        # Titles that only begin alike.
        ({"path": "/a", "title": "Parks - City"}, {"path": "/b", "title": "Parks and trails - City"}),
    ],
)
def test_titles_that_may_be_alike(city, first, second):
    for one in (first, second):
        city.page(**{"title": "One title", **one})
    for path in ("/x", "/y", "/z"):
        city.page(path)

    assert city.told("site/duplicate-title") == []


def test_numbers_that_are_not_pages_of_a_list_do_not_excuse_a_title(city):
    city.page("/ward-councillors", title="City", heading="Councillors")
    city.page("/by-laws", title="City", heading="By-laws")

    assert city.told("site/duplicate-title") == [("review", "/ward-councillors")]


# Navigation

MENU = ("/parks", "/taxes", "/roads", "/water", "/dogs")
TURNED = ("/taxes", "/parks", "/roads", "/water", "/dogs")


def test_a_menu_in_another_order_on_one_page_fails(city):
    for number in range(9):
        city.page(f"/p{number}", parts=(city.part("navigation", MENU),))
    city.page("/odd", parts=(city.part("navigation", TURNED),))

    (one,) = city.found("site/navigation-order")

    assert (one.finding.verdict, one.page) == (Verdict.FAIL, city.numbers["/odd"])
    assert "“Parks” comes after “Taxes”" not in one.finding.message
    assert "“Taxes” comes after “Parks”" in one.finding.message
    assert set(one.seen_on) > {city.numbers["/odd"]}


@pytest.mark.parametrize(
    ("role", "usual", "odd"),
    [
        ("navigation", 3, 1),  # few pages
        ("contentinfo", 9, 1),  # a footer may hold lists that are not menus
        ("navigation", 6, 3),  # not that unusual
    ],
)
def test_where_the_order_is_less_sure_a_person_looks(city, role, usual, odd):
    for number in range(usual):
        city.page(f"/p{number}", parts=(city.part(role, MENU),))
    for number in range(odd):
        city.page(f"/odd{number}", parts=(city.part(role, TURNED),))

    assert city.told("site/navigation-order") == [("review", "/odd0")]


SECTION = ("/parks/a", "/parks/b", "/parks/c", "/parks/d")


@pytest.mark.parametrize(
    "odd",
    [
        MENU[:4],  # one less
        ("/home", *MENU),  # one more
        ("/parks", "/parks/trails", "/parks/pools", *MENU[1:]),  # a submenu is open
        ("/parks", "/water", "/dogs"),  # few in common
        SECTION,  # the menu of a section: other links
        ("/taxes", "/parks", *SECTION[:3]),  # hardly anything in common
        ("/dogs", *MENU),  # a link that stands twice has no place
        tuple(f"/fr{path}" for path in reversed(MENU)),
    ],
)
def test_menus_that_may_differ(city, odd):
    for number in range(9):
        city.page(f"/p{number}", parts=(city.part("navigation", MENU),))
    city.page("/odd", parts=(city.part("navigation", odd),))

    assert city.told("site/navigation-order") == []


def test_other_parts_and_languages_have_their_own_order(city):
    for number in range(9):
        city.page(f"/p{number}", parts=(city.part("navigation", MENU),))
    city.page("/fr", lang="fr-CA", parts=(city.part("navigation", TURNED),))
    city.page("/foot", parts=(city.part("contentinfo", TURNED),))
    city.page("/side", parts=(city.part("complementary", TURNED),))
    city.page("/quick", parts=(city.part("navigation", TURNED, key="navigation.quick-links"),))
    city.page("/hidden", parts=(city.part("navigation", TURNED, hidden=MENU),))

    assert city.told("site/navigation-order") == []


@pytest.mark.parametrize("key", ["navigation.breadcrumb", "navigation.pagination", "navigation.most-popular"])
def test_parts_that_say_where_a_page_is_have_no_order_of_the_site(city, key):
    for number in range(9):
        city.page(f"/p{number}", parts=(city.part("navigation", MENU, key=key),))
    city.page("/odd", parts=(city.part("navigation", TURNED, key=key),))

    assert city.told("site/navigation-order") == []


def test_a_list_that_is_sorted_anew_on_each_page_is_no_menu(city):
    links = [f"/l{number}" for number in range(8)]
    for number in range(8):
        turned = links[number:] + links[:number]
        city.page(f"/p{number}", parts=(city.part("navigation", tuple(turned)),))

    assert city.told("site/navigation-order") == []


# Names


def parts_with(city, odd, *, role="navigation", usual=MENU):
    for number in range(9):
        city.page(f"/p{number}", parts=(city.part(role, usual),))
    city.page("/odd", parts=(city.part(role, odd),))


def test_one_target_with_two_names(city):
    parts_with(city, (*MENU[:4], ("/dogs", "Animal licensing")))

    (one,) = city.found("site/inconsistent-identification")

    assert "called “Dogs” on 9 pages, and here “Animal licensing”" in one.finding.message
    assert one.page == city.numbers["/odd"]


def test_one_name_with_two_targets(city):
    parts_with(city, (*MENU[:4], ("/pets", "Dogs")))

    (one,) = city.found("site/inconsistent-identification")

    assert "“Dogs” leads to https://city.example/dogs on 9 pages, and here to https://city.example/pets" in (
        one.finding.message
    )


@pytest.mark.parametrize(
    "odd",
    [
        (*MENU[:4], ("/dogs", "Dogs (current)")),
        (*MENU[:4], ("/dogs", "DOGS »")),
        (*MENU[:4], ("/dogs", "Dogs 3")),
        (*MENU[:4], ("/dogs", "Dogs and cats")),  # holds the name
        (*MENU[:4], ("/dogs", "[NAME]")),  # masked: nobody knows
        (*MENU[:4], ("/dogs", "")),
        (*MENU[:4], ("/dogs?from=odd", "Dogs")),  # the page adds something
        (*MENU[:4], ("/dogs/", "Dogs")),
        MENU[:4],
        (("/a", "Dogs"), "/b", "/c"),  # the menu of a section
        tuple(reversed(MENU)),
    ],
)
def test_names_that_may_differ(city, odd):
    parts_with(city, odd)

    assert city.told("site/inconsistent-identification") == []


def test_names_that_mean_the_page_lead_elsewhere_on_each(city):
    for number in range(4):
        links = (
            *MENU,
            (f"/fr/p{number}", "Français"),
            (f"/share?u={number}", "Share"),
            (f"/edit{number}", "Change it"),
        )
        city.page(f"/p{number}", parts=(city.part("banner", links),))

    assert city.told("site/inconsistent-identification") == []


def test_a_redirect_to_the_usual_target_is_the_usual_target(city):
    city.end("/hounds", PageOutcome.REDIRECTED, lands="/dogs")
    parts_with(city, (*MENU[:4], ("/hounds", "Dogs")))

    assert city.told("site/inconsistent-identification") == []


def test_another_language_has_other_names(city):
    parts_with(city, MENU)
    city.page("/fr", lang="fr", parts=(city.part("navigation", (*MENU[:4], ("/dogs", "Chiens"))),))

    assert city.told("site/inconsistent-identification") == []


# Help


@pytest.mark.parametrize(
    ("usual", "odd", "found"),
    [
        (("phone", "contact"), ("contact", "phone"), True),
        (("phone", "email", "contact"), ("contact", "phone"), True),
        (("phone", "email", "contact"), ("phone", "contact"), False),  # one less
        (("phone",), ("contact",), False),  # nothing in common
        (("phone", "contact"), ("phone", "help", "contact"), False),  # one more
        (("phone", "contact"), (), False),
    ],
)
def test_help_in_one_order(city, usual, odd, found):
    for number in range(6):
        city.page(f"/p{number}", parts=(city.part("contentinfo", helps=usual),))
    city.page("/odd", parts=(city.part("contentinfo", helps=odd),))

    assert city.told("site/help-order") == ([("review", "/odd")] if found else [])


def test_help_that_went_from_header_to_footer(city):
    for number in range(6):
        city.page(f"/p{number}", parts=(city.part("banner", helps=("contact",)),))
    city.page("/odd", parts=(city.part("contentinfo", helps=("contact",)),))

    (one,) = city.found("site/help-order")

    assert "the link to contact people is in the header, on 1 page only in the footer" in one.finding.message


HELPLINE, CONTACT = ("/contact", "Help and questions"), ("/contact", "Contact us")


@pytest.mark.parametrize(
    ("top", "bottom", "found"),
    [
        ((CONTACT,), (HELPLINE,), True),
        ((HELPLINE, CONTACT), (HELPLINE,), False),  # there as well
        ((CONTACT,), (("/contact", "Questions and answers"),), False),  # another link
        ((CONTACT,), (("/parks", "Parks"),), False),
    ],
)
def test_a_link_to_help_that_went_to_the_footer(city, top, bottom, found):
    for number in range(6):
        city.page(f"/p{number}", parts=(city.part("banner", (HELPLINE, CONTACT), helps=("contact",)),))
    odd = (city.part("banner", top, helps=("contact",)), city.part("contentinfo", bottom))
    city.page("/odd", parts=odd)

    assert city.told("site/help-order") == ([("review", "/odd")] if found else [])


def test_help_that_moves_within_a_folder(city):
    for number in range(9):
        city.page(f"/p{number}")
    for number in range(2):
        city.page(f"/forms/step{number}", parts=(city.part("banner", helps=("contact",)),))
    city.page("/forms/odd", parts=(city.part("contentinfo", helps=("contact",)),))

    assert city.told("site/help-order") == [("review", "/forms/odd")]


def test_folders_may_differ_and_one_page_against_one_says_nothing(city):
    for number in range(3):
        city.page(f"/library/p{number}", parts=(city.part("banner", helps=("contact",)),))
        city.page(f"/transit/p{number}", parts=(city.part("contentinfo", helps=("contact",)),))
    city.page("/forms/one", parts=(city.part("banner", helps=("contact",)),))
    city.page("/forms/two", parts=(city.part("contentinfo", helps=("contact",)),))

    assert city.told("site/help-order") == []


def test_help_in_both_places_is_in_the_usual_one_too(city):
    for number in range(6):
        city.page(f"/p{number}", parts=(city.part("banner", helps=("contact",)),))
    city.page("/both", parts=(city.part("banner", helps=("contact",)), city.part("contentinfo", helps=("contact",))))
    city.page("/side", parts=(city.part("complementary", helps=("contact",)),))
    city.page("/fr", lang="fr", parts=(city.part("contentinfo", helps=("contact",)),))

    assert city.told("site/help-order") == []


# Links


def test_a_broken_link_in_the_footer_of_all_pages_is_one_finding(city):
    city.end("/gone", NOT_FOUND)
    footer = city.part("contentinfo", ("/parks", ("/gone", "Old page")))
    for number in range(7):
        city.page(f"/p{number}", parts=(footer,))

    (one,) = city.found("site/broken-link")

    assert (one.finding.verdict, one.finding.part.key) == (Verdict.FAIL, "contentinfo")
    assert "“Old page” leads to https://city.example/gone" in one.finding.message
    assert "7 pages" in one.finding.message
    assert one.about == (city.numbers["/gone"],)


def test_a_server_error_may_pass_so_a_person_looks(city):
    city.end("/down", PageOutcome.SERVER_ERROR)
    city.page("/", links=("/down",))

    assert city.told("site/broken-link") == [("review", "/")]


@pytest.mark.parametrize("outcome", [one for one in PageOutcome if one not in (NOT_FOUND, PageOutcome.SERVER_ERROR)])
def test_no_other_end_of_a_page_breaks_a_link(city, outcome):
    city.end("/there", outcome)
    city.page("/", links=("/there",), parts=(city.part("banner", ("/there", "/never-heard-of")),))

    assert city.told("site/broken-link") == []


def test_a_dead_address_that_only_the_sitemap_names_breaks_no_link(city):
    city.end("/gone", NOT_FOUND)
    city.page("/")

    assert city.told("site/broken-link") == []


def test_many_broken_links_are_cut_off_and_counted(city):
    links = [f"/gone{number}" for number in range(MOST + 7)]
    for path in links:
        city.end(path, NOT_FOUND)
    city.page("/", links=links)

    found = city.found("site/broken-link")

    assert len(found) == MOST
    assert "7 more" in found[0].finding.message


# Anchors


def test_an_anchor_that_is_not_there(city):
    city.page("/", anchors=("/taxes#dates",))
    city.page("/parks", anchors=("/taxes#dates",))
    city.page("/taxes", ids=("rates",), anchors=("/taxes#up",))

    assert city.told("site/missing-anchor") == [("review", "/"), ("review", "/taxes")]


def test_many_anchors_that_one_page_does_not_have_are_one_question(city):
    city.page("/", anchors=tuple(f"/taxes#{name}" for name in ("dates", "rates", "rebates", "appeals")))
    city.page("/taxes", ids=("top",))

    assert city.told("site/missing-anchor") == [("review", "/")]


@pytest.mark.parametrize(
    "target",
    [
        {"ids": ("dates",)},
        {"ids": ("rates",), "all_ids": False},  # not all of them were read
    ],
)
def test_anchors_that_are_there_or_may_be(city, target):
    city.page("/", anchors=("/taxes#dates",))
    city.page("/taxes", **target)

    assert city.told("site/missing-anchor") == []


def test_an_anchor_in_a_part_of_the_target_is_there(city):
    city.page("/", parts=(city.part("banner", anchors=("/taxes#contact",)),))
    city.page("/taxes", parts=(city.part("contentinfo", ids=("contact",)),))

    assert city.told("site/missing-anchor") == []


def test_a_redirect_keeps_the_anchor(city):
    city.end("/tax", PageOutcome.REDIRECTED, lands="/taxes")
    city.page("/", anchors=("/tax#dates",))
    city.page("/taxes", ids=("dates",))

    assert city.told("site/missing-anchor") == []


@pytest.mark.parametrize("outcome", [PageOutcome.OUT_OF_SCOPE, PageOutcome.DOCUMENT, PageOutcome.TIMEOUT, NOT_FOUND])
def test_a_page_that_was_not_audited_misses_no_anchor(city, outcome):
    city.end("/elsewhere", outcome)
    city.page("/", anchors=("/elsewhere#x",))

    assert city.told("site/missing-anchor") == []


# Ways


def test_a_listed_page_that_nothing_links_to(city):
    city.page("/", links=("/parks",))
    city.page("/parks", listed=True, parts=(city.part("navigation", ("/taxes",)),))
    city.page("/taxes", listed=True, links=("/",))
    city.page("/lost", listed=True, links=("/lost", "/"))

    assert city.told("site/orphan-page") == [("review", "/lost")]


def test_pages_that_are_no_orphans(city):
    city.end("/old", PageOutcome.REDIRECTED, lands="/moved")
    city.end("/unaudited", PageOutcome.TIMEOUT)
    city.page("/", listed=True, links=("/old",), anchors=("/deep#x",))
    city.page("/moved", listed=True)
    city.page("/deep", listed=True)
    city.page("/not-listed")

    assert city.told("site/orphan-page") == []


def test_where_half_the_site_looks_lost_it_is_the_menu_that_is_asked_about(city):
    city.page("/")
    for number in range(30):
        city.page(f"/p{number}", listed=True)

    (one,) = city.found("site/orphan-page")

    assert one.page == city.numbers["/"]
    assert "30 of 31 pages" in one.finding.message


def lonely(city):
    city.page("/", links=("/parks",))
    city.page("/parks", links=("/trail", "/"))
    city.page("/trail", links=("/",))


def test_pages_that_are_found_in_one_way_only(city):
    lonely(city)

    (one,) = city.found("site/one-way-only")

    assert one.page == city.numbers["/"]
    assert "each of 2 pages: " in one.finding.message


def test_one_page_alone_is_named_without_a_number(city):
    city.page("/", links=("/parks", "/trail"))
    city.page("/parks", links=("/trail", "/"))
    city.page("/trail", links=("/",))

    (one,) = city.found("site/one-way-only")

    assert "links to /parks. Look" in one.finding.message.replace("https://city.example", "")


@pytest.mark.parametrize(
    "more",
    [
        {"search": True},
        {
            "parts": (
                SitePart(id=99, key="f", name="", role="contentinfo", links=(SiteLink(target=9, name="Site map"),)),
            )
        },
        {
            "parts": (
                SitePart(id=99, key="f", name="", role="contentinfo", links=(SiteLink(target=9, name="Plan du site"),)),
            )
        },
        {"parts": (SitePart(id=99, key="f", name="", role="navigation", links=(SiteLink(target=9, name="A to Z"),)),)},
        {"heading": "Sitemap"},
    ],
)
def test_a_search_or_a_list_is_a_second_way(city, more):
    lonely(city)
    city.pages[0] = replace(city.pages[0], **more)

    assert city.told("site/one-way-only") == []


def test_a_page_without_a_way_on_is_found_through_one_page_alone(city):
    menu = city.part("navigation", ("/", "/a", "/b", "/plaques", "/map"))
    city.page("/", parts=(menu,), search=True)
    for path in ("/a", "/b", "/map"):
        city.page(path, parts=(menu,))
    city.page("/plaques", parts=(menu,), links=("/plaque-2",))
    city.page("/plaque-2", links=("/plaque-3",))
    city.page("/plaque-3", links=("/plaque-2",))
    city.page("/fees", links=("/a",))

    assert city.told("site/one-way-only") == [("review", "/plaque-3")]


def test_a_site_map_that_leaves_a_page_out_is_no_way_to_it(city):
    paths = [f"/p{number}" for number in range(9)]
    city.page("/", links=("/map", "/p0", "/lost"))
    city.page("/map", heading="Site map", links=("/", *paths))
    for path in paths:
        city.page(path)
    city.page("/lost")

    (one,) = city.found("site/one-way-only")

    assert "its site map leaves this out, and one page alone links to https://city.example/lost" in one.finding.message


def test_a_site_map_that_names_every_page_or_only_some_is_left_alone(city):
    city.page("/", links=("/map", "/p0", "/lost"))
    city.page("/map", heading="Site map", links=("/", "/p0"))
    for number in range(9):
        city.page(f"/p{number}")
    city.page("/lost")

    assert city.told("site/one-way-only") == []


def test_a_menu_on_all_pages_is_more_than_one_way(city):
    menu = city.part("navigation", ("/", "/parks", "/taxes"))
    for path in ("/", "/parks", "/taxes"):
        city.page(path, parts=(menu,))

    assert city.told("site/one-way-only") == []


@pytest.mark.parametrize("rule", ["site/orphan-page", "site/one-way-only"])
@pytest.mark.parametrize("seen", [{"sample": "10% at random"}, {"unseen": 1}])
def test_only_a_whole_run_knows_of_ways(city, rule, seen):
    lonely(city)
    city.page("/lost", listed=True)

    (outcome,) = run_site_checks(city.site(**seen), [CHECKS[rule]], site_key="main")

    assert (outcome.outcome.verdict, outcome.found) == (Verdict.NOT_RUN, ())
    assert outcome.outcome.reason.startswith("not run: ")


def test_a_page_in_a_hundred_that_is_unseen_does_not_end_it(city):
    lonely(city)
    for number in range(100):
        city.page(f"/p{number}")

    (outcome,) = run_site_checks(city.site(unseen=1), [CHECKS["site/one-way-only"]], site_key="main")

    assert outcome.outcome.verdict is Verdict.REVIEW


# Reading


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ({"measure": "en", "words": 900, "grade": 17.0}, True),
        ({"measure": "fr", "words": 900, "grade": 18.0}, True),
        ({"measure": "en", "words": 200, "grade": 17.0}, False),  # short
        ({"measure": "en", "words": 900, "grade": 12.0}, False),
        ({"measure": "en", "words": 900, "grade": 44.0}, False),  # that was no text
        ({"measure": "", "words": 0, "grade": 0.0}, False),
    ],
)
def test_long_texts_that_are_hard(city, page, found):
    city.page("/easy", measure="en", words=900, grade=8.0)
    city.page("/p", **page)

    assert city.told("site/hard-to-read") == ([("review", "/p")] if found else [])


def test_hard_texts_are_one_finding_a_language(city):
    for number in range(30):
        city.page(f"/e{number}", measure="en", words=900, grade=15.0 + number / 10)
        city.page(f"/f{number}", measure="fr", words=900, grade=16.0)

    assert city.told("site/hard-to-read") == [("review", "/e29"), ("review", "/f0")]


# The runner


def test_nothing_is_judged_where_nothing_was_audited(city):
    outcomes = run_site_checks(city.site(), CHECKS.values(), site_key="main")

    assert {one.outcome.verdict for one in outcomes} == {Verdict.NOT_RUN}
    assert len(outcomes) == len(CHECKS)


def test_one_page_is_compared_with_nothing(city):
    city.page("/")

    outcomes = {
        one.outcome.rule: one.outcome.verdict for one in run_site_checks(city.site(), CHECKS.values(), site_key="main")
    }

    assert outcomes["site/duplicate-title"] is Verdict.INAPPLICABLE
    assert outcomes["site/broken-link"] is Verdict.PASS


def test_what_a_sample_does_not_show_is_said_with_the_sample(city):
    city.page("/a", title="T", heading="A")
    city.page("/b", title="T", heading="B")

    (outcome,) = run_site_checks(city.site(sample="2 pages"), [CHECKS["site/duplicate-title"]], site_key="main")

    assert outcome.outcome.verdict is Verdict.REVIEW
    assert outcome.outcome.reason == "not run: on the whole site: 2 pages"


def test_a_check_that_breaks_is_an_error_and_quotes_nothing(city):
    class Breaks(SiteCheck):
        rule = CHECKS["site/broken-link"].rule

        def run(self, site):
            raise ValueError("Pat Example, 12 Elm Street")
            yield

    city.page("/")
    city.page("/b")

    (outcome,) = run_site_checks(city.site(), [Breaks()], site_key="main")

    assert (outcome.outcome.verdict, outcome.outcome.reason) == (Verdict.ERROR, "check: ValueError")


def test_every_rule_across_pages_speaks_both_languages():
    for check in CHECKS.values():
        rule = check.rule
        assert rule.id.startswith("site/")
        assert all((rule.title_fr, rule.why_fr, rule.fix_fr)), rule.id
        assert rule.criteria or rule.best_practice or (rule.kind is Kind.PRIVACY and rule.references), rule.id


def test_a_link_that_each_page_has_of_its_own_hides_no_other_fault(city):
    def parts(number, links):
        return (city.part("navigation", (*links, (f"/fr/p{number}", "Français"))),)

    for number in range(250):
        city.page(f"/p{number}", parts=parts(number, MENU))
    city.page("/odd", parts=parts(900, TURNED))
    city.page("/named", parts=parts(901, (*MENU[:4], ("/dogs", "Animal licensing"))))

    assert city.told("site/navigation-order") == [("fail", "/odd")]
    assert city.told("site/inconsistent-identification") == [("review", "/named")]


@pytest.mark.parametrize("rule", ["site/navigation-order", "site/inconsistent-identification"])
def test_a_part_that_is_another_on_every_page_is_not_compared(city, rule):
    for number in range(600):
        links = [f"/l{(number * step) % 97}" for step in range(1, 9)]
        city.page(f"/p{number}", parts=(city.part("navigation", tuple(dict.fromkeys(links))),))

    assert city.told(rule) == []


def with_search(city, name, *paths, key=b""):
    for path in paths:
        city.page(path, search=True, search_name=name, search_key=key, links=("/",))


@pytest.mark.parametrize(
    ("usual", "odd", "keys", "found"),
    [
        (3, 1, (b"one", b"one"), True),
        (4, 2, (b"one", b"one"), True),
        (3, 1, (b"", b""), False),  # it may be another search
        (3, 1, (b"one", b"two"), False),
        (3, 2, (b"one", b"one"), False),  # no name is usual
        (2, 1, (b"one", b"one"), False),  # too few
    ],
)
def test_one_search_by_two_names_on_few_pages(city, usual, odd, keys, found):
    with_search(city, "Search", *(f"/p{number}" for number in range(usual)), key=keys[0])
    with_search(city, "Lookup records", *(f"/odd{number}" for number in range(odd)), key=keys[1])

    assert city.told("site/inconsistent-identification") == ([("review", "/odd0")] if found else [])


def test_a_search_that_is_known_by_both_is_asked_about_once(city):
    with_search(city, "Search", "/", "/a", "/b", "/c", "/d", key=b"one")
    with_search(city, "Lookup records", "/odd", key=b"one")

    assert city.told("site/inconsistent-identification") == [("review", "/odd")]


def test_a_search_that_is_called_otherwise_is_asked_about_at_its_page(city):
    with_search(city, "Search", "/", "/a", "/b", "/c")
    with_search(city, "Find it", "/odd")

    (one,) = city.found("site/inconsistent-identification")

    assert "called “search” on 4 pages, and here “find it”: https://city.example/odd" in one.finding.message
    assert one.page == city.number("/odd")


@pytest.mark.parametrize("names", [("Search", "Search site"), ("Search", "[name]"), ("Search", "")])
def test_a_search_by_a_longer_or_unknown_name_is_the_same(city, names):
    usual, other = names
    with_search(city, usual, "/", "/a", "/b", "/c")
    with_search(city, other, "/odd")

    assert city.found("site/inconsistent-identification") == []


def test_a_search_in_another_language_or_of_every_second_page_is_no_slip(city):
    with_search(city, "Search", "/", "/a", "/b", "/c")
    with_search(city, "Find", "/d", "/e", "/f")
    for path in ("/fr", "/fr/a", "/fr/b"):
        city.page(path, lang="fr", search=True, search_name="Rechercher")

    assert city.found("site/inconsistent-identification") == []


FOOT = (("/contact", "Contact us"), ("/accessibility", "Accessibility"), ("/map", "Site map"))


def test_help_that_moved_among_its_neighbours_is_asked_about(city):
    for number in range(4):
        city.page(f"/p{number}", parts=(city.part("contentinfo", FOOT),))
    city.page("/tax", parts=(city.part("contentinfo", (*FOOT[1:], FOOT[0])),))

    (one,) = city.found("site/help-order")

    assert one.page == city.number("/tax")
    assert one.finding.selector == "footer, [role=contentinfo]"


@pytest.mark.parametrize(
    "odd",
    [
        FOOT,
        FOOT[:2],
        (FOOT[0], FOOT[2], FOOT[1]),  # its neighbours moved, and it did not
        (*FOOT, ("/jobs", "Jobs")),
        (("/jobs", "Jobs"), *FOOT),
        FOOT[1:],
    ],
)
def test_help_before_the_same_links_stands_where_it_was(city, odd):
    for number in range(4):
        city.page(f"/p{number}", parts=(city.part("contentinfo", FOOT),))
    city.page("/odd", parts=(city.part("contentinfo", odd),))

    assert city.found("site/help-order") == []


FOUR = (("/waste", "Waste"), ("/parks", "Parks"), ("/taxes", "Taxes"), ("/jobs", "Jobs"))


def footed(city, path, order="hllll", links=FOUR, helps=("phone",), **more):
    city.page(path, parts=(city.part("contentinfo", links, helps=helps, order=order),), **more)


@pytest.mark.parametrize(
    ("odd", "found"),
    [
        ({"order": "llllh"}, True),
        ({"order": "lllhl"}, True),
        ({"order": "hllll"}, False),
        ({"order": "llhll"}, False),  # two links are no other place
        ({"order": "llh", "links": FOUR[:2]}, False),  # fewer neighbours
        ({"order": "lllll", "helps": ()}, False),  # without it
        ({"order": "hlllll", "links": (*FOUR, ("/new", "New"))}, False),
        (
            {"order": "lllhllll", "links": (("/a", "A"), ("/b", "B"), ("/c", "C"), *FOUR)},
            False,
        ),  # no other page has them
        ({"order": "llllh", "links": tuple((f"/x{path}", name) for path, name in FOUR)}, False),  # other neighbours
        ({"order": "llllh", "heading": "Contact us"}, False),
        ({"order": "llllh", "lang": "fr"}, False),
        ({"order": "hllllh", "helps": ("phone", "email")}, False),  # another way at the end
        ({"order": "", "links": FOUR}, False),  # not known
    ],
)
def test_a_way_to_get_help_on_the_other_side_of_its_neighbours(city, odd, found):
    for number in range(5):
        footed(city, f"/p{number}")
    footed(city, "/odd", **odd)

    assert city.told("site/help-order") == ([("review", "/odd")] if found else [])


def headed(city, path, order, nav="llll", key="", heading=None):
    parts = (
        city.part("banner", helps=("contact",), links=(("/contact", "Contact"),), order=order, key=key),
        city.part("navigation", FOUR, order=nav, key=f"{key}nav"),
        city.part("contentinfo", (("/contact", "Contact"), FOUR[0]), helps=("contact",), order="hll"),
    )
    city.page(path, parts=parts, heading=heading)


def test_help_before_the_menu_that_stands_after_it_elsewhere(city):
    for number in range(5):
        headed(city, f"/p{number}", "hlp")
    headed(city, "/odd", "phl")

    (one,) = city.found("site/help-order")

    assert one.page == city.number("/odd")
    assert "On 1 page the link to contact people stands on the other side of 4 links" in one.finding.message
    assert "“Waste”, “Parks”, “Taxes”" in one.finding.message
    assert len(one.finding.message) <= 300


def test_another_template_has_an_order_of_its_own(city):
    for number in range(5):
        headed(city, f"/p{number}", "hlp")
    headed(city, "/library", "phl", key="library")

    assert city.found("site/help-order") == []


def test_where_pages_do_not_agree_no_place_is_usual(city):
    for number in range(4):
        headed(city, f"/p{number}", "hlp")
        headed(city, f"/q{number}", "phl")

    assert city.found("site/help-order") == []


def test_two_against_one_is_no_usual_place(city):
    footed(city, "/a")
    footed(city, "/b")
    footed(city, "/odd", "llllh")

    assert city.found("site/help-order") == []


def with_menu(city, *paths, links=()):
    menu = ("/a", "/b", "/c", "/d", "/e")
    for path in paths:
        city.page(path, search=True, parts=(city.part("navigation", menu),), links=links)


def test_a_page_apart_from_menu_and_search_is_asked_about_where_it_is(city):
    with_menu(city, "/", "/a", "/b", "/c", "/d")
    with_menu(city, "/e", links=("/burial",))
    city.page("/burial")

    (one,) = city.found("site/one-way-only")

    assert one.page == city.number("/burial")
    assert "Only https://city.example/e links to this page" in one.finding.message


def test_a_page_with_the_menu_or_with_two_ways_or_in_a_list_is_not_apart(city):
    with_menu(city, "/", "/a", "/b", links=("/two",))
    with_menu(city, "/c", "/d", links=("/listed", "/map"))
    with_menu(city, "/e", links=("/own-menu",))
    with_menu(city, "/own-menu")
    city.page("/two")
    city.page("/listed")
    city.page("/map", heading="Site map", links=("/listed", "/own-menu", "/two", "/a", "/b", "/c", "/d", "/e", "/"))

    assert city.found("site/one-way-only") == []


# Asked again


def asks(*kinds, to=(), same=False):
    return {"asks": tuple((kind, f"#{kind}") for kind in kinds), "same": same, "to": to}


def steps(city, **by_path):
    """Pages of a process, by name: the forms of each."""
    for name, forms in by_path.items():
        made = tuple(
            SiteForm(leads=tuple(city.number(f"/{to}") for to in one["to"]), asks=one["asks"], same=one["same"])
            for one in (forms if isinstance(forms, list) else [forms])
        )
        city.page(f"/{name}", forms=made)


def test_a_later_step_that_asks_again_is_told_there(city):
    steps(city, who=asks("name", "email", to=["what"]), what=asks("number", to=["pay"]), pay=asks("name", "email"))

    (one,) = city.found("site/asked-again")

    assert city.told("site/asked-again") == [("review", "/pay")]
    assert "asks for the name and the e-mail address" in one.finding.message
    assert "https://city.example/who" in one.finding.message
    assert one.finding.selector == "#name"
    assert len(one.seen_on) == 2


def test_a_step_that_was_moved_is_followed(city):
    steps(city, who=asks("email", to=["old"]), pay=asks("email"))
    city.end("/old", PageOutcome.REDIRECTED, lands="/pay")

    assert city.told("site/asked-again") == [("review", "/pay")]


@pytest.mark.parametrize(
    "forms",
    [
        {"who": asks("email", to=["pay"]), "pay": asks("number")},  # something else
        {"who": asks("email", to=["pay"]), "pay": asks("email", same=True)},
        {"who": asks("email"), "pay": asks("email")},  # no steps of one process
        {"who": asks("email", to=["pay"]), "pay": []},
        {"who": asks("name", to=["pay"]), "pay": asks("name")},  # of whatever
        {"who": asks("street", to=["pay"]), "pay": asks("street")},
        # one subscription on two pages, and on the page that it leads to
        {"who": asks("email", to=["thanks"]), "pay": asks("email", to=["thanks"])},
        {"who": asks("email", to=["thanks"]), "thanks": asks("email", to=["thanks"])},
        # two steps that lead back to each other
        {"who": asks("email", to=["what"]), "what": asks("number", to=["who"])},
    ],
)
def test_what_is_no_second_question_is_not_told(city, forms):
    steps(city, **forms)

    assert city.told("site/asked-again") == []


def test_what_a_menu_leads_to_is_no_later_step(city):
    menu = city.part("navigation", ["/who", "/contact"])
    city.page("/", parts=(menu,))
    steps(city, who=asks("email", to=["contact"]), contact=asks("email"))

    assert city.told("site/asked-again") == []


def test_two_parts_of_an_address_asked_again_are_told(city):
    steps(city, who=asks("street", "code", to=["pay"]), pay=asks("street", "code"))

    assert city.told("site/asked-again") == [("review", "/pay")]
