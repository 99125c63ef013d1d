"""Give every text that repeats one row, and turn outcomes into rows that refer to them.

Interned rows are written before the page that needs them, in a transaction of their own: a row that nothing refers to
does no harm, and what is known to be committed can be remembered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import blake2b
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select, update

from audits.fingerprint import fingerprint as fingerprint_of
from audits.fingerprint import issue_fingerprint
from audits.model import Exposure, Finding, Impact, Kind, Outcome, Rule, Verdict
from reports.store import schema
from reports.store.database import Database

T = TypeVar("T")
Rows = list[dict[str, Any]]

_REMEMBERED = 50_000
_LETTER = {Kind.ACCESSIBILITY: "A", Kind.EXPOSURE: "E", Kind.PRIVACY: "P"}
_KIND_BY_PREFIX = {"pii": Kind.EXPOSURE, "privacy": Kind.PRIVACY}
#: Verdicts that need no row of their own: pages built alike share one text with all of them.
PLAIN = (Verdict.PASS, Verdict.INAPPLICABLE, Verdict.FAIL, Verdict.REVIEW)
#: Which verdict a page has when a rule was tried on it more than once.
_WORST = (Verdict.FAIL, Verdict.REVIEW, Verdict.ERROR, Verdict.NOT_RUN, Verdict.PASS, Verdict.INAPPLICABLE)


def chunks(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Stay under the number of parameters that a statement may have."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class Interning:
    """Find or make the ids of phrases, rules, parts, issues, values, places and markup."""

    def __init__(self, database: Database, rules: Mapping[str, Rule], key_id: str) -> None:
        self._db = database
        self._known_rules = rules
        self._key_id = key_id
        self._values: dict[str, tuple[int, str]] = {}
        self._ids: dict[tuple[str, Any], int] = {}

    def phrase(self, body: str) -> int:
        """The id of one text."""
        return self._phrases({body})[body]

    def assets(self, rows: Iterable[Mapping[str, Any]]) -> Sequence[int]:
        """The ids of files as pages got them; their digests are keyed by whoever makes the rows."""
        return list(self._intern(schema.asset, ("digest",), rows).values())

    def judged(self, site_key: str, outcomes: Iterable[Outcome]) -> tuple[Rows, Rows, int | None]:
        """What a page's outcomes become: rows of ``outcome``, a row of ``found``, and the id of the verdicts."""
        by_rule: dict[str, list[Outcome]] = {}
        for one in outcomes:
            by_rule.setdefault(one.rule, []).append(one)
        if not by_rule:
            return [], [], None
        ends = {name: min(tried, key=lambda one: _WORST.index(one.verdict)) for name, tried in by_rule.items()}
        found = [
            finding
            for tried in by_rule.values()
            for one in tried
            for finding in one.findings
            if finding.verdict in (Verdict.FAIL, Verdict.REVIEW)
        ]
        rules = self._rules({(end.rule, end.engine) for end in ends.values()} | {(f.rule, f.engine) for f in found})
        loud: Rows = []
        plain: dict[str, list[int]] = {verdict.value: [] for verdict in PLAIN}
        for name, end in ends.items():
            rule_id = rules[end.rule, end.engine]
            reason = next((one.reason or "unknown" for one in by_rule[name] if one.not_seen), None)
            if end.verdict in (Verdict.PASS, Verdict.INAPPLICABLE) or (end.verdict in PLAIN and reason is None):
                plain[end.verdict.value].append(rule_id)
            else:
                loud.append({"rule_id": rule_id, "verdict": end.verdict.value, "reason": reason})
        for ids in plain.values():
            ids.sort()
        findings = self._findings(site_key, found, rules)
        rows = [{"start": 0, "body": _json(findings)}] if findings else []
        return loud, rows, self.phrase(_json(plain))

    def layouts(self, bodies: Sequence[bytes]) -> list[int]:
        """The ids of parts as checks across pages see them, in the order given."""
        rows = {body: {"digest": blake2b(body, digest_size=16).digest(), "body": body} for body in bodies}
        ids = self._intern(schema.layout, ("digest",), rows.values())
        return [ids[(rows[body]["digest"],)] for body in bodies]

    def across(self, site_key: str, outcomes: Sequence[Outcome]) -> tuple[Rows, Rows]:
        """What outcomes of a site become: rows of ``across``, and rows of ``found`` in the order of the findings."""
        found = [finding for one in outcomes for finding in one.findings]
        rules = self._rules({(one.rule, one.engine) for one in outcomes} | {(one.rule, one.engine) for one in found})
        rows = [
            {"rule_id": rules[one.rule, one.engine], "verdict": one.verdict.value, "reason": one.reason or None}
            for one in outcomes
        ]
        each = self._findings(site_key, found, rules)
        return rows, [{"start": schema.FIRST_ACROSS + n, "body": _json([one])} for n, one in enumerate(each)]

    def _findings(
        self, site_key: str, found: Sequence[Finding], rules: Mapping[tuple[str, ...], int]
    ) -> list[list[int | str]]:
        """As ``found`` holds them."""
        places = self._places(site_key, found, rules)
        snippets = self._snippets({finding.snippet for finding in found})
        return [
            [place, snippets[one.snippet], *([one.evidence] if one.evidence else [])]
            for one, place in zip(found, places, strict=True)
        ]

    def _snippets(self, bodies: Iterable[str]) -> dict[str, int]:
        rows = {body: {"digest": text_digest(body, 12), "body": body} for body in bodies}
        ids = self._intern(schema.snippet, ("digest",), rows.values())
        return {body: ids[(row["digest"],)] for body, row in rows.items()}

    def _phrases(self, bodies: Iterable[str]) -> dict[str, int]:
        rows = {body: {"digest": text_digest(body), "body": body} for body in bodies}
        ids = self._intern(schema.phrase, ("digest",), rows.values())
        return {body: ids[(row["digest"],)] for body, row in rows.items()}

    def _rules(self, named: Iterable[tuple[str, str]]) -> dict[tuple[str, ...], int]:
        return self._intern(schema.rule, ("name", "engine"), [{"name": n, "engine": e} for n, e in named])

    def _issues(self, site_key: str, found: Iterable[Finding]) -> dict[str, int]:
        firsts = {issue_fingerprint(site_key, finding.rule, finding.part.key): finding for finding in found}
        parts = self._intern(
            schema.part, ("key", "name"), [{"key": f.part.key, "name": f.part.name} for f in firsts.values()]
        )
        rows = []
        for fingerprint, finding in firsts.items():
            kind = self._kind(finding)
            rows.append(
                {
                    "fingerprint": fingerprint,
                    "public_id": f"{_LETTER[kind]}-{_hex(fingerprint)}",
                    "site_key": site_key,
                    "rule": finding.rule,
                    "kind": kind.value,
                    "part_id": parts[finding.part.key, finding.part.name],
                }
            )
        return {key[0]: value for key, value in self._intern(schema.issue, ("fingerprint",), rows).items()}

    def _places(self, site_key: str, found: Sequence[Finding], rules: Mapping[tuple[str, ...], int]) -> list[int]:
        if not found:
            return []
        issues = self._issues(site_key, found)
        messages = self._phrases({finding.message for finding in found})
        values = self._known_values([finding.exposure for finding in found if finding.exposure])
        rows = []
        for finding in found:
            value_id = None
            if finding.exposure:
                value_id, first = values[finding.exposure.value_hmac]
                finding = _as_first_known(finding, first, site_key)
            row: dict[str, Any] = {
                "issue_id": issues[issue_fingerprint(site_key, finding.rule, finding.part.key)],
                "rule_id": rules[finding.rule, finding.engine],
                "verdict": finding.verdict.value,
                "impact": self._impact(finding).value,
                "selector": finding.selector,
                "message_id": messages[finding.message],
                "fingerprint": finding.fingerprint,
                "exposure": asdict(finding.exposure) if finding.exposure else None,
            }
            row |= {"state": finding.state} if finding.state else {}
            if finding.exposure:
                del row["exposure"]["earlier"]
                if not finding.exposure.unpictured:
                    del row["exposure"]["unpictured"]
            row["digest"] = text_digest(_json(row))
            if row["exposure"]:
                del row["exposure"]["value_hmac"]
            rows.append({"state": "", **row, "value_id": value_id})
        ids = self._intern(schema.place, ("digest",), rows)
        return [ids[(row["digest"],)] for row in rows]

    def _known_values(self, exposures: Iterable[Exposure]) -> Mapping[str, tuple[int, str]]:
        """By HMAC: the value's row, and the HMAC it was known by first. One of an earlier key is renewed."""
        wanted = {one.value_hmac: one.earlier for one in exposures}
        missing = {mac: wanted[mac] for mac in sorted(wanted.keys() - self._values.keys())}
        if missing:
            if len(self._values) > _REMEMBERED:
                self._values = {mac: known for mac, known in self._values.items() if mac in wanted}
            with self._db.read() as conn:
                found = _values(conn, [*missing])
            if found.keys() != missing.keys():
                found |= self._db.write(lambda conn: self._meet(conn, missing))
            self._values |= found
        return self._values

    def _meet(self, conn: Connection, missing: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, str]]:
        value = schema.value
        found = _values(conn, [*missing])
        new = {mac: earlier for mac, earlier in missing.items() if mac not in found}
        older = _values(conn, [mac for earlier in new.values() for mac in earlier])
        for mac, earlier in new.items():
            if same := next((one for one in earlier if one in older), None):
                this = (value.c.id == older[same][0], value.c.hmac == same)
                conn.execute(update(value).where(*this).values(hmac=mac, key=self._key_id))
        rows = [{"hmac": mac, "key": self._key_id, "first": mac} for mac in new]
        self._db.insert_new(conn, value, rows)
        return _values(conn, [*missing])

    def _kind(self, finding: Finding) -> Kind:
        if finding.exposure is not None:
            return Kind.EXPOSURE
        if finding.rule in self._known_rules:
            return self._known_rules[finding.rule].kind
        return _KIND_BY_PREFIX.get(finding.rule.partition("/")[0], Kind.ACCESSIBILITY)

    def _impact(self, finding: Finding) -> Impact:
        if finding.impact is not None:
            return finding.impact
        rule = self._known_rules.get(finding.rule)
        return rule.impact if rule else Impact.MODERATE

    def _intern(
        self, table: Table, key: tuple[str, ...], rows: Iterable[Mapping[str, Any]]
    ) -> dict[tuple[Any, ...], int]:
        """Ids by key. One order for all writers: two that wait for each other's rows would wait for ever."""
        wanted = {tuple(row[name] for name in key): dict(row) for row in rows}
        known = {one: id_ for one in wanted if (id_ := self._ids.get((table.name, one))) is not None}
        missing = {one: wanted[one] for one in sorted(wanted.keys() - known.keys())}
        if missing:
            with self._db.read() as conn:
                fresh = _select(conn, table, key, missing)
            if fresh.keys() != missing.keys():
                new = {one: row for one, row in missing.items() if one not in fresh}
                fresh |= self._db.write(lambda conn: self._insert(conn, table, key, new))
            if len(self._ids) > _REMEMBERED:
                self._ids.clear()
            self._ids |= {(table.name, one): id_ for one, id_ in fresh.items()}
            known |= fresh
        return known

    def _insert(
        self, conn: Connection, table: Table, key: tuple[str, ...], rows: Mapping[tuple[Any, ...], dict[str, Any]]
    ) -> dict[tuple[Any, ...], int]:
        self._db.insert_new(conn, table, list(rows.values()))
        found = _select(conn, table, key, rows)
        while len(found) < len(rows):
            # Only an issue can be refused for another reason than being there: its short id is taken. Lengthen it.
            refused = [row for one, row in rows.items() if one not in found]
            for row in refused:
                row["public_id"] = _longer(row)
            self._db.insert_new(conn, table, refused)
            found = _select(conn, table, key, rows)
        return found


