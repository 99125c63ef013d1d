"""The rules of PDF/UA-1 as the catalogue has them: what one check says of fonts, and another of all else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from audits.model import Impact, Rule, Verdict
from audits.standards import PdfRule, load

PREFIX = "pdfua/"
#: ISO 14289-1, of fonts.
_FONTS = "7.21."
_TECHNIQUES = "https://www.w3.org/WAI/WCAG22/Techniques/pdf/{}"
_ABOUT = "https://github.com/veraPDF/veraPDF-validation-profiles/wiki/PDFUA-Part-1-rules#rule-{}"


@cache
def rules(*, fonts: bool) -> Mapping[str, Rule]:
    """By our id."""
    known = load().pdf_rules.values()
    return MappingProxyType({PREFIX + one.id: _rule(one) for one in known if one.id.startswith(_FONTS) is fonts})


def _rule(known: PdfRule) -> Rule:
    return Rule(
        id=PREFIX + known.id,
        title=known.title,
        why=known.why,
        fix=known.fix,
        title_fr=known.title_fr,
        why_fr=known.why_fr,
        fix_fr=known.fix_fr,
        impact=Impact(known.impact),
        criteria=known.criteria,
        references=tuple(f"WCAG technique {name}" for name in known.techniques),
        best_practice=known.best_practice,
        help_url=_TECHNIQUES.format(known.techniques[0]) if known.techniques else _ABOUT.format(_anchor(known.id)),
        verdicts=(Verdict.FAIL, Verdict.REVIEW) if known.unsure else (Verdict.FAIL,),
        said_by=tuple(PREFIX + name for name in known.said_by),
        lead=known.lead,
    )


def _anchor(rule: str) -> str:
    return rule.replace(".", "")
