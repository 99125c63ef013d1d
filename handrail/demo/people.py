"""Invented people and their identifiers, and numbers that only look like identifiers, all drawn from a seed.

No identifier is written in this package: each is made when the demo starts, passes the same checksums as a real one,
and stands beside a name that nobody has. Pages name a value by a dotted key, such as ``zebulon.sin``.
"""

from __future__ import annotations

import random
import string
import unicodedata

import phonenumbers

PEOPLE = (
    "Zebulon Testwell",
    "Marigold Fakenham",
    "Perpetua Sampleton",
    "Thaddeus Mockridge",
    "Ottoline Notareal",
    "Barnaby Placeholder",
    "Quillan Examplar",
    "Wilfreda Pretendson",
    "Séraphine Fictive",
    "Anatole Essaibidon",
    "Clothilde Inventée",
    "Euphrasie Modèle",
)
PROVIDERS = ("gmail.com", "hotmail.com", "yahoo.ca", "outlook.com", "sympatico.ca", "videotron.ca")
AREA_CODES = ("705", "249", "613", "519", "905", "807")
STREETS = ("Tamarack Crescent", "Old Mill Road", "Heron Street", "Gooseberry Lane", "Lakeview Avenue", "Sawmill Drive")
STREETS_FR = ("rue des Épinettes", "avenue du Moulin", "chemin du Vieux-Quai", "boulevard des Érables")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
MONTHS_FR = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
             "novembre", "décembre")  # fmt: skip
POSTAL_LETTERS = "ABCEGHJKLMNPRSTVWXYZ"  # W and Z may not come first; Ontario begins with K, L, M, N or P


