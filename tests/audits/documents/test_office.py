"""Office documents as real programs write them: what their checks say of them, and of others that are alike."""

import io

import docx
import openpyxl
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from office_files import odf, p, picture, r, shape, show, word
from openpyxl.worksheet.table import Table

from audits import registry
from audits.check import FILE
from audits.documents._findings import MOST
from audits.model import LEFT_OUT, Snapshot, Verdict
from audits.runner import run_checks
from crawler import documents


def masked(text):
    return text.replace("Jo Roe", "[name]")


CHECKS = [
    registry._build(one, {"redact": lambda: masked})
    for one in registry.check_classes(["audits.documents"], group="none.at.all")
    if "pdf" not in one.kinds
]
FAIL, REVIEW = Verdict.FAIL, Verdict.REVIEW
LONG = "The committee met to discuss the budget of the coming year and what it means for parks."


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def outcomes(kind, body):
    seen = documents.opened(documents.readers()[kind], body)
    snapshot = Snapshot(site="main", url="https://www.maple.example.ca/a", artifacts={FILE: seen})
    return {one.rule: one for one in run_checks(snapshot, CHECKS, site_key="main")}


def found(rule, kind, body):
    """(verdict, place) of each finding of a rule."""
    return [(one.verdict, one.selector) for one in outcomes(kind, body)[rule].findings]


def text(*parts, title="Minutes of May"):
    """A document: "# x" is a heading, "** x" a bold line, a list of rows a table, a picture itself, "" blank."""
    document = docx.Document()
    document.core_properties.title = title
    for part in parts:
        if isinstance(part, bytes):
            document.add_picture(io.BytesIO(part))
        elif isinstance(part, list):
            held = document.add_table(len(part), len(part[0]))
            for row, texts in zip(held.rows, part, strict=True):
                for cell, said in zip(row.cells, texts, strict=True):
                    cell.text = said
        elif part.startswith("#"):
            document.add_heading(part.lstrip("# "), len(part) - len(part.lstrip("#")))
        elif part.startswith("** "):
            document.add_paragraph().add_run(part[3:]).bold = True
        else:
            document.add_paragraph(part)
    return document


def described(alt, decorative=False):
    document = text("x", picture())
    held = next(document.element.body.iter(qn("wp:docPr")))
    held.set("descr", alt)
    if decorative:
        flag = OxmlElement("wp:x")
        flag.tag = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
        flag.set("val", "1")
        held.append(flag)
    return saved(document)


def header(document):
    row = document.tables[0].rows[0]._tr
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    return document


def merged(document):
    document.tables[0].cell(1, 0).merge(document.tables[0].cell(1, 1))
    return document


ROWS = [["Park", "Ward", "Cost"], ["Central", "One", "5"], ["Lake", "Two", "6"]]
LONG_ADDRESS = "https://www.maple.example.ca/en/permits/parking/apply.aspx?id=4"
FORM = [["Name:"], ["Address:"]]
FRENCH = "Le conseil de la ville est dans la salle pour les budgets que vous avez lus sur une page avec nous. "
ENGLISH = "The council of the city is in the hall for you to read the budgets that we have put on a page with it. "


def spoken(lang, said, times):
    """A document that says one language and is written in another."""
    return word(p(said * times, f"<w:lang w:val='{lang}'/>") if lang else p(said * times))


def linked(shown, around=""):
    relations = (("l1", "hyperlink", "https://www.maple.example.ca/permits"),)
    return word(f"<w:p>{r(around)}<w:hyperlink r:id='l1'>{r(shown)}</w:hyperlink></w:p>", relations)


def floating(of):
    held = "<wp:extent cx='900000' cy='900000'/><wp:docPr id='1' name='a' descr='A map of the park'/>"
    return word(
        f"<w:p><w:r><w:drawing><wp:{of}>{held}<a:graphic><a:graphicData uri='x/picture'/></a:graphic></wp:{of}>"
        "</w:drawing></w:r></w:p>"
    )


def book(*sheets, table=False):
    """A workbook: (name, rows)."""
    held = openpyxl.Workbook()
    held.remove(held.active)
    held.properties.title = "Budget of 2026"
    for name, rows in sheets:
        sheet = held.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if table:
            sheet.add_table(Table(displayName=f"T{len(held.worksheets)}", ref=sheet.dimensions))
    return held


