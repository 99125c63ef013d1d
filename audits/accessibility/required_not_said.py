"""A form says in words how it marks what must be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by
from audits.model import Finding, Impact, Rule, Verdict

#: A mark; in "[0-9]* pattern" it is a sign of the pattern.
_STAR = re.compile(r"(?<![\]}])[*✱∗﹡＊]|[*✱∗﹡＊]\W*$")
_SAYS = re.compile(
    r"required|mandatory|must (?:be )?(?:fill|complet|answer|provid)|compulsory|obligatoire|requis|exigé"
    r"|doi(?:ven)?t être rempli",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(r"optional|facultati|optionnel|if (?:any|applicable)|s’il y a lieu|s'il y a lieu", re.IGNORECASE)
#: Of these one is marked beforehand, or the first of a list is a choice.
_CHOSEN = frozenset({"radio", "checkbox", "select", "range", "color", "file"})
#: What stands in brackets at the end of a label.
_REMARK = re.compile(r"[(\[（]([^()\[\]（）]{2,30})[)\]）]$")
#: What is less than this far from grey is a shade of grey.
CHROMA = 60
_RGB = re.compile(r"rgba?\((\d+), (\d+), (\d+)")


class RequiredNotSaid(StructureCheck):
    """WCAG 3.3.2 and 1.4.1: an asterisk that nobody explains, or a colour alone."""

    rule = Rule(
        id="check/required-not-said",
        title="Form does not say how it marks required fields",
        why="Not everybody knows what an asterisk means, and who cannot see red does not see that a label is red. They "
        "learn what was required when the form comes back with errors.",
        fix="Write “Fields marked * are required” above the first field, or “(required)” in each label.",
        title_fr="Le formulaire ne dit pas comment il signale les champs obligatoires",
        why_fr="Tout le monde ne sait pas ce que veut dire un astérisque, et qui ne voit pas le rouge ne voit pas "
        "qu’une étiquette est rouge. Ces personnes l’apprennent quand le formulaire revient avec des erreurs.",
        fix_fr="Écrivez « Les champs marqués d’un * sont obligatoires » avant le premier champ, ou « (obligatoire) » "
        "dans chaque étiquette.",
        impact=Impact.MODERATE,
        criteria=("3.3.2", "1.4.1"),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/html/H90",
        before='<label for="n">Name *</label> <input id="n" required>',
        after='<p>Fields marked * are required.</p>\n<label for="n">Name *</label> <input id="n" required>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each form, at its first required field."""
        explained = any(_STAR.search(block["text"]) and _SAYS.search(block["text"]) for block in frame["blocks"])
        fields = [field for field in frame["fields"] if field["shown"] and field["label"]]
        for form in by(fields, lambda field: field["form"]):
            starred = [field for field in form if _STAR.search(field["label"] + field["marks"])]
            silent = [field for field in starred if not _SAYS.search(_said(field))]
            if silent and not explained:
                message = (
                    f"The label {self.quote(silent[0]['label'], 40)} carries an asterisk, and no text of the page "
                    f"says what it means ({len(silent)} in this form). Is it explained before the first field?"
                )
                yield self.found(frame, silent[0], message)
            elif coloured := _by_colour(form):
                message = (
                    f"The label {self.quote(coloured[0]['label'], 40)} of a required field has another colour and is "
                    "otherwise like the others. Is there another sign that it is required?"
                )
                yield self.found(frame, coloured[0], message)
            elif unmarked := _unmarked(form):
                message = (
                    f"The form must have {self.quote(unmarked[0]['label'], 40)}, and nothing that can be seen sets it "
                    f"apart from {self.quote(_free(form)[0]['label'], 40)}, which may stay empty. Is it said what must "
                    "be filled in?"
                )
                if not any(_SAYS.search(block["text"]) for block in frame["blocks"] if block["shown"]):
                    yield self.found(frame, unmarked[0], message)


def _said(field: Fact) -> str:
    return f"{field['label']} {field['marks']}"


def _free(form: list[Fact]) -> list[Fact]:
    return [field for field in form if not field["required"] and field["kind"] not in _CHOSEN]


def _unmarked(form: list[Fact]) -> list[Fact]:
    """Required fields among others that are not, where no label says which is which."""
    required = [field for field in form if field["required"] and field["kind"] not in _CHOSEN]
    if not required or not _free(form) or any(field["search"] for field in form):
        return []
    said = " ".join(f"{_said(field)} {field['beside']} {field['placeholder']} {field['described']}" for field in form)
    if _SAYS.search(said) or _OPTIONAL.search(said) or _STAR.search(said) or _is_remarked(required, _free(form)):
        return []
    return required


def _is_remarked(required: list[Fact], free: list[Fact]) -> bool:
    """Whether all that may stay empty carry one remark in brackets, in whichever language, and the others do not."""
    remarks = {_remark(field) for field in free}
    return len(free) > 1 and len(remarks) == 1 and "" not in remarks and not remarks & {*map(_remark, required)}


def _remark(field: Fact) -> str:
    found = _REMARK.search(field["label"])
    return found[1] if found else ""


def _by_colour(form: list[Fact]) -> list[Fact]:
    """Required fields with red labels, where the labels of the others are not red and no word or mark says it."""
    form = [field for field in form if not field["wrong"]]
    if tinted := _in_a_colour(form):
        return tinted
    required = [field for field in form if _is_red(field["colour"])]
    others = [field for field in form if not _is_red(field["colour"])]
    if not required or not others or any(field["required"] for field in others):
        return []
    if any(_SAYS.search(_said(field)) or _STAR.search(_said(field)) for field in required):
        return []
    if any(_OPTIONAL.search(_said(field)) for field in others):
        return []
    return required if any(field["required"] for field in required) or len(required) > 1 else []


def _in_a_colour(form: list[Fact]) -> list[Fact]:
    """The same of any colour, where the markup says what is required: all of that have it, and nothing else."""
    required = [field for field in form if field["required"]]
    others = [field for field in form if not field["required"]]
    colours = {field["colour"] for field in required}
    if not others or len(colours) != 1 or colours & {field["colour"] for field in others} or not _is_tinted(*colours):
        return []
    said = " ".join(f"{_said(field)} {field['beside']} {field['placeholder']} {field['described']}" for field in form)
    return [] if _SAYS.search(said) or _OPTIONAL.search(said) or _STAR.search(said) else required


def _is_tinted(colour: str) -> bool:
    seen = _RGB.match(colour)
    if not seen:
        return False
    channels = [int(part) for part in seen.groups()]
    return max(channels) - min(channels) >= CHROMA


def _is_red(colour: str) -> bool:
    seen = _RGB.match(colour)
    if not seen:
        return False
    red, green, blue = (int(part) for part in seen.groups())
    return red > 130 and green < red * 0.45 and blue < red * 0.5
