"""A scanned page is a picture of words: nobody can hear, search, copy or enlarge them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from audits.check import FILE, WHOLE, Check
from audits.documents._findings import DOCUMENT, MOST, times
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class ImageOnly(Check):
    """Pages that hold one picture and no text, and no tag that says what it shows."""

    rule = Rule(
        id="check/document-image-only",
        title="Page of a document is a picture without text",
        why="Screen readers find nothing on it. Nobody can search it, copy from it, or change its colours.",
        fix="Publish the document from its source; if there is none, have its text recognized (OCR) and tagged.",
        title_fr="Une page de document est une image sans texte",
        why_fr="Les lecteurs d’écran n’y trouvent rien. Personne ne peut y chercher, copier ou changer les couleurs.",
        fix_fr="Publiez le document à partir de sa source; sinon, faites reconnaître le texte (ROC), corrigez-le, "
        "balisez-le.",
        impact=Impact.CRITICAL,
        criteria=("1.1.1", "1.4.5"),
        references=("WCAG technique PDF1", "WCAG technique PDF7"),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/pdf/PDF7",
        lead="image-only",
    )
    needs: ClassVar[tuple[str, ...]] = (FILE,)
    of_files: ClassVar[bool] = True
    kinds: ClassVar[frozenset[str]] = frozenset({"pdf"})

    def applies_to(self, snapshot: Snapshot) -> bool:
        """It has pages that were looked at."""
        return bool(_about(snapshot).get("pages"))

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A document of nothing else fails; a single page may be a photograph, and a person must look."""
        about = _about(snapshot)
        said = _described(snapshot.artifacts[FILE].get("pdfua") or {})
        bare = [page for page in about.get("image_only", ()) if page not in said]
        if bare and len(bare) == about["pages"]:
            which = "The only page is a picture" if len(bare) == 1 else f"All {len(bare)} pages are pictures"
            yield self._found(Verdict.FAIL, DOCUMENT, f"{which} without text.")
            return
        for number, page in enumerate(bare[:MOST], start=1):
            more = len(bare) - MOST if number == MOST else 0
            rest = f" {times(more, 'more page')} {'does' if more == 1 else 'do'} so, too." if more > 0 else ""
            message = "This page holds one picture and no text. If words can be read on it, it is a scan: repair it."
            yield self._found(Verdict.REVIEW, f"p{page}", message + rest)

    def _found(self, verdict: Verdict, place: str, message: str) -> Finding:
        return Finding(rule=self.rule.id, verdict=verdict, message=message, selector=place, part=WHOLE)


def _about(snapshot: Snapshot) -> dict[str, Any]:
    return dict(snapshot.artifacts[FILE].get("about") or {})


def _described(facts: dict[str, Any]) -> set[int]:
    """Pages with a picture that is tagged and has an alternative."""
    pictures = (one for one in facts.get("elements", ()) if one["is"] == "Figure")
    return {one["page"] for one in pictures if one.get("alt") or one.get("actual")}
