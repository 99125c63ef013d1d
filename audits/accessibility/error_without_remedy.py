"""An error message says how to put it right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audits.accessibility._mistakes import Fact, MistakeCheck, has_shape
from audits.model import Impact, Rule, Verdict

#: Says that something is wrong, and not what would be right.
_BARE = re.compile(
    r"""
    \b(?:invalid|not\ (?:a\ )?valid|incorrect|wrong|errors?|required|missing|mandatory|unacceptable|malformed|problem|
    correct\ th(?:is|e)|invalides?|non\ valides?|pas\ valides?|erreurs?|erronée?s?|incorrecte?s?|obligatoires?|
    requise?s?|manquante?s?|corriger|corrigez)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: Says what to do.
_REMEDY = re.compile(
    r"\b(?:enter|type|use|include|provide|give|write|try|check|spell|tell us|remove|add|entrez|saisissez|inscrivez|"
    r"indiquez|utilisez|ajoutez|vérifiez|écrivez|essayez|entrer|saisir|inscrire|indiquer|utiliser)\b",
    re.IGNORECASE,
)
_NOUNS = {"email": "an e-mail address", "date": "a date", "pattern": "a text of a certain form"}


class ErrorWithoutRemedy(MistakeCheck):
    """WCAG 3.3.3: what is known of the right form is said, where it is not said beside the field beforehand."""

    rule = Rule(
        id="check/error-without-remedy",
        title="Error message does not say how to put it right",
        why="“Invalid” leaves people to guess. Those who read with effort, or hear one field at a time, give up.",
        fix="Say in the message what would be right, with an example.",
        title_fr="Le message d’erreur ne dit pas comment corriger",
        why_fr="« Non valide » laisse deviner. Les personnes qui lisent avec effort, ou entendent un champ à la fois, "
        "abandonnent.",
        fix_fr="Dites dans le message ce qui serait juste, avec un exemple.",
        impact=Impact.MODERATE,
        criteria=("3.3.3",),
        references=("WCAG technique G85", "WCAG technique G177"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/error-suggestion.html",
        before='<p id="email-error">Invalid e-mail.</p>',
        after='<p id="email-error">Enter an e-mail address such as name@example.com.</p>',
        verdicts=(Verdict.REVIEW,),
    )

    def judge(self, form: Fact) -> Iterator[tuple[Fact, Verdict, str]]:
        """Of fields that were given something ill-formed, and that do not say beforehand what they take."""
        for one in form["tries"]:
            for field in one["fields"]:
                if one["by"] != "wrong" or not field["typed"] or has_shape(field["hint"]):
                    continue
                asks = f"{self.called(field)} asks for {_NOUNS[field['kind']]}"
                if field["mismatch"]:
                    says = "and neither its title nor a text beside it says which. Can people know what is right?"
                    yield field, Verdict.REVIEW, f"{asks} (pattern), {says}"
                elif _is_bare(field["text"], field["name"]):
                    says = f"given something else, the form says {self.quote(field['text'])}."
                    yield field, Verdict.REVIEW, f"{asks}; {says} Can people know from it what would be right?"


def _is_bare(text: str, name: str) -> bool:
    """Whether a message says that something is wrong, and no more."""
    rest = re.sub(f"{re.escape(name)}|formats?" if name.strip() else "formats?", " ", text, flags=re.IGNORECASE)
    return bool(_BARE.search(text)) and not (_REMEDY.search(rest) or has_shape(rest))
