"""Every type that crosses a package line. Plain, frozen data: collect, then judge, then tell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Protocol

#: Begins the reason of an artifact that the plan left out; its checks are NOT_RUN, not ERROR.
LEFT_OUT = "not run: "
#: The one omission that is no plan: the next run may have the time.
PAGE_BUDGET = f"{LEFT_OUT}page budget"
#: Forms are tried only where nobody is hurt if that goes wrong.
ONLY_ON_A_COPY = f"{LEFT_OUT}forms are tried on a copy of the site only (staging = true)"
#: Among so many stops of the Tab key, the first of a page, a link that promises to skip something is tried.
FIRST_STOPS = 5
#: The artifacts that hold what states of a page show.
STATES = ("states", "opened")
#: States of a page that nobody has to press anything for; all others are something that was opened.
UNPRESSED = ("narrow", "dark")
OPENED = "opened"
#: How reports call the page as it came.
BASE = "base"
#: Joins the steps of a selector that enters a frame, e.g. ``iframe#map >> button.zoom``.
FRAME_STEP = " >> "
#: Joins the steps of a selector that enters an open shadow root, e.g. ``x-card >>> a``.
SHADOW_STEP = " >>> "


class Verdict(StrEnum):
    """What one check says of one snapshot. The EARL outcome is named beside each."""

    FAIL = "fail"  # earl:failed
    REVIEW = "review"  # earl:cantTell: a person must look
    PASS = "pass"  # earl:passed: no failure found by this check, never "conforms"
    INAPPLICABLE = "inapplicable"  # earl:inapplicable
    ERROR = "error"  # earl:untested: the check could not run
    NOT_RUN = "not-run"  # earl:untested: the plan left it out: no time left for this page, nobody allowed it


class Impact(StrEnum):
    """How badly a fault hurts; exposures call ``SERIOUS`` "high" and ``MINOR`` "low" in their register."""

    CRITICAL = "critical"
    SERIOUS = "serious"
    MODERATE = "moderate"
    MINOR = "minor"


class Kind(StrEnum):
    """What a rule protects."""

    ACCESSIBILITY = "accessibility"
    EXPOSURE = "exposure"
    PRIVACY = "privacy"


class Tier(StrEnum):
    """How sure a recognizer is: ``REPORT`` >= .5, ``REVIEW`` .4 to .5, ``COUNT`` below."""

    REPORT = "report"
    REVIEW = "review"
    COUNT = "count"


class PageOutcome(StrEnum):
    """How one URL of a run ended. Only ``AUDITED`` was audited; nothing else is ever clean or fixed."""

    AUDITED = "audited"
    LISTED = "listed"  # an inventory's page: fetched and read, and nobody asked for an audit
    # Seen, and rightly not audited as a page of its own.
    REDIRECTED = "redirected"
    DOCUMENT = "document"  # a PDF or Office file: read, its checks ran; without facts: listed, and nobody read it
    DOCUMENT_UNREAD = "document-unread"  # one that could not be had, or not be read to its end: the reason says why
    NOT_HTML = "not-html"  # image, style sheet, film
    FILE = "file"  # no page: a table, feed, calendar or script, read for personal information and nothing else
    FILE_UNREAD = "file-unread"  # such a file that could not be had, or not be read to its end: the reason says why
    NOT_FOUND = "not-found"  # 404, 410: a dead link
    OUT_OF_SCOPE = "out-of-scope"
    REDIRECT_OFF_SCOPE = "redirect-off-scope"
    # Seen, and not audited: something of the site was left unseen.
    ROBOTS = "robots"
    SIGN_IN = "sign-in"  # 401, 407, or a login page instead of the page asked for
    REFUSED_US = "refused-us"  # 403, 429 or a bot wall
    HTTP_ERROR = "http-error"  # another 4xx
    SERVER_ERROR = "server-error"  # 5xx
    CONNECTION_REFUSED = "connection-refused"
    DNS_FAILURE = "dns-failure"
    TLS_ERROR = "tls-error"
    NETWORK_ERROR = "network-error"
    TIMEOUT = "timeout"
    REDIRECT_LOOP = "redirect-loop"
    TOO_LARGE = "too-large"
    NAVIGATED_AWAY = "navigated-away"
    CRASHED = "crashed"  # the renderer died, again after retries
    HUNG = "hung"  # a step passed its time limit, again after retries
    EMPTY = "empty"  # a 200 with nothing to see
    FAILED = "failed"  # our own fault; the reason names it
    # Seen, and left out by the plan.
    TRAP = "trap"  # calendar, session id, endless query strings
    BUDGET_DEPTH = "budget-depth"
    BUDGET_PAGES = "budget-pages"
    BUDGET_TIME = "budget-time"


#: Final, and nothing of the site was missed by it.
SETTLED = frozenset(
    {
        PageOutcome.AUDITED,
        PageOutcome.LISTED,
        PageOutcome.REDIRECTED,
        PageOutcome.DOCUMENT,
        PageOutcome.DOCUMENT_UNREAD,
        PageOutcome.NOT_HTML,
        PageOutcome.FILE,
        PageOutcome.FILE_UNREAD,
        PageOutcome.NOT_FOUND,
        PageOutcome.OUT_OF_SCOPE,
        PageOutcome.REDIRECT_OFF_SCOPE,
        PageOutcome.TRAP,
        PageOutcome.BUDGET_DEPTH,
        PageOutcome.BUDGET_PAGES,
    }
)
#: A page of the site that people can ask for and that we did not audit: lowers coverage.
MISSED = frozenset(PageOutcome) - SETTLED
#: What counts towards a budget of pages: those audited, and those that should have been.
COUNTED = MISSED | {PageOutcome.AUDITED, PageOutcome.LISTED}
#: What was read in whole or in part, page or not: the outcomes of its checks say what was found there.
READ = frozenset(
    {
        PageOutcome.AUDITED,
        PageOutcome.DOCUMENT,
        PageOutcome.DOCUMENT_UNREAD,
        PageOutcome.FILE,
        PageOutcome.FILE_UNREAD,
    }
)
#: Of one page so many scripts are read, and why the others are not.
MOST_SCRIPTS = 200
TOO_MANY_SCRIPTS = f"{LEFT_OUT}more than {MOST_SCRIPTS} scripts of one page"
#: Counted apart from pages, wherever pages are counted.
DOCUMENTS = (PageOutcome.DOCUMENT, PageOutcome.DOCUMENT_UNREAD)


#: How the place of what was read in a picture of text ends, and what read it, as a run names its engines.
IN_PICTURE, OCR = " (scan)", "Tesseract"
#: How a run calls the list of trackers that a City names.
TRACKERS = "tracker list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of page that many pages share. ``key`` is stable from run to run, ``name`` is for people."""

    key: str = "content"
    name: str = "Page content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A promise with an id, a why, a fix, and a reference to law or WCAG.

    ``criteria`` holds WCAG success criterion numbers ("1.4.3"); ``references`` holds law or links.
    Texts exist in English (``title``) and Canadian French (``title_fr``).
    """

    id: str
    title: str
    why: str
    fix: str
    impact: Impact
    kind: Kind = Kind.ACCESSIBILITY
    criteria: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    title_fr: str = ""
    why_fr: str = ""
    fix_fr: str = ""
    best_practice: bool = False
    help_url: str = ""
    #: HTML or CSS that breaks the rule, and the same repaired, where that says it shorter than words.
    before: str = ""
    after: str = ""
    #: What the check may say of a place that breaks the rule.
    verdicts: tuple[Verdict, ...] = (Verdict.FAIL, Verdict.REVIEW)
    #: Rules that have said it already where they speak of the same element: one fault is told once, in their words.
    said_by: tuple[str, ...] = ()
    #: Whether those have said it, too, where they quote the same words of the page at another element.
    by_words: bool = False
    #: Whether a finding stands where none of those speaks; else it only counts as a second voice.
    alone: bool = True
    #: Of documents: what an officer should hear first, one of ``audits.standards.LEADS``.
    lead: str = ""


class Stretch(NamedTuple):
    """A stretch of a file's text: the number of its piece, and where it begins and ends there."""

    piece: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a finding may say about exposed personal information: everything but the value."""

    entity: str
    tier: Tier
    score: float
    mask: str
    value_hmac: str
    #: "text", "title", "alt", "link", "url", "field", "attribute", "hidden", "comment", "script"; of files "file",
    #: "data", "code", "robots"; of documents "covered", "unseen", "note", "value", "attached", "revision",
    #: "metadata", "scan" (read by character recognition).
    where: str
    #: Other kinds that stand near it: together they lead to a person.
    beside: tuple[str, ...] = ()
    #: How many people the page's exposures stand for, at the least; 0 = not counted.
    people: int = 0
    child: bool = False  # words or a date of birth say that it is a child's
    page: str = ""  # "minutes", "delegation", "application", "complaint", "directory"
    #: Of a place in a PDF without a picture: it is "nowhere" on a page, "outside" of what people see of one, on one
    #: that was not searched to its end ("unsure"); there were too many ("limit"), or it could not be made ("failed").
    unpictured: str = ""
    #: The value's HMACs under earlier keys: by these the store knows it again. Never stored.
    earlier: tuple[str, ...] = field(default=(), repr=False)


#: What finds names where a language model is named. Without one: a list of names, and the words around them.
Nlp = Literal["spacy", "transformers", "gliner"]
#: What a person decided about an exposure: MFIPPA s. 2(2.1), s. 27, s. 32 (b), none of them, or that it is not one.
Ground = Literal["business-contact", "public-record", "consent", "exposure", "false-alarm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """A person's decision about one value in one part of a site, or about contacts by what or where they are. It ends.

    One with ``domains`` or ``numbers`` speaks of those alone, one with ``pages`` of what stands there, one with both of
    what is both. ``site`` "" = every site. None of these speaks of an identifier.
    """

    finding: str  # the id that the register shows, from the fingerprint; or, of a wider one, its name
    ground: Ground
    reason: str
    by: str
    on: date
    until: date
    site: str = ""
    domains: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()  # masked
    hmacs: frozenset[str] = field(default=frozenset(), repr=False)  # of the numbers, under every key
    pages: tuple[str, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether it speaks of more than one value."""
        return bool(self.domains or self.numbers or self.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """What the City has accepted for a time. It changes no result, only what a gate says of it, and it ends.

    ``rules`` and ``parts`` are globs on rule ids and on keys or names of parts, ``urls`` on path and query; () = all.
    ``site`` "" = every site. ``ground`` and ``reason`` are in the words of whoever approved it. ``false_alarm``: there
    is no barrier, the check is mistaken. ``entry`` is the number of the log's entry; 0 = written in handrail.toml.
    """

    name: str
    rules: tuple[str, ...]
    ground: str
    reason: str
    owner: str
    by: str
    on: date
    until: date
    site: str = ""
    parts: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    alternative: str = ""
    false_alarm: bool = False
    entry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentException:
    """Why documents may stay as they are until a day, in the words of whoever approved it. It changes no result."""

    ground: str
    by: str
    on: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatRequest:
    """Somebody asked for a document in another format. ``number`` is the City's own; ``answered`` None = open."""

    number: str
    received: date
    answered: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntry:
    """What people wrote about documents of one site. ``urls`` are globs on path and query.

    ``published`` None = unknown: no date is ever taken from the file. ``alternative`` is an address or words.
    """

    name: str
    urls: tuple[str, ...]
    owner: str = ""
    published: date | None = None
    evidence: str = ""  # of the date of publication
    exception: DocumentException | None = None
    alternative: str = ""
    requests: tuple[FormatRequest, ...] = ()


def exposure_id(fingerprint: str) -> str:
    """What a decision names: "x-" and the last twelve digits of the fingerprint, the same from run to run."""
    return f"x-{fingerprint[-12:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One broken rule at one place. Never holds raw personal information.

    ``selector`` is a CSS selector; steps into frames are joined by ``FRAME_STEP`` and into open shadow roots by
    ``SHADOW_STEP``. ``snippet`` is at most 300 characters, every recognized value masked.
    """

    rule: str
    verdict: Verdict
    message: str
    selector: str = ""
    snippet: str = ""
    impact: Impact | None = None
    part: Part = field(default_factory=Part)
    engine: str = "handrail"
    fingerprint: str = ""
    exposure: Exposure | None = None
    evidence: str = ""  # file name of the cropped picture, if one was taken
    state: str = ""  # of the page when it was seen: "narrow", "menu: Services"; masked; "" = as it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One rule on one snapshot: a verdict with its findings, or why the check did not run."""

    rule: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    #: For ERROR and NOT_RUN, and where there may be more than was found. Never page text, an exception at most by type.
    reason: str = ""
    engine: str = "handrail"

    @property
    def not_seen(self) -> bool:
        """Whether something was not looked at, whatever was found in the rest."""
        return bool(self.reason) or self.verdict in (Verdict.ERROR, Verdict.NOT_RUN)

    def but(self, reason: str, nothing: Verdict = Verdict.NOT_RUN) -> Outcome:
        """The same where something was not looked at: what was found stands, nothing proves the rest to be gone, and
        where nothing was found it is ``nothing``, no pass."""
        return replace(self, verdict=self.verdict if self.findings else nothing, reason=self.reason or reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One page, frozen, with its artifacts. ``errors`` holds the reason for each artifact that is missing.

    Artifacts (names are the collectors'):

    ``axe``       ``{"engine": str, "frames": [{"frame": [selector, ...], "url": str, "rules": {...}}], ...}``
    ``document``  ``{"title": str, "lang": str, "frames": [{"frame": [...], "url": str, "html": str, "sources":
                  [{"kind", "text", "selector", "part"}]}]}``: the composed tree of each frame as HTML; an element
                  people cannot see carries ``data-hr-hidden``, a landmark ``data-hr-part="key|name"``, an open shadow
                  root is a ``<template shadowrootmode="open">``; ``sources`` is what the tree leaves out, of the kinds
                  "comment", "script", "template", "noscript", "drawing", and ``cut`` whether some of it was too
                  long to be taken to its end; ``hosts`` is whom it loaded something from,
                  ``[{"host", "secure", "kinds": [str]}]``
    ``links``     ``{"links": [{"url": str, "kind": str, "text": str}, ...]}``
    ``structure`` ``{"frames": [{"frame": [...], "truncated": bool, "title": str, "host": str, "body": float, KIND:
                  [{"selector": str, "html": str, "part": {...}, ...}, ...]}]}`` with the kinds "headings", "links",
                  "buttons", "images", "fields", "tables", "errors", "canvases", "media", "blocks", "generated", "typed"
                  (<pre>), "pictures" (of style sheets), "worded" (the
                  same in place of words), "drawings" (<svg> without a name), "handlers" (of the markup),
                  "stripped" (of their role), "dragged", "later" (fields of hidden steps), "scaled" (by the window),
                  "turning" (asks for a turn of the device), "groups" (<fieldset>),
                  "tips" (words of a mouse alone), "embeds" (<iframe>), "lists", "turned" (against its
                  script), "tablists", "areas" (of image maps), "sounds" (that a script plays; "apart": it stands
                  nowhere): what each is called and looks like, in reading order; ``html`` is the start tag, a block is
                  a box of text
    ``looks``     ``{"frames": [{"frame": [...], "truncated": bool, "alike", "marks", "lines", "charts", "reds",
                  "faint", "leads", "bulleted", "grids", "bare", "bars"}]}``:
                  sets of like things with their colours and the signs by which they differ besides, painted marks
                  without words, words of a line in several tints, drawings with a key, fields with a red edge
                  or, other than those beside them, on a colour ("how": "edge" or "ground"),
                  controls, signs and parts of drawings that hardly stand out, lines that look like headings, lists
                  and tables, cells and entries that only a style sheet fills ("bare": what tells their pictures
                  apart), boxes that stand like the bars of a chart
    ``qualweb``   ``{"frames": [{"frame": [selector, ...], "rules": [{"id", "outcome", "broken", "nodes"}, ...]}]}``
    ``ibm``       the same, of IBM's engine: no frames where there is none; a node has its name among ``structure``'s
                  facts, ``known``, besides
    ``layout``    ``{"order": [place], "hover": {"unread", "places", "brought", "written"}, "pale": [place],
                  "spaced": {"lost", "overlapped"}, "doubled": {"lost"}, "small": {"places", "lost", "gone", "shut",
                  ...}, "orientation": {"turned", "parts": those that stand on their side one way only, ...}}``:
                  the page as it is, spaced out, with large text, 320 pixels wide; a place is ``{"selector", "html",
                  "part", "text", ...}``; ``unread`` counts style sheets of other hosts that could not be read
    ``motion``    ``{"places", "scripted", "rotators", "pictures", "media"}``, each a list of places: animations, what
                  scripts keep changing, slides that changed by themselves, moving pictures, videos
    ``captions``  ``{"films": [{"selector", "html", "part", "name", "duration": seconds or None, "tracks": [{"cues",
                  "seconds": in which something is to be read, "last": where the last ends, "texts": the first of them,
                  "more": there are more}], "unread": not all came}], "left_out"}``: films with a track of captions
    ``keyboard``  ``{"stops": [stop], "ended": "end" | "limit" | "trap" | "held" | "frame", "trap": {"stops",
                  "unvisited"} or None, "skips": [{"stop", "works", "target", "ahead", ...}]}``: where the Tab key
                  leads, in order; a stop is ``{"selector", "frame", "html", "part", "kind", "box", "changed",
                  "picture", "unseen", "cover", "causes", "ring" (contrast of a faint outline), "outline", "tint" (of
                  colours that alone change, with and without the focus), "tints", "back" (what hides it on the way
                  back), ...}``; ``ended`` is not "end" where the rest of the page was not walked,
                  and ``"left_out"`` says so where the Tab key reached nothing of what is there
    ``mouse``     ``{"controls", "unreached", "idle", "pointed", "items", "shut", "veiled", "unkeyed", "editable", …}``:
                  what answers a mouse and is not reached with the Tab key, native controls out of the tab order, text
                  in it, what only looks like a control, widgets with their items, what will answer a mouse once it is
                  shown, fields that are hidden behind labels that are not, what gets the focus and listens to a mouse
                  alone, what can be written in and is no field, hidden buttons with a sign alone; of the top frame
    ``handlers``  ``{"page": [{"event", "source"}], "delegated", "elements": [{"handlers": [{"event", "source"}],
                  "selector", "html", "part", "text", "tag", "role", "tab", ...}], "forms", "shut", "charted",
                  "named", "secrets"}``: what scripts do when a key, a finger or the clipboard is used, when a value
                  changes and when the focus comes, of the top frame; ``told``: words before a field say what its
                  value does;
                  ``forms`` are told at the button that sends them; ``shut`` are hidden; ``charted``: shapes of
                  charts; ``named``: elements that scripts name, ``called`` as they do, whether what is written there
                  is told ("live"), and which of the listening elements stand in them ("around"); ``secrets``: fields
                  that may be for a password or a code, with those that they stand in ("under")
    ``interaction`` ``{"keys": [control], "values": [control], "tried": {"keys", "values"}, "held_back": {"keys",
                  "values"}: why others were left alone ("" = there are none), "left_out": str}``: controls that answer
                  a click and no key, and those whose value leads away, changes more than what it is about ("dialog",
                  "moves", "lost", "replaces") or brings up a ``message`` in no live region, each seen twice; a control
                  is ``{"selector", "html", "part", "name", "role", "tag", "does", ...}``; taken only where an
                  authorization is recorded
    ``openers``   ``{"controls": [control], "tried": int, "held_back": str, "left_out": str}``: buttons that opened
                  something, taken like ``interaction``; a control is ``{"selector", "html", "part", "name", "role",
                  "tag", "by": "key" | "mouse", "opens": "dialog" | "region" | "hidden" | "", "focus": "in" | "opener" |
                  "behind" | "nowhere" | "elsewhere", "expanded": [before, after, after a second press], "dialog":
                  {"modal", "covers", "controls"}, "tab": [where Tab led], "leaks", "closed": "escape" | "button" |
                  "again" | "mouse" | "", "after": where the focus was then ("gone": nowhere, as what
                  opened it), "untried", "region": {"beside", "referred", "swaps", "told", "step": a heading or a field
                  came up, "fields"}, "hides", "message": {"text", "at": place}, "announced", "restyled": it looks
                  different and says nothing of it, "restored": and as before after a second press, "held": its ARIA
                  state, "swapped": the row of which it became the chosen one by its looks alone, as one part of the
                  page took the place of another, "unstopped": {"items": what came up and has no stop of the Tab key,
                  "reached": how many of them keys came to, ...}, "steady", ...}``; ``steady`` is false where it was not
                  the same twice
    ``mistakes``  ``{"forms": [form], "tried": int, "left_out": str}``: forms, or fields around one button, that were to
                  be sent with nothing filled in ("empty"), and with something ill-formed ("wrong"); a form is
                  ``{"selector", "html", "part", "name", "button", "required", "tries": [try]}``, a try ``{"by": "empty"
                  | "wrong", "native": the browser speaks, "fields": [field], "hidden": [field] (wrong, and nowhere to
                  be seen), "silent", "said", "other", "general": words that name no field, "unheard": words about no
                  field, of which nobody is told}``;
                  a field is ``{"selector", "html", "part", "name", "hint",
                  "required", "kind": "email" | "pattern" | "date" | "", "text": the message beside it, "far": one
                  elsewhere that names it, "ties": how those who do not see it are told: "described" | "label" | "live"
                  | "focus" | "summary" | "invalid", "marked", "red", "written", "typed", "off", "mismatch"}``; taken
                  only on a copy of a site
    ``typed``     ``{"fields": [field], "tried": int, "left_out": str}``: fields whose text the page was about to send
                  somewhere before anybody sent it; a field is ``{"selector", "html", "part", "name", "called": its name
                  in code, "type", "token": its autocomplete, "search", "sent": [{"host", "where": "address" | "body" |
                  "referrer" | "header", "how": "plain" | "base64" | "hex" | "md5" | "sha1" | "sha256"}]}``, never the
                  text; taken only on a copy of a site
    ``states``    ``{"seen": [{"state": str, "artifacts": {"axe", "structure"}, "places": [selector]}], "visited":
                  {state: "seen" | "same" | why not}}``: what is new in the page when it is narrow, or in dark colours
    ``transport`` ``{"metas": {"csp": [str], "referrer": str}, "insecure": [{"selector", "html", "part", "active",
                  "name", "host"}], "foreign": [{"kind", "host", "path"}], "headers": {...}}``: what of the top frame
                  was asked for without encryption, whose scripts and styles come without integrity, and, by the names
                  of ``audits.transport``, what its answer says of security; addresses without their query strings;
                  of a first visit ``"kept"``: ``[{"kind": "cookie" | "local" | "session", "name", "host", "days",
                  "secure", "http_only", "same_site", "by"}]``, what the browser was asked to keep before anybody
                  pressed anything, for how long and by which script, never a value; ``"offers"``: ``["reject",
                  "accept"]``, how a consent banner can be answered, and ``"answers"`` what is kept after each
    ``file``      instead of all others, of what is no page: ``{"kind": "text" | "table" | "json" | "xml" | "card" |
                  "script" | "robots", "pieces": [[at, before, label, text, where]], "cut": bool, "map": "comment" |
                  "header" | "inside"}``: its text in pieces, each with its place ("L12", "C4", a path), what stands
                  before it, what it is called; whether the end is missing; of a script, how it names a source
                  map that can be had; of a document (``kind`` "pdf", "docx", "xlsx", ...) besides
                  ``{"about": {"pages", "title", "lang", ...}, "left_out": why it is not read to its end}`` and the
                  facts that its checks judge: ``"pdfua"``, ``"fonts"`` (of a PDF: ``[{"name", "page", ...}]``, see
                  ``crawler.documents.pdf.fonts``), ``"office"``
    ``opened``    the same of what controls open, one state each: "menu: Services", and of what a choice brings up,
                  "choice: Reason: Other", or a press on what is no button, "pressed: Mill Park"; ``visited``
                  has one entry, "opened"; taken only where an authorization is recorded
    """

    site: str
    url: str = field(repr=False)
    status: int = 200
    content_type: str = "text/html"
    state: str = BASE
    #: Holds what was taken later, and no more: a check that needs something else has nothing to say of it.
    partial: bool = False
    #: What was said of the page until then: a fault that is found in both ways is told once.
    before: tuple[Outcome, ...] = field(default=(), repr=False)
    artifacts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A URL that a page, a sitemap or a person named.

    ``via``: "start", "sitemap", "link", "redirect", "frame"; where its name says that it is no page, "document" (a PDF
    or Office file) or "file".
    """

    url: str = field(repr=False)
    via: str = "link"
    depth: int = 0
    #: How many links in a row kept the shape of their page's URL (``?month=5`` to ``?month=6``): a trap when long.
    chain: int = 0
    #: Set where the plan already decides against a visit (scope, trap, budget).
    outcome: PageOutcome | None = None
    reason: str = ""  # for that


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLease:
    """A page that one worker may work on until ``expires``; only its ``owner`` can finish it."""

    page_id: int
    run_id: str
    site: str
    url: str = field(repr=False)
    depth: int
    via: str
    attempts: int
    owner: str
    expires: datetime
    chain: int = 0
    alone: bool = False  # a process died on it: nothing else is worked on beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of the same site that a rendered page used, and what tells whether it changed.

    That is a validator of the answer the browser got (``etag``, ``modified``), else ``content``: its keyed digest.
    """

    url: str = field(repr=False)
    #: As browsers call it: "stylesheet", "script", "image", "fetch", "document" (in a frame), ...; "source map" of what
    #: only we ask for: whether it can be had.
    kind: str
    etag: str = ""
    modified: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the audit of a page rests on: as long as nothing of it changes, the audit holds.

    ``judged_by`` names rules, engines, browser and settings. ``content`` (a keyed digest), ``etag`` and ``modified``
    are of the HTML as fetched. ``elsewhere``: scripts, styles or frames of other hosts are part of the page too, and
    nobody asks those whether they changed.
    """

    judged_by: str = field(repr=False)
    content: str
    etag: str = ""
    modified: str = ""
    assets: tuple[Asset, ...] = field(default=(), repr=False)
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A page, document or file, as an earlier run audited it. ``links`` is where it led, scripts' links included."""

    page_id: int
    basis: Basis
    links: tuple[str, ...] = field(default=(), repr=False)
    outcome: PageOutcome = PageOutcome.AUDITED


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link to a place in a page: the page, a keyed digest of the id, and the id as people may read it."""

    url: str = field(repr=False)
    digest: bytes
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLink:
    """A link of a part: where it leads in the spelling of the page table, and its masked name."""

    url: str = field(repr=False)
    name: str
    hidden: bool = False  # in a menu that is closed, say


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """A landmark as checks across pages need it. ``helps``: ways to get help, in order: "phone", "contact", ...

    ``order`` says how all of it follows on each other: "l" a link, "h" a way to get help (before its own link), "p" a
    landmark within this one, which comes after it among the page's, and before any other.
    """

    key: str
    name: str
    role: str
    links: tuple[PartLink, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    ids: bytes = b""  # keyed digests of the ids in it, one after the other
    helps: tuple[str, ...] = ()
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFacts:
    """A form that asks people for something of their own. ``leads``: where it goes on; ``asks``: kinds of data such as
    "email", each with a selector of the field ("" = none that is plain); ``same``: it can say "the same as before"."""

    leads: tuple[str, ...] = field(default=(), repr=False)
    asks: tuple[tuple[str, str], ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What checks across pages need to know of one page: nothing personal in the clear, but for addresses.

    ``title_key``, ``heading_key``, ``text_key`` and ``search_key`` are keyed digests that tell alike from different.
    ``links`` is where the page's own content leads, each address once. ``grade`` is of ``words`` words in ``measure``
    ("en", "fr").
    """

    parts: tuple[PartFacts, ...] = ()
    links: tuple[str, ...] = field(default=(), repr=False)
    anchors: tuple[Anchor, ...] = ()
    ids: bytes = b""
    all_ids: bool = True  # no id was left out
    title_key: bytes = b""
    heading: str = ""
    heading_key: bytes = b""
    text_key: bytes = b""
    canonical: str = field(default="", repr=False)
    search: bool = False
    search_name: str = ""  # of the control that sends it, masked
    search_key: bytes = b""  # of where its form leads, and what its field is called; b"" = not known
    forms: tuple[FormFacts, ...] = ()
    words: int = 0
    grade: float = 0.0
    measure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A cookie, or a name in a browser's storage, without its value. ``host`` is whose it is, ``by`` who set it.

    ``days`` it lives; 0 = until the browser is closed, or, in local storage, for ever.
    """

    kind: str  # "cookie", "local", "session"
    name: str
    host: str
    own: bool  # the City's
    purpose: str = ""  # "analytics", "advertising", "session", ...; "" = not known
    service: str = ""
    days: float = 0.0
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """How a page came: what its answer says of security, and what of other hosts it trusts unseen.

    ``headers`` and ``metas`` are by the names of ``audits.transport``; not ``whole`` where an answer of "not modified"
    brought only some of its headers. ``unsealed`` names hosts with a file of theirs, "cdn.example jquery.js".
    ``kept`` is of pages that were visited as if for the first time; None = this one was not. ``offers`` says how their
    consent banner can be answered ("reject", "accept"), ``answers`` what is kept after it was.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    metas: Mapping[str, str] = field(default_factory=dict)
    unsealed: tuple[str, ...] = ()
    kept: tuple[Kept, ...] | None = None
    offers: tuple[str, ...] = ()
    answers: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What a document says of itself. ``title`` is masked before it gets here; ``made_with`` is a tool, never a person.

    ``modified`` is the file's own date, ISO or "": never taken for the date of publication. ``locked`` is "assistive"
    (its permissions keep assistive technology out), "password" (it cannot be opened) or "". Files with the same
    ``sha256`` in one run are one document at several addresses: the store finds them.
    """

    kind: str  # "pdf", "docx", ...
    size: int = 0  # bytes
    pages: int = 0  # 0 = not known, or without meaning
    words: int = 0
    title: str = field(default="", repr=False)
    lang: str = ""
    made_with: str = ""
    modified: str = ""
    image_only: int = 0  # pages that are a picture and no text
    locked: str = ""
    sha256: str = field(default="", repr=False)
    left_out: str = ""  # why it is not read to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """How one page ended: its outcome, the checks' outcomes, and the links to add to the frontier.

    ``timings`` holds seconds by step: queue, fetch, compare, navigate, settle, collect.<name>, judge, evidence.
    ``basis`` is what a later run compares with; None where nothing could prove the page unchanged. A page that is
    unchanged names what is ``carried``: outcomes and findings are those of the earlier audit.
    """

    outcome: PageOutcome
    reason: str = ""
    status: int = 0
    final_url: str = field(default="", repr=False)
    title: str = field(default="", repr=False)  # masked before it gets here
    lang: str = ""
    content_type: str = ""
    content_sha256: str = ""
    #: The same without what a server makes anew for each visit: what people's answers are about.
    seen_sha256: str = ""
    #: Bytes that the page loaded, as far as servers tell.
    weight: int = 0
    outcomes: tuple[Outcome, ...] = ()
    links: tuple[Link, ...] = ()
    frames_not_entered: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    basis: Basis | None = None
    carried: Earlier | None = None
    #: By state, whether the page was looked at in it: "seen", "same" (nothing new), or why not, as in outcomes.
    states: Mapping[str, str] = field(default_factory=dict)
    #: For checks across pages. A page that is carried has those of the earlier audit.
    facts: PageFacts | None = None
    #: The same; of a page that is carried, its headers are those of this run.
    transport: Transport | None = None
    #: Of a document. One that is carried has that of the earlier audit.
    document: DocumentFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPace:
    """How a host is asked, by all who ask it: seconds between two requests, and how many at the same time.

    ``gap`` goes on top of ``delay`` while the host struggles. ``next`` and ``held``: moments before which nobody asks.
    """

    window: float
    gap: float = 0.0
    delay: float = 0.0
    next: float = 0.0
    held: float = 0.0


class Paces(Protocol):
    """The paces of hosts where all workers see them."""

    def take(
        self, host: str, owner: str, decide: Callable[[HostPace | None, int, float], tuple[HostPace, float]]
    ) -> tuple[str, float]:
        """A turn at a host, or the seconds until it is worth asking again.

        ``decide`` gets the host's pace (None: it was not asked for a long time), the turns that are out and the time.
        """

    def give(self, turn: str, host: str, decide: Callable[[HostPace, float], HostPace] | None) -> None:
        """A turn is over; ``decide``: what was learned of the host."""

    def keep(self, turns: Collection[str]) -> None:
        """Somebody lives, and still has these."""


class StoreAway(Exception):
    """The store could not be asked, however long one waited: it is nobody's fault whose page it was."""


class RunStore(Protocol):
    """What the crawler needs of a store. The page table is the frontier: results and queue agree at any moment."""

    def add_links(self, run_id: str, site: str, links: Iterable[Link], *, parent_id: int | None = None) -> int:
        """Add URLs not yet known to this run and site; the number added."""

    def lease(
        self,
        run_id: str,
        site: str,
        *,
        owner: str,
        limit: int,
        seconds: float,
        most: int = 0,
        busy: bool = False,
        steps: bool = True,
    ) -> Sequence[PageLease]:
        """Claim pages that wait, or whose lease ran out, in order of depth and discovery.

        ``most``: pages that the plan allows, those in work counted. ``busy``: the owner has other pages: none is given
        on which a process died, for each of these is worked on alone. ``steps``: steps of journeys too.
        """

    def earlier(self, leases: Sequence[PageLease], *, days: float) -> Mapping[int, Earlier]:
        """By page id, what may be carried: the last that is known of a page, without error, at most ``days`` old."""

    def renew(self, leases: Sequence[PageLease], *, seconds: float) -> None:
        """Keep slow pages."""

    def finish(self, lease: PageLease, result: PageResult) -> bool:
        """Store result and links and acknowledge, in one transaction; False when the lease was lost.

        Of a result that is carried, the outcomes and findings are copied from the earlier page.
        """

    def finish_listed(self, results: Sequence[tuple[PageLease, PageResult]]) -> int:
        """Like ``finish`` for many pages of one site that nobody judged, in one transaction; the number stored."""

    def release(self, lease: PageLease) -> None:
        """Give a page back unfinished."""

    def pending(self, run_id: str, site: str) -> int:
        """Pages without a final outcome."""

    def counted(self, run_id: str, site: str, outcomes: Collection[PageOutcome] = COUNTED) -> int:
        """Addresses that ended so; those by default count towards a plan of so many pages."""

    def close_pending(self, run_id: str, site: str, outcome: PageOutcome, reason: str = "") -> int:
        """End every page that still waits with one outcome (a budget is spent); the number ended."""
