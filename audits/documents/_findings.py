"""What a family of rules has looked at in a document, and what it found there, rule by rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from audits.check import WHOLE
from audits.model import LEFT_OUT, Finding, Outcome, Verdict

#: Findings of one rule in one document; those beyond are counted.
MOST = 50
DOCUMENT = "document"


class Judged:
    """Collects findings. A rule that had nothing to look at is inapplicable, never passed."""

    def __init__(self, prefix: str, redact: Callable[[str], str]) -> None:
        self._prefix = prefix
        self._redact = redact
        self._found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._more: defaultdict[str, int] = defaultdict(int)
        self._looked: set[str] = set()
        self._unsure: dict[str, str] = {}

    def look(self, *rules: str) -> None:
        """There is something that these rules are about."""
        self._looked.update(rules)

    def found(self, rule: str, place: str, message: str) -> None:
        """One place that breaks a rule."""
        if len(self._found[rule]) < MOST:
            self._found[rule].append((place, message))
        else:
            self._more[rule] += 1

    def unsure(self, rules: Iterable[str], why: str) -> None:
        """Something could not be judged by these rules: where they found nothing, they do not pass."""
        for rule in rules:
            self._unsure.setdefault(rule, why)

    def quoted(self, words: str) -> str:
        """A name or language as the document spells it, masked and short."""
        return f"“{self._redact(words[:60])}”"

    def outcomes(self, rules: Iterable[str], *, left_out: str, engine: str) -> Iterator[Outcome]:
        """One for every rule."""
        for rule in rules:
            name = rule.removeprefix(self._prefix)
            findings = tuple(self._findings(rule, name))
            why = left_out or self._unsure.get(name, "")
            if findings:
                yield Outcome(rule=rule, verdict=Verdict.FAIL, findings=findings, engine=engine)
            elif why:
                yield Outcome(rule=rule, verdict=Verdict.NOT_RUN, reason=f"{LEFT_OUT}{why}", engine=engine)
            else:
                verdict = Verdict.PASS if name in self._looked else Verdict.INAPPLICABLE
                yield Outcome(rule=rule, verdict=verdict, engine=engine)

    def _findings(self, rule: str, name: str) -> Iterator[Finding]:
        places = self._found.get(name, [])
        for number, (place, message) in enumerate(places, start=1):
            more = self._more[name] if number == len(places) else 0
            said = f"{message} There {'is' if more == 1 else 'are'} {more} more such." if more else message
            yield Finding(rule=rule, verdict=Verdict.FAIL, message=said, selector=place, part=WHOLE)


def times(count: int, one: str, many: str = "") -> str:
    """ "1 page", "3 pages"."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
