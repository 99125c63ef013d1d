"""A label says more than an abbreviation or a word that fits any form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, phrases, plain, words
from audits.model import Finding, Impact, Rule, Verdict

#: Would fit any form, without marks and signs around it ("N°", "No." and "Ref #").
TERSE = phrases(
    """
    #|n|no|nº|nr|nbr|num|number|numéro|numero|ref|ref no|ref num|ref nr|reference|réf|référence|id|ident|id no
    type|code|cd|other|others|autre|autres|valeur|acct|acct no|acc no|a/c|a/c no|amt|amnt|desc|descr|dscr|cat
    categ|catég|misc|info|infos|divers|spec|specs|sect|no réf|no de réf|cté|dés|désig|qual|loc|prop|auth|cert|conf
    conf no|perm|appl|appl no|app no|cl|cls|grp|stat
    """
)
#: Names that another rule asks about: they count, and are not told again.
ASKED = phrases("value|field|champ|option|box|entry|data|text|texte|input|answer|réponse|données|new field")
#: Short and known to everybody.
_KNOWN = phrases(
    """
    apt|st|ave|rd|blvd|ext|tel|tél|min|max|mr|mrs|ms|mx|dr|qty|qté|app|boul|mme|mlle|prov|temp|hrs|hr|tv|sms|cvv|cvc|gst
    hst|pst|tps|tvq|tvh|tty|km|kg|cm|mm|ml|lb|lbs|ft|sq|pdf|rsvp|mls|dob|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov
    dec|janv|févr|juil|déc|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|lun|mer|jeu|ven|sam|dim|incl|excl|approx|etc|vs
    h|m|y|yr|yrs|nb
    """
)
_DOTTED = re.compile(r"[^\W\d_]{2,6}\.")
_NO_VOWEL = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,5}")
_NUMBERED = re.compile(r"(?P<word>.*[^\W\d_][.°]?)[\s#_-]*\d{1,3}")
_MARKS = re.compile(
    r"[*✱]|\((?:required|mandatory|optional|obligatoire|facultati\w*|requis)\)"
    r"|\b(?:required|mandatory|optional|obligatoire|facultati\w*|requis)\b",
    re.IGNORECASE,
)
#: A hint of these words alone is none.
_EMPTY = phrases(
    """
    enter|type|write|fill|please|your|the|here|this|in|an|of|for|and|required|optional|mandatory|field|value|text
    choose|select|entrez|saisissez|écrivez|votre|le|la|les|de|du|des|un|une|ici|ce|champ|obligatoire|facultatif
    requis|veuillez|choisissez|sélectionnez
    """
)
_VAGUE_HEADS = phrases(
    """
    details|detail|information|info|form|section|step|part|other|more|general|data|fields|request|submission|page
    détails|détail|renseignements|formulaire|partie|étape|autre|général|demande|données|the|your|of|de|la|le|vos
    votre|and|et|for|pour|additional
    """
)
_STREET = re.compile(
    r"\b(?:street|road|rue|route|lot|unit|apt|apartment|address|adresse|concession|civic|civique)\b", re.IGNORECASE
)
_STREET_PARTS = frozenset({"n", "no", "nº", "num", "number", "numéro", "numero", "type", "id"})
_SEEKS = re.compile(
    r"search|find|filter|look ?up|calculat|convert|recherch|cherch|trouv|filtr|calcul|consult|^(?:go|ok|apply)$",
    re.IGNORECASE,
)
#: Kinds that people write in, or choose from a list; the others say by themselves what they take.
_WRITTEN = frozenset({"text", "number", "textarea", "select"})
_ASIDE = frozenset({"radio", "checkbox", "select"})
#: Fields of one form from which on labels of this kind are a way of writing, and words of a sentence.
FEWEST, SENTENCE = 2, 4


class TerseLabel(StructureCheck):
    """WCAG 3.3.2 and 2.4.6: “No.”, “Ref”, “Type”, and nothing around the field that says which."""

    rule = Rule(
        id="check/terse-label",
        title="Labels of a form do not say what is asked for",
        why="“No.” of what? People who do not know the form, read with effort or hear it field by field must guess, "
        "and guess wrong.",
        fix="Write out what is wanted and where it is found: “Permit number (top right of your permit)”.",
        title_fr="Les étiquettes d’un formulaire ne disent pas ce qui est demandé",
        why_fr="« N° » de quoi? Les personnes qui ne connaissent pas le formulaire, lisent avec effort ou l’entendent "
        "champ par champ doivent deviner, et se trompent.",
        fix_fr="Écrivez en toutes lettres ce qui est demandé et où le trouver : « Numéro de permis (en haut à droite "
        "du permis) ».",
        impact=Impact.MODERATE,
        criteria=("3.3.2", "2.4.6"),
        references=("WCAG technique G131",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/labels-or-instructions.html",
        before='<label for="n">No.</label> <input id="n">',
        after='<label for="n">Permit number (top right of your permit)</label> <input id="n">',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each form, at the first such field."""
        fields = [one for one in frame["fields"] if one["shown"]]
        for form in by(fields, lambda one: (one["form"], "" if one["form"] >= 0 else one["part"]["key"])):
            if _seeks(frame, form[0]["form"]):
                continue
            terse = [one for index, one in enumerate(form) if _is_terse(one) and not _is_explained(frame, form, index)]
            told = [one for one in terse if _core(one) not in ASKED]
            if told and (len(terse) >= FEWEST or any(_is_numbered(one) for one in told)):
                said = self.quotes(one["label"] for one in told)
                message = (
                    f"Labels of this form are {said}, and nothing beside the field says more. Read each alone: does "
                    "somebody who meets this form for the first time know which one is meant, and where it is found?"
                )
                yield self.found(frame, told[0], message)


