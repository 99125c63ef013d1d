"""Links to a place in a page that the page does not have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from audits.model import Finding, Impact, PageOutcome, Part, Rule, Verdict
from audits.site_check import Site, SiteAnchor, SiteCheck, SiteFinding, SitePage, named, pages

#: Questions about one page; more are one question.
ASKED = 3


@dataclass(slots=True, kw_only=True)
class _Wanted:
    shown: str
    part: Part
    pages: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


class MissingAnchor(SiteCheck):
    """The ids are those of the page at rest, after its scripts: one that a script makes on demand a person must try."""

    rule = Rule(
        id="site/missing-anchor",
        title="Link leads to a place that its page does not have",
        why="People who cannot see the page land at its top and do not know that what they want is further down.",
        fix="Give the heading the id that the link names, or let the link name the id that is there.",
        title_fr="Le lien mène à un endroit que la page n’a pas",
        why_fr="Qui ne voit pas la page arrive en haut, sans savoir que ce qu’il cherche est plus bas.",
        fix_fr="Donnez au titre l’identifiant que le lien nomme, ou corrigez le lien.",
        impact=Impact.MINOR,
        best_practice=True,
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/general/G124",
        verdicts=(Verdict.REVIEW,),
        before='<a href="/taxes#dates">Due dates</a> … <h2>Due dates</h2>',
        after='<a href="/taxes#dates">Due dates</a> … <h2 id="dates">Due dates</h2>',
    )

    def applies_to(self, site: Site) -> bool:
        """A page may link to itself."""
        return True

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """First what is wanted, then what each page has."""
        wanted: dict[int, dict[bytes, _Wanted]] = defaultdict(dict)
        for page in site.pages():
            for anchor in page.anchors:
                _note(wanted, site, page, anchor, Part())
            for part in page.parts:
                for anchor in part.anchors:
                    _note(wanted, site, page, anchor, part.part)
        found: list[tuple[int, str, _Wanted]] = []
        for page in site.pages():
            if page.id not in wanted or not page.all_ids:
                continue
            there = page.ids.union(*(part.ids for part in page.parts))
            found += [(page.id, page.url, one) for digest, one in wanted[page.id].items() if digest not in there]
        of_page: dict[int, list[tuple[int, str, _Wanted]]] = defaultdict(list)
        for item in sorted(found, key=lambda item: -len(item[2].pages)):
            of_page[item[0]].append(item)
        for items in of_page.values():
            for target, url, one in items if len(items) <= ASKED else items[:1]:
                others = f" Nor has it those of {len(items) - 1} other links." if len(items) > ASKED else ""
                message = (
                    f"A link leads to “#{one.shown}” of {url}, and nothing there has this id.{others} "
                    f"It stands on {pages(len(one.pages))}: {named(one.urls, len(one.pages))}. "
                    "Follow it and look whether the page moves to what the link promises."
                )
                finding = Finding(
                    rule=self.rule.id, verdict=Verdict.REVIEW, message=message, part=one.part, selector="a"
                )
                yield SiteFinding(page=one.pages[0], finding=finding, seen_on=(*one.pages, target))


def _note(wanted: dict[int, dict[bytes, _Wanted]], site: Site, page: SitePage, anchor: SiteAnchor, part: Part) -> None:
    target = site.landing(anchor.target)
    if site.ends.get(target) is not PageOutcome.AUDITED:
        return
    one = wanted[target].setdefault(anchor.digest, _Wanted(shown=anchor.shown, part=part))
    if one.pages and one.pages[-1] == page.id:
        return
    one.pages.append(page.id)
    if len(one.urls) < 5:
        one.urls.append(page.url)
