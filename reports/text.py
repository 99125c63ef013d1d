"""The words of a report in one language: whole sentences, with numbers and dates as people write them."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from markupsafe import Markup, escape

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")

_NARROW = "\u202f"  # the narrow no-break space between thousands and before a percent sign in French
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}
_SHORT: Mapping[Language, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."),
}
# {name}, or {name:one form|other form} with # for the number; [words]({name}) is a link.
_FIELD = re.compile(r"\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}")
_LINK = re.compile(r"\[([^\]]+)\]\(\{(\w+)\}\)")


_LANDMARK = re.compile(r"[a-z]+")


class Words:
    """One language's catalogue. Every value put into a sentence is escaped.

    ``package``: one with sentences of its own, beside those of reports.
    """

    def __init__(self, language: Language, package: str = "") -> None:
        self.language = language
        self.lang = {"en": "en-CA", "fr": "fr-CA"}[language]
        self._texts = {**catalogue(language), **catalogue(language, package)} if package else catalogue(language)
        self._plain: dict[str, Markup] = {}  # sentences that take no values, as they were asked for

    def has(self, key: str) -> bool:
        return key in self._texts

    def t(self, key: str, **values: Any) -> Markup:
        """The sentence under ``key``. A missing key or value is a fault of ours, and stops."""
        if not values:
            if key not in self._plain:
                self._plain[key] = self._put(key, values)
            return self._plain[key]
        return self._put(key, values)

    def _put(self, key: str, values: Mapping[str, Any]) -> Markup:
        text = str(escape(self._texts[key]))

        def link(match: re.Match[str]) -> str:
            return f'<a href="{escape(values[match[2]])}">{match[1]}</a>'

        def put(match: re.Match[str]) -> str:
            value = values[match[1]]
            if match[2] is None:
                return str(escape(self.value(value)))
            form = match[2] if self.is_one(value) else match[3]
            return form.replace("#", self.number(value))

        return Markup(_FIELD.sub(put, _LINK.sub(link, text)))  # noqa: S704 (every part is escaped above)

    def plain(self, key: str, **values: Any) -> str:
        """The same for what is no HTML: nothing is escaped."""
        return html.unescape(self.t(key, **values))

    def reason(self, code: str) -> str:
        """Why an audit is incomplete or a page was not had, in plain words; one that has none as it was recorded."""
        outcome = code.removeprefix("start-page-")
        if outcome != code and self.has(f"outcome.{outcome}"):
            return self.plain("reason.start-page", outcome=self.plain(f"outcome.{outcome}"))
        return next(
            (self.plain(f"{kind}.{code}") for kind in ("reason", "outcome") if self.has(f"{kind}.{code}")), code
        )

    def part(self, key: str, name: str) -> Markup:
        """ "Header", "Navigation: Main": the landmark in this language, with the label that the page gives it."""
        landmark = _LANDMARK.match(key)
        if landmark is None or not self.has(f"part.{landmark[0]}"):
            return escape(name)
        part = self.t(f"part.{landmark[0]}")
        label = name.partition(": ")[2]
        return self.t("part.labelled", part=part, label=label) if label else part

    def is_one(self, n: int) -> bool:
        """French counts zero as singular."""
        return n in (0, 1) if self.language == "fr" else n == 1

    def value(self, value: Any) -> Any:
        return self.number(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def number(self, n: int) -> str:
        grouped = f"{n:,}"
        return grouped if self.language == "en" else grouped.replace(",", _NARROW)

    def percent(self, n: int) -> str:
        return f"{n}%" if self.language == "en" else f"{n}{_NARROW}%"

    def size(self, n: int) -> str:
        """Bytes as people count them: "845 KB", "1,2 Mo"."""
        unit = "B" if self.language == "en" else "o"
        if n < 999_500:
            return f"{self.number(max(1, round(n / 1_000)))}\u00a0K{unit}"
        whole, _, tenth = f"{n / 1_000_000:.1f}".partition(".")
        mark = "." if self.language == "en" else ","
        return f"{self.number(int(whole))}{mark}{tenth}\u00a0M{unit}"

    def date(self, stamp: str, *, short: bool = False) -> str:
        """The day of an ISO time: "23 November 2026", "1er novembre 2026"; nothing for nothing."""
        if not stamp:
            return ""
        day = datetime.fromisoformat(stamp)
        month = (_SHORT if short else _MONTHS)[self.language][day.month - 1]
        number = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{number}\u00a0{month}\u00a0{day.year}"

    def time(self, stamp: str) -> str:
        """The time of day: "01:05", "1 h 05"."""
        moment = datetime.fromisoformat(stamp)
        if self.language == "en":
            return f"{moment:%H:%M}"
        return f"{moment.hour}\u00a0h\u00a0{moment:%M}"


@cache
def catalogue(language: Language, package: str = "reports") -> Mapping[str, str]:
    """Key -> text, flat. French spaces before a colon and inside guillemets become no-break ones."""
    source = files(package) / "templates" / f"{language}.toml"
    texts = _flat(tomllib.loads(source.read_text(encoding="utf-8")))
    if language == "en":
        return texts
    return {key: _french_spaces(text) for key, text in texts.items()}


def _french_spaces(text: str) -> str:
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", text)


def _flat(node: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in node.items():
        if isinstance(value, dict):
            texts.update(_flat(value, f"{prefix}{key}."))
        else:
            texts[f"{prefix}{key}"] = value
    return texts
