"""Put axe-core, QualWeb, htmx and the fonts into wheel and source archive. npm brings them, their hashes checked."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import tempfile
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
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx-LICENSE.txt",
    "@qualweb/act-rules/dist/__webpack/act.bundle.js": "qualweb-act.js",
    "@qualweb/act-rules/package.json": "qualweb-package.json",
    "@qualweb/qw-page/dist/qw-page.bundle.js": "qualweb-page.js",
    "@qualweb/util/dist/__webpack/util.bundle.js": "qualweb-util.js",
    "@fontsource/atkinson-hyperlegible-next/LICENSE": "fonts-LICENSE.txt",
    "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-400-normal.woff2": "next-400.woff2",
    "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-700-normal.woff2": "next-700.woff2",
    "@fontsource/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-400-normal.woff2": "mono-400.woff2",
    "@fontsource/atkinson-hyperlegible-mono/LICENSE": "fonts-mono-LICENSE.txt",
}


def vendor(root: Path) -> None:
    """Copy the parts; install them with npm first where they are missing."""
    target = root / "handrail" / "_vendor"
    modules = root / "node_modules"
    if not all((modules / source).is_file() for source in PARTS):
        if all((target / name).is_file() for name in PARTS.values()):
            return  # built from a source archive that already holds them
        if shutil.which("npm") is None:
            raise RuntimeError(
                "npm is not here, and brings axe-core, QualWeb, htmx and the fonts: install Node.js "
                "(Debian: apt-get install npm), or build from a source archive, which holds them"
            )
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=root, check=True)
    target.mkdir(parents=True, exist_ok=True)
    for source, name in PARTS.items():
        _put(modules / source, target / name)


def _put(source: Path, target: Path) -> None:
    """Copy as a whole: who reads the file meanwhile, an audit or another build, sees the old one or the new one."""
    if target.is_file() and filecmp.cmp(source, target, shallow=False):
        return
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        shutil.copyfile(source, copy := Path(folder, target.name))
        copy.replace(target)


class VendorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before wheel and source archive are packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling. The parts are not committed: they must be named to be packed."""
        vendor(Path(self.root))
        build_data.setdefault("artifacts", []).append("/handrail/_vendor/*")


if __name__ == "__main__":
    vendor(Path(__file__).parent)
