"""Forms of a page: where they send what, and whether they ask people who they are."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from audits.model import Part
from audits.privacy import _tree
from audits.privacy.text import fold

_TYPED = frozenset({"", "text", "email", "tel", "number", "date", "password", "search", "month", "url"})
#: What a field asks for, by its autocomplete token, its type, then its label and name.
_TOKENS = {
    "name": "name",
    "given-name": "name",
    "family-name": "name",
    "additional-name": "name",
    "email": "e-mail address",
    "tel": "telephone number",
    "tel-national": "telephone number",
    "street-address": "address",
    "address-line1": "address",
    "bday": "date of birth",
    "cc-number": "payment card",
}
_KINDS = {
    "social insurance number": r"social insurance|\bsin\b|assurance sociale|\bnas\b",
    "health card": r"health (?:card|number)|\bohip\b|carte sante|numero de sante",
    "driver's licence": r"driver'?s? licen[cs]e|permis de conduire",
    "payment card": r"(?:credit|payment|debit) card(?: number| no)?$|card number|carte de credit|"
    r"numero de (?:la )?carte",
    "bank account": r"bank account|account number at|compte bancaire|transit number",
    "date of birth": r"date of birth|birth ?date|birthday|\bdob\b|date de naissance|\bddn\b",
    "e-mail address": r"\be-?mail\b|courriel",
    "telephone number": r"(?:tele)?phone\b|\bcell(?:ular)?\b|telephone|cellulaire",
    "address": r"(?:street|home|mailing|postal|residential|your|civic) address|address line 1|^address$|^adresse$|"
    r"adresse (?:postale|municipale|civique|du domicile|residentielle)|votre adresse",
    "name": r"(?:first|last|full|given|family|middle|your|applicant'?s?|child'?s?|parent'?s?|owner'?s?|guardian'?s?|"
    r"participant'?s?|emergency contact) ?name|\bsurname\b|^name$|^nom$|prenom|nom de famille|nom complet|votre nom|"
    r"nom (?:du|de la|de l)'? ?(?:demandeu|proprietaire|parent|enfant|participant)",
}
_READ = {kind: re.compile(words) for kind, words in _KINDS.items()}
#: Letters of a start tag: far beyond what is quoted of it, so that no value is cut in two before it is masked.
LONGEST = 3000
#: What the collector wrote into the tree.
_MARKS = re.compile(r' data-hr-[a-z]+(?:="[^"]*")?')
_DECORATION = re.compile(r"\((?:required|optional|obligatoire|facultatif|requis)\)|[*:?]|\s+$")
#: Somebody's office, or a thing's.
_NOT_A_PERSON = re.compile(
    r"(?:business|company|organi[sz]ation|vendor|file|user|pet|dog|cat|street|event|project|product|group|team|school|"
    r"domain|site|page|facility|park|program|course|entreprise|organisme|fournisseur|utilisateur|animal|chien|rue|"
    r"evenement|projet|groupe|equipe|ecole|domaine|parc|programme|cours)s?(?: or \w+)? (?:name|address)|"
    r"(?:ip|web|property|site) address$|nom (?:de l'|du |de la |d')(?:entreprise|organisme|utilisateur|groupe|"
    r"evenement|animal|chien|rue|parc|fichier|projet)"
)
#: Any one of these is enough; a name or an address may be a filter's.
REACHES = frozenset({"e-mail address", "telephone number"})
IDENTIFIES = frozenset(
    {"social insurance number", "health card", "driver's licence", "payment card", "bank account", "date of birth"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that people can fill in. ``asks`` is what of them, in words; ``method`` as written, "" where it is not."""

    selector: str
    part: Part
    html: str = field(repr=False)
    page: str = field(repr=False)
    action: str = field(repr=False)
    written: bool  # whether it says where it sends to
    method: str
    asks: tuple[str, ...]
    password: bool
    node: LexborNode = field(repr=False)
    frame: _tree.Frame = field(repr=False)

    @property
    def personal(self) -> bool:
        """Whether it asks people how to reach them, or for what identifies them. A name that is not sent as data is a
        filter's."""
        return bool({*self.asks} & (REACHES | IDENTIFIES)) or (self.method == "post" and bool(self.asks))