def _select(
    conn: Connection, table: Table, key: tuple[str, ...], rows: Mapping[tuple[Any, ...], Any]
) -> dict[tuple[Any, ...], int]:
    first = table.c[key[0]]
    columns = [table.c[name] for name in key]
    values = sorted({one[0] for one in rows})
    found = {}
    for some in chunks(values):
        for id_, *names in conn.execute(select(table.c.id, *columns).where(first.in_(some))):
            if tuple(names) in rows:
                found[tuple(names)] = id_
    return found


def _values(conn: Connection, macs: Sequence[str]) -> dict[str, tuple[int, str]]:
    value = schema.value
    columns = (value.c.hmac, value.c.id, value.c.first)
    return {
        mac: (id_, first)
        for some in chunks(macs)
        for mac, id_, first in conn.execute(select(*columns).where(value.c.hmac.in_(some)))
    }


def _as_first_known(finding: Finding, first: str, site_key: str) -> Finding:
    """The finding as it would be had the key never changed: decisions name ids that are made of the first HMAC."""
    assert finding.exposure is not None
    if first == finding.exposure.value_hmac:
        return finding
    same = replace(finding, exposure=replace(finding.exposure, value_hmac=first))
    return replace(same, fingerprint=fingerprint_of(same, site_key))


def _hex(fingerprint: str, length: int = 6) -> str:
    return re.sub("[^0-9a-f]", "", fingerprint.rpartition(":")[2])[:length]


def _longer(row: Mapping[str, Any]) -> str:
    letter, _, short = row["public_id"].partition("-")
    longer = _hex(row["fingerprint"], len(short) + 1)
    if len(longer) == len(short):
        raise ValueError(f"two issues share the fingerprint {row['fingerprint']!r} in all its digits")
    return f"{letter}-{longer}"


def text_digest(text: str, size: int = 16) -> bytes:
    """By what a text is found again."""
    # Over texts that are stored readable beside it: masked, and nothing that a hash could give away.
    return blake2b(text.encode(), digest_size=size).digest()


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
