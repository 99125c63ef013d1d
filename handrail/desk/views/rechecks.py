"""Looking at pages again: begun from an issue or a question, watched while it goes on, told when it is over."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from audits.model import READ
from handrail.answers import BadAnswer, asked_now
from handrail.desk.door import ONLY_HEAD, SESSION, Refused, Visit, cookie, needs, visit_of
from handrail.desk.office import who
from handrail.desk.pages import page, see_other
from handrail.desk.rechecks import NotBegun, TooOften
from handrail.desk.roles import Action
from handrail.issues import BadAct
from handrail.rechecking import pages_of_issue, pages_of_urls
from handrail.work import newest
from reports import clean

if TYPE_CHECKING:
    from handrail.desk.rechecks import Look

router = APIRouter()

#: Seconds between two looks at how far it is, between two signs of life, and between two looks at who watches.
PACE, HEARTBEAT, STILL_HERE = 0.5, 15.0, 5.0
_EVENTS = "text/event-stream"


@router.post("/issues/{issue}/recheck")
@needs(Action.RECHECK, issue=True)
def of_issue(request: Request) -> Response:
    """Look for it where it stands."""
    visit = visit_of(request)
    item, issues = visit.item, visit.issues
    assert item is not None
    assert issues is not None
    of = {"issue": item.id, "fingerprint": item.fingerprint, "before": item.state}
    return _begun(visit, item.site, lambda: pages_of_issue(issues, item), of)


@router.post("/checks/{site}/{question}/recheck")
@needs(Action.ANSWER_CHECKS)  # every role that answers may look again
def of_question(request: Request, site: str, question: str) -> Response:
    """See what tools find now where a question asks to look."""
    visit = visit_of(request)
    office = visit.office
    try:
        stands = asked_now(office.store, office.policy, office.parts, [site])
    except BadAnswer:
        raise Refused(404, "no-site") from None
    asked = next((one.asked for one in stands if one.asked.id == question), None)
    if asked is None:
        raise Refused(404, "no-check")
    run = next(run for run, one in newest(office.store) if one.key == site)
    urls = (asked.page,) if asked.page else asked.pages
    return _begun(
        visit, site, lambda: pages_of_urls(office.store, office.policy, run.id, site, urls), {"question": question}
    )


@router.get("/recheck/{entry}")
@needs(Action.RECHECK)
def shown(request: Request, entry: str) -> Response:
    """Where it stands: again and again, as often as somebody loads it."""
    visit = visit_of(request)
    look = _known(visit, entry)
    held = visit.office.item(look.issue) if look.issue else None
    title = held[1].title if held else None
    return page(
        visit,
        "recheck.html",
        look=look,
        title=title,
        back=_back(look),
        said=_said(visit, look),
        seen=_seen(visit, look),
    )


@router.post("/recheck/{entry}/stop")
@needs(Action.RECHECK)
def stopped(request: Request, entry: str) -> Response:
    """Let the pages in work end, and begin no other."""
    visit = visit_of(request)
    look = _known(visit, entry)
    visit.office.rechecks.stop(look.entry)
    return see_other(f"/recheck/{look.entry}")


@router.get("/recheck/{entry}/events")
@needs(Action.RECHECK)
async def events(request: Request, entry: str) -> Response:
    """The same as it happens (server-sent events), until it is over or whoever watches is signed out."""
    visit = visit_of(request)
    await run_in_threadpool(_known, visit, entry)
    if ONLY_HEAD in request.scope:
        return Response(media_type=_EVENTS)
    rechecks, person = visit.office.rechecks, visit.who.name
    if not rechecks.watch(person):
        raise Refused(429, "watching", **{"retry-after": "30"})
    number = request.cookies.get(cookie(visit.office, SESSION), "")
    return _Watched(_told(visit, int(entry), number), lambda: rechecks.unwatch(person))


class _Watched(StreamingResponse):
    """Events to one who watches. ``over`` is called once, also where they went before the first came."""

    def __init__(self, events: AsyncGenerator[str, None], over: Callable[[], None]) -> None:
        self._events = events
        self._over: Callable[[], None] | None = over
        super().__init__(self._ended(), media_type=_EVENTS, headers={"X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._end()
            await self._events.aclose()

    async def _ended(self) -> AsyncIterator[str]:
        async for one in self._events:
            yield one
        self._end()  # whoever has heard the last may come again at once

    def _end(self) -> None:
        if self._over is not None:
            over, self._over = self._over, None
            over()


async def _told(visit: Visit, entry: int, number: str) -> AsyncGenerator[str, None]:
    known, spoke, asked = None, time.monotonic(), time.monotonic()
    while not visit.office.rechecks.leaving:
        now = time.monotonic()
        if now - asked >= STILL_HERE:
            asked = now
            person = await run_in_threadpool(visit.office.is_here, number)
            if person is None or not person.may(Action.RECHECK):
                yield _event("signed-out", {})
                return
            if known and not await run_in_threadpool(visit.office.rechecks.sees, person, known):
                yield _event("over", {"said": ""})  # it is somebody else's by now
                return
        look = await run_in_threadpool(visit.office.rechecks.get, entry)
        if look is None or look.over:
            yield _event("over", {"said": _said(visit, look) if look else ""})
            return
        if look != known:
            known, spoke = look, now
            yield _event("progress", {"said": _said(visit, look), "done": look.done, "of": look.pages})
        elif now - spoke >= HEARTBEAT:
            spoke = now
            yield ": still here\n\n"
        await asyncio.sleep(PACE)


def _event(name: str, facts: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(facts)}\n\n"


def _begun(visit: Visit, site: str, pages: Callable[[], list[str]], of: dict[str, str]) -> Response:
    office = visit.office
    if visit.said("pages") not in ("all", "one"):
        raise Refused(400, "bad-request")
    try:
        entry = office.rechecks.ask(who(visit.who), site, pages, one=visit.said("pages") == "one", **of)
    except TooOften as exc:
        raise Refused(429, "recheck-often", **{"retry-after": str(exc.wait)}) from None
    except BadAct as exc:
        raise Refused(422, f"recheck-{exc.why}") from None
    except NotBegun as exc:
        raise Refused(409, f"recheck-{exc.why}") from None
    return see_other(f"/recheck/{entry}")


def _known(visit: Visit, entry: str) -> Look:
    """Raises Refused where there is none, or what it was for is not this person's."""
    look = visit.office.rechecks.get(int(entry)) if entry.isascii() and entry.isdigit() and len(entry) < 10 else None
    if look is None:
        raise Refused(404, "no-recheck")
    if not visit.office.rechecks.sees(visit.who, look):
        visit.office.denied(visit.who, Action.RECHECK, look.issue)
        raise Refused(404, "no-recheck")
    return look


