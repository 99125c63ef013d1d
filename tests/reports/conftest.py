"""A City with every kind of site a report must tell: failing, clean, incomplete, unreachable, hostile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from audits.model import (
    DocumentEntry,
    DocumentException,
    DocumentFacts,
    Exposure,
    FormatRequest,
    Impact,
    Kind,
    PageOutcome,
    Rule,
    Tier,
    Verdict,
    Waiver,
    exposure_id,
)
from audits.standards import load, principles
from reports.answers import GIVEN, Asked, questions_to_people, told_of
from reports.build import build_report
from reports.common import rule_of
from reports.criteria import Criteria
from reports.facts import Aim, CityFacts
from reports.model import FeedbackIssue, FeedbackTime, Report, SiteFeedback
from reports.owners import Owned
from reports.principles import Lives
from reports.store.log import Checked, Entry, Hold
from reports.store.purging import Holding
from reports.store.records import (
    AuditedPage,
    CarriedRecord,
    CustodyRecord,
    DocumentRecord,
    IssueRecord,
    Linking,
    PageRecord,
    PlaceRecord,
    RuleTally,
    RunRecord,
    SiteRecord,
    SiteRunData,
)
from reports.terms import Text
from reports.work import Work

FIRST = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
FONTS = Path(__file__).parents[2] / "handrail" / "_vendor"

RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            id="axe/button-name",
            title="Button has no name",
            why="People who use a screen reader hear “button” and cannot tell what it does.",
            fix="Give the button a text that says what it does.",
            impact=Impact.CRITICAL,
            criteria=("4.1.2",),
            title_fr="Bouton sans nom",
            why_fr="Les gens qui utilisent un lecteur d’écran entendent « bouton » sans savoir à quoi il sert.",
            fix_fr="Donnez au bouton un texte qui dit ce qu’il fait.",
            help_url="https://rules.example/button-name",
        ),
        Rule(
            id="axe/color-contrast",
            title="Text is too faint to read",
            why="People with low vision cannot read it.",
            fix="Darken the text.",
            impact=Impact.SERIOUS,
            criteria=("1.4.3",),
            title_fr="Texte trop pâle",
            why_fr="Les gens qui voient mal ne peuvent pas le lire.",
            fix_fr="Foncez le texte.",
        ),
        Rule(
            id="axe/target-size",
            title="Target is too small",
            why="It is hard to hit.",
            fix="Make it 24 by 24 pixels.",
            impact=Impact.SERIOUS,
            criteria=("2.5.8",),
        ),
        Rule(
            id="axe/image-alt",
            title="Image has no text alternative",
            why="People who cannot see it miss it.",
            fix="Describe the image.",
            impact=Impact.CRITICAL,
            criteria=("1.1.1",),
        ),
        Rule(
            id="axe/document-title",
            title="Page has no title",
            why="The title is what people hear first.",
            fix="Give the page a title.",
            impact=Impact.SERIOUS,
            criteria=("2.4.2",),
        ),
        Rule(
            id="axe/html-has-lang",
            title="Page does not say its language",
            why="A screen reader speaks it with the wrong voice.",
            fix="Name the language of the page.",
            impact=Impact.SERIOUS,
            criteria=("3.1.1",),
        ),
        Rule(
            id="check/headings",
            title="Text looks like a heading and is none",
            why="People who jump from heading to heading miss it.",
            fix="Mark it as a heading.",
            impact=Impact.MODERATE,
            criteria=("1.3.1", "2.4.6"),
        ),
        Rule(
            id="axe/region",
            title="Content is outside landmarks",
            why="It is easily missed.",
            fix="Put it into main.",
            impact=Impact.MODERATE,
            criteria=("1.3.1",),
            best_practice=True,
        ),
        Rule(
            id="pdfua/7.1-11",
            title="PDF has no tags",
            why="A screen reader cannot tell headings from text.",
            fix="Export it again with tags.",
            impact=Impact.CRITICAL,
            criteria=("1.3.1",),
            title_fr="PDF sans balises",
            lead="untagged",
        ),
        Rule(
            id="pdfua/7.3-1",
            title="Figure in a PDF has no alternative text",
            why="People who cannot see it miss it.",
            fix="Describe the figure.",
            impact=Impact.SERIOUS,
            criteria=("1.1.1",),
            lead="no-alternative",
        ),
        Rule(
            id="check/document-image-only",
            title="Pages of a document are pictures of text",
            why="Nothing can be read aloud.",
            fix="Make the text real.",
            impact=Impact.CRITICAL,
            criteria=("1.1.1",),
        ),
        Rule(
            id="office/no-title",
            title="Document has no title",
            why="It is heard first.",
            fix="Write one.",
            impact=Impact.MODERATE,
            criteria=("2.4.2",),
        ),
        Rule(
            id="office/vague-link",
            title="Link in a document does not say where it leads",
            why="It is read alone.",
            fix="Say where it leads.",
            impact=Impact.MINOR,
            criteria=("2.4.4",),
        ),
        Rule(
            id="privacy/form-notice",
            title="Form has no collection notice",
            why="People must be told why.",
            fix="Put the notice in the form.",
            impact=Impact.SERIOUS,
            kind=Kind.PRIVACY,
            references=("MFIPPA s. 29 (2)",),
        ),
        Rule(
            id="pii/ca-sin",
            title="Social insurance number is readable on a public page",
            why="It can be used to steal an identity.",
            fix="Take the page down.",
            impact=Impact.CRITICAL,
            kind=Kind.EXPOSURE,
            title_fr="Numéro d’assurance sociale lisible sur une page publique",
        ),
        Rule(
            id="pii/phone-number",
            title="Personal telephone number is readable on a public page",
            why="It can be used to reach a person at home.",
            fix="Remove it.",
            impact=Impact.MODERATE,
            kind=Kind.EXPOSURE,
        ),
    )
}


def run(**changes: Any) -> RunRecord:
    return RunRecord(
        **{
            "id": "run-1",
            "started": FIRST,
            "finished": datetime(2026, 11, 23, 8, 41, tzinfo=UTC),
            "state": "complete",
            "trigger": "schedule",
            "tool_version": "0.1.0",
            "engines": {"presidio-analyzer": "2.2.366", "axe-core": "4.14.1"},
            "browser": "Chromium 156",
            "config_sha256": "c0" * 32,
            "rules_sha256": "ab" * 32,
            **changes,
        }
    )


def place(n: int = 1, *, host: str = "www.alder.example", **changes: Any) -> PlaceRecord:
    return PlaceRecord(
        **{
            "issue_id": "A-000001",
            "page_id": n,
            "url": f"https://{host}/page-{n}",
            "page_title": f"Page {n}",
            "state": "base",
            "selector": "header > button.search",
            "snippet": '<button class="search">\n  <svg></svg>\n</button>',
            "message": "Fix any of the following:\n  Element has no inner text",
            "verdict": Verdict.FAIL,
            "engine": "axe-core",
            "fingerprint": f"1:{n:032x}",
            "evidence": "",
            **changes,
        }
    )


def issue(rule: str, number: int, **changes: Any) -> IssueRecord:
    known = RULES.get(rule)
    kind = known.kind if known else Kind.ACCESSIBILITY
    return IssueRecord(
        **{
            "id": f"{'E' if kind is Kind.EXPOSURE else 'A'}-{number:06x}",
            "fingerprint": f"1:{number:032x}",
            "site": "main",
            "rule": rule,
            "kind": kind,
            "part_key": "content",
            "part_name": "Page content",
            "verdict": Verdict.FAIL,
            "impact": known.impact if known else Impact.MODERATE,
            "engine": "axe-core" if rule.startswith("axe/") else "handrail",
            "state": "new",
            "places": 1,
            "pages": 1,
            "first_run": "run-1",
            "first_seen": FIRST,
            "last_run": "run-1",
            "last_seen": FIRST,
            "since": changes.get("first_seen", FIRST),
            "examples": (place(),),
            **changes,
        }
    )


def exposure(entity: str, n: int, **changes: Any) -> PlaceRecord:
    seen = Exposure(
        entity=entity,
        tier=Tier.REPORT,
        score=0.95,
        mask=f"[{entity}]",
        value_hmac=f"{n:064x}",
        where="text",
        beside=("PERSON", "LIBRARY_CARD"),
        people=3,
        child=True,
        page="minutes",
    )
    return place(
        n,
        **{
            "url": "https://www.alder.example/minutes?mail=[EMAIL]",
            "page_title": "Minutes of a secret meeting",
            "snippet": f"Applicant [NAME], [{entity}]",
            "selector": "p.minutes",
            "message": "Found in the text.",
            "engine": "presidio-analyzer",
            "exposure": seen,
            **changes,
        },
    )


def page(url: str, outcome: PageOutcome, **changes: Any) -> PageRecord:
    return PageRecord(
        **{
            "id": 1,
            "site": "main",
            "url": url,
            "title": "",
            "lang": "en",
            "via": "link",
            "depth": 1,
            "outcome": outcome,
            "reason": "",
            "status": 200,
            "content_type": "text/html",
            **changes,
        }
    )


NUMBERS = count(5_000)
FACTS = DocumentFacts(
    kind="pdf",
    size=1_240_000,
    pages=40,
    words=9_000,
    title="",
    lang="en-CA",
    made_with="Word for Microsoft 365",
    modified="2026-11-02T23:30:00-05:00",
)


def document(
    url: str = "https://www.alder.example/agenda.pdf",
    *,
    number: int = 0,
    outcome: PageOutcome = PageOutcome.DOCUMENT,
    facts: DocumentFacts | None = FACTS,
    same_as: int = 0,
    linked_from: int = 0,
    linking: tuple[Linking, ...] = (),
    findings: Mapping[tuple[str, Verdict, Impact], int] | None = None,
    **changes: Any,
) -> DocumentRecord:
    return DocumentRecord(
        page=page(url, outcome, **{"content_type": "application/pdf", "id": number or next(NUMBERS), **changes}),
        facts=facts,
        same_as=same_as,
        linked_from=linked_from,
        linking=linking,
        findings=findings or {},
    )


def documents_of_alder() -> tuple[DocumentRecord, ...]:
    """Two that fail, one that nobody could open, a copy, a carried one, and 125 that are only listed."""
    home = "https://www.alder.example"
    menu = tuple(Linking(url=f"{home}/p{n}", title=f"Page {n}") for n in range(5))
    return (
        document(
            f"{home}/budget%20pr%C3%A9vu.pdf",
            number=900,
            title="Budget 2027",
            lang="en-CA",
            linked_from=12,
            linking=menu,
            findings={
                ("pdfua/7.1-11", Verdict.FAIL, Impact.CRITICAL): 1,
                ("pdfua/7.3-1", Verdict.FAIL, Impact.SERIOUS): 9,
                ("office/vague-link", Verdict.REVIEW, Impact.MINOR): 2,
                ("axe/region", Verdict.FAIL, Impact.MINOR): 1,
            },
        ),
        document(
            f"{home}/council/votes/2012/0320.pdf",
            number=901,
            linked_from=1284,
            linking=menu[:1],
            facts=replace(FACTS, image_only=12, locked="assistive"),
            findings={("check/document-image-only", Verdict.FAIL, Impact.CRITICAL): 12},
        ),
        document(
            f"{home}/permit.docx",
            number=902,
            outcome=PageOutcome.DOCUMENT_UNREAD,
            reason="it asks for a password",
            facts=DocumentFacts(kind="docx"),
        ),
        document(f"{home}/copy.pdf", number=903, same_as=904, title="Permit fees", carried_from="run-0"),
        document(f"{home}/fees.pdf", number=904, title="Permit fees", linked_from=3),
        *(document(f"{home}/agenda-{n}.pdf", number=1000 + n, facts=None, title=f"Agenda {n}") for n in range(125)),
    )


ENTRIES = (
    DocumentEntry(
        name="minutes-2012",
        urls=("/council/votes/2012/*.pdf",),
        owner="City Clerk’s Office",
        published=date(2012, 3, 20),
        evidence="Clerk’s posting log, volume 4",
        exception=DocumentException(
            ground="The signed originals were scanned.",
            by="City Clerk",
            on=date(2026, 10, 5),
            until=date(2027, 10, 4),
        ),
        alternative="https://www.alder.example/accessible-formats",
        requests=(
            FormatRequest(number="AF-2026-031", received=date(2026, 11, 2)),
            FormatRequest(number="AF-2026-007", received=date(2026, 2, 2), answered=date(2026, 2, 9)),
        ),
    ),
    DocumentEntry(
        name="old-forms",
        urls=("/forms/*.pdf",),
        exception=DocumentException(
            ground="Replaced by a form in HTML.", by="Licensing", on=date(2025, 1, 6), until=date(2026, 1, 5)
        ),
    ),
)


def audited_page(path: str, **changes: Any) -> AuditedPage:
    return AuditedPage(
        **{
            "id": 1,
            "url": f"https://www.alder.example{path}",
            "title": "",
            "lang": "en",
            "depth": path.count("/"),
            "start": path == "/",
            "spoke": frozenset({"axe/button-name"}),
            "failed": frozenset(),
            **changes,
        }
    )


def tally(rule: str, **counts: Any) -> RuleTally:
    return RuleTally(**{"site": "main", "rule": rule, **counts})


def site_record(key: str = "main", **changes: Any) -> SiteRecord:
    return SiteRecord(
        **{
            "run_id": "run-1",
            "key": key,
            "host": "www.alder.example",
            "name_en": "Main site",
            "name_fr": "Site principal",
            "owner": "Digital Services",
            "contact": "",
            "vendor": "",
            "profile": "wcag22-aa",
            "authorization": {},
            "robots_override": "",
            "state": "complete",
            **changes,
        }
    )


def site(**changes: Any) -> SiteRunData:
    """A site of 40 audited pages on which the tools found nothing."""
    return SiteRunData(
        **{
            "site": site_record(),
            "outcomes": {PageOutcome.AUDITED: 40},
            "pending": 0,
            "skipped": {},
            "pages_sample": (),
            "issues": (),
            "tallies": (
                tally("axe/button-name", passed=40),
                tally("axe/color-contrast", passed=38, inapplicable=2),
                tally("axe/image-alt", inapplicable=40),
                tally("axe/target-size", passed=40),
                tally("axe/region", passed=40),
                tally("axe/document-title", passed=40),
                tally("axe/html-has-lang", passed=40),
            ),
            "documents": (),
            "frames_not_entered": 0,
            "history": (),
            **changes,
        }
    )


def earlier(run_id: str, finished: datetime, *, pages: int, places: int, **changes: Any) -> Mapping[str, Any]:
    """An earlier audit in a site's history: all that it found is of one rule."""
    in_documents = changes.get("in_documents", 0)
    return {
        "run": run_id,
        "finished": finished,
        "pages": pages,
        "places": places,
        "issues": 1,
        "by_rule": [("axe/button-name", Kind.ACCESSIBILITY, Verdict.FAIL, places, in_documents)],
        **changes,
    }


