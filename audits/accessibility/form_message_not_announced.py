"""What a form says when it is sent is told to those who do not see it come up."""

from __future__ import annotations

from collections.abc import Iterator

from audits.accessibility._mistakes import Fact, MistakeCheck, more
from audits.model import Impact, Rule, Verdict

#: More than a message: a page has changed.
LONGEST = 240


class FormMessageNotAnnounced(MistakeCheck):
    """WCAG 4.1.3: what a form says by itself is in no live region, gets no focus, and no field refers to it."""

    rule = Rule(
        id="check/form-message-not-announced",
        title="What a form says is not announced",
        why="People who do not see the page press the button and hear nothing. They do not learn that something is "
        "wrong, or was found, and wait for an answer that never comes.",
        fix='Write messages into an element with role="alert" or role="status" that is there before, or move '
        "the focus to a summary of them or to the first wrong field, whose aria-describedby names its message.",
        title_fr="Ce que dit un formulaire n’est pas annoncé",
        why_fr="Les personnes qui ne voient pas la page appuient sur le bouton et n’entendent rien. Elles n’apprennent "
        "pas que quelque chose est erroné, ou trouvé, et attendent une réponse qui ne vient pas.",
        fix_fr='Écrivez les messages dans un élément qui a role="alert" et qui est déjà dans la page, ou placez le '
        "focus sur leur sommaire ou sur le premier champ erroné, dont aria-describedby nomme le message.",
        impact=Impact.SERIOUS,
        criteria=("4.1.3",),
        references=("WCAG technique ARIA19", "WCAG technique ARIA21", "WCAG failure F103"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/status-messages.html",
        before='<input id="name"> <p class="error">Enter your name.</p>',
        after='<input id="name" aria-invalid="true" aria-describedby="name-error">\n'
        '<p id="name-error" role="alert">Enter your name.</p>',
        verdicts=(Verdict.REVIEW,),
    )

    def judge(self, form: Fact) -> Iterator[tuple[Fact, Verdict, str]]:
        """What stands beside a field, then what stands elsewhere; at the first field of which it is so."""
        for one in form["tries"]:
            if one["native"]:
                continue
            apart = [field for field in one["fields"] if field["text"] and not field["ties"]]
            away = [field for field in one["fields"] if field["far"] and not field["text"] and not field["ties"]]
            if apart:
                yield (
                    apart[0],
                    Verdict.REVIEW,
                    self.sent(
                        one,
                        f"says {self.quote(apart[0]['text'])} beside {self.called(apart[0])}{more(apart)}; the field "
                        "does not refer to it, it is in no live region, and the focus does not go there. Does a screen "
                        "reader read it?",
                    ),
                )
            if 0 < len(one["unheard"]) <= LONGEST:
                yield (
                    {**form, **(one["at"] or {})},
                    Verdict.REVIEW,
                    self.sent(
                        one,
                        f"brings up {self.quote(one['unheard'])} in no live region, and the focus does not go there. "
                        "Does a screen reader read it?",
                    ),
                )
            if away:
                yield (
                    away[0],
                    Verdict.REVIEW,
                    self.sent(
                        one,
                        f"says {self.quote(away[0]['far'])}, away from {self.called(away[0])}{more(away)}, in no live "
                        "region and without moving the focus there. Does a screen reader read it?",
                    ),
                )
