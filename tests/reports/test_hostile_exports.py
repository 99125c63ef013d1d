"""Pages that mean harm, through every format: nothing runs, is a formula, hides or forges what is read."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import openpyxl
import pikepdf
import pytest
import yaml
from markdown_it import MarkdownIt

from crawler.browser.find import BrowserMissing, find_browser
from crawler.browser.printing import print_files
from reports.wishes import FORMATS, Wish
from reports.write import write_reports

Make = Callable[..., Any]
HERE = Path(__file__).parent
#: What no format may hold: it hides, reorders or forges what people read, or commands a terminal.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]"
)
TAIL = "x" * 20_000
PAYLOADS = [
    # Markup
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{display:none}</style>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<![CDATA[x]]>",
    "<math><mtext><script>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example>",
    "<object data=//evil.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "{{ 7*7 }}",
    "{% raw %}",
    "{0.__class__}",
    "%(x)s",
    "${7*7}",
    "</textarea><script>alert(1)</script>",
    "<plaintext>",
    "<xmp>",
    # Addresses
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "https://user:secret@evil.example/",
    "https://evil.example\\@good.example/",
    "blob:https://x/1",
    'about:blank#"><b>',
    # Formulas and cells
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    '=HYPERLINK("//evil")',
    '"=1+1',
    'a","=1+1',
    "a\r\n=1+1,b",
    "'=1+1",
    '=DDE("x";"y")',
    "%0A=1+1",
    # Markdown
    "[x](javascript:alert(1))",
    "![x](//evil.example/p.png)",
    "`` ` ``",
    "```\n</details>",
    "| a | b |",
    "# heading",
    "@everyone #1 GH-1",
    "</details></summary>",
    "<!-- -->",
    "\\`x\\`",
    "www.evil.example",
    "***x***",
    "~~~",
    "> quote",
    # Terminals, logs, CI
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x07x",
    "\x9b31m",
    "a\rb",
    "::error::x",
    "##vso[task.setvariable]x",
    "::set-output name=a::b",
    "a\nb\nc",
    # Characters
    "\u202egnp.exe",
    "\u2066x\u2069",
    "a\u200bb\u200d",
    "\ufeffx",
    "a\x00b",
    "\ud800",
    "\ufffe",
    "\U000e0041\U000e0042",
    "\u2028alert(1)\u2029",
    "e\u0301" * 400,
    "\x85next",
    "\ue000",
    # YAML, JSON, XML
    "key: value",
    "- item",
    "!!python/object/apply:os.system ['x']",
    "&a *a",
    '"}],"x":[{"',
    "null",
    "yes",
    "0x10",
    "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "..\\..\\x",
    "../../../etc/passwd",
    # Size
    TAIL,
    "<" * 5_000,
    "=" * 5_000,
    "\n" * 5_000,
]


def report_with(make: Make, texts: list[str]) -> Any:
    """An issue for each text, which stands in everything that comes from a page, and in what people wrote."""
    waivers, issues, work = [], [], {}
    for n, text in enumerate(texts, start=1):
        spot = make(
            "place", n, url=text, page_title=text, state=f"menu: {text}", selector=text, snippet=text, message=text,
            engine=text[:50],
        )  # fmt: skip
        rule = ("axe/button-name", "axe/region", "privacy/form-notice")[n % 3]
        issue = make(
            "issue",
            rule,
            n,
            part_key=text[:50],
            part_name=text,
            places=3,
            pages=2,
            examples=(spot, spot),
            engine=text[:40],
        )
        waiver = make("waiver", f"w{n}", ground=text, reason=text, owner=text, by=text, alternative=text)
        waivers.append(waiver)
        issues.append(issue)
        work[issue.fingerprint] = make("work", decided="accepted", waivers=(waiver,), assigned=text)
    worst = "".join(text for text in texts if len(text) < 100)
    data = make(
        "site",
        site=make(
            "site_record", name_en=worst, name_fr=worst, owner=worst, contact=worst, vendor=worst, host=worst[:200],
            robots_override=worst, authorization={"by": worst, "on": worst},
        ),
        issues=tuple(issues),
        documents=tuple(
            make("document", text, title=text, findings={}) for text in texts[:120]
        ),
        audited_pages=tuple(make("audited_page", "/", url=text, title=text) for text in texts[:5]),
    )  # fmt: skip
    return make("report_of", data, work={"main": work}, waivers=tuple(waivers), name_en=worst, name_fr=worst)


@pytest.fixture(scope="module")
def make() -> Make:
    import importlib.util

    spec = importlib.util.spec_from_file_location("builders", HERE / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda name, *args, **kwargs: getattr(module, name)(*args, **kwargs)


def written(make: Make, texts: list[str], out: Path) -> Path:
    wish = Wish(formats=[name for name in FORMATS if name != "pdf"])
    write_reports(report_with(make, texts), out, evidence_dir=None, wish=wish)
    return out


@pytest.fixture(scope="module")
def hostile(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(make, PAYLOADS, tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def harmless(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(make, [f"words {n}" for n in range(len(PAYLOADS))], tmp_path_factory.mktemp("harmless"))


def files(folder: Path, pattern: str) -> list[Path]:
    found = [path for path in sorted(folder.rglob(pattern)) if "restricted" not in path.parts]
    assert found, pattern
    return found


def test_there_are_enough_and_no_two_are_alike() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 100


def test_no_file_hides_reorders_or_commands(hostile: Path) -> None:
    for path in files(hostile, "*.*"):
        if path.suffix in (".xlsx", ".png"):
            continue
        found = FORBIDDEN.search(path.read_text("utf-8").replace("\ufeff", "", 1))
        assert found is None, (path.name, found)


class Tags(HTMLParser):
    """How often each element stands on a page, and which attributes it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()
        self.attributes: set[tuple[str, str]] = set()
        self.links: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] += 1
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action", "data")}


