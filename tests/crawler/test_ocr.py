"""Pages that are pictures, read by Tesseract where it is asked for: what is found there, and what never costs more."""

import io
import os
import signal
import stat
import subprocess
import sys
import time

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas
from servers import needs_tesseract

from audits.check import FILE
from audits.model import Snapshot, Tier, Verdict
from audits.privacy.engine import Detector
from audits.privacy.exposed_pii import ExposedPii
from audits.privacy.keys import Keyring
from crawler import ocr as tesseract
from crawler.documents import read
from crawler.documents.pdf import scans
from crawler.ocr import NoOcr, Ocr, find_ocr
from crawler.opening import DocumentReader

#: Invented; its check digit is right.
SIN = "518 302 740"
LINES = (f"The applicant's SIN is {SIN} as filed.", "Date of birth: 1984-03-05", "of the applicant, who lives here")
LETTER = (612, 792)


@pytest.fixture(scope="module")
def check():
    return ExposedPii(keyring=Keyring(b"t" * 32), detector=Detector(), own_domains=("www.maple.example.ca",))


def made(*draws, size=LETTER):
    """A PDF with a page per drawing."""
    out = io.BytesIO()
    c = canvas.Canvas(out, pagesize=size, invariant=1, initialFontName="Helvetica", initialFontSize=11)
    for draw in draws:
        draw(c)
        c.showPage()
    c.save()
    return out.getvalue()


def words(*lines):
    """Draws lines of text."""

    def draw(c):
        for index, line in enumerate(lines):
            c.drawString(72, 700 - 16 * index, line)

    return draw


def seen(body):
    return read({"kind": "pdf", "body": body, "cut": False, "content_type": ""})


def sheet(*lines, turned=0):
    """Draws a scan of a letter with these lines, laid in turned."""
    image = Image.new("L", (1275, 1650), "white")
    draw = ImageDraw.Draw(image)
    for index, line in enumerate(lines):
        draw.text((140, 200 + index * 60), line, fill="black", font_size=30)
    reader = ImageReader(image.rotate(turned, expand=True))
    return lambda c: c.drawImage(reader, 0, 0, *c._pagesize)


def read_in_pictures(file):
    return [(at, said) for at, _, _, said, where in file["pieces"] if where == "scan"]


def kinds(check, file):
    snapshot = Snapshot(site="main", url="https://www.maple.example.ca/a.pdf", artifacts={FILE: file})
    return {
        (one.rule, one.verdict, one.exposure.tier, one.selector)
        for outcome in check.outcomes(snapshot)
        for one in outcome.findings
    }


@pytest.fixture
def program(tmp_path):
    """``program("exit 1")`` in Tesseract's place."""

    def write(script):
        path = tmp_path / "tesseract"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return Ocr(program=str(path), version="5.0.0", languages=("eng",))

    return write


# What is read


@needs_tesseract
async def test_a_picture_of_text_is_read_and_what_it_shows_is_found(check, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(made(sheet(*LINES), words("Appendix")))

    async with DocumentReader(tmp_path, ocr=find_ocr(["eng"])) as reader:
        file = await reader.read(path, "pdf")

    assert read_in_pictures(file) == [("p1 (scan)", line) for line in LINES]
    assert (file["about"]["image_only"], file["cut"]) == ([1], False)
    assert kinds(check, file) == {
        ("pii/ca-sin", Verdict.FAIL, Tier.REPORT, "p1 (scan)"),
        ("pii/date-of-birth", Verdict.REVIEW, Tier.REVIEW, "p1 (scan)"),  # a digit may be misread
    }


def test_the_same_as_text_needs_nobody_to_look_at_it(check):
    found = kinds(check, seen(made(words(*LINES))))

    assert ("pii/date-of-birth", Verdict.FAIL, Tier.REPORT, "p1") in found


@needs_tesseract
def test_a_picture_that_lies_on_its_side_is_read():
    body = made(sheet(*LINES, turned=90), size=LETTER[::-1])

    file = scans.with_scans(seen(body), body, find_ocr(["eng"]))

    assert ("p1 (scan)", LINES[0]) in read_in_pictures(file)


@needs_tesseract
def test_of_an_empty_sheet_nothing_is_told():
    body = made(sheet())

    file = scans.with_scans(seen(body), body, find_ocr(["eng"]))

    assert file == seen(body)
    assert file["about"]["image_only"] == [1]


@pytest.mark.parametrize(
    "body",
    [
        made(words(*LINES)),
        made(lambda c: (sheet(*LINES)(c), words(*LINES)(c))),  # text on the picture of its paper
        made(words("")),
    ],
)
def test_a_page_with_text_is_not_handed_on(body, program):
    file = seen(body)

    assert scans.with_scans(file, body, program("exit 1")) == file


def test_where_it_is_not_asked_for_nothing_is_read_in_pictures(check):
    body = made(sheet(*LINES))

    assert read_in_pictures(seen(body)) == []
    assert kinds(check, seen(body)) == set()


def row(line, left, text, sure=95, block=1, wide=80):
    return "\t".join(map(str, ("5", 1, block, 1, line, 1, left, 40 * line, wide, 20, sure, text)))


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([row(1, 0, "City"), row(1, 90, "of"), row(2, 0, "Maple")], [("\n\n", "City of"), ("\n", "Maple")]),
        ([row(1, 0, "One"), row(1, 0, "Two", block=2)], [("\n\n", "One"), ("\n\n", "Two")]),
        ([row(1, 0, "2024"), row(1, 400, "518")], [("\n\n", "2024 | 518")]),  # two columns
        ([row(1, 0, "~"), row(2, 0, "e|l", sure=12), row(3, 0, "Sure")], [("\n\n", "~"), ("\n", "Sure")]),
        ([row(1, 0, "Sure"), row(1, 90, "smudge", sure=20)], [("\n\n", "Sure smudge")]),
        (["4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t", row(1, 0, " ")], []),
        ([], []),
    ],
)
def test_lines_of_its_table(rows, lines):
    told = scans._lines("\n".join(["level\tpage_num\ttext", *rows]), "p1 (scan)")

    assert [(one.before, one.text) for one in told] == lines


