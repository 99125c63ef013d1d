// What a state of the page shows that the page as it came did not, and what axe-core and the reader of structure say of it.
// In every frame for itself; what a frame is told of its place in the page comes from its parent's world.
handrail.states = (() => {
  const { own } = handrail;
  const MOST = 20000;
  const attribute = own.attribute;
  const is = (el, css) => Element.prototype.matches.call(el, css);
  const has = (el, name) => Element.prototype.hasAttribute.call(el, name);
  const box = (el) => Element.prototype.getBoundingClientRect.call(el);
  const lives = (node) => Node.prototype.contains.call(document, own.top(node)) || own.top(node) instanceof ShadowRoot;
  // What classes, styles and scripts say of an element is no fact of it; what hides it from those who listen is told apart.
  const UNTOLD = /^(class|style|srcset|sizes|width|height|loading|nonce|aria-hidden|inert|data-.*|on.*)$/;
  // Elements that are called by what is in them, and those that must have something in them.
  const NAMED = 'a[href], button, label, summary, legend, caption, figcaption, th, h1, h2, h3, h4, h5, h6, object, '
    + '[role=button], [role=link], [role=tab], [role=menuitem], [role=menuitemcheckbox], [role=menuitemradio], [role=option], '
    + '[role=checkbox], [role=radio], [role=switch], [role=heading], [role=cell], [role=gridcell], [role=columnheader], '
    + '[role=rowheader], [role=treeitem], [role=tooltip]';
  const OWNERS = '[role=list], [role=menu], [role=menubar], [role=tablist], [role=listbox], [role=tree], [role=radiogroup]';
  const CONTRAST = ['color-contrast', 'link-in-text-block'];
  // What a page lacks as a whole is no doing of a state that shows or hides something.
  const OF_PAGES = /^(bypass|page-has-heading-one|landmark-one-main|document-title|html-.*|meta-.*|frame-tested|frame-focusable-content|skip-link|css-orientation-lock|accesskeys|identical-links-same-purpose)$/;
  // They judge a place among all others: asked of the whole page, told of what came.
  const AMONG_ALL = /^(heading-order|region|landmark-.*|frame-title-unique)$/;
  const OF_DOCUMENTS = /^html-/;
  const OF_FRAMES = /^(html-.*|meta-refresh|frame-focusable-content)$/;
  const WINDOW = 'dialog, [role=dialog], [role=alertdialog]';
  const HEADINGS = 'h1, h2, h3, h4, h5, h6, [role=heading]';
  let base = new Map();
  let title = '';
  let retitles = false;
  let noise = new Set();
  let fresh = { there: new Set(), looks: new Set(), appeared: new Set() };
  let place = null;
  let held = new Map();

  const up = (node) => own.parentElement(node) || (own.top(node) instanceof ShadowRoot ? own.top(node).host : null);
  const within = (el, set) => {
    for (let at = el; at; at = up(at)) if (set.has(at)) return true;
    return false;
  };
  const topmost = (set) => [...set].filter((el) => lives(el) && !within(up(el), set));

  // Whether a picture or a colour is painted behind what is in an element.
  const paints = (style) => style.backgroundImage !== 'none' || !/^rgba\(.*, 0\)$|^transparent$/.test(style.backgroundColor);

  // Every element that people are given: what it is, and how it looks.
  function read() {
    const found = new Map();
    const stack = [[own.body(document), false, false]];
    const root = own.root(document);
    if (root) {
      const style = getComputedStyle(root);
      found.set(root, { there: attribute(root, 'lang') || '', look: `${style.color}|${style.backgroundColor}|${style.backgroundImage}|${style.colorScheme}`, up: null, hush: false });
    }
    while (stack.length && found.size < MOST) {
      const [el, hushed, shut] = stack.pop();
      if (!el || !own.drawn(el)) continue;
      const style = getComputedStyle(el);
      const rect = box(el);
      const hush = hushed || attribute(el, 'aria-hidden') === 'true' || has(el, 'inert');
      const closed = shut || (style.overflow !== 'visible' && (rect.width < 2 || rect.height < 2) && style.display !== 'contents')
        || /inset\((?:50|100)%/.test(style.clipPath);
      let text = '';
      for (const child of [...own.children(el), ...(own.shadow(el) ? own.children(own.shadow(el)) : [])]) {
        if (own.type(child) === 1) stack.push([child, hush, closed]);
        else if (own.type(child) === 3) text += child.data;
      }
      if (style.visibility !== 'visible') continue;
      const off = closed || (rect.width > 0 && (rect.right <= 0 || rect.bottom + scrollY <= 0));
      let told = '';
      for (const { name, value } of own.attributes(el)) if (!UNTOLD.test(name)) told += `${name}=${value}\n`;
      found.set(el, {
        there: `${off}${told}${text.trim()}`,
        look: [style.color, style.backgroundColor, style.backgroundImage, style.fontSize, style.fontWeight, style.opacity, style.textShadow].join('|'),
        up: up(el), hush: hush, off: off,
      });
    }
    return found;
  }

  // The page as it is now is what states are compared with.
  function remember() {
    base = read();
    noise = new Set();
    title = own.title(document);
    retitles = false;
    return base.size;
  }

  const remembers = () => base.size > 0;

  // What differs although nothing was done, changes by itself.
  function ignore() {
    const now = compare();
    for (const el of [...now.there, ...now.looks]) noise.add(el);
    retitles = own.title(document) !== title;
    return noise.size;
  }

  function compare(from = base) {
    const now = read();
    const there = new Set();
    const looks = new Set();
    const gone = new Set();
    const appeared = new Set();
    for (const [el, one] of now) {
      const before = from.get(el);
      if (!before || (before.off && !one.off) || (before.hush && !one.hush)) {
        appeared.add(el);
        there.add(el);
      } else if ((!before.off && one.off) || (!before.hush && one.hush)) gone.add(el);
      else if (before.there !== one.there) there.add(el);
      else if (before.look !== one.look) looks.add(el);
    }
    for (const el of from.keys()) if (!now.has(el)) gone.add(el);
    // What is called by something that came or went has another name now.
    const touched = new Set();
    for (const el of [...gone, ...there]) {
      for (let at = el; at && !touched.has(at); at = (from.get(at) || now.get(at) || {}).up || up(at)) touched.add(at);
    }
    for (const el of touched) {
      if (!now.has(el) || gone.has(el)) continue;
      if (is(el, NAMED)) there.add(el);
      else if (is(el, OWNERS) && gone.size) there.add(el);
    }
    for (const el of now.keys()) {
      const labels = own.name(el) === 'form' ? null : el.labels;
      if (labels && [...labels].some((label) => touched.has(label))) there.add(el);
      const ids = attribute(el, 'aria-labelledby');
      if (ids && ids.split(/\s+/).some((id) => touched.has(id && own.first(own.top(el), `#${CSS.escape(id)}`)))) there.add(el);
    }
    for (const el of noise) [there, looks, appeared].forEach((set) => set.delete(el));
    return { there: there, looks: looks, appeared: appeared };
  }

  // How much differs from what was remembered. Whoever only opens something asks for what came.
  // ``at``: what ``frame`` says of the frame that this is; all is new in one that came.
  function changed(at = null) {
    place = at;
    fresh = at && at.fresh ? compare(new Map()) : compare();
    if (at && at.moved && own.root(document)) fresh.looks.add(own.root(document));
    return { there: fresh.there.size, looks: fresh.looks.size, appeared: topmost(fresh.appeared).length };
  }

  const same = () => {
    const now = compare();
    return !now.there.size && !now.appeared.size && [...base.keys()].every((el) => lives(el));
  };

  // axe-core takes the canvas for white; a page that leaves its ground to the browser has another in the dark.
  function grounded() {
    const root = own.root(document);
    const bare = (el) => el && !paints(getComputedStyle(el));
    if (!bare(root) || (own.body(document) && !bare(own.body(document)))) return () => {};
    return paint(root, 'Canvas');
  }

  function paint(root, colour) {
    const before = root.style.getPropertyValue('background-color');
    const how = root.style.getPropertyPriority('background-color');
    const had = root.hasAttribute('style');
    root.style.setProperty('background-color', colour, 'important');
    return () => {
      root.style.setProperty('background-color', before, how);
      if (!had) root.removeAttribute('style');
    };
  }

  const dark = (style) => /\bdark\b/.test(style.colorScheme)
    && (!/\blight\b/.test(style.colorScheme) || matchMedia('(prefers-color-scheme: dark)').matches);
  const solid = (colour) => /^rgb\(/.test(colour);

  // The colour on which an element's own box is painted; "" where nobody can tell.
  function ground(el) {
    for (let at = el; at; at = up(at)) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none' || style.opacity !== '1' || style.filter !== 'none' || style.mixBlendMode !== 'normal') return '';
      if (solid(style.backgroundColor)) return style.backgroundColor;
      if (paints(style) || /^(absolute|fixed|sticky)$/.test(style.position)) return '';
    }
    const root = own.root(document);
    if (place && place.dark === dark(getComputedStyle(root))) return place.ground;
    return dark(getComputedStyle(root)) ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
  }

  // What the document in a frame cannot see of itself. Asked of the frame's element, after ``changed``.
  function frame(el) {
    const style = getComputedStyle(el);
    const rect = box(el);
    const tab = parseInt(attribute(el, 'tabindex'), 10);
    let hushed = false;
    for (let at = el; at; at = up(at)) hushed = hushed || attribute(at, 'aria-hidden') === 'true' || has(at, 'inert');
    return {
      shown: own.drawn(el, { visibilityProperty: true }) && !hushed && rect.width > 1 && rect.height > 1,
      fresh: Boolean(place && place.fresh) || (fresh.there.has(el) || within(el, fresh.appeared)) && !noise.has(el),
      focusable: (!place || place.focusable) && !(tab < 0),
      size: { width: rect.width, height: rect.height }, ground: ground(el), dark: dark(style),
    };
  }

  function framed(path) {
    const el = handrail.find(path);
    return el && { ...frame(el), html: el.outerHTML.slice(0, 300), part: handrail.partOf(el) };
  }

  // A frame whose document leaves its ground to others is judged on theirs. Whether its colours can be judged.
  function grounds() {
    const root = own.root(document);
    const bare = (el) => !el || !paints(getComputedStyle(el));
    if (!bare(root) || !bare(own.body(document))) return [true, () => {}];
    const under = dark(getComputedStyle(root)) === place.dark ? place.ground : 'Canvas';
    if (!under) return [false, () => {}];
    return [true, paint(root, under)];
  }

  const known = (id) => {
    const rule = axe._audit.rules.find((one) => one.id === id);
    return id === 'target-size' || (rule.enabled && !rule.pageLevel && !rule.tags.some((tag) => /^(experimental|deprecated)$/.test(tag)));
  };

  // The rules for what is there, and those for the whole page.
  function rules(whole, coloured) {
    const all = axe.getRules().map((rule) => rule.ruleId).filter(known);
    const also = !whole.has(own.root(document)) ? null : place ? OF_FRAMES : OF_DOCUMENTS;
    return {
      here: all.filter((id) => !AMONG_ALL.test(id) && (!OF_PAGES.test(id) || (also && also.test(id))) && (coloured || !CONTRAST.includes(id))),
      among: all.filter((id) => AMONG_ALL.test(id) && !OF_PAGES.test(id) && !(place && id === 'region')),
    };
  }

  async function results(roots, ids) {
    const options = { ...handrail.axe.options, runOnly: { type: 'rule', values: ids }, iframes: false };
    delete options.rules;
    if (!place) return axe.run({ include: roots }, options);
    const context = { include: roots, initiator: false, focusable: place.focusable, size: place.size };
    const finished = await axe.finishRun([await axe.runPartial(context, options)], options);
    return { ...finished, testEngine: { version: axe.version } };
  }
  async function run(roots, ids) {
    if (!roots.length || !ids.length) return [];
    return handrail.axe.told(await results(roots, ids)).rules;
  }

  const at = (target) => {
    const path = target.at(-1);
    return handrail.find(Array.isArray(path) ? path : [path]);
  };
  // A window begins anew: its first heading may be of any level, and its head and foot are its own.
  const first = (el) => {
    const box = own.closest(el, WINDOW);
    return box && [...box.querySelectorAll(HEADINGS)].find((one) => handrail.visible(one)) === el;
  };
  function floats(el) {
    for (let node = el; node; node = up(node)) {
      if (/^(absolute|fixed|sticky)$/.test(getComputedStyle(node).position)) return true;
    }
    return false;
  }
  const excused = (id, el) => (id === 'heading-order' ? first(el) : id === 'region' ? floats(el) : /^landmark-/.test(id) && own.closest(el, WINDOW));

  // Where a place is at odds with others, what came is told, and nothing where all were there before.
  function moved(id, node) {
    const mine = (target) => {
      const el = at(target);
      return el && within(el, fresh.appeared) && !excused(id, el);
    };
    if (mine(node.target)) return node;
    if (!/unique|duplicate/.test(id)) return null;
    const other = [...node.any, ...node.all, ...node.none].flatMap((check) => check.relatedNodes).find(({ target }) => mine(target));
    return other ? { ...node, target: other.target, html: other.html } : null;
  }

  async function among(ids) {
    if (!fresh.appeared.size || !ids.length) return [];
    const found = await results([document], ids);
    for (const kind of ['violations', 'incomplete']) {
      for (const rule of found[kind]) rule.nodes = rule.nodes.map((node) => moved(rule.id, node)).filter(Boolean);
      found[kind] = found[kind].filter((rule) => rule.nodes.length);
    }
    return handrail.axe.told({ ...found, passes: [], inapplicable: [] }).rules;
  }

  // Judge what differs: what is there by every rule that judges single elements, what only looks otherwise by its colours.
  // ``looks``: "", "all", or "sure" where text that only stands otherwise is no reason for doubt.
  async function audit(looks, most, time) {
    const [sure, undo] = place ? grounds() : [true, looks ? grounded() : () => {}];
    held = new Map();
    try {
      const there = topmost(fresh.there);
      const whole = new Set(there);
      const coloured = looks && sure ? topmost(fresh.looks).filter((el) => !within(el, whole)) : [];
      const seen = (rule) => looks === 'all' || rule.outcome !== 'incomplete';
      const ids = rules(whole, sure);
      const renamed = !place && !retitles && own.title(document) !== title;
      const told = [
        ...await run(there, ids.here), ...(await run(coloured, CONTRAST)).filter(seen), ...await among(ids.among),
        ...(renamed ? await run([document], ['document-title']) : []),
      ];
      for (const rule of told) {
        for (const node of rule.nodes) {
          const el = at(node.target);
          node.part = el ? handrail.partOf(el) : null;
          node.at = el ? handrail.selector(el) : '';
          if (el) held.set(node.at, el);
        }
      }
      const structure = there.length || renamed ? handrail.structure.read(most, time) : null;
      const places = structure ? placesIn(structure, whole) : new Map();
      for (const [selector, el] of places) held.set(selector, el);
      return { rules: told, structure: structure, places: [...places.keys(), ...(renamed ? ['title'] : [])] };
    } finally {
      undo();
    }
  }

  function placesIn(structure, whole) {
    const found = new Map();
    for (const items of Object.values(structure)) {
      if (!Array.isArray(items)) continue;
      for (const { selector } of items) {
        const el = typeof selector === 'string' && handrail.find(selector.split(' >>> '));
        if (el && within(el, whole)) found.set(selector, el);
      }
    }
    return found;
  }

  // Once the page is back as it was: which of what was judged differs still. That is no doing of the state.
  function left() {
    const now = compare();
    const still = new Set([...now.there, ...now.looks]);
    return still.size ? [...held].filter(([, el]) => within(el, still)).map(([selector]) => selector) : [];
  }

  const drawn = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 60);
    requestAnimationFrame(() => { clearTimeout(timer); resolve(); });
  });

  // Until styles, and scripts that answer at once, have answered; animations are at their end.
  async function settle(time) {
    if (time) await new Promise((resolve) => setTimeout(resolve, time));
    await drawn();
    await drawn();
    handrail.still();
  }

  return { remember, remembers, ignore, changed, frame, framed, same, audit, left, settle };
})();
