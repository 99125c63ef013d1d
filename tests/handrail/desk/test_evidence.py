"""Files of evidence at the desk: what is taken, what is left of it, who gets it, and that none goes unseen."""

import io
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from servers import needs_tesseract

from audits.model import Outcome, Verdict
from handrail import answer_files
from handrail.answer_files import MOST_BYTES, MOST_FILES
from handrail.answers import asked_now
from handrail.cleaning import BadFile, cleaned, told_by, without_telling
from handrail.evidence import handed_in, kept
from handrail.evidence import name_of as picture_name
from handrail.publish import publish
from reports.answers import GIVEN
from reports.store.log import HOLD, PURGE

sys.path.append(str(Path(__file__).parents[2] / "reports" / "store"))

from store_helpers import audit, audited, finding, passes

SAID = {"result": "supports", "evidence": "Read the page with NVDA; all was said.", "on": ""}
SECRET = b"Orchard Street 12"


def picture(kind="PNG", size=(60, 40), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def photograph(kind="JPEG"):
    """With the place where it was taken, the camera, and how it is to be turned."""
    told = Image.Exif()
    told[0x010F], told[0x0112], told[0x9286] = "Camera of J. Orchard", 6, SECRET.decode()
    told.get_ifd(0x8825).update({1: "N", 2: (43.0, 19.0, 0.0), 3: "W", 4: (79.0, 47.0, 0.0)})
    return picture(kind, exif=told)


def pdf(*lines, author="", photo=b"", **options):
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True, **options)
    canvas.setAuthor(author)
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 20 * number, line)
    if photo:
        canvas.drawImage(ImageReader(io.BytesIO(photo)), 72, 300)
    canvas.save()
    return out.getvalue()


def with_text(key, value):
    told = PngImagePlugin.PngInfo()
    told.add_text(key, value)
    return picture(pnginfo=told)


@pytest.fixture
def lead(desk):
    return desk.browser("lea")


def path_of(desk):
    asked = desk.question().asked
    return f"/checks/{asked.site}/{asked.id}"


def sent(desk, browser, *bodies, names=(), **told):
    path = path_of(desk)
    files = [
        ("file", (names[number] if names else f"{number}.bin", body, "image/png")) for number, body in enumerate(bodies)
    ]
    return browser.submit(path, f"{path}/answer", files=files, **{**SAID, **told})


def stands(desk):
    """All that people are asked."""
    return asked_now(desk.office.store, desk.office.policy, desk.office.parts)


def there(desk):
    """What lies in the place of files."""
    return handed_in(desk.office.place).names()


# What is taken


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (picture(), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
        (pdf("Looked with NVDA."), "application/pdf"),
        (b"Looked with NVDA.", "text/plain"),
        ("Entendu : « Élan »".encode("utf-16"), "text/plain"),
        ("Déjà vu".encode("cp1252"), "text/plain"),
        (b"", ""),
        (b"<!doctype html><script>alert(1)</script>", ""),
        (b"\n <svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        ("\ufeff<html>".encode(), ""),
        (b"GIF89a/*<html>*/", ""),
        (b"{\\rtf1 }", ""),
        (b"PK\x03\x04", ""),
        (b"MZ\x90\x00", ""),
        (b"RIFF\x00\x00\x00\x00WAVE", ""),
        (b"x\x00y", ""),
    ],
)
def test_a_file_is_what_its_content_says(body, media_type):
    found = told_by(body) if body else ""

    assert found == media_type
    if not media_type:
        with pytest.raises(BadFile):
            cleaned(body)


@pytest.mark.parametrize(
    ("bodies", "said"),
    [
        ([b""], "This file is empty"),
        ([b" \n "], "This file is empty"),
        ([b"<html><script>alert(1)</script>"], "none of PNG"),
        ([b"\x89PNG\r\n\x1a\n<html>"], "cannot be read"),
        ([picture()[:60]], "cannot be read"),
        ([b"%PDF-1.7\nnothing"], "cannot be read"),
        ([b"a" * 200_001], "longer than is taken"),
        ([b"a" * (MOST_BYTES + 1)], "More than 10 MB"),
        ([b"a"] * (MOST_FILES + 1), "More than five files"),
        ([picture(size=(9000, 9000))], "more pixels"),
        ([pdf("x", encrypt="secret")], "asks for a password"),
        ([b"Asked jane.orchard@gmail.com"], "personal information"),
        ([pdf("Asked jane.orchard@gmail.com")], "personal information"),
    ],
)
def test_a_file_that_is_not_taken_is_told_and_nothing_is_recorded(desk, lead, bodies, said):
    names = [f"scan-{number}.png" for number in range(len(bodies))]
    answer = sent(desk, lead, *bodies, names=names)

    assert answer.status_code == 422
    assert said in answer.text
    assert SAID["evidence"] in answer.text
    assert ("scan-0.png: " in answer.text) == (not said.startswith("More than "))
    assert GIVEN not in desk.kinds()
    assert there(desk) == set()


