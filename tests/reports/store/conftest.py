"""Every test of the store runs on a SQLite file and on a PostgreSQL that the tests start themselves."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine

sys.path.append(str(Path(__file__).parent))

from store_helpers import Clock, PlainGuard

from reports.store.database import Database
from reports.store.store import Store

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture(scope="session")
def postgresql():
    """The URL of a server, without a database name."""
    if not _BINARIES:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed")
    place = Path(tempfile.mkdtemp(prefix="handrail-pg-"))
    as_whom = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        person = pwd.getpwnam("nobody")
        os.chown(place, person.pw_uid, person.pw_gid)
        as_whom = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}

    def call(name, *arguments):
        command = [_BINARIES[-1] / name, "-D", place / "data", *arguments]
        subprocess.run(command, check=True, cwd=place, stdout=subprocess.DEVNULL, **as_whom)

    call("initdb", "--auth=trust", "--username=handrail", "--no-sync", "--encoding=UTF8", "--locale=C")
    options = f"-k {place} -c listen_addresses= -c fsync=off -c max_connections=100 -c shared_buffers=16MB"
    call("pg_ctl", "-w", "-l", place / "log", "-o", options, "start")
    yield lambda database: f"postgresql://handrail@/{database}?host={place}"
    call("pg_ctl", "-w", "-m", "immediate", "stop")
    shutil.rmtree(place)


def _created(postgresql, name, template="template1"):
    admin = create_engine(
        postgresql("postgres").replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    admin.dispose()
    return postgresql(name)


def _upgraded(where):
    db = Database(where)
    db.upgrade()
    db.close()
    return where


@pytest.fixture(scope="session")
def postgresql_tables(postgresql):
    """The name of a database with our tables and nothing in them: most tests start from a copy, which takes less."""
    _upgraded(_created(postgresql, "tables"))
    return "tables"


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory):
    """The same, as a file."""
    return _upgraded(tmp_path_factory.mktemp("tables") / "tables.db")


@pytest.fixture
def new_postgresql(postgresql, request):
    """The URL of an empty database; for who asks for a ``store``, of one that has our tables."""
    template = request.getfixturevalue("postgresql_tables") if "store" in request.fixturenames else "template1"
    return _created(postgresql, f"test_{uuid4().hex}", template)


@pytest.fixture
def another_postgresql(postgresql):
    """The URL of one more empty database."""
    return _created(postgresql, f"test_{uuid4().hex}")


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path):
    """A new store's file or URL."""
    return tmp_path / "store.db" if request.param == "sqlite" else request.getfixturevalue("new_postgresql")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def guard():
    return PlainGuard()


@pytest.fixture
def store(where, guard, clock, sqlite_tables):
    if isinstance(where, Path):
        shutil.copyfile(sqlite_tables, where)
    with Store.open(where, guard=guard, now=clock) as opened:
        yield opened


@pytest.fixture
def file_store(tmp_path, guard, clock, sqlite_tables):
    shutil.copyfile(sqlite_tables, tmp_path / "store.db")
    with Store.open(tmp_path / "store.db", guard=guard, now=clock) as opened:
        yield opened
