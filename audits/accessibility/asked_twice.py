"""A process asks once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.asked import ADDRESS, GOES_ON, OWN, PERSON, SAME, TOKENS, TYPED
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_AGAIN = re.compile(
    r"\b(?:confirm|re-?enter|re-?type|repeat)\b.{0,20}\b(?:e-?mail|address|phone|telephone|number|name)\b"
    r"|\b(?:e-?mail|phone|telephone)\b.{0,20}\b(?:again|confirmation)\b"
    r"|\b(?:confirme[rz]|ressaisi\w+|répéte[rz]|retape[rz])\b.{0,25}\b(?:courriel|adresse|téléphone|numéro|nom)\b"
    r"|\bcourriel\b.{0,20}(?:de nouveau|à nouveau|confirmation)",
    re.IGNORECASE,
)
_STEP = re.compile(r"\b(?:step|part|page|section|étape|partie) \d", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:mailing|billing|shipping|delivery|correspondence|facturation|livraison|postale|correspondance)\b",
    re.IGNORECASE,
)
_ONCE_MORE = re.compile(r"\b(?:again|once more|repeat\w*|encore|(?:de|à) nouveau|répéte\w*)\b", re.IGNORECASE)
_ENTER_AGAIN = re.compile(
    r"\b(?:re-?enter|(?:enter|type|give|provide|fill in)\b(?! the code)[^.!?]{3,60}\bagain\b)[^.!?]{0,40}"
    r"|\b(?:entrez|saisissez|inscrivez|tapez)\b[^.!?]{3,60}\b(?:de|à) nouveau\b|\bressaisissez\b[^.!?]{0,40}",
    re.IGNORECASE,
)
#: What is typed at one step is written into the next one.
_CARRIES = re.compile(
    r"\.value\s*(?:\|\|)?=(?!=)[^;\n]{0,80}\.value\b|\.val\(\s*[^;\n]{1,80}\.val\(\s*\)"
    r"|new FormData\([^;]{0,80}\.value\s*="
)
#: Tokens that say whose data it is, or what for.
_ELSE = re.compile(r"\b(?:section-|shipping\b|billing\b)")
#: In the place of a form's number.
_NONE, _COUNTED = -1, -2
_SECRET = re.compile(
    r"password|passcode|\bpin\b|mot de passe|\bnip\b|confirmation (?:number|code)|(?:numéro|code) de confirmation",
    re.IGNORECASE,
)


class AskedTwice(StructureCheck):
    """WCAG 3.3.7: a form that wants the same thing typed again. Passwords may be asked for twice."""

    rule = Rule(
        id="check/asked-twice",
        title="A form asks for the same thing again",
        why="To type an address twice without a fault is hard for people with tremor, dyslexia or a poor memory, "
        "and most paste the first one anyway.",
        fix="Ask once, and show what was typed before it is sent.",
        title_fr="Un formulaire demande deux fois la même chose",
        why_fr="Taper deux fois une adresse sans faute est difficile pour les personnes qui tremblent, sont "
        "dyslexiques ou ont une mauvaise mémoire, et la plupart collent la première.",
        fix_fr="Demandez une fois, et montrez ce qui a été tapé avant l’envoi.",
        impact=Impact.MODERATE,
        criteria=("3.3.7",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/redundant-entry.html",
        before="<label>Confirm e-mail <input></label>",
        after='<p>We will write to a.roy@example.ca. <a href="#email">Change</a></p>',
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("structure", "document")
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A script that carries what was typed from one field to another spares people the second time."""
        told = zip(snapshot.artifacts["structure"]["frames"], _frames(snapshot), strict=True)
        for frame, sources in told:
            yield from self.judge({**frame, "later": [] if _CARRIES.search(sources) else frame.get("later", ())})

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Every such place."""
        told = False
        for field in frame["fields"]:
            asked = " ".join((field["label"], field["name"], field["placeholder"]))
            if (
                field["kind"] in TYPED
                and field["shown"]
                and not field["off"]
                and _AGAIN.search(asked)
                and not _SECRET.search(asked)
            ):
                message = (
                    f"The field {self.quote(field['label'] or field['name'] or field['placeholder'])} seems to ask "
                    "for what another field has asked already. Must people type it twice?"
                )
                yield self.found(frame, field, message)
                told = True
        yield from self._again(frame)
        for block in frame["blocks"] if frame["fields"] and not told else ():
            again = _ENTER_AGAIN.search(block["text"]) if block["shown"] and not block["muted"] else None
            if again and not _SECRET.search(block["text"]):
                message = f"The text says {self.quote(again.group())}. Must people type what they have entered before?"
                yield self.found(frame, block, message)

    def _again(self, frame: Fact) -> Iterator[Finding]:
        """Two addresses in one form, the second for the post or the bill, and no way to say that it is the same."""
        fields = [*frame["fields"], *frame.get("later", ())]
        said = " ".join([*(field["label"] for field in fields), *(one["name"] for one in frame["buttons"])])
        if SAME.search(said):
            return
        first: dict[tuple[int, str], Fact] = {}
        twice: list[Fact] = []
        kinds: set[tuple[int, str]] = set()
        for field in frame["fields"]:
            if field["kind"] not in TYPED or not field["shown"] or field["off"]:
                continue
            key = _piece(field)
            if not key[1]:
                continue
            if key not in first:
                first[key] = field
            elif (field["group"] or field["below"]) != (first[key]["group"] or first[key]["below"]):
                twice.append(field)
                kinds.add(key)
        heads = [head["text"] for head in frame["headings"]]
        others = " ".join(one["group"] or " ".join(heads[max(one["below"] - 1, 0) : one["below"]]) for one in twice)
        if not (len(kinds) > 1 and _OTHER.search(others)):
            # A later step asks again about the same people, unless it says otherwise.
            later = [one for one in frame.get("later", ()) if one["kind"] in TYPED and not one["filled"]]
            twice = [one for one in later if _piece(one) in first and one["form"] != _NONE]
            kinds = {_piece(one) for one in twice}
            if not twice and (found := _given_before(frame, later)):
                twice, kinds = found, {_own(one) for one in found}
            said = " ".join(f"{one['group']} {one['label']}" for one in twice)
            if PERSON.search(said) and not _ONCE_MORE.search(said):
                return
        if len(kinds) > 1 or (len(kinds) == 1 and _own(twice[0])[1] and not _piece(twice[0])[1]):
            called = [one["label"] or one.get("name", "") for one in twice]
            message = (
                f"The form asks for {self.quotes(called)} a second time. Can "
                "people say that it is the same as before instead of typing it again?"
            )
            yield self.found(frame, twice[0], message)


def _frames(snapshot: Snapshot) -> Iterator[str]:
    """The scripts of each frame that was read."""
    documents = {
        tuple(frame["frame"]): "\n".join(one["text"] for one in frame.get("sources", ()) if one["kind"] == "script")
        for frame in snapshot.artifacts["document"]["frames"]
    }
    return (documents.get(tuple(frame["frame"]), "") for frame in snapshot.artifacts["structure"]["frames"])


def _piece(field: Fact) -> tuple[int, str]:
    """Of which form, and which piece of an address, a field asks for."""
    if token := _token(field):
        return field["form"], token if token in ADDRESS.groupindex else ""
    piece = ADDRESS.search(field["label"] or field.get("name", ""))
    return field["form"], (piece.lastgroup or "") if piece else ""


def _given_before(frame: Fact, later: list[Fact]) -> list[Fact]:
    """What later steps of a form ask for that an earlier one has; where nothing says that there are steps, nothing."""
    goes_on = any(GOES_ON.search(one["name"]) for one in frame["buttons"])
    if not goes_on and not any(_STEP.search(one["group"]) for one in later):
        return []
    # Steps that count themselves are of one process, whatever forms they stand in.
    heads = [head["text"] for head in frame["headings"]]
    shown = [one for one in frame["fields"] if one["kind"] in TYPED and one["shown"] and not one["off"]]
    asked: dict[tuple[int, str], str] = {}
    again = []
    for one in (*shown, *later):
        step = "" if one.get("shown") else one["group"]
        head = " ".join(heads[max(one["below"] - 1, 0) : one["below"]]) if one.get("shown") else step
        form, kind = _own(one)
        # What stands in no form may be a sign-in or a search: there, steps must count themselves.
        wholes = [whole for whole in (form, _COUNTED if _STEP.search(head) else _NONE) if whole != _NONE]
        if not kind or PERSON.search(f"{one['group']} {one['label']}") or _ELSE.search(one.get("autocomplete") or ""):
            continue
        before = [asked[whole, kind] for whole in wholes if (whole, kind) in asked]
        if any(was != step for was in before) and not one.get("shown"):
            again.append(one)
        for whole in wholes:
            asked.setdefault((whole, kind), step)
    return again


def _own(field: Fact) -> tuple[int, str]:
    """Of which form, and what of themselves people give in a field."""
    if token := _token(field):
        return field["form"], token if token in OWN.groupindex else ""
    piece = OWN.search(field["label"] or field.get("name", ""))
    return field["form"], (piece.lastgroup or "") if piece else ""


def _token(field: Fact) -> str:
    """What its token says that it is for."""
    return next((TOKENS[one] for one in (field.get("autocomplete") or "").lower().split() if one in TOKENS), "")
