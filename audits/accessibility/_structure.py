"""What the checks of names, structure and forms share: the facts of each frame, and findings made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from audits.check import Check
from audits.model import FRAME_STEP, Finding, Outcome, Part, Snapshot, Verdict

Fact = Mapping[str, Any]
#: The longest snippet and message that the model allows, and the longest quotation within a message.
LONGEST, QUOTED = 300, 80

_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_WORD = re.compile(r"[^\W\d_]{2,}")


def phrases(text: str) -> frozenset[str]:
    """A table of phrases: lines, and bars between the phrases of a line."""
    return frozenset(phrase.strip() for phrase in re.split(r"[|\n]", text) if phrase.strip())


#: Says nothing of where a link leads, in small letters and without punctuation around it.
VAGUE_LINKS = phrases(
    """
    click|click here|click this|click this link|click on this link|here|right here|tap here|press here|see here
    go here|more|more...|read more|read more here|learn more|learn more here|find out more|see more|view more
    show more|more info|more information|more details|further information|further details|additional information
    details|view details|see details|full details|view|see|read|read this|read on|continue reading
    read full article|read the full article|read full story|full story|this|this link|link|this page|this site
    website|web site|visit website|visit site|info|information|read it|open link|follow this link|check it out
    get details|for more information|for more info|ici|cliquez ici|cliquer ici|cliquez|clique ici
    cliquez sur ce lien|ce lien|lien|par ici|suivez ce lien|en savoir plus|en savoir davantage
    pour en savoir plus|pour plus d'information|pour plus d'informations|savoir plus|plus|lire|lire plus
    lire la suite|lire l'article|la suite|suite|voir|voir plus|voir la suite|voir ici|voir détails
    voir les détails|détails|plus de détails|plus d'info|plus d'infos|plus d'information|plus d'informations
    d'autres détails|renseignements|pour plus de détails|plus de renseignements|pour plus de renseignements
    cette page|ce site|site web|découvrir|découvrez|consultez|consulter|suivre ce lien|apprenez-en plus
    apprendre plus|apprenez-en davantage|download|download here|download now|click to download
    click for details|click for more
    click for more details|click for info|click for more information|click to view|click to read|click to see
    click to open|click to continue|cliquez pour voir|cliquez pour lire
    cliquez pour plus de détails|pdf|download pdf
    open pdf|view pdf|télécharger|téléchargement|télécharger le pdf|télécharger ici
    """
)
#: Says what is done, and not with what: enough for one link or button of a page, not for one of many.
ACTIONS = phrases(
    """
    apply|apply here|apply now|apply online|add|add to calendar|add to cart|attend|begin|book|book here|book it
    book now|book online|borrow|browse|buy|buy now|buy tickets|call|cancel|change|choose|comment|compare|contact
    contact us|delete|directions|discover|donate|edit|email|enquire|enrol|enrol now|enroll|enroll now|enter|explore
    follow|get directions|get started|get tickets|give|go|hire|hold|join|join now|listen|map|manage|modify|open|order
    order now|pay|pay now|pay online|place hold|preview|print|purchase|quick view|register|register here|register now
    register online|remove|renew|rent|reply|report|request|reserve|reserve now|respond|review|rsvp|select|share
    sign up|sign up now|start|start now|subscribe|tickets|try|try it|unsubscribe|update|view map|visit|volunteer
    vote|watch|watch now|watch video
    acheter|acheter des billets|achetez|afficher|ajouter|ajouter au calendrier|ajouter au panier|annuler|appeler
    billets|carte|choisir|choisissez|commander|commencer|commenter|comparer|contacter|contactez-nous|continuer
    demander|donner|explorer|faire un don|faire une demande|imprimer|inscription|inscrire|inscrivez-vous|itinéraire
    je m'inscris|louer|modifier|ouvrir|partager|participer|payer|postuler|postulez|regarder|renouveler|répondre
    réservation|réserver|réserver maintenant|réservez|s'abonner|s'inscrire|sélectionner|signaler|suivre|supprimer
    visiter|voter|écouter
    """
)
#: Offers more time.
MORE_TIME = re.compile(
    r"more time|\bextend|stay (?:signed|logged) in|keep me (?:signed|logged) in|still there\?"
    r"|continue (?:my|your) session|plus de temps|prolonger|rester connecté|toujours là",
    re.IGNORECASE,
)


class StructureCheck(Check):
    """Judges the facts of each frame of a page. ``about`` names the facts without which there is nothing to judge."""

    needs: ClassVar[tuple[str, ...]] = ("structure",)
    about: ClassVar[tuple[str, ...]] = ()
    #: The artifact that holds the frames.
    artifact: ClassVar[str] = "structure"

    def __init__(self, *, redact: Callable[[str], str]) -> None:
        """``redact`` masks personal information in what a finding quotes."""
        self._redact = lru_cache(maxsize=512)(redact)

    def applies_to(self, snapshot: Snapshot) -> bool:
        """Whether there is anything of what the rule is about."""
        return any(frame[kind] for frame in snapshot.artifacts[self.artifact]["frames"] for kind in self.about)

    def outcomes(self, snapshot: Snapshot) -> Iterator[Outcome]:
        """What was found stands; where nothing was, a page that was not read to its end has not passed."""
        cut = any(frame["truncated"] for frame in snapshot.artifacts[self.artifact]["frames"])
        reason = f"{self.artifact}: the page is too large to be read whole"
        for outcome in super().outcomes(snapshot):
            yield outcome.but(reason, Verdict.ERROR) if cut else outcome

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Frame by frame, the page itself first."""
        for frame in snapshot.artifacts[self.artifact]["frames"]:
            yield from self.judge(frame)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Yield the findings of one frame."""
        raise NotImplementedError

    def found(self, frame: Fact, fact: Fact, message: str, verdict: Verdict = Verdict.REVIEW) -> Finding:
        """A finding at the place of a fact. ``message`` quotes by ``quote``."""
        assert self.rule is not None
        return Finding(
            rule=self.rule.id,
            verdict=verdict,
            message=cut(message, LONGEST),
            selector=self._redact(FRAME_STEP.join([*frame["frame"], fact["selector"]])),
            # Masked before it is cut: half a number is not recognized any more.
            snippet=cut(self._redact(fact["html"]), LONGEST),
            impact=self.rule.impact,
            part=Part(**fact["part"]),
        )

    def quote(self, text: str, most: int = QUOTED) -> str:
        """Words of the page between quotation marks."""
        return f"“{cut(self._redact(text), most)}”"

    def quotes(self, texts: Iterable[str], most: int = 3) -> str:
        """The first few, in a row."""
        some = list(dict.fromkeys(texts))
        return ", ".join(self.quote(text, 40) for text in some[:most]) + (" …" if len(some) > most else "")


def cut(text: str, most: int) -> str:
    """``text`` on one line, with an ellipsis where it was longer."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def plain(text: str) -> str:
    """Words as they are compared: small letters, without arrows, dots and brackets around them."""
    return _EDGES.sub("", " ".join(text.casefold().replace("’", "'").split()))


def words(text: str) -> list[str]:
    """Words of two letters or more, in small letters."""
    return _WORD.findall(text.casefold())


def by(facts: Iterable[Fact], key: Callable[[Fact], Any]) -> list[list[Fact]]:
    """Facts with equal keys together, in the order of the page."""
    groups: dict[Any, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(key(fact), []).append(fact)
    return list(groups.values())


def more(group: Sequence[Fact], one: str = "place") -> str:
    """What a finding says of the others that it stands for."""
    return f" ({len(group)} such {one}s here.)" if len(group) > 1 else ""
