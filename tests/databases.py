"""A PostgreSQL of the tests' own, which may be stopped and started again."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class PostgreSQL:
    """A server in a folder of its own, reached by a socket there."""

    def __init__(self):
        if not _BINARIES:
            if os.environ.get("CI"):
                pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
            pytest.skip("PostgreSQL is not installed")
        self.place = Path(tempfile.mkdtemp(prefix="handrail-pg-"))
        self._as_whom = {}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            person = pwd.getpwnam("nobody")
            os.chown(self.place, person.pw_uid, person.pw_gid)
            self._as_whom = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
        self._call("initdb", "--auth=trust", "--username=handrail", "--no-sync", "--encoding=UTF8", "--locale=C")
        self.start()

    def _call(self, name, *arguments):
        command = [_BINARIES[-1] / name, "-D", self.place / "data", *arguments]
        subprocess.run(command, check=True, cwd=self.place, stdout=subprocess.DEVNULL, **self._as_whom)

    def start(self):
        options = f"-k {self.place} -c listen_addresses= -c fsync=off -c max_connections=200 -c shared_buffers=16MB"
        self._call("pg_ctl", "-w", "-l", self.place / "log", "-o", options, "start")

    def stop(self, mode="immediate"):
        """ "immediate": as if the power went; what was committed must be recovered."""
        self._call("pg_ctl", "-w", "-m", mode, "stop")

    def url(self, database):
        return f"postgresql://handrail@/{database}?host={self.place}"

    def create(self, name, template="template1"):
        """The URL of a new database."""
        url = self.url("postgres").replace("postgresql:", "postgresql+psycopg:")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as conn:
            conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        admin.dispose()
        return self.url(name)

    def close(self):
        self.stop()
        shutil.rmtree(self.place)
