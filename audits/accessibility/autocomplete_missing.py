"""A field that asks people for what browsers know of them says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by
from audits.model import Finding, Impact, Rule, Verdict

#: What a label must say, whole, for a field to be about the person who fills it in; EN and FR.
LABELS = {
    "email": r"(?:your |my |votre |personal |contact |home |work |confirm (?:your )?|applicant )?"
    r"(?:e-?mail|courriel|adresse (?:de )?(?:courriel|e-?mail"
    r"|électronique)|courrier électronique)(?: address(?:es)?)?",
    "tel": r"(?:(?:your|my|votre|home|cell|mobile|day(?:time)?|evening|work|contact|primary|best|applicant) )*"
    r"(?:tele)?phone(?: no\.?| number)?|(?:your |my )?(?:mobile|cell|contact)(?: number)|mobile|cell"
    r"|(?:numéro de |votre |n[°o] de )?(?:téléphone|cellulaire)",
    "given-name": r"(?:your |votre |legal |applicant )?(?:first|given) name(?:s|\(s\))?|prénoms?|votre prénom",
    "family-name": r"(?:your |votre |legal |applicant )?(?:last|family) name|surname|(?:votre )?nom de famille",
    "name": r"(?:(?:your|my|votre|applicant) )*full (?:legal )?name|your (?:legal )?name|name of applicant"
    r"|(?:applicant|tenant|resident|renter|registrant|account holder|customer|ratepayer|claimant|complainant)"
    r"(?:'s)? (?:full )?name|(?:votre )?nom complet|votre nom|prénom et nom|nom et prénom|first and last name"
    r"|nom (?:du demandeur|du locataire|du résident|du client|de l'abonnée?)",
    "street-address": r"(?:your|my|home|mailing|street|postal|applicant|current|billing|residential)"
    r" (?:mailing |street |home |civic )?address|address line 1|street address|votre adresse"
    r"|adresse (?:postale|municipale|civique|du domicile)|rue et numéro",
    "postal-code": r"(?:your |votre )?(?:postal code|zip(?: code)?|post ?code|code postal)",
    "bday": r"(?:your |votre )?(?:date of birth|birth ?date|birthday|dob|date de naissance)",
    "cc-number": r"(?:credit |debit )?card number|numéro de (?:la )?carte(?: de crédit)?",
    "cc-name": r"card ?holder(?:'s)? name|name (?:on|of) (?:the )?card(?: ?holder)?|nom (?:sur la carte|du titulaire)",
    "cc-exp": r"(?:card )?expir(?:y|ation)(?: date)?|date d'expiration",
    "username": r"(?:your |votre )?(?:user ?name|user id|nom d'utilisateur|identifiant)|(?:user ?name|e-?mail) or "
    r"(?:user ?name|e-?mail)(?: address)?",
    "current-password": r"(?:your |votre )?(?:password|mot de passe)",
    "address-level2": r"(?:your )?(?:city|town|city or town|municipality)|(?:votre )?(?:ville|municipalité)",
    "address-level1": r"province|state|province or territory|province ou territoire",
    "country": r"country|country name|pays",
}
#: A name alone may be anything's; beside an e-mail address or a telephone number it is the person's.
BARE, BARE_ADDRESS, BARE_CARD = "bare", "bare-address", "bare-card"
#: The same of a town; and people sign in, or say when a thing expires, elsewhere than in a form about themselves.
_NOT_ALONE = frozenset({BARE, BARE_ADDRESS, BARE_CARD, "address-level2", "address-level1", "country", "cc-exp", "bday"})
_LABELS = {token: re.compile(f"^(?:{label})$") for token, label in LABELS.items()}
_DECORATION = re.compile(
    r"\([^()]*\)|[*:#✱]|\b(?:required|obligatoire|facultatif|optional)\b|\s[-–—]\s.*$|,? of (?:the )?applicant$"
    r"|\s+(?:du|de la|de l') ?(?:demandeur|requérante?)$|\s+$"
)
_EITHER = re.compile(r"^([\w-]+)\s*/\s*[\w-]+$")
#: Somebody else's, or not a person's: the applicant's child, a business, an item.
_OTHERS = re.compile(
    r"child|spouse|guardian|parent|emergency|friend|recipient|owner|business|company|organi[sz]ation|employer|school|witness"
    r"|enfant|conjoint|tuteur|urgence|\bamie?\b|destinataire|propriétaire|entreprise|organisme|employeur|école|témoin|property|site",
    re.IGNORECASE,
)
#: Turns the browser's help off; axe-core passes these, and fails made-up words.
_OFF = frozenset({"off", "none", "false", "disabled", "no", "undefined", "null"})
#: Written where they are wrong so that nothing is offered.
_MISUSED = frozenset({"new-password", "one-time-code"})
_OF_A_PERSON = frozenset({"email", "tel", "given-name", "family-name", "name", "street-address", "postal-code"})
#: Where the help was turned off on purpose, the kind of the field and a word of its label say enough.
_LOOSELY = {
    "email": re.compile(r"\be-?mails?\b|\bcourriels?\b|courrier électronique", re.IGNORECASE),
    "tel": re.compile(r"phone|\b(?:mobile|cell)\b|téléphone|cellulaire", re.IGNORECASE),
}
#: Of another thing than the person's own address or number.
_NOT_OWN = re.compile(
    r"search|find|look up|code|extension|poste|fax|\bto whom|invite|subject|objet|rechercher", re.IGNORECASE
)
TYPED = frozenset({"text", "email", "tel", "password", "date", "number"})
READABLE = {
    "email": "e-mail", "tel": "telephone", "given-name": "first name", "family-name": "last name", "name": "name",
    "street-address": "street address", "postal-code": "postal code", "bday": "date of birth",
    "cc-number": "card number", "cc-name": "name on the card", "cc-exp": "expiry of the card", "username": "user name",
    "current-password": "password", "address-level2": "town", "address-level1": "province", "country": "country",
    BARE: "name", BARE_ADDRESS: "street address", BARE_CARD: "card number",
}  # fmt: skip
TOKENS = {BARE: "name", BARE_ADDRESS: "street-address", BARE_CARD: "cc-number"}
#: Fields of one form that are shown one by one; the others are as many again.
MOST = 6


class AutocompleteMissing(StructureCheck):
    """WCAG 1.3.5: whole labels only, in forms that ask about the person who fills them in."""

    rule = Rule(
        id="check/autocomplete-missing",
        title="Field for personal information does not say what it is for",
        why="Browsers and assistive technology could fill the field in, or show a symbol that people know. Without it, "
        "people who have trouble typing, spelling or remembering must do it by hand.",
        fix="Give the field an autocomplete value: name, email, tel, street-address, postal-code.",
        title_fr="Un champ de renseignements personnels ne dit pas à quoi il sert",
        why_fr="Le navigateur ou une technologie d’assistance pourrait remplir le champ, ou montrer un symbole connu. "
        "Sans cela, les personnes qui ont du mal à taper, à épeler ou à se souvenir doivent tout écrire.",
        fix_fr="Donnez au champ une valeur autocomplete : name, email, tel, street-address, postal-code.",
        impact=Impact.MODERATE,
        criteria=("1.3.5",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/identify-input-purpose.html",
        before='<label for="e">E-mail</label> <input type="email" id="e">',
        after='<label for="e">E-mail</label> <input type="email" id="e" autocomplete="email">',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each such field of a form, the first few."""
        fields = [field for field in frame["fields"] if field["shown"] and not field["off"]]
        missing = [{**field, "purpose": purpose} for field in fields if (purpose := _purpose(field))]
        for group in by(missing, lambda field: (field["form"], field["part"]["key"])):
            purposes = {field["purpose"] for field in group}
            if purposes <= _NOT_ALONE and not purposes >= {BARE_CARD, "cc-exp"}:
                continue
            for field in group[:MOST]:
                purpose = field["purpose"]
                wanted = TOKENS.get(purpose, purpose)
                said = _token(field)
                told = f"the browser is not told (autocomplete “{wanted}”)"
                if said not in ("", "on"):
                    told = f"autocomplete says “{said}” (“{wanted}” would help)"
                message = (
                    f"The field asks for {READABLE[purpose]}, and {told}. Is it "
                    "information about the person who fills in the form?"
                )
                yield self.found(frame, field, message)


