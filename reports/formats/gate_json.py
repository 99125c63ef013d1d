"""A gate as JSON, for scripts: ``code`` is the exit code, ``sites[].requirements[].met`` says why."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from reports.gate_model import GateDecision
from reports.text import Words

SUFFIX = ".json"
SCHEMA_VERSION = "1.1"


def render(decision: GateDecision, words: Words) -> str:
    """All of it; both languages stand beside each other, so ``words`` changes nothing."""
    told: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "code": decision.code, **asdict(decision)}
    for site, gate in zip(told["sites"], decision.sites, strict=True):
        site["broken"] = [issue.key for issue in gate.broken]
    return json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n"
