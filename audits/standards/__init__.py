"""What the law and the standards say, as dated data files. Code asks here; it never carries legal text of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

#: What an officer should hear first of a document, in this order.
LEADS = ("untagged", "no-title", "no-language", "image-only", "no-alternative", "locked")
#: Conformance targets a site may choose, in the order of what they ask.
PROFILES = ("aoda", "wcag21-aa", "wcag22-aa", "en301549")
#: The type, where a field is called "date".
Day: TypeAlias = date


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One WCAG success criterion. ``aoda``: "yes", "excluded" (1.2.4 and 1.2.5), or "no" (not asked for)."""

    number: str
    name_en: str
    name_fr: str
    level: str
    version: str  # the WCAG version that introduced it
    aoda: str
    slug: str
    url: str
    removed: str = ""  # the WCAG version that took it out

    @property
    def principle(self) -> int:
        """1 perceivable, 2 operable, 3 understandable, 4 robust."""
        return int(self.number.partition(".")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One provision of law in plain words. ``status``: "verified", or "guidance" and printed as such."""

    id: str
    title_en: str
    title_fr: str
    text_en: str
    text_fr: str
    source: str
    date: date
    status: str
    due: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Provision):
    """What a person does about an exposure. ``where``: only at such places; empty = at all."""

    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What to do when personal information stands on a public page. ``fields``: of the IPC's form, in our words."""

    steps: tuple[Step, ...]
    duties: tuple[Provision, ...]
    fields: tuple[Provision, ...]
    note_en: str
    note_fr: str
    source: str
    url: str
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AxeRule:
    """What axe-core says of one of its rules. ``default``: axe runs it unless told otherwise."""

    id: str
    help: str
    description: str
    impact: str
    criteria: tuple[str, ...] = ()
    act: tuple[str, ...] = ()
    help_url: str = ""
    default: bool = True
    best_practice: bool = False
    experimental: bool = False
    deprecated: bool = False
    top_frame_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AxeText:
    """Our words for one axe rule. ``before`` and ``after``: code with the fault, and the same repaired."""

    title: str
    why: str
    fix: str
    title_fr: str
    why_fr: str
    fix_fr: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person asks of a page for one criterion; yes means no barrier was seen. ``pages``: which to look at."""

    ask: str
    how: str
    ask_fr: str
    how_fr: str
    pages: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualwebRule:
    """One of QualWeb's rules that we run: its ACT rule, and axe-core's rules for the same fault.

    ``place``: around the faulty element, what axe-core names. ``alone``: whether it may speak where axe-core is silent.
    ``proposed``: W3C has not approved the ACT rule yet, and keeps its page elsewhere.
    """

    id: str
    act: str
    axe: tuple[str, ...]
    alone: bool
    place: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IbmRule:
    """One of the rules of IBM's engine that we listen to; ``axe``, ``place`` and ``alone`` as in ``QualwebRule``.

    ``also``: our own rules for the same fault.
    """

    id: str
    axe: tuple[str, ...]
    alone: bool
    also: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfRule:
    """A rule of PDF/UA-1 by clause and test, in our words. ``techniques``: W3C's for PDF; ``lead``: one of ``LEADS``.

    ``said_by``: rules that tell the same fault; ``unsure``: it may also ask a person to look.
    """

    id: str
    title: str
    why: str
    fix: str
    title_fr: str
    why_fr: str
    fix_fr: str
    impact: str
    criteria: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    lead: str = ""
    best_practice: bool = False
    said_by: tuple[str, ...] = ()
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Principle:
    """A principle that a City works by, and the measures of an audit that speak of it, by their names."""

    id: str
    title_en: str
    title_fr: str
    text_en: str
    text_fr: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principles:
    """The policy that a City works by. ``assumptions``: what estimates rest on."""

    name_en: str
    name_fr: str
    source: str
    date: date
    status: str
    assumptions: Mapping[str, float]
    principles: tuple[Principle, ...]


#: What estimates rest on, each of which a file of principles may set.
ASSUMPTIONS = ("minutes_per_place", "audit_watts", "kwh_per_gigabyte")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """Everything under this folder, read once."""

    criteria: tuple[Criterion, ...]
    provisions: tuple[Provision, ...]
    axe_version: str
    axe_rules: Mapping[str, AxeRule]
    axe_texts: Mapping[str, AxeText]
    qualweb_version: str
    qualweb_rules: Mapping[str, QualwebRule]
    ibm_rules: Mapping[str, IbmRule]
    pdf_rules: Mapping[str, PdfRule]
    questions: Mapping[str, tuple[Question, ...]]
    breach: Breach
    #: What matters first in a document, in order, and the rules that find it.
    leads: Mapping[str, tuple[str, ...]]

    def criterion(self, number: str) -> Criterion:
        """The criterion of this number; KeyError when there is none."""
        for criterion in self.criteria:
            if criterion.number == number:
                return criterion
        raise KeyError(f"no WCAG success criterion {number!r}")

    def provision(self, provision_id: str) -> Provision:
        """The provision of this id; KeyError when there is none."""
        for provision in self.provisions:
            if provision.id == provision_id:
                return provision
        raise KeyError(f"no provision {provision_id!r}")

    def profile(self, name: str) -> tuple[str, ...]:
        """The numbers of the criteria that a conformance target asks for."""
        if name == "aoda":
            return tuple(c.number for c in self.criteria if c.aoda == "yes")
        # EN 301 549 V3.2.1 clause 9 is WCAG 2.1 level A and AA.
        version = {"wcag21-aa": "2.1", "en301549": "2.1", "wcag22-aa": "2.2"}.get(name)
        if version is None:
            raise ValueError(f"no conformance target {name!r}; choose one of {', '.join(PROFILES)}")
        return tuple(
            c.number
            for c in self.criteria
            if c.level in {"A", "AA"} and c.version <= version and not (c.removed and c.removed <= version)
        )

    def asked_by_aoda(self, numbers: tuple[str, ...]) -> bool:
        """Whether any of these criteria is part of the AODA floor."""
        return any(c.aoda == "yes" for c in self.criteria if c.number in numbers)


@cache
def load() -> Standards:
    """Read the data files, once per process."""
    aoda = _read("aoda.toml")
    axe = _read("axe.toml")
    qualweb = _read("qualweb.toml")
    provisions = [*aoda["provision"], *_read("mfippa.toml")["provision"]]
    return Standards(
        criteria=_criteria(_read("wcag22.toml"), aoda["profile"]),
        provisions=tuple(Provision(**entry) for entry in provisions),
        axe_version=axe["version"],
        axe_rules=MappingProxyType({entry["id"]: _axe_rule(entry) for entry in axe["rule"]}),
        axe_texts=MappingProxyType({rule: AxeText(**texts) for rule, texts in _read("axe_texts.toml").items()}),
        qualweb_version=qualweb["version"],
        qualweb_rules=MappingProxyType(
            {entry["id"]: QualwebRule(**entry | {"axe": tuple(entry["axe"])}) for entry in qualweb["rule"]}
        ),
        ibm_rules=MappingProxyType(
            {
                entry["id"]: IbmRule(**entry | {"axe": tuple(entry["axe"]), "also": tuple(entry.get("also", ()))})
                for entry in _read("ibm.toml")["rule"]
            }
        ),
        pdf_rules=MappingProxyType({entry["id"]: PdfRule(**_frozen(entry)) for entry in _read("pdfua.toml")["rule"]}),
        questions=_questions(_read("questions.toml")),
        breach=_breach(_read("breach.toml")),
        leads=MappingProxyType({entry["key"]: tuple(entry["rules"]) for entry in _read("documents.toml")["lead"]}),
    )


def principles(text: str = "") -> Principles:
    """The principles in a text of TOML, by default those in the package. Raises ValueError with what is wrong."""
    data = tomllib.loads(text) if text else _read("egovernment.toml")
    assumptions = {**_read("egovernment.toml")["assumptions"], **data.pop("assumptions", {})}
    for name, value in assumptions.items():
        if name not in ASSUMPTIONS:
            raise ValueError(f"[assumptions] {name}: is not known; known are {', '.join(ASSUMPTIONS)}")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise ValueError(f"[assumptions] {name}: must be a number, 0 or more")
    entries = data.pop("principle", [])
    if not entries:
        raise ValueError("no [[principle]]: write one at the least")
    made = [_made(Principle, _frozen(entry), f"[[principle]] {n}") for n, entry in enumerate(entries, start=1)]
    return _made(Principles, {**data, "assumptions": assumptions, "principles": tuple(made)}, "the file")


_T = TypeVar("_T")


def _made(kind: type[_T], values: Mapping[str, Any], where: str) -> _T:
    """Of exactly these fields."""
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    if lacking := sorted(names - values.keys()):
        raise ValueError(f"{where}: lacks {', '.join(lacking)}")
    if unknown := sorted(values.keys() - names):
        raise ValueError(f"{where}: {', '.join(unknown)} is not known")
    for name, value in values.items():
        if name.endswith(("_en", "_fr")) and not isinstance(value, str):
            raise ValueError(f"{where}: {name} must be a text")
        if name == "date" and not isinstance(value, date):
            raise ValueError(f"{where}: date must be a day, such as 2026-11-01")
        if name == "measures" and not (isinstance(value, tuple) and all(isinstance(one, str) for one in value)):
            raise ValueError(f"{where}: measures must be a list of names")
    return kind(**values)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__name__).joinpath(name).read_text(encoding="utf-8"))


def _criteria(wcag: Mapping[str, Any], floor: Mapping[str, Any]) -> tuple[Criterion, ...]:
    def aoda(entry: Mapping[str, Any]) -> str:
        if entry["version"] > floor["wcag"] or entry["level"] not in floor["levels"]:
            return "no"
        return "excluded" if entry["number"] in floor["excluded"] else "yes"

    return tuple(
        Criterion(**entry, aoda=aoda(entry), url=wcag["understanding"] + entry["slug"]) for entry in wcag["criterion"]
    )


def _breach(data: Mapping[str, Any]) -> Breach:
    return Breach(
        steps=tuple(Step(**entry | {"where": tuple(entry.get("where", ()))}) for entry in data["step"]),
        duties=tuple(Provision(**entry) for entry in data["duty"]),
        fields=tuple(Provision(**entry) for entry in data["field"]),
        **data["form"],
    )


def _questions(data: Mapping[str, Any]) -> Mapping[str, tuple[Question, ...]]:
    return MappingProxyType(
        {
            number: tuple(Question(**entry) for entry in entries)
            for number, entries in data.items()
            if isinstance(entries, list)
        }
    )


def _axe_rule(entry: Mapping[str, Any]) -> AxeRule:
    return AxeRule(**_frozen(entry))


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
