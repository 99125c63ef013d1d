"""report.json: the published schema, a golden file, and nothing of the register."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import reports
from reports.formats.json import (
    REGISTER_SCHEMA_NAME,
    SCHEMA_NAME,
    register_data,
    register_schema,
    render,
    schema,
    to_data,
)
from reports.model import SCHEMA_VERSION, Report
from reports.register_model import REGISTER_VERSION

Make = Callable[..., Any]
SCHEMA = Path(reports.__file__).parent / "schema" / SCHEMA_NAME
REGISTER_SCHEMA = SCHEMA.with_name(REGISTER_SCHEMA_NAME)
GOLDEN = Path(__file__).parent / "golden" / "report.json"
#: Set it to renew the golden file and the published schema; then read the change before committing it.
RENEW = bool(os.environ.get("UPDATE_GOLDEN"))


def read(report: Report) -> Any:
    return json.loads(render(to_data(report)))


def small(make: Make) -> Report:
    """One site that the law alone applies to, one issue."""
    data = make("site", site=make("site_record", profile="aoda"), issues=(make("issue", "axe/button-name", 1),))
    return make("report_of", data)  # type: ignore[no-any-return]


PUBLISHED = pytest.mark.parametrize(("path", "made"), [(SCHEMA, schema), (REGISTER_SCHEMA, register_schema)])


@PUBLISHED
def test_the_published_schema_is_the_models(path: Path, made: Callable[[], Any]) -> None:
    if RENEW:
        path.write_text(json.dumps(made(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    assert json.loads(path.read_text(encoding="utf-8")) == made()


@PUBLISHED
def test_the_schema_is_a_schema(path: Path, made: Callable[[], Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(made())


def test_registers_are_valid_and_numbered_apart(whole_city: Report) -> None:
    data = json.loads(render(register_data(whole_city)))

    jsonschema.validate(data, register_schema(), cls=jsonschema.Draft202012Validator)
    assert data["schema_version"] == REGISTER_VERSION
    assert list(data) == ["schema_version", "city", "run", "register"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("register"),
        lambda data: data.update(sites=[]),
        lambda data: data["register"].pop("custody"),
        lambda data: data["register"]["steps"][0].update(status="law"),
        lambda data: data["register"]["entries"][0]["history"][0].update(kind="contained"),
        lambda data: data["register"]["entries"][0]["places"][0].update(value="raw"),
        lambda data: data["register"]["form"]["fields"][0].update(answer="raw"),
    ],
)
def test_spoiled_registers_are_not(whole_city: Report, spoil: Callable[[Any], object]) -> None:
    data = json.loads(render(register_data(whole_city)))
    spoil(data)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, register_schema(), cls=jsonschema.Draft202012Validator)


def test_reports_are_valid(whole_city: Report) -> None:
    jsonschema.validate(read(whole_city), schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("run"),
        lambda data: data.update(extra=1),
        lambda data: data["sites"][0].update(verdict="supports"),
        lambda data: data["sites"][0]["criteria"][0].update(result="passes"),
        lambda data: data["sites"][0]["criteria"][0].update(method="machine"),
        lambda data: data["totals"].update(places="many"),
        lambda data: data.update(register={}),
    ],
)
def test_spoiled_reports_are_not(whole_city: Report, spoil: Callable[[Any], object]) -> None:
    data = read(whole_city)
    spoil(data)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema(), cls=jsonschema.Draft202012Validator)


def test_a_small_report_is_the_golden_one(make: Make) -> None:
    text = render(to_data(small(make)))
    if RENEW:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")

    assert text == GOLDEN.read_text(encoding="utf-8")


def test_key_order_is_stable(make: Make) -> None:
    data = read(small(make))

    assert list(data)[:3] == ["schema_version", "city", "run"]
    assert data["schema_version"] == SCHEMA_VERSION
    assert render(to_data(small(make))) == render(to_data(small(make)))


@pytest.mark.parametrize(
    "detail",
    [
        *("[CA_SIN]", "[PHONE_NUMBER]", "/minutes", "secret meeting", "p.minutes", "value_hmac", "E-000011"),
        *("history", "change-address", "take-down", "custody", "LIBRARY_CARD", "file 12", "e-mail to the Clerk"),
    ],
)
def test_the_public_report_holds_no_detail_of_an_exposure(whole_city: Report, detail: str) -> None:
    assert detail not in render(to_data(whole_city))
    assert detail in render(register_data(whole_city))


def test_it_cannot_end_a_script_element(make: Make) -> None:
    evil = make("issue", "axe/button-name", 1, examples=(make("place", snippet="</script><script>alert(1)"),))
    text = render(to_data(make("report_of", make("site", issues=(evil,)))))

    assert "<" not in text
    assert "</script>" in json.dumps(json.loads(text))
