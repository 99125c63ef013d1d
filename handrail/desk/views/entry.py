"""The way in and out: signing in by password, by the proxy in front, by OIDC; signing out; the language; files."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from handrail.desk.door import (
    GUEST,
    LANGUAGE,
    SESSION,
    Refused,
    Visit,
    address_of,
    cookie,
    is_local_path,
    keep,
    needs,
    proxied,
    visit_of,
)
from handrail.desk.office import Locked
from handrail.desk.oidc import BadSignIn, Oidc
from handrail.desk.pages import AREAS, assets, page, see_other
from handrail.desk.roles import Access
from reports.text import LANGUAGES

router = APIRouter()

_YEAR = 31_536_000


@router.get("/")
@needs(Access.SIGNED_IN)
def home(request: Request) -> Response:
    """The first area that is for this person."""
    visit = visit_of(request)
    first = next((href for action, _, href in AREAS if visit.who.may(action)), "")
    return see_other(first) if first else page(visit, "nothing.html")


@router.get("/sign-in")
@needs(Access.EVERYBODY)
def sign_in(request: Request, next: str = "/") -> Response:
    """The form; whom the proxy in front has signed in sees none, unless they have just signed out."""
    visit = visit_of(request)
    if visit.person is not None:
        return see_other(_local(next))
    person = proxied(visit.office, request)
    if person and "out" not in request.query_params:
        return _begun(visit, visit.office.begin(person, "proxy"), next)
    return _asking(visit, request, next, proxy=person is not None)


@router.post("/sign-in")
@needs(Access.EVERYBODY)
def signed_in(request: Request) -> Response:
    """Name and password."""
    visit = visit_of(request)
    password = visit.form.get("password", "")
    try:
        number = visit.office.sign_in(
            visit.said("name"), password if isinstance(password, str) else "", address_of(request)
        )
    except Locked as exc:
        answer = _asking(visit, request, visit.said("next"), 429, why="locked", minutes=-(-exc.wait // 60))
        answer.headers["Retry-After"] = str(exc.wait)
        return answer
    if number is None:
        return _asking(visit, request, visit.said("next"), 403, why="wrong")
    return _begun(visit, number, visit.said("next"))


@router.post("/sign-out")
@needs(Access.SIGNED_IN, first=True)
def sign_out(request: Request) -> Response:
    """The session ends here, and the browser forgets its number."""
    visit = visit_of(request)
    name = cookie(visit.office, SESSION)
    visit.office.sign_out(request.cookies.get(name, ""))
    answer = see_other("/sign-in?out=1")
    answer.delete_cookie(name, path="/", secure=visit.office.is_https, httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@router.get("/sign-in/oidc")
@needs(Access.EVERYBODY)
async def to_provider(request: Request, next: str = "/") -> Response:
    """Off to the City's own accounts."""
    visit = visit_of(request)
    try:
        address, kept = await _oidc(visit).begin(_local(next))
    except BadSignIn:
        raise Refused(403, "oidc") from None
    answer = RedirectResponse(address, status_code=303)
    keep(answer, visit.office, "handrail-oidc", kept, seconds=600)
    return answer


@router.get("/sign-in/oidc/back")
@needs(Access.EVERYBODY)
async def from_provider(request: Request) -> Response:
    """Back from there: the provider says who it is, our list says whether and as what."""
    visit = visit_of(request)
    name = cookie(visit.office, "handrail-oidc")
    try:
        told, back = await _oidc(visit).end(str(request.url), request.cookies.get(name, ""))
    except BadSignIn:
        await run_in_threadpool(visit.office.unproved, address_of(request))
        raise Refused(403, "oidc") from None
    account = await run_in_threadpool(visit.office.people.get, told)
    if account is None:
        await run_in_threadpool(visit.office.refused, told, "oidc")
        raise Refused(403, "no-account")
    answer = _begun(visit, await run_in_threadpool(visit.office.begin, account.person, "oidc"), back)
    answer.delete_cookie(name, path="/", secure=visit.office.is_https, httponly=True, samesite="lax")
    return answer


@router.get("/language/{code}")
@needs(Access.EVERYBODY)
def language(request: Request, code: str, back: str = "/") -> Response:
    """English or French, from now on."""
    if code not in LANGUAGES:
        raise Refused(404, "not-here")
    answer = see_other(_local(back))
    answer.set_cookie(LANGUAGE, code, max_age=_YEAR, secure=visit_of(request).office.is_https, samesite="lax")
    return answer


@router.get("/static/{name}")
@needs(Access.EVERYBODY)
def static(name: str) -> Response:
    """Styles, fonts and scripts."""
    found = assets().get(name)
    if found is None:
        raise Refused(404, "not-here")
    headers = {"Cache-Control": f"public, max-age={_YEAR}, immutable"}
    return Response(found.body, media_type=found.media, headers=headers)


def _asking(visit: Visit, request: Request, back: str, status: int = 200, **values: Any) -> Response:
    name = cookie(visit.office, GUEST)
    guest = request.cookies.get(name, "") or secrets.token_urlsafe(24)
    told = {"why": "", "minutes": 0, "proxy": False, "name": visit.said("name"), "next": _local(back), **values}
    answer = page(
        visit,
        "sign-in.html",
        status,
        token=visit.office.form_token(guest),
        out="out" in request.query_params,
        oidc=bool(visit.office.policy.desk.oidc.issuer),
        **told,
    )
    keep(answer, visit.office, GUEST, guest)
    return answer


def _begun(visit: Visit, number: str, back: str) -> Response:
    answer = see_other(_local(back))
    keep(answer, visit.office, SESSION, number)
    return answer


def _local(path: str) -> str:
    return path if is_local_path(path) else "/"


def _oidc(visit: Visit) -> Oidc:
    if not visit.office.policy.desk.oidc.issuer:
        raise Refused(404, "not-here")
    return Oidc.of(visit.office)
