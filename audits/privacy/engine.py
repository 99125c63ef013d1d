"""Find personal information in a text: one pass of Presidio with our recognizers, our context, and a model if named.

Nothing here reaches a network: no model is downloaded, public suffixes come from the bundled list.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, RecognizerResult

from audits.model import Nlp, Tier
from audits.privacy.context import ContextSpan, Label, PhraseEnhancer
from audits.privacy.language_model import finder, no_model
from audits.privacy.recognizer import FLOOR, Recognizer
from audits.privacy.recognizer import late as noted
from audits.privacy.recognizers import recognizer_classes
from audits.privacy.recognizers.person import ALONE_IN_CELL, is_cell, is_given
from audits.privacy.recognizers.phone import FOREIGN, is_canadian
from audits.privacy.text import normalise

REPORT_FROM = 0.5
REVIEW_FROM = 0.4

#: A longer text is read in stretches, each with a margin so that a value or its context is not cut.
STRETCH = 200_000
_STRETCH_WITH_MODEL = 50_000
_MARGIN = 300
#: A name counts only when other personal information stands within so many characters.
_BESIDE = 400
_HALF_KNOWN = 0.25
#: Characters of a line on either side.
_LINE = 200


class NotFullyScanned(Exception):
    """Recognizers that ran out of time, and what was found all the same. The message names entities, never text."""

    def __init__(self, entities: Iterable[str], spans: Sequence[Span] = ()) -> None:
        self.entities = tuple(sorted(entities))
        super().__init__(f"not fully scanned for {', '.join(self.entities)}")
        self.spans = tuple(spans)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where a value stands in the original text. Never the value."""

    start: int
    end: int
    entity: str
    score: float
    tier: Tier = field(compare=False)


class Detector:
    """Finds personal information. Build once, use for many texts; safe to share between threads.

    ``entities`` limits what is looked for; ``languages`` whose context phrases count; ``nlp_model`` names a model of
    ``nlp_engine`` on this machine that finds names. Raises MissingModel.
    """

    def __init__(
        self,
        entities: Iterable[str] | None = None,
        languages: Sequence[str] = ("en", "fr"),
        *,
        nlp_engine: Nlp = "spacy",
        nlp_model: str = "",
    ) -> None:
        classes = {recognizer.ENTITY: recognizer for recognizer in recognizer_classes()}
        wanted = tuple(entities) if entities is not None else tuple(e for e in classes if classes[e].PERSONAL)
        if unknown := sorted(set(wanted) - classes.keys()):
            raise ValueError(f"unknown entities {unknown}; known: {sorted(classes)}")
        self.entities = frozenset(wanted)
        self._has_model = bool(nlp_model) and "PERSON" in self.entities
        suppressors = [entity for entity, recognizer in classes.items() if not recognizer.PERSONAL]
        self._recognizers = [classes[entity](tuple(languages)) for entity in sorted({*wanted, *suppressors})]
        self._rank = {recognizer.ENTITY: recognizer.RANK for recognizer in self._recognizers}
        self._engine = _engine(self._recognizers, nlp_engine, nlp_model if self._has_model else "")

    def detect(self, text: str, *, context_spans: Iterable[ContextSpan] = ()) -> list[Span]:
        """Every hit in order of place, offsets of ``text``; raises ``NotFullyScanned`` rather than stay silent."""
        spans, late = self.scan(text, context_spans=context_spans, count_tier=True)
        if late:
            raise NotFullyScanned(late, spans)
        return spans

    def scan(
        self, text: str, *, context_spans: Iterable[ContextSpan] = (), count_tier: bool = False
    ) -> tuple[list[Span], frozenset[str]]:
        """The hits to report or review (with ``count_tier`` all of them), and the entities that ran out of time."""
        folded = normalise(text)
        labels = [(span.start, span.end, span.label) for span in context_spans]
        late: set[str] = set()
        results: list[RecognizerResult] = []
        for first, last in _stretches(folded.text, _STRETCH_WITH_MODEL if self._has_model else STRETCH):
            results += self._analyze(folded.text, first, last, labels if not folded.starts else [], late)
        kept = _resolve(results, self._rank)
        _weigh_names(folded.text, kept)
        _weigh_lines(folded.text, kept)
        kept += _called_again(folded.text, kept)
        spans = []
        for result in kept:
            if result.entity_type in self.entities and (count_tier or result.score >= REVIEW_FROM):
                start, end = folded.original(result.start, result.end)
                spans.append(Span(start, end, result.entity_type, round(result.score, 2), tier_of(result.score)))
        return sorted(spans), frozenset(late & self.entities)

    def _analyze(
        self, text: str, first: int, last: int, labels: list[tuple[int, int, str]], late: set[str]
    ) -> list[RecognizerResult]:
        """Analyze ``text[first:last]`` with its margins. An entity that runs out of time is noted, keeps what was found
        until then, and is not looked for any further."""
        offset = max(0, first - _MARGIN)
        part = text[offset : last + _MARGIN]
        context: list[str] = [
            Label.of(ContextSpan(start - offset, end - offset, label))
            for start, end, label in labels
            if end > offset and start < last + _MARGIN
        ]
        entities = [
            one.ENTITY
            for one in self._recognizers
            if one.ENTITY not in late and (not one.HINT or any(hint in part for hint in one.HINT))
        ]
        if not entities:
            return []
        before = noted.set(late)
        try:
            found = self._engine.analyze(part, language="en", entities=entities, context=context or None)
        finally:
            noted.reset(before)
        kept = []
        for result in found:
            result.start += offset
            result.end += offset
            if first <= result.start < last and result.score >= FLOOR:
                kept.append(result)
        return kept


