"""``handrail serve``: look at a folder of reports in a browser on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import click
import typer

from handrail.cli import INTERRUPTED, OK, app
from handrail.cli.audit import DEFAULT_OUT


@app.command()
def serve(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A published folder, or a report's.", file_okay=False, exists=True)
    ] = DEFAULT_OUT / "report",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any that is free.")] = 0,
) -> None:
    """Show a folder of reports on 127.0.0.1 until Ctrl-C. One of its pages loads the report again when it changes."""
    from handrail.showing import WATCH, Shower

    if not (folder / "index.html").is_file():
        raise click.UsageError(f"{folder} holds no index.html; write a report first (handrail report)")
    try:
        shower = Shower(folder, port)
    except OSError as exc:
        raise click.UsageError(f"--port {port}: {exc.strerror}") from None
    address = f"http://127.0.0.1:{shower.server_port}"
    typer.echo(f"{address}/")
    typer.echo(f"{address}{WATCH}  (loads again by itself when the report changes)")
    try:
        shower.serve_forever()
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    finally:
        shower.server_close()
    raise typer.Exit(OK)
