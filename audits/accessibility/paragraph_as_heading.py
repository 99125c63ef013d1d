"""A heading is not a paragraph that was to look large."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

#: Letters beyond which a heading is hardly one, and those of one that has more than a sentence.
LONG, SENTENCES = 240, 140
#: Words from which a line that ends with a full stop is a sentence, not a title.
WORDS = 8
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-]\w+)*")
_STOP = re.compile(r"[a-zà-ÿ)]{3}\.$")
_NEXT = re.compile(r"[a-zà-ÿ)]{3}[.!?] +[A-ZÀ-Ý]\w+ \w+ \w+")


class ParagraphAsHeading(StructureCheck):
    """WCAG 1.3.1 (failure F43): running text that is marked up as a heading for its looks."""

    rule = Rule(
        id="check/paragraph-as-heading",
        title="Running text is marked up as a heading",
        why="People who use a screen reader go from heading to heading to find their way. A paragraph among them is "
        "read whole, and says of no section what it is about.",
        fix="Make it a paragraph, and give it its size by a style.",
        title_fr="Un paragraphe est balisé comme un titre",
        why_fr="Les personnes qui utilisent un lecteur d’écran vont de titre en titre pour s’orienter. Un paragraphe "
        "parmi eux est lu en entier et n’annonce aucune section.",
        fix_fr="Faites-en un paragraphe, et donnez-lui sa taille par un style.",
        impact=Impact.MODERATE,
        criteria=("1.3.1", "2.4.6"),
        references=("WCAG failure F43",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/failures/F43",
        before="<h3>Water mains will be flushed from May 5 to May 9. You may see cloudy water. …</h3>",
        after='<p class="lead">Water mains will be flushed from May 5 to May 9. You may see cloudy water. …</p>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("headings",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each part."""
        shown = [one for one in frame["headings"] if one["shown"]]
        titles = [one for one in shown if one["level"] == 1]
        # The title of a page may be a sentence, or end with what the page is for.
        long = [one for one in shown if _is_long(one["text"]) or ([one] != titles and _runs_on(one["text"]))]
        for group in by(long, lambda one: one["part"]["key"]):
            how = "is as long as a paragraph" if _is_long(group[0]["text"]) else "ends like a sentence"
            message = (
                f"The heading {self.quote(group[0]['text'])} {how}.{more(group, 'heading')} Does it name the section "
                "below it, or is it text that was to look large?"
            )
            yield self.found(frame, group[0], message)


def _is_long(text: str) -> bool:
    return len(text) >= LONG or (len(text) >= SENTENCES and bool(_NEXT.search(text)))


def _runs_on(text: str) -> bool:
    return _is_long(text) or (len(_WORD.findall(text)) >= WORDS and bool(_STOP.search(text)))
