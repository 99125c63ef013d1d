"""Ways to get help stand in the same place on every page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from audits.model import Finding, Impact, Part, Rule, Verdict
from audits.site_check import (
    Seen,
    Site,
    SiteCheck,
    SiteFinding,
    SiteLink,
    SitePage,
    SitePart,
    is_of_the_page,
    named,
    pages,
    standing,
    versions,
)

_WORDS = {
    "phone": "the phone number",
    "email": "the e-mail address",
    "contact": "the link to contact people",
    "help": "the link to help",
    "chat": "the chat",
}
#: Parts that pages repeat, by where they stand.
_ZONES = {"banner": "top", "navigation": "top", "menu": "top", "menubar": "top", "contentinfo": "bottom"}
_USUAL = 0.8
#: Names of links by which people look for somebody who helps.
_HELPFUL = re.compile(
    r"\b(?:contact(?! lens)|help|support|assistance|ask (?:us|a)|chat|call us|write to us|questions\?|aide|soutien"
    r"|nous joindre|contactez|joignez[- ]nous|clavard\w*|appelez|écrivez)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"contact(?! lens)|nous joindre|nous contacter|contactez|joignez[- ]nous", re.IGNORECASE)
#: Links of a part that has an order which people learn.
_FEWEST, _MOST = 3, 60
_LEAST = 3
#: As long as a finding's message may be.
_LONGEST = 300
#: Ways to get help that are no links to a page.
_NO_LINKS = ("phone", "email")
#: Links on whose other side help must stand to have been moved, and how many of them are named.
_NEIGHBOURS, _NAMED = 3, 3
#: Where pages repeat hardly anything, there is no usual place.
_MOST_KINDS = 1_000
#: The same of a folder, where two pages against one show it already.
_MOSTLY = 0.66


@dataclass(slots=True, kw_only=True)
class _Way:
    """Pages that offer help in one order."""

    order: tuple[tuple[str, str], ...]
    pages: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    part: Part = field(default_factory=Part)


@dataclass(slots=True, kw_only=True)
class _Pages:
    """Pages that have the same parts."""

    pages: list[int] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


#: A neighbour: its zone, part and target.
_Side = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A link, or a way to get help, in the order of a page."""

    part: SitePart
    zone: str
    link: SiteLink | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    """Where a way to get help stands: whether it comes before each of its neighbours."""

    kind: str
    zone: str
    part: SitePart
    before: dict[_Side, bool]
    names: dict[int, str]
    seen: _Pages


#: A language, a zone, and a way to get help.
_Group = tuple[str, str, str]
_Ways = dict[str, dict[tuple[tuple[str, str], ...], _Way]]


