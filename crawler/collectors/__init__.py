"""One file per artifact: a ``.py`` that says when and how, and a ``.js`` of the same name that runs in the page.

A collector is found by being here. It is simple: whatever can be decided later is decided by a check.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from crawler.browser.page import RenderedPage


class Collector:
    """Takes one kind of fact from a live page. ``name`` is the artifact's."""

    name: ClassVar[str]
    #: Further files of JavaScript that its own one uses, by name.
    scripts: ClassVar[tuple[str, ...]] = ()
    #: Seconds after which the page is given up.
    limit: ClassVar[float] = 20.0
    #: Collectors run in ascending order.
    order: ClassVar[int] = 50
    #: Whether it does something to the page (``page.hands``: keys, sizes, media) instead of only reading it. Those that
    #: do run after all that read, as long as the page's budget lasts, and leave the page as they found it.
    acts: ClassVar[bool] = False
    #: Whether it presses what is on the page: only where somebody allowed that, and after the page has been judged.
    presses: ClassVar[bool] = False
    #: Whether it presses what would send something: only on a copy of a site that nobody relies on, and held back.
    sends: ClassVar[bool] = False

    async def collect(self, page: RenderedPage) -> Any:
        """Return plain data."""
        raise NotImplementedError


@cache
def collectors() -> tuple[Collector, ...]:
    """Every collector in this package, in order."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    found = [kind() for kind in Collector.__subclasses__() if kind.__module__.startswith(f"{__name__}.")]
    return tuple(sorted(found, key=lambda collector: (collector.acts, collector.order, collector.name)))


@cache
def pressing() -> tuple[Collector, ...]:
    """Those that press, in order."""
    return tuple(collector for collector in collectors() if collector.presses)


@cache
def page_script(axe_source: str) -> str:
    """The one script of a page: axe, the shared functions, and each collector's own."""
    own = [files("crawler.browser").joinpath("inpage.js").read_text("utf-8")]
    folder = files(__name__)
    own += [
        folder.joinpath(f"{name}.js").read_text("utf-8")
        for collector in collectors()
        for name in (collector.name, *collector.scripts)
        if folder.joinpath(f"{name}.js").is_file()
    ]
    return "\n;".join([axe_source, *own])


@cache
def isolated_script(axe_source: str) -> str:
    """The same for a world of our own, where timers may be ours too."""
    return files("crawler.browser").joinpath("tasks.js").read_text("utf-8") + "\n;" + page_script(axe_source)
