"""Every page in a real browser: no accessibility violation, no sideways scroll, nothing asked of the network."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from reports.formats.html import Shown, page_name, render_chain, render_history, render_pages
from reports.formats.json import render, to_data
from reports.public import for_everybody
from reports.signing import Signature, sha256_of
from reports.text import LANGUAGES
from reports.write import write_reports

playwright = pytest.importorskip("playwright.sync_api")

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "handrail" / "_vendor" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--no-sandbox", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-quic", "--no-first-run"),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What is looked for in each look. Light and dark differ in colours alone, widths in layout, languages in words: so
#: colours, which cost most, are judged once in each scheme, and what a width can break at every width.
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
LAYOUT = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
ALL_BUT_COLOURS = "all but colours"
LOOKS: Mapping[str, Sequence[tuple[int, str, Any]]] = {
    "en": [
        (1280, "light", TAGS), (1280, "dark", CONTRAST), (390, "light", ALL_BUT_COLOURS), (390, "dark", None),
        (320, "light", LAYOUT), (320, "dark", None),
    ],
    "fr": [
        (1280, "light", ALL_BUT_COLOURS), (1280, "dark", None), (390, "light", LAYOUT), (390, "dark", CONTRAST),
        (320, "light", LAYOUT), (320, "dark", None),
    ],
}  # fmt: skip
STEMS = ["index", "sites/main/index", "sites/rec/index", "sites/museum/index", "sites/emergency/index"]
OTHERS = ["aoda", "policy", "restricted/privacy", "chain", "answered/sites/emergency/index", "mixed/index"]
OTHERS += ["sites/main/issues-1", "sites/main/many", "history"]
OTHERS += ["public/index", "public/aoda", "public/policy", "public/sites/emergency/index"]
PAGES = [f"{stem}{suffix}" for stem in [*STEMS, *OTHERS] for suffix in (".html", ".fr.html")]
#: From a resident's report to the reply, as ``handrail feedback show --html`` writes it.
CHAIN = {
    "about": "M-3",
    "on": "2026-11-25",
    "reports": [
        {
            "id": "F-1", "received": "2026-11-01", "state": "rechecked", "channel": "311", "language": "fr",
            "page": "https://www.city.example/" + "parking-in-winter/" * 9, "words": "The menu <b>stays</b> shut.",
            "technology": "NVDA", "ticket": "T-1", "erased": False, "overdue": ["answer"], "acknowledged_days": 3,
            "acknowledge_by": "2026-11-06", "answered_days": None, "answer_by": "2026-11-20",
        }
    ],
    "issue": {
        "id": "M-3", "site": "main", "rule": "manual/reported", "title": {"en": "Barrier", "fr": "Obstacle"},
        "criteria": ["2.1.1"], "part_key": "banner", "part": "Header", "barrier": "rechecked",
    },
    "steps": [
        {"on": "2026-11-01", "kind": "received", "report": "F-1", "who": "", "note": "", "entry": 1},
        {"on": "2026-11-05", "kind": "gone", "report": "", "who": "20261105-1a2b", "note": "", "entry": 0},
        {"on": "2026-11-06", "kind": "rechecked", "report": "", "who": "A. Chan", "note": "With NVDA.", "entry": 5},
    ],
}  # fmt: skip


#: An audit in the list of published ones.
AUDIT = {
    "folder": "run-1",
    "run": {"started": "2026-11-23T01:00:00-05:00", "sample": "", "tool_version": "1", "engines": {}},
    "totals": {
        "sites": 4, "sites_failing": 2, "sites_incomplete": 1, "sites_not_audited": 1, "sites_no_failure": 0,
        "pages_audited": 1344, "pages_found": 1500, "places": 4189, "places_per_100_pages": 311,
    },
}  # fmt: skip


def picture(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + b"\xd8\xe2\xe7" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def signatures(report: Any) -> list[Signature]:
    """One that is valid, one of a report that has changed, one of an earlier audit."""
    own = sha256_of(render(to_data(report)).encode())
    said = {"site": "", "role": "Accessibility lead", "name": "A. Osei", "statement": "The results are complete."}
    return [
        Signature(entry=n, at="2026-11-25T09:12:00-05:00", run=run, report_sha256=sha256, **said)
        for n, (run, sha256) in enumerate([("run-0", "0" * 64), (report.run.id, "1" * 64), (report.run.id, own)])
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists() or not AXE.exists():
        pytest.skip("needs /usr/bin/chromium and the vendored axe-core")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, whole_city: Any, answered_city: Any, fonts: dict[str, bytes]
) -> Path:
    path: Path = tmp_path_factory.mktemp("report")
    evidence = path / "evidence"
    evidence.mkdir()
    (evidence / "a1.png").write_bytes(picture(520, 84))
    write_reports(whole_city, path / "out", evidence_dir=evidence, fonts=fonts)
    write_reports(
        answered_city, path / "out" / "answered", evidence_dir=None, fonts=fonts, signatures=signatures(answered_city)
    )
    write_reports(
        for_everybody(answered_city), path / "out" / "public", evidence_dir=None, fonts=fonts, shown=Shown(public=True)
    )
    mixed = to_data(whole_city)
    golf = {"key": "golf", "host": "golf.alder.example", "name": {"en": "Golf", "fr": ""}}
    mixed["waiting"] = [{**golf, "owner": "Parks", "vendor": "Tee Times"}]
    for language in LANGUAGES:
        city = {"name": {"en": "City of Alder", "fr": ""}, "demo": False}
        page = render_chain(CHAIN, language, city=city, tool="1", fonts=fonts)
        (path / "out" / page_name("chain", language)).write_text(page, "utf-8")
        audits = [{**AUDIT, "run": {**AUDIT["run"], "sample": sample}} for sample in ("", "10 pages")]
        page = render_history(audits, language, city=city, latest="latest", fonts=fonts)
        (path / "out" / page_name("history", language)).write_text(page, "utf-8")
        page = render_pages(mixed, fonts=fonts)[page_name("index", language)]
        (path / "out" / "mixed").mkdir(exist_ok=True)
        (path / "out" / "mixed" / page_name("index", language)).write_text(page, "utf-8")
        page = render_pages(many(whole_city), fonts=fonts)[f"sites/main/{page_name('index', language)}"]
        (path / "out" / "sites" / "main" / page_name("many", language)).write_text(page, "utf-8")
    return path / "out"


def many(report: Any) -> Any:
    """The report's data, the failing site with more issues than its page tells in full."""
    data = to_data(report)
    site = next(site for site in data["sites"] if site["key"] == "main")
    first = site["issues"][0]["examples"]
    more = [{**site["issues"][0], "id": f"A-1{n:05}", "evidence": "", "examples": first[:1]} for n in range(84)]
    site["issues"] = (*site["issues"][:1], *more)
    return data


