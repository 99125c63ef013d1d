"""The gate from the command line: a site, its next version, and what a pipeline would see."""

import json
import shlex
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest
from lxml import etree
from shells import ROOT, Shell, front_door, read

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

[sites.www.areas.contact]
urls = ["/c"]
owner = "Clerk"
file = "templates/contact.html"
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
        "blank": [
            said("accept", image, *by, "--until", "2099-12-31", "--ground", a, "--reason", b, "--owner", c)
            for a, b, c in ((" ", "r", "GIS"), ("g", "", "GIS"), ("g", "r", " "))
        ]
        + [said("false-alarm", image, *by, "--reason", " ", "--until", "2099-12-31")],
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
        "hostile": said("assign", image, "--to", "Desk \u202eof \x1b[31m\x9bcontent", *by, "--note", "\x1b]0;z\x07"),
        "hostile-shown": [said("show", image), said("show", image, "--lang", "fr"), handrail("log", "show")],
    }  # fmt: skip
    return told


@pytest.fixture(scope="module")
def pipeline(serve_module, tmp_path_factory, handrail):
    """A repository with a configuration and the baseline of what is deployed; what each next version was told."""
    server = serve_module(dict(BEFORE))
    preview = serve_module(dict(BROKEN))
    folder = tmp_path_factory.mktemp("repository")
    told = {"folder": folder, "at": preview.url().rstrip("/")}
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
        told |= looked_back(handrail, folder)
    return told


def looked_back(handrail, folder):
    """What the same store says of its three runs: broken, repaired, down."""
    told = {"trend": handrail("trend", "--json"), "parts": handrail("trend", "www", "--by", "part", "--lang", "fr")}
    first, second, third = (audit["run"] for audit in json.loads(told["trend"].said)["sites"][0]["audits"])
    told["csv"] = handrail("trend", "--csv", "--by", "criterion")
    told["diff"] = handrail("diff", first, second, "--json")
    told["diff-down"] = handrail("diff", first, third, "www")
    told["wrong"] = [
        handrail("diff", second, first),
        handrail("diff", first, "x"),
        handrail("diff", first, second, "booking"),
        handrail("trend", "booking"),
        handrail("triage", "booking"),
    ]
    told["plan"] = handrail("triage", "--run", first, "--json", "--write-baseline", "first.json", "--keep", "critical")
    told["plan-gate"] = handrail("gate", "--run", second, "--baseline", "first.json")
    told["plan-same"] = handrail("gate", "--run", first, "--baseline", "first.json")
    told["plan-down"] = handrail("triage", "--write-baseline", "never.json")
    told["never"] = (folder / "never.json").exists()
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


def test_a_developer_is_told_what_the_deploy_broke_where_and_how_to_repair_it(pipeline):
    said = pipeline["preview"].said
    _, _, broken = said.partition("  What keeps it shut\n")
    broken = broken.partition("\n\n")[0].replace("\u00a0", " ").splitlines()
    begins = [n for n, line in enumerate(broken) if line.startswith("    ") and line[4] != " "]
    blocks = ["\n".join(broken[a:b]) for a, b in zip(begins, [*begins[1:], None], strict=True)]
    told = {rule: one for one in blocks for rule in ("axe/image-alt", "axe/link-name") if f"({rule})" in one}
    image, link = told["axe/image-alt"], told["axe/link-name"]

    assert "New places · Critical · Image has no text alternative (axe/image-alt)" in image
    assert "(templates/contact.html): 1 place on 1 page\n        /c\n" in image
    assert '<img src="y.png">' in image
    assert "x.png" not in said  # it stood there before
    assert "Owner: Clerk" in image
    assert "New · Serious · Link has no name" in link
    assert "In Site footer (templates/footer.html): 3 places" in link
    for one in blocks:
        assert "\n      To repair: " in one
        assert f"\n      Check one page again: handrail check '{pipeline['at']}/" in one
    assert "Check one page again: `handrail check 'http" in pipeline["markdown"].replace("\u00a0", " ")


def test_the_command_that_is_told_looks_at_the_page_again(pipeline, handrail):
    image = next(line for line in pipeline["preview"].said.splitlines() if "--rule axe/image-alt" in line)
    _, *arguments = shlex.split(image[image.index("handrail check") :])

    call = handrail(*arguments)

    assert arguments == ["check", f"{pipeline['at']}/c", "--rule", "axe/image-alt"]
    assert call.code == 1
    assert '<img src="y.png">' in call.said


