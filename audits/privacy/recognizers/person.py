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
#: A word is taken whole or not at all: else a long one would be tried in every way.
_WHOLE = rf"(?>{_WORD})"
#: Words with capitals that follow each other, with initials, particles and the comma of "Family, Given".
_RUN = (
    rf"(?<![\w'’@/-])(?:(?:{_WHOLE}|[A-Z]\.?)(?![\w@])(?:(?:(?<=\b(?:[A-Z]|Mr|Mrs|Ms|Mx|Dr|Mme|Mlle|St|Ste|Prof|Rev|"
    rf"Sr|Jr))\.)?,? (?={_CAPITAL}|{_PARTICLE} ))?(?:{_PARTICLE} (?={_CAPITAL}|{_PARTICLE} )){{0,2}}){{2,12}}"
)
#: What is all there is in a cell of a list: a family name and a given one, two or three words, one word.
_CELL = (
    r"(?m)(?:^(?: {0,2}\d{1,4}[.)]|\d{1,2}:\d\d(?::\d\d)?)? {0,3}|[|;\t] {0,3}| - {0,2}|  (?! ))"
    rf"(?P<value>{_WHOLE}(?:(?:,? (?:{_PARTICLE} )?{_WHOLE}){{1,2}})?(?: [A-Z]\.?)?)"
    r"(?= {0,3}(?:[|;\t\n]|$)| - |  )"
)
#: What a form sends in an address: "prenom=Jean&nom=Roy".
_FIELD = (
    r"(?i)(?<=[?&;\s{,\"'])(?:(?:first|last|given|family|full|sur|f|l)_?name|name|fn|ln|nom|pr[eé]nom|nom_?de_?famille)"
    r"[\"']?(?:=|\s?:\s?)[\"']?"
    rf"(?P<value>(?-i:{_WHOLE})(?:(?:[ +]|%20)(?-i:{_WHOLE}))?)(?=[&\s;,\"']|$)"
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
#: Score of words that are all there is in a cell: a name only beside other personal information.
ALONE_IN_CELL, UNKNOWN_IN_CELL = 0.21, 0.16
_LABELLED = regex.compile(r"[:|\t]\s*$")


class Person(Recognizer):
    """Finds names that a title, a label or the list gives away."""

    ENTITY = "PERSON"
    HINT = ()
    PATTERNS = (
        Pattern("words with capitals", _RUN, 0.1),
        Pattern("cell", _CELL, ALONE_IN_CELL),
        Pattern("field", _FIELD, 0.5),
    )
    CONTEXT_EN = phrases(
        """
        name, full name, applicant, applicant's name, owner, homeowner, resident, tenant, complainant, delegate,
        delegation, claimant, patient, client, employee, student, child, parent, guardian, spouse, mother,
        father, daughter, son, participant, emergency contact, contact, contact person, attn, attention, dear,
        signed, sincerely, regards, submitted by, prepared for, payee, cardholder, account holder, driver, my
        name is, i am, witness, victim, caller, registrant, member, volunteer, petitioner, appellant, landlord,
        bill to, sold to, customer
        """
    )
    CONTEXT_FR = phrases(
        """
        nom, nom complet, demandeur, demanderesse, requérant, requérante, propriétaire, résident, résidente,
        locataire, plaignant, plaignante, délégué, déléguée, patient, patiente, client, cliente, employé,
        employée, élève, étudiant, étudiante, enfant, parent, tuteur, tutrice, conjoint, conjointe, mère, père,
        fille, fils, participant, participante, personne-ressource, à l'attention de, cher, chère, signé,
        cordialement, titulaire, je m'appelle, témoin, victime, appelant, appelante, membre, bénévole,
        contribuable, prénom, nom de famille, assuré, assurée
        """
    )
    #: Columns of what is called after people.
    AGAINST_EN = phrases(
        """
        vehicle, make, model, facility, branch, location, venue, street, street name, company, company name,
        vendor, vendor name, business name, destination, supplier, contractor, builder, employer, town, city,
        municipality, school, project, program, programme, item, product, department, division, park, room,
        event, title, breed, pet name, pet's name, animal's name, dog's name
        """
    )
    AGAINST_FR = phrases(
        """
        véhicule, marque, modèle, installation, succursale, lieu, endroit, rue, nom de rue, entreprise, nom
        d'entreprise, fournisseur, constructeur, employeur, installation, ville, municipalité, école, projet,
        programme, article, produit, service, parc, salle, événement, titre, race, nom de l'animal, nom du chien
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
        if pattern.name == "cell":
            for result in found:
                result.score = _of_cell(text[result.start : result.end])
            results += [result for result in found if result.score]
            return
        if pattern.name == "field":
            results += found
            return
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
        if _CALLED_AFTER.search(text, max(0, result.start - 40), result.start):
            return 0.1
        if label and self.phrases.judge("", 0, 0, before=0, gap_digits=False, label=label) is Cue.AGAINST:
            return 0.1
        if (
            _FIRM.match(text, result.end)
            or _TOWN.match(text, result.end)
            or _DEAD.match(text, result.end)
            or _SCHOOL.match(text, result.end - 2)
        ):
            return 0.1
        if score <= ALONE_IN_CELL and score != 0.2:
            if not label:
                return score if score == ALONE_IN_CELL else 0.1
            cue = self.phrases.judge("", 0, 0, before=0, gap_digits=False, label=label)
            named = cue is Cue.FOR or _NAMES.search(label) is not None
            # "Name" may be that of a park; "First name" is not.
            unsure = score == UNKNOWN_IN_CELL and _ANY_NAME.search(label) and not _is_known(text, result)
            return self.CUED if named and not unsure else 0.1
        if score >= 0.5:
            return score + 0.05
        cue = self.phrases.judge(text, result.start, result.end, before=self.BEFORE, gap_digits=False, label=label)
        labelled = bool(label) or _LABELLED.search(text, max(0, result.start - 4), result.start) is not None
        if score >= 0.25:
            if cue is Cue.FOR:
                return self.CUED
            return 0.5 if labelled or _alone_on_line(text, result.start, result.end) else score
        return 0.5 if cue is Cue.FOR and labelled else score


_CALLED_AFTER = regex.compile(
    r"(?i)(?<![^\W_])(?:(?:named|called|renamed)(?: (?:after|for|in honou?r of))?(?: the late)?|"
    r"in (?:memory|honou?r) of|à la mémoire d[eu]|en l['’]honneur d[eu]|nommée?(?: en l['’]honneur d[eu])?|"
    r"porte(?:ra)? le nom d[eu]|"
    r"(?:rue|parc|aréna|école|pont|salle|bibliothèque|boulevard|avenue|prix|bourse|fondation|stade|piscine|édifice|"
    r"pavillon|chemin|promenade|complexe)(?: d[eu])?) $"
)


#: MFIPPA s. 2(2): who was born then is dead for more than thirty years.
_DEAD = regex.compile(r",? \(?(?:b\.|born|née?|n\.)(?: (?:on|le|in|en))? [^;\n]{0,16}?\b1[0-8]\d\d(?!\d)")
_FIRM = regex.compile(
    r"(?i),? (?:inc|ltd|lt[eé]e|corp|llp|llc|limited|limit[eé]e|bros|& sons|law|group|groupe|consulting)(?![^\W_])"
)
_TOWN = regex.compile(r",? {0,2}\(?(?:ON|Ont\.?|Ontario|QC|Québec|[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d)(?!\w)")
_SCHOOL = regex.compile(r"(?:.. ?|. )(?:P|S|H|C|E|D)?\.?(?:(?:S|H|I|V)\.){1,2}(?!\w)")
_NAMES = regex.compile(
    r"(?i)^\W*(?:(?:last|first|given|family|middle|full|sur) ?_?(?:names?)?|surname|nom|pr[eé]noms?|names?)\W*$"
)
_ANY_NAME = regex.compile(r"(?i)^\W*(?:names?|nom)\W*$")


def _is_known(text: str, result: RecognizerResult) -> bool:
    words = [fold(word).rstrip(".") for word in regex.split(r"[ ,]+", text[result.start : result.end])]
    return any(_is(word, 0) or _is(word, 1) for word in words)


def _of_cell(cell: str) -> float:
    """The score of all there is in a cell: none where a word is no name, less where no word is known as one."""
    words = [fold(word).rstrip(".") for word in regex.split(r"[ ,]+", cell)]
    given = [_is(word, 0) for word in words]
    last = words[-1] in _PLACES or words[-1] in _stop_words()
    if len(words) == 2 and given[0] and last and _is(words[1], 1):  # Tyler Park
        return ALONE_IN_CELL
    if last or any(word in _stop_words() or word in _PLACES for word in words):
        return 0.0
    if len(words) == 1:
        return ALONE_IN_CELL if given[0] and len(words[0]) > 2 else UNKNOWN_IN_CELL
    return ALONE_IN_CELL if "," in cell or any(given) or any(_is(word, 1) for word in words) else UNKNOWN_IN_CELL


_BEFORE_CELL, _BEHIND_CELL = (
    regex.compile(r"(?:^|[|;\t\n]|  |- )[ \"]*$"),
    regex.compile(r"[ \"]*(?:[|;\t\n]|$| - |  )"),
)


def is_cell(text: str, start: int, end: int) -> bool:
    """Whether this is all there is in a cell of a list, or on a line."""
    return bool(_BEFORE_CELL.search(text, max(0, start - 4), start) and _BEHIND_CELL.match(text, end))


def _alone_on_line(text: str, start: int, end: int) -> bool:
    return text[max(0, start - 1) : start] in ("", "\n") and text[end : end + 1] in ("", "\n")


def _names_in(run: str) -> list[tuple[int, int, float]]:
    """(start, end, score) of each name in a run."""
    chunks: list[list[regex.Match[str]]] = [[]]
    titled = [False]
    for token in _TOKEN.finditer(run):
        word = fold(token.group()).rstrip(".")
        surname = bool(chunks[-1]) and _is(fold(chunks[-1][-1].group()), 0) and _is(word, 1)
        after = word in _NAMED_SO and (len(chunks[-1]) > 1 or not _is(word, 1))
        saint = (
            word in ("st", "ste")
            and run[token.end() : token.end() + 1] == "."
            and chunks[-1]
            and _is(fold(chunks[-1][-1].group()), 0)
        )
        if saint:  # Rosemary St. Amand
            chunks[-1].append(token)
        elif after or word in _TITLES or word in _PLACES or (word in _stop_words() and not surname):
            chunks.append([])
            titled.append(word in _TITLES)
            if word in _NAMED_SO and len(chunks) > 1 and chunks[-2]:
                chunks[-2].clear()  # the Ken Danby Arena
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
        if comma == 1 and 3 <= len(words) <= 4 and _is(words[2], 0) and (_is(words[0], 1) or not _is(words[0], 0)):
            return [(chunk[0].start(), chunk[2].end(), 0.3)]
        return [*_split(chunk[:comma], titled), *_split(chunk[comma + 1 :], False)]
    for first in range(len(words)):
        if not _is(words[first], 0):
            continue
        for last in range(min(len(words), first + 5) - 1, first, -1):
            if _is(words[last], 1):
                rest = _split(chunk[last + 1 :], False)
                return [(chunk[first].start(), chunk[last].end(), 0.5), *rest]
    if len(words) == 2 and len(words[0]) == 1 and len(words[1]) > 2 and _is(words[1], 1):
        return [(chunk[0].start(), chunk[1].end(), 0.5 if titled else 0.3)]
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


#: What is called after people: the words before are no person.
_NAMED_SO = frozenset(
    phrases(
        """
        street, avenue, ave, road, rd, drive, crescent, boulevard, blvd, park, parkway, square, trail, terrace,
        pool, room, arena, library, bandshell, bridge, crossing, run, award, awards, scholarship, foundation,
        museum, gallery, theatre, theater, stadium, field, fields, gardens, complex, rink, building, wing,
        company, memorial, secondary, elementary, public, health, centre, center, community, school, hall,
        hospital, college, university, church, cemetery, conservation, apartments, pavilion, towers, villa,
        manor, residence, residences, septic, catering, culvert, pumphouse, lodge, house, playground, beach,
        trio, quartet, band, orchestra, supper, day, tournament, club, bros, co, co-op, law, legal, aggregates,
        excavation, construction, paving, plumbing, electric, landscaping, hotel, inn, motel, lane, court, way,
        place, line, circle, gate, grove, camp, classic, united, inc, ltd, llp, corp
        """
    )
)
#: Never the last word of a name, whoever is called so.
_PLACES = frozenset(
    phrases(
        """
        street, st, avenue, ave, road, rd, drive, dr, lane, court, crescent, boulevard, blvd, line, way, place,
        park, parkway, square, trail, terrace, city, town, township, county, region, council, committee,
        department, office, centre, center, school, hospital, arena, community, hall, house, hotel, river, lake,
        bay, beach, island, rue, chemin, ville, piscine, parc, ecole, pont, salle, bibliotheque, imprimerie,
        renovations, plomberie, constructions, entreprises, garage, pharmacie, restaurant, caisse, samsung,
        dell, page, id
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
        street, st, avenue, ave, road, rd, drive, dr, lane, court, crescent, boulevard, blvd, line, way, place,
        park, parkway, square, trail, terrace, city, town, township, county, region, regional, municipality,
        province, ontario, canada, quebec, toronto, burlington, hamilton, ottawa, council, committee,
        department, office, centre, center, school, hospital, university, college, library, church, arena,
        community, hall, house, hotel, river, lake, bay, beach, island, hill, north, south, east, west, monday,
        tuesday, wednesday, thursday, friday, saturday, sunday, january, february, march, april, june, july,
        august, september, october, november, december, mayor, councillor, clerk, manager, director, officer,
        inc, ltd, corp, llc, company, the, and, for, of, in, on, at, by, from, with, lundi, mardi, mercredi,
        jeudi, vendredi, samedi, dimanche, ville, rue, chemin, comte, conseil, bureau, ecole, hopital,
        universite, bibliotheque, maire, mairesse, greffier, directeur, directrice, act, bylaw, permit,
        application, number, card, phone, email, date, address, name, code, postal, health, licence, driver,
        passport, credit, bank, account, social, insurance, birth, note, please, contact, dear, yours, truly,
        sincerely, regards, thanks, merci, cordialement, bien, surname, summer, winter, insert, into, select,
        from, lic, royal, thank, roll, no, as, appear, gmc, dodge, ford, toyota, honda, tesla, thank, new, old,
        first, last, family, sante, permis, conduire, carte, numero, nom, adresse, courriel, telephone,
        naissance, nous, vous, les, des, une
        """
    )
)
