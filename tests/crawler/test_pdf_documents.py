"""PDFs: what people read on their pages, in their order, and what stays in them that nobody was to read."""

import io
import random
import zlib
from dataclasses import replace

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageChops, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

from audits.check import FILE
from audits.model import Snapshot
from audits.privacy.engine import Detector
from audits.privacy.exposed_pii import ExposedPii
from audits.privacy.keys import Keyring
from crawler.documents import Locked, Unreadable, read
from crawler.documents.pdf.picture import COVER, pictures
from crawler.documents.pdf.sheet import Sheet
from crawler.evidence import Camera
from crawler.job import Judged
from crawler.opening import DocumentReader, put
from crawler.pictured import pictured
from handrail.evidence import Folder

URL = "https://www.maple.example.ca/files/report.pdf"


def _sin(body: str) -> str:
    doubled = [int(sign) * (2 if place % 2 else 1) for place, sign in enumerate(body)]
    digits = body + str(-sum(sum(divmod(one, 10)) for one in doubled) % 10)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


SIN, OTHER, THIRD = _sin("51830274"), _sin("60482915"), _sin("72915038")
PHONE, MAIL = "905-335-7777", "jo.roe7@gmail.com"


@pytest.fixture(scope="module")
def check():
    return ExposedPii(keyring=Keyring(b"t" * 32), detector=Detector(), own_domains=("www.maple.example.ca",))


def made(*draws, size=(400, 400), **options):
    """A PDF with a page per drawing; (0, 0) is at the lower left."""
    out = io.BytesIO()
    c = canvas.Canvas(out, pagesize=size, invariant=1, initialFontName="Helvetica", initialFontSize=11, **options)
    for draw in draws:
        c.setFont("Helvetica", 11)
        draw(c)
        c.showPage()
    c.save()
    return out.getvalue()