def test_nobody_accepts_anything_without_a_word(pipeline):
    assert [call.code for call in pipeline["blank"]] == [2] * 4
    assert all("empty" in call.told for call in pipeline["blank"])


def test_what_people_say_is_kept_and_shown_without_what_a_terminal_obeys(pipeline):
    assert pipeline["hostile"].code == 0
    for call in pipeline["hostile-shown"]:
        assert "Desk of [31mcontent" in call.said
        assert not set("\u202e\u2066\x1b\x9b\x07") & set(call.said)


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


def test_a_trend_compares_complete_audits_and_shows_the_other_as_a_gap(pipeline):
    (site,) = json.loads(pipeline["trend"].said)["sites"]

    (series,) = site["series"]
    assert pipeline["trend"].code == 0
    assert [audit["gap"] for audit in site["audits"]] == ["", "", "incomplete"]
    assert [(audit["pages"], audit["coverage"]) for audit in site["audits"][:2]] == [(3, 100), (3, 100)]
    assert series["counts"][1]["fixed"] >= 1
    assert series["counts"][0]["failing_per_100"] > series["counts"][1]["failing_per_100"]
    assert (series["times"]["fixed"], series["times"]["median"]) == (series["counts"][1]["fixed"], 0)
    assert "non comparé\u00a0: l’audit est incomplet" in pipeline["parts"].said
    assert ",1.1.1,1.1.1 Non-text Content," in pipeline["csv"].said


def test_a_difference_tells_what_was_repaired(pipeline):
    (site,) = json.loads(pipeline["diff"].said)["sites"]

    states = {(one["rule"], one["state"]) for one in site["issues"]}
    assert pipeline["diff"].code == 0
    assert ("axe/image-alt", "fixed") in states
    assert {state for _, state in states} <= {"fixed", "unchanged"}
    assert site["marks"] == site["pages"]["new"]["named"] == []


def test_a_difference_to_an_incomplete_audit_is_not_zero_and_calls_nothing_fixed(pipeline):
    assert pipeline["diff-down"].code == 3
    assert "Not checked this time" in pipeline["diff-down"].said
    assert "Fixed:" not in pipeline["diff-down"].said


def test_what_is_not_in_the_store_is_told(pipeline):
    said = ("name the earlier run first", "no run 'x'", "is not in both runs", *["no audit of a site 'booking'"] * 2)

    assert [call.code for call in pipeline["wrong"]] == [2] * 5
    for call, words in zip(pipeline["wrong"], said, strict=True):
        assert words in " ".join(call.told.replace("│", " ").split())


def test_a_plan_writes_a_first_baseline_that_keeps_what_is_critical(pipeline):
    (site,) = json.loads(pipeline["plan"].said)["sites"]

    image = next(one for one in site["repairs"] if one["rule"] == "axe/image-alt")
    assert pipeline["plan"].code == 0
    assert (image["tier"], image["severity"], image["effort"], image["pages"]) == ("required", "critical", "small", 1)
    assert "first.json" in pipeline["plan"].told
    assert (pipeline["plan-same"].code, pipeline["plan-gate"].code) == (1, 0)


def test_no_baseline_is_written_of_an_incomplete_audit(pipeline):
    assert pipeline["plan-down"].code == 3
    assert "No baseline written: the audit of www is incomplete." in pipeline["plan-down"].told
    assert not pipeline["never"]


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
        (["trend"], "no store in"),
        (["trend", "--json", "--csv"], "choose one"),
        (["trend", "--since", "2999-01-01"], "is not yet"),
        (["diff", "a"], "Missing argument"),
        (["triage", "--json", "--markdown"], "choose one"),
        (["triage", "--keep", "critical"], "give its file"),
        (["triage", "--write-baseline", "/no/such/folder/x"], "there is no folder"),
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


# In a pipeline