def _token(field: Fact) -> str:
    return str(field["autocomplete"] or "").strip().casefold()


def _purpose(field: Fact) -> str:
    """The missing token; "" where there is one, or where the field may be about somebody else."""
    token, kind = _token(field), field["kind"]
    if field["list"] or field["search"] or token not in {"", "on"} | _OFF | _MISUSED:
        return ""
    said = field["label"] or field["name"] or field["placeholder"] or field["near"]
    if _OTHERS.search(f"{field['group']} {said} {field['field']}"):
        return ""
    purpose = asked_for(said)
    if kind == "textarea":
        return purpose if purpose == "street-address" else ""
    if kind not in TYPED or (token in _MISUSED and purpose not in _OF_A_PERSON):
        return ""
    loosely = _LOOSELY.get(kind) if token in _OFF else None
    if not purpose and loosely and loosely.search(said) and not _NOT_OWN.search(said):
        return str(kind)
    return purpose


def asked_for(said: str) -> str:
    """The autocomplete value that a label asks for, BARE where it says a word alone; "" where nobody can tell."""
    said = " ".join(_DECORATION.sub(" ", (said or "").casefold().replace("’", "'")).split())
    said = _EITHER.sub(r"\1", said)
    if said in ("name", "nom", "legal name"):
        return BARE
    if said in ("address", "adresse"):
        return BARE_ADDRESS
    if said in ("card number", "numéro de carte", "numéro de la carte"):
        return BARE_CARD  # a library has cards, too
    return next((purpose for purpose, label in _LABELS.items() if label.match(said)), "")
