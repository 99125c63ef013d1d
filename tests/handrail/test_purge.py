"""Evidence goes when it is due and nobody holds it; who said so, and who contained what, stays. Values are invented."""

import json
import os
import re
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kept import bytes_of

from audits.model import (
    Exposure,
    Finding,
    Impact,
    Link,
    Outcome,
    PageOutcome,
    PageResult,
    Part,
    Tier,
    Verdict,
    exposure_id,
)
from audits.privacy.keys import key_id
from handrail import runs
from handrail.config import Policy
from handrail.keys import load_keys, rotate
from handrail.wiring import Guard
from reports.store.records import RunRecord, SiteRecord
from reports.store.store import Store

ASKED = ("--by", "R. Clerk, Records", "--reason", "schedule A")
PICTURE = "0123456789abcdef0123456789abcdef.png"
NOW = datetime.now(UTC)
ROOT = Path(__file__).parents[2]


def fill(out, run_id, days_ago, *sites, picture=PICTURE):
    """A run of so many days ago that saw an exposure and took a picture, at each site."""
    then = NOW - timedelta(days=days_ago)
    parts = runs.parts_for(Policy())
    out.mkdir(exist_ok=True)
    with Store.open(out / "handrail.sqlite", guard=Guard(parts), now=lambda: then) as store:
        store.begin_run(
            RunRecord(
                id=run_id, started=then, finished=None, state="running", trigger="person", tool_version="1",
                engines={}, browser="", config_sha256="", rules_sha256="",
            )
        )  # fmt: skip
        for key in sites or ("main",):
            store.begin_site(
                SiteRecord(
                    run_id=run_id, key=key, host=f"{key}.example", name_en=key, name_fr=key, owner="", contact="",
                    vendor="", profile="wcag22-aa", authorization={}, robots_override="", state="running",
                )
            )  # fmt: skip
            store.add_links(run_id, key, [Link(url=f"https://{key}.example/private-corner-{run_id}")])
            (lease,) = store.lease(run_id, key, owner="w", limit=1, seconds=60)
            mac = parts.keyring.hmac("CA_SIN", f"{run_id} {key}")
            exposure = Exposure(
                entity="CA_SIN", tier=Tier.REPORT, score=0.9, mask="*** *** ***", value_hmac=mac, where="text"
            )
            part = Part(key="content", name="Page content")
            exposed, shown = (
                Finding(
                    rule=rule, verdict=Verdict.FAIL, message="Said.", snippet=f"excerpt {run_id} {key}", part=part,
                    impact=Impact.CRITICAL, fingerprint=f"1:{mac[:32]}", **more,
                )
                for rule, more in (("pii/ca-sin", {"exposure": exposure}), ("axe/image-alt", {"evidence": picture}))
            )  # fmt: skip
            outcomes = tuple(Outcome(rule=one.rule, verdict=Verdict.FAIL, findings=(one,)) for one in (exposed, shown))
            assert store.finish(lease, PageResult(outcome=PageOutcome.AUDITED, status=200, outcomes=outcomes))
            store.finish_site(run_id, key, "complete")
        store.finish_run(run_id, "complete")
    (out / "evidence").mkdir(exist_ok=True)
    (out / "evidence" / picture).write_bytes(b"a picture of " + run_id.encode())


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def told(handrail, out):
    """``told("purge", …)`` -> Call, in the folder."""
    return lambda *arguments: handrail(*arguments, "--out", out)


def held(out):
    with runs.open_store(runs.Place(out=out), runs.parts_for(Policy())) as store:
        return [(one.run_id, one.site) for one in store.holdings()]


def everything(out):
    return b"".join(bytes_of(path) for path in out.rglob("*") if path.is_file())


def test_what_is_due_goes_with_pictures_and_report_and_the_log_says_who(out, told):
    fill(out, "old", 400)
    fill(out, "new", 10, picture="f" * 32 + ".png")
    (out / "report").mkdir()
    (out / "report" / "report.json").write_text(json.dumps({"run": {"id": "old"}}), "utf-8")
    assert b"private-corner-old" in everything(out)

    done = told("purge", *ASKED, "--yes")

    assert done.code == 0, done.told
    assert held(out) == [("new", "main")]
    left = everything(out)
    assert b"private-corner-old" not in left
    assert b"excerpt old" not in left
    assert b"excerpt new" in left
    assert [path.name for path in (out / "evidence").iterdir()] == ["f" * 32 + ".png"]
    assert not (out / "report").exists()
    (line,) = told("log", "show", "--json").said.splitlines()
    entry = json.loads(line)
    assert entry["kind"] == "purge"
    assert {name: entry["facts"][name] for name in ("by", "reason", "removed", "days")} == {
        "by": ASKED[1],
        "reason": ASKED[3],
        "removed": [{"run": "old", "site": "main", "pages": 1, "findings": 2}],
        "days": 366,
    }


