"""What binds people, costs them money or deletes what is theirs can be checked first, or taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from audits.accessibility._structure import Fact, StructureCheck, more
from audits.model import Finding, Impact, Rule, Snapshot, Verdict

#: As many of one page as a person looks at.
MOST = 2
#: A button that commits people; one that leads to a look at what they wrote.
_COMMITS = re.compile(
    r"\b(?:pay(?: now| my| your| the)?|make (?:a |my )?payment|purchase|buy|place (?:the |my |your )?(?:order"
    r"|bid)|donate"
    r"|(?:submit|send|lodge) (?:my |your |the |an? )?"
    r"(?:payment|order|declaration|appeal|bid|offer|affidavit|dispute|objection"
    r"|claim|plea)"
    r"|file (?:my |your |an? |the )?(?:appeal|claim|objection|dispute)|cast (?:my |your )?vote"
    r"|sign(?: and (?:submit|send))"
    r"|authori[sz]e|enrol in (?:pre-?authori[sz]ed|automatic)|transfer|withdraw(?: my| the| from)?|plead guilty"
    r"|payer|acheter|commander|passer la commande|faire un don|déposer (?:l[ae']|mon|ma|votre|un)\b.*"
    r"|(?:envoyer|soumettre|présenter) (?:l['e]|l’|la|mon|ma|votre) ?(?:appel|déclaration|offre|paiement"
    r"|contestation)"
    r"|autoriser|signer|virer)\b",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(
    r"\b(?:review|preview|check|verify|continue|next|proceed|back|save|step|edit|change|search|find|add|view"
    r"|see|log|sign in"
    r"|vérifier|réviser|relire|aperçu|continuer|suivante?|étape|enregistrer|modifier|chercher|rechercher"
    r"|ajouter|voir)\b",
    re.IGNORECASE,
)
_DELETES = re.compile(
    r"^\W*(?:delete(?: all)?|tout supprimer|supprimer)\W*$|\b(?:delete|close|remove|erase|cancel|deactivate)\b.{0,20}"
    r"\b(?:account|profile|registrations?|bookings?|reservations?|applications?|permits?|records?|data|everything)\b"
    r"|\b(?:supprimer|fermer|effacer|annuler)\b.{0,20}"
    r"\b(?:compte|profil|inscriptions?|réservations?|demandes?|permis|dossiers?|données)\b",
    re.IGNORECASE,
)
#: Buttons that say no more than that something goes off.
_SENDS = re.compile(
    r"\b(?:submit|send|file|sign|agree|lodge|apply|complete|finish|enrol|enroll|register|soumettre|envoyer|déposer"
    r"|signer|transmettre|terminer|adhérer|m[’']inscrire)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?<!library )(?<!health )(?<!member )\b(?:card number|cvv|cvc|security code|institution number|transit number"
    r"|bank account|account number|(?:bid|donation|payment) amount|amount (?:to pay|of (?:payment|bid|donation))"
    r"|numéro de (?:la )?carte|numéro d[’']institution|numéro de transit|compte bancaire"
    r"|montant (?:du don|du paiement|de l['’]offre))\b",
    re.IGNORECASE,
)
#: Words that say how much is at stake.
_BINDS = re.compile(
    r"legally binding|\bbinding (?:declaration|agreement|contract|commitment|offer|obligation)|\bbinds you\b|is binding"
    r"|(?:cannot|can not|can’t|can't|may not) be (?:changed|cancell?ed|undone|reversed|withdrawn"
    r"|refunded|edited)"
    r"|non-?refundable|no refunds?|(?:all )?sales are final|is final\b|solemnly declare|statutory declaration"
    r"|affidavit"
    r"|under (?:penalty|oath)|offence|power of attorney|contract(?:ual)? (?:between|with|is|obligation)"
    r"|juridiquement|définiti(?:f|ve)\b|irrévocable|non remboursable|ne (?:peut|peuvent|pourra) (?:pas |plus )?être"
    r" (?:modifié|annulé|remboursé)|sous serment|déclare solennellement|déclaration solennelle",
    re.IGNORECASE,
)
#: Words that say that there is a way back, or a look before.
_WAY = re.compile(
    r"\b(?:(?:you|we|people) (?:can|may|will(?: be able to)?|have)(?! ?not) [^.]{0,60}\b(?:check|review|change"
    r"|correct|cancel|undo|restore|edit"
    r"|withdraw|confirm|refund|days)|review (?:your|the|and|before|page|step)|check (?:your|the|that|what)"
    r"|before (?:it is|you|they are) "
    r"(?:sent|submitted|submit|charged|made|pay)|next (?:page|step|screen)|step \d+ of \d+"
    r"|(?<!not )(?<!n’t )(?<!n't )be (?:restored|undone|"
    r"cancelled|changed|refunded|withdrawn|edited)\b|within \d+ (?:days|hours|minutes)|(?:have|has) (?:checked"
    r"|reviewed|verified|read over)"
    r"|(?:information|details|answers|everything)[^.]{0,30} (?:is|are) (?:correct|accurate|right|true)"
    r"|are you sure|undo\b"
    r"|vous (?:pouvez|pourrez|avez)[^.]{0,60}\b(?:vérifi|révis|modifi|corrig|annul|confirm|jours)\w*"
    r"|vérifie[rz] (?:vos|les|votre)"
    r"|avant (?:de|d['’]|l['’]|que|son) ?\w*(?:envo|soum|pai)\w*|page suivante|étape \d+ (?:de|sur) \d+"
    r"|j['’]ai vérifié"
    r"|confirmation (?:page|step)|i (?:have )?(?:confirm|certify|verified)|preview|relire|relisez|récapitulatif|aperçu"
    r"|avant de (?:payer|soumettre|envoyer|signer)|étape suivante|je confirme"
    r"|(?:renseignements|données|réponses)[^.]{0,30} (?:exacts?|exactes?|justes?)|êtes-vous sûre?)",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"\b(?:statutory declaration|declaration|affidavit|sworn|oath|waiver|legal agreement|contract"
    r"|notice of (?:appeal|objection)|(?:file|filing|submit) (?:an |your )?(?:appeal|objection)|plead|plea"
    r"|early resolution|consent form|release of liability"
    r"|déclaration (?:solennelle|sous serment)|serment|contrat|avis d[’']appel|renonciation|consentement"
    r"|plaidoyer)\b",
    re.IGNORECASE,
)
_LOOKED_OVER = re.compile(
    r"\b(?:review|confirm|confirmation|summary|check (?:your|and)|verify|vérifi\w*|révis\w*|sommaire"
    r"|récapitulatif|confirm\w+)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\bconfirm\s*\(|\.showModal\s*\(|\.modal\s*\(|Swal\.fire\s*\(|data-confirm|aria-haspopup=[\"']dialog"
    r"|data-(?:bs-)?toggle=[\"']modal"
)


class BindingAtOnce(StructureCheck):
    """WCAG 3.3.4: a form that takes money, an oath or data away, and shows no look back and no way back."""

    rule = Rule(
        id="check/binding-at-once",
        title="Something binding seems to be sent at once",
        why="A slip of the hand, a wrong digit or a misread line cannot be put right any more: it costs money, binds "
        "people in law, or deletes what they had.",
        fix="Show everything on a page to check before it is sent, ask for a confirmation, or let people take it back.",
        title_fr="Quelque chose qui engage semble partir aussitôt",
        why_fr="Un geste de travers, un chiffre erroné ou une ligne mal lue ne se corrige plus : cela coûte de "
        "l’argent, engage en droit ou efface ce que la personne avait.",
        fix_fr="Montrez tout sur une page à vérifier avant l’envoi, demandez une confirmation, ou permettez de revenir "
        "en arrière.",
        impact=Impact.SERIOUS,
        criteria=("3.3.4",),
        references=("WCAG technique G98", "WCAG technique G99", "WCAG technique G155", "WCAG technique G164"),
        help_url="https://www.w3.org/WAI/WCAG22/Understanding/error-prevention-legal-financial-data.html",
        before="<button>Pay $60 now</button>",
        after="<button>Review your payment</button>",
        verdicts=(Verdict.REVIEW,),
    )
    needs: ClassVar[tuple[str, ...]] = ("structure", "document")
    about: ClassVar[tuple[str, ...]] = ("buttons", "images")

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Not where a script or the markup asks before it goes on."""
        for frame in snapshot.artifacts["document"]["frames"]:
            scripts = (one["text"] for one in frame.get("sources", ()) if one["kind"] == "script")
            if any(_ASKS.search(text) for text in (frame["html"], *scripts)):
                return
        yield from super().run(snapshot)

    def judge(self, frame: Fact) -> Iterator[Finding]:
        """Buttons of forms that commit, and buttons that delete; nothing where the page speaks of a way back."""
        said = [block for block in frame["blocks"] if block["shown"]]
        if any(_WAY.search(block["text"]) for block in said) or any(
            _LOOKED_OVER.search(text) for text in [*_heads(frame), *(one["name"] for one in frame["buttons"])]
        ):
            return
        bound = {block["form"] for block in said if _BINDS.search(block["text"])}
        legal = any(_LEGAL.search(text) for text in _heads(frame))
        found: list[tuple[Fact, str]] = []
        drawn = [{**image, "sends": True, "asks": False} for image in frame["images"] if image["kind"] == "button"]
        for button in (*frame["buttons"], *drawn):
            what = _what(
                button,
                [field for field in frame["fields"] if field["form"] == button["form"]],
                legal or button["form"] in bound,
            )
            if what:
                found.append((button, what))
        alike: dict[tuple[str, str], list[Fact]] = {}
        for button, what in found:
            alike.setdefault((button["name"] or button.get("file", ""), what), []).append(button)
        for (called, what), buttons in list(alike.items())[:MOST]:
            message = (
                f"{self.quote(called, 60)} seems to {what} at once.{more(buttons, 'button')} Can people check and "
                "correct it before it counts, or take it back afterwards?"
            )
            yield self.found(frame, buttons[0], message)


def _heads(frame: Fact) -> list[str]:
    return [frame["title"], *(heading["text"] for heading in frame["headings"])]


def _what(button: Fact, fields: list[Fact], binds: bool) -> str:
    """What a button does with people; "" where it does nothing of the kind, or asks first."""
    name = button["name"]
    if button["asks"] or _LEADS_ON.search(name):
        return ""
    if _DELETES.search(name):
        return "delete or cancel something"
    if any(field["search"] or field["autocomplete"] == "current-password" for field in fields):
        return ""
    money = any(
        _MONEY.search(field["label"] or field["name"]) or (field["autocomplete"] or "").startswith("cc-")
        for field in fields
    )
    if not (button["sends"] or ((money or binds) and button["kind"] == "button")):
        return ""
    if _COMMITS.search(name):
        return "commit people"
    if not (_SENDS.search(name) or (not name and button["sends"])) or not fields:
        return ""
    return "move money" if money else "bind people in law" if binds else ""
