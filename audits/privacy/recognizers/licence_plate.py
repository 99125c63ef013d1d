"""Ontario licence plate: ABCD 123, older ABC 123 and 123 ABC, commercial AB 12345. Context required.

Source: Ontario Ministry of Transportation plate formats. Entity ``CA_ON_LICENCE_PLATE``. The mask shows nothing of it.
"""

from __future__ import annotations

from presidio_analyzer import Pattern

from audits.privacy.context import Cue
from audits.privacy.recognizer import Recognizer, phrases


class OnLicencePlate(Recognizer):
    """Finds licence plates named as such."""

    ENTITY = "CA_ON_LICENCE_PLATE"
    PATTERNS = (
        Pattern("passenger", r"(?<![\w-])[A-Z]{4}[ -]?\d{3}(?![\w])(?![-./]\w)", 0.1),
        Pattern(
            "older and commercial",
            r"(?<![\w-])(?:[A-Z]{3}[ -]?\d{3}|\d{3}[ -]?[A-Z]{3}|[A-Z]{2}[ -]?\d{5}|\d{4}[ -]?[A-Z]{2}|"
            r"[A-Z]\d{2}[ -]?\d[A-Z]\d|[A-Z]{2}\d[ -]?\d{3}|[A-Z]\d{2}[ -]?\d{2}[A-Z]|\d{2}[A-Z]\d{2})"
            r"(?![\w])(?![-./]\w)",
            0.05,
        ),
        Pattern("lower case", r"(?<![\w-])[a-z]{4}[ -]?\d{3}(?![\w])(?![-./]\w)(?![ ,]?\d)", 0.05),
    )
    CONTEXT_EN = phrases(
        """
        plate, plates, licence plate, license plate, licence plates, license plates, plate number, plate no,
        plate #, vehicle plate, vehicle registration, lic plate, licence plate number
        """
    )
    CONTEXT_FR = phrases(
        """
        plaque, plaques, plaque d'immatriculation, immatriculation, immatriculé, immatriculée, no de plaque,
        numéro de plaque
        """
    )
    WEAK_EN = phrases(
        """
        vehicle, vehicles, car, truck, van, suv, sedan, parked, parking, towed, motorcycle, hatchback, pickup,
        minivan, coupe, wagon, jeep, tow, tow truck, impound, impounded, impound lot, trailer, bus, marker,
        ford, toyota, honda, chevrolet, chevy, dodge, ram, gmc, nissan, hyundai, kia, mazda, subaru, volkswagen,
        vw, bmw, audi, tesla, lexus, acura, buick, cadillac, chrysler, mitsubishi, volvo, corolla, civic, camry,
        cr-v, rav4, f-150, f150, silverado, sierra, elantra, caravan, equinox, escape
        """
    )
    WEAK_FR = phrases(
        """
        véhicule, voiture, camion, stationné, stationnée, stationnement, fourgonnette, remorqué, remorquée,
        automobile, auto, fourrière, moto, motocyclette, camionnette, remorque, remorqueuse
        """
    )
    AGAINST_EN = phrases(
        """
        by-law, bylaw, permit, file, room, model, part, course, report, lot, space, ticket, invoice, section,
        form, policy, resolution, meter, code, stall, order, work order, standard, unit, serial, serial no, sku
        """
    )
    AGAINST_FR = phrases(
        """
        règlement, permis, dossier, salle, modèle, pièce, cours, rapport, billet, facture, formulaire,
        politique, résolution, code, commande, norme, constat, espace
        """
    )
    BEFORE = 60
    GAP_DIGITS = False
    CUED = 0.85
    RANK = 35
    CHAINS = True

    def invalidate_result(self, pattern_text: str) -> bool:
        """Months, standards and other short words with a number."""
        word = "".join(filter(str.isalpha, pattern_text)).upper()
        return word in {
            "YEAR",
            "HVAC",
            "POUR",
            "FROM",
            "OVER",
            "SOIT",
            "ROOM",
            "FORM",
            "ISO",
            "CSA",
            "ITEM",
            "UNIT",
            "PAGE",
            "WARD",
            "BILL",
            "FILE",
            "JUNE",
            "JULY",
            "SEPT",
            "MARS",
            "MAI",
            "JUIN",
            "THE",
            "HWY",
            "AVE",
            "ZONE",
            "LINE",
            "TAG",
            "CASE",
            "STE",
            "APT",
            "LOT",
            "SEC",
            "REG",
            "PHIL",
            "AODA",
            "WCAG",
        }

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """A parked car is context enough for the modern form only."""
        if cue is Cue.WEAK:
            return 0.55 if score >= 0.1 else 0.4
        return super().scored(score, cue, value)
