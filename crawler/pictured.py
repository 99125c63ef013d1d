"""Pictures of what is exposed in a PDF, made once it is known what nobody is to see, where documents are opened."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from audits.model import Finding, Outcome, Stretch
from crawler.documents.pdf.sheet import Sheet
from crawler.evidence import Camera
from crawler.job import Judged
from crawler.opening import SECONDS_OF_PAGE, DocumentFailed, DocumentReader

logger = logging.getLogger(__name__)

#: Pictures of one document, and seconds of work for all of them.
PER_DOCUMENT, SECONDS = 40, 30.0

Key = tuple[str, str, str]


async def pictured(
    camera: Camera, reader: DocumentReader, path: Path, file: Mapping[str, Any], judged: Judged
) -> tuple[Outcome, ...]:
    """The outcomes, each exposure with the name of its picture, or with why there is none."""
    if "sheets" not in file:
        return judged.outcomes
    told: dict[Key, str] = {}
    by_page: dict[int, list[Key]] = {}
    for key in _in_turn(judged.outcomes):
        page = _page(judged.stands.get(key, ()), file)
        if not page:
            told[key] = "nowhere"
        elif judged.known is None or not _is_whole(page, file):
            told[key] = "unsure"
        elif sum(map(len, by_page.values())) >= min(PER_DOCUMENT, camera.of_documents):
            told[key] = "limit"
        else:
            by_page.setdefault(page, []).append(key)
    taken: dict[Key, str] = {}
    left = SECONDS
    for page, keys in by_page.items():
        camera.of_documents -= len(keys)
        if left <= 0:
            told |= dict.fromkeys(keys, "failed")
            continue
        try:
            shots, seconds = await reader.pictures(
                path, _sheet(page, [judged.stands[key] for key in keys], file, judged)
            )
            left -= seconds
            for key, shot in zip(keys, shots, strict=True):
                if shot is None:
                    told[key] = "outside"
                else:
                    taken[key] = await camera.keep(shot)
        except DocumentFailed:
            left -= SECONDS_OF_PAGE
            told |= dict.fromkeys(keys, "failed")
        except OSError as exc:  # a full disk costs the pictures, not the document
            logger.warning("no picture: %s", exc.strerror or type(exc).__name__)
            told |= {key: "failed" for key in keys if key not in taken}
    return tuple(
        replace(outcome, findings=tuple(_told(found, taken, told) for found in outcome.findings))
        for outcome in judged.outcomes
    )


def _told(found: Finding, taken: Mapping[Key, str], told: Mapping[Key, str]) -> Finding:
    if (key := _key(found)) is None or found.exposure is None:
        return found
    return replace(found, evidence=taken.get(key, ""), exposure=replace(found.exposure, unpictured=told.get(key, "")))


def _key(found: Finding) -> Key | None:
    """None of what is no exposure, or stands in the address."""
    if found.exposure is None or found.exposure.where == "url":
        return None
    return found.rule, found.exposure.value_hmac, found.selector


def _in_turn(outcomes: Sequence[Outcome]) -> Iterator[Key]:
    """Exposures, the first of each rule before the second of any."""
    turns: Counter[str] = Counter()
    ranked: list[tuple[int, int, Key]] = []
    for found in (found for outcome in outcomes for found in outcome.findings):
        if key := _key(found):
            turns[found.rule] += 1
            ranked.append((turns[found.rule], len(ranked), key))
    yield from (key for _, _, key in sorted(ranked))


def _page(stretches: Sequence[Stretch], file: Mapping[str, Any]) -> int:
    """The page on which a value stands; 0 = on none."""
    return next((file["boxes"][one.piece][0] for one in stretches if one.piece in file["boxes"]), 0)


def _is_whole(page: int, file: Mapping[str, Any]) -> bool:
    """Whether all that is painted on a page was searched: what was not may be anything."""
    if page not in file["sheets"]:
        return False
    first, count, *_ = file["sheets"][page]
    return bool(first + count <= len(file["pieces"]))


def _sheet(page: int, wanted: Sequence[tuple[Stretch, ...]], file: Mapping[str, Any], judged: Judged) -> Sheet:
    first, count, *_ = file["sheets"][page]
    here = {piece: tuple(box) for piece, (number, *box) in file["boxes"].items() if number == page}
    return Sheet(
        page=page,
        read=file["sheets"][page],
        boxes={piece: box for piece, box in here.items() if not first <= piece < first + count},
        wanted=tuple(wanted),
        known=tuple(one for one in judged.known or () if one.piece in here),
    )