def forms(document: Mapping[str, Any]) -> Iterator[Form]:
    """The forms of every frame, but searches and sign-ins ask nothing about anybody."""
    for frame in _tree.frames(document):
        if not frame.url.startswith(("http://", "https://")):
            continue
        labels = _labels(frame)
        base = frame.tree.css_first("base[href]")
        home = urljoin(frame.url, _tree.attribute(base, "href")) if base else frame.url
        for node in frame.tree.css("form"):
            if _tree.attribute(node, "role") == "search":
                continue
            yield _form(frame, node, labels, home)


def _form(frame: _tree.Frame, node: LexborNode, labels: Mapping[int, str], home: str) -> Form:
    fields = [
        one
        for one in node.css("input, textarea, select")
        if (one.tag != "input" or _tree.attribute(one, "type").lower() in _TYPED) and not _tree.hidden(one)
    ]
    password = any(_tree.attribute(one, "type").lower() == "password" for one in fields)
    asks = dict.fromkeys(kind for one in fields if (kind := _kind(one, labels)))
    signs_in = password and len(fields) <= 2
    searches = len(fields) == 1 and (_tree.attribute(fields[0], "type") == "search" or fields[0].tag == "select")
    button = node.css_first("button[formaction], input[formaction]")
    action = _tree.attribute(node, "action") or (_tree.attribute(button, "formaction") if button else "")
    try:
        where = urljoin(home, action.strip())
    except ValueError:
        where = ""
    start = _MARKS.sub("", (node.html or "").partition(">")[0])[:LONGEST]
    return Form(
        selector=frame.selector(node),
        part=_tree.part(node),
        html=f"{start}>",
        page=frame.url,
        action=where,
        written=bool(action),
        method=_tree.attribute(node, "method").lower(),
        asks=() if signs_in or searches else tuple(asks),
        password=password,
        node=node,
        frame=frame,
    )


def _labels(frame: _tree.Frame) -> dict[int, str]:
    """Names of fields by node: label, aria-labelledby, aria-label, placeholder, title."""
    by_id = {_tree.attribute(one, "id"): one for one in frame.tree.css("[id]")}
    found: dict[int, str] = {}
    for label in frame.tree.css("label"):
        target = by_id.get(_tree.attribute(label, "for")) or label.css_first("input, textarea, select")
        if target is not None:
            found.setdefault(target.mem_id, _tree.words(label))
    for one in frame.tree.css("input, textarea, select"):
        named = [by_id[name] for name in _tree.attribute(one, "aria-labelledby").split() if name in by_id]
        said = " ".join(map(_tree.words, named)) or next(
            (value for name in ("aria-label", "placeholder", "title") if (value := _tree.attribute(one, name))), ""
        )
        if said:
            found.setdefault(one.mem_id, said)
    return found


def _kind(node: LexborNode, labels: Mapping[int, str]) -> str:
    """What of a person the field asks for; "" for anything else."""
    return asked(
        label=labels.get(node.mem_id, ""),
        name=_tree.attribute(node, "name") or _tree.attribute(node, "id"),
        token=_tree.attribute(node, "autocomplete"),
        kind=_tree.attribute(node, "type").lower() if node.tag == "input" else node.tag or "",
    )


def asked(*, label: str, name: str, token: str, kind: str) -> str:
    """What of a person a field asks for, by what it says; "" for anything else. ``kind``: its type, or "textarea"."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-\[\].]+", " ", name)
    for said in filter(None, (label, name)):
        told = _DECORATION.sub("", fold(said.replace("’", "'"))).strip()
        if _NOT_A_PERSON.search(told):
            return ""
    if (last := token.lower().split()[-1:]) and last[0] in _TOKENS:
        return _TOKENS[last[0]]
    if kind in ("email", "tel"):
        return "e-mail address" if kind == "email" else "telephone number"
    if kind in ("search", "number", "url", "password", "month", "textarea", "select"):
        return ""
    for said in filter(None, (label, name)):
        told = _DECORATION.sub("", fold(said.replace("’", "'"))).strip()
        if len(told) <= 60:
            for asks, words in _READ.items():
                if words.search(told):
                    return asks
    return ""


def trusted(url: str) -> bool:
    """Whether nobody on the way can read what is sent there: encrypted, or this machine (W3C Secure Contexts)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "http":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
