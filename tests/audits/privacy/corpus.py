"""Invented Ontario municipal documents with labels. Every identifier comes from a seed; nobody is real.

A template is text with slots. ``{SIN}`` is a labelled value; ``{~invoice}`` looks like one and is not. A fifth of the
templates (``FROZEN``) is never looked at while recognizers are tuned: only the final figure opens them.
"""

# ruff: noqa: E501 (templates are documents, a line each)

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faker import Faker

ENTITIES = {
    "SIN": "CA_SIN",
    "HEALTH": "CA_ON_HEALTH_CARD",
    "LICENCE": "CA_ON_DRIVER_LICENCE",
    "PASSPORT": "CA_PASSPORT",
    "CARD": "CREDIT_CARD",
    "BANK": "CA_BANK_ACCOUNT",
    "PHONE": "PHONE_NUMBER",
    "POSTAL": "CA_POSTAL_CODE",
    "ADDRESS": "CIVIC_ADDRESS",
    "DOB": "DATE_OF_BIRTH",
    "PLATE": "CA_ON_LICENCE_PLATE",
    "ROLL": "CA_ON_PROPERTY_ROLL",
    "EMAIL": "EMAIL_ADDRESS",
    "IP": "IP_ADDRESS",
    "MAC": "MAC_ADDRESS",
    "NAME": "PERSON",
}


@dataclass(frozen=True)
class Document:
    """A text with its labels: (entity, start, end)."""

    id: str
    text: str
    spans: tuple[tuple[str, int, int], ...]


