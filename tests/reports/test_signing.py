"""Signatures are of what a report says of a site, whatever else is told beside it."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reports.content import LEFT_OUT, digest
from reports.formats.json import render, to_data
from reports.model import Report
from reports.signing import KINDS, contents_of, of_site, sha256_of, sign_off, signatures_of, signed_facts, verified
from reports.signing import to_data as signed_data
from reports.store.log import Entry

Make = Callable[..., Any]
DOCS = Path(__file__).parents[2] / "docs" / "reports.md"


def data_of(report: Report) -> Any:
    return json.loads(render(to_data(report)))


def site_of(data: Any, key: str) -> Any:
    return next(site for site in data["sites"] if site["key"] == key)


def signed(data: Any, seq: int = 1, site: str = "", **changes: Any) -> Entry:
    """An entry of the log, as ``handrail sign`` writes it."""
    contents = {key: one for key, one in contents_of(data).items() if site in ("", key)}
    facts = {
        "site": site, "run": data["run"]["id"], "role": "Lead", "name": "A. Osei", "statement": "Mine.", "files": {},
        "report_sha256": sha256_of(render(data).encode()), "sites": signed_facts(contents),
    }  # fmt: skip
    return Entry(seq=seq, at=datetime(2026, 11, 25, tzinfo=UTC), kind=KINDS[0], facts=facts | changes, hash="0" * 64)


def told(*entries: Entry) -> Any:
    return signatures_of(entries, ZoneInfo("America/Toronto"))


def states(data: Any, *entries: Entry, key: str) -> list[str]:
    off = sign_off(told(*entries), data["run"]["id"], sha256_of(render(data).encode()), contents_of(data))
    return [one["state"] for one in of_site(signed_data(off), key)]


def again(data: Any, key: str, run: str = "run-2") -> Any:
    """The same report after another audit of a site, which found something else."""
    later = copy.deepcopy(data)
    later["run"]["id"] = run
    site = site_of(later, key)
    site["run"]["id"] = run
    site["places"] += 1
    return later


def test_the_hash_in_the_report_is_the_one_that_anybody_can_compute(whole_city: Report, tmp_path: Path) -> None:
    if not (jq := shutil.which("jq")):
        pytest.skip("needs jq")
    recipe = re.search(r"```sh\njq -jcS '(.*?)' report.json", DOCS.read_text("utf-8"), re.DOTALL)
    assert recipe
    (tmp_path / "report.json").write_text(render(to_data(whole_city)), "utf-8")

    for site in to_data(whole_city)["sites"]:
        ask = recipe[1].replace('"www"', f'"{site["key"]}"')
        out = subprocess.run([jq, "-jcS", ask, str(tmp_path / "report.json")], capture_output=True, check=True).stdout
        assert sha256_of(out) == site["content_sha256"]


def test_the_documented_recipe_leaves_out_what_is_left_out() -> None:
    recipe = re.search(r"del\((.*?)\)' report.json", DOCS.read_text("utf-8"), re.DOTALL)

    assert recipe
    assert {path.strip() for path in recipe[1].split(",")} == {f".{path}" for path in LEFT_OUT}


@pytest.mark.parametrize(
    "change",
    [
        lambda site: site.update(places=site["places"] + 1),
        lambda site: site["run"].update(id="run-2"),
        lambda site: site["issues"][0].update(state="open"),
        lambda site: site["issues"][0]["work"].update(due="2027-01-01"),
        lambda site: site["criteria"][0].update(result="supports"),
        lambda site: site["exceptions"][0].update(until="2030-01-01"),
        lambda site: site["feedback"].update(reports=99),
        lambda site: site["documents"].update(checked=99),
        lambda site: site.update(owner="Somebody else"),
    ],
)
def test_another_word_of_a_site_is_another_hash(whole_city: Report, change: Callable[[Any], Any]) -> None:
    site = site_of(data_of(whole_city), "main")
    before = digest(site)
    change(site)

    assert digest(site) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda site: site.update(path="other", coming=[], content_sha256="x"),
        lambda site: site["issues"][0]["work"].update(overdue=False),
        lambda site: site["first"][0].update(overdue=True),
        lambda site: site["owners"][0].update(overdue=7, in_time=7),
        lambda site: site["exceptions"][0].update(ended=not site["exceptions"][0]["ended"]),
        lambda site: site["feedback"].update(on="2026-12-31", overdue=9),
        lambda site: site["parts"][0].update(bar=1.5),
    ],
)
def test_what_the_calendar_alone_changes_is_not_in_it(whole_city: Report, change: Callable[[Any], Any]) -> None:
    site = site_of(data_of(whole_city), "main")
    before = digest(site)
    change(site)

    assert digest(site) == before


def test_a_later_day_changes_no_hash_of_a_site_that_was_not_audited_again(make: Make) -> None:
    """Its issue is overdue since, and its audit is old: that follows from dates which are signed."""
    due = {f"1:{1:032x}": make("work", due=datetime(2026, 11, 30, tzinfo=UTC).date())}
    first = make("report_of", make("failing_site"), work={"main": due})
    run = make("run", id="run-2", started=datetime(2027, 2, 1, tzinfo=UTC))
    rec = make("clean_site")
    later = make(
        "report_of", make("failing_site"), replace(rec, site=replace(rec.site, run_id="run-2")), run_record=run,
        work={"main": due}, others=(make("run"),),
    )  # fmt: skip

    before, after = site_of(data_of(first), "main"), site_of(data_of(later), "main")
    assert before["coming"] != after["coming"]
    assert before["content_sha256"] == after["content_sha256"]


def test_an_audit_of_another_site_leaves_a_signature_valid(whole_city: Report) -> None:
    data = data_of(whole_city)
    later = again(data, "rec")

    assert states(later, signed(data, site="main"), key="main") == ["valid"]
    assert states(later, signed(data), key="main") == ["valid"]
    assert states(later, signed(data), key="rec") == ["earlier"]
    assert states(later, signed(data, site="main"), key="rec") == []


def test_another_report_of_the_same_audit_has_no_valid_signature(whole_city: Report) -> None:
    data = data_of(whole_city)
    later = copy.deepcopy(data)
    site_of(later, "main")["criteria"][0]["result"] = "supports"

    assert states(later, signed(data), key="main") == ["changed"]
    assert states(later, signed(data), key="museum") == ["valid"]


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        (lambda data: [signed(data)], "partly"),
        (lambda data: [signed(data, site="rec")], "earlier"),
        (lambda data: [signed(data, sites={"gone": {"run": "run-1", "sha256": "0" * 64}})], "absent"),
        (lambda data: [signed(data, sites={})], "earlier"),
    ],
)
def test_signatures_json_says_how_a_signature_stands_to_all_of_its_sites(
    whole_city: Report, entries: Callable[[Any], list[Entry]], state: str
) -> None:
    data = data_of(whole_city)
    later = again(data, "rec")

    off = sign_off(told(*entries(data)), "run-2", "f" * 64, contents_of(later))

    assert [one.state for one in off.signatures] == [state]


def test_many_earlier_signatures_of_one_site_hide_none_of_another(whole_city: Report) -> None:
    data = data_of(whole_city)
    later = again(again(data, "rec"), "main")
    entries = [signed(data, n, site="rec" if n > 1 else "main") for n in range(1, 12)]

    assert states(later, *entries, key="main") == ["earlier"]
    assert states(later, *entries, key="rec") == ["earlier"] * 5


def test_verify_tells_each_site(whole_city: Report) -> None:
    data = data_of(whole_city)
    signatures = told(signed(data, 1, site="main"), signed(data, 2, site="rec"))

    found = verified(render(again(data, "rec")).encode(), signatures)

    assert {one.site: (one.state, one.run) for one in found.sites} == {
        "main": ("valid", "run-1"), "rec": ("changed", "run-2"), "museum": ("unsigned", "run-1"),
        "emergency": ("unsigned", "run-1"),
    }  # fmt: skip
    assert not found.of_it
    assert not found.holds
    assert verified(render(again(data, "rec")).encode(), signatures, "main").holds
    assert verified(render(again(data, "museum")).encode(), signatures).holds


def test_a_hash_that_somebody_wrote_into_the_file_is_not_believed(whole_city: Report) -> None:
    data = data_of(whole_city)
    signatures = told(signed(data, site="main"))
    forged = copy.deepcopy(data)
    site_of(forged, "main")["required"]["fails"] = 0

    assert site_of(forged, "main")["content_sha256"] == site_of(data, "main")["content_sha256"]
    assert not verified(render(forged).encode(), signatures).holds


def without_hash(data: Any) -> Any:
    site = site_of(data, "main")
    del site["content_sha256"]
    site["required"]["fails"] = 0
    return data


def without_site(data: Any) -> Any:
    return {**data, "sites": [site for site in data["sites"] if site["key"] != "main"]}


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        (lambda content: content, True),
        (lambda content: content + b" ", False),
        (lambda content: content.replace(b"  ", b"   ", 1), False),
        (lambda content: content.replace(b'"sites_failing": ', b'"sites_failing": 1', 1), False),
        (lambda content: content.replace(b'"sites": [', b'"sites": [], "sites": [', 1), False),
        (lambda content: render(without_hash(json.loads(content))).encode(), False),
        (lambda content: render(without_site(json.loads(content))).encode(), False),
        (lambda content: render(again(json.loads(content), "rec")).encode(), False),
        # The report of a later audit has other sums, and a signature of one site says nothing of them.
        (lambda content: content.replace(b'"id": "run-1"', b'"id": "run-9"', 1), True),
    ],
)
def test_of_a_report_that_was_signed_for_all_sites_no_byte_may_change(
    whole_city: Report, change: Callable[[bytes], bytes], holds: bool
) -> None:
    data = data_of(whole_city)
    content = render(data).encode()
    entry = signed(data)
    whole = told(replace(entry, facts={**(entry.facts or {}), "report_sha256": sha256_of(content)}))

    found = verified(change(content), whole)

    assert found.holds is holds
    assert verified(content + b" ", told(signed(data, site="main"))).holds


def test_sign_offs_of_a_whole_file_are_told_as_ever(whole_city: Report) -> None:
    old = data_of(whole_city)
    for site in old["sites"]:
        del site["content_sha256"]
    content = render(old).encode()
    entry = signed(old, sites=None)
    facts = {name: value for name, value in (entry.facts or {}).items() if name != "sites"}
    signatures = told(replace(entry, facts=facts))

    assert verified(content, signatures).holds
    assert [one.entry for one in verified(content + b" ", signatures).of_its_run] == [1]
    assert not verified(content + b" ", signatures).holds
    assert not verified(render(data_of(whole_city)).encode(), signatures).holds


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"run": {"id": 1}}', b'{"run": {"id": "r"}, "sites": [1]}'])
def test_what_is_no_report_has_no_sites(content: bytes) -> None:
    assert verified(content, ()).sites == ()
