"""Who is told what after an audit: read as it arrives, at a mail server and a web hook of this machine."""

import json
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "reports" / "store"))

from servers import Hook, Mailbox
from store_helpers import audited, fails, finding, run_record, site_record, url

from audits.model import Exposure, Impact, Link, Tier, Verdict
from handrail import notify, runs
from handrail.config import ConfigError, parse_policy
from handrail.notify import News, Owed
from handrail.runs import Place
from handrail.status import Statuses

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
CONFIG = """
[city]
name_en = "City of Larkspur Bay"
name_fr = "Ville de Larkspur Bay"
report_url = "https://intranet.larkspurbay.example/audit/"

[schedule]
max_age = "8 days"

[sites.main]
name_en = "Main site"
name_fr = "Site principal"
owner = "Digital Services"
start = ["http://127.0.0.1/"]

[sites.main.parts.footer]
parts = ["footer"]
owner = "Design Team"

[sites.booking]
name_en = "Recreation booking"
owner = "Recreation Services"
start = ["http://127.0.0.1/"]

[waivers.map]
rules = ["axe/frame-title"]
ground = "x"
reason = "x"
owner = "GIS"
by = "Clerk"
on = 2026-11-01
until = 2027-11-01
"""
ALL = 'events = ["critical-issue", "exposure", "incomplete", "overdue-site", "overdue-issue", "digest"]\n'
#: What a page shows, and no message may.
SECRET = "Zebulon Quillfeather 046 454 286"


def policy_with(*targets):
    return parse_policy(CONFIG + "".join(f"\n[notify.targets.{name}]\n{text}" for name, text in targets))


@pytest.fixture(scope="module")
def parts():
    return runs.parts_for(policy_with())


@pytest.fixture(scope="module")
def tables(tmp_path_factory, parts):
    """A store with nothing in it."""
    place = Place(out=tmp_path_factory.mktemp("tables"))
    runs.open_store(place, parts).close()
    return place.database


@pytest.fixture
def place(tmp_path, tables):
    shutil.copyfile(tables, tmp_path / "handrail.sqlite")
    return Place(out=tmp_path)


@pytest.fixture
def store(place, parts):
    with runs.open_store(place, parts) as opened:
        yield opened


@pytest.fixture
def hook():
    with Hook() as server:
        yield server
        server.shutdown()


@pytest.fixture
def mailbox():
    with Mailbox() as server:
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(notify, "PAUSE", 0.01)


def picture(n=1, **changes):
    values = {"message": SECRET, "snippet": f"<img alt='{SECRET}'>", "impact": Impact.CRITICAL}
    return finding("axe/image-alt", selector=f"#i{n}", **values | changes)


def frame(**changes):
    return finding("axe/frame-title", selector="iframe", impact=Impact.CRITICAL, **changes)


def sin(value, **changes):
    exposed = Exposure(entity="CA_SIN", tier=Tier.REPORT, where="text", mask="[SIN]", value_hmac=value, score=1.0)
    values = {"exposure": exposed, "fingerprint": f"f-{value}", "engine": "presidio-analyzer", "message": SECRET}
    return finding("pii/ca-sin", **values | changes)


def audit(store, run_id, day, *findings, site="main", state="complete", owner="Digital Services", preview=False):
    """One page, with these findings on it."""
    store.begin_run(run_record(run_id, started=datetime(2026, 11, day, 7, 0, tzinfo=UTC)))
    store.begin_site(site_record(run_id, site, owner=owner, preview=preview))
    store.add_links(run_id, site, [Link(url=url(SECRET.replace(" ", "-")))])
    (lease,) = store.lease(run_id, site, owner="w", limit=1, seconds=60)
    rules = sorted({one.rule for one in findings})
    outcomes = [fails(*(one for one in findings if one.rule == rule)) for rule in rules]
    store.finish(lease, audited(*outcomes, title=SECRET))
    store.finish_site(run_id, site, state, ("coverage-below-minimum",) if state == "incomplete" else ())
    store.finish_run(run_id, state)


def told(store, parts, policy, *, now=NOW, owed=(), keep=True, late=False):
    """What is said to each target after the last audits; it arrives."""
    statuses = Statuses(policy, store, now)
    news = News(store, policy, parts.rules, statuses.audits, now)
    ended = statuses.ended()
    found = {one.target: one for one in news.messages(ended, statuses.all() if late else (), owed)}
    if keep:
        for message in found.values():
            news.keep(message, ended)
        news.keep_silence(ended, found)
    return {name: [(fact.event, fact.n, fact.review) for fact in one.facts] for name, one in found.items()}


