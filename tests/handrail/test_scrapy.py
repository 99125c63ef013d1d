"""``scrapy crawl site -a site=KEY`` audits a site of ./handrail.toml and records the run like any other."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from patience import inherited

from handrail import locks
from handrail.runs import Place

pytestmark = pytest.mark.browser

SCRAPY = Path(sys.executable).with_name("scrapy")
SCRAPY_CFG = "[settings]\ndefault = crawler.settings\n"


@pytest.fixture
def folder(tmp_path):
    """A folder that is a Scrapy project by its scrapy.cfg alone."""
    (tmp_path / "scrapy.cfg").write_text(SCRAPY_CFG, "utf-8")
    return tmp_path


def write(folder, url, more=""):
    (folder / "handrail.toml").write_text(
        f'[city]\nname_en = "City of Larkspur Bay"\ncontact_url = "https://www.larkspurbay.example/audit"\n'
        f'[sites.main]\nstart = ["{url}"]\n{more}',
        "utf-8",
    )


def crawl(folder, key_file, *arguments):
    return subprocess.Popen(
        [SCRAPY, "crawl", "site", *arguments],
        cwd=folder,
        env=os.environ | inherited() | {"HANDRAIL_KEY_FILE": str(key_file)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_a_run_is_recorded_with_the_settings_of_the_site(serve, clean_page, folder, key_file, handrail):
    server = serve(
        {
            "/": clean_page('<p><img src="x.png"> <a href="/two">The second page</a></p>'),
            "/two": clean_page("<p>Hello there.</p>"),
            "/robots.txt": (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /\n"),
        }
    )
    write(folder, server.url(), '[sites.main.robots]\noverride = "The clerk allowed it."\n')

    process = crawl(folder, key_file, "-a", "site=main")
    _, told = process.communicate(timeout=6000)
    report = handrail("report", "-c", folder / "handrail.toml", "--out", folder / "handrail-out")
    report.out = folder / "handrail-out"

    assert process.returncode == 0, told
    assert told.endswith(f"Run {report.run_id}: complete\n")
    assert report.ends("main") == {"/": "audited", "/two": "audited", "/robots.txt": "file"}
    assert report.report["run"]["state"] == report.site("main")["state"] == "complete"
    assert report.report["run"]["browser"].startswith("Chromium ")
    (issue,) = [issue for issue in report.site("main")["issues"] if issue["rule"] == "axe/image-alt"]
    assert (report.out / "evidence" / issue["evidence"]).is_file()
    # robots.txt set aside, and who asks: both are the site's own settings.
    assert all("(+https://www.larkspurbay.example/audit)" in agent for agent in server.agents)
    assert not list(report.out.glob("*.plan"))


@pytest.mark.slow
def test_an_interrupted_crawl_can_be_taken_up_by_the_front_door(serve, clean_page, folder, key_file, handrail):
    def slow(handler):
        time.sleep(0.3)
        return clean_page("<p>Hello there.</p>")

    pages = [f"/page-{number}" for number in range(12)]
    linked = "".join(f'<p><a href="{page}">The page {page}</a></p>' for page in pages)
    server = serve({"/": clean_page(linked), **dict.fromkeys(pages, slow)})
    write(folder, server.url())
    out = folder / "handrail-out"

    process = crawl(folder, key_file, "-a", "site=main")
    ends_at = time.monotonic() + 300
    while sum(path.startswith("/page-") for path in server.seen) < 4:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends_at
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=600)
    done = handrail("audit", "--resume", "--out", out)
    done.out = out

    assert ": interrupted, pages-waiting\nGo on with: handrail audit --resume --out handrail-out\n" in told
    assert done.code == 0
    assert done.ends("main") == dict.fromkeys(["/", *pages], "audited")


def test_a_site_that_somebody_audits_is_left_alone(serve, clean_page, folder, key_file):
    server = serve({"/": clean_page("<p>Hello there.</p>")})
    write(folder, server.url())
    (folder / "handrail-out").mkdir(mode=0o700)

    with locks.hold(Place(out=folder / "handrail-out"), ["main"]):
        process = crawl(folder, key_file, "-a", "site=main")
        _, told = process.communicate(timeout=6000)

    assert process.returncode != 0
    assert "main is being audited by" in told
    assert server.seen == []
    assert not list((folder / "handrail-out").glob("*.plan"))


def test_a_site_that_cannot_be_seen_is_incomplete(serve, folder, key_file, handrail):
    write(folder, serve({"*": (500, {}, "broken")}).url("/?name=value"))

    process = crawl(folder, key_file, "-a", "site=main")
    _, told = process.communicate(timeout=6000)
    report = handrail("report", "--out", folder / "handrail-out")
    report.out = folder / "handrail-out"

    assert told.endswith(": incomplete, start-page-server-error, no-page-audited\n")
    assert "name=value" not in told
    assert report.site("main")["verdict"] == "not-audited"


@pytest.mark.parametrize(
    ("toml", "arguments", "told"),
    [
        (None, ["-a", "site=main"], "handrail.toml: cannot be read (No such file or directory)"),
        ("[sites.main]\n", ["-a", "site=main"], "handrail.toml:1: sites.main.start: missing; add it to [sites.main]"),
        ("", ["-a", "site=portal"], "handrail.toml has no site 'portal'; name one with -a site=KEY: main"),
        ("", [], "handrail.toml has no site ''; name one with -a site=KEY: main"),
    ],
)
def test_a_wrong_configuration_is_told_and_the_crawl_fails(toml, arguments, told, folder, key_file):
    if toml is not None:
        write(folder, "https://www.city.example/")
        if toml:
            (folder / "handrail.toml").write_text(toml, "utf-8")

    process = crawl(folder, key_file, *arguments)
    _, complaint = process.communicate(timeout=600)

    assert process.returncode == 1
    assert told in complaint
    assert not (folder / "handrail-out").exists()


def test_the_projects_own_scrapy_cfg_names_the_same_settings():
    here = Path(__file__).parents[2] / "scrapy.cfg"

    assert here.read_text("utf-8") == SCRAPY_CFG
