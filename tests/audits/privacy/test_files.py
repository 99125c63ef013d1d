"""Personal information in files that are no pages: what is named as such is found, where it stands, and little else."""

from __future__ import annotations

import pytest
from corpus import Values

from audits.check import FILE, WHOLE
from audits.model import Finding, Outcome, Snapshot, Verdict
from audits.privacy.again import find_again
from audits.privacy.engine import Detector
from audits.privacy.exposed_pii import MOST_IN_FILE, ExposedPii
from audits.privacy.file_text import CUT, file_text
from audits.privacy.keys import Keyring
from audits.privacy.source_map import SourceMap
from audits.runner import run_checks
from crawler.documents import read

V = Values(47)
SIN, OTHER_SIN = V.sin_digits(), V.sin_digits()
DASHED = f"{SIN[:3]}-{SIN[3:6]}-{SIN[6:]}"
KEYRING = Keyring(b"t" * 32)
URL = "https://www.maple.example.ca/data/list"
PHONE = "905-335-7777"
MAIL = "jo.roe7@gmail.com"


@pytest.fixture(scope="module")
def check() -> ExposedPii:
    return ExposedPii(keyring=KEYRING, detector=Detector(), own_domains=("www.maple.example.ca",))


def snapshot(kind: str, text: str, *, cut: bool = False, url: str = URL, **more: str) -> Snapshot:
    raw = {"kind": kind, "body": text.encode(), "cut": cut, "content_type": "", **more}
    return Snapshot(site="main", url=url, artifacts={FILE: read(raw)})


def outcomes(check: ExposedPii, seen: Snapshot) -> dict[str, Outcome]:
    return {outcome.rule: outcome for outcome in check.outcomes(seen)}


def findings(check: ExposedPii, kind: str, text: str) -> list[Finding]:
    return [finding for one in check.outcomes(snapshot(kind, text)) for finding in one.findings]


CARD = "BEGIN:VCARD\nVERSION:3.0\n{}\nEND:VCARD\n"
EVENT = "BEGIN:VCALENDAR\nBEGIN:VEVENT\n{}\nEND:VEVENT\nEND:VCALENDAR\n"
RSS = "<rss><channel><item><title>A</title><description>{}</description></item></channel></rss>"


