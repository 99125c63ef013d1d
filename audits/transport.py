"""What an answer's headers say of security, in a few words: what is judged of them, and nothing else that they hold.

Names: ``hsts`` (seconds), ``csp`` ("strict", "inline", "anywhere", "open", "reported"), ``referrer`` (the policy),
``nosniff``, ``framing`` ("closed", "any", "unread"), ``upgrade``. A header that was not sent has no name.
Sources: RFC 6797; CSP Level 3; Referrer Policy; WHATWG HTML, X-Frame-Options.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from audits.model import Kept, Transport

#: What headers say that no browser understands.
UNREAD = "unread"
#: The headers that are read.
READ = (
    "strict-transport-security",
    "content-security-policy",
    "content-security-policy-report-only",
    "referrer-policy",
    "x-content-type-options",
    "x-frame-options",
)
_REFERRERS = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "same-origin",
        "origin",
        "strict-origin",
        "origin-when-cross-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)
#: Words of <meta name="referrer"> that browsers still know.
_OLD_REFERRERS = {
    "never": "no-referrer",
    "default": "strict-origin-when-cross-origin",
    "always": "unsafe-url",
    "origin-when-crossorigin": "origin-when-cross-origin",
}
_MAX_AGE = re.compile(r'max-age\s*=\s*"?(\d{1,15})"?', re.IGNORECASE)
_SEALING = re.compile(r"'(?:nonce-|sha(?:256|384|512)-)", re.IGNORECASE)
#: Sources that stand for any host there is.
_ANYBODY = frozenset({"*", "http:", "https:", "data:", "http://*", "https://*"})
#: From the tightest: where a page has several policies, a browser keeps all of them.
_TIGHT = ("strict", "inline", "anywhere", "open")
#: Files whose address names their version: what they hold is known beforehand.
_VERSION = re.compile(r"(?:^|[/@._-])v?\d{1,3}\.\d{1,4}(?:\.\d{1,6})?(?:[/._@-]|$)|[._-][0-9a-f]{8,64}\.(?:m?js|css)$")
MOST_UNSEALED = 20


class Known(NamedTuple):
    """What the name of a cookie is known for. ``name`` is without what differs from visit to visit."""

    name: str
    purpose: str = ""
    service: str = ""


def headers_of(sent: Mapping[str, str]) -> dict[str, str]:
    """By lower-case names of headers, their values joined by commas."""
    said: dict[str, str] = {}
    if (value := sent.get("strict-transport-security")) is not None:
        said["hsts"] = _seconds(value.partition(",")[0])
    framing = ""
    if (value := sent.get("content-security-policy")) is not None:
        policies = _policies(value)
        said["csp"] = _scripts(policies)
        framing = _framing(policies)
        if any("upgrade-insecure-requests" in policy for policy in policies):
            said["upgrade"] = "yes"
    elif "content-security-policy-report-only" in sent:
        said["csp"] = "reported"
    if not framing and (value := sent.get("x-frame-options")) is not None:
        words = {one.strip().lower() for one in value.split(",")}
        framing = "closed" if words & {"deny", "sameorigin"} else UNREAD
    if framing:
        said["framing"] = framing
    if (value := sent.get("referrer-policy")) is not None:
        said["referrer"] = _referrer(value.split(","))
    if (value := sent.get("x-content-type-options")) is not None:
        said["nosniff"] = "yes" if value.partition(",")[0].strip().lower() == "nosniff" else UNREAD
    return said


def metas_of(metas: Mapping[str, Any]) -> dict[str, str]:
    """The same of what stands in the page; frames and reports cannot be spoken of there."""
    said: dict[str, str] = {}
    policies = [policy for one in metas.get("csp") or () for policy in _policies(str(one))]
    if policies:
        said["csp"] = _scripts(policies)
        if any("upgrade-insecure-requests" in policy for policy in policies):
            said["upgrade"] = "yes"
    if word := str(metas.get("referrer") or "").strip().lower():
        known = _OLD_REFERRERS.get(word, word)
        if known in _REFERRERS:
            said["referrer"] = known
    return said


def tightest(*policies: str) -> str:
    """Of what headers and page say of scripts, what holds; "" where neither says anything."""
    said = [one for one in policies if one in _TIGHT]
    return min(said, key=_TIGHT.index) if said else next((one for one in policies if one), "")


def updated(earlier: Transport, now: Transport) -> Transport:
    """What is known of a page that is carried, with the headers that came in this run."""
    headers = now.headers if now.whole else {**earlier.headers, **now.headers}
    return replace(earlier, headers=headers)


def transport_of(
    artifact: Mapping[str, Any],
    *,
    ours: Callable[[str], bool],
    redact: Callable[[str], str],
    known: Callable[[str, str], Known] = lambda name, host: Known(name),
) -> Transport:
    """What checks across pages need of it.

    ``ours``: whether a host is the City's. ``known`` says what the name of a cookie is known for, by name and host.
    """
    unsealed: dict[str, None] = {}
    for one in artifact.get("foreign") or ():
        host, path = str(one["host"]).lower(), str(one["path"])
        if not ours(host) and _VERSION.search(path) and len(unsealed) < MOST_UNSEALED:
            unsealed[f"{host} {redact(path.rpartition('/')[2])[:80]}"] = None
    return Transport(
        headers=dict(artifact.get("headers") or {}),
        metas=metas_of(artifact.get("metas") or {}),
        unsealed=tuple(unsealed),
        kept=None if (kept := artifact.get("kept")) is None else tuple(_kept(kept, ours, redact, known)),
        offers=tuple(artifact.get("offers") or ()),
        answers={
            answer: tuple(_kept(after, ours, redact, known))
            for answer, after in (artifact.get("answers") or {}).items()
        },
    )


def _kept(
    seen: Iterable[Mapping[str, Any]],
    ours: Callable[[str], bool],
    redact: Callable[[str], str],
    known: Callable[[str, str], Known],
) -> Iterator[Kept]:
    for one in seen:
        host = str(one["host"]).lower()
        means = known(str(one["name"]), host)
        yield Kept(
            **dict(one)
            | {
                "name": redact(means.name)[:60],
                "host": host,
                "own": ours(host),
                "purpose": means.purpose,
                "service": means.service,
                "by": redact(str(one["by"])),
            }
        )


def _seconds(value: str) -> str:
    ages = (found[1] for one in value.split(";") if (found := _MAX_AGE.fullmatch(one.strip())))
    return next((str(int(age)) for age in ages), UNREAD)


def _policies(value: str) -> list[dict[str, list[str]]]:
    """Each policy as its directives; the first of two alike counts."""
    found = []
    for policy in value.split(","):
        directives: dict[str, list[str]] = {}
        for one in policy.split(";"):
            if words := one.lower().split():
                directives.setdefault(words[0], words[1:])
        if directives:
            found.append(directives)
    return found


def _scripts(policies: Iterable[Mapping[str, list[str]]]) -> str:
    """Whether a script that somebody smuggled into the page would run."""
    told = []
    for policy in policies:
        sources = next((policy[one] for one in ("script-src-elem", "script-src", "default-src") if one in policy), None)
        if sources is None:
            told.append("open")
        elif "'strict-dynamic'" in sources or any(map(_SEALING.match, sources)):
            # Whoever knows nonces or digests does not heed 'unsafe-inline', and beside 'strict-dynamic' no host either.
            told.append("anywhere" if "'strict-dynamic'" not in sources and _ANYBODY & {*sources} else "strict")
        elif "'unsafe-inline'" in sources:
            told.append("inline")
        else:
            told.append("anywhere" if _ANYBODY & {*sources} else "strict")
    return tightest(*told) or "open"


def _framing(policies: Iterable[Mapping[str, list[str]]]) -> str:
    told = [policy["frame-ancestors"] for policy in policies if "frame-ancestors" in policy]
    if not told:
        return ""
    return "any" if all(_ANYBODY & {*sources} for sources in told) else "closed"


def _referrer(words: Iterable[str]) -> str:
    """The last word that browsers know: those before it are for older ones."""
    known = [word for one in words if (word := one.strip().lower()) in _REFERRERS]
    return known[-1] if known else UNREAD