class HelpOrder(SiteCheck):
    """WCAG 3.2.6 (2.2): help in parts that pages repeat. What a page about one office says of it is not meant."""

    rule = Rule(
        id="site/help-order",
        title="Way to get help stands elsewhere than on other pages",
        why="People who need help to finish what they do look for it where it was on the last page.",
        fix="Keep phone, contact, help and chat in one order in the header or footer of all pages.",
        title_fr="Le moyen d’obtenir de l’aide n’est pas au même endroit que sur les autres pages",
        why_fr="Qui a besoin d’aide pour finir une démarche la cherche là où elle était à la page précédente.",
        fix_fr="Gardez téléphone, contact, aide et clavardage dans le même ordre, en tête ou en pied de page.",
        impact=Impact.MODERATE,
        criteria=("3.2.6",),
        verdicts=(Verdict.REVIEW,),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/consistent-help",
    )

    def run(self, site: Site) -> Iterator[SiteFinding]:
        """Compare every way with the usual one: its order, and whether a mechanism went from header to footer.

        Of the whole site, then of folders: a vendor's forms have a header of their own, and few pages.
        """
        whole: _Ways = defaultdict(dict)
        folders: _Ways = defaultdict(dict)
        for page in site.pages():
            order, part = _order(page)
            if not order:
                continue
            folder = urlsplit(page.url).path.rpartition("/")[0]
            for ways, key in ((whole, page.language), (folders, f"{page.language} {folder}")):
                if ways is folders and not folder:
                    continue
                way = ways[key].setdefault(order, _Way(order=order, part=part))
                way.pages.append(page.id)
                if len(way.urls) < 5:
                    way.urls.append(page.url)
        told: set[int] = set()
        for found in self._among_links(site):
            told.update(found.seen_on)
            yield found
        for found in self._named(site):
            if not told.intersection(found.seen_on[:1]):
                told.update(found.seen_on)
                yield found
        for ways, usual, least in ((whole, _USUAL, _LEAST), (folders, _MOSTLY, 2)):
            known = frozenset(told)
            for group in ways.values():
                ranked = sorted(group.values(), key=lambda way: -len(way.pages))
                for found in (*self._swapped(ranked, usual, least), *self._moved(ranked, usual, least)):
                    if known.isdisjoint(found.seen_on):
                        told.update(found.seen_on)
                        yield found
        for found in self._among_neighbours(site):
            if not told.intersection(found.seen_on[:1]):
                told.update(found.seen_on)
                yield found

    def _among_neighbours(self, site: Site) -> Iterator[SiteFinding]:
        """A way to get help, before or after the links of all repeated parts that most pages have on its other side."""
        alike = _alike(site)
        usual = _usual_sides(alike, site)
        right: dict[_Group, list[_Pages]] = defaultdict(list)
        wrong: dict[_Group, list[tuple[_Stand, list[int]]]] = defaultdict(list)
        for language, parts, seen in alike:
            for stand in _stands(parts, seen, site):
                group = (language, stand.zone, stand.kind)
                sides = usual[group]
                moved = [side[-1] for side, before in stand.before.items() if sides.get(side, before) is not before]
                if len(moved) >= _NEIGHBOURS:
                    wrong[group].append((stand, moved))
                else:
                    right[group].append(seen)
        for (language, zone, kind), odd in wrong.items():
            fit = right[language, zone, kind]
            few = sum(len(one.seen.pages) for one, _ in odd)
            many = sum(len(seen.pages) for seen in fit)
            if many < _LEAST or many < _USUAL * (many + few):
                continue
            first, moved_past = odd[0]
            names = [f"“{first.names[target]}”" for target in moved_past if first.names[target]][:_NAMED]
            beside = f": {', '.join(names)}" if names else ""
            message = (
                f"On {pages(few)} {_WORDS[kind]} stands on the other side of {len(moved_past)} links that stand beside "
                f"it on {pages(many)}{beside}. See {named((url for one, _ in odd for url in one.seen.urls), few)}; "
                f"usual: {max(fit, key=lambda seen: len(seen.pages)).urls[0]}. Do people find it there?"
            )
            finding = Finding(
                rule=self.rule.id,
                verdict=Verdict.REVIEW,
                message=message if len(message) <= _LONGEST else f"{message[: _LONGEST - 1]}…",
                part=first.part.part,
                selector=standing(first.part.key),
            )
            ids = tuple(page for one, _ in odd for page in one.seen.pages)
            yield SiteFinding(page=ids[0], finding=finding, seen_on=(*ids, *fit[0].pages[:3]))

    def _among_links(self, site: Site) -> Iterator[SiteFinding]:
        """The link to contact people, before or after the links that stand beside it on most pages."""
        for seen in versions(site, frozenset({"contentinfo", "banner", "navigation"})):
            stands: dict[int, dict[bool, list[Seen]]] = defaultdict(lambda: {True: [], False: []})
            for one in seen:
                for target, before in _beside_help(one.part, site).items():
                    stands[target][before].append(one)
            for sides in stands.values():
                few, most = sorted(sides.values(), key=lambda some: sum(len(one.pages) for one in some))
                usual = sum(len(one.pages) for one in most)
                odd = [page for one in few for page in one.pages]
                if not few or usual < _LEAST or usual < _USUAL * (usual + len(odd)):
                    continue
                message = (
                    f"On {pages(len(odd))} the link to contact people stands elsewhere among the links beside it than "
                    f"on {pages(usual)}: {named((url for one in few for url in one.urls), len(odd))}. Usual order: see "
                    f"{most[0].urls[0]}. Look whether people find help where they expect it."
                )
                part = few[0].part
                finding = Finding(
                    rule=self.rule.id,
                    verdict=Verdict.REVIEW,
                    message=message,
                    part=part.part,
                    selector=standing(part.key),
                )
                yield SiteFinding(page=odd[0], finding=finding, seen_on=(*odd, *most[0].pages[:3]))
                break

    def _named(self, site: Site) -> Iterator[SiteFinding]:
        """A link to help, known by its name, that went from the header to the footer, or the other way."""
        stands: dict[tuple[str, str], dict[str, list[tuple[SitePage, SitePart]]]] = defaultdict(
            lambda: {"top": [], "bottom": []}
        )
        for page in site.pages():
            zones: dict[str, dict[str, SitePart]] = defaultdict(dict)
            for part in page.parts:
                if zone := _ZONES.get(part.role):
                    for link in part.links:
                        if not link.hidden and _HELPFUL.search(link.name):
                            zones[link.name].setdefault(zone, part)
            for name, where in zones.items():
                if len(where) == 1:
                    for zone, part in where.items():
                        stands[page.language, name][zone].append((page, part))
        for (_, name), sides in stands.items():
            few, most = sorted(sides.values(), key=len)
            if not few or len(most) < _LEAST or len(most) < _USUAL * (len(most) + len(few)):
                continue
            there = "header" if most is sides["top"] else "footer"
            here = "footer" if there == "header" else "header"
            message = (
                f"On {pages(len(most))} the link “{name}” is in the {there}, on {pages(len(few))} only in the {here}: "
                f"{named((page.url for page, _ in few), len(few))}. Look whether people find help where they expect it."
            )
            page, part = few[0]
            finding = Finding(
                rule=self.rule.id,
                verdict=Verdict.REVIEW,
                message=message[:_LONGEST],
                part=part.part,
                selector=standing(part.key),
            )
            seen_on = (*(page.id for page, _ in few), *(page.id for page, _ in most[:3]))
            yield SiteFinding(page=page.id, finding=finding, seen_on=seen_on)

    def _swapped(self, ranked: list[_Way], share: float, least: int) -> Iterator[SiteFinding]:
        usual, *others = ranked
        rank = {step: number for number, step in enumerate(usual.order)}
        agree = len(usual.pages)
        wrong: list[tuple[_Way, tuple[str, str]]] = []
        for way in others:
            shared = [step for step in way.order if step in rank]
            pair = next(
                ((first[0], second[0]) for first, second in pairwise(shared) if rank[second] < rank[first]),
                None,
            )
            if pair:
                wrong.append((way, pair))
            elif len(shared) > 1:
                agree += len(way.pages)
        odd = sum(len(way.pages) for way, _ in wrong)
        if not wrong or agree < least or agree < share * (agree + odd):
            return
        way, (first, second) = wrong[0]
        message = (
            f"On {pages(odd)} {_WORDS[first]} comes before {_WORDS[second]}, on {pages(agree)} after it: "
            f"{named((url for one, _ in wrong for url in one.urls), odd)}. Usual order: see {usual.urls[0]}. "
            "Look whether people find help where they expect it."
        )
        yield self._finding(message, [one for one, _ in wrong], usual)

    def _moved(self, ranked: list[_Way], share: float, least: int) -> Iterator[SiteFinding]:
        for kind, words in _WORDS.items():
            zones: Counter[str] = Counter()
            by_zone: dict[str, list[_Way]] = defaultdict(list)
            for way in ranked:
                where = "+".join(sorted({zone for one, zone in way.order if one == kind}))
                if where:
                    zones[where] += len(way.pages)
                    by_zone[where].append(way)
            if not {"top", "bottom"} <= zones.keys():
                continue
            most, fewer = ("top", "bottom") if zones["top"] > zones["bottom"] else ("bottom", "top")
            if zones[most] < max(least, share * (zones[most] + zones[fewer])):
                continue
            wrong = by_zone[fewer]
            names = {"top": "header", "bottom": "footer"}
            message = (
                f"On {pages(zones[most])} {words} is in the {names[most]}, on {pages(zones[fewer])} only in the "
                f"{names[fewer]}: {named((url for way in wrong for url in way.urls), zones[fewer])}. "
                "Look whether people find help where they expect it."
            )
            yield self._finding(message, wrong, by_zone[most][0])

    def _finding(self, message: str, wrong: list[_Way], usual: _Way) -> SiteFinding:
        finding = Finding(
            rule=self.rule.id,
            verdict=Verdict.REVIEW,
            message=message,
            part=wrong[0].part,
            selector=standing(wrong[0].part.key),
        )
        seen_on = tuple(page for way in wrong for page in way.pages) + tuple(usual.pages[:3])
        return SiteFinding(page=wrong[0].pages[0], finding=finding, seen_on=seen_on)


