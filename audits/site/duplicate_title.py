"""Pages about different things need different titles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from audits.model import Finding, Impact, Rule, Verdict
from audits.site_check import Site, SiteCheck, SiteFinding, SitePage, named

#: The second page of a list is the same list, by whatever name its address has.
_NUMBERED = re.compile(
    r"(?:/(?:page|p|seite))?[/_-]?(?:page|p)?[-_]?\d{1,4}/?$|/(?:print|imprimer|amp)/?$", re.IGNORECASE
)
_INDEX = re.compile(r"/(?:index|default|home|accueil)\.\w+$|/$", re.IGNORECASE)
#: Where so many of a site's pages have one title, nobody has written titles at all.
_ALL = 0.5
_ALL_LEAST = 5


class _Page(NamedTuple):
    id: int
    url: str
    title: str
    heading: str
    heading_key: bytes
    text_key: bytes
    same: int  # the page that this one says it is a copy of


class DuplicateTitle(SiteCheck):
    """WCAG 2.4.2. Copies, print views and pages of one list may share a title, and so may what has one heading."""

    rule = Rule(
        id="site/duplicate-title",
        title="Different pages have the same title",
        why="People who use a screen reader, and everybody with many tabs open, tell pages apart by their titles.",
        fix="Begin each title with what its own page is about, then the name of the City.",
        title_fr="Des pages différentes portent le même titre",
        why_fr="Avec un lecteur d’écran, ou beaucoup d’onglets ouverts, c’est au titre que l’on distingue les pages.",
        fix_fr="Commencez chaque titre par le sujet de la page, puis le nom de la Ville.",
        impact=Impact.MODERATE,
        criteria=("2.4.2",),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/page-titled",
        before="<title>City of Larkspur Bay</title>",
        after="<title>Property taxes - City of Larkspur Bay</title>",
    )

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """Group by language and title; then see how many different pages a group holds."""
        groups: dict[tuple[str, bytes], list[_Page]] = defaultdict(list)
        for page in site.pages():
            if page.title_key:
                groups[page.language, page.title_key].append(_page(page, site))
        for pages in sorted(groups.values(), key=len, reverse=True):
            if len(pages) == 1:
                continue
            different = _different(pages)
            headings = {page.heading_key or page.text_key for page in different}
            everywhere = len(different) >= _ALL_LEAST and len(different) > _ALL * site.audited
            if len(different) > 1 and (len(headings) > 1 or everywhere):
                yield self._finding(different)

    def _finding(self, pages: list[_Page]) -> SiteFinding:
        first = pages[0]
        about = [f"“{page.heading}”" for page in pages if page.heading]
        told = f", though their headings differ: {named(about, len(pages))}" if len(set(about)) > 1 else ""
        where = named((page.url for page in pages), len(pages))
        message = (
            f"{len(pages)} pages have the title “{first.title}”{told}. Look at {where}: does the title say what each "
            "of them is about?"
        )
        return SiteFinding(
            page=first.id,
            finding=Finding(rule=self.rule.id, verdict=Verdict.REVIEW, message=message, selector="title"),
            seen_on=tuple(page.id for page in pages),
        )


def _page(page: SitePage, site: Site) -> _Page:
    same = site.landing(page.canonical) if page.canonical else page.id
    return _Page(page.id, page.url, page.title, page.heading, page.heading_key, page.text_key, same)


def _different(pages: list[_Page]) -> list[_Page]:
    """One page of each that are copies, views or numbers of the same."""
    kept: list[_Page] = []
    known: set[object] = set()
    for page in pages:
        marks: set[object] = {page.same, page.id, _bare(page.url)}
        if page.text_key:
            marks.add(page.text_key)
        if known.isdisjoint(marks):
            kept.append(page)
        known |= marks
    return kept


def _bare(url: str) -> str:
    """The address without what makes views of a page: query, page number, "index.html", "www."."""
    parts = urlsplit(url)
    path = _INDEX.sub("", _NUMBERED.sub("", _INDEX.sub("", parts.path)))
    return f"{parts.netloc.removeprefix('www.')}{path}"
