"""One file per kind of personal information, found by looking, not by a list. Another package adds its own under the
entry point group ``handrail.recognizers``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points

from audits.privacy.recognizer import Recognizer


@cache
def recognizer_classes() -> tuple[type[Recognizer], ...]:
    """Every recognizer class of this folder and of the entry point group, one per entity."""
    found: dict[str, type[Recognizer]] = {}
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    named = [vars(module).values() for module in modules]
    named.append(entry.load() for entry in entry_points(group="handrail.recognizers"))  # type: ignore[arg-type]
    for values in named:
        for value in values:
            if not (isinstance(value, type) and issubclass(value, Recognizer) and value is not Recognizer):
                continue
            first = found.setdefault(value.ENTITY, value)
            if first is not value:
                raise ValueError(f"two recognizers claim the entity {value.ENTITY!r}: {first} and {value}")
    return tuple(found[entity] for entity in sorted(found))