def tier_of(score: float) -> Tier:
    """Report from .5, review from .4, below that count only."""
    if score >= REPORT_FROM:
        return Tier.REPORT
    return Tier.REVIEW if score >= REVIEW_FROM else Tier.COUNT


def _engine(recognizers: Sequence[Recognizer], nlp_engine: Nlp, nlp_model: str) -> AnalyzerEngine:
    registered: list[Any] = list(recognizers)
    if nlp_model:
        engine, names = finder(nlp_engine, nlp_model)
        registered.append(names)
    else:
        engine = no_model()
        engine.load()
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=registered, supported_languages=["en"]),
        nlp_engine=engine,
        supported_languages=["en"],
        context_aware_enhancer=PhraseEnhancer(),
    )


def _stretches(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Cut a long text near ``size``, at a line end where there is one, else at a space."""
    first = 0
    while len(text) - first > size * 1.25:
        last = first + size
        for mark in ("\n", " "):
            cut = text.rfind(mark, last - 5_000, last)
            if cut > 0:
                last = cut + 1
                break
        yield first, last
        first = last
    yield first, len(text)


def _resolve(results: list[RecognizerResult], rank: dict[str, int]) -> list[RecognizerResult]:
    """One result per place: the surer, then the longer, then the more specific kind. Linear but for the sort."""
    order = sorted(results, key=lambda r: (-_sureness(r), -(r.end - r.start), rank.get(r.entity_type, 99), r.start))
    taken: dict[int, list[RecognizerResult]] = {}
    kept = []
    for result in order:
        cells = range(result.start // 64, (result.end - 1) // 64 + 1)
        if any(
            other.start < result.end and result.start < other.end for cell in cells for other in taken.get(cell, ())
        ):
            continue
        kept.append(result)
        for cell in cells:
            taken.setdefault(cell, []).append(result)
    return sorted(kept, key=lambda r: r.start)


def _sureness(result: RecognizerResult) -> float:
    """Scores in tenths, so that a hair's breadth does not decide between kinds."""
    return round(result.score, 1)


def _is_right_beside(text: str, name: RecognizerResult, other: RecognizerResult) -> bool:
    """In one breath: "owned by Jan Kos, 416 555-0199"."""
    first, last = (name.end, other.start) if name.end <= other.start else (other.end, name.start)
    return 0 <= last - first <= 3 or (0 <= last - first <= _NEAR and _BREAK.search(text, first, last) is None)


_NEAR = 60
_BREAK = re.compile(r"\n|[.!?;] +[A-ZÀ-Ý]")
_PARTED = re.compile(r"(?:^|[|;,\t\n]|  )\s*$")


def _weigh_lines(text: str, results: list[RecognizerResult]) -> None:
    """What is all there is in a cell of a list counts as a name, and ten bare digits as a telephone number of ours,
    and what may be a postal code as one, in a line that holds other personal information."""
    firms = [result.start for result in results if result.entity_type == "CA_BUSINESS_NUMBER"]
    sure = [result for result in results if result.score >= REPORT_FROM and result.entity_type != "CA_BUSINESS_NUMBER"]
    starts = [result.start for result in sure]
    for result in results:
        name = (
            result.entity_type == "PERSON"
            and ALONE_IN_CELL <= result.score < REVIEW_FROM
            and (result.score == ALONE_IN_CELL or is_cell(text, result.start, result.end))
        )
        phone = (
            result.entity_type == "PHONE_NUMBER"
            and result.score < REVIEW_FROM
            and (result.score == FOREIGN or is_canadian(text[result.start : result.end]))
        )
        code = (
            result.entity_type == "CA_POSTAL_CODE"
            and 0.3 <= result.score < REVIEW_FROM
            and _PARTED.search(text, max(0, result.start - 4), result.start) is not None
        )
        if not (name or phone or code):
            continue
        first = text.rfind("\n", max(0, result.start - _LINE), result.start) + 1 or max(0, result.start - _LINE)
        last = text.find("\n", result.end, result.end + _LINE)
        last = last if last >= 0 else result.end + _LINE
        if name and bisect.bisect_left(firms, first) < bisect.bisect_right(firms, last):
            continue  # a company of that name
        near = starts[bisect.bisect_left(starts, first) : bisect.bisect_right(starts, last)]
        if any(start != result.start for start in near):
            result.score = REPORT_FROM


#: How far behind a full name its given name alone stands for it.
_AGAIN = 1_500
_SENTENCE_AROUND = (
    re.compile(r"(?:^|[\n.,;:!?(\"«-] ?|[a-zà-ÿ] |\b(?:Mr|Mrs|Ms|Mme|M|Dr)\.? )$"),
    re.compile(r"(?=$|[,.;:!?)\n\"]| [a-zà-ÿ(\d]|['’]s\b)"),
)


def _called_again(text: str, results: list[RecognizerResult]) -> list[RecognizerResult]:
    """Given names alone behind the full name: "Piotr Brown … Piotr told Council"."""
    if not any(result.entity_type == "PERSON" for result in results):
        return []
    taken = {place for result in results for place in (result.start, result.end - 1)}
    others = [r.start for r in results if r.entity_type not in ("PERSON", "CA_BUSINESS_NUMBER") and r.score >= 0.5]
    again = []
    for result in results:
        given = re.split(r"[ ,]", text[result.start : result.end], maxsplit=1)[0]
        if result.entity_type != "PERSON" or result.score < REPORT_FROM or result.end - result.start == len(given):
            continue
        at = result.end
        while is_given(given) and (at := text.find(given, at, result.end + _AGAIN)) >= 0:
            end = at + len(given)
            before = _SENTENCE_AROUND[0].search(text, max(0, at - 6), at)
            near = bisect.bisect_left(others, at - _BESIDE)
            beside = near < len(others) and others[near] <= end + _BESIDE
            if before and beside and at not in taken and end - 1 not in taken and _SENTENCE_AROUND[1].match(text, end):
                taken |= {at, end - 1}
                again.append(RecognizerResult("PERSON", at, end, REPORT_FROM))
            at = end
    return again


def _weigh_names(text: str, results: list[RecognizerResult]) -> None:
    """Names far from any other personal information only count: most names on a city site are not exposures.

    One half known by the list counts in full right beside a telephone number, an address and the like.
    """
    others = [r for r in results if r.entity_type not in ("PERSON", "CA_BUSINESS_NUMBER") and r.score >= REVIEW_FROM]
    index = 0
    for result in results:
        if result.entity_type != "PERSON" or result.score < _HALF_KNOWN:
            continue
        while index < len(others) and others[index].end + _BESIDE < result.start:
            index += 1
        near = others[index : index + 8]
        if result.score < REVIEW_FROM:
            if any(_is_right_beside(text, result, other) for other in near):
                result.score = REPORT_FROM
        elif not any(other.start <= result.end + _BESIDE for other in near):
            result.score = 0.3
