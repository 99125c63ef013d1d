"""``handrail doctor``: what is missing, and the exact command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from handrail import __version__
from handrail.cli import FAILED, OK, app

#: What lets accounts that are not root make user namespaces: Ubuntu's setting, and Debian's.
_NAMESPACES = {"kernel.apparmor_restrict_unprivileged_userns": "0", "kernel.unprivileged_userns_clone": "1"}


class Sign(NamedTuple):
    """One thing looked at. ``mend`` is a command, or "" when all is well."""

    name: str
    found: str
    mend: str = ""


@app.command()
def doctor(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Also look at what the sites of this configuration need.")
    ] = None,
) -> None:
    """Look at everything an audit needs. Exit 0 when it can run, 4 when something is missing."""
    missing = 0
    looks = (_python, _packages, _names, _vendor, _browser, _fonts, _ocr, _key, _evidence, _disk)
    for sign in chain(*(look() for look in looks), _sites(config) if config else ()):
        mark = "missing" if sign.mend else "ok"
        missing += bool(sign.mend)
        typer.echo(f"{mark:<8} {sign.name:<16} {sign.found}")
        if sign.mend:
            typer.echo(f"{'':<8} mend it with:    {sign.mend}")
    typer.echo("Ready." if not missing else f"Not ready: {missing} missing.")
    raise typer.Exit(FAILED if missing else OK)


def _python() -> Iterator[Sign]:
    good = sys.version_info >= (3, 11)
    yield Sign("Python", platform.python_version(), "" if good else "install Python 3.11 or newer")
    yield Sign("Handrail", __version__)


def _packages() -> Iterator[Sign]:
    for name in ("scrapy", "playwright", "axe-selenium-python", "beautifulsoup4", "presidio-analyzer", "sqlalchemy"):
        try:
            yield Sign(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Sign(name, "not installed", f"{sys.executable} -m pip install {name}")


def _names() -> Iterator[Sign]:
    """Another distribution that brings a package called crawler, audits or reports would shadow ours."""
    owners = metadata.packages_distributions()
    for name in ("crawler", "audits", "reports"):
        others = sorted(set(owners.get(name, ())) - {"handrail"})
        if others:
            yield Sign(
                f"package {name}",
                f"also brought by {', '.join(others)}",
                f"{sys.executable} -m pip uninstall {others[0]}",
            )


def _vendor() -> Iterator[Sign]:
    from handrail.wiring import axe_source, axe_version

    try:
        yield Sign("axe-core", axe_version(axe_source()))
    except FileNotFoundError:
        yield Sign("axe-core", "the script is missing", "make setup   (in a checkout), or: pipx reinstall handrail")


def _browser() -> Iterator[Sign]:
    from crawler.browser.find import BrowserMissing, find_browser

    debian = "sudo apt-get install chromium-headless-shell"
    mend = debian if shutil.which("apt-get") else f"{sys.executable} -m playwright install chromium"
    if os.environ.get("HANDRAIL_BROWSER"):
        mend = "unset HANDRAIL_BROWSER   (or name a browser that is there)"
    try:
        path = find_browser(bundled=_bundled())
    except BrowserMissing as exc:
        yield Sign("browser", str(exc).partition(". ")[0], mend)
        return
    try:
        answer = subprocess.run(
            [path, "--version", "--no-sandbox"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        yield Sign("browser", f"{path} does not start", mend)
        return
    said = answer.stdout.strip().splitlines()
    if answer.returncode or not said:
        yield Sign("browser", f"{path} does not start (exit code {answer.returncode})", mend)
        return
    yield Sign("browser", f"{said[0]} ({path})")
    yield _sandbox(path)


def _bundled() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return str(playwright.chromium.executable_path)


def _sandbox(path: str) -> Sign:
    """Some systems forbid Chromium the user namespaces that it is made of: then no page can be shown."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Sign("sandbox", "off: running as root; prefer an account of its own")
    with tempfile.TemporaryDirectory(prefix="handrail-doctor-", ignore_cleanup_errors=True) as folder:
        command = [path, "--headless", "--disable-gpu", f"--user-data-dir={folder}", "--dump-dom", "about:blank"]
        try:
            shown = subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            shown = False
    return Sign("sandbox", "on") if shown else Sign("sandbox", "the browser cannot make it", _namespaces())


def _namespaces(settings: Path = Path("/proc/sys")) -> str:
    """What to do about it."""
    for name, good in _NAMESPACES.items():
        file = settings / name.replace(".", "/")
        if file.is_file() and file.read_text().strip() != good:
            return f"sudo sysctl {name}={good}"
    return "in a container: --security-opt seccomp=deploy/container/seccomp.json   (docs/deployment.md)"


