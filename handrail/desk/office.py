"""What every view of the desk works with: the store, the policy, who has an account, and who is signed in."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from itsdangerous import BadSignature, URLSafeTimedSerializer

from handrail.desk.people import FILE, Account, BadPerson, People
from handrail.desk.rechecks import Rechecks
from handrail.desk.roles import Person
from handrail.desk.sessions import How, Limit, Session, Sessions
from handrail.desk.staff import CHANGED, REMOVED, Staff
from handrail.desk.standing import Standing
from handrail.desk.telling import Telling
from handrail.exposures import Exposures
from handrail.issues import Issues, Unknown
from handrail.said import Who
from handrail.signing import Signing

if TYPE_CHECKING:
    from handrail.config import Policy
    from handrail.runs import Place
    from handrail.wiring import Parts
    from reports.store.records import RunRecord
    from reports.store.store import Store
    from reports.worklist import WorkItem

logger = logging.getLogger(__name__)

SIGNED_IN, SIGNED_OUT, REFUSED = "desk-signed-in", "desk-signed-out", "desk-refused"
DENIED = "desk-denied"
#: What the log tells of the desk itself.
KINDS = (SIGNED_IN, SIGNED_OUT, REFUSED, DENIED, CHANGED, REMOVED)
PROXY_SECRET, OIDC_SECRET = "HANDRAIL_DESK_PROXY_SECRET", "HANDRAIL_DESK_OIDC_SECRET"  # their names
#: Characters of a shared secret at the least.
SECRET_LENGTH = 32
#: Seconds that the form to sign in may lie open.
_FORM_SECONDS = 3600


class Locked(Exception):
    """Too many have tried; ``wait``: seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"wait {wait} seconds")
        self.wait = wait


