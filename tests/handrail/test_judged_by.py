"""Everything that an audit's result depends on has a name; what only names or paces a site has none."""

import time
from functools import partial
from importlib.metadata import EntryPoint

import pytest
from servers import needs_tesseract

from audits.model import Impact, Kind, Rule
from crawler import ocr, process
from handrail import runs, wiring
from handrail.config import parse_policy
from reports.store.records import RunRecord

RULES = {
    "axe/a": Rule(id="axe/a", title="A", why="w", fix="f", impact=Impact.SERIOUS, criteria=("1.1.1",)),
    "pii/b": Rule(id="pii/b", title="B", why="w", fix="f", impact=Impact.MINOR, kind=Kind.EXPOSURE, title_fr="é"),
}
ALLOWED = 'by = "Clerk"\non = 2026-11-01\nscope = "All public pages"'
BASE = {
    "city": 'name_en = "City"',
    "sites.main": 'start = ["https://www.city.example/"]',
    "personal_information": "",
    "browser": "",
}


@pytest.fixture
def judged_by(tmp_path, monkeypatch):
    """``judged_by({"sites.main": "…"}, pictures=False)``: with these lines more."""
    monkeypatch.setenv("HANDRAIL_KEY", "ab" * 32)
    monkeypatch.setenv("HANDRAIL_AUTH_STAFF_TOKEN", "t0")

    def of(more=None, **options):
        tables = {**BASE, **{name: f"{BASE.get(name, '')}\n{lines}" for name, lines in (more or {}).items()}}
        policy = parse_policy("\n".join(f"[{name}]\n{lines}" for name, lines in tables.items()))
        plan = runs.Plan(policy=policy, sites=("main",), **options)
        place, parts = runs.Place(out=tmp_path), runs.parts_for(policy)
        with runs.open_store(place, parts) as store:
            run: RunRecord = runs.start(place, plan, parts, store)
            return dict(runs.job_for(run, "main", plan, parts, store).judged_by)

    return of


def changed(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"sites.main": 'hosts = ["news.city.example"]'}, {"site"}),
        ({"sites.main": 'consent = "reject"', "sites.main.authorization": ALLOWED}, {"site", "pressed"}),
        ({"sites.main.authorization": ALLOWED}, {"pressed"}),  # what is allowed decides what is pressed
        ({"sites.main.budget": "page_seconds = 5"}, {"pressed"}),
        ({"sites.main": 'never_press = ["kiosk"]'}, {"site"}),
        ({"sites.main": 'auth = "staff"', "auth.staff": 'kind = "bearer"'}, {"site", "auth"}),
        ({"auth.another": 'kind = "bearer"'}, set()),
        ({"network": 'no_proxy = ["city.example"]'}, {"network"}),
        ({"sites.main.network": 'headers = {X-Audit = "1"}'}, {"site"}),
        ({"personal_information": 'own_domains = ["city.example"]'}, {"personal_information"}),
        ({"city": 'contact_url = "https://www.city.example/audit"'}, {"view"}),  # the user agent names it
        ({"city": 'timezone = "America/Vancouver"'}, {"view"}),
        ({"sites.main": 'name_en = "Main"\nowner = "Web team"\nvendor = "V"\nprofile = "aoda"'}, set()),
        ({"sites.main": 'delay = 2\ntimeout = 5\nquiet_hours = ["08:00-18:00"]'}, set()),
        ({"sites.main": 'include = ["/a*"]\nexclude = ["/b*"]\nsitemaps = false\nmin_coverage = 0.5'}, set()),
        ({"sites.main.budget": "pages = 3\ndepth = 2"}, set()),
        ({"sites.main": "carry_days = 3"}, set()),
        ({"sites.main.documents.old": 'urls = ["/2011/*.pdf"]\nowner = "Clerk"'}, set()),
        ({"browser": "slots = 3"}, set()),
        ({"city": 'name_fr = "Ville"'}, set()),
        ({"ocr": "languages = []"}, set()),
        pytest.param({"ocr": 'languages = ["eng"]'}, {"ocr"}, marks=needs_tesseract),
    ],
)
def test_settings_that_count_and_settings_that_do_not(judged_by, more, names):
    assert changed(judged_by(), judged_by(more)) == names


def test_another_tesseract_counts(judged_by, monkeypatch):
    told = []
    for version in ("5.3.0", "5.3.1", "5.3.1"):
        monkeypatch.setattr(ocr.shutil, "which", lambda name: f"/bin/{name}")
        monkeypatch.setattr(ocr, "installed", lambda program, version=version: (version, ("eng", "fra")))
        told.append(judged_by({"ocr": 'languages = ["eng", "fra"]'}))

    assert changed(told[0], told[1]) == {"ocr"}
    assert told[1] == told[2]