def luhn_digit(digits: str) -> str:
    """The digit that makes ``digits`` pass the Luhn check when put after them."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def luhn_fails(digits: str) -> str:
    """``digits`` with a last digit that fails the Luhn check."""
    return digits + str((int(luhn_digit(digits)) + 1) % 10)


def grouped(digits: str, sizes: tuple[int, ...], joint: str) -> str:
    """Cut ``digits`` in groups: ``grouped("123456", (3, 3), "-")`` is "123-456"."""
    cuts = []
    for size in sizes:
        cuts.append(digits[:size])
        digits = digits[size:]
    return joint.join(cuts)


class Draw:
    """Draws one invented value at a time from a seeded source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def digits(self, count: int) -> str:
        """Any digits."""
        return "".join(self.random.choice(string.digits) for _ in range(count))

    def sin(self) -> str:
        """Nine digits of a social insurance number."""
        body = self.random.choice("12345679") + self.digits(7)
        return body + luhn_digit(body)

    def health_card(self) -> str:
        """Ten digits of an Ontario health number."""
        body = self.random.choice(string.digits[1:]) + self.digits(8)
        return body + luhn_digit(body)

    def version_code(self) -> str:
        """The two letters after a health number."""
        return "".join(self.random.choice("ABCDEFGHJKLMNPQRSTVWXY") for _ in range(2))

    def card(self) -> str:
        """Sixteen digits of a payment card."""
        body = "4" + self.digits(14)
        return body + luhn_digit(body)

    def phone(self) -> str:
        """Ten digits of a telephone number that a validator accepts."""
        while True:
            number = self.random.choice(AREA_CODES) + self.random.choice("23456789") + self.digits(6)
            if number[3:6] == "555" or number[4:6] == "11":
                continue
            if phonenumbers.is_valid_number(phonenumbers.parse(number, "CA")):
                return number

    def postal_code(self) -> str:
        """An Ontario postal code."""
        one, two = (self.random.choice(POSTAL_LETTERS) for _ in range(2))
        a, b, c = (self.random.choice(string.digits[1:]) for _ in range(3))
        return f"{self.random.choice('KLMNP')}{a}{one} {b}{two}{c}"

    def birth(self) -> tuple[int, int, int]:
        """Year, month and day of an adult's birth."""
        return self.random.randint(1938, 2003), self.random.randint(1, 12), self.random.randint(1, 28)

    def person(self, name: str) -> dict[str, str]:
        """Everything that a careless page could say of one person."""
        year, month, day = self.birth()
        first, last = name.split()
        sin, health, card, phone = self.sin(), self.health_card(), self.card(), self.phone()
        licence = last[0] + self.digits(8) + f"{year % 100:02}{month + self.random.choice((0, 50)):02}{day:02}"
        number = self.random.randint(11, 980)
        postal = self.postal_code()
        return {
            "name": name,
            "sin": grouped(sin, (3, 3, 3), " "),
            "sin_dashed": grouped(sin, (3, 3, 3), "-"),
            "sin_plain": sin,
            "health_card": grouped(health, (4, 3, 3), "-") + " " + self.version_code(),
            "health_card_spaced": grouped(health, (4, 3, 3), " "),
            "licence": grouped(ascii_only(licence), (5, 5, 5), "-"),
            "card": grouped(card, (4, 4, 4, 4), " "),
            "card_dashed": grouped(card, (4, 4, 4, 4), "-"),
            "phone": f"({phone[:3]}) {phone[3:6]}-{phone[6:]}",
            "phone_dashed": grouped(phone, (3, 3, 4), "-"),
            "phone_dotted": grouped(phone, (3, 3, 4), "."),
            "phone_link": f"+1{phone}",
            "email": ascii_only(f"{first}.{last}{self.random.randint(101, 9899)}".lower())
            + "@"
            + self.random.choice(PROVIDERS),
            "dob": f"{MONTHS[month - 1]} {day}, {year}",
            "dob_iso": f"{year}-{month:02}-{day:02}",
            "dob_fr": f"{day} {MONTHS_FR[month - 1]} {year}",
            "postal": postal,
            "postal_plain": postal.replace(" ", ""),
            "address": f"{number} {self.random.choice(STREETS)}",
            "address_fr": f"{number}, {self.random.choice(STREETS_FR)}",
        }

    def lookalikes(self) -> dict[str, str]:
        """Numbers of a city's daily work that are nobody's: each breaks one rule of what it looks like."""
        business = self.random.choice("178") + self.digits(7)
        business += luhn_digit(business)
        isbn = "978" + self.digits(9)
        isbn += str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(isbn)) % 10)
        offices = [grouped(self.phone(), (3, 3, 4), "-") for _ in range(6)]
        bad_letters = [self.random.choice("DFIOQU") for _ in range(2)]
        two, one = self.digits(2), self.random.choice("KLMNP")
        return {
            "invoice": luhn_fails("4" + self.digits(7)),
            "invoice_dashed": grouped(luhn_fails("6" + self.digits(7)), (3, 3, 3), "-"),
            "sin_bad": grouped(luhn_fails("5" + self.digits(7)), (3, 3, 3), " "),
            "sin_eight": grouped("8" + self.digits(8), (3, 3, 3), " "),
            "sin_blank": grouped("0" * 9, (3, 3, 3), " "),
            "gst": f"{business} RT0001",
            "health_bad": grouped(luhn_fails("7" + self.digits(8)), (4, 3, 3), "-"),
            "licence_bad": f"T{self.digits(4)}-{self.digits(5)}-{self.digits(1)}1399",
            "card_bad": grouped(luhn_fails("4" + self.digits(14)), (4, 4, 4, 4), " "),
            "tracking": grouped(luhn_fails("7" + self.digits(14)), (4, 4, 4, 4), " "),
            "toll_free": f"1-{self.random.choice(('800', '866', '877'))}-{grouped('2' + self.digits(6), (3, 4), '-')}",
            "fiction_phone": f"705-555-01{self.digits(2)}",
            "file_number": luhn_fails("10" + self.digits(7)),
            "meter": luhn_fails("11" + self.digits(7)),
            "isbn": grouped(isbn, (3, 1, 4, 4, 1), "-"),
            "version": f"{self.random.randint(2, 9)}.{self.digits(2)}.{self.digits(1)}.{self.digits(4)}",
            "coordinates": f"44.{self.digits(5)}, -79.{self.digits(5)}",
            "postal_letter": f"{one}{two[0]}{bad_letters[0]} {two[1]}{bad_letters[1]}1",
            "postal_first": f"{self.random.choice('DFIOQUWZ')}{two[1]}K {two[0]}M2",
            "order": f"ORD-{luhn_fails('3' + self.digits(7))}",
            "colour": f"#{self.random.randint(0x100000, 0x9FFFFF):06x}",
            "mayor_phone": offices[0],
            "ward_phone": offices[1],
            "clerk_phone": offices[2],
            "works_phone": offices[3],
            "planner_phone": offices[4],
            "desk_phone": offices[5],
        }


def ascii_only(text: str) -> str:
    """``text`` without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def values(seed: int) -> dict[str, dict[str, str]]:
    """Every invented value by group and name; the group is a first name, or ``n`` for what is nobody's."""
    draw = Draw(seed)
    found = {ascii_only(name.split()[0]).lower(): draw.person(name) for name in PEOPLE}
    return {**found, "n": draw.lookalikes()}
