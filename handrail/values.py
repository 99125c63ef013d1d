"""How single values of handrail.toml are written: addresses, names, globs. What is wrong is told with what to write."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Profile = Literal["aoda", "wcag21-aa", "wcag22-aa", "en301549"]


def web_address(value: str) -> str:
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


Url = Annotated[str, AfterValidator(web_address)]


#: "env:NAME": the value comes from this environment variable.
FROM_ENVIRONMENT = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")


def small_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", value):
        raise ValueError("must have small letters, digits, - and _ only; rename it")
    return value


#: Part of the name of an environment variable.
Name = Annotated[str, AfterValidator(small_name)]


def not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


#: What somebody has to say, in words.
Said = Annotated[str, Field(min_length=1), AfterValidator(not_blank)]
#: No deadline and no period is longer than a century; a number far beyond is a slip.
MOST_DAYS = 36_500


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def path_glob(value: str) -> str:
    if not value.startswith(("/", "*")):
        raise ValueError('must be a glob on path and query, such as "/council/*.pdf"; write the path without the host')
    return value


Severity = Literal["critical", "serious", "moderate", "minor"]


def telephone(value: str) -> str:
    if not 7 <= sum(map(str.isdecimal, value)) <= 15:
        raise ValueError('must be a telephone number such as "905-555-0142"')
    return value
