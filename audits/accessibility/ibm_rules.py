"""Turn what IBM's engine says, where the City has a copy of it, into questions for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import ClassVar

from audits.accessibility._second_engine import SecondEngine, rule_like
from audits.model import Rule
from audits.standards import IbmRule, load

PREFIX = "ibm/"
_HELP = "https://www.ibm.com/able/requirements/checker-rule-sets/"


class IbmRules(SecondEngine):
    """The rules of IBM's engine that we listen to; none, unless ``ibm`` says that the engine is there."""

    needs: ClassVar[tuple[str, ...]] = ("ibm",)
    engine: ClassVar[str] = "IBM Equal Access"

    def __init__(self, *, redact: Callable[[str], str], ibm: bool = False) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        super().__init__(redact=redact)
        self._there = ibm

    @property
    def rules(self) -> Mapping[str, Rule]:
        """By our id."""
        return _catalogue() if self._there else {}

    def known(self) -> Mapping[str, str]:
        """Our id -> IBM's."""
        return {rule: rule.removeprefix(PREFIX) for rule in self.rules}


@cache
def _catalogue() -> Mapping[str, Rule]:
    return MappingProxyType({PREFIX + known.id: _rule(known) for known in load().ibm_rules.values()})


def _rule(known: IbmRule) -> Rule:
    return rule_like(PREFIX + known.id, known.axe, alone=known.alone, help_url=_HELP, also=known.also)
