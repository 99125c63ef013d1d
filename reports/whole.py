"""Files that are there whole or not at all, whoever reads them meanwhile and whenever the writer dies."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

#: A writer that began so many seconds ago is dead.
_LEFT_SECONDS = 24 * 3600


def write_whole(path: Path, content: str | bytes | Iterable[str | bytes], mode: int = 0o600) -> Path:
    """Put ``content``, all of it or in pieces, in the place of ``path``; never for a moment with more rights than
    ``mode``. Text is UTF-8. Raises OSError; what was there before then stays.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in (content,) if isinstance(content, (str, bytes)) else content:
                file.write(piece.encode() if isinstance(piece, str) else piece)
            os.fchmod(file.fileno(), mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def remove_left(folder: Path, *, below: bool = False) -> None:
    """Delete what writers that died have left in a folder, and in those ``below`` it."""
    for path in folder.glob("**/.????????.part" if below else ".????????.part"):
        with suppress(FileNotFoundError):
            if time.time() - path.lstat().st_mtime > _LEFT_SECONDS:
                path.unlink()
