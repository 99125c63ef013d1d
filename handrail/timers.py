"""What starts ``handrail schedule run`` at its times: units of systemd, or lines of a crontab.

Only what bears the mark of its configuration is ever changed or removed.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from handrail.schedule import When
from reports.whole import write_whole

SYSTEM_UNITS = Path("/etc/systemd/system")

#: Chromium makes its own sandbox: what forbids it user, process and network namespaces, or memory that is both written
#: and run, would break it.
_HARDENING = """\
NoNewPrivileges=true
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths={out}
PrivateTmp=true
PrivateDevices=true
ProtectClock=true
ProtectControlGroups=true
ProtectHostname=true
ProtectKernelLogs=true
ProtectKernelModules=true
ProtectKernelTunables=true
ProtectProc=invisible
RemoveIPC=true
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=user pid net
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
SystemCallArchitectures=native
CacheDirectory=handrail
Environment=XDG_CACHE_HOME=%C/handrail
"""
#: What a user's own manager can do without privileges.
_HARDENING_USER = """\
NoNewPrivileges=true
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
"""


class NotOurs(Exception):
    """Something else is where a timer would go; the message says what and where."""


class Refused(Exception):
    """systemctl or crontab did not do what it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the timers start. Paths are absolute."""

    config: Path
    out: Path
    program: Sequence[str]
    secrets: Path
    zone: ZoneInfo
    sites: Mapping[str, When]
    year: int
    run_as: str = ""  # of systemd's system manager

    def command(self, *keys: str) -> list[str]:
        """The call for these sites; none = all."""
        return [
            *self.program, "schedule", "run", *keys, "--config", f"{self.config}", "--out", f"{self.out}", "--quiet",
        ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was done to one unit, or would be. ``what``: "written", "unchanged", "removed"."""

    what: str
    path: Path


# systemd


def units(setup: Setup, *, user: bool) -> dict[str, str]:
    """Name -> text, a service and a timer for each site."""
    found = {}
    for key, when in setup.sites.items():
        found[f"handrail-{key}.service"] = _service(setup, key, user=user)
        calendar = "\n".join(f"OnCalendar={one}" for one in when.calendar(setup.zone, setup.year))
        found[f"handrail-{key}.timer"] = (
            f"{_mark(setup.config)}\n[Unit]\nDescription=When Handrail audits {key}\n\n"
            f"[Timer]\n{calendar}\nPersistent=true\nRandomizedDelaySec=10min\nAccuracySec=1min\n\n"
            "[Install]\nWantedBy=timers.target\n"
        )
    return found


def _service(setup: Setup, key: str, *, user: bool) -> str:
    hardening = _HARDENING_USER if user else _HARDENING.format(out=_quoted(f"-{setup.out}"))
    network = "" if user else "Wants=network-online.target\nAfter=network-online.target\n"
    run_as = f"User={setup.run_as}\n" if setup.run_as and not user else ""
    return (
        f"{_mark(setup.config)}\n[Unit]\nDescription=Handrail audits {key}\n{network}\n"
        f"[Service]\nType=oneshot\n{run_as}"
        f"ExecStart={' '.join(_quoted(word) for word in setup.command(key))}\n"
        f"WorkingDirectory={_escaped(str(setup.config.parent))}\n"
        f"EnvironmentFile=-{_escaped(str(setup.secrets))}\n"
        # Somebody else audits the site: no failure.
        "SuccessExitStatus=75\nTimeoutStartSec=infinity\nTimeoutStopSec=2min\nKillMode=mixed\nNice=10\nUMask=0077\n"
        f"{hardening}"
    )


def install_units(setup: Setup, folder: Path, *, user: bool, dry_run: bool) -> list[Change]:
    """Write what is new, remove what is ours and wanted no more, start the timers. Raises NotOurs, Refused, OSError."""
    wanted = units(setup, user=user)
    for name in wanted:
        if (folder / name).exists() and not _is_ours(folder / name, setup.config):
            raise NotOurs(
                f"{folder / name} is there and was not made for {setup.config}; move it away, or rename the site"
            )
    changes = []
    for name, text in wanted.items():
        path = folder / name
        same = path.is_file() and path.read_text("utf-8") == text
        changes.append(Change(what="unchanged" if same else "written", path=path))
        if not same and not dry_run:
            _write(path, text)
    stale = [path for path in _ours(folder, setup.config) if path.name not in wanted]
    changes += _removed(stale, user=user, dry_run=dry_run)
    if not dry_run:
        if any(change.what != "unchanged" for change in changes):
            _systemctl(user, "daemon-reload")
        if timers := [name for name in wanted if name.endswith(".timer")]:
            _systemctl(user, "enable", "--now", *timers)
    return changes


