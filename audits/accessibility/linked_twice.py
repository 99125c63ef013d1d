"""A picture and its words are one link, not two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

#: A logo beside "Home" is what people expect there.
_SHARED = ("banner", "navigation", "contentinfo")


class LinkedTwice(StructureCheck):
    """Technique H2: two links side by side to the same place, one a picture and one words, both to be passed."""

    rule = Rule(
        id="check/linked-twice",
        title="Picture and text beside it are two links to the same page",
        why="People who use the keyboard or a screen reader come to the same link twice, and hear it twice.",
        fix='Put picture and words into one link, the picture with alt="".',
        title_fr="L’image et le texte voisin sont deux liens vers la même page",
        why_fr="Les personnes qui utilisent le clavier ou un lecteur d’écran passent deux fois sur le même lien, et "
        "l’entendent deux fois.",
        fix_fr='Placez l’image et les mots dans un seul lien, l’image avec alt="".',
        impact=Impact.MINOR,
        best_practice=True,
        references=("WCAG technique H2",),
        help_url="https://www.w3.org/WAI/WCAG22/Techniques/html/H2",
        before='<a href="/pool"><img src="pool.png" alt="Pool"></a> <a href="/pool">Pool</a>',
        after='<a href="/pool"><img src="pool.png" alt=""> Pool</a>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("links",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each part."""
        twins = [link for link in frame["links"] if link["twin"] and not link["part"]["key"].startswith(_SHARED)]
        for group in by(twins, lambda link: link["part"]["key"]):
            name = group[0]["name"]
            which = f"The link {self.quote(name)}" if name else "A link without words"
            message = (
                f"{which} and the next one lead to the same page, one a picture and one words.{more(group)} Could "
                "they be one link?"
            )
            yield self.found(frame, group[0], message)
