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
    ("CA_BANK_ACCOUNT", "Transit # 12345, Institution # 003, Account # 7654321", "7654321"),
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
    ("CA_POSTAL_CODE", "Burlington ON L7R1A1", "L7R1A1"),
    ("CA_POSTAL_CODE", "code postal : k1a 0b1", "k1a 0b1"),
    ("CIVIC_ADDRESS", "lives at 4-123 Maple Crescent West, Unit 5, Burlington", "4-123 Maple Crescent West, Unit 5"),
    ("CIVIC_ADDRESS", "au 123, rue de l'Église Ouest, app. 4, Ottawa", "123, rue de l'Église Ouest, app. 4"),
    ("CIVIC_ADDRESS", "12 chemin du Lac-des-Pins", "12 chemin du Lac-des-Pins"),
    ("CIVIC_ADDRESS", "1234 County Road 12, Milton", "1234 County Road 12"),
    ("CIVIC_ADDRESS", "2026 Guelph Line, Burlington", "2026 Guelph Line"),
    ("CIVIC_ADDRESS", "P.O. Box 123, Station A, Burlington", "P.O. Box 123, Station A"),
    ("DATE_OF_BIRTH", "Birthday: May 3, 1980", "May 3, 1980"),
    ("DATE_OF_BIRTH", "DOB: 1980-05-03", "1980-05-03"),
    ("DATE_OF_BIRTH", "née à Montréal le 3 mai 1980", "3 mai 1980"),
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
    ("CA_POSTAL_CODE", "D1A 1A1"),
    ("CA_POSTAL_CODE", "model K2L 3M4"),
    ("CA_POSTAL_CODE", "H0H 0H0"),
    ("CA_POSTAL_CODE", "L7R 1A12"),
    ("CA_POSTAL_CODE", "salle K1A 1B1"),
    ("CA_POSTAL_CODE", "work on r5g6b5 buffers"),
    ("CIVIC_ADDRESS", "In 2019 Plains Road East was rebuilt"),
    ("CIVIC_ADDRESS", "Ward 2 Lakeshore Road"),
    ("CIVIC_ADDRESS", "May 15 Brant Street will close"),
    ("CIVIC_ADDRESS", "1 Hard Drive"),
    ("CIVIC_ADDRESS", "Copyright 2016 Iain Lane"),
    ("CIVIC_ADDRESS", "24 Hour Line"),
    ("CIVIC_ADDRESS", "examine the bytes as CP 1252"),
    ("CIVIC_ADDRESS", "10 km Road Race"),
    ("DATE_OF_BIRTH", "Meeting date: May 3, 2024"),
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
