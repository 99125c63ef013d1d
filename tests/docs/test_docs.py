"""What the documents say is what the code does."""

import importlib.util
import json
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer

from audits.registry import check_classes
from audits.standards import load
from handrail import cli
from handrail.cli import scan
from handrail.config import ConfigError, Policy, load_policy, parse_policy
from handrail.wiring import Parts

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PACKAGES = ("audits", "crawler", "handrail", "reports")
EXAMPLE = ROOT / "handrail.example.toml"
#: `path`: or `path`, in part: before a block of code that quotes a file.
QUOTED = re.compile(r"^`([^`\n]+)`(, in part)?:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def module_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prose(text):
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text):
    """The fragments that a page's headings answer to, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text):
    return re.findall(r"\]\(([^)\s]+)\)", prose(text))


def table(text, heading):
    """The rows of the first table below a heading, as lists of cells."""
    below = text.partition(f"\n## {heading}\n")[2]
    lines = re.search(r"^\|.*(?:\n\|.*)*", below, re.MULTILINE).group().splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def commands():
    cli.run(["--version"])  # commands register themselves on the first call
    return typer.main.get_command(cli.app).commands


def every_command():
    """Commands by all their words: "audit", "key", "key rotate"."""
    found = dict(commands())
    groups = {name: group.commands for name, group in found.items() if hasattr(group, "commands")}
    return found | {f"{name} {inner}": one for name, inside in groups.items() for inner, one in inside.items()}


def environment_names():
    """Every environment variable of ours that the code names; Scrapy's settings are none."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    settings = set(re.findall(r"^(HANDRAIL_\w+) =", read("crawler/settings.py"), re.MULTILINE))
    return set(re.findall(r"\bHANDRAIL_[A-Z]+(?:_[A-Z]+)*\b", source)) - settings


# Commands


@pytest.mark.parametrize("name", sorted(every_command()))
def test_a_command_has_help_for_itself_and_for_each_option(name):
    command = every_command()[name]

    assert command.help
    assert [option.name for option in command.params if not getattr(option, "help", "")] == []


@pytest.mark.parametrize("name", sorted(commands()))
def test_the_readme_names_each_command(name):
    assert re.search(rf"`handrail {name}\b", read("README.md"))


def test_no_document_names_a_command_or_option_that_is_not_there():
    known = every_command()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for name, rest in re.findall(r"\bhandrail ([a-z]+)\b([^`\n]*)", " ".join(re.findall(r"`[^`\n]+`", text))):
            assert name in known, f"{page.name}: handrail {name}"
            if hasattr(known[name], "commands") and (inner := re.match(r" ([a-z][a-z-]*)", rest)):
                name = f"{name} {inner[1]}"
                assert name in known, f"{page.name}: handrail {name}"
            options = {
                option for parameter in known[name].params for option in (*parameter.opts, *parameter.secondary_opts)
            }
            assert set(re.findall(r"--[a-z-]+", rest)) <= options | {"--help"}, f"{page.name}: handrail {name}{rest}"


@pytest.mark.parametrize("target", re.findall(r"^\| `make ([a-z ]+)", read("CONTRIBUTING.md"), re.MULTILINE))
def test_the_makefile_has_the_targets_that_contributors_are_told(target):
    for name in target.split():
        assert re.search(rf"^{name}:", read("Makefile"), re.MULTILINE), name


# Exit codes


@pytest.mark.parametrize("page", ["README.md", "docs/configuration.md"])
def test_the_table_of_exit_codes_is_that_of_the_code(page):
    codes = [int(row[0]) for row in table(read(page), "Exit codes")]

    assert codes == sorted({cli.OK, scan.NOT_MET, cli.USAGE, cli.INCOMPLETE, cli.FAILED, cli.BUSY, cli.INTERRUPTED})


