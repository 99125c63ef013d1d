"""Office documents: what people see, what is out of sight, and files that nobody made in good faith."""

import datetime
import io
import zipfile

import docx
import office_files as made
import openpyxl
import pytest
from docx.shared import Pt, RGBColor
from office_files import container, leads, native, odf, office, p, packed, picture, r, shape, show, word
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table

from audits.check import FILE
from audits.model import Snapshot
from audits.privacy.engine import Detector
from audits.privacy.exposed_pii import ExposedPii
from audits.privacy.keys import Keyring
from crawler import documents
from crawler.documents import Locked, Unreadable, _found, _package, pictures
from crawler.documents._cells import shown

SIN = "130 692 544"
DIGITS = SIN.replace(" ", "")
SAID = f"The applicant's SIN is {SIN}."
MAIL = "jo.roe7@gmail.com"


def opened(kind, body):
    return documents.opened(documents.readers()[kind], body)


def pieces(kind, body):
    """(place, where, label, text) of each piece."""
    return [(at, where, label, text) for at, _, label, text, where in opened(kind, body)["pieces"]]


def plain(kind, body):
    """What people see: places and texts."""
    return [(at, text) for at, where, _, text in pieces(kind, body) if where in ("file", "data")]


def elsewhere(kind, body):
    """All other pieces, but for those that name the program."""
    return [piece for piece in pieces(kind, body) if piece[1] not in ("file", "data") and "ython-docx" not in piece[3]]


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.fixture(scope="module")
def check():
    return ExposedPii(keyring=Keyring(b"t" * 32), detector=Detector(), own_domains=("www.maple.example.ca",))


def found(check, kind, body):
    """(rule, place, kind of place) of each finding."""
    seen = Snapshot(site="main", url="https://www.maple.example.ca/a", artifacts={FILE: opened(kind, body)})
    return {
        (one.rule, one.selector, one.exposure.where) for outcome in check.outcomes(seen) for one in outcome.findings
    }


# Word


def table(*rows):
    document = docx.Document()
    held = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(held.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return saved(document)


def test_a_text_is_read_in_order():
    document = docx.Document()
    document.add_heading("Report", 1)
    document.add_paragraph("First.")
    document.add_table(1, 1).rows[0].cells[0].text = "In a cell."
    document.add_paragraph("Last.")
    document.sections[0].header.paragraphs[0].text = "Every page."

    assert plain("docx", saved(document)) == [
        ("¶1", "Report"),
        ("¶2", "First."),
        ("table 1 A1", "In a cell."),
        ("¶3", "Last."),
        ("header 1 ¶1", "Every page."),
    ]


def test_the_header_row_names_the_cells_of_a_table():
    labels = {at: label for at, _, label, _ in pieces("docx", table(["Name", "SIN", "Home"], ["Jo", DIGITS, "1"]))}

    assert (labels["table 1 B1"], labels["table 1 B2"], labels["table 1 C2"]) == ("", "SIN", "Home")


def test_a_first_row_of_values_names_nothing():
    rows = [["Jo Roe", "905 335 7777", "x"], ["Ann Poe", "905 335 7780", "y"]]

    assert {label for at, _, label, _ in pieces("docx", table(*rows)) if at.startswith("table")} == {""}


VANISH, WHITE, TINY = "<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>'
HIDDEN_STYLE = (
    f'<w:styles {made.SPACES}><w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Out"><w:basedOn w:val="Base"/></w:style></w:styles>'
)
BOX = (
    "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><wp:docPr id='1' name='b'/>"
    "<wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    "<w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)


@pytest.mark.parametrize("look", [VANISH, WHITE, TINY, '<w:rStyle w:val="Out"/>'])
def test_text_that_nobody_sees_is_unseen_with_the_words_around_it(look):
    body = word(
        f"<w:p>{r('SIN ')}{r(SIN, look)}{r('.')}</w:p>", (("s", "styles", "styles.xml"),), word__styles=HIDDEN_STYLE
    )

    assert plain("docx", body) == [("¶1", "SIN .")]
    assert elsewhere("docx", body) == [("¶1", "unseen", "", f"SIN {SIN}.")]


@pytest.mark.parametrize(
    "body",
    [
        p("x", '<w:vanish w:val="0"/>'),
        p("x", "<w:webHidden/>"),
        p("x", f"{WHITE}<w:shd w:val='clear' w:fill='000000'/>"),
        p("x", f"{WHITE}<w:highlight w:val='black'/>"),
        p("x", WHITE, "<w:shd w:val='clear' w:fill='1F4E79'/>"),
        p("x", "<w:color w:val='FFFFFE'/>"),
        p("x", "<w:color w:val='FFFFFF' w:themeColor='accent1'/>"),
        p("x", "<w:sz w:val='8'/>"),
        f"<w:tbl><w:tr><w:tc>{p('x', WHITE)}</w:tc></w:tr></w:tbl>",  # its style may be dark
        BOX.format(p("x", WHITE)),
        f"{p('x', WHITE)}<w:p><w:r><w:drawing><wp:anchor behindDoc='1'/></w:drawing></w:r></w:p>",  # on a picture
    ],
)
def test_text_that_people_see_is_not_unseen(body):
    assert [text for _, text in plain("docx", word(body))] == ["x"]
    assert elsewhere("docx", word(body)) == []


def test_what_was_struck_out_is_read_as_it_was():
    body = (
        f"<w:p>{r('Call ')}<w:del w:author='Ann'><w:r><w:delText>{SIN}</w:delText></w:r></w:del>"
        f"<w:ins w:author='Ann'>{r('the clerk')}</w:ins>{r('.')}</w:p>"
        f"<w:p><w:moveFrom>{r('Moved.')}</w:moveFrom></w:p><w:p><w:moveTo>{r('Moved.')}</w:moveTo></w:p>"
    )

    assert plain("docx", word(body)) == [("¶1", "Call the clerk."), ("¶3", "Moved.")]
    assert elsewhere("docx", word(body)) == [
        ("¶1", "revision", "", f"Call {SIN}."),
        ("¶2", "revision", "", "Moved."),
    ]


def test_a_row_that_was_struck_out_is_no_text():
    struck = f"<w:p><w:del><w:r><w:delText>{SIN}</w:delText></w:r></w:del></w:p>"
    row = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{struck}</w:tc></w:tr>"

    assert elsewhere("docx", word(f"<w:tbl>{row}</w:tbl>")) == [("table 1 A1", "revision", "", SIN)]


def test_notes_boxes_controls_and_targets_are_read():
    notes = (
        f"<w:footnotes {made.SPACES}><w:footnote w:type='separator'>{p('-')}</w:footnote>"
        f"<w:footnote w:id='1'>{p('Below.')}</w:footnote></w:footnotes>"
    )
    comments = f"<w:comments {made.SPACES}><w:comment w:author='Ann Poe'>{p('Ask him.')}</w:comment></w:comments>"
    body = (
        f"<w:sdt><w:sdtContent>{p('Controlled.')}</w:sdtContent></w:sdt>{BOX.format(p('Boxed.'))}"
        f"<w:p><w:hyperlink r:id='l1'>{r('Write')}</w:hyperlink></w:p>"
        f"<w:p><w:fldSimple w:instr='HYPERLINK \"tel:905-335-7777\"'>{r('Call')}</w:fldSimple></w:p>"
    )
    relations = (
        ("f", "footnotes", "footnotes.xml"),
        ("c", "comments", "comments.xml"),
        ("l1", "hyperlink", f"mailto:{MAIL}?subject=x"),
    )

    body = word(body, relations, word__footnotes=notes, word__comments=comments)

    assert [text for _, text in plain("docx", body)] == [
        "Controlled.", "Boxed.", "Write", MAIL, "Call", "905-335-7777", "Below.",
    ]  # fmt: skip
    assert elsewhere("docx", body) == [("comment 1", "note", "Ann Poe", "Ask him.")]


def test_properties_and_carried_data_are_metadata():
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Minutes'
        "</dc:title><dc:creator>Jo Roe</dc:creator><cp:lastModifiedBy>Ann Poe</cp:lastModifiedBy>"
        "<cp:revision>4</cp:revision><dcterms:modified>2026-03-04T10:00:00Z</dcterms:modified></cp:coreProperties>"
    )
    app = '<Properties xmlns="e"><Application>Word</Application><Pages>3</Pages><Manager>Lee</Manager></Properties>'
    custom = '<Properties xmlns="c"><property name="ClientSIN"><v>1</v></property></Properties>'
    item = '<d xmlns="u"><SharedWith>Kim Doe</SharedWith></d>'
    body = word(p("x"), docProps__core=core, docProps__app=app, docProps__custom=custom, customXml__item1=item)

    assert elsewhere("docx", body) == [
        ("data 1", "metadata", "Shared With", "Kim Doe"),
        ("property Title", "metadata", "Title", "Minutes"),
        ("property Author", "metadata", "Author", "Jo Roe"),
        ("property Last modified by", "metadata", "Last modified by", "Ann Poe"),
        ("property Manager", "metadata", "Manager", "Lee"),
        ("property Client SIN", "metadata", "Client SIN", "1"),
    ]
    about = opened("docx", body)["about"]
    assert (about["title"], about["pages"], about["made_with"], about["modified"]) == (
        "Minutes",
        3,
        "Word",
        "2026-03-04",
    )


