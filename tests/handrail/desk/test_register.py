"""Exposures at the desk: steps and decisions go into the log, and a value is shown to who may see it, once."""

import json
import re
from datetime import date, timedelta

import pytest

from handrail import runs
from handrail.config import parse_policy
from handrail.desk.office import Office
from handrail.work import settled, today
from reports.decisions import DECIDED, UNDECIDED
from reports.store.log import DONE, REVEAL, UNDONE

LATER = (date.today() + timedelta(days=90)).isoformat()
DECISION = {"ground": "false-alarm", "reason": "An order number.", "until": LATER}


@pytest.fixture
def officer(desk):
    return desk.browser("pia")


@pytest.fixture
def exposure(desk):
    (entry,) = desk.office.exposures().entries()
    return entry


def facts(desk, kind):
    return dict([entry for entry in desk.office.store.log_entries() if entry.kind == kind][-1].facts)


def act(browser, exposure, action, answer=None, **told):
    path = f"/register/{exposure.id}"
    return browser.submit(path, f"{path}/{action}", answer, **told)


def test_a_step_is_recorded_and_taken_back(desk, officer, exposure):
    done = act(officer, exposure, "step", step="take-down", on="", note="With the vendor.")
    after = officer.get(done.headers["location"]).text
    kept = facts(desk, DONE)
    (told,) = desk.office.exposures().entries()[0].done
    again = act(officer, exposure, "step", step="take-down")  # the form that takes it back is the first one now
    undone = desk.kinds().count(UNDONE)

    assert done.headers["location"] == f"/register/{exposure.id}?told=step"
    assert "Pia, privacy" in after
    assert kept["on"] == today(desk.office.policy).isoformat()
    assert (kept["by"], kept["account"], kept["exposure"]) == ("Pia, privacy", "desk:pia", exposure.id)
    assert (told.step, told.note) == ("take-down", "With the vendor.")
    assert again.headers["location"].endswith("?told=undone")
    assert undone == 1
    assert desk.office.exposures().entries()[0].done == ()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"step": "nothing"}, "no such step"),
        ({"step": "keep", "on": "2099-01-01"}, "not yet"),
        ({"step": "keep", "on": "x"}, "This is no day"),
        ({"step": "keep", "on": "0001-01-01"}, "before 2000"),
        ({"step": "keep", "note": "Call 416-555-0142"}, "personal information"),
    ],
)
def test_a_wrong_step_is_told(desk, officer, exposure, told, said):
    answer = act(officer, exposure, "step", **told)

    assert answer.status_code == 422
    assert said in answer.text
    assert DONE not in desk.kinds()


def test_a_decision_speaks_in_the_register_and_to_the_gate(desk, officer, exposure):
    (place,) = exposure.places
    office = desk.office
    run, site = next((run, site) for run, site in office.issues().newest if site.key == "main")

    def settles():
        issues = office.store.issues(run.id, site.key)
        return settled(office.store, office.policy, office.parts, run.id, "main", issues, today(office.policy))

    before = settles()
    decided = act(officer, exposure, f"{place.id}/decide", **DECISION)
    kept = facts(desk, DECIDED)
    entry = office.exposures().entries()[0]
    between = settles()
    undone = act(officer, exposure, f"{place.id}/decide", undo="1", reason="It is one.", until="")

    assert (decided.status_code, undone.status_code) == (303, 303)
    assert {name: kept[name] for name in DECISION} == DECISION
    assert (kept["by"], kept["finding"], kept["exposure"]) == ("Pia, privacy", place.id, exposure.id)
    assert (entry.decided, entry.places[0].decision.reason) == (1, "An order number.")
    assert (before, between) == (frozenset(), frozenset({place.id}))
    assert desk.kinds()[-1] == UNDECIDED
    assert settles() == frozenset()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"ground": "because"}, "Choose what it is"),
        ({"until": ""}, "This is no day"),
        ({"until": "2020-01-01"}, "This day is over"),
        ({"reason": ""}, "This is empty"),
        ({"reason": "Jane Orchard, 12 Elm Street, 416-555-0142"}, "personal information"),
    ],
)
def test_a_wrong_decision_is_told(desk, officer, exposure, told, said):
    answer = act(officer, exposure, f"{exposure.places[0].id}/decide", **{**DECISION, **told})

    assert answer.status_code == 422
    assert said in answer.text
    assert DECIDED not in desk.kinds()


