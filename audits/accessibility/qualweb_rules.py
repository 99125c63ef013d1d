"""Turn the findings of QualWeb's ACT rules, the second opinion, into outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import ClassVar

from audits.accessibility._second_engine import SecondEngine, rule_like
from audits.model import Rule
from audits.standards import QualwebRule, load

PREFIX = "qualweb/"
#: ACT rules have pages of their own.
_ACT = "https://www.w3.org/WAI/standards-guidelines/act/rules/{}/"


class QualwebRules(SecondEngine):
    """Every rule of QualWeb's that we run."""

    needs: ClassVar[tuple[str, ...]] = ("qualweb",)
    engine: ClassVar[str] = "QualWeb"

    @property
    def rules(self) -> Mapping[str, Rule]:
        """By our id."""
        return _catalogue()

    def known(self) -> Mapping[str, str]:
        """Our id -> QualWeb's."""
        return {rule_id(known): known.id for known in load().qualweb_rules.values()}


def rule_id(known: QualwebRule) -> str:
    """Our id of one of QualWeb's rules: ``qualweb/act-r17``."""
    return PREFIX + known.id.removeprefix("QW-").lower()


@cache
def _catalogue() -> Mapping[str, Rule]:
    return MappingProxyType({rule_id(known): _rule(known) for known in load().qualweb_rules.values()})


def _rule(known: QualwebRule) -> Rule:
    return rule_like(
        rule_id(known),
        known.axe,
        alone=known.alone,
        help_url=_ACT.format(known.act) + ("proposed/" if known.proposed else ""),
        references=(f"ACT rule {known.act}",),
    )