def test_what_stands_beside_the_text_is_read():
    body = word(
        p("Body.") + f"<w:p><w:r><w:instrText>HYPERLINK &quot;mailto:{MAIL}&quot;</w:instrText></w:r></w:p>",
        (
            ("f", "footer", "footer1.xml"),
            ("e", "endnotes", "endnotes.xml"),
            ("g", "glossaryDocument", "glossary.xml"),
            ("q", "people", "people.xml"),
        ),
        word__footer1=f"<w:ftr {made.SPACES}>{p('Foot.')}</w:ftr>",
        word__endnotes=f"<w:endnotes {made.SPACES}><w:endnote w:id='1'>{p('End.')}</w:endnote></w:endnotes>",
        word__glossary=f"<w:glossaryDocument {made.SPACES}><w:docParts><w:docPart><w:docPartBody>{p('Block.')}"
        "</w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>",
        word__people="<w15:people xmlns:w15='http://schemas.microsoft.com/office/word/2012/wordml'><w15:person "
        "w15:author='Ann Poe'><w15:presenceInfo w15:userId='S::ann@maple.example.ca::1'/></w15:person></w15:people>",
    )

    assert [(where, text) for _, where, _, text in pieces("docx", body)] == [
        ("file", "Body."),
        ("file", MAIL),
        ("file", "End."),
        ("file", "Foot."),
        ("unseen", "Block."),
        ("metadata", "Ann Poe ann@maple.example.ca"),
    ]


def test_what_was_put_in_and_struck_out_again_is_told_as_struck():
    struck = f"<w:del><w:r><w:delText>SIN {SIN}</w:delText></w:r></w:del>"
    new = f"<w:p>{r('Fee ')}<w:ins>{struck}{r('waived')}</w:ins></w:p>"

    assert [(where, text) for _, where, _, text in pieces("docx", word(new))] == [
        ("file", "Fee waived"),
        ("revision", f"Fee SIN {SIN}"),
    ]


# Files in files


def holding(*files):
    """A document with these files in it, (name, bytes)."""
    relations = tuple((f"o{n}", "package", f"embeddings/{name}") for n, (name, _) in enumerate(files))
    return word(p("Outer."), relations, **{f"word__embeddings__{name}": held for name, held in files})


def old_text(kind):
    return {
        "book": made.old_book(("One", 0, [["SIN"], [SIN]])),
        "object": container(_1Ole10Native=native("list.csv", f"Name,SIN\nJo,{DIGITS}\n".encode())),
        "package": container(Package=word(p(SAID))),
    }[kind]


@pytest.mark.parametrize(
    ("name", "held", "place"),
    [
        ("a.docx", word(p(SAID)), "file 1 > ¶1"),
        ("a.bin", old_text("package"), "file 1 > ¶1"),
        ("a.bin", old_text("object"), "file 1 > B2"),
        ("a.xls", old_text("book"), "file 1 > One!A2"),
        ("a.csv", f"Name,SIN\nJo,{DIGITS}\n".encode(), "file 1 > B2"),
        ("a.rtf", b"{\\rtf1 " + SAID.encode() + b"}", "file 1 > ¶1"),
    ],
)
def test_a_file_inside_is_read_as_what_it_is(name, held, place):
    attached = [
        (at, where) for at, where, _, text in pieces("docx", holding((name, held))) if DIGITS in text or SIN in text
    ]

    assert attached == [(place, "attached")]


