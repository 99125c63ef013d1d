"""Documents are opened in a process of their own, with an end to its time and memory: see ``crawler.documents``."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from crawler.apart import Apart, Failed, most_memory
from crawler.documents import Locked, NoDocument, Unreadable, read
from crawler.documents.pdf.sheet import Sheet
from crawler.ocr import SECONDS as OCR_SECONDS
from crawler.ocr import Ocr

#: Seconds and bytes for one document. What needs more costs itself and nothing else.
SECONDS, MEMORY = 60.0, 1024 * 1024 * 1024
#: Seconds for the pictures of one page.
SECONDS_OF_PAGE = 15.0
LOCKED = "asks for a password"
#: A process ends after so many: what a library does not give back goes with it.
MOST_ITEMS = 100
#: Bytes of one document. What is longer is not taken.
MOST_BYTES = 64 * 1024 * 1024


#: A folder of ours, by host and process: that of another host may be in use.
_OURS = re.compile(r"handrail-documents-([0-9a-f]{8})-([1-9]\d{0,9})-[0-9a-f]{32}")


class DocumentFailed(Exception):
    """A document that could not be read. Says why, and nothing of what is in it."""


class IsNone(Exception):
    """It looked like a document by its first bytes, and is another file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    path: str
    kind: str
    #: What is wanted are pictures of one page.
    sheet: Sheet | None = None
    ocr: Ocr | None = None


def _work(task: _Task) -> Any:
    """An artifact, or pictures with the seconds that they took, or why there is none; None: it is no document."""
    began = time.perf_counter()
    try:
        body = Path(task.path).read_bytes()
        if task.sheet is not None:
            from crawler.documents.pdf.picture import pictures  # few documents need it

            return pictures(body, task.sheet), time.perf_counter() - began
        found = read({"kind": task.kind, "body": body, "cut": False, "content_type": ""})
        if task.ocr is None:
            return found
        from crawler.documents.pdf.scans import with_scans  # only this process loads the libraries

        return with_scans(found, body, task.ocr)
    except NoDocument:
        return None
    except Locked:
        return LOCKED
    except Unreadable as exc:
        return str(exc) or "is not what it says, or broken"
    except MemoryError:
        return "takes too much memory to read"
    except RecursionError:
        return "is nested too deeply"
    except Exception as exc:  # noqa: BLE001  # whatever a library makes of a file is an outcome; it may quote the file
        return type(exc).__name__


class DocumentReader:
    """``async with DocumentReader() as reader: await reader.read(path, kind)``; ``folder`` is for what is fetched.

    Files lie in a folder for their owner alone, under a random name, until they are read. ``ocr`` reads pages that are
    pictures, and has its own time.
    """

    def __init__(
        self, folder: Path | None = None, *, seconds: float = SECONDS, memory: int = MEMORY, ocr: Ocr | None = None
    ) -> None:
        self.folder = folder or Path(tempfile.gettempdir())
        self._own: Path | None = None
        self._ocr = ocr
        self._apart = Apart(
            _work,
            what="its readers",
            start=most_memory,
            arguments=(memory,),
            limit=seconds + (OCR_SECONDS if ocr else 0),
            most_items=MOST_ITEMS,
        )

    async def __aenter__(self) -> DocumentReader:
        await self._apart.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._apart.__aexit__(kind, exc, trace)
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def place(self) -> Path:
        """Where a file that is fetched may lie. What an earlier process left there, killed, is deleted first."""
        if self._own is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
            for left in self.folder.iterdir():
                named = _OURS.fullmatch(left.name)
                if named and named[1] == host and not _alive(int(named[2])):
                    shutil.rmtree(left, ignore_errors=True)
            self._own = self.folder / f"handrail-documents-{host}-{os.getpid()}-{uuid.uuid4().hex}"
            self._own.mkdir(mode=0o700)
        return self._own / uuid.uuid4().hex

    async def read(self, path: Path, kind: str) -> dict[str, Any]:
        """The ``file`` artifact of one document. Raises DocumentFailed, and IsNone where the kind was untold."""
        found: dict[str, Any] = await self._run(_Task(path=str(path), kind=kind, ocr=self._ocr))
        return found

    async def pictures(self, path: Path, sheet: Sheet) -> tuple[list[bytes | None], float]:
        """Pictures of places on one page of a PDF, and the seconds that they took. Raises DocumentFailed."""
        task = _Task(path=str(path), kind="pdf", sheet=sheet)
        taken: tuple[list[bytes | None], float] = await self._run(task, limit=SECONDS_OF_PAGE)
        return taken

    async def _run(self, task: _Task, *, limit: float = 0.0) -> Any:
        try:
            found = await self._apart.run(task, limit=limit)
        except Failed as exc:
            raise DocumentFailed(str(exc)) from None
        except Exception as exc:  # noqa: BLE001  # around one document: what it gave could not be passed on
            raise DocumentFailed(type(exc).__name__) from None
        if found is None:
            raise IsNone
        if isinstance(found, str):
            raise DocumentFailed(found)
        return found


def put(path: Path, body: bytes) -> None:
    """Write a file that only its owner may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)


def measured(path: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
        return file.tell(), digest.hexdigest()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
