"""``handrail demo``: audit the invented City of the package, or serve it to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from handrail.cli import app
from handrail.cli.audit import DEFAULT_OUT, Out, Quiet


@app.command()
def demo(
    out: Out = DEFAULT_OUT,
    serve: Annotated[bool, typer.Option("--serve", help="Only serve the City until Ctrl-C.")] = False,
    catalogue: Annotated[Path | None, typer.Option(help="Write the catalogue of planted defects to this file.")] = None,
    findings: Annotated[
        Path | None, typer.Option(help="Write one JSON line per outcome, finding and page to this file.")
    ] = None,
    pictures: Annotated[bool, typer.Option(help="Take cropped pictures of findings.")] = True,
    quiet: Quiet = False,
) -> None:
    """Audit the demo City: two small invented sites with planted barriers and exposures, on this machine only."""
    from handrail import runs
    from handrail.cli.audit import carry_out_new, check_writable
    from handrail.config import parse_policy
    from handrail.demo.server import DemoCity

    check_writable(catalogue, "--catalogue")
    check_writable(findings, "--findings")
    with DemoCity() as city:
        if catalogue is not None:
            catalogue.write_text(json.dumps(city.catalogue(), ensure_ascii=False, indent=1), "utf-8")
        if serve:
            _serve(city.urls)
            return
        policy = parse_policy(city.config_toml(), "demo")
        plan = runs.Plan(policy=policy, sites=tuple(policy.sites), pictures=pictures, trigger="demo")
        code = carry_out_new(runs.Place(out=out), plan, findings, report=True, quiet=quiet)
    raise typer.Exit(code)


def _serve(urls: dict[str, str]) -> None:
    import threading

    try:
        for site, url in urls.items():
            typer.echo(f"{site}: {url}")
        typer.echo("Ctrl-C ends it.")
        threading.Event().wait()
    except KeyboardInterrupt:
        typer.echo("")
