"""handrail.toml, read once into a frozen Policy. A wrong file is told by file, line, key and remedy."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Container, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

from audits.model import Disposition, DocumentEntry, Waiver
from audits.privacy.masking import mask
from crawler.ocr import LANGUAGE
from crawler.quiet import seconds_closed
from handrail import schedule as times
from handrail.decided import (
    EXPOSURE_ID,
    Decision,
    Documents,
    DueTable,
    FeedbackTable,
    GateTable,
    GoalTable,
    PersonalInformation,
    Retention,
    SiteArea,
    SitePart,
    StatementTable,
    WaiverTable,
    decision_name,
)
from handrail.values import FROM_ENVIRONMENT, MOST_DAYS, Name, Profile, Table, Url, small_name, web_address
from reports.facts import Aim, Confirmed, NeverAudited
from reports.owners import AreaEntry, Owners, PartEntry


class ConfigError(ValueError):
    """What is wrong with the configuration, where, and what to write instead."""


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


def _variables(value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            raise ValueError(f"{name!r} must have capital letters, digits and _ only; rename it")
    return value


def _origin(value: str) -> str:
    parts = urlsplit(web_address(value))
    if parts.scheme != "https":
        raise ValueError("must begin with https://: only there can a server ask for a certificate")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError('must be a server alone, like "https://preview.city.example"')
    return value.rstrip("/")


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


_T = TypeVar("_T", bound=Table)


class City(Table):
    """``[city]``: whose sites these are."""

    name_en: str = Field("", description="The City's name in English, as reports print it.")
    name_fr: str = Field("", description="The City's name in French.")
    contact_url: str = Field(
        "", description="Page about this audit; sent in the user agent so that site owners can ask."
    )
    contact: str = Field(
        "",
        description="E-mail address of whoever answers for sites that name none of their own: a role, not a person.",
    )
    report_url: Annotated[str, AfterValidator(lambda value: value and web_address(value))] = Field(
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


class ScheduleTable(Table):
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


class NotifyTarget(Table):
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


class NotifyTable(Table):
    """``[notify]``: who is told after an audit. Nobody unless a target is named.

    A target that cannot be reached is told on standard error, and gets the same with the next message.
    """

    tries: int = Field(3, ge=1, le=10, description="How often one message is tried, seconds between.")
    targets: dict[Name, NotifyTarget] = Field(default_factory=dict)


HOOKED = ("audit-ended", "issue-decided")


def _told_to_programs(value: str) -> str:
    if value not in HOOKED:
        raise ValueError(f"{value!r} is not told; known: {', '.join(HOOKED)}")
    return value


class WebhookTarget(Table):
    """``[webhooks.targets.NAME]``: a program elsewhere. HANDRAIL_WEBHOOK_<NAME> in the environment is its address,
    HANDRAIL_WEBHOOK_<NAME>_SECRET what its messages are signed with (docs/api.md)."""

    events: tuple[Annotated[str, AfterValidator(_told_to_programs)], ...] = Field(
        HOOKED, strict=False, description="What is told: " + ", ".join(f'"{one}"' for one in HOOKED) + "."
    )
    sites: tuple[str, ...] = Field((), strict=False, description="KEYs of the sites that it is told of. Empty = all.")


class WebhooksTable(Table):
    """``[webhooks]``: programs that are told when an audit ends and when somebody decides something about an issue."""

    tries: int = Field(3, ge=1, le=10, description="How often one message is tried, seconds between.")
    targets: dict[Name, WebhookTarget] = Field(default_factory=dict)


class Authorization(Table):
    """``[sites.KEY.authorization]``: who allowed the audit. Without it an audit is passive and reports say so."""

    by: str = Field(description="Name and role of the person who allowed the audit.")
    on: date = Field(description="Date of the permission.")
    scope: str = Field(description="What was allowed, in words.")
    vendor_consent: str = Field("", description="The vendor's consent where a vendor runs the site: who, when.")


class Robots(Table):
    """``[sites.KEY.robots]``: robots.txt is obeyed unless a reason is recorded."""

    override: str = Field("", description="Why robots.txt is not obeyed, and who decided. Empty = it is obeyed.")


class Budget(Table):
    """``[sites.KEY.budget]``: how much of the site one run may take. 0 = no limit."""

    pages: int = Field(0, ge=0, description="Pages at the most. A run that ends here is a sample, and says so.")
    documents: int = Field(0, ge=0, description="Documents (PDF, Office) that are read at the most; others are listed.")
    depth: int = Field(30, ge=0, description="Links from a start page at the most.")
    minutes: float = Field(0, ge=0, description="Minutes at the most. A run that ends here is incomplete.")
    page_seconds: float = Field(
        20, ge=0, description="Seconds for using a page's controls. What does not fit counts as not run."
    )


class ClientCertificate(Table):
    """``[network.client_certificates.NAME]``: what one server is shown when it asks who we are.

    The key's passphrase: HANDRAIL_CERTIFICATE_<NAME>_PASSPHRASE. In the browser, headers and sign-in of a site with a
    client certificate go to the servers named here only.
    """

    origin: Annotated[str, AfterValidator(_origin)] = Field(
        description='The server, for example "https://preview.city.example".'
    )
    certificate: str = Field(description="PEM file with the certificate and what lies between it and its authority.")
    key: str = Field(description="PEM file with its private key.")


class Network(Table):
    """``[network]``: how sites are reached. ``[sites.KEY.network]`` has the same keys and goes before, key by key."""

    proxy: Annotated[str, AfterValidator(_proxy)] = Field(
        "",
        description='"http://host:port", "https://host:port" or "socks5://host:port", for everything that is fetched. '
        '"environment": what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Empty: none, whatever they say.',
    )
    proxy_auth: Annotated[str, AfterValidator(lambda value: value and small_name(value))] = Field(
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


class Auth(Table):
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


class Journey(Table):
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


class Site(Table):
    """``[sites.KEY]``: one web property."""

    name_en: str = Field("", description="Name in English. Default: the host.")
    name_fr: str = Field("", description="Name in French. Default: the English name.")
    owner: str = Field("", description="The unit that answers for the site.")
    contact: str = Field("", description="Its e-mail address: a role, not a person. Default: the City's.")
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
        7,
        ge=0,
        le=MOST_DAYS,
        description="Days for which the audit of a page holds while the page does not change. 0 = audit anew.",
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


class DeskProxy(Table):
    """``[desk.proxy]``: a proxy in front of the desk signs people in. Its secret: HANDRAIL_DESK_PROXY_SECRET."""

    header: str = Field(
        "",
        pattern=r"^([A-Za-z][A-Za-z0-9-]{0,60})?$",
        description='The header in which the proxy says whose request it is, such as "X-Remote-User". It must take '
        "away what a visitor sends under this name, and send `X-Handrail-Proxy` with the secret. Empty = no proxy is "
        "believed.",
    )


class DeskOidc(Table):
    """``[desk.oidc]``: people sign in with the City's own accounts. Its secret is HANDRAIL_DESK_OIDC_SECRET."""

    issuer: Url | Literal[""] = Field("", description="Address of the provider, without `/.well-known/…`.")
    client_id: str = Field("", description="What the provider calls the desk.")
    claim: str = Field(
        "preferred_username", min_length=1, description="What of a person is the name of the account at the desk."
    )


