"""A wrong handrail.toml is told by file, line, key and remedy; a right one reaches the report."""

import json
from datetime import date
from textwrap import dedent

import pytest

from handrail.config import ConfigError, Policy, json_schema, load_policy, parse_policy

GOOD = '[sites.main]\nstart = ["https://www.city.example/"]\n'


def refusal(text):
    with pytest.raises(ConfigError) as refused:
        parse_policy(text, "handrail.toml")
    return str(refused.value)


AUTHORIZED = "[sites.main.authorization]\nby = 'A role'\n"
OLD = "sites.main.documents.old"
DOCUMENTS = f"[{OLD}]\n"
PAPERS = DOCUMENTS + "urls = ['/old/*.pdf']\n"
ASKED = f"[[{OLD}.requests]]\nnumber = 'AF-1'\nreceived = 2026-11-02\n"
BAD_KEY = "a site key has small letters, digits, - and _ only; rename it"
VENDOR = "dispositions.vendor"
DECIDED = f"[{VENDOR}]\nground='consent'\nreason='r'\nby='b'\non=2026-01-01\nuntil=2026-02-01\n"
DOMAIN = 'must be a mail domain such as "vendor.example"'
NUMBER = 'must be a telephone number such as "905-555-0142"'
PAGES = 'must be a glob on the path, such as "/staff/*", or with a part "/staff/*#complementary"'