@pytest.mark.parametrize(
    "arguments",
    [[], ["no-such-command"], ["audit", "--max-pages", "few"], ["audit", "--no-such-option"], ["explain"], ["scan"]],
    ids=" ".join,
)
def test_a_wrong_command_line_is_a_usage_error(arguments, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    code = cli.run(arguments)

    assert code == cli.USAGE
    assert "Handrail itself failed" not in capsys.readouterr().err


@pytest.mark.parametrize("ended", [KeyboardInterrupt, EOFError], ids=["Ctrl-C", "Ctrl-D"])
def test_a_person_who_stops_a_command_interrupts_it(monkeypatch, ended):
    def pressed(*_):
        raise ended

    monkeypatch.setattr("handrail.cli.checks._rules", pressed)

    assert cli.run(["checks"]) == cli.INTERRUPTED


def test_a_missing_language_model_is_told_with_its_remedy(tmp_path, capsys):
    letter = tmp_path / "letter.txt"
    letter.write_text("Nothing here.")

    code = cli.run(["scan", "--nlp-model", "no_such_model", str(letter)])

    assert code == cli.USAGE
    assert "-m spacy download no_such_model" in capsys.readouterr().err


# Links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in links(page.read_text(encoding="utf-8")):
        if target.startswith(("https://", "http://")):
            continue
        name, _, fragment = unquote(target).partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.is_relative_to(ROOT), target
        assert path.exists(), target
        if fragment:
            assert fragment in anchors(path.read_text(encoding="utf-8")), target


def test_every_document_can_be_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            text = page.read_text(encoding="utf-8")
            waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links(text) if "://" not in link]

    assert set(PAGES) <= reached


def test_every_picture_has_words_and_is_small():
    pictures = [(page, *found) for page in PAGES for found in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text())]

    assert pictures
    for page, words, target in pictures:
        assert len(words) > 20
        assert (page.parent / target).stat().st_size < 200_000


# Configuration


def test_the_reference_of_the_configuration_is_up_to_date():
    made = module_of(ROOT / "docs" / "generate_configuration.py")

    written = made.TARGET.read_text(encoding="utf-8")
    assert written == made.render(), "run: .venv/bin/python docs/generate_configuration.py"


def test_the_reference_names_every_table_and_key():
    made = module_of(ROOT / "docs" / "generate_configuration.py")
    text = made.render()

    headers = dict(made.tables())
    assert headers.keys() >= {"city", "sites.KEY", "sites.KEY.authorization", "browser"}
    for header, model in headers.items():
        section = text.replace("[[", "[").replace("]]", "]").partition(f"### `[{header}]`\n")[2].partition("\n### ")[0]
        for name in model.model_fields:
            assert f"| `{name}` |" in section or any(other.startswith(f"{header}.{name}") for other in headers), (
                f"[{header}] {name}"
            )


def test_the_reference_names_every_environment_variable_and_no_other():
    told = set(module_of(ROOT / "docs" / "generate_configuration.py").ENVIRONMENT)

    assert environment_names() == {name for name in told if "<" not in name}  # those with a name of the City's own


def test_the_example_loads():
    policy = load_policy(EXAMPLE)

    assert len(policy.sites) > 1
    assert policy.city.name_fr


def test_the_example_names_every_key_of_every_table():
    written = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    for header, model in module_of(ROOT / "docs" / "generate_configuration.py").tables():
        given = written
        for step in header.replace("KEY", "main").split("."):
            given = next(iter(given.values())) if step == "NAME" else given[step]
            given = given[0] if isinstance(given, list) else given
        assert given.keys() == model.model_fields.keys(), header
    assert written.keys() == Policy.model_fields.keys()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[city]\nnam_en = ''", "t.toml:2: city.nam_en: unknown key; did you mean 'name_en'?"),
        (
            "[sites.a]\nstart = ['https://a.example/']\nprofil = ''",
            "t.toml:3: sites.a.profil: unknown key; did you mean 'profile'?",
        ),
        (
            "[sites.a]\nstart = ['https://a.example/']\n[sites.a.authorization]\nxx = 1",
            "t.toml:4: sites.a.authorization.xx: unknown key; known here: by, on, scope, vendor_consent",
        ),
        ("[sites.a.budget]\npage = 1", "t.toml:2: sites.a.budget.page: unknown key; did you mean 'pages'?"),
        ("[sites.a]\nstart = 'https://a.example/'", 't.toml:2: sites.a.start: must be a list; write start = ["…"]'),
        ("[site.a]\nstart = []", "t.toml:1: site: unknown key; did you mean 'sites'?"),
    ],
)
def test_a_wrong_key_is_told_with_its_remedy(text, told):
    with pytest.raises(ConfigError) as caught:
        parse_policy(text, "t.toml")

    assert told in str(caught.value).splitlines()


def test_faults_are_told_in_the_order_of_the_file():
    made = module_of(ROOT / "docs" / "generate_configuration.py")

    with pytest.raises(ConfigError) as caught:
        parse_policy(made.WRONG)

    lines = [int(line.split(":")[1]) for line in str(caught.value).splitlines()]
    assert lines == sorted(lines)
    assert len(lines) == 4


