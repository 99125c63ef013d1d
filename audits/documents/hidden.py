"""What a published document still holds out of sight: hidden sheets, changes, comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.documents._findings import times
from audits.documents._office import Facts, OfficeCheck
from audits.model import Finding, Impact, Kind, Rule, Verdict


class HiddenInDocument(OfficeCheck):
    """Anyone who opens it can show it. What of it is somebody's is for other rules."""

    rule = Rule(
        id="privacy/hidden-in-document",
        title="Document holds content that is only out of sight",
        why="Hidden sheets, rows and text, struck-out words and comments go with the file: anyone can show them with "
        "two clicks.",
        fix="Inspect the document (File, Info, Inspect document), remove what is hidden, accept or reject changes, and "
        "publish it again.",
        title_fr="Le document contient des éléments seulement hors de vue",
        why_fr="Feuilles, lignes et textes masqués, mots biffés et commentaires partent avec le fichier : n’importe "
        "qui les affiche en deux clics.",
        fix_fr="Inspectez le document (Fichier, Informations, Inspecter le document), supprimez ce qui est masqué, "
        "acceptez ou refusez les modifications, et publiez-le de nouveau.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("MFIPPA s. 32",),
        help_url="https://www.ontario.ca/laws/statute/90m56",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = frozenset({"docx", "xlsx", "xls", "pptx", "odt", "ods", "odp", "rtf"})

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each way to hide."""
        for sheet in office.get("sheets", ()):
            name = sheet["name"]
            if sheet["hidden"] and sheet["cells"]:
                message = (
                    f"The sheet is hidden, and holds {times(sheet['cells'], 'cell')}. Was it meant to be published?"
                )
                yield self.found(name, message)
            elif sheet["hidden_cells"]:
                cells = times(sheet["hidden_cells"], "cell")
                message = f"{cells} of the sheet cannot be seen: a hidden row or column, a colour like the ground’s. "
                yield self.found(name, message + "Were they meant to be published?")
        hidden = [slide["at"] for slide in office.get("slides", ()) if slide["hidden"]]
        if hidden:
            message = f"{times(len(hidden), 'slide')} not shown. Was that meant to be published?"
            yield self.found(hidden[0], message)
        for name, one, what in (
            ("hidden_text", "stretch of text", "cannot be seen"),
            ("tracked", "change", "recorded, with what was there before"),
            ("comments", "comment", "left in it"),
        ):
            if number := office.get(name, 0):
                many = {"stretch of text": "stretches of text"}.get(one, "")
                message = f"{times(number, one, many)}: {what}. Was that meant to be published?"
                yield self.found("document", message)
