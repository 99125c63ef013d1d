"""A page must be there whichever way the screen is held."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._places import PlaceCheck
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

WAYS = {"portrait": "upright", "landscape": "on its side"}
#: The share of the text that one way keeps, below which the page counts as gone; and letters worth a question.
GONE, FEWEST = 0.2, 80
_TURN = re.compile(r"rotat|turn your|landscape|portrait|orient|pivot|tourne|paysage", re.IGNORECASE)
_BODY = {"selector": "body", "html": "<body>", "part": {"key": "content", "name": "Page content"}}


class OrientationLock(PlaceCheck):
    """WCAG 1.3.4, where style sheets ask how the screen is held. Looked at both ways, as on a telephone."""

    rule = Rule(
        id="check/orientation-lock",
        title="Page can be used with the screen held one way only",
        why="People whose phone or tablet is fixed to a wheelchair cannot turn it. They see the page on its "
        "side, or are "
        "asked to turn what they cannot turn.",
        fix="Show the page both ways: remove what turns or hides it by orientation.",
        title_fr="La page ne s’utilise que dans une seule orientation de l’écran",
        why_fr="Les personnes dont le téléphone ou la tablette est fixé à un fauteuil roulant ne peuvent pas le "
        "tourner. "
        "Elles voient la page de côté, ou on leur demande de tourner ce qu’elles ne peuvent pas tourner.",
        fix_fr="Montrez la page dans les deux sens : retirez ce qui la tourne ou la cache selon l’orientation.",
        impact=Impact.SERIOUS,
        criteria=("1.3.4",),
        references=("WCAG failure F97", "WCAG failure F100", "ACT rule b33eff"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/orientation.html",
        before="@media (orientation: landscape) { main { display: none } .turn { display: block } }",
        after="@media (orientation: landscape) { main { columns: 2 } }",
    )
    needs: ClassVar[tuple[str, ...]] = ("layout",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Turned by a right angle: a failure; of a part, a question. Gone: a failure where people are asked to turn."""
        seen = snapshot.artifacts["layout"]["orientation"]
        for place in seen["turned"]:
            yield self.found(
                place, Verdict.FAIL, f"The page stands on its side when the screen is held {WAYS[place['way']]}."
            )
        if not seen["turned"]:
            for place in seen["hides"]:
                what = self.quoted(place["text"]) if place["text"] else "A part of the page"
                ask = "Is it to be had in another way there?"
                yield self.found(
                    place, Verdict.REVIEW, f"{what} is not shown when the screen is held {WAYS[place['way']]}. {ask}"
                )
            for place in seen.get("parts", ()):
                what = self.quoted(place["text"]) if place["text"] else "A part of the page"
                yield self.found(
                    place,
                    Verdict.REVIEW,
                    f"{what} stands on its side when the screen is held {WAYS[place['way']]}, and not the other way. "
                    "Hold a phone so: can it be read and used?",
                )
        if seen["turned"] or seen["hides"] or "portrait" not in seen:
            return
        less, more = sorted(WAYS, key=lambda way: seen[way]["letters"])
        if seen[more]["letters"] < FEWEST or seen[less]["letters"] >= GONE * seen[more]["letters"]:
            return
        gone = f"Nearly all text is gone when the screen is held {WAYS[less]}"
        if _TURN.search(seen[less]["text"]):
            yield self.found(_BODY, Verdict.FAIL, f"{gone}, and people are told: {self.quoted(seen[less]['text'])}.")
        else:
            yield self.found(
                _BODY, Verdict.REVIEW, f"{gone}: hold a phone that way, and see whether the page can be used."
            )
