"""report.json and the register's privacy.json: the source of every other format, and their published JSON Schemas."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from reports.content import digest
from reports.model import Report
from reports.register_model import REGISTER_VERSION

SUFFIX = ".json"
SCHEMA_NAME = "report-1.json"
REGISTER_SCHEMA_NAME = "register-1.json"


def to_data(report: Report) -> dict[str, Any]:
    """The public report as plain data, each site with the hash of what is told of it. Without the register."""
    data = asdict(report)
    del data["register"]
    for site in data["sites"]:
        site["content_sha256"] = digest(site)
    return data


def register_data(report: Report, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The restricted register as plain data, with what its page needs to name the run. ``data``: the report's own."""
    data = data or to_data(report)
    return {
        "schema_version": REGISTER_VERSION,
        "city": data["city"],
        "run": data["run"],
        "register": {
            **asdict(report.register),
            "reports": [
                {"site": site["key"], "run": site["run"]["id"], "content_sha256": site["content_sha256"]}
                for site in data["sites"]
            ],
        },
    }


def render(data: Any) -> str:
    """Text with the model's own key order, safe inside any page: no ``<`` that could end a script."""
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of report.json, from the model. The committed file holds the same."""
    return _schema(SCHEMA_NAME, "Handrail report", lambda name: name != "register")


def register_schema() -> dict[str, Any]:
    """The JSON Schema of restricted/privacy.json."""
    return _schema(
        REGISTER_SCHEMA_NAME, "Handrail privacy register", {"schema_version", "city", "run", "register"}.__contains__
    )


def _schema(file: str, title: str, holds: Callable[[str], bool]) -> dict[str, Any]:
    from pydantic import TypeAdapter  # only for those who renew the schema

    root: dict[str, Any] = TypeAdapter(Report).json_schema(mode="serialization")
    root["properties"] = {name: node for name, node in root["properties"].items() if holds(name)}
    root["$defs"] = _reachable(root)
    for node in [root, *root["$defs"].values()]:
        if "properties" in node:
            node["additionalProperties"] = False
            node["required"] = list(node["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:handrail:schema:{file}",
        **root,
        "title": title,
    }


def _reachable(root: dict[str, Any]) -> dict[str, Any]:
    """Only the definitions that these properties use; the register's types stay out of the public report's."""
    definitions = root["$defs"]
    wanted: set[str] = set()
    todo: list[Any] = [root["properties"]]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in wanted:
                wanted.add(name)
                todo.append(definitions[name])
            todo.extend(value for key, value in node.items() if key != "$ref")
        elif isinstance(node, list):
            todo.extend(node)
    return {name: definitions[name] for name in sorted(wanted)}
