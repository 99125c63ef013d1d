"""Tables of handrail.toml that say what people decided: documents, gate, waivers, owners, dates, exposures."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from audits.model import DocumentEntry, DocumentException, FormatRequest, Ground, Nlp
from audits.privacy.contacts import PROVIDERS
from handrail.values import MOST_DAYS, Said, Severity, Table, path_glob, small_name, telephone
from reports.facts import Aim, Confirmed

#: How the privacy register calls a value.
EXPOSURE_ID = r"x-[0-9a-f]{12}"


def _known_date(value: Any) -> Any:
    if value != "unknown" and type(value) is not date:
        raise ValueError('must be a date such as 2019-05-04, without quotes, or "unknown"')
    return value


class AgreedException(Table):
    """``[sites.KEY.documents.NAME.exception]``: why these documents may stay as they are, and until when.

    It stands beside the result and never changes it. The ground is yours, in your words.
    """

    ground: Said = Field(description="Why, in words. No personal information.")
    by: Said = Field(description="Who approved it: name or role.")
    on: date = Field(description="When.")
    until: date = Field(description="The last day on which it holds; the report says so when it has ended.")

    @model_validator(mode="after")
    def _ends(self) -> AgreedException:
        if self.until < self.on:
            raise ValueError("until is before on; write the last day on which the exception holds")
        return self


class AskedFormat(Table):
    """``[[sites.KEY.documents.NAME.requests]]``: a request for one of these documents in an accessible format."""

    number: Said = Field(description="The City's number for it. Nobody's name.")
    received: date = Field(description="When it came.")
    answered: date | None = Field(None, description="When it was answered. Left out = it is open.")

    @model_validator(mode="after")
    def _in_order(self) -> AskedFormat:
        if self.answered is not None and self.answered < self.received:
            raise ValueError("answered is before received; one of the dates is wrong")
        return self


class Documents(Table):
    """``[sites.KEY.documents.NAME]``: what people know of PDF and Office files that no tool can read from them.

    Of a document that several entries match, the first one speaks. One that matches nothing is told in the report.
    """

    urls: tuple[Annotated[str, AfterValidator(path_glob)], ...] = Field(
        min_length=1, strict=False, description='Globs on path and query, such as "/council/2019/*.pdf".'
    )
    owner: str = Field("", description="The unit that answers for them. Default: the site's owner.")
    published: Annotated[date | Literal["unknown"], BeforeValidator(_known_date)] = Field(
        "unknown",
        description="When they were first posted. It is never taken from the file, whose own date says when it was "
        "last changed.",
    )
    published_evidence: str = Field(
        "", description="How that is known: a record, a register, an archived copy. Needed with a date."
    )
    alternative: str = Field(
        "", description="Where the same is to be had in an accessible form: an address, or how to ask for it."
    )
    exception: AgreedException | None = None
    requests: tuple[AskedFormat, ...] = Field((), strict=False)

    @model_validator(mode="after")
    def _a_date_is_proved(self) -> Documents:
        if self.published != "unknown" and not self.published_evidence.strip():
            raise ValueError("published needs published_evidence: how the date is known")
        if self.published == "unknown" and self.published_evidence:
            raise ValueError("published_evidence goes with a date in published only")
        return self

    def entry(self, name: str) -> DocumentEntry:
        """The same, for reports."""
        return DocumentEntry(
            name=name,
            urls=self.urls,
            owner=self.owner,
            published=None if self.published == "unknown" else self.published,
            evidence=self.published_evidence,
            exception=DocumentException(**self.exception.model_dump()) if self.exception else None,
            alternative=self.alternative,
            requests=tuple(FormatRequest(**one.model_dump()) for one in self.requests),
        )


class GateLimit(Table):
    """``[[gate.limits]]``: so many issues at the most, whether they are new or not."""

    most: int = Field(ge=0, description="At the most. One more, and the gate is not met.")
    unit: Literal["issues", "places"] = Field("issues", description="What is counted.")
    kind: Literal["any", "accessibility", "exposure", "privacy", "tracker", "broken-link"] = Field(
        "any",
        description='Which issues. "tracker", "broken-link": kinds of rules; others: what rules protect.',
    )
    severity: Severity = Field("minor", description="This or worse.")
    verdict: Literal["fail", "review", "any"] = Field("fail", description="What fails, what a person must look at.")
    profile: Literal["aoda", "wcag21-aa", "wcag22-aa", "en301549", "", "site"] = Field(
        "", description='Only what a criterion of this profile asks for; "site": of the site\'s own.'
    )
    rules: tuple[str, ...] = Field((), strict=False, description='Globs on rule ids, such as "axe/*". Empty = all.')


class GateTable(Table):
    """``[gate]``: what ``handrail gate`` asks of a deploy; ``[sites.KEY.gate]`` goes before it, key by key.

    Without a baseline and without limits it asks that no criterion of the site's profile fails and nothing is exposed.
    """

    new: Literal["critical", "serious", "moderate", "minor", "off"] = Field(
        "minor", description='No new issue of this severity or worse; "off": new issues are told and allowed.'
    )
    returned: bool = Field(True, description="No issue that was fixed before may be back.")
    more: Literal["page", "site", "off"] = Field(
        "page",
        description='No known issue may have new places: "page", on any page; "site", in sum, where content moves '
        'from page to page. In a part that pages share, its elements are compared. "off": they are told and allowed.',
    )
    review: bool = Field(False, description="What a person must look at counts as well.")
    advice: bool = Field(False, description="Best practice that no criterion asks for counts as well.")
    new_rules: bool = Field(
        False, description="Issues of rules that did not run in the baseline count as well; they are told in any case."
    )
    min_coverage: float = Field(
        0, ge=0, le=1, description="Share of the pages found that must be audited, beside the site's min_coverage."
    )
    limits: tuple[GateLimit, ...] = Field((), strict=False)


class WaiverTable(Table):
    """``[waivers.NAME]``: what the City has accepted until a day, and why.

    It changes no result: reports show the issue, and the gate does not count it. The narrowest one speaks: first those
    with ``urls``, then with ``parts``, then with rules without a wildcard; when it has ended, no wider one steps in.
    Exposed personal information cannot be waived.
    """

    rules: tuple[Said, ...] = Field(
        min_length=1, strict=False, description='Ids or globs, such as "axe/color-contrast". No other rule is waived.'
    )
    site: str = Field("", description="KEY of the site. Empty = all sites.")
    parts: tuple[str, ...] = Field(
        (), strict=False, description='Globs on parts as reports name them, such as "footer". Empty = everywhere.'
    )
    urls: tuple[Annotated[str, AfterValidator(path_glob)], ...] = Field(
        (),
        strict=False,
        description="Globs on path and query, for page content and documents. A part that pages share is for parts.",
    )
    ground: Said = Field(description="The ground, in the words of whoever approved it.")
    reason: Said = Field(description="Why, in words. No personal information.")
    owner: Said = Field(description="The unit that has to end it.")
    by: Said = Field(description="Who approved it: name or role.")
    on: date = Field(description="When.")
    until: date = Field(description="The last day on which it holds.")
    alternative: str = Field("", description="What people can use until then: an address, or words.")
    false_alarm: bool = Field(False, description="A person looked: there is no barrier, the check is mistaken.")

    @model_validator(mode="after")
    def _holds(self) -> WaiverTable:
        if self.until < self.on:
            raise ValueError("until is before on; write the last day on which the waiver holds")
        if any(rule.startswith("pii/") for rule in self.rules):
            raise ValueError("exposed personal information cannot be waived; contain it, or see [dispositions]")
        return self


def _repository_path(value: str) -> str:
    if value.startswith("/") or "://" in value or "\\" in value or ".." in value.split("/"):
        raise ValueError('must be a path inside the repository, such as "templates/footer.html"')
    return value


class SitePart(Table):
    """``[sites.KEY.parts.NAME]``: a part of the site by a name of yours, who repairs it, and in which file."""

    name_en: str = Field("", description="What people call it in English. Default: as reports name it.")
    name_fr: str = Field("", description="What people call it in French. Default: the English name.")
    parts: tuple[str, ...] = Field(
        min_length=1,
        strict=False,
        description='Globs on parts as reports name them, such as "banner".',
    )
    owner: str = Field("", description="The unit that repairs it. Default: the site's owner.")
    file: Annotated[str, AfterValidator(_repository_path)] = Field(
        "", description="Its template, a path inside the repository: code hosts show issues there."
    )


class SiteArea(Table):
    """``[sites.KEY.areas.NAME]``: addresses of the site, and the unit that repairs what stands on these pages alone.

    What stands in a part that pages share is the part's owner's.
    """

    urls: tuple[Annotated[str, AfterValidator(path_glob)], ...] = Field(
        min_length=1, strict=False, description='Globs on path and query, such as "/permits/*".'
    )
    owner: str = Field("", description="The unit that repairs it. Default: the site's owner.")
    file: Annotated[str, AfterValidator(_repository_path)] = Field(
        "", description="The template of these pages, a path inside the repository."
    )


class DueTable(Table):
    """``[due]`` and ``[sites.KEY.due]``: days until an issue is to be repaired, from the day it was first seen.

    After a return the days are counted from the return. 0 = no date. A date of its own (``handrail issues due``) goes
    before them.
    """

    critical: int = Field(0, ge=0, le=MOST_DAYS, description="Days for what is critical.")
    serious: int = Field(0, ge=0, le=MOST_DAYS, description="Days for what is serious.")
    moderate: int = Field(0, ge=0, le=MOST_DAYS, description="Days for what is moderate.")
    minor: int = Field(0, ge=0, le=MOST_DAYS, description="Days for what is minor.")
    exposure: int = Field(
        0, ge=0, le=MOST_DAYS, description="Days for exposed personal information, whatever its severity."
    )


class StatementTable(Table):
    """``[statement]`` and ``[sites.KEY.statement]``: what a named person confirmed for the draft public statement.

    A site's own table goes before the common one as a whole: who confirmed it speaks for all of it. What is not here is
    left open in the draft; no tool makes up a promise, a date or an address.
    """

    by: Said = Field(description="Who confirmed it: a name and a role.")
    on: date = Field(description="The day it was confirmed.")
    until: date | None = Field(None, description="The last day on which it may be said. Default: no end.")
    contact_en: str = Field("", description="How residents tell the City of a barrier.")
    contact_fr: str = Field("", description="The same in French.")
    formats_en: str = Field("", description="How to ask for information in another format.")
    formats_fr: str = Field("", description="The same in French.")
    reply_en: str = Field("", description="How soon the City answers.")
    reply_fr: str = Field("", description="The same in French.")
    repairs_en: str = Field("", description="What is repaired by when, as it was approved.")
    repairs_fr: str = Field("", description="The same in French.")
    measures_en: str = Field("", description="What the City does for accessibility.")
    measures_fr: str = Field("", description="The same in French.")

    @model_validator(mode="after")
    def _in_order(self) -> StatementTable:
        if self.until is not None and self.until < self.on:
            raise ValueError(f"until ({self.until}) is before on ({self.on})")
        return self

    def confirmed(self) -> Confirmed:
        """For reports."""
        texts = self.model_dump(exclude={"by", "on", "until"})
        return Confirmed(by=self.by, on=self.on, until=self.until, texts=texts)


class GoalTable(Table):
    """``[goal]`` and ``[sites.KEY.goal]``: what the City aims at; reports draw it into the trend.

    ``[goal]`` is over all sites together, a site's own table is for that site. It judges nothing: a gate asks for what
    [gate] says.
    """

    places_per_100_pages: int = Field(ge=0, description="At most so many places to fix per 100 pages.")
    by: date | None = Field(None, description="The day by which. Default: none is named.")

    def aim(self) -> Aim:
        """For reports."""
        return Aim(per_100_pages=self.places_per_100_pages, by=self.by)


class PersonalInformation(Table):
    """``[personal_information]``: what counts as the City's own, and a language model if there is one."""

    own_domains: tuple[str, ...] = Field(
        (), strict=False, description="The City's mail domains: business contact, not personal."
    )
    business_domains: tuple[str, ...] = Field(
        (), strict=False, description="Mail domains of vendors, partners and others: business contact, not personal."
    )
    business_numbers: tuple[Annotated[str, AfterValidator(telephone)], ...] = Field(
        (), strict=False, description="Telephone numbers that belong to an office: business contact, not personal."
    )
    business_pages: tuple[str, ...] = Field(
        (),
        strict=False,
        description="Globs on the path of pages whose names, addresses and numbers are business contacts, such as a "
        'staff directory ("/staff/*"). After "#" one part of the page alone, as the register calls it '
        '("/*#complementary.hours"). Identifiers such as a SIN are reported all the same.',
    )
    entities: tuple[str, ...] = Field(
        (),
        strict=False,
        description="Kinds to report, () = all: CA_BANK_ACCOUNT, CA_ON_DRIVER_LICENCE, CA_ON_HEALTH_CARD, "
        "CA_ON_LICENCE_PLATE, CA_ON_PROPERTY_ROLL, CA_PASSPORT, CA_POSTAL_CODE, CA_SIN, CIVIC_ADDRESS, CREDIT_CARD, "
        "DATE_OF_BIRTH, EMAIL_ADDRESS, IP_ADDRESS, MAC_ADDRESS, PERSON, PHONE_NUMBER. Others are masked all the same.",
    )
    nlp_engine: Nlp = Field(
        "spacy",
        description='Of which kind nlp_model is. "transformers" and "gliner" need the extra of that name '
        "(pip install 'handrail[gliner]').",
    )
    nlp_model: str = Field(
        "",
        description="A language model on this machine that finds names; none is ever fetched. Its folder, relative to "
        'this file; or a spaCy package ("en_core_web_lg"); or a name in the cache of Hugging Face. Empty = none.',
    )