def changed(body, change, **options):
    """The same after ``change(pdf)``."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(body)) as pdf:
        change(pdf)
        pdf.save(out, **options)
    return out.getvalue()


def seen(body):
    return read({"kind": "pdf", "body": body, "cut": False, "content_type": ""})


def text(body):
    """The text of the pages, as recognizers read it."""
    pieces = [one for one in seen(body)["pieces"] if one[4] != "metadata"]
    return "".join(f"{before}{f'{label}: ' if label else ''}{said}" for _, before, label, said, _ in pieces).strip()


def places(body):
    """(where, text) of what is not plainly on a page."""
    return [(where, said) for _, _, _, said, where in seen(body)["pieces"] if where not in ("file", "metadata")]


def findings(check, body):
    file = seen(body)
    snapshot = Snapshot(site="main", url=URL, artifacts={FILE: file})
    return [one for outcome in check.outcomes(snapshot) for one in outcome.findings]


def words(*lines, x=50, top=350, leading=16):
    """Draws lines of text."""

    def draw(c):
        for index, line in enumerate(lines):
            c.drawString(x, top - index * leading, line)

    return draw


def both(*draws):
    def draw(c):
        for one in draws:
            one(c)

    return draw


def box(x, y, wide, high, colour=(0, 0, 0), **options):
    def draw(c):
        c.saveState()
        c.setFillColorRGB(*colour)
        if "alpha" in options:
            c.setFillAlpha(options["alpha"])
        c.rect(x, y, wide, high, fill=1, stroke=0)
        c.restoreState()

    return draw


def white(c):
    c.setFillColorRGB(1, 1, 1)


def rectangle(c, x, y, wide, high):
    path = c.beginPath()
    path.rect(x, y, wide, high)
    return path


def scan(*lines, size=(400, 400), dark=()):
    """A picture of a page with these lines, parts of it blackened."""
    image = Image.new("RGB", (800, 800), "white")
    draw = ImageDraw.Draw(image)
    for index, line in enumerate(lines):
        draw.text((100, 88 + index * 32), line, fill="black", font_size=22)
    for one in dark:
        draw.rectangle(one, fill="black")
    return lambda c: c.drawImage(ImageReader(image), 0, 0, *size)


def invisible(*lines, x=50, top=346, leading=16):
    """Text that is not painted, as it is laid over a scan."""

    def draw(c):
        for index, line in enumerate(lines):
            told = c.beginText(x, top - index * leading)
            told.setTextRenderMode(3)
            told.textOut(line)
            told.setTextRenderMode(0)
            c.drawText(told)

    return draw


def annotation(kind, rect, paint=None, **more):
    """Adds one to the first page; ``paint``: what it looks like, in its own units."""

    def change(pdf):
        one = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array(rect), F=4, **more)
        if paint is not None:
            look = pdf.make_stream(paint)
            look.Type, look.Subtype = Name.XObject, Name.Form
            look.BBox = Array([0, 0, rect[2] - rect[0], rect[3] - rect[1]])
            look.Resources = Dictionary(
                ExtGState=Dictionary(M=Dictionary(BM=Name.Multiply), H=Dictionary(ca=0.4)),
                Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)),
            )
            one.AP = Dictionary(N=look)
        page = pdf.pages[0].obj
        page.Annots = Array([*page.get("/Annots", Array([])), pdf.make_indirect(one)])

    return change


def field(name, value, *, kind="Tx", label="", **more):
    def change(pdf):
        told = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name(f"/{kind}"),
            T=String(name),
            Rect=Array([50, 200, 250, 220]),
            F=4,
        )
        if value is not None:
            told.V = value
        if label:
            told.TU = String(label)
        for key, one in more.items():
            told[f"/{key}"] = one
        one = pdf.make_indirect(told)
        page = pdf.pages[0].obj
        page.Annots = Array([*page.get("/Annots", Array([])), one])
        form = pdf.Root.get("/AcroForm", Dictionary(Fields=Array([])))
        form.Fields = Array([*form.Fields, one])
        pdf.Root.AcroForm = form

    return change


def attached(name, data):
    def change(pdf):
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)

    return change


def hung(name, data):
    """A file on a page, in no tree of names."""

    def change(pdf):
        file = pdf.make_stream(data)
        told = Dictionary(Type=Name.Filespec, F=String(name), UF=String(name), EF=Dictionary(F=file))
        annotation("FileAttachment", [10, 10, 30, 30], FS=told)(pdf)

    return change


def layer(lines, *, off=True):
    def change(pdf):
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Draft")))
        shown = Dictionary(OFF=Array([group])) if off else Dictionary(ON=Array([group]))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=shown)
        page = pdf.pages[0]
        page.obj.Resources.Properties = Dictionary(L=group)
        page.contents_add(f"/OC /L BDC BT /F1 11 Tf 50 60 Td ({lines}) Tj ET EMC".encode())

    return change


def updated(body, change):
    """An incremental update: what was there stays, and the changed objects are written behind it."""
    with pikepdf.open(io.BytesIO(body)) as pdf:
        stream = change(pdf)
        number, data = stream.objgen[0], bytes(stream.read_bytes())
        size = int(pdf.trailer.Size)
        root, info = pdf.Root.objgen[0], pdf.trailer.Info.objgen[0]
    at = len(body)
    told = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(data), data)
    before = int(body.rpartition(b"startxref")[2].split()[0])
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d >>\n"
    table += b"startxref\n%d\n%%%%EOF\n"
    return body + told + table % (number, at, size, root, info, before, at + len(told))


def redrawn(*lines):
    """Other content for the first page."""

    def change(pdf):
        stream = pdf.pages[0].obj.Contents
        told = b"BT /F1 11 Tf 50 350 Td 16 TL " + b"".join(b"(%s) Tj T* " % line.encode() for line in lines) + b"ET"
        stream.write(told)
        return stream

    return change


def rewritten(body, change):
    """An incremental update of an object that is no stream."""

    def told(pdf):
        one = change(pdf)
        return one.objgen[0], one.unparse(resolved=True)

    with pikepdf.open(io.BytesIO(body)) as pdf:
        number, data = told(pdf)
        size, root, info = int(pdf.trailer.Size), pdf.Root.objgen[0], pdf.trailer.Info.objgen[0]
    at = len(body)
    new = b"%d 0 obj\n%s\nendobj\n" % (number, data)
    before = int(body.rpartition(b"startxref")[2].split()[0])
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d >>\n"
    return body + new + (table + b"startxref\n%d\n%%%%EOF\n") % (number, at, size, root, info, before, at + len(new))


def without(path, key):
    """Takes an entry of an object out."""

    def change(pdf):
        one = path(pdf)
        one[key] = String("Closed")
        return one

    return change


def beside(name, data, **more):
    """A file that goes with the document as a whole, in no tree of names."""

    def change(pdf):
        file = Dictionary(F=pdf.make_stream(data))
        told = Dictionary(Type=Name.Filespec, F=String(name), UF=String(name), EF=file, **more)
        pdf.Root.AF = Array([pdf.make_indirect(told)])

    return change


def branched(name, data):
    """A file in a tree of names that has branches."""

    def change(pdf):
        attached(name, data)(pdf)
        leaf = pdf.Root.Names.EmbeddedFiles
        pdf.Root.Names.EmbeddedFiles = Dictionary(Kids=Array([pdf.make_indirect(Dictionary(Names=leaf.Names))]))

    return change


def layers_off(pdf):
    layer(APPLICANT)(pdf)
    pdf.Root.OCProperties.D = Dictionary(BaseState=Name.OFF)


def stripes():
    image = Image.new("RGB", (70, 14), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 70, 6), fill="black")
    return image


APPLICANT = f"The applicant's SIN is {SIN} as filed."
LEFT = 50 + stringWidth("The applicant's SIN is ", "Helvetica", 11) - 1
WIDE = stringWidth(SIN, "Helvetica", 11) + 2
AROUND = [LEFT, 346, LEFT + WIDE, 360]


LEAKS = {
    "a number under a black box": (made(both(words(APPLICANT), box(LEFT, 346, WIDE, 14))), "covered", "p1"),
    "the same on the second page": (
        made(words("Minutes"), both(words(APPLICANT), box(LEFT, 346, WIDE, 14))),
        "covered",
        "p2",
    ),
    "under a white box": (made(both(words(APPLICANT), box(LEFT, 346, WIDE, 14, (1, 1, 1)))), "covered", "p1"),
    "under a red box": (made(both(words(APPLICANT), box(LEFT, 346, WIDE, 14, (1, 0, 0)))), "covered", "p1"),
    "under a whole line of black": (made(both(words(APPLICANT), box(45, 345, 300, 16))), "covered", "p1"),
    "under a box with a word on it": (
        made(
            both(
                words(APPLICANT),
                box(LEFT, 346, WIDE, 14),
                white,
                words("REDACTED", x=LEFT),
            )
        ),
        "covered",
        "p1",
    ),
    "under a box that leaves its last digit": (
        made(both(words(APPLICANT), box(LEFT, 346, WIDE - 7, 14))),
        "covered",
        "p1",
    ),
    "under a box that leaves it, with a word on it": (
        made(both(words(APPLICANT), box(LEFT, 346, WIDE - 7, 14), white, words("REDACTED", x=LEFT + 1))),
        "covered",
        "p1",
    ),
    "under a thick line": (
        made(both(words(APPLICANT), lambda c: (c.setLineWidth(14), c.line(LEFT, 353, LEFT + WIDE, 353)))),
        "covered",
        "p1",
    ),
    "under a picture": (
        made(
            both(
                words(APPLICANT),
                lambda c: c.drawImage(ImageReader(Image.new("RGB", (70, 14), "navy")), LEFT, 346, WIDE, 14),
            )
        ),
        "covered",
        "p1",
    ),
    "under a black box in white letters": (
        made(
            both(
                box(40, 330, 320, 40, (0, 0, 0.4)),
                white,
                words(APPLICANT),
                box(LEFT, 346, WIDE, 14),
            )
        ),
        "covered",
        "p1",
    ),
    "in a form that is painted over": (
        made(
            both(
                lambda c: (c.beginForm("F"), c.setFont("Helvetica", 11), words(APPLICANT, x=0, top=0)(c), c.endForm()),
                lambda c: (c.saveState(), c.translate(50, 350), c.doForm("F"), c.restoreState()),
                box(LEFT, 346, WIDE, 14),
            )
        ),
        "covered",
        "p1",
    ),
    "on a page that is turned": (
        changed(
            made(both(words(APPLICANT), box(LEFT, 346, WIDE, 14))), lambda pdf: setattr(pdf.pages[0].obj, "Rotate", 90)
        ),
        "covered",
        "p1",
    ),
    "under a square that was drawn on": (
        changed(made(words(APPLICANT)), annotation("Square", AROUND, b"0 g 0 0 90 14 re f")),
        "covered",
        "p1",
    ),
    "under a note without words": (
        changed(made(words(APPLICANT)), annotation("FreeText", AROUND, b"1 g 0 0 90 14 re f")),
        "covered",
        "p1",
    ),
    "under an opaque highlight": (
        changed(made(words(APPLICANT)), annotation("Highlight", AROUND, b"0 g 0 0 90 14 re f")),
        "covered",
        "p1",
    ),
    "marked to be blacked out": (
        changed(made(words(APPLICANT)), annotation("Redact", AROUND)),
        "covered",
        "p1",
    ),
    "read from a scan that was blackened later": (
        made(both(scan(APPLICANT, dark=[(90, 80, 720, 120)]), invisible(APPLICANT))),
        "covered",
        "p1",
    ),
    "read from a scan, under a box": (
        made(both(scan(APPLICANT), invisible(APPLICANT), box(40, 342, 330, 20))),
        "covered",
        "p1",
    ),
    "white on white": (made(both(white, words(APPLICANT))), "unseen", "p1"),
    "blue on blue": (
        made(both(box(0, 300, 400, 100, (0, 0, 0.6)), lambda c: c.setFillColorRGB(0, 0, 0.6), words(APPLICANT))),
        "unseen",
        "p1",
    ),
    "too small to be read": (made(both(lambda c: c.setFont("Helvetica", 0.8), words(APPLICANT))), "unseen", "p1"),
    "beside the page": (made(words(APPLICANT, x=500)), "unseen", "p1"),
    "cropped": (
        changed(made(words(APPLICANT)), lambda pdf: setattr(pdf.pages[0].obj, "CropBox", Array([0, 0, 400, 200]))),
        "unseen",
        "p1",
    ),
    "cut away": (
        made(lambda c: (c.clipPath(rectangle(c, 0, 0, 400, 100), stroke=0), words(APPLICANT)(c))),
        "unseen",
        "p1",
    ),
    "in a layer that is off": (changed(made(words("Minutes")), layer(APPLICANT)), "unseen", "p1"),
    "never painted": (made(both(words("Minutes"), invisible(APPLICANT, top=300))), "unseen", "p1"),
    "wholly transparent": (made(both(lambda c: c.setFillAlpha(0), words(APPLICANT))), "unseen", "p1"),
    "in a remark": (
        changed(
            made(words("Plan")), annotation("Text", [10, 10, 30, 30], Contents=String(APPLICANT), T=String("Clerk"))
        ),
        "note",
        "p1 annotation 1",
    ),
    "in a remark with styles": (
        changed(
            made(words("Plan")),
            annotation("Text", [10, 10, 30, 30], RC=String(f"<body><p>SIN <b>{SIN}</b></p></body>")),
        ),
        "note",
        "p1 annotation 1",
    ),
    "in a field": (
        changed(made(words("Form")), field("sin", String(SIN), label="Social insurance number")),
        "value",
        "p1 field sin",
    ),
    "in a list of choices": (
        changed(
            made(words("Form")),
            field("n", String("b"), kind="Ch", label="SIN", Opt=Array([Array([String("b"), String(SIN)])])),
        ),
        "value",
        "p1 field n",
    ),
    "in a table that is attached": (
        changed(made(words("Plan")), attached("notes.csv", f"Name,SIN\nJo Roe,{SIN}\n".encode())),
        "attached",
        "attachment notes.csv > B2",
    ),
    "in a file hung on a page": (
        changed(made(words("Plan")), hung("notes.txt", f"a\nThe SIN is {SIN}\n".encode())),
        "attached",
        "attachment notes.txt > L2",
    ),
    "in a PDF that is attached under another name": (
        changed(made(words("Plan")), attached("old.bin", made(words(APPLICANT)))),
        "attached",
        "attachment old.bin > p1",
    ),
    "in a file that goes with the whole": (
        changed(made(words("Plan")), beside("notes.txt", f"a\nThe SIN is {SIN}\n".encode())),
        "attached",
        "attachment notes.txt > L2",
    ),
    "in what a file is said to be": (
        changed(made(words("Plan")), beside("notes.txt", b"a", Desc=String(f"SIN {SIN}"))),
        "attached",
        "attachment notes.txt",
    ),
    "at the beginning of a file": (
        changed(made(words("Plan")), attached("SIN list 2", f"{SIN} is her SIN.".encode())),
        "attached",
        "attachment SIN list 2 > L1",
    ),
    "in a file on a branch": (
        changed(made(words("Plan")), branched("notes.txt", f"a\nThe SIN is {SIN}\n".encode())),
        "attached",
        "attachment notes.txt > L2",
    ),
    "in layers that are all off": (changed(made(words("Minutes")), layers_off), "unseen", "p1"),
    "under an empty picture of the whole page": (made(both(words(APPLICANT), scan())), "covered", "p1"),
    "under a picture with a pattern": (
        made(both(words(APPLICANT), lambda c: c.drawImage(ImageReader(stripes()), LEFT, 346, WIDE, 14))),
        "covered",
        "p1",
    ),
    "in a remark that was changed": (
        rewritten(
            changed(made(words("Plan")), annotation("Text", [10, 10, 30, 30], Contents=String(APPLICANT))),
            without(lambda pdf: pdf.pages[0].obj.Annots[0], "/Contents"),
        ),
        "revision",
        "revision 1 p1 annotation 1",
    ),
    "in a field that was cleared": (
        rewritten(
            changed(made(words("Form")), field("sin", String(SIN), label="Social insurance number")),
            without(lambda pdf: pdf.Root.AcroForm.Fields[0], "/V"),
        ),
        "revision",
        "revision 1 field sin",
    ),
    "in a property that was changed": (
        rewritten(
            changed(made(words("Plan")), lambda pdf: pdf.docinfo.update({"/Subject": f"SIN {SIN}"})),
            without(lambda pdf: pdf.trailer.Info, "/Subject"),
        ),
        "revision",
        "revision 1 properties",
    ),
    "in a PDF that is attached": (
        changed(made(words("Plan")), attached("old.pdf", made(words(APPLICANT)))),
        "attached",
        "attachment old.pdf > p1",
    ),
    "in the name of a file": (
        changed(made(words("Plan")), attached(f"SIN {SIN} letter.bin", b"\0\1")),
        "attached",
        "attachment",
    ),
    "in what it was before": (
        updated(made(words(APPLICANT)), redrawn("The applicant's file is closed.")),
        "revision",
        "revision 1 p1",
    ),
    "in its properties": (
        changed(made(words("Plan")), lambda pdf: pdf.docinfo.update({"/Subject": f"SIN {SIN}"})),
        "metadata",
        "properties",
    ),
    "in a property of its own": (
        changed(made(words("Plan")), lambda pdf: pdf.docinfo.update({"/ApplicantSIN": SIN})),
        "metadata",
        "properties",
    ),
}


@pytest.mark.parametrize("name", LEAKS)
def test_what_was_not_to_be_read_is_found_where_it_is(check, name):
    body, where, place = LEAKS[name]

    found = [(one.exposure.where, one.selector) for one in findings(check, body) if one.rule == "pii/ca-sin"]

    assert found == [(where, place)]


PROSE = ("Council met on Tuesday.", "The budget was carried.")


def gradient(c):
    c.linearGradient(0, 300, 400, 400, ((0.9, 0.9, 1), (0.5, 0.6, 0.9)), extend=True)


def night(c):
    c.linearGradient(0, 300, 400, 400, ((0, 0, 0.3), (0.2, 0.2, 0.6)), extend=True)


def photo(c):
    noise = Image.effect_noise((100, 100), 40).point(lambda value: value // 2).convert("RGB")
    c.drawImage(ImageReader(noise), 0, 0, 400, 400)


def black(c):
    c.setFillColorRGB(0, 0, 0)


def grey(c):
    c.setFillColorRGB(0.85, 0.85, 0.85)


def mark(c):
    c.saveState()
    grey(c)
    c.setFont("Helvetica-Bold", 60)
    c.translate(60, 200)
    c.rotate(40)
    c.drawString(0, 0, "DRAFT")
    c.restoreState()


def table(c):
    for row in range(4):
        box(45, 346 - row * 16, 300, 14, (0.9, 0.9, 0.9) if row % 2 else (0.75, 0.8, 0.9))(c)
        c.drawString(50, 350 - row * 16, f"Park {row}")
        c.drawString(200, 350 - row * 16, f"{row} benches")


def see_through(c):
    image = Image.new("RGBA", (50, 50), (255, 200, 0, 70))
    c.drawImage(ImageReader(image), 0, 300, 400, 100, mask="auto")


def frame(c):
    c.setLineWidth(6)
    c.rect(10, 10, 380, 380, fill=0, stroke=1)


def ring(c):
    """A frame that is filled, with a hole in it."""
    path = c.beginPath()
    path.rect(5, 5, 390, 390)
    path.moveTo(15, 15)
    path.lineTo(15, 385)
    path.lineTo(385, 385)
    path.lineTo(385, 15)
    path.close()
    c.drawPath(path, fill=1, stroke=0)


def outlined(c):
    told = c.beginText(50, 350)
    told.setTextRenderMode(1)
    told.textOut(PROSE[0])
    c.drawText(told)


def hole(c):
    """Letters that are a hole to a picture."""
    c.saveState()
    told = c.beginText(50, 330)
    told.setFont("Helvetica-Bold", 40)
    told.setTextRenderMode(7)
    told.textOut("Parks")
    c.drawText(told)
    box(0, 0, 400, 400, (0, 0.4, 0))(c)
    c.restoreState()


def multiplied(c):
    c.saveState()
    c.setFillColorRGB(1, 1, 0)
    c._code.append("/MM gs")
    c.rect(45, 346, 200, 14, fill=1, stroke=0)
    c.restoreState()


def with_multiply(pdf):
    pdf.pages[0].obj.Resources.ExtGState = Dictionary(MM=Dictionary(Type=Name.ExtGState, BM=Name.Multiply))


PLAIN = {
    "prose": made(words(*PROSE)),
    "a dark banner with white words": made(both(box(0, 340, 400, 40), white, words(PROSE[0]))),
    "a banner painted after other words": made(
        both(words("Below", top=200), box(0, 340, 400, 40), white, words(PROSE[0]))
    ),
    "a banner in a form": made(
        both(
            lambda c: (c.beginForm("B"), c.setFont("Helvetica", 11), box(0, 0, 400, 40)(c), white(c)),
            lambda c: (words(PROSE[0], top=12)(c), c.endForm(), c.translate(0, 340), c.doForm("B")),
        )
    ),
    "words on a highlight": made(both(box(45, 346, 200, 14, (1, 1, 0)), words(*PROSE))),
    "words under a translucent highlight": made(both(words(*PROSE), box(45, 346, 200, 14, (1, 1, 0), alpha=0.4))),
    "words under a multiplied highlight": changed(made(both(words(*PROSE), multiplied)), with_multiply),
    "a highlight that was drawn on": changed(
        made(words(*PROSE)), annotation("Highlight", [45, 346, 250, 360], b"/M gs 1 1 0 rg 0 0 205 14 re f")
    ),
    "a translucent square that was drawn on": changed(
        made(words(*PROSE)), annotation("Square", [45, 346, 250, 360], b"/H gs 1 0 0 rg 0 0 205 14 re f")
    ),
    "a square that is only a frame": changed(
        made(words(*PROSE)), annotation("Square", [40, 330, 250, 365], b"2 w 1 0 0 RG 1 1 208 33 re S")
    ),
    "a link over words": changed(made(words(*PROSE)), annotation("Link", [45, 346, 250, 360])),
    "a hidden square": changed(
        made(words(*PROSE)),
        lambda pdf: (
            annotation("Square", [45, 346, 250, 360], b"0 g 0 0 205 14 re f")(pdf),
            setattr(pdf.pages[0].obj.Annots[0], "F", 2),
        ),
    ),
    "an underline": made(both(words(*PROSE), lambda c: c.line(50, 348, 200, 348))),
    "a line through": made(both(words(*PROSE), lambda c: c.line(50, 353.5, 200, 353.5))),
    "a page border painted later": made(both(words(*PROSE), frame)),
    "a filled frame with a hole painted later": made(both(words(*PROSE), ring)),
    "rules of a table painted later": made(
        both(table, lambda c: c.grid([45, 190, 345], [298, 314, 330, 346, 362])),
    ),
    "shading of a table painted before": made(table),
    "white words on a photo": made(both(photo, white, words(*PROSE))),
    "white words on a gradient": made(both(night, white, words(*PROSE))),
    "words on a gradient": made(both(gradient, words(*PROSE))),
    "words on a watermark": made(both(mark, words(*PROSE))),
    "a watermark on words": made(both(words(*PROSE), mark)),
    "pale grey words": made(both(grey, words(*PROSE))),
    "words under a picture that is seen through": made(both(words(*PROSE), see_through)),
    "outlined words": made(outlined),
    "letters that are a hole": made(hole),
    "a scan with what was read from it": made(both(scan(*PROSE), invisible(*PROSE))),
    "what was read from it painted under the scan": made(both(words(*PROSE, top=346), scan(*PROSE))),
    "a scan in which what was read is painted first": made(both(invisible(*PROSE), scan(*PROSE))),
    "small print": made(both(lambda c: c.setFont("Helvetica", 4), words(*PROSE))),
    "a small font made large": made(
        lambda c: (c.setFont("Helvetica", 1), c.translate(50, 350), c.scale(11, 11), c.drawString(0, 0, PROSE[0]))
    ),
    "a paragraph cut to itself": made(
        lambda c: (c.clipPath(rectangle(c, 40, 330, 300, 40), stroke=0), words(*PROSE)(c))
    ),
    "a layer that is on": changed(made(words(*PROSE)), layer("In a layer", off=False)),
    "words twice in one place": made(both(words(*PROSE), words(*PROSE))),
    "words with a shadow": made(both(grey, words(PROSE[0], x=51, top=349), black, words(PROSE[0]))),
    "a page that is turned": changed(made(words(*PROSE)), lambda pdf: setattr(pdf.pages[0].obj, "Rotate", 90)),
    "words that are turned": made(lambda c: (c.translate(200, 50), c.rotate(90), words(*PROSE, x=0, top=0)(c))),
    "a cropped margin": changed(
        made(words(*PROSE)), lambda pdf: setattr(pdf.pages[0].obj, "CropBox", Array([20, 20, 380, 380]))
    ),
    "white painted over nothing": made(both(words(*PROSE), box(50, 100, 300, 100, (1, 1, 1)))),
    "a box beside words": made(both(words(*PROSE), box(45, 362, 200, 20))),
    "a box that touches a line": made(both(words(*PROSE), box(45, 341, 200, 6))),
    "a logo over a corner of words": made(both(words(*PROSE), box(0, 300, 48, 80))),
    "a dark page": made(both(box(0, 0, 400, 400, (0.1, 0.1, 0.1)), white, words(*PROSE))),
    "a blue heading on a pale box": made(
        both(box(0, 340, 400, 30, (0.85, 0.9, 1)), lambda c: c.setFillColorRGB(0, 0, 0.7), words(PROSE[0]))
    ),
    "header and footer": made(
        both(
            words("City of Maple | Parks", top=385),
            words(*PROSE, top=300),
            words("City Hall, 426 Brook Street, 905-335-7600", "Page 1 of 2", top=30, leading=12),
        )
    ),
    "a field that is empty": changed(made(words(*PROSE)), field("sin", None, label="Social insurance number")),
    "a placeholder": changed(
        made(words(*PROSE)), field("phone", String("905-555-0100"), label="Home phone", DV=String("905-555-0100"))
    ),
    "a box to tick": changed(made(words(*PROSE)), field("yes", Name.Yes, kind="Btn")),
    "a file for the web": changed(made(words(*PROSE), words("Second")), lambda pdf: None, linearize=True),
    "saved twice without a change": updated(made(words(*PROSE)), lambda pdf: pdf.pages[0].obj.Contents),
    "a tool's own properties": changed(
        made(words(*PROSE)),
        lambda pdf: pdf.docinfo.update({"/Producer": "Acrobat Distiller 9.0", "/Creator": "Microsoft Word 2016"}),
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_what_people_see_is_no_leak(check, name):
    assert places(PLAIN[name]) == []
    assert findings(check, PLAIN[name]) == []
    assert "left_out" not in seen(PLAIN[name])


def test_the_near_misses_outnumber_the_leaks():
    assert len(PLAIN) > len(LEAKS) > 30


def two_columns(c):
    left = ["Residents may ask for a", "copy of the plan at the", "counter on any weekday,", "from nine until noon."]
    right = ["The museum opens again", "in the spring, when the", "works on its roof have", "come to an end at last."]
    words("Two notices", top=380)(c)
    words(*left)(c)
    words(*right, x=220)(c)


def painted_by_rows(c):
    """A table whose cells are as long as those of columns."""
    for row in range(4):
        words(f"A long description of item {row}", top=350 - 16 * row)(c)
        words(f"and a long remark on it, number {row}", x=220, top=350 - 16 * row)(c)


def labels_then_values(c):
    """As a form that was made flat: first all that is printed, then all that was filled in."""
    words("Name:", "Home phone:", "SIN:")(c)
    words("Jo Roe", PHONE, SIN, x=200)(c)


def list_of_people(c):
    for row, cells in enumerate([("Name", "SIN", "Street"), ("Jo", "1", "Oak"), ("Ann", "2", "Elm")]):
        for column, cell in enumerate(cells):
            c.drawString(50 + 100 * column, 350 - 16 * row, cell)


def split(c):
    """One number, painted in pieces."""
    told = c.beginText(50, 350)
    for part in ("SIN: 518 ", "30", "2 7", "40"):
        told.textOut(part)
    c.drawText(told)


def in_boxes(c):
    c.drawString(50, 350, "SIN")
    for index, digit in enumerate(SIN.replace(" ", "")):
        c.rect(80 + 15 * index, 346, 15, 15)
        c.drawString(85 + 15 * index, 350, digit)


@pytest.mark.parametrize(
    ("draw", "read_as"),
    [
        (words("One line.", "Another."), "One line.\nAnother."),
        (
            words("A line as long as any here is", "and what follows it there."),
            "A line as long as any here is and what follows it there.",
        ),
        (words("A line as long as this accommo-", "dation is."), "A line as long as this accommodation is."),
        (
            words("Call anybody at the desk 905-335-", "7777 until noon."),
            "Call anybody at the desk 905-335-7777 until noon.",
        ),
        (
            words("Of this I am, as they say, cer-", "Tain is nothing."),
            "Of this I am, as they say, cer-\nTain is nothing.",
        ),
        (
            words("1. A first point of some length", "2. And a second one."),
            "1. A first point of some length\n2. And a second one.",
        ),
        (both(words("A block."), words("Another.", top=300)), "A block.\n\nAnother."),
        (both(words("Below", top=300), words("Above", top=350)), "Above\n\nBelow"),
        (
            two_columns,
            "Two notices\n\n"
            "Residents may ask for a copy of the plan at the counter on any weekday, from nine until noon.\n\n"
            "The museum opens again in the spring, when the works on its roof have come to an end at last.",
        ),
        (
            painted_by_rows,
            "\n".join(f"A long description of item {n} | and a long remark on it, number {n}" for n in range(4)),
        ),
        (labels_then_values, f"Name: | Jo Roe\nHome phone: | {PHONE}\nSIN: | {SIN}"),
        (list_of_people, "Name | SIN | Street\nName: Jo | SIN: 1 | Street: Oak\nName: Ann | SIN: 2 | Street: Elm"),
        (split, "SIN: 518 302 740"),
        (in_boxes, f"SIN | {SIN.replace(' ', '')}"),
        (
            lambda c: (c.translate(200, 50), c.rotate(90), words("Up the page", "and on", x=0, top=0)(c)),
            "Up the page\nand on",
        ),
    ],
)
def test_a_page_is_read_as_people_read_it(draw, read_as):
    assert text(made(draw)) == read_as


def test_pages_follow_each_other_and_are_told_apart():
    file = seen(made(words("First"), words("Second")))

    assert [(at, said) for at, _, _, said, where in file["pieces"] if where == "file"] == [
        ("p1", "First"),
        ("p2", "Second"),
    ]
    assert file["about"]["pages"] == 2
    assert file["about"]["words"] == 2


def test_a_covered_number_keeps_what_it_is_called():
    body = made(both(words(APPLICANT), box(LEFT, 346, WIDE, 14)))

    told = [(where, said) for _, _, _, said, where in seen(body)["pieces"] if where != "metadata"]

    assert told == [("file", "The applicant's SIN is"), ("covered", SIN), ("file", "as filed.")]


def test_pieces_of_pages_have_their_boxes():
    file = seen(made(words("Plan"), both(words(APPLICANT), box(LEFT, 346, WIDE, 14))))

    index = next(index for index, one in enumerate(file["pieces"]) if one[4] == "covered")
    page, x0, y0, x1, y1 = file["boxes"][index]

    assert page == 2
    assert abs(x0 - LEFT) < 3
    assert abs(x1 - LEFT - WIDE) < 3
    assert 340 < y0 < 350 < y1 < 365


@pytest.mark.parametrize(
    ("body", "image_only"),
    [
        (made(scan(*PROSE)), [1]),
        (made(words("Plan"), both(scan(*PROSE), words("Page 2 of 9", top=20))), [2]),
        (made(both(scan(*PROSE), invisible(*PROSE))), []),
        (made(both(words(*PROSE), lambda c: c.drawImage(ImageReader(Image.new("RGB", (9, 9))), 0, 0, 90, 90))), []),
        (made(both(scan(*PROSE), words(*PROSE, *PROSE, top=200))), []),  # a form on the picture of its paper
        (made(words("")), []),
    ],
)
def test_a_page_that_is_a_picture_is_told(body, image_only):
    assert seen(body)["about"]["image_only"] == image_only


def test_what_a_file_is_about_is_told():
    def change(pdf):
        pdf.Root.Lang = String("fr-CA")
        pdf.docinfo.update({"/Title": "Le plan", "/Author": "Jo Roe", "/Creator": "Jo's", "/Producer": "Acrobat 9"})
        pdf.docinfo.update({"/CreationDate": "D:20260305101112-05'00'", "/ModDate": "D:20260401"})

    about = seen(changed(made(words("Plan")), change))["about"]

    assert about["title"] == "Le plan"
    assert about["lang"] == "fr-CA"
    assert about["made_with"] == "Acrobat 9"
    assert (about["created"], about["modified"]) == ("2026-03-05", "2026-04-01")
    assert about["locked"] == ""


def test_who_made_it_is_told_as_its_author_once():
    def change(pdf):
        pdf.docinfo["/Author"] = "Jo Roe"
        with pdf.open_metadata(set_pikepdf_as_editor=False) as told:
            told["dc:creator"] = ["Jo Roe", "Ann Poe"]
            told["xmpMM:DocumentID"] = "uuid:5f0e8a52-71c1-4c0f-9bf1-2f0d1a3b4c5d"

    pieces = seen(changed(made(words("Plan")), change))["pieces"]
    told = [(label, said) for _, _, label, said, where in pieces if where == "metadata"]

    assert ("Author", "Jo Roe") in told
    assert ("Author", "Ann Poe") in told
    assert len([said for _, said in told if said == "Jo Roe"]) == 1
    assert not any("uuid" in said for _, said in told)


def test_links_bookmarks_and_alternative_texts_are_read():
    def change(pdf):
        page = pdf.pages[0].obj
        link = annotation("Link", [10, 10, 90, 30], A=Dictionary(S=Name.URI, URI=String("mailto:jo.roe7%40gmail.com")))
        link(pdf)
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Letter of Jo Roe", 0))
            outline.root[0].children.append(pikepdf.OutlineItem("Her answer", 0))
        figure = pdf.make_indirect(Dictionary(S=Name.Figure, Alt=String("Jo Roe at home"), Pg=page, K=0))
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([figure])))

    pieces = seen(changed(made(words("Plan")), change))["pieces"]
    told = {(at, label, said, where) for at, _, label, said, where in pieces}

    assert ("p1 link", "link", MAIL, "file") in told
    assert ("bookmark 1", "", "Letter of Jo Roe", "file") in told
    assert ("bookmark 2", "", "Her answer", "file") in told
    assert ("p1", "alternative text", "Jo Roe at home", "file") in told


def test_fields_are_called_as_people_are_told():
    def change(pdf):
        field("applicant.phone", String(PHONE), label="Home phone")(pdf)
        field("applicantName", String("Jo Roe"))(pdf)
        field("empty", String(""))(pdf)
        field("kept", String("Ontario"), DV=String("Ontario"))(pdf)
        field("yes", Name.On, kind="Btn")(pdf)
        field("signed", Dictionary(Type=Name.Sig, Name=String("Jo Roe")), kind="Sig")(pdf)

    pieces = seen(changed(made(words("Form")), change))["pieces"]

    assert [(at, label, said) for at, _, label, said, where in pieces if where == "value"] == [
        ("p1 field applicant.phone", "Home phone", PHONE),
        ("p1 field applicantName", "applicant Name", "Jo Roe"),
        ("p1 field signed", "Signed by", "Jo Roe"),
    ]


def test_the_data_of_a_form_of_forms_is_read():
    data = f'<xfa:datasets xmlns:xfa="x"><xfa:data><f><homePhone>{PHONE}</homePhone></f></xfa:data></xfa:datasets>'

    def change(pdf):
        packet = pdf.make_stream(data.encode())
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([String("datasets"), packet]))

    pieces = seen(changed(made(words("Form")), change))["pieces"]

    assert ("form data homePhone", "home Phone", PHONE, "value") in {(a, b, c, d) for a, _, b, c, d in pieces}


def test_what_stands_there_twice_is_told_once():
    def change(pdf):
        attached("notes.txt", b"A note.")(pdf)
        pdf.Root.AF = Array([pdf.attachments["notes.txt"].obj])
        field("phone", String(PHONE))(pdf)
        data = f'<xfa:datasets xmlns:xfa="x"><xfa:data><phone>{PHONE}</phone></xfa:data></xfa:datasets>'
        pdf.Root.AcroForm.XFA = Array([String("datasets"), pdf.make_stream(data.encode())])

    body = changed(made(words("Before")), change)
    body = updated(body, redrawn("Before", "Between"))
    body = updated(body, redrawn("After"))

    assert places(body) == [
        ("value", PHONE),
        ("attached", "notes.txt"),
        ("attached", "A note."),
        ("revision", "Before"),
        ("revision", "Between"),
    ]


def test_a_name_of_a_file_is_told_and_what_no_one_reads_is_left_out():
    file = seen(changed(made(words("Plan")), attached("photo.bin", b"\0\1\2")))

    assert ("attached", "photo.bin") in [(where, said) for _, _, _, said, where in file["pieces"]]
    assert file["left_out"] == "a file in it is not read to its end"
    assert file["cut"] is True


def test_files_in_files_are_read_as_deep_as_is_told():
    body = made(words(f"SIN {SIN}"))
    for name in ("c.pdf", "b.pdf", "a.pdf"):
        body = changed(made(words("Plan")), attached(name, body))

    file = seen(body)
    told = [at for at, *_ in file["pieces"] if at.startswith("attachment")]

    assert "attachment a.pdf > attachment b.pdf > p1" in told
    assert not any(SIN in said for _, _, _, said, _ in file["pieces"])
    assert file["left_out"] == "a file in it is not read to its end"


def test_a_file_that_unfolds_to_too_much_is_not_unfolded():
    def change(pdf):
        attached("list.txt", b"a")(pdf)
        packed = zlib.compress(b"a" * 300_000_000, 9)
        stream = pdf.make_stream(packed)
        stream.write(packed, filter=Name.FlateDecode)
        annotation("FileAttachment", [1, 1, 9, 9], FS=Dictionary(F=String("big.txt"), EF=Dictionary(F=stream)))(pdf)

    file = seen(changed(made(words("Plan")), change, compress_streams=False))

    assert file["left_out"]


def test_every_earlier_version_is_read_and_what_is_still_there_is_not_told():
    body = made(words(f"The SIN is {SIN}"))
    body = updated(body, redrawn(f"The SIN is {OTHER}"))
    body = updated(body, redrawn("The file is closed"))

    told = [(at, said) for at, _, _, said, where in seen(body)["pieces"] if where == "revision"]

    assert told == [("revision 1 p1", f"The SIN is {SIN}"), ("revision 2 p1", f"The SIN is {OTHER}")]


def test_of_many_earlier_versions_the_last_are_read():
    body = made(words("Version 0"))
    for number in range(1, 9):
        body = updated(body, redrawn(f"Version x{number}"))

    file = seen(body)

    told = [said for _, _, _, said, where in file["pieces"] if where == "revision"]
    assert told == [f"Version x{number}" for number in range(3, 8)]
    assert file["left_out"] == "of its earlier versions only 5 are read"


def photographed(*photos):
    """A page for each picture, which stands in the file as it is."""
    pdf = pikepdf.new()
    for photo in photos:
        page = pdf.add_blank_page(page_size=(200, 200))
        image = pikepdf.Stream(pdf, photo, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=40, Height=40)
        image.BitsPerComponent, image.ColorSpace, image.Filter = 8, pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=image))
        page.Contents = pikepdf.Stream(pdf, b"q 100 0 0 100 20 20 cm /P Do Q")
    file = io.BytesIO()
    pdf.save(file)
    return file.getvalue()


def taken(*, gps=False, artist=""):
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 19.0, 32.5), 3: "W", 4: (79.0, 47.0, 58.7)})
    if artist:
        exif[0x013B] = artist
    photo = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(photo, "JPEG", exif=exif)
    return photo.getvalue()


def test_what_photographs_say_is_told_where_they_are():
    file = seen(photographed(taken(), taken(gps=True, artist="Jo Testwell")))

    told = {
        (at, label, said) for at, _, label, said, where in file["pieces"] if where == "metadata" and "picture" in at
    }
    assert ("p2 picture", "Artist", "Jo Testwell") in told
    assert {at for at, _, _ in told} == {"p2 picture"}
    assert file["pictures"] == [{"at": "p2 picture", "gps": [43.33, -79.8], "thumbnail": False}]
    assert "left_out" not in file


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_whose_end_is_missing_is_not_read_to_its_end(share):
    whole = made(words("Plan"), words("Budget"))
    try:
        told = seen(whole[: int(len(whole) * share)]).get("left_out", "")
    except Unreadable:
        told = "its end is missing"  # nothing of it could be made out

    assert "its end is missing" in told


@pytest.mark.parametrize(
    "more",
    [b"", b"\r\n", b"\0" * 3000, b"<!-- served by 2 obj -->", b"\n%%EOF"],
    ids=["", "line", "zeros", "html", "twice"],
)
def test_what_servers_append_to_a_file_is_no_missing_end(more):
    assert "left_out" not in seen(made(words("Plan")) + more)


def test_an_update_whose_end_is_missing_is_told():
    whole = updated(made(words("Plan")), redrawn("Plan B"))

    assert "left_out" not in seen(whole)
    assert "its end is missing" in seen(whole[: whole.rindex(b"xref\n")])["left_out"]


def test_what_could_not_be_read_is_never_silence(monkeypatch):
    """A part that breaks, whatever it is: the file is not read to its end, and nothing passes."""

    def broken(*_):
        raise TypeError

    monkeypatch.setattr("crawler.documents.pdf.around.fields", broken)

    file = seen(made(words("Plan")))

    assert (file["cut"], file["left_out"]) == (True, "its fields could not be read")


def test_a_file_that_asks_for_a_password_is_locked():
    body = changed(made(words("Plan")), lambda pdf: None, encryption=pikepdf.Encryption(owner="o", user="u"))

    with pytest.raises(Locked):
        seen(body)


@pytest.mark.parametrize(("allowed", "locked"), [(False, "assistive"), (True, "")])
def test_a_file_that_shuts_out_screen_readers_is_told(allowed, locked):
    rights = pikepdf.Permissions(accessibility=allowed, extract=allowed)
    key = pikepdf.Encryption(owner="o", user="", R=3, aes=False, metadata=False, allow=rights)
    file = seen(changed(made(words(*PROSE)), lambda pdf: None, encryption=key))

    assert file["about"]["locked"] == locked
    assert text_of(file) == "\n".join(PROSE)


def text_of(file):
    return "".join(before + said for _, before, _, said, where in file["pieces"] if where == "file").strip()


def circular(pdf):
    """A tree of pages that is its own branch."""
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)


def circular_fields(pdf):
    one = pdf.make_indirect(Dictionary(T=String("a"), V=String("x")))
    one.Kids = Array([one])
    pdf.Root.AcroForm = Dictionary(Fields=Array([one, one]))


def circular_bookmarks(pdf):
    one = pdf.make_indirect(Dictionary(Title=String("a")))
    one.Next, one.First = one, one
    pdf.Root.Outlines = Dictionary(First=one)


def circular_names(pdf):
    one = pdf.make_indirect(Dictionary())
    one.Kids = Array([one, one])
    pdf.Root.Names = Dictionary(EmbeddedFiles=one)


def circular_tags(pdf):
    one = pdf.make_indirect(Dictionary(S=Name.P, Alt=String("alternative")))
    one.K = Array([one, Array([one])])
    pdf.Root.StructTreeRoot = Dictionary(K=one)


def nonsense(pdf):
    """Objects that are of another type than they have to be."""
    page = pdf.pages[0].obj
    page.Annots = Array(
        [1, String("a"), Dictionary(Subtype=1, Rect=Array([String("a")])), Dictionary(Subtype=Name.Redact)]
    )
    pdf.Root.AcroForm = Dictionary(Fields=Dictionary(), XFA=Name.A)
    pdf.Root.Outlines = Array([])
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), 3, String("b"), Dictionary(EF=1)])))
    pdf.Root.OCProperties = Dictionary(D=1)
    pdf.Root.Lang = 4
    pdf.Root.StructTreeRoot = Dictionary(K=Array([1, 2, Dictionary(K=Name.A)]))
    pdf.Root.Metadata = pdf.make_stream(b"<a><b")


@pytest.mark.parametrize(
    "change", [circular, circular_fields, circular_bookmarks, circular_names, circular_tags, nonsense]
)
def test_a_file_that_is_tied_in_knots_is_read_all_the_same(change):
    assert text_of(seen(changed(made(words(*PROSE)), change))).startswith(PROSE[0])


def nested(levels):
    def change(pdf):
        inner = None
        for _ in range(levels):
            form = pdf.make_stream(b"/F Do" if inner is not None else b"BT /F1 9 Tf (deep) Tj ET")
            form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 400, 400])
            form.Resources = (
                Dictionary(XObject=Dictionary(F=inner)) if inner is not None else pdf.pages[0].obj.Resources
            )
            inner = form
        page = pdf.pages[0]
        page.obj.Resources.XObject = Dictionary(F=inner)
        page.contents_add(b"/F Do")

    return change


def unfolding(pdf):
    """A page whose content is as long as a film."""
    packed = zlib.compress(b"0 0 m\n" * 30_000_000, 9)
    stream = pdf.pages[0].obj.Contents
    stream.write(packed, filter=Name.FlateDecode)


TOO_MUCH = (
    "too much is painted there to be read to its end (page 1); it was not looked at for text that is hidden (page 1)"
)


@pytest.mark.parametrize(
    ("body", "left_out"),
    [
        (lambda: changed(made(words(*PROSE)), nested(14)), TOO_MUCH),
        (
            lambda: changed(made(words(*PROSE)), unfolding, compress_streams=False),
            "what is painted there is too much to be read (page 1)",
        ),
        (
            lambda: made(lambda c: [c.rect(n % 400, n // 400, 1, 1) for n in range(60_000)]),
            TOO_MUCH,
        ),
    ],
)
def test_what_is_too_much_is_left_out_and_told(body, left_out):
    assert seen(body())["left_out"] == left_out


def test_a_form_in_itself_is_read_once():
    def change(pdf):
        nested(1)(pdf)
        form = pdf.pages[0].obj.Resources.XObject.F
        form.Resources = Dictionary(XObject=Dictionary(F=form), Font=pdf.pages[0].obj.Resources.Font)
        form.write(b"BT /F1 9 Tf 50 100 Td (deep) Tj ET /F Do")

    assert "deep" in text_of(seen(changed(made(words(*PROSE)), change)))


GOOD = made(words(*PROSE), words("Second"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-",
        b"%PDF-1.7\n" + random.Random(4).randbytes(20_000),
        random.Random(5).randbytes(20_000),
        b"%PDF-1.7\n<!doctype html><html><title>Not found</title><p>Jo Roe</p></html>",
        b"<!doctype html><p>%PDF</p>",
        GOOD[: len(GOOD) // 3],
        b"PK\3\4" + GOOD,
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF",
    ],
)
def test_what_is_no_pdf_is_not_read(body):
    try:
        file = seen(body)
    except Unreadable:
        return
    assert "Jo Roe" not in repr(file)


@pytest.mark.parametrize(
    "body",
    [
        GOOD[:-200],
        GOOD.replace(b"startxref\n", b"startxref\n9"),
        GOOD.replace(b"xref\n0", b"xref\n7"),
        b"\n\n" + GOOD,
        GOOD + b"\n<!-- served by a proxy -->" * 20,
    ],
)
def test_a_file_that_is_only_damaged_is_read(body):
    assert "Council met on Tuesday." in text_of(seen(body))


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_ends_in_an_outcome(seed):
    chance = random.Random(seed)
    body = bytearray(
        changed(GOOD, lambda pdf: field("a", String("b"))(pdf), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    )
    for _ in range(chance.choice((1, 10, 200))):
        body[chance.randrange(20, len(body))] = chance.randrange(256)

    try:
        file = seen(bytes(body))
    except Unreadable:
        return
    assert set(file) >= {"kind", "pieces", "cut", "about"}


def test_no_text_is_in_what_is_raised():
    with pytest.raises(Unreadable) as told:
        seen(b"%PDF-1.4 Jo Roe, SIN " + SIN.encode())

    assert SIN not in repr(told.value)
    assert told.value.__cause__ is None


# Pictures. That a value is covered is shown by another in its place: the picture must be the same, dot for dot.

#: The first has no digit where SIN has it.
FOURTH, FIFTH = _sin("60482916"), _sin("72915039")


def judged(check, body):
    file = seen(body)
    outcomes = tuple(check.outcomes(Snapshot(site="main", url=URL, artifacts={FILE: file})))
    return file, Judged(outcomes=outcomes, title="", seconds=0, known=check.known(), stands=check.stands())


def sheet_of(file, told, *, known=True):
    """The page on which the first SIN stands."""
    key = next(key for key in told.stands if key[0] == "pii/ca-sin")
    page = file["boxes"][told.stands[key][0].piece][0]
    here = {piece: tuple(box) for piece, (number, *box) in file["boxes"].items() if number == page}
    first, count, *_ = file["sheets"][page]
    return Sheet(
        page=page,
        read=file["sheets"][page],
        boxes={piece: box for piece, box in here.items() if not first <= piece < first + count},
        wanted=(told.stands[key],),
        known=told.known if known else (),
    )


def shot(check, body):
    (png,) = pictures(body, sheet_of(*judged(check, body)))
    return png and Image.open(io.BytesIO(png)).convert("RGB")


def bare(check, body):
    """The same page with nothing painted over, as large."""
    sheet = sheet_of(*judged(check, body))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("PIL.ImageDraw.ImageDraw.rectangle", lambda *a, **k: None)
        (png,) = pictures(body, sheet)
    return Image.open(io.BytesIO(png)).convert("RGB")


def turned(body, turns):
    return changed(body, lambda pdf: setattr(pdf.pages[0].obj, "Rotate", turns))


def with_page(body, **entries):
    def change(pdf):
        for name, value in entries.items():
            pdf.pages[0].obj[f"/{name}"] = value

    return changed(body, change)


def about(sin, *more):
    return words("Minutes of Tuesday", f"The applicant's SIN is {sin} as filed.", "Nobody else spoke.", *more)


def in_a_form(sin):
    def draw(c):
        c.beginForm("f")
        about(sin)(c)
        c.endForm()
        c.saveState()
        c.translate(20, -30)
        c.scale(0.9, 0.9)
        c.doForm("f")
        c.restoreState()

    return made(draw)


def units(sin):
    def draw(c):
        c.setFont("Helvetica", 1.1)
        for index, line in enumerate(("Minutes of Tuesday", f"The applicant's SIN is {sin} as filed.", "Nobody else")):
            c.drawString(5, 35 - index * 1.6, line)

    return with_page(made(draw, size=(40, 40)), UserUnit=10)


def over_two_lines(sin):
    start, _, end = sin.rpartition(" ")
    return made(
        words(f"It was told to everybody there that her SIN is {start}", f"{end}, which was written down twice.")
    )


def bars(sin):
    """Letters that say that they are a tenth of what they are: each digit so many bars."""

    def change(pdf):
        names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
        procs = {}
        for number, name in enumerate(names):
            drawn = b"".join(b"%d 0 20 700 re " % (40 * n) for n in (*range(number), 10))
            procs[f"/{name}"] = pdf.make_stream(b"500 0 0 0 100 70 d1 " + drawn + b"f")
        font = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, 0, 100, 70]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            CharProcs=Dictionary(procs),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([48, *(Name(f"/{name}") for name in names)])),
            FirstChar=48,
            LastChar=57,
            Widths=Array([500] * 10),
        )
        page = pdf.pages[0]
        page.Resources.Font.T3 = pdf.make_indirect(font)
        drawn = b"BT /T3 11 Tf 150 334 Td (%s) Tj ET" % sin.replace(" ", "").encode()
        page.contents_add(pdf.make_stream(drawn))

    return changed(made(words("Minutes of Tuesday", "Her SIN number is")), change)


def remark(sin):
    drawn = f"BT /Helv 11 Tf 2 4 Td ({sin}) Tj ET".encode()
    return changed(made(words("Minutes of Tuesday", "SIN")), annotation("FreeText", [75, 330, 175, 346], drawn))


PICTURED = {
    "on a page": lambda sin: made(about(sin)),
    "turned once": lambda sin: turned(made(about(sin)), 90),
    "turned twice": lambda sin: turned(made(about(sin)), 180),
    "turned back": lambda sin: turned(made(about(sin)), 270),
    "on a page that is cropped": lambda sin: with_page(made(about(sin)), CropBox=Array([30, 200, 380, 390])),
    "cropped and turned": lambda sin: with_page(made(about(sin)), CropBox=Array([30, 200, 380, 390]), Rotate=90),
    "in units of its own": units,
    "over two lines": over_two_lines,
    "in a form": in_a_form,
    "up the page": lambda sin: made(lambda c: (c.translate(200, 60), c.rotate(90), about(sin)(both_at_zero(c)))),
    "under a box": lambda sin: made(both(about(sin), box(LEFT, 330, WIDE, 14))),
    "in white": lambda sin: made(both(words("Minutes of Tuesday"), white, words(f"SIN {sin}", top=330))),
    "in letters larger than they say": bars,
    "over a scan": lambda sin: made(both(scan("Minutes", f"SIN {sin}"), invisible("Minutes", f"SIN {sin}"))),
    "beside another": lambda sin: made(about(sin, f"His SIN is {THIRD if sin != THIRD else SIN}, too.")),
}


def both_at_zero(c):
    c.translate(0, -334)
    return c


@pytest.mark.parametrize("how", PICTURED)
def test_a_picture_is_the_same_whatever_the_value_is(check, how):
    one, other = (PICTURED[how](sin) for sin in (SIN, FOURTH))

    first, second = shot(check, one), shot(check, other)

    assert ImageChops.difference(first, second).getbbox() is None
    plain = bare(check, one)
    if how not in ("under a box", "in white"):
        assert ImageChops.difference(plain, bare(check, other)).getbbox() is not None  # who looks closely
    # What stands around is as it was.
    ink = plain.convert("L").point(lambda value: 255 if value < 128 else 0)
    kept = ImageChops.darker(ink, first.convert("L").point(lambda value: 255 if value < COVER[0] else 0))
    assert kept.histogram()[255] > 0.2 * ink.histogram()[255]


def tiled(pdf):
    """On the second page, under its words, a pattern that takes minutes to paint."""
    pattern = pdf.make_stream(
        b"0 0 1 rg 0 0 1 1 re f",
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=Array([0, 0, 300, 300]),
        XStep=0.02,
        YStep=0.02,
        Resources=Dictionary(),
    )
    page = pdf.pages[1]
    page.Resources.Pattern = Dictionary(P=pdf.make_indirect(pattern))
    page.contents_add(pdf.make_stream(b"/Pattern cs /P scn 50 300 300 30 re f"))
    pdf.docinfo["/Title"] = String(f"SIN {FIFTH}")


async def test_what_cannot_be_pictured_costs_its_picture_and_says_why(check, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.opening.SECONDS_OF_PAGE", 4.0)
    beside = words(f"SIN {FOURTH}", x=-200)
    body = changed(made(about(SIN), words(f"SIN {OTHER}"), both(about(THIRD, "The end."), beside)), tiled)
    file, told = judged(check, body)
    camera, path = Camera(Folder(tmp_path / "evidence").put), tmp_path / "file"
    put(path, body)

    async with DocumentReader(tmp_path) as reader:
        outcomes = await pictured(camera, reader, path, file, told)

    found = {
        file["pieces"][told.stands[one.rule, one.exposure.value_hmac, one.selector][0].piece][3]: one
        for outcome in outcomes
        for one in outcome.findings
    }
    values = (SIN, OTHER, THIRD, FOURTH, FIFTH)
    why = {sin: one.exposure.unpictured for said, one in found.items() for sin in values if sin in said}
    assert why == {SIN: "", OTHER: "failed", THIRD: "", FOURTH: "outside", FIFTH: "nowhere"}
    names = [one.evidence for one in found.values() if one.evidence]
    assert sorted(names) == sorted(one.name for one in (tmp_path / "evidence").iterdir())
    assert len(set(names)) == 2
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "evidence").iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda file, told, camera: setattr(camera, "of_documents", 0), "limit"),
        (lambda file, told, camera: file.update(pieces=file["pieces"][:1]), "unsure"),  # the text of the rest was cut
        (lambda file, told, camera: file["sheets"].clear(), "unsure"),  # too much was painted there
    ],
)
async def test_a_page_that_was_not_searched_is_not_shown(check, tmp_path, change, why):
    file, told = judged(check, made(about(SIN)))
    camera = Camera(Folder(tmp_path).put)
    change(file, told, camera)

    outcomes = await pictured(camera, DocumentReader(tmp_path), tmp_path / "gone", file, told)
    late = await pictured(camera, DocumentReader(tmp_path), tmp_path / "gone", file, replace(told, known=None))

    assert [one.exposure.unpictured for outcome in outcomes for one in outcome.findings] == [why]
    assert [one.exposure.unpictured for outcome in late for one in outcome.findings] == ["unsure"]
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_reads_otherwise_than_before_is_not_shown(check):
    sheet = sheet_of(*judged(check, made(about(SIN))))

    with pytest.raises(Unreadable):
        pictures(made(about(FOURTH)), sheet)


def test_what_is_marked_to_be_blacked_out_is(check):
    first, second = (
        changed(made(about(SIN, f"Signed by {name}")), annotation("Redact", [95, 298, 200, 316]))
        for name in ("Mo", "Jo")
    )

    assert ImageChops.difference(shot(check, first), shot(check, second)).getbbox() is None
    assert ImageChops.difference(bare(check, first), bare(check, second)).getbbox() is not None
