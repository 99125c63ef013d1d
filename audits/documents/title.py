"""The title of a document: what a window and a list of files read out before anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import ClassVar

from audits.accessibility._structure import QUOTED, cut, phrases, plain
from audits.check import FILE, WHOLE, Check
from audits.documents._findings import DOCUMENT
from audits.documents._office import SHEETS, SHOWS, TEXTS, Facts, OfficeCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

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
    r"^(?:microsoft (?:word|excel|powerpoint) - )?[\w() .-]+\.(?:docx?|xlsx?|pptx?|dotx?|odt|ods|odp|rtf|pdf|indd|pub)$"
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
        if not title:
            yield self.found("document", "The properties hold no title. Does the name of the file say what it is?")
        elif fits_any(title):
            message = f"The title in the properties is {self.quote(title)}. Does that name this document?"
            yield self.found("document", message)


class PdfNoTitle(Check):
    """PDF18: the title in the metadata, or else in the document information."""

    rule = Rule(
        id="check/document-no-title",
        title="PDF has no title",
        why="People who cannot see the page hear the name of the file first, and often it says nothing.",
        fix="Write a title in the properties of the document that says what it is, and have it shown in the window.",
        title_fr="Le PDF n’a pas de titre",
        why_fr="Les personnes qui ne voient pas la page entendent d’abord le nom du fichier, qui souvent ne dit rien.",
        fix_fr="Écrivez dans les propriétés du document un titre qui dit de quoi il s’agit, et faites-le afficher.",
        impact=Impact.SERIOUS,
        criteria=("2.4.2",),
        references=("WCAG technique PDF18",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/pdf/PDF18",
        lead="no-title",
    )
    needs: ClassVar[tuple[str, ...]] = (FILE,)
    of_files: ClassVar[bool] = True
    kinds: ClassVar[frozenset[str]] = frozenset({"pdf"})

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in a title."""
        self._redact = redact

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Its properties were read."""
        return "title" in (snapshot.artifacts[FILE].get("about") or {})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """None fails; one that would fit any document is for a person."""
        title = snapshot.artifacts[FILE]["about"]["title"].strip()
        if not title:
            yield self._found(Verdict.FAIL, "Neither the metadata nor the properties hold a title.")
        elif fits_any(title):
            said = cut(self._redact(title), QUOTED)
            yield self._found(Verdict.REVIEW, f"The title is “{said}”. Does that name this document?")

    def _found(self, verdict: Verdict, message: str) -> Finding:
        return Finding(rule=self.rule.id, verdict=verdict, message=message, selector=DOCUMENT, part=WHOLE)


def fits_any(title: str) -> bool:
    """Whether it is the name of a file, or what a program writes until a person does."""
    said = plain(title)
    return said in PLACEHOLDERS or bool(_NUMBERED.match(said) or _FILE.match(title.lower()))