def test_of_several_the_wrong_one_is_named_and_none_is_kept(desk, lead):
    answer = sent(desk, lead, picture(), b"<svg/>", names=("good.png", "<b>bad</b>.png"))

    assert "&lt;b&gt;bad&lt;/b&gt;.png: " in answer.text
    assert "good.png" not in answer.text
    assert there(desk) == set()


@pytest.mark.parametrize("told", [{"result": ""}, {"evidence": "Asked jane.orchard@gmail.com"}])
def test_where_words_are_wrong_no_file_is_kept_and_the_page_says_to_choose_again(desk, lead, told):
    answer = sent(desk, lead, picture(), **told)

    assert answer.status_code == 422
    assert "Choose the files again" in answer.text
    assert there(desk) == set()


def test_who_answers_second_is_told_and_asked_for_the_files_again(desk, lead):
    path = path_of(desk)
    open_page = lead.get(path)
    desk.handed_in("cora", b"First.", result="does-not-support")
    late = lead.submit(path, f"{path}/answer", open_page, files=[("file", ("a.txt", b"Second."))], **SAID)

    assert late.status_code == 409
    assert "Choose the files again" in late.text
    assert SAID["evidence"] in late.text
    assert desk.kinds().count(GIVEN) == 1


@needs_tesseract
def test_words_in_a_picture_are_searched_where_the_city_has_them_read(office_of, serve_desk):
    shot = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(shot).text((40, 80), "jane.orchard@gmail.com", fill="black", font=ImageFont.load_default(28))
    shot.save(out := io.BytesIO(), "PNG")
    desk = serve_desk(office_of('[ocr]\nlanguages = ["eng"]'))
    lead = desk.browser("lea")
    answer = sent(desk, lead, out.getvalue(), names=("mail.png",))
    desk.handed_in("lea", picture())

    assert "mail.png: This seems to hold personal information" in answer.text
    assert "Words in pictures are searched as far as" in answer.text
    assert "What pictures show is not searched" not in answer.text
    assert desk.question().answer.files[0].searched == "text"


# What is left of it


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_a_photograph_does_not_say_where_it_was_taken(desk, kind):
    (name,) = desk.handed_in("lea", photograph(kind) + b"<script>behind</script>")
    body = handed_in(desk.office.place).read(name)

    with Image.open(io.BytesIO(body)) as left:
        assert left.size == (40, 60)  # as people see it, turned
        assert not left.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & left.info.keys()
    for gone in (b"Camera", SECRET, b"Exif", b"script"):
        assert gone not in body


def test_words_in_a_picture_that_nobody_sees_are_gone(desk):
    (name,) = desk.handed_in("lea", with_text("Author", SECRET.decode()))

    assert SECRET not in handed_in(desk.office.place).read(name)


