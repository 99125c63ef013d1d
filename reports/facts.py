"""What a report needs to know besides a run: the standards data, and what the City wrote down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from audits.model import Disposition, DocumentEntry


class CriterionFacts(Protocol):
    """One WCAG success criterion, as the standards data describes it."""

    @property
    def number(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def name_fr(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def aoda(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def removed(self) -> str: ...


class QuestionFacts(Protocol):
    """What a person asks of a page, as the standards data words it."""

    @property
    def ask(self) -> str: ...
    @property
    def how(self) -> str: ...
    @property
    def ask_fr(self) -> str: ...
    @property
    def how_fr(self) -> str: ...
    @property
    def pages(self) -> str: ...


class WordedFacts(Protocol):
    """What the standards data gives a title and a text in both languages."""

    @property
    def id(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def title_fr(self) -> str: ...
    @property
    def text_en(self) -> str: ...
    @property
    def text_fr(self) -> str: ...


class GuidanceFacts(WordedFacts, Protocol):
    """A provision of law, a step or a field of a form, as the standards data words it."""

    @property
    def source(self) -> str: ...
    @property
    def date(self) -> date: ...
    @property
    def status(self) -> str: ...


class ProvisionFacts(GuidanceFacts, Protocol):
    """A provision of law; ``due``: the day by which it next asks for something."""

    @property
    def due(self) -> date | None: ...


class StepFacts(GuidanceFacts, Protocol):
    """What a person does about an exposure, and at which places."""

    @property
    def where(self) -> Sequence[str]: ...


class BreachFacts(Protocol):
    """What to do when personal information stands on a public page, and what the IPC's form asks."""

    @property
    def steps(self) -> Sequence[StepFacts]: ...
    @property
    def duties(self) -> Sequence[GuidanceFacts]: ...
    @property
    def fields(self) -> Sequence[GuidanceFacts]: ...
    @property
    def note_en(self) -> str: ...
    @property
    def note_fr(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def date(self) -> date: ...


class StandardsFacts(Protocol):
    """What a report needs of the standards data."""

    @property
    def questions(self) -> Mapping[str, Sequence[QuestionFacts]]: ...

    @property
    def criteria(self) -> Sequence[CriterionFacts]: ...

    @property
    def provisions(self) -> Sequence[ProvisionFacts]: ...

    @property
    def breach(self) -> BreachFacts: ...

    @property
    def leads(self) -> Mapping[str, Sequence[str]]: ...

    def profile(self, name: str) -> Sequence[str]:
        """The numbers of the criteria in one conformance target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a named person confirmed for a public statement; ``texts``: "contact_en", "contact_fr" and so on."""

    by: str
    on: date
    until: date | None
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Contacts that the City's configuration calls business contacts: never told, new ones too."""

    own_domains: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the City wants of its trend: at most so many places to fix per 100 pages, by a day where it named one."""

    per_100_pages: int
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverAudited:
    """A site of the configuration that no run has audited yet."""

    key: str
    host: str
    name_en: str
    name_fr: str = ""
    owner: str = ""
    vendor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFacts:
    """Who the report is for. ``demo`` marks every page as invented data."""

    name_en: str
    name_fr: str = ""
    timezone: str = "America/Toronto"
    demo: bool = False
    #: What people decided about exposures.
    dispositions: tuple[Disposition, ...] = ()
    #: Which contacts the City has left out before they are told.
    left_out: LeftOut = field(default_factory=LeftOut)
    #: By site, what people know of documents.
    documents: Mapping[str, tuple[DocumentEntry, ...]] = field(default_factory=dict)
    #: By site, what a named person confirmed for its statement; "" = for any other.
    confirmed: Mapping[str, Confirmed] = field(default_factory=dict)
    #: By site, what the City aims at; "" = over all sites.
    aims: Mapping[str, Aim] = field(default_factory=dict)
    #: By site, how old its last complete audit may be.
    max_ages: Mapping[str, timedelta] = field(default_factory=dict)
    never_audited: tuple[NeverAudited, ...] = ()
