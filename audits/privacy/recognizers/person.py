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
_PARTICLE = r"(?:dela|delos|della|del|de|du|des|la|le|van|von|der|den|ter|di|da|dos|bin|ben|ibn|abu|al|el|St\.)"
#: A word is taken whole or not at all: else a long one would be tried in every way.
_WHOLE = rf"(?>{_WORD})"
#: Words with capitals that follow each other, with initials, particles and the comma of "Family, Given".
_RUN = (
    rf"(?<![\w'’@/-])(?:(?:{_WHOLE}|[A-Z]\.?)(?![\w@])(?:(?:(?<=\b(?:[A-Z]|Mr|Mrs|Ms|Mx|Dr|Mme|Mlle|St|Ste|Prof|Rev|"
    rf"Sr|Jr))\.)?,? (?={_CAPITAL}|{_PARTICLE} ))?(?:{_PARTICLE} (?={_CAPITAL}|{_PARTICLE} )){{0,2}}){{2,12}}"
)
#: What is all there is in a cell of a list: a family name and a given one, two or three words, one word.
_CELL = (
    r"(?m)(?:^(?: {0,2}\d{1,4}[.)]|\d{1,2}:\d\d(?::\d\d)?)? {0,3}|[|;\t] {0,3}| [-/] {1,2}| -|  (?! )|<td>)"
    rf"(?P<value>{_WHOLE}(?:(?:,? (?:{_PARTICLE} )?{_WHOLE}){{1,2}})?(?: [A-Z]\.?)?)"
    r"(?= {0,3}(?:[|;\t\n]|$)| [-/] |  | ?</td>)"
)
#: The same between commas, where the cell has a header.
_COMMA_CELL = (
    rf"(?m)(?:^|(?<=,))\"?(?P<value>{_WHOLE}(?: (?:{_PARTICLE} )?{_WHOLE}){{0,2}}|"
    rf"{_PARTICLE} (?:{_PARTICLE} )?{_WHOLE})"
    r"\"?(?=,(?! )|$)"
)
#: Whom a letter is to or from, or somebody's kin, by a given name alone: "Dear Layla,".
_CALLED = (
    r"(?<![\w-])(?i:dear|hi|hello|bonjour|salut|cher|chère|it['’]?s|this is|my name is|i am|i['’]m|c['’]est|ici|"
    r"je m['’]appelle|daughter|son|wife|husband|mother|father|brother|sister|spouse|grandson|granddaughter|fille|fils|"
    r"épouse|époux|mari|mère|père|frère|sœur|conjointe?|thanks|thank you|thx|merci|regards|cheers|sincerely|"
    r"cordialement)[,.!]{0,2}[ \n]{1,3}"
    rf"(?P<value>{_WHOLE})(?= ?(?:[,.;:!)\n]|$)| \(| (?:and|et|is|was|will|who|has|said|called|est|qui|at|or|ou)(?!\w))"
)
#: What a form sends in an address: "prenom=Jean&nom=Roy".
_FIELD = (
    r"(?i)(?<=[?&;\s{,\"'])(?:(?:first|last|given|family|full|sur|f|l)_?name|name|fn|ln|nom|pr[eé]nom|nom_?de_?famille|"
    r"owner_?\d?|first(?=[\"']?\s?[:=][^,&]{1,40}[,&]\s?[\"']?last)|"
    r"(?<=first[\"']?\s?[:=][^,&]{1,40}[,&]\s?[\"']?)last)"
    r"[\"']?(?:=|\s?:\s?)[\"']?"
    rf"(?P<value>(?-i:{_WHOLE})(?:(?:,? |\+|%20)(?-i:{_WHOLE}))?)(?=[&\s;,\"']|$)"
)
_TOKEN = regex.compile(rf"{_WORD}|[A-Z]\b\.?|{_PARTICLE}(?= )|,")
_TITLES = frozenset(
    phrases(
        """
        mr, mrs, ms, miss, mx, dr, prof, rev, mme, mlle, m, me, monsieur, madame, mademoiselle, sir, councillor,
        constable, elder
        """
    )
)
_PARTICLES = frozenset(
    phrases(
        """
        de, du, des, dela, del, della, delos, la, le, van, von, der, den, ter, di, da, dos, bin, ben, ibn, abu, al,
        el, st
        """
    )
)
#: Score of words that are all there is in a cell: a name only beside other personal information.
ALONE_IN_CELL, UNKNOWN_IN_CELL = 0.21, 0.16
#: One that is more often something else: a name only below "First name" or "Last name".
_BELOW_NAMES = 0.11
#: Score of an initial and a word that is not known.
_INITIAL = 0.26
_LABELLED = regex.compile(r"[:|\t]\s*$")