def test_pictures_that_no_finding_shows_go_too_but_not_what_an_audit_may_have_taken_just_now(out, told):
    fill(out, "old", 400)
    left, young = (out / "evidence" / f"{letter * 32}.png" for letter in "de")
    for path in (left, young):
        path.write_bytes(b"a picture of nothing that is kept")
    then = time.time() - 25 * 3600
    os.utime(left, (then, then))

    assert told("purge", *ASKED, "--yes").code == 0

    assert [path.name for path in (out / "evidence").iterdir()] == [young.name]


def test_a_report_of_a_run_that_stays_stays(out, told):
    fill(out, "old", 400)
    fill(out, "new", 10)
    (out / "report").mkdir()
    (out / "report" / "report.json").write_text(json.dumps({"run": {"id": "new"}}), "utf-8")

    told("purge", *ASKED, "--yes")

    assert (out / "report" / "report.json").is_file()
    assert (out / "evidence" / PICTURE).is_file()  # the newer run shows it too


def test_nothing_goes_before_its_time(out, told):
    fill(out, "young", 365)

    done = told("purge", *ASKED, "--yes")

    assert done.code == 0
    day = NOW - timedelta(days=365) + timedelta(days=366)
    assert f"Nothing is due. Next: run young, site main, from {day:%Y-%m-%d} on." in done.said
    assert held(out) == [("young", "main")]
    assert told("log", "show").said == ""


def test_a_run_that_is_named_before_its_time_is_refused(out, told):
    fill(out, "old", 400)
    fill(out, "young", 100)

    done = told("purge", *ASKED, "--yes", "--run", "young", "--run", "old")

    assert done.code == 1
    assert "Refused. Nothing was purged.\nrun young, site main: may go from" in done.told
    assert len(held(out)) == 2


def test_a_look_is_a_use(out, told):
    fill(out, "old", 400)
    with runs.open_store(runs.Place(out=out), runs.parts_for(Policy())) as store:
        store.record("reveal", {"run": "old", "site": "main", "finding": "x-1"})

    assert told("purge", *ASKED, "--yes", "--run", "old").code == 1
    assert held(out) == [("old", "main")]


@pytest.mark.parametrize("kind", ["legal", "access-request"])
def test_a_hold_keeps_what_is_due_until_it_is_lifted(out, told, kind):
    fill(out, "old", 400)
    assert told("hold", "set", "--kind", kind, "--by", "Solicitor", "--reason", "Claim 12").code == 0

    refused = told("purge", *ASKED, "--yes")

    assert refused.code == 1
    assert "h-1: " in refused.told
    assert "by Solicitor" in refused.told
    assert "Claim 12" in refused.told
    assert held(out) == [("old", "main")]
    assert "h-1: " in told("hold", "list").said
    assert told("hold", "lift", "h-1", "--by", "Solicitor", "--reason", "settled").code == 0
    assert "No hold is in force." in told("hold", "list").said
    assert told("purge", *ASKED, "--yes").code == 0
    assert held(out) == []
    kinds = [json.loads(line)["kind"] for line in told("log", "show", "--json").said.splitlines()]
    assert kinds == ["hold", "hold-lifted", "purge"]


def test_the_register_tells_what_is_kept_why_and_what_went(out, told):
    fill(out, "old", 400)
    fill(out, "new", 10)
    assert told("purge", *ASKED, "--run", "old", "--yes").code == 0
    assert told("hold", "set", "--kind", "legal", *ASKED).code == 0

    assert told("report").code == 0

    custody = json.loads((out / "report" / "restricted" / "privacy.json").read_text("utf-8"))["register"]["custody"]
    head = told("log", "verify").said.strip().splitlines()[-1].removeprefix("Head: ")
    assert (custody["days"], custody["log"]["head"], custody["log"]["faults"]) == (366, head, 0)
    assert [(row["run"], row["holds"]) for row in custody["held"]] == [("new", ["h-2"])]
    assert [(row["run"], row["entry"], row["reason"]) for row in custody["purged"]] == [("old", 1, ASKED[3])]
    public = (out / "report" / "report.json").read_text("utf-8")
    assert ASKED[1] not in public
    assert head.partition(":")[2] not in public


