// How text fares when a page is shown small, spaced out or large; what shows under a mouse only.
handrail.layout = (() => {
  const { own } = handrail;
  const MOST_TEXTS = 6000;
  const MOST_PLACES = 5;
  const NARROW = 320;
  const BLOCK = /^(block|flex|grid|list-item|table|table-cell|table-caption|flow-root|inline-block|inline-flex|inline-grid)/;
  const CAROUSEL = /carousel|slider|swiper|slick|splide|glide|flickity|owl-|marquee|ticker|carrousel/i;
  const MORE = /^(show|read|see|view|load)\s+(more|all|full)|^more\b|^expand|^(voir|afficher|lire)\s+(plus|tout|la suite)|^plus\b/i;
  const style = (el) => getComputedStyle(el);
  const up = (node) => own.parentElement(node) || (own.top(node) instanceof ShadowRoot ? own.top(node).host : null);
  const count = (text) => (text.match(/[\p{L}\p{N}]+/gu) || []).length;
  const words = (el) => (own.text(el) || '').replace(/\s+/g, ' ').trim();
  const frame = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => { clearTimeout(timer); resolve(); });
  });
  const calm = async () => { await frame(); await frame(); };

  const openTag = (el) => Node.prototype.cloneNode.call(el, false).outerHTML.slice(0, 1000);
  const place = (el, more = {}) => ({
    selector: handrail.selector(el), html: openTag(el), part: handrail.partOf(el), text: words(el).slice(0, 200), ...more,
  });

  function* within(el, most = 60) {
    for (let node = el, steps = 0; node && own.type(node) === 1 && steps < most; node = up(node), steps += 1) yield node;
  }

  const hasClass = (el, pattern) => pattern.test(`${own.id(el)} ${own.attribute(el, 'class') || ''}`);

  // Cut away whole, for screen readers alone.
  function isClipped(el) {
    const css = style(el);
    return (/absolute|fixed/.test(css.position) && /^rect\((?:0px|1px)(?:,? (?:0px|1px)){3}\)$/.test(css.clip)) || /^inset\((?:50|100)%/.test(css.clipPath);
  }

  // Text that people are given: not hidden, not a picture made of a font, not taken from assistive technology.
  function texts() {
    const found = [];
    const shut = new Map();
    const isShut = (el) => {
      if (!shut.has(el)) {
        const parent = up(el);
        shut.set(el, own.attribute(el, 'aria-hidden') === 'true' || isClipped(el) || (parent ? isShut(parent) : false));
      }
      return shut.get(el);
    };
    const roots = [document];
    for (let index = 0; index < roots.length && found.length < MOST_TEXTS; index += 1) {
      const from = roots[index] === document ? own.body(document) : roots[index];
      if (!from) continue;
      const walker = Document.prototype.createTreeWalker.call(document, from, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      for (let node = walker.nextNode(); node && found.length < MOST_TEXTS; node = walker.nextNode()) {
        if (own.type(node) === 1) {
          const inner = own.shadow(node);
          if (inner) roots.push(inner);
          continue;
        }
        if (!/[\p{L}\p{N}]/u.test(node.data)) continue;
        const el = up(node);
        if (!el || /^(script|style|noscript|template|textarea|select|option|title)$/.test(own.name(el)) || own.closest(el, 'svg')) continue;
        if (!handrail.visible(el) || isShut(el)) continue;
        const css = style(el);
        if (css.opacity === '0' || /icon|symbol|awesome|material/i.test(css.fontFamily)) continue;
        found.push({ node, el });
      }
    }
    return found;
  }

  // What an element and its ancestors let be seen of what is in it, and which of them cuts it off.
  function clipper() {
    const known = new Map();
    const open = { left: -1e7, top: -1e7, right: 1e7, bottom: 1e7, by: null, scrolls: false };
    const root = own.root(document);
    const bodyClips = () => style(root).overflowX !== 'visible' || style(root).overflowY !== 'visible';
    function holds(el) {
      if (known.has(el)) return known.get(el);
      known.set(el, open);
      let box = open;
      if (el !== root && !(el === own.body(document) && !bodyClips())) {
        const css = style(el);
        const outer = up(el);
        let holder = outer;
        if (css.position === 'absolute' || css.position === 'fixed') {
          const fixed = css.position === 'fixed';
          while (holder && holder !== root) {
            const over = style(holder);
            if (over.transform !== 'none' || over.filter !== 'none' || (!fixed && over.position !== 'static')) break;
            holder = up(holder);
          }
        }
        box = holder ? holds(holder) : open;
        const x = css.overflowX, y = css.overflowY;
        const hard = (value) => value === 'hidden' || value === 'clip';
        if (css.display !== 'inline' && css.display !== 'contents') {
          if (/auto|scroll/.test(x + y)) {
            box = { ...open, scrolls: true, view: el.getBoundingClientRect() };
          }
          if (hard(x) || hard(y)) {
            const rect = el.getBoundingClientRect();
            const mine = { ...box };
            if (hard(x)) {
              if (rect.left > mine.left) mine.left = rect.left;
              if (rect.right < mine.right) { mine.right = rect.right; mine.by = el; }
            }
            if (hard(y)) {
              if (rect.top > mine.top) mine.top = rect.top;
              if (rect.bottom < mine.bottom) { mine.bottom = rect.bottom; mine.by = el; }
            }
            box = mine;
          }
        }
      }
      known.set(el, box);
      return box;
    }
    return holds;
  }

  // The space at which a line was broken stays behind its end where spaces are kept, and nobody misses it.
  function isBreak({ node, el }, rect) {
    if (!/^(pre-wrap|break-spaces)/.test(style(el).whiteSpace)) return false;
    const range = new Range();
    return [...node.data.matchAll(/[ \t]+/g)].slice(0, 300).some(({ index, 0: run }) => {
      range.setStart(node, index);
      range.setEnd(node, index + run.length);
      return [...range.getClientRects()].some((one) => Math.abs(one.left - rect.left) < 1 && Math.abs(one.right - rect.right) < 1 && Math.abs(one.top - rect.top) < 1);
    });
  }

  // Every line of every text: where it is and how much of it can be seen. "before": only of those that something may cut
  // off now, and that were seen; "known": of this very moment.
  function measure(list, { before = null, holds = clipper(), known = null } = {}) {
    const range = new Range();
    return list.map(({ node, el }, index) => {
      if (before && (before[index].least < 0.9 || !before[index].lines.length)) return UNCUT;
      const box = holds(el);
      if (before && !box.by) return UNCUT;
      if (known?.has(node)) return known.get(node);
      range.selectNodeContents(node);
      const lines = [];
      let least = 1;
      for (const rect of range.getClientRects()) {
        const { left, top, right, bottom, width, height } = rect;
        if (width < 1 || height < 1) continue;
        const away = right + scrollX <= 0 || bottom + scrollY <= 0;
        const shown = right + scrollX > 0 && bottom + scrollY > 0 && (!box.view || (bottom > box.view.top && top < box.view.bottom && right > box.view.left && left < box.view.right));
        const across = Math.max(0, Math.min(right, box.right) - Math.max(left, box.left)) / width;
        const down = Math.max(0, Math.min(bottom, box.bottom) - Math.max(top, box.top)) / height;
        if (across < 0.9 && isBreak({ node, el }, rect)) continue;
        least = Math.min(least, across * down);
        lines.push({ left, top, right, bottom, across, down, shown, away });
      }
      return { lines, least, by: box.by, inner: box };
    });
  }

  // What was cut off before, or is cut off by nothing, is not lost.
  const UNCUT = { lines: [], least: 1, by: null };

  const lostNow = (more) => lost(base.list, base.seen, measure(base.list, { before: base.seen, ...more })).slice(0, 40);

  const isClamped = (el) => style(el).webkitLineClamp !== 'none' && style(el).webkitLineClamp !== '';
  const isDotted = (el) => style(el).textOverflow !== 'clip' && style(el).textOverflow !== '';
  // Where the whole text can be had: a title or a label that says it, a style sheet that shows it under the mouse, the page
  // that a teaser leads to. A link that says nothing besides is no teaser: its name is what is lost.
  function toldElsewhere(el, text, names) {
    const link = own.closest(el, 'a[href]');
    const isName = names && link && words(link).length <= text.length + 3;
    return [...within(el, 4)].some((node) => own.attribute(node, 'title') || (own.attribute(node, 'aria-label') || '').replace(/\s+/g, ' ').includes(text)
      || (!isName && own.name(node) === 'a' && node.hasAttribute('href')) || own.attribute(node, 'data-bs-toggle') === 'tooltip') || unfolds(el);
  }
  const unfolds = (el) => sheets().read.some((sheet) => sheet.rules.some(({ rule, text }) => text.includes(':hover')
    && ['overflow', 'overflow-x', 'text-overflow', 'white-space', 'text-wrap-mode', '-webkit-line-clamp'].some((name) => rule.style.getPropertyValue(name))
    && [...within(el, 4)].some((node) => { try { return node.matches(text.replace(/:hover\b/g, ':is(*)')); } catch { return false; } })));
  const FOLDS = 'button, a, summary, [role=button], label';
  const near = (el) => [...(own.parentElement(el) || el).querySelectorAll(FOLDS)];
  const opens = (el) => {
    const id = own.id(el);
    return (id && own.all(`[aria-controls~="${CSS.escape(id)}"]`).length > 0)
      || near(el).some((one) => one.hasAttribute('aria-expanded') || MORE.test(words(one)));
  };

  // Folded away behind a button that says so, as menus are in a narrow window; or by a script that says so of the menu.
  function isFolded(el) {
    const rect = el.getBoundingClientRect();
    if (rect.height < 4 && own.attribute(el, 'aria-hidden') === 'true') {
      return [...(own.parentElement(el) || el).querySelectorAll(FOLDS)].some((one) => !el.contains(one) && handrail.visible(one) && words(one));
    }
    if (!own.id(el) || (rect.height >= 4 && handrail.visible(el))) return false;
    return [...own.all(`[aria-controls~="${CSS.escape(own.id(el))}"][aria-expanded=false]`)].some((one) => handrail.visible(one));
  }

  // Words that a narrow window leaves to screen readers, where eyes have them otherwise: as a sign on the same button, or in
  // the same words elsewhere in what is around it.
  function spokenOnly(by) {
    const said = words(by);
    const control = own.closest(by, 'a, button, [role=button]');
    const drawn = control && [...control.querySelectorAll('svg, img, i, [class*=icon i]')].some((one) => !by.contains(one) && handrail.visible(one) && one.getBoundingClientRect().width >= 8);
    return Boolean(drawn) || [...within(up(by), 4)].some((outer) => [...outer.querySelectorAll('*')].slice(0, 200).some((one) => [...own.elements(one)].every((inner) => /^(svg|img|i)$/.test(own.name(inner)))
      && !by.contains(one) && words(one) === said && handrail.visible(one) && one.getBoundingClientRect().width > 8 && !isClipped(one)));
  }

  // Text that could be seen before, and now is cut off by an element that does not scroll.
  // "names": a link's own words may be lost too, although it leads to a page that says them.
  function lost(list, before, after, { names = false } = {}) {
    const cutBefore = new Set();
    before.forEach((seen) => { if (seen.least < 0.85 && seen.by) cutBefore.add(seen.by); });
    const groups = new Map();
    list.forEach(({ el, node }, index) => {
      const was = before[index], is = after[index];
      // The last words of a line that does not break are few of it, and gone.
      const ends = was.least > 0.98 && style(el).whiteSpace === 'nowrap' && is.lines.some((line) => line.across < 0.93 && (1 - line.across) * (line.right - line.left) >= 16);
      // What is kept beside the page, out of anybody's sight, is lost to nobody.
      if (!is.by || was.least < 0.9 || was.lines.every((line) => line.away) || (is.least > 0.75 && !ends) || cutBefore.has(is.by)) return;
      const by = is.by;
      // Hidden from eyes alone, as a head is whose words stand before each cell of a narrow table.
      const { width, height } = by.getBoundingClientRect();
      const unseen = width <= 2 && height <= 2;
      if (unseen && (by.closest('thead') || spokenOnly(by))) return;
      if (isFolded(by) || [...within(by, 8)].some((outer) => hasClass(outer, CAROUSEL) || own.attribute(outer, 'aria-roledescription'))) return;
      let gone = 0, half = 0, aside = 0;
      for (const line of is.lines) {
        const inside = line.left < is.inner.right - 4 && line.right > is.inner.left + 4;
        if (line.across === 0 && !inside) aside += 1;
        else if (line.down < 0.25 || (line.across < 0.6 && line.down > 0)) gone += 1;
        else if (line.across * line.down < 0.75 || ends) half += 1;
      }
      // A whole text beside the box may be a slide that waits for its turn.
      if (aside === is.lines.length || gone + half === 0) return;
      const dotted = isDotted(by);
      const said = node.data.replace(/\s+/g, ' ').trim();
      if ((dotted || isClamped(by) || isClamped(el)) && toldElsewhere(el, said, names)) return;
      const group = groups.get(by) || { gone: 0, half: 0, letters: 0, dotted: false, unseen, text: '' };
      group.gone += gone;
      group.half += half;
      group.letters += Math.round((node.data.trim().length * gone) / Math.max(1, is.lines.length));
      group.dotted = group.dotted || dotted || isClamped(by);
      if (!group.text) group.text = said.slice(0, 200);
      groups.set(by, group);
    });
    const inner = [...groups.keys()].filter((by) => ![...groups.keys()].some((other) => other !== by && by.contains(other)));
    return inner.map((by) => place(by, { ...groups.get(by), opens: opens(by) }));
  }

  const blockOf = (el) => { for (const node of within(el)) if (BLOCK.test(style(node).display)) return node; return el; };
  // What stays where it is while the page moves, or floats above it and lies upon whatever is there.
  const POPUP = /(^|[\s_-])(dropdown|popover|popup|pop-up|tooltip|datepicker|calendar|autocomplete|suggestions?|listbox)([\s_-]|$)/i;
  const comesUp = (node) => up(node) === own.body(document) && hasClass(node, POPUP) && Number.parseInt(style(node).zIndex, 10) > 0;
  const isStuck = (el) => [...within(el)].some((node) => /fixed|sticky/.test(style(node).position)
    || (style(node).position === 'absolute' && (comesUp(node) || node.matches('dialog, [popover], [role=tooltip], [role=dialog], [role=alertdialog], [role=menu], [role=listbox]'))));

  // In a menu that is there and transparent until it is asked for.
  const isClear = (el) => [...within(el)].some((node) => style(node).opacity === '0');

  // Pairs of texts that lie upon one another.
  function overlaps(list, seen) {
    const lines = [];
    seen.forEach((one, index) => one.lines.forEach((line) => {
      if (!line.shown || line.across * line.down <= 0.5) return;
      // As far as it is seen: behind the edge that cuts it off, it lies upon nothing.
      const { left, top, right, bottom } = one.inner;
      lines.push({ ...line, index, left: Math.max(line.left, left), top: Math.max(line.top, top), right: Math.min(line.right, right), bottom: Math.min(line.bottom, bottom) });
    }));
    lines.sort((one, other) => one.top - other.top);
    const pairs = new Map();
    let open = [];
    for (const line of lines) {
      open = open.filter((other) => other.bottom > line.top + 1);
      for (const other of open) {
        if (other.index === line.index) continue;
        const across = Math.min(line.right, other.right) - Math.max(line.left, other.left);
        const down = Math.min(line.bottom, other.bottom) - line.top;
        if (across > 8 && down > 0.4 * Math.min(line.bottom - line.top, other.bottom - other.top)) {
          pairs.set(`${Math.min(line.index, other.index)} ${Math.max(line.index, other.index)}`, [other.index, line.index]);
        }
      }
      open.push(line);
      if (open.length > 400) open.shift();
    }
    return pairs;
  }

  function overlapped(list, before, after) {
    const was = overlaps(list, before);
    const found = new Map();
    for (const [key, [one, other]] of overlaps(list, after)) {
      if (was.has(key)) continue;
      const [first, second] = [list[one].el, list[other].el];
      if (blockOf(first) === blockOf(second) || isStuck(first) || isStuck(second) || isClear(first) || isClear(second)) continue;
      const leaves = (index) => {
        const rect = blockOf(list[index].el).getBoundingClientRect();
        return after[index].lines.some((line) => line.bottom > rect.bottom + 4 || line.right > rect.right + 4 || line.top < rect.top - 4);
      };
      const [from, onto] = leaves(other) && !leaves(one) ? [second, first] : [first, second];
      const at = blockOf(from);
      if (!found.has(at)) found.set(at, place(at, { text: words(from).slice(0, 200), other: words(onto).slice(0, 200) }));
    }
    return [...found.values()];
  }

  let base = null;

  // What is not laid out before it is scrolled to (content-visibility: auto) has boxes of guessed heights around it.
  const laidOut = ({ el }) => Element.prototype.checkVisibility.call(el, { contentVisibilityAuto: true });

  function remember() {
    const list = texts().filter(laidOut);
    const seen = measure(list);
    base = { list, seen, clips: seen.some((one) => one.by && one.least >= 0.9) };
  }

  // The four properties of WCAG 1.4.12, in a sheet that the page's own markup does not show.
  function dressed(css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const roots = [document];
    for (const el of handrail.elements(document)) { const inner = own.shadow(el); if (inner && roots.length < 300) roots.push(inner); }
    const held = roots.map((root) => [root, [...root.adoptedStyleSheets]]);
    for (const [root, sheets] of held) root.adoptedStyleSheets = [...sheets, sheet];
    return () => { for (const [root] of held) root.adoptedStyleSheets = [...root.adoptedStyleSheets].filter((one) => one !== sheet); };
  }

  function spaced() {
    const undress = dressed(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important;
      transition: none !important } p { margin-bottom: 2em !important }`);
    try {
      const after = measure(base.list);
      return { lost: lost(base.list, base.seen, after, { names: true }).slice(0, 40), overlapped: overlapped(base.list, base.seen, after).slice(0, 40) };
    } finally {
      undress();
    }
  }

  // Every size of text doubled, and lines of a height in pixels no lower than their text. Only where something could cut
  // text off.
  function doubled() {
    if (!base.clips) return { lost: [] };
    const sizes = [];
    const root = own.root(document);
    const size = (el) => parseFloat(style(el).fontSize);
    for (const el of handrail.elements(root)) {
      if (sizes.length > 3000 || /^(script|style|head|meta|link|title|br|svg|path)$/.test(own.name(el)) || !el.style) continue;
      const mine = size(el), outer = up(el);
      if (mine && outer && (outer === root || Math.abs(mine - size(outer)) > 0.1)) sizes.push([el, mine]);
    }
    const still = dressed('* { transition: none !important }');
    const held = sizes.map(([el]) => own.attribute(el, 'style'));
    const before = base.list.map(({ el }) => size(el));
    const lines = new Map(base.list.flatMap(({ el }) => [el, blockOf(el)]).map((el) => [el, style(el).lineHeight]));
    try {
      for (const [el, mine] of sizes) el.style.setProperty('font-size', `${2 * mine}px`, 'important');
      // A size of its own that is the same as its parent's does not grow with it.
      const own_ = base.list.map(({ el }) => el).filter((el, index) => before[index] && size(el) < 1.9 * before[index] && el.style);
      for (const el of new Set(own_)) {
        sizes.push([el, size(el)]);
        held.push(own.attribute(el, 'style'));
        el.style.setProperty('font-size', `${2 * size(el)}px`, 'important');
      }
      const stiff = [...lines].filter(([el, high]) => parseFloat(high) && style(el).lineHeight === high && el.style);
      for (const [el, high] of stiff) {
        sizes.push([el, 0]);
        held.push(own.attribute(el, 'style'));
        el.style.setProperty('line-height', `${Math.max(parseFloat(high), 1.2 * size(el))}px`, 'important');
      }
      return { lost: lostNow() };
    } finally {
      [...sizes.keys()].reverse().forEach((index) => {
        const [el] = sizes[index];
        // Asked for first: what Chromium has not written down yet, it removes but half.
        own.attribute(el, 'style');
        if (held[index] === null) Element.prototype.removeAttribute.call(el, 'style');
        else Element.prototype.setAttribute.call(el, 'style', held[index]);
      });
      still();
    }
  }

  // A table of data; a table that only holds the page in columns is none.
  function isData(table) {
    const role = own.attribute(table, 'role');
    if (role === 'presentation' || role === 'none') return false;
    if (table.querySelector('th, caption, thead')) return true;
    return !table.querySelector('table, h1, h2, h3, form, nav, main, p + p, ul') && table.rows?.length > 1;
  }
  const KINDS = 'pre, code, kbd, samp, video, canvas, img, picture, svg, math, object, embed, iframe, map, audio, [role=toolbar], '
    + '[role=grid], [role=table], [role=treegrid], [role=img], [role=application], [role=math], [role=tablist]';
  const MAPS = /(^|[\s_-])(map|carte|leaflet|mapbox|gm-style|ol-viewport|calendar|calendrier|gantt|chart|diagram|editor|code|codehilite|highlight|toolbar|pre|sig|MathJax|katex)([\s_-]|$)/i;
  const exempt = (el) => Boolean(own.closest(el, KINDS)) || [...within(el)].some((node) =>
    (own.name(node) === 'table' && isData(node)) || (node !== own.body(document) && hasClass(node, MAPS)));

  function parked(el) {
    return [...within(el)].some((node) => {
      const css = style(node);
      return css.position === 'fixed' || css.position === 'absolute' || css.transform !== 'none' || css.clip !== 'auto';
    });
  }

  // Text that a page 320 pixels wide does not hold in its width, by the widest box around it that sticks out too.
  function sticking(now) {
    const root = own.root(document), body = own.body(document);
    const view = document.scrollingElement || root;
    const limit = view.clientWidth;
    const hides = (el) => /hidden|clip/.test(style(el).overflowX);
    const shut = hides(root) || (body && style(root).overflowX === 'visible' && hides(body));
    const rtl = style(root).direction === 'rtl';
    if (rtl) return { width: view.scrollWidth, shut, places: [] };
    const from = view.scrollLeft;
    const list = texts();
    const seen = measure(list, { holds: now.holds });
    list.forEach(({ node }, index) => now.known.set(node, seen[index]));
    const groups = new Map();
    const skipped = new Map();
    list.forEach(({ el, node }, index) => {
      const out = seen[index].lines.filter((line) => line.right + from > limit + 8 && line.across > 0 && line.down > 0 && line.bottom + scrollY > 0);
      if (!out.length) return;
      const inner = seen[index].inner;
      if (inner.by || inner.scrolls) return;
      if (skipped.has(el) ? skipped.get(el) : skipped.set(el, exempt(el)).get(el)) return;
      const right = Math.max(...out.map((line) => line.right + from));
      const starts = out.some((line) => line.left + from < limit - 8);
      let at = blockOf(el);
      for (const node of within(at)) {
        if (node === body || node === root) break;
        const rect = node.getBoundingClientRect();
        if (rect.right + from > limit + 8 && rect.right + from >= right - 1) at = node;
      }
      const edge = at.getBoundingClientRect();
      if (!starts && (shut || parked(el))) return;
      const group = groups.get(at) || { right: 0, lines: 0, long: 0, cut: 0, text: '' };
      group.right = Math.max(group.right, Math.round(right));
      group.lines += out.length;
      group.long += out.filter((line) => line.right - line.left > limit).length;
      group.cut += out.filter((line) => line.left + from < limit - 24).length;
      if (!group.text) group.text = node.data.replace(/\s+/g, ' ').trim().slice(0, 200);
      groups.set(at, group);
    });
    for (const el of own.all('input, select, textarea, button')) {
      const rect = el.getBoundingClientRect();
      if (rect.right + from <= limit + 16 || rect.width < 8 || rect.left + from >= limit - 8 || !handrail.visible(el) || exempt(el) || parked(el)) continue;
      const box = now.holds(up(el) || el);
      if (box.by || box.scrolls || [...groups.keys()].some((at) => at.contains(el))) continue;
      groups.set(el, { right: Math.round(rect.right + from), lines: 0, long: 0, cut: 0, text: own.attribute(el, 'aria-label') || words(el).slice(0, 200) });
    }
    const keys = [...groups.keys()].sort((one, other) => groups.get(other).right - groups.get(one).right
      || (one.contains(other) ? -1 : other.contains(one) ? 1 : 0));
    const named = [];
    for (const at of keys) if (!named.some((other) => other.contains(at) || at.contains(other))) named.push(at);
    const order = together(named, groups).slice(0, MOST_PLACES);
    return {
      width: view.scrollWidth, shut, down: view.scrollHeight > view.clientHeight,
      places: order.map(([at, group]) => place(at, group)),
    };
  }

  // What sticks out of one row is one fault.
  function together(named, groups) {
    const rows = new Map();
    for (const at of named) {
      const parent = up(at);
      const alone = !parent || parent === own.body(document) || own.name(parent) === 'main'
        || named.filter((other) => up(other) === parent).length < 2;
      const row = alone ? at : parent;
      const mine = groups.get(at), so = rows.get(row);
      rows.set(row, so ? {
        right: Math.max(so.right, mine.right), lines: so.lines + mine.lines, long: so.long + mine.long, cut: so.cut + mine.cut, text: so.text,
      } : mine);
    }
    return [...rows];
  }

  // Boxes of their own that scroll sideways, with prose in them whose lines are longer than the box.
  function sideways() {
    const found = [];
    for (const el of handrail.elements(document)) {
      if (el.scrollWidth <= el.clientWidth + 8 || el === own.root(document) || el === own.body(document)) continue;
      if (!/auto|scroll/.test(style(el).overflowX) || !handrail.visible(el) || exempt(el) || el.querySelector(KINDS + ', table')) continue;
      if ([...within(el, 6)].some((node) => hasClass(node, CAROUSEL)) || /^(textarea|select|input)$/.test(own.name(el))) continue;
      const range = new Range();
      range.selectNodeContents(el);
      const long = [...range.getClientRects()].filter((rect) => rect.width > el.clientWidth + 8 && rect.height < 60).length;
      if (long >= 2 && words(el).length > 80) found.push(place(el, { long }));
      if (found.length >= MOST_PLACES) break;
    }
    return found;
  }

  const DIALOG = 'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]';

  // What stays in place while a small page scrolls, and how much of it that covers.
  async function covering() {
    const fixed = [];
    for (const el of handrail.elements(own.body(document) || document)) {
      const css = style(el);
      if (css.position !== 'fixed' && css.position !== 'sticky') continue;
      if (css.pointerEvents === 'none' || css.opacity === '0' || !handrail.visible(el)) continue;
      if (own.closest(el, DIALOG) || [...el.querySelectorAll(DIALOG)].some((one) => handrail.visible(one)) || /cookie|consent|modal|overlay|t[ée]moin/i.test(`${own.id(el)} ${own.attribute(el, 'class') || ''}`)) continue;
      if (el.offsetWidth > 8 && el.offsetHeight > 8) fixed.push(el);
    }
    const tall = fixed.reduce((sum, el) => sum + Math.min(el.offsetHeight, innerHeight), 0);
    const view = document.scrollingElement;
    if (tall < innerHeight * 0.5 || !view || view.scrollHeight < innerHeight * 2) return [];
    const was = [scrollX, scrollY];
    scrollTo({ top: Math.round(view.scrollHeight / 2), behavior: 'instant' });
    await calm();
    const stuck = (el) => {
      const css = style(el), rect = el.getBoundingClientRect();
      if (css.position === 'fixed') return true;
      return Math.abs(rect.top - parseFloat(css.top)) < 2 || Math.abs(innerHeight - rect.bottom - parseFloat(css.bottom)) < 2;
    };
    const wide = 8, high = 16;
    function look() {
      const covered = new Map();
      for (let x = 0; x < wide; x += 1) {
        for (let y = 0; y < high; y += 1) {
          const top = document.elementFromPoint(((x + 0.5) * innerWidth) / wide, ((y + 0.5) * innerHeight) / high);
          const by = top && fixed.find((el) => el.contains(top) && stuck(el));
          if (by) covered.set(by, (covered.get(by) || 0) + 1);
        }
      }
      return covered;
    }
    const shareOf = (covered) => [...covered.values()].reduce((sum, count) => sum + count, 0) / (wide * high);
    let covered = look();
    if (shareOf(covered) > 0.5) {
      // A menu that is drawn out of a window that has become narrow takes a moment.
      await handrail.quiet(1000);
      ends();
      covered = look();
    }
    scrollTo({ left: was[0], top: was[1], behavior: 'instant' });
    const share = shareOf(covered);
    if (share <= 0.5) return [];
    const [largest] = [...covered].sort((one, other) => other[1] - one[1]);
    return [place(largest[0], { share: Math.round(share * 100) })];
  }

  // What sticks out and what is lost, of one layout.
  function narrow() {
    const now = { holds: clipper(), known: new Map() };
    const told = sticking(now);
    return { ...told, lost: lostNow(now) };
  }

  async function small() {
    await frame();
    let told = narrow();
    if (told.places.length || told.lost.length) {
      // A menu that folds when the window has changed its size does so a moment later.
      await handrail.quiet(1000);
      ends();
      told = narrow();
    }
    let gone = handrail.narrow.gone();
    if (gone.length) {
      await handrail.quiet(1000);
      gone = handrail.narrow.gone();
    }
    return { ...told, gone, sideways: sideways(), covering: await covering() };
  }

  // ---- Style sheets

  // Every style rule that a mouse or the way a screen is held brings in, with its media conditions, a line for each.
  function rules(sheet) {
    const around = sheet.media ? sheet.media.mediaText : '';
    return handrail.styleRules(sheet).flatMap((one) => {
      const media = [around, ...one.media].filter(Boolean).join('\n');
      return one.text.includes(':hover') || /orientation|aspect-ratio/.test(media) ? [{ rule: one.rule, text: one.text, media }] : [];
    });
  }

  // What can be read of the sheets, and how many could not be; the same list for all who ask in one visit.
  let known = null;
  function sheets() {
    known = known || readSheets();
    return known;
  }

  function readSheets() {
    const roots = [document];
    for (const el of handrail.elements(document)) { const inner = own.shadow(el); if (inner && roots.length < 100) roots.push(inner); }
    const read = [];
    let unread = 0;
    for (const root of roots) {
      for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets]) {
        if (sheet.disabled) continue;
        try { read.push({ root, rules: rules(sheet) }); } catch { unread += 1; }
      }
    }
    return { read, unread };
  }

  const REVEALS = ['display', 'visibility', 'opacity', 'height', 'max-height', 'width', 'max-width', 'transform', 'clip', 'clip-path', 'left', 'top', 'right', 'bottom',
    'margin-left', 'margin-top', 'scale', 'translate'];
  let hovers = [];
  // Words that a sheet writes beside what the mouse is over, out of an attribute.
  const WRITTEN = /:hover::?(after|before)$/;
  function writtenBy(sheet, selector) {
    let met = [];
    try { met = [...sheet.root.querySelectorAll(selector.replace(WRITTEN, ''))]; } catch { return null; }
    for (const el of met.slice(0, 20)) {
      const names = [...own.attributes(el)].filter(({ name, value }) => /^(data-[\w-]*|aria-label|title)$/.test(name) && value.trim().length > 3).map(({ name }) => name);
      if (handrail.visible(el) && names.some((name) => sheet.reads.has(name))) return el;
    }
    return null;
  }

  function splitList(text) {
    const parts = [];
    let depth = 0, start = 0;
    for (let index = 0; index < text.length; index += 1) {
      if (text[index] === '(' || text[index] === '[') depth += 1;
      else if (text[index] === ')' || text[index] === ']') depth -= 1;
      else if (text[index] === ',' && depth === 0) { parts.push(text.slice(start, index)); start = index + 1; }
    }
    return [...parts, text.slice(start)].map((part) => part.trim());
  }

  // The selector of what the mouse must be over, and that of what then shows.
  function hoverOf(selector) {
    if (/::/.test(selector) || /:(not|has)\([^)]*:hover/.test(selector)) return null;
    const at = selector.lastIndexOf(':hover');
    const plain = (text) => text.replace(/:hover\b/g, ':is(*)');
    // To the end of what is said of one element; the list in :not(:disabled, [hidden]) has spaces of its own.
    let end = 0, depth = 0;
    for (; end < selector.length && (end < at + 6 || depth > 0 || !/[\s>+~]/.test(selector[end])); end += 1) {
      if (/[([]/.test(selector[end])) depth += 1;
      else if (/[)\]]/.test(selector[end])) depth -= 1;
    }
    return { trigger: plain(selector.slice(0, end)), subject: plain(selector) };
  }

  const seenNow = (el) => {
    if (!handrail.visible(el)) return false;
    for (const node of within(el)) {
      const css = style(node);
      if (Number(css.opacity) < 0.1) return false;
      const cuts = /hidden|clip/.test(css.overflowX + css.overflowY);
      if (cuts && (node.offsetHeight < 3 || node.offsetWidth < 3)) return false;
      if (/^rect\(0|^rect\(1px/.test(css.clip) || /inset\((50|100)%/.test(css.clipPath)) return false;
    }
    const rect = el.getBoundingClientRect();
    return rect.width > 2 && rect.height > 2 && rect.right + scrollX > 0 && rect.bottom + scrollY > 0;
  };

  // What a control right beside it opens when it is pressed, as the menus of Bootstrap do.
  const TOGGLES = 'a[href], button, [role=button][tabindex]';
  const toggled = (el) => [...own.elements(up(el) || el)].some((one) => one !== el && one.matches(TOGGLES) && one.tabIndex >= 0
    && /^dropdown$/.test(own.attribute(one, 'data-bs-toggle') || own.attribute(one, 'data-toggle') || '') && handrail.visible(one));

  // What a mouse may bring out, and has not yet.
  function hidden() {
    known = null;
    const { read, unread } = sheets();
    hovers = [];
    const met = new Set();
    const written = [];
    for (const sheet of read) {
      sheet.reads = new Set(sheet.rules.flatMap(({ rule, text }) => (/::?(after|before)/.test(text) ? [...(rule.style.content || '').matchAll(/attr\(\s*([\w-]+)/g)].map((one) => one[1]) : [])));
      for (const { rule, text, media } of sheet.rules) {
        if (sheet.reads.size && !written.length && text.includes(':hover') && (rule.style.content || REVEALS.some((name) => rule.style.getPropertyValue(name)))) {
          const el = splitList(text).filter((one) => WRITTEN.test(one)).map((one) => writtenBy(sheet, one)).find(Boolean);
          if (el) written.push(place(el, {}));
        }
        if (!text.includes(':hover') || text.includes('&') || !REVEALS.some((name) => rule.style.getPropertyValue(name))) continue;
        if (media && !media.split('\n').every((one) => matchMedia(one).matches)) continue;
        for (const selector of splitList(text)) {
          if (!selector.includes(':hover') || hovers.length >= 12) continue;
          const parts = hoverOf(selector);
          if (!parts || parts.trigger === parts.subject && !rule.style.opacity) continue;
          let subjects = [];
          try { subjects = [...sheet.root.querySelectorAll(parts.subject)]; } catch { continue; }
          const fresh = subjects.filter((el) => !met.has(el) && !seenNow(el) && tells(el));
          for (const subject of fresh) {
            const trigger = triggerOf(subject, parts);
            if (!trigger || !handrail.visible(trigger) || trigger.offsetWidth < 4 || toggled(subject)) continue;
            subjects.forEach((el) => met.add(el));
            hovers.push({ subject, trigger, rule: selector, many: fresh.length });
            break;
          }
        }
      }
    }
    return { unread, candidates: hovers.length, written };
  }

  // Something that nobody has been told otherwise: words or controls.
  function tells(el) {
    const text = words(el);
    if (count(text) === 0 && !el.querySelector('a[href], button, input, img[alt]:not([alt=""])')) return false;
    if (el.querySelector('a[href], button, input, select')) return true;
    const outer = [...within(el, 4)].slice(1);
    return !outer.some((node) => [own.attribute(node, 'aria-label'), own.attribute(node, 'title')].some((told) => told && told.includes(text)));
  }

  function triggerOf(subject, { trigger, subject: whole }) {
    for (const node of within(subject)) if (node.matches(trigger) && node !== subject) return node;
    for (const node of within(subject)) {
      for (let other = node.previousElementSibling; other; other = other.previousElementSibling) if (other.matches(trigger)) return other;
    }
    return trigger === whole ? subject : null;
  }

  // ---- Colours under a mouse

  const brush = new OffscreenCanvas(1, 1).getContext('2d');
  const channels = (colour) => (/^rgba?\(/.test(colour) ? colour.match(/[\d.]+/g).map(Number) : null);
  const light = (rgb) => rgb.slice(0, 3).map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };

  // A colour as a sheet writes it; null for one that is told elsewhere.
  function written(colour) {
    if (!colour || !CSS.supports('color', colour) || /var\(|currentcolor|inherit|initial|unset|revert/i.test(colour)) return null;
    brush.fillStyle = '#000';
    brush.fillStyle = colour;
    const said = brush.fillStyle;
    return said[0] === '#' ? [1, 3, 5].map((at) => parseInt(said.slice(at, at + 2), 16)) : channels(said);
  }

  // The one plain colour that a text stands on; null where there is more to see.
  function ground(el) {
    let found = null;
    for (const node of within(el)) {
      const css = style(node);
      if (Number(css.opacity) < 1 || css.filter !== 'none' || css.mixBlendMode !== 'normal') return null;
      if (found) continue;
      if (css.backgroundImage !== 'none' || /absolute|fixed/.test(css.position)) return null;
      if (['::before', '::after'].some((at) => !/^(none|normal)$/.test(style_(node, at).content) && style_(node, at).position === 'absolute')) return null;
      const colour = channels(css.backgroundColor);
      if (!colour || (colour[3] > 0 && colour[3] < 1)) return null;
      if (colour[3] !== 0) found = colour;
    }
    return found || [255, 255, 255];
  }
  const style_ = (el, pseudo) => getComputedStyle(el, pseudo);

  // Of a text: its contrast, and how much it takes.
  function read(el) {
    const css = style(el);
    const ink = channels(css.color), on = ground(el);
    if (!ink || !on || (ink[3] ?? 1) < 1 || css.textShadow !== 'none' || /text/.test(css.backgroundClip)) return null;
    const size = parseFloat(css.fontSize);
    const takes = size >= 24 || (size >= 18.66 && Number(css.fontWeight) >= 700) ? 3 : 4.5;
    return { is: contrast(ink, on), takes };
  }

  const says = (el) => [...own.children(el)].some((node) => own.type(node) === 3 && /\p{L}{2}/u.test(node.data));
  let paled = [];

  // Texts that can be read, and that a sheet may give another colour, or another ground, under a mouse.
  function paling(pointed = false) {
    if (pointed) toTop();
    paled = [];
    const met = new Set();
    for (const sheet of sheets().read) {
      for (const { rule, media } of sheet.rules) {
        const text = rule.selectorText;
        const { color, backgroundColor } = rule.style;
        if (paled.length >= 6 || !text.includes(':hover') || text.includes('&') || !(color || backgroundColor)) continue;
        if (media && !media.split('\n').every((one) => matchMedia(one).matches)) continue;
        for (const selector of splitList(text)) {
          const parts = selector.includes(':hover') && hoverOf(selector);
          if (!parts) continue;
          let subjects = [];
          try { subjects = [...sheet.root.querySelectorAll(parts.subject)].slice(0, 40); } catch { continue; }
          const subject = subjects.find((el) => !met.has(el) && says(el) && seenNow(el) && !el.matches(':disabled, [aria-disabled=true], [aria-hidden=true], [aria-hidden=true] *'));
          const now = subject && read(subject);
          if (!now || now.is < now.takes) continue; // what is pale at rest is told already
          const ink = color ? written(color) : channels(style(subject).color);
          const on = backgroundColor ? written(backgroundColor) : ground(subject);
          if (ink && on && (ink[3] ?? 1) === 1 && (on[3] ?? 1) === 1 && contrast(ink, on) >= now.takes) continue;
          const trigger = triggerOf(subject, parts);
          if (!trigger) continue;
          met.add(subject);
          paled.push({ subject, trigger, many: subjects.length });
        }
      }
    }
    return paled.length;
  }

  const aimAt = (index, patient) => over(paled[index].trigger, patient);

  // What the text looks like now, with the mouse there; "place" is null where it can be read. Scripts have a moment to
  // answer the mouse only where it seems that it cannot: the rest is said by the sheets at once.
  async function pale(index, patient) {
    const { subject, trigger, many } = paled[index];
    if (patient) await frame();
    ends();
    if (patient) await frame();
    else ends(); // what the first ones led to
    const now = seenNow(subject) && read(subject);
    const isPale = now && now.is < now.takes - 0.05;
    return {
      sure: patient || (trigger.matches(':hover') && !isPale),
      place: isPale ? place(subject, { contrast: now.is, takes: now.takes, many }) : null,
    };
  }

  const FOCUS = 'a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, summary, [tabindex]:not([tabindex^="-"]), iframe, [contenteditable=true]';
  const canFocus = (el) => el.matches(FOCUS) && handrail.visible(el);

  function ends() {
    for (const animation of document.getAnimations()) {
      try { if (animation.effect.getComputedTiming().endTime !== Infinity) animation.finish(); } catch { /* has none */ }
    }
  }

  // Where to put the mouse for one candidate; null where there is nothing to point at.
  const aim = (index) => over(hovers[index].trigger);

  async function over(trigger, patient = true) {
    trigger.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    if (patient) await frame();
    const rect = trigger.getBoundingClientRect();
    const tried = [[0.5, 0.5], [0.1, 0.5], [0.5, 0.1], [0.9, 0.5]];
    for (const [x, y] of tried) {
      const at = [rect.left + rect.width * x, rect.top + rect.height * y];
      const hit = document.elementFromPoint(at[0], at[1]);
      if (hit && (trigger.contains(hit) || own.top(trigger).host?.contains(hit))) return at;
    }
    return null;
  }

  async function shows(index) {
    await frame();
    ends();
    await frame();
    return seenNow(hovers[index].subject);
  }

  // Where a mouse leaves one of two boxes for the other, and is on neither.
  function between(from, to, on) {
    const x = (Math.max(from.left, to.left) + Math.min(from.right, to.right)) / 2;
    const y = (Math.max(from.top, to.top) + Math.min(from.bottom, to.bottom)) / 2;
    const apart = Math.max(to.top - from.bottom, from.top - to.bottom, to.left - from.right, from.left - to.right);
    const hit = apart > 2 && document.elementFromPoint(x, y);
    return hit && !on(hit) ? [x, y] : null;
  }

  // While it shows: whether it lies over words or controls, and where in it a mouse can be.
  function lies(index) {
    const { subject, trigger } = hovers[index];
    const rect = subject.getBoundingClientRect();
    const inner = (at) => subject.contains(at) || trigger.contains(at) || at.contains(subject);
    const says = (at) => at.matches('a[href], button, input, select, textarea, img') || [...own.children(at)].some((node) => own.type(node) === 3 && node.data.trim());
    let covers = false;
    let at = null;
    // A mouse goes through it: then it cannot be on it, and what lies below answers.
    const through = style(subject).pointerEvents === 'none';
    for (const [x, y] of [[0.5, 0.5], [0.2, 0.5], [0.8, 0.5], [0.5, 0.2], [0.5, 0.8], [0.2, 0.2], [0.8, 0.8]]) {
      const point = [rect.left + rect.width * x, rect.top + rect.height * y];
      const under = document.elementsFromPoint(...point);
      if (!under.length || !through && !subject.contains(under[0])) continue;
      at = at || point;
      covers = covers || under.some((one) => !inner(one) && says(one));
    }
    return { covers, at, gap: at && between(trigger.getBoundingClientRect(), rect, (one) => subject.contains(one) || trigger.contains(one)) };
  }

  // Whether the keyboard brings it out too: by focus on what triggers it, or on what is in it.
  async function byKeyboard(index) {
    const { trigger, subject } = hovers[index];
    const was = document.activeElement;
    const within_ = [trigger, ...trigger.querySelectorAll(FOCUS)].filter((el) => canFocus(el) && !subject.contains(el));
    const inside = [subject, ...subject.querySelectorAll(FOCUS)].filter(canFocus);
    const beside = [trigger.previousElementSibling, trigger.nextElementSibling].filter((el) => el && el.matches('button, [role=button], [aria-expanded]'));
    const group = subject.parentElement ? [...subject.parentElement.querySelectorAll('[aria-expanded], [aria-haspopup], [aria-controls], [aria-describedby], summary')] : [];
    const tied = own.id(subject) && own.all(`[aria-controls~="${CSS.escape(own.id(subject))}"], [aria-describedby~="${CSS.escape(own.id(subject))}"]`).length > 0;
    let shown = false;
    for (const el of [...within_.slice(0, 4), ...inside.slice(0, 3)]) {
      el.focus({ preventScroll: true });
      await frame();
      ends();
      if (seenNow(subject)) { shown = true; break; }
    }
    if (was && was.focus && was !== own.body(document)) was.focus({ preventScroll: true });
    else document.activeElement?.blur?.();
    const scripted = [...within_, ...beside, ...group].some((el) => el.matches('[aria-expanded], [aria-haspopup], [aria-controls], summary'));
    pressed = [...within_, ...beside].find((el) => el.matches('button:not([type=submit]), [role=button], a[href^="#"], a[href^="javascript:"]')) || null;
    return { shown, scripted: scripted || tied, focusable: within_.length > 0, pressable: pressed !== null };
  }
  let pressed = null;

  const focusPressed = () => pressed.focus({ preventScroll: true });

  const told = (index, found) => place(hovers[index].subject, {
    ...found, rule: hovers[index].rule.slice(0, 200), many: hovers[index].many, trigger: words(hovers[index].trigger).slice(0, 200),
  });

  // ---- Orientation

  // What a sheet turns, or takes away, when a screen is held one way.
  function oriented() {
    const found = [], hides = [];
    let asks = false;
    for (const sheet of sheets().read) {
      for (const { rule, media } of sheet.rules) {
        if (!/orientation\s*:/.test(media) || /\b(print|speech)\b/.test(media)) continue;
        const css = rule.style;
        const turned = `${css.transform} ${css.rotate}`;
        if ((css.display === 'none' || css.visibility === 'hidden') && hides.length < 5) {
          let gone = [];
          try { gone = [...sheet.root.querySelectorAll(rule.selectorText)].slice(0, 20); } catch { gone = []; }
          for (const el of gone) if (missed(el)) hides.push(place(el, { way: /portrait/.test(media) ? 'portrait' : 'landscape' }));
        }
        if (css.display === 'none' || css.visibility === 'hidden' || /rotate|matrix|turn|deg|rad/.test(turned) || css.opacity === '0') asks = true;
        if (/(^|[^\d.])-?(90|270|450)deg|-?0?\.(25|75)turn|1\.57\d*rad|100grad/.test(turned)) {
          let at = null;
          try { at = sheet.root.querySelector(rule.selectorText); } catch { at = null; }
          const body = own.body(document);
          if (at && body && words(at).length >= 0.5 * words(body).length && words(at).length > 20) {
            found.push(place(at, { way: /portrait/.test(media) ? 'portrait' : 'landscape' }));
          }
        }
      }
    }
    return { asks, turned: found.slice(0, 3), hides: hides.slice(0, 3), parts: handrail.turned.candidates(sheets().read, place) };
  }

  // Whether something with words or fields is told nowhere else on the page.
  function missed(el) {
    const body = own.body(document);
    const text = (own.text(el) || '').replace(/\s+/g, ' ').trim(); // it may be hidden now
    if (!body || el === body || own.attribute(el, 'aria-hidden') === 'true' || text.length > 0.7 * words(body).length || TURN.test(text)) return false;
    const CONTROLS = 'input:not([type=hidden]), select, textarea, button, a[href]';
    const called = (one) => (own.text(one.labels?.[0] || one) || own.attribute(one, 'aria-label') || own.attribute(one, 'name') || '').replace(/\s+/g, ' ').trim();
    const fields = [...(el.matches(CONTROLS) ? [el] : el.querySelectorAll(CONTROLS))].filter((one) => own.name(one) !== 'a');
    if (fields.length) {
      const others = new Set([...own.all(CONTROLS)].filter((one) => !el.contains(one)).map(called));
      return fields.some((one) => !others.has(called(one)));
    }
    if (text.length < 40) return false;
    const rest = words(body).replace(text, ' ').toLowerCase();
    const pieces = (text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) || []);
    return pieces.length > 0 && pieces.filter((piece) => !rest.includes(piece)).length >= 0.4 * pieces.length;
  }
  const TURN = /\b(?:turn|rotate|tournez|pivotez)\b/i;

  async function held() {
    await calm();
    const list = texts();
    const letters = list.reduce((sum, { node }) => sum + node.data.trim().length, 0);
    return { letters, text: list.map(({ node }) => node.data.trim()).join(' ').replace(/\s+/g, ' ').slice(0, 300) };
  }

  async function turned() {
    await frame();
    handrail.still();
    await frame();
    return handrail.turned.read();
  }

  // What is read of the page as it is, and of the same with more room for its text.
  // In one answer as far as there is no need for a mouse.
  function first() {
    const told = { order: handrail.order.read(), sheets: hidden(), paling: null };
    if (told.sheets.candidates) return told;
    told.paling = paling();
    return told.paling ? told : { ...told, ...larger() };
  }
  const toTop = () => scrollTo({ top: 0, behavior: 'instant' });
  function larger(pointed = false) {
    if (pointed) toTop();
    remember();
    handrail.narrow.wide(base.list);
    return { spaced: spaced(), doubled: doubled(), oriented: oriented() };
  }

  return { NARROW, style, within, words, count, texts, place, first, larger, small, aim, shows, lies, byKeyboard, focusPressed, told, oriented, held, turned, paling, aimAt, pale };
})();
