"""The API of a real desk, and programs with tokens of every role."""

from datetime import date, timedelta

import httpx
import pytest

from handrail.desk.api.tokens import FILE, Bearer, Tokens
from handrail.desk.roles import Role, actions_of
from reports.work import RECHECKED, RECHECKING

UNITS = {Role.OWNER: ("Parks",)}


class Programs:
    """Who speaks with a desk's API."""

    def __init__(self, desk):
        self.desk = desk
        self.tokens = Tokens(desk.office.place.out / FILE)
        self.clients = {}

    def token(self, role, name="", scopes=None, *, called="", days=30):
        """A new token of a role, with all that the role may."""
        bearer = Bearer(
            name=str(name or role),
            called=called or f"Program {name or role}",
            roles=(role,),
            units=UNITS.get(role, ()),
            scopes=actions_of([role]) if scopes is None else frozenset(scopes),
        )
        day = date.today()
        return self.tokens.add(bearer, day + timedelta(days=days), day)

    def client(self, role=None, name="", scopes=None, **told):
        """One that sends a token of the role; one without."""
        key = str(name or role)
        if key not in self.clients:
            headers = {"Authorization": f"Bearer {self.token(role, name, scopes, **told)}"} if role else {}
            self.clients[key] = httpx.Client(base_url=f"{self.desk.address}/api/v1", headers=headers, timeout=60)
        return self.clients[key]


@pytest.fixture(scope="session")
def looked_again():
    """``looked_again(programs)``: the entry of a look for an issue of Parks, which is over."""

    def record(programs, rule="axe/image-alt", site="parks"):
        item, store = programs.desk.item(rule, site), programs.desk.office.store
        facts = {
            "by": "Lea, web lead",
            "account": "desk:lea",
            "site": site,
            "pages": 2,
            "question": "",
            "before": "new",
        }
        facts |= {"issue": item.id, "fingerprint": item.fingerprint}
        entry = store.record(RECHECKING, facts).seq
        ended = {"ended": "done", "looked": 2, "places": 1, "after": "open", "run": "r9"}
        store.record(RECHECKED, {**facts, "recheck": entry, **ended})
        return entry

    return record


@pytest.fixture
def programs(desk):
    return Programs(desk)


@pytest.fixture(scope="module")
def module_programs(module_desk):
    """For all tests of a file, which change nothing of the desk."""
    return Programs(module_desk)
