"""The bill of materials: by its schema, with everything that is locked, and nothing that tests alone need."""

import csv
import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("cyclonedx")

from cyclonedx.schema import SchemaVersion

ROOT = Path(__file__).parents[2]
#: Licences under which nothing may be packed into what others pass on without more thought.
STRONG = re.compile(r"\bA?GPL|SSPL|BUSL|Commons Clause|proprietary", re.IGNORECASE)


@pytest.fixture(scope="module")
def made():
    spec = importlib.util.spec_from_file_location("generate_bom", ROOT / "docs" / "approval" / "generate_bom.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses ask for it
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def validator():
    from cyclonedx.validation.json import JsonStrictValidator  # takes seconds, also of those who only collect this file

    return JsonStrictValidator(SchemaVersion.V1_6)


@pytest.fixture(scope="module")
def packages(made):
    return made.packages()


@pytest.fixture(scope="module")
def bill(made, packages):
    return made.bill(packages)


def test_it_keeps_to_the_schema(bill, validator):
    assert validator.validate_str(bill) is None


def test_a_bill_that_does_not_is_told(bill, validator):
    broken = json.loads(bill)
    broken["components"][0]["type"] = "thing"

    assert validator.validate_str(json.dumps(broken)) is not None


def test_all_that_is_locked_is_in_it_with_its_hashes(bill):
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = set(re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^\s;]+)", lock, re.MULTILINE))
    inside = [one for one in json.loads(bill)["components"] if one["purl"].startswith("pkg:pypi/")]

    assert {(one["name"], one["version"]) for one in inside} == pinned
    hashes = {digest["content"] for one in inside for digest in one["externalReferences"][0]["hashes"]}
    assert hashes == set(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))


def test_of_npm_what_is_packed_is_in_it_and_what_tests_load_is_not(bill):
    names = {one["name"] for one in json.loads(bill)["components"] if one["purl"].startswith("pkg:npm/")}

    assert {"axe-core", "@qualweb/act-rules", "@fontsource/atkinson-hyperlegible-next", "franc-min"} <= names
    assert not names & {"react", "bootstrap", "jquery", "alpinejs"}


def test_everything_is_there_because_something_needs_it(bill):
    told = json.loads(bill)
    needs = {one["ref"]: one.get("dependsOn", []) for one in told["dependencies"]}
    reached, waiting = set(), [told["metadata"]["component"]["bom-ref"]]
    while waiting:
        ref = waiting.pop()
        if ref not in reached:
            reached.add(ref)
            waiting += needs[ref]

    assert {one["bom-ref"] for one in told["components"]} <= reached


def test_every_package_here_says_its_licence_and_none_is_a_strong_one(packages):
    silent = {one.name for one in packages if not one.licence and not one.marker}

    assert silent <= {"trim"}  # MIT, said in its Readme only: THIRD_PARTY_NOTICES.md
    strong = {one.name for one in packages if STRONG.search(one.licence) and "LGPL" not in one.licence}
    assert strong == set()


def test_it_writes_both_files(made, tmp_path, monkeypatch, packages):
    for name in ("requirements.lock", "package-lock.json", "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), encoding="utf-8")
    monkeypatch.setattr(made, "ROOT", tmp_path)

    assert made.main() == 0

    with (tmp_path / "dist" / "licences.csv").open(encoding="utf-8", newline="") as rows:
        assert len(list(csv.DictReader(rows))) == len(packages)
    assert json.loads((tmp_path / "dist" / "handrail.cdx.json").read_text("utf-8"))["bomFormat"] == "CycloneDX"
