"""What lies over the page must say that it is a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audits.accessibility._openers import DialogCheck, Opener
from audits.model import Impact, Rule, Verdict


class DialogWithoutRole(DialogCheck):
    """WCAG 4.1.2: a press brings up what lies over the page, and it has no role of a dialog."""

    rule = Rule(
        id="check/dialog-without-role",
        title="Dialog does not say that it is one",
        why="People who do not see the page are not told that something has opened over it, what it is called and "
        "that the rest has to wait.",
        fix='Use <dialog> with showModal(), or role="dialog", aria-modal="true" and a name by aria-labelledby.',
        title_fr="Une boîte de dialogue ne dit pas ce qu’elle est",
        why_fr="Les personnes qui ne voient pas la page n’apprennent pas qu’une boîte s’est ouverte par-dessus, "
        "comment elle s’appelle et que le reste doit attendre.",
        fix_fr='Utilisez <dialog> avec showModal(), ou role="dialog", aria-modal="true" et un nom par aria-labelledby.',
        impact=Impact.SERIOUS,
        criteria=("4.1.2",),
        references=("WCAG failure F15", "WCAG technique H102"),
        help_url="https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/",
        before='<div class="modal"><h2>Rules</h2>…</div>',
        after='<div class="modal" role="dialog" aria-modal="true" aria-labelledby="rules"><h2 id="rules">Rules</h2>…'
        "</div>",
        verdicts=(Verdict.REVIEW,),
    )

    def judge_dialog(self, opener: Opener, dialog: Mapping[str, Any]) -> tuple[Verdict, str] | None:
        """A menu may fill the whole window as well: a person tells one from the other."""
        if dialog["role"]:
            return None
        return Verdict.REVIEW, (
            "brings up something that lies over the page and has no role. Is it a dialog? Then it needs "
            'role="dialog" and a name.'
        )