class Platform:
    """One platform's script, with the variables that the platform would set."""

    def __init__(self, name, folder):
        self.name = name
        self.files = {key: folder / key for key in ("summary", "output", "temp")}
        self.files["temp"].mkdir()
        self.files["output"].touch()
        self.files["summary"].touch()
        self.inputs = {"SITE": "", "AT": "", "CONFIG": "", "BASELINE": "", "CHANGED": "", "OUT": "handrail-out"}
        if name == "github":
            step = next(one for one in read("github/action.yml")["runs"]["steps"] if one.get("id") == "gate")
            self.script, self.asked = step["run"], step["env"]
            self.inputs |= {"SARIF": str(folder / "x.sarif"), "JUNIT": str(folder / "x.xml")}
            self.variables = {
                "GITHUB_STEP_SUMMARY": str(self.files["summary"]),
                "GITHUB_OUTPUT": str(self.files["output"]),
            }
        elif name == "azure":
            step = next(one for one in read("azure/handrail.yml")["steps"] if one.get("name") == "handrail")
            self.script, self.asked = step["bash"], step["env"]
            self.variables = {"AGENT_TEMPDIRECTORY": str(self.files["temp"]), "HANDRAIL_KEY": "$(handrailKey)"}
        else:
            job = read("gitlab/handrail.gitlab-ci.yml")[".handrail"]
            (self.script,) = job["script"]
            self.asked = job["variables"]
            self.variables = {}
            names = {"SITE": "SITE", "AT": "AT", "CHANGED": "CHANGED_URLS", "OUT": "OUT"}
            names |= {"CONFIG": "CONFIG", "BASELINE": "BASELINE"}
            self.names = {name: f"HANDRAIL_{there}" for name, there in names.items()}
        if name != "gitlab":
            self.names = {one: one for one in self.inputs}

    def run(self, shell, answer, cwd, **inputs):
        told = {self.names[key]: value for key, value in {**self.inputs, **inputs}.items()}
        language = "HANDRAIL_LANG" if self.name == "gitlab" else "LANGUAGE_OF_REPORTS"
        assert {*told, language} - {"SARIF", "JUNIT"} <= set(self.asked)
        shown = "sh -e" if self.name == "gitlab" else "bash -eo pipefail"
        variables = {**told, language: "en", **self.variables}
        return shell.run(self.script, answer, cwd=cwd, shell=shown, **variables)

    def read(self, cwd):
        """What people and the platform are given: the summary, JUnit, and the file for code hosts."""
        if self.name == "gitlab":
            names = [cwd / f"handrail{end}" for end in (".md", "-junit.xml", "-quality.json")]
        elif self.name == "github":
            names = [self.files["summary"], *(self.files["temp"].parent / one for one in ("x.xml", "x.sarif"))]
        else:
            names = [self.files["temp"] / "handrail" / one for one in ("summary.md", "junit.xml", "handrail.sarif")]
        return [one.read_text("utf-8") if one.is_file() else "" for one in names]


@pytest.fixture
def platform(request, tmp_path):
    return Platform(request.param, tmp_path)


def pytest_generate_tests(metafunc):
    if "platform" in metafunc.fixturenames:
        metafunc.parametrize("platform", ["github", "gitlab", "azure"], indirect=True)


@pytest.fixture
def shell(tmp_path_factory):
    return Shell(tmp_path_factory.mktemp("s"))


@pytest.mark.parametrize(
    ("out", "code", "headline"),
    [
        ("few", 0, "www: the gate is open"),
        ("preview", 1, "www: the gate is shut"),
        ("handrail-out", 3, "www: the gate stays shut, because the audit is incomplete"),
    ],
)
def test_a_pipeline_ends_as_the_gate_does_and_shows_why(
    pipeline, handrail, monkeypatch, shell, platform, out, code, headline
):
    monkeypatch.chdir(pipeline["folder"])

    ended, said, _ = platform.run(shell, front_door(handrail, monkeypatch), pipeline["folder"], OUT=out)

    summary, junit, hosts = platform.read(pipeline["folder"])
    broken = {0: 0, 1: len(pipeline["json"]["sites"][0]["broken"]), 3: 1}[code]
    assert ended == code
    assert headline in said
    assert headline in summary
    assert f'errors="{int(code == 3)}"' in junit
    etree.XMLSchema(etree.parse(ROOT / "tests/reports/junit.xsd")).assertValid(etree.fromstring(junit.encode()))
    assert ("templates/footer.html" in hosts) == (code == 1)
    if platform.name == "github":
        assert dict(line.split("=", 1) for line in platform.files["output"].read_text().splitlines()) == {
            "code": str(code),
            "sarif": str(platform.files["temp"].parent / "x.sarif"),
        }
        assert said.count("::error ") == broken
    if platform.name == "azure":
        assert said.count("type=error]") == broken
        assert f"##vso[task.uploadsummary]{platform.files['temp']}/handrail/summary.md" in said
        assert shell.keys == [None]  # what was not replaced is no key
    if platform.name == "gitlab":
        assert (pipeline["folder"] / "handrail-accessibility.json").is_file()


