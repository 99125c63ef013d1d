"""Whoever opens a dialog must be in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audits.accessibility._openers import DialogCheck, Opener
from audits.model import Impact, Rule, Verdict


class DialogFocus(DialogCheck):
    """WCAG 2.4.3: a modal dialog opens, and the focus stays on the page behind it, or goes back there."""

    rule = Rule(
        id="check/dialog-focus",
        title="The focus stays behind an open dialog",
        why="People who use the keyboard go on in the page that the dialog covers, without seeing where they are; "
        "people who do not see the page are not told that a dialog has opened.",
        fix="Move the focus into the dialog when it opens, and keep it there until it closes; <dialog> with "
        "showModal() does both.",
        title_fr="Le focus reste derrière une boîte de dialogue ouverte",
        why_fr="Qui utilise le clavier continue dans la page que la boîte recouvre, sans voir où se trouve le focus; "
        "qui ne voit pas la page n’apprend pas qu’une boîte s’est ouverte.",
        fix_fr="Placez le focus dans la boîte à son ouverture et gardez-le là jusqu’à sa fermeture; <dialog> avec "
        "showModal() fait les deux.",
        impact=Impact.SERIOUS,
        criteria=("2.4.3",),
        references=("WCAG technique H102", "WCAG failure F85"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-order.html",
        before="<script>box.hidden = false;</script>",
        after="<script>box.showModal();</script>",
        verdicts=(Verdict.FAIL, Verdict.REVIEW),
    )

    def judge_dialog(self, opener: Opener, dialog: Mapping[str, Any]) -> tuple[Verdict, str] | None:
        """A failure only where the Tab key was seen to walk behind what covers the page."""
        if not dialog["modal"]:
            return None
        if opener["focus"] == "in":
            says = (
                "opens a dialog that Shift+Tab leaves for the page behind it. Can people who use the keyboard still "
                "see where they are?"
            )
            return (Verdict.REVIEW, says) if opener["leaks"] and dialog["covers"] else None
        tab = opener["tab"]
        if dialog["covers"] and dialog["controls"] and tab and all(step == "behind" for step in tab):
            return Verdict.FAIL, "opens a dialog over the page; the focus stays behind it, and Tab goes on there."
        then = "Tab leads into it later" if "in" in tab else "Tab does not lead into it at once"
        return Verdict.REVIEW, (
            f"opens a dialog, and the focus is not moved into it ({then}). Open it with a screen reader: is the "
            "dialog announced, and does reading go on inside it?"
        )