def test_the_workbook_behind_a_chart_is_read():
    held = openpyxl.Workbook()
    held.active.append(["SIN"])
    held.active.append([SIN])
    body = word(
        p("x"),
        (("c", "chart", "charts/chart1.xml"),),
        **{
            "word/charts/chart1.xml": "<c/>",
            "word/charts/_rels/chart1.xml.rels": leads(("w", "package", "../embeddings/book.xlsx")),
            "word/embeddings/book.xlsx": saved(held),
            "word/embeddings/loose.docx": word(p("Nothing leads here.")),
        },
    )

    assert [(at, text) for at, where, _, text in pieces("docx", body) if where == "attached"] == [
        ("file 1 > Sheet!A1", "SIN"),
        ("file 1 > Sheet!A2", SIN),
        ("file 2 > ¶1", "Nothing leads here."),
    ]


def test_what_a_file_inside_hides_is_attached_too():
    inner = word(f"<w:p>{r('SIN ')}{r(SIN, VANISH)}</w:p>")

    assert ("file 1 > ¶1", "attached", "", f"SIN {SIN}") in pieces("docx", holding(("a.docx", inner)))


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (container(EncryptedPackage=b"x"), "a file inside it asks for a password"),
        (container(WordDocument=b"x"), "a file inside it could not be read"),
        (b"\0\1\2\3", "a file inside it could not be read"),
        (packed({"a.txt": "x"}), "a file inside it could not be read"),
        (word("")[:300], "a file inside it could not be read"),
    ],
)
def test_a_file_inside_that_cannot_be_read_is_told(held, why):
    seen = opened("docx", holding(("a.docx", held)))

    assert (seen["left_out"], seen["cut"]) == (why, True)
    assert [text for _, _, _, text, _ in seen["pieces"]] == ["Outer."]


def test_files_in_files_end_somewhere():
    body = word(p("Deepest."))
    for _ in range(6):
        body = holding(("a.docx", body))

    seen = opened("docx", body)

    assert seen["left_out"] == "a file inside it is not read to its end"
    assert [text for _, _, _, text, _ in seen["pieces"]] == ["Outer."] * (1 + _found.DEPTH)


# Workbooks


@pytest.fixture
def book():
    made = openpyxl.Workbook()
    made.active.title = "Budget"
    for row in (["Name", "SIN", "Born"], ["Jo", int(DIGITS), datetime.date(1984, 3, 5)], ["Ann", 7, None]):
        made.active.append(row)
    return made


def test_cells_are_read_with_the_names_of_their_columns(book):
    assert pieces("xlsx", saved(book))[3:7] == [
        ("Budget!A2", "data", "Name", "Jo"),
        ("Budget!B2", "data", "SIN", DIGITS),
        ("Budget!C2", "data", "Born", "1984-03-05"),
        ("Budget!A3", "data", "Name", "Ann"),
    ]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("130692544", "", "130692544"),
        ("130692544", "General", "130692544"),
        ("130692544", "#,##0", "130692544"),
        ("130692544", "000\\-000\\-000", "130-692-544"),
        ("130692544", '000" "000" "000', "130 692 544"),
        ("30692544", "000\\-000\\-000", "030-692-544"),
        ("9053357777", "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "(905) 335-7777"),
        ("3357777", "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####", "335-7777"),
        ("30746", "yyyy\\-mm\\-dd", "1984-03-05"),
        ("30746.5", "d/m/yy h:mm", "1984-03-05 12:00"),
        ("59", "mm-dd-yy", "1900-02-28"),
        ("61", "mm-dd-yy", "1900-03-01"),
        ("30746", '"Dollars" 0', "30746"),
        ("30746", "[Red]0.00", "30746"),
        ("4.5", "0.00", "4.5"),
        ("1.30692544E8", "", "130692544"),
        ("12345678901234567", "0", "12345678901234567"),
        ("1e400", "", ""),
        ("nonsense", "", "nonsense"),
        ("99999999999", "yyyy-mm-dd", "99999999999"),
    ],
)
def test_numbers_are_read_as_people_see_them(value, code, text):
    assert shown(value, code) == text


def hide_sheet(book):
    book.create_sheet("Front")
    book["Budget"].sheet_state = "veryHidden"
    book.active = 1


def hide_row(book):
    book.active.row_dimensions[2].hidden = True


def hide_column(book):
    book.active.column_dimensions["B"].hidden = True


def blend(book):
    book.active["B2"].fill = PatternFill("solid", fgColor="FF00FF00")
    book.active["B2"].font = Font(color="FF00FF00")


def whiten(book):
    book.active["B2"].font = Font(color="FFFFFFFF")


def blank(book):
    book.active["B2"].number_format = ";;;"


@pytest.mark.parametrize("hide", [hide_sheet, hide_row, hide_column, blend, whiten, blank])
def test_cells_that_nobody_sees_are_unseen(book, hide):
    hide(book)

    places = {at: where for at, where, _, _ in pieces("xlsx", saved(book))}
    assert places["Budget!B2"] == "unseen"
    assert places["Budget!B3"] == ("unseen" if hide in (hide_sheet, hide_column) else "data")


def white_in_table(book):
    whiten(book)
    book.active.add_table(Table(displayName="T", ref="A1:C3"))


def white_on_condition(book):
    from openpyxl.formatting.rule import CellIsRule

    whiten(book)
    book.active.conditional_formatting.add(
        "B2", CellIsRule("greaterThan", ["1"], fill=PatternFill("solid", bgColor="00000000"))
    )


def white_on_dark(book):
    book.active["B2"].fill = PatternFill("solid", fgColor="FF000000")
    whiten(book)


def white_on_pattern(book):
    book.active["B2"].fill = PatternFill("darkGrid", fgColor="FFFFFFFF")
    whiten(book)


def hide_another(book):
    book.active.column_dimensions["A"].hidden = True
    book.active.row_dimensions[3].hidden = True


def show_sections(book):
    book.active["B2"].number_format = "0;;"


@pytest.mark.parametrize(
    "look", [white_in_table, white_on_condition, white_on_dark, white_on_pattern, hide_another, show_sections]
)
def test_cells_that_people_may_see_are_not_unseen(book, look):
    look(book)

    assert {at: where for at, where, _, _ in pieces("xlsx", saved(book))}["Budget!B2"] == "data"


def test_a_row_without_height_is_unseen(book):
    book.active.row_dimensions[2].height = 0
    with zipfile.ZipFile(io.BytesIO(saved(book))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'customHeight="1"', b'customHeight="1" ht="0"')

    assert {text: where for _, where, _, text in pieces("xlsx", packed(parts))}[DIGITS] == "unseen"


