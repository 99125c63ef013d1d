"""Menus that many pages share keep their order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from audits.model import Finding, Impact, Rule, Verdict
from audits.site_check import Seen, Site, SiteCheck, SiteFinding, SitePart, named, pages, standing, versions

_ROLES = frozenset({"navigation", "banner", "contentinfo", "menu", "menubar"})
#: Only a menu is one for sure; headers and footers also hold lists of news.
_MENUS = frozenset({"navigation", "menu", "menubar"})
_LEAST_LINKS = 3
#: The links that two versions of a menu share, of those of the shorter one.
_SHARED = 0.6
_USUAL = 0.6
_SURE = 0.8
_SURE_PAGES = 5
#: A part with more orders than this is a list that is sorted anew each time.
_MOST_ORDERS = 5


#: A part with more versions than this changes with the page.
_MOST_VERSIONS = 200


@dataclass(slots=True, kw_only=True)
class _Version:
    """One order of links, and the pages that have it."""

    part: SitePart
    order: tuple[int, ...]
    names: dict[int, str]
    pages: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


class NavigationOrder(SiteCheck):
    """WCAG 3.2.3, failure F66. Compared are links that two versions share: menus may grow, shrink and open."""

    rule = Rule(
        id="site/navigation-order",
        title="Menu has another order than on other pages",
        why="People who cannot see the whole menu, or find it hard to read, learn where things are. Then they are not.",
        fix="Keep the links that pages share in one order, best by one template for all pages.",
        title_fr="Le menu n’a pas le même ordre que sur les autres pages",
        why_fr="Qui ne voit pas tout le menu, ou le lit avec peine, apprend où sont les choses. Ici, elles ont bougé.",
        fix_fr="Gardez le même ordre pour les liens communs, de préférence par un seul gabarit.",
        impact=Impact.MODERATE,
        criteria=("3.2.3",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/consistent-navigation",
    )

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """Compare versions with the most frequent one that they share links with."""
        for seen in versions(site, _ROLES):
            ranked = sorted(_merged(seen), key=lambda version: -len(version.pages))
            if len(ranked) > _MOST_VERSIONS:
                continue
            while len(ranked) > 1:
                # What is not like the most frequent version may still be like another.
                rest = [version for version in ranked[1:] if not _alike(ranked[0], version)]
                yield from self._judged(ranked[0], [version for version in ranked[1:] if version not in rest])
                ranked = rest

    def _judged(self, usual: _Version, others: Sequence[_Version]) -> Iterator[SiteFinding]:
        moved = {id(version): _moved(usual, version) for version in others}
        wrong = [version for version in others if moved[id(version)]]
        if not wrong:
            return
        right = len(usual.pages) + sum(len(version.pages) for version in others if not moved[id(version)])
        odd = sum(len(version.pages) for version in wrong)
        if right < 2 or right < _USUAL * (right + odd):
            return
        if len(wrong) > _MOST_ORDERS:
            return
        first = wrong[0]
        late, early = _pair(usual, first, moved[id(first)])
        names = {link.target: link.name for link in first.part.links if link.name}
        sure = (
            right >= max(_SURE_PAGES, _SURE * (right + odd))
            and first.part.role in _MENUS
            and all(usual.names.get(one) == first.names.get(one) for one in (late, early))
        )
        urls = named((url for version in wrong for url in version.urls), odd)
        message = (
            f"On {pages(right)} “{names.get(early, '?')}” comes after “{names.get(late, '?')}” in this part; "
            f"on {pages(odd)} it comes before it: {urls}. Usual order: see {usual.urls[0]}."
        )
        if not sure:
            message += " Look at both and compare the order of what they share."
        yield SiteFinding(
            page=first.pages[0],
            finding=Finding(
                rule=self.rule.id,
                verdict=Verdict.FAIL if sure else Verdict.REVIEW,
                message=message,
                part=first.part.part,
                selector=standing(first.part.key),
            ),
            seen_on=tuple(page for version in wrong for page in version.pages) + tuple(usual.pages[:3]),
        )


def _merged(seen: list[Seen]) -> list[_Version]:
    """Versions by their order alone. A link of one page only (to its other language, say) has no order to keep."""
    frequent: Counter[int] = Counter()
    for one in seen:
        for target in {link.target for link in one.part.links}:
            frequent[target] += len(one.pages)
    merged: dict[tuple[int, ...], _Version] = {}
    for one in seen:
        # What it links to twice has no place of its own.
        targets = Counter(link.target for link in one.part.links if not link.hidden)
        order = tuple(target for target, times in targets.items() if times == 1 and frequent[target] > 1)
        if len(order) < _LEAST_LINKS:
            continue
        if order not in merged:
            names = {link.target: link.name.casefold() for link in one.part.links if not link.hidden}
            merged[order] = _Version(part=one.part, order=order, names=names)
        merged[order].pages += one.pages
        merged[order].urls += one.urls
    return list(merged.values())


def _alike(one: _Version, other: _Version) -> bool:
    shared = len(set(one.order) & set(other.order))
    return shared >= max(_LEAST_LINKS, _SHARED * min(len(one.order), len(other.order)))


def _moved(usual: _Version, other: _Version) -> set[int]:
    """The fewest links that must be moved to bring what both share to one order."""
    rank = {target: number for number, target in enumerate(usual.order)}
    shared = [target for target in other.order if target in rank]
    # The longest run that is in order already stays.
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, target in enumerate(shared):
        at = bisect_left(tails, rank[target])
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(rank[target])
            ends.append(number)
        else:
            tails[at], ends[at] = rank[target], number
    stays, at = set(), ends[-1] if ends else -1
    while at >= 0:
        stays.add(shared[at])
        at = before[at]
    return set(shared) - stays


def _pair(usual: _Version, other: _Version, moved: set[int]) -> tuple[int, int]:
    """Two links, in their usual order, that stand the other way round in ``other``; one of them is a moved one."""
    rank = {target: number for number, target in enumerate(usual.order)}
    shared = [target for target in other.order if target in rank]
    pairs = [
        (later, sooner)
        for number, sooner in enumerate(shared)
        for later in shared[number + 1 :]
        if rank[later] < rank[sooner] and (sooner in moved or later in moved)
    ]
    return pairs[0]
