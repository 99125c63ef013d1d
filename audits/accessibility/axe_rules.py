"""Turn axe-core's result, taken in every frame, into outcomes. axe has judged already; nothing is judged again here."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, ClassVar

from audits.check import Check, worst
from audits.fingerprint import shortened
from audits.model import FRAME_STEP, SHADOW_STEP, Finding, Impact, Kind, Outcome, Part, Rule, Snapshot, Verdict
from audits.standards import AxeRule, load

PREFIX = "axe/"
#: Off unless enabled, and wanted: WCAG 2.2 level AA.
ALSO_RUN = frozenset({"target-size"})
#: axe says "frame-tested" of every frame that it was not injected into. We inject it ourselves, and say it ourselves.
NOT_OURS = frozenset({"frame-tested"})
#: What is seen with the Tab key is told in the words of those rules of ours.
SAID_BY = {"skip-link": ("check/skip-link-broken",)}
#: What axe cannot decide of signs that are no words (the × of a button called "Close"): nobody needs to be asked.
IDLE = frozenset(
    {
        "Element content contains only non-text characters",
        "Unable to determine if the visible text is part of the accessible name",
    }
)
#: References that do nothing where nothing has their id, so that they are as good as left out (ACT rule 6a7281).
_LOOSE = re.compile(r'Invalid ARIA attribute values?: (?:aria-(?:controls|owns|flowto|details)="[^"]*"(?:, )?)+')
#: Where ARIA requires aria-controls (ACT rule in6db8).
_BOUND = re.compile(r"""^<[^>]*\brole=["']?(?:scrollbar|combobox)\b""", re.IGNORECASE)
#: The longest snippet and message that the model allows.
LONGEST = 300

FRAME_NOT_ENTERED = Rule(
    id="check/frame-not-entered",
    title="An embedded frame could not be checked",
    why="A map, form or video inside the frame may shut people out, and this audit could not look inside.",
    fix="Test the frame's own page by hand, or ask its provider for an accessibility report.",
    title_fr="Un cadre intégré n’a pas pu être vérifié",
    why_fr="Une carte, un formulaire ou une vidéo dans le cadre peut exclure des gens, et cette vérification n’a pu y "
    "entrer.",
    fix_fr="Vérifiez la page du cadre à la main, ou demandez un rapport d’accessibilité à son fournisseur.",
    impact=Impact.MODERATE,
    verdicts=(Verdict.REVIEW,),
    help_url="https://www.w3.org/WAI/WCAG22/Understanding/conformance",
)

_VERDICTS = {"violation": Verdict.FAIL, "incomplete": Verdict.REVIEW}


class AxeRules(Check):
    """Every rule of axe-core, one outcome each over all frames of a page."""

    needs: ClassVar[tuple[str, ...]] = ("axe",)
    engine: ClassVar[str] = "axe-core"
    prefix: ClassVar[str] = PREFIX

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in whatever axe quotes from the page."""
        # Headers, footers and menus bring the same snippets on every page, and a look at one takes milliseconds.
        self._redact = lru_cache(maxsize=4096)(redact)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules that we ask axe to run. Others it may run by configuration: see ``rule_for``."""
        return _catalogue()

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """Group the frames' results by rule."""
        axe = snapshot.artifacts["axe"]
        frames: Sequence[Mapping[str, Any]] = axe["frames"]
        top = [frame for frame in frames if not frame["frame"]]
        if not snapshot.partial and not any(frame["rules"] for frame in top):
            for rule_id in self.rules:
                reason = "axe: no result for the page itself"
                yield Outcome(rule=rule_id, verdict=Verdict.ERROR, reason=reason, engine=self.engine)
            return
        by_rule: dict[str, list[tuple[Sequence[str], Mapping[str, Any]]]] = {}
        for frame in frames:
            for result in frame["rules"]:
                if _counts(result["id"], frame["frame"]):
                    by_rule.setdefault(result["id"], []).append((frame["frame"], _asked(result)))
        for axe_id in sorted(by_rule):
            yield self._outcome(axe_id, by_rule[axe_id])
        yield self._frames(axe.get("not_entered", ()), has_frames=len(frames) > len(top))

    def _outcome(self, axe_id: str, results: Sequence[tuple[Sequence[str], Mapping[str, Any]]]) -> Outcome:
        rule_id = PREFIX + axe_id
        findings = tuple(
            self._finding(rule_for(axe_id, result), *_weighed(verdict, node), frame)
            for frame, result in results
            if (verdict := _VERDICTS.get(result["outcome"]))
            for node in result.get("nodes", ())
        )
        # A failure found stands, whatever broke elsewhere; without one, a rule that broke in one frame is not a pass.
        broken = any(result.get("error") for _, result in results)
        if broken and not any(finding.verdict is Verdict.FAIL for finding in findings):
            return Outcome(rule=rule_id, verdict=Verdict.ERROR, reason="axe: the rule broke", engine=self.engine)
        if findings:
            return Outcome(rule=rule_id, verdict=worst(findings), findings=findings, engine=self.engine)
        said = {result["outcome"] for _, result in results}
        for outcome, verdict in _VERDICTS.items():
            if outcome in said:  # a verdict of a place that axe could not name
                finding = self._finding(rule_for(axe_id, results[0][1]), verdict, {}, ())
                return Outcome(rule=rule_id, verdict=verdict, findings=(finding,), engine=self.engine)
        verdict = Verdict.PASS if "pass" in said else Verdict.INAPPLICABLE
        return Outcome(rule=rule_id, verdict=verdict, engine=self.engine)

    def _finding(self, rule: Rule, verdict: Verdict, node: Mapping[str, Any], frame: Sequence[str]) -> Finding:
        return Finding(
            rule=rule.id,
            verdict=verdict,
            # Masked before it is cut: half a number is not recognized any more.
            message=_cut(self._redact(node.get("message") or rule.title)),
            selector=self._redact(FRAME_STEP.join([*frame, SHADOW_STEP.join(node.get("target", ()))])) if node else "",
            snippet=shortened(self._redact(node.get("html", "")), LONGEST),
            impact=Impact(node["impact"]) if node.get("impact") else rule.impact,
            part=Part(**node["part"]) if node.get("part") else Part(),
            engine=self.engine,
        )

    def _frames(self, not_entered: Sequence[Mapping[str, Any]], *, has_frames: bool) -> Outcome:
        findings = tuple(
            Finding(
                rule=FRAME_NOT_ENTERED.id,
                verdict=Verdict.REVIEW,
                message=_cut(self._redact(f"{FRAME_NOT_ENTERED.title}: {missed['reason']}.")),
                selector=self._redact(FRAME_STEP.join(missed["frame"])),
                snippet=_cut(self._redact(missed.get("html", ""))),
                impact=FRAME_NOT_ENTERED.impact,
                part=Part(**missed["part"]) if missed.get("part") else Part(),
            )
            for missed in not_entered
        )
        if findings:
            return Outcome(rule=FRAME_NOT_ENTERED.id, verdict=Verdict.REVIEW, findings=findings)
        return Outcome(rule=FRAME_NOT_ENTERED.id, verdict=Verdict.PASS if has_frames else Verdict.INAPPLICABLE)


