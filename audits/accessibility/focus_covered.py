"""What has the focus must not lie under a part that stays in place."""

from __future__ import annotations

from collections.abc import Iterator

from audits.accessibility._stops import Stop, StopCheck, cut, stops_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

MOST = 3


class FocusCovered(StopCheck):
    """WCAG 2.4.11: an element with the focus is fully hidden by a fixed or sticky part."""

    rule = Rule(
        id="check/focus-covered",
        title="The element with the keyboard focus is hidden under a fixed part of the page",
        why="People who use the keyboard do not see where they are: a header, banner or bar lies over it.",
        fix="Keep room for the fixed part with scroll-padding, or do not fix it.",
        title_fr="L’élément qui a le focus du clavier est caché sous une partie fixe de la page",
        why_fr="Les personnes qui utilisent le clavier ne voient pas où elles sont : un en-tête, une bannière ou une "
        "barre le recouvre.",
        fix_fr="Réservez la place de la partie fixe avec scroll-padding, ou ne la fixez pas.",
        impact=Impact.SERIOUS,
        criteria=("2.4.11",),
        references=("WCAG technique C43", "WCAG failure F110"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-not-obscured-minimum.html",
        before=".bar { position: fixed; bottom: 0 }",
        after=".bar { position: fixed; bottom: 0; height: 4rem } html { scroll-padding-bottom: 5rem }",
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each part that covers, at the first stop under it."""
        under: dict[tuple[str, ...], list[Stop]] = {}
        for stop in stops_of(snapshot):
            if stop["cover"]:
                under.setdefault((*stop["frame"], stop["cover"]["selector"]), []).append(stop)
        for stops in list(under.values())[:MOST]:
            cover = stops[0]["cover"]
            more = f" So are {len(stops) - 1} more." if len(stops) > 1 else ""
            by = cut(self._redact(cover["selector"]), 80)
            message = f"{self.called(stops[0])} is fully hidden under {by} while it has the focus.{more}"
            if not cover["opaque"]:
                message += " Tab to it, and see whether it shows through."
            verdict = Verdict.FAIL if cover["opaque"] else Verdict.REVIEW
            yield self.found(stops[0], verdict, message[0].upper() + message[1:])
        for stop in stops_of(snapshot) if not under else ():
            if back := stop.get("back"):
                by = cut(self._redact(back["selector"]), 80)
                message = (
                    f"{self.called(stop)} lies fully under {by}, which stays in place {back['height']} pixels high, "
                    "once the page was scrolled past it. Go back with Shift+Tab: is it seen?"
                )
                yield self.found(stop, Verdict.REVIEW, message[0].upper() + message[1:])
