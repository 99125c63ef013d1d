"""The one place where every request is let in or not: who asks, may they, whose thing is it, is the form ours.

A route says with ``needs`` what it does. One that says nothing stops the start.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.routing import BaseRoute

from handrail.desk.roles import Access, Action, Needed, Person
from reports.text import LANGUAGES, Language, Words

if TYPE_CHECKING:
    from handrail.desk.office import Office
    from handrail.desk.sessions import Session
    from handrail.issues import Issues
    from reports.worklist import WorkItem

F = TypeVar("F", bound=Callable[..., Any])

PACKAGE = "handrail.desk"
#: Cookies; with TLS the browser itself holds them to this host and to TLS ("__Host-").
SESSION, GUEST, LANGUAGE = "handrail-desk", "handrail-guest", "handrail-language"
#: Answered under any name that leads here: what watches a container knows it by its address alone.
HEALTH = "/healthz"
SAFE = ("GET", "HEAD", "OPTIONS")
#: In the scope of a request that wants no body.
ONLY_HEAD = "handrail.head"
MOST_FIELDS = 2_000
#: Of a form; how many a view takes, it says itself, beside the field.
MOST_FILES = 200
_NEEDED = "__handrail_needs__"
_HALVES = re.compile("[\ud800-\udfff]")


class Refused(Exception):
    """An answer other than yes: a status, and the sentence that tells it."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.headers = headers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Needs:
    needed: Needed
    issue: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request that was let in. ``item`` is the issue that its address names, with all issues as they stood."""

    office: Office
    words: Words
    person: Person | None = None
    session: Session | None = None
    form: FormData = field(default_factory=FormData)
    issues: Issues | None = None
    item: WorkItem | None = None

    @property
    def who(self) -> Person:
        """Of a route that is for people with an account."""
        assert self.person is not None
        return self.person

    def may(self, action: Action) -> bool:
        """Whether the person may do this at all, or to the issue that the address names."""
        if self.person is None:
            return False
        return self.person.may_on(action, self.item) if self.item else self.person.may(action)

    def said(self, name: str) -> str:
        """What stands in a field of the form."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""


def needs(needed: Needed, *, issue: bool = False, first: bool = False) -> Callable[[F], F]:
    """What a route does, or whom it is for. ``issue``: its address names one, by ``{issue}``.

    ``first``: also for who has still to change a password that somebody else gave.
    """

    def declare(endpoint: F) -> F:
        setattr(endpoint, _NEEDED, _Needs(needed=needed, issue=issue, first=first))
        return endpoint

    return declare


def needed_by(route: BaseRoute) -> _Needs:
    """What a route declared. Raises TypeError where it declared nothing."""
    declared = getattr(getattr(route, "endpoint", None), _NEEDED, None)
    if not isinstance(declared, _Needs):
        raise TypeError(f"the route {getattr(route, 'path', route)} says not what it needs: @needs(Action.…)")
    return declared


def check_routes(routes: Iterable[BaseRoute]) -> None:
    """Raises TypeError for a route that declared nothing: nobody may forget it."""
    for route in routes:
        declared = needed_by(route)
        if declared.issue and "{issue}" not in getattr(route, "path", ""):
            raise TypeError(f"the route {getattr(route, 'path', route)} names no issue")


def visit_of(request: Request) -> Visit:
    """What ``admit`` found."""
    visit = request.state.visit
    assert isinstance(visit, Visit)
    return visit


async def admit(request: Request) -> None:
    """For every route, before it is called. Raises Refused."""
    office: Office = request.app.state.office
    declared = needed_by(request.scope["route"])
    words = Words(language_of(request), PACKAGE)
    found = await _visitor(office, request)
    session, person = found or (None, None)
    # For whoever tells an error, in the language and with the name of the person who meets it.
    request.state.visit = Visit(office=office, words=words, person=person, session=session)
    form = FormData()
    if request.method not in SAFE:
        form = await _form(request, office, session)
    if declared.needed is not Access.EVERYBODY:
        if person is None:
            raise Refused(303, "sign-in", location=f"/sign-in?next={quote(_back_to(request), safe='')}")
        if session is not None and session.must_change and not declared.first:
            raise Refused(303, "must-change", location="/account")
        if not person.may(declared.needed):
            await run_in_threadpool(office.denied, person, declared.needed)
            raise Refused(403, "forbidden")
    issues = item = None
    if declared.issue and person is not None:
        held = await run_in_threadpool(office.item, str(request.path_params["issue"]))
        if held is None:
            raise Refused(404, "no-issue")
        issues, item = held
        seen = person.sees(item)
        if not seen or (isinstance(declared.needed, Action) and not person.may_on(declared.needed, item)):
            await run_in_threadpool(office.denied, person, declared.needed, item.id)
            raise Refused(403, "forbidden") if seen else Refused(404, "no-issue")
    request.state.visit = Visit(
        office=office, words=words, person=person, session=session, form=form, issues=issues, item=item
    )


