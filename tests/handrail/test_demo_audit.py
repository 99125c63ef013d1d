"""An audit of the demo City finds what was planted, all of it, and nothing else."""

import json
from collections import Counter, defaultdict
from urllib.parse import unquote

import pytest
from kept import text_of
from servers import Hook, Mailbox

from audits.model import PageOutcome
from audits.privacy.keys import Keyring
from handrail.cli import run as handrail
from handrail.config import EVENTS, parse_policy
from handrail.demo import DemoCity
from reports.wishes import FORMATS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]  # 80 pages, with all checks

SECRET = bytes(range(32))
VERDICTS = {"found": "fail", "review": "review"}


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """(exit code, catalogue, lines of --findings, output folder) of one audit of the whole City."""
    folder = tmp_path_factory.mktemp("demo")
    with DemoCity() as city, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDRAIL_KEY", SECRET.hex())
        (folder / "handrail.toml").write_text(city.config_toml(), "utf-8")
        assert parse_policy(city.config_toml()).sites.keys() == {"main", "booking"}
        config, out, findings = folder / "handrail.toml", folder / "out", folder / "findings.jsonl"
        code = handrail(["audit", "-c", f"{config}", "-o", f"{out}", "-q", "--findings", f"{findings}"])
        catalogue = city.catalogue()
    lines = [json.loads(line) for line in findings.read_text("utf-8").splitlines()]
    return code, catalogue, lines, out


@pytest.fixture(scope="module")
def found(audited):
    """Findings by (site, address)."""
    by_page = defaultdict(list)
    for line in audited[2]:
        if line["record"] == "finding":
            by_page[line["site"], line["url"]].append(line)
    return by_page


def address(row, path):
    return row["url"].removesuffix(row["path"]) + path


def test_the_audit_is_complete_although_a_link_is_dead_and_a_page_asks_for_a_password(audited):
    code, catalogue, lines, _ = audited
    outcomes = {line["outcome"] for line in lines if line["record"] == "page"}

    assert code == 0
    assert catalogue["complete"] is True
    assert {PageOutcome.NOT_FOUND, PageOutcome.SIGN_IN, PageOutcome.ROBOTS, PageOutcome.TRAP} <= outcomes


def test_every_address_ends_as_catalogued(audited):
    _, catalogue, lines, _ = audited
    traps = tuple(trap["prefix"] for trap in catalogue["traps"])
    ended = {
        (line["site"], line["url"]): line["outcome"]
        for line in lines
        if line["record"] == "page" and not line["url"].startswith(traps) and "[" not in line["url"]
    }

    expected = {(row["site"], row["url"]): row["outcome"] for row in catalogue["pages"] if not row.get("optional")}

    masked = {key for key in expected if "?q=" in key[1] and key not in ended}
    assert ended == {key: outcome for key, outcome in expected.items() if key not in masked}
    assert len(masked) == 2  # somebody's address and telephone number, in a query


def test_traps_are_contained(audited):
    _, catalogue, lines, _ = audited

    for trap in catalogue["traps"]:
        ended = Counter(
            line["outcome"] for line in lines if line["record"] == "page" and line["url"].startswith(trap["prefix"])
        )

        assert ended[PageOutcome.TRAP] >= trap["at_least_trapped"], trap
        assert ended[PageOutcome.AUDITED] <= trap["at_most_audited"], trap


def test_barriers_are_those_that_were_planted_and_no_others(audited, found):
    """Both ways at once: a planted barrier that is missing and a finding that nobody planted are faults alike.

    What only a state of the page shows is found in that state.
    """
    _, catalogue, _, _ = audited
    pages = {(row["site"], row["url"]) for row in catalogue["pages"] if row["outcome"] == "audited"}
    planted = {
        (row["site"], address(row, path), row["rule"], row["selector"], VERDICTS[row["expect"]], row["state"])
        for row in catalogue["defects"]
        for path in row.get("pages", [row["path"]])
        if row["expect"] != "not-found"
    }

    seen = {
        (*page, line["rule"], line["selector"], line["verdict"], line["state"])
        for page, lines in found.items()
        for line in lines
        if page in pages and not line["rule"].startswith("pii/")
    }

    assert seen == planted


def test_no_near_miss_is_named(audited, found):
    _, catalogue, _, _ = audited
    near = [row for row in catalogue["defects"] if row["expect"] == "not-found"]

    named = [
        row["id"]
        for row in near
        for path in row.get("pages", [row["path"]])
        for line in found[row["site"], address(row, path)]
        if (line["rule"], line["selector"]) == (row["rule"], row["selector"])
    ]

    assert len(near) >= 40
    assert named == []


def exposed(found):
    """(site, address, entity, HMAC) -> verdict."""
    return {
        (*page, line["exposure"]["entity"], line["exposure"]["value_hmac"]): line["verdict"]
        for page, lines in found.items()
        for line in lines
        if line.get("exposure")
    }