@pytest.mark.parametrize(
    ("kind", "text", "rule", "place"),
    [
        ("table", f"Name,SIN\nJo Roe,{SIN}\n", "ca-sin", "B2"),
        ("table", f"Members of the choir;;\nName;Home phone;Town\nJo Roe;{PHONE};X\n", "phone-number", "B3"),
        ("table", f"Nom\tCourriel du demandeur\nJo\t{MAIL}\n", "email-address", "B2"),
        ("table", f"id,email\n1,{MAIL}\n", "email-address", "B2"),
        ("table", "Applicant,Date of birth\nJo Roe,1984-03-05\n", "date-of-birth", "B2"),
        ("json", f'{{"people": [{{"sin": {SIN}}}]}}', "ca-sin", "$.people[0].sin"),
        ("json", f'{{"applicant": {{"homePhone": "{PHONE}"}}}}', "phone-number", "$.applicant.homePhone"),
        ("json", f'{{"sin": "{SIN}", "cut', "ca-sin", "L1"),
        ("xml", f"<p><resident><homePhone>{PHONE}</homePhone></resident></p>", "phone-number", "/p/resident/homePhone"),
        ("xml", f"<p><!-- SIN {DASHED} --></p>", "ca-sin", "/p/comment()"),
        ("xml", RSS.format(f"Call the applicant at home: {PHONE}"), "phone-number", "/rss/channel/item/description"),
        ("card", CARD.format(f"FN:Jo Roe\nTEL;TYPE=HOME:{PHONE}"), "phone-number", "VCARD[1].TEL"),
        ("card", CARD.format("FN:Jo Roe\nBDAY:1984-03-05"), "date-of-birth", "VCARD[1].BDAY"),
        ("card", EVENT.format(f"SUMMARY:Talk\nATTENDEE:mailto:{MAIL}"), "email-address", "VEVENT[1].ATTENDEE"),
        ("text", f"Minutes\n\nThe applicant's SIN is {DASHED}.\n", "ca-sin", "L3"),
        ("robots", f"User-agent: *\nDisallow: /files/{MAIL}/\n", "email-address", "L2"),
        ("robots", f"User-agent: *\nDisallow: /sin-{DASHED}.pdf\n", "ca-sin", "L2"),
        ("robots", f"# ask the resident, home phone {PHONE}\n", "phone-number", "L1"),
        ("script", f"const test = {{\n  sin: '{SIN}' }};", "ca-sin", "L2"),
        ("script", f"// applicantEmail = '{MAIL}'\n", "email-address", "L1"),
        ("script", f"to:`{MAIL}`,n=1", "email-address", "L1"),
    ],
)
def test_what_is_named_as_somebodys_is_found_where_it_stands(check, kind, text, rule, place):
    found = {(finding.rule, finding.selector) for finding in findings(check, kind, text)}

    assert (f"pii/{rule}", place) in found


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        # Columns of the open data of cities: numbers, places, business.
        ("table", f"Permit No,Status\n{SIN},Issued\n{OTHER_SIN},Closed\n"),
        ("table", f"OBJECTID,GlobalID,Account\n1,{SIN},{OTHER_SIN}\n"),
        ("table", f"Facility,Phone\nArena,{PHONE}\nPool,905-335-7780\n"),
        ("table", f"Business,Phone,Email\nRoe Plumbing,{PHONE},jo@roeplumbing.example\n"),
        ("table", "Facility,Contact email\nArena,arena@maple.example.ca\n"),
        ("table", f"a,b\n1,{SIN[:3]} {SIN[3:6]} {SIN[6:]}\n"),  # in prose a person would have to look
        ("table", "Park,Address,Postal code\nCentral,12 Main Street,L7R 1A1\n"),
        ("table", "Councillor,Ward\nJo Roe,4\nAnn Poe,5\n"),
        ("table", "Road,Built,Inspected\nMain Street,1984-03-05,2020-01-02\n"),
        ("table", "name,latitude,longitude\nCentral,43.3255196,-79.7990319\n"),
        ("table", f"Office email\n{MAIL}\n"),
        ("json", f'{{"id": {SIN}, "version": "{OTHER_SIN}"}}'),
        ("json", '{"updated": 1700000000, "created": 9053357777}'),
        ("json", f'{{"facility": "Arena", "phone": "{PHONE}"}}'),
        ("json", '{"type": "Point", "coordinates": [-79.7990319123, 43.3255196123]}'),
        ("json", '{"email": "name@example.com", "author": {"name": "Jo Roe", "email": "clerk@maple.example.ca"}}'),
        ("json", f'{{"author": "{"Ann Poe <a@poe.example>, " * 12}Jo <{MAIL}>"}}'),
        ("xml", f"<g><wpt><ele>{SIN}</ele></wpt></g>"),
        ("xml", f"<park><phone>{PHONE}</phone></park>"),
        ("xml", RSS.format("City Hall: 905-335-7777 ext. 4. Write to clerk@maple.example.ca.")),
        ("card", CARD.format(f"FN:Jo Roe\nORG:City of Maple\nTEL;TYPE=WORK:{PHONE}\nEMAIL:jo.roe@maple.example.ca")),
        ("card", EVENT.format(f"UID:{SIN}-{MAIL}\nDTSTAMP:19840305T101010Z\nSUMMARY:Council")),
        ("card", EVENT.format("ORGANIZER;CN=Clerk:mailto:clerk@maple.example.ca\nDTSTART:19840305T100000Z")),
        ("card", CARD.format("FN:Jo Roe\nPHOTO;ENCODING=b;TYPE=JPEG:" + SIN * 20)),
        ("text", f"Copyright (c) 2019 Jo Roe <{MAIL}>\n"),
        ("text", "Contact: mailto:security@maple.example.ca\nExpires: 2027-01-01T00:00:00Z\n"),
        ("text", f"Bid {SIN} closed. City Hall 905-335-7777.\n"),
        ("robots", f"User-agent: *\nDisallow: /node/{SIN}\nDisallow: /archive/1984-03-05/\n"),
        ("robots", "Disallow: /people/jo-roe/\nDisallow: /*?q=\nSitemap: https://www.maple.example.ca/sitemap.xml\n"),
        ("robots", "# webmaster@maple.example.ca\nUser-agent: Bot/9.0.53.357\n"),
        ("script", f"const id = {SIN}, at = '{OTHER_SIN}', phone = '{PHONE}';"),
        ("script", f"/*! plugin 1.2 | (c) Jo Roe <{MAIL}> | MIT */"),
        ("script", "var version='1.2.3.4', born=new Date('1984-03-05');"),
    ],
)  # fmt: skip
def test_numbers_places_and_business_are_nobodys(check, kind, text):
    assert findings(check, kind, text) == []


