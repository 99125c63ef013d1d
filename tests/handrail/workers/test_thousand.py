"""Many hosts, three workers, and somebody who kills: nothing is lost or done twice, and hosts notice none of it."""

import random
import signal
import time
from collections import Counter

import pytest
from machines import findings, told

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def of_many(one, hosts):
    """What must be told of so many hosts that are all like the one that ``one`` tells of."""

    def everywhere(counted):
        return Counter(
            {
                tuple(word.replace("host0", f"host{n}") for word in key): number
                for key, number in counted.items()
                for n in range(hosts)
            }
        )

    ((_, *site),) = one["sites"]
    return {
        **{name: everywhere(one[name]) for name in ("pages", "findings", "verdicts")},
        "issues": one["issues"] * hosts,
        "sites": sorted((f"host{n}", *site) for n in range(hosts)),
    }


def steady(site, delay, seconds=5.0):
    """Whether a host was never asked more often than it wanted, over any such stretch of time."""
    times = [moment for moment, _ in site.asked]
    most = max(sum(1 for other in times[n:] if other - begin < seconds) for n, begin in enumerate(times))
    return most <= seconds / delay + 5  # as many as are on their way at once


@pytest.mark.timeout(1800)
def test_a_thousand_addresses_survive_kills_and_restarts_of_the_database(postgresql, sites, machines, audit, tmp_path):
    """Ten hosts, a hundred pages in Chromium and nine hundred files; three workers, of which one is killed every few
    seconds while the database breaks down twice."""
    delay, chance = 0.2, random.Random(7)
    servers = sites(10, pages=9, files=10)
    run = machines.add(servers, options=f"delay = {delay}")
    kills, restarts = 0, 0
    with machines.store() as store:
        for _ in range(3):
            machines.work("--join", 20)
        next_kill, next_restart, known = 25, 300, 0
        ends = time.monotonic() + 1500
        while store.sharing.plan(run) is not None:
            assert time.monotonic() < ends, machines.said()
            time.sleep(1)
            done = machines.ended(store, run)
            # Whoever only starts while the database is away says so and ends: that is not the matter here.
            if done >= next_restart and restarts < 2 and machines.newest() > known:
                postgresql.stop()
                time.sleep(2)
                postgresql.start()
                restarts, next_restart = restarts + 1, done + 300
            if done >= next_kill and done < 960:
                victim = chance.choice([one for one in machines.workers if one.poll() is None])
                victim.kill()
                victim.wait()
                known = machines.newest()
                kills, next_kill = kills + 1, done + chance.randrange(40, 90)
                machines.work("--join", 20)
            for worker in machines.workers[-3:]:
                assert worker.poll() in (None, -signal.SIGKILL), machines.said()
        ours = told(findings(store, run), machines.report, servers)
    asked = [list(server.asked) for server in servers]

    # The hosts are alike: an audit of one, with nobody in its way, says what must be told of each.
    config = tmp_path / "alone.toml"
    config.write_text(f'[sites.s0]\nstart = ["{servers[0].url}"]\n', "utf-8")
    alone = audit(tmp_path / "alone", "--config", config, "--no-pictures")

    assert kills >= 10
    assert restarts == 2
    assert sum(ours["pages"].values()) >= 1000
    assert ours == of_many(told(alone.lines, alone.report, servers[:1]), len(servers))
    for server, before in zip(servers, asked, strict=True):
        server.asked = before
        assert steady(server, delay)
