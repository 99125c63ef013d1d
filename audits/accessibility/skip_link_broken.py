"""A link that promises to skip to the content must do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._stops import StopCheck, stops_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict


class SkipLinkBroken(StopCheck):
    """WCAG 2.4.1: Enter on the link, then Tab, and the focus is where it would have been without it.

    Where it is in the header or the menu that the link promises to skip, people may still have headings to go by.
    """

    rule = Rule(
        id="check/skip-link-broken",
        title="Skip link does not skip anything",
        why="People who use the keyboard or a screen reader go through the whole menu on every page, although a link "
        "promises to spare them.",
        fix="Let the link lead to the id of the main content, and check it with Enter and Tab.",
        title_fr="Le lien d’évitement ne mène nulle part",
        why_fr="Les personnes qui utilisent le clavier ou un lecteur d’écran parcourent tout le menu à chaque page, "
        "alors qu’un lien promet de le leur éviter.",
        fix_fr="Faites pointer le lien vers l’id du contenu principal, et essayez-le avec Entrée puis Tab.",
        impact=Impact.SERIOUS,
        criteria=("2.4.1",),
        references=("WCAG technique G1",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/bypass-blocks.html",
        before='<a href="#content">Skip to content</a> … <main>',
        after='<a href="#content">Skip to content</a> … <main id="content">',
    )

    #: So many stops of a header are worth skipping.
    REPEATED: ClassVar[int] = 3

    def is_early(self, ended: str) -> bool:
        """Such links are the first stops of a page."""
        return False

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Where there is such a link among the first stops."""
        return bool(snapshot.artifacts["keyboard"]["skips"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each that was tried and does not work, or leads before what is to be skipped."""
        for skip in snapshot.artifacts["keyboard"]["skips"]:
            stop = stops_of(snapshot)[skip["stop"]]
            if skip["works"]:
                if skip["ahead"] >= self.REPEATED:
                    message = (
                        f"{self.called(stop)} was pressed with Enter, and the next Tab came to the header or menu "
                        f"before the content: {skip['ahead']} stops of it are still to come. Should it not lead behind "
                        "them?"
                    )
                    yield self.found(stop, Verdict.REVIEW, message[0].upper() + message[1:])
                continue
            reason = "The focus stays where it was" if skip["target"] else "What it leads to is not on this page"
            message = f"{self.called(stop)} was pressed with Enter, and the next Tab went on as if not. {reason}."
            yield self.found(stop, Verdict.FAIL, message[0].upper() + message[1:])