# What is new


def test_what_is_critical_and_new_is_told_once(store, parts):
    policy = policy_with(("web", ""))
    audit(store, "r1", 20, picture())
    first, again = told(store, parts, policy), told(store, parts, policy)
    audit(store, "r2", 21, picture())
    same = told(store, parts, policy)
    less = picture(impact=Impact.SERIOUS, part="nav")
    audit(store, "r3", 22, picture(), picture(2, part="footer"), less, frame(), frame(part="footer"))
    new = told(store, parts, policy)
    audit(store, "r4", 23)
    fixed = told(store, parts, policy)
    audit(store, "r5", 24, picture())
    back = told(store, parts, policy)

    assert first == {"web": [("critical-issue", 1, 0)]}
    assert again == same == fixed == {}
    assert new == {"web": [("critical-issue", 1, 0)]}  # neither what is less than critical nor what is waived
    assert back == {"web": [("critical-issue", 1, 0)]}
    entries = [entry.facts for entry in store.log_entries("notified")]
    assert [entry["runs"]["main"] for entry in entries] == ["r1", "r2", "r3", "r4", "r5"]
    assert [bool(entry["keys"]) for entry in entries] == [True, False, True, False, True]


def test_exposures_are_counted_by_value_and_by_what_is_to_be_looked_at(store, parts):
    policy = policy_with(("privacy", 'events = ["exposure"]\n'))
    audit(store, "r1", 20, sin("a"), picture())
    first = told(store, parts, policy)
    audit(store, "r2", 21, sin("a"), sin("b"), sin("c", verdict=Verdict.REVIEW))
    new = told(store, parts, policy)
    audit(store, "r3", 22, sin("a"), sin("b"))
    same = told(store, parts, policy)

    assert first == {"privacy": [("exposure", 1, 0)]}
    assert new == {"privacy": [("exposure", 1, 1)]}
    assert same == {}


def test_what_an_incomplete_audit_saw_is_not_told_again_and_what_it_did_not_see_is_not_new_later(store, parts):
    policy = policy_with(("web", ""))
    audit(store, "r1", 20, picture(), sin("z"))
    told(store, parts, policy)
    audit(store, "r2", 21, sin("a"), state="incomplete")
    partly = told(store, parts, policy)
    audit(store, "r3", 22, picture(), sin("z"), sin("a"))
    whole = told(store, parts, policy)

    assert partly == {"web": [("incomplete", 0, 0), ("exposure", 1, 0)]}
    assert whole == {}


def test_what_a_person_audited_without_a_message_is_told_with_the_next(store, parts):
    policy = policy_with(("web", ""))
    audit(store, "r1", 20)
    told(store, parts, policy)
    audit(store, "r2", 21, picture())
    audit(store, "r3", 22, picture())

    assert told(store, parts, policy) == {"web": [("critical-issue", 1, 0)]}


def test_a_new_target_is_not_told_of_old_things(store, parts):
    audit(store, "r1", 20, picture())
    audit(store, "r2", 21, picture(), picture(2, part="footer"))

    assert told(store, parts, policy_with(("web", ""))) == {"web": [("critical-issue", 1, 0)]}


def test_a_target_hears_of_its_sites_and_owners_and_events_alone(store, parts):
    policy = policy_with(
        ("all", ""),
        ("booking", 'sites = ["booking"]\n'),
        ("design", 'owners = ["Design Team"]\n'),
        ("nobody", 'owners = ["Clerk"]\n'),
        ("late", 'events = ["overdue-site"]\n'),
    )
    audit(store, "r1", 20, picture())
    audit(store, "r2", 21, picture(), sin("a"), site="booking", owner="Recreation Services")

    found = told(store, parts, policy)

    assert found == {
        "all": [("critical-issue", 1, 0), ("critical-issue", 1, 0), ("exposure", 1, 0)],
        "booking": [("critical-issue", 1, 0), ("exposure", 1, 0)],
        "design": [("critical-issue", 1, 0)],
    }


