"""One page while it is leased: its frames' isolated worlds, and calls into them that always end."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from playwright.async_api import CDPSession, Error, Page

from crawler.browser.hands import Hands

if TYPE_CHECKING:
    from crawler.browser.listeners import Overheard

WORLD = "handrail"
#: Closed shadow roots within closed shadow roots, and elements asked for theirs in one frame.
SHADOW_LEVELS, MOST_HOSTS = 4, 200
_HALF = re.compile(r"(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}")
T = TypeVar("T")


class PageFailed(Exception):
    """The page could not be collected; subclasses say how. Messages never quote the page."""


class PageHung(PageFailed):
    """A step passed its time limit."""


class PageCrashed(PageFailed):
    """The renderer or the browser died."""


class PageNavigated(PageFailed):
    """The page went elsewhere while it was being looked at."""


class PageLeft(PageFailed):
    """The page tried to leave the site, and was not let. ``url`` is where it wanted to go."""

    def __init__(self, url: str) -> None:
        super().__init__("the page leads out of the site")
        self.url = url


class PageLeaks(PageFailed):
    """A request to another origin carried a credential, and was not sent."""


class PageRefused(PageFailed):
    """The browser was answered otherwise than Scrapy. ``status`` is what it got."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status} in the browser")
        self.status = status


class PageTooLarge(PageFailed):
    """More than we read."""


