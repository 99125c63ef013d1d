"""A list of trackers at a path: how it is read, what it says, and that an audit rests on it. All of it is invented."""

import hashlib
import json

import pytest

from audits.model import TRACKERS, Snapshot
from audits.privacy._trackers import Listed, Tracker, known, tracker_of
from handrail import runs
from handrail.config import ConfigError, load_policy, parse_policy
from handrail.trackers import BrokenList, read_list
from handrail.wiring import Parts

OURS = """# who
[[tracker]]
company = "Maple Metrics Inc."
name = "Maple Counter"
purpose = "analytics"
hosts = ["counter.maple.example", "maple-count.example"]

[[tracker]]
company = "City"
purpose = "none"
hosts = ["Matomo.cloud"]
"""
TABLE = """Company,Purpose,Host
"Maple, Metrics",session replay,film.maple.example

Birch,tracking,birch.example
"""


def service(company, hosts, **flags):
    return {company: {f"https://{company.lower()}.example/": hosts, **flags}}


DISCONNECT = {
    "license": "x",
    "categories": {
        "Content": [service("Cedar", ["cedar.example", "elm.example"])],
        "Analytics": [service("Cedar", ["cedar.example"]), service("Fir", ["fir.example"], performance="true")],
        "Advertising": [service("Cedar", ["ads.cedar.example", "cedar.example", "elm.example/pixel"])],
        "Social": [service("Oak", ["oak.example"], **{"session-replay": "true"})],
        "FingerprintingInvasive": [service("Fir", ["fir.example", "print.example"], dnt="eff")],
        "FingerprintingGeneral": [service("Elm", ["elm.example"])],
        "Anti-fraud": [service("Elm", ["elm.example"], **{"session-replay": "true"})],
        "Something new": [service("Elm", ["elm.example"])],
    },
}


def radar(*categories, default="block", **owner):
    owner = owner or {"name": "Yew Corporation", "displayName": "Yew"}
    return {"domain": "x", "owner": owner, "categories": list(categories), "default": default, "rules": []}


RADAR = {
    "trackers": {
        "yew.example": radar("Analytics", "Ad Motivated Tracking", "CDN"),
        "film.example": radar("Analytics", "Session Replay", name="Film Inc."),
        "share.example": radar("Social - Share", "Embedded Content"),
        "unsaid.example": radar(),
        "pay.example": radar("Online Payment"),
        "siteimproveanalytics.io": radar("Analytics", "Non-Tracking"),
        "paths.example": radar("Advertising", default="ignore"),
        "ownerless.example": {"domain": "x", "owner": None, "categories": ["Audience Measurement"], "default": "block"},
    },
    "entities": {},
    "domains": {},
}


@pytest.fixture
def written(tmp_path):
    """``written("a.csv", text)`` -> path."""

    def write(name, text):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text, indent=1), "utf-8")
        return path

    return write


def told(path):
    found = read_list(str(path)).hosts
    return {host: one and (one.company, one.name, one.purpose) for host, one in found.items()}


def test_our_own_as_toml(written):
    assert told(written("a.toml", OURS)) == {
        "counter.maple.example": ("Maple Metrics Inc.", "Maple Counter", "analytics"),
        "maple-count.example": ("Maple Metrics Inc.", "Maple Counter", "analytics"),
        "matomo.cloud": None,
    }


def test_our_own_as_csv(written):
    assert told(written("a.CSV", "\ufeff" + TABLE)) == {
        "film.maple.example": ("Maple, Metrics", "Maple, Metrics", "session replay"),
        "birch.example": ("Birch", "Birch", "tracking"),
    }


def test_as_disconnect_publishes_it(written):
    assert told(written("services.json", DISCONNECT)) == {
        "cedar.example": ("Cedar", "Cedar", "advertising"),
        "ads.cedar.example": ("Cedar", "Cedar", "advertising"),
        "fir.example": ("Fir", "Fir", "analytics"),
        "oak.example": ("Oak", "Oak", "session replay"),
        "print.example": ("Fir", "Fir", "tracking"),
    }


