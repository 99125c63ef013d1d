"""SARIF: as its schema asks, whatever files are called and findings say."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, FormatChecker

from audits.model import Impact, Kind, Rule, Verdict
from reports.formats.sarif import MOST_RESULTS, Located, render

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
RULE = Rule(
    id="office/title",
    title="Document without a title",
    why="Nobody hears what it is.",
    fix="Give it a title.",
    impact=Impact.MODERATE,
    kind=Kind.ACCESSIBILITY,
    criteria=("2.4.2",),
    help_url="https://www.w3.org/WAI/",
)
FORMATS = FormatChecker(formats=())
#: RFC 3986, as far as it matters here: its letters, whole percent codes, and no scheme in a relative reference.
_LETTERS = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=@/?#\[\]:]|%[0-9A-F]{2})*"


@FORMATS.checks("uri-reference")
def _reference(text):
    return re.fullmatch(_LETTERS, text) is not None


@FORMATS.checks("uri")
def _uri(text):
    return re.fullmatch(rf"[a-z][a-z0-9+.-]*:{_LETTERS}", text) is not None


VALIDATOR = Draft4Validator(SCHEMA, format_checker=FORMATS)


def located(path="agenda.pdf", verdict=Verdict.FAIL, message="It has no title.", **more):
    return Located(rule=RULE.id, verdict=verdict, message=message, path=path, **more)


def told(*found, **more):
    text = render(found, {RULE.id: RULE}, version="0.1.0", **more)
    text.encode()  # it can be written
    return json.loads(text)


def faults(log):
    return [error.message for error in VALIDATOR.iter_errors(log)]


HOSTILE = "\u202egnp.exe\u0000\x1b[31m \ud800 <script>alert(1)</script> \u2028 {0} [a](javascript:1)"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("agenda.pdf", "agenda.pdf"),
        ("2026/Ordre du jour n° 4.pdf", "2026/Ordre%20du%20jour%20n%C2%B0%204.pdf"),
        ("a:b.pdf", "a%3Ab.pdf"),
        ("http:evil", "http%3Aevil"),
        ("100%.pdf", "100%25.pdf"),
        ("a#b?c.pdf", "a%23b%3Fc.pdf"),
        ("a\nb\u202e\x1b.pdf", "a%0Ab%E2%80%AE%1B.pdf"),
        ("caf\udce9.pdf", "caf%E9.pdf"),  # a name of another time, in latin-1
        ('"};\\.pdf', "%22%7D%3B%5C.pdf"),
    ],
)
def test_names_of_files_are_references(path, uri):
    log = told(located(path), unread=[(path, "it is empty")])

    run = log["runs"][0]
    notice = run["invocations"][0]["toolExecutionNotifications"][0]
    assert faults(log) == []
    assert [
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in (run["results"][0], notice)
    ] == [
        uri,
        uri,
    ]


@pytest.mark.parametrize(
    "found",
    [
        (),
        (located(),),
        (located(verdict=Verdict.REVIEW), located(line=3), located(place="p3 field sin")),
        (located(message=""),),
        (located(message=HOSTILE, place=HOSTILE),),
        (located(message="x" * 100_000, place="y" * 100_000),),
    ],
)
def test_what_is_found_is_told_as_the_schema_asks(found):
    log = told(*found, unread=[("old.doc", HOSTILE), ("", "")] if found else ())

    assert faults(log) == []
    assert not re.search("[\u202e\u0000\x1b\u2028\ud800-\udfff]", json.dumps(log, ensure_ascii=False))
    assert all(one["message"]["text"] for one in log["runs"][0]["results"])


def test_a_review_is_no_failure_and_a_file_that_was_not_read_no_success():
    run = told(located(verdict=Verdict.REVIEW), unread=[("a.pdf", "it is empty")])["runs"][0]

    assert (run["results"][0]["kind"], run["results"][0]["level"]) == ("review", "none")
    assert run["invocations"][0]["executionSuccessful"] is False
    assert told(located())["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_what_is_more_than_a_host_takes_is_told():
    run = told(*[located()] * (MOST_RESULTS + 2))["runs"][0]

    assert len(run["results"]) == MOST_RESULTS
    assert "2 more" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_whole_paths_are_refused():
    with pytest.raises(ValueError, match="relative"):
        told(located("/home/jo/agenda.pdf"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda run: run["results"][0].update(level="fatal"),
        lambda run: run["results"][0].update(message={}),
        lambda run: run["results"][0].update(where="p3"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].update(uri="a b"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"].update(region={"startLine": 0}),
        lambda run: run["tool"]["driver"]["rules"][0].update(helpUri="no address"),
        lambda run: run["invocations"][0].pop("executionSuccessful"),
        lambda run: run.pop("tool"),
    ],
)
def test_the_schema_sees_faults(spoil):
    log = deepcopy(told(located(line=2)))

    spoil(log["runs"][0])

    assert faults(log)