def _mail_domain(value: str) -> str:
    domain = value.lower().strip(" @.")
    if not re.fullmatch(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_]{2,}", domain):
        raise ValueError('must be a mail domain such as "vendor.example"')
    return domain


def _page_part(value: str) -> str:
    path, mark, part = value.partition("#")
    if not path.startswith(("/", "*")) or bool(mark) != bool(part):
        raise ValueError('must be a glob on the path, such as "/staff/*", or with a part "/staff/*#complementary"')
    return value


class Decision(Table):
    """``[dispositions.NAME]``: what a person decided about a value in the privacy register, or about many contacts.

    A name such as "x-1a2b3c4d5e6f" is the id of one value, as the register shows it, and the decision is about that
    one. Any other name is the City's own and needs ``domains``, ``numbers`` or ``pages``: the decision is about the
    names, street addresses, e-mail addresses, telephone numbers and postal codes there, new ones too, and never about
    an identifier such as a SIN. With ``pages`` and one of the others it is about what is both. Whatever is decided
    stays in the register, with the decision. The narrowest one speaks: the value's own, then a number or a domain,
    then a part of a page, then a page; when it has ended, no wider one steps in.
    """

    site: str = Field("", description="KEY of the site. Empty = all sites. Not with the id of a value.")
    domains: tuple[Annotated[str, AfterValidator(_mail_domain)], ...] = Field(
        (), strict=False, description='Mail domains, with all below them, such as "vendor.example".'
    )
    numbers: tuple[Annotated[str, AfterValidator(telephone)], ...] = Field(
        (), strict=False, description='Telephone numbers, such as "905-555-0142". The register shows them masked.'
    )
    pages: tuple[Annotated[str, AfterValidator(_page_part)], ...] = Field(
        (),
        strict=False,
        description='Globs on the path of pages, such as "/staff/*"; after "#" one part of them, as the register calls '
        'it ("/*#complementary.hours").',
    )

    ground: Ground = Field(
        description="What it is: a business contact (MFIPPA s. 2(2.1), 2(2.2)), part of a record that the law makes "
        "public, public with the person's consent, an exposure indeed, or nothing of the kind."
    )
    reason: Said = Field(description="Why, in words. No personal information.")
    by: Said = Field(description="Who decided: name or role.")
    on: date = Field(description="When.")
    until: date = Field(description="The last day on which the decision holds. Then the value is as open as before.")

    @model_validator(mode="after")
    def _ends(self) -> Decision:
        if self.until < self.on:
            raise ValueError("until is before on; write the last day on which the decision holds")
        if not self.pages and (anybodys := sorted(PROVIDERS.intersection(self.domains))):
            raise ValueError(f"anybody has a mailbox at {anybodys[0]}; name the pages as well, or each value by its id")
        return self

    @property
    def is_wide(self) -> bool:
        """Whether it is about more than one value."""
        return bool(self.domains or self.numbers or self.pages)