def failing_site() -> SiteRunData:
    return site(
        outcomes={
            PageOutcome.AUDITED: 1284,
            PageOutcome.SIGN_IN: 31,
            PageOutcome.ROBOTS: 14,
            PageOutcome.TIMEOUT: 9,
            PageOutcome.TRAP: 3,
            PageOutcome.REDIRECTED: 12,
            PageOutcome.NOT_FOUND: 4,
            PageOutcome.DOCUMENT: 129,
            PageOutcome.DOCUMENT_UNREAD: 1,
        },
        skipped={
            "sign-in": (page("https://www.alder.example/account", PageOutcome.SIGN_IN, reason="login page"),),
            "timeout": (page("https://www.alder.example/slow", PageOutcome.TIMEOUT),),
            "not-found": tuple(
                page(f"https://www.alder.example/gone-{n}", PageOutcome.NOT_FOUND, status=404) for n in range(4)
            ),
            "trap": tuple(
                page(f"https://www.alder.example/events?month={n}", PageOutcome.TRAP, reason="chain") for n in range(3)
            ),
        },
        issues=(
            issue(
                "axe/button-name",
                1,
                part_key="banner.site-header",
                part_name="Header",
                places=1284,
                pages=1284,
                examples=tuple(place(n, evidence="a1.png" if n == 1 else "") for n in range(1, 6)),
            ),
            issue(
                "axe/color-contrast",
                2,
                part_key="contentinfo",
                part_name="Footer",
                state="open",
                places=2568,
                pages=1284,
                examples=(
                    place(1, selector="footer a", snippet='<a href="/privacy">Privacy</a>'),
                    place(2, selector="footer a", snippet='<a href="/terms">Terms of use</a>'),
                ),
            ),
            issue("axe/image-alt", 3, places=143, pages=97, state="returned"),
            issue(
                "axe/target-size", 4, part_key="navigation.pager", part_name="Navigation: Pages", places=180, pages=60
            ),
            issue("axe/color-contrast", 5, verdict=Verdict.REVIEW, places=57, pages=40),
            issue("check/headings", 10, verdict=Verdict.REVIEW, places=22, pages=14, state="open"),
            issue("axe/region", 6, places=12, pages=12),
            issue("pdfua/7.1-11", 18, places=1, pages=0, documents=1, in_documents=1),
            issue(
                "pdfua/7.3-1",
                19,
                places=9,
                pages=0,
                documents=1,
                in_documents=9,
                examples=tuple(place(n, selector=f"p{n} Figure 2", snippet="", in_document=True) for n in range(1, 4)),
            ),
            issue("privacy/form-notice", 7, places=3, pages=3, engine="handrail"),
            issue("axe/image-alt", 8, part_key="dialog", part_name="Dialog", state="fixed", places=5, pages=5),
            issue("axe/button-name", 9, part_key="search", part_name="Search", state="not-checked", places=2, pages=2),
            issue("pii/ca-sin", 16, places=2, pages=1, examples=(exposure("CA_SIN", 1), exposure("CA_SIN", 2))),
            issue(
                "pii/phone-number",
                17,
                verdict=Verdict.REVIEW,
                places=30,
                pages=4,
                examples=tuple(exposure("PHONE_NUMBER", n) for n in range(5)),
            ),
        ),
        tallies=(
            tally("axe/button-name", fail=1284),
            tally("axe/color-contrast", fail=1244, review=40),
            tally("axe/image-alt", fail=97, passed=1187),
            tally("axe/target-size", fail=60, passed=1220, error=4, reasons={"TimeoutError": 4}),
            tally("axe/region", fail=12, passed=1272),
            tally("axe/document-title", passed=1284),
            tally("axe/html-has-lang", passed=1284),
            tally("check/headings", passed=1270, review=14),
            tally("pii/ca-sin", fail=1, passed=1283),
        ),
        documents=documents_of_alder(),
        document_tallies=(
            tally("pdfua/7.1-11", fail=1, passed=3),
            tally("pdfua/7.3-1", fail=1, inapplicable=3),
        ),
        frames_not_entered=2,
        audited_pages=(
            audited_page("/", title="City of Alder"),
            audited_page("/contact", title="Contact us | City of Alder", spoke=frozenset({"axe/label"})),
            audited_page("/fr/accueil", title="Accueil", lang="fr-CA"),
            *(audited_page(f"/news/{n}", failed=frozenset({"axe/image-alt", "axe/region"})) for n in range(1, 40)),
        ),
        history=(
            earlier("run-00", datetime(2026, 11, 9, 8, tzinfo=UTC), pages=1200, places=7000),
            earlier("run-0", datetime(2026, 11, 16, 8, tzinfo=UTC), pages=1280, places=4100, trigger="deploy"),
        ),
    )


