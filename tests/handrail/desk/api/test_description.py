"""The API is what its OpenAPI document says: schemathesis sends it what fits and what does not, to a real server."""

import json
import os
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from handrail.desk.api import door
from handrail.desk.api.app import make_api, scopes
from handrail.desk.rechecks import Rechecks
from handrail.desk.roles import Role
from reports.work import RECHECKING

KEPT = Path(__file__).parents[4] / "docs" / "openapi.json"
#: What fits the document may still hold personal information, or a day that is over: of an issue that is there.
LEFT_OUT = {"positive_data_acceptance"}

DOCUMENT = make_api(None).openapi()
OPERATIONS = {
    one.label: one for one in (found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations())
}


def begun(rechecks, who, site, urls, **of):
    """Where a browser would be started: only what the log holds of it."""
    told = {name: of.get(name, "") for name in ("issue", "fingerprint", "question", "before")}
    facts = {"by": who.by, "account": who.account, "site": site, "pages": len(urls), **told}
    return rechecks._office.store.record(RECHECKING, facts).seq


@pytest.fixture(scope="module", autouse=True)
def many():
    """It sends many wrong tokens, and much in a minute."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "MOST_WRONG", 10**6)
        patch.setattr(door, "WRONG_SECONDS", 0.001)
        patch.setattr(door, "MINUTE", 0.001)
        patch.setattr(Rechecks, "begin", begun)
        yield


@pytest.mark.parametrize(
    ("label", "mode", "known"),
    [
        *((label, mode, False) for label in OPERATIONS for mode in GenerationMode),
        *((label, GenerationMode.POSITIVE, True) for label in OPERATIONS if "{issue}" in label),
    ],
)
def test_answers_are_what_the_document_says(label, mode, known, module_programs):
    """``known``: about an issue that is there."""
    client = module_programs.client(Role.COMPLIANCE)
    issue = module_programs.desk.issue()
    left_out = [check for check in CHECKS.get_all() if known and check.__name__ in LEFT_OUT]

    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    def sent(case):
        if known:
            case.path_parameters["issue"] = issue
            if case.method == "POST":
                case.headers["If-Match"] = "*"
        case.call_and_validate(
            base_url=f"{module_programs.desk.address}/api/v1",
            headers={"Authorization": client.headers["Authorization"]},
            excluded_checks=left_out,
        )

    sent()


def test_the_kept_document_is_up_to_date():
    """Renew it with UPDATE_GOLDEN=1."""
    told = json.dumps(DOCUMENT, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        KEPT.write_text(told, "utf-8")

    assert KEPT.read_text("utf-8") == told


def test_it_is_openapi_3_1_and_every_schema_in_it_is_one():
    document = DOCUMENT

    assert document["openapi"].startswith("3.1")
    for name, one in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(one)

        assert one.get("title") == name


def test_every_operation_names_its_scope_and_how_it_says_no():
    document = DOCUMENT
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yes = "202" if path.endswith("/recheck") else "200"
            expected = {yes, "401", "403", "404", "422", "429"} | (
                {"409", "412", "428"} if method == "post" else {"304"}
            )

            assert operation["x-handrail-scope"] in scopes(), path
            assert operation["security"] == [{"HTTPBearer": []}]
            assert expected <= operation["responses"].keys()
            assert operation["description"]
            assert all(
                [*answer["content"]] == ["application/problem+json"]
                for status, answer in operation["responses"].items()
                if int(status) >= 400
            )
