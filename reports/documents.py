"""The register of documents of one site: what each is, who uses it, what was found, what people know of it. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from urllib.parse import unquote, urlsplit

from audits.model import DOCUMENTS, DocumentEntry, Kind, PageOutcome, Rule, Verdict
from reports import clean
from reports.common import PRESENT, SEVERITIES, id_of, rule_of, severity_of, text
from reports.documents_model import (
    Document,
    DocumentFinding,
    DocumentRule,
    Documents,
    EntryException,
    EntryRequest,
    EntryRow,
    LeadRow,
    LinkingPage,
    UnreadRow,
)
from reports.store.records import DocumentRecord, SiteRunData
from reports.terms import DocumentState, IssueGroup, SeverityCounts

DOCUMENTS_LISTED = 5_000
#: Most urgent first: what fails, what nobody knows, what a person must look at.
_RANKS = ("failing", "unread", "to-review", "read", "listed")
_NUMBERS = re.compile(r"\d+(?:(?:, | to |-)\d+)*")
#: What is decoded in a file's name: letters beyond ASCII, and spaces. Nothing that a recognizer would look for.
_ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+|%20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the register of one site takes besides its records. ``group``: where the report lists a rule's verdict."""

    entries: Sequence[DocumentEntry]
    rules: Mapping[str, Rule]
    leads: Mapping[str, Sequence[str]]
    group: Callable[[str, Kind, Verdict], IssueGroup | None]
    audits: Mapping[str, str]  # when each run began whose audits are carried
    day: str  # of the run
    complete: bool  # the whole site was seen


def build_documents(data: SiteRunData, setting: Setting) -> Documents:
    """Tell the documents of one site."""
    addresses = {one.page.id: one.page.url for one in data.documents}
    speaking = {one.page.id: _speaks_for(one.page.url, setting.entries) for one in data.documents}
    told = [_document(one, data.site.owner, addresses, speaking[one.page.id], setting) for one in data.documents]
    told.sort(key=_urgency)
    found = max(sum(data.outcomes.get(outcome, 0) for outcome in DOCUMENTS), len(told))
    states = Counter(one.state for one in told)
    ended = {entry.name: _ended(entry, setting.day) for entry in setting.entries}
    return Documents(
        found=found,
        checked=states["read"],
        listed=tuple(told[:DOCUMENTS_LISTED]),
        not_listed=found - len(told[:DOCUMENTS_LISTED]),
        unread=states["unread"],
        only_listed=found - states["read"] - states["unread"],
        carried=sum(bool(one.carried_from) for one in told),
        copies=sum(bool(one.same_as) for one in told),
        failing=sum(one.failing > 0 for one in told),
        to_review=sum(one.to_review > 0 and not one.failing for one in told),
        places=sum(one.failing for one in told),
        excepted=sum(ended.get(one.entry) is False for one in told),
        requests_open=sum(one.answered is None for entry in setting.entries for one in entry.requests),
        leads=_leads(told, setting),
        unread_by=_unread_by([one.reason for one in told if one.state == "unread"]),
        rules=_rules(told, data, setting),
        entries=_entries(Counter(one.entry for one in told), setting),
    )


def _document(
    record: DocumentRecord, owner: str, addresses: Mapping[int, str], entry: DocumentEntry | None, setting: Setting
) -> Document:
    page, facts = record.page, record.facts
    findings = []
    severities: Counter[str] = Counter()
    failing = to_review = 0
    for (rule, verdict, impact), places in record.findings.items():
        group = setting.group(rule, Kind.ACCESSIBILITY, verdict)
        if group is None:
            continue
        findings.append(DocumentFinding(rule=rule, group=group, severity=severity_of(impact), places=places))
        if group == "failing":
            failing += places
            severities[severity_of(impact)] += places
        elif group == "review":
            to_review += places
    findings.sort(key=_worst)
    found = {lead_of(one.rule, setting) for one in findings if one.group in ("failing", "review")}
    linking = tuple(
        LinkingPage(url=clean.line(one.url, clean.URL), title=clean.line(one.title)) for one in record.linking
    )
    state = _state(record)
    return Document(
        url=clean.line(page.url, clean.URL),
        title=clean.line(page.title),
        content_type=clean.line(page.content_type),
        name=file_name(page.url),
        state=state,
        reason=clean.line(page.reason or (facts.left_out if facts else "")) if state == "unread" else "",
        kind=clean.line(facts.kind if facts else ""),
        pages=facts.pages if facts else 0,
        words=facts.words if facts else 0,
        size=facts.size if facts else 0,
        lang=clean.line(page.lang),
        made_with=clean.line(facts.made_with if facts else ""),
        modified=_day(facts.modified) if facts else "",
        image_only=facts.image_only if facts else 0,
        locked=clean.line(facts.locked if facts else ""),
        carried_from=page.carried_from,
        audited=setting.audits.get(page.carried_from, ""),
        same_as=clean.line(addresses.get(record.same_as, ""), clean.URL),
        linked_from=record.linked_from,
        linking=linking,
        owner=clean.line((entry.owner if entry else "") or owner),
        failing=failing,
        by_severity=SeverityCounts(**{name: severities[name] for name in SEVERITIES}),
        to_review=to_review,
        leads=tuple(lead for lead in setting.leads if lead in found),
        findings=tuple(findings),
        entry=entry.name if entry else "",
    )


