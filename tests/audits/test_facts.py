"""What is taken from a page for checks across pages: little, masked, and the same from the same page."""

from __future__ import annotations

import hashlib
import random
import re
from urllib.parse import urldefrag

import pytest

from audits.facts import ID_BYTES, page_facts

URL = "https://city.example/taxes"


def digest(text):
    return hashlib.sha256(b"key" + text.encode()).hexdigest()


def place(name):
    return bytes.fromhex(digest(name)[: 2 * ID_BYTES])


def facts(body, *, title="Taxes", head="", url=URL, redact=str):
    html = f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
    return page_facts(
        {"title": title, "frames": [{"frame": [], "url": url, "html": html}]},
        url=url,
        address=lambda one: urldefrag(one).url,
        redact=redact,
        digest=digest,
    )


def nav(links, key="navigation|Navigation"):
    return f'<nav data-hr-part="{key}">{links}</nav>'


def test_links_of_parts_keep_order_name_and_what_hides_them():
    found = facts(
        nav(
            '<a href="/parks">Parks</a> <a href="roads?x=1"><img alt="Roads"></a>'
            '<ul data-hr-hidden=""><li><a href="/dogs" aria-label="Dog licences">Dogs</a></li></ul>'
            '<a href="/w" title="Water"><i class="icon"></i></a>'
            '<a href="/l" aria-labelledby="x">Read by another</a>'
        )
    )

    (part,) = found.parts
    assert [(one.url, one.name, one.hidden) for one in part.links] == [
        ("https://city.example/parks", "Parks", False),
        ("https://city.example/roads?x=1", "Roads", False),
        ("https://city.example/dogs", "Dog licences", True),
        ("https://city.example/w", "Water", False),
        ("https://city.example/l", "", False),
    ]


def test_a_link_belongs_to_the_innermost_landmark_that_pages_share():
    found = facts(
        '<header data-hr-part="banner|Header"><a href="/">Home</a>'
        + nav('<a href="/a">A</a>')
        + '<form data-hr-part="form.find|Form"><a href="/b">B</a></form></header>'
        '<main><form data-hr-part="form|Form"><a href="/c">C</a></form><a href="/c">C again</a></main>'
    )

    assert [(part.role, [one.name for one in part.links]) for part in found.parts] == [
        ("banner", ["Home", "B"]),
        ("navigation", ["A"]),
    ]
    assert found.links == ("https://city.example/c",)


def test_two_pages_with_one_menu_have_one_part():
    menu = nav('<a href="/parks">Parks</a><a href="#main">Skip</a>'.replace("#main", "/x"))

    one, other = facts(menu + "<p>one"), facts(menu + "<p>other", url="https://city.example/roads")

    assert one.parts == other.parts
    assert one.text_key != other.text_key


@pytest.mark.parametrize(
    "href",
    ["mailto:a@city.example", "tel:+19055550000", "javascript:void(0)", "data:text/html,x", "", "http://[", "#", "?"],
)
def test_what_leads_to_no_other_page_is_no_link(href):
    assert facts(f'<a href="{href}">x</a>', url="https://city.example/taxes?").links in ((), (URL + "?",), (URL,))


def test_a_base_moves_links():
    found = facts('<a href="dates">Dates</a>', head='<base href="/en/">')

    assert found.links == ("https://city.example/en/dates",)


def test_closed_and_open_shadow_roots_are_read_like_the_rest():
    found = facts('<x-card><template shadowrootmode="open"><a href="/in">In</a><b id="deep"></b></template></x-card>')

    assert found.links == ("https://city.example/in",)
    assert place("deep") in found.ids


def test_a_window_that_a_script_opens_by_its_name_is_a_place_of_the_page():
    found = facts('<a href="#map">Map</a><div data-remodal-id="map" data-id="list" data-row-id="7"></div>')

    assert place("map") in found.ids
    assert place("list") not in found.ids
    assert place("7") not in found.ids