@pytest.mark.parametrize(("languages", "read"), [('["eng"]', ("eng",)), ("[]", None)])
def test_a_run_reads_pictures_as_it_is_asked_and_names_what_reads_them(languages, read, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDRAIL_KEY", "ab" * 32)
    monkeypatch.setattr(ocr.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(ocr, "installed", lambda program: ("5.3.0", ("eng",)))
    handed: list[ocr.Ocr | None] = []
    monkeypatch.setattr(process, "run_sites", lambda jobs, **named: handed.append(named["ocr"]) or process.Ended())
    policy = parse_policy(f'[sites.main]\nstart = ["https://www.city.example/"]\n[ocr]\nlanguages = {languages}')
    place, plan, parts = runs.Place(out=tmp_path), runs.Plan(policy=policy, sites=("main",)), runs.parts_for(policy)

    with runs.open_store(place, parts) as store:
        run = runs.start(place, plan, parts, store)
        runs.carry_out(place, run, plan, parts, store)

    assert [one and one.languages for one in handed] == [read]
    assert run.engines.get("Tesseract") == (read and "5.3.0")


@pytest.mark.parametrize(("option", "name"), [("pictures", "pictures"), ("follow", "links")])
def test_what_a_run_was_asked_counts(judged_by, option, name):
    assert changed(judged_by(), judged_by(**{option: False})) == {name}


@pytest.mark.parametrize("option", [{"fresh": True}, {"max_pages": 3}, {"sample": "s"}, {"trigger": "deploy"}])
def test_how_much_a_run_was_asked_does_not(judged_by, option):
    assert changed(judged_by(), judged_by(**option)) == set()


def test_an_inventory_carries_no_audit(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDRAIL_KEY", "ab" * 32)
    policy = parse_policy('[sites.main]\nstart = ["https://www.city.example/"]')
    place, parts = runs.Place(out=tmp_path), runs.parts_for(policy)

    with runs.open_store(place, parts) as store:
        plans = [runs.Plan(policy=policy, sites=("main",), render=render) for render in (True, False)]
        jobs = [runs.job_for(runs.start(place, plan, parts, store), "main", plan, parts, store) for plan in plans]

    assert [job.carry_days for job in jobs] == [7, 0]


def test_another_axe_is_another_rule(judged_by, tmp_path):
    other = tmp_path / "axe.min.js"
    other.write_text(wiring.axe_source() + "\n// changed", "utf-8")

    assert changed(judged_by(), judged_by({"axe": f'script = "{other}"'})) == {"rules"}


def test_another_key_counts(judged_by, monkeypatch, tmp_path):
    before = judged_by()
    monkeypatch.setenv("HANDRAIL_KEY", "cd" * 32)
    (tmp_path / "handrail.sqlite").unlink()

    assert "key" in changed(before, judged_by())


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of somebody else, in the path; ``package("a = 1")`` writes its one module."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "their_checks").mkdir()

    def write(text):
        (tmp_path / "their_checks" / "__init__.py").write_text(text)

    return write


def digests_of(package, texts):
    digests = []
    for text in texts:
        package(text)
        digests.append(wiring.code_sha256.__wrapped__())
    return digests


@pytest.mark.parametrize("group", ["handrail.checks", "handrail.recognizers"])
def test_another_line_of_brought_code_counts(package, monkeypatch, group):
    brought = EntryPoint(name="theirs", value="their_checks:Check", group=group)
    monkeypatch.setattr(wiring, "entry_points", lambda group: [brought] if group == brought.group else [])

    first, second, third = digests_of(package, ("a = 1", "a = 2", "a = 2"))

    assert first != second == third


def test_code_that_nobody_asked_for_does_not(package):
    first, second = digests_of(package, ("a = 1", "a = 2"))

    assert first == second


@pytest.mark.parametrize("room", ["audits", "crawler"])
def test_all_our_code_that_collects_and_judges_counts(room):
    names = {path.name for path in wiring._sources(room)}

    assert {"audits": {"runner.py", "wcag22.toml", "names.txt"}, "crawler": {"pool.py", "axe.js"}}[room] <= names


def test_another_package_counts(judged_by, monkeypatch):
    before = judged_by()
    known = list(wiring.distributions())
    monkeypatch.setattr(wiring, "distributions", lambda: known[1:])
    wiring.packages_sha256.cache_clear()

    after = judged_by()

    wiring.packages_sha256.cache_clear()
    assert changed(before, after) == {"packages"}


# The rules of the same code


def test_rules_are_remembered_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr(wiring.platformdirs, "user_cache_path", lambda name: tmp_path / name)
    first = wiring.Parts(secret=bytes(32)).rules
    monkeypatch.setattr(wiring.Parts, "checks", property(lambda self: pytest.fail("built again")))

    again = wiring.Parts(secret=bytes(32)).rules

    assert again == first
    assert list(again) == list(first)


@pytest.mark.parametrize("spoilt", ["", "{", '{"axe/label": {"id": 7}}', "[]"])
def test_rules_that_cannot_be_read_are_built_again(tmp_path, monkeypatch, spoilt):
    monkeypatch.setattr(wiring.platformdirs, "user_cache_path", lambda name: tmp_path / name)
    first = wiring._remembered("one", lambda: RULES)
    (file,) = (tmp_path / "handrail").iterdir()
    file.write_text(spoilt)

    again = wiring._remembered("one", lambda: RULES)
    other = wiring._remembered("two", dict)

    assert first == again == RULES
    assert other == {}


def test_a_few_ways_are_remembered_and_the_oldest_is_built_again(tmp_path, monkeypatch):
    monkeypatch.setattr(wiring.platformdirs, "user_cache_path", lambda name: tmp_path / name)
    known, built = wiring.Known(rules=RULES, speakers={}), []

    def build(name):
        built.append(name)
        return known

    for name in [*"12341234", "5", "1"]:
        assert wiring._remembered(name, partial(build, name)) == known
        time.sleep(0.02)  # files are told apart by when they were written

    assert built == [*"1234", "5", "1"]
    assert len(list((tmp_path / "handrail").iterdir())) == wiring.REMEMBERED


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path, monkeypatch):
    (tmp_path / "handrail").write_text("a file")
    monkeypatch.setattr(wiring.platformdirs, "user_cache_path", lambda name: tmp_path / name)

    assert wiring._remembered("one", lambda: RULES) == RULES


def test_settings_are_not_readable_in_it(judged_by):
    told = judged_by({"city": 'contact_url = "https://www.city.example/audit"'})

    assert "city.example" not in str(told)
