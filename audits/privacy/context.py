"""Say what the words around a number make of it: whole phrases, English and French, in the sentence, label or column.

Presidio's own enhancer matches substrings ("bu-sin-ess" would boost a SIN), is quadratic and quotes the text in its
errors. This one reads a bounded window per candidate, so its time is linear in the candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import regex  # type: ignore[import-untyped]
from presidio_analyzer import RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer

from audits.privacy import columns
from audits.privacy.columns import cells_of, cuts_of
from audits.privacy.text import fold

#: How far behind a value a phrase may stand; further only where a verb joins them: "... is what my health card says".
AFTER, AFTER_VERB = 32, 72
#: A vaguer word between a phrase and its value, "the plate of the truck: ABC 123", takes nothing from it.
_CLOSE = 28
_MAX_LINE = 400
_MAX_ROWS_UP = 60

_SEPARATED = r"[\W_]{0,3}"
_LABEL_END = regex.compile(r"[:=#]\s*[\"'(\[]?\s*$")
_HAS_LABEL = regex.compile(r"[:=|\t]")
#: Between two cells, clauses or fields.
_CLAUSE = regex.compile(r"[,;|\t\n]|\.\s")
_SENTENCE = regex.compile(r"[.!?]\s+[A-ZÀ-Ý]")
_VERB = regex.compile(r",? {1,2}(?:is|was|are|est|était|c['’]est|being|as|comme|pour|for)\b|['’]s\b", regex.IGNORECASE)
#: Between a word such as "invoice" and the number that it names.
_JOINED = regex.compile(
    r"[^\w,;|]*(?:(?:no|nos|number|numbers|num|numero|nbr|nr|id|code|is|was|est|of|de|d|du|the|le|la|ref|reference|"
    r"au|a)"
    r"(?![^\W_])[^\w,;|]*){0,4}",
)
_GENERIC_LABEL = regex.compile(
    r"(?<![^\W_])(?:no|number|num|numero|#|id|code|ref|reference|key|cle|serial|count|total|amount|montant|date)"
    r"(?![^\W_])"
)
_NEXT_LABEL = regex.compile(r"[\s\w.()/]{0,14}[:#=]")
_LEADS_ON = regex.compile(r"\.?(?: ?(?:no|nos|number|num[eé]ro|n°)\.?)?[ :#]*")
_NO_WORD = regex.compile(r"[\W_]")
_SPACED = regex.compile(r"\S+(?: \S+)*")
_WIDE_GAP = regex.compile(r" {2,}|\t")


#: "SIN (people without a business number):" is about a SIN.
_ASIDE = regex.compile(r"(?<=[^\W_] ?)\([^()\n]{4,60}\)(?= ?[:=])")


class Cue(IntEnum):
    """What the surroundings say of a candidate."""

    AGAINST = -1
    NONE = 0
    WEAK = 1
    FOR = 2


class ContextSpan(NamedTuple):
    """A label that belongs to a stretch of text, such as a column header. Offsets of the text given to ``detect``."""

    start: int
    end: int
    label: str


class Label(str):
    """A context span on its way through ``AnalyzerEngine.analyze(context=[...])``, which passes strings only."""

    start: int
    end: int

    @classmethod
    def of(cls, span: ContextSpan) -> Label:
        """Carry the span's offsets on the string."""
        label = cls(span.label)
        label.start, label.end = span.start, span.end
        return label


