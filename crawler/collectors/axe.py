"""Run axe-core in every frame of the page."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from audits.model import SHADOW_STEP
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
            finished = await page.call(
                worlds[0],
                "handrail.axe.partial().then((top) => handrail.axe.finish([top.partial, "
                "...top.frames.map(() => null)]).then((r) => ({...r, unseen: top.frames.map((f) => f.selector)})))",
            )
            unseen = [{"frame": steps(selector), "reason": "no document"} for selector in finished["unseen"]]
        else:
            partials: list[Any] = []
            unseen = []
            await self._partials(page, worlds[0], None, (), partials, unseen)
            finished = await page.call(worlds[0], "handrail.axe.finish", partials)
        frames = await self._by_frame(page, worlds, finished["rules"])
        unseen += [item for item in page.not_entered if item not in unseen]
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
        nodes: dict[tuple[str, ...], list[Json]] = defaultdict(list)
        frames: dict[tuple[str, ...], Json] = {(): {"frame": [], "url": worlds[0].url, "rules": []}}
        by_path: dict[tuple[str, ...], World | None] = {(): worlds[0]}
        for rule in rules:
            for node in rule["nodes"]:
                *frame_steps, last = node["target"]
                path = tuple(step for target in frame_steps for step in steps([target]))
                node["target"] = last if isinstance(last, list) else [last]
                nodes[path].append(node)
                if path not in by_path:
                    by_path[path] = await self._world_at(page, worlds[0], path)
                world = by_path[path]
                entry = frames.setdefault(path, {"frame": list(path), "url": world.url if world else "", "rules": []})
                same = (rule["id"], rule["outcome"])
                held = next((known for known in entry["rules"] if (known["id"], known["outcome"]) == same), None)
                if held is None:
                    held = {**rule, "nodes": []}
                    entry["rules"].append(held)
                held["nodes"].append(node)
            if not rule["nodes"]:
                frames[()]["rules"].append(rule)
        for path, found in nodes.items():
            world = by_path[path]
            if world is not None:
                parts = await page.call(world, "handrail.axe.parts", [node["target"] for node in found])
                for node, part in zip(found, parts, strict=True):
                    node["part"] = part
        return list(frames.values())

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


def steps(selector: Any) -> list[str]:
    """axe's frame selectors are a string, or a list where a step enters a shadow root."""
    if isinstance(selector, str):
        return [selector]
    return [item if isinstance(item, str) else SHADOW_STEP.join(item) for item in selector]
