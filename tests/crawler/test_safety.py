"""What is never pressed and never asked for; and what is, although a word of it looks the same."""

import pytest

from crawler.safety import NAMED, SUGGESTS, Safety, words_of

NEVER = [
    "Log out", "Logout", "Log off", "Sign out", "SIGN OUT", "Sign in", "Unsubscribe", "Unsubscribe from all",
    "Delete", "Delete account", "Remove", "Remove item", "Cancel", "Cancel booking", "Pay", "Pay now", "Pay your bill",
    "Book", "Book now", "Book a court", "Reserve", "Reserve a room", "Add to cart", "View cart", "Checkout",
    "Check out", "Order", "Place order", "Submit", "Submit a comment", "Send", "Send message", "Post", "Post comment",
    "Publish",
    "Vote", "Vote now", "Download", "Download all", "Print", "Print this page", "Share", "Share on social", "Reset",
    "Reset form", "Donate", "Buy tickets", "Subscribe", "Sign up", "Register", "Apply", "Accept all", "Save",
    "Déconnexion", "Se déconnecter", "Fermer la session", "Se désabonner", "Supprimer", "Supprimer le compte",
    "Annuler", "Payer", "Payer maintenant", "Réserver", "Réserver un terrain", "Panier", "Ajouter au panier",
    "Commander", "Passer la commande", "Soumettre", "Envoyer", "Envoyer le message", "Publier", "Voter", "Télécharger",
    "Imprimer", "Imprimer la page", "Partager", "Réinitialiser", "S’abonner", "S’inscrire", "Acheter", "Confirmer",
]  # fmt: skip
OPENS = [
    "Report a problem", "Start a report", "Request a service", "Rate this page", "Register", "Share", "Share on social",
    "Registration", "Partage",
]  # fmt: skip
PRESSED = [
    "Menu", "Services", "Postal code", "Find by postal code", "Code postal", "Poste de police", "Post-secondary",
    "Postcard", "Posters", "Border crossings", "Sort order", "Out of order", "Bookmark", "Facebook", "Bookkeeping",
    "Notebook", "Payroll", "Cartography", "Cartoon", "Blueprint", "Sprint", "Printemps", "Shareholders", "Sender",
    "Preset", "Sunset", "Devoted", "Pivot", "Next", "Previous", "Show more", "Load more", "Afficher plus", "Voir plus",
    "Open the map", "Close", "Fermer", "Suivant", "Précédent", "Recherche", "Search", "Language", "Français", "Filters",
    "Commandant", "Envers", "Livres", "Town hall", "Mayor", "Back to top", "Toggle navigation", "Disorder", "Recorder",
    "Playground", "Paysage", "Pays", "Payette", "Votive", "Orderly", "Composter", "Outpost", "Removable",
    "Deletion-free", "Signing authority", "Blog posts", "Order of council", "Book of remembrance", "Postage", "Printer",
    "Saved",
    "Supprimés", "Annulus", "Compost", "Impost", "Submarine", "Sendai", "Cancellous", "Cartier", "Bookends", "Down",
]  # fmt: skip
DISCLOSED = [
    "Reservations", "Réservations", "Bookings", "Orders", "Order of council", "Payments", "Paiements", "Cart",
    "Panier", "Publications", "Posts", "Downloads", "Share", "Partage", "Print options", "Registration",
    "Inscriptions", "How do I cancel a building permit?", "How to remove a tree on your land",
    "Comment annuler une inscription au camp?", "Pay a ticket or a tax bill online", "When can I vote in advance?",
    "What happens if I delete my account?", "Payer une facture ou une contravention",
]  # fmt: skip
ONLY_SHOWS = {"tag": "button", "type": "button", "discloses": True}


def button(name, **facts):
    return {"tag": "button", "type": "button", "name": name, "text": name, **facts}


@pytest.mark.parametrize("name", NEVER)
def test_an_act_is_not_pressed(name):
    assert not Safety().may_press(button(name))


def test_why_a_control_is_left_alone_is_said():
    safety = Safety(never_press=("kiosk",))

    assert safety.why_not(button("Delete account")) == SUGGESTS
    assert safety.why_not(button("Parks", href="/parks")) == SUGGESTS
    assert safety.why_not(button("Kiosk")) == NAMED
    assert safety.why_not(button("Menu")) == ""


@pytest.mark.parametrize("name", OPENS)
def test_what_may_be_a_form_is_opened_on_a_copy_alone(name):
    assert Safety(copy=True).may_press(button(name))
    assert not Safety().may_press(button(name))


@pytest.mark.parametrize("name", [one for one in NEVER if one not in OPENS])
def test_an_act_is_not_pressed_on_a_copy(name):
    assert not Safety(copy=True).may_press(button(name))


