// What a page shows in a wide window and takes away in a narrow one, where nothing seems to bring it back.
handrail.narrow = (() => {
  const { own } = handrail;
  const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [role=tab]';
  const OPENERS = `button, summary, label[for], [role=button], [role=tab], a[href^="#"], a[href^="javascript:"], a:not([href]), input[type=checkbox]`;
  const SAYS_MORE = '[aria-expanded], [aria-haspopup], [aria-controls], summary, [data-toggle], [data-bs-toggle], [data-target], [data-bs-target], [popovertarget], [commandfor], label[for]';
  const MENU = /\b(menu|navigation|nav|hamburger|burger|drawer|sidebar)\b|menu|☰|≡/i;
  // Shown in turn, shortened by custom, or of no use to people whose window is narrow.
  const APART = /carousel|slider|swiper|slick|splide|glide|flickity|owl-|marquee|ticker|carrousel|breadcrumb|(^|[-_ ])crumbs?([-_ ]|$)|fil[-_ ]?(d[-_’' ]?)?ariane|tooltip|toast|cookie|consent|adsby|advert|skip|back-?to-?top|(^|[-_ ])top([-_ ]|$)|print|kbd|shortcut|divider|separator/i;
  const TRIFLE = /^(©|\(c\)|copyright\b|tous droits)|^(print|imprimer|share|partager|top|back to top|haut( de page)?|retour en haut|close|fermer|(text|font) size|taille du texte|a[+-]+|full ?screen|plein écran)\b/i;
  const NAVIGATION = 'nav, header, [role=navigation], [role=banner], [role=menubar], [role=menu]';
  const MOST_WORDS = 5;
  const style = (el) => getComputedStyle(el);
  const up = (node) => own.parentElement(node) || (own.top(node) instanceof ShadowRoot ? own.top(node).host : null);
  const folded = (text) => (text || '').replace(/\s+/g, ' ').trim();
  const spoken = (text) => folded(text).toLowerCase();
  const pieces = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
  const called = (el) => `${own.id(el)} ${own.attribute(el, 'class') || ''} ${own.attribute(el, 'aria-label') || ''}`;
  const isPage = (el) => !el || el === own.body(document) || el === own.root(document) || /^(main|form|article)$/.test(own.name(el)) || own.attribute(el, 'role') === 'main';
  const name = (el) => folded(own.attribute(el, 'aria-label') || own.text(el.labels?.[0] || el) || el.value || own.attribute(el, 'title') || own.attribute(el, 'placeholder'));
  let wideTexts = [], wideControls = new Set();

  function* around(el, most = 60) {
    for (let node = el, steps = 0; node && own.type(node) === 1 && steps < most; node = up(node), steps += 1) yield node;
  }

  const shown = (css) => [...handrail.elements(document)].filter((el) => el.matches(css) && handrail.visible(el));

  function wide(list) {
    wideTexts = list;
    wideControls = new Set(shown(`${CONTROLS}, ${OPENERS}`));
  }

  // The outermost element that is not shown with it.
  function hiddenBy(el) {
    let by = el;
    for (const node of around(el)) {
      if (handrail.visible(node)) break;
      by = node;
    }
    return by;
  }

  // All that people are given in the narrow window, said or written in attributes.
  function given(texts) {
    const said = texts.map(({ node }) => node.data);
    for (const el of handrail.elements(document)) {
      if (!own.attributes(el).length || !handrail.visible(el)) continue;
      for (const { name: key, value } of own.attributes(el)) if (/^(aria-label|title|alt|placeholder|value|data-[\w-]+)$/.test(key) && value.length < 500) said.push(value);
    }
    return spoken(said.join(' '));
  }

  // What is there in its place: words or controls that the wide window did not show, close by.
  function swapped(root, fresh) {
    return [...around(up(root), 2)].some((node) => !isPage(node) && fresh.some((one) => node.contains(one)));
  }

  // Of the controls that can be seen now: whether one seems to bring it out.
  function brought(root, controls, fresh) {
    const ids = [...around(root)].map((node) => own.id(node)).concat([...root.querySelectorAll('[id]')].slice(0, 200).map((node) => own.id(node))).filter(Boolean);
    const points = (el) => ['aria-controls', 'href', 'data-target', 'data-bs-target', 'popovertarget', 'commandfor', 'for'].some((key) => {
      const said = (own.attribute(el, key) || '').replace(/^#/, '');
      return said && said.split(/\s+/).some((one) => ids.includes(one));
    });
    if (controls.some((el) => el.matches(OPENERS + ', ' + SAYS_MORE) && (own.name(el) !== 'a' || fresh.includes(el) || el.hasAttribute('aria-expanded')) && points(el))) return true;
    // Something to press that came with the narrow window, in the same box.
    if (fresh.some((el) => el.matches(OPENERS) && [...around(up(root))].some((node) => !isPage(node) && node.contains(el)))) return true;
    // A heading or a cell before it that can be pressed.
    for (const node of around(root, 3)) {
      for (let other = node.previousElementSibling, steps = 0; other && steps < 4; other = other.previousElementSibling, steps += 1) {
        if (!handrail.visible(other)) continue;
        if (other.matches(SAYS_MORE) || other.querySelector(SAYS_MORE) || (style(other).cursor === 'pointer' && own.name(other) !== 'a')) return true;
      }
      if (isPage(up(node))) break;
    }
    return false;
  }

  function isNavigation(root) {
    if (own.closest(root, NAVIGATION) || root.querySelector('nav') || [...around(root, 3)].some((node) => MENU.test(called(node)))) return true;
    const links = [...root.querySelectorAll('a[href]')].reduce((sum, el) => sum + folded(own.text(el)).length, 0);
    return links > 0.6 * folded(own.text(root)).length && root.querySelectorAll('a[href]').length > 2;
  }

  // Heads of columns whose cells say them by themselves.
  function isToldInCells(root) {
    const table = own.closest(root, 'table, [role=table], [role=grid]');
    if (!table || !(root.matches('thead, th, [role=columnheader]') || root.querySelector('th, [role=columnheader]'))) return false;
    return [...table.querySelectorAll('td, [role=cell], [role=gridcell]')].slice(0, 40).some((cell) => !/^(none|normal|"")$/.test(getComputedStyle(cell, '::before').content));
  }

  // Links that lead to what is there, and buttons and fields that are there by the same name, are not missed.
  function missedControls(root, rest, targets) {
    const found = root.matches(CONTROLS) ? [root] : [...root.querySelectorAll(CONTROLS)];
    return found.filter((el) => wideControls.has(el) && !own.closest(el, '[aria-hidden=true], [disabled]') && !isLed(el, targets)).filter((el) => {
      const said = spoken(name(el));
      return /\p{L}{2}/u.test(said) && !TRIFLE.test(said) && (own.name(el) === 'a' ? true : !rest.includes(said));
    });
  }

  function isLed(el, targets) {
    if (own.name(el) !== 'a' || typeof el.href !== 'string') return false;
    return targets.has(el.href) || el.href.split('#')[0] === location.href.split('#')[0];
  }

  function missedWords(nodes, rest, targets) {
    const lines = nodes.filter(({ node, el }) => {
      const link = own.closest(el, 'a[href]');
      const said = spoken(node.data);
      return !(link && isLed(link, targets)) && !own.closest(el, 'kbd, svg') && !TRIFLE.test(said) && !rest.includes(said);
    });
    const words = lines.flatMap(({ node }) => pieces(node.data));
    const long = words.filter((word) => word.length > 2 || /\p{N}/u.test(word));
    return long.filter((word) => !rest.includes(word)).length >= 0.4 * long.length ? { lines, words: words.length } : { lines: [], words: 0 };
  }

  let told = [];
  function gone() {
    told = [];
    const nodes = wideTexts.filter(({ node, el }) => node.isConnected && !handrail.visible(el));
    const roots = new Map();
    for (const one of nodes) {
      const root = hiddenBy(one.el);
      if (!roots.has(root)) roots.set(root, []);
      roots.get(root).push(one);
    }
    for (const el of wideControls) if (el.isConnected && el.matches('input, select, textarea') && !handrail.visible(el) && !roots.has(hiddenBy(el))) roots.set(hiddenBy(el), []);
    if (!roots.size || roots.has(own.body(document)) || roots.has(own.root(document))) return [];
    const texts = handrail.layout.texts();
    const before = new Set(wideTexts.map(({ node }) => node));
    const controls = shown(`${CONTROLS}, ${OPENERS}, ${SAYS_MORE}`);
    const freshControls = controls.filter((el) => !wideControls.has(el));
    const fresh = [...freshControls, ...texts.filter(({ node }) => !before.has(node)).map(({ el }) => el)];
    const rest = given(texts);
    const targets = new Set(controls.filter((el) => own.name(el) === 'a' && typeof el.href === 'string').map((el) => el.href));
    const menu = controls.some((el) => (el.matches(OPENERS) && (MENU.test(name(el)) || MENU.test(called(el)))) || el.matches('[aria-expanded], [aria-haspopup], [popovertarget]')
      || freshControls.includes(el));
    const kinds = new Map();
    for (const [root, some] of roots) {
      if (own.closest(root, 'details, dialog, [role=dialog], [role=tooltip], [popover]') || own.closest(root, CONTROLS + ', label')?.checkVisibility()) continue;
      if ([...around(root, 5)].some((node) => !isPage(node) && APART.test(called(node))) || isToldInCells(root)) continue;
      if (swapped(root, fresh) || brought(root, controls, freshControls) || (menu && isNavigation(root))) continue;
      const buttons = missedControls(root, rest, targets);
      const { lines, words } = missedWords(some, rest, targets);
      if (!buttons.length && !words) continue;
      const part = handrail.partOf(root);
      // Cells of one table are one matter.
      const kind = root.matches('td, th') && own.closest(root, 'table') || `${part.key} ${own.name(root)} ${own.attribute(root, 'class') || ''}`;
      const so = kinds.get(kind) || { root, part: part.key, controls: 0, words: 0, many: 0, text: '' };
      so.many += 1;
      so.words += words;
      so.controls += buttons.length;
      so.text = so.text || folded(lines.map(({ node }) => node.data).join(' ')) || name(buttons[0]);
      kinds.set(kind, so);
    }
    const parts = new Map();
    const weight = (one) => one.words + 10 * one.controls;
    for (const one of kinds.values()) {
      if (!one.controls && one.words < MOST_WORDS) continue;
      const so = parts.get(one.part);
      if (!so || weight(one) > weight(so)) parts.set(one.part, { ...one, many: one.many + (so ? so.many : 0) });
      else so.many += one.many;
    }
    told = [...parts.values()];
    return told.map(({ root, text, words, controls: number, many }) => handrail.layout.place(root, { text: text.slice(0, 200), words, controls: number, many }));
  }

  // Once more in the wide window: which of them are there again.
  // A script that hears of the window brings it back a moment later.
  async function back() {
    await handrail.quiet(1000);
    return told.map(({ root }) => root.isConnected && handrail.visible(root));
  }

  return { wide, gone, back };
})();
