"""A button or field is called by what it does or asks for, not by what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import ACTIONS, VAGUE_LINKS, Fact, StructureCheck, by, more, phrases, plain
from audits.model import Finding, Impact, Rule, Verdict

BUTTONS = phrases(
    """
    button|btn|link|icon|image|img|label|text|undefined|null|[object object]|untitled|placeholder|click
    click here|x|×|✕|✖|✗|╳|⨯|·|…|...|•|>|<|»|«|›|‹|→|←|↑|↓|▶|◀|▲|▼|▸|◂|☰|≡|⋮|⋯|?|!|bouton|icône|icone
    cliquez|cliquez ici|lien|sans titre|nan|true|false|tbd|todo|svg|arrow|flèche|chevron
    """
)
FIELDS = phrases(
    """
    input|field|text|textbox|text box|text field|textfield|label|form field|checkbox|check box|radio
    radio button|select|dropdown|drop-down|combobox|combo box|textarea|text area|untitled|untitled field
    undefined|null|[object object]|placeholder|enter text|type here|enter text here|type something|required
    optional|*|?|:|n/a|tbd|todo|form|value|new field|option|champ|champ de texte|zone de texte|étiquette
    case à cocher|liste déroulante|saisir|sans titre|obligatoire|facultatif|texte|enter|enter here|data|box|entry
    fill in|fill this in|your answer|answer|input here|write here|write something|entrez|saisie|réponse|données
    votre réponse|écrire ici
    """
)
#: Asks for some number; and the fields beside it that tell which: of a house, of a card.
NUMBERS = frozenset({"number", "no", "no.", "nbr", "num", "numéro", "n°", "nº", "the number", "enter number"})
_TELLS_NUMBER = re.compile(
    r"\b(?:street|road|unit|apartment|suite|rue|appartement|expiry|expiration|cvv|cvc|area code|extension|exchange)\b",
    re.IGNORECASE,
)
CHOICES = frozenset(
    {"option", "required", "optional", "text", "texte", "value", "obligatoire", "facultatif", "n/a", "form", "select"}
)
#: Buttons of one name that tell what is done, from which the boxes that they stand in are no help.
MANY = 3
_ACTIONS = ACTIONS | VAGUE_LINKS
#: “Field 3” says no more than “Field”.
_NUMBER = re.compile(r"(?<=[^\W\d])[\s#_-]*\d{1,3}:?$|(?<=[^\W\d]):$")


class VagueName(StructureCheck):
    """WCAG 2.4.6: there is a name, so that axe-core passes it, and it is no name."""

    rule = Rule(
        id="check/vague-name",
        title="Button or field has a name that says nothing",
        why="“Button, button”, “multiplication sign, button”: people who cannot see the shape beside it do not learn "
        "what happens when they press it, or what to fill in.",
        fix="Call it by what it does or asks for: “Close”, “Next slide”, “Phone number”.",
        title_fr="Le nom du bouton ou du champ ne dit rien",
        why_fr="« Bouton, bouton », « signe de multiplication, bouton » : les personnes qui ne voient pas la forme à "
        "côté n’apprennent pas ce qui arrive si elles appuient, ni quoi écrire.",
        fix_fr="Nommez-le par ce qu’il fait ou demande : « Fermer », « Diapositive suivante », « Téléphone ».",
        impact=Impact.SERIOUS,
        criteria=("2.4.6",),
        references=("ACT rule cc0f0a",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/headings-and-labels.html",
        before="<button>×</button>",
        after='<button aria-label="Close"><span aria-hidden="true">×</span></button>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("buttons", "fields")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Buttons by their name and part, then fields by their name."""
        pressed = [button for button in frame["buttons"] if button["kind"] not in ("option", "treeitem")]
        empty = [fact for fact in pressed if _said(fact) in BUTTONS]
        for group in by(empty, lambda fact: (_said(fact), fact["part"]["key"])):
            message = (
                f"The name is {self.quote(group[0]['name'])}.{more(group)} "
                "Hear it without seeing it: is it clear what happens when it is pressed?"
            )
            yield self.found(frame, group[0], message)
        acting = [fact for fact in pressed if fact not in empty and _is_alone(fact)]
        for group in by(acting, lambda fact: (plain(fact["name"]), fact["part"]["key"])):
            if len(group) >= MANY:
                message = (
                    f"{len(group)} buttons are called {self.quote(group[0]['name'])}, and only neighbours in their "
                    "boxes say of what. Go from button to button with a screen reader: can they be told apart?"
                )
                yield self.found(frame, group[0], message)
        fields = [fact for fact in frame["fields"] if fact["shown"] and (_is_empty(fact) or _is_number(fact, frame))]
        for group in by(fields, _plain):
            message = (
                f"The field's name is {self.quote(group[0]['name'])}.{more(group, 'field')} "
                "Hear it without seeing it: is it clear what to fill in?"
            )
            yield self.found(frame, group[0], message)


def _is_number(field: Fact, frame: Fact) -> bool:
    """Whether it asks for a number and not for which: beside a street, or in a group with a name, that is clear."""
    if field["kind"] not in ("text", "tel") or _said(field).rstrip(": *") not in NUMBERS or field["group"]:
        return False
    said = f"{field['described']} {field['placeholder']} {field['title']}".strip()
    beside = [one["label"] or one["name"] for one in frame["fields"] if one["form"] == field["form"]]
    return not said and not any(_TELLS_NUMBER.search(label) for label in beside)


def _is_alone(fact: Fact) -> bool:
    """Whether it tells what is done, and no sentence, entry, cell or named group is around it."""
    return bool(fact.get("apart")) and plain(fact["name"]) in _ACTIONS


def _said(fact: Fact) -> str:
    return " ".join(str(fact["name"]).casefold().split())


def _plain(field: Fact) -> str:
    """The name without its number: “Field 3” and “Field 4” are one question."""
    return _NUMBER.sub("", _said(field))


def _is_empty(field: Fact) -> bool:
    said = _plain(field)
    if field["kind"] in ("checkbox", "radio") and said in CHOICES:
        return False
    return said in FIELDS or (bool(said) and not any(letter.isalnum() for letter in said))