def rule_for(axe_id: str, said: Mapping[str, Any] = MappingProxyType({})) -> Rule:
    """Our rule for one of axe's, in axe's words where we have none.

    A rule of a newer axe is described by what the result ``said`` of it: "help", "helpUrl", "impact", "tags".
    """
    return _known(axe_id) or _rule(
        AxeRule(
            id=axe_id,
            help=said.get("help") or f"axe rule {axe_id}",
            description="axe-core found this; the rule is newer than this version's own texts.",
            impact=said.get("impact") or "moderate",
            criteria=tuple(
                f"{tag[4]}.{tag[5]}.{tag[6:]}"
                for tag in said.get("tags", ())
                if tag.startswith("wcag") and len(tag) >= 7 and tag[4:].isdigit()
            ),
            help_url=(said.get("helpUrl") or "").partition("?")[0],
            best_practice="best-practice" in said.get("tags", ()),
        )
    )


@cache
def _catalogue() -> Mapping[str, Rule]:
    ours = [
        _rule(rule)
        for rule in load().axe_rules.values()
        if (rule.default or rule.id in ALSO_RUN) and rule.id not in NOT_OURS
    ]
    return MappingProxyType({rule.id: rule for rule in [*ours, FRAME_NOT_ENTERED]})


@cache
def _known(axe_id: str) -> Rule | None:
    said = load().axe_rules.get(axe_id)
    return _rule(said) if said else None


def _rule(said: AxeRule) -> Rule:
    text = load().axe_texts.get(said.id)
    return Rule(
        id=PREFIX + said.id,
        title=text.title if text else said.help,
        why=text.why if text else said.description,
        fix=text.fix if text else "See axe-core's page about this rule.",
        title_fr=text.title_fr if text else "",
        why_fr=text.why_fr if text else "",
        fix_fr=text.fix_fr if text else "",
        impact=Impact(said.impact),
        kind=Kind.ACCESSIBILITY,
        criteria=said.criteria,
        references=tuple(f"ACT rule {act}" for act in said.act),
        best_practice=said.best_practice,
        help_url=said.help_url,
        before=text.before if text else "",
        after=text.after if text else "",
        said_by=SAID_BY.get(said.id, ()),
    )


def _counts(axe_id: str, frame: Sequence[str]) -> bool:
    """Whether this rule's result from this frame means something."""
    if axe_id in NOT_OURS:
        return False
    known = load().axe_rules.get(axe_id)
    return not (frame and known and known.top_frame_only)


def _asked(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The result without the questions that nobody can answer, and those that a measurement has answered."""
    nodes = result.get("nodes", ())
    if result["outcome"] != "incomplete" or not nodes:
        return result
    kept = [_told(node) for node in nodes if node.get("message") not in IDLE and not _suffices(node.get("measured"))]
    return {**result, "nodes": kept, "outcome": "incomplete" if kept else "pass"}


def _suffices(measured: Mapping[str, float] | None) -> bool:
    return measured is not None and measured["least"] >= measured["needed"]


def _told(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what was measured, which is less than is needed."""
    if not (found := node.get("measured")):
        return node
    least, most = (f"{math.floor(found[end] * 10) / 10:g}:1" for end in ("least", "most"))
    ranges = f"{least} to {most}" if least != most else least
    return {
        **node,
        "message": f"{node['message']}. Before what is drawn there it is {ranges}, of {found['needed']:g}:1.",
    }


def _weighed(verdict: Verdict, node: Mapping[str, Any]) -> tuple[Verdict, Mapping[str, Any]]:
    """A reference to nothing, where none is required, is asked about: what it leads to may be made later."""
    said = node.get("message") or ""
    if verdict is not Verdict.FAIL or not _LOOSE.fullmatch(said) or _BOUND.match(node.get("html") or ""):
        return verdict, node
    return Verdict.REVIEW, {**node, "message": f"{said}. Nothing here has that id. Is it made later, or is it wrong?"}


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
