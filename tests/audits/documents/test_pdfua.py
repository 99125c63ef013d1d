"""PDF/UA-1 on the corpus of those who wrote the rules, on small files of our own, and on files that mean harm."""

from __future__ import annotations

import io
import os
import re
import time
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from audits.documents import _findings, pdfua
from audits.documents.pdfua import PdfUa
from audits.model import Snapshot, Verdict
from audits.runner import run_checks
from audits.standards import LEADS, load
from crawler.documents.pdf import content, elements
from crawler.documents.pdf.structure import structure

pytestmark = pytest.mark.filterwarnings("ignore:This document has")  # fields that no form lists
#: Beside the project, not in it: people who only use the project do not have it.
CORPUS = Path(__file__).parents[4] / "shared" / "data" / "pdfua-dev"
NAMED = re.compile(r"(?P<clause>[\d.]+)-t(?P<test>\d+)-(?P<expected>fail|pass)-\w+\.pdf")


def outcomes_of(facts):
    artifact = {"kind": "pdf", "pieces": [], "cut": False, "pdfua": facts}
    snapshot = Snapshot(site="s", url="https://city.example/a.pdf", artifacts={"file": artifact})
    return {
        outcome.rule.removeprefix("pdfua/"): outcome
        for outcome in run_checks(snapshot, [PdfUa(redact=lambda words: words)], site_key="s")
    }


def judged(body):
    with pikepdf.open(io.BytesIO(body)) as pdf:
        return outcomes_of(structure(pdf, body))


def broken(outcomes):
    assert not {outcome.reason for outcome in outcomes.values() if outcome.verdict is Verdict.ERROR}
    return {rule for rule, outcome in outcomes.items() if outcome.verdict is Verdict.FAIL}


# The corpus.


@pytest.fixture(scope="module")
def corpus():
    if not CORPUS.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{CORPUS} is missing")
        pytest.skip(f"{CORPUS} is missing")
    return sorted(CORPUS.glob("*.pdf"))


def test_every_fault_of_the_corpus_is_found_under_its_number_and_nothing_else_is_a_fault(corpus):
    wrong = []
    for path in corpus:
        named = NAMED.fullmatch(path.name.replace("7-18.3", "7.18.3"))
        rule = f"{named['clause']}-{int(named['test'])}"
        found = broken(judged(path.read_bytes()))
        fault = named["expected"] == "fail" and not rule.startswith("7.21")  # fonts are judged elsewhere
        if (rule not in found) if fault else found:
            wrong.append((path.name, sorted(found)))

    assert len(corpus) >= 160
    assert wrong == []


# Files of our own: one that breaks nothing, and the same with one thing changed.


def tag(kind, *kids, **said):
    """An element of the tree; a text among its kids is a piece of the page."""
    return kind, kids, said


def table(*rows, **said):
    return tag("Table", *(tag("TR", *row) for row in rows), **said)


def cell(kind, **attributes):
    return tag(kind, "x", **({"A": Dictionary(O=Name.Table, **attributes)} if attributes else {}))


TH, TD = cell("TH", Scope=Name.Column), cell("TD")
BARE_TH = cell("TH")


