"""An instruction does not rest on shape, colour or place alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, words
from audits.model import Finding, Impact, Rule, Verdict

_COLOURS = "red|green|blue|yellow|orange|purple|pink|gr[ae]y|black|white"
_SHAPES = "round|square|circular|triangular|rectangular|oval|big|large|small"
_THINGS = (
    "navigation|button|icon|link|box|arrow|tab|circle|square|triangle|image|symbol|panel|menu|column|sidebar|form|field"
    "|check ?mark|tick|cross|dot|flag|pin|marker|bar|banner|tile|star"
)
#: What is pressed by its shape: a town has a square and a circle of its own, so few verbs.
_PRESSES = "click|press|select|tap|push|choose|use"
_SIGNS = "triangle|circle|square|star|diamond|arrow|cross|hexagon|check ?mark|dots|bars|gear|cog|pencil|plus|x"
_SIGNES = "triangle|cercle|carré|étoile|losange|flèche|croix|crochet|engrenage|crayon"
#: Drawn signs that stand for a place.
_FIGURES = "triangle|circle|star|diamond|arrow|hexagon"
_FIGURES_FR = "étoile|triangle|losange|flèche"
_COULEURS = "rouge|verte?|bleue?|jaune|orange|violette?|rose|grise?|noire?|blanche?"
_CHOSES = (
    "bouton|icône|lien|boîte|encadré|case|flèche|onglet|cercle|carré|triangle|image|symbole|menu|colonne|formulaire"
    "|champ"
)
_ACTS = (
    "click|press|select|use|choose|tap|push|see|check|fill in|complete|open|follow|find|look at|go to"
    "|cliquez|cliquer|appuyer|choisir|utiliser|consulter|sélectionner|appuyez|choisissez|utilisez|sélectionnez|voir|voyez|consultez|remplissez|suivez|pesez|trouvez|repérez"
)
PHRASES = (
    rf"\b(?:{_ACTS})\b(?: \w+){{0,4}} (?:the|a) (?:(?:{_SHAPES}|{_COLOURS}),? (?:and )?)*"
    rf"(?:{_COLOURS}|{_SHAPES}) (?:\w+ )?(?:{_THINGS})s?\b(?! (?:named|called|labell?ed))",
    rf"\b(?:{_ACTS})\b(?: \w+){{0,3}} (?:{_THINGS})s? (?:on|at|to|in) the (?:right|left)\b",
    rf"\b(?:{_ACTS}|using)\b(?: \w+){{0,3}} (?:menu|links?|buttons?|form|box|navigation|icons?)"
    rf" (?:on|to) (?:your|the) (?:right|left)\b",
    r"\bin the (?:right|left)[- ]hand (?:column|side|menu|sidebar|navigation)\b",
    rf"\b(?:{_PRESSES})\b(?: on)? the (?:\w+ )?(?:{_SIGNS})\b"
    r"(?= (?:on|at|in|to|above|below|beside|next|under|and|icon|symbol|sign)\b|[.,;)]|$)",
    r"\b(?:when|after|once|until|as soon as) you hear (?:the|a|an) (?:\w+ )?"
    r"(?:beep|tone|chime|bell|sound|buzz\w*|signal)\b",
    r"\b(?:after|at) the (?:beep|chime|buzz\w*)\b",
    r"\b(?:au|après le) (?:bip|signal sonore|timbre sonore)\b"
    r"|\b(?:lorsque|quand|dès que) vous enten\w+ (?:le|un|la|une) (?:bip|signal|son|tonalité|sonnerie)\b",
    rf"\b(?:cliquez|appuyez|pesez|cliquer|appuyer)\b sur (?:le |la |l[’'])(?:{_SIGNES})\b",
    rf"\b(?:{_ACTS})\b(?: \w+){{0,3}} (?:l[’'])?(?:{_CHOSES})s? (?:\w+ )?(?:{_COULEURS}|ronde?|carrée?)s?\b",
    rf"\b(?:{_ACTS})\b(?: \w+){{0,4}} (?:l[’'])?(?:{_CHOSES})s? (?:(?:situé|placé|qui se trouve)\w* )?"
    rf"(?:à|du côté) (?:droite?|gauche)\b",
    r"\bdans la (?:colonne|marge) de (?:droite|gauche)\b",
    rf"\b(?:in|within|inside|from|on) the (?:{_FIGURES}) (?:{_THINGS})\b",
    rf"\b(?:look|find|found|see|click|located|available)\b(?: \w+){{0,4}}"
    rf" (?:under|underneath|below|beneath|beside|behind|next to) the (?:\w+ )?(?:{_FIGURES})\b",
    r"\bthe (?:menu|navigation|sidebar) on the (?:right|left)"
    r" (?:\w+s)\b",
    r"\ble menu (?:situé )?(?:à|de) (?:droite|gauche) (?:\w+[et])\b",
    rf"\b(?:voyez|voir|cliquez|trouvez|trouverez|repérez|cherchez)\b(?: \w+){{0,4}} (?:sous|à côté de|derrière)"
    rf" (?:le |la |l[’'])?(?:{_FIGURES_FR})\b",
)
_PHRASE = re.compile("|".join(f"(?:{phrase})" for phrase in PHRASES), re.IGNORECASE)
#: The thing is named as well: the instruction does not rest on its looks.
_NAMED = re.compile(
    r"[“\"«‘][^”\"»’]{2,}[”\"»’]|\b(?:labell?ed|named|called|marked|intitulée?|nommée?|appelée?)\b", re.IGNORECASE
)
_LOOKS = frozenset(f"{_COLOURS}|gray|grey|{_SHAPES}|{_FIGURES}|{_COULEURS}|verte|bleue|{_FIGURES_FR}".split("|"))
_PLACES = frozenset({"menu", "navigation", "sidebar", "form", "formulaire", "panel", "column", "colonne"})


class SensoryInstruction(StructureCheck):
    """WCAG 1.3.3: precise phrases only, and none that names the thing as well."""

    rule = Rule(
        id="check/sensory-instruction",
        title="Instruction rests on colour, shape or place",
        why="“Press the green button”, “use the menu on the right”: people who do not see the page, or see it zoomed, "
        "on a phone or in other colours, do not find what is meant.",
        fix="Name the thing, and keep the looks as a help: “Press Apply, the green button”.",
        title_fr="La consigne repose sur une couleur, une forme ou un emplacement",
        why_fr="« Appuyez sur le bouton vert », « le menu à droite » : les personnes qui ne voient pas la page, ou la "
        "voient agrandie, sur un téléphone ou dans d’autres couleurs, ne trouvent pas de quoi il s’agit.",
        fix_fr="Nommez la chose, et gardez l’apparence comme aide : « Appuyez sur Soumettre, le bouton vert ».",
        impact=Impact.MODERATE,
        criteria=("1.3.3",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/sensory-characteristics.html",
        before="<p>Click the green button to apply.</p>",
        after="<p>Click <strong>Apply</strong>, the green button.</p>",
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
                if found and not _NAMED.search(sentence) and not _is_named(found.group(), frame):
                    message = (
                        f"The text says {self.quote(found.group())}. Can somebody who does not see the page find what "
                        "is meant? Is it named as well?"
                    )
                    yield self.found(frame, block, message)
                    break


def _is_named(phrase: str, frame: Fact) -> bool:
    """Whether the page calls the thing by what is said of it: “Round button”, a heading “Menu”, its only menu."""
    said = set(words(phrase))
    names = [*frame["buttons"], *frame["links"], *frame["images"]]
    if any(_LOOKS & said & set(words(one["name"])) for one in names):
        return True
    things = said & _PLACES
    if any(things & set(words(one["text"])) for one in frame["headings"] if one["shown"]):
        return True
    parts = [link["part"] for link in frame["links"]]
    menus = {(part["key"], part["name"]) for part in parts if part["key"].startswith("navigation")}
    return bool(things & {"menu", "navigation"}) and len(menus) == 1
