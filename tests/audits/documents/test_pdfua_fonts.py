"""The font rules of PDF/UA-1: on veraPDF's corpus, on files made here, and on fonts that mean harm."""

from __future__ import annotations

import io
import os
import random
import re
import resource
import struct
import time
import zlib
from functools import cache
from pathlib import Path

import pikepdf
import pytest
import reportlab
from fontTools import ttLib
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from pikepdf import Array, Dictionary, Name, Stream, String
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from audits.documents.pdfua_fonts import MOST, PdfUaFonts
from audits.model import Snapshot, Verdict
from audits.runner import run_checks
from crawler.documents.pdf.fonts import fonts

#: Beside the project, not in it: people who only use the project do not have it.
CORPUS = Path(__file__).parents[4] / "shared" / "data" / "pdfua-dev"
FILES = sorted(CORPUS.glob("*.pdf"))
NAMED = re.compile(r"(7\.21[\d.]*)-t(\d+)-fail")
FONTS = Path(reportlab.__file__).parent / "fonts"
CHROMIUM = Path("/usr/bin/chromium")
SHOW = b"BT /F 12 Tf (AB) Tj ET"
#: "A" and "B" as Vera numbers its glyphs.
SHOW_WIDE = b"BT /F 12 Tf <00240025> Tj ET"
MEANINGS = b"1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0024> <0025> <0041> endbfrange"
TABLE = (
    b"/CMapName /Own def /WMode 0 def 1 begincodespacerange <0000> <ffff> endcodespacerange "
    b"1 begincidrange <0000> <00ff> 0 endcidrange"
)


def judge(found, redact=str):
    """By rule, what the check says of these facts."""
    held = {"file": {"kind": "pdf"} | ({} if found is None else {"fonts": found})}
    snapshot = Snapshot(site="s", url="https://city.example/a.pdf", artifacts=held)
    outcomes = run_checks(snapshot, [PdfUaFonts(redact=redact)], site_key="k")
    return {one.rule.removeprefix("pdfua/"): one for one in outcomes}


def wrong(pdf):
    """The rules that a file breaks, or may break."""
    outcomes = judge(fonts(pdf))
    assert {one.verdict for one in outcomes.values()} <= {
        Verdict.FAIL,
        Verdict.REVIEW,
        Verdict.PASS,
        Verdict.INAPPLICABLE,
    }
    return {rule for rule, one in outcomes.items() if one.findings}


# The corpus


@pytest.mark.parametrize("path", FILES or [None], ids=[path.name for path in FILES] or ["missing"])
def test_a_file_of_the_corpus_breaks_the_font_rule_that_it_is_named_for_and_no_other(path):
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{CORPUS} is missing")
    named = NAMED.match(path.name)

    with pikepdf.open(path) as pdf:
        found = wrong(pdf)

    assert found == ({f"{named[1]}-{int(named[2])}"} if named else set())


# Files made here


def file(font, content=SHOW, **resources):
    """One page. ``font`` gets the file and makes the font "F"."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    made = {
        name: Dictionary({f"/{key}": make(pdf) for key, make in entries.items()}) for name, entries in resources.items()
    }
    page.obj.Resources = Dictionary(Font=Dictionary(F=font(pdf)), **made)
    page.obj.Contents = pdf.make_stream(content)
    return pdf


def helvetica(pdf, **changes):
    made = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    for entry, value in changes.items():
        made[f"/{entry}"] = value
    return pdf.make_indirect(made)


@cache
def vera():
    return (FONTS / "Vera.ttf").read_bytes()


@cache
def vera_widths():
    font = ttLib.TTFont(FONTS / "Vera.ttf")
    known = font.getBestCmap()
    letters = [bytes([code]).decode("cp1252", "replace") for code in range(256)]
    return [font["hmtx"][known[ord(one)]][0] * 1000 / 2048 if ord(one) in known else 600 for one in letters]


def described(pdf, program, key="FontFile2", flags=32, **changes):
    made = Dictionary(Type=Name.FontDescriptor, FontName=Name.Vera, Flags=flags, **changes)
    made[f"/{key}"] = program if isinstance(program, Stream) else pdf.make_stream(program)
    return pdf.make_indirect(made)


def text_font(pdf, program=None, flags=32, widths=None, subtype="TrueType", key="FontFile2", **changes):
    """Vera as a simple font; ``Encoding=None`` leaves the entry out."""
    made = Dictionary(
        Type=Name.Font,
        Subtype=Name(f"/{subtype}"),
        BaseFont=Name.Vera,
        FirstChar=0,
        LastChar=255,
        Widths=Array([round(width, 2) for width in widths or vera_widths()]),
        FontDescriptor=described(pdf, vera() if program is None else program, key, flags),
        Encoding=Name.WinAnsiEncoding,
    )
    for entry, value in changes.items():
        if value is None:
            del made[f"/{entry}"]
        else:
            made[f"/{entry}"] = value
    return pdf.make_indirect(made)


def changed(code, by):
    widths = list(vera_widths())
    widths[code] += by
    return widths


def wide_font(
    pdf, program=None, meanings=MEANINGS, inner=None, outer=None, descriptor=None, key="FontFile2", **changes
):
    """Vera as a composite font, its glyphs by their own numbers."""
    cid = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/ABCDEF+Vera"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        CIDToGIDMap=Name.Identity,
        DW=600,
        W=Array([36, Array([vera_widths()[65], vera_widths()[66]])]),
        FontDescriptor=described(pdf, vera() if program is None else program, key, 4, **(descriptor or {})),
    )
    made = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/ABCDEF+Vera"), Encoding=Name("/Identity-H"))
    if meanings is not None:
        made.ToUnicode = meanings if isinstance(meanings, Name) else pdf.make_stream(meanings)
    for holder, entries in ((cid, inner or {}), (made, outer or {})):
        for entry, value in entries.items():
            if value is None:
                del holder[f"/{entry}"]
            else:
                holder[f"/{entry}"] = value
    made.DescendantFonts = Array([pdf.make_indirect(cid)])
    return pdf.make_indirect(made)


def system(ordering="Identity", supplement=0, registry="Adobe"):
    return Dictionary(Registry=String(registry), Ordering=String(ordering), Supplement=supplement)


def table(pdf, data=TABLE, wmode=0, info=None, **entries):
    made = pdf.make_stream(data, Type=Name.CMap, CMapName=Name.Own, WMode=wmode, CIDSystemInfo=info or system())
    for entry, value in entries.items():
        made[f"/{entry}"] = value
    return made


def drawn_font(pdf, names=("A", "B"), drawing=b"600 0 0 0 500 700 d1 0 0 500 700 re f", widths=(600, 600), **changes):
    """A font of drawings, Type 3."""
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, 0, 600, 700]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            FirstChar=65,
            LastChar=66,
            Widths=Array(list(widths)),
            Encoding=Dictionary(Differences=Array([65, *(Name(f"/{name}") for name in names)])),
            CharProcs=Dictionary({f"/{names[0]}": pdf.make_stream(drawing), f"/{names[1]}": pdf.make_stream(drawing)}),
            **changes,
        )
    )


@cache
def compact(width=600):
    """A compact font of two letters, as PDF embeds it."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "A", "B"])
    builder.setupCharacterMap({65: "A", 66: "B"})
    strings = {}
    for name in (".notdef", "A", "B"):
        pen = T2CharStringPen(width, None)
        pen.moveTo((0, 0))
        pen.lineTo((300, 0))
        pen.lineTo((300, 700))
        pen.closePath()
        strings[name] = pen.getCharString()
    builder.setupCFF("Made", {}, strings, {})
    return builder.font["CFF "].compile(builder.font)


