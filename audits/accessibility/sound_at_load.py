"""Sound does not begin by itself, or can be stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck
from audits.model import Finding, Impact, Rule, Verdict

#: Seconds that WCAG 1.4.2 allows.
ALLOWED = 3
#: What a button is called that stops sound or makes it softer, and a link that does.
_SILENCES = re.compile(
    r"\b(?:pause|stop|mute|unmute|sound|volume|music|silence|audio)\b|\bson\b|musique|sonore|muet|sourdine|arrêter",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?:pause|stop|mute|silence|(?:turn|switch) (?:off|down)|couper|arrêter|sourdine)\b", re.IGNORECASE
)


class SoundAtLoad(StructureCheck):
    """WCAG 1.4.2 (failure F23): a script plays a sound of the page before anybody has pressed anything.

    The attribute ``autoplay`` is axe-core's.
    """

    rule = Rule(
        id="check/sound-at-load",
        title="A script plays sound as the page opens",
        why="People who use a screen reader cannot hear it over the sound, and cannot look for what stops it. Sound "
        "that nobody asked for distracts others from reading.",
        fix="Play it when somebody presses a button; or show the player’s controls, or a button that stops it, at the "
        "top of the page.",
        title_fr="Un script fait entendre du son à l’ouverture de la page",
        why_fr="Le son couvre la voix du lecteur d’écran : ceux qui l’utilisent ne peuvent chercher ce qui l’arrête. "
        "Un son que personne n’a demandé empêche aussi les autres de lire.",
        fix_fr="Faites-le entendre quand quelqu’un appuie sur un bouton; ou montrez les commandes du lecteur, ou un "
        "bouton qui l’arrête, au début de la page.",
        impact=Impact.SERIOUS,
        criteria=("1.4.2",),
        references=("WCAG failure F23", "WCAG technique G170", "WCAG technique G171"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/audio-control.html",
        before='<audio id="greeting" src="welcome.mp3"></audio>\n<script>greeting.play();</script>',
        after='<audio controls src="welcome.mp3"></audio>',
        verdicts=(Verdict.REVIEW,),
    )
    about: ClassVar[tuple[str, ...]] = ("sounds",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """One question for all that plays, unless something on the page stops it."""
        if any(_SILENCES.search(one["name"]) for one in (*frame["buttons"], *frame["fields"])):
            return
        if any(_ORDERS.match(one["name"].strip()) for one in frame["links"]):
            return
        long = [one for one in frame["sounds"] if one["loops"] or one["seconds"] is None or one["seconds"] > ALLOWED]
        if not long:
            return
        lasts = "" if long[0]["loops"] or long[0]["seconds"] is None else f" for {long[0]['seconds']:.0f} seconds"
        what = "a sound that stands nowhere on the page" if long[0].get("apart") else "this sound"
        message = (
            f"A script plays {what}{lasts} before anybody has pressed anything, where the browser lets it, and it "
            "shows no controls. Open the page with the sound on: can it be stopped, or made softer, at the top of the "
            "page?"
        )
        yield self.found(frame, long[0], message)
