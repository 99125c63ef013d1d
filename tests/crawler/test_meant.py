"""What a listener of the whole page is for."""

import pytest

from crawler.browser.meant import meant


@pytest.mark.parametrize(
    ("handler", "selectors"),
    [
        ("(event) => { const chip = event.target.closest('.chip'); if (chip) choose(chip); }", {".chip"}),
        (
            "(e) => { const row = e.target.closest('tr[data-href]'); if (!row) return; location = row.dataset.href; }",
            {"tr[data-href]"},
        ),
        ('function(e){var t=e.target.closest(".fold");t&&t.classList.toggle("open")}', {".fold"}),
        ("(e) => { if (e.target.classList.contains('q')) { e.target.nextElementSibling.hidden = false; } }", {".q"}),
        ("(e) => { if (!e.target.matches('.day')) return; out.textContent = e.target.textContent; }", {".day"}),
        ("(e) => { const tab = e.target.dataset.tabName; if (!tab) return; show(tab); }", {"[data-tab-name]"}),
        ("(e) => { const { action } = e.target.dataset; if (action) run(action); }", {"[data-action]"}),
        ("(e) => { switch (e.target.dataset.go) { case 'on': next(); } }", {"[data-go]"}),
        ("({ target }) => { if (target.closest('.star')) rate(target); }", {".star"}),
        ("(e) => { const el = e.target; if (el.id === 'open-map') openMap(); }", {"#open-map"}),
        ("(e) => { e.target.closest('.x')?.classList; if (e.target.closest('.y') && ready) go(); }", {".y"}),
        # What closes when the click was elsewhere is not for where it was.
        ("(e) => { if (!e.target.closest('.menu')) close(); }", set()),
        ("(e) => { if (e.target.closest('.menu')) return; close(); }", set()),
        ("(e) => { if (open && !e.target.closest('.menu')) { hide(); } }", set()),
        ("(e) => { const inside = e.target.closest('.menu'); if (inside) return; close(); }", set()),
        ("(e) => { const inside = e.target.closest('.menu'); if (!inside) { close(); } }", set()),
        # Counting is nothing that anybody misses.
        ("(e) => { const el = e.target.closest('[data-ga]'); if (el) gtag('event', el.dataset.ga); }", set()),
        ("(e) => { if (e.target.closest('.card')) { dataLayer.push({ event: 'card' }); } }", set()),
        ("(e) => { if (e.target.matches('.promo')) trackClick(e.target); }", set()),
        # Neither is about what was clicked.
        ("(e) => { const row = document.activeElement.closest('.row'); if (row) row.hidden = true; }", set()),
        ("(e) => { if (menu.classList.contains('open')) menu.classList.remove('open'); }", set()),
        ("(e) => { // if (e.target.closest('.old')) go();\n}", set()),
        ("(e) => { if (e.target.closest('.quiet')) e.preventDefault(); }", set()),
    ],
)
def test_a_listener_is_for_what_it_does_something_for(handler, selectors):
    assert meant(handler) == selectors
