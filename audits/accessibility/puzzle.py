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
_CAPTCHA = re.compile(r"captcha|security (?:code|image)|code de sécurité|verification (?:code|image)", re.IGNORECASE)
_HEARD = re.compile(r"\b(?:listen|audio|hear|sound|spoken|écoute[rz]?|sonore|entendre)\b", re.IGNORECASE)


class Puzzle(StructureCheck):
    """WCAG 3.3.8 and 1.1.1: a sum to be solved, or characters to be read from a picture that nothing says aloud."""

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
    about: ClassVar[tuple[str, ...]] = ("fields", "images")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Sums in the words of a field, then pictures."""
        heard = any(_HEARD.search(fact["name"]) for fact in [*frame["links"], *frame["buttons"]])
        for field in frame["fields"]:
            asked = [field[key] for key in ("label", "name", "placeholder", "near")]
            puzzle = next((found for said in asked if (found := _SUM.search(said))), None)
            if field["shown"] and puzzle:
                message = (
                    f"The form asks {self.quote(puzzle.group())}. Can people who cannot solve it send the form in "
                    "another way?"
                )
                yield self.found(frame, field, message)
        if not heard:
            for image in frame["images"]:
                if image["shown"] and _CAPTCHA.search(f"{image['file']} {image['name']} {image['html']}"):
                    message = (
                        "This picture seems to hold characters to be typed, and nothing says them aloud. Can people "
                        "who do not see it send the form in another way?"
                    )
                    yield self.found(frame, image, message)
