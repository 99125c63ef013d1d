"""report.json: the one source of every other format, and its published JSON Schema."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from reports.model import Report

SUFFIX = ".json"
SCHEMA_NAME = "report-1.json"


def to_data(report: Report) -> dict[str, Any]:
    """The public report as plain data. The register is not part of it."""
    data = asdict(report)
    del data["register"]
    return data


def register_data(report: Report) -> dict[str, Any]:
    """The restricted register as plain data, with what its page needs to name the run."""
    data = to_data(report)
    return {
        "schema_version": data["schema_version"],
        "city": data["city"],
        "run": data["run"],
        "register": asdict(report.register),
    }


def render(data: Any) -> str:
    """Text with the model's own key order, safe inside any page: no ``<`` that could end a script."""
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of report.json, from the model. The committed file holds the same."""
    from pydantic import TypeAdapter  # only for those who renew the schema

    root: dict[str, Any] = TypeAdapter(Report).json_schema(mode="serialization")
    root["properties"].pop("register")
    root["required"].remove("register")
    root["$defs"] = _reachable(root)
    for node in [root, *root["$defs"].values()]:
        if "properties" in node:
            node["additionalProperties"] = False
            node["required"] = list(node["properties"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:handrail:schema:{SCHEMA_NAME}",
        **root,
        "title": "Handrail report",
    }


def _reachable(root: dict[str, Any]) -> dict[str, Any]:
    """Only the definitions that the public report uses; the register's types stay out of it."""
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
