"""When a script puts another picture into a place, the words for it change as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._handlers import HandlerCheck, scripts_of
from audits.accessibility._writes import code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: As many of one page as a person looks at.
MOST = 3
_AT = r"(?<![\w$])(?P<at>[A-Za-z_$][\w$]*(?:\.[\w$]+|\([^()\n]{0,80}\)){0,5}?)"
#: A picture of several: one of a list, or that of a smaller one that was pressed.
_ANOTHER = (
    r"(?P<what>[^;\n]*(?:[\w$)\]]\s*\[\s*[\w$]+(?:\s*[%+-][^\]]{0,20})?\s*\]"
    r"|(?<![\w$])(?:this|target|currentTarget|thumb\w*|one|item|link|el|t|a|e)\.(?:href|src|dataset\.\w+"
    r"|getAttribute\(\s*[\"'](?:href|src|data-[\w-]+)[\"']\s*\)))[^;\n]*)"
)
_SETS = re.compile(
    rf"{_AT}(?:\.src\s*=(?!=)|\.setAttribute\(\s*[\"']src[\"']\s*,|\.attr\(\s*[\"']src[\"']\s*,)\s*{_ANOTHER}"
)
#: Whoever speaks of alternatives changes them; a picture that comes late is the same one.
_WORDS = re.compile(r"\.alt\b|[\"']alt[\"']|\balt=|aria-?label", re.IGNORECASE)
_LATE = re.compile(r"data-?(?:src|lazy|original)|lazy|Math\.random|Date\b", re.IGNORECASE)


class AlternativeLeftBehind(HandlerCheck):
    """WCAG 1.1.1 (failure F20): scripts change a picture that has an alternative, and none of them speaks of that."""

    rule = Rule(
        id="check/alternative-left-behind",
        title="A picture changes and its text alternative does not",
        why="People who do not see the pictures are told of the first one, whichever is shown: of a harbour "
        "where a rink is seen.",
        fix="Change the alternative together with the picture, or show one <img> with its own alternative at a time.",
        title_fr="Une image change, mais pas son texte de remplacement",
        why_fr="Les personnes qui ne voient pas les images entendent parler de la première, quelle que soit celle qui "
        "est affichée : d’un port là où l’on voit une patinoire.",
        fix_fr="Changez le texte de remplacement en même temps que l’image, ou affichez à chaque fois une <img> "
        "avec le sien.",
        impact=Impact.SERIOUS,
        criteria=("1.1.1",),
        references=("WCAG failure F20",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/failures/F20",
        before="photo.src = pictures[number].file;",
        after="photo.src = pictures[number].file;\nphoto.alt = pictures[number].words;",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("document", "handlers", "structure")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether a script names a picture."""
        return any(place["tag"] == "img" for place in snapshot.artifacts["handlers"]["named"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each such picture of the page itself, once."""
        told = snapshot.artifacts["handlers"]
        scripts = code_of(told, scripts_of(snapshot))
        if _WORDS.search(scripts.code):
            return
        pictures = {place["called"]: place for place in told["named"] if place["tag"] == "img" and place["many"] == 1}
        alternatives = {
            image["selector"]: image["alt"]
            for image in snapshot.artifacts["structure"]["frames"][0]["images"]
            if image["alt"] and image["shown"] and not image["muted"]
        }
        met: set[str] = set()
        for found in _SETS.finditer(scripts.code):
            place = pictures.get(scripts.selector(found["at"]))
            if place is None or place["selector"] in met or len(met) >= MOST or _LATE.search(found["what"]):
                continue
            if words := alternatives.get(place["selector"]):
                met.add(place["selector"])
                message = (
                    f"A script puts other pictures in here, and no script changes the alternative {self.quoted(words)}."
                    " Does it fit all of them?"
                )
                yield self.found(place, Verdict.REVIEW, message)
