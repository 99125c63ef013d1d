"""Civic address: number, street, type, direction and unit, in English and French; rural routes and post office boxes.

Source: Canada Post addressing guidelines (street types), Ontario civic numbering (Line, Sideroad, Concession, County Road).
Entity ``CIVIC_ADDRESS``. The mask shows nothing of it. Personal only where it is linked to a person.
"""

from __future__ import annotations

from presidio_analyzer import Pattern

from audits.privacy.context import Cue
from audits.privacy.recognizer import Recognizer

_STRONG = (
    "Street", "St", "Avenue", "Ave", "Av", "Road", "Rd", "Boulevard", "Blvd", "Crescent", "Cres", "Cr", "Drive", "Dr", "Lane", "Ln", "Court", "Ct",
    "Crt", "Terrace", "Terr", "Parkway", "Pkwy", "Sideroad", "Side Road", "Townline", "Highway", "Hwy", "Trail", "Trl", "Mews", "Circle", "Cir",
    "Gardens", "Gdns", "Grove", "Heights", "Hts", "Esplanade", "Quay", "Turnpike", "Concession", "Expressway",
)  # fmt: skip
_WEAK = (
    "Line", "Way", "Place", "Pl", "Park", "Pk", "Gate", "Square", "Sq", "Hill", "Point", "Pt", "Path", "Row", "Run", "Walk", "View", "Green", "Common",
    "Landing", "Ridge", "Woods", "Close", "Bend", "Glen", "Manor", "Private", "Valley", "Court", "Crossing", "Cove", "Chase", "Hollow", "Island",
    "Loop", "Meadow", "Meadows", "Orchard", "Passage", "Wood", "Vista", "Shore", "Shores", "Village", "Maze", "Mall", "Mount", "Alley", "Lookout", "Link",
    "Acres", "Beach", "Bay", "Estates", "Farm", "Field", "Garden", "Harbour", "Haven", "Rise", "Summit", "Spur", "Thicket", "Towers", "Wharf", "Wynd",
)  # fmt: skip


def _either(words: tuple[str, ...]) -> str:
    ordered = sorted(set(words), key=len, reverse=True)
    return "|".join(
        [*(word.replace(" ", r"\s") for word in ordered), *(word.upper().replace(" ", r"\s") for word in ordered)]
    )


_NUMBER = r"(?<![\w$€£#.,:/-])(?<![$€£] )(?:(?:\d{1,4}|[A-Z])[ ]?-[ ]?)?(?!0)\d{1,6}(?:[ ]?[½¼¾]|[ ]1/2|-\d{1,5}|[ ]?[&][ ]?\d{1,5}|[A-Ga-g](?![\w]))?"
_UNIT_WORD = r"(?i:unit|suite|ste|apt|apartment|floor|fl|rm|room|lower|upper|bsmt|basement|ph|townhouse|th)\.?"
_UNIT = rf"(?:,?[ ]{{1,2}}(?:{_UNIT_WORD}[ ]?(?:no\.?[ ]?)?\#?[ ]?(?:\d{{1,5}}[A-Za-z]?|[A-Z]{{1,2}}\d{{0,4}})(?![\w])|\#[ ]?\d{{1,5}}[A-Za-z]?(?![\w])))?"
_BEFORE_UNIT = rf"(?:(?<![\w])(?:{_UNIT_WORD}[ ]?(?:no\.?[ ]?)?\#?[ ]?|\#[ ]?)(?:\d{{1,5}}[A-Za-z]?|[A-Z]{{1,2}}\d{{0,4}})[ ]?[,–-][ ]?)?"
_WORD = r"(?:(?:[A-ZÀ-Ý]|[dl]'[A-ZÀ-Ý])[\w'À-ÿ-]*\.?|\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH))"
_NAME = rf"{_WORD}(?:[ ](?:{_WORD}|of|the|de|du|des|la|le|and|on|St\.)){{0,3}}?"
_DIRECTION = r"(?:,?[ ](?:(?:[NSEW]|N\.?[EW]|S\.?[EW])\b\.?|North(?:east|west)?\b|South(?:east|west)?\b|East\b|West\b|NORTH\b|SOUTH\b|EAST\b|WEST\b))?"
_BEFORE_DIRECTION = r"(?:(?:N|S|E|W|North|South|East|West|NORTH|SOUTH|EAST|WEST)\.?[ ])?"

