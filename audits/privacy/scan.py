"""Scan one text or one HTML document offline, as a clerk does before publishing it."""

from __future__ import annotations

from typing import Any

from audits.privacy.engine import Detector, Span
from audits.privacy.masking import mask
from audits.privacy.page_text import html_text


def scan_text(text: str, detector: Detector) -> tuple[list[Span], frozenset[str]]:
    """The spans to report or review, and the entities that ran out of time."""
    return detector.scan(text)


def scan_html(html: str, detector: Detector) -> tuple[list[dict[str, Any]], frozenset[str]]:
    """The same for HTML: what to report or review as plain data, masked, with the element's selector.

    Of a document that holds more than is read, no entity was searched to the end.
    """
    page = html_text(html)
    spans, late = detector.scan(page.text)
    found = []
    for span in spans:
        if segments := page.real(span.start, span.end):
            found.append(
                {
                    "entity": span.entity,
                    "selector": page.selector(segments),
                    "where": page.where(segments),
                    "mask": mask(span.entity, page.text[span.start : span.end]),
                    "score": span.score,
                    "tier": span.tier.value,
                }
            )
    return found, detector.entities if page.cut else late