def decision_name(value: str) -> str:
    if value.lower().startswith("x-") and not re.fullmatch(EXPOSURE_ID, value):
        raise ValueError('must be the id of a value as the register shows it, like "x-1a2b3c4d5e6f", or another name')
    return small_name(value)


class Retention(Table):
    """``[retention]``: how long evidence is kept at the least. ``handrail purge`` refuses before.

    The default is MFIPPA s. 30(1) with R.R.O. 1990, Reg. 823, s. 5: personal information that an institution used is
    kept for one year after its use, or for the period of a by-law or resolution where that is shorter.
    """

    days: int = Field(366, ge=0, le=MOST_DAYS, description="Days after the last use. Less than a year needs a by-law.")
    by_law: str = Field("", description="The by-law or resolution that sets the period; the log of a purge names it.")

    @model_validator(mode="after")
    def _shorter_only_by_law(self) -> Retention:
        if self.days < 365 and not self.by_law.strip():
            raise ValueError("days is less than a year; name the by-law or resolution that says so in by_law")
        return self


class FeedbackTable(Table):
    """``[feedback]``: what residents report, and how soon the City means to answer (``handrail feedback``).

    The law asks for a feedback process (O. Reg. 191/11, s. 11) and sets no days: the targets are the City's own.
    """

    acknowledge_days: int = Field(
        0, ge=0, le=MOST_DAYS, description="Days from a report to its acknowledgement at the most. 0 = no target."
    )
    answer_days: int = Field(0, ge=0, description="Days from a report to its answer at the most. 0 = no target.")
    keep_words: bool = Field(
        True,
        description="Keep what people wrote about the barrier, personal information masked. false: the words stay in "
        "the City's own system, under the ticket.",
    )