class Person(Recognizer):
    """Finds names that a title, a label or the list gives away."""

    ENTITY = "PERSON"
    HINT = ()
    PATTERNS = (
        Pattern("words with capitals", _RUN, 0.1),
        Pattern("cell", _CELL, ALONE_IN_CELL),
        Pattern("comma cell", _COMMA_CELL, ALONE_IN_CELL),
        Pattern("field", _FIELD, 0.5),
        Pattern("called", _CALLED, 0.5),
        Pattern("card", rf"(?m)^N:(?P<value>{_WHOLE}(?: {_WHOLE})?(?:;{_WHOLE})?)", 0.5),
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
    CHAINS = True
    CHAINS_FROM = 0.25

    def _collect(self, text: str, pattern: Pattern, results: list[RecognizerResult]) -> None:
        """The names within each run of capitalised words: the regular expression alone would take "Applicant" along."""
        found: list[RecognizerResult] = []
        super()._collect(text, pattern, found)
        if pattern.name in ("cell", "comma cell"):
            for result in found:
                cell = text[result.start : result.end]
                alone = pattern.name == "comma cell" and " " not in cell
                result.score = _BELOW_NAMES if alone else _of_cell(cell)
            results += [result for result in found if result.score]
            return
        if pattern.name == "called":
            results += [result for result in found if is_given(text[result.start : result.end])]
            return
        if pattern.name == "card":
            results += found
            return
        if pattern.name == "field":
            results += [result for result in found if not _is_body(text[result.start : result.end])]
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
            or _PLACE_AFTER.match(text, result.end)
            or _IS_DATE.search(text, max(0, result.end - 6), result.end + 5)
            or _SCHOOL.match(text, result.end - 2)
            or _FIRM_LABEL.search(text, max(0, result.start - 20), result.start)
        ):
            return 0.1
        if score == _BELOW_NAMES:
            return self.CUED if _NAMES.search(label) and not _ANY_NAME.search(label) else score
        if score <= ALONE_IN_CELL and score != 0.2:
            if not label:
                return score if score == ALONE_IN_CELL else 0.1
            cue = self.phrases.judge("", 0, 0, before=0, gap_digits=False, label=label)
            named = cue is Cue.FOR or _NAMES.search(label) is not None
            # "Name" may be that of a park; "First name" is not.
            unsure = (
                score == UNKNOWN_IN_CELL
                and _ANY_NAME.search(label)
                and not _is_known(text, result)
                and not _GIVEN_COLUMN.search(text, max(0, result.start - 2_000), result.start)
            )
            return self.CUED if named and not unsure else 0.1
        if score >= 0.5:
            return score + 0.05
        if score >= 0.25 and _IS_A.match(text, result.end):
            return self.CUED
        if score >= 0.25 and _INTRODUCED.search(text, max(0, result.start - 12), result.start):
            return self.CUED
        if score == _INITIAL and _OUTLINE.search(text, max(0, result.start - 3), result.start):
            return 0.1
        if score == 0.2:
            if _KIN.search(text, max(0, result.start - 16), result.start):
                return self.CUED
            shouted = text[result.start : result.end].isupper()
            if not shouted and _A_PERSON.search(text, max(0, result.start - 12), result.start):
                return 0.25
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
    r"porte(?:ra)? le nom d[eu]|(?:town(?:ship)?|city|village|municipality|corporation|county|hamlet) of|"
    r"(?:ville|municipalité|canton|village|comté) d[eu]|"
    r"(?:rue|parc|aréna|école|pont|salle|bibliothèque|boulevard|avenue|prix|bourse|fondation|stade|piscine|édifice|"
    r"pavillon|chemin|promenade|complexe)(?: d[eu])?) $"
)


