"""What the checks of handlers share: findings made of elements that scripts listen on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from audits.accessibility._places import PlaceCheck
from audits.model import Finding, Verdict

Fact = Mapping[str, Any]
#: A handler that does nothing but refuse.
REFUSES = re.compile(r"preventDefault\s*\(|return\s+false|returnValue\s*=\s*false")
#: What the whole page listens to has no place of its own.
PAGE: Mapping[str, Any] = {
    "selector": "html",
    "html": "<html>",
    "part": {"key": "content", "name": "Page content"},
    "text": "",
}


class HandlerCheck(PlaceCheck):
    """Judges handlers by their source."""

    needs: ClassVar[tuple[str, ...]] = ("handlers",)

    def on_page(self, message: str, verdict: Verdict = Verdict.REVIEW) -> Finding:
        """A finding of the page as a whole."""
        return self.found(PAGE, verdict, message)


def sources(element: Fact, *events: str) -> list[str]:
    """The handlers of these events."""
    return [one["source"] for one in element["handlers"] if one["event"] in events]


def hears(element: Fact, *events: str) -> bool:
    """Whether the element listens to one of these events."""
    return bool(sources(element, *events))
