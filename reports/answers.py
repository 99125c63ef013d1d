"""What people are asked about a site, and what they answered. An answer holds while what it is about is the same. Pure.

Tools prove failures; that a criterion is met, or does not apply, only people say. No answer changes what a tool found.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from audits.model import Kind, Verdict
from reports import clean, sample
from reports.common import PRESENT, id_of, text
from reports.model import AnswerFile, AnswerRow
from reports.store.log import Entry
from reports.store.records import IssueRecord, SiteRunData, SuspectRecord
from reports.terms import AnswerResult, Extent, Text
from reports.text import Words

if TYPE_CHECKING:
    from reports.criteria import Criteria
    from reports.facts import QuestionFacts, StandardsFacts

GIVEN, TAKEN_BACK = "answer-given", "answer-withdrawn"
#: What the log tells of answers.
KINDS = (GIVEN, TAKEN_BACK)
RESULTS: tuple[AnswerResult, ...] = (
    *("supports", "does-not-support", "partially-supports", "not-applicable", "cannot-tell"),
)
#: A barrier was seen; none was.
AGAINST: tuple[AnswerResult, ...] = ("does-not-support", "partially-supports")
FOR: tuple[AnswerResult, ...] = ("supports", "not-applicable")
#: What an answer about more places than these is about is kept as one hash: then any change ends it.
MOST_PLACES = 400

State = Literal["open", "answered", "changed"]
#: Of an answer to what is not asked any more: nobody looked at its page this time.
Elsewhere = Literal["answered", "changed", "not-looked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a person. ``about``: hashes of what it is about, as it is now.

    ``key`` is a criterion with the kind of page ("1.3.1/tables"), or the id of an issue that a tool only suspects.
    ``pages`` are to be looked at together; ``page`` is "" where the question is about the whole site. ``moot``: a tool
    proved a failure of each of its criteria, and no answer can mend that. ``issue``: the fingerprint of what a tool
    suspects.
    """

    id: str
    site: str
    key: str
    criteria: tuple[str, ...]
    required: bool
    page: str
    title: str
    pages: tuple[str, ...]
    part_key: str
    part: str
    ask: Text
    how: Text
    expect: Text
    moot: bool
    about: tuple[str, ...] = field(repr=False)
    issue: str = ""

    @property
    def version(self) -> str:
        """What it is about, in a word: whoever looked at another version looked at something else."""
        return _hash(*self.about)[:10]

    @property
    def kept(self) -> tuple[str, ...]:
        """What an answer keeps of it."""
        return self.about if len(self.about) <= MOST_PLACES else (f"={_hash(*self.about)}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody said on a day, having looked; ``entry`` of the log."""

    entry: int
    id: str
    key: str
    criteria: tuple[str, ...]
    page: str
    ask: Text
    result: AnswerResult
    by: str
    on: str
    evidence: str
    about: frozenset[str] = field(repr=False)
    files: tuple[AnswerFile, ...] = ()

    def holds(self, about: Sequence[str]) -> bool:
        """Whether it speaks of all that a question is about now. What is gone since does no harm."""
        return self.about.issuperset(about) or f"={_hash(*about)}" in self.about


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A question, and how it stands: "changed" has an answer that ended, because what it was about is another now."""

    asked: Asked
    state: State
    answer: Answer | None


def told_of(entries: Iterable[Entry]) -> Mapping[str, Mapping[str, Answer]]:
    """By site and question, the last answer that nobody took back."""
    found: dict[str, dict[str, Answer]] = defaultdict(dict)
    for entry in entries:
        facts = entry.facts
        if entry.kind not in KINDS or facts is None:
            continue
        of_site = found[facts["site"]]
        if entry.kind == TAKEN_BACK:
            of_site.pop(facts["question"], None)
            continue
        of_site[facts["question"]] = Answer(
            entry=entry.seq,
            id=facts["question"],
            key=facts["key"],
            criteria=tuple(facts["criteria"]),
            page=facts["page"],
            ask=Text(**facts["ask"]),
            result=facts["result"],
            by=facts["by"],
            on=facts["on"],
            evidence=facts["evidence"],
            about=frozenset(facts["about"]),
            files=files_of(facts),
        )
    return found


def files_of(facts: Mapping[str, Any]) -> tuple[AnswerFile, ...]:
    """What was handed in with an answer, as its entry of the log holds it."""
    return tuple(AnswerFile(**one) for one in facts.get("files", ()))


# What is asked


def questions_to_people(held: Criteria, data: SiteRunData, standards: StandardsFacts, run: str) -> tuple[Asked, ...]:
    """All that a person is asked of a site: what the law names and is open first, what is moot last.

    Pages are those of the structured sample: a site that did not change is asked the same, run after run.
    """
    asker = _Asker(held, data, standards, run)
    return tuple(sorted((*asker.suspects(), *asker.questions()), key=lambda one: (one.moot, not one.required)))


class _Asker:
    def __init__(self, held: Criteria, data: SiteRunData, standards: StandardsFacts, run: str) -> None:
        self._held = held
        self._data = data
        self._standards = standards
        self._run = run
        #: The numbers that people are asked about: what is removed or not asked for is not in question.
        self._open = [
            one.number
            for one in held.all
            if not one.removed and not (one.aoda == "excluded" and one.number not in held.goal)
        ]
        self._required = {one.number for one in held.all if one.aoda == "yes"}
        self._failing = {
            number
            for issue in data.issues
            if issue.state in PRESENT and issue.verdict is Verdict.FAIL
            for number in self._open
            if held.tests(issue.rule, number)
        }
        self._drawn = sample.draw(data.audited_pages, "")

    def questions(self) -> Iterator[Asked]:
        """Those of the criteria, each of the pages that matter for it."""
        for number in self._open:
            rules = frozenset(one.rule for one in self._data.tallies if self._held.tests(one.rule, number))
            for one in self._standards.questions.get(number, ()):
                pages = [chosen.page for chosen in sample.matter_for(self._drawn, one.pages, rules, random=False)]
                key = f"{number}/{one.pages}"
                if one.pages == "whole" or not pages:
                    about = [about_page(one, page.url, page.seen or self._run) for page in pages]
                    urls = tuple(clean.line(page.url, clean.URL) for page in pages)
                    yield self._asked(key, one, (number,), pages=urls, about=about or [about_page(one, "", "none")])
                    continue
                for page in pages:
                    yield self._asked(
                        key,
                        one,
                        (number,),
                        url=clean.line(page.url, clean.URL),
                        title=clean.line(page.title),
                        about=[about_page(one, page.url, page.seen or self._run)],
                    )

    def suspects(self) -> Iterator[Asked]:
        """What a tool suspects: in a part that pages share once, else page by page."""
        issues = {
            one.fingerprint: one
            for one in self._data.issues
            if one.state in PRESENT and one.verdict is not Verdict.FAIL and one.kind is Kind.ACCESSIBILITY
        }
        for suspect in self._data.suspects:
            issue = issues.get(suspect.issue)
            numbers = tuple(number for number in self._open if issue and self._held.tests(issue.rule, number))
            if issue is not None and numbers:
                yield self._suspect(issue, suspect, numbers)

    def _suspect(self, issue: IssueRecord, suspect: SuspectRecord, numbers: tuple[str, ...]) -> Asked:
        rule = self._held.rule(issue.rule)
        titles = text(rule.title, rule.title_fr)
        fixes = text(rule.fix, rule.fix_fr, clean.MESSAGE)
        url = clean.line(suspect.url, clean.URL)
        seen = "" if suspect.shared else suspect.seen or self._run
        return Asked(
            id=_id(self._data.site.key, issue.fingerprint, "" if suspect.shared else url),
            site=self._data.site.key,
            key=id_of(issue),
            criteria=numbers,
            required=not self._required.isdisjoint(numbers),
            page=url,
            title=clean.line(suspect.title),
            pages=(),
            part_key=clean.line(issue.part_key),
            part=clean.line(issue.part_name),
            ask=_said("asking.suspect.ask", what=titles),
            how=_said("asking.suspect.how", fix=fixes),
            expect=_said("asking.expect.yes"),
            moot=self._failing.issuperset(numbers),
            about=tuple(sorted(_hash(issue.fingerprint, seen, spot) for spot in suspect.spots)),
            issue=issue.fingerprint,
        )

    def _asked(
        self,
        key: str,
        question: QuestionFacts,
        numbers: tuple[str, ...],
        *,
        about: Sequence[str],
        url: str = "",
        title: str = "",
        pages: tuple[str, ...] = (),
    ) -> Asked:
        none = not url and not pages
        return Asked(
            id=_id(self._data.site.key, key, url),
            site=self._data.site.key,
            key=key,
            criteria=numbers,
            required=not self._required.isdisjoint(numbers),
            page=url,
            title=title,
            pages=pages,
            part_key="",
            part="",
            ask=text(question.ask, question.ask_fr, clean.MESSAGE),
            how=text(question.how, question.how_fr, clean.MESSAGE),
            expect=_said("asking.expect.none" if none else "asking.expect.yes"),
            moot=self._failing.issuperset(numbers),
            about=tuple(sorted(set(about))),
        )


def about_page(question: QuestionFacts, url: str, seen: str) -> str:
    """A page as it is, under a question as it is worded."""
    return _hash(question.ask, url, seen)


def _id(site: str, key: str, page: str) -> str:
    return f"Q-{_hash(site, key, page)[:10]}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _said(key: str, **texts: Text) -> Text:
    """A sentence of the catalogues in both languages, with what it quotes in the same."""
    english = {name: one.en for name, one in texts.items()}
    french = {name: one.fr or one.en for name, one in texts.items()}
    return Text(en=Words("en").plain(key, **english), fr=Words("fr").plain(key, **french))


# How it stands


class People:
    """The questions of a site with their answers, and what they say of criteria.

    ``whole``: the audit saw the site as a whole; without, nobody says of it that a criterion is met.
    """

    def __init__(
        self,
        asked: Iterable[Asked],
        answers: Mapping[str, Answer],
        data: SiteRunData,
        standards: StandardsFacts,
        *,
        whole: bool,
    ) -> None:
        self.stands = tuple(stand(one, answers.get(one.id)) for one in asked)
        self._whole = whole
        self._by_criterion: dict[str, list[Stand]] = defaultdict(list)
        for one in self.stands:
            for number in one.asked.criteria:
                self._by_criterion[number].append(one)
        now = {one.asked.id for one in self.stands}
        seen = {clean.line(page.url, clean.URL): (page.url, page.seen) for page in data.audited_pages}
        self.elsewhere = tuple((one, _elsewhere(one, standards, seen)) for one in answers.values() if one.id not in now)

    def of(self, number: str) -> Sequence[Stand]:
        """The questions that bear on a criterion."""
        return self._by_criterion.get(number, ())

    def elsewhere_of(self, number: str) -> list[tuple[Answer, Elsewhere]]:
        """Answers that bear on it, to what is not asked now."""
        return [(one, state) for one, state in self.elsewhere if number in one.criteria]

    def against(self, number: str) -> int:
        """Answers that saw a barrier which is still as it was."""
        return sum(one.result in AGAINST for one in self._holding(number))

    def extent(self, number: str) -> Extent:
        """The worst that such an answer says."""
        said = {one.result for one in self._holding(number)}
        return "does-not-support" if "does-not-support" in said else "partially-supports" if said & {*AGAINST} else ""

    def result(self, number: str) -> Literal["supports", "not-applicable", ""]:
        """What people say of a criterion, once all that is asked of it is answered; "" before."""
        stands = self.of(number)
        # A barrier on a page that nobody looked at this time is not gone.
        unseen = any(state == "not-looked" and one.result in AGAINST for one, state in self.elsewhere_of(number))
        if not self._whole or not stands or unseen:
            return ""
        results = {one.answer.result if one.state == "answered" and one.answer else "" for one in stands}
        if not results <= set(FOR):
            return ""
        return "not-applicable" if results == {"not-applicable"} else "supports"

    def _holding(self, number: str) -> Iterator[Answer]:
        yield from (one.answer for one in self.of(number) if one.state == "answered" and one.answer)
        yield from (one for one, state in self.elsewhere_of(number) if state == "answered")

    def rows(self, number: str) -> list[AnswerRow]:
        """Every answer that bears on a criterion: barriers first, then what ended, then the rest."""
        rows = [row(one.answer, one.state) for one in self.of(number) if one.answer]
        rows += [row(one, state) for one, state in self.elsewhere_of(number)]
        order = {"changed": 1, "not-looked": 1}
        return sorted(
            rows, key=lambda one: (order.get(one.state, 0 if one.result in AGAINST else 2), one.page, one.question)
        )


def stand(asked: Asked, answer: Answer | None) -> Stand:
    """How one question stands."""
    if answer is None:
        return Stand(asked=asked, state="open", answer=None)
    return Stand(asked=asked, state="answered" if answer.holds(asked.about) else "changed", answer=answer)


def _elsewhere(answer: Answer, standards: StandardsFacts, seen: Mapping[str, tuple[str, str]]) -> Elsewhere:
    number, _, kind = answer.key.partition("/")
    if not kind or not answer.page:
        return "changed"  # nobody suspects it any more; or the pages of that kind are others
    if answer.page not in seen:
        return "not-looked"
    question = next((one for one in standards.questions.get(number, ()) if one.pages == kind), None)
    about = about_page(question, *seen[answer.page]) if question else ""
    return "answered" if answer.holds([about]) else "changed"


def row(answer: Answer, state: Elsewhere | State) -> AnswerRow:
    """An answer as a report tells it."""
    return AnswerRow(
        question=answer.id,
        ask=Text(en=clean.line(answer.ask.en, clean.MESSAGE), fr=clean.line(answer.ask.fr, clean.MESSAGE)),
        page=clean.line(answer.page, clean.URL),
        result=answer.result,
        state="answered" if state == "open" else state,
        by=clean.line(answer.by),
        on=answer.on,
        evidence=clean.line(answer.evidence, clean.MESSAGE),
        entry=answer.entry,
        files=answer.files,
    )
