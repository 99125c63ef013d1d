"""What every recognizer of personal information shares: forms, a judgement of the value, phrases around it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from itertools import islice
from typing import Any, ClassVar

import regex  # type: ignore[import-untyped]
from presidio_analyzer import Pattern, PatternRecognizer, RecognizerResult

from audits.privacy.context import Cue, Phrases

#: Of computing, for one pattern in one text.
TIMEOUT_SECONDS = 2.0
#: ``regex`` counts what all threads of the process compute meanwhile. One that has waited for its turn is given so many
#: times as much, until it has used its seconds up itself.
_PATIENCE = (1, 5, 25, 125)
#: Below this nothing speaks for a value: a date that nobody calls a birth date.
FLOOR = 0.15

#: Not the start (end) of a number when it goes on: part of a word, decimal, path, amount, longer grouped number; nor a
#: negative one.
NUMBER_START = r"(?<![\w$€£])(?<!\d[-./])(?<![A-Za-z]-)(?<![\s({\[,]-)(?<![$€£] )"
NUMBER_END = r"(?![\w%])(?![-./]\w)"


def phrases(text: str) -> tuple[str, ...]:
    """Phrases parted by commas."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


#: Words that name some other number, whatever the kind looked for.
OTHER_NUMBERS_EN = phrases(
    """
    invoice, inv, form, file, permit, application, reference, ref, tracking, order, purchase order, po, case, ticket,
    confirmation, receipt, cheque, serial, model, part, part no, sku, isbn, issn, upc, barcode, by-law, bylaw,
    resolution, motion, report, contract, contract no, tender, rfp, rfq, bid, business number, bn, hst, gst, gst/hst,
    charity, registration, registration no, version, build, catalogue, catalog, item, meter, asset, work order, lot,
    doi, docket, incident, batch, transaction, membership, library card, customer, client, vendor, supplier, locker,
    latitude, longitude, parcel, agenda item, policy, claim, quote, requisition, project, job, shipment, waybill, pin,
    folio, facility, account, badge, employee, student
    """
)
OTHER_NUMBERS_FR = phrases(
    """
    facture, formulaire, dossier, permis, demande, référence, réf, suivi, commande, bon de commande, cas, billet,
    confirmation, reçu, chèque, série, modèle, pièce, code-barres, règlement, résolution, rapport, contrat, appel
    d'offres, soumission, numéro d'entreprise, ne, tvh, tps, tps/tvh, bienfaisance, inscription, immatriculation,
    article, compteur, actif, bon de travail, incident, lot, transaction, adhésion, carte de bibliothèque, client,
    fournisseur, casier, parcelle, police, réclamation, devis, projet, envoi, colis, compte, employé, élève, étudiant,
    matricule
    """
)


#: Where a recognizer that does not get through its text in time says so.
late: ContextVar[set[str]] = ContextVar("late")


