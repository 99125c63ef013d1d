"""A thousand documents in one audit, and fifty that mean harm: ``python bench/documents.py [--documents 1000]``.

PDF, Word and Excel files as a clerk's programs write them, a few pages each, no two alike; among them bombs, files that
break off, that refer to themselves, that are nested without end. What is measured is a whole audit of the site that
links to them, its one page included.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean

import docx
import openpyxl
import pikepdf
import results
from peers import fresh
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from sites import WORK, Site, served
from whole import audit, costs

WORDS = """
council committee report budget motion carried seconded ward street bridge library arena permit notice public
meeting agenda minutes staff recommendation water sewer road plan zoning amendment hearing grant program service
review policy by-law schedule contract tender award quarter annual capital operating reserve transfer tax levy
""".split()  # noqa: SIM905


def main() -> None:
    """Write, serve, audit, and renew the results page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    told = parser.parse_args()
    site = Site(name="documents", root=fresh(WORK / "documents"), speed=False)
    written = write(site.root, told.documents, told.seed)
    with served(site) as origins:
        cost, seen = audit(origins["documents"] + "/", WORK / "runs/documents", every=0.5)
    tenth = cost.wall / 10
    memory = [(at, float(size)) for at, size, _ in cost.series]
    data = {
        **costs(cost),
        **seen,
        "exit": cost.exits[0],
        "documents": told.documents,
        "hostile": written,
        "early": mean(size for at, size in memory if 2 * tenth <= at < 4 * tenth),
        "late": mean(size for at, size in memory if 7 * tenth <= at < 9 * tenth),
    }
    results.put("documents", data, command=" ".join(["python", "bench/documents.py", *sys.argv[1:]]))
    print({name: value for name, value in data.items() if name != "ours"}, *seen["ours"][:20], sep="\n")


def write(folder: Path, number: int, seed: int) -> int:
    """The documents and a page that links to all; how many of them mean harm."""
    chance = random.Random(seed)
    names = []
    for one in range(number):
        suffix, make = MAKERS[one % len(MAKERS)]
        names.append(f"record-{one:04}.{suffix}")
        (folder / names[-1]).write_bytes(make(one, chance))
    hostile = list(harm(chance))
    for name, body in hostile:
        names.append(name)
        (folder / name).write_bytes(body)
    links = "".join(f'<li><a href="/{name}">Record {name}</a></li>' for name in names)
    (folder / "index.html").write_text(
        f'<!doctype html><html lang="en"><title>Records</title><h1>Records</h1><ul>{links}</ul></html>', "utf-8"
    )
    return len(hostile)


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(6, 14))).capitalize() + "."


def _pdf(number: int, chance: random.Random) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=letter)
    for page in range(chance.randint(2, 12)):
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(72, 740, f"Record {number}, page {page + 1}")
        canvas.setFont("Helvetica", 10)
        for line in range(46):
            canvas.drawString(72, 710 - 14 * line, _sentence(chance)[:95])
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _docx(number: int, chance: random.Random) -> bytes:
    file = io.BytesIO()
    document = docx.Document()
    document.add_heading(f"Record {number}", 1)
    for _ in range(chance.randint(10, 80)):
        document.add_paragraph(" ".join(_sentence(chance) for _ in range(5)))
    table = document.add_table(rows=12, cols=4)
    for row in table.rows:
        for cell in row.cells:
            cell.text = chance.choice(WORDS)
    document.save(file)
    return file.getvalue()


def _xlsx(number: int, chance: random.Random) -> bytes:
    file = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = f"Record {number}"
    sheet.append(["Ward", "Account", "Amount", "Note"])
    for _ in range(chance.randint(100, 900)):
        sheet.append([chance.randint(1, 9), chance.choice(WORDS), chance.randint(100, 99_999), _sentence(chance)])
    book.save(file)
    return file.getvalue()


MAKERS: tuple[tuple[str, Callable[[int, random.Random], bytes]], ...] = (
    ("pdf", _pdf),
    ("pdf", _pdf),
    ("docx", _docx),
    ("pdf", _pdf),
    ("xlsx", _xlsx),
)


def harm(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Ten kinds, five of each."""
    good = {suffix: make(0, chance) for suffix, make in dict(MAKERS).items()}
    for number in range(5):
        yield f"noise-{number}.pdf", b"%PDF-1.7\n" + chance.randbytes(200_000)
        yield f"cut-{number}.pdf", good["pdf"][: len(good["pdf"]) * (number + 1) // 7]
        yield f"cut-{number}.docx", good["docx"][: len(good["docx"]) * (number + 1) // 7]
        yield f"bomb-{number}.docx", _bomb(good["docx"], "word/document.xml", (number + 1) * 100)
        yield f"bomb-{number}.xlsx", _bomb(good["xlsx"], "xl/sharedStrings.xml", (number + 1) * 100)
        yield f"stream-{number}.pdf", _stream_bomb((number + 1) * 200)
        yield f"circle-{number}.pdf", _circle(number + 1)
        yield f"deep-{number}.pdf", _deep((number + 1) * 20_000)
        yield f"many-{number}.pdf", _many(20_000 * (number + 1))
        yield f"locked-{number}.pdf", _locked(good["pdf"], number)


def _bomb(good: bytes, part: str, megabytes: int) -> bytes:
    """A small document with a part that unfolds to so much."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as sound, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sound.namelist():
            if name != part:
                archive.writestr(name, sound.read(name))
        with archive.open(part, "w") as unfolding:
            unfolding.write(b"<a>")
            for _ in range(megabytes):
                unfolding.write(b" " * (1 << 20))
    return file.getvalue()


def _stream_bomb(megabytes: int) -> bytes:
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(b"0 0 m " * 174_763) for _ in range(megabytes)) + squeeze.flush()
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.Contents = pikepdf.Stream(pdf, data, Filter=pikepdf.Name.FlateDecode)
    return _saved(pdf)


def _circle(pages: int) -> bytes:
    """A page tree that holds itself, and tags that do."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    element = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.P))
    element.K = pikepdf.Array([element, element])
    pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(K=element))
    return _saved(pdf)


def _deep(levels: int) -> bytes:
    """Arrays in arrays."""
    nested = b"[" * levels + b"]" * levels
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/Deep " + nested + b">>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R"
        b"/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R/Size 4>>\n%%EOF"
    )


def _many(objects: int) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    tree = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Document))
    tree.K = pikepdf.Array([pikepdf.Dictionary(S=pikepdf.Name.P, P=tree) for _ in range(objects)])
    pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(K=tree))
    return _saved(pdf)


def _locked(body: bytes, number: int) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(body)) as pdf:
        pdf.save(file, encryption=pikepdf.Encryption(owner="o", user="u", R=(4, 4, 5, 6, 6)[number]))
    return file.getvalue()


def _saved(pdf: pikepdf.Pdf) -> bytes:
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


if __name__ == "__main__":
    main()
