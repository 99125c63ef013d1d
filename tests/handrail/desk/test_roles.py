"""Every route, asked by every role, of its own things and of others': the table decides, and nothing else does."""

import pytest

from handrail.answer_files import name_of
from handrail.desk.app import routes
from handrail.desk.door import needed_by
from handrail.desk.office import DENIED
from handrail.desk.roles import MAY, Access, Action, Person, Role
from reports.work import RECHECKED, RECHECKING

#: Whose role it is.
NAMES = {
    Role.VIEWER: "vera", Role.OWNER: "otto", Role.WEB_LEAD: "lea", Role.COMPLIANCE: "cora", Role.PRIVACY: "pia",
    Role.ADMINISTRATOR: "ada",
}  # fmt: skip
#: Things that a route may be asked about: an issue of the owner's own, another's, an exposure.
THINGS = {"own": ("axe/image-alt", "parks"), "other": ("axe/image-alt", "main"), "exposure": ("pii/ca-sin", "main")}


def expected(needed, issue, role, thing):
    """By the table alone: "in", "forbidden", "hidden"."""
    if needed in (Access.EVERYBODY, Access.SIGNED_IN):
        return "in"
    if needed not in MAY[role]:
        return "forbidden"
    if not issue:
        return "in"
    if thing == "exposure" and Action.SEE_REGISTER not in MAY[role]:
        return "hidden"
    if role is Role.OWNER and thing != "own":
        return "hidden"
    return "in"


def cases():
    for route in routes():
        declared = needed_by(route)
        for method in sorted(route.methods - {"HEAD"}):
            for thing in THINGS if declared.issue else ("",):
                yield pytest.param(route.path, method, declared, thing, id=f"{method} {route.path} {thing}")


def done(desk):
    """How much was done; that somebody was denied something is no act."""
    return sum(kind != DENIED for kind in desk.kinds())


def look_of(desk):
    """A re-check of the owner's issue that is over: its entry of the log."""
    store, item = desk.office.store, desk.item(*THINGS["own"])
    if known := store.log_entries(RECHECKING):
        return known[0].seq
    of = {"issue": item.id, "fingerprint": item.fingerprint, "question": "", "before": item.state}
    facts = {"by": "Otto, Parks", "account": "desk:otto", "site": item.site, "pages": 1, **of}
    entry = store.record(RECHECKING, facts).seq
    ended = {"ended": "done", "looked": 1, "places": 1, "after": item.state, "run": "r1"}
    store.record(RECHECKED, {**facts, "recheck": entry, **ended})
    return entry


@pytest.fixture(scope="module")
def everybody(module_desk):
    module_desk.reported()
    module_desk.handed_in("lea", b"Read it all.")
    return module_desk, {role: module_desk.browser(name) for role, name in NAMES.items()}


