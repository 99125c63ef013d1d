"""What looks like a heading is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, words
from audits.model import Finding, Impact, Rule, Verdict

LONGEST, MOST_WORDS = 70, 10
#: So much larger than the text below it, a line is set as a heading even when it is not bold.
LARGER = 1.3
#: What follows must be text that the line could stand over.
FEWEST_BELOW = 40
BLOCKS = frozenset({"p", "div", "span", "center", "font", "b", "strong", "em", "i", "u", "big"})
_NOT_IN = """
    a button label legend caption figcaption th td dt dd summary li pre code blockquote nav footer figure
    address option form fieldset table h1 h2 h3 h4 h5 h6 heading link tab tablist menu menuitem alert status
    alertdialog dialog tooltip listitem cell row navigation banner contentinfo img note timer log aside complementary
"""
NOT_IN = frozenset(_NOT_IN.split())
#: The share of links or code above which a line is something else.
MOST_OTHER = 0.5
#: Notes have titles in manuals, where a heading would break the outline.
_BOX_TITLE = re.compile(r"admonition|callout|alert|topic-title|note-title|sidebar-title")
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: A heading may stand over a list or a table as well, however short its entries.
LISTED = frozenset({"li", "td", "th"})
#: Between the page's own title and the site's name.
_SEPARATOR = re.compile(r"\s+[|–—·:-]\s+")
_END = re.compile(r"[.;,:…\"”»)]$")
#: Two such words, or one as long: shorter ones are abbreviations.
CAPITALS, LONG_WORD = 2, 8
_NOT_WORDS = re.compile(
    r"^[\d\s.,$€%+:/-]+$|^\W*\d[\d\s.,$%]*\w{0,3}$|^by |^par |^posted|^publi|@|https?:|^note\b|^tel\b|^tél"
    r"|^(?:important|remarque|attention|warning|avis|notice|nota|tip|conseil|caution|reminder|rappel) ?:$"
)


class FakeHeading(StructureCheck):
    """WCAG 1.3.1 (failure F2): a short line, bold or large, alone above plain text."""

    rule = Rule(
        id="check/fake-heading",
        title="Text looks like a heading and is not one",
        why="People who use a screen reader look over a page by its headings, and jump to them. They miss the "
        "sections that only bold or large type announces.",
        fix="Make it a heading of the level that it has on the page: <h2>, <h3>.",
        title_fr="Un texte a l’air d’un titre et n’en est pas un",
        why_fr="Les personnes qui utilisent un lecteur d’écran parcourent une page par ses titres et y sautent. Les "
        "sections que seul un texte gras ou grand annonce leur échappent.",
        fix_fr="Faites-en un titre du niveau qu’il a dans la page : <h2>, <h3>.",
        impact=Impact.MODERATE,
        criteria=("1.3.1",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/failures/F2",
        before="<p><strong>How to apply</strong></p>\n<p>Bring proof of address…</p>",
        after="<h2>How to apply</h2>\n<p>Bring proof of address…</p>",
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("blocks",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for all lines of one look in one part of the page."""
        pairs = [(line, below) for line, below in pairwise(frame["blocks"]) if _is_seen(line) and _is_seen(below)]
        alike = [
            {**line, "look": look}
            for line, below in pairs
            if (look := _look_of_heading(line, below, frame["body"]) or _look_of_title(line, below, frame))
        ]
        for group in by(alike, lambda line: (line["part"]["key"], line["tag"], line["size"], line["look"])):
            said = self.quotes(line["text"] for line in group)
            how = group[0]["look"]
            lines = f"{len(group)} {how} lines stand" if len(group) > 1 else f"A {how} line stands"
            message = (
                f"{lines} alone above text, as headings do, without being marked as one: {said}. Are they headings?"
            )
            yield self.found(frame, group[0], message)


def _is_seen(block: Fact) -> bool:
    return block["shown"] and not block["muted"]


def _look_of_heading(line: Fact, below: Fact, body: float) -> str:
    """How the line is set as a heading; "" where it is not."""
    return _stands_out(line, below, body) if _is_short_line(line) and _stands_over(line, below) else ""


def _look_of_title(line: Fact, below: Fact, frame: Fact) -> str:
    """The same of a line that says what the page's title says, on a page without a first heading: whatever follows."""
    if any(heading["level"] == 1 and heading["shown"] for heading in frame["headings"]):
        return ""
    title = _SEPARATOR.split(frame["title"])[0].strip().casefold()
    large = line["small"] >= frame["body"] * LARGER
    if line["text"].strip().casefold() != title or not large or not _is_short_line(line) or below["heavy"]:
        return ""
    return "large"


def _is_short_line(line: Fact) -> bool:
    """A few words of its own that end as headings end."""
    text = line["text"]
    held = set(line["inside"]) - ({"td", "table"} if line["row"] else set())
    if line["tag"] not in BLOCKS and not line["row"]:
        return False
    if "\n" in text or NOT_IN & held or line["linked"] > MOST_OTHER:
        return False
    if _BOX_TITLE.search(line["html"]) or line["coded"] > MOST_OTHER or text[0].islower():
        return False
    count = len(words(text))
    if not 0 < count <= MOST_WORDS or len(text) > LONGEST or _NOT_WORDS.search(text.casefold()):
        return False
    return not _END.search(text) or text.endswith(":")


def _stands_over(line: Fact, below: Fact) -> bool:
    """Whether there is plain text below that a heading could stand over."""
    if not line["above"] or "nav" in below["inside"] or below["size"] > line["size"] or below["tag"] in HEADINGS:
        return False
    if below["tag"] in LISTED and not line["row"]:
        plain_below = below["tag"] == "td" or not below["heavy"]
        return plain_below and not line["text"].endswith(":")
    return not below["heavy"] and len(below["text"]) >= FEWEST_BELOW


def _stands_out(line: Fact, below: Fact, body: float) -> str:
    """How the line is set otherwise than what it stands over; "" where it is not."""
    if line["heavy"]:
        return "bold"
    if line["small"] >= below["size"] * LARGER and line["small"] >= body * LARGER:
        return "large"
    if line["under"] and not below["under"]:
        return "underlined"
    if _is_capital(line) and not _is_capital(below):
        return "capital"
    return "coloured" if line["painted"] and not below["painted"] else ""


def _is_capital(block: Fact) -> bool:
    said = words(block["text"])
    many = len(said) >= CAPITALS or any(len(word) >= LONG_WORD for word in said)
    return many and block["upper"] > 0 and not block["lower"]