class Phrases:
    """Phrases for, weakly for, against and neutral, compiled into one alternation; the longest wins at any place."""

    __slots__ = ("_find",)

    def __init__(
        self,
        strong: Iterable[str],
        weak: Iterable[str] = (),
        against: Iterable[str] = (),
        neutral: Iterable[str] = (),
    ) -> None:
        groups = {"p": strong, "w": weak, "n": against, "x": neutral}
        parts = [(phrase, name) for name, phrases in groups.items() for phrase in phrases]
        parts.sort(key=lambda part: -len(part[0]))
        body = "|".join(f"(?P<{name}>{_phrase(phrase)})" for phrase, name in parts)
        self._find = regex.compile(rf"(?<![^\W_])(?:{body})(?![^\W_])" if body else r"(?!)")

    def judge(self, text: str, start: int, end: int, *, before: int, gap_digits: bool, label: str = "") -> Cue:
        """What the words around ``text[start:end]`` say, nearest first: column or field label, before, after."""
        if label and (cue := self._in_label(fold(label))) is not Cue.NONE:
            return cue
        cue = self._before(_window_before(text, start, before), gap_digits)
        if cue is not Cue.NONE:
            return cue
        joined = _VERB.match(text, end, end + AFTER_VERB)
        return self._after(text[end : end + (AFTER_VERB if joined else AFTER)])

    def named_in(self, text: str) -> bool:
        """Whether any phrase for it stands in ``text``, in whatever order."""
        return any(match.lastgroup == "p" for match in self._find.finditer(fold(text)))

    def _in_label(self, label: str) -> Cue:
        cue = Cue.NONE
        for match in self._find.finditer(label):
            found = _CUES[match.lastgroup]
            if found > Cue.NONE:
                return found
            cue = min(cue, found)
        return cue

    def _before(self, window: str, gap_digits: bool) -> Cue:
        last, weak = None, Cue.NONE
        folded = _ASIDE.sub(lambda match: " " * len(match.group()), fold(window))
        for match in self._find.finditer(folded):
            if match.lastgroup == "x":
                continue
            if match.lastgroup == "w" and last and last.lastgroup == "p" and _is_close(folded, last, match):
                continue  # "the licence plate of the car" is still a licence plate
            if match.lastgroup == "n" and last and last.lastgroup == "p" and match.start() - last.end() <= 2:
                continue  # "health card registration number" is still a health card
            last = match
            weak = Cue.WEAK if match.lastgroup == "w" else weak
        if last is None:
            return self._foreign_label(folded)
        gap = window[last.end() :]
        cue = _CUES[last.lastgroup]
        if cue is Cue.AGAINST:
            return cue if _JOINED.fullmatch(fold(gap)) else weak
        if not gap_digits and any(map(str.isdigit, gap)):
            return Cue.NONE
        if _SENTENCE.search(gap) and (len(gap) > 40 or not gap_digits):
            return Cue.NONE
        if self._foreign_label(fold(gap)) is Cue.AGAINST:
            return Cue.AGAINST
        return cue

    def _foreign_label(self, gap: str) -> Cue:
        """AGAINST when the number has a label of its own that says it is some other number."""
        if not _LABEL_END.search(gap):
            return Cue.NONE
        cuts = [match.end() for match in _CLAUSE.finditer(gap)]
        if not cuts:
            return Cue.NONE
        return Cue.AGAINST if _GENERIC_LABEL.search(gap, cuts[-1]) else Cue.NONE

    def _after(self, window: str) -> Cue:
        window = window.partition("\n")[0]
        digit = next((index for index, char in enumerate(window) if char.isdigit()), -1)
        window = window[:digit] if digit >= 0 else window
        match = self._find.search(fold(window))
        if match is None or match.lastgroup in ("n", "x") or _NEXT_LABEL.match(window, match.end()):
            return Cue.NONE
        gap = window[: match.start()]
        if digit >= 0 and match.lastgroup == "p" and _LEADS_ON.fullmatch(window, match.end()):
            return Cue.NONE  # it names the number behind it
        if regex.search(r"[|\t;]|[.!?]\s|,\s*$", gap):
            return Cue.NONE
        return _CUES[match.lastgroup]


_CUES: dict[str | None, Cue] = {"p": Cue.FOR, "w": Cue.WEAK, "n": Cue.AGAINST, "x": Cue.NONE}


def _is_close(text: str, first: regex.Match[str], second: regex.Match[str]) -> bool:
    return second.start() - first.end() <= _CLOSE and not _CLAUSE.search(text, first.end(), second.start())


def _phrase(phrase: str) -> str:
    words = fold(phrase).split()
    # a dot or nothing: "city's in" is no "S.I.N."
    dot = r"(?:[ ]?\.[ ]?)?"
    return _SEPARATED.join(regex.escape(word).replace("'", "['’ ]?").replace(r"\.", dot) for word in words)


def _window_before(text: str, start: int, size: int) -> str:
    """Up to ``size`` characters of the same line; the line above too, unless the value has a label on its own line."""
    first = max(0, start - size)
    window = text[first:start]
    newline = window.rfind("\n")
    if newline < 0 or _HAS_LABEL.search(window, newline + 1):
        window = window[newline + 1 :]
    else:
        above = window[:newline].rstrip()
        blank = "\n" in window[len(above) : newline]
        keep_line = blank and window[newline + 1 :].strip()
        window = window[newline + 1 :] if keep_line else window[above.rfind("\n") + 1 :]
    if first and len(window) == size:  # cut within a word
        cut = _NO_WORD.search(window)
        window = window[cut.end() :] if cut else ""
    return window


def column_label(text: str, start: int, end: int) -> str:
    """The header above a value in a table of text: "|", tab, comma, semicolon or two spaces between columns."""
    line_start = text.rfind("\n", max(0, start - _MAX_LINE), start) + 1
    if line_start == 0 and start > _MAX_LINE:
        return ""
    line_end = text.find("\n", end, end + _MAX_LINE)
    line = text[line_start : line_end if line_end >= 0 else min(len(text), end + _MAX_LINE)]
    if "<td" in line[:_MAX_LINE]:
        return _header_of_markup(text, line_start, start - line_start, line)
    for mark in ("|", "\t", ";", ","):
        cuts = cuts_of(line, mark)
        if len(cuts) >= (1 if mark in "|\t" else 2):
            column = sum(cut < start - line_start for cut in cuts)
            return _header_cell(text, line_start, mark, len(cuts), column)
    if len(_WIDE_GAP.findall(line.strip())) >= 1:
        return _header_above(text, line_start, start - line_start, end - line_start, line)
    return ""


