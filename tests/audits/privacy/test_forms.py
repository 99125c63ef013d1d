"""Forms that ask people about themselves: the collection notice, the way they are sent, the near-misses."""

from __future__ import annotations

from typing import Any

import pytest

from audits.check import Check
from audits.model import Kind, Outcome, Snapshot, Verdict
from audits.privacy.form_collection_notice import FormCollectionNotice
from audits.privacy.form_sent import FormSent

URL = "https://www.maple.example.ca/apply"
NOTICE = FormCollectionNotice(redact=str)
SENT = FormSent(redact=str, own_domains=("maple-forms.example.ca",))
MAIL = '<label for="m">E-mail</label><input id="m" type="email" name="mail">'
FULL = (
    "Personal information on this form is collected under the authority of the Municipal Act, 2001, s. 227, and will "
    "be used to process your application. Questions: City Clerk, 426 Elm Street, 905-555-0100."
)


def page(*html: str, url: str = URL) -> Snapshot:
    frames: list[dict[str, Any]] = [{"frame": [], "url": url, "html": html[0]}]
    frames += [{"frame": [f"#f{n}"], "url": url, "html": text} for n, text in enumerate(html[1:])]
    return Snapshot(site="main", url=url, artifacts={"document": {"title": "T", "lang": "en", "frames": frames}})


def judged(check: Check, snapshot: Snapshot) -> dict[str, Outcome]:
    return {outcome.rule: outcome for outcome in check.outcomes(snapshot)}


def notice(html: str, url: str = URL) -> Outcome:
    return judged(NOTICE, page(html, url=url))["privacy/form-collection-notice"]


def sent(rule: str, html: str, url: str = URL) -> list[Verdict]:
    return [finding.verdict for finding in judged(SENT, page(html, url=url))[f"privacy/form-{rule}"].findings]


@pytest.mark.parametrize(
    "html",
    [
        f"<form method=post>{MAIL}</form>",
        "<form><input type=tel name=x></form>",
        "<form method=post><input type=email placeholder='E-mail address'></form>",
        "<form method=post><label>Adresse courriel <input name=c></label></form>",
        "<form method=post><label>Your name <input name=n></label></form>",
        "<form method=post><label>Prénom et nom de famille <input name=n></label></form>",
        "<form><label for=d>Date de naissance *</label><input id=d name=d></form>",
        "<form><input name=applicant_email></form>",
        "<form><input aria-label='Social Insurance Number'></form>",
        "<form><span id=l>OHIP number</span><input aria-labelledby=l></form>",
        "<form method=post><label>Home address <textarea></textarea><input name=homeAddress></label></form>",
        f"<p>Personal information is collected by the City.</p><form method=post>{MAIL}</form>",
        f"<p>We protect personal information.</p><form method=post>{MAIL}</form>",
        f"<p hidden data-hr-hidden>{FULL}</p><form method=post>{MAIL}</form>",
        f'<x-a><template shadowrootmode="open"><form method=post>{MAIL}</form></template></x-a>',
    ],
)
def test_a_form_without_a_notice_is_for_a_person_to_look_at(html: str) -> None:
    outcome = notice(html)

    assert outcome.verdict is Verdict.REVIEW
    assert "the page says nothing of why" in outcome.findings[0].message


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("We collect your personal information to answer you. Questions: Clerk.", "the legal authority"),
        ("Personal information is collected under the Municipal Act to process it.", "whom to ask"),
        ("Vos renseignements personnels sont recueillis en vertu de la Loi. Adressez-vous au greffe.", "the purpose"),
    ],
)
def test_what_a_notice_lacks_is_said(said: str, missing: str) -> None:
    (finding,) = notice(f"<form method=post>{MAIL}<p>{said}</p></form>").findings

    assert f"of its collection notice {missing} was not found" in finding.message


@pytest.mark.parametrize(
    "html",
    [
        f"<form method=post>{MAIL}<p>{FULL}</p></form>",
        f"<p>{FULL}</p><form method=post>{MAIL}</form>",
        "<p>We collect your personal information under the Municipal Act, 2001 to answer your complaint. Questions: "
        f"City Clerk.</p><form method=post>{MAIL}</form>",
        "<p>Les renseignements personnels sont recueillis en vertu de la Loi de 2001 sur les municipalités afin de "
        f"traiter votre demande. Adressez vos questions au greffe, 905 555-0100.</p><form method=post>{MAIL}</form>",
        f"<form method=post>{MAIL}<a href=/n>Notice of collection</a></form>",
        f"<form method=post>{MAIL}<a href=/n>Avis de collecte</a></form>",
    ],
)
def test_a_notice_is_recognized(html: str) -> None:
    assert notice(html).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "html",
    [
        "<form role=search><input name=email></form>",
        "<form><input type=search name=q></form>",
        "<form method=post><input name=user autocomplete=username><input type=password></form>",
        "<form><label>Name <input name=name></label></form>",
        "<form><label>Street address <input name=a></label></form>",
        "<form method=post><label>Business name <input name=b></label></form>",
        "<form method=post><label>Dog's name <input name=dogName></label></form>",
        "<form method=post><label>Name of the event <input name=event></label></form>",
        "<form method=post><label>Nom de l'entreprise <input name=nom></label></form>",
        "<form method=post><label>IP address <input name=ip></label></form>",
        "<form method=post><input type=hidden name=email value=x><input name=words></form>",
        "<form method=post><div data-hr-hidden><input type=email></div><input name=w></form>",
        "<form method=post><label>Ward <select><option>1</select></label></form>",
        "<form method=post><label>I agree to get e-mail <input type=checkbox></label></form>",
        "<form method=post><label>Using the pool in the since hour <input name=since></label></form>",
        f"<div>{MAIL}</div>",
        "<p>no form</p>",
    ],
)
def test_forms_that_ask_nothing_about_anybody(html: str) -> None:
    assert notice(html).verdict is Verdict.INAPPLICABLE