def _alike(site: Site) -> list[tuple[str, tuple[SitePart, ...], _Pages]]:
    """Pages by the parts that pages repeat: what only says where a page is does not tell them apart."""
    found: dict[tuple[str, tuple[int, ...]], tuple[tuple[SitePart, ...], _Pages]] = {}
    for page in site.pages():
        if _CONTACT.search(page.heading):
            continue  # help itself
        ids = tuple(part.id for part in page.parts if not is_of_the_page(part))
        seen = found.setdefault((page.language, ids), (page.parts, _Pages()))[1]
        seen.pages.append(page.id)
        if len(seen.urls) < 5:
            seen.urls.append(page.url)
    if len(found) > _MOST_KINDS:
        return []
    return [(language, parts, seen) for (language, _), (parts, seen) in found.items()]


def _stands(parts: tuple[SitePart, ...], seen: _Pages, site: Site) -> Iterator[_Stand]:
    """Each way to get help that a zone offers once, and on which side of it links stand that a zone has once."""
    steps = list(_in_order(parts))
    helps = Counter((step.zone, step.kind) for step in steps if step.kind)
    links = [
        (index, step, site.landing(step.link.target))
        for index, step in enumerate(steps)
        if step.link and not step.link.hidden
    ]
    places = Counter((step.zone, target) for _, step, target in links)
    beside = [
        (index, step, (step.zone, step.part.key, target))
        for index, step, target in links
        if target > 0 and places[step.zone, target] == 1
    ]
    names = {side[-1]: step.link.name for _, step, side in beside if step.link}
    for at, help_ in enumerate(steps):
        if help_.kind and helps[help_.zone, help_.kind] == 1:
            # Its own link follows on it wherever it stands.
            own = at + 1 if help_.kind not in _NO_LINKS else -1
            before = {side: at < index for index, step, side in beside if index != own or step.part is not help_.part}
            yield _Stand(kind=help_.kind, zone=help_.zone, part=help_.part, before=before, names=names, seen=seen)


