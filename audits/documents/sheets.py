"""Sheets of workbooks: their names say what is on them, and there is something where one begins to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.documents._office import SHEETS, Facts, OfficeCheck, shown_sheets
from audits.model import Finding, Impact, Rule, Verdict

_DEFAULT = re.compile(r"^(?:sheet|feuil|feuille|tabelle|hoja|page|chart|graphique)\s?\d{0,3}$", re.IGNORECASE)
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
#: A title may have space above and beside it.
TOP = 4


class SheetName(OfficeCheck):
    """WCAG 2.4.6: where there is a choice of sheets, their names are what people choose by."""

    rule = Rule(
        id="office/sheet-name",
        title="Sheet of a workbook has no name of its own",
        why="People who use a screen reader choose a sheet by its name. “Sheet1”, “Sheet2” make them open each.",
        fix="Give each sheet a name that says what is on it, and delete empty ones.",
        title_fr="Une feuille du classeur n’a pas de nom à elle",
        why_fr="Les personnes qui utilisent un lecteur d’écran choisissent une feuille par son nom. « Feuil1 », "
        "« Feuil2 » les obligent à ouvrir chacune.",
        fix_fr="Donnez à chaque feuille un nom qui dit ce qu’elle contient, et supprimez celles qui sont vides.",
        impact=Impact.MINOR,
        criteria=("2.4.6",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/headings-and-labels.html",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = SHEETS | {"xls"}
    about: ClassVar[tuple[str, ...]] = ("sheets",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One alone needs none."""
        shown = shown_sheets(office)
        if len(shown) < 2:
            return
        for sheet in shown:
            if _DEFAULT.match(sheet["name"].strip()):
                message = (
                    f"The sheet is called {self.quote(sheet['name'])}, beside others. Does that say what it holds?"
                )
                yield self.found(sheet["name"], message)


class SheetStart(OfficeCheck):
    """A reader begins at A1, and hears nothing."""

    rule = Rule(
        id="office/sheet-start",
        title="Sheet of a workbook begins with blank cells",
        why="A screen reader begins in cell A1. Where nothing is there, people think that the sheet is empty.",
        fix="Begin in A1, with a title or a sentence that says what the sheet holds and where.",
        title_fr="Une feuille du classeur commence par des cellules vides",
        why_fr="Un lecteur d’écran commence dans la cellule A1. Si elle est vide, on croit que la feuille l’est aussi.",
        fix_fr="Commencez en A1, par un titre ou une phrase qui dit ce que contient la feuille et où.",
        impact=Impact.MINOR,
        best_practice=True,
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/meaningful-sequence.html",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = SHEETS | {"xls"}
    about: ClassVar[tuple[str, ...]] = ("sheets",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each sheet; a picture may stand there."""
        for sheet in shown_sheets(office):
            place = _PLACE.match(sheet["first"])
            if place and (int(place[2]) >= TOP or place[1] not in ("A", "B", "C")):
                message = f"Nothing is written before {sheet['first']}. Is anything else at the start of the sheet?"
                yield self.found(f"{sheet['name']}!A1", message)
