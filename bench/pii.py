"""Precision and recall on invented documents, ours beside stock Presidio, and characters per second.

python bench/pii.py [--documents 1500] [--seed 7] [--frozen] [--stock [--keep]] [--errors 20] [--prose /usr/share/doc]
                    [--labelled ../shared/data/pii-dev/presidio-synth-500.jsonl]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # else Presidio's e-mail recognizer fetches lists
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "audits" / "privacy"))

import results
from corpus import Document, documents

#: What Presidio's own data calls our kinds; its other labels are not ours to find.
NAMED = {
    "PHONE_NUMBER": "PHONE_NUMBER",
    "CREDIT_CARD": "CREDIT_CARD",
    "EMAIL_ADDRESS": "EMAIL_ADDRESS",
    "IP_ADDRESS": "IP_ADDRESS",
    "PERSON": "PERSON",
    "STREET_ADDRESS": "CIVIC_ADDRESS",
}

Found = Callable[[str], list[tuple[str, int, int]]]


def ours() -> Found:
    """Our detector; what only counts is left out."""
    from audits.privacy.engine import Detector

    detector = Detector()
    return lambda text: [(span.entity, span.start, span.end) for span in detector.scan(text)[0]]


def stock() -> Found:
    """Presidio as it comes, its Canadian recognizers on, without a language model."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    nlp_engine = NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}])
    nlp_engine.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], countries=["ca", "us"])
    registry.recognizers = [r for r in registry.recognizers if "Spacy" not in r.name and r.name != "UrlRecognizer"]
    engine = AnalyzerEngine(registry=registry, nlp_engine=nlp_engine, supported_languages=["en"])
    return lambda text: [(r.entity_type, r.start, r.end) for r in engine.analyze(text, language="en") if r.score >= 0.4]


def labelled(path: Path) -> list[Document]:
    """Documents from lines {"id", "text", "spans": [{"entity", "start", "end"}]}."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Document(
            str(line["id"]),
            line["text"],
            tuple((NAMED[s["entity"]], s["start"], s["end"]) for s in line["spans"] if s["entity"] in NAMED),
        )
        for line in lines
    ]


def measure(find: Found, corpus: Iterable[Document], errors: int) -> dict[str, Any]:
    """Print figures per entity, and return them.

    A hit counts when it overlaps the label by half and names the same entity.
    """
    good: Counter[str] = Counter()
    exact: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()
    shown: dict[str, list[str]] = defaultdict(list)
    seconds, characters = 0.0, 0
    for document in corpus:
        started = time.process_time()  # other programs take nothing from it
        found = find(document.text)
        seconds += time.process_time() - started
        characters += len(document.text)
        left = set(found)
        for entity, start, end in document.spans:
            hits = [h for h in left if h[0] == entity and min(h[2], end) - max(h[1], start) >= (end - start) / 2]
            if hits:
                good[entity] += 1
                exact[entity] += hits[0][1:] == (start, end)
                left -= set(hits)
                if hits[0][1:] != (start, end):
                    shown[f"edge {entity}"].append(
                        f"{document.text[start:end]!r} as {document.text[hits[0][1] : hits[0][2]]!r}"
                    )
            else:
                missed[entity] += 1
                shown[f"missed {entity}"].append(repr(document.text[max(0, start - 30) : end + 15]))
        for entity, start, end in left:
            false[entity] += 1
            shown[f"false {entity}"].append(
                f"{document.text[max(0, start - 30) : start]!r}>{document.text[start:end]!r}"
            )
    figures = {}
    print(f"{'entity':22} {'n':>5} {'P':>6} {'R':>6} {'F2':>6} {'exact':>6}")
    for entity in [*sorted(good.keys() | missed.keys() | false.keys()), "all"]:
        g, m, f, e = ((sum(c.values()) if entity == "all" else c[entity]) for c in (good, missed, false, exact))
        precision, recall = g / (g + f) if g + f else 0.0, g / (g + m) if g + m else 0.0
        f2 = 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0
        figures[entity] = [g + m, precision, recall, f2]
        print(f"{entity:22} {g + m:5} {precision:6.3f} {recall:6.3f} {f2:6.3f} {e / g if g else 0:6.3f}")
    print(f"{characters / seconds:,.0f} characters/s over {characters:,}")
    print_errors(shown, errors)
    return {"figures": figures, "speed": characters / seconds}


def print_errors(shown: dict[str, list[str]], errors: int) -> None:
    """So many of each kind."""
    for title in sorted(shown) if errors else ():
        print(f"\n{title}: {len(shown[title])}")
        for line in shown[title][:errors]:
            print("   ", line)


def read_prose(paths: list[Path]) -> None:
    """Print every hit per 100,000 characters of real text, and the speed without names."""
    from audits.privacy.engine import Detector
    from audits.privacy.recognizers import recognizer_classes

    detector = Detector([r.ENTITY for r in recognizer_classes() if r.PERSONAL and r.ENTITY != "PERSON"])
    hits: Counter[str] = Counter()
    seconds, characters = 0.0, 0
    for path in (file for root in paths for file in ([root] if root.is_file() else sorted(root.rglob("*")))):
        try:
            data = path.read_bytes()
            text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
        except (OSError, UnicodeDecodeError, EOFError):
            continue
        started = time.process_time()
        spans, _ = detector.scan(text)
        seconds += time.process_time() - started
        characters += len(text)
        hits.update(span.entity for span in spans)
    print(f"\n== prose: {characters:,} characters, {characters / seconds:,.0f} characters/s without names")
    for entity, count in sorted(hits.items()):
        print(f"{entity:22} {count:6} {count / characters * 1e5:8.3f} per 100,000")


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--frozen", action="store_true", help="the templates kept aside")
    parser.add_argument("--stock", action="store_true", help="stock Presidio too")
    parser.add_argument("--prose", type=Path, nargs="*", default=[], help="files or folders of real text")
    parser.add_argument("--labelled", type=Path, help="labelled lines instead of invented documents")
    parser.add_argument("--keep", action="store_true", help="write the figures to RESULTS.md (asks for --stock)")
    parser.add_argument("--errors", type=int, default=0, help="show so many of each kind")
    arguments = parser.parse_args()
    if arguments.keep and (arguments.labelled or not arguments.stock):
        parser.error("--keep asks for --stock, and not for --labelled")
    corpus = (
        labelled(arguments.labelled)
        if arguments.labelled
        else list(documents(arguments.documents, arguments.seed, frozen=arguments.frozen))
    )
    kind = arguments.labelled.stem if arguments.labelled else f"{'frozen' if arguments.frozen else 'open'} templates"
    measured = {}
    for name, build in (("handrail", ours), ("stock Presidio", stock)):
        if name == "handrail" or arguments.stock:
            print(f"\n== {name}, {len(corpus)} documents, {kind}")
            measured[name] = measure(build(), corpus, arguments.errors)
    if arguments.keep:
        command = f"python bench/pii.py --documents {arguments.documents}{' --frozen' * arguments.frozen} --stock"
        results.put("pii", {"documents": len(corpus), "kind": kind, "measured": measured}, command=command)
    if arguments.prose:
        read_prose(arguments.prose)


if __name__ == "__main__":
    main()
