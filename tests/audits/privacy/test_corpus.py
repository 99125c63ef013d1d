"""Figures on the labelled documents: the goals, with room for none of the strong kinds to slip."""

from __future__ import annotations

from collections import Counter

import pytest
from corpus import documents

from audits.privacy.engine import Detector


@pytest.mark.parametrize("frozen", [False, True], ids=["open templates", "frozen templates"])
def test_precision_and_recall(frozen: bool) -> None:
    detector = Detector()
    good: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()

    for document in documents(200, 5, frozen=frozen):
        found = {(span.entity, span.start, span.end) for span in detector.scan(document.text)[0]}
        for entity, start, end in document.spans:
            hits = {h for h in found if h[0] == entity and min(h[2], end) - max(h[1], start) >= (end - start) / 2}
            found -= hits
            (good if hits else missed)[entity] += 1
        false.update(entity for entity, *_ in found)

    total = good.total()
    assert total / (total + false.total()) >= 0.97
    assert total / (total + missed.total()) >= 0.95
    for entity in ("CA_SIN", "CA_ON_HEALTH_CARD", "CREDIT_CARD"):
        assert good[entity] / max(1, good[entity] + false[entity]) >= 0.97
        assert good[entity] / max(1, good[entity] + missed[entity]) >= 0.95
