"""Find the checks. A check is found because its file exists; there is no list to keep."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from typing import Any, TypeGuard, cast

from audits.check import Check
from audits.model import Impact, Rule
from audits.site_check import PREFIX, SiteCheck

#: Where our checks live, one per file. Files and folders whose name starts with "_", and subfolders, hold none.
PACKAGES = ("audits.accessibility", "audits.documents", "audits.privacy")
#: Where other packages offer theirs: the entry point names a ``Check`` subclass.
ENTRY_POINTS = "handrail.checks"
#: The same for checks across pages.
SITE_PACKAGE = "audits.site"
SITE_ENTRY_POINTS = "handrail.site_checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks for a rule: the class of a check, by name, and the artifacts that it needs."""

    module: str
    name: str
    needs: tuple[str, ...]


def discover(**deps: Any) -> tuple[Check, ...]:
    """Every check, built. A check's constructor gets those of ``deps`` that it asks for by name."""
    given = {name: partial(_itself, value) for name, value in deps.items()}
    checks = tuple(_build(found, given) for found in check_classes())
    catalogue(checks)
    return checks


def build(speakers: Iterable[Speaker], deps: Mapping[str, Callable[[], Any]]) -> tuple[Check, ...]:
    """These checks alone, built: nothing else is imported, and of ``deps`` is made what they ask for."""
    found = (getattr(importlib.import_module(one.module), one.name) for one in dict.fromkeys(speakers))
    return tuple(_build(one, deps) for one in found)


def speakers_of(checks: Iterable[Check]) -> dict[str, Speaker]:
    """By rule, who speaks for it."""
    return {
        rule: Speaker(module=type(check).__module__, name=type(check).__qualname__, needs=tuple(check.needs))
        for check in checks
        for rule in check.rules
    }


def discover_site() -> tuple[SiteCheck, ...]:
    """Every check across pages, built; ours by module and name, then others' by entry point."""
    found = [one for one in _in_package(SITE_PACKAGE) if issubclass(one, SiteCheck) and hasattr(one, "rule")]
    for entry in sorted(entry_points(group=SITE_ENTRY_POINTS), key=lambda entry: entry.name):
        theirs = entry.load()
        if not (isinstance(theirs, type) and issubclass(theirs, SiteCheck)):
            raise ValueError(
                f"entry point {entry.name!r} in {SITE_ENTRY_POINTS!r} ({entry.value}) is not a SiteCheck subclass"
            )
        found.append(theirs)
    checks = tuple(one() for one in dict.fromkeys(found))
    for rule_id in catalogue(checks):
        if not rule_id.startswith(PREFIX):
            raise ValueError(f"a check across pages speaks for {rule_id!r}; its rule's id must begin with {PREFIX!r}")
    return checks


def check_classes(packages: Iterable[str] = PACKAGES, group: str = ENTRY_POINTS) -> tuple[type[Check], ...]:
    """The checks' classes, ours by module and name, then others' by entry point."""
    ours = [found for package in packages for found in _classes_in(package)]
    theirs = []
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        found = entry.load()
        if not (isinstance(found, type) and issubclass(found, Check)):
            raise ValueError(f"entry point {entry.name!r} in {group!r} ({entry.value}) is not a Check subclass")
        theirs.append(found)
    return tuple(dict.fromkeys([*ours, *theirs]))


def catalogue(checks: Iterable[Check | SiteCheck]) -> dict[str, Rule]:
    """Every rule by its id, sorted. Two checks that claim one id are an error."""
    rules: dict[str, Rule] = {}
    owners: dict[str, str] = {}
    for check in checks:
        owner = f"{type(check).__module__}.{type(check).__qualname__}"
        for rule_id, rule in check.rules.items():
            if rule_id != rule.id:
                raise ValueError(f"{owner} calls its rule {rule.id!r} by another id: {rule_id!r}")
            if rule_id in rules:
                raise ValueError(f"two checks claim the rule id {rule_id!r}: {owners[rule_id]} and {owner}")
            rules[rule_id] = rule
            owners[rule_id] = owner
    return dict(sorted(rules.items()))


def find_rule(rules: Mapping[str, Rule], rule_id: str) -> Rule:
    """The rule of this id. One that no check here knows (another version's) gets a rule that says so."""
    return rules.get(rule_id) or Rule(
        id=rule_id,
        title=f"Rule {rule_id}",
        why="This rule is not in the catalogue of the version that wrote this report.",
        fix="See the finding's own message.",
        impact=Impact.MODERATE,
        title_fr=f"Règle {rule_id}",
        why_fr="Cette règle n’est pas au catalogue de la version qui a produit ce rapport.",
        fix_fr="Voir le message du constat.",
    )


def _classes_in(package: str) -> Iterator[type[Check]]:
    for found in _in_package(package):
        if _is_check(found):
            yield found


def _in_package(package: str) -> Iterator[type[Any]]:
    """The classes that the modules of a package define, by module and name."""
    root = importlib.import_module(package)
    for module in sorted(pkgutil.iter_modules(root.__path__), key=lambda module: module.name):
        if module.ispkg or module.name.startswith("_"):
            continue
        name = f"{package}.{module.name}"
        for _, found in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if found.__module__ == name:
                yield found


def _is_check(found: type[Any]) -> TypeGuard[type[Check]]:
    """A check speaks for rules; a base class that other checks share does not yet."""
    if not issubclass(found, Check) or found.__name__.startswith("_") or inspect.isabstract(found):
        return False
    return found.rule is not None or found.rules is not Check.rules


def _itself(value: Any) -> Any:
    return value


def _build(found: type[Check], deps: Mapping[str, Callable[[], Any]]) -> Check:
    asked = {}
    if found.__init__ is not object.__init__:
        for name, parameter in inspect.signature(found).parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            if name in deps:
                asked[name] = deps[name]()
            elif parameter.default is parameter.empty:
                raise ValueError(f"{found.__module__}.{found.__qualname__} asks for {name!r}, which nobody gave")
    return cast(Callable[..., Check], found)(**asked)