CELLS = [["Park", "Cost"], *([f"Park {n}", n] for n in range(6))]


def merged_sheet(place):
    held = book(("Parks", CELLS))
    held.active.merge_cells(place)
    return saved(held)


def below(blank):
    held = openpyxl.Workbook()
    held.active.title = "Parks"
    held.active.cell(blank + 1, 1, "Park")
    return saved(held)


def hidden_sheet(filled):
    held = book(("Parks", CELLS), ("Codes", [["a"]] if filled else []))
    held["Codes"].sheet_state = "hidden"
    return saved(held)


def hidden_column(letter):
    held = book(("Parks", CELLS))
    held.active.column_dimensions[letter].hidden = True
    return saved(held)


def slide_table(first_row):
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>Park</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = f"<a:tr>{cell * 3}</a:tr>" * 3
    inside = f"<a:graphicData uri='x/table'><a:tbl><a:tblPr {first_row}/>{rows}</a:tbl></a:graphicData>"
    return show(f"{shape('Parks', 'title')}<p:graphicFrame><a:graphic>{inside}</a:graphic></p:graphicFrame>")


def slide_picture(about):
    return show(
        f"{shape('Parks', 'title')}<p:pic><p:nvPicPr><p:cNvPr id='4' name='Picture 3' {about}/></p:nvPicPr></p:pic>"
    )


def open_text(*parts, looks=""):
    return odf("text", "".join(parts), looks, "<dc:title>Minutes of May</dc:title>")


OPEN_ROW = "<table:table-row>" + "<table:table-cell><text:p>Park</text:p></table:table-cell>" * 3 + "</table:table-row>"
OPEN_PICTURE = "<text:p><draw:frame text:anchor-type='as-char'><draw:image/>{}</draw:frame></text:p>"
OPEN_HEADER = f"<table:table-header-rows>{OPEN_ROW}</table:table-header-rows>"
OPEN_BOX = "<draw:frame><draw:text-box><text:p>x</text:p></draw:text-box></draw:frame>"