_LINK = r"(?:(?:de[ ]la|de[ ]l'|de|du|des|la|le|les|l'|d'|à[ ]la|à|au|aux|sur|en|St-|Ste-)[ ]?)"
_FR_TYPE = (
    r"(?:[Rr]ue|RUE|[Aa]venue|AVENUE|[Aa]v\.|[Bb]oulevard|BOULEVARD|[Bb]oul\.?|BOUL\.?|[Bb]d|[Cc]hemin|CHEMIN|[Cc]h\.|[Rr]oute|ROUTE|[Rr]ang|[Pp]lace|"
    r"[Aa]llée|[Ii]mpasse|[Cc]roissant|CROISSANT|[Pp]romenade|PROMENADE|[Pp]rom\.|[Tt]errasse|[Cc]ôte|[Cc]our|[Mm]ontée|[Rr]uelle|[Ss]entier|[Qq]uai|[Cc]arré|[Ss]quare|"
    r"[Vv]oie|[Pp]assage|[Aa]utoroute|[Cc]ercle|[Cc]ours|[Jj]ardins?|[Cc]oncession|[Ll]igne)"
)
_FR_WORD = r"(?:[A-ZÀ-Ý0-9][\w'À-ÿ-]*\.?)"
_FR_DIRECTION = r"(?:,?[ ](?:Nord|Sud|Est|Ouest|NORD|SUD|EST|OUEST|nord|sud|est|ouest|[NSEO]\b\.?))?(?![\wÀ-ÿ])"
_FR_UNIT = r"(?:,?[ ]{1,2}(?i:app|appartement|apt|unité|bureau|bur|suite|porte|local|étage|no|logement)\.?[ ]?(?:no?\.?[ ]?)?\#?[ ]?(?:\d{1,5}[A-Za-z]?|[A-Z]\d{0,4})(?![\w]))?"
_FR_BEFORE_UNIT = r"(?:(?<![\w])(?i:app|appartement|apt|unité|bureau|suite|porte|local)\.?[ ]?\#?(?:\d{1,5}[A-Za-z]?|[A-Z]\d{0,4})[ ]?[,–-][ ]?)?"


