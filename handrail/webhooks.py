"""What programs elsewhere are told: that an audit ended, that somebody decided something. Signed; ids and states.

What a target was told stands in the log, so that one that could not be reached gets it with the next try, and whatever
recorded a decision, a command or the desk, it is told. No word that a person wrote leaves, and no person's name.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from handrail import locks
from reports.store.records import NO_AUDIT
from reports.work import ACTS as KINDS

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.runs import Place
    from reports.store.store import Store

AUDIT_ENDED, DECIDED = "audit-ended", "issue-decided"
SENT = "webhook-sent"
#: No site has such a name.
LOCK = ".webhooks"
SIGNATURE, EVENT, DELIVERY = "X-Handrail-Signature", "X-Handrail-Event", "X-Handrail-Delivery"
#: Seconds after which a receiver takes a message for one that somebody sends again.
WINDOW = 300
SECRET_LENGTH = 32
#: Seconds in which a receiver may answer; seconds after a try that failed: 2, 4, 8, …
ANSWER, PAUSE, LONGEST_PAUSE = 10.0, 2.0, 30.0
#: Seconds between two looks into the log, while the desk is served; messages to one target at one time.
LOOK, MOST = 5.0, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a target was told: entries of the log up to ``entry``, and the end of ``runs``."""

    entry: int
    runs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``entry`` and ``run``: what is told by it."""

    event: str
    body: Mapping[str, Any]
    entry: int = 0
    run: str = ""


def signature(secret: str, at: int, body: bytes) -> str:
    """``t=…,v1=…``: HMAC-SHA256 over the time, a full stop, and the body as it is sent."""
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def tell(
    place: Place,
    store: Store,
    policy: Policy,
    *,
    environ: Mapping[str, str] | None = None,
    pause: Callable[[float], object] = time.sleep,
) -> list[str]:
    """Send what there is to tell; what went wrong, in words. Raises nothing on account of a target."""
    if not policy.webhooks.targets:
        return []
    faults = []
    try:
        with locks.hold(place, [LOCK], seconds=60):
            for name in policy.webhooks.targets:
                if fault := _tell_one(store, policy, name, os.environ if environ is None else environ, pause):
                    faults.append(fault)
    except locks.Busy:  # whoever holds it sends the same
        return []
    return faults


@contextmanager
def watching(place: Place, store: Store, policy: Policy, said: Callable[[str], object]) -> Iterator[None]:
    """Meanwhile, look for decisions and tell them. ``said`` is given what went wrong, once in a row."""
    ended = threading.Event()

    def look() -> None:
        head, last = -1, list[str]()
        while not ended.wait(LOOK):
            now = store.log_head(*KINDS)
            if now == head:
                continue
            faults = tell(place, store, policy, pause=ended.wait)
            head = now if not faults else -1
            if faults != last:
                for fault in faults:
                    said(fault)
            last = faults

    thread = threading.Thread(target=look, name="webhooks", daemon=True)
    if policy.webhooks.targets:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if policy.webhooks.targets:
            thread.join(ANSWER + 1)


def _tell_one(
    store: Store, policy: Policy, name: str, environ: Mapping[str, str], pause: Callable[[float], object]
) -> str:
    variable = f"HANDRAIL_WEBHOOK_{name.upper().replace('-', '_')}"
    address, secret = environ.get(variable, "").strip(), environ.get(f"{variable}_SECRET", "")
    if fault := _unfit(address, secret, variable):
        return f"webhook {name}: {fault}"
    told = _told(store, name)
    for message in _messages(store, policy, name, told)[:MOST]:
        if fault := _sent(address, secret, message, policy.webhooks.tries, pause):
            return f"webhook {name}: {fault} It gets the same with the next try."
        store.record(SENT, {"target": name, "entry": message.entry, "run": message.run})
    return ""


def _unfit(address: str, secret: str, variable: str) -> str:
    """What is wrong, without the address: it may hold a secret of its own."""
    if not address:
        return f"{variable} is not in the environment; put the target's address there."
    if len(secret) < SECRET_LENGTH:
        return f"{variable}_SECRET must hold {SECRET_LENGTH} characters or more; the receiver has the same."
    try:
        parts = urlsplit(address)
        near = parts.hostname in ("127.0.0.1", "::1", "localhost")
    except ValueError:
        return f"{variable} is no address."
    if parts.scheme != "https" and not (parts.scheme == "http" and near):
        return f"{variable} must begin with https://; http:// is for this machine alone."
    return ""


def _told(store: Store, name: str) -> Told:
    """A new target is told of the last audit, and of what is decided from now on; not of all that was."""
    entries = [one.facts for one in store.log_entries(SENT) if one.facts and one.facts["target"] == name]
    if not entries:
        ended = [run.id for run in store.runs() if run.finished]
        store.record(SENT, {"target": name, "entry": store.log_head(*KINDS), "run": "", "before": ended[:-1]})
        return Told(entry=store.log_head(*KINDS), runs=frozenset(ended[:-1]))
    runs = {one["run"] for one in entries} | {run for one in entries for run in one.get("before", ())}
    return Told(entry=max(one["entry"] for one in entries), runs=frozenset(runs))


def _messages(store: Store, policy: Policy, name: str, told: Told) -> Sequence[Message]:
    target = policy.webhooks.targets[name]
    found = []
    if AUDIT_ENDED in target.events:
        for run in store.runs():
            if run.finished is None or run.state == "running" or run.id in told.runs or run.trigger in NO_AUDIT:
                continue
            sites = [one for one in store.sites(run.id) if not target.sites or one.key in target.sites]
            if not sites:
                continue
            body: dict[str, Any] = {
                "run": run.id,
                "state": run.state,
                "started": run.started.isoformat(),
                "finished": run.finished.isoformat(),
                "sites": [{"key": one.key, "state": one.state} for one in sites],
            }
            found.append(Message(event=AUDIT_ENDED, body=body, run=run.id))
    if DECIDED in target.events:
        for entry in store.log_entries(*KINDS):
            facts = entry.facts
            if entry.seq <= told.entry or facts is None or (target.sites and facts["site"] not in target.sites):
                continue
            body = {
                "entry": entry.seq,
                "at": entry.at.isoformat(),
                "kind": entry.kind,
                "issue": facts["issue"],
                "site": facts["site"],
            }
            found.append(Message(event=DECIDED, body=body, entry=entry.seq))
    return found


def _sent(address: str, secret: str, message: Message, tries: int, pause: Callable[[float], object]) -> str:
    """ "" when it has arrived, else what is wrong. The same delivery has the same number, however often it is tried."""
    number = str(uuid.uuid4())
    told = {"schema_version": 1, "event": message.event, "delivery": number, **message.body}
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    said = ""
    with httpx.Client(timeout=ANSWER, follow_redirects=False) as client:
        for again in range(tries):
            if again:
                pause(min(PAUSE * 2 ** (again - 1), LONGEST_PAUSE))
            at = int(time.time())
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "Handrail",
                SIGNATURE: signature(secret, at, body),
                EVENT: message.event,
                DELIVERY: number,
            }
            try:
                # What a receiver answers is not read: it has no end that we know.
                with client.stream("POST", address, content=body, headers=headers) as answer:
                    status = answer.status_code
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                said = f"not delivered ({type(exc).__name__})."
                continue
            if 200 <= status < 300:
                return ""
            said = f"not delivered: it answered {status}."
            if status < 500 and status not in (408, 425, 429):  # it will not say otherwise in some seconds
                return said
    return said
