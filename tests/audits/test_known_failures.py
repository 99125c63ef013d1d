"""What is known to go wrong on pages, and who tells it: W3C's failures of WCAG 2.2 (F1 to F113) and the rules of ACT.

The words and pages under ``failures/`` are our own, one file per success criterion. Each case has markup that fails
and siblings that do not. ``told``: what must be said of every failing one, "fail" or "review" and a rule; ``nobody``:
that nothing is said, and why. ``person``, ``elsewhere``, ``obsolete``: why a page of this folder is not what tells it.
Pieces of one guideline share a page; what fails a whole page has one ``alone``.
"""

import asyncio
import io
import struct
import tomllib
import wave
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from pools import PATIENT
from selectolax.lexbor import LexborHTMLParser

from audits.model import FRAME_STEP, LEFT_OUT, SHADOW_STEP, Kind, Snapshot, Verdict
from audits.registry import catalogue, check_classes, discover_site
from audits.standards import load
from crawler.browser.pool import BrowserConfig, BrowserPool
from crawler.collectors import collectors, pressing
from handrail.wiring import Parts, axe_source

FOLDER = Path(__file__).with_name("failures")
SLOTS = 4
#: How many pieces share one page.
MOST = 14
PACKAGE = ("audits.accessibility",)
NOT_PRESSED = {collector.name: f"{LEFT_OUT}nobody allowed it" for collector in pressing()}


@dataclass(frozen=True)
class Piece:
    """One failing or passing sibling of a case."""

    criterion: str
    case: dict
    kind: str
    number: int

    @property
    def markup(self):
        return self.case[self.kind][self.number]

    @property
    def name(self):
        return f"{self.criterion} {self.case['ids'][0]} {self.kind}{self.number + 1}"


@cache
def rules():
    """Every rule of accessibility, by id."""
    own = [made(redact=str) if "redact" in made.__init__.__annotations__ else made() for made in check_classes(PACKAGE)]
    return catalogue([*own, *discover_site()])


def cases():
    for path in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            yield path.stem, case


CASES = list(cases())
PIECES = [
    Piece(criterion, case, kind, number)
    for criterion, case in CASES
    for kind in ("fail", "pass")
    for number in range(len(case.get(kind, ())))
]


#: Targets are large enough, unless their size is the matter.
STYLE = (
    "<style>body{line-height:1.9}button,summary,input,select,[role=menuitem]{min-height:32px;min-width:32px}</style>"
)


def whole(body, lang="en"):
    if body.lstrip().startswith("<!doctype"):
        return body
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Services - City of Larkspur Bay</title>'
        f"{STYLE}</head><body><main><h1>City services</h1>{body}</main></body></html>"
    )


def pages():
    """{address: (html, {id of a section, "" for the page: piece})}."""
    made = {}
    shared = {}
    for index, piece in enumerate(PIECES):
        if piece.markup.startswith("<!doctype") or (piece.case.get("alone") and piece.kind == "fail"):
            made[f"/alone/{index}"] = (whole(piece.markup), {"": piece})
        else:
            guideline = piece.criterion.rpartition(".")[0]
            shared.setdefault((guideline, piece.kind), []).append((f"case-{index}", piece))
    for (guideline, kind), pieces in shared.items():
        for start in range(0, len(pieces), MOST):
            some = dict(pieces[start : start + MOST])
            body = "".join(f'<div id="{section}">{piece.markup}</div>\n' for section, piece in some.items())
            made[f"/{kind}/{guideline}-{start}"] = (whole(body), some)
    return made


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x66\x88\xaa" * 8) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sound(seconds=5):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000 * seconds)
    return out.getvalue()


def routes(made):
    picture, heard = png(), sound()

    def anything(handler):
        if handler.path.endswith(".wav"):
            return 200, {"Content-Type": "audio/wav"}, heard
        if handler.path.rpartition(".")[2] in ("png", "jpg", "gif", "php?i=4"):
            return 200, {"Content-Type": "image/png"}, picture
        return whole("<p>Another page</p>")

    return {"*": anything} | {path: html for path, (html, _) in made.items()}


async def looked_at(made, origin):
    """{address: snapshot}: the whole base pass, nothing pressed."""
    config = BrowserConfig(axe_source=axe_source(), slots=SLOTS, **PATIENT | {"quiet_limit": 3.0})
    reading = [collector for collector in collectors() if not collector.presses]
    seen = {}
    async with BrowserPool(config, ()) as pool:

        async def look(path):
            async with pool.visit(origin + path, key="pages", collectors=reading) as (_, got):
                errors = NOT_PRESSED | got.errors
                seen[path] = Snapshot(site="main", url=origin + path, artifacts=got.artifacts, errors=errors)

        await asyncio.gather(*(look(path) for path in made))
    return seen


