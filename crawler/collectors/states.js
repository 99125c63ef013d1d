// What a state of the page shows that the page as it came did not, and what axe-core and the reader of structure say of it.
// The page itself; what stands in frames is read as it comes.
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
  // They judge the page as a whole, or places by their distance to all others.
  const OF_PAGES = /^(bypass|region|page-has-heading-one|heading-order|document-title|html-.*|meta-.*|frame-.*|landmark-.*|skip-link|css-orientation-lock|accesskeys|identical-links-same-purpose)$/;
  let base = new Map();
  let noise = new Set();
  let fresh = { there: new Set(), looks: new Set() };
  let held = null;

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
    return base.size;
  }

  // What differs although nothing was done, changes by itself.
  function ignore() {
    const now = compare();
    for (const el of [...now.there, ...now.looks]) noise.add(el);
    return noise.size;
  }

  function compare() {
    const now = read();
    const there = new Set();
    const looks = new Set();
    const gone = new Set();
    const appeared = new Set();
    for (const [el, one] of now) {
      const before = base.get(el);
      if (!before || (before.off && !one.off) || (before.hush && !one.hush)) {
        appeared.add(el);
        there.add(el);
      } else if ((!before.off && one.off) || (!before.hush && one.hush)) gone.add(el);
      else if (before.there !== one.there) there.add(el);
      else if (before.look !== one.look) looks.add(el);
    }
    for (const el of base.keys()) if (!now.has(el)) gone.add(el);
    // What is called by something that came or went has another name now.
    const touched = new Set();
    for (const el of [...gone, ...there]) {
      for (let at = el; at && !touched.has(at); at = (base.get(at) || now.get(at) || {}).up || up(at)) touched.add(at);
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
  function changed() {
    fresh = compare();
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
    const before = root.style.getPropertyValue('background-color');
    const how = root.style.getPropertyPriority('background-color');
    const had = root.hasAttribute('style');
    root.style.setProperty('background-color', 'Canvas', 'important');
    return () => {
      root.style.setProperty('background-color', before, how);
      if (!had) root.removeAttribute('style');
    };
  }

  const rules = () => axe.getRules().map((rule) => rule.ruleId)
    .filter((id) => !OF_PAGES.test(id) && known(id));
  const known = (id) => {
    const rule = axe._audit.rules.find((one) => one.id === id);
    return id === 'target-size' || (rule.enabled && !rule.pageLevel && !rule.tags.some((tag) => /^(experimental|deprecated)$/.test(tag)));
  };

  async function run(roots, ids) {
    if (!roots.length || !ids.length) return [];
    const options = { ...handrail.axe.options, runOnly: { type: 'rule', values: ids }, iframes: false };
    delete options.rules;
    return handrail.axe.told(await axe.run({ include: roots }, options)).rules;
  }

  // Judge what differs: what is there by every rule that judges single elements, what only looks otherwise by its colours.
  // ``looks``: "", "all", or "sure" where text that only stands otherwise is no reason for doubt.
  async function audit(looks, most, time) {
    const undo = looks ? grounded() : () => {};
    try {
      const there = topmost(fresh.there);
      const whole = new Set(there);
      const coloured = looks ? topmost(fresh.looks).filter((el) => !within(el, whole)) : [];
      const seen = (rule) => looks === 'all' || rule.outcome !== 'incomplete';
      const told = [...await run(there, rules()), ...(await run(coloured, CONTRAST)).filter(seen)];
      const elements = new Map();
      for (const rule of told) {
        for (const node of rule.nodes) {
          const path = node.target.at(-1);
          const el = handrail.find(Array.isArray(path) ? path : [path]);
          node.part = el ? handrail.partOf(el) : null;
          node.at = el ? handrail.selector(el) : '';
          elements.set(node, el);
        }
      }
      const structure = there.length ? handrail.structure.read(most, time) : null;
      const places = structure ? placesIn(structure, whole) : new Map();
      held = { rules: told, elements: elements, structure: structure, places: places };
    } finally {
      undo();
    }
    return held.rules.length;
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

  // What was judged; once the page is back as it was, without what differs still: that is no doing of the state.
  function take(back) {
    const { rules: told, elements, structure, places } = held;
    held = null;
    const left = new Set();
    if (back) {
      const now = compare();
      for (const el of [...now.there, ...now.looks]) left.add(el);
    }
    const strays = (el) => el && left.size && within(el, left);
    for (const rule of told) rule.nodes = rule.nodes.filter((node) => !strays(elements.get(node)));
    return {
      rules: told.filter((rule) => rule.nodes.length || !/violation|incomplete/.test(rule.outcome)),
      structure: structure, places: [...places].filter(([, el]) => !strays(el)).map(([selector]) => selector),
    };
  }

  const frame = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 60);
    requestAnimationFrame(() => { clearTimeout(timer); resolve(); });
  });

  // Until styles, and scripts that answer at once, have answered; animations are at their end.
  async function settle(time) {
    if (time) await new Promise((resolve) => setTimeout(resolve, time));
    await frame();
    await frame();
    handrail.still();
  }

  return { remember, ignore, changed, same, audit, take, settle };
})();
