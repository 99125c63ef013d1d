"""Text that is set by hand: lists typed sign by sign, space made of blank lines, things that float beside the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.documents._findings import times
from audits.documents._office import TEXTS, Facts, OfficeCheck
from audits.model import Finding, Impact, Rule, Verdict

_HELP = "https://www.w3.org/WAI/WCAG22/Understanding/info-and-relationships.html"


class FakeList(OfficeCheck):
    """WCAG 1.3.1 (failure F2): bullets or numbers typed in front of paragraphs."""

    rule = Rule(
        id="office/fake-list",
        title="List in a document is typed, not made",
        why="People who use a screen reader are not told that a list begins, how many entries it has, or where it "
        "ends.",
        fix="Select the lines, make them a list, and take the typed signs away.",
        title_fr="Une liste du document est tapée, pas créée",
        why_fr="Les personnes qui utilisent un lecteur d’écran n’apprennent pas qu’une liste commence, combien elle a "
        "d’éléments, ni où elle finit.",
        fix_fr="Sélectionnez les lignes, faites-en une liste, et retirez les signes tapés.",
        impact=Impact.MODERATE,
        criteria=("1.3.1",),
        references=("WCAG failure F2",),
        help_url=_HELP,
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each list."""
        for one in office.get("lists", ()):
            message = (
                f"{one['count']} paragraphs that begin with a typed sign or number follow each other, the first "
                f"{self.quote(one['first'], 60)}. Do they form a list?"
            )
            yield self.found(one["at"], message)


class BlankLines(OfficeCheck):
    """Space made of empty paragraphs: heard as "blank", over and over."""

    rule = Rule(
        id="office/blank-lines",
        title="Document makes space with blank lines",
        why="A screen reader says “blank” for each. Some people take it for the end of the document.",
        fix="Set the space before and after in the style, and begin a new page with a page break.",
        title_fr="Le document fait de l’espace avec des lignes vides",
        why_fr="Le lecteur d’écran dit « vide » pour chacune. Des personnes croient le document fini.",
        fix_fr="Réglez l’espace avant et après dans le style, et commencez une page par un saut de page.",
        impact=Impact.MINOR,
        best_practice=True,
        help_url=_HELP,
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for the document: it comes of one habit."""
        blanks = office.get("blanks", ())
        if not blanks:
            return
        most = max(one["count"] for one in blanks)
        message = (
            f"In {times(len(blanks), 'place')} three or more blank lines follow each other, up to {most}. Are they "
            "there for space?"
        )
        yield self.found(blanks[0]["at"], message)


class FloatingObject(OfficeCheck):
    """WCAG 1.3.2: what floats is read somewhere, or not at all."""

    rule = Rule(
        id="office/floating-object",
        title="Pictures or text boxes float beside the text of a document",
        why="What floats has no place in the text: a screen reader reads it somewhere else, or leaves it out.",
        fix="Set its layout to “In line with text”, where it belongs.",
        title_fr="Des images ou des zones de texte flottent à côté du texte du document",
        why_fr="Ce qui flotte n’a pas de place dans le texte : un lecteur d’écran le lit ailleurs, ou pas du tout.",
        fix_fr="Réglez sa disposition à « Aligné sur le texte », là où il va.",
        impact=Impact.MODERATE,
        criteria=("1.3.2",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/meaningful-sequence.html",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"docx"})

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for the document."""
        floating = office.get("floating", ())
        if not floating:
            return
        kinds = " and ".join(sorted({f"{one['kind']}" for one in floating}))
        things = times(len(floating), "thing")
        message = f"{things} ({kinds}) of the document {'floats' if len(floating) == 1 else 'float'} beside its text. "
        yield self.found(floating[0]["at"], message + "Listen to it: does each come where it belongs?")
