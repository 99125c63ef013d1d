"""handrail.toml, read once into a frozen Policy. A wrong file is told by file, line, key and remedy."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Container, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

from audits.model import Disposition, DocumentEntry, DocumentException, FormatRequest, Ground, Nlp, Waiver
from audits.privacy.contacts import PROVIDERS
from audits.privacy.masking import mask
from crawler.ocr import LANGUAGE
from handrail import schedule as times
from reports.facts import Aim, Confirmed, NeverAudited
from reports.owners import AreaEntry, Owners, PartEntry

#: How the privacy register calls a value.
EXPOSURE_ID = r"x-[0-9a-f]{12}"

Profile = Literal["aoda", "wcag21-aa", "wcag22-aa", "en301549"]


class ConfigError(ValueError):
    """What is wrong with the configuration, where, and what to write instead."""


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:  # a port that is no number, half an IPv6 address
        host = None
    if host is None or parts.scheme not in ("http", "https") or not host.isprintable() or " " in host:
        raise ValueError('must be a web address such as "https://www.city.example/"')
    if parts.username or parts.password:
        raise ValueError("must not hold a user name or password; put secrets in the environment")
    return value


Url = Annotated[str, AfterValidator(_web_address)]

#: "env:NAME": the value comes from this environment variable.
FROM_ENVIRONMENT = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
#: Who we are, and how a request is built, is not for a table of headers to say.
RESERVED_HEADERS = frozenset(
    {
        "accept-encoding", "connection", "content-length", "content-type", "host", "keep-alive", "origin",
        "proxy-authorization", "referer", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
    }
)  # fmt: skip
SECRET_HEADERS = frozenset({"authorization", "cookie"})


def _proxy(value: str) -> str:
    if value in ("", "environment"):
        return value
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in ("http", "https", "socks5") or not parts.hostname or not port:
        raise ValueError('must be like "http://proxy.city.example:3128", with http, https or socks5; or "environment"')
    if parts.username or parts.password:
        raise ValueError("must not hold a user name or password; see proxy_auth")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must end with the port")
    return value.rstrip("/")


def _headers(value: dict[str, str]) -> dict[str, str]:
    for name, said in value.items():
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
            raise ValueError(f"{name!r} cannot be the name of a header")
        if name.lower() in RESERVED_HEADERS:
            raise ValueError(f"{name!r} is set by Handrail itself; leave it out")
        if name.lower() in SECRET_HEADERS and not FROM_ENVIRONMENT.fullmatch(said):
            raise ValueError(
                f'{name!r} is a secret; keep it in the environment and write "env:NAME", or see [auth.NAME]'
            )
        if not said.isascii() or not said.isprintable():
            raise ValueError(f"the value of {name!r} must be plain text on one line")
    return value


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", value):
        raise ValueError("must have small letters, digits, - and _ only; rename it")
    return value


#: Part of the name of an environment variable.
Name = Annotated[str, AfterValidator(_name)]


def _variables(value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            raise ValueError(f"{name!r} must have capital letters, digits and _ only; rename it")
    return value


def _origin(value: str) -> str:
    parts = urlsplit(_web_address(value))
    if parts.scheme != "https":
        raise ValueError("must begin with https://: only there can a server ask for a certificate")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError('must be a server alone, like "https://preview.city.example"')
    return value.rstrip("/")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f'{value!r} is no time zone; write one such as "America/Toronto"') from None
    return value


def _span(value: str) -> str:
    quiet_spans((value,))
    return value


def quiet_spans(spans: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """ "22:00-06:30" -> (1320, 390): minutes from midnight. Raises ValueError."""
    found = []
    for span in spans:
        if not (match := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]|24):([0-5]\d)", span)):
            raise ValueError(f'{span!r} is no span of hours; write it as "08:00-18:00"')
        hours = [int(number) for number in match.groups()]
        begin, end = hours[0] * 60 + hours[1], min(hours[2] * 60 + hours[3], 1440)
        if begin == end:
            raise ValueError(f"{span!r} begins when it ends")
        found.append((begin, end))
    return tuple(found)


_T = TypeVar("_T", bound=_Table)


class City(_Table):
    """``[city]``: whose sites these are."""

    name_en: str = Field("", description="The City's name in English, as reports print it.")
    name_fr: str = Field("", description="The City's name in French.")
    contact_url: str = Field(
        "", description="Page about this audit; sent in the user agent so that site owners can ask."
    )
    contact: str = Field("", description="Who answers for the audit: a role and its e-mail address.")
    report_url: Annotated[str, AfterValidator(lambda value: value and _web_address(value))] = Field(
        "", description="Where people find the reports; messages link to it. Empty = no link."
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "America/Toronto", description="Time zone of reports, of quiet hours and of the audit's browser."
    )


def _schedule(value: str) -> str:
    if value:
        times.parse(value)
    return value


def _age(value: str) -> str:
    if value:
        times.parse_age(value)
    return value


class ScheduleTable(_Table):
    """``[schedule]``: when sites are audited, and how old an audit may be. A site's own keys go before these.

    See [schedules](schedules.md).
    """

    when: Annotated[str, AfterValidator(_schedule)] = Field(
        "",
        description='In the City\'s time zone: "daily 02:00", "weekly sunday 02:00", "monthly 1 02:00", or the five '
        'fields of cron ("30 2 * * mon-fri"). Empty = by hand only.',
    )
    max_age: Annotated[str, AfterValidator(_age)] = Field(
        "",
        description='How old the last complete audit may be, such as "8 days" or "36 hours"; older, and '
        "`handrail status` fails. Empty = any age, but there must be one.",
    )


#: What a message may be about.
EVENTS = ("critical-issue", "exposure", "incomplete", "overdue-site", "overdue-issue", "digest")


def _event(value: str) -> str:
    if value not in EVENTS:
        raise ValueError(f"{value!r} is not told; known: {', '.join(EVENTS)}")
    return value


class NotifyTarget(_Table):
    """``[notify.targets.NAME]``: one address that messages go to. HANDRAIL_NOTIFY_<NAME> in the environment holds it.

    It is one address of Apprise: `mailtos://…`, `slack://…`, `workflows://…` and more. Messages hold counts, names of
    sites and owners, titles of rules and links; never what stands on a page.
    """

    events: tuple[Annotated[str, AfterValidator(_event)], ...] = Field(
        ("critical-issue", "exposure", "incomplete", "overdue-site"),
        strict=False,
        description="What is told: " + ", ".join(f'"{one}"' for one in EVENTS) + '. "digest": numbers by owner, after '
        "each audit.",
    )
    sites: tuple[str, ...] = Field((), strict=False, description="KEYs of the sites that it is told of. Empty = all.")
    owners: tuple[str, ...] = Field(
        (), strict=False, description="Owners of sites, as written there, that it is told of. Empty = all."
    )
    lang: Literal["en", "fr"] = Field("en", description="Language of its messages.")


class NotifyTable(_Table):
    """``[notify]``: who is told after an audit. Nobody unless a target is named.

    A target that cannot be reached is told on standard error, and gets the same with the next message.
    """

    tries: int = Field(3, ge=1, le=10, description="How often one message is tried, seconds between.")
    targets: dict[Name, NotifyTarget] = Field(default_factory=dict)


class Authorization(_Table):
    """``[sites.KEY.authorization]``: who allowed the audit. Without it an audit is passive and reports say so."""

    by: str = Field(description="Name and role of the person who allowed the audit.")
    on: date = Field(description="Date of the permission.")
    scope: str = Field(description="What was allowed, in words.")
    vendor_consent: str = Field("", description="The vendor's consent where a vendor runs the site: who, when.")


class Robots(_Table):
    """``[sites.KEY.robots]``: robots.txt is obeyed unless a reason is recorded."""

    override: str = Field("", description="Why robots.txt is not obeyed, and who decided. Empty = it is obeyed.")


class Budget(_Table):
    """``[sites.KEY.budget]``: how much of the site one run may take. 0 = no limit."""

    pages: int = Field(0, ge=0, description="Pages at the most. A run that ends here is a sample, and says so.")
    documents: int = Field(0, ge=0, description="Documents (PDF, Office) that are read at the most; others are listed.")
    depth: int = Field(30, ge=0, description="Links from a start page at the most.")
    minutes: float = Field(0, ge=0, description="Minutes at the most. A run that ends here is incomplete.")
    page_seconds: float = Field(
        20, ge=0, description="Seconds for using a page's controls. What does not fit counts as not run."
    )


class ClientCertificate(_Table):
    """``[network.client_certificates.NAME]``: what one server is shown when it asks who we are.

    The key's passphrase: HANDRAIL_CERTIFICATE_<NAME>_PASSPHRASE. In the browser, headers and sign-in of a site with a
    client certificate go to the servers named here only.
    """

    origin: Annotated[str, AfterValidator(_origin)] = Field(
        description='The server, for example "https://preview.city.example".'
    )
    certificate: str = Field(description="PEM file with the certificate and what lies between it and its authority.")
    key: str = Field(description="PEM file with its private key.")


class Network(_Table):
    """``[network]``: how sites are reached. ``[sites.KEY.network]`` has the same keys and goes before, key by key."""

    proxy: Annotated[str, AfterValidator(_proxy)] = Field(
        "",
        description='"http://host:port", "https://host:port" or "socks5://host:port", for everything that is fetched. '
        '"environment": what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Empty: none, whatever they say.',
    )
    proxy_auth: Annotated[str, AfterValidator(lambda value: value and _name(value))] = Field(
        "",
        description="NAME of the account: HANDRAIL_PROXY_<NAME>_USER and HANDRAIL_PROXY_<NAME>_PASSWORD are in the "
        "environment. Not with socks5: Chromium cannot sign in there.",
    )
    no_proxy: tuple[str, ...] = Field(
        (),
        strict=False,
        description='Reached without it: a host and all below it, host:port, an address, a network ("10.0.0.0/8").',
    )
    ca_file: str = Field(
        "",
        description="PEM file of authorities to trust besides the system's (Scrapy) and Chromium's own. Also the way "
        "to trust one self-signed server, or to add a link of a chain that a server forgets to send. On Linux the "
        "browser needs certutil for it (package libnss3-tools); elsewhere it trusts whom the system trusts.",
    )
    client_certificates: dict[Name, ClientCertificate] = Field(default_factory=dict)


class SiteNetwork(Network):
    """``[sites.KEY.network]``: as ``[network]``, for one site; a key that stands here goes before the one there."""

    headers: Annotated[dict[str, str], AfterValidator(_headers)] = Field(
        default_factory=dict,
        description="Headers for the site's own hosts and nobody else, for example to be let through a firewall. "
        '"env:NAME" takes the value from the environment variable NAME. Not sent with WebSockets.',
    )


class Auth(_Table):
    """``[auth.NAME]``: how a site with ``auth = "NAME"`` lets us in. The secrets are in the environment.

    HANDRAIL_AUTH_<NAME>_USER and HANDRAIL_AUTH_<NAME>_PASSWORD, or HANDRAIL_AUTH_<NAME>_TOKEN. They go to the site's
    own hosts and nobody else, and to https only where the site starts with https.
    """

    kind: Literal["basic", "bearer", "cookie"] = Field(
        description="User name and password; a token in the Authorization header; a token in a cookie."
    )
    cookie: str = Field("", description='Name of the cookie, with kind = "cookie".')

    @model_validator(mode="after")
    def _cookie_has_a_name(self) -> Auth:
        if self.kind == "cookie" and not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", self.cookie):
            raise ValueError('kind = "cookie" needs cookie = "the cookie\'s name"')
        if self.kind != "cookie" and self.cookie:
            raise ValueError('cookie = "…" goes with kind = "cookie" only')
        return self


class Journey(_Table):
    """``[sites.KEY.journeys.NAME]``: a script that signs in, or walks through a form; the states it shows are audited.

    Runs only where an authorization is recorded. How to write one: [journeys](journeys.md).
    """

    script: str = Field(description="The script, a path relative to handrail.toml.")
    kind: Literal["playwright", "selenium"] = Field("playwright", description="For which library it is written.")
    secrets: Annotated[tuple[str, ...], AfterValidator(_variables)] = Field(
        (),
        strict=False,
        description="Names of its credentials: for each NAME, HANDRAIL_JOURNEY_<NAME> is in the environment. "
        "They go to the site's own origins and nobody else.",
    )
    signed_in: str = Field(
        "", description="CSS selector of what only a signed-in person sees. Not there any more: the session is lost."
    )
    seconds: float = Field(120, gt=0, description="Seconds for the whole journey at the most.")


def _path_glob(value: str) -> str:
    if not value.startswith(("/", "*")):
        raise ValueError('must be a glob on path and query, such as "/council/*.pdf"; write the path without the host')
    return value


def _known_date(value: Any) -> Any:
    if value != "unknown" and type(value) is not date:
        raise ValueError('must be a date such as 2019-05-04, without quotes, or "unknown"')
    return value


class AgreedException(_Table):
    """``[sites.KEY.documents.NAME.exception]``: why these documents may stay as they are, and until when.

    It stands beside the result and never changes it. The ground is yours, in your words.
    """

    ground: str = Field(min_length=1, description="Why, in words. No personal information.")
    by: str = Field(min_length=1, description="Who approved it: name or role.")
    on: date = Field(description="When.")
    until: date = Field(description="The last day on which it holds; the report says so when it has ended.")

    @model_validator(mode="after")
    def _ends(self) -> AgreedException:
        if self.until < self.on:
            raise ValueError("until is before on; write the last day on which the exception holds")
        return self


class AskedFormat(_Table):
    """``[[sites.KEY.documents.NAME.requests]]``: a request for one of these documents in an accessible format."""

    number: str = Field(min_length=1, description="The City's number for it. Nobody's name.")
    received: date = Field(description="When it came.")
    answered: date | None = Field(None, description="When it was answered. Left out = it is open.")

    @model_validator(mode="after")
    def _in_order(self) -> AskedFormat:
        if self.answered is not None and self.answered < self.received:
            raise ValueError("answered is before received; one of the dates is wrong")
        return self


class Documents(_Table):
    """``[sites.KEY.documents.NAME]``: what people know of PDF and Office files that no tool can read from them.

    Of a document that several entries match, the first one speaks. One that matches nothing is told in the report.
    """

    urls: tuple[Annotated[str, AfterValidator(_path_glob)], ...] = Field(
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


Severity = Literal["critical", "serious", "moderate", "minor"]


class GateLimit(_Table):
    """``[[gate.limits]]``: so many issues at the most, whether they are new or not."""

    most: int = Field(ge=0, description="At the most. One more, and the gate is not met.")
    unit: Literal["issues", "places"] = Field("issues", description="What is counted.")
    kind: Literal["any", "accessibility", "exposure", "privacy", "tracker", "broken-link"] = Field(
        "any",
        description='Which issues. "tracker", "broken-link": kinds of rules; others: what rules protect.',
    )
    severity: Severity = Field("minor", description="This or worse.")
    verdict: Literal["fail", "review", "any"] = Field("fail", description="What fails, what a person must look at.")
    profile: Profile | Literal["", "site"] = Field(
        "", description='Only what a criterion of this profile asks for; "site": of the site\'s own.'
    )
    rules: tuple[str, ...] = Field((), strict=False, description='Globs on rule ids, such as "axe/*". Empty = all.')


class GateTable(_Table):
    """``[gate]``: what ``handrail gate`` asks of a deploy; ``[sites.KEY.gate]`` goes before it, key by key.

    Without a baseline and without limits it asks that no criterion of the site's profile fails and nothing is exposed.
    """

    new: Severity | Literal["off"] = Field(
        "minor", description='No new issue of this severity or worse; "off": new issues are told and allowed.'
    )
    returned: bool = Field(True, description="No issue that was fixed before may be back.")
    more: Literal["page", "site", "off"] = Field(
        "page",
        description='No known issue may have more places: "page", on any page; "site", in sum, where content moves '
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


class WaiverTable(_Table):
    """``[waivers.NAME]``: what the City has accepted until a day, and why.

    It changes no result: reports show the issue, and the gate does not count it. The narrowest one speaks: first those
    with ``urls``, then with ``parts``, then with rules without a wildcard; when it has ended, no wider one steps in.
    Exposed personal information cannot be waived.
    """

    rules: tuple[str, ...] = Field(
        min_length=1, strict=False, description='Ids or globs, such as "axe/color-contrast". No other rule is waived.'
    )
    site: str = Field("", description="KEY of the site. Empty = all sites.")
    parts: tuple[str, ...] = Field(
        (), strict=False, description='Globs on parts as reports name them, such as "footer". Empty = everywhere.'
    )
    urls: tuple[Annotated[str, AfterValidator(_path_glob)], ...] = Field(
        (),
        strict=False,
        description="Globs on path and query, for page content and documents. A part that pages share is for parts.",
    )
    ground: str = Field(min_length=1, description="The ground, in the words of whoever approved it.")
    reason: str = Field(min_length=1, description="Why, in words. No personal information.")
    owner: str = Field(min_length=1, description="The unit that has to end it.")
    by: str = Field(min_length=1, description="Who approved it: name or role.")
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


class SitePart(_Table):
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


class SiteArea(_Table):
    """``[sites.KEY.areas.NAME]``: addresses of the site, and the unit that repairs what stands on these pages alone.

    What stands in a part that pages share is the part's owner's.
    """

    urls: tuple[Annotated[str, AfterValidator(_path_glob)], ...] = Field(
        min_length=1, strict=False, description='Globs on path and query, such as "/permits/*".'
    )
    owner: str = Field("", description="The unit that repairs it. Default: the site's owner.")
    file: Annotated[str, AfterValidator(_repository_path)] = Field(
        "", description="The template of these pages, a path inside the repository."
    )


class DueTable(_Table):
    """``[due]`` and ``[sites.KEY.due]``: days until an issue is to be repaired, from the day it was first seen.

    After a return the days are counted from the return. 0 = no date. A date of its own (``handrail issues due``) goes
    before them.
    """

    critical: int = Field(0, ge=0, description="Days for what is critical.")
    serious: int = Field(0, ge=0, description="Days for what is serious.")
    moderate: int = Field(0, ge=0, description="Days for what is moderate.")
    minor: int = Field(0, ge=0, description="Days for what is minor.")
    exposure: int = Field(0, ge=0, description="Days for exposed personal information, whatever its severity.")


class StatementTable(_Table):
    """``[statement]`` and ``[sites.KEY.statement]``: what a named person confirmed for the draft public statement.

    A site's own table goes before the common one as a whole: who confirmed it speaks for all of it. What is not here is
    left open in the draft; no tool makes up a promise, a date or an address.
    """

    by: str = Field(min_length=1, description="Who confirmed it: a name and a role.")
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


class GoalTable(_Table):
    """``[goal]`` and ``[sites.KEY.goal]``: what the City aims at; reports draw it into the trend.

    ``[goal]`` is over all sites together, a site's own table is for that site. It judges nothing: a gate asks for what
    [gate] says.
    """

    places_per_100_pages: int = Field(ge=0, description="At most so many places to fix per 100 pages.")
    by: date | None = Field(None, description="The day by which. Default: none is named.")

    def aim(self) -> Aim:
        """For reports."""
        return Aim(per_100_pages=self.places_per_100_pages, by=self.by)


class Site(_Table):
    """``[sites.KEY]``: one web property."""

    name_en: str = Field("", description="Name in English. Default: the host.")
    name_fr: str = Field("", description="Name in French. Default: the English name.")
    owner: str = Field("", description="The unit that answers for the site.")
    contact: str = Field("", description="Its e-mail address: a role, not a person.")
    vendor: str = Field("", description="Who runs it, where it is not the City.")
    start: tuple[Url, ...] = Field(min_length=1, strict=False, description="Addresses the audit starts from.")
    hosts: tuple[str, ...] = Field((), strict=False, description="More hosts of the same site, host or host:port.")
    include: tuple[str, ...] = Field((), strict=False, description="Globs on path and query. Empty = everything.")
    exclude: tuple[str, ...] = Field((), strict=False, description="Globs on path and query that are left out.")
    sitemaps: bool = Field(True, description="Read the site's sitemaps.")
    timeout: float = Field(30, gt=0, description="Seconds to wait for an answer; tried three times.")
    delay: float = Field(
        0, ge=0, description="Seconds between two requests for pages at the least; robots.txt may ask for more."
    )
    quiet_hours: tuple[Annotated[str, AfterValidator(_span)], ...] = Field(
        (), strict=False, description='Hours in which nothing is asked of the site, e.g. ["08:00-18:00"].'
    )
    profile: Profile = Field("wcag22-aa", description="The City's goal. The AODA floor is always reported too.")
    auth: str = Field("", description="NAME of the table [auth.NAME] that says how the site lets us in.")
    min_coverage: float = Field(0.9, ge=0, le=1, description="Share of the pages found that must be audited.")
    carry_days: int = Field(
        7, ge=0, description="Days for which the audit of a page holds while the page does not change. 0 = audit anew."
    )
    consent: Literal["leave", "reject", "accept"] = Field(
        "leave",
        description="How consent banners are answered. An answer presses a button: it needs an authorization.",
    )
    staging: bool = Field(
        False,
        description="A copy of the site that nobody relies on: its controls are used without an authorization, and its "
        "forms are tried with nothing filled in and with something ill-formed, and invented text is typed to see who "
        "would learn of it before it is sent. Nothing is sent there either.",
    )
    interact: bool = Field(
        True,
        description="Use a page's buttons, custom controls, lists and text fields, where an authorization is recorded: "
        "whether the keyboard operates them, what they open and how that is closed, whether a choice leads away. "
        "Nothing is sent.",
    )
    never_press: tuple[str, ...] = Field(
        (),
        strict=False,
        description="Controls to leave alone, besides those that send, delete, pay, sign out and so on: words, "
        'or globs on a name, id, class or link ("*-danger").',
    )
    schedule: Annotated[str, AfterValidator(_schedule)] = Field(
        "", description='When it is audited; "never" = by hand only. Empty = as [schedule] says.'
    )
    max_age: Annotated[str, AfterValidator(_age)] = Field(
        "", description="How old its last complete audit may be. Empty = as [schedule] says."
    )
    network: SiteNetwork = SiteNetwork()
    budget: Budget = Budget()
    robots: Robots = Robots()
    authorization: Authorization | None = None
    journeys: dict[Name, Journey] = Field(default_factory=dict)
    documents: dict[Name, Documents] = Field(default_factory=dict)
    parts: dict[Name, SitePart] = Field(default_factory=dict)
    areas: dict[Name, SiteArea] = Field(default_factory=dict)
    due: DueTable | None = None
    gate: GateTable | None = None
    goal: GoalTable | None = None
    statement: StatementTable | None = None

    @property
    def not_pressed(self) -> str:
        """Why nothing is pressed on the site's pages; "" where it is."""
        if not self.interact:
            return "switched off for this site"
        if self.authorization is None and not self.staging:
            return "no authorization is recorded for this site"
        return ""

    @model_validator(mode="after")
    def _only_with_leave(self) -> Site:
        if self.consent != "leave" and self.authorization is None:
            raise ValueError(
                f'consent = "{self.consent}" presses a button on the site; record who allowed that in its '
                'authorization table, or write consent = "leave"'
            )
        if self.journeys and self.authorization is None:
            raise ValueError(
                "journeys sign in and fill in forms on the site; record who allowed that in its authorization table"
            )
        return self


