"""What is wrong in a form is said in words, also to those who do not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audits.accessibility._mistakes import Fact, MistakeCheck, is_general, more
from audits.model import Impact, Rule, Verdict

#: A field that says beforehand that it must be filled in: who sees it turn red may know why.
_TOLD = re.compile(r"requi|obligat|mandat|\bmust\b|\bdoit\b|\bdevez\b", re.IGNORECASE)


class ErrorNotSaid(MistakeCheck):
    """WCAG 3.3.1: a form finds a mistake by itself, is not sent, and does not say in words what is wrong."""

    rule = Rule(
        id="check/error-not-said",
        title="A form does not say what is wrong in it",
        why="People who do not see the page, or no colours, press the button and learn neither that something is "
        "missing nor where. They cannot finish what they came for.",
        fix="Beside each wrong field write in words what is wrong, name that text in the field’s aria-describedby, set "
        "aria-invalid, and move the focus to the first wrong field or to a summary.",
        title_fr="Un formulaire ne dit pas ce qui y est erroné",
        why_fr="Les personnes qui ne voient pas la page, ou pas les couleurs, appuient sur le bouton et n’apprennent "
        "ni qu’il manque quelque chose ni où. Elles ne peuvent pas terminer leur démarche.",
        fix_fr="À côté de chaque champ erroné, écrivez en mots ce qui ne va pas, nommez ce texte dans aria-describedby "
        "du champ, mettez aria-invalid, et placez le focus sur le premier champ erroné ou sur un sommaire.",
        impact=Impact.SERIOUS,
        criteria=("3.3.1",),
        references=("WCAG technique G83", "WCAG technique G85", "WCAG technique ARIA21", "WCAG technique ARIA19"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/error-identification.html",
        before='<input id="name" class="is-invalid">',
        after='<input id="name" class="is-invalid" aria-invalid="true" aria-describedby="name-error">\n'
        '<p id="name-error">Enter your name.</p>',
        verdicts=(Verdict.FAIL, Verdict.REVIEW),
    )

    def judge(self, form: Fact) -> Iterator[tuple[Fact, Verdict, str]]:
        """One finding for each way in which a form keeps an error to itself, at the first field of which it is so."""
        for one in form["tries"]:
            for field in one["hidden"][:1]:
                says = (
                    f"is not sent and nothing is shown: the browser refuses {self.called(field)}, which nobody can see."
                )
                yield field, Verdict.FAIL, self.sent(one, says)
            if one["silent"] and form["required"]:
                button = self.quote(form["button"])
                says = f"is not sent, and nothing comes up. Press {button}: is anybody told what is missing?"
                yield form, Verdict.REVIEW, self.sent(one, says)
            if not one["native"] and not one["fields"] and is_general(one.get("general", "")):
                says = (
                    f"says {self.quote(one['general'])} and names no field. Can people know what is wrong, and where?"
                )
                yield form, Verdict.REVIEW, self.sent(one, says)
            if not one["native"]:
                for field, verdict, says in self._unsaid(one):
                    yield field, verdict, self.sent(one, says)

    def _unsaid(self, one: Fact) -> Iterator[tuple[Fact, Verdict, str]]:
        wrong = one["fields"]
        mute = [field for field in wrong if _is_mute(one, field)]
        sure = [field for field in mute if _is_sure(one, field)]
        if sure:
            says = f"marks {self.called(sure[0])} by its looks alone{more(sure)}: no words say what is wrong."
            yield sure[0], Verdict.FAIL, says
        elif mute:
            says = f"marks {self.called(mute[0])}{more(mute)}, and no words that name it come up. "
            yield mute[0], Verdict.REVIEW, f"{says}Is what is wrong said in words, and read by a screen reader?"


def _is_mute(one: Fact, field: Fact) -> bool:
    """Whether a field is marked and no words name it. That it is marked for all, and all are told why, is enough."""
    told = field["text"] or field["far"] or field["off"] or set(field["ties"]) - {"invalid"}
    return bool(field["marked"] and not told and not (one["other"] and field["ties"]))


def _is_sure(one: Fact, field: Fact) -> bool:
    """Only looks have changed, of a field that must be filled in and was not, and nothing says so beforehand."""
    untold = not (one["said"] or field["written"] or field["ties"] or _TOLD.search(field["hint"]))
    return bool(one["by"] == "empty" and field["red"] and field["required"] and untold)