@pytest.mark.parametrize(
    ("text", "line", "key", "remedy"),
    [
        # An unknown key, and what may have been meant.
        (GOOD + "delai = 3\n", 3, "sites.main.delai", "unknown key; did you mean 'delay'?"),
        ("[citty]\n" + GOOD, 1, "citty", "unknown key; did you mean 'city'?"),
        (GOOD + "[sites.main.budget]\npage = 3\n", 4, "sites.main.budget.page", "unknown key; did you mean 'pages'?"),
        (
            GOOD + "[sites.main.robots]\nignore = 1\n",
            4,
            "sites.main.robots.ignore",
            "unknown key; known here: override",
        ),
        ("[city]\nname = 'x'\n" + GOOD, 2, "city.name", "unknown key; did you mean 'name_fr'?"),
        # A wrong type.
        ("[sites.main]\nstart = 'x'\n", 2, "sites.main.start", 'must be a list; write start = ["…"]'),
        (GOOD + 'delay = "2"\n', 3, "sites.main.delay", "must be a number"),
        (GOOD + "sitemaps = 1\n", 3, "sites.main.sitemaps", "must be true or false"),
        (GOOD + "owner = 7\n", 3, "sites.main.owner", "must be text in quotes"),
        (GOOD + "[sites.main.budget]\npages = 1.5\n", 4, "sites.main.budget.pages", "must be a whole number"),
        (GOOD + "budget = 'big'\n", 3, "sites.main.budget", "must be a table; write [sites.main.budget]"),
        (
            GOOD + AUTHORIZED + "scope = 'all'\non = '2026-11-30'\n",
            6,
            "sites.main.authorization.on",
            "must be a date such as 2026-11-30, without quotes",
        ),
        # A wrong value.
        (
            GOOD + "[dispositions.x-1]\nground='consent'\nreason='r'\nby='b'\non=2026-01-01\nuntil=2026-02-01\n",
            3,
            "dispositions.x-1",
            'must be the id of a value as the register shows it, like "x-1a2b3c4d5e6f", or another name',
        ),
        (
            GOOD + DECIDED,
            3,
            "dispositions.vendor",
            'about what? Call it by the id of a value as the register shows it, like "x-1a2b3c4d5e6f", or add domains, '
            "numbers or pages",
        ),
        (
            GOOD + DECIDED.replace("vendor", "x-1a2b3c4d5e6f") + "pages = ['/a']\n",
            3,
            "dispositions.x-1a2b3c4d5e6f",
            "the name is the id of one value; give a decision by site, domains, numbers or pages another name",
        ),
        (GOOD + DECIDED + "domains = ['com']\n", 9, f"{VENDOR}.domains.0", DOMAIN),
        (GOOD + DECIDED + "domains = ['lee@vendor.example']\n", 9, f"{VENDOR}.domains.0", DOMAIN),
        (
            GOOD + DECIDED + "domains = ['Gmail.com']\n",
            3,
            VENDOR,
            "anybody has a mailbox at gmail.com; name the pages as well, or each value by its id",
        ),
        (GOOD + DECIDED + "numbers = ['555']\n", 9, f"{VENDOR}.numbers.0", NUMBER),
        (GOOD + DECIDED + "pages = ['staff/*']\n", 9, f"{VENDOR}.pages.0", PAGES),
        (GOOD + DECIDED + "pages = ['/staff/*#']\n", 9, f"{VENDOR}.pages.0", PAGES),
        (
            GOOD + DECIDED + "pages = ['/a']\nsite = 'park'\n",
            10,
            f"{VENDOR}.site",
            "there is no site 'park' in this file",
        ),
        (
            GOOD
            + "[dispositions.x-1a2b3c4d5e6f]\nground='consent'\nreason='r'\nby='b'\non=2026-03-01\nuntil=2026-02-01\n",
            3,
            "dispositions.x-1a2b3c4d5e6f",
            "until is before on; write the last day on which the decision holds",
        ),
        (
            GOOD + "[dispositions.x-1a2b3c4d5e6f]\nground='consent'\nreason='r'\nby='b'\non=2026-03-01\n",
            3,
            "dispositions.x-1a2b3c4d5e6f.until",
            "missing; add it to [dispositions.x-1a2b3c4d5e6f]",
        ),
        (
            GOOD + DOCUMENTS + "urls = ['minutes/*.pdf']\n",
            4,
            f"{OLD}.urls.0",
            'must be a glob on path and query, such as "/council/*.pdf"; write the path without the host',
        ),
        (GOOD + DOCUMENTS + "owner = 'Clerk'\n", 3, f"{OLD}.urls", f"missing; add it to [{OLD}]"),
        (GOOD + DOCUMENTS + "urls = []\n", 4, f"{OLD}.urls", "must hold at least one"),
        (GOOD + PAPERS + "exeption = 1\n", 5, f"{OLD}.exeption", "unknown key; did you mean 'exception'?"),
        (
            GOOD + PAPERS + "published = '2019-05-04'\n",
            5,
            f"{OLD}.published",
            'must be a date such as 2019-05-04, without quotes, or "unknown"',
        ),
        (
            GOOD + PAPERS + "published = 2019-05-04T10:00:00\npublished_evidence = 'log'\n",
            5,
            f"{OLD}.published",
            'must be a date such as 2019-05-04, without quotes, or "unknown"',
        ),
        (
            GOOD + PAPERS + "published = 2019-05-04\npublished_evidence = ' '\n",
            3,
            OLD,
            "published needs published_evidence: how the date is known",
        ),
        (
            GOOD + PAPERS + "published_evidence = 'log'\n",
            3,
            OLD,
            "published_evidence goes with a date in published only",
        ),
        (
            GOOD + PAPERS + f"[{OLD}.exception]\nground = 'g'\nby = 'b'\non = 2026-10-05\n",
            5,
            f"{OLD}.exception.until",
            f"missing; add it to [{OLD}.exception]",
        ),
        (
            GOOD + PAPERS + f"[{OLD}.exception]\nground = ''\nby = 'b'\non = 2026-10-05\nuntil = 2027-10-04\n",
            6,
            f"{OLD}.exception.ground",
            "must not be empty",
        ),
        (
            GOOD + PAPERS + f"[{OLD}.exception]\nground = ' '\nby = 'b'\non = 2026-10-05\nuntil = 2027-10-04\n",
            6,
            f"{OLD}.exception.ground",
            "must not be empty",
        ),
        (GOOD + "[due]\ncritical = 99999999\n", 4, "due.critical", "should be less than or equal to 36500"),
        (GOOD + "timeout = inf\n", 3, "sites.main.timeout", "must be a number, and no endless one"),
        (GOOD + "min_coverage = nan\n", 3, "sites.main.min_coverage", "must be a number, and no endless one"),
        (
            GOOD + "[gate]\nnew = 'high'\n",
            4,
            "gate.new",
            "should be 'critical', 'serious', 'moderate', 'minor' or 'off'",
        ),
        (
            GOOD + PAPERS + f"[{OLD}.exception]\nground = 'g'\nby = 'b'\non = 2026-10-05\nuntil = 2026-10-04\n",
            5,
            f"{OLD}.exception",
            "until is before on; write the last day on which the exception holds",
        ),
        (
            GOOD + PAPERS + "requests = 'x'\n",
            5,
            f"{OLD}.requests",
            f"must be a list of tables; write [[{OLD}.requests]]",
        ),
        (
            GOOD + PAPERS + ASKED + f"[[{OLD}.requests]]\nnumber = 'AF-2'\n",
            8,
            f"{OLD}.requests.1.received",
            f"missing; add it to [[{OLD}.requests]]",
        ),
        (
            GOOD + PAPERS + ASKED + ASKED + "answered = 2026-11-01\n",
            8,
            f"{OLD}.requests.1",
            "answered is before received; one of the dates is wrong",
        ),
        (
            GOOD + PAPERS + ASKED + ASKED + "who = 'x'\n",
            11,
            f"{OLD}.requests.1.who",
            "unknown key; known here: answered, number, received",
        ),
        (
            GOOD + "[sites.main.documents.Old]\nurls = ['/a']\n",
            3,
            "sites.main.documents.Old",
            "must have small letters, digits, - and _ only; rename it",
        ),
        (
            GOOD + "[personal_information]\nbusiness_numbers = ['555']\n",
            4,
            "personal_information.business_numbers.0",
            'must be a telephone number such as "905-555-0142"',
        ),
        (GOOD + "min_coverage = 90\n", 3, "sites.main.min_coverage", "should be less than or equal to 1"),
        (GOOD + "delay = -1\n", 3, "sites.main.delay", "should be greater than or equal to 0"),
        (GOOD + "timeout = 0\n", 3, "sites.main.timeout", "should be greater than 0"),
        (
            GOOD + 'profile = "wcag3"\n',
            3,
            "sites.main.profile",
            "should be 'aoda', 'wcag21-aa', 'wcag22-aa' or 'en301549'",
        ),
        # What is missing.
        ("[sites.main]\nowner = 'x'\n", 1, "sites.main.start", "missing; add it to [sites.main]"),
        ("[sites.main]\nstart = []\n", 2, "sites.main.start", "must hold at least one"),
        (
            GOOD + AUTHORIZED + "on = 2026-11-30\n",
            3,
            "sites.main.authorization.scope",
            "missing; add it to [sites.main.authorization]",
        ),
        # Site keys.
        ('[sites."Main Site"]\nstart = []\n', 1, "sites.Main Site", BAD_KEY),
        ("[sites.-x]\nstart = []\n", 1, "sites.-x", BAD_KEY),
    ],
)
def test_a_mistake_is_told_by_line_key_and_remedy(text, line, key, remedy):
    assert refusal(text) == f"handrail.toml:{line}: {key}: {remedy}"


