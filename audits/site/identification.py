"""What does the same on every page is called the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from audits.model import Finding, Impact, Rule, Verdict
from audits.site_check import Site, SiteCheck, SiteFinding, SitePage, SitePart, named, pages

_ROLES = frozenset({"navigation", "banner", "contentinfo", "menu", "menubar", "search"})
_LEAST_SHARED = 3
_SHARED = 0.6
#: More names for one target, or targets for one name, than a slip would make: it changes with the page, on purpose.
_MOST = 3
_USUAL = 0.8
_DRESS = re.compile(
    r"\((?:[^)]*)\)|\[[^\]]*\]|\b(?:current|active|selected|opens? in (?:a )?new (?:window|tab)|external(?: link)?|new|"
    r"page actuelle|s['’]ouvre dans un nouvel onglet|lien externe)\b|[\d\W_]+",
    re.IGNORECASE,
)
#: Names that mean something else on every page.
_OF_THE_PAGE_WORDS = """
    english français francais anglais french en fr fra eng next previous back prev more suivant précédent retour edit
    print imprimer share partager home accueil login logout signin signout
"""
_OF_THE_PAGE = frozenset(_OF_THE_PAGE_WORDS.split())


@dataclass(slots=True, kw_only=True)
class _Version:
    part: SitePart
    names: dict[int, frozenset[str]]
    targets: dict[str, int]
    pages: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def add(self, page: SitePage) -> None:
        self.pages.append(page.id)
        if len(self.urls) < 5:
            self.urls.append(page.url)


class Identification(SiteCheck):
    """WCAG 3.2.4, in parts that pages share. Words may differ for a reason, so a person decides."""

    rule = Rule(
        id="site/inconsistent-identification",
        title="Same link has another name, or same name another target, than on other pages",
        why="People who know a link by its name, from a screen reader’s list or by voice, do not find it again.",
        fix="Call the link by one name on all pages, and let that name lead to one place.",
        title_fr="Un même lien change de nom, ou un même nom de cible, d’une page à l’autre",
        why_fr="Qui connaît un lien par son nom, par lecteur d’écran ou commande vocale, ne le retrouve plus.",
        fix_fr="Donnez au lien un seul nom sur toutes les pages, et à ce nom une seule cible.",
        impact=Impact.MODERATE,
        criteria=("3.2.4",),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/consistent-identification",
    )

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """Versions of one part are compared with the most frequent one that they share links with."""
        groups: dict[tuple[str, str], dict[int, _Version]] = defaultdict(dict)
        known: dict[int, tuple[dict[int, frozenset[str]], dict[str, int]]] = {}
        for page in site.pages():
            for part in page.parts:
                if part.role not in _ROLES or len(part.links) < _LEAST_SHARED:
                    continue
                if part.id not in known:
                    known[part.id] = _read(part, site)
                versions = groups[page.language, part.key]
                if part.id not in versions:
                    names, targets = known[part.id]
                    versions[part.id] = _Version(part=part, names=names, targets=targets)
                versions[part.id].add(page)
        for versions in groups.values():
            ranked = sorted(versions.values(), key=lambda version: -len(version.pages))
            while len(ranked) > 1:
                rest = [version for version in ranked[1:] if not _alike(ranked[0], version)]
                family = [ranked[0], *(version for version in ranked[1:] if version not in rest)]
                yield from self._names(family, site)
                yield from self._targets(family, site)
                ranked = rest

    def _names(self, family: list[_Version], site: Site) -> Iterator[SiteFinding]:
        usual = family[0]
        for target, names in usual.names.items():
            others = [version for version in family[1:] if version.names.get(target)]
            seen = Counter({names: len(usual.pages)})
            for version in others:
                seen[version.names[target]] += len(version.pages)
            wrong = [version for version in others if not _same(names, version.names[target])]
            if not wrong or len(seen) > _MOST or seen[names] < 2:
                continue
            one = _as_written(usual.part, target, site, min(names))
            other = _as_written(wrong[0].part, target, site, min(wrong[0].names[target]))
            message = (
                f"The link to {site.address(target)} is called “{one}” on {pages(seen[names])}, and here “{other}”: "
                f"{_where(wrong)}. Look whether both names say the same to somebody who hears only the name."
            )
            yield self._finding(message, usual, wrong)

    def _targets(self, family: list[_Version], site: Site) -> Iterator[SiteFinding]:
        usual = family[0]
        total = sum(len(version.pages) for version in family)
        for name, target in usual.targets.items():
            if name in _OF_THE_PAGE or len(name) < 3:
                continue
            seen: Counter[int] = Counter()
            for version in family:
                if name in version.targets:
                    seen[version.targets[name]] += len(version.pages)
            if len(seen) < 2 or len(seen) > _MOST or seen[target] < _USUAL * total:
                continue
            wrong = [
                version
                for version in family[1:]
                if name in version.targets
                and not _same_place(site.address(version.targets[name]), site.address(target))
                # The usual target has another name there: that is told as such.
                and target not in version.names
            ]
            if not wrong:
                continue
            elsewhere = wrong[0].targets[name]
            message = (
                f"“{_as_written(usual.part, target, site, name)}” leads to {site.address(target)} on "
                f"{pages(seen[target])}, and here to {site.address(elsewhere)}: {_where(wrong)}. "
                "Look whether people find there what the name promises elsewhere."
            )
            yield self._finding(message, usual, wrong)

    def _finding(self, message: str, usual: _Version, wrong: list[_Version]) -> SiteFinding:
        return SiteFinding(
            page=wrong[0].pages[0],
            finding=Finding(
                rule=self.rule.id, verdict=Verdict.REVIEW, message=message, part=wrong[0].part.part, selector=""
            ),
            seen_on=tuple(page for version in wrong for page in version.pages) + tuple(usual.pages[:3]),
        )


def _read(part: SitePart, site: Site) -> tuple[dict[int, frozenset[str]], dict[str, int]]:
    names: dict[int, set[str]] = defaultdict(set)
    targets: dict[str, set[int]] = defaultdict(set)
    for link in part.links:
        # A masked name is not known; one name of a link that is hidden is as good as any.
        name = "" if "[" in link.name else _DRESS.sub("", link.name.casefold())
        target = site.landing(link.target)
        if name and target > 0:
            names[target].add(name)
            targets[name].add(target)
    single = {name: next(iter(those)) for name, those in targets.items() if len(those) == 1}
    return {target: frozenset(those) for target, those in names.items()}, single


def _alike(one: _Version, other: _Version) -> bool:
    pairs = len(one.names.keys() & other.names.keys())
    return pairs >= max(_LEAST_SHARED, _SHARED * min(len(one.names), len(other.names)))


def _same(names: frozenset[str], others: frozenset[str]) -> bool:
    """Whether any name of the one is, or holds, one of the other: "contact", "contact us"."""
    return any(one in other or other in one for one in names for other in others)


def _same_place(one: str, other: str) -> bool:
    """Whether two addresses differ in nothing but what the page adds to them."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.netloc, first.path.rstrip("/")) == (second.netloc, second.path.rstrip("/"))


def _as_written(part: SitePart, target: int, site: Site, plain: str) -> str:
    written = (link.name for link in part.links if link.name and site.landing(link.target) == target)
    return next((name for name in written if _DRESS.sub("", name.casefold()) == plain), plain)


def _where(wrong: list[_Version]) -> str:
    return named((url for version in wrong for url in version.urls), sum(len(version.pages) for version in wrong))