#: "Jane Roy, resident, …": what stands behind says that it is somebody.
_IS_A = regex.compile(
    r"(?i),? (?:an? |the )?(?:(?:local |area |long-?time )?resident|homeowner|owner of|tenant|neighbou?r|applicant|"
    r"complainant|resides|residing|résidente?|propriétaire|locataire|voisine?|demeurant|domiciliée?)(?!\w)"
)
_INTRODUCED = regex.compile(r"(?i)(?<![^\W_])(?:c['’]est|ici|it['’]?s|this is|au nom de|interview|entrevue)[: ] ?$")
_KIN = regex.compile(
    r"(?i)(?<![^\W_])(?:daughter|son|wife|husband|mother|father|brother|sister|spouse|grandson|granddaughter|fille|"
    r"fils|épouse|époux|mari|mère|père|frère|sœur|conjointe?),? $"
)
_A_PERSON = regex.compile(
    r"(?i)(?<![^\W_])(?:resident|tenant|patient|student|witness|claimant|camper|élève|témoin|patiente) $"
)
#: "A. Project" is a heading, and the "W." of "Dundas St. W." no initial.
_OUTLINE = regex.compile(r"(?:^|[\n.]|\t)[ ]{0,2}$")
_FIRM_LABEL = regex.compile(
    r"(?i)(?<![^\W_])(?:builder|contractor|vendor|supplier|employer|company|bidder|business|trade name|insurer|"
    r"entrepreneur|fournisseur|employeur|entreprise|soumissionnaire|assureur|constructeur) ?: {0,3}$"
)
#: MFIPPA s. 2(2): who was born then is dead for more than thirty years.
_DEAD = regex.compile(
    r",? \(?(?:b\.|born|née?|n\.)(?: (?:on|le|in|en))? [^;\n]{0,16}?\b1[0-8]\d\d(?!\d)|,? \(?1[0-8]\d\d ?-"
)
_IS_DATE = regex.compile(
    r"(?i)(?<![^\W_])(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mai|juin|juil)\.? {1,2}\d"
)
#: "the Florence Nightingale wing"
_PLACE_AFTER = regex.compile(
    r"(?i)(?: [A-Z]\.)? (?:wing|room|parkette|building|arena|park|rink|hall|centre|center|school|"
    r"gazebo|trail|pool|field|awards?|trophy|"
    r"scholarship|bursary|supper|dinner|memorial|bridge|library|seniors?['’]?s?['’]? (?:centre|center|club))(?!\w)"
)
_FIRM = regex.compile(
    r"(?i),? (?:inc|ltd|lt[eé]e|corp|llp|llc|limited|limit[eé]e|bros|& sons|law|group|groupe|consulting)(?![^\W_])"
)
_TOWN = regex.compile(r",? {0,2}\(?(?:ON|Ont\.?|Ontario|QC|Québec|[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d)(?!\w)")
_SCHOOL = regex.compile(r"(?:.. ?|. )(?:P|S|H|C|E|D)?\.?(?:(?:S|H|I|V)\.){1,2}(?!\w)")
_NAMES = regex.compile(
    r"(?i)^\W*(?:(?:last|first|given|family|middle|full|sur) ?_?(?:names?)?|surname|nom|pr[eé]noms?|names?)\W*$"
)
_GIVEN_COLUMN = regex.compile(r"(?i)\b(?:pr[eé]noms?|first[ _]?name|given[ _]?name)\W{0,2}[|;,\t]")
_ANY_NAME = regex.compile(r"(?i)^\W*(?:names?|nom)\W*$")