def _seen(visit: Visit, look: Look) -> list[tuple[str, str]]:
    """Once it is over, each page with how it ended; "" where it was audited."""
    runs = {run.id for run in visit.office.store.runs()} if look.over and look.run else set()
    if look.run not in runs:
        return []
    ends = visit.office.store.page_outcomes(look.run, look.site)
    return [
        (clean.line(one.url, clean.URL), "" if one.outcome in READ else one.outcome.value if one.outcome else "waiting")
        for one in ends
        if one.via == "start"
    ]


def _back(look: Look) -> str:
    return f"/checks/{look.site}/{look.question}" if look.question else f"/issues/{look.issue}"


#: While it goes on.
_GOING = {
    "starting": "desk.recheck.starting",
    "looking": "desk.recheck.looking",
    "ending": "desk.recheck.ending",
}


def _said(visit: Visit, look: Look) -> str:
    """Where it stands, in a sentence."""
    words = visit.words
    if not look.over:
        return words.plain(_GOING[look.phase], n=look.done, of=look.pages)
    if not look.looked:
        return words.plain("desk.recheck.none." + look.ended)
    told = words.plain("desk.recheck.ended." + look.ended, n=look.looked, of=look.pages)
    if look.question:
        found = words.plain("desk.recheck.question", n=look.places)
    else:
        found = words.plain("desk.recheck.found" if look.places else "desk.recheck.not-found", n=look.places)
    return f"{told} {found}"
