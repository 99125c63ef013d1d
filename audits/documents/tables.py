"""Tables of documents: the names of columns are marked as such, and cells stand in a plain grid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.documents._findings import times
from audits.documents._office import SHEETS, SHOWS, TEXTS, Facts, OfficeCheck, shown_sheets
from audits.model import Finding, Impact, Rule, Verdict

_HELP = "https://www.w3.org/WAI/WCAG22/Understanding/info-and-relationships.html"
#: Cells with something in them; a frame around a text is no table of data.
FILLED, SHARE = 6, 0.5
#: Rows of a sheet below which it is a note.
ROWS = 5


class TableHeader(OfficeCheck):
    """WCAG 1.3.1. Whether a table is one of data, and its first row its header, a person sees."""

    rule = Rule(
        id="office/table-header",
        title="Table in a document has no header row",
        why="People who hear a table cell by cell are told the name of its column only where the first row is marked "
        "as a header.",
        fix="Mark the first row as a header: “Repeat header rows” in Word, “Header row” in PowerPoint, a table with "
        "headers in Excel.",
        title_fr="Un tableau du document n’a pas de ligne d’en-tête",
        why_fr="Les personnes qui entendent un tableau cellule par cellule n’apprennent le nom de la colonne que si la "
        "première ligne est marquée comme en-tête.",
        fix_fr="Marquez la première ligne comme en-tête : « Répéter les lignes d’en-tête » dans Word, « Ligne "
        "d’en-tête » dans PowerPoint, un tableau avec en-têtes dans Excel.",
        impact=Impact.SERIOUS,
        criteria=("1.3.1",),
        help_url=_HELP,
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS | SHOWS | {"xlsx"}
    about: ClassVar[tuple[str, ...]] = ("tables", "sheets")

    def judge(self, office: Facts) -> Iterator[Finding]:
        """Tables of texts and slides, and sheets without a table of their own."""
        for one in office.get("tables", ()):
            if _is_data(one) and not one["header"]:
                said = ", ".join(self.quote(text, 30) for text in one["first"] if text) or "nothing"
                message = (
                    f"No row of the table is marked as its header. Its first row says {said}. Does it name the columns?"
                )
                yield self.found(one["at"], message)
        for sheet in shown_sheets(office):
            if sheet["tables"] or sheet["rows"] < ROWS or sheet["columns"] < 2:
                continue
            row = f"Row {sheet['header']} seems to name the columns" if sheet["header"] else "No row names the columns"
            message = f"The cells are not made a table with headers. {row}. Is this a table of data?"
            yield self.found(f"{sheet['name']}!{sheet['first']}", message)


class MergedCells(OfficeCheck):
    """WCAG 1.3.1: headers of a merged cell cannot be told. A title above a table is none of it."""

    rule = Rule(
        id="office/merged-cells",
        title="Table in a document has merged cells",
        why="Screen readers count columns. After a merged cell they name the wrong ones.",
        fix="Split the cells, or make two tables of one.",
        title_fr="Un tableau du document a des cellules fusionnées",
        why_fr="Les lecteurs d’écran comptent les colonnes. Après une cellule fusionnée, ils nomment les mauvaises.",
        fix_fr="Fractionnez les cellules, ou faites deux tableaux d’un seul.",
        impact=Impact.MODERATE,
        criteria=("1.3.1",),
        help_url=_HELP,
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS | SHOWS | SHEETS
    about: ClassVar[tuple[str, ...]] = ("tables", "sheets")

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each table."""
        for one in office.get("tables", ()):
            if _is_data(one) and one["merged"]:
                message = f"{times(one['merged'], 'cell')} of the table {_are(one['merged'])} merged with others. "
                yield self.found(one["at"], message + "Is each column still clear, cell by cell?")
        for sheet in shown_sheets(office):
            inside = [place for place in sheet["merged"] if _row(place) > sheet["header"]]
            if inside and sheet["header"] and sheet["rows"] >= ROWS:
                message = f"{times(len(inside), 'cell')} below the names of columns {_are(len(inside))} merged. "
                yield self.found(f"{sheet['name']}!{inside[0]}", message + "Is each column still clear, cell by cell?")


def _is_data(table: Facts) -> bool:
    if table["rows"] < 2 or table["columns"] < 2:
        return False
    return bool(table["filled"] >= max(FILLED, SHARE * table["rows"] * table["columns"]))


def _row(place: str) -> int:
    found = re.match(r"[A-Z]+(\d{1,7})", place)
    return int(found[1]) if found else 0


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
