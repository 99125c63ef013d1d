"""A field's label stays in sight while people type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

TYPED = frozenset({"text", "email", "tel", "url", "number", "password", "textarea", "search"})
_SEARCH = re.compile(r"search|recherche|\bq\b|query|find|filter|filtre", re.IGNORECASE)


class PlaceholderAsLabel(StructureCheck):
    """WCAG 3.3.2: the only words for a field that people see are in it, and go when they type."""

    rule = Rule(
        id="check/placeholder-as-label",
        title="Field is labelled by a placeholder only",
        why="The words vanish with the first letter. People who forget easily, are interrupted, or check their answers "
        "before sending no longer know what the field asks for. Placeholders are often too pale to read, too.",
        fix="Put a label above the field and keep it in sight. The placeholder may stay as an example.",
        title_fr="Le champ n’a d’autre étiquette que son texte indicatif",
        why_fr="Les mots disparaissent à la première lettre. Les personnes qui oublient facilement, qu’on interrompt "
        "ou qui relisent leurs réponses ne savent plus ce que le champ demande. Ces textes sont souvent trop pâles.",
        fix_fr="Mettez au-dessus du champ une étiquette qui reste visible. Le texte indicatif peut rester comme "
        "exemple.",
        impact=Impact.SERIOUS,
        criteria=("3.3.2",),
        help_url="https://www.w3.org/WAI/tutorials/forms/instructions/#placeholder-text",
        before='<input type="email" placeholder="E-mail address">',
        after='<label for="email">E-mail address</label>\n<input type="email" id="email" autocomplete="email">',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each form. A search field is named by the button beside it (technique G167)."""
        bare = [field for field in frame["fields"] if _is_bare(field)]
        for group in by(bare, lambda field: (field["form"], field["part"]["key"])):
            said = self.quotes(field["placeholder"] for field in group)
            message = (
                f"Only the placeholder names the field: {said}.{more(group, 'field')} It goes when people type. "
                "Is there another label that stays in sight?"
            )
            yield self.found(frame, group[0], message)


def _is_bare(field: Fact) -> bool:
    if field["kind"] not in TYPED or not field["shown"] or field["off"] or not field["placeholder"]:
        return False
    if field["label"] or field["marks"] or field["near"]:
        return False
    if not field["name"] and (field["title"] or field["described"]):
        return False  # axe-core's label-title-only
    named = " ".join((field["field"], field["id"], field["placeholder"], field["name"]))
    return not (field["search"] or _SEARCH.search(named))
