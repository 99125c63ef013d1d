"""Text that people set wider must stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import MOST, PlaceCheck, alike
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class TextSpacing(PlaceCheck):
    """WCAG 1.4.12: the four properties set as a reader may set them, compared with the page as it was."""

    rule = Rule(
        id="check/text-spacing",
        title="Text is cut off when people space it out",
        why="Some people with dyslexia or low vision set wider lines, words and letters to be able to read. Here text "
        "then disappears or lies upon other text.",
        fix="Give boxes of text a min-height instead of a height, and let them grow.",
        title_fr="Le texte est coupé quand on l’espace",
        why_fr="Certaines personnes dyslexiques ou qui ont une basse vision espacent les lignes, les mots et les "
        "lettres "
        "pour pouvoir lire. Ici, du texte disparaît alors ou en recouvre un autre.",
        fix_fr="Donnez aux boîtes de texte une hauteur minimale (min-height) au lieu d’une hauteur, et laissez-les "
        "grandir.",
        impact=Impact.SERIOUS,
        criteria=("1.4.12",),
        references=("WCAG technique C35", "WCAG technique C36", "WCAG failure F104"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/text-spacing.html",
        before=".card { height: 120px; overflow: hidden }",
        after=".card { min-height: 120px }",
    )
    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Whole lines lost: a failure, unless something may open the box. Half a line, dots, an overlap: a question."""
        spaced = snapshot.artifacts["layout"]["spaced"]
        dotted = [place for place in spaced["lost"] if place["dotted"] and not place["opens"]]
        for place in [place for place in spaced["lost"] if not place["dotted"]][:MOST]:
            text = self.quoted(place["text"])
            if place["gone"] and place["letters"] >= 3 and not place["opens"]:
                yield self.found(
                    place, Verdict.FAIL, f"{text}: some of it is cut off when text is spaced out as WCAG 1.4.12 says."
                )
            else:
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"{text} is cut into when text is spaced out: set the spacing of WCAG 1.4.12, and see "
                    "whether it can "
                    "still be read.",
                )
        for place, *others in alike(dotted):
            more = f" ({len(others) + 1} such places here.)" if others else ""
            yield self.found(
                place,
                Verdict.REVIEW,
                f"{self.quoted(place['text'])} is whole as it comes, and shortened with dots when text is spaced "
                f"out.{more} Set the spacing of WCAG 1.4.12: can the whole text be had?",
            )
        for place in spaced["overlapped"][:MOST]:
            yield self.found(
                place,
                Verdict.REVIEW,
                f"{self.quoted(place['text'])} and {self.quoted(place['other'])} come to lie upon one another "
                "when text is "
                "spaced out as WCAG 1.4.12 says: see whether both can still be read.",
            )