class Made:
    """A PDF that breaks no rule, unless it is told to."""

    def __init__(self, *tags, paint="", lang="en-CA", roles=None, classes=None):
        self.pdf = pikepdf.new()
        self.page = self.pdf.add_blank_page().obj
        self.root = self.pdf.Root
        self._painted = []
        self.parents = []
        if lang is not None:
            self.root.Lang = String(lang)
        self.root.MarkInfo = Dictionary(Marked=True)
        self.root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        self.metadata()
        self.tree = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.root.StructTreeRoot = self.tree
        self.tree.K = Array([self._element(one, self.tree) for one in tags or (tag("P", "Hello"),)])
        if roles:
            self.tree.RoleMap = Dictionary({f"/{one}": Name(f"/{other}") for one, other in roles.items()})
        if classes:
            self.tree.ClassMap = classes
        self.page.StructParents = 0
        self.numbers = Array([0, Array(self.parents)])
        self.tree.ParentTree = Dictionary(Nums=self.numbers)
        self.paint("".join(self._painted) + paint)

    def paint(self, painted):
        self.page.Contents = self.pdf.make_stream(painted.encode())

    def metadata(self, title='<rdf:Alt><rdf:li xml:lang="en-CA">Hours</rdf:li></rdf:Alt>', ua="", **said):
        ua = ua or "<pdfuaid:part>1</pdfuaid:part>"
        packet = f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
            xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
            xmlns:other="http://www.aiim.org/pdfua/ns/id/">
            {f"<dc:title>{title}</dc:title>" if title is not None else ""}{ua}</rdf:Description></rdf:RDF></x:xmpmeta>
            <?xpacket end="w"?>"""
        stream = self.pdf.make_stream(packet.encode())
        stream.Type, stream.Subtype = Name(said.get("kind", "/Metadata")), Name.XML
        self.root.Metadata = stream
        return self

    def _element(self, one, holder):
        kind, kids, said = one
        made = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), P=holder, Pg=self.page))
        for key, value in said.items():
            made[f"/{key}"] = String(value) if isinstance(value, str) else value
        made.K = Array([])
        for kid in kids:
            if isinstance(kid, str):
                made.K.append(len(self.parents))
                self._painted.append(f"/{kind} <</MCID {len(self.parents)}>> BDC BT ({kid}) Tj ET EMC ")
                self.parents.append(made)
            else:
                made.K.append(self._element(kid, made))
        return made

    def annotation(self, kind, holder=None, **said):
        """One that lies on the page; ``holder``: the kind of element that holds it."""
        made = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([10, 10, 90, 30]))
        for key, value in said.items():
            made[f"/{key}"] = String(value) if isinstance(value, str) else value
        made = self.pdf.make_indirect(made)
        if holder:
            self.hold(made, holder)
        self.page.Annots = Array([*self.page.get("/Annots", ()), made])
        self.page.Tabs = Name.S
        return made

    def hold(self, annotation, kind, **said):
        element = self._element(tag(kind, **said), self.tree)
        element.K = Array([Dictionary(Type=Name.OBJR, Obj=annotation, Pg=self.page)])
        self.tree.K.append(element)
        annotation.StructParent = len(self.numbers) // 2
        self.numbers.append(len(self.numbers) // 2)
        self.numbers.append(element)
        return element

    def form(self, painted, **said):
        """A form XObject, named /F in the resources of the page."""
        made = self.pdf.make_stream(painted.encode())
        made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 10, 10])
        for key, value in said.items():
            made[f"/{key}"] = value
        self.page.Resources = Dictionary(XObject=Dictionary(F=made))
        return made

    def bytes(self, **how):
        out = io.BytesIO()
        self.pdf.save(out, force_version="1.7", fix_metadata_version=False, **how)
        return out.getvalue()

    def outcomes(self):
        return judged(self.bytes())

    def broken(self):
        return broken(self.outcomes())


@pytest.mark.parametrize("said", [{}, {"Lang": "en-CA"}])
def test_a_plain_tagged_file_breaks_nothing(said):
    outcomes = Made(tag("P", "Hello", **said)).outcomes()

    assert broken(outcomes) == set()
    assert outcomes["7.1-3"].verdict is Verdict.PASS
    assert outcomes["7.2-10"].verdict is Verdict.INAPPLICABLE  # it has no table


def test_an_untagged_file_is_told_in_a_few_findings():
    pdf = pikepdf.new()
    for _ in range(3):
        page = pdf.add_blank_page()
        page.Contents = pdf.make_stream(b"BT (a) Tj (b) Tj ET 0 0 5 5 re f ")
    out = io.BytesIO()
    pdf.save(out)

    outcomes = judged(out.getvalue())

    assert {"6.2-1", "7.1-3", "7.1-8", "7.1-10", "7.1-11", "7.2-34"} <= broken(outcomes)
    places = [(found.selector, found.message) for found in outcomes["7.1-3"].findings]
    assert len(places) == 6
    assert places[0] == ("p1 text", "2 pieces of text are neither tagged nor decoration.")
    assert places[1][0] == "p1 line"


def test_findings_of_one_rule_are_counted_beyond_fifty():
    found = Made(*[tag("Figure", "x") for _ in range(_findings.MOST + 7)]).outcomes()["7.3-1"].findings

    assert len(found) == _findings.MOST
    assert found[1].selector == "p1 Figure 2"
    assert found[-1].message.endswith("There are 7 more such.")


@pytest.mark.parametrize(
    ("tags", "rules"),
    [
        # Nesting of tables.
        ([table([TH, TH], [TD, TD])], set()),
        ([tag("Table", tag("Div", tag("TR", TH, TH)), tag("TR", TD, TD))], set()),
        ([tag("Table", tag("TR", TH), tag("P", "x"))], {"7.2-3"}),
        ([tag("Table", tag("THead", tag("TR", TH)), tag("TBody", tag("TR", TD)))], set()),
        ([tag("Sect", tag("TR", TD))], {"7.2-4"}),
        ([tag("Sect", tag("THead", tag("TR", TH)))], {"7.2-5"}),
        ([tag("Sect", tag("TBody", tag("TR", TD)))], {"7.2-6"}),
        ([tag("Sect", tag("TFoot", tag("TR", TD)))], {"7.2-7"}),
        ([tag("Sect", TH)], {"7.2-8"}),
        ([tag("Sect", TD)], {"7.2-9"}),
        ([tag("Table", tag("TR", TH, tag("P", "x")))], {"7.2-10"}),
        ([tag("Table", *[tag("THead", tag("TR", TH))] * 2, tag("TBody", tag("TR", TD)))], {"7.2-11"}),
        ([tag("Table", tag("TBody", tag("TR", TD)), *[tag("TFoot", tag("TR", TD))] * 2)], {"7.2-12"}),
        ([tag("Table", tag("TR", TD), tag("TFoot", tag("TR", TD)))], {"7.2-13"}),
        ([tag("Table", tag("THead", tag("TR", TH)), tag("TR", TD))], {"7.2-14"}),
        ([tag("Table", tag("THead", tag("P", "x")), tag("TBody", tag("TR", TD)))], {"7.2-36"}),
        ([tag("Table", tag("TBody", tag("TR", TD), tag("P", "x")))], {"7.2-37"}),
        ([tag("Table", tag("TBody", tag("TR", TD)), tag("TFoot", tag("P", "x")))], {"7.2-38"}),
        # Captions.
        ([tag("Table", tag("Caption", "x"), tag("TR", TD), tag("TR", TD))], set()),
        ([tag("Table", tag("TR", TD), tag("TR", TD), tag("Caption", "x"))], set()),
        ([tag("Table", tag("TR", TD), tag("Caption", "x"), tag("TR", TD))], {"7.2-3", "7.2-16"}),
        ([tag("Table", tag("Caption", "x"), tag("TR", TD), tag("Caption", "x"))], {"7.2-3", "7.2-39"}),
        # The grid.
        ([table([cell("TD", ColSpan=2)], [TD, TD])], set()),
        ([table([cell("TD", RowSpan=2), TD], [TD])], set()),
        ([table([TD, TD], [cell("TD", ColSpan=3)])], {"7.2-42"}),
        ([table([TD, TD], [TD])], {"7.2-43"}),
        ([table([TD, TD], [])], set()),  # a row without cells
        ([table([TD, cell("TD", RowSpan=3)], [TD])], {"7.2-41"}),
        ([table([TD, cell("TD", RowSpan=2)], [cell("TD", ColSpan=2)])], {"7.2-15"}),
        ([tag("Table", tag("TBody", tag("TR", TD, TD)), tag("TBody", tag("TR", TD)))], {"7.2-43"}),
        # Headers.
        ([table([BARE_TH, BARE_TH], [TD, TD])], {"7.5-1"}),
        ([table([TD, TD], [TD, TD])], set()),  # no headers at all: a person must look
        ([table([cell("TH", Scope=Name.Row), TD], [BARE_TH, TD])], {"7.5-1"}),
        ([table([cell("TH", Scope=Name.Both), BARE_TH], [TD, cell("TD", Headers=Array([String("none")]))])], {"7.5-2"}),
        ([table([tag("TH", "x", ID="a"), BARE_TH], [*[cell("TD", Headers=Array([String("a")]))] * 2])], set()),
        ([table([TH, BARE_TH], [BARE_TH, TD])], {"7.5-1"}),
        ([table([TH], [BARE_TH], [TD])], set()),
        ([table([TH], [TD], [BARE_TH], [TD])], {"7.5-1"}),  # the header next to it says nothing of it
        # Lists.
        ([tag("L", tag("LI", tag("Lbl", "1"), tag("LBody", "x")))], set()),
        ([tag("L", tag("Caption", "x"), tag("LI", tag("LBody", "x")), tag("L", tag("LI", tag("LBody", "x"))))], set()),
        ([tag("Sect", tag("LI", tag("LBody", "x")))], {"7.2-17"}),
        ([tag("L", tag("LI", tag("LBody", tag("LBody", "x"))))], {"7.2-18"}),
        ([tag("L", tag("P", "x"))], {"7.2-19"}),
        ([tag("L", tag("LI", tag("P", "x")))], {"7.2-20"}),
        ([tag("L", tag("LI", tag("LBody", "x")), tag("Caption", "x"))], {"7.2-19", "7.2-40"}),
        # Contents.
        ([tag("TOC", tag("Caption", "x"), tag("TOCI", "x"), tag("TOC", tag("TOCI", "x")))], set()),
        ([tag("Sect", tag("TOCI", "x"))], {"7.2-26"}),
        ([tag("TOC", tag("P", "x"))], {"7.2-27"}),
        ([tag("TOC", tag("TOCI", "x"), tag("Caption", "x"))], {"7.2-27", "7.2-28"}),
        # Alternatives.
        ([tag("Figure", "x", Alt="A bridge")], set()),
        ([tag("Figure", "x", ActualText="")], set()),
        ([tag("Figure", "x", Alt="")], {"7.3-1"}),
        ([tag("Formula", "x")], {"7.7-1"}),
        ([tag("Formula", "x", ActualText="one half")], set()),
        # Headings.
        ([tag("H1", "x"), tag("H2", "x"), tag("H3", "x"), tag("H1", "x"), tag("H2", "x")], set()),
        ([tag("H2", "x")], {"7.4.2-1"}),
        ([tag("H1", "x"), tag("H3", "x"), tag("H4", "x")], {"7.4.2-1"}),
        ([tag("Sect", tag("H", "x")), tag("Sect", tag("H", "x"))], set()),
        ([tag("Sect", tag("H", "x"), tag("H", "x"))], {"7.4.4-1"}),
        ([tag("H1", "x"), tag("Sect", tag("H", "x"))], {"7.4.4-2", "7.4.4-3"}),
        # Notes.
        ([tag("Note", "x", ID="1"), tag("Note", "x", ID="2")], set()),
        ([tag("Note", "x", ID="")], {"7.9-1"}),
        ([tag("Note", "x", ID="1"), tag("Note", "x", ID="1")], {"7.9-2"}),
        ([tag("Note", "x", ID="1"), tag("P", "x", ID="1")], set()),
        # Forms without a field.
        ([tag("Form", "x")], {"7.18.4-2"}),
        ([tag("Form", "x", A=Dictionary(O=Name.PrintField, Role=Name.cb))], set()),
        # Languages.
        ([tag("P", "x", Lang="fr-CA")], set()),
        ([tag("P", "x", Lang="French (Canada)")], {"7.2-29"}),
        ([tag("P", "x", Lang="")], {"7.2-29"}),
    ],
)  # fmt: skip
def test_tags(tags, rules):
    assert Made(*tags).broken() == rules


@pytest.mark.parametrize(
    ("kind", "roles", "rules"),
    [
        ("Body", {"Body": "P"}, set()),
        ("Body", {"Body": "Text", "Text": "P"}, set()),
        ("Body", {}, {"7.1-5"}),
        ("Body", {"Body": "Text"}, {"7.1-5"}),
        ("Body", {"Body": "Text", "Text": "Body"}, {"7.1-6"}),
        ("P", {"Body": "Body"}, set()),  # a circle that nobody walks in
        ("P", {"P": "H1"}, {"7.1-7"}),
        ("Body", {"Body": "P", "P": "H1"}, {"7.1-7"}),
        ("Bild", {"Bild": "Figure"}, {"7.3-1"}),
    ],
)
def test_roles(kind, roles, rules):
    assert Made(tag(kind, "x"), roles=roles).broken() == rules


def test_an_attribute_of_a_class_is_one_of_the_element():
    classes = Dictionary(head=Dictionary(O=Name.Table, Scope=Name.Column))
    rows = ([tag("TH", "x", C=Name.head)], [TD])

    assert Made(table(*rows), classes=classes).broken() == set()
    assert Made(table(*rows)).broken() == {"7.5-1"}


@pytest.mark.parametrize(
    ("painted", "rules"),
    [
        ("BT (x) Tj ET", {"7.1-3"}),
        ("BT () Tj [() -5 ( )] TJ (  ) Tj ET", set()),  # nothing is shown
        ("BT ( ) Tj [( ) -5 (x)] TJ ET", {"7.1-3"}),
        ("0 0 5 5 re n 0 0 5 5 re W n", set()),  # nothing is painted
        ("0 0 5 5 re S", {"7.1-3"}),
        ("/Artifact BMC 0 0 5 5 re S EMC", set()),
        ("/Artifact <</Type /Pagination>> BDC /Span BMC BT (x) Tj ET EMC EMC", set()),
        ("/Span BMC BT (x) Tj ET EMC", {"7.1-3"}),
        ("/P <</MCID 99>> BDC BT (x) Tj ET EMC", {"7.1-3"}),  # no element of that number
        ("EMC /P <</MCID 0>> BDC BT (x) Tj ET EMC", set()),
        ("/P <</MCID 0>> BDC /Span BMC BT (x) Tj ET EMC EMC", set()),
        ("/P <</MCID 0>> BDC /Artifact BMC 0 0 5 5 re f EMC EMC", {"7.1-1"}),
        ("/Artifact BMC /P <</MCID 0>> BDC BT (x) Tj ET EMC EMC", {"7.1-2"}),
        ("/Span <</Lang (Klingon!)>> BDC EMC", {"7.2-29"}),
        ("BI /W 1 /H 1 /BPC 8 /CS /G ID x EI", {"7.1-3"}),
        ("/Sh sh", {"7.1-3"}),
    ],
)
def test_content(painted, rules):
    assert Made(paint=painted).broken() == rules


def test_an_mcid_among_the_properties_of_the_page_counts():
    made = Made(paint="/P /Named BDC BT (x) Tj ET EMC /P /Lost BDC BT (x) Tj ET EMC")
    made.page.Resources = Dictionary(Properties=Dictionary(Named=Dictionary(MCID=0)))

    (found,) = made.outcomes()["7.1-3"].findings

    assert found.message == "1 piece of text is neither tagged nor decoration."


def test_an_element_that_hangs_in_no_tree_tags_nothing():
    made = Made(tag("P", "x"))
    made.parents[0].P = made.pdf.make_indirect(Dictionary(S=Name.Sect))
    made.tree.K = Array([])

    assert made.broken() == {"7.1-3"}


@pytest.mark.parametrize(
    ("painted", "form", "said", "rules"),
    [
        ("/Artifact BMC /F Do EMC", "BT (x) Tj ET", {}, set()),
        ("/P <</MCID 0>> BDC /F Do EMC", "BT (x) Tj ET", {}, set()),
        ("/F Do", "BT (x) Tj ET", {}, {"7.1-3"}),
        ("/F Do", "/P <</MCID 0>> BDC BT (x) Tj ET EMC", {"StructParents": 0}, set()),
        ("/F Do /F Do", "/P <</MCID 0>> BDC BT (x) Tj ET EMC", {"StructParents": 0}, {"7.20-2"}),
        ("/Artifact BMC /F Do /F Do EMC", "BT (x) Tj ET", {}, set()),
        ("/F Do", "/P <</MCID 0>> BDC BT (x) Tj ET EMC", {}, {"7.1-3"}),  # whose numbers are these?
        ("/Artifact BMC /F Do EMC", "", {"Ref": Dictionary(F=String("a.pdf"))}, {"7.20-1"}),
        ("", "", {"Ref": Dictionary(F=String("a.pdf"))}, set()),  # it is never painted
    ],
)
def test_forms(painted, form, said, rules):
    made = Made(paint=painted)
    made.form(form, **said)

    assert made.broken() == rules


def test_a_form_that_an_element_holds_is_tagged_as_a_whole():
    made = Made(paint="/F Do")
    made.hold(made.form("BT (x) Tj ET"), "Figure", Alt="A map")

    assert made.broken() == set()


# Languages where the document says none.


@pytest.mark.parametrize(
    ("tags", "painted", "rules"),
    [
        ([tag("P", "x")], "", {"7.2-34"}),
        ([tag("Document", tag("P", "x"), Lang="en")], "", set()),
        ([tag("Document", tag("P", "x", Alt="x", ActualText="x", E="x"), Lang="en")], "", set()),
        ([tag("P", "", Alt="x")], "", {"7.2-22"}),
        ([tag("P", "", ActualText="x")], "", {"7.2-21"}),
        ([tag("P", "", E="x")], "", {"7.2-23"}),
        ([tag("P", "")], "/Span <</ActualText (x)>> BDC EMC", {"7.2-30"}),
        ([tag("P", "")], "/Span <</Alt (x)>> BDC EMC", {"7.2-31"}),
        ([tag("P", "")], "/Span <</E (x)>> BDC EMC", {"7.2-32"}),
        ([tag("P", "")], "/Span <</E (x) /Lang (fr)>> BDC EMC /Other <</E (x)>> BDC EMC", set()),
        ([tag("P", "")], "/Artifact <</Lang (fr)>> BDC /Span <</E (x)>> BDC BT (x) Tj ET EMC EMC", set()),
        ([tag("P", "")], "/Artifact BMC BT (x) Tj ET EMC", {"7.2-34"}),
    ],
)
def test_languages(tags, painted, rules):
    assert Made(*tags, paint=painted, lang=None).broken() == rules
    assert Made(*tags, paint=painted).broken() == set()


def test_bookmarks_need_the_language_of_the_document():
    made = Made(tag("P", "x", Lang="en"), lang=None)
    made.root.Outlines = made.pdf.make_indirect(Dictionary(Type=Name.Outlines))
    assert made.broken() == set()

    made.root.Outlines.First = made.pdf.make_indirect(Dictionary(Title=String("One")))
    assert made.broken() == {"7.2-2"}


@pytest.mark.parametrize(
    ("languages", "rules"), [(["x-default"], {"7.2-33"}), (["x-default", "en"], set()), (["en"], set())]
)
def test_a_title_in_no_language_of_its_own(languages, rules):
    made = Made(tag("P", "x", Lang="en"), lang=None)
    items = "".join(f'<rdf:li xml:lang="{one}">Hours</rdf:li>' for one in languages)
    made.metadata(f"<rdf:Alt>{items}</rdf:Alt>")

    assert made.broken() == rules


# The document.


@pytest.mark.parametrize(
    ("title", "ua", "rules"),
    [
        (None, "", {"7.1-9"}),
        ("<rdf:Alt><rdf:li xml:lang='en'> </rdf:li></rdf:Alt>", "", {"7.1-9"}),
        ("Hours", "", set()),
        ("Hours", "<pdfuaid:part>2</pdfuaid:part>", {"5-2"}),
        ("Hours", "<pdfuaid:amd>2005</pdfuaid:amd>", {"5-2"}),
        ("Hours", "<other:part>1</other:part>", {"5-3"}),
        ("Hours", "<pdfuaid:part>1</pdfuaid:part><other:amd>x</other:amd>", {"5-4"}),
        ("Hours", "<pdfuaid:part>1</pdfuaid:part><other:corr>x</other:corr>", {"5-5"}),
        ("Hours", "<dc:format>application/pdf</dc:format>", {"5-1"}),
        ("Hours & more", "", {"5-1", "7.1-9"}),  # it cannot be read
    ],
)
def test_metadata(title, ua, rules):
    assert Made().metadata(title, ua).broken() == rules


def test_metadata_may_be_written_as_attributes():
    made = Made()
    packet = made.root.Metadata.read_bytes().replace(b'rdf:about=""', b'rdf:about="" pdfuaid:part="1"')
    stream = made.pdf.make_stream(packet.replace(b"<pdfuaid:part>1</pdfuaid:part>", b""))
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    made.root.Metadata = stream

    assert made.broken() == set()


def test_metadata_that_call_themselves_something_else_are_none():
    assert Made().metadata(kind="/Other").broken() == {"7.1-8"}


def change(key, value):
    def changed(made):
        if value is None:
            del made.root[key]
        else:
            made.root[key] = value

    return changed


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        (change("/MarkInfo", None), {"6.2-1"}),
        (change("/MarkInfo", Dictionary(Marked=False)), {"6.2-1"}),
        (change("/MarkInfo", Dictionary(Marked=True, Suspects=True)), {"7.1-4"}),
        (change("/MarkInfo", Dictionary(Marked=True, Suspects=False)), set()),
        (change("/ViewerPreferences", None), {"7.1-10"}),
        (change("/ViewerPreferences", Dictionary(DisplayDocTitle=False)), {"7.1-10"}),
        (change("/Lang", String("en_CA")), {"7.2-29"}),
        (change("/Lang", String("en-CA-x-plain")), set()),
        (change("/OCProperties", Dictionary(D=Dictionary(Name=String("All")))), set()),
        (change("/OCProperties", Dictionary(D=Dictionary())), {"7.10-1"}),
        (change("/OCProperties", Dictionary(D=Dictionary(Name=String("")))), {"7.10-1"}),
        (change("/OCProperties", Dictionary(D=Dictionary(Name=String("A")), Configs=Array([Dictionary()]))),
         {"7.10-1"}),
        (change("/OCProperties", Dictionary(D=Dictionary(Name=String("A"), AS=Array([])))), {"7.10-2"}),
    ],
)  # fmt: skip
def test_what_the_catalog_says(changed, rules):
    made = Made()
    changed(made)

    assert made.broken() == rules


@pytest.mark.parametrize(
    ("header", "rules"), [(b"%PDF-1.4\n", set()), (b"%PDF-2.0\n", {"6.1-1"}), (b"%PDF-1.9\n", {"6.1-1"})]
)
def test_header(header, rules):
    body = Made().bytes()

    assert broken(judged(header + body.partition(b"\n")[2])) == rules


@pytest.mark.parametrize(("allowed", "rules"), [(True, set()), (False, {"7.16-1"})])
def test_protection(allowed, rules):
    lock = pikepdf.Encryption(
        owner="o", user="", R=3, aes=False, metadata=False, allow=pikepdf.Permissions(accessibility=allowed)
    )

    assert broken(judged(Made().bytes(encryption=lock))) == rules


@pytest.mark.parametrize(
    ("config", "rules"),
    [
        ("<config><acrobat7><dynamicRender>required</dynamicRender></acrobat7></config>", {"7.15-1"}),
        ("<config><acrobat7><dynamicRender>forbidden</dynamicRender></acrobat7></config>", set()),
        ("<config/>", set()),
    ],
)
def test_xfa(config, rules):
    made = Made()
    stream = made.pdf.make_stream(config.encode())
    made.root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([String("config"), stream]))

    assert made.broken() == rules


@pytest.mark.parametrize(
    ("named", "rules"),
    [
        ({"F": "a.csv", "UF": "a.csv"}, set()),
        ({"F": "a.csv"}, {"7.11-1"}),
        ({"F": "a.csv", "UF": ""}, {"7.11-1"}),
    ],
)
def test_files_in_the_document(named, rules):
    made = Made()
    said = {key: String(value) for key, value in named.items()}
    file = Dictionary(Type=Name.Filespec, EF=Dictionary(F=made.pdf.make_stream(b"a,b")), **said)
    made.root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), file])))

    assert made.broken() == rules


def test_a_file_that_is_elsewhere_needs_no_second_name():
    made = Made()
    made.root.AF = Array([Dictionary(Type=Name.Filespec, F=String("https://city.example/a.csv"))])

    assert made.broken() == set()


def test_the_file_of_an_annotation_breaks_the_clause_of_such_files_too():
    made = Made()
    file = made.pdf.make_indirect(Dictionary(Type=Name.Filespec, EF=Dictionary(F=made.pdf.make_stream(b"a"))))
    made.annotation("FileAttachment", "Annot", Contents="Prices", FS=file)

    assert made.broken() == {"7.11-1", "7.18.7-1"}


# What lies on the page.


@pytest.mark.parametrize(
    ("kind", "holder", "said", "rules"),
    [
        ("Text", "Annot", {"Contents": "A note"}, set()),
        ("Text", "P", {"Contents": "A note"}, {"7.18.1-1"}),
        ("Text", None, {"Contents": "A note"}, {"7.18.1-1"}),
        ("Text", "Annot", {}, {"7.18.1-2"}),
        ("Text", "Annot", {"Contents": ""}, {"7.18.1-2"}),
        ("Text", None, {"F": 2}, set()),  # hidden
        ("Text", None, {"Rect": Array([700, 10, 800, 30])}, set()),  # beside the page
        ("Text", None, {"Rect": Array([10, 30, 90, 10]), "F": 4}, {"7.18.1-1", "7.18.1-2"}),
        ("Popup", None, {}, set()),
        ("Link", "Link", {"Contents": "To the form"}, set()),
        ("Link", "P", {"Contents": "To the form"}, {"7.18.5-1"}),
        ("Link", "Link", {}, {"7.18.5-2"}),
        ("Link", None, {"F": 6}, set()),
        ("Widget", "Form", {"T": "name", "TU": "Your name"}, set()),
        ("Widget", "Form", {"T": "name"}, {"7.18.1-3"}),
        ("Widget", "Form", {"T": "name", "TU": ""}, {"7.18.1-3"}),
        ("Widget", "P", {"T": "name", "TU": "Your name"}, {"7.18.4-1"}),
        ("Widget", None, {"T": "name", "F": 2}, set()),
        ("TrapNet", "Annot", {"Contents": "x"}, {"7.18.2-1"}),
        ("TrapNet", "Annot", {"Contents": "x", "F": 2}, set()),
        ("PrinterMark", None, {}, set()),
        ("PrinterMark", "Annot", {"Contents": "x"}, {"7.18.8-1"}),
    ],
)
def test_annotations(kind, holder, said, rules):
    made = Made()
    made.annotation(kind, holder, **said)

    assert made.broken() == rules


def test_an_alternative_of_the_tag_names_what_it_holds():
    made = Made()
    made.hold(made.annotation("Stamp"), "Annot", Alt="Approved")
    made.hold(made.annotation("Widget", T="a"), "Form", Alt="Your name")

    assert made.broken() == set()


def test_a_widget_has_the_name_of_its_field():
    made = Made()
    for named in (True, False):
        field = made.pdf.make_indirect(Dictionary(T=String("f"), **({"TU": String("Size")} if named else {})))
        made.annotation("Widget", "Form", Parent=field)

    (found,) = made.outcomes()["7.18.1-3"].findings

    assert found.selector == "p1 annotation 2"


@pytest.mark.parametrize(("tabs", "rules"), [("/S", set()), ("/R", {"7.18.3-1"}), (None, {"7.18.3-1"})])
def test_tab_order(tabs, rules):
    made = Made()
    made.annotation("Link", "Link", Contents="x")
    del made.page.Tabs
    if tabs:
        made.page.Tabs = Name(tabs)

    assert made.broken() == rules


def test_languages_of_what_lies_on_the_page():
    made = Made(tag("P", ""), lang=None)
    field = made.annotation("Widget", T="a", TU="Name")
    link = made.annotation("Link", Contents="x")
    made.root.AcroForm = Dictionary(Fields=Array([field]))
    made.hold(field, "Form")
    made.hold(link, "Link")
    assert made.broken() == {"7.2-24", "7.2-25"}

    made.tree.K[-1].Lang = String("en")
    assert made.broken() == {"7.2-25"}

    made.tree.K[-2].Lang = String("en")
    assert made.broken() == set()


def clip(**said):
    played = Dictionary(S=Name.MCD, **said)
    return Dictionary(S=Name.Rendition, R=Dictionary(S=Name.MR, C=played))


DESCRIBED = Array([String("en"), String("A tour of the trail")])


@pytest.mark.parametrize(
    ("action", "rules"),
    [
        (clip(CT=String("video/mp4"), Alt=DESCRIBED), set()),
        (clip(Alt=DESCRIBED), {"7.18.6.2-1"}),
        (clip(CT=String("video/mp4")), {"7.18.6.2-2"}),
        (clip(CT=String("video/mp4"), Alt=Array([String("en"), String("")])), {"7.18.6.2-2"}),
        (clip(CT=String("video/mp4"), Alt=Array([String("en")])), {"7.18.6.2-2"}),
        (clip(CT=String("video/mp4"), Alt=String("A tour")), {"7.18.6.2-2"}),
        (Dictionary(S=Name.URI, URI=String("https://city.example")), set()),
    ],
)
def test_media(action, rules):
    for key, value in (("A", action), ("AA", Dictionary(PO=action)), ("A", Dictionary(S=Name.Named, Next=action))):
        made = Made()
        made.annotation("Screen", "Annot", Contents="x", **{key: value})

        assert made.broken() == rules


def test_a_tag_that_names_no_parent():
    made = Made(tag("Sect", tag("P", "x")))
    del made.tree.K[0].K[0].P

    assert made.broken() == {"7.1-3", "7.1-12"}


# Nothing is claimed of what was not read.


def test_what_was_not_read_is_no_pass():
    outcomes = outcomes_of(None)

    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.NOT_RUN}


def test_a_page_that_cannot_be_read_costs_the_passes_and_keeps_the_findings():
    made = Made(tag("Figure", "x"))
    made.page.Contents = made.pdf.make_stream(b"BT (x) Tj ET", Filter=Name("/Unknown"))

    outcomes = made.outcomes()

    assert outcomes["7.3-1"].verdict is Verdict.FAIL
    assert outcomes["7.1-3"].verdict is Verdict.NOT_RUN
    assert outcomes["7.1-3"].reason == "not run: page 1 cannot be read to its end"


def test_names_and_languages_are_quoted_masked():
    made = Made(tag("Anna-Muster", "x"), tag("P", "x", Lang="Anna Muster"))
    body = made.bytes()
    with pikepdf.open(io.BytesIO(body)) as pdf:
        artifact = {"kind": "pdf", "pieces": [], "cut": False, "pdfua": structure(pdf, body)}
    snapshot = Snapshot(site="s", url="https://city.example/a.pdf", artifacts={"file": artifact})

    outcomes = run_checks(snapshot, [PdfUa(redact=lambda words: words.replace("Anna", "•"))], site_key="s")

    said = "".join(found.message + found.selector for outcome in outcomes for found in outcome.findings)
    assert "Muster" in said
    assert "Anna" not in said


def test_facts_hold_no_text_of_the_document():
    made = Made(tag("Figure", "Secretword", Alt="Secretword", ActualText="Secretword", E="Secretword", ID="Secretword"))
    made.annotation("Text", "Annot", Contents="Secretword", T="Secretword")
    made.metadata("Secretword")
    body = made.bytes()

    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert "Secretword" not in repr(structure(pdf, body))


# Files that mean harm.


def in_time(made, seconds=20):
    start = time.process_time()  # whatever else this machine does
    outcomes = made.outcomes()
    assert time.process_time() - start < seconds
    broken(outcomes)
    return outcomes


def test_tags_that_hold_each_other():
    made = Made(tag("Sect", tag("Sect", tag("P", "x"))))
    outer = made.tree.K[0]
    outer.K[0].K.append(outer)
    outer.P = outer.K[0]
    made.tree.K.append(made.tree)

    assert in_time(made)["7.1-3"].verdict is Verdict.FAIL  # the way up ends nowhere


def test_more_tags_than_are_read(monkeypatch):
    monkeypatch.setattr(elements, "MOST", 2_000)
    made = Made()
    some = [Dictionary(S=Name.Figure, P=made.tree) for _ in range(2_500)]
    made.tree.K = Array(some)

    outcomes = in_time(made)

    assert outcomes["7.3-1"].verdict is Verdict.FAIL
    assert outcomes["7.9-1"].verdict is Verdict.NOT_RUN
    assert "too many tags" in outcomes["7.9-1"].reason


@pytest.mark.slow
def test_a_hundred_thousand_tags():
    made = Made()
    one = made.pdf.make_indirect(Dictionary(S=Name.Sect, P=made.tree))
    made.tree.K = Array([one])
    for _ in range(1_000):  # as deep as it is wide
        kid = made.pdf.make_indirect(Dictionary(S=Name.Sect, P=one))
        one.K = Array([kid, *[Dictionary(S=Name.P) for _ in range(99)]])
        one = kid

    assert broken(in_time(made)) == {"7.1-12"}


def test_a_role_map_without_end():
    roles = {f"R{number}": f"R{number + 1}" for number in range(3_000)} | {"R3000": "R1500"}

    assert in_time(Made(*[tag(f"R{number}", "") for number in range(200)], roles=roles))["7.1-6"].findings


def test_a_parent_tree_that_holds_itself():
    made = Made()
    node = made.pdf.make_indirect(Dictionary(Nums=made.numbers))
    node.Kids = Array([node, node])
    made.tree.ParentTree = node

    assert broken(in_time(made)) == set()


def test_a_form_that_paints_itself_and_others_many_times():
    made = Made(paint="/Artifact BMC /F Do EMC")
    form = made.form("/F Do /F Do BT (x) Tj ET")
    form.Resources = made.page.Resources
    assert broken(in_time(made)) == set()

    made = Made(paint="/Artifact BMC /F Do EMC")
    inner = made.pdf.make_indirect(made.form("BT (x) Tj ET"))
    for _ in range(content.DEEPEST_FORM - 2):  # two to the eighteenth
        outer = made.form("/I Do /I Do")
        outer.Resources = Dictionary(XObject=Dictionary(I=inner))
        inner = outer
    assert broken(in_time(made)) == set()


def test_spans_without_measure():
    huge = 10**9
    rows = ([cell("TD", ColSpan=huge, RowSpan=huge), TD], [TD])

    outcomes = in_time(Made(table(*rows)))

    assert outcomes["7.2-15"].verdict is Verdict.NOT_RUN
    assert in_time(Made(table([cell("TD", ColSpan=-5), TD], [TD])))["7.2-15"].verdict is not Verdict.ERROR


def test_a_stream_that_unfolds_without_measure(monkeypatch):
    monkeypatch.setattr(content, "LARGEST", 100_000)
    made = Made()
    made.page.Contents = made.pdf.make_stream(b"BT (x) Tj ET " * 20_000)

    outcomes = in_time(made)

    assert outcomes["7.1-3"].verdict is Verdict.NOT_RUN
    assert "too large" in outcomes["7.1-3"].reason


def test_a_large_stream_that_every_page_paints(monkeypatch):
    monkeypatch.setattr(content, "MOST_BYTES", 100_000)
    made = Made()
    made.page.Contents = made.pdf.make_stream(b"0 0 m " * 5_000)
    for _ in range(20):
        made.pdf.add_blank_page().obj.Contents = made.page.Contents

    outcomes = in_time(made)

    assert "page 4 and what follows are too large" in outcomes["7.1-3"].reason


def test_metadata_that_unfold_without_end():
    made = Made()
    bomb = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
    stream = made.pdf.make_stream(bomb.encode())
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    made.root.Metadata = stream

    assert broken(in_time(made)) == {"5-1", "7.1-9"}


def test_a_document_without_pages():
    made = Made(tag("Figure", "x"))
    made.root.Pages.Kids = Array([])
    made.root.Pages.Count = 0

    outcomes = in_time(made)

    assert outcomes["7.3-1"].findings[0].selector == "Figure 1"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: 3,
        lambda: String("x"),
        lambda: Name.x,
        lambda: Array([1, None, Name.x]),
        lambda: Dictionary(S=3, K=3),
    ],
    ids=["number", "string", "name", "array", "dictionary"],
)
def test_things_of_a_wrong_type(wrong):
    keys = "MarkInfo Lang ViewerPreferences StructTreeRoot AcroForm OCProperties Names AF Outlines Metadata OpenAction"
    for key in keys.split():
        made = Made()
        made.annotation("Widget", "Form", TU="x")
        made.root[f"/{key}"] = wrong()
        broken(made.outcomes())
    for key in ["K", "RoleMap", "ParentTree", "ClassMap"]:
        made = Made(table([cell("TH")], [TD]))
        made.tree[f"/{key}"] = wrong()
        broken(made.outcomes())
    for key in ["Contents", "Resources", "Annots", "StructParents", "CropBox", "Tabs", "AA"]:
        made = Made()
        made.page[f"/{key}"] = wrong()
        broken(made.outcomes())
    for key in ["S", "P", "Pg", "K", "A", "C", "ID", "Alt", "Lang"]:
        made = Made(tag("Table", tag("TR", tag("TH", "x"))), tag("Note", "x"))
        for element in (made.tree.K[0].K[0].K[0], made.tree.K[1]):
            element[f"/{key}"] = wrong()
        broken(made.outcomes())


# The words.

ENTRIES = load().pdf_rules


def test_every_rule_of_the_profile_has_words():
    assert len(ENTRIES) == 107  # the 106 of veraPDF's profile, and one for attached files
    assert len([rule for rule in ENTRIES if rule.startswith("7.21.")]) == 17
    assert {rule.lead for rule in ENTRIES.values()} - {""} == set(LEADS) - {"image-only"}


@pytest.mark.parametrize(("rule", "text"), ENTRIES.items(), ids=ENTRIES)
def test_words_for_people_are_short_and_translated(rule, text):
    assert len(text.title) <= 75
    assert len(text.title_fr) <= 90
    assert not text.title.endswith(".")
    assert not text.title_fr.endswith(".")
    for english, french in [(text.title, text.title_fr), (text.why, text.why_fr), (text.fix, text.fix_fr)]:
        assert english != french
        assert len(english) <= 160
        assert len(french) <= 180
        assert "'" not in french, "an apostrophe is ’ in French"
        # Canadian French: a no-break space before a colon and inside guillemets, none before ";", "!" and "?".
        assert not re.search(r"(?<!\u00a0)[:»]|«(?!\u00a0)|\s[;!?]", french)
    for sentence in (text.why, text.fix, text.why_fr, text.fix_fr):
        assert sentence.endswith(".")
    assert bool(text.criteria) != text.best_practice
    assert all(load().criterion(number) for number in text.criteria)
    assert all(re.fullmatch(r"PDF([1-9]|1\d|2[0-3])", one) for one in text.techniques)
    assert set(text.said_by) <= ENTRIES.keys()


def test_titles_tell_rules_apart():
    for texts in ([one.title for one in ENTRIES.values()], [one.title_fr for one in ENTRIES.values()]):
        assert len(texts) == len(set(texts))


def test_the_mark_of_pdfua_is_no_barrier():
    rule = PdfUa(redact=str).rules[f"{pdfua.PREFIX}5-1"]

    assert rule.best_practice
    assert rule.impact == "minor"