def test_a_hold_on_one_site_keeps_that_site_alone(out, told):
    fill(out, "old", 400, "main", "library")
    told("hold", "set", "--kind", "legal", "--site", "library", "--by", "Solicitor", "--reason", "Claim 12")

    named = told("purge", *ASKED, "--yes", "--site", "library")
    done = told("purge", *ASKED, "--yes")

    assert named.code == 1
    assert done.code == 0
    assert "kept: run old, site library: h-1: legal hold on site library" in done.said
    assert held(out) == [("old", "library")]


def test_a_trial_changes_nothing(out, told):
    fill(out, "old", 400)

    done = told("purge", *ASKED, "--dry-run")

    assert done.code == 0
    assert "run old, site main: 1 addresses, 2 findings" in done.said
    assert held(out) == [("old", "main")]
    assert (out / "evidence" / PICTURE).is_file()


def test_nobody_to_ask_is_no_yes(out, told):
    fill(out, "old", 400)

    done = told("purge", *ASKED)

    assert done.code == 2
    assert "add --yes" in done.told
    assert held(out) == [("old", "main")]


def test_a_by_law_sets_another_period_and_the_log_names_it(out, told, tmp_path):
    fill(out, "young", 100)
    config = tmp_path / "handrail.toml"
    config.write_text("[retention]\ndays = 90\n", "utf-8")
    assert "name the by-law" in told("purge", *ASKED, "--yes", "--config", config).told
    config.write_text('[retention]\ndays = 90\nby_law = "By-law 12"\n', "utf-8")

    done = told("purge", *ASKED, "--yes", "--config", config)

    assert done.code == 0
    assert held(out) == []
    assert "By-law 12" in told("log", "show").said


def test_a_purged_run_is_told_so(out, told):
    fill(out, "old", 400)
    fill(out, "new", 10)
    told("purge", *ASKED, "--yes")

    report = told("report", "--run", "old")
    again = told("purge", *ASKED, "--yes", "--run", "old")

    assert (report.code, again.code) == (2, 2)
    assert "run old was purged: entry 1 of the log says why" in report.told
    assert "run old was purged already: entry 1" in again.told


def test_old_looks_are_emptied_and_the_log_still_verifies(out, told):
    fill(out, "old", 900)
    parts = runs.parts_for(Policy())
    for days in (500, 10):
        then = NOW - timedelta(days=days)
        with Store.open(out / "handrail.sqlite", guard=Guard(parts), now=lambda then=then: then) as store:
            store.record("reveal", {"run": "gone", "site": "main", "by": f"Looked {days} days ago"})

    assert told("purge", *ASKED, "--yes", "--log").code == 0

    shown = told("log", "show").said
    assert "1  " in shown
    assert "(emptied by a purge)" in shown
    assert "Looked 500" not in shown
    assert b"Looked 500" not in everything(out)
    assert "Looked 10 days ago" in shown
    checked = told("log", "verify")
    assert checked.code == 0
    assert "3 entries, 1 emptied by a purge: none was changed" in checked.said


@pytest.mark.parametrize(("site", "emptied"), [("", 0), ("main", 0), ("library", 1)])
def test_a_hold_keeps_what_the_log_tells_of_its_site(out, told, site, emptied):
    fill(out, "young", 10, "main", "library")
    then = NOW - timedelta(days=500)
    with Store.open(out / "handrail.sqlite", guard=Guard(runs.parts_for(Policy())), now=lambda: then) as store:
        store.record("reveal", {"run": "gone", "site": "main", "by": "Somebody"})
    only = ("--site", site) if site else ()
    told("hold", "set", "--kind", "legal", *only, "--by", "Solicitor", "--reason", "Claim 12")

    told("purge", *ASKED, "--yes", "--log")

    assert told("log", "show").said.count("(emptied by a purge)") == emptied


