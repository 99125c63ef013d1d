"""The gate from the command line: a site, its next version, and what a pipeline would see."""

import json

import pytest

pytestmark = pytest.mark.browser

NAMELESS = '<p><a href="/b"></a></p>'
CONFIG = """
[city]
timezone = "America/Toronto"

[sites.www]
owner = "Digital Services"
start = ["{start}"]
sitemaps = false

[sites.booking]
start = ["{start}booking/"]

[sites.www.parts.footer]
name_en = "Site footer"
parts = ["contentinfo*"]
owner = "Design"
file = "templates/footer.html"
"""


def page(title, body, foot=""):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><header>'
        '<nav aria-label="Main"><a href="/">Start</a> <a href="/b">Permits</a> <a href="/c">Contact</a></nav></header>'
        f"<main><h1>{title}</h1>{body}</main><footer><p>The City</p>{foot}</footer></body></html>"
    )


BEFORE = {
    "/": page("The City of Larkspur Bay", "<p>Welcome.</p>"),
    "/b": page("Permits and licences", '<p><img src="x.png"></p>'),
    "/c": page("Contact the City", "<p>Write to us.</p>"),
}
BROKEN = {
    "/": page("The City of Larkspur Bay", "<p>Welcome.</p>", NAMELESS),
    "/b": page("Permits and licences", '<p><img src="x.png"> Two.</p>', NAMELESS),
    "/c": page("Contact the City", '<p>Write to us. <img src="y.png"></p>', NAMELESS),
}
REPAIRED = BEFORE | {"/b": page("Permits and licences", "<p>No pictures any more.</p>")}


def worked_on(handrail):
    """What the command line says of one issue while people work on it."""

    def said(*arguments):
        return handrail("issues", *arguments)

    by = ("--by", "Ann Ito, web")
    told = {"listed": said("--rule", "axe/image-alt", "--format", "json")}
    image = json.loads(told["listed"].said)["issues"][0]["id"]
    told |= {
        "assign": said("assign", image, "--to", "Content desk", *by, "--note", "ticket 4821"),
        "mark": said("mark", image, "ready", *by),
        "due": said("due", image, "--on", "2020-01-31", *by),
        "overdue": said("--overdue", "--fail"),
        "personal": said("note", image, "Call Margaret Smythe at 416-555-0142 about SIN 046 454 286.", *by),
        "empty": said("note", image, "  ", *by),
        "accept": said(
            "accept", image, *by, "--ground", "not practicable", "--reason", "The map is being replaced.",
            "--owner", "GIS", "--until", "2099-12-31", "--alternative", "by telephone: 311",
        ),
        "ended": said("false-alarm", image, *by, "--reason", "r", "--until", "2020-01-31"),
        "accepted": handrail("gate"),
        "show": said("show", image),
        "montre": said("show", image, "--lang", "fr"),
        "decided": said("--decided", "--format", "csv"),
        "withdraw": said("withdraw", image, *by, "--reason", "The map stays."),
        "again": said("withdraw", image, *by, "--reason", "once more"),
        "undecided": said("--decided"),
        "unknown": said("show", "A-000000"),
        "site": said("--site", "nowhere"),
        "state": said("--state", "gone"),
        "verify": handrail("log", "verify"),
        "log": handrail("log", "show"),
    }  # fmt: skip
    return told


@pytest.fixture(scope="module")
def pipeline(serve_module, tmp_path_factory, handrail):
    """A repository with a configuration and the baseline of what is deployed; what each next version was told."""
    server = serve_module(dict(BEFORE))
    preview = serve_module(dict(BROKEN))
    folder = tmp_path_factory.mktemp("repository")
    told = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "handrail.toml").write_text(CONFIG.format(start=server.url()), "utf-8")
        told["first"] = handrail("gate", "www", "--quiet")
        told["write"] = handrail("baseline", "write")
        told["baseline"] = (folder / "handrail-baseline.json").read_text("utf-8")
        told["same"] = handrail("gate")
        told |= worked_on(handrail)
        reports = [f"--report={name}={folder / name}" for name in ("junit", "sarif", "markdown", "json")]
        told["preview"] = handrail("gate", "www", "--at", preview.url(), "--out", "preview", "-q", *reports)
        told["json"] = json.loads((folder / "json").read_text("utf-8"))
        told["markdown"] = (folder / "markdown").read_text("utf-8")
        (folder / "changed").write_text(f"/b\n# a remark\n{server.url('/')}\n", "utf-8")
        server.routes |= REPAIRED
        told["few"] = handrail("gate", "www", "--changed-urls", "changed", "--out", "few", "-q")
        told["repaired"] = handrail("gate", "www", "-q", "--lang", "fr")
        server.routes["/"] = (500, {}, "gone")
        told["down"] = handrail("gate", "www", "-q")
        told["not-written"] = handrail("baseline", "write")
        told["kept"] = (folder / "handrail-baseline.json").read_text("utf-8")
    return told


def test_a_first_gate_has_limits_alone_and_says_so(pipeline):
    call = pipeline["first"]

    assert call.code == 1
    assert "No baseline: only limits apply." in call.said
    assert "At most 0 issues (barriers, failing); there is 1" in call.said


def test_a_gate_says_which_run_it_judged_and_what_that_did_not_look_at(pipeline):
    assert "Not in this run, so nothing is said of them: booking." in pipeline["first"].said
    assert pipeline["json"]["absent"] == ["booking"]
    assert f"Judged: run {pipeline['json']['run']} of " in pipeline["preview"].said


