"""A PostgreSQL, sites and workers of each test's own."""

import pytest
from databases import PostgreSQL
from machines import Machines, Site


@pytest.fixture(scope="module")
def postgresql():
    server = PostgreSQL()
    yield server
    server.close()


@pytest.fixture
def sites():
    made = []

    def make(number, **options):
        made.extend(Site(**options) for _ in range(number))
        return made[-number:]

    yield make
    for site in made:
        site.shutdown()
        site.server_close()


@pytest.fixture
def machines(postgresql, key_file, tmp_path, request, handrail):
    url = postgresql.create(f"workers_{abs(hash(request.node.name))}")
    made = Machines(url, tmp_path / "out", key_file, handrail)
    yield made
    made.close()