def clean_site() -> SiteRunData:
    return site(
        site=site_record(
            "emergency",
            host="emergency.alder.example",
            name_en="Emergency information",
            name_fr="Urgences",
            authorization={"by": "City Clerk", "on": "2026-11-01", "scope": "all pages", "vendor_consent": ""},
            profile="aoda",
        ),
        audited_pages=tuple(
            audited_page(path, title=f"Page {n}", seen=f"{n}", spoke=frozenset({f"axe/r{n}"}))
            for n, path in enumerate(("/", "/flood", "/heat"))
        ),
    )


def answers_of(data: SiteRunData) -> list[Entry]:
    """Every criterion that begins with 1 is settled, one of 2 failed, an answer of 3 has ended; the rest is open."""
    told = []
    for seq, one in enumerate(questions(data), start=1):
        (number, *_) = one.criteria
        if number.startswith("1"):
            told.append(answer(one, "not-applicable" if number == "1.2.2" else "supports", seq))
        elif number == "2.4.4":
            told.append(answer(one, "partially-supports", seq, by="M. Tremblay"))
        elif number == "3.3.2":
            told.append(answer(one, "supports", seq, about=["0" * 16]))
    return told


def incomplete_site() -> SiteRunData:
    return site(
        site=site_record(
            "rec",
            host="rec.alder.example",
            name_en="Recreation booking",
            name_fr="Réservations",
            owner="Parks and Recreation",
            vendor="Northern Ticketing",
            state="incomplete",
            reasons=("coverage-below-minimum", "pages-waiting"),
        ),
        outcomes={PageOutcome.AUDITED: 20, PageOutcome.REFUSED_US: 60},
        pending=5,
        issues=(
            issue("axe/image-alt", 21, site="rec", places=4, pages=4),
            issue("pii/phone-number", 22, site="rec", state="fixed"),
        ),
    )


