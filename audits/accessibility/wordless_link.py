"""A link is called by a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

#: Read out by no screen reader as it comes.
_POINTS = re.compile(r"""[\s.,;:'"’‘“”()\[\]|_‐-―·•-]+""")
_DOTS = re.compile(r"[.\s]{2,}")
#: A name in code: of nothing, of a list.
_BRACKETS = re.compile(r"\(\)|\[\]|\(\s*,?\s*\)")
#: Read out as signs: "greater than", "right-pointing double angle quotation mark".
_SIGNS = re.compile(r"""[\s.,;:!?'"’‘“”()\[\]|_‐-―·•…<>‹›«»=~+*/\\{}→←↑↓⇒⇐▶◀►◄▲▼-]+""")
#: Signs of notes, and of a heading's own address.
_NOTE = re.compile(r"[*†‡¶§#^↑↩\[\]()]+")


class WordlessLink(StructureCheck):
    """WCAG 2.4.4: a point fails; an arrow may mean something where it stands."""

    rule = Rule(
        id="check/wordless-link",
        title="Link is called by a sign, without a word",
        why="A screen reader passes a point over or reads “greater than”, and voice control has no word for it. Nobody "
        "learns where it leads.",
        fix="Put words into the link: take the sign into the link beside it, or name it in aria-label.",
        title_fr="Le lien s’appelle par un signe, sans un mot",
        why_fr="Un lecteur d’écran passe un point sous silence ou lit « plus grand que », et la commande vocale n’a "
        "pas de mot pour ce lien. Personne n’apprend où il mène.",
        fix_fr="Mettez des mots dans le lien : joignez le signe au lien voisin, ou nommez-le dans aria-label.",
        impact=Impact.SERIOUS,
        criteria=("2.4.4",),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/link-purpose-in-context.html",
        before='<a href="/permits">Permits</a><a href="/permits?from=list">.</a>',
        after='<a href="/permits">Permits</a>.',
    )
    about: ClassVar[tuple[str, ...]] = ("links",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Alike ones of one part together."""
        signs = [link for link in frame["links"] if _SIGNS.fullmatch(link["name"]) and not link["more"]]
        signs = [link for link in signs if not ("#" in link["url"] and _NOTE.fullmatch(link["name"]))]
        for group in by(signs, lambda link: (link["name"], link["part"]["key"])):
            said = self.quote(group[0]["name"])
            name = group[0]["name"]
            if _POINTS.fullmatch(name) and not _DOTS.fullmatch(name) and not _BRACKETS.fullmatch(name):
                message = f"The link's only text is {said}.{more(group, 'link')} Nothing says where it leads."
                yield self.found(frame, group[0], message, Verdict.FAIL)
            else:
                message = (
                    f"The link's only text is {said}.{more(group, 'link')} Hear it with a screen reader, without the "
                    "page around it: is it clear where it leads?"
                )
                yield self.found(frame, group[0], message)
