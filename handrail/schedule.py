"""When a site is audited: plain words or the five fields of cron, in the City's time zone. Pure: no clock, no files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Said by a site that is audited by hand only, whatever the common schedule is.
NEVER = "never"

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NAMES = {name[:3]: n for n, name in enumerate(_DAYS)}
_MONTH_NAMES = {name: n for n, name in enumerate(_MONTHS, start=1)}
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, _MONTH_NAMES),
    ("day of the week", 0, 7, _DAY_NAMES),
)
_PLAIN = (
    '"daily 02:00", "weekly sunday 02:00", "monthly 1 02:00", "never", or the five fields of cron, such as '
    '"30 2 * * mon-fri"'
)
#: Every day of the calendar, 29 February too, comes within so many days.
_HORIZON = 366 * 8 + 2
_UNITS = {"hour": 3_600, "day": 86_400, "week": 604_800}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Minutes, hours and days on which a site is audited. ``weekdays`` count from Sunday = 0."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    def last(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The last time that has come, in UTC."""
        return next((moment for moment in self._moments(now, zone, -1) if moment <= now), None)

    def next(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The first time that is still to come, in UTC."""
        return next((moment for moment in self._moments(now, zone, 1) if moment > now), None)

    def cron(self) -> str:
        """As five fields of a crontab."""
        fields = zip((self.minutes, self.hours, self.days, self.months, self.weekdays), _ALL, strict=True)
        return " ".join("*" if len(chosen) == len(every) else _numbers(chosen) for chosen, every in fields)

    def calendar(self, zone: ZoneInfo, year: int) -> tuple[str, ...]:
        """As OnCalendar of systemd, which leaves out a time that the clock jumps over: then an hour later too."""
        found = [self._calendar(self.hours, zone)]
        if jumped := {at.hour for at in self._jumped(zone, year)}:
            found.append(self._calendar(tuple(sorted({(hour + 1) % 24 for hour in jumped})), zone))
        return tuple(found)

    def _calendar(self, hours: Sequence[int], zone: ZoneInfo) -> str:
        names = ",".join(_DAYS[n][:3].title() for n in self.weekdays)
        week = f"{names} " if len(self.weekdays) < 7 else ""
        months = "*" if len(self.months) == 12 else _numbers(self.months, 2)
        days = "*" if len(self.days) == 31 else _numbers(self.days, 2)
        return f"{week}*-{months}-{days} {_numbers(hours, 2)}:{_numbers(self.minutes, 2)}:00 {zone.key}"

    def _jumped(self, zone: ZoneInfo, year: int) -> Iterator[datetime]:
        """Times by the clock on the wall that do not come, in this year or the ten after it."""
        day = date(year, 1, 1)
        while day.year <= year + 10:
            if self._has(day):
                for at in self._times(day):
                    if at.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
                        yield at
            day += timedelta(days=1)

    def _moments(self, now: datetime, zone: ZoneInfo, step: int) -> Iterator[datetime]:
        # A time that is jumped over comes later, perhaps on the next day.
        day = now.astimezone(zone).date() - timedelta(days=step)
        for _ in range(_HORIZON):
            if self._has(day):
                # An hour that comes twice counts the first time.
                yield from sorted(
                    (at.replace(tzinfo=zone).astimezone(UTC) for at in self._times(day)), reverse=step < 0
                )
            day += timedelta(days=step)

    def _has(self, day: date) -> bool:
        return day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays

    def _times(self, day: date) -> list[datetime]:
        return [datetime.combine(day, time(hour, minute)) for hour in self.hours for minute in self.minutes]


_ALL: tuple[tuple[int, ...], ...] = tuple(
    tuple(range(low, 7 if high == 7 else high + 1)) for _, low, high, _ in _FIELDS
)


def parse(text: str) -> When | None:
    """What a schedule says; None where it says never. Raises ValueError with what to write instead."""
    words = text.lower().split()
    if words == [NEVER]:
        return None
    if words and words[0] in ("daily", "weekly", "monthly"):
        return _plain(text, words)
    if len(words) != 5:
        raise ValueError(f"{text!r} is no schedule; write {_PLAIN}")
    return _cron(words)


def parse_age(text: str) -> timedelta:
    """ "8 days", "36 hours", "2 weeks". Raises ValueError."""
    if not (match := re.fullmatch(r"([1-9]\d{0,3}) (hour|day|week)s?", text)):
        raise ValueError(f'{text!r} is no age; write a number and "hours", "days" or "weeks", such as "8 days"')
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _plain(text: str, words: Sequence[str]) -> When:
    kind, *middle, clock = (*words, "")[: max(2, len(words))]
    if not (at := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", clock)) or len(middle) != (kind != "daily"):
        raise ValueError(f"{text!r} is no schedule; write {_PLAIN}")
    days, weekdays = _ALL[2], _ALL[4]
    if kind == "weekly":
        name = middle[0]
        if name not in _DAYS and name not in _DAY_NAMES:
            raise ValueError(f"{name!r} is no day of the week; write one of {', '.join(_DAYS)}")
        weekdays = (_DAY_NAMES[name[:3]],)
    elif kind == "monthly":
        if not middle[0].isascii() or not middle[0].isdecimal() or not 1 <= int(middle[0]) <= 28:
            raise ValueError(f'"{kind} {middle[0]}": write a day from 1 to 28, which every month has')
        days = (int(middle[0]),)
    return When(minutes=(int(at[2]),), hours=(int(at[1]),), days=days, months=_ALL[3], weekdays=weekdays)


def _cron(words: Sequence[str]) -> When:
    minutes, hours, days, months, weekdays = (_field(word, *field) for word, field in zip(words, _FIELDS, strict=True))
    weekdays = tuple(sorted({day % 7 for day in weekdays}))
    if len(days) < 31 and len(weekdays) < 7:
        raise ValueError(
            "a day of the month and a day of the week together mean either to cron, both to others; write one of them "
            'and "*" for the other'
        )
    when = When(minutes=minutes, hours=hours, days=days, months=months, weekdays=weekdays)
    if when.next(datetime(2024, 1, 1, tzinfo=UTC), ZoneInfo("UTC")) is None:
        raise ValueError(f"{' '.join(words)!r} never comes: no such month has that day")
    return when


def _field(word: str, name: str, low: int, high: int, names: dict[str, int]) -> tuple[int, ...]:
    found: set[int] = set()
    for item in word.split(","):
        span, _, step = item.partition("/")
        begin, dash, end = span.partition("-")
        if "/" in item and not (step.isascii() and step.isdecimal() and 0 < int(step) <= high):
            raise ValueError(f"{item!r} is no {name}: after / stands a step from 1 to {high}")
        if span == "*":
            first, last = low, high
        else:
            first = _number(begin, name, low, high, names)
            last = _number(end, name, low, high, names) if dash else high if step else first
        if first > last:
            raise ValueError(f"{item!r} is no {name}: it ends before it begins")
        found.update(range(first, last + 1, int(step or 1)))
    return tuple(sorted(found))


def _number(word: str, name: str, low: int, high: int, names: dict[str, int]) -> int:
    if word in names:
        return names[word]
    if not word.isascii() or not word.isdecimal() or not low <= int(word) <= high:
        also = f" or {', '.join(names)}" if names else ""
        raise ValueError(f"{word!r} is no {name}: write {low} to {high}{also}, lists (1,3), spans (1-5), steps (*/2)")
    return int(word)


def _numbers(chosen: Sequence[int], width: int = 1) -> str:
    return ",".join(f"{n:0{width}}" for n in chosen)
