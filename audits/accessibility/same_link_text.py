"""Links that say the same lead to the same, or what stands around them tells them apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urldefrag

from audits.accessibility._structure import ACTIONS, VAGUE_LINKS, Fact, StructureCheck, by, plain, words
from audits.model import Finding, Impact, Rule, Verdict

_WORD = re.compile(r"\w+")
#: Words of a sentence that two links “here” share.
FEWEST_AROUND = 3
#: Links of one name from which the boxes that they stand in are no help.
MANY = 3
#: What every page of a site has is learned once.
_SHARED = ("banner", "navigation", "contentinfo")
#: It opens a menu, or does what its script says: there is no place that it leads to.
_NOWHERE = re.compile(r"#$|^javascript:", re.IGNORECASE)


class SameLinkText(StructureCheck):
    """WCAG 2.4.4: two links of one name, in one context, to two places. A person knows whether that is one purpose."""

    rule = Rule(
        id="check/same-link-text",
        title="Links with the same text lead to different places",
        why="In a list of links, as screen readers offer it, and by voice (“click PDF”), nobody can tell them apart.",
        fix="Say in each link what makes it different: “Minutes of 4 May (PDF)”.",
        title_fr="Des liens au texte identique mènent à des endroits différents",
        why_fr="Dans une liste de liens, comme en offrent les lecteurs d’écran, et à la voix (« cliquer PDF »), "
        "personne ne peut les distinguer.",
        fix_fr="Dites dans chaque lien ce qui le distingue : « Procès-verbal du 4 mai (PDF) ».",
        impact=Impact.MODERATE,
        criteria=("2.4.4",),
        references=("ACT rule fd3a94",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/link-purpose-in-context.html",
        before='<a href="/may.pdf">PDF</a> <a href="/june.pdf">PDF</a>',
        after='<a href="/may.pdf">Minutes of May (PDF)</a> <a href="/june.pdf">Minutes of June (PDF)</a>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("links",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each part of the page, at the first link."""
        named = [link for link in frame["links"] if _counts(link)]
        unclear = [group for group in by(named, _standing) if len({_target(link) for link in group}) > 1]
        for groups in by([{**group[0], "group": group} for group in unclear], lambda link: link["part"]["key"]):
            said = self.quotes(link["name"] for link in groups)
            count = sum(len({_target(one) for one in link["group"]}) for link in groups)
            message = (
                f"Links that say {said} lead to {count} places, and neither sentence, list, table nor heading tells "
                "them apart. Do they serve the same purpose?"
            )
            yield self.found(frame, groups[0], message)
        asked = {link["selector"] for group in unclear for link in group}
        boxed = [link for link in named if link["selector"] not in asked and _is_boxed(link)]
        lost = [group for group in by(boxed, _within) if len({_target(link) for link in group}) >= MANY]
        for links in by((link for group in lost for link in group), lambda link: link["part"]["key"]):
            what = " and have nothing but a picture" if all(link["pictured"] for link in links) else ""
            message = (
                f"{len(links)} links say {self.quotes(link['name'] for link in links)}{what}, and lead to different "
                "places; only neighbours in their boxes say of what. Go from link to link: is it clear where each "
                "leads?"
            )
            yield self.found(frame, links[0], message)


def _standing(link: Fact) -> tuple[str, str, int, tuple[str, ...]]:
    """Name, part, heading and words around; two links of one sentence have the same words around them."""
    around = sorted(_WORD.findall(f"{link['name']} {link['context']}".casefold()))
    return plain(link["name"]), link["part"]["key"], link["heading"], tuple(around)


def _is_boxed(link: Fact) -> bool:
    """Whether no sentence, entry or cell is around it; of links that say nothing, another rule asks that."""
    shared = link["part"]["key"].startswith(_SHARED)
    return bool(link["apart"] and not shared and plain(link["name"]) not in VAGUE_LINKS)


def _within(link: Fact) -> tuple[str, str, int]:
    """Name, part, and the heading where it may be what tells links apart that name a thing."""
    name = plain(link["name"])
    return name, link["part"]["key"], -1 if link["pictured"] or name in ACTIONS else link["heading"]


def _counts(link: Fact) -> bool:
    """Names with letters, near enough to be looked at; those that say nothing, alone, have a rule of their own."""
    if link["context"] is None or not link["url"] or _NOWHERE.search(link["url"]):
        return False
    name = plain(link["name"])
    return bool(words(name)) and (name not in VAGUE_LINKS or len(words(link["context"])) > FEWEST_AROUND)


def _target(link: Fact) -> str:
    address, fragment = urldefrag(link["url"])
    return f"{address.partition('?')[0].rstrip('/')}#{fragment if fragment.startswith('/') else ''}"
