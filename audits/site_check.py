"""What a check across pages is: a rule, and one method that is given the facts of a whole site.

It runs once, when a site's audit has ended. Pages come one at a time and may be asked for again; parts that pages share
are one object, so what a check remembers by part stays small.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar
from urllib.parse import urlsplit

from audits.fingerprint import fingerprint
from audits.model import LEFT_OUT, Finding, Outcome, PageOutcome, Part, Rule, Transport, Verdict

logger = logging.getLogger(__name__)

#: What every rule across pages begins with: the store keeps their outcomes apart from those of pages.
PREFIX = "site/"
#: How many places one rule tells of a site before it says how many more there are.
MOST = 50
#: How many pages a finding names.
NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLink:
    """A link of a part. ``target`` is the number of an address; below 0 where the run never heard of it."""

    target: int
    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAnchor:
    """A link to a place in a page: the page's number, a digest of the id, and the id as people may read it."""

    target: int
    digest: bytes
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePart:
    """A landmark. Pages with the very same one share this object, and its ``id``."""

    id: int
    key: str
    name: str
    role: str
    links: tuple[SiteLink, ...] = ()
    anchors: tuple[SiteAnchor, ...] = ()
    ids: frozenset[bytes] = frozenset()
    helps: tuple[str, ...] = ()
    order: str = ""  # as in ``PartFacts``; "" = not known

    @property
    def part(self) -> Part:
        """As findings name it."""
        return Part(key=self.key, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteForm:
    """A form that asks people for something of their own: ``FormFacts`` with the numbers of addresses."""

    leads: tuple[int, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """One audited page. Texts are masked; keys and digests tell alike from different."""

    id: int
    url: str = field(repr=False)
    title: str = ""
    lang: str = ""
    depth: int = 0
    parts: tuple[SitePart, ...] = ()
    links: tuple[int, ...] = ()  # of its own content
    anchors: tuple[SiteAnchor, ...] = ()
    ids: frozenset[bytes] = frozenset()
    all_ids: bool = True
    title_key: bytes = b""
    heading: str = ""
    heading_key: bytes = b""
    text_key: bytes = b""
    canonical: int = 0
    search: bool = False
    search_name: str = ""
    search_key: bytes = b""
    forms: tuple[SiteForm, ...] = ()
    words: int = 0
    grade: float = 0.0
    measure: str = ""
    transport: Transport | None = None

    @property
    def language(self) -> str:
        """ "en" of "en-CA", else what the address says, else ""."""
        if self.lang:
            return self.lang.partition("-")[0].lower()
        steps = urlsplit(self.url).path.lower().split("/")
        return next((step[:2] for step in steps[1:3] if step in ("en", "fr", "en-ca", "fr-ca")), "")

    def leads(self) -> Iterator[int]:
        """Every address that the page links to."""
        yield from self.links
        for part in self.parts:
            for link in part.links:
                yield link.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The facts of one site in one run."""

    #: Audited pages, those nearest to the start first.
    pages: Callable[[], Iterator[SitePage]]
    #: How every address of the run ended; None = it waits.
    ends: Mapping[int, PageOutcome | None] = field(default_factory=dict, repr=False)
    #: Where redirects ended.
    lands: Mapping[int, int] = field(default_factory=dict, repr=False)
    address: Callable[[int], str] = field(default=str, repr=False)
    audited: int = 0
    starts: frozenset[int] = frozenset()
    listed: frozenset[int] = field(default=frozenset(), repr=False)  # found in a sitemap
    #: How the pages of the run were chosen; "" = all of the site.
    sample: str = ""
    #: Pages that are known and were not audited, so that nobody knows where they lead.
    unseen: int = 0

    def landing(self, target: int) -> int:
        """Where a link ends, redirects followed."""
        for _ in range(10):
            if target not in self.lands:
                break
            target = self.lands[target]
        return target


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFinding:
    """One broken promise of a site, told at one page.

    It is proved gone only in a run that saw every one of the pages in ``seen_on``, and in which no address in ``about``
    was asked for without an answer.
    """

    page: int
    finding: Finding
    seen_on: tuple[int, ...] = ()
    about: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOutcome:
    """One rule on one site."""

    outcome: Outcome
    found: tuple[SiteFinding, ...] = ()
    looked_at: tuple[int, ...] | None = None


class SiteCheck:
    """Tests one rule across the pages of a site. Subclasses set ``rule`` and write ``run``."""

    rule: ClassVar[Rule]
    engine: ClassVar[str] = "handrail"
    #: The share of pages that may be unseen for the rule to say anything; None = any, and samples too.
    may_miss: ClassVar[float | None] = None

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rule, by id."""
        return {self.rule.id: self.rule}

    def obstacle(self, site: Site) -> str:
        """Why the rule cannot be judged in this run; "" = it can."""
        if self.may_miss is None:
            return ""
        if site.sample:
            return f"{LEFT_OUT}only a sample of the site was asked for"
        if site.unseen > self.may_miss * (site.unseen + site.audited):
            return f"{LEFT_OUT}too many pages of the site were not seen"
        return ""

    def applies_to(self, site: Site) -> bool:
        """Whether the rule has anything to say here."""
        return site.audited > 1

    def looked_at(self, site: Site) -> Iterable[int] | None:
        """The only pages that the rule could look at; None = all that were audited. No other proves anything gone."""
        return None

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """Yield one finding per fault, however many pages show it; the worst first."""
        raise NotImplementedError


def run_site_checks(site: Site, checks: Iterable[SiteCheck], *, site_key: str) -> tuple[SiteOutcome, ...]:
    """One site through every check; each ends in one outcome, whatever happens."""
    return tuple(_run(check, site, site_key) for check in checks)


def _run(check: SiteCheck, site: Site, site_key: str) -> SiteOutcome:
    def ended(verdict: Verdict, reason: str = "", looked_at: tuple[int, ...] | None = None) -> SiteOutcome:
        outcome = Outcome(rule=check.rule.id, verdict=verdict, reason=reason, engine=check.engine)
        return SiteOutcome(outcome=outcome, looked_at=looked_at)

    if not site.audited:
        return ended(Verdict.NOT_RUN, f"{LEFT_OUT}no page was audited")
    if reason := check.obstacle(site):
        return ended(Verdict.NOT_RUN, reason)
    try:
        looked_at = check.looked_at(site)
        seen = None if looked_at is None else tuple(looked_at)
        if not check.applies_to(site):
            return ended(Verdict.INAPPLICABLE, looked_at=seen)
        found: list[SiteFinding] = []
        more = 0
        for one in check.run(site):
            if one.finding.rule != check.rule.id:
                return ended(Verdict.ERROR, "check: speaks of a rule that it does not declare")
            if len(found) < MOST:
                found.append(one)
            else:
                more += 1
    except Exception as exc:  # noqa: BLE001 - one check must not end the run
        # The message may quote a page, and the page may hold personal information.
        logger.error("check %s: %s", check.rule.id, type(exc).__name__)
        return ended(Verdict.ERROR, f"check: {type(exc).__name__}")
    if more:
        first = found[0]
        message = f"{first.finding.message} The site has {more} more such faults than are listed."
        found[0] = replace(first, finding=replace(first.finding, message=message))
    known = tuple(
        replace(one, finding=replace(one.finding, fingerprint=fingerprint(one.finding, site_key))) for one in found
    )
    verdicts = {one.finding.verdict for one in known}
    verdict = next((one for one in (Verdict.FAIL, Verdict.REVIEW) if one in verdicts), Verdict.PASS)
    return SiteOutcome(
        outcome=Outcome(
            rule=check.rule.id,
            verdict=verdict,
            findings=tuple(one.finding for one in known),
            # What only some pages show proves nothing of the rest.
            reason=f"{LEFT_OUT}on the whole site: {site.sample}" if site.sample else "",
            engine=check.engine,
        ),
        found=known,
        looked_at=seen,
    )


@dataclass(slots=True, kw_only=True)
class Seen:
    """One version of a part, and the pages that have it."""

    part: SitePart
    pages: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def add(self, page: SitePage) -> None:
        """Remember a page; of addresses only a few."""
        self.pages.append(page.id)
        if len(self.urls) <= NAMED:
            self.urls.append(page.url)


#: Parts that say where a page is, not where to go: different on every page.
_OF_THE_PAGE = re.compile(
    r"bread|crumb|ariane|pagin|pager|toc\b|table[- ]of[- ]contents|on[- ]this[- ]page|in[- ]page|sur cette page|"
    r"related|social|share|partage|tags?\b|recent|popular|latest|news|nouvelles|featured|next|prev|language|langue",
    re.IGNORECASE,
)


def is_of_the_page(part: SitePart) -> bool:
    """Whether a part says where its page is, as a trail of links does."""
    return bool(_OF_THE_PAGE.search(f"{part.key} {part.name}"))


def versions(site: Site, roles: frozenset[str]) -> list[list[Seen]]:
    """For each language and key of a part, its versions. A key alone does not make two parts one."""
    groups: dict[tuple[str, str], dict[int, Seen]] = {}
    for page in site.pages():
        for part in page.parts:
            if part.role in roles and not is_of_the_page(part):
                group = groups.setdefault((page.language, part.key), {})
                if part.id not in group:
                    group[part.id] = Seen(part=part)
                group[part.id].add(page)
    return [list(group.values()) for group in groups.values() if len(group) > 1]


_ELEMENTS = {"banner": "header", "contentinfo": "footer", "navigation": "nav", "complementary": "aside"}


def standing(key: str) -> str:
    """A selector of the parts of one role, by the key of one of them, on the page that a finding is told at."""
    role = re.match(r"[a-z]*", key)[0]  # type: ignore[index]
    return ", ".join([*([_ELEMENTS[role]] if role in _ELEMENTS else []), f"[role={role}]"])


def named(addresses: Iterable[str], total: int) -> str:
    """A few addresses, and how many more there are: "/a, /b and 12 more"."""
    shown = list(dict.fromkeys(addresses))[:NAMED]
    more = total - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def pages(number: int) -> str:
    """ "1 page", "3 pages"."""
    return "1 page" if number == 1 else f"{number} pages"
