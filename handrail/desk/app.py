"""The desk as a web application: its views, the one door before them, and what every answer carries."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handrail.desk import views
from handrail.desk.api import problems
from handrail.desk.api.app import PATH, make_api
from handrail.desk.door import HEALTH, ONLY_HEAD, PACKAGE, Refused, Visit, admit, check_routes, language_of
from handrail.desk.ending import Ending
from handrail.desk.office import Office
from handrail.desk.pages import page
from handrail.issues import Unknown
from handrail.said import BadWords
from reports.text import Words

logger = logging.getLogger(__name__)

#: Bytes of a request at the most: a form, and a file of evidence.
MOST_BYTES = 12_000_000
_LOCAL = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?", re.IGNORECASE)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: OWASP ASVS 14.4. "same-origin", not "no-referrer": with that, browsers hide from where a form of ours was sent.
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def make_app(office: Office) -> FastAPI:
    """Raises TypeError where a route does not say what it needs."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(admit)])
    app.state.office = office
    for router in routers():
        check_routes(router.routes)
        app.include_router(router)
    app.mount(PATH, make_api(office))
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(BadWords, _bad_words)
    app.add_exception_handler(Unknown, _unknown)
    app.add_exception_handler(HTTPException, _not_here)
    app.add_middleware(Ending, failed=_failed)
    app.add_middleware(_Shell, office=office)
    return app


def routers() -> list[APIRouter]:
    """One of each file under views/."""
    names = sorted(info.name for info in iter_modules(views.__path__) if not info.name.startswith("_"))
    found = [import_module(f"{views.__name__}.{name}").router for name in names]
    assert all(isinstance(one, APIRouter) for one in found)
    return found


def routes() -> list[BaseRoute]:
    """All that can be asked for."""
    return [route for router in routers() for route in router.routes]


async def _refused(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, Refused)
    if exc.status == 303:
        if "hx-request" in request.headers:  # a script would follow, and put the form to sign in into a page
            return Response(status_code=204, headers={"HX-Refresh": "true"})
        return Response(status_code=303, headers=exc.headers)
    visit = _visit(request)
    back = _came_from(request) if visit.person is None else ""
    answer = page(visit, "refused.html", exc.status, why=exc.why, back=back)
    answer.headers.update(exc.headers)
    return answer


async def _bad_words(request: Request, exc: Exception) -> Response:
    """A view tells it beside the field; this is for one that forgot."""
    assert isinstance(exc, BadWords)
    return page(_visit(request), "refused.html", 422, why=f"words-{exc.why}")


async def _unknown(request: Request, exc: Exception) -> Response:
    """Of what a view works with: a store that holds no audit has no issues to show."""
    assert isinstance(exc, Unknown)
    visit = _visit(request)
    why = exc.why if visit.words.has(f"desk.refused.{exc.why}.title") else "not-here"
    return page(visit, "refused.html", 404, why=why)


async def _not_here(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    if request.scope["path"].startswith(f"{PATH}/"):  # an address that no mount takes, such as one with a line break
        return await problems.not_here(request, exc)
    why = {404: "not-here", 405: "not-so", 413: "too-large"}.get(exc.status_code, "bad-request")
    answer = page(_visit(request), "refused.html", exc.status_code, why=why)
    answer.headers.update(exc.headers or {})
    return answer


async def _failed(request: Request, exc: Exception) -> Response:
    # The message may quote a page or a form, and these may hold personal information.
    logger.error("%s %s: %s", request.method, _template_of(request), type(exc).__name__)
    return page(_visit(request), "refused.html", 500, why="failed")


def _came_from(request: Request) -> str:
    """The page of ours whose form came when its session was over: whoever signs in again goes on there."""
    try:
        told = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    asked = {"type": "http", "method": "GET", "path": unquote(told.path)}
    ours = told.netloc == request.headers.get("host", "")
    shown = ours and any(route.matches(asked)[0] is Match.FULL for route in routes())
    return f"{told.path}?{told.query}".rstrip("?") if shown else "/"


def _template_of(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", "?"))


def _visit(request: Request) -> Visit:
    """Who meets an error may not have come through the door: then nobody is named."""
    known = getattr(request.state, "visit", None)
    if isinstance(known, Visit):
        return known
    return Visit(office=request.app.state.office, words=Words(language_of(request), PACKAGE))


class _Shell:
    """Around everything: which names the desk answers to, how much it takes, and headers on whatever it says."""

    def __init__(self, app: ASGIApp, office: Office) -> None:
        self.app = app
        self.office = office
        url = office.policy.desk.url
        self._host = re.sub(r"^https?://|/.*$", "", url).lower() if url else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["path"] != HEALTH and not self._is_ours(headers.get("host", "")):
            await _plain(send, 421, "This name is not the desk's.")
            return
        if scope["method"] == "HEAD":  # answered as GET; who serves leaves the body out
            scope = {**scope, "method": "GET", ONLY_HEAD: True}
        if self.office.is_https:  # for addresses that are made here: TLS ends at the proxy
            scope = {**scope, "scheme": "https"}
        # Of what says that it is too large nothing is read: whoever reads a body meets it, and tells it in his own way.
        taken = MOST_BYTES + 1 if _is_too_large(headers.get("content-length", "0")) else 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BYTES:
                raise HTTPException(413)
            return message

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                _put(message, self.office.is_https)
            await send(message)

        await self.app(scope, limited, said)

    def _is_ours(self, host: str) -> bool:
        # Another name that leads here is somebody else's page (DNS rebinding).
        return host.lower() == self._host if self._host else _LOCAL.fullmatch(host) is not None


def _is_too_large(length: str) -> bool:
    return not re.fullmatch(r"[0-9]{1,18}", length) or int(length) > MOST_BYTES


def _put(message: MutableMapping[str, Any], https: bool) -> None:
    known = {name.lower() for name, _ in message["headers"]}
    told = {**HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if https else {})}
    if b"cache-control" not in known:
        told["Cache-Control"] = "no-store"
    message["headers"] = [
        *message["headers"],
        *(
            (name.lower().encode(), value.encode())
            for name, value in told.items()
            if name.lower().encode() not in known
        ),
    ]


async def _plain(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    start: Message = {"type": "http.response.start", "status": status, "headers": headers}
    _put(start, https=False)
    await send(start)
    await send({"type": "http.response.body", "body": text.encode()})
