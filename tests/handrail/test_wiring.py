"""What is quoted from a page is masked before it leaves the judge, also where a value stands against a sign."""

import random

import pytest
from stdnum import luhn

from audits.model import Part, Snapshot
from audits.privacy.language_model import MissingModel
from handrail.wiring import Parts, engines


@pytest.fixture(scope="module")
def redact():
    return Parts(secret=bytes(32)).redact


def invented_sin():
    digits = random.choice("1234567") + "".join(random.choices("0123456789", k=7))
    return digits + luhn.calc_check_digit(digits)


@pytest.mark.parametrize(
    "quoted",
    [
        '<img src="/pictures/{}.png">',
        'img[src="/pictures/{}.png"]',
        "#sin-{} > td",
        "#sin_{} > td",
        '<p class="row_{}_x">',
        '<a href="?sin={}&amp;a=b">',
        '<td data-sin="{}">',
        "Her SIN={}.",
    ],
)
def test_a_number_in_markup_is_masked(quoted, redact):
    sin = invented_sin()

    assert redact(quoted.format(sin)) == quoted.format("[SIN]")


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [
        ('<a href="mailto:{}">', "mailto:[EMAIL z…@gmail.com]"),
        ('<a href="/find?email={}">', "?email=[EMAIL z…@gmail.com]"),
        ("#mail-{}", "[EMAIL z…@gmail.com]"),
    ],
)
@pytest.mark.parametrize("local", ["zq", "zq_gone", "zq.gone", "zq-gone_9"])
def test_an_address_in_markup_is_masked_whole(quoted, shown, local, redact):
    told = redact(quoted.format(f"{local}417@gmail.com"))

    assert shown in told or "[EMAIL m…@gmail.com]" in told
    assert "417" not in told
    assert "gone" not in told


@pytest.mark.parametrize("at", ["%40", "%2540"])
@pytest.mark.parametrize(
    "quoted",
    [
        '<form action="/send?email={}&amp;a=b">',
        "fetch('/data?email={}&a=b'); throw new Error('x')",
        '<a href="/find/{}">',
    ],
)
def test_an_address_that_is_percent_encoded_is_masked_whole(quoted, at, redact):
    assert redact(quoted.format(f"zq.gone417{at}gmail.com")) == quoted.format("[EMAIL z…@gmail.com]")


def test_a_number_whose_groups_are_percent_encoded_is_masked(redact):
    sin = invented_sin()

    assert redact(f'<a href="/find?sin={sin[:3]}%20{sin[3:6]}%20{sin[6:]}">') == '<a href="/find?sin=[SIN]">'


@pytest.mark.parametrize(
    "quoted",
    [
        '<a href="/find?q=100%25%20cotton%20socks%40home">',
        '<img src="logo_2024.png" width="1200" height="600">',
        '<img src="/a/2024-11-25_banner_1200x600.jpg">',
        '<div id="ctl00_body_12345" class="col-md-6 row_1234567">',
        'a[href$="page=2&sort=asc"]',
        '<svg viewBox="0 0 24 24"><path d="M12.5 3.5"/></svg>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<a href="/by-laws/2019-112">By-law 2019-112</a>',
        "@media (min-width: 600px)",
    ],
)
def test_markup_without_a_value_is_quoted_as_it_is(quoted, redact):
    assert redact(quoted) == quoted


def test_a_missing_model_is_told_before_the_first_page():
    parts = Parts(secret=bytes(32), nlp_engine="spacy", nlp_model="en_core_web_none")

    with pytest.raises(MissingModel, match="en_core_web_none"):
        _ = parts.rules


def test_a_run_names_the_model_that_finds_names(tmp_path):
    folder = tmp_path / "our-names"
    folder.mkdir()

    with_one, without = (Parts(secret=bytes(32), nlp_model=model).names for model in (str(folder), ""))

    assert engines("", names=with_one)["names"].startswith("spaCy ")
    assert engines("", names=with_one)["names"].endswith(", our-names")
    assert "names" not in engines("", names=without)


def test_a_part_of_a_page_that_is_called_by_a_value_is_masked():
    sin = invented_sin()
    part = {"key": f"navigation#sin-{sin}", "name": f"Navigation: SIN {sin}"}
    node = {"html": "<a>", "target": ["a"], "part": part, "message": "m", "impact": "serious"}
    frame = {"frame": [], "rules": [{"id": "link-name", "outcome": "violation", "nodes": [node]}]}
    snapshot = Snapshot(site="main", url="http://127.0.0.1/", artifacts={"axe": {"frames": [frame], "not_entered": []}})

    outcomes = Parts(secret=bytes(32)).judge(snapshot).outcomes

    parts = {found.part for outcome in outcomes for found in outcome.findings if outcome.rule == "axe/link-name"}
    assert parts == {Part(key="navigation#sin-[SIN]", name="Navigation: SIN [SIN]")}
