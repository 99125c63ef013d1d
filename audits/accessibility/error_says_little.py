"""A message of error that stands on the page says what is wrong, where, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._mistakes import has_shape, is_general
from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

#: Longer messages say something.
_LONGEST = 90
_WRONG = re.compile(
    r"\b(?:invalid|not (?:a )?valid|incorrect|wrong|unacceptable|malformed|invalides?|non valides?|incorrecte?s?"
    r"|erronée?s?)\b",
    re.IGNORECASE,
)
_REMEDY = re.compile(
    r"\b(?:enter|type|use|include|must|should|between|before|after|at least|at most|choose|select|entrez|saisissez"
    r"|inscrivez|utilisez|choisissez|doit|entre|avant|après|au moins|au plus)\b",
    re.IGNORECASE,
)


class ErrorSaysLittle(StructureCheck):
    """WCAG 3.3.1 and 3.3.3: pages that a server sent back with “Invalid input”, or “Invalid value” beside a field."""

    rule = Rule(
        id="check/error-says-little",
        title="Message of error says too little",
        why="“Invalid” leaves people to guess which field is meant and what would be right. Many give up.",
        fix="Name the field, and say what to enter, with an example.",
        title_fr="Un message d’erreur en dit trop peu",
        why_fr="« Invalide » laisse deviner de quel champ il s’agit et ce qui serait juste. Beaucoup abandonnent.",
        fix_fr="Nommez le champ et dites quoi entrer, avec un exemple.",
        impact=Impact.MODERATE,
        criteria=("3.3.1", "3.3.3"),
        references=("WCAG technique G83", "WCAG technique G85", "WCAG technique G177"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/error-suggestion.html",
        before='<p role="alert">Invalid input.</p>',
        after='<p role="alert"><a href="#tag">Tag number: enter six digits, for example 004512.</a></p>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/error-without-remedy", "check/error-not-said"),
        by_words=True,
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Messages beside a field, one text once, and those of the whole form where nothing else names a field."""
        named = False
        told: set[str] = set()
        for field in frame["fields"]:
            if not field["wrong"] or not field["shown"]:
                continue
            near = field["described"]
            named = named or bool(near and not _is_bare(near, field["name"]))
            if near not in told and near and _is_bare(near, field["name"]):
                told.add(near)
                message = (
                    f"{self.quote(field['name'])} is marked as wrong, and {self.quote(near)} is all that is said of "
                    "it. Can people know what would be right?"
                )
                yield self.found(frame, field, message)
        for error in frame["errors"]:
            if not error["told"] and error["text"] not in told and _is_bare(error["text"], ""):
                told.add(error["text"])
                says = "stands beside a field. Can people know from it what would be right?"
                message = f"{self.quote(error['text'])} {says}"
                yield self.found(frame, error, message)
            named = named or not _is_bare(error["text"], "")
        if named or not any(field["shown"] for field in frame["fields"]):
            return
        for block in frame["blocks"]:
            text = block["text"].strip()
            heading = block["tag"] in ("h1", "h2", "h3", "h4", "h5", "h6")
            if text in told or not block["shown"] or block["muted"] or heading:
                continue
            if len(text) > 7 and is_general(text):
                message = (
                    f"The page says {self.quote(text)} and no more. Can people know which field is meant, and what to "
                    "do?"
                )
                yield self.found(frame, block, message)
                return


def _is_bare(text: str, name: str) -> bool:
    rest = text.replace(name, " ") if name.strip() else text
    if len(rest) > _LONGEST or has_shape(rest) or _REMEDY.search(rest):
        return False
    return is_general(text) or bool(_WRONG.search(rest))