def test_what_hangs_on_a_hidden_sheet_is_unseen(book):
    book.active["A2"].hyperlink = f"mailto:{MAIL}"
    book.active.oddHeader.center.text = "Every page."
    hide_sheet(book)

    told = [(where, text.strip()) for _, where, _, text in pieces("xlsx", saved(book))]

    assert ("unseen", MAIL) in told
    assert ("unseen", "Every page.") in told
    assert not [text for where, text in told if where in ("file", "data") and text in (MAIL, "Every page.")]


def test_comments_names_and_tables_of_a_workbook(book):
    from openpyxl.workbook.defined_name import DefinedName

    book.active["A2"].comment = Comment("Ask him.", "Ann Poe")
    book.active.add_table(Table(displayName="T", ref="A1:C3"))
    book.defined_names["ClientSIN"] = DefinedName("ClientSIN", attr_text=f'"{SIN}"')
    book.defined_names["Area"] = DefinedName("Area", attr_text="Budget!$A$1")

    assert [piece for piece in elsewhere("xlsx", saved(book)) if piece[1] != "metadata"] == [
        ("Budget!A2 comment", "note", "Ann Poe", "Ask him."),
        ("name ClientSIN", "unseen", "Client SIN", SIN),
    ]
    assert opened("xlsx", saved(book))["office"]["sheets"][0]["tables"] == 1


def workbook(rows, relations=(), sheet="", names="", leads_of_sheet="", **parts):
    """A workbook by hand, of one sheet."""
    main = (
        f"<x:workbook {made.SPACES}><x:sheets><x:sheet name='S' sheetId='1' r:id='s1'/></x:sheets>{names}</x:workbook>"
    )
    held = f"<x:worksheet {made.SPACES}><x:sheetData>{rows}</x:sheetData>{sheet}</x:worksheet>"
    more = {"xl/worksheets/_rels/sheet1.xml.rels": leads_of_sheet} if leads_of_sheet else {}
    given = (("s1", "worksheet", "worksheets/sheet1.xml"), *relations)
    return office("xlsx", main, given, **{"xl/worksheets/sheet1.xml": held, **more, **parts})


def cell(place, text):
    return f"<x:c r='{place}' t='inlineStr'><x:is><x:t>{text}</x:t></x:is></x:c>"


def test_caches_of_a_workbook_are_unseen():
    link = (
        f"<x:externalLink {made.SPACES}><x:externalBook><x:sheetNames><x:sheetName val='Pay'/></x:sheetNames>"
        f"<x:sheetDataSet><x:sheetData sheetId='0'><x:row r='4'>"
        f"<x:cell r='B4' t='str'><x:v>{SIN}</x:v></x:cell></x:row>"
        "</x:sheetData></x:sheetDataSet></x:externalBook></x:externalLink>"
    )
    cache = (
        f"<x:pivotCacheDefinition {made.SPACES}><x:cacheFields><x:cacheField name='Client SIN'/>"
        "<x:cacheField name='Town'>"
        "<x:sharedItems><x:s v='Maple'/></x:sharedItems></x:cacheField></x:cacheFields></x:pivotCacheDefinition>"
    )
    records = f"<x:pivotCacheRecords {made.SPACES}><x:r><x:n v='{DIGITS}'/><x:x v='0'/></x:r></x:pivotCacheRecords>"
    body = workbook(
        f"<x:row r='1'>{cell('A1', 'x')}</x:row>",
        (("e", "externalLink", "externalLinks/externalLink1.xml"), ("p", "pivotCacheDefinition", "pivotCache/d.xml")),
        **{
            "xl/externalLinks/externalLink1.xml": link,
            "xl/pivotCache/d.xml": cache,
            "xl/pivotCache/_rels/d.xml.rels": leads(("r", "pivotCacheRecords", "r.xml")),
            "xl/pivotCache/r.xml": records,
        },
    )

    assert elsewhere("xlsx", body) == [
        ("external link 1 Pay!B4", "unseen", "", SIN),
        ("pivot cache 1 A1", "unseen", "Client SIN", DIGITS),
        ("pivot cache 1 B1", "unseen", "Town", "Maple"),
    ]


def test_a_thread_is_told_once_with_its_author():
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    note = "<threadedComment ref='B4' personId='p1'><text>Ask.</text></threadedComment>"
    thread = f"<ThreadedComments xmlns='{space}'>{note}</ThreadedComments>"
    people = f"<personList xmlns='{space}'><person id='p1' displayName='Ann Poe'/></personList>"
    old = (
        f"<x:comments {made.SPACES}><x:authors><x:author>tc=p1</x:author></x:authors><x:commentList>"
        "<x:comment ref='B4' authorId='0'><x:text><x:t>[Threaded comment] Ask.</x:t></x:text></x:comment>"
        "</x:commentList></x:comments>"
    )
    body = workbook(
        f"<x:row r='1'>{cell('A1', 'x')}</x:row>",
        (("p", "http://schemas.microsoft.com/office/2017/10/relationships/person", "persons/person.xml"),),
        leads_of_sheet=leads(
            ("t", "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment", "../tc.xml"),
            ("c", "comments", "../comments1.xml"),
        ),
        **{"xl/tc.xml": thread, "xl/persons/person.xml": people, "xl/comments1.xml": old},
    )

    assert elsewhere("xlsx", body) == [("S!B4 comment", "note", "Ann Poe", "Ask.")]


def test_old_workbooks_are_read_with_their_hidden_sheets():
    body = made.old_book(("Open", 0, [["Name", "SIN"], ["Jo", float(DIGITS)]]), ("Shut", 2, [["SIN"], [SIN]]))

    assert pieces("xls", body) == [
        ("Open!A1", "data", "", "Name"),
        ("Open!B1", "data", "", "SIN"),
        ("Open!A2", "data", "Name", "Jo"),
        ("Open!B2", "data", "SIN", DIGITS),
        ("Shut!A1", "unseen", "", "SIN"),
        ("Shut!A2", "unseen", "SIN", SIN),
    ]


# Presentations

OUTSIDE = '<a:xfrm><a:off x="9144000" y="0"/><a:ext cx="100000" cy="100000"/></a:xfrm>'
EDGE = '<a:xfrm><a:off x="9143999" y="0"/><a:ext cx="100000" cy="100000"/></a:xfrm>'


