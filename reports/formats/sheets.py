"""Spreadsheets that people who use a screen reader can walk through. A cell holds text or a number, never a formula,
whatever a page said.

Every sheet is a real table: its header stays in view and is repeated in print, no cell is merged or empty for looks,
and no colour means anything.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.table import Table, TableStyleInfo

from reports import clean
from reports.formats.cells import FORMULA

#: What a cell can hold.
_LONGEST = 32_000
#: The same report gives the same file. openpyxl writes the moment into zip and properties.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*<")


def new(title: str, lang: str, at: str) -> Workbook:
    """An empty book. ``at``: the ISO time that stands in it as its date."""
    book = Workbook(write_only=True)
    properties = book.properties
    properties.title = title
    properties.language = lang
    properties.creator = "Handrail"
    properties.created = datetime.fromisoformat(at).astimezone(UTC).replace(tzinfo=None)
    return book


def add(book: Workbook, name: str, table: str, heads: Mapping[str, int], rows: Iterable[Sequence[Any]]) -> None:
    """A sheet with a table. ``heads``: heading -> width in characters."""
    sheet = book.create_sheet(name)
    for number, width in enumerate(heads.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    cells = _Cells(sheet)
    sheet.append(cells.heads(list(heads)))
    written = 1
    for row in rows:
        sheet.append(cells.row(row))
        written += 1
    if written == 1:
        return  # a table needs a row; the header says that there is none
    whole = Table(displayName=table, ref=f"A1:{get_column_letter(len(heads))}{written}")
    whole.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    whole._initialise_columns()  # what is written at once is not there to be asked for its header
    for column, head in zip(whole.tableColumns, heads, strict=True):
        column.name = head
    sheet.tables.add(whole)


def saved(book: Workbook) -> bytes:
    raw = io.BytesIO()
    book.save(raw)
    return _timeless(raw.getvalue())


class _Cells:
    """One cell of each look: a row is written as it is handed over, so that the same cells do for all rows."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._head = _cell(sheet, wrap=True)
        self._head.font = Font(bold=True)
        self._text = _cell(sheet, wrap=True)
        self._risky = _cell(sheet, wrap=True)
        self._risky.quotePrefix = True
        self._number = _cell(sheet)
        self._date = _cell(sheet)
        self._date.number_format = "yyyy-mm-dd"

    def heads(self, names: Sequence[str]) -> Iterator[WriteOnlyCell]:
        for name in names:
            yield self._put(self._head, name)

    def row(self, values: Sequence[Any]) -> Iterator[WriteOnlyCell | None]:
        for value in values:
            if value == "":
                yield None
            elif isinstance(value, str):
                text = clean.block(value, _LONGEST)
                yield self._put(self._risky if text.startswith(FORMULA) else self._text, text)
            else:
                yield self._put(self._date if isinstance(value, date) else self._number, value)

    @staticmethod
    def _put(cell: WriteOnlyCell, value: Any) -> WriteOnlyCell:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # text, also where it looks like a formula
        return cell


def _cell(sheet: WriteOnlyWorksheet, *, wrap: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    cell.alignment = Alignment(vertical="top", wrap_text=wrap)
    return cell


def _timeless(book: bytes) -> bytes:
    """The same file without the moment in which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for part in packed.infolist():
            content = packed.read(part)
            if part.filename == "docProps/core.xml":
                created = re.search(rb"<dcterms:created[^>]*>([^<]*)<", content)
                content = _MODIFIED.sub(rb"\g<1>" + (created[1] if created else b"") + b"<", content)
            again.writestr(zipfile.ZipInfo(part.filename, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
