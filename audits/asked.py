"""What the fields of forms ask people to give of themselves, by their labels, English and French. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: The parts of an address.
ADDRESS = re.compile(
    r"(?P<street>\b(?:street|address line 1|civic|rue|adresse)\b)|(?P<city>\b(?:city|town|municipality|ville)\b)"
    r"|(?P<code>\b(?:postal code|zip|code postal)\b)|(?P<province>\bprovince\b)",
    re.IGNORECASE,
)
#: What people give of themselves at a first step.
OWN = re.compile(
    r"(?P<first>\b(?:first|given) name\b|\bprénom\b)|(?P<last>\b(?:last|family) name\b|\bsurname\b|\bnom de famille\b)"
    r"|(?P<name>^(?:(?:your|full|legal|complete) )*name\b|^(?:votre )?nom(?: complet| et prénom)?\b)"
    r"|(?P<email>\be-?mail\b|\bcourriel\b)|(?P<phone>\b(?:phone|telephone|mobile|cell)\b|\btéléphone\b|\bcellulaire\b)"
    r"|(?P<birth>\bdate of birth\b|\bbirth ?date\b|\bdate de naissance\b)"
    r"|(?P<number>\b(?:account|roll|permit|licen[cs]e|customer|file|reference) number\b"
    r"|\bnuméro de (?:compte|rôle|permis|client|dossier|référence)\b)|(?P<plate>\blicen[cs]e plate\b|\bplaque\b)",
    re.IGNORECASE,
)
#: Says that what was given before counts again.
SAME = re.compile(
    r"\bsame as\b|\bdifferent\b|\bdifférente\b|\bautre adresse\b"
    r"|\bcopy (?:from|my|the)\b|\bidentique\b|\bmême (?:adresse|que)\b|\buse my\b",
    re.IGNORECASE,
)
#: Whose data may be others.
PERSON = re.compile(
    r"\b(?:contact|emergency|spouse|partner|child|parent|guardian|second|other|additional|landlord|tenant|owner|agent"
    r"|contractor|applicant|witness|employer|reference|business|work|property|site|location|event|incident"
    r"|urgence|conjoint\w*|enfant|tuteur|autre|propriétaire|locataire|entrepreneur|témoin|employeur|lieu|chantier)\b",
    re.IGNORECASE,
)
#: What leads to the next step.
GOES_ON = re.compile(
    r"^(?:save (?:and|&) |enregistrer et )?(?:next|continue|suivante?|continuer|poursuivre)\b", re.IGNORECASE
)
#: Kinds of fields that people type into.
TYPED = frozenset({"text", "email", "tel", "url", "number"})
#: WCAG 2.2, section 7: what a field is for, said in code.
TOKENS = {
    "given-name": "first",
    "family-name": "last",
    "name": "name",
    "email": "email",
    "tel": "phone",
    "tel-national": "phone",
    "bday": "birth",
    "street-address": "street",
    "address-line1": "street",
    "address-level2": "city",
    "address-level1": "province",
    "postal-code": "code",
}
_MOST_FIELDS = 200
_PLAIN_NAME = re.compile(r"[\w-]{1,60}")
_SPACE = re.compile(r"\s+")


@dataclass(slots=True, kw_only=True)
class AskingForm:
    """A form that asks for something of people. ``asks``: kinds, each with a selector of its first empty field."""

    action: str
    asks: dict[str, str] = field(default_factory=dict)
    same: bool = False  # it can say that what was given before counts again


def asking_forms(tree: LexborHTMLParser, shared: frozenset[str]) -> Iterator[AskingForm]:
    """The forms of a page's own content. ``shared``: roles of landmarks, in ``data-hr-part``, whose forms are not."""
    labels: dict[str, str] = {}
    for label in tree.css("label[for]"):
        labels.setdefault(label.attributes.get("for") or "", _text(label))
    forms: dict[int, tuple[AskingForm, LexborNode]] = {}
    for node in tree.css("form input")[:_MOST_FIELDS]:
        kind = _kind_of_field(node)
        above = list(_ancestors(node))
        form = next((one for one in above if one.tag == "form"), None)
        if form is None or not kind or _is_away([node, *above], shared):
            continue
        own = forms.setdefault(form.mem_id, (AskingForm(action=form.attributes.get("action") or ""), form))[0]
        if wanted := _wanted(node, above, labels):
            own.asks.setdefault(wanted, _selector(node.attributes))
    for asking, form in forms.values():
        if asking.asks:
            asking.same = bool(SAME.search(_text(form)))
            yield asking


def _kind_of_field(node: LexborNode) -> str:
    """ "" for one that nobody types into, or that holds something already."""
    attributes = node.attributes
    kind = (attributes.get("type") or "text").lower()
    if kind not in TYPED | {"date"} or attributes.get("value") or {"disabled", "readonly"} & attributes.keys():
        return ""
    return kind


def _wanted(node: LexborNode, above: list[LexborNode], labels: Mapping[str, str]) -> str:
    """Which of the kinds above; "" for anything else, and for what others are asked about."""
    attributes = node.attributes
    around = next((one for one in above if one.tag == "label"), None)
    said = (
        labels.get(attributes.get("id") or "")
        or (_text(around) if around is not None else "")
        or attributes.get("aria-label")
        or attributes.get("placeholder")
        or attributes.get("title")
        or ""
    )
    group = next((one for one in above if one.tag == "fieldset"), None)
    legend = group.css_first("legend") if group is not None else None
    if PERSON.search(f"{_text(legend) if legend is not None else ''} {said}"):
        return ""
    for token in (attributes.get("autocomplete") or "").lower().split():
        if token in TOKENS:
            return TOKENS[token]
    found = OWN.search(said.strip()) or ADDRESS.search(said)
    return (found.lastgroup or "") if found else ""


def _is_away(nodes: list[LexborNode], shared: frozenset[str]) -> bool:
    """Whether something is hidden, or in a part that other pages have as well."""
    for node in nodes:
        attributes = node.attributes
        if "data-hr-hidden" in attributes:
            return True
        role = re.match(r"[a-z]*", attributes.get("data-hr-part") or "")
        if role and role.group() in shared:
            return True
    return False


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _selector(attributes: Mapping[str, str | None]) -> str:
    for name, form in (("id", "#{}"), ("name", '[name="{}"]')):
        value = attributes.get(name) or ""
        if _PLAIN_NAME.fullmatch(value) and not value[0].isdigit():
            return form.format(value)
    return ""


def _text(node: LexborNode) -> str:
    return _SPACE.sub(" ", node.text(separator=" ")).strip()