def test_a_pdf_holds_its_pages_and_nothing_of_who_made_it(desk):
    raw = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("Looked with NVDA.", author=SECRET.decode(), photo=photograph()))) as made:
        made.attachments["notes.txt"] = pikepdf.AttachedFileSpec(made, SECRET)
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        script = made.make_stream(b'<template><event><script>xfa.host.messageBox("1")</script></event></template>')
        made.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pikepdf.Array([pikepdf.String("template"), script]))
        with made.open_metadata() as told:
            told["dc:creator"] = [SECRET.decode()]
        made.pages[0].Annots = made.make_indirect(
            [
                made.make_indirect(
                    pikepdf.Dictionary(
                        Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=SECRET.decode(), Contents="Seen.",
                        A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"),
                    )
                )
            ]
        )  # fmt: skip
        made.save(raw, compress_streams=False)
    (name,) = desk.handed_in("lea", raw.getvalue() + SECRET)

    body = handed_in(desk.office.place).read(name)
    with pikepdf.open(io.BytesIO(body)) as left:
        left.save(
            plain := io.BytesIO(),
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
        assert list(left.attachments) == []
        assert "/Info" not in left.trailer
    for gone in (SECRET, b"Camera", b"JavaScript", b"calc.exe", b"/Metadata", b"messageBox"):
        assert gone not in plain.getvalue(), gone
    assert b"Seen." in plain.getvalue()
    assert desk.question().answer.files[0].searched == "text"


def test_links_and_what_tags_say_stay_in_a_pdf():
    raw = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("See the policy."))) as made:
        to = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://alder.example/policy")
        run = pikepdf.Dictionary(
            S=pikepdf.Name.URI, URI="https://alder.example/", Next=pikepdf.Dictionary(S=pikepdf.Name.Launch)
        )
        made.pages[0].Annots = pikepdf.Array(
            [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=one) for one in (to, run)]
        )
        made.Root.StructTreeRoot = pikepdf.Dictionary(
            K=pikepdf.Dictionary(A=pikepdf.Dictionary(O=pikepdf.Name.Table, ColSpan=2))
        )
        made.save(raw)

    with pikepdf.open(io.BytesIO(cleaned(raw.getvalue()).body)) as left:
        links = [dict(one.A) for one in left.pages[0].Annots]
        tags = left.Root.StructTreeRoot.K.A
        assert [str(one["/URI"]) for one in links] == ["https://alder.example/policy", "https://alder.example/"]
        assert not [one for one in links if "/Next" in one]
        assert tags.ColSpan == 2


def test_a_jpeg_loses_what_the_camera_wrote_and_no_pixel():
    whole = photograph()
    left = without_telling(whole)

    assert b"Camera" in whole
    assert b"Camera" not in left
    assert Image.open(io.BytesIO(left)).tobytes() == Image.open(io.BytesIO(whole)).tobytes()


# Who gets it


def test_a_file_is_recorded_by_its_hash_and_served_alone(desk, lead):
    names = desk.handed_in("lea", picture(), b"Heard: search, edit.\r\n", pdf("Seen."))
    path = path_of(desk)
    (entry,) = desk.office.store.log_entries(GIVEN)
    answers = [desk.browser("vera").get(f"{path}/files/{name}") for name in names]
    page = lead.get(path).text

    assert [one["media_type"] for one in entry.facts["files"]] == ["image/png", "text/plain", "application/pdf"]
    assert [one["searched"] for one in entry.facts["files"]] == ["none", "all", "text"]
    assert [f"{one['sha256']}." in name for one, name in zip(entry.facts["files"], names, strict=True)] == [True] * 3
    assert [one["size"] for one in entry.facts["files"]] == [len(one.content) for one in answers]
    assert "a.bin" not in str(entry.facts)
    assert [one.headers["content-disposition"].partition(";")[0] for one in answers] == [
        "inline", "attachment", "attachment",
    ]  # fmt: skip
    assert [one.headers["content-type"] for one in answers] == [
        "image/png", "text/plain; charset=utf-8", "application/pdf",
    ]  # fmt: skip
    for one in answers:
        assert one.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in one.headers["content-security-policy"]
        assert one.headers["cache-control"] == "no-store"
    assert all(f"{path}/files/{name}" in page for name in names)
    assert "With 3 files" in page


def test_another_hash_or_another_question_or_another_folder_gets_nothing(desk, lead):
    (name,) = desk.handed_in("lea", b"Read it.")
    office, path = desk.office, path_of(desk)
    other = next(one.asked for one in stands(desk) if one.asked.id != desk.question().asked.id)
    shot = picture()
    kept(office.place).put("0" * 32 + ".png", shot)  # of an exposure, for instance
    (office.place.out / "evidence" / "answers" / ("1" * 64 + ".txt")).write_text("nobody's")
    asked = [
        f"{path}/files/{'1' * 64}.txt",
        f"{path}/files/{'0' * 32}.png",
        f"{path}/files/{name[:-4]}.png",
        f"{path}/files/{name.upper()}",
        f"{path}/files/..%2f..%2fdesk.json",
        f"{path}/files/../../desk.json",
        f"{path}/files/%2e%2e",
        f"{path}/files/{name}%00",
        f"/checks/{other.site}/{other.id}/files/{name}",
        f"/checks/main/Q-0000000000/files/{name}",
    ]

    assert {address: lead.get(address).status_code for address in asked} == dict.fromkeys(asked, 404)
    assert lead.get(f"{path}/files/{name}").status_code == 200


