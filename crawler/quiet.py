"""Hours in which nothing is asked of a site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta


def seconds_closed(now: datetime, hours: Sequence[tuple[int, int]]) -> float:
    """Seconds until no span of quiet hours holds ``now``; spans are minutes of the day, and may pass midnight."""
    moment = now
    for _ in range(len(hours) + 1):
        minute = moment.hour * 60 + moment.minute
        ends = [end for begin, end in hours if _within(minute, begin, end)]
        if not ends:
            break
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        times = [midnight + timedelta(minutes=end) for end in ends]
        moment = max(time if time > moment else time + timedelta(days=1) for time in times)
    return (moment - now).total_seconds()


def _within(minute: int, begin: int, end: int) -> bool:
    return begin <= minute < end if begin < end else minute >= begin or minute < end
