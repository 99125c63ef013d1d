// Where the Tab key leads, and what is seen of it. The collector presses the keys; this tells what has the focus.
handrail.keyboard = (() => {
  const { own } = handrail;
  const ids = new WeakMap();
  const stops = [];
  const rest = new WeakMap();
  let kept = null;
  // Scrolling that takes its time ends in the same place.
  const still = new CSSStyleSheet();
  still.replaceSync(':root { scroll-behavior: auto !important }');
  let last = null;
  const trail = [];
  let moves = 0;
  let returns = 0;

  const FOCUSABLE = 'a[href], area[href], button, input, select, textarea, summary, iframe, audio[controls], video[controls], [tabindex], [contenteditable]';
  const TEXT = /^(text|search|email|url|tel|password|number|date|time|datetime-local|month|week)$/;
  // One element, several stops inside that no script can see.
  const SEVERAL = /^(date|time|datetime-local|month|week)$/;
  const SKIP = /\b(skip|jump|go (straight |directly )?to|aller (directement )?(au|à)|passer|sauter|acc[ée]der au|acc[èe]s (direct )?au)/i;
  const LEAVES = /\b(close|dismiss|accept|agree|allow|reject|refuse|decline|cancel|ok|okay|done|got it|continue|exit|fermer|accepter|refuser|annuler|continuer|quitter|compris|terminer)\b|^[×✕✖xX]$/i;
  // Each with what is only drawn where it is not "none".
  const LOOK = { color: [], backgroundColor: [], backgroundImage: ['backgroundPosition', 'backgroundSize'],
    textDecorationLine: ['textDecorationColor', 'textDecorationStyle', 'textDecorationThickness'], transform: [], scale: [],
    translate: [], opacity: [], filter: [], visibility: [], display: [], fill: [], stroke: ['strokeWidth'], fontWeight: [],
    boxShadow: [], content: [], clipPath: [], clip: [] };
  const LOOKS = Object.entries(LOOK);
  const BORDERS = ['borderTop', 'borderRight', 'borderBottom', 'borderLeft'];
  const NO_BORDER = '|||';
  const PLACE = ['position', 'left', 'top', 'width', 'height', 'marginLeft', 'marginTop'];

  // Fields that are commonly drawn anew: what people see is the drawing.
  const DRAWN = /^(checkbox|radio|file|range|color)$/;

  const up = (node) => own.parentElement(node) || (own.top(node) instanceof ShadowRoot ? own.top(node).host : null);
  const clear = (colour) => colour === 'transparent' || /^rgba\(.*, ?0\)$|\/ ?0\)$/.test(colour);

  function active() {
    let el = document.activeElement;
    for (let root = el && own.shadow(el); root && root.activeElement; root = own.shadow(el)) el = root.activeElement;
    return el && el !== own.body(document) && el !== own.root(document) ? el : null;
  }

  function line(style, side) {
    const width = style[`${side}Width`];
    const kind = style[`${side}Style`];
    const colour = style[`${side}Color`];
    return kind === 'none' || kind === 'hidden' || width === '0px' || (clear(colour) && kind !== 'auto') ? '' : `${width} ${kind} ${colour}`;
  }

  // What is drawn of one that is not there is not asked for: most elements have no border, no picture, no underline.
  function look(el, pseudo, more) {
    const style = getComputedStyle(el, pseudo);
    if (pseudo && (style.content === 'none' || style.content === 'normal')) return '';
    const outline = style.outlineStyle === 'none' ? '' : line(style, 'outline');
    const said = [outline, outline && style.outlineOffset];
    said.push(style.borderStyle === 'none' ? NO_BORDER : BORDERS.map((side) => line(style, side)).join('|'));
    for (const [name, further] of LOOKS) {
      const value = style[name];
      said.push(name === 'boxShadow' && /^((rgba\([^)]*, ?0\)|[a-z-]+\([^)]*\/ ?0\))[^,]*,? ?)+$/.test(value) ? 'none' : value);
      if (value !== 'none') for (const one of further) said.push(style[one]);
    }
    if (more || pseudo) for (const name of PLACE) said.push(style[name]);
    return said.join('|');
  }

  // What else may show that an element has the focus: its labels, those beside and around it.
  function around(el) {
    const nodes = [];
    for (const label of el.labels || []) nodes.push(label, ...[...label.querySelectorAll('*')].slice(0, 8));
    const parent = own.parentElement(el);
    if (parent) for (const other of [...own.elements(parent)].slice(0, 12)) if (other !== el) nodes.push(other, ...[...own.elements(other)].slice(0, 3));
    for (let node = up(el), level = 0; node && level < 4 && node !== own.body(document); node = up(node), level += 1) nodes.push(node);
    // A box to tick stands in its label, and may be drawn by it alone.
    return [...new Set(nodes)].filter((node) => node !== el);
  }

  const drawing = (node) => [look(node, null), look(node, '::before'), look(node, '::after')].join('\n');
  const beside = (el) => around(el).map(drawing).join('\n');

  // What an element itself looks like.
  function signature(el) {
    const said = [look(el, null, true), look(el, '::before'), look(el, '::after')];
    const shadow = own.shadow(el);
    if (shadow) for (const inner of [...shadow.querySelectorAll('*')].slice(0, 12)) said.push(look(inner, null));
    said.push(...[...el.querySelectorAll('*')].slice(0, 10).map(drawing));
    return said.join('\n');
  }

  // The same of an element that has the focus: its own look says enough, unless it is as before or has another outline
  // and nothing else.
  function glance(el, before) {
    if (!before) return signature(el);
    const mine = look(el, null, true);
    const was = before.slice(0, before.indexOf('\n'));
    const [outline, , ...same] = mine.split('|');
    const [none, , ...other] = was.split('|');
    const outlined = outline && !none && !/ auto /.test(outline) && same.join() === other.join();
    return mine === was || outlined ? signature(el) : mine;
  }

  // Styles as they stay: whatever is on its way to them is brought there.
  function arrive() {
    for (const animation of document.getAnimations()) {
      if (animation instanceof CSSTransition) try { animation.finish(); } catch { /* without an end */ }
    }
  }

  function reachable(el) {
    if (el.tabIndex < 0 || el.disabled || !el.matches(FOCUSABLE) || own.closest(el, '[inert]') || !handrail.visible(el)) return false;
    if (own.name(el) === 'input' && el.type === 'hidden') return false;
    if (own.name(el) === 'summary' && own.parentElement(el) && own.name(own.parentElement(el)) !== 'details') return false;
    if (el.matches(':disabled')) return false;
    if (own.name(el) === 'input' && el.type === 'radio' && el.name) {
      const group = [...own.top(el).querySelectorAll('input[type=radio]')].filter((other) => other.name === el.name && other.form === el.form);
      const chosen = group.find((other) => other.checked);
      return chosen ? chosen === el : group[0] === el;
    }
    const modal = own.first(document, 'dialog:modal');
    return !modal || modal.contains(el);
  }

  function candidates(most) {
    const found = [];
    for (const el of handrail.elements(document)) {
      if (found.length >= most) break;
      if (el.tabIndex >= 0 && reachable(el)) found.push(el);
    }
    return found;
  }

  // Before the first key: styles at rest; the focus before the first element.
  function begin(most) {
    const had = active();
    kept = { had, x: scrollX, y: scrollY };
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
    addEventListener('keydown', note, true);
    addEventListener('focus', move, true);
    if (had) had.blur();
    scrollTo({ left: 0, top: 0, behavior: 'instant' });
    arrive();
    const found = candidates(most);
    for (const el of found) rest.set(el, signature(el));
    const body = own.body(document);
    if (body && getSelection()) {
      getSelection().collapse(body, 0);
      getSelection().removeAllRanges();
    }
    return found.length;
  }

  function end() {
    removeEventListener('keydown', note, true);
    removeEventListener('focus', move, true);
    const el = active();
    if (el) el.blur();
    if (kept && kept.had) kept.had.focus({ preventScroll: true });
    if (kept) scrollTo({ left: kept.x, top: kept.y, behavior: 'instant' });
    document.adoptedStyleSheets = [...document.adoptedStyleSheets].filter((sheet) => sheet !== still);
    arrive();
  }

  const ticked = (el) => (/^(radio|checkbox)$/.test(el.type) ? [...(el.labels || [])].map((label) => own.text(label)).join(' ') : '');
  // The words of its pictures, where it has no others.
  const pictured = (el) => [...el.querySelectorAll('img, svg, svg title, [aria-label]')]
    .map((at) => (own.name(at) === 'title' ? own.text(at) : own.attribute(at, 'alt') || own.attribute(at, 'aria-label'))).find(Boolean);
  const text = (el) => (own.attribute(el, 'aria-label') || el.innerText || pictured(el) || ticked(el) || el.value || own.attribute(el, 'title') || '').replace(/\s+/g, ' ').trim().slice(0, 120);

  const OWN_ROLES = { a: 'link', area: 'link', button: 'button', select: 'select', textarea: 'text', summary: 'button', iframe: 'frame',
    object: 'frame', embed: 'frame', audio: 'media', video: 'media' };

  function kind(el) {
    const role = (own.attribute(el, 'role') || '').trim().split(/\s+/)[0].toLowerCase();
    const name = own.name(el);
    if (name === 'input') return TEXT.test(el.type) ? 'text' : /^(button|submit|reset|image)$/.test(el.type) ? 'button' : el.type;
    if (OWN_ROLES[name] === 'frame' || OWN_ROLES[name] === 'media') return OWN_ROLES[name];
    if (el.isContentEditable) return 'text';
    return role || OWN_ROLES[name] || 'other';
  }

  // A caret blinks where text can be typed.
  const caret = (el) => kind(el) === 'text' && !el.readOnly && !clear(getComputedStyle(el).caretColor);

  function opacity(el) {
    let seen = 1;
    for (let node = el; node; node = up(node)) seen *= Number(getComputedStyle(node).opacity);
    return seen;
  }

  function fixed(el) {
    for (let node = el; node; node = up(node)) if (/^(fixed|sticky)$/.test(getComputedStyle(node).position)) return node;
    return null;
  }

  // What an element takes of the screen, after all that cuts it off; "" or why nothing is seen of it.
  function unseen(el) {
    let rect = el.getBoundingClientRect();
    if (own.name(el) === 'area') return '';
    const lines = [...el.getClientRects()].concat(...[...el.querySelectorAll('*')].slice(0, 20).map((inner) => [...inner.getClientRects()]));
    const big = lines.filter((one) => one.width > 2 && one.height > 2);
    // A picture that has not come yet, or never will, has no size of its own.
    if (!big.length) return [...el.querySelectorAll('img')].some((one) => !one.complete || !one.naturalWidth) ? '' : 'size';
    if (rect.width <= 2 || rect.height <= 2) rect = big[0];
    if (opacity(el) < 0.02) return 'opacity';
    const style = getComputedStyle(el);
    if (/rect\(0(px)?[, ]+0(px)?[, ]+0(px)?[, ]+0(px)?\)|rect\(1px[, ]+1px[, ]+1px[, ]+1px\)/.test(style.clip) && /absolute|fixed/.test(style.position)) return 'size';
    if (/inset\((50|100)%/.test(style.clipPath)) return 'size';
    const root = own.root(document);
    const wide = Math.max(innerWidth, root.scrollWidth);
    const high = Math.max(innerHeight, root.scrollHeight);
    const at = { left: rect.left + scrollX, top: rect.top + scrollY, right: rect.right + scrollX, bottom: rect.bottom + scrollY };
    if (at.right <= 1 || at.bottom <= 1 || at.left >= wide - 1 || at.top >= high - 1) return 'outside';
    let free = style.position;
    for (let node = up(el); node && node !== own.body(document) && node !== root; node = up(node)) {
      const its = getComputedStyle(node);
      if (free === 'fixed') break;
      if (free === 'absolute' && its.position === 'static') continue;
      if (its.position !== 'static') free = its.position;
      if (its.display === 'inline' || its.display === 'contents') continue;
      const box = node.getBoundingClientRect();
      if ((its.overflowX !== 'visible' && (rect.right <= box.left + 1 || rect.left >= box.right - 1))
        || (its.overflowY !== 'visible' && (rect.bottom <= box.top + 1 || rect.top >= box.bottom - 1))) return 'cut off';
    }
    return '';
  }

  const opaque = (el) => {
    const colour = getComputedStyle(el).backgroundColor;
    return !clear(colour) && !/[,/] ?0?\.\d+\)$/.test(colour) && opacity(el) > 0.98;
  };

  // The one fixed or sticky part that hides every point of an element, if there is one.
  function cover(el) {
    const rect = el.getBoundingClientRect();
    const box = { left: Math.max(0, rect.left), top: Math.max(0, rect.top), right: Math.min(innerWidth, rect.right), bottom: Math.min(innerHeight, rect.bottom) };
    if (box.right - box.left < 3 || box.bottom - box.top < 3) return null;
    const root = own.top(el);
    let over = null;
    for (const across of [0.08, 0.5, 0.92]) {
      for (const down of [0.12, 0.5, 0.88]) {
        const x = box.left + (box.right - box.left) * across;
        const y = box.top + (box.bottom - box.top) * down;
        const top = document.elementFromPoint(x, y);
        const inner = root === document ? top : root.elementFromPoint(x, y);
        if (!top || el === inner || el.contains(inner) || (inner && inner.contains(el) && inner !== own.body(document))) return null;
        const part = fixed(top);
        if (!part || part.contains(el) || part === fixed(el)) return null;
        if (over && over !== part) return null;
        over = part;
      }
    }
    if (over.matches('dialog, [role=dialog][aria-modal=true], [role=alertdialog]')) return null;
    return over;
  }

  const frame = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 80);
    requestAnimationFrame(() => { clearTimeout(timer); resolve(); });
  });

  // Until an element stays where it is for so many frames: smooth scrolling, panels that slide in.
  async function settled(el, frames) {
    let before = '';
    for (let same = 0, tries = 0; same < frames && tries < 60; tries += 1) {
      arrive();
      const { x, y, width, height } = el.getBoundingClientRect();
      const now = `${x} ${y} ${width} ${height}`;
      same = now === before ? same + 1 : 0;
      before = now;
      await frame();
    }
  }

  // A header that makes way for reading down comes back as people scroll up. One that is away while the page stands at its
  // top missed that, when the page was taken there in a single step: gone down and up again, as people do.
  const RETURNS = 3;
  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
  async function returned(el) {
    const away = () => el.getBoundingClientRect().bottom + scrollY <= 1;
    const room = own.root(document).scrollHeight - innerHeight;
    if (!away() || scrollY > 1 || room < 2 || returns >= RETURNS) return;
    returns += 1;
    for (const top of [Math.min(innerHeight, room), 0]) {
      scrollTo({ left: 0, top, behavior: 'instant' });
      await pause(120);
    }
    await settled(el, 2);
  }

  function leave() {
    if (last && !last.before) {
      arrive();
      last.after = signature(last.el);
    }
    last = null;
  }

  // What has the focus now: its number, or -1 for nothing; whether that is a frame; how many Tabs it may keep it.
  function here() {
    const el = active();
    if (!el) {
      leave();
      return { id: -1 };
    }
    if (!last || last.el !== el) leave();
    const name = own.name(el);
    const several = /^(iframe|object|embed|audio|video)$/.test(name) || (name === 'input' && SEVERAL.test(el.type));
    const said = { several, frame: name === 'iframe' ? handrail.selector(el) : '' };
    if (ids.has(el)) return { id: ids.get(el), ...said };
    const id = stops.length;
    ids.set(el, id);
    arrive();
    const fact = { el, before: rest.get(el) || '', during: glance(el, rest.get(el)), after: '', reacts: false, compared: false, beside: '', hints: hints(el) };
    const role = kind(el);
    const shown = [...(el.labels || [])].some((label) => !unseen(label));
    const hidden = unseen(el);
    const over = hidden ? null : cover(el);
    const box = el.getBoundingClientRect();
    const drawn = DRAWN.test(role) && (hidden === 'opacity' || (hidden && shown));
    Object.assign(fact, {
      selector: handrail.selector(el),
      html: el.cloneNode(false).outerHTML.slice(0, 4000),
      part: handrail.partOf(el),
      kind: role,
      text: text(el),
      tabindex: el.tabIndex,
      rtl: getComputedStyle(el).direction === 'rtl',
      caret: caret(el),
      label: shown,
      silent: Boolean(own.closest(el, '[aria-hidden="true"]')),
      empty: !text(el) && !el.querySelector('img, svg') && role === 'other',
      dialog: Boolean(own.closest(el, 'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]')),
      large: box.width >= 0.8 * innerWidth && box.height >= 0.8 * innerHeight,
      leaves: /^(button|link)$/.test(role) && LEAVES.test(text(el)),
      parent: el.parentElement ? handrail.selector(el.parentElement) : '',
      // A link of a drawing has no hash of its own.
      anchor: name === 'a' && typeof el.hash === 'string' && (own.attribute(el, 'href') || '').length > 1 && el.hash.length > 1
        && el.href.split('#')[0] === location.href.split('#')[0] ? decode(el.hash.slice(1)) : '',
      outside: false,
      ...placed(el, hidden, over),
    });
    fact.skip = Boolean(fact.anchor) && (SKIP.test(text(el)) || SKIP.test(own.text(el)));
    fact.unsure = Boolean((hidden && !drawn) || over || box.bottom <= 0 || box.top >= innerHeight);
    stops.push(fact);
    last = fact;
    return { id, skip: fact.skip, ...said };
  }

  // Where a stop is, and what is seen of it.
  function placed(el, hidden, over) {
    const box = el.getBoundingClientRect();
    return {
      box: [box.left + scrollX, box.top + scrollY, box.width, box.height].map(Math.round),
      fixed: Boolean(fixed(el)),
      unseen: hidden,
      cover: over ? { selector: handrail.selector(over), opaque: opaque(over), html: over.cloneNode(false).outerHTML.slice(0, 4000) } : null,
    };
  }

  // The same, for as long as it takes to be sure of it; and where the keys led that came before.
  async function stop() {
    const said = here();
    const fact = stops[said.id];
    if (fact && fact.unsure) {
      fact.unsure = false;
      await settled(fact.el, 2);
      if (unseen(fact.el) === 'outside') await returned(fact.el);
      const hidden = unseen(fact.el);
      fact.during = signature(fact.el);
      Object.assign(fact, placed(fact.el, hidden, hidden ? null : cover(fact.el)));
    }
    // Where nothing has the focus, it is asked next whether that is the end.
    return { ...said, trail: trail.splice(0), left: said.id < 0 ? unvisited() : null };
  }

  const move = () => { moves += 1; };

  // Where a key finds the focus that the one before has moved; sure is only what moved once, and needs no second look.
  function note(event) {
    if (event.key !== 'Tab' || event.shiftKey || trail.length >= 50) return;
    const { id, several, frame, skip } = here();
    trail.push({ id, skip, sure: id >= 0 && moves === 1 && !several && !frame && !stops[id].unsure });
    moves = 0;
  }

  function decode(words) {
    try { return decodeURIComponent(words); } catch { return words; }
  }

  // Of what came later than the first key, the look after the focus had left.
  const unchanged = (fact) => fact.during === (fact.before || fact.after) && !fact.reacts;

  // What is beside and around a stop, with the focus and without it; what cannot be held cannot be compared.
  function compare(fact) {
    const { el } = fact;
    if (active()) active().blur();
    arrive();
    fact.beside = beside(el);
    el.focus({ preventScroll: true });
    arrive();
    fact.compared = active() === el;
    fact.reacts = fact.compared && beside(el) !== fact.beside;
    el.blur();
  }

  // Hints about an element that are in sight.
  const drawn = (el) => own.drawn(el, { visibilityProperty: true, opacityProperty: true });
  function hints(el) {
    const told = (own.attribute(el, 'aria-describedby') || '').split(/\s+/).filter(Boolean).map((id) => document.getElementById(id));
    return [...new Set([...told, ...own.all('[role=tooltip]')])].filter((hint) => hint && drawn(hint));
  }
  // One that came with the focus and went with it shows where it is.
  const isHinted = (fact) => fact.hints.some((hint) => !hint.isConnected || !drawn(hint));

  // The stops whose styles did not say that they had the focus, by the look they share; for so many milliseconds.
  function doubtful(most) {
    const groups = new Map();
    const left = [];
    const began = performance.now();
    for (const [id, fact] of stops.entries()) {
      if (/^(frame|media)$/.test(fact.kind) || !(fact.unseen || (unchanged(fact) && !fact.caret))) continue;
      if (performance.now() - began > most) {
        if (!fact.unseen) left.push(id);
        continue;
      }
      compare(fact);
      if (fact.unseen || !unchanged(fact) || isHinted(fact)) continue;
      const el = fact.el;
      const key = `${fact.part.key} ${own.name(el)} ${fact.kind} ${own.attribute(el, 'class') || ''} ${fact.before.split('\n')[0].split('|').slice(0, 12).join('|')}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(id);
    }
    return { groups: [...groups.values()], left, unclear: unclear(began + most) };
  }

  // What is drawn outside of an element, where a box around it cuts that off.
  const REACH = 2;
  function cutOff(el) {
    const rect = el.getBoundingClientRect();
    for (let node = up(el); node && node !== own.body(document); node = up(node)) {
      const style = getComputedStyle(node);
      if (style.overflowX === 'visible' && style.overflowY === 'visible' && style.clipPath === 'none' && !/paint|strict|content/.test(style.contain)) continue;
      const box = node.getBoundingClientRect();
      if (rect.left - REACH < box.left || rect.top - REACH < box.top || rect.right + REACH > box.right || rect.bottom + REACH > box.bottom) return true;
    }
    return false;
  }

  // Whether the styles that change are sure to be seen: the browser's own outline, a line, a shadow or a ground that
  // differs from what it is drawn on. Whatever cannot be told is not sure.
  const SEEN = 1.1;
  const SHADOW = /(rgba?\([^)]*\)) (-?[\d.]+)px (-?[\d.]+)px ([\d.]+)px (-?[\d.]+)px( inset)?/g;
  function isPlain({ el, before, after, during }) {
    const rest = (before || after).split('\n')[0].split('|'), now = during.split('\n')[0].split('|');
    if (now[0] && now[0] !== rest[0]) {
      const inside = parseFloat(now[1]) < 0;
      const clear = / auto /.test(now[0]) || handrail.structure.stands(el, now[0].replace(/^\S+ \S+ /, ''), inside) >= SEEN;
      if (clear && (inside || !cutOff(el))) return true;
    }
    if (now[GROUND] !== rest[GROUND] && now[PICTURE] === 'none' && handrail.structure.differ(el, rest[GROUND], now[GROUND]) >= SEEN) return true;
    if (now[INK] !== rest[INK] && own.text(el).trim() && handrail.structure.differ(el, rest[INK], now[INK], true) >= SEEN) return true;
    for (let index = EDGES; index < INK; index += 1) if (now[index] !== rest[index] && edgeTint(el, rest, now, index) >= SEEN) return true;
    const shadows = now.find((value) => !rest.includes(value) && /^rgba?\(.* -?[\d.]+px /.test(value)) || '';
    for (const [, colour, x, y, blur, spread, inside] of shadows.matchAll(SHADOW)) {
      const reach = Number(spread) + Math.max(Math.abs(x), Math.abs(y)) + blur / 2;
      if (reach >= 1 && handrail.structure.stands(el, colour, Boolean(inside)) >= SEEN && (inside || !cutOff(el))) return true;
    }
    return false;
  }

  // One stop of each change of styles that may leave every pixel as it was: pictures must say.
  const MOST_UNCLEAR = 8, FAR = 10;
  function unclear(until) {
    const met = new Map();
    for (const [id, fact] of stops.entries()) {
      if (met.size >= MOST_UNCLEAR || performance.now() > until) break;
      const { el } = fact;
      if (fact.unseen || fact.caret || fact.large || /^(frame|media)$/.test(fact.kind) || unchanged(fact) || !el.isConnected || isPlain(fact)) continue;
      const rest = (fact.before || fact.after).split('\n')[0].split('|'), now = fact.during.split('\n')[0].split('|');
      if (Math.abs(parseFloat(now[1])) > FAR) continue;
      const key = [fact.part.key, own.name(el), fact.kind, getComputedStyle(up(el) || el).backgroundColor, cutOff(el), ...now.filter((value, index) => value !== rest[index])].join('|');
      if (met.has(key)) continue;
      compare(fact);
      if (fact.compared && !fact.reacts && !isHinted(fact)) met.set(key, id);
    }
    return [...met.values()];
  }

  // Whether the styles with the focus are again those that the key brought.
  function isAgain(id) {
    const { el, before, after, during } = stops[id];
    arrive();
    return el.matches(':focus-visible') && glance(el, before || after) === during && !el.getAnimations({ subtree: true }).length;
  }

  // The end of a walk that left no doubt: what is told of it; else the doubts.
  function conclude(most) {
    const doubts = doubtful(most);
    return doubts.groups.length || doubts.left.length || doubts.unclear.length ? { doubts, told: null } : { doubts, told: told() };
  }

  const has = (id) => active() === stops[id].el;

  // Gives an element the focus, or takes it, and says where it is in this frame's window.
  async function focus(id, on) {
    const { el } = stops[id];
    if (on) {
      el.focus();
      await settled(el, 3);
    } else {
      el.blur();
      arrive();
    }
    const { x, y, width, height } = el.getBoundingClientRect();
    return { x, y, width, height, has: has(id) };
  }

  // The same at once, for a key that is pressed next.
  function hold(id) {
    stops[id].el.focus();
    return has(id);
  }

  // Whether a look that took its time is still the one without the focus.
  function lookAgain(id) {
    const fact = stops[id];
    arrive();
    fact.during = signature(fact.el);
    fact.reacts = beside(fact.el) !== fact.beside;
    return unchanged(fact);
  }

  // Where the elements that keys should reach are, and were not: selectors of the first few, and their number.
  function unvisited() {
    const left = candidates(500).filter((el) => !ids.has(el) && own.name(el) !== 'iframe');
    return { number: left.length, first: left.slice(0, 5).map(handrail.selector) };
  }

  // Of what a skip link leads to: whether it is there, and whether the focus is now in it, behind it or at it.
  function target(anchor) {
    const found = document.getElementById(anchor) || own.first(document, `a[name="${CSS.escape(anchor)}"]`);
    return found || null;
  }

  function landed(id) {
    const fact = stops[id];
    const to = target(fact.anchor);
    const el = active();
    const at = el ? (ids.has(el) ? ids.get(el) : -2) : -1;
    const past = Boolean(to && el && (to === el || to.contains(el) || (to.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING)));
    return { target: Boolean(to), shown: Boolean(to && handrail.visible(to)), at, past, ahead: past && el !== to ? ahead(fact.el, el) : 0 };
  }

  // Where the focus is in the page's own header or menu, before its content: how many stops of it are still to come.
  const TO_MENU = /\b(to|au|aux|à la|vers)\s+(the\s+|le\s+|la\s+)?([\p{L}-]+\s+)?(menu|nav\p{L}*|search|recherche|header|en-t[êe]te|top|haut|language|langue)/iu;
  function ahead(link, el) {
    if (TO_MENU.test(text(link)) || TO_MENU.test(own.text(link))) return 0;
    const [header, menu] = ['header, [role=banner]', 'nav, [role=navigation]'];
    const box = own.closest(el, header) || own.closest(el, menu);
    if (!box || own.closest(box, 'main, [role=main], article, section') || ![header, menu].some((css) => own.first(document, css) === box)) return 0;
    const content = own.first(document, 'main, [role=main]') || own.first(document, 'h1');
    if (!content || box.contains(content) || !precedes(box, content) || !(box.contains(link) || precedes(link, box))) return 0;
    return candidates(500).filter((one) => box.contains(one) && (one === el || precedes(el, one))).length;
  }

  // The contrast of an outline that is all that a focus changes; 0 for every other way to show it.
  const FAINT = 3;
  const MOST_FAINT = 10;
  function ring(fact) {
    const rest = (fact.before || fact.after).split('\n');
    const now = fact.during.split('\n');
    const [outline, offset, ...same] = now[0].split('|');
    const [none, , ...other] = rest[0].split('|');
    if (none || !outline || / auto /.test(outline) || same.join() !== other.join() || now.slice(1).join() !== rest.slice(1).join()) return 0;
    return handrail.structure.stands(fact.el, outline.replace(/^\S+ \S+ /, ''), parseFloat(offset) < 0);
  }

  // How well the colours with the focus can be told from those without it, where nothing but colours changes: its text,
  // ground and edges, as "look" puts them one behind the other. 0 for every other way to show it, and what cannot be told.
  const EDGES = 2, INK = 6, GROUND = 7, PICTURE = 8;
  const followsInk = (rest, now, index) => rest[index] === rest[INK] && now[index] === now[INK];
  function edgeTint(el, rest, now, index) {
    const [[width, kind, ...was], [wide, type, ...is]] = [rest[index].split(' '), now[index].split(' ')];
    if (rest[index] && now[index]) return width === wide && kind === type ? handrail.structure.differ(el, was.join(' '), is.join(' ')) : 0;
    const line = (rest[index] ? was : is).join(' ');
    return Math.max(handrail.structure.differ(el, line, now[GROUND]), handrail.structure.differ(el, line, 'rgba(0, 0, 0, 0)'));
  }
  function tint({ el, before, during, after }) {
    const rest = (before || after).split('\n')[0].split('|'), now = during.split('\n')[0].split('|');
    if (rest.length !== now.length) return 0;
    let most = 0;
    for (const index of now.keys()) {
      if (now[index] === rest[index] || (index > GROUND && followsInk(rest, now, index))) continue;
      let one = 0;
      if (index >= EDGES && index < INK) one = edgeTint(el, rest, now, index);
      else if (index === INK) one = handrail.structure.differ(el, rest[INK], now[INK], true);
      else if (index === GROUND && now[PICTURE] === 'none') one = handrail.structure.differ(el, rest[GROUND], now[GROUND]);
      if (!one) return 0;
      most = Math.max(most, one);
    }
    return most;
  }

  // With the focus: what stands in an element changes no more than its text does.
  function innerTint({ el, before, after }) {
    const was = (before || after).split('\n'), is = signature(el).split('\n');
    return was.length === is.length && is.every((line, number) => {
      if (number === 0 || line === was[number]) return true;
      const rest = was[number].split('|'), now = line.split('|');
      return rest.length === now.length && now.every((value, index) => value === rest[index] || index === INK || followsInk(rest, now, index));
    });
  }

  // Of those with a faint outline, or a faint change of colours, the few that nothing else shows.
  function faint() {
    let looked = 0;
    for (const fact of stops) {
      if (!fact.el.isConnected || fact.caret || looked >= MOST_FAINT) continue;
      const line = ring(fact);
      const colours = line || fact.unseen || fact.large || /^(frame|media)$/.test(fact.kind) ? 0 : tint(fact);
      const found = line || colours;
      if (!found || found >= FAINT) continue;
      looked += 1;
      compare(fact);
      if (fact.reacts) continue;
      if (line) Object.assign(fact, { ring: found, outline: fact.during.split('|')[0] });
      else if (fact.compared && holds(fact.el, () => innerTint(fact))) Object.assign(fact, { tint: found, tints: fact.during.split('\n')[0].split('|').slice(EDGES, PICTURE).join('|') });
    }
  }
  function holds(el, told) {
    el.focus({ preventScroll: true });
    arrive();
    const said = active() === el && told();
    el.blur();
    return said;
  }

  const precedes = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);

  // A way back that is as it should be: behind the last stop of a page comes its first, where a walk began in the middle;
  // and from the end of a list that opens beside its entry, the entry after that one.
  function onward(from, to) {
    if (!from || !precedes(to, from)) {
      for (let item = from && own.closest(from, 'li'); item; item = up(item) && own.closest(up(item), 'li')) {
        if (item.contains(to)) return false;
        const inner = up(from) && own.closest(from, 'li') !== item && [...item.querySelectorAll('ul, ol')].find((list) => list.contains(from));
        if (inner && up(item).contains(to) && [inner, up(inner)].some((box) => /absolute|fixed/.test(getComputedStyle(box).position))) return true;
      }
      return false;
    }
    return from.tabIndex <= 0 && to.tabIndex <= 0 && stops.every(({ el }) => el === to || precedes(to, el)) && stops.every(({ el }) => el === from || precedes(el, from));
  }

  function results() {
    faint();
    return stops.map((fact, index) => {
      const { el, before, during, after, beside, unsure, hints: brought, ...said } = fact;
      return { ring: 0, outline: '', tint: 0, tints: '', ...said, changed: !unchanged(fact), onward: onward(stops[index - 1]?.el, el) };
    });
  }

  // A part that stays at the top of the window; a high one hides whatever lies under it, a low one what comes to lie there.
  const HIGH = 100, LOW = 24;
  function bar() {
    const root = own.root(document);
    const room = root.scrollHeight - innerHeight;
    for (const share of room > 150 ? [0.5, 0.8] : []) {
      scrollTo({ left: 0, top: room * share, behavior: 'instant' });
      const top = document.elementFromPoint(innerWidth / 2, 6);
      const part = top && fixed(top);
      const box = part && part.getBoundingClientRect();
      if (box && box.top <= 2 && box.height >= LOW && box.height < innerHeight * 0.6 && box.width > innerWidth * 0.5 && opaque(part)) return part;
    }
    return null;
  }

  // The way back from the end of the page, as far as time allows: the browser scrolls to what is out of the window, and
  // leaves alone what lies in it under a bar.
  function goBack(found, part, passed) {
    const calm = new CSSStyleSheet();
    calm.replaceSync('html { scroll-behavior: auto !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, calm];
    const until = performance.now() + 300;
    scrollTo({ left: 0, top: own.root(document).scrollHeight, behavior: 'instant' });
    for (let id = stops.length - 1; id > 0 && performance.now() < until; id -= 1) {
      const { el } = stops[id];
      if (passed(id)) continue;
      el.focus();
      arrive();
      if (active() === el && cover(el) === part) {
        found[id].back = { selector: handrail.selector(part), height: Math.round(part.getBoundingClientRect().height) };
        break;
      }
    }
    document.adoptedStyleSheets = [...document.adoptedStyleSheets].filter((sheet) => sheet !== calm);
  }

  // Who goes back with Shift+Tab comes to what the page scrolled by: whether that is then seen, or lies under such a part.
  function under(found) {
    const part = bar();
    if (!part) return;
    const high = part.getBoundingClientRect().height;
    const passed = (id) => found[id].unseen || found[id].cover || found[id].fixed || !stops[id].el.isConnected || part.contains(stops[id].el) || found[id].dialog;
    if (high < HIGH) {
      goBack(found, part, passed);
      return;
    }
    let tried = 0;
    for (let id = stops.length - 2; id > 0 && tried < 6; id -= 1) {
      const { el } = stops[id];
      if (passed(id)) continue;
      const rect = el.getBoundingClientRect();
      const to = rect.top + scrollY - (high - rect.height) / 2;
      if (rect.height < 4 || rect.height > high - 8 || to <= 0 || to > own.root(document).scrollHeight - innerHeight) continue;
      tried += 1;
      scrollTo({ left: 0, top: to, behavior: 'instant' });
      el.focus();
      arrive();
      if (active() === el && cover(el) === part) {
        found[id].back = { selector: handrail.selector(part), height: Math.round(high) };
        return;
      }
    }
  }

  // All that was found; then the page is as it was.
  function told() {
    const found = results();
    if (window === window.top) under(found);
    end();
    return found;
  }

  return { begin, stop, leave, end, doubtful, conclude, focus, hold, has, lookAgain, isAgain, unvisited, landed, told };
})();
