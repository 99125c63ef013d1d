"""What waits for workers, what they take, and what is told when the last site has ended."""

import time

import pytest
from buckets import BUCKET, bucket, keys
from machines import listed

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_one_machine_writes_the_reports_with_pictures_that_another_took(sites, machines, tmp_path):
    (server,) = sites(1, pages=1, files=0)
    run = machines.add([server], pictures=True)
    with machines.store() as store:
        first = machines.work("--no-reports", out=tmp_path / "elsewhere")
        machines.until(lambda: all(site.state == "complete" for site in store.sites(run)), 180)
        first.terminate()
        first.wait(300)
        told_before, kept = store.sharing.plan(run), [name for name, _ in store.sharing.pictures(run)]
        whole = machines.handrail("db", "check", "--out", machines.out, "--store", machines.url)
        machines.work()
        machines.until_over(store, run, 120)
        left = list(store.sharing.pictures(run))

    assert told_before is not None
    assert whole.code == 0, whole  # pictures that wait are not missing
    assert kept
    assert left == []
    assert sorted(path.name for path in (machines.out / "evidence").iterdir()) == sorted(kept)
    assert list((machines.out / "report").glob("sites/*/evidence/*.png"))
    assert not [path for name in ("evidence", "report") for path in (tmp_path / "elsewhere").glob(name)]


def test_in_a_bucket_pictures_need_no_database_and_come_near_for_the_reports(sites, machines, tmp_path):
    (server,) = sites(1, pages=1, files=0)
    with bucket() as s3, machines.store() as store:
        machines.environ |= {**s3.environ, "HANDRAIL_EVIDENCE": f"s3://{BUCKET}/city"}
        run = machines.add([server], pictures=True)
        first = machines.work("--no-reports", out=tmp_path / "elsewhere")
        machines.until(lambda: all(site.state == "complete" for site in store.sites(run)), 180)
        first.terminate()
        first.wait(300)
        waiting = list(store.sharing.pictures(run))
        machines.work()
        machines.until_over(store, run, 120)
        kept = {key.rpartition("/")[2] for key in keys(s3)}

    assert waiting == []
    shown = {path.name for path in (machines.out / "report").glob("sites/*/evidence/*.png")}
    assert shown
    assert shown <= kept
    assert not (machines.out / "evidence").exists()


def test_people_and_programs_are_told_once_when_the_last_site_has_ended(sites, machines, serve):
    servers, hook = sites(2, pages=2, files=0), serve({"/hook": "heard", "/programs": "heard"})
    machines.environ["HANDRAIL_NOTIFY_WEB"] = f"json://127.0.0.1:{hook.server_port}/hook"
    machines.environ["HANDRAIL_WEBHOOK_DESK"] = f"http://127.0.0.1:{hook.server_port}/programs"
    machines.environ["HANDRAIL_WEBHOOK_DESK_SECRET"] = "x" * 32
    targets = '[notify.targets.web]\nevents = ["critical-issue"]\n[webhooks.targets.desk]\n'
    run = machines.add(servers, more=f"\n{targets}")
    heard = []
    with machines.store() as store:

        def over():
            states = [site.state for site in store.sites(run)]
            heard.append((states.count("running"), len(hook.asked)))
            return store.sharing.plan(run) is None

        machines.work()
        machines.work()
        machines.until(over, 240)
        time.sleep(3)  # who is told twice is told soon

    assert sorted(hook.asked) == [("POST", "/hook"), ("POST", "/programs")]
    assert all(told == 0 for running, told in heard if running)


def test_what_is_cancelled_is_told_as_incomplete_and_lets_the_run_end(sites, machines):
    servers = sites(2, pages=2, files=0)
    run = machines.add(servers)
    again = machines.queue("add", "--config", machines.out / "handrail.toml")
    gone = machines.queue("cancel", "s1")
    with machines.store() as store:
        machines.work()
        machines.until_over(store, run, 180)
        states = {site.key: (site.state, "no-page-audited" in site.reasons) for site in store.sites(run)}

    assert "s0: is in the queue already" in again
    assert f"s1: cancelled (run {run})" in gone
    assert states == {"s0": ("complete", False), "s1": ("incomplete", True)}
    assert machines.report["run"]["state"] == "incomplete"


def test_the_queue_is_shown_and_repaired(sites, machines):
    servers = sites(2, pages=0, files=0)
    run = machines.add(servers)
    nothing = machines.queue("retry")
    machines.queue("cancel", "s1")
    cancelled = listed(machines)
    again = machines.queue("retry", "s1")
    waiting = listed(machines)
    machines.queue("cancel", run)
    ended = listed(machines)

    assert "There is nothing to do again." in nothing
    assert cancelled == ({"s0": "waiting", "s1": "cancelled"}, [])
    assert f"s1: waits again (run {run})" in again
    assert waiting == ({"s0": "waiting", "s1": "waiting"}, [])
    assert ended == ({"s0": "cancelled", "s1": "cancelled"}, ["waiting"])


def test_what_is_due_is_put_in_the_queue_once(sites, machines):
    servers = sites(2, pages=0, files=0)
    config = machines.out / "handrail.toml"
    text = [f'[sites.s{n}]\nstart = ["{one.url}"]\nschedule = "{when}"' for n, (one, when) in enumerate(zip(
        servers, ("daily 03:30", "never"), strict=True
    ))]  # fmt: skip
    config.write_text("\n".join(text), "utf-8")

    told = [machines.queue("add", "--due", "--config", config) for _ in range(2)]

    assert "1 site in the queue" in told[0]
    assert "s0: is in the queue already" in told[1]
    assert "Nothing was put in the queue." in told[1]
    assert listed(machines)[0] == {"s0": "waiting"}


def test_without_a_server_there_is_no_queue(handrail, tmp_path):
    for command in (("worker",), ("queue", "list"), ("queue", "add", "http://a.example/")):
        done = handrail(*command, "--out", tmp_path)

        assert done.code == 2
        assert "workers share a store in PostgreSQL: name it with --store or HANDRAIL_STORE" in done.told
    assert not any(tmp_path.iterdir())
