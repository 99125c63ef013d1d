"""Whether the desk serves, for what watches it: a container, a proxy, monitoring. It says nothing else."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from handrail.desk.door import HEALTH, needs, visit_of
from handrail.desk.people import BadPerson
from handrail.desk.roles import Access
from reports.store.database import StoreError

logger = logging.getLogger(__name__)
router = APIRouter()


@router.get(HEALTH)
@needs(Access.EVERYBODY)
def healthy(request: Request) -> PlainTextResponse:
    """200 where the store and the list of accounts can be read, else 503."""
    office = visit_of(request).office
    try:
        office.store.log_head()
        office.people.all()
    except (SQLAlchemyError, StoreError, BadPerson, OSError) as exc:
        logger.error("health: %s", type(exc).__name__)
        return PlainTextResponse("no\n", status_code=503)
    return PlainTextResponse("yes\n")
