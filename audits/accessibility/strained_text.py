"""Long text is set so that it can be read: not in capitals, slanted, stretched, tiny or crammed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

#: Letters from which a text is a passage, in capitals; the other ways are hard in longer ones.
CAPITALS, PASSAGE = 100, 200
#: CSS pixels below which a line is tiny, letters from which it is a text, and the least distance of lines.
TINY, LINE, CRAMMED = 9.0, 40, 1.05
#: Of its letters, how many make a passage one of that kind.
MOST = 0.9
_NOT_IN = frozenset({"pre", "code", "blockquote", "a", "button", "h1", "h2", "h3", "footer", "figcaption", "caption"})


class StrainedText(StructureCheck):
    """Of WCAG 1.4.8 and its neighbours, what asks something of readers that level AA does not forbid."""

    rule = Rule(
        id="check/strained-text",
        title="Long text is set in a way that is hard to read",
        why="Capitals and slanted letters look alike, stretched lines tear gaps into the text, tiny or crammed lines "
        "run into each other: people with dyslexia or low vision lose their place.",
        fix="Set text in upright small letters of 16 pixels or more, aligned on the left, with lines half as far apart "
        "again.",
        title_fr="Un long texte est composé d’une façon difficile à lire",
        why_fr="Les majuscules et l’italique se ressemblent, les lignes justifiées se trouent, les lignes minuscules "
        "ou serrées se confondent : les personnes dyslexiques ou malvoyantes s’y perdent.",
        fix_fr="Composez le texte en romain et en minuscules, à 16 pixels ou plus, aligné à gauche, avec un "
        "interligne de 1,5.",
        impact=Impact.MINOR,
        best_practice=True,
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/visual-presentation.html",
        before='<p style="text-transform: uppercase">Late applications are not …</p>',
        after="<p>Late applications are not …</p>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("blocks",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each way, at the first place."""
        strained = [(how, block) for block in frame["blocks"] if (how := _how(block))]
        for group in by([{"how": how, "block": block} for how, block in strained], lambda one: one["how"]):
            block = group[0]["block"]
            message = (
                f"A long text {group[0]['how']}: {self.quote(block['text'], 60)}.{more(group, 'text')} Read it on a "
                "phone: can everybody read it with ease?"
            )
            yield self.found(frame, block, message)


def _how(block: Fact) -> str:
    """The way in which a passage is strained, in words."""
    if not block["shown"] or block["linked"] > 0.5 or block["coded"] > 0.5 or _NOT_IN & set(block["inside"]):
        return ""
    cased = block["upper"] + block["lower"]
    if cased >= CAPITALS and block["upper"] >= MOST * cased:
        return "is written in capitals"
    if block["small"] < TINY and block["size"] < TINY and block["letters"] >= LINE:
        return f"is {block['size']:.0f} pixels high"
    if block["letters"] < PASSAGE:
        return ""
    if block["slanted"] >= MOST:
        return "is in italics from end to end"
    if 0 < block["leading"] < CRAMMED:
        return "has lines that all but touch"
    return "is stretched from edge to edge" if block["justified"] else ""
