"""What people write about themselves goes to the City alone, unreadable on the way, and into no address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from audits.check import Check, worst
from audits.model import Finding, Impact, Kind, Outcome, Rule, Snapshot, Verdict
from audits.privacy._forms import IDENTIFIES, REACHES, Form, forms, trusted
from audits.privacy.recognizers.email import registered_domain

ENCRYPTED = Rule(
    id="privacy/form-not-encrypted",
    title="Form sends personal information without encryption",
    why="Everybody between the person and the server can read and change what is sent.",
    fix="Serve the page and the form’s target over https, and redirect http to it.",
    title_fr="Un formulaire envoie des renseignements personnels sans chiffrement",
    why_fr="Quiconque se trouve entre la personne et le serveur peut lire et changer ce qui est envoyé.",
    fix_fr="Servez la page et la cible du formulaire en https, et redirigez-y le http.",
    impact=Impact.CRITICAL,
    kind=Kind.PRIVACY,
    references=("MFIPPA Reg. 823 s. 3",),
    help_url="https://www.ontario.ca/laws/regulation/900823",
    before='<form action="http://www.city.example/apply" method="post">',
    after='<form action="https://www.city.example/apply" method="post">',
    verdicts=(Verdict.FAIL,),
)
ADDRESS = Rule(
    id="privacy/form-in-address",
    title="Form puts personal information into the address",
    why="An address is kept in histories and server logs, shared with the link, and sent on to other sites.",
    fix='Send the form with method="post".',
    title_fr="Un formulaire met des renseignements personnels dans l’adresse",
    why_fr="Une adresse reste dans les historiques et les journaux des serveurs, se partage avec le lien et se "
    "transmet à d’autres sites.",
    fix_fr='Envoyez le formulaire avec method="post".',
    impact=Impact.SERIOUS,
    kind=Kind.PRIVACY,
    references=("MFIPPA Reg. 823 s. 3",),
    help_url="https://www.ontario.ca/laws/regulation/900823",
    before='<form action="/apply" method="get"><input type="email" name="mail"></form>',
    after='<form action="/apply" method="post"><input type="email" name="mail"></form>',
)
ELSEWHERE = Rule(
    id="privacy/form-third-party",
    title="Form sends personal information to another organization",
    why="The City answers for what a vendor does with it. People should know who gets their information.",
    fix="Check that an agreement covers it, and name the organization in the collection notice.",
    title_fr="Un formulaire envoie des renseignements personnels à une autre organisation",
    why_fr="La Ville répond de ce qu’un fournisseur en fait. Les gens doivent savoir qui reçoit leurs renseignements.",
    fix_fr="Vérifiez qu’une entente le prévoit, et nommez l’organisation dans l’avis de collecte.",
    impact=Impact.MODERATE,
    kind=Kind.PRIVACY,
    references=("MFIPPA s. 29(2)", "MFIPPA s. 32"),
    help_url="https://www.ontario.ca/laws/statute/90m56",
    verdicts=(Verdict.REVIEW,),
)


class FormSent(Check):
    """Where forms that ask people about themselves send it, and how."""

    needs: ClassVar[tuple[str, ...]] = ("document",)

    def __init__(self, *, redact: Callable[[str], str], own_domains: Iterable[str] = ()) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact
        self._own = frozenset(registered_domain(domain) for domain in own_domains)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Encryption, method, receiver."""
        return {rule.id: rule for rule in (ENCRYPTED, ADDRESS, ELSEWHERE)}

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """One outcome per rule; inapplicable where no form asks people about themselves."""
        asking = [form for form in forms(snapshot.artifacts["document"]) if form.personal or form.password]
        for rule, judge in ((ENCRYPTED, _unencrypted), (ADDRESS, _in_address), (ELSEWHERE, self._elsewhere)):
            findings = tuple(
                Finding(
                    rule=rule.id,
                    verdict=verdict,
                    message=message,
                    selector=self._redact(form.selector),
                    snippet=self._redact(form.html)[:300],
                    part=form.part,
                )
                for form in asking
                for verdict, message in judge(form)
            )
            yield Outcome(rule=rule.id, verdict=worst(findings) if asking else Verdict.INAPPLICABLE, findings=findings)

    def _elsewhere(self, form: Form) -> Iterator[tuple[Verdict, str]]:
        there, here = (urlsplit(url).hostname or "" for url in (form.action, form.page))
        if not form.personal or not there or there == here:
            return
        domain = registered_domain(there)
        if domain in self._own or domain == registered_domain(here):
            return
        yield (
            Verdict.REVIEW,
            f"The form asks for {_asked(form)} and sends it to {self._redact(there)}. Whose is that, and does an "
            "agreement cover it?",
        )


def _asked(form: Form) -> str:
    return ", ".join([*form.asks, *["password"] * form.password])


def _unencrypted(form: Form) -> Iterator[tuple[Verdict, str]]:
    for url, what in ((form.page, "The page came"), (form.action, "The form is sent")):
        if not trusted(url):
            yield Verdict.FAIL, f"{what} without encryption, and it asks for {_asked(form)}."
            return


def _in_address(form: Form) -> Iterator[tuple[Verdict, str]]:
    """A form without a target may be a script's; one that asks for an address alone looks something up."""
    told = {*form.asks} & (IDENTIFIES | REACHES) or form.password
    if form.method not in ("", "get") or not told or not (form.written or form.method):
        return
    if form.method == "get":
        yield Verdict.FAIL, f"The form is sent by GET, and asks for {_asked(form)}."
    else:
        yield (
            Verdict.REVIEW,
            f"The form names no method, so a browser sends {_asked(form)} by GET. Does a script send it otherwise?",
        )