def test_the_log_says_append_only_until_a_head_was_kept(out, told):
    fill(out, "old", 10)
    told("hold", "set", "--kind", "legal", "--by", "Solicitor", "--reason", "Claim 12")
    first = told("log", "verify")
    head = first.said.splitlines()[-1].removeprefix("Head: ")

    kept = told("log", "anchor", head, "--where", "e-mail to the Clerk", "--by", "A", "--reason", "quarterly")
    alone, compared = told("log", "verify"), told("log", "verify", "--head", head)
    other = told("log", "verify", "--head", head[:-1] + ("0" if head[-1] != "0" else "1"))

    assert first.code == kept.code == alone.code == compared.code == 0
    assert "Append-only" in first.said
    assert "Tamper-evident" not in first.said + alone.said
    assert "Entry 1 is kept: e-mail to the Clerk" in alone.said
    assert "Tamper-evident up to entry 1: its hash is the one you kept; the 1 after it: append-only." in compared.said
    assert other.code == 1
    assert "WRONG: entry 1 has another hash than the one you have" in other.told
    assert "Tamper-evident" not in other.said


STAMPING = """
[tsa]
extendedKeyUsage = critical, timeStamping
[tsa_config]
default_policy = 1.2.3.4.1
digests = sha256
serial = serial
signer_digest = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""


def openssl(folder, line):
    return subprocess.run(["openssl", *line.split()], cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A time-stamping authority of our own: ``authority(query) -> reply``, and the folder with its root."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("authority")
    (folder / "tsa.cnf").write_text(STAMPING, "utf-8")
    (folder / "serial").write_text("01\n", "utf-8")
    new = "-newkey rsa:2048 -nodes -config /dev/null"
    for line in (
        f"req -x509 {new} -keyout root.key -out root.pem -days 2 -subj /CN=root "
        "-addext basicConstraints=critical,CA:true",
        f"req {new} -keyout tsa.key -out tsa.csr -subj /CN=authority",
        "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem -days 2 "
        "-extfile tsa.cnf -extensions tsa",
    ):
        done = openssl(folder, line)
        assert done.returncode == 0, done.stderr

    def stamped(query):
        shutil.copy(query, folder / "query")
        line = "ts -reply -config tsa.cnf -section tsa_config -signer tsa.pem -inkey tsa.key"
        done = openssl(folder, f"{line} -queryfile query -out reply")
        assert done.returncode == 0, done.stderr
        shutil.copy(folder / "reply", query.with_name("head.tsr"))

    return stamped, folder / "root.pem"


def test_a_head_is_stamped_and_compared_as_the_guide_says(out, told, authority, tmp_path):
    fill(out, "old", 10)
    assert (told("log", "head").code, told("log", "head").told) == (1, "The log is empty.\n")
    told("hold", "set", "--kind", "legal", "--by", "Solicitor", "--reason", "Claim 12")
    stamped, root = authority
    guide = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    query = re.search(r"^openssl (ts -query .*)", guide, re.MULTILINE)[1]
    verify = re.search(r"^openssl (ts -verify [^&]*)", guide, re.MULTILINE)[1]
    (tmp_path / "head.txt").write_text(told("log", "head").said, "utf-8")
    shutil.copy(root, tmp_path / "root.pem")

    assert openssl(tmp_path, query).returncode == 0
    stamped(tmp_path / "head.tsq")

    assert openssl(tmp_path, verify).returncode == 0
    kept = told("log", "verify", "--head", f"@{tmp_path / 'head.txt'}")
    assert "Tamper-evident up to entry 1" in kept.said
    (tmp_path / "head.txt").write_text(f"1:{'0' * 64}\n", "utf-8")
    assert openssl(tmp_path, verify).returncode != 0
    assert told("log", "verify", "--head", f"@{tmp_path / 'head.txt'}").code == 1
    assert told("log", "verify", "--head", "@nowhere").code == 2


@pytest.mark.parametrize(
    ("arguments", "told_why"),
    [
        (("purge", *ASKED, "--yes", "--run", "nope"), "no run 'nope' in the store; it holds: old"),
        (("purge", *ASKED, "--yes", "--site", "nope"), "no site 'nope' in the store; it holds: main"),
        (("purge", "--yes", *ASKED[:2]), "Missing option '--reason'"),
        (("purge", "--yes", *ASKED[2:]), "Missing option '--by'"),
        (("hold", "lift", "h-9", *ASKED), "no hold 'h-9' is in force; in force: none"),
        (("hold", "set", "--kind", "legal", "--site", "nope", *ASKED), "no site 'nope' in the store"),
        (("log", "verify", "--head", "12"), "'12' is no head"),
        (("log", "anchor", f"1:{'0' * 64}", "--where", "here", *ASKED), "no entry 1 with that hash"),
    ],
)
def test_a_wrong_call_says_which_and_what(out, told, arguments, told_why):
    fill(out, "old", 400)

    done = told(*arguments)

    assert done.code == 2
    assert told_why in done.told
    assert held(out) == [("old", "main")]


@pytest.mark.parametrize("arguments", [("purge", *ASKED, "--yes"), ("hold", "list"), ("log", "verify")])
def test_without_a_store_none_is_made(out, told, arguments):
    done = told(*arguments)

    assert done.code == 2
    assert "no store in" in done.told
    assert not out.exists()


# What people did to contain an exposure

BY = ("--by", "W. Lead, Web")


def names_of(out, run_id):
    """The ids of the exposure and of its value, as the register shows them."""
    with runs.open_store(runs.Place(out=out), runs.parts_for(Policy())) as store:
        issues = [one for one in store.site_data(run_id, "main").issues if one.rule == "pii/ca-sin"]
        return issues[0].id, exposure_id(issues[0].examples[0].fingerprint)


def register_of(out, told):
    done = told("report")
    assert done.code == 0, done.told
    return json.loads((out / "report" / "restricted" / "privacy.json").read_text("utf-8"))["register"]["entries"]


def test_a_step_is_recorded_shown_in_later_runs_and_taken_back_by_another_entry(out, told):
    fill(out, "r1", 5)
    exposure, value = names_of(out, "r1")

    for call in (
        ("contain", exposure, "--step", "take-down", *BY),
        ("contain", value, "--step", "caches", *BY, "--note", "CDN cleared, ticket 4821", "--on", "2026-11-20"),
        ("contain", exposure, "--step", "prevent", *BY),
        ("contain", exposure, "--step", "prevent", *BY, "--undo", "--note", "Not yet"),
    ):
        done = told(*call)
        assert done.code == 0, done.told
    fill(out, "r2", 1)

    (entry,) = register_of(out, told)
    assert [(one["step"], one["place"], one["by"], one["note"]) for one in entry["done"]] == [
        ("take-down", "", BY[1], ""),
        ("caches", value, BY[1], "CDN cleared, ticket 4821"),
    ]
    assert entry["done"][1]["on"] == "2026-11-20"
    assert [one["outcome"] for one in entry["history"] if one["kind"] in ("done", "undone")].count("prevent") == 2
    assert told("log", "verify").code == 0
    kinds = [json.loads(line)["kind"] for line in told("log", "show", "--json").said.splitlines()]
    assert kinds == ["step-done"] * 3 + ["step-undone"]


@pytest.mark.parametrize(
    ("name", "more", "why"),
    [
        ("exposure", ("--step", "pray"), "its steps are: report, keep, take-down"),
        ("exposure", ("--step", "caches", "--undo"), "nothing to take back"),
        ("exposure", ("--step", "take-down"), "is recorded for"),
        ("exposure", ("--step", "caches", "--on", "2999-01-01"), "is not yet"),
        ("exposure", ("--step", "caches", "--note", "x " * 300), "at most 500"),
        ("exposure", ("--step", "caches", "--note", "SIN 130 692 544 is gone"), "(CA_SIN)"),
        ("exposure", ("--step", "caches", "--note", "told sam.testwell@gmail.com"), "(EMAIL_ADDRESS)"),
        ("exposure", ("--step", "caches", "--note", "told them at 12 Elm Street"), "(CIVIC_ADDRESS)"),
        ("exposure", ("--step", "caches", "--note", "Asked Jane Tremblay to look"), "(PERSON)"),
        ("E-0000000000", ("--step", "caches"), "no exposure"),
        ("x-000000000000", ("--step", "caches"), "no exposure"),
        ("%", ("--step", "caches"), "no exposure"),
        ("A-", ("--step", "caches"), "no exposure"),
    ],
)
def test_what_cannot_be_recorded_leaves_no_trace(recorded, told, name, more, why):
    out, exposure = recorded

    done = told("contain", exposure if name == "exposure" else name, *more, *BY)

    assert done.code == 2
    assert why in " ".join(done.told.split())
    assert len(told("log", "show").said.splitlines()) == 1
    left = everything(out) + done.told.encode()
    assert not [value for value in (b"130 692", b"sam.testwell", b"Elm Street", b"Tremblay") if value in left]


@pytest.fixture
def recorded(out, told):
    """A store with one step on record."""
    fill(out, "r1", 5)
    exposure, _ = names_of(out, "r1")
    assert told("contain", exposure, "--step", "take-down", *BY).code == 0
    return out, exposure


@pytest.mark.parametrize(
    "note", ["", "Removal request 4-2290000036 of 28 Nov, answered", "Retiré par l’équipe Web, billet 4821"]
)
def test_a_note_without_anything_personal_is_kept(recorded, told, note):
    _, exposure = recorded

    assert told("contain", exposure, "--step", "search-engines", *BY, "--note", note).code == 0
    assert note in told("log", "show").said


# What people say of themselves and of why is kept for ever


@pytest.mark.parametrize(
    ("by", "reason", "why"),
    [
        ("W. Lead, sam.testwell@gmail.com", "settled", "--by seems to hold personal information (EMAIL_ADDRESS)"),
        ("W. Lead, 905-555-0142", "settled", "--by seems to hold personal information (PHONE_NUMBER)"),
        ("W. Lead, SIN 130 692 544", "settled", "--by seems to hold personal information (CA_SIN)"),
        ("W. Lead", "asked by sam.testwell@gmail.com", "the reason seems to hold personal information (EMAIL_ADDRESS)"),
        ("W. Lead", "SIN 130 692 544 is gone", "the reason seems to hold personal information (CA_SIN)"),
        ("W. Lead", "Jane Tremblay asked for it", "the reason seems to hold personal information (PERSON)"),
        ("W. Lead", "x " * 300, "the reason has at most 500"),
    ],
)
def test_what_is_personal_in_who_and_why_is_refused_and_nothing_done(out, told, by, reason, why):
    fill(out, "old", 400)
    asked = ("--by", by, "--reason", reason)

    for call in (("purge", "--yes"), ("hold", "set", "--kind", "legal")):
        done = told(*call, *asked)

        assert done.code == 2
        assert why in " ".join(done.told.split())
        assert not [value for value in ("130 692", "sam.testwell", "Tremblay", "555-0142") if value in done.told]
    assert held(out) == [("old", "main")]
    assert told("log", "show").said == ""


def test_every_command_that_is_told_who_and_why_looks(out, told, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDRAIL_KEY_FILE", str(tmp_path / "key"))
    load_keys()
    rotate(tmp_path / "key")
    fill(out, "old", 10)
    exposure, _ = names_of(out, "old")
    assert told("hold", "set", "--kind", "legal", *ASKED).code == 0
    head = told("log", "verify").said.splitlines()[-1].removeprefix("Head: ")
    earlier = key_id(load_keys().earlier[0])
    private = "W. Lead, sam.testwell@gmail.com"
    calls = [
        ("hold", "lift", "h-1"),
        ("key", "retire", earlier),
        ("log", "anchor", head, "--where", "in a safe"),
    ]

    refused = [told(*call, "--by", "W. Lead", "--reason", "SIN 130 692 544") for call in calls]
    refused += [told(*call, "--by", private, "--reason", "settled") for call in calls]
    refused.append(told("contain", exposure, "--step", "caches", "--by", private))
    refused.append(told("log", "anchor", head, "--where", "mailed to sam.testwell@gmail.com", *ASKED))

    assert [done.code for done in refused] == [2] * 8
    assert all("Nothing was recorded, and nothing done." in " ".join(done.told.split()) for done in refused)
    assert len(told("log", "show").said.splitlines()) == 1
    assert len(load_keys().earlier) == 1


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        ("Jane Tremblay, Privacy Officer", "Claim 12, by-law 2019-054"),
        ("Jane Tremblay <clerk@city.example>", "Request 2026-114 is answered"),
        ("J. Tremblay, jane.tremblay@maple.example.ca", "Annexe A, paragraphe 4(2)"),
        ("Élodie Roy (greffière adjointe)", "Le calendrier de conservation le demande"),
    ],
)
def test_a_name_and_an_address_at_work_say_who_it_was(out, told, by, reason):
    fill(out, "old", 10)

    assert told("hold", "set", "--kind", "legal", "--by", by, "--reason", reason).code == 0
    assert f"by {by}" in told("hold", "list").said
