"""What does the same on every page is called the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from audits.model import Finding, Impact, Rule, Verdict
from audits.site_check import Seen, Site, SiteCheck, SiteFinding, SitePart, named, pages, standing, versions

_ROLES = frozenset({"navigation", "banner", "contentinfo", "menu", "menubar", "search"})
_LEAST_SHARED = 3
_SHARED = 0.6
#: More names for one target, or targets for one name, than a slip would make: it changes with the page, on purpose.
_MOST = 3
_USUAL = 0.8
#: The same where it is sure that one thing has two names.
_MOSTLY = 0.66
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


_SEARCHES = "[role=search] button, form button, form input[type=submit], form input[type=image]"
#: A part with more versions than this changes with the page.
_MOST_VERSIONS = 200


@dataclass(slots=True, kw_only=True)
class _Version:
    """What leads where under which names, and the pages that say so."""

    part: SitePart
    names: dict[int, frozenset[str]]
    targets: dict[str, int]
    pages: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


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
        yield from self._searches(site)
        for seen in versions(site, _ROLES):
            ranked = sorted(_merged(seen, site), key=lambda version: -len(version.pages))
            if len(ranked) > _MOST_VERSIONS:
                continue
            while len(ranked) > 1 and len(ranked[0].pages) > 1:
                rest = [version for version in ranked[1:] if not _alike(ranked[0], version)]
                family = [ranked[0], *(version for version in ranked[1:] if version not in rest)]
                yield from self._names(family, site)
                yield from self._targets(family, site)
                ranked = rest

    def _searches(self, site: Site) -> Iterator[SiteFinding]:
        """What sends a search, by language: called so on most pages, and otherwise on a few."""
        named_so: dict[tuple[str, bytes], dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
        for page in site.pages():
            # A masked name is not known.
            if page.search_name and "[" not in page.search_name:
                for key in {b"", page.search_key}:
                    named_so[page.language, key][page.search_name.casefold()].append((page.id, page.url))
        told: set[tuple[str, str]] = set()
        for (language, key), by_name in sorted(named_so.items(), key=lambda group: group[0]):
            usual = max(by_name, key=lambda name: len(by_name[name]))
            total = sum(len(those) for those in by_name.values())
            # Where forms lead to one place with a field of one name, it is the same search for sure.
            if len(by_name[usual]) < _LEAST_SHARED or len(by_name[usual]) < (_MOSTLY if key else _USUAL) * total:
                continue
            for name, those in by_name.items():
                if usual in name or name in usual or (language, name) in told:
                    continue
                told.add((language, name))
                ids, urls = [one for one, _ in those], [url for _, url in those]
                message = (
                    f"The button of the search is called “{usual}” on {pages(len(by_name[usual]))}, and here “{name}”: "
                    f"{named(urls, len(urls))}. Look whether it is the same search, and is known by that name."
                )
                yield SiteFinding(
                    page=ids[0],
                    finding=Finding(rule=self.rule.id, verdict=Verdict.REVIEW, message=message, selector=_SEARCHES),
                    seen_on=(*ids, *(one for one, _ in by_name[usual][:3])),
                )

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
                rule=self.rule.id,
                verdict=Verdict.REVIEW,
                message=message,
                part=wrong[0].part.part,
                selector=standing(wrong[0].part.key),
            ),
            seen_on=tuple(page for version in wrong for page in version.pages) + tuple(usual.pages[:3]),
        )


def _merged(seen: list[Seen], site: Site) -> list[_Version]:
    """Versions by names and targets. What only one page has, or has other targets everywhere, is the page's own."""
    links = {one.part.id: list(_read(one.part, site)) for one in seen}
    target_pages: Counter[int] = Counter()
    name_pages: Counter[str] = Counter()
    targets: dict[str, set[int]] = defaultdict(set)
    for one in seen:
        target_pages.update(dict.fromkeys((target for target, _ in links[one.part.id]), len(one.pages)))
        name_pages.update(dict.fromkeys((name for _, name in links[one.part.id]), len(one.pages)))
        for target, name in links[one.part.id]:
            if len(targets[name]) <= _MOST:
                targets[name].add(target)
    merged: dict[frozenset[tuple[int, str]], _Version] = {}
    for one in seen:
        kept = frozenset(
            (target, name)
            for target, name in links[one.part.id]
            if target_pages[target] > 1 or (name_pages[name] > 1 and len(targets[name]) <= _MOST)
        )
        if len(kept) < _LEAST_SHARED:
            continue
        if kept not in merged:
            merged[kept] = _version(one.part, kept)
        merged[kept].pages += one.pages
        merged[kept].urls += one.urls
    return list(merged.values())


def _version(part: SitePart, kept: frozenset[tuple[int, str]]) -> _Version:
    names: dict[int, set[str]] = defaultdict(set)
    targets: dict[str, set[int]] = defaultdict(set)
    for target, name in sorted(kept):
        names[target].add(name)
        targets[name].add(target)
    single = {name: next(iter(those)) for name, those in targets.items() if len(those) == 1}
    return _Version(part=part, names={target: frozenset(those) for target, those in names.items()}, targets=single)


def _read(part: SitePart, site: Site) -> Iterator[tuple[int, str]]:
    for link in part.links:
        # A masked name is not known.
        name = "" if "[" in link.name else _DRESS.sub("", link.name.casefold())
        target = site.landing(link.target)
        if name and target > 0:
            yield target, name


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