@pytest.mark.parametrize("link", ['<a href="#dates">', '<a href="/taxes#dates">', '<a href="/taxes#d%61tes">'])
def test_anchors_are_kept_by_digest(link):
    found = facts(f'{link}Dates</a><h2 id="rates">Rates</h2><a name="old"></a>')

    ((url, key, shown),) = ((one.url, one.digest, one.shown) for one in found.anchors)
    assert (url, key, shown) == (URL, place("dates"), "dates")
    assert {found.ids[at : at + ID_BYTES] for at in range(0, len(found.ids), ID_BYTES)} == {
        place("rates"),
        place("old"),
    }


@pytest.mark.parametrize(
    "link",
    [
        '<a href="#">',
        '<a href="#top">',
        '<a href="#TOP">',
        '<a href="#/route/1">',
        '<a href="#!/route">',
        '<a href="/taxes#:~:text=dates">',
        '<a href="/taxes#tab=2">',
        '<a href="/guide.pdf#page=3">',
        '<a href="#menu" role="button">',
        '<a href="#menu" aria-expanded="false">',
        '<a href="#menu" aria-controls="menu">',
        '<a href="#menu" data-toggle="collapse">',
        '<a href="#menu" data-bs-toggle="tab">',
        '<a href="#one" role="tab">',
        '<a href="#x" @click="go">',
        '<a href="#x" ng-click="go()">',
        '<a href="javascript:void(0)#x">',
        '<a href="mailto:a@city.example#x">',
    ],
)
def test_what_is_no_link_to_a_place(link):
    assert facts(f"{link}x</a>").anchors == ()


MENU = "".join(f'<a href="/{number}">{number}</a>' for number in range(5))


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ('<a href="#main">Skip to content</a>', False),
        ('<a href="/taxes#main">Aller au contenu</a>', False),
        ('<a href="#main" aria-label="Jump to content">→</a>', False),
        (f'<div data-hr-hidden="">{MENU}</div><input type="hidden"><a href="#main">Skip menu</a>', False),
        (f'{MENU}<a href="#main">Skip to content</a>', True),  # the keyboard collector tries the first stops only
        ('<a href="#main">Due dates</a>', True),
        ('<a href="/roads#main">Go to roads</a>', True),  # another page
        ('<a href="#main" data-hr-hidden="">Skip to content</a>', True),  # no key comes there
    ],
)
def test_a_skip_link_among_the_first_stops_is_judged_on_its_page(body, kept):
    assert bool(facts(body).anchors) is kept


def test_an_id_that_is_written_as_an_address_is_found_by_one():
    found = facts('<h2 id="impl-Clone%3C%28%29%3E">Clone</h2><a href="/x#impl-Clone%3C%28%29%3E">Clone</a>')

    (anchor,) = found.anchors
    size = len(anchor.digest)
    assert anchor.digest in {found.ids[at : at + size] for at in range(0, len(found.ids), size)}


def test_names_headings_and_fragments_are_masked():
    number = "".join(random.Random(3).choices("123456789", k=9))
    found = facts(
        f'<h1>File {number}</h1><a href="/x#n{number}">y</a>'
        + nav(f'<a href="/a">Call {number}</a>', f"navigation#{number}|N"),
        redact=lambda text: re.sub(r"\d{9}", "[SIN]", text),
    )

    assert number not in repr(found)
    assert found.heading == "File [SIN]"
    assert found.anchors[0].shown == "n[SIN]"
    assert found.parts[0].links[0].name == "Call [SIN]"


def test_keys_tell_alike_from_different_whatever_the_spaces():
    one = facts("<h1>Due  dates</h1><p>a b</p>", title="Taxes")
    other = facts("<main><h1>due dates </h1>\n<p>a  b</p></main>", title=" taxes ")

    assert (one.title_key, one.heading_key, one.text_key) == (other.title_key, other.heading_key, other.text_key)
    assert one.title_key != facts("", title="Tax").title_key


