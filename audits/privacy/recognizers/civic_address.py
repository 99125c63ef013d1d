"""Civic address: number, street, type, direction and unit, in English and French; rural routes and post office boxes.

Source: Canada Post addressing guidelines (street types), Ontario civic numbering (Line, Sideroad, Concession, County
Road). Entity ``CIVIC_ADDRESS``. The mask shows nothing of it. Personal only where it is linked to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.context import Cue
from audits.privacy.recognizer import Recognizer, phrases

_STRONG = phrases(
    """
    Street, St, Avenue, Ave, Av, Road, Rd, Boulevard, Blvd, Crescent, Cres, Cr, Drive, Dr, Lane, Ln, Court, Ct,
    Crt, Terrace, Terr, Parkway, Pkwy, Sideroad, Side Road, Townline, Highway, Hwy, Trail, Trl, Tr, Mews,
    Circle, Cir, Gardens, Gdns, Grove, Heights, Hts, Esplanade, Quay, Turnpike, Concession, Expressway
    """
)
_WEAK = phrases(
    """
    Line, Way, Place, Pl, Park, Pk, Gate, Square, Sq, Hill, Point, Pt, Path, Row, Run, Walk, View, Green,
    Common, Landing, Ridge, Woods, Close, Bend, Glen, Manor, Private, Valley, Court, Crossing, Cove, Chase,
    Hollow, Island, Loop, Meadow, Meadows, Orchard, Passage, Wood, Vista, Shore, Shores, Village, Maze, Mall,
    Mount, Alley, Lookout, Link, Acres, Beach, Bay, Estates, Farm, Field, Garden, Harbour, Haven, Rise, Summit,
    Spur, Thicket, Towers, Wharf, Wynd
    """
)

_SHORT = frozenset(
    phrases(
        """
        St, Ave, Av, Rd, Blvd, Cres, Cr, Dr, Ln, Ct, Crt, Terr, Pkwy, Hwy, Trl, Tr, Cir, Gdns, Hts, Pl, Pk, Sq,
        Pt
        """
    )
)
_TYPES = "|".join(
    word.replace(" ", r" ?") + r"(?![\w'’])" + r"\.?" * (word.capitalize() in _SHORT)
    for word in sorted({form for word in (*_STRONG, *_WEAK) for form in (word, word.upper())}, key=len, reverse=True)
)
_NUMBER = (  # the look ahead is for speed alone
    r"(?=\d)(?<![\w$€£./])(?<!(?<![\d-])\d{1,3},)(?<!\d[:-])(?<!\w\w-)"
    r"(?<![$€£] )(?!(?:19|20)\d\d-\d)(?:[1-9]\d{0,3}[A-Za-z]? ?- ?"
    r"(?=\d))?[1-9]\d{0,5}"
    r"(?: ?[½¼¾]| 1/2|-\d{1,5}| ?& ?\d{1,5}| ?[A-Ga-g](?!\w))?,? {1,2}"
)
_UNIT_WORD = (
    r"(?i:unit|suite|ste|apt|apartment|floor|fl|room|rm|upper|lower|basement|app|appartement|unité|bureau|bur|"
    r"local|porte|"
    r"étage|logement|townhouse|th|ph)\.?"
)
_UNIT_NUMBER = r"(?:\d{1,5}[A-Za-z]?|[A-Z]{1,2}-?\d{0,4})(?!\w)(?![-. ]\d{3})"
_UNIT = rf"(?:,? {{1,2}}(?:{_UNIT_WORD} ?(?:(?:no|n°)\.? ?)?#? ?|# ?){_UNIT_NUMBER})?"
_UNIT_IN_FRONT = regex.compile(
    rf"(?<![\w])(?:(?:{_UNIT_WORD} ?(?:(?:no|n°)\.? ?)?#?|#) ?{_UNIT_NUMBER}(?: ?[-,] ?| )|[A-Z] ?- ?|#)$"
)
_NOT_A_WORK = (
    r"(?! (?:Maps?|Program(?:me)?s?|Projects?|Plan|Study|Reconstruction|Closures?|Widening|Review|Race|Trip|Test)"
    r"(?!\w))"
)
_CAPITAL = r"[A-ZÀ-Ý]"
_WORD = rf"(?:(?:[dlDL]['’])?{_CAPITAL}[\w'’À-ÿ-]*\.?|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH|e|er|ère))"
_NAME = rf"{_WORD}(?: (?:{_WORD}|of|the|de|du|des|la|le|and|on)){{0,3}}?"
_SIDE = (
    r"(?:[NSEW]|[NS]\.?[EW])(?![\w'’])(?:\.(?=,| (?i:unit|apt|suite)|$))?|(?i:north|south)(?i:east|west)?(?!\w)|"
    r"(?i:east|west)(?!\w)"
)
_DIRECTION = rf"(?:,? (?:{_SIDE}))?"

_LINK = r"(?:(?:de la |de l['’]|de |du |des |la |le |les |l['’]|d['’]|à la |à |au |aux |sur |en ))"
_FR_TYPE = (
    r"(?i:rue|avenue|av\.|ave|boulevard|boul\.?|bd|chemin|ch\.|route|rte|rang|place|allée|impasse|croissant|crois\.|"
    r"promenade|prom\.|terrasse|côte|cour|cours|montée|ruelle|sentier|quai|carré|square|voie|passage|autoroute|cercle|"
    r"jardins?|concession|ligne|parc|rond-point|esplanade|mail|crête|domaine)"
)
_FR_WORD = rf"(?:(?:St|Ste|Mgr|Dr|[A-Z])\.|(?![A-Z]\d){_CAPITAL}[\w'’À-ÿ-]*(?!\w)|\d{{1,4}}(?:e|er|ère|re|ième)?(?!\w))"
_FR_SIDE = r"(?:,? (?:(?i:nord|sud|est|ouest)(?!\w)|[NSEO](?![\w'’])\.?))?"


class CivicAddress(Recognizer):
    """Finds civic addresses."""

    ENTITY = "CIVIC_ADDRESS"
    PATTERNS = (
        Pattern(
            "street",
            rf"{_NUMBER}(?:(?:{_SIDE}) )?{_NAME} (?:{_TYPES})(?: (?:{_TYPES}))?{_NOT_A_WORK}{_DIRECTION}{_UNIT}",
            0.6,
        ),
        Pattern(
            "road with a number",
            rf"{_NUMBER}(?:{_CAPITAL}\w+ ){{0,2}}(?:(?i:county|regional|concession|township|municipal|rural|side) "
            rf"(?i:road|rd\.?)|"
            rf"(?i:highway|hwy\.?|concession|conc\.?|line|sideroad|side road|road|route|county rd\.?|chemin de "
            rf"comté|route de comté))"
            rf" (?i:no\.? ?|#)?\d{{1,3}}[A-Z]?(?![\w-])(?!\.\d){_DIRECTION}{_UNIT}",
            0.6,
        ),
        Pattern(
            "street in French",
            rf"{_NUMBER}(?:(?:bis|ter),? )?{_FR_TYPE} {_LINK}{{0,2}}{_FR_WORD}"
            rf"(?: {_LINK}{{0,2}}{_FR_WORD}){{0,3}}?{_FR_SIDE}{_UNIT}"
            rf"(?![\wÀ-ÿ])(?! {_LINK}?{_CAPITAL}[\wÀ-ÿ'’-]+(?:,|\.|\s|$)(?<!Unit ))",
            0.6,
        ),
        Pattern(
            "R. for rue",
            rf"(?<![\w$€£.,/])(?:\d{{1,4}}-)?[1-9]\d{{2,4}}[A-Z]?(?: ?[½¼¾]| 1/2)?,? {{1,2}}R\. {_LINK}{{0,2}}"
            rf"{_FR_WORD}(?: {_FR_WORD}){{0,2}}?{_FR_SIDE}{_UNIT}(?![\wÀ-ÿ])",
            0.6,
        ),
        Pattern(
            "lower case",
            rf"{_NUMBER}[a-z]{{3,14}}(?: [a-z]{{3,14}})? (?:street|st|avenue|ave|road|rd|drive|crescent|cres|"
            rf"boulevard|blvd|"
            r"lane|court)(?![\w'’])\.?",
            0.1,
        ),
        Pattern(
            "rural route",
            r"(?=[Rr])(?<![\w-])(?:R\.? ?R\.? ?|(?i:rural route|route rurale) )(?:(?i:no|n°)\.? ?|# ?)?\d{1,2}"
            r"(?![\w-])(?!\.\d)",
            0.45,
        ),
        Pattern(
            "box",
            r"(?=[PpCcB])(?<![\w-])(?:P\.? ?O\.? ?(?i:box)|(?i:post office box|case postale)|C\. ?P\.|CP|B\. ?P\.|BP) "
            r"(?:(?i:no|n°)\.? ?|# ?)?\d{1,6}(?!\w)"
            r"(?:,? (?:(?i:station|stn\.?|succursale|succ\.?) (?:[A-Z](?!\w)|[A-ZÀ-Ý][\w'’-]+)|(?i:main|principale)"
            r"(?!\w)))?",
            0.5,
        ),
    )
    HINTS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "rural route": ("rr", "r.r", "r. r", "r r", "rural route", "route rurale"),
        "box": (" box", "case postale", "c.p", "c. p", "cp ", "bp ", "b.p", "b. p"),
    }
    CONTEXT_EN = phrases(
        """
        address, mailing address, home address, civic address, residential address, resides at, residing at,
        resident of, resident at, residence, lives at, living at, living on, reside, located at, property,
        property at, home, homeowner, owner of, tenant at, moved to, subject property, premises, delivered to,
        mail to, ship to, bill to, service address, street address, applicant, neighbour at, house at
        """
    )
    CONTEXT_FR = phrases(
        """
        adresse, adresse postale, adresse municipale, adresse de voirie, adresse du domicile, domicile,
        domicilié au, domiciliée au, demeurant au, demeure au, réside au, résidant au, habite au, habite,
        habitant au, situé au, située au, sis au, sise au, propriété, logement, résidence, livrer à, facturer à,
        propriétaire du, locataire au
        """
    )
    AGAINST_EN = phrases(
        """
        ward, item, phase, page, section, figure, table, version, chapter, step, level, grade, route, bus,
        stage, part, appendix, schedule, in, since, january, february, march, april, may, june, july, august,
        september, october, november, december, jan, feb, mar, apr, jun, jul, aug, sep, sept, oct, nov, dec,
        zone, area, division, district, contract, project, bylaw, by-law, year, season, episode, exit, km,
        agenda item, motion, option, line, bay, platform, gate, day, week, priority
        """
    )
    AGAINST_FR = phrases(
        """
        quartier, article, phase, page, section, figure, tableau, version, chapitre, étape, niveau, ligne,
        annexe, en, depuis, janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre,
        novembre, décembre, zone, secteur, projet, contrat, règlement, année, saison, sortie, point, option,
        jour, semaine, circuit, autobus
        """
    )
    NEUTRAL = ()
    BEFORE = 60
    CUED = 0.85
    RANK = 38

    def _collect(self, text: str, pattern: Pattern, results: list[RecognizerResult]) -> None:
        """The unit in front belongs to the address ("Unit 5, 12 Main Street")."""
        first = len(results)
        super()._collect(text, pattern, results)
        for result in results[first:]:
            if unit := _UNIT_IN_FRONT.search(text, max(0, result.start - 24), result.start):
                result.start = unit.start()

    def alone(self, value: str, pattern: Pattern) -> float:
        """ "CP 1252" is more often a code page than a postal box."""
        return 0.3 if value.startswith(("CP ", "BP ")) and value[-1].isdigit() else float(pattern.score)

    def invalidate_result(self, pattern_text: str) -> bool:
        """ "2 Hard Drive" and "3 Command Line" are no streets."""
        words = [word.lower().strip(".,") for word in pattern_text.split()]
        return any(word in _NO_STREET for word in words[1:-1])

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """What stands on the line above is no part of it: "Shirley Ward", then her address."""
        if _LOT.search(text, max(0, result.start - 14), result.start):
            return 0.1
        alone = float(result.score)
        score = super().weigh(text, result, label)
        starts_line = result.start == 0 or text[result.start - 1] == "\n"
        return max(score, alone) if starts_line and alone >= 0.4 else score

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """A year, a ward or a bus line in front of a street's name is no house number."""
        if cue is Cue.FOR and score <= 0.1:
            return 0.6
        if cue is Cue.NONE and _YEAR_AND_NAME.fullmatch(value):
            return 0.3
        return super().scored(score, cue, value)


#: "Lot 7, Concession 3" is land, and nobody's house number.
_LOT = regex.compile(
    r"(?<![^\W_])(?:lots?|part|partie|plan|bloc|block|parcel|parcelle|con\.?|concession)\.? {1,2}$", regex.IGNORECASE
)
#: "2016 Iain Lane" is a year and a person.
_YEAR_AND_NAME = regex.compile(
    r"(?:19|20)\d\d +[A-Z]\w+ (?:Lane|Green|Wood|Hill|Field|Park|Bay|Common|Woods|Close|Rowe?)"
)
_NO_STREET = frozenset(
    phrases(
        """
        hour, year, minute, day, month, week, hard, command, data, disk, flash, usb, external, network, shared,
        google, assembly, production, finish, bottom, top, time, dead, help, status, every, another, other,
        more, total, percent, days, hours, minutes, years, people, residents, properties, homes, units,
        vehicles, spaces, members, staff, parallel, serial, test-drive, food, blood, membership, fund, metres,
        meters, km, feet, acres, hectares, am, pm, a.m, p.m
        """
    )
)
