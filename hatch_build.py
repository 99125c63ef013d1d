"""Put axe-core and the report's fonts, which npm brings with their hashes checked, into the wheel."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: npm path -> name under handrail/_vendor
PARTS = {
    "axe-core/axe.min.js": "axe.min.js",
    "axe-core/package.json": "axe-package.json",
    "axe-core/LICENSE": "axe-LICENSE.txt",
    "axe-core/LICENSE-3RD-PARTY.txt": "axe-LICENSE-3RD-PARTY.txt",
    "axe-core/locales/fr.json": "axe-fr.json",
    "@fontsource/atkinson-hyperlegible-next/LICENSE": "fonts-LICENSE.txt",
    "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-400-normal.woff2": "next-400.woff2",
    "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-700-normal.woff2": "next-700.woff2",
    "@fontsource/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-400-normal.woff2": "mono-400.woff2",
}


def vendor(root: Path) -> None:
    """Copy the parts; install them with npm first where they are missing."""
    target = root / "handrail" / "_vendor"
    modules = root / "node_modules"
    if not (modules / "axe-core").is_dir():
        if all((target / name).is_file() for name in PARTS.values()):
            return  # built from a source archive that already holds them
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root, check=True)
    target.mkdir(parents=True, exist_ok=True)
    for source, name in PARTS.items():
        shutil.copyfile(modules / source, target / name)


class VendorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before the wheel is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling."""
        vendor(Path(self.root))


if __name__ == "__main__":
    vendor(Path(__file__).parent)