def _is_known(text: str, result: RecognizerResult) -> bool:
    words = [fold(word).rstrip(".") for word in regex.split(r"[ ,]+", text[result.start : result.end])]
    return any(_is(word, 0) or _is(word, 1) for word in words)


def _of_cell(cell: str) -> float:
    """The score of all there is in a cell: none where a word is no name, less where no word is known as one."""
    words = [fold(word).rstrip(".") for word in regex.split(r"[ ,]+", cell)]
    given = [_is(word, 0) for word in words]
    last = words[-1] in _PLACES or words[-1] in _stop_words()
    if len(words) == 2 and "," in cell and given[1] and _is(words[0], 1) and words[1] not in _PLACES:  # Park, Ahmed
        return ALONE_IN_CELL
    if len(words) > 1 and "," not in cell and (words[-1] in _TRADES or (words[-1] in _NAMED_SO and not given[-2])):
        return 0.0
    if len(words) == 1 and (last or words[0] in _TOWNS):
        return _BELOW_NAMES if given[0] or _is(words[0], 1) else 0.0
    if len(words) == 2 and given[0] and last and _is(words[1], 1):  # Tyler Park
        return ALONE_IN_CELL
    if last or any(word in _stop_words() or word in _PLACES for word in words):
        return 0.0
    if len(words) == 1:
        return ALONE_IN_CELL if given[0] and len(words[0]) > 2 else UNKNOWN_IN_CELL
    return ALONE_IN_CELL if "," in cell or any(given) or any(_is(word, 1) for word in words) else UNKNOWN_IN_CELL


