"""What looks like a list is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, words
from audits.model import Finding, Impact, Rule, Verdict

_BULLET = re.compile(r"^([•·▪▫●○◦‣⁃∙■□➢➤►▶✓✔✗✘→»♦◆❖])\s*(?=[^\W_]|[\"“«(])")
_DASH = re.compile(r"^([*–-])\s+(?=[^\W_]|[\"“«(])")
_NUMBER = re.compile(r"^\(?(\d{1,2})[.)]\s*(?=[^\W\d_])")
_STEP = re.compile(r"^(?:step|étape|etape) (\d{1,2}) ?[.:)–-]", re.IGNORECASE)
_LETTER = re.compile(r"^\(?([a-z])[.)]\s+(?=[^\W\d_])")
#: Dashes and stars begin other things too (replies, footnotes, minus signs).
WEAK = frozenset("-–*→»")
FEWEST, LONGEST = 3, 300
#: The share of a block above which it is a program, and its stars a comment.
MOST_CODE = 0.5
BLOCKS = frozenset({"p", "div", "span", "td", "dd", "section", "body", "main", "article", "font", "center"})
_NOT_IN = """
    li pre code h1 h2 h3 h4 h5 h6 nav a button label list listitem menu log dialog option summary blockquote
    heading navigation
"""
NOT_IN = frozenset(_NOT_IN.split())


class FakeList(StructureCheck):
    """WCAG 1.3.1 (failure F2, technique H48): bullets or numbers typed in front of lines or paragraphs."""

    rule = Rule(
        id="check/fake-list",
        title="List is typed, not marked up",
        why="People who use a screen reader are not told that a list begins, how many entries it has, or where one "
        "ends.",
        fix="Use a list: <ul> or <ol> with one <li> for each entry, and take the typed bullets away.",
        title_fr="La liste est tapée, pas balisée",
        why_fr="Les personnes qui utilisent un lecteur d’écran n’apprennent pas qu’une liste commence, combien elle a "
        "d’éléments, ni où chacun finit.",
        fix_fr="Utilisez une liste : <ul> ou <ol> avec un <li> par élément, et retirez les puces tapées.",
        impact=Impact.MODERATE,
        criteria=("1.3.1",),
        help_url="https://www.w3.org/WAI/tutorials/page-structure/content/#lists",
        before="<p>• Proof of address<br>• Photo<br>• Fee</p>",
        after="<ul><li>Proof of address</li><li>Photo</li><li>Fee</li></ul>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("blocks", "lists")

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Lines of one block, then blocks side by side."""
        blocks = [block for block in frame["blocks"] if _may_be_list(block)]
        for block in blocks:
            lines = [line for line in block["text"].split("\n") if line]
            for run in _runs(lines):
                yield self._finding(frame, block, run)
        single = [block for block in blocks if "\n" not in block["text"]]
        for neighbours in _neighbours(single):
            for run in _runs([block["text"] for block in neighbours]):
                first = next(block for block in neighbours if block["text"] == run[0])
                yield self._finding(frame, first, run)

        for lists in _torn(frame["lists"]):
            said = self.quotes(one["text"] for one in lists)
            message = f"{len(lists)} lists of one entry each follow each other: {said}. Are they one list?"
            yield self.found(frame, lists[0], message)

    def _finding(self, frame: Fact, at: Fact, run: Sequence[str]) -> Finding:
        message = (
            f"{len(run)} lines that begin with a typed bullet or number stand one below the other: {self.quotes(run)}. "
            "Do they form a list?"
        )
        return self.found(frame, at, message)


def _torn(lists: list[Fact]) -> Iterator[list[Fact]]:
    """Lists of one entry, each right behind the one before."""
    run: list[Fact] = []
    for one in lists:
        if one["entries"] == 1:
            run.append(one)
            if one["follows"]:
                continue
        if len(run) >= FEWEST:
            yield run
        run = []


def _may_be_list(block: Fact) -> bool:
    return (
        block["shown"]
        and not block["muted"]
        and block["tag"] in BLOCKS
        and block["coded"] < MOST_CODE
        and not NOT_IN & set(block["inside"])
    )


def _neighbours(blocks: list[Fact]) -> Iterator[list[Fact]]:
    """Blocks of one kind and parent."""
    run: list[Fact] = []
    for block in blocks:
        if run and (block["parent"], block["tag"]) != (run[-1]["parent"], run[-1]["tag"]):
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _runs(lines: list[str]) -> Iterator[list[str]]:
    """Lines in a row that begin with the same bullet, or count on."""
    run: list[str] = []
    before = ""
    for line in [*lines, ""]:
        mark = _mark(line)
        if mark and before and _follows(before, mark):
            run.append(line)
        else:
            if _is_list(run):
                yield run
            run = [line] if mark and _begins(mark) else []
        before = mark if run else ""


def _mark(line: str) -> str:
    if not line or len(line) > LONGEST:
        return ""
    for pattern in (_BULLET, _DASH, _NUMBER, _LETTER, _STEP):
        if found := pattern.match(line):
            return found.group(1)
    return ""


def _begins(mark: str) -> bool:
    return not mark.isalnum() or mark in ("1", "a")


def _follows(before: str, mark: str) -> bool:
    if mark.isdigit() and before.isdigit():
        return int(mark) == int(before) + 1
    if mark.isalpha() and before.isalpha():
        return ord(mark) == ord(before) + 1
    return mark == before


def _is_list(run: list[str]) -> bool:
    if len(run) < FEWEST or not all(words(line) for line in run):
        return False
    # A dialogue: whole sentences, each with its dash.
    talk = sum(line.rstrip()[-1:] in "?!…»”" for line in run)
    return not (_mark(run[0]) in WEAK and talk * 2 >= len(run))
