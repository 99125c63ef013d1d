"""A text alternative says what the picture says: not the name of its file, nor that it is a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more, phrases, plain
from audits.model import Finding, Impact, Rule, Verdict

_FILE = re.compile(r"^\S.*\.(?:jpe?g|png|gif|svg|webp|bmp|tiff?|avif|heic|ico)$", re.IGNORECASE)
#: As cameras, scanners and programs call their files.
_SERIAL = re.compile(
    r"^(?:(?:img|dsc[nf]?|pict|pxl|mvi|gopr|dji|imag|scan|image|unnamed|untitled)[-_]?\d{3,}[-_\d]*(?:\s?\(\d+\))?"
    r"|(?:img|dsc[nf]?|pxl)[-_ ]\d{3,}.*|(?:screen ?shot|capture d'écran)[ _-]*(?:\d{4}-\d\d-\d\d|\(?\d+\)?).*"
    r"|[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
    re.IGNORECASE,
)
#: Says that there is a picture, and nothing of it.
PLACEHOLDERS = phrases(
    """
    image|images|picture|pictures|photo|photos|photograph|graphic|img|pic|spacer|blank|untitled|placeholder
    thumbnail|thumb|alt|alt text|alternative text|alternate text|image description|description
    insert alt text here|null|undefined|none|n/a|tbd|todo|test|image here|image placeholder|placeholder image
    default image|decorative|decorative image|bullet|divider|separator|banner|banner image|hero|hero image
    header image|background|background image|featured image|slide|image of|photo of|picture of|icon|icons
    logo image|stock photo|photographie|illustration|graphique|icône|icone|vignette|bannière|image d'en-tête
    arrière-plan|sans titre|puce|texte alternatif|texte de remplacement|description de l'image|séparateur
    image décorative|image par défaut
    """
)
#: Says of what kind a picture is that people are meant to read, and nothing of what it says.
KINDS = phrases(
    """
    chart|charts|graph|graphs|diagram|diagrams|map|maps|infographic|infographics|flyer|poster|flow chart|flowchart
    bar chart|bar graph|pie chart|line graph|line chart|screenshot|screen shot|captcha|timetable|schedule|table
    graphique|graphiques|diagramme|schéma|carte|plan|infographie|affiche|dépliant|organigramme|tableau|horaire
    capture d'écran
    """
)
#: Words around such a kind that say no more; and numbers behind it.
_AROUND = re.compile(
    r"^(?:(?:an?|the|our|this|interactive|data|simple|static|embedded|animated|live|image of|picture of)\b\s*)+"
    r"|^(?:une?|la|le|les|notre)\s+"
    r"|\s+(?:image|picture|graphic|view|interactive?|dynamique)$|\s*[-_#]?\s*\d{1,3}$",
    re.IGNORECASE,
)
#: As programs call the areas of a picture that they let people draw.
_AREA = re.compile(
    r"(?:area|image ?map|hot ?spot|shape|poly(?:gon)?|rect(?:angle)?|circle|link|map|image|région|lien|forme|cercle)"
    r"[\s_#-]*\d{0,4}|(?:region|zone|part|section)[_#-]?\d{0,4}"
)
_DRAWN = frozenset({"canvas", "drawing", "dessin", "visualization", "visualisation"})
#: CSS pixels: a smaller one is a sign.
WIDE, HIGH = 150, 100
#: CSS pixels of a picture that is no sign; and words of an alternative that can only be a title.
ONE_SIDE, MOST_WORDS = 60, 6
_TITLED = re.compile(
    r"^(?:(?:bar|pie|line|flow|organi[sz]ation(?:al)?|site|route|area|location|evacuation|zoning|transit) )?"
    r"(?:map|chart|graph|diagram|infographic|schedule|timetable|plan|carte|graphique|diagramme|organigramme|infographie"
    r"|horaire)\b(?!:)",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:below|above|table|text|list|described|details|ci-dessous|ci-dessus|tableau|liste)\b|[:;]")
_POINTS_BACK = re.compile(
    r"\b(?:map|chart|graph|diagram|schedule|picture|image|carte|graphique|diagramme)\b.{0,40}"
    r"\b(?:in words|as text|as a (?:table|list)|same (?:numbers|data|places)|en mots|en texte)\b|\blong description\b"
    r"|\bsame (?:numbers|data|information)\b|\btext (?:version|alternative|description)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"lorem ipsum|dolor sit amet|(?:insert|add|enter|your|write) (?:an? )?(?:alt|alternative|description)"
)
_NUMBERED = re.compile(
    r"^(image|picture|photo|graphic|slide|thumbnail|banner|diapositive|bannière)\s*[-_#]?\s*\d{1,4}$"
)


class PlaceholderAlternative(StructureCheck):
    """WCAG 1.1.1 (failure F30): a file name fails; a word that fits any picture is for a person to judge."""

    rule = Rule(
        id="check/placeholder-alternative",
        title="Text alternative is a file name or a placeholder",
        why="People who cannot see the picture hear “IMG 4711 dot jpg” or “image”, and learn nothing of what it shows.",
        fix='Say what the picture tells people here. Give it alt="" when it tells them nothing.',
        title_fr="Le texte de remplacement est un nom de fichier ou un texte passe-partout",
        why_fr="Les personnes qui ne voient pas l’image entendent « IMG 4711 point jpg » ou « image », et "
        "n’apprennent rien de ce qu’elle montre.",
        fix_fr='Dites ce que l’image apprend aux gens à cet endroit. Mettez alt="" si elle ne leur apprend rien.',
        impact=Impact.SERIOUS,
        criteria=("1.1.1",),
        references=("ACT rule qt1vmo",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/failures/F30",
        before='<img src="IMG_4711.jpg" alt="IMG_4711.jpg">',
        after='<img src="IMG_4711.jpg" alt="Children skate on the rink in front of City Hall">',
    )
    about: ClassVar[tuple[str, ...]] = ("images", "canvases", "areas")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every picture that fails; those to be looked at by what they say."""
        heard = [image for image in frame["images"] if not image["muted"] and image["shown"] and image["name"]]
        for image in heard:
            if _is_file_name(image):
                message = f"The text alternative is a file name: {self.quote(image['name'])}."
                yield self.found(frame, image, message, Verdict.FAIL)
        vague = [image for image in heard if not _is_file_name(image) and _is_placeholder(image)]
        for group in by(vague, lambda image: (plain(image["name"]), image["part"]["key"])):
            message = (
                f"The text alternative {self.quote(group[0]['name'])} fits any picture.{more(group, 'picture')} "
                "Look at the picture: does it tell people something? Then say that, else empty the alternative."
            )
            yield self.found(frame, group[0], message)
        for group in by([image for image in heard if image["kind"] == "img"], lambda image: plain(image["name"])):
            if _is_repeated(group, vague):
                message = (
                    f"{len(group)} different pictures have the text alternative {self.quote(group[0]['name'])}. Look "
                    "at them: does it say what each of them shows?"
                )
                yield self.found(frame, group[0], message)
        for image in heard:
            if _is_titled(image, frame):
                message = (
                    f"The text alternative {self.quote(image['name'])} says of what the picture is, and not what is to "
                    "be read there. Does the text beside it say that?"
                )
                yield self.found(frame, image, message)
            if image["kind"] != "button" and _is_kind(image) and _is_large(image):
                message = (
                    f"The text alternative says {self.quote(image['name'])}, and not what is to be read there. Look at "
                    "the picture: does it tell people something that the text beside it does not?"
                )
                yield self.found(frame, image, message)
        for canvas in frame["canvases"]:
            if _is_kind_of_drawing(canvas, frame):
                message = (
                    f"A script draws here, and the drawing is called {self.quote(canvas['name'])}. Look at it: does it "
                    "tell people something that no text or table beside it tells?"
                )
                yield self.found(frame, canvas, message)
        called = [area for area in frame["areas"] if not area["muted"] and _is_area(area, frame)]
        for group in by(called, lambda area: area["part"]["key"]):
            message = (
                f"Areas of a picture that lead on are called {self.quotes(area['name'] for area in group)}."
                f"{more(group, 'area')} Hear them without the picture: is it clear what each is, or where it leads?"
            )
            yield self.found(frame, group[0], message)


