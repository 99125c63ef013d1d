"""Headings of documents: a long text has some, they are what they look like, and no level is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from audits.accessibility._structure import words
from audits.documents._findings import times
from audits.documents._office import TEXTS, Facts, OfficeCheck
from audits.model import Finding, Impact, Rule, Verdict

#: About two pages: what is shorter is read from its start.
LONG, BLOCKS = 700, 12
LONGEST, MOST_WORDS = 70, 10
_END = re.compile(r"[.;,:…\"”»)]$")
_NOT_WORDS = re.compile(
    r"^[\d\s.,$€%+:/-]+$|^by |^par |^posted|^publi|@|https?:|^note\b|^tel\b|^tél|^figure\b|^tabl(?:e|eau)\b|^dear\b|"
    r"^from\b|^to\b|^date\b|^re\b|^page\b",
    re.IGNORECASE,
)
_HELP = "https://www.w3.org/WAI/WCAG22/Understanding/info-and-relationships.html"


class NoHeadings(OfficeCheck):
    """WCAG 1.3.1: a long text that nobody can look over. Whether it has sections is for a person to say."""

    rule = Rule(
        id="office/no-headings",
        title="Long document has no headings",
        why="People who use a screen reader look over a document by its headings. Without any, they must hear all of "
        "it to find one thing.",
        fix="Give the titles of sections a heading style (Heading 1, Heading 2), then a table of contents.",
        title_fr="Un long document n’a aucun titre",
        why_fr="Les personnes qui utilisent un lecteur d’écran parcourent un document par ses titres. Sans titre, "
        "elles doivent tout écouter pour trouver une chose.",
        fix_fr="Donnez aux titres des sections un style de titre (Titre 1, Titre 2), puis ajoutez une table des "
        "matières.",
        impact=Impact.SERIOUS,
        criteria=("1.3.1",),
        help_url=_HELP,
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS

    def judge(self, office: Facts) -> Iterator[Finding]:
        """At most one."""
        if office.get("headings") or office["words"] < LONG or office.get("blocks", BLOCKS) < BLOCKS:
            return
        message = f"The document has {office['words']} words and not one heading style. Does it have sections?"
        if alike := _heads(office):
            message += f" {times(len(alike), 'bold line')} of it may be meant as a heading."
        yield self.found("document", message)


class FakeHeading(OfficeCheck):
    """WCAG 1.3.1 (failure F2): a short bold line alone above plain text."""

    rule = Rule(
        id="office/fake-heading",
        title="Text of a document looks like a heading and is not one",
        why="People who use a screen reader jump from heading to heading. They miss the sections that only bold type "
        "announces.",
        fix="Give the line a heading style of the level that it has in the document.",
        title_fr="Un texte du document a l’air d’un titre et n’en est pas un",
        why_fr="Les personnes qui utilisent un lecteur d’écran sautent de titre en titre. Les sections que seul un "
        "texte gras annonce leur échappent.",
        fix_fr="Donnez à la ligne un style de titre, du niveau qu’elle a dans le document.",
        impact=Impact.MODERATE,
        criteria=("1.3.1",),
        references=("WCAG failure F2",),
        help_url=_HELP,
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for all lines: they come of one habit."""
        alike = _heads(office)
        if not alike:
            return
        said = ", ".join(self.quote(one["text"], 40) for one in alike[:3]) + (" …" if len(alike) > 3 else "")
        lines = "A bold line stands" if len(alike) == 1 else f"{len(alike)} bold lines stand"
        message = f"{lines} alone above text, as headings do, without a heading style: {said}. Are they headings?"
        yield self.found(alike[0]["at"], message)


class HeadingSkipped(OfficeCheck):
    """A level below the next one. The first heading may be of any level: a title stands above it."""

    rule = Rule(
        id="office/heading-skipped",
        title="Headings of a document leave out a level",
        why="The levels tell how sections belong together. After a gap, people who hear them wonder what they missed.",
        fix="Use the next level below, and change how it looks in its style.",
        title_fr="Les titres du document sautent un niveau",
        why_fr="Les niveaux disent comment les sections s’emboîtent. Après un saut, les personnes qui les entendent se "
        "demandent ce qui leur a échappé.",
        fix_fr="Prenez le niveau juste au-dessous, et modifiez l’apparence dans son style.",
        impact=Impact.MINOR,
        best_practice=True,
        help_url=_HELP,
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS
    about: ClassVar[tuple[str, ...]] = ("headings",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """One finding for each gap."""
        for above, below in pairwise(office["headings"]):
            if below["level"] > above["level"] + 1:
                message = (
                    f"After a heading of level {above['level']} comes {self.quote(below['text'])}, of level "
                    f"{below['level']}. Does it belong right under the one before?"
                )
                yield self.found(below["at"], message)


def _heads(office: Facts) -> list[Facts]:
    return [one for one in office.get("fake_headings", ()) if _is_heading(one["text"])]


def _is_heading(text: str) -> bool:
    if len(text) > LONGEST or _END.search(text) or _NOT_WORDS.search(text):
        return False
    return 0 < len(words(text)) <= MOST_WORDS
