"""Figures on the labelled documents: the goals, with room for none of the strong kinds to slip."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from corpus import documents

from audits.privacy.engine import Detector

#: Beside the project, not in it: people who only use the project do not have it.
DATA = Path(__file__).parents[4] / "shared" / "data"
LABELLED = DATA / "pii-dev" / "presidio-synth-500.jsonl"


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


@pytest.fixture(scope="module")
def labelled() -> list[dict[str, object]]:
    if not LABELLED.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"{LABELLED} is missing")
        pytest.skip(f"{LABELLED} is missing")
    return [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]


def test_other_peoples_labels(labelled: list[dict[str, object]]) -> None:
    """Worldwide formats: kinds whose form does not depend on the country are found, and nothing is taken for a number
    of ours."""
    detector = Detector()
    good: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()

    for document in labelled:
        found = {(span.entity, span.start, span.end) for span in detector.scan(str(document["text"]))[0]}
        for label in document["spans"]:  # type: ignore[attr-defined]
            entity, start, end = label["entity"], label["start"], label["end"]
            hits = {h for h in found if h[0] == entity and min(h[2], end) - max(h[1], start) >= (end - start) / 2}
            found -= hits
            (good if hits else missed)[entity] += 1
        false.update(entity for entity, *_ in found)

    for entity in ("CREDIT_CARD", "EMAIL_ADDRESS", "IP_ADDRESS"):
        assert good[entity] / (good[entity] + missed[entity]) >= 0.95
        assert false[entity] == 0
    assert good["PHONE_NUMBER"] >= 10
    for entity in ("PHONE_NUMBER", "CA_SIN", "CA_ON_HEALTH_CARD", "CA_ON_DRIVER_LICENCE", "CA_PASSPORT"):
        assert false[entity] == 0
    assert false["CA_BANK_ACCOUNT"] == false["CA_POSTAL_CODE"] == false["CA_ON_LICENCE_PLATE"] == 0
