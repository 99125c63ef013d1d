"""What a page's scripts do when a key, a finger or the clipboard is used: the handlers' own source. Nothing is run."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Error

from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector

PAGE_WIDE = frozenset({"keydown", "keypress", "keyup", "devicemotion", "deviceorientation"})
OF_ELEMENTS = frozenset(
    {"click", "keydown", "keypress", "keyup", "paste", "mousedown", "mouseup", "pointerdown", "pointerup"}
    | {"pointermove", "touchstart", "touchend", "touchmove", "mousemove"}
)
#: Elements, and letters of one handler, that are looked at.
MOST, LONGEST = 300, 4000
GROUP = "handrail-handlers"


class Handlers(Collector):
    """``{"page": [{"event", "source"}], "elements": [{"handlers": [{"event", "source"}], "tag", "role", ...}]}``."""

    name = "handlers"
    order = 61
    # Not among those that read while scripts are held: an inline handler that is asked for then is lost for good.
    acts = True

    async def collect(self, page: RenderedPage) -> Any:
        """Listeners of the window and the document, and of elements that can be seen. The page itself; no frames."""
        world = (await page.worlds())[0]
        try:
            wide = await _listeners(world, "window", 1) + await _listeners(world, "document", 1)
            nodes: dict[int, list[dict[str, str]]] = {}
            for listener in await _listeners(world, "document", -1):
                if listener["type"] in OF_ELEMENTS and listener.get("backendNodeId"):
                    nodes.setdefault(listener["backendNodeId"], []).append(_told(listener))
            wanted = list(nodes)[:MOST]
            handles = await asyncio.gather(*(_resolved(world, node) for node in wanted))
            held = [(handle, nodes[node]) for node, handle in zip(wanted, handles, strict=True) if handle]
            said = await world.session.send(
                "Runtime.callFunctionOn",
                {
                    "functionDeclaration": "function (...elements) { return handrail.handlers.places(elements); }",
                    "executionContextId": world.context_id,
                    "arguments": [{"objectId": handle} for handle, _ in held],
                    "returnByValue": True,
                },
            )
            places = said["result"].get("value") or []
            return {
                "page": [_told(listener) for listener in wide if listener["type"] in PAGE_WIDE],
                "elements": [
                    {**place, "handlers": handlers}
                    for place, (_, handlers) in zip(places, held, strict=False)
                    if place is not None
                ],
            }
        finally:
            await world.session.send("Runtime.releaseObjectGroup", {"objectGroup": GROUP})


def _told(listener: dict[str, Any]) -> dict[str, str]:
    source = str(listener.get("handler", {}).get("description", ""))
    return {"event": listener["type"], "source": source[:LONGEST]}


async def _listeners(world: World, target: str, depth: int) -> list[dict[str, Any]]:
    root = await world.session.send("Runtime.evaluate", {"expression": target, "objectGroup": GROUP})
    asked = {"objectId": root["result"]["objectId"], "depth": depth, "pierce": False}
    said: dict[str, Any] = await world.session.send("DOMDebugger.getEventListeners", asked)
    return list(said["listeners"])


async def _resolved(world: World, node: int) -> Any:
    asked = {"backendNodeId": node, "executionContextId": world.context_id, "objectGroup": GROUP}
    try:
        return (await world.session.send("DOM.resolveNode", asked))["object"].get("objectId")
    except Error:
        return None  # gone meanwhile
