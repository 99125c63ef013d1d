"""For a team's own Selenium suite: hand the open page to Handrail, and get what an audit would say of it.

::

    from handrail.selenium import audit_page

    driver.get("https://preview.city.example/register")
    driver.find_element(By.ID, "next").click()
    outcomes = audit_page(driver)
    assert not [o for o in outcomes if o.verdict == "fail"]
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from audits.model import Outcome
from handrail.config import Policy
from handrail.runs import parts_for
from handrail.wiring import Parts, axe_source

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver


def audit_page(driver: WebDriver, *, site: str = "selenium", policy: Policy | None = None) -> tuple[Outcome, ...]:
    """Every rule's outcome on the page as it is now: axe-core in every frame, exposed personal information.

    ``site`` is the key under which findings get their fingerprints: the key of the site in handrail.toml, so that they
    match those of its audits. Raises ``selenium.common.exceptions.WebDriverException`` when the browser is gone.
    """
    from crawler.driven import snapshot_of

    policy = policy or Policy()
    snapshot = snapshot_of(driver, site, axe_source(policy.axe.script))
    return _parts(policy.model_dump_json()).judge(snapshot).outcomes


@cache
def _parts(policy: str) -> Parts:
    """Building recognizers takes seconds; a suite looks at many pages."""
    return parts_for(Policy.model_validate_json(policy))
