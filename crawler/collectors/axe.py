"""Run axe-core in every frame of the page."""

from __future__ import annotations

import json
from typing import Any

from PIL import Image

from audits.model import FRAME_STEP, SHADOW_STEP
from crawler.browser import contrast
from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector

Json = dict[str, Any]

#: Why axe-core cannot tell a contrast that a picture can show.
UNSURE = ("Element's background color could not be determined", "Element content is too short")
UNWRITTEN = "Element has no value"
#: Of them, those where letters have another ground behind them as soon as a line is broken elsewhere.
UNEVEN = tuple(f"{UNSURE[0]} due to a background {ground}" for ground in ("gradient", "image"))
#: Pictures of views with letters whose contrast is measured, and such letters: the rest stays a question.
VIEWS, LETTERS = 12, 400


class Axe(Collector):
    """``{"version", "frames": [{"frame", "url", "rules"}], "not_entered": [{"frame", "reason"}]}``.

    A node of color-contrast that axe-core was not sure of may have ``"measured": {"least", "most", "needed"}``, its
    contrast with what is drawn behind it.
    """

    name = "axe"
    scripts = ("letters",)
    limit = 60.0
    order = 90  # last: it may scroll the page and adds nothing to it

    async def collect(self, page: RenderedPage) -> Json:
        """One partial run per frame, finished in the top frame, nodes sorted back into their frames."""
        worlds = await page.worlds()
        if len(worlds) == 1:
            finished = await page.call(worlds[0], "handrail.axe.whole()")
            unseen = [{"frame": steps(selector), "reason": "no document"} for selector in finished["unseen"]]
        else:
            partials: list[Any] = []
            unseen = []
            await self._partials(page, worlds[0], None, (), partials, unseen)
            finished = await page.call(worlds[0], "handrail.axe.finish", partials)
        frames = await self._by_frame(page, worlds, finished["rules"])
        nodes = [
            (rule["id"], node, frame["frame"]) for frame in frames for rule in frame["rules"] for node in rule["nodes"]
        ]
        page.called = {(rule, node["at"]): (frame, node["target"]) for rule, node, frame in nodes if node.get("at")}
        known = {tuple(item["frame"]) for item in page.not_entered}
        unseen = [item for item in unseen if tuple(item["frame"]) not in known] + page.not_entered
        await self._measure(page, worlds[0], frames[0]["rules"])
        return {"version": finished["version"], "frames": frames, "not_entered": unseen}

    async def _partials(
        self,
        page: RenderedPage,
        world: World,
        context: Any,
        path: tuple[str, ...],
        partials: list[Any],
        unseen: list[Json],
    ) -> None:
        """Depth first, as ``axe.finishRun`` expects; ``null`` holds the place of a frame that could not be entered."""
        result = await page.call(world, "handrail.axe.partial", context)
        partials.append(result["partial"])
        entered: dict[int, World] = {}
        for child in world.children:
            index = await page.call_on_owner(child, "handrail.axe.frameIndex(this)")
            if index >= 0:
                entered[index] = child
        for index, frame in enumerate(result["frames"]):
            child_path = (*path, *steps(frame["selector"]))
            if index in entered:
                await self._partials(page, entered[index], frame["context"], child_path, partials, unseen)
            else:
                partials.append(None)
                unseen.append({"frame": list(child_path), "reason": "no document"})

    async def _by_frame(self, page: RenderedPage, worlds: list[World], rules: list[Json]) -> list[Json]:
        frames = by_frame(rules)
        for frame in frames:
            world = await self._world_at(page, worlds[0], tuple(frame["frame"]))
            if world is None:
                continue
            frame["url"] = world.url
            page.frames_called[world.path] = frame["frame"]
            nodes = [node for rule in frame["rules"] for node in rule["nodes"]]
            if nodes:
                parts = await page.call(world, "handrail.axe.parts", [node["target"] for node in nodes])
                for node, told in zip(nodes, parts, strict=True):
                    node["part"] = told["part"]
                    node["html"] = told["html"] or node["html"]
                    node["at"] = FRAME_STEP.join([*world.path, told["at"]]) if told["at"] else ""
                await self._leave_skip_links(page, world, frame["rules"])
        return frames

    async def _measure(self, page: RenderedPage, world: World, rules: list[Json]) -> None:
        """Whatever of the page itself axe-core was not sure of, and a picture or the styles show."""
        doubtful = [
            node
            for rule in rules
            if rule["id"] == "color-contrast" and rule["outcome"] == "incomplete"
            for node in rule["nodes"]
        ]
        for node in [node for node in doubtful if node["message"].startswith(UNWRITTEN)][:LETTERS]:
            if found := await page.call(world, "handrail.letters.written", node["target"]):
                ratio = contrast.ratio(found["colour"][:3], found["ground"][:3])
                node["measured"] = {"least": ratio, "most": ratio, "needed": found["needed"]}
        unsure = [node for node in doubtful if node["message"].startswith(UNSURE)][:LETTERS]
        if unsure:
            await self._letters(page, world, unsure)

    @staticmethod
    async def _letters(page: RenderedPage, world: World, nodes: list[Json]) -> None:
        """Letters before a picture, a gradient or something else: two pictures of a view show what is behind them."""
        able = await page.call(world, "handrail.letters.ask", [node["target"] for node in nodes])
        left = [number for number, is_able in enumerate(able) if is_able]
        for _ in range(VIEWS):
            if not left:
                break
            there = await page.call(world, "handrail.letters.show", left)
            if there:
                shown = await _view(world)
                await page.call(world, "handrail.letters.bare()")
                bare = await _view(world)
                await page.call(world, "handrail.letters.clothe()")
            for one in there:
                node = nodes[one["number"]]
                uneven = one["ground"] if node["message"].startswith(UNEVEN) else None
                if found := contrast.measured(shown, bare, one["lines"], one["colour"], uneven):
                    least, most = found
                    node["measured"] = {"least": least, "most": most, "needed": one["needed"]}
            done = {left[0], *(one["number"] for one in there)}
            left = [number for number in left if number not in done]
        await page.call(world, "handrail.letters.end()")

    @staticmethod
    async def _leave_skip_links(page: RenderedPage, world: World, rules: list[Json]) -> None:
        """A skip link stands before all landmarks by its nature."""
        for rule in [rule for rule in rules if rule["id"] == "region" and rule["nodes"]]:
            skips = await page.call(world, "handrail.axe.skips", [node["target"] for node in rule["nodes"]])
            rule["nodes"] = [node for node, is_one in zip(rule["nodes"], skips, strict=True) if not is_one]
            if not rule["nodes"]:
                rule["outcome"] = "pass"

    @staticmethod
    async def _world_at(page: RenderedPage, top: World, path: tuple[str, ...]) -> World | None:
        """Follow axe's own selectors (shorter than ours) from frame to frame."""
        world = top
        for step in path:
            target = json.dumps(step.split(SHADOW_STEP))
            for child in world.children:
                if await page.call_on_owner(child, f"handrail.find({target}) === this"):
                    world = child
                    break
            else:
                return None
        return world