def _telephone(value: str) -> str:
    if not 7 <= sum(map(str.isdecimal, value)) <= 15:
        raise ValueError('must be a telephone number such as "905-555-0142"')
    return value


class PersonalInformation(_Table):
    """``[personal_information]``: what counts as the City's own, and a language model if there is one."""

    own_domains: tuple[str, ...] = Field(
        (), strict=False, description="The City's mail domains: business contact, not personal."
    )
    business_domains: tuple[str, ...] = Field(
        (), strict=False, description="Mail domains of vendors, partners and others: business contact, not personal."
    )
    business_numbers: tuple[Annotated[str, AfterValidator(_telephone)], ...] = Field(
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


class Decision(_Table):
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
    numbers: tuple[Annotated[str, AfterValidator(_telephone)], ...] = Field(
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
    reason: str = Field(min_length=1, description="Why, in words. No personal information.")
    by: str = Field(min_length=1, description="Who decided: name or role.")
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


def _decision_name(value: str) -> str:
    if value.lower().startswith("x-") and not re.fullmatch(EXPOSURE_ID, value):
        raise ValueError('must be the id of a value as the register shows it, like "x-1a2b3c4d5e6f", or another name')
    return _name(value)


class Retention(_Table):
    """``[retention]``: how long evidence is kept at the least. ``handrail purge`` refuses before.

    The default is MFIPPA s. 30(1) with R.R.O. 1990, Reg. 823, s. 5: personal information that an institution used is
    kept for one year after its use, or for the period of a by-law or resolution where that is shorter.
    """

    days: int = Field(366, ge=0, description="Days after the last use. Less than a year needs a by-law.")
    by_law: str = Field("", description="The by-law or resolution that sets the period; the log of a purge names it.")

    @model_validator(mode="after")
    def _shorter_only_by_law(self) -> Retention:
        if self.days < 365 and not self.by_law.strip():
            raise ValueError("days is less than a year; name the by-law or resolution that says so in by_law")
        return self


class FeedbackTable(_Table):
    """``[feedback]``: what residents report, and how soon the City means to answer (``handrail feedback``).

    The law asks for a feedback process (O. Reg. 191/11, s. 11) and sets no days: the targets are the City's own.
    """

    acknowledge_days: int = Field(
        0, ge=0, description="Days from a report to its acknowledgement at the most. 0 = no target."
    )
    answer_days: int = Field(0, ge=0, description="Days from a report to its answer at the most. 0 = no target.")
    keep_words: bool = Field(
        True,
        description="Keep what people wrote about the barrier, personal information masked. false: the words stay in "
        "the City's own system, under the ticket.",
    )


class PolicyTable(_Table):
    """``[policy]``: the principles that the City works by, for the page that shows the audit under them."""

    file: str = Field(
        "",
        description="A file of principles, beside this one; made like `audits/standards/egovernment.toml`. Empty = the "
        "six in the package.",
    )


class Browser(_Table):
    """``[browser]``: what renders the pages."""

    executable: str = Field(
        "", description="Path or name of a Chromium. Default: HANDRAIL_BROWSER, then what is installed."
    )
    slots: int = Field(0, ge=0, description="Pages at the same time. 0 = two per core, fewer where memory is short.")


class Axe(_Table):
    """``[axe]``: another axe-core than the bundled one. Its figures do not compare with those of before."""

    script: str = Field("", description="Path of an axe.min.js.")


class TrackersTable(_Table):
    """``[trackers]``: a list of who follows visitors. What it says of a host goes before what Handrail knows."""

    list: str = Field(
        "",
        description="The file, relative to handrail.toml; nothing is fetched. Ours (.toml, .csv), Disconnect's "
        "services.json or DuckDuckGo's tds.json: [which formats](privacy.md#a-list-of-trackers). Empty = none.",
    )


class Ibm(_Table):
    """``[ibm]``: your own copy of IBM's engine, as one more opinion: reviewed by people, never a failure."""

    script: str = Field(
        "",
        description="Path of ace.js, relative to handrail.toml: `npm install accessibility-checker-engine`, then "
        "node_modules/accessibility-checker-engine/ace.js. Empty = not used.",
    )


def _languages(value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if not LANGUAGE.fullmatch(name):
            raise ValueError(f'{name!r} is no language of Tesseract; write one such as "eng" or "fra"')
    return value


class OcrTable(_Table):
    """``[ocr]``: pages of PDF files that are pictures, read by Tesseract for personal information.

    It takes seconds a page, and the page stays a barrier. What rests on characters that may be misread is for people to
    look at; only numbers with a check digit that is right are believed.
    """

    languages: Annotated[tuple[str, ...], AfterValidator(_languages)] = Field(
        (),
        strict=False,
        description='As Tesseract calls them: ["eng", "fra"], the first one first. Each is a package of its own '
        "(sudo apt-get install tesseract-ocr tesseract-ocr-fra). Empty = nothing is read in pictures.",
    )


class Policy(_Table):
    """Everything a City writes down. Secrets and machine paths come from the environment instead."""

    city: City = City()
    sites: dict[str, Site] = Field(default_factory=dict)
    network: Network = Network()
    auth: dict[Name, Auth] = Field(default_factory=dict)
    personal_information: PersonalInformation = PersonalInformation()
    dispositions: dict[Annotated[str, AfterValidator(_decision_name)], Decision] = Field(default_factory=dict)
    waivers: dict[Name, WaiverTable] = Field(default_factory=dict)
    gate: GateTable = GateTable()
    due: DueTable = DueTable()
    goal: GoalTable | None = None
    schedule: ScheduleTable = ScheduleTable()
    notify: NotifyTable = NotifyTable()
    retention: Retention = Retention()
    feedback: FeedbackTable = FeedbackTable()
    statement: StatementTable | None = None
    policy: PolicyTable = PolicyTable()
    browser: Browser = Browser()
    axe: Axe = Axe()
    ibm: Ibm = Ibm()
    trackers: TrackersTable = TrackersTable()
    ocr: OcrTable = OcrTable()

    def decided(self, hmacs: Callable[[str], Iterable[str]]) -> tuple[Disposition, ...]:
        """What people decided about exposures. ``hmacs`` of a telephone number: by these it is known in a store."""
        return tuple(
            Disposition(
                finding=name,
                **one.model_dump(exclude={"numbers"}),
                numbers=tuple(mask("PHONE_NUMBER", number) for number in one.numbers),
                hmacs=frozenset(known for number in one.numbers for known in hmacs(number)),
            )
            for name, one in self.dispositions.items()
        )

    def waived(self) -> tuple[Waiver, ...]:
        """What the City has accepted for a time."""
        return tuple(Waiver(name=name, **one.model_dump()) for name, one in self.waivers.items())

    def when(self, key: str) -> times.When | None:
        """When a site is audited; None = by hand only."""
        said = self.sites[key].schedule or self.schedule.when
        return times.parse(said) if said else None

    def max_age(self, key: str) -> timedelta | None:
        """How old a site's last complete audit may be."""
        said = self.sites[key].max_age or self.schedule.max_age
        return times.parse_age(said) if said else None

    def gate_of(self, key: str) -> GateTable:
        """What is asked of one site: its own table key by key, else the common one."""
        return _own(self.gate, self.sites[key].gate if key in self.sites else None)

    def due_of(self, key: str) -> DueTable:
        """The days that one site's issues have: its own table key by key, else the common one."""
        return _own(self.due, self.sites[key].due if key in self.sites else None)

    def confirmed(self) -> dict[str, Confirmed]:
        """By site, what a named person confirmed for its statement; "" = for any other."""
        tables = {"": self.statement, **{key: one.statement or self.statement for key, one in self.sites.items()}}
        return {key: table.confirmed() for key, table in tables.items() if table}

    def aims(self) -> dict[str, Aim]:
        """By site, what the City aims at; "" = over all sites."""
        tables = {"": self.goal, **{key: one.goal for key, one in self.sites.items()}}
        return {key: table.aim() for key, table in tables.items() if table}

    def never_audited(self, known: Container[str]) -> tuple[NeverAudited, ...]:
        """Sites of which nothing is known yet."""
        return tuple(
            NeverAudited(
                key=key,
                host=urlsplit(one.start[0]).netloc,
                name_en=one.name_en,
                name_fr=one.name_fr,
                owner=one.owner,
                vendor=one.vendor,
            )
            for key, one in self.sites.items()
            if key not in known
        )

    def owners_of(self, key: str, site: str) -> Owners:
        """Who repairs what on one site; ``site`` is its owner as the run recorded it."""
        told = self.sites.get(key)
        if told is None:
            return Owners(site=site)
        return Owners(
            site=told.owner or site,
            parts=tuple(PartEntry(**one.model_dump()) for one in told.parts.values()),
            areas=tuple(AreaEntry(**one.model_dump()) for one in told.areas.values()),
        )

    def documents(self) -> dict[str, tuple[DocumentEntry, ...]]:
        """By site, what people wrote about its documents."""
        return {
            key: tuple(one.entry(name) for name, one in site.documents.items())
            for key, site in self.sites.items()
            if site.documents
        }


def _own(common: _T, own: _T | None) -> _T:
    """A site's table over the common one, key by key."""
    return common.model_copy(update={name: getattr(own, name) for name in own.model_fields_set}) if own else common


def load_policy(path: Path) -> Policy:
    """Read and validate; raises ConfigError."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as exc:
        raise ConfigError(f"{path}: cannot be read ({exc.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    return _beside(path, parse_policy(text, str(path)))


def _beside(path: Path, policy: Policy) -> Policy:
    """Scripts and models stand beside the file that names them, wherever it is read from."""
    sites = {}
    for key, site in policy.sites.items():
        journeys = {
            name: journey.model_copy(update={"script": str((path.parent / journey.script).absolute())})
            for name, journey in site.journeys.items()
        }
        sites[key] = site.model_copy(update={"journeys": journeys}) if journeys else site
    personal = policy.personal_information
    if personal.nlp_model and (folder := (path.parent / personal.nlp_model).absolute()).is_dir():
        personal = personal.model_copy(update={"nlp_model": str(folder)})
    changed: dict[str, Any] = {"sites": sites, "personal_information": personal}
    if policy.ibm.script:
        script = str((path.parent / policy.ibm.script).absolute())
        changed["ibm"] = policy.ibm.model_copy(update={"script": script})
    if policy.trackers.list:
        named = str((path.parent / policy.trackers.list).absolute())
        changed["trackers"] = policy.trackers.model_copy(update={"list": named})
    if policy.policy.file:
        file = str((path.parent / policy.policy.file).absolute())
        changed["policy"] = policy.policy.model_copy(update={"file": file})
    return policy.model_copy(update=changed)


def parse_policy(text: str, name: str = "handrail.toml") -> Policy:
    """Like load_policy, from text."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(f"{name}: not valid TOML: {exc}") from None
    for key in data.get("sites", {}) if isinstance(data.get("sites"), dict) else ():
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", key):
            where = _line(text, ("sites", key))
            raise ConfigError(
                f"{name}:{where}: sites.{key}: a site key has small letters, digits, - and _ only; rename it"
            )
    try:
        policy = Policy.model_validate(data)
    except ValidationError as exc:
        errors = exc.errors()
        # A list whose only item is wrong counts as too short as well.
        wrong = {error["loc"][:-1] for error in errors}
        told = [error for error in errors if error["type"] != "too_short" or error["loc"] not in wrong]
        problems = sorted(_problem(error, text, name) for error in told)
        raise ConfigError("\n".join(told for _, told in problems)) from None
    for waiver, accepted in policy.waivers.items():
        if accepted.site and accepted.site not in policy.sites:
            line = _line(text, ("waivers", waiver, "site"))
            raise ConfigError(f"{name}:{line}: waivers.{waiver}.site: there is no site {accepted.site!r} in this file")
    for target, table in policy.notify.targets.items():
        for site_key in table.sites:
            if site_key not in policy.sites:
                line = _line(text, ("notify", "targets", target, "sites"))
                raise ConfigError(
                    f"{name}:{line}: notify.targets.{target}.sites: there is no site {site_key!r} in this file"
                )
    for key, decision in policy.dispositions.items():
        if problem := _not_decided(key, decision):
            line = _line(text, ("dispositions", key))
            raise ConfigError(f"{name}:{line}: dispositions.{key}: {problem}")
        if decision.site and decision.site not in policy.sites:
            line = _line(text, ("dispositions", key, "site"))
            raise ConfigError(
                f"{name}:{line}: dispositions.{key}.site: there is no site {decision.site!r} in this file"
            )
    for key, site in policy.sites.items():
        if site.auth and site.auth not in policy.auth:
            line = _line(text, ("sites", key, "auth"))
            raise ConfigError(f"{name}:{line}: sites.{key}.auth: there is no table [auth.{site.auth}]; write it")
    return policy


def _not_decided(name: str, decision: Decision) -> str:
    """Why a decision is about nothing, or about two things; "" where it is clear."""
    if not re.fullmatch(EXPOSURE_ID, name):
        remedy = (
            'about what? Call it by the id of a value as the register shows it, like "x-1a2b3c4d5e6f", or add domains, '
            "numbers or pages"
        )
        return "" if decision.is_wide else remedy
    if decision.is_wide or decision.site:
        return "the name is the id of one value; give a decision by site, domains, numbers or pages another name"
    return ""


def _problem(error: Any, text: str, name: str) -> tuple[int, str]:
    """The line, and what to tell about it."""
    location = tuple(str(step) for step in error["loc"] if step != "[key]")
    line = _line(text, location)
    return line, f"{name}:{line}: {'.'.join(location)}: {_remedy(error, location)}"


_SHOULD = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "date_type": "must be a date such as 2026-11-30, without quotes",
    "too_short": "must hold at least one",
}


def _remedy(error: Any, location: tuple[str, ...]) -> str:
    if error["type"] == "extra_forbidden":
        known = sorted(_known(location[:-1]))
        near = difflib.get_close_matches(location[-1], known, n=1)
        return f"unknown key; did you mean {near[0]!r}?" if near else f"unknown key; known here: {', '.join(known)}"
    if error["type"] == "missing":
        return f"missing; add it to {_header(location[:-1])}"
    if error["type"] == "tuple_type":
        field = _field(location)
        if field and table_of(field.annotation):
            return f"must be a list of tables; write {_header((*location, '0'))}"
        return f'must be a list; write {location[-1]} = ["…"]'
    if error["type"] in ("model_type", "dict_type"):
        return f"must be a table; write [{'.'.join(location)}]"
    if should := _SHOULD.get(error["type"]):
        return should
    message = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{message[0].lower()}{message[1:]}"


def _header(location: tuple[str, ...]) -> str:
    """How the table at ``location`` is opened; one of a list by its number."""
    return f"[[{'.'.join(location[:-1])}]]" if location[-1].isdigit() else f"[{'.'.join(location)}]"


def _known(location: tuple[str, ...]) -> set[str]:
    """The keys of the table at ``location``."""
    field = _field(location) if location else None
    model = Policy if not location else table_of(field.annotation) if field else None
    return set(model.model_fields) if model else set()


def _field(location: tuple[str, ...]) -> FieldInfo | None:
    """What stands at ``location``, if it is a key that we know."""
    model: type[BaseModel] | None = Policy
    field: FieldInfo | None = None
    steps = iter(location)
    for step in steps:
        field = model.model_fields.get(step) if model else None
        model = table_of(field.annotation) if field else None
        if field and get_origin(field.annotation) in (dict, tuple):
            next(steps, None)  # the City's own name, or a number
    return field


def table_of(annotation: Any) -> type[BaseModel] | None:
    """The table that a key opens, if it does: a model, one that may be missing, or one per name."""
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _line(text: str, location: tuple[str, ...]) -> int:
    """The line of the key, or of the table that should hold it; 1 when neither is found."""
    table: tuple[str, ...] = ()
    best, best_depth = 1, -1
    lists: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[+)\s*([^\]]+?)\s*\]+", line):
            table = tuple(step.strip().strip("\"'") for step in header.group(2).split("."))
            if len(header.group(1)) > 1:  # one more of a list of tables
                lists[table] += 1
                table = (*table, str(lists[table] - 1))
            here = table
        elif assignment := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            here = (*table, *(step.strip("\"'") for step in assignment.group(1).split(".")))
        else:
            continue
        depth = len(here)
        if here == location[:depth] and depth > best_depth:
            best, best_depth = number, depth
    return best


def json_schema() -> dict[str, Any]:
    """JSON Schema of handrail.toml, for editors."""
    return Policy.model_json_schema()
