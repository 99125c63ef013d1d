"""Canadian postal code: A9A 9A9 in the letters that Canada Post uses.

Source: Canada Post addressing guidelines (no D, F, I, O, Q, U; no W or Z first). Entity ``CA_POSTAL_CODE``. The mask
shows the first three characters. Low severity alone.
"""

from __future__ import annotations

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, RecognizerResult

from audits.privacy.context import Cue
from audits.privacy.recognizer import Recognizer, phrases

_PROVINCES = ("ontario", "ont", "québec", "canada", "manitoba", "british columbia", "alberta", "saskatchewan")
_PROVINCE_IN_FRONT = regex.compile(r"(?<!\w)(?:ON|QC|MB|BC|AB|SK|NS|NB|NL|PE|YT|NT|NU)\)?[.,]?\s{1,3}$")

#: Behind a town, or all there is on a line: elsewhere it is as well the number of a form.
_TOWN_IN_FRONT = regex.compile(r"[A-ZÀ-Ý][\w'’.-]+\)?,?\s{1,3}$")
_EDGE_IN_FRONT, _EDGE_BEHIND = regex.compile(r"(?:^|\n)\s*$"), regex.compile(r"[ \t]*(?:\n|$)")
_PROVINCE_BEHIND = regex.compile(r"[,\s]{1,3}\(?(?:ON|Ont\.?|Ontario|ONTARIO|Québec|QC|Canada|CANADA)(?!\w)")


class CaPostalCode(Recognizer):
    """Finds postal codes. A colour such as "#b9b9b9" is none."""

    ENTITY = "CA_POSTAL_CODE"
    PATTERNS = (
        Pattern(
            "postal code",
            r"(?<![\w])(?<![\d\w][-/.#])(?<!#(?=[\da-fA-F]{6}(?!\w)))"
            r"(?i:[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])(?: ?- ?| {0,2})"
            r"(?i:\d[ABCEGHJ-NPRSTV-Z]\d)(?![\w])(?!-\w)(?!\.\d)",
            0.3,
        ),
    )
    CONTEXT_EN = ("postal code", "postal", "address", "mailing address", "zip", "pc", "p.c.", *_PROVINCES)
    CONTEXT_FR = ("code postal", "adresse", "adresse postale", "c.p.", "cp", *_PROVINCES)
    WEAK_EN = phrases(
        """
        street, st, avenue, ave, road, rd, drive, dr, crescent, cres, court, crt, ct, lane, boulevard, blvd,
        line, way, place, terrace, trail, circle, gate, suite, apt, highway, county road, parkway, square, box,
        rr
        """
    )
    WEAK_FR = phrases(
        """
        rue, avenue, chemin, boulevard, boul, route, croissant, promenade, place, allée, impasse, rang,
        terrasse, app, appartement, bureau, côte
        """
    )
    AGAINST_EN = phrases(
        """
        model, part, part no, part number, sku, serial, room, locker, file, permit, catalogue, item, asset, bin,
        shelf, product, code, version, batch, lot, licence, unit, coupon, promo code, password, access code,
        reference, ref, confirmation, class, course, section, zone, grid, tag, key, equipment, call number,
        voucher, ticket, seat, chassis, order, invoice, case, booking, sheet, route sheet, doc, document, items,
        cage, form, forms, ref no, spare parts
        """
    )
    AGAINST_FR = phrases(
        """
        modèle, pièce, série, salle, local, casier, dossier, permis, catalogue, article, produit, version, lot,
        code d'accès, code promo, référence, réf, confirmation, cours, zone, cote, mot de passe, étagère, clé,
        billet, siège, commande, facture, formulaire, fiche, feuille
        """
    )
    NEUTRAL = ()
    BEFORE = 50
    CUED = 0.9
    RANK = 45

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """After "ON" it is a postal code; in small letters "on" is a word."""
        in_front = _PROVINCE_IN_FRONT.search(text, max(0, result.start - 8), result.start)
        if in_front or _PROVINCE_BEHIND.match(text, result.end):
            return self.CUED
        cue = self.phrases.judge(text, result.start, result.end, before=self.BEFORE, gap_digits=True, label=label)
        score = self.scored(float(result.score), cue, text[result.start : result.end])
        unnamed = cue is Cue.NONE and score >= 0.4
        return 0.35 if unnamed and not _is_in_place(text, result.start, result.end) else score

    def invalidate_result(self, pattern_text: str) -> bool:
        """Santa Claus has a postal code of his own, and samples have the first of all."""
        return pattern_text.upper().replace(" ", "") in ("H0H0H0", "A1A1A1")

    def alone(self, value: str, pattern: Pattern) -> float:
        """Capitals with one space are how Canada Post writes it."""
        if value != value.upper():
            return 0.2 if value == value.lower() else 0.1
        if len(value) == 7:
            return 0.6 if value[3] == " " else 0.45
        return 0.35


def _is_in_place(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start]
    return bool(_TOWN_IN_FRONT.search(before) or (_EDGE_IN_FRONT.search(before) and _EDGE_BEHIND.match(text, end)))
