"""Personal information must not be readable on a public page. One rule per kind; findings hold masks, never values."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from audits.check import FILE, Check, worst
from audits.model import (
    FRAME_STEP,
    Exposure,
    Finding,
    Impact,
    Kind,
    Outcome,
    Part,
    Rule,
    Snapshot,
    Stretch,
    Tier,
    Verdict,
)
from audits.privacy.business import Business
from audits.privacy.contacts import CONTACT, PROVIDERS, is_private_mailbox
from audits.privacy.engine import Detector, NotFullyScanned, Span
from audits.privacy.file_text import CUT as FILE_CUT
from audits.privacy.file_text import file_text
from audits.privacy.keys import Keyring
from audits.privacy.linkage import (
    CRITICAL,
    born_a_child,
    latest_year,
    names_child,
    page_kind,
    people,
    severity,
)
from audits.privacy.masking import hidden_in_escapes, mask, mask_text, readings, telling, url_text
from audits.privacy.page_text import CUT, PageText, Segment, page_text
from audits.privacy.recognizer import phrases
from audits.privacy.recognizers.email import registered_domain

#: Kinds that are wrong on any public page; the rest depends on whom they stand for.
STRONG = CRITICAL | {"DATE_OF_BIRTH", "CA_ON_LICENCE_PLATE"}
#: Kinds with a check digit: what character recognition misreads seldom passes for one.
_CHECKED = frozenset({"CA_SIN", "CA_ON_HEALTH_CARD", "CREDIT_CARD"})
#: In a script, or in data, a value is believed only where a word names it: both are full of numbers.
_NAMED_IN_SCRIPT = 0.85
#: Personal only where they are linked to a person.
_NEEDS_LINK = frozenset({"CIVIC_ADDRESS", "CA_POSTAL_CODE", "CA_ON_PROPERTY_ROLL"})
_BESIDE = 250
#: How far back the name of what a value of data stands in may be.
_CELL = 600
#: Findings of one kind in one file: a list of residents is one fault, however long it is.
MOST_IN_FILE = 200
_SNIPPET_BEFORE, _SNIPPET_AFTER, _SNIPPET = 90, 90, 300

_WHY = (
    "Anyone can read and copy it, and machines do. MFIPPA s. 2(1) makes it personal information; s. 32 does not "
    "allow disclosing it "
    "unless one of its grounds applies."
)
_WHY_FR = (
    "N'importe qui, et toute machine, peut le lire et le copier. C'est un renseignement personnel (LAIMPVP, par. "
    "2(1)); l'article 32 en "
    "interdit la divulgation hors des cas prévus."
)
_FIX = "Remove it from the page, ask search engines to drop their copy, and tell the privacy officer."
_FIX_FR = (
    "Retirez-le de la page, demandez aux moteurs de recherche d'effacer leur copie et avisez la personne "
    "responsable de la vie privée."
)
_WHY_PERSONAL = (
    "Beside a private person this is personal information (MFIPPA s. 2(1)). Business contact information is not "
    "(s. 2(2.1)): a person must "
    "decide."
)
_WHY_PERSONAL_FR = (
    "Lié à un particulier, c'est un renseignement personnel (LAIMPVP, par. 2(1)). Les coordonnées d'affaires n'en "
    "sont pas (par. 2(2.1)) : une "
    "personne doit trancher."
)
_FIX_PERSONAL = "Check whom it belongs to. Remove it, or record why it is public."
_FIX_PERSONAL_FR = "Vérifiez à qui il appartient. Retirez-le, ou consignez pourquoi il est public."
_REFERENCES = ("MFIPPA s. 2(1)", "MFIPPA s. 2(2.1)", "MFIPPA s. 32")

_NOUNS: Mapping[str, tuple[str, str, Impact]] = {
    "CA_SIN": ("Social insurance number", "Numéro d'assurance sociale", Impact.CRITICAL),
    "CA_ON_HEALTH_CARD": ("Ontario health card number", "Numéro de carte Santé de l'Ontario", Impact.CRITICAL),
    "CA_ON_DRIVER_LICENCE": ("Driver's licence number", "Numéro de permis de conduire", Impact.CRITICAL),
    "CA_PASSPORT": ("Passport number", "Numéro de passeport", Impact.CRITICAL),
    "CREDIT_CARD": ("Payment card number", "Numéro de carte de paiement", Impact.CRITICAL),
    "CA_BANK_ACCOUNT": ("Bank account", "Compte bancaire", Impact.CRITICAL),
    "DATE_OF_BIRTH": ("Date of birth", "Date de naissance", Impact.SERIOUS),
    "CA_ON_LICENCE_PLATE": ("Licence plate", "Plaque d'immatriculation", Impact.MODERATE),
    "CIVIC_ADDRESS": ("Street address of a person", "Adresse d'une personne", Impact.MODERATE),
    "EMAIL_ADDRESS": ("Personal e-mail address", "Adresse courriel personnelle", Impact.MODERATE),
    "PHONE_NUMBER": ("Personal telephone number", "Numéro de téléphone personnel", Impact.MODERATE),
    "PERSON": (
        "Name beside other personal information",
        "Nom à côté d'autres renseignements personnels",
        Impact.MODERATE,
    ),
    "CA_POSTAL_CODE": ("Postal code of a person", "Code postal d'une personne", Impact.MINOR),
    "CA_ON_PROPERTY_ROLL": ("Property roll number", "Numéro de rôle d'évaluation foncière", Impact.MINOR),
    "IP_ADDRESS": ("IP address", "Adresse IP", Impact.MINOR),
    "MAC_ADDRESS": ("Hardware (MAC) address", "Adresse matérielle (MAC)", Impact.MINOR),
}


def rule_id(entity: str) -> str:
    """ "CA_SIN" is judged by "pii/ca-sin"."""
    return f"pii/{entity.lower().replace('_', '-')}"


def _rule(entity: str, noun: str, noun_fr: str, impact: Impact) -> Rule:
    strong = entity in STRONG
    return Rule(
        id=rule_id(entity),
        title=f"{noun} is readable on a public page" if entity != "PERSON" else f"{noun} on a public page",
        why=_WHY if strong else _WHY_PERSONAL,
        fix=_FIX if strong else _FIX_PERSONAL,
        impact=impact,
        kind=Kind.EXPOSURE,
        help_url="https://www.ontario.ca/laws/statute/90m56",
        references=_REFERENCES,
        title_fr=f"{noun_fr} lisible sur une page publique"
        if entity != "PERSON"
        else f"{noun_fr}, sur une page publique",
        why_fr=_WHY_FR if strong else _WHY_PERSONAL_FR,
        fix_fr=_FIX_FR if strong else _FIX_PERSONAL_FR,
    )


RULES: Mapping[str, Rule] = {rule_id(entity): _rule(entity, *noun) for entity, noun in _NOUNS.items()}


def _noun(entity: str) -> tuple[str, str, Impact]:
    """Our words for a kind; one that another package brings is called by its entity."""
    name = entity.replace("_", " ")
    return _NOUNS.get(entity, (name, name, Impact.MODERATE))


_ROLE_WORDS = frozenset(
    phrases(
        """
        info, information, contact, contactus, help, helpdesk, support, service, services, customerservice,
        serviceclient, clerk, clerks, deputyclerk, cityclerk, greffe, greffier, greffiere, mayor, maire, mairesse,
        council, councillor, conseil, conseiller, accessibility, accessibilite, access, acces, privacy, vieprivee,
        foi, mfippa, planning, planification, building, batiment, permits, permis, licensing, licence, bylaw, bylaws,
        reglements, enforcement, parks, parcs, recreation, loisirs, forestry, transit, transport, roads, routes,
        engineering, ingenierie, works, publicworks, travauxpublics, water, eau, waste, dechets, recycling, tax,
        taxes, impots, revenue, finance, finances, accounting, procurement, purchasing, achats, bids, tenders, hr,
        humanresources, rh, jobs, careers, emplois, recrutement, media, communications, news, nouvelles, press,
        presse, webmaster, web, admin, administration, office, bureau, reception, general, mail, courriel, hello,
        bonjour, feedback, retroaction, noreply, no-reply, donotreply, postmaster, abuse, security, events,
        evenements, bookings, reservations, tickets, billetterie, library, bibliotheque, museum, musee, archives,
        fire, incendie, police, emergency, urgence, animalservices, animal, elections, election, vote, ombudsman,
        integrity, legal, juridique, sales, ventes, orders, billing, facturation, accounts, marketing, membership,
        volunteer, volunteers, benevoles, program, programs, programmes, camps, registration, inscription,
        inscriptions, heritage, patrimoine, gis, data, donnees, opendata, committee, comite, agenda, minutes,
        delegation, delegations, delegate, citizen, residents, 311, aide, assistance, soutien, clientele, citoyens,
        citoyen, ville, mairie, municipalite, urbanisme, zoning, zonage, voirie, piscine, piscines, pool, pools, arena,
        arenas, rink, tourism, tourisme, marina, cemetery, cimetiere, parking, stationnement, pound, fourriere, sport,
        sports, arts, culture, youth, jeunesse, seniors, aines, daycare, garderie, housing, logement, environment,
        environnement, collecte, garbage, snow, deneigement, maintenance, entretien, consultation, survey, sondage
        """
    )
)
#: What forms write to show how an address looks: nobody's.
_SAMPLE_NAMES = frozenset(
    phrases(
        """
        name, yourname, you, user, username, email, youremail, someone, somebody, firstname, lastname, firstlast,
        firstnamelastname, example, sample, nom, votrenom, vous, prenom, prenomnom, votrecourriel, utilisateur,
        courriel, exemple, quelquun
        """
    )
)
_PUBLIC_BODIES = ("gc.ca", "canada.ca", "ontario.ca", "gov.on.ca", "ipc.on.ca")
_PERSONAL_NEAR = re.compile(
    r"(?<![^\W_])(?:applicants?|residents?|homeowners?|home\s(?:address|phone|number)|property\sowners?|tenants?|"
    r"complainants?|claimants?|patients?|delegates?|petitioners?|appellants?|lives?\sat|resid(?:es?|ing)|living\sat|"
    r"personal\s(?:cell|phone|e-?mail)|home|cell(?:ular)?|next\sof\skin|emergency\scontact|guardian|parents?|child|"
    r"spouse|mother|father|witness|born|domicile|demandeu(?:r|se)|demanderesse|requérante?|résidente?s?|"
    r"propriétaires?|locataires?|plaignante?s?|"
    r"habite|demeurant|domiciliée?|cellulaire|née?\sle|tut(?:eur|rice)|conjointe?|enfant|élève)(?![^\W_])",
    re.IGNORECASE,
)
#: The same as names of fields in code: "homePhone", "applicant_email".
_PERSONAL_KEY = re.compile(
    r"(?:applicant|resident|complainant|tenant|owner|delegate|patient|guardian|parent|child|emergency|home|"
    r"demandeur|demanderesse|plaignant|locataire|proprietaire|domicile|enfant)"
    r"[\w -]{0,24}[\"']?\s*[:=]\s*[^,;{}]{0,40}$",
    re.IGNORECASE,
)
#: Who wrote or published code and pages says so: no resident.
_CREDIT = re.compile(
    r"(?<![^\W_])(?:authors?|copyright|licen[cs]ed?|maintainers?|contributors?|\(c\)|©|auteure?s?|droits)(?![^\W_])",
    re.IGNORECASE,
)
_BUSINESS_NEAR = re.compile(
    r"(?<![^\W_])(?:city\shall|hôtel\sde\sville|town\shall|mairie|office|department|library|bibliothèque|arena|"
    r"aréna|community\scent(?:re|er)|centre\scommunautaire|centre|museum|musée|fire\sstation|police|school|école|"
    r"pool|piscine|park|parc|"
    r"manager|director|coordinator|clerk|supervisor|officer|planner|engineer|commissioner|treasurer|inspector|"
    r"directrice|directeur|gestionnaire|coordonnat(?:eur|rice)|greffi(?:er|ère)|ext|extension|poste|toll[\s-]free|"
    r"sans\sfrais|tty|ats|"
    r"customer\sservice|service\scounter|hours|heures|inc|ltd|ltée|corp|llp|llc|head\soffice|siège\ssocial|"
    r"councill?or|mayor|mairesse|maire|contact\sus|contactez-nous|fax|télécopieur|courthouse|hospital|hôpital|"
    r"venue|location|lieu)(?![^\W_])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Hit:
    """One span with the place that it came from."""

    span: Span
    segments: tuple[Segment, ...] = field(repr=False)
    where: str = "text"


def _hit(span: Span, segments: tuple[Segment, ...], where: str) -> _Hit:
    """A hit; one that rests on characters that may be misread is for a person to look at."""
    misread = where == "scan" and span.entity not in _CHECKED and span.tier is Tier.REPORT
    return _Hit(replace(span, tier=Tier.REVIEW) if misread else span, segments, where)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the rest of the page says of a hit: see ``audits.model.Exposure``."""

    beside: tuple[str, ...] = ()
    people: int = 0
    child: bool = False
    page: str = ""


