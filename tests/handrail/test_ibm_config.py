"""A copy of IBM's engine is named, found beside handrail.toml, and told of where it is missing."""

import json

import pytest

from handrail import runs, wiring
from handrail.config import ConfigError, load_policy, parse_policy

SITE = '[sites.main]\nstart = ["https://www.city.example/"]\n'
ENGINE = "var ace;(()=>{ace={Checker:function(){}}})();"


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Begin a run with these words in handrail.toml."""
    monkeypatch.setenv("HANDRAIL_KEY", "ab" * 32)

    def begun(words=""):
        path = tmp_path / "handrail.toml"
        path.write_text(SITE + words, "utf-8")
        policy = load_policy(path)
        place, parts = runs.Place(out=tmp_path / "out"), runs.parts_for(policy)
        with runs.open_store(place, parts) as store:
            return runs.start(place, runs.Plan(policy=policy, sites=("main",)), parts, store), parts

    return begun


def test_without_it_nothing_changes(start):
    run, parts = start()

    assert "IBM Equal Access" not in run.engines
    assert not [rule for rule in parts.rules if rule.startswith("ibm/")]
    assert wiring.ibm_source("") == ""
    assert "handrailIbm" not in runs.page_source(parse_policy(SITE))


def test_a_copy_beside_the_file_is_used_and_named_with_its_version(start, tmp_path):
    folder = tmp_path / "engine"
    folder.mkdir()
    (folder / "ace.js").write_text(ENGINE, "utf-8")
    (folder / "package.json").write_text(json.dumps({"name": "accessibility-checker-engine", "version": "4.0.34"}))

    run, parts = start('[ibm]\nscript = "engine/ace.js"\n')

    assert run.engines["IBM Equal Access"] == "4.0.34"
    assert "ibm/img_alt_valid" in parts.rules
    assert run.rules_sha256 != start()[0].rules_sha256


def test_a_copy_without_its_package_is_named_by_its_digest(start, tmp_path):
    (tmp_path / "ace.js").write_text(ENGINE, "utf-8")

    run, _ = start('[ibm]\nscript = "ace.js"\n')

    assert run.engines["IBM Equal Access"].startswith("sha256 ")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"alert(1)", b"var axe = {};"])
def test_what_is_missing_or_something_else_is_told_with_the_remedy(start, tmp_path, content):
    if content is not None:
        (tmp_path / "ace.js").write_bytes(content)

    with pytest.raises(ConfigError, match=r"^ibm\.script: .*ace\.js .*npm install accessibility-checker-engine"):
        start('[ibm]\nscript = "ace.js"\n')
