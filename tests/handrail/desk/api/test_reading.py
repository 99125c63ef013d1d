"""What programs read: the same as people at the desk, in stretches, and nothing twice that they hold already."""

import json

import pytest

from handrail.desk.roles import Action, Role


def etag(client, path):
    return client.get(path).headers["etag"]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.VIEWER, {"axe/image-alt main", "axe/image-alt parks", "axe/link-name main"}),
        (Role.OWNER, {"axe/image-alt parks"}),
        (Role.PRIVACY, {"axe/image-alt main", "axe/image-alt parks", "axe/link-name main", "pii/ca-sin main"}),
    ],
)
@pytest.mark.parametrize("path", ["/issues", "/worklist"])
def test_a_list_holds_what_the_role_may_see(module_programs, path, role, seen):
    answer = module_programs.client(role).get(path)

    assert answer.status_code == 200
    assert {f"{one['rule']} {one['site']}" for one in answer.json()["items"]} == seen
    assert answer.json()["total"] == len(seen)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("site=main", 2),
        ("site=parks", 1),
        ("severity=critical", 2),
        ("rule=axe/link-*", 1),
        ("rule=link-name", 0),
        ("owner=Design", 1),
        ("owner=D*", 0),  # a unit's name, no glob
        ("kind=privacy", 0),
        ("overdue=true", 2),
        ("state=fixed", 0),
        ("stage=ready", 0),
        ("asked=true", 0),
        ("assigned=", 3),
    ],
)
def test_filters(module_programs, query, found):
    answer = module_programs.client(Role.VIEWER).get(f"/issues?{query}")

    assert (answer.status_code, answer.json()["total"]) == (200, found)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("site=nowhere", 404, "no-site"),
        ("severity=worst", 422, "bad-request"),
        ("limit=0", 422, "bad-request"),
        ("due_before=0", 422, "bad-request"),
        ("limit=201", 422, "bad-request"),
        ("cursor=nonsense", 404, "bad-cursor"),
        ("cursor=WzFd", 404, "bad-cursor"),  # [1]: of another list
        ("cursor=e30", 404, "bad-cursor"),
        ("colour=red", 422, "bad-request"),
    ],
)
def test_what_cannot_be_asked_is_a_problem_document(module_programs, query, status, code):
    answer = module_programs.client(Role.VIEWER).get(f"/issues?{query}", headers={"Accept-Language": "fr-CA"})
    told = answer.json()

    assert answer.status_code == told["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["code"], told["type"]) == (code, f"urn:handrail:problem:{code}")
    assert told["title"] in ("Introuvable", "Une valeur est à corriger")
    assert "nonsense" not in answer.text
    assert "worst" not in answer.text


def test_a_list_comes_in_stretches(module_programs):
    client = module_programs.client(Role.PRIVACY)
    every = [one["id"] for one in client.get("/issues").json()["items"]]
    answer = client.get("/issues?limit=1&severity=minor")
    found = [one["id"] for one in answer.json()["items"]]
    while "next" in answer.links:
        answer = client.get(answer.links["next"]["url"].removeprefix("/api/v1"))
        assert answer.status_code == 200
        found += [one["id"] for one in answer.json()["items"]]

    assert len(every) == 4
    assert found == every
    assert answer.json()["next"] == ""


def test_an_issue_tells_where_how_to_repair_and_what_was_done(module_programs):
    client = module_programs.client(Role.VIEWER)
    issue = module_programs.desk.issue("axe/link-name")
    told = client.get(f"/issues/{issue}").json()
    places = client.get(f"/issues/{issue}/places").json()

    assert told["id"] == issue
    assert told["why"]["en"]
    assert told["fix"]["fr"]
    assert places["total"] == told["places"] == len(told["examples"])
    assert places["items"][0]["selector"] == "footer a"
    assert client.get(f"/issues/{issue}/history").json()["items"] == []


def test_sites_and_runs(module_programs):
    client = module_programs.client(Role.VIEWER)
    sites = client.get("/sites").json()["items"]
    runs = client.get("/runs").json()["items"]

    assert [(one["key"], one["issues"]) for one in sites] == [("main", 2), ("parks", 1)]
    assert [(one["state"], [site["key"] for site in one["sites"]]) for one in runs] == [("complete", ["main", "parks"])]
    assert client.get(f"/runs/{runs[0]['id']}").json() == runs[0]
    assert client.get("/runs/none").status_code == 404


def test_an_owner_is_told_of_no_other_site(module_programs):
    sites = module_programs.client(Role.OWNER).get("/sites").json()["items"]

    assert [one["key"] for one in sites] == ["parks"]


@pytest.mark.parametrize("path", ["/issues", "/worklist"])
def test_an_owner_cannot_ask_which_other_sites_there_are(module_programs, path):
    client = module_programs.client(Role.OWNER)
    found = {site: client.get(f"{path}?site={site}") for site in ("parks", "main", "nowhere")}

    assert [one.status_code for one in found.values()] == [200, 404, 404]
    assert found["main"].content == found["nowhere"].content


def test_exposures_are_numbers_alone(module_programs):
    client = module_programs.client(Role.PRIVACY)
    answer = client.get("/exposures")
    issue = module_programs.desk.issue("pii/ca-sin")
    whole = client.get(f"/issues/{issue}")

    (told,) = answer.json()["items"]
    assert (told["rule"], told["values"], told["pages"]) == ("pii/ca-sin", 1, 1)
    assert not {"examples", "urls", "part", "file"} & told.keys()
    assert whole.json()["examples"] == client.get(f"/issues/{issue}/places").json()["items"] == []
    for text in (answer.text, whole.text):
        assert "[SIN]" not in text
        assert "http://" not in text
        assert "1" * 64 not in text


def test_a_privacy_officers_token_without_the_scope_sees_no_exposure(module_programs):
    client = module_programs.client(Role.PRIVACY, "narrow", [Action.SEE_ISSUES])
    issue = module_programs.desk.issue("pii/ca-sin")

    assert client.get("/exposures").status_code == 403
    assert client.get(f"/issues/{issue}").status_code == 404
    assert client.get("/issues").json()["total"] == 3


@pytest.mark.parametrize("path", ["/sites", "/runs", "/issues?site=main", "/worklist", "/exposures", "/issues/{issue}"])
def test_what_is_held_already_is_not_sent_again(module_programs, path):
    client = module_programs.client(Role.PRIVACY)
    path = path.replace("{issue}", module_programs.desk.issue())
    tag = etag(client, path)
    again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_two_tokens_hold_different_things(module_programs):
    lead, owner = (module_programs.client(role) for role in (Role.WEB_LEAD, Role.OWNER))

    assert etag(lead, "/issues") != etag(owner, "/issues")


def test_a_known_list_is_not_worked_out(module_programs, monkeypatch):
    client = module_programs.client(Role.VIEWER)
    tag = etag(client, "/issues")
    office = module_programs.desk.office
    monkeypatch.setattr(type(office), "issues", lambda _office: 1 / 0)

    assert client.get("/issues", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/issues").status_code == 200


def test_answers_carry_what_every_answer_of_the_desk_carries(module_programs):
    answer = module_programs.client(Role.VIEWER).get("/issues")

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Authorization"
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


def test_the_description_is_there_for_everybody_and_holds_nothing_of_the_store(module_programs):
    answer = module_programs.client().get("/openapi.json")

    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    assert "main" not in json.dumps(answer.json()["paths"])


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/nothing", "/issues/A%0A1"])
def test_there_are_no_other_pages(module_programs, path):
    answer = module_programs.client(Role.VIEWER).get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not-here")


def test_signatures_are_told_as_verify_tells_them(programs):
    desk, client = programs.desk, programs.client(Role.VIEWER)
    officer = desk.browser("cora")
    before = client.get("/signatures")
    said = {"role": "Accessibility lead", "statement": "I stand by it."}
    assert officer.submit("/sign/main", "/sign/main", **said).status_code == 303
    signed = client.get("/signatures", headers={"If-None-Match": before.headers["etag"]})
    again = client.get("/signatures", headers={"If-None-Match": signed.headers["etag"]})
    assert (
        desk.browser("lea").submit(f"/issues/{desk.issue()}", f"/issues/{desk.issue()}/assign", to="GIS").status_code
        == 303
    )
    changed = client.get("/signatures?limit=1").json()

    assert [(one["site"], one["state"]) for one in before.json()["items"]] == [
        ("main", "unsigned"),
        ("parks", "unsigned"),
    ]
    assert signed.status_code == 200
    (main, parks) = signed.json()["items"]
    assert (main["state"], parks["state"]) == ("valid", "unsigned")
    assert main["content_sha256"] == before.json()["items"][0]["content_sha256"]
    assert [(one["name"], one["role"], one["state"]) for one in main["signatures"]] == [
        ("Cora, compliance", "Accessibility lead", "valid")
    ]
    assert again.status_code == 304
    assert (changed["total"], changed["items"][0]["state"]) == (2, "changed")
    assert programs.client(Role.OWNER).get("/signatures").status_code == 403