class ExposedPii(Check):
    """A public page must not show what identifies a private person."""

    needs = ("document",)
    of_files = True

    def __init__(
        self,
        *,
        keyring: Keyring,
        detector: Detector | None = None,
        own_domains: Iterable[str] = (),
        business: Business | None = None,
        entities: Iterable[str] = (),
    ) -> None:
        """``business`` lists contacts that are not personal. ``entities`` are those to report, () all of them; the
        others are masked all the same. Raises ValueError."""
        self._keyring = keyring
        self._business = business or Business()
        self._detector = detector or Detector()
        others = sorted(self._detector.entities - _NOUNS.keys())
        known = {**RULES, **{rule_id(entity): _rule(entity, *_noun(entity)) for entity in others}}
        wanted = {rule_id(entity) for entity in entities} or known.keys()
        if unknown := sorted(entity for entity in entities if rule_id(entity) not in known):
            raise ValueError(f"unknown entities {unknown}; known: {sorted({*_NOUNS, *others})}")
        self._rules = {rule: known[rule] for rule in known if rule in wanted}
        self._covered: tuple[str, ...] = ()
        self._known: tuple[Stretch, ...] = ()
        self._stands: dict[tuple[str, str, str], tuple[Stretch, ...]] = {}
        self._own_domains = frozenset(registered_domain(domain) for domain in own_domains)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """One rule per kind of personal information."""
        return self._rules

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """One outcome per kind. What was found is told; of a kind that ran out of time, and where the page sends more
        than is read, an outcome's reason says that there may be more.
        """
        file = snapshot.artifacts.get(FILE)
        page = page_text(snapshot.artifacts["document"]) if file is None else file_text(file)
        found, late = self.judge(page, snapshot.url, most=0 if file is None else MOST_IN_FILE)
        by_rule: dict[str, list[Finding]] = {}
        for finding in found:
            by_rule.setdefault(finding.rule, []).append(finding)
        overdue = {rule_id(entity) for entity in late}
        for rule in self._rules:
            findings = tuple(by_rule.get(rule, ()))
            verdict, reason = worst(findings), ""
            if rule in overdue:
                reason = NotFullyScanned.__name__
                verdict = verdict if findings else Verdict.ERROR
            elif page.cut:
                reason = FILE_CUT if file else CUT
                verdict = verdict if findings else Verdict.NOT_RUN
            yield Outcome(rule=rule, verdict=verdict, findings=findings, reason=reason, engine=self.engine)

    def judge(self, page: PageText, url: str, *, most: int = 0) -> tuple[list[Finding], frozenset[str]]:
        """Findings of a page's text and of its URL, ``most`` of a kind, and the entities that ran out of time."""
        spans, late = self._detector.scan(page.text, count_tier=True)
        self._covered = tuple(
            dict.fromkeys(page.selector(page.covering(span.start, span.end)) for span in telling(spans))
        )
        self._known = tuple(part for span in spans for part in page.stretches(span.start, span.end))
        self._stands = {}
        found = _once([*self._of_text(page, spans, url, most), *self._of_url(url)])
        # What was not found cannot be masked.
        return [replace(one, snippet="") for one in found] if late else found, late

    def covered(self) -> tuple[str, ...]:
        """Selectors of whatever was hit on the page judged last, however unsure: no picture may show it."""
        return tuple(selector for selector in self._covered if selector)

    def known(self) -> tuple[Stretch, ...]:
        """The same of a file: every stretch of its text in which something was hit."""
        return self._known

    def stands(self) -> Mapping[tuple[str, str, str], tuple[Stretch, ...]]:
        """Where the values of findings stand in the file judged last, by rule, HMAC and place."""
        return self._stands

    def _of_text(self, page: PageText, spans: list[Span], url: str, most: int) -> Iterator[Finding]:
        own = self._own_domains | ({registered_domain(host)} if (host := urlsplit(url).hostname) else set())
        hits = [_hit(span, real, page.where(real)) for span in spans if (real := page.real(span.start, span.end))]
        path = unquote(urlsplit(url).path)
        kind = page_kind(path, page.title, page.heading)
        around = _Around([hit.span for hit in hits])
        personal = [
            hit
            for hit in hits
            if self._is_personal(page, hit, around, own, kind == "directory") and not self._is_listed(page, hit, path)
        ]
        others = _Around([hit.span for hit in personal])
        told = [hit for hit in personal if hit.span.entity != "PERSON" or _beside(hit.span, others) - {"PERSON"}]
        values = [self._keyring.hmac(hit.span.entity, page.text[hit.span.start : hit.span.end]) for hit in told]
        many = people(zip((hit.span.entity for hit in told), values, strict=True))
        births = [(hit.span.start, hit.span.end) for hit in told if hit.span.entity == "DATE_OF_BIRTH"]
        latest = latest_year(page.text, births) if births else 0
        every = _Around(spans)
        if most:
            told, left = _first_of_each(told, values, most)
        for hit in told:
            child = self._is_child(page, hit, others, latest)
            told_of = _Told(tuple(sorted(_beside(hit.span, others))), many, child, kind)
            finding = self._finding(page, hit, every, told_of)
            if most and (more := left.pop(hit.span, 0)):
                others_too = f" The file holds {more} more like it that are not listed one by one."
                finding = replace(finding, message=finding.message + others_too)
            yield finding

    def _is_listed(self, page: PageText, hit: _Hit, path: str) -> bool:
        value, part = page.text[hit.span.start : hit.span.end], page.part(hit.segments[0]).key
        return self._business.holds(hit.span.entity, value, path=path, part=part)

    @staticmethod
    def _is_child(page: PageText, hit: _Hit, others: _Around, latest: int) -> bool:
        span = hit.span
        if names_child(page.text[max(0, span.start - 120) : span.end + 60]):
            return True
        return any(
            other.entity == "DATE_OF_BIRTH" and born_a_child(page.text[other.start : other.end], latest)
            for other in others.near(span)
        )

    def _is_personal(
        self, page: PageText, hit: _Hit, around: _Around, own: frozenset[str] | set[str], business_page: bool
    ) -> bool:
        span = hit.span
        entity = span.entity
        if span.tier is Tier.COUNT:
            return False
        if hit.where in ("script", "code"):
            return self._is_personal_in_script(page, span, around)
        if hit.where == "data":
            return self._is_personal_in_data(page, span, around, own)
        if hit.where == "robots":
            return self._is_personal_in_path(page, span, own)
        if entity in STRONG or entity in ("IP_ADDRESS", "MAC_ADDRESS", "PERSON"):
            return True
        if entity == "EMAIL_ADDRESS":
            before = page.text[max(0, span.start - 120) : span.start]
            if hit.where in ("comment", "file", "scan") and _CREDIT.search(before):
                return False
            return not _is_business_email(page.text[span.start : span.end], own)
        before = page.text[max(0, span.start - 120) : span.start].rpartition("\n\n")[2]
        line = before.rpartition("\n")[2]
        after = page.text[span.end : span.end + 60].partition("\n")[0]
        if _PERSONAL_NEAR.search(line):
            return True
        if _in_furniture(page, hit) or _BUSINESS_NEAR.search(f"{line} \n {after}") or business_page:
            return False
        if _PERSONAL_NEAR.search(before):
            return True
        if entity == "PHONE_NUMBER":
            return not any(
                other.entity == "EMAIL_ADDRESS" and _is_business_email(page.text[other.start : other.end], own)
                for other in around.near(span)
            )
        return _has_person_near(page, span, around)

    @staticmethod
    def _is_personal_in_script(page: PageText, span: Span, around: _Around) -> bool:
        """Code names its people, if it holds any: "applicant", "homePhone", a number of theirs beside it."""
        if span.entity in STRONG:
            return span.score >= _NAMED_IN_SCRIPT
        if span.entity not in CONTACT:
            return False
        before = page.text[max(0, span.start - 120) : span.start]
        if span.entity == "EMAIL_ADDRESS":
            return is_private_mailbox(page.text[span.start : span.end]) and not _CREDIT.search(before)
        near = [other for other in around.near(span) if other.entity in STRONG and other.score >= _NAMED_IN_SCRIPT]
        return bool(near) or (span.entity != "PERSON" and bool(_PERSONAL_KEY.search(before)))

    @staticmethod
    def _is_personal_in_data(page: PageText, span: Span, around: _Around, own: frozenset[str] | set[str]) -> bool:
        """Data names what it holds: a column "SIN", a key "applicantPhone". Most of it is of places and of business."""
        entity = span.entity
        if entity in STRONG:
            return span.score >= _NAMED_IN_SCRIPT
        line = page.text[max(0, span.start - _CELL) : span.start].rpartition("\n")[2]
        cell = line.rpartition(" | ")[2]  # with its name in front
        if entity == "EMAIL_ADDRESS" and is_private_mailbox(page.text[span.start : span.end]):
            return not _CREDIT.search(cell) and not _BUSINESS_NEAR.search(cell)
        if entity == "EMAIL_ADDRESS" and _is_business_email(page.text[span.start : span.end], own):
            return False
        named = bool(_PERSONAL_NEAR.search(cell))
        near = around.near(span)
        told = any(other.entity in STRONG and other.score >= _NAMED_IN_SCRIPT for other in near)
        if entity == "PERSON":
            return named or told
        if entity in CONTACT or entity in _NEEDS_LINK:
            return (named and (entity in CONTACT or _has_person_near(page, span, around))) or told
        return told

    @staticmethod
    def _is_personal_in_path(page: PageText, span: Span, own: frozenset[str] | set[str]) -> bool:
        """As in the address of a page: names of places and numbers of records are no exposure."""
        if span.entity == "EMAIL_ADDRESS":
            return not _is_business_email(page.text[span.start : span.end], own)
        return span.entity in STRONG or span.entity == "PHONE_NUMBER"

    def _finding(self, page: PageText, hit: _Hit, spans: _Around, told: _Told) -> Finding:
        span = hit.span
        value = page.text[span.start : span.end]
        selector = page.selector(hit.segments)
        if FRAME_STEP in selector or (hit.segments and hit.segments[0].path):  # quotes addresses and ids as they are
            selector = self._told_selector(selector)
        exposure = self._exposure(span, value, hit.where, told)
        self._stands.setdefault(
            (rule_id(span.entity), exposure.value_hmac, selector), tuple(page.stretches(span.start, span.end))
        )
        return Finding(
            rule=rule_id(span.entity),
            verdict=_verdict(span),
            message=_message(span.entity, hit.where, told),
            selector=selector,
            snippet=self._plain(_snippet(page.text, span, spans.near(span))),
            impact=severity(
                span.entity, told.beside, tier=span.tier, where=hit.where, page=told.page, child=told.child
            ),
            part=page.part(hit.segments[0]) if hit.segments else Part(),
            exposure=exposure,
        )

    def _plain(self, snippet: str) -> str:
        """With what percent-encoding hides masked too."""
        spans = hidden_in_escapes(snippet, lambda form: self._detector.scan(form, count_tier=True)[0])
        return mask_text(snippet, telling(spans))

    def _told_selector(self, selector: str) -> str:
        spans = [span for form in readings(selector) for span in self._detector.scan(form, count_tier=True)[0]]
        return mask_text(selector, telling(spans))

    def _of_url(self, url: str) -> Iterator[Finding]:
        if not url:
            return
        text = url_text(url)[1]
        spans, _ = self._detector.scan(text, count_tier=True)
        alone = _Told()
        for span in spans:
            if span.tier is Tier.COUNT or span.entity in (*_NEEDS_LINK, "PERSON", "IP_ADDRESS"):
                continue
            yield Finding(
                rule=rule_id(span.entity),
                verdict=_verdict(span),
                message=_message(span.entity, "url", alone),
                snippet=self._plain(_snippet(text, span, spans)),
                impact=severity(span.entity, (), tier=span.tier),
                exposure=self._exposure(span, text[span.start : span.end], "url", alone),
            )

    def _exposure(self, span: Span, value: str, where: str, told: _Told) -> Exposure:
        value_hmac, *earlier = self._keyring.hmacs(span.entity, value)
        return Exposure(
            entity=span.entity,
            tier=span.tier,
            score=span.score,
            mask=mask(span.entity, value),
            value_hmac=value_hmac,
            earlier=tuple(earlier),
            where=where,
            beside=told.beside,
            people=told.people,
            child=told.child,
            page=told.page,
        )


