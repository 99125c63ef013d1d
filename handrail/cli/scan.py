"""``handrail scan``: look for personal information in files before they are published. Offline, masked by default."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from audits.model import Nlp
from handrail.cli import OK, app

if TYPE_CHECKING:
    from audits.privacy.engine import Detector

HTML = frozenset({".html", ".htm", ".xhtml"})
TEXT = frozenset(
    {".txt", ".md", ".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".ics", ".vcf", ".eml", ".log", ""}
)
NOT_MET, INCOMPLETE = 1, 3
_UNSEEN = "names, organizations and places are mostly unseen without a model"
_UNSEEN_BY_MODEL = "names that the model misses, organizations and places are unseen"


@app.command()
def scan(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE...", help="Text or HTML files.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Spans as JSON instead of lines for people.")] = False,
    jsonl: Annotated[
        str,
        typer.Option(metavar="FILE", help='Lines {"id","text"}; prints {"id","spans"} for each. "-" = standard input.'),
    ] = "",
    nlp_engine: Annotated[Nlp, typer.Option(help="Of which kind --nlp-model is.")] = "spacy",
    nlp_model: Annotated[str, typer.Option(help="A model that finds names: installed, or its folder.")] = "",
) -> None:
    """Look for personal information in files before they are published.

    Exit 0: nothing found to report. 1: something found. 3: a file could not be read or not fully scanned.
    With --jsonl, 0 says that all lines were scanned: what was found is in the answers.
    """
    from audits.privacy.engine import Detector

    if bool(files) == bool(jsonl):
        raise click.UsageError("give files, or --jsonl FILE")
    if jsonl and as_json:
        raise click.UsageError("--jsonl prints JSON lines already; leave out --json")
    detector = Detector(nlp_engine=nlp_engine, nlp_model=nlp_model)
    if jsonl:
        raise typer.Exit(_scan_lines(jsonl, detector))
    results = [_scan_file(path, detector) for path in files or ()]
    if as_json:
        typer.echo(json.dumps(results, ensure_ascii=False, indent=1))
    else:
        for result in results:
            _print(result, nlp_model)
    if any(result["error"] for result in results):
        raise typer.Exit(INCOMPLETE)
    found = any(span["tier"] != "count" for result in results for span in result["spans"])
    raise typer.Exit(NOT_MET if found else OK)


def _scan_lines(source: str, detector: Detector) -> int:
    code = OK
    for number, line in enumerate(_lines(source), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            identity, text = item["id"], item["text"]
        except (ValueError, KeyError, TypeError):
            raise click.UsageError(f'--jsonl {source}:{number}: not a line like {{"id": "1", "text": "…"}}') from None
        if not isinstance(text, str):
            raise click.UsageError(f'--jsonl {source}:{number}: "text" must be a string')
        spans, late = detector.scan(text)
        answer: dict[str, Any] = {"id": identity, "spans": [_span(span) for span in spans]}
        if late:
            answer["not_fully_scanned"] = sorted(late)
            code = INCOMPLETE
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return code


def _lines(source: str) -> Iterator[str]:
    try:
        if source == "-":
            sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            yield from sys.stdin
            return
        with open(source, encoding="utf-8-sig") as lines:
            yield from lines
    except OSError as exc:
        raise click.UsageError(f"--jsonl {source}: {exc.strerror}") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"--jsonl {source}: is not UTF-8 text; save it as UTF-8") from None


def _scan_file(path: Path, detector: Detector) -> dict[str, Any]:
    from audits.privacy.masking import mask
    from audits.privacy.scan import scan_html

    result: dict[str, Any] = {"file": str(path), "error": "", "spans": []}
    suffix = path.suffix.lower()
    if suffix not in HTML | TEXT:
        return {**result, "error": f"{suffix} files cannot be scanned yet; text and HTML can"}
    try:
        text = _text(path.read_bytes())
    except OSError as exc:
        return {**result, "error": exc.strerror or "cannot be read"}
    except ValueError:
        return {**result, "error": "is not text; save it as UTF-8 text"}
    if suffix in HTML:
        found, late = scan_html(text, detector)
        result["spans"] = found
    else:
        spans, late = detector.scan(text)
        starts = [0, *(index + 1 for index, char in enumerate(text) if char == "\n")]
        result["spans"] = [
            {**_span(span), "line": _line(starts, span.start), "mask": mask(span.entity, text[span.start : span.end])}
            for span in spans
        ]
    if late:
        some = "" if late >= detector.entities else f" for {', '.join(sorted(late))}"
        result["error"] = f"not fully scanned{some}"
    return result


#: UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _text(data: bytes) -> str:
    """As its mark says, else UTF-8, else the encoding of Western Windows. Raises ValueError for what is no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    if b"\0" in data:
        raise ValueError("binary")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _line(starts: list[int], offset: int) -> int:
    import bisect

    return bisect.bisect_right(starts, offset)


def _span(span: Any) -> dict[str, Any]:
    return {"entity": span.entity, "start": span.start, "end": span.end, "score": span.score, "tier": span.tier.value}


def _print(result: dict[str, Any], nlp_model: str) -> None:
    if result["error"]:
        typer.echo(f"{result['file']}: NOT SCANNED: {result['error']}", err=True)
    shown = [span for span in result["spans"] if span["tier"] != "count"]
    for span in shown:
        where = f":{span['line']}" if "line" in span else f": {span.get('selector', '')}"
        unsure = " (please check)" if span["tier"] == "review" else ""
        typer.echo(f"{result['file']}{where}: {span['mask']}{unsure}")
    if not shown and not result["error"]:
        typer.echo(f"{result['file']}: nothing found ({_UNSEEN_BY_MODEL if nlp_model else _UNSEEN})")