def test_the_text_of_a_page_is_its_content_as_people_see_it():
    plain = facts("<p>Due in May</p>")

    assert (
        facts(nav("<a href='/a'>A</a>") + "<p>Due in May</p><p data-hr-hidden=''>secret</p>").text_key == plain.text_key
    )
    assert facts("<p>Due in June</p>").text_key != plain.text_key


@pytest.mark.parametrize(
    ("name", "href", "kind"),
    [
        ("905-555-0000", "tel:+19055550000", "phone"),
        ("Write to us", "mailto:city@city.example", "email"),
        ("Contact us", "/contact", "contact"),
        ("Nous joindre", "/fr/contact", "contact"),
        ("Help", "/help", "help"),
        ("Foire aux questions", "/faq", "help"),
        ("Live chat", "/chat", "chat"),
        ("Contact lenses", "/eyes", None),
        ("Help wanted: lifeguards", "/jobs", None),
        ("Contact the mayor's youth council", "/youth", None),
        ("Support local business", "/shop", None),
    ],
)
def test_help_is_known_by_its_name(name, href, kind):
    (part,) = facts(nav(f'<a href="{href}">{name}</a><a href="/b">B</a>')).parts

    assert part.helps == ((kind,) if kind else ())


def test_help_in_the_content_or_hidden_is_not_the_sites():
    found = facts('<a href="tel:1">Call</a>' + nav('<a href="/c" data-hr-hidden="">Contact us</a><a href="/b">B</a>'))

    assert found.parts[0].helps == ()


def test_what_follows_on_what_in_a_part_is_known():
    inner = nav("<a href='/a'>A</a><a href='/b'>B</a>")
    empty = '<nav data-hr-part="navigation|Nothing"><p>None</p></nav>'
    call = "<a href='tel:1'>Call</a>"
    within = f"{empty}<a href='/'>Home</a>{call}{inner}<a href='/contact'>Contact</a>"

    header, menu = facts(f"<div data-hr-part='banner|Header'>{within}</div>").parts

    assert (header.role, header.order, header.helps) == ("banner", "lhphl", ("phone", "contact"))
    assert (menu.role, menu.order) == ("navigation", "ll")


@pytest.mark.parametrize(
    ("body", "search"),
    [
        ('<input type="search">', True),
        ('<form><input name="q"></form>', True),
        ('<form data-hr-part="search|Search"><input name="words"></form>', True),
        ('<input name="postal">', False),
        ("<button>Search</button>", False),
    ],
)
def test_a_search_is_known_by_its_field(body, search):
    assert facts(body).search is search


def test_only_running_text_is_measured():
    sentence = "The owner of the property must pay the tax to the city by the end of the month. "
    lists = "".join(f"<li>Item {number}</li>" for number in range(200))

    assert facts(f"<ul>{lists}</ul>" + nav(f"<p>{sentence * 40}</p>")).words == 0
    assert facts(f"<p>{sentence * 20}</p><ul>{lists}</ul>").words == 18 * 20


def test_a_page_without_a_document_has_no_facts_and_breaks_nothing():
    empty = page_facts({"title": "", "frames": []}, url=URL, address=str, redact=str, digest=digest)

    assert (empty.parts, empty.links, empty.title_key) == ((), (), b"")


def test_a_page_that_nests_without_end_is_read():
    assert facts("<div>" * 20_000 + '<a href="/deep">x</a>').links == ("https://city.example/deep",)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('<form><input name="q"><button>Find  it</button></form>', "Find it"),
        ('<form><div><input type="search"></div><button aria-label="Search"><svg></svg></button></form>', "Search"),
        ('<form><input name="q"><input type="submit" value="Rechercher"></form>', "Rechercher"),
        ('<form><input name="q"><input type="image" alt="Go"></form>', "Go"),
        ('<form><input name="q"></form><form><button>Send</button></form>', ""),
        ('<input name="q"><button>Send</button>', ""),
        ('<form><input name="email"><button>Send</button></form>', ""),
    ],
)
def test_a_search_is_called_by_what_sends_it(body, name):
    assert facts(body).search_name == name