def _first_of_each(told: Sequence[_Hit], values: Sequence[str], most: int) -> tuple[list[_Hit], dict[Span, int]]:
    """The first hits of each kind, each value once, and how many values the last of them stands for besides itself."""
    kept: dict[str, dict[str, _Hit]] = {}
    left: dict[str, set[str]] = {}
    for hit, value in zip(told, values, strict=True):
        mine = kept.setdefault(hit.span.entity, {})
        if value in mine:
            continue
        if len(mine) < most:
            mine[value] = hit
        else:
            left.setdefault(hit.span.entity, set()).add(value)
    last = {list(kept[entity].values())[-1].span: len(more) for entity, more in left.items()}
    return sorted((hit for mine in kept.values() for hit in mine.values()), key=lambda hit: hit.span), last


def _is_business_email(value: str, own: frozenset[str] | set[str]) -> bool:
    local, _, domain = value.lower().rpartition("@")
    if re.sub(r"[\W_]", "", local) in _SAMPLE_NAMES:
        return True
    if not domain or domain in PROVIDERS:
        return False
    if registered_domain(domain) in own or domain.endswith(_PUBLIC_BODIES):
        return True
    return any(word in _ROLE_WORDS for word in (re.sub(r"[\W_]", "", local), *re.split(r"[\W_]+", local)[:1]))


