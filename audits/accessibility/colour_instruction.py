"""What colour says is said in another way, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_COLOURS = "red|green|blue|yellow|orange|pink|gr[ae]y"
_COULEURS = "rouge|vert|bleu|jaune|orange|gris"
_NOUNS = (
    "fields?|items?|dates?|days?|events?|entries|questions?|areas?|rows?|lines?|routes?|labels?|boxes|sections?|names?|values?"
    "|changes?|cells?|text|times?|courses?|words?|columns?"
)
_NOMS = (
    "champs?|éléments?|dates?|jours?|activités?|événements?|questions?|zones?|lignes?|étiquettes?|cases?|noms?|valeurs?"
    "|modifications?|cellules?|textes?|heures?|cours|mots?|rubriques?"
)
PHRASES = (
    rf"\b(?:{_NOUNS}) (?:\w+ ){{0,3}}(?:in|with|by) (?:\w+ )?(?:{_COLOURS})"
    r"(?: text| font| type| background| border| outline| frame)?\b"
    r"(?= (?:are|is|must|have|were|will|indicate|mean|require|need)|[.,;:)]|$)",
    rf"\b(?:indicated|marked|shown|highlighted|identified|displayed|denoted|flagged|coloured|colored)"
    rf" (?:in|by|with) (?:\w+ )?(?:{_COLOURS})\b",
    rf"\b(?:{_COLOURS}) (?:{_NOUNS}) (?:are|is|must|indicates?|means?|shows?|denotes?)\b",
    rf"\b(?:those|[^\W\d_]+s) (?:(?:shown|marked|printed|listed|written) )?in (?:{_COLOURS})"
    r" (?:are|have|mean|must|indicate|require|need|can|still)\b",
    rf"\b(?:ceux|celles|(?:les|des) (?:\w+ )?\w+s) (?:\w+ )?en (?:{_COULEURS})"
    r" (?:sont|ont|indiquent|doivent|signifient|peuvent|restent|exigent)\b",
    rf"\b(?:{_NOMS}) (?:\w+ ){{0,3}}en (?:{_COULEURS})\b",
    rf"\b(?:indiqués?|indiquées?|marquée?s?|signalée?s?|surlignée?s?|affichée?s?) en (?:{_COULEURS})\b",
)
_PHRASE = re.compile("|".join(f"(?:{phrase})" for phrase in PHRASES), re.IGNORECASE)
#: Another sign is named in the same sentence.
_OTHERWISE = re.compile(
    r"asterisk|astérisque|\*|bold|gras|italic|underlin|soulign|icon|icône|symbol|label|word|mot|star|étoile|triangle",
    re.IGNORECASE,
)


class ColourInstruction(StructureCheck):
    """WCAG 1.4.1: a text that says what a colour means, and names no other sign."""

    rule = Rule(
        id="check/colour-instruction",
        title="Text says that a colour carries meaning",
        why="“Fields in red are required”: people who do not see colours, or use their own, cannot tell which those "
        "are.",
        fix="Mark the same things by words or a sign as well: “(required)”, an asterisk, an icon with a name.",
        title_fr="Un texte dit qu’une couleur porte un sens",
        why_fr="« Les champs en rouge sont obligatoires » : les personnes qui ne voient pas les couleurs, ou "
        "utilisent les leurs, ne savent pas lesquels.",
        fix_fr="Signalez aussi les mêmes choses par des mots ou un signe : « (obligatoire) », un astérisque, une "
        "icône nommée.",
        impact=Impact.SERIOUS,
        criteria=("1.4.1",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/use-of-color.html",
        before="<p>Fields in red are required.</p>",
        after="<p>Required fields are marked “(required)”.</p>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("blocks",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """The first such phrase of each block."""
        for block in frame["blocks"]:
            if not block["shown"] or {"pre", "code"} & set(block["inside"]):
                continue
            for sentence in re.split(r"(?<=[.!?])\s+|\n", block["text"]):
                found = _PHRASE.search(sentence)
                if found and not _OTHERWISE.search(sentence):
                    message = (
                        f"The text says {self.quote(found.group())}. Look at what it speaks of: is there a word or a "
                        "sign beside the colour?"
                    )
                    yield self.found(frame, block, message)
                    break