def compact_font(pdf, name="Made", charset=None, width=600, told=600, **changes):
    program = pdf.make_stream(compact(width), Subtype=Name.Type1C)
    made = text_font(pdf, program, 32, [told] * 256, "Type1", "FontFile3", **changes)
    made.BaseFont = Name(f"/{name}")
    if charset is not None:
        made.FontDescriptor.CharSet = String(charset)
    return made


def type1_font(pdf, widths=(), **changes):
    made = text_font(pdf, (FONTS / "DarkGardenMK.pfb").read_bytes(), 32, [0] * 256, "Type1", "FontFile", **changes)
    told = dict(re.findall(r"^C \d+ ; WX (\d+) ; N (\w+) ", (FONTS / "DarkGardenMK.afm").read_text("latin-1"), re.M))
    named = {name: int(width) for width, name in told.items()} | {
        name: int(width)
        for width, name in re.findall(r"WX (\d+) ; N (\w+) ", (FONTS / "DarkGardenMK.afm").read_text("latin-1"))
    }
    for code, letter in ((65, "A"), (66, "B")):
        made.Widths[code] = named[letter]
    for code, width in widths:
        made.Widths[code] = width
    return made


def form(content, **entries):
    return lambda pdf: pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, **entries)


MADE = {
    # Embedding, and what is seen
    "a standard font is no exception": (lambda: file(helvetica), {"7.21.4.1-1"}),
    "text that is invisible needs no font": (lambda: file(helvetica, b"BT 3 Tr /F 9 Tf (AB) Tj ET"), set()),
    "invisible after it was visible": (lambda: file(helvetica, b"BT /F 9 Tf (A) Tj 3 Tr (B) Tj ET"), {"7.21.4.1-1"}),
    "invisible for a while": (lambda: file(helvetica, b"q 3 Tr Q BT /F 9 Tf (A) Tj ET"), {"7.21.4.1-1"}),
    "visible for a while": (lambda: file(helvetica, b"3 Tr q 0 Tr BT /F 9 Tf (A) Tj ET Q"), {"7.21.4.1-1"}),
    "clipping is seen": (lambda: file(helvetica, b"BT 7 Tr /F 9 Tf (A) Tj ET"), {"7.21.4.1-1"}),
    "a font that is only carried along": (lambda: file(helvetica, b"0 0 9 9 re f"), set()),
    "a font that is only chosen": (lambda: file(helvetica, b"BT /F 9 Tf ET"), set()),
    "a font that shows nothing": (lambda: file(helvetica, b"BT /F 9 Tf () Tj [() -200 ()] TJ ET"), set()),
    "a font that is taken back": (lambda: file(helvetica, b"BT q /F 9 Tf Q (A) Tj ET"), set()),
    "text between numbers": (lambda: file(helvetica, b"BT /F 9 Tf [(A) -20 <42>] TJ ET"), {"7.21.4.1-1"}),
    "a line of text": (lambda: file(helvetica, b"BT /F 9 Tf (A)' ET"), {"7.21.4.1-1"}),
    "a spaced line of text": (lambda: file(helvetica, b'BT /F 9 Tf 1 2 (A)" ET'), {"7.21.4.1-1"}),
    "words in a comment": (lambda: file(helvetica, b"BT /F 9 Tf % (A) Tj\nET"), set()),
    "words in a property": (lambda: file(helvetica, b"BT /F 9 Tf /Span <</ActualText (A)>> BDC EMC ET"), set()),
    "words in the data of a picture": (
        lambda: file(helvetica, b"BT /F 9 Tf ET BI /W 4 /H 4 ID \x01(A) Tj EI\x02 (A) Tj\nEI Q"),
        set(),
    ),
    "text behind a picture": (
        lambda: file(helvetica, b"BI /W 1 /H 1 ID \xff\xfe\nEI BT /F 9 Tf (A) Tj ET"),
        {"7.21.4.1-1"},
    ),
    "parentheses in a string": (lambda: file(text_font, rb"BT /F 9 Tf (A(\(B)\)) Tj ET"), set()),
    "a string on two lines": (lambda: file(text_font, b"BT /F 9 Tf (A\\\r\nB) Tj ET"), set()),
    "a form in invisible text": (
        lambda: file(helvetica, b"/F 9 Tf 3 Tr /X Do", XObject={"X": form(b"BT (A) Tj ET")}),
        set(),
    ),
    "the same form, seen": (
        lambda: file(helvetica, b"/F 9 Tf q 3 Tr /X Do Q /X Do", XObject={"X": form(b"BT (A) Tj ET")}),
        {"7.21.4.1-1"},
    ),
    "a form that nobody shows": (lambda: file(helvetica, b"q Q", XObject={"X": form(b"BT /F 9 Tf (A) Tj ET")}), set()),
    "a pattern of text": (
        lambda: file(
            helvetica,
            b"/Pattern cs /P scn 0 0 9 9 re f",
            Pattern={"P": form(b"BT /F 9 Tf (A) Tj ET", PatternType=1)},
        ),
        {"7.21.4.1-1"},
    ),
    "a mask of text": (
        lambda: file(
            helvetica,
            b"/M gs 0 0 9 9 re f",
            ExtGState={"M": lambda pdf: Dictionary(SMask=Dictionary(G=form(b"BT /F 9 Tf (A) Tj ET")(pdf)))},
        ),
        {"7.21.4.1-1"},
    ),
    "a font set by the graphics state": (
        lambda: file(
            helvetica, b"/M gs BT (A) Tj ET", ExtGState={"M": lambda p: Dictionary(Font=Array([helvetica(p), 9]))}
        ),
        {"7.21.4.1-1"},
    ),
    "a drawing that shows text": (
        lambda: file(
            lambda pdf: drawn_font(
                pdf,
                drawing=b"600 0 d0 BT /G 9 Tf (A) Tj ET",
                Resources=Dictionary(Font=Dictionary(G=helvetica(pdf))),
            )
        ),
        {"7.21.4.1-1"},
    ),
    # Simple fonts
    "an embedded text font": (lambda: file(text_font), set()),
    "widths within a thousandth": (lambda: file(lambda pdf: text_font(pdf, widths=changed(65, 0.9))), set()),
    "widths beyond": (lambda: file(lambda pdf: text_font(pdf, widths=changed(65, 2))), {"7.21.5-1"}),
    "narrower": (lambda: file(lambda pdf: text_font(pdf, widths=changed(66, -9))), {"7.21.5-1"}),
    "widths of what is not shown": (lambda: file(lambda pdf: text_font(pdf, widths=changed(67, 99))), set()),
    "widths of what nobody sees": (
        lambda: file(lambda pdf: text_font(pdf, widths=changed(65, 99)), b"BT 3 Tr /F 9 Tf (A) Tj ET"),
        set(),
    ),
    "no widths to compare": (lambda: file(lambda pdf: text_font(pdf, Widths=None)), set()),
    "widths that end too early": (lambda: file(lambda pdf: text_font(pdf, LastChar=65)), {"7.21.5-1"}),
    "a letter that the program lacks": (
        lambda: file(
            lambda pdf: text_font(
                pdf, Encoding=Dictionary(BaseEncoding=Name.WinAnsiEncoding, Differences=Array([66, Name.afii10017]))
            )
        ),
        {"7.21.4.1-2"},
    ),
    "other names from the glyph list": (
        lambda: file(
            lambda pdf: text_font(
                pdf,
                widths=changed(66, vera_widths()[67] - vera_widths()[66]),
                Encoding=Dictionary(BaseEncoding=Name.WinAnsiEncoding, Differences=Array([66, Name.C])),
            )
        ),
        set(),
    ),
    "names that nobody knows": (
        lambda: file(
            lambda pdf: text_font(
                pdf, Encoding=Dictionary(BaseEncoding=Name.WinAnsiEncoding, Differences=Array([90, Name.g17]))
            )
        ),
        {"7.21.6-2"},
    ),
    "other names on no base": (
        lambda: file(lambda pdf: text_font(pdf, Encoding=Dictionary(Differences=Array([90, Name.C])))),
        {"7.21.6-2"},
    ),
    "other names without Unicode in the program": (
        lambda: file(
            lambda pdf: text_font(
                pdf,
                without_cmaps(keep=(1, 0)),
                Encoding=Dictionary(BaseEncoding=Name.MacRomanEncoding, Differences=Array([90, Name.C])),
            )
        ),
        {"7.21.6-2"},
    ),
    "a text font without an encoding": (lambda: file(lambda pdf: text_font(pdf, Encoding=None)), {"7.21.6-2"}),
    "a control character": (lambda: file(text_font, b"BT /F 9 Tf (A\\r) Tj ET"), {"7.21.8-1", "7.21.4.1-2"}),
    "an odd code that stands for a bullet": (
        lambda: file(lambda pdf: text_font(pdf, widths=changed(0x81, vera_widths()[0x95] - 600)), b"/F 9 Tf <81> Tj"),
        set(),
    ),
    "a no-break space": (lambda: file(text_font, b"/F 9 Tf <A0> Tj"), set()),
    "a no-break space as wide as any": (
        lambda: file(
            lambda pdf: text_font(pdf, widths=changed(0xA0, vera_widths()[32] - vera_widths()[0xA0])),
            b"/F 9 Tf <A0> Tj",
        ),
        set(),
    ),
    "a no-break space of another width": (
        lambda: file(lambda pdf: text_font(pdf, widths=changed(0xA0, 50)), b"/F 9 Tf <A0> Tj"),
        {"7.21.5-1"},
    ),
    "a drawing that is not there": (lambda: file(drawn_font, b"/F 9 Tf (AC) Tj"), {"7.21.4.1-2"}),
    "a symbol font with an encoding": (
        lambda: file(lambda pdf: text_font(pdf, without_cmaps(keep=(1, 0)), flags=4)),
        {"7.21.6-3"},
    ),
    "a symbol font": (
        lambda: file(
            lambda pdf: text_font(
                pdf, without_cmaps(keep=(1, 0)), flags=4, Encoding=None, ToUnicode=pdf.make_stream(ONE_BYTE)
            )
        ),
        set(),
    ),
    "a symbol font without meanings": (
        lambda: file(lambda pdf: text_font(pdf, without_cmaps(keep=(1, 0)), flags=4, Encoding=None)),
        {"7.21.7-1"},
    ),
    "a symbol font with several tables": (
        lambda: file(lambda pdf: text_font(pdf, flags=4, Encoding=None, ToUnicode=pdf.make_stream(ONE_BYTE))),
        {"7.21.6-4"},
    ),
    "both text and symbols is text": (lambda: file(lambda pdf: text_font(pdf, flags=36)), set()),
    "a text font without a table": (
        lambda: file(lambda pdf: text_font(pdf, without_cmaps())),
        {"7.21.6-1"},
    ),
    "a text font with a table for symbols only": (
        lambda: file(lambda pdf: text_font(pdf, for_symbols())),
        {"7.21.6-1"},
    ),
    "a symbol font with a table for symbols": (
        lambda: file(
            lambda pdf: text_font(pdf, for_symbols(), flags=4, Encoding=None, ToUnicode=pdf.make_stream(ONE_BYTE))
        ),
        set(),
    ),
    "the same, invisible": (
        lambda: file(lambda pdf: text_font(pdf, without_cmaps()), b"BT 3 Tr /F 9 Tf (A) Tj ET"),
        set(),
    ),
    # Type 1, compact, Type 3
    "a Type 1 font": (lambda: file(type1_font), set()),
    "a Type 1 font with another width": (lambda: file(lambda pdf: type1_font(pdf, [(65, 9)])), {"7.21.5-1"}),
    "a compact font": (lambda: file(compact_font), set()),
    "a compact font with another width": (lambda: file(lambda pdf: compact_font(pdf, width=500)), {"7.21.5-1"}),
    "a compact font without the letter": (lambda: file(compact_font, b"/F 9 Tf (AZ) Tj"), {"7.21.4.1-2"}),
    "a compact font by its own encoding": (lambda: file(lambda pdf: compact_font(pdf, Encoding=None)), set()),
    "a list of names": (lambda: file(lambda pdf: compact_font(pdf, "ABCDEF+Made", "/A/B")), set()),
    "a list with the name of nothing": (
        lambda: file(lambda pdf: compact_font(pdf, "ABCDEF+Made", "/.notdef/A/B")),
        set(),
    ),
    "a list that lacks a name": (lambda: file(lambda pdf: compact_font(pdf, "ABCDEF+Made", "/A")), {"7.21.4.2-1"}),
    "a list with one too many": (lambda: file(lambda pdf: compact_font(pdf, "ABCDEF+Made", "/A/B/C")), {"7.21.4.2-1"}),
    "a list of a font that is whole": (lambda: file(lambda pdf: compact_font(pdf, "Made", "/A")), set()),
    "drawings with names of letters": (lambda: file(drawn_font), set()),
    "drawings with names of their own": (lambda: file(lambda pdf: drawn_font(pdf, ("g1", "g2"))), {"7.21.7-1"}),
    "drawings with meanings": (
        lambda: file(lambda pdf: drawn_font(pdf, ("g1", "g2"), ToUnicode=pdf.make_stream(ONE_BYTE))),
        set(),
    ),
    "names made of Unicode": (lambda: file(lambda pdf: drawn_font(pdf, ("uni0041", "u1F600"))), set()),
    "drawings with another width": (lambda: file(lambda pdf: drawn_font(pdf, widths=(600, 400))), {"7.21.5-1"}),
    # Composite fonts
    "a composite font": (lambda: file(wide_font, SHOW_WIDE), set()),
    "no meanings": (lambda: file(lambda pdf: wide_font(pdf, meanings=None), SHOW_WIDE), {"7.21.7-1"}),
    "no meanings, invisible": (
        lambda: file(lambda pdf: wide_font(pdf, meanings=None), b"3 Tr " + SHOW_WIDE),
        {"7.21.7-1"},
    ),
    "a meaning is missing": (lambda: file(wide_font, b"/F 9 Tf <0024003A> Tj"), {"7.21.7-1", "7.21.5-1"}),
    "meanings that are the codes": (
        lambda: file(lambda pdf: wide_font(pdf, meanings=Name("/Identity-H")), SHOW_WIDE),
        set(),
    ),
    "East Asian fonts are known": (
        lambda: file(
            lambda pdf: wide_font(pdf, meanings=None, inner={"CIDSystemInfo": system("Japan1", 4)}), SHOW_WIDE
        ),
        set(),
    ),
    **{
        f"meanings that are no character: {value.decode()}": (
            lambda value=value: file(
                lambda pdf: wide_font(pdf, meanings=MEANINGS + b" 1 beginbfchar <0024> <" + value + b"> endbfchar"),
                SHOW_WIDE,
            ),
            {"7.21.7-2"},
        )
        for value in (b"0000", b"FEFF", b"FFFE", b"00410000")
    },
    "the second of a range is no character": (
        lambda: file(
            lambda pdf: wide_font(pdf, meanings=MEANINGS.replace(b"<0041>", b"<FEFE>")),
            SHOW_WIDE,
        ),
        {"7.21.7-2"},
    ),
    "no character, of what is not shown": (
        lambda: file(
            lambda pdf: wide_font(pdf, meanings=MEANINGS + b" 1 beginbfchar <0099> <0000> endbfchar"), SHOW_WIDE
        ),
        set(),
    ),
    "the sign for what is missing": (
        lambda: file(
            lambda pdf: wide_font(pdf, meanings=MEANINGS + b" 1 beginbfchar <0000> <0020> endbfchar"),
            b"/F 9 Tf <00240000> Tj",
        ),
        {"7.21.8-1"},
    ),
    "a glyph beyond the last": (
        lambda: file(
            lambda pdf: wide_font(pdf, meanings=MEANINGS + b" 1 beginbfchar <7FFF> <0020> endbfchar"),
            b"/F 9 Tf <7FFF> Tj",
        ),
        {"7.21.4.1-2", "7.21.8-1"},
    ),
    "no map to the glyphs": (
        lambda: file(lambda pdf: wide_font(pdf, inner={"CIDToGIDMap": None}), SHOW_WIDE),
        {"7.21.3.2-1"},
    ),
    "a map to other glyphs": (
        lambda: file(
            lambda pdf: wide_font(
                pdf,
                inner={
                    "CIDToGIDMap": pdf.make_stream(struct.pack(">40H", *([0] * 36), 37, 36, 0, 0)),
                    "W": Array([36, Array([vera_widths()[66], vera_widths()[65]])]),
                },
            ),
            SHOW_WIDE,
        ),
        set(),
    ),
    "no width of its own": (lambda: file(lambda pdf: wide_font(pdf, inner={"W": None}), SHOW_WIDE), {"7.21.5-1"}),
    "a range of widths": (
        lambda: file(
            lambda pdf: wide_font(pdf, inner={"W": Array([36, 36, vera_widths()[65], 37, 37, vera_widths()[66]])}),
            SHOW_WIDE,
        ),
        set(),
    ),
    "a table of its own": (
        lambda: file(lambda pdf: wide_font(pdf, outer={"Encoding": table(pdf)}), SHOW_WIDE),
        set(),
    ),
    "a table of one byte": (
        lambda: file(
            lambda pdf: wide_font(
                pdf,
                meanings=ONE_BYTE,
                outer={
                    "Encoding": table(
                        pdf,
                        b"1 begincodespacerange <00> <ff> endcodespacerange 2 begincidchar <41> 36 <42> 37 endcidchar",
                    )
                },
            )
        ),
        set(),
    ),
    "a table of other characters": (
        lambda: file(
            lambda pdf: wide_font(pdf, outer={"Encoding": table(pdf, info=system("Korea1"))}),
            SHOW_WIDE,
        ),
        {"7.21.3.1-1"},
    ),
    "a newer table": (
        lambda: file(
            lambda pdf: wide_font(pdf, outer={"Encoding": table(pdf, info=system(supplement=3))}),
            SHOW_WIDE,
        ),
        set(),
    ),
    "an older table": (
        lambda: file(
            lambda pdf: wide_font(pdf, inner={"CIDSystemInfo": system(supplement=1)}, outer={"Encoding": table(pdf)}),
            SHOW_WIDE,
        ),
        {"7.21.3.1-1"},
    ),
    "a table that every program has": (
        lambda: file(
            lambda pdf: wide_font(
                pdf, inner={"CIDSystemInfo": system("Japan1", 2)}, outer={"Encoding": Name("/90ms-RKSJ-H")}
            )
        ),
        set(),
    ),
    "the same for other characters": (
        lambda: file(
            lambda pdf: wide_font(
                pdf, inner={"CIDSystemInfo": system("GB1", 2)}, outer={"Encoding": Name("/90ms-RKSJ-H")}
            )
        ),
        {"7.21.3.1-1"},
    ),
    "a table that is elsewhere": (
        lambda: file(lambda pdf: wide_font(pdf, outer={"Encoding": Name("/Adobe-Korea1-2")})),
        {"7.21.3.3-1"},
    ),
    "a table that runs down": (
        lambda: file(lambda pdf: wide_font(pdf, outer={"Encoding": table(pdf, wmode=1)}), SHOW_WIDE),
        {"7.21.3.3-2"},
    ),
    "a table that rests on one that all have": (
        lambda: file(
            lambda pdf: wide_font(pdf, outer={"Encoding": table(pdf, UseCMap=Name("/Identity-H"))}), SHOW_WIDE
        ),
        set(),
    ),
    "a table that rests on another": (
        lambda: file(lambda pdf: wide_font(pdf, outer={"Encoding": table(pdf, UseCMap=Name.Other)}), SHOW_WIDE),
        {"7.21.3.3-3"},
    ),
    "a table that says so itself": (
        lambda: file(lambda pdf: wide_font(pdf, outer={"Encoding": table(pdf, b"/Other usecmap " + TABLE)}), SHOW_WIDE),
        {"7.21.3.3-3"},
    ),
    "all glyphs are listed": (
        lambda: file(
            lambda pdf: wide_font(pdf, descriptor={"CIDSet": pdf.make_stream(bits(range(268)))}),
            SHOW_WIDE,
        ),
        set(),
    ),
    "a glyph is not listed": (
        lambda: file(
            lambda pdf: wide_font(pdf, descriptor={"CIDSet": pdf.make_stream(bits(set(range(268)) - {40}))}),
            SHOW_WIDE,
        ),
        {"7.21.4.2-2"},
    ),
    "a glyph is listed that is not there": (
        lambda: file(
            lambda pdf: wide_font(pdf, descriptor={"CIDSet": pdf.make_stream(bits(range(5_000)))}),
            SHOW_WIDE,
        ),
        {"7.21.4.2-2"},
    ),
}
ONE_BYTE = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <41> <42> <0041> endbfrange"


