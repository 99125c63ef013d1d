"""Who has an account and with which roles: the list, one account, and everybody's own password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from handrail.desk.door import SESSION, Refused, Visit, keep, needs, visit_of
from handrail.desk.logbook import Line, Wanted, read
from handrail.desk.office import Locked
from handrail.desk.pages import page, see_other
from handrail.desk.people import Account, BadPerson
from handrail.desk.roles import MAY, Access, Action, Person, Role
from handrail.desk.staff import MovedPerson
from handrail.said import BadWords, named
from reports.common import iso

router = APIRouter()

#: Of what cannot be done, the field that would have to be another.
_FIELDS = {
    "bad-name": "name", "name-taken": "name", "bad-called": "called", "no-role": "roles", "own-roles": "roles",
    "last-administrator": "roles", "no-unit": "units", "bad-password": "password", "easy-password": "password",
    "same-password": "password",
}  # fmt: skip


@router.get("/people")
@needs(Action.MANAGE_PEOPLE)
def listed(request: Request) -> Response:
    """All accounts, and a form for another."""
    return _list(visit_of(request), told=request.query_params.get("told", ""))


@router.post("/people/add")
@needs(Action.MANAGE_PEOPLE)
def add(request: Request) -> Response:
    """A new account, with a password to begin with, which is shown once; or for who comes by the City's sign-in."""
    visit = visit_of(request)
    try:
        person = _person(visit, visit.said("name").casefold())
        staff = visit.office.staff(visit.who)
        staff.put(person, new=True)
    except (BadPerson, BadWords) as exc:
        return _list(visit, 422, wrong=_wrong(exc), form="add")
    if visit.said("elsewhere") == "1" and _elsewhere(visit):
        return see_other(f"/people/{person.name}", "person-added")
    return _given(visit, person, staff.give_password(person.name))


@router.get("/people/{person}")
@needs(Action.MANAGE_PEOPLE)
def shown(request: Request, person: str) -> Response:
    """One account, and what the log holds of it."""
    return _one(visit_of(request), person, told=request.query_params.get("told", ""))


@router.post("/people/{person}/roles")
@needs(Action.MANAGE_PEOPLE)
def roles(request: Request, person: str) -> Response:
    """What somebody is called, and may, from the next request on."""
    visit = visit_of(request)
    known = _known(visit, person)
    try:
        visit.office.staff(visit.who).put(_person(visit, known.person.name), mark=visit.said("seen"))
    except MovedPerson:
        return _one(visit, person, 409, form="roles", moved=True)
    except (BadPerson, BadWords) as exc:
        return _one(visit, person, 422, form="roles", wrong=_wrong(exc))
    return see_other(f"/people/{known.person.name}", "person-changed")


@router.post("/people/{person}/password")
@needs(Action.MANAGE_PEOPLE)
def password(request: Request, person: str) -> Response:
    """Another password, shown in this answer alone: whoever is signed in with the old one is signed out."""
    visit = visit_of(request)
    known = _known(visit, person)
    try:
        given = visit.office.staff(visit.who).give_password(known.person.name, mark=visit.said("seen"))
    except MovedPerson:
        return _one(visit, person, 409, form="password", moved=True)
    return _given(visit, known.person, given)


@router.post("/people/{person}/remove")
@needs(Action.MANAGE_PEOPLE)
def remove(request: Request, person: str) -> Response:
    """The account is no more. What it did stays in the log."""
    visit = visit_of(request)
    known = _known(visit, person)
    try:
        visit.office.staff(visit.who).remove(known.person.name, mark=visit.said("seen"))
    except MovedPerson:
        return _one(visit, person, 409, form="remove", moved=True)
    except BadPerson as exc:
        return _one(visit, person, 422, form="remove", wrong=_wrong(exc))
    return see_other("/people", "person-removed")


# One's own


@router.get("/account")
@needs(Access.SIGNED_IN, first=True)
def own(request: Request) -> Response:
    """What the own account may, what was done with it, and another password."""
    return _own(visit_of(request), told=request.query_params.get("told", ""))


