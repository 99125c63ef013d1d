"""What comes in as a resident's report: read, searched for personal information, masked. No identity is kept.

Kept are the page, what the barrier was, the technology, day, language, channel and the number of the City's own system.
Whatever else a file or a message holds is not read.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from handrail.work import today
from reports import clean
from reports.feedback import KINDS, RECEIVED, TEXT, Ledger, Target, fold, issues_named

if TYPE_CHECKING:
    from audits.privacy.engine import Span
    from handrail.config import Policy
    from handrail.wiring import Parts
    from reports.store.log import Act, Entry
    from reports.store.records import IssueLife
    from reports.store.store import Store

#: Characters of what is kept at the most; of what is searched. What is longer is cut after it was masked.
MOST_BARRIER, MOST_TECHNOLOGY, MOST_SEARCHED = 500, 80, 5_000
MOST_BYTES = 50_000_000
FIELDS = ("date", "page", "site", "barrier", "technology", "language", "channel", "ticket")

#: How a column may be called, without accents and signs.
_COLUMNS: Mapping[str, Sequence[str]] = {
    "date": ("date", "day", "received", "date received", "jour", "recu", "recu le", "date de reception"),
    "page": ("page", "address", "url", "web page", "page address", "adresse", "adresse de la page", "page web"),
    "site": ("site", "site key", "cle du site"),
    "barrier": ("barrier", "what", "description", "problem", "comment", "obstacle", "probleme", "commentaire"),
    "technology": ("technology", "assistive technology", "technologie", "technologie d assistance", "aide technique"),
    "language": ("language", "lang", "langue"),
    "channel": ("channel", "canal", "voie"),
    "ticket": ("ticket", "ticket number", "case number", "billet", "numero de billet", "no de dossier", "dossier"),
}
_CHANNELS: Mapping[str, Sequence[str]] = {
    "form": ("web form", "webform", "formulaire", "formulaire web"),
    "email": ("e mail", "mail", "courriel"),
    "phone": ("telephone", "call", "appel"),
    "311": (),
    "in-person": ("in person", "counter", "en personne", "comptoir"),
    "letter": ("post", "lettre", "poste"),
    "social": ("social media", "medias sociaux", "reseaux sociaux"),
    "other": ("autre",),
}
_LANGUAGES: Mapping[str, Sequence[str]] = {"en": ("english", "anglais"), "fr": ("french", "francais")}
_TICKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#-]{0,39}")

_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’-]*"
_NAME = rf"{_CAPITAL}(?:[ \t]+(?:(?:de|du|la|le|van|von|der|bin|al)[ \t]+)?{_CAPITAL}){{0,3}}"
_ANY_NAME = r"[^\W\d_][\w'’-]+(?:[ \t]+[^\W\d_][\w'’-]+)?"
#: Whoever writes says who they are in these places; no list of names knows all of them.
_SAID_TO_BE_A_NAME = (
    re.compile(rf"(?i:\b(?:my name is|name ?:|je m['’]appelle|mon nom est|nom ?:))\s*({_ANY_NAME})"),
    re.compile(rf"\b(?i:i am|i['’]m|this is|je suis|ici)\s+({_CAPITAL}[ \t]+{_CAPITAL}(?:[ \t]+{_CAPITAL})?)"),
    re.compile(
        r"\b(?i:regards|sincerely|thanks|thank you|yours|yours truly|cheers|signed|cordialement|merci|salutations|"
        rf"bien à vous|signé)[,.:!]*\s*[-–—]?\s*({_NAME})\W*$"
    ),
    re.compile(rf"[-–—]\s*({_CAPITAL}[ \t]+{_CAPITAL})\W*$"),
    re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|M|Mme|Mlle|Madame|Monsieur)\b\.?\s+({_NAME})"),
    re.compile(
        r"\b(?i:my|ma|mon)\s+(?i:mother|father|mom|mum|dad|son|daughter|husband|wife|partner|brother|sister|friend|"
        rf"neighbour|mère|père|fils|fille|mari|femme|conjointe?|frère|soeur|sœur|amie?|voisine?),?\s+({_NAME})"
    ),
)
#: Seven digits or more in a row, whatever stands between: no barrier needs them. Days and versions are let through.
_DIGITS = re.compile(r"(?<![\w.])\+?(?:\(?\d\)?[ \t.()/-]{0,2}){6,}\d(?!\w)")
_DAY = re.compile(r"\d{4}[-/.]\d{2}[-/.]\d{2}|\d{1,2}/\d{1,2}/\d{4}")
#: Numbers that a system may give and a person may have: the check digit or the area code says so.
_WITH_CHECK_DIGIT = frozenset({"CA_SIN", "CA_ON_HEALTH_CARD", "CREDIT_CARD"})
_ONTARIO_TELEPHONE = re.compile(
    r"1?(?:226|249|289|343|365|382|416|437|519|548|613|647|683|705|742|753|807|905)[2-9]\d{6}"
)
_AT = re.compile(r"[^\s<>(),;:]*@[^\s<>(),;:]+")


class BadReport(ValueError):
    """What is wrong with a report. Never quotes it: it may hold anything. ``field`` and ``why`` are for those who tell
    it in their own language."""

    def __init__(self, told: str, field: str = "", why: str = "") -> None:
        super().__init__(told)
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A report that may be kept. ``digests``: the row told again, under every key; ``hidden``: what was masked."""

    site: str
    page: str
    day: str
    barrier: str
    technology: str
    language: str
    channel: str
    ticket: str
    digests: tuple[str, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a file, by the line where it begins; ``wrong`` says why it holds no fields."""

    line: int
    fields: Mapping[str, str]
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of reports: the ids of the new ones, and of how many were known."""

    ids: tuple[str, ...]
    known: int


def ledger_of(store: Store, policy: Policy, since: date | None = None) -> Ledger:
    """What residents reported, as of today; ``since``: as of that day, or of the last act recorded after it."""
    entries = store.log_entries(*KINDS)
    zone = ZoneInfo(policy.city.timezone)
    day = max([since, *(entry.at.astimezone(zone).date() for entry in entries)]) if since else today(policy)
    return _ledger(entries, _lives(store, issues_named(entries)), policy, day)


def record(
    store: Store,
    policy: Policy,
    make: Callable[[Ledger, int], Iterable[Act]],
    *,
    issues: Iterable[str] = (),
    check: Callable[[Ledger, Sequence[Entry]], None] = lambda ledger, entries: None,
) -> tuple[Entry, ...]:
    """Add what ``make`` makes of what is there, which nobody changes meanwhile, and of the first entry's number.

    ``issues``: what is to be known besides the issues that reports are linked to. ``check`` is asked first, and raises.
    """
    lives = _lives(store, issues_named(store.log_entries(*KINDS)) | set(issues))
    day = today(policy)

    def choose(entries: Sequence[Entry], number: int) -> Iterable[Act]:
        ledger = _ledger(entries, lives, policy, day)
        check(ledger, entries)
        return make(ledger, number)

    return store.record_all(KINDS, choose)


def _lives(store: Store, issues: Collection[str]) -> Mapping[str, IssueLife]:
    return store.lives(issues) if issues else {}


def _ledger(entries: Sequence[Entry], lives: Mapping[str, IssueLife], policy: Policy, day: date) -> Ledger:
    return fold(
        entries,
        lives,
        day.isoformat(),
        ZoneInfo(policy.city.timezone),
        Target(acknowledge=policy.feedback.acknowledge_days, answer=policy.feedback.answer_days),
    )


def keep(store: Store, coming: Iterable[Coming], *, by: str, account: str, how: str) -> Kept:
    """Write reports that are not there yet, all or none; the same row is kept once."""
    several = list(coming)
    known = 0

    def choose(entries: Sequence[Entry], number: int) -> Iterator[Act]:
        nonlocal known
        known = 0
        there = {entry.facts["digest"] for entry in entries if entry.facts}
        for one in several:
            if there.intersection(one.digests):
                known += 1
                continue
            there.add(one.digests[0])
            words = {"page": one.page, "barrier": one.barrier, "technology": one.technology}
            facts = {name: getattr(one, name) for name in ("site", "day", "language", "channel", "ticket")}
            about = {"digest": one.digests[0], "hidden": list(one.hidden), "words": any(words.values())}
            yield RECEIVED, {**facts, **about, "by": by, "account": account, "how": how}
            if about["words"]:
                yield TEXT, {"report": f"F-{number}", **words}
            number += 2 if about["words"] else 1

    added = store.record_all((RECEIVED,), choose)
    return Kept(ids=tuple(f"F-{one.seq}" for one in added if one.kind == RECEIVED), known=known)


# One report


def checked(fields: Mapping[str, Any], policy: Policy, parts: Parts, today: date) -> Coming:
    """A report as it may be kept. Raises BadReport."""
    told = {name: _text(fields.get(name, "")) for name in FIELDS}
    page = _page(told["page"], parts)
    site = _site(told["site"], told["page"], policy)
    if not site and not page:
        raise BadReport("neither page nor site: write the address of the page", "page", "no-place")
    day = _received(told["date"], policy, today)
    if not told["barrier"]:
        raise BadReport("barrier is empty: write what could not be done", "barrier", "words-empty")
    barrier, in_barrier = masked(told["barrier"], parts, "barrier")
    technology, in_technology = masked(told["technology"], parts, "technology")
    language = _one_of(told["language"].split("-")[0], _LANGUAGES, "language")
    channel = _one_of(told["channel"] or "other", _CHANNELS, "channel")
    ticket = _ticket(told["ticket"], parts)
    keep_words = policy.feedback.keep_words
    return Coming(
        site=site,
        page=page,
        day=day.isoformat(),
        barrier=clean.line(barrier, MOST_BARRIER) if keep_words else "",
        technology=clean.line(technology, MOST_TECHNOLOGY),
        language=language,
        channel=channel,
        ticket=ticket,
        digests=digests_of(fields, parts),
        hidden=tuple(sorted({*in_barrier, *in_technology})),
    )


def digests_of(fields: Mapping[str, Any], parts: Parts) -> tuple[str, ...]:
    """What tells a row again, under every key. Of what came, not of what is kept: rows that differ in what was masked
    are two."""
    return parts.digests("feedback " + json.dumps([_text(fields.get(name, "")) for name in FIELDS]))


def masked(text: str, parts: Parts, called: str) -> tuple[str, tuple[str, ...]]:
    """The text with all that may tell who somebody is masked, and which kinds that were. Raises BadReport."""
    from audits.privacy.masking import mask

    if len(text) > MOST_SEARCHED:
        raise BadReport(f"{called} has more than {MOST_SEARCHED:,} characters", called, "words-long")
    text = clean.line(unicodedata.normalize("NFKC", text), MOST_SEARCHED)
    places = [(span.start, span.end, span.entity) for span in _hits(text, parts, called)]
    for pattern in _SAID_TO_BE_A_NAME:
        places += [(match.start(1), match.end(1), "PERSON") for match in pattern.finditer(text)]
    places += [(*match.span(), "EMAIL_ADDRESS") for match in _AT.finditer(text)]
    places += [(*match.span(), "NUMBER") for match in _DIGITS.finditer(text) if not _is_harmless(match[0])]
    names = {
        word
        for start, end, entity in places
        if entity == "PERSON"
        for word in re.findall(r"[^\W\d_][\w'’-]{2,}", text[start:end])
    }
    # Who is named once is named again by one of the names.
    for word in names:
        places += [(*match.span(), "PERSON") for match in re.finditer(rf"\b{re.escape(word)}\b", text)]
    shown, position = [], 0
    for start, end, entity in sorted(places, key=lambda one: (one[0], -one[1])):
        if start >= position:
            shown += [text[position:start], mask(entity, "")]
        position = max(position, end)
    result = "".join(shown) + text[position:]
    if places and _hits(result, parts, called):
        raise BadReport(f"{called} could not be cleared of personal information; shorten it", called, "words-late")
    return result, tuple(sorted({entity for _, _, entity in places}))


def _is_harmless(digits: str) -> bool:
    """Days ("2026-11-05"), criteria ("1.4.11") and versions ("131.0.6778.86")."""
    for one in digits.strip(" \t.,()").split():
        groups = one.split(".")
        short = all(len(group) <= 2 for group in groups) and any(len(group) == 1 for group in groups)
        version = 2 <= len(groups) <= 4 and all(map(str.isdigit, groups)) and ("0" in groups or short)
        if not version and not _DAY.fullmatch(one):
            return False
    return True


def _hits(text: str, parts: Parts, called: str) -> list[Span]:
    from audits.privacy.engine import NotFullyScanned
    from audits.privacy.masking import NAME_ALONE, hidden_in_escapes, readings, telling

    spans: list[Span] = []
    for form in readings(text):
        found, late = parts.detector.scan(form, count_tier=True)
        if late:
            raise BadReport(
                f"{called} could not be searched for personal information in time; shorten it", called, "words-late"
            )
        spans += found
    try:
        spans += hidden_in_escapes(text, parts.detector.detect)
    except NotFullyScanned:
        raise BadReport(
            f"{called} could not be searched for personal information in time; shorten it", called, "words-late"
        ) from None
    named = [span for span in spans if span.entity == "PERSON" and span.score >= NAME_ALONE]
    return [span for span in telling(spans) if span.entity != "PERSON"] + named


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _page(address: str, parts: Parts) -> str:
    """The page as it may be kept: no account, no fragment, of the query only short numbers, the rest masked."""
    from handrail.wiring import Guard

    if not address:
        return ""
    try:
        split = urlsplit(address)
        host, port = split.hostname, split.port
    except ValueError:
        host, port = None, None
    if _is_no_page(address, host):
        raise BadReport("page is no web address: write one such as https://www.city.example/parking", "page", "no-page")
    query = "&".join(part for part in split.query.split("&") if re.fullmatch(r"[A-Za-z_]{1,20}=\d{1,6}", part))
    path = "/".join(_segment(piece, parts) for piece in split.path.split("/"))
    plain = f"{split.scheme}://{host}{f':{port}' if port else ''}{path or '/'}{f'?{query}' if query else ''}"
    return clean.line(Guard(parts).mask(plain), clean.URL)


def _is_no_page(address: str, host: str | None) -> bool:
    """Whether this is no address of a page."""
    return (
        not host
        or not address.lower().startswith(("http://", "https://"))
        or len(address) > clean.URL
        or any(c.isspace() or not c.isprintable() for c in address)
    )


def _segment(piece: str, parts: Parts) -> str:
    """A stretch of a path; one with an e-mail address or a long number in it goes whole."""
    plain = unquote(unquote(piece))
    if "@" in plain or any(not _is_harmless(one[0]) for one in _DIGITS.finditer(plain)):
        return "…"
    return piece


def _site(named: str, address: str, policy: Policy) -> str:
    """The key of the site; "" where the page is on none of the City's sites in handrail.toml."""
    if named:
        if named not in policy.sites:
            raise BadReport(
                f"there is no such site in handrail.toml; known: {', '.join(policy.sites) or 'none'}",
                "site",
                "not-known",
            )
        return named
    if not address:
        return ""
    where = urlsplit(address).netloc.rpartition("@")[2].lower()
    for bare in (where, where.removeprefix("www."), f"www.{where}"):
        for key, site in policy.sites.items():
            if bare in {*(urlsplit(start).netloc.lower() for start in site.start), *map(str.lower, site.hosts)}:
                return key
    return ""


def _received(said: str, policy: Policy, today: date) -> date:
    if not said:
        raise BadReport("date is empty: write the day when it came, such as 2026-11-05", "date", "no-day")
    try:
        moment = datetime.fromisoformat(said.replace("/", "-"))
        day = (moment.astimezone(ZoneInfo(policy.city.timezone)) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        raise BadReport("date is no day: write year, month and day, such as 2026-11-05", "date", "no-day") from None
    if day > today:
        raise BadReport("date is not yet", "date", "not-yet")
    if day.year < 2000:
        raise BadReport("date is before 2000", "date", "no-day")
    return day


def _one_of(said: str, known: Mapping[str, Sequence[str]], called: str) -> str:
    if not said:
        return ""
    plain = _plain(said)
    for name, others in known.items():
        if plain in (_plain(name), *others):
            return name
    raise BadReport(f"{called} is not known: write one of {', '.join(known)}", called, "not-known")


def _ticket(said: str, parts: Parts) -> str:
    if not said:
        return ""
    from audits.model import Tier

    if not _TICKET.fullmatch(said) or not any(c.isdigit() for c in said):
        raise BadReport(
            "ticket is no number of a system: letters, digits and . _ / # - only, 40 at the most", "ticket", "no-ticket"
        )
    found, late = parts.detector.scan(f"ticket {said.replace('_', ' ')}", count_tier=True)
    telephone = _ONTARIO_TELEPHONE.fullmatch(re.sub(r"[-./]", "", said)) or re.fullmatch(r"\d{3}-\d{3}-\d{3}", said)
    if late or telephone or any(span.tier is not Tier.COUNT or span.entity in _WITH_CHECK_DIGIT for span in found):
        raise BadReport("ticket seems to be personal information, not the number of a system", "ticket", "no-ticket")
    return said


def _plain(text: str) -> str:
    """Without accents, signs and capitals: "Numéro_de billet" -> "numero de billet"."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"[\u0300-\u036f]", "", letters)).split())


# Files


def read_csv(data: bytes) -> tuple[list[Row], tuple[str, ...]]:
    """Rows, and what there is to say of the file. Comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252.

    Raises BadReport where the first line names no columns.
    """
    if len(data) > MOST_BYTES:
        raise BadReport(f"the file has more than {MOST_BYTES // 1_000_000} MB; cut it")
    text, remarks = _decoded(data)
    # Excel says in a line of its own which sign parts the cells.
    hint = re.match(r"(?i)sep=([,;\t])\r?\n", text)
    head = re.split(r"[\r\n]", text[hint.end() if hint else 0 :], maxsplit=1)[0]
    sign = max(",;\t", key=lambda one: (len(_columns(_cells(head, one))), head.count(one)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        header = next(reader)
        if hint:
            header = next(reader)
    except (StopIteration, csv.Error):
        header = []
    columns = _columns(header)
    if not {"date", "barrier"} <= columns.keys() or not {"page", "site"} & columns.keys():
        raise BadReport(
            "the first line must name the columns: date, page (or site) and barrier at the least; in French jour, page "
            "and obstacle. It was not read further."
        )
    left = [str(number + 1) for number in range(len(header)) if number not in columns.values()]
    if left:
        remarks = (*remarks, f"Not read and not kept: column{'s' * (len(left) > 1)} {', '.join(left)}.")
    return list(_rows(reader, header, columns)), remarks


def _rows(reader: Any, header: Sequence[str], columns: Mapping[str, int]) -> Iterator[Row]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(line=line, fields={}, wrong="quotation marks do not fit: double those inside a cell")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            wrong = f"{len(cells)} cells where the first line has {len(header)}"
            yield Row(line=line, fields={}, wrong=wrong)
            continue
        yield Row(line=line, fields={name: cells[at] for name, at in columns.items()})


def read_json_lines(data: bytes) -> Iterator[Row]:
    """One JSON object a line, with the names of ``FIELDS``."""
    for line, text in enumerate(data.decode("utf-8-sig", "replace").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            yield Row(line=line, fields={}, wrong="is no JSON")
            continue
        if not isinstance(fields, dict):
            yield Row(line=line, fields={}, wrong="is no JSON object")
            continue
        yield Row(line=line, fields=named(fields))


def named(fields: Mapping[str, Any]) -> dict[str, str]:
    """The fields that are known, whatever they are called in a file's header."""
    columns = _columns(list(fields))
    values = list(fields.values())
    return {name: _text(values[at]) for name, at in columns.items()}


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Field -> where it stands; of two that are called alike, the first."""
    found: dict[str, int] = {}
    for number, cell in enumerate(header):
        for name, called in _COLUMNS.items():
            if _plain(cell) in called:
                found.setdefault(name, number)
    return found


def _cells(line: str, sign: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=sign), [])
    except csv.Error:
        return []


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), ()
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), ("The file is not UTF-8; it was read as Windows-1252.",)