def bits(numbers):
    made = bytearray(1024)
    for number in numbers:
        made[number // 8] |= 0x80 >> number % 8
    return bytes(made)


def for_symbols():
    return without_cmaps((3, 1), 0)


@cache
def without_cmaps(keep=None, encoding=None):
    """Vera with one of its tables of characters, or none."""
    font = ttLib.TTFont(FONTS / "Vera.ttf")
    font["cmap"].tables = [one for one in font["cmap"].tables if (one.platformID, one.platEncID) == keep]
    if encoding is not None:
        (table,) = font["cmap"].tables
        table.platEncID = encoding
        table.cmap = {0xF000 + code: name for code, name in table.cmap.items() if code < 256}
    saved = io.BytesIO()
    font.save(saved)
    return saved.getvalue()


def noted(flags, look=b"BT /F 9 Tf (A) Tj ET"):
    """A page with nothing on it but a note that shows text."""
    pdf = file(helvetica, b"q Q")
    page = pdf.pages[0].obj
    shown = form(look, Resources=page.Resources)(pdf)
    looks = Dictionary(N=Dictionary(On=shown, Off=pdf.make_stream(b"", Subtype=Name.Form)))
    page.Annots = Array([Dictionary(Subtype=Name.Widget, F=flags, AP=looks)])
    return pdf


@pytest.mark.parametrize(("flags", "expected"), [(0, {"7.21.4.1-1"}), (4, {"7.21.4.1-1"}), (2, set())])
def test_what_a_note_shows_counts_unless_it_is_hidden(flags, expected):
    assert wrong(noted(flags)) == expected


def test_resources_come_from_the_page_tree_too():
    pdf = file(helvetica)
    page = pdf.pages[0].obj
    page.Parent.Resources = page.Resources
    del page.Resources

    assert wrong(pdf) == {"7.21.4.1-1"}


def test_content_in_pieces_is_one():
    pdf = file(helvetica)
    pdf.pages[0].obj.Contents = Array([pdf.make_stream(b"BT 3 Tr /F 9 Tf (A) Tj 0 Tr"), pdf.make_stream(b"(B) Tj ET")])

    assert wrong(pdf) == {"7.21.4.1-1"}


@pytest.mark.parametrize("case", MADE)
def test_a_file_breaks_these_rules_and_no_other(case):
    make, expected = MADE[case]

    assert wrong(make()) == expected


PAGE = """<!doctype html><html lang=en><title>Notice</title><style>b { font-family: monospace }</style>
<h1>Skating: Été – “free”</h1><p>Text, <b>code</b> <i>and</i> Ωμέγα Привет → ☐ ½</p><ul><li>One<li>Two</ul>"""


@pytest.mark.browser
def test_what_a_browser_prints_keeps_the_rules():
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("needs /usr/bin/chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(PAGE)
        printed = page.pdf(tagged=True)
        browser.close()

    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert len(fonts(pdf)) > 1
        assert wrong(pdf) == set()


def test_what_reportlab_writes_with_a_font_of_its_own_keeps_the_rules():
    pdfmetrics.registerFont(TTFont("Own", str(FONTS / "Vera.ttf")))
    written = io.BytesIO()
    canvas = Canvas(written)
    canvas.setFont("Own", 12)
    canvas.drawString(72, 700, "Skating lessons: été, “free”")
    canvas.save()

    with pikepdf.open(written) as pdf:
        # It begins each file in Helvetica, and shows nothing with it.
        assert [font["name"] for font in fonts(pdf)] == ["BitstreamVeraSans-Roman"]
        assert wrong(pdf) == set()


def test_a_finding_says_which_font_on_which_page_and_how_many_characters():
    pdf = file(lambda pdf: text_font(pdf, widths=changed(65, 20)))
    pdf.pages.insert(0, pdf.pages[0])
    pdf.pages[0].obj.Contents = pdf.make_stream(b"")

    (finding,) = judge(fonts(pdf))["7.21.5-1"].findings

    assert finding.selector == "p2 font Vera"
    assert finding.message == (
        "Font Vera: 1 of 2 characters that it shows has another width in it than the file says, by 20/1000."
    )


def test_parts_of_one_font_are_told_apart():
    pdf = file(helvetica, b"BT /F 9 Tf (A) Tj /G 9 Tf (B) Tj ET")
    pdf.pages[0].obj.Resources.Font.G = helvetica(pdf)

    found = judge(fonts(pdf))["7.21.4.1-1"].findings

    assert [one.selector for one in found] == ["p1 font Helvetica", "p1 font Helvetica (2)"]


def test_the_name_of_a_font_is_masked():
    found = fonts(file(lambda pdf: helvetica(pdf, BaseFont=Name("/Jane Roe"))))

    (finding,) = judge(found, lambda text: text.replace("Jane Roe", "[name]"))["7.21.4.1-1"].findings

    assert "Jane" not in finding.message + finding.selector


def test_many_faulty_fonts_are_counted():
    (one,) = fonts(file(helvetica))

    found = judge([one] * (MOST + 7))["7.21.4.1-1"].findings

    assert len(found) == MOST
    assert found[-1].message.endswith("The same is wrong with 7 more fonts.")


def test_a_pdf_without_text_has_nothing_to_judge():
    for found in (None, [], fonts(file(helvetica, b"q Q"))):
        assert {one.verdict for one in judge(found).values()} == {Verdict.INAPPLICABLE}


def test_fonts_that_could_not_be_read_are_no_pass():
    held = {"file": {"kind": "pdf", "errors": {"fonts": "KeyError"}}}

    outcomes = run_checks(Snapshot(site="s", url="u", artifacts=held), [PdfUaFonts(redact=str)], site_key="k")

    assert {(one.verdict, one.reason) for one in outcomes} == {(Verdict.ERROR, "fonts: KeyError")}


def test_a_pdf_that_was_not_read_to_its_end_is_no_pass():
    (font,) = fonts(file(helvetica))

    outcomes = judge([font, {"left_out": "its content is too long"}])

    assert outcomes.pop("7.21.4.1-1").verdict is Verdict.FAIL
    assert {one.verdict for one in outcomes.values()} == {Verdict.NOT_RUN}
    assert {one.reason for one in outcomes.values()} == {"not run: its content is too long"}


# Words


@pytest.mark.parametrize("rule", PdfUaFonts(redact=str).rules.values(), ids=PdfUaFonts(redact=str).rules)
def test_words_for_people_are_short_and_translated(rule):
    assert len(rule.title) <= 75
    assert len(rule.title_fr) <= 90
    for english, french in [(rule.title, rule.title_fr), (rule.why, rule.why_fr), (rule.fix, rule.fix_fr)]:
        assert english != french
        assert len(english) <= 160
        assert len(french) <= 180
        assert "'" not in english + french
        assert not re.search(r"(?<!\u00a0)[:»]|«(?!\u00a0)|\s[;!?]", french)
    for sentence in (rule.why, rule.fix, rule.why_fr, rule.fix_fr):
        assert sentence.endswith(".")


# Files that mean harm


def junk(size, seed=7):
    return random.Random(seed).randbytes(size)


def head(tag, *tables):
    """The directory of a TrueType file: tables by name, with what they say of their place and size."""
    return (
        tag
        + struct.pack(">HHHH", len(tables), 0, 0, 0)
        + b"".join(struct.pack(">4sLLL", name, 0, offset, size) for name, offset, size in tables)
    )


def endless(pdf):
    """Forms that show each other."""
    forms = [form(b"BT /F 9 Tf (A) Tj ET /X Do /Y Do /X Do")(pdf) for _ in range(40)]
    for number, one in enumerate(forms):
        one.Resources = Dictionary(
            Font=Dictionary(F=helvetica(pdf)),
            XObject=Dictionary(X=forms[number - 1], Y=forms[(number * 7 + 3) % len(forms)]),
        )
    return forms[0]


def calls_itself():
    """A compact font whose subroutines call each other for ever, ten times each."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "A", "B"])
    builder.setupCharacterMap({65: "A", 66: "B"})
    pen = T2CharStringPen(600, None)
    pen.moveTo((0, 0))
    strings = {name: pen.getCharString() for name in (".notdef", "A", "B")}
    builder.setupCFF("Made", {}, strings, {})
    cff = builder.font["CFF "].cff
    top = cff[0]
    for number in range(8):
        string = pen.getCharString()
        string.program = [number + 1 - 107, "callgsubr"] * 10 + ["return"]
        cff.GlobalSubrs.append(string)
    for name in ("A", "B"):
        top.CharStrings[name].program = [-107, "callgsubr", "endchar"]
    top.recalcFontBBox = lambda: None
    return builder.font["CFF "].compile(builder.font)


WIDE_TABLE = b"1 begincodespacerange <0000> <ffff> endcodespacerange "
HARM = {
    "bytes without sense": lambda: file(lambda pdf: text_font(pdf, junk(20_000))),
    "bytes without sense that begin well": lambda: file(lambda pdf: text_font(pdf, b"\0\1\0\0" + junk(20_000))),
    "compact bytes without sense": lambda: file(
        lambda pdf: text_font(pdf, b"\1\0\4\2" + junk(20_000), subtype="Type1", key="FontFile3")
    ),
    "a Type 1 program without sense": lambda: file(
        lambda pdf: text_font(pdf, b"%!PS eexec " + junk(50_000), subtype="Type1", key="FontFile")
    ),
    "nothing at all": lambda: file(lambda pdf: text_font(pdf, b"")),
    "tables that are not there": lambda: file(
        lambda pdf: text_font(pdf, head(b"\0\1\0\0", *[(b"cmap", 2**31, 2**31), (b"head", 1, 2**32 - 1)] * 200))
    ),
    "a program that unfolds": lambda: file(
        lambda pdf: text_font(pdf, Stream(pdf, bomb(bytes(1_000_000), 200), Filter=Name.FlateDecode))
    ),
    "content that unfolds": lambda: unfolding(bomb(b"q " * 500_000, 200)),
    "content that unfolds twice": lambda: unfolding(zlib.compress(bomb(bytes(1_000_000), 400)), 2),
    "content of a million strings": lambda: file(text_font, b"BT /F 9 Tf " + b"(A)Tj " * 500_000),
    "parentheses that do not close": lambda: file(text_font, b"BT /F 9 Tf " + b"(" * 2_000_000),
    "strings that do not close": lambda: file(text_font, b"BT /F 9 Tf " + b"<41 " * 1_000_000),
    "pictures that do not end": lambda: file(text_font, b"BI ID \n EI\xff" * 300_000),
    "states that are never left": lambda: file(text_font, b"q " * 2_000_000),
    "forms that show each other": lambda: file(helvetica, b"/X Do", XObject={"X": endless}),
    "a table of everything": lambda: file(
        lambda pdf: wide_font(
            pdf, outer={"Encoding": table(pdf, WIDE_TABLE + b"<0000> <ffff> 0 " * 100_000 + b"endcidrange")}
        ),
        SHOW_WIDE,
    ),
    "meanings of everything": lambda: file(
        lambda pdf: wide_font(pdf, meanings=WIDE_TABLE + b"<0000> <ffffffff> <0041> " * 100_000 + b"endbfrange"),
        b"/F 9 Tf <" + b"".join(b"%04x" % code for code in range(65_536)) + b"> Tj",
    ),
    "a table that rests on itself": lambda: file(
        lambda pdf: wide_font(pdf, outer={"Encoding": resting(pdf)}), SHOW_WIDE
    ),
    "a font that is its own drawing": lambda: file(lambda pdf: itself(pdf), b"/F 9 Tf (A) Tj"),
    "subroutines that call each other": lambda: file(
        lambda pdf: text_font(
            pdf, Stream(pdf, calls_itself(), Subtype=Name.Type1C), subtype="Type1", key="FontFile3", widths=[600] * 256
        )
    ),
    "widths of everything": lambda: file(
        lambda pdf: wide_font(pdf, inner={"W": Array([0, 65_535, 600] * 50_000)}), SHOW_WIDE
    ),
}


def bomb(piece, times):
    """What unfolds to so many pieces."""
    packer = zlib.compressobj()
    return b"".join([*(packer.compress(piece) for _ in range(times)), packer.flush()])


def unfolding(data, times=1):
    pdf = file(text_font)
    pdf.pages[0].obj.Contents = Stream(pdf, data, Filter=Array([Name.FlateDecode] * times))
    return pdf


def resting(pdf):
    made = table(pdf)
    made.UseCMap = made
    return made


def itself(pdf):
    made = drawn_font(pdf, drawing=b"600 0 d0 BT /F 9 Tf (A) Tj ET")
    made.Resources = Dictionary(Font=Dictionary(F=made))
    return made


@pytest.mark.parametrize("case", HARM)
def test_a_file_that_means_harm_costs_little_and_ends_in_facts(case):
    pdf = HARM[case]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    start = time.process_time()
    found = fonts(pdf)
    spent = time.process_time() - start

    assert spent < 15
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024
    assert not any(one.verdict is Verdict.ERROR for one in judge(found).values())


@pytest.mark.parametrize("case", [name for name in HARM if "without sense" in name or name == "nothing at all"])
def test_a_program_that_nobody_can_read_is_a_question_for_people(case):
    outcomes = judge(fonts(HARM[case]()))

    assert {rule for rule, one in outcomes.items() if one.findings} == {"7.21.4.1-1"}
    assert outcomes["7.21.4.1-1"].verdict is Verdict.REVIEW


@pytest.mark.parametrize("case", ["a program that unfolds", "content that unfolds", "content that unfolds twice"])
def test_what_is_too_long_is_told_and_is_no_pass(case):
    outcomes = judge(fonts(HARM[case]()))

    assert {one.verdict for one in outcomes.values()} == {Verdict.NOT_RUN}
