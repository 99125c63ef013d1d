"""Who else learns that somebody reads this page: analytics, advertisers, networks, recorders of what people do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from audits.check import Check, worst
from audits.model import Finding, Impact, Kind, Outcome, Rule, Snapshot, Verdict
from audits.privacy._trackers import Tracker, tracker_of
from audits.privacy.recognizers.email import registered_domain

TRACKER = Rule(
    id="privacy/tracker",
    title="Page tells another company who visits it",
    why="The company learns a visitor’s address, browser and what they read, and can tie it to what it knows from "
    "other sites. People who look for help from their City did not ask for that.",
    fix="Remove it, or run it without identifying people; else record why it is needed and the agreement, and tell "
    "people.",
    title_fr="La page dit à une autre entreprise qui la visite",
    why_fr="L’entreprise apprend l’adresse, le navigateur et les lectures d’une personne, et peut les lier à ce "
    "qu’elle sait d’ailleurs. Qui cherche l’aide de sa Ville n’a pas demandé cela.",
    fix_fr="Retirez-le, ou faites-le fonctionner sans identifier les gens; sinon, consignez-en la raison et l’entente, "
    "et dites-le aux gens.",
    impact=Impact.MODERATE,
    kind=Kind.PRIVACY,
    references=("MFIPPA s. 2(1)", "MFIPPA s. 29(2)"),
    help_url="https://www.ontario.ca/laws/statute/90m56",
    verdicts=(Verdict.REVIEW,),
)
REPLAY = Rule(
    id="privacy/session-replay",
    title="Page lets another company record what visitors do",
    why="Every movement, click and often every key is sent to the company, also what people write into forms and take "
    "back.",
    fix="Remove it. Where it must stay, keep it off every page with a form, and record the agreement.",
    title_fr="La page laisse une autre entreprise enregistrer les gestes des gens",
    why_fr="Chaque mouvement, chaque clic et souvent chaque touche est envoyé à l’entreprise, même ce que l’on écrit "
    "dans un formulaire puis efface.",
    fix_fr="Retirez-le. S’il doit rester, tenez-le loin de toute page à formulaire, et consignez l’entente.",
    impact=Impact.SERIOUS,
    kind=Kind.PRIVACY,
    references=("MFIPPA s. 2(1)", "MFIPPA s. 29(2)"),
    help_url="https://www.ontario.ca/laws/statute/90m56",
    verdicts=(Verdict.REVIEW,),
)


class Trackers(Check):
    """What the page loaded while it was read, by host. What only a press or a consent would load is not seen."""

    needs: ClassVar[tuple[str, ...]] = ("document",)

    def __init__(
        self, *, own_domains: Iterable[str] = (), tracker_of: Callable[[str], Tracker | None] = tracker_of
    ) -> None:
        self._tracker_of = tracker_of
        self._own = frozenset(registered_domain(domain) for domain in own_domains)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Those who follow, and those who film."""
        return {TRACKER.id: TRACKER, REPLAY.id: REPLAY}

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """One finding for each service."""
        own = self._own | {registered_domain(urlsplit(snapshot.url).hostname or "")}
        found: dict[Tracker, list[str]] = {}
        for frame in snapshot.artifacts["document"]["frames"]:
            for host in frame.get("hosts") or ():
                name = str(host["host"]).lower()
                if registered_domain(name) not in own and (tracker := self._tracker_of(name)):
                    found.setdefault(tracker, []).append(name)
        for rule in (TRACKER, REPLAY):
            findings = tuple(
                Finding(
                    rule=rule.id,
                    verdict=Verdict.REVIEW,
                    message=f"{tracker}, {tracker.purpose}, was loaded while the page was read. "
                    "Who decided that, and what may the company do with it?",
                    selector="html",
                    snippet=", ".join(dict.fromkeys(hosts))[:300],
                )
                for tracker, hosts in found.items()
                if (tracker.purpose == "session replay") == (rule is REPLAY)
            )
            yield Outcome(rule=rule.id, verdict=worst(findings), findings=findings)
