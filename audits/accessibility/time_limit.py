"""Nobody is thrown out while they read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_LIMIT = re.compile(
    r"\b(?:your|this) session (?:will (?:expire|end|time ?out)|expires|ends|times out) (?:in|after|soon|due)\b"
    r"|\byou will be (?:automatically )?(?:signed|logged) (?:out|off)\b|\byou have \d+ (?:minutes|seconds) to \w+"
    r"|\b(?:votre|la) (?:séance|session) (?:expirera|va expirer|expire|prendra fin|se termine(?:ra)?)"
    r" (?:dans|après|bientôt)\b"
    r"|\bvous serez (?:automatiquement )?déconnectée?s?\b"
    r"|\bvous (?:avez|disposez de) \d+ (?:minutes|secondes) pour \w+",
    re.IGNORECASE,
)
_MORE = re.compile(r"more time|extend|stay (?:signed|logged) in|plus de temps|prolonger|rester connecté", re.IGNORECASE)


class TimeLimit(StructureCheck):
    """WCAG 2.2.1: a text that says that time runs out, and offers no more of it."""

    rule = Rule(
        id="check/time-limit",
        title="A text says that time runs out",
        why="People who read or type slowly lose what they have filled in when a session ends.",
        fix="Let people turn the limit off or ask for more time, and warn them at least 20 seconds before.",
        title_fr="Un texte dit que le temps est compté",
        why_fr="Les personnes qui lisent ou écrivent lentement perdent ce qu’elles ont rempli quand la séance se "
        "termine.",
        fix_fr="Permettez de désactiver la limite ou de demander plus de temps, et prévenez au moins 20 secondes "
        "avant.",
        impact=Impact.SERIOUS,
        criteria=("2.2.1",),
        references=("WCAG technique G198",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/timing-adjustable.html",
        before="<p>You will be signed out in two minutes.</p>",
        after="<p>You will be signed out in two minutes. <button>Stay signed in</button></p>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("blocks",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such place."""
        for block in frame["blocks"]:
            found = _LIMIT.search(block["text"]) if block["shown"] and not block["muted"] else None
            if found and not _MORE.search(block["text"]):
                message = (
                    f"The text says {self.quote(found.group())}. Can people turn the limit off or get more time, and "
                    "are they warned before?"
                )
                yield self.found(frame, block, message)
