"""Run axe-core in every frame of the page."""

from __future__ import annotations

import json
from typing import Any

from audits.model import FRAME_STEP, SHADOW_STEP
from crawler.browser.page import RenderedPage, World
from crawler.collectors import Collector

Json = dict[str, Any]


class Axe(Collector):
    """``{"version", "frames": [{"frame", "url", "rules"}], "not_entered": [{"frame", "reason"}]}``."""

    name = "axe"
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
