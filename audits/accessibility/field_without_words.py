"""Beside a field stands what it is for, for those who look as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

_SEARCHES = re.compile(
    r"search|find|look ?up|recherch|cherch|trouv|filter|filtr|keyword|mot-clé|^go$|quantit|page", re.IGNORECASE
)
_CODE = re.compile(r"digit|code|chiffre|character|caractère", re.IGNORECASE)
_BESIDE = re.compile(r"[^\W\d_]{2}")
_TYPED = frozenset({"text", "email", "tel", "number", "password", "date", "textarea", "select", "url"})


class FieldWithoutWords(StructureCheck):
    """WCAG 3.3.2: a name for screen readers alone. Axe-core is content with it, people who look are not."""

    rule = Rule(
        id="check/field-without-words",
        title="Nothing that can be seen says what a field is for",
        why="Only a screen reader is told. Everybody else must guess what to write.",
        fix="Write a label beside the field that everybody can see.",
        title_fr="Rien de visible ne dit à quoi sert un champ",
        why_fr="Seul un lecteur d’écran le sait. Les autres personnes doivent deviner quoi écrire.",
        fix_fr="Écrivez à côté du champ une étiquette que tout le monde voit.",
        impact=Impact.MODERATE,
        criteria=("3.3.2",),
        references=("WCAG failure F82",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/labels-or-instructions.html",
        before='<input aria-label="Roll number">',
        after='<label for="roll">Roll number</label> <input id="roll">',
        verdicts=(Verdict.REVIEW,),
        said_by=("axe/label",),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each form, at its first such field."""
        for group in by([field for field in frame["fields"] if _is_silent(field)], lambda field: field["form"]):
            message = (
                f"A screen reader hears {self.quote(group[0]['name'] or group[0]['title'], 50)}, and nothing that can "
                f"be seen stands beside the field.{more(group, 'field')} How do people who look know "
                "what to write?"
            )
            yield self.found(frame, group[0], message)


def _is_silent(field: Fact) -> bool:
    if not field["shown"] or field["off"] or field["search"] or field["list"] or field["kind"] not in _TYPED:
        return False
    if field["label"] or field["placeholder"] or field["group"] or not (field["name"] or field["title"]):
        return False
    if any(_BESIDE.search(field[key]) for key in ("near", "beside")):
        return False
    # A list that begins with "All areas" or "Choose a ward" says it itself.
    if field["options"] and _BESIDE.search(field["options"][0]["text"]):
        return False
    if _CODE.search(field["name"]) and field["most"] == 1:
        return False
    return not _SEARCHES.search(f"{field['name']} {field['title']} {field['field']}")