@pytest.mark.parametrize(
    ("rule", "kind", "body", "places"),
    [
        ("no-headings", "docx", saved(text(*[LONG] * 50)), [(REVIEW, "document")]),
        ("fake-heading", "docx", saved(text("** Parks", LONG, "** Roads", LONG)), [(REVIEW, "¶1")]),
        ("heading-skipped", "docx", saved(text("# A", "## B", "#### C", "# D")), [(REVIEW, "¶3")]),
        ("no-alternative", "docx", described(""), [(FAIL, "¶2 picture 1")]),
        ("poor-alternative", "docx", described("IMG_2034.jpg"), [(REVIEW, "¶2 picture 1")]),
        ("poor-alternative", "docx", described("image 3"), [(REVIEW, "¶2 picture 1")]),
        (
            "poor-alternative",
            "docx",
            described("A picture containing tree Description automatically generated"),
            [(REVIEW, "¶2 picture 1")],
        ),
        ("table-header", "docx", saved(text(ROWS)), [(REVIEW, "table 1")]),
        ("merged-cells", "docx", saved(merged(text(ROWS))), [(REVIEW, "table 1")]),
        ("no-language", "docx", spoken("", ENGLISH, 2), [(FAIL, "document")]),
        ("wrong-language", "docx", spoken("en-CA", FRENCH, 20), [(FAIL, "document")]),
        ("wrong-language", "docx", spoken("fr-CA", ENGLISH, 20), [(FAIL, "document")]),
        ("wrong-language", "docx", spoken("fr-CA", ENGLISH, 6), [(REVIEW, "document")]),
        ("no-title", "docx", saved(text("x", title="")), [(REVIEW, "document")]),
        ("no-title", "docx", saved(text("x", title="Microsoft Word - by-law 4.doc")), [(REVIEW, "document")]),
        ("no-title", "docx", saved(text("x", title="Document1")), [(REVIEW, "document")]),
        ("blank-lines", "docx", saved(text("a", "", "", "", "b", "", "", "", "")), [(REVIEW, "¶2")]),
        ("fake-list", "docx", saved(text("We need:", "- a photo", "- a form", "- a fee")), [(REVIEW, "¶2")]),
        ("fake-list", "docx", saved(text("1. Photo", "2. Form", "3. Fee")), [(REVIEW, "¶1")]),
        ("fake-list", "docx", saved(text("•\tPhoto", "•\tForm", "•\tFee")), [(REVIEW, "¶1")]),
        ("vague-link", "docx", linked("Click here"), [(REVIEW, "¶1")]),
        ("vague-link", "docx", linked("En savoir plus", "Oui. "), [(REVIEW, "¶1")]),
        ("vague-link", "docx", linked(LONG_ADDRESS), [(REVIEW, "¶1")]),
        ("floating-object", "docx", floating("anchor"), [(REVIEW, "¶1 picture 1")]),
        ("sheet-name", "xlsx", saved(book(("Sheet1", CELLS), ("Parks", CELLS))), [(REVIEW, "Sheet1")]),
        ("sheet-name", "xlsx", saved(book(("Parks", CELLS), ("Feuil2", CELLS))), [(REVIEW, "Feuil2")]),
        ("sheet-start", "xlsx", below(5), [(REVIEW, "Parks!A1")]),
        ("table-header", "xlsx", saved(book(("Parks", CELLS))), [(REVIEW, "Parks!A1")]),
        ("merged-cells", "xlsx", merged_sheet("A3:A4"), [(REVIEW, "Parks!A3:A4")]),
        ("slide-title", "pptx", show(shape("Parks", "title"), shape("Roads", "body")), [(REVIEW, "slide 2")]),
        ("repeated-slide-title", "pptx", show(*[shape("Parks", "title")] * 2), [(REVIEW, "slide 2")]),
        ("slide-order", "pptx", show(shape("Text.") + shape("Parks", "title")), [(REVIEW, "slide 1")]),
        ("no-alternative", "pptx", slide_picture(""), [(FAIL, "slide 1 picture 1")]),
        ("table-header", "pptx", slide_table(""), [(REVIEW, "slide 1 table 1")]),
        ("no-language", "pptx", show(shape(ENGLISH, "title", look="")), [(FAIL, "document")]),
        ("no-alternative", "odt", open_text(OPEN_PICTURE.format("")), [(FAIL, "¶1 picture 1")]),
        ("table-header", "odt", open_text(f"<table:table>{OPEN_ROW * 3}</table:table>"), [(REVIEW, "table 1")]),
        (
            "heading-skipped",
            "odt",
            open_text("<text:h text:outline-level='1'>A</text:h><text:h text:outline-level='3'>B</text:h>"),
            [(REVIEW, "¶2")],
        ),
        ("no-language", "odt", open_text(f"<text:p>{ENGLISH}</text:p>"), [(FAIL, "document")]),
        ("slide-title", "odp", odf("presentation", f"<draw:page>{OPEN_BOX}</draw:page>"), [(REVIEW, "slide 1")]),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(rule, kind, body, places):
    assert found(f"office/{rule}", kind, body) == places


def centred(document):
    for paragraph in document.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return document


def listed():
    document = text("We need:")
    for said in ("a photo", "a form", "a fee"):
        document.add_paragraph(said, "List Bullet")
    return document


@pytest.mark.parametrize(
    ("rule", "kind", "body"),
    [
        ("no-headings", "docx", saved(text("# Parks", *[LONG] * 50))),
        ("no-headings", "docx", saved(text(*[LONG] * 20))),  # one page
        ("no-headings", "docx", saved(text([["Park", LONG]] * 60))),  # a table
        ("fake-heading", "docx", saved(text("# Parks", LONG))),
        ("fake-heading", "docx", saved(text("** Parks", "Open."))),
        ("fake-heading", "docx", saved(text("** Bring your own chair to the park, and some water too.", LONG))),
        ("fake-heading", "docx", saved(text("** Note", LONG))),
        ("fake-heading", "docx", saved(text("** 2026-04-05", LONG))),
        ("fake-heading", "docx", saved(text("** Parks", f"** {LONG}"))),
        ("fake-heading", "docx", saved(centred(text("** City of Maple", LONG)))),
        ("fake-heading", "docx", saved(text(LONG, LONG))),
        ("heading-skipped", "docx", saved(text("## A", "### B", "# C", "## D"))),
        ("heading-skipped", "docx", saved(text("# A", "# B"))),
        ("no-alternative", "docx", described("The new slide in Central Park")),
        ("no-alternative", "docx", described("", decorative=True)),
        ("no-alternative", "docx", saved(text("x"))),
        ("poor-alternative", "docx", described("The new slide in Central Park")),
        ("poor-alternative", "docx", described("Image of the new slide")),
        ("poor-alternative", "docx", described("Chart: costs of parks, 2020 to 2026, rising")),
        ("poor-alternative", "docx", described("")),
        ("table-header", "docx", saved(header(text(ROWS)))),
        ("table-header", "docx", saved(text(FORM))),
        ("table-header", "docx", saved(text([["Text in a frame.", ""]]))),
        ("table-header", "docx", saved(text([["Logo", "City of Maple"], ["", ""]]))),
        ("merged-cells", "docx", saved(text(ROWS))),
        ("no-language", "docx", saved(text(*[LONG] * 4))),
        ("no-language", "docx", spoken("", "Parks.", 1)),
        ("wrong-language", "docx", spoken("en-CA", ENGLISH, 20)),
        ("wrong-language", "docx", spoken("fr-CA", FRENCH, 20)),
        ("wrong-language", "docx", spoken("en-CA", FRENCH + ENGLISH, 20)),  # in both
        ("wrong-language", "docx", spoken("en-CA", FRENCH, 2)),
        ("wrong-language", "docx", spoken("de-DE", FRENCH, 20)),
        ("wrong-language", "docx", spoken("en-CA", "Central Lake Maple Larkspur Bay Arena Pool. ", 80)),
        ("no-title", "docx", saved(text("x"))),
        ("no-title", "docx", saved(text("x", title="Document retention by-law"))),
        ("no-title", "docx", saved(text("x", title="Title and scope"))),
        ("blank-lines", "docx", saved(text("a", "", "b", "", "", "c"))),
        ("fake-list", "docx", saved(listed())),
        ("fake-list", "docx", saved(text("- a photo", "- a form"))),
        ("fake-list", "docx", saved(text("1. Photo", "A form.", "2. Fee", "3. Form"))),
        ("fake-list", "docx", saved(text("2026 was good.", "2027 was better.", "2028 was best."))),
        ("fake-list", "docx", saved(text("4. Photo", "5. Form", "7. Fee"))),
        ("fake-list", "docx", saved(text("# 1. Photo", "# 2. Form", "# 3. Fee"))),
        ("vague-link", "docx", linked("Apply for a permit")),
        ("vague-link", "docx", linked("here", "To apply for parking permits in winter, look ")),
        ("vague-link", "docx", linked("www.maple.example.ca")),
        ("vague-link", "docx", linked("maple.example.ca/permits")),
        ("floating-object", "docx", floating("inline")),
        ("sheet-name", "xlsx", saved(book(("Sheet1", CELLS)))),
        ("sheet-name", "xlsx", saved(book(("Parks", CELLS), ("Sheet1", [])))),
        ("sheet-name", "xlsx", saved(book(("Sheet of parks", CELLS), ("2026", CELLS)))),
        ("sheet-start", "xlsx", below(0)),
        ("sheet-start", "xlsx", below(2)),
        ("table-header", "xlsx", saved(book(("Parks", CELLS), table=True))),
        ("table-header", "xlsx", saved(book(("Note", [["Ask the clerk."]])))),
        ("merged-cells", "xlsx", merged_sheet("A1:B1")),
        ("slide-title", "pptx", show(shape("Parks", "title"), shape("Roads", "ctrTitle"))),
        ("slide-title", "pptx", show(f"hidden:{shape('Roads', 'body')}", "")),
        ("repeated-slide-title", "pptx", show(shape("Parks", "title"), shape("Roads", "title"))),
        ("repeated-slide-title", "pptx", show(*[shape("Parks (continued)", "title")] * 2)),
        ("repeated-slide-title", "pptx", show(shape("Parks", "title"), f"hidden:{shape('Parks', 'title')}")),
        ("slide-order", "pptx", show(shape("Parks", "title") + shape("Text."))),
        ("slide-order", "pptx", show(shape("4", "sldNum") + shape("Parks", "title"))),
        ("no-alternative", "pptx", slide_picture('descr="The new slide"')),
        ("table-header", "pptx", slide_table('firstRow="1"')),
        ("no-language", "pptx", show(shape(ENGLISH, "title"))),
        ("no-alternative", "odt", open_text(OPEN_PICTURE.format("<svg:desc>The new slide</svg:desc>"))),
        ("table-header", "odt", open_text(f"<table:table>{OPEN_HEADER}{OPEN_ROW * 2}</table:table>")),
        (
            "no-language",
            "odt",
            open_text(
                f"<text:p text:style-name='A'>{ENGLISH}</text:p>",
                looks="<style:style style:name='A' style:family='paragraph'><style:text-properties fo:language='en' "
                "fo:country='CA'/></style:style>",
            ),
        ),
    ],
)
def test_what_is_alike_and_no_fault_is_not_found(rule, kind, body):
    assert found(f"office/{rule}", kind, body) == []


@pytest.mark.parametrize(
    ("kind", "body", "places"),
    [
        ("xlsx", hidden_sheet(filled=True), ["Codes"]),
        ("xlsx", hidden_column("B"), ["Parks"]),
        ("pptx", show(shape("Parks", "title"), f"hidden:{shape('Gone', 'title')}"), ["slide 2"]),
        ("docx", word(p("x", "<w:vanish/>")), ["document"]),
        ("docx", word(f"<w:p><w:ins>{r('x')}</w:ins></w:p>"), ["document"]),
        ("rtf", b"{\\rtf1 x{\\*\\annotation Ask.}}", ["document"]),
        ("xlsx", hidden_sheet(filled=False), []),
        ("xlsx", hidden_column("Q"), []),
        ("docx", saved(text("x", ROWS)), []),
        ("pptx", show(shape("Parks", "title")), []),
        ("odt", open_text("<text:p>x</text:p>"), []),
    ],
)
def test_what_is_only_out_of_sight_is_told(kind, body, places):
    found_here = found("privacy/hidden-in-document", kind, body)

    assert found_here == [(REVIEW, place) for place in places]


def with_picture(**told):
    return word(p("x"), **{"word/media/image1.jpeg": picture(**told)})


def test_a_picture_that_says_where_it_was_taken_is_told_without_the_place_itself():
    seen = outcomes("docx", with_picture(gps=(43.32551, -79.79903)))

    (one,) = seen["privacy/picture-position"].findings
    assert (one.verdict, one.selector) == (REVIEW, "picture image1.jpeg")
    assert "43.33, -79.80" in one.message
    assert seen["privacy/picture-thumbnail"].verdict is Verdict.PASS


def test_a_picture_that_keeps_what_was_cut_away_is_told():
    seen = outcomes("docx", with_picture(size=(300, 200), preview=(160, 160)))

    assert len(seen["privacy/picture-thumbnail"].findings) == 1
    assert seen["privacy/picture-position"].findings == ()


@pytest.mark.parametrize("told", [{}, {"Artist": "Jo Roe"}, {"gps": (0.0, 0.0)}])
def test_a_picture_that_says_nothing_is_not_told(told):
    seen = outcomes("docx", with_picture(**told))

    assert {seen[f"privacy/picture-{of}"].verdict for of in ("position", "thumbnail")} == {Verdict.INAPPLICABLE}


def test_what_is_quoted_is_masked():
    (one,) = outcomes("docx", saved(text("** Jo Roe", LONG)))["office/fake-heading"].findings

    assert "Jo Roe" not in one.message
    assert "[name]" in one.message


def test_many_places_of_one_rule_end():
    body = saved(text(*[f"{'#' * (1 if n % 2 else 3)} Part" for n in range(4 * MOST)]))

    places = outcomes("docx", body)["office/heading-skipped"].findings

    assert len(places) == MOST
    assert [one.message.endswith("more places of this kind.") for one in places] == [False] * (MOST - 1) + [True]


def test_a_document_that_is_not_read_to_its_end_has_not_passed():
    body = word(p("x"), (("c", "comments", "comments.xml"),), word__comments="<w:comm")

    seen = outcomes("docx", body)

    assert seen["office/heading-skipped"].verdict is Verdict.NOT_RUN
    assert seen["office/fake-list"].reason.startswith(LEFT_OUT)


def test_checks_of_one_kind_of_document_say_nothing_of_another():
    assert "office/sheet-name" not in outcomes("docx", word(p("x")))
    assert "office/slide-title" not in outcomes("xlsx", saved(book(("Parks", CELLS))))
