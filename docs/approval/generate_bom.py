"""Write what Handrail is made of: a bill of materials (CycloneDX 1.6) and a table of licences, from the locks.

    make bom        # dist/handrail.cdx.json, dist/licences.csv

Names, versions, hashes and who needs what come from requirements.lock and package-lock.json; licences of packages of
Python from what is installed, so run it in the environment of the lock. Not committed: it would be of yesterday.
"""

from __future__ import annotations

import base64
import csv
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).parents[2]
_ALGORITHMS = {"sha256": HashAlgorithm.SHA_256, "sha384": HashAlgorithm.SHA_384, "sha512": HashAlgorithm.SHA_512}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One line of a lock. ``needed_by``: names of its own kind; "" is Handrail itself."""

    kind: str  # "pypi", "npm"
    name: str
    version: str
    licence: str
    hashes: tuple[tuple[str, str], ...]  # (algorithm, hexadecimal digits)
    needed_by: tuple[str, ...]
    marker: str = ""

    @property
    def purl(self) -> PackageURL:
        """How catalogues of weaknesses name it."""
        namespace, _, name = self.name.rpartition("/")
        return PackageURL(self.kind, namespace or None, name, self.version)


def of_python(lock: str) -> Iterator[Package]:
    """What requirements.lock pins."""
    for block in re.split(r"\n(?=[a-z0-9])", lock):
        if not (head := re.match(r"([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?: *; *([^\\\n]+))?", block)):
            continue
        via = re.findall(r"^    # (?:via |  )([\w.-]+)(?: \(pyproject\.toml[^)]*\))?$", block, re.MULTILINE)
        yield Package(
            kind="pypi",
            name=head[1],
            version=head[2],
            licence=_installed(head[1]),
            hashes=tuple(re.findall(r"--hash=(\w+):([0-9a-f]+)", block)),
            needed_by=tuple("" if name == "handrail" else name for name in via),
            marker=(head[3] or "").strip(),
        )


def _installed(name: str) -> str:
    """What a package says of its licence; "" where it is not installed here, or says nothing."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if expression := told.get("License-Expression"):
        return str(expression)
    known = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License :: ")]
    named = [one for one in known if one != "OSI Approved"]
    first = str(told.get("License") or "").strip().partition("\n")[0]
    return " / ".join(named) or (first if first != "UNKNOWN" and len(first) < 60 else "")


def of_npm(lock: str) -> Iterator[Package]:
    """What package-lock.json pins of that which goes into our packages; what tests alone load is left out."""
    packages = {name.rpartition("node_modules/")[2]: one for name, one in json.loads(lock)["packages"].items()}
    wanted = {name: one for name, one in packages.items() if not one.get("dev")}
    for name, one in wanted.items():
        if not name:
            continue
        algorithm, _, digest = one["integrity"].partition("-")
        yield Package(
            kind="npm",
            name=name,
            version=one["version"],
            licence=one.get("license", ""),
            hashes=((algorithm, base64.b64decode(digest).hex()),),
            needed_by=tuple(other for other, by in wanted.items() if name in by.get("dependencies", {})),
        )


def packages() -> tuple[Package, ...]:
    """All of both locks, by name."""
    python = of_python((ROOT / "requirements.lock").read_text("utf-8"))
    npm = of_npm((ROOT / "package-lock.json").read_text("utf-8"))
    return tuple(sorted((*python, *npm), key=lambda one: (one.kind, one.name)))


def bill(found: Sequence[Package]) -> str:
    """The bill of materials, as JSON."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    licences = LicenseFactory()
    own = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref="handrail",
        licenses=[licences.make_from_string(project["license"])],
    )
    components = {one: _component(one, licences) for one in found}
    bom = Bom(components=components.values())
    bom.metadata.component = own
    # A package may be locked in two versions, for different versions of Python.
    by_name: dict[tuple[str, str], list[Component]] = {}
    for one, component in components.items():
        by_name.setdefault((one.kind, one.name), []).append(component)
    needs: dict[Component, list[Component]] = {own: []}
    for one, component in components.items():
        for who in (who for by in one.needed_by for who in (by_name[one.kind, by] if by else [own])):
            needs.setdefault(who, []).append(component)
    for who, what in needs.items():
        bom.register_dependency(who, what)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _component(one: Package, licences: LicenseFactory) -> Component:
    hashes = [HashType(alg=_ALGORITHMS[name], content=digest) for name, digest in one.hashes]
    files = ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(str(one.purl)), hashes=hashes)
    return Component(
        name=one.name,
        version=one.version,
        type=ComponentType.LIBRARY,
        bom_ref=str(one.purl),
        purl=one.purl,
        licenses=[licences.make_from_string(one.licence)] if one.licence else [],
        external_references=[files],
        properties=[Property(name="handrail:marker", value=one.marker)] if one.marker else [],
    )


def main() -> int:
    """Write both files."""
    folder = ROOT / "dist"
    folder.mkdir(exist_ok=True)
    found = packages()
    (folder / "handrail.cdx.json").write_text(bill(found), encoding="utf-8")
    with (folder / "licences.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["kind", "name", "version", "licence", "only where"])
        table.writerows([one.kind, one.name, one.version, one.licence, one.marker] for one in found)
    silent = [one.name for one in found if not one.licence and not one.marker]
    sys.stdout.write(f"{len(found)} packages; without a licence that we could read: {', '.join(silent) or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
