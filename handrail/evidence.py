"""Where pictures are kept: a folder beside the reports, or an S3-compatible store that all machines reach.

A picture is named by its content: what is written once under a name is never anything else. Credentials come from the
environment, as the store's own tools read them (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL``, ...).
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from handrail.config import ConfigError
from reports.whole import remove_left, write_whole

if TYPE_CHECKING:
    from handrail.runs import Place

VARIABLE = "HANDRAIL_EVIDENCE"
#: While somebody audits, nothing younger is swept: a picture comes before the finding that names it. One that is found
#: in its place at half that age is renewed, so that it cannot be swept in between.
GRACE = timedelta(hours=24)
#: After a failure nothing is asked for so many seconds: each page would wait for the same answer.
AWAY = 60.0
#: Says whose pictures these are. A store that swept another one's would destroy evidence.
MARK = "handrail-store.txt"
_NAME = re.compile(r"[0-9a-f]{32}\.png")
#: Files that people hand in with answers lie in a folder of their own, so that no sweep of pictures takes them.
_HANDED_IN, _HANDED_IN_NAME = "answers", re.compile(r"[0-9a-f]{64}\.(?:png|jpg|webp|pdf|txt)")
_BATCH = 64
#: A page waits seconds for a picture, not minutes.
_OPTIONS: dict[str, dict[str, Any]] = {
    "s3": {"config_kwargs": {"connect_timeout": 3, "read_timeout": 10, "retries": {"max_attempts": 1}}}
}


class EvidenceError(Exception):
    """Pictures cannot be kept there, or not be read; the message says what to do."""


class Kept(Protocol):
    """A place of pictures."""

    #: Whether every machine that works on a run finds there what another one put.
    shared: bool

    def put(self, name: str, body: bytes) -> None:
        """Keep a picture; one that is there stays. Raises OSError."""

    def names(self) -> set[str]:
        """Of all pictures there. Raises EvidenceError."""

    def remove(self, names: Collection[str], *, spare_young: bool = False) -> int:
        """Delete pictures; how many. ``spare_young``: none that somebody put within ``GRACE``. Raises EvidenceError."""

    def read(self, name: str) -> bytes:
        """The bytes under a name. Raises FileNotFoundError, EvidenceError."""

    def check(self, store: str = "") -> None:
        """Look whether pictures can be kept there for this store. Raises ConfigError, EvidenceError."""


def kept(place: Place) -> Folder | Remote:
    """The place that the environment names, else the folder beside the reports. Raises ConfigError."""
    where = os.environ.get(VARIABLE, "")
    if not where:
        return Folder(place.evidence)
    if "://" not in where:
        return Folder(Path(where), named=True)
    if where.startswith("file:///"):
        return Folder(Path(where.removeprefix("file://")), named=True)
    return Remote(where)


def handed_in(place: Place) -> Folder | Remote:
    """Where files lie that people hand in with answers: inside the place of pictures. Raises ConfigError."""
    return kept(place).within(_HANDED_IN, _HANDED_IN_NAME)


@contextmanager
def near(pictures: Folder | Remote, names: Collection[str], beside: Path) -> Iterator[Path]:
    """A folder that holds these pictures, as far as they are there, while a report is written. Raises EvidenceError."""
    if isinstance(pictures, Folder):
        yield pictures.path
        return
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in beside.glob(".pictures-*"):  # by a process that was killed
        if _age(left.stat().st_mtime) > GRACE:
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=beside, prefix=".pictures-"))
    try:
        pictures.fetch(sorted(names), folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Folder:
    """A folder that its owner alone may read."""

    shared = False

    def __init__(self, path: Path, *, named: bool = False, names: re.Pattern[str] = _NAME) -> None:
        """``named``: by a person, so that it may be anybody's. ``names``: how what is kept here is called."""
        self.path = path
        self._named = named
        self._names = names

    def __str__(self) -> str:
        return str(self.path)

    def put(self, name: str, body: bytes) -> None:
        """As ``Kept`` has it."""
        path = self.path / name
        with suppress(FileNotFoundError):
            if _age(path.stat().st_mtime) > GRACE / 2:
                os.utime(path)
            return
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, body)

    def names(self) -> set[str]:
        """As ``Kept`` has it."""
        return {path.name for path in self.path.rglob("*.*") if self._names.fullmatch(path.name)}

    def read(self, name: str) -> bytes:
        """As ``Kept`` has it."""
        if not self._names.fullmatch(name):
            raise FileNotFoundError(errno.ENOENT, "no name of what is kept here")
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as exc:
            raise EvidenceError(f"{self}: a file cannot be read ({exc.strerror})") from None

    def within(self, folder: str, names: re.Pattern[str]) -> Folder:
        """A folder inside this one, for what is called otherwise."""
        return Folder(self.path / folder, names=names)

    def remove(self, names: Collection[str], *, spare_young: bool = False) -> int:
        """As ``Kept`` has it."""
        gone = 0
        if spare_young:
            remove_left(self.path)
        for name in names:
            for path in (self.path / name, *self.path.glob(f"*/{name}")):
                with suppress(FileNotFoundError):
                    if not spare_young or _age(path.stat().st_mtime) >= GRACE:
                        path.unlink()
                        gone += 1
        return gone

    def check(self, store: str = "") -> None:
        """As ``Kept`` has it."""
        there = next(path for path in (self.path.absolute(), *self.path.absolute().parents) if path.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise EvidenceError(f"{self.path}: pictures cannot be kept there; name a folder that may be written")
        if not self._named:
            return
        mark = self.path / MARK
        owner = mark.read_text("ascii", "replace").strip() if mark.is_file() else ""
        _only_one(self, owner, store)
        if store and not owner:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark.write_text(store, "ascii")


class Remote:
    """An object store, by fsspec: ``s3://BUCKET/PREFIX``, or what else is installed for it."""

    shared = True

    def __init__(self, url: str, names: re.Pattern[str] = _NAME) -> None:
        """Raises ConfigError."""
        try:
            parts = urlsplit(url)
        except ValueError:
            raise ConfigError(f"{VARIABLE} is no address; write s3://BUCKET/PREFIX") from None
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise ConfigError(
                f"{VARIABLE} holds more than a bucket and a prefix; credentials go into variables of their own, such "
                "as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        if not parts.netloc:
            raise ConfigError(f"{VARIABLE}={url}: names no bucket; write s3://BUCKET/PREFIX")
        self._names = names
        self._url = url.rstrip("/")
        self._root = f"{parts.netloc}{parts.path}".strip("/")
        self._fs = _file_system(parts.scheme)
        self._away_until = 0.0

    def __str__(self) -> str:
        return self._url

    def put(self, name: str, body: bytes) -> None:
        """As ``Kept`` has it."""
        if time.monotonic() < self._away_until:
            raise OSError(errno.EHOSTUNREACH, "the place of pictures is away")
        try:
            if not self._is_fresh(name):
                # Who puts the same name at the same time puts the same bytes.
                self._fs.pipe_file(self._path(name), body)
        except Exception as exc:
            self._away_until = time.monotonic() + AWAY
            raise OSError(errno.EHOSTUNREACH, f"the place of pictures is away ({type(exc).__name__})") from exc

    def names(self) -> set[str]:
        """As ``Kept`` has it."""
        with self._told():
            try:
                found = self._fs.ls(self._root, detail=False)
            except FileNotFoundError:  # nothing was put there yet
                return set()
        return {name for path in found if self._names.fullmatch(name := path.rpartition("/")[2])}

    def read(self, name: str) -> bytes:
        """As ``Kept`` has it."""
        if not self._names.fullmatch(name):
            raise FileNotFoundError(errno.ENOENT, "no name of what is kept here")
        with self._told():
            try:
                body: bytes = self._fs.cat_file(self._path(name))
            except FileNotFoundError:
                body = b""
        if not body:  # nothing that is kept is empty
            raise FileNotFoundError(errno.ENOENT, "nothing of this name is kept")
        return body

    def within(self, folder: str, names: re.Pattern[str]) -> Remote:
        """A prefix below this one, for what is called otherwise."""
        return Remote(f"{self._url}/{folder}", names)

    def remove(self, names: Collection[str], *, spare_young: bool = False) -> int:
        """As ``Kept`` has it."""
        gone = 0
        with self._told():
            for name in names:
                with suppress(FileNotFoundError):
                    # Asked for each just before: somebody may have put it again since it was listed.
                    if spare_young and _age(self._put_at(name)) < GRACE:
                        continue
                    self._fs.rm_file(self._path(name))
                    gone += 1
        return gone

    def check(self, store: str = "") -> None:
        """As ``Kept`` has it."""
        with self._told():
            try:
                owner = self._fs.cat_file(self._path(MARK)).decode("ascii", "replace").strip()
            except FileNotFoundError:
                owner = ""
        _only_one(self, owner, store)
        with self._told():
            self._fs.pipe_file(self._path(MARK), (store or owner).encode())

    def fetch(self, names: Sequence[str], folder: Path) -> None:
        """Bring pictures here; one that is missing, or is not what its name says, is left out. Raises EvidenceError."""
        for start in range(0, len(names), _BATCH):
            some = names[start : start + _BATCH]
            with self._told():
                found = self._fs.cat([self._path(name) for name in some], on_error="return")
                for path, body in found.items():
                    if isinstance(body, FileNotFoundError):
                        continue
                    if isinstance(body, Exception):
                        raise body
                    name = path.rpartition("/")[2]
                    if name_of(body) == name:
                        (folder / name).write_bytes(body)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _put_at(self, name: str) -> float:
        """Raises FileNotFoundError."""
        moment: datetime = self._fs.modified(self._path(name))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

    def _is_fresh(self, name: str) -> bool:
        try:
            return _age(self._put_at(name)) <= GRACE / 2
        except FileNotFoundError:
            return False

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong there, with what to do; the store's own words may hold more than is for a log."""
        try:
            yield
        except FileNotFoundError:
            raise EvidenceError(f"{self}: there is no such bucket; make it, or correct {VARIABLE}") from None
        except PermissionError:
            raise EvidenceError(
                f"{self}: access is refused; the credentials in the environment must let objects of this prefix be "
                "read, written, listed and deleted"
            ) from None
        except Exception as exc:
            if type(exc).__name__ in ("NoCredentialsError", "PartialCredentialsError"):
                why = "no credentials in the environment; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            else:
                why = f"cannot be reached ({type(exc).__name__}); nothing that was stored is lost, try again later"
            raise EvidenceError(f"{self}: {why}") from exc


def _only_one(place: Folder | Remote, owner: str, store: str) -> None:
    if store and owner not in ("", store):
        raise ConfigError(f"{place}: holds the pictures of another store; name another place in {VARIABLE}")


def name_of(body: bytes) -> str:
    """A picture's name."""
    return f"{sha256(body).hexdigest()[:32]}.png"


def _age(moment: float) -> timedelta:
    return datetime.now(UTC) - datetime.fromtimestamp(moment, UTC)


def _file_system(scheme: str) -> Any:
    try:
        fsspec = import_module("fsspec")
        found = fsspec.filesystem(
            scheme, skip_instance_cache=True, use_listings_cache=False, **_OPTIONS.get(scheme, {})
        )
    except ImportError:
        what = "pip install 'handrail[s3]'" if scheme == "s3" else f"install what fsspec needs for {scheme}://"
        raise ConfigError(f"{VARIABLE}={scheme}://…: {what}") from None
    except ValueError:
        raise ConfigError(
            f"{VARIABLE}={scheme}://…: no such kind of store is known; write s3://BUCKET/PREFIX"
        ) from None
    if hasattr(found, "retries"):
        found.retries = 2
    return found