def opened(page: Any, path: Path) -> None:
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


def violations(page: Any, only: Any) -> list[str]:
    """What axe-core finds by rules or tags; ``None``: nothing is asked."""
    if only is None:
        return []
    off = {"color-contrast": {"enabled": False}} if only == ALL_BUT_COLOURS else {}
    asked = {"runOnly": TAGS if only == ALL_BUT_COLOURS else only, "rules": off, "resultTypes": ["violations"]}
    run = """(asked) => axe.run(asked).then((result) => JSON.stringify(
        result.violations.map((v) => v.id + ': ' + v.nodes.slice(0, 3).map((node) => node.target).join(', '))))"""
    found: list[str] = json.loads(page.evaluate(run, asked))
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_violation_and_no_sideways_scroll(browser: Any, folder: Path, name: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, folder / name)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults: list[str] = []
    for width, scheme, only in LOOKS["fr" if name.endswith(".fr.html") else "en"]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        faults += [f"{width} {scheme}: {violation}" for violation in violations(page, only)]
        scroll = page.evaluate("document.documentElement.scrollWidth")
        if scroll > width:
            faults.append(f"{width} {scheme}: {scroll} pixels wide")
    context.close()

    assert faults == []
    assert {url.split(":")[0] for url in asked} <= {"file", "data"}


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        ("document.images[0].removeAttribute('alt')", "image-alt"),
        ("document.querySelector('.tag').style.color = '#bbb'", "color-contrast"),
        ("document.querySelector('h1').outerHTML = '<h5>Title</h5>'", "page-has-heading-one"),
    ],
)
def test_a_spoiled_page_is_noticed(browser: Any, folder: Path, spoil: str, rule: str) -> None:
    page = browser.new_page()
    opened(page, folder / "sites/main/index.html")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(spoil)

    assert rule in {violation.split(":")[0] for violation in violations(page, TAGS)}
    page.close()


def test_the_picture_shows(browser: Any, folder: Path) -> None:
    page = browser.new_page()
    opened(page, folder / "sites/main/index.html")
    image = page.locator("img")
    image.scroll_into_view_if_needed()

    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 520
    page.close()


@pytest.mark.parametrize(
    ("choice", "rows"),
    [("all", 56), ("required", 36), ("fails", 5), ("needs-person", 1), ("no-failure-found", 2), ("not-covered", 47)],
)
def test_the_filter_works_without_script(browser: Any, folder: Path, choice: str, rows: int) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "sites/main/index.html").as_uri())

    page.locator(f"#f-{choice}").check(force=True)

    assert page.locator("tr[data-s]:visible").count() == rows
    assert f"({rows})" in page.locator("label:has(:checked)").inner_text()
    context.close()


def test_a_link_to_an_issue_opens_it(browser: Any, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "sites/main/index.html").as_uri() + "#A-000001")

    assert page.locator("#A-000001").is_visible()
    assert not page.locator("#A-000002").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_the_shapes(browser: Any, folder: Path, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme, forced_colors="active")
    opened(page, folder / "sites/main/index.html")

    def borders(css: str) -> str:
        style: str = page.locator(css).first.evaluate("(e) => getComputedStyle(e).borderTopStyle")
        return style

    assert {borders(".tile"), borders(".tag"), borders(".swatch")} <= {"solid", "dashed"}
    page.close()


def test_print_opens_everything(browser: Any, folder: Path, tmp_path: Path) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    page = browser.new_page()
    page.goto((folder / "sites/main/index.html").as_uri())
    page.pdf(
        path=str(tmp_path / "site.pdf"), tagged=True, outline=True, prefer_css_page_size=True, print_background=True
    )
    page.emulate_media(media="print")

    assert page.locator("#A-000001").is_visible()
    with pikepdf.open(tmp_path / "site.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-CA"
        assert len(pdf.pages) > 5
    page.close()