def test_the_picture_of_what_a_tool_suspects_is_shown(desk, lead):
    shot, exposed = picture(), picture(size=(9, 9))
    store, pictures = desk.office.store, kept(desk.office.place)
    for body in (shot, exposed):
        pictures.put(picture_name(body), body)
    suspect = finding("axe/link-name", verdict=Verdict.REVIEW, selector="a.more", evidence=picture_name(shot))
    outcome = Outcome(rule=suspect.rule, verdict=Verdict.REVIEW, findings=(suspect,), engine="axe-core")
    audit(
        store,
        "r2",
        {"a": audited(outcome), "b": audited(passes("axe/link-name"))},
        started=datetime(2026, 3, 8, tzinfo=UTC),
    )
    stand = next(one for one in stands(desk) if one.asked.issue)
    plain = next(one for one in stands(desk) if not one.asked.issue)
    path = f"/checks/{stand.asked.site}/{stand.asked.id}"
    page = lead.get(path).text
    answer = lead.get(f"{path}/files/{picture_name(shot)}")

    assert f'src="{path}/files/{picture_name(shot)}"' in page
    assert (answer.status_code, answer.content) == (200, shot)
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert lead.get(f"{path}/files/{picture_name(exposed)}").status_code == 404
    assert "<img" not in lead.get(f"/checks/{plain.asked.site}/{plain.asked.id}").text
    pictures.remove([picture_name(shot)])
    assert lead.get(path).status_code == 200
    assert lead.get(f"{path}/files/{picture_name(shot)}").status_code == 404


def test_what_was_changed_is_not_served(desk, lead):
    (name,) = desk.handed_in("lea", b"Read it.")
    (desk.office.place.out / "evidence" / "answers" / name).write_bytes(b"<script>")

    assert lead.get(f"{path_of(desk)}/files/{name}").status_code == 404


def test_the_same_file_again_mends_what_was_changed(desk):
    (name,) = desk.handed_in("lea", b"Read it.")
    file = desk.office.place.out / "evidence" / "answers" / name
    good = file.read_bytes()
    file.write_bytes(b"<script>")
    desk.handed_in("cora", b"Read it.")

    assert file.read_bytes() == good
    assert file.stat().st_mode & 0o077 == 0


def test_reports_tell_that_there_is_evidence_and_the_public_is_told_nothing(desk, tmp_path):
    (name,) = desk.handed_in("lea", picture())
    office, run = desk.office, desk.office.store.latest_run()
    publish(office.store, run.id, office.parts, office.policy, office.place)
    publish(office.store, run.id, office.parts, office.policy, office.place, published=tmp_path / "public")
    report = json.loads((office.place.report() / "report.json").read_text("utf-8"))
    told = [
        file for site in report["sites"] for one in site["criteria"] for answer in one["answers"]
        for file in answer["files"]
    ]  # fmt: skip
    pages = [page.read_text("utf-8") for page in office.place.report().rglob("index*.html")]
    public = b"".join(page.read_bytes() for page in (tmp_path / "public").rglob("*") if page.is_file())

    assert [f"{one['sha256']}.png" for one in told] == [name]
    assert sum(f"PNG picture, 1\u00a0KB, <code>{name[:12]}</code>" in page for page in pages) == 1
    assert sum(f"image PNG, 1\u00a0Ko, <code>{name[:12]}</code>" in page for page in pages) == 1
    assert name[:12].encode() not in public


# What is there, and what may go


@pytest.fixture
def run(handrail, desk, tmp_path, monkeypatch):
    """``run("log", "verify")`` of the desk's store."""
    monkeypatch.chdir(tmp_path)
    return lambda *told: handrail(*told, "-o", desk.office.place.out)


