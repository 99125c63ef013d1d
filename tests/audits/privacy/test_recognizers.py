"""One table per kind: what is found, and the near-misses that are not. Numbers are made here, never written down."""

from __future__ import annotations

import random

import pytest
from corpus import Values, luhn_digit

from audits.model import Tier
from audits.privacy.engine import Detector

VALUES = Values(2024)
SIN = VALUES.sin_digits()
SIN_SPACED = f"{SIN[:3]} {SIN[3:6]} {SIN[6:]}"
SIN_DASHED = SIN_SPACED.replace(" ", "-")
SIN_WRONG = SIN_SPACED[:-1] + str((int(SIN[-1]) + 1) % 10)
_BODY = VALUES.digits(9, "1235")
HEALTH = _BODY + luhn_digit(_BODY)
WRONG_SIN_SPACED = f"{SIN[:3]} {SIN[3:6]} {SIN[6:8]}{(int(SIN[8]) + 1) % 10}"
HEALTH_DASHED = f"{HEALTH[:4]}-{HEALTH[4:7]}-{HEALTH[7:]}"
HEALTH_WRONG = HEALTH_DASHED[:-1] + str((int(HEALTH[-1]) + 1) % 10)
LICENCE = "A" + VALUES.digits(4) + "-" + VALUES.digits(5)[:4] + "8-" + "00503"
CARD = "4" + "".join(random.Random(3).choices("0123456789", k=14))
CARD += luhn_digit(CARD)
CARD_SPACED = " ".join(CARD[i : i + 4] for i in range(0, 16, 4))
CARD_WRONG = CARD_SPACED[:-1] + str((int(CARD[-1]) + 1) % 10)
PHONE = f"905-{VALUES.random.randint(300, 399)}-{VALUES.random.randint(1000, 9999)}"
PHONE_BARE = PHONE.replace("-", "")
BANK = f"{VALUES.digits(5, '1')}-003-{VALUES.digits(7)}"
BANK_IN_WORDS = "12345, Institution # 003, Account # 7654321"
ROLL = f"2402-{VALUES.digits(3, '0')}-{VALUES.digits(3)}-{VALUES.digits(5)}-0000"
PASSPORT = "GA" + VALUES.digits(6)
NEW_PASSPORT = "G" + VALUES.digits(6) + "KL"
PLATE = "CKLM " + VALUES.digits(3)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


