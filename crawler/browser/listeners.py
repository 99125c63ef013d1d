"""What a page's scripts listen to, element by element: also what they listen to from above (jQuery, React)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error

if TYPE_CHECKING:
    from crawler.browser.page import RenderedPage, World

MOUSE = frozenset({"click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"})
KEYS = frozenset({"keydown", "keyup", "keypress"})
VALUES = frozenset({"change", "input"})
FOCUS = frozenset({"focus", "focusin", "blur", "focusout"})
#: Elements with a listener of their own that are looked at.
MOST = 600
GROUP = "handrail-listeners"

#: Run among the page's own scripts, where their libraries keep their books; it reads and changes nothing.
#: [[place of the element among all, type, ...], ...]
_BOOKS = r"""(() => {
  const all = Document.prototype.querySelectorAll.call(document, '*');
  const most = Math.min(all.length, 8000);
  const found = new Map();
  const add = (el, type) => { if (!found.has(el)) found.set(el, new Set()); found.get(el).add(type); };
  const React = /^__react(Props|EventHandlers)\$/;
  const On = /^on(Click|DoubleClick|(Mouse|Pointer|Key)(Down|Up)|Touch(Start|End)|KeyPress|Change|Input)$/;
  for (let index = 0; index < most; index += 1) {
    for (const key of Object.keys(all[index])) {
      if (!React.test(key)) continue;
      for (const prop of Object.keys(all[index][key] || {})) {
        if (On.test(prop) && typeof all[index][key][prop] === 'function') add(all[index], prop.slice(2).toLowerCase());
      }
    }
  }
  const $ = window.jQuery;
  if (typeof $ === 'function' && typeof $._data === 'function') {
    for (const at of [document, ...[...all].slice(0, most)]) {
      const events = $._data(at, 'events') || {};
      for (const type of Object.keys(events)) {
        for (const handler of [...events[type]].slice(0, 50)) {
          if (!handler.selector) continue;
          let under = [];
          try { under = [...at.querySelectorAll(handler.selector)]; } catch { continue; }
          for (const el of under.slice(0, 300)) add(el, handler.origType || type);
        }
      }
    }
  }
  const place = new Map([...all].map((el, index) => [el, index]));
  return JSON.stringify([...found].map(([el, types]) => [place.get(el), ...types]));
})()"""


async def listeners(world: World, root: str, *, below: bool = False, pierce: bool = False) -> list[dict[str, Any]]:
    """What "window" or "document" listens to, as the DevTools protocol says it (``DOMDebugger.EventListener``).

    ``below``: everything in the document too; ``pierce``: and in its frames and shadow trees. What this holds in the
    browser is let go with ``let_go``.
    """
    held = await world.session.send("Runtime.evaluate", {"expression": root, "objectGroup": GROUP})
    asked = {"objectId": held["result"]["objectId"], "depth": -1 if below else 1, "pierce": pierce}
    return list((await world.session.send("DOMDebugger.getEventListeners", asked))["listeners"])


async def resolved(world: World, node: int) -> Any:
    """A handle of an element that a listener belongs to; None once the element is gone."""
    asked = {"backendNodeId": node, "executionContextId": world.context_id, "objectGroup": GROUP}
    try:
        return (await world.session.send("DOM.resolveNode", asked))["object"].get("objectId")
    except Error:
        return None


async def let_go(world: World) -> None:
    """Whatever is held for us in the browser."""
    await world.session.send("Runtime.releaseObjectGroup", {"objectGroup": GROUP})


async def listen(page: RenderedPage, world: World, types: frozenset[str] = MOUSE | KEYS | VALUES) -> None:
    """Tell our world in the page who listens to one of these, and to what: ``handrail.mouse.heard(el)`` then knows."""
    session = world.session
    try:
        heard: dict[int, set[str]] = {}
        for listener in await listeners(world, "document", below=True):
            if listener["type"] in MOUSE | KEYS | VALUES and listener.get("backendNodeId"):
                heard.setdefault(listener["backendNodeId"], set()).add(listener["type"])
        nodes = [node for node, told in heard.items() if told & types][:MOST]
        handles = await asyncio.gather(*(resolved(world, node) for node in nodes))
        held = [(handle, sorted(heard[node])) for node, handle in zip(nodes, handles, strict=True) if handle]
        await session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": "function (types, ...elements) { handrail.mouse.hear(types, elements); }",
                "executionContextId": world.context_id,
                "arguments": [{"value": [own for _, own in held]}, *({"objectId": handle} for handle, _ in held)],
            },
        )
        books = await session.send("Runtime.evaluate", {"expression": _BOOKS, "returnByValue": True})
        if "exceptionDetails" not in books and isinstance(books["result"].get("value"), str):
            await page.call(world, "handrail.mouse.hearBooks", books["result"]["value"])
    finally:
        await let_go(world)


async def hears(world: World, types: frozenset[str]) -> bool:
    """Whether a script of the page listens to one of these, on its window or anywhere in its document."""
    try:
        for root in ("window", "document"):
            if any(listener["type"] in types for listener in await listeners(world, root, below=True, pierce=True)):
                return True
        return False
    finally:
        await let_go(world)