def test_an_overdue_site_is_told_once_for_each_audit_that_grew_too_old(store, parts):
    policy = policy_with(("web", 'sites = ["main"]\n'))
    never = told(store, parts, policy, late=True)
    audit(store, "r1", 20)
    late, again = told(store, parts, policy, late=True), told(store, parts, policy, late=True)
    audit(store, "r2", 25)
    in_time = told(store, parts, policy, late=True)
    later = told(store, parts, policy, late=True, now=NOW + timedelta(days=8))

    assert never == late == later == {"web": [("overdue-site", 0, 0)]}
    assert again == in_time == {}


def test_issues_past_their_due_date_are_told_by_owner_once(store, parts):
    policy = policy_with(("web", ALL))
    owed = [
        Owed(id="A-1", site="main", rule="axe/image-alt", due=date(2026, 11, 30)),
        Owed(id="A-2", site="main", rule="axe/image-alt", due=date(2026, 11, 30), owner="Design Team"),
        Owed(id="A-3", site="main", rule="axe/image-alt", due=date(2026, 12, 1)),  # today
        Owed(id="A-4", site="gone", rule="axe/image-alt", due=date(2026, 1, 1)),
    ]

    first, again = told(store, parts, policy, owed=owed), told(store, parts, policy, owed=owed)
    moved = told(store, parts, policy, owed=[replace(owed[0], due=date(2026, 11, 29))])

    assert first == {"web": [("overdue-issue", 1, 0)] * 2}
    assert again == {}
    assert moved == {"web": [("overdue-issue", 1, 0)]}


def test_what_is_overdue_comes_from_dates_owners_and_decisions(store):
    dated = CONFIG + "\n[due]\ncritical = 10\n"
    audit(store, "r1", 20, picture())
    (issue,) = store.issues("r1", "main")
    of = {"issue": issue.id, "fingerprint": issue.fingerprint, "site": "main", "by": "Ann", "account": "a", "note": ""}

    def owed(config, days=0):
        found = notify.owed_of(store, parse_policy(config), NOW + timedelta(days=days))
        return [(one.id, one.site, one.rule, one.owner, one.due.isoformat()) for one in found]

    late = (issue.id, "main", "axe/image-alt", "Digital Services", "2026-11-30")
    assert owed(dated) == [late]
    assert owed(CONFIG) == []  # nobody gave a date
    assert owed(dated, -1) == []  # its last day
    assert owed(dated.replace('"axe/frame-title"', '"axe/image-alt"')) == []  # accepted
    store.record("issue-due", {**of, "due": "2026-11-25"})
    assert owed(CONFIG) == [(*late[:4], "2026-11-25")]


@pytest.mark.parametrize(
    ("preview", "said"), [(True, {}), (False, {"web": [("critical-issue", 1, 0)]})], ids=["preview", "site"]
)
def test_an_audit_of_a_preview_is_not_told(store, parts, preview, said):
    audit(store, "r1", 20, picture(), preview=preview)

    assert told(store, parts, parse_policy(CONFIG + "\n[notify.targets.web]\n"), keep=False) == said


# What arrives


def deliver(place, store, parts, policy, environ, **more):
    statuses = Statuses(policy, store, NOW)
    return notify.tell(
        place,
        lambda: News(store, policy, parts.rules, statuses.audits, NOW),
        policy,
        statuses.ended(),
        statuses.all(),
        environ=environ,
        **more,
    )