HITS = [
    ("CA_SIN", f"SIN: {SIN_SPACED}", SIN_SPACED),
    ("CA_SIN", f"Social Insurance No. {SIN_DASHED} on file", SIN_DASHED),
    ("CA_SIN", f"son NAS est le {SIN}", SIN),
    ("CA_SIN", f"numéro d’assurance sociale ({SIN_DASHED})", SIN_DASHED),
    ("CA_SIN", f"Name\tSIN\nJane\t{SIN}", SIN),
    ("CA_SIN", f"{SIN_SPACED} (SIN)", SIN_SPACED),
    ("CA_SIN", f'{{"sin":"{SIN}"}}', SIN),
    ("CA_ON_HEALTH_CARD", f"Health card #: {HEALTH_DASHED} AB", f"{HEALTH_DASHED} AB"),
    ("CA_ON_HEALTH_CARD", f"OHIP {HEALTH}XK", f"{HEALTH}XK"),
    ("CA_ON_HEALTH_CARD", f"No de carte Santé : {HEALTH_DASHED}", HEALTH_DASHED),
    ("CA_ON_HEALTH_CARD", f"health card registration number {HEALTH}", HEALTH),
    ("CA_ON_DRIVER_LICENCE", f"driver's licence {LICENCE}", LICENCE),
    ("CA_ON_DRIVER_LICENCE", f"permis de conduire : {LICENCE.replace('-', ' ')}", LICENCE.replace("-", " ")),
    ("CA_ON_DRIVER_LICENCE", f"DL# {LICENCE.replace('-', '')}", LICENCE.replace("-", "")),
    ("CA_PASSPORT", f"Passport No. {PASSPORT}", PASSPORT),
    ("CA_PASSPORT", f"passeport : {NEW_PASSPORT}", NEW_PASSPORT),
    ("CA_PASSPORT", f"PP# {PASSPORT}", PASSPORT),
    ("CREDIT_CARD", f"Visa {CARD_SPACED} exp 04/27", CARD_SPACED),
    ("CREDIT_CARD", CARD, CARD),
    ("CREDIT_CARD", f"card/{CARD}", CARD),
    ("CA_BANK_ACCOUNT", f"direct deposit to {BANK}", BANK),
    ("CA_BANK_ACCOUNT", f"Compte bancaire : {BANK}", BANK),
    (
        "CA_BANK_ACCOUNT",
        "Transit # 12345, Institution # 003, Account # 7654321",
        "12345, Institution # 003, Account # 7654321",
    ),
    ("PHONE_NUMBER", f"({PHONE[:3]}) {PHONE[4:]}", f"({PHONE[:3]}) {PHONE[4:]}"),
    ("PHONE_NUMBER", f"{PHONE} ext. 12", PHONE),
    ("PHONE_NUMBER", f"cell {PHONE_BARE}", PHONE_BARE),
    ("PHONE_NUMBER", f"+1 {PHONE.replace('-', ' ')}", f"+1 {PHONE.replace('-', ' ')}"),
    ("PHONE_NUMBER", f"tél. : {PHONE.replace('-', '.')}", PHONE.replace("-", ".")),
    ("PHONE_NUMBER", "her sister's number is +44 20 7946 0958", "+44 20 7946 0958"),
    ("PHONE_NUMBER", "+41 (0)44 668 18 00 mobile", "+41 (0)44 668 18 00"),
    ("PHONE_NUMBER", "tél. : +33 (0) 1 42 68 53 00.", "+33 (0) 1 42 68 53 00"),
    ("PHONE_NUMBER", "+33.1.42.68.53.00", "+33.1.42.68.53.00"),
    ("PHONE_NUMBER", "Registrant +44.2079460958", "+44.2079460958"),
    ("PHONE_NUMBER", "+52 55 5130 1000", "+52 55 5130 1000"),
    ("PHONE_NUMBER", "Call 011 44 20 7946 0958 after noon", "011 44 20 7946 0958"),
    ("PHONE_NUMBER", "cell 00 33 1 42 68 53 00", "00 33 1 42 68 53 00"),
    ("PHONE_NUMBER", "mobile +448800 921 916", "+448800 921 916"),
    ("PHONE_NUMBER", "Phone: 020 7946 0958", "020 7946 0958"),
    ("PHONE_NUMBER", "Téléphone : 01.42.68.53.00", "01.42.68.53.00"),
    ("EMAIL_ADDRESS", "write to <jo.o'brien+x@mail.example.ca>.", "jo.o'brien+x@mail.example.ca"),
    ("EMAIL_ADDRESS", "jane [at] example [dot] ca", "jane [at] example [dot] ca"),
    ("PHONE_NUMBER", "Call a neighbour, for example 705-655-0100", "705-655-0100"),
    ("PHONE_NUMBER", "The applicant's phone is 705-555-0100", "705-555-0100"),
    ("EMAIL_ADDRESS", "for example to ana.roe@gmail.com", "ana.roe@gmail.com"),
    ("EMAIL_ADDRESS", "The applicant, ana@mail.example, for example, objects", "ana@mail.example"),
    ("EMAIL_ADDRESS", "for example, Jane Roe writes from ana@mail.example", "ana@mail.example"),
    ("CA_POSTAL_CODE", "Burlington ON L7R1A1", "L7R1A1"),
    ("CA_POSTAL_CODE", "code postal : k1a 0b1", "k1a 0b1"),
    ("CA_POSTAL_CODE", "postal code #: B9B 9B9", "B9B 9B9"),
    ("CIVIC_ADDRESS", "lives at 4-123 Maple Crescent West, Unit 5, Burlington", "4-123 Maple Crescent West, Unit 5"),
    ("CIVIC_ADDRESS", "au 123, rue de l'Église Ouest, app. 4, Ottawa", "123, rue de l'Église Ouest, app. 4"),
    ("CIVIC_ADDRESS", "12 chemin du Lac-des-Pins", "12 chemin du Lac-des-Pins"),
    ("CIVIC_ADDRESS", "1234 County Road 12, Milton", "1234 County Road 12"),
    ("CIVIC_ADDRESS", "2026 Guelph Line, Burlington", "2026 Guelph Line"),
    ("CIVIC_ADDRESS", "P.O. Box 123, Station A, Burlington", "P.O. Box 123, Station A"),
    ("DATE_OF_BIRTH", "Birthday: May 3, 1980", "May 3, 1980"),
    ("DATE_OF_BIRTH", "DOB: 1980-05-03", "1980-05-03"),
    ("DATE_OF_BIRTH", "née à Montréal le 3 mai 1980", "3 mai 1980"),
    ("DATE_OF_BIRTH", "For example, Jane Roe, date of birth 27 3 1958", "27 3 1958"),
    ("DATE_OF_BIRTH", "born in Toronto on May 3, 1980", "May 3, 1980"),
    ("DATE_OF_BIRTH", "Né(e) le : 1er mai 1980", "1er mai 1980"),
    ("DATE_OF_BIRTH", "Date of birth (dd/mm/yyyy): 03/05/1980", "03/05/1980"),
    ("CA_ON_LICENCE_PLATE", f"licence plate no. {PLATE}", PLATE),
    ("CA_ON_LICENCE_PLATE", f"la plaque {PLATE}", PLATE),
    ("CA_ON_PROPERTY_ROLL", f"Roll No.: {ROLL}", ROLL),
    ("CA_ON_PROPERTY_ROLL", f"numéro de rôle {ROLL.replace('-', '')}", ROLL.replace("-", "")),
    ("IP_ADDRESS", "login from 142.51.77.9 at noon", "142.51.77.9"),
    ("IP_ADDRESS", "2607:f2c0:e344:a02::15", "2607:f2c0:e344:a02::15"),
    ("MAC_ADDRESS", "device 00:1b:44:11:3a:b7", "00:1b:44:11:3a:b7"),
    ("PERSON", f"Applicant Jane Tremblay, {PHONE}", "Jane Tremblay"),
    ("PERSON", f"Mme Marie-Claude St-Pierre, {PHONE}", "Marie-Claude St-Pierre"),
    ("PERSON", f"Name: Xolani Qwertz\nPhone: {PHONE}", "Xolani Qwertz"),
]