def _seeks(frame: Fact, form: int) -> bool:
    """Whether the form only filters or looks something up."""
    return form >= 0 and any(
        button["form"] == form and button["sends"] and _SEEKS.search(button["name"]) for button in frame["buttons"]
    )


def _label(field: Fact) -> str:
    return " ".join(_MARKS.sub(" ", str(field["label"])).split())


def _core(field: Fact) -> str:
    """The label in small letters, without its number and what stands around it."""
    label = _label(field)
    numbered = _NUMBERED.fullmatch(label.rstrip(": "))
    return plain(numbered["word"] if numbered else label) or label


def _is_numbered(field: Fact) -> bool:
    return bool(_NUMBERED.fullmatch(_label(field).rstrip(": ")))


def _is_terse(field: Fact) -> bool:
    if field["kind"] not in _WRITTEN or field["search"] or field["headed"] or field["off"]:
        return False
    core = _core(field)
    if not core or core in _KNOWN:
        return False
    if core.startswith(("refer", "référ")) and _is_numbered(field):
        return False  # people who are asked about somebody
    if core in TERSE or core in ASKED:
        return True
    return bool(_DOTTED.fullmatch(_label(field).rstrip(": ")) or _NO_VOWEL.fullmatch(core))


def _says(text: str, label: str) -> bool:
    """Whether a text beside a field tells more than its label."""
    if any(letter.isdigit() for letter in text.replace(label, " ")):
        return True  # an example
    known = set(words(label)) | _EMPTY
    return len([word for word in words(text) if word not in known]) >= FEWEST


def _is_explained(frame: Fact, form: list[Fact], index: int) -> bool:
    """By anything that people see or hear with the field."""
    field = form[index]
    label = _label(field)
    if any(_says(_MARKS.sub(" ", str(field[key])), label) for key in ("described", "title", "placeholder", "beside")):
        return True
    if _says(field["name"].replace(field["label"], " "), label):
        return True
    # A legend around the whole of a long form is its title.
    title = len(form) > SENTENCE and all(one["group"] == field["group"] for one in form)
    if _names(field["group"]) and not title:
        return True
    if field["autocomplete"] and plain(field["autocomplete"]) not in ("on", "off", "nope", "none", "false"):
        return True
    if len([one for one in field["options"] if not one["off"] and _tells(one["text"])]) >= FEWEST or field["popup"]:
        return True
    around = form[max(0, index - 1) : index] + form[index + 1 : index + 2]
    core = _core(field)
    if core in _STREET_PARTS and any(_STREET.search(one["label"]) for one in around):
        return True
    if core.startswith(("other", "autre")) and index and form[index - 1]["kind"] in _ASIDE:
        return True
    return _is_under_heading(frame, form, index) or _is_written_about(frame, form, field)


def _names(heading: str) -> bool:
    return any(word not in _VAGUE_HEADS for word in words(heading))


def _tells(option: str) -> bool:
    return bool(set(words(option)) - _EMPTY) and len(max(words(option), key=len)) > FEWEST


def _is_under_heading(frame: Fact, form: list[Fact], index: int) -> bool:
    """A heading within the form, or one below the page's own that speaks of two fields at the most."""
    field = form[index]
    heading = frame["headings"][field["below"] - 1] if 0 < field["below"] <= len(frame["headings"]) else None
    if heading is None or not _names(heading["text"]):
        return False
    inner = field["below"] > form[0]["below"]
    alike = [one for one in form if one["below"] == field["below"]]
    return inner or (heading["level"] > 1 and len(alike) <= FEWEST < len(form))


def _is_written_about(frame: Fact, form: list[Fact], field: Fact) -> bool:
    """A line right below the label, or a sentence in or above the form that speaks of the thing."""
    labels = {plain(one["label"]) for one in form if one["label"]}
    blocks = [one for one in frame["blocks"] if one["shown"]]
    ours = [at for at, one in enumerate(blocks) if one["form"] == field["form"]]
    if not ours:
        return False
    label = plain(field["label"])
    for at in ours:
        text = blocks[at]["text"]
        if plain(text) == label or label in map(plain, text.split("\n")):
            after = [one for one in blocks[at : at + 2] if one["form"] == field["form"]]
            hints = [one["text"] for one in after if plain(one["text"]) not in labels and one["linked"] < 1]
            if any(_says(hint, field["label"]) and not _is_row(hint, labels) for hint in hints):
                return True
    if field["form"] < 0:
        return False
    about = _about(_core(field))
    ahead = [one for one in blocks[max(0, ours[0] - 2) : ours[0]] if one["form"] < 0]
    sentences = ahead + blocks[ours[0] : ours[-1] + 1]
    return bool(about) and any(
        re.search(about, one["text"], re.IGNORECASE) and len(words(one["text"])) >= SENTENCE
        for one in sentences
        if plain(one["text"]) not in labels and not _is_row(one["text"], labels) and not re.fullmatch(r"h1", one["tag"])
    )


def _is_row(text: str, labels: set[str]) -> bool:
    """Whether a line is made of labels alone."""
    rest = plain(text)
    for label in sorted(labels, key=len, reverse=True):
        rest = rest.replace(label, " ")
    return len(words(rest)) < FEWEST


def _about(core: str) -> str:
    """What a sentence would call it."""
    if core in ("n", "no", "nº", "nr", "nbr", "num", "number", "numéro", "numero", "id", "ident"):
        return r"\bnumbers?\b|\bnuméros?\b"
    if core.startswith(("ref", "réf")):
        return r"\breferences?\b|\bréférences?\b"
    if core == "code":
        return r"\bcodes?\b"
    return r"\baccounts?\b" if core.startswith(("acct", "a/c", "acc ")) else ""
