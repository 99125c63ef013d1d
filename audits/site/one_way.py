"""There must be more than one way to find a page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audits.model import Finding, Impact, PageOutcome, Rule, Verdict
from audits.site_check import Site, SiteCheck, SiteFinding, named, pages

_MAP = re.compile(
    r"^(?:.{0,30}\b)?(?:site\s?map|site index|a\s?(?:-|–|to)\s?z(?: index| of services| list)?|all (?:pages|services)|"
    r"plan du site|carte du site|index(?: du site| a\s?(?:-|–|à)\s?z)|tous les services)\b",
    re.IGNORECASE,
)
#: On so many of the pages a search is the site's.
_SEARCH = 0.5
#: A site map names so many of them, or is not one.
_WHOLE = 0.8
#: Links of headers, menus and footers from which a page has the site's menu.
_MENU = 5
#: The same of a page that stands for itself.
_BARE = 2


class OneWay(SiteCheck):
    """WCAG 2.4.5. With a search or a site map nothing is asked; without, pages that one page alone links to."""

    rule = Rule(
        id="site/one-way-only",
        title="Pages can be found in one way only",
        why="People who lose their way in menus, or for whom following links is work, need a search or a list.",
        fix="Offer a search on every page, or a site map that lists all pages.",
        title_fr="Des pages ne se trouvent que d’une seule façon",
        why_fr="Qui se perd dans les menus, ou suit des liens avec peine, a besoin d’une recherche ou d’un plan.",
        fix_fr="Offrez une recherche sur chaque page, ou un plan du site qui mène à toutes les pages.",
        impact=Impact.MODERATE,
        criteria=("2.4.5",),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/multiple-ways",
    )
    may_miss = 0.05

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding of the whole site; where the site has a search, one for each page that stands apart from it."""
        searches, at_start = 0, False
        apart: set[int] = set()
        bare: dict[int, set[int]] = {}  # where those lead that hardly lead on
        source: dict[int, int] = {}  # the one page that links to it; 0 = several
        urls: dict[int, str] = {}
        maps: set[int] = set()
        read: set[int] = set()  # parts
        for page in site.pages():
            if page.search:
                at_start = at_start or page.id in site.starts
                searches += 1
            elif (ways := sum(len(part.links) for part in page.parts)) < _MENU:
                apart.add(page.id)
                if ways < _BARE:
                    bare[page.id] = {site.landing(one) for one in page.leads()}
            if _MAP.search(page.title) or _MAP.search(page.heading):
                maps.add(page.id)
            for part in page.parts:
                if part.id not in read:
                    read.add(part.id)
                    maps.update(site.landing(link.target) for link in part.links if _MAP.search(link.name))
            urls[page.id] = page.url
            for target in {site.landing(one) for one in page.leads()} - {page.id}:
                source[target] = page.id if source.get(target, page.id) == page.id else 0
        once = [one for one in urls if one not in site.starts and source.get(one)]
        listed = self._listed(site, maps) if maps and maps <= urls.keys() else set(urls) if maps else set()
        if at_start or searches >= _SEARCH * site.audited:
            # Where hardly any page has the search, to have none is no mark of a page; to lead nowhere else is.
            for one in once:
                ends = one in bare and bare[one] <= {one, source[one]}
                marked = one in apart if searches >= _SEARCH * site.audited else ends
                if marked and one not in listed and one not in maps:
                    yield self._apart(one, source[one], urls)
            return
        if maps:
            # A list that leaves out more than a few is one that we cannot read.
            if len(listed & urls.keys()) < _WHOLE * len(urls):
                return
            once = [one for one in once if one not in listed and one not in maps]
        if not once:
            return
        which = named((urls[one] for one in once), len(once))
        of = f"each of {pages(len(once))}: {which}" if len(once) > 1 else which
        has = "no search, its site map leaves this out" if maps else "no search and no site map that we recognize"
        message = (
            f"The site has {has}, and one page alone links to {of}. "
            "Look whether there is a second way there; steps of a process, such as a payment, need none."
        )
        start = min((one for one in site.starts if site.ends.get(one) is PageOutcome.AUDITED), default=once[0])
        finding = Finding(rule=self.rule.id, verdict=Verdict.REVIEW, message=message)
        yield SiteFinding(page=start, finding=finding, seen_on=(start, *once))

    def _apart(self, one: int, source: int, urls: dict[int, str]) -> SiteFinding:
        message = (
            f"Only {urls.get(source, 'one page')} links to this page, it has neither the site’s menu nor its search, "
            "and no site map lists it. Does the search find it, or is there a second way here? A step of a process "
            "needs none."
        )
        finding = Finding(rule=self.rule.id, verdict=Verdict.REVIEW, message=message)
        return SiteFinding(page=one, finding=finding, seen_on=(one, source))

    @staticmethod
    def _listed(site: Site, maps: set[int]) -> set[int]:
        """Where the site maps lead."""
        lists = (page for page in site.pages() if page.id in maps)
        return {site.landing(target) for page in lists for target in page.leads()}