def test_a_baseline_is_written_and_met(pipeline):
    assert pipeline["write"].code == 0
    assert pipeline["same"].code == 0
    assert pipeline["same"].said.startswith("www: the gate is open\n")
    assert "127.0.0.1" not in pipeline["baseline"]


def test_a_preview_elsewhere_is_told_what_it_breaks_and_nothing_else(pipeline):
    call = pipeline["preview"]

    assert call.code == 1
    told = {(one["rule"], one["change"]): one for one in pipeline["json"]["sites"][0]["issues"]}
    broken = [key for key, one in told.items() if one["change"] != "known" and one["verdict"] == "fail"]
    assert ("axe/link-name", "new") in broken
    assert ("axe/image-alt", "more") in broken
    image, link = told["axe/image-alt", "more"], told["axe/link-name", "new"]
    assert (image["pages"], image["places"]) == (["/c"], 1)
    assert (link["file"], link["owner"], link["called"]["en"]) == ("templates/footer.html", "Design", "Site footer")
    assert "<details>" in pipeline["markdown"]
    assert "In Site footer (templates/footer.html): 3 places" in call.said


def test_a_few_pages_are_a_sample_and_say_nothing_of_the_rest(pipeline):
    call = pipeline["few"]

    assert call.code == 0
    assert "Sample: 2 pages that changed." in call.said
    assert "2 pages audited" in call.said


def test_a_repair_is_told_and_opens_the_gate(pipeline):
    call = pipeline["repaired"]

    assert call.code == 0
    assert call.said.startswith("www\u00a0: la barrière est ouverte\n")
    assert "Corrigés\u00a0: 1 problème" in call.said


def test_a_site_that_is_down_is_never_met_and_replaces_no_baseline(pipeline):
    assert pipeline["down"].code == 3
    assert "www: the gate stays shut, because the audit is incomplete" in pipeline["down"].said
    assert pipeline["not-written"].code == 3
    assert pipeline["kept"] == pipeline["baseline"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gate", "--report", "pdf=x"], "no format 'pdf'"),
        (["gate", "--report", "json"], "write json=FILE"),
        (["gate", "--report", "json=/no/such/folder/x"], "there is no folder"),
        (["gate", "--at", "https://preview.example"], "name it"),
        (["gate", "--run", "x", "www"], "leave out the sites"),
        (["gate", "https://www.city.example", "--at", "https://preview.example/page"], "takes a server alone"),
        (["gate"], "no store in"),
        (["audit", "--at", "ftp://x"], "nothing to audit"),
    ],
)
def test_a_wrong_call_is_told(handrail, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)

    call = handrail(*arguments)

    assert call.code == 2
    assert said in " ".join(call.told.replace("│", " ").split())


# Work on an issue


def test_an_issue_is_listed_assigned_dated_and_late(pipeline):
    (issue,) = json.loads(pipeline["listed"].said)["issues"]
    assert (issue["site"], issue["state"], issue["owners"]) == ("www", "new", ["Digital Services"])
    assert [pipeline[name].code for name in ("assign", "mark", "due")] == [0, 0, 0]
    assert pipeline["overdue"].code == 1
    late = pipeline["overdue"].said.replace("\u00a0", " ")
    assert f"OVERDUE · {issue['id']} · www · Critical · New" in late
    assert "Owner: Digital Services · assigned to Content desk · ready for re-check · due 31 January 2020" in late
    assert "Page content: 1 place on 1 page" in late


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("personal", "the note seems to hold personal information ("),
        ("empty", "the note is empty"),
        ("ended", "--until 2020-01-31 is over"),
        ("again", "the log holds no decision on"),
        ("unknown", "no issue 'A-000000' in the store"),
        ("site", "no audit of a site 'nowhere'; the store holds: www"),
        ("state", "--state gone: must be one of new, open, returned, not-checked, fixed"),
    ],
)
def test_what_cannot_be_done_is_refused_and_not_recorded(pipeline, name, said):
    assert pipeline[name].code == 2
    assert said in " ".join(pipeline[name].told.split())
    assert not [text for text in ("Margaret", "416", "046") if text in pipeline[name].told + pipeline["log"].said]


def test_what_is_accepted_opens_the_gate_and_is_shown_with_its_ground(pipeline):
    assert pipeline["accept"].code == pipeline["accepted"].code == 0
    shown = pipeline["show"].said.replace("\u00a0", " ")
    assert "Accepted until 31 December 2099: log-4." in shown
    assert "log-4: accepted by Ann Ito, web on" in shown
    assert "not practicable: The map is being replaced." in shown
    assert "Until then: by telephone: 311" in shown
    assert "OVERDUE" not in shown
    assert "assigned to Content desk (ticket 4821)" in shown
    assert "/b  " in shown  # where it is
    assert "Accepté jusqu’au 31 décembre 2099" in pipeline["montre"].said.replace("\u00a0", " ")
    head, row = pipeline["decided"].said.splitlines()
    assert dict(zip(head.split(","), row.split(","), strict=True))["waivers"] == "log-4"


def test_what_is_withdrawn_is_open_again_and_all_of_it_stays_in_the_log(pipeline):
    assert pipeline["withdraw"].code == 0
    assert "0 issues, 0 overdue" in pipeline["undecided"].said
    assert "5 entries: none was changed" in pipeline["verify"].said
