"""Every test of the store runs on a SQLite file and on a PostgreSQL that the tests start themselves."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from uuid import uuid4

import pytest

sys.path.append(str(Path(__file__).parent))

from databases import PostgreSQL
from store_helpers import Clock, PlainGuard

from reports.store.database import Database
from reports.store.store import Store


@pytest.fixture(scope="session")
def postgresql():
    """A server that the tests start themselves."""
    server = PostgreSQL()
    yield server
    server.close()


def _upgraded(where):
    db = Database(where)
    db.upgrade()
    db.close()
    return where


@pytest.fixture(scope="session")
def postgresql_tables(postgresql):
    """The name of a database with our tables and nothing in them: most tests start from a copy, which takes less."""
    _upgraded(postgresql.create("tables"))
    return "tables"


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory):
    """The same, as a file."""
    return _upgraded(tmp_path_factory.mktemp("tables") / "tables.db")


@pytest.fixture
def new_postgresql(postgresql, request):
    """The URL of an empty database; for who asks for a ``store``, of one that has our tables."""
    template = request.getfixturevalue("postgresql_tables") if "store" in request.fixturenames else "template1"
    return postgresql.create(f"test_{uuid4().hex}", template)


@pytest.fixture
def another_postgresql(postgresql):
    """The URL of one more empty database."""
    return postgresql.create(f"test_{uuid4().hex}")


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
