"""handrail.toml, read once into a frozen Policy. A wrong file is told by file, line, key and remedy."""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

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


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class City(_Table):
    """``[city]``: whose sites these are."""

    name_en: str = Field("", description="The City's name in English, as reports print it.")
    name_fr: str = Field("", description="The City's name in French.")
    contact_url: str = Field(
        "", description="Page about this audit; sent in the user agent so that site owners can ask."
    )
    contact: str = Field("", description="Who answers for the audit: a role and its e-mail address.")


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
    depth: int = Field(30, ge=0, description="Links from a start page at the most.")
    minutes: float = Field(0, ge=0, description="Minutes at the most. A run that ends here is incomplete.")


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
    delay: float = Field(0, ge=0, description="Seconds between requests at the least.")
    profile: Profile = Field("wcag22-aa", description="The City's goal. The AODA floor is always reported too.")
    auth: str = Field(
        "", description="Name of a sign-in. Nothing reads it yet: pages behind a sign-in are counted, not audited."
    )
    min_coverage: float = Field(0.9, ge=0, le=1, description="Share of the pages found that must be audited.")
    budget: Budget = Budget()
    robots: Robots = Robots()
    authorization: Authorization | None = None


class PersonalInformation(_Table):
    """``[personal_information]``: what counts as the City's own, and a language model if there is one."""

    own_domains: tuple[str, ...] = Field(
        (), strict=False, description="The City's mail domains: business contact, not personal."
    )
    nlp_model: str = Field("", description='An installed spaCy model for names, e.g. "en_core_web_lg". Empty = none.')


class Browser(_Table):
    """``[browser]``: what renders the pages."""

    executable: str = Field(
        "", description="Path or name of a Chromium. Default: HANDRAIL_BROWSER, then what is installed."
    )
    slots: int = Field(0, ge=0, description="Pages at the same time. 0 = one per core.")


class Axe(_Table):
    """``[axe]``: another axe-core than the bundled one. Its figures do not compare with those of before."""

    script: str = Field("", description="Path of an axe.min.js.")


class Policy(_Table):
    """Everything a City writes down. Secrets and machine paths come from the environment instead."""

    city: City = City()
    sites: dict[str, Site] = Field(default_factory=dict)
    personal_information: PersonalInformation = PersonalInformation()
    browser: Browser = Browser()
    axe: Axe = Axe()


def load_policy(path: Path) -> Policy:
    """Read and validate; raises ConfigError."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as exc:
        raise ConfigError(f"{path}: cannot be read ({exc.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    return parse_policy(text, str(path))


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
        return Policy.model_validate(data)
    except ValidationError as exc:
        problems = sorted(_problem(error, text, name) for error in exc.errors())
        raise ConfigError("\n".join(told for _, told in problems)) from None


def _problem(error: Any, text: str, name: str) -> tuple[int, str]:
    """The line, and what to tell about it."""
    location = tuple(str(step) for step in error["loc"])
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
        return f"missing; add it to [{'.'.join(location[:-1])}]"
    if error["type"] == "tuple_type":
        return f'must be a list; write {location[-1]} = ["…"]'
    if error["type"] in ("model_type", "dict_type"):
        return f"must be a table; write [{'.'.join(location)}]"
    if should := _SHOULD.get(error["type"]):
        return should
    message = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{message[0].lower()}{message[1:]}"


def _known(location: tuple[str, ...]) -> set[str]:
    """The keys of the table at ``location``. Under "sites" comes the City's own name for a site."""
    model: Any = Policy
    if location[:1] == ("sites",) and len(location) > 1:
        model, location = Site, location[2:]
    for step in location:
        if isinstance(model, type) and issubclass(model, BaseModel):
            field = model.model_fields.get(step)
            model = Authorization if step == "authorization" else field.annotation if field else None
    if isinstance(model, type) and issubclass(model, BaseModel):
        return set(model.model_fields)
    return set()


def _line(text: str, location: tuple[str, ...]) -> int:
    """The line of the key, or of the table that should hold it; 1 when neither is found."""
    table: tuple[str, ...] = ()
    best, best_depth = 1, -1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line):
            table = tuple(step.strip().strip("\"'") for step in header.group(1).split("."))
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
