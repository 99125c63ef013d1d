"""A hint in an empty field can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

#: WCAG 1.4.3; a hint is never large.
LEAST = 4.5
#: Rounding of colours, and of letters that are smoothed.
SLACK = 0.05


class PaleHint(StructureCheck):
    """WCAG 1.4.3: placeholders are text; axe-core does not look at them. Only on a ground of one plain colour."""

    rule = Rule(
        id="check/pale-hint",
        title="Hint in a field is too pale",
        why="People with low vision do not see the example or the format that the field asks for.",
        fix="Give ::placeholder a colour with a contrast of 4.5 to 1 or more, and put what matters into the label.",
        title_fr="L’indication dans un champ est trop pâle",
        why_fr="Les personnes malvoyantes ne voient pas l’exemple ou le format que le champ demande.",
        fix_fr="Donnez à ::placeholder une couleur d’un contraste d’au moins 4,5 pour 1, et mettez l’essentiel dans "
        "l’étiquette.",
        impact=Impact.MODERATE,
        criteria=("1.4.3",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/contrast-minimum.html",
        before="input::placeholder { color: #ccc }",
        after="input::placeholder { color: #595959 }",
        verdicts=(Verdict.FAIL,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Fields of one part and contrast together."""
        pale = [one for one in frame["fields"] if one["shown"] and not one["off"] and 0 < one["hint"] < LEAST - SLACK]
        for group in by(pale, lambda one: (one["part"]["key"], round(one["hint"], 1))):
            message = (
                f"The hint {self.quote(group[0]['placeholder'], 40)} has a contrast of {group[0]['hint']:.1f} to 1; "
                f"it takes {LEAST}.{more(group, 'field')}"
            )
            yield self.found(frame, group[0], message, Verdict.FAIL)
