"""The terms that a report, its registers and what they are made of share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SiteVerdict = Literal["not-audited", "incomplete", "fails", "goal-fails", "no-failure-found"]
CriterionState = Literal[
    "fails",
    "needs-person",
    "no-failure-found",
    "not-covered",
    "not-checked",
    "removed",
    "not-required",
    "supports",
    "not-applicable",
]
#: What a person says of a question, having looked.
AnswerResult = Literal["supports", "does-not-support", "partially-supports", "not-applicable", "cannot-tell"]
#: How much of a site people say a criterion fails on: on most of it, or on some. "" = nobody said that it fails.
Extent = Literal["", "does-not-support", "partially-supports"]
#: "changed": what it was about is another now, so that it says nothing any more. "not-looked": nobody saw its page.
AnswerState = Literal["answered", "changed", "not-looked"]
#: How far a file was searched for personal information: to its end; its text, not its pictures; not at all.
Searched = Literal["all", "text", "none"]
Severity = Literal["critical", "serious", "moderate", "minor"]
IssueState = Literal["new", "open", "fixed", "returned", "not-checked"]
#: Where a page lists an issue. "advice" never fails a criterion of the site's standard.
IssueGroup = Literal["failing", "review", "advice", "privacy"]
#: Why a page is in the sample. "kind": nothing else in the sample is built like it.
SampleReason = Literal[
    "start", "contact", "help", "search", "form", "sitemap", "accessibility", "login", "language", "kind", "random"
]
#: What the register knows of an exposure's life. "seen": still there in this run. "looked": somebody had a value shown.
EventKind = Literal["found", "seen", "decided", "looked", "done", "undone"]
#: "read" to its end; "unread": not, or not to its end; "listed": nobody asked for it to be read.
DocumentState = Literal["read", "unread", "listed"]
#: What a public statement says that no audit can know.
StatementKey = Literal["contact", "formats", "reply", "repairs", "measures"]
#: What "Coming up" tells of a day.
ComingKind = Literal[
    "contain",
    "overdue",
    "answers-ended",
    "due",
    "exception-ends",
    "false-alarm-ends",
    "document-exception-ends",
    "decision-ends",
    "statement-ends",
    "audit-due",
    "law",
]
SkipGroup = Literal["sign-in", "robots", "refused", "errors", "time", "waiting", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The same words in English and Canadian French; an empty ``fr`` is shown in English and marked so."""

    en: str
    fr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityCounts:
    """Exposures by severity; ``serious`` reads "high" and ``minor`` "low" in the register."""

    critical: int
    serious: int
    moderate: int
    minor: int
