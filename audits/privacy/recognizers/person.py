"""Names of people, by context and a word list. Precision first: a name counts only beside other personal information.

Source: a list of given and family names (``names.txt``). Entity ``PERSON``. The mask shows nothing of it. Without a language model most names
in running text are not seen, and reports say so.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from presidio_analyzer import Pattern

from audits.privacy.context import Cue
from audits.privacy.recognizer import Recognizer
from audits.privacy.text import fold

_WORD = r"[A-ZÀ-ÝŠŽČŁŚĆĐ](?:['’]?[A-ZÀ-Ý]?[a-zß-öø-ÿšžčłśćđńęąğışőű]+|(?=['’][A-Z])['’][A-Z][a-z]+)(?:-[A-ZÀ-Ý][a-zß-öø-ÿ]+)?"
_INITIAL = r"[A-Z]\."
_PARTICLE = r"(?:de|du|des|la|le|van|von|der|den|di|da|dos|bin|ben|al|el|St\.)"
_NAME = rf"{_WORD}(?:[ ](?:{_INITIAL}|{_WORD})){{0,2}}(?:[ ]{_PARTICLE}){{0,2}}[ ]{_WORD}"
_CAPS = r"[A-ZÀ-Ý][A-ZÀ-Ý'’-]+"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Mme|Mlle|M|Me|Monsieur|Madame|Mademoiselle|Mister|Sir|Councillor|Conseill(?:er|ère)|Mayor|Constable)"


class Person(Recognizer):
    """Finds names that a title, a label or the list gives away."""

    ENTITY = "PERSON"
    HINT = ()
    PATTERNS = (
        Pattern(
            "titled",
            rf"(?<![\w]){_TITLE}\.?[ ](?P<value>(?:{_INITIAL}[ ]?){{0,2}}{_WORD}(?:[ ](?:{_INITIAL}|{_WORD})){{0,2}})(?![\w])",
            0.5,
        ),
        Pattern("listed", rf"(?<![\w'’@./-])(?P<value>{_NAME})(?![\w@])", 0.3),
        Pattern("family name first", rf"(?<![\w'’@./-])(?P<value>{_WORD}|{_CAPS}), (?P<first>{_WORD})(?![\w@])", 0.2),
    )
    CONTEXT_EN = (
        "name", "full name", "applicant", "applicant's name", "owner", "homeowner", "resident", "tenant", "complainant", "delegate", "delegation", "claimant", "patient", "client", "employee", "student", "child", "parent", "guardian",
        "spouse", "mother", "father", "daughter", "son", "participant", "emergency contact", "contact", "contact person", "attn", "attention", "dear", "signed", "sincerely", "regards", "submitted by", "prepared for", "payee", "cardholder", "account holder", "driver",
        "my name is", "i am", "witness", "victim", "caller", "registrant", "member", "volunteer", "petitioner", "appellant", "landlord", "bill to", "sold to", "customer",
    )  # fmt: skip
    CONTEXT_FR = (
        "nom", "nom complet", "demandeur", "demanderesse", "requérant", "requérante", "propriétaire", "résident", "résidente", "locataire", "plaignant", "plaignante", "délégué", "déléguée", "patient", "patiente", "client", "cliente", "employé", "employée",
        "élève", "étudiant", "étudiante", "enfant", "parent", "tuteur", "tutrice", "conjoint", "conjointe", "mère", "père", "fille", "fils", "participant", "participante", "personne-ressource", "à l'attention de", "cher", "chère", "signé", "cordialement", "titulaire",
        "je m'appelle", "témoin", "victime", "appelant", "appelante", "membre", "bénévole", "contribuable", "prénom", "nom de famille", "assuré", "assurée",
    )  # fmt: skip
    NEUTRAL = ()
    BEFORE = 24
    GAP_DIGITS = False
    CUED = 0.6
    RANK = 60

    def alone(self, value: str, pattern: Pattern) -> float:
        """A title stands for itself; else given and family name must both be known."""
        if pattern.name == "titled":
            return 0.55
        return _score(value)

    def validate_result(self, pattern_text: str) -> bool | None:
        """Streets, institutions and headings are not people."""
        words = fold(pattern_text).replace(".", " ").split()
        if any(word in _NOT_NAMES for word in words):
            return False
        return None

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """Context lifts a name that the list half knows, never two unknown words."""
        if cue is Cue.FOR and score >= 0.25:
            return max(score, self.CUED)
        return score


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    """Given names and family names, folded."""
    given, _, family = (files("audits.privacy") / "names.txt").read_text("utf-8").partition("\n\n")
    return frozenset(given.split("\n")), frozenset(family.split("\n"))


def _score(value: str) -> float:
    given, family = _names()
    words = [word for word in fold(value).replace(".", " ").replace(",", " ").split() if len(word) > 1]
    if len(words) < 2:
        return 0.1
    first = any(part in given for part in (words[0], *words[0].split("-")))
    last = any(part in family for part in (words[-1], *words[-1].split("-"), words[-1].replace("'", "")))
    if first and last:
        return 0.55
    return 0.3 if first or last else 0.1


_NOT_NAMES = frozenset(
    "street st avenue ave road rd drive dr lane court crescent boulevard blvd line way place park parkway square trail terrace city town township county region regional municipality province ontario canada quebec toronto "
    "burlington hamilton ottawa council committee department office centre center school hospital university college library church arena community hall house hotel river lake bay beach island hill north south east west "
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december mayor councillor clerk manager director officer inc ltd corp llc company "
    "the and for of in on at by from with lundi mardi mercredi jeudi vendredi samedi dimanche ville rue chemin comte conseil bureau centre ecole hopital universite bibliotheque maire mairesse greffier directeur directrice "
    "act bylaw permit application number card phone email date address name code postal health licence driver passport credit bank account social insurance birth note please contact dear thank new old first last family "
    "sante permis conduire carte numero nom adresse courriel telephone date naissance nous vous les des une".split()
)  # fmt: skip