def section_of(trees, selector, sections):
    """The section that the first step of a selector stands in; "" for what is the page's."""
    first = selector.partition(FRAME_STEP)[0].partition(SHADOW_STEP)[0]
    for tree in trees:  # a drawing is not in the rendered HTML, what scripts added is not in the source
        element = tree.css_first(first) if first else None
        while element is not None:
            if element.attributes.get("id") in sections:
                return element.attributes["id"]
            element = element.parent
    return ""


def judged(made, seen):
    """{name of a piece: [finding]}; what is said of shared pages as a whole; and the rules that broke."""
    parts = Parts(secret=b"k" * 32)
    said = {piece.name: [] for piece in PIECES}
    rest, broken = [], set()
    for path, (_, sections) in made.items():
        rendered = seen[path].artifacts["document"]["frames"][0]["html"]
        trees = [LexborHTMLParser(rendered), LexborHTMLParser(made[path][0])]
        for outcome in parts.judge(seen[path]).outcomes:
            if parts.rules[outcome.rule].kind is not Kind.ACCESSIBILITY:
                continue
            if outcome.verdict is Verdict.ERROR:
                broken.add((path, outcome.rule, outcome.reason))
            for finding in outcome.findings:
                section = "" if "" in sections else section_of(trees, finding.selector, sections)
                if section in sections:
                    said[sections[section].name].append(finding)
                else:
                    rest.append((path, finding))
    return said, rest, broken


@pytest.fixture(scope="module")
def results(serve_module):
    made = pages()
    server = serve_module(routes(made))
    return judged(made, asyncio.run(looked_at(made, server.url(""))))


def named(piece):
    return piece.name.replace(" ", "-")


def speak_of(criterion):
    """The rules of a criterion."""
    return {rule_id for rule_id, rule in rules().items() if criterion in rule.criteria}


@pytest.mark.browser
def test_every_rule_ran_and_nothing_is_said_of_the_pages_around_the_pieces(results):
    _, rest, broken = results

    assert not broken
    assert not [(path, finding.rule, finding.selector) for path, finding in rest]


@pytest.mark.browser
@pytest.mark.parametrize("piece", [piece for piece in PIECES if piece.kind == "fail"], ids=named)
def test_what_is_known_to_go_wrong_is_told(piece, results):
    told = {f"{finding.verdict} {finding.rule}" for finding in results[0][piece.name]}

    if "told" in piece.case:
        assert told & set(piece.case["told"])
    else:  # when a rule tells it one day, the case says so
        assert not {line for line in told if line.partition(" ")[2] in speak_of(piece.criterion)}


@pytest.mark.browser
@pytest.mark.parametrize("piece", [piece for piece in PIECES if piece.kind == "pass"], ids=named)
def test_what_is_no_barrier_does_not_fail_and_is_not_asked_about(piece, results):
    found = results[0][piece.name]

    assert not [finding.rule for finding in found if finding.verdict is Verdict.FAIL]
    asked = speak_of(piece.criterion) | {line.partition(" ")[2] for line in piece.case.get("told", ())}
    assert not [finding.message for finding in found if finding.rule in asked]


@pytest.mark.browser
def test_a_page_without_barriers_asks_little_of_people(results):
    """Of whole passing pages, and of shared ones in the mean over their pieces."""
    asked = [len(results[0][piece.name]) for piece in PIECES if piece.kind == "pass"]

    assert max(asked) <= 3
    assert sum(asked) <= 0.1 * len(asked)


@pytest.mark.parametrize(
    ("criterion", "case"), CASES, ids=lambda value: value["ids"][0] if isinstance(value, dict) else value
)
def test_a_case_says_one_thing_of_itself(criterion, case):
    ways = [way for way in ("told", "person", "elsewhere", "nobody", "obsolete") if way in case]

    assert len(ways) == 1
    assert case["what"]
    if case.get("person"):
        assert load().questions[criterion]
    if case.get("elsewhere"):
        assert case["elsewhere"] in rules()
        assert criterion in rules()[case["elsewhere"]].criteria
    for line in case.get("told", ()):
        verdict, rule_id = line.split(" ", 1)
        assert Verdict(verdict) in rules()[rule_id].verdicts
    assert ("told" in case) <= bool(case.get("fail"))


def test_every_criterion_has_a_case():
    assert {number for number, _ in CASES} >= set(load().profile("wcag22-aa"))


def test_most_of_what_is_known_is_found_or_put_up_for_a_person():
    counted = Counter(way for _, case in CASES for way in ("told", "elsewhere", "person", "nobody") if way in case)

    assert counted["told"] + counted["elsewhere"] >= 0.8 * counted.total()
