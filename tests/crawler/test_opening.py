"""Where documents lie until they are read: for their owner alone, no longer than the process that fetched them."""

import os
import stat
import subprocess
import sys

import pytest

from crawler.opening import DocumentFailed, DocumentReader, measured, put


def ended():
    """The number of a process that is over."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


async def test_a_file_is_its_owners_and_its_folder_goes_with_the_reader(tmp_path):
    async with DocumentReader(tmp_path) as reader:
        path = reader.place()
        put(path, b"something of somebody")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert measured(path)[0] == 21
    assert list(tmp_path.iterdir()) == []


async def test_what_a_killed_process_left_is_deleted_and_nothing_else(tmp_path):
    async with DocumentReader(tmp_path) as reader:
        own = reader.place().parent.name
    host = own.split("-")[2]
    left = tmp_path / f"handrail-documents-{host}-{ended()}-{'0' * 32}"
    others = [
        "documents-backup",  # somebody's, and none of ours
        "documents-1",
        "handrail-documents-old",
        f"handrail-documents-{host}-{os.getpid()}-{'0' * 32}",  # one that runs
        f"handrail-documents-00000000-{ended()}-{'0' * 32}",  # another host's, on a shared disk
        f"handrail-documents-{host}-{ended()}-{'0' * 32}.bak",
    ]
    for name in (left.name, *others):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"x")

    async with DocumentReader(tmp_path) as reader:
        reader.place()

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(others)
    assert all((tmp_path / name / "file").is_file() for name in others)


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("pdf", b"%PDF-1.7 and no more", "is not what it says, or broken"),
        ("docx", b"PK\x03\x04", "the archive that it is packed in is damaged"),
        ("doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ""),
    ],
)
async def test_what_cannot_be_read_says_why(kind, body, reason, tmp_path):
    path = tmp_path / "file"
    put(path, body)
    async with DocumentReader(tmp_path) as reader:
        with pytest.raises(DocumentFailed) as failed:
            await reader.read(path, kind)
    assert str(failed.value) == reason if reason else str(failed.value)


async def test_what_takes_too_long_costs_itself(tmp_path):
    path = tmp_path / "file"
    put(path, b"x")
    async with DocumentReader(tmp_path, seconds=0.01) as reader:
        with pytest.raises(DocumentFailed, match="not done within"):
            await reader.read(path, "pdf")
