"""What is a table, a list or a heading is not told to be none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, by, more
from audits.model import Finding, Impact, Rule, Verdict

_LISTS = frozenset({"ul", "ol"})


class StructureDenied(StructureCheck):
    """WCAG 1.3.1 (failures F46 and F92): a role takes the meaning away, and the markup says that there is one."""

    rule = Rule(
        id="check/structure-denied",
        title="A role takes away the meaning of a table, list or heading",
        why="Screen readers obey the role: the table has no headers any more, the list no entries, the heading is "
        "not in the list of headings.",
        fix='Take role="presentation" off what has a meaning. If a table only lays out the page, take off its '
        "header cells and its caption instead.",
        title_fr="Un rôle retire son sens à un tableau, une liste ou un titre",
        why_fr="Les lecteurs d’écran obéissent au rôle : le tableau n’a plus d’en-têtes, la liste plus d’éléments, "
        "et le titre manque dans la liste des titres.",
        fix_fr='Retirez role="presentation" de ce qui a un sens. Si un tableau ne sert qu’à la mise en page, '
        "retirez plutôt ses en-têtes et sa légende.",
        impact=Impact.SERIOUS,
        criteria=("1.3.1",),
        references=("WCAG failure F46", "WCAG failure F92"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/info-and-relationships.html",
        before='<table role="presentation"><tr><th>Age</th><th>Fee</th></tr></table>',
        after='<table><tr><th scope="col">Age</th><th scope="col">Fee</th></tr></table>',
    )
    about: ClassVar[tuple[str, ...]] = ("stripped",)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """A table that contradicts itself fails; a list or heading may be meant for layout."""
        for one in frame["stripped"]:
            if one["kind"] == "table":
                has = "header cells" if one["heads"] else "a caption or a summary"
                message = f"The table has {has}, and its role says that it is no table. One of the two is wrong."
                yield self.found(frame, one, message, Verdict.FAIL)
            elif one["kind"] not in _LISTS:
                message = f"{self.quote(one['text'])} is no heading to a screen reader, by its role. Should it be one?"
                yield self.found(frame, one, message)
        lists = [one for one in frame["stripped"] if one["kind"] in _LISTS]
        for group in by(lists, lambda one: one["part"]["key"]):
            message = (
                f"The list that begins with {self.quote(group[0]['text'], 40)} is no list to a screen reader, by its "
                f"role.{more(group, 'list')} Do people need to hear how many entries there are?"
            )
            yield self.found(frame, group[0], message)