def _fonts() -> Iterator[Sign]:
    """Without a font no text has a size, and contrast and target size are not what visitors get."""
    from handrail.wiring import font_families

    families = font_families()
    if families:
        yield Sign("fonts", f"{len(families)} families: {', '.join(families)[:60]}")
    elif shutil.which("fc-list"):
        yield Sign("fonts", "none installed", "sudo apt-get install fonts-liberation fonts-dejavu-core")
    else:
        yield Sign("fonts", "not known: fc-list is not installed (fontconfig)")


def _ocr() -> Iterator[Sign]:
    """It is asked for by few: that it is missing is told, and nothing has to be mended."""
    from crawler.ocr import installed

    program = shutil.which("tesseract")
    version, languages = installed(program) if program else ("", ())
    missing = "does not start" if program else "not installed: pictures of text in documents are not read ([ocr])"
    yield Sign("Tesseract", f"{version}: {', '.join(languages) or 'no language'}" if version else missing)


def _key() -> Iterator[Sign]:
    from audits.privacy.keys import key_id
    from handrail.cli.audit import DEFAULT_OUT
    from handrail.keys import BadKey, check_apart, is_in_environment, key_path, load_keys

    path = key_path()
    if is_in_environment():
        source = "from HANDRAIL_KEY"
    elif path.exists():
        source = f"{path}, mode {stat.S_IMODE(path.stat().st_mode):o}"
    else:
        yield Sign("key", f"made at the first audit: {path}")
        return
    try:
        keys = load_keys()
        if not is_in_environment():
            check_apart(path, DEFAULT_OUT)
    except BadKey as exc:
        found, _, mend = str(exc).rpartition("; ")
        yield Sign("key", found, mend.removeprefix("run: ").removeprefix("make one with: "))
        return
    earlier = ", ".join(key_id(one) for one in keys.earlier)
    yield Sign("key", f"{key_id(keys.secret)}, {source}{f'; still valid: {earlier}' if earlier else ''}")


def _evidence() -> Iterator[Sign]:
    """Where pictures go, if not beside the reports. Looking writes one small object there, as an audit does."""
    from handrail.cli.audit import DEFAULT_OUT
    from handrail.config import ConfigError
    from handrail.evidence import VARIABLE, EvidenceError, kept
    from handrail.runs import Place

    if not os.environ.get(VARIABLE):
        return
    try:
        pictures = kept(Place(out=DEFAULT_OUT))
        pictures.check()
    except (ConfigError, EvidenceError) as exc:
        found, _, mend = str(exc).rpartition("; ")
        yield Sign("pictures", found, mend)
        return
    yield Sign("pictures", f"go to {pictures}")


def _disk() -> Iterator[Sign]:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    yield Sign("disk here", f"{free:.1f} GB free", "" if free > 0.5 else "make room: an audit needs about 1 GB")


def _sites(config: Path) -> Iterator[Sign]:
    """How each site is reached, without the secrets."""
    from handrail.config import ConfigError, load_policy
    from handrail.network import ca_files, networks

    policy = load_policy(config)
    for key, site in policy.sites.items():
        try:
            network = networks(policy, (key,))[key]
        except ConfigError as exc:
            yield Sign(f"site {key}", str(exc).partition(": ")[2], f"set what is missing, or correct {config}")
            continue
        told = [
            f"through {network.proxy.server}" if network.proxy else "directly",
            f"authorities of {network.ca_file}" if network.ca_file else "",
            f"{len(network.client_certificates)} client certificates" if network.client_certificates else "",
            f"headers {', '.join(site.network.headers)}" if site.network.headers else "",
            f"sign-in {site.auth}" if site.auth else "",
        ]
        yield Sign(f"site {key}", "; ".join(one for one in told if one))
    if policy.ocr.languages:
        yield _asked_for(policy.ocr.languages)
    if ca_files(policy, policy.sites) and sys.platform.startswith("linux"):
        found = shutil.which("certutil")
        yield Sign("certutil", found or "not installed", "" if found else "sudo apt-get install libnss3-tools")


def _asked_for(languages: Sequence[str]) -> Sign:
    from crawler.ocr import NoOcr, find_ocr

    try:
        find_ocr(languages)
    except NoOcr as exc:
        found, _, mend = str(exc).rpartition("; ")
        return Sign("[ocr]", found, mend.removeprefix("run: "))
    return Sign("[ocr]", ", ".join(languages))
