"""Links of the site to pages of the site that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from audits.model import Finding, Impact, PageOutcome, Part, Rule, Verdict
from audits.site_check import Site, SiteCheck, SiteFinding, SitePage, named, pages

_BROKEN = {PageOutcome.NOT_FOUND: Verdict.FAIL, PageOutcome.SERVER_ERROR: Verdict.REVIEW}


@dataclass(slots=True, kw_only=True)
class _Broken:
    part: Part
    name: str = ""
    pages: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


class BrokenLink(SiteCheck):
    """Only what was asked for in this run counts: sites of others are never asked. Best practice, no criterion."""

    rule = Rule(
        id="site/broken-link",
        title="Link leads to a page that is not there",
        why="People who find it hard to move through pages spend their effort and reach nothing.",
        fix="Let the link lead to where the page is now, or take it away.",
        title_fr="Le lien mène à une page qui n’existe pas",
        why_fr="Les personnes pour qui chaque page demande un effort l’ont fait pour rien.",
        fix_fr="Faites mener le lien là où se trouve la page, ou retirez-le.",
        impact=Impact.MODERATE,
        best_practice=True,
        help_url="https://www.w3.org/Provider/Style/URI",
    )

    def applies_to(self, site: Site) -> bool:
        """One page is enough to hold a link."""
        return True

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """One finding for each target in each part, however many pages hold the link."""
        broken = {target for target, outcome in site.ends.items() if outcome in _BROKEN}
        if not broken:
            return
        found: dict[tuple[int, str], _Broken] = {}
        in_part: dict[int, list[tuple[int, str]]] = {}
        for page in site.pages():
            for target in broken.intersection(page.links):
                _note(found.setdefault((target, Part().key), _Broken(part=Part())), page)
            for part in page.parts:
                if part.id not in in_part:
                    names = {link.target: link.name for link in part.links}
                    in_part[part.id] = [(target, names[target]) for target in sorted(broken & names.keys())]
                for target, name in in_part[part.id]:
                    one = found.setdefault((target, part.key), _Broken(part=part.part, name=name))
                    _note(one, page)
        # Those that everybody meets first.
        for (target, _), one in sorted(found.items(), key=lambda item: -len(item[1].pages)):
            yield self._finding(target, one, site)

    def _finding(self, target: int, one: _Broken, site: Site) -> SiteFinding:
        outcome = site.ends[target]
        assert outcome is not None
        address = site.address(target)
        link = f"The link “{one.name}”" if one.name else "A link"
        where = f"It stands on {pages(len(one.pages))}: {named(one.urls, len(one.pages))}."
        if outcome is PageOutcome.NOT_FOUND:
            message = f"{link} leads to {address}, and there is no such page. {where}"
        else:
            message = (
                f"{link} leads to {address}, and the server could not answer when we asked. {where} "
                "Open it and look whether it answers now."
            )
        return SiteFinding(
            page=one.pages[0],
            finding=Finding(
                rule=self.rule.id,
                verdict=_BROKEN[outcome],
                message=message,
                snippet=f'<a href="{escape(address[:200])}">{escape(one.name)}</a>',
                part=one.part,
            ),
            seen_on=tuple(one.pages),
            about=(target,),
        )


def _note(one: _Broken, page: SitePage) -> None:
    if one.pages and one.pages[-1] == page.id:
        return
    one.pages.append(page.id)
    if len(one.urls) < 5:
        one.urls.append(page.url)
