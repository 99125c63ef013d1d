// Controls that answer a mouse and cannot be reached with a keyboard.
handrail.mouse = (() => {
  const { own } = handrail;
  const MOUSE = new Set(['click', 'mousedown', 'mouseup', 'pointerdown', 'pointerup', 'touchstart', 'touchend']);
  const KEYS = new Set(['keydown', 'keyup', 'keypress']);
  const FOCUSABLE = 'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, audio[controls], video[controls], [tabindex], [contenteditable=""], [contenteditable=true]';
  const NATIVE = 'a[href], area[href], button, input, select, textarea, summary, details, option, label, iframe, video, audio, object, embed, dialog, form';
  // Items that a widget moves its own focus to.
  const ITEMS = /^(option|menuitem|menuitemcheckbox|menuitemradio|tab|treeitem|gridcell|row|radio|columnheader|rowheader|slider|separator|scrollbar)$/;
  const BACKDROP = /(^|[-_ ])(overlay|backdrop|scrim|mask|modal|dialog|lightbox|popup|drawer|offcanvas|curtain|shade|dimmer)([-_ ]|$)/i;
  const ROOT = /^(root|app|__next|___gatsby|main|page|wrapper|content|container|site)$/i;
  let known = new WeakMap();

  const up = (el) => own.parentElement(el) || (own.top(el) instanceof ShadowRoot ? own.top(el).host : null);
  const role = (el) => (own.attribute(el, 'role') || '').trim().split(/\s+/)[0].toLowerCase();

  function hear(types, elements) {
    known = new WeakMap();
    elements.forEach((el, index) => known.set(el, new Set(types[index])));
  }

  function hearBooks(text) {
    const all = own.all('*');
    for (const [index, ...types] of JSON.parse(text)) {
      const el = Number.isInteger(index) ? all[index] : null;
      if (!el) continue;
      const told = known.get(el) || new Set();
      types.forEach((type) => told.add(`${type}`));
      known.set(el, told);
    }
  }

  const heard = (el) => known.get(el) || new Set();
  const hears = (el, kinds) => [...heard(el)].some((type) => kinds.has(type));
  const reachable = (el) => el.matches(FOCUSABLE) && !el.matches(':disabled') && (el.tabIndex >= 0 || ITEMS.test(role(el)));
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
    return drawn ? '[picture]' : '';
  }

  // A neighbour that can be reached and says the same, or shares its label: the mouse has only a larger target.
  function twin(el, text) {
    const box = up(el);
    if (box && box !== own.body(document) && box.querySelectorAll('*').length <= 25) {
      const others = [...box.querySelectorAll(FOCUSABLE)].filter((other) => reachable(other) && !el.contains(other));
      if (others.length && others.length <= 3 && (!text || others.some((other) => /^(input|select|textarea)$/.test(own.name(other))))) return true;
    }
    return [...own.all(FOCUSABLE)].some((other) => text.length > 1 && reachable(other)
      && (other.innerText || own.attribute(other, 'aria-label') || '').replace(/\s+/g, ' ').trim().toLowerCase() === text.toLowerCase());
  }

  // Why an element with a mouse handler is no control that somebody misses; "" = it is one.
  function excuse(el) {
    if (el === own.body(document) || el === own.root(document) || own.name(el) === 'main') return 'page';
    if (el.matches(NATIVE) || own.name(el).includes('-') && own.shadow(el)) return 'native';
    if (el.matches('[aria-disabled=true], [inert], [inert] *, :disabled, fieldset[disabled] *')) return 'disabled';
    if (reachable(el) || ITEMS.test(role(el))) return 'reachable';
    if (own.closest(el, 'label, summary, svg *') && !el.matches('label')) return 'label';
    for (let node = up(el); node && node !== own.body(document); node = up(node)) {
      if (reachable(node) && !(node.tabIndex < 0)) return 'inside a control';
      if (/^(listbox|menu|menubar|tree|grid|treegrid|radiogroup|tablist|slider|application|toolbar)$/.test(role(node))) return 'part of a widget';
    }
    for (const inner of el.querySelectorAll(FOCUSABLE)) if (reachable(inner)) return 'holds a control';
    if ([...el.querySelectorAll('*')].some((inner) => own.shadow(inner))) return 'holds a component';
    return '';
  }

  function controls(most) {
    const found = [];
    let looked = 0;
    for (const el of handrail.elements(document)) {
      if (found.length >= most || looked > 400) break;
      if (!hears(el, MOUSE) && !el.hasAttribute('onclick')) continue;
      looked += 1;
      const rect = seen(el);
      if (!rect || excuse(el)) continue;
      const id = `${own.id(el)} ${own.attribute(el, 'class') || ''}`;
      const large = rect.width * rect.height > innerWidth * innerHeight * 0.3;
      const text = content(el);
      if (!text || BACKDROP.test(id) || ROOT.test(own.id(el)) || large || text.length > 200) continue;
      // Of handlers within one another the innermost counts; a group that only listens for its children is one place.
      if (found.some((other) => other.el.contains(el))) found.splice(found.findIndex((other) => other.el.contains(el)), 1);
      const pointer = getComputedStyle(el).cursor === 'pointer';
      const named = /^(button|link|checkbox|switch)$/.test(role(el));
      found.push({
        el, selector: handrail.selector(el), html: el.outerHTML.replace(/\s+/g, ' ').slice(0, 1000), part: handrail.partOf(el), text: text.slice(0, 100),
        pointer, role: role(el), inline: el.hasAttribute('onclick'), twin: twin(el, text === '[picture]' ? '' : text), keys: hears(el, KEYS),
        click: heard(el).has('click') || el.hasAttribute('onclick'), named, tag: own.name(el), paragraph: text.length > 80 || /^(p|article|section|table|tbody|ul|ol|header|footer|nav|aside|form|fieldset|figure)$/.test(own.name(el)),
        tracked: /track|analytics|gtag|ga\(|_gaq|dataLayer|log/i.test(own.attribute(el, 'onclick') || '') && !pointer,
      });
    }
    return found.map(({ el, ...facts }) => facts);
  }

  return { hear, hearBooks, heard, hears, controls, reachable };
})();