class Recognizer(PatternRecognizer):
    """One kind of personal information.

    ``PATTERNS`` score a value without context; a group ``value`` narrows the span. ``CUED`` is the score beside a
    phrase of ``CONTEXT_EN`` or ``CONTEXT_FR``, ``WEAKLY_CUED`` beside one of ``WEAK_EN`` or ``WEAK_FR``. A value that a
    phrase of ``AGAINST_EN`` or ``AGAINST_FR`` names is some other number.
    """

    ENTITY: ClassVar[str]
    PATTERNS: ClassVar[tuple[Pattern, ...]]
    CONTEXT_EN: ClassVar[tuple[str, ...]] = ()
    CONTEXT_FR: ClassVar[tuple[str, ...]] = ()
    WEAK_EN: ClassVar[tuple[str, ...]] = ()
    WEAK_FR: ClassVar[tuple[str, ...]] = ()
    AGAINST_EN: ClassVar[tuple[str, ...]] = ()
    AGAINST_FR: ClassVar[tuple[str, ...]] = ()
    NEUTRAL: ClassVar[tuple[str, ...]] = ("on file", "in file", "in case", "au dossier", "en dossier", "au cas")
    CUED: ClassVar[float] = 0.95
    WEAKLY_CUED: ClassVar[float] = 0.6
    #: The score of a value that its context calls some other number: below ``FLOOR`` it is none.
    NAMED_OTHERWISE: ClassVar[float] = 0.1
    #: How far back a phrase may stand, and whether other numbers may stand between.
    BEFORE: ClassVar[int] = 80
    GAP_DIGITS: ClassVar[bool] = True
    #: Whether one that is joined to another by "and" alone needs no context of its own.
    CHAINS: ClassVar[bool] = False
    CHAINS_FROM: ClassVar[float] = 0.0
    #: Of two recognizers that claim the same characters with the same score, the lower rank wins.
    RANK: ClassVar[int] = 50
    #: False for what only suppresses others, such as a business number.
    PERSONAL: ClassVar[bool] = True
    #: Text without any of these holds none of these values. Empty: always look.
    HINT: ClassVar[tuple[str, ...]] = tuple("0123456789")
    #: The same for single patterns, by name, in lower case.
    HINTS: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    name: str
    patterns: list[Pattern]

    def __init__(self, languages: tuple[str, ...] = ("en", "fr")) -> None:
        super().__init__(
            supported_entity=self.ENTITY,
            patterns=[Pattern(pattern.name, pattern.regex, pattern.score) for pattern in self.PATTERNS],
            supported_language="en",
            global_regex_flags=regex.MULTILINE,
        )
        english, french = "en" in languages, "fr" in languages
        self.phrases = Phrases(
            (*self.CONTEXT_EN * english, *self.CONTEXT_FR * french),
            (*self.WEAK_EN * english, *self.WEAK_FR * french),
            (*self.AGAINST_EN * english, *self.AGAINST_FR * french),
            self.NEUTRAL,
        )
        for pattern in self.patterns:
            pattern.compiled_regex = regex.compile(pattern.regex, regex.MULTILINE)
            pattern.compiled_with_flags = regex.MULTILINE

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Every value of this kind, before context.

        Presidio's own method swallows time-outs and turns a passed checksum into certainty; here a time-out is noted in
        ``late``, what was found before it is kept, and a checksum only rejects.
        """
        results: list[RecognizerResult] = []
        try:
            lowered = text.lower() if self.HINTS else ""
            for pattern in self.patterns:
                hints = self.HINTS.get(pattern.name)
                if hints and not any(hint in lowered for hint in hints):
                    continue
                self._collect(text, pattern, results)
        except TimeoutError:
            if (noted := late.get(None)) is None:
                raise
            noted.add(self.ENTITY)
        return results

    def _collect(self, text: str, pattern: Pattern, results: list[RecognizerResult]) -> None:
        compiled: Any = pattern.compiled_regex
        named = "value" in compiled.groupindex
        for match in _matches(compiled, text):
            start, end = match.span("value") if named else match.span()
            value = text[start:end]
            if start == end or self.validate_result(value) is False or self.invalidate_result(value):
                continue
            metadata = {
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            }
            score = self.alone(value, pattern)
            results.append(RecognizerResult(self.ENTITY, start, end, score, recognition_metadata=metadata))

    def alone(self, value: str, pattern: Pattern) -> float:
        """The score of a value without context."""
        return float(pattern.score)

    def weigh(self, text: str, result: RecognizerResult, label: str) -> float:
        """The score of a candidate in its surroundings. ``label`` is its column header or field label."""
        cue = self.phrases.judge(
            text, result.start, result.end, before=self.BEFORE, gap_digits=self.GAP_DIGITS, label=label
        )
        return self.scored(float(result.score), cue, text[result.start : result.end])

    def scored(self, score: float, cue: Cue, value: str) -> float:
        """The score with its cue."""
        if cue is Cue.FOR:
            return max(score, self.CUED)
        if cue is Cue.WEAK:
            return max(score, self.WEAKLY_CUED)
        return min(score, self.NAMED_OTHERWISE) if cue is Cue.AGAINST else score


def _matches(compiled: Any, text: str) -> Iterator[Any]:
    """Every match; raises TimeoutError once this thread has computed for ``TIMEOUT_SECONDS``, whatever others do."""
    began, given = time.thread_time(), 0
    for times in _PATIENCE:
        try:
            for match in islice(compiled.finditer(text, timeout=TIMEOUT_SECONDS * times), given, None):
                given += 1
                yield match
            return
        except TimeoutError:
            if times == _PATIENCE[-1] or time.thread_time() - began >= TIMEOUT_SECONDS:
                raise


def digits(value: str) -> str:
    """The digits of a value."""
    return "".join(filter(str.isdigit, value))


def luhn(number: str) -> bool:
    """Whether the last digit is the Luhn (mod 10) check digit, and the number is not one repeated digit."""
    if len(set(number)) == 1:
        return False
    total = 0
    for index, char in enumerate(reversed(number)):
        digit = ord(char) - 48
        if index % 2:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return total % 10 == 0


_NAMED = regex.compile(
    r"(?<![^\W\d_])(?!(?:is|are|est|and|et|or|ou)\b)[^\W\d_]{2,}[ \t]*(?:no|nos|#|n°)?[.:#=]?[ \t]*$", regex.IGNORECASE
)


def named(text: str, start: int) -> bool:
    """Whether a word stands right in front of a number, on its line: the number's name, though we do not know it."""
    return _NAMED.search(text, max(0, start - 32), start) is not None


#: The hint of a field: "For example, 27 3 1985", "for example to ana@mail.example".
_FOR_EXAMPLE = regex.compile(
    r"(?i)(?<![^\W_])(?:for example|example|e\.g\.|eg|such as|par exemple|exemple|p\. ?ex\.|ex\.)\s?[,:]?"
    r"(?: (?:to|at|from|à|de))?\s{0,2}$"
)


def for_example(text: str, start: int) -> bool:
    """Whether what begins here is called an example."""
    return _FOR_EXAMPLE.search(text, max(0, start - 24), start) is not None
