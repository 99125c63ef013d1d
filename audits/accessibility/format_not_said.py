"""What a field will take is said before somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

#: As many of one page as a person looks at.
MOST = 6
#: Words of a form to be kept: an example, letters that stand for digits, a count.
_FORM = re.compile(
    r"\d|\b(?:[YJAMD]{2,4})[-/. ][YJAMD]{2,4}\b|\bformat|\be\.?g\.|example|exemple|\bex\.|characters?"
    r"|caractères?|digits?|chiffres?"
    r"|letters?|lettres?|numbers? only|no spaces|sans espaces?|\(#+|#{3}|\bX{3}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"^(?:(?:your |start|end|from|issue|expiry|event|preferred|birth|arrival|departure|inspection|requested"
    r"|desired) ?)*(?:date)"
    r"(?: of [\w' ]{3,30})?$|^(?:card )?(?:expiry|expiration)(?: date)?$|^(?:date d['’])?expiration(?: de la carte)?$"
    r"|^birthday$|^date (?:de naissance|de l['’]événement|de l['’]incident|de début|de fin|souhaitée"
    r"|d['’]arrivée|du)\b.{0,30}$",
    re.IGNORECASE,
)
#: The same in other words: a day of something, or what the form calls the field where the label asks when.
_SOME_DATE = re.compile(
    r"^(?:[\w'’-]+ ){1,3}date(?: and time)?$|^date and time\b|^date (?:you|when|for|on which|needed|required|received"
    r"|requested|issued|built|the|your|it|last)\b.{0,40}$"
    r"|^(?:d\.?o\.?b\.?|date et heure\b.{0,30}|date (?:de|du|des) .{3,30})$",
    re.IGNORECASE,
)
_NO_DATE = re.compile(
    r"\b(?:due|up to|out of|to|update|current|same|blind|no|save the|range|format|flexible|any|alternate)\b|\d|\?$",
    re.IGNORECASE,
)
_WHEN = re.compile(r"^(?:when|on which day|what day|which day|quand|quel jour|à quelle date)\b", re.IGNORECASE)
_CALLED_DATE = re.compile(r"(?:^|[_-])(?:date|dob)(?:$|[_-])|[a-z]Date$", re.ASCII)
_HOW_DATES = re.compile(r"\b[YJAMD]{2,4}[-/. ][YJAMD]{2,4}\b|\bdates? (?:as|like|in the form)\b", re.IGNORECASE)
_PICKER = re.compile(
    r"date-?picker|date-?time|flatpickr|pikaday|has-?calendar|data-(?:provide|toggle|controller)=", re.IGNORECASE
)
_PICKS = re.compile(r"\b(?:calendar|pick|choose|select|calendrier|choisir)\b", re.IGNORECASE)
#: A second field for the same password, or a button that makes an account: the password is a new one.
_AGAIN = re.compile(r"confirm|repeat|again|re-?(?:type|enter)|verify|répét|confirmez|de nouveau", re.IGNORECASE)
_OLD_PASSWORD = re.compile(r"\b(?:current|old|existing|present|actuel|ancien)\b", re.IGNORECASE)
_MAKES_ACCOUNT = re.compile(
    r"^(?:create|open|make|register|sign up|join)\b(?!.*\bsession\b)"
    r"|^(?:créer|ouvrir) (?:un|mon|le) compte|^s['’]inscrire$",
    re.IGNORECASE,
)
_NEW_PASSWORD = re.compile(
    r"^(?:(?:choose|create|new|set)(?: an?| your| a new)? password|(?:choisissez|créez"
    r"|nouveau)\b.{0,12}mot de passe)\b",
    re.IGNORECASE,
)
_RULES = re.compile(
    r"(?:at least|minimum|au moins|least) ?(?:of )?(?:\d|six|eight|ten|twelve|huit|dix|douze)"
    r"|\d+ ?(?:or more )?(?:characters|caractères)"
    r"|(?:characters|caractères) (?:long|minimum)|capital letter|uppercase|majuscule",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"^(?:(?:total|proposed|existing|maximum|lot|building|fence|estimated|approximate|approx\.?) )*"
    r"(?:floor area|area|distance|volume|duration|speed|superficie|durée|distance|vitesse"
    r"|(?:length|width|height|depth|weight)(?: of [\w' ]{3,30})?"
    r"|(?:longueur|largeur|hauteur|profondeur|poids)(?: (?:de|du|d['’]|de la) ?[\w' ]{3,30})?)$",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"^(?:(?:donation|payment|your|total|the) )*(?:amount|montant)(?: (?:of|du|de la) [\w' ]{3,30})?$", re.IGNORECASE
)
_UNIT = re.compile(
    r"\b(?:m|cm|mm|km|ft|feet|foot|in|inch(?:es)?|met(?:re|er)s?|mètres?|pieds|pouces|kg|lbs?|tonnes?|hectares?"
    r"|acres?|litres?|gallons?|hours?|hrs?"
    r"|min(?:utes)?|days?|weeks?|months?|years?|heures?|jours?|semaines?|mois|ans|km/h|cad|dollars?)\b"
    r"|[$%²³€'″′\"]|m2|m3|sq",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"\b(?:pdf|jpe?g|png|gif|docx?|xlsx?|csv|heic|tiff?|dwg|mb|mo|ko|kb|megabytes?|images?|photos?"
    r"|file types?|types? de fichiers?)\b",
    re.IGNORECASE,
)
_SIMPLE = re.compile(r"^\^?(?:\.[*+]|\\S[*+]|\[[^\]]*\][*+]|\.\{\d+,\d*\})\$?$")
_DECORATION = re.compile(
    r"[*:✱]|\((?:required|optional|obligatoire|facultatif|requis)\)|\b(?:required|obligatoire|optional|facultatif)\b",
    re.IGNORECASE,
)
#: Everybody knows how these are written, or the browser says so.
_SHORT = 3
_KNOWN = frozenset({"email", "url", "date", "time", "month", "week", "datetime-local", "range", "color"})


class FormatNotSaid(StructureCheck):
    """WCAG 3.3.2: by its markup or its label only some things will do in a field, and no words beside it say so."""

    rule = Rule(
        id="check/format-not-said",
        title="Field does not say how to write what it asks for",
        why="People learn from an error what was wanted, if at all. For some that is one round too many.",
        fix="Say it in the label: “Date (YYYY-MM-DD)”, “Height (metres)”, “Password (12 characters or more)”.",
        title_fr="Un champ ne dit pas comment écrire ce qu’il demande",
        why_fr="Les gens apprennent d’une erreur ce qui était voulu, si même on le leur dit. Pour certains, "
        "c’est une fois "
        "de trop.",
        fix_fr="Dites-le dans l’étiquette : « Date (AAAA-MM-JJ) », « Hauteur (mètres) », « Mot de passe (12 "
        "caractères ou "
        "plus) ».",
        impact=Impact.MODERATE,
        criteria=("3.3.2",),
        references=("WCAG technique G89",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/labels-or-instructions.html",
        before='<label for="d">Date</label> <input id="d" pattern="\\d{4}-\\d{2}-\\d{2}">',
        after='<label for="d">Date (YYYY-MM-DD)</label> <input id="d" pattern="\\d{4}-\\d{2}-\\d{2}">',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("fields",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """The first few fields of a page."""
        told = " ".join(
            block["text"] for block in frame["blocks"] if block["shown"] and not set(block["inside"]) & {"label"}
        )
        found = 0
        for field in frame["fields"]:
            if not field["shown"] or field["off"] or field["search"] or field["list"] or found >= MOST:
                continue
            asked = _asked(field, told) or _date(field, told) or _password(field, frame, told)
            if asked:
                found += 1
                yield self.found(frame, field, f"{self.quote(_label(field), 50)}: {asked}")


def _label(field: Fact) -> str:
    """What names the field, or the words beside it where nothing does."""
    return str(field["label"] or field["name"] or field["near"])


def _asked(field: Fact, told: str) -> str:
    label = " ".join(_DECORATION.sub(" ", _label(field)).split()).rstrip(" :")
    said = " ".join(
        field[key] for key in ("label", "name", "near", "beside", "described", "placeholder", "title", "group")
    )
    kind, pattern = field["kind"], field["pattern"]
    if kind == "file":
        wanted = field["accept"] and not _FILES.search(f"{said} {told}")
        return (
            "only some kinds of files are taken. Does the page say which, before somebody chooses one?"
            if wanted
            else ""
        )
    if kind == "password":
        new = (
            "new-password" in (field["autocomplete"] or "")
            or _NEW_PASSWORD.search(label)
            or pattern
            or field["least"] > 3
        )
        silent = (
            new
            and not _RULES.search(f"{said} {told}")
            and not re.search(r"confirm|repeat|again|retype|répét", label, re.IGNORECASE)
        )
        return (
            "people choose a password here. Does the page say what it must be like, before they type?" if silent else ""
        )
    # What is filled in already shows how it is written.
    if field["filled"] or kind in _KNOWN or kind not in ("text", "tel", "number"):
        return ""
    if pattern and not _SIMPLE.match(pattern) and not _FORM.search(said) and not _is_shown(pattern, told):
        return "only one form of it is accepted. Is it said in words, or by an example, before somebody types?"
    if field["mask"] and not _FORM.search(said):
        return "the page writes what is typed in one form. Is it said which, before somebody types?"
    if field["least"] == field["most"] > _SHORT and not _FORM.search(f"{said} {told}"):
        return f"exactly {field['most']} characters are taken. Is that said, before somebody types?"
    if _DATE.match(label) and kind == "text" and not field["popup"] and not _FORM.search(said):
        return "a date can be written in many ways. Is it said which is wanted, before somebody types?"
    if (_MEASURE.match(label) or (_SUM.match(label) and kind == "number")) and not _UNIT.search(
        said.replace(label, " ")
    ):
        return "it asks for a measure. Is it said in which unit?"
    return ""


def _date(field: Fact, told: str) -> str:
    """The same of a field that asks for a day in other words, typed by hand."""
    label = " ".join(_DECORATION.sub(" ", _label(field)).split()).rstrip(" :")
    said = " ".join(
        field[key] for key in ("label", "name", "near", "beside", "described", "placeholder", "title", "group")
    )
    if field["kind"] != "text" or field["filled"] or field["popup"] or field["mask"] or field["pattern"]:
        return ""
    if _PICKER.search(field["html"]) or _PICKS.search(field["beside"]) or _HOW_DATES.search(told):
        return ""
    named = _SOME_DATE.match(label) and not _NO_DATE.search(label)
    asked = _WHEN.match(label) and (_CALLED_DATE.search(field["field"]) or _CALLED_DATE.search(field["id"]))
    if not (named or asked) or _FORM.search(said.replace(label, " ") if asked else said):
        return ""
    return "a date can be written in many ways. Is it said which is wanted, before somebody types?"


def _password(field: Fact, frame: Fact, told: str) -> str:
    """The same of a password that the rest of its form shows to be a new one."""
    said = " ".join(field[key] for key in ("label", "name", "near", "beside", "described", "placeholder", "title"))
    if field["kind"] != "password" or field["form"] < 0 or _RULES.search(f"{said} {told}"):
        return ""
    if (
        "current" in (field["autocomplete"] or "")
        or _OLD_PASSWORD.search(_label(field))
        or _AGAIN.search(_label(field))
    ):
        return ""
    form = [
        one for one in frame["fields"] if one["form"] == field["form"] and one["kind"] == "password" and one["shown"]
    ]
    again = any(_AGAIN.search(_label(one)) for one in form)
    makes = len(form) == 1 and any(
        one["form"] == field["form"] and one["sends"] and _MAKES_ACCOUNT.search(one["name"]) for one in frame["buttons"]
    )
    if not (again or makes):
        return ""
    return "people choose a password here. Does the page say what it must be like, before they type?"


def _is_shown(pattern: str, told: str) -> bool:
    """Whether the text of the page holds an example that the pattern accepts."""
    if len(pattern) > 80 or re.search(r"[*+}]\)?[*+{]", pattern):
        return False
    try:
        accepted = re.compile(f"^(?:{pattern})$", re.ASCII)
    except re.error:
        return False
    words = told.split()[:400]
    return any(accepted.match(word.strip(".,;:()“”\"'")) for word in words if any(letter.isdigit() for letter in word))
