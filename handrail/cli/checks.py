"""``handrail checks`` and ``handrail explain``: what is promised, and what one rule means."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import click
import typer

from handrail.cli import OK, app

if TYPE_CHECKING:
    from audits.model import Rule


def _rules() -> Mapping[str, Rule]:
    from handrail.wiring import Parts

    # The catalogue needs no key: nothing is judged with this one.
    return Parts(secret=bytes(32)).rules


@app.command()
def checks(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List every rule: id, criteria, what it says."""
    rules = _rules()
    if as_json:
        rows = [
            {
                "id": rule.id,
                "kind": rule.kind.value,
                "criteria": list(rule.criteria),
                "title": rule.title,
                "title_fr": rule.title_fr,
                "impact": rule.impact.value,
                "best_practice": rule.best_practice,
            }
            for rule in rules.values()
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for rule in rules.values():
            basis = ", ".join(rule.criteria) or ("best practice" if rule.best_practice else rule.kind.value)
            typer.echo(f"{rule.id:<42} {basis:<16} {rule.title}")
    raise typer.Exit(OK)


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(help="A rule id, e.g. axe/image-alt or pii/ca-sin.")],
    lang: Annotated[str, typer.Option(help="en or fr.")] = "en",
) -> None:
    """Say whom a fault hurts, how to repair it, and which law or criterion asks for it."""
    import difflib

    from audits.standards import load

    if lang not in ("en", "fr"):
        raise click.UsageError("--lang takes en or fr")
    rules = _rules()
    if rule not in rules:
        near = difflib.get_close_matches(rule, rules, n=3, cutoff=0.5)
        near = near or [known for known in rules if known.partition("/")[2] == rule]
        hint = f"did you mean {', '.join(near)}?" if near else "see 'handrail checks'"
        raise click.UsageError(f"no rule {rule!r}; {hint}")
    found = rules[rule]
    french = lang == "fr"
    words = ("Pourquoi", "Réparer", "Critères", "Références") if french else ("Why", "Fix", "Criteria", "References")
    typer.echo(f"{found.id}\n{(french and found.title_fr) or found.title}\n")
    for label, text in (
        (words[0], (french and found.why_fr) or found.why),
        (words[1], (french and found.fix_fr) or found.fix),
    ):
        typer.echo(textwrap.fill(f"{label}: {text}", 80, subsequent_indent="  "))
    for label, code in zip(
        ("Avant", "Après") if french else ("Before", "After"), (found.before, found.after), strict=True
    ):
        if code:
            typer.echo(f"{label}:\n{textwrap.indent(code.strip(), '  ')}")
    by_number = {criterion.number: criterion for criterion in load().criteria}
    for number in found.criteria:
        criterion = by_number.get(number)
        if criterion:
            name = criterion.name_fr if french else criterion.name_en
            floor = {"yes": "AODA", "excluded": "AODA: —", "no": ""}[criterion.aoda]
            typer.echo(
                f"{words[2]}: WCAG {number} {name} ({criterion.level}, {criterion.version}) {floor}\n  {criterion.url}"
            )
    if load().asked_by_aoda(found.criteria):
        law = load().provision("O. Reg. 191/11 s. 14 (2)")
        status = {"verified": "vérifié", "guidance": "à titre indicatif"}[law.status] if french else law.status
        typer.echo(f"AODA: {law.id} ({status}, {law.date.isoformat()})")
    for reference in (*found.references, *([found.help_url] if found.help_url else [])):
        typer.echo(f"{words[3]}: {reference}")
    raise typer.Exit(OK)