@router.post("/account/password")
@needs(Access.SIGNED_IN, first=True)
def own_password(request: Request) -> Response:
    """Who knows the current one sets another: all other sessions of the account are over."""
    visit = visit_of(request)
    said = {name: _secret(visit, name) for name in ("current", "password", "again")}
    if said["password"] != said["again"]:
        return _own(visit, 422, wrong={"again": "not-again"})
    try:
        number = visit.office.change_password(visit.who, said["current"], said["password"])
    except Locked as exc:
        answer = _own(visit, 429, wrong={"current": "locked"})
        answer.headers["Retry-After"] = str(exc.wait)
        return answer
    except BadPerson as exc:
        return _own(visit, 422, wrong=_wrong(exc))
    if number is None:
        return _own(visit, 422, wrong={"current": "wrong-password"})
    answer = see_other("/account", "password")
    keep(answer, visit.office, SESSION, number)
    return answer


def _own(visit: Visit, status: int = 200, *, told: str = "", wrong: dict[str, str] | None = None) -> Response:
    account = visit.office.people.get(visit.who.name)
    return page(
        visit,
        "account.html",
        status,
        account=account,
        must_change=visit.session is not None and visit.session.must_change,
        lines=[] if account is None else _lines(visit, account.person),
        wrong=wrong or {},
        told=told if told == "password" else "",
    )


def _list(visit: Visit, status: int = 200, *, told: str = "", **values: Any) -> Response:
    own = {
        "accounts": visit.office.people.all(),
        "roles": [*Role],
        "may": MAY,
        "chosen": visit.form.getlist("roles"),
        "elsewhere": _elsewhere(visit),
        "said": {name: visit.said(name) for name in ("name", "called", "units", "elsewhere")},
        "told": told if told == "person-removed" else "",
        "form": "",
    }
    return page(visit, "people.html", status, **{**own, **values})


def _one(visit: Visit, name: str, status: int = 200, *, form: str = "", told: str = "", **values: Any) -> Response:
    """``form``: the one that could not be done; what was typed into it stays there."""
    account = _known(visit, name)
    person = account.person
    chosen = visit.form.getlist("roles") if form == "roles" else [*person.roles]
    kept = {"called": person.called, "units": ", ".join(person.units)}
    own = {
        "account": account,
        "roles": [*Role],
        "chosen": chosen,
        "own": person.name == visit.who.name,
        "lines": _lines(visit, person),
        "said": {key: visit.said(key) for key in kept} if form == "roles" else kept,
        "told": told if told in ("person-added", "person-changed") else "",
        "form": form,
        "moved": False,
    }
    return page(visit, "person.html", status, **{**own, **values})


def _given(visit: Visit, person: Person, password: str) -> Response:
    account = _known(visit, person.name)
    until = iso(datetime.fromisoformat(account.once), visit.office.zone)
    return page(visit, "password.html", account=account, password=password, until=until)


def _person(visit: Visit, name: str) -> Person:
    """As the form tells it. Raises BadPerson, BadWords."""
    said = [str(one) for one in visit.form.getlist("roles")]
    units = [named(one.strip(), visit.office.parts, "units") for one in visit.said("units").split(",")]
    called = named(visit.said("called"), visit.office.parts, "called")
    if unknown := [one for one in said if one not in {*Role}]:
        raise BadPerson(f"no role {unknown[0][:40]!r}", "no-role")
    return Person(name=name, called=called, roles=tuple(map(Role, said)), units=tuple(filter(None, units)))


def _known(visit: Visit, name: str) -> Account:
    account = visit.office.people.get(name)
    if account is None:
        raise Refused(404, "no-person")
    return account


def _lines(visit: Visit, person: Person) -> list[Line]:
    """The last that the log holds of an account itself: sign-ins, and what others changed."""
    wanted = Wanted(area="people", exactly=person.account)
    return read(visit.office, visit.who, wanted, own=person.name == visit.who.name)[0][:20]


def _elsewhere(visit: Visit) -> bool:
    desk = visit.office.policy.desk
    return bool(desk.proxy.header or desk.oidc.issuer)


def _secret(visit: Visit, name: str) -> str:
    """As it was typed: spaces belong to a password."""
    value = visit.form.get(name, "")
    return value if isinstance(value, str) else ""


def _wrong(exc: BadPerson | BadWords) -> dict[str, str]:
    if isinstance(exc, BadWords):
        return {exc.called: f"words-{exc.why}"}
    return {_FIELDS.get(exc.why, ""): exc.why}
