"""Nobody is thrown out while they read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import MORE_TIME, Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_SPAN = r"(?:\d{1,2}:\d\d\b|\d+ ?(?:min(?:ute)?s?|sec(?:ond(?:e)?)?s?)\b)"
_HELD_EN = r"(?:cart|basket|booking|reservation|hold|form|place|spot|seats?|tickets?|selection|registration|code)"
_HELD_FR = r"(?:panier|réservation|places?|sièges?|billets?|formulaire|inscription|code)"
#: Not by a clock: elsewhere, or by what people do themselves.
_BY_HAND = (
    r"(?! (?:on|from|of) (?:all|any|every|your|the) \w| everywhere\b"
    r"| (?:when|once|as soon as) you (?:change|save|press|click|choose|select|close|confirm|sign|leave))"
)
_PAR_VOUS = (
    r"(?! (?:de|sur) (?:tous|toutes|vos|l[’']ensemble)\b| partout\b"
    r"| (?:quand|lorsque|dès que|une fois que) vous (?:chang|enregistr|appuy|cliqu|choisi|ferm|confirm|quitt|aurez))"
)
_LIMIT = re.compile(
    r"\b(?:your|this) session (?:will (?:expire|end|time ?out)|expires|ends|times out) (?:in|after|soon|due)\b"
    rf"|\byou will be (?:automatically )?(?:signed|logged) (?:out|off)\b{_BY_HAND}"
    r"|\byou have \d+ (?:minutes|seconds) to \w+"
    r"|\b(?:votre|la) (?:séance|session) (?:expirera|va expirer|expire|prendra fin|se termine(?:ra)?)"
    r" (?:dans|après|bientôt)\b"
    rf"|\bvous serez (?:automatiquement )?déconnectée?s?\b{_PAR_VOUS}"
    r"|\bvous (?:avez|disposez de) \d+ (?:minutes|secondes) pour \w+"
    rf"|\b(?:your|this|the) {_HELD_EN}\b[^.]{{0,30}}? (?:expires?|ends?|closes?|held|kept|reserved|released)"
    rf" (?:in|after|for|within) {_SPAN}"
    rf"|\b(?:hold|keep|reserv)(?:s|es?|ing)? (?:your|this|the) {_HELD_EN}\b[^.]{{0,40}}? for {_SPAN}"
    rf"|\btime (?:left|remaining)\b[^.]{{0,40}}? ?{_SPAN}|\b{_SPAN} (?:left|remaining) (?:to|before|until)\b"
    rf"|\byou will be (?:taken|redirected|sent)\b[^.]{{0,60}}? in {_SPAN}"
    rf"|\bv(?:otre|os) {_HELD_FR}\b[^.]{{0,30}}? (?:expire(?:ra|nt)?|prend fin|conservée?s?|réservée?s?|gardée?s?)"
    rf" (?:dans|pendant|après|pour) {_SPAN}"
    rf"|\b(?:conserv|gard|réserv)\w* v(?:otre|os) {_HELD_FR}\b[^.]{{0,40}}? pendant {_SPAN}"
    rf"|\b(?:temps restant|il vous reste)\b[^.]{{0,40}}? ?{_SPAN}"
    rf"|\bvous serez (?:redirigée?s?|dirigée?s?)\b[^.]{{0,60}}? dans {_SPAN}",
    re.IGNORECASE,
)


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
            if found and not MORE_TIME.search(block["text"]):
                message = (
                    f"The text says {self.quote(found.group())}. Can people turn the limit off or get more time, and "
                    "are they warned before?"
                )
                yield self.found(frame, block, message)
