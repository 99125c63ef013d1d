"""What a script writes because somebody did something is told to those who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from audits.accessibility._handlers import OPENS, HandlerCheck, scripts_of
from audits.accessibility._writes import Scripts, Write, code_of
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

Fact = Mapping[str, Any]
#: As many of one page as a person looks at.
MOST = 3
#: Where messages stand that are laid over the page, whatever brings them up.
OVER = "over the page"
EVENTS = frozenset({"click", "submit", "change", "input", "keyup", "keydown", "blur", "focusout"})
#: Whoever moves the focus, brings up a box, or makes a live region, has told it.
TELLS = re.compile(
    r"\.focus\s*\(|\.select\s*\(|aria-live|ariaLive|role\s*=\s*\\?[\"'](?:alert|status|log)|[\"']role[\"']\s*,\s*[\"'](?:alert|status|log)"
    r"|\.role\s*=\s*[\"'](?:alert|status|log)|announce|speak|\bsrSay\b|liveRegion|reportValidity\s*\("
    r"|(?<![\w$.])(?:alert|confirm|prompt)\s*\(|createElement\(\s*[\"']output"
)
#: What is asked in the place of a list of results that has no message of its own.
ASKS = re.compile(
    r"search|find|filter|look|check|apply|calculat|estimat|show\s+(?:results|times|dates)|send|ask"
    r"|cherch|rech|filtr|trouv|vérif|calcul|appliqu|envoy|estim",
    re.IGNORECASE,
)
MORE = re.compile(
    r"\bmore\b|\bplus de\b|davantage|\badd\b.*\b(?:another|row|person|line)\b|ajouter une? autre", re.IGNORECASE
)
LISTS = frozenset({"ul", "ol", "dl", "table", "tbody", "thead", "tr"})
#: Nothing is read there, or it tells by itself.
NEVER = frozenset(
    {
        "html",
        "head",
        "title",
        "style",
        "script",
        "link",
        "img",
        "iframe",
        "canvas",
        "video",
        "audio",
        "form",
        "fieldset",
    }
    | {"dialog", "svg", "path", "source", "nav", "main", "body", "option", "datalist", "meta"}
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_BUILDS = re.compile(r"createElement\(\s*[\"'](?:input|select|textarea|fieldset)|<(?:input|select|textarea|fieldset)\b")
_TOAST = re.compile(
    r"class(?:Name|List|\s*=|[\"'],)[^;\n]{0,40}(?:toast|snackbar|alert|message|notice|notification|flash)",
    re.IGNORECASE,
)
_HOW = {
    "click": "pressed",
    "submit": "sent",
    "change": "changed",
    "input": "typed in",
    "keyup": "typed in",
    "keydown": "typed in",
    "blur": "left",
    "focusout": "left",
}


class SilentUpdate(HandlerCheck):
    """WCAG 4.1.3 (failure F103): a handler writes into the page, in no live region, and leaves the focus where it "
    "is."""

    rule = Rule(
        id="check/silent-update",
        title="A script writes into the page, and nothing there is announced",
        why="People who do not see the page press, type or choose, and hear nothing: the result, the count or "
        "the message stands somewhere else, and they do not know that it does.",
        fix='Give the place role="status" (role="log" for a conversation, role="alert" for an error) from the '
        "start, or move the focus there.",
        title_fr="Un script écrit dans la page, et rien n’y est annoncé",
        why_fr="Les personnes qui ne voient pas la page appuient, saisissent ou choisissent et n’entendent rien : le "
        "résultat, le nombre ou le message est ailleurs, et elles ne le savent pas.",
        fix_fr='Donnez à cet endroit role="status" dès le début (role="log" pour une conversation, role="alert" pour '
        "une erreur), ou placez-y le focus.",
        impact=Impact.MODERATE,
        criteria=("4.1.3",),
        references=("WCAG technique ARIA22", "WCAG technique ARIA23", "WCAG failure F103"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/status-messages.html",
        before='<p id="count">12 results</p>',
        after='<p id="count" role="status">12 results</p>',
        verdicts=(Verdict.REVIEW,),
        said_by=("check/status-not-announced", "check/form-message-not-announced"),
        by_words=True,
    )
    needs: ClassVar[tuple[str, ...]] = ("document", "handlers")

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is anything that answers."""
        told = snapshot.artifacts["handlers"]
        return bool(told["forms"] or told["elements"] or told["shut"] or told["delegated"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Each place once, at the first control that writes there; what is laid over the page is one place."""
        told = snapshot.artifacts["handlers"]
        scripts = code_of(told, scripts_of(snapshot))
        named = {place["called"]: place for place in told["named"]}
        met: set[str] = set()
        for control, event, source in _handlers(told):
            if len(met) >= MOST:
                return
            for place, write in _silent(scripts, named, control, event, source):
                where = place["selector"] if write.target else OVER
                if where in met or len(met) >= MOST:
                    continue
                met.add(where)
                yield self.found(place, Verdict.REVIEW, self._asks(control, event, write))

    def _asks(self, control: Fact | None, event: str, write: Write) -> str:
        called = self.quoted(control["name"] or control["text"]) if control and not _is_box(control) else ""
        after = f"When {called} is {_HOW[event]}" if called.startswith("“") else "When a control of the page is used"
        if not write.target:
            does = "a message is laid over the page"
        elif write.kind == "shows":
            does = "this comes up"
        else:
            does = f"{self.quoted(write.said)} or the like is written here" if write.said else "a script writes here"
        return (
            f"{after}, {does}; it is in no live region, and the focus stays where it is. Use it with a screen reader: "
            "is it read?"
        )


def _handlers(told: Fact) -> Iterator[tuple[Fact | None, str, str]]:
    for holder in (*told["forms"], *told["elements"], *told["shut"], None):
        if holder is not None and not holder["form"] and (holder.get("off") or holder["kind"] == "range"):
            continue
        for one in holder["handlers"] if holder is not None else told["delegated"]:
            if one["event"] in EVENTS and (holder is None or not holder["form"] or one["event"] == "submit"):
                yield holder, one["event"], one["source"]


def _silent(
    scripts: Scripts, named: Mapping[str, Fact], control: Fact | None, event: str, source: str
) -> Sequence[tuple[Fact, Write]]:
    """The one or two places that a person should look at, of those that a handler writes to."""
    body = scripts.body(source)
    called = (control["name"] or control["text"]) if control is not None else ""
    if TELLS.search(body) or OPENS.search(body) or MORE.search(called):
        return ()
    if _BUILDS.search(body):  # a part of the page is drawn anew; a message over the page is none
        return ((control, Write("adds", "", "")),) if control is not None and _floats(source) else ()
    if control is not None and _discloses(control):
        return ()
    writes = [write for write in scripts.writes(body) if write.kind in ("writes", "fills", "adds", "shows")]
    places = [(named[write.target], write) for write in writes if write.target in named]
    if any(place["live"] or place["lives"] for place, _ in places):
        return ()
    asks = event == "submit" or bool(ASKS.search(called))
    may = [
        (place, write)
        for place, write in places
        if _may_be_silent(place, write, control, event, asks=asks) and not _comes_up(place, named, control)
    ]
    if not may:
        return ((control, Write("adds", "", "")),) if control is not None and _floats(body) else ()
    # What stands in another of them is told there.
    inner = {place["called"] for place, _ in may}
    outer = {
        place["called"]: (place, write)
        for place, write in sorted(may, key=_order)
        if not inner.intersection(place["inside"])
    }
    said = [_said(found, may) for found in outer.values()]
    return [found for found in said if found[0]["tag"] not in LISTS][:2] or said[:1]


def _said(found: tuple[Fact, Write], may: Sequence[tuple[Fact, Write]]) -> tuple[Fact, Write]:
    """With the words that are written into it or into what stands in it."""
    place, write = found
    inner = (other for at, other in may if place["called"] in (at["called"], *at["inside"]) and other.said)
    return place, write if write.said else next(inner, write)


def _floats(body: str) -> bool:
    """Whether it lays a message over the page."""
    return bool(_TOAST.search(body) and re.search(r"\bbody\s*\)?\.(?:append|prepend|insertAdjacent)", body))


def _discloses(control: Fact) -> bool:
    """Whether it opens and shuts a part of the page, or switches between parts: that has a state, and no message."""
    return control["role"] in ("tab", "menuitem", "option", "treeitem") or bool(
        re.search(r"aria-(?:expanded|haspopup|controls|selected)=", control["html"])
    )


def _may_be_silent(place: Fact, write: Write, control: Fact | None, event: str, *, asks: bool) -> bool:
    if place["tag"] in NEVER or place["control"] or place["silent"] or place["described"]:
        return False
    if control is not None and control["selector"] in (place["selector"], *place["around"]):
        return False  # it holds the control: the page is drawn anew, and that is another question
    if event == "submit" and place["beside"]:
        return False  # about one field: another question
    if place["fields"] and write.kind in ("shows", "adds"):
        return False
    if place["many"] > 1:
        return False
    if write.kind == "shows":
        says = len(place["text"]) < 120 and len(_WORD.findall(place["text"])) > 1
        return not place["controlled"] and not place["floats"] and place["holds"] <= 1 and (asks or says)
    return place["tag"] not in LISTS or asks


def _comes_up(place: Fact, named: Mapping[str, Fact], control: Fact | None) -> bool:
    """Whether it stands in a dialog that a control outside of it opens; one that stands in it as well writes there."""
    around = [named[called] for called in (place["called"], *place["inside"]) if called in named]
    return bool(place["dialog"]) and not any(
        control is not None and box["dialog"] and control["selector"] in box["around"] for box in around
    )


def _is_box(control: Fact) -> bool:
    """Whether it listens in the place of the buttons that it holds."""
    return not control["form"] and not control["native"] and control["holds"] > 0


def _order(found: tuple[Fact, Write]) -> tuple[bool, bool]:
    place, write = found
    return place["tag"] in LISTS, write.kind == "shows"