def test_a_misspelt_key_and_the_one_it_should_be_are_both_told():
    told = refusal(GOOD + "[sites.main.authorization]\nbye = 'x'\non = 2026-11-30\nscope = 'all'\n")

    assert told.splitlines() == [
        "handrail.toml:3: sites.main.authorization.by: missing; add it to [sites.main.authorization]",
        "handrail.toml:4: sites.main.authorization.bye: unknown key; did you mean 'by'?",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "www.city.example",
        "//www.city.example/",
        "htp://www.city.example/",
        "ftp://www.city.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///page",
        "https://www.city.example:http/",
        "https://www.city.example:99999/",
        "https://[::1/",
        "https://www city.example/",
        "mailto:info@city.example",
    ],
)
def test_a_start_that_is_no_web_address_is_refused(url):
    told = refusal(f"[city]\n\n[sites.main]\nstart = ['https://www.city.example/', '{url}']\n")

    where = "handrail.toml:4: sites.main.start.1: "
    assert told == where + 'must be a web address such as "https://www.city.example/"'


@pytest.mark.parametrize("user", ["clerk:hunter2", "clerk", ":hunter2"])
def test_a_start_with_credentials_is_refused_and_they_are_not_repeated(user):
    told = refusal(f'[sites.main]\nstart = ["https://{user}@www.city.example/"]\n')

    assert told == (
        "handrail.toml:2: sites.main.start.0: must not hold a user name or password; put secrets in the environment"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://www.city.example",
        "http://127.0.0.1:8080/a/b?c=d@e#f",
        "https://[::1]:8443/",
        "https://ville-français.example/accès",
        "HTTPS://WWW.CITY.EXAMPLE/",
        "https://www.city.example/@mayor",
    ],
)
def test_a_start_that_looks_odd_and_is_an_address_is_taken(url):
    assert parse_policy(f'[sites.main]\nstart = ["{url}"]\n').sites["main"].start == (url,)


