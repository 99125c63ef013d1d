"""What is never pressed on a site, and what is never asked of it while something is pressed. English and French.

When in doubt, no: a control that is left alone costs a finding, one that is pressed may cost somebody a booking.
A control that only shows and hides is pressed with a wider list of names: a menu may be called "Reservations".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

#: Words for acts. No control that is named so is pressed, whatever it is.
_ACTS = r"""
    logout|logoff|signout|signoff|log (?:me )?(?:out|off)|sign (?:me )?(?:out|off)|disconnect|end session|
    login|log in|signin|sign in|signup|sign up|
    unsubscrib\w*|subscrib\w*|opt (?:in|out)|optout|unregister\w*|deregister\w*|
    delet(?:e[sd]?|ing)|remov(?:e[sd]?|ing|al)|eras(?:e[sd]?|ing)|destroy|discard|revoke|withdraw|deactivate|disable|
    cancel(?:s|ed|led|ing|ling)?|terminate|undo|
    pay|paying|paid|buy|buying|purchas(?:e[sd]?|ing)|donat(?:e[sd]?|ing)|check ?out|bid|
    submit(?:s|ted|ting)?|send(?:s|ing)?|post|posting|publish(?:e[sd]|ing)?|unpublish|upload(?:s|ing)?|save|confirm|
    apply|enrol\w*|
    approve|reject|accept(?:er)?|agree|decline|allow all|
    vote|votes|voting|unvote|upvote|downvote|
    reset|resets|resetting|renew|go back|close account|
    deconnex\w*|deconnect\w*|(?:fermer|quitter) (?:la |ma |votre )?session|se connecter|
    desabonn\w*|desinscri\w*|abonner|inscrire|resilier|resiliation|
    supprimer|supprime|suppression|effacer|enlever|retirer|detruire|desactiver|
    annuler|annule|annulation|
    payer|payez|paie|acheter|achetez|donner|commandez|commander|passer (?:la|a la|ma) (?:caisse|commande)|
    soumettre|soumettez|envoyer|envoyez|envoi|publier|publiez|televerser|enregistrer|confirmer|confirmez|valider|validez|
    approuver|rejeter|refuser|accepter|acceptez|
    voter|votez|reserver|reservez|
    telecharger|telechargez|imprimer|imprimez|partager|partagez|
    reinitialis\w*|renouveler
"""
#: Words for acts that are names of things as well: what only shows and hides may be called so.
_NAMES = r"""
    book|books|booking|bookings|reserve|reserves|reserved|reserving|reservation|reservations|
    cart|carts|basket|order|orders|ordering|payment|payments|checkouts|
    cancellation|cancellations|submission|submissions|registration|registrations|register|registers|
    posts|posted|publication|publications|share|shares|sharing|
    download|downloads|downloading|downloadable|print|prints|printing|printable|
    like|follow|report|rate|request|requests|subscription|subscriptions|
    panier|paniers|caisse|commande|commandes|paiement|paiements|achat|achats|
    inscription|inscriptions|abonnement|abonnements|soumission|soumissions|
    vote|votes|partage|partages|impression|telechargement|telechargements|envois|don|dons
"""
#: Acts, and names of things, that a form is there for: it may be tried on a copy of a site, where nothing goes out.
_OFFERS = r"""
    submit(?:s|ted|ting)?|send(?:s|ing)?|post(?:s|ed|ing)?|publish(?:e[sd]|ing)?|upload(?:s|ing)?|save|confirm|apply|
    enrol\w*|signup|sign up|subscrib\w*|subscriptions?|regist(?:er|ers|rations?)|agree|share|report|request|requests|
    rate|submissions?|follow|
    abonner|abonnements?|inscrire|inscriptions?|soumettre|soumettez|soumissions?|envoyer|envoyez|envois?|publier|publiez|
    publications?|televerser|enregistrer|confirmer|confirmez|valider|validez|partager|partagez|accepter
"""
#: Names of things by which much else is opened, a form first of all: they may be pressed on a copy of a site.
_OPENS = r"""
    report|request|requests|rate|follow|register|registers|registration|registrations|share|shares|sharing|
    inscription|inscriptions|partage|partages
"""
#: What is no act although a word of it is.
_HARMLESS = r"""
    postal code|post code|postal|post office|post secondary|post graduate|blog posts?|
    (?:sort(?:ing)?|display|alphabetical|reverse|ascending|descending|chronological|reading|tab) order|
    order (?:of|by|in council)|orders? in council|in order (?:of|to)|out of order|
    book (?:of|club|clubs)|back ?to ?top|press releases?|rate payers?|like new
