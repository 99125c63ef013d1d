"""The detector: context, overlaps, original offsets, hostile text, no network, an optional model."""

from __future__ import annotations

import socket
import threading
import time

import pytest
import regex
from corpus import Values, luhn_digit

from audits.model import Tier
from audits.privacy import recognizer
from audits.privacy.context import ContextSpan
from audits.privacy.engine import Detector, NotFullyScanned

VALUES = Values(99)
SIN = VALUES.sin_digits()
SPACED = f"{SIN[:3]} {SIN[3:6]} {SIN[6:]}"
_BODY = VALUES.digits(9, "1235")
HEALTH = _BODY + luhn_digit(_BODY)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def found(detector: Detector, text: str) -> list[tuple[str, str]]:
    return [(span.entity, text[span.start : span.end]) for span in detector.scan(text)[0]]


def test_offsets_are_those_of_the_original(detector: Detector) -> None:
    written = f"{SIN[:3]}\u2011{SIN[3:6]}\u2011{SIN[6:8]}\u200b{SIN[8:]}"
    text = f"\u200b\u200bNAS\u00a0: {written}."

    assert found(detector, text) == [("CA_SIN", written)]


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        (f"SIN {SPACED}", Tier.REPORT),
        (f"Jane; {SPACED}; paid", Tier.REVIEW),
        (f"Jane; {SIN}; paid", Tier.COUNT),
        (f"occurrence {SPACED}", Tier.COUNT),
        (f"Invoice {SPACED}", Tier.COUNT),
    ],
)
def test_context_decides_the_tier(detector: Detector, text: str, tier: Tier) -> None:
    (span,) = (span for span in detector.detect(text) if span.entity == "CA_SIN")

    assert span.tier is tier


@pytest.mark.parametrize(
    ("text", "is_sin"),
    [
        (f"Name | SIN | Phone\n--- | --- | ---\nJane | {SIN} | x", True),
        (f"Name | Locker | Phone\nJane | {SIN} | x", False),
        (f"name,sin,phone\nJane,{SIN},x\nJoan,{SIN},y", True),
        (f"name,invoice,phone\nJane,{SPACED},x", False),
        (f"Name         SIN           Paid\nJane         {SIN}     yes", True),
        (f"SIN:\n{SIN}", True),
        (f"SIN: none\n\nThe total of the year\n{SIN}", False),
        (f"SIN: none. Locker number: {SIN}", False),
    ],
)
def test_labels_and_columns_are_context(detector: Detector, text: str, is_sin: bool) -> None:
    assert (("CA_SIN", SIN) in found(detector, text)) is is_sin


def test_a_given_label_is_context(detector: Detector) -> None:
    spans = detector.detect(SIN, context_spans=[ContextSpan(0, len(SIN), "Social insurance number")])

    assert [span.tier for span in spans] == [Tier.REPORT]


def test_languages_limit_context() -> None:
    text = f"NAS {SIN}"

    assert found(Detector(["CA_SIN"], ("en",)), text) == []
    assert found(Detector(["CA_SIN"], ("fr",)), text) == [("CA_SIN", SIN)]


def test_the_same_digits_are_one_kind(detector: Detector) -> None:
    assert [entity for entity, _ in found(detector, f"Health card {HEALTH}")] == ["CA_ON_HEALTH_CARD"]
    assert [entity for entity, _ in found(detector, "cell 9053357777")] == ["PHONE_NUMBER"]
    assert [entity for entity, _ in found(detector, "j9053357777@example.ca")] == ["EMAIL_ADDRESS"]


def test_a_name_counts_only_beside_other_personal_information(detector: Detector) -> None:
    far = "word " * 200

    assert found(detector, f"Jane Tremblay {far} 905-335-7777") == [("PHONE_NUMBER", "905-335-7777")]
    assert ("PERSON", "Jane Tremblay") in found(detector, f"Jane Tremblay, 905-335-7777 {far}")