def test_every_exposure_is_found(audited, found):
    _, catalogue, _, _ = audited
    keyring, seen = Keyring(SECRET), exposed(found)
    by_site = {(site, entity, mac): verdict for (site, _, entity, mac), verdict in seen.items()}
    leaks = [row for row in catalogue["exposures"] if row["expect"] != "not-found"]

    missed = []
    for row in leaks:
        mac = keyring.hmac(row["entity"], row["value"])
        # The address of a page whose own query is the exposure is masked.
        got = by_site.get((row["site"], row["entity"], mac)) if row["where"] == "url" else None
        got = got or seen.get((row["site"], row["url"], row["entity"], mac))
        if got != VERDICTS[row["expect"]]:
            missed.append((row["id"], got))

    assert len(leaks) >= 25
    assert missed == []


def test_no_value_that_only_looks_personal_is_named(audited, found):
    _, catalogue, _, _ = audited
    keyring, seen = Keyring(SECRET), exposed(found)
    near = [row for row in catalogue["exposures"] if row["expect"] == "not-found"]

    named = [
        row["id"]
        for row in near
        if (row["site"], row["url"], row["entity"], keyring.hmac(row["entity"], row["value"])) in seen
    ]

    assert len(near) >= 25
    assert named == []


def test_no_planted_value_is_in_a_message(audited, monkeypatch):
    """Read in full as it arrives, by mail and at a web hook; neither are addresses and titles of pages."""
    _, catalogue, _, out = audited
    monkeypatch.setenv("HANDRAIL_KEY", SECRET.hex())
    events = f"events = {json.dumps(EVENTS)}\n"
    config = f"{(out.parent / 'handrail.toml').read_text('utf-8')}\n[notify.targets.officer]\n{events}"
    (out.parent / "told.toml").write_text(f'{config}[notify.targets.web]\nlang = "fr"\n{events}', "utf-8")

    with Mailbox() as mailbox, Hook() as hook:
        monkeypatch.setenv("HANDRAIL_NOTIFY_OFFICER", mailbox.address())
        monkeypatch.setenv("HANDRAIL_NOTIFY_WEB", hook.address)
        code = handrail(["notify", "-c", f"{out.parent / 'told.toml'}", "-o", f"{out}"])
        arrived = [*mailbox.texts, *hook.texts, *(raw.decode() for raw in mailbox.mails), *hook.posted]
        mailbox.shutdown()
        hook.shutdown()

    assert code == 0
    assert len(arrived) == 4
    planted = {row["value"] for row in catalogue["exposures"]}
    assert len(planted) > 40
    words = planted | {row["url"] for row in catalogue["pages"]} | {"[SIN]", "[EMAIL]", "[PHONE"}
    for text in arrived:
        assert [word for word in words if word in text or word in unquote(text)] == []
    assert "exposures of personal information in the first audit" in arrived[0]
    assert "Image has no text alternative" in arrived[0]


def test_no_planted_value_is_copied_anywhere(audited, monkeypatch, tmp_path):
    """Not in the store, a report, a picture's name, an export or a public copy: the tool must not be the leak."""
    _, catalogue, _, out = audited
    monkeypatch.setenv("HANDRAIL_KEY", SECRET.hex())
    command = ["report", "-c", f"{out.parent / 'handrail.toml'}", "-o", f"{out}"]
    # A PDF is one of these pages, printed.
    wished = [part for name in FORMATS if name != "pdf" for part in ("-f", name)]
    assert handrail([*command, *wished]) == handrail([*command, *wished, "--publish", f"{tmp_path / 'public'}"]) == 0
    planted = {row["value"] for row in catalogue["exposures"] if row["expect"] == "found"}
    places = [*out.rglob("*"), *tmp_path.rglob("*"), out.parent / "findings.jsonl"]
    files = [path for path in places if path.is_file()]

    for path in files:
        text = text_of(path)
        plain = unquote(text)
        leaked = [value for value in planted if value in text or value in plain]
        assert leaked == [], path.name

    kept = {"handrail.sqlite", "report.json", "findings.jsonl", "places.csv", "report.xlsx", "earl.jsonld"}
    assert kept <= {path.name for path in files}
    assert {"robots.txt", "places.csv"} <= {path.name for path in files if path.is_relative_to(tmp_path)}


def test_the_report_names_its_tools_once(audited):
    run = json.loads((audited[3] / "report" / "report.json").read_text("utf-8"))["run"]
    page = (audited[3] / "report" / "index.html").read_text("utf-8")

    assert run["browser"].startswith("Chromium 1")
    assert run["browser"] in page
    assert page.lower().count("<dt>handrail</dt>") == 1
