"""Nobody has to solve a puzzle to be let in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_SUM = re.compile(
    r"\b(?:what(?: is|['’]s)|solve|calculate|how much is|combien (?:font|fait)|résolvez|calculez)\b.{0,15}"
    r"(?<!\d)\d{1,2}\s?[-+x×*]\s?\d{1,2}(?!\d)|^\W*\d{1,2}\s?[+x×*]\s?\d{1,2}\s?=\s*\??\W*$",
    re.IGNORECASE,
)
_NUMBERS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    "|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf|dix"
    r"|\d{1,2}"
)
#: What only a mind can answer: sums in words, characters by their place, what everybody knows, a picture to be found.
_ASKED = re.compile(
    rf"\b(?:{_NUMBERS}) (?:plus|minus|times|added to|multiplied by|moins|fois|multiplié par) (?:{_NUMBERS})\b"
    r"|\b\d+(?:st|nd|rd|th|e|er|re)\b.{0,30}\b(?:characters?|letters?|digits?|caractères?|lettres?|chiffres?)\b"
    r"|\b(?:characters?|letters?|digits?|caractères?|lettres?) (?:numbers? )?\d+(?:, ?\d+)*,? (?:and|et) \d+"
    r" (?:of|from|de)\b"
    r"|\b(?:prove|show|confirm|verify|check)\b.{0,20}\b(?:not a (?:ro)?bot|(?:a )?human\b(?! resources))"
    r"|\bare you (?:a )?human\b"
    r"|\b(?:prouve[rz]|montre[rz]|confirme[rz]|vérifie[rz])\b.{0,30}\b(?:pas un robot|êtes humaine?)\b"
    r"|\b(?:type|enter|write|spell|écrivez|tapez|saisissez)\b.{0,40}\b(?:backwards?|in reverse|à l['’]envers)\b"
    r"|\bwhich (?:of these|one)\b.{0,40}\b(?:is an? (?:animal|colou?r|fruit|number)|does not belong)\b"
    r"|\bwhat (?:colou?r is|(?:day|month) (?:comes|is) (?:after|before)|is the capital of)\b"
    r"|\bhow many (?:legs does|letters (?:are )?in|days (?:are )?in)\b"
    r"|\b(?:de quelle couleur est|quelle est la capitale|combien (?:de lettres|de jours) dans)\b"
    r"|\b(?:select|click|choose|tap|pick) (?:on )?(?:all|each|every|the)? ?(?:of the )?"
    r"(?:squares|images|pictures|tiles|photos)\b.{0,20}\b(?:with|that|contain\w*|show\w*|of)\b"
    r"|\b(?:sélectionnez|cliquez sur|choisissez) (?:toutes )?les (?:images|cases|photos)\b"
    r"|\b(?:slide|drag|move|rotate|turn|glissez|déplacez|tournez)\b.{0,30}"
    r"\b(?:piece|puzzle|slider|image|picture|pièce|curseur)\b.{0,40}"
    r"\b(?:verify|confirm|unlock|fit|upright|prove|gap|vérifier|confirmer)\b"
    r"|\b(?:type|enter|copy|write|saisissez|tapez|recopiez|entrez)\b.{0,20}"
    r"\b(?:characters|letters|numbers|code|text|caractères|lettres)\b.{0,10}"
    r"(?:\byou see\b|\b(?:shown )?in the (?:image|picture)\b|\bshown (?:below|above)\b|\bvisibles?\b"
    r"|\baffichés?\b|\bde l['’]image\b)",
    re.IGNORECASE,
)
#: What people must know by heart.
_SECRET = re.compile(
    r"\b(?:maiden name|first pet"
    r"|favou?rite (?:teacher|colou?r|food|movie|book)|memorable (?:word|date|name)"
    r"|secret (?:word|answer|question)|security (?:question|answer)|nom de jeune fille|premier animal"
    r"|question (?:secrète|de sécurité)"
    r"|mot secret|réponse secrète)\b",
    re.IGNORECASE,
)
#: What stands in a picture.
_SEEN = re.compile(r"\b(?:characters|letters|numbers|caractères|lettres|images|squares|pictures)\b", re.IGNORECASE)
_CAPTCHA = re.compile(r"captcha|security (?:code|image)|code de sécurité|verification (?:code|image)", re.IGNORECASE)
_HEARD = re.compile(r"\b(?:listen|audio|hear|sound|spoken|écoute[rz]?|sonore|entendre)\b", re.IGNORECASE)
#: A longer text tells of puzzles and puts none.
LONG = 200


class Puzzle(StructureCheck):
    """WCAG 3.3.8 and 1.1.1: sums and questions to be solved, characters in a picture that nothing says aloud."""

    rule = Rule(
        id="check/puzzle",
        title="People must solve a puzzle",
        why="People who do not see the characters, cannot hold a sum in mind or read with difficulty are shut out "
        "of the form.",
        fix="Take the puzzle out and keep robots away on the server, or offer another way: a code by mail, a call, "
        "a person.",
        title_fr="Il faut résoudre une énigme",
        why_fr="Les personnes qui ne voient pas les caractères, ne retiennent pas un calcul ou lisent avec peine "
        "ne peuvent se servir du formulaire.",
        fix_fr="Retirez l’énigme et éloignez les robots sur le serveur, ou offrez un autre moyen : un code par "
        "courriel, un appel, une personne.",
        impact=Impact.CRITICAL,
        criteria=("3.3.8", "1.1.1"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/accessible-authentication-minimum.html",
        before="<label>What is 7 + 5? <input></label>",
        after='<label>Code that we sent you <input autocomplete="one-time-code"></label>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields", "images", "blocks")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Sums in the words of a field, then pictures."""
        heard = any(_HEARD.search(fact["name"]) for fact in [*frame["links"], *frame["buttons"]])
        signing = any(field["kind"] == "password" for field in frame["fields"])
        told = ""
        for field in frame["fields"]:
            asked = [str(field[key]) for key in ("label", "name", "placeholder", "near")]
            puzzle = next((found for said in asked if (found := _found(said, signing=signing))), "")
            heard_too = heard or any(_HEARD.search(said) for said in asked)
            if field["shown"] and puzzle and puzzle != told and not (heard_too and _SEEN.search(puzzle)):
                told = puzzle
                message = (
                    f"The form asks {self.quote(puzzle)}. Can people who cannot solve it send the form in another way?"
                )
                yield self.found(frame, field, message)
        for block in frame["blocks"]:
            if told or not frame["fields"] or not block["shown"] or len(block["text"]) > LONG:
                continue
            if _ASKED.search(block["text"]) and not _HEARD.search(block["text"]):
                told = str(block["text"])
                message = (
                    f"The page asks {self.quote(block['text'])}. Does it keep out people who cannot solve it, and is "
                    "there another way?"
                )
                yield self.found(frame, block, message)
        if not heard:
            for image in frame["images"]:
                if image["shown"] and _CAPTCHA.search(f"{image['file']} {image['name']} {image['html']}"):
                    message = (
                        "This picture seems to hold characters to be typed, and nothing says them aloud. Can people "
                        "who do not see it send the form in another way?"
                    )
                    yield self.found(frame, image, message)


def _found(said: str, *, signing: bool) -> str:
    """The words that put a puzzle; what is to be known by heart is one where people sign in."""
    found = _SUM.search(said) or _ASKED.search(said) or (_SECRET.search(said) if signing else None)
    return found.group() if found else ""
