"""What a page's scripts listen to, element by element: also what they listen to from above (jQuery, React)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error

from crawler.browser.meant import meant

if TYPE_CHECKING:
    from crawler.browser.page import RenderedPage, World

MOUSE = frozenset({"click", "dblclick", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"})
KEYS = frozenset({"keydown", "keyup", "keypress"})
VALUES = frozenset({"change", "input"})
FOCUS = frozenset({"focus", "focusin", "blur", "focusout"})
HOVER = frozenset({"mouseenter", "mouseover", "pointerenter", "pointerover"})
#: Elements with a listener of their own that are looked at, and letters of a handler.
MOST, LONGEST = 600, 4000
#: Milliseconds for reading the books of a page's libraries.
READING = 1500
GROUP = "handrail-listeners"

#: What says that a library put the listener there, and keeps elsewhere what it is for: jQuery, React, Svelte, Vue.
_LIBRARY = re.compile(r"\.dispatch\.apply\(|\[native code\]|composedPath|_vts\b")
#: Bootstrap 5 listens at the document for what its attributes name.
_BOOTSTRAP = re.compile(r"querySelectorAll\(.*delegateTarget", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_HEAD = r"(?:async)?(?:[\w$]+\([^()]*\)|function\([^()]*\)|(?:\([^()]*\)|[\w$]+)=>)"
_HELD = r"(?:return)?(?:[\w$]+\.(?:preventDefault|stopPropagation|stopImmediatePropagation)\(\)|false)"
#: A handler, without its spaces, that only keeps the event from others; one in which nothing stands.
_IDLE = re.compile(rf"{_HEAD}\{{?{_HELD}(?:[;,]{_HELD})*;?\}}?")
_EMPTY = re.compile(rf"{_HEAD}\{{\}}")
_COUNTS = re.compile(
    r"\b(?:gtag|ga|fbq|ttq|plausible|umami|clarity|utag|_satellite|appInsights|sendBeacon|dataLayer|_gaq|_paq|_mtm"
    r"|analytics|mixpanel|amplitude|matomo|piwik)\b|\btrack\w*\s*\("
)
#: What a handler may call that only counts or holds back, and signs that it does more.
_CALLED = re.compile(r"([\w$]+)\s*\(")
_READS = frozenset(
    {"function", "if", "push", "send", "event", "data", "removeData", "attr", "getAttribute", "closest", "trim", "$"}
    | {"preventDefault", "stopPropagation", "stopImmediatePropagation"}
)
_STOPS = re.compile(r"\.(?:preventDefault|stopPropagation|stopImmediatePropagation)\(\)")
_ACTS = re.compile(r"\blocation\b|(?<![=!<>+\-*/&|?])=(?![=>])|[+\-*/&|?]=(?!=)|\+\+|--|\bnew\b|\bawait\b|`|\byield\b")
_MADE = re.compile(r"\b(?:var|let|const)\s+[\w$]+\s*=(?![=>])|(?:window\.)?\bdataLayer\s*=(?![=>])")
#: What a listener further up asks of the element that was clicked: event.target.closest(".card").
_ASKS = re.compile(r"""(!\s*)?[\w$.]{1,60}?\.(?:closest|matches)\(\s*(["'`])([^"'`$]{2,200})\2\s*\)""")
#: The same in other words: event.target.classList.contains("day"), event.target.tagName === "LI", target.dataset.star.
_ASKS_OF = (
    (re.compile(r"""\.classList\.contains\(\s*["'`]([\w-]{2,60})["'`]\s*\)"""), ".{}"),
    (re.compile(r"""\.className\s*={2,3}\s*["'`]([\w-]{2,60})["'`]"""), ".{}"),
    (re.compile(r"""[tT]arget\.(?:tagName|nodeName)\s*={2,3}\s*["'`]([A-Za-z]{2,20})["'`]"""), "{}"),
    (re.compile(r"""[tT]arget\.dataset\.([a-z]{1,30})\b"""), "[data-{}]"),
    (re.compile(r"""[tT]arget\.(?:closest|matches)\(\s*["'`]([^"'`$]{2,200})["'`]\s*\)"""), "{}"),
)

#: Run among the page's own scripts, where their libraries keep their books; it reads and changes nothing.
#: {all: elements of the page, read: [[place, type, place of the source]], above: [[place, type]], sources: [text]};
#: "above": it listens only for what stands in it ("*": whatever the type).
_BOOKS = r"""((longest) => {
  const all = Document.prototype.querySelectorAll.call(document, '*');
  const most = Math.min(all.length, 8000);
  const place = new Map();
  const read = [], above = [], sources = [], known = new Map();
  for (let index = 0; index < all.length; index += 1) place.set(all[index], index);
  const add = (index, type, handler) => {
    if (typeof handler !== 'function' || index === undefined || read.length >= 3000) return;
    const source = Function.prototype.toString.call(handler).slice(0, longest);
    if (!known.has(source)) { known.set(source, sources.length); sources.push(source); }
    read.push([index, `${type}`.toLowerCase(), known.get(source)]);
  };
  const each = (handlers, use) => { for (const one of Array.isArray(handlers) ? handlers : [handlers]) use(one); };
  const On = /^on(Click|DoubleClick|(Mouse|Pointer|Key)(Down|Up)|Touch(Start|End)|KeyPress|Change|Input)(Capture)?$/;
  const kind = (prop) => prop.slice(2).replace('Capture', '').replace('DoubleClick', 'dblclick').toLowerCase();
  const Delegated = /^(?:\$\$|__)(click|dblclick|(?:mouse|pointer|key)(?:down|up)|touch(?:start|end)|input)$/;
  function props(index, held, of = (one) => one) {
    for (const prop of Object.keys(held || {}).filter((one) => On.test(one))) {
      each(of(held[prop]), (one) => add(index, kind(prop), one));
    }
  }

  function frameworks(el, index) {
    for (const key of Object.keys(el)) {
      if (/^__react(Props|EventHandlers)\$/.test(key)) props(index, el[key]);
      else if (/^(__reactContainer\$|_reactListening|_reactRootContainer$)/.test(key)) above.push([index, '*']);
      else if (Delegated.test(key)) add(index, Delegated.exec(key)[1], el[key]);
    }
    for (const key of Object.getOwnPropertySymbols(el)) {
      if (key.description === '_vei') props(index, el[key], (one) => (one || {}).value);
      if (key.description !== 'events') continue;
      for (const type of Object.keys(el[key] || {})) each(el[key][type], (one) => add(index, type, one));
    }
  }

  function under(at, selector, $) {
    const scoped = at === document || selector.includes(',') ? selector : `:scope ${selector}`;
    try { return [...at.querySelectorAll(scoped)]; } catch { /* jQuery has selectors of its own */ }
    if (/:(first|last|eq|gt|lt|even|odd|nth)\b(?!-)/.test(selector)) throw Error('asked of all at once');
    return [...at.querySelectorAll('*')].slice(0, 3000).filter((el) => $.find.matchesSelector(el, selector));
  }

  function jquery($, at) {
    const events = $._data(at, 'events') || {};
    for (const type of Object.keys(events)) {
      const handlers = [...events[type]].slice(0, 50);
      let beneath = handlers.length > 0 && handlers.length < 50;
      for (const handler of handlers) {
        const called = handler.origType || type;
        beneath = beneath && Boolean(handler.selector);
        if (!handler.selector) { if (at !== document) add(place.get(at), called, handler.handler); continue; }
        let meant = [];
        try { meant = under(at, handler.selector, $); } catch { beneath = false; continue; }
        // Who listens to that much, or to what stands in one another, counts clicks or sorts them out himself.
        const set = new Set(meant);
        const nested = meant.filter((el) => set.has(el.parentNode)).length;
        if (meant.length > 300 || (meant.length > 9 && nested > meant.length / 3)) continue;
        for (const el of meant) add(place.get(el), called, handler.handler);
      }
      if (beneath && at !== document) above.push([place.get(at), type]);
    }
  }

  for (let index = 0; index < most; index += 1) try { frameworks(all[index], index); } catch { /* the next one */ }
  try {
    const $ = window.jQuery;
    const roots = typeof $ === 'function' && typeof $._data === 'function' ? [document, ...all].slice(0, most) : [];
    for (const at of roots) jquery($, at);
  } catch { /* not jQuery's */ }
  const whole = all.length <= most && read.length < 3000;
  return { all: all.length, read, above: whole ? above : [], sources };
})"""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Overheard:
    """Who listens in a whole document, and the books of its libraries, as they were a moment ago."""

    world: World
    listed: list[dict[str, Any]] = field(repr=False)
    books: dict[str, Any] = field(repr=False)


async def overhear(world: World) -> Overheard:
    """Ask who listens. Handles that come with it are let go with ``let_go``."""
    listed, kept = await asyncio.gather(listeners(world, "document", below=True, pierce=True), books(world))
    return Overheard(world=world, listed=listed, books=kept)


async def listen(page: RenderedPage, world: World, types: frozenset[str] = MOUSE | KEYS | VALUES) -> Overheard:
    """Tell our world in the page who listens to one of these, and to what: ``handrail.mouse.heard(el)`` then knows."""
    session = world.session
    try:
        heard: dict[int, set[str]] = {}
        within: dict[int, set[str]] = {}
        sought: dict[int, set[str]] = {}
        asked: set[str] = set()
        bootstrap = False
        said = await overhear(world)
        listed, kept = said.listed, said.books
        for listener in listed:
            if listener["type"] not in MOUSE | KEYS | VALUES | types:
                continue
            source = str(listener.get("handler", {}).get("description", ""))[:LONGEST]
            if listener["type"] == "click":
                bootstrap = bootstrap or bool(_BOOTSTRAP.search(source))
                asked |= {selector for no, _, selector in _ASKS.findall(source) if not no}
                if listener.get("backendNodeId") and not idle(source):
                    within.setdefault(listener["backendNodeId"], set()).update(_asked_of(source))
                    sought.setdefault(listener["backendNodeId"], set()).update(meant(source))
            if listener.get("backendNodeId") and not idle(source):
                # React puts an empty handler where it listens from above, for the sake of Safari.
                library = _LIBRARY.search(source) or _EMPTY.fullmatch("".join(source.split()))
                by = "/library" if library else ""
                heard.setdefault(listener["backendNodeId"], set()).add(listener["type"] + by)
        nodes = [node for node, told in heard.items() if {one.partition("/")[0] for one in told} & types]
        nodes = sorted(nodes, key=lambda node: not MOUSE & {one.partition("/")[0] for one in heard[node]})[:MOST]
        handles = await asyncio.gather(*(resolved(world, node) for node in nodes))
        pairs = [(node, handle) for node, handle in zip(nodes, handles, strict=True) if handle]
        held = [(handle, sorted(heard[node])) for node, handle in pairs]
        beneath = [sorted(within.get(node, ()))[:20] for node, _ in pairs]
        for_whom = [sorted(sought.get(node, ()))[:20] for node, _ in pairs]
        read = [[at, kind, not idle(source)] for at, kind, source in kept["read"]]
        told = {**kept, "read": read, "asked": sorted(asked)[:50], "beneath": beneath, "bootstrap": bootstrap}
        told["sought"] = for_whom
        await session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": "function (books, types, ...elements)"
                " { handrail.mouse.hear(types, elements, books); }",
                "executionContextId": world.context_id,
                "arguments": [
                    {"value": told},
                    {"value": [own for _, own in held]},
                    *({"objectId": handle} for handle, _ in held),
                ],
            },
        )
        return said
    finally:
        await let_go(world)


def _asked_of(source: str) -> set[str]:
    """Selectors of what a listener of a click sorts out by its target."""
    return {form.format(name) for sign, form in _ASKS_OF for name in sign.findall(source)}


async def books(world: World) -> dict[str, Any]:
    """``{"all": elements, "read": [[place among them, type, source]], "above": [[place, type]]}`` of libraries.

    Empty where a page's scripts do not let it be read.
    """
    asked = {"expression": f"{_BOOKS}({LONGEST})", "returnByValue": True, "timeout": READING}
    try:
        told = (await world.session.send("Runtime.evaluate", asked))["result"].get("value")
        sources = [str(source) for source in told["sources"]]
        return {
            "all": int(told["all"]),
            "read": [(int(at), str(kind), sources[int(source)]) for at, kind, source in told["read"]],
            "above": [(int(at), str(kind)) for at, kind in told["above"]],
        }
    except (Error, KeyError, IndexError, TypeError, ValueError):
        return {"all": 0, "read": [], "above": []}


def idle(source: str) -> bool:
    """Whether a handler does nothing that somebody could miss: it holds the event back, or counts clicks."""
    bare = _COMMENT.sub("", source)
    if not bare or len(bare) > LONGEST / 2 or "[native code]" in bare:
        return False
    if _IDLE.fullmatch("".join(bare.split())):
        return True
    if not (_COUNTS.search(bare) or _STOPS.search(bare)) or _ACTS.search(_MADE.sub("", bare)):
        return False
    return all(called in _READS or _COUNTS.search(f"{called}(") for called in _CALLED.findall(bare))


async def heard(world: World) -> frozenset[str]:
    """What scripts of the page listen to, on its window and anywhere in its document."""
    try:
        both = (listeners(world, root, below=True, pierce=True) for root in ("window", "document"))
        return frozenset(listener["type"] for found in await asyncio.gather(*both) for listener in found)
    finally:
        await let_go(world)


async def hears(world: World, types: frozenset[str]) -> bool:
    """Whether a script of the page listens to one of these, on its window or anywhere in its document."""
    return not types.isdisjoint(await heard(world))
