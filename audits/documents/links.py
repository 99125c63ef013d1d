"""Links of documents say where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import VAGUE_LINKS, plain, words
from audits.documents._office import SHOWS, TEXTS, Facts, OfficeCheck
from audits.model import Finding, Impact, Rule, Verdict

#: An address that nobody would say aloud: more than its host.
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s/]+/\S{30,}$", re.IGNORECASE)
#: Words of a sentence around a link from which it says of what.
HELPFUL, LONG = 3, 4


class VagueLink(OfficeCheck):
    """WCAG 2.4.4: by its own words, or by the sentence that it stands in."""

    rule = Rule(
        id="office/vague-link",
        title="Link in a document does not say where it leads",
        why="People who use a screen reader go from link to link. “Click here” tells them nothing, and an address is "
        "read out sign by sign.",
        fix="Write into the link what it leads to: “Application for a parking permit”.",
        title_fr="Un lien du document ne dit pas où il mène",
        why_fr="Les personnes qui utilisent un lecteur d’écran passent de lien en lien. « Cliquez ici » ne leur dit "
        "rien, et une adresse est lue signe par signe.",
        fix_fr="Écrivez dans le lien ce à quoi il mène : « Demande de permis de stationnement ».",
        impact=Impact.MODERATE,
        criteria=("2.4.4",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/link-purpose-in-context.html",
        verdicts=(Verdict.REVIEW,),
    )
    kinds: ClassVar[frozenset[str]] = TEXTS | SHOWS
    about: ClassVar[tuple[str, ...]] = ("links",)

    def judge(self, office: Facts) -> Iterator[Finding]:
        """Those of the network: where a link of a table of contents leads is what it says."""
        for one in office["links"]:
            said = one["text"].strip()
            if not one["external"] or not said:
                continue
            if _ADDRESS.match(said):
                message = f"The text of the link is a long address, {self.quote(said, 60)}. Could words say it?"
            elif plain(said) in VAGUE_LINKS and not _is_helped(said, one["around"]):
                message = f"The link says only {self.quote(said)}. Is it clear where it leads, heard by itself?"
            else:
                continue
            yield self.found(one["at"], message)


def _is_helped(said: str, around: str) -> bool:
    own = set(words(said))
    return sum(len(word) >= LONG and word not in own for word in words(around)) >= HELPFUL