def remove_units(config: Path, folder: Path, *, user: bool, dry_run: bool) -> list[Change]:
    """Stop and remove what is ours. Raises Refused, OSError."""
    changes = _removed(list(_ours(folder, config)), user=user, dry_run=dry_run)
    if changes and not dry_run:
        _systemctl(user, "daemon-reload")
    return changes


def _removed(paths: Sequence[Path], *, user: bool, dry_run: bool) -> list[Change]:
    timers = [path.name for path in paths if path.suffix == ".timer"]
    if timers and not dry_run:
        _systemctl(user, "disable", "--now", *timers)
    for path in paths if not dry_run else ():
        path.unlink()
    return [Change(what="removed", path=path) for path in paths]


def _mark(config: Path) -> str:
    return f"# Made by 'handrail schedule install' for {config}: changes are overwritten"


def _ours(folder: Path, config: Path) -> Iterator[Path]:
    for pattern in ("handrail-*.service", "handrail-*.timer"):
        yield from (path for path in sorted(folder.glob(pattern)) if _is_ours(path, config))


def _is_ours(path: Path, config: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as lines:
        return lines.readline().rstrip("\n") == _mark(config)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text, 0o644)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(word: str) -> str:
    text = _escaped(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return (
        f'"{text}"' if text != word or not text.replace("/", "").replace("-", "").replace(".", "").isalnum() else text
    )


def _systemctl(user: bool, *arguments: str) -> None:
    command = ["systemctl", *(["--user"] if user else []), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Refused(f"systemctl is not here; when systemd is there, call: {shlex.join(command)}") from None
    if done.returncode:
        raise Refused(f"{shlex.join(command)}: {done.stderr.strip() or f'exit code {done.returncode}'}")


# cron


def lines(setup: Setup, *, same_clock: bool) -> list[str]:
    """What stands in the crontab, its first and last line the mark.

    Where the machine's clock is not the City's, a call every quarter of an hour asks what is due.
    """
    found = [_begin(setup.config)]
    for n, (key, when) in enumerate(setup.sites.items()):
        at = when.cron() if same_clock else f"{','.join(str(n % 15 + quarter) for quarter in (0, 15, 30, 45))} * * * *"
        found.append(f"{at} {_shell(setup, key)}")
    # cron forgets what it missed while the machine was off.
    found.append(f"@reboot sleep 300; {_shell(setup)}")
    return [*found, _end(setup.config)]


def _shell(setup: Setup, *keys: str) -> str:
    secrets = shlex.quote(str(setup.secrets))
    said = (
        f"cd {shlex.quote(str(setup.config.parent))} && if [ -r {secrets} ]; then set -a; . {secrets}; set +a; fi; "
        f"{shlex.join(setup.command(*keys))}"
    )
    return said.replace("%", "\\%")  # else the end of a line to cron


def same_clock(zone: ZoneInfo, now: datetime) -> bool:
    """Whether this machine's clock shows the City's time, all year."""
    moments = [now + timedelta(days=30 * n) for n in range(13)]
    return all(
        datetime.fromtimestamp(at.timestamp()).astimezone().utcoffset() == at.astimezone(zone).utcoffset()
        for at in moments
    )


def install_lines(config: Path, block: Sequence[str], *, dry_run: bool) -> str:
    """Put the block into the crontab in place of the one before; none = take it out. "written", "unchanged", "removed".

    Raises NotOurs, Refused.
    """
    before = _crontab()
    after = _replaced(before, config, block)
    if before == after:
        return "unchanged"
    if not dry_run:
        _run_crontab(["crontab", "-"], "".join(after))
    return "written" if block else "removed"


def _replaced(crontab: list[str], config: Path, block: Sequence[str]) -> list[str]:
    begins = [n for n, line in enumerate(crontab) if line.rstrip("\n") == _begin(config)]
    ends = [n for n, line in enumerate(crontab) if line.rstrip("\n") == _end(config)]
    new = [f"{line}\n" for line in block]
    if not begins and not ends:
        if new and crontab and not crontab[-1].endswith("\n"):
            return [*crontab[:-1], f"{crontab[-1]}\n", *new]
        return crontab + new
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise NotOurs(f"the crontab holds half of what was written for {config}; take it out by hand (crontab -e)")
    return crontab[: begins[0]] + new + crontab[ends[0] + 1 :]


def _begin(config: Path) -> str:
    return f"# BEGIN handrail {config} (made by 'handrail schedule install': changes are overwritten)"


def _end(config: Path) -> str:
    return f"# END handrail {config}"


def _crontab() -> list[str]:
    try:
        done = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Refused("crontab is not here; install cron, or take --systemd") from None
    if done.returncode and "no crontab" not in done.stderr.lower():
        raise Refused(f"crontab -l: {done.stderr.strip() or f'exit code {done.returncode}'}")
    return done.stdout.splitlines(keepends=True) if not done.returncode else []


def _run_crontab(command: Sequence[str], text: str) -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{shlex.join(command)}: {done.stderr.strip() or f'exit code {done.returncode}'}")
