"""What a gate decided, for machines and people: every format by its name. Exposures are counted, never placed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reports.formats import commands, gitlab, junit, markdown, sarif
from reports.formats.gate_json import render as as_json
from reports.formats.gate_text import render as as_text
from reports.gate_model import GateDecision
from reports.text import Words

FORMATS: Mapping[str, Callable[[GateDecision, Words], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": markdown.render,
    "junit": junit.render,
    "sarif": sarif.render_gate,
    "github": commands.github,
    "azure": commands.azure,
    "gitlab-code-quality": gitlab.code_quality,
    "gitlab-accessibility": gitlab.accessibility,
}
