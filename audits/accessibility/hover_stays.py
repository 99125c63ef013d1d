"""What comes with the mouse or the focus can be sent away, and does not go by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import HandlerCheck, scripts_of, sources
from audits.accessibility._scripts import bare, followed, timers
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

_ESCAPE = re.compile(r"\bEsc(?:ape)?\b|\b27\b")
_SHOWS = re.compile(
    r"\.style\.(?:display|visibility|opacity)\s*=|\.hidden\s*=\s*(?:false|!1)|removeAttribute\(\s*['\"]hidden"
    r"|\.(?:show|fadeIn|slideDown)\s*\(|classList\.(?:add|toggle)\(\s*['\"][\w-]*(?:show|open|visible)"
    r"|addClass\(\s*['\"][\w-]*(?:show|open|visible)"
)
_HIDES = re.compile(
    r"\.style\.(?:display|visibility)\s*=\s*['\"](?:none|hidden)|\.hidden\s*=\s*(?:true|!0)|setAttribute\(\s*['\"]hidden"
    r"|\.(?:hide|fadeOut|slideUp|remove)\s*\(|classList\.remove\(|removeClass\("
)
_COMES = ("mouseenter", "mouseover", "pointerenter", "pointerover")
_GOES = ("mouseleave", "mouseout")


class HoverStays(HandlerCheck):
    """WCAG 1.4.13 (failure F95): content on hover or focus that Escape does not close, that is lost under the mouse, or
    that vanishes.
    """

    rule = Rule(
        id="check/hover-stays",
        title="Something that comes with the mouse or the focus cannot be sent away, or goes by itself",
        why="It lies over what people want to read, and those who enlarge the page see nothing else; or it goes "
        "before they have read it.",
        fix="Let Escape close it, let the mouse move onto it, and keep it until mouse and focus are gone.",
        title_fr="Un contenu qui vient au survol ou au focus ne peut être écarté, ou disparaît tout seul",
        why_fr="Il recouvre ce que les gens veulent lire, et qui agrandit la page ne voit rien d’autre; ou il "
        "disparaît avant d’être lu.",
        fix_fr="Faites-le fermer par Échap, laissez la souris aller dessus, et gardez-le tant que la souris ou le "
        "focus y sont.",
        impact=Impact.MODERATE,
        criteria=("1.4.13",),
        references=("WCAG failure F95", "WCAG technique SCR39"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/content-on-hover-or-focus.html",
        before=".tip:hover .text { display: block }",
        after='document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTips(); });',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/hover-only",),
    )
    needs: ClassVar[tuple[str, ...]] = ("layout", "handlers", "document")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One question a page, at the first such place."""
        code = scripts_of(snapshot)
        handlers = snapshot.artifacts["handlers"]
        hover = snapshot.artifacts["layout"]["hover"]
        closes = bool(_ESCAPE.search(code)) or any(
            _ESCAPE.search(one["source"])
            for holder in ({"handlers": handlers["page"]}, *handlers["elements"])
            for one in holder["handlers"]
        )
        found = next(_places(code, hover, handlers["elements"], closes=closes), None)
        if found:
            place, says = found
            yield self.found(place, Verdict.REVIEW, f"{self.quoted(place['text'])} {says}")


def _places(
    code: str, hover: Mapping[str, Any], elements: list[Mapping[str, Any]], *, closes: bool
) -> Iterator[tuple[Mapping[str, Any], str]]:
    for element in elements:
        if any(_vanishes(code, source) for source in sources(element, *_COMES, "focus", "focusin")):
            yield (
                element,
                "shows something under the mouse or with the focus, and a timer hides it. Does it stay until people "
                "have read it?",
            )
    for place in hover.get("brought", ()):
        if place["lost"]:
            yield place, "shows under the mouse, and goes when the mouse moves onto it. Can people point at it?"
        if place["covers"] and not closes:
            yield (
                place,
                "lies over other words while the mouse or the focus is there, and no script here answers Escape. "
                "Can it be closed without moving either?",
            )
    if closes:
        return
    for place in hover.get("written", ()):
        yield place, "has a text that a style sheet writes beside it under the mouse. Can Escape close it?"
    for element in elements:
        comes = any(_SHOWS.search(followed(code, bare(source))) for source in sources(element, *_COMES))
        goes = any(_HIDES.search(followed(code, bare(source))) for source in sources(element, *_GOES))
        if comes and goes:
            yield (
                element,
                "shows something when the mouse comes and hides it when the mouse goes, and no script here answers "
                "Escape. Can it be closed, and can the mouse move onto it?",
            )


def _vanishes(code: str, source: str) -> bool:
    body = followed(code, bare(source))
    return bool(_SHOWS.search(body)) and any(
        _HIDES.search(timer.body) and (timer.delay or 0) >= 1000 for timer in timers(body)
    )
