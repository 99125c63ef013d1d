"""Character recognition by Tesseract, where the City asks for it. Its program is no part of Handrail.

It runs under the limits of the process that asks, ends with it, and is handed a picture and nothing else.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

#: Seconds for one document and for one page of it.
SECONDS, PAGE_SECONDS = 120.0, 30.0
#: How Tesseract calls a language, or a language in a script: "fra", "chi_sim".
LANGUAGE = re.compile(r"[a-z]{3}(?:_[A-Za-z]{1,12}){0,2}")
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9
#: Of our environment, all that it is told: the rest may hold secrets.
_TOLD = ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "SYSTEMROOT")


class NoOcr(Exception):
    """Tesseract or one of its languages is missing. Says how to get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ocr:
    """Tesseract as it is here, and in which languages it reads."""

    program: str
    version: str
    languages: tuple[str, ...]


def find_ocr(languages: Sequence[str]) -> Ocr | None:
    """What reads these; None where none are asked for. Raises NoOcr."""
    if not languages:
        return None
    remedy = f"run: sudo apt-get install tesseract-ocr {' '.join(map(_package, languages))}"
    program = shutil.which("tesseract")
    if program is None:
        raise NoOcr(f"tesseract is not installed; {remedy}")
    version, known = installed(program)
    if not version:
        raise NoOcr(f"{program} does not start; {remedy}")
    if missing := [one for one in languages if one not in known]:
        raise NoOcr(f"tesseract has no {', '.join(missing)} here (but {', '.join(known) or 'nothing'}); {remedy}")
    return Ocr(program=program, version=version, languages=tuple(languages))


def _package(language: str) -> str:
    return f"tesseract-ocr-{language.replace('_', '-').lower()}"


@cache
def installed(program: str) -> tuple[str, tuple[str, ...]]:
    """Version and languages of this Tesseract; "" where it does not start."""
    version = re.search(r"^tesseract v?(\d\S*)", _asked(program, "--version"), re.MULTILINE)
    languages = {line for line in _asked(program, "--list-langs").splitlines() if LANGUAGE.fullmatch(line)}
    return (version[1] if version else ""), tuple(sorted(languages - {"osd", "equ"}))


def _asked(program: str, question: str) -> str:
    try:
        answer = subprocess.run([program, question], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return "" if answer.returncode else f"{answer.stdout}\n{answer.stderr}"


def recognized(picture: bytes, dpi: int, ocr: Ocr, seconds: float) -> str:
    """Tesseract's table of the words in a picture (PNM). Raises SubprocessError, OSError."""
    # Page segmentation 1 also finds how the picture is turned.
    asked = ["stdin", "stdout", "-l", "+".join(ocr.languages), "--psm", "1", "--dpi", str(dpi)]
    answer = subprocess.run(
        [ocr.program, *asked, "-c", "tessedit_create_tsv=1"],
        input=picture,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _TOLD if name in os.environ} | {"OMP_THREAD_LIMIT": "1"},
        timeout=seconds,
        check=True,
        preexec_fn=_ends_with_us(seconds),
    )
    return answer.stdout.decode("utf-8", "replace")


def _ends_with_us(seconds: float) -> Callable[[], None] | None:
    """What the child does first: it is killed with its parent, and its work has an end where that cannot be had."""
    if os.name != "posix":
        return None
    import resource

    parent, most = os.getpid(), int(seconds) + 5
    prctl = getattr(ctypes.CDLL(None), "prctl", None)

    def begin() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # it was killed meanwhile
                os._exit(1)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (most, most))

    return begin
