"""A re-check that a program begins, through to its end: real pages, a real browser."""

import time

import pytest

from handrail.desk.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def desk(town_desk):
    """The desk of the programs: over a site that is really audited."""
    return town_desk()


def looked(client, issue):
    """Begin, and ask again and again until it is over."""
    seen = client.get(f"/issues/{issue}").headers["etag"]
    begun = client.post(f"/issues/{issue}/recheck", json={"pages": "all"}, headers={"If-Match": seen})
    assert begun.status_code == 202, begun.text
    where = begun.headers["location"].removeprefix("/api/v1")
    ends = time.monotonic() + 300
    while (told := client.get(where).json())["phase"] != "over":
        assert time.monotonic() < ends
        time.sleep(0.2)
    return told


def test_still_there_then_mended_then_fixed(town, desk, programs):
    client, issue = programs.client(Role.WEB_LEAD), desk.issue("axe/image-alt", "town")
    still = looked(client, issue)
    town.mend("/oaks", '<img src="/oak.gif">', '<img src="/oak.gif" alt="An oak">')
    mended = looked(client, issue)

    assert (still["ended"], still["looked"], still["places"], still["after"]) == ("done", 1, 1, "open")
    assert (mended["ended"], mended["looked"], mended["places"], mended["after"]) == ("done", 1, 0, "fixed")
    assert client.get(f"/issues/{issue}").json()["state"] == "fixed"
    assert [one["entry"] for one in client.get("/rechecks").json()["items"]] == [mended["entry"], still["entry"]]
