"""Text is text, not a picture of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
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
#: What people read in it is the thing itself: a shot of a screen, a sign, a page from an archive; or a chart's numbers.
_SHOWN = re.compile(
    r"\b(?:scan\w*|archives?|historic\w*|stamp|envelope|letter of|plaque|mural|banner of|screen ?shot|signature|barcode"
    r"|qr|badges?|app store|google play|facebook|twitter|instagram|youtube|linkedin|sponsors?|partners?|partenaires?"
    r"|commanditaires?|certified|awards?|member of|membre de|timbre|capture)\b",
    re.IGNORECASE,
)
LARGE = 250 * 150
FEWEST_WORDS = 8
#: Of a picture with lines of letters: words of its alternative, and lines, from which it is more than a name.
SOME_WORDS, SOME_LINES = 4, 2
#: Words on a button or an entry of a menu, and how many of them are told.
LABEL_WORDS, MOST_LABELS = 6, 5


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
    about: ClassVar[tuple[str, ...]] = ("images", "worded", "canvases")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such picture once, wherever it stands; entries of one menu together."""
        found = [image for image in frame["images"] if _holds_text(image)]
        labels = [image for image in frame["images"] if image not in found and _is_label(image)]
        for group in by(found, lambda image: (image["file"] or image["selector"], image["name"], image["part"]["key"])):
            message = (
                f"The picture {self.quote(group[0]['name'] or group[0]['file'])} seems to hold text."
                f"{more(group)} Look at it: can all of its text be read in the page as well? (A logo is no fault.)"
            )
            yield self.found(frame, group[0], message)
        for image in labels[:MOST_LABELS]:
            message = (
                f"Words are written in a picture: {self.quote(image['name'])}. Could text say it? (A logo is no fault.)"
            )
            yield self.found(frame, image, message)
        for canvas in frame["canvases"]:
            if (
                canvas["shown"]
                and canvas["letters"]
                and len(canvas["name"].split()) >= SOME_WORDS
                and _is_prose(canvas["name"])
            ):
                message = (
                    f"A script draws words here: {self.quote(canvas['name'])}. Could text in the page say the same?"
                )
                yield self.found(frame, canvas, message)
        worded = [box for box in frame["worded"] if _stands_for(box)]
        for group in by(worded, lambda box: box["part"]["key"]):
            what = "A picture" if len(group) == 1 else "Pictures"
            message = (
                f"{what} of the style sheet {'stands' if len(group) == 1 else 'stand'} in place of "
                f"{self.quotes(box['text'] for box in group)}.{more(group)} Look: is it a picture of these words? "
                "Could they be text? (A logo is no fault.)"
            )
            yield self.found(frame, group[0], message)


def _stands_for(box: Fact) -> bool:
    return not _is_logo(box["text"], box["file"]) and _is_prose(box["text"]) and box["leads"] not in ("home", "away")


def _is_logo(name: str, file: str) -> bool:
    return bool(_LOGO.search(f"{name} {file.replace('-', ' ').replace('_', ' ')}"))


def _is_prose(name: str) -> bool:
    """Words that can be the text of a picture, not a description of what it shows."""
    return not (_PICTURE.search(name) or _SHOWN.search(name))


def _is_label(image: Fact) -> bool:
    """A button, link or heading whose words are drawn."""
    if image["kind"] not in ("img", "button") or image["muted"] or not image["shown"]:
        return False
    if image["kind"] == "img" and (image["leads"] not in ("on", "") or not image["letters"]):
        return False
    if image["kind"] == "img" and not image["leads"] and not image["part"]["key"].startswith("content"):
        return False  # in a header or footer it is a logo
    words = image["name"].split()
    if not 0 < len(words) <= LABEL_WORDS or image["width"] < 1.6 * image["height"] or image["height"] > 120:
        return False
    return not _is_logo(image["name"], image["file"]) and _is_prose(image["name"])


def _holds_text(image: Fact) -> bool:
    if image["kind"] not in ("img", "button") or image["muted"] or not image["shown"] or not image["name"]:
        return False
    name, file = image["name"], image["file"]
    if _is_logo(name, file):
        return False
    words = len(name.split())
    if image["letters"] and image["leads"] != "away" and words >= SOME_WORDS and _is_prose(name):
        return True
    if image["width"] * image["height"] < LARGE or not _RASTER.search(file):
        return False
    if image["letters"] >= SOME_LINES and image["leads"] != "away" and _is_prose(name):
        return True
    if _POSTER.search(name) or _POSTER.search(file):
        return True
    return len(name.split()) >= FEWEST_WORDS and bool(_TEXT_LIKE.search(name)) and not _PICTURE.search(name)
