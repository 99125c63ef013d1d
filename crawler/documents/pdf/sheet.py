"""What is to be shown of a page. Apart from the making of it, whose libraries only the process that makes it loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.model import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page, by its number, and the places on it that are wanted, each as stretches of the file's pieces.

    ``read`` is what the facts of the file say of it under "sheets"; ``boxes`` are of pieces that hang on the page and
    are not painted on it. ``known``: all that was recognized in pieces of the page, to be painted over.
    """

    page: int
    read: tuple[int, int, int, bool]
    boxes: Mapping[int, tuple[float, float, float, float]] = field(default_factory=dict)
    wanted: tuple[tuple[Stretch, ...], ...]
    known: tuple[Stretch, ...]
