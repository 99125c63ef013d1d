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
#: Of several alike things, the one that has this look.
_OUTLINES = "round|square|circular|triangular|rectangular|oval|star-shaped|heart-shaped"
#: What a page shows beside its text.
_SHOWN = (
    f"{_THINGS}|steps|instructions|list|map|photo|photograph|picture|drawing|table|chart|calendar|area|window|buttons"
)
#: Where on the page; beside something that has an address, a door or a name on paper it is no place on the page.
_SIDE = (
    r"(?:(?:(?:on|at|to|in) (?:the|your)|at) (?:(?:far|upper|lower|top|bottom) )?(?:right|left)"
    r"|(?:on|at|in) the (?:upper|lower|top|bottom)[- ](?:right|left)(?:[- ]hand)?(?: corner| side)?)\b"
    r"(?! (?:side )?of (?:the |your |each |every )?(?:\w+ )?(?:door|gate|entrance|desk|building|wall|counter|elevator"
    r"|lift|lot|road|street|path|trail|house|driveway|meter|machine|kiosk|hall|lobby|stairs|bridge|names?|candidates?"
    r"|ballot|envelope|card)\b)"
)
_COTE = (
    r"(?:à (?:la |votre )?(?:droite|gauche)|du côté (?:droit|gauche)"
    r"|dans le coin (?:supérieur|inférieur) (?:droit|gauche)|en (?:haut|bas) à (?:droite|gauche))\b"
    r"(?! (?:de la|du|de l[’']|des) ?(?:porte|entrée|bâtiment|édifice|rue|route|chemin|comptoir|stationnement"
    r"|ascenseur|nom|candidat)\w*)"
)
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
    rf"\b(?:{_ACTS})\b(?:,? [\w’'-]+){{0,6}} (?:{_SHOWN})s? (?:{_SIDE})",
    rf"\b(?:{_PRESSES}|follow|see|read|fill in|look at|find)\b(?: \w+){{0,3}} the (?:{_OUTLINES}) ones?\b",
    rf"\b(?:{_PRESSES}|follow|see)\b(?: on)? the (?:{_COLOURS}) ones?\b",
    rf"\b(?:{_ACTS})\b(?: \w+){{0,4}} (?:button|icon|link|symbol|sign|picture)s?"
    r" (?:(?:that|which) looks? like|looking like|shaped like|in the shape of) an? \w+",
    rf"\b(?:{_PRESSES})\b(?: on)? the three (?:\w+ ){{0,2}}(?:lines|bars|dots|stripes)\b",
    r"\bthe (?:form|menu|map|list|links?|buttons?|search|panel|calendar|box) (?:\w+ ){0,3}(?:on|at)"
    r" the (?:right|left)(?:[- ]hand)? side of (?:the|this|your) (?:page|screen|window|form)\b",
    rf"\busing\b(?: \w+){{0,3}} (?:{_SHOWN})s? (?:{_SIDE})",
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
    rf"\b(?:{_ACTS})\b(?:,? [\w’'-]+){{0,6}} (?:l[’'])?(?:{_CHOSES}|étapes|consignes|liste|carte|tableau|photo)s?"
    rf" (?:\w+ )?(?:(?:situé|placé|affiché|qui se trouve)\w* )?(?:{_COTE})",
    rf"\b(?:{_ACTS})\b(?: \w+){{0,3}} (?:celui|celle)(?: qui est)? (?:rond|carré|rouge|vert|bleu|jaune)e?\b",
    rf"\b(?:{_ACTS})\b(?: \w+){{0,4}} (?:l[’'])?(?:bouton|icône|lien|symbole|image)s?"
    rf" (?:qui ressemble(?:nt)? à|en forme (?:de|d[’'])) ?\w+",
    r"\b(?:cliquez|appuyez|pesez|touchez) sur les trois (?:\w+ )?(?:lignes|barres|points|traits)\b",
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
#: Programmes and things of the street that are called by their colour, and a box to tick beside its own words.
_CALLED = re.compile(
    r"\b(?<!click the )(?<!press the )(?<!click on the )(?<!tap the )"
    r"(?:(?:(?:blue|gr[ae]y|black|green|yellow|red) (?:box|boxes|bin|bins|cart|carts|bag|bags|flag|cross|line|card)"
    r"|(?:bac|boîte|sac|croix|carte) (?:bleu|vert|gris|noir|brun|jaune|rouge)e?s?|white page)\b"
    r"(?! (?:on|at|to) the (?:left|right))"
    r"|(?:check|tick|cochez) (?:the|this|each|la) (?:box|boxes|case)\b)",
    re.IGNORECASE,
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
                found = _PHRASE.search(_CALLED.sub("it", sentence))
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
