"""Imported where judges are forked from: what each of them would read and compile for itself is there already."""

from __future__ import annotations

from contextlib import suppress

from handrail.wiring import Parts

# A check that cannot be built is told of by who judges with it, and has stopped the audit before.
with suppress(Exception):
    # Nothing of these stays, but modules do, and the patterns that were compiled.
    Parts(secret=bytes(32)).checks  # noqa: B018
