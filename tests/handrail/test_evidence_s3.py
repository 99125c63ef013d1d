"""Pictures in an S3-compatible store: a real API on 127.0.0.1, asked as a City's would be."""

import sqlite3
import time

import pytest
from buckets import BUCKET, bucket, keys

from handrail import evidence
from handrail.evidence import EvidenceError, Remote, name_of, near
from handrail.runs import Place

BODY, OTHER = b"a picture", b"another"


@pytest.fixture
def faulty(clean_page):
    return clean_page("<p><button></button></p>")


@pytest.fixture
def s3(monkeypatch):
    """A client of a server to which the environment leads."""
    with bucket() as client:
        for name, value in client.environ.items():
            monkeypatch.setenv(name, value)
        yield client


def test_what_was_put_is_there_near_and_goes(s3, tmp_path):
    place = Remote(f"s3://{BUCKET}/city")
    place.check("a store")
    for body in (BODY, BODY, OTHER):
        place.put(name_of(body), body)

    assert keys(s3) == sorted(["city/handrail-store.txt", f"city/{name_of(BODY)}", f"city/{name_of(OTHER)}"])
    assert place.names() == {name_of(BODY), name_of(OTHER)}
    with near(place, {name_of(BODY), name_of(b"never put")}, tmp_path) as folder:
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {name_of(BODY): BODY}
    assert place.remove(place.names(), spare_young=True) == 0
    assert place.remove({name_of(BODY)}) == 1
    assert place.names() == {name_of(OTHER)}


def test_what_was_put_long_ago_is_swept_and_put_again_is_not(s3, monkeypatch):
    place = Remote(f"s3://{BUCKET}/city")
    for body in (BODY, OTHER):
        place.put(name_of(body), body)
    age = evidence._age
    long_ago = place._put_at(name_of(OTHER))
    # By our clock, both were put there before as long as what is young may lie.
    monkeypatch.setattr(evidence, "_age", lambda moment: age(moment) + evidence.GRACE * (moment <= long_ago))
    time.sleep(1.1)  # S3 tells whole seconds
    place.put(name_of(BODY), BODY)

    assert place.remove(place.names(), spare_young=True) == 1
    assert place.names() == {name_of(BODY)}


def test_a_bucket_that_is_not_there_is_told(s3):
    with pytest.raises(EvidenceError, match="s3://nobodys/city: there is no such bucket"):
        Remote("s3://nobodys/city").check("a store")


def test_no_credentials_and_no_server_are_told(s3, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(EvidenceError, match="cannot be reached"):
        Remote(f"s3://{BUCKET}/city").check("a store")

    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(EvidenceError, match="no credentials in the environment"):
        Remote(f"s3://{BUCKET}/city").check("a store")


def test_an_audit_whose_bucket_is_not_there_does_not_begin(s3, handrail, serve, faulty, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDRAIL_EVIDENCE", "s3://nobodys")
    server = serve({"/": faulty})

    done = handrail("audit", server.url(), "-o", tmp_path / "out")

    assert done.code == 4
    assert "Error: s3://nobodys: there is no such bucket" in done.told
    assert server.seen == []


@pytest.mark.browser
@pytest.mark.slow
def test_pictures_of_an_audit_go_there_and_come_near(s3, handrail, serve, faulty, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDRAIL_EVIDENCE", f"s3://{BUCKET}/city")
    server, out = serve({"/": faulty}), tmp_path / "out"

    done = handrail("audit", server.url(), "-o", out)

    assert done.code == 0
    kept = Remote(f"s3://{BUCKET}/city").names()
    shown = {path.name for path in out.glob("report/sites/*/evidence/*.png")}
    assert shown
    assert shown <= kept
    assert not (out / "evidence").exists()
    assert not list(out.glob(".pictures-*"))
    assert handrail("db", "check", "-o", out).code == 0
    s3.delete_object(Bucket=BUCKET, Key=f"city/{min(shown)}")
    assert f"1 pictures that findings show are missing: {min(shown)}" in handrail("db", "check", "-o", out).told


@pytest.mark.browser
@pytest.mark.slow
def test_an_outage_costs_pictures_and_no_page(s3, handrail, serve, faulty, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("HANDRAIL_EVIDENCE", f"s3://{BUCKET}/city")

    def away(handler):
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        s3.stop()
        return faulty

    server, out = serve({"/": away}), tmp_path / "out"

    done = handrail("audit", server.url(), "--no-report", "-o", out)

    assert done.code == 0
    with sqlite3.connect(out / "handrail.sqlite") as store:
        ended = store.execute("SELECT outcome, count(*) FROM page GROUP BY 1").fetchall()
        found, pictured = store.execute("SELECT count(*), count(evidence) FROM finding").fetchone()
    store.close()
    assert ended == [("audited", 1)]
    assert (found > 0, pictured) == (True, 0)
    assert "no picture: the place of pictures is away" in caplog.text
    assert handrail("report", "-o", out).code == 0  # nothing that it shows is there


def test_files_of_answers_lie_apart_from_pictures(s3, tmp_path, monkeypatch):
    monkeypatch.setenv(evidence.VARIABLE, f"s3://{BUCKET}/city")
    place = Place(out=tmp_path)
    pictures, files = evidence.kept(place), evidence.handed_in(place)
    name = f"{'a' * 64}.pdf"
    empty = files.names()
    pictures.put(name_of(BODY), BODY)
    files.put(name, OTHER)

    assert empty == set()
    assert keys(s3) == sorted([f"city/{name_of(BODY)}", f"city/answers/{name}"])
    assert (pictures.names(), files.names()) == ({name_of(BODY)}, {name})
    assert (pictures.read(name_of(BODY)), files.read(name)) == (BODY, OTHER)
    for missing in (f"{'b' * 64}.pdf", name_of(BODY), f"../{name_of(BODY)}", ""):
        with pytest.raises(FileNotFoundError):
            files.read(missing)
    assert files.remove(files.names()) == 1
    assert pictures.names() == {name_of(BODY)}
