"""A picture that informs has words, also where a style sheet brings it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

_INFORMS = re.compile(
    r"\b(?:maps?|plans?|charts?|graphs?|diagrams?|infographics?|schedules?|timetables?|hours|calendars?|poster|flyer|notice"
    r"|phone|telephone|price|prices|fees|rates|sign|closed|open|sale|steps|legend|menu of|text|slogan|carte|horaires?"
    r"|calendrier|affiche|dépliant|avis|téléphone|telephone|prix|tarifs?|fermé|ferme|ouvert|étapes|etapes|légende"
    r"|graphique|diagramme|tableau)\b",
    re.IGNORECASE,
)
#: Signs of honour, of who did it, and of how good something is.
_HONOURS = re.compile(
    r"\b(?:awards?|awarded|badges?|crests?|coat of arms|seal|certified|certificates?|certification|accreditation"
    r"|accredited|medals?|recognition|rating|stars|score|logos?|partners?|sponsors?|funders?|prix|récompenses?|insignes?"
    r"|écusson|armoiries|blason|sceau|certificats?|médailles?|distinctions?|cote|étoiles|partenaires?|commanditaires?)\b",
    re.IGNORECASE,
)
#: Pixels; what is wider is the ground of a section.
WIDEST = 480


class StyledPicture(StructureCheck):
    """WCAG 1.1.1 (failure F3): an empty box that shows a picture whose file is called like something to read."""

    rule = Rule(
        id="check/styled-picture",
        title="A style sheet shows a picture that may inform",
        why="Pictures of a style sheet have no text alternative: who does not see them, or switches styles or "
        "colours, does not know that there is one.",
        fix='Put the picture in the page with <img> and an alternative, or give the box role="img" and a name.',
        title_fr="Une feuille de style montre une image qui informe peut-être",
        why_fr="Les images d’une feuille de style n’ont pas de texte de remplacement : qui ne les voit pas, ou "
        "change les styles ou les couleurs, ignore leur présence.",
        fix_fr="Mettez l’image dans la page avec <img> et un texte de remplacement, ou donnez à la boîte "
        'role="img" et un nom.',
        impact=Impact.SERIOUS,
        criteria=("1.1.1",),
        references=("WCAG failure F3",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/non-text-content.html",
        before='<div style="background: url(parking-map.png)"></div>',
        after='<img src="parking-map.png" alt="Lots A and C are north of the arena">',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("pictures",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such place; cells of one table together."""
        alone = [picture for picture in frame["pictures"] if picture["alone"] and not picture["name"]]
        for group in by(alone, lambda one: one["part"]["key"]):
            message = (
                f"All that this cell of a table says is a picture of the style sheet.{more(group, 'cell')} Look at "
                "it: what does the picture mean, and how does somebody who does not see it learn that?"
            )
            yield self.found(frame, group[0], message)
        ratings = [picture for picture in frame["pictures"] if picture["kind"] == "rating"]
        for group in by(ratings, lambda one: one["part"]["key"]):
            message = (
                f"A row of stars or the like shows a rating here, and no word or number says it.{more(group)} How does "
                "somebody who does not see it learn the rating?"
            )
            yield self.found(frame, group[0], message)
        for picture in frame["pictures"]:
            if not picture["alone"] and not picture["name"] and _informs(picture):
                shows = self.quote(picture["file"]) if picture["file"] else "a picture of the style sheet"
                message = (
                    f"This box shows {shows} and has no words. Does the picture say something "
                    "that the text beside it does not?"
                )
                yield self.found(frame, picture, message)


def _informs(picture: Fact) -> bool:
    """Whether its file, its class or the heading right above it says that it is more than a decoration."""
    file = _words(picture["file"])
    if _INFORMS.search(file) or _HONOURS.search(file):
        return True
    if picture["width"] > WIDEST:
        return False  # the banner of a section
    return bool(_HONOURS.search(_words(picture["called"] + ".")) or _HONOURS.search(picture["heading"]))


def _words(file: str) -> str:
    """The words of a file's name, without its ending."""
    return re.sub(r"[-_.\d]+", " ", file.rpartition(".")[0])