def test_on_a_copy_too_a_site_has_its_own_words():
    assert not Safety(copy=True, never_press=("report",)).may_press(button("Report a problem"))
    assert not Safety(copy=True).may_press(button("Report a problem", type="submit"))
    assert not Safety(copy=True).may_press(button("Report and pay"))
    assert not Safety(copy=True).may_press(button("Report a problem", href="https://www.city.example/report"))


@pytest.mark.parametrize("name", PRESSED)
def test_what_only_looks_like_an_act_is_pressed(name):
    assert Safety().may_press(button(name))


@pytest.mark.parametrize("name", DISCLOSED)
def test_what_only_shows_may_be_named_like_an_act(name):
    assert Safety().may_press({**ONLY_SHOWS, "name": name, "text": name})


@pytest.mark.parametrize(
    "name", ["Log out", "Delete", "Delete account", "Cancel", "Submit", "Send", "Déconnexion", "Supprimer", "Envoyer"]
)
def test_an_act_is_not_pressed_although_it_says_that_it_only_shows(name):
    assert not Safety().may_press({**ONLY_SHOWS, "name": name, "text": name})


@pytest.mark.parametrize(
    "facts",
    [
        {"id": "btnLogOut"},
        {"id": "logout-link"},
        {"classes": "btn js-delete"},
        {"classes": "icon-trash removeItem"},
        {"href": "/services"},
        {"href": "https://www.city.example/logout"},
        {"href": "javascript:deleteItem(3)"},
        {"href": "#logout"},
        {"script": "cancelBooking(7)"},
        {"script": "doPost('/x')"},
        {"action": "/session/destroy"},
        {"target": "checkout"},
        {"data": {"data-action": "click->cart#add"}},
        {"data": {"data-method": "delete"}},
        {"data": {"hx-post": "/like"}},
        {"data": {"hx-delete": "/item/3"}},
        {"data": {"data-confirm": "Delete this?"}},
        {"type": "submit"},
        {"type": "reset"},
        {"tag": "input", "type": "image"},
        {"title": "Log out"},
        {"value": "Envoyer"},
    ],
)
def test_an_act_is_told_by_more_than_its_name(facts):
    assert not Safety().may_press(button("More", **facts))


@pytest.mark.parametrize(
    "facts",
    [
        {"classes": "order-2 order-md-1 order-first"},
        {"classes": "d-print-none print:hidden no-print"},
        {"classes": "btn-reset button-reset"},
        {"classes": "post-123 type-post status-publish hentry"},
        {"classes": "postal-code"},
        {"classes": "blog-post-toggle"},
        {"id": "menu-border-crossing"},
        {"id": "facebook-feed"},
        {"href": "#"},
        {"href": "#services"},
        {"href": "javascript:void(0)"},
        {"href": "javascript:;"},
        {"data": {"data-bs-toggle": "collapse", "data-bs-target": "#services"}},
        {"data": {"data-toggle": "dropdown", "aria-controls": "menu"}},
        {"script": "toggleMenu()"},
        {"script": "this.parentNode.classList.toggle('is-open')"},
        {"type": "submit", "form": False},  # of no form
    ],
)
def test_layout_is_no_act(facts):
    assert Safety().may_press(button("More", **facts))


@pytest.mark.parametrize(
    ("never", "facts"),
    [
        ("kiosk", {"text": "Open kiosk"}),
        ("Guichet", {"text": "Ouvrir le guichet"}),
        ("*-danger", {"classes": "btn btn-danger"}),
        ("#reserve*", {"href": "#reserve-3"}),
        ("live chat", {"id": "liveChat"}),
    ],
)
def test_a_site_has_words_of_its_own(never, facts):
    control = button("More", **facts)

    assert Safety().may_press({**control, "href": ""})
    assert not Safety(never_press=(never,)).may_press(control)


@pytest.mark.parametrize("never", ["kiosk", "*-dangerous", "guichets", ""])
def test_words_of_a_site_are_whole(never):
    assert Safety(never_press=(never,)).may_press(button("Kiosks", classes="btn-danger", id="guichet"))