def test_verify_tells_what_is_missing_and_what_was_changed(run, desk):
    first, second = desk.handed_in("lea", b"Read it.", b"Heard it.")
    folder = desk.office.place.out / "evidence" / "answers"
    whole = run("log", "verify")
    (folder / first).unlink()
    (folder / second).write_bytes(b"Another.")
    wrong = run("log", "verify")

    assert (whole.code, wrong.code) == (0, 1)
    assert "2 files of evidence: each is there" in whole.said
    assert f"file {first} of entry" in wrong.told
    assert "is missing" in wrong.told
    assert f"file {second} of entry" in wrong.told
    assert "is not what was handed in" in wrong.told


def old(desk, *names):
    """As if they had been put there long ago."""
    moment = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    for name in names:
        os.utime(desk.office.place.out / "evidence" / "answers" / name, (moment, moment))


def take_back(desk):
    path = path_of(desk)
    answer = desk.browser("lea").submit(path, f"{path}/take-back", reason="It showed a face.")
    assert answer.status_code == 303


@pytest.mark.parametrize("later", [False, True], ids=["answered", "answered again"])
def test_a_purge_keeps_what_an_answer_names_and_sweeps_the_rest(run, desk, later):
    (name,) = desk.handed_in("lea", b"Read it.")
    if later:
        desk.handed_in("cora", result="cannot-tell")
    stray = "2" * 64 + ".txt"
    (desk.office.place.out / "evidence" / "answers" / stray).write_text("of nobody")
    old(desk, name, stray)
    desk.office.store.close()
    done = run("purge", "--by", "A. Osei, records", "--reason", "By schedule.", "--yes")

    assert done.code == 0, done.told
    assert there(desk) == {name}


def test_a_purge_takes_a_file_whose_answer_was_taken_back_and_says_so(run, desk):
    (name,) = desk.handed_in("lea", b"Read it.")
    take_back(desk)
    trial = run("purge", "--by", "A. Osei, records", "--reason", "It showed a face.", "--dry-run")
    still = there(desk)
    desk.office.store.close()
    done = run("purge", "--by", "A. Osei, records", "--reason", "It showed a face.", "--yes")
    checked = run("log", "verify")

    assert name in trial.said
    assert still == {name}
    assert done.code == 0, done.told
    assert there(desk) == set()
    assert checked.code == 0, checked.told
    assert name[:64] in run("log", "show").said.partition(PURGE)[2]


def test_a_hold_keeps_it_all_the_same(desk):
    (name,) = desk.handed_in("lea", b"Read it.")
    take_back(desk)
    store = desk.office.store
    store.record(HOLD, {"by": "Clerk", "account": "a", "reason": "r", "kind": "legal", "site": "main"})

    assert answer_files.may_go(store.log_entries(*answer_files.KINDS), ()) != []
    assert answer_files.may_go(store.log_entries(*answer_files.KINDS), store.holds()) == []
    assert name in answer_files.names(store.log_entries(*answer_files.KINDS))


def test_what_another_answer_names_stays(desk, lead):
    (name,) = desk.handed_in("lea", b"Read it.")
    take_back(desk)
    desk.handed_in("cora", b"Read it.")

    assert answer_files.may_go(desk.office.store.log_entries(*answer_files.KINDS), ()) == []
    assert there(desk) == {name}


# On the command line


def test_the_command_takes_files_too(run, desk, tmp_path):
    question = desk.question().asked.id
    good, bad = tmp_path / "shot.png", tmp_path / "page.png"
    good.write_bytes(photograph("PNG"))
    bad.write_bytes(b"<html>")
    told = ["review", "answer", question, "--by", "A. Osei, tester", "--result", "supports", "--evidence", "NVDA."]
    refused = run(*told, "--file", str(good), "--file", str(bad))
    missing = run(*told, "--file", str(tmp_path / "none.png"))
    done = run(*told, "--file", str(good))
    again = run(*told, "--file", str(good))
    (name,) = there(desk)
    shown = run("review", "show", question)
    (desk.office.place.out / "evidence" / "answers" / name).unlink()

    assert (refused.code, missing.code, done.code) == (2, 2, 0)
    assert "page.png: is none of PNG" in refused.told
    assert "Recorded already." in again.said
    assert f"{name}  image/png" in shown.said
    assert "MISSING" in run("review", "show", question).said
    assert desk.kinds().count(GIVEN) == 1
