"""What cannot be done, as a problem document (RFC 9457): in words for people, by a code for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from handrail.desk.door import PACKAGE, Refused, asked_language
from handrail.issues import BadAct, Moved, Unknown
from handrail.said import BadWords
from reports.text import Words

MEDIA = "application/problem+json"
#: Nobody can be told from it which of both it was: not there, or not for this token.
_NOT_THERE = ("no-issue", "no-site", "no-audit", "no-run", "no-recheck", "no-report")
#: Of what cannot be done, the field that would have to be another; of the others the issue stands otherwise.
_FIELDS = {"no-path": "urls", "until-over": "until"}
#: What is called otherwise here than where it is searched.
_CALLED = {"url": "urls"}


class Wrong(BaseModel):
    """One field that would have to be another. What stood in it is not told: it may be personal."""

    field: str = Field(description="Where, such as `body.note`.")
    code: str
    detail: str


class Problem(BaseModel):
    """Why something was not done (RFC 9457)."""

    type: str = Field(description="`urn:handrail:problem:` and the code.")
    title: str
    status: int
    detail: str = Field(description="In the language that `Accept-Language` asks for: en or fr.")
    code: str
    errors: list[Wrong] = Field(default_factory=list)
    entry: int | None = Field(default=None, description="With `moved`: the last entry of the log about the issue.")


class NotModified(Exception):
    """What the caller holds is what there is."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("not modified")
        self.headers = headers


def words_of(request: Request) -> Words:
    """In the language that is asked for; cookies have no say here."""
    return Words(asked_language(request), PACKAGE)


def problem(
    request: Request,
    status: int,
    code: str,
    *,
    errors: Sequence[tuple[str, str]] = (),
    entry: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """``errors``: field and code of each."""
    words = words_of(request)
    told = Problem(
        type=f"urn:handrail:problem:{code}",
        title=words.plain(f"desk.problem.status-{status}"),
        status=status,
        detail=_detail(code, words),
        code=code,
        errors=[Wrong(field=name, code=why, detail=_detail(why, words)) for name, why in errors],
        entry=entry,
    )
    own = {"Vary": "Accept-Language, Authorization", **(headers or {})}
    return JSONResponse(told.model_dump(), status_code=status, media_type=MEDIA, headers=own)


def _detail(code: str, words: Words) -> str:
    keys = ("desk.problem." + code, "desk.wrong." + code, f"desk.refused.{code}.text")
    return words.plain(next((key for key in keys if words.has(key)), "desk.problem.bad-value"))


async def refused(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, Refused)
    return problem(request, exc.status, exc.why, headers=exc.headers)


async def bad_act(request: Request, exc: Exception) -> JSONResponse:
    """412: the issue moved on. 409: as it stands, nobody can do this. 422: with another value one could."""
    assert isinstance(exc, BadAct)
    if isinstance(exc, Moved):
        return problem(request, 412, "moved", entry=exc.entries[-1].seq)
    if isinstance(exc, Unknown) and exc.why in _NOT_THERE:
        return problem(request, 404, exc.why)
    if exc.why in _FIELDS and "/approve" not in request.url.path:
        return problem(request, 422, "bad-request", errors=[(f"body.{_FIELDS[exc.why]}", exc.why)])
    return problem(request, 409, exc.why)


async def bad_words(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, BadWords)
    field = _CALLED.get(exc.called, exc.called)
    return problem(request, 422, f"words-{exc.why}", errors=[(f"body.{field}", f"words-{exc.why}")])


async def bad_request(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)
    errors = []
    for one in exc.errors():
        code = "words-long" if one["type"] == "string_too_long" else "bad-value"
        errors.append((_where(one["loc"]), "missing" if one["type"] == "missing" else code))
    if errors == [("header.If-Match", "missing")]:
        return problem(request, 428, "no-version")
    return problem(request, 422, "bad-request", errors=errors)


def _where(loc: Sequence[Any]) -> str:
    """Names that we gave; a name that somebody else gave may be anything."""
    kept = [str(one) for one in loc[:2]]
    return ".".join(one if one.replace("_", "").replace("-", "").isalnum() and len(one) < 40 else "?" for one in kept)


async def not_here(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, HTTPException)
    known = {404: "not-here", 405: "not-so", 400: "bad-request", 413: "too-large"}
    status = exc.status_code if exc.status_code in known else 400
    return problem(request, status, known[status], headers=exc.headers)


async def not_modified(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, NotModified)
    answer = JSONResponse(None, status_code=304, headers=dict(exc.headers))
    answer.body = b""
    del answer.headers["content-length"]
    del answer.headers["content-type"]
    return answer
