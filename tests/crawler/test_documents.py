"""Files that are no pages: told by their type, read to pieces with places, and bounded whatever they are."""

import json

import pytest

from crawler import documents
from crawler.documents import UNTOLD, begins_as, decoded, is_binary, kind_of, named_as_file


def read(kind, text, *, cut=False, content_type=""):
    body = text.encode() if isinstance(text, str) else text
    return documents.read({"kind": kind, "body": body, "cut": cut, "content_type": content_type})


def pieces(kind, text, **more):
    """(place, label, text) of each piece."""
    return [(at, label, said) for at, _, label, said, _ in read(kind, text, **more)["pieces"]]


@pytest.mark.parametrize(
    ("media_type", "path", "kind"),
    [
        ("text/csv", "/export?id=4", "table"),
        ("application/vnd.ms-excel", "/list.csv", "table"),
        ("text/plain", "/list.tsv", "table"),
        ("application/octet-stream", "/parks.geojson", "json"),
        ("application/geo+json", "/parks", "json"),
        ("application/rss+xml", "/news", "xml"),
        ("text/calendar", "/events", "card"),
        ("", "/mayor.vcf", "card"),
        ("text/javascript", "/assets/app", "script"),
        ("text/plain", "/notes", "text"),
        ("text/plain", "/robots.txt", "robots"),
        ("application/json", "/list.csv", "json"),  # the server knows better
        ("text/html", "/list.csv", ""),
        ("application/xhtml+xml", "/page.xml", ""),
        ("image/svg+xml", "/crest.xml", ""),
        ("text/css", "/site.css", ""),
        ("application/vnd.ms-excel", "/list.xls", "xls"),
        ("application/pdf", "/list.csv", "pdf"),
        ("application/octet-stream", "/tool.exe", ""),
        ("application/force-download", "/minutes.pdf", "pdf"),
        ("", "/page", ""),
    ],
)
def test_a_file_is_told_by_its_type_and_by_its_name_where_the_type_says_nothing(media_type, path, kind):
    assert kind_of(media_type, f"https://city.example{path}") == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/a/List.CSV?v=2", "table"),
        ("/app.min.js?ver=1.2", "script"),
        ("/", ""),
        ("/csv", ""),
        ("/a.csv/", ""),
        ("/minutes.pdf", "pdf"),
        ("/v1.2/contact", ""),
        ("/page?file=list.csv", ""),
    ],
)
def test_a_name_says_that_it_is_no_page(path, kind):
    assert named_as_file(f"https://city.example{path}") == kind


def part(name):
    """How an archive begins whose first part is called so."""
    return b"PK\x03\x04" + bytes(26) + name


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"\n" * 1000 + b"%PDF-1.4", "pdf"),
        (b"{\\rtf1", "rtf"),
        (part(b"[Content_Types].xml"), UNTOLD),
        (part(b"word/numbering.xml"), UNTOLD),
        (part(b"mimetypeapplication/vnd.oasis.opendocument.text"), UNTOLD),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UNTOLD),
        (b"\n" * 1020 + b"%PDF-1.4", ""),
        (b"PDF-1.7", ""),
        (b"<html>{\\rtf", ""),
        (part(b"photos/1.jpg"), ""),
        (part(b"META-INF/MANIFEST.MF"), ""),  # a program
        (part(b"mimetypeapplication/epub+zip"), ""),
        (part(b"backup/word/document.xml"), ""),
        (b"PK\x03\x04", ""),
        (b"MZ\x90\x00", ""),
        (b"\x1f\x8b\x08", ""),
        (b"", ""),
    ],
)
def test_what_may_be_a_document_says_so_in_its_first_bytes(body, kind):
    assert begins_as(body) == kind