def test_as_duckduckgo_publishes_it(written):
    assert told(written("tds.json", RADAR)) == {
        "yew.example": ("Yew", "Yew", "advertising"),
        "film.example": ("Film Inc.", "Film Inc.", "session replay"),
        "share.example": ("Yew", "Yew", "social"),
        "unsaid.example": ("Yew", "Yew", "tracking"),
        "siteimproveanalytics.io": None,
        "ownerless.example": ("ownerless.example", "ownerless.example", "analytics"),
    }


BROKEN = [
    ("a.toml", OURS.replace("purpose = ", "purpose "), 5, "not valid TOML"),
    ("a.toml", OURS.replace('"analytics"', '"stats"'), 5, "purpose must be one of: session replay, advertising"),
    ("a.toml", OURS.replace('company = "City"\n', ""), 8, "company is missing"),
    ("a.toml", OURS.replace("hosts = [\"Ma", "host = [\"Ma"), 8, "hosts must be a list"),
    ("a.toml", OURS.replace("Matomo.cloud", "https://matomo.cloud/"), 11, "'https://matomo.cloud/' is no host"),
    ("a.toml", OURS.replace("Matomo.cloud", "cloud"), 11, "'cloud' is no host"),
    ("a.toml", OURS.replace("Matomo.cloud", "maple-count.example"), 11, "maple-count.example is listed twice"),
    ("a.toml", OURS.replace("name =", "nam ="), 4, "unknown key 'nam'"),
    ("a.toml", OURS + "[other]\nx = 1\n", 1, "must hold tables [[tracker]]"),
    ("a.toml", "", 1, "must hold tables [[tracker]]"),
    ("a.csv", TABLE.replace("Host", "Domain"), 1, "the first line must name the columns"),
    ("a.csv", TABLE.replace("tracking", "tracked"), 4, "purpose must be one of"),
    ("a.csv", TABLE.replace("Birch,", ""), 4, "has 2 cells, and the first line 3"),
    ("a.csv", TABLE + '"x', 5, "not valid CSV"),
    ("a.csv", "company,purpose,host\n", 1, "holds no tracker"),
    ("a.json", '{"trackers": {\n"a.example": {},\n}}', 3, "not valid JSON"),
    ("a.json", '{"hosts": []}', 1, "must be Disconnect's services.json"),
    ("a.json", "[" * 100_000, 1, "nested too deep"),
    ("a.json", '{"trackers": {\n"a.example": {},\n"b.example": []\n}}', 3, "tracker 'b.example' must be an object"),
    ("a.json", '{"trackers": {\n"b.example":\n {"owner": "B"}}}', 2, "owner must be an object"),
    ("a.json", '{"categories": {\n"Social": {}}}', 2, "category 'Social' must be a list"),
    ("a.json", '{"categories": {\n"Social": [\n{"Oak": ["oak.example"]}]}}', 3, "company 'Oak' must be an object"),
    ("a.json", '{"categories": {\n"Content": [\n{"Oak": {"x": ["oak.example"]}}]}}', 1, "holds no tracker"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "why"), BROKEN)
def test_a_broken_list_is_told_by_its_line(written, name, text, line, why):
    path = written(name, text)

    with pytest.raises(BrokenList) as refused:
        read_list(str(path))

    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert why in str(refused.value)


def test_a_file_that_is_none_of_these_says_so(tmp_path, written):
    (tmp_path / "latin.csv").write_bytes(TABLE.replace("Birch", "Érable").encode("latin-1"))

    for path, why in (
        (tmp_path / "gone.csv", "cannot be read (No such file or directory)"),
        (tmp_path / "latin.csv", "latin.csv:4: is not UTF-8 text"),
        (written("list.txt", TABLE), "must end in .toml, .csv or .json"),
    ):
        with pytest.raises(BrokenList, match=r"^/") as refused:
            read_list(str(path))
        assert why in str(refused.value)


NEARER = """[[tracker]]
company = "Maple"
purpose = "analytics"
hosts = ["fonts.googleapis.com", "maple.example"]

[[tracker]]
company = "City"
purpose = "none"
hosts = ["hotjar.com"]
"""


