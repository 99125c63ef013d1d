"""What the checks of handlers share: findings made of elements that scripts listen on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from audits.accessibility._places import PlaceCheck
from audits.accessibility._scripts import bare, followed
from audits.model import Finding, Snapshot, Verdict

Fact = Mapping[str, Any]
#: A handler of several events that asks which one it was, and what it does at each; "default" has no name.
_SORTS = re.compile(r"\bswitch\s*\(\s*[\w$]+\.type\s*\)\s*\{")
_CASE = re.compile(r"""\b(?:case\s*["'](\w+)["']|default)\s*:""")
_ENDS = re.compile(r"\b(?:break|return)\b[^;}]*;?\s*\}?\s*$")
#: A handler that does nothing but refuse.
REFUSES = re.compile(r"preventDefault\s*\(|return\s+false|returnValue\s*=\s*false")
#: A handler that opens another page or a window, sends the form, brings up a dialog, or takes the focus elsewhere.
LEADS = re.compile(
    r"\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:assign|replace|reload)\s*\(|\b(?:requestS|s)ubmit\s*\("
    r"|__doPostBack\s*\(|\bnavigate(?:To)?\s*\(|\brouter\.push\s*\("
)
OPENS = re.compile(
    r"\bwindow\.open\s*\(|(?<![\w$.])open\s*\(|\.showModal\s*\(|(?<![\w$.])(?:alert|confirm|prompt)\s*\("
    r"|\.modal\s*\(\s*(?:['\"]show|\))|\bSwal\.fire\s*\("
)
MOVES = re.compile(r"(?<!this)(?<!target)\.focus\s*\(")
#: What the whole page listens to has no place of its own.
PAGE: Mapping[str, Any] = {
    "selector": "html",
    "html": "<html>",
    "part": {"key": "content", "name": "Page content"},
    "text": "",
}


class HandlerCheck(PlaceCheck):
    """Judges handlers by their source."""

    needs: ClassVar[tuple[str, ...]] = ("handlers",)

    def on_page(self, message: str, verdict: Verdict = Verdict.REVIEW) -> Finding:
        """A finding of the page as a whole."""
        return self.found(PAGE, verdict, message)


def scripts_of(snapshot: Snapshot) -> str:
    """The scripts that stand in the page itself."""
    frame = snapshot.artifacts["document"]["frames"][0]
    return bare("\n;".join(one["text"] for one in frame.get("sources", ()) if one["kind"] == "script"))


def context_of(code: str, handler: str) -> str:
    """What a handler, or a function that it calls, does to the context: "leads", "opens", "moves", or ""."""
    body = followed(code, bare(handler))
    found = ((name, sign.search(body)) for name, sign in (("leads", LEADS), ("opens", OPENS), ("moves", MOVES)))
    return next((name for name, match in found if match), "")


def sources(element: Fact, *events: str) -> list[str]:
    """The handlers of these events; of one that sorts events by their type, what it does at these."""
    return [_cases(one["source"], one["event"]) for one in element["handlers"] if one["event"] in events]


def _cases(source: str, event: str) -> str:
    """Cases that end without a break go on into the next one."""
    sorts = _SORTS.search(source)
    if not sorts:
        return source
    before, *cases = _CASE.split(source[sorts.end() :])
    names, bodies = cases[::2], cases[1::2]
    called = (event, event.removesuffix("in"))
    first = next((at for at, name in enumerate(names) if name in called), None)
    if first is None:
        first = next((at for at, name in enumerate(names) if name is None), len(names))
    taken = []
    for body in bodies[first:]:
        taken.append(body)
        if _ENDS.search(body):
            break
    return source[: sorts.start()] + before + "".join(taken)


def hears(element: Fact, *events: str) -> bool:
    """Whether the element listens to one of these events."""
    return bool(sources(element, *events))
