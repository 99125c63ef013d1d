"""Workbooks of Excel 97-2003, and what only bears their name."""

from __future__ import annotations

import io
from typing import Any

from crawler.documents import Locked, Opened, Reader, Unreadable, _found, _ole
from crawler.documents._cells import Grid, Sheet, place_of, shown
from crawler.documents._found import Found

#: Sheets, names.
MANY = 1_000


class Xls(Reader):
    """BIFF. Programs like to write newer workbooks and rich text under this name: they are read as what they are."""

    kind = "xls"
    binary = True
    types = frozenset({"application/msexcel", "application/x-msexcel", "application/x-excel"})
    suffixes = frozenset({"xls", "xlt"})

    def open(self, body: bytes) -> Opened:
        """Sheets in order."""
        if body.startswith(b"PK\x03\x04"):
            from crawler.documents.xlsx import Xlsx

            return Xlsx().open(body)
        if _ole.is_encrypted(body):
            raise Locked("it asks for a password")
        if not body.startswith((_ole.SIGNATURE, b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")):
            raise Unreadable("it is another kind of file than its name says")
        book = _book(body)
        return _found.gathered("xls", lambda found: _Workbook(found, book, body).read())


def _book(body: bytes) -> Any:
    import xlrd

    for looks in (True, False):
        try:
            return xlrd.open_workbook(
                file_contents=body, formatting_info=looks, on_demand=True, logfile=io.StringIO(), ragged_rows=True
            )
        except xlrd.XLRDError as exc:
            if "encrypt" in str(exc).lower():
                raise Locked("it asks for a password") from None
        except Exception:  # noqa: BLE001, S112 - broken files break it in many ways
            continue
    raise Unreadable("it is damaged")


class _Workbook:
    def __init__(self, found: Found, book: Any, body: bytes) -> None:
        self.found, self.book, self.body = found, book, body

    def read(self) -> None:
        book = self.book
        self.found.about["pages"] = book.nsheets
        for index in range(min(book.nsheets, MANY)):
            try:
                held = book.sheet_by_index(index)
            except Exception:  # noqa: BLE001 - the same, of one sheet
                self.found.miss("a part of it is damaged")
                continue
            self._sheet(held)
            book.unload_sheet(index)
        for one in book.name_obj_list[:MANY]:
            text = str(one.formula_text or "").strip()
            if len(text) > 2 and text.startswith('"') and text.endswith('"'):
                self.found.say(f"name {one.name[:80]}", text.strip('"'), where="unseen", label=one.name[:80])
        before = "\n\n"
        for label, text in _ole.properties(self.body).items():
            if label == "Title":
                self.found.about["title"] = text[:300]
            self.found.say(f"property {label}", text[:2000], where="metadata", label=label, before=before)
            before = "\n"

    def _sheet(self, held: Any) -> None:
        sheet = Sheet(held.name[:80], hidden={0: "", 1: "hidden", 2: "veryHidden"}.get(held.visibility, "hidden"))
        grid = Grid(self.found, sheet)
        columns = {column for column, info in held.colinfo_map.items() if info.hidden}
        sheet.hidden_columns = len(columns)
        sheet.merged = [place_of(left, top + 1) for top, _, left, _ in held.merged_cells[:MANY]]
        try:
            for row in range(held.nrows):
                info = held.rowinfo_map.get(row)
                hidden = bool(info is not None and (info.hidden or info.height == 0))
                for column in range(held.row_len(row)):
                    text, unseen = self._cell(held, row, column)
                    if text.strip():
                        grid.cell(row + 1, column, text, hidden=hidden or unseen or column in columns)
                if hidden and held.row_len(row):
                    sheet.hidden_rows += 1
                grid.next()
        finally:
            grid.end()
            sheet.tell(self.found)
        number = 0
        for (row, column), note in sorted(held.cell_note_map.items())[:10_000]:
            number += 1
            at = f"{sheet.name}!{place_of(column, row + 1)} comment"
            self.found.say(at, note.text or "", where="note", label=(note.author or "")[:80], before="\n\n")
        self.found.office["comments"] = self.found.office.get("comments", 0) + number

    def _cell(self, held: Any, row: int, column: int) -> tuple[str, bool]:
        kind, value = held.cell_type(row, column), held.cell_value(row, column)
        look = self._look(held, row, column)
        code = self._code(look)
        unseen = bool(code) and code.strip().startswith(";;") and not code.strip(" ;")
        if kind == 1:
            return str(value), unseen
        if kind == 3:
            return shown(repr(value), code or "yyyy-mm-dd", since_1904=bool(self.book.datemode)), unseen
        if kind == 2:
            return shown(repr(value), code), unseen
        return "", unseen

    def _look(self, held: Any, row: int, column: int) -> Any:
        if not self.book.formatting_info:
            return None
        index = held.cell_xf_index(row, column)
        return self.book.xf_list[index] if 0 <= index < len(self.book.xf_list) else None

    def _code(self, look: Any) -> str:
        known = self.book.format_map.get(look.format_key) if look is not None else None
        text = str(known.format_str) if known is not None else ""
        return "" if text.lower() == "general" else text
