"""What people type is theirs until they send it: nobody learns of it before."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

from audits.check import Check
from audits.model import Finding, Impact, Kind, Part, Rule, Snapshot, Verdict
from audits.privacy._forms import asked
from audits.privacy._trackers import Tracker, tracker_of
from audits.privacy.recognizers.email import registered_domain

Fact = Mapping[str, Any]
#: The longest snippet and message that the model allows, and the longest quotation within a message.
LONGEST, QUOTED = 300, 60
_ASK = "Does the form need that, is it kept, and are people told?"
#: How it is told that a value was found in a request.
_HOW = {
    "plain": "as typed",
    "base64": "in base64",
    "hex": "in hexadecimal",
    "md5": "as its MD5 hash",
    "sha1": "as its SHA-1 hash",
    "sha256": "as its SHA-256 hash",
}
_WHERE = {"address": "the address", "body": "the body", "referrer": "the referrer", "header": "a header"}


class TypedText(Check):
    """What was typed on a copy of the site, and found in what the page was about to send before anybody sent it."""

    rule = Rule(
        id="privacy/typed-text-sent",
        title="What people type leaves the page before they send it",
        why="Whoever writes, thinks better of it and leaves has told all the same: their e-mail address, what ails "
        "them, what they search for. Nobody told them, and a hash of it is as good as their name.",
        fix="Keep trackers and session recording off pages with forms, or mask every field in their settings. Send "
        "what people wrote when they press the button, to the City alone.",
        title_fr="Ce que les gens écrivent quitte la page avant l’envoi",
        why_fr="Qui écrit, se ravise et s’en va a tout de même parlé : son adresse courriel, ce dont il souffre, ce "
        "qu’il cherche. Personne ne l’en a averti, et une empreinte (hachage) vaut son nom.",
        fix_fr="Tenez les traceurs et l’enregistrement de session loin des pages à formulaire, ou masquez-y chaque "
        "champ. Envoyez ce que les gens ont écrit quand ils pressent le bouton, à la Ville seule.",
        impact=Impact.SERIOUS,
        kind=Kind.PRIVACY,
        references=("MFIPPA s. 28", "MFIPPA s. 29(2)", "MFIPPA s. 31", "OWASP ASVS 5.0 14.2.3"),
        help_url="https://www.ontario.ca/laws/statute/90m56",
        before='<label>E-mail <input type="email" onchange="tracker.identify(this.value)"></label>',
        after='<label>E-mail <input type="email"></label>',
    )
    needs: ClassVar[tuple[str, ...]] = ("typed",)

    def __init__(
        self,
        *,
        redact: Callable[[str], str],
        own_domains: Iterable[str] = (),
        tracker_of: Callable[[str], Tracker | None] = tracker_of,
    ) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._tracker_of = tracker_of
        self._redact = lru_cache(maxsize=256)(redact)
        self._own = frozenset(registered_domain(domain) for domain in own_domains)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Where there was something to type into."""
        return bool(snapshot.artifacts["typed"]["tried"])

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each field, whoever receives what is typed into it."""
        own = self._own | {registered_domain(urlsplit(snapshot.url).hostname or "")}
        for field in snapshot.artifacts["typed"]["fields"]:
            if not (told := dict(_receivers(field, own, self._tracker_of))):
                continue
            verdicts = [verdict for verdict, _ in told.values()]
            goes = "; ".join(f"{who} ({', '.join(sorted(ways))})" for who, (_, ways) in told.items())
            message = f"What is typed into {self._called(field)} goes, before anybody sends it, to {goes}."
            fails = Verdict.FAIL in verdicts
            yield Finding(
                rule=self.rule.id,
                verdict=Verdict.FAIL if fails else Verdict.REVIEW,
                message=_cut(message, LONGEST) if fails else f"{_cut(message, LONGEST - len(_ASK) - 1)} {_ASK}",
                selector=self._redact(field["selector"]),
                # Masked before it is cut: half a number is not recognized any more.
                snippet=_cut(self._redact(field["html"]), LONGEST),
                part=Part(**field["part"]),
            )

    def _called(self, field: Fact) -> str:
        name = " ".join(self._redact(field["name"]).split())
        return f"“{_cut(name, QUOTED)}”" if name else "a field without a name"


def _receivers(
    field: Fact, own: Container[str], tracker_of: Callable[[str], Tracker | None]
) -> Iterator[tuple[str, tuple[Verdict, set[str]]]]:
    """Who receives it, what that is, and in which ways: one that follows people, another company, the site itself."""
    about = asked(label=field["name"], name=field["called"], token=field["token"], kind=field["type"])
    looks_up = field["search"] or about == "address"
    found: dict[str, tuple[Verdict, set[str]]] = {}
    for one in field["sent"]:
        host = str(one["host"]).lower()
        verdict = Verdict.REVIEW
        if registered_domain(host) in own:
            # Suggestions of addresses and pages are what people wait for, and what else a field sends is its check.
            if looks_up or not (about or field["type"] == "password"):
                continue
            who = "the site’s own server"
        elif tracker := tracker_of(host):
            who = f"{tracker}, {tracker.purpose}"
            # What is looked for is about to be sent, and may be what the company was hired to count.
            verdict = Verdict.REVIEW if looks_up else Verdict.FAIL
        else:
            who = host
        found.setdefault(who, (verdict, set()))[1].add(f"{_HOW[one['how']]} in {_WHERE[one['where']]}")
    yield from found.items()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
