"""What a script says of a mistake stays until people have read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from audits.accessibility._handlers import PAGE, HandlerCheck, scripts_of
from audits.accessibility._scripts import Timer, timers
from audits.accessibility._writes import Scripts, code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: As many of one page as a person looks at.
MOST = 2
#: Milliseconds: shorter ones are the end of an animation, longer ones let most people read a sentence or two.
SHORTEST, LONGEST = 1_000, 30_000
#: Letters of code before a timer in which the function is looked for that it stands in.
BEFORE = 4_000
#: Words of a message that says what is wrong.
WRONG = re.compile(
    r"\berrors?\b|\binvalid\b|\bincorrect\b|\brequired\b|\bmissing\b|\bmust\b|\bwrong\b|\bfailed\b|\bnot valid\b"
    r"|\bplease (?:enter|choose|check|select|fill|provide|give|correct|complete|add|use|try)"
    r"|\b(?:enter|choose|select|provide) (?:a|an|your|the)\b"
    r"|\b(?:can ?not|can['’]t|could not|couldn['’]t|is not|isn['’]t|does not|doesn['’]t|do not|don['’]t|unable)\b"
    r"|\btoo (?:long|short|large|many)\b|\berreurs?\b|\binvalide\b|\bobligatoires?\b|\bmanquante?s?\b|\bdoi(?:t|vent)\b"
    r"|\bincorrecte?s?\b|\bveuillez (?:entrer|saisir|choisir|indiquer|vérifier|corriger|remplir|inscrire|réessayer)"
    r"|\bn['’](?:est|a|ont) pas\b|\bne (?:peut|correspond|sont)\b.{0,20}\bpas\b|\bimpossible\b|\béchoué\b",
    re.IGNORECASE,
)
#: What empties it, makes it transparent, or takes its class for being shown away.
_EMPTIES = re.compile(
    r"(?P<at>[A-Za-z_$][\w$.]*(?:\([^()\n]{0,80}\))?)\.(?:(?:textContent|innerText|innerHTML)\s*=\s*(?:''|\"\"|``|null\b)"
    r"|style\.opacity\s*=\s*['\"]?0(?![.\d])"
    r"|className\s*=\s*['\"](?![^'\"\n]*\b(?:show\w*|visible|open|active|on)\b)[^'\"\n]*['\"])"
)
#: The browser says it then, and as long as it is so.
_BROWSER = re.compile(r"setCustomValidity\s*\(|reportValidity\s*\(")
_HEAD = re.compile(
    r"(?:function\s*(?P<named>[\w$]*)\s*\([^()]*\)|(?P<given>[\w$]+)\s*[=:]\s*(?:async\s*)?(?:function\s*[\w$]*\s*\([^()]*\)"
    r"|(?:\([^()]*\)|[\w$]+)\s*=>)|(?:\([^()]*\)|[\w$]+)\s*=>|(?P<method>[\w$]+)\s*\([^()]*\))\s*$"
)
_BLOCKS = frozenset({"if", "for", "while", "switch", "catch", "with"})
_WRITTEN = frozenset({"writes", "fills", "adds", "shows"})


class _Function(NamedTuple):
    name: str
    body: str


class MessageGoesAway(HandlerCheck):
    """WCAG 2.2.1: a timer takes away what a script has just said of a mistake, and it is said nowhere else."""

    rule = Rule(
        id="check/message-goes-away",
        title="A message about a mistake goes away by itself",
        why="People who read slowly, enlarge the page or listen to it do not get to it in time, and do not learn what "
        "is wrong.",
        fix="Leave it until the mistake is put right or somebody closes it, beside the field that it is about.",
        title_fr="Un message sur une erreur disparaît de lui-même",
        why_fr="Qui lit lentement, agrandit la page ou l’écoute n’y arrive pas à temps et n’apprend pas ce qui ne va "
        "pas.",
        fix_fr="Laissez-le jusqu’à ce que l’erreur soit corrigée ou que quelqu’un le ferme, à côté du champ dont il "
        "parle.",
        impact=Impact.SERIOUS,
        criteria=("2.2.1",),
        references=("WCAG technique G198",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/timing-adjustable.html",
        before="toast.textContent = “Enter your name.”; setTimeout(() => toast.remove(), 4000);",
        after='<p id="name-error" role="alert">Enter your name.</p>',
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("document", "handlers")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is anything to use."""
        told = snapshot.artifacts["handlers"]
        return bool(told["forms"] or told["elements"] or told["shut"] or told["delegated"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each place once."""
        told = snapshot.artifacts["handlers"]
        scripts = code_of(told, scripts_of(snapshot))
        named = {place["called"]: place for place in told["named"]}
        met: set[str] = set()
        if _BROWSER.search(scripts.code):
            return
        for timer in timers(scripts.code):
            if timer.again or (timer.delay is not None and not SHORTEST <= timer.delay < LONGEST):
                continue
            for target in sorted(_taken(scripts, timer)):
                said = _said(scripts, named, target, timer)
                if not said or target in met or len(met) >= MOST or _stays(scripts, named, target):
                    continue
                met.add(target)
                when = f"{timer.delay / 1000:g} seconds" if timer.delay is not None else "a while"
                yield self.found(
                    named.get(target, PAGE),
                    Verdict.REVIEW,
                    f"{self.quoted(said)} or the like comes up here, and a script takes it away after {when}. Make the "
                    "mistake and wait: does what is wrong still stand somewhere, or can people get it back?",
                )


def _taken(scripts: Scripts, timer: Timer) -> set[str]:
    """What it hides, removes or empties."""
    gone = {write.target for write in scripts.writes(timer.body) if write.kind in ("hides", "removes")}
    gone |= {scripts.selector(found["at"]) for found in _EMPTIES.finditer(timer.body)}
    return gone - {""}


def _said(scripts: Scripts, named: Mapping[str, Fact], target: str, timer: Timer) -> str:
    """What is written there of a mistake; "" = nothing that is known."""
    around = _function(scripts.code, timer.at)
    # A name that is given to new elements means another one in another function.
    known = target in named
    writes = [*scripts.writes(around.body), *(scripts.everywhere() if known else ())]
    mine = [write for write in writes if write.target == target and write.kind in _WRITTEN]
    for write in mine:
        if WRONG.search(write.said):
            return str(write.said)
    if known and any(write.kind == "shows" for write in mine) and WRONG.search(named[target]["text"]):
        return str(named[target]["text"])
    return _passed(scripts.code, around.name) if mine and around.name else ""


def _passed(code: str, name: str) -> str:
    """What is wrong, of what a function is called with."""
    for found in re.finditer(rf"(?<![\w$]){re.escape(name)}\s*\(([^;{{}}\n]{{1,300}})", code):
        for said in re.findall(r"\"([^\"\n]{3,120})\"|'((?:[^'\n\\]|\\.){3,120})'|`([^`]{3,120})`", found[1]):
            words = "".join(said)
            if " " in words.strip() and WRONG.search(words):
                return words
    return ""


def _stays(scripts: Scripts, named: Mapping[str, Fact], target: str) -> bool:
    """Whether a mistake is told in another place as well, and no timer takes it away there."""
    taken = {gone for timer in timers(scripts.code) for gone in _taken(scripts, timer)}
    return any(
        write.target not in taken
        and write.target in named
        and write.kind in _WRITTEN
        and (WRONG.search(write.said) or WRONG.search(named[write.target]["text"]) or named[write.target]["described"])
        for write in scripts.everywhere()
        if write.target != target
    )


def _function(code: str, at: int) -> _Function:
    """The function that a place of the code stands in, the innermost one."""
    depth = 0
    for start in range(at - 1, max(at - BEFORE, 0) - 1, -1):
        if code[start] == "}":
            depth += 1
        elif code[start] == "{":
            if depth:
                depth -= 1
                continue
            head = _HEAD.search(code[max(start - 200, 0) : start])
            if head and head["method"] not in _BLOCKS:
                name = head["named"] or head["given"] or head["method"] or ""
                return _Function(name, code[start : _end(code, start)])
    return _Function("", code[max(at - 400, 0) : at])


def _end(code: str, start: int) -> int:
    depth = 0
    for at in range(start, min(start + BEFORE, len(code))):
        depth += {"{": 1, "}": -1}.get(code[at], 0)
        if not depth:
            return at + 1
    return min(start + BEFORE, len(code))
