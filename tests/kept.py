"""What a file holds, whoever packed it: a search of its bytes alone finds nothing that is deflated."""

import contextlib
import sqlite3
import zipfile
import zlib

from reports.store.schema import Markup

_MAGIC = b"SQLite format 3\x00"


def bytes_of(path):
    """The bytes of a file; of a spreadsheet and of a store, what is packed in it too."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return b"\n".join(packed.read(name) for name in packed.namelist())
    plain = path.read_bytes()
    return plain + b"\n".join(_unpacked(path)) if plain.startswith(_MAGIC) else plain


def text_of(path):
    """The same as text."""
    return bytes_of(path).decode("utf-8", "replace")


def _unpacked(path):
    markup = Markup()
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        tables = {name for (name,) in store.execute("SELECT name FROM sqlite_master")}
        for table in {"facts", "layout"} & tables:
            for (body,) in store.execute(f"SELECT body FROM {table}"):  # noqa: S608
                yield zlib.decompress(body)
        if "snippet" in tables:
            for (body,) in store.execute("SELECT body FROM snippet"):
                yield markup.process_result_value(body, None).encode()