class CivicAddress(Recognizer):
    """Finds civic addresses."""

    ENTITY = "CIVIC_ADDRESS"
    PATTERNS = (
        Pattern(
            "street",
            rf"{_BEFORE_UNIT}{_NUMBER},?[ ]{{1,2}}{_BEFORE_DIRECTION}{_NAME}[ ](?:{_either(_STRONG)})(?![\w'])\.?(?![ ]?-?[A-Z]?[a-z]*@)"
            rf"(?:[ ]\d{{1,3}}(?![\w.-]))?{_DIRECTION}{_UNIT}",
            0.6,
        ),
        Pattern(
            "street of a weaker type",
            rf"{_BEFORE_UNIT}{_NUMBER},?[ ]{{1,2}}{_BEFORE_DIRECTION}{_NAME}[ ](?:{_either(_WEAK)})(?![\w'])\.?{_DIRECTION}{_UNIT}",
            0.5,
        ),
        Pattern(
            "road with a number",
            rf"{_BEFORE_UNIT}{_NUMBER},?[ ]{{1,2}}(?:[A-Z][\w]+[ ]){{0,2}}(?:(?:County|Regional|Concession|Township|Municipal|Rural|Side)[ ](?:Road|Rd\.?)|(?:COUNTY|REGIONAL|CONCESSION)[ ](?:ROAD|RD)|Highway|Hwy\.?|HIGHWAY|HWY|"
            rf"Concession|Conc\.?|Line|Sideroad|Road|Route|Side[ ]Road)[ ](?:No\.?[ ]?|\#)?\d{{1,3}}[A-Z]?(?![\w.-]){_DIRECTION}{_UNIT}",
            0.6,
        ),
        Pattern(
            "street in French",
            rf"{_FR_BEFORE_UNIT}{_NUMBER}(?:[ ]?(?:bis|ter))?,?[ ]{{1,2}}{_FR_TYPE}[ ](?:{_LINK}){{0,2}}{_FR_WORD}(?:(?:[ ]{_LINK}{{0,2}}|-){_FR_WORD}){{0,4}}?"
            rf"{_FR_DIRECTION}{_FR_UNIT}(?=[\s,.;:)|\"<\]'!?\\/-]|$)",
            0.6,
        ),
        Pattern(
            "lower case",
            rf"{_NUMBER},?[ ][a-z]{{3,14}}(?:[ ][a-z]{{3,14}})?[ ](?:street|st|avenue|ave|road|rd|drive|crescent|cres|boulevard|blvd|lane|court)(?![\w'])\.?",
            0.1,
        ),
        Pattern(
            "rural route",
            r"(?<![\w-])(?:R\.?[ ]?R\.?[ ]?|Rural[ ]Route[ ]|RURAL[ ]ROUTE[ ]|[Rr]oute[ ]rurale[ ])(?:No\.?[ ]?|\#[ ]?|n°[ ]?)?\d{1,2}(?![\w.-]\d|\w)",
            0.45,
        ),
        Pattern(
            "box",
            r"(?<![\w-])(?:P\.?[ ]?O\.?[ ]?(?:Box|BOX)|Post[ ]Office[ ]Box|[Cc]ase[ ]postale|C\.[ ]?P\.|CP|B\.P\.|BP)[ ](?:No\.?[ ]?|\#[ ]?|n°[ ]?)?\d{1,6}(?![\w])"
            r"(?:,?[ ](?:(?i:Station|Stn\.?|Succursale|Succ\.?)[ ](?:[A-Z](?![\w])|[A-ZÀ-Ý][\w'-]+(?:[ ](?!R\.?R)[A-ZÀ-Ý][\w'-]+)?)|(?i:main|principale)))?",
            0.5,
        ),
    )
    CONTEXT_EN = (
        "address", "mailing address", "home address", "civic address", "residential address", "resides at", "residing at", "resident of", "resident at", "residence",
        "lives at", "living at", "living on", "reside", "located at", "property", "property at", "home", "homeowner", "owner of", "tenant at", "moved to", "subject property", "premises", "delivered to", "mail to",
        "ship to", "bill to", "service address", "street address", "applicant", "neighbour at", "house at",
    )  # fmt: skip
    CONTEXT_FR = (
        "adresse", "adresse postale", "adresse municipale", "adresse de voirie", "adresse du domicile", "domicile", "domicilié au", "domiciliée au", "demeurant au", "demeure au", "réside au", "résidant au",
        "habite au", "habite", "habitant au", "situé au", "située au", "sis au", "sise au", "propriété", "logement", "résidence", "livrer à", "facturer à", "propriétaire du", "locataire au",
    )  # fmt: skip
    AGAINST_EN = (
        "ward", "item", "phase", "page", "section", "figure", "table", "version", "chapter", "step", "level", "grade", "route", "bus", "stage", "part", "appendix", "schedule", "in", "since",
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
        "zone", "area", "division", "district", "contract", "project", "bylaw", "by-law", "year", "season", "episode", "exit", "km", "agenda item", "motion", "option", "line", "bay", "platform", "gate", "day", "week", "priority",
    )  # fmt: skip
    AGAINST_FR = (
        "quartier", "article", "phase", "page", "section", "figure", "tableau", "version", "chapitre", "étape", "niveau", "ligne", "annexe", "en", "depuis", "janvier", "février", "mars", "avril", "mai", "juin", "juillet",
        "août", "septembre", "octobre", "novembre", "décembre", "zone", "secteur", "projet", "contrat", "règlement", "année", "saison", "sortie", "point", "option", "jour", "semaine", "circuit", "autobus",
    )  # fmt: skip
    NEUTRAL = ()
    BEFORE = 60
    CUED = 0.85
    RANK = 38

    def invalidate_result(self, pattern_text: str) -> bool:
        """ "2 Hard Drive" and "3 Command Line" are no streets."""
        words = [word.lower().strip(".,") for word in pattern_text.split()]
        return any(word in _NO_STREET for word in words[1:-1])

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """ "in 2019 Main Street": a year, a ward or a bus line in front is not a house number; a small one may be."""
        if cue is Cue.AGAINST:
            return 0.1
        if cue is Cue.FOR and score <= 0.1:
            return 0.6
        return super().scored(score, cue, value)


_NO_STREET = frozenset(
    "hard command data disk flash usb external network shared google assembly production finish bottom top time dead help status base tag test code source new each every another other more total percent "
    "days hours minutes years people residents properties homes units vehicles spaces members staff full part parallel serial command-line file test-drive food blood membership fund "
    "metres meters km feet acres hectares am pm a.m p.m".split()
)  # fmt: skip