async def _view(world: World) -> Image.Image:
    reply = await world.session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
    return contrast.picture(reply["data"])


def by_frame(rules: list[Json]) -> list[Json]:
    """axe's rules sorted into the frames of their nodes, the top frame first: ``{"frame", "url": "", "rules"}``."""
    frames: dict[tuple[str, ...], Json] = {(): {"frame": [], "url": "", "rules": []}}
    held: dict[tuple[tuple[str, ...], str, str], Json] = {}
    for rule in rules:
        if not rule["nodes"]:
            frames[()]["rules"].append(rule)
        for node in rule["nodes"]:
            *frame_steps, last = node["target"]
            path = tuple(step for target in frame_steps for step in steps([target]))
            node["target"] = last if isinstance(last, list) else [last]
            frame = frames.setdefault(path, {"frame": list(path), "url": "", "rules": []})
            key = (path, rule["id"], rule["outcome"])
            if key not in held:
                held[key] = {**rule, "nodes": []}
                frame["rules"].append(held[key])
            held[key]["nodes"].append(node)
    return list(frames.values())


def steps(selector: Any) -> list[str]:
    """axe's frame selectors are a string, or a list where a step enters a shadow root."""
    if isinstance(selector, str):
        return [selector]
    return [item if isinstance(item, str) else SHADOW_STEP.join(item) for item in selector]
