"""Look at a live page for one value, in a process of its own: a browser and Scrapy are started for it, and end with it.

What is asked comes on standard input, what was found goes out by a pipe to the desk; nothing is written.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handrail.said import BadWords, Who

if TYPE_CHECKING:
    from handrail.desk.office import Office

#: Seconds that it may take.
MOST_SECONDS = 240


class Failed(Exception):
    """It could not be looked at all: no browser, no time."""


def reveal(office: Office, finding: str, who: Who, reason: str) -> dict[str, Any]:
    """How it ended, and the value where it was found. Raises BadAct, BadWords, Failed."""
    from handrail.issues import BadAct

    asked = {
        "policy": office.policy.model_dump(mode="json"),
        "out": str(office.place.out.resolve()),
        "store": office.place.store,
        "finding": finding,
        "by": who.by,
        "account": who.account,
        "reason": reason,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "handrail.desk.revealing"],
            input=json.dumps(asked),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=MOST_SECONDS,
            check=True,
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as exc:
        # The exception holds what was said: nothing of it may go on.
        raise Failed(type(exc).__name__) from None
    if "act" in told:
        raise BadAct(told["act"], told["act"])
    if "called" in told:
        raise BadWords(told["called"], told["why"], told["why"])
    return told


def main() -> None:
    """The process."""
    from handrail import runs
    from handrail.config import Policy
    from handrail.exposures import Exposures
    from handrail.issues import BadAct
    from reports import clean

    asked = json.load(sys.stdin)
    policy = Policy.model_validate(asked["policy"], strict=False)
    parts = runs.parts_for(policy)
    place = runs.Place(out=Path(asked["out"]), store=asked["store"])
    told: dict[str, Any]
    with runs.open_known(place, parts) as store:
        exposures = Exposures(store=store, policy=policy, parts=parts)
        try:
            seen_on, looked, entry = exposures.reveal(
                asked["finding"], Who(by=asked["by"], account=asked["account"]), asked["reason"]
            )
        except BadAct as exc:
            told = {"act": exc.why}
        except BadWords as exc:
            told = {"called": exc.called, "why": exc.why}
        else:
            found = looked.found
            told = {
                "ended": looked.ended,
                "why": looked.why,
                "changed": looked.changed,
                "entry": entry.seq,
                "entity": seen_on[0].entity,
                "mask": seen_on[0].mask,
                "page": (looked.page or seen_on[0]).shown,
                "value": found.value if found else "",
                "where": found.where if found else "",
                "selector": clean.line(found.selector, clean.SELECTOR) if found else "",
            }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
