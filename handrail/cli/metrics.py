"""``handrail metrics``: numbers for monitoring, as text, as a file for node_exporter, or by HTTP on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from handrail.cli import FAILED, OK, app
from handrail.cli.audit import DEFAULT_OUT, Config, Out, StoreUrl, check_writable, read_policy


@app.command()
def metrics(
    textfile: Annotated[
        Path | None,
        typer.Option(help="Write to this file, whole or not at all: for node_exporter's textfiles."),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Answer /metrics, /healthz and /readyz on 127.0.0.1 until stopped.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="With --serve. 0: any that is free.")] = 9464,
    is_ready: Annotated[
        bool, typer.Option("--ready", help="Print nothing but whether the store can be read: for health checks.")
    ] = False,
    config: Config = None,
    out: Out = DEFAULT_OUT,
    store: StoreUrl = "",
) -> None:
    """Say in Prometheus' text format how the sites of handrail.toml stand, and what waits.

    Keys of sites, kinds and numbers; no address, name or word of a page. Needs no
    key. Exit 4 when the store cannot be read.
    """
    from handrail.metrics import Endpoint, Metrics, NotReady, ready, write
    from handrail.receiver import server
    from handrail.runs import Place

    if sum((textfile is not None, serve, is_ready)) > 1:
        raise click.UsageError("take one of --textfile, --serve and --ready")
    place = Place(out=out, store=store)
    try:
        if is_ready:
            ready(place)
            typer.echo("ready")
            raise typer.Exit(OK)
        policy = read_policy(config)
        if not policy.sites:
            raise click.UsageError("no site in the configuration: metrics are of sites of handrail.toml")
        told = Metrics(place, policy)
        if textfile is not None:
            check_writable(textfile, "--textfile")
            write(textfile, told.text())
        elif not serve:
            typer.echo(told.text().decode(), nl=False)
    except NotReady as exc:
        typer.echo(f"Error: the store cannot be read: {exc}", err=True)
        raise typer.Exit(FAILED) from None
    if serve:
        try:
            serving = server(Endpoint(told, place), port)
        except OSError as exc:
            raise click.UsageError(f"--port {port}: {exc.strerror}") from None
        with serving:
            typer.echo(f"http://127.0.0.1:{serving.server_port}/metrics")
            sys.stdout.flush()
            serving.serve_forever()