def test_every_mistake_is_told_at_once_in_order_of_lines():
    told = refusal(GOOD + 'delay = "2"\nownr = "x"\n[city]\nnmae_en = "x"\n')

    assert [line.split(":")[1] for line in told.splitlines()] == ["3", "4", "6"]


def test_the_line_is_that_of_the_right_site():
    sites = "\n".join(f'[sites.{key}]\nstart = ["https://{key}.example/"]' for key in ("one", "two", "three"))

    assert refusal(sites.replace('["https://two.example/"]', "5")).startswith("handrail.toml:4: sites.two.start: ")


def test_what_is_not_toml_is_told_with_its_line(tmp_path):
    path = tmp_path / "city.toml"
    path.write_text(GOOD + "owner = Clerk\n", "utf-8")

    with pytest.raises(ConfigError, match=rf"^{path}: not valid TOML: .*line 3"):
        load_policy(path)


def test_what_is_not_utf_8_is_told(tmp_path):
    path = tmp_path / "city.toml"
    path.write_bytes((GOOD + 'owner = "Communications, Québec"\n').encode("latin-1"))

    with pytest.raises(ConfigError, match=f"^{path}: is not UTF-8 text; save it as UTF-8$"):
        load_policy(path)


def test_what_an_editor_puts_before_the_text_is_no_mistake(tmp_path):
    path = tmp_path / "city.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert load_policy(path).sites.keys() == {"main"}


@pytest.mark.parametrize(
    ("engine", "model", "read"),
    [
        ("gliner", "models/names", "{here}/models/names"),  # a folder beside the file
        ("transformers", "city/names", "city/names"),  # no folder: a name
        ("spacy", "en_core_web_lg", "en_core_web_lg"),
    ],
)
def test_a_model_stands_beside_the_file_that_names_it(tmp_path, engine, model, read):
    (tmp_path / "models" / "names").mkdir(parents=True)
    path = tmp_path / "handrail.toml"
    path.write_text(f'{GOOD}\n[personal_information]\nnlp_engine = "{engine}"\nnlp_model = "{model}"\n', "utf-8")

    personal = load_policy(path).personal_information

    assert (personal.nlp_engine, personal.nlp_model) == (engine, read.format(here=tmp_path))


def test_an_unknown_engine_is_told_with_those_there_are():
    with pytest.raises(ConfigError, match=r"personal_information\.nlp_engine.*'spacy', 'transformers' or 'gliner'"):
        parse_policy(f'{GOOD}\n[personal_information]\nnlp_engine = "stanza"\n')


def test_a_file_that_is_missing_or_a_folder_is_told(tmp_path):
    with pytest.raises(ConfigError, match=f"^{tmp_path}/none.toml: cannot be read .No such file or directory.$"):
        load_policy(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match=f"^{tmp_path}: cannot be read "):
        load_policy(tmp_path)