SEARCH = '<form action="/search"><input name="q"><button>Search</button></form>'


@pytest.mark.parametrize(
    ("body", "same"),
    [
        (
            '<form action="/search" method="get"><label>Words <input name="q"></label><button>Lookup</button></form>',
            True,
        ),
        (f"{SEARCH.replace('/search', '/records')}", False),
        (SEARCH.replace('"q"', '"query"'), False),
    ],
)
def test_a_search_is_known_by_where_it_leads_and_its_field(body, same):
    assert (facts(body).search_key == facts(SEARCH).search_key) is same


@pytest.mark.parametrize(
    "body",
    [
        SEARCH.replace(' action="/search"', ""),
        SEARCH.replace("/search", URL),
        SEARCH.replace(' name="q"', ' type="search"'),
        '<input name="q"><button>Search</button>',
    ],
)
def test_a_search_that_may_be_any_other_has_no_key(body):
    assert facts(body).search_key == b""


def form(body, *, more='action="/two"', after=""):
    return [(one.leads, dict(one.asks), one.same) for one in facts(f"<form {more}>{body}</form>{after}").forms]


TWO = ("https://city.example/two",)


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ('<label for="e">E-mail</label><input id="e">', {"email": "#e"}),
        ('<label>Courriel <input type="email" name="c"></label>', {"email": '[name="c"]'}),
        ('<input aria-label="Phone number" name="a[b]">', {"phone": ""}),
        ('<input placeholder="Date of birth" type="date" id="b">', {"birth": "#b"}),
        ('<label>Where<input autocomplete="shipping street-address" id="s"></label>', {"street": "#s"}),
        ('<label>E-mail <input id="e"></label><label>Your e-mail <input id="f"></label>', {"email": "#e"}),
    ],
)
def test_what_a_form_asks_of_people_is_kept_by_kind(body, asks):
    assert form(body) == [(TWO, asks, False)]


@pytest.mark.parametrize(
    "body",
    [
        '<label>E-mail <input value="a@city.example"></label>',
        '<label>E-mail <input type="hidden"></label>',
        "<label>E-mail <input disabled></label>",
        "<label>E-mail <input readonly></label>",
        '<div data-hr-hidden=""><label>E-mail <input></label></div>',
        '<label><input type="checkbox"> Write me an e-mail</label>',
        "<label>Emergency contact: e-mail <input></label>",
        "<fieldset><legend>Second applicant</legend><label>First name <input></label></fieldset>",
        '<label>Search <input name="q"></label>',
        "<label>Comment <input></label>",
        '<nav data-hr-part="contentinfo|Footer"><label>E-mail <input></label></nav>',
        "<label>E-mail <textarea></textarea></label>",
    ],
)
def test_what_asks_for_nothing_of_ones_own_is_not_kept(body):
    assert form(body) == []


def test_a_form_leads_where_it_is_sent_and_where_next_leads():
    email = '<label>E-mail <input id="e"></label>'

    assert form(email, more="", after='<a href="/two">Next step</a>') == [(TWO, {"email": "#e"}, False)]
    assert form(email, more="", after='<a href="/two">Read next</a>') == [((), {"email": "#e"}, False)]
    assert form(email, more="", after=nav('<a href="/two">Next</a>')) == [((), {"email": "#e"}, False)]
    assert form(email, more=f'action="{URL}"') == [((), {"email": "#e"}, False)]
    assert form(email + '<label><input type="checkbox"> Same as above</label>')[0][2] is True


def test_the_field_of_a_form_is_named_without_what_is_personal():
    found = facts('<form action="/two"><label>E-mail <input id="jane-roe"></label></form>', redact=lambda _: "[masked]")

    assert dict(found.forms[0].asks) == {"email": ""}
