"""Names of people, by title, label and word list. Precision first: they count only beside other personal information.

Source: a list of given and family names (``names.txt``). Entity ``PERSON``. The mask shows nothing of it. Without a
language model most names in running text are not seen, and reports say so.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.context import Cue
from audits.privacy.recognizer import Recognizer, phrases
from audits.privacy.text import fold

_CAPITAL, _SMALL = r"[A-ZÀ-ÖØ-Þ\u0100-\u017F]", r"[a-zß-öø-ÿ\u0100-\u017F]"
_WORD = (
    rf"(?:{_CAPITAL}(?:['’]?{_CAPITAL}?{_SMALL}+|['’]{_CAPITAL}{_SMALL}+)+|{_CAPITAL}{{2,}}(?:['’-]{_CAPITAL}+)*)"
    rf"(?:-{_CAPITAL}{_SMALL}+)*"
)
_PARTICLE = r"(?:de|du|des|la|le|van|von|der|den|di|da|dos|bin|ben|al|el|St\.)"
#: Words with capitals that follow each other, with initials, particles and the comma of "Family, Given".
_RUN = (
    rf"(?<![\w'’@/-])(?:(?:{_WORD}|[A-Z]\.?)(?![\w@])(?:(?:(?<=\b(?:[A-Z]|Mr|Mrs|Ms|Mx|Dr|Mme|Mlle|St|Ste|Prof|Rev|"
    rf"Sr|Jr))\.)?,? (?={_CAPITAL}|{_PARTICLE} ))?(?:{_PARTICLE} (?={_CAPITAL}|{_PARTICLE} )){{0,2}}){{2,12}}"
)
_TOKEN = regex.compile(rf"{_WORD}|[A-Z]\b\.?|{_PARTICLE}(?= )|,")
_TITLES = frozenset(
    phrases(
        """
        mr, mrs, ms, miss, mx, dr, prof, rev, mme, mlle, m, me, monsieur, madame, mademoiselle, sir, councillor,
        constable
        """
    )
)
_PARTICLES = frozenset(
    phrases(
        """
        de, du, des, la, le, van, von, der, den, di, da, dos, bin, ben, al, el, st
        """
    )
)
_LABELLED = regex.compile(r"[:|\t]\s*$")


class Person(Recognizer):
    """Finds names that a title, a label or the list gives away."""

    ENTITY = "PERSON"
    HINT = ()
    PATTERNS = (Pattern("words with capitals", _RUN, 0.1),)
    CONTEXT_EN = phrases(
        """
        name, full name, applicant, applicant's name, owner, homeowner, resident, tenant, complainant, delegate,
        delegation, claimant, patient, client, employee, student, child, parent, guardian, spouse, mother, father,
        daughter, son, participant, emergency contact, contact, contact person, attn, attention, dear, signed,
        sincerely, regards, submitted by, prepared for, payee, cardholder, account holder, driver, my name is, i am,
        witness, victim, caller, registrant, member, volunteer, petitioner, appellant, landlord, bill to, sold to,
        customer
        """
    )
    CONTEXT_FR = phrases(
        """
        nom, nom complet, demandeur, demanderesse, requérant, requérante, propriétaire, résident, résidente,
        locataire, plaignant, plaignante, délégué, déléguée, patient, patiente, client, cliente, employé, employée,
        élève, étudiant, étudiante, enfant, parent, tuteur, tutrice, conjoint, conjointe, mère, père, fille, fils,
        participant, participante, personne-ressource, à l'attention de, cher, chère, signé, cordialement, titulaire,
        je m'appelle, témoin, victime, appelant, appelante, membre, bénévole, contribuable, prénom, nom de famille,
        assuré, assurée
        """
    )
    NEUTRAL = ()
    BEFORE = 24
    GAP_DIGITS = False
    CUED = 0.6
    RANK = 60

    def _collect(self, text: str, pattern: Pattern, results: list[RecognizerResult]) -> None:
        """The names within each run of capitalised words: the regular expression alone would take "Applicant" along."""
        found: list[RecognizerResult] = []
        super()._collect(text, pattern, found)
        for run in found:
            for start, end, score in _names_in(text[run.start : run.end]):
                result = RecognizerResult(
                    self.ENTITY,
                    run.start + start,
                    run.start + end,
                    score,
                    recognition_metadata=run.recognition_metadata,
                )
                results.append(result)

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """A cue, a label or a line of its own lifts a name half known; two unknown words need "Name: …" itself."""
        score = float(result.score)
        if score >= 0.5:
            return score + 0.05
        cue = self.phrases.judge(text, result.start, result.end, before=self.BEFORE, gap_digits=False, label=label)
        labelled = bool(label) or _LABELLED.search(text, max(0, result.start - 4), result.start) is not None
        if score >= 0.25:
            if cue is Cue.FOR:
                return self.CUED
            return 0.5 if labelled or _alone_on_line(text, result.start, result.end) else score
        return 0.5 if cue is Cue.FOR and labelled else score


def _alone_on_line(text: str, start: int, end: int) -> bool:
    return text[max(0, start - 1) : start] in ("", "\n") and text[end : end + 1] in ("", "\n")


def _names_in(run: str) -> list[tuple[int, int, float]]:
    """(start, end, score) of each name in a run."""
    chunks: list[list[regex.Match[str]]] = [[]]
    titled = [False]
    for token in _TOKEN.finditer(run):
        word = fold(token.group()).rstrip(".")
        surname = bool(chunks[-1]) and _is(fold(chunks[-1][-1].group()), 0) and _is(word, 1)
        if word in _TITLES or word in _PLACES or (word in _stop_words() and not surname):
            chunks.append([])
            titled.append(word in _TITLES)
        else:
            chunks[-1].append(token)
    names = []
    for chunk, has_title in zip(chunks, titled, strict=True):
        names += _split(chunk, has_title)
    return names


def _split(chunk: list[Any], titled: bool) -> list[tuple[int, int, float]]:
    while chunk and (chunk[0].group() == "," or fold(chunk[0].group()) in _PARTICLES):
        chunk = chunk[1:]
    words = [fold(token.group()).rstrip(".") for token in chunk]
    if "," in words:
        comma = words.index(",")
        # "Tremblay, Jane": family name first; else two names in a list
        if comma == 1 and 3 <= len(words) <= 4 and _is(words[0], 1) and _is(words[2], 0) and not _is(words[-1], 1):
            return [(chunk[0].start(), chunk[2].end(), 0.3)]
        return [*_split(chunk[:comma], titled), *_split(chunk[comma + 1 :], False)]
    for first in range(len(words)):
        if not _is(words[first], 0):
            continue
        for last in range(min(len(words), first + 5) - 1, first, -1):
            if _is(words[last], 1):
                rest = _split(chunk[last + 1 :], False)
                return [(chunk[first].start(), chunk[last].end(), 0.5), *rest]
    if titled and 1 <= len(words) <= 4:
        return [(chunk[0].start(), chunk[-1].end(), 0.5)]
    if 2 <= len(words) <= 4 and len(words[-1]) > 1:
        score = 0.3 if _is(words[0], 0) else 0.25 if _is(words[-1], 1) else 0.2
        return [(chunk[0].start(), chunk[-1].end(), score)]
    return []


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    """Given names and family names, folded."""
    given, _, family = (files("audits.privacy") / "names.txt").read_text("utf-8").partition("\n\n")
    return frozenset(given.split("\n")), frozenset(family.split("\n"))


def _is(word: str, which: int) -> bool:
    """Whether a word, or a part of a double name, is a known given (0) or family (1) name."""
    known = _names()[which]
    plain = word.replace("’", "'")
    return plain in known or plain.replace("'", "") in known or ("-" in plain and plain.split("-")[0] in known)


#: Never the last word of a name, whoever is called so.
_PLACES = frozenset(
    phrases(
        """
        street, st, avenue, ave, road, rd, drive, dr, lane, court, crescent, boulevard, blvd, line, way, place, park,
        parkway, square, trail, terrace, city, town, township, county, region, council, committee, department, office,
        centre, center, school, hospital, arena, community, hall, house, hotel, river, lake, bay, beach, island, rue,
        chemin, ville
        """
    )
)


@cache
def _stop_words() -> frozenset[str]:
    labels = " ".join((*Person.CONTEXT_EN, *Person.CONTEXT_FR))
    return _NOT_NAMES | frozenset(fold(labels).split())


_NOT_NAMES = frozenset(
    phrases(
        """
        street, st, avenue, ave, road, rd, drive, dr, lane, court, crescent, boulevard, blvd, line, way, place, park,
        parkway, square, trail, terrace, city, town, township, county, region, regional, municipality, province,
        ontario, canada, quebec, toronto, burlington, hamilton, ottawa, council, committee, department, office,
        centre, center, school, hospital, university, college, library, church, arena, community, hall, house, hotel,
        river, lake, bay, beach, island, hill, north, south, east, west, monday, tuesday, wednesday, thursday, friday,
        saturday, sunday, january, february, march, april, june, july, august, september, october, november, december,
        mayor, councillor, clerk, manager, director, officer, inc, ltd, corp, llc, company, the, and, for, of, in, on,
        at, by, from, with, lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche, ville, rue, chemin, comte,
        conseil, bureau, ecole, hopital, universite, bibliotheque, maire, mairesse, greffier, directeur, directrice,
        act, bylaw, permit, application, number, card, phone, email, date, address, name, code, postal, health,
        licence, driver, passport, credit, bank, account, social, insurance, birth, note, please, contact, dear,
        thank, new, old, first, last, family, sante, permis, conduire, carte, numero, nom, adresse, courriel,
        telephone, naissance, nous, vous, les, des, une
        """
    )
)
