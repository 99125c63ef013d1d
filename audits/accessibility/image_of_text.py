"""Text is text, not a picture of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_POSTER = re.compile(
    r"(?<![^\W_])(?:flyers?|flier|posters?|infographics?|brochure|affiches?|dépliant|depliant|infographie|feuillet)(?![^\W_])",
    re.IGNORECASE,
)
_LOGO = re.compile(r"\blogos?\b|\bwordmark\b|\bcrest\b|\bbrand\b|armoiries|mot-symbole", re.IGNORECASE)
_RASTER = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|bmp)$", re.IGNORECASE)
#: What only a picture that holds text is described by: dates, times, prices, addresses, calls to act.
_TEXT_LIKE = re.compile(
    r"\b\d{1,2}(?::\d{2})?\s?(?:a\.?m|p\.?m)\b|\b\d{1,2}\s?h\s?\d{2}\b|\bwww\.|\.(?:ca|com|org)\b|\$\s?\d|\d\s?\$|!\s"
    r"|(?:^|[.!:] )(?:register|visit|call|apply|join|inscrivez|visitez|appelez|joignez|réservez)\b",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"\b(?:photo\w*|pictures?|images?|portrait|view|aerial|illustration|drawing|map|graph|screenshot|carte|vue|dessin"
    r"|capture|\w*chart|\w*diagramm?e?)\b",
    re.IGNORECASE,
)
LARGE = 250 * 150
FEWEST_WORDS = 8


class ImageOfText(StructureCheck):
    """WCAG 1.4.5: large pictures whose alternative reads like a notice, or that are called a poster."""

    rule = Rule(
        id="check/image-of-text",
        title="Picture seems to hold text",
        why="Text in a picture blurs when it is enlarged, keeps its size, colours and spacing, and cannot be read "
        "aloud beyond its alternative.",
        fix="Write the text in the page, and keep the picture beside it as decoration.",
        title_fr="L’image semble contenir du texte",
        why_fr="Le texte d’une image devient flou quand on l’agrandit, garde sa taille, ses couleurs et son "
        "espacement, et n’est lu que par son texte de remplacement.",
        fix_fr="Écrivez le texte dans la page, et gardez l’image à côté comme décor.",
        impact=Impact.MODERATE,
        criteria=("1.4.5",),
        references=("ACT rule 0va7u6",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/images-of-text.html",
        before='<img src="flyer.jpg" alt="Winter fest flyer">',
        after="<h2>Winter fest</h2>\n<p>Saturday 6 February, noon to 8 p.m., Spencer Park. Free.</p>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("images",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such picture."""
        for image in frame["images"]:
            if _holds_text(image):
                message = (
                    f"The picture {self.quote(image['name'] or image['file'])} seems to hold text. Look at it: can "
                    "all of its text be read in the page as well? (A logo is no fault.)"
                )
                yield self.found(frame, image, message)


def _holds_text(image: Fact) -> bool:
    if image["kind"] not in ("img", "button") or image["muted"] or not image["shown"] or not image["name"]:
        return False
    if image["width"] * image["height"] < LARGE or not _RASTER.search(image["file"]):
        return False
    name, file = image["name"], image["file"]
    if _LOGO.search(f"{name} {file.replace('-', ' ').replace('_', ' ')}"):
        return False
    if _POSTER.search(name) or _POSTER.search(file):
        return True
    return len(name.split()) >= FEWEST_WORDS and bool(_TEXT_LIKE.search(name)) and not _PICTURE.search(name)
