"""A password may be pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audits.accessibility._handlers import REFUSES, Fact, HandlerCheck, sources
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: A handler of fewer letters does nothing but refuse.
SHORT = 120
#: A handler that asks first where, or what, or calls what may do so.
_CHOOSES = re.compile(r"\bif\b|\?|&&|\|\||target|srcElement|\bswitch\b|closest|matches")
_PURPOSE = re.compile(r"username|password|one-time-code")
#: What a code is called that people get by telephone or mail to sign in with.
_CODE = re.compile(
    r"\b(?:one-time|verification|security|sign-in|log-?in|authentication) (?:pass)?code\b"
    r"|\bcode (?:from|sent|we sent)\b"
    r"|\bpasscode\b|\buser ?name\b|\bcode (?:de vérification|de sécurité|à usage unique|reçu|envoyé)\b"
    r"|\bnom d['’]utilisateur\b",
    re.IGNORECASE,
)


class PastingBlocked(HandlerCheck):
    """WCAG 3.3.8 (failure F109): a field of a sign-in that refuses what is pasted or filled in."""

    rule = Rule(
        id="check/pasting-blocked",
        title="A field refuses what is pasted",
        why="Password managers and pasting spare people from remembering and typing: without them, people with a "
        "poor memory or dyslexia cannot sign in.",
        fix="Take the handler of the paste event off the field.",
        title_fr="Un champ refuse ce qu’on y colle",
        why_fr="Les gestionnaires de mots de passe et le collage évitent de retenir et de taper : sans eux, les "
        "personnes qui ont une mauvaise mémoire ou sont dyslexiques ne peuvent ouvrir de séance.",
        fix_fr="Retirez du champ le gestionnaire de l’événement paste.",
        impact=Impact.SERIOUS,
        criteria=("3.3.8",),
        references=("WCAG failure F109",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/accessible-authentication-minimum.html",
        before='<input type="password" onpaste="return false">',
        after='<input type="password" autocomplete="current-password">',
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Fields for passwords, codes and user names."""
        told = snapshot.artifacts["handlers"]
        above = {
            one.get("holder") or one["selector"]: sources(one, "paste") for one in (*told["elements"], *told["forms"])
        }
        wide = [one["source"] for one in told["page"] if one["event"] == "paste"]
        met = set()
        for element in told["elements"]:
            if not _is_asked(element):
                continue
            refusing = [source for source in sources(element, "paste") if REFUSES.search(source)]
            if refusing:
                met.add(element["selector"])
            if _secret(element) and refusing and min(len(source) for source in refusing) < SHORT:
                yield self.found(
                    element, Verdict.FAIL, "What is pasted into this field, or filled in for people, is refused."
                )
            elif refusing:
                yield self.found(
                    element,
                    Verdict.REVIEW,
                    "A script may refuse what is pasted into this field. Paste something: does it arrive?",
                )
        for field in told["secrets"]:
            heard = [*wide, *(source for one in field["under"] for source in above.get(one, ()))]
            refusing = [source for source in heard if REFUSES.search(source)]
            kept = any("ropagation" in one for one in above.get(field["selector"], ()))  # the event does not get there
            if not refusing or kept or not _is_asked(field) or field["selector"] in met:
                continue
            met.add(field["selector"])
            if _secret(field) and any(len(one) < SHORT and not _CHOOSES.search(one) for one in refusing):
                yield self.found(
                    field, Verdict.FAIL, "What is pasted into this field is refused, as in all that stands around it."
                )
            else:
                yield self.found(
                    field,
                    Verdict.REVIEW,
                    "A script that listens to what stands around this field may refuse what is pasted into it. Paste "
                    "something: does it arrive?",
                )


def _is_asked(element: Fact) -> bool:
    return (
        element["tag"] == "input" and not element["off"] and (_secret(element) or bool(_CODE.search(element["name"])))
    )


def _secret(element: Fact) -> bool:
    return element["kind"] == "password" or bool(_PURPOSE.search(element["purpose"]))