@pytest.mark.parametrize("command", ["audit", "report"])
def test_the_front_door_tells_it_and_begins_nothing(command, tmp_path, handrail):
    path = tmp_path / "handrail.toml"
    path.write_text(GOOD + "delai = 3\n", "utf-8")
    out = tmp_path / "out"
    if command == "report":
        out.mkdir()
        (out / "handrail.sqlite").touch()

    done = handrail(command, "-c", path, "--out", out)

    assert done.code == 2
    assert done.told == f"Error: {path}:3: sites.main.delai: unknown key; did you mean 'delay'?\n"
    assert out.exists() is (command == "report")


def test_the_file_that_lies_here_is_read(tmp_path, monkeypatch, handrail):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handrail.toml").write_text("[sites.main]\n", "utf-8")

    done = handrail("audit")

    assert (done.code, done.told) == (2, "Error: handrail.toml:1: sites.main.start: missing; add it to [sites.main]\n")


def test_what_is_not_written_has_its_default():
    site = parse_policy(GOOD).sites["main"]

    assert (site.profile, site.min_coverage, site.timeout, site.sitemaps) == ("wcag22-aa", 0.9, 30, True)
    assert (site.budget.pages, site.budget.depth, site.budget.minutes) == (0, 30, 0)
    assert (site.robots.override, site.authorization) == ("", None)
    assert Policy().sites == {}
    assert parse_policy("") == Policy()


def test_whole_numbers_are_numbers_and_dates_are_dates():
    site = parse_policy(GOOD + "timeout = 5\n" + AUTHORIZED + "on = 2026-11-30\nscope = 'all'\n").sites["main"]

    assert site.timeout == 5.0
    assert site.authorization.on == date(2026, 11, 30)


def test_a_policy_survives_the_sealed_plan():
    policy = parse_policy(GOOD + AUTHORIZED + "on = 2026-11-30\nscope = 'all'\n")

    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_a_policy_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        parse_policy(GOOD).sites["main"].delay = 3


def test_every_key_is_described_for_editors():
    schema = json_schema()
    tables = [schema, *schema["$defs"].values()]

    undescribed = [
        name
        for table in tables
        for name, key in table.get("properties", {}).items()
        if "description" not in key and "$ref" not in json.dumps(key)
    ]

    assert undescribed == []


@pytest.mark.browser
def test_what_the_city_wrote_reaches_the_report(serve, clean_page, tmp_path, audit):
    routes = {
        "/": clean_page("<p>Hello there.</p>"),
        "/robots.txt": (200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /\n"),
    }
    server = serve(routes)
    path = tmp_path / "handrail.toml"
    path.write_text(
        dedent(f"""\
        [city]
        name_en = "City of Larkspur Bay"
        name_fr = "Ville de Larkspur Bay"
        contact_url = "https://www.larkspurbay.example/audit"

        [sites.main]
        name_en = "Main site"
        name_fr = "Site principal"
        owner = "Digital Services"
        contact = "web@larkspurbay.example"
        vendor = "An invented vendor"
        start = ["{server.url()}"]
        profile = "wcag21-aa"
        min_coverage = 0.5

        [sites.main.robots]
        override = "The clerk allowed it on 2026-11-02."

        [sites.main.authorization]
        by = "The clerk"
        on = 2026-11-02
        scope = "All public pages"
        vendor_consent = "In writing, 2026-11-03"
        """),
        "utf-8",
    )

    done = audit(tmp_path / "out", "-c", path, "main")

    told = done.site("main")
    assert done.code == 0
    assert done.report["city"]["name"] == {"en": "City of Larkspur Bay", "fr": "Ville de Larkspur Bay"}
    assert told["name"] == {"en": "Main site", "fr": "Site principal"}
    assert (told["owner"], told["contact"]) == ("Digital Services", "web@larkspurbay.example")
    assert (told["vendor"], told["profile"]) == ("An invented vendor", "wcag21-aa")
    assert told["coverage"]["min_percent"] == 50
    assert told["robots_override"] == "The clerk allowed it on 2026-11-02."
    assert told["authorization"] == {
        "by": "The clerk",
        "on": "2026-11-02",
        "scope": "All public pages",
        "vendor_consent": "In writing, 2026-11-03",
    }
    assert "The clerk" in done.html("main")
    assert "Authorization      The clerk" in done.said
    assert all("(+https://www.larkspurbay.example/audit)" in agent for agent in server.agents)


ALLOWED = '[sites.main.authorization]\nby = "The clerk"\non = 2026-11-02\nscope = "All pages"\n'


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ("", "no authorization is recorded for this site"),
        ("interact = true\n", "no authorization is recorded for this site"),
        (ALLOWED, ""),
        ("staging = true\n", ""),
        (f"interact = false\n{ALLOWED}", "switched off for this site"),
        ("interact = false\nstaging = true\n", "switched off for this site"),
    ],
)
def test_nothing_is_pressed_without_leave(more, refused):
    assert parse_policy(GOOD + more).sites["main"].not_pressed == refused


