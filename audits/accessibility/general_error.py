"""What a script says of a mistake names the field and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import HandlerCheck, scripts_of, sources
from audits.accessibility._mistakes import is_general
from audits.accessibility._writes import code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: As many of one page as a person looks at.
MOST = 2
_LITERAL = re.compile(r"\"([^\"\\\n]{4,160})\"|'([^'\\\n]{4,160})'|`([^`$\\\n]{4,160})`")
_TAGS = re.compile(r"<[^<>]*>")
#: What a script compares, and does not say.
_COMPARED = re.compile(
    r"(?:==|!=|\bcase\s|\bnew Error\(|throw\s+)\s*$|console\.\w+\(\s*$|\bclassList\.\w+\(\s*$|[\[.]\s*$"
)
#: One word alone may be the name of anything: a class, an event, a key.
_WORDS = re.compile(r"\w\s+\w")


class GeneralError(HandlerCheck):
    """WCAG 3.3.1 and 3.3.3: a handler of a form or a button says “Something is wrong.” and no more."""

    rule = Rule(
        id="check/general-error",
        title="A script says that something is wrong, and not what",
        why="“Something is wrong” leaves people to guess which field is meant and what would be right. Many give up.",
        fix="Name the field, and say what to enter, with an example.",
        title_fr="Un script dit que quelque chose est erroné, sans dire quoi",
        why_fr="« Une erreur est survenue » laisse deviner de quel champ il s’agit et ce qui serait juste. Beaucoup "
        "abandonnent.",
        fix_fr="Nommez le champ et dites quoi entrer, avec un exemple.",
        impact=Impact.MODERATE,
        criteria=("3.3.1", "3.3.3"),
        references=("WCAG technique G83", "WCAG technique G85", "WCAG technique G177"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/error-identification.html",
        before="message.textContent = 'Invalid input.';",
        after="message.textContent = 'Ticket number: enter eight digits, for example 40012345.';",
        verdicts=(Verdict.REVIEW,),
        said_by=("check/error-says-little", "check/error-without-remedy", "check/error-not-said"),
        by_words=True,
    )
    needs: ClassVar[tuple[str, ...]] = ("document", "handlers")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is anything to press or send."""
        told = snapshot.artifacts["handlers"]
        return bool(told["forms"] or told["elements"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Told where it is written, or else at the control."""
        told = snapshot.artifacts["handlers"]
        scripts = code_of(told, scripts_of(snapshot))
        named = {place["called"]: place for place in told["named"]}
        met: set[str] = set()
        for control in (*told["forms"], *told["elements"]):
            for source in sources(control, "submit") if control["form"] else sources(control, "click"):
                body = scripts.body(source)
                said = _said(body)
                if not said or said in met or len(met) >= MOST:
                    continue
                if re.search(r"\bcatch\b|\.catch\(|\.onerror|\bfetch\(", body):
                    continue  # of a server that does not answer nothing more is known
                met.add(said)
                where = next(
                    (one.target for one in scripts.writes(body) if one.said and said.startswith(one.said[:20])), ""
                )
                place = named.get(where, control)
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"A script says {self.quoted(said)} and no more. Send it with a mistake: can people know which "
                    "field is meant, and what would be right?",
                )

        filled = {around for place in told["named"] if not place["text"] for around in place["inside"]}
        for place in told["named"]:
            if place["called"] in filled:
                continue  # a heading: what is wrong is listed below it
            hidden = not place["shown"] and not place["holds"] and not place["control"]
            if hidden and len(met) < MOST and place["text"] not in met and _is_bare(place["text"]):
                met.add(place["text"])
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"A script shows {self.quoted(place['text'])} and no more. Send it with a mistake: can people "
                    f"know which "
                    "field is meant, and what would be right?",
                )


def _is_bare(text: str) -> bool:
    return bool(_WORDS.search(text)) and is_general(text)


def _said(body: str) -> str:
    """The first text of a handler that says nothing but that something is wrong."""
    for found in _LITERAL.finditer(body):
        text = " ".join(_TAGS.sub(" ", next(part for part in found.groups() if part is not None)).split())
        if _is_bare(text) and not _COMPARED.search(body[max(0, found.start() - 60) : found.start()]):
            return text
    return ""