def _state(record: DocumentRecord) -> DocumentState:
    if record.page.outcome is PageOutcome.DOCUMENT_UNREAD:
        return "unread"
    return "read" if record.facts else "listed"


def _worst(finding: DocumentFinding) -> tuple[int, int, int, str]:
    order = ("failing", "review", "privacy", "advice")
    return (order.index(finding.group), SEVERITIES.index(finding.severity), -finding.places, finding.rule)


def _urgency(document: Document) -> tuple[int, int, tuple[int, ...], str]:
    rank: str = document.state
    if document.failing:
        rank = "failing"
    elif document.state == "read" and document.to_review:
        rank = "to-review"
    severities = tuple(-getattr(document.by_severity, name) for name in SEVERITIES)
    return (_RANKS.index(rank), -document.linked_from, severities, document.url)


def file_name(url: str) -> str:
    """The name of the file as people write it; what is masked stays masked."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    name = path.rstrip("/").rpartition("/")[2]
    return clean.line(_ENCODED.sub(lambda match: unquote(match[0], errors="replace"), name))


def _unread_by(reasons: Sequence[str]) -> tuple[UnreadRow, ...]:
    """Reasons that differ in their numbers alone are one."""
    alike: dict[str, Counter[str]] = defaultdict(Counter)
    for reason in reasons:
        alike[_NUMBERS.sub("…", reason)][reason] += 1
    rows = [
        UnreadRow(reason=next(iter(same)) if len(same) == 1 else shape, documents=same.total())
        for shape, same in alike.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.documents, row.reason)))


def _day(stamp: str) -> str:
    """The day of a file's own date, as the file says it; nothing where that is no date."""
    try:
        return date.fromisoformat(stamp[:10]).isoformat()
    except ValueError:
        return ""


# What matters first


def lead_of(rule: str, setting: Setting) -> str:
    """Which of the things that matter first a rule finds; "" for the others."""
    known = setting.rules.get(rule)
    if known and known.lead:
        return known.lead
    return next((lead for lead, rules in setting.leads.items() if rule in rules), "")


def _leads(told: Sequence[Document], setting: Setting) -> tuple[LeadRow, ...]:
    fails: Counter[str] = Counter()
    suspected: Counter[str] = Counter()
    for one in told:
        failed = {lead_of(found.rule, setting) for found in one.findings if found.group == "failing"}
        fails.update(failed)
        suspected.update(lead for lead in one.leads if lead not in failed)
    return tuple(LeadRow(lead=lead, documents=fails[lead], to_review=suspected[lead]) for lead in setting.leads)


def _rules(told: Sequence[Document], data: SiteRunData, setting: Setting) -> tuple[DocumentRule, ...]:
    documents: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for one in told:
        documents.update({found.rule for found in one.findings})
        for found in one.findings:
            places[found.rule] += found.places
    issues: dict[str, list[str]] = defaultdict(list)
    for issue in data.issues:
        if issue.state in PRESENT and issue.documents:
            issues[issue.rule].append(id_of(issue))
    rows = []
    for rule_id in documents:
        rule = rule_of(setting.rules, rule_id)
        rows.append(
            DocumentRule(
                rule=rule_id,
                title=text(rule.title, rule.title_fr),
                fix=text(rule.fix, rule.fix_fr, clean.MESSAGE),
                criteria=tuple(rule.criteria),
                lead=lead_of(rule_id, setting),
                documents=documents[rule_id],
                places=places[rule_id],
                issues=tuple(sorted(issues[rule_id])),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.documents, -row.places, row.rule)))


# What people know


def _speaks_for(url: str, entries: Iterable[DocumentEntry]) -> DocumentEntry | None:
    """The first entry that matches; globs are on path and query, as addresses are written or as people read them."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    written = (path, unquote(path))
    return next(
        (entry for entry in entries if any(fnmatchcase(one, glob) for glob in entry.urls for one in written)), None
    )


def _ended(entry: DocumentEntry, day: str) -> bool | None:
    """Whether its exception has ended; None where there is none."""
    return entry.exception.until.isoformat() < day if entry.exception else None


def _entries(documents: Mapping[str, int], setting: Setting) -> tuple[EntryRow, ...]:
    return tuple(
        EntryRow(
            name=entry.name,
            urls=tuple(clean.line(one, clean.URL) for one in entry.urls),
            documents=documents[entry.name],
            matches_nothing=setting.complete and not documents[entry.name],
            owner=clean.line(entry.owner),
            published=entry.published.isoformat() if entry.published else "",
            evidence=clean.line(entry.evidence, clean.MESSAGE),
            alternative=clean.line(entry.alternative, clean.URL),
            exception=EntryException(
                ground=clean.line(entry.exception.ground, clean.MESSAGE),
                by=clean.line(entry.exception.by),
                on=entry.exception.on.isoformat(),
                until=entry.exception.until.isoformat(),
                ended=bool(_ended(entry, setting.day)),
            )
            if entry.exception
            else None,
            requests=tuple(
                EntryRequest(
                    number=clean.line(one.number),
                    received=one.received.isoformat(),
                    answered=one.answered.isoformat() if one.answered else "",
                )
                for one in entry.requests
            ),
        )
        for entry in setting.entries
    )