def carried(run_id: str = "run-0", **changes: Any) -> CarriedRecord:
    """Pages of an audit of 16 November."""
    return CarriedRecord(
        **{"run": run_id, "started": datetime(2026, 11, 16, 6, 0, tzinfo=UTC), "pages": 36, "elsewhere": 0, **changes}
    )


def unreachable_site() -> SiteRunData:
    return site(
        site=site_record(
            "museum",
            host="museum.alder.example",
            name_en="Museum",
            name_fr="Musée",
            owner="",
            state="incomplete",
            reasons=("start-page-dns-failure", "no-page-audited"),
        ),
        outcomes={PageOutcome.DNS_FAILURE: 1},
        issues=(),
        tallies=(),
    )


def entry(seq: int, kind: str, /, **facts: Any) -> Entry:
    told = {"by": "A. Officer", "account": "a@host", "reason": "file 12", **facts}
    return Entry(seq=seq, at=FIRST, kind=kind, facts=told, hash=f"{seq:064x}")


def custody(**changes: Any) -> CustodyRecord:
    """A store with a hold, a purge, a look at a value and a head that is kept elsewhere."""
    held = Holding(site_id=2, run_id="run-1", site="main", state="complete", used=FIRST, pages=9, audited=9, findings=3)
    place = exposure_id(exposure("CA_SIN", 1).fingerprint)
    return CustodyRecord(
        **{
            "days": 366,
            "by_law": "By-law 2026-7",
            "holds": (Hold(id="h-1", kind="legal", site="main", by="City Clerk", reason="file 12", since=FIRST),),
            "held": (held,),
            "purged": {"run-0": 3},
            "entries": (
                entry(1, "hold", kind="legal", site="main"),
                entry(2, "reveal", finding=place, run="run-1", site="main", outcome="found"),
                entry(3, "purge", removed=[], log=[]),
                entry(4, "anchor", seq=3, hash=f"{3:064x}", where="e-mail to the Clerk"),
            ),
            "checked": Checked(entries=4, head=f"{4:064x}"),
            **changes,
        }
    )


