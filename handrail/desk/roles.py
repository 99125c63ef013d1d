"""Who may do what: one table of roles and actions, and whose things a person sees. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from audits.model import Kind

if TYPE_CHECKING:
    from reports.worklist import WorkItem


class Role(StrEnum):
    """What somebody is here for. A person may have several."""

    VIEWER = "viewer"
    OWNER = "owner"
    WEB_LEAD = "web-lead"
    COMPLIANCE = "compliance-officer"
    PRIVACY = "privacy-officer"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What a route does. Every route names one."""

    SEE_ISSUES = "see-issues"
    WORK = "work-on-issues"
    ASSIGN = "assign-issues"
    CALL_FALSE_ALARM = "call-false-alarm"
    ASK_WAIVER = "ask-for-waiver"
    ANSWER_WAIVER = "answer-waiver"
    WITHDRAW = "withdraw-decision"
    SEE_CHECKS = "see-checks"
    ANSWER_CHECKS = "answer-checks"
    SEE_REGISTER = "see-register"
    CONTAIN = "contain-exposure"
    DISPOSE = "decide-on-exposure"
    REVEAL = "reveal-value"
    SEE_FEEDBACK = "see-feedback"
    ANSWER_FEEDBACK = "answer-feedback"
    SEE_DOCUMENTS = "see-documents"
    SEE_SIGNATURES = "see-signatures"
    SIGN = "sign"
    COMPARE = "compare-runs"
    RECHECK = "recheck-page"
    SEE_LOG = "see-log"
    MANAGE_PEOPLE = "manage-people"


class Access(StrEnum):
    """Of a route that needs no action: who it is for."""

    EVERYBODY = "everybody"  # also who has not signed in
    SIGNED_IN = "signed-in"


Needed = Action | Access

_LOOK = frozenset({Action.SEE_ISSUES, Action.SEE_CHECKS, Action.SEE_DOCUMENTS, Action.SEE_SIGNATURES, Action.COMPARE})
_LEAD = _LOOK | {
    Action.WORK,
    Action.ASSIGN,
    Action.CALL_FALSE_ALARM,
    Action.ASK_WAIVER,
    Action.ANSWER_CHECKS,
    Action.SEE_FEEDBACK,
    Action.ANSWER_FEEDBACK,
    Action.RECHECK,
}
MAY: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: _LOOK,
    Role.OWNER: frozenset({Action.SEE_ISSUES, Action.WORK, Action.ASK_WAIVER, Action.RECHECK}),
    Role.WEB_LEAD: _LEAD,
    Role.COMPLIANCE: _LEAD | {Action.ANSWER_WAIVER, Action.WITHDRAW, Action.SIGN, Action.SEE_LOG},
    Role.PRIVACY: _LOOK
    | {
        Action.WORK,
        Action.SEE_REGISTER,
        Action.CONTAIN,
        Action.DISPOSE,
        Action.REVEAL,
        Action.SEE_FEEDBACK,
        Action.RECHECK,
        Action.SEE_LOG,
    },
    # Who gives others their roles sees nothing of what these let see.
    Role.ADMINISTRATOR: frozenset({Action.MANAGE_PEOPLE, Action.SEE_LOG}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account. ``units``: as issues name their owners; an owner sees what is theirs."""

    name: str
    called: str
    roles: tuple[Role, ...]
    units: tuple[str, ...] = ()

    @property
    def account(self) -> str:
        """How the log names the account."""
        return f"desk:{self.name}"

    @property
    def actions(self) -> frozenset[Action]:
        return actions_of(self.roles)

    def may(self, needed: Needed) -> bool:
        """Whether a route is for this person, whatever it is asked about."""
        return needed in (Access.EVERYBODY, Access.SIGNED_IN) or needed in self.actions

    def may_on(self, action: Action, item: WorkItem) -> bool:
        """Whether this may be done about an issue: each role speaks for itself, an owner's about what is his alone."""
        return any(
            action in MAY[role] and (role is not Role.OWNER or self.owns(item)) for role in self.roles
        ) and self.sees(item)

    def sees(self, item: WorkItem) -> bool:
        """Whether an issue is there for this person. Exposures stand in the register, for who may read that."""
        if item.kind is Kind.EXPOSURE:
            return Action.SEE_REGISTER in self.actions
        return any(
            Action.SEE_ISSUES in MAY[role] and (role is not Role.OWNER or self.owns(item)) for role in self.roles
        )

    def owns(self, item: WorkItem) -> bool:
        """Whether it is a unit's of this person, by handrail.toml or by whom it was given to."""
        return not {*item.owners, item.work.assigned}.isdisjoint({*self.units} - {""})


def actions_of(roles: Collection[Role]) -> frozenset[Action]:
    """All that these roles let do."""
    return frozenset().union(*(MAY[role] for role in roles))