@pytest.mark.parametrize(
    ("body", "binary"),
    [
        (b"PK\x03\x04 a workbook", True),
        (b"%PDF-1.7", True),
        (b"a,b\0c", True),
        (b"a,b\n1,2", False),
        ("é,b".encode("utf-16"), False),
        (b"", False),
        (b"PK is a name", False),
    ],
)
def test_what_only_says_that_it_is_text_is_not_read(body, binary):
    assert is_binary(body) is binary


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Hélène".encode(), "", "Hélène"),
        ("Hélène".encode("cp1252"), "text/csv", "Hélène"),
        ("Hélène".encode("latin-1"), "text/csv; charset=iso-8859-1", "Hélène"),
        ("Hélène".encode("utf-16"), "text/csv; charset=utf-8", "Hélène"),
        (b"\xef\xbb\xbfSIN", "", "SIN"),
        ("Hélène".encode(), "text/csv; charset=nonsense", "Hélène"),
        ("aé".encode()[:2], "", "a"),  # cut within a letter
    ],
)
def test_letters_are_read_as_they_were_written(body, content_type, text):
    assert decoded(body, content_type) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Name,Home phone\nJo,1\n",
            [("A1", "", "Name"), ("B1", "", "Home phone"), ("A2", "Name", "Jo"), ("B2", "Home phone", "1")],
        ),
        ("a;b\nJo;1", [("A1", "", "a"), ("B1", "", "b"), ("A2", "a", "Jo"), ("B2", "b", "1")]),
        ("a\tb\nJo\t1,5", [("A1", "", "a"), ("B1", "", "b"), ("A2", "a", "Jo"), ("B2", "b", "1,5")]),
        ('a,b\n"Jo, Ann\nof 4",1', [("A1", "", "a"), ("B1", "", "b"), ("A2", "a", "Jo, Ann\nof 4"), ("B2", "b", "1")]),
        (
            "Members\na,b\nJo,1",
            [("A1", "", "Members"), ("A2", "", "a"), ("B2", "", "b"), ("A3", "a", "Jo"), ("B3", "b", "1")],
        ),
        # No names of columns: the first row holds values.
        (
            "Jo,905 335\nAnn,905 336",
            [("A1", "", "Jo"), ("B1", "", "905 335"), ("A2", "", "Ann"), ("B2", "", "905 336")],
        ),
        ("jo@a.example,x\nb,c", [("A1", "", "jo@a.example"), ("B1", "", "x"), ("A2", "", "b"), ("B2", "", "c")]),
        ("a,,b\n1,,2", [("A1", "", "a"), ("C1", "", "b"), ("A2", "a", "1"), ("C2", "b", "2")]),
        ("", []),
    ],
)
def test_a_table_is_read_by_cells(text, found):
    assert pieces("table", text) == found


def test_columns_are_called_as_spreadsheets_call_them():
    last = pieces("table", ",".join(f"c{n}" for n in range(54)).replace("c53", "z"))[-1]

    assert last[0] == "BB1"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"applicant": {"homePhone": "1"}}', [("$.applicant.homePhone", "applicant home Phone", "1")]),
        ('[{"a": "x"}, {"a": "y"}]', [("$[0].a", "a", "x"), ("$[1].a", "a", "y")]),
        ('{"a": "x", "a": "y"}', [("$.a", "a", "x"), ("$.a", "a", "y")]),  # the first is not hidden by the second
        ('{"a": 012}', [("L1", "", '{"a": 012}')]),  # no JSON: read as text
        ('{"n": 130692544, "f": 1.50}', [("$.n", "n", "130692544"), ("$.f", "f", "1.50")]),
        ('{"full name": "Jo"}', [('$["full name"]', "full name", "Jo")]),
        (
            '{"geometry": {"type": "Point", "coordinates": [-79.79, 43.32]}}',
            [("$.geometry.type", "geometry type", "Point")],
        ),
        ('{"a": null, "b": true, "c": "", "d": []}', []),
        ('{"a": "x"', [("L1", "", '{"a": "x"')]),
    ],
)
def test_json_is_read_by_keys(text, found):
    assert pieces("json", text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "<rss><channel><item><title>A</title></item><item><title>B</title></item></channel></rss>",
            [("/rss/channel/item/title", "", "A"), ("/rss/channel/item[2]/title", "", "B")],
        ),
        (
            "<rss><description>&lt;p&gt;Hi &lt;b&gt;Jo&lt;/b&gt;&lt;/p&gt;</description></rss>",
            [("/rss/description", "", "Hi Jo")],
        ),
        (
            "<p><homePhone kind='x'>1</homePhone></p>",
            [("/p/homePhone/@kind", "home Phone kind", "x"), ("/p/homePhone", "home Phone", "1")],
        ),
        ("<a><!-- note --><b><![CDATA[c]]></b></a>", [("/a/comment()", "", " note "), ("/a/b", "b", "c")]),
        ("<a xmlns='urn:x' xmlns:y='urn:y'><y:b>c</y:b></a>", [("/a/y:b", "b", "c")]),
        ("<a><b>c</a>", [("L1", "", "<a><b>c</a>")]),  # no XML
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', [("L1", "", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')]),
        ("<a/>", []),
    ],
)
def test_xml_is_read_by_elements(text, found):
    assert pieces("xml", text) == found


