"""Templates are compiled once, and kept for later processes."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import platformdirs
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from reports.whole import write_whole

_SEAL = hashlib.sha256().digest_size


class Compiled(BytecodeCache):
    """Of one environment: ``name``, and ``module``, the file that makes it.

    Jinja asks what is kept for the template's text alone; the seal in front is of the code it was compiled with, too.
    A file that cannot be used, or not be written, costs the time to compile and nothing else.
    """

    def __init__(self, name: str, module: str) -> None:
        self._name = name
        self._module = module
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key not in self._known:
            with suppress(OSError):
                kept = self._path(bucket.key).read_bytes()
                seal, code = kept[:_SEAL], kept[_SEAL:]
                if seal == self._sealed(code):
                    self._known[bucket.key] = code
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        code = self._known[bucket.key] = bucket.bytecode_to_string()
        with suppress(OSError):
            path = self._path(bucket.key)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, (self._sealed(code), code))

    def _path(self, key: str) -> Path:
        return platformdirs.user_cache_path("handrail") / f"templates-{self._name}" / key

    def _sealed(self, code: bytes) -> bytes:
        return hashlib.sha256(self._with + code).digest()

    @cached_property
    def _with(self) -> bytes:
        return version("jinja2").encode() + Path(self._module).read_bytes()