def test_slides_are_read_in_order_with_what_they_hide():
    body = show(
        shape("Budget", "title") + shape("Text.") + shape("Beside.", place=OUTSIDE) + shape("Edge.", place=EDGE),
        f"hidden:{shape('Gone', 'title')}",
        shape("Tiny.", look='sz="100"') + shape("Not drawn.", about='hidden="1"') + shape("Small.", look='sz="900"'),
    )

    assert [(at, where, text) for at, where, _, text in pieces("pptx", body)] == [
        ("slide 1", "file", "Budget"),
        ("slide 1", "file", "Text."),
        ("slide 1", "unseen", "Beside."),
        ("slide 1", "file", "Edge."),
        ("slide 2", "unseen", "Gone"),
        ("slide 3", "unseen", "Tiny."),
        ("slide 3", "unseen", "Not drawn."),
        ("slide 3", "file", "Small."),
    ]


def test_what_hangs_on_slides_and_in_groups_is_read():
    space = "xmlns:p188='http://schemas.microsoft.com/office/powerpoint/2018/8/main'"
    said = "<p188:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p188:txBody>"
    thread = (
        f"<p188:cmLst {space} {made.SPACES}><p188:cm><p188:replyLst><p188:reply>{said.format('Reply.')}</p188:reply>"
        f"</p188:replyLst>{said.format('Ask.')}</p188:cm></p188:cmLst>"
    )
    group = "<p:grpSp><p:nvGrpSpPr><p:cNvPr id='9' name='g'{}/></p:nvGrpSpPr>{}</p:grpSp>"
    body = show(
        group.format(" hidden='1'", shape("Away.")) + group.format("", shape("Here.")),
        **{
            "ppt/slides/_rels/slide1.xml.rels": leads(("d", "diagramData", "../d.xml"), ("c", "comments", "../c.xml")),
            "ppt/d.xml": f"<d {made.SPACES}><a:p><a:r><a:t>Box.</a:t></a:r></a:p></d>",
            "ppt/c.xml": thread,
        },
    )

    assert [(where, text) for _, where, _, text in pieces("pptx", body)] == [
        ("unseen", "Away."),
        ("file", "Here."),
        ("file", "Box."),
        ("note", "Ask."),
        ("note", "Reply."),
    ]


def notes_of(shapes):
    return f"<p:notes {made.SPACES}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:notes>"


def test_notes_comments_and_tables_of_slides():
    notes = notes_of(shape("4", "sldNum") + shape("Say it.", "body"))
    comments = f"<p:cmLst {made.SPACES}><p:cm authorId='0'><p:text>Ask him.</p:text></p:cm></p:cmLst>"
    authors = f"<p:cmAuthorLst {made.SPACES}><p:cmAuthor id='0' name='Ann Poe'/></p:cmAuthorLst>"
    rows = "".join(
        "<a:tr>"
        + "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{t}</a:t></a:r></a:p></a:txBody></a:tc>" for t in row)
        + "</a:tr>"
        for row in (("Name", "SIN"), ("Jo", DIGITS))
    )
    inside = f"<a:graphicData uri='x/table'><a:tbl>{rows}</a:tbl></a:graphicData>"
    held = f"<p:graphicFrame><a:graphic>{inside}</a:graphic></p:graphicFrame>"
    body = show(
        held,
        relations=(("a", "commentAuthors", "commentAuthors.xml"),),
        **{
            "ppt/slides/_rels/slide1.xml.rels": leads(("n", "notesSlide", "../n.xml"), ("c", "comments", "../c.xml")),
            "ppt/n.xml": notes, "ppt/c.xml": comments, "ppt/commentAuthors.xml": authors,
        },
    )  # fmt: skip

    assert pieces("pptx", body)[3:] == [
        ("slide 1 table 1 B2", "file", "SIN", DIGITS),
        ("slide 1 notes", "note", "", "Say it."),
        ("slide 1 comment", "note", "Ann Poe", "Ask him."),
    ]


# OpenDocument

HIDE = '<style:style style:name="{0}" style:family="{1}"><style:{2} {3}/></style:style>'
NOTE = "<office:annotation><dc:creator>Ann Poe</dc:creator><text:p>Ask him.</text:p></office:annotation>"


def test_an_open_text_is_read_with_what_it_hides():
    looks = HIDE.format("T", "text", "text-properties", 'text:display="none"')
    body = odf(
        "text",
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Struck.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:h text:outline-level='1'>Report</text:h>"
        f"<text:p>SIN <text:span text:style-name='T'>{SIN}</text:span>.{NOTE}</text:p>"
        "<text:section text:display='none'><text:p>Off.</text:p></text:section>"
        f"<text:p><text:a xlink:href='mailto:{MAIL}'>Write</text:a><text:s text:c='2'/>on</text:p>",
        looks,
        "<meta:initial-creator>Jo Roe</meta:initial-creator><meta:generator>Writer</meta:generator>",
    )

    assert pieces("odt", body) == [
        ("change 1", "revision", "", "Struck."),
        ("¶1", "file", "", "Report"),
        ("¶2", "file", "", "SIN ."),
        ("¶2", "unseen", "", f"SIN {SIN}."),
        ("comment 1", "note", "Ann Poe", "Ask him."),
        ("¶3", "unseen", "", "Off."),
        ("¶4", "file", "", "Write  on"),
        ("¶4", "file", "", MAIL),
        ("property Author", "metadata", "Author", "Jo Roe"),
    ]


def ods_cell(text, more=""):
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def test_an_open_spreadsheet_is_read_with_what_it_hides():
    looks = HIDE.format("off", "table", "table-properties", 'table:display="false"')
    rows = (
        f"<table:table-row>{ods_cell('Name')}{ods_cell('SIN')}{ods_cell('Born')}</table:table-row>"
        "<table:table-row table:number-rows-repeated='1048000'>"
        "<table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
        f"<table:table-row table:visibility='collapse'>{ods_cell('Jo')}{ods_cell(DIGITS)}"
        + ods_cell("March", "office:date-value='1984-03-05'")
        + "</table:table-row>"
    )
    body = odf(
        "spreadsheet",
        f"<table:table table:name='One'>{rows}</table:table>"
        f"<table:table table:name='Two' table:style-name='off'><table:table-row>{ods_cell('x')}</table:table-row>"
        "</table:table>",
        looks,
    )

    assert pieces("ods", body)[3:] == [
        ("One!A1048002", "unseen", "Name", "Jo"),
        ("One!B1048002", "unseen", "SIN", DIGITS),
        ("One!C1048002", "unseen", "Born", "1984-03-05"),
        ("Two!A1", "unseen", "", "x"),
    ]