# What is quoted


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_quoted_files_are_quoted_rightly(page):
    for name, in_part, quoted in QUOTED.findall(page.read_text(encoding="utf-8")):
        path = ROOT / name
        if "placeholder" in name:  # not in the tree: see below
            continue
        text = path.read_text(encoding="utf-8")
        assert quoted in text if in_part else quoted == text, name


@pytest.fixture
def newcomer(tmp_path, monkeypatch):
    """The check of docs/adding-a-check.md, written down as told; the tests of pages look at it alone."""
    files = {name: text for name, _, text in QUOTED.findall(read("docs/adding-a-check.md")) if "placeholder" in name}
    package = tmp_path / "newcomers"
    package.mkdir()
    (package / "__init__.py").touch()
    pages = tmp_path / "pages"
    for name, text in files.items():
        target = package / Path(name).name if name.endswith(".py") else pages / name.removeprefix("tests/audits/pages/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (found,) = check_classes(["newcomers"], group="none.at.all")
    tests = module_of(ROOT / "tests" / "audits" / "test_pages.py")
    monkeypatch.setattr(tests, "PAGES", pages)
    monkeypatch.setattr(tests, "own_checks", lambda: [found(redact=str)])
    return tests


def test_the_check_that_newcomers_are_shown_works(newcomer):
    cases = sorted(newcomer.PAGES.rglob("*.html"))

    assert len(cases) == 2
    for case in cases:
        newcomer.test_page(case)
        newcomer.test_page_and_expectation_agree(case)
    newcomer.test_every_check_of_our_own_has_a_page_that_breaks_it_and_one_that_does_not()


def test_a_check_without_pages_fails_the_tests(newcomer, tmp_path, monkeypatch):
    monkeypatch.setattr(newcomer, "PAGES", tmp_path / "nowhere")

    with pytest.raises(AssertionError, match="check/placeholder-title"):
        newcomer.test_every_check_of_our_own_has_a_page_that_breaks_it_and_one_that_does_not()


# What is claimed


def test_the_house_is_as_described():
    house = read("docs/architecture.md").partition("## The house")[2].partition("```text\n")[2].partition("```")[0]
    named = {line.split()[0] for line in house.splitlines()}

    assert [name for name in named if not (ROOT / name).exists()] == []
    for package in PACKAGES:
        inside = {f"{package}/{path.name}{'/' * path.is_dir()}" for path in (ROOT / package).iterdir()}
        rooms = {path for path in inside if path.endswith((".py", "/")) and "/_" not in path}
        assert [room for room in rooms if not any(name.startswith(room) for name in named)] == []


def test_the_contracts_of_imports_are_as_described():
    text = " ".join(read("docs/architecture.md").split())

    for contract in tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "forbidden":
            (source,) = contract["source_modules"]
            assert f"`{source}` imports no {', '.join(contract['forbidden_modules'])}" in text


def test_the_kinds_of_rule_ids_are_as_described():
    described = set(re.findall(r"`(\w+)/…`", read("docs/architecture.md").partition("## Rule ids")[2]))

    assert described == {rule.partition("/")[0] for rule in Parts(secret=bytes(32), ibm=True).rules}


def test_the_readme_says_how_few_criteria_rules_cover():
    required = load().profile("aoda")
    covered = {number for rule in Parts(secret=bytes(32)).rules.values() for number in rule.criteria} & set(required)

    assert f"rules exist for {len(covered)} of the {len(required)} criteria" in " ".join(read("README.md").split())


def test_the_notices_name_everything_that_is_packed_or_needed():
    text = read("THIRD_PARTY_NOTICES.md")
    project = tomllib.loads(read("pyproject.toml"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["postgresql"]

    for requirement in needed:
        name = re.match(r"[\w.-]+", requirement).group()
        assert re.search(rf"\b{name}\b", text), requirement
    for source, packed in module_of(ROOT / "hatch_build.py").PARTS.items():
        assert re.match(r"(?:@[^/]+/)?[^/]+", source).group() in text, source
        assert f"`{packed}`" in text, packed


def test_the_notices_have_the_versions_that_npm_brings():
    lock = json.loads(read("package-lock.json"))["packages"]
    licences = {name.removeprefix("node_modules/"): entry.get("license") for name, entry in lock.items() if name}

    for name, licence in licences.items():
        row = next(line for line in read("THIRD_PARTY_NOTICES.md").splitlines() if f"{name}]" in line)
        assert f"| {licence} |" in row if licence else "said in its Readme only" in row


def test_the_changelog_names_the_version_to_come_and_every_command():
    text = read("CHANGELOG.md")

    assert "## [Unreleased]" in text
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] in text
    assert [name for name in commands() if f"`handrail {name}`" not in text] == []