def test_a_finding_in_a_file_holds_no_value_and_says_where(check):
    (found,) = findings(check, "table", f"Item,SIN\nFence,{SIN}\n")

    assert SIN not in repr(found)
    assert found.verdict is Verdict.FAIL
    assert found.part == WHOLE
    assert found.exposure.where == "data"
    assert found.exposure.value_hmac == KEYRING.hmac("CA_SIN", SIN)
    assert found.message == "Social insurance number in the data of a file."


def test_a_key_that_is_somebodys_number_is_masked_in_the_place_too(check):
    (found,) = findings(check, "json", f'{{"SIN {DASHED}": {{"sin": "{OTHER_SIN}"}}}}')

    assert DASHED not in found.selector
    assert found.selector.startswith("$[")


def test_the_address_of_a_file_is_searched_as_that_of_a_page(check):
    seen = snapshot("table", "a,b\n1,2\n", url=f"https://www.maple.example.ca/{MAIL}/list.csv")

    (found,) = outcomes(check, seen)["pii/email-address"].findings

    assert found.exposure.where == "url"


def test_a_long_list_is_told_by_its_beginning_and_its_length(check):
    rows = "".join(f"Jo,resident{n}@gmail.com\n" for n in range(MOST_IN_FILE + 50))

    found = outcomes(check, snapshot("table", f"Name,Email\n{rows}{rows}"))["pii/email-address"].findings

    assert len(found) == MOST_IN_FILE
    assert found[-1].message.endswith("The file holds 50 more like it that are not listed one by one.")
    assert len({one.exposure.value_hmac for one in found}) == MOST_IN_FILE


def test_a_value_is_told_once_in_a_file(check):
    found = findings(check, "table", f"Name,SIN\nJo,{SIN}\nAnn,{SIN}\n")

    assert [one.selector for one in found if one.rule == "pii/ca-sin"] == ["B2"]


def test_what_is_not_read_to_its_end_is_no_pass(check):
    told = outcomes(check, snapshot("table", f"Name,SIN\nJo,{SIN}\n", cut=True))

    assert (told["pii/ca-sin"].verdict, told["pii/ca-sin"].reason) == (Verdict.FAIL, CUT)
    quiet = told["pii/credit-card"]
    assert (quiet.verdict, quiet.reason) == (Verdict.NOT_RUN, CUT)


def test_words_of_two_records_are_not_read_together():
    text = file_text(snapshot("json", '[{"applicant": "Jo"}, {"phone": "1"}]').artifacts[FILE]).text

    assert text == "applicant: Jo\n\nphone: 1"


@pytest.mark.parametrize(
    ("kind", "how", "verdict"),
    [
        ("script", "comment", Verdict.REVIEW),
        ("script", "header", Verdict.REVIEW),
        ("script", "inside", Verdict.REVIEW),
        ("script", "", Verdict.PASS),
        ("table", "", Verdict.INAPPLICABLE),
        ("robots", "", Verdict.INAPPLICABLE),
    ],
)
def test_a_source_map_that_can_be_had_is_told(kind, how, verdict):
    (outcome,) = SourceMap().outcomes(snapshot(kind, "a", **({"map": how} if how else {})))

    assert outcome.verdict is verdict


def test_a_file_is_judged_by_what_reads_files_alone(check):
    from audits.registry import discover

    checks = discover(keyring=KEYRING, detector=Detector(), own_domains=(), redact=str)
    page = Snapshot(site="main", url=URL, artifacts={"document": {"title": "", "frames": []}})

    of_file = {outcome.rule.partition("/")[0] for outcome in run_checks(snapshot("script", "a"), checks, site_key="m")}
    of_page = {outcome.rule for outcome in run_checks(page, checks, site_key="m")}

    assert of_file == {"pii", "privacy"}
    assert SourceMap.rule.id not in of_page
    assert "pii/ca-sin" in of_page


def test_a_value_is_found_again_in_a_file():
    file = snapshot("table", f"Name,SIN\nJo,{OTHER_SIN}\nAnn,{SIN}\n").artifacts[FILE]

    found, whole = find_again(file, URL, entity="CA_SIN", detector=Detector(), is_it=lambda value: value == SIN)

    assert whole
    assert (found.value, found.where, found.selector) == (SIN, "data", "B3")