def waiver(name: str, **changes: Any) -> Waiver:
    return Waiver(
        **{
            "name": name,
            "rules": ("axe/image-alt",),
            "site": "main",
            "ground": "Not practicable, the officer says.",
            "reason": "The map is replaced in spring.",
            "owner": "GIS",
            "by": "Accessibility Coordinator",
            "on": date(2026, 1, 5),
            "until": date(2027, 4, 30),
            **changes,
        }
    )


def work(**changes: Any) -> Work:
    blank = {"assigned": "", "stage": "unassigned", "due": None, "overdue": False, "decided": ""}
    return Work(**{"owned": Owned(owner="Digital Services", by="site"), **blank, **changes})


OLD_MAP = waiver("old-map", urls=("/map/*",), alternative="https://city.example/map/list")
FALSE_ALARM = waiver(
    "log-7", rules=("axe/region",), false_alarm=True, ground="Looked at.", reason="Looked at.", entry=7
)
ENDED = waiver("ended", rules=("axe/link-name",), until=date(2026, 11, 22))
#: What people do about issues of the failing site.
WORK: Mapping[str, Work] = {
    f"1:{1:032x}": work(
        owned=Owned(owner="Design", by="part", others=("GIS",)), assigned="Templates", stage="ready", still_there=True,
        due=date(2026, 11, 1), overdue=True,
    ),
    f"1:{3:032x}": work(due=date(2027, 1, 31), decided="partly-accepted", waivers=(OLD_MAP,), open_pages=96),
    f"1:{6:032x}": work(decided="false-alarm", waivers=(FALSE_ALARM,)),
}  # fmt: skip