def luhn_digit(body: str) -> str:
    """The digit that makes ``body`` pass."""
    total = 0
    for index, char in enumerate(reversed(body)):
        digit = int(char) * (2 if index % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


class Values:
    """Invented values from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.fakers = [Faker(locale) for locale in ("en_US", "en_GB", "fr_CA", "en_IN", "it_IT", "pl_PL", "pt_PT")]
        for index, faker in enumerate(self.fakers):
            faker.seed_instance(seed + index)

    def digits(self, count: int, first: str = "123456789") -> str:
        rest = "".join(self.random.choice("0123456789") for _ in range(count - 1))
        return self.random.choice(first) + rest

    def sin_digits(self) -> str:
        body = self.digits(8, "1234567")
        return body + luhn_digit(body)

    def not_luhn(self, count: int) -> str:
        number = self.digits(count, "1234567")
        return number if luhn_digit(number[:-1]) != number[-1] else number[:-1] + str((int(number[-1]) + 1) % 10)

    def grouped(self, number: str, *sizes: int, marks: str = " -") -> str:
        mark = self.random.choice(marks)
        parts, start = [], 0
        for size in sizes:
            parts.append(number[start : start + size])
            start += size
        return mark.join(parts)

    def SIN(self, fr: bool) -> str:
        number = self.sin_digits()
        return number if self.random.random() < 0.25 else self.grouped(number, 3, 3, 3)

    def HEALTH(self, fr: bool) -> str:
        body = self.digits(9)
        number = body + luhn_digit(body)
        text = number if self.random.random() < 0.2 else self.grouped(number, 4, 3, 3)
        roll = self.random.random()
        version = "".join(self.random.choice("ABCDEFGHJKLMNPQRSTVWXYZ") for _ in range(2))
        return text if roll < 0.4 else f"{text} {version}" if roll < 0.8 else f"{text}-{version}"

    def LICENCE(self, fr: bool) -> str:
        month = self.random.randint(1, 12) + self.random.choice((0, 50))
        number = f"{self.digits(8)}{self.random.randint(40, 99)}{month:02}{self.random.randint(1, 28):02}"
        letter = self.random.choice("ABCDEFGHJKLMNOPQRSTVWZ")
        if self.random.random() < 0.2:
            return letter + number
        mark = self.random.choice("- ")
        return f"{letter}{number[:4]}{mark}{number[4:9]}{mark}{number[9:]}"

    def PASSPORT(self, fr: bool) -> str:
        letters = "".join(self.random.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(3))
        if self.random.random() < 0.4:
            return letters[0] + self.digits(6) + letters[1:]
        return letters[:2] + self.digits(6)

    def CARD(self, fr: bool) -> str:
        prefix, size = self.random.choice((("4", 16), ("53", 16), ("2345", 16), ("37", 15), ("6011", 16)))
        body = prefix + "".join(self.random.choice("0123456789") for _ in range(size - len(prefix) - 1))
        number = body + luhn_digit(body)
        if self.random.random() < 0.25:
            return number
        return self.grouped(number, 4, 6, 5) if size == 15 else self.grouped(number, 4, 4, 4, 4)

    def BANK(self, fr: bool) -> str:
        institution = self.random.choice(("001", "002", "003", "004", "006", "010", "614", "815", "828", "829"))
        mark = self.random.choice(("-", "-", " "))
        return f"{self.digits(5, '012')}{mark}{institution}{mark}{self.digits(self.random.choice((7, 7, 12)))}"

    def PHONE(self, fr: bool) -> str:
        area = self.random.choice(("905", "289", "365", "416", "647", "437", "613", "343", "519", "226", "705", "807"))
        line = f"{self.random.randint(0, 9999):04}"
        exchange = f"{self.random.randint(2, 9)}{self.random.randint(2, 9)}{self.random.randint(0, 9)}"
        return self.random.choice(
            (
                f"{area}-{exchange}-{line}",
                f"({area}) {exchange}-{line}",
                f"{area}.{exchange}.{line}",
                f"{area} {exchange}-{line}",
                f"{area} {exchange} {line}",
                f"1-{area}-{exchange}-{line}",
                f"+1 {area} {exchange} {line}",
                f"{area}\u2011{exchange}\u2011{line}",
            )
        )

    def POSTAL(self, fr: bool) -> str:
        letters, digits = "ABCEGHJKLMNPRSTVWXYZ", "123456789"
        pick = self.random.choice
        first, last = pick("KLMNP") + pick(digits) + pick(letters), pick(digits) + pick(letters) + pick(digits)
        return first + ("" if self.random.random() < 0.12 else " ") + last

    STREETS = ("Maple", "Brant", "New", "Plains", "King", "St. Paul", "Upper Middle", "Old York", "Lakeshore", "Elgin",
               "Harvester", "O'Brien", "First", "12th", "Sir John", "Queen Mary", "Fairview", "Mountain Brow")  # fmt: skip
    TYPES = ("Street", "St.", "St", "Avenue", "Ave.", "Road", "Rd", "Road", "Drive", "Dr.", "Crescent", "Cres.", "Court", "Crt",
             "Lane", "Boulevard", "Blvd.", "Line", "Way", "Place", "Trail", "Terrace", "Gate", "Circle")  # fmt: skip
    RUES = ("rue Principale", "rue de l'Église", "boul. Saint-Joseph", "chemin du Lac", "avenue des Érables", "rue Sainte-Anne",
            "boulevard Lasalle", "chemin de Montréal", "rue Notre-Dame", "promenade du Parc", "croissant des Pins")  # fmt: skip

    def ADDRESS(self, fr: bool) -> str:
        number = str(self.random.randint(1, 4999))
        pick, chance = self.random.choice, self.random.random()
        if fr and chance < 0.75:
            text = f"{number}{pick((', ', ' ', ', '))}{pick(self.RUES)}{pick(('', '', ' Est', ' Ouest'))}"
            return text + pick(("", "", "", f", app. {self.random.randint(1, 40)}"))
        if chance > 0.95:
            return f"{number} {pick(('County Road', 'Regional Road', 'Highway', 'Concession Road'))} {self.random.randint(2, 40)}"
        unit = pick(("", "", "", "", f"{self.random.randint(1, 40)}-"))
        text = f"{unit}{number} {pick(self.STREETS)} {pick(self.TYPES)}{pick(('', '', '', ' East', ' W', ' North'))}"
        text = text.replace(". W", ". W")
        if unit:
            return text
        return text + pick(
            (
                "",
                "",
                "",
                f", Unit {self.random.randint(1, 60)}",
                f", Apt. {self.random.randint(1, 900)}",
                f" Suite {self.random.randint(100, 900)}",
            )
        )

    MONTHS = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    MOIS = (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    )

    def DOB(self, fr: bool) -> str:
        return self.date(fr, 1932, 2016)

    def date(self, fr: bool, first: int, last: int) -> str:
        year, month, day = self.random.randint(first, last), self.random.randint(1, 12), self.random.randint(1, 28)
        if fr:
            ordinal = "1er" if day == 1 else str(day)
            forms = (
                f"{ordinal} {self.MOIS[month - 1]} {year}",
                f"{year}-{month:02}-{day:02}",
                f"{day:02}/{month:02}/{year}",
            )
        else:
            name = self.MONTHS[month - 1]
            forms = (f"{name} {day}, {year}", f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}", f"{month}/{day}/{year}", f"{day} {name} {year}", f"{name[:3]}. {day}, {year}", f"{year}/{month:02}/{day:02}")  # fmt: skip
        return self.random.choice(forms)

    def PLATE(self, fr: bool) -> str:
        letters = "".join(self.random.choice("ABCDEFGHJKLMNPRSTVWXYZ") for _ in range(4))
        return f"{letters}{self.random.choice((' ', ' ', '', '-'))}{self.digits(3)}"

    def ROLL(self, fr: bool) -> str:
        number = f"24{self.random.randint(1, 30):02}{self.digits(3, '0')}{self.digits(3)}{self.digits(5)}0000"
        return number if self.random.random() < 0.3 else self.grouped(number, 4, 3, 3, 5, 4, marks=" -.")

    def EMAIL(self, fr: bool) -> str:
        faker = self.random.choice(self.fakers[:4])
        user = re.sub(
            r"[^a-z]+", self.random.choice((".", "_", "")), f"{faker.first_name()} {faker.last_name()}".lower()
        )
        return f"{user.strip('._') or 'jo'}{self.random.choice(('', '', '7', '1984'))}@{self.random.choice(('gmail.com', 'hotmail.ca', 'example.ca', 'mail.example.org', 'sympatico.ca', 'courriel.example', 'videotron.example'))}"

    def IP(self, fr: bool) -> str:
        return f"{self.random.choice((24, 99, 142, 184, 206))}." + ".".join(
            str(self.random.randint(11, 223)) for _ in range(3)
        )

    def MAC(self, fr: bool) -> str:
        return self.random.choice(":-").join(f"{self.random.randint(16, 255):02x}" for _ in range(6))

    def NAME(self, fr: bool) -> str:
        faker = self.fakers[2] if fr and self.random.random() < 0.7 else self.random.choice(self.fakers)
        return f"{faker.first_name()} {faker.last_name()}"

    # What looks like one and is not.

    def near(self, kind: str, fr: bool) -> str:
        pick, number = self.random.choice, self.digits
        makers: dict[str, Callable[[], str]] = {
            "nine": lambda: pick((self.sin_digits(), self.grouped(self.sin_digits(), 3, 3, 3))),
            "badsin": lambda: self.grouped(self.not_luhn(9), 3, 3, 3),
            "zerosin": lambda: "0" + self.grouped(number(9), 3, 3, 3)[1:],
            "bn": lambda: f"{self.sin_digits()}{pick(('', ' '))}{pick(('RT', 'RC', 'RP', 'RR'))}0001",
            "badhealth": lambda: self.grouped(self.not_luhn(10), 4, 3, 3),
            "ten": lambda: number(10),
            "badcard": self.bad_card,
            "tracking": lambda: pick((number(16, "7"), f"1Z{number(3)}AA{number(10)}", number(12))),
            "isbn": lambda: f"978-0-{number(3)}-{number(5)}-{number(1)}",
            "tollfree": lambda: f"1-8{pick(('00', '66', '77', '88'))}-{number(3, '3456')}-{number(4)}",
            "version": lambda: f"{pick('1234')}.{pick('0123456789')}.{pick('0123456789')}.{number(2)}",
            "coordinates": lambda: f"43.{number(6)}, -79.{number(6)}",
            "money": lambda: f"${number(3)},{number(3)},{number(3)}.{number(2)}",
            "date": lambda: self.date(fr, 2019, 2026),
            "file": lambda: f"{pick(('PL', 'SP', 'OPA', 'COA'))}-{pick(('2023', '2024', '2025'))}-{number(4)}",
            "bylaw": lambda: f"{number(3)}-20{pick(('19', '22', '24'))}",
            "notpostal": lambda: f"{pick('DFIOQU')}{number(1)}{pick('ABC')} {number(1)}{pick('DFI')}{number(1)}",
            "model": lambda: f"{pick('BCE')}{number(1)}{pick('ABC')} {number(1)}{pick('ABC')}{number(1)}",
            "gl": lambda: f"{number(3)}-{number(4)}-{number(5)}",
            "amount": lambda: f"{number(3)} {number(3)} {number(3)}",
            "year": lambda: str(self.random.randint(1950, 2030)),
            "room": lambda: f"{pick(('ROOM', 'UNIT', 'FORM'))} {number(3)}",
            "user": lambda: f"@{pick(('cityofmaple', 'mapleparks', 'councilwatch'))}",
            "image": lambda: f"logo@{pick('23')}x.png",
            "timestamp": lambda: number(13, "1"),
            "small": lambda: number(2),
        }  # fmt: skip
        return makers[kind]()

    def bad_card(self) -> str:
        body = "4" + "".join(self.random.choice("0123456789") for _ in range(14))
        check = (int(luhn_digit(body)) + self.random.randint(1, 9)) % 10
        return self.grouped(f"{body}{check}", 4, 4, 4, 4)


OPEN_EN = (
    "Delegation request\nName: {NAME}\nAddress: {ADDRESS}, Burlington, ON {POSTAL}\nPhone: {PHONE}\nE-mail: {EMAIL}\nMeeting date: {~date}\nSubject: by-law {~bylaw}, file {~file}\n",
    "Dear Sir or Madam,\n\nMy name is {NAME} and I live at {ADDRESS}. You can reach me at {PHONE} or {EMAIL}. I am writing about the sidewalk in Ward {~small}. The budget of {~money} was approved on {~date}.\n\nSincerely,\n{NAME}\n",
    "COMPLAINT FORM\nComplainant: {NAME}\nHome phone: {PHONE}\nLicence plate of the vehicle: {PLATE}\nReference number: {~nine}\nReceived: {~date}\n",
    "Application for a recreation subsidy\nApplicant: {NAME}\nDate of birth: {DOB}\nSocial Insurance Number: {SIN}\nHealth card number: {HEALTH}\nApplication no.: {~nine}\nDate of application: {~date}\n",
    "Payroll change notice. Employee {NAME}, SIN {SIN}, DOB {DOB}. Deposit to bank account {BANK} effective {~date}. GL code {~gl}.\n",
    "Invoice no. {~nine}\nHST no. {~bn}\nBill to: {NAME}, {ADDRESS}, Oakville ON {POSTAL}\nTotal due: {~money}\nPaid by Visa {CARD}\nTracking {~tracking}\n",
    "Name | Date of birth | Health card | Phone\n{NAME} | {DOB} | {HEALTH} | {PHONE}\n{NAME} | {DOB} | {HEALTH} | {PHONE}\n{NAME} | {DOB} | {HEALTH} | {PHONE}\n",
    "Driver's licence: {LICENCE}\nPlate: {PLATE}\nSerial number: {~nine}\nExpiry: {~date}\n",
    "The driver, {NAME} (born {DOB}), produced Ontario driver's licence {LICENCE}. The vehicle with licence plate {PLATE} was towed on {~date} under By-law {~bylaw}.\n",
    "Travel claim\nTraveller: {NAME}\nPassport No. {PASSPORT}\nClaim number: {~nine}\nHotel phone {~tollfree}\n",
    "The property at {ADDRESS} (roll number {ROLL}) is owned by {NAME}. File {~file}. Hearing date: {~date}. Location {~coordinates}.\n",
    "Access log\n{~date} login from {IP} device {MAC}\nServer build {~version}\n",
    "id,name,email,phone,sin\n1,{NAME},{EMAIL},{PHONE},{SIN}\n2,{NAME},{EMAIL},{PHONE},{SIN}\n3,{NAME},{EMAIL},{PHONE},{SIN}\n",
    "Emergency contact for the day camp: {NAME}, cell {PHONE}. Child's date of birth: {DOB}. OHIP: {HEALTH}. Programme code {~nine}.\n",
    "Please void the cheque. Transit-institution-account: {BANK}. Cheque no. {~gl}.\n",
    "Council minutes of {~date}\nMoved that report {~file} be received. {NAME} of {ADDRESS} spoke against the application. The contract {~nine} was awarded for {~money}. ISBN {~isbn}.\n",
    "Credit card number: {CARD} expiry 04/27 CVV 123. Cardholder {NAME}. Confirmation {~ten}.\n",
    "Library card {~tracking}; account {~ten}; barcode {~timestamp}; file no. {~badsin}; follow {~user}; picture {~image}.\n",
    "Call {PHONE} about permit {~nine} for {ADDRESS}.\n",
    "Room {~room}, model {~model}, part no. {~nine}, code {~notpostal}, version {~version}, purchase order {~ten}.\n",
    "The City's business number is {~bn}. Questions: {~tollfree}. Population: {~amount}. In {~year} Plains Road was rebuilt.\n",
    "Witness statement of {NAME}, date of birth {DOB}, residing at {ADDRESS}, {POSTAL}; telephone {PHONE}; statement taken {~date}; occurrence {~nine}.\n",
    "SIN: {~badsin} (check digit wrong), {~zerosin} (never issued). Health card: {~badhealth}. Visa: {~badcard}.\n",
    "Tenant: {NAME}\nUnit: {~small}\nRent cheque from account {BANK} at the bank\nDOB: {DOB}\nPhone no: {PHONE}\n",
    "Committee of Adjustment\nOwner(s): {NAME} and {NAME}\nSubject property: {ADDRESS}\nAssessment roll no. {ROLL}\nDecision date: {~date}\nLast date of appeal: {~date}\n",
    "From: {EMAIL}\nSent: {~date}\nTo: Clerk\nSubject: objection\n\nI object. My number is {PHONE}.\n{NAME}\n{ADDRESS}\nBurlington, Ontario {POSTAL}\n",
    '{"applicant": "{NAME}", "date_of_birth": "{DOB}", "sin": "{SIN}", "phone": "{PHONE}", "invoice": "{~nine}", "updated": "{~date}"}\n',
    "Health card ({HEALTH}) and driver's licence ({LICENCE}) were photocopied for {NAME}.\n",
    "Volunteer list\n1. {NAME}, {PHONE}, {EMAIL}\n2. {NAME}, {PHONE}, {EMAIL}\nLast updated {~date}\n",
    "Payment received {~date} for account {~ten}, receipt {~nine}, amount {~money}.\n",
)  # fmt: skip
OPEN_FR = (
    "Demande de délégation\nNom : {NAME}\nAdresse : {ADDRESS}, Ottawa (Ontario) {POSTAL}\nTéléphone : {PHONE}\nCourriel : {EMAIL}\nDate de la réunion : {~date}\nObjet : règlement {~bylaw}, dossier {~file}\n",
    "Madame, Monsieur,\n\nJe m'appelle {NAME} et j'habite au {ADDRESS}. On peut me joindre au {PHONE} ou à {EMAIL}. La réunion du {~date} portait sur le règlement {~bylaw}.\n",
    "Formulaire d'aide financière\nDemandeur : {NAME}\nDate de naissance : {DOB}\nNuméro d'assurance sociale : {SIN}\nCarte Santé : {HEALTH}\nNo de dossier : {~nine}\nDate de la demande : {~date}\n",
    "{NAME}, née le {DOB}, NAS {SIN}, permis de conduire {LICENCE}. Facture {~nine} du {~date}.\n",
    "Plainte de {NAME}, demeurant au {ADDRESS}, {POSTAL}. Plaque : {PLATE}. Numéro de suivi {~tracking}.\n",
    "Dépôt direct\nTitulaire : {NAME}\nCompte bancaire : {BANK}\nNuméro d'entreprise : {~bn}\nTotal : {~money}\n",
    "Nom | Date de naissance | No de carte Santé | Tél.\n{NAME} | {DOB} | {HEALTH} | {PHONE}\n{NAME} | {DOB} | {HEALTH} | {PHONE}\n",
    "Passeport : {PASSPORT}\nCarte de crédit : {CARD}\nNuméro de confirmation : {~ten}\nDate d'expiration : {~date}\n",
    "Le véhicule immatriculé {PLATE} était stationné devant le {ADDRESS}. Constat {~nine}, le {~date}.\n",
    "Propriété située au {ADDRESS}, numéro de rôle {ROLL}. Propriétaire : {NAME}. Dossier {~file}.\n",
    "Composez le {PHONE} au sujet du permis {~nine}. Sans frais : {~tollfree}. Version {~version}.\n",
    "NAS : {~badsin}; carte Santé : {~badhealth}; modèle {~model}; population {~amount}; commande {~ten}.\n",
    "Personne à joindre en cas d'urgence : {NAME}, cell. {PHONE}; enfant né le {DOB}; carte Santé {HEALTH}.\n",
    "Procès-verbal du {~date}\n{NAME}, du {ADDRESS}, prend la parole. Le contrat {~nine} est accordé pour {~money}.\n",
)  # fmt: skip
FROZEN_EN = (
    "Minutes, Heritage Committee, {~date}. Correspondence was received from {NAME} ({EMAIL}, {PHONE}) concerning {ADDRESS}. Motion {~bylaw} carried.\n",
    "Dog licence renewal\nOwner name: {NAME}\nOwner address: {ADDRESS}\nPostal code: {POSTAL}\nDaytime phone: {PHONE}\nTag {~nine}\nIssued {~date}\n",
    "New hire form\nFull name: {NAME}\nS.I.N.: {SIN}\nBirth date: {DOB}\nDirect deposit: {BANK}\nStart date: {~date}\nEmployee no. {~nine}\n",
    "Parking ticket {~nine} was issued on {~date} to plate {PLATE}. Contact {NAME} at {PHONE}.\n",
    "Patient: {NAME}\nHealth number: {HEALTH}\nD.O.B.: {DOB}\nPhysician's phone: {PHONE}\nRequisition {~ten}\n",
    "Contractor insurance: policy {~ten}, certificate {~nine}, amount {~money}, expires {~date}. Broker {~tollfree}.\n",
    "Ship to {NAME}\n{ADDRESS}\nMilton ON {POSTAL}\nOrder {~ten}, tracking {~tracking}\nCard {CARD}\n",
)  # fmt: skip
FROZEN_FR = (
    "Inscription au camp de jour\nEnfant : {NAME}\nNé(e) le : {DOB}\nNo de carte Santé : {HEALTH}\nParent : {NAME}\nTél. (domicile) : {PHONE}\nCourriel : {EMAIL}\nCode du cours : {~nine}\n",
    "Le titulaire du permis de conduire {LICENCE}, {NAME}, domicilié au {ADDRESS} ({POSTAL}), a reçu le constat {~nine} le {~date}.\n",
    "Bail : locataire {NAME}, date de naissance {DOB}, NAS {SIN}, compte {BANK} (chèque annulé joint). Loyer : {~money}.\n",
)  # fmt: skip

_SLOT = re.compile(r"\{(~?)(\w+)\}")


def templates(*, frozen: bool) -> list[tuple[str, bool]]:
    """(template, French?)."""
    if frozen:
        return [(text, False) for text in FROZEN_EN] + [(text, True) for text in FROZEN_FR]
    return [(text, False) for text in OPEN_EN] + [(text, True) for text in OPEN_FR]


def documents(count: int, seed: int, *, frozen: bool = False) -> Iterator[Document]:
    """``count`` documents of one to three templates each."""
    values = Values(seed)
    pool = templates(frozen=frozen)
    for number in range(count):
        chosen = [pool[number % len(pool)]]
        chosen += values.random.sample(pool, values.random.randint(0, 2))
        parts: list[str] = []
        spans: list[tuple[str, int, int]] = []
        length = 0
        for template, french in chosen:
            position = 0
            for slot in _SLOT.finditer(template):
                before = template[position : slot.start()]
                value = values.near(slot[2], french) if slot[1] else getattr(values, slot[2])(french)
                parts += [before, value]
                length += len(before)
                if not slot[1]:
                    spans.append((ENTITIES[slot[2]], length, length + len(value)))
                length += len(value)
                position = slot.end()
            parts += [template[position:], "\n"]
            length += len(template) - position + 1
        yield Document(f"{'frozen' if frozen else 'open'}-{number}", "".join(parts), tuple(spans))