def test_who_decides_second_is_told(desk, officer, exposure):
    action = f"{exposure.places[0].id}/decide"
    open_page = officer.get(f"/register/{exposure.id}")
    assert act(desk.browser("pia"), exposure, action, **DECISION).status_code == 303
    late = act(officer, exposure, action, open_page, **{**DECISION, "reason": "I typed this for long."})

    assert late.status_code == 409
    assert "I typed this for long." in late.text
    assert "Pia, privacy: decided (false alarm)" in late.text
    assert desk.kinds().count(DECIDED) == 1


def test_what_the_policy_file_decides_is_not_decided_here(office_of, serve_desk, exposure):
    finding = exposure.places[0].id
    words = "ground = 'consent'\nreason = 'r'\nby = 'b'\non = 2026-01-05\nuntil = 2099-12-31\n"
    desk = serve_desk(office_of(f"[dispositions.{finding}]\n{words}"))
    browser = desk.browser("pia")
    text = browser.get(f"/register/{exposure.id}").text
    csrf = dict(browser.form("/register", "/sign-out")[1])["csrf"]
    forced = browser.client.post(
        f"/register/{exposure.id}/{finding}/decide", data={**DECISION, "seen": 0, "csrf": csrf}
    )

    assert "consent" in text
    assert "/decide" not in text
    assert forced.status_code == 422


@pytest.mark.parametrize("path", ["/register/E-000000", "/register/A-000000", "/register/x"])
def test_what_is_not_there(officer, path):
    assert officer.get(path).status_code == 404


def test_a_value_of_another_exposure_is_not_there(officer, exposure):
    csrf = dict(officer.form("/register", "/sign-out")[1])["csrf"]
    for action in ("decide", "reveal"):
        answer = officer.client.post(
            f"/register/{exposure.id}/x-000000000000/{action}", data={**DECISION, "seen": 0, "csrf": csrf}
        )
        assert answer.status_code == 404


# From an audit to a disposition


def luhn(text):
    digits = [int(sign) for sign in text if sign.isdigit()]
    return sum(d if n % 2 == 0 else sum(divmod(2 * d, 10)) for n, d in enumerate(reversed(digits))) % 10 == 0


@pytest.mark.browser
@pytest.mark.slow
def test_from_a_new_exposure_to_a_decision(serve, clean_page, audit, tmp_path, filled, serve_desk):
    """A run finds it, the officer looks at the value, contains it, decides; nothing personal is kept anywhere."""
    value = next(f"246 454 28{n}" for n in range(10) if luhn(f"246 454 28{n}"))
    body = f"<p id='s'>Social insurance number {value}</p>"
    server = serve({"/": clean_page(body, title="Minutes"), "/robots.txt": (404, {}, "")})
    toml = f'[sites.main]\nstart = ["{server.url()}"]\nsitemaps = false\n'
    (tmp_path / "handrail.toml").write_text(toml, "utf-8")
    out = tmp_path / "out"
    assert audit(out, "-q", "-c", tmp_path / "handrail.toml").code == 0
    (out / "desk.json").write_bytes((filled / "desk.json").read_bytes())
    (out / "desk.json").chmod(0o600)
    policy = parse_policy(toml)
    parts = runs.parts_for(policy)
    place = runs.Place(out=out)
    with runs.open_known(place, parts) as store:
        desk = serve_desk(Office(store=store, policy=policy, parts=parts, place=place))
        officer, lead = desk.browser("pia"), desk.browser("lea")
        entry = next(one for one in desk.office.exposures().entries() if one.rule == "pii/ca-sin")
        finding = entry.places[0].id
        masked = officer.get(f"/register/{entry.id}").text
        officer.client.timeout = 300
        shown = act(officer, entry, f"{finding}/reveal", reason="To notify the person, file 12.")
        server.routes["/"] = clean_page("<p>Nothing here.</p>", title="Minutes")
        gone = act(officer, entry, f"{finding}/reveal", reason="To see that it is gone, file 12.")
        act(officer, entry, "step", step="take-down", on="", note="")
        act(officer, entry, f"{finding}/decide", ground="exposure", reason="It was one.", until=LATER)
        log = json.dumps([dict(one.facts) for one in store.log_entries()])
        kinds = desk.kinds()
        hidden = [lead.get(f"/register/{entry.id}").status_code, lead.get(f"/issues/{entry.id}").status_code]

    digits = re.sub(r"\D", "", value)
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert value in shown.text
    assert value not in masked
    assert "no longer on the page" in gone.text
    assert value not in gone.text
    assert kinds.count(REVEAL) == 2
    assert {DONE, DECIDED} <= set(kinds)
    assert digits not in re.sub(r"[ -]", "", log)
    assert hidden == [403, 404]
    for path in out.rglob("*"):
        if path.is_file():
            assert value.encode() not in path.read_bytes(), path
