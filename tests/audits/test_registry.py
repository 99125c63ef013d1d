"""Checks are found because their file is there."""

import sys
import textwrap
from collections.abc import Mapping
from importlib.metadata import EntryPoint

import pytest

from audits import registry
from audits.check import Check
from audits.model import Impact, Rule

CHECK = """
from audits.check import Check
from audits.model import Impact, Rule

class {name}(Check):
    rule = Rule(id="{id}", title="T", why="W", fix="F", impact=Impact.MINOR)
    {init}
"""


class Given(Check):
    def __init__(self, *rules: Rule) -> None:
        self._rules = rules

    @property
    def rules(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self._rules}


class Other(Given):
    pass


def rule(rule_id: str) -> Rule:
    return Rule(id=rule_id, title="T", why="W", fix="F", impact=Impact.MINOR)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of checks, written by the test: ``package(two_words="source", ...)`` gives the classes found."""
    root = tmp_path / "found_checks"
    root.mkdir()
    (root / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(**files: str) -> tuple[type[Check], ...]:
        for name, source in files.items():
            path = root / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(source), encoding="utf-8")
        return registry.check_classes(["found_checks"], group="none.at.all")

    yield write
    for name in [name for name in sys.modules if name.split(".")[0] == "found_checks"]:
        del sys.modules[name]


def source(name: str, rule_id: str, init: str = "") -> str:
    return CHECK.format(name=name, id=rule_id, init=init)


def test_a_file_with_a_check_is_enough(package):
    found = package(b=source("Second", "check/b"), a=source("First", "check/a"))

    assert [check.__name__ for check in found] == ["First", "Second"]


@pytest.mark.parametrize(
    "files",
    [
        {"_helpers": source("Helper", "check/h")},
        {"sub__deep": source("Deep", "check/d"), "sub__": ""},
        {"a": source("_Base", "check/base")},
        {"a": "from audits.check import Check\nclass Base(Check):\n    pass\n"},
        {"a": "from audits.check import Check\n"},
        {"a": "class Check:\n    rule = 1\n"},
    ],
)
def test_helpers_bases_and_imports_are_no_checks(package, files):
    assert package(**{name: text for name, text in files.items() if text}) == ()


def test_the_checks_of_this_package_are_found():
    names = [check.__name__ for check in registry.check_classes()]

    assert "AxeRules" in names


def test_a_check_gets_only_what_its_constructor_asks_for(package, monkeypatch):
    wants = "def __init__(self, *, redact, keyring=None, limit=3): self.got = (redact, keyring, limit)"
    found = package(a=source("Wants", "check/a", wants), b=source("Nothing", "check/b"))
    monkeypatch.setattr(registry, "check_classes", lambda: found)

    checks = registry.discover(redact=str, keyring="k", detector="unused")

    assert checks[0].got == (str, "k", 3)


def test_a_few_checks_are_built_alone_and_nothing_is_made_that_they_do_not_ask_for(package):
    wants = "def __init__(self, *, redact): self.got = redact"
    found = package(a=source("Wants", "check/a", wants), b=source("Nothing", "check/b"))
    known = registry.speakers_of([found[0](redact=str), found[1]()])

    (built,) = registry.build([known["check/a"], known["check/a"]], {"redact": lambda: repr, "detector": lambda: 1 / 0})

    assert set(known) == {"check/a", "check/b"}
    assert (type(built), built.got) == (found[0], repr)


def test_a_dependency_that_nobody_gave_is_named(package, monkeypatch):
    found = package(a=source("Wants", "check/a", "def __init__(self, redact): pass"))
    monkeypatch.setattr(registry, "check_classes", lambda: found)

    with pytest.raises(ValueError, match=r"found_checks\.a\.Wants asks for 'redact'"):
        registry.discover(keyring="k")


def test_two_checks_with_one_rule_id_stop_the_start(package, monkeypatch):
    found = package(a=source("First", "check/same"), b=source("Second", "check/same"))
    monkeypatch.setattr(registry, "check_classes", lambda: found)

    message = r"two checks claim the rule id 'check/same': found_checks\.a\.First and found_checks\.b\.Second"
    with pytest.raises(ValueError, match=message):
        registry.discover()


def test_the_catalogue_is_sorted_by_id():
    rules = registry.catalogue([Given(rule("pii/b"), rule("axe/c")), Other(rule("check/a"))])

    assert list(rules) == ["axe/c", "check/a", "pii/b"]


def test_a_rule_under_a_false_id_is_refused():
    class Wrong(Check):
        @property
        def rules(self) -> Mapping[str, Rule]:
            return {"check/b": rule("check/a")}

    with pytest.raises(ValueError, match="'check/a' by another id: 'check/b'"):
        registry.catalogue([Wrong()])


@pytest.mark.parametrize(
    ("value", "names"), [("audits.accessibility.axe_rules:AxeRules", ["AxeRules"]), ("audits.model:Rule", None)]
)
def test_other_packages_offer_checks_by_entry_point(monkeypatch, value, names):
    entry = EntryPoint(name="theirs", value=value, group=registry.ENTRY_POINTS)
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry])

    if names is None:
        with pytest.raises(ValueError, match=r"'theirs'.*not a Check subclass"):
            registry.check_classes([])
    else:
        assert [found.__name__ for found in registry.check_classes([])] == names


def test_a_rule_of_another_version_still_has_words():
    known = {"check/a": rule("check/a")}

    assert registry.find_rule(known, "check/a") is known["check/a"]
    unknown = registry.find_rule(known, "check/gone")
    assert unknown.id == "check/gone"
    assert unknown.title_fr
