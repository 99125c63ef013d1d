"""A picture's alternative and its caption do not say the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more, plain, words
from audits.model import Finding, Impact, Rule, Verdict

FEWEST_WORDS = 2


class CaptionRepeated(StructureCheck):
    """WCAG 1.1.1: the caption of a figure, word for word; links, buttons and paragraphs are axe-core's."""

    rule = Rule(
        id="check/caption-repeated",
        title="Text alternative repeats the caption",
        why="People who use a screen reader hear the same words twice, and still do not learn what the picture shows.",
        fix="Say in the alternative what can be seen, and leave the rest to the caption.",
        title_fr="Le texte de remplacement répète la légende",
        why_fr="Les personnes qui utilisent un lecteur d’écran entendent deux fois les mêmes mots, "
        "sans apprendre ce que l’image montre.",
        fix_fr="Dites dans le texte de remplacement ce qui se voit, et laissez le reste à la légende.",
        impact=Impact.MINOR,
        criteria=("1.1.1",),
        help_url="https://www.w3.org/WAI/tutorials/images/tips/",
        before='<figure><img src="rink.jpg" alt="Rink, 1952"> <figcaption>Rink, 1952</figcaption></figure>',
        after='<figure><img src="rink.jpg" alt="Men play hockey"><figcaption>Rink, 1952</figcaption></figure>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("images",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One finding for each part of the page."""
        twice = [image for image in frame["images"] if _repeats(image)]
        for group in by(twice, lambda image: image["part"]["key"]):
            message = (
                f"Alternative and caption both say {self.quote(group[0]['name'])}.{more(group, 'picture')} "
                "Does the alternative tell what the picture shows?"
            )
            yield self.found(frame, group[0], message)


def _repeats(image: Fact) -> bool:
    if image["muted"] or not image["shown"] or len(words(image["name"])) < FEWEST_WORDS:
        return False
    return plain(image["name"]) == plain(image["caption"])
