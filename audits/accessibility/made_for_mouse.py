"""What a script puts into the page to be clicked can be had with a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from audits.accessibility._handlers import HandlerCheck, hears, scripts_of, sources
from audits.accessibility._writes import Scripts, code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: As many of one page as a person looks at.
MOST = 3
#: Elements within one another that a script makes, followed from the innermost.
STEPS = 4
_PLAIN = r"(?:div|span|p|li|td|th|tr|i|b|em|strong|img|dd|svg|article|section)"
#: Markup that a script writes, with a handler in it, and nothing by which a key comes to it.
_WRITTEN = re.compile(
    rf"<{_PLAIN}\b(?P<rest>[^<>]{{0,200}}?\bon(?:click|mousedown|mouseup)\s*=[^<>]{{0,200}})>?", re.IGNORECASE
)
_LINK = re.compile(
    r"<a\b(?P<rest>(?:(?!\bhref)[^<>]){0,200}?\bon(?:click|mousedown)\s*=(?:(?!\bhref)[^<>]){0,200})>", re.IGNORECASE
)
#: An element that a script makes, and gives a handler.
_MADE = re.compile(
    rf"(?<![\w$])(?P<name>[A-Za-z_$][\w$]*)\s*=\s*(?:document\.)?createElement\(\s*[\"'`](?P<tag>{_PLAIN}|a)[\"'`]"
)
_CELL = re.compile(r"(?:const|let|var)\s+(?P<name>[A-Za-z_$][\w$]*)\s*=\s*[\w$.]+\.(?P<tag>insertCell|insertRow)\(")
#: Keys that pick one of several.
KEYS = re.compile(
    r"Arrow(?:Down|Up|Left|Right)|[\"'](?:Down|Up|Enter|Spacebar| )[\"']|(?:keyCode|which)\s*={2,3}\s*(?:13|32"
    r"|3[7-9]|40)"
)
_REACHED = re.compile(
    r"tabindex|tabIndex|<button|<a\s[^<>]*href|<input|createElement\(\s*[\"'`](?:button|input)|\.href\s*=",
    re.IGNORECASE,
)
_HOLDS = re.compile(r"<(?:button|a\b[^<>]*href|input)")
_AT = r"(?<![\w$])(?P<at>[\w$]+(?:\.[\w$]+)*(?:\([^()\n]{0,80}\))?)"
_INTO = r"\.(?:append(?:Child)?|prepend|insertBefore|replaceChildren|insertAdjacentElement)\([^;\n]{0,40}?"
_FILLED = re.compile(_AT + r"\.(?:innerHTML\s*\+?=(?!=)|insertAdjacentHTML\(|html\(|append\()\s*[^;]{0,400}?$")
_HELD = re.compile(_AT + r"\.(?:innerHTML\s*\+?=(?!=)|insertAdjacentHTML\(|html\()\s*(?P<what>[^;\n]{1,80})")


class MadeForMouse(HandlerCheck):
    """WCAG 2.1.1: a script makes items that answer a click, and no script of the page answers a key for them."""

    rule = Rule(
        id="check/made-for-mouse",
        title="A script makes something that seems to answer a mouse only",
        why="Suggestions, days, menus and results that scripts put into the page are passed by with the Tab key: "
        "people "
        "who cannot use a mouse cannot choose one.",
        fix="Make the items <button> or <a href>, or let the arrow keys and Enter choose among them.",
        title_fr="Un script crée un élément qui ne semble répondre qu’à la souris",
        why_fr="La touche Tab saute les suggestions, les jours, les menus et les résultats que des scripts "
        "ajoutent à la "
        "page : qui ne peut pas se servir d’une souris n’en choisit aucun.",
        fix_fr="Faites-en des <button> ou des <a href>, ou laissez les flèches et Entrée choisir parmi eux.",
        impact=Impact.SERIOUS,
        criteria=("2.1.1", "4.1.2"),
        references=("WCAG failure F54", "WCAG failure F59"),
        help_url="https://www.w3.org/WAI/ARIA/apg/patterns/combobox/",
        before="box.innerHTML = '<div onclick=\"choose(this)\">Ash Street</div>';",
        after='box.innerHTML = \'<button type="button" onclick="choose(this)">Ash Street</button>\';',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/mouse-only-control", "check/looks-pressable"),
    )
    needs: ClassVar[tuple[str, ...]] = ("document", "handlers")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there are scripts that can be read."""
        return bool(snapshot.artifacts["handlers"]["named"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each place into which such items go, once."""
        told = snapshot.artifacts["handlers"]
        scripts = code_of(told, scripts_of(snapshot))
        if KEYS.search(scripts.code):
            return
        named = {place["called"]: place for place in told["named"]}
        told_already = {element["selector"] for element in told["elements"] if not element["native"]}
        met: set[str] = set()
        for called in (*_made(scripts), *_sorted_out(told, scripts)):
            place = named.get(called)
            if place is None or place["selector"] in met or place["silent"] or len(met) >= MOST:
                continue
            if told_already.intersection(place["around"]):
                continue  # they are there already: whoever looks at the page tells each
            met.add(place["selector"])
            yield self.found(
                place,
                Verdict.REVIEW,
                "A script puts items in here that answer a click; they are neither buttons nor links, and no script of "
                "the page answers the arrow keys or Enter. Can one be chosen with the keyboard?",
            )


def _made(scripts: Scripts) -> Iterator[str]:
    """Into what the items go that scripts make with a handler of their own."""
    code = scripts.code
    for found in (*_WRITTEN.finditer(code), *_LINK.finditer(code)):
        if not _REACHED.search(found["rest"]) and not _HOLDS.search(code[found.end() : found.end() + 160]):
            yield from _filled(scripts, code, found.start())
    for found in (*_MADE.finditer(code), *_CELL.finditer(code)):
        name, rest = re.escape(found["name"]), code[found.end() : found.end() + 1200]
        if _answers(name).search(rest) and not _is_reached(name).search(rest):
            yield from _around(scripts, found["name"], found.end())


def _answers(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w$.]){name}\.(?:on(?:click|mousedown|mouseup)\s*="
        r"|addEventListener\(\s*[\"'](?:click|mousedown|pointerdown)|setAttribute\(\s*[\"']onclick)"
    )


def _is_reached(name: str) -> re.Pattern[str]:
    """A key comes to the element, or to something that it holds."""
    return re.compile(
        rf"(?<![\w$.]){name}\.(?:tabIndex|href|contentEditable|setAttribute\(\s*[\"'](?:tabindex|href)"
        r"|(?:append(?:Child)?|prepend)\(\s*(?:b|btn|button|a|link|input)\w*\b"
        rf"|innerHTML\s*=[^;\n]*{_HOLDS.pattern})"
    )


def _around(scripts: Scripts, name: str, start: int) -> Iterator[str]:
    """What an element that was made is put into, and that into what, until it is something that was there."""
    code = scripts.code
    for _ in range(STEPS):
        made = _making(name).search(code, max(0, start - 60)) or _making(name).search(code)
        if made and made["cell"]:
            at = made["cell"]
        else:
            holder = re.search(rf"{_AT}{_INTO}\b{re.escape(name)}\b", code[start : start + 1500])
            if holder is None:
                return
            at = holder["at"]
        if not _making(at).search(code):
            if selector := scripts.selector(at):
                yield selector
            return
        name = at


def _making(name: str) -> re.Pattern[str]:
    sign = re.escape(name)
    return re.compile(
        rf"(?<![\w$.]){sign}\s*=\s*(?:(?:document\.)?createElement\(|(?P<cell>[\w$.]+)\.insert(?:Cell|Row)\()"
    )


def _filled(scripts: Scripts, code: str, at: int) -> Iterator[str]:
    """Into what the markup goes that stands at a place of the code: written there, or by way of a name."""
    before = code[max(0, at - 400) : at]
    if (direct := _FILLED.search(before)) and (selector := scripts.selector(direct["at"])):
        yield selector
        return
    given = re.findall(r"([A-Za-z_$][\w$]*)\s*\+?=(?![=>])\s*[^;]{0,200}$", before)
    for held in _HELD.finditer(code, max(0, at - 1500), at + 3000):
        if (
            given
            and re.search(rf"(?<![\w$.]){re.escape(given[-1])}(?![\w$])", held["what"])
            and (selector := scripts.selector(held["at"]))
        ):
            yield selector
            return


def _sorted_out(told: Fact, scripts: Scripts) -> Iterator[str]:
    """Elements that listen to clicks in the place of what scripts put into them, and hold nothing yet."""
    empty = {
        place["selector"]: place["called"]
        for place in told["named"]
        if place["many"] == 1 and not place["text"] and not place["holds"]
    }
    for element in (*told["elements"], *told["shut"]):
        called = empty.get(element["selector"])
        if not called or element["native"] or not hears(element, "click", "mousedown"):
            continue
        asks = [
            one
            for one in sources(element, "click", "mousedown")
            if re.search(r"\.closest\(|\.matches\(|\.target\b", one)
        ]
        writes = [
            write
            for write in scripts.everywhere()
            if write.target == called and write.kind in ("writes", "fills", "adds")
        ]
        if asks and writes and not _REACHED.search(_written_into(scripts, called)):
            yield called


def _written_into(scripts: Scripts, called: str) -> str:
    """The code by which something is put into an element, and the lines around it."""
    name = called.lstrip("#.")
    lines = scripts.code.split("\n")
    found = (index for index, line in enumerate(lines) if name in line or ".innerHTML" in line)
    near = {index + step for index in found for step in range(-4, 5)}
    return "\n".join(line for index, line in enumerate(lines) if index in near)