def test_a_pipeline_that_cannot_judge_is_no_pass_and_says_so(pipeline, shell, handrail, monkeypatch, platform):
    monkeypatch.chdir(pipeline["folder"])
    platform.run(shell, front_door(handrail, monkeypatch), pipeline["folder"], OUT="few")

    code, said, told = platform.run(shell, front_door(handrail, monkeypatch), pipeline["folder"], OUT="nothing-here")

    summary, junit, hosts = platform.read(pipeline["folder"])
    assert code == 2
    assert "no store in nothing-here" in told
    assert "ended with exit code 2 before it could judge. That is no pass." in said + summary
    assert (junit, hosts) == ("", "")  # nothing is left of the run before


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 130])
def test_what_is_given_to_a_pipeline_arrives_whole_and_is_never_run(tmp_path, shell, platform, code):
    evil = "a b$(touch hacked)`touch hacked`\";touch hacked;'"
    given = {name: f"{name} {evil}" for name in ("SITE", "AT", "CONFIG", "BASELINE", "CHANGED", "OUT")}

    ended, _, _ = platform.run(shell, lambda *_: (code, "", ""), tmp_path, **given)

    (arguments,) = shell.calls
    options = ("--out", "--at", "--config", "--baseline", "--changed-urls")
    assert ended == code
    assert arguments[0] == "gate"
    assert arguments[-2:] == ["--", given["SITE"]]
    assert {name: arguments[arguments.index(name) + 1] for name in options} == {
        "--out": given["OUT"],
        "--at": given["AT"],
        "--config": given["CONFIG"],
        "--baseline": given["BASELINE"],
        "--changed-urls": given["CHANGED"],
    }
    assert list(tmp_path.rglob("hacked")) == []


def test_pipelines_ask_for_little_and_hide_nothing():
    action, example = read("github/action.yml"), read("github/workflow.yml")
    gitlab, azure = read("gitlab/handrail.gitlab-ci.yml"), read("azure/handrail.yml")

    scripts = [step["run"] for step in action["runs"]["steps"]]
    scripts += [step["bash"] for step in azure["steps"] if "bash" in step] + gitlab[".handrail"]["script"]
    assert [script for script in scripts if "${{" in script or "$(handrailKey)" in script] == []
    assert set(example["on"]) == {"pull_request"}
    assert example["permissions"] == {}
    jobs = example["jobs"]
    assert jobs["gate"]["permissions"] == {"contents": "read"}
    assert jobs["code-scanning"]["permissions"] == {"contents": "read", "security-events": "write"}
    (with_secret,) = (step for step in jobs["gate"]["steps"] if "secrets." in str(step))
    assert set(with_secret["with"]) <= set(action["inputs"])
    assert "secrets." not in str(jobs["code-scanning"])
    assert [job for job in (*jobs.values(), *jobs["gate"]["steps"]) if "continue-on-error" in job] == []
    assert gitlab[".handrail"]["allow_failure"] is False
    assert gitlab[".handrail-advice"]["allow_failure"] == {"exit_codes": 1}
    assert all("continueOnError" not in step for step in azure["steps"])
    assert {parameter["name"] for parameter in azure["parameters"]} >= {"site", "url", "config", "baseline"}


# Before a push


class Repository:
    """A clone with the hook, an address file and a remote that has its first commit."""

    def __init__(self, shell, folder, config):
        self.shell, self.folder = shell, folder / "clone"
        self.at = ""
        git = ["git", "-c", "init.defaultBranch=main"]
        subprocess.run([*git, "init", "-q", "--bare", folder / "remote"], check=True)
        subprocess.run([*git, "clone", "-q", folder / "remote", self.folder], check=True, capture_output=True)
        self.git("config", "user.name", "A")
        self.git("config", "user.email", "a@city.example")
        (self.folder / "handrail.toml").write_text(config, "utf-8")
        self.write("templates/contact.html", "1")
        self.git("push", "-q", "origin", "HEAD:main")
        shutil.copy(ROOT / "integrations" / "pre-push", self.folder / ".git" / "hooks" / "pre-push")

    def git(self, *arguments):
        return subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        self.git("add", name)
        self.git("commit", "-q", "-m", name)

    def set_up(self, pages, at):
        (self.folder / ".handrail-pages").write_text(pages, "utf-8")
        self.git("config", "handrail.site", "www")
        self.git("config", "handrail.at", at)

    def push(self, answer, *what):
        return self.shell.run(["git", "push", "-q", "origin", *(what or ("HEAD:main",))], answer, cwd=self.folder)

    def remote(self):
        return self.git("ls-remote", "origin", "main").split()[0]


