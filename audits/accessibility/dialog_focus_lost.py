"""Whoever closes a dialog must be back where they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audits.accessibility._openers import DialogCheck, Opener
from audits.model import Impact, Rule, Verdict

#: Where the focus is then: nowhere, or nowhere and what opened it is not there any more.
_ASKS = {
    "nowhere": "does the page go on from the button that opened it?",
    "gone": "does the page go on where it was? What opened it was made anew meanwhile, or is hidden now.",
}
_BY = {"escape": "with Escape", "button": "with its button", "again": "with the same button"}


class DialogFocusLost(DialogCheck):
    """WCAG 2.4.3: when the dialog is closed, the focus is nowhere instead of on what opened it."""

    rule = Rule(
        id="check/dialog-focus-lost",
        title="The focus is lost when a dialog closes",
        why="People who use the keyboard or a screen reader stand at the top of the page again, and must find the "
        "place where they were.",
        fix="Put the focus back on the button that opened the dialog; <dialog> with showModal() does so by itself, "
        "as long as that very button is still in the page.",
        title_fr="Le focus se perd à la fermeture d’une boîte de dialogue",
        why_fr="Qui utilise le clavier ou un lecteur d’écran se retrouve en haut de la page et doit chercher "
        "l’endroit où il était.",
        fix_fr="Remettez le focus sur le bouton qui a ouvert la boîte; <dialog> avec showModal() s’en charge "
        "tant que ce même bouton est dans la page.",
        impact=Impact.MODERATE,
        criteria=("2.4.3",),
        references=("WCAG technique H102",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-order.html",
        before="<script>function hide() { box.hidden = true; }</script>",
        after="<script>function hide() { box.hidden = true; opener.focus(); }</script>",
        verdicts=(Verdict.REVIEW,),
    )

    def judge_dialog(self, opener: Opener, dialog: Mapping[str, Any]) -> tuple[Verdict, str] | None:
        """Only what the keyboard opened and closed."""
        if opener["by"] != "key" or opener["after"] not in _ASKS or opener["closed"] not in _BY:
            return None
        return Verdict.REVIEW, (
            f"opens a dialog; once it is closed {_BY[opener['closed']]}, nothing has the focus. Close it and press "
            f"Tab: {_ASKS[opener['after']]}"
        )
