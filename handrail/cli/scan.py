"""``handrail scan``: what an audit would find in files, before they are published. Offline, masked by default."""

from __future__ import annotations

import asyncio
import codecs
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

import click
import typer

from audits.model import Impact, Kind, Nlp, Snapshot, Verdict
from handrail.cli import OK, app

if TYPE_CHECKING:
    from audits.privacy.engine import Detector
    from crawler.ocr import Ocr
    from crawler.opening import DocumentReader
    from handrail.wiring import Parts

HTML = frozenset({".html", ".htm", ".xhtml"})
TEXT = frozenset(
    {".txt", ".md", ".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".ics", ".vcf", ".eml", ".log", ""}
)
NOT_MET, INCOMPLETE = 1, 3
_UNSEEN = "names, organizations and places are mostly unseen without a model"
_UNSEEN_BY_MODEL = "names that the model misses, organizations and places are unseen"


#: What scan looks for; the rest is left out.
Only = Literal["personal-information", "accessibility"]


@app.command()
def scan(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Documents, text and HTML files, or folders of them.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON instead of lines for people.")] = False,
    sarif: Annotated[str, typer.Option(metavar="FILE", help="Write SARIF 2.1.0 there, for a code host.")] = "",
    only: Annotated[Only | None, typer.Option(help="Look for one of both in documents.")] = None,
    jsonl: Annotated[
        str,
        typer.Option(metavar="FILE", help='Lines {"id","text"}; prints {"id","spans"} for each. "-" = standard input.'),
    ] = "",
    nlp_engine: Annotated[Nlp, typer.Option(help="Of which kind --nlp-model is.")] = "spacy",
    nlp_model: Annotated[str, typer.Option(help="A model that finds names: installed, or its folder.")] = "",
    ocr: Annotated[
        str, typer.Option(metavar="LANGUAGES", help='Read PDF pages that are pictures, by Tesseract: "eng+fra".')
    ] = "",
) -> None:
    """Look for personal information, and for what keeps people from reading documents, before files are published.

    Exit 0: nothing found to report. 1: something found. 3: a file could not be read or not fully scanned.
    Of documents, what a person only has to look at for accessibility is told and does not count.
    With --jsonl, 0 says that all lines were scanned: what was found is in the answers.
    """
    if bool(files) == bool(jsonl):
        raise click.UsageError("give files, or --jsonl FILE")
    if jsonl and (as_json or sarif):
        raise click.UsageError("--jsonl prints JSON lines already; leave out --json and --sarif")
    from handrail.wiring import Parts

    reads = _ocr(ocr)
    parts = Parts(secret=os.urandom(32), nlp_engine=nlp_engine, nlp_model=nlp_model)
    detector = parts.detector  # a model that is missing is told now
    if jsonl:
        raise typer.Exit(_scan_lines(jsonl, detector))
    results, others = asyncio.run(_scan_all(files or [], parts, only, reads))
    if sarif:
        _write_sarif(Path(sarif), results, parts)
    if as_json:
        typer.echo(json.dumps(results, ensure_ascii=False, indent=1))
    else:
        for result in results:
            _print(result, nlp_model)
        if others:
            typer.echo(f"{others} other files in folders were left out: nobody reads their kind here", err=True)
    if any(result["error"] for result in results) or not results:
        raise typer.Exit(INCOMPLETE)
    raise typer.Exit(NOT_MET if any(map(_counts, results)) else OK)


def _ocr(languages: str) -> Ocr | None:
    """What reads pictures, as ``--ocr`` asks."""
    from crawler.ocr import LANGUAGE, NoOcr, find_ocr

    asked = languages.split("+") if languages else []
    if wrong := [one for one in asked if not LANGUAGE.fullmatch(one)]:
        raise click.UsageError(f'--ocr: {wrong[0]!r} is no language of Tesseract; write it as "eng" or "eng+fra"')
    try:
        return find_ocr(asked)
    except NoOcr as exc:
        raise click.UsageError(f"--ocr: {exc}") from None


def _counts(result: dict[str, Any]) -> bool:
    told = any(span["tier"] != "count" for span in result["spans"])
    return told or any(one["kind"] == Kind.EXPOSURE or one["verdict"] == Verdict.FAIL for one in result["findings"])


async def _scan_all(
    paths: list[Path], parts: Parts, only: Only | None, ocr: Ocr | None
) -> tuple[list[dict[str, Any]], int]:
    """A result per file, folders walked, and how many files in folders nobody reads."""
    from crawler.documents import is_document, named_as_file
    from crawler.opening import DocumentReader

    results, others = [], 0
    async with DocumentReader(ocr=ocr) as reader:
        for path, asked_for in _walked(paths):
            kind = named_as_file(f"/{quote(path.name)}")
            if is_document(kind):
                results.append(await _scan_document(path, kind, parts, reader, only))
            elif asked_for or path.suffix.lower() in HTML | TEXT - {""}:
                results.append(_scan_file(path, parts.detector))
            else:
                others += 1
    return results, others


def _walked(paths: list[Path]) -> Iterator[tuple[Path, bool]]:
    """Every file, and whether it was asked for by name. Of folders, hidden files and links elsewhere are left out."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                found = Path(folder, name)
                if not name.startswith(".") and found.is_file() and not found.is_symlink():
                    yield found, False


async def _scan_document(
    path: Path, kind: str, parts: Parts, reader: DocumentReader, only: Only | None
) -> dict[str, Any]:
    """What an audit would find in it."""
    from audits.check import FILE
    from crawler.opening import MOST_BYTES, DocumentFailed

    result: dict[str, Any] = {"file": str(path), "error": "", "spans": [], "findings": []}
    try:
        if path.stat().st_size > MOST_BYTES:
            return {**result, "error": f"is larger than {MOST_BYTES // 1024**2} MB"}
        path.open("rb").close()
        artifact = await reader.read(path, kind)
    except OSError as exc:
        return {**result, "error": exc.strerror or "cannot be read"}
    except DocumentFailed as exc:
        return {**result, "error": str(exc)}
    url = f"file:///{quote(path.name)}"
    judged = parts.judge(Snapshot(site="files", url=url, content_type=kind, artifacts={FILE: artifact}))
    wanted = [
        one
        for one in judged.outcomes
        if only is None or (parts.rules[one.rule].kind is Kind.ACCESSIBILITY) == (only == "accessibility")
    ]
    unseen = sorted({one.rule for one in wanted if one.not_seen})
    if judged.document is not None and judged.document.left_out:
        result["error"] = f"not fully scanned: {judged.document.left_out}"
    elif unseen:
        result["error"] = f"not fully scanned for {', '.join(unseen)}"
    for outcome in wanted:
        rule = parts.rules[outcome.rule]
        for found in outcome.findings:
            told: dict[str, Any] = {
                "rule": found.rule,
                "verdict": found.verdict.value,
                "kind": rule.kind.value,
                "impact": (found.impact or rule.impact).value,
                "place": found.selector,
                "title": rule.title,
                "message": found.message,
            }
            if found.exposure is not None:
                shown = {"entity": found.exposure.entity, "where": found.exposure.where, "mask": found.exposure.mask}
                told |= shown | {"tier": found.exposure.tier.value}
            result["findings"].append(told)
    result["findings"].sort(key=_by_weight)
    return result


def _by_weight(finding: dict[str, Any]) -> tuple[bool, bool, int, str]:
    """Personal information first, then what is sure, then how badly it hurts."""
    impact = list(Impact).index(Impact(finding["impact"]))
    return finding["kind"] != Kind.EXPOSURE, finding["verdict"] != Verdict.FAIL, impact, finding["rule"]


def _write_sarif(path: Path, results: list[dict[str, Any]], parts: Parts) -> None:
    from audits.privacy.exposed_pii import rule_id
    from handrail import __version__
    from reports.formats.sarif import Located, render

    located = []
    named = _named([result["file"] for result in results])
    for result in results:
        name = named[result["file"]]
        for span in result["spans"]:
            if span["tier"] != "count":
                sure = Verdict.FAIL if span["tier"] == "report" else Verdict.REVIEW
                place, line = span.get("selector", ""), span.get("line", 0)
                message = f"{span['mask']} is readable in this file."
                rule = rule_id(span["entity"])
                located.append(Located(rule=rule, verdict=sure, message=message, path=name, place=place, line=line))
        for one in result["findings"]:
            verdict = Verdict(one["verdict"])
            located.append(
                Located(
                    rule=one["rule"],
                    verdict=verdict,
                    message=one["message"],
                    path=name,
                    place=one["place"],
                )
            )
    unread = [(named[result["file"]], result["error"]) for result in results if result["error"]]
    try:
        path.write_text(render(located, parts.rules, version=__version__, unread=unread), encoding="utf-8")
    except OSError as exc:
        raise click.UsageError(f"--sarif {path}: {exc.strerror}") from None


def _named(paths: Sequence[str]) -> dict[str, str]:
    """Files by names that tell of no folder above the working one; elsewhere, above the one that holds them all."""
    here = Path.cwd()
    whole = {path: Path(os.path.abspath(path)) for path in paths}  # links stay what they are called
    outside = [path.parent for path in whole.values() if not path.is_relative_to(here)]
    above = Path(os.path.commonpath(outside)) if outside else here
    return {
        path: str(one.relative_to(here) if one.is_relative_to(here) else above.name / one.relative_to(above))
        for path, one in whole.items()
    }


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

    result: dict[str, Any] = {"file": str(path), "error": "", "spans": [], "findings": []}
    suffix = path.suffix.lower()
    if suffix not in HTML | TEXT:
        return {**result, "error": f"{suffix} files cannot be scanned; documents, text and HTML can"}
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
    for one in result["findings"]:
        unsure = "" if one["verdict"] == Verdict.FAIL else " (please check)"
        place = f": {one['place']}" if one["place"] else ""
        mask = f"{one['mask']} " if "mask" in one else ""
        typer.echo(f"{result['file']}{place}: {mask}{one['message'] or one['title']}{unsure} [{one['rule']}]")
    if not shown and not result["findings"] and not result["error"]:
        typer.echo(f"{result['file']}: nothing found ({_UNSEEN_BY_MODEL if nlp_model else _UNSEEN})")
