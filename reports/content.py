"""The hash of what a report says of one site, whatever else the same report.json tells. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: What is not part of it: the hash itself, where the site's pages lie, the length of a drawing, and what follows from
#: the day of the report and from dates that are part of it. An audit of another site may bring a later day.
LEFT_OUT = (
    "content_sha256",
    "path",
    "coming",
    "parts[].bar",
    "first[].overdue",
    "issues[].work.overdue",
    "owners[].overdue",
    "owners[].in_time",
    "exceptions[].ended",
    "documents.entries[].exception.ended",
    "feedback.on",
    "feedback.overdue",
)
_PATHS = tuple(tuple(path.replace("[]", ".[]").split(".")) for path in LEFT_OUT)


def digest(site: Mapping[str, Any]) -> str:
    """SHA-256 of the site's part of report.json: keys in order, no space, UTF-8."""
    told = json.dumps(_without(site, _PATHS), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _without(node: Any, paths: Sequence[tuple[str, ...]]) -> Any:
    """The same without what the paths lead to; "[]" leads to each of a list."""
    if not paths:
        return node
    if isinstance(node, Mapping):
        return {key: _without(value, tuple(_below(paths, key))) for key, value in node.items() if (key,) not in paths}
    if isinstance(node, (list, tuple)):
        return [_without(value, tuple(_below(paths, "[]"))) for value in node]
    return node


def _below(paths: Sequence[tuple[str, ...]], key: str) -> Iterator[tuple[str, ...]]:
    return (path[1:] for path in paths if path[0] == key and len(path) > 1)
