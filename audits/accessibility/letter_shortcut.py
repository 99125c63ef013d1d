"""A letter is not a shortcut by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audits.accessibility._handlers import HandlerCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_SIGN = r"[a-zA-Z0-9?/.,+*-]"
_CODE = r"(?:4[89]|5[0-7]|6[5-9]|[78]\d|90)"
_LETTER = re.compile(
    rf"\.key\s*={{2,3}}\s*([\"'`]){_SIGN}\1|([\"'`]){_SIGN}\2\s*={{2,3}}\s*[\w.]+\.key\b"
    rf"|\.code\s*={{2,3}}\s*[\"'`](?:Key[A-Z]|Digit\d)[\"'`]|\.(?:keyCode|which)\s*={{2,3}}\s*{_CODE}\b"
    rf"|\bswitch\s*\(\s*[\w.]+\.key\s*\)\s*{{[^}}]*\bcase\s*([\"'`]){_SIGN}\3"
)
_WITH = re.compile(r"ctrlKey|altKey|metaKey")


class LetterShortcut(HandlerCheck):
    """WCAG 2.1.4 (failure F99): the page listens to single letters, digits or signs, without Ctrl, Alt or Cmd."""

    rule = Rule(
        id="check/letter-shortcut",
        title="A single letter seems to be a shortcut",
        why="Voice control types what people say: a word spoken sets off one shortcut after another. A key that is "
        "hit by a trembling hand does the same.",
        fix="Ask for Ctrl or Alt with it, or let people switch the shortcut off or change it.",
        title_fr="Une lettre seule semble être un raccourci",
        why_fr="La commande vocale tape ce qu’on dit : un mot prononcé déclenche un raccourci après l’autre. Une "
        "touche frappée par une main qui tremble fait de même.",
        fix_fr="Demandez Ctrl ou Alt en plus, ou permettez de désactiver ou de changer le raccourci.",
        impact=Impact.MODERATE,
        criteria=("2.1.4",),
        references=("WCAG failure F99", "ACT rule ffbc54"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts.html",
        before='if (event.key === "s") search.focus();',
        after='if (event.ctrlKey && event.key === "k") search.focus();',
        verdicts=(Verdict.REVIEW,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding a page."""
        for one in snapshot.artifacts["handlers"]["page"]:
            source = one["source"]
            key = _LETTER.search(source) if one["event"] in ("keydown", "keypress", "keyup") else None
            if key and not _WITH.search(source):
                yield self.on_page(
                    "A script of the page waits for a single letter, digit or sign. Press it outside of any field: "
                    "does something happen, and can it be switched off?"
                )
                return
