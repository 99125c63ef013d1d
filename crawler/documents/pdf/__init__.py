"""PDF: what people read on its pages, and what stays in it that they were not to read."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from crawler.documents import Opened, Reader


class Pdf(Reader):
    """PDF."""

    kind = "pdf"
    binary = True
    types = frozenset({"application/pdf", "application/x-pdf"})
    suffixes = frozenset({"pdf"})

    def __init__(self, depth: int = 0) -> None:
        """``depth``: how many files it is inside of."""
        self._depth = depth

    def open(self, body: bytes) -> Opened:
        """Pages in order, then what stands beside them. Raises Unreadable or Locked."""
        from crawler.documents.pdf.reading import opened  # what tells files apart should not have to load libraries

        return opened(body, facts=None if self._depth else _facts, depth=self._depth)


def _facts(pdf: Any, body: bytes, told: dict[str, Any]) -> None:
    """What checks judge, each part for itself: one that fails costs only itself."""
    parts: dict[str, Callable[[Any], Any]] = {
        "structure": lambda module: {"pdfua": module.structure(pdf, body)},
        "fonts": lambda module: {"fonts": module.fonts(pdf)},
    }
    for name, part in parts.items():
        if find_spec(f"{__name__}.{name}") is None:
            continue
        try:
            told |= part(import_module(f"{__name__}.{name}"))
        except Exception as exc:  # noqa: BLE001  # whatever is broken in a file: its text may still be read
            told.setdefault("errors", {})[name] = type(exc).__name__