def _is_kind(one: Fact) -> bool:
    """Whether a name says of what kind a picture is, and nothing more is told of it."""
    said, before = plain(one["name"]), ""
    while said != before:
        if said in KINDS:
            return not one["described"]
        said, before = plain(_AROUND.sub("", said)), said
    return False


def _is_kind_of_drawing(canvas: Fact, frame: Fact) -> bool:
    if not canvas["shown"] or canvas["behind"] or canvas["figure"]:
        return False
    if canvas["width"] < WIDE or canvas["height"] < HIGH or canvas["described"]:
        return False
    beside = any(table["part"]["key"] == canvas["part"]["key"] for table in frame["tables"])
    told = beside or any(_POINTS_BACK.search(block["text"]) for block in frame["blocks"])
    return not told and (_is_kind(canvas) or plain(canvas["name"]) in PLACEHOLDERS | _DRAWN)


def _is_area(area: Fact, frame: Fact) -> bool:
    """Whether it has the name that a program gave it, or one that fits any, and the page speaks of no such thing."""
    said = plain(area["name"])
    if not said:
        return False
    called = said in PLACEHOLDERS or _AREA.fullmatch(said) or _FILE.match(said) or _SERIAL.match(said)
    numbered = re.compile(rf"\b{re.escape(said)}\b") if said[-1].isdigit() else None
    return bool(called) and not (numbered and any(numbered.search(plain(block["text"])) for block in frame["blocks"]))


