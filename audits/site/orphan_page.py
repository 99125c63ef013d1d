"""Pages that the sitemap lists and that no page links to."""

from __future__ import annotations

from collections.abc import Iterator

from audits.model import Finding, Impact, PageOutcome, Rule, Verdict
from audits.site_check import Site, SiteCheck, SiteFinding, named

#: Where more of the site than this looks lost, it is its menus that cannot be read.
_LOST = 0.5


class OrphanPage(SiteCheck):
    """Search engines find them, people do not. Only a whole run can know that nothing links to a page."""

    rule = Rule(
        id="site/orphan-page",
        title="No page links to this page",
        why="People who move by links and menus never get here, and nobody notices when the page grows old.",
        fix="Link to the page from where people look for it, or take it away.",
        title_fr="Aucune page ne mène à cette page",
        why_fr="Qui se déplace par liens et menus n’y arrive jamais, et personne ne voit qu’elle vieillit.",
        fix_fr="Ajoutez un lien là où on la cherche, ou retirez la page.",
        impact=Impact.MINOR,
        best_practice=True,
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/multiple-ways",
        verdicts=(Verdict.REVIEW,),
    )
    may_miss = 0.05

    def applies_to(self, site: Site) -> bool:
        """Only what a sitemap lists can be known without a link."""
        return site.audited > 1 and bool(site.listed)

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """A link to a redirect is one to where it ends; a page's link to itself is none."""
        linked: set[int] = set()
        waiting: dict[int, str] = {}
        for page in site.pages():
            if page.id in site.listed and page.id not in site.starts:
                waiting[page.id] = page.url
            linked.update(target for one in page.leads() if (target := site.landing(one)) != page.id)
            for anchors in (page.anchors, *(part.anchors for part in page.parts)):
                linked.update(anchor.target for anchor in anchors if anchor.target != page.id)
        lost = {one: url for one, url in waiting.items() if one not in linked}
        if not lost:
            return
        if len(lost) > _LOST * site.audited:
            message = (
                f"{len(lost)} of {site.audited} pages are in the sitemap, and no link to them was found: "
                f"{named(lost.values(), len(lost))}. Look whether the menus are links, or work with scripts only."
            )
            start = min(site.starts & _audited(site), default=next(iter(lost)))
            yield self._finding(start, message, tuple(lost))
            return
        for one, url in lost.items():
            message = (
                f"The sitemap lists {url}, and no page that was audited links to it. "
                "Look whether people are meant to find it, and from where."
            )
            yield self._finding(one, message, (one,))

    def _finding(self, page: int, message: str, seen_on: tuple[int, ...]) -> SiteFinding:
        finding = Finding(rule=self.rule.id, verdict=Verdict.REVIEW, message=message)
        return SiteFinding(page=page, finding=finding, seen_on=seen_on)


def _audited(site: Site) -> frozenset[int]:
    return frozenset(one for one in site.starts if site.ends.get(one) is PageOutcome.AUDITED)
