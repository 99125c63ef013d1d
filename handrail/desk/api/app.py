"""The API as an application of its own under /api/v1: its routes, the door before them, and how it says no."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from handrail.desk.api import acting, looking, problems, reading, registers
from handrail.desk.api.door import Counter, admit
from handrail.desk.api.problems import MEDIA, NotModified, Problem, problem
from handrail.desk.door import Refused, check_routes, needed_by
from handrail.desk.ending import Ending
from handrail.desk.roles import Action
from handrail.issues import BadAct
from handrail.said import BadWords

if TYPE_CHECKING:
    from handrail.desk.office import Office

logger = logging.getLogger(__name__)

PATH = "/api/v1"
ROUTERS = (reading.router, registers.router, acting.router, looking.router)
_NO = {
    400: "Not understood",
    401: "No token that holds",
    403: "Not for this token",
    404: "Not there, or not for this token",
    413: "Too large",
    422: "A value must be another",
    429: "Too often: see Retry-After",
}
_ACT_NO = {409: "As the issue stands, nobody can do this", 412: "It was changed meanwhile", 428: "If-Match is missing"}
_TAG = {"ETag": {"description": "Of what is shown.", "schema": {"type": "string"}}}
_LOCATION = {"Location": {"description": "Where to ask how far it is.", "schema": {"type": "string"}}}
_LINK = {"Link": {"description": "rel=first, rel=next (RFC 8288).", "schema": {"type": "string"}}}


def make_api(office: Office | None) -> FastAPI:
    """``office`` None: only to be described. Raises TypeError where a route does not say what it needs."""
    bearer = HTTPBearer(auto_error=False, description="A token of `handrail desk token add`.")
    app = FastAPI(
        title="Handrail desk",
        version="1",
        description="Issues that audits found, and what people do about them. See docs/api.md.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(admit), Security(bearer)],
        root_path_in_servers=False,
        servers=[{"url": PATH}],
        separate_input_output_schemas=False,
    )
    if office is not None:
        app.state.office, app.state.counter = office, Counter(office)
    for router in ROUTERS:
        check_routes(router.routes)
        app.include_router(router, responses=_responses(_NO))
    for exception, handler in (
        (Refused, problems.refused),
        (BadAct, problems.bad_act),
        (BadWords, problems.bad_words),
        (RequestValidationError, problems.bad_request),
        (HTTPException, problems.not_here),
        (NotModified, problems.not_modified),
    ):
        app.add_exception_handler(exception, handler)
    app.add_middleware(Ending, failed=_failed)
    described = app.openapi

    def openapi() -> dict[str, Any]:
        return _described(described())

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def routes() -> list[BaseRoute]:
    """All that can be asked for."""
    return [route for router in ROUTERS for route in router.routes]


def scopes() -> list[Action]:
    """What a token can be for: the actions that a route needs."""
    return sorted({needed for route in routes() if isinstance(needed := needed_by(route).needed, Action)})


def _responses(told: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "description": said} for status, said in told.items()}


def _described(document: dict[str, Any]) -> dict[str, Any]:
    """What FastAPI cannot know: that a no is a problem document, which headers come along, which scope it takes."""
    needed = {
        (route.path, method.lower()): needed_by(route).needed  # type: ignore[attr-defined]
        for route in routes()
        for method in route.methods  # type: ignore[attr-defined]
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            is_act = method == "post"
            answers = operation["responses"]
            for status, said in (_ACT_NO if is_act else {}).items():
                answers[str(status)] = {"description": said}
            for status, answer in answers.items():
                if int(status) >= 400:
                    answer["content"] = {MEDIA: {"schema": schema}}
            yes = next(status for status in answers if status.startswith("2"))
            lists = answers[yes]["content"]["application/json"]["schema"]["$ref"].endswith("Page")
            answers[yes]["headers"] = {**_TAG, **(_LINK if lists else {}), **(_LOCATION if yes == "202" else {})}
            if not is_act:
                answers["304"] = {"description": "What If-None-Match names is what there is.", "headers": _TAG}
            operation["responses"] = dict(sorted(answers.items()))
            operation["x-handrail-scope"] = str(needed[path, method])
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    return document


async def _failed(request: Request, exc: Exception) -> Response:
    # The message may quote a page or a form, and these may hold personal information.
    path = getattr(request.scope.get("route"), "path", "?")
    logger.error("%s %s: %s", request.method, path, type(exc).__name__)
    return problem(request, 500, "failed")
