"""A store copied whole into an empty one, SQLite or PostgreSQL: to move, to back up, to restore.

What is read is one moment of the source, and what is written is one transaction of the target: whatever happens, there
is a whole copy or none. Sealed addresses and HMACs stay as they are, so the copy opens with the same key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, func, insert, select, text, update

from reports.store import schema
from reports.store.database import Database, StoreError

_BATCH = 1_000


def copy(source: Database, target: Database) -> Mapping[str, int]:
    """Copy every table; how many rows each has. Raises StoreError when the target holds anything already."""
    target.upgrade()
    with source.read() as there:

        def work(here: Connection) -> dict[str, int]:
            _refuse_used(here, target)
            return {table.name: _table(there, here, table) for table in schema.metadata.sorted_tables}

        return target.write(work)


def _refuse_used(here: Connection, target: Database) -> None:
    if used := [table.name for table in schema.metadata.sorted_tables if here.execute(select(table).limit(1)).first()]:
        raise StoreError(f"{target.name}: there is a store already ({', '.join(used[:3])}). Name a new one.")


def _table(there: Connection, here: Connection, table: Table) -> int:
    # A row may refer to one of its own table that comes later.
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    number = 0
    for rows in _batches(there, select(table)):
        here.execute(insert(table), [{**row._mapping, **dict.fromkeys(own)} for row in rows])
        number += len(rows)
    for name in own:
        referring = select(table.c.id.label("this"), table.c[name]).where(table.c[name].is_not(None))
        statement = update(table).where(table.c.id == bindparam("this")).values({name: bindparam(name)})
        for rows in _batches(there, referring):
            here.execute(statement, [dict(row._mapping) for row in rows])
    numbered = table.autoincrement_column
    if number and numbered is not None and here.dialect.name == "postgresql":
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
        last = here.scalar(select(func.max(numbered)))
        here.execute(sequence, {"table": table.name, "column": numbered.name, "last": last})
    return number


def _batches(there: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    return there.execution_options(yield_per=_BATCH).execute(query).partitions()
