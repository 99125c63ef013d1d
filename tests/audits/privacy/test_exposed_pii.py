"""Pages: their text with its places, and what the check says of them."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from corpus import Values
from presidio_analyzer import Pattern, RecognizerResult

from audits.model import Finding, Impact, Kind, Outcome, Snapshot, Verdict
from audits.privacy import engine
from audits.privacy.business import Business
from audits.privacy.engine import Detector
from audits.privacy.exposed_pii import RULES, ExposedPii
from audits.privacy.keys import Keyring
from audits.privacy.page_text import html_text
from audits.privacy.recognizer import Recognizer
from audits.privacy.recognizers import recognizer_classes
from audits.privacy.scan import scan_html, scan_text
from handrail.decided import PersonalInformation

VALUES = Values(31)
SIN = VALUES.sin_digits()
KEYRING = Keyring(b"t" * 32)


@pytest.fixture(scope="module")
def check() -> ExposedPii:
    return ExposedPii(keyring=KEYRING, detector=Detector(), own_domains=("www.maple.example.ca",))


def page(*html: str, url: str = "https://www.maple.example.ca/agenda/1", title: str = "Agenda") -> Snapshot:
    frames: list[dict[str, Any]] = [{"frame": [], "url": url, "html": html[0]}]
    frames += [{"frame": [f"iframe#f{i}"], "url": url, "html": text} for i, text in enumerate(html[1:])]
    document = {"title": title, "lang": "en", "frames": frames}
    return Snapshot(site="main", url=url, artifacts={"document": document})


def findings(check: ExposedPii, snapshot: Snapshot) -> list[Finding]:
    return [finding for outcome in check.outcomes(snapshot) for finding in outcome.findings]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>SIN <b>130</b> <i>69</i>2</p>", "SIN 130 692"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("<table><tr><th>Name<th>SIN<tr><td>Jo<td>1</table>", "Name | SIN\nName: Jo | SIN: 1"),
        ("<table><tr><th scope=row>SIN</th> <td>1</td></tr></table>", "SIN | SIN: 1"),
        ("<label for=a>Birth date</label><input id=a value=1980>", "Birth date\nBirth date: 1980"),
        ("<label>Cell <input value=905></label>", "Cell\nCell: 905"),
        ("<input name=dateOfBirth value=1980>", "date Of Birth: 1980"),
        ("<dl><dt>DOB<dd>1980</dl>", "DOB\nDOB: 1980"),
        ("<p>a<br>b</p>", "a\nb"),
        ("<script>var a='x'</script><style>p{}</style><p>c</p>", "c"),
        ("<x-a><template shadowrootmode=open><p>in</p></template>out</x-a>", "in\nout"),
        ("<select aria-label=City><option>A<option selected>B</select>", "City: B"),
    ],
)
def test_page_text_reads_like_the_page(html: str, text: str) -> None:
    shown = html_text(html).text.split("\n\n")[0]

    assert [line.strip() for line in shown.strip().splitlines()] == text.splitlines()


@pytest.mark.filterwarnings("error")
def test_xhtml_is_read_without_a_warning() -> None:
    html = '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><p>a</p></html>'

    assert html_text(html).text.strip() == "a"


@pytest.mark.parametrize(
    ("html", "where", "selector"),
    [
        ("<p>x</p><p id=p1>SIN {}</p>", "text", "#p1"),
        ("<p>x</p><p>SIN {}</p>", "text", "html > body > p:nth-of-type(2)"),
        ("<main><p>SIN <b>{}</b></p></main>", "text", "html > body > main > p > b"),
        ("<p data-hr-hidden>SIN {}</p>", "hidden", "html > body > p"),
        ("<p>a<!-- SIN {} --></p>", "comment", "html > body > p"),
        ("<img alt='SIN {}'>", "alt", "html > body > img"),
        ("<p title='SIN {}'>a</p>", "attribute", "html > body > p"),
        ("<p data-sin='{}'>a</p>", "hidden", "html > body > p"),
        ("<input type=hidden name=sin value={}>", "hidden", "html > body > input"),
        ("<label>SIN <input value={}></label>", "field", "html > body > label > input"),
        ('<script type=application/json>{{"sin":"{}"}}</script>', "script", "html > head > script"),
        ("<script>var a = {{sin: '{}'}}</script>", "script", "html > head > script"),
        ("<noscript>SIN {}</noscript>", "hidden", "html > body > noscript"),
        ("<iframe src='/x?sin={}'></iframe>", "hidden", "html > body > iframe"),
        ("<form action='/x?sin={}'></form>", "hidden", "html > body > form"),
        ("<select><option value='SIN {}'>a</select>", "hidden", "html > body > select > option"),
        ("<meta name=keywords content='SIN {}'>", "hidden", "html > head > meta"),
        ("<a href='/x?sin={}'>a</a>", "link", "html > body > a"),
        ("<p id='sin-{0}'>SIN {0}</p>", "text", "html > body > p"),
        ("<x-a><template shadowrootmode=open><p>SIN {}</p></template></x-a>", "text", "html > body > x-a >>> p"),
    ],
)
def test_each_place_has_its_selector(check: ExposedPii, html: str, where: str, selector: str) -> None:
    (finding,) = findings(check, page(html.format(SIN)))

    assert finding.exposure is not None
    assert (finding.rule, finding.exposure.where, finding.selector) == ("pii/ca-sin", where, selector)


def source(kind: str, text: str) -> dict[str, Any]:
    part = {"key": "footer", "name": "Footer"}
    return {"kind": kind, "text": text, "selector": "body > footer", "part": part}


@pytest.mark.parametrize("text", ["to: 'jane.tremblay@gmail.com'", "to=`jane.tremblay@gmail.com`"])
def test_quotation_marks_of_code_are_no_part_of_an_address(check: ExposedPii, text: str) -> None:
    seen = page("<p>a</p>")
    seen.artifacts["document"]["frames"][0]["sources"] = [source("script", text)]

    (finding,) = findings(check, seen)

    assert finding.exposure is not None
    assert finding.exposure.value_hmac == KEYRING.hmac("EMAIL_ADDRESS", "jane.tremblay@gmail.com")


@pytest.mark.parametrize(
    ("kind", "text", "where"),
    [
        ("comment", "applicant SIN {}", "comment"),
        ("script", 'state = {{"sin":"{}"}}', "script"),
        ("script", "sin = '{}'; // numéro d'assurance sociale", "script"),
        ("template", "<tr><td>Name</td><td>SIN {}</td></tr>", "hidden"),
        ("template", "<p data-sin='{}'>x</p>", "hidden"),
        ("noscript", "<p>SIN {}</p>", "hidden"),
        ("drawing", "SIN {}", "text"),
    ],
)
def test_what_the_tree_leaves_out_is_searched(check: ExposedPii, kind: str, text: str, where: str) -> None:
    seen = page("<p>a</p>")
    seen.artifacts["document"]["frames"][0]["sources"] = [source(kind, text.format(SIN))]

    (finding,) = findings(check, seen)

    assert finding.exposure is not None
    assert (finding.exposure.where, finding.selector, finding.part.key) == (where, "body > footer", "footer")


@pytest.mark.parametrize(
    ("html", "sources", "cut", "ends"),
    [
        ("<p>a</p>", [], False, Verdict.PASS),
        ("<p>a</p>", ["x" * 200_000], False, Verdict.PASS),
        ("<p>a</p>", ["x" * 200_001], False, Verdict.NOT_RUN),
        ("<p>a</p>", ["x" * 200_000], True, Verdict.NOT_RUN),  # the collector cut it off
        (f"<p title='{'x' * 30_000}'>a</p>", [], False, Verdict.PASS),
        (f"<!--{'x' * 200_001}--><p>a</p>", [], False, Verdict.NOT_RUN),
    ],
)
def test_what_is_not_read_to_its_end_is_no_pass(
    check: ExposedPii, html: str, sources: list[str], cut: bool, ends: Verdict
) -> None:
    seen = page(f"<p>SIN {SIN}</p>{html}")
    seen.artifacts["document"]["frames"][0] |= {"sources": [source("script", text) for text in sources], "cut": cut}

    outcomes = {one.rule: one for one in check.outcomes(seen)}

    assert outcomes["pii/ca-sin"].verdict is Verdict.FAIL
    others = [one for rule, one in outcomes.items() if rule != "pii/ca-sin"]
    assert {one.verdict for one in others} == {ends}
    assert {bool(one.reason) for one in others} == {ends is Verdict.NOT_RUN}


def test_a_place_that_the_collector_named_is_masked(check: ExposedPii) -> None:
    seen = page("<p>a</p>")
    named = {**source("comment", f"SIN {SIN}"), "selector": f"#row-sin_{SIN} > p"}
    seen.artifacts["document"]["frames"][0]["sources"] = [named]

    (finding,) = findings(check, seen)

    assert finding.selector == "#row-sin_[SIN] > p"


@pytest.mark.parametrize(
    "text",
    [
        "applicant = {homePhone: '905-335-7777'}",
        '{"resident_email": "jane.tremblay@gmail.com"}',
        "const sent = {to: 'jane.tremblay@gmail.com'}",
        "to=`jane.tremblay@gmail.com`",
        '{"owner":{"name":"Jane Tremblay","sin":"{SIN}","phone":"905-335-7777"}}',
    ],
)
def test_scripts_that_hold_somebody(check: ExposedPii, text: str) -> None:
    html = f"<script>{text.replace('{SIN}', SIN)}</script>"

    assert {finding.exposure.where for finding in findings(check, page(html)) if finding.exposure} == {"script"}


@pytest.mark.parametrize(
    "html",
    [
        "<script>var n = {SIN};</script>",
        "<script>ids = [{SIN}, 4000000000000002, 4503599627370496]</script>",
        "<script>build('1.2.3.4', '24.99.142.184')</script>",
        "<script>/*! (c) Jane Tremblay <jane.tremblay@gmail.com> MIT */</script>",
        "<!-- @author Jane Tremblay, jane.tremblay@gmail.com -->",
        "<script>contact = {phone: '905-335-7777'}</script>",
        '<script type="application/ld+json">{"@type":"GovernmentOrganization","telephone":"905-335-7777",'
        '"streetAddress":"426 Brant Street","postalCode":"L7R 3Z6","email":"clerk@maple.example.ca"}</script>',
        '<script>team = ["Jane Tremblay", "Omar Singh"]</script>',
        "<script>colour = 'k1a0b1'; room = 'L7R 3Z6'</script>",
        "<script src='/x.js'>SIN {SIN}</script>",
        "<script>born = new Date(2024, 5, 3)</script>",
    ],
)
def test_scripts_that_only_hold_numbers(check: ExposedPii, html: str) -> None:
    assert findings(check, page(html.replace("{SIN}", SIN))) == []


def test_a_number_over_two_elements_belongs_to_both() -> None:
    page_ = html_text(f"<p>SIN <b>{SIN[:3]}</b> <i>{SIN[3:]}</i></p>")
    (span,) = Detector(["CA_SIN"]).detect(page_.text)

    selector = page_.selector(page_.real(span.start, span.end))

    assert selector == "html > body > p"


def test_selectors_are_valid_in_the_page(check: ExposedPii) -> None:
    html = f"<div><section><p>x</p><ul><li>y<li>SIN {SIN}</ul></section></div>"

    (finding,) = findings(check, page(html))
    (element,) = BeautifulSoup(html, "lxml").select(finding.selector)

    assert SIN in element.get_text()


def test_a_frame_is_part_of_the_selector(check: ExposedPii) -> None:
    (finding,) = findings(check, page("<p>a</p>", f"<p>SIN {SIN}</p>"))

    assert finding.selector == "iframe#f0 >> html > body > p"


def test_nesting_deeper_than_the_stack_is_read(check: ExposedPii) -> None:
    (finding,) = findings(check, page("<div>" * 5000 + f"SIN {SIN}"))

    assert finding.rule == "pii/ca-sin"


def test_a_repeated_header_is_reported_once(check: ExposedPii) -> None:
    rows = "".join(f"<tr><td>{i}<td>x" for i in range(5))
    html = f"<table><tr><th>n<th>SIN {SIN}{rows}</table>"

    assert len(findings(check, page(html))) == 1


@pytest.mark.parametrize(
    ("html", "rule", "verdict"),
    [
        ("<p>Jane Tremblay, SIN {SIN}</p>", "pii/ca-sin", Verdict.FAIL),
        ("<p>Jane; {SPACED}</p>", "pii/ca-sin", Verdict.REVIEW),
        ("<p>Child born 2015-05-03</p>", "pii/date-of-birth", Verdict.FAIL),
        ("<p>jane.tremblay@gmail.com</p>", "pii/email-address", Verdict.REVIEW),
        ("<p>Applicant's cell: 905-335-7777</p>", "pii/phone-number", Verdict.REVIEW),
        ("<p>Jane Tremblay lives at 12 Elm Street</p>", "pii/civic-address", Verdict.REVIEW),
        ("<p>Resident Jane Tremblay, L7R 1A1</p>", "pii/ca-postal-code", Verdict.REVIEW),
        ("<p>login from IP 142.51.77.9</p>", "pii/ip-address", Verdict.REVIEW),
    ],
)
def test_verdicts(check: ExposedPii, html: str, rule: str, verdict: Verdict) -> None:
    spaced = f"{SIN[:3]}-{SIN[3:6]}-{SIN[6:]}"

    outcomes = {o.rule: o for o in check.outcomes(page(html.replace("{SIN}", SIN).replace("{SPACED}", spaced)))}

    assert outcomes[rule].verdict is verdict


@pytest.mark.parametrize(
    "html",
    [
        "<p>City Hall, 426 Brant Street, Burlington ON L7R 3Z6</p>",
        "<p>clerk@maple.example.ca</p>",
        "<p>jane.tremblay@maple.example.ca</p>",
        "<p>info@vendor.example.com</p>",
        "<p>Écrivez à aide@ville.example.com</p>",
        "<p>accessibility@ontario.ca</p>",
        "<input type='email' placeholder='name@provider.example'>",
        "<p>Write your address as first.last@gmail.com.</p>",
        "<p>Jane Tremblay, Manager of Parks, 905-335-7777 ext. 12</p>",
        "<footer data-hr-part='footer|Site footer'><p>905-335-7777</p></footer>",
        "<p>The library, 2331 New Street, 905-639-3611</p>",
        "<p>The fence at 12 Elm Street will be painted.</p>",
        "<p>Invoice no. {SIN}</p>",
        "<p>The meeting of 2024-05-03</p>",
        "<p>version 1.2.3.4</p>",
    ],
)
def test_business_contacts_and_near_misses_are_no_findings(check: ExposedPii, html: str) -> None:
    assert findings(check, page(html.replace("{SIN}", SIN))) == []


def test_a_name_that_only_begins_like_a_sample_is_somebody(check: ExposedPii) -> None:
    assert findings(check, page("<p>named.orchard@provider.example</p>")) != []


def test_a_staff_page_shows_business_contacts(check: ExposedPii) -> None:
    html = "<table><tr><th>Name<th>Phone<tr><td>Jane Tremblay<td>905-335-7777</table>"

    assert findings(check, page(html, url="https://www.maple.example.ca/staff-directory")) == []
    assert findings(check, page(html)) != []


def test_what_a_city_lists_is_business_contact() -> None:
    listed = Business.of(domains=("gmail.com",), numbers=("905-335-7777",), pages=("/teams/*#navigation",))
    check = ExposedPii(keyring=KEYRING, detector=Detector(), business=listed)
    html = (
        f"<p>Coach Jane Tremblay, jane.tremblay@gmail.com, cell (905) 335-7777, SIN {SIN}</p>"
        "<nav data-hr-part='navigation|Menu'><p>Home phone 905-335-7888</p></nav><p>Home phone 905-335-7999</p>"
    )

    found = findings(check, page(html, url="https://www.maple.example.ca/teams/1"))

    assert [finding.exposure.mask for finding in found if finding.exposure] == ["[SIN]", "[PHONE 905]", "[NAME]"]


def test_only_the_kinds_asked_for_are_reported_and_all_are_masked() -> None:
    some = ExposedPii(keyring=KEYRING, detector=Detector(), entities=("CA_SIN",))
    html = f"<p>Jane Tremblay, SIN {SIN}, born 1961-04-09, jane.orchard@gmail.com</p>"

    (outcome,) = some.outcomes(page(html))

    (finding,) = outcome.findings
    assert (outcome.rule, finding.rule) == ("pii/ca-sin", "pii/ca-sin")
    assert "jane.orchard" not in finding.snippet
    assert "1961" not in finding.snippet


def test_a_kind_that_nobody_knows_is_told() -> None:
    with pytest.raises(ValueError, match=r"unknown entities .'CA_SINN'.; known: .*CA_SIN"):
        ExposedPii(keyring=KEYRING, detector=Detector(), entities=("CA_SINN",))


def test_the_configuration_names_every_kind() -> None:
    told = PersonalInformation.model_fields["entities"].description

    assert told is not None
    assert set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|PERSON\b", told)) == {
        rule.removeprefix("pii/").upper().replace("-", "_") for rule in RULES
    }


def test_linked_to_a_person_is_worse(check: ExposedPii) -> None:
    alone = findings(check, page(f"<p>SIN {SIN}</p>"))
    linked = [f for f in findings(check, page(f"<p>Jane Tremblay, SIN {SIN}</p>")) if f.rule == "pii/ca-sin"]

    assert [f.impact for f in alone] == [Impact.SERIOUS]
    assert [f.impact for f in linked] == [Impact.CRITICAL]


def test_a_finding_says_what_it_is_linked_to(check: ExposedPii) -> None:
    html = "<h1>Delegation requests</h1><p>Jane Tremblay, 12 Elm Street, born 1961-04-09</p>"

    born = next(f for f in findings(check, page(html)) if f.rule == "pii/date-of-birth")

    assert born.exposure is not None
    assert (born.exposure.beside, born.exposure.page) == (("CIVIC_ADDRESS", "PERSON"), "delegation")
    assert (born.impact, born.exposure.people, born.exposure.child) == (Impact.CRITICAL, 1, False)
    assert born.message == "Date of birth in the text of the page, beside: street address, name."


def test_people_are_counted_by_what_each_has_one_of(check: ExposedPii) -> None:
    rows = "".join(f"<tr><td>{VALUES.NAME(False)}<td>{VALUES.SIN(False)}<td>905-335-77{n}" for n in range(10, 17))
    html = f"<table><tr><th>Name<th>SIN<th>Home phone{rows}<tr><td><td><td>905-335-7799</table>"

    counted = {f.exposure.people for f in findings(check, page(html)) if f.exposure}

    assert counted == {7}


@pytest.mark.parametrize(
    ("html", "child"),
    [
        ("<p>Camper Jane Tremblay, born 2015-05-03</p>", True),
        ("<p>Enfant : Jane Tremblay, née le 3 mai 2015</p>", True),
        ("<p>Jane Tremblay, born 2015-05-03. Season of 2026</p>", True),
        ("<p>Jane Tremblay, born 1961-04-09. Season of 2026</p>", False),
        ("<p>Jane Tremblay, born 1961-04-09, of Childs Road</p>", False),
        ("<p>Jane Tremblay, born 2005-05-03. Season of 2026</p>", False),
    ],
)
def test_a_childs_data_is_told(check: ExposedPii, html: str, child: bool) -> None:
    born = next(f for f in findings(check, page(html)) if f.rule == "pii/date-of-birth")

    assert born.exposure is not None
    assert born.exposure.child is child


def test_hidden_weighs_less_than_visible(check: ExposedPii) -> None:
    shown = findings(check, page("<p>Jane Tremblay, born 1961-04-09</p>"))
    hidden = findings(check, page("<p>a</p><!-- Jane Tremblay, born 1961-04-09 -->"))

    impacts = [next(f.impact for f in found if f.rule == "pii/date-of-birth") for found in (shown, hidden)]

    assert impacts == [Impact.SERIOUS, Impact.MODERATE]


def test_the_address_of_the_page_is_searched(check: ExposedPii) -> None:
    (finding,) = findings(check, page("<p>a</p>", url=f"https://maple.example.ca/r?sin={SIN}"))

    assert finding.exposure is not None
    assert (finding.exposure.where, finding.selector) == ("url", "")


def test_no_outcome_holds_a_value(check: ExposedPii) -> None:
    html = (
        f"<title>SIN {SIN}</title><p id='jane@gmail.com'>Jane Tremblay born 1980-05-03 SIN {SIN}, jane@gmail.com,"
        f" 905-335-7777, 12 Elm Street; file {SIN}</p>"
    )
    snapshot = page(html, f"<p>SIN {SIN}", url=f"https://maple.example.ca/r?sin={SIN}", title=f"SIN {SIN}")

    text = repr([dataclasses.asdict(outcome) for outcome in check.outcomes(snapshot)]) + repr(html_text(html))

    for value in (SIN, "jane@gmail", "1980-05-03", "335-7777", "Elm Street", "Tremblay"):
        assert value not in text
    assert SIN not in repr(snapshot) + repr(check)


def test_pictures_cover_every_hit_also_the_unsure(check: ExposedPii) -> None:
    list(check.outcomes(page(f"<p>SIN {SIN}</p><div>code {SIN}</div><i>2024-05-03</i>")))

    assert check.covered() == ("html > body > p", "html > body > div")


def test_snippets_are_masked_and_short(check: ExposedPii) -> None:
    (finding,) = (
        f for f in findings(check, page(f"<p>{'word ' * 80}SIN {SIN} {'word ' * 80}</p>")) if f.rule == "pii/ca-sin"
    )

    assert "[SIN]" in finding.snippet
    assert len(finding.snippet) <= 300


def test_out_of_time_is_an_error_never_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    check = ExposedPii(keyring=KEYRING, detector=Detector(["CA_SIN", "EMAIL_ADDRESS"]))
    monkeypatch.setattr(check._detector, "scan", lambda *_, **__: ([], frozenset({"CA_SIN"})))

    outcomes: dict[str, Outcome] = {o.rule: o for o in check.outcomes(page("<p>x</p>"))}

    assert outcomes["pii/ca-sin"].verdict is Verdict.ERROR
    assert outcomes["pii/ca-sin"].reason == "NotFullyScanned"


def test_what_was_found_before_time_ran_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    check = ExposedPii(keyring=KEYRING, detector=Detector(["CA_SIN", "CREDIT_CARD"]))
    sin = next(r for r in check._detector._recognizers if r.ENTITY == "CA_SIN")
    collect = sin._collect
    second = VALUES.sin_digits()

    def late(text: str, pattern: Pattern, results: list[RecognizerResult]) -> None:
        collect(text, pattern, results)
        results[:] = [one for one in results if second not in text[one.start : one.end]]
        raise TimeoutError

    monkeypatch.setattr(sin, "_collect", late)

    outcomes = {one.rule: one for one in check.outcomes(page(f"<p>SIN {SIN} and SIN {second} of those who asked</p>"))}

    told = outcomes["pii/ca-sin"]
    assert (told.verdict, told.reason, told.not_seen) == (Verdict.FAIL, "NotFullyScanned", True)
    assert [one.selector for one in told.findings] == ["html > body > p"]
    assert second not in repr(outcomes)  # nobody masked it: no words are quoted
    assert (outcomes["pii/credit-card"].verdict, outcomes["pii/credit-card"].not_seen) == (Verdict.PASS, False)


def test_every_personal_kind_has_a_bilingual_rule() -> None:
    kinds = {f"pii/{r.ENTITY.lower().replace('_', '-')}" for r in recognizer_classes() if r.PERSONAL}

    assert kinds == set(RULES)
    for rule in RULES.values():
        assert rule.kind is Kind.EXPOSURE
        assert all((rule.title, rule.why, rule.fix, rule.title_fr, rule.why_fr, rule.fix_fr, rule.references))


def test_a_kind_that_another_package_brings_has_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    class LibraryCard(Recognizer):
        ENTITY = "LIBRARY_CARD"
        PATTERNS = (Pattern("card", r"\b2\d{13}\b", 0.1),)
        CONTEXT_EN = ("library card",)

    monkeypatch.setattr(engine, "recognizer_classes", lambda: (*recognizer_classes(), LibraryCard))
    check = ExposedPii(keyring=KEYRING, detector=Detector())

    outcomes = check.outcomes(page("<p>Resident's library card 20000000000000</p>"))

    (found,) = [outcome for outcome in outcomes if outcome.verdict is not Verdict.PASS]
    assert (found.rule, found.verdict) == ("pii/library-card", Verdict.REVIEW)
    assert found.findings[0].message == "LIBRARY CARD in the text of the page."
    assert check.rules["pii/library-card"].title == "LIBRARY CARD is readable on a public page"


def test_scan_of_a_file(check: ExposedPii) -> None:
    detector = Detector()

    spans, late = scan_text(f"SIN {SIN}", detector)
    found, _ = scan_html(f"<p>SIN {SIN}</p>", detector)

    assert not late
    assert [(span.entity, span.start) for span in spans] == [("CA_SIN", 4)]
    assert found == [
        {
            "entity": "CA_SIN",
            "selector": "html > body > p",
            "where": "text",
            "mask": "[SIN]",
            "score": 0.95,
            "tier": "report",
        }
    ]
