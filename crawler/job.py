"""What the front door tells the crawler about one site of one run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Protocol

from audits.model import DocumentFacts, Outcome, PageFacts, PageOutcome, RunStore, Snapshot, Stretch, Transport
from crawler.browser.pool import BrowserPool
from crawler.evidence import Camera
from crawler.known import Known
from crawler.network import DIRECT, Network
from crawler.pacing import Pacer
from crawler.safety import Safety
from crawler.scope import Scope

if TYPE_CHECKING:
    from crawler.journeys import Journey
    from crawler.opening import DocumentReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the judge says of a snapshot. ``title`` comes back masked."""

    outcomes: tuple[Outcome, ...]
    title: str = field(repr=False)
    seconds: float
    #: Where something personal stands, however unsure: no picture may show it. None = not known: no picture at all.
    covered: tuple[str, ...] | None = None
    #: The same of a PDF, by stretches of its text, and where the value of each finding stands: by rule, HMAC and place.
    known: tuple[Stretch, ...] | None = None
    stands: Mapping[tuple[str, str, str], tuple[Stretch, ...]] = field(default_factory=dict)
    facts: PageFacts | None = None
    transport: Transport | None = None
    document: DocumentFacts | None = None
    #: The outcomes of each state of the page, of those alone that found something new.
    states: tuple[tuple[Outcome, ...], ...] = ()


class Judge(Protocol):
    """Runs the checks off the event loop."""

    async def judge(self, snapshot: Snapshot) -> Judged:
        """Raises JudgeFailed when no verdict could be had."""
        ...


class JudgeFailed(Exception):
    """The checks could not be run on a page; its type is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much of a site one run may take. 0 = no limit."""

    pages: int = 0
    documents: int = 0
    depth: int = 30
    seconds: float = 0  # from the moment in which the site's turn comes


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Whether things are pressed on the site's pages, and for how long on each."""

    refused: str = "no authorization is recorded for this site"  # why not; "" = they are
    copy: bool = False  # nobody relies on the site: its forms are tried too
    seconds: float = 20.0
    safety: Safety = field(default_factory=Safety)
    known: Known = field(default_factory=Known, repr=False, compare=False)


@dataclass(slots=True, kw_only=True)
class Runtime:
    """What all sites of a run share: the pool, the judge, the evidence, and the wish to stop.

    ``failed`` holds the type of the error of our own that ended a site. Without ``documents`` none is read.
    """

    pool: BrowserPool
    judge: Judge
    pacer: Pacer
    camera: Camera | None = None
    documents: DocumentReader | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteJob:
    """One site of one run."""

    run_id: str
    site: str
    start: tuple[str, ...]
    scope: Scope
    store: RunStore
    budget: Budget = field(default_factory=Budget)
    follow: bool = True
    sitemaps: bool = True
    robots_override: str = ""
    user_agent: str = "Handrail"
    delay: float = 0.0
    #: Spans of the day in which nothing is asked of the site, in minutes from midnight in ``zone``.
    quiet_hours: tuple[tuple[int, int], ...] = ()
    zone: tzinfo = UTC
    #: "reject" or "accept": how consent banners are answered; "" = not at all.
    consent: str = ""
    interaction: Interaction = field(default_factory=Interaction)
    timeout: float = 30.0
    network: Network = DIRECT
    #: Seconds for which a page is ours; renewed while we work on it.
    lease_seconds: float = 180.0
    #: Another process opens the site and walks its journeys; this one only takes pages.
    helps: bool = False
    #: Its sitemaps are in the page table already; and who wants to know that they are.
    opened: bool = False
    on_opened: Callable[[], None] | None = None
    carry_days: float = 0  # an unchanged page is audited again after so many days; 0 = always
    fresh: bool = False  # nothing is carried this time
    carries: bool = False  # there is an audit to carry: the browser may not be needed at all
    #: A keyed hash: what is kept of a page's bytes gives nothing away.
    digest: Callable[[str], str] = field(default=str, repr=False)
    #: What an audit's result depends on besides the page and the browser: names and versions or digests.
    judged_by: Mapping[str, str] = field(default_factory=dict)
    journeys: tuple[Journey, ...] = ()
    on_page: Callable[[str, PageOutcome, float], None] | None = None
    #: Masks personal information in a title that nobody judges.
    redact: Callable[[str], str] = str


class OwnRun(Protocol):
    """A run of one site that the spider begins and ends itself (``scrapy crawl``)."""

    job: SiteJob

    async def open(self) -> Runtime:
        """Start browser and judge."""
        ...

    async def close(self, *, interrupted: bool) -> None:
        """Stop them and record how the run ended."""
        ...
