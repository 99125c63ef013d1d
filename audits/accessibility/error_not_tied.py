"""An error message is read with the field that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict


class ErrorNotTied(StructureCheck):
    """WCAG 3.3.1 and 1.3.1: a message in sight beside one field, which the field does not refer to."""

    rule = Rule(
        id="check/error-not-tied",
        title="Error message is not tied to its field",
        why="People who use a screen reader go from field to field. They hear “Postal code, edit text”, and not the "
        "message in red below it.",
        fix="Give the message an id, name it in the field’s aria-describedby, and set aria-invalid on the field.",
        title_fr="Le message d’erreur n’est pas lié à son champ",
        why_fr="Les personnes qui utilisent un lecteur d’écran vont de champ en champ. Elles entendent « Code postal, "
        "zone d’édition », et non le message rouge au-dessous.",
        fix_fr="Donnez un id au message, nommez-le dans aria-describedby du champ, et mettez aria-invalid sur le "
        "champ.",
        impact=Impact.SERIOUS,
        criteria=("3.3.1", "1.3.1"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/error-identification.html",
        before='<input id="code"> <p class="error">Enter a postal code.</p>',
        after='<input id="code" aria-invalid="true" aria-describedby="code-error">\n'
        '<p class="error" id="code-error">Enter a postal code.</p>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("errors",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every message, the same beside other fields once."""
        met: set[str] = set()
        for error in frame["errors"]:
            if error["told"] or error["text"] in met:
                continue
            met.add(error["text"])
            message = (
                f"The message {self.quote(error['text'])} stands beside a field that does not refer to it. "
                "Is it read when the field gets the focus?"
            )
            yield self.found(frame, error, message)