@pytest.mark.parametrize(
    "name", ["index.html", "sites/main/index.html", "sites/main/index.fr.html", "sites/main/issues-1.html"]
)
def test_a_page_is_built_like_one_that_says_harmless_things(hostile: Path, harmless: Path, name: str) -> None:
    bad, good = Tags(hostile / name), Tags(harmless / name)
    # An address is a link where one is safe, a part that has no name is none, a host may break at its dots.
    loose = {
        "a",
        "span",
        "wbr",
        "code",
        "p",
        "ul",
        "li",
        "h4",
        "dt",
        "dd",
        "div",
        "pre",
        "strong",
        "details",
        "summary",
        "ol",
    }

    assert set(bad.count) <= set(good.count) | {"wbr"}
    assert {tag: n for tag, n in bad.count.items() if tag not in loose} == {
        tag: n for tag, n in good.count.items() if tag not in loose
    }
    assert bad.attributes - good.attributes <= {("a", "rel"), ("a", "hreflang"), ("span", "lang")}
    assert not [link for link in bad.links if not re.match(r"(?:https?://|mailto:|data:,$|#|[\w./-]+(?:#|$))", link)]
    assert not [link for link in bad.links if "evil" in link and "@" in link]


def test_json_ends_no_script_element(hostile: Path) -> None:
    text = (hostile / "report.json").read_text("utf-8")

    json.loads(text)
    assert not re.search("[<>&\u2028\u2029]", text)


@pytest.mark.parametrize("name", ["issues", "criteria", "places"])
def test_no_cell_of_a_csv_is_a_formula_or_begins_another_row(hostile: Path, harmless: Path, name: str) -> None:
    tables = []
    for folder in (hostile, harmless):
        raw = (folder / "sites/main" / f"{name}.csv").read_text("utf-8-sig")
        tables.append(list(csv.reader(io.StringIO(raw, newline=""), strict=True)))
    bad, good = tables

    assert [len(row) for row in bad] == [len(row) for row in good]
    assert not [cell for row in bad for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]


def test_open_data_hold_no_formula(hostile: Path) -> None:
    for path in files(hostile, "open-data-*.csv"):
        table = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), strict=True))
        assert len({len(row) for row in table}) == 1
        assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("name", ["report.xlsx", "documents.xlsx"])
def test_no_cell_of_a_spreadsheet_is_a_formula_or_a_link(hostile: Path, harmless: Path, name: str) -> None:
    sizes = []
    for folder in (hostile, harmless):
        path = folder / "sites/main" / name
        book = openpyxl.load_workbook(path)
        sizes.append({sheet.title: (sheet.max_row, sheet.max_column) for sheet in book})
        cells = [cell for sheet in book for row in sheet for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
        assert max(len(str(cell.value or "")) for cell in cells) <= 32_767
        with zipfile.ZipFile(path) as packed:
            told = "".join(packed.read(part).decode() for part in packed.namelist() if part.endswith((".xml", ".rels")))
        assert "<f>" not in told
        assert "TargetMode" not in told
        assert "DOCTYPE" not in told.replace("&lt;!DOCTYPE", "")
    assert sizes[0] == sizes[1]


def test_sarif_is_valid_and_leads_nowhere(hostile: Path) -> None:
    schema = json.loads((HERE / "sarif-schema-2.1.0.json").read_text("utf-8"))
    for path in files(hostile, "*.sarif"):
        log = json.loads(path.read_text("utf-8"))
        jsonschema.Draft4Validator(schema).validate(log)
        for result in log["runs"][0]["results"]:
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"web-audit/[\w.-]+/[\w.-]+", uri)
            assert ".." not in uri.split("/")
        assert re.fullmatch(r"web-audit/[\w.-]+/", log["runs"][0]["automationDetails"]["id"])