def test_a_finding_says_where_and_what() -> None:
    html = f'<footer data-hr-part="contentinfo|Footer"><form class="a" method="post">{MAIL}</form></footer>'

    (finding,) = judged(NOTICE, page("<p>x</p>", html))["privacy/form-collection-notice"].findings

    assert finding.selector == "#f0 >> html > body > footer > form"
    assert (finding.part.key, finding.snippet) == ("contentinfo", '<form class="a" method="post">')
    assert finding.message.startswith("The form asks for e-mail address, ")


@pytest.mark.parametrize(
    ("html", "url", "verdicts"),
    [
        (f"<form method=post>{MAIL}</form>", "http://www.maple.example.ca/", [Verdict.FAIL]),
        (f"<form method=post action=http://www.maple.example.ca/x>{MAIL}</form>", URL, [Verdict.FAIL]),
        ("<form method=post><input type=password></form>", "http://10.0.0.8/", [Verdict.FAIL]),
        (f"<form method=post>{MAIL}</form>", "http://127.0.0.1:80/", []),
        (f"<form method=post>{MAIL}</form>", "http://localhost:8000/", []),
        (f"<form method=post>{MAIL}</form>", URL, []),
        (f"<form method=post action=//www.maple.example.ca/x>{MAIL}</form>", URL, []),
        (f"<form method=post action=mailto:clerk@maple.example.ca>{MAIL}</form>", URL, []),
        ("<form method=post><input name=words></form>", "http://www.maple.example.ca/", []),
        ("<form action=http://www.maple.example.ca/find><input type=search name=q></form>", URL, []),
        (f"<form method=post action='http://[bad'>{MAIL}</form>", URL, []),
    ],
)
def test_encryption(html: str, url: str, verdicts: list[Verdict]) -> None:
    assert sent("not-encrypted", html, url) == verdicts


@pytest.mark.parametrize(
    ("html", "verdicts"),
    [
        (f"<form method=get>{MAIL}</form>", [Verdict.FAIL]),
        ("<form method=GET action=/x><input type=password></form>", [Verdict.FAIL]),
        ("<form method=get><label>Date of birth<input></label></form>", [Verdict.FAIL]),
        (f"<form action=/x>{MAIL}</form>", [Verdict.REVIEW]),
        (f"<form>{MAIL}</form>", []),  # a script's
        (f"<form method=post>{MAIL}</form>", []),
        (f"<form method=dialog>{MAIL}</form>", []),
        ("<form method=get><label>Street address<input></label></form>", []),  # when is my waste collected
        ("<form method=get><label>Name<input name=name></label></form>", []),
        ("<form method=get role=search><input type=email></form>", []),
        ("<form method=get><input name=from><input name=to></form>", []),
    ],
)
def test_method(html: str, verdicts: list[Verdict]) -> None:
    assert sent("in-address", html) == verdicts


@pytest.mark.parametrize(
    ("html", "verdicts"),
    [
        (f"<form method=post action=https://forms.vendor.example.com/x>{MAIL}</form>", [Verdict.REVIEW]),
        (f"<base href=https://x.vendor.example.com/><form method=post action=y>{MAIL}</form>", [Verdict.REVIEW]),
        (f"<form method=post><button formaction=https://v.example.com/></button>{MAIL}</form>", [Verdict.REVIEW]),
        (f"<form method=post action=https://apply.maple.example.ca/x>{MAIL}</form>", []),
        (f"<form method=post action=https://www.maple-forms.example.ca/>{MAIL}</form>", []),
        (f"<form method=post action=/x>{MAIL}</form>", []),
        (f"<form method=post action=javascript:send()>{MAIL}</form>", []),
        ("<form method=post action=https://vendor.example.com/x><input name=q></form>", []),
        ("<form role=search action=https://www.search.example.com/x><input name=q></form>", []),
    ],
)
def test_receiver(html: str, verdicts: list[Verdict]) -> None:
    assert sent("third-party", html) == verdicts


def test_what_is_quoted_is_masked() -> None:
    check = FormSent(redact=lambda text: text.replace("jane", "[NAME]"))
    html = f"<form id=jane method=get action=/x?u=jane>{MAIL}</form>"

    (finding,) = judged(check, page(html))["privacy/form-in-address"].findings

    assert "jane" not in repr(finding)


@pytest.mark.parametrize("before", range(150, 320, 10))
def test_no_value_is_cut_in_two_before_it_is_masked(before: int) -> None:
    check = FormSent(redact=lambda text: text.replace("jane.doe@city.example", "[EMAIL]"))
    form = f'<form method="get" class="{"x" * before}" action="/a?of=jane.doe@city.example"><input type="email"></form>'

    (finding,) = judged(check, page(form))["privacy/form-in-address"].findings

    assert "jane" not in finding.snippet


def test_rules_are_bilingual_and_about_privacy() -> None:
    for rule in {**NOTICE.rules, **SENT.rules}.values():
        assert rule.kind is Kind.PRIVACY
        assert all((rule.title, rule.why, rule.fix, rule.title_fr, rule.why_fr, rule.fix_fr, rule.references))


def test_hundreds_of_forms_are_read_in_a_moment() -> None:
    html = f"<div>{f'<form method=post>{MAIL}</form>' * 300}</div>"

    assert len(notice(html).findings) == 300
