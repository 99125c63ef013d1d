"""What a report says of a site is signed by its hash: one character else, and it is not the signed one."""

import json

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEAD = ("--role", "Accessibility lead", "--name", "A. Osei", "--statement", "The manual results are mine.")


@pytest.fixture(scope="module")
def where(audit, serve_module, clean_page, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sign")
    server = serve_module({"/": clean_page("<p>Welcome to the City.</p>")})
    assert audit(folder, server.url(), "-q", "--no-pictures").code == 0
    return folder


@pytest.fixture(scope="module")
def sign(handrail, where):
    return lambda *arguments: handrail("sign", *arguments, "-o", where)


@pytest.fixture(scope="module")
def verify(handrail, where):
    return lambda file, *arguments: handrail("verify", file, *arguments, "-o", where)


def page(where, name="index.html"):
    site = json.loads((where / "report" / "report.json").read_text("utf-8"))["sites"][0]
    return (where / "report" / "sites" / site["path"] / name).read_text("utf-8")


def page_key(where):
    return json.loads((where / "report" / "report.json").read_text("utf-8"))["sites"][0]["key"]


def test_a_signed_report_says_so_and_a_changed_one_does_not(where, sign, verify, handrail, tmp_path):
    file = where / "report" / "report.json"
    copy = tmp_path / "copy.json"
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(b"%PDF-1.7 a report")

    assert verify(file).code == 1
    assert "no signature of this file" in verify(file).told

    signed = sign(*LEAD, "--file", pdf)
    copy.write_bytes(file.read_bytes())
    assert signed.code == 0
    assert "Valid" in page(where)
    assert "Signed by 1 person" in page(where)
    assert "Valide" in page(where, "index.fr.html")
    for one in (file, copy, pdf, where / "report"):
        found = verify(one)
        assert found.code == 0
        assert "Accessibility lead: A. Osei" in found.said
    assert "octet pour octet" in verify(file, "--lang", "fr").said

    whole = copy.read_bytes()
    copy.write_bytes(whole + b"\n")
    longer = verify(copy)
    assert longer.code == 1
    assert "CHANGED SINCE, outside of what it says of each site" in longer.told
    assert "VALID" in longer.told
    assert verify(copy, "--site", page_key(where)).code == 0
    copy.write_bytes(whole.replace(b'"pages_tested": 1', b'"pages_tested": 2', 1))
    changed = verify(copy)
    assert changed.code == 1
    assert "CHANGED SINCE. It was signed as of audit" in changed.told

    # Somebody answers a question, and the report is another.
    question = json.loads(handrail("review", "--format", "json", "-o", where).said)["questions"][0]["id"]
    by = ("--by", "A. Osei, tester")
    handrail("review", "answer", question, "--result", "supports", "--evidence", "Looked at it.", *by, "-o", where)
    stale = sign(*LEAD)
    assert stale.code == 2
    assert "Nothing was signed" in stale.told
    assert "No longer valid: the report has changed" in page(where)
    assert "Changed since it was signed" in page(where)
    assert verify(file).code == 1

    assert sign(*LEAD).code == 0
    assert verify(file).code == 0
    signatures = json.loads((where / "report" / "signatures.json").read_text("utf-8"))["signatures"]
    entry = max(one["entry"] for one in signatures)
    assert sign("--role", "Lead", "--name", "A. Osei", "--withdraw", entry).code == 0
    assert verify(file).code == 1


def test_the_page_of_principles_tells_what_pages_load(where):
    policy = json.loads((where / "report" / "report.json").read_text("utf-8"))["policy"]
    found = {one["key"]: one for principle in policy["principles"] for one in principle["measures"]}

    assert 100 < found["page-weight"]["value"] < 10_000
    assert found["page-weight"]["of"] == 1
    assert found["audit-energy"]["value"] is not None
    assert (where / "report" / "policy.fr.html").exists()


def test_without_the_store_only_what_lies_beside_is_compared(where, sign, handrail, tmp_path):
    assert sign(*LEAD).code == 0
    for name in ("report.json", "signatures.json"):
        (tmp_path / name).write_bytes((where / "report" / name).read_bytes())
    nowhere = tmp_path / "nowhere"

    fits = handrail("verify", tmp_path, "-o", nowhere)
    (tmp_path / "report.json").write_text("{}", "utf-8")
    other = handrail("verify", tmp_path, "-o", nowhere)

    assert fits.code == 0
    assert "nobody can say that the signatures themselves are as they were" in fits.said
    assert other.code == 1


def test_what_files_are_called_stands_in_the_log_so_that_none_hides_another_and_none_names_anybody(
    where, sign, handrail, tmp_path
):
    twins = [tmp_path / name / "report.pdf" for name in "ab"]
    personal = tmp_path / "for_jane.orchard@gmail.com.pdf"
    for n, path in enumerate((*twins, personal)):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"%d" % n)
    before = (where / "report" / "signatures.json").read_bytes()

    both, named = sign(*LEAD, "--file", twins[0], "--file", twins[1]), sign(*LEAD, "--file", personal)

    assert (both.code, named.code) == (2, 2)
    assert "two different files are called report.pdf" in " ".join(both.told.split())
    assert "EMAIL_ADDRESS" in named.told
    assert "jane.orchard" not in named.told
    assert (where / "report" / "signatures.json").read_bytes() == before
    assert "jane.orchard" not in handrail("log", "show", "-o", where).said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--role", "Lead", "--name", "A. Osei"), "must not be empty"),
        ((*LEAD, "--site", "other"), "no site 'other'"),
        ((*LEAD[:5], "Mail jane.orchard@gmail.com"), "EMAIL_ADDRESS"),
        ((*LEAD, "--withdraw", "99999"), "no signature that holds"),
        ((*LEAD, "--file", "missing.pdf"), "cannot be read"),
    ],
)
def test_a_wrong_call_signs_nothing(where, sign, arguments, said):
    before = (where / "report" / "signatures.json").read_bytes()

    call = sign(*arguments)

    assert call.code == 2
    assert said in call.told
    assert (where / "report" / "signatures.json").read_bytes() == before