@pytest.mark.parametrize(
    "text",
    [
        "." * 20_000,
        "1234567890" * 100_000,
        "a@" * 100_000,
        "123 456 782 " * 20_000,
        "\u202e1\u200b" * 100_000,
        "1 Main " * 40_000,
        "1 rue de la " * 30_000,
        "Aa " * 100_000,
        "1|" * 100_000,
        "(" * 200_000,
    ],
    ids=["dots", "digits", "ats", "groups", "zero width", "streets", "rues", "capitals", "cells", "brackets"],
)
@pytest.mark.alone
def test_hostile_text_is_read_in_bounded_time(detector: Detector, text: str) -> None:
    started = time.perf_counter()

    _, late = detector.scan(text)

    assert not late
    assert time.perf_counter() - started < 15


def test_a_value_where_a_long_text_is_cut_is_found(detector: Detector) -> None:
    filler = "lorem ipsum " * 16_665
    for shift in range(0, 40, 7):
        text = f"{filler}{'x' * shift} SIN {SPACED} {'dolor sit ' * 8_000}"

        assert found(detector, text) == [("CA_SIN", SPACED)]


def test_running_out_of_time_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = Detector(["CA_SIN", "EMAIL_ADDRESS"])
    sin = next(r for r in detector._recognizers if r.ENTITY == "CA_SIN")

    def late(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(sin, "_collect", late)
    text = f"SIN {SIN}, jane@example.ca"

    spans, entities = detector.scan(text)
    with pytest.raises(NotFullyScanned) as caught:
        detector.detect(text)

    assert entities == {"CA_SIN"}
    assert [span.entity for span in spans] == ["EMAIL_ADDRESS"]
    assert str(caught.value) == "not fully scanned for CA_SIN"
    assert SIN not in repr(caught.value)


def test_what_was_found_before_time_ran_out_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = Detector(["CA_SIN", "EMAIL_ADDRESS"])
    sin = next(r for r in detector._recognizers if r.ENTITY == "CA_SIN")
    collect, asked = sin._collect, []

    def late(text: str, *rest: object) -> None:
        asked.append(text)
        collect(text, *rest)
        if len(asked) == len(sin.patterns) + 1:  # in the second stretch
            raise TimeoutError

    monkeypatch.setattr(sin, "_collect", late)
    filler = f"SIN {SPACED} {'lorem ipsum ' * 17_000}\n"
    text = f"{filler * 3}jane@example.ca"

    spans, entities = detector.scan(text)

    assert entities == {"CA_SIN"}
    assert [span.entity for span in spans] == ["CA_SIN", "CA_SIN", "EMAIL_ADDRESS"]
    assert spans[1].score == spans[0].score == 0.95  # by its context, too
    assert len(asked) == len(sin.patterns) + 1  # and not again in the third


def test_a_thread_that_waits_for_others_is_not_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "TIMEOUT_SECONDS", 0.05)
    detector, over = Detector(["EMAIL_ADDRESS"]), threading.Event()

    def compute() -> None:
        while not over.is_set():
            sum(range(20_000))

    others = [threading.Thread(target=compute) for _ in range(8)]
    for one in others:
        one.start()
    try:
        spans, late = detector.scan(" ".join(f"jane{n}@example.ca" for n in range(40)))
    finally:
        over.set()
        for one in others:
            one.join()

    assert late == frozenset()
    assert len(spans) == 40


def test_a_thread_that_computes_too_long_is_late_however_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer, "TIMEOUT_SECONDS", 0.2)
    slow, began = regex.compile(r"[a-z]+(?=\d)"), time.thread_time()

    with pytest.raises(TimeoutError):
        list(recognizer._matches(slow, "a" * 50_000))

    assert 0.2 <= time.thread_time() - began < 2


def test_time_limit_is_per_pattern_and_short() -> None:
    assert recognizer.TIMEOUT_SECONDS <= 2


def test_nothing_reaches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert Detector().detect("jane@uncommon-name.example.co.uk")[0].entity == "EMAIL_ADDRESS"


def test_no_span_or_error_holds_a_value(detector: Detector) -> None:
    spans = detector.detect(f"SIN {SIN}")

    assert SIN not in repr(spans)