def test_rows_and_columns_of_an_open_spreadsheet_that_nobody_sees():
    row = "<table:table-row {}>{}</table:table-row>"
    body = odf(
        "spreadsheet",
        "<table:table table:name='One'><table:table-column/><table:table-column table:visibility='collapse'/>"
        + row.format("", ods_cell("a") + ods_cell("b"))
        + row.format("table:visibility='filter'", ods_cell("c"))
        + f"<table:table-row-group table:display='false'>{row.format('', ods_cell('d'))}</table:table-row-group>"
        + f"<table:table-row-group>{row.format('', ods_cell('e'))}</table:table-row-group></table:table>",
    )

    assert [(where, text) for _, where, _, text in pieces("ods", body)] == [
        ("data", "a"),
        ("unseen", "b"),
        ("unseen", "c"),
        ("unseen", "d"),
        ("data", "e"),
    ]


def test_an_open_presentation_is_read_with_its_notes():
    looks = HIDE.format("off", "drawing-page", "drawing-page-properties", 'presentation:visibility="hidden"')
    title = "<draw:frame presentation:class='title'><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    body = odf(
        "presentation",
        f"<draw:page>{title.format('Budget')}<presentation:notes><draw:frame><draw:text-box><text:p>Say it.</text:p>"
        "</draw:text-box></draw:frame></presentation:notes></draw:page>"
        f"<draw:page draw:style-name='off'>{title.format('Gone')}</draw:page>",
        looks,
    )

    assert [(at.partition(" ¶")[0], where, text) for at, where, _, text in pieces("odp", body)] == [
        ("slide 1", "file", "Budget"),
        ("slide 1 notes", "note", "Say it."),
        ("slide 2", "unseen", "Gone"),
    ]


# Rich text

RTF = b"{\\rtf1\\ansi\\ansicpg1252 %b}"


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        (b"One.\\par Two.", [("file", "", "One."), ("file", "", "Two.")]),
        (b"H\\'e9l\\u232\\'e8ne", [("file", "", "Hélène")]),
        (b"{\\uc2\\u8364\\'80\\'81 5}", [("file", "", "€ 5")]),
        (b"SIN {\\v 1}.", [("file", "", "SIN ."), ("unseen", "", "SIN 1.")]),
        (b"SIN {\\deleted 1}x", [("file", "", "SIN x"), ("revision", "", "SIN 1x")]),
        (b"a{\\*\\unknown b}c", [("file", "", "ac")]),
        (b"{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red0;}x", [("file", "", "x")]),
        (b"a\\cell b\\cell\\row c", [("file", "", "a | b"), ("file", "", "c")]),
        (b"x{\\*\\atnauthor Ann}{\\*\\annotation Ask.}", [("note", "Ann", "Ask."), ("file", "", "x")]),
        (b"{\\info{\\author Jo Roe}{\\creatim\\yr2026}}x", [("file", "", "x"), ("metadata", "Author", "Jo Roe")]),
        (b'{\\field{\\*\\fldinst HYPERLINK "mailto:a@b.ca"}{\\fldrslt Write}}', [("file", "", "a@b.ca Write")]),
        (b"{\\v\\fs20 hidden\\fs24} seen{\\fs2  tiny}", [("file", "", " seen"), ("unseen", "", "hidden seen tiny")]),
        (b"\\v hidden\\v0  seen", [("file", "", " seen"), ("unseen", "", "hidden seen")]),
        (b"{\\pict\\jpegblip ffd8ff}x", [("file", "", "x")]),
        (b"{\\pict\\bin3 }}}x}y", [("file", "", "y")]),
    ],
)
def test_rich_text_is_read(inside, told):
    seen = [(where, label, text) for _, where, label, text in pieces("rtf", RTF % inside)]

    assert [(where, label, text.strip()) for where, label, text in seen] == [
        (where, label, text.strip()) for where, label, text in told
    ]


def test_an_object_in_rich_text_is_read():
    held = b"\x01\x05\0\0" + container(Package=word(p(SAID)))

    assert ("file 1 > ¶1", "attached", "", SAID) in pieces(
        "rtf", RTF % (b"{\\object{\\*\\objdata %b}}" % held.hex().encode())
    )