def test_what_the_list_says_goes_before_what_we_know(written):
    parts = Parts(secret=bytes(32), trackers=read_list(str(written("a.toml", NEARER))))
    hosts = ["fonts.googleapis.com", "x.maple.example", "static.hotjar.com", "www.clarity.ms", "notmaple.example"]
    frame = {"frame": [], "url": "https://c.example/", "html": "<p>a</p>", "hosts": [{"host": host} for host in hosts]}
    check = next(one for one in parts.checks if "privacy/tracker" in one.rules)

    outcomes = check.outcomes(Snapshot(site="m", url=frame["url"], artifacts={"document": {"frames": [frame]}}))

    told = [(one.rule, one.message.partition(",")[0], one.snippet) for outcome in outcomes for one in outcome.findings]
    assert told == [
        ("privacy/tracker", "Maple", "fonts.googleapis.com, x.maple.example"),
        ("privacy/session-replay", "Clarity (Microsoft)", "www.clarity.ms"),
    ]
    assert str(tracker_of("static.hotjar.com")) == "Hotjar (Contentsquare)"  # without a list
    listed = Listed(parts.trackers.hosts).tracker_of
    means = [known("cid", host, listed).purpose for host in ("x.maple.example", "a.hotjar.com", "c.clarity.ms")]
    assert means == ["analytics", "", "session replay"]


CONFIG = '[sites.main]\nstart = ["https://www.city.example/"]\n[trackers]\nlist = "lists/a.csv"\n'


@pytest.fixture
def city(tmp_path, monkeypatch):
    """``city(text)``: handrail.toml beside a list; what its pages rest on, and what the run calls its engines."""
    monkeypatch.setenv("HANDRAIL_KEY", "ab" * 32)
    (tmp_path / "handrail.toml").write_text(CONFIG, "utf-8")
    (tmp_path / "lists").mkdir()

    def rests_on(text):
        (tmp_path / "lists" / "a.csv").write_text(text, "utf-8")
        policy = load_policy(tmp_path / "handrail.toml")
        place, plan, parts = runs.Place(out=tmp_path), runs.Plan(policy=policy, sites=("main",)), runs.parts_for(policy)
        with runs.open_store(place, parts) as store:
            run = runs.start(place, plan, parts, store)
            return dict(runs.job_for(run, "main", plan, parts, store).judged_by), run.engines.get(TRACKERS, "")

    return rests_on


def test_an_audit_rests_on_what_the_list_says_and_names_it(city):
    first, named = city(TABLE)
    again, _ = city(f"{TABLE}\n")
    other, other_named = city(TABLE.replace("tracking", "advertising"))

    assert named == f"a.csv, sha256 {hashlib.sha256(TABLE.encode()).hexdigest()}"
    assert other_named != named
    assert {name for name in first if first[name] != again[name]} == set()  # a line without words says nothing new
    assert {name for name in first if first[name] != other[name]} == {"trackers"}


def test_without_a_list_there_is_none_to_name(monkeypatch):
    monkeypatch.setenv("HANDRAIL_KEY", "ab" * 32)

    assert str(runs.parts_for(parse_policy("")).trackers) == ""


def test_a_broken_list_stops_before_the_first_page(city, tmp_path, handrail):
    city(TABLE)
    (tmp_path / "lists" / "a.csv").write_text(TABLE.replace("tracking", "x"), "utf-8")

    done = handrail("audit", "--config", tmp_path / "handrail.toml", "--out", tmp_path / "out")

    assert done.code == 2
    assert f"trackers.list: {tmp_path}/lists/a.csv:4: purpose must be one of" in done.told
    with pytest.raises(ConfigError):
        runs.parts_for(load_policy(tmp_path / "handrail.toml"))


def test_the_judges_process_is_handed_what_was_read(city, tmp_path):
    city(TABLE)
    policy = load_policy(tmp_path / "handrail.toml")
    parts = runs.parts_for(policy)
    (tmp_path / "lists" / "a.csv").unlink()  # or changed while the audit goes on

    handed = runs.judge_config(policy, parts.trackers).arguments["trackers"]

    assert handed.hosts["birch.example"] == Tracker("Birch", "Birch", "tracking")
