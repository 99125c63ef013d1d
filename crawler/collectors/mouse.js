// Controls that answer a mouse and cannot be reached with a keyboard.
handrail.mouse = (() => {
  const { own } = handrail;
  // A form answers to the names of its fields: <input name="matches">.
  const is = (el, css) => Element.prototype.matches.call(el, css);
  const MOUSE = new Set(['click', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchstart', 'touchend']);
  const KEYS = new Set(['keydown', 'keyup', 'keypress']);
  const FOCUSABLE = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, audio[controls], video[controls], [tabindex], [contenteditable=""], [contenteditable=true]';
  const NATIVE = 'a[href], area[href], button, input, select, textarea, summary, details, option, label, iframe, video, audio, object, embed, dialog, form';
  // Items that a widget moves its own focus to.
  const ITEMS = /^(option|menuitem|menuitemcheckbox|menuitemradio|tab|treeitem|gridcell|row|radio|columnheader|rowheader|slider|separator|scrollbar)$/;
  const BACKDROP = /(^|[-_ ])(overlay|backdrop|scrim|mask|modal|dialog|lightbox|popup|drawer|offcanvas|curtain|shade|dimmer)([-_ ]|$)/i;
  // What lies behind a dialog; words to press on make it a control that opens one.
  const isBackdrop = (el, id, text) => (BACKDROP.test(id) && !(text.length > 1 && text !== '[picture]' && text.length <= 40 && getComputedStyle(el).cursor === 'pointer'))
    || (!el.childElementCount && !(own.text(el) || '').trim() && /[a-z](?:Overlay|Backdrop|Mask|Scrim)(?![a-z])/.test(id));
  const MESSAGE = '[role=alert], [role=status], [role=log], output';
  const ROOT = /^(root|app|__next|___gatsby|main|page|wrapper|content|container|site)$/i;
  // What Bootstrap 5 answers to, wherever it stands.
  const BOOTSTRAP = '[data-bs-toggle]:not([data-bs-toggle=tooltip], [data-bs-toggle=popover]), [data-bs-dismiss], [data-bs-slide], [data-bs-slide-to]';
  const STATEMENT = '(?:return)?(?:event\\.(?:preventDefault|stopPropagation|stopImmediatePropagation)\\(\\)|false|true|void\\(?0\\)?)?';
  const IDLE = new RegExp(`^(?:${STATEMENT}[;,])*${STATEMENT}$`);
  // Elements that are looked at one by one.
  const MOST_POINTED = 8000;
  let known = new WeakMap();
  // What listeners further up ask for.
  let asked = new WeakSet();
  // The same of what listens to its own children.
  let beneath = new WeakSet();
  // What listeners of the whole page do something for.
  let sought = new WeakMap();
  const MOST_SOUGHT = 300;

  const up = (el) => own.parentElement(el) || (own.top(el) instanceof ShadowRoot ? own.top(el).host : null);
  const role = (el) => (own.attribute(el, 'role') || '').trim().split(/\s+/)[0].toLowerCase();

  function hear(types, elements, books) {
    known = new WeakMap();
    asked = new WeakSet();
    beneath = new WeakSet();
    sought = new WeakMap();
    const all = own.all('*');
    // The page was changed meanwhile: places mean others now.
    const same = books.all === all.length;
    const told = (el) => { if (!known.has(el)) known.set(el, new Set()); return known.get(el); };
    const read = new Map();
    for (const [index, type] of same ? [...books.read, ...books.above] : []) {
      if (!read.has(all[index])) read.set(all[index], new Set());
      read.get(all[index]).add(type);
    }
    elements.forEach((el, index) => {
      for (const entry of types[index]) {
        const [type, library] = entry.split('/');
        const kept = read.get(el);
        if (!library || !kept || !(kept.has(type) || kept.has('*'))) told(el).add(type);
      }
    });
    (books.beneath || []).forEach((selectors, index) => {
      const at = elements[index];
      if (own.type(at) !== 1 || at === own.body(document) || at === own.root(document)) return;
      for (const selector of selectors) {
        try { for (const el of Element.prototype.querySelectorAll.call(at, selector)) beneath.add(el); } catch { /* no selector */ }
      }
    });
    (books.sought || []).forEach((selectors, index) => {
      const at = elements[index];
      if (own.type(at) !== 9 && at !== own.body(document) && at !== own.root(document)) return;
      for (const selector of selectors) {
        try {
          const every = [...own.all(selector)];
          if (every.length <= MOST_SOUGHT) for (const el of every) sought.set(el, selector);
        } catch { /* no selector */ }
      }
    });
    for (const [index, type, acts] of same ? books.read : []) if (acts && all[index]) told(all[index]).add(type);
    if (books.bootstrap) for (const el of own.all(BOOTSTRAP)) told(el).add('click');
    for (const selector of books.asked) {
      try { for (const el of own.all(selector)) asked.add(el); } catch { /* no selector */ }
    }
  }

  const heard = (el) => known.get(el) || new Set();
  const hears = (el, kinds) => [...heard(el)].some((type) => kinds.has(type));
  const reachable = (el) => is(el, FOCUSABLE) && !is(el, ':disabled') && (el.tabIndex >= 0 || ITEMS.test(role(el)));
  const seen = (el) => {
    if (!own.drawn(el, { visibilityProperty: true, opacityProperty: true })) return null;
    const rect = el.getBoundingClientRect();
    if (rect.width < 4 || rect.height < 4 || rect.right <= 0 || rect.bottom + scrollY <= 0) return null;
    return rect;
  };

  function content(el) {
    const text = (el.innerText || '').replace(/\s+/g, ' ').trim();
    if (text) return text;
    const picture = [el, ...el.querySelectorAll('*')].find((at) => /^(img|svg|canvas|picture|i)$/.test(own.name(at)) || own.attribute(at, 'aria-label'));
    if (picture) return '[picture]';
    const style = getComputedStyle(el);
    const drawn = style.backgroundImage !== 'none' || ['::before', '::after'].some((at) => !/^(none|normal|""|'')$/.test(getComputedStyle(el, at).content));
    return drawn || boxed(el, style) ? '[picture]' : '';
  }

  // A small empty square that is drawn by its edge or its ground: a box to tick, made by hand.
  function boxed(el, style) {
    const { width, height } = el.getBoundingClientRect();
    if (width < 10 || height < 10 || width > 60 || height > 60 || style.cursor !== 'pointer') return false;
    return parseFloat(style.borderTopWidth) > 0 && parseFloat(style.borderLeftWidth) > 0 && style.borderTopStyle !== 'none' && style.borderTopStyle !== 'hidden';
  }

  const inline = (el) => el.hasAttribute('onclick') && !IDLE.test((own.attribute(el, 'onclick') || '').replace(/\s+/g, ''));
  const words = (el) => (el.innerText || own.attribute(el, 'aria-label') || '').replace(/\s+/g, ' ').trim().toLowerCase();

  // Not while it is hidden: what opens it may be this very thing.
  const there = (el) => own.drawn(el, { visibilityProperty: true });

  // What is told as a message is no control, though it may listen for the links that it comes with.
  const announces = (el) => is(el, MESSAGE) || el.querySelector(MESSAGE) !== null;

  // A neighbour that can be reached and says the same, or shares its label: the mouse has only a larger target.
  function twin(el, text) {
    const box = up(el);
    if (box && box !== own.body(document) && box.querySelectorAll('*').length <= 25) {
      const others = [...box.querySelectorAll(FOCUSABLE)].filter((other) => reachable(other) && there(other) && !el.contains(other));
      if (others.length && others.length <= 3 && (!text || others.some((other) => stands(other, el, text)) || others.length === 1 && others[0].hasAttribute('aria-expanded'))) return true;
    }
    return text.length > 1 && [...own.all(FOCUSABLE)].some((other) => reachable(other) && there(other) && words(other) === text.toLowerCase());
  }

  // A field of that label, or what is named as this is, or by this.
  const stands = (other, el, text) => /^(input|select|textarea)$/.test(own.name(other))
    || text.length > 2 && words(other).includes(text.toLowerCase())
    || (own.attribute(other, 'aria-labelledby') || '').split(/\s+/).some((id) => id && (own.id(el) === id || own.closest(el, `#${CSS.escape(id)}`) || [...el.querySelectorAll('[id]')].some((at) => own.id(at) === id)));

  // A cell of a row in which something else can be reached: often the whole row leads where that leads. What stands in a
  // row of headers sorts each its own column.
  function inRow(el) {
    const row = own.closest(el, 'td, th') && own.closest(el, 'tr');
    return Boolean(row) && row !== el && row.querySelector(':scope > td') !== null && [...row.querySelectorAll(FOCUSABLE)].some((other) => reachable(other) && !el.contains(other));
  }

  // Why an element with a mouse handler is no control that somebody misses; "" = it is one.
  function excuse(el) {
    if (el === own.body(document) || el === own.root(document) || own.name(el) === 'main') return 'page';
    if (own.name(el) === 'form') return 'native'; // it answers to the names of its fields
    if (is(el, NATIVE) || own.name(el).includes('-') && own.shadow(el)) return 'native';
    if (is(el, '[aria-disabled=true], [inert], [inert] *, :disabled, fieldset[disabled] *')) return 'disabled';
    if (reachable(el) || ITEMS.test(role(el))) return 'reachable';
    if (own.closest(el, 'label, summary, svg *') && !is(el, 'label')) return 'label';
    for (let node = up(el); node && node !== own.body(document); node = up(node)) {
      if (reachable(node) && !(node.tabIndex < 0)) return 'inside a control';
      if (/^(listbox|menu|menubar|tree|grid|treegrid|radiogroup|tablist|slider|application|toolbar)$/.test(role(node))) return 'part of a widget';
    }
    for (const inner of el.querySelectorAll(FOCUSABLE)) if (reachable(inner)) return 'holds a control';
    if ([...el.querySelectorAll('*')].some((inner) => own.shadow(inner))) return 'holds a component';
    return '';
  }

  // A dot that turns a carousel to one of its pages: who presses "previous" or "next" beside it comes to the same.
  const CAROUSEL = '[aria-roledescription*=carou i], [class*=carou i], [class*=slide i], [class*=swiper i], [class*=slick i], [class*=splide i], [class*=flickity i], [class*=glide i]';
  const BACK = /(^|[^a-z])(prev|previous|back|pr[ée]c[ée]dente?)([^a-z]|$)/i;
  const ON = /(^|[^a-z])(next|forward|suivante?)([^a-z]|$)/i;
  function turned(el, text) {
    if (text !== '[picture]' && !/^\d{0,2}$/.test(text)) return false;
    const row = up(el);
    if (!row || row.children.length < 2 || [...row.children].some((other) => own.name(other) !== own.name(el))) return false;
    for (let box = up(row), steps = 0; box && box !== own.body(document) && steps < 4; box = up(box), steps += 1) {
      if (!is(box, CAROUSEL)) continue;
      const said = [...box.querySelectorAll(FOCUSABLE)].filter((other) => reachable(other) && there(other) && other.tabIndex >= 0)
        .map((other) => ['class', 'aria-label', 'title', 'data-slide', 'data-bs-slide'].map((name) => own.attribute(other, name) || '').join(' ') + ' ' + words(other));
      if (said.some((one) => BACK.test(one)) && said.some((one) => ON.test(one))) return true;
    }
    return false;
  }

  const DAY = /^(?:[1-9]|[12]\d|3[01])$/;
  const DAYS = 20;
  // A field that a date can be typed into.
  const datable = (field) => !field.readOnly && /^(text|tel|date|search|datetime-local|)$/.test(field.type) && reachable(field) && there(field);
  // As far from it as what comes up for a field stands, in CSS pixels.
  const BESIDE = 60;
  function besideField(box) {
    if (!/^(absolute|fixed)$/.test(getComputedStyle(box).position)) return false;
    const at = box.getBoundingClientRect();
    return [...own.all(TYPED)].some((field) => {
      if (box.contains(field) || !datable(field)) return false;
      const its = field.getBoundingClientRect();
      return its.left < at.right && its.right > at.left && its.top < at.bottom + BESIDE && its.bottom > at.top - BESIDE;
    });
  }

  // The month that came up for a field and stands elsewhere in the document, of which this is a part: what turns it.
  function month(el) {
    for (let box = up(el), steps = 0; box && box !== own.body(document) && steps < 7; box = up(box), steps += 1) {
      if (!besideField(box)) continue;
      const days = [...box.querySelectorAll('*')].filter((one) => !one.childElementCount && DAY.test((own.text(one) || '').trim()));
      return days.length >= DAYS ? box : null;
    }
    return null;
  }

  // An entry of a list that floats beside a field which hears the keys: arrows may go through the entries.
  function suggested(el) {
    for (let box = up(el), steps = 0; box && box !== own.body(document) && steps < 4; box = up(box), steps += 1) {
      if (getComputedStyle(box).position !== 'absolute') continue;
      const field = [...(up(box) || box).querySelectorAll(TYPED)].find((one) => !box.contains(one) && reachable(one) && there(one));
      if (field && [field, up(field)].some((one) => hears(one, KEYS))) return box;
    }
    return null;
  }

  // What names a key of its own, where the page listens to keys, may be had with that key.
  const shortcut = (el) => is(el, '[accesskey], [aria-keyshortcuts], [data-shortcut], [data-hotkey]') && keyed(el);

  // A shape of a drawing that answers a click: a ward of a map, a bar of a chart. One of a drawing stands for all.
  function shape(el, found) {
    const drawing = own.closest(el, 'svg');
    if (!drawing || el === drawing || !(heard(el).has('click') || inline(el))) return;
    for (let node = el; node && node !== own.body(document); node = up(node)) if (reachable(node)) return;
    if (found.some((other) => drawing.contains(other.el)) || [...drawing.querySelectorAll('a, [tabindex]')].some(reachable)) return;
    const text = (own.attribute(el, 'aria-label') || own.text(el) || '').replace(/\s+/g, ' ').trim();
    found.push({
      el, selector: handrail.selector(el), html: el.outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), text: text.slice(0, 100) || '[picture]',
      pointer: getComputedStyle(el).cursor === 'pointer', role: role(el), inline: inline(el), asked: false, row: false, twin: false, keys: hears(el, KEYS),
      click: true, named: false, tag: own.name(el), paragraph: false, tracked: false, unsure: true,
    });
  }

  // The days of a month, each of which answers a click, and what stands around them, are one thing. A date that can be
  // typed beside them needs no calendar.
  function calendars(found) {
    const days = found.filter(({ text }) => DAY.test(text));
    const kept = new Set(found);
    while (days.length >= DAYS) {
      let box = days[0].el, steps = 0;
      const inside = () => days.filter(({ el }) => box.contains(el)).length;
      for (; box && steps < 5 && inside() < DAYS; steps += 1) box = up(box);
      const all = box && box !== own.body(document) && inside() >= DAYS ? days.filter(({ el }) => box.contains(el)) : [];
      days.splice(0, days.length, ...days.filter((one, index) => index > 0 && !all.includes(one)));
      if (!all.length) continue;
      const free = (at) => at && at !== own.body(document) && own.name(at) !== 'main' && (at.innerText || '').length < 600 && ![...at.querySelectorAll(FOCUSABLE)].some(reachable);
      while (free(up(box))) box = up(box);
      const group = found.filter((one) => kept.has(one) && box.contains(one.el));
      let typed = besideField(box);
      for (let node = up(box), near = 0; node && node !== own.body(document) && near < 4 && !typed; node = up(node), near += 1) {
        typed = [...node.querySelectorAll(TYPED)].some(datable);
      }
      for (const one of group) if (one !== all[0]) kept.delete(one);
      Object.assign(all[0], { calendar: group.length, typed });
    }
    return found.filter((one) => kept.has(one));
  }

  function controls(most) {
    const found = [];
    const lists = [];
    let looked = 0;
    for (const el of handrail.elements(document)) {
      if (found.length >= most || looked > 400) break;
      const pressed = hears(el, MOUSE) || inline(el);
      const sorted = !pressed && beneath.has(el);
      const wanted = !pressed && !sorted && sought.has(el);
      if (!pressed && !sorted && !wanted && !asked.has(el)) continue;
      const pointer = getComputedStyle(el).cursor === 'pointer';
      if (!pressed && !sorted && (!pointer && !wanted || found.some((other) => other.el.contains(el)))) continue;
      looked += 1;
      const rect = seen(el);
      if (rect && el instanceof SVGElement) shape(el, found);
      if (!rect || excuse(el)) continue;
      const id = `${own.id(el)} ${own.attribute(el, 'class') || ''}`;
      const large = rect.width * rect.height > innerWidth * innerHeight * 0.3;
      const text = content(el);
      if (!text || isBackdrop(el, id, text) || ROOT.test(own.id(el)) || large || text.length > 200 || turned(el, text)) continue;
      // Of handlers within one another the innermost counts; a group that only listens for its children is one place.
      if (found.some((other) => other.el.contains(el))) found.splice(found.findIndex((other) => other.el.contains(el)), 1);
      const named = /^(button|link|checkbox|switch)$/.test(role(el));
      const list = suggested(el) || month(el);
      if (list && !lists.includes(list)) lists.push(list);
      found.push({
        el, selector: handrail.selector(el), html: el.outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), text: text.slice(0, 100),
        pointer, role: role(el), inline: inline(el), asked: !pressed && !sorted, row: inRow(el), twin: twin(el, text === '[picture]' ? '' : text), keys: hears(el, KEYS),
        click: sorted || heard(el).has('click') || inline(el), unsure: sorted || wanted || shortcut(el) || Boolean(list), list: list ? lists.indexOf(list) : -1, sought: wanted ? sought.get(el) : '', named, tag: own.name(el), paragraph: text.length > 80 || !pointer && announces(el) || /^(p|article|section|table|tbody|ul|ol|header|footer|nav|aside|form|fieldset|figure)$/.test(own.name(el)),
        tracked: /track|analytics|gtag|ga\(|_gaq|dataLayer|log/i.test(own.attribute(el, 'onclick') || '') && !pointer,
      });
    }
    return calendars(found).map(({ el, ...facts }) => facts);
  }

  // Widgets whose arrow keys move from item to item, by their roles or by the names that libraries give them.
  const COMPOSITE = /^(menu|menubar|tablist|toolbar|grid|treegrid|listbox|radiogroup|tree|combobox|slider|spinbutton|application|feed|dialog|alertdialog)$/;
  const MOVED = '[aria-roledescription], [class*=carousel i], [class*=slick i], [class*=swiper i], [class*=slider i], [class*=splide i], [class*=glide i], [class*=calendar i], [class*=datepicker i], [class*=player i], [class*=toolbar i]';
  const TYPED = 'input:not([type=hidden], [type=checkbox], [type=radio], [type=submit], [type=button], [type=image]), textarea';
  const SPOKEN = 'title, aria-describedby, aria-haspopup, aria-expanded, aria-controls, aria-owns, aria-activedescendant, data-toggle, data-bs-toggle, data-tooltip, data-tippy-content, accesskey, draggable'.split(', ');
  const TEXT = /^(|heading|paragraph|text|none|presentation|generic|list|listitem|article|main)$/;
  const LISTENS = new Set([...MOUSE, ...KEYS, 'focus', 'focusin', 'mouseenter', 'mouseover', 'dragstart']);
  const address = (el) => (own.name(el) === 'a' && el.hasAttribute('href') && typeof el.href === 'string' ? el.href.replace(/[#?].*$/, '') : '');

  // Whether a box around it cuts it off: the slide that is not shown, the panel that is folded.
  function cutOff(el, rect) {
    const x = rect.left + rect.width / 2;
    const y = rect.top + rect.height / 2;
    for (let node = el; node && node !== own.body(document); node = up(node)) {
      const style = getComputedStyle(node);
      if (/^rect\(/.test(style.clip) || /inset\((?:50|100)%/.test(style.clipPath)) return true;
      if (node === el || style.overflowX === 'visible') continue;
      const box = node.getBoundingClientRect();
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) return true;
    }
    return rect.left + scrollX >= Math.max(innerWidth, (own.root(document) || {}).scrollWidth || 0);
  }

  // Why nobody misses a native control that was taken out of the tab order; "" = it is missed.
  function spared(el) {
    if (is(el, ':disabled, [aria-disabled=true], [readonly], [inert], [inert] *, [aria-hidden=true] input, [aria-hidden=true] select, [aria-hidden=true] textarea, [aria-current]')) return 'disabled';
    if (own.closest(el, '[class*=disabled i], [class*=inactive i]') || getComputedStyle(el).pointerEvents === 'none') return 'disabled';
    if (ITEMS.test(role(el)) || own.name(el) === 'input' && el.type === 'radio') return 'item';
    if (own.closest(el, MOVED)) return 'moved by other keys';
    for (let node = up(el), steps = 0; node && node !== own.body(document); node = up(node), steps += 1) {
      if (COMPOSITE.test(role(node)) || ITEMS.test(role(node)) || own.name(node) === 'dialog') return 'part of a widget';
      if (reachable(node) && node.tabIndex >= 0 && (hears(node, KEYS) || own.name(node) !== 'div')) return 'inside a control';
      // One of them at a time is in the tab order, and the arrow keys move it.
      if (steps < 3 && node.querySelector('[tabindex="0"]') && node.querySelectorAll('*').length <= 60 && [...node.querySelectorAll('[tabindex="0"]')].some((other) => own.name(other) === own.name(el))) return 'one of a row';
      // A button beside a field only helps to fill it in.
      if (steps < 2 && own.name(el) !== 'a' && !is(el, TYPED) && node.querySelector(TYPED) && node.querySelectorAll('input, select, textarea, button, a[href]').length <= 4) return 'beside a field';
    }
    return '';
  }

  // Where the Tab key leads, and what is said there: another way to the same place, another control of the same name.
  const called = (el) => (own.attribute(el, 'aria-label') || '').trim().toLowerCase();
  function elsewhere() {
    const all = [...own.all('a[href], button, summary, [role=button], [role=link], input[type=submit], input[type=button]')].slice(0, 3000)
      .filter((other) => reachable(other) && own.drawn(other, { visibilityProperty: true }));
    const places = new Set(all.map(address).filter(Boolean));
    const names = new Set(all.flatMap((other) => [words(other), called(other)]).filter(Boolean));
    return (el) => places.has(address(el)) || names.has(words(el)) || names.has(called(el));
  }

  // Native controls that a mouse can use, and that were taken out of the tab order.
  function unreached(most) {
    const found = [];
    const candidates = [...own.all('a[href][tabindex^="-"], button[tabindex^="-"], input[tabindex^="-"]:not([type=hidden]), select[tabindex^="-"], textarea[tabindex^="-"], summary[tabindex^="-"]')].slice(0, 300);
    if (!candidates.length) return found;
    // Behind an open dialog everything is out of reach for a while.
    if ([...own.all('[aria-modal=true], dialog[open]')].some((el) => own.drawn(el, { visibilityProperty: true }))) return found;
    const twice = elsewhere();
    for (const el of candidates) {
      if (found.length >= most) break;
      const rect = seen(el);
      if (!rect || cutOff(el, rect) || spared(el) || twice(el)) continue;
      const text = content(el);
      const field = /^(input|select|textarea)$/.test(own.name(el)) && !/^(submit|button|image|reset)$/.test(el.type);
      let keys = false;
      for (let node = el; node && node !== own.body(document); node = up(node)) keys = keys || hears(node, KEYS);
      const link = /^https?:/.test(address(el)) && !(own.attribute(el, 'href') || '').startsWith('#');
      const acts = heard(el).has('click') || inline(el) || asked.has(el) || Boolean(el.form) && el.type === 'submit';
      found.push({
        selector: handrail.selector(el), html: el.outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), tag: own.name(el),
        text: text.slice(0, 100), field, hidden: Boolean(own.closest(el, '[aria-hidden=true]')), keys, acts: link || own.name(el) === 'summary' || acts && !field,
      });
    }
    return found;
  }

  const listens = (el) => hears(el, LISTENS) || asked.has(el) || [...own.attributes(el)].some(({ name }) => name.startsWith('on'));
  // What is hidden in it or behind it may be what the stop is for: it opens while the focus is there.
  const hides = (el) => [...el.querySelectorAll('*'), el.nextElementSibling].some((inner) => inner && !/^(script|style|template|br|wbr|source|input)$/.test(own.name(inner)) && !own.drawn(inner, { visibilityProperty: true, opacityProperty: true }));

  // Text that the Tab key stops at, and where there is nothing to do.
  function idle(most) {
    const found = [];
    for (const el of [...own.all('[tabindex]:not([tabindex^="-"])')].slice(0, 300)) {
      if (found.length >= most) break;
      const tag = own.name(el);
      if (el.tabIndex < 0 || !(el instanceof HTMLElement) || tag.includes('-') || own.shadow(el) || el.isContentEditable || el === own.body(document)) continue;
      if (is(el, 'a[href], area, button, input, select, textarea, summary, details, dialog, iframe, object, embed, video, audio, canvas, label, option, img, svg, form') || !TEXT.test(role(el))) continue;
      if (SPOKEN.some((name) => el.hasAttribute(name)) || [...own.attributes(el)].some(({ name }) => /^(data-.*(tip|popover|target|toggle|action|click)|ng-|v-|@|x-|wire:|hx-)/.test(name))) continue;
      if (tag === 'a' && !own.text(el).trim() || own.closest(el, MOVED) || !seen(el)) continue;
      const style = getComputedStyle(el);
      if (style.cursor === 'pointer' || /auto|scroll/.test(`${style.overflowX} ${style.overflowY}`)) continue;
      const id = own.id(el);
      if (id && own.first(document, `a[href$="#${CSS.escape(id)}"]`)) continue;
      let widget = false;
      for (let node = el; node && node !== own.body(document) && !widget; node = up(node)) widget = listens(node) || node !== el && (COMPOSITE.test(role(node)) || reachable(node) && (!TEXT.test(role(node)) || is(node, 'a, button, summary')));
      if (widget || hides(el) || [...el.querySelectorAll('*')].some((inner) => own.shadow(inner) || hears(inner, LISTENS) && !reachable(inner))) continue;
      const text = (el.innerText || '').replace(/\s+/g, ' ').trim();
      if (!text) continue;
      found.push({
        selector: handrail.selector(el), html: el.cloneNode(false).outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), text: text.slice(0, 100),
        holds: [...el.querySelectorAll(FOCUSABLE)].some(reachable),
      });
    }
    return found;
  }

  // Whether something further up listens to a click, and may sort out for itself what was clicked.
  function above(el) {
    for (let node = up(el), root = own.top(el); node; root = own.top(node), node = up(node)) {
      if (hears(node, MOUSE) || hears(root, MOUSE) || node.hasAttribute('onclick')) return true;
    }
    return hears(document, MOUSE);
  }
  const keyed = (el) => {
    for (let node = el; node; node = up(node)) if (hears(node, KEYS) || node.hasAttribute('onkeydown') || node.hasAttribute('onkeyup')) return true;
    return hears(document, KEYS);
  };
  const told = (el) => ['alt', 'aria-label', 'title'].map((name) => (own.attribute(el, name) || '').trim()).find(Boolean) || '';
  const named = (el) => told(el) || ([...el.querySelectorAll('img, [aria-label], [title]')].map(told).find(Boolean) || (el.querySelector('title') ? own.text(el.querySelector('title')).trim() : ''));
  const painted = (el) => { const style = getComputedStyle(el); return style.backgroundImage !== 'none' || !/^(transparent|rgba\(0, 0, 0, 0\))$/.test(style.backgroundColor) || parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none'; };
  const DOWN = new Set(['mousedown', 'pointerdown', 'touchstart']);
  const UP = new Set(['click', 'mouseup', 'pointerup', 'touchend', 'dblclick']);
  const HAS = 'input, select, textarea, button, a[href]';

  // Whether a label names something that scripts made a field of, and that the Tab key comes to.
  function names(label) {
    const id = own.id(label);
    const named = [own.attribute(label, 'for') && document.getElementById(own.attribute(label, 'for')), id && own.first(document, `[aria-labelledby~="${CSS.escape(id)}"]`)];
    return named.some((one) => one && [one, ...one.querySelectorAll(FOCUSABLE)].some(reachable));
  }

  // Why somebody who sees this would take it for a control: "hand" (the pointer, and a script above that listens),
  // "picture" (it answers a click itself), "patch" (a square of colour that does), "handle" (it is drawn along); "" = no.
  function lure(el, style, drawing) {
    const own_ear = hears(el, UP) || inline(el);
    if (drawing || own.name(el) === 'img') return own_ear ? 'picture' : style.cursor === 'pointer' && above(el) ? 'hand' : '';
    if (own.name(el) === 'label') return own_ear && !el.control && !names(el) ? 'picture' : '';
    const text = (el.innerText || '').trim();
    const parent = up(el);
    if (!text && own_ear && painted(el) && !el.querySelector('img, svg, i')) return 'patch';
    if (!text && hears(el, DOWN) && painted(el)) return 'handle';
    // Drawn like a button beside fields that have labels of their own, or beside one that cannot be typed in.
    if (own_ear && text && !asked.has(el) && twin(el, text) && style.cursor === 'pointer') {
      const fields = [...(parent ? parent.querySelectorAll('input, select, textarea') : [])];
      const labelled = fields.length && fields.every((field) => [...(field.labels || [])].some((label) => !label.contains(el) && own.text(label).trim()) || field.hasAttribute('aria-label'));
      if (labelled && (painted(el) || fields.some((field) => field.readOnly && field.type !== 'checkbox'))) return 'picture';
    }
    if (own_ear || !text || style.cursor !== 'pointer' || parent && getComputedStyle(parent).cursor === 'pointer') return '';
    return above(el) ? 'hand' : '';
  }

  const HOVER = new Set(['mouseenter', 'mouseover', 'pointerenter', 'pointerover']);
  const ANSWERS = new Set([...MOUSE, ...KEYS, 'focus', 'focusin', 'change']);
  // What a mouse brings out of hiding by a script, and nothing else does.
  function hovered(el, shown) {
    if (!hears(el, HOVER) || shown) return false;
    const near = [...el.querySelectorAll('*'), el.nextElementSibling].filter(Boolean);
    const hidden = near.filter((inner) => !/^(script|style|template|br|source|input|option|path|use|img)$/.test(own.name(inner)) && !own.drawn(inner, { visibilityProperty: true, opacityProperty: true }));
    const words = hidden.some((inner) => own.text(inner).trim().length > 2);
    const answers = (at) => hears(at, ANSWERS) || ['onclick', 'onfocus', 'onkeydown'].some((name) => at.hasAttribute(name)) || is(at, '[aria-expanded], [aria-haspopup]');
    for (let node = up(el), steps = 0; node && steps < 3 && node !== own.body(document); node = up(node), steps += 1) if (hears(node, KEYS) || hears(node, new Set(['focusin']))) return false;
    return words && ![el, ...near].some((at) => answers(at) && !hidden.some((box) => box.contains(at)));
  }
  // Whether a style sheet shows something where the focus is.
  function onFocus() {
    const shows = ({ rule, text, imported }) => !imported && text.includes(':focus') && /:focus(-within)?[^{]*[ >+~][^{]*\{[^}]*(display|visibility|opacity|height)/.test(rule.cssText);
    for (const sheet of document.styleSheets) try { if (handrail.styleRules(sheet).some(shows)) return true; } catch { /* another origin's */ }
    return false;
  }

  // What people who see the page would press, and that the Tab key passes by, where the page's scripts do not say so plainly.
  function pointed(most) {
    const found = [];
    const met = new Map();
    const listening = [document, ...own.all('*')].some((el) => hears(el, MOUSE) || el !== document && inline(el));
    const byFocus = onFocus();
    if (!listening && byFocus) return found;
    let looked = 0;
    for (const el of handrail.elements(document)) {
      if (found.length >= most || (looked += 1) > MOST_POINTED) break;
      const tag = own.name(el);
      const drawing = tag === 'svg';
      if (!(el instanceof HTMLElement) && !drawing || is(el, 'script, style, template, option, br, html, body, main, form')) continue;
      if (found.length < most && el instanceof HTMLElement && hovered(el, byFocus) && seen(el) && !found.some((other) => other.kind === 'hover')) {
        const called = (el.innerText || '').replace(/\s+/g, ' ').trim().slice(0, 100);
        found.push({ kind: 'hover', text: called, tag, many: 1, selector: handrail.selector(el), html: el.cloneNode(false).outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el) });
      }
      const ear = listening && (hears(el, MOUSE) || inline(el));
      const style = getComputedStyle(el);
      if (!ear && style.cursor !== 'pointer' || style.pointerEvents === 'none' || asked.has(el)) continue;
      const kind = lure(el, style, drawing);
      const rect = kind && seen(el);
      if (!rect || tag !== 'label' && excuse(el) || own.closest(el, '[aria-hidden=true]') && kind === 'hand') continue;
      // Of a button that was taken out of the tab order another rule speaks.
      if (own.closest(up(el) || el, 'button, a[href]')) continue;
      const id = `${own.id(el)} ${own.attribute(el, 'class') || ''}`;
      const large = rect.width * rect.height > innerWidth * innerHeight * 0.15;
      const said = ((el.innerText || '').replace(/\s+/g, ' ').trim() || named(el)).slice(0, 100);
      if (large || BACKDROP.test(id) || ROOT.test(own.id(el)) || said.length > 80 || inRow(el) || /^(table|tr|ul|ol|section|article|nav)$/.test(tag)) continue;
      if ((kind === 'patch' || kind === 'handle') && (rect.width > 80 || rect.height > 80)) continue;
      if (turned(el, said || '[picture]') || month(el)) continue;
      // What says the same can be reached, or a field stands beside it that a handle or a square only serves.
      if (said && kind !== 'handle' && said.length > 1 && [...own.all(FOCUSABLE)].some((other) => reachable(other) && [words(other), called(other), named(other).toLowerCase()].includes(said.toLowerCase()))) continue;
      const around = up(el);
      const box = around && around !== own.body(document) && own.name(around) !== 'main' ? around : null;
      if (box && (kind !== 'picture' || !said) && box.querySelectorAll('*').length <= 25 && [...box.querySelectorAll(HAS)].some((other) => reachable(other) && (kind !== 'patch' || is(other, 'input')))) continue;
      const alike = `${kind} ${tag} ${own.attribute(el, 'class') || ''} ${handrail.selector(around || el).replace(/\d+/g, '')}`;
      if (met.has(alike)) { met.get(alike).many += 1; continue; }
      const fact = { kind, text: said, tag, many: 1, selector: handrail.selector(el), html: el.cloneNode(false).outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el) };
      met.set(alike, fact);
      found.push(fact);
    }
    return found;
  }

  // Items that one widget holds: which of them the Tab key comes to, and whether anything there listens to keys.
  function items(most) {
    const found = [];
    for (const box of [...own.all('[role=tablist], [role=radiogroup], [role=menubar], [role=listbox], [role=toolbar], [role=menu]')].slice(0, 50)) {
      // A menu is hidden until its button opens it.
      if (found.length >= most || !seen(box) && role(box) !== 'menu' || is(box, '[aria-disabled=true], [inert], [inert] *, [aria-hidden=true], [aria-hidden=true] *')) continue;
      const kind = role(box);
      const all = [...box.querySelectorAll(kind === 'tablist' ? '[role=tab]' : kind === 'radiogroup' ? '[role=radio]' : kind === 'menubar' || kind === 'menu' ? '[role=menuitem]' : kind === 'listbox' ? '[role=option]' : 'button')]
        .filter((el) => (seen(el) || kind === 'menu') && !is(el, ':disabled, [aria-disabled=true]'));
      if (all.length < 2 || box.hasAttribute('aria-activedescendant') || [...own.all('[aria-activedescendant], [aria-controls][role=combobox], input[aria-owns], [aria-haspopup=listbox]')].length && kind === 'listbox') continue;
      const stops = all.filter((el) => el.tabIndex >= 0);
      const inside = [...box.querySelectorAll(FOCUSABLE)].filter((el) => el.tabIndex >= 0 && !all.includes(el));
      const pressed = all.some((el) => hears(el, MOUSE) || inline(el)) || all.some(above);
      const keys = all.some(keyed) || kind === 'menu' && [...own.all('[aria-haspopup], [aria-controls]')].some(keyed);
      if (kind === 'menu' && keys) continue;
      found.push({
        kind, items: all.length, stops: stops.length + inside.length, own: box.tabIndex >= 0, keys, pressed,
        text: (all.find((el) => el.tabIndex < 0) || all[0]).innerText.replace(/\s+/g, ' ').trim().slice(0, 60), selector: handrail.selector(box),
        html: box.cloneNode(false).outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(box),
      });
    }
    return found;
  }

  const CLOSER = /^(×|✕|✖|✗|x|close|fermer|dismiss|cancel|annuler|ok|done)(?![\p{L}])/iu;
  const CLOSING = /(^|[-_ ])(close|closer|dismiss|fermer)([-_ ]|$)/i;
  const closes = (el) => CLOSER.test(words(el) || called(el)) || CLOSING.test(`${own.id(el)} ${own.attribute(el, 'class') || ''}`);
  // The outermost box around it that is hidden with it, and in it another control that does the same.
  function instead(el, text) {
    let box = el;
    for (let node = el; node && node !== own.body(document) && !own.drawn(node, { visibilityProperty: true }); node = up(node)) box = node;
    const reached = [...box.querySelectorAll(FOCUSABLE)].filter((other) => reachable(other) && !(other.tabIndex < 0) && !el.contains(other));
    return reached.some((other) => other.contains(el) || text.length > 1 && words(other) === text.toLowerCase() || closes(el) && closes(other) || is(other, 'label *') && other.parentElement.contains(el));
  }

  // A list that listens for its entries, none of which a key comes to: the options of a list of the page's own making.
  function listing(el) {
    if (!/^(ul|ol)$/.test(own.name(el)) || role(el) || hears(el, KEYS) || keyed(el) || own.attribute(el, 'aria-hidden') === 'true') return false;
    const entries = [...own.elements(el)].filter((one) => own.name(one) === 'li');
    return entries.length > 1 && entries.every((one) => !role(one) && getComputedStyle(one).cursor === 'pointer' && own.text(one).trim() && !one.matches(FOCUSABLE) && !one.querySelector(FOCUSABLE));
  }

  // What answers a click in a part of the page that is hidden until something opens it: a menu, a dialog, a panel.
  function shut(most) {
    const found = [];
    const met = new Map();
    for (const el of handrail.elements(document)) {
      if (found.length >= most) break;
      const ear = heard(el).has('click') || inline(el);
      const pointer = () => getComputedStyle(el).cursor === 'pointer';
      if (!ear && !(asked.has(el) && pointer()) || own.drawn(el, { visibilityProperty: true }) || !(el instanceof HTMLElement)) continue;
      if (ear && listing(el)) {
        found.push({ selector: handrail.selector(el), html: el.cloneNode(false).outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), text: own.text(el.querySelector('li')).replace(/\s+/g, ' ').trim().slice(0, 100), many: el.querySelectorAll('li').length });
        continue;
      }
      if (hears(el, KEYS) || own.attribute(el, 'aria-hidden') === 'true' || /^(ul|ol|table|tr|tbody|form|section|article|nav|dialog|label)$/.test(own.name(el))) continue;
      const item = ITEMS.test(role(el));
      if (item ? el.hasAttribute('tabindex') || is(el, NATIVE) || keyed(el) : excuse(el) && !(own.name(el) === 'a' && !el.hasAttribute('href') && !el.hasAttribute('tabindex'))) continue;
      const text = own.text(el).replace(/\s+/g, ' ').trim() || content(el);
      const id = `${own.id(el)} ${own.attribute(el, 'class') || ''}`;
      const inner = [...el.querySelectorAll('*')];
      if (!text || text.length > 80 || isBackdrop(el, id, text) || ROOT.test(own.id(el)) || inner.length > 12 || /dialog/.test(role(el)) || instead(el, text)) continue;
      const alike = `${own.name(el)} ${role(el)} ${own.attribute(el, 'class') || ''} ${handrail.selector(up(el)).replace(/\d+/g, '')}`;
      if (met.has(alike)) { met.get(alike).many += 1; continue; }
      const fact = { selector: handrail.selector(el), html: el.cloneNode(false).outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), text: text.slice(0, 100), many: 1 };
      met.set(alike, fact);
      found.push(fact);
    }
    return found;
  }

  // Fields that are not drawn at all, behind labels that are: a click on the label operates them, and no key comes to them.
  const VEILED = 'input[type=radio], input[type=checkbox], input[type=file]';
  const CHOOSES = /(choose|browse|select|upload|attach|add|pick|parcourir|choisir|s[ée]lectionner|t[ée]l[ée]verser|joindre|ajouter)/i;
  const inner = (el, css) => [...Element.prototype.querySelectorAll.call(el, css)];
  const BAIT = /honey|(^|[-_])hp([-_]|$)|__prefix__|\{\{|leave (this )?(blank|empty)|laisse[rz] (ce champ )?vide/i;
  const MOST_VEILED = 100;
  const ofGroup = (el) => (el.type === 'radio' && el.name ? [...own.top(el).querySelectorAll('input[type=radio]')].filter((other) => other.name === el.name && other.form === el.form) : [el]);
  // Something a key comes to that does the same: beside the field or its label, a control made by hand, one of the same
  // words, or for a file one that chooses it.
  function veiledTwin(el, label, text) {
    const near = [el, label].flatMap((at) => [at.previousElementSibling, at.nextElementSibling]).filter((at) => at && !is(at, 'label, form'));
    const able = (at) => reachable(at) && there(at) && !(at.tabIndex < 0) && !label.contains(at);
    const does = (one) => el.type !== 'file' || CHOOSES.test(`${words(one)} ${called(one)}`);
    if (near.some((at) => [at, ...inner(at, PRESSABLE)].some((one) => is(one, PRESSABLE) && able(one) && does(one)) && inner(at, '*').length <= 12)) return true;
    for (let box = up(label), steps = 0; box && box !== own.body(document) && steps < 3; box = up(box), steps += 1) {
      const others = inner(box, PRESSABLE).filter(able);
      const list = el.type === 'radio' && !is(box, 'form, main') && inner(box, 'select').length === 1;
      if (others.some((one) => /^(checkbox|radio|switch|slider|radiogroup|listbox|combobox)$/.test(role(one)) || list && own.name(one) === 'select')) return true;
      if (el.type === 'file' && others.some((one) => one.type !== 'submit' && CHOOSES.test(words(one)) || is(one, 'input[type=file]'))) return true;
    }
    return text.length > 1 && text !== '[picture]' && [...own.all(FOCUSABLE)].some((one) => able(one) && (words(one) === text.toLowerCase() || called(one) === text.toLowerCase()));
  }
  const PRESSABLE = 'button, input:not([type=hidden]), select, [role=button], [role=checkbox], [role=radio], [role=switch], [role=slider], [role=radiogroup], [role=listbox], [role=combobox], [tabindex]';
  function veiled(most) {
    const found = [];
    const met = new Map();
    let looked = 0;
    const modal = own.first(document, 'dialog:modal');
    for (const el of handrail.elements(document)) {
      if (found.length >= most) break;
      if (own.name(el) !== 'input' || !is(el, VEILED) || is(el, ':disabled, [aria-disabled=true], [inert] *') || there(el)) continue;
      const label = [...(el.labels || [])].find((one) => seen(one) && content(one));
      if (!label || modal && !modal.contains(label) || getComputedStyle(label).pointerEvents === 'none' || is(label, '[aria-disabled=true], [inert] *')) continue;
      const text = content(label);
      if (BAIT.test(`${own.id(el)} ${el.name} ${own.attribute(el, 'class') || ''} ${text}`)) continue;
      // A key comes to the label, to something in it, or to what it stands in.
      let keys = false, held = [...label.querySelectorAll(FOCUSABLE)].some((one) => reachable(one) && there(one));
      for (let node = label; node && node !== own.body(document) && !held; node = up(node)) {
        held = reachable(node) && node.tabIndex >= 0;
        keys = keys || hears(node, KEYS) || is(node, '[onkeydown], [onkeyup], [onkeypress]');
      }
      const alike = el.type === 'radio' && el.name ? `radio ${el.name}` : `${el.type} ${keys} ${own.attribute(label, 'class') || ''} ${handrail.selector(up(label)).replace(/\d+/g, '')}`;
      if (met.has(alike)) { met.get(alike).many += 1; continue; }
      if (held || (looked += 1) > MOST_VEILED || ofGroup(el).some((one) => one !== el && there(one)) || veiledTwin(el, label, text)) continue;
      const fact = { kind: el.type, text: text.slice(0, 100), keys, many: 1, selector: handrail.selector(label), html: label.outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(label) };
      met.set(alike, fact);
      found.push(fact);
    }
    return found;
  }

  // What the Tab key comes to, and a mouse operates, where neither it nor anything around it listens to keys. Who listens
  // to them for the whole page is not looked at here.
  const VALUED = /^(slider|spinbutton|scrollbar|separator)$/;
  const CHOSEN = /^(listbox|tree|grid|treegrid|radiogroup|tablist|menu|menubar|option|radio|tab|menuitem|menuitemradio|treeitem)$/;
  const DONE = /^(button|link|checkbox|switch|menuitemcheckbox)$/;
  const COUNTED = /track|analytics|gtag|\bga\(|_gaq|_paq|dataLayer|sendBeacon|\blog\(/i;
  const ON_FOCUS = new Set(['focus', 'focusin']);
  const BESIDES = 'input:not([type=hidden], [type=submit]), select, textarea, button';
  function unkeyed(most) {
    const found = [];
    const met = new Map();
    for (const el of [...own.all('[tabindex]')].slice(0, MOST_POINTED)) {
      if (found.length >= most) break;
      const kind = role(el);
      const does = VALUED.test(kind) ? 'value' : CHOSEN.test(kind) ? 'choice' : DONE.test(kind) || !kind ? 'press' : '';
      if (!does || el.tabIndex < 0 || !(el instanceof HTMLElement) || is(el, NATIVE) || el.isContentEditable || own.name(el).includes('-') || own.shadow(el)) continue;
      if (is(el, '[aria-disabled=true], [aria-readonly=true], [inert], [inert] *, [aria-hidden=true], [aria-hidden=true] *') || !seen(el)) continue;
      const inside = [...el.querySelectorAll('*')].slice(0, 200);
      const id = own.id(el);
      if (inside.some((one) => hears(one, KEYS) || one.hasAttribute('onkeydown') || reachable(one) && one.tabIndex >= 0 || own.shadow(one))) continue;
      if (id && own.first(document, `[aria-controls~="${CSS.escape(id)}"], [aria-owns~="${CSS.escape(id)}"]`) || el.hasAttribute('accesskey')) continue;
      // It opens with the focus, or clicks on it are counted and no more.
      if (hears(el, ON_FOCUS) || el.hasAttribute('onfocus') || COUNTED.test(own.attribute(el, 'onclick') || '')) continue;
      const kinds = does === 'press' ? UP : MOUSE;
      let keys = false, operated = does !== 'press' && inside.some((one) => hears(one, MOUSE) || inline(one));
      for (let node = el, steps = 0; node && node !== own.body(document) && node !== own.root(document) && !keys; node = up(node), steps += 1) {
        keys = hears(node, KEYS) || is(node, '[onkeydown], [onkeyup], [onkeypress]');
        operated = operated || (steps < (does === 'press' ? 1 : 3) && (hears(node, kinds) || own.name(node) !== 'form' && inline(node)));
      }
      operated = operated || asked.has(el) || beneath.has(el) || sought.has(el);
      if (keys || !operated) continue;
      const text = (told(el) || content(el)).slice(0, 100);
      // Without a role it may be no more than a text that somebody counts clicks on.
      if (!kind && (getComputedStyle(el).cursor !== 'pointer' || !text || text.length > 80)) continue;
      const large = (({ width, height }) => width * height > innerWidth * innerHeight * 0.3)(el.getBoundingClientRect());
      if (does === 'press' && (large || isBackdrop(el, `${id} ${own.attribute(el, 'class') || ''}`, text))) continue;
      // A field or buttons beside it change the same value.
      const box = up(el), wider = box && up(box);
      const beside = (at) => at && at !== own.body(document) && own.name(at) !== 'main' && inner(at, BESIDES).filter((one) => !el.contains(one) && reachable(one) && there(one)).length;
      const count = does === 'value' ? beside(box) || beside(wider) : 0;
      if (count && count <= 4 || does === 'press' && text.length > 1 && [...own.all(FOCUSABLE)].some((one) => one !== el && is(one, NATIVE) && reachable(one) && there(one) && [words(one), called(one)].includes(text.toLowerCase()))) continue;
      const alike = `${kind} ${own.attribute(el, 'class') || ''} ${handrail.partOf(el).key}`;
      if (met.has(alike)) { met.get(alike).many += 1; continue; }
      const fact = { does, role: kind, text: text === '[picture]' ? '' : text, many: 1, selector: handrail.selector(el), html: el.cloneNode(false).outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el) };
      met.set(alike, fact);
      found.push(fact);
    }
    return found;
  }

  // What can be written in and is no field: what it is called, and what it says it is.
  function editable(most) {
    const EDITED = '[contenteditable=""], [contenteditable=true i], [contenteditable=plaintext-only i]';
    const texts = (ids) => (ids || '').split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)).filter(Boolean).map((at) => own.text(at)).join(' ').trim();
    return [...own.all(EDITED)].filter((el) => {
      const rect = seen(el);
      return rect && rect.width >= 40 && rect.height >= 14 && el !== own.body(document) && !own.closest(up(el), EDITED) && !is(el, '[aria-hidden=true], [aria-hidden=true] *, [inert] *');
    }).slice(0, most).map((el) => ({
      selector: handrail.selector(el), html: el.cloneNode(false).outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), text: own.text(el).replace(/\s+/g, ' ').trim().slice(0, 100),
      tag: own.name(el), role: role(el), name: texts(own.attribute(el, 'aria-labelledby')) || told(el),
    }));
  }

  // Buttons and links with a sign alone, in a part that is hidden at first: nobody can hear what they are.
  function nameless(most) {
    const found = [];
    for (const el of own.all('button, a[href], [role=button], [role=link]')) {
      if (found.length >= most) break;
      if (own.drawn(el, { visibilityProperty: true }) || is(el, ':disabled, [aria-hidden=true], [aria-hidden=true] *, [tabindex="-1"], [class*=template i] *, [class*=prototype i] *, [id*=template i] *')) continue;
      const all = [el, ...el.querySelectorAll('*')];
      const texts = (own.attribute(el, 'aria-labelledby') || '').split(/\s+/).filter(Boolean);
      const named = all.some((at) => ['aria-label', 'alt', 'title'].some((key) => (own.attribute(at, key) || '').trim())) || own.text(el).replace(/[\s\u200b\ue000-\uf8ff]+/g, '') || texts.some((id) => document.getElementById(id));
      if (named || all.length < 2 || !all.slice(1).some((at) => is(at, 'svg, img, i, span, use, path'))) continue;
      found.push({ selector: handrail.selector(el), html: el.outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), text: '', tag: own.name(el) });
    }
    // Where controls say that they open something, it is judged as a whole once it is open.
    return found.length && handrail.opened.controls(1).length ? [] : found;
  }

  // Each with so many places at most.
  const KINDS = { controls, unreached, idle, pointed, items, shut, veiled, unkeyed, editable, nameless };
  const read = (most) => Object.fromEntries(Object.entries(KINDS).map(([kind, find]) => [kind, find(most)]));

  return { hear, heard, hears, read, reachable };
})();
