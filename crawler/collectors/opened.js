// What can be opened on a page: menus, sections, tabs, dialogs, more of a list, the cookie banner's settings.
handrail.opened = (() => {
  const { own } = handrail;
  const attribute = own.attribute;
  const is = (el, css) => Element.prototype.matches.call(el, css);
  const words = (text, most = 200) => (text || '').replace(/\s+/g, ' ').trim().slice(0, most);
  const role = (el) => (attribute(el, 'role') || '').trim().split(/\s+/)[0].toLowerCase();
  const up = (el) => own.parentElement(el) || (own.top(el) instanceof ShadowRoot ? own.top(el).host : null);
  const MORE = /^(?:\+\s*)?(?:(?:load|show|see|view|display|fetch) (?:\d+ )?more\b|more (?:results|news|events|items|posts|stories|notices)\b|(?:afficher|voir|charger|montrer) (?:\d+ )?(?:plus|davantage)\b|plus (?:de |d['’])(?:r[ée]sultats|nouvelles|[ée]v[ée]nements|avis)\b)/i;
  const COOKIES = /cookie|consent|t[ée]moins|consentement/i;
  const BANNER = '[role=dialog], [role=alertdialog], dialog, [role=region], aside, section, div';
  const SETTINGS = /\b(?:settings?|preferences?|manage|customi[sz]e|options|choices|param[èe]tres|pr[ée]f[ée]rences|g[ée]rer|personnaliser|choix)\b/i;
  const CLOSES = /^(?:close|dismiss|hide|fermer|masquer|×|✕|x)\b|^[×✕]$/i;
  // Names of what shows something, where no attribute says so.
  const SHOWS = new RegExp('^(?:open|show|view|see|read|preview|expand|reveal|display|quick (?:view|look)|(?:live |web )?chat|need help|help|info|'
    + 'information|details|more (?:info|details|information)|learn more|what is this|what[’\']s this|terms|legend|filters?|menu|calendar|settings|options|'
    + 'ouvrir|afficher|montrer|voir|lire|agrandir|aperçu|clavard\\p{L}*|besoin d[’\']aide|aide|renseignements|d[ée]tails|plus de d[ée]tails|'
    + 'en savoir plus|conditions|l[ée]gende|filtres?|calendrier|param[èe]tres)(?![\\p{L}])', 'iu');
  const NOT_AMONG = '[role=tablist], [role=menu], [role=menubar], [role=toolbar], [role=radiogroup], [role=listbox], [role=grid], [aria-pressed]';
  const TRIGGERS = '[data-bs-toggle=modal], [data-toggle=modal], [data-micromodal-trigger], [data-modal-target], [popovertarget], '
    + '[command=show-modal], [command=show-popover], [aria-haspopup=dialog]';

  const texts = (ids, root) => (ids || '').split(/\s+/).filter(Boolean)
    .map((id) => own.first(root, `#${CSS.escape(id)}`)).filter(Boolean).map((at) => own.text(at)).join(' ');
  const pictured = (el) => [...el.querySelectorAll('img[alt], svg title')].map((at) => attribute(at, 'alt') || own.text(at)).join(' ');
  const name = (el) => words(texts(attribute(el, 'aria-labelledby'), own.top(el)) || attribute(el, 'aria-label') || own.text(el)
    || (own.name(el) === 'input' ? el.value : '') || pictured(el) || attribute(el, 'title'), 60);

  // All that can be known of a control before it is used.
  function facts(el, kind) {
    const data = {};
    let script = '';
    for (const { name: key, value } of own.attributes(el)) {
      if (/^on/.test(key)) script += ` ${value}`;
      else if (/^(data-|hx-|ng-|v-|wire:|phx-|x-on|@|\(|aria-controls|form|name$|popovertarget|command)/.test(key)) data[key] = words(value);
    }
    const tag = own.name(el);
    const form = tag === 'button' || tag === 'input' ? el.form : null;
    const part = handrail.partOf(el);
    return {
      kind: kind, path: handrail.selector(el).split(' >>> '), part: part, tag: tag, role: role(el), name: name(el), text: words(own.text(el)),
      title: attribute(el, 'title') || '', value: tag === 'input' ? el.value : '', id: own.id(el), classes: [...own.classes(el)].join(' '),
      href: attribute(el, 'href') || '', type: form ? el.type : '', form: Boolean(form),
      action: [form ? attribute(form, 'action') : '', attribute(el, 'formaction')].filter(Boolean).join(' '),
      method: form ? attribute(form, 'method') || '' : '', target: attribute(el, 'target') || '', data: data, script: script,
      discloses: kind === 'menu' || kind === 'section' || kind === 'tab', back: kind === 'tab' ? selectedBeside(el) : null,
    };
  }

  function selectedBeside(el) {
    const list = own.closest(el, '[role=tablist]');
    const at = list && list.querySelector('[role=tab][aria-selected=true]');
    return at ? handrail.selector(at).split(' >>> ') : null;
  }

  const usable = (el) => handrail.visible(el) && !is(el, ':disabled, [aria-disabled=true], [inert], [inert] *')
    && !own.closest(el, '[aria-hidden=true]');
  const presses = (el) => is(el, 'button, summary, [role=button], [role=tab], input[type=button], a[href^="#"], a:not([href])');

  // Whether an element stands in what asks about cookies; the banner's own words say so.
  function ofCookies(el) {
    for (let at = up(el), steps = 0; at && at !== own.body(document) && steps < 8; at = up(at), steps += 1) {
      if (!is(at, BANNER) || own.closest(at, 'main, footer')) continue;
      const said = own.text(at);
      if (said.length < 3000 && COOKIES.test(said) && at.querySelectorAll('button, [role=button]').length > 1) return true;
    }
    return false;
  }

  function kindOf(el) {
    const tag = own.name(el);
    if (tag === 'summary') return up(el) && own.name(up(el)) === 'details' && !up(el).open ? 'section' : '';
    if (role(el) === 'tab') return attribute(el, 'aria-selected') === 'false' ? 'tab' : '';
    if (!presses(el)) return '';
    const said = name(el);
    if (ofCookies(el)) {
      if (SETTINGS.test(said)) return 'cookie-settings';
      return CLOSES.test(said) ? 'cookies-closed' : '';
    }
    const expanded = attribute(el, 'aria-expanded');
    const pops = attribute(el, 'aria-haspopup') || '';
    if (pops === 'dialog' || is(el, TRIGGERS)) return expanded === 'true' ? '' : 'dialog';
    if (expanded === 'false') return /^(true|menu)$/.test(pops) || own.closest(el, 'nav, [role=navigation], [role=menubar]') ? 'menu' : 'section';
    if (expanded === null && pops && /^(true|menu)$/.test(pops)) return 'menu';
    if (el.form && el.type === 'submit') return '';
    if (MORE.test(said)) return 'more';
    return expanded === null && SHOWS.test(said) && isButton(el) && !own.closest(el, NOT_AMONG) ? 'shows' : '';
  }

  // A link that leads nowhere is one too.
  const isButton = (el) => own.name(el) !== 'a' || role(el) === 'button' || /^#?!?$/.test(attribute(el, 'href') || '');

  // Controls that open something, in the order of the page; the how-manieth of those that are alike each is.
  function controls(most) {
    const found = [];
    const alike = new Map();
    for (const el of handrail.elements(document)) {
      if (found.length >= most) break;
      const kind = kindOf(el);
      if (!kind || !usable(el)) continue;
      found.push({ ...facts(el, kind === 'shows' ? 'dialog' : kind), plain: kind === 'shows' });
    }
    for (const one of found) {
      const key = [one.kind, one.plain, one.tag, one.classes.split(' ').sort().join('.'), one.part.key].join(' ');
      alike.set(key, (alike.get(key) || 0) + 1);
      // What only a name speaks for is tried twice, to be sparing.
      one.nth = alike.get(key) * (one.plain ? 3 : 1);
    }
    return found;
  }

  // Lists and choices to whose values a script listens: what another value brings up is a state as well.
  const VALUES = new Set(['change', 'input']);
  const CHOICES = 'select, input[type=radio], input[type=checkbox]';
  const OPTIONS = 9;
  const offered = () => [...own.all(CHOICES)].some(usable) || pointing();
  function heard(el) {
    if (handrail.mouse.hears(el, VALUES) || handrail.mouse.hears(el, new Set(['click']))) return true;
    for (let at = el; at; at = up(at)) if (handrail.mouse.hears(at, VALUES) || at.hasAttribute('onchange') || at.hasAttribute('oninput')) return true;
    return handrail.mouse.hears(document, VALUES);
  }

  function choices(most) {
    const found = [];
    for (const el of own.all(CHOICES)) {
      if (found.length >= most) break;
      const list = own.name(el) === 'select';
      if (!usable(el) || (list ? el.multiple || el.size > 1 || el.options.length > OPTIONS : el.checked) || !heard(el)) continue;
      const label = words([...(el.labels || [])].map((at) => (at.contains(el) ? own.text(at).replace(own.text(el), '') : own.text(at))).join(' ')
        || texts(attribute(el, 'aria-labelledby'), own.top(el)) || attribute(el, 'aria-label') || attribute(el, 'name'), 60);
      const known = { ...facts(el, 'choice'), discloses: true, was: list ? el.selectedIndex : -1, index: -1, name: label, text: label, plain: false };
      if (!list) { found.push({ ...known, nth: 1 }); continue; }
      [...el.options].forEach((option, index) => {
        const said = words(own.text(option), 60);
        if (index === el.selectedIndex || option.disabled || !option.value || !said) return;
        found.push({ ...known, index: index, name: words(`${label}: ${said}`, 80), text: said, value: option.value, nth: 1 });
      });
    }
    return found;
  }

  // What answers a mouse and is no button: a pin on a map, a list of the page's own drawing. Somebody who can press it does.
  const PIN = /(?:^|[\s_-])(?:marker|pin|poi|hotspot|leaflet|map-icon|region|legend|thumb|tooltip|info)/i;
  const NATIVE = 'a[href], area, button, input, select, textarea, summary, details, label, option, iframe, video, audio, form, dialog, html, body, main';
  const ROLES = '[role=button], [role=tab], [role=option], [role^=menuitem], [role=switch], [role=checkbox], [role=radio], [role=slider], [role=link]';
  const CLICK = new Set(['click']);
  function pointed(most) {
    const found = [];
    for (const el of handrail.elements(document)) {
      if (found.length >= most) break;
      if (!(el instanceof HTMLElement) || is(el, `${NATIVE}, ${ROLES}`) || !(el.hasAttribute('onclick') || handrail.mouse.hears(el, CLICK))) continue;
      if (getComputedStyle(el).cursor !== 'pointer' || !usable(el) || own.closest(el, 'a[href], button, label, summary') || is(el, '[aria-expanded=true]')) continue;
      if (el.querySelector('a[href], button, input, select, textarea')) continue;
      const rect = Element.prototype.getBoundingClientRect.call(el);
      if (rect.width < 8 || rect.height < 8 || rect.width * rect.height > innerWidth * innerHeight * 0.15) continue;
      const known = facts(el, 'pressed');
      // Of a picture without words nobody knows what it does, unless its script is in sight or its name tells.
      if (!words(own.text(el)) && !attribute(el, 'alt') && !known.script && !PIN.test(`${known.classes} ${known.id}`)) continue;
      found.push({ ...known, name: known.name || words(attribute(el, 'alt')), plain: true });
    }
    const alike = new Map();
    for (const one of found) {
      const key = `${one.tag} ${one.classes} ${one.part.key}`;
      alike.set(key, (alike.get(key) || 0) + 1);
      one.nth = alike.get(key) * 4; // the first of its like
    }
    return found;
  }
  // Whether anything looks as if it answered a mouse.
  const pointing = () => [...own.all('[onclick], div, span, li, img, td, i, svg')].slice(0, 1500).some((el) => el.hasAttribute('onclick') || getComputedStyle(el).cursor === 'pointer');

  // Choose it as a person does: the page's scripts are told. ``beside``: what was chosen of the same question.
  let beside = null;
  function choose(path, index) {
    const el = handrail.find(path);
    if (!el || !usable(el)) return false;
    if (own.name(el) === 'select') set(el, index);
    else {
      beside = el.type === 'radio' && el.name ? [...own.all('input[type=radio]')].find((one) => one.name === el.name && one.form === el.form && one.checked) : null;
      HTMLElement.prototype.click.call(el);
    }
    return true;
  }
  function set(el, index) {
    el.selectedIndex = index;
    for (const type of ['input', 'change']) el.dispatchEvent(new Event(type, { bubbles: true }));
  }
  function takeBack(path, was) {
    const el = handrail.find(path);
    if (!el) return;
    if (own.name(el) === 'select') set(el, was);
    else if (beside) HTMLElement.prototype.click.call(beside);
    else if (el.type === 'radio') {
      el.checked = false;
      el.dispatchEvent(new Event('change', { bubbles: true }));
    } else HTMLElement.prototype.click.call(el);
  }

  // The same without a word to the page's scripts.
  function restore(path, was) {
    const el = handrail.find(path);
    if (!el) return;
    if (own.name(el) === 'select') el.selectedIndex = was;
    else if (beside) beside.checked = true;
    else el.checked = false;
  }

  let guard = null;

  function letGo() {
    if (guard) removeEventListener('click', guard, true);
    guard = null;
  }

  // Where to click; the click meets this control and no other.
  function aim(path) {
    letGo();
    const el = handrail.find(path);
    if (!el || !usable(el)) return null;
    el.scrollIntoView({ block: 'center', behavior: 'instant' });
    const rect = Element.prototype.getBoundingClientRect.call(el);
    const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
    let at = document.elementFromPoint(x, y);
    while (at && own.shadow(at) && own.shadow(at).elementFromPoint(x, y) && own.shadow(at).elementFromPoint(x, y) !== at) {
      at = own.shadow(at).elementFromPoint(x, y);
    }
    let meets = false;
    for (let node = at; node; node = up(node)) meets = meets || node === el;
    if (!meets) return null;
    guard = (event) => {
      if (event.isTrusted && !event.composedPath().includes(el)) { event.preventDefault(); event.stopImmediatePropagation(); }
    };
    addEventListener('click', guard, true);
    return [x, y];
  }

  return { controls, offered, pointed, choices, choose, takeBack, restore, aim, letGo, ofCookies };
})();