def questions(data: SiteRunData, run_id: str = "run-1") -> tuple[Asked, ...]:
    """What people are asked of a site."""
    return questions_to_people(Criteria(data, lambda rule: rule_of(RULES, rule), load()), data, load(), run_id)


def answer(asked: Asked, result: str = "supports", seq: int = 1, **changes: Any) -> Entry:
    """Somebody's answer, as the log holds it."""
    facts = {
        "site": asked.site, "question": asked.id, "key": asked.key, "criteria": list(asked.criteria),
        "page": asked.page, "ask": {"en": asked.ask.en, "fr": asked.ask.fr}, "about": list(asked.kept),
        "result": result, "by": "A. Osei, tester", "on": "2026-11-20", "evidence": "Looked at it with NVDA.",
    }  # fmt: skip
    return entry(seq, GIVEN, **facts | changes)


def report_of(
    *sites: SiteRunData,
    run_record: RunRecord | None = None,
    kept: CustodyRecord | None = None,
    work: Mapping[str, Mapping[str, Work]] | None = None,
    waivers: Sequence[Waiver] = (),
    feedback: Mapping[str, SiteFeedback] | None = None,
    answers: Iterable[Entry] = (),
    lives: Mapping[str, Lives] | None = None,
    others: Sequence[RunRecord] = (),
    **city: Any,
) -> Report:
    facts = CityFacts(**{"name_en": "City of Alder", "name_fr": "Ville d’Alder", **city})
    return build_report(
        run_record or run(), sites, RULES, load(), facts, kept, work=work, waivers=waivers, feedback=feedback,
        answers=told_of(answers), principles=principles(), lives=lives, others=others,
    )  # fmt: skip