_BEFORE_CELL, _BEHIND_CELL = (
    regex.compile(r"(?:^|[|;\t\n]|  |- | / |<td>)[ \"]*$"),
    regex.compile(r"[ \"]*(?:[|;\t\n]|$| [-/] |  |</td>)"),
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
    tokens = list(_TOKEN.finditer(run))
    for index, token in enumerate(tokens):
        word = fold(token.group()).rstrip(".")
        if _starts_name(word, [one.group() for one in tokens[index : index + 3]]):  # "West, Priya", "June Bishop"
            chunks[-1].append(token)
            continue
        surname = bool(chunks[-1]) and _is(fold(chunks[-1][-1].group()), 0) and _is(word, 1)
        first = fold(chunks[-1][-1].group()) if chunks[-1] else ""
        after = word in _NAMED_SO and (len(chunks[-1]) > 1 or not (_is(word, 1) and _is(first, 0)))
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


def _starts_name(word: str, tokens: list[str]) -> bool:
    """Whether a word that is seldom a name is one before what follows."""
    if word not in _stop_words() or len(tokens) < 2 or word in _TITLES:
        return False
    following = fold(tokens[1])
    if tokens[1] == ",":
        return len(tokens) == 3 and _is(word, 1) and is_given(tokens[2])
    if tokens[0].isupper() and not tokens[1].isupper():  # PARK Brittany
        return len(word) > 2 and _is(word, 1) and is_given(tokens[1])
    known = word in _GIVEN_TOO and _is(following, 1) and len(following) > 2
    return known and not (following in _stop_words() or following in _PLACES or following in _NAMED_SO)


def _is_body(value: str) -> bool:
    """Whether a field called "owner" holds the City itself."""
    folded = fold(value)
    return folded in _PLACES and not (_is(folded, 0) or _is(folded, 1))


def is_given(word: str) -> bool:
    """Whether a word is a given name, and seldom anything else."""
    folded = fold(word).rstrip(".")
    seldom = folded in _stop_words() or folded in _TOWNS or folded in _MONTHS
    return len(folded) > 2 and _is(folded, 0) and not seldom and not (word.isupper() and len(word) < 5)


def _split(chunk: list[Any], titled: bool) -> list[tuple[int, int, float]]:
    while chunk and (chunk[0].group() == "," or fold(chunk[0].group()) in _PARTICLES):
        chunk = chunk[1:]
    while len(chunk) > 2 and chunk[0].group().isupper() and 1 < len(chunk[0].group()) < 5 and chunk[1].group() != ",":
        if chunk[1].group().isupper() or _is(fold(chunk[0].group()), 0):
            break
        chunk = chunk[1:]  # NOK Jane Roy
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
    upper = len(words) == 2 and len(words[0]) > 2 and chunk[0].group().isupper() and not chunk[1].group().isupper()
    if upper and is_given(words[1]):  # LAFRENIÈRE Noémie
        return [(chunk[0].start(), chunk[1].end(), 0.5)]
    if titled and 1 <= len(words) <= 4:
        return [(chunk[0].start(), chunk[-1].end(), 0.5)]
    if len(words) == 2 and len(words[0]) == 1 and len(words[1]) > 2 and chunk[0].group().endswith("."):
        return [(chunk[0].start(), chunk[1].end(), _INITIAL)]
    if 2 <= len(words) <= 4 and len(words[-1]) > 1 and words[-1] not in _MONTHS:
        if all(token.group().isupper() for token in chunk) and not any(_is(word, 0) for word in words):
            return [(chunk[0].start(), chunk[-1].end(), 0.2)]
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
        co-operative, cooperative, coopérative, works, yard, depot, landfill, mills, falls, corners, springs, parks,
        excavation, construction, paving, plumbing, electric, landscaping, hotel, inn, motel, lane, court, way,
        place, line, circle, gate, grove, camp, classic, united, inc, ltd, llp, corp
        """
    )
)
#: What firms call themselves behind the name of whoever began them.
_TRADES = frozenset(
    phrases(
        """
        inc, ltd, llp, llc, corp, limited, ltee, law, legal, kitchen, contracting, contractors, arborists,
        signs, sweets, dental, dentistry, clinic, architects, architecture,
        engineering, engineers, roofing, surveyors, surveying, auto, body, motors, consulting, consultants,
        services, solutions, systems, associates, enterprises, industries, supply, supplies, equipment, rentals,
        homes, builders, developments, properties, holdings, realty, insurance, pharmacy, bakery, cafe, grill,
        restaurant, salon, farms, nursery, nurseries, mechanical, heating, cooling, fencing, flooring, painting,
        cleaning, janitorial, security, towing, transport, trucking, haulage, logistics, media, design, studio,
        graphics, printing, financial, accounting, excavating, drilling, welding, masonry, carpentry, renovations,
        interiors, photography, productions, foods, meats, florist, jewellers, optical, physiotherapy, veterinary,
        kennels, stables, daycare, tutoring, drywall, windows, doors, glass, tire, collision, garage, plomberie,
        toiture, entreprises, excavations, electrique, paysagement, traiteur
        """
    )
)
_NAMED_SO |= _TRADES
_MONTHS = frozenset(
    phrases(
        """
        jan, feb, mar, apr, may, jun, jul, aug, sep, sept, oct, nov, dec, fev, fevr, avr, mai, juin, juil, aout
        """
    )
)
#: Towns of Ontario that are given names elsewhere.
_TOWNS = frozenset(
    phrases(
        """
        kingston, milton, clarence, windsor, london, paris, brantford, chatham, durham, guelph, oakville, barrie,
        orillia, oshawa, ajax, whitby, pickering, kitchener, cambridge, waterloo, stratford, sarnia, belleville,
        brockville, cornwall, pembroke, sudbury, timmins, kenora, thorold, welland, lindsay, collingwood, hanover,
        aurora, vaughan, markham, brampton, mississauga, halton, peel, york, essex, elgin, kent, perth, lanark,
        renfrew, hastings, huron, simcoe, haldimand, norfolk, caledon, georgina, hearst, embrun, alfred, russell
        """
    )
)
#: Given names among the words that are seldom names.
_GIVEN_TOO = frozenset(phrases("summer, june, april, august, will, hope, grace, dawn, may, art, frank, mark"))
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
        pt, nok, hcn, appel, offres, vente, yard, sale, notaire, port, fort, sault, agent, hockey, soccer,
        baseball, softball, minor, early, reg, sector, due, addr, attn, interview, entrevue, overdue, waiver,
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