NEAR_MISSES = [
    # Another number of nine digits, a wrong check digit, a series never issued.
    ("CA_SIN", f"Invoice no. {SIN_SPACED}"),
    ("CA_SIN", f"SIN {SIN_WRONG}"),
    ("CA_SIN", "SIN 0" + SIN_SPACED[1:]),
    ("CA_SIN", f"{SIN}RT0001"),
    ("CA_SIN", f"GST/HST registration {SIN}"),
    ("CA_SIN", f"numéro d'entreprise {SIN_SPACED}"),
    ("CA_SIN", f"dossier {SIN_DASHED}"),
    ("CA_SIN", f"INV-{SIN_DASHED}"),
    ("CA_SIN", f"4{SIN}"),
    ("CA_SIN", f"business {SIN}"),
    ("CA_SIN", f"${SIN[:3]},{SIN[3:6]},{SIN[6:]}"),
    ("CA_SIN", f"12 {SIN_SPACED}"),
    ("CA_SIN", f"box {{-5 -{SIN_SPACED} }}"),
    ("CA_ON_HEALTH_CARD", f"Health card {HEALTH_WRONG}"),
    ("CA_ON_HEALTH_CARD", f"call {HEALTH}"),
    ("CA_ON_HEALTH_CARD", f"Tracking {HEALTH_DASHED}"),
    ("CA_ON_HEALTH_CARD", f"health unit phone {HEALTH[:3]}-{HEALTH[3:6]}-{HEALTH[6:]}"),
    ("CA_ON_HEALTH_CARD", f"account {HEALTH}"),
    ("CA_ON_HEALTH_CARD", f"compteur {HEALTH_DASHED}"),
    ("CA_ON_DRIVER_LICENCE", f"licence {LICENCE[:-3]}999"),
    ("CA_ON_DRIVER_LICENCE", f"serial {LICENCE}"),
    ("CA_ON_DRIVER_LICENCE", f"licence X{LICENCE}"),
    ("CA_ON_DRIVER_LICENCE", f"licence {LICENCE}-77"),
    ("CA_PASSPORT", f"permit {PASSPORT}"),
    ("CA_PASSPORT", f"form {PASSPORT}"),
    ("CA_PASSPORT", f"Passport photos are {PASSPORT}9"),
    ("CA_PASSPORT", f"Passport fee: see order {PASSPORT}"),
    ("CREDIT_CARD", CARD_WRONG),
    ("CREDIT_CARD", f"tracking {CARD}"),
    ("CREDIT_CARD", f"order {CARD_SPACED}"),
    ("CREDIT_CARD", f"numéro de suivi {CARD}"),
    ("CREDIT_CARD", "ISBN 9780306406157"),
    ("CREDIT_CARD", f"https://host.example/cases/{CARD}"),
    ("CREDIT_CARD", f"https://host.example/page#{CARD}"),
    ("CREDIT_CARD", f"558B 558C {CARD_SPACED} 559A"),
    ("CREDIT_CARD", f"7{CARD[1:]}"),
    ("CA_BANK_ACCOUNT", f"GL account {BANK}"),
    ("CA_BANK_ACCOUNT", "transit 12345-999-1234567"),
    ("CA_BANK_ACCOUNT", "account number 1234567"),
    ("CA_BANK_ACCOUNT", "water account 12345678"),
    ("CA_BANK_ACCOUNT", f"file {BANK}"),
    ("CA_BANK_ACCOUNT", "compte de taxes 1234567"),
    ("PHONE_NUMBER", "1-800-555-0199"),
    ("PHONE_NUMBER", "Enter your phone number with ten digits, for example 705-555-0100."),
    ("PHONE_NUMBER", "+3.140000; -3.140000"),
    ("PHONE_NUMBER", "Meeting ID: 812 718 9239 Passcode 331"),
    ("PHONE_NUMBER", "as defined in Clause 252.227-7013 of it"),
    ("PHONE_NUMBER", "ID de réunion : 812 718 9239"),
    ("PHONE_NUMBER", "the shaft moves +43.325500 then -79.799000"),
    ("PHONE_NUMBER", "+99 123 456 789"),
    ("PHONE_NUMBER", "growth of +448800 921 916"),
    ("PHONE_NUMBER", "+44 20 7946"),
    ("PHONE_NUMBER", "+441234"),
    ("PHONE_NUMBER", "a+44 20 7946 0958"),
    ("PHONE_NUMBER", "+44 20 7946 0958%"),
    ("PHONE_NUMBER", "part 011 44 20 7946 0958"),
    ("PHONE_NUMBER", "011 44 20 7946 0958"),  # nobody says that it is a telephone number
    ("PHONE_NUMBER", "revenue 020 7946 0958"),
    ("PHONE_NUMBER", "Phone: 000 0000 0000"),
    ("PHONE_NUMBER", "Fax: 01.02.03"),
    ("PHONE_NUMBER", "tel: +1 800 555 0199"),
    ("PHONE_NUMBER", f"file no. {PHONE}"),
    ("PHONE_NUMBER", PHONE_BARE),
    ("PHONE_NUMBER", f"facture {PHONE}"),
    ("PHONE_NUMBER", f"200-{PHONE[4:]}"),
    ("PHONE_NUMBER", "905-135-7777"),
    ("PHONE_NUMBER", f"{PHONE}-01"),
    ("EMAIL_ADDRESS", "logo@2x.png"),
    ("EMAIL_ADDRESS", "@jane"),
    ("EMAIL_ADDRESS", "jane@localhost"),
    ("EMAIL_ADDRESS", "pkg@1.2.3"),
    ("EMAIL_ADDRESS", "We send the decision there, for example to ana@mail.example."),
    ("EMAIL_ADDRESS", "Courriel (p. ex. ana@example.com)"),
    ("CA_POSTAL_CODE", "D1A 1A1"),
    ("CA_POSTAL_CODE", "model K2L 3M4"),
    ("CA_POSTAL_CODE", "H0H 0H0"),
    ("CA_POSTAL_CODE", "L7R 1A12"),
    ("CA_POSTAL_CODE", "salle K1A 1B1"),
    ("CA_POSTAL_CODE", "work on r5g6b5 buffers"),
    ("CA_POSTAL_CODE", "address line drawn in #b9b9b9 on white"),
    ("CIVIC_ADDRESS", "In 2019 Plains Road East was rebuilt"),
    ("CIVIC_ADDRESS", "Ward 2 Lakeshore Road"),
    ("CIVIC_ADDRESS", "May 15 Brant Street will close"),
    ("CIVIC_ADDRESS", "1 Hard Drive"),
    ("CIVIC_ADDRESS", "Copyright 2016 Iain Lane"),
    ("CIVIC_ADDRESS", "24 Hour Line"),
    ("CIVIC_ADDRESS", "examine the bytes as CP 1252"),
    ("CIVIC_ADDRESS", "10 km Road Race"),
    ("DATE_OF_BIRTH", "Meeting date: May 3, 2024"),
    ("DATE_OF_BIRTH", "Date of birth\nFor example 27 3 1958\nDay"),
    ("DATE_OF_BIRTH", "Date of birth (e.g. 1958-03-27)"),
    ("DATE_OF_BIRTH", "Date de naissance, par exemple : 27 3 1958"),
    ("DATE_OF_BIRTH", "Il ne sera pas ouvert le 3 mai 2024"),
    ("DATE_OF_BIRTH", "Birth certificate issued 2020-05-03"),
    ("DATE_OF_BIRTH", "DOB: not given. Application date: 2024-05-03"),
    ("DATE_OF_BIRTH", "DOB 1980-13-45"),
    ("DATE_OF_BIRTH", "1980-05-03"),
    ("DATE_OF_BIRTH", "Happy Birthday Canada, July 1, 2017"),
    ("DATE_OF_BIRTH", "Birthday parties at the pool from 2024-05-03"),
    ("DATE_OF_BIRTH", "Fête d’anniversaire de la bibliothèque, le 3 mai 2024"),
    ("CA_ON_LICENCE_PLATE", PLATE),
    ("CA_ON_LICENCE_PLATE", f"see form {PLATE}"),
    ("CA_ON_LICENCE_PLATE", f"vehicle by-law {PLATE}"),
    ("CA_ON_LICENCE_PLATE", "Room BLDG 101"),
    ("CA_ON_PROPERTY_ROLL", f"tracking {ROLL}"),
    ("CA_ON_PROPERTY_ROLL", ROLL[:-1]),
    ("CA_ON_PROPERTY_ROLL", f"99{ROLL[2:]}"),
    ("IP_ADDRESS", "version 1.2.3.4"),
    ("IP_ADDRESS", "section 4.1.2.3"),
    ("IP_ADDRESS", "127.0.0.1"),
    ("IP_ADDRESS", "999.1.1.1"),
    ("IP_ADDRESS", "1.2.3.4.5"),
    ("MAC_ADDRESS", "ff:ff:ff:ff:ff:ff"),
    ("MAC_ADDRESS", "12:30:45"),
    ("MAC_ADDRESS", "20-24-05-03-10-11"),
    ("PERSON", "Jane Tremblay"),  # alone: not beside other personal information
    ("PERSON", f"Brant Street Park {PHONE}"),
    ("PERSON", f"Burlington City Hall, {PHONE}"),
    ("PERSON", f"Please Call {PHONE}"),
]