def reported(**changes: Any) -> SiteFeedback:
    """What residents reported of a site, one issue of an audit and one of their own."""
    titles = {"A-000001": "Buttons must have discernible text", "M-7": "Barrier that a resident reported"}
    values: dict[str, Any] = {
        "on": "2026-11-25", "reports": 9, "received": 2, "acknowledged": 1, "linked": 2, "fixed": 1, "rechecked": 1,
        "answered": 1, "closed": 1, "answered_before_fixed": 1, "overdue": 2,
        "to_acknowledge": FeedbackTime(target_days=5, done=6, in_time=5, median_days=2, longest_days=8),
        "to_answer": FeedbackTime(target_days=0, done=0, in_time=0, median_days=None, longest_days=None),
        "issues": tuple(
            FeedbackIssue(
                id=name, rule="manual/reported" if name[0] == "M" else "axe/button-name", title=Text(en=title),
                reports=2, barrier="open",
            )
            for name, title in titles.items()
        ),
    }  # fmt: skip
    return SiteFeedback(**values | changes)


@pytest.fixture
def make() -> Callable[..., Any]:
    """The builders above, by name: ``make("issue", "axe/button-name", 1)``."""
    return lambda name, *args, **kwargs: globals()[name](*args, **kwargs)


@pytest.fixture(scope="session")
def whole_city() -> Report:
    return report_of(
        failing_site(),
        clean_site(),
        incomplete_site(),
        unreachable_site(),
        kept=custody(),
        documents={"main": ENTRIES},
        work={"main": WORK},
        waivers=(OLD_MAP, FALSE_ALARM, ENDED),
        feedback={"main": reported()},
        aims={"": Aim(per_100_pages=250, by=date(2027, 6, 30)), "main": Aim(per_100_pages=150)},
    )


@pytest.fixture(scope="session")
def answered_city() -> Report:
    """One site of which people answered a part."""
    return report_of(clean_site(), answers=answers_of(clean_site()))


@pytest.fixture(scope="session")
def fonts() -> dict[str, bytes]:
    names = ("next-400", "next-700", "mono-400")
    return {name: path.read_bytes() for name in names if (path := FONTS / f"{name}.woff2").is_file()}
