"""A text can be read while the mouse is on it."""

from __future__ import annotations

from collections.abc import Iterator

from audits.accessibility._places import MOST, Place, PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class PaleUnderMouse(PlaceCheck):
    """WCAG 1.4.3: a style rule with :hover takes the contrast away. Seen with a real mouse, on plain colours."""

    rule = Rule(
        id="check/pale-under-mouse",
        title="Text turns too pale under the mouse",
        why="People with low vision point at a text to read or press it, and lose it at that moment.",
        fix="Give the text a colour for :hover with a contrast of 4.5 to 1 or more, large text 3 to 1.",
        title_fr="Un texte devient trop pâle sous la souris",
        why_fr="Les personnes malvoyantes pointent un texte pour le lire ou l’activer, et le perdent à ce moment.",
        fix_fr="Donnez au texte, pour :hover, une couleur d’un contraste d’au moins 4,5 pour 1, ou 3 pour 1 s’il est "
        "grand.",
        impact=Impact.MODERATE,
        criteria=("1.4.3",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/contrast-minimum.html",
        before="a:hover { color: #f0c8c8 }",
        after="a:hover { color: #7a1f1f; text-decoration: underline }",
        verdicts=(Verdict.REVIEW,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A question for each contrast, at the first text that has it: one colour stands in several rules."""
        alike: dict[tuple[float, float], list[Place]] = {}
        for place in snapshot.artifacts["layout"]["pale"]:
            alike.setdefault((round(place["contrast"], 1), place["takes"]), []).append(place)
        for place, *rest in list(alike.values())[:MOST]:
            others = f" ({place['many']} such texts here.)" if place["many"] > 1 else ""
            others += " Other styles of the page do the same." if rest else ""
            message = (
                f"{self.quoted(place['text'])} has a contrast of {place['contrast']:.1f} to 1 while the mouse is on "
                f"it; it takes {place['takes']:g}.{others} Point at it: can it still be read?"
            )
            yield self.found(place, Verdict.REVIEW, message)