"""
#: Layout and components, not acts: "order-md-1", "d-print-none", "btn-reset", "post-123".
_LAYOUT = re.compile(
    r"(?:(?:xs|sm|md|lg|xl|xxl|\w+):)*-?order-(?:\w{1,3}-)?(?:\d+|first|last|none)"
    r"|print:\S+|d-print-\S+|(?:no|hide|hidden|visible|only)-?print\S*|print-(?:hide|hidden|none)|(?:\w+-)?noprint"
    r"|(?:btn|button|list|ul|link|form|css|u|c)-reset|reset-(?:btn|button|list|css|styles?)"
    r"|(?:\w+-)*posts?-?\d+|(?:type|status|format|blog|wp-block|single|category|hentry)-(?:post|publish)(?:-\S+)?"
    r"|post-(?:card|content|title|body|item|list|meta|excerpt|thumbnail|navigation|toggle)\S*|blog-post\S*"
    r"|(?:bs-)?dismiss(?:ible)?|save-data"
)
#: Names of parameters that say in what order, or of which article.
_HARMLESS_KEYS = frozenset(
    {"order", "orderby", "order_by", "sort", "sortorder", "sort_order", "post", "post_id", "post_type", "posts"}
    | {"posts_per_page", "p", "per_page", "print"}
)
_ORDERS = frozenset({"asc", "desc", "ascending", "descending", "title", "date", "name", "relevance", "menu_order", "1"})
#: What a page is made of, and no act: files that end so, asked for without a query.
_STATIC = re.compile(
    r"\.(?:css|js|mjs|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|map|mp4|webm|vtt)$", re.IGNORECASE
)
_MADE_OF = frozenset({"Stylesheet", "Script", "Image", "Font", "Media", "TextTrack", "Manifest"})
#: An answer to these words in an address is what somebody asked to read.
_READ = re.compile(r"^(?:posts|publications?|reservations?|bookings|orders|downloads|inscriptions|books|reports?)$")


def _compiled(words: str) -> re.Pattern[str]:
    alternatives = re.sub(r"\s*\n\s*", "", words)
    return re.compile(f"(?<![a-z0-9])(?:{alternatives})(?![a-z0-9])")


_ACT, _NAME, _SOFT, _OFFER = _compiled(_ACTS), _compiled(_NAMES), _compiled(_HARMLESS), _compiled(_OFFERS)
_OPEN = _compiled(_OPENS)
#: Attributes by which frameworks send something other than a GET when a control is pressed.
_SENDS = re.compile(r"(?:data-)?(?:hx|bs|ujs|turbo|remote)?-?(?:post|put|patch|delete)$|data-(?:turbo-)?method$")
#: A name this short that holds an act is the act; a longer one is a question about it ("How do I cancel a permit?").
SHORT = 3
#: Why a control is left alone, as reports tell it.
SUGGESTS = "a control was not pressed, since its name or its code suggests that it sends, changes or deletes something"
NAMED = "a control was not pressed, since the site’s own settings name it (never_press)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """The words of this module, and those of the site's own: ``never_press = ["kiosk", "*-danger"]``.

    ``copy``: nobody relies on the site, and nothing goes out; see ``_OPENS``.
    """

    never_press: tuple[str, ...] = ()
    copy: bool = False

    def may_press(self, control: Mapping[str, Any]) -> bool:
        """Whether a control may be pressed, by all that is known of it."""
        return not self.why_not(control)

    def why_not(self, control: Mapping[str, Any]) -> str:
        """Why a control is left alone; "" = it may be pressed.

        ``control``: "tag", "type", "role", "name", "text", "title", "value", "id", "classes", "href", "action",
        "method", "target", "script", "data" ({attribute: value}), "discloses".
        """
        said = [control.get(key) or "" for key in ("name", "text", "title", "value")]
        data: Mapping[str, str] = control.get("data") or {}
        if any(self._is_named(text) for text in (*said, control.get("id", ""), control.get("href", ""))):
            return NAMED
        if any(self._is_named(word) for word in (control.get("classes") or "").split()):
            return NAMED
        if _leads_on(control) or any(_SENDS.search(name) for name in data):
            return SUGGESTS
        discloses = bool(control.get("discloses"))
        code = [control.get(key) or "" for key in ("id", "href", "action", "target", "script")]
        code += [f"{name} {value}" for name, value in data.items()]
        code += [word for word in (control.get("classes") or "").split() if not _LAYOUT.fullmatch(word)]
        named = partial(_names, copy=self.copy)
        if any(_acts(text) or (not discloses and named(text)) for text in code):
            return SUGGESTS
        if discloses:
            acts = any(len(words_of(text).split()) <= SHORT and _acts(text) for text in said)
        else:
            acts = any(_acts(text) or named(text) for text in said)
        return SUGGESTS if acts else ""

    def may_try(self, form: Mapping[str, Any]) -> bool:
        """Whether a form may be sent wrongly filled in, on a copy of a site, by all that is known of it.

        ``form``: "name", "button", "text", "title", "value", "id", "classes", "action", "script", "data" ({name:
        value}).
        """
        data: Mapping[str, str] = form.get("data") or {}
        said = [form.get(key) or "" for key in ("name", "button", "text", "title", "value", "id", "action", "script")]
        said += [f"{name} {value}" for name, value in data.items()]
        classes = (form.get("classes") or "").split()
        if any(self._is_named(text) for text in (*said, *data.values(), *classes)):
            return False
        said += [word for word in classes if not _LAYOUT.fullmatch(word)]
        left = (_OFFER.sub(" ", _SOFT.sub(" ", words_of(text))) for text in said)
        return not any(_ACT.search(text) or _NAME.search(text) for text in left)

    def may_type(self, field: Mapping[str, Any]) -> bool:
        """Whether something may be typed into a field, on a copy of a site: nothing is pressed, nothing goes out.

        ``field``: "name", "called", "id", "classes", "data".
        """
        data: Mapping[str, str] = field.get("data") or {}
        said = [field.get(key) or "" for key in ("name", "called", "id")]
        return not any(self._is_named(text) for text in (*said, *data.values(), *(field.get("classes") or "").split()))

    def may_ask(self, url: str, kind: str = "XHR", method: str = "GET") -> bool:
        """Whether what pressing brings about may be asked of the site. ``kind``: of resource, as Chromium says."""
        if method not in ("GET", "HEAD", "OPTIONS"):
            return False
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        if parts.scheme not in ("http", "https"):
            return True
        if is_made_of(url, kind):
            return True
        if self._is_named(unquote_plus(parts.path)) or self._is_named(unquote_plus(parts.query)):
            return False
        for step in unquote_plus(parts.path).split("/"):
            if step and not _READ.match(step.lower()) and (_acts(step) or _names(step)):
                return False
        for key, value in parse_qsl(parts.query, keep_blank_values=True):
            if key.lower() in _HARMLESS_KEYS:
                if key.lower() in ("order", "sort", "print") and value.lower() not in _ORDERS:
                    return False
                continue
            if any(_acts(text) or _names(text) for text in (key, value)):
                return False
        return True

    def _is_named(self, text: str) -> bool:
        plain = words_of(text)
        for own in self.never_press:
            if any(sign in own for sign in "*?["):
                if text and (fnmatch(text.strip().casefold(), own.casefold()) or fnmatch(plain, own.casefold())):
                    return True
            elif (asked := words_of(own)) and f" {asked} " in f" {plain} ":
                return True
        return False


#: Where a site has no words of its own.
USUAL = Safety()


def is_made_of(url: str, kind: str) -> bool:
    """Whether it is a file that pages are made of: a picture, a script, asked for without a query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return kind in _MADE_OF and not parts.query and bool(_STATIC.search(parts.path))


@lru_cache(maxsize=8192)
def words_of(text: str) -> str:
    """The words of a name, an identifier or a piece of code: "btnLogOut_2" -> "btn log out 2"; accents are dropped."""
    text = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-Z])", " ", text[:2000])
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W\d_]+|\d+", plain))


def _acts(text: str) -> bool:
    return bool(_ACT.search(_SOFT.sub(" ", words_of(text))))


def _names(text: str, *, copy: bool = False) -> bool:
    words = _SOFT.sub(" ", words_of(text))
    return bool(_NAME.search(_OPEN.sub(" ", words) if copy else words))


def _leads_on(control: Mapping[str, Any]) -> bool:
    """Whether pressing it submits a form or follows a link: never done."""
    href = control.get("href") or ""
    if href and not href.startswith("#") and not href.lower().startswith("javascript:"):
        return True
    if control.get("tag") in ("button", "input") and control.get("type") in ("submit", "image", "reset", "file"):
        return bool(control.get("form", True))
    return False
