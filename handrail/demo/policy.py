"""Whose City a report of the demo is about."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from handrail.demo.server import DemoCity

if TYPE_CHECKING:
    from handrail.config import Policy
    from reports.store.records import RunRecord


@cache
def demo_policy() -> Policy:
    """Of the invented City."""
    from handrail.config import parse_policy

    with DemoCity() as city:
        return parse_policy(city.config_toml(), "demo")


def policy_of(run: RunRecord, policy: Policy) -> Policy:
    """By which a run is told: the City's own, or that of the demo."""
    return demo_policy() if run.trigger == "demo" else policy