@pytest.mark.parametrize(("entity", "text", "value"), HITS)
def test_finds(detector: Detector, entity: str, text: str, value: str) -> None:
    spans = detector.detect(text)

    found = [text[span.start : span.end] for span in spans if span.entity == entity and span.tier is not Tier.COUNT]
    assert found == [value]


def test_a_number_of_another_country_is_for_a_person_to_look_at(detector: Detector) -> None:
    alone, named = "+44 20 7946 0958", "phone +44 20 7946 0958"

    assert [span.tier for span in detector.detect(alone)] == [Tier.REVIEW]
    assert [span.tier for span in detector.detect(named)] == [Tier.REPORT]


@pytest.mark.parametrize(("entity", "text"), NEAR_MISSES)
def test_leaves_alone(detector: Detector, entity: str, text: str) -> None:
    spans, _ = detector.scan(text)

    assert [span for span in spans if span.entity == entity] == []


def test_near_misses_outnumber_hits_for_every_kind() -> None:
    for entity in {entity for entity, *_ in HITS}:
        hits = sum(row[0] == entity for row in HITS)
        misses = sum(row[0] == entity for row in NEAR_MISSES)
        assert misses >= min(hits, 3), entity
    assert len(NEAR_MISSES) > len(HITS)


def test_a_business_number_is_nobodys_and_hides_no_sin(detector: Detector) -> None:
    assert detector.detect(f"BN {SIN_SPACED} RT 0001") == []
    assert [span.entity for span in Detector(["CA_BUSINESS_NUMBER"]).detect(f"{SIN}RT0001")] == ["CA_BUSINESS_NUMBER"]