@pytest.fixture
def repository(shell, tmp_path):
    return Repository(shell, tmp_path, CONFIG.format(start="http://127.0.0.1:9/"))


PAGES = "# which page shows what\ntemplates/contact.html  /c\n*.css /\ntemplates/c*  /c?all=1\ntemplates/new.html /new"


@pytest.mark.parametrize("code", [0, 1, 3])
@pytest.mark.parametrize("branch", ["main", "other"])
def test_a_push_waits_for_the_pages_of_the_templates_it_changes(repository, branch, code):
    asked = []
    repository.set_up(PAGES, "http://localhost:8000")
    repository.write("templates/contact.html", "2")
    before = repository.git("ls-remote", "origin")

    ended, _, told = repository.push(lambda *call: asked.append(call) or (code, "", ""), f"HEAD:refs/heads/{branch}")

    ((arguments, pages),) = asked
    assert arguments[:6] == ["gate", "www", "--at", "http://localhost:8000", "--changed-urls", "-"]
    assert pages.split() == ["/c", "/c?all=1"]
    assert (ended == 0) == (code == 0)
    assert (repository.git("ls-remote", "origin") != before) == (code == 0)
    assert (f"exit code {code}" in told) == (code != 0)


def test_a_push_that_no_page_shows_goes_on_and_a_branch_that_is_deleted_too(repository):
    repository.set_up(PAGES, "http://localhost:8000")
    repository.write("README.md", "words")
    repository.git("push", "-q", "--no-verify", "origin", "HEAD:old")

    pushed = repository.push(None)
    deleted = repository.push(None, ":old")

    assert (pushed[0], deleted[0], repository.shell.calls) == (0, 0, [])
    assert "no page of .handrail-pages shows what this push changes" in pushed[2]


@pytest.mark.parametrize("missing", ["site", "at", "pages"])
def test_a_hook_that_is_half_set_up_stops_the_push_and_says_what_is_missing(repository, missing):
    repository.set_up(PAGES, "http://localhost:8000")
    repository.write("templates/contact.html", "2")
    if missing == "pages":
        (repository.folder / ".handrail-pages").unlink()
    else:
        repository.git("config", "--unset", f"handrail.{missing}")

    ended, _, told = repository.push(None)

    assert ended != 0
    assert (".handrail-pages is missing" if missing == "pages" else "git config handrail.site www") in told


def test_a_push_that_breaks_a_page_is_stopped_by_a_real_look(pipeline, repository, handrail, monkeypatch):
    monkeypatch.chdir(repository.folder)
    repository.set_up("templates/contact.html /c", pipeline["at"])
    shutil.copy(pipeline["folder"] / "handrail-baseline.json", repository.folder)
    repository.write("templates/contact.html", '<img src="y.png">')
    before = repository.remote()

    ended, said, told = repository.push(front_door(handrail, monkeypatch))

    assert ended != 0
    assert "exit code 1" in told
    assert "templates/contact.html" in said + told
    assert repository.remote() == before
    assert "handrail-out" not in repository.git("status", "--porcelain")


def test_a_preview_in_the_folder_of_the_site_leaves_its_reports_and_the_lives_of_its_issues(
    serve_module, tmp_path, handrail, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    one = {"/": page("The City", '<p><img src="x.png"></p>').replace("<nav", "<nav hidden")}
    site, preview = serve_module(dict(one)), serve_module(dict(one))
    (tmp_path / "handrail.toml").write_text(CONFIG.format(start=site.url()), "utf-8")

    before = handrail("gate", "www", "-q")
    same = handrail("gate", "www", "--at", preview.url(), "-q")
    site.routes["/"] = preview.routes["/"] = page("The City", "<p>No picture.</p>").replace("<nav", "<nav hidden")
    tried = handrail("gate", "www", "--at", preview.url(), "-q")
    after = handrail("gate", "www", "-q")

    assert [before.code, same.code, tried.code, after.code] == [1, 0, 0, 0]
    # Its own repair is told by each, although the preview before had it too.
    assert all("Fixed: 1 issue" in one.said and "Not checked" not in one.said for one in (tried, after))
    reports = [
        json.loads((tmp_path / "handrail-out" / name / "report.json").read_text("utf-8"))["sites"][0]
        for name in ("report", "report-preview")
    ]
    assert [urlsplit(site.url()).netloc, urlsplit(preview.url()).netloc] == [one["host"] for one in reports]
