"""Signs do not stand for words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

_FACE = re.compile(r"(?:^|(?<=\s))(?:[:;=]['’]?-[()|/DPpoO]+|[:;][()])(?=[\s.,!?]|$)")
_WORD = re.compile(r"[^\W\d_]{4,}")
#: Letters of the Cyrillic and Greek alphabets that look like Latin ones.
_ALIKE = frozenset("асеорхуіјѕԁһАВЕЅКМНОРСТХІЈοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_SIGN = re.compile(r"[✓✔✗✘✕✖×●○◯•★☆▲▼■□☑☒☐◆◇♦+]\ufe0f?")


class SignsForWords(StructureCheck):
    """WCAG 1.1.1 and 1.3.3 (failures F71, F26): typed faces, letters of another alphabet, cells with a sign."""

    rule = Rule(
        id="check/signs-for-words",
        title="Signs stand in place of words",
        why="“:-(” is read as “colon, hyphen, left parenthesis” or not at all, a letter of another alphabet breaks "
        "a word in two, and many screen readers pass ✔ and ✘ by.",
        fix='Write the word, or give the sign one: <span role="img" aria-label="yes">✔</span>.',
        title_fr="Des signes tiennent lieu de mots",
        why_fr="« :-( » se lit « deux-points, trait d’union, parenthèse » ou pas du tout, une lettre d’un autre "
        "alphabet coupe un mot, et bien des lecteurs d’écran taisent ✔ et ✘.",
        fix_fr='Écrivez le mot, ou donnez-en un au signe : <span role="img" aria-label="oui">✔</span>.',
        impact=Impact.MODERATE,
        criteria=("1.1.1", "1.3.3"),
        references=("WCAG failure F26", "WCAG failure F71"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/non-text-content.html",
        before="<td>✔</td>",
        after="<td>✔ Yes</td>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("blocks", "tables")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Faces and mixed words in texts, then tables."""
        for block in frame["blocks"]:
            if not block["shown"] or block["muted"] or block["coded"] >= 0.5:
                continue
            if face := _FACE.search(block["text"]):
                message = f"{self.quote(face.group().strip())} seems to be a face made of signs. Do words say the same?"
                yield self.found(frame, block, message)
            elif mixed := next((word for word in _WORD.findall(block["text"]) if _is_mixed(word)), ""):
                message = (
                    f"{self.quote(mixed)} mixes letters of two alphabets that look alike. Type the word anew, and hear "
                    "whether a screen reader says it."
                )
                yield self.found(frame, block, message)
        for table in frame["tables"]:
            texts = [cell["text"] for row in table["cells"] for cell in row if cell["text"]]
            signs = [text for text in texts if _SIGN.fullmatch(text)]
            if len(signs) > 1 and len(set(signs)) > 1 and table["shown"]:
                message = (
                    f"Cells of this table hold a sign alone: {self.quotes(signs)}. Hear them with a screen reader: is "
                    "what they mean said?"
                )
                yield self.found(frame, table, message)


def _is_mixed(word: str) -> bool:
    """Latin letters beside those that only look like them, and no other."""
    alike = sum(letter in _ALIKE for letter in word)
    latin = sum("a" <= letter.casefold() <= "z" for letter in word)
    return alike > 0 and latin > 1 and alike + latin == len(word)