class DeskTable(Table):
    """``[desk]``: where people do something about findings in a browser (``handrail desk``)."""

    url: Url | Literal[""] = Field(
        "",
        description="The address at which people open it, https where it is no address of this machine alone; TLS is "
        "the business of a proxy in front. Empty = that of this machine.",
    )
    idle_minutes: int = Field(30, ge=1, le=24 * 60, description="Minutes without a request that end a session.")
    hours: int = Field(10, ge=1, le=24 * 7, description="Hours after which any session ends.")
    api_per_minute: int = Field(600, ge=1, le=100_000, description="Requests that a token of the API has in a minute.")
    proxy: DeskProxy = DeskProxy()
    oidc: DeskOidc = DeskOidc()


class PolicyTable(Table):
    """``[policy]``: the principles that the City works by, for the page that shows the audit under them."""

    file: str = Field(
        "",
        description="A file of principles, beside this one; made like `audits/standards/egovernment.toml`. Empty = the "
        "six in the package.",
    )


class Browser(Table):
    """``[browser]``: what renders the pages."""

    executable: str = Field(
        "", description="Path or name of a Chromium. Default: HANDRAIL_BROWSER, then what is installed."
    )
    slots: int = Field(0, ge=0, description="Pages at the same time. 0 = two per core, fewer where memory is short.")


class Axe(Table):
    """``[axe]``: another axe-core than the bundled one. Its figures do not compare with those of before."""

    script: str = Field("", description="Path of an axe.min.js.")


class TrackersTable(Table):
    """``[trackers]``: a list of who follows visitors. What it says of a host goes before what Handrail knows."""

    list: str = Field(
        "",
        description="The file, relative to handrail.toml; nothing is fetched. Ours (.toml, .csv), Disconnect's "
        "services.json or DuckDuckGo's tds.json: [which formats](privacy.md#a-list-of-trackers). Empty = none.",
    )


class Ibm(Table):
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


class OcrTable(Table):
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


class Policy(Table):
    """Everything a City writes down. Secrets and machine paths come from the environment instead."""

    city: City = City()
    sites: dict[str, Site] = Field(default_factory=dict)
    network: Network = Network()
    auth: dict[Name, Auth] = Field(default_factory=dict)
    personal_information: PersonalInformation = PersonalInformation()
    dispositions: dict[Annotated[str, AfterValidator(decision_name)], Decision] = Field(default_factory=dict)
    waivers: dict[Name, WaiverTable] = Field(default_factory=dict)
    gate: GateTable = GateTable()
    due: DueTable = DueTable()
    goal: GoalTable | None = None
    schedule: ScheduleTable = ScheduleTable()
    notify: NotifyTable = NotifyTable()
    webhooks: WebhooksTable = WebhooksTable()
    retention: Retention = Retention()
    feedback: FeedbackTable = FeedbackTable()
    desk: DeskTable = DeskTable()
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

    def quiet_for(self, key: str) -> float:
        """Seconds until something may be asked of this site; 0: now."""
        spans = quiet_spans(self.sites[key].quiet_hours)
        return seconds_closed(datetime.now(ZoneInfo(self.city.timezone)), spans)

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
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
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
    for head, targets in (("notify", policy.notify.targets), ("webhooks", policy.webhooks.targets)):
        for target, table in targets.items():
            for site_key in table.sites:
                if site_key not in policy.sites:
                    line = _line(text, (head, "targets", target, "sites"))
                    raise ConfigError(
                        f"{name}:{line}: {head}.targets.{target}.sites: there is no site {site_key!r} in this file"
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
    "finite_number": "must be a number, and no endless one",
    "string_too_short": "must not be empty",
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