@dataclass(kw_only=True)
class Office:
    """``secrets``: what the environment holds for the desk, by name."""

    store: Store
    policy: Policy
    parts: Parts
    place: Place
    people: People = None  # type: ignore[assignment]
    sessions: Sessions = None  # type: ignore[assignment]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    by_name: Limit = field(default_factory=lambda: Limit(5, 900))
    by_address: Limit = field(default_factory=lambda: Limit(30, 900))
    #: Entries of what an account was denied: the log is no place to write into as often as one likes.
    by_denied: Limit = field(default_factory=lambda: Limit(20, 900))

    #: Looks at pages again that a person may begin: each starts a browser and asks a site.
    by_recheck: Limit = field(default_factory=lambda: Limit(20, 3600))

    def __post_init__(self) -> None:
        told = self.policy.desk
        self.people = self.people or People(self.place.out / FILE)
        self.sessions = self.sessions or Sessions(idle=told.idle_minutes * 60, most=told.hours * 3600)
        self.standing = Standing(self, KINDS)
        self.telling = Telling(self)
        self.rechecks = Rechecks(self)
        self._forms = URLSafeTimedSerializer(secrets.token_hex(32), salt="sign-in")

    @cached_property
    def is_https(self) -> bool:
        """Whether browsers reach the desk by TLS: then cookies go no other way."""
        return self.policy.desk.url.startswith("https://")

    @cached_property
    def zone(self) -> ZoneInfo:
        """The City's."""
        return ZoneInfo(self.policy.city.timezone)

    # Signing in

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """The number of a new session; None where name and password do not fit. Raises Locked."""
        known = self.people.get(name)
        # A name that nobody has waits as one that somebody has: else the wait would tell which names there are.
        key = known.person.name if known else _unknown(name) if name else ""
        # Counted before it is tried: whoever tries many at one moment has tried many.
        if wait := self.by_address.take(address):
            raise Locked(wait)
        if key and (wait := self.by_name.take(key)):
            self.by_address.give_back(address)
            raise Locked(wait)
        account = self.people.signs_in(name, password)
        if account is None:
            # A name that nobody has may be somebody's password in the wrong field.
            self._say(REFUSED, known.person.account if known else "", "password")
            return None
        self.by_address.give_back(address)
        if account.once and datetime.now(UTC) > datetime.fromisoformat(account.once):
            self.by_name.give_back(key)
            self._say(REFUSED, account.person.account, "password-ended")
            return None
        self.by_name.clear(key)
        return self.begin(account.person, "password", account)

    def begin(self, person: Person, how: How, account: Account | None = None) -> str:
        """A new session, whatever there was before. ``account``: as it was when its password was found to be right:
        where it has another by now, the session holds no more."""
        account = account or self.people.get(person.name)
        number = self.sessions.begin(
            person.name,
            how,
            account.hashed if account else "",
            must_change=how == "password" and account is not None and account.once != "",
        )
        self._say(SIGNED_IN, person.account, how)
        return number

    def refused(self, name: str, how: How) -> None:
        """Somebody came by the proxy or by OIDC and has no account here."""
        known = self.people.get(name)
        self._say(REFUSED, known.person.account if known else "", how)

    def unproved(self, address: str) -> None:
        """Somebody came back from the provider, which did not say who it is. Not as often as one likes."""
        if self.by_denied.take(f"oidc {address}") == 0:
            self._say(REFUSED, "", "oidc")

    def denied(self, person: Person, action: str, issue: str = "") -> None:
        """Somebody with an account asked for what is not for the role, or not theirs."""
        if self.by_denied.take(person.name) == 0:
            self.store.record(DENIED, {"account": person.account, "action": action, "issue": issue})

    def sign_out(self, number: str) -> None:
        """The session ends here, whatever the browser keeps."""
        session = self.sessions.get(number)
        self.sessions.end(number)
        if session is not None:
            self._say(SIGNED_OUT, f"desk:{session.name}", session.how)

    def visitor(self, number: str) -> tuple[Session, Person] | None:
        """Who it is now: an account that was taken away, or whose password is another, is signed out."""
        session = self.sessions.get(number) if number else None
        if session is None:
            return None
        person = self._person(session)
        if person is None:
            self.sessions.end(number)
            return None
        return session, person

    def is_here(self, number: str) -> Person | None:
        """Who is still signed in; that somebody watches keeps no session alive."""
        session = self.sessions.peek(number)
        return self._person(session) if session else None

    def _person(self, session: Session) -> Person | None:
        account = self.people.get(session.name)
        return account.person if account is not None and account.hashed == session.hashed else None

    def staff(self, person: Person) -> Staff:
        """The list of accounts, in the hands of somebody at the desk."""
        return Staff(
            people=self.people,
            record=self.store.record,
            account=person.account,
            by=person.called,
            own=person.name,
        )

    def change_password(self, person: Person, current: str, password: str) -> str | None:
        """The number of a new session, all others being over; None: the current password is another. Raises Locked,
        BadPerson."""
        if wait := self.by_name.take(person.name):
            raise Locked(wait)
        if self.people.signs_in(person.name, current) is None:
            return None
        self.by_name.clear(person.name)
        if current == password:
            raise BadPerson("that is the same password", "same-password")
        self.staff(person).give_password(person.name, password)
        self.sessions.end_all(person.name)
        account = self.people.get(person.name)
        return self.sessions.begin(person.name, "password", account.hashed if account else "")

    def by_proxy(self, name: str, secret: str) -> Person | None:
        """Whom the proxy in front has signed in, if it is the proxy that says so."""
        expected = self.secrets.get(PROXY_SECRET, "")
        if not (self.policy.desk.proxy.header and expected and name):
            return None
        if not secrets.compare_digest(secret.encode(), expected.encode()):
            return None
        account = self.people.get(name)
        if account is None:
            self.refused(name, "proxy")
            return None
        return account.person

    def form_token(self, guest: str) -> str:
        """For the form to sign in: of one browser, for an hour."""
        return str(self._forms.dumps(guest))

    def is_form_token(self, token: str, guest: str) -> bool:
        try:
            told = self._forms.loads(token, max_age=_FORM_SECONDS)
        except BadSignature:
            return False
        return bool(guest) and secrets.compare_digest(str(told).encode(), guest.encode())

    def _say(self, kind: str, account: str, how: str) -> None:
        self.store.record(kind, {"account": account, "how": how})

    # What there is

    def issues(self) -> Issues:
        """As they stand now, read anew; ``standing`` keeps them for all who ask."""
        return Issues.of(self.store, self.policy, self.parts)

    def item(self, issue: str) -> tuple[Issues, WorkItem] | None:
        """One issue, if an audit knows it still."""
        try:
            stand = self.standing.now()
        except Unknown:
            return None
        known = stand.by_id.get(issue)
        return (stand.issues, known) if known else None

    def exposures(self) -> Exposures:
        """What is exposed, and what people did about it."""
        return Exposures(store=self.store, policy=self.policy, parts=self.parts)

    def signing(self, run: RunRecord) -> Signing:
        """Signatures of the report that tells a run."""
        return Signing(store=self.store, policy=self.policy, parts=self.parts, place=self.place, run=run)


def _unknown(name: str) -> str:
    """What a name that nobody has is counted under. It may be a password in the wrong field: it is not kept."""
    return hashlib.sha256(name.casefold().encode("utf-8", "replace")).hexdigest()


def who(person: Person) -> Who:
    """How the log names somebody at the desk."""
    return Who(by=person.called, account=person.account)
