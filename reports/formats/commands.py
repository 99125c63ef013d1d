"""A gate as lines that CI platforms read from a job's output: GitHub's workflow commands, Azure's logging commands.

GitHub shows ten errors, ten warnings and ten notices of a step: what keeps the gate shut comes first, then the rest,
then a notice for each site that counts all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reports.formats import gate_said as say
from reports.gate_model import GateDecision, GateIssue
from reports.text import Words

SUFFIX = ".log"
MOST = 10
Line = Callable[[str, str, str, str], str]  # level, title, message, file


def github(decision: GateDecision, words: Words) -> str:
    """``::error title=…::message`` and the like."""
    return "".join(_lines(decision, words, _github))


def azure(decision: GateDecision, words: Words) -> str:
    """``##vso[task.logissue type=error]message`` and the like."""
    return "".join(_lines(decision, words, _azure))


def _lines(decision: GateDecision, words: Words, line: Line) -> Iterator[str]:
    sites = decision.sites
    incomplete = [site for site in sites if site.verdict == "incomplete"]
    for site in incomplete[:MOST]:
        yield line("error", say.headline(site, words), " ".join(map(words.reason, site.reasons)), "")
    broken = [issue for site in sites for issue in site.broken]
    for issue in broken[: max(0, MOST - len(incomplete))]:
        yield line("error", _title(issue, words), _message(issue, words), issue.file)
    allowed = [issue for site in sites for issue in say.allowed(site)]
    for issue in allowed[:MOST]:
        yield line("warning", _title(issue, words), _message(issue, words), issue.file)
    for site in sites:
        summary = [say.asked(one, words) for one in site.requirements if not one.met]
        yield line("notice", say.headline(site, words), " ".join([*summary, *say.counts(site, words)]), "")


def _title(issue: GateIssue, words: Words) -> str:
    severity = say.severity(issue.severity, words, exposure=issue.exposure)
    return f"{words.plain(f'gate.change.{issue.change}')}, {severity}: {say.title(issue, words)}"


def _message(issue: GateIssue, words: Words) -> str:
    told = [say.where(issue, words), *issue.pages[:3]]
    told += [place.selector for place in issue.shown[:1]]
    return "\n".join([*told, say.repair(issue, words), *filter(None, [say.again(issue, words)])])


def _github(level: str, title: str, message: str, file: str) -> str:
    where = f"file={_property(file)}," if file else ""
    return f"::{level} {where}title={_property(title)}::{_data(message or title)}\n"


def _data(text: str) -> str:
    """As GitHub's toolkit escapes it: a page cannot begin a command of its own."""
    return text.replace("##", "# #").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _azure(level: str, title: str, message: str, file: str) -> str:
    where = f"sourcepath={_azure_property(file)};" if file else ""
    told = " ".join(f"{title}. {message}".split())
    if level == "notice":
        return f"{_azure_data(told)}\n"
    return f"##vso[task.logissue {where}type={level}]{_azure_data(told)}\n"


def _azure_data(text: str) -> str:
    """One line; a command begins with ``##``, so a page's text cannot."""
    return text.replace("%", "%AZP25").replace("##", "# #")


def _azure_property(text: str) -> str:
    return _azure_data(text).replace(";", "%3B").replace("]", "%5D").replace("\r", "%0D").replace("\n", "%0A")
