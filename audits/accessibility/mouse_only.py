"""What answers a mouse must answer a keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from audits.check import Check
from audits.model import Finding, Impact, Part, Rule, Snapshot, Verdict

#: Of what is hidden, as many of one page as a person looks at.
MOST_SHUT = 3
#: Rows, cells and entries of one part are one matter.
_ENTRIES = frozenset({"tr", "td", "th", "li", "dt", "dd"})
#: Fields that are hidden behind their labels.
_FIELDS = {"radio": "a radio button", "checkbox": "a checkbox", "file": "a field for a file"}
_WHICH = re.compile(r":nth-of-type\(\d+\)")


class MouseOnly(Check):
    """WCAG 2.1.1: an element that scripts made a control of, and that the Tab key does not come to."""

    rule = Rule(
        id="check/mouse-only-control",
        title="Control can be used with a mouse only",
        why="People who cannot use a mouse go through a page with the Tab key; it passes this control by. "
        "Screen readers and voice control do not know it as a control either.",
        fix="Make it a <button>, or a link with an address. Hide a field behind its label with opacity or a clip, "
        "never with display: none.",
        title_fr="Une commande ne s’utilise qu’avec une souris",
        why_fr="Les personnes qui ne peuvent pas se servir d’une souris parcourent la page avec la touche Tab, qui "
        "saute cette commande. Les lecteurs d’écran et la commande vocale ne la connaissent pas non plus.",
        fix_fr="Faites-en un <button>, ou un lien qui a une adresse. Cachez un champ derrière son étiquette par "
        "opacity ou clip-path, jamais par display: none.",
        impact=Impact.CRITICAL,
        criteria=("2.1.1", "4.1.2"),
        references=("WCAG failure F54", "WCAG failure F59"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/keyboard.html",
        before='<span class="btn" onclick="openMap()">Open the map</span>',
        after='<button type="button" onclick="openMap()">Open the map</button>',
    )
    needs: ClassVar[tuple[str, ...]] = ("mouse",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """A failure where a hand shows that it is a control; a question where it may be one, one for all alike."""
        asked: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for control in snapshot.artifacts["mouse"]["controls"]:
            if control["tracked"] or control["keys"]:
                continue
            shown = control["pointer"] or control["named"]
            if control["asked"] and (control["paragraph"] or control["row"]):
                continue
            if (
                not shown
                and not control.get("unsure")
                and (control["paragraph"] or not control["click"] or control["twin"])
            ):
                continue
            if control["twin"] and not control["named"]:
                continue
            sure = shown and control["click"] and not (control["paragraph"] or control["row"] or control.get("unsure"))
            if days := control.get("calendar"):
                yield self._calendar(control, days, sure=sure)
            elif sure:
                message = f"{self._called(control)} answers a click, and the Tab key does not come to it."
                yield self._found(control, Verdict.FAIL, message)
            else:
                kind = control["tag"] if control["tag"] in _ENTRIES else _WHICH.sub("", control["selector"])
                if control.get("list", -1) >= 0:
                    kind = f"entries of list {control['list']}"
                asked.setdefault((control["part"]["key"], control.get("sought") or kind), []).append(control)
        for first, *others in asked.values():
            message = (
                f"{self._called(first)}{f' ({len(others) + 1} alike)' if others else ''} seems to answer a click, and "
                "the Tab key does not come to it: click it, and see whether something happens that cannot be had with "
                "the keyboard."
            )
            yield self._found(first, Verdict.REVIEW, message)
        yield from self._shut(snapshot.artifacts["mouse"]["shut"])
        for place in snapshot.artifacts["mouse"]["veiled"]:
            yield self._veiled(place)

    def _veiled(self, place: Mapping[str, Any]) -> Finding:
        """A field that is not drawn takes no focus; where keys are listened to around its label, a question."""
        many = f" ({place['many']} alike)" if place["many"] > 1 else ""
        message = (
            f"{self._called(place)}{many} is the label of {_FIELDS[place['kind']]} that is hidden outright (display: "
            "none, visibility: hidden), so the Tab key comes to neither"
        )
        if not place["keys"]:
            return self._found(place, Verdict.FAIL, f"{message}.")
        ask = "A script listens to keys around it: can it be set without a mouse?"
        return self._found(place, Verdict.REVIEW, f"{message}. {ask}")

    def _calendar(self, control: Mapping[str, Any], days: int, *, sure: bool) -> Finding:
        """A fault of all its days at once; where a date can be typed as well, a question."""
        message = f"A calendar of {days} places answers clicks, and the Tab key comes to none of them"
        if sure and not control["typed"]:
            return self._found(control, Verdict.FAIL, f"{message}.")
        ask = (
            "Can the same dates be typed into a field?" if control["typed"] else "Are its days chosen by a click alone?"
        )
        return self._found(control, Verdict.REVIEW, f"{message}. {ask}")

    def _shut(self, places: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
        """Of what is hidden until something opens it: one question for elements of one kind in a part of the page."""
        alike: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for place in places:
            tag = re.match(r"<?[\w-]*", place["html"])
            alike.setdefault((place["part"]["key"], tag.group() if tag else ""), []).append(place)
        for first, *others in list(alike.values())[:MOST_SHUT]:
            many = f" ({first['many']} alike)" if first["many"] > 1 else ""
            more = sum(place["many"] for place in others)
            said = f"{self._called(first, 'A picture')}{many}" + (f" and {more} more" if more else "")
            message = (
                f"{said} are hidden until something opens them, answer a click, and will not be reached with the Tab "
                "key. Open them: can what they do be had with the keyboard?"
                if more
                else f"{said} is hidden until something opens it, answers a click, and will not be reached with the "
                "Tab key. Open it: can what it does be had with the keyboard?"
            )
            yield self._found(first, Verdict.REVIEW, message)

    def _called(self, place: Mapping[str, Any], picture: str = "This picture") -> str:
        said = self._redact(place["text"])
        return f"“{said}”" if said != "[picture]" else picture

    def _found(self, place: Mapping[str, Any], verdict: Verdict, message: str) -> Finding:
        return Finding(
            rule=self.rule.id,
            verdict=verdict,
            message=message,
            selector=self._redact(place["selector"]),
            snippet=self._redact(place["html"])[:300],
            part=Part(**place["part"]),
        )
