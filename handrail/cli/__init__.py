"""The command line: one file per command.

Exit codes: 0 done, 2 usage, 3 incomplete, 4 our failure, 75 busy, 130 interrupted.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from functools import cache
from typing import Annotated, Any, Literal

import typer

from handrail import __version__

app = typer.Typer(
    name="handrail",
    help="Audit a City's web sites for accessibility (AODA / WCAG) and exposed personal information (MFIPPA).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

OK, USAGE, INCOMPLETE, FAILED, BUSY, INTERRUPTED = 0, 2, 3, 4, 75, 130

#: What the parser raises for a wrong command line: Typer may carry its own copy of click, whose errors are not click's.
_ParserError: Any = typer.BadParameter.__bases__[0]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"handrail {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    log_format: Annotated[
        Literal["text", "json"],
        typer.Option(envvar="HANDRAIL_LOG_FORMAT", help="How what happens is told on standard error."),
    ] = "text",
) -> None:
    """Audit a City's web sites for accessibility (AODA / WCAG) and exposed personal information (MFIPPA)."""
    if log_format == "json":
        os.environ["HANDRAIL_LOG_FORMAT"] = log_format  # processes that are started follow


def main() -> None:
    """Entry point: every way of ending has its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one call."""
    import click

    from handrail.cli import (  # noqa: F401  # they register themselves
        audit,
        check,
        checks,
        contain,
        db,
        demo,
        desk,
        desk_tokens,
        diff,
        doctor,
        feedback,
        gate,
        issues,
        key,
        log,
        metrics,
        notify,
        profile,
        purge,
        queue,
        report,
        reveal,
        review,
        scan,
        schedule,
        serve,
        sign,
        status,
        trend,
        triage,
        worker,
    )
    from handrail.config import ConfigError
    from handrail.keys import BadKey
    from handrail.locks import Busy
    from handrail.runs import NoQueue, NoStore

    try:
        code = _command()(arguments, standalone_mode=False)
        return code if isinstance(code, int) else OK
    except typer.Exit as exc:
        return exc.exit_code
    except (click.UsageError, _ParserError) as exc:
        exc.show()
        return USAGE
    except (ConfigError, BadKey, NoQueue, NoStore) as exc:
        typer.echo(f"Error: {exc}", err=True)
        return USAGE
    except Busy as exc:
        typer.echo(f"Error: {exc}", err=True)
        return BUSY
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("Interrupted.", err=True)
        return INTERRUPTED
    except Exception as exc:  # noqa: BLE001  # the last resort: our own failure is exit code 4, never a pass
        return own_failure(exc)


@cache
def _command() -> Any:
    """All commands; Typer makes them anew at every call."""
    return typer.main.get_command(app)


def own_failure(exc: Exception) -> int:
    """Told on standard error; the exit code."""
    code, why = failure(exc)
    typer.echo(f"Error: {why}", err=True)
    return code


def failure(exc: Exception) -> tuple[int, str]:
    """The exit code, and why: by type and place, for the message of an unknown error may quote a page."""
    if (models := sys.modules.get("audits.privacy.language_model")) and isinstance(exc, models.MissingModel):
        return USAGE, str(exc)  # seconds to import, and here only if it was
    if isinstance(exc, _told()):
        # The key is given wrongly: nothing is broken.
        return USAGE if isinstance(exc, _other_key()) else FAILED, str(exc)
    if isinstance(exc, OSError) and exc.errno in (errno.ENOSPC, errno.EDQUOT):
        return FAILED, "the disk is full. Make room; what was stored until now is not lost."
    if _is_damage(exc):
        return FAILED, (
            "the file of the store is damaged, or is no store. 'handrail db check' says more; then put a copy "
            "back (docs/store.md)."
        )
    last = traceback.extract_tb(exc.__traceback__)[-1]
    where = f"{last.filename.rpartition('site-packages/')[2]}:{last.lineno}"
    return FAILED, f"Handrail itself failed: {type(exc).__name__} at {where}"


def _other_key() -> type[Exception]:
    from reports.store.rekeying import OtherKey

    return OtherKey


def _is_damage(exc: Exception) -> bool:
    """Whether SQLite says that its file is broken."""
    name = getattr(getattr(exc, "orig", None), "sqlite_errorname", "")
    return str(name).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _told() -> tuple[type[Exception], ...]:
    """The errors whose message names a remedy and quotes no page."""
    from crawler.browser.find import BrowserMissing
    from handrail.evidence import EvidenceError
    from reports.store.database import StoreError

    return (BrowserMissing, EvidenceError, StoreError, FileNotFoundError, PermissionError)
