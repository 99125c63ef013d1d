"""What somebody wants to have beside the pages of a report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reports.text import LANGUAGES, Language

#: "json" is report.json, which is always written.
FORMATS = ("pdf", "xlsx", "csv", "json", "sarif", "junit", "earl", "openacr", "open-data", "markdown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Formats, in which languages, of which site ("" = of all)."""

    formats: Collection[str] = ()
    languages: Collection[Language] = LANGUAGES
    site: str = ""
    final: bool = False  # no draft of a conformance report
