"""A page that came encrypted loads nothing that did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from audits.check import Check
from audits.model import Finding, Impact, Kind, Part, Rule, Snapshot, Verdict
from audits.transport import metas_of


class MixedContent(Check):
    """By the addresses in the page. Browsers ask for pictures and media by https first, and refuse all else."""

    rule = Rule(
        id="privacy/mixed-content",
        title="Encrypted page loads something without encryption",
        why="Browsers leave it out, so that something is missing; and whoever is on the way learns what is read, or "
        "changes it.",
        fix="Write the address with https://, or keep a copy on the City’s own server.",
        title_fr="Une page chiffrée charge un élément sans chiffrement",
        why_fr="Les navigateurs l’écartent, et il manque donc quelque chose; et qui se trouve en chemin apprend ce qui "
        "est lu, ou le modifie.",
        fix_fr="Écrivez l’adresse avec https://, ou gardez une copie sur le serveur de la Ville.",
        impact=Impact.MODERATE,
        kind=Kind.PRIVACY,
        references=("W3C Mixed Content", "MFIPPA Reg. 823 s. 3"),
        help_url="https://www.w3.org/TR/mixed-content/",
        before='<script src="http://cdn.example/map.js"></script>',
        after='<script src="https://cdn.example/map.js"></script>',
    )
    needs: ClassVar[tuple[str, ...]] = ("transport",)

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = redact

    def applies_to(self, snapshot: Snapshot) -> bool:
        """A page without encryption has nothing to mix."""
        return snapshot.url.startswith("https:")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """What acts fails; what is only shown is for a person to look at. A policy may have all of it encrypted."""
        seen = snapshot.artifacts["transport"]
        headers = seen.get("headers")
        if "upgrade" in metas_of(seen["metas"]) or "upgrade" in (headers or {}):
            return
        for one in seen["insecure"]:
            active = bool(one["active"]) and headers is not None
            host = self._redact(str(one["host"]))
            kind = one["name"]
            told = (
                f"An element <{kind}> loads from {host} over http: browsers refuse, and what it brings is missing."
                if active
                else f"An element <{kind}> names {host} by http. Does it come when it is asked for by https?"
            )
            yield Finding(
                rule=self.rule.id,
                verdict=Verdict.FAIL if active else Verdict.REVIEW,
                message=told,
                selector=self._redact(one["selector"]),
                snippet=self._redact(one["html"])[:300],
                part=Part(**one["part"]),
                impact=Impact.SERIOUS if active else None,
            )