@pytest.mark.parametrize(("path", "method", "declared", "thing"), [*cases()])
def test_matrix(everybody, path, method, declared, thing):
    desk, browsers = everybody
    if path in ("/sign-out", "/sign-in/oidc", "/sign-in/oidc/back"):
        pytest.skip("has tests of its own: it ends the session, or leads elsewhere")
    address = path.replace("{issue}", desk.issue(*THINGS[thing]) if thing else "").replace("{name}", "desk.css")
    address = address.replace("{code}", "fr").replace("{exposure}", desk.issue("pii/ca-sin"))
    address = address.replace("{finding}", desk.office.exposures().entries()[0].places[0].id)
    address = address.replace("{entry}", str(look_of(desk)))
    if "{question}" in address:
        stand = desk.question()
        address = address.replace("{question}", stand.asked.id).replace("{file}", name_of(stand.answer.files[0]))
    address = address.replace("{site}", "main").replace("{report}", min(desk.replies().ledger().reports))
    address = address.replace("{person}", "vera")
    before = done(desk)
    found, told = {}, {}
    for role, browser in browsers.items():
        session = desk.office.sessions.get(browser.client.cookies["handrail-desk"])
        if method == "GET":
            answer = browser.get(address)
        else:  # without what the form needs: whoever is let in is told so, and nothing is done
            answer = browser.client.post(address, data={"csrf": session.csrf, "seen": "0", "entry": "0"})
        found[role] = {403: "forbidden", 404: "hidden"}.get(answer.status_code, "in")
        told[role] = answer.status_code
    nobody = desk.browser()
    away = nobody.get(address) if method == "GET" else nobody.client.post(address, data={})

    wanted = {role: expected(declared.needed, declared.issue, role, thing) for role in NAMES}
    if path == "/issues/{issue}/approve":  # there is nothing that was asked for
        assert "in" not in wanted.values() or 422 in told.values()
    if path == "/sign-in" and method == "POST":
        wanted = dict.fromkeys(NAMES, "forbidden")  # an empty name and password fit nobody
    assert found == wanted
    assert 500 not in told.values()
    if declared.needed is not Access.EVERYBODY:
        assert away.status_code in (303, 403)
        assert "/sign-in" in away.headers.get("location", "/sign-in")
    if method == "GET":
        assert done(desk) == before


def test_what_is_hidden_says_the_same_as_what_is_not_there(everybody):
    desk, browsers = everybody
    hidden = browsers[Role.OWNER].get(f"/issues/{desk.issue()}")
    missing = browsers[Role.OWNER].get("/issues/A-000000")

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text == missing.text


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("vera", {"axe/image-alt main", "axe/image-alt parks", "axe/link-name main"}),
        ("otto", {"axe/image-alt parks"}),
        ("lea", {"axe/image-alt main", "axe/image-alt parks", "axe/link-name main"}),
        ("pia", {"axe/image-alt main", "axe/image-alt parks", "axe/link-name main", "pii/ca-sin main"}),
    ],
)
def test_a_list_holds_what_is_for_the_role(everybody, name, seen):
    desk, _ = everybody
    text = desk.browser(name).get("/issues").text

    shown = {f"{one.rule} {one.site}" for one in desk.office.issues().items() if f"/issues/{one.id}" in text}
    assert shown == seen


def test_an_owner_acts_on_nothing_of_others_through_several(everybody):
    desk, browsers = everybody
    own, other = desk.issue(site="parks"), desk.issue()
    before = done(desk)
    answer = browsers[Role.OWNER].submit(
        "/issues", "/issues/several", issue=[f"{own}:0", f"{other}:0"], act="note", note="Mine, and not mine."
    )

    assert answer.status_code == 404
    assert done(desk) == before


def test_roles_add_up():
    both = Person(name="a", called="A", roles=(Role.VIEWER, Role.PRIVACY))

    assert both.may(Action.REVEAL)
    assert both.may(Action.SEE_ISSUES)
    assert not both.may(Action.SIGN)


@pytest.mark.parametrize("action", [*Action])
def test_no_action_is_nobodys(action):
    assert any(action in MAY[role] for role in Role)


@pytest.mark.parametrize("action", [Action.SEE_REGISTER, Action.CONTAIN, Action.DISPOSE, Action.REVEAL])
def test_the_register_is_for_the_privacy_officer_alone(action):
    assert [role for role in Role if action in MAY[role]] == [Role.PRIVACY]


def test_what_is_denied_is_logged_and_the_log_is_not_flooded(desk):
    owner = desk.browser("otto")
    hidden = desk.issue()
    answers = [owner.get("/register").status_code, owner.get(f"/issues/{hidden}").status_code]
    told = [dict(entry.facts) for entry in desk.office.store.log_entries(DENIED)]
    for _ in range(25):
        owner.get("/register")

    assert answers == [403, 404]
    assert told == [
        {"account": "desk:otto", "action": "see-register", "issue": ""},
        {"account": "desk:otto", "action": "see-issues", "issue": hidden},
    ]
    assert desk.kinds().count(DENIED) == 20
