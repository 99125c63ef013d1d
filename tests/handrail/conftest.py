"""What end-to-end tests share: the front door called in this process, its own key, and what it left behind."""

import contextlib
import io
import json
from urllib.parse import urlsplit

import pytest

from handrail import runs
from handrail.cli import run as front_door
from handrail.config import Policy


@pytest.fixture(scope="module", autouse=True)
def key_file(tmp_path_factory):
    """A key for each test file, never the one of whoever runs the tests."""
    path = tmp_path_factory.mktemp("key") / "key"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HANDRAIL_KEY", raising=False)
        patch.delenv("HANDRAIL_STORE", raising=False)
        patch.delenv("HANDRAIL_EVIDENCE", raising=False)
        patch.setenv("HANDRAIL_KEY_FILE", str(path))
        yield path


class Call:
    """One call of the front door: exit code, standard output, standard error, and the folder it wrote to."""

    def __init__(self, code, said, told, out=None):
        self.code = code
        self.said = said
        self.told = told
        self.out = out

    def __repr__(self):
        return f"<exit code {self.code}; {self.told or self.said}>"

    @property
    def report(self):
        return json.loads((self.out / "report" / "report.json").read_text("utf-8"))

    @property
    def run_id(self):
        return self.report["run"]["id"]

    def site(self, key):
        """One site of report.json."""
        return next(site for site in self.report["sites"] if site["key"] == key)

    def html(self, key=""):
        """The page of the portfolio, or of one site."""
        folder = self.out / "report" / ("sites/" + self.site(key)["path"] if key else "")
        return (folder / "index.html").read_text("utf-8")

    @property
    def lines(self):
        """What ``--findings`` wrote."""
        return [json.loads(line) for line in (self.out / "findings.jsonl").read_text("utf-8").splitlines()]

    @contextlib.contextmanager
    def store(self):
        parts = runs.parts_for(Policy())
        with runs.open_store(runs.Place(out=self.out), parts) as store:
            yield store

    def record(self, key):
        """How the store says that a site ended in the last run."""
        with self.store() as store:
            return next(site for site in store.sites(store.latest_run().id) if site.key == key)

    def ends(self, key):
        """Path and query -> outcome, of one site in the last run."""
        with self.store() as store:
            pages = list(store.page_outcomes(store.latest_run().id, key))
        return {_path(page.url): page.outcome and page.outcome.value for page in pages}


def _path(url):
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def call(*arguments, out=None):
    """Call the front door."""
    said, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        code = front_door([str(argument) for argument in arguments])
    return Call(code, said.getvalue(), told.getvalue(), out)


@pytest.fixture(scope="session")
def handrail():
    """``handrail("checks", "--json")`` -> Call."""
    return call


@pytest.fixture(scope="session")
def audit():
    """``audit(folder, "http://…")`` -> Call, its lines written too."""

    def start(out, *arguments):
        out.mkdir(parents=True, exist_ok=True)
        return call("audit", *arguments, "--out", out, "--findings", out / "findings.jsonl", out=out)

    return start
