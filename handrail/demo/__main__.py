"""Serve the demo City until Ctrl-C: ``python -m handrail.demo``."""

from __future__ import annotations

import threading
from contextlib import suppress

from handrail.demo.server import DemoCity


def main() -> None:
    """Print the two addresses and wait."""
    with DemoCity() as city, suppress(KeyboardInterrupt):
        for name, url in city.urls.items():
            print(f"{name:8} {url}", flush=True)
        print("Press Ctrl-C to stop.", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