class PageUnreachable(PageFailed):
    """The browser got no answer. ``code`` is Chromium's own: "ERR_CERT_DATE_INVALID"."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the browser says {code}")
        self.code = code


@dataclass(slots=True, eq=False)
class World:
    """Our isolated JavaScript world in one frame. ``path`` holds the selectors of the frames that lead here."""

    session: CDPSession
    frame_id: str
    context_id: int
    url: str
    path: tuple[str, ...] = ()
    owner: str = ""  # remote object id of the frame's element, in the parent's world
    parent: World | None = None
    children: list[World] = field(default_factory=list)
    loader: str = ""  # Chromium's id of the document's load


class RenderedPage:
    """A page that has settled. All evaluation goes through ``call``, which has a deadline and sees a crash."""

    def __init__(self, page: Page, session: CDPSession, script: str, gone: asyncio.Future[PageFailed]) -> None:
        self.page = page
        self._hands: Hands | None = None
        self.not_entered: list[dict[str, Any]] = []
        #: How axe-core called the places of its findings on the page as it came: by rule, and by our own name.
        self.called: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
        #: And how it called its frames, by our own path.
        self.frames_called: dict[tuple[str, ...], list[str]] = {}
        #: Who listens, for the one who wants to know next.
        self.overheard: Overheard | None = None
        self._session = session
        self._script = script
        self._gone = gone
        self._worlds: list[World] | None = None
        self._alone: World | None = None  # of a page without frames, as it was seen last

    @property
    def hands(self) -> Hands:
        """For collectors that act."""
        if self._hands is None:
            raise RuntimeError("only a collector that acts has hands on the page")
        return self._hands

    @asynccontextmanager
    async def held(self, hands: Hands) -> AsyncIterator[None]:
        """Hands on the page, for as long as the block lasts."""
        self._hands = hands
        try:
            yield
        finally:
            self._hands = None

    @asynccontextmanager
    async def held_still(self) -> AsyncIterator[None]:
        """The page's own scripts and timers wait; our own worlds go on."""
        hold = "Emulation.setScriptExecutionDisabled"
        await self._session.send(hold, {"value": True})
        try:
            yield
        finally:
            await self._session.send(hold, {"value": False})

    async def within(self, seconds: float, work: Coroutine[Any, Any, T]) -> T:
        """Await ``work``, but neither longer than ``seconds`` nor beyond the page's death."""
        task = asyncio.ensure_future(work)
        try:
            waited: set[asyncio.Future[Any]] = {task, self._gone}
            await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if self._gone.done():
                raise self._gone.result()
            raise PageHung(f"no answer within {seconds:g} s")
        except Error as exc:
            raise self._gone.result() if self._gone.done() else translate(exc) from None
        finally:
            if not task.done():
                task.cancel()
                task.add_done_callback(_forget)

    async def worlds(self) -> list[World]:
        """The isolated world of every frame that can be entered, top frame first, depth first."""
        if self._worlds is None:
            found: list[World] = []
            tree = (await self._session.send("Page.getFrameTree"))["frameTree"]
            if self._alone is not None and self._is_still(self._alone, tree):
                self._worlds = [self._alone]
                return self._worlds
            separate = await self._separate_frames(tree)
            await self._enter(self._session, tree, None, separate, found)
            self._worlds = found
            self._alone = found[0] if len(found) == 1 and not tree.get("childFrames") else None
        return self._worlds

    def _is_still(self, world: World, tree: dict[str, Any]) -> bool:
        """Whether a page that had no frames has none, and is the same document."""
        frame = tree["frame"]
        same = (frame["id"], frame["loaderId"], frame["url"]) == (world.frame_id, world.loader, world.url)
        return same and not tree.get("childFrames") and len(self.page.frames) == 1

    def forget_worlds(self) -> None:
        """Frames may have come and gone: look again at the next call."""
        self._worlds = None
        self.not_entered.clear()

    async def call(self, world: World, expression: str, *arguments: Any, most: float | None = None) -> Any:
        """Evaluate an expression, or call a function with JSON arguments; promises are awaited.

        What is still running after ``most`` seconds is ended, and the page lives on.
        """
        if arguments:
            expression = f"{expression}({', '.join(json.dumps(argument) for argument in arguments)})"
        source = f"Promise.resolve({expression}).then((value) => JSON.stringify(value === undefined ? null : value))"
        reply = await world.session.send(
            "Runtime.evaluate",
            {
                "expression": source,
                "contextId": world.context_id,
                "awaitPromise": True,
                "returnByValue": True,
                **({"timeout": 1000 * most} if most else {}),
            },
        )
        return self._value(reply)

    async def call_on_owner(self, world: World, expression: str) -> Any:
        """Evaluate an expression in the parent's world with the frame's element as ``this``."""
        assert world.parent is not None
        return await self._call_on(world.parent.session, world.owner, expression)

    async def _call_on(self, session: CDPSession, handle: str, expression: str) -> Any:
        reply = await session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": f"function () {{ return JSON.stringify({expression}); }}",
                "objectId": handle,
                "returnByValue": True,
            },
        )
        return self._value(reply)

    @staticmethod
    def _value(reply: dict[str, Any]) -> Any:
        if "exceptionDetails" in reply:
            # The description may quote the page: keep the class of the error only.
            kind = reply["exceptionDetails"].get("exception", {}).get("className", "Error")
            raise RuntimeError(f"script error in the page: {kind}")
        text: str = reply["result"]["value"]
        # JSON escapes half a surrogate pair and nothing else of that range; no database takes one.
        return json.loads(_HALF.sub(r"\1\\ufffd", text) if "\\ud" in text else text)

    async def _separate_frames(self, tree: dict[str, Any]) -> dict[str, CDPSession]:
        """Sessions of frames that live in processes of their own, by frame id."""
        local = _count(tree)
        sessions: dict[str, CDPSession] = {}
        if len(self.page.frames) <= local:
            return sessions
        for frame in self.page.frames[1:]:
            try:
                session = await self.page.context.new_cdp_session(frame)
                own = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
            except Error:
                continue  # part of its parent's process: reached by the tree
            sessions[own] = session
        return sessions

    async def _enter(
        self,
        session: CDPSession,
        tree: dict[str, Any],
        parent: World | None,
        separate: dict[str, CDPSession],
        found: list[World],
    ) -> None:
        frame = tree["frame"]
        path = (*parent.path, "iframe") if parent is not None else ()
        owner = ""
        try:
            if parent is not None:
                owner, path, waits = await self._owner(frame["id"], parent)
                # What Chromium shows where no document came is not the page's; nor is what is there before one comes.
                if waits or frame.get("unreachableUrl") or frame["url"].startswith("chrome-error:"):
                    self.not_entered.append({"frame": list(path), "reason": "no document came"})
                    return
            created = await session.send("Page.createIsolatedWorld", {"frameId": frame["id"], "worldName": WORLD})
            world = World(session, frame["id"], created["executionContextId"], frame["url"], path, owner, parent)
            world.loader = frame["loaderId"]
            await self._equip(world)
        except Error as exc:
            if parent is None:
                raise
            self.not_entered.append({"frame": list(path), "reason": type(exc).__name__})
            return
        found.append(world)
        if parent is not None:
            parent.children.append(world)
        for child in tree.get("childFrames", ()):
            await self._enter(session, child, world, separate, found)
        for frame_id, own_session in separate.items():
            own_tree = (await own_session.send("Page.getFrameTree"))["frameTree"]
            if own_tree["frame"].get("parentId") == frame["id"] and frame_id not in {seen.frame_id for seen in found}:
                await self._enter(own_session, own_tree, world, {}, found)

    async def _equip(self, world: World) -> None:
        """The browser injects the script into every new document; this is for frames it missed."""
        reply = await world.session.send(
            "Runtime.evaluate",
            {
                "expression": "Object.hasOwn(globalThis, 'handrail')",
                "contextId": world.context_id,
                "returnByValue": True,
            },
        )
        if reply["result"].get("value") is not True:
            await world.session.send(
                "Runtime.evaluate", {"expression": f"{self._script}\n;0", "contextId": world.context_id}
            )

    async def _owner(self, frame_id: str, parent: World) -> tuple[str, tuple[str, ...], bool]:
        """The element of a frame in its parent's world, the path that leads to it, and whether it still waits."""
        owner = await parent.session.send("DOM.getFrameOwner", {"frameId": frame_id})
        node = await parent.session.send(
            "DOM.resolveNode", {"backendNodeId": owner["backendNodeId"], "executionContextId": parent.context_id}
        )
        handle: str = node["object"]["objectId"]
        selector, waits = await self._call_on(parent.session, handle, "handrail.frameOf(this)")
        return handle, (*parent.path, selector), waits

    async def open_shadows(self) -> None:
        """Make closed shadow roots as visible to our own world as open ones are: people see what is in them."""
        for world in await self.worlds():
            for _ in range(SHADOW_LEVELS):
                count = await self.call(world, f"(globalThis.hosts = handrail.hosts({MOST_HOSTS})).length")
                if not count or not await self._open_shadows(world):
                    break

    async def _open_shadows(self, world: World) -> bool:
        listed = await world.session.send("Runtime.evaluate", {"expression": "hosts", "contextId": world.context_id})
        array = {"objectId": listed["result"]["objectId"]}
        properties = await world.session.send("Runtime.getProperties", {**array, "ownProperties": True})
        handles = [item["value"]["objectId"] for item in properties["result"] if item["name"].isdigit()]
        opened = await asyncio.gather(*(self._open_shadow(world, handle) for handle in handles))
        await world.session.send("Runtime.releaseObject", array)
        return any(opened)

    async def _open_shadow(self, world: World, host: str) -> bool:
        described = await world.session.send("DOM.describeNode", {"objectId": host, "depth": 0})
        closed = [root for root in described["node"].get("shadowRoots", ()) if root.get("shadowRootType") == "closed"]
        for root in closed:
            node = await world.session.send(
                "DOM.resolveNode",
                {"backendNodeId": root["backendNodeId"], "executionContextId": world.context_id},
            )
            await world.session.send(
                "Runtime.callFunctionOn",
                {
                    "functionDeclaration": "function (root) { handrail.hold(this, root); }",
                    "objectId": host,
                    "arguments": [{"objectId": node["object"]["objectId"]}],
                },
            )
        return bool(closed)


def _count(tree: dict[str, Any]) -> int:
    return 1 + sum(_count(child) for child in tree.get("childFrames", ()))


def translate(exc: Error) -> PageFailed:
    """Playwright's words for the ways in which a page can end."""
    text = str(exc)
    if any(
        word in text for word in ("crashed", "Target closed", "has been closed", "Connection closed", "disconnected")
    ):
        return PageCrashed("the renderer died")
    if any(
        word in text
        for word in (
            "context was destroyed",
            "Cannot find context",
            "uniqueContextId",
            "No frame",
            "detached",
            "navigated or closed",
            "interrupted by another navigation",
        )
    ):
        return PageNavigated("the page went elsewhere while it was looked at")
    if "Timeout" in text:
        return PageHung("no answer in time")
    if code := re.search(r"net::(ERR_[A-Z_]+)", text):
        return PageUnreachable(code[1])
    return PageFailed(type(exc).__name__)


def _forget(task: asyncio.Future[Any]) -> None:
    """An abandoned step may still fail later; nobody waits for it."""
    if not task.cancelled():
        task.exception()