def number_of(said: str) -> int:
    """A number of a form of ours; another has been tampered with."""
    if not re.fullmatch(r"[0-9]{1,9}", said):
        raise Refused(400, "bad-request")
    return int(said)


def cookie(office: Office, name: str) -> str:
    """What a cookie of ours is called here."""
    return f"__Host-{name}" if office.is_https else name


def keep(answer: Response, office: Office, name: str, value: str, *, seconds: int | None = None) -> None:
    """In the browser, until it is closed: out of reach for scripts, and with no request that another site makes."""
    answer.set_cookie(
        cookie(office, name),
        value,
        max_age=seconds,
        path="/",
        secure=office.is_https,
        httponly=True,
        samesite="lax",
    )


def language_of(request: Request) -> Language:
    """By the switch, else by what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE, "")
    return next((one for one in LANGUAGES if one == chosen), asked_language(request))


def asked_language(request: Request) -> Language:
    """What the browser or program asks for: what it weighs most, of several alike the first (RFC 9110, 12.5.4)."""
    asked: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, rest = part.partition(";")
        weight = re.fullmatch(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", rest)
        asked.append((float(weight[1]) if weight else 1.0, tag.strip().lower().partition("-")[0]))
    heaviest = sorted(asked, key=lambda one: -one[0])
    return next((one for weight, said in heaviest for one in LANGUAGES if weight and one == said), "en")


def is_local_path(path: str) -> bool:
    """Whether an address leads to a page of ours and nowhere else."""
    try:
        parts = urlsplit(path)
    except ValueError:  # such as a bracket that nothing closes
        return False
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
        and path.isprintable()
        and "\\" not in path
    )


def address_of(request: Request) -> str:
    """Whose request it is, for the limits: the last that our own proxy names, else whoever is connected."""
    office: Office = request.app.state.office
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    if forwarded and _is_our_proxy(office, request):
        return forwarded[:60]
    return request.client.host if request.client else ""


def proxied(office: Office, request: Request) -> Person | None:
    """Whom the proxy in front has signed in."""
    header = office.policy.desk.proxy.header
    if not header:
        return None
    return office.by_proxy(request.headers.get(header, ""), request.headers.get("x-handrail-proxy", ""))


def _is_our_proxy(office: Office, request: Request) -> bool:
    from handrail.desk.office import PROXY_SECRET

    expected = office.secrets.get(PROXY_SECRET, "")
    given = request.headers.get("x-handrail-proxy", "")
    return bool(expected) and secrets.compare_digest(given.encode(), expected.encode())


async def _visitor(office: Office, request: Request) -> tuple[Session, Person] | None:
    """In no thread of its own: sessions are in memory, and of the list of people the moment of its change is asked."""
    number = request.cookies.get(cookie(office, SESSION), "")
    found = office.visitor(number)
    if found and found[0].how == "proxy":
        # Whom the proxy no longer names is no longer here.
        person = await run_in_threadpool(proxied, office, request)
        if person is None or person.name != found[1].name:
            await run_in_threadpool(office.sign_out, number)
            return None
    return found


async def _form(request: Request, office: Office, session: Session | None) -> FormData:
    """The fields of a form of ours. Raises Refused for one that somebody else made."""
    _check_origin(request, office)
    form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    if not all(_is_text(name) and _is_text(value) for name, value in form.multi_items()):
        raise Refused(400, "bad-request")
    token = form.get("csrf", "")
    if not isinstance(token, str):
        raise Refused(403, "foreign-form")
    if session is not None:
        if not secrets.compare_digest(token.encode(), session.csrf.encode()):
            raise Refused(403, "foreign-form")
    elif not office.is_form_token(token, request.cookies.get(cookie(office, GUEST), "")):
        raise Refused(403, "old-form")
    return form


def _is_text(value: object) -> bool:
    """A file, or a text that can be written down: a form may name an encoding that makes halves of characters."""
    return not isinstance(value, str) or _HALVES.search(value) is None


def _check_origin(request: Request, office: Office) -> None:
    """Browsers say from where a form is sent; what comes from elsewhere is none of ours, whatever it holds."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    if site not in ("same-origin", "none"):
        raise Refused(403, "foreign-form")
    ours = {f"http://{request.headers.get('host', '')}", office.policy.desk.url.rstrip("/")} - {""}
    if origin and origin.rstrip("/") not in ours:
        raise Refused(403, "foreign-form")


def _back_to(request: Request) -> str:
    """Where somebody wanted to go, once signed in: a page, never an act."""
    if request.method not in ("GET", "HEAD"):
        return "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