# What it may cost


def why(file):
    return file.get("left_out", "")


def test_one_that_hangs_costs_its_pages(monkeypatch, program):
    monkeypatch.setattr(scans, "PAGE_SECONDS", 1.1)
    monkeypatch.setattr(scans, "SECONDS", 2.0)
    body = made(sheet(), sheet(), words("Appendix"))

    file = scans.with_scans(seen(body), body, program("exec sleep 60"))

    assert why(file) == "to read its picture takes too long (pages 1, 2)"
    assert file["cut"]
    assert [said for at, *_, said, _ in file["pieces"] if at == "p3"] == ["Appendix"]


def test_one_that_fails_costs_its_pages_and_is_told_beside_what_else_was_not_read(program):
    body = made(sheet())
    file = seen(body) | {"left_out": "its end is missing"}

    assert why(scans.with_scans(file, body, program("exit 1"))) == (
        "its end is missing; its picture could not be read (page 1)"
    )


@pytest.mark.parametrize("size", [(14_400, 14_400), LETTER])
def test_what_is_too_large_is_never_painted(size, monkeypatch, program):
    monkeypatch.setattr(scans, "_UNPACKED", 1275 * 1650 - (size == LETTER))
    body = made(sheet(), size=size)

    assert why(scans.with_scans(seen(body), body, program("exit 1"))) == "its picture is too large to be read (page 1)"


@pytest.mark.parametrize(("most", "told"), [(1, "more than 1 of its pages are pictures"), (2, "")])
def test_only_so_many_pages_are_handed_on(most, told, monkeypatch, program):
    monkeypatch.setattr(scans, "MOST_PAGES", most)
    body = made(sheet(), sheet())

    assert why(scans.with_scans(seen(body), body, program("cat >/dev/null"))) == told


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_it_ends_with_the_process_that_asked(tmp_path, program):
    ocr = program(f"echo $$ > {tmp_path}/began; mv {tmp_path}/began {tmp_path}/pid; exec sleep 60")
    asks = f"from crawler.ocr import Ocr, recognized; recognized(b'', 200, {ocr!r}, 60)"
    parent = subprocess.Popen([sys.executable, "-c", asks])
    _until((tmp_path / "pid").is_file)
    child = int((tmp_path / "pid").read_text())
    assert _runs(child)

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    _until(lambda: not _runs(child))


def _until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def _runs(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_is_told_no_secret(tmp_path, monkeypatch, program):
    monkeypatch.setenv("HANDRAIL_KEY", "ab" * 32)
    ocr = program(f"cat >/dev/null; env > {tmp_path}/env")

    tesseract.recognized(b"", 200, ocr, 20)

    told = (tmp_path / "env").read_text()
    assert "HANDRAIL" not in told
    assert "OMP_THREAD_LIMIT=1" in told
    assert f"PATH={os.environ['PATH']}" in told


# Whether it is there

_KNOWS = 'case $1 in --version) echo "tesseract 5.3.0";; *) printf "List of languages (2):\\neng\\nosd\\n";; esac'


@pytest.mark.parametrize(
    ("script", "languages", "told"),
    [
        ("", ["eng"], "tesseract is not installed; run: sudo apt-get install tesseract-ocr tesseract-ocr-eng"),
        (_KNOWS, ["eng", "chi_sim"], "has no chi_sim here (but eng); run: sudo apt-get install tesseract-ocr "),
        (_KNOWS, ["osd"], "has no osd here"),  # tells how a page is turned, and reads nothing
        ("exit 1", ["eng"], "does not start; run: sudo apt-get install tesseract-ocr tesseract-ocr-eng"),
    ],
)
def test_what_is_missing_is_told_with_its_remedy(script, languages, told, monkeypatch, program, tmp_path):
    if script:
        program(script)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin" if script else str(tmp_path))

    with pytest.raises(NoOcr) as missing:
        find_ocr(languages)

    assert told in str(missing.value)


def test_what_is_there_is_told_and_nothing_is_asked_for_where_nobody_wants_it(monkeypatch, program, tmp_path):
    program(_KNOWS)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")

    assert find_ocr(["eng"]) == Ocr(program=str(tmp_path / "tesseract"), version="5.3.0", languages=("eng",))
    monkeypatch.setenv("PATH", "")
    assert find_ocr([]) is None