def _in_order(parts: tuple[SitePart, ...]) -> Iterator[_Step]:
    """Links and help of a page's repeated parts as people come to them; nothing where that is not known."""
    if any(part.links and not part.order for part in parts):
        return
    rest = iter(parts)

    def within(part: SitePart, around: str) -> Iterator[_Step]:
        links, helps = iter(part.links), iter(part.helps)
        zone = "" if is_of_the_page(part) else around or _ZONES.get(part.role, "")
        for sign in part.order:
            if sign == "p" and (inner := next(rest, None)):
                yield from within(inner, zone)
            elif sign == "l" and (link := next(links, None)) and zone:
                yield _Step(part=part, zone=zone, link=link)
            elif sign == "h" and (kind := next(helps, "")) and zone:
                yield _Step(part=part, zone=zone, kind=kind)

    for part in rest:
        yield from within(part, "")


def _usual_sides(alike: list[tuple[str, tuple[SitePart, ...], _Pages]], site: Site) -> dict[_Group, dict[_Side, bool]]:
    """Of each neighbour, on which side of it help stands on nearly all pages that have both."""
    counted: dict[_Group, dict[_Side, Counter[bool]]] = defaultdict(lambda: defaultdict(Counter))
    for language, parts, seen in alike:
        for stand in _stands(parts, seen, site):
            sides = counted[language, stand.zone, stand.kind]
            for side, before in stand.before.items():
                sides[side][before] += len(seen.pages)
    usual: dict[_Group, dict[_Side, bool]] = defaultdict(dict)
    for group, sides in counted.items():
        for side, both in sides.items():
            ((before, most),) = both.most_common(1)
            if most >= _LEAST and most >= _USUAL * both.total():
                usual[group][side] = before
    return usual


def _beside_help(part: SitePart, site: Site) -> dict[int, bool]:
    """Of each other link of a part, whether the link to contact people comes before it."""
    order = [(site.landing(link.target), link.name) for link in part.links if not link.hidden]
    at = next((index for index, (_, name) in enumerate(order) if _CONTACT.match(name)), -1)
    if at < 0 or not _FEWEST <= len(order) <= _MOST:
        return {}
    return {target: at < index for index, (target, _) in enumerate(order) if index != at and target > 0}


def _order(page: SitePage) -> tuple[tuple[tuple[str, str], ...], Part]:
    """What help a page offers where, in order, and the part that holds the first."""
    order: dict[tuple[str, str], None] = {}
    first: Part | None = None
    for part in page.parts:
        zone = _ZONES.get(part.role)
        if zone and part.helps:
            first = first or part.part
            order.update(dict.fromkeys((kind, zone) for kind in part.helps))
    return tuple(order), first or Part()
