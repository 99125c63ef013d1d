"""Slides: each has a title, its own, and it is read first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.documents._office import SHOWS, Facts, OfficeCheck
from audits.model import Finding, Impact, Rule, Verdict

_NUMBER = re.compile(
    r"\s*[(\[]?\s*(?:\d+\s*(?:/|of|de|sur)\s*\d+|cont(?:inued|’d|'d|\.)?|suite)\s*[)\]]?\s*$", re.IGNORECASE
)


class SlideTitle(OfficeCheck):
    """WCAG 1.3.1 and 2.4.6: the title that the layout has a place for."""

    rule = Rule(
        id="office/slide-title",
        title="Slide has no title",
        why="People who use a screen reader go through slides by their titles. One without is a number.",
        fix="Write into the place for the title. It may stand off the slide where it should not be seen.",
        title_fr="Une diapositive n’a pas de titre",
        why_fr="Les personnes qui utilisent un lecteur d’écran parcourent les diapositives par leurs titres. Sans "
        "titre, il n’y a qu’un numéro.",
        fix_fr="Écrivez dans l’espace réservé au titre. Il peut être hors de la diapositive s’il ne doit pas être vu.",
        impact=Impact.SERIOUS,
        criteria=("1.3.1", "2.4.6"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/headings-and-labels.html",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = SHOWS
    about: ClassVar[tuple[str, ...]] = ("slides",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each slide that shows something."""
        for slide in office["slides"]:
            if slide["shapes"] and not slide["hidden"] and not slide["title"]:
                yield self.found(slide["at"], "The place for the title is empty or gone. What is the slide about?")


class RepeatedSlideTitle(OfficeCheck):
    """Titles that tell nothing apart. A title that goes on says so: "(continued)", "2 of 3"."""

    rule = Rule(
        id="office/repeated-slide-title",
        title="Slides have the same title",
        why="Who goes through slides by their titles cannot tell these apart.",
        fix="Say in each title what is on that slide, or count: “Budget (2 of 3)”.",
        title_fr="Des diapositives ont le même titre",
        why_fr="Qui parcourt les diapositives par leurs titres ne peut pas les distinguer.",
        fix_fr="Dites dans chaque titre ce que contient la diapositive, ou comptez : « Budget (2 de 3) ».",
        impact=Impact.MINOR,
        best_practice=True,
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/headings-and-labels.html",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = SHOWS
    about: ClassVar[tuple[str, ...]] = ("slides",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each title."""
        by_title: dict[str, list[Facts]] = {}
        for slide in office["slides"]:
            if slide["title"] and not slide["hidden"] and not _NUMBER.search(slide["title"]):
                by_title.setdefault(" ".join(slide["title"].casefold().split()), []).append(slide)
        for alike in by_title.values():
            if len(alike) > 1:
                places = ", ".join(one["at"].removeprefix("slide ") for one in alike[:8])
                message = f"Slides {places} are all called {self.quote(alike[0]['title'])}. Can they be told apart?"
                yield self.found(alike[1]["at"], message)


class SlideOrder(OfficeCheck):
    """WCAG 1.3.2: shapes are read in the order in which they lie on each other."""

    rule = Rule(
        id="office/slide-order",
        title="Title of a slide is not read first",
        why="A screen reader reads the text of a slide before its title, and people do not know yet what it is about.",
        fix="Put the title first in the reading order (the last in the selection pane).",
        title_fr="Le titre d’une diapositive n’est pas lu en premier",
        why_fr="Un lecteur d’écran lit le texte de la diapositive avant son titre, et on ne sait pas encore de quoi il "
        "s’agit.",
        fix_fr="Mettez le titre en premier dans l’ordre de lecture (le dernier du volet de sélection).",
        impact=Impact.MODERATE,
        criteria=("1.3.2",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/meaningful-sequence.html",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = SHOWS
    about: ClassVar[tuple[str, ...]] = ("slides",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each slide."""
        for slide in office["slides"]:
            if slide["before_title"] and not slide["hidden"]:
                texts = "A text is" if slide["before_title"] == 1 else f"{slide['before_title']} texts are"
                yield self.found(slide["at"], f"{texts} read before the title. Is that order meant?")
