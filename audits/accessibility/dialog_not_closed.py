"""A dialog that a key opens must be closed by a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audits.accessibility._openers import DialogCheck, Opener
from audits.model import LEFT_OUT, Impact, Outcome, Rule, Snapshot, Verdict

#: Why nobody knows whether a dialog can be closed.
UNTRIED = "a dialog stayed open, and buttons in it were not pressed, since they may do something else than close it"


class DialogNotClosed(DialogCheck):
    """WCAG 2.1.2 and 2.1.1: neither Escape nor a button that the keyboard reaches closes what the keyboard opened."""

    rule = Rule(
        id="check/dialog-not-closed",
        title="A dialog cannot be closed with the keyboard",
        why="People who cannot use a mouse open the dialog and have no way out of it: the page behind it is shut to "
        "them until they load it again.",
        fix="Make the closing sign a <button>, and let Escape close the dialog; <dialog> with showModal() does the "
        "latter by itself.",
        title_fr="Une boîte de dialogue ne se ferme pas au clavier",
        why_fr="Les personnes qui ne peuvent pas se servir d’une souris ouvrent la boîte et n’en sortent plus : la "
        "page leur reste fermée jusqu’à ce qu’elles la rechargent.",
        fix_fr="Faites du signe de fermeture un <button>, et fermez la boîte avec Échap; <dialog> avec showModal() "
        "s’en charge.",
        impact=Impact.CRITICAL,
        criteria=("2.1.2", "2.1.1"),
        references=("WCAG technique G21",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/no-keyboard-trap.html",
        before='<span class="close" onclick="hide()">×</span>',
        after='<button type="button" aria-label="Close" onclick="hide()">×</button>',
        verdicts=(Verdict.FAIL, Verdict.REVIEW),
    )

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """A dialog that stayed open, and may be closed by what was not pressed, has not passed."""
        unsure = any(_may_close(one) for one in self.steady(snapshot) if one["opens"] == "dialog")
        for outcome in super().outcomes(snapshot):
            yield outcome.but(f"{LEFT_OUT}{UNTRIED}") if unsure else outcome

    def judge_dialog(self, opener: Opener, dialog: Mapping[str, Any]) -> tuple[Verdict, str] | None:
        """A failure where the mouse was seen to close it; buttons that were not tried may close it."""
        if opener["by"] != "key" or not dialog["modal"]:
            return None
        if opener["closed"] == "mouse":
            return Verdict.FAIL, (
                "opens a dialog with the keyboard. A click closes it; Escape does not, and no button in it that the "
                "Tab key reaches does."
            )
        if opener["closed"] or _may_close(opener) or not dialog["controls"]:
            return None
        return Verdict.REVIEW, (
            "opens a dialog, and no way to close it was found: not Escape, and no button in it that the Tab key "
            "reaches. How do people who use the keyboard get back to the page?"
        )


def _may_close(opener: Opener) -> bool:
    """Whether a dialog that the keyboard opened stayed open, and there are buttons in it that were not pressed."""
    shut = opener["by"] != "key" or not opener["dialog"]["modal"] or opener["closed"]
    return bool(opener["untried"]) and not shut
