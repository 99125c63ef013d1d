"""Makes audits in processes of their own patient, see ``patience``: Python reads this at its start."""

import importlib.abc
import importlib.util
import sys

from patience import make_patient

POOL = "crawler.browser.pool"


class Finder(importlib.abc.MetaPathFinder):
    """Waits for the module, which takes long to import and most processes need not."""

    def find_spec(self, name, path, target=None):
        if name != POOL:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            make_patient(module)

        spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, Finder())