def test_mail_and_hook_bring_numbers_names_and_a_link_and_no_word_of_a_page(place, store, parts, mailbox, hook):
    policy = policy_with(("officer", ALL), ("web", f'{ALL}lang = "fr"\n'))
    footer = picture(2, part="footer")
    audit(store, "r1", 20, picture(), footer, sin("a"), sin("b", verdict=Verdict.REVIEW), state="incomplete")
    environ = {"HANDRAIL_NOTIFY_OFFICER": mailbox.address(), "HANDRAIL_NOTIFY_WEB": hook.address}
    owed = [Owed(id="A-1", site="main", rule="axe/image-alt", due=date(2026, 11, 1), owner="Design Team")]

    faults = deliver(place, store, parts, policy, environ, owed=owed)
    again = deliver(place, store, parts, policy, environ, owed=owed)

    assert faults == again == []
    (mail,), (posted,) = mailbox.texts, hook.texts
    mail, posted = mail.replace("\u00a0", " "), posted.replace("\u00a0", " ")
    assert "To: web@larkspurbay.example" in mail
    assert "Subject: City of Larkspur Bay - " in mail
    for said in (
        "Main site\n  Run r1 of 20 November 2026, 02:00\n",
        "  The audit is incomplete:\n    Too few of the pages that were found could be audited.\n",
        "  2 critical issues in the first audit:\n    2 · Image has no text alternative\n",
        "  1 exposure of personal information in the first audit.\n  1 possible exposure for a person to look at.\n",
        "  Owner: Digital Services\n    1 issue to repair, of them\n      1 critical\n",
        "  Owner: Design Team\n    1 issue to repair, of them\n      1 critical\n",
        "  1 issue is past the due date. Owner: Design Team\n",
        "Recreation booking\n  This site was never audited completely.\n",
        "Report: https://intranet.larkspurbay.example/audit/\n",
    ):
        assert said in mail.replace("\r\n", "\n"), said
    assert "2 problèmes critiques au premier audit :\n    2 · Une image n’a pas d’équivalent textuel\n" in posted
    assert posted.startswith("Ville de Larkspur Bay - ")
    for text in (mail, posted, *hook.posted, *(raw.decode() for raw in mailbox.mails)):
        assert not [word for word in ["Zebulon", "Quillfeather", "[SIN]", "#i1", "<img"] if word in text]
        # Three digits alone also stand in ports and in the ids of messages.
        assert not re.search(r"046\D?454|454\D?286", text)
        assert "github" not in text
        assert "apprise" not in text.lower()


def test_a_target_that_fails_is_tried_within_limits_told_without_its_address_and_hears_it_later(
    place, store, parts, hook
):
    policy = policy_with(("web", ""), ("gone", ""), ("odd", ""), ("closed", ""))
    hook.status = 503
    environ = {
        "HANDRAIL_NOTIFY_WEB": hook.address,
        "HANDRAIL_NOTIFY_ODD": "nonsense://s3cr3t-word@host",
        "HANDRAIL_NOTIFY_CLOSED": "json://s3cr3t-word@127.0.0.1:9/",
    }
    audit(store, "r1", 20)
    audit(store, "r2", 21, picture(), site="main")
    first = deliver(place, store, parts, policy, environ)
    tries = len(hook.posted)
    hook.status = 200
    audit(store, "r3", 22, picture())

    later = deliver(place, store, parts, policy, environ)

    assert tries == policy.notify.tries == 3
    assert len(first) == 4
    assert "target web: not delivered after 3 tries (it answered 503)." in first[0]
    assert "HANDRAIL_NOTIFY_GONE is not in the environment" in first[1]
    assert "HANDRAIL_NOTIFY_ODD must hold one address that Apprise knows." in first[2]
    assert "target closed: not delivered after 3 tries." in first[3]
    assert "s3cr3t-word" not in "".join([*first, *later])
    assert "1 new critical issue:" in hook.texts[-1]
    assert len(hook.posted) == tries + 1
    assert len(later) == 3


def test_nothing_of_an_address_is_logged(place, store, parts, caplog, capfd, hook):
    hook.status = 401
    audit(store, "r1", 20, picture())

    deliver(place, store, parts, policy_with(("web", "")), {"HANDRAIL_NOTIFY_WEB": hook.address})

    assert "s3cr3t-word" not in caplog.text + "".join(capfd.readouterr())


def test_two_addresses_are_no_target(place, store, parts, hook):
    policy = policy_with(("web", ""))

    fault = notify.send(policy, "web", "t", "b", environ={"HANDRAIL_NOTIFY_WEB": f"{hook.address}, {hook.address}"})

    assert "must hold one address" in fault
    assert hook.posted == []


def test_a_plugin_that_breaks_breaks_no_audit(monkeypatch):
    import apprise

    def breaks(*args, **named):
        raise RuntimeError("s3cr3t-word")

    monkeypatch.setattr(apprise.Apprise, "notify", breaks)

    fault = notify.send(policy_with(("web", "")), "web", "t", "b", environ={"HANDRAIL_NOTIFY_WEB": "json://127.0.0.1"})

    assert fault == "target web: not delivered after 3 tries."