# Pictures


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_tells_where_it_was_taken_and_never_exactly(kind):
    seen = pictures.seen(picture(kind, gps=(43.32551, -79.79903), Artist="Jo Roe"))

    assert (seen.gps, seen.told[0]) == ((43.33, -79.8), ("GPS position", "43.33, -79.80"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_picture_tells_who_made_it_and_what_was_written(kind):
    data = picture(kind, Artist="Jo Roe", ImageDescription="Her house", XPComment="Call me")

    assert set(pictures.told(data)) == {("Artist", "Jo Roe"), ("Description", "Her house"), ("Comment", "Call me")}


@pytest.mark.parametrize(
    "data",
    [
        picture(),
        picture(gps=(0.0, 0.0)),
        picture(gps=(91.0, 10.0)),
        picture(Artist="   "),
        picture(gps=(43.0, -79.0))[:40],
        b"\xff\xd8\xff",
        b"GIF89a",
        b"",
    ],
)
def test_most_pictures_tell_nothing(data):
    assert pictures.seen(data) == pictures.Seen()


@pytest.mark.parametrize(
    ("size", "preview", "more"),
    [
        ((300, 200), (160, 160), True),
        ((200, 800), (160, 120), True),
        ((640, 480), (160, 120), False),
        ((480, 640), (160, 120), False),  # turned upright since
        ((640, 470), (160, 120), False),
        ((100, 20), (160, 120), False),  # larger than the picture: it is not its small version
    ],
)
def test_a_small_version_of_other_proportions_shows_more(size, preview, more):
    assert pictures.seen(picture(size=size, preview=preview)).thumbnail is more


def test_names_of_people_in_a_picture_are_read():
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><rdf:Description><i:PersonInImage><rdf:Bag>'
        b"<rdf:li>Jo Roe"
        b"</rdf:li></rdf:Bag></i:PersonInImage></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    file = io.BytesIO()
    made.Image.new("RGB", (20, 20)).save(file, "WEBP", xmp=xmp)

    assert pictures.told(file.getvalue()) == [("Person shown", "Jo Roe")]


def test_what_stands_behind_a_picture_is_found_without_unfolding_it(monkeypatch):
    from PIL.PngImagePlugin import PngImageFile

    monkeypatch.setattr(PngImageFile, "load", None)
    data = picture("PNG", Artist="Jo Roe")
    at = data.index(b"eXIf") - 4
    end = at + 12 + int.from_bytes(data[at : at + 4], "big")

    assert pictures.told(data[:at] + data[end:-12] + data[at:end] + data[-12:]) == [("Artist", "Jo Roe")]


def test_pictures_of_a_document_are_looked_at():
    body = word(p("x"), **{"word/media/image1.jpeg": picture(gps=(43.32551, -79.79903), Artist="Jo Roe")})

    assert opened("docx", body)["pictures"] == [
        {"at": "picture image1.jpeg", "gps": [43.33, -79.8], "thumbnail": False}
    ]
    assert ("picture image1.jpeg", "metadata", "Artist", "Jo Roe") in pieces("docx", body)


# Found by the check


def leak(place):
    """A document with a number in one place, and the place's name."""
    hidden = openpyxl.Workbook()
    hidden.active.title = "Front"
    shut = hidden.create_sheet("Shut")
    shut.sheet_state = "veryHidden"
    for row in (["Name", "SIN"], ["Jo Roe", int(DIGITS)]):
        shut.append(row)
    noted = openpyxl.Workbook()
    noted.active["B4"].comment = Comment(SAID, "Ann")
    core = (
        '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>{SAID}</dc:description></c:coreProperties>'
    )
    return {
        "text": ("docx", word(p(SAID)), "¶1", "file"),
        "vanished": ("docx", word(p("x") + p(SAID, VANISH)), "¶2", "unseen"),
        "white": ("docx", word(p(SAID, WHITE)), "¶1", "unseen"),
        "struck": (
            "docx",
            word(f"<w:p><w:del><w:r><w:delText>{SAID}</w:delText></w:r></w:del>{r(' No.')}</w:p>"),
            "¶1",
            "revision",
        ),
        "cell": ("docx", table(["Name", "SIN", "Town"], ["Jo", DIGITS, "x"]), "table 1 B2", "file"),
        "property": ("docx", word(p("x"), docProps__core=core), "property Description", "metadata"),
        "inside": ("docx", holding(("a.docx", word(p(SAID)))), "file 1 > ¶1", "attached"),
        "sheet": ("xlsx", saved(hidden), "Shut!B2", "unseen"),
        "comment": ("xlsx", saved(noted), "Sheet!B4 comment", "note"),
        "notes": (
            "pptx",
            show(
                shape("x", "title"),
                **{
                    "ppt/slides/_rels/slide1.xml.rels": leads(("n", "notesSlide", "../n.xml")),
                    "ppt/n.xml": notes_of(shape(SAID)),
                },
            ),
            "slide 1 notes",
            "note",
        ),
        "slide": ("pptx", show(f"hidden:{shape(SAID)}"), "slide 1", "unseen"),
        "picture": (
            "docx",
            word(p("x"), **{"word/media/image1.jpeg": picture(ImageDescription=SAID)}),
            "picture image1.jpeg",
            "metadata",
        ),
        "open": ("odt", odf("text", f"<text:p>{SAID}</text:p>"), "¶1", "file"),
        "old": ("xls", made.old_book(("Pay", 1, [["Name", "SIN"], ["Jo", float(DIGITS)]])), "Pay!B2", "unseen"),
        "rich": ("rtf", RTF % (b"{\\v %b}" % SAID.encode()), "¶1", "unseen"),
    }[place]


@pytest.mark.parametrize(
    "place",
    [
        "text",
        "vanished",
        "white",
        "struck",
        "cell",
        "property",
        "inside",
        "sheet",
        "comment",
        "notes",
        "slide",
        "picture",
        "open",
        "old",
        "rich",
    ],
)
def test_what_leaks_is_found_where_it_is(check, place):
    kind, body, at, where = leak(place)

    assert ("pii/ca-sin", at, where) in found(check, kind, body)


def harmless_book():
    book = openpyxl.Workbook()
    for row in (["Permit No", "Status", "Facility", "Phone"], [int(DIGITS), "Issued", "Arena", "905-335-7777"]):
        book.active.append(row)
    book.create_sheet("Codes").sheet_state = "hidden"
    book["Codes"].append(["OBJECTID"])
    book["Codes"].append([int(DIGITS)])
    return saved(book)


def harmless_text():
    document = docx.Document()
    document.add_paragraph("City Hall: 905-335-7777 ext. 4. Write to clerk@maple.example.ca.")
    document.add_paragraph(f"Bid {DIGITS} closed.")
    document.core_properties.author = "Jo Roe"
    document.core_properties.last_modified_by = "Ann Poe"
    return saved(document)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("xlsx", harmless_book()),
        ("docx", harmless_text()),
        ("docx", word(p("x", of='<w:rPr><w:rStyle w:val="a"/></w:rPr>') + p("y", "<w:lang w:val='en-CA'/>"))),
        ("docx", word(f'<w:p w:rsidR="{DIGITS}" w:rsidRDefault="{DIGITS}">{r("x")}</w:p>')),
        ("docx", word(p("x"), **{"word/media/image1.jpeg": picture(Artist="Jo Roe")})),
        ("pptx", show(shape(f"Item {DIGITS}", "title"))),
        ("odt", odf("text", "<text:p>x</text:p>", meta="<dc:creator>Jo Roe</dc:creator>")),
        ("rtf", RTF % b"{\\info{\\author Jo Roe}}{\\*\\rsidtbl \\rsid130692544}x"),
    ],
)
def test_what_is_nobodys_is_not_found(check, kind, body):
    assert found(check, kind, body) == set()


# Not in good faith


def sheet_of(inside):
    return workbook("", **{"xl/worksheets/sheet1.xml": f"<x:worksheet {made.SPACES}>{inside}</x:worksheet>"})


def bomb():
    return sheet_of(f"<x:row>{' ' * 20_000_000}</x:row>")


def million():
    return sheet_of(f"<x:row>{'<x:c><x:v>7</x:v></x:c>' * 10}</x:row>" * 100_000)


def broken():
    """One sign of a part is another: its sum is not the one that was written down."""
    good = zipfile.ZipFile(io.BytesIO(word(p("x" * 50))))
    parts = {one: good.read(one) for one in good.namelist()}
    body = bytearray(packed(parts, zipfile.ZIP_STORED))
    at = body.find(b"xxxxx")
    body[at] = ord("y")
    return bytes(body)


