"""The Tab key should go through a page in the order in which it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, pairwise

from audits.accessibility._stops import Stop, StopCheck, stops_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: Pixels that a step must lead back up to be felt, and the share of the narrower element that is below the other.
UP, SHARE = 150, 0.5
#: Steps against the reading direction in one row.
BACK = 2
MOST = 2


class FocusOrder(StopCheck):
    """WCAG 2.4.3: jumps by ``tabindex``, steps back up, rows that are walked from the end."""

    rule = Rule(
        id="check/focus-order",
        title="The Tab key jumps about the page",
        why="People who use the keyboard lose their place when the focus does not follow what they see, and people who "
        "magnify the screen do not find it again.",
        fix="Remove positive tabindex values, and put the markup in the order in which the page is seen.",
        title_fr="La touche Tab saute d’un endroit à l’autre de la page",
        why_fr="Les personnes qui utilisent le clavier perdent le fil quand le focus ne suit pas ce qu’elles voient, "
        "et celles qui agrandissent l’écran ne le retrouvent plus.",
        fix_fr="Retirez les valeurs positives de tabindex, et mettez le code dans l’ordre où la page est vue.",
        impact=Impact.SERIOUS,
        criteria=("2.4.3",),
        references=("WCAG failure F44", "WCAG technique C27"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/focus-order.html",
        before='<input tabindex="2"> <input tabindex="1">',
        after="<input> <input>",
        verdicts=(Verdict.REVIEW,),
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """The first places where the order and the picture part."""
        stops: list[Stop] = []
        onward = False
        for stop in stops_of(snapshot):
            onward = onward or stop["onward"]
            if not (stop["unseen"] or stop["skip"]):
                stops.append({**stop, "onward": onward})
                onward = False
        yield from islice(chain(self._ups(stops), self._rows(stops)), MOST)

    def _ups(self, stops: list[Stop]) -> Iterator[Finding]:
        for one, other in pairwise(stops):
            if _loose(one, other):
                continue
            (x, y, width, _), (x2, y2, width2, height2) = one["box"], other["box"]
            below = min(x + width, x2 + width2) - max(x, x2) >= SHARE * min(width, width2)
            far = y - (y2 + height2) > (40 if one["tabindex"] > 0 or other["tabindex"] > 0 else UP)
            if (below or (one["tabindex"] > 0) != (other["tabindex"] > 0)) and far:
                message = (
                    f"From {self.called(one)} the Tab key leads back up to {self.called(other)}. Tab through this "
                    "part, and see whether the order makes sense."
                )
                # What has a positive tabindex is what stands out of the order.
                cause = one if one["tabindex"] > 0 >= other["tabindex"] else other
                yield self.found(cause, Verdict.REVIEW, message)

    def _rows(self, stops: list[Stop]) -> Iterator[Finding]:
        back: list[Stop] = []
        told = set()
        for one, other in [*pairwise(stops), (stops[-1], None)] if stops else []:
            if other is not None and _against(one, other):
                back = [*(back or [one]), other]
                continue
            if len(back) > BACK:
                message = (
                    f"The Tab key goes through this row from its end: first {self.called(back[0])}, at last "
                    f"{self.called(back[-1])}. See whether the order makes sense."
                )
                # The same row above and below a page is one matter.
                if message not in told:
                    yield self.found(back[0], Verdict.REVIEW, message)
                told.add(message)
            back = []


def _loose(one: Stop, other: Stop) -> bool:
    """Parts that stay in place, and pages within the page, have no place in the order of what is seen."""
    return bool(
        one["world"] != other["world"]
        or one["fixed"]
        or other["fixed"]
        or one["dialog"] != other["dialog"]
        or "frame" in (one["kind"], other["kind"])
        or other["onward"]
    )


def _against(one: Stop, other: Stop) -> bool:
    if one["world"] != other["world"] or one["fixed"] != other["fixed"] or one["rtl"] or other["rtl"]:
        return False
    (x, y, _, height), (x2, y2, width2, height2) = one["box"], other["box"]
    level = min(y + height, y2 + height2) - max(y, y2) > 0.5 * min(height, height2)
    return bool(level and x2 + width2 <= x + 1)