def test_the_end_of_xml_may_be_missing():
    assert pieces("xml", "<a><b>Jo</b><c>An", cut=True) == [("/a/b", "b", "Jo")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BEGIN:VCARD\nTEL;TYPE=HOME,VOICE:1\nEND:VCARD", [("VCARD[1].TEL", "home tel", "1")]),
        ("BEGIN:VCARD\nTEL;WORK;VOICE:1\nEND:VCARD", [("VCARD[1].TEL", "office tel", "1")]),
        ("BEGIN:VCARD\nitem1.EMAIL:jo@a.example\nEND:VCARD", [("VCARD[1].EMAIL", "e-mail", "jo@a.example")]),
        (
            "BEGIN:VCARD\nN:Roe;Jo;;;\nADR:;;4 A St\\, B;C;;;\nEND:VCARD",
            [("VCARD[1].N", "name", "Jo Roe"), ("VCARD[1].ADR", "address", "4 A St, B, C")],
        ),
        (
            'BEGIN:VEVENT\r\nATTENDEE;CN="Roe: Jo";ROLE=CHAIR:mailto:jo@a.example\r\nEND:VEVENT',
            [("VEVENT[1].ATTENDEE", "name", "Roe: Jo"), ("VEVENT[1].ATTENDEE", "", "jo@a.example")],
        ),
        (
            "BEGIN:VEVENT\r\nDESCRIPTION:Call\\nme at\r\n  home\r\nEND:VEVENT",
            [("VEVENT[1].DESCRIPTION", "", "Call\nme at home")],
        ),
        # Marks of machines.
        ("BEGIN:VEVENT\nUID:19970610T172345Z-AF23B2@gmail.com\nDTSTAMP:19970610T172345Z\nEND:VEVENT", []),
        ("BEGIN:VCARD\nPHOTO;ENCODING=b:9053351234\nREV:20260101\nEND:VCARD", []),
        ("", []),
    ],
)
def test_cards_and_calendars_are_read_by_properties(text, found):
    assert pieces("card", text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Disallow: /a%20b/c@d.example/", [("L1", "", "\na b\nc@d.example\n")]),
        ("Allow: /a # of Jo", [("L1", "", "\na"), ("L1", "", " of Jo")]),
        ("# only a remark", [("L1", "", "# only a remark")]),
        ("\n\nUser-agent: *", [("L3", "", "*")]),
    ],
)
def test_robots_txt_is_read_by_lines(text, found):
    told = [(at, label, said.strip(" ")) for at, label, said in pieces("robots", text)]

    assert [(at, said.split()) for at, _, said in told] == [(at, said.split()) for at, _, said in found]


def test_a_line_without_end_has_places_and_loses_nothing():
    line = "".join(f"word{n};" for n in range(2_000))

    found = read("script", f"first\n{line}")["pieces"]

    assert [at for at, *_ in found[:2]] == ["L1", "L2:1"]
    assert "".join(before + said for _, before, _, said, _ in found[1:]) == f"\n{line}"
    assert all(line.startswith(said, int(at.partition(":")[2]) - 1) for at, _, _, said, _ in found[1:])


def test_places_of_a_file_are_believed_as_its_kind_is():
    assert {kind: read(kind, "<a>1</a>")["pieces"][0][4] for kind in ("text", "table", "xml", "script")} == {
        "text": "file",
        "table": "data",
        "xml": "data",
        "script": "code",
    }
    assert read("xml", "<rss>1</rss>")["pieces"][0][4] == "file"  # words for people
    assert read("json", "{broken")["pieces"][0][4] == "data"


HOSTILE = {
    "deep-json": ("json", "[" * 500_000),
    "deep-json-closed": ("json", "[" * 100_000 + "]" * 100_000),
    "wide-json": ("json", json.dumps(["x"] * 300_000)),
    "long-number": ("json", '{"a": ' + "9" * 1_000_000 + "}"),
    "laughs": (
        "xml",
        '<!DOCTYPE a [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + "]><a>&j;</a>",
    ),
    "outside": ("xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "deep-xml": ("xml", "<a>" * 300_000),
    "wide-xml": ("xml", f"<a>{'<b>x</b>' * 240_000}</a>"),
    "quote": ("table", 'a,b\n"' + "x," * 800_000),
    "wide-table": ("table", "x," * 900_000),
    "labels": ("table", f"{'n' * 80},{'m' * 80}\n" + "a,b\n" * 400_000),
    "folds": ("card", "BEGIN:VCARD\nNOTE:" + "\n x" * 500_000),
    "begins": ("card", "BEGIN:VCARD\n" * 150_000),
    "quotes": ("card", 'A;B="' * 100_000),
    "lines": ("text", "a\n" * 1_000_000),
    "nothing": ("table", "\0" * 100_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little_and_gives_little(name, cpu_seconds):
    kind, text = HOSTILE[name]

    with cpu_seconds(10):
        found = read(kind, text)

    assert len(found["pieces"]) <= documents.MOST_PIECES
    assert sum(len(label) + len(said) for _, _, label, said, _ in found["pieces"]) <= documents.MOST_TEXT
    assert not any("root:" in said for _, _, _, said, _ in found["pieces"])


def test_the_name_of_a_place_is_short():
    deep = '{"name": ' * 400 + '"Jo"' + "}" * 400

    ((at, _, _),) = pieces("json", deep)

    assert len(at) == documents.LONGEST_PLACE + 1
    assert at.startswith("$.name.name")


def test_more_than_a_file_may_give_is_not_read_to_its_end():
    assert read("text", "a\n" * 1_000_000)["cut"]
    assert read("table", HOSTILE["labels"][1])["cut"]
    assert not read("text", "a\n" * 1_000)["cut"]
    assert read("text", "a", cut=True)["cut"]


@pytest.fixture
def cpu_seconds():
    """Fails where a block takes more of the processor than it may."""
    import contextlib
    import time

    @contextlib.contextmanager
    def within(most):
        began = time.process_time()
        yield
        assert time.process_time() - began < most

    return within
