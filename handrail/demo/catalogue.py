"""What was planted in the demo City, what only looks planted, and how every address must end.

``catalogue(city)`` gives plain data for JSON:

``defects``    accessibility. ``expect`` is "found" (a failure), "review" (a person must look) or "not-found" (a
               near-miss: this rule must not name this element). ``selector`` is unique on its page; ``>>`` enters a
               frame and ``>>>`` an open shadow root. A defect of a shared part is listed once, with its ``part`` and
               all its ``pages``. ``state`` is that of the page which shows it ("dark", "menu: Wards"), or "base".
``exposures``  personal information of invented people, ``expect`` "found" for identifiers that nobody should publish
               and "review" for ways to reach a person; a near-miss names the entity that must not be seen in that
               value on that page. A link whose query holds a value is listed as the page that it opens; ``where`` is
               "file" for what is no page.
               ``value`` is real to a validator: keep the catalogue in memory.
``pages``      every address that an audit meets and the outcome that it must end as. ``optional`` marks documents of
               frames, which a crawler may also take as pages of their own and which then hold what they hold in
               the frame.
``traps``      endless addresses by what they begin with: they end as "trap" or, for a bounded few, as audited.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from audits.model import BASE, PageOutcome
from audits.registry import catalogue as rules_of
from audits.registry import check_classes, discover_site
from handrail.demo.server import FRAMES, PAGES

if TYPE_CHECKING:
    from handrail.demo.server import DemoCity


#: axe rule -> WCAG success criteria; best practices have none.
CRITERIA = {
    "area-alt": ("2.4.4", "4.1.2"),
    "aria-allowed-attr": ("4.1.2",),
    "aria-command-name": ("4.1.2",),
    "aria-deprecated-role": ("4.1.2",),
    "aria-hidden-focus": ("4.1.2",),
    "aria-input-field-name": ("4.1.2",),
    "aria-progressbar-name": ("1.1.1",),
    "aria-prohibited-attr": ("4.1.2",),
    "aria-required-attr": ("4.1.2",),
    "aria-required-children": ("1.3.1",),
    "aria-required-parent": ("1.3.1",),
    "aria-roles": ("4.1.2",),
    "aria-tab-name": ("4.1.2",),
    "aria-toggle-field-name": ("4.1.2",),
    "aria-valid-attr": ("4.1.2",),
    "aria-valid-attr-value": ("4.1.2",),
    "autocomplete-valid": ("1.3.5",),
    "avoid-inline-spacing": ("1.4.12",),
    "button-name": ("4.1.2",),
    "color-contrast": ("1.4.3",),
    "definition-list": ("1.3.1",),
    "dlitem": ("1.3.1",),
    "document-title": ("2.4.2",),
    "duplicate-id-aria": ("4.1.2",),
    "form-field-multiple-labels": ("3.3.2",),
    "frame-title": ("4.1.2",),
    "html-has-lang": ("3.1.1",),
    "html-lang-valid": ("3.1.1",),
    "image-alt": ("1.1.1",),
    "input-button-name": ("4.1.2",),
    "input-image-alt": ("1.1.1", "4.1.2"),
    "label": ("4.1.2",),
    "label-content-name-mismatch": ("2.5.3",),
    "link-in-text-block": ("1.4.1",),
    "link-name": ("2.4.4", "4.1.2"),
    "list": ("1.3.1",),
    "listitem": ("1.3.1",),
    "marquee": ("2.2.2",),
    "meta-viewport": ("1.4.4",),
    "nested-interactive": ("4.1.2",),
    "no-autoplay-audio": ("1.4.2",),
    "object-alt": ("1.1.1",),
    "role-img-alt": ("1.1.1",),
    "scrollable-region-focusable": ("2.1.1", "2.1.3"),
    "select-name": ("4.1.2",),
    "server-side-image-map": ("2.1.1",),
    "summary-name": ("4.1.2",),
    "svg-img-alt": ("1.1.1",),
    "target-size": ("2.5.8",),
    "td-headers-attr": ("1.3.1",),
    "th-has-data-cells": ("1.3.1",),
    "valid-lang": ("3.1.2",),
    "video-caption": ("1.2.2",),
}


#: site | path (``@path@part`` for a shared part) | rule, of axe unless it says of whom | expect | selector, none for
#: what pages show only together | note
PLANTS = """
main|@/@header|label-title-only|found|#header-q|search box of the English header
main|@/@footer|link-name|found|#footer-social|icon link without a name
main|@/@footer|link-name|not-found|#footer-feed|icon link with aria-label
main|@/@footer|color-contrast|found|#footer-small|pale small print
main|@/fr/@header|label-title-only|found|#header-q|search box of the French header
main|@/fr/@footer|link-name|found|#footer-social|icon link without a name
main|@/fr/@footer|color-contrast|found|#footer-small|pale small print
booking|@/@header|image-alt|found|#booking-logo|logo without alt
booking|@/@footer|target-size|found|#booking-smaller|16 px beside another
booking|@/@footer|target-size|found|#booking-larger|16 px beside another
booking|@/@header|link-name|not-found|#booking-home|the text beside the logo names the link
main|/|image-alt|found|#hero-photo|
main|/|image-alt|not-found|#decor-wave|decorative, alt=""
main|/|image-alt|not-found|#crest-large|named by aria-label
main|/|image-alt|not-found|#mayor-photo|has alt
main|/|color-contrast|found|#alert-level|
main|/|color-contrast|not-found|#promo-edge|4.54 to 1
main|/|color-contrast|not-found|#promo-large|large text, above 3 to 1
main|/|color-contrast|review|#promo-fade|over a gradient
main|/|button-name|found|#quick-pay|
main|/|button-name|not-found|#quick-close|named by aria-label
main|/news/|heading-order|found|#news-lead|h1 then h3
main|/news/|heading-order|not-found|#news-tags|h2 after h3
main|/news/|list|found|#story-list|div in ul
main|/news/|list|not-found|#tag-list|script in ul is allowed
main|/news/|image-redundant-alt|found|#alerts-thumb|alt repeats the link's text
main|/news/|image-redundant-alt|not-found|#parks-thumb|alt is empty
main|/news/pool-reopens|link-in-text-block|found|#pool-link|
main|/news/pool-reopens|link-in-text-block|not-found|#pool-link-ok|underlined
main|/news/pool-reopens|listitem|found|#lone-item|
main|/news/pool-reopens|listitem|not-found|#item-ok|
main|/news/pool-reopens|video-caption|review|#pool-video|
main|/news/pool-reopens|video-caption|not-found|#pool-video-ok|has a captions track
main|/news/pool-reopens|valid-lang|found|#quote-wrong|
main|/news/pool-reopens|valid-lang|not-found|#quote-ok|
main|/news/winter-parking|td-headers-attr|found|#zone-table|headers names a missing id
main|/news/winter-parking|td-headers-attr|not-found|#zone-table-ok|
main|/news/winter-parking|definition-list|found|#legend-wrong|p in dl
main|/news/winter-parking|definition-list|not-found|#legend-ok|
main|/news/winter-parking|dlitem|found|#stray-term|dt without dl
main|/news/winter-parking|scope-attr-valid|found|#fees-scope|scope on td
main|/news/winter-parking|scope-attr-valid|not-found|#fees-scope-ok|
main|/news/heritage-grant|aria-roles|found|#grant-status|
main|/news/heritage-grant|aria-roles|not-found|#grant-status-ok|
main|/news/heritage-grant|aria-progressbar-name|found|#grant-progress|
main|/news/heritage-grant|aria-progressbar-name|not-found|#grant-progress-ok|
main|/news/heritage-grant|aria-valid-attr|found|#grant-toggle|
main|/news/heritage-grant|aria-valid-attr|not-found|#grant-toggle-ok|
main|/news/heritage-grant|aria-valid-attr-value|found|#grant-haspopup|
main|/news/heritage-grant|aria-valid-attr-value|not-found|#grant-toggle-ok|
main|/council/|svg-img-alt|found|#chamber-plan|
main|/council/|svg-img-alt|not-found|#chamber-plan-ok|has a title
main|/council/|role-img-alt|found|#live-dot|
main|/council/|role-img-alt|not-found|#live-dot-ok|
main|/council/|summary-name|found|#rules-summary|
main|/council/|summary-name|not-found|#rules-summary-ok|
main|/council/agenda-2026-11-24|empty-heading|found|#agenda-blank|
main|/council/agenda-2026-11-24|empty-heading|not-found|#agenda-blank-ok|an image names it
main|/council/agenda-2026-11-24|empty-table-header|found|#agenda-blank-head|
main|/council/agenda-2026-11-24|scrollable-region-focusable|found|#agenda-scroll|
main|/council/agenda-2026-11-24|scrollable-region-focusable|not-found|#agenda-scroll-ok|takes focus
main|/council/minutes-2026-10-27|marquee|found|#minutes-ticker|
main|/council/delegations|label|found|#deleg-name|text beside it is no label
main|/council/delegations|label|not-found|#deleg-email|
main|/council/delegations|label|not-found|#deleg-token|hidden field
main|/council/delegations|autocomplete-valid|found|#deleg-phone|
main|/council/delegations|autocomplete-valid|not-found|#deleg-postal|
main|/council/delegations|select-name|found|#deleg-topic|
main|/council/delegations|select-name|not-found|#deleg-ward|named by aria-labelledby
main|/council/delegations|form-field-multiple-labels|review|#deleg-org|
main|/council/delegations|input-button-name|found|#deleg-preview|
main|/council/delegations|input-button-name|not-found|#deleg-submit|browsers name a submit button
main|/council/delegations|input-image-alt|found|#deleg-image|
main|/council/delegations|input-image-alt|not-found|#deleg-image-ok|
main|/council/archive|image-alt|found|#archive-scan|on a slow page
main|/council/archive|image-alt|not-found|#archive-scan-ok|
main|/by-laws/|accesskeys|found|#bylaw-key-one|same key as the next link
main|/by-laws/|accesskeys|not-found|#bylaw-key-ok|
main|/by-laws/|tabindex|found|#bylaw-jump|
main|/by-laws/|tabindex|not-found|#bylaw-jump-ok|
main|/by-laws/|check/idle-stop|review|#bylaw-jump|
main|/by-laws/|check/idle-stop|not-found|#bylaw-jump-ok|only a script goes there
main|/by-laws/2019-112|html-has-lang|found|html|
main|/by-laws/2019-112|object-alt|found|#noise-chart|
main|/by-laws/2019-112|object-alt|not-found|#noise-chart-ok|
main|/by-laws/2019-112|avoid-inline-spacing|found|#noise-spacing|
main|/by-laws/2019-112|avoid-inline-spacing|not-found|#noise-spacing-ok|without !important
main|/by-laws/1998-004|document-title|found|html|empty title
main|/by-laws/1998-004|meta-viewport|found|meta[name="viewport"]|
main|/by-laws/1998-004|html-has-lang|not-found|html|
main|/staff/|aria-required-attr|found|#staff-filter|
main|/staff/|aria-required-attr|not-found|#staff-filter-ok|
main|/staff/|aria-required-children|found|#staff-list|
main|/staff/|aria-required-children|not-found|#staff-list-ok|
main|/staff/|aria-required-parent|found|#staff-option|
main|/parks/|nested-interactive|found|#park-card|
main|/parks/|nested-interactive|not-found|#park-card-ok|
main|/parks/|duplicate-id-aria|review|.first-hours|
main|/parks/larkspur-green|target-size|found|#green-plus|
main|/parks/larkspur-green|target-size|found|#green-minus|
main|/parks/larkspur-green|target-size|found|#green-home|
main|/parks/larkspur-green|target-size|not-found|#green-back-ok|small, with space around it
main|/parks/larkspur-green|target-size|not-found|#green-next-ok|small, with space around it
main|/parks/larkspur-green|target-size|not-found|#green-inline|a link in a sentence
main|/parks/larkspur-green|aria-hidden-focus|found|#green-menu|
main|/parks/larkspur-green|aria-hidden-focus|not-found|#green-menu-ok|out of the tab order
main|/parks/larkspur-green|image-alt|not-found|#green-leaf|decoration in aria-hidden
main|/parks/trail-map|area-alt|found|#area-north|
main|/parks/trail-map|area-alt|not-found|#area-south|
main|/parks/trail-map|server-side-image-map|review|#old-map|
main|/parks/trail-map|frame-title|found|#weather-frame|
main|/parks/trail-map|frame-title|not-found|#trail-frame|
main|/parks/trail-map|landmark-unique|found|#content|a frame brings a main of its own, and neither has a name
main|/parks/trail-map|button-name|found|#trail-frame >> #zoom-in|
main|/parks/trail-map|button-name|not-found|#trail-frame >> #zoom-out-ok|
main|/parks/trail-map|image-alt|found|#trail-frame >> #legend-photo|
main|/parks/trail-map|image-alt|not-found|#trail-frame >> #legend-line-ok|
main|/parks/trail-map|select-name|found|#weather-frame >> #weather-day|
main|/parks/trail-map|select-name|not-found|#weather-frame >> #units-ok|
main|/parks/trail-map|color-contrast|not-found|#spacer-frame >> #banner-fine|
main|/parks/quiet-cove|image-alt|found|#cove-photo|only a script links here
main|/parks/quiet-cove|image-alt|not-found|#cove-photo-ok|
main|/permits/|color-contrast|found|#fee-under|4.3 to 1
main|/permits/|color-contrast|not-found|#fee-edge-ok|4.54 to 1
main|/permits/|aria-input-field-name|found|#fee-notes|
main|/permits/|aria-input-field-name|not-found|#fee-remarks-ok|
main|/permits/|aria-toggle-field-name|found|#fee-switch|
main|/permits/|aria-toggle-field-name|not-found|#fee-switch-ok|
main|/permits/pool-enclosure|aria-dialog-name|found|#permit-tip|
main|/permits/pool-enclosure|aria-dialog-name|not-found|#permit-tip-ok|
main|/taxes/|color-contrast|found|#tax-hint|
main|/contact|label-content-name-mismatch|found|#contact-send|
main|/contact|label-content-name-mismatch|not-found|#contact-draft-ok|begins with the visible words
main|/complaints|label|found|#complaint-street|
main|/complaints|label|not-found|#complaint-city|
main|/complaints|label-title-only|found|#complaint-unit|
main|/accessibility|valid-lang|not-found|#access-fr-ok|
main|/careers/|aria-allowed-attr|found|#career-apply|
main|/careers/|aria-allowed-attr|not-found|#career-apply-ok|
main|/careers/|aria-allowed-role|found|#career-heading|
main|/careers/|aria-allowed-role|not-found|#career-heading-ok|
main|/careers/|aria-prohibited-attr|review|#career-new|
main|/careers/|aria-input-field-name|found|#career-slider|
main|/careers/|aria-input-field-name|not-found|#career-slider-ok|
main|/careers/|aria-command-name|found|#career-menu|
main|/careers/|aria-command-name|not-found|#career-menu-ok|
main|/careers/seasonal|aria-deprecated-role|found|#season-index|
main|/careers/seasonal|image-alt|found|#season-photo|only the sitemap names this page
main|/alerts|landmark-unique|found|#content|a frame brings a main of its own, and neither has a name
main|/alerts|link-name|found|#alert-frame >> #room-book|frame of another origin
main|/alerts|link-name|not-found|#alert-frame >> #room-book-ok|
main|/alerts|color-contrast|found|#alert-frame >> #room-pale|
main|/alerts|image-alt|found|#notice-one >>> #notice-image|
main|/alerts|button-name|found|#notice-one >>> #notice-close|
main|/alerts|image-alt|not-found|#notice-two >>> #notice-image|
main|/alerts|button-name|not-found|#notice-two >>> #notice-close|
main|/app/|color-contrast|found|#app-count|drawn by a script
main|/app/|color-contrast|not-found|#app-count-ok|
main|/app/potholes|image-alt|found|#app-pothole|
main|/app/potholes|image-alt|not-found|#app-pothole-ok|
main|/app/potholes/request|button-name|found|#app-follow|
main|/app/snow|select-name|found|#app-street|
main|/app/snow|select-name|not-found|#app-ward-ok|
main|/fr/|image-alt|found|#fr-hero|
main|/fr/|image-alt|not-found|#fr-wave-ok|
main|/fr/|color-contrast|found|#fr-faint|
main|/fr/|color-contrast|not-found|#fr-edge-ok|
main|/fr/nouvelles/|html-lang-valid|found|html|
main|/fr/nouvelles/|link-name|found|#fr-news-link|
main|/fr/conseil/|role-img-alt|found|#fr-dot|
main|/fr/plaintes|label|found|#fr-name|
main|/fr/plaintes|label|not-found|#fr-words|
main|/fr/communiquer|button-name|found|#fr-ask|
main|/fr/communiquer|button-name|not-found|#fr-ask-ok|
main|/fr/carrieres|image-alt|found|#fr-career-photo|only the compressed sitemap names this page
booking|/|color-contrast|found|#offer-pale|
booking|/|color-contrast|not-found|#offer-ok|
booking|/programs/|link-name|found|#program-icon|
booking|/programs/|link-name|not-found|#program-icon-ok|
booking|/programs/swim|image-alt|found|#swim-photo|
booking|/programs/swim|image-alt|not-found|#swim-photo-ok|
booking|/programs/swim|no-autoplay-audio|review|#swim-chime|five seconds
booking|/programs/swim|no-autoplay-audio|not-found|#swim-bell-ok|one second
booking|/programs/skate|aria-tab-name|found|#skate-tab|
booking|/programs/skate|aria-tab-name|not-found|#skate-tab-ok|
booking|/programs/skate|aria-valid-attr-value|not-found|#skate-valid|the id exists
booking|/register|label|found|#reg-child|
booking|/register|label|not-found|#reg-parent|
booking|/facilities|landmark-unique|found|#content|a frame brings a main of its own, and neither has a name
booking|/facilities|link-name|found|#rooms-frame >> #room-book|frame of the same origin
booking|/facilities|link-name|not-found|#rooms-frame >> #room-book-ok|
booking|/facilities|color-contrast|found|#rooms-frame >> #room-pale|
booking|/facilities|select-name|found|#week-one >>> #week-hour|
booking|/facilities|select-name|not-found|#week-one >>> #week-day-ok|
booking|/help|landmark-unique|found|#content|a frame brings a main of its own, and neither has a name
booking|/help|select-name|found|#help-frame >> #weather-day|frame of another origin
booking|/help|select-name|not-found|#help-frame >> #units-ok|
booking|/receipt|svg-img-alt|found|#receipt-logo|
booking|/fr/|color-contrast|found|#fr-offer|
booking|/fr/inscription|select-name|found|#fr-reg-level|
main|/news/|site/broken-link|found||the archive of 2019 is gone
main|/careers/seasonal|site/orphan-page|review||only the sitemap names it
main|/fr/carrieres|site/orphan-page|review||only the sitemap names it
main|/news/newsletters|site/broken-link|found||a letter that was taken away
main|/news/newsletters|site/navigation-order|found|nav, [role=navigation]|News stands after Parks
main|/news/newsletters|site/help-order|review|footer, [role=contentinfo]|the link to contact people went to the footer
main|/news/newsletters|site/inconsistent-identification|review|nav, [role=navigation]|By-laws are called Local laws
main|/news/newsletters|site/missing-anchor|review|a|winter parking has no such part
main|/recreation/guide|site/duplicate-title|review|title|the newsletter archive has its title
main|/fr/services|site/missing-anchor|review|a|the guide has no such part
main|/community/|site/orphan-page|not-found||the home page leads there
booking|/|site/broken-link|found||the winter of 2024 is gone
booking|/|site/one-way-only|review||no search, no map of the site
booking|/programs/|site/broken-link|not-found||
main|/news/pool-reopens|check/media-alternative|review|#pool-video|no word of what is only shown
main|/careers/|check/structure-denied|review|#career-heading-ok|a heading that its role takes away
main|/permits/|check/focus-on-invisible|not-found|#fee-switch|without a size, and its outline shows where the focus is
main|/permits/|check/focus-on-invisible|not-found|#fee-switch-ok|has a size
main|/by-laws/|check/focus-order|review|#bylaw-jump|tabindex 5 comes first
main|/fr/nouvelles/|check/focus-on-invisible|found|#fr-news-link|an empty link
main|/council/delegations|check/autocomplete-missing|review|#deleg-name|
main|/council/delegations|check/autocomplete-missing|not-found|#deleg-postal|
main|/permits/pool-enclosure|check/autocomplete-missing|review|#app-address|
main|/permits/pool-enclosure|check/autocomplete-missing|review|#app-name|
main|/permits/pool-enclosure|check/autocomplete-missing|review|#app-postal|
main|/permits/pool-enclosure|check/autocomplete-missing|review|#app-phone|
main|/permits/pool-enclosure|check/autocomplete-missing|review|#app-email|
main|/permits/pool-enclosure|check/autocomplete-missing|review|#app-dob|
main|/permits/pool-enclosure|check/autocomplete-missing|not-found|#app-order|
booking|/register|check/binding-at-once|review|#content > form > p:nth-of-type(2) > button|paid at once
main|/permits/pool-enclosure|check/binding-at-once|not-found|#content > form > p > button|a page to check comes first
main|/permits/pool-enclosure|check/format-not-said|not-found|#app-dob|what is filled in shows how it is written
main|/recreation/guide|check/field-without-words|review|#guide-first|
main|/contact|check/autocomplete-missing|not-found|#contact-reply|
main|/contact|check/reflow|not-found|#contact-words|50 columns, and never wider than the window
main|/fr/plaintes|check/autocomplete-missing|review|#fr-name|
main|/fr/plaintes|check/reflow|not-found|#fr-words|
booking|/fr/inscription|check/autocomplete-missing|review|#fr-reg-dob|
booking|/fr/inscription|check/autocomplete-missing|review|#fr-reg-mail|
booking|/rooms|check/required-not-said|review|#hold-room|
booking|/fr/salles|check/format-not-said|review|#chaises-date-ok|
booking|/passes|check/binding-at-once|review|#content > form > p:nth-of-type(5) > button:nth-of-type(1)|
main|/complaints|check/field-without-words|review|#complaint-city|
main|/community/|check/fake-heading|review|#comm-apply|
main|/community/|check/fake-heading|not-found|#comm-apply-ok|bold words in a sentence
main|/community/|check/fake-heading|not-found|#comm-heading-ok|
main|/community/|check/fake-list|review|#comm-list|
main|/community/|check/fake-list|not-found|#comm-list-ok|
main|/community/|check/table-without-headers|review|#comm-halls|
main|/community/|check/table-without-headers|not-found|#comm-halls-ok|
main|/community/|check/vague-heading|review|#comm-untitled|a placeholder was left
main|/community/|check/vague-heading|not-found|#comm-named-ok|
main|/community/|check/vague-link|review|#comm-click|
main|/community/|check/vague-link|not-found|#comm-click-ok|its sentence says it
main|/community/|check/same-link-text|review|#comm-report|
main|/community/|check/same-link-text|not-found|#comm-report-ok|
main|/community/|check/generated-text|review|#comm-rink|only a style sheet says that it is closed
main|/community/|check/generated-text|not-found|#comm-rink-ok|an arrow
main|/taxes/|check/tooltip-only|review|#tax-hint|
main|/news/heritage-grant|check/tooltip-only|review|#grant-author|who wrote it
main|/news/heritage-grant|check/tooltip-only|not-found|#grant-status-ok|no tooltip
main|/community/|check/caption-repeated|review|#comm-pier|
main|/community/|check/caption-repeated|not-found|#comm-pier-ok|
main|/community/|check/placeholder-alternative|found|#comm-camera|
main|/community/|check/placeholder-alternative|not-found|#comm-camera-ok|
main|/community/|check/image-of-text|review|#comm-poster|
main|/community/|check/image-of-text|not-found|#comm-camera-ok|
main|/community/|check/colour-instruction|review|#comm-colour|
main|/community/|check/colour-instruction|not-found|#comm-colour-ok|a thing of that colour
main|/community/|check/sensory-instruction|review|#comm-shape|
main|/community/|check/sensory-instruction|not-found|#comm-shape-ok|names the button too
main|/services/finder|check/mouse-only-control|found|#find-map|
main|/services/finder|check/mouse-only-control|not-found|#find-map-ok|
main|/services/finder|check/mouse-only-control|found|#find-waste|
main|/services/finder|check/mouse-only-control|not-found|#find-waste-ok|takes focus and keys
main|/services/finder|check/mouse-only-control|found|#find-sort|
main|/services/finder|check/mouse-only-control|not-found|#find-sort-ok|
main|/services/finder|check/required-not-said|review|#find-name|
main|/services/finder|check/required-not-said|not-found|#find-mail|
main|/services/finder|check/autocomplete-missing|review|#find-name|
main|/services/finder|check/autocomplete-missing|not-found|#find-mail|
main|/services/finder|check/ungrouped-choices|review|#find-urgent|
main|/services/finder|check/ungrouped-choices|not-found|#find-street-ok|
main|/services/finder|check/placeholder-as-label|review|#seen-words|
main|/services/finder|check/placeholder-as-label|not-found|#find-more-ok|
main|/services/finder|check/error-not-tied|review|#find-error|
main|/services/finder|check/error-not-tied|not-found|#find-error-ok|
main|/services/finder|check/focus-changes-context|found|#find-pay|
main|/services/finder|check/focus-changes-context|not-found|#find-pay-ok|only notes that it was seen
main|/services/finder|check/focus-changes-context|found|#find-window|
main|/services/finder|check/focus-changes-context|not-found|#find-window-ok|opens when it is pressed
main|/services/finder|check/vague-name|review|#find-shut|
main|/services/finder|check/vague-name|not-found|#find-shut-ok|
main|/services/finder|check/focus-not-visible|found|#find-quiet|
main|/services/finder|check/focus-not-visible|not-found|#find-quiet-ok|
main|/culture/|check/moving-content|found|#cult-ticker|
main|/culture/|check/moving-content|found|#cult-blink|
main|/culture/|check/reduced-motion|review|#cult-ticker|
main|/culture/|check/reduced-motion|not-found|#cult-fade-ok|
main|/culture/|check/moving-content|not-found|#cult-fade-ok|less than a second
main|/culture/|check/hover-only|review|#cult-menu|
main|/culture/|check/hover-only|not-found|#cult-menu-ok|opens for the keyboard too
main|/culture/|check/hover-only|review|#cult-tip|
main|/culture/|check/text-spacing|found|#cult-tile|
main|/culture/|check/text-spacing|not-found|#cult-tile-ok|grows with its text
main|/culture/|check/text-resize|review|#cult-notice|
main|/culture/|check/text-resize|not-found|#cult-notice-ok|
main|/culture/|check/visual-order|review|#cult-steps|
main|/culture/|check/visual-order|not-found|#cult-steps-ok|
main|/culture/|check/reflow|found|#cult-wall|
main|/culture/|check/reflow|not-found|#cult-wall-ok|never wider than the window
main|/culture/|check/canvas-alternative|review|#cult-chart|
main|/culture/|check/canvas-alternative|not-found|#cult-chart-ok|
main|/news/newsletters|region|found|#letter-skip|a link that skips nothing is content like any other
main|/news/newsletters|check/skip-link-broken|found|#letter-skip|its target is not there
main|/news/newsletters|check/skip-link-broken|not-found|body > a.skip|
main|/recreation/guide|check/focus-not-visible|found|#guide-swim|
main|/recreation/guide|check/focus-not-visible|found|#guide-skate|
main|/recreation/guide|check/focus-not-visible|not-found|#guide-dance-ok|a ring of shadow
main|/recreation/guide|check/faint-focus|review|#guide-yoga|
main|/recreation/guide|check/faint-focus|not-found|#guide-judo-ok|
main|/recreation/guide|check/focus-on-invisible|found|#guide-drawer|
main|/recreation/guide|check/focus-on-invisible|found|#guide-drawer-button|
main|/recreation/guide|check/focus-on-invisible|not-found|#guide-drawer-ok|hidden from everybody
main|/recreation/guide|check/focus-on-invisible|found|#guide-away|
main|/recreation/guide|check/keyboard-trap|not-found|#guide-map-ok|keeps the arrow keys alone
main|/events/festivals|check/reduced-motion|review|#fest-drift|
main|/events/festivals|check/moving-content|review|#fest-drift|
main|/events/festivals|check/part-language|review|#fest-french|
main|/events/festivals|check/part-language|not-found|#fest-french-ok|
main|/events/festivals|check/media-alternative|review|#fest-film|
main|/events/festivals|check/focus-covered|found|#footer-mail|the notice lies on the end of the page
main|/events/festivals|check/focus-covered|not-found|#fest-plan-ok|
main|/events/festivals|check/focus-covered|not-found|#fest-agree-ok|stands on the notice
main|/news/newsletters|check/placeholder-as-label|review|#letter-mail|
main|/news/newsletters|check/placeholder-as-label|not-found|#letter-code-ok|
main|/news/newsletters|check/fake-list|review|#letter-paper|
main|/news/newsletters|check/fake-list|not-found|#letter-paper-ok|
main|/news/newsletters|check/placeholder-alternative|found|#letter-scan|
main|/news/newsletters|check/placeholder-alternative|not-found|#letter-scan-ok|
main|/news/newsletters|check/media-alternative|review|#letter-audio|
main|/news/newsletters|check/vague-link|review|#letter-here|
main|/news/newsletters|check/vague-link|not-found|#letter-here-ok|
main|/fr/loisirs/guide|check/fake-heading|review|#fr-guide-titre|
main|/fr/loisirs/guide|check/fake-heading|not-found|#fr-guide-titre-ok|
main|/fr/loisirs/guide|check/fake-list|review|#fr-guide-liste|
main|/fr/loisirs/guide|check/fake-list|not-found|#fr-guide-liste-ok|
main|/fr/loisirs/guide|check/table-without-headers|review|#fr-guide-heures|
main|/fr/loisirs/guide|check/table-without-headers|not-found|#fr-guide-heures-ok|
main|/fr/loisirs/guide|check/vague-link|review|#fr-guide-plus|
main|/fr/loisirs/guide|check/vague-link|not-found|#fr-guide-plus-ok|
main|/fr/loisirs/guide|check/generated-text|review|#fr-guide-cours|
main|/fr/loisirs/guide|check/colour-instruction|review|#fr-guide-couleur|
main|/fr/loisirs/guide|check/colour-instruction|not-found|#fr-guide-couleur-ok|
main|/fr/loisirs/guide|check/sensory-instruction|review|#fr-guide-bouton|
main|/fr/loisirs/guide|check/sensory-instruction|not-found|#fr-guide-bouton-ok|
main|/fr/loisirs/guide|check/focus-not-visible|found|#fr-guide-nu|
main|/fr/loisirs/guide|check/focus-not-visible|not-found|#fr-guide-nu-ok|
main|/fr/loisirs/guide|check/hover-only|review|#fr-guide-rabais|
main|/fr/loisirs/guide|check/image-of-text|review|#fr-guide-affiche|
main|/fr/loisirs/guide|check/image-of-text|not-found|#fr-guide-affiche-ok|
main|/fr/loisirs/guide|check/part-language|review|#fr-guide-anglais|
main|/fr/loisirs/guide|check/part-language|not-found|#fr-guide-anglais-ok|
main|/fr/culture|check/page-language|found|html|English in a French frame
main|/fr/culture|check/part-language|not-found|#fr-cult-ok|
main|/fr/services|check/moving-content|found|#fr-serv-defile|
main|/fr/services|check/reduced-motion|review|#fr-serv-defile|
main|/fr/services|check/mouse-only-control|found|#fr-serv-carte|
main|/fr/services|check/mouse-only-control|not-found|#fr-serv-carte-ok|
main|/fr/services|check/required-not-said|review|#fr-serv-courriel|
main|/fr/services|check/autocomplete-missing|review|#fr-serv-courriel|
main|/fr/services|check/ungrouped-choices|review|#fr-serv-oui|
main|/fr/services|check/ungrouped-choices|not-found|#fr-serv-rue-ok|
main|/fr/services|check/placeholder-as-label|review|#fr-serv-mots|
main|/fr/services|check/vague-name|review|#fr-serv-bouton|
main|/fr/services|check/vague-name|not-found|#fr-serv-bouton-ok|
main|/fr/services|check/focus-changes-context|found|#fr-serv-aide|
main|/fr/services|check/focus-changes-context|not-found|#fr-serv-aide-ok|
main|/fr/services|check/text-resize|review|#fr-serv-bandeau|
main|/fr/services|check/text-spacing|found|#fr-serv-vignette|
main|/fr/services|check/text-spacing|not-found|#fr-serv-vignette-ok|
main|/fr/services|check/reflow|found|#fr-serv-fixe|
main|/fr/services|check/placeholder-alternative|found|#fr-serv-photo|
main|/fr/services|check/placeholder-alternative|not-found|#fr-serv-photo-ok|
booking|/guide|check/moving-content|review|#pg-slides|
booking|/guide|check/focus-not-visible|found|#pg-swim|
booking|/guide|check/focus-not-visible|not-found|#pg-swim-ok|
booking|/guide|check/focus-on-invisible|found|#pg-ghost|
booking|/guide|check/text-spacing|found|#pg-chip|
booking|/guide|check/text-spacing|not-found|#pg-chip-ok|
booking|/guide|check/hover-only|review|#pg-more|
booking|/guide|check/mouse-only-control|found|#pg-basket|
booking|/guide|check/mouse-only-control|not-found|#pg-basket-ok|
booking|/guide|check/placeholder-alternative|found|#pg-file|
booking|/guide|check/placeholder-alternative|not-found|#pg-file-ok|
booking|/guide|check/keyboard-trap|found|#pg-code|
booking|/passes|check/title-says-nothing|review|title|
booking|/register|check/autocomplete-missing|review|#reg-card|
booking|/register|check/autocomplete-missing|not-found|#reg-dob|the child's
booking|/passes|check/autocomplete-missing|review|#pass-mail|
booking|/passes|check/autocomplete-missing|not-found|#pass-first-ok|
booking|/passes|check/ungrouped-choices|review|#pass-size|
booking|/passes|check/ungrouped-choices|not-found|#pass-send-ok|
booking|/passes|check/required-not-said|review|#pass-photo|
booking|/passes|check/vague-name|review|#pass-button|
booking|/passes|check/wordless-link|review|#pass-next|
booking|/passes|check/vague-name|not-found|#pass-button-ok|
booking|/passes|check/fake-heading|review|#pass-bold|
booking|/passes|check/vague-heading|review|#pass-terms|three in a row
booking|/fr/guide|check/moving-content|found|#fr-pg-clignote|
booking|/fr/guide|check/focus-not-visible|found|#fr-pg-nu|
booking|/fr/guide|check/focus-not-visible|not-found|#fr-pg-nu-ok|
booking|/fr/guide|check/fake-heading|review|#fr-pg-gras|
booking|/fr/guide|check/placeholder-as-label|review|#fr-pg-courriel|
booking|/fr/guide|check/mouse-only-control|found|#fr-pg-panier|
booking|/fr/guide|check/mouse-only-control|not-found|#fr-pg-panier-ok|
booking|/fr/guide|check/reflow|found|#fr-pg-file|
booking|/fr/guide|check/placeholder-alternative|found|#fr-pg-photo|
main|/contact|check/placeholder-as-label|not-found|#contact-reply|has a label as well
main|/council/delegations|check/placeholder-as-label|not-found|#deleg-postal|has a label as well
main|/by-laws/|check/table-without-headers|not-found|#bylaw-one|
main|/by-laws/|check/focus-order|not-found|#bylaw-jump-ok|takes no part in the order
main|/|check/image-of-text|not-found|#mayor-photo|
main|/|check/placeholder-alternative|not-found|#mayor-photo|
main|/|check/moving-content|not-found|#promo-fade|a gradient stands still
main|/fr/plaintes|check/required-not-said|not-found|#fr-words|
main|/community/|check/same-link-text|not-found|#comm-click-ok|
main|/community/|check/caption-repeated|not-found|#comm-camera-ok|no figure
main|/community/|check/placeholder-alternative|not-found|#comm-poster|says what it is
main|/community/|check/image-of-text|not-found|#comm-pier-ok|
main|/community/|check/sensory-instruction|not-found|#comm-colour-ok|speaks of a thing, not of the page
main|/community/|check/colour-instruction|not-found|#comm-shape-ok|
main|/community/|check/fake-heading|not-found|#comm-colour|a sentence
main|/community/|check/fake-list|not-found|#comm-apply-ok|
main|/services/finder|check/autocomplete-missing|not-found|#seen-words|not about a person
main|/services/finder|check/required-not-said|not-found|#find-more-ok|
main|/services/finder|check/placeholder-as-label|not-found|#find-mail|
main|/services/finder|check/focus-changes-context|not-found|#find-quiet|
main|/services/finder|check/mouse-only-control|not-found|#find-shut-ok|
main|/services/finder|check/error-not-tied|not-found|#find-ward|the message is told of, not the field
main|/culture/|check/reduced-motion|not-found|#cult-blink|does not move
main|/culture/|check/hover-only|not-found|#cult-tile-ok|
main|/culture/|check/reflow|not-found|#cult-notice|never wider than the window
main|/culture/|check/text-spacing|not-found|#cult-notice|room enough for spaced text
main|/recreation/guide|check/focus-order|not-found|#guide-first|a tabindex of 0 changes nothing
main|/recreation/guide|check/autocomplete-missing|not-found|#guide-first|a choice, not a name
main|/recreation/guide|check/focus-on-invisible|not-found|#guide-dance-ok|
main|/events/festivals|check/reduced-motion|not-found|#fest-cookies|stays in place
main|/events/festivals|check/page-language|not-found|html|one part is French
main|/news/newsletters|check/image-of-text|not-found|#letter-scan-ok|
main|/fr/loisirs/guide|check/page-language|not-found|html|one part is English
main|/fr/loisirs/guide|check/same-link-text|not-found|#fr-guide-plus-ok|
main|/fr/loisirs/guide|check/placeholder-alternative|not-found|#fr-guide-affiche|
main|/fr/services|check/focus-not-visible|not-found|#fr-serv-aide|
main|/fr/services|check/mouse-only-control|not-found|#fr-serv-bouton|
main|/fr/services|check/text-spacing|not-found|#fr-serv-bandeau|room enough for spaced text
booking|/guide|check/reduced-motion|not-found|#pg-slides|slides change, nothing drifts
booking|/guide|check/keyboard-trap|not-found|#pg-swim-ok|
booking|/passes|check/page-language|not-found|html|
booking|/passes|check/autocomplete-missing|not-found|#pass-photo|the holder may be somebody else
booking|/fr/guide|check/vague-link|not-found|#fr-pg-nu-ok|
main|/council/delegations|privacy/form-collection-notice|review|#content > form|
main|/permits/pool-enclosure|privacy/form-collection-notice|review|#content > form|
main|/contact|privacy/form-collection-notice|review|#content > form|
main|/services/finder|privacy/form-collection-notice|review|#find-form|
main|/news/newsletters|privacy/form-collection-notice|review|#content > form|an e-mail address is enough
main|/complaints|privacy/form-collection-notice|not-found|#content > form|the notice stands above it
main|/login|privacy/form-collection-notice|not-found|#content > form|a sign-in
main|/fr/plaintes|privacy/form-collection-notice|review|#content > form|
main|/fr/services|privacy/form-collection-notice|review|#fr-serv-form|
booking|/register|privacy/form-collection-notice|review|#content > form|
booking|/passes|privacy/form-collection-notice|review|#content > form|
booking|/fr/inscription|privacy/form-collection-notice|review|#content > form|
booking|/register|privacy/form-not-encrypted|not-found|#content > form|this machine
main|/login|privacy/form-in-address|not-found|#content > form|sent by POST
booking|/fr/inscription|privacy/form-third-party|not-found|#content > form|
booking|/rooms|check/error-not-said|found|#hold-room|turns red, without a word
booking|/rooms|check/error-not-said|not-found|#hold-why|nobody has to fill it in
booking|/rooms|check/error-not-said|not-found|#tables-many-ok|the browser says it
booking|/rooms|check/error-without-remedy|review|#visit-date|“not valid”, and no more
booking|/rooms|check/format-not-said|review|#visit-date|no words say how a date is written
booking|/rooms|check/error-without-remedy|not-found|#chairs-date-ok|an example stands in the message
booking|/fr/salles|check/form-message-not-announced|review|#salle-nom|a message that the field does not refer to
booking|/fr/salles|check/error-not-said|not-found|#chaises-date-ok|
booking|/fr/salles|check/error-not-said|not-found|#tables-pour-ok|a live region names the field
booking|/fr/salles|check/error-without-remedy|review|#salle-date|“pas valide”, and no more
booking|/fr/salles|check/format-not-said|review|#salle-date|no words say how a date is written
booking|/fr/salles|check/error-without-remedy|not-found|#chaises-date-ok|an example stands in the message
"""

#: site | path | rule | expect | selector | the state that shows it | note
SHOWN = """
main|/waste/|link-name|found|#waste-harbour|menu: Wards|icon link without a name
main|/waste/|link-name|not-found|#waste-mill-ok|menu: Wards|icon link with aria-label
main|/waste/|color-contrast|found|#waste-tag|section: What does one more bag cost?|
main|/waste/|color-contrast|not-found|#waste-tag-ok|section: What does one more bag cost?|
main|/waste/|image-alt|found|#waste-bin|section: How far may the lid stand open?|
main|/waste/|image-alt|not-found|#waste-bin-ok|section: How far may the lid stand open?|
main|/waste/|color-contrast|not-found|#waste-snow-ok|section: Where do bins stand when it snows?|4.54 to 1
main|/waste/|label|found|#waste-thing|tab: Green bin|text above it is no label
main|/waste/|label|not-found|#waste-thing-ok|tab: Green bin|
main|/waste/|button-name|found|#waste-shut|dialog: Size of the bins|
main|/waste/|button-name|not-found|#waste-shut-ok|dialog: Size of the bins|
main|/waste/|check/placeholder-alternative|found|#waste-notice|more: Show more notices|
main|/waste/|check/placeholder-alternative|not-found|#waste-notice-ok|more: Show more notices|
main|/waste/|check/dialog-focus|not-found|#waste-guide|base|the browser moves the focus
main|/waste/|check/expanded-not-told|not-found|#waste-fold-bag|base|
main|/roads/winter|label|found|#roads-street|narrow|the label is hidden
main|/roads/winter|label|not-found|#roads-route-ok|narrow|half of the label stays
main|/roads/winter|check/gone-when-narrow|review|#roads-street-label|base|nothing else says it
main|/roads/winter|check/gone-when-narrow|not-found|#roads-plough-ok|base|half of the label stays
main|/roads/winter|button-name|found|#roads-find|narrow|its word is hidden
main|/roads/winter|button-name|not-found|#roads-show-ok|narrow|named by aria-label
main|/roads/winter|color-contrast|found|#roads-note|dark|a colour that only the light has
main|/roads/winter|color-contrast|not-found|#roads-note-ok|dark|
main|/roads/winter|color-contrast|found|#roads-plan|dark|
main|/roads/winter|color-contrast|not-found|#roads-plan-ok|dark|
main|/fr/dechets|button-name|found|#fr-dechets-voir|narrow|its words are hidden
main|/fr/dechets|button-name|not-found|#fr-dechets-voir-ok|narrow|one word is hidden
main|/fr/dechets|color-contrast|found|#fr-dechets-prix|section: Combien coûte un sac de plus ?|
main|/fr/dechets|color-contrast|not-found|#fr-dechets-prix-ok|section: Combien coûte un sac de plus ?|4.54 to 1
main|/fr/dechets|color-contrast|not-found|#fr-dechets-neige-ok|section: Où mettre le bac quand il neige ?|
main|/fr/dechets|select-name|found|#fr-dechets-quoi|tab: Bac vert|
main|/fr/dechets|select-name|not-found|#fr-dechets-quoi-ok|tab: Bac vert|
main|/fr/dechets|image-alt|found|#fr-dechets-bac|dialog: Taille des bacs|
main|/fr/dechets|image-alt|not-found|#fr-dechets-bac-ok|dialog: Taille des bacs|
booking|/rooms|label|found|#pd-count|cookie-settings|
booking|/rooms|label|not-found|#pd-city-ok|cookie-settings|
booking|/rooms|button-name|found|#pd-again|cookies-closed|comes when the banner goes
booking|/fr/salles|label|not-found|#pd-compter-ok|cookie-settings|
booking|/fr/salles|button-name|not-found|#pd-encore-ok|cookies-closed|named by aria-label
"""

#: Ways to reach a person are for a person to judge; the rest nobody should publish.
JUDGED_BY_PEOPLE = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "CA_POSTAL_CODE", "CIVIC_ADDRESS"})

#: site | path | entity | value | selector | where ("text" unless said)
LEAKS = """
main|/search|EMAIL_ADDRESS|quillan.email||url
main|/search|PHONE_NUMBER|perpetua.phone_dashed||url
main|/news/heritage-grant|PHONE_NUMBER|marigold.phone|#grant-portrait|alt
main|/news/heritage-grant|EMAIL_ADDRESS|marigold.email|#grant-author|title
main|/council/agenda-2026-11-24|PHONE_NUMBER|thaddeus.phone_dashed|#speaker-phone
main|/council/agenda-2026-11-24|EMAIL_ADDRESS|thaddeus.email|#speaker-email
main|/council/agenda-2026-11-24|CIVIC_ADDRESS|thaddeus.address|#speaker-address
main|/council/agenda-2026-11-24|CA_POSTAL_CODE|thaddeus.postal|#speaker-postal
main|/council/minutes-2026-10-27|CIVIC_ADDRESS|zebulon.address|#letter-address
main|/council/minutes-2026-10-27|CA_POSTAL_CODE|zebulon.postal|#letter-postal
main|/council/minutes-2026-10-27|DATE_OF_BIRTH|zebulon.dob|#letter-dob
main|/council/minutes-2026-10-27|CA_SIN|zebulon.sin|#letter-sin
main|/council/minutes-2026-10-27|CA_ON_DRIVER_LICENCE|zebulon.licence|#letter-licence
main|/council/minutes-2026-10-27|PHONE_NUMBER|zebulon.phone|#letter-phone
main|/council/minutes-2026-10-27|EMAIL_ADDRESS|zebulon.email|#letter-mail|link
main|/council/minutes-2026-10-27|CA_ON_HEALTH_CARD|perpetua.health_card|#note-health
main|/council/minutes-2026-10-27|PHONE_NUMBER|perpetua.phone_link|#note-phone|link
main|/permits/pool-enclosure|CIVIC_ADDRESS|wilfreda.address|#app-address|field
main|/permits/pool-enclosure|CA_POSTAL_CODE|wilfreda.postal|#app-postal|field
main|/permits/pool-enclosure|PHONE_NUMBER|wilfreda.phone|#app-phone|field
main|/permits/pool-enclosure|EMAIL_ADDRESS|wilfreda.email|#app-email|field
main|/permits/pool-enclosure|DATE_OF_BIRTH|wilfreda.dob_iso|#app-dob|field
main|/permits/pool-enclosure|CA_ON_DRIVER_LICENCE|wilfreda.licence|#app-licence|field
main|/permits/pool-enclosure|CREDIT_CARD|wilfreda.card|#app-card|field
main|/permits/|CA_SIN|quillan.sin|#permit-log|comment
main|/parks/larkspur-green|CA_ON_HEALTH_CARD|euphrasie.health_card|#green-data|script
main|/parks/larkspur-green|DATE_OF_BIRTH|barnaby.dob|#green-row|template
main|/taxes/|CA_SIN|marigold.sin_dashed|#rebate-sin-1
main|/taxes/|DATE_OF_BIRTH|marigold.dob|#rebate-dob-1
main|/taxes/|CA_ON_HEALTH_CARD|marigold.health_card_spaced|#rebate-health-1
main|/taxes/|PHONE_NUMBER|marigold.phone_dashed|#rebate-phone-1
main|/taxes/|CA_SIN|barnaby.sin|#rebate-sin-2
main|/taxes/|DATE_OF_BIRTH|barnaby.dob_iso|#rebate-dob-2
main|/taxes/|CA_ON_HEALTH_CARD|barnaby.health_card|#rebate-health-2
main|/taxes/|PHONE_NUMBER|barnaby.phone|#rebate-phone-2
main|/complaints|CIVIC_ADDRESS|quillan.address|#case-address
main|/complaints|EMAIL_ADDRESS|quillan.email|#case-mail
main|/complaints|PHONE_NUMBER|quillan.phone_dashed|#case-phone
main|/parks/trail-map|PHONE_NUMBER|barnaby.phone_dotted|#trail-frame >> #captain-phone
main|/parks/quiet-cove|EMAIL_ADDRESS|ottoline.email|#cove-mail
main|/careers/seasonal|PHONE_NUMBER|ottoline.phone|#season-phone
main|/alerts|PHONE_NUMBER|wilfreda.phone_dashed|#alert-frame >> #room-phone
main|/app/potholes/request|CIVIC_ADDRESS|euphrasie.address|#request-address
main|/app/potholes/request|EMAIL_ADDRESS|euphrasie.email|#request-mail
main|/fr/conseil/|DATE_OF_BIRTH|seraphine.dob_fr|#fr-dob
main|/fr/conseil/|CA_SIN|seraphine.sin|#fr-sin
main|/fr/conseil/|EMAIL_ADDRESS|seraphine.email|#fr-mail
main|/fr/plaintes|CIVIC_ADDRESS|anatole.address_fr|#fr-address
main|/fr/plaintes|CA_POSTAL_CODE|anatole.postal|#fr-postal
main|/fr/plaintes|PHONE_NUMBER|anatole.phone_dashed|#fr-phone
main|/fr/plaintes|CA_ON_HEALTH_CARD|anatole.health_card|#fr-health
main|/fr/plaintes|CA_ON_DRIVER_LICENCE|anatole.licence|#fr-licence
main|/fr/carrieres|PHONE_NUMBER|clothilde.phone|#fr-career-phone
main|/data/delegations.csv|CA_SIN|clothilde.sin_plain||file
main|/data/delegations.csv|PHONE_NUMBER|clothilde.phone_dashed||file
main|/data/council.ics|EMAIL_ADDRESS|seraphine.email||file
main|/assets/parks.js|EMAIL_ADDRESS|ottoline.email||file
main|/robots.txt|CA_SIN|barnaby.sin_dashed||file
main|/documents/agenda-2026-11-24.pdf|PHONE_NUMBER|thaddeus.phone||file
main|/documents/complaint-2026-14.pdf|CA_SIN|ottoline.sin||covered
main|/documents/complaint-2026-14.pdf|PHONE_NUMBER|ottoline.phone||covered
main|/documents/complaint-2026-14.pdf|EMAIL_ADDRESS|anatole.email||metadata
main|/documents/permit-fees.xlsx|CA_SIN|wilfreda.sin_plain||unseen
main|/documents/permit-fees.xlsx|PHONE_NUMBER|wilfreda.phone||unseen
main|/documents/delegation-form.docx|PHONE_NUMBER|wilfreda.phone_dashed||note
main|/documents/delegation-form.docx|CA_ON_HEALTH_CARD|ottoline.health_card||revision
booking|/programs/swim|PHONE_NUMBER|perpetua.phone_dashed|#swim-parent
booking|/register|DATE_OF_BIRTH|ottoline.dob_iso|#reg-dob|field
booking|/register|CA_ON_HEALTH_CARD|ottoline.health_card|#reg-health|field
booking|/register|CREDIT_CARD|ottoline.card_dashed|#reg-card|field
booking|/roster|EMAIL_ADDRESS|thaddeus.email|#roster-mail
booking|/roster|CA_ON_DRIVER_LICENCE|thaddeus.licence|#roster-licence
booking|/facilities|PHONE_NUMBER|wilfreda.phone_dashed|#rooms-frame >> #room-phone
booking|/receipt|CREDIT_CARD|barnaby.card|#receipt-card
booking|/receipt|CA_POSTAL_CODE|barnaby.postal|#receipt-postal
booking|/fr/inscription|DATE_OF_BIRTH|clothilde.dob_iso|#fr-reg-dob|field
booking|/fr/inscription|CA_SIN|clothilde.sin_dashed|#fr-reg-sin|field
booking|/fr/inscription|EMAIL_ADDRESS|clothilde.email|#fr-reg-mail|field
"""

#: site | path | entity that must not be seen | value key, or "=" and the text itself | selector | where
LOOKALIKES = """
main|/|PHONE_NUMBER|n.toll_free|#footer-phone
main|/|EMAIL_ADDRESS|=info@larkspurbay.example|#footer-mail
main|/|CA_SIN|n.version|#footer-small
main|/|CA_POSTAL_CODE|n.colour|#theme-colour
main|/|PHONE_NUMBER|n.coordinates|#map-centre
main|/news/pool-reopens|PHONE_NUMBER|n.file_number|#pool-tender
main|/news/pool-reopens|CA_ON_HEALTH_CARD|n.file_number|#pool-tender
main|/news/pool-reopens|CREDIT_CARD|n.isbn|#pool-isbn
main|/news/pool-reopens|PHONE_NUMBER|n.isbn|#pool-isbn
main|/news/winter-parking|CA_SIN|n.order|#parking-order
main|/news/winter-parking|CREDIT_CARD|n.tracking|#parking-tracking
main|/news/winter-parking|CA_POSTAL_CODE|n.postal_letter|#parking-sector
main|/news/winter-parking|CIVIC_ADDRESS|=12 street sweepers|#parking-sweep
main|/news/heritage-grant|EMAIL_ADDRESS|=heritage@larkspurbay.example|#grant-contact
main|/council/|DATE_OF_BIRTH|=November 24, 2026|#meeting-date
main|/council/|EMAIL_ADDRESS|=clerk@larkspurbay.example|#council-clerk
main|/council/agenda-2026-11-24|DATE_OF_BIRTH|=November 24, 2026|#agenda-date
main|/council/agenda-2026-11-24|DATE_OF_BIRTH|=2026-10-27|#agenda-previous
main|/council/agenda-2026-11-24|CA_SIN|n.invoice|#agenda-invoice
main|/council/agenda-2026-11-24|CA_SIN|n.invoice_dashed|#agenda-invoice-2
main|/council/agenda-2026-11-24|CA_SIN|n.gst|#agenda-gst
main|/council/agenda-2026-11-24|PHONE_NUMBER|n.file_number|#agenda-file
main|/council/minutes-2026-10-27|CA_SIN|n.sin_bad|#form-sin-bad
main|/council/minutes-2026-10-27|CA_ON_HEALTH_CARD|n.health_bad|#form-health-bad
main|/council/minutes-2026-10-27|CA_ON_DRIVER_LICENCE|n.licence_bad|#form-licence-bad
main|/council/minutes-2026-10-27|DATE_OF_BIRTH|=November 24, 2026|#minutes-next
main|/council/delegations|CA_POSTAL_CODE|n.postal_first|#deleg-postal|attribute
main|/council/archive|PHONE_NUMBER|n.meter|#archive-page
main|/by-laws/|DATE_OF_BIRTH|=March 3, 2026|#bylaw-date
main|/by-laws/|CA_SIN|n.invoice|#bylaw-record
main|/by-laws/1998-004|PHONE_NUMBER|n.toll_free|#fence-planner
main|/staff/|PHONE_NUMBER|n.clerk_phone|#staff-clerk-phone
main|/staff/|PHONE_NUMBER|n.works_phone|#staff-works-phone
main|/staff/|PHONE_NUMBER|n.planner_phone|#staff-planner-phone
main|/staff/|EMAIL_ADDRESS|=clerk@larkspurbay.example|#staff-clerk-mail
main|/staff/|EMAIL_ADDRESS|=osric.roadman@larkspurbay.example|#staff-works-mail
main|/staff/|EMAIL_ADDRESS|=planning@larkspurbay.example|#staff-planner-mail
main|/parks/|PHONE_NUMBER|n.coordinates|#park-coordinates
main|/parks/|CA_ON_HEALTH_CARD|n.meter|#park-bench
main|/parks/larkspur-green|CA_SIN|n.version|#green-version
main|/parks/larkspur-green|CA_SIN|n.order|#green-data|script
main|/parks/larkspur-green|PHONE_NUMBER|n.coordinates|#green-data|script
main|/permits/|CA_SIN|n.gst|#permit-gst
main|/permits/|CA_ON_HEALTH_CARD|n.meter|#permit-meter
main|/permits/|CA_POSTAL_CODE|n.postal_first|#permit-sector
main|/permits/pool-enclosure|CA_SIN|n.order|#app-order|field
main|/permits/pool-enclosure|CREDIT_CARD|n.card_bad|#app-coupon|field
main|/permits/pool-enclosure|DATE_OF_BIRTH|=2026-12-08|#app-start|field
main|/taxes/|CA_SIN|n.invoice|#rebate-cheque-1
main|/taxes/|CA_SIN|n.invoice_dashed|#rebate-cheque-2
main|/taxes/|PHONE_NUMBER|n.toll_free|#tax-line
main|/contact|EMAIL_ADDRESS|=info@larkspurbay.example|#contact-mail
main|/contact|PHONE_NUMBER|n.toll_free|#contact-free
main|/contact|PHONE_NUMBER|n.mayor_phone|#contact-mayor
main|/contact|PHONE_NUMBER|n.ward_phone|#contact-ward
main|/contact|PHONE_NUMBER|n.desk_phone|#contact-desk
main|/contact|EMAIL_ADDRESS|=name@provider.example|#contact-reply|attribute
main|/contact|PHONE_NUMBER|n.fiction_phone|#contact-fiction
main|/complaints|PHONE_NUMBER|n.file_number|#case-file
main|/complaints|DATE_OF_BIRTH|=October 5, 2026|#case-date
main|/accessibility|EMAIL_ADDRESS|=accessibility@larkspurbay.example|#access-mail
main|/accessibility|PHONE_NUMBER|n.isbn|#access-isbn
main|/accessibility|DATE_OF_BIRTH|=June 16, 2026|#access-date
main|/privacy|CA_SIN|n.sin_blank|#privacy-sin-blank
main|/privacy|CA_SIN|n.sin_eight|#privacy-sin-eight
main|/privacy|CREDIT_CARD|n.card_bad|#privacy-card
main|/privacy|EMAIL_ADDRESS|=privacy@larkspurbay.example|#privacy-mail
main|/careers/|PHONE_NUMBER|n.file_number|#career-posting
main|/careers/|EMAIL_ADDRESS|=careers@larkspurbay.example|#career-mail
main|/careers/seasonal|CA_SIN|n.invoice_dashed|#season-shift
main|/alerts|PHONE_NUMBER|n.toll_free|#alert-phone
main|/alerts|CA_SIN|n.order|#alert-bulletin
main|/app/potholes/request|CA_SIN|n.order|#request-order
main|/fr/|CA_POSTAL_CODE|n.colour|#fr-colour
main|/fr/nouvelles/|DATE_OF_BIRTH|=3 novembre 2026|#fr-date
main|/fr/nouvelles/|PHONE_NUMBER|n.file_number|#fr-tender
main|/fr/conseil/|EMAIL_ADDRESS|=greffe@larkspurbay.example|#fr-clerk
main|/fr/conseil/|DATE_OF_BIRTH|=27 octobre 2026|#fr-minutes-date
main|/fr/conseil/|CA_SIN|n.sin_bad|#fr-file
main|/fr/plaintes|CA_SIN|n.invoice|#fr-invoice
main|/fr/plaintes|CA_SIN|n.gst|#fr-gst
main|/fr/communiquer|PHONE_NUMBER|n.toll_free|#fr-free
main|/fr/carrieres|PHONE_NUMBER|n.meter|#fr-career-offer
main|/data/delegations.csv|CA_SIN|n.invoice||file
main|/data/delegations.csv|CA_SIN|n.order||file
main|/data/halls.json|PHONE_NUMBER|n.desk_phone||file
main|/data/halls.json|CA_ON_HEALTH_CARD|n.meter||file
main|/data/council.ics|PHONE_NUMBER|n.file_number||file
main|/data/council.ics|EMAIL_ADDRESS|=clerk@larkspurbay.example||file
main|/data/clerk.vcf|PHONE_NUMBER|n.clerk_phone||file
main|/data/clerk.vcf|EMAIL_ADDRESS|=clerk@larkspurbay.example||file
main|/assets/parks.js|CA_SIN|n.version||file
main|/assets/parks.js|CA_SIN|n.order||file
main|/robots.txt|PHONE_NUMBER|n.file_number||file
main|/documents/complaint-2026-14.pdf|CA_SIN|n.invoice_dashed||file
main|/documents/complaint-2026-14.pdf|CA_SIN|n.order||file
main|/documents/complaint-2026-14.pdf|PHONE_NUMBER|n.file_number||file
main|/documents/permit-fees.xlsx|CA_SIN|n.order||file
main|/documents/permit-fees.xlsx|CA_SIN|n.invoice||file
main|/documents/delegation-form.docx|EMAIL_ADDRESS|=clerk@larkspurbay.example||file
booking|/programs/|CA_SIN|n.invoice_dashed|#program-code
booking|/programs/skate|CA_SIN|n.order|#skate-order
booking|/register|CREDIT_CARD|n.tracking|#reg-barcode|field
booking|/register|DATE_OF_BIRTH|=2027-01-09|#reg-session|field
booking|/roster|PHONE_NUMBER|n.meter|#roster-sweater
booking|/roster|EMAIL_ADDRESS|=info@playdate.example|#roster-office
booking|/help|PHONE_NUMBER|n.toll_free|#help-phone
booking|/help|EMAIL_ADDRESS|=help@playdate.example|#help-mail
booking|/help|CA_SIN|n.version|#help-version
booking|/receipt|CA_SIN|n.invoice|#receipt-number
booking|/receipt|CA_SIN|n.gst|#receipt-gst
booking|/receipt|CREDIT_CARD|n.card_bad|#receipt-terminal
booking|/receipt|DATE_OF_BIRTH|=2026-11-02|#receipt-date
booking|/fr/inscription|CA_SIN|n.order|#fr-reg-order|field
"""

#: site | path, or a whole address | outcome. Pages that are not named here, nor shown in frames, end as audited.
ENDINGS = """
main|/internal/drafts|robots
main|/account/|sign-in
main|/staff-only|sign-in
main|/old-home|redirected
main|/go/permits|redirected
main|/partners/conservation|redirect-off-scope
main|/news/2019-archive|not-found
main|/news/letter-2025-04|not-found
main|/news/feed.xml|file
main|/data/delegations.csv|file
main|/data/halls.json|file
main|/data/council.ics|file
main|/data/clerk.vcf|file
main|/assets/parks.js|file
main|/assets/notice.js|file
main|/assets/app.js|file
main|/assets/open.js|file
main|/robots.txt|file
booking|/assets/week.js|file
booking|/robots.txt|file
main|/assets/trail-map.png|not-html
main|/documents/agenda-2026-11-24.pdf|document
main|/documents/complaint-2026-14.pdf|document
main|/documents/fence-guide.pdf|document
main|/documents/permit-fees.xlsx|document
main|/documents/delegation-form.docx|document
main|https://social.example/larkspurbay|out-of-scope
main|{booking}|out-of-scope
main|{booking}fr/|out-of-scope
main|{booking}programs/swim|out-of-scope
booking|/signup|redirected
booking|/winter-2024|not-found
booking|/documents/program-guide.pdf|document
booking|{main}|out-of-scope
booking|{main}fr/|out-of-scope
"""
SEARCHES = ("parking", "swimming")


def catalogue(city: DemoCity) -> dict[str, Any]:
    """The whole truth about a city that is being served."""
    return {
        "complete": True,
        "defects": list(_defects(city)),
        "exposures": [*_exposures(city, LEAKS, near_miss=False), *_exposures(city, LOOKALIKES, near_miss=True)],
        "pages": list(_pages(city)),
        "traps": list(_traps(city)),
    }


def _rows(table: str, width: int) -> Iterator[list[str]]:
    """The lines of a table, each with ``width`` columns; columns left out at the end are empty."""
    for line in table.strip().splitlines():
        cells = line.split("|")
        yield cells + [""] * (width - len(cells))


def _address(city: DemoCity, site: str, path: str) -> str:
    return city.urls[site].rstrip("/") + path


def _defects(city: DemoCity) -> Iterator[dict[str, Any]]:
    criteria = _criteria()
    rows = [(*row, BASE) for row in _rows(PLANTS, 6)]
    rows += [(*row[:5], row[6], row[5]) for row in _rows(SHOWN, 7)]
    for site, place, rule, expect, selector, note, state in rows:
        shared = place.startswith("@")
        path, part = place[1:].split("@") if shared else (place, "")
        row = {
            "id": f"{site}{path} {rule} {selector}",
            "site": site,
            "path": path,
            "url": _address(city, site, path),
            "rule": rule if "/" in rule else f"axe/{rule}",
            "criteria": list(criteria.get(rule, ()) if "/" in rule else CRITERIA.get(rule, ())),
            "selector": selector,
            "expect": expect,
            "state": state,
            "shared_part": shared,
            "note": note,
        }
        if shared:
            row |= {"part": part, "pages": _sharing(site, path)}
        yield row


def _criteria() -> dict[str, tuple[str, ...]]:
    """The success criteria of our own rules, as their checks tell them."""
    checks = [cast("Any", check)(redact=str) for check in check_classes(("audits.accessibility",), group="")]
    return {rule.id: rule.criteria for rule in rules_of([*checks, *discover_site()]).values()}


def _sharing(site: str, path: str) -> list[str]:
    """The audited pages that share the parts of the page at ``path``: on the main site, those in its language."""
    paths = [one for one in PAGES[site] if one not in FRAMES[site] and one not in ("/internal/drafts", "/search")]
    paths += [f"/search?q={words}" for words in SEARCHES if site == "main"]
    return [one for one in paths if site == "booking" or one.startswith("/fr/") == (path == "/fr/")]


def _exposures(city: DemoCity, table: str, *, near_miss: bool) -> Iterator[dict[str, Any]]:
    for site, path, entity, key, selector, where in _rows(table, 6):
        value = key[1:] if key.startswith("=") else city.value(key)
        if where == "url":
            path = f"{path}?q={quote(value)}"
        expect = "not-found" if near_miss else "review" if entity in JUDGED_BY_PEOPLE else "found"
        yield {
            "id": f"{site} {entity} {key} {selector or where}" + ("" if selector or where == "url" else f" {path}"),
            "site": site,
            "path": path,
            "url": _address(city, site, path),
            "entity": entity,
            "value": value,
            "selector": selector,
            "where": where or "text",
            "expect": expect,
        }


def _pages(city: DemoCity) -> Iterator[dict[str, Any]]:
    endings = [(site, place.format(**city.urls), outcome) for site, place, outcome in _rows(ENDINGS, 3)]
    named = {(site, place) for site, place, _ in endings}
    yield from (_page(city, site, place, PageOutcome(outcome)) for site, place, outcome in endings)
    for site, paths in PAGES.items():
        for path in paths:
            if (site, path) in named or path == "/search":
                continue
            yield _page(city, site, path, PageOutcome.AUDITED, optional=path in FRAMES[site])
    values = [*SEARCHES, city.value("quillan.email"), city.value("perpetua.phone_dashed")]
    for value in values:
        yield _page(city, "main", f"/search?q={quote(value)}", PageOutcome.AUDITED)


def _page(city: DemoCity, site: str, place: str, outcome: PageOutcome, *, optional: bool = False) -> dict[str, Any]:
    url = _address(city, site, place) if place.startswith("/") else place
    path = url.removeprefix(city.urls[site].rstrip("/"))
    row = {"site": site, "path": path, "url": url, "outcome": outcome.value}
    return row | {"optional": True} if optional else row


def _traps(city: DemoCity) -> Iterator[dict[str, Any]]:
    """Both trails of the calendar go on for ever; a session id makes a new address of an old page."""
    calendar = _address(city, "main", "/events/calendar?month=")
    yield {"site": "main", "prefix": calendar, "at_least_trapped": 1, "at_most_audited": 24}
    for path in ("/parks/larkspur-green", "/parks/trail-map"):
        prefix = _address(city, "main", f"{path}?PHPSESSID=")
        yield {"site": "main", "prefix": prefix, "at_least_trapped": 0, "at_most_audited": 1}