def test_unknown_entities_are_named() -> None:
    with pytest.raises(ValueError, match="SHOE_SIZE"):
        Detector(["SHOE_SIZE"])


def numbers(make, many: int) -> list[str]:
    return [make() for _ in range(many)]


def health() -> str:
    body = VALUES.digits(9, "1235")
    return body + luhn_digit(body)


def found(detector: Detector, text: str, entity: str) -> list[str]:
    return [text[span.start : span.end] for span in detector.scan(text)[0] if span.entity == entity]


@pytest.mark.parametrize("mark", ["|", "\t", " ; ", "   ", " - "])
def test_a_column_of_numbers_that_all_pass_their_check_is_no_chance(detector: Detector, mark: str) -> None:
    for entity, make in (("CA_SIN", VALUES.sin_digits), ("CA_ON_HEALTH_CARD", health)):
        values = numbers(make, 4)
        text = "\n".join(mark.join((f"A{row}", value, "paid")) for row, value in enumerate(values))

        assert found(detector, text, entity) == values


def test_a_column_says_nothing_where_a_number_fails_where_there_are_two_or_where_a_header_speaks(
    detector: Detector,
) -> None:
    values = numbers(VALUES.sin_digits, 4)
    rows = [f"A{row}|{value}|paid" for row, value in enumerate(values)]

    assert found(detector, "\n".join(rows[:2]), "CA_SIN") == []
    assert found(detector, "\n".join([*rows, f"A9|{SIN_WRONG.replace(' ', '')}|paid"]), "CA_SIN") == []
    assert found(detector, "\n".join(["Row|Invoice|State", *rows]), "CA_SIN") == []
    assert found(detector, "\n".join(["Row|SIN|State", *rows]), "CA_SIN") == values


