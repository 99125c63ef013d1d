"""What a page's scripts do when a key, a finger or the clipboard is used: the handlers' own source. Nothing is run."""

from __future__ import annotations

import asyncio
from typing import Any

from crawler.browser.listeners import idle, let_go, listeners, overhear, resolved
from crawler.browser.page import RenderedPage
from crawler.collectors import Collector

#: Where a value, the focus and a mouse that passes bring something about.
CONTEXT = frozenset({"change", "input", "blur", "focus", "focusin", "focusout"}) | frozenset(
    {"mouseenter", "mouseover", "mouseleave", "mouseout", "pointerenter", "pointerover"}
)
PAGE_WIDE = frozenset(
    {"keydown", "keypress", "keyup", "devicemotion", "deviceorientation", "change", "input", "focusin"}
    | {"mousemove", "pointermove", "touchmove", "paste"}
)
OF_ELEMENTS = CONTEXT | frozenset(
    {"click", "keydown", "keypress", "keyup", "paste", "mousedown", "mouseup", "pointerdown", "pointerup"}
    | {"pointermove", "touchstart", "touchend", "touchmove", "mousemove", "dblclick", "contextmenu", "submit"}
)
#: What the document may listen to in the place of the elements that are meant.
DELEGATED = frozenset({"click", "submit", "change", "input"})
#: Elements, and letters of one handler, that are looked at.
MOST, LONGEST = 300, 4000
#: Letters of all handlers in which names of elements are looked for.
CODE = 200_000


class Handlers(Collector):
    """``{"page": [handler], "delegated": [handler], "elements": [element], "forms", "shut", "charted",
    "named": [place], "secrets": [field]}``.

    A handler is ``{"event", "source"}``; ``shut`` are elements and forms that are hidden; ``charted`` are shapes of
    charts, and what stands with them; ``named`` are elements that scripts of the page name; ``secrets`` are fields that
    may be for a password or a code, each with the listening elements that it stands in ("under").
    """

    name = "handlers"
    order = 59
    # Not among those that read while scripts are held: an inline handler that is asked for then is lost for good.
    acts = True

    async def collect(self, page: RenderedPage) -> Any:
        """Listeners of the window and the document, and of elements that can be seen. The page itself; no frames.

        What jQuery and others listen to from above is told of the elements that are meant.
        """
        world = (await page.worlds())[0]
        try:
            # What the mouse has just asked is not asked again: nothing was done to the page since.
            known, page.overheard = page.overheard, None
            of_window, of_body, of_document = await asyncio.gather(
                listeners(world, "window"),
                listeners(world, "document.body || document"),
                listeners(world, "document"),
            )
            if known is None or known.world is not world:
                known = await overhear(world)
            of_all, kept = known.listed, known.books
            wide = of_window + of_document + [one for one in of_body if one not in of_document]
            nodes: dict[int, list[dict[str, str]]] = {}
            for listener in of_all:
                if listener["type"] in OF_ELEMENTS and listener.get("backendNodeId"):
                    nodes.setdefault(listener["backendNodeId"], []).append(_told(listener))
            wanted = sorted(nodes, key=lambda node: all(one["event"] in CONTEXT for one in nodes[node]))[:MOST]
            handles = await asyncio.gather(*(resolved(world, node) for node in wanted))
            held = [(handle, nodes[node]) for node, handle in zip(wanted, handles, strict=True) if handle]
            above: dict[int, list[dict[str, str]]] = {}
            for at, event, source in kept["read"]:
                if event in OF_ELEMENTS and not idle(source):
                    above.setdefault(at, []).append({"event": event, "source": source})
            listed = sorted(above)[:MOST]
            said = await world.session.send(
                "Runtime.callFunctionOn",
                {
                    "functionDeclaration": "function (all, listed, sources, ...elements)"
                    " { return handrail.handlers.places(elements, all, listed, sources); }",
                    "executionContextId": world.context_id,
                    "arguments": [
                        {"value": kept["all"]},
                        {"value": listed},
                        {"value": _code(of_all, kept["read"])},
                        *({"objectId": handle} for handle, _ in held),
                    ],
                    "returnByValue": True,
                },
            )
            told = [handlers for _, handlers in held]
            places, also, named, secrets = said["result"].get("value") or ([], [], [], [])
            for at, (own, place) in zip(listed, also, strict=False):
                if own >= 0:
                    told[own].extend(above[at])
                else:
                    places.append(place)
                    told.append(above[at])
            elements = [
                {**place, "handlers": handlers + place.pop("written")}
                for place, handlers in zip(places, told, strict=False)
                if place is not None
            ]
            charted = [element for element in elements if element.get("chart")]
            elements = [element for element in elements if element["form"] or "native" in element]
            return {
                "page": [_told(listener) for listener in wide if listener["type"] in PAGE_WIDE],
                "delegated": [_told(listener) for listener in of_document if listener["type"] in DELEGATED],
                "elements": [element for element in elements if not element["form"] and not element["shut"]],
                "forms": [element for element in elements if element["form"] and not element["shut"]],
                "shut": [element for element in elements if element["shut"]],
                "charted": charted,
                "named": named,
                "secrets": secrets,
            }
        finally:
            await let_go(world)


def _code(listening: list[dict[str, Any]], read: list[tuple[int, str, str]]) -> str:
    """What all handlers together say: of elements, and of the document in their place."""
    sources = [_told(one)["source"] for one in listening if one["type"] in OF_ELEMENTS]
    sources += [source for _, event, source in read if event in OF_ELEMENTS]
    return "\n".join(dict.fromkeys(sources))[:CODE]


def _told(listener: dict[str, Any]) -> dict[str, str]:
    source = str(listener.get("handler", {}).get("description", ""))
    return {"event": listener["type"], "source": source[:LONGEST]}
