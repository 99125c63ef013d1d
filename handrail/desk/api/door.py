"""The one place where a program's request is let in or not: whose token, may it, whose thing is it, how often.

No cookie counts here, so no form of another site can speak for anybody. Routes say what they need as views do.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from handrail.desk.api.problems import NotModified
from handrail.desk.api.tokens import FILE, Bearer, Tokens
from handrail.desk.door import Refused, address_of, needed_by
from handrail.desk.office import REFUSED
from handrail.desk.roles import Access, Action
from handrail.desk.sessions import Limit
from handrail.work import today

if TYPE_CHECKING:
    from handrail.desk.office import Office
    from handrail.desk.standing import Stand
    from reports.worklist import WorkItem

#: Wrong tokens from one address, in so many seconds.
MOST_WRONG, WRONG_SECONDS = 30, 900.0
MINUTE = 60.0
_ISSUE = re.compile(r"[A-Za-z0-9_-]{1,60}")
#: With TLS in front, a realm tells people which of the City's services it is.
CHALLENGE = 'Bearer realm="handrail"'


class Counter:
    """What the API holds besides the office: tokens, limits, the issues as they stand."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.tokens = Tokens(office.place.out / FILE)
        self.standing = office.standing
        self.by_token = Limit(office.policy.desk.api_per_minute, MINUTE)
        self.by_address = Limit(MOST_WRONG, WRONG_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was let in. ``item``: the issue that its address names, as it stands in ``stand``."""

    counter: Counter
    bearer: Bearer | None = None
    stand: Stand | None = None
    item: WorkItem | None = None

    @property
    def office(self) -> Office:
        return self.counter.office

    @property
    def who(self) -> Bearer:
        """Of a route that is for tokens."""
        assert self.bearer is not None
        return self.bearer

    @property
    def held(self) -> tuple[Stand, WorkItem]:
        """Of a route whose address names an issue."""
        assert self.stand is not None
        assert self.item is not None
        return self.stand, self.item


def call_of(request: Request) -> Call:
    """What ``admit`` found."""
    call = request.state.call
    assert isinstance(call, Call)
    return call


async def admit(request: Request) -> None:
    """For every route, before it is called. Raises Refused."""
    counter: Counter = request.app.state.counter
    declared = needed_by(request.scope["route"])
    if declared.needed is Access.EVERYBODY:
        request.state.call = Call(counter=counter)
        return
    bearer = await _bearer(counter, request)
    if not bearer.may(declared.needed):
        await run_in_threadpool(counter.office.denied, bearer, str(declared.needed))
        raise Refused(403, "scope")
    stand = item = None
    if declared.issue:
        name = str(request.path_params["issue"])
        stand = await run_in_threadpool(counter.standing.now)
        item = stand.by_id.get(name) if _ISSUE.fullmatch(name) else None
        if item is None:
            raise Refused(404, "no-issue")
        if not bearer.sees(item):
            await run_in_threadpool(counter.office.denied, bearer, str(declared.needed), item.id)
            raise Refused(404, "no-issue")
        if isinstance(declared.needed, Action) and not bearer.may_on(declared.needed, item):
            await run_in_threadpool(counter.office.denied, bearer, str(declared.needed), item.id)
            raise Refused(403, "scope")
    request.state.call = Call(counter=counter, bearer=bearer, stand=stand, item=item)


async def _bearer(counter: Counter, request: Request) -> Bearer:
    address = address_of(request)
    if wait := counter.by_address.wait(address):
        raise Refused(429, "too-often", **{"Retry-After": str(wait)})
    scheme, _, number = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not number.strip():
        raise Refused(401, "no-token", **{"WWW-Authenticate": CHALLENGE})
    token = counter.tokens.of(number.strip(), today(counter.office.policy))
    if token is None:
        counter.by_address.take(address)
        await run_in_threadpool(counter.office.store.record, REFUSED, {"account": "", "how": "token"})
        raise Refused(401, "bad-token", **{"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'})
    if wait := counter.by_token.take(token.hashed):
        raise Refused(429, "too-often", **{"Retry-After": str(wait)})
    if counter.tokens.is_due(token, now := datetime.now(UTC)):
        await run_in_threadpool(counter.tokens.use, token, now)
    return token.bearer


# What a caller holds already


def unless_known(request: Request, response: Response, tag: str) -> None:
    """Put the tag on the answer. Raises NotModified where the caller has it."""
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    given = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in given or "*" in given:
        raise NotModified(headers)
    response.headers.update(headers)


def tag_of_list(mark: str, bearer: Bearer) -> str:
    """Of whatever this token is shown under a mark."""
    return f'"{_digest(mark, _narrow(bearer))}"'


def tag_of_issue(call: Call) -> str:
    """Begins with the issue's version. It is another when somebody, an audit or a day changed what is shown of it."""
    stand, item = call.held
    run, _ = next(found for found in stand.issues.newest if found[1].key == item.site)
    told = (repr(item), f"{run.id} {run.state} {run.finished}", _narrow(call.who))
    return f'"{item.work.told.version}-{_digest(*told)}"'


def seen_of(call: Call, if_match: str) -> int:
    """The version of the issue that the caller saw, if it is the one that stands. Raises Refused."""
    given = {one.strip() for one in if_match.split(",")}
    if tag_of_issue(call) not in given and "*" not in given:
        raise Refused(412, "moved")
    return call.held[1].work.told.version


def _narrow(bearer: Bearer) -> str:
    return " ".join([bearer.name, *bearer.roles, *bearer.units, *sorted(bearer.scopes)])


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]
