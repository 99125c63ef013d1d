"""Find a value again on a page, when all that is known of it is its keyed hash."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from audits.privacy.engine import Detector
from audits.privacy.file_text import file_text
from audits.privacy.masking import url_text
from audits.privacy.page_text import page_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The value itself, for the eyes of one person."""

    value: str = field(repr=False)
    where: str
    selector: str


def find_again(
    artifact: Mapping[str, Any], url: str, *, entity: str, detector: Detector, is_it: Callable[[str], bool]
) -> tuple[Again | None, bool]:
    """The first value of this kind that is the one, and whether everything could be searched.

    ``artifact`` is a page's ``document``, or the ``file`` of what is none.
    """
    page = file_text(artifact) if "pieces" in artifact else page_text(artifact)
    spans, late = detector.scan(page.text, count_tier=True)
    in_url = url_text(url)[1]
    of_url, late_too = detector.scan(in_url, count_tier=True)

    def candidates() -> Iterator[Again]:
        for span in spans:
            if span.entity == entity and (segments := page.real(span.start, span.end)):
                yield Again(
                    value=page.text[span.start : span.end],
                    where=page.where(segments),
                    selector=page.selector(segments),
                )
        for span in of_url:
            if span.entity == entity:
                yield Again(value=in_url[span.start : span.end], where="url", selector="")

    found = next((one for one in candidates() if is_it(one.value)), None)
    return found, entity not in late | late_too and not page.cut