def _is_repeated(group: list[Fact], vague: list[Fact]) -> bool:
    """Pictures of several files that are called the same; signs that stand in many places are of one file."""
    large = [image for image in group if image["width"] >= ONE_SIDE and image["height"] >= ONE_SIDE]
    files = {image["file"] for image in large if image["file"]}
    return len(large) > 1 and len(files) > 1 and len(files) == len(large) and large[0] not in vague


def _is_titled(image: Fact, frame: Fact) -> bool:
    """“Map of road closures”: a kind and a topic, and no table or list that may say the rest."""
    if image["kind"] not in ("img", "role", "svg") or not _is_large(image) or image["leads"]:
        return False
    if image["described"] or _is_kind(image) or not _TITLED.match(image["name"]) or _POINTS.search(image["name"]):
        return False
    return len(image["name"].split()) <= MOST_WORDS and not _is_said_beside(image, frame)


def _is_said_beside(image: Fact, frame: Fact) -> bool:
    listed = [*frame["tables"], *(one for one in frame["lists"] if one["entries"] > 1)]
    if any(one["part"]["key"] == image["part"]["key"] for one in listed):
        return True
    return any(_POINTS_BACK.search(block["text"]) for block in frame["blocks"])


def _is_large(image: Fact) -> bool:
    return bool(image["width"] >= WIDE and image["height"] >= HIGH and not image["caption"])


def _is_file_name(image: Fact) -> bool:
    name = image["name"].strip()
    if _FILE.match(name):
        # "Logo of example.png" names a thing; "team photo.jpg" is a file.
        return len(name.split()) <= 3 or plain(name) == plain(image["file"])
    return bool(_SERIAL.match(name.replace("’", "'")))


def _is_placeholder(image: Fact) -> bool:
    said, stem = plain(image["name"]), image["file"].rpartition(".")[0].casefold()
    if said == "logo" and image["leads"]:
        return True  # of whom, and where to?
    if said in PLACEHOLDERS or _FILLER.match(said) or _NUMBERED.match(said):
        return True
    if re.fullmatch(r"[a-z\d]+(?:[-.]?[a-z\d]+)*_[\w.-]+", image["name"], re.IGNORECASE):
        return True
    return "_" in stem.strip("_") and image["name"].casefold() == stem
