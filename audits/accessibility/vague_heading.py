"""A heading says what stands below it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more, phrases, plain, words
from audits.model import Finding, Impact, Rule, Verdict

PLACEHOLDERS = phrases(
    """
    heading|headline|header|title|subtitle|subheading|sub-heading|section|section title|untitled|new section
    text|lorem ipsum|lorem ipsum dolor sit amet|placeholder|enter title here|enter heading here
    your heading here|your title here|add heading|add title|add your heading text here|insert heading here
    heading text|click to edit|test|tbd|todo|undefined|null|content|page title|block title|widget title
    title here|heading here|text here|sample heading|example heading|titre|sous-titre|en-tête|sans titre
    nouvelle section|texte|titre ici|titre de la section|ajoutez un titre|à venir|more|info|infos|misc|miscellaneous
    stuff|other|others|other stuff|read this|read me|click here|important stuff|things|item|part|paragraph|column|box
    news item|divers|autre|autres|plus|lisez ceci|cliquez ici|élément|paragraphe|colonne
    information|informations|general information|more information|additional information|renseignements
    """
)
_NUMBERED = re.compile(
    r"^(?:heading|title|section|titre|headline|item|box|column|block|paragraph|h[1-6])(?: (?:level )?\d{1,2})?"
    r"(?: heading)?$"
)
#: What a part is counted by, and nothing else: a letter, a Roman numeral, a number.
_COUNTED = re.compile(
    r"^(?:section|part|chapter|appendix|annex|schedule|attachment|module|partie|chapitre|annexe|volet|bloc)"
    r"\W{1,3}(?:n[o°º]\W{0,2})?(?:[a-z]|[ivxlc]{1,7}|[a-z]?\d{1,2})$"
)
#: Texts whose parts are called so by law.
_LAW = re.compile(
    r"\b(?i:by-?laws?|regulations?|ordinances?|règlements?|loi|arrêtés?|formul(?:aire|e) \d+|form \d+)\b"
    r"|\b[A-Z]\w+ Act\b|\bAct, \d{4}|\bO\. ?Reg"
)
_PRESCRIBED = re.compile(r"\bprescribed\b|\bForm \d|\bprescrite?s?\b|\b[Ff]ormul(?:aire|e) \d")
_DIGITS = re.compile(r"\d+")
#: As many headings of one text, side by side, tell nobody where to go; of the sections of a page, two.
MANY_ALIKE, SECTION = 3, 2
#: Headings that only count, of one page; one alone is mostly the last of many that say something.
COUNTED = 2


class VagueHeading(StructureCheck):
    """WCAG 2.4.6: placeholders that were left, parts that are only counted, and sections that all have one name."""

    rule = Rule(
        id="check/vague-heading",
        title="Heading does not say what its section is about",
        why="People who use a screen reader look over a page by its headings. One that says nothing, or the same as "
        "the next, makes them read it all.",
        fix="Write what the section is about, or take the heading away.",
        title_fr="Le titre de section ne dit pas de quoi elle parle",
        why_fr="Les personnes qui utilisent un lecteur d’écran parcourent une page par ses titres. Un titre qui ne "
        "dit rien, ou la même chose que le suivant, les oblige à tout lire.",
        fix_fr="Écrivez de quoi parle la section, ou retirez le titre.",
        impact=Impact.MODERATE,
        criteria=("2.4.6",),
        references=("ACT rule b49b2e",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/headings-and-labels.html",
        before="<h2>Section title</h2>",
        after="<h2>How to apply</h2>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("headings",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Placeholders by their text, then neighbours that say the same."""
        seen = [heading for heading in frame["headings"] if heading["shown"]]
        placeholders = [heading for heading in seen if _is_placeholder(heading["text"])]
        for group in by(placeholders, lambda heading: _DIGITS.sub("#", plain(heading["text"]))):
            message = (
                f"The heading says {self.quote(group[0]['text'])}, which would fit any "
                f"section.{more(group, 'heading')} Does it say what stands below it?"
            )
            yield self.found(frame, group[0], message)
        counted = _counted(frame, seen)
        if len(counted) >= COUNTED and not _is_law(frame, counted[0]):
            message = (
                f"{len(counted)} headings count and say nothing else: "
                f"{self.quotes(heading['text'] for heading in counted)}. Does somebody who hears only the headings "
                "know what stands below each?"
            )
            yield self.found(frame, counted[0], message)
        runs = _runs([heading for heading in seen if not _is_placeholder(heading["text"])])
        for run in {plain(run[0]["text"]): run for run in reversed(list(runs))}.values():
            message = (
                f"{len(run)} headings in a row say {self.quote(run[0]['text'])}. "
                "Can somebody who hears only the headings tell the sections apart?"
            )
            yield self.found(frame, run[0], message)


def _is_placeholder(text: str) -> bool:
    said = plain(text)
    return said in PLACEHOLDERS or said.startswith("lorem ipsum") or bool(_NUMBERED.match(said))


def _counted(frame: Fact, headings: list[Fact]) -> list[Fact]:
    """Headings that are a word and its count, without a heading or a bold line below that says more."""
    below = {one["selector"]: after for one, after in pairwise(frame["blocks"])}
    at = {heading["selector"] for heading in headings}
    found = [one for one in headings if _COUNTED.match(plain(one["text"])) and not _is_placeholder(one["text"])]

    def is_named(heading: Fact) -> bool:
        after = below.get(heading["selector"])
        if not after or _COUNTED.match(plain(after["text"])):
            return False
        return after["selector"] in at or bool(after["heavy"]) or after["upper"] > after["lower"]

    return [heading for heading in found if not is_named(heading)]


def _is_law(frame: Fact, first: Fact) -> bool:
    """Whether the page is a law or a form of one, by its title, its first heading or what comes before its parts."""
    ahead = list(takewhile(lambda block: block["selector"] != first["selector"], frame["blocks"]))
    titles = [frame["title"], *(heading["text"] for heading in frame["headings"] if heading["level"] == 1)]
    return any(_LAW.search(text) for text in titles) or any(_PRESCRIBED.search(block["text"]) for block in ahead)


def _runs(headings: list[Fact]) -> Iterator[list[Fact]]:
    """Headings of one level and one text, one after the other."""
    run: list[Fact] = []
    for heading in [*headings, None]:
        if run and (
            heading is None or (heading["level"], plain(heading["text"])) != (run[0]["level"], plain(run[0]["text"]))
        ):
            if len(run) >= (MANY_ALIKE if run[0]["level"] > SECTION else 2) and words(run[0]["text"]):
                yield run
            run = []
        if heading is not None:
            run.append(heading)
