"""A source map on a public server shows a script as it was written: comments, names, and whatever was left in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.check import FILE, WHOLE, Check
from audits.model import Finding, Impact, Kind, Rule, Snapshot, Verdict

_HOW = {
    "comment": "The last lines of the script name a source map, and anyone can fetch it.",
    "header": "The answer of the server names a source map of the script, and anyone can fetch it.",
    "inside": "The script carries its source map inside.",
}


class SourceMap(Check):
    """Said of the reference. The map itself is not read."""

    rule = Rule(
        id="privacy/source-map",
        title="Script leads to its source map",
        why="A source map holds the program as it was written, with comments, names of people and of servers, and "
        "test data that nobody meant to publish.",
        fix="Look through the map. Build without source maps for the public server, or keep them where only developers "
        "reach them.",
        title_fr="Un script mène à son fichier source map",
        why_fr="Ce fichier contient le programme tel qu’il a été écrit, avec les commentaires, des noms de personnes "
        "et de serveurs, et des données d’essai que personne ne voulait publier.",
        fix_fr="Passez le fichier en revue. Compilez sans source map pour le serveur public, ou gardez ces fichiers là "
        "où seule l’équipe de développement y a accès.",
        impact=Impact.MINOR,
        kind=Kind.PRIVACY,
        references=("MFIPPA Reg. 823 s. 3",),
        help_url="https://www.ontario.ca/laws/regulation/900823",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = (FILE,)
    of_files: ClassVar[bool] = True

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Style sheets have maps too; only scripts are read."""
        return bool(snapshot.artifacts[FILE]["kind"] == "script")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Whoever collects says only what can be had."""
        if how := _HOW.get(snapshot.artifacts[FILE].get("map", "")):
            message = f"{how} Does it hold more than the public should see?"
            yield Finding(rule=self.rule.id, verdict=Verdict.REVIEW, message=message, part=WHOLE)
