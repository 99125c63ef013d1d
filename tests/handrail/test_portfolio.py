"""The report of all sites is made of each site's last audit, whichever run that was in."""

import json
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

sys.path.append(str(Path(__file__).parents[1] / "reports" / "store"))

from store_helpers import audited, fails, finding, passes, run_record, site_record

from audits.fingerprint import fingerprint
from audits.model import Link
from handrail import runs
from handrail.config import parse_policy

IMAGE = finding("axe/image-alt")
TOML = "".join(f'[sites.{key}]\nstart = ["http://{key}.example/"]\n' for key in ("www", "rec", "golf"))


@pytest.fixture
def city(tmp_path, handrail, monkeypatch):
    """``city(("r1", "www", "rec"), ...)`` -> after these runs, ``handrail report``; keywords say how a run was."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handrail.toml").write_text(TOML, "utf-8")
    parts = runs.parts_for(parse_policy(TOML))

    def told(*history, report=(), **how):
        with runs.open_store(runs.Place(out=tmp_path / "handrail-out"), parts) as store:
            for n, (run_id, *keys) in enumerate(history, start=1):
                changes = {"state": "complete", "preview": False, **how.get(run_id, {})}
                state, preview = changes.pop("state"), changes.pop("preview")
                store.begin_run(run_record(run_id, started=datetime(2027, 3, n, 8, tzinfo=UTC), **changes))
                for key in keys:
                    store.begin_site(site_record(run_id, key, host=f"{key}.example", preview=preview))
                    store.add_links(run_id, key, [Link(url=f"http://{key}.example/")])
                    (lease,) = store.lease(run_id, key, owner="w", limit=1, seconds=60)
                    one = replace(IMAGE, fingerprint=fingerprint(IMAGE, key))
                    store.finish(lease, audited(fails(one), passes("axe/link-name")))
                    if state != "running":
                        store.finish_site(run_id, key, state)
                if state != "running":
                    store.finish_run(run_id, state)
        done = handrail("report", *report)
        assert done.code == 0, done
        return done

    return told


def told(folder="handrail-out/report"):
    report = json.loads((Path(folder) / "report.json").read_text("utf-8"))
    return report, {site["key"]: site["run"]["id"] for site in report["sites"]}


@pytest.mark.parametrize(
    ("history", "how", "expected"),
    [
        ([("r1", "www", "rec"), ("r2", "rec")], {}, {"www": "r1", "rec": "r2"}),
        ([("r1", "www"), ("r2", "rec")], {}, {"www": "r1", "rec": "r2"}),
        ([("r1", "www"), ("r2", "www"), ("r3", "rec")], {}, {"www": "r2", "rec": "r3"}),
        # Incomplete ones too: a site that could not be audited never shows its old result as new.
        ([("r1", "www"), ("r2", "www"), ("r3", "rec")], {"r2": {"state": "incomplete"}}, {"www": "r2", "rec": "r3"}),
        # One that still runs has said nothing yet.
        ([("r1", "www"), ("r2", "www"), ("r3", "rec")], {"r2": {"state": "running"}}, {"www": "r1", "rec": "r3"}),
        # A few pages do not speak for a site that was audited as a whole; for no other they are better than nothing.
        ([("r1", "www"), ("r2", "www"), ("r3", "rec")], {"r2": {"sample": "1 page"}}, {"www": "r1", "rec": "r3"}),
        ([("r2", "www"), ("r3", "rec")], {"r2": {"sample": "1 page"}}, {"www": "r2", "rec": "r3"}),
        # Other things than audits of the City's own sites.
        ([("r1", "www"), ("r2", "www"), ("r3", "rec")], {"r2": {"preview": True}}, {"www": "r1", "rec": "r3"}),
        ([("r1", "old-site"), ("r3", "rec")], {}, {"rec": "r3"}),
        ([("r1", "www"), ("r3", "rec")], {"r1": {"trigger": "demo"}}, {"rec": "r3"}),
    ],
)
def test_every_site_is_told_by_its_last_audit(city, history, how, expected):
    city(*history, **how)

    report, sites = told()
    assert sites == expected
    assert report["run"]["id"] == max(expected.values())
    assert [one["key"] for one in report["waiting"]] == [key for key in ("www", "rec", "golf") if key not in expected]


def test_a_run_that_is_named_is_told_with_the_other_sites_as_they_stood(city):
    city(("r1", "www", "rec"), ("r2", "rec"), ("r3", "www"), report=("--run", "r2"))

    assert told()[1] == {"www": "r1", "rec": "r2"}


def test_a_preview_is_told_alone(city):
    city(("r1", "www", "rec"), ("r2", "rec"), r2={"preview": True})

    report, sites = told("handrail-out/report-preview")
    assert sites == {"rec": "r2"}
    assert report["waiting"] == []


def test_the_trend_counts_what_failed_in_earlier_runs_and_marks_the_deploy(city):
    city(("r1", "www"), ("r2", "www"), ("r3", "www"), r2={"trigger": "deploy"})

    (site,) = told()[0]["sites"]
    assert [(one["run"], one["to_fix"], one["to_fix_per_100_pages"]) for one in site["trend"]] == [
        ("r1", 1, 100), ("r2", 1, 100), ("r3", 1, 100)
    ]  # fmt: skip
    assert site["change"] == 0
    assert [(one["run"], one["issues"]) for one in site["deploys"]] == [("r2", 0)]  # it was there before


def test_each_sites_files_are_of_its_own_run(city):
    city(("r1", "www", "rec"), ("r2", "rec"), report=("--format", "all", "--lang", "en"))

    folder = Path("handrail-out/report/sites")
    for key, run in (("www", "r1"), ("rec", "r2")):
        (places,) = [line for line in (folder / key / "places.csv").read_text("utf-8-sig").splitlines()[1:] if line]
        assert places.endswith(f",{run}")
        assert run in (folder / key / "earl.jsonld").read_text("utf-8")
        assert f'<dd class="hash">{run}</dd>' in (folder / key / "index.html").read_text("utf-8")


def test_files_of_a_site_that_only_an_earlier_run_saw_can_be_had_and_of_no_other(city, handrail):
    city(("r1", "www"), ("r2", "rec"), report=("--format", "csv", "--site", "www"))

    assert Path("handrail-out/report/sites/www/issues.csv").is_file()
    assert not Path("handrail-out/report/sites/rec/issues.csv").is_file()
    refused = handrail("report", "--format", "csv", "--site", "golf")
    assert refused.code == 2
    assert "it has: www, rec" in refused.told


def test_a_report_is_the_same_whenever_it_is_written(city, handrail):
    city(("r1", "www", "rec"), ("r2", "rec"))
    before = Path("handrail-out/report/report.json").read_bytes()

    assert handrail("report").code == 0
    assert handrail("report", "--run", "r2").code == 0
    assert Path("handrail-out/report/report.json").read_bytes() == before


@pytest.mark.parametrize("day", [date(2027, 3, 2), date(2031, 1, 1)])
def test_what_residents_reported_is_told_as_of_the_report_not_as_of_today(city, handrail, monkeypatch, day):
    said = ("--site", "www", "--barrier", "The map has no words.", "--by", "A. Osei, tester")
    assert handrail("feedback", "add", *said).code == 0
    with runs.open_store(runs.Place(out=Path("handrail-out")), runs.parts_for(parse_policy(TOML))) as store:
        recorded = store.log_entries()[-1].at.astimezone(ZoneInfo("America/Toronto")).date()
    monkeypatch.setattr("handrail.feedback.today", lambda _: day)

    city(("r1", "www"))

    feedback = told()[0]["sites"][0]["feedback"]
    assert (feedback["reports"], feedback["on"]) == (1, max(recorded, date(2027, 3, 1)).isoformat())


@pytest.mark.browser
@pytest.mark.slow
def test_an_audit_of_one_site_leaves_the_others_in_the_portfolio(
    tmp_path, handrail, serve_module, clean_page, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    servers = [serve_module({"/": clean_page(f"<p>Site {name}.</p>")}) for name in ("one", "two")]
    (tmp_path / "handrail.toml").write_text(
        "".join(f'[sites.{key}]\nstart = ["{server.url()}"]\n' for key, server in zip("ab", servers, strict=True)),
        "utf-8",
    )

    both = handrail("audit", "-q", "--no-pictures")
    first = told()[1]
    alone = handrail("audit", "b", "-q", "--no-pictures")

    report, sites = told()
    assert (both.code, alone.code) == (0, 0)
    assert sites["a"] == first["a"] != sites["b"]
    assert report["totals"]["audits"] == 2
    page = Path("handrail-out/report/index.html").read_text("utf-8")
    assert "sites/a/index.html" in page
    assert "sites/b/index.html" in page


LEAD = ("--role", "Accessibility lead", "--name", "A. Osei", "--statement", "The results are mine.")
REPORT = "handrail-out/report"


def test_an_audit_of_another_site_leaves_a_signature_valid_and_one_of_the_site_itself_does_not(city, handrail):
    city(("r1", "www", "rec"))
    assert handrail("sign", *LEAD, "--site", "www").code == 0

    city(("r2", "rec"))
    after_other = handrail("verify", REPORT)
    page_after_other = (Path(REPORT) / "sites/www/index.html").read_text("utf-8")
    city(("r3", "www"))
    after_own = handrail("verify", REPORT, "--lang", "fr")

    assert after_other.code == 0
    assert "www: VALID. What this report says of it (audit r1)" in after_other.said
    assert "rec: not signed by anybody." in after_other.said
    assert "Accessibility lead: A. Osei" in after_other.said
    assert "Signed by 1 person" in page_after_other
    assert after_own.code == 1
    assert "MODIFIÉ DEPUIS. Il a été signé tel que l’audit r1 l’a trouvé; ce rapport donne l’audit r3." in (
        after_own.told
    )
    assert "Signed by" not in (Path(REPORT) / "sites/www/index.html").read_text("utf-8")


def test_a_signature_of_all_sites_stays_valid_of_those_that_stay_the_same(city, handrail, tmp_path):
    city(("r1", "www", "rec"))
    assert handrail("sign", *LEAD).code == 0
    copy = tmp_path / "signed.json"
    copy.write_bytes((Path(REPORT) / "report.json").read_bytes())

    city(("r2", "rec"))
    found = handrail("verify", REPORT)

    assert found.code == 1
    assert "www: VALID" in found.told
    assert "rec: CHANGED SINCE. It was signed as audit r1 found it; this report tells audit r2." in found.told
    assert handrail("verify", REPORT, "--site", "www").code == 0
    assert handrail("verify", REPORT, "--site", "rec").code == 1
    assert handrail("verify", REPORT, "--site", "other").code == 2
    assert "Signed: this file is, byte for byte" in handrail("verify", copy).said


def test_a_changed_word_in_a_signed_sites_report_is_noticed(city, handrail, tmp_path):
    city(("r1", "www", "rec"))
    assert handrail("sign", *LEAD, "--site", "www").code == 0
    report = json.loads((Path(REPORT) / "report.json").read_text("utf-8"))
    next(site for site in report["sites"] if site["key"] == "www")["required"]["fails"] = 0
    (tmp_path / "forged.json").write_text(json.dumps(report), "utf-8")

    found = handrail("verify", tmp_path / "forged.json")

    assert found.code == 1
    assert "www: CHANGED SINCE. It was signed as of audit r1, and what the report says" in found.told


def test_a_signed_site_can_be_signed_though_another_one_changed_meanwhile(city, handrail):
    city(("r1", "www", "rec"))
    city(("r2", "rec"), report=("--run", "r1"))
    assert "Nothing was signed" not in handrail("sign", *LEAD, "--site", "www").told

    found = handrail("verify", REPORT, "--site", "www")
    logged = [json.loads(line) for line in handrail("log", "show", "--json").said.splitlines()]

    assert found.code == 0
    (facts,) = [one["facts"] for one in logged if one["kind"] == "report-signed"]
    report, _ = told()
    site = next(site for site in report["sites"] if site["key"] == "www")
    assert facts["sites"] == {"www": {"run": "r1", "sha256": site["content_sha256"]}}
    register = json.loads((Path(REPORT) / "restricted" / "privacy.json").read_text("utf-8"))["register"]
    assert {"site": "www", "run": "r1", "content_sha256": site["content_sha256"]} in register["reports"]