def test_a_column_of_dates_far_apart_beside_telephone_numbers_holds_births(detector: Detector) -> None:
    def rows(*dates: str) -> str:
        return "\n".join(f"Item {row}|{date}|{PHONE}" for row, date in enumerate(dates))

    births = ("1961-04-02", "1944-11-30", "1987-01-15", "2001-07-07")
    meetings = ("2021-04-02", "2024-11-30", "2019-01-15", "2023-07-07")

    assert found(detector, rows(*births), "DATE_OF_BIRTH") == list(births)
    assert found(detector, rows(*meetings), "DATE_OF_BIRTH") == []
    assert found(detector, rows(*sorted(births)), "DATE_OF_BIRTH") == []  # a history
    assert found(detector, rows("1995-01-01", "1998-09-24", "1999-11-01"), "DATE_OF_BIRTH") == []  # of a program
    old = ("1938-07-10", "1934-11-03", "1948-02-07")
    assert found(detector, rows(*old), "DATE_OF_BIRTH") == list(old)
    assert found(detector, "Item|Built|Telephone\n" + rows(*births), "DATE_OF_BIRTH") == []
    assert found(detector, rows(*births).replace(PHONE, "open"), "DATE_OF_BIRTH") == []


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        (f"{SIN_SPACED} is what stands on the back of my SIN card", "CA_SIN", SIN_SPACED),
        (f"{SIN_SPACED} comme numéro d'assurance sociale", "CA_SIN", SIN_SPACED),
        (f"/apply?id=77182&naissance=1958-04-07&nas={SIN}", "DATE_OF_BIRTH", "1958-04-07"),
        (f"/apply?id=77182&prenom=Aline&tel={PHONE}", "PERSON", "Aline"),
        (f'{{"firstName":"Aline","phone":"{PHONE}"}}', "PERSON", "Aline"),
        ("The plate of the old truck: CKL 123", "CA_ON_LICENCE_PLATE", "CKL 123"),
        ("seen: CKLM 123, a grey Corolla", "CA_ON_LICENCE_PLATE", "CKLM 123"),
        (f"Roy, Aline, daughter, 2015-03-10, {PHONE}", "DATE_OF_BIRTH", "2015-03-10"),
        ("Aline Roy, b. 3 May 1990", "DATE_OF_BIRTH", "3 May 1990"),
        ("née le 24 janvier 1967 et lui le 25 juin 1959.", "DATE_OF_BIRTH", "24 janvier 1967,25 juin 1959"),
        (f"her passport is {PASSPORT} and mine is {NEW_PASSPORT}", "CA_PASSPORT", f"{PASSPORT},{NEW_PASSPORT}"),
        ("acct: 010 24796 9911878", "CA_BANK_ACCOUNT", "010 24796 9911878"),
        ("16214/815/8363847468", "CA_BANK_ACCOUNT", "16214/815/8363847468"),
        (
            "institution 828, transit 81743, folio 24032477467",
            "CA_BANK_ACCOUNT",
            "828, transit 81743, folio 24032477467",
        ),
        (
            'ID,Vendor,"Remit, to",Direct deposit\n1,A,"2 B, C",12345-003-7654321',
            "CA_BANK_ACCOUNT",
            "12345-003-7654321",
        ),
        (f"Roy, Aline; lot 7; {PHONE}", "PERSON", "Roy, Aline"),
        (f"J. Tremblay, tel: {PHONE}", "PERSON", "J. Tremblay"),
        (f"Rosemary St. Amand\n{PHONE}", "PERSON", "Rosemary St. Amand"),
        (f"Aline Roy, 12 Elm St, {PHONE_BARE}", "PHONE_NUMBER", PHONE_BARE),
        ("1605, R. de la Rivière, app. 3", "CIVIC_ADDRESS", "1605, R. de la Rivière, app. 3"),
        (f"9-1618 Lakeshore Terrace, ph {PHONE}", "CIVIC_ADDRESS", "9-1618 Lakeshore Terrace"),
        (f"Card {CARD_SPACED.replace(' ', '.')} exp 11/27", "CREDIT_CARD", CARD_SPACED.replace(" ", ".")),
        (f"SIN (people without a BN): {SIN_SPACED}", "CA_SIN", SIN_SPACED),
        (f"NAS : {SIN[:3]} {SIN[3:5]} {SIN[5]} {SIN[6:]}", "CA_SIN", f"{SIN[:3]} {SIN[3:5]} {SIN[5]} {SIN[6:]}"),
        (f"Roy,{PHONE},730 Fifth Line,Perth", "CIVIC_ADDRESS", "730 Fifth Line"),
        ("# Player DOB Parent\n1 Aline Roy 03-Apr-2012 Jean Roy", "DATE_OF_BIRTH", "03-Apr-2012"),
        (
            "<tr><th>Name</th><th>Birth date</th></tr>\n<tr><td>x</td><td>1984-03-03</td></tr>",
            "DATE_OF_BIRTH",
            "1984-03-03",
        ),
        ("Pt Roy, Aline 1950-08-20 F HCN", "DATE_OF_BIRTH", "1950-08-20"),
        (f"last_name,first_name,phone\nPark,Aline,{PHONE}", "PERSON", "Park,Aline"),
        (f'{{"first":"Aline","last":"Park","phone":"{PHONE}"}}', "PERSON", "Aline,Park"),
        (f"N:Park;Aline;;;\nTEL:{PHONE}", "PERSON", "Park;Aline"),
        (f"Aline Roy / {PHONE}", "PERSON", "Aline Roy"),
        (f"Dear Aline,\ncall {PHONE}", "PERSON", "Aline"),
        (f"her daughter Zyxa Qwerth, {PHONE}", "PERSON", "Zyxa Qwerth"),
        (f"NOK Aline Roy {PHONE}", "PERSON", "Aline Roy"),
        (f"1. LAFRENIÈRE Aline, {PHONE}", "PERSON", "LAFRENIÈRE Aline"),
        (f"West, Aline, {PHONE}", "PERSON", "West, Aline"),
        (f"Aline Roy, {PHONE}; so Aline told Council.", "PERSON", "Aline Roy,Aline"),
        ("aline.roy AT gmail DOT com", "EMAIL_ADDRESS", "aline.roy AT gmail DOT com"),
        (f"courriel=aline.roy@gmail.com&tel={PHONE}", "EMAIL_ADDRESS", "aline.roy@gmail.com"),
    ],
)
def test_reads_what_clerks_and_programs_write(detector: Detector, text: str, entity: str, value: str) -> None:
    assert ",".join(found(detector, text, entity)) == value


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        (f"{SIN}, please bring the form for your SIN", "CA_SIN"),
        (f"{SIN} Tel: 1", "CA_SIN"),
        ("The Rotary Club was born April 8, 1944", "DATE_OF_BIRTH"),
        ("La Caisse est née le 22 juillet 1945", "DATE_OF_BIRTH"),
        ("William Sedgwick, born March 4, 1838, first reeve", "DATE_OF_BIRTH"),
        (f"William Sedgwick, born March 4, 1838, {PHONE}", "PERSON"),
        ("Passport (exp. 2029-05-02)   DOB 1956-12-31 x", "CA_SIN"),
        ("born 3 May 1950, died and buried 4 June 2001 in Elora", "PHONE_NUMBER"),
        ("Subject lands: Lot 7, Concession 3, Plan M-1187", "CIVIC_ADDRESS"),
        ("Lot 80, rang 17", "CIVIC_ADDRESS"),
        ("Forms library: N8B 4B9 (mileage), N4A 2M3 (leave)", "CA_POSTAL_CODE"),
        ("sample A1A 1A1", "CA_POSTAL_CODE"),
        (f"The Ken Danby Arena, {PHONE}", "PERSON"),
        (f"park behind Pierre Trudeau P.S., {PHONE}", "PERSON"),
        (f"the bridge named after Viola Desmond, {PHONE}", "PERSON"),
        (f"salle Viola Desmond, {PHONE}", "PERSON"),
        (f"Vehicle|Phone\nDodge Caravan|{PHONE}", "PERSON"),
        (f"Facility|Phone\nJane Roy|{PHONE}", "PERSON"),
        (f"Jane Roy Ltd., {PHONE}", "PERSON"),
        ("Cost centre 30110-003-5540120", "CA_BANK_ACCOUNT"),
        ("55218-399-1627649", "CA_BANK_ACCOUNT"),
        (f"Ledger line {CARD_SPACED}", "CREDIT_CARD"),
        ("payroll run 3542351859281146681", "CA_ON_PROPERTY_ROLL"),
        ("9c:6b:54:45:1d:e3:33:37", "IP_ADDRESS"),
        ("UID:008fb737-b261-4b02-a52e-1cfde4eea566@city.ca", "EMAIL_ADDRESS"),
        ("Incident # 716-555-0142", "PHONE_NUMBER"),
        ("The SWIM 101 course", "CA_ON_LICENCE_PLATE"),
        ("A 2019 Volvo, unit CKLM 123, left the road", "CA_ON_LICENCE_PLATE"),
        ("le camion est vendu pour 795 845,15 $", "CA_ON_LICENCE_PLATE"),
        (f"Totals {WRONG_SIN_SPACED}; {SIN_SPACED}", "CA_SIN"),
        (f"The city's in {SIN}", "CA_SIN"),
        (f"order {SIN[:3]} {SIN[3:5]} {SIN[5]} {SIN[6:]}", "CA_SIN"),
        ("costs 1,730 Fifth Line", "CIVIC_ADDRESS"),
        ("# Player Date DOB\n1 Aline Roy 03-Apr-2012 Jean", "DATE_OF_BIRTH"),
        ("<tr><th>Name</th><th>Paid</th></tr>\n<tr><td>x</td><td>1984-03-03</td></tr>", "DATE_OF_BIRTH"),
        ("taken 2026-08-20 F 12", "DATE_OF_BIRTH"),
        ("Traffic counts: 905 335 7777", "PHONE_NUMBER"),
        (f"Jack Roy Contracting, {PHONE}", "PERSON"),
        (f"Aline's Kitchen, {PHONE}", "PERSON"),
        (f"Baker Green LLP   {PHONE}", "PERSON"),
        (f"Builder: Jack Roy, {PHONE}", "PERSON"),
        (f"the Florence Roy wing, {PHONE}", "PERSON"),
        (f"Town of Port Roy, {PHONE}", "PERSON"),
        (f"Dear Council,\ncall {PHONE}", "PERSON"),
        (f"RESIDENT PARKING PERMITS, {PHONE}", "PERSON"),
        (f'{{"OWNER1":"CITY","phone":"{PHONE}"}}', "PERSON"),
        (f"A. Project, {PHONE}", "PERSON"),
        (f"street,city,phone\nElm,Kingston,{PHONE}", "PERSON"),
        (f"{PHONE_BARE}", "PHONE_NUMBER"),
    ],
)
def test_leaves_alone_what_only_looks_like_it(detector: Detector, text: str, entity: str) -> None:
    assert found(detector, text, entity) == []


def test_a_date_before_the_label_of_another_is_not_named_by_it(detector: Detector) -> None:
    assert found(detector, "Passport (exp. 2029-05-02)   DOB 1956-12-31", "DATE_OF_BIRTH") == ["1956-12-31"]
