"""A chart that is made of boxes has its numbers in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

#: Findings of one page, and the share of bars whose numbers must be written.
MOST, HALF = 3, 0.5
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*")
#: Numbers that name a bar: years, ranges, times, and what is counted by a word before it.
_NAMES = re.compile(
    r"\b(?:199\d|20[0-3]\d)(?:[-–/]\d{2,4})?(?![\d,.]*\d)"
    r"|\b\d+\s*(?:[-–—]|to|à)\s*\d+\b(?:\s*(?:years?|ans))?|\b\d+\s*\+|(?:over|under|plus de|moins de)\s+\d+\b"
    r"|\b\d{1,2}(?::\d\d)?\s*(?:a\.?m\b|p\.?m\b)\.?|\b\d{1,2}:\d\d\b"
    r"|\b(?:ward|route|zone|area|district|quarter|week|day|year|grade|level|phase|step|quartier|ligne|semaine|jour"
    r"|année|niveau|secteur|arrondissement|étape|trimestre|q)\s?\d+\b"
    r"|\b\d+\s*(?:stars?|étoiles?)\b",
    re.IGNORECASE,
)


class DrawnBars(StructureCheck):
    """WCAG 1.1.1: boxes of one thickness along one line, and of different lengths, whose values nobody wrote."""

    rule = Rule(
        id="check/drawn-bars",
        title="Bars of a chart are boxes, and their values are not written",
        why="People who use a screen reader hear the names of the bars, or nothing at all; how long each bar is "
        "they are not told.",
        fix="Write the value beside each bar, or give the data as a table or a sentence next to the chart.",
        title_fr="Les barres d’un graphique sont des boîtes, et leurs valeurs ne sont pas écrites",
        why_fr="Les personnes qui utilisent un lecteur d’écran entendent le nom des barres, ou rien du tout; la "
        "longueur de chacune ne leur est pas dite.",
        fix_fr="Écrivez la valeur à côté de chaque barre, ou donnez les données en tableau ou en une phrase près du "
        "graphique.",
        impact=Impact.SERIOUS,
        criteria=("1.1.1",),
        references=("WCAG technique G95",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/non-text-content.html",
        before='<li>Roads <span class="bar" style="width: 60%"></span></li>',
        after='<li>Roads <span class="bar" style="width: 60%"></span> 60 %</li>',
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("looks",)
    about: ClassVar[tuple[str, ...]] = ("bars",)
    artifact: ClassVar[str] = "looks"

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """The first few charts."""
        silent = [chart for chart in frame["bars"] if _is_chart(chart) and not _is_said(chart)]
        for chart in silent[:MOST]:
            beside = [line for line in chart["labels"] if any(letter.isalpha() for letter in line)]
            where = f", beside {self.quotes(beside, 2)}," if beside else ""
            message = (
                f"{chart['many']} boxes without words{where} have different {chart['how']}, like the bars of a chart. "
                "Read off what the longest and the shortest say: is that written as well, in each row, in a table or "
                "in a sentence beside it?"
            )
            yield self.found(frame, chart, message)


def _is_chart(chart: Fact) -> bool:
    """Whether most bars have a label, or it is called a chart: lines of a drawing, or of what loads, have neither.

    Columns that rise from one line below a heading are one without that.
    """
    labels = [line for line in chart["labels"] if len(line) <= 60]
    if chart["drawn"] or len(labels) >= max(2, HALF * chart["many"]):
        return True
    return chart["how"] == "heights" and bool(chart["headed"])


def _is_said(chart: Fact) -> bool:
    """In each row, in the name of the whole, in a table, or in the text around it."""
    if chart["image"] or chart["tables"]:
        return True
    enough = HALF * chart["many"]
    if sum(bool(_values(row)) for row in chart["rows"]) >= enough or len(_values(chart["named"])) >= enough:
        return True
    values = _values(chart["near"])
    return len(values) >= enough and not _is_scale(values)


def _values(text: str) -> list[str]:
    """The numbers of a text that may be values."""
    return [found.group().rstrip(".,") for found in _NUMBER.finditer(_NAMES.sub(" ; ", text))]


def _is_scale(values: list[str]) -> bool:
    """Whether numbers are those of an axis: from nought on in equal steps."""
    digits = [re.sub(r"[^\d.]", "", value.replace(",", "")).rstrip(".") for value in values]
    numbers = sorted({float(one) for one in digits if re.fullmatch(r"\d+(?:\.\d+)?", one)})
    if len(numbers) < 3 or numbers[0] != 0 or len(values) > len(numbers) + 1:
        return False
    step = numbers[1]
    return all(abs(one - step * index) < step / 100 for index, one in enumerate(numbers))