NO_SLIDE = office(
    "pptx",
    f"<p:presentation {made.SPACES}><p:sldIdLst><p:sldId r:id='no'/></p:sldIdLst></p:presentation>",
)
LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    f"<w:document {made.SPACES}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("docx", b""),
        ("docx", b"PK\x03\x04"),
        ("docx", word(p("x"))[:400]),
        ("docx", packed({"a.txt": "x"})),
        ("docx", packed({f"{n}": "" for n in range(_package.MEMBERS + 1)})),
        ("docx", workbook("")),
        ("xlsx", word(p("x"))),
        ("pptx", word(p("x"))),
        ("odt", odf("spreadsheet", "")),
        ("odt", word(p("x"))),
        ("docx", container(WordDocument=b"x")),
        ("doc", container(WordDocument=b"x")),
        ("ppt", container(**{"PowerPoint Document": b"x"})),
        ("doc", b"<html>"),
        ("xls", b"<html><table><tr><td>1</table>"),
        ("xls", container(Other=b"x")),
        ("xls", made.old_book(("One", 0, [["x"]]))[:700]),
        ("rtf", b"Minutes"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_unreadable(kind, body):
    with pytest.raises(Unreadable) as raised:
        opened(kind, body)

    assert not isinstance(raised.value, Locked)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("docx", container(EncryptedPackage=b"x", EncryptionInfo=b"x")),
        ("xlsx", container(EncryptedPackage=b"x")),
        ("doc", container(EncryptedPackage=b"x")),
        (
            "odt",
            odf(
                "text",
                "",
                **{
                    "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                    "<m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
                },
            ),
        ),
    ],
)
def test_a_password_is_told(kind, body):
    with pytest.raises(Locked):
        opened(kind, body)


def nested(inside, deep):
    return f"{'<w:sdt><w:sdtContent>' * deep}{inside}{'</w:sdtContent></w:sdt>' * deep}"


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("docx", word("", **{"word/document.xml": LAUGHS}), "a part of it declares a document type"),
        ("docx", broken(), "a part of it is damaged"),
        ("docx", word("<w:p>"), "a part of it is damaged"),
        ("docx", word(nested(p("x"), 100)), "its parts are packed in each other too deep"),
        ("docx", word(nested(p("x"), 30_000)), "a part of it is damaged"),
        ("xlsx", bomb, "a part of it unfolds to something far too large"),
        ("xlsx", million, "its text is too long to be read to its end"),
        ("xlsx", workbook("<x:row r='1'><x:c r='A1' t='s'><x:v>99</x:v></x:c></x:row>"), "texts that it does not hold"),
        ("xlsx", workbook(f"<x:row r='99999999'>{cell('A1', 'x')}</x:row>"), "rows that no sheet has"),
        ("xlsx", workbook(f"<x:row r='1'>{cell('ZZZ1', 'x')}</x:row>"), "columns that no sheet has"),
        ("pptx", NO_SLIDE, "a part of it is missing"),
        ("rtf", b"{\\rtf1 " + b"{" * 3_000, "packed in each other too deep"),
        ("odt", packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "a part of it is missing"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named(kind, body, why):
    seen = opened(kind, body() if callable(body) else body)

    assert why in seen["left_out"]
    assert seen["cut"]


def test_a_damaged_part_costs_no_other():
    body = word(p("Text."), (("c", "comments", "comments.xml"),), word__comments="<w:comm")

    seen = opened("docx", body)

    assert [text for _, _, _, text, _ in seen["pieces"]] == ["Text."]
    assert seen["left_out"] == "a part of it is damaged"


def test_what_a_sheet_says_of_its_size_is_not_believed():
    body = workbook(
        f"<x:row r='1'>{cell('A1', 'x')}</x:row>",
        sheet="<x:mergeCells><x:mergeCell ref='A1:XFD1048576'/></x:mergeCells>",
        names="<x:definedNames><x:definedName name='a'>S!A1:XFD1048576</x:definedName></x:definedNames>",
    )

    assert plain("xlsx", body) == [("S!A1", "x")]


def test_files_inside_share_what_may_be_unfolded(monkeypatch):
    monkeypatch.setattr(_package, "UNFOLDED", 60_000)
    monkeypatch.setattr(_package.Purse.__init__, "__defaults__", (60_000,))
    inner = word(p("x" * 30_000))

    seen = opened("docx", holding(("a.docx", inner), ("b.docx", inner), ("c.docx", inner)))

    assert len([piece for piece in seen["pieces"] if piece[4] == "attached"]) < 3
    assert "a file inside it" in seen["left_out"]


def test_names_of_parts_that_climb_are_names():
    body = word(p("x"), (("c", "comments", "../../../etc/passwd"),), **{"../../etc/passwd": "x"})

    assert [text for _, _, _, text, _ in opened("docx", body)["pieces"]] == ["x"]


def test_looks_that_lead_in_a_circle_end():
    styles = (
        f"<w:styles {made.SPACES}><w:style w:type='paragraph' w:styleId='A'><w:basedOn w:val='B'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='B'><w:basedOn w:val='A'/><w:rPr><w:vanish/></w:rPr></w:style>"
        "</w:styles>"
    )
    body = word(p("x", of="<w:pStyle w:val='A'/>"), (("s", "styles", "styles.xml"),), word__styles=styles)

    assert elsewhere("docx", body) == [("¶1", "unseen", "", "x")]


@pytest.mark.parametrize(
    ("media_type", "path", "kind"),
    [
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "/a", "docx"),
        ("application/octet-stream", "/a.docm", "docx"),
        ("application/octet-stream", "/a.ppsx", "pptx"),
        ("application/vnd.ms-excel", "/a.xls", "xls"),
        ("application/vnd.ms-excel", "/a.xlsx", "xlsx"),
        ("application/vnd.ms-excel", "/a.csv", "table"),
        ("application/msword", "/a", "doc"),
        ("application/vnd.oasis.opendocument.spreadsheet", "/a", "ods"),
        ("text/rtf", "/a", "rtf"),
        ("text/html", "/a.docx", ""),
        ("application/vnd.ms-outlook", "/a.msg", ""),
    ],
)
def test_documents_are_told_by_their_type_and_name(media_type, path, kind):
    assert documents.kind_of(media_type, f"https://city.example{path}") == kind


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("doc", word(p("Minutes"))),
        ("doc", RTF % b"Minutes"),
        ("ppt", show(shape("Minutes"))),
        ("xls", workbook(f"<x:row r='1'>{cell('A1', 'Minutes')}</x:row>")),
    ],
)
def test_a_newer_file_under_an_old_name_is_read_as_what_it_is(kind, body):
    assert [text for _, text in plain(kind, body)] == ["Minutes"]


def test_white_and_tiny_text_of_a_real_writer():
    document = docx.Document()
    paragraph = document.add_paragraph("Seen. ")
    white = paragraph.add_run("White. ")
    white.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    tiny = paragraph.add_run("Tiny.")
    tiny.font.size = Pt(1)

    assert plain("docx", saved(document)) == [("¶1", "Seen. ")]
