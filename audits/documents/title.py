"""The title of a document: what a window and a list of files read out before anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import phrases, plain
from audits.documents._office import SHEETS, SHOWS, TEXTS, Facts, OfficeCheck
from audits.model import Finding, Impact, Rule, Verdict

#: What programs write until a person does.
PLACEHOLDERS = phrases(
    """
    untitled|document|word document|microsoft word document|new microsoft word document|title|sans titre
    powerpoint presentation|présentation powerpoint|presentation|présentation|presentation title|slide 1
    microsoft excel worksheet|workbook|worksheet|classeur|feuille de calcul|blank|template|modèle|titre
    document sans titre|untitled presentation|untitled document|untitled spreadsheet|click to add title
    """
)
_NUMBERED = re.compile(r"^(?:document|doc|book|classeur|presentation|présentation|untitled)[ _-]?\d{1,4}$")
_FILE = re.compile(
    r"^(?:microsoft (?:word|excel|powerpoint) - )?[\w() -]+\.(?:docx?|xlsx?|pptx?|dotx?|odt|ods|odp|rtf)$"
)


class NoTitle(OfficeCheck):
    """WCAG 2.4.2. The name of the file may do the same (WCAG2ICT): a person sees whether it does."""

    rule = Rule(
        id="office/no-title",
        title="Document has no title of its own",
        why="People who cannot see a document hear its title first. Without one they hear the name of a file.",
        fix="Write what the document is into its properties, as its title.",
        title_fr="Le document n’a pas de titre à lui",
        why_fr="Les personnes qui ne voient pas un document entendent d’abord son titre. Sans titre, elles entendent "
        "un nom de fichier.",
        fix_fr="Écrivez dans ses propriétés, comme titre, ce qu’est le document.",
        impact=Impact.MODERATE,
        criteria=("2.4.2",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/page-titled.html",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS | SHEETS | SHOWS

    def judge(self, office: Facts) -> Iterator[Finding]:
        """None, or one that would fit any document."""
        title = office["title"].strip()
        said = plain(title)
        if not title:
            yield self.found("document", "The properties hold no title. Does the name of the file say what it is?")
        elif said in PLACEHOLDERS or _NUMBERED.match(said) or _FILE.match(title.lower()):
            message = f"The title in the properties is {self.quote(title)}. Does that name this document?"
            yield self.found("document", message)
