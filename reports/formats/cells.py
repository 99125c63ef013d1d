"""A line of CSV (RFC 4180) that a spreadsheet opens and takes no formula from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

#: With it at the beginning, spreadsheets read UTF-8.
BOM = "\ufeff"
#: A spreadsheet takes a cell that begins like this for a formula, at once or when it is edited, copied, saved.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow("'" + cell if cell.startswith(FORMULA) else cell for cell in cells)
    return out.getvalue()
