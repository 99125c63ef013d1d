"""A picture that tells something is not marked as decoration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more, phrases, plain
from audits.model import Finding, Impact, Rule, Verdict

#: What a file is called that holds information, and what one that does not.
_TELLING = phrases(
    """
    map|maps|chart|charts|graph|diagram|infographic|flowchart|timetable|schedule|calendar|floorplan|siteplan|poster
    flyer|carte|cartes|graphique|diagramme|infographie|horaire|calendrier|affiche|organigramme
    """
)
_BACKDROP = phrases("bg|background|pattern|icon|ico|fond|motif|pin|marker|thumb|thumbnail|arrow|button|hero|banner")
#: What a caption calls a picture that people are meant to read, or its number among such.
_CALLED = re.compile(
    r"\b(?:charts?|graphs?|diagrams?|maps?|infographics?|flow ?charts?|site ?plan|floor ?plan|graphiques?|diagrammes?"
    r"|schéma|organigramme|infographie|plan d(?:u|e la|e l['’]|es))\b|^(?:figure|fig\.) ?\d"
    r"|^carte\b(?! (?:d['’](?:accès|affaires|identité|embarquement)|de (?:bibliothèque|crédit|membre)|postale"
    r"|cadeau|santé))",
    re.IGNORECASE,
)
#: Words from which a caption may say all that there is to read.
_LONG = 30
_WORD = re.compile(r"[A-ZÀ-Ý]?[a-zà-ÿ]+|[A-ZÀ-Ý]+(?![a-zà-ÿ])")
#: CSS pixels: a smaller picture is a sign.
WIDE, HIGH = 250, 150
#: Words of a title that tells something.
_SAYING = 3
#: A text that cannot be followed without a picture.
_POINTS = re.compile(
    r"\b(?:as|see|compare|look at|shown (?:in|on))\b (?:the |these |this |two |both |following )+"
    r"(?:photos?|pictures?|images?|maps?|charts?|drawings?|diagrams?|figures?|graphs?|sketch(?:es)?)\b"
    r"(?! (?:gallery|album|id\b|on page|in (?:the|schedule|appendix)))"
    r"|\bthe (?:photo|picture|image|map|chart|drawing|diagram|figure|graph) (?:below|above|beside|shows?|on the)\b"
    r"|\b(?:voir|comparez|regardez|comme le montre|montrée?s? (?:sur|dans))\b.{0,12}"
    r"\b(?:photos?|images?|cartes?|plans?|dessins?|schémas?|graphiques?|figures?)\b"
    r"|\b(?:la photo|l['’]image|la carte|le plan|le dessin|le schéma|le graphique) (?:ci-dessous|ci-dessus|montre)\b",
    re.IGNORECASE,
)
#: Pixels of one side, and how many pictures are told.
SOME, MOST = 100, 3


class MarkedDecoration(StructureCheck):
    """WCAG 1.1.1: alt="" on a large picture whose file is called a map, a chart, a poster."""

    rule = Rule(
        id="check/marked-decoration",
        title="Picture that seems to tell something is marked as decoration",
        why="An empty alternative hides the picture from people who use a screen reader. If it is a map, a chart or "
        "a poster, they miss all that it says.",
        fix="Say in alt what it shows, or tell the same in the text beside it.",
        title_fr="Une image qui semble informer est marquée comme décorative",
        why_fr="Un texte de remplacement vide cache l’image aux personnes qui utilisent un lecteur d’écran. Si c’est "
        "une carte, un graphique ou une affiche, elles perdent tout ce qu’elle dit.",
        fix_fr="Dites dans alt ce qu’elle montre, ou dites la même chose dans le texte voisin.",
        impact=Impact.MODERATE,
        criteria=("1.1.1",),
        help_url="https://www.w3.org/WAI/tutorials/images/informative/",
        before='<img src="map-of-closures.png" alt="">',
        after='<img src="map-of-closures.png" alt="King Street is closed from Elm to Oak">',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("images", "drawings")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each part."""
        for group in by([one for one in frame["images"] if _tells(one)], lambda one: one["part"]["key"]):
            message = (
                f"{self.quote(group[0]['file'], 60)} is {group[0]['width']} pixels wide and marked as decoration."
                f"{more(group, 'picture')} Look at it: does the text beside it say what it shows?"
            )
            yield self.found(frame, group[0], message)
        seen = [one for one in frame["images"] if one["shown"]]
        said = {one["caption"] for one in seen if one["name"]}
        for image in seen:
            if _is_called(image) and image["caption"] not in said:
                message = (
                    f"The alternative is empty, and the caption says {self.quote(image['caption'])}. Look at it: do "
                    "the caption or the text beside it say all that it shows?"
                )
                yield self.found(frame, image, message)
        for image in seen:
            if _is_silent(image) and image["letters"] > 1 and not _tells(image):
                message = (
                    f"{self.quote(image['file'], 60)} seems to hold lines of text and is marked as decoration. Look at "
                    "it: does the page say the same in words?"
                )
                yield self.found(frame, image, message)
        pointed = [block for block in frame["blocks"] if block["shown"] and _POINTS.search(block["text"])]
        if pointed:
            silent = [
                one
                for one in [*seen, *(drawn for drawn in frame["drawings"] if drawn["muted"])]
                if _is_shown_silently(one) and not _tells(one)
            ]
            for image in silent[:MOST]:
                message = (
                    f"The text says {self.quote(_sentence(pointed[0]['text']))}, and this picture has no alternative. "
                    "Does it show what the text speaks of?"
                )
                yield self.found(frame, image, message)
        for image in frame["images"]:
            if _is_told_by_title(image):
                message = (
                    f"The alternative is empty, and the title says {self.quote(image['title'])}. Look at it: if it "
                    "tells people something, say that in alt; if not, take the title away."
                )
                yield self.found(frame, image, message)


