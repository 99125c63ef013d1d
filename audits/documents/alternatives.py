"""Text alternatives of what documents show: there is one, and it says something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import plain
from audits.documents._office import SHEETS, SHOWS, TEXTS, Facts, OfficeCheck
from audits.model import Finding, Impact, Rule, Verdict

_HELP = "https://www.w3.org/WAI/WCAG22/Understanding/non-text-content.html"
#: Kinds that always show something; what else is drawn may be a line.
_SHOWS = frozenset({"picture", "chart", "diagram"})
_FILE = re.compile(r"\.(?:png|jpe?g|jfif|gif|bmp|tiff?|emf|wmf|svg|webp|heic)\b", re.IGNORECASE)
_NAMED = re.compile(
    r"^(?:image|img|picture|pic|photo|photograph|graphic|graph|chart|diagram|figure|shape|object|logo|icon|"
    r"screen ?shot|capture d.écran|photographie|graphique|diagramme|forme|objet|icône|dsc|dscn|p|imagen)[\s_#-]*\d*$",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"automatically generated|generated automatically|AI-generated|générée? automatiquement|générée? par l.IA",
    re.IGNORECASE,
)


class NoAlternative(OfficeCheck):
    """WCAG 1.1.1. What is marked as decorative needs none; the lines and boxes of a page are not asked about."""

    rule = Rule(
        id="office/no-alternative",
        title="Picture in a document has no text alternative",
        why="People who cannot see it hear “picture”, and nothing of what it shows.",
        fix="Write alternative text that says what the picture says, or mark it as decorative.",
        title_fr="Une image du document n’a pas de texte de remplacement",
        why_fr="Les personnes qui ne la voient pas entendent « image », et rien de ce qu’elle montre.",
        fix_fr="Écrivez un texte de remplacement qui dit ce que dit l’image, ou marquez-la comme décorative.",
        impact=Impact.SERIOUS,
        criteria=("1.1.1",),
        help_url=_HELP,
    )
    kinds: ClassVar[frozenset[str]] = TEXTS | SHEETS | SHOWS
    about: ClassVar[tuple[str, ...]] = ("pictures",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each."""
        for one in office["pictures"]:
            if one["alt"].strip() or one["decorative"]:
                continue
            repeated = one["at"].startswith(("header", "footer"))
            if one["kind"] in _SHOWS and not repeated:
                yield self.found(one["at"], f"The {one['kind']} has no text alternative.", Verdict.FAIL)
            else:
                where = " of every page" if repeated else ""
                message = (
                    f"A {one['kind']}{where} has no text alternative. Does it say anything? Else mark it decorative."
                )
                yield self.found(one["at"], message)


class PoorAlternative(OfficeCheck):
    """WCAG 1.1.1 (failure F30): the name of a file, a kind of picture, what a program guessed."""

    rule = Rule(
        id="office/poor-alternative",
        title="Text alternative in a document says nothing of the picture",
        why="A file name or a guess in place of a description tells people who cannot see the picture nothing, or "
        "something wrong.",
        fix="Look at the picture, and write what it says to those who see it.",
        title_fr="Le texte de remplacement d’une image du document ne dit rien d’elle",
        why_fr="Un nom de fichier ou une supposition ne dit rien, ou dit faux, aux personnes qui ne voient pas "
        "l’image.",
        fix_fr="Regardez l’image, et écrivez ce qu’elle dit à qui la voit.",
        impact=Impact.MODERATE,
        criteria=("1.1.1",),
        references=("WCAG failure F30",),
        help_url=_HELP,
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS | SHEETS | SHOWS
    about: ClassVar[tuple[str, ...]] = ("pictures",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """By how programs and cameras call pictures."""
        for one in office["pictures"]:
            alt = one["alt"].strip()
            if not alt or one["decorative"]:
                continue
            if _MADE.search(alt):
                message = f"A program wrote the text alternative, {self.quote(alt)}. Is that what the picture says?"
            elif (_FILE.search(alt) and " " not in alt) or _NAMED.match(plain(alt)):
                message = f"The text alternative is only {self.quote(alt)}. What does the picture say?"
            else:
                continue
            yield self.found(one["at"], message)