def _in_furniture(page: PageText, hit: _Hit) -> bool:
    """In the header, footer or navigation that every page shares: the City's own contact details."""
    if not hit.segments:
        return False
    key = page.part(hit.segments[0]).key
    return key.startswith(("header", "footer", "banner", "contentinfo", "nav"))


class _Around:
    """Spans in order of place, to ask which stand near another without reading them all."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [span.start for span in self._spans]
        self._longest = max((span.end - span.start for span in self._spans), default=0)

    def near(self, span: Span) -> list[Span]:
        """Those within reach of ``span``, itself among them."""
        first = bisect.bisect_left(self._starts, span.start - _BESIDE - self._longest)
        last = bisect.bisect_right(self._starts, span.end + _BESIDE)
        return [other for other in self._spans[first:last] if span.start <= other.end + _BESIDE]


def _has_person_near(page: PageText, span: Span, around: _Around) -> bool:
    """Whether something near says that a private person is meant: a number of theirs, a name, a private mailbox."""
    return any(
        (other.entity in STRONG and other.tier is not Tier.COUNT)
        or (other.entity == "PERSON" and other.score >= 0.3)
        or (other.entity == "EMAIL_ADDRESS" and is_private_mailbox(page.text[other.start : other.end]))
        for other in around.near(span)
    )


def _beside(span: Span, others: _Around) -> set[str]:
    """The other kinds of personal information that stand near."""
    return {other.entity for other in others.near(span)} - {span.entity}


def _verdict(span: Span) -> Verdict:
    return Verdict.FAIL if span.entity in STRONG and span.tier is Tier.REPORT else Verdict.REVIEW


_PLACES = {
    "text": "in the text of the page",
    "title": "in the title of the page",
    "alt": "in a text alternative",
    "link": "in the target of a link",
    "url": "in the address of the page",
    "field": "in a form field",
    "attribute": "in an attribute",
    "hidden": "in text that the page hides but sends",
    "comment": "in a comment that the page sends",
    "script": "in a script that the page sends",
    "file": "in the text of a file",
    "covered": "in text of a document that a shape covers and anyone can copy",
    "unseen": "in text of a document that nobody sees and anyone can copy",
    "note": "in a comment or note of a document",
    "value": "in a field of a document that is filled in",
    "attached": "in a file inside a document",
    "revision": "in an earlier version that a document still holds",
    "metadata": "in the properties of a document",
    "scan": "in a picture of text in a document (read by character recognition: compare it with the picture)",
    "data": "in the data of a file",
    "code": "in a script that pages load",
    "robots": "in a path that robots.txt names",
}


def _message(entity: str, where: str, told: _Told) -> str:
    beside = ["name" if other == "PERSON" else _noun(other)[0].removesuffix(" of a person") for other in told.beside]
    with_them = f", beside: {', '.join(beside).lower()}" if beside else ""
    child = " Of a child, it seems." if told.child else ""
    return f"{_noun(entity)[0]} {_PLACES.get(where, 'on the page')}{with_them}.{child}"


def _snippet(text: str, span: Span, spans: Sequence[Span]) -> str:
    """The words around, every hit masked, none cut in two."""
    start, end = max(0, span.start - _SNIPPET_BEFORE), min(len(text), span.end + _SNIPPET_AFTER)
    line = text.rfind("\n", start, span.start) + 1
    start = max(start, text.rfind("\n", start, max(start, line - 1)) + 1)  # this line and the one above
    line = text.find("\n", span.end, end)
    end = line if line >= 0 else end
    for other in spans:
        if other.start < start < other.end:
            start = other.end
        if other.start < end < other.end:
            end = other.start
    if start and (space := text.find(" ", start, span.start)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", span.end, end)) >= 0:
        end = space
    inside = [
        Span(other.start - start, other.end - start, other.entity, other.score, other.tier)
        for other in spans
        if other.start >= start and other.end <= end
    ]
    masked = " ".join(mask_text(text[start:end], inside).split())
    return masked if len(masked) <= _SNIPPET else f"{masked[: _SNIPPET - 1]}…"


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """A link and its text show the same value at the same place: one finding, that of the text."""
    seen = set()
    kept = []
    for finding in findings:
        assert finding.exposure is not None
        where = "url" if finding.exposure.where == "url" else ""
        key = (finding.rule, finding.exposure.value_hmac, finding.selector, where)
        if key not in seen:
            seen.add(key)
            kept.append(finding)
    return kept