@pytest.mark.parametrize(
    "path",
    [
        "/logout", "/user/logout?next=/", "/account/sign-out", "/session?action=logout", "/items/3/delete",
        "/remove.php?id=4", "/cart/add?id=3", "/?add-to-cart=12", "/checkout", "/pay", "/payment/start", "/book/12",
        "/reserve?slot=4",
        "/vote?choice=2", "/polls/3/vote", "/unsubscribe?u=1", "/newsletter/subscribe", "/submit", "/send.aspx",
        "/post", "/publish/3", "/cancel/7", "/download.ashx?id=3", "/download/3", "/file?op=download", "/print/12",
        "/share?u=x",
        "/reset-password", "/?action=reset", "/deconnexion", "/fr/se-desabonner", "/panier/ajouter", "/commander",
        "/fr/r%C3%A9server/3", "/fr/supprimer?id=1", "/imprimer", "/partager", "/telecharger/4", "/doLogOut",
        "/api?order=12",
    ],
)  # fmt: skip
def test_an_act_is_not_asked_for(path):
    assert not Safety().may_ask(f"https://www.city.example{path}")


@pytest.mark.parametrize(
    "path",
    [
        "/", "/services", "/api/menu", "/api/posts?page=2", "/wp-json/wp/v2/posts?per_page=5&order=asc&orderby=date",
        "/api/events?sort=desc", "/list?order=desc", "/news?post_type=news", "/publications?page=3", "/reservations",
        "/search?q=roads", "/suggest?term=a", "/postal-code", "/code-postal/L7R", "/border", "/facebook", "/payroll",
        "/cartography", "/blueprint", "/sprint", "/shareholders", "/partial/more?offset=10", "/poste",
        "/ajax/tab/2", "/load-more", "/composts", "/bookmarks", "/api/items?ids=1,2", "/notebook", "/disorder",
    ],
)  # fmt: skip
def test_what_a_page_reads_is_asked_for(path):
    assert Safety().may_ask(f"https://www.city.example{path}")


@pytest.mark.parametrize(
    ("kind", "path", "may"),
    [
        ("Stylesheet", "/css/print.css", True),
        ("Image", "/icons/share.svg", True),
        ("Script", "/js/checkout.js", True),
        ("Font", "/fonts/post.woff2", True),
        ("Image", "/logout", False),
        ("Image", "/share.gif?u=1", False),
        ("Script", "/vote.js?choice=1", False),
        ("XHR", "/js/checkout.js", False),
        ("Document", "/unsubscribe", False),
    ],
)
def test_files_that_a_page_is_made_of_are_no_acts(kind, path, may):
    assert Safety().may_ask(f"https://www.city.example{path}", kind) is may


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_sent(method):
    assert not Safety().may_ask("https://www.city.example/api/menu", "Fetch", method)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("btnLogOut_2", "btn log out 2"),
        ("Réinitialiser", "reinitialiser"),
        ("S’abonner", "s abonner"),
        ("js-delete--item", "js delete item"),
        ("", ""),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


def form(button, **facts):
    return {"button": button, "name": "", "action": "/forms/12", "data": {}, **facts}


@pytest.mark.parametrize(
    "name",
    [
        "Submit", "Send message", "Save", "Apply for a permit", "Subscribe", "Sign up", "Register", "Continue",
        "Report", "Confirm my address", "Soumettre", "Envoyer", "S’inscrire", "S’abonner à l’infolettre", "Enregistrer",
        "Valider",
    ],
)  # fmt: skip
def test_a_form_that_is_there_to_be_sent_may_be_tried(name):
    assert Safety().may_try(form(name, classes="btn btn-primary order-md-1", id="edit-submit"))


@pytest.mark.parametrize(
    "name",
    [
        "Log out", "Delete", "Remove", "Pay now", "Donate", "Unsubscribe", "Cancel my request", "Check out", "Vote",
        "Deactivate", "Book a court", "Reset my password", "Se déconnecter", "Supprimer", "Payer", "Se désabonner",
        "Annuler la demande", "Résilier", "Réserver", "Voter", "Passer la commande",
    ],
)  # fmt: skip
def test_a_form_that_does_harm_may_not_be_tried(name):
    assert not Safety().may_try(form(name))


@pytest.mark.parametrize(
    "facts",
    [
        {"action": "/account/delete"},
        {"action": "/logout"},
        {"data": {"_method": "DELETE"}},
        {"data": {"op": "unsubscribe"}},
        {"text": "Payment"},
        {"name": "Cancel a booking"},
        {"script": "checkout(this)"},
        {"id": "frm-unsubscribe"},
        {"classes": "pay-form"},
    ],
)
def test_what_a_form_is_for_may_be_told_by_more_than_its_button(facts):
    assert not Safety().may_try(form("Continue", **facts))


def test_a_site_has_forms_of_its_own_that_are_left_alone():
    assert not Safety(never_press=("kiosk",)).may_try(form("Send", name="Kiosk"))
    assert not Safety(never_press=("*/forms/12*",)).may_try(form("Send"))
    assert Safety(never_press=("kiosk",)).may_try(form("Send"))
