"""Sound that a page plays by what stands nowhere in its document: ``new Audio(url).play()``."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Error

from crawler.browser.page import RenderedPage, World

GROUP = "handrail-sounds"
#: In our world: whether it may. Nobody must have pressed anything.
_MAY = r"""!navigator.userActivation.hasBeenActive && (performance.getEntriesByType('resource').some(
  (one) => /^(audio|video)$/.test(one.initiatorType) || /\.(mp3|ogg|oga|wav|m4a|aac|opus|flac)([?#]|$)/i.test(one.name))
  || [...handrail.own.all('script:not([src])')].slice(0, 60).some(
    (one) => /\bnew\s+Audio\b|createElement\(\s*["'](?:audio|video)/.test(handrail.own.text(one))))"""
#: In the page's own world, where such objects live. It reads and changes nothing.
_PLAYING = """function () {
  return this.filter((one) => { try { return one.isConnected === false; } catch { return false; } })
    .filter((one) => !one.muted && one.volume && !one.error && one.networkState !== 3)
    .filter((one) => !one.paused || one.played.length)
    .filter((one) => one.localName === 'audio' || one.webkitAudioDecodedByteCount)
    .slice(0, 5)
    .map((one) => ({ seconds: Number.isFinite(one.duration) ? one.duration : null, loops: Boolean(one.loop) }));
}"""


async def detached(page: RenderedPage, world: World) -> list[dict[str, Any]]:
    """``[{"seconds": None = nobody can tell, "loops"}]`` of the page itself; no frames."""
    try:
        if not await page.call(world, _MAY):
            return []
        of = await world.session.send(
            "Runtime.evaluate", {"expression": "HTMLMediaElement.prototype", "objectGroup": GROUP}
        )
        asked = {"prototypeObjectId": of["result"]["objectId"], "objectGroup": GROUP}
        every = await world.session.send("Runtime.queryObjects", asked)
        called = {
            "functionDeclaration": _PLAYING,
            "objectId": every["objects"]["objectId"],
            "returnByValue": True,
        }
        told = await world.session.send("Runtime.callFunctionOn", called)
        return [one for one in told["result"].get("value") or [] if isinstance(one, dict)]
    except (Error, KeyError, RuntimeError):
        return []  # what the page made of its own objects: the rest of it is read all the same
    finally:
        await world.session.send("Runtime.releaseObjectGroup", {"objectGroup": GROUP})
