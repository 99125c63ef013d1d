"""A letter is not a shortcut by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._handlers import HandlerCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_SIGN = r"[a-zA-Z0-9?/.,+*-]"
_CODE = r"(?:4[89]|5[0-7]|6[5-9]|[78]\d|90)"
_LETTER = re.compile(
    rf"\.key\s*={{2,3}}\s*([\"'`]){_SIGN}\1|([\"'`]){_SIGN}\2\s*={{2,3}}\s*[\w.]+\.key\b"
    rf"|\.code\s*={{2,3}}\s*[\"'`](?:Key[A-Z]|Digit\d)[\"'`]|\.(?:keyCode|which)\s*={{2,3}}\s*{_CODE}\b"
    rf"|\bswitch\s*\(\s*[\w.]+\.key\s*\)\s*{{[^}}]*\bcase\s*([\"'`]){_SIGN}\3"
)
_QUOTED = re.compile(rf"[\"'`](?:Key(?=[A-Z])|Digit(?=\d))?({_SIGN})[\"'`]")
_NUMBERED = re.compile(rf"\.(?:keyCode|which)\s*={{2,3}}\s*({_CODE})\b")
#: As many as a person tries.
MOST_SIGNS = 5
#: The key by another name, and a single sign that it is compared with.
_TAKES = re.compile(r"\bkey\b|\bkeyCode\b|\bwhich\b|\bfromCharCode\b")
_COMPARED = re.compile(
    rf"={{2,3}}\s*([\"'`]){_SIGN}\1|([\"'`]){_SIGN}\2\s*={{2,3}}|\bcase\s*([\"'`]){_SIGN}\3"
    rf"|\[(?:\s*[\"'`]{_SIGN}[\"'`]\s*,?)+\]\.(?:includes|indexOf)\("
)
#: A table of keys: ``shortcuts[event.key]``.
_LOOKED_UP = re.compile(r"\b([\w$]{2,40})\[\s*(?:[\w$]+\.)?key\b[^\]]{0,30}\]")
_WITH = re.compile(r"ctrlKey|altKey|metaKey")
#: "Not with Ctrl": as a condition, or as a reason to leave.
_WITHOUT = re.compile(r"!\s*[\w$.]{0,40}(?:ctrl|alt|meta)Key")
_LEAVES = re.compile(r"\bif\s*\(([^(){};]{0,200}(?:ctrl|alt|meta)Key[^(){};]{0,200})\)\s*\{?\s*return\b")


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

    needs: ClassVar[tuple[str, ...]] = ("handlers", "document")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding a page."""
        scripts = "\n".join(
            one["text"]
            for one in snapshot.artifacts["document"]["frames"][0].get("sources", ())
            if one["kind"] == "script"
        )
        for one in snapshot.artifacts["handlers"]["page"]:
            source = one["source"]
            if one["event"] not in ("keydown", "keypress", "keyup") or _asks_for_more(source):
                continue
            if _LETTER.search(source) or _waits(source) or _in_a_table(source, scripts):
                which = f": {signs}" if (signs := self._signs(source)) else ""
                yield self.on_page(
                    f"A script of the page waits for a single letter, digit or sign{which}. Press it outside of any "
                    "field: does something happen, and can it be switched off?"
                )
                return

    def _signs(self, source: str) -> str:
        """The first few that a handler names, for somebody to press."""
        found = [one[1] for one in _QUOTED.finditer(source)]
        found += [chr(int(one[1])) for one in _NUMBERED.finditer(source)]
        signs = list(dict.fromkeys(found))
        return ", ".join(f"“{sign}”" for sign in signs[:MOST_SIGNS]) + (" …" if len(signs) > MOST_SIGNS else "")


def _asks_for_more(source: str) -> bool:
    """Whether another key must be held down with it."""
    if any("!" in condition for condition in _LEAVES.findall(source)):
        return True
    return bool(_WITH.search(_WITHOUT.sub("", _LEAVES.sub("", source))))


def _waits(source: str) -> bool:
    return bool(_TAKES.search(source) and _COMPARED.search(source))


def _in_a_table(source: str, scripts: str) -> bool:
    """Whether the table in which a handler looks up its key names single letters."""
    for name in set(_LOOKED_UP.findall(source)):
        table = re.search(rf"\b{re.escape(name)}\s*=\s*\{{(.{{1,2000}})", scripts, re.DOTALL)
        if table and re.search(rf"(?:^|[,{{\s])[\"'`]?{_SIGN}[\"'`]?\s*:", table[1].partition("};")[0]):
            return True
    return False