def test_junit_has_the_same_tests_whatever_they_are_called(hostile: Path, harmless: Path) -> None:
    shapes = []
    for folder in (hostile, harmless):
        (suite,) = ET.fromstring((folder / "sites/main/junit.xml").read_text("utf-8"))  # noqa: S314 (our own)
        shapes.append([(case.tag, [child.tag for child in case]) for case in suite])

    assert shapes[0] == shapes[1]


def test_earl_names_no_other_kind_of_address(hostile: Path, harmless: Path) -> None:
    told = json.loads((hostile / "sites/main/earl.jsonld").read_text("utf-8"))
    good = json.loads((harmless / "sites/main/earl.jsonld").read_text("utf-8"))
    sample = (*told["selectSample"]["structuredSample"], *told["selectSample"]["randomSample"])

    assert all(re.match(r"_:|https?://(?!user)", page["id"]) for page in sample)
    assert told.keys() == good.keys()
    assert told["@context"] == good["@context"]


def test_openacr_is_the_same_document_whatever_it_says(hostile: Path, harmless: Path) -> None:
    schema = json.loads((HERE / "openacr-0.1.0.json").read_text("utf-8"))
    shapes = []
    for folder in (hostile, harmless):
        told = yaml.safe_load((folder / "sites/main/openacr.yaml").read_text("utf-8"))
        jsonschema.Draft7Validator(schema).validate(told)
        shapes.append([sorted(told), sorted(told["author"]), told["chapters"], told["catalog"]])

    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name", ["report.md", "report.fr.md"])
def test_markdown_is_read_as_text(hostile: Path, harmless: Path, name: str) -> None:
    """As GitHub reads it: raw HTML let through, addresses made links."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    seen = []
    for folder in (hostile, harmless):
        text = (folder / "sites/main" / name).read_text("utf-8")
        tags = Counter(re.findall(r"<(\w+)", reader.render(text)))
        assert set(tags) <= {
            "h3",
            "h4",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "details",
            "summary",
            "b",
            "ul",
            "li",
            "p",
            "code",
        }
        assert not re.search(r"@(?!\u2060)\w", re.sub(r"`[^`]*`", "", text))
        assert len(text.encode()) <= 1_000_000
        seen.append({tag: n for tag, n in tags.items() if tag not in ("code", "li", "p")})
    assert seen[0] == seen[1]


@pytest.mark.browser
def test_nothing_runs_in_a_browser_even_without_our_policy(hostile: Path, tmp_path: Path) -> None:
    """The pages forbid scripts; what was escaped needs no such ban."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        try:
            path = find_browser()
        except BrowserMissing as exc:
            pytest.skip(str(exc))
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        told: list[str] = []
        page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: told.append(request.url))
        for name in ("index.html", "sites/main/index.html", "sites/main/issues-1.html"):
            text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", (hostile / name).read_text("utf-8"))
            bare = tmp_path / "bare.html"
            bare.write_text(text, "utf-8")
            page.goto(bare.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            page.mouse.move(200, 300)
            page.wait_for_timeout(200)
        browser.close()

    assert {url for url in told if url != bare.as_uri() and not url.startswith("data:")} == set()


@pytest.mark.browser
def test_a_pdf_holds_nothing_that_acts(make: Make, tmp_path: Path) -> None:
    try:
        find_browser()
    except BrowserMissing as exc:
        pytest.skip(str(exc))
    wish = Wish(formats=("pdf",), languages=("en",), site="main")
    write_reports(report_with(make, PAYLOADS), tmp_path, evidence_dir=None, wish=wish, printer=print_files)

    with pikepdf.open(tmp_path / "sites/main/report.pdf") as file:
        for page in file.pages:
            for one in page.get("/Annots", ()):
                assert one.Subtype == "/Link"
                action = one.get("/A", {})
                assert str(action.get("/S", "/URI")) in ("/URI", "/GoTo")
                assert re.match(r"(?:https?|mailto):", str(action.get("/URI", "https:")))
                assert FORBIDDEN.search(str(one.Contents)) is None
        assert not {"/OpenAction", "/AA", "/AcroForm"} & set(file.Root.keys())
        assert not {"/JavaScript", "/EmbeddedFiles"} & set(file.Root.get("/Names", {}).keys())
