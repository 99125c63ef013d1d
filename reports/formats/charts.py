"""Drawings of a trend, from report.json's data: where lines, dots and letters go. The numbers are the report's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reports.text import Words

Data = Mapping[str, Any]
#: What is left between two dates under a drawing, so that none covers another.
_APART = 104


def spark(trend: Sequence[Data]) -> str:
    """A line of one row of a table; the numbers stand beside it."""
    values: list[int] = [point["to_fix_per_100_pages"] for point in trend]
    top = max(values) or 1
    return _path([(3 + x * 86, 23 - value * 20 / top) for x, value in zip(_along(trend), values, strict=True)])


def charts(
    trend: Sequence[Data], aim: Data | None, deploys: Sequence[Data], words: Words, *, wide: int = 880
) -> Sequence[Data]:
    """Two drawings, wide and narrow, which keep the letters at 14 pixels; none of a single point."""
    if len(trend) < 2:
        return ()
    sizes = (("wide-only", wide, 270), ("narrow-only", 340, 240))
    return [_chart(trend, aim, deploys, words, css=css, width=w, height=h) for css, w, h in sizes]


def _chart(
    trend: Sequence[Data],
    aim: Data | None,
    deploys: Sequence[Data],
    words: Words,
    *,
    css: str,
    width: int,
    height: int,
) -> Data:
    """A line with its area from zero, by date; the goal across it, deploys where they were."""
    values: list[int] = [point["to_fix_per_100_pages"] for point in trend]
    left, right, top, bottom = 48, width - 74, 32 if deploys else 20, height - 34
    largest = max([*values, aim["per_100_pages"] if aim else 0, 1])
    step = _tick(largest)
    ceiling = step * -(-largest // step)

    def y(value: int) -> float:
        return round(bottom - value * (bottom - top) / ceiling, 1)

    def x(along: float) -> float:
        return round(left + along * (right - left), 1)

    points = [(x(along), y(value)) for along, value in zip(_along(trend), values, strict=True)]
    line = _path(points)
    return {
        "css": css,
        "width": width,
        "height": height,
        "left": left,
        "right": right,
        "top": top,
        "bottom": bottom,
        "ticks": [{"value": value, "y": y(value)} for value in range(0, ceiling + 1, step)],
        "line": line,
        "area": f"{line}L{right} {bottom}L{left} {bottom}Z",
        "end_x": points[-1][0],
        "end_y": points[-1][1],
        "last": values[-1],
        "dates": _dates(trend, points, words),
        "aim": _aim(aim, y, points, top, width - left, words) if aim else None,
        "deploys": _deploys(deploys, trend, x, words, left, right),
    }


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points)


def _along(trend: Sequence[Data]) -> list[float]:
    """By time, from 0 to 1; one after the other where all were at once."""
    times = [_seconds(_when(point)) for point in trend]
    span = times[-1] - times[0]
    if span <= 0:
        return [n / max(1, len(times) - 1) for n in range(len(times))]
    return [(one - times[0]) / span for one in times]


def _when(point: Data) -> str:
    return str(point.get("finished") or point.get("on"))


def _seconds(stamp: str) -> float:
    """A day without a time is its noon, wherever the City is."""
    moment = datetime.fromisoformat(stamp)
    return (moment if moment.tzinfo else moment.replace(hour=12, tzinfo=UTC)).timestamp()


def _dates(trend: Sequence[Data], points: Sequence[tuple[float, float]], words: Words) -> list[Data]:
    """The first and the last, and as many between as there is room for."""
    first, last = points[0][0], points[-1][0]
    shown: list[Data] = [{"x": last, "anchor": "end", "text": words.date(_when(trend[-1]), short=True)}]
    edge = last - _APART * 1.5  # the last one's letters end at its point
    for point, (px, _) in reversed(list(zip(trend[1:-1], points[1:-1], strict=True))):
        if first + _APART * 1.5 <= px <= edge:
            shown.append({"x": px, "anchor": "middle", "text": words.date(_when(point), short=True)})
            edge = px - _APART
    shown.append({"x": first, "anchor": "start", "text": words.date(_when(trend[0]), short=True)})
    return shown[::-1]


def aim_words(aim: Data, words: Words, *, short: bool = False) -> str:
    """ "City goal: 300 by 31 Dec 2026"; short without its day."""
    if short or not aim["by"]:
        return words.plain("trend.goal-open", n=aim["per_100_pages"])
    return words.plain("trend.goal", n=aim["per_100_pages"], date=words.date(aim["by"], short=True))


def _aim(aim: Data, y: Any, points: Sequence[tuple[float, float]], top: int, room: int, words: Words) -> Data:
    """Its words stand on the side of the line where the trend is not, as it begins, and are as many as there is room
    for."""
    said = aim_words(aim, words)
    if _wide(said) > room:
        said = aim_words(aim, words, short=True)
    at = y(aim["per_100_pages"])
    below = points[0][1] < at or at - 18 < top
    return {"y": at, "label_y": at + 18 if below else at - 8, "text": said}


def _deploys(deploys: Sequence[Data], trend: Sequence[Data], x: Any, words: Words, left: int, right: int) -> list[Data]:
    """A line for each; the last that brought something has words, else the last."""
    start, end = _seconds(_when(trend[0])), _seconds(_when(trend[-1]))
    if end <= start:
        return []
    told = next((one for one in reversed(deploys) if one["places"]), deploys[-1] if deploys else None)
    marks: list[Data] = []
    for one in deploys:
        at = x(min(1.0, max(0.0, (_seconds(one["on"]) - start) / (end - start))))
        after = at < (left + right) / 2
        room = right + 60 - at if after else at
        said = deploy_words(one, words)
        marks.append(
            {
                "x": at,
                "text_x": at + 6 if after else at - 6,
                "anchor": "start" if after else "end",
                "text": (said if _wide(said) < room else deploy_words(one, words, short=True)) if one is told else "",
            }
        )
    return marks


def deploy_words(one: Data, words: Words, *, short: bool = False) -> str:
    """ "Deploy, 18 Nov 2026: 1,284 places"; short without what it brought."""
    key = "trend.deploy" if one["places"] and not short else "trend.deploy-none"
    return words.plain(key, date=words.date(one["on"], short=True), n=one["places"])


def _wide(text: str) -> float:
    """How long a line of bold letters is, at the most."""
    return len(text) * 8.2


def _tick(largest: int) -> int:
    """A round step that gives at most five lines: 1, 2, 5, 10, 20, 50, ..."""
    scale = 1
    while True:
        for unit in (1, 2, 5):
            if largest <= unit * scale * 4:
                return unit * scale
        scale *= 10