def test_what_is_known_of_documents_reaches_the_report_in_its_order():
    papers = parse_policy(
        GOOD
        + PAPERS
        + "published = 2019-05-04\npublished_evidence = 'log'\nalternative = 'Ask the Clerk'\n"
        + ASKED
        + "answered = 2026-11-09\n"
        + f"[{OLD}.exception]\nground = 'g'\nby = 'b'\non = 2026-10-05\nuntil = 2027-10-04\n"
        + "[sites.main.documents.all]\nurls = ['*']\n"
    ).documents()

    first, second = papers["main"]
    assert (first.name, first.urls, first.published, first.evidence) == (
        "old",
        ("/old/*.pdf",),
        date(2019, 5, 4),
        "log",
    )
    assert first.exception
    assert first.exception.until == date(2027, 10, 4)
    assert [(one.number, one.answered) for one in first.requests] == [("AF-1", date(2026, 11, 9))]
    assert (second.name, second.published, second.exception, second.requests) == ("all", None, None, ())


def test_nothing_known_of_documents_is_no_entry():
    assert parse_policy(GOOD).documents() == {}


WAIVER = """
[waivers.map]
rules = ["axe/image-alt"]
ground = "g"
reason = "r"
owner = "o"
by = "b"
on = 2026-11-02
until = 2027-04-30
"""


def test_a_site_asks_of_a_gate_what_differs_from_the_rest():
    policy = parse_policy(GOOD + "[sites.main.gate]\nnew = 'off'\n[gate]\nadvice = true\nnew = 'serious'\n")

    assert (policy.gate_of("main").new, policy.gate_of("main").advice) == ("off", True)
    assert (policy.gate_of("elsewhere").new, policy.gate_of("elsewhere").advice) == ("serious", True)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("until = 2027-04-30\n", "", "waivers.map.until: missing"),
        ("until = 2027", "until = 2025", "waivers.map: until is before on"),
        ('ground = "g"\n', "", "waivers.map.ground: missing"),
        ('by = "b"\n', "", "waivers.map.by: missing"),
        ('owner = "o"\n', "", "waivers.map.owner: missing"),
        ("axe/image-alt", "pii/ca-sin", "exposed personal information cannot be waived"),
        ('["axe/image-alt"]', "[]", "waivers.map.rules: must hold at least one"),
        ('owner = "o"', 'owner = "o"\nsite = "mian"', "there is no site 'mian' in this file"),
        ('owner = "o"', 'owner = "o"\nurls = ["https://x/"]', "must be a glob on path and query"),
    ],
)
def test_a_waiver_says_why_who_and_until_when(before, after, said):
    assert parse_policy(GOOD + WAIVER).waived()[0].name == "map"

    with pytest.raises(ConfigError, match=said):
        parse_policy(GOOD + WAIVER.replace(before, after))


@pytest.mark.parametrize("path", ["/templates/a.html", "https://x.example/a", "../a", "a/../../b", "a\\\\b"])
def test_a_template_is_a_path_inside_the_repository(path):
    with pytest.raises(ConfigError, match="a path inside the repository"):
        parse_policy(GOOD + f'[sites.main.parts.footer]\nparts = ["x"]\nfile = "{path}"\n')