def _sentence(text: str) -> str:
    """The one that speaks of a picture."""
    return next((one for one in re.split(r"(?<=[.!?])\s+", text) if _POINTS.search(one)), text)


def _is_shown_silently(image: Fact) -> bool:
    """A picture of some size without a name, however it is hidden."""
    if image["kind"] == "drawing":
        return True
    if image["kind"] != "img" or (image["alt"] or "").strip() or image["name"] or image["alt"] is None:
        return False
    return bool(image["width"] >= SOME and image["height"] >= SOME and not image["letters"])


def _is_silent(image: Fact) -> bool:
    """A large picture with an empty alternative."""
    if image["kind"] != "img" or image["alt"] is None or image["alt"].strip() or image["name"] or image["title"]:
        return False
    return bool(image["width"] >= WIDE and image["height"] >= HIGH)


def _is_called(image: Fact) -> bool:
    """One whose caption says that it is to be read."""
    if not _is_silent(image) or len(image["caption"].split()) >= _LONG:
        return False
    return bool(_CALLED.search(image["caption"]))


def _is_told_by_title(image: Fact) -> bool:
    """Words that somebody wrote: not the name of a file, nor a caption that stands there anyway."""
    said = plain(image["title"])
    stem = plain(image["file"].rpartition(".")[0].replace("-", " ").replace("_", " "))
    if image["kind"] != "img" or image["alt"] is None or image["alt"].strip() or image["muted"] or not image["shown"]:
        return False
    return len(said.split()) >= _SAYING and said != stem and said not in plain(image["caption"])


def _tells(image: Fact) -> bool:
    if image["kind"] != "img" or image["alt"] is None or image["alt"].strip() or image["name"] or not image["shown"]:
        return False
    if image["width"] < WIDE or image["height"] < HIGH or image["caption"]:
        return False
    called = {word.casefold() for word in _WORD.findall(image["file"].rpartition(".")[0])}
    return bool(called & _TELLING) and not called & _BACKDROP
