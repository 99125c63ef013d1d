"""What people say for the log is kept for ever: it is searched first, and refused where it is personal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from audits.privacy.engine import Span
    from handrail.wiring import Parts

#: Characters of what somebody says at the most.
MOST = 500


class BadWords(ValueError):
    """What is wrong with something that was said. Never quotes it: it may hold anything."""

    def __init__(
        self,
        called: str,
        why: Literal["personal", "long", "late", "empty"],
        told: str,
        kinds: tuple[str, ...] = (),
    ) -> None:
        super().__init__(told)
        self.called = called
        self.why = why
        self.kinds = kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A person, as the log names them: what they are called, and by which account they came."""

    by: str
    account: str


def without_personal(said: str, parts: Parts, called: str) -> str:
    """On one line, without anything personal; raises BadWords. ``called``: what to call it ("the note")."""
    from audits.privacy.masking import NAME_ALONE, telling

    said, hits = _searched(said, parts, called)
    names = [span for _, span in hits if span.entity == "PERSON" and span.score >= NAME_ALONE]
    _refuse([*telling(span for _, span in hits), *names], called, "Say it without, or put it in the case file.")
    return said


def named(said: str, parts: Parts, called: str = "--by") -> str:
    """Who or where: a name, a role, an address at work; nothing private. Raises BadWords."""
    from audits.privacy.contacts import is_private_mailbox
    from audits.privacy.masking import telling

    said, hits = _searched(said, parts, called)
    ours = {
        span
        for form, span in hits
        if span.entity == "EMAIL_ADDRESS" and not is_private_mailbox(form[span.start : span.end])
    }
    private = [span for span in telling(span for _, span in hits) if span.entity != "PERSON" and span not in ours]
    _refuse(private, called, "A name and a role will do.")
    return said


def same_name(one: str, other: str) -> bool:
    """Whether two people are called the same, however it is written: "A. Ito, web" and "a ito (Web)"."""
    return _words(one) == _words(other)


def _words(said: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", said).casefold())


def not_empty(said: str, called: str) -> str:
    """The same text; raises BadWords where there is none."""
    if not said:
        raise BadWords(called, "empty", f"{called} is empty")
    return said


def _searched(said: str, parts: Parts, called: str) -> tuple[str, list[tuple[str, Span]]]:
    """On one line, and what is recognized in each way to read it."""
    from audits.privacy.masking import readings
    from reports import clean

    said = " ".join(clean.line(said, len(said)).split())
    if len(said) > MOST:
        raise BadWords(called, "long", f"{called} has at most {MOST} characters; details belong in the case file")
    found = [(form, *parts.detector.scan(form, count_tier=True)) for form in readings(said)]
    if any(late for _, _, late in found):
        raise BadWords(called, "late", f"{called} could not be searched for personal information in time; shorten it")
    return said, [(form, span) for form, spans, _ in found for span in spans]


def _refuse(spans: Iterable[Span], called: str, remedy: str) -> None:
    if kinds := sorted({span.entity for span in spans}):
        raise BadWords(
            called,
            "personal",
            f"{called} seems to hold personal information ({', '.join(kinds)}). Nothing was recorded, and nothing "
            f"done. {remedy}",
            tuple(kinds),
        )