def _header_cell(text: str, line_start: int, mark: str, count: int, column: int) -> str:
    header = ""
    for row in rows_up(text, line_start):
        if row.lstrip()[0] in "-|+=:" and set(row.strip()) <= {"-", "|", "+", "=", ":", " "}:
            continue  # the rule under a header
        # Sixty rows for each value of a table: what only has to be counted is counted.
        if (len(cuts_of(row, mark)) if '"' in row else row.count(mark)) != count:
            break
        header = row
    if not header or any(map(str.isdigit, header)):
        return ""
    cells = cells_of(header, mark)
    if mark in ",;" and max(map(len, cells)) > 40:
        return ""
    return cells[column].strip()


_MARKUP_CELL = regex.compile(r"(?i)<t[dh][^<>]*>(.*?)(?=</t[dh]>|<t[dh]|$)")


def _header_of_markup(text: str, line_start: int, start: int, line: str) -> str:
    column = next((at for at, cell in enumerate(_MARKUP_CELL.finditer(line)) if cell.start() <= start < cell.end()), -1)
    for row in rows_up(text, line_start):
        if "<th" in row:
            headers = _MARKUP_CELL.findall(row)
            return str(headers[column]).strip() if 0 <= column < len(headers) else ""
        if "<tr" not in row:
            break
    return ""


def _header_above(text: str, line_start: int, start: int, end: int, line: str) -> str:
    for row in rows_up(text, line_start):
        if set(row.strip()) <= {"-", "=", " "} and row.strip():
            continue
        if any(map(str.isdigit, row)):
            continue
        if not _WIDE_GAP.search(row.strip()):
            return ""
        cells, headers = list(_SPACED.finditer(line)), list(_SPACED.finditer(row))
        if len(cells) == len(headers) > 2:
            column = next((at for at, cell in enumerate(cells) if cell.start() <= start < cell.end()), -1)
            return str(headers[column].group()) if column >= 0 else ""
        for match in headers:
            if match.start() < end and match.end() > start:
                return str(match.group())
        return ""
    return ""


def rows_up(text: str, line_start: int) -> Iterable[str]:
    """The lines above, nearest first, up to a blank line."""
    for _ in range(_MAX_ROWS_UP):
        if line_start <= 0:
            return
        above = text.rfind("\n", max(0, line_start - 1 - _MAX_LINE), line_start - 1) + 1
        if above == 0 and line_start - 1 > _MAX_LINE:
            return
        row = text[above : line_start - 1]
        if not row.strip():
            return
        yield row
        line_start = above


class PhraseEnhancer(ContextAwareEnhancer):
    """Presidio's hook for context: asks each candidate's recognizer what its phrases make of the surroundings."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=0, min_score_with_context_similarity=0, context_prefix_count=0,
            context_suffix_count=0,
        )  # fmt: skip

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: Any,
        recognizers: Sequence[Any],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Set each score by its context; recognizers without phrases keep theirs."""
        by_id = {recognizer.id: recognizer for recognizer in recognizers}
        labels = sorted((label for label in context or () if isinstance(label, Label)), key=lambda label: label.start)
        named: set[int] = set()
        for result in raw_results:
            recognizer = by_id[result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY]]
            if not hasattr(recognizer, "weigh"):
                continue
            label = _label_for(labels, result.start, result.end) or column_label(text, result.start, result.end)
            result.score = recognizer.weigh(text, result, label)
            if label:
                named.add(id(result))
        columns.weigh(text, raw_results, named)
        _chain(text, raw_results, by_id)
        return raw_results


#: Score of what follows another of its kind: "her passport is AB123456 and mine is CD789012".
CHAINED = 0.6
_AND = regex.compile(
    r"[\s,;]*(?:(?:and|et|&|or|ou|mine|his|hers|theirs|moi|toi|lui|elle|celui|celle|my|her|ma|mon|sa|son|the|other|is|was|"
    r"est|le|la|on|born|n[eé]e?|de|du|wife|husband|spouse|fianc[eé]e?|partner|conjointe?|mari|femme|[eé]pouse|[eé]poux)"
    r"(?:['’]s)?(?![^\W_])[\s,:]*){1,6}",
    regex.IGNORECASE,
)


def _chain(text: str, results: Sequence[RecognizerResult], by_id: dict[str, Any]) -> None:
    """What is joined to a value of its kind by such words alone is one too."""
    before: dict[str, RecognizerResult] = {}
    for result in sorted(results, key=lambda one: one.start):
        last = before.get(result.entity_type)
        if last and 0 < result.start - last.end <= 40 and result.score < CHAINED <= last.score:
            recognizer = by_id[result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY]]
            chains = getattr(recognizer, "CHAINS", False) and result.score >= recognizer.CHAINS_FROM
            if chains and _AND.fullmatch(text, last.end, result.start):
                result.score = CHAINED
        if last is None or result.start >= last.end:
            before[result.entity_type] = result


def _label_for(labels: Sequence[Label], start: int, end: int) -> str:
    for label in labels:
        if label.start > start:
            break
        if label.end >= end:
            return str(label)
    return ""
