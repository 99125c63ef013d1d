"""A finding keeps its identity while nobody touches its kind of element, and shares it with no other kind."""

import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.fingerprint import fingerprint, issue_fingerprint
from audits.model import Exposure, Finding, Part, Tier, Verdict

FINDING = Finding(
    rule="axe/link-name",
    verdict=Verdict.FAIL,
    message="Links must have discernible text",
    selector="footer > a:nth-child(2)",
    part=Part(key="footer", name="Footer"),
)
LINK = '<a class="btn btn-primary" href="/news?date=2026-11-23" title="News">Read the news</a>'

words = st.text(string.ascii_letters + string.digits + " -.,éà’", max_size=60)
values = st.text(string.ascii_letters + string.digits + "/?=&.-_ ", max_size=60)
generated_ids = st.from_regex(r"[a-z]{0,8}[0-9]{1,9}[a-z]{0,3}", fullmatch=True)
noise = st.sampled_from(
    [
        "css-1x2y3z",
        "sc-bdVaJa",
        "Button_root__aBcDe",
        "jsx-123",
        "ng-tns-c5-1",
        "is-active",
        "open",
        "svelte-kqzvwx",
        "row-3",
        "v12",
    ]
)


def of(html: str, finding: Finding = FINDING, site: str = "main") -> str:
    return fingerprint(finding, site, html)


def test_says_its_version_and_is_a_short_digest():
    assert re.fullmatch(r"1:[0-9a-f]{32}", of(LINK))


def test_stays_the_same_from_release_to_release():
    # A change of these digits loses the history of every City: raise VERSION instead.
    assert of(LINK) == "1:20c8393a5c2992cb8b06b6e163fbec21"
    assert issue_fingerprint("main", "axe/link-name", "footer") == "1:5c43792c055b33cef2438eae81f98d72"


@given(text=words, href=values, title=values)
def test_text_addresses_and_dates_may_change(text, href, title):
    changed = f'<a class="btn btn-primary" href="{href}" title="{title}">{text}</a>'

    assert of(changed) == of(LINK)


@given(element_id=generated_ids, data=values, name=values)
def test_ids_and_data_may_change(element_id, data, name):
    changed = LINK.replace("<a ", f'<a id="{element_id}" data-key="{data}" name="{name}" ')

    assert of(changed) == of(LINK)


@given(st.permutations(['class="btn btn-primary"', 'href="/a"', 'title="x"', 'aria-expanded="true"']))
def test_attributes_may_change_places(attributes):
    assert of(f"<a {' '.join(attributes)}>") == of(LINK)


@given(st.lists(noise, max_size=4), st.booleans())
def test_generated_and_passing_class_names_may_come_and_go(names, first):
    classes = ["btn-primary", "btn"]
    changed = " ".join([*names, *classes] if first else [*classes, *names])

    assert of(LINK.replace("btn btn-primary", changed)) == of(LINK)


@given(selector=values, snippet=st.sampled_from(["", "<b>"]), message=words)
def test_place_and_message_do_not_count_where_the_element_is_known(selector, snippet, message):
    moved = replace(FINDING, selector=selector, snippet=snippet, message=message, verdict=Verdict.REVIEW)

    assert of(LINK, moved) == of(LINK)


@pytest.mark.parametrize(
    "html",
    [
        '<A HREF="/other" CLASS="btn-primary btn" TITLE="">',
        "<a title='x' class='btn\n btn-primary' href=/plain>",
        '<a class="btn btn-primary" href="/x" title="cut off…',
        '  <a class="btn btn-primary" style="color:red" onclick="go(1 > 0)" href="/x" title="y"><span class="q">',
        '<a class="btn btn-primary" href="#" title="y" href="twice" disabled>',
    ],
)
def test_other_ways_to_write_the_same_element(html):
    assert of(html) == of(LINK)


@pytest.mark.parametrize(
    "html",
    [
        LINK.replace("<a ", "<button "),
        LINK.replace(' title="News"', ""),
        LINK.replace("<a ", '<a role="button" '),
        LINK.replace("btn-primary", "btn-secondary"),
        LINK.replace('class="btn btn-primary" ', ""),
        LINK.replace("<a ", '<a aria-label="News" '),
        "",
    ],
)
def test_another_kind_of_element_is_another_finding(html):
    assert of(html) != of(LINK)


def test_roles_and_types_tell_elements_apart():
    made = {of(f'<input type="{kind}">') for kind in ("text", "checkbox", "radio")}
    made |= {of(f'<div role="{role}">') for role in ("tab", "button")}

    assert len(made) == 5


@pytest.mark.parametrize(
    "other",
    [
        replace(FINDING, rule="axe/image-alt"),
        replace(FINDING, part=Part(key="header", name="Footer")),
    ],
)
def test_another_rule_or_part_is_another_finding(other):
    assert of(LINK, other) != of(LINK)


def test_another_site_is_another_finding():
    assert of(LINK, site="rec") != of(LINK)


def test_the_name_of_a_part_is_for_people_only():
    assert of(LINK, replace(FINDING, part=Part(key="footer", name="Pied de page"))) == of(LINK)


@given(st.lists(st.text(string.ascii_lowercase + '|,":', max_size=5), min_size=6, max_size=6))
def test_facts_do_not_run_into_each_other(facts):
    one = issue_fingerprint(*facts[:3])
    other = issue_fingerprint(*facts[3:])

    assert (one == other) is (facts[:3] == facts[3:])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("main > ul.links > li:nth-child(3)", "main > ul > li:nth-child(14)", True),
        ("iframe#map >> x-card >>> a", "a.more", True),
        ("iframe#map >> x-card >>> a", "iframe#map >> x-card >>> img", False),
        ("#footer-7", "#footer-8", True),
        ('a[href$="x y > b"]', "a", True),
    ],
)
def test_without_html_the_selector_tells_the_kind_of_element(one, other, same):
    prints = [fingerprint(replace(FINDING, selector=selector), "main") for selector in (one, other)]

    assert (prints[0] == prints[1]) is same


def test_the_snippet_stands_in_for_the_html():
    assert fingerprint(replace(FINDING, snippet=LINK), "main") == of(LINK)


def exposed(**changes: str) -> Finding:
    facts = {"entity": "CA_SIN", "value_hmac": "a1", "mask": "••• ••• •••", "where": "text", **changes}
    return replace(FINDING, exposure=Exposure(tier=Tier.REPORT, score=0.9, **facts))


@pytest.mark.parametrize("changes", [{"mask": "•"}, {"where": "alt"}])
def test_an_exposure_is_the_same_while_the_value_is(changes):
    assert of("<p>a</p>", exposed(**changes)) == of("<td>b</td>", exposed())


@pytest.mark.parametrize("changes", [{"value_hmac": "b2"}, {"entity": "PHONE_NUMBER"}])
def test_another_value_is_another_exposure(changes):
    assert of(LINK, exposed(**changes)) != of(LINK, exposed())


@given(st.text(max_size=200))
def test_any_text_has_a_fingerprint(html):
    assert of(html) == of(html)
