"""A page has time, where a test does not say how much: what is found is the matter, not how busy the machine is."""

import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path

LONGER = {"acting_limit": 120.0, "page_limit": 600.0, "grace": 20.0}
#: For any one collector.
LIMIT = 120.0
#: For one reading inside a page.
READING = 60_000
READERS = ("crawler.collectors.looks", "crawler.collectors.structure", "crawler.browser.states")
HERE = Path(__file__).parent


def make_patient(pool):
    """``pool``: the module ``crawler.browser.pool``."""
    made, usual = pool.BrowserPool.__init__, pool.BrowserConfig()

    def patient(self, config, *more, **options):
        for one in pool.all_collectors():
            type(one).limit = max(LIMIT, one.limit)
        for name in READERS:
            import_module(name).MOST_MILLISECONDS = READING
        given = {name: value for name, value in LONGER.items() if getattr(config, name) == getattr(usual, name)}
        made(self, replace(config, **given), *more, **options)

    pool.BrowserPool.__init__ = patient


def inherited():
    """What an audit in a process of its own finds in its environment, and is as patient by."""
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([f"{HERE / 'processes'}", f"{HERE}", *([before] if before else [])])}