def test_apprise_reaches_for_no_network_when_it_is_brought_in():
    script = (
        "import sys\n"
        "def heard(event, args):\n"
        "    if event.removeprefix('socket.') in ('connect', 'sendto', 'sendmsg', 'getaddrinfo', 'gethostbyname'):\n"
        "        raise SystemExit(event)\n"
        "sys.addaudithook(heard)\n"
        "import apprise\n"
        "asset = apprise.AppriseAsset()\n"
        "assert apprise.Apprise(asset=asset).add('mailtos://a:b@mail.city.example?to=c@city.example')\n"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


# The commands


def test_a_test_message_and_a_dry_run(tmp_path, handrail, hook, monkeypatch, parts):
    (tmp_path / "handrail.toml").write_text(CONFIG + "\n[notify.targets.web-team]\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDRAIL_NOTIFY_WEB_TEAM", hook.address)
    with runs.open_store(Place(out=tmp_path / "handrail-out"), parts) as store:
        audit(store, "r1", 20, picture())

    tested, wrong = handrail("notify", "--test", "web-team"), handrail("notify", "--test", "web")
    dry = handrail("notify", "--dry-run")
    before = len(hook.posted)
    sent, again = handrail("notify"), handrail("notify")
    hook.status = 500
    failed = handrail("notify", "--test", "web-team")

    assert (tested.code, wrong.code, dry.code, sent.code, again.code, failed.code) == (0, 2, 0, 0, 0, 1)
    assert "no target 'web' in [notify]; it has: web-team" in wrong.told
    assert "1 critical issue in the first audit:" in dry.said
    assert before == 1
    assert hook.texts[0].startswith("City of Larkspur Bay - a test message\n")
    assert "1 critical issue in the first audit:" in hook.texts[1]
    assert len(hook.posted) == 2 + 3
    assert "not delivered after 3 tries (it answered 500)" in failed.told


def test_wrong_targets_are_told_by_their_line():
    text = '[sites.a]\nstart = ["https://a.example/"]\n[notify.targets.web]\nevents = ["everything"]\n'
    with pytest.raises(ConfigError, match=r"^handrail.toml:4: notify.targets.web.events.0: 'everything' is not"):
        parse_policy(text)
    with pytest.raises(ConfigError, match=r"^handrail.toml:4: notify.targets.web.sites: there is no site 'b'"):
        parse_policy(text.replace('events = ["everything"]', 'sites = ["b"]'))


@pytest.mark.browser
def test_a_scheduled_audit_that_is_killed_is_taken_up_once_and_told(
    tmp_path, serve, handrail, hook, monkeypatch, clean_page
):
    page, goes_on = clean_page('<p>Welcome to the City.</p><img src="/x.png">'), threading.Event()
    city = serve({"/": lambda _: page if goes_on.wait(120) else None})
    config = CONFIG.replace("http://127.0.0.1/", city.url()).replace('max_age = "8 days"', 'when = "daily 00:00"')
    config = config.replace("start =", "sitemaps = false\nstart =")
    (tmp_path / "handrail.toml").write_text(f"{config}\n[notify.targets.web]\n[notify.targets.gone]\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDRAIL_NOTIFY_WEB", hook.address)
    out = tmp_path / "handrail-out"
    code = "import sys; from handrail.cli import run; sys.exit(run(sys.argv[1:]))"
    with subprocess.Popen([sys.executable, "-c", code, "schedule", "run", "main", "-q"]) as killed:
        ends_at = time.monotonic() + 60
        while not (list(out.glob("*.plan")) and city.seen):  # it asks when it is recorded
            assert killed.poll() is None
            assert time.monotonic() < ends_at
            time.sleep(0.01)
        killed.kill()
    goes_on.set()

    cut_off = json.loads(handrail("status", "--json").said)["sites"][0]
    done, again = handrail("schedule", "run", "main", "--quiet"), handrail("schedule", "run", "main")
    refused = handrail("audit", city.url(), "--notify")
    status = handrail("status", "--json")

    assert (cut_off["attempt"]["state"], cut_off["running"], cut_off["due"]) == ("running", None, True)
    assert (done.code, again.code) == (0, 0)  # a target that fails is no audit that fails
    assert done.told.count("Warning: target gone: HANDRAIL_NOTIFY_GONE is not in the environment") == 1
    assert again.said.startswith("Nothing is due. Next: main, ")
    (text,) = hook.texts
    assert "1 critical issue in the first audit:" in text
    assert "Recreation booking\n  This site was never audited completely." in text
    assert refused.code == 2
    with runs.open_store(Place(out=out), runs.parts_for(parse_policy(config))) as store:
        (run,) = store.runs()
        assert (run.id, run.trigger, run.state) == (cut_off["attempt"]["run"], "schedule", "complete")
    main, booking = json.loads(status.said)["sites"]
    assert (main["met"], main["due"], booking["met"], status.code) == (True, False, False, 1)
